#include <string.h>

#include "arena.h"
#include "bearer.h"
#include "req.h"
#include "unit.h"

/* clang-format off */
static const struct {
	const char *header;
	bool presented;
	const char *token; /* NULL: refused */
} cases[] = {
	{ NULL, false, NULL },
	{ "", false, NULL },
	{ "Bearer abc", true, "abc" },
	{ "bearer abc", true, "abc" },
	{ "BEARER abc", true, "abc" },
	{ "Bearer   abc", true, "abc" },
	{ "Bearer AZaz09-._~+/", true, "AZaz09-._~+/" },
	{ "Bearer YWJj==", true, "YWJj==" },
	{ "Bearer", true, NULL },
	{ "Bearer ", true, NULL },
	{ "Bearer =", true, NULL },
	{ "Bearer a=b", true, NULL },
	{ "Bearer a b", true, NULL },
	{ "Bearer a ", true, NULL },
	{ "Bearer a,b", true, NULL },
	{ "Bearer a, Bearer b", true, NULL },
	{ "Bearer Bearer a", true, NULL },
	{ "Bearer \"a\"", true, NULL },
	{ "Bearer a\tb", true, NULL },
	{ "Bearer caf\xc3\xa9", true, NULL },
	{ "Bearer\tabc", false, NULL },
	{ "Bearerabc", false, NULL },
	{ "Bearer:abc", false, NULL },
	{ " Bearer abc", false, NULL },
	{ "Basic dTpw", false, NULL },
	{ "Basic dTpw, Bearer abc", false, NULL },
	{ "DPoP abc", false, NULL },
	{ "abc", false, NULL },
};
/* clang-format on */

START_TEST(bearer_follows_rfc6750_section_2_1)
{
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rc_req rq = { .mem = rc_arena_new(),
			.authorization = cases[i].header };
		enum rc_err e = rc_bearer_take(&rq);

		if (cases[i].token != NULL) {
			ck_assert_int_eq(e, RC_OK);
			ck_assert_str_eq(rq.bearer, cases[i].token);
		} else {
			ck_assert_msg(e == RC_ERR_INVALID_TOKEN, "case %zu", i);
			ck_assert_ptr_null(rq.bearer);
			ck_assert_ptr_nonnull(rq.fault.description);
		}
		rc_arena_free(rq.mem);
	}
}
END_TEST

START_TEST(bearer_knows_its_scheme)
{
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(
		    rc_bearer_presented(cases[i].header) == cases[i].presented,
		    "case %zu", i);
}
END_TEST

#define FORM "application/x-www-form-urlencoded"

/* clang-format off */
static const struct {
	const char *type; /* NULL: no Content-Type */
	const char *body;
	const char *header; /* Authorization, NULL */
	enum rc_method method;
	enum rc_err e;
	const char *token;
} forms[] = {
	{ FORM, "access_token=abc", NULL, RC_METHOD_POST, RC_OK, "abc" },
	{ FORM ";charset=x", "a=b&access_token=a%2Bb&c", NULL, RC_METHOD_POST,
	    RC_OK, "a+b" },
	{ "Application/X-WWW-Form-URLEncoded", "access_token=abc", NULL,
	    RC_METHOD_POST, RC_OK, "abc" },
	{ FORM, "a=b", "Bearer xyz", RC_METHOD_POST, RC_OK, "xyz" },
	{ FORM, "", "Bearer xyz", RC_METHOD_POST, RC_OK, "xyz" },
	{ "text/plain", "100%", "Bearer xyz", RC_METHOD_POST, RC_OK, "xyz" },
	{ NULL, "access_token=abc", "Bearer xyz", RC_METHOD_POST, RC_OK,
	    "xyz" },
	{ FORM, "access_token=abc", "Bearer xyz", RC_METHOD_POST,
	    RC_ERR_INVALID_REQUEST, NULL },
	{ FORM, "access_token=abc", "Basic dTpw", RC_METHOD_POST,
	    RC_ERR_INVALID_REQUEST, NULL },
	{ FORM, "access_token=a&access_token=a", NULL, RC_METHOD_POST,
	    RC_ERR_INVALID_REQUEST, NULL },
	{ FORM, "access_token=%zz", NULL, RC_METHOD_POST,
	    RC_ERR_INVALID_REQUEST, NULL },
	{ FORM, "access_token=", NULL, RC_METHOD_POST, RC_ERR_INVALID_TOKEN,
	    NULL },
	{ FORM, "access_token=a%20b", NULL, RC_METHOD_POST,
	    RC_ERR_INVALID_TOKEN, NULL },
	{ FORM, "token=abc", NULL, RC_METHOD_POST, RC_ERR_INVALID_TOKEN,
	    NULL },
	{ FORM, "access_token=abc", NULL, RC_METHOD_GET, RC_ERR_INVALID_TOKEN,
	    NULL },
	{ FORM "ed", "access_token=abc", NULL, RC_METHOD_POST,
	    RC_ERR_INVALID_TOKEN, NULL },
	{ "text/plain", "access_token=abc", NULL, RC_METHOD_POST,
	    RC_ERR_INVALID_TOKEN, NULL },
	{ NULL, "access_token=abc", NULL, RC_METHOD_POST,
	    RC_ERR_INVALID_TOKEN, NULL },
};
/* clang-format on */

START_TEST(form_follows_rfc6750_section_2_2)
{
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct rc_req rq = { .mem = rc_arena_new(),
			.method = forms[i].method,
			.content_type = forms[i].type,
			.authorization = forms[i].header,
			.body = forms[i].body,
			.len = strlen(forms[i].body) };

		ck_assert_msg(
		    rc_bearer_take_or_form(&rq) == forms[i].e, "case %zu", i);
		if (forms[i].token != NULL)
			ck_assert_str_eq(rq.bearer, forms[i].token);
		else
			ck_assert_ptr_null(rq.bearer);
		rc_arena_free(rq.mem);
	}
}
END_TEST

START_TEST(form_with_a_nul_is_none)
{
	struct rc_req rq = { .mem = rc_arena_new(),
		.method = RC_METHOD_POST,
		.content_type = FORM,
		.body = "access_token=abc\0d",
		.len = sizeof("access_token=abc\0d") - 1 };

	ck_assert_int_eq(rc_bearer_take_or_form(&rq), RC_ERR_INVALID_REQUEST);
	rc_arena_free(rq.mem);
}
END_TEST

UNIT_MAIN("bearer", bearer_follows_rfc6750_section_2_1, bearer_knows_its_scheme,
    form_follows_rfc6750_section_2_2, form_with_a_nul_is_none)
