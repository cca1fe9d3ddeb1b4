#include "json_text.h"
#include "unit.h"

#include <string.h>

#include "alg.h"
#include "arena.h"
#include "buf.h"
#include "crypt.h"
#include "jose.h"
#include "json.h"
#include "jwk.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* RFC 7517 appendix A.1. */
#define P256_X "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"
#define P256_Y "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
#define RSA_N_TAIL                                                     \
	"agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtV"     \
	"T86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64t" \
	"Z_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Q" \
	"vzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbO" \
	"pbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_" \
	"xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
#define RSA_N "0vx7" RSA_N_TAIL
/* One bit short, and with zeroes in front. */
#define RSA_N_2047 "Uvx7" RSA_N_TAIL
#define RSA_N_ZERO "AAAA" RSA_N
#define RSA_WITH(n, e) "\"kty\":\"RSA\",\"n\":\"" n "\",\"e\":\"" e "\""

/* RFC 7515 A.2: an RSA key pair and what it signed. */
#define A2_N                                                           \
	"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHm" \
	"fHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_" \
	"YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5" \
	"z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uD" \
	"Zlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9ia" \
	"GNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
#define A2_PUBLIC RSA_WITH(A2_N, "AQAB")
#define A2_D                                                           \
	"Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97Ijl" \
	"A7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTG" \
	"oVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M" \
	"_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQ" \
	"UShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB" \
	"4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ"
#define A2_P                                                           \
	"4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYr" \
	"qBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t" \
	"7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc"
#define A2_Q                                                           \
	"uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaew" \
	"HgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njb" \
	"glfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc"
#define A2_DP                                                          \
	"BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLd" \
	"hrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2zb34MCd" \
	"y7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0"
#define A2_DQ                                                          \
	"h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9" \
	"xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-kyNlxAr" \
	"2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU"
#define A2_QI                                                          \
	"IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26" \
	"F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITr" \
	"JReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U"
#define A2_PRIVATE                                                       \
	A2_PUBLIC ",\"d\":\"" A2_D "\",\"p\":\"" A2_P "\",\"q\":\"" A2_Q \
		  "\",\"dp\":\"" A2_DP "\",\"dq\":\"" A2_DQ              \
		  "\",\"qi\":\"" A2_QI "\""
#define PAYLOAD                                                       \
	"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9" \
	"leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
#define A2_SIGNATURE                                                   \
	"cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5R" \
	"Zmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQ" \
	"jbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQB" \
	"MHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqt" \
	"FZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rq" \
	"Vt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
#define A2 "eyJhbGciOiJSUzI1NiJ9." PAYLOAD "." A2_SIGNATURE

/* Made with OpenSSL: a PS256 signature by the same key. */
#define PS256_SIGNATURE                                                \
	"U4sTIhIQw5STMD16phpBgMrXT8Ag4WzjadM2tiSIlr-RL-IyT4JN2dkyGqyh" \
	"c7sRiYB4o-CHAUp5trk5xIm-95j_toDfZL-5ZV85yeUm-8u-ujRdtWYXiPwx" \
	"RPGOaLN97eGXhsFmUQDUKHlvGAluKCcYinWXNv7H4IrqQ7lsQ1PJJ2nRDblQ" \
	"AMWlyCqJQ6VtXO5WREtKyE5_A1GmPcKD-xjecE3nBXfLB2uIJtuG8-3MdmJ0" \
	"MXOEJosX1p-wS2tVbJ4RwH3O2dAZoDY96UQn_k3gMkZ0msNaiDMb9OS9dqgT" \
	"oi-RVuVY3LSEmhp3uFAXXO1GE_cziBWTqZkpidjVxw"
#define PS256_INPUT "eyJhbGciOiJQUzI1NiJ9." PAYLOAD "."
/* One that starts with a zero octet, and the same without that. */
#define PS256_ZERO                                                     \
	"AP8WfY9NjfRXKC2G2koSdt4yeBDnHh_bjfOJhZ58_GmFXcWG3vKk7s7OkHrw" \
	"6GCPTTzIcyFGfXO082iQQifZRxReSYn2HP7T3iRb7G6D3JWtUxAjCYMxhe3Y" \
	"62SYhQToYMoI02QSpaW--iaWJawcmPCUdAyKDVd2B3B05hNQRwDdsmZG62xy" \
	"zh8ua3AzIzl7Udxruz88_BaWBTatfdAbnvKiSVBed2hk9ZxgWXcQ7-Nx_Uwh" \
	"HhWo5S3kFhHQOgCJJhV6SL5uU59nfYCAj1AFsEy_AVMPfT26rS2gggsGtV4n" \
	"5LUW4he0CygZ_R58hBbiUQYiD_RaYqmDlhD_vNYfEQ"
#define PS256_SHORT                                                    \
	"_xZ9j02N9FcoLYbaShJ23jJ4EOceH9uN84mFnnz8aYVdxYbe8qTuzs6QevDo" \
	"YI9NPMhzIUZ9c7TzaJBCJ9lHFF5JifYc_tPeJFvsboPcla1TECMJgzGF7djr" \
	"ZJiFBOhgygjTZBKlpb76JpYlrByY8JR0DIoNV3YHcHTmE1BHAN2yZkbrbHLO" \
	"Hy5rcDMjOXtR3Gu7Pzz8FpYFNq190Bue8qJJUF53aGT1nGBZdxDv43H9TCEe" \
	"FajlLeQWEdA6AIkmFXpIvm5Tn2d9gICPUAWwTL8BUw99PbqtLaCCCwa1Xifk" \
	"tRbiF7QLKBn9HnyEFuJRBiIP9FpiqYOWEP-81h8R"
/* One with a salt of 20 octets instead of 32 (RFC 7518 3.5). */
#define PS256_SALT                                                     \
	"K6oysu8CE2KW86arvox456HvujkTlwnHnsXHOFrnPBXpMa-9STigKOlB-HzV" \
	"023KJteHGJQ2mNBunHZjIWFLkBQeATInpURRUeCdGYr2qCc-oFo3AfwAIS6Q" \
	"bSTG6isBQa5DFO3VC2Z8SKU89SW-H0woguvsM7V9BBI_HaKxToRQLPWTDLyW" \
	"sPlsqBlkxBpB8OwlyECIPkpsluLFDEO70N8qDeSCpja3d9PkTbT_6QRhSkrd" \
	"hRM9j_O1XJUhzm7MKZDFUtYdWmRssiA_aCqdwc1ArN5z-6FeJWUK05_D-coJ" \
	"z8MBG0cRRWYdnqpBidP083BFiFgMwa_woR3g-_04lg"

/* Made with OpenSSL: RS256 with a modulus of 1024 bits, and with e = 3. */
#define SMALL_N                                                        \
	"tQ0ZbOhvrSMFiUGjO77EuwgfEd2cIV1Wbm7d75YMrXRSerlmgYRf2CFOMYVr" \
	"buzWXdNccR65tyWjwb5LpbnovE-InBKP4Wnu71WxfE586mAedysxYExRFyBS" \
	"JK08tr88jYcYCPDaG2ucSrzObP3NYou4VPM8rEggEsrxMSdOqLU"
#define SMALL_SIGNATURE                                                \
	"MXBJiIrHiumZpcdPdGK6yA88pxM5ffR4tPXCG_Arl_FVRSa-LyXGEmLLqm6B" \
	"MiN-1UoKpK_7k-SGAnwIshnESWjFSC5c9AjYq7LMYjxq_RP9mU7jDeuX8pXE" \
	"a2zWifeA_Q0xg_pUDVS_QAW2dhBpwE76PDBBDiWI4vb39oI3xAY"
#define E3_N                                                           \
	"1nllTi7EdKiAah9LcxkNfX2uFizNfNOz06SUGDe9FLqaWs-5sbI5zYWQgBGJ" \
	"92lWmGm2ZH9ImIOnRYmvSD_UfiFhB1Aekc2XH_Pb6FMYHfRGEjTCRpoEubzK" \
	"_oDmjwFKTJJulMYv9saH6ymPh7xmfuDR-ALZp7zMq7czC0720G4-H7aB1MPX" \
	"LdqWaZXcRlg-o1_6pISuGVs3evGgRpLvH6ZF6IRcBSFU6CtPNmg4BiHCvOd2" \
	"Xa9NnsWBAHiOMEIoznJtM0tbcqB8pT6rEA3oEUTTh_qGpyR6lnRf2rNXg6a-" \
	"zDxG7kbKCiqWaka5P9dszq31Z1aqOybl7I-TVyEkrQ"
#define E3_SIGNATURE                                                   \
	"uVl2ePUVboJ9Hi73p2-g6n8m2Uh1KKYFxVwFEY8gB82KfxP5aq-vvZUmnlxQ" \
	"x1rsOyHT4AFsmQZVk-DS4QSHwjNoRS9-ifSPWeM8LbZlvuqVs2hEhPChnLrB" \
	"7vubAIuuxMXIjlSLIBiLXkaXcFRZyj47YhcZz42M5Rp0IKfMfG8gpMTBrz1H" \
	"TN0HJI4kF5BMGoDoTJwMo0mSxg5e9j67UK_sLIg-3mlTDI9UniKMdAmr3Glw" \
	"b0yPZD1bFHYT-ZvyuevVwV3rktR5aeJS94HR8IKP-swnd3azN5vQWilGrO_9" \
	"adCvFY110_etqVE4GhJl9DQdxCrofNSo4sC3V5nKdg"

/* RFC 7515 A.3: a P-256 key pair and what it signed. */
#define A3_X "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define A3_Y "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define EC_WITH(x, y) \
	"\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" x "\",\"y\":\"" y "\""
#define A3_PUBLIC EC_WITH(A3_X, A3_Y)
#define A3_PRIVATE \
	A3_PUBLIC ",\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\""
#define A3_INPUT "eyJhbGciOiJFUzI1NiJ9." PAYLOAD "."
#define A3_SIGNATURE                                                   \
	"DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8I" \
	"SlSApmWQxfKTUJqPP3-Kg6NU1Q"
#define A3 A3_INPUT A3_SIGNATURE
/* R and S with a zero octet in front of each (RFC 7518 3.4 forbids it). */
#define A3_WIDE                                                        \
	"AA7RIVN5Y2xIPC9_FVgH1AKjsigDOvl8fheBmsMWnqZlAMUKB9OMPHDl2PEt" \
	"rwhKVICmZZDF8pNQmo8_f4qDo1TV"

/* RFC 7515 A.1: a symmetric key and what it signed. */
#define A1_KEY                                                           \
	"\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-Est" \
	"JQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow\""
#define A1                                                  \
	"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." PAYLOAD \
	".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
/* HMAC under the text of A2_N. */
#define HS256_BY_N                      \
	"eyJhbGciOiJIUzI1NiJ9." PAYLOAD \
	".nfxS7xv4VbgcnkuVp-mWu3Qck4CLslzH5WEIKVz2gKY"

/* RFC 8037 A.1, A.2 and A.4: an Ed25519 key pair and what it signed. */
#define ED_WITH(x) "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" x "\""
#define ED_X "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define ED_PUBLIC ED_WITH(ED_X)
#define ED_PRIVATE \
	ED_PUBLIC ",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\""
/* RFC 8032 7.1, test 2. */
#define ED_OTHER ED_WITH("PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw")
#define ED_A4                                                          \
	"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."    \
	"hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylG" \
	"jg5BhVsPt9g7sVvpAr_MuM0KAg"
/* RFC 9864 2.2: the same algorithm by its newer name, signed with that key. */
#define ED_NEWER                                                            \
	"eyJhbGciOiJFZDI1NTE5In0.eyJpc3MiOiJqb2UiLCJleHAiOjEzMDA4MTkzODB9." \
	"oTkSDHTUOrmekh0HFixyO6XWhfyPtgBE9Kc7dvAiEc57feRIOEE6BiF1xqySVu2k"  \
	"YDmKdXNiLlOdYUoiRCLDCA"

#define SET(keys) "{\"keys\":[" keys "]}"
#define KEY(members) "{" members "}"
#define LABEL(alg) ",\"alg\":\"" alg "\",\"kid\":\"k1\""

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

#define THUMB_RSA "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
#define THUMB_ED "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"

static struct rc_arena *mem;

static void
start(void)
{

	ck_assert(rc_crypt_start());
	mem = rc_arena_new();
}

static void
stop(void)
{

	rc_arena_free(mem);
	mem = NULL;
}

#define json(text) json_text(mem, (text))

/* Open ${text} and verify it, with ${algs} or all of ours. */
static bool
verifies(const char *text, const char *const *algs, const char *jwks)
{
	struct rc_jws jws;

	return rc_jose_open(mem, text, &jws) == NULL &&
	       rc_jose_verify(
		   mem, &jws, algs != NULL ? algs : rc_algs, json(jwks));
}

/* Sign ${payload} with the key of the private ${members}. */
static const char *
sign(const char *members, const char *payload)
{
	const struct rc_jose_key *key;
	const char *jws;

	key = rc_jose_key(mem, rc_printf(mem, "{%s}", members));
	ck_assert_ptr_nonnull(key);
	jws = rc_jose_sign(mem, key, "JWT", payload);
	ck_assert_ptr_nonnull(jws);
	return jws;
}

/* Return ${text} as base64url. */
static const char *
encode(const char *text)
{
	size_t size = strlen(text) * 2 + 4;
	char *out = rc_alloc(mem, size);

	rc_crypt_base64url(out, size, text, strlen(text));
	return out;
}

START_TEST(public_keys_parse)
{
	size_t i;

	for (i = 0; i < ROWS(rows); i++)
		ck_assert_msg(rc_jose_key_parses(rows[i].jwk) == rows[i].parses,
		    "%s", rows[i].jwk);
}
END_TEST

START_TEST(vectors_verify)
{
	static const struct {
		const char *jws, *alg, *jwks;
	} good[] = {
		{ A2, "RS256", SET(KEY(A2_PUBLIC)) },
		{ A3, "ES256", SET(KEY(A3_PUBLIC)) },
		{ PS256_INPUT PS256_SIGNATURE, "PS256", SET(KEY(A2_PUBLIC)) },
		{ PS256_INPUT PS256_ZERO, "PS256", SET(KEY(A2_PUBLIC)) },
		{ ED_NEWER, "EdDSA", SET(KEY(ED_PUBLIC)) },
		{ ED_NEWER, "EdDSA", SET(KEY(ED_PUBLIC LABEL("Ed25519"))) },
		{ ED_NEWER, "EdDSA", SET(KEY(ED_PUBLIC LABEL("EdDSA"))) },
	};
	struct rc_jws jws;
	size_t i;

	start();
	for (i = 0; i < ROWS(good); i++) {
		ck_assert_ptr_null(rc_jose_open(mem, good[i].jws, &jws));
		ck_assert_str_eq(jws.alg, good[i].alg);
		ck_assert_ptr_null(jws.kid);
		ck_assert_ptr_null(jws.typ);
		ck_assert_str_eq(
		    rc_json_string(rc_json_get(jws.payload, "iss")), "joe");
		ck_assert_int_eq(
		    rc_json_int(rc_json_get(jws.payload, "exp")), 1300819380);
		ck_assert_msg(
		    rc_jose_verify(mem, &jws, rc_algs, json(good[i].jwks)),
		    "row %zu", i);
	}
	stop();
}
END_TEST

/* RFC 8037 A.4 is no JWT, for its payload is a sentence. */
START_TEST(ed25519_vector_verifies)
{
	struct rc_jws jws = { .text = ED_A4, .alg = "EdDSA" }, opened;
	const char *why;

	start();
	ck_assert(
	    rc_jose_verify(mem, &jws, rc_algs, json(SET(KEY(ED_PUBLIC)))));
	ck_assert(
	    !rc_jose_verify(mem, &jws, rc_algs, json(SET(KEY(ED_OTHER)))));
	why = rc_jose_open(mem, ED_A4, &opened);
	ck_assert_ptr_nonnull(why);
	ck_assert_ptr_nonnull(strstr(why, "payload"));
	stop();
}
END_TEST

/* RFC 7638 3.1, RFC 8037 A.3. */
START_TEST(thumbprints)
{
	static const struct {
		const char *jwk, *thumbprint;
	} keys[] = {
		{ KEY(RSA_WITH(RSA_N, "AQAB") ",\"alg\":\"RS256\","
					      "\"kid\":\"2011-04-29\""),
		    THUMB_RSA },
		{ KEY(ED_PUBLIC), THUMB_ED },
		{ KEY(ED_PRIVATE LABEL("EdDSA")), THUMB_ED },
		{ KEY(A1_KEY), NULL },
		{ KEY("\"kty\":\"RSA\",\"e\":\"AQAB\""), NULL },
		{ KEY(RSA_WITH(SMALL_N, "AQAB")), NULL },
		{ KEY(RSA_WITH(RSA_N_2047, "AQAB")), NULL },
		{ KEY(RSA_WITH(RSA_N_ZERO, "AQAB")), NULL },
		{ KEY(RSA_WITH(RSA_N, "Aw")), NULL },
		{ KEY(RSA_WITH(RSA_N, "AQAC")), NULL },
		{ KEY(ED_WITH("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
		    NULL },
		{ "{}", NULL },
		{ "[]", NULL },
	};
	const char *got;
	size_t i;

	start();
	for (i = 0; i < ROWS(keys); i++) {
		got = rc_jose_thumbprint(mem, json(keys[i].jwk));
		ck_assert_pstr_eq(got, keys[i].thumbprint);
	}
	stop();
}
END_TEST

static void
check_members(
    const char *private, const char *public, const char *kid, const char *alg)
{
	static const char *const secrets[] = { "d", "p", "q", "dp", "dq",
		"qi" };
	const struct rc_json *secret = json(private), *shown = json(public);
	size_t i;

	for (i = 0; i < ROWS(secrets); i++)
		ck_assert(!rc_json_has(shown, secrets[i]));
	ck_assert_ptr_nonnull(rc_json_get(secret, "d"));
	ck_assert_str_eq(rc_json_string(rc_json_get(secret, "kid")), kid);
	ck_assert_str_eq(rc_json_string(rc_json_get(secret, "alg")), alg);
	ck_assert_str_eq(rc_json_string(rc_json_get(shown, "kid")), kid);
	ck_assert_str_eq(rc_json_string(rc_json_get(shown, "alg")), alg);
	ck_assert_str_eq(rc_json_string(rc_json_get(shown, "use")), "sig");
	ck_assert_str_eq(rc_jose_thumbprint(mem, shown), kid);
}

/* Every algorithm that clients may choose: a key comes about and serves. */
START_TEST(each_algorithm_signs_and_verifies)
{
	const char *kid, *private, *public, *text, *jwks;
	const struct rc_jose_key *key;
	const char *only[2] = { NULL, NULL }, *others[4];
	struct rc_jws jws;
	size_t i, j, n;

	start();
	for (i = 0; rc_algs[i] != NULL; i++) {
		ck_assert(
		    rc_jose_generate(mem, rc_algs[i], &kid, &private, &public));
		check_members(private, public, kid, rc_algs[i]);
		jwks = rc_printf(mem, SET("%s"), public);
		ck_assert_ptr_null(rc_jwk_check_set(mem, json(jwks)));
		ck_assert(rc_jwk_can_sign(mem, json(jwks), rc_algs[i]));

		ck_assert_ptr_nonnull(key = rc_jose_key(mem, private));
		text =
		    rc_jose_sign(mem, key, "at+jwt", "{\"sub\":\"\\u00e4\"}");
		ck_assert_ptr_nonnull(text);
		ck_assert_ptr_null(rc_jose_open(mem, text, &jws));
		ck_assert_str_eq(jws.alg, rc_algs[i]);
		ck_assert_str_eq(jws.kid, kid);
		ck_assert_str_eq(jws.typ, "at+jwt");
		ck_assert_uint_eq(rc_json_count(jws.header), 3);
		ck_assert_str_eq(
		    rc_json_string(rc_json_get(jws.payload, "sub")), "ä");

		only[0] = rc_algs[i];
		for (n = j = 0; rc_algs[j] != NULL; j++)
			if (j != i)
				others[n++] = rc_algs[j];
		others[n] = NULL;
		ck_assert(verifies(text, only, jwks));
		ck_assert(!verifies(text, others, jwks));

		text = rc_jose_sign(mem, key, NULL, "{}");
		ck_assert_ptr_null(rc_jose_open(mem, text, &jws));
		ck_assert_ptr_null(jws.typ);
		ck_assert_uint_eq(rc_json_count(jws.header), 2);
		ck_assert(verifies(text, NULL, jwks));
	}
	stop();
}
END_TEST

/* Long numbers are padded to the width of the curve (RFC 7518 6.2). */
START_TEST(generated_keys_have_full_width)
{
	static const char *const members[] = { "x", "y", "d" };
	const char *kid, *private, *public;
	const struct rc_json *jwk;
	size_t i, j;

	for (i = 0; i < 300; i++) {
		start();
		ck_assert(
		    rc_jose_generate(mem, "ES256", &kid, &private, &public));
		jwk = json(private);
		for (j = 0; j < ROWS(members); j++)
			ck_assert_uint_eq(strlen(rc_json_string(
					      rc_json_get(jwk, members[j]))),
			    43);
		stop();
	}
}
END_TEST

START_TEST(generated_keys_differ)
{
	const char *kid, *private, *public, *other;

	start();
	ck_assert(rc_jose_generate(mem, "EdDSA", &kid, &private, &public));
	ck_assert(rc_jose_generate(mem, "EdDSA", &other, &private, &public));
	ck_assert_str_ne(kid, other);
	stop();
}
END_TEST

START_TEST(generate_refuses_other_algorithms)
{
	static const char *const algs[] = { "HS256", "none", "RS512", "ES384",
		"es256", "Ed25519", "" };
	const char *kid, *private, *public;
	size_t i;

	start();
	for (i = 0; i < ROWS(algs); i++)
		ck_assert_msg(
		    !rc_jose_generate(mem, algs[i], &kid, &private, &public),
		    "%s", algs[i]);
	stop();
}
END_TEST

START_TEST(key_refuses)
{
	static const char *const keys[] = {
		"",
		"{",
		"[]",
		"{}",
		"null",
		/* public, or without a label */
		KEY(A2_PUBLIC LABEL("RS256")),
		KEY(A3_PUBLIC LABEL("ES256")),
		KEY(ED_PUBLIC LABEL("EdDSA")),
		KEY(ED_PRIVATE),
		KEY(ED_PRIVATE ",\"alg\":\"EdDSA\""),
		KEY(ED_PRIVATE ",\"kid\":\"k1\""),
		KEY(ED_PRIVATE ",\"alg\":\"EdDSA\",\"kid\":1"),
		/* of another algorithm */
		KEY(A1_KEY LABEL("HS256")),
		KEY(A2_PRIVATE LABEL("RS512")),
		KEY(A2_PRIVATE LABEL("ES256")),
		KEY(A3_PRIVATE LABEL("RS256")),
		KEY(A3_PRIVATE LABEL("EdDSA")),
		KEY(ED_PRIVATE LABEL("ES256")),
		/* weak or broken */
		KEY("\"kty\":\"RSA\",\"n\":\"" SMALL_N
		    "\",\"e\":\"AQAB\",\"d\":\"AQAB\"" LABEL("RS256")),
		KEY(EC_WITH(A3_X, A3_X) ",\"d\":\"AQAB\"" LABEL("ES256")),
		KEY(ED_PUBLIC ",\"d\":\"AQAB\"" LABEL("EdDSA")),
		KEY(ED_PUBLIC ",\"d\":\"=\"" LABEL("EdDSA")),
	};
	size_t i;

	start();
	for (i = 0; i < ROWS(keys); i++)
		ck_assert_msg(rc_jose_key(mem, keys[i]) == NULL, "row %zu", i);
	stop();
}
END_TEST

START_TEST(open_refuses_by_form)
{
	static const char *const texts[] = {
		"",
		".",
		"..",
		"...",
		"a",
		"a.b",
		"a.b.c",
		/* two, four and empty parts */
		"eyJhbGciOiJFUzI1NiJ9." PAYLOAD,
		A3 ".",
		A3 ".AAAA",
		"." A3,
		"eyJhbGciOiJFUzI1NiJ9." PAYLOAD ".",
		"eyJhbGciOiJFUzI1NiJ9.." A3_SIGNATURE,
		"." PAYLOAD "." A3_SIGNATURE,
		/* something before or behind */
		A3 " ",
		A3 "\n",
		A3 "=",
		A3 "==",
		" " A3,
		"eyJhbGciOiJFUzI1NiJ9=." PAYLOAD "." A3_SIGNATURE,
		"eyJhbGciOiJFUzI1NiJ9 ." PAYLOAD "." A3_SIGNATURE,
		"eyJhbGciOiJFUzI1NiJ9." PAYLOAD "=." A3_SIGNATURE,
		/* bits that stand for nothing */
		A3_INPUT "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw"
			 "5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1R",
		/* the other alphabet */
		A3_INPUT "DtEhU3ljbEg8L38VWAfUAqOyKAM6+Xx+F4GawxaepmXFCgfTjDxw"
			 "5djxLa8ISlSApmWQxfKTUJqPP3+Kg6NU1Q",
		/* JSON serialization (RFC 7515 7.2.2) */
		"{\"payload\":\"" PAYLOAD
		"\",\"protected\":\"eyJhbGciOiJFUzI1NiJ9\",\"signature\":\"" A3_SIGNATURE
		"\"}",
	};
	struct rc_jws jws;
	size_t i;

	start();
	ck_assert_ptr_null(rc_jose_open(mem, A3, &jws));
	for (i = 0; i < ROWS(texts); i++)
		ck_assert_msg(
		    rc_jose_open(mem, texts[i], &jws) != NULL, "%s", texts[i]);
	stop();
}
END_TEST

/* An encrypted JWT has five parts (RFC 7516 7.1). */
START_TEST(open_names_the_three_parts)
{
	static const char *const texts[] = { "", "a.b", A3 ".AAAA",
		A3 ".AAAA.AAAA" };
	const char *why;
	struct rc_jws jws;
	size_t i;

	start();
	for (i = 0; i < ROWS(texts); i++) {
		why = rc_jose_open(mem, texts[i], &jws);
		ck_assert_ptr_nonnull(why);
		ck_assert_ptr_nonnull(strstr(why, "three parts"));
	}
	stop();
}
END_TEST

START_TEST(open_refuses_by_content)
{
	static const struct {
		const char *header, *payload, *why;
	} texts[] = {
		{ "{\"alg\":\"ES256\"}", "{}", NULL },
		{ "{\"alg\":\"ES256\",\"kid\":\"\",\"typ\":\"\",\"x\":[1]}",
		    "{\"a\":{}}", NULL },
		{ "{\"alg\":\"none\"}", "{}", NULL },
		{ "[]", "{}", "header" },
		{ "\"ES256\"", "{}", "header" },
		{ "{\"alg\":\"ES256\"", "{}", "header" },
		{ "{\"alg\":\"ES256\"}x", "{}", "header" },
		{ "{\"alg\":\"ES256\",}", "{}", "header" },
		{ "{\"alg\":\"ES256\\u0000\"}", "{}", "header" },
		{ "{\"alg\":\"ES256\"}", "[]", "payload" },
		{ "{\"alg\":\"ES256\"}", "1", "payload" },
		{ "{\"alg\":\"ES256\"}", "null", "payload" },
		{ "{\"alg\":\"ES256\"}", "a", "payload" },
		{ "{\"alg\":\"ES256\"}", "{}{}", "payload" },
		{ "{\"alg\":\"ES256\"}", "{\"a\":\"\xff\"}", "payload" },
		{ "{}", "{}", "alg" },
		{ "{\"alg\":null}", "{}", "alg" },
		{ "{\"alg\":1}", "{}", "alg" },
		{ "{\"alg\":[\"ES256\"]}", "{}", "alg" },
		{ "{\"Alg\":\"ES256\"}", "{}", "alg" },
		{ "{\"alg\":\"ES256\",\"crit\":[\"exp\"]}", "{}", "crit" },
		{ "{\"alg\":\"ES256\",\"crit\":[]}", "{}", "crit" },
		{ "{\"alg\":\"ES256\",\"crit\":null}", "{}", "crit" },
		{ "{\"alg\":\"ES256\",\"b64\":false}", "{}", "b64" },
		{ "{\"alg\":\"ES256\",\"b64\":true}", "{}", "b64" },
		{ "{\"alg\":\"ES256\",\"kid\":1}", "{}", "kid" },
		{ "{\"alg\":\"ES256\",\"kid\":null}", "{}", "kid" },
		{ "{\"alg\":\"ES256\",\"typ\":{}}", "{}", "typ" },
	};
	const char *why;
	struct rc_jws jws;
	size_t i;

	start();
	for (i = 0; i < ROWS(texts); i++) {
		why = rc_jose_open(mem,
		    rc_printf(mem, "%s.%s.AAAA", encode(texts[i].header),
			encode(texts[i].payload)),
		    &jws);
		ck_assert_msg((why == NULL) == (texts[i].why == NULL),
		    "row %zu: %s", i, why);
		if (why != NULL && texts[i].why != NULL)
			ck_assert_ptr_nonnull(strstr(why, texts[i].why));
	}
	stop();
}
END_TEST

/* Whatever character changes, in whichever part, nothing verifies. */
START_TEST(every_changed_character_shows)
{
	static const struct {
		const char *private, *jwks;
	} keys[] = {
		{ A2_PRIVATE LABEL("RS256"), SET(KEY(A2_PUBLIC)) },
		{ A2_PRIVATE LABEL("PS256"), SET(KEY(A2_PUBLIC)) },
		{ A3_PRIVATE LABEL("ES256"), SET(KEY(A3_PUBLIC)) },
		{ ED_PRIVATE LABEL("EdDSA"), SET(KEY(ED_PUBLIC)) },
	};
	const char *text;
	char *changed;
	size_t i, j, n;

	for (i = 0; i < ROWS(keys); i++) {
		start();
		text = sign(keys[i].private, "{\"sub\":\"joe\"}");
		ck_assert(verifies(text, NULL, keys[i].jwks));
		n = strlen(text);
		for (j = 0; j < n; j++) {
			changed = rc_strdup(mem, text);
			changed[j] = text[j] == 'A' ? 'B' : 'A';
			ck_assert_msg(!verifies(changed, NULL, keys[i].jwks),
			    "row %zu, byte %zu", i, j);
			ck_assert(!verifies(
			    rc_strndup(mem, text, j), NULL, keys[i].jwks));
		}
		stop();
	}
}
END_TEST

START_TEST(algorithms_are_not_confused)
{
	static const char *const hs256[] = { "HS256", "none", "RS256", NULL };
	static const char *const rs256[] = { "RS256", NULL };
	static const char *const ps256[] = { "PS256", NULL };
	static const char *const nothing[] = { NULL };
	static const struct {
		const char *jws;
		const char *const *algs;
		const char *jwks;
	} cases[] = {
		/* symmetric, with its own key and with a public one */
		{ A1, hs256, SET(KEY(A1_KEY)) },
		{ A1, NULL, SET(KEY(A1_KEY)) },
		{ HS256_BY_N, hs256, SET(KEY(A2_PUBLIC)) },
		{ HS256_BY_N, NULL, SET(KEY(A2_PUBLIC)) },
		/* no signature */
		{ "eyJhbGciOiJub25lIn0." PAYLOAD ".AAAA", hs256,
		    SET(KEY(A2_PUBLIC)) },
		{ "eyJhbGciOiJub25lIn0." PAYLOAD ".", hs256,
		    SET(KEY(A2_PUBLIC)) },
		/* an algorithm that is not asked for */
		{ A2, ps256, SET(KEY(A2_PUBLIC)) },
		{ PS256_INPUT PS256_SIGNATURE, rs256, SET(KEY(A2_PUBLIC)) },
		{ A2, nothing, SET(KEY(A2_PUBLIC)) },
		/* a key that says another algorithm */
		{ A2, NULL, SET(KEY(A2_PUBLIC ",\"alg\":\"PS256\"")) },
		{ A2, NULL, SET(KEY(A2_PUBLIC ",\"alg\":\"RSA-OAEP\"")) },
		{ A2, NULL, SET(KEY(A2_PUBLIC ",\"alg\":1")) },
		{ PS256_INPUT PS256_SIGNATURE, NULL,
		    SET(KEY(A2_PUBLIC ",\"alg\":\"RS256\"")) },
		/* the signature under the header of another algorithm */
		{ PS256_INPUT A2_SIGNATURE, NULL, SET(KEY(A2_PUBLIC)) },
		{ "eyJhbGciOiJSUzI1NiJ9." PAYLOAD "." PS256_SIGNATURE, NULL,
		    SET(KEY(A2_PUBLIC)) },
		/* a key of another type or curve, or with no such part */
		{ A3, NULL, SET(KEY(A2_PUBLIC)) },
		{ A2, NULL, SET(KEY(A3_PUBLIC)) },
		{ A3, NULL, SET(KEY(ED_PUBLIC)) },
		{ A3, NULL,
		    SET(KEY("\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"" A3_X
			    "\",\"y\":\"" A3_Y "\"")) },
		{ A3, NULL, SET(KEY(EC_WITH(A3_Y, A3_X))) },
		{ A3, NULL, SET(KEY("\"kty\":\"EC\",\"crv\":\"P-256\"")) },
		{ A2, NULL, SET(KEY("\"kty\":\"RSA\",\"n\":\"" A2_N "\"")) },
		{ A2, NULL, SET(KEY("\"kty\":\"RSA\",\"e\":\"AQAB\"")) },
		/* no keys */
		{ A2, NULL, SET("") },
		{ A2, NULL, SET("null,1,[],\"a\",{}") },
		{ A2, NULL, "{}" },
		{ A2, NULL, "[" KEY(A2_PUBLIC) "]" },
		{ A2, NULL, "{\"keys\":" KEY(A2_PUBLIC) "}" },
	};
	size_t i;

	start();
	for (i = 0; i < ROWS(cases); i++)
		ck_assert_msg(
		    !verifies(cases[i].jws, cases[i].algs, cases[i].jwks),
		    "row %zu", i);
	stop();
}
END_TEST

/* What cjose reads in the header is what the caller allowed. */
START_TEST(the_text_decides_on_the_algorithm)
{
	static const char *const rs256[] = { "RS256", NULL };
	const struct rc_jws jws = { .alg = "RS256",
		.text = PS256_INPUT PS256_SIGNATURE };

	start();
	ck_assert(!rc_jose_verify(mem, &jws, rs256, json(SET(KEY(A2_PUBLIC)))));
	stop();
}
END_TEST

/* RFC 7518 3.3: RSA from 2048 bits; each signature is right as such. */
START_TEST(weak_keys_do_not_verify)
{

	start();
	ck_assert(!verifies("eyJhbGciOiJSUzI1NiJ9." PAYLOAD "." SMALL_SIGNATURE,
	    NULL, SET(KEY(RSA_WITH(SMALL_N, "AQAB")))));
	ck_assert(!verifies("eyJhbGciOiJSUzI1NiJ9." PAYLOAD "." E3_SIGNATURE,
	    NULL, SET(KEY(RSA_WITH(E3_N, "Aw")))));
	stop();
}
END_TEST

START_TEST(signatures_have_their_length)
{
	static const char *const ps256[] = { PS256_SHORT, PS256_SALT };
	size_t i;

	start();
	ck_assert(!verifies(A3_INPUT A3_WIDE, NULL, SET(KEY(A3_PUBLIC))));
	ck_assert(!verifies(A3 "AA", NULL, SET(KEY(A3_PUBLIC))));
	for (i = 0; i < ROWS(ps256); i++)
		ck_assert_msg(
		    !verifies(rc_printf(mem, "%s%s", PS256_INPUT, ps256[i]),
			NULL, SET(KEY(A2_PUBLIC))),
		    "row %zu", i);
	stop();
}
END_TEST

START_TEST(labels_choose_the_key)
{
	/* The header says kid k1. */
	static const struct {
		const char *labels;
		bool good;
	} cases[] = {
		{ "", true },
		{ ",\"kid\":\"k1\"", true },
		{ ",\"kid\":null,\"use\":null,\"alg\":null,\"key_ops\":null",
		    true },
		{ ",\"kid\":\"k2\"", false },
		{ ",\"kid\":\"K1\"", false },
		{ ",\"kid\":\"\"", false },
		{ ",\"kid\":1", false },
		{ ",\"use\":\"sig\"", true },
		{ ",\"use\":\"enc\"", false },
		{ ",\"use\":\"other\"", false },
		{ ",\"use\":1", false },
		{ ",\"alg\":\"EdDSA\"", true },
		{ ",\"alg\":\"Ed25519\"", true },
		{ ",\"alg\":\"ES256\"", false },
		{ ",\"alg\":1", false },
		{ ",\"key_ops\":[\"verify\"]", true },
		{ ",\"key_ops\":[\"sign\"]", true },
		{ ",\"key_ops\":[1,\"verify\"]", true },
		{ ",\"key_ops\":[]", false },
		{ ",\"key_ops\":[\"encrypt\"]", false },
		{ ",\"key_ops\":\"verify\"", false },
	};
	const char *text;
	size_t i;

	start();
	text = sign(ED_PRIVATE LABEL("EdDSA"), "{}");
	for (i = 0; i < ROWS(cases); i++)
		ck_assert_msg(verifies(text, NULL,
				  rc_printf(mem, SET(KEY("%s%s")), ED_PUBLIC,
				      cases[i].labels)) == cases[i].good,
		    "%s", cases[i].labels);

	/* The same numbers as another kind of key. */
	ck_assert(!verifies(text, NULL,
	    SET(KEY("\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" ED_X "\""))));
	ck_assert(!verifies(text, NULL,
	    SET(KEY("\"kty\":\"EC\",\"crv\":\"Ed25519\",\"x\":\"" ED_X "\""))));

	/* Without a kid in the header any kid will do. */
	ck_assert(verifies(A3, NULL, SET(KEY(A3_PUBLIC ",\"kid\":\"k2\""))));
	stop();
}
END_TEST

/* Return a set of ${n} keys ${other} and then the right one. */
static const char *
set_behind(size_t n, const char *other)
{
	struct rc_buf keys;

	rc_buf_init(&keys, mem);
	while (n-- > 0)
		rc_buf_printf(&keys, "{%s},", other);
	return rc_printf(mem, SET("%s{%s}"), keys.data, ED_PUBLIC);
}

START_TEST(each_key_that_fits_is_tried)
{
	const char *text;

	start();
	text = sign(ED_PRIVATE LABEL("EdDSA"), "{}");
	ck_assert(verifies(text, NULL, set_behind(1, ED_OTHER)));
	ck_assert(verifies(text, NULL, set_behind(15, ED_OTHER)));
	ck_assert(!verifies(text, NULL, set_behind(16, ED_OTHER)));
	/* What does not fit costs nothing and does not count. */
	ck_assert(verifies(text, NULL, set_behind(50, A2_PUBLIC)));
	ck_assert(
	    verifies(text, NULL, set_behind(50, ED_OTHER ",\"kid\":\"k2\"")));
	ck_assert(verifies(A3, NULL,
	    SET(KEY(EC_WITH("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
		"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM")) "," KEY(A3_PUBLIC))));
	stop();
}
END_TEST

/* A key set with private parts verifies by its public ones alone. */
START_TEST(private_parts_are_left_alone)
{

	start();
	ck_assert(verifies(A2, NULL, SET(KEY(A2_PUBLIC ",\"d\":\"AQAB\""))));
	ck_assert(verifies(A3, NULL, SET(KEY(A3_PUBLIC ",\"d\":\"AQAB\""))));
	stop();
}
END_TEST

/* Return a JWS by a fresh Ed25519 key, whose public half goes to ${x}. */
static const char *
sign_blindly(struct rc_arena *arena, char x[44])
{
	static const char head[] = "{\"alg\":\"EdDSA\"}";
	unsigned char seed[32], key[32], signature[64];
	char parts[3][128];
	const char *text;

	rc_crypt_ed25519_new(seed, key);
	rc_crypt_base64url(x, 44, key, sizeof(key));
	rc_crypt_base64url(parts[0], sizeof(parts[0]), head, strlen(head));
	rc_crypt_base64url(parts[1], sizeof(parts[1]), "{}", 2);
	text = rc_printf(arena, "%s.%s", parts[0], parts[1]);
	rc_crypt_ed25519_sign(seed, text, strlen(text), signature);
	rc_crypt_base64url(
	    parts[2], sizeof(parts[2]), signature, sizeof(signature));
	return rc_printf(arena, "%s.%s", text, parts[2]);
}

/* Each try costs us, and who asks has not said who they are yet. */
START_TEST(without_a_kid_four_keys_are_tried)
{
	struct rc_arena *arena = rc_arena_new();
	struct rc_json *set, *keys, *jwk;
	const char *token;
	struct rc_jws jws;
	char x[44], other[44];
	int before, i;

	ck_assert(rc_crypt_start());
	for (before = 3; before <= 4; before++) {
		token = sign_blindly(arena, x);
		set = rc_json_new_object(arena);
		keys = rc_json_new_array(arena);
		for (i = 0; i <= before; i++) {
			(void)sign_blindly(arena, other);
			jwk = rc_json_new_object(arena);
			rc_json_set_string(jwk, "kty", "OKP");
			rc_json_set_string(jwk, "crv", "Ed25519");
			rc_json_set_string(jwk, "x", i == before ? x : other);
			rc_json_append(keys, jwk);
		}
		rc_json_set(set, "keys", keys);
		ck_assert_ptr_null(rc_jose_open(arena, token, &jws));
		ck_assert(
		    rc_jose_verify(arena, &jws, rc_algs, set) == (before == 3));
	}
	rc_arena_free(arena);
}
END_TEST

UNIT_MAIN("jose", public_keys_parse, vectors_verify, ed25519_vector_verifies,
    thumbprints, each_algorithm_signs_and_verifies,
    generated_keys_have_full_width, generated_keys_differ,
    generate_refuses_other_algorithms, key_refuses, open_refuses_by_form,
    open_names_the_three_parts, open_refuses_by_content,
    every_changed_character_shows, algorithms_are_not_confused,
    the_text_decides_on_the_algorithm, weak_keys_do_not_verify,
    signatures_have_their_length, labels_choose_the_key,
    each_key_that_fits_is_tried, private_parts_are_left_alone,
    without_a_kid_four_keys_are_tried)
