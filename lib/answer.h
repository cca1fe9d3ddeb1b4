#ifndef RC_ANSWER_H
#define RC_ANSWER_H

#include <stddef.h>

#include "err.h"

struct rc_json;
struct rc_req;

/*
 * rc_answer_header(rq, name, value):
 * Add a header, or replace the one of that name; ${value} must live as long as
 * the request.
 */
void rc_answer_header(struct rc_req *rq, const char *name, const char *value);

/*
 * rc_answer_json(rq, status, value):
 * Answer with ${value} as application/json.
 */
void rc_answer_json(struct rc_req *rq, int status, const struct rc_json *value);

/*
 * rc_answer_text(rq, status, type, body, len):
 * Answer with ${len} bytes that live as long as the request or longer.
 */
void rc_answer_text(struct rc_req *rq, int status, const char *type,
    const char *body, size_t len);

/*
 * rc_answer_empty(rq, status):
 * Answer without a body: 204, 304.
 */
void rc_answer_empty(struct rc_req *rq, int status);

/*
 * rc_answer_fault(rq, err):
 * Answer with the fault that rc_fail set, or rc_err_text(${err}) where none
 * was, as RFC 6749 5.2 JSON: error and error_description; with WWW-Authenticate
 * for 401 (RFC 6750 3), Retry-After for 503, never to be cached.  What was
 * answered before, headers too, is dropped.
 */
void rc_answer_fault(struct rc_req *rq, enum rc_err err);

#endif
