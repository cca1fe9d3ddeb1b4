#ifndef RC_JWK_H
#define RC_JWK_H

struct rc_arena;
struct rc_json;

/*
 * rc_jwk_check_set(mem, jwks):
 * Judge a client's JWK Set (RFC 7517 5, RFC 7591 2): an object with a
 * non-empty array "keys", each an object with a known kty that parses and is strong
 * enough (RSA from 2048 bits with an odd exponent from 65537; EC P-256, P-384,
 * P-521 on the curve; OKP Ed25519, X25519), use, key_ops and alg that agree with it,
 * no two alike kid, no private or symmetric part, no number outside int64 or with
 * a fraction anywhere.  Return NULL when it is good, else a
 * sentence part in ${mem} that fits behind "jwks ", such as
 * "keys[1] has a private part".
 */
const char *rc_jwk_check_set(struct rc_arena *mem, const struct rc_json *jwks);

#endif
