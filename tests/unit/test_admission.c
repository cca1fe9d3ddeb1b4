#include "admission.h"
#include "credentials.h"
#include "initial_token.h"
#include "request.h"
#include "unit.h"

/*
 * What needs no database must not ask for one: there is none here, so who asks
 * is told so.  The rest is tested with one.
 */
#define LIMITS_OFF                    \
	"rate_limit_register = off\n" \
	"rate_limit_failures = off\n" \
	"database_timeout = 1s\n"     \
	"database = \"host=/nonexistent\"\n"

START_TEST(lint_without_limits_asks_nobody)
{
	struct rc_req *rq = unit_request(LIMITS_OFF);
	const struct rc_initial_token none = { .id = 0 };
	struct rc_admission admission = { .policy_name = "x" };

	ck_assert_int_eq(rc_admission_take(rq, &rq->conf->policies[0], &none,
			     false, &admission),
	    RC_OK);
	ck_assert_ptr_null(admission.policy_name);
	ck_assert_ptr_null(admission.network_name);
	ck_assert_ptr_null(admission.epoch);
	/* Nothing is reserved, so nothing is given back. */
	rc_admission_give_back(rq, &admission);
	rc_admission_release(rq, "default", "192.0.2.1", "now");
	rc_admission_release(rq, "gone", "192.0.2.1", "now");
	ck_assert_int_eq(rq->fault.err, RC_OK);
	unit_request_free(rq);
}
END_TEST

/* Only what was tried and refused counts; it stays what it was. */
START_TEST(other_faults_pass)
{
	static const struct rc_credentials public = { .client_id = "x",
		.presented = RC_PRESENTED_NONE };
	struct rc_req *rq = unit_request(LIMITS_OFF);

	rq->authorization = "Bearer x";
	ck_assert_int_eq(
	    rc_admission_failed(rq, RC_ERR_INVALID_CLIENT_METADATA),
	    RC_ERR_INVALID_CLIENT_METADATA);
	ck_assert_int_eq(rc_admission_failed(rq, RC_ERR_INVALID_TOKEN),
	    RC_ERR_INVALID_TOKEN);
	rq->authorization = NULL;
	rq->credentials = &public;
	ck_assert_int_eq(rc_admission_failed(rq, RC_ERR_INVALID_CLIENT),
	    RC_ERR_INVALID_CLIENT);
	unit_request_free(rq);
}
END_TEST

UNIT_MAIN("admission", lint_without_limits_asks_nobody, other_faults_pass)
