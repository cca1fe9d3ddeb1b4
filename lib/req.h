#ifndef RC_REQ_H
#define RC_REQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct rc_arena;
struct rc_conf;
struct rc_credentials;
struct rc_json;
struct rc_list;
struct rc_program;
struct rc_route;

enum rc_method {
	RC_METHOD_GET,
	RC_METHOD_HEAD,
	RC_METHOD_POST,
	RC_METHOD_PUT,
	RC_METHOD_DELETE,
	RC_METHOD_OPTIONS,
	RC_METHOD_OTHER,
	RC_METHOD__MAX
};

/* What went wrong, and what the client developer is told. */
struct rc_fault {
	enum rc_err err;
	const char *description; /* ASCII without '"' and '\' */
	/* What a page says to the person: a message is error.KEY.title and
	 * error.KEY.text.  NULL: the usual one of err. */
	const char *page;
	struct rc_json *data; /* what the page is given besides, NULL */
	const char *form_action; /* where its form leads, or NULL */
	const char *ui_locales; /* the request's, or NULL */
	/* Every fault found, for error_details: rc_fail_at; NULL: none. */
	struct rc_json *details;
	const char *rule; /* which refused, for the audit log; NULL */
	int64_t retry_after; /* s, of 429 and 503; 0: the usual */
	/* Who asks has not proved who it is, though it is not told so. */
	bool unproven;
};

struct rc_header {
	const char *name;
	const char *value;
};

#define RC_ANSWER_HEADERS 24

/* What will be sent.  Filled by answer.c, written by rc_req_send. */
struct rc_answer {
	int status;
	struct rc_header headers[RC_ANSWER_HEADERS];
	size_t nheaders;
	const char *body;
	size_t len;
};

/*
 * A request, from its first byte to its answer.  Everything in it lives in
 * ${mem}, which is wiped when the answer is out.
 */
struct rc_req {
	struct rc_arena *mem;
	const struct rc_conf *conf;
	const struct rc_program *program;
	const struct rc_route *route;

	enum rc_method method;
	const char *method_name; /* as sent */
	const char *path; /* of REQUEST_URI, decoded once; "": not text */
	const char *query; /* raw, "" where there is none */
	const char *arg; /* what the route's {parameter} or * stands for */
	const char *content_type; /* NULL */
	const char *authorization; /* the header's value, NULL */
	const char *bearer; /* the token in it, NULL */
	const struct rc_credentials *credentials; /* NULL: not asked for */
	const struct rc_list *params; /* values, in the order of the rows */
	const char *repeated; /* the parameter that came twice, NULL */
	const char *peer; /* REMOTE_ADDR, "" where unknown */
	const char *address; /* the client's: behind proxies not the peer's */
	const char *body;
	size_t len;
	bool body_too_large; /* read to its end, but not kept */
	bool body_broken; /* ended too early, in an error, or too slow */

	int64_t started; /* ms, rc_now_mono */
	int64_t db_deadline; /* ms, rc_now_mono; 0: no database work yet */
	int64_t fetch_deadline; /* the same, of fetching documents */

	/* Who acts, as audit.actor has it; NULL: nobody has said. */
	const char *actor;
	/* Where not NULL, an array that rc_warn_at adds to. */
	struct rc_json *warnings;

	struct rc_fault fault;
	struct rc_answer answer;
	void *door; /* req.c's own; NULL: environment and stdio, as in CGI */
};

/*
 * rc_fail(rq, err, fmt, ...):
 * Say what is wrong with the request, in words that a client developer can act
 * on, and return ${err}.  What is not printable ASCII, '"' and '\' become '?'
 * (RFC 6749 5.2).  The first fault of a request stands.
 */
enum rc_err rc_fail(struct rc_req *rq, enum rc_err err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Of so many faults, and so many warnings, one is told at most. */
#define RC_DETAILS_MOST 50

/*
 * rc_fail_at(rq, err, pointer, rule, hint, fmt, ...):
 * The same, of one member of what was sent: ${pointer} is its JSON pointer
 * (RFC 6901; "" for the whole), ${rule} the name of the rule it breaks
 * ("redirect_uri.no_fragment"; static, stable: clients and the audit log have
 * it), ${hint} what would be right, or NULL.  Each call adds a member to
 * rq->fault.details; the first also says error, error_description and
 * rq->fault.rule.
 */
enum rc_err rc_fail_at(struct rc_req *rq, enum rc_err err, const char *pointer,
    const char *rule, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

/*
 * rc_warn_at(rq, pointer, rule, hint, fmt, ...):
 * Say what is allowed and yet likely not meant, or what the server changed;
 * nothing where rq->warnings is NULL.
 */
void rc_warn_at(struct rc_req *rq, const char *pointer, const char *rule,
    const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/*
 * rc_param(rq, i), rc_param_all(rq, i):
 * Return the value of the ${i}th row of the program's parameters, NULL where it
 * is absent or empty; all values of one that may come more than once.
 */
const char *rc_param(const struct rc_req *rq, size_t i);
const struct rc_list *rc_param_all(const struct rc_req *rq, size_t i);

/*
 * rc_req_param(rq, name):
 * Return a variable of the web server's (a CGI meta-variable, RFC 3875 4), such
 * as "HTTP_ORIGIN", or NULL where it is not set.
 */
const char *rc_req_param(const struct rc_req *rq, const char *name);

/*
 * rc_req_header(rq, name):
 * Return a request header by its HTTP name ("If-None-Match"), or NULL.
 */
const char *rc_req_header(const struct rc_req *rq, const char *name);

/*
 * rc_req_secure(rq):
 * Tell whether the browser's connection is protected: the web server says that
 * it came by TLS, or the peer is a proxy that conf->trusted_proxies names and
 * does not say in X-Forwarded-Proto that it came by http.
 */
bool rc_req_secure(const struct rc_req *rq);

/*
 * rc_req_inet(rq):
 * Return ${rq}->address where PostgreSQL will know it for one, else NULL; an
 * IPv4 address that is written as one of IPv6, however that is, as the former.
 */
const char *rc_req_inet(const struct rc_req *rq);

/* How requests come in. */
enum rc_door {
	RC_DOOR_FASTCGI,
	RC_DOOR_CGI,
	RC_DOOR_NONE
};

/*
 * rc_req_door():
 * Tell by descriptor 0 and the environment whether a web server waits behind a
 * FastCGI socket, has started us as plain CGI (RFC 3875), or nobody has.
 */
enum rc_door rc_req_door(void);

/*
 * rc_req_signals(handler):
 * Block SIGTERM, SIGINT, SIGHUP and SIGUSR1 from here on: ${handler} gets them
 * only while rc_req_accept waits and nothing is under way.
 */
void rc_req_signals(void (*handler)(int));

/*
 * rc_req_accept(rq, stop, rest):
 * Wait for the next request and read it whole: variables, path, and the body to
 * its end, of which at most conf->max_body bytes are kept.  ${rq}->mem, conf
 * and program are set by the caller, the rest is zero.  ${stop} is asked before
 * each wait and after each signal; when it says true, return false.  False as
 * well: the listening socket is gone, or a CGI program has had its one request.
 * ${rest}, where not NULL, is told before each wait to do what is due, and
 * returns after how many ms it wants to be told again, -1: there is nothing to
 * wait for.
 */
bool rc_req_accept(struct rc_req *rq, bool (*stop)(void),
    int (*rest)(const struct rc_req *rq));

/*
 * rc_req_send(rq):
 * Write ${rq}->answer: status, headers, Content-Length, and, save for HEAD and
 * 204 and 304, the body; the web server's variables are gone then, what is in
 * ${rq} stays.  False: the web server went away.
 */
bool rc_req_send(struct rc_req *rq);

/*
 * rc_req_idle():
 * Tell whether no web server connection is kept open between requests, so that
 * the process may re-execute itself without dropping one.
 */
bool rc_req_idle(void);

#endif
