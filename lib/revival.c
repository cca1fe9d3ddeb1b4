#include "revival.h"

#include <string.h>

#include "admission.h"
#include "arena.h"
#include "audit.h"
#include "client.h"
#include "conf.h"
#include "grant.h"
#include "initial_token.h"
#include "json.h"
#include "policy.h"
#include "req.h"

const struct rc_conf_policy *
rc_revival_policy(const struct rc_conf *conf, const char *name)
{
	const struct rc_conf_policy *policy = rc_policy_find(conf, name);

	return policy != NULL ? policy
	                      : rc_policy_find(conf, conf->anonymous_policy);
}

/* Fail where what would be registered today lacks or changes a member. */
static enum rc_err
keep(void *arg, const char *name, struct rc_json *value)
{
	const struct rc_json *today = arg;

	return rc_json_equal(rc_json_get(today, name), value)
	           ? RC_OK
	           : RC_ERR_ACCESS_DENIED;
}

static enum rc_err
refuse(struct rc_req *rq, const char *words)
{

	rq->fault.rule = "revival";
	return rc_fail(rq, RC_ERR_ACCESS_DENIED, "%s", words);
}

enum rc_err
rc_revival_judge(struct rc_req *rq, const struct rc_grant_facts *facts)
{
	struct rc_allowance allowance = {
		.policy = rc_revival_policy(rq->conf, facts->policy),
		.registered = facts->metadata,
	};
	struct rc_initial_token token;
	struct rc_json *today;
	enum rc_err e;

	if (allowance.policy->status == RC_POLICY_PENDING)
		return refuse(rq,
		    "this client is archived, and comes back only when the "
		    "operator of this server revives it");
	if (facts->initial_token_id != 0) {
		e = rc_initial_token_read(rq, facts->initial_token_id, &token);
		if (e != RC_OK)
			return e;
		allowance.redirect_hosts = token.redirect_hosts;
		allowance.scopes = token.scopes;
		allowance.grant_types = token.grant_types;
	}
	e = rc_policy_judge(rq, facts->metadata, &allowance, &today);
	if (e != RC_OK)
		return e;
	if (rc_json_each(facts->metadata, keep, today) == RC_OK)
		return RC_OK;
	return refuse(rq,
	    "this client is archived, and could not register today what it "
	    "registered then: it has to register anew");
}

enum rc_err
rc_revival_take(struct rc_req *rq, const char *client_id,
    const struct rc_grant_facts *facts)
{
	const struct rc_conf_policy *policy =
	    rc_policy_find(rq->conf, facts->policy);
	struct rc_admission admission = { .epoch = NULL };
	enum rc_err e;

	/* Clients of a policy that is gone count nowhere. */
	if (policy != NULL && (e = rc_admission_reserve(rq, policy,
				   facts->issued_from, &admission)) != RC_OK)
		return e;
	e = rc_client_revive(rq, client_id, facts->account_id, &admission);
	rc_admission_give_back(rq, &admission);
	return e;
}

void
rc_revival_refused(struct rc_req *rq, const char *client_id,
    const struct rc_grant_facts *facts)
{

	if (facts->account_id != NULL && rc_err_status(rq->fault.err) < 500)
		rc_audit_refused(rq, RC_EVENT_REVIVE_REFUSED, client_id,
		    rc_printf(rq->mem, "account:%s", facts->account_id));
}
