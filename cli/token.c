#include "admin.h"

static enum admin_exit
list(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "kind", TABLE_TEXT },
		{ "grant_id", TABLE_NUMBER },
		{ "login_name", TABLE_TEXT },
		{ "client_id", TABLE_TEXT },
		{ "client_name", TABLE_TEXT },
		{ "scope", TABLE_TEXT },
		{ "audience", TABLE_JSON },
		{ "issued_at", TABLE_TIME },
		{ "expires_at", TABLE_TIME },
	};
	const char *account = admin_option(a, "account");
	const char *client = admin_option(a, "client");
	const struct rc_db_param params[] = { RC_DB_TEXT(account),
		RC_DB_TEXT(client) };
	enum admin_exit e;

	if ((e = admin_known_account(a, account)) != ADMIN_OK ||
	    (e = admin_known_client(a, client)) != ADMIN_OK)
		return e;
	return admin_list(a, RC_SQL_ADMIN_TOKEN_LIST, params, 2, columns,
	    sizeof(columns) / sizeof(columns[0]));
}

/* Run the verb that revokes by the option ${by} all that it does. */
static enum admin_exit
revoke_by(struct admin *a, enum rc_sql sql, const char *by, const char *all)
{
	const struct table_column columns[] = { { by, TABLE_TEXT },
		{ "changed", TABLE_BOOL } };
	const char *id = admin_option(a, by);
	const struct rc_db_param params[] = { RC_DB_TEXT(id) };
	struct rc_rows *rows;
	enum admin_exit e;
	bool changed;

	if ((e = admin_sql(a, sql, params, 1, &rows)) != ADMIN_OK)
		return e;
	if (rc_rows_count(rows) == 0)
		return admin_fail(ADMIN_NOT_FOUND,
		    "there is no %s %s; see rollcall-admin token list", by, id);
	changed = rc_rows_bool(rows, 0, 0);

	const char *const cells[] = { id, changed ? "t" : "f" };

	if (changed)
		admin_done(a, columns, 2, cells,
		    "the %s of the %s %s were revoked", all, by, id);
	else
		admin_done(a, columns, 2, cells,
		    "the %s %s had nothing to revoke", by, id);
	return ADMIN_OK;
}

static enum admin_exit
revoke(struct admin *a)
{
	static const char *const ways[] = { "client", "account", "grant",
		NULL };
	enum admin_exit e;
	int64_t n;

	if (!admin_one_of(a, ways))
		return admin_fail(ADMIN_USAGE,
		    "say whose: one of --client ID, --account NAME and --grant "
		    "NUMBER");
	if (admin_has(a, "client")) {
		e = admin_known_client(a, admin_option(a, "client"));
		return e != ADMIN_OK
		           ? e
		           : revoke_by(a, RC_SQL_ADMIN_TOKEN_REVOKE_CLIENT,
				 "client", "codes, tokens and consents");
	}
	if (admin_has(a, "account")) {
		e = admin_known_account(a, admin_option(a, "account"));
		return e != ADMIN_OK
		           ? e
		           : revoke_by(a, RC_SQL_ADMIN_TOKEN_REVOKE_ACCOUNT,
				 "account", "codes and tokens");
	}
	if (!admin_number(admin_option(a, "grant"), 1, INT64_MAX, &n))
		return admin_fail(ADMIN_USAGE,
		    "--grant takes a number, as rollcall-admin token list has "
		    "it");
	return revoke_by(
	    a, RC_SQL_ADMIN_TOKEN_REVOKE_GRANT, "grant", "codes and tokens");
}

static const struct admin_option list_options[] = {
	{ "account", "NAME", false },
	{ "client", "ID", false },
};
static const struct admin_option revoke_options[] = {
	{ "account", "NAME", false },
	{ "client", "ID", false },
	{ "grant", "NUMBER", false },
};

static const struct admin_command commands[] = {
	{ "list", NULL, list_options, 2, "list the tokens that count", list },
	{ "revoke", NULL, revoke_options, 3,
	    "revoke all of a client, an account or a grant", revoke },
};

const struct admin_noun admin_token = { "token", commands,
	sizeof(commands) / sizeof(commands[0]) };
