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
	bool foreign; /* of a kty, crv, use or alg that is not known here */
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

/* RFC 7518 6.2.2, 6.3.2 and 6.4; "priv" is that of post-quantum keys. */
static const char *const secrets[] = { "d", "p", "q", "dp", "dq", "qi", "oth",
	"k", "priv" };

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
find_curve(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(curves); i++)
		if (strcmp(curves[i].name, name) == 0)
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
	if (key->crv == NULL)
		return "has no crv that is a string";
	if ((curve = find_curve(key->crv)) == NULL) {
		key->foreign = true;
		return NULL;
	}
	if (strcmp(curve->kty, key->kty) != 0)
		return "has a crv that disagrees with its kty";
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
	if (use == NULL)
		return "has a use that is no string";
	if (strcmp(use, "sig") == 0)
		purpose = SIGN;
	else if (strcmp(use, "enc") == 0)
		purpose = ENCRYPT;
	else {
		key->foreign = true;
		return NULL;
	}
	return agree(key, purpose) ? NULL : "has a use that its crv is not for";
}

static bool
takes(const struct algorithm *a, const struct key *key)
{

	return strcmp(a->kty, key->kty) == 0 &&
	       (a->crv == NULL || strcmp(a->crv, key->crv) == 0);
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
	if (alg == NULL)
		return "has an alg that is no string";
	for (a = algorithms; a < algorithms + COUNT(algorithms); a++) {
		if (strcmp(a->name, alg) != 0)
			continue;
		known = true;
		if (takes(a, key))
			return agree(key, a->purpose)
			           ? NULL
			           : "has an alg that disagrees with its use";
	}
	key->foreign = !known;
	return known ? "has an alg that disagrees with its kty or crv" : NULL;
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

/*
 * Judge the ${jwk} and say in *${key} what it is.  NULL: it is good, or it is
 * foreign, to be ignored (RFC 7517 5), but holds no secret even so.
 */
static const char *
check_key(struct rc_arena *mem, const struct rc_json *jwk, struct key *key)
{
	const char *why;

	*key = (struct key){ .mem = mem, .jwk = jwk };
	if (rc_json_type(jwk) != RC_JSON_OBJECT)
		return "is no object";
	key->kty = text(key, "kty");
	key->crv = text(key, "crv");
	if (key->kty == NULL)
		return "has no kty that is a string";
	if (strcmp(key->kty, "oct") == 0)
		return "is symmetric: only public keys may be registered";
	if (has_secret(key))
		return "has a private part: only public keys may be "
		       "registered";

	if (strcmp(key->kty, "RSA") != 0 && strcmp(key->kty, "EC") != 0 &&
	    strcmp(key->kty, "OKP") != 0) {
		key->foreign = true;
		return NULL;
	}
	why = check_labels(key);
	if (why == NULL)
		why = check_material(key);
	if (why == NULL && !key->foreign)
		why = check_use(key);
	if (why == NULL && !key->foreign)
		why = check_alg(key);
	if (why == NULL && !key->foreign)
		why = check_key_ops(key);
	return why;
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

/* Tell whether one of the ${n} keys has the kid of ${key} (RFC 7517 4.5). */
static bool
repeats_kid(const struct key *known, size_t n, const struct key *key)
{
	const struct rc_json *kid = rc_json_get(key->jwk, "kid");
	size_t i;

	for (i = 0; kid != NULL && i < n; i++)
		if (rc_json_equal(rc_json_get(known[i].jwk, "kid"), kid))
			return true;
	return false;
}

const char *
rc_jwk_check_set(struct rc_arena *mem, const struct rc_json *jwks)
{
	struct key known[MOST_KEYS];
	const struct rc_json *keys;
	const char *why;
	size_t i, n, nknown = 0;

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
		why = check_key(mem, rc_json_at(keys, i), &known[nknown]);
		if (why != NULL)
			return rc_printf(mem, "keys[%zu] %s", i, why);
		if (known[nknown].foreign)
			continue;
		if (repeats_kid(known, nknown, &known[nknown]))
			return rc_printf(
			    mem, "keys[%zu] has the kid of another key", i);
		nknown++;
	}
	return nknown > 0 ? NULL : "has no key that this server understands";
}

/* Tell whether key_ops, where given, has an operation of signatures. */
static bool
has_signing_op(const struct key *key)
{
	const struct rc_json *ops = rc_json_get(key->jwk, "key_ops");

	return ops == NULL || rc_json_holds(ops, "sign") ||
	       rc_json_holds(ops, "verify");
}

/* Tell whether the key is of ${alg}'s type and of no other algorithm. */
static bool
fits(const struct key *key, const char *alg)
{
	const char *own = text(key, "alg");
	size_t i;

	if (own != NULL && strcmp(rc_jose_alg(own), alg) != 0)
		return false;
	for (i = 0; i < COUNT(algorithms); i++)
		if (strcmp(algorithms[i].name, alg) == 0)
			return algorithms[i].purpose == SIGN &&
			       takes(&algorithms[i], key);
	return false;
}

bool
rc_jwk_can_sign(
    struct rc_arena *mem, const struct rc_json *jwks, const char *alg)
{
	const struct rc_json *keys = rc_json_get(jwks, "keys");
	struct key key;
	size_t i;

	for (i = 0; i < rc_json_count(keys); i++)
		if (check_key(mem, rc_json_at(keys, i), &key) == NULL &&
		    !key.foreign && key.purpose != ENCRYPT &&
		    has_signing_op(&key) && (alg == NULL || fits(&key, alg)))
			return true;
	return false;
}
