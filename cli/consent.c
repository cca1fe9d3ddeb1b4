#include "admin.h"

static enum admin_exit
list(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "login_name", TABLE_TEXT },
		{ "client_id", TABLE_TEXT },
		{ "client_name", TABLE_TEXT },
		{ "redirect_origin", TABLE_TEXT },
		{ "scope", TABLE_TEXT },
		{ "audience", TABLE_JSON },
		{ "granted_at", TABLE_TIME },
	};
	const char *account = admin_option(a, "account");
	const char *client = admin_option(a, "client");
	const struct rc_db_param params[] = { RC_DB_TEXT(account),
		RC_DB_TEXT(client) };
	enum admin_exit e;

	if ((e = admin_known_account(a, account)) != ADMIN_OK ||
	    (e = admin_known_client(a, client)) != ADMIN_OK)
		return e;
	return admin_list(a, RC_SQL_ADMIN_CONSENT_LIST, params, 2, columns,
	    sizeof(columns) / sizeof(columns[0]));
}

static enum admin_exit
revoke(struct admin *a)
{
	const struct table_column columns[] = { { "account", TABLE_TEXT },
		{ "client_id", TABLE_TEXT }, { "changed", TABLE_BOOL } };
	const char *account = admin_option(a, "account");
	const char *client = admin_option(a, "client");
	const struct rc_db_param params[] = { RC_DB_TEXT(account),
		RC_DB_TEXT(client) };
	const char *const cells[] = { account, client, "t" };
	struct rc_rows *rows;
	enum admin_exit e;

	if (account == NULL || client == NULL)
		return admin_fail(
		    ADMIN_USAGE, "give both --account NAME and --client ID");
	if ((e = admin_known_account(a, account)) != ADMIN_OK ||
	    (e = admin_known_client(a, client)) != ADMIN_OK ||
	    (e = admin_sql(a, RC_SQL_ADMIN_CONSENT_REVOKE, params, 2, &rows)) !=
		ADMIN_OK)
		return e;
	if (!rc_rows_bool(rows, 0, 0))
		return admin_fail(ADMIN_NOT_FOUND,
		    "the account %s allowed the client %s nothing; see "
		    "rollcall-admin consent list and token list",
		    account, client);
	admin_done(a, columns, 3, cells,
	    "what the account %s allowed the client %s was withdrawn", account,
	    client);
	return ADMIN_OK;
}

static const struct admin_option options[] = {
	{ "account", "NAME", false },
	{ "client", "ID", false },
};

static const struct admin_command commands[] = {
	{ "list", NULL, options, 2, "list what need not be asked again", list },
	{ "revoke", NULL, options, 2, "withdraw what a person allowed a client",
	    revoke },
};

const struct admin_noun admin_consent = { "consent", commands,
	sizeof(commands) / sizeof(commands[0]) };
