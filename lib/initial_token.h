#ifndef RC_INITIAL_TOKEN_H
#define RC_INITIAL_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"
#include "err.h"

struct rc_req;

/*
 * An initial access token (RFC 7591 3): who has it may register clients within
 * its bounds.  It lives as long as the request.
 */
struct rc_initial_token {
	int64_t id; /* 0: none, the client registers anonymously */
	const char *policy; /* by which its clients are judged */
	/* What it allows of the policy; NULL: all. */
	const struct rc_list *redirect_hosts, *scopes, *grant_types;
	bool limited; /* each registration spends a use */
	bool idle; /* its use is to be noted: rc_initial_token_touch */
};

/*
 * rc_initial_token_find(rq, token):
 * Read the initial access token in ${rq}->bearer, where rc_bearer_take has put
 * it.  Where that is NULL and registration is open, *${token} has the id 0 and
 * the anonymous policy.  RC_ERR_INVALID_TOKEN: it is unknown, expired, spent,
 * revoked, or not for this address, in the same words, while the log and
 * rq->fault.rule say which; or there is none and registration asks for one.
 * Whether a use is left when it comes to that is said by the statement that
 * registers.
 */
enum rc_err rc_initial_token_find(
    struct rc_req *rq, struct rc_initial_token *token);

/*
 * rc_initial_token_read(rq, id, token):
 * Read one by its number, whatever has become of it: its bounds go on to hold
 * for the clients that it registered.  Errors as rc_db_exec;
 * RC_ERR_SERVER_ERROR: there is none.
 */
enum rc_err rc_initial_token_read(
    struct rc_req *rq, int64_t id, struct rc_initial_token *token);

/*
 * rc_initial_token_touch(rq, token):
 * Note that a token without a limit registered a client, where the last note is
 * more than a minute old: in a transaction of its own, so that registrations do
 * not wait for each other.  A failure is logged and does no harm.
 */
void rc_initial_token_touch(
    struct rc_req *rq, const struct rc_initial_token *token);

#endif
