#ifndef RC_PARAMS_H
#define RC_PARAMS_H

#include "err.h"

struct rc_req;

/*
 * rc_params_take(rq):
 * Take the parameters that ${rq}'s program knows from its query and its form
 * (RFC 6749 3.1 and 3.2) to ${rq}->params, and to ${rq}->repeated the name of
 * one that came twice.  RC_ERR_INVALID_REQUEST: a broken escape, or no UTF-8;
 * and one came twice, where it is not for the handler to judge.
 */
enum rc_err rc_params_take(struct rc_req *rq);

#endif
