#include "client.h"

#include <string.h>

#include "admission.h"
#include "arena.h"
#include "audit.h"
#include "conf.h"
#include "credentials.h"
#include "crypt.h"
#include "db.h"
#include "initial_token.h"
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

/* Where the secrets under a policy expire, after how many seconds. */
static const char *
secret_seconds(struct rc_req *rq, const struct rc_conf_policy *policy,
    const struct rc_secret *secret)
{

	if (secret->text == NULL || policy->secret_lifetime == 0)
		return NULL;
	return rc_db_number(rq->mem, policy->secret_lifetime);
}

/* What the audit log tells of a registration that is not like most. */
static const char *
describe(struct rc_req *rq, const struct rc_conf_policy *policy)
{
	struct rc_json *detail = rc_json_new_object(rq->mem);

	if (strcmp(policy->name, "default") != 0)
		rc_json_set_string(detail, "policy", policy->name);
	if (policy->status == RC_POLICY_PENDING)
		rc_json_set_string(detail, "status", "pending");
	if (rc_json_count(detail) == 0)
		return NULL;
	return rc_json_write(rq->mem, detail);
}

/* The place that was reserved was lost, in a crash, with all that was. */
static enum rc_err
refuse_void(struct rc_req *rq)
{

	return rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE,
	    "the number of clients is being counted anew; try again");
}

/* Nothing was registered: the place reserved, or the token, has gone. */
static enum rc_err
refuse_register(struct rc_req *rq)
{
	struct rc_initial_token now;
	enum rc_err e;

	if (rq->bearer != NULL &&
	    (e = rc_initial_token_find(rq, &now)) != RC_OK)
		return e;
	return refuse_void(rq);
}

enum rc_err
rc_client_register(struct rc_req *rq, struct rc_json *metadata,
    const struct rc_conf_policy *policy, const struct rc_initial_token *token,
    struct rc_admission *admission, struct rc_client *client)
{
	const char *status =
	    policy->status == RC_POLICY_PENDING ? "pending" : "active";
	char *id = rc_alloc(rq->mem, RC_CRYPT_TOKEN_SIZE);
	struct rc_registration_token manager;
	const char *text = rc_json_write(rq->mem, metadata);
	struct rc_secret secret;
	struct rc_rows *rows;
	enum rc_err e;

	rc_crypt_token(id);
	make_secret(&secret, rq, metadata);
	rc_registration_token_new(rq, &manager);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(id),
		RC_DB_SECRET(secret),
		RC_DB_TEXT(text),
		RC_DB_BYTES(manager.hash, sizeof(manager.hash)),
		RC_DB_TEXT(rc_req_inet(rq)),
		RC_DB_TEXT(rc_audit_user_agent(rq)),
		RC_DB_TEXT(policy->name),
		RC_DB_TEXT(status),
		RC_DB_TEXT(secret_seconds(rq, policy, &secret)),
		RC_DB_TEXT(describe(rq, policy)),
		RC_DB_TEXT(rc_admission_counted(admission)),
		RC_DB_TEXT(admission->epoch),
		RC_DB_TEXT(rc_db_number(rq->mem, token->id)),
	};

	if (token->id != 0)
		e = rc_db_exec(
		    rq, RC_SQL_CLIENT_REGISTER_BY_TOKEN, params, 13, &rows);
	else if (rc_admission_counted(admission) != NULL)
		e = rc_db_exec(
		    rq, RC_SQL_CLIENT_REGISTER_IN_PLACE, params, 12, &rows);
	else
		e = rc_db_exec(rq, RC_SQL_CLIENT_REGISTER, params, 10, &rows);
	/* Nobody knows whether it was done: the place may be taken. */
	if (e == RC_ERR_TEMPORARILY_UNAVAILABLE)
		memset(admission, 0, sizeof(*admission));
	if (e != RC_OK)
		return e;
	if (rc_rows_count(rows) == 0)
		return refuse_register(rq);
	memset(admission, 0, sizeof(*admission));
	if (token->id != 0 && !token->limited && token->idle)
		rc_initial_token_touch(rq, token);
	memset(client, 0, sizeof(*client));
	client->client_id = id;
	client->client_secret = secret.text;
	client->client_id_issued_at = rc_rows_int(rows, 0, 0);
	if (secret.text != NULL && policy->secret_lifetime != 0)
		client->client_secret_expires_at =
		    client->client_id_issued_at + policy->secret_lifetime;
	client->registration_access_token = manager.text;
	client->metadata = text;
	client->version = 1;
	client->status = status;
	client->policy = policy->name;
	client->initial_token_id = token->id;
	return RC_OK;
}

/* Refuse who would manage a client, by a rule that the audit log has. */
static enum rc_err
refuse_manage(
    struct rc_req *rq, enum rc_err err, const char *rule, const char *words)
{

	rq->fault.rule = rule;
	return rc_fail(rq, err, "%s", words);
}

enum rc_err
rc_client_read(struct rc_req *rq, const char *client_id, const char *secret,
    struct rc_client *client)
{
	struct rc_registration_token token;
	struct rc_secret presented;
	const char *status;
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
	/* What was archived is dead, and looks so. */
	if (rc_rows_count(rows) == 0 ||
	    strcmp(rc_rows_text(rows, 0, 4), "archived") == 0)
		return refuse_manage(rq, RC_ERR_INVALID_TOKEN,
		    "registration_token",
		    "the registration access token is unknown, expired, or not "
		    "of this client");
	status = rc_rows_text(rows, 0, 4);
	if (strcmp(status, "disabled") == 0)
		return refuse_manage(rq, RC_ERR_ACCESS_DENIED, "status",
		    "this client is disabled; ask the operator of this "
		    "server");
	if (presented.text != NULL && !rc_rows_bool(rows, 0, 7))
		return refuse_manage(rq, RC_ERR_INVALID_REQUEST,
		    "client_secret",
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
	client->status = status;
	client->policy = rc_rows_text(rows, 0, 8);
	client->initial_token_id = rc_rows_int(rows, 0, 9);
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
    struct rc_json *metadata, const struct rc_client_judged *judged,
    struct rc_client *client, bool *stale)
{
	const struct rc_conf_policy *policy = judged->policy;
	struct rc_registration_token token;
	const char *text = rc_json_write(rq->mem, metadata);
	struct rc_secret presented, fresh;
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
		RC_DB_TEXT(judged->version != 0
			       ? rc_db_number(rq->mem, judged->version)
			       : NULL),
		RC_DB_TEXT(judged->policy_name),
		RC_DB_TEXT(rc_db_number(rq->mem, judged->initial_token_id)),
		RC_DB_TEXT(
		    policy->status == RC_POLICY_PENDING ? "true" : "false"),
		RC_DB_TEXT(secret_seconds(rq, policy, &fresh)),
		RC_DB_TEXT(rc_req_inet(rq)),
		RC_DB_TEXT(rc_audit_user_agent(rq)),
	};

	e = rc_db_exec(rq, RC_SQL_CLIENT_REPLACE, params,
	    sizeof(params) / sizeof(params[0]), &rows);
	if (e != RC_OK)
		return e;
	/* Nothing changed: reading says why, or else it is another now. */
	if (rc_rows_count(rows) == 0) {
		*stale = true;
		return rc_client_read(rq, client_id, secret, client);
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
	client->status = rc_rows_text(rows, 0, 4);
	client->policy = judged->policy_name;
	client->initial_token_id = judged->initial_token_id;
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
		RC_DB_TEXT(rc_req_inet(rq)),
		RC_DB_TEXT(rc_audit_user_agent(rq)),
	};

	e = rc_db_exec(rq, RC_SQL_CLIENT_DELETE, params, 5, &rows);
	if (e != RC_OK)
		return e;
	if (rc_rows_count(rows) > 0) {
		if (rc_rows_bool(rows, 0, 1))
			rc_admission_release(rq, rc_rows_text(rows, 0, 0),
			    rc_rows_text(rows, 0, 2), rc_rows_text(rows, 0, 3));
		return RC_OK;
	}
	/* Nothing was deleted: reading says why. */
	if ((e = rc_client_read(rq, client_id, NULL, &now)) == RC_OK)
		e = rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE,
		    "the client changed at the same moment; try again");
	return e;
}

enum rc_err
rc_client_change(struct rc_req *rq, const char *client_id)
{
	struct rc_registration_token token;

	rc_registration_token_presented(rq, &token);
	return rc_admission_change(
	    rq, client_id, token.hash, sizeof(token.hash));
}

/* Return how long secrets live under each policy, as a JSON object. */
static const char *
secret_lifetimes(struct rc_req *rq)
{
	struct rc_json *all = rc_json_new_object(rq->mem);
	const struct rc_conf_policy *policy;
	size_t i;

	for (i = 0; i < rq->conf->npolicies; i++) {
		policy = &rq->conf->policies[i];
		rc_json_set_int(all, policy->name, policy->secret_lifetime);
	}
	return rc_json_write(rq->mem, all);
}

/* Return the lifetime under the policy that stands in for one that is gone. */
static int64_t
secret_lifetime(const struct rc_conf *conf)
{
	size_t i;

	for (i = 1; i < conf->npolicies; i++)
		if (strcmp(conf->policies[i].name, conf->anonymous_policy) == 0)
			return conf->policies[i].secret_lifetime;
	return conf->policies[0].secret_lifetime;
}

/* Take the columns that both statements which rotate begin with. */
static void
take_rotated(
    struct rc_client *client, const char *client_id, const struct rc_rows *rows)
{

	memset(client, 0, sizeof(*client));
	client->client_id = client_id;
	client->metadata = rc_rows_text(rows, 0, 0);
	client->client_id_issued_at = rc_rows_int(rows, 0, 1);
	client->client_secret_expires_at = rc_rows_int(rows, 0, 2);
	client->version = rc_rows_int(rows, 0, 3);
}

/* Rotate the secret; *${done} is false where nothing was changed. */
static enum rc_err
rotate_secret(struct rc_req *rq, const char *client_id,
    struct rc_client *client, bool *done)
{
	struct rc_registration_token token;
	struct rc_secret secret;
	struct rc_rows *rows;
	enum rc_err e;

	rc_registration_token_presented(rq, &token);
	rc_crypt_secret(rq->mem, &secret);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(client_id),
		RC_DB_BYTES(token.hash, sizeof(token.hash)),
		RC_DB_TEXT(rc_db_number(
		    rq->mem, rq->conf->registration_token_lifetime)),
		RC_DB_SECRET(secret),
		RC_DB_TEXT(rc_db_number(rq->mem, rq->conf->secret_overlap)),
		RC_DB_TEXT(secret_lifetimes(rq)),
		RC_DB_TEXT(rc_db_number(rq->mem, secret_lifetime(rq->conf))),
		RC_DB_TEXT(rc_req_inet(rq)),
		RC_DB_TEXT(rc_audit_user_agent(rq)),
	};

	e = rc_db_exec(rq, RC_SQL_CLIENT_ROTATE_SECRET, params, 9, &rows);
	*done = e == RC_OK && rc_rows_count(rows) > 0;
	if (!*done)
		return e;
	if (rc_rows_bool(rows, 0, 4))
		rc_registration_token_touch(rq, client_id, &token);
	take_rotated(client, client_id, rows);
	client->client_secret = secret.text;
	client->registration_access_token = token.text;
	return RC_OK;
}

/* Rotate the registration access token, likewise. */
static enum rc_err
rotate_token(struct rc_req *rq, const char *client_id, struct rc_client *client,
    bool *done)
{
	struct rc_registration_token token, fresh;
	struct rc_rows *rows;
	enum rc_err e;

	rc_registration_token_presented(rq, &token);
	rc_registration_token_new(rq, &fresh);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(client_id),
		RC_DB_BYTES(token.hash, sizeof(token.hash)),
		RC_DB_TEXT(rc_db_number(
		    rq->mem, rq->conf->registration_token_lifetime)),
		RC_DB_BYTES(fresh.hash, sizeof(fresh.hash)),
		RC_DB_TEXT(rc_req_inet(rq)),
		RC_DB_TEXT(rc_audit_user_agent(rq)),
	};

	e = rc_db_exec(rq, RC_SQL_REGISTRATION_TOKEN_ROTATE, params, 6, &rows);
	*done = e == RC_OK && rc_rows_count(rows) > 0;
	if (!*done)
		return e;
	take_rotated(client, client_id, rows);
	client->registration_access_token = fresh.text;
	return RC_OK;
}

enum rc_err
rc_client_rotate(struct rc_req *rq, const char *client_id, enum rc_rotated what,
    struct rc_client *client)
{
	bool done = false;
	enum rc_err e = RC_OK;

	if (what != RC_ROTATE_REGISTRATION_TOKEN)
		e = rotate_secret(rq, client_id, client, &done);
	if (e != RC_OK || done)
		return e;
	/* Reading says what was wrong, if it was not that there is none. */
	if (what == RC_ROTATE_SECRET &&
	    (e = rc_client_read(rq, client_id, NULL, client)) == RC_OK)
		return refuse_manage(rq, RC_ERR_INVALID_REQUEST,
		    "client_secret.none",
		    "this client has no client_secret that could be rotated");
	if (e == RC_OK)
		e = rotate_token(rq, client_id, client, &done);
	if (e != RC_OK || done)
		return e;
	if ((e = rc_client_read(rq, client_id, NULL, client)) == RC_OK)
		e = rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE,
		    "the client changed at the same moment; try again");
	return e;
}

enum rc_err
rc_client_revive(struct rc_req *rq, const char *client_id, const char *account,
    struct rc_admission *admission)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(client_id),
		RC_DB_TEXT(rc_printf(rq->mem, "account:%s", account)),
		RC_DB_TEXT(rc_req_inet(rq)),
		RC_DB_TEXT(rc_audit_user_agent(rq)),
		RC_DB_TEXT(rc_admission_counted(admission)),
		RC_DB_TEXT(admission->epoch),
	};
	struct rc_rows *rows;
	enum rc_err e;

	e = rc_db_exec(rq, RC_SQL_CLIENT_REVIVE, params, 6, &rows);
	/* Where the database did not answer it may have been revived. */
	if (e == RC_ERR_TEMPORARILY_UNAVAILABLE ||
	    (e == RC_OK && rc_rows_bool(rows, 0, 0)))
		memset(admission, 0, sizeof(*admission));
	if (e == RC_OK && rc_rows_text(rows, 0, 0) == NULL)
		return refuse_void(rq);
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
	const char *status = rc_rows_text(rows, 0, 0);

	if (strcmp(status, "pending") == 0)
		return "this client awaits the approval of this server's "
		       "operator";
	if (strcmp(status, "active") != 0)
		return "this client is disabled; ask the operator of this "
		       "server";
	if (rc_rows_bool(rows, 0, 4))
		return "the secret of this client has expired";
	return NULL;
}

/*
 * The secret of a client that was archived is dead, so it is told what a client
 * is told that never was, and registers anew.  A public one has none: it begins
 * again with its user, who revives it.
 */
static enum rc_err
check_archived(struct rc_req *rq, const struct rc_rows *rows)
{

	if (strcmp(rc_rows_text(rows, 0, 0), "archived") != 0)
		return RC_OK;
	if (rq->credentials->presented != RC_PRESENTED_NONE)
		return rc_client_refuse(rq, "it is archived");
	return rc_fail(rq, RC_ERR_INVALID_GRANT,
	    "this client was not used for long, and what it was given is void; "
	    "ask the person for authorization again");
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
		return check_archived(rq, rows);
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
