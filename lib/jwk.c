#include "jwk.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "arena.h"
#include "crypt.h"
#include "jose.h"
#include "json.h"

#define MOST_KEYS 100
/* Octets: 16384 bits, beyond which RSA only burns time. */
#define MOST_MODULUS 2048
#define LEAST_MODULUS_BITS 2048
#define MOST_EXPONENT 8
#define LEAST_EXPONENT 65537
/* The longest coordinate, that of P-521. */
#define MOST_COORDINATE 66

/* What a key is for. */
enum purpose {
	ANY,
	SIGN,
	ENCRYPT
};

/* One key under judgement. */
struct key {
	struct rc_arena *mem;
	const struct rc_json *jwk;
	const char *kty;
	const char *crv;
	enum purpose purpose;
};

/* A curve, what its coordinates are and what it is for. */
struct curve {
	const char *kty;
	const char *name;
	size_t octets;
	enum purpose purpose;
};

/* An algorithm and the keys that it takes; crv NULL: any of the kty. */
struct algorithm {
	const char *name;
	const char *kty;
	const char *crv;
	enum purpose purpose;
};

/* clang-format off */
/* RFC 7518 6.2.1.1, RFC 8037 2. */
static const struct curve curves[] = {
	{ "EC",  "P-256",   32, ANY },
	{ "EC",  "P-384",   48, ANY },
	{ "EC",  "P-521",   66, ANY },
	{ "OKP", "Ed25519", 32, SIGN },
	{ "OKP", "X25519",  32, ENCRYPT },
};

/* RFC 7518 3.1 and 4.1, RFC 8037 3. */
static const struct algorithm algorithms[] = {
	{ "RS256",          "RSA", NULL,      SIGN },
	{ "RS384",          "RSA", NULL,      SIGN },
	{ "RS512",          "RSA", NULL,      SIGN },
	{ "PS256",          "RSA", NULL,      SIGN },
	{ "PS384",          "RSA", NULL,      SIGN },
	{ "PS512",          "RSA", NULL,      SIGN },
	{ "ES256",          "EC",  "P-256",   SIGN },
	{ "ES384",          "EC",  "P-384",   SIGN },
	{ "ES512",          "EC",  "P-521",   SIGN },
	{ "EdDSA",          "OKP", "Ed25519", SIGN },
	{ "Ed25519",        "OKP", "Ed25519", SIGN },
	{ "RSA-OAEP",       "RSA", NULL,      ENCRYPT },
	{ "RSA-OAEP-256",   "RSA", NULL,      ENCRYPT },
	{ "RSA-OAEP-384",   "RSA", NULL,      ENCRYPT },
	{ "RSA-OAEP-512",   "RSA", NULL,      ENCRYPT },
	{ "ECDH-ES",        "EC",  NULL,      ENCRYPT },
	{ "ECDH-ES+A128KW", "EC",  NULL,      ENCRYPT },
	{ "ECDH-ES+A192KW", "EC",  NULL,      ENCRYPT },
	{ "ECDH-ES+A256KW", "EC",  NULL,      ENCRYPT },
	{ "ECDH-ES",        "OKP", "X25519",  ENCRYPT },
	{ "ECDH-ES+A128KW", "OKP", "X25519",  ENCRYPT },
	{ "ECDH-ES+A192KW", "OKP", "X25519",  ENCRYPT },
	{ "ECDH-ES+A256KW", "OKP", "X25519",  ENCRYPT },
};

/* RFC 7517 4.3; other values may be used. */
static const struct {
	const char *name;
	enum purpose purpose;
} operations[] = {
	{ "sign",       SIGN },
	{ "verify",     SIGN },
	{ "encrypt",    ENCRYPT },
	{ "decrypt",    ENCRYPT },
	{ "wrapKey",    ENCRYPT },
	{ "unwrapKey",  ENCRYPT },
	{ "deriveKey",  ENCRYPT },
	{ "deriveBits", ENCRYPT },
};

/* RFC 7518 6.2.2, 6.3.2 and 6.4. */
static const char *const secrets[] = { "d", "p", "q", "dp", "dq", "qi", "oth",
	"k" };

/* RFC 7517 4, beside kty and the members that have a check of their own. */
static const char *const texts[] = { "kid", "x5u", "x5t", "x5t#S256" };
/* clang-format on */

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Return the member where it is a string, else NULL. */
static const char *
text(const struct key *key, const char *name)
{

	return rc_json_string(rc_json_get(key->jwk, name));
}

/* Let ${purpose} be what the key is for; false: it is for another. */
static bool
agree(struct key *key, enum purpose purpose)
{

	if (key->purpose == ANY)
		key->purpose = purpose;
	return purpose == ANY || key->purpose == purpose;
}

/* Decode a member to at most ${size} octets. */
static bool
octets(const struct key *key, const char *name, unsigned char *out, size_t size,
    size_t *len)
{
	const char *encoded = text(key, name);

	return encoded != NULL && rc_crypt_unbase64url(out, size, encoded, len);
}

static size_t
count_bits(const unsigned char *n, size_t len)
{
	size_t bits = len * 8;
	unsigned char top = 0x80;

	for (; top > n[0]; top >>= 1)
		bits--;
	return bits;
}

/* RFC 7518 6.3.1. */
static const char *
check_rsa(struct key *key)
{
	unsigned char n[MOST_MODULUS], e[MOST_EXPONENT];
	unsigned long long exponent = 0;
	size_t nlen, elen, i;

	if (!octets(key, "n", n, sizeof(n), &nlen))
		return "has no n of at most 16384 bits in base64url";
	if (nlen == 0 || n[0] == 0)
		return "has leading zeroes in n";
	if (count_bits(n, nlen) < LEAST_MODULUS_BITS)
		return "is weak: RSA keys need at least 2048 bits";
	if (n[nlen - 1] % 2 == 0)
		return "has an even n";

	if (!octets(key, "e", e, sizeof(e), &elen))
		return "has no e of at most 64 bits in base64url";
	if (elen == 0 || e[0] == 0)
		return "has leading zeroes in e";
	for (i = 0; i < elen; i++)
		exponent = exponent << 8 | e[i];
	if (exponent < LEAST_EXPONENT || exponent % 2 == 0)
		return "is weak: e must be odd and at least 65537";

	if (!rc_jose_key_parses(rc_printf(key->mem,
		"{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"}", text(key, "n"),
		text(key, "e"))))
		return "does not parse as an RSA key";
	return NULL;
}

static const struct curve *
find_curve(const struct key *key)
{
	size_t i;

	for (i = 0; i < COUNT(curves); i++)
		if (strcmp(curves[i].kty, key->kty) == 0 &&
		    strcmp(curves[i].name, key->crv) == 0)
			return &curves[i];
	return NULL;
}

/* RFC 7518 6.2.1. */
static const char *
check_ec(struct key *key, const struct curve *curve)
{
	unsigned char x[MOST_COORDINATE], y[MOST_COORDINATE];
	size_t xlen, ylen;

	if (!octets(key, "x", x, sizeof(x), &xlen) || xlen != curve->octets)
		return "has no x as long as its curve needs, in base64url";
	if (!octets(key, "y", y, sizeof(y), &ylen) || ylen != curve->octets)
		return "has no y as long as its curve needs, in base64url";
	if (!rc_jose_key_parses(rc_printf(key->mem,
		"{\"kty\":\"EC\",\"crv\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"}",
		key->crv, text(key, "x"), text(key, "y"))))
		return "is not a point on its curve";
	return NULL;
}

/* RFC 8037 2. */
static const char *
check_okp(struct key *key, const struct curve *curve)
{
	unsigned char x[32];
	size_t len;

	if (!octets(key, "x", x, sizeof(x), &len) || len != sizeof(x))
		return "has no x of 32 octets in base64url";
	if (curve->purpose == SIGN && !rc_crypt_ed25519_point(x))
		return "is not a point on its curve";
	return NULL;
}

/* The members that kty asks for. */
static const char *
check_material(struct key *key)
{
	const struct curve *curve;

	if (strcmp(key->kty, "RSA") == 0)
		return check_rsa(key);
	if (key->crv == NULL || (curve = find_curve(key)) == NULL)
		return "has no crv of P-256, P-384, P-521 (EC), Ed25519 or "
		       "X25519 (OKP)";
	agree(key, curve->purpose);
	return strcmp(key->kty, "EC") == 0 ? check_ec(key, curve)
	                                   : check_okp(key, curve);
}

/* RFC 7517 4.2. */
static const char *
check_use(struct key *key)
{
	const struct rc_json *member = rc_json_get(key->jwk, "use");
	const char *use = rc_json_string(member);
	enum purpose purpose;

	if (member == NULL)
		return NULL;
	if (use != NULL && strcmp(use, "sig") == 0)
		purpose = SIGN;
	else if (use != NULL && strcmp(use, "enc") == 0)
		purpose = ENCRYPT;
	else
		return "has a use other than sig and enc";
	return agree(key, purpose) ? NULL : "has a use that its crv is not for";
}

/* RFC 7517 4.4. */
static const char *
check_alg(struct key *key)
{
	const struct rc_json *member = rc_json_get(key->jwk, "alg");
	const char *alg = rc_json_string(member);
	const struct algorithm *a;
	bool known = false;

	if (member == NULL)
		return NULL;
	for (a = algorithms; a < algorithms + COUNT(algorithms); a++) {
		if (alg == NULL || strcmp(a->name, alg) != 0)
			continue;
		known = true;
		if (strcmp(a->kty, key->kty) != 0 ||
		    (a->crv != NULL && strcmp(a->crv, key->crv) != 0))
			continue;
		return agree(key, a->purpose)
		           ? NULL
		           : "has an alg that disagrees with its use";
	}
	return known ? "has an alg that disagrees with its kty or crv"
	             : "has an alg that is not known here";
}

/* RFC 7517 4.3. */
static const char *
check_key_ops(struct key *key)
{
	const struct rc_json *ops = rc_json_get(key->jwk, "key_ops");
	const char *op;
	size_t i, j;

	if (ops == NULL)
		return NULL;
	if (rc_json_type(ops) != RC_JSON_ARRAY)
		return "has key_ops that are no array of strings";
	for (i = 0; i < rc_json_count(ops); i++) {
		if ((op = rc_json_string(rc_json_at(ops, i))) == NULL)
			return "has key_ops that are no array of strings";
		for (j = 0; j < COUNT(operations); j++)
			if (strcmp(op, operations[j].name) == 0 &&
			    !agree(key, operations[j].purpose))
				return "has key_ops that disagree with its "
				       "use, alg or crv";
	}
	return NULL;
}

/* RFC 7517 4.5 to 4.9: of the right type, otherwise let pass. */
static const char *
check_labels(const struct key *key)
{
	const struct rc_json *chain = rc_json_get(key->jwk, "x5c");
	size_t i;

	for (i = 0; i < COUNT(texts); i++)
		if (rc_json_get(key->jwk, texts[i]) != NULL &&
		    text(key, texts[i]) == NULL)
			return "has a kid, x5u, x5t or x5t#S256 that is no "
			       "string";
	if (chain != NULL && rc_json_type(chain) != RC_JSON_ARRAY)
		return "has an x5c that is no array of strings";
	for (i = 0; i < rc_json_count(chain); i++)
		if (rc_json_string(rc_json_at(chain, i)) == NULL)
			return "has an x5c that is no array of strings";
	return NULL;
}

static bool
has_secret(const struct key *key)
{
	size_t i;

	for (i = 0; i < COUNT(secrets); i++)
		if (rc_json_has(key->jwk, secrets[i]))
			return true;
	return false;
}

static const char *
check_key(struct rc_arena *mem, const struct rc_json *jwk)
{
	struct key key = { .mem = mem, .jwk = jwk };
	const char *why;

	if (rc_json_type(jwk) != RC_JSON_OBJECT)
		return "is no object";
	key.kty = text(&key, "kty");
	key.crv = text(&key, "crv");
	if (key.kty != NULL && strcmp(key.kty, "oct") == 0)
		return "is symmetric: only public keys may be registered";
	if (key.kty == NULL ||
	    (strcmp(key.kty, "RSA") != 0 && strcmp(key.kty, "EC") != 0 &&
		strcmp(key.kty, "OKP") != 0))
		return "has a kty other than RSA, EC and OKP";
	if (has_secret(&key))
		return "has a private part: only public keys may be "
		       "registered";

	if ((why = check_labels(&key)) != NULL ||
	    (why = check_material(&key)) != NULL ||
	    (why = check_use(&key)) != NULL || (why = check_alg(&key)) != NULL)
		return why;
	return check_key_ops(&key);
}

static enum rc_err check_number(
    void *arg, const char *name, struct rc_json *value);

/* Tell whether ${v} holds no number but those that are RC_JSON_INT. */
static bool
has_plain_numbers(const struct rc_json *v)
{
	size_t i;

	switch (rc_json_type(v)) {
	case RC_JSON_NUMBER:
		return false;
	case RC_JSON_OBJECT:
		return rc_json_each(v, check_number, NULL) == RC_OK;
	case RC_JSON_ARRAY:
		for (i = 0; i < rc_json_count(v); i++)
			if (!has_plain_numbers(rc_json_at(v, i)))
				return false;
		return true;
	default:
		return true;
	}
}

static enum rc_err
check_number(void *arg, const char *name, struct rc_json *value)
{

	(void)arg;
	(void)name;
	return has_plain_numbers(value) ? RC_OK
	                                : RC_ERR_INVALID_CLIENT_METADATA;
}

/* Tell whether a key before the ${i}th has the same kid (RFC 7517 4.5). */
static bool
repeats_kid(const struct rc_json *keys, size_t i)
{
	const struct rc_json *kid = rc_json_get(rc_json_at(keys, i), "kid");
	size_t j;

	for (j = 0; kid != NULL && j < i; j++)
		if (rc_json_equal(rc_json_get(rc_json_at(keys, j), "kid"), kid))
			return true;
	return false;
}

const char *
rc_jwk_check_set(struct rc_arena *mem, const struct rc_json *jwks)
{
	const struct rc_json *keys;
	const char *why;
	size_t i, n;

	if (rc_json_type(jwks) != RC_JSON_OBJECT)
		return "is no object with an array keys";
	keys = rc_json_get(jwks, "keys");
	if (rc_json_type(keys) != RC_JSON_ARRAY)
		return "has no array keys";
	if ((n = rc_json_count(keys)) == 0)
		return "has no key in keys";
	if (n > MOST_KEYS)
		return "has more than 100 keys";
	if (!has_plain_numbers(jwks))
		return "has a number with a fraction or outside 64 bits";
	for (i = 0; i < n; i++) {
		if ((why = check_key(mem, rc_json_at(keys, i))) != NULL)
			return rc_printf(mem, "keys[%zu] %s", i, why);
		if (repeats_kid(keys, i))
			return rc_printf(
			    mem, "keys[%zu] has the kid of another key", i);
	}
	return NULL;
}
