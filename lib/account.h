#ifndef RC_ACCOUNT_H
#define RC_ACCOUNT_H

#include "err.h"

struct rc_json;
struct rc_req;

/* An account as it was when a login was judged; as long as the request. */
struct rc_account {
	const char *account_id; /* NULL: nobody's */
	/* What has changed since voids the login: for rc_session_begin. */
	const char *valid_from;
};

/*
 * rc_account_check(rq, name, password, account):
 * Look up who logs in with that name and password: ${account}->account_id is
 * NULL where nobody does.  An unknown name, a wrong
 * password and a disabled account look alike and take equally long.  A hash
 * with other parameters than conf->password_memory asks for is made anew.
 * RC_ERR_TEMPORARILY_UNAVAILABLE, also: so many log in at this moment that it
 * was not our turn in time, or there is not the memory that a hash takes.
 */
enum rc_err rc_account_check(struct rc_req *rq, const char *name,
    const char *password, struct rc_account *account);

/*
 * rc_account_vouch(rq, name, claims, account):
 * Find or make the account of somebody whom the web server has let in, and keep
 * what it says of them; where ${claims} is NULL, what is kept stays.
 * RC_ERR_ACCESS_DENIED: the account is disabled, or
 * ${name} can be no login name.
 */
enum rc_err rc_account_vouch(struct rc_req *rq, const char *name,
    const struct rc_json *claims, struct rc_account *account);

#endif
