#include "crypt.h"

#include <sodium.h>
#include <string.h>
#include <sys/mman.h>

#include "arena.h"
#include "program.h"

#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define LARGE_MEMORY ((size_t)64 * 1024 * 1024)

_Static_assert(RC_CRYPT_SEAL_SIZE ==
		   NONCE_SIZE + crypto_aead_xchacha20poly1305_ietf_ABYTES,
    "nonce and tag");
_Static_assert(RC_CRYPT_PASSWORD_SIZE == crypto_pwhash_STRBYTES, "Argon2id");
_Static_assert(RC_CRYPT_SALT_SIZE == crypto_pwhash_SALTBYTES, "Argon2id");

bool
rc_crypt_start(void)
{

	return sodium_init() >= 0;
}

static bool
start(const struct rc_conf *conf, const struct rc_program *program)
{

	(void)conf;
	(void)program;
	return rc_crypt_start();
}

static void
stop(void)
{
}

const struct rc_service rc_crypt_service = { "crypt", start, stop };

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

void
rc_crypt_mac(const unsigned char key[RC_CRYPT_HASH_SIZE], const void *data,
    size_t len, unsigned char mac[RC_CRYPT_HASH_SIZE])
{

	crypto_generichash(
	    mac, RC_CRYPT_HASH_SIZE, data, len, key, RC_CRYPT_HASH_SIZE);
}

void
rc_crypt_secret(struct rc_arena *mem, struct rc_secret *secret)
{
	char *text = rc_alloc(mem, RC_CRYPT_TOKEN_SIZE);

	rc_crypt_token(text);
	rc_crypt_hash(text, strlen(text), secret->hash);
	secret->text = text;
}

void
rc_crypt_sha256(const void *data, size_t len, unsigned char hash[32])
{

	crypto_hash_sha256(hash, data, len);
}

void
rc_crypt_sha512(const void *data, size_t len, unsigned char hash[64])
{

	crypto_hash_sha512(hash, data, len);
}

void
rc_crypt_hmac_sha256(const void *key, size_t keylen, const void *data,
    size_t len, unsigned char mac[32])
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key, keylen);
	crypto_auth_hmacsha256_update(&state, data, len);
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_memzero(&state, sizeof(state));
}

void
rc_crypt_hex(char *out, const void *data, size_t len)
{

	sodium_bin2hex(out, 2 * len + 1, data, len);
}

void
rc_crypt_seal(unsigned char *out, const unsigned char key[32], const void *data,
    size_t len)
{

	randombytes_buf(out, NONCE_SIZE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
	    out + NONCE_SIZE, NULL, data, len, NULL, 0, NULL, out, key);
}

bool
rc_crypt_unseal(unsigned char *out, const unsigned char key[32],
    const void *sealed, size_t len)
{
	const unsigned char *nonce = sealed;

	return len >= RC_CRYPT_SEAL_SIZE &&
	       crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL,
		   nonce + NONCE_SIZE, len - NONCE_SIZE, NULL, 0, nonce,
		   key) == 0;
}

void
rc_crypt_seal_bound(unsigned char *out, const unsigned char key[32],
    const char *bound, const void *data, size_t len)
{

	randombytes_buf(out, NONCE_SIZE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_SIZE, NULL, data,
	    len, (const unsigned char *)bound, strlen(bound), NULL, out, key);
}

bool
rc_crypt_unseal_bound(unsigned char *out, const unsigned char key[32],
    const char *bound, const void *sealed, size_t len)
{
	const unsigned char *nonce = sealed;

	return len >= RC_CRYPT_SEAL_SIZE &&
	       crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL,
		   nonce + NONCE_SIZE, len - NONCE_SIZE,
		   (const unsigned char *)bound, strlen(bound), nonce,
		   key) == 0;
}

bool
rc_crypt_passphrase_key(const char *passphrase,
    const unsigned char salt[RC_CRYPT_SALT_SIZE], unsigned passes_wanted,
    size_t memory, unsigned char key[32])
{

	return crypto_pwhash(key, 32, passphrase, strlen(passphrase), salt,
		   passes_wanted, memory, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

/* Two passes are right for 64 MiB; less memory is made up for by time. */
static unsigned long long
passes(size_t memory)
{

	return memory < LARGE_MEMORY ? 3 : 2;
}

bool
rc_crypt_password_hash(
    const char *password, size_t memory, char out[RC_CRYPT_PASSWORD_SIZE])
{

	return crypto_pwhash_str_alg(out, password, strlen(password),
		   passes(memory), memory, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

/*
 * libsodium takes a lack of memory for a wrong password, so it is looked for
 * before.
 */
static bool
has_memory(size_t n)
{
	/* What is in no file has -1 for one (mmap(2)). */
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    /* cppcheck-suppress invalidFunctionArg */
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED && munmap(p, n) == 0;
}

enum rc_password
rc_crypt_password_check(
    const char *hash, const char *password, size_t memory, bool *stale)
{
	char unused[RC_CRYPT_PASSWORD_SIZE];
	bool hashed;

	*stale = false;
	if (hash == NULL) {
		hashed = rc_crypt_password_hash(password, memory, unused);
		sodium_memzero(unused, sizeof(unused));
		return hashed ? RC_PASSWORD_WRONG : RC_PASSWORD_NO_MEMORY;
	}

	if (!has_memory(memory))
		return RC_PASSWORD_NO_MEMORY;
	if (crypto_pwhash_str_verify(hash, password, strlen(password)) != 0)
		return RC_PASSWORD_WRONG;
	*stale =
	    crypto_pwhash_str_needs_rehash(hash, passes(memory), memory) != 0;
	return RC_PASSWORD_RIGHT;
}

void
rc_crypt_ed25519_new(unsigned char seed[32], unsigned char key[32])
{
	unsigned char pair[crypto_sign_SECRETKEYBYTES];

	crypto_sign_keypair(key, pair);
	crypto_sign_ed25519_sk_to_seed(seed, pair);
	sodium_memzero(pair, sizeof(pair));
}

void
rc_crypt_ed25519_sign(const unsigned char seed[32], const void *data,
    size_t len, unsigned char signature[64])
{
	unsigned char key[crypto_sign_PUBLICKEYBYTES];
	unsigned char pair[crypto_sign_SECRETKEYBYTES];

	crypto_sign_seed_keypair(key, pair, seed);
	crypto_sign_detached(signature, NULL, data, len, pair);
	sodium_memzero(pair, sizeof(pair));
}

bool
rc_crypt_ed25519_verify(const unsigned char key[32], const void *data,
    size_t len, const unsigned char signature[64])
{

	return crypto_sign_verify_detached(signature, data, len, key) == 0;
}

void
rc_crypt_random(void *out, size_t n)
{

	randombytes_buf(out, n);
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
