#include "claims.h"

#include "now.h"
#include "request.h"
#include "unit.h"

#define NOW 1700000000

static const struct {
	const char *payload, *why; /* NULL: it counts */
} cases[] = {
	{ "{'exp':1700000001}", NULL },
	{ "{'exp':1699999941}", NULL },
	{ "{'exp':1699999940}", "has expired" },
	{ "{'exp':1700000001.9}", NULL },
	{ "{'exp':1e300}", "has an exp that is no time" },
	{ "{'exp':-1}", "has an exp that is no time" },
	{ "{'exp':'1700000001'}", "has an exp that is no time" },
	{ "{'exp':null}", "has an exp that is no time" },
	{ "{}", "has no exp" },
	{ "{'exp':1700000001,'nbf':1700000060,'iat':1700000060}", NULL },
	{ "{'exp':1700000001,'nbf':1700000061}",
	    "is not valid yet: its nbf is in the future" },
	{ "{'exp':1700000001,'iat':1700000061}",
	    "is not valid yet: its iat is in the future" },
	{ "{'exp':1700000001,'iat':[]}", "has an iat that is no time" },
};

START_TEST(when_a_jwt_counts)
{
	struct rc_req *rq = unit_request("");
	const char *why;
	int64_t exp;
	size_t i;

	rc_now_set(NOW);
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		why = rc_claims_times(
		    rq->mem, unit_json(rq, cases[i].payload), false, &exp);
		ck_assert_msg((why == NULL) == (cases[i].why == NULL), "%s: %s",
		    cases[i].payload, why != NULL ? why : "good");
		if (why != NULL)
			ck_assert_str_eq(why, cases[i].why);
	}
	ck_assert_ptr_null(rc_claims_times(
	    rq->mem, unit_json(rq, "{'exp':1700000001.9}"), false, &exp));
	ck_assert_int_eq(exp, 1700000001);
	/* Where it may be endless, the rest is judged all the same. */
	ck_assert_ptr_null(
	    rc_claims_times(rq->mem, unit_json(rq, "{}"), true, &exp));
	ck_assert_int_eq(exp, 0);
	ck_assert_ptr_nonnull(rc_claims_times(
	    rq->mem, unit_json(rq, "{'nbf':1700000061}"), true, &exp));
	ck_assert_ptr_nonnull(rc_claims_times(
	    rq->mem, unit_json(rq, "{'exp':1699999940}"), true, &exp));
	ck_assert_ptr_nonnull(rc_claims_times(
	    rq->mem, unit_json(rq, "{'exp':null}"), true, &exp));
	/* What has ended began all the same. */
	ck_assert_ptr_null(
	    rc_claims_begin(rq->mem, unit_json(rq, "{'exp':1}")));
	ck_assert_ptr_nonnull(
	    rc_claims_begin(rq->mem, unit_json(rq, "{'iat':1700000061}")));
	unit_request_free(rq);
}
END_TEST

UNIT_MAIN("claims", when_a_jwt_counts)
