#ifndef RC_JOSE_H
#define RC_JOSE_H

#include <stdbool.h>
#include <stddef.h>

struct rc_arena;
struct rc_json;

/*
 * rc_jose_key_parses(jwk):
 * Tell whether cjose can make a public RSA or EC key of the JSON text ${jwk}
 * (RFC 7517, RFC 7518 6): for EC that the point is on its curve.  The members
 * and the strength are checked by jwk.c before.
 */
bool rc_jose_key_parses(const char *jwk);

/*
 * rc_jose_thumbprint(mem, jwk):
 * Return the SHA-256 thumbprint (RFC 7638) of an RSA, P-256 or Ed25519 key,
 * NULL where it is none, or is weaker than RSA 2048 with an odd e from 65537.
 */
const char *rc_jose_thumbprint(struct rc_arena *mem, const struct rc_json *jwk);

/* A key pair that signs, as long as the arena that it was made in. */
struct rc_jose_key;

/*
 * rc_jose_generate(mem, alg, kid, private, public):
 * Make a key pair for one of rc_algs: RSA 2048 for RS256 and PS256, P-256 for
 * ES256, Ed25519 for EdDSA (RFC 8037).  *${private} and *${public} are JWKs
 * (RFC 7517 4) as JSON text in ${mem}, with kid, alg and, the public one, use
 * "sig".  The kid is the public key's thumbprint (RFC 7638), in *${kid}.
 * False: ${alg} is none of ours, or no key came about.
 */
bool rc_jose_generate(struct rc_arena *mem, const char *alg, const char **kid,
    const char **private, const char **public);

/*
 * rc_jose_key(mem, private):
 * Make a key of a private JWK's text, of those that rc_jose_generate makes;
 * NULL where it is none.
 */
struct rc_jose_key *rc_jose_key(struct rc_arena *mem, const char *private);

/*
 * rc_jose_sign(mem, key, typ, payload):
 * Return ${payload} as a JWS in compact form (RFC 7515 7.1) with alg and kid of
 * the key and, where it is not NULL, typ in its header; NULL: it failed, the
 * log says why.
 */
const char *rc_jose_sign(struct rc_arena *mem, const struct rc_jose_key *key,
    const char *typ, const char *payload);

/*
 * rc_jose_alg(alg):
 * Return ${alg} by the name that it has in rc_algs: EdDSA for Ed25519, as RFC
 * 9864 2.2 calls it with a key of that curve; any other stays what it is.
 */
const char *rc_jose_alg(const char *alg);

/* A JWS taken apart, nothing of it verified yet. */
struct rc_jws {
	const struct rc_json *header;
	const struct rc_json *payload; /* an object (RFC 7519 7.2) */
	const char *alg; /* by its name in rc_algs: rc_jose_alg */
	const char *kid; /* NULL */
	const char *typ; /* NULL */
	const char *text;
};

/*
 * rc_jose_open(mem, text, jws):
 * Take a JWT in JWS compact form apart: three parts of canonical base64url,
 * header and payload JSON objects, alg a string, no crit, no b64.  Return NULL
 * when it is good, else a phrase (static) that fits behind "the assertion ".
 */
const char *rc_jose_open(
    struct rc_arena *mem, const char *text, struct rc_jws *jws);

/*
 * rc_jose_verify(mem, jws, algs, jwks):
 * Tell whether a key of the JWK Set ${jwks} verifies the signature: its alg is
 * one of the NULL-ended ${algs} and of rc_algs, and ties the key's kty and crv;
 * a key with use or key_ops for something else, with another alg, or with
 * another kid where the header names one, is left out, and so is RSA below 2048
 * bits or with an e that is even or below 65537.  At most 16 keys are tried, or
 * 4 where the header names none.
 */
bool rc_jose_verify(struct rc_arena *mem, const struct rc_jws *jws,
    const char *const *algs, const struct rc_json *jwks);

#endif
