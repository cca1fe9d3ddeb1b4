#include "unit.h"

#include <string.h>

#include "err.h"

START_TEST(every_error_has_a_whole_row)
{
	int e;
	const char *p;

	ck_assert_int_eq(rc_err_status(RC_OK), 200);
	for (e = RC_OK + 1; e < RC_ERR__MAX; e++) {
		ck_assert_int_ge(rc_err_status((enum rc_err)e), 400);
		ck_assert_int_le(rc_err_status((enum rc_err)e), 503);
		ck_assert_ptr_nonnull(rc_err_name((enum rc_err)e));
		p = rc_err_source((enum rc_err)e);
		ck_assert(strncmp(p, "RFC ", 4) == 0 ||
			  strncmp(p, "OpenID Connect ", 15) == 0);
		/* RFC 6749 5.2: ASCII without quotes and backslashes. */
		for (p = rc_err_text((enum rc_err)e); *p != '\0'; p++)
			ck_assert(
			    *p >= ' ' && *p <= '~' && *p != '"' && *p != '\\');
		ck_assert(p - rc_err_text((enum rc_err)e) > 10);
	}
}
END_TEST

START_TEST(names_and_codes_are_those_of_the_standards)
{

	ck_assert_str_eq(
	    rc_err_name(RC_ERR_INVALID_REDIRECT_URI), "invalid_redirect_uri");
	ck_assert_str_eq(rc_err_name(RC_ERR_INVALID_CLIENT_METADATA),
	    "invalid_client_metadata");
	ck_assert_int_eq(rc_err_status(RC_ERR_INVALID_TOKEN), 401);
	ck_assert_int_eq(rc_err_status(RC_ERR_ACCESS_DENIED), 403);
	ck_assert_str_eq(rc_err_name(RC_ERR_INVALID_CLIENT), "invalid_client");
	ck_assert_int_eq(rc_err_status(RC_ERR_INVALID_CLIENT), 401);
	ck_assert_str_eq(rc_err_name(RC_ERR_INVALID_GRANT), "invalid_grant");
	ck_assert_int_eq(rc_err_status(RC_ERR_INVALID_GRANT), 400);
	ck_assert_int_eq(rc_err_status(RC_ERR_TEMPORARILY_UNAVAILABLE), 503);
}
END_TEST

START_TEST(a_number_that_is_no_error_is_a_server_error)
{

	ck_assert_int_eq(rc_err_status(RC_ERR__MAX), 500);
}
END_TEST

UNIT_MAIN("err", every_error_has_a_whole_row,
    names_and_codes_are_those_of_the_standards,
    a_number_that_is_no_error_is_a_server_error)
