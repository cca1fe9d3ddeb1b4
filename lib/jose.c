#include "jose.h"

#include <cjose/cjose.h>
#include <string.h>

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
