#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "crypt.h"
#include "jose.h"
#include "json.h"

#include "harness.h"
#include "harness_grant.h"
#include "harness_own.h"

#define FORM "application/x-www-form-urlencoded"

/* What the library makes lives as long as the process. */
static struct rc_arena *
arena(void)
{
	static struct rc_arena *mem;

	if (mem == NULL) {
		if (!rc_crypt_start())
			abort();
		mem = rc_arena_new();
	}
	return mem;
}

static struct client *
register_with(const char *method, const char *more)
{
	const char *base = json("{'client_name':'token test','redirect_uris':"
				"['" CALLBACK "'],'scope':'openid profile "
				"offline_access read write','grant_types':"
				"['authorization_code','refresh_token'],"
				"'token_endpoint_auth_method':'%s'}",
	    method);
	const char *plain = more == NULL ? "{}" : json("{%s}", more);

	return enrol(json_object_to_json_string(
	    case_body(parse(base, strlen(base)), parse(plain, strlen(plain)))));
}

struct client *
confidential(const char *more)
{
	const char *grants = "'grant_types':['authorization_code',"
			     "'refresh_token','client_credentials']";

	return register_with("client_secret_basic",
	    more == NULL ? grants : text("%s,%s", grants, more));
}

struct client *
public_client(const char *more)
{

	return register_with("none", more);
}

/* Fresh 256 bits as text. */
static const char *
secret(void)
{
	char *s = rc_alloc(arena(), RC_CRYPT_TOKEN_SIZE);

	rc_crypt_token(s);
	return s;
}

const char *
new_account(void)
{
	const char *id = secret();

	(void)db("INSERT INTO rollcall.account (account_id, login_name, "
		 "claims) VALUES ($1::text, $1::text, '{}')",
	    id);
	return id;
}

const char *
hash_of(const char *token)
{
	unsigned char hash[RC_CRYPT_HASH_SIZE];
	char *hex = room(2 * sizeof(hash) + 1);
	size_t i;

	rc_crypt_hash(token, strlen(token), hash);
	for (i = 0; i < sizeof(hash); i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", hash[i]);
	return hex;
}

static void
set(struct json_object *object, const char *name, const char *value)
{

	if (value != NULL)
		json_object_object_add(
		    object, name, json_object_new_string(value));
}

const char *
permit(const struct permission *p)
{
	struct json_object *j = case_body(NULL, NULL);
	const char *code = secret();
	const char *audience =
	    p->audience == NULL ? text("['%s']", base_url()) : p->audience;

	set(j, "client", p->client);
	set(j, "account", p->account == NULL ? new_account() : p->account);
	set(j, "scope", p->scope);
	set(j, "nonce", p->nonce);
	set(j, "auth_time", p->auth_time);
	set(j, "redirect_uri",
	    p->redirect_uri == NULL ? CALLBACK : p->redirect_uri);
	set(j, "named", p->unnamed ? "false" : "true");
	if (p->challenge == NULL || *p->challenge != '\0')
		set(j, "challenge",
		    p->challenge == NULL ? CHALLENGE : p->challenge);
	set(j, "lifetime", p->lifetime == NULL ? "5 minutes" : p->lifetime);
	set(j, "audience", json("%s", audience));
	set(j, "hash", hash_of(code));
	want(db("WITH j AS (SELECT $1::jsonb AS j), g AS ("
		"INSERT INTO rollcall.authorization_grant (account_id, "
		"client_id, scope, audience, nonce, auth_time) "
		"SELECT j ->> 'account', j ->> 'client', j ->> 'scope', "
		"rollcall.strings((j ->> 'audience')::jsonb), j ->> 'nonce', "
		"to_timestamp((j ->> 'auth_time')::bigint) FROM j "
		"RETURNING grant_id) "
		"INSERT INTO rollcall.authorization_code (code_hash, grant_id, "
		"redirect_uri, redirect_uri_given, code_challenge, expires_at) "
		"SELECT decode(j ->> 'hash', 'hex'), grant_id, "
		"j ->> 'redirect_uri', (j ->> 'named')::boolean, "
		"j ->> 'challenge', now() + (j ->> 'lifetime')::interval "
		"FROM j, g RETURNING grant_id",
		 json_object_to_json_string(j)) != NULL,
	    "no code was made");
	return code;
}

const char *
escape(const char *s)
{
	char *out = room(3 * strlen(s) + 1);
	size_t i;

	for (i = 0; s[i] != '\0'; i++)
		(void)snprintf(out + 3 * i, 4, "%%%02X", (unsigned char)s[i]);
	return out;
}

const char *
basic(const char *id, const char *password)
{
	const char *pair = text("%s:%s", id, password);
	size_t len = strlen(pair), size = (len + 2) / 3 * 4 + 1, n;
	char *out = room(size);

	(void)arena();
	rc_crypt_base64url(out, size, pair, len);
	for (n = 0; out[n] != '\0'; n++) {
		if (out[n] == '-')
			out[n] = '+';
		else if (out[n] == '_')
			out[n] = '/';
	}
	for (; n % 4 != 0; n++)
		out[n] = '=';
	return text("Basic %s", out);
}

static struct call
call_with(const char *authorization, const char *form)
{
	struct call call = { .method = "POST",
		.url = "/oauth/token",
		.body = form,
		.type = FORM };
	const char **headers;

	if (authorization != NULL) {
		headers = room(2 * sizeof(*headers));
		headers[0] = text("Authorization: %s", authorization);
		call.headers = headers;
	}
	return call;
}

struct call
token_call(const struct client *client, const char *form)
{

	if (client == NULL)
		return call_with(NULL, form);
	if (client->secret == NULL)
		return call_with(
		    NULL, text("client_id=%s&%s", client->id, form));
	return call_with(basic(client->id, client->secret), form);
}

struct answer *
ask_with(const char *authorization, const char *form)
{
	const struct call call = call_with(authorization, form);

	return http(&call);
}

struct answer *
ask(const struct client *client, const char *fmt, ...)
{
	struct call call;
	va_list ap;

	va_start(ap, fmt);
	call = token_call(client, vtext(fmt, ap));
	va_end(ap);
	return http(&call);
}

struct answer *
redeem(const struct client *client, const char *code)
{

	return ask(client,
	    "grant_type=authorization_code&code=%s&redirect_uri=%s"
	    "&code_verifier=" VERIFIER,
	    code, escape(CALLBACK));
}

struct answer *
refresh(const struct client *client, const char *token)
{

	return ask(client, "grant_type=refresh_token&refresh_token=%s", token);
}

void
expect_tokens(const struct answer *a)
{
	const char *type = string(a->json, "token_type");

	expect_status(a, 200);
	expect_headers(a);
	want(type != NULL && strcmp(type, "Bearer") == 0,
	    "token_type is not Bearer");
	want(string(a->json, "access_token") != NULL, "no access_token");
	want(json_object_is_type(member(a->json, "expires_in"), json_type_int),
	    "expires_in is no whole number");
	json_object_object_foreach(a->json, name, value)
	{
		want(value != NULL, "%s is null", name);
	}
}

void
expect_refused(const struct answer *a, int status, const char *error)
{
	const char *value;

	expect_status(a, status);
	expect_error_form(a);
	expect_headers(a);
	value = string(a->json, "error");
	want(strcmp(value, error) == 0, "error is not %s", error);
	value = header(a, "WWW-Authenticate");
	want(status != 401 ||
		 (value != NULL && strncmp(value, "Basic ", 6) == 0),
	    "401 without WWW-Authenticate: Basic");
	want(status != 503 || header(a, "Retry-After") != NULL,
	    "503 without Retry-After");
}

bool
is_live(const char *token)
{

	return db("SELECT 1 FROM rollcall.access_token t "
		  "JOIN rollcall.client c ON c.client_id = t.client_id "
		  "LEFT JOIN rollcall.authorization_grant g "
		  "ON g.grant_id = t.grant_id "
		  "WHERE t.token_hash = decode($1, 'hex') "
		  "AND t.expires_at > now() AND g.revoked_at IS NULL "
		  "AND t.issued_at >= c.valid_from",
		   hash_of(token)) != NULL;
}

const char *
audience_of(const char *token)
{

	return db("SELECT audience::text FROM rollcall.access_token "
		  "WHERE token_hash = decode($1, 'hex')",
	    hash_of(token));
}

struct pair *
pair(const char *alg)
{
	struct pair *p = room(sizeof(*p));
	const char *kid;

	p->alg = alg;
	want(rc_jose_generate(arena(), alg, &kid, &p->private, &p->public),
	    "no key for %s", alg);
	return p;
}

const char *
sign(const struct pair *p, const char *typ, const char *claims)
{
	struct rc_jose_key *key = rc_jose_key(arena(), p->private);
	const char *jwt;

	want(key != NULL, "no key");
	jwt = rc_jose_sign(arena(), key, typ, json("%s", claims));
	want(jwt != NULL, "no signature");
	return jwt;
}

const char *
assertion(const struct pair *p, const char *id)
{

	return text("client_assertion_type=%s&client_assertion=%s",
	    escape(ASSERTION_TYPE),
	    sign(p, NULL,
		text("{'iss':'%s','sub':'%s','aud':'%s','exp':%lld,"
		     "'jti':'%s'}",
		    id, id, base_url(), (long long)time(NULL) + 60, secret())));
}

struct json_object *
part(const char *jwt, int i)
{
	struct json_object *value;
	size_t len, size;
	char *out;

	for (; i > 0 && (jwt = strchr(jwt, '.')) != NULL; i--)
		jwt++;
	want(jwt != NULL, "it is no JWT");
	jwt = text("%.*s", (int)strcspn(jwt, "."), jwt);
	size = strlen(jwt) + 1;
	out = room(size);
	(void)arena();
	want(rc_crypt_unbase64url(out, size - 1, jwt, &len),
	    "a part of the JWT is not base64url");
	value = parse(out, len);
	want(json_object_is_type(value, json_type_object),
	    "a part of the JWT is no JSON object");
	return value;
}

void
expect_signed(const char *jwt, const char *alg)
{
	const char *const algs[] = { alg, NULL };
	const struct answer *a = get("/oauth/jwks");
	struct rc_json *keys;
	struct rc_jws jws;
	const char *why;
	size_t at;

	expect_status(a, 200);
	want(rc_json_parse(arena(), a->body, a->len, &keys, &why, &at) == RC_OK,
	    "jwks is no JSON: %s", why);
	want((why = rc_jose_open(arena(), jwt, &jws)) == NULL, "the JWT %s",
	    why);
	want(rc_jose_verify(arena(), &jws, algs, keys),
	    "no published key has signed it with %s", alg);
}
