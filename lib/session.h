#ifndef RC_SESSION_H
#define RC_SESSION_H

#include <stdint.h>

#include "err.h"

struct rc_account;
struct rc_req;

/*
 * rc_session_presented(rq):
 * Return the value of the session cookie that the browser sent, good or not, or
 * NULL.
 */
const char *rc_session_presented(const struct rc_req *rq);

/*
 * rc_session_begin(rq, account, auth_time, cookie):
 * Begin a session of conf->session_lifetime under a fresh cookie value, and end
 * the one that the browser had, so that a cookie which somebody planted before
 * the login is worth nothing after it.  ${auth_time} is when the person proved
 * who they are, in seconds since 1970, 0 where that is not known.
 * RC_ERR_ACCESS_DENIED: the account was disabled, or its password changed,
 * since the login was judged.
 */
enum rc_err rc_session_begin(struct rc_req *rq,
    const struct rc_account *account, int64_t auth_time, const char **cookie);

#endif
