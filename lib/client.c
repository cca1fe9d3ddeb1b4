#include "client.h"

#include <arpa/inet.h>
#include <string.h>

#include "arena.h"
#include "conf.h"
#include "crypt.h"
#include "db.h"
#include "json.h"
#include "registration_token.h"
#include "req.h"

/* A client secret's text and hash; no text and no hash where there is none. */
struct secret {
	char *text;
	unsigned char hash[RC_CRYPT_HASH_SIZE];
};

/* Hash what the request claims to be the client's secret. */
static void
take_secret(struct secret *s, struct rc_req *rq, const char *text)
{

	memset(s, 0, sizeof(*s));
	if (text == NULL)
		return;
	s->text = rc_strdup(rq->mem, text);
	rc_crypt_hash(text, strlen(text), s->hash);
}

/* Make a secret where the authentication method of ${metadata} takes one. */
static void
make_secret(struct secret *s, struct rc_req *rq, struct rc_json *metadata)
{
	const char *method =
	    rc_json_string(rc_json_get(metadata, "token_endpoint_auth_method"));

	memset(s, 0, sizeof(*s));
	if (strncmp(method, "client_secret_", strlen("client_secret_")) != 0)
		return;
	s->text = rc_alloc(rq->mem, RC_CRYPT_TOKEN_SIZE);
	rc_crypt_token(s->text);
	rc_crypt_hash(s->text, strlen(s->text), s->hash);
}

/* A secret's hash as a parameter, SQL NULL where there is none. */
static struct rc_db_param
secret_param(const struct secret *s)
{
	struct rc_db_param p = RC_DB_NULL;

	if (s->text != NULL) {
		p.data = s->hash;
		p.len = sizeof(s->hash);
		p.binary = true;
	}
	return p;
}

/* Return a number as a parameter's text. */
static const char *
number(struct rc_req *rq, int64_t n)
{

	return rc_printf(rq->mem, "%lld", (long long)n);
}

/* Return the peer's address where PostgreSQL will know it for one. */
static const char *
address(struct rc_req *rq)
{
	unsigned char buf[sizeof(struct in6_addr)];

	if (inet_pton(AF_INET, rq->address, buf) == 1 ||
	    inet_pton(AF_INET6, rq->address, buf) == 1)
		return rq->address;
	return NULL;
}

enum rc_err
rc_client_register(
    struct rc_req *rq, struct rc_json *metadata, struct rc_client *client)
{
	char *id = rc_alloc(rq->mem, RC_CRYPT_TOKEN_SIZE);
	struct rc_registration_token token;
	const char *text = rc_json_write(rq->mem, metadata);
	struct secret secret;
	struct rc_rows *rows;
	enum rc_err e;

	rc_crypt_token(id);
	make_secret(&secret, rq, metadata);
	rc_registration_token_new(rq, &token);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(id),
		secret_param(&secret),
		RC_DB_TEXT(text),
		RC_DB_BYTES(token.hash, sizeof(token.hash)),
		RC_DB_TEXT(address(rq)),
	};

	e = rc_db_exec(rq, RC_SQL_CLIENT_REGISTER, params, 5, &rows);
	if (e != RC_OK)
		return e;
	memset(client, 0, sizeof(*client));
	client->client_id = id;
	client->client_secret = secret.text;
	client->client_id_issued_at = rc_rows_int(rows, 0, 0);
	client->registration_access_token = token.text;
	client->metadata = text;
	client->version = 1;
	return RC_OK;
}

enum rc_err
rc_client_read(struct rc_req *rq, const char *client_id, const char *secret,
    struct rc_client *client)
{
	struct rc_registration_token token;
	struct secret presented;
	struct rc_rows *rows;
	enum rc_err e;

	rc_registration_token_presented(rq, &token);
	take_secret(&presented, rq, secret);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(client_id),
		RC_DB_BYTES(token.hash, sizeof(token.hash)),
		RC_DB_TEXT(number(rq, rq->conf->registration_token_lifetime)),
		secret_param(&presented),
	};

	e = rc_db_exec(rq, RC_SQL_CLIENT_READ, params, 4, &rows);
	if (e != RC_OK)
		return e;
	if (rc_rows_count(rows) == 0)
		return rc_fail(rq, RC_ERR_INVALID_TOKEN,
		    "the registration access token is unknown, expired, or not "
		    "of this client");
	if (strcmp(rc_rows_text(rows, 0, 4), "active") != 0)
		return rc_fail(rq, RC_ERR_ACCESS_DENIED,
		    "this client is disabled; ask the operator of this "
		    "server");
	if (presented.text != NULL && !rc_rows_bool(rows, 0, 7))
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "client_secret is not the secret of this client");
	if (rc_rows_bool(rows, 0, 6))
		rc_registration_token_touch(rq, client_id, &token);
	memset(client, 0, sizeof(*client));
	client->metadata = rc_rows_text(rows, 0, 0);
	client->client_id = client_id;
	client->client_id_issued_at = rc_rows_int(rows, 0, 1);
	client->client_secret_expires_at = rc_rows_int(rows, 0, 2);
	client->registration_access_token = token.text;
	client->version = rc_rows_int(rows, 0, 5);
	return RC_OK;
}

enum rc_err
rc_client_metadata(struct rc_req *rq, const struct rc_client *client,
    struct rc_json **metadata)
{
	const char *why;
	size_t at;

	if (rc_json_parse(rq->mem, client->metadata, strlen(client->metadata),
		metadata, &why, &at) != RC_OK)
		return rc_fail(rq, RC_ERR_SERVER_ERROR,
		    "the stored client record is damaged: %s", why);
	return RC_OK;
}

enum rc_err
rc_client_replace(struct rc_req *rq, const char *client_id, const char *secret,
    struct rc_json *metadata, int64_t version, struct rc_client *client,
    bool *stale)
{
	struct rc_registration_token token;
	const char *text = rc_json_write(rq->mem, metadata);
	struct secret presented, fresh;
	struct rc_client now;
	struct rc_rows *rows;
	enum rc_err e;

	*stale = false;
	rc_registration_token_presented(rq, &token);
	take_secret(&presented, rq, secret);
	make_secret(&fresh, rq, metadata);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(client_id),
		RC_DB_BYTES(token.hash, sizeof(token.hash)),
		RC_DB_TEXT(number(rq, rq->conf->registration_token_lifetime)),
		secret_param(&presented),
		RC_DB_TEXT(text),
		RC_DB_TEXT(fresh.text != NULL ? "true" : "false"),
		secret_param(&fresh),
		RC_DB_TEXT(version != 0 ? number(rq, version) : NULL),
	};

	e = rc_db_exec(rq, RC_SQL_CLIENT_REPLACE, params, 8, &rows);
	if (e != RC_OK)
		return e;
	/* Nothing changed: reading says why, or else it was the version. */
	if (rc_rows_count(rows) == 0) {
		*stale = true;
		return rc_client_read(rq, client_id, secret, &now);
	}
	if (rc_rows_bool(rows, 0, 3))
		rc_registration_token_touch(rq, client_id, &token);
	memset(client, 0, sizeof(*client));
	client->client_id = client_id;
	client->client_secret = rc_rows_bool(rows, 0, 1) ? fresh.text : NULL;
	client->client_id_issued_at = rc_rows_int(rows, 0, 0);
	client->client_secret_expires_at = rc_rows_int(rows, 0, 2);
	client->registration_access_token = token.text;
	client->metadata = text;
	return RC_OK;
}

enum rc_err
rc_client_delete(struct rc_req *rq, const char *client_id)
{
	struct rc_registration_token token;
	struct rc_client now;
	struct rc_rows *rows;
	enum rc_err e;

	rc_registration_token_presented(rq, &token);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(client_id),
		RC_DB_BYTES(token.hash, sizeof(token.hash)),
		RC_DB_TEXT(number(rq, rq->conf->registration_token_lifetime)),
	};

	e = rc_db_exec(rq, RC_SQL_CLIENT_DELETE, params, 3, &rows);
	if (e != RC_OK || rc_rows_count(rows) > 0)
		return e;
	/* Nothing was deleted: reading says why. */
	if ((e = rc_client_read(rq, client_id, NULL, &now)) == RC_OK)
		e = rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE,
		    "the client changed at the same moment; try again");
	return e;
}
