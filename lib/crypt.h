#ifndef RC_CRYPT_H
#define RC_CRYPT_H

#include <stdbool.h>
#include <stddef.h>

/* 256 random bits as base64url without padding, and a NUL. */
#define RC_CRYPT_TOKEN_SIZE 44
/* A BLAKE2b hash, 256 bits. */
#define RC_CRYPT_HASH_SIZE 32

/*
 * rc_crypt_start():
 * Make libsodium ready; call once before anything else here.  False: the
 * system has no randomness to give.
 */
bool rc_crypt_start(void);

/*
 * rc_crypt_token(out):
 * Write 256 fresh random bits as 43 characters of base64url and a NUL.
 * The first is never '-', so that no shell command takes it for an option.
 */
void rc_crypt_token(char out[RC_CRYPT_TOKEN_SIZE]);

/*
 * rc_crypt_hash(data, len, hash):
 * BLAKE2b-256 of ${len} bytes of ${data}, unkeyed: for values of 256 random
 * bits, which nobody can guess.
 */
void rc_crypt_hash(
    const void *data, size_t len, unsigned char hash[RC_CRYPT_HASH_SIZE]);

/*
 * rc_crypt_same(a, b):
 * Compare two secret strings in constant time.  NULL equals nothing, not even
 * NULL.
 */
bool rc_crypt_same(const char *a, const char *b);

/*
 * rc_crypt_wipe(p, n):
 * Overwrite ${n} bytes in a way that the compiler does not drop.
 */
void rc_crypt_wipe(void *p, size_t n);

/*
 * rc_crypt_base64url(out, size, data, len):
 * Write ${data} as unpadded base64url and a NUL; ${size} must have room.
 */
void rc_crypt_base64url(char *out, size_t size, const void *data, size_t len);

/*
 * rc_crypt_unbase64url(out, size, text, len):
 * Decode unpadded canonical base64url (RFC 7515 2) of at most ${size} bytes;
 * *${len} is how many.  False: another character, padding, stray bits, or
 * too long.
 */
bool rc_crypt_unbase64url(
    void *out, size_t size, const char *text, size_t *len);

/*
 * rc_crypt_ed25519_point(key):
 * Tell whether the 32 bytes are an Ed25519 public key (RFC 8032): a canonical
 * point on the curve that is not of small order.
 */
bool rc_crypt_ed25519_point(const unsigned char key[32]);

#endif
