#ifndef RC_JOSE_H
#define RC_JOSE_H

#include <stdbool.h>

/*
 * rc_jose_key_parses(jwk):
 * Tell whether cjose can make a public RSA or EC key of the JSON text ${jwk}
 * (RFC 7517, RFC 7518 6): for EC that the point is on its curve.  The members
 * and the strength are checked by jwk.c before.
 */
bool rc_jose_key_parses(const char *jwk);

#endif
