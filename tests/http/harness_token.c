#include <stdlib.h>
#include <string.h>

#include "crypt.h"
#include "harness_token.h"

/* Return a fresh token's text. */
static const char *
fresh(void)
{
	char *out = room(RC_CRYPT_TOKEN_SIZE);

	rc_crypt_token(out);
	return out;
}

/* What signs access tokens that are JWTs, beside the server's own keys. */
static struct pair signer;
static bool jwts;

/* An access token, and in ${hash} what the table knows it by. */
static const char *
fresh_access_token(const char **hash)
{
	const char *jti = fresh();

	*hash = hash_of(jwts ? text("jwt:%s", jti) : jti);
	return jwts ? sign(&signer, "at+jwt", text("{'jti':'%s'}", jti)) : jti;
}

const char *
person_with(const char *claims)
{
	const char *id = new_account();

	(void)db(text("UPDATE rollcall.account SET claims = $1::jsonb "
		      "WHERE account_id = '%s'",
		     id),
	    json("%s", claims));
	return id;
}

struct client *
resource_server(const char *served)
{
	struct client *client = confidential(NULL);

	(void)db(text("INSERT INTO rollcall.resource_server (client_id, "
		      "audience) VALUES ('%s', $1::text[])",
		     client->id),
	    served);
	return client;
}

const char *
grant(const char *who, const struct client *client, const char *scope,
    const char *served)
{

	return db(text("INSERT INTO rollcall.authorization_grant (account_id, "
		       "client_id, scope, audience) VALUES ('%s', '%s', '%s', "
		       "$1::text[]) RETURNING grant_id",
		      who, client->id, scope),
	    served);
}

const char *
access_token(const char *of)
{
	const char *hash, *token = fresh_access_token(&hash);

	(void)db(text("INSERT INTO rollcall.access_token (token_hash, "
		      "client_id, grant_id, scope, audience, expires_at) "
		      "SELECT '\\x%s', client_id, grant_id, scope, audience, "
		      "now() + interval '1 hour' "
		      "FROM rollcall.authorization_grant "
		      "WHERE grant_id = $1::bigint",
		     hash),
	    of);
	return token;
}

const char *
refresh_token(const char *of)
{
	const char *token = fresh();

	(void)db(text("INSERT INTO rollcall.refresh_token (token_hash, "
		      "grant_id, expires_at) VALUES ('\\x%s', $1::bigint, "
		      "now() + interval '1 hour')",
		     hash_of(token)),
	    of);
	return token;
}

const char *
code(const char *of)
{
	const char *token = fresh();

	(void)db(text("INSERT INTO rollcall.authorization_code (code_hash, "
		      "grant_id, redirect_uri, redirect_uri_given, expires_at) "
		      "VALUES ('\\x%s', $1::bigint, "
		      "'https://client.example.org/cb', false, "
		      "now() + interval '1 hour')",
		     hash_of(token)),
	    of);
	return token;
}

const char *
own_token(const struct client *client, const char *scope, const char *served)
{
	const char *hash, *token = fresh_access_token(&hash);

	(void)db(text("INSERT INTO rollcall.access_token (token_hash, "
		      "client_id, scope, audience, expires_at) "
		      "VALUES ('\\x%s', '%s', nullif('%s', ''), $1::text[], "
		      "now() + interval '1 hour')",
		     hash, client->id, scope),
	    served);
	return token;
}

void
access_token_sql(const char *set, const char *token)
{

	if (jwts)
		token = text("jwt:%s", string(part(token, 1), "jti"));
	(void)db(text("UPDATE rollcall.access_token SET %s "
		      "WHERE token_hash = decode($1, 'hex')",
		     set),
	    hash_of(token));
}

void
refresh_token_sql(const char *set, const char *token)
{

	(void)db(text("UPDATE rollcall.refresh_token SET %s "
		      "WHERE token_hash = decode($1, 'hex')",
		     set),
	    hash_of(token));
}

const char *
audience(void)
{

	return text("{\"%s\"}", base_url());
}

struct answer *
form(const char *path, const struct client *client, const char *body)
{
	struct call call = token_call(client, body);

	call.url = path;
	return http(&call);
}

struct answer *
introspect(const struct client *client, const char *token)
{

	return form("/oauth/introspect", client, text("token=%s", token));
}

struct answer *
revoke(const struct client *client, const char *token)
{

	return form("/oauth/revoke", client, text("token=%s", token));
}

struct answer *
userinfo(const char *token)
{
	const struct call call = { .url = "/oauth/userinfo", .token = token };

	return http(&call);
}

bool
is_active(const struct client *client, const char *token)
{
	struct answer *a = introspect(client, token);

	expect_status(a, 200);
	expect_headers(a);
	want(json_object_is_type(member(a->json, "active"), json_type_boolean),
	    "active is no boolean");
	return json_object_get_boolean(member(a->json, "active"));
}

/* The programs take what ${signer} signs, and make JWTs themselves. */
START_TEST(jwts_begin)
{
	static const char *const lines[] = { "access_token_format = jwt" };

	(void)db("INSERT INTO rollcall.signing_key (kid, alg, public_jwk, "
		 "sealed_key) SELECT j ->> 'kid', j ->> 'alg', j, '\\x00' "
		 "FROM (SELECT $1::jsonb AS j) AS given",
	    signer.public);
	reconf(lines, 1);
}
END_TEST

START_TEST(jwts_end)
{

	(void)db("DELETE FROM rollcall.signing_key WHERE kid = "
		 "$1::jsonb ->> 'kid'",
	    signer.public);
	reconf(NULL, 0);
}
END_TEST

int
both_formats(const char *name, const struct test *tests, size_t n)
{
	struct test *again;
	int status, second;

	status = harness_main(name, tests, n);
	if (status != EXIT_SUCCESS && status != EXIT_FAILURE)
		return status;
	signer = *pair("ES256");
	jwts = true;
	again = room((n + 2) * sizeof(*again));
	again[0] = (struct test){ jwts_begin, 0 };
	memcpy(again + 1, tests, n * sizeof(*again));
	again[n + 1] = (struct test){ jwts_end, 0 };
	second = harness_main(text("%s_jwt", name), again, n + 2);
	return status == EXIT_SUCCESS ? second : status;
}
