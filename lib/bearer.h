#ifndef RC_BEARER_H
#define RC_BEARER_H

#include <stdbool.h>

#include "err.h"

struct rc_req;

/*
 * rc_bearer_presented(authorization):
 * Tell whether an Authorization header's value, NULL where there is none, is of
 * the Bearer scheme, compared without case (RFC 9110 11.1), whatever follows.
 */
bool rc_bearer_presented(const char *authorization);

/*
 * rc_bearer_take(rq):
 * Take the token from ${rq}'s Authorization header to ${rq}->bearer (RFC 6750
 * 2.1).  RC_ERR_INVALID_TOKEN: no header, another scheme, or what is no single
 * b64token.
 */
enum rc_err rc_bearer_take(struct rc_req *rq);

/*
 * rc_bearer_take_or_form(rq):
 * Do so, or take the parameter access_token of a POST whose body is a form (RFC
 * 6750 2.2).  RC_ERR_INVALID_REQUEST: the form is broken or has it twice, or
 * there is an Authorization header as well.
 */
enum rc_err rc_bearer_take_or_form(struct rc_req *rq);

#endif
