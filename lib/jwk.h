#ifndef RC_JWK_H
#define RC_JWK_H

#include <stdbool.h>

struct rc_arena;
struct rc_json;

/*
 * rc_jwk_check_set(mem, jwks):
 * Judge a client's JWK Set (RFC 7517 5, RFC 7591 2): an object with a
 * non-empty array "keys", each an object with a string kty and no private or
 * symmetric part.  Keys whose kty, crv, use or alg is not known here are
 * ignored, but not all may be such; the others parse and are strong enough (RSA
 * from 2048 bits with an odd exponent from 65537; EC P-256, P-384, P-521 on the
 * curve; OKP Ed25519, X25519), with use, key_ops and alg that agree with them,
 * and no two alike kid.  No number is outside int64 or has a fraction,
 * anywhere.  Return NULL when it is good, else a sentence part in ${mem} that
 * fits behind "jwks ", such as "keys[1] has a private part".
 */
const char *rc_jwk_check_set(struct rc_arena *mem, const struct rc_json *jwks);

/*
 * rc_jwk_can_sign(mem, jwks, alg):
 * Tell whether the set, which rc_jwk_check_set finds good, has a key that can
 * verify what its client signs (RFC 7523 2.2): RSA, EC or Ed25519, use absent
 * or sig, key_ops absent or with verify or sign, alg absent or of signatures.
 * Where ${alg} is not NULL (RFC 7518 3.1), the key is also of that algorithm's
 * kty and crv, and its own alg, if it has one, is ${alg}.
 */
bool rc_jwk_can_sign(
    struct rc_arena *mem, const struct rc_json *jwks, const char *alg);

#endif
