#ifndef RC_PROGRAM_H
#define RC_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

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

enum rc_auth {
	RC_AUTH_NONE,
	/*
	 * A Bearer token must have been presented (RFC 6750 2.1): rq->bearer.
	 * Whether it is good is said by the statement that uses it, so that
	 * check and act are one round trip and cannot race.
	 */
	RC_AUTH_BEARER
};

/*
 * One address of a program and what it takes.  ${path} is matched after the
 * path of ${under}; one "{name}" as the last segment takes a non-empty segment,
 * a "*" at the end takes the rest, empty or not; either is rq->arg.  HEAD is
 * where GET is; OPTIONS is answered by serve.
 */
struct rc_route {
	enum rc_under under;
	const char *path;
	enum rc_auth auth;
	rc_handler *get, *post, *put, *delete;
};

/*
 * A program is one row.  rc_serve does all that it says, in one order: route
 * (404), preflight, method (405), body within bounds (413), media type (415),
 * authentication (401), handler, headers, log line.
 */
struct rc_program {
	const char *name; /* "register" */
	const char *spec; /* "RFC 7591, RFC 7592" */
	const char *consumes; /* media type of POST and PUT bodies, NULL */
	const char *cache_control; /* of every answer that sets none itself */
	const struct rc_route *routes;
	size_t nroutes;
	const struct rc_service *const *services; /* NULL-ended, or NULL */
	/* Once per process, after the services: build what is kept. */
	bool (*start)(const struct rc_conf *conf);
};

#endif
