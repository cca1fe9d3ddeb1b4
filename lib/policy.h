#ifndef RC_POLICY_H
#define RC_POLICY_H

#include <stddef.h>

#include "err.h"

struct rc_json;
struct rc_req;

/*
 * rc_policy_judge(rq, wanted, metadata):
 * Hold what a client wants to register, an object, against the standards and
 * the configured policy.  On RC_OK *${metadata} is a new object with what is to
 * be registered: members that have no row left out, defaults filled in, grant
 * and response types trimmed to what is allowed (RFC 7591 2 and 3.2.1).  Else
 * rc_fail has said what to mend.
 */
enum rc_err rc_policy_judge(
    struct rc_req *rq, const struct rc_json *wanted, struct rc_json **metadata);

/*
 * A rule between members, for the manual and the test that walks them.
 */
struct rc_policy_rule {
	const char *name;
	enum rc_err (*judge)(struct rc_req *rq, struct rc_json *metadata);
	const char *spec;
};

extern const struct rc_policy_rule rc_policy_rules[];
extern const size_t rc_policy_nrules;

#endif
