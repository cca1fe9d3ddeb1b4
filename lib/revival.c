#include "revival.h"

#include <stdbool.h>
#include <string.h>

#include "admission.h"
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
		return rc_fail(rq, RC_ERR_ACCESS_DENIED,
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
	return rc_fail(rq, RC_ERR_ACCESS_DENIED,
	    "this client is archived, and could not register today what it "
	    "registered then: it has to register anew");
}

enum rc_err
rc_revival_take(struct rc_req *rq, const char *client_id,
    const struct rc_grant_facts *facts)
{
	struct rc_admission admission;
	bool revived = false;
	enum rc_err e;

	e = rc_admission_reserve(rq, rc_revival_policy(rq->conf, facts->policy),
	    facts->issued_from, &admission);
	if (e != RC_OK)
		return e;
	e = rc_client_revive(rq, client_id, facts->account_id, &revived);
	/* Where the database did not answer it may have been revived. */
	if (!revived && e != RC_ERR_TEMPORARILY_UNAVAILABLE)
		rc_admission_give_back(rq, &admission);
	return e;
}
