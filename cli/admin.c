#include "admin.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "req.h"

/* Statements of people's may take longer than those of requests, ms. */
#define DATABASE_TIMEOUT 60000

#define FILE_MAX_BYTES 1048576

/* Return which option of the command that is; it has one. */
static size_t
find(const struct admin *a, const char *name)
{
	const struct admin_command *c = a->command;
	size_t i;

	for (i = 0; i < c->noptions; i++) {
		if (strcmp(c->options[i].name, name) == 0)
			return i;
	}
	abort();
}

const struct rc_list *
admin_options(const struct admin *a, const char *name)
{

	return &a->values[find(a, name)];
}

const char *
admin_option(const struct admin *a, const char *name)
{
	const struct rc_list *list = admin_options(a, name);

	return list->count > 0 ? list->items[0] : NULL;
}

bool
admin_has(const struct admin *a, const char *name)
{

	return admin_options(a, name)->count > 0;
}

bool
admin_one_of(const struct admin *a, const char *const names[])
{
	size_t i, n = 0;

	for (i = 0; names[i] != NULL; i++)
		n += admin_has(a, names[i]) ? 1 : 0;
	return n == 1;
}

enum admin_exit
admin_fail(enum admin_exit exit, const char *fmt, ...)
{
	va_list ap;

	/* What went to standard output comes before. */
	(void)fflush(stdout);
	(void)fputs("rollcall-admin: ", stderr);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	return exit;
}

static void
free_conf(void *conf)
{

	rc_conf_free(conf);
}

enum admin_exit
admin_open(struct admin *a)
{
	struct rc_conf *conf, *copy;
	char why[512];

	if (a->rq->conf != NULL)
		return ADMIN_OK;
	if ((conf = rc_conf_load(a->config, why, sizeof(why))) == NULL)
		return admin_fail(ADMIN_FAILED,
		    "%s; mend the configuration, or name another with --config",
		    why);
	rc_defer(a->mem, free_conf, conf);
	copy = rc_alloc(a->mem, sizeof(*copy));
	*copy = *conf;
	copy->database_timeout = DATABASE_TIMEOUT;
	if (a->database != NULL) {
		copy->database = a->database;
		copy->database_role_prefix = "";
	}
	a->rq->conf = copy;
	return ADMIN_OK;
}

enum admin_exit
admin_sql(struct admin *a, enum rc_sql sql, const struct rc_db_param *params,
    size_t nparams, struct rc_rows **rows)
{
	enum rc_err e;

	a->rq->db_deadline = 0;
	a->rq->fault.err = RC_OK;
	e = rc_db_exec(a->rq, sql, params, nparams, rows);
	if (e == RC_OK)
		return ADMIN_OK;
	if (e == RC_ERR_TEMPORARILY_UNAVAILABLE)
		return admin_fail(ADMIN_FAILED,
		    "the database did not answer, or takes no changes, as the "
		    "line before says; see that it runs and that %s names it",
		    a->database != NULL ? "--database" : a->rq->conf->file);
	return admin_fail(ADMIN_FAILED,
	    "the database refused, as the line before says; see that it was "
	    "migrated (rollcall-admin migrate) and that the role may do this");
}

/* The rows as one array of cells. */
static const char *const *
take_cells(
    struct admin *a, const struct rc_rows *rows, size_t ncolumns, size_t nrows)
{
	const char **cells =
	    rc_alloc(a->mem, (nrows * ncolumns + 1) * sizeof(*cells));
	size_t i;

	for (i = 0; i < nrows * ncolumns; i++)
		cells[i] = rc_rows_text(rows, i / ncolumns, i % ncolumns);
	return cells;
}

enum admin_exit
admin_list(struct admin *a, enum rc_sql sql, const struct rc_db_param *params,
    size_t nparams, const struct table_column *columns, size_t ncolumns)
{
	struct rc_rows *rows;
	enum admin_exit e;

	if ((e = admin_sql(a, sql, params, nparams, &rows)) != ADMIN_OK)
		return e;
	admin_rows(a, rows, rc_rows_count(rows), columns, ncolumns);
	return ADMIN_OK;
}

void
admin_rows(struct admin *a, const struct rc_rows *rows, size_t n,
    const struct table_column *columns, size_t ncolumns)
{
	const char *const *cells = take_cells(a, rows, ncolumns, n);

	if (a->json)
		table_json(stdout, a->mem, columns, ncolumns, cells, n);
	else
		table_print(stdout, a->mem, columns, ncolumns, cells, n);
}

void
admin_record(struct admin *a, const struct rc_rows *rows,
    const struct table_column *columns, size_t ncolumns)
{
	const char *const *cells = take_cells(a, rows, ncolumns, 1);

	if (a->json)
		table_json_record(stdout, a->mem, columns, ncolumns, cells);
	else
		table_record(stdout, a->mem, columns, ncolumns, cells);
}

void
admin_done(struct admin *a, const struct table_column *columns, size_t ncolumns,
    const char *const *cells, const char *fmt, ...)
{
	va_list ap;

	if (a->json) {
		table_json_record(stdout, a->mem, columns, ncolumns, cells);
		return;
	}
	va_start(ap, fmt);
	(void)vprintf(fmt, ap);
	va_end(ap);
	(void)putchar('\n');
}

enum admin_exit
admin_find(struct admin *a, const char *what, enum rc_sql sql, const char *id,
    struct rc_rows **rows)
{
	const struct rc_db_param params[] = { RC_DB_TEXT(id) };
	enum admin_exit e;

	e = admin_sql(a, sql, params, 1, rows);
	if (e == ADMIN_OK && rc_rows_count(*rows) == 0)
		e = admin_fail(ADMIN_NOT_FOUND,
		    "there is no %s %s; see rollcall-admin %s list", what, id,
		    what);
	return e;
}

enum admin_exit
admin_known_account(struct admin *a, const char *name)
{
	struct rc_rows *rows;

	if (name == NULL)
		return ADMIN_OK;
	return admin_find(a, "account", RC_SQL_ADMIN_ACCOUNT_SHOW, name, &rows);
}

enum admin_exit
admin_known_client(struct admin *a, const char *client_id)
{
	struct rc_rows *rows;

	if (client_id == NULL)
		return ADMIN_OK;
	return admin_find(
	    a, "client", RC_SQL_ADMIN_CLIENT_SHOW, client_id, &rows);
}

enum admin_exit
admin_change(struct admin *a, const char *what, admin_known_fn *known,
    enum rc_sql sql, const char *verb)
{
	const struct rc_db_param params[] = { RC_DB_TEXT(a->arg) };
	const struct table_column columns[] = { { what, TABLE_TEXT },
		{ verb, TABLE_BOOL }, { "changed", TABLE_BOOL } };
	struct rc_rows *rows;
	enum admin_exit e;
	bool changed;

	if ((e = known(a, a->arg)) != ADMIN_OK ||
	    (e = admin_sql(a, sql, params, 1, &rows)) != ADMIN_OK)
		return e;
	changed = rc_rows_count(rows) > 0 && rc_rows_bool(rows, 0, 0);

	const char *const cells[] = { a->arg, "t", changed ? "t" : "f" };

	admin_done(a, columns, 3, cells,
	    changed ? "%s %s is %s" : "%s %s was %s already", what, a->arg,
	    verb);
	return ADMIN_OK;
}

enum admin_exit
admin_delete(
    struct admin *a, const char *what, admin_known_fn *known, enum rc_sql sql)
{
	enum admin_exit e;

	if ((e = known(a, a->arg)) != ADMIN_OK ||
	    (e = admin_confirm(a, what, a->arg)) != ADMIN_OK)
		return e;
	return admin_change(a, what, known, sql, "deleted");
}

bool
admin_number(const char *text, int64_t least, int64_t most, int64_t *n)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*n = strtoll(text, &end, 10);
	return errno == 0 && *end == '\0' && *n >= least && *n <= most;
}

enum admin_exit
admin_read(struct admin *a, const char *file, const char *what, char **text,
    size_t *len)
{
	bool own = strcmp(file, "-") != 0;
	FILE *f = own ? fopen(file, "re") : stdin;
	struct rc_buf buf;
	size_t n;
	int fault;

	if (f == NULL)
		return admin_fail(ADMIN_FAILED, "cannot read the %s %s: %s",
		    what, file, strerror(errno));
	rc_buf_init(&buf, a->mem);
	do {
		n = fread(rc_buf_room(&buf, 4096), 1, 4096, f);
		buf.len += n;
		buf.data[buf.len] = '\0';
	} while (n > 0 && buf.len <= FILE_MAX_BYTES);
	fault = ferror(f) != 0 ? errno : 0;
	if (own)
		(void)fclose(f);
	if (fault != 0)
		return admin_fail(ADMIN_FAILED, "cannot read the %s %s: %s",
		    what, file, strerror(fault));
	if (buf.len > FILE_MAX_BYTES)
		return admin_fail(ADMIN_FAILED,
		    "the %s %s has more than %d bytes; name another file", what,
		    file, FILE_MAX_BYTES);
	*text = buf.data;
	*len = buf.len;
	return ADMIN_OK;
}

bool
admin_gone(const char *file)
{

	return access(file, F_OK) != 0 && errno == ENOENT;
}

/* Members and claims are named as somebody else likes. */
const char *
admin_fault(struct admin *a, const struct rc_json *detail)
{
	const char *pointer = rc_json_text(detail, "pointer");
	const char *message = rc_json_text(detail, "message");
	const char *hint = rc_json_text(detail, "hint");
	bool placed = pointer != NULL && pointer[0] != '\0';
	bool hinted = hint != NULL && strstr(message, hint) == NULL;

	return table_text(a->mem, TABLE_TEXT,
	    rc_printf(a->mem, "%s%s%s%s%s", placed ? pointer : "",
		placed ? ": " : "", message, hinted ? "; " : "",
		hinted ? hint : ""));
}
