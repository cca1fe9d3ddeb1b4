#include "json_text.h"
#include "unit.h"

#include <string.h>

#include "arena.h"
#include "crypt.h"
#include "json.h"
#include "jwk.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/*
 * Public keys: RSA and P-256 of RFC 7517 appendix A.1, P-521 of RFC 7515
 * A.4.1, Ed25519 and X25519 of RFC 8037 A.2 and A.6; P-384 is our own.
 */
#define P256_X "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"
#define P256_Y "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
#define P521_X                                                         \
	"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ" \
	"6OvLFV1jSfS9tsz4qUxcWceqwQGk"
#define P521_Y                                                         \
	"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79a" \
	"jL4Kkd0AZMaZmh9ubmf63e3kyMj2"
#define ED25519_X "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define X25519_X "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"
#define ZERO_32 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define RSA_N                                                          \
	"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtV" \
	"T86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64t" \
	"Z_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Q" \
	"vzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbO" \
	"pbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_" \
	"xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
#define RSA_N_ZERO                                                     \
	"ANL8e2oKHmxnEErrj4iyV2abTfZ53a0Jm1xKbNmogBW1oTO_C4VseHG23wAL" \
	"VU_Os8LtUSu2jxRcboQ0dS-rUqHPwSRAj3m1ikV4wWQohVeJ96JJ44TLLZ-u" \
	"LWf9lvuSbBmOB3OZ_cgVwK8Jfd5are_0TecOgn9IeEMkOb_uuWBo0EdPxQ1t" \
	"kL86mN-vEEDInALWkqs7PCiWYJ2G_XO3dM4HQGR87uqjEL0S-YWo659Z_dQm" \
	"zqWyEg9PKjS8q3ZLfmxU1oQCOLzEBYelnmbtHzOJRXdjXEcK91z5LCDR2kPh" \
	"v8QZ4iKm8NC7NYxeOPnLBQrq_pBIFPGsGqScyp6gyoM"
#define RSA_N_EVEN                                                     \
	"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtV" \
	"T86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64t" \
	"Z_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Q" \
	"vzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbO" \
	"pbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_" \
	"xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgg"
#define RSA_N_2047                                                     \
	"f_x7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtV" \
	"T86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64t" \
	"Z_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Q" \
	"vzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbO" \
	"pbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_" \
	"xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
#define RSA_N_1024                                                     \
	"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtV" \
	"T86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64t" \
	"Z_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YAE"
#define P384_X                                                         \
	"L4MR2oKouXBAR4nMsCm0lzmyY9-f-VQkKpPnazm-ctNMG-uIjcxNHs8PFkd5" \
	"ohkM"
#define P384_Y                                                         \
	"Jy9LBo9kO-TLeeJpQLQA7NhkQ7zRBgLerRxrmxjSIDXD-aQK8bSzD6n2RIli" \
	"qZC9"
#define P256_X_SHORT "oEJM0hwpRIOKLXXJKzfnbqINnwCJOjtO7oo8Cq_sPg"
#define P256_X_LONG "ADCgQkzSHClEg4otdckrN-duog2fAIk6O07uijwKr-w-"

#define RSA_WITH(n, e) "\"kty\":\"RSA\",\"n\":\"" n "\",\"e\":\"" e "\""
#define RSA RSA_WITH(RSA_N, "AQAB")
#define EC_WITH(crv, x, y) \
	"\"kty\":\"EC\",\"crv\":\"" crv "\",\"x\":\"" x "\",\"y\":\"" y "\""
#define P256 EC_WITH("P-256", P256_X, P256_Y)
#define P384 EC_WITH("P-384", P384_X, P384_Y)
#define P521 EC_WITH("P-521", P521_X, P521_Y)
#define OKP_WITH(crv, x) "\"kty\":\"OKP\",\"crv\":\"" crv "\",\"x\":\"" x "\""
#define ED OKP_WITH("Ed25519", ED25519_X)
#define X OKP_WITH("X25519", X25519_X)

/* clang-format off */
/* The members of one key; every one is good. */
static const char *const good[] = {
	RSA, P256, P384, P521, ED, X,
	RSA_WITH(RSA_N, "AQAD"), RSA_WITH(RSA_N, "__________8"),
	RSA ",\"kid\":\"2011-04-29\",\"use\":\"sig\",\"alg\":\"RS256\"",
	RSA ",\"kid\":\"\",\"use\":null,\"alg\":null,\"key_ops\":null",
	/* alg */
	RSA ",\"alg\":\"RS384\"", RSA ",\"alg\":\"RS512\"",
	RSA ",\"alg\":\"PS256\"", RSA ",\"alg\":\"PS384\"",
	RSA ",\"alg\":\"PS512\"", RSA ",\"alg\":\"RSA-OAEP\",\"use\":\"enc\"",
	RSA ",\"alg\":\"RSA-OAEP-256\"", RSA ",\"alg\":\"RSA-OAEP-384\"",
	RSA ",\"alg\":\"RSA-OAEP-512\"",
	P256 ",\"alg\":\"ES256\",\"use\":\"sig\"", P384 ",\"alg\":\"ES384\"",
	P521 ",\"alg\":\"ES512\"", P256 ",\"alg\":\"ECDH-ES\",\"use\":\"enc\"",
	P384 ",\"alg\":\"ECDH-ES+A128KW\"", P521 ",\"alg\":\"ECDH-ES+A256KW\"",
	P256 ",\"alg\":\"ECDH-ES+A192KW\"",
	ED ",\"alg\":\"EdDSA\",\"use\":\"sig\"", ED ",\"alg\":\"Ed25519\"",
	X ",\"alg\":\"ECDH-ES\",\"use\":\"enc\"", X ",\"alg\":\"ECDH-ES+A256KW\"",
	X ",\"alg\":\"ECDH-ES+A128KW\"", X ",\"alg\":\"ECDH-ES+A192KW\"",
	/* key_ops */
	RSA ",\"key_ops\":[\"verify\"]", RSA ",\"key_ops\":[\"sign\",\"verify\"]",
	RSA ",\"key_ops\":[\"encrypt\",\"wrapKey\"],\"use\":\"enc\"",
	P256 ",\"key_ops\":[\"verify\"],\"alg\":\"ES256\",\"use\":\"sig\"",
	X ",\"key_ops\":[\"deriveKey\",\"deriveBits\"]",
	RSA ",\"key_ops\":[]", RSA ",\"key_ops\":[\"example.org/other\"]",
	/* labels and unknown members */
	RSA ",\"x5u\":\"https://h/x\",\"x5t\":\"AA\",\"x5t#S256\":\"AA\"",
	RSA ",\"x5c\":[\"MIIB\",\"MIIC\"]",
	RSA ",\"iat\":1700000000,\"ext\":true,\"other\":{\"a\":[-1,null]}",
};

static const struct {
	const char *key, *why;
} bad[] = {
	/* kty */
	{ "", "no kty" }, { "\"kty\":1", "no kty" },
	{ "\"kty\":null", "no kty" }, { "\"kty\":[\"RSA\"]", "no kty" },
	/* symmetric and private parts, of any type */
	{ "\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T\"",
	    "symmetric" },
	{ "\"kty\":\"oct\"", "symmetric" },
	{ RSA ",\"d\":\"AQ\"", "private" }, { RSA ",\"p\":\"AQ\"", "private" },
	{ RSA ",\"q\":\"AQ\"", "private" }, { RSA ",\"dp\":\"AQ\"", "private" },
	{ RSA ",\"dq\":\"AQ\"", "private" }, { RSA ",\"qi\":\"AQ\"", "private" },
	{ RSA ",\"oth\":[]", "private" }, { RSA ",\"k\":\"AQ\"", "private" },
	{ RSA ",\"priv\":\"AQ\"", "private" },
	{ P256 ",\"d\":\"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE\"",
	    "private" },
	{ ED ",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\"",
	    "private" },
	{ X ",\"d\":7", "private" }, { P256 ",\"d\":null", "private" },
	/* RSA */
	{ "\"kty\":\"RSA\",\"e\":\"AQAB\"", "no n" },
	{ "\"kty\":\"RSA\",\"n\":7,\"e\":\"AQAB\"", "no n" },
	{ RSA_WITH(RSA_N "==", "AQAB"), "no n" },
	{ RSA_WITH("+" RSA_N, "AQAB"), "no n" },
	{ RSA_WITH("", "AQAB"), "zeroes in n" },
	{ RSA_WITH(RSA_N_ZERO, "AQAB"), "zeroes in n" },
	{ RSA_WITH(RSA_N_2047, "AQAB"), "2048 bits" },
	{ RSA_WITH(RSA_N_1024, "AQAB"), "2048 bits" },
	{ RSA_WITH("AQAB", "AQAB"), "2048 bits" },
	{ RSA_WITH(RSA_N_EVEN, "AQAB"), "even n" },
	{ "\"kty\":\"RSA\",\"n\":\"" RSA_N "\"", "no e" },
	{ "\"kty\":\"RSA\",\"n\":\"" RSA_N "\",\"e\":65537", "no e" },
	{ RSA_WITH(RSA_N, "AQAB="), "no e" },
	{ RSA_WITH(RSA_N, "AQAAAAAAAAAB"), "no e" },
	{ RSA_WITH(RSA_N, ""), "zeroes in e" },
	{ RSA_WITH(RSA_N, "AAEAAQ"), "zeroes in e" },
	{ RSA_WITH(RSA_N, "AQ"), "65537" }, { RSA_WITH(RSA_N, "Aw"), "65537" },
	{ RSA_WITH(RSA_N, "__8"), "65537" }, { RSA_WITH(RSA_N, "AQAA"), "65537" },
	{ RSA_WITH(RSA_N, "AQAC"), "65537" },
	/* EC */
	{ "\"kty\":\"EC\"", "no crv" },
	{ "\"kty\":\"EC\",\"crv\":256", "no crv" },
	{ "\"kty\":\"EC\",\"crv\":null", "no crv" },
	{ EC_WITH("Ed25519", P256_X, P256_Y), "its kty" },
	{ EC_WITH("P-384", P256_X, P256_Y), "no x" },
	{ EC_WITH("P-256", P384_X, P384_Y), "no x" },
	{ EC_WITH("P-256", P256_X_SHORT, P256_Y), "no x" },
	{ EC_WITH("P-256", P256_X_LONG, P256_Y), "no x" },
	{ EC_WITH("P-256", P256_X "=", P256_Y), "no x" },
	{ EC_WITH("P-521", P521_X P521_X, P521_Y), "no x" },
	{ "\"kty\":\"EC\",\"crv\":\"P-256\",\"y\":\"" P256_Y "\"", "no x" },
	{ "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" P256_X "\"", "no y" },
	{ EC_WITH("P-256", P256_X, P384_Y), "no y" },
	{ EC_WITH("P-256", P256_X, P256_X_SHORT), "no y" },
	{ EC_WITH("P-256", P256_Y, P256_X), "not a point" },
	{ EC_WITH("P-256", P256_X, ZERO_32), "not a point" },
	{ EC_WITH("P-256", ZERO_32, ZERO_32), "not a point" },
	{ EC_WITH("P-384", P384_Y, P384_X), "not a point" },
	{ EC_WITH("P-521", P521_Y, P521_X), "not a point" },
	/* OKP */
	{ "\"kty\":\"OKP\"", "no crv" }, { OKP_WITH("P-256", P256_X), "its kty" },
	{ "\"kty\":\"OKP\",\"crv\":\"Ed25519\"", "no x" },
	{ OKP_WITH("Ed25519", P256_X_SHORT), "no x" },
	{ OKP_WITH("X25519", P256_X_LONG), "no x" },
	{ OKP_WITH("X25519", ""), "no x" },
	{ OKP_WITH("Ed25519", ZERO_32), "not a point" },
	/* use, alg and key_ops agree with the key and with one another */
	{ RSA ",\"use\":1", "use that is no string" },
	{ RSA ",\"use\":[\"sig\"]", "use that is no string" },
	{ ED ",\"use\":\"enc\"", "its crv" }, { X ",\"use\":\"sig\"", "its crv" },
	{ RSA ",\"alg\":1", "alg that is no string" },
	{ RSA ",\"alg\":\"ES256\"", "kty or crv" },
	{ RSA ",\"alg\":\"EdDSA\"", "kty or crv" },
	{ P256 ",\"alg\":\"RS256\"", "kty or crv" },
	{ P256 ",\"alg\":\"ES384\"", "kty or crv" },
	{ P384 ",\"alg\":\"ES256\"", "kty or crv" },
	{ P521 ",\"alg\":\"ES384\"", "kty or crv" },
	{ P256 ",\"alg\":\"EdDSA\"", "kty or crv" },
	{ ED ",\"alg\":\"ES256\"", "kty or crv" },
	{ ED ",\"alg\":\"ECDH-ES\"", "kty or crv" },
	{ X ",\"alg\":\"EdDSA\"", "kty or crv" },
	{ X ",\"alg\":\"RSA-OAEP\"", "kty or crv" },
	{ RSA ",\"alg\":\"RS256\",\"use\":\"enc\"", "its use" },
	{ RSA ",\"alg\":\"RSA-OAEP\",\"use\":\"sig\"", "its use" },
	{ P256 ",\"alg\":\"ES256\",\"use\":\"enc\"", "its use" },
	{ P256 ",\"alg\":\"ECDH-ES\",\"use\":\"sig\"", "its use" },
	{ RSA ",\"key_ops\":\"verify\"", "no array" },
	{ RSA ",\"key_ops\":[1]", "no array" },
	{ RSA ",\"key_ops\":[null]", "no array" },
	{ RSA ",\"key_ops\":[\"verify\",\"encrypt\"]", "key_ops that disagree" },
	{ RSA ",\"key_ops\":[\"verify\"],\"use\":\"enc\"", "key_ops that disagree" },
	{ RSA ",\"key_ops\":[\"wrapKey\"],\"alg\":\"RS256\"", "key_ops that disagree" },
	{ ED ",\"key_ops\":[\"deriveBits\"]", "key_ops that disagree" },
	{ X ",\"key_ops\":[\"verify\"]", "key_ops that disagree" },
	/* labels */
	{ RSA ",\"kid\":1", "kid" }, { RSA ",\"kid\":{}", "kid" },
	{ RSA ",\"x5u\":1", "x5u" }, { RSA ",\"x5t\":[]", "x5t" },
	{ RSA ",\"x5t#S256\":true", "x5t#S256" }, { RSA ",\"x5c\":\"MII\"", "x5c" },
	{ RSA ",\"x5c\":[1]", "x5c" }, { RSA ",\"x5c\":{}", "x5c" },
	{ RSA ",\"x5c\":[null]", "x5c" },
};

/*
 * Keys that are not understood (RFC 7517 5): beside a good one they pass, alone
 * they are no set.
 */
static const char *const foreign[] = {
	"\"kty\":\"XYZ\"", "\"kty\":\"rsa\"", "\"kty\":\"\"",
	"\"kty\":\"AKP\",\"alg\":\"ML-DSA-44\",\"pub\":\"AAAA\"",
	"\"kty\":\"XYZ\",\"crv\":7,\"use\":7,\"alg\":7,\"kid\":7",
	EC_WITH("secp256k1", P256_X, P256_Y), EC_WITH("p-256", P256_X, P256_Y),
	OKP_WITH("Ed448", ED25519_X), OKP_WITH("X448", X25519_X),
	RSA ",\"use\":\"tls\"", RSA ",\"use\":\"SIG\"", RSA ",\"use\":\"\"",
	RSA ",\"alg\":\"HS256\"", RSA ",\"alg\":\"none\"",
	RSA ",\"alg\":\"RSA1_5\"", RSA ",\"alg\":\"rs256\"", RSA ",\"alg\":\"\"",
	ED ",\"use\":\"sig\",\"alg\":\"ES256K\"",
};

/* What beside a good key still refuses the whole set. */
static const struct {
	const char *key, *why;
} never[] = {
	{ "\"kty\":\"XYZ\",\"d\":\"AQ\"", "private" },
	{ "\"kty\":\"XYZ\",\"p\":\"AQ\"", "private" },
	{ "\"kty\":\"XYZ\",\"q\":\"AQ\"", "private" },
	{ "\"kty\":\"XYZ\",\"dp\":\"AQ\"", "private" },
	{ "\"kty\":\"XYZ\",\"dq\":\"AQ\"", "private" },
	{ "\"kty\":\"XYZ\",\"qi\":\"AQ\"", "private" },
	{ "\"kty\":\"XYZ\",\"oth\":null", "private" },
	{ "\"kty\":\"XYZ\",\"k\":7", "private" },
	{ "\"kty\":\"AKP\",\"pub\":\"AAAA\",\"priv\":\"AAAA\"", "private" },
	{ EC_WITH("secp256k1", P256_X, P256_Y) ",\"d\":\"AQ\"", "private" },
	{ OKP_WITH("Ed448", ED25519_X) ",\"d\":\"AQ\"", "private" },
	{ RSA ",\"alg\":\"XYZ\",\"d\":\"AQ\"", "private" },
	{ RSA ",\"use\":\"xyz\",\"d\":\"AQ\"", "private" },
	{ "\"kty\":\"oct\",\"k\":\"AQ\"", "symmetric" },
	{ "\"alg\":\"XYZ\"", "no kty" }, { "\"kty\":7", "no kty" },
	{ RSA_WITH(RSA_N_1024, "AQAB") ",\"alg\":\"XYZ\"", "2048 bits" },
	{ RSA_WITH(RSA_N, "Aw") ",\"use\":\"xyz\"", "65537" },
	{ EC_WITH("P-256", P256_Y, P256_X) ",\"alg\":\"XYZ\"", "not a point" },
	{ OKP_WITH("Ed25519", ZERO_32) ",\"use\":\"xyz\"", "not a point" },
	{ "\"kty\":\"XYZ\",\"a\":1.5", "number" },
	{ "\"kty\":\"XYZ\",\"a\":[9223372036854775808]", "number" },
};

/* Whole sets. */
static const struct {
	const char *jwks, *why;
} sets[] = {
	{ "{\"keys\":[{" RSA "}]}", NULL },
	{ "{\"keys\":[{" RSA "},{" P256 "},{" ED "}],\"other\":7}", NULL },
	{ "{\"keys\":[{" RSA ",\"kid\":\"a\"},{" P256 ",\"kid\":\"b\"}]}", NULL },
	{ "{\"keys\":[{" RSA ",\"kid\":\"a\"},{" P256 ",\"kid\":\"A\"}]}", NULL },
	{ "null", "is no object" }, { "[]", "is no object" },
	{ "\"{}\"", "is no object" }, { "{}", "no array keys" },
	{ "{\"keys\":null}", "no array keys" }, { "{\"keys\":{}}", "no array keys" },
	{ "{\"keys\":\"\"}", "no array keys" }, { "{\"Keys\":[]}", "no array keys" },
	{ "{\"keys\":[]}", "no key in keys" },
	{ "{\"keys\":[null]}", "keys[0] is no object" },
	{ "{\"keys\":[\"x\"]}", "keys[0] is no object" },
	{ "{\"keys\":[[]]}", "keys[0] is no object" },
	{ "{\"keys\":[{" RSA "},{}]}", "keys[1] has no kty" },
	{ "{\"keys\":[{" RSA "},{" P256 ",\"d\":\"x\"}]}",
	    "keys[1] has a private part" },
	{ "{\"keys\":[{" RSA ",\"kid\":\"a\"},{" ED "},{" P256
	  ",\"kid\":\"a\"}]}", "keys[2] has the kid" },
	/* which counts among the keys that are understood */
	{ "{\"keys\":[{" RSA ",\"kid\":\"a\"},{\"kty\":\"XYZ\",\"kid\":\"a\"}]}",
	    NULL },
	{ "{\"keys\":[{\"kty\":\"XYZ\",\"kid\":\"a\"},{" RSA ",\"kid\":\"a\"}]}",
	    NULL },
	{ "{\"keys\":[{" RSA ",\"kid\":\"a\"},{\"kty\":\"XYZ\"},{" P256
	  ",\"kid\":\"a\"}]}", "keys[2] has the kid" },
	{ "{\"keys\":[{\"kty\":\"XYZ\"},{" RSA ",\"use\":\"xyz\"}]}",
	    "no key that this server understands" },
	/* numbers that a database of 64-bit integers cannot hold, anywhere */
	{ "{\"keys\":[{" RSA "}],\"other\":1.5}", "number" },
	{ "{\"keys\":[{" RSA ",\"iat\":1.0}]}", "number" },
	{ "{\"keys\":[{" RSA ",\"iat\":1e3}]}", "number" },
	{ "{\"keys\":[{" RSA ",\"a\":[{\"b\":[1e999999]}]}]}", "number" },
	{ "{\"keys\":[{" RSA ",\"a\":9223372036854775808}]}", "number" },
	{ "{\"keys\":[{" RSA ",\"a\":9223372036854775807}]}", NULL },
};

/* Which keys can sign, for the algorithm if there is one (RFC 7523 2.2). */
static const struct {
	const char *keys, *alg;
	bool can;
} signers[] = {
	{ "{" RSA "}", NULL, true }, { "{" P256 "}", NULL, true },
	{ "{" P384 "}", NULL, true }, { "{" P521 "}", NULL, true },
	{ "{" ED "}", NULL, true }, { "{" X "}", NULL, false },
	{ "{" RSA "}", "RS256", true }, { "{" RSA "}", "PS256", true },
	{ "{" RSA "}", "ES256", false }, { "{" RSA "}", "EdDSA", false },
	{ "{" P256 "}", "ES256", true }, { "{" P256 "}", "RS256", false },
	{ "{" P384 "}", "ES256", false }, { "{" P521 "}", "ES256", false },
	{ "{" ED "}", "EdDSA", true }, { "{" ED "}", "ES256", false },
	{ "{" X "}", "EdDSA", false }, { "{" X "}", "ECDH-ES", false },
	{ "{" RSA "}", "XYZ", false }, { "{" RSA "}", "RSA-OAEP", false },
	/* use */
	{ "{" RSA ",\"use\":\"sig\"}", NULL, true },
	{ "{" RSA ",\"use\":\"sig\"}", "RS256", true },
	{ "{" RSA ",\"use\":null}", "RS256", true },
	{ "{" RSA ",\"use\":\"enc\"}", NULL, false },
	{ "{" RSA ",\"use\":\"enc\"}", "RS256", false },
	{ "{" P256 ",\"use\":\"enc\"}", "ES256", false },
	/* key_ops */
	{ "{" RSA ",\"key_ops\":[\"verify\"]}", "RS256", true },
	{ "{" ED ",\"key_ops\":[\"sign\"]}", "EdDSA", true },
	{ "{" RSA ",\"key_ops\":[\"other\",\"verify\"]}", NULL, true },
	{ "{" RSA ",\"key_ops\":null}", NULL, true },
	{ "{" RSA ",\"key_ops\":[]}", NULL, false },
	{ "{" RSA ",\"key_ops\":[\"other\"]}", NULL, false },
	{ "{" RSA ",\"key_ops\":[\"encrypt\"]}", NULL, false },
	{ "{" P256 ",\"key_ops\":[\"deriveBits\"]}", "ES256", false },
	/* the key's own alg */
	{ "{" RSA ",\"alg\":\"RS256\"}", "RS256", true },
	{ "{" RSA ",\"alg\":\"RS256\"}", "PS256", false },
	{ "{" RSA ",\"alg\":\"RS512\"}", "RS256", false },
	{ "{" RSA ",\"alg\":\"RS512\"}", NULL, true },
	{ "{" RSA ",\"alg\":null}", "PS256", true },
	{ "{" RSA ",\"alg\":\"RSA-OAEP\"}", NULL, false },
	{ "{" P256 ",\"alg\":\"ECDH-ES\"}", NULL, false },
	{ "{" ED ",\"alg\":\"EdDSA\"}", "EdDSA", true },
	{ "{" ED ",\"alg\":\"Ed25519\"}", "EdDSA", true },
	/* one is enough, but must be understood and fit alone */
	{ "{" X "},{" RSA ",\"use\":\"enc\"},{" P256 "}", NULL, true },
	{ "{" X "},{" RSA ",\"use\":\"enc\"},{" P256 "}", "ES256", true },
	{ "{" X "},{" RSA ",\"use\":\"enc\"},{" P256 "}", "RS256", false },
	{ "{" X "},{" RSA ",\"use\":\"tls\"}", NULL, false },
	{ "{" X "},{" RSA ",\"alg\":\"XYZ\"}", NULL, false },
	{ "{" X "},{\"kty\":\"XYZ\",\"use\":\"sig\"}", NULL, false },
	{ "{" X "},{" EC_WITH("secp256k1", P256_X, P256_Y) "}", NULL, false },
};
/* clang-format on */

static struct rc_json *
parse(struct rc_arena *mem, const char *text)
{

	ck_assert(rc_crypt_start());
	return json_text(mem, text);
}

/* Judge the JSON text of a set. */
static const char *
judge(struct rc_arena *mem, const char *text)
{

	return rc_jwk_check_set(mem, parse(mem, text));
}

/* ${want}: a part of the phrase, or NULL for a good set. */
static void
expect(const char *text, const char *got, const char *want)
{

	if (want == NULL)
		ck_assert_msg(got == NULL, "%s: %s", text, got);
	else
		ck_assert_msg(got != NULL && strstr(got, want) != NULL,
		    "%s: %s, not %s", text, got != NULL ? got : "accepted",
		    want);
}

START_TEST(good_keys_pass)
{
	struct rc_arena *mem = rc_arena_new();
	const char *text;
	size_t i;

	for (i = 0; i < ROWS(good); i++) {
		text = rc_printf(mem, "{\"keys\":[{%s}]}", good[i]);
		expect(text, judge(mem, text), NULL);
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(bad_keys_are_refused)
{
	struct rc_arena *mem = rc_arena_new();
	const char *text, *why;
	size_t i;

	for (i = 0; i < ROWS(bad); i++) {
		text = rc_printf(mem, "{\"keys\":[{%s}]}", bad[i].key);
		why = judge(mem, text);
		expect(text, why, bad[i].why);
		expect(text, why, "keys[0] ");
		ck_assert_ptr_null(strpbrk(why, "\"\\"));
	}
	rc_arena_free(mem);
}
END_TEST

/* RFC 7517 5: keys that are not understood are ignored. */
START_TEST(foreign_keys_are_ignored)
{
	struct rc_arena *mem = rc_arena_new();
	const char *text;
	size_t i;

	for (i = 0; i < ROWS(foreign); i++) {
		text = rc_printf(mem, "{\"keys\":[{%s}]}", foreign[i]);
		expect(text, judge(mem, text), "has no key that this server");
		text =
		    rc_printf(mem, "{\"keys\":[{%s},{" P521 "}]}", foreign[i]);
		expect(text, judge(mem, text), NULL);
		text =
		    rc_printf(mem, "{\"keys\":[{" P521 "},{%s}]}", foreign[i]);
		expect(text, judge(mem, text), NULL);
	}
	for (i = 0; i < ROWS(never); i++) {
		text = rc_printf(
		    mem, "{\"keys\":[{" P521 "},{%s}]}", never[i].key);
		expect(text, judge(mem, text), never[i].why);
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(signers_are_told)
{
	struct rc_arena *mem = rc_arena_new();
	const char *text;
	size_t i;

	for (i = 0; i < ROWS(signers); i++) {
		text = rc_printf(mem, "{\"keys\":[%s]}", signers[i].keys);
		expect(text, judge(mem, text), NULL);
		ck_assert_msg(rc_jwk_can_sign(mem, parse(mem, text),
				  signers[i].alg) == signers[i].can,
		    "%s: %s", text,
		    signers[i].alg != NULL ? signers[i].alg : "any");
	}
	ck_assert(!rc_jwk_can_sign(mem, NULL, NULL));
	rc_arena_free(mem);
}
END_TEST

START_TEST(sets_are_judged_whole)
{
	struct rc_arena *mem = rc_arena_new();
	size_t i;

	for (i = 0; i < ROWS(sets); i++)
		expect(sets[i].jwks, judge(mem, sets[i].jwks), sets[i].why);
	rc_arena_free(mem);
}
END_TEST

/* Return a set of ${n} keys that are alike. */
static const char *
many(struct rc_arena *mem, int n)
{
	const char *text = "{\"keys\":[";
	int i;

	for (i = 0; i < n; i++)
		text = rc_printf(mem, "%s%s{" ED "}", text, i > 0 ? "," : "");
	return rc_printf(mem, "%s]}", text);
}

START_TEST(a_set_is_bounded)
{
	struct rc_arena *mem = rc_arena_new();

	expect("100 keys", judge(mem, many(mem, 100)), NULL);
	expect("101 keys", judge(mem, many(mem, 101)), "more than 100");
	rc_arena_free(mem);
}
END_TEST

/* Return a set with one RSA key, whose n is 2^(8 * octets) - 1. */
static const char *
modulus(struct rc_arena *mem, size_t octets)
{
	unsigned char n[2049];
	char text[2800];

	memset(n, 0xff, octets);
	rc_crypt_base64url(text, sizeof(text), n, octets);
	return rc_printf(mem,
	    "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAB\"}]}", text);
}

START_TEST(rsa_moduli_are_bounded)
{
	struct rc_arena *mem = rc_arena_new();

	expect("255 octets", judge(mem, modulus(mem, 255)), "2048 bits");
	expect("256 octets", judge(mem, modulus(mem, 256)), NULL);
	expect("2048 octets", judge(mem, modulus(mem, 2048)), NULL);
	expect("2049 octets", judge(mem, modulus(mem, 2049)), "16384 bits");
	rc_arena_free(mem);
}
END_TEST

START_TEST(nothing_is_no_set)
{
	struct rc_arena *mem = rc_arena_new();

	ck_assert_ptr_nonnull(rc_jwk_check_set(mem, NULL));
	rc_arena_free(mem);
}
END_TEST

UNIT_MAIN("jwk", good_keys_pass, bad_keys_are_refused, foreign_keys_are_ignored,
    signers_are_told, sets_are_judged_whole, a_set_is_bounded,
    rsa_moduli_are_bounded, nothing_is_no_set)
