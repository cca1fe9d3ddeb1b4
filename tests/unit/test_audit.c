#include "audit.h"
#include "request.h"
#include "unit.h"

/* Each has a name of its own, which people search for. */
START_TEST(events_have_names)
{
	int i, j;

	for (i = 0; i < RC_EVENT__MAX; i++) {
		ck_assert_int_eq(
		    strncmp(rc_audit_event(i), "client.", strlen("client.")),
		    0);
		for (j = 0; j < i; j++)
			ck_assert_str_ne(rc_audit_event(i), rc_audit_event(j));
	}
}
END_TEST

/* What software says of itself is cut, and cannot forge a line. */
START_TEST(user_agent_is_printable)
{
	struct rc_req *rq = unit_request("");
	char many[2001];

	ck_assert_int_eq(unsetenv("HTTP_USER_AGENT"), 0);
	ck_assert_ptr_null(rc_audit_user_agent(rq));
	ck_assert_int_eq(setenv("HTTP_USER_AGENT", "", 1), 0);
	ck_assert_ptr_null(rc_audit_user_agent(rq));
	ck_assert_int_eq(setenv("HTTP_USER_AGENT", "curl/8 (\"x\" \\)", 1), 0);
	ck_assert_str_eq(rc_audit_user_agent(rq), "curl/8 (\"x\" \\)");
	ck_assert_int_eq(
	    setenv("HTTP_USER_AGENT", "a\nb\tc\x7f\xc3\xa9\xff", 1), 0);
	ck_assert_str_eq(rc_audit_user_agent(rq), "a?b?c????");
	memset(many, 'x', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	ck_assert_int_eq(setenv("HTTP_USER_AGENT", many, 1), 0);
	ck_assert_uint_eq(strlen(rc_audit_user_agent(rq)), 512);
	unit_request_free(rq);
}
END_TEST

UNIT_MAIN("audit", events_have_names, user_agent_is_printable)
