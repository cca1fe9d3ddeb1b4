#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "import.h"
#include "req.h"
#include "resource.h"

/* Clients that are read at once. */
#define BATCH "500"

const struct admin_option export_options[EXPORT_NOPTIONS] = {
	{ "all", NULL, false },
};

/* The hashes are of no use to who guesses, but nobody's business either. */
static void
warn_of_mode(void)
{
	struct stat st;

	if (fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & 077) != 0)
		(void)admin_fail(ADMIN_OK,
		    "the file has hashes of secrets, and others may read it: "
		    "chmod 600");
}

/* Write the clients behind ${after}; of some that were named, or all. */
static enum admin_exit
write_batch(struct admin *a, const char *ids, const char **after, size_t *n)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(*after),
		RC_DB_TEXT(BATCH),
		RC_DB_TEXT(ids),
	};
	struct rc_rows *rows;
	enum admin_exit e;
	size_t i;

	e = admin_sql(a, RC_SQL_ADMIN_CLIENT_EXPORT, params, 3, &rows);
	if (e != ADMIN_OK)
		return e;
	*n = rc_rows_count(rows);
	for (i = 0; i < *n; i++) {
		if (puts(rc_rows_text(rows, i, 1)) == EOF)
			return admin_fail(
			    ADMIN_FAILED, "cannot write to standard output");
	}
	if (*n > 0)
		*after = rc_rows_text(rows, *n - 1, 0);
	return ADMIN_OK;
}

/* Write all that is to be written, a batch's memory at a time. */
static enum admin_exit
write_all(struct admin *a, const char *ids, bool quiet)
{
	struct rc_arena *whole = a->rq->mem, *mem[2];
	const char *after = "";
	enum admin_exit e = ADMIN_OK;
	size_t n = 1, sum = 0;
	int turn = 0;

	/* ${after} lives in the batch before. */
	mem[0] = rc_arena_new();
	mem[1] = rc_arena_new();
	while (e == ADMIN_OK && n > 0) {
		turn = 1 - turn;
		rc_arena_wipe(mem[turn]);
		a->rq->mem = mem[turn];
		e = write_batch(a, ids, &after, &n);
		sum += n;
		if (!quiet && n > 0)
			(void)fprintf(stderr, "%zu clients\r", sum);
	}
	if (!quiet && sum > 0)
		(void)fputs("\033[K", stderr);
	a->rq->mem = whole;
	rc_arena_free(mem[0]);
	rc_arena_free(mem[1]);
	return e;
}

enum admin_exit
client_export(struct admin *a)
{
	bool quiet = isatty(STDERR_FILENO) == 0 || isatty(STDOUT_FILENO) != 0;
	const char *ids = NULL;
	enum admin_exit e;
	size_t i;

	if (admin_has(a, "all") != (a->args.count == 0))
		return admin_fail(
		    ADMIN_USAGE, "name the clients to export, or --all");
	for (i = 0; i < a->args.count; i++) {
		e = admin_known_client(a, a->args.items[i]);
		if (e != ADMIN_OK)
			return e;
	}
	if (a->args.count > 0)
		ids = rc_resource_array(a->mem, &a->args);
	warn_of_mode();
	return write_all(a, ids, quiet);
}
