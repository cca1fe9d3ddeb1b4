#ifndef RC_ACCOUNT_H
#define RC_ACCOUNT_H

#include "err.h"

struct rc_json;
struct rc_req;

/*
 * rc_account_check(rq, name, password, account_id):
 * Look up who logs in with that name and password: *${account_id} lives as long
 * as the request and is NULL where nobody does.  An unknown name, a wrong
 * password and a disabled account look alike and take equally long.  A hash
 * with other parameters than conf->password_memory asks for is made anew.
 * RC_ERR_TEMPORARILY_UNAVAILABLE, also: so many log in at this moment that it
 * was not our turn in time.
 */
enum rc_err rc_account_check(struct rc_req *rq, const char *name,
    const char *password, const char **account_id);

/*
 * rc_account_vouch(rq, name, claims, account_id):
 * Find or make the account of somebody whom the web server has let in, and keep
 * what it says of them; where ${claims} is NULL, what is kept stays.
 * RC_ERR_ACCESS_DENIED: the account is disabled, or
 * ${name} can be no login name.
 */
enum rc_err rc_account_vouch(struct rc_req *rq, const char *name,
    const struct rc_json *claims, const char **account_id);

#endif
