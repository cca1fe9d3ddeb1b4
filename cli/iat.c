#include <string.h>

#include "admin.h"
#include "arena.h"
#include "crypt.h"
#include "network.h"
#include "now.h"
#include "policy.h"
#include "req.h"
#include "resource.h"
#include "when.h"

/* The most clients that one token may register. */
#define USES_MAX 1000000000
/* The longest note, in bytes. */
#define NOTE_MAX 255
/* The longest name of a host (RFC 1035 2.3.4). */
#define HOST_MAX 253

/* What a token may be bounded by, as SQL arrays. */
struct bounds {
	const char *redirect_hosts, *scopes, *grant_types, *addresses;
};

/* Return all values of an option as an SQL array, NULL where there are none. */
static const char *
take_array(struct admin *a, const char *option)
{
	const struct rc_list *given = admin_options(a, option);

	return given->count > 0 ? rc_resource_array(a->mem, given) : NULL;
}

/* Each value of an option must be one of what the policy allows. */
static enum admin_exit
check_allowed(struct admin *a, const char *option, const char *policy,
    const struct rc_list *allowed)
{
	const struct rc_list *given = admin_options(a, option);
	size_t i;

	for (i = 0; i < given->count; i++) {
		if (!rc_list_has(allowed, given->items[i]))
			return admin_fail(ADMIN_USAGE,
			    "the policy %s does not allow --%s %s; see "
			    "rollcall-admin policy list",
			    policy, option, given->items[i]);
	}
	return ADMIN_OK;
}

/* A host's name, or "*." and the name of which it is any host below. */
static bool
is_host(const char *text)
{
	static const char characters[] =
	    "abcdefghijklmnopqrstuvwxyz0123456789.-";
	const char *name = strncmp(text, "*.", 2) == 0 ? text + 2 : text;
	size_t len = strlen(name);

	return len > 0 && len <= HOST_MAX && strspn(name, characters) == len &&
	       name[0] != '.' && name[0] != '-' && name[len - 1] != '.' &&
	       strstr(name, "..") == NULL;
}

static enum admin_exit
check_hosts(struct admin *a)
{
	const struct rc_list *hosts = admin_options(a, "redirect-host");
	size_t i;

	for (i = 0; i < hosts->count; i++) {
		if (!is_host(hosts->items[i]))
			return admin_fail(ADMIN_USAGE,
			    "--redirect-host %s is no host; give one such as "
			    "app.example.org, or *.example.org for all below",
			    hosts->items[i]);
	}
	return ADMIN_OK;
}

static enum admin_exit
check_addresses(struct admin *a)
{
	const struct rc_list *given = admin_options(a, "address");
	struct rc_network network;
	const char *why;
	size_t i;

	for (i = 0; i < given->count; i++) {
		why = rc_network_parse(given->items[i], &network);
		if (why != NULL)
			return admin_fail(ADMIN_USAGE, "--address %s %s",
			    given->items[i], why);
	}
	return ADMIN_OK;
}

static enum admin_exit
take_bounds(struct admin *a, const char *name, struct bounds *bounds)
{
	const struct rc_conf_policy *policy = rc_policy_find(a->rq->conf, name);
	enum admin_exit e;

	if (policy == NULL)
		return admin_fail(ADMIN_NOT_FOUND,
		    "there is no policy %s; add a section policy to %s, or see "
		    "rollcall-admin policy list",
		    name, a->rq->conf->file);
	if ((e = check_allowed(a, "scope", name, &policy->scopes)) !=
		ADMIN_OK ||
	    (e = check_allowed(a, "grant-type", name, &policy->grant_types)) !=
		ADMIN_OK ||
	    (e = check_hosts(a)) != ADMIN_OK ||
	    (e = check_addresses(a)) != ADMIN_OK)
		return e;
	bounds->redirect_hosts = take_array(a, "redirect-host");
	bounds->scopes = take_array(a, "scope");
	bounds->grant_types = take_array(a, "grant-type");
	bounds->addresses = take_array(a, "address");
	return ADMIN_OK;
}

/* When the token is to expire, in s since 1970; *${at} is NULL for never. */
static enum admin_exit
take_expiry(struct admin *a, const char **at)
{
	const char *text = admin_option(a, "expires");
	int64_t now = rc_now(), then = 0;

	*at = NULL;
	if (text == NULL)
		return ADMIN_OK;
	if (when_period(text, &then) && then > 0)
		then += now;
	else if (when_date(text, &then))
		then /= 1000000;
	else
		return admin_fail(ADMIN_USAGE,
		    "--expires %s is no time; give one such as 12h, 7d, "
		    "2030-12-31 or 2030-12-31T18:00",
		    text);
	if (then <= now)
		return admin_fail(ADMIN_USAGE,
		    "--expires %s is past; give a later one", text);
	*at = rc_db_number(a->mem, then);
	return ADMIN_OK;
}

static enum admin_exit
take_uses(struct admin *a, const char **uses)
{
	int64_t n;

	*uses = admin_option(a, "uses");
	if (*uses != NULL && !admin_number(*uses, 1, USES_MAX, &n))
		return admin_fail(ADMIN_USAGE,
		    "--uses %s is no number from 1 to %d; leave it out for a "
		    "token without a limit",
		    *uses, USES_MAX);
	return ADMIN_OK;
}

/* It is shown in a table, on a line of its own with all else. */
static enum admin_exit
take_note(struct admin *a, const char **note)
{

	*note = admin_option(a, "note");
	if (*note != NULL && strlen(*note) > NOTE_MAX)
		return admin_fail(ADMIN_USAGE,
		    "--note has more than %d bytes; give a shorter one",
		    NOTE_MAX);
	return ADMIN_OK;
}

static enum admin_exit
add(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "id", TABLE_NUMBER },
		{ "initial_access_token", TABLE_TEXT },
		{ "registration_endpoint", TABLE_TEXT },
		{ "policy", TABLE_TEXT },
		{ "uses_left", TABLE_NUMBER },
		{ "expires_at", TABLE_TIME },
	};
	const char *policy = admin_option(a, "policy");
	const char *note, *uses, *expires;
	struct rc_secret token;
	struct bounds bounds = { NULL, NULL, NULL, NULL };
	struct rc_rows *rows;
	enum admin_exit e;

	if (policy == NULL)
		policy = "default";
	if ((e = take_bounds(a, policy, &bounds)) != ADMIN_OK ||
	    (e = take_note(a, &note)) != ADMIN_OK ||
	    (e = take_uses(a, &uses)) != ADMIN_OK ||
	    (e = take_expiry(a, &expires)) != ADMIN_OK)
		return e;
	rc_crypt_secret(a->mem, &token);

	const struct rc_db_param params[] = {
		RC_DB_SECRET(token),
		RC_DB_TEXT(note),
		RC_DB_TEXT(policy),
		RC_DB_TEXT(uses),
		RC_DB_TEXT(expires),
		RC_DB_TEXT(bounds.redirect_hosts),
		RC_DB_TEXT(bounds.scopes),
		RC_DB_TEXT(bounds.grant_types),
		RC_DB_TEXT(bounds.addresses),
	};

	e = admin_sql(a, RC_SQL_ADMIN_INITIAL_TOKEN_ADD, params,
	    sizeof(params) / sizeof(params[0]), &rows);
	if (e != ADMIN_OK)
		return e;

	const char *const cells[] = { rc_rows_text(rows, 0, 0), token.text,
		rc_printf(a->mem, "%s/register", a->rq->conf->endpoint_base),
		policy, uses, expires };

	if (a->json) {
		table_json_record(stdout, a->mem, columns, 6, cells);
	} else {
		table_record(stdout, a->mem, columns, 6, cells);
		(void)printf("Keep this: the token is not shown again.\n");
	}
	return ADMIN_OK;
}

static enum admin_exit
list(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "id", TABLE_NUMBER },
		{ "note", TABLE_TEXT },
		{ "status", TABLE_TEXT },
		{ "policy", TABLE_TEXT },
		{ "uses_left", TABLE_NUMBER },
		{ "clients", TABLE_NUMBER },
		{ "expires_at", TABLE_TIME },
		{ "redirect_hosts", TABLE_JSON },
		{ "scopes", TABLE_JSON },
		{ "grant_types", TABLE_JSON },
		{ "addresses", TABLE_JSON },
		{ "created_at", TABLE_TIME },
		{ "created_by", TABLE_TEXT },
		{ "last_used_at", TABLE_TIME },
	};

	return admin_list(a, RC_SQL_ADMIN_INITIAL_TOKEN_LIST, NULL, 0, columns,
	    sizeof(columns) / sizeof(columns[0]));
}

static enum admin_exit
revoke(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "id", TABLE_NUMBER },
		{ "revoked", TABLE_BOOL },
		{ "changed", TABLE_BOOL },
	};
	const struct rc_db_param params[] = { RC_DB_TEXT(a->arg) };
	struct rc_rows *rows;
	enum admin_exit e;
	bool changed;
	int64_t n;

	if (!admin_number(a->arg, 1, INT64_MAX, &n))
		return admin_fail(ADMIN_USAGE,
		    "an initial access token goes by its number, as "
		    "rollcall-admin iat list has it");
	e = admin_sql(a, RC_SQL_ADMIN_INITIAL_TOKEN_REVOKE, params, 1, &rows);
	if (e != ADMIN_OK)
		return e;
	if (rc_rows_count(rows) == 0)
		return admin_fail(ADMIN_NOT_FOUND,
		    "there is no initial access token %s; see rollcall-admin "
		    "iat list",
		    a->arg);
	changed = rc_rows_bool(rows, 0, 0);

	const char *const cells[] = { a->arg, "t", changed ? "t" : "f" };

	admin_done(a, columns, 3, cells,
	    changed ? "initial access token %s is revoked; the clients that it "
		      "registered stay"
		    : "initial access token %s was revoked already",
	    a->arg);
	return ADMIN_OK;
}

static const struct admin_option add_options[] = {
	{ "note", "TEXT", false },
	{ "policy", "NAME", false },
	{ "uses", "N", false },
	{ "expires", "TIME", false },
	{ "redirect-host", "HOST", true },
	{ "scope", "SCOPE", true },
	{ "grant-type", "GRANT", true },
	{ "address", "CIDR", true },
};

static const struct admin_command commands[] = {
	{ "add", NULL, add_options,
	    sizeof(add_options) / sizeof(add_options[0]),
	    "make an initial access token, and show it once", add },
	{ "list", NULL, NULL, 0, "list the initial access tokens", list },
	{ "revoke", "N", NULL, 0, "let nobody register with a token any more",
	    revoke },
};

const struct admin_noun admin_iat = { "iat", commands,
	sizeof(commands) / sizeof(commands[0]) };
