#include "token.h"

#include <string.h>
#include <strings.h>

#include "arena.h"
#include "client.h"
#include "conf.h"
#include "credentials.h"
#include "db.h"
#include "jose.h"
#include "json.h"
#include "log.h"
#include "now.h"
#include "pkce.h"
#include "req.h"
#include "resource.h"
#include "scope.h"
#include "signing_key.h"
#include "subject.h"

/* RFC 9068 2.1: every resource can verify it. */
#define ACCESS_TOKEN_ALG "RS256"
/* OpenID Connect Registration 1.0 2: unless the client chose another. */
#define ID_TOKEN_ALG "RS256"

/* What a jti is hashed behind; no token of ours begins so. */
#define JTI "jwt:"

/* A token's text without its NUL, and that sealed. */
#define TEXT_LEN (RC_CRYPT_TOKEN_SIZE - 1)
#define SEALED_LEN (TEXT_LEN + RC_CRYPT_SEAL_SIZE)

/* A token that nobody has yet. */
struct fresh {
	char text[RC_CRYPT_TOKEN_SIZE];
	unsigned char hash[RC_CRYPT_HASH_SIZE];
};

/* What an access token was issued with; as long as the request. */
struct grant {
	const char *account_id; /* NULL: the client acts for itself */
	const char *scope; /* NULL: none */
	const char *audience; /* a JSON array, NULL where it is not read */
	const char *nonce; /* NULL */
	int64_t auth_time; /* s since 1970, 0: not known */
	const char *metadata; /* of the client, NULL where not needed */
	bool idle; /* the client's use is to be noted */
	/* What JWTs are made with: name_subject. */
	const struct rc_json *client; /* metadata */
	const char *subject;
};

static struct fresh *
make_token(struct rc_req *rq)
{
	struct fresh *token = rc_alloc(rq->mem, sizeof(*token));

	rc_crypt_token(token->text);
	rc_crypt_hash(token->text, TEXT_LEN, token->hash);
	return token;
}

static void
hash_jti(
    struct rc_req *rq, const char *jti, unsigned char hash[RC_CRYPT_HASH_SIZE])
{
	const char *text = rc_printf(rq->mem, JTI "%s", jti);

	rc_crypt_hash(text, strlen(text), hash);
}

/* An access token's text, or the jti of the JWT that will be one. */
static struct fresh *
make_access_token(struct rc_req *rq)
{
	struct fresh *token = make_token(rq);

	if (rq->conf->access_token_format == RC_TOKEN_JWT)
		hash_jti(rq, token->text, token->hash);
	return token;
}

/* Return the audience as a parameter, NULL where none was asked for. */
static const char *
sql_array(struct rc_req *rq, const struct rc_list *audience)
{

	return audience->count > 0 ? rc_resource_array(rq->mem, audience)
	                           : NULL;
}

/* Return the audience as the statements that read a grant return it. */
static const char *
json_array(struct rc_req *rq, const struct rc_list *audience)
{
	struct rc_json *array = rc_json_new_array(rq->mem);
	size_t i;

	for (i = 0; i < audience->count; i++)
		rc_json_append_string(array, audience->items[i]);
	return rc_json_write(rq->mem, array);
}

static struct rc_json *
parse(struct rc_req *rq, const char *json)
{
	struct rc_json *root;
	const char *why;
	size_t at;

	if (json == NULL || rc_json_parse(rq->mem, json, strlen(json), &root,
				&why, &at) != RC_OK)
		return NULL;
	return root;
}

/* Making what the client is given. */

/*
 * Find what the client knows the person by (OpenID Connect Core 8); one that
 * acts for itself is its own subject.
 */
static enum rc_err
name_subject(struct rc_req *rq, struct grant *grant)
{

	if (grant->account_id == NULL) {
		grant->subject = rq->credentials->client_id;
		return RC_OK;
	}
	grant->client = parse(rq, grant->metadata);
	grant->subject = rc_subject(rq, grant->client, grant->account_id);
	return grant->subject != NULL ? RC_OK : rq->fault.err;
}

/* The claims that both kinds of JWT have (RFC 7519 4.1). */
static struct rc_json *
make_claims(struct rc_req *rq, const struct grant *grant, int64_t lifetime)
{
	struct rc_json *claims = rc_json_new_object(rq->mem);
	int64_t now = rc_now();

	rc_json_set_string(claims, "iss", rq->conf->issuer);
	rc_json_set_string(claims, "sub", grant->subject);
	rc_json_set_int(claims, "exp", now + lifetime);
	rc_json_set_int(claims, "iat", now);
	if (grant->auth_time != 0)
		rc_json_set_int(claims, "auth_time", grant->auth_time);
	return claims;
}

/* RFC 9068 2.2.  The jti is what the table knows of the token. */
static enum rc_err
make_jwt(struct rc_req *rq, const struct fresh *jti, const struct grant *grant,
    const char **jwt)
{
	struct rc_json *claims, *audience = parse(rq, grant->audience);

	claims = make_claims(rq, grant, rq->conf->access_token_lifetime);
	if (rc_json_count(audience) == 1)
		audience = rc_json_at(audience, 0);
	rc_json_set(claims, "aud", audience);
	rc_json_set_string(claims, "client_id", rq->credentials->client_id);
	rc_json_set_string(claims, "jti", jti->text);
	if (grant->scope != NULL)
		rc_json_set_string(claims, "scope", grant->scope);
	return rc_signing_key_sign(rq, ACCESS_TOKEN_ALG, "at+jwt",
	    rc_json_write(rq->mem, claims), jwt);
}

void
rc_token_at_hash(
    const char *alg, const char *token, char out[RC_TOKEN_AT_HASH_SIZE])
{
	unsigned char hash[64];
	size_t len = 32;

	/* Ed25519 hashes by SHA-512 (RFC 8032 5.1), the others by SHA-256. */
	if (strcmp(alg, "EdDSA") == 0) {
		len = 64;
		rc_crypt_sha512(token, strlen(token), hash);
	} else
		rc_crypt_sha256(token, strlen(token), hash);
	rc_crypt_base64url(out, RC_TOKEN_AT_HASH_SIZE, hash, len / 2);
}

/* OpenID Connect Core 2, 3.1.3.6 and 12.2. */
static enum rc_err
make_id_token(struct rc_req *rq, const struct grant *grant,
    const char *access_token, const char **jwt)
{
	char at_hash[RC_TOKEN_AT_HASH_SIZE];
	struct rc_json *claims;
	const char *alg;

	alg = rc_json_text(grant->client, "id_token_signed_response_alg");
	if (alg == NULL)
		alg = ID_TOKEN_ALG;
	rc_token_at_hash(alg, access_token, at_hash);
	claims = make_claims(rq, grant, rq->conf->id_token_lifetime);
	rc_json_set_string(claims, "aud", rq->credentials->client_id);
	rc_json_set_string(claims, "at_hash", at_hash);
	if (grant->nonce != NULL)
		rc_json_set_string(claims, "nonce", grant->nonce);
	return rc_signing_key_sign(
	    rq, alg, "JWT", rc_json_write(rq->mem, claims), jwt);
}

/* The rows are written: say what the client gets for them. */
static enum rc_err
hand_out(struct rc_req *rq, const struct fresh *access,
    const struct fresh *refresh, struct grant *grant, struct rc_token_set *set)
{
	bool jwt = rq->conf->access_token_format == RC_TOKEN_JWT;
	bool openid =
	    grant->account_id != NULL && rc_scope_has(grant->scope, "openid");
	enum rc_err e;

	memset(set, 0, sizeof(*set));
	set->access_token = access->text;
	set->expires_in = rq->conf->access_token_lifetime;
	set->scope = grant->scope;
	if (refresh != NULL)
		set->refresh_token = refresh->text;
	if ((jwt || openid) && (e = name_subject(rq, grant)) != RC_OK)
		return e;
	if (jwt &&
	    (e = make_jwt(rq, access, grant, &set->access_token)) != RC_OK)
		return e;
	if (openid && (e = make_id_token(rq, grant, set->access_token,
			   &set->id_token)) != RC_OK)
		return e;
	if (grant->idle)
		rc_client_touch(rq);
	return RC_OK;
}

/* Nothing is to be spent for what then cannot be signed. */
static enum rc_err
check_keys(struct rc_req *rq)
{

	/* Which alg an ID token will have, only the row to be spent says. */
	return rc_signing_key_ready(rq, ID_TOKEN_ALG, true);
}

/* Finding out why there was nothing to hand out. */

/*
 * Judge the client, as a statement that issues has done, and whether it may use
 * that grant (RFC 6749 5.2).
 */
static enum rc_err
judge_client(
    struct rc_req *rq, const char *grant_type, struct rc_client_known *known)
{
	enum rc_err e;

	if ((e = rc_client_authenticate(rq, known)) != RC_OK)
		return e;
	if (rc_json_holds(
		rc_json_get(known->metadata, "grant_types"), grant_type))
		return RC_OK;
	return rc_fail(rq, RC_ERR_UNAUTHORIZED_CLIENT,
	    "this client has not registered the grant type %s", grant_type);
}

static enum rc_err
fail_moved(struct rc_req *rq)
{

	return rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE,
	    "something changed at the same moment; try again");
}

static enum rc_err
fail_grant(struct rc_req *rq, const char *why)
{

	return rc_fail(rq, RC_ERR_INVALID_GRANT, "%s", why);
}

static enum rc_err
fail_target(struct rc_req *rq)
{

	return rc_fail(rq, RC_ERR_INVALID_TARGET,
	    "resource names something that was not granted");
}

/* Revoke what came of a code or token that somebody has a copy of. */
static enum rc_err
revoke_stolen(struct rc_req *rq, enum rc_sql sql, const char *what,
    const unsigned char *hash)
{
	const struct rc_db_param params[] = {
		RC_DB_BYTES(hash, RC_CRYPT_HASH_SIZE),
	};
	const char *const pairs[] = { "what", what, "client_id",
		rq->credentials->client_id, "address", rq->address, NULL };

	rc_log_pairs(RC_LOG_WARN, "reuse", pairs);
	return rc_db_exec(rq, sql, params, 1, NULL);
}

/* Take the scope asked for to its canonical form. */
static enum rc_err
take_scope(struct rc_req *rq, const char **scope, struct rc_list *words)
{
	const char *why;

	words->count = 0;
	if (*scope == NULL)
		return RC_OK;
	if ((why = rc_scope_parse(rq->mem, *scope, words)) != NULL)
		return rc_fail(rq, RC_ERR_INVALID_SCOPE, "scope %s", why);
	*scope = rc_scope_join(rq->mem, words);
	return RC_OK;
}

/* RFC 6749 4.4: the client acts for itself. */

/* What is about a person a client cannot ask for itself. */
static enum rc_err
check_own_scope(struct rc_req *rq, const struct rc_list *words)
{
	static const char *const personal[] = { "openid", "offline_access",
		"profile", "email" };
	size_t i;

	for (i = 0; i < sizeof(personal) / sizeof(*personal); i++)
		if (words->count > 0 && rc_list_has(words, personal[i]))
			return rc_fail(rq, RC_ERR_INVALID_SCOPE,
			    "scope %s is for a person who logs in, and a "
			    "client that acts for itself has none",
			    personal[i]);
	return RC_OK;
}

static enum rc_err
explain_client(struct rc_req *rq, const struct rc_list *words)
{
	struct rc_client_known known;
	const char *scope;
	enum rc_err e;
	size_t i;

	if ((e = judge_client(rq, "client_credentials", &known)) != RC_OK)
		return e;
	if (strcmp(known.method, "none") == 0)
		return rc_fail(rq, RC_ERR_UNAUTHORIZED_CLIENT,
		    "a client that does not authenticate cannot act for "
		    "itself");
	scope = rc_json_text(known.metadata, "scope");
	for (i = 0; i < words->count; i++)
		if (!rc_scope_has(scope, words->items[i]))
			return rc_fail(rq, RC_ERR_INVALID_SCOPE,
			    "this client has not registered the scope %s",
			    words->items[i]);
	return fail_moved(rq);
}

enum rc_err
rc_token_for_client(struct rc_req *rq, const char *scope,
    const struct rc_list *audience, struct rc_token_set *set)
{
	const struct fresh *access = make_access_token(rq);
	struct rc_list words, whole = *audience;
	struct grant grant;
	struct rc_rows *rows;
	enum rc_err e;

	if ((e = take_scope(rq, &scope, &words)) != RC_OK ||
	    (e = check_own_scope(rq, &words)) != RC_OK)
		return e;
	if (rq->conf->access_token_format == RC_TOKEN_JWT &&
	    (e = rc_signing_key_ready(rq, ACCESS_TOKEN_ALG, false)) != RC_OK)
		return e;
	if (whole.count == 0)
		rc_resource_add(rq->mem, &whole, rq->conf->default_resource);

	const struct rc_db_param params[] = {
		RC_CREDENTIALS_PARAMS(rq->credentials),
		RC_DB_TEXT(scope),
		RC_DB_TEXT(sql_array(rq, &whole)),
		RC_DB_BYTES(access->hash, sizeof(access->hash)),
		RC_DB_TEXT(
		    rc_db_number(rq->mem, rq->conf->access_token_lifetime)),
	};

	e = rc_db_exec(rq, RC_SQL_ACCESS_TOKEN_ISSUE, params, 7, &rows);
	if (e != RC_OK)
		return e;
	if (rc_rows_count(rows) == 0)
		return explain_client(rq, &words);
	memset(&grant, 0, sizeof(grant));
	grant.scope = rc_rows_text(rows, 0, 0);
	grant.idle = rc_rows_bool(rows, 0, 1);
	if (rq->conf->access_token_format == RC_TOKEN_JWT)
		grant.audience = json_array(rq, &whole);
	return hand_out(rq, access, NULL, &grant, set);
}

/* RFC 6749 4.1.3: the code of a person who let the client in. */

/* What stands against a code, as code_why has it; the order is the judge's. */
static enum rc_err
judge_code(struct rc_req *rq, const unsigned char *hash,
    const char *redirect_uri, const char *verifier, const struct rc_rows *rows)
{
	enum rc_err e;

	if (rc_rows_count(rows) == 0)
		return fail_grant(rq, "the code is unknown or has expired");
	if (rc_rows_bool(rows, 0, 0)) {
		e = revoke_stolen(
		    rq, RC_SQL_CODE_REPLAYED, "authorization code", hash);
		if (e != RC_OK)
			return e;
		return fail_grant(
		    rq, "the code was used before, so what it gave is revoked");
	}
	if (!rc_rows_bool(rows, 0, 2))
		return fail_grant(rq, "the code was given to another client");
	if (rc_rows_bool(rows, 0, 1))
		return fail_grant(rq, "the code is unknown or has expired");
	if (!rc_rows_bool(rows, 0, 3))
		return fail_grant(rq,
		    redirect_uri == NULL
			? "redirect_uri is missing: the authorization request "
			  "had one"
			: "redirect_uri differs from the authorization "
			  "request");
	if (!rc_rows_bool(rows, 0, 4) && verifier != NULL)
		return fail_grant(rq,
		    "there is a code_verifier, but the authorization request "
		    "had no code_challenge");
	if (!rc_rows_bool(rows, 0, 5))
		return fail_grant(rq,
		    verifier == NULL
			? "code_verifier is missing: the authorization request "
			  "had a code_challenge"
			: "code_verifier does not fit the code_challenge");
	if (!rc_rows_bool(rows, 0, 6))
		return fail_target(rq);
	return fail_grant(rq, "what the code was given for is no longer valid");
}

static enum rc_err
explain_code(struct rc_req *rq, const unsigned char *hash,
    const char *redirect_uri, const char *verifier, const char *challenge,
    const char *audience)
{
	const struct rc_db_param params[] = {
		RC_DB_BYTES(hash, RC_CRYPT_HASH_SIZE),
		RC_DB_TEXT(rq->credentials->client_id),
		RC_DB_TEXT(redirect_uri),
		RC_DB_TEXT(challenge),
		RC_DB_TEXT(audience),
	};
	struct rc_client_known known;
	struct rc_rows *rows;
	enum rc_err e;

	if ((e = judge_client(rq, "authorization_code", &known)) != RC_OK ||
	    (e = rc_db_exec(rq, RC_SQL_CODE_WHY, params, 5, &rows)) != RC_OK)
		return e;
	return judge_code(rq, hash, redirect_uri, verifier, rows);
}

enum rc_err
rc_token_for_code(struct rc_req *rq, const char *code, const char *redirect_uri,
    const char *verifier, const struct rc_list *audience,
    struct rc_token_set *set)
{
	const struct fresh *access = make_access_token(rq);
	const struct fresh *refresh = make_token(rq);
	const char *asked = sql_array(rq, audience), *challenge = NULL, *why;
	char made[RC_PKCE_CHALLENGE_SIZE];
	unsigned char hash[RC_CRYPT_HASH_SIZE];
	struct rc_rows *rows;
	struct grant grant;
	enum rc_err e;

	if (verifier != NULL) {
		if ((why = rc_pkce_check_verifier(verifier)) != NULL)
			return rc_fail(rq, RC_ERR_INVALID_REQUEST, "%s", why);
		rc_pkce_challenge(verifier, made);
		challenge = made;
	}
	if ((e = check_keys(rq)) != RC_OK)
		return e;
	rc_crypt_hash(code, strlen(code), hash);

	const struct rc_db_param params[] = {
		RC_CREDENTIALS_PARAMS(rq->credentials),
		RC_DB_BYTES(hash, sizeof(hash)),
		RC_DB_TEXT(redirect_uri),
		RC_DB_TEXT(challenge),
		RC_DB_TEXT(asked),
		RC_DB_BYTES(access->hash, sizeof(access->hash)),
		RC_DB_TEXT(
		    rc_db_number(rq->mem, rq->conf->access_token_lifetime)),
		RC_DB_BYTES(refresh->hash, sizeof(refresh->hash)),
		RC_DB_TEXT(
		    rc_db_number(rq->mem, rq->conf->refresh_token_lifetime)),
		RC_DB_TEXT(
		    rq->conf->openid_refresh_token == RC_OPENID_REFRESH_ALWAYS
			? "true"
			: "false"),
		RC_DB_TEXT(rq->conf->issuer),
	};

	e = rc_db_exec(rq, RC_SQL_CODE_REDEEM, params, 13, &rows);
	if (e != RC_OK)
		return e;
	if (rc_rows_count(rows) == 0)
		return explain_code(
		    rq, hash, redirect_uri, verifier, challenge, asked);
	memset(&grant, 0, sizeof(grant));
	grant.account_id = rc_rows_text(rows, 0, 0);
	grant.scope = rc_rows_text(rows, 0, 1);
	grant.audience = rc_rows_text(rows, 0, 2);
	grant.nonce = rc_rows_text(rows, 0, 3);
	grant.auth_time = rc_rows_int(rows, 0, 4);
	grant.metadata = rc_rows_text(rows, 0, 6);
	grant.idle = rc_rows_bool(rows, 0, 7);
	return hand_out(
	    rq, access, rc_rows_bool(rows, 0, 5) ? refresh : NULL, &grant, set);
}

/* RFC 6749 6: refresh tokens, of which each is used once. */

/*
 * The key under which a token's successor is kept: only who holds the token
 * itself can make it.  It is another hash than the one in the table.
 */
static void
make_seal_key(const char *token, unsigned char key[RC_CRYPT_HASH_SIZE])
{
	static const char purpose[] = "rollcall refresh token successor";

	_Static_assert(
	    sizeof(purpose) - 1 == RC_CRYPT_HASH_SIZE, "fills a key");
	rc_crypt_mac((const unsigned char *)purpose, token, strlen(token), key);
}

/* A refresh token on its way to be exchanged. */
struct exchange {
	const char *token;
	unsigned char hash[RC_CRYPT_HASH_SIZE];
	const char *scope; /* NULL: all */
	const char *audience; /* an SQL array, NULL: all */
	const struct fresh *access;
	struct fresh *next; /* its successor */
};

static void
seal_successor(const struct exchange *x, unsigned char sealed[SEALED_LEN])
{
	unsigned char key[RC_CRYPT_HASH_SIZE];

	make_seal_key(x->token, key);
	rc_crypt_seal(sealed, key, x->next->text, TEXT_LEN);
	rc_crypt_wipe(key, sizeof(key));
}

static enum rc_err
unseal_successor(
    struct rc_req *rq, struct exchange *x, const struct rc_rows *rows)
{
	unsigned char key[RC_CRYPT_HASH_SIZE];
	const unsigned char *sealed;
	size_t len;
	bool good;

	sealed = rc_rows_bytes(rq, rows, 0, 6, &len);
	make_seal_key(x->token, key);
	good =
	    sealed != NULL && len == SEALED_LEN &&
	    rc_crypt_unseal((unsigned char *)x->next->text, key, sealed, len);
	rc_crypt_wipe(key, sizeof(key));
	if (good)
		return RC_OK;
	rc_log(RC_LOG_ERROR, "token",
	    "a successor kept in the database does "
	    "not open with its predecessor");
	return rc_fail(
	    rq, RC_ERR_SERVER_ERROR, "%s", rc_err_text(RC_ERR_SERVER_ERROR));
}

/* What stands against a refresh token, as refresh_token_why has it. */
static enum rc_err
judge_refresh(
    struct rc_req *rq, const unsigned char *hash, const struct rc_rows *rows)
{
	enum rc_err e;

	if (rc_rows_count(rows) == 0)
		return fail_grant(
		    rq, "the refresh token is unknown or has expired");
	if (rc_rows_bool(rows, 0, 0)) {
		e = revoke_stolen(
		    rq, RC_SQL_REFRESH_TOKEN_REUSED, "refresh token", hash);
		if (e != RC_OK)
			return e;
		return fail_grant(rq,
		    "the refresh token was used before, so all that came of "
		    "its grant is revoked");
	}
	if (!rc_rows_bool(rows, 0, 3))
		return fail_grant(
		    rq, "the refresh token was given to another client");
	if (rc_rows_bool(rows, 0, 1))
		return fail_grant(
		    rq, "the refresh token is unknown or has expired");
	if (rc_rows_bool(rows, 0, 2))
		return fail_grant(rq, "the refresh token was revoked");
	if (!rc_rows_bool(rows, 0, 4))
		return rc_fail(rq, RC_ERR_INVALID_SCOPE,
		    "scope is wider than what was granted");
	if (!rc_rows_bool(rows, 0, 5))
		return fail_target(rq);
	return fail_grant(
	    rq, "what the refresh token was given for is no longer valid");
}

static enum rc_err
explain_refresh(struct rc_req *rq, const struct exchange *x)
{
	const struct rc_db_param params[] = {
		RC_DB_BYTES(x->hash, sizeof(x->hash)),
		RC_DB_TEXT(rq->credentials->client_id),
		RC_DB_TEXT(x->scope),
		RC_DB_TEXT(x->audience),
		RC_DB_TEXT(
		    rc_db_number(rq->mem, rq->conf->refresh_reuse_grace)),
	};
	struct rc_client_known known;
	struct rc_rows *rows;
	enum rc_err e;

	if ((e = judge_client(rq, "refresh_token", &known)) != RC_OK)
		return e;
	e = rc_db_exec(rq, RC_SQL_REFRESH_TOKEN_WHY, params, 5, &rows);
	return e != RC_OK ? e : judge_refresh(rq, x->hash, rows);
}

/* Take what refresh_token_rotate and refresh_token_again return. */
static void
take_grant(const struct rc_rows *rows, struct grant *grant)
{

	memset(grant, 0, sizeof(*grant));
	grant->account_id = rc_rows_text(rows, 0, 0);
	grant->scope = rc_rows_text(rows, 0, 1);
	grant->audience = rc_rows_text(rows, 0, 2);
	grant->auth_time = rc_rows_int(rows, 0, 3);
	grant->metadata = rc_rows_text(rows, 0, 4);
	grant->idle = rc_rows_bool(rows, 0, 5);
}

/* The first use of a token; *${done} is false where it is not. */
static enum rc_err
rotate(struct rc_req *rq, const struct exchange *x, struct grant *grant,
    bool *done)
{
	unsigned char sealed[SEALED_LEN];
	struct rc_rows *rows;
	enum rc_err e;

	seal_successor(x, sealed);

	const struct rc_db_param params[] = {
		RC_CREDENTIALS_PARAMS(rq->credentials),
		RC_DB_BYTES(x->hash, sizeof(x->hash)),
		RC_DB_BYTES(x->next->hash, sizeof(x->next->hash)),
		RC_DB_BYTES(sealed, sizeof(sealed)),
		RC_DB_TEXT(
		    rc_db_number(rq->mem, rq->conf->refresh_token_lifetime)),
		RC_DB_BYTES(x->access->hash, sizeof(x->access->hash)),
		RC_DB_TEXT(
		    rc_db_number(rq->mem, rq->conf->access_token_lifetime)),
		RC_DB_TEXT(x->scope),
		RC_DB_TEXT(x->audience),
		RC_DB_TEXT(rq->conf->issuer),
	};

	e = rc_db_exec(rq, RC_SQL_REFRESH_TOKEN_ROTATE, params, 12, &rows);
	*done = e == RC_OK && rc_rows_count(rows) > 0;
	if (*done)
		take_grant(rows, grant);
	return e;
}

/* A retry: the successor once more, and another access token. */
static enum rc_err
give_again(
    struct rc_req *rq, struct exchange *x, struct grant *grant, bool *done)
{
	const struct rc_db_param params[] = {
		RC_CREDENTIALS_PARAMS(rq->credentials),
		RC_DB_BYTES(x->hash, sizeof(x->hash)),
		RC_DB_TEXT(
		    rc_db_number(rq->mem, rq->conf->refresh_reuse_grace)),
		RC_DB_BYTES(x->access->hash, sizeof(x->access->hash)),
		RC_DB_TEXT(
		    rc_db_number(rq->mem, rq->conf->access_token_lifetime)),
		RC_DB_TEXT(x->scope),
		RC_DB_TEXT(x->audience),
		RC_DB_TEXT(rq->conf->issuer),
	};
	struct rc_rows *rows;
	enum rc_err e;

	e = rc_db_exec(rq, RC_SQL_REFRESH_TOKEN_AGAIN, params, 10, &rows);
	*done = e == RC_OK && rc_rows_count(rows) > 0;
	if (!*done)
		return e;
	take_grant(rows, grant);
	return unseal_successor(rq, x, rows);
}

enum rc_err
rc_token_for_refresh(struct rc_req *rq, const char *token, const char *scope,
    const struct rc_list *audience, struct rc_token_set *set)
{
	struct exchange x = { .token = token };
	struct rc_list words;
	struct grant grant;
	bool done = false;
	enum rc_err e;

	if ((e = take_scope(rq, &scope, &words)) != RC_OK ||
	    (e = check_keys(rq)) != RC_OK)
		return e;
	rc_crypt_hash(token, strlen(token), x.hash);
	x.scope = scope;
	x.audience = sql_array(rq, audience);
	x.access = make_access_token(rq);
	x.next = make_token(rq);
	e = rotate(rq, &x, &grant, &done);
	if (e == RC_OK && !done)
		e = give_again(rq, &x, &grant, &done);
	if (e != RC_OK)
		return e;
	if (!done)
		return explain_refresh(rq, &x);
	return hand_out(rq, x.access, x.next, &grant, set);
}

/* Reading one that is presented. */

enum rc_err
rc_token_hash(struct rc_req *rq, const char *text, bool *ours,
    unsigned char hash[RC_CRYPT_HASH_SIZE])
{
	struct rc_jws jws;
	const char *jti;
	enum rc_err e;

	*ours = strncmp(text, JTI, strlen(JTI)) != 0;
	if (strchr(text, '.') == NULL) {
		rc_crypt_hash(text, strlen(text), hash);
		return RC_OK;
	}
	*ours = false;
	/* RFC 9068 4: an ID token is signed by us too. */
	if (rc_jose_open(rq->mem, text, &jws) != NULL || jws.typ == NULL ||
	    strcasecmp(jws.typ, "at+jwt") != 0 ||
	    (jti = rc_json_text(jws.payload, "jti")) == NULL)
		return RC_OK;
	if ((e = rc_signing_key_verify(rq, &jws, ours)) == RC_OK && *ours)
		hash_jti(rq, jti, hash);
	return e;
}
