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

UNIT_MAIN("bearer", bearer_follows_rfc6750_section_2_1, bearer_knows_its_scheme)
