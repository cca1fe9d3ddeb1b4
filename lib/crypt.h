#ifndef RC_CRYPT_H
#define RC_CRYPT_H

#include <stdbool.h>
#include <stddef.h>

struct rc_arena;
struct rc_service;

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

/* The same as a program's service, in front of those that need it. */
extern const struct rc_service rc_crypt_service;

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
 * rc_crypt_mac(key, data, len, mac):
 * BLAKE2b-256 of ${len} bytes of ${data} under a key of 32 bytes.
 */
void rc_crypt_mac(const unsigned char key[RC_CRYPT_HASH_SIZE], const void *data,
    size_t len, unsigned char mac[RC_CRYPT_HASH_SIZE]);

/* A secret, of which only the hash is kept. */
struct rc_secret {
	const char *text; /* NULL: there is none */
	unsigned char hash[RC_CRYPT_HASH_SIZE];
};

/*
 * rc_crypt_secret(mem, secret):
 * Make a secret of rc_crypt_token in ${mem}.
 */
void rc_crypt_secret(struct rc_arena *mem, struct rc_secret *secret);

/*
 * rc_crypt_sha256(data, len, hash), rc_crypt_sha512(data, len, hash):
 * SHA-2, for what standards ask it for (RFC 7636 4.2).
 */
void rc_crypt_sha256(const void *data, size_t len, unsigned char hash[32]);
void rc_crypt_sha512(const void *data, size_t len, unsigned char hash[64]);

/*
 * rc_crypt_hmac_sha256(key, keylen, data, len, mac):
 * HMAC-SHA-256 (RFC 2104) of ${len} bytes of ${data} under a key of any
 * length, for what others are to check with tools of their own.
 */
void rc_crypt_hmac_sha256(const void *key, size_t keylen, const void *data,
    size_t len, unsigned char mac[32]);

/*
 * rc_crypt_hex(out, data, len):
 * Write ${len} bytes as 2 * ${len} lower-case hexadecimal digits and a NUL.
 */
void rc_crypt_hex(char *out, const void *data, size_t len);

/* What rc_crypt_seal adds to a plain text: nonce and tag. */
#define RC_CRYPT_SEAL_SIZE 40

/*
 * rc_crypt_seal(out, key, data, len):
 * Encrypt and authenticate ${len} bytes under a key of 32 bytes
 * (XChaCha20-Poly1305, fresh nonce in front); ${out} takes ${len} +
 * RC_CRYPT_SEAL_SIZE bytes.
 */
void rc_crypt_seal(unsigned char *out, const unsigned char key[32],
    const void *data, size_t len);

/*
 * rc_crypt_unseal(out, key, sealed, len):
 * Undo that; ${out} takes ${len} - RC_CRYPT_SEAL_SIZE bytes.  False: another
 * key, somebody changed it, or it is shorter than RC_CRYPT_SEAL_SIZE.
 */
bool rc_crypt_unseal(unsigned char *out, const unsigned char key[32],
    const void *sealed, size_t len);

/*
 * rc_crypt_seal_bound(out, key, bound, data, len),
 * rc_crypt_unseal_bound(out, key, bound, sealed, len):
 * The same, bound to the string ${bound} (additional data), which is not in
 * ${out}: what was sealed with another string does not open.
 */
void rc_crypt_seal_bound(unsigned char *out, const unsigned char key[32],
    const char *bound, const void *data, size_t len);
bool rc_crypt_unseal_bound(unsigned char *out, const unsigned char key[32],
    const char *bound, const void *sealed, size_t len);

/* The salt of a key that is made of a passphrase. */
#define RC_CRYPT_SALT_SIZE 16

/*
 * rc_crypt_passphrase_key(passphrase, salt, passes, memory, key):
 * Make a key of a passphrase by Argon2id, with ${memory} bytes.  False: there
 * is not that much memory, or Argon2id does not take these numbers.
 */
bool rc_crypt_passphrase_key(const char *passphrase,
    const unsigned char salt[RC_CRYPT_SALT_SIZE], unsigned passes,
    size_t memory, unsigned char key[32]);

/* A password's hash as text, NUL included. */
#define RC_CRYPT_PASSWORD_SIZE 128

/*
 * rc_crypt_password_hash(password, memory, out):
 * Argon2id of a password that a person chose, with ${memory} bytes, as the
 * self-describing text that rc_crypt_password_check takes.  False: there is
 * not that much memory.
 */
bool rc_crypt_password_hash(
    const char *password, size_t memory, char out[RC_CRYPT_PASSWORD_SIZE]);

enum rc_password {
	RC_PASSWORD_WRONG,
	RC_PASSWORD_RIGHT,
	RC_PASSWORD_NO_MEMORY /* for the hash: nobody knows */
};

/*
 * rc_crypt_password_check(hash, password, memory, stale):
 * Tell whether that is the password.  A NULL ${hash} takes as long as a hash
 * with ${memory} would and is wrong, so that nobody learns which accounts
 * there are.  *${stale}: it is right, and was hashed with other parameters.
 */
enum rc_password rc_crypt_password_check(
    const char *hash, const char *password, size_t memory, bool *stale);

/*
 * rc_crypt_ed25519_new(seed, key), rc_crypt_ed25519_sign(...),
 * rc_crypt_ed25519_verify(...):
 * Make a key pair (RFC 8032): the 32 private bytes and the 32 public ones.
 * Sign and verify ${len} bytes with 64-byte signatures.
 */
void rc_crypt_ed25519_new(unsigned char seed[32], unsigned char key[32]);
void rc_crypt_ed25519_sign(const unsigned char seed[32], const void *data,
    size_t len, unsigned char signature[64]);
bool rc_crypt_ed25519_verify(const unsigned char key[32], const void *data,
    size_t len, const unsigned char signature[64]);

/*
 * rc_crypt_random(out, n):
 * Write ${n} random bytes.
 */
void rc_crypt_random(void *out, size_t n);

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
