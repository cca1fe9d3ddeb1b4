/*
 * client history, diff, rollback: the versions of what a client has registered.
 */
#include <inttypes.h>
#include <string.h>

#include "arena.h"
#include "client.h"
#include "json.h"

/* The most that a version's number can be in the database. */
#define VERSION_MAX INT32_MAX

enum admin_exit
client_history(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "version", TABLE_NUMBER },
		{ "at", TABLE_TIME },
		{ "by", TABLE_TEXT },
		{ "from", TABLE_TEXT },
		{ "changed", TABLE_JSON },
	};
	const struct rc_db_param params[] = { RC_DB_TEXT(a->arg) };
	enum admin_exit e;

	if ((e = admin_known_client(a, a->arg)) != ADMIN_OK)
		return e;
	return admin_list(
	    a, RC_SQL_ADMIN_CLIENT_HISTORY, params, 1, columns, 5);
}

/* Take the number of a version, where that option was given. */
static enum admin_exit
take_version(struct admin *a, const char *option, int64_t *version)
{
	const char *text = admin_option(a, option);

	if (text == NULL || admin_number(text, 1, VERSION_MAX, version))
		return ADMIN_OK;
	return admin_fail(ADMIN_USAGE,
	    "--%s takes the number of a version; see rollcall-admin client "
	    "history %s",
	    option, a->arg);
}

/* Read a version that is kept. */
static enum admin_exit
read_version(struct admin *a, int64_t version, const char **metadata)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(a->arg),
		RC_DB_TEXT(rc_db_number(a->mem, version)),
	};
	struct rc_rows *rows;
	enum admin_exit e;

	e = admin_sql(a, RC_SQL_ADMIN_CLIENT_VERSION, params, 2, &rows);
	if (e != ADMIN_OK)
		return e;
	if (rc_rows_count(rows) == 0)
		return admin_fail(ADMIN_NOT_FOUND,
		    "version %" PRId64 " of client %s is not kept; see "
		    "rollcall-admin client history %s",
		    version, a->arg, a->arg);
	*metadata = rc_rows_text(rows, 0, 0);
	return ADMIN_OK;
}

enum admin_exit
client_diff(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "member", TABLE_TEXT },
		{ "before", TABLE_JSON },
		{ "after", TABLE_JSON },
	};
	const char *former = NULL, *latter = NULL;
	struct client client;
	int64_t from, to;
	enum admin_exit e;

	if ((e = client_read(a, &client)) != ADMIN_OK)
		return e;
	to = client.version;
	if ((e = take_version(a, "to", &to)) != ADMIN_OK)
		return e;
	from = to > 1 ? to - 1 : to;
	if ((e = take_version(a, "from", &from)) != ADMIN_OK ||
	    (e = read_version(a, from, &former)) != ADMIN_OK ||
	    (e = read_version(a, to, &latter)) != ADMIN_OK)
		return e;

	const struct rc_db_param params[] = {
		RC_DB_TEXT(former),
		RC_DB_TEXT(latter),
	};

	return admin_list(a, RC_SQL_ADMIN_CLIENT_DIFF, params, 2, columns, 3);
}

enum admin_exit
client_rollback(struct admin *a)
{
	struct rc_json *metadata;
	struct client client;
	const char *text = "";
	int64_t to = 0;
	enum admin_exit e;

	if ((e = client_read(a, &client)) != ADMIN_OK ||
	    (e = take_version(a, "to", &to)) != ADMIN_OK)
		return e;
	if (to == 0)
		return admin_fail(ADMIN_USAGE,
		    "--to says to which version; see rollcall-admin client "
		    "history %s",
		    a->arg);
	if ((e = read_version(a, to, &text)) != ADMIN_OK ||
	    (e = client_parse(a, text, strlen(text), "stored version",
		 &metadata)) != ADMIN_OK)
		return e;
	if (!admin_has(a, "force") &&
	    (e = client_judge(a, &client, metadata, &metadata)) != ADMIN_OK)
		return e;
	e = admin_confirm_act(a, "rolling back",
	    rc_printf(a->mem,
		"This makes version %" PRId64 " all that the client has "
		"registered, in place of version %" PRId64 ".",
		to, client.version),
	    a->arg);
	if (e != ADMIN_OK)
		return e;
	return client_store(a, &client, metadata);
}
