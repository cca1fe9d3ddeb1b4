#include "key_set.h"

#include <string.h>

#include "conf.h"
#include "document.h"
#include "jose.h"
#include "json.h"
#include "req.h"

/* Does the set name the key that signed?  Without a kid nobody can tell. */
static bool
names_key(const struct rc_json *jwks, const struct rc_jws *jws)
{
	const struct rc_json *keys = rc_json_get(jwks, "keys");
	const char *kid;
	size_t i;

	for (i = 0; jws->kid != NULL && i < rc_json_count(keys); i++) {
		kid = rc_json_text(rc_json_at(keys, i), "kid");
		if (kid != NULL && strcmp(kid, jws->kid) == 0)
			return true;
	}
	return false;
}

enum rc_err
rc_key_set_verify(struct rc_req *rq, const struct rc_jws *jws,
    const char *const *algs, const struct rc_key_source *source, bool *good,
    const char **why)
{
	struct rc_document wanted = { .url = source->url,
		.configured = source->configured,
		.max_age = rq->conf->jwks_max_age };
	const struct rc_json *jwks;
	enum rc_err e;
	int fresh;

	*good = false;
	for (fresh = 0; fresh < 2; fresh++) {
		wanted.fresh = fresh != 0;
		e = rc_document_get(rq, &wanted, &jwks, why);
		if (e != RC_OK || *why != NULL)
			return e;
		if (rc_json_type(rc_json_get(jwks, "keys")) != RC_JSON_ARRAY) {
			*why = "is no JWK Set";
			return RC_OK;
		}
		*good = rc_jose_verify(rq->mem, jws, algs, jwks);
		if (*good || names_key(jwks, jws))
			break;
	}
	return RC_OK;
}
