#include "pkce.h"

#include <stddef.h>
#include <string.h>

#include "crypt.h"

#define LEAST 43
#define MOST 128

/* RFC 3986 2.3. */
static const char unreserved[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

const char *
rc_pkce_check_verifier(const char *text)
{
	size_t n = strlen(text);

	if (n < LEAST || n > MOST)
		return "code_verifier must have 43 to 128 characters";
	if (strspn(text, unreserved) != n)
		return "code_verifier must have no characters but A-Z, a-z, "
		       "0-9 and -._~";
	return NULL;
}

const char *
rc_pkce_check_challenge(const char *text)
{
	unsigned char hash[32];
	size_t n;

	if (!rc_crypt_unbase64url(hash, sizeof(hash), text, &n) ||
	    n != sizeof(hash))
		return "code_challenge must be the SHA-256 of the "
		       "code_verifier as 43 characters of base64url";
	return NULL;
}

void
rc_pkce_challenge(const char *verifier, char challenge[RC_PKCE_CHALLENGE_SIZE])
{
	unsigned char hash[32];

	rc_crypt_sha256(verifier, strlen(verifier), hash);
	rc_crypt_base64url(
	    challenge, RC_PKCE_CHALLENGE_SIZE, hash, sizeof(hash));
}
