#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "admin.h"
#include "conf.h"
#include "req.h"

#define BATCH_DEFAULT 1000
#define BATCH_MAX 100000

/* Batches of one run: what dies while it runs is for the next one. */
#define ROUNDS_MAX 10000

/*
 * Run a statement until it finds nothing more; what it did comes to ${sum},
 * which is shown as ${what} on a terminal.  *${done}: nothing is left.
 */
static enum admin_exit
exhaust(struct admin *a, enum rc_sql sql, const struct rc_db_param *params,
    size_t nparams, const char *what, int64_t *sum, bool *done)
{
	bool progress = isatty(STDERR_FILENO) == 1;
	struct rc_rows *rows;
	enum admin_exit e = ADMIN_OK;
	int64_t n = 1;
	int round;

	for (round = 0; n > 0 && round < ROUNDS_MAX; round++) {
		e = admin_sql(a, sql, params, nparams, &rows);
		if (e != ADMIN_OK)
			break;
		n = rc_rows_int(rows, 0, 0);
		*sum += n;
		if (progress)
			(void)fprintf(stderr, "%" PRId64 " %s\r", *sum, what);
	}
	if (progress)
		(void)fputs("\033[K", stderr);
	*done = *done && n == 0;
	return e;
}

/* Return seconds as a parameter, NULL for never. */
static const char *
period(struct admin *a, int64_t seconds)
{

	return seconds > 0 ? rc_db_number(a->mem, seconds) : NULL;
}

/* Clients that nobody uses are archived before; that is no loss. */
static enum admin_exit
purge(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "archived", TABLE_NUMBER },
		{ "purged", TABLE_NUMBER },
		{ "complete", TABLE_BOOL },
	};
	const struct rc_conf *conf = a->rq->conf;
	const char *batch = admin_option(a, "batch");
	int64_t n = BATCH_DEFAULT, archived = 0, purged = 0;
	enum admin_exit e;
	bool done = true;

	if (batch != NULL && !admin_number(batch, 1, BATCH_MAX, &n))
		return admin_fail(ADMIN_USAGE,
		    "--batch takes a number from 1 to %d", BATCH_MAX);
	batch = rc_db_number(a->mem, n);

	const struct rc_db_param idle[] = {
		RC_DB_TEXT(period(a, conf->archive_unused_after)),
		RC_DB_TEXT(period(a, conf->archive_idle_after)),
		RC_DB_TEXT(batch),
	};
	const struct rc_db_param params[] = { RC_DB_TEXT(batch) };

	e = exhaust(a, RC_SQL_ADMIN_CLIENT_ARCHIVE_IDLE, idle, 3,
	    "clients archived", &archived, &done);
	if (e == ADMIN_OK)
		e = exhaust(a, RC_SQL_ADMIN_PURGE, params, 1, "rows purged",
		    &purged, &done);
	if (e != ADMIN_OK)
		return e;

	const char *const cells[] = { rc_db_number(a->mem, archived),
		rc_db_number(a->mem, purged), done ? "t" : "f" };

	admin_done(a, columns, 3, cells,
	    done ? "%s clients were archived, %s rows were purged"
		 : "%s clients were archived, %s rows were purged; there are "
		   "more, run it again",
	    cells[0], cells[1]);
	return ADMIN_OK;
}

static const struct admin_option options[] = {
	{ "batch", "NUMBER", false },
};

static const struct admin_command commands[] = {
	{ NULL, NULL, options, 1, "archive unused clients, take away dead rows",
	    purge },
};

const struct admin_noun admin_purge = { "purge", commands, 1 };
