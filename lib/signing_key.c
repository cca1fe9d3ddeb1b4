#include "signing_key.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alg.h"
#include "arena.h"
#include "buf.h"
#include "conf.h"
#include "crypt.h"
#include "db.h"
#include "jose.h"
#include "json.h"
#include "log.h"
#include "now.h"
#include "req.h"

/* What was read is good for so long, and for so long where a key is missed. */
#define AGE ((int64_t)RC_SIGNING_KEY_AGE * 1000)
#define AGE_MISSED 1000

/* Characters of a hash that make an entity tag. */
#define ETAG 16

/* The text of a seal file: 32 bytes as base64url, and a newline. */
#define SEAL_SIZE 32
#define SEAL_TEXT 44

/* Longest sentence about a seal file. */
#define SENTENCE 512

/* What one statement read, made into keys; it is replaced whole. */
struct kept {
	const char *what;
	enum rc_sql sql;
	/* Make keys of rows; what was kept before stays where that fails. */
	enum rc_err (*make)(struct rc_req *rq, const struct rc_rows *rows,
	    struct rc_arena *mem);
	struct rc_arena *mem; /* NULL: nothing was read yet */
	int64_t asked; /* when the database was, ms, rc_now_mono */
	bool stale; /* it gave nothing then, and the log has that */
};

/* The keys that count, as jwks shows them. */
static struct {
	struct rc_json *set;
	const char *text;
	size_t len;
	const char *etag;
} published;

/* A key that signs. */
struct signer {
	const char *alg;
	const struct rc_jose_key *key; /* NULL: it did not open */
};

static struct {
	const struct signer *keys;
	size_t count;
} signers;

int64_t
rc_signing_key_retiring(const struct rc_conf *conf)
{
	int64_t access = conf->access_token_lifetime;
	int64_t id = conf->id_token_lifetime;

	/* Some process may have signed with it for that much longer. */
	return (access > id ? access : id) + RC_SIGNING_KEY_AGE;
}

/* Return an entity tag of the set's text (RFC 9110 8.8.3). */
static const char *
make_etag(struct rc_arena *mem, const char *text, size_t len)
{
	unsigned char hash[RC_CRYPT_HASH_SIZE];
	char encoded[RC_CRYPT_TOKEN_SIZE];

	rc_crypt_hash(text, len, hash);
	rc_crypt_base64url(encoded, sizeof(encoded), hash, sizeof(hash));
	return rc_printf(mem, "\"%.*s\"", ETAG, encoded);
}

static enum rc_err
make_published(
    struct rc_req *rq, const struct rc_rows *rows, struct rc_arena *mem)
{
	struct rc_json *keys = rc_json_new_array(mem), *jwk;
	const char *text, *why;
	size_t i, at;

	(void)rq;
	for (i = 0; i < rc_rows_count(rows); i++) {
		text = rc_rows_text(rows, i, 2);
		if (rc_json_parse(mem, text, strlen(text), &jwk, &why, &at) ==
		    RC_OK)
			rc_json_append(keys, jwk);
		else
			rc_log(RC_LOG_ERROR, "signing_key",
			    "key %s is left out: its public_jwk is no JWK",
			    rc_rows_text(rows, i, 0));
	}
	published.set = rc_json_new_object(mem);
	rc_json_set(published.set, "keys", keys);
	published.text = rc_json_write(mem, published.set);
	published.len = strlen(published.text);
	published.etag = make_etag(mem, published.text, published.len);
	return RC_OK;
}

/*
 * Open what rc_signing_key_make sealed; NULL: it is not that, or another key's.
 * The plain text goes with ${scratch}.
 */
static const struct rc_jose_key *
open_key(struct rc_arena *scratch, struct rc_arena *mem,
    const unsigned char seal[SEAL_SIZE], const char *kid,
    const unsigned char *sealed, size_t len)
{
	size_t label = strlen(kid) + 1;
	char *plain = rc_alloc(scratch, len + label + 1);

	if (sealed == NULL ||
	    !rc_crypt_unseal((unsigned char *)plain, seal, sealed, len) ||
	    memcmp(plain, kid, label) != 0)
		return NULL;
	return rc_jose_key(mem, plain + label);
}

static enum rc_err
make_signers(
    struct rc_req *rq, const struct rc_rows *rows, struct rc_arena *mem)
{
	const char *file = rq->conf->key_file, *kid;
	size_t i, n = rc_rows_count(rows);
	struct signer *keys = rc_alloc(mem, (n + 1) * sizeof(*keys));
	unsigned char seal[SEAL_SIZE];
	const unsigned char *sealed;
	char why[SENTENCE];
	size_t len;

	if (n > 0 &&
	    !rc_signing_key_seal_file(file, false, seal, why, sizeof(why))) {
		rc_log(RC_LOG_ERROR, "signing_key", "%s", why);
		return rc_fail(rq, RC_ERR_SERVER_ERROR, "%s",
		    rc_err_text(RC_ERR_SERVER_ERROR));
	}
	for (i = 0; i < n; i++) {
		kid = rc_rows_text(rows, i, 0);
		keys[i].alg = rc_strdup(mem, rc_rows_text(rows, i, 1));
		sealed = rc_rows_bytes(rq, rows, i, 2, &len);
		keys[i].key = open_key(rq->mem, mem, seal, kid, sealed, len);
		if (keys[i].key == NULL)
			rc_log(RC_LOG_ERROR, "signing_key",
			    "%s does not open key %s", file, kid);
	}
	rc_crypt_wipe(seal, sizeof(seal));
	signers.keys = keys;
	signers.count = n;
	return RC_OK;
}

static struct kept public_keys = {
	.what = "public",
	.sql = RC_SQL_SIGNING_KEY_PUBLISHED,
	.make = make_published,
};

static struct kept active_keys = {
	.what = "active",
	.sql = RC_SQL_SIGNING_KEY_ACTIVE,
	.make = make_signers,
};

/* Read keys, and put them in the place of those kept. */
static enum rc_err
read_keys(struct rc_req *rq, struct kept *kept)
{
	struct rc_rows *rows;
	struct rc_arena *mem;
	enum rc_err e;

	if ((e = rc_db_exec(rq, kept->sql, NULL, 0, &rows)) != RC_OK)
		return e;
	mem = rc_arena_new();
	if ((e = kept->make(rq, rows, mem)) != RC_OK) {
		rc_arena_free(mem);
		return e;
	}
	rc_arena_free(kept->mem);
	kept->mem = mem;
	return RC_OK;
}

/*
 * Have keys that were asked for at most ${age} ms ago.  Where that fails, old
 * ones do, and the database is left alone for as long as if it had not failed.
 */
static enum rc_err
have_keys(struct rc_req *rq, struct kept *kept, int64_t age)
{
	struct rc_fault fault = rq->fault;
	enum rc_err e;

	if (kept->mem != NULL && rc_now_mono() - kept->asked < age)
		return RC_OK;
	kept->asked = rc_now_mono();
	if ((e = read_keys(rq, kept)) == RC_OK) {
		kept->stale = false;
		return RC_OK;
	}
	if (kept->mem == NULL)
		return e;
	rq->fault = fault;
	if (!kept->stale)
		rc_log(RC_LOG_WARN, "signing_key",
		    "the %s keys cannot be read: going on with the old ones",
		    kept->what);
	kept->stale = true;
	return RC_OK;
}

enum rc_err
rc_signing_key_set(
    struct rc_req *rq, const char **text, size_t *len, const char **etag)
{
	enum rc_err e;

	if ((e = have_keys(rq, &public_keys, AGE)) != RC_OK)
		return e;
	*text = published.text;
	*len = published.len;
	*etag = published.etag;
	return RC_OK;
}

static const struct rc_jose_key *
find_signer(const char *alg)
{
	size_t i;

	for (i = 0; i < signers.count; i++)
		if (strcmp(signers.keys[i].alg, alg) == 0)
			return signers.keys[i].key;
	return NULL;
}

/* Is there a key of ${alg}, and, with ${all}, does every one open? */
static bool
is_ready(const char *alg, bool all)
{
	size_t i;

	for (i = 0; all && i < signers.count; i++)
		if (signers.keys[i].key == NULL)
			return false;
	return find_signer(alg) != NULL;
}

enum rc_err
rc_signing_key_ready(struct rc_req *rq, const char *alg, bool all)
{
	const struct rc_fault fault = rq->fault;
	enum rc_err e;

	e = have_keys(rq, &active_keys, AGE);
	if (e == RC_OK && !is_ready(alg, all))
		e = have_keys(rq, &active_keys, AGE_MISSED);
	if (e == RC_OK && is_ready(alg, all))
		return RC_OK;
	if (e == RC_OK)
		rc_log(RC_LOG_ERROR, "signing_key",
		    "there is no active key for %s, or one does not open; "
		    "rollcall-admin setup says which",
		    alg);
	rq->fault = fault;
	return rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE, "%s",
	    rc_err_text(RC_ERR_TEMPORARILY_UNAVAILABLE));
}

enum rc_err
rc_signing_key_sign(struct rc_req *rq, const char *alg, const char *typ,
    const char *payload, const char **jwt)
{
	const struct rc_jose_key *key;
	enum rc_err e;

	if ((e = have_keys(rq, &active_keys, AGE)) != RC_OK)
		return e;
	if ((key = find_signer(alg)) == NULL) {
		if ((e = have_keys(rq, &active_keys, AGE_MISSED)) != RC_OK)
			return e;
		key = find_signer(alg);
	}
	if (key == NULL)
		rc_log(RC_LOG_ERROR, "signing_key",
		    "there is no active key for %s that opens; "
		    "rollcall-admin key list shows those there are",
		    alg);
	if (key == NULL ||
	    (*jwt = rc_jose_sign(rq->mem, key, typ, payload)) == NULL)
		return rc_fail(rq, RC_ERR_SERVER_ERROR,
		    "This server cannot sign with %s just now", alg);
	return RC_OK;
}

static bool
is_published(const char *kid)
{
	const struct rc_json *keys = rc_json_get(published.set, "keys");
	const char *name;
	size_t i;

	for (i = 0; i < rc_json_count(keys); i++) {
		name = rc_json_string(rc_json_get(rc_json_at(keys, i), "kid"));
		if (name != NULL && strcmp(name, kid) == 0)
			return true;
	}
	return false;
}

enum rc_err
rc_signing_key_verify(struct rc_req *rq, const struct rc_jws *jws, bool *good)
{
	enum rc_err e;

	*good = false;
	/* All that we sign has one. */
	if (jws->kid == NULL)
		return RC_OK;
	if ((e = have_keys(rq, &public_keys, AGE)) != RC_OK)
		return e;
	if (!is_published(jws->kid) &&
	    (e = have_keys(rq, &public_keys, AGE_MISSED)) != RC_OK)
		return e;
	*good = is_published(jws->kid) &&
	        rc_jose_verify(rq->mem, jws, rc_algs, published.set);
	return RC_OK;
}

bool
rc_signing_key_make(struct rc_arena *mem, const char *alg,
    const unsigned char seal[32], const char **kid, const char **public,
    const unsigned char **sealed, size_t *sealed_len)
{
	struct rc_buf plain;
	const char *private;
	unsigned char *out;

	if (!rc_jose_generate(mem, alg, kid, &private, public))
		return false;
	/* The kid goes in, so that nobody can pass it off as another's. */
	rc_buf_init(&plain, mem);
	rc_buf_add(&plain, *kid, strlen(*kid) + 1);
	rc_buf_puts(&plain, private);
	*sealed_len = plain.len + RC_CRYPT_SEAL_SIZE;
	out = rc_alloc(mem, *sealed_len);
	rc_crypt_seal(out, seal, plain.data, plain.len);
	*sealed = out;
	return true;
}

bool
rc_signing_key_opens(struct rc_arena *mem, const unsigned char seal[32],
    const char *kid, const unsigned char *sealed, size_t len)
{

	return open_key(mem, mem, seal, kid, sealed, len) != NULL;
}

/* Say what is wrong with a seal file; false, for the caller to return. */
static bool
complain(char *why, size_t size, const char *path, const char *what)
{

	(void)snprintf(why, size, "key_file %s: %s", path, what);
	return false;
}

static bool
read_seal(int fd, const char *path, unsigned char key[SEAL_SIZE], char *why,
    size_t size)
{
	char text[SEAL_TEXT + 1];
	struct stat st;
	size_t len;
	bool good;

	if (fstat(fd, &st) != 0)
		return complain(why, size, path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return complain(why, size, path, "this is no regular file");
	if ((st.st_mode & (S_IWGRP | S_IRWXO)) != 0)
		return complain(why, size, path,
		    "only its owner and group may read it, and only its owner "
		    "may write it: chmod it to 640");
	good = read(fd, text, sizeof(text)) == SEAL_TEXT &&
	       text[SEAL_TEXT - 1] == '\n';
	text[SEAL_TEXT - 1] = '\0';
	good = good && rc_crypt_unbase64url(key, SEAL_SIZE, text, &len) &&
	       len == SEAL_SIZE;
	rc_crypt_wipe(text, sizeof(text));
	return good || complain(why, size, path,
			   "it must hold 43 characters of base64url and a "
			   "newline");
}

/* Write a fresh seal to where it stays; false: errno says why. */
static bool
write_seal(int fd)
{
	unsigned char key[SEAL_SIZE];
	char text[SEAL_TEXT];
	bool good;

	rc_crypt_random(key, sizeof(key));
	rc_crypt_base64url(text, sizeof(text), key, sizeof(key));
	text[SEAL_TEXT - 1] = '\n';
	good = fchmod(fd, S_IRUSR | S_IWUSR | S_IRGRP) == 0 &&
	       write(fd, text, sizeof(text)) == SEAL_TEXT && fsync(fd) == 0;
	rc_crypt_wipe(key, sizeof(key));
	rc_crypt_wipe(text, sizeof(text));
	return good;
}

/*
 * Make a seal file, unless somebody else just did: it gets its name when it is
 * whole, and that name is given once.
 */
static bool
make_seal(const char *path, char *why, size_t size)
{
	char temporary[PATH_MAX];
	int fd, n, error;

	n = snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
	if (n < 0 || (size_t)n >= sizeof(temporary))
		return complain(why, size, path, strerror(ENAMETOOLONG));
	if ((fd = mkostemp(temporary, O_CLOEXEC)) == -1)
		return complain(why, size, path, strerror(errno));
	error = write_seal(fd) && link(temporary, path) == 0 ? 0 : errno;
	(void)unlink(temporary);
	close(fd);
	return error == 0 || error == EEXIST ||
	       complain(why, size, path, strerror(error));
}

bool
rc_signing_key_seal_file(const char *path, bool create, unsigned char key[32],
    char *why, size_t size)
{
	/* Nobody waits for the other end of what is no file. */
	const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	int fd = open(path, flags);
	bool good;

	if (fd == -1 && errno == ENOENT && create) {
		if (!make_seal(path, why, size))
			return false;
		fd = open(path, flags);
	}
	if (fd == -1)
		return complain(why, size, path, strerror(errno));
	good = read_seal(fd, path, key, why, size);
	close(fd);
	return good;
}
