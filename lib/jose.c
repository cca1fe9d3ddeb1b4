#include "jose.h"

#include <cjose/cjose.h>
#include <string.h>

#include "arena.h"
#include "crypt.h"
#include "json.h"
#include "log.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Keys that one signature is tried with, so that nobody buys time with many. */
#define MOST_TRIES 16
/* The same where no kid says which. */
#define MOST_GUESSES 4
#define RSA_BITS 2048
/* Octets: 16384 bits, beyond which RSA only burns time. */
#define MOST_MODULUS 2048
#define MOST_EXPONENT 8
#define LEAST_EXPONENT 65537
/* Octets of a coordinate on P-256, and of an Ed25519 key and seed. */
#define COORDINATE 32
#define SIGNATURE 64

/* A kind of key (RFC 7518 6, RFC 8037 2). */
struct kind {
	const char *kty;
	const char *crv; /* NULL: kty has none */
	/* The public members, in the order of RFC 7638 3.2. */
	const char *members[5];
	/* Make a private JWK; NULL: it failed. */
	struct rc_json *(*generate)(struct rc_arena *mem);
	/* Octets of a signature by a public key; 0: the key is no good. */
	size_t (*judge)(const struct rc_json *jwk);
};

struct rc_jose_key {
	const char *alg;
	const char *kid;
	cjose_jwk_t *jwk; /* NULL: Ed25519, which cjose does not know */
	unsigned char seed[32];
};

/* A compact serialization (RFC 7515 7.1) by its parts. */
struct parts {
	const char *header, *payload, *signature;
	size_t signed_len; /* header and payload with the dot between */
};

static struct rc_json *generate_rsa(struct rc_arena *mem);
static struct rc_json *generate_ec(struct rc_arena *mem);
static struct rc_json *generate_ed25519(struct rc_arena *mem);
static size_t judge_rsa(const struct rc_json *jwk);
static size_t judge_ec(const struct rc_json *jwk);
static size_t judge_ed25519(const struct rc_json *jwk);

/* clang-format off */
static const struct kind rsa = { "RSA", NULL,
    { "e", "kty", "n" }, generate_rsa, judge_rsa };
static const struct kind p256 = { "EC", "P-256",
    { "crv", "kty", "x", "y" }, generate_ec, judge_ec };
static const struct kind ed25519 = { "OKP", "Ed25519",
    { "crv", "kty", "x" }, generate_ed25519, judge_ed25519 };

/* RFC 7518 3.1, RFC 8037 3.1: what each algorithm of rc_algs signs with. */
static const struct {
	const char *name;
	const struct kind *kind;
} algorithms[] = {
	{ "RS256", &rsa },
	{ "PS256", &rsa },
	{ "ES256", &p256 },
	{ "EdDSA", &ed25519 },
};
/* clang-format on */

/* Return the kind of key that ${alg} takes, NULL where it is none of ours. */
static const struct kind *
find_kind(const char *alg)
{
	size_t i;

	for (i = 0; i < COUNT(algorithms); i++)
		if (strcmp(algorithms[i].name, alg) == 0)
			return algorithms[i].kind;
	return NULL;
}

static bool
is(const struct rc_json *object, const char *name, const char *value)
{
	const char *s = rc_json_text(object, name);

	return s != NULL && strcmp(s, value) == 0;
}

/* Decode a member of at most ${size} octets; return how many, 0 for none. */
static size_t
octets(const struct rc_json *jwk, const char *name, unsigned char *out,
    size_t size)
{
	const char *encoded = rc_json_text(jwk, name);
	size_t len;

	if (encoded == NULL || !rc_crypt_unbase64url(out, size, encoded, &len))
		return 0;
	return len;
}

static void
set_octets(struct rc_json *jwk, const char *name, const unsigned char octet[32])
{
	char encoded[44];

	rc_crypt_base64url(encoded, sizeof(encoded), octet, 32);
	rc_json_set_string(jwk, name, encoded);
	rc_crypt_wipe(encoded, sizeof(encoded));
}

/* Return ${len} bytes as base64url in ${mem}. */
static const char *
encode(struct rc_arena *mem, const void *data, size_t len)
{
	size_t size = len / 3 * 4 + 4 + 1;
	char *out = rc_alloc(mem, size);

	rc_crypt_base64url(out, size, data, len);
	return out;
}

static struct rc_json *
parse(struct rc_arena *mem, const char *json, size_t len)
{
	struct rc_json *root;
	const char *why;
	size_t at;

	return rc_json_parse(mem, json, len, &root, &why, &at) == RC_OK ? root
	                                                                : NULL;
}

static void
release_jwk(void *jwk)
{

	cjose_jwk_release(jwk);
}

static void
release_header(void *header)
{

	cjose_header_release(header);
}

static void
release_jws(void *jws)
{

	cjose_jws_release(jws);
}

/* Log a fault of cjose. */
static void
complain(const char *what, const cjose_err *err)
{

	rc_log(RC_LOG_ERROR, "jose", "%s: %s", what,
	    err->message != NULL ? err->message : "unknown");
}

bool
rc_jose_key_parses(const char *jwk)
{
	cjose_jwk_t *key;
	cjose_err err;
	bool good;

	if ((key = cjose_jwk_import(jwk, strlen(jwk), &err)) == NULL)
		return false;
	good = cjose_jwk_get_kty(key, &err) != CJOSE_JWK_KTY_OCT;
	cjose_jwk_release(key);
	return good;
}

/* Take ${key}, which cjose made, over as a private JWK. */
static struct rc_json *export(
    struct rc_arena *mem, cjose_jwk_t *key, cjose_err *err)
{
	struct rc_json *jwk;
	char *json;

	if (key == NULL) {
		complain("cannot make a key", err);
		return NULL;
	}
	json = cjose_jwk_to_json(key, true, err);
	cjose_jwk_release(key);
	if (json == NULL) {
		complain("cannot write a key", err);
		return NULL;
	}

	jwk = parse(mem, json, strlen(json));
	rc_crypt_wipe(json, strlen(json));
	cjose_get_dealloc()(json);
	return jwk;
}

static struct rc_json *
generate_rsa(struct rc_arena *mem)
{
	static const uint8_t exponent[] = { 1, 0, 1 };
	cjose_err err = { .code = CJOSE_ERR_NONE };
	cjose_jwk_t *key;

	key = cjose_jwk_create_RSA_random(
	    RSA_BITS, exponent, sizeof(exponent), &err);
	return export(mem, key, &err);
}

static struct rc_json *
generate_ec(struct rc_arena *mem)
{
	cjose_err err = { .code = CJOSE_ERR_NONE };
	cjose_jwk_t *key;

	key = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &err);
	return export(mem, key, &err);
}

static struct rc_json *
generate_ed25519(struct rc_arena *mem)
{
	struct rc_json *jwk = rc_json_new_object(mem);
	unsigned char seed[32], key[32];

	rc_crypt_ed25519_new(seed, key);
	rc_json_set_string(jwk, "kty", ed25519.kty);
	rc_json_set_string(jwk, "crv", ed25519.crv);
	set_octets(jwk, "x", key);
	set_octets(jwk, "d", seed);
	rc_crypt_wipe(seed, sizeof(seed));
	return jwk;
}

/* RFC 7518 3.3 and 6.3.1. */
static size_t
judge_rsa(const struct rc_json *jwk)
{
	unsigned char n[MOST_MODULUS], e[MOST_EXPONENT];
	unsigned long long exponent = 0;
	size_t nlen, elen, i;

	nlen = octets(jwk, "n", n, sizeof(n));
	elen = octets(jwk, "e", e, sizeof(e));
	/* With its first bit set, a modulus has all the bits of its octets. */
	if (nlen < RSA_BITS / 8 || n[0] == 0 ||
	    (nlen == RSA_BITS / 8 && n[0] < 0x80))
		return 0;
	for (i = 0; i < elen; i++)
		exponent = exponent << 8 | e[i];
	return exponent >= LEAST_EXPONENT && exponent % 2 == 1 ? nlen : 0;
}

/* RFC 7518 3.4 and 6.2.1; cjose looks whether the point is on the curve. */
static size_t
judge_ec(const struct rc_json *jwk)
{
	unsigned char x[COORDINATE], y[COORDINATE];

	return octets(jwk, "x", x, sizeof(x)) == COORDINATE &&
	               octets(jwk, "y", y, sizeof(y)) == COORDINATE
	           ? SIGNATURE
	           : 0;
}

/* RFC 8037 2. */
static size_t
judge_ed25519(const struct rc_json *jwk)
{
	unsigned char x[COORDINATE];

	return octets(jwk, "x", x, sizeof(x)) == COORDINATE &&
	               rc_crypt_ed25519_point(x)
	           ? SIGNATURE
	           : 0;
}

/*
 * Return how many octets a signature by ${jwk} has, 0 where the key is not of
 * that ${kind}, or weak.
 */
static size_t
judge(const struct rc_json *jwk, const struct kind *kind)
{

	if (!is(jwk, "kty", kind->kty) ||
	    (kind->crv != NULL && !is(jwk, "crv", kind->crv)))
		return 0;
	return kind->judge(jwk);
}

/* Return the kind that ${jwk} is a good key of, NULL where it is of none. */
static const struct kind *
kind_of(const struct rc_json *jwk)
{
	size_t i;

	for (i = 0; i < COUNT(algorithms); i++)
		if (judge(jwk, algorithms[i].kind) != 0)
			return algorithms[i].kind;
	return NULL;
}

/* Return a copy of just the public members, whose text RFC 7638 3 hashes. */
static struct rc_json *
public_part(
    struct rc_arena *mem, const struct rc_json *jwk, const struct kind *kind)
{
	struct rc_json *out = rc_json_new_object(mem);
	const char *const *name;

	for (name = kind->members; *name != NULL; name++)
		rc_json_set_string(out, *name, rc_json_text(jwk, *name));
	return out;
}

const char *
rc_jose_thumbprint(struct rc_arena *mem, const struct rc_json *jwk)
{
	const struct kind *kind = kind_of(jwk);
	unsigned char hash[32];
	const char *canonical;

	if (kind == NULL)
		return NULL;
	canonical = rc_json_write(mem, public_part(mem, jwk, kind));
	rc_crypt_sha256(canonical, strlen(canonical), hash);
	return encode(mem, hash, sizeof(hash));
}

/* Write ${jwk} as the key ${kid} of ${alg}. */
static const char *
label(
    struct rc_arena *mem, struct rc_json *jwk, const char *kid, const char *alg)
{

	rc_json_set_string(jwk, "kid", kid);
	rc_json_set_string(jwk, "alg", alg);
	return rc_json_write(mem, jwk);
}

bool
rc_jose_generate(struct rc_arena *mem, const char *alg, const char **kid,
    const char **private, const char **public)
{
	const struct kind *kind = find_kind(alg);
	struct rc_json *secret, *shown;

	if (kind == NULL || (secret = kind->generate(mem)) == NULL ||
	    (*kid = rc_jose_thumbprint(mem, secret)) == NULL)
		return false;
	shown = public_part(mem, secret, kind);
	*private = label(mem, secret, *kid, alg);
	rc_json_set_string(shown, "use", "sig");
	*public = label(mem, shown, *kid, alg);
	return true;
}

struct rc_jose_key *
rc_jose_key(struct rc_arena *mem, const char *private)
{
	const struct rc_json *jwk = parse(mem, private, strlen(private));
	struct rc_jose_key *key = rc_alloc(mem, sizeof(*key));
	const struct kind *kind;
	cjose_err err;

	key->alg = rc_json_text(jwk, "alg");
	key->kid = rc_json_text(jwk, "kid");
	if (key->alg == NULL || key->kid == NULL ||
	    rc_json_text(jwk, "d") == NULL ||
	    (kind = find_kind(key->alg)) == NULL || judge(jwk, kind) == 0)
		return NULL;
	if (kind == &ed25519)
		return octets(jwk, "d", key->seed, sizeof(key->seed)) ==
		               sizeof(key->seed)
		           ? key
		           : NULL;

	key->jwk = cjose_jwk_import(private, strlen(private), &err);
	if (key->jwk == NULL)
		return NULL;
	rc_defer(mem, release_jwk, key->jwk);
	return key;
}

/* RFC 8037 3.1. */
static const char *
sign_ed25519(struct rc_arena *mem, const struct rc_jose_key *key,
    const char *typ, const char *payload)
{
	struct rc_json *header = rc_json_new_object(mem);
	unsigned char signature[SIGNATURE];
	const char *written, *input;

	rc_json_set_string(header, "alg", key->alg);
	rc_json_set_string(header, "kid", key->kid);
	if (typ != NULL)
		rc_json_set_string(header, "typ", typ);
	written = rc_json_write(mem, header);
	input = rc_printf(mem, "%s.%s", encode(mem, written, strlen(written)),
	    encode(mem, payload, strlen(payload)));
	rc_crypt_ed25519_sign(key->seed, input, strlen(input), signature);
	return rc_printf(
	    mem, "%s.%s", input, encode(mem, signature, sizeof(signature)));
}

/* Return a header in ${mem}; NULL: cjose failed. */
static cjose_header_t *
make_header(struct rc_arena *mem, const struct rc_jose_key *key,
    const char *typ, cjose_err *err)
{
	cjose_header_t *header = cjose_header_new(err);

	if (header == NULL)
		return NULL;
	rc_defer(mem, release_header, header);
	if (!cjose_header_set(header, "alg", key->alg, err) ||
	    !cjose_header_set(header, "kid", key->kid, err) ||
	    (typ != NULL && !cjose_header_set(header, "typ", typ, err)))
		return NULL;
	return header;
}

static const char *
sign_cjose(struct rc_arena *mem, const struct rc_jose_key *key, const char *typ,
    const char *payload)
{
	cjose_header_t *header;
	cjose_jws_t *jws = NULL;
	const char *compact;
	cjose_err err = { .code = CJOSE_ERR_NONE };

	if ((header = make_header(mem, key, typ, &err)) != NULL)
		jws = cjose_jws_sign(key->jwk, header, (const uint8_t *)payload,
		    strlen(payload), &err);
	if (jws != NULL)
		rc_defer(mem, release_jws, jws);
	/* The compact form belongs to the JWS. */
	if (jws == NULL || !cjose_jws_export(jws, &compact, &err)) {
		complain("cannot sign", &err);
		return NULL;
	}
	return compact;
}

const char *
rc_jose_sign(struct rc_arena *mem, const struct rc_jose_key *key,
    const char *typ, const char *payload)
{

	return key->jwk == NULL ? sign_ed25519(mem, key, typ, payload)
	                        : sign_cjose(mem, key, typ, payload);
}

const char *
rc_jose_alg(const char *alg)
{

	return strcmp(alg, "Ed25519") == 0 ? "EdDSA" : alg;
}

/* Cut ${jws} at its dots; false: it has not three parts. */
static bool
cut(struct rc_arena *mem, const char *jws, struct parts *parts)
{
	const char *first = strchr(jws, '.');
	const char *second = first == NULL ? NULL : strchr(first + 1, '.');

	if (second == NULL || strchr(second + 1, '.') != NULL)
		return false;
	parts->header = rc_strndup(mem, jws, (size_t)(first - jws));
	parts->payload =
	    rc_strndup(mem, first + 1, (size_t)(second - first - 1));
	parts->signature = second + 1;
	parts->signed_len = (size_t)(second - jws);
	return true;
}

/* Decode a part of a JWS; false: it is empty or no canonical base64url. */
static bool
decode(struct rc_arena *mem, const char *part, unsigned char **out, size_t *len)
{
	size_t size = strlen(part) / 4 * 3 + 3;

	*out = rc_alloc(mem, size);
	return rc_crypt_unbase64url(*out, size, part, len) && *len > 0;
}

static struct rc_json *
decode_object(struct rc_arena *mem, const char *part)
{
	struct rc_json *root;
	unsigned char *json;
	size_t len;

	if (!decode(mem, part, &json, &len))
		return NULL;
	root = parse(mem, (const char *)json, len);
	return rc_json_type(root) == RC_JSON_OBJECT ? root : NULL;
}

/* RFC 7515 4.1. */
static const char *
read_header(struct rc_jws *jws)
{
	const char *alg;

	/* RFC 7515 4.1.11, RFC 7797 6: no extension is understood here. */
	if (rc_json_has(jws->header, "crit"))
		return "has a crit header, and no extension is understood here";
	if (rc_json_has(jws->header, "b64"))
		return "has a b64 header, which is not understood here";
	if ((alg = rc_json_text(jws->header, "alg")) == NULL)
		return "has no alg header that is a string";
	jws->alg = rc_jose_alg(alg);
	jws->kid = rc_json_text(jws->header, "kid");
	if (rc_json_has(jws->header, "kid") && jws->kid == NULL)
		return "has a kid header that is no string";
	jws->typ = rc_json_text(jws->header, "typ");
	if (rc_json_has(jws->header, "typ") && jws->typ == NULL)
		return "has a typ header that is no string";
	return NULL;
}

const char *
rc_jose_open(struct rc_arena *mem, const char *compact, struct rc_jws *jws)
{
	struct parts parts;
	unsigned char *signature;
	size_t len;

	*jws = (struct rc_jws){ .text = compact };
	if (!cut(mem, compact, &parts))
		return "is no JWT of three parts with dots between";
	if ((jws->header = decode_object(mem, parts.header)) == NULL)
		return "has a header that is no JSON object in base64url";
	if ((jws->payload = decode_object(mem, parts.payload)) == NULL)
		return "has a payload that is no JSON object in base64url";
	if (!decode(mem, parts.signature, &signature, &len))
		return "has no signature in base64url";
	return read_header(jws);
}

/* Tell whether use and key_ops (RFC 7517 4.2, 4.3) let the key verify. */
static bool
may_verify(const struct rc_json *jwk)
{
	const struct rc_json *ops = rc_json_get(jwk, "key_ops");

	if (rc_json_get(jwk, "use") != NULL && !is(jwk, "use", "sig"))
		return false;
	/* Some publish the operation of their private key. */
	return ops == NULL || rc_json_holds(ops, "verify") ||
	       rc_json_holds(ops, "sign");
}

/* Tell whether the labels of ${jwk} let it be the key that signed ${jws}. */
static bool
fits(const struct rc_json *jwk, const struct rc_jws *jws)
{
	const char *alg = rc_json_text(jwk, "alg");

	if (rc_json_get(jwk, "alg") != NULL &&
	    (alg == NULL || strcmp(rc_jose_alg(alg), jws->alg) != 0))
		return false;
	if (jws->kid != NULL && rc_json_get(jwk, "kid") != NULL &&
	    !is(jwk, "kid", jws->kid))
		return false;
	return may_verify(jwk);
}

static bool
verify_ed25519(const struct rc_json *jwk, const struct rc_jws *jws,
    const struct parts *parts, const unsigned char *signature)
{
	unsigned char key[COORDINATE];

	return octets(jwk, "x", key, sizeof(key)) == sizeof(key) &&
	       rc_crypt_ed25519_verify(
		   key, jws->text, parts->signed_len, signature);
}

static bool
verify_cjose(struct rc_arena *mem, const struct rc_json *jwk,
    const struct rc_jws *jws, const struct kind *kind)
{
	const char *json = rc_json_write(mem, public_part(mem, jwk, kind));
	const char *alg;
	cjose_jws_t *read;
	cjose_jwk_t *key;
	cjose_err err;

	if ((key = cjose_jwk_import(json, strlen(json), &err)) == NULL)
		return false;
	rc_defer(mem, release_jwk, key);
	read = cjose_jws_import(jws->text, strlen(jws->text), &err);
	if (read == NULL)
		return false;
	rc_defer(mem, release_jws, read);

	/* cjose takes alg from its own reading of the header. */
	alg = cjose_header_get(cjose_jws_get_protected(read), "alg", &err);
	return alg != NULL && strcmp(alg, jws->alg) == 0 &&
	       cjose_jws_verify(read, key, &err);
}

static bool
among(const char *const *list, const char *name)
{

	for (; *list != NULL; list++)
		if (strcmp(*list, name) == 0)
			return true;
	return false;
}

bool
rc_jose_verify(struct rc_arena *mem, const struct rc_jws *jws,
    const char *const *algs, const struct rc_json *jwks)
{
	const struct rc_json *keys = rc_json_get(jwks, "keys");
	const struct kind *kind = find_kind(jws->alg);
	const struct rc_json *jwk;
	struct parts parts;
	unsigned char *signature;
	size_t i, len, tries = jws->kid != NULL ? MOST_TRIES : MOST_GUESSES;

	if (kind == NULL || !among(algs, jws->alg) ||
	    !cut(mem, jws->text, &parts) ||
	    !decode(mem, parts.signature, &signature, &len))
		return false;
	for (i = 0; i < rc_json_count(keys) && tries > 0; i++) {
		jwk = rc_json_at(keys, i);
		/* cjose lets signatures of another length pass. */
		if (!fits(jwk, jws) || judge(jwk, kind) != len)
			continue;
		tries--;
		if (kind == &ed25519
			? verify_ed25519(jwk, jws, &parts, signature)
			: verify_cjose(mem, jwk, jws, kind))
			return true;
	}
	return false;
}
