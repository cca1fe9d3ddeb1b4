/*
 * What client's commands share, and those that rotate what a client knows.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "client.h"
#include "crypt.h"
#include "initial_token.h"
#include "json.h"
#include "policy.h"
#include "req.h"
#include "revival.h"

/* A column of admin_client_show. */
#define STATUS 2

enum admin_exit
client_read(struct admin *a, struct client *client)
{
	struct rc_rows *rows;
	enum admin_exit e;

	e = admin_find(a, "client", RC_SQL_ADMIN_CLIENT_READ, a->arg, &rows);
	if (e != ADMIN_OK)
		return e;
	client->client_id = a->arg;
	client->metadata = rc_rows_text(rows, 0, 0);
	client->version = rc_rows_int(rows, 0, 1);
	client->policy = rc_rows_text(rows, 0, 2);
	client->initial_token_id = rc_rows_int(rows, 0, 3);
	client->pretty = rc_rows_text(rows, 0, 4);
	return ADMIN_OK;
}

enum admin_exit
client_parse(struct admin *a, const char *text, size_t len, const char *what,
    struct rc_json **object)
{
	const char *why;
	size_t at;

	if (rc_json_parse(a->mem, text, len, object, &why, &at) != RC_OK)
		return admin_fail(ADMIN_FAILED,
		    "the %s is no JSON: %s, at byte %zu", what, why, at);
	if (rc_json_type(*object) != RC_JSON_OBJECT)
		return admin_fail(
		    ADMIN_FAILED, "the %s must be one JSON object", what);
	return ADMIN_OK;
}

void
client_faults(struct admin *a, const struct rc_json *details)
{
	size_t i;

	for (i = 0; i < rc_json_count(details); i++)
		(void)fprintf(
		    stderr, "  %s\n", admin_fault(a, rc_json_at(details, i)));
}

enum admin_exit
client_judge(struct admin *a, const struct client *client,
    const struct rc_json *wanted, struct rc_json **metadata)
{
	struct rc_req *rq = a->rq;
	struct rc_allowance allowance = {
		.policy = rc_revival_policy(rq->conf, client->policy),
	};
	struct rc_initial_token token;
	struct rc_json *registered;
	enum admin_exit e;

	e = client_parse(a, client->metadata, strlen(client->metadata),
	    "stored metadata", &registered);
	if (e != ADMIN_OK)
		return e;
	allowance.registered = registered;
	rq->db_deadline = 0;
	memset(&rq->fault, 0, sizeof(rq->fault));
	if (client->initial_token_id != 0) {
		if (rc_initial_token_read(
			rq, client->initial_token_id, &token) != RC_OK)
			return admin_fail(ADMIN_FAILED,
			    "the client's initial access token cannot be "
			    "read, as the line before says");
		allowance.redirect_hosts = token.redirect_hosts;
		allowance.scopes = token.scopes;
		allowance.grant_types = token.grant_types;
	}
	if (rc_policy_judge(rq, wanted, &allowance, metadata) == RC_OK)
		return ADMIN_OK;
	e = admin_fail(ADMIN_FAILED,
	    "the policy %s does not accept it, and nothing was changed: %s",
	    allowance.policy->name, rq->fault.description);
	client_faults(a, rq->fault.details);
	return e;
}

const char *
client_secret_lifetime(struct admin *a, const struct client *client)
{
	const struct rc_conf_policy *policy =
	    rc_revival_policy(a->rq->conf, client->policy);

	return policy->secret_lifetime != 0
	           ? rc_db_number(a->mem, policy->secret_lifetime)
	           : NULL;
}

/* Tell of a client's new version, and of a secret that it has got. */
static void
say_stored(struct admin *a, const char *version, const char *secret,
    const char *expires_at, bool changed)
{
	static const struct table_column columns[] = {
		{ "client_id", TABLE_TEXT },
		{ "version", TABLE_NUMBER },
		{ "changed", TABLE_BOOL },
		{ "client_secret", TABLE_TEXT },
		{ "client_secret_expires_at", TABLE_TIME },
	};
	const char *const cells[] = { a->arg, version, changed ? "t" : "f",
		secret, expires_at };
	size_t n = secret != NULL ? 5 : 3;

	if (a->json)
		table_json_record(stdout, a->mem, columns, n, cells);
	else if (secret != NULL) {
		table_record(stdout, a->mem, columns, n, cells);
		(void)printf("Keep this: secrets are not shown again.\n");
	} else
		(void)printf(changed ? "client %s is at version %s now\n"
				     : "client %s has just that registered: it "
				       "stays at version %s\n",
		    a->arg, version);
}

enum admin_exit
client_store(
    struct admin *a, const struct client *client, struct rc_json *metadata)
{
	const char *method =
	    rc_json_text(metadata, "token_endpoint_auth_method");
	const char *version = rc_db_number(a->mem, client->version);
	struct rc_secret secret = { .text = NULL };
	struct rc_json *registered;
	struct rc_rows *rows;
	enum admin_exit e;
	bool fresh;

	e = client_parse(a, client->metadata, strlen(client->metadata),
	    "stored metadata", &registered);
	if (e != ADMIN_OK)
		return e;
	if (rc_json_equal(registered, metadata)) {
		say_stored(a, version, NULL, NULL, false);
		return ADMIN_OK;
	}
	if (method != NULL &&
	    strncmp(method, "client_secret_", strlen("client_secret_")) == 0)
		rc_crypt_secret(a->mem, &secret);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(client->client_id),
		RC_DB_TEXT(rc_json_write(a->mem, metadata)),
		RC_DB_TEXT(version),
		RC_DB_TEXT(secret.text != NULL ? "true" : "false"),
		RC_DB_SECRET(secret),
		RC_DB_TEXT(client_secret_lifetime(a, client)),
	};

	e = admin_sql(a, RC_SQL_ADMIN_CLIENT_EDIT, params, 6, &rows);
	if (e != ADMIN_OK)
		return e;
	if (rc_rows_count(rows) == 0)
		return admin_fail(ADMIN_FAILED,
		    "client %s changed at the same moment, and nothing was "
		    "done; try again",
		    client->client_id);
	fresh = rc_rows_bool(rows, 0, 1);
	say_stored(a, rc_rows_text(rows, 0, 0), fresh ? secret.text : NULL,
	    fresh ? rc_rows_text(rows, 0, 2) : NULL, true);
	return ADMIN_OK;
}

/* Find a client that does not have a status which ${verb} takes away. */
static enum admin_exit
find_without(
    struct admin *a, const char *id, const char *status, const char *verb)
{
	struct rc_rows *rows;
	enum admin_exit e;

	e = admin_find(a, "client", RC_SQL_ADMIN_CLIENT_SHOW, id, &rows);
	if (e == ADMIN_OK && strcmp(rc_rows_text(rows, 0, STATUS), status) == 0)
		e = admin_fail(ADMIN_FAILED,
		    "client %s is %s and stays so; rollcall-admin client %s "
		    "comes first",
		    id, status, verb);
	return e;
}

static enum admin_exit
known_enabled(struct admin *a, const char *id)
{

	return find_without(a, id, "disabled", "enable");
}

static enum admin_exit
known_approved(struct admin *a, const char *id)
{
	enum admin_exit e = known_enabled(a, id);

	return e == ADMIN_OK ? find_without(a, id, "pending", "approve") : e;
}

enum admin_exit
client_approve(struct admin *a)
{

	return admin_change(a, "client", known_enabled,
	    RC_SQL_ADMIN_CLIENT_APPROVE, "approved");
}

enum admin_exit
client_archive(struct admin *a)
{

	return admin_change(a, "client", known_approved,
	    RC_SQL_ADMIN_CLIENT_ARCHIVE, "archived");
}

enum admin_exit
client_revive(struct admin *a)
{

	return admin_change(
	    a, "client", known_approved, RC_SQL_ADMIN_CLIENT_REVIVE, "active");
}

/* It may wait for approval again, or be archived. */
enum admin_exit
client_enable(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "client", TABLE_TEXT },
		{ "enabled", TABLE_BOOL },
		{ "changed", TABLE_BOOL },
		{ "status", TABLE_TEXT },
	};
	const char *id = a->arg, *status;
	struct rc_rows *changed, *now;
	enum admin_exit e;

	e = admin_find(a, "client", RC_SQL_ADMIN_CLIENT_ENABLE, id, &changed);
	if (e != ADMIN_OK ||
	    (e = admin_find(a, "client", RC_SQL_ADMIN_CLIENT_SHOW, id, &now)) !=
		ADMIN_OK)
		return e;
	status = rc_rows_text(now, 0, STATUS);

	const char *const cells[] = { id, "t",
		rc_rows_bool(changed, 0, 0) ? "t" : "f", status };

	admin_done(a, columns, 4, cells,
	    rc_rows_bool(changed, 0, 0)
		? "client %s is enabled; its status is %s"
		: "client %s was enabled already; its status is %s",
	    id, status);
	return ADMIN_OK;
}

enum admin_exit
client_revoke_token(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "client_id", TABLE_TEXT },
		{ "changed", TABLE_BOOL },
	};
	struct rc_rows *rows;
	enum admin_exit e;
	bool changed;

	e = admin_find(
	    a, "client", RC_SQL_ADMIN_CLIENT_REVOKE_TOKEN, a->arg, &rows);
	if (e != ADMIN_OK)
		return e;
	changed = rc_rows_bool(rows, 0, 0);

	const char *const cells[] = { a->arg, changed ? "t" : "f" };

	admin_done(a, columns, 2, cells,
	    changed ? "client %s has no registration access token any more"
		    : "client %s had no registration access token",
	    a->arg);
	return ADMIN_OK;
}

/* Tell, once, what the client gets in place of what it had. */
static void
say_rotated(struct admin *a, const char *member, const char *text,
    const char *expires_at)
{
	const struct table_column columns[] = {
		{ "client_id", TABLE_TEXT },
		{ member, TABLE_TEXT },
		{ "client_secret_expires_at", TABLE_TIME },
	};
	const char *const cells[] = { a->arg, text, expires_at };
	size_t n = expires_at != NULL ? 3 : 2;

	if (a->json)
		table_json_record(stdout, a->mem, columns, n, cells);
	else {
		table_record(stdout, a->mem, columns, n, cells);
		(void)printf("Keep this: secrets are not shown again.\n");
	}
}

static enum admin_exit
rotate_token(struct admin *a)
{
	struct rc_secret token;
	struct rc_rows *rows;
	enum admin_exit e;

	rc_crypt_secret(a->mem, &token);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(a->arg),
		RC_DB_SECRET(token),
	};

	e = admin_sql(a, RC_SQL_ADMIN_CLIENT_ROTATE_TOKEN, params, 2, &rows);
	if (e == ADMIN_OK)
		say_rotated(a, "registration_access_token", token.text, NULL);
	return e;
}

static enum admin_exit
rotate_secret(struct admin *a, const struct client *client)
{
	struct rc_secret secret;
	struct rc_rows *rows;
	enum admin_exit e;

	rc_crypt_secret(a->mem, &secret);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(a->arg),
		RC_DB_SECRET(secret),
		RC_DB_TEXT(client_secret_lifetime(a, client)),
		RC_DB_TEXT(rc_db_number(a->mem,
		    admin_has(a, "now") ? 0 : a->rq->conf->secret_overlap)),
	};

	e = admin_sql(a, RC_SQL_ADMIN_CLIENT_ROTATE, params, 4, &rows);
	if (e != ADMIN_OK)
		return e;
	if (rc_rows_count(rows) == 0)
		return admin_fail(ADMIN_FAILED,
		    "client %s has no secret; give --registration-token for "
		    "another registration access token",
		    a->arg);
	say_rotated(a, "client_secret", secret.text, rc_rows_text(rows, 0, 0));
	return ADMIN_OK;
}

enum admin_exit
client_rotate(struct admin *a)
{
	struct client client;
	enum admin_exit e;

	if (admin_has(a, "now") && admin_has(a, "registration-token"))
		return admin_fail(ADMIN_USAGE,
		    "--now is about secrets: old registration access tokens "
		    "always die at once here");
	if ((e = client_read(a, &client)) != ADMIN_OK)
		return e;
	return admin_has(a, "registration-token") ? rotate_token(a)
	                                          : rotate_secret(a, &client);
}
