#include "request.h"
#include "token.h"
#include "unit.h"

/* OpenID Connect Core appendix A.3; made by openssl for the others. */
START_TEST(at_hash_is_half_of_the_hash)
{
	static const char token[] =
	    "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
	static const char *const cases[][2] = {
		{ "RS256", "77QmUPtjPfzWtF2AnpK9RQ" },
		{ "PS256", "77QmUPtjPfzWtF2AnpK9RQ" },
		{ "ES256", "77QmUPtjPfzWtF2AnpK9RQ" },
		{ "EdDSA", "q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM" },
	};
	char out[RC_TOKEN_AT_HASH_SIZE];
	size_t i;

	ck_assert(rc_crypt_start());
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		rc_token_at_hash(cases[i][0], token, out);
		ck_assert_str_eq(out, cases[i][1]);
	}
}
END_TEST

START_TEST(an_opaque_token_is_known_by_its_hash)
{
	struct rc_req *rq = unit_request("");
	unsigned char hash[RC_CRYPT_HASH_SIZE], want[RC_CRYPT_HASH_SIZE];
	static const char token[] =
	    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
	bool ours = false;

	ck_assert(rc_crypt_start());
	rc_crypt_hash(token, strlen(token), want);
	ck_assert_int_eq(rc_token_hash(rq, token, &ours, hash), RC_OK);
	ck_assert(ours);
	ck_assert_mem_eq(hash, want, sizeof(hash));
	unit_request_free(rq);
}
END_TEST

/* None of these gets as far as the keys. */
START_TEST(what_is_no_access_token_is_not_ours)
{
	static const char *const bad[] = { "a.b", "..", "a.b.c.d",
		/* what a jti is hashed behind */
		"jwt:dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
		/* {"alg":"RS256"}, without typ, and {"jti":"x"} */
		"eyJhbGciOiJSUzI1NiJ9.eyJqdGkiOiJ4In0.YQ",
		/* {"alg":"RS256","typ":"JWT"}: an ID token */
		"eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJqdGkiOiJ4In0.YQ",
		/* {"alg":"RS256","typ":"at+jwt"} and {}: no jti */
		"eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.YQ" };
	struct rc_req *rq = unit_request("");
	unsigned char hash[RC_CRYPT_HASH_SIZE];
	bool ours;
	size_t i;

	ck_assert(rc_crypt_start());
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ours = true;
		ck_assert_int_eq(rc_token_hash(rq, bad[i], &ours, hash), RC_OK);
		ck_assert_msg(!ours, "%s", bad[i]);
	}
	unit_request_free(rq);
}
END_TEST

UNIT_MAIN("token", at_hash_is_half_of_the_hash,
    an_opaque_token_is_known_by_its_hash, what_is_no_access_token_is_not_ours)
