#include "client_auth.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "alg.h"
#include "arena.h"
#include "claims.h"
#include "client.h"
#include "conf.h"
#include "credentials.h"
#include "crypt.h"
#include "jose.h"
#include "json.h"
#include "key_set.h"
#include "now.h"
#include "req.h"
#include "uri.h"

#define ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/* What an assertion says, once it has been taken apart. */
struct assertion {
	struct rc_jws jws;
	const char *client_id; /* iss and sub */
	const char *jti;
	int64_t exp;
};

/* A way to say who one is. */
struct method {
	enum rc_presented presented;
	/* The registered methods that it satisfies, as an SQL array. */
	const char *methods;
	const char *strict; /* with strict_auth_method */
	bool (*tried)(const struct rc_req *rq);
	/* Fill in who it is, and prove what can be proved here. */
	enum rc_err (*take)(struct rc_req *rq, struct rc_credentials *c);
};

/* RFC 6749 A.1: printable ASCII, so that the database takes it for text. */
static bool
is_client_id(const char *s)
{
	const char *p;

	for (p = s; *p >= ' ' && *p <= '~';)
		p++;
	return p > s && *p == '\0';
}

/* Take a secret's hash; an empty one is none. */
static void
take_secret(struct rc_credentials *c, const char *secret)
{

	c->secret = true;
	rc_crypt_hash(secret, strlen(secret), c->hash);
}

/* client_secret_basic: RFC 6749 2.3.1, RFC 7617. */

static bool
tries_basic(const struct rc_req *rq)
{

	return rq->authorization != NULL;
}

/* Decode application/x-www-form-urlencoded in place. */
static bool
unescape(char *s)
{
	char *p;

	for (p = s; (p = strchr(p, '+')) != NULL;)
		*p = ' ';
	return rc_uri_unescape(s);
}

/* Decode the base64 of RFC 4648 4 to a string; NULL: it is none. */
static char *
unbase64(struct rc_arena *mem, const char *encoded)
{
	size_t len = strlen(encoded), i;
	char *url = rc_strdup(mem, encoded), *out = rc_alloc(mem, len + 1);

	if (strpbrk(encoded, "-_") != NULL)
		return NULL;
	for (i = 0; i < 2 && len > 0 && url[len - 1] == '='; i++)
		url[--len] = '\0';
	for (i = 0; i < len; i++) {
		if (url[i] == '+')
			url[i] = '-';
		else if (url[i] == '/')
			url[i] = '_';
	}
	if (!rc_crypt_unbase64url(out, len, url, &len))
		return NULL;
	return strlen(out) == len ? out : NULL;
}

static enum rc_err
take_basic(struct rc_req *rq, struct rc_credentials *c)
{
	const char *body_id = rc_param(rq, RC_CLIENT_AUTH_ID);
	const char *encoded = rq->authorization + strlen("Basic");
	char *id, *secret;

	if (strncasecmp(rq->authorization, "Basic ", strlen("Basic ")) != 0)
		return rc_fail(rq, RC_ERR_INVALID_CLIENT,
		    "the Authorization header must be of the Basic scheme "
		    "here");
	encoded += strspn(encoded, " ");
	if ((id = unbase64(rq->mem, encoded)) == NULL ||
	    (secret = strchr(id, ':')) == NULL)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "the Authorization header must hold client_id, a colon and "
		    "client_secret in base64");
	*secret++ = '\0';
	if (!unescape(id) || !unescape(secret) || !is_client_id(id) ||
	    *secret == '\0')
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "client_id and client_secret in the Authorization header "
		    "must be form-encoded (RFC 6749 2.3.1) and not empty");
	if (body_id != NULL && strcmp(body_id, id) != 0)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "client_id differs from the one in the Authorization "
		    "header");
	c->client_id = id;
	take_secret(c, secret);
	return RC_OK;
}

/* client_secret_post and none: RFC 6749 2.3.1 and 3.2.1. */

static bool
tries_post(const struct rc_req *rq)
{

	return rc_param(rq, RC_CLIENT_AUTH_SECRET) != NULL;
}

static enum rc_err
take_id(struct rc_req *rq, struct rc_credentials *c)
{

	c->client_id = rc_param(rq, RC_CLIENT_AUTH_ID);
	if (c->client_id == NULL)
		return rc_fail(
		    rq, RC_ERR_INVALID_REQUEST, "client_id is missing");
	if (!is_client_id(c->client_id))
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "client_id has a character that no client_id has");
	return RC_OK;
}

static enum rc_err
take_post(struct rc_req *rq, struct rc_credentials *c)
{
	enum rc_err e;

	if ((e = take_id(rq, c)) == RC_OK)
		take_secret(c, rc_param(rq, RC_CLIENT_AUTH_SECRET));
	return e;
}

static bool
tries_none(const struct rc_req *rq)
{

	return rc_param(rq, RC_CLIENT_AUTH_ID) != NULL;
}

/* private_key_jwt: RFC 7521 4.2, RFC 7523 2.2 and 3. */

static bool
tries_assertion(const struct rc_req *rq)
{

	return rc_param(rq, RC_CLIENT_AUTH_ASSERTION) != NULL ||
	       rc_param(rq, RC_CLIENT_AUTH_ASSERTION_TYPE) != NULL;
}

static enum rc_err
fail_assertion(struct rc_req *rq, const char *why)
{

	return rc_fail(rq, RC_ERR_INVALID_CLIENT, "the assertion %s", why);
}

/* RFC 7519 4.1.4 to 4.1.6, and a bound for how long a jti must be kept. */
static enum rc_err
check_times(struct rc_req *rq, struct assertion *a)
{
	int64_t most = rq->conf->assertion_max_lifetime;
	const char *why;

	why = rc_claims_times(rq->mem, a->jws.payload, false, &a->exp);
	if (why != NULL)
		return fail_assertion(rq, why);
	if (a->exp > rc_now() + most + RC_CLAIMS_SKEW)
		return rc_fail(rq, RC_ERR_INVALID_CLIENT,
		    "the assertion expires too late: at most %lld seconds "
		    "ahead",
		    (long long)most);
	return RC_OK;
}

static bool
is_us(struct rc_req *rq, const char *audience)
{
	const struct rc_conf *conf = rq->conf;

	if (audience == NULL)
		return false;
	if (strcmp(audience, conf->issuer) == 0)
		return true;
	return conf->assertion_audience == RC_ASSERTION_TOKEN_ENDPOINT &&
	       strcmp(audience,
		   rc_printf(rq->mem, "%s/token", conf->endpoint_base)) == 0;
}

/*
 * RFC 7523 3: it is meant for us, and for us alone, so that no other server can
 * pass it on.
 */
static enum rc_err
check_audience(struct rc_req *rq, const struct rc_json *aud)
{
	bool list = rc_json_type(aud) == RC_JSON_ARRAY, good;
	size_t i;

	good = list ? rc_json_count(aud) > 0 : is_us(rq, rc_json_string(aud));
	for (i = 0; list && good && i < rc_json_count(aud); i++)
		good = is_us(rq, rc_json_string(rc_json_at(aud, i)));
	if (!good)
		return rc_fail(rq, RC_ERR_INVALID_CLIENT,
		    "the assertion must have the aud %s, and no other",
		    rq->conf->issuer);
	return RC_OK;
}

/* RFC 8725 3.11: another kind of JWT is no assertion. */
static bool
is_assertion_type(const char *typ)
{

	return typ == NULL || strcasecmp(typ, "JWT") == 0 ||
	       strcasecmp(typ, "client-authentication+jwt") == 0;
}

/* RFC 7523 3: iss and sub are the client. */
static enum rc_err
check_subject(struct rc_req *rq, struct assertion *a)
{
	const char *given = rc_param(rq, RC_CLIENT_AUTH_ID);
	const char *iss = rc_json_text(a->jws.payload, "iss");
	const char *sub = rc_json_text(a->jws.payload, "sub");

	if (iss == NULL || sub == NULL || strcmp(iss, sub) != 0 ||
	    !is_client_id(sub))
		return fail_assertion(rq, "must have the client_id as iss and "
					  "as sub");
	if (given != NULL && strcmp(given, sub) != 0)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "client_id differs from the sub of the assertion");
	a->client_id = sub;
	return RC_OK;
}

/* All that can be judged of it without knowing the client. */
static enum rc_err
check_assertion(struct rc_req *rq, struct assertion *a)
{
	const struct rc_json *payload = a->jws.payload;
	enum rc_err e;

	if (!is_assertion_type(a->jws.typ))
		return fail_assertion(rq, "has a typ that is not JWT");
	if ((e = check_subject(rq, a)) != RC_OK ||
	    (e = check_audience(rq, rc_json_get(payload, "aud"))) != RC_OK ||
	    (e = check_times(rq, a)) != RC_OK)
		return e;
	a->jti = rc_json_text(payload, "jti");
	if (a->jti == NULL || a->jti[0] == '\0')
		return fail_assertion(rq, "has no jti");
	return RC_OK;
}

/* Take the assertion apart; NULL: there is a fault. */
static struct assertion *
read_assertion(struct rc_req *rq)
{
	const char *type = rc_param(rq, RC_CLIENT_AUTH_ASSERTION_TYPE);
	const char *assertion = rc_param(rq, RC_CLIENT_AUTH_ASSERTION);
	struct assertion *a = rc_alloc(rq->mem, sizeof(*a));
	const char *why;

	if (type == NULL || assertion == NULL)
		rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "client_assertion and client_assertion_type must come "
		    "together");
	else if (strcmp(type, ASSERTION_TYPE) != 0)
		rc_fail(rq, RC_ERR_INVALID_CLIENT,
		    "client_assertion_type must be " ASSERTION_TYPE);
	else if ((why = rc_jose_open(rq->mem, assertion, &a->jws)) != NULL)
		fail_assertion(rq, why);
	else if (check_assertion(rq, a) == RC_OK)
		return a;
	return NULL;
}

/*
 * A set that cannot be had says nothing against the client, but is counted like
 * a failure: whoever names a client could have us fetch for it.
 */
static enum rc_err
verify_fetched(
    struct rc_req *rq, const struct rc_jws *jws, const char *uri, bool *good)
{
	const struct rc_key_source source = { .url = uri };
	const char *why;
	enum rc_err e;

	e = rc_key_set_verify(rq, jws, rc_algs, &source, good, &why);
	if (e != RC_OK || why == NULL)
		return e;
	e = rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE,
	    "the document at the jwks_uri of this client %s", why);
	rq->fault.unproven = true;
	return e;
}

/* Verify the signature with what the client registered. */
static enum rc_err
check_signature(struct rc_req *rq, const struct assertion *a,
    const struct rc_json *metadata)
{
	const char *alg =
	    rc_json_text(metadata, "token_endpoint_auth_signing_alg");
	const char *uri = rc_json_text(metadata, "jwks_uri");
	enum rc_err e = RC_OK;
	bool good;

	if (alg != NULL && strcmp(alg, a->jws.alg) != 0)
		return rc_client_refuse(rq,
		    rc_printf(rq->mem,
			"the assertion is not signed with %s, which the client "
			"registered as token_endpoint_auth_signing_alg",
			alg));
	if (uri != NULL)
		e = verify_fetched(rq, &a->jws, uri, &good);
	else
		good = rc_jose_verify(
		    rq->mem, &a->jws, rc_algs, rc_json_get(metadata, "jwks"));
	if (e == RC_OK && !good)
		e = rc_client_refuse(rq,
		    "the assertion has no signature of a key that the client "
		    "registered as jwks or has at its jwks_uri");
	return e;
}

static enum rc_err
take_assertion(struct rc_req *rq, struct rc_credentials *c)
{
	struct rc_client_known known;
	struct assertion *a;
	bool fresh;
	enum rc_err e;

	if ((a = read_assertion(rq)) == NULL)
		return rq->fault.err;
	c->client_id = a->client_id;
	rq->credentials = c;
	if ((e = rc_client_find(rq, &known)) != RC_OK ||
	    (e = check_signature(rq, a, known.metadata)) != RC_OK)
		return e;
	if (known.barred != NULL)
		return rc_fail(rq, RC_ERR_INVALID_CLIENT, "%s", known.barred);
	/* Ours and the database's clock may each be off. */
	e = rc_client_assertion_use(
	    rq, a->client_id, a->jti, a->exp + 2 * RC_CLAIMS_SKEW, &fresh);
	if (e == RC_OK && !fresh)
		return fail_assertion(rq, "was used before: each needs a jti "
					  "of its own");
	return e;
}

#define SECRETS "{client_secret_basic,client_secret_post}"

/* clang-format off */
static const struct method methods[] = {
	{ RC_PRESENTED_BASIC, SECRETS, "{client_secret_basic}",
	    tries_basic, take_basic },
	{ RC_PRESENTED_POST, SECRETS, "{client_secret_post}",
	    tries_post, take_post },
	{ RC_PRESENTED_ASSERTION, "{private_key_jwt}", "{private_key_jwt}",
	    tries_assertion, take_assertion },
	/* the last, for a client_id goes with the others too */
	{ RC_PRESENTED_NONE, "{none}", "{none}",
	    tries_none, take_id },
};
/* clang-format on */

/*
 * Find the one method by which the client comes (RFC 6749 2.3); NULL: there is
 * a fault.
 */
static const struct method *
choose(struct rc_req *rq)
{
	const struct method *chosen = NULL, *m;
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
		m = &methods[i];
		if (!m->tried(rq))
			continue;
		if (chosen == NULL)
			chosen = m;
		else if (m->presented != RC_PRESENTED_NONE) {
			rc_fail(rq, RC_ERR_INVALID_REQUEST,
			    "the client must authenticate by one method only");
			return NULL;
		}
	}
	if (chosen == NULL)
		rc_fail(rq, RC_ERR_INVALID_CLIENT,
		    "the client must authenticate, or, as a public one, give "
		    "its client_id");
	return chosen;
}

enum rc_err
rc_client_auth_take(struct rc_req *rq)
{
	struct rc_credentials *c = rc_alloc(rq->mem, sizeof(*c));
	const struct method *method;
	enum rc_err e;

	if ((method = choose(rq)) == NULL)
		return rq->fault.err;
	c->presented = method->presented;
	c->methods =
	    rq->conf->strict_auth_method ? method->strict : method->methods;
	if ((e = method->take(rq, c)) == RC_OK)
		rq->credentials = c;
	return e;
}
