/*
 * How the store is encrypted.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "crypt.h"
#include "json.h"
#include "rollcall_store.h"

/* What a new key costs. */
#define PASSES 3
#define MEMORY ((int64_t)64 * 1048576)

/* What a file may ask for: more would only make us slow. */
#define MOST_PASSES 16
#define LEAST_MEMORY ((int64_t)8 * 1048576)
#define MOST_MEMORY ((int64_t)1024 * 1048576)

/* What a key is made with, and the two that come of it. */
struct key {
	int64_t passes, memory;
	unsigned char salt[RC_CRYPT_SALT_SIZE];
	const char *passphrase;
	unsigned char check[RC_CRYPT_HASH_SIZE];
	unsigned char seal[RC_CRYPT_HASH_SIZE];
};

/* The last two made: the files of a run have them in common. */
static struct key cache[2];
static unsigned newest;

/* Return the key of a passphrase that was made last; NULL: none was. */
static const struct key *
find_key(const char *passphrase)
{
	unsigned i;

	for (i = 0; i < 2; i++)
		if (cache[newest ^ i].passphrase == passphrase)
			return &cache[newest ^ i];
	return NULL;
}

const char *
store_encode(struct rollcall *r, const void *data, size_t len)
{
	size_t size = len / 3 * 4 + 5;
	char *text = rc_alloc(r->mem, size);

	rc_crypt_base64url(text, size, data, len);
	return text;
}

unsigned char *
store_decode(struct rollcall *r, const char *text, size_t *len)
{
	unsigned char *data;

	if (text == NULL)
		return NULL;
	data = rc_alloc(r->mem, strlen(text) + 1);
	return rc_crypt_unbase64url(data, strlen(text), text, len) ? data
	                                                           : NULL;
}

enum rollcall_exit
store_passphrase(struct rollcall *r)
{
	const char *text = getenv("ROLLCALL_PASSPHRASE");

	if (r->passphrase != NULL)
		return ROLLCALL_OK;
	if (r->passphrase_file != NULL)
		return rollcall_read_secret(
		    r, r->passphrase_file, "passphrase file", &r->passphrase);
	if (text != NULL && text[0] != '\0')
		r->passphrase = text;
	return ROLLCALL_OK;
}

/* Find out the passphrase, and be it by asking. */
static enum rollcall_exit
need_passphrase(struct rollcall *r)
{
	enum rollcall_exit e;

	if ((e = store_passphrase(r)) != ROLLCALL_OK || r->passphrase != NULL)
		return e;
	return rollcall_ask_passphrase(
	    r, "Passphrase of the clients", false, &r->passphrase);
}

/* Make the keys by Argon2id, unless they are at hand. */
static enum rollcall_exit
make_key(struct rollcall *r, struct key *key)
{
	const struct key *known = find_key(r->passphrase);
	unsigned char master[32];

	if (known != NULL && known->passes == key->passes &&
	    known->memory == key->memory &&
	    memcmp(known->salt, key->salt, sizeof(key->salt)) == 0) {
		*key = *known;
		return ROLLCALL_OK;
	}
	key->passphrase = r->passphrase;
	if (!rc_crypt_passphrase_key(r->passphrase, key->salt,
		(unsigned)key->passes, (size_t)key->memory, master))
		return rollcall_fail(ROLLCALL_FAILED,
		    "there are not the %lld MiB of memory that the key takes; "
		    "free some, or raise the limit (ulimit -v)",
		    (long long)(key->memory / 1048576));
	rc_crypt_mac(master, "check", strlen("check"), key->check);
	rc_crypt_mac(master, "seal", strlen("seal"), key->seal);
	rc_crypt_wipe(master, sizeof(master));
	newest ^= 1;
	cache[newest] = *key;
	return ROLLCALL_OK;
}

/* All that a seal is bound to. */
static const char *
bound(struct rollcall *r, const struct key *key, const char *name,
    const char *what)
{

	return rc_printf(r->mem, "%s argon2id %lld %lld %s %s %s", STORE_SEALED,
	    (long long)key->passes, (long long)key->memory,
	    store_encode(r, key->salt, sizeof(key->salt)), name, what);
}

/* What shows, before anything is opened, whether the passphrase is right. */
static const char *
check_of(struct rollcall *r, const struct key *key)
{
	const char *text = bound(r, key, "", "");
	unsigned char mac[RC_CRYPT_HASH_SIZE];

	rc_crypt_mac(key->check, text, strlen(text), mac);
	return store_encode(r, mac, sizeof(mac));
}

enum rollcall_exit
store_seal(struct rollcall *r, const char *name, const char *what,
    const char *text, const char **sealed)
{
	struct key key = { .passes = PASSES, .memory = MEMORY };
	const struct key *known = find_key(r->passphrase);
	struct rc_json *file = rc_json_new_object(r->mem);
	size_t len = strlen(text);
	unsigned char *box = rc_alloc(r->mem, len + RC_CRYPT_SEAL_SIZE);
	enum rollcall_exit e;

	if (known != NULL && known->passes == PASSES && known->memory == MEMORY)
		memcpy(key.salt, known->salt, sizeof(key.salt));
	else
		rc_crypt_random(key.salt, sizeof(key.salt));
	if ((e = make_key(r, &key)) != ROLLCALL_OK)
		return e;
	rc_crypt_seal_bound(
	    box, key.seal, bound(r, &key, name, what), text, len);
	rc_json_set_string(file, "format", STORE_SEALED);
	rc_json_set_string(file, "kdf", "argon2id");
	rc_json_set_int(file, "passes", key.passes);
	rc_json_set_int(file, "memory", key.memory);
	rc_json_set_string(
	    file, "salt", store_encode(r, key.salt, sizeof(key.salt)));
	rc_json_set_string(file, "check", check_of(r, &key));
	rc_json_set_string(
	    file, "sealed", store_encode(r, box, len + RC_CRYPT_SEAL_SIZE));
	*sealed = rc_json_write(r->mem, file);
	rc_crypt_wipe(&key, sizeof(key));
	return ROLLCALL_OK;
}

/* Read what the key is made with; false: that is nothing we would use. */
static bool
read_key(struct rollcall *r, const struct rc_json *file, struct key *key)
{
	const char *kdf = rc_json_text(file, "kdf");
	unsigned char *salt;
	size_t len;

	salt = store_decode(r, rc_json_text(file, "salt"), &len);
	if (kdf == NULL || strcmp(kdf, "argon2id") != 0 || salt == NULL ||
	    len != sizeof(key->salt))
		return false;
	memcpy(key->salt, salt, sizeof(key->salt));
	key->passes = rc_json_int(rc_json_get(file, "passes"));
	key->memory = rc_json_int(rc_json_get(file, "memory"));
	return key->passes >= 1 && key->passes <= MOST_PASSES &&
	       key->memory >= LEAST_MEMORY && key->memory <= MOST_MEMORY;
}

enum rollcall_exit
store_unseal(struct rollcall *r, const char *name, const char *what,
    const struct rc_json *file, const char **text)
{
	struct key key = { 0 };
	enum rollcall_exit e;
	unsigned char *box;
	size_t len = 0;
	char *open;

	box = store_decode(r, rc_json_text(file, "sealed"), &len);
	if (!read_key(r, file, &key) || box == NULL || len < RC_CRYPT_SEAL_SIZE)
		return rollcall_fail(ROLLCALL_LOCKED,
		    "the file of %s is damaged, or was changed; restore it "
		    "from a copy",
		    name);
	if ((e = need_passphrase(r)) != ROLLCALL_OK ||
	    (e = make_key(r, &key)) != ROLLCALL_OK)
		return e;
	if (!rc_crypt_same(check_of(r, &key), rc_json_text(file, "check")))
		return rollcall_fail(ROLLCALL_LOCKED,
		    "the passphrase does not open %s; give the one that it was "
		    "stored with",
		    name);
	open = rc_alloc(r->mem, len);
	if (!rc_crypt_unseal_bound((unsigned char *)open, key.seal,
		bound(r, &key, name, what), box, len))
		return rollcall_fail(ROLLCALL_LOCKED,
		    "the passphrase is right, but the file of %s was changed, "
		    "or is another client's; restore it from a copy",
		    name);
	rc_crypt_wipe(&key, sizeof(key));
	*text = open;
	return ROLLCALL_OK;
}
