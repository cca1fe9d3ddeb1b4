#ifndef RC_ADMISSION_H
#define RC_ADMISSION_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct rc_conf_policy;
struct rc_initial_token;
struct rc_req;

/*
 * Room for one more client: what was counted before it is registered, in a
 * transaction of its own that waits for no disk and holds no lock after it.
 * All NULL: nothing is reserved.
 */
struct rc_admission {
	const char *policy_name; /* client_count.name; NULL: no max_clients */
	const char *network_name; /* the same, of policy and network */
	/* Of the first of the two: were it another now, the count was lost in
	 * a crash and the place with it. */
	const char *epoch;
};

/*
 * rc_admission_take(rq, policy, token, reserve, admission):
 * Count a registration against the rate limits of the address prefix, the
 * initial access token and the policy and, where ${reserve} says so, reserve a
 * place within max_clients and max_clients_per_address; in one round trip, none
 * where nothing is limited.  *${admission} is set whatever comes of it.
 * A process to which many registrations come takes what a policy limits for
 * some at once, as long as far less than the limit is used up, and uses it
 * within a second: rc_admission_rest.
 * RC_ERR_TOO_MANY_REQUESTS: a rate is used up; the fault has rule and
 * retry_after.  RC_ERR_ACCESS_DENIED: there are as many clients as may be; the
 * fault has rule.  Else errors as rc_db_exec.
 */
enum rc_err rc_admission_take(struct rc_req *rq,
    const struct rc_conf_policy *policy, const struct rc_initial_token *token,
    bool reserve, struct rc_admission *admission);

/*
 * rc_admission_counted(admission):
 * Return the name of the count that epoch is of, NULL: nothing is reserved.
 */
const char *rc_admission_counted(const struct rc_admission *admission);

/*
 * rc_admission_reserve(rq, policy, address, admission):
 * Reserve a place only, for a client of that issued_from (NULL: not known) that
 * is to count again.  Errors as above.
 */
enum rc_err rc_admission_reserve(struct rc_req *rq,
    const struct rc_conf_policy *policy, const char *address,
    struct rc_admission *admission);

/*
 * rc_admission_renew(rq, policy, admission):
 * Reserve a place anew, for one that proved to be void, and forget the fault
 * that said so.  Errors as above.
 */
enum rc_err rc_admission_renew(struct rc_req *rq,
    const struct rc_conf_policy *policy, struct rc_admission *admission);

/*
 * rc_admission_rest(rq, leaving):
 * For the rest member of a program's row: give back the places that were taken
 * in advance and not used in time; where the process ends, all.
 */
int rc_admission_rest(struct rc_req *rq, bool leaving);

/*
 * rc_admission_give_back(rq, admission):
 * Give back what was reserved and not used, and empty ${admission}.  A failure
 * is logged and does no harm: the count is made anew when it seems to be full.
 */
void rc_admission_give_back(struct rc_req *rq, struct rc_admission *admission);

/*
 * rc_admission_release(rq, policy_name, address, began):
 * Give back the place of a client that is no more, after that was committed:
 * its policy and issued_from (NULL: not known), and when the transaction that
 * did it began, in seconds, for a count made since has not counted it.  A
 * failure does no harm.
 */
void rc_admission_release(struct rc_req *rq, const char *policy_name,
    const char *address, const char *began);

/*
 * rc_admission_fetch(rq):
 * Count a document that is fetched for the request: 30 a minute for the address
 * prefix.  RC_ERR_TOO_MANY_REQUESTS, rule rate_limit_fetch, where these are
 * used up; else errors as rc_db_exec.
 */
enum rc_err rc_admission_fetch(struct rc_req *rq);

/*
 * rc_admission_look(rq, policy):
 * Where nobody else would find a place under the policy now, return the rule,
 * max_clients or max_clients_per_address; NULL otherwise, also where nobody has
 * counted yet.  Nothing is reserved or counted.  A failure is logged.
 */
const char *rc_admission_look(
    struct rc_req *rq, const struct rc_conf_policy *policy);

/*
 * rc_admission_failed(rq, err):
 * For the failed member of a program's row: where something was presented and
 * the answer is 401, or fault.unproven says that it might be, count a failed
 * authentication of the address prefix.
 * Return ${err}, or RC_ERR_TOO_MANY_REQUESTS where rate_limit_failures is used
 * up, the fault then being that.  Only what failed is slowed down: others
 * behind the same address, with the right secret, go on.
 */
enum rc_err rc_admission_failed(struct rc_req *rq, enum rc_err err);

/*
 * rc_admission_refused(rq, err):
 * Count a refusal in the management of clients, before the audit log tells of
 * it.  Return ${err}, or RC_ERR_TOO_MANY_REQUESTS where the address prefix has
 * used up rate_limit_manage, the fault then being that; what is not refused
 * goes on.
 */
enum rc_err rc_admission_refused(struct rc_req *rq, enum rc_err err);

/*
 * rc_admission_change(rq, client_id, token, len):
 * Count a change of the client, before any work is done for it, where that is
 * the hash of a registration access token of its own: strangers count nothing
 * here, and are RC_OK.  RC_ERR_TOO_MANY_REQUESTS: rate_limit_manage is used up.
 * Else errors as rc_db_exec.
 */
enum rc_err rc_admission_change(struct rc_req *rq, const char *client_id,
    const unsigned char *token, size_t len);

#endif
