#include <string.h>

#include "crypt.h"
#include "pkce.h"
#include "unit.h"

#define VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
/* 32 characters. */
#define MANY "0123456789abcdefghijklmnopqrstuv"

START_TEST(s256_matches_rfc7636_appendix_b)
{
	char challenge[RC_PKCE_CHALLENGE_SIZE];

	ck_assert(rc_crypt_start());
	rc_pkce_challenge(VERIFIER, challenge);
	ck_assert_str_eq(challenge, CHALLENGE);
	ck_assert_ptr_null(rc_pkce_check_verifier(VERIFIER));
	ck_assert_ptr_null(rc_pkce_check_challenge(challenge));
}
END_TEST

START_TEST(verifier_has_the_grammar_of_rfc7636_4_1)
{
	static const char *const good[] = { MANY "0123456789a",
		MANY MANY MANY MANY, MANY "-._~ABCXYZabcxyz09" };
	static const char *const bad[] = { "", MANY "0123456789",
		MANY MANY MANY MANY "a", MANY "0123456789 a",
		MANY "0123456789+/", MANY "0123456789=a",
		MANY "0123456789\xc3\xa4" };
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(*good); i++)
		ck_assert_ptr_null(rc_pkce_check_verifier(good[i]));
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(
		    rc_pkce_check_verifier(bad[i]) != NULL, "%s", bad[i]);
}
END_TEST

START_TEST(challenge_is_a_hash_in_base64url)
{
	static const char *const bad[] = { "",
		"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c", CHALLENGE "A",
		CHALLENGE "=", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM",
		/* Stray bits behind the hash. */
		"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN", MANY MANY };
	size_t i;

	ck_assert(rc_crypt_start());
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(
		    rc_pkce_check_challenge(bad[i]) != NULL, "%s", bad[i]);
}
END_TEST

UNIT_MAIN("pkce", s256_matches_rfc7636_appendix_b,
    verifier_has_the_grammar_of_rfc7636_4_1, challenge_is_a_hash_in_base64url)
