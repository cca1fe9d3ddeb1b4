#include <string.h>

#include "admin.h"

/* The shortest beginning of a hash that says which session. */
#define PREFIX_LEAST 8

static enum admin_exit
list(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "id", TABLE_TEXT },
		{ "login_name", TABLE_TEXT },
		{ "created_at", TABLE_TIME },
		{ "auth_time", TABLE_TIME },
		{ "expires_at", TABLE_TIME },
		{ "address", TABLE_TEXT },
		{ "user_agent", TABLE_TEXT },
	};
	const char *account = admin_option(a, "account");
	const struct rc_db_param params[] = { RC_DB_TEXT(account) };
	enum admin_exit e;

	if ((e = admin_known_account(a, account)) != ADMIN_OK)
		return e;
	return admin_list(a, RC_SQL_ADMIN_SESSION_LIST, params, 1, columns,
	    sizeof(columns) / sizeof(columns[0]));
}

static enum admin_exit
end_account(struct admin *a, const char *account)
{
	const struct rc_db_param params[] = { RC_DB_TEXT(account) };
	const struct table_column columns[] = { { "account", TABLE_TEXT },
		{ "changed", TABLE_BOOL } };
	struct rc_rows *rows;
	enum admin_exit e;
	bool changed;

	if ((e = admin_known_account(a, account)) != ADMIN_OK ||
	    (e = admin_sql(a, RC_SQL_ADMIN_SESSION_END_ACCOUNT, params, 1,
		 &rows)) != ADMIN_OK)
		return e;
	changed = rc_rows_count(rows) > 0 && rc_rows_bool(rows, 0, 0);

	const char *const cells[] = { account, changed ? "t" : "f" };

	admin_done(a, columns, 2, cells,
	    changed ? "the sessions of the account %s were ended"
		    : "the account %s had no sessions",
	    account);
	return ADMIN_OK;
}

static enum admin_exit
end_one(struct admin *a, const char *id)
{
	const struct rc_db_param params[] = { RC_DB_TEXT(id) };
	const struct table_column columns[] = { { "session", TABLE_TEXT },
		{ "changed", TABLE_BOOL } };
	const char *const cells[] = { id, "t" };
	struct rc_rows *rows;
	enum admin_exit e;

	if (strspn(id, "0123456789abcdef") != strlen(id) ||
	    strlen(id) < PREFIX_LEAST)
		return admin_fail(ADMIN_USAGE,
		    "a session goes by its ID as rollcall-admin session list "
		    "has it, %d hexadecimal digits of it or more",
		    PREFIX_LEAST);
	e = admin_sql(a, RC_SQL_ADMIN_SESSION_END, params, 1, &rows);
	if (e != ADMIN_OK)
		return e;
	if (rc_rows_int(rows, 0, 0) == 0)
		return admin_fail(ADMIN_NOT_FOUND,
		    "there is no session %s; see rollcall-admin session list",
		    id);
	if (rc_rows_int(rows, 0, 0) > 1)
		return admin_fail(ADMIN_FAILED,
		    "more than one session begins with %s; give more of the ID",
		    id);
	admin_done(a, columns, 2, cells, "session %s was ended", id);
	return ADMIN_OK;
}

static enum admin_exit
end(struct admin *a)
{
	const char *account = admin_option(a, "account");

	if ((account == NULL) == (a->arg == NULL))
		return admin_fail(ADMIN_USAGE,
		    "say which: the ID of a session, or --account NAME for all "
		    "of one");
	return account != NULL ? end_account(a, account) : end_one(a, a->arg);
}

static const struct admin_option options[] = {
	{ "account", "NAME", false },
};

static const struct admin_command commands[] = {
	{ "list", NULL, options, 1, "list who is logged in", list },
	{ "end", "[ID]", options, 1, "end a session, or all of an account",
	    end },
};

const struct admin_noun admin_session = { "session", commands,
	sizeof(commands) / sizeof(commands[0]) };
