#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin.h"
#include "arena.h"
#include "client.h"
#include "conf.h"
#include "crypt.h"
#include "import.h"
#include "json.h"
#include "policy.h"
#include "req.h"
#include "resource.h"

/* Clients that are listed at a time. */
#define LIST_DEFAULT 1000
#define LIST_MAX 100000

/* Read a JSON object from the file that an option names. */
static enum admin_exit
read_object(struct admin *a, const char *file, const char *what,
    struct rc_json **object)
{
	enum admin_exit e;
	const char *why;
	char *text;
	size_t len, at;

	if ((e = admin_read(a, file, what, &text, &len)) != ADMIN_OK)
		return e;
	if (rc_json_parse(a->mem, text, len, object, &why, &at) != RC_OK)
		return admin_fail(ADMIN_FAILED,
		    "the %s %s is no JSON: %s, at byte %zu", what, file, why,
		    at);
	if (rc_json_type(*object) != RC_JSON_OBJECT)
		return admin_fail(ADMIN_FAILED,
		    "the %s %s must be one JSON object", what, file);
	return ADMIN_OK;
}

/* Make a member of an option that was given. */
static void
set_string(struct admin *a, struct rc_json *wanted, const char *option,
    const char *member)
{

	if (admin_has(a, option))
		rc_json_set_string(wanted, member, admin_option(a, option));
}

static void
set_strings(struct admin *a, struct rc_json *wanted, const char *option,
    const char *member)
{
	const struct rc_list *list = admin_options(a, option);
	struct rc_json *array;
	size_t i;

	if (list->count == 0)
		return;
	array = rc_json_new_array(a->mem);
	for (i = 0; i < list->count; i++)
		rc_json_append_string(array, list->items[i]);
	rc_json_set(wanted, member, array);
}

/* A resource server gets along with the grant that needs nobody's browser. */
static void
preset_grant(struct admin *a, struct rc_json *wanted)
{
	struct rc_json *grants;

	if (!admin_has(a, "introspection") ||
	    rc_json_get(wanted, "grant_types") != NULL ||
	    rc_json_get(wanted, "redirect_uris") != NULL)
		return;
	grants = rc_json_new_array(a->mem);
	rc_json_append_string(grants, "client_credentials");
	rc_json_set(wanted, "grant_types", grants);
}

static bool
is_input(const struct admin *a, const char *option)
{

	return admin_has(a, option) &&
	       strcmp(admin_option(a, option), "-") == 0;
}

/* The metadata that the options ask for; they go before the file's. */
static enum admin_exit
take_wanted(struct admin *a, struct rc_json **wanted)
{
	struct rc_json *jwks;
	enum admin_exit e;
	const char *why, *text;
	size_t at;

	*wanted = rc_json_new_object(a->mem);
	if (is_input(a, "metadata") && is_input(a, "jwks"))
		return admin_fail(ADMIN_USAGE,
		    "--metadata and --jwks cannot both be standard input; "
		    "name a file");
	if (admin_has(a, "metadata") &&
	    (e = read_object(a, admin_option(a, "metadata"), "metadata file",
		 wanted)) != ADMIN_OK)
		return e;
	if (admin_has(a, "jwks")) {
		e = read_object(
		    a, admin_option(a, "jwks"), "JWK Set file", &jwks);
		if (e != ADMIN_OK)
			return e;
		rc_json_set(*wanted, "jwks", jwks);
	}
	set_string(a, *wanted, "name", "client_name");
	set_string(a, *wanted, "scope", "scope");
	set_string(a, *wanted, "method", "token_endpoint_auth_method");
	set_strings(a, *wanted, "redirect-uri", "redirect_uris");
	set_strings(a, *wanted, "grant-type", "grant_types");
	preset_grant(a, *wanted);
	text = rc_json_write(a->mem, *wanted);
	if (rc_json_check(text, strlen(text), &why, &at) != RC_OK)
		return admin_fail(
		    ADMIN_USAGE, "the options must be UTF-8 text: %s", why);
	return ADMIN_OK;
}

/* The resources whose tokens the client may introspect, as an SQL array. */
static enum admin_exit
take_audience(struct admin *a, const struct rc_json *metadata,
    struct rc_list *audience, const char **array)
{
	const struct rc_list *asked = admin_options(a, "resource");
	const char *why;

	*array = NULL;
	if (asked->count == 0)
		return ADMIN_OK;
	if (strcmp(rc_json_text(metadata, "token_endpoint_auth_method"),
		"none") == 0)
		return admin_fail(ADMIN_USAGE,
		    "a client that may introspect must authenticate; give "
		    "another --method than none");
	why = rc_resource_check(a->mem, a->rq->conf, asked, audience);
	if (why != NULL)
		return admin_fail(ADMIN_USAGE,
		    "--resource is not accepted: %s; add a resource section to "
		    "%s, or name another",
		    why, a->rq->conf->file);
	*array = rc_resource_array(a->mem, audience);
	return ADMIN_OK;
}

/* Tell of a client what is told only once, and what became of it. */
static void
say_client(struct admin *a, const char *id, const char *issued_at,
    const struct rc_secret *secret, const struct rc_secret *token,
    const struct rc_list *audience, const char *metadata)
{
	static const struct table_column columns[] = {
		{ "client_id", TABLE_TEXT },
		{ "client_id_issued_at", TABLE_TIME },
		{ "client_secret", TABLE_TEXT },
		{ "registration_access_token", TABLE_TEXT },
		{ "registration_client_uri", TABLE_TEXT },
		{ "introspection", TABLE_JSON },
		{ "metadata", TABLE_JSON },
	};
	struct rc_json *resources = rc_json_new_array(a->mem);
	const char *uri = NULL, *seen = NULL;
	size_t i, n = sizeof(columns) / sizeof(columns[0]);

	if (token->text != NULL)
		uri = rc_printf(
		    a->mem, "%s/register/%s", a->rq->conf->endpoint_base, id);
	for (i = 0; i < audience->count; i++)
		rc_json_append_string(resources, audience->items[i]);
	if (audience->count > 0)
		seen = rc_json_write(a->mem, resources);

	const char *const cells[] = { id, issued_at, secret->text, token->text,
		uri, seen, metadata };

	if (a->json)
		table_json_record(stdout, a->mem, columns, n, cells);
	else
		table_record(stdout, a->mem, columns, n, cells);
	if (!a->json && (secret->text != NULL || token->text != NULL))
		(void)printf("Keep this: secrets are not shown again.\n");
}

static enum admin_exit
enter(struct admin *a, const struct rc_conf_policy *policy,
    struct rc_json *metadata, const struct rc_list *audience, const char *array)
{
	const char *method =
	    rc_json_text(metadata, "token_endpoint_auth_method");
	const char *text = rc_json_write(a->mem, metadata);
	char *id = rc_alloc(a->mem, RC_CRYPT_TOKEN_SIZE);
	struct rc_secret secret = { .text = NULL }, token = { .text = NULL };
	struct rc_rows *rows;
	enum admin_exit e;

	rc_crypt_token(id);
	if (strncmp(method, "client_secret_", strlen("client_secret_")) == 0)
		rc_crypt_secret(a->mem, &secret);
	if (admin_has(a, "registration-token"))
		rc_crypt_secret(a->mem, &token);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(id),
		RC_DB_SECRET(secret),
		RC_DB_TEXT(text),
		RC_DB_SECRET(token),
		RC_DB_TEXT(array),
		RC_DB_TEXT(policy->name),
		RC_DB_TEXT(secret.text != NULL && policy->secret_lifetime > 0
			       ? rc_db_number(a->mem, policy->secret_lifetime)
			       : NULL),
	};

	e = admin_sql(a, RC_SQL_ADMIN_CLIENT_ADD, params, 7, &rows);
	if (e != ADMIN_OK)
		return e;
	say_client(
	    a, id, rc_rows_text(rows, 0, 0), &secret, &token, audience, text);
	return ADMIN_OK;
}

/* Say all that a policy has against a client. */
static enum admin_exit
refuse(struct admin *a, const char *policy)
{
	enum admin_exit e = admin_fail(ADMIN_FAILED,
	    "the policy %s does not accept the client: %s", policy,
	    a->rq->fault.description);

	client_faults(a, a->rq->fault.details);
	return e;
}

/* The policy that judges registrations judges the administrator's too. */
static enum admin_exit
add(struct admin *a)
{
	const char *name =
	    admin_has(a, "policy") ? admin_option(a, "policy") : "default";
	const struct rc_allowance allowance = { .policy = rc_policy_find(
						    a->rq->conf, name) };
	struct rc_list audience = { NULL, 0 };
	struct rc_json *wanted, *metadata;
	const char *array;
	enum admin_exit e;

	if (allowance.policy == NULL)
		return admin_fail(ADMIN_NOT_FOUND,
		    "there is no policy %s; rollcall-admin policy list names "
		    "them",
		    name);
	if (admin_has(a, "introspection") != admin_has(a, "resource"))
		return admin_fail(ADMIN_USAGE,
		    "--introspection and --resource URL go together: whose "
		    "tokens may the client see?");
	if ((e = take_wanted(a, &wanted)) != ADMIN_OK)
		return e;
	if (rc_policy_judge(a->rq, wanted, &allowance, &metadata) != RC_OK)
		return refuse(a, name);
	e = take_audience(a, metadata, &audience, &array);
	if (e != ADMIN_OK)
		return e;
	return enter(a, allowance.policy, metadata, &audience, array);
}

/* Read --limit, and what the other options ask for. */
static enum admin_exit
take_list(struct admin *a, int64_t *most)
{
	static const char *const names[] = { "status", "door" };
	static const char *const words[][5] = {
		{ "active", "pending", "archived", "disabled", NULL },
		{ "dynamic", "token", "admin", NULL },
	};
	const char *const *word, *value;
	size_t i;

	*most = LIST_DEFAULT;
	if (admin_has(a, "limit") &&
	    !admin_number(admin_option(a, "limit"), 1, LIST_MAX, most))
		return admin_fail(ADMIN_USAGE,
		    "--limit takes a number, 1 to %d; go on with --after",
		    LIST_MAX);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((value = admin_option(a, names[i])) == NULL)
			continue;
		for (word = words[i]; *word != NULL; word++)
			if (strcmp(*word, value) == 0)
				break;
		if (*word == NULL)
			return admin_fail(ADMIN_USAGE,
			    i == 0 ? "--status takes active, pending, archived "
				     "or disabled"
				   : "--door takes dynamic, token or admin");
	}
	return ADMIN_OK;
}

/* One more than is to be printed tells whether there are more. */
static enum admin_exit
list(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "client_id", TABLE_TEXT },
		{ "client_name", TABLE_TEXT },
		{ "status", TABLE_TEXT },
		{ "door", TABLE_TEXT },
		{ "method", TABLE_TEXT },
		{ "introspection", TABLE_BOOL },
		{ "issued_at", TABLE_TIME },
		{ "last_used_at", TABLE_TIME },
	};

	const char *after =
	    admin_has(a, "after") ? admin_option(a, "after") : "";
	int64_t most = 0;
	size_t n;
	struct rc_rows *rows;
	enum admin_exit e;

	if ((e = take_list(a, &most)) != ADMIN_OK)
		return e;

	const struct rc_db_param params[] = {
		RC_DB_TEXT(after),
		RC_DB_TEXT(admin_option(a, "status")),
		RC_DB_TEXT(admin_option(a, "policy")),
		RC_DB_TEXT(admin_option(a, "door")),
		RC_DB_TEXT(rc_db_number(a->mem, most + 1)),
	};

	e = admin_sql(a, RC_SQL_ADMIN_CLIENT_LIST, params, 5, &rows);
	if (e != ADMIN_OK)
		return e;
	n = rc_rows_count(rows);
	if (n > (size_t)most)
		n = (size_t)most;
	admin_rows(a, rows, n, columns, sizeof(columns) / sizeof(columns[0]));
	/* Behind the table, where both go to the same place. */
	if (rc_rows_count(rows) > n && fflush(stdout) == 0)
		(void)fprintf(stderr, "There are more: go on with --after %s\n",
		    rc_rows_text(rows, n - 1, 0));
	return ADMIN_OK;
}

static enum admin_exit
show(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "client_id", TABLE_TEXT },
		{ "client_name", TABLE_TEXT },
		{ "status", TABLE_TEXT },
		{ "door", TABLE_TEXT },
		{ "policy", TABLE_TEXT },
		{ "has_secret", TABLE_BOOL },
		{ "secret_expires_at", TABLE_TIME },
		{ "issued_at", TABLE_TIME },
		{ "issued_from", TABLE_TEXT },
		{ "updated_at", TABLE_TIME },
		{ "version", TABLE_NUMBER },
		{ "last_used_at", TABLE_TIME },
		{ "expires_at", TABLE_TIME },
		{ "introspection", TABLE_JSON },
		{ "metadata", TABLE_JSON },
	};
	struct rc_rows *rows;
	enum admin_exit e;

	e = admin_find(a, "client", RC_SQL_ADMIN_CLIENT_SHOW, a->arg, &rows);
	if (e == ADMIN_OK)
		admin_record(
		    a, rows, columns, sizeof(columns) / sizeof(columns[0]));
	return e;
}

static enum admin_exit
disable(struct admin *a)
{

	return admin_change(a, "client", admin_known_client,
	    RC_SQL_ADMIN_CLIENT_DISABLE, "disabled");
}

static enum admin_exit
erase(struct admin *a)
{

	return admin_delete(
	    a, "client", admin_known_client, RC_SQL_ADMIN_CLIENT_DELETE);
}

static const struct admin_option add_options[] = {
	{ "metadata", "FILE", false },
	{ "name", "NAME", false },
	{ "redirect-uri", "URI", true },
	{ "grant-type", "GRANT", true },
	{ "scope", "SCOPES", false },
	{ "method", "METHOD", false },
	{ "jwks", "FILE", false },
	{ "introspection", NULL, false },
	{ "resource", "URL", true },
	{ "registration-token", NULL, false },
	{ "policy", "NAME", false },
};
static const struct admin_option list_options[] = {
	{ "status", "STATUS", false },
	{ "policy", "NAME", false },
	{ "door", "DOOR", false },
	{ "after", "ID", false },
	{ "limit", "NUMBER", false },
};
static const struct admin_option edit_options[] = {
	{ "set", "NAME=VALUE", true },
	{ "unset", "NAME", true },
	{ "metadata", "FILE", false },
};
static const struct admin_option rotate_options[] = {
	{ "registration-token", NULL, false },
	{ "now", NULL, false },
};
static const struct admin_option diff_options[] = {
	{ "from", "VERSION", false },
	{ "to", "VERSION", false },
};
static const struct admin_option rollback_options[] = {
	{ "to", "VERSION", false },
	{ "force", NULL, false },
	{ "yes", NULL, false },
};
static const struct admin_option delete_options[] = {
	{ "yes", NULL, false },
};

static const struct admin_command commands[] = {
	{ "add", NULL, add_options,
	    sizeof(add_options) / sizeof(add_options[0]), "register a client",
	    add },
	{ "list", NULL, list_options, 5, "list clients", list },
	{ "show", "ID", NULL, 0, "show all of a client", show },
	{ "edit", "ID", edit_options, 3, "change what a client has registered",
	    client_edit },
	{ "approve", "ID", NULL, 0, "let a client act that awaits it",
	    client_approve },
	{ "archive", "ID", NULL, 0, "put a client away that nobody uses",
	    client_archive },
	{ "revive", "ID", NULL, 0, "make an archived client active again",
	    client_revive },
	{ "rotate", "ID", rotate_options, 2, "give a client another secret",
	    client_rotate },
	{ "revoke-token", "ID", NULL, 0,
	    "revoke a client's registration access tokens",
	    client_revoke_token },
	{ "history", "ID", NULL, 0, "list the versions of a client",
	    client_history },
	{ "diff", "ID", diff_options, 2, "compare two versions of a client",
	    client_diff },
	{ "rollback", "ID", rollback_options, 3,
	    "make a former version of a client the next", client_rollback },
	{ "disable", "ID", NULL, 0, "refuse a client until it is enabled",
	    disable },
	{ "enable", "ID", NULL, 0, "let a client act again", client_enable },
	{ "delete", "ID", delete_options, 1, "delete a client", erase },
	{ "export", "[ID...]", export_options, EXPORT_NOPTIONS,
	    "write all that is kept of clients", client_export },
	{ "import", "FILE", import_options, IMPORT_NOPTIONS,
	    "enter clients of ours, MCPHub's, Hydra's or Keycloak's",
	    client_import },
};

const struct admin_noun admin_client = { "client", commands,
	sizeof(commands) / sizeof(commands[0]) };
