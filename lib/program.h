#ifndef RC_PROGRAM_H
#define RC_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct rc_arena;
struct rc_conf;
struct rc_program;
struct rc_req;

/* What a program needs for its whole life, such as the database. */
struct rc_service {
	const char *name;
	/* Make it ready; false ends the program, the log says why. */
	bool (*start)(
	    const struct rc_conf *conf, const struct rc_program *program);
	void (*stop)(void);
};

typedef enum rc_err rc_handler(struct rc_req *rq);

/* Below which path a route lies. */
enum rc_under {
	RC_UNDER_ENDPOINTS, /* the path of conf->endpoint_base */
	RC_UNDER_ISSUER, /* the path of conf->issuer */
	RC_UNDER_ROOT /* the host's root */
};

enum rc_param_flag {
	RC_PARAM_MANY = 1, /* may come more than once (RFC 8707 2) */
	RC_PARAM_QUERY = 2 /* always in the query, of a POST too */
};

/*
 * A parameter that a program knows: in the query of a GET, in the form that is
 * the body of a POST.  Other parameters are ignored (RFC 6749 3.1); one without
 * a value counts as absent.
 */
struct rc_param {
	const char *name;
	unsigned flags;
};

/* To whom errors are said. */
enum rc_errors {
	RC_ERRORS_JSON, /* programs: RFC 6749 5.2 */
	/* People: a page.  Repeated parameters are for the handler to judge,
	 * who may have a client to tell of it. */
	RC_ERRORS_PAGE
};

/*
 * One address of a program and what it takes.  ${path} is matched after the
 * path of ${under}; one "{name}" takes a non-empty segment, and what follows it
 * in ${path} has to follow; a "*" at the end takes the rest, empty or not;
 * either is rq->arg.  HEAD is where GET is, save with no_head; OPTIONS is
 * answered by serve.
 */
struct rc_route {
	enum rc_under under;
	const char *path;
	/*
	 * Take what says who is asking: rc_bearer_take, rc_client_auth_take;
	 * NULL: anybody may.  Whether a token or secret is good is said by the
	 * statement that uses it, so that check and act are one round trip and
	 * cannot race.
	 */
	rc_handler *auth;
	rc_handler *get, *post, *put, *delete;
	/* A POST may have no body, and no media type then. */
	bool bodiless;
};

/*
 * A program is one row.  rc_serve does all that it says, in one order: route
 * (404), preflight, method (405), body within bounds (413), media type (415),
 * parameters (400), authentication (401), handler, headers, log line.
 */
struct rc_program {
	const char *name; /* "register" */
	const char *spec; /* "RFC 7591, RFC 7592" */
	const char *consumes; /* media type of POST and PUT bodies, NULL */
	const char *cache_control; /* of every answer that sets none itself */
	enum rc_errors errors;
	const struct rc_param *params; /* NULL: none are looked for */
	size_t nparams;
	/* GET does something, which HEAD must not (RFC 9110 9.3.2): 405. */
	bool no_head;
	bool same_origin; /* no CORS: other origins' scripts may not read */
	const struct rc_route *routes;
	size_t nroutes;
	/* Told once of every fault from the body on (400, 413, 415, 401, and
	 * the handler's), before it is answered; not of 404 and 405, nor of a
	 * request in clear.  rq->fault says all of it.  Returns the error to
	 * answer, the same or another that it has put into rq->fault. */
	enum rc_err (*failed)(struct rc_req *rq, enum rc_err err);
	/* Told between requests to do what is due, and, where the process is
	 * ${leaving} or executes itself anew, all that will be; ${rq} is good
	 * for database work.  Returns after how many ms it wants to be told
	 * again, -1: only after the next request.  NULL: there is nothing. */
	int (*rest)(struct rc_req *rq, bool leaving);
	const struct rc_service *const *services; /* NULL-ended, or NULL */
	/* Judge what this program alone can of a configuration that was read,
	 * before it counts: NULL, or a sentence in ${mem}.  NULL: nothing. */
	const char *(*check)(struct rc_arena *mem, const struct rc_conf *conf);
	/* Once per process, after the services: build what is kept. */
	bool (*start)(const struct rc_conf *conf);
};

#endif
