#ifndef RC_KEY_SET_H
#define RC_KEY_SET_H

#include <stdbool.h>

#include "err.h"

struct rc_jws;
struct rc_req;

/* Where a JWK Set is, and whether it is the operator who says so. */
struct rc_key_source {
	const char *url;
	bool configured;
};

/*
 * rc_key_set_verify(rq, jws, algs, source, good, why):
 * Tell whether a key of the JWK Set that is there (rc_document_get) verifies
 * the signature, as rc_jose_verify does with one at hand.  Where none does, and
 * the set does not name the key, it is fetched anew, at most once a minute:
 * keys are rotated by publishing another (RFC 7517 5, OpenID Connect
 * Core 10.1.1).
 * *${why} is NULL, or what fits behind "the document " where there is no set.
 * Errors as rc_document_get.
 */
enum rc_err rc_key_set_verify(struct rc_req *rq, const struct rc_jws *jws,
    const char *const *algs, const struct rc_key_source *source, bool *good,
    const char **why);

#endif
