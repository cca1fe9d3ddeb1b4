#include "unit.h"

#include <string.h>

#include "alg.h"

/* RFC 8725 3.1: neither "none" nor a secret shared with every verifier. */
START_TEST(all_are_asymmetric)
{
	size_t i;

	ck_assert_ptr_nonnull(rc_algs[0]);
	for (i = 0; rc_algs[i] != NULL; i++) {
		ck_assert_str_ne(rc_algs[i], "none");
		ck_assert(strncmp(rc_algs[i], "HS", 2) != 0);
	}
}
END_TEST

/* OpenID Connect Registration 1.0 2: RS256 is what a client that says nothing
 * expects of ID tokens. */
START_TEST(the_default_of_openid_connect_comes_first)
{

	ck_assert_str_eq(rc_algs[0], "RS256");
}
END_TEST

UNIT_MAIN("alg", all_are_asymmetric, the_default_of_openid_connect_comes_first)
