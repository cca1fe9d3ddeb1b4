#ifndef RC_POLICY_H
#define RC_POLICY_H

#include <stddef.h>

#include "err.h"

struct rc_json;
struct rc_req;

struct rc_conf;
struct rc_conf_policy;
struct rc_list;

/* By what a registration is judged. */
struct rc_allowance {
	const struct rc_conf_policy *policy;
	/* What an initial access token allows of it; NULL: all. */
	const struct rc_list *redirect_hosts, *scopes, *grant_types;
	/* What is registered already, of an update; NULL: nothing is. */
	const struct rc_json *registered;
};

/*
 * rc_policy_find(conf, name):
 * Return the policy of that name, NULL where there is none any more.
 */
const struct rc_conf_policy *rc_policy_find(
    const struct rc_conf *conf, const char *name);

/*
 * rc_policy_judge(rq, wanted, allowance, metadata):
 * Hold what a client wants to register, an object, against the standards and a
 * policy.  On RC_OK *${metadata} is a new object with what is to be registered:
 * members that have no row left out, the claims of a software statement in the
 * place of plain members (RFC 7591 2.3), defaults filled in, grant and response
 * types trimmed to what is allowed (RFC 7591 2 and 3.2.1).  Else rc_fail_at has
 * said all that there is to mend, not only the first.
 */
enum rc_err rc_policy_judge(struct rc_req *rq, const struct rc_json *wanted,
    const struct rc_allowance *allowance, struct rc_json **metadata);

/*
 * A rule between members, for the manual and the test that walks them.
 */
struct rc_policy_rule {
	const char *name;
	enum rc_err (*judge)(struct rc_req *rq, struct rc_json *metadata,
	    const struct rc_allowance *allowance);
	/* NULL-ended: where one of these was faulty itself, the rule is not
	 * asked, lest one fault be told twice. */
	const char *const *members;
	const char *spec;
};

extern const struct rc_policy_rule rc_policy_rules[];
extern const size_t rc_policy_nrules;

#endif
