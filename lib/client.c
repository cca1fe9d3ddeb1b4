#include "client.h"

#include <string.h>

#include "arena.h"
#include "conf.h"
#include "credentials.h"
#include "crypt.h"
#include "db.h"
#include "json.h"
#include "log.h"
#include "registration_token.h"
#include "req.h"

/* Hash what the request claims to be the client's secret. */
static void
take_secret(struct rc_secret *s, struct rc_req *rq, const char *text)
{

	memset(s, 0, sizeof(*s));
	if (text == NULL)
		return;
	s->text = rc_strdup(rq->mem, text);
	rc_crypt_hash(text, strlen(text), s->hash);
}

/* Make a secret where the authentication method of ${metadata} takes one. */
static void
make_secret(struct rc_secret *s, struct rc_req *rq, struct rc_json *metadata)
{
	const char *method =
	    rc_json_text(metadata, "token_endpoint_auth_method");

	memset(s, 0, sizeof(*s));
	if (strncmp(method, "client_secret_", strlen("client_secret_")) == 0)
		rc_crypt_secret(rq->mem, s);
}

enum rc_err
rc_client_register(
    struct rc_req *rq, struct rc_json *metadata, struct rc_client *client)
{
	char *id = rc_alloc(rq->mem, RC_CRYPT_TOKEN_SIZE);
	struct rc_registration_token token;
	const char *text = rc_json_write(rq->mem, metadata);
	struct rc_secret secret;
	struct rc_rows *rows;
	enum rc_err e;

	rc_crypt_token(id);
	make_secret(&secret, rq, metadata);
	rc_registration_token_new(rq, &token);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(id),
		RC_DB_SECRET(secret),
		RC_DB_TEXT(text),
		RC_DB_BYTES(token.hash, sizeof(token.hash)),
		RC_DB_TEXT(rc_req_inet(rq)),
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
	struct rc_secret presented;
	struct rc_rows *rows;
	enum rc_err e;

	rc_registration_token_presented(rq, &token);
	take_secret(&presented, rq, secret);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(client_id),
		RC_DB_BYTES(token.hash, sizeof(token.hash)),
		RC_DB_TEXT(rc_db_number(
		    rq->mem, rq->conf->registration_token_lifetime)),
		RC_DB_SECRET(presented),
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
	struct rc_secret presented, fresh;
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
		RC_DB_TEXT(rc_db_number(
		    rq->mem, rq->conf->registration_token_lifetime)),
		RC_DB_SECRET(presented),
		RC_DB_TEXT(text),
		RC_DB_TEXT(fresh.text != NULL ? "true" : "false"),
		RC_DB_SECRET(fresh),
		RC_DB_TEXT(
		    version != 0 ? rc_db_number(rq->mem, version) : NULL),
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
		RC_DB_TEXT(rc_db_number(
		    rq->mem, rq->conf->registration_token_lifetime)),
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

enum rc_err
rc_client_refuse(struct rc_req *rq, const char *why)
{
	const char *const pairs[] = { "client_id", rq->credentials->client_id,
		"address", rq->address, "why", why, NULL };

	rc_log_pairs(RC_LOG_INFO, "invalid_client", pairs);
	return rc_fail(rq, RC_ERR_INVALID_CLIENT,
	    "the client is unknown, its secret or the signature of its "
	    "assertion is wrong, or it is registered for another "
	    "token_endpoint_auth_method");
}

/* What keeps a client from acting, as client_authenticate returned it. */
static const char *
find_bar(const struct rc_rows *rows)
{

	if (strcmp(rc_rows_text(rows, 0, 0), "active") != 0)
		return "this client is disabled; ask the operator of this "
		       "server";
	if (rc_rows_bool(rows, 0, 4))
		return "the secret of this client has expired";
	return NULL;
}

/* Does what was presented fit what is registered? */
static enum rc_err
check_credentials(struct rc_req *rq, const struct rc_rows *rows)
{
	const char *why;

	if (rc_rows_count(rows) == 0)
		return rc_client_refuse(rq, "there is no such client");
	if (rq->credentials->secret && !rc_rows_bool(rows, 0, 3))
		return rc_client_refuse(rq, "the secret is wrong");
	if (rc_rows_bool(rows, 0, 2))
		return RC_OK;
	why = rc_printf(rq->mem,
	    "this client is registered for token_endpoint_auth_method %s",
	    rc_rows_text(rows, 0, 1));
	return rq->credentials->secret
	           ? rc_fail(rq, RC_ERR_INVALID_CLIENT, "%s", why)
	           : rc_client_refuse(rq, why);
}

enum rc_err
rc_client_find(struct rc_req *rq, struct rc_client_known *known)
{
	const struct rc_db_param params[] = {
		RC_CREDENTIALS_PARAMS(rq->credentials),
	};
	struct rc_client client;
	struct rc_json *metadata;
	struct rc_rows *rows;
	enum rc_err e;

	e = rc_db_exec(rq, RC_SQL_CLIENT_AUTHENTICATE, params, 3, &rows);
	if (e != RC_OK || (e = check_credentials(rq, rows)) != RC_OK)
		return e;

	memset(&client, 0, sizeof(client));
	client.metadata = rc_rows_text(rows, 0, 5);
	if ((e = rc_client_metadata(rq, &client, &metadata)) != RC_OK)
		return e;
	known->client_id = rq->credentials->client_id;
	known->method = rc_rows_text(rows, 0, 1);
	known->metadata = metadata;
	known->client_id_issued_at = rc_rows_int(rows, 0, 7);
	known->idle = rc_rows_bool(rows, 0, 6);
	known->barred = find_bar(rows);
	return RC_OK;
}

enum rc_err
rc_client_authenticate(struct rc_req *rq, struct rc_client_known *known)
{
	enum rc_err e;

	if ((e = rc_client_find(rq, known)) != RC_OK || known->barred == NULL)
		return e;
	/* Anybody can give a client_id. */
	if (rq->credentials->presented == RC_PRESENTED_NONE)
		return rc_client_refuse(rq, known->barred);
	return rc_fail(rq, RC_ERR_INVALID_CLIENT, "%s", known->barred);
}

enum rc_err
rc_client_assertion_use(struct rc_req *rq, const char *client_id,
    const char *jti, int64_t expires, bool *fresh)
{
	unsigned char hash[RC_CRYPT_HASH_SIZE];
	struct rc_rows *rows;
	enum rc_err e;

	rc_crypt_hash(jti, strlen(jti), hash);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(client_id),
		RC_DB_BYTES(hash, sizeof(hash)),
		RC_DB_TEXT(rc_db_number(rq->mem, expires)),
	};

	e = rc_db_exec(rq, RC_SQL_USED_ASSERTION_ADD, params, 3, &rows);
	if (e == RC_OK)
		*fresh = rc_rows_count(rows) > 0;
	return e;
}

void
rc_client_touch(struct rc_req *rq)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(rq->credentials->client_id),
	};
	struct rc_fault fault = rq->fault;

	(void)rc_db_exec(rq, RC_SQL_CLIENT_TOUCH, params, 1, NULL);
	rq->fault = fault;
}
