/*
 * What an ID token says, and whether that is to be believed.
 */
#include "rollcall_id_token.h"

#include <string.h>

#include "alg.h"
#include "arena.h"
#include "claims.h"
#include "crypt.h"
#include "jose.h"
#include "json.h"
#include "rollcall_auth.h"
#include "rollcall_http.h"
#include "rollcall_metadata.h"
#include "rollcall_server.h"
#include "rollcall_store.h"

/* Return how the server signs for the client (Registration 1.0 2). */
static const char *
signing_alg(const struct store_client *c)
{
	const char *alg = rc_json_text(
	    rc_json_get(c->record, "client"), "id_token_signed_response_alg");

	return alg != NULL ? rc_jose_alg(alg) : "RS256";
}

enum rollcall_exit
id_token_check_alg(const struct store_client *c)
{
	const char *alg = signing_alg(c);
	size_t i;

	if (rc_json_text(rc_json_get(c->record, "client"),
		"id_token_encrypted_response_alg") != NULL)
		return rollcall_fail(ROLLCALL_UNSUPPORTED,
		    "ID tokens of %s are encrypted, and rollcall cannot read "
		    "those; rollcall update %s --unset "
		    "id_token_encrypted_response_alg",
		    c->name, c->name);
	for (i = 0; rc_algs[i] != NULL; i++)
		if (strcmp(rc_algs[i], alg) == 0)
			return ROLLCALL_OK;
	return rollcall_fail(ROLLCALL_UNSUPPORTED,
	    "ID tokens of %s are signed by %s, which rollcall cannot check; "
	    "rollcall update %s --id-token-signed-response-alg RS256, or "
	    "another of RS256, PS256, ES256 and EdDSA",
	    c->name, rollcall_text(c->r, alg), c->name);
}

enum rollcall_exit
id_token_keys(struct store_client *c, struct rc_json **keys)
{
	struct rollcall_ask ask = { .method = "GET" };
	enum rollcall_exit e;
	bool moved;

	do {
		e = auth_endpoint(
		    c, "jwks_uri", "key to check ID tokens with", &ask.url);
		if (e != ROLLCALL_OK ||
		    (e = rollcall_ask(c->r, &ask)) != ROLLCALL_OK ||
		    (e = server_moved(c, "jwks_uri", &ask, &moved)) !=
			ROLLCALL_OK)
			return e;
	} while (moved);
	if (ask.status != 200)
		return rollcall_refused(c->r, &ask, "its keys");
	if (rc_json_type(rc_json_get(ask.json, "keys")) != RC_JSON_ARRAY)
		return rollcall_fail(ROLLCALL_UNFIT,
		    "%s is no JWK Set (RFC 7517 5), so no ID token can be "
		    "checked; tell who runs the server",
		    rollcall_text(c->r, ask.url));
	*keys = ask.json;
	return ROLLCALL_OK;
}

/* Verify the signature; keys that were fetched before may be replaced by now.
 */
static enum rollcall_exit
verify(struct store_client *c, struct id_token *t, const struct rc_jws *jws,
    bool *verified)
{
	const char *const algs[] = { signing_alg(c), NULL };
	enum rollcall_exit e;

	*verified = false;
	if (jws->alg == NULL || strcmp(jws->alg, algs[0]) != 0)
		return ROLLCALL_OK;
	if (t->keys != NULL)
		*verified = rc_jose_verify(c->r->mem, jws, algs, t->keys);
	if (*verified)
		return ROLLCALL_OK;
	if ((e = id_token_keys(c, &t->keys)) != ROLLCALL_OK)
		return e;
	*verified = rc_jose_verify(c->r->mem, jws, algs, t->keys);
	return ROLLCALL_OK;
}

/* Is it for the client, and was it given to it? */
static const char *
audience_fault(const struct rc_json *payload, const char *id)
{
	const struct rc_json *aud = rc_json_get(payload, "aud");
	const char *one = rc_json_string(aud);
	const char *azp = rc_json_text(payload, "azp");

	if (one != NULL ? strcmp(one, id) != 0
			: !metadata_lists(payload, "aud", id))
		return "is for another client (aud)";
	if (rc_json_has(payload, "azp") &&
	    (azp == NULL || strcmp(azp, id) != 0))
		return "was given to another client (azp)";
	if (one == NULL && rc_json_count(aud) > 1 && azp == NULL)
		return "is for several, and does not say to whom it was given "
		       "(azp)";
	return NULL;
}

/* The left half of the access token's hash (Core 1.0 3.1.3.6). */
static const char *
at_hash(const struct store_client *c, const char *alg, const char *token)
{
	unsigned char hash[64];
	char *out = rc_alloc(c->r->mem, 44);
	bool wide = strcmp(alg, "EdDSA") == 0;

	if (wide)
		rc_crypt_sha512(token, strlen(token), hash);
	else
		rc_crypt_sha256(token, strlen(token), hash);
	rc_crypt_base64url(out, 44, hash, wide ? 32 : 16);
	return out;
}

/* Whose is it, and does it go with the request and the access token? */
static const char *
binding_fault(const struct store_client *c, const struct id_token *t,
    const struct rc_jws *jws)
{
	const char *nonce = rc_json_text(jws->payload, "nonce");
	const char *sub = rc_json_text(jws->payload, "sub");

	if (sub == NULL || sub[0] == '\0')
		return "does not say who logged in (sub)";
	if (t->subject != NULL && strcmp(sub, t->subject) != 0)
		return "is about somebody else than who logged in (sub)";
	if (t->nonce != NULL && !rc_crypt_same(nonce, t->nonce))
		return "does not go with this login (nonce)";
	if (rc_json_has(jws->payload, "at_hash") &&
	    !rc_crypt_same(rc_json_text(jws->payload, "at_hash"),
		at_hash(c, jws->alg, t->access_token)))
		return "does not go with the access token (at_hash)";
	return NULL;
}

/* When does it count?  It may have waited for us since it came. */
static const char *
times_fault(const struct store_client *c, const struct id_token *t,
    const struct rc_json *payload)
{
	struct rc_arena *mem = c->r->mem;
	int64_t exp;

	if (!rc_json_has(payload, "iat"))
		return "has no iat";
	if (t->came == 0)
		return rc_claims_times(mem, payload, false, &exp);
	if (!rc_claims_date(mem, rc_json_get(payload, "exp"), &exp))
		return "has no exp that is a time";
	if (exp <= t->came - RC_CLAIMS_SKEW)
		return "had expired when it came";
	return rc_claims_begin(mem, payload);
}

static const char *
claims_fault(const struct store_client *c, const struct id_token *t,
    const struct rc_jws *jws)
{
	const char *id =
	    rc_json_text(rc_json_get(c->record, "client"), "client_id");
	const char *iss = rc_json_text(jws->payload, "iss");
	const char *why;

	if (iss == NULL || strcmp(iss, rc_json_text(c->record, "issuer")) != 0)
		return "is not of this server (iss)";
	if ((why = audience_fault(jws->payload, id)) != NULL)
		return why;
	why = times_fault(c, t, jws->payload);
	return why != NULL ? why : binding_fault(c, t, jws);
}

enum rollcall_exit
id_token_check(struct store_client *c, struct id_token *t)
{
	enum rollcall_exit e;
	struct rc_jws jws;
	const char *why;
	bool verified;

	t->judged = false;
	if (t->text == NULL)
		why = "is missing, which the scope openid asks for";
	else if ((why = rc_jose_open(c->r->mem, t->text, &jws)) == NULL) {
		if ((e = verify(c, t, &jws, &verified)) != ROLLCALL_OK)
			return e;
		why = verified ? claims_fault(c, t, &jws)
		               : rc_printf(c->r->mem,
				     "is not signed by %s with a key of the "
				     "server",
				     signing_alg(c));
	}
	t->judged = true;
	if (why == NULL)
		return ROLLCALL_OK;
	return rollcall_fail(ROLLCALL_UNFIT,
	    "the ID token %s, so no token of that answer is used; tell who "
	    "runs the server",
	    rollcall_text(c->r, why));
}

const char *
id_token_subject(const struct store_client *c, const char *text)
{
	struct rc_jws jws;

	if (text == NULL || rc_jose_open(c->r->mem, text, &jws) != NULL)
		return NULL;
	return rc_json_text(jws.payload, "sub");
}
