#include "crypt.h"

#include <sodium.h>
#include <string.h>

bool
rc_crypt_start(void)
{

	return sodium_init() >= 0;
}

void
rc_crypt_token(char out[RC_CRYPT_TOKEN_SIZE])
{
	unsigned char bits[32];

	do {
		randombytes_buf(bits, sizeof(bits));
		rc_crypt_base64url(
		    out, RC_CRYPT_TOKEN_SIZE, bits, sizeof(bits));
	} while (out[0] == '-');
	sodium_memzero(bits, sizeof(bits));
}

void
rc_crypt_hash(
    const void *data, size_t len, unsigned char hash[RC_CRYPT_HASH_SIZE])
{

	crypto_generichash(hash, RC_CRYPT_HASH_SIZE, data, len, NULL, 0);
}

bool
rc_crypt_same(const char *a, const char *b)
{
	size_t len;

	if (a == NULL || b == NULL)
		return false;

	/* Only the length may show in the time taken. */
	len = strlen(a);
	return len == strlen(b) && sodium_memcmp(a, b, len) == 0;
}

void
rc_crypt_wipe(void *p, size_t n)
{

	sodium_memzero(p, n);
}

void
rc_crypt_base64url(char *out, size_t size, const void *data, size_t len)
{

	sodium_bin2base64(
	    out, size, data, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool
rc_crypt_unbase64url(void *out, size_t size, const char *text, size_t *len)
{

	return sodium_base642bin(out, size, text, strlen(text), NULL, len, NULL,
		   sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0;
}

bool
rc_crypt_ed25519_point(const unsigned char key[32])
{

	return crypto_core_ed25519_is_valid_point(key) == 1;
}
