#ifndef RC_REVIVAL_H
#define RC_REVIVAL_H

#include "err.h"

struct rc_conf;
struct rc_conf_policy;
struct rc_grant_facts;
struct rc_req;

/*
 * An archived public client comes back to life when its user consents again.
 * Whoever registered it may be gone, and the policy may be another by now, so
 * it is judged as if it were registered today.
 */

/*
 * rc_revival_policy(conf, name):
 * Return the policy of that name, under which a client was born, or, where it
 * is no longer configured, the one for anonymous clients.
 */
const struct rc_conf_policy *rc_revival_policy(
    const struct rc_conf *conf, const char *name);

/*
 * rc_revival_judge(rq, facts):
 * Hold what an archived client has registered against today's policy and the
 * bounds of its initial access token.  RC_OK: it may come back as it is.
 * RC_ERR_ACCESS_DENIED and those of rc_policy_judge: it has to register anew.
 */
enum rc_err rc_revival_judge(
    struct rc_req *rq, const struct rc_grant_facts *facts);

/*
 * rc_revival_take(rq, client_id, facts):
 * Make the client active, for ${facts}->account_id wants it, within the
 * policy's limits.  RC_OK as well: it is archived no more.  Else errors as
 * rc_admission_reserve.
 */
enum rc_err rc_revival_take(struct rc_req *rq, const char *client_id,
    const struct rc_grant_facts *facts);

/*
 * rc_revival_refused(rq, client_id, facts):
 * Tell the audit log that the person who wanted the client back, by a form that
 * was theirs, was refused with the fault of ${rq}; that something of ours
 * failed is no refusal.
 */
void rc_revival_refused(struct rc_req *rq, const char *client_id,
    const struct rc_grant_facts *facts);

#endif
