#ifndef RC_SIGNING_KEY_H
#define RC_SIGNING_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct rc_arena;
struct rc_conf;
struct rc_jws;
struct rc_req;

/* How long, in seconds, a process goes on with the keys that it read. */
#define RC_SIGNING_KEY_AGE 30

/* How long, in seconds, others may keep what jwks answers. */
#define RC_SIGNING_KEY_MAX_AGE 60

/*
 * For how many seconds a key must have been published before it signs, so that
 * all who verify know it.
 */
#define RC_SIGNING_KEY_PUBLISHED (RC_SIGNING_KEY_AGE + RC_SIGNING_KEY_MAX_AGE)

/*
 * rc_signing_key_retiring(conf):
 * Return for how many seconds a key must have been retiring before it may be
 * retired: until the last token that it signed has expired.
 */
int64_t rc_signing_key_retiring(const struct rc_conf *conf);

/*
 * rc_signing_key_set(rq, text, len, etag):
 * Return the JWK Set (RFC 7517 5) of all keys that count, which the process
 * keeps for RC_SIGNING_KEY_AGE, and goes on with while there is no database.
 * The etag has its quotes.  They live as long as the request, where it asks no
 * more of this module.  Errors as rc_db_exec, where there is no set yet.
 */
enum rc_err rc_signing_key_set(
    struct rc_req *rq, const char **text, size_t *len, const char **etag);

/*
 * rc_signing_key_ready(rq, alg, all):
 * Tell, before something is spent for it, whether a key of ${alg} is there to
 * sign with, and, with ${all}, every active key opens: with the keys at hand
 * where they do.  RC_ERR_TEMPORARILY_UNAVAILABLE: not so; the log says why.
 */
enum rc_err rc_signing_key_ready(struct rc_req *rq, const char *alg, bool all);

/*
 * rc_signing_key_sign(rq, alg, typ, payload, jwt):
 * Sign the JSON text ${payload} with the active key of ${alg}; typ is NULL or
 * such as "at+jwt".  Active keys are kept as the public ones are, unsealed with
 * conf->key_file, which is read with them; for an alg without one they are read
 * anew, at most once a second.  RC_ERR_SERVER_ERROR: there is no such key, or
 * the file does not open it; the log says which.
 */
enum rc_err rc_signing_key_sign(struct rc_req *rq, const char *alg,
    const char *typ, const char *payload, const char **jwt);

/*
 * rc_signing_key_verify(rq, jws, good):
 * Tell whether one of our keys, a retiring one too, has signed that.  For a kid
 * that is not known the keys are read anew, at most once a second.  Errors as
 * rc_signing_key_set.
 */
enum rc_err rc_signing_key_verify(
    struct rc_req *rq, const struct rc_jws *jws, bool *good);

/*
 * rc_signing_key_make(mem, alg, seal, kid, public, sealed, sealed_len):
 * Make a key pair for one of rc_algs, and seal the private part under ${seal}:
 * what a row of signing_key holds, in ${mem}.  It opens only as ${kid}'s.
 * False: ${alg} is none of ours, or no key came about, which the log says.
 */
bool rc_signing_key_make(struct rc_arena *mem, const char *alg,
    const unsigned char seal[32], const char **kid, const char **public,
    const unsigned char **sealed, size_t *sealed_len);

/*
 * rc_signing_key_opens(mem, seal, kid, sealed, len):
 * Tell whether ${seal} opens what was sealed so, as the key ${kid}.
 */
bool rc_signing_key_opens(struct rc_arena *mem, const unsigned char seal[32],
    const char *kid, const unsigned char *sealed, size_t len);

/*
 * rc_signing_key_seal_file(path, create, key, why, size):
 * Read the 32 bytes that seal private keys from a file of 43 characters
 * base64url and a newline, which must be nobody's but its owner's and group's
 * to read (no bits of 027); make it, 0640, where ${create} and it is not there.
 * Of several that make it at once all read what the first one made.  False with
 * a sentence in ${why}.
 */
bool rc_signing_key_seal_file(const char *path, bool create,
    unsigned char key[32], char *why, size_t size);

#endif
