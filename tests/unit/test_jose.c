#include "unit.h"

#include "jose.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* RFC 7517 appendix A.1. */
#define P256_X "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"
#define P256_Y "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
#define RSA_N                                                          \
	"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtV" \
	"T86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64t" \
	"Z_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Q" \
	"vzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbO" \
	"pbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_" \
	"xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"

/* clang-format off */
static const struct {
	const char *jwk;
	bool parses;
} rows[] = {
	{ "{\"kty\":\"RSA\",\"n\":\"" RSA_N "\",\"e\":\"AQAB\"}", true },
	{ "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" P256_X
	  "\",\"y\":\"" P256_Y "\"}", true },
	/* off the curve */
	{ "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" P256_Y
	  "\",\"y\":\"" P256_X "\"}", false },
	{ "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" P256_X
	  "\",\"y\":\"" P256_X "\"}", false },
	/* another curve, another type */
	{ "{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"" P256_X
	  "\",\"y\":\"" P256_Y "\"}", false },
	{ "{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObw\"}", false },
	{ "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":"
	  "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}", false },
	/* no key at all */
	{ "{\"kty\":\"RSA\",\"n\":\"" RSA_N "\"}", false },
	{ "{\"kty\":\"RSA\",\"e\":\"AQAB\"}", false },
	{ "{}", false }, { "[]", false }, { "", false }, { "{", false },
};
/* clang-format on */

START_TEST(public_keys_parse)
{
	size_t i;

	for (i = 0; i < ROWS(rows); i++)
		ck_assert_msg(rc_jose_key_parses(rows[i].jwk) == rows[i].parses,
		    "%s", rows[i].jwk);
}
END_TEST

UNIT_MAIN("jose", public_keys_parse)
