#include <inttypes.h>

#include "admin.h"
#include "arena.h"

#define BATCH_DEFAULT 1000
#define BATCH_MAX 100000

/* Batches of one run: what dies while it runs is for the next one. */
#define ROUNDS_MAX 10000

static enum admin_exit
purge(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "purged", TABLE_NUMBER },
		{ "complete", TABLE_BOOL },
	};
	const char *batch = admin_option(a, "batch");
	int64_t n = BATCH_DEFAULT, sum = 0;
	struct rc_rows *rows;
	enum admin_exit e;
	int round;

	if (batch != NULL && !admin_number(batch, 1, BATCH_MAX, &n))
		return admin_fail(ADMIN_USAGE,
		    "--batch takes a number from 1 to %d", BATCH_MAX);
	batch = rc_printf(a->mem, "%" PRId64, n);

	const struct rc_db_param params[] = { RC_DB_TEXT(batch) };

	for (round = 0; round < ROUNDS_MAX; round++) {
		e = admin_sql(a, RC_SQL_ADMIN_PURGE, params, 1, &rows);
		if (e != ADMIN_OK)
			return e;
		n = rc_rows_int(rows, 0, 0);
		if (n == 0)
			break;
		sum += n;
	}

	const char *const cells[] = { rc_printf(a->mem, "%" PRId64, sum),
		n == 0 ? "t" : "f" };

	admin_done(a, columns, 2, cells,
	    n == 0 ? "%s rows were purged"
		   : "%s rows were purged; there are more, run it again",
	    cells[0]);
	return ADMIN_OK;
}

static const struct admin_option options[] = {
	{ "batch", "NUMBER", false },
};

static const struct admin_command commands[] = {
	{ NULL, NULL, options, 1, "take away rows that count for nothing",
	    purge },
};

const struct admin_noun admin_purge = { "purge", commands, 1 };
