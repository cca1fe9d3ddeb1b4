#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "admin.h"
#include "arena.h"
#include "crypt.h"
#include "network.h"
#include "now.h"
#include "req.h"
#include "seal.h"
#include "when.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Rows that are read at a time, so that a long log takes little memory. */
#define BATCH 500
#define LINES_DEFAULT "20"
#define LINES_MAX 10000

/* Seals that are checked at a time. */
#define SEALS 10

/* How often --follow looks, s, and how long it waits for who writes, ms. */
#define PERIOD 2
#define PATIENCE 200

/* Columns of admin_audit_search and admin_audit_read. */
enum column {
	AUDIT_ID,
	AT,
	EVENT,
	OUTCOME,
	CLIENT_ID,
	ACTOR,
	ADDRESS,
	RULE,
	DETAIL,
	ROW
};

/* How rows are printed. */
struct printer {
	enum {
		PRINT_LINES, /* for people */
		PRINT_OBJECTS, /* a JSON object a line */
		PRINT_ARRAY /* one JSON document */
	} how;
	bool any; /* something was printed */
	bool progress; /* how far it is, on standard error */
};

/* Print one row as a line: what is set, two blanks between. */
static void
print_line(struct admin *a, const struct rc_rows *rows, size_t row)
{
	static const struct {
		enum column column;
		const char *name;
	} cells[] = {
		{ CLIENT_ID, "client" },
		{ ACTOR, "actor" },
		{ ADDRESS, "address" },
		{ RULE, "rule" },
		{ DETAIL, "detail" },
	};
	struct rc_arena *mem = a->rq->mem;
	const char *cell;
	size_t i;

	(void)printf("%s  %s  %s  %s",
	    table_text(mem, TABLE_TIME, rc_rows_text(rows, row, AT)),
	    rc_rows_text(rows, row, AUDIT_ID),
	    table_text(mem, TABLE_TEXT, rc_rows_text(rows, row, EVENT)),
	    table_text(mem, TABLE_TEXT, rc_rows_text(rows, row, OUTCOME)));
	for (i = 0; i < COUNT(cells); i++) {
		cell = rc_rows_text(rows, row, cells[i].column);
		if (cell != NULL)
			(void)printf("  %s=%s", cells[i].name,
			    table_text(mem, TABLE_TEXT, cell));
	}
	(void)putchar('\n');
}

static void
print_row(
    struct admin *a, struct printer *p, const struct rc_rows *rows, size_t row)
{
	const char *object = rc_rows_text(rows, row, ROW);

	switch (p->how) {
	case PRINT_LINES:
		print_line(a, rows, row);
		break;
	case PRINT_OBJECTS:
		(void)printf("%s\n", object);
		break;
	case PRINT_ARRAY:
		(void)printf("%s%s", p->any ? ",\n" : "[", object);
		break;
	}
	p->any = true;
}

static void
print_end(const struct printer *p)
{

	if (p->how == PRINT_ARRAY)
		(void)puts(p->any ? "]" : "[]");
}

/* What a search asks for; NULL is any. */
struct query {
	const char *client, *actor, *event, *address, *rule, *since, *until;
};

/* Read the rows before an audit_id, newest first. */
static enum admin_exit
search_batch(struct admin *a, const struct query *q, const char *before,
    int64_t most, struct rc_rows **rows)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(before),
		RC_DB_TEXT(q->client),
		RC_DB_TEXT(q->actor),
		RC_DB_TEXT(q->event),
		RC_DB_TEXT(q->address),
		RC_DB_TEXT(q->rule),
		RC_DB_TEXT(q->since),
		RC_DB_TEXT(q->until),
		RC_DB_TEXT(rc_db_number(a->rq->mem, most)),
	};

	return admin_sql(
	    a, RC_SQL_ADMIN_AUDIT_SEARCH, params, COUNT(params), rows);
}

/* Print what was found, at most so many. */
static enum admin_exit
search_all(struct admin *a, const struct query *q, int64_t most)
{
	struct printer p = { .how = a->json ? PRINT_ARRAY : PRINT_LINES };
	struct rc_arena *whole = a->rq->mem, *batch = rc_arena_new();
	char id[24] = "";
	struct rc_rows *rows;
	enum admin_exit e;
	size_t i, n;

	a->rq->mem = batch;
	do {
		e = search_batch(a, q, id[0] != '\0' ? id : NULL,
		    most < BATCH ? most : BATCH, &rows);
		if (e != ADMIN_OK)
			break;
		n = rc_rows_count(rows);
		for (i = 0; i < n; i++)
			print_row(a, &p, rows, i);
		if (n > 0)
			(void)snprintf(id, sizeof(id), "%s",
			    rc_rows_text(rows, n - 1, AUDIT_ID));
		most -= (int64_t)n;
		rc_arena_wipe(batch);
	} while (n == BATCH && most > 0 && ferror(stdout) == 0);
	a->rq->mem = whole;
	rc_arena_free(batch);
	if (e == ADMIN_OK)
		print_end(&p);
	return e;
}

/* Write microseconds since 1970 for PostgreSQL. */
static const char *
utc(struct rc_arena *mem, int64_t us)
{
	time_t when = (time_t)(us / 1000000);
	int64_t rest = us % 1000000;
	char text[64];
	struct tm tm;

	if (rest < 0) {
		when--;
		rest += 1000000;
	}
	if (gmtime_r(&when, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
		return "-infinity";
	return rc_printf(mem, "%s.%06" PRId64 "Z", text, rest);
}

/* Read a time: a date or date and time, or how long ago. */
static enum admin_exit
read_time(struct admin *a, const char *name, const char **time)
{
	const char *text = admin_option(a, name);
	int64_t t;

	*time = NULL;
	if (text == NULL)
		return ADMIN_OK;
	if (when_period(text, &t))
		t = (rc_now() - t) * 1000000;
	else if (!when_date(text, &t))
		return admin_fail(ADMIN_USAGE,
		    "--%s takes a time such as 2026-11-21, 2026-11-21T09:30 "
		    "or, for so long ago, 90m, 12h or 7d",
		    name);
	*time = utc(a->mem, t);
	return ADMIN_OK;
}

static enum admin_exit
search(struct admin *a)
{
	struct query q = { .client = admin_option(a, "client"),
		.actor = admin_option(a, "actor"),
		.event = admin_option(a, "event"),
		.address = admin_option(a, "address"),
		.rule = admin_option(a, "rule") };
	const char *limit = admin_option(a, "limit"), *why;
	int64_t most = INT64_MAX;
	struct rc_network network;
	enum admin_exit e;

	if (limit != NULL && !admin_number(limit, 1, INT64_MAX, &most))
		return admin_fail(
		    ADMIN_USAGE, "--limit takes a number, 1 or more");
	if (q.address != NULL &&
	    (why = rc_network_parse(q.address, &network)) != NULL)
		return admin_fail(ADMIN_USAGE,
		    "--address takes an address or ADDRESS/PREFIX, and %s %s",
		    q.address, why);
	if ((e = read_time(a, "since", &q.since)) != ADMIN_OK ||
	    (e = read_time(a, "until", &q.until)) != ADMIN_OK)
		return e;
	return search_all(a, &q, most);
}

/* Print rows from one audit_id to another, oldest first, in batches. */
static enum admin_exit
read_all(struct admin *a, struct printer *p, int64_t *after, const char *upto,
    const char *since, const char *until)
{
	struct rc_arena *whole = a->rq->mem, *batch = rc_arena_new();
	struct rc_rows *rows;
	enum admin_exit e;
	size_t i, n = 0, sum = 0;

	a->rq->mem = batch;
	do {
		const struct rc_db_param params[] = {
			RC_DB_TEXT(rc_db_number(batch, *after)),
			RC_DB_TEXT(upto),
			RC_DB_TEXT(since),
			RC_DB_TEXT(until),
			RC_DB_TEXT(rc_db_number(batch, BATCH)),
		};

		e = admin_sql(
		    a, RC_SQL_ADMIN_AUDIT_READ, params, COUNT(params), &rows);
		if (e != ADMIN_OK)
			break;
		n = rc_rows_count(rows);
		for (i = 0; i < n; i++)
			print_row(a, p, rows, i);
		if (n > 0)
			*after = rc_rows_int(rows, n - 1, AUDIT_ID);
		rc_arena_wipe(batch);
		sum += n;
		if (p->progress)
			(void)fprintf(stderr, "%zu rows\r", sum);
	} while (n == BATCH && ferror(stdout) == 0);
	if (p->progress)
		(void)fputs("\033[K", stderr);
	a->rq->mem = whole;
	rc_arena_free(batch);
	return e;
}

static enum admin_exit
export_rows(struct admin *a)
{
	struct printer p = { .how = PRINT_OBJECTS,
		.progress =
		    isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 0 };
	const char *since, *until;
	enum admin_exit e;
	int64_t after = 0;

	if ((e = read_time(a, "since", &since)) != ADMIN_OK ||
	    (e = read_time(a, "until", &until)) != ADMIN_OK)
		return e;
	return read_all(a, &p, &after, NULL, since, until);
}

/* Print the last rows before an audit_id, the newest last. */
static enum admin_exit
print_last(
    struct admin *a, struct printer *p, const char *before, int64_t lines)
{
	const struct query any = { 0 };
	struct rc_rows *rows;
	enum admin_exit e;
	size_t i;

	if ((e = search_batch(a, &any, before, lines, &rows)) != ADMIN_OK)
		return e;
	for (i = rc_rows_count(rows); i > 0; i--)
		print_row(a, p, rows, i - 1);
	return ADMIN_OK;
}

/* Print what comes, until somebody ends us. */
static enum admin_exit
follow(struct admin *a, int64_t lines)
{
	struct printer p = { .how = a->json ? PRINT_OBJECTS : PRINT_LINES };
	struct rc_arena *mem = rc_arena_new();
	int64_t after, settled;
	enum admin_exit e;

	a->rq->mem = mem;
	if ((e = seal_settle(a, PATIENCE, &after)) == ADMIN_OK && lines > 0)
		e = print_last(a, &p, rc_db_number(mem, after + 1), lines);
	while (e == ADMIN_OK && fflush(stdout) == 0) {
		(void)sleep(PERIOD);
		rc_arena_wipe(mem);
		if ((e = seal_settle(a, PATIENCE, &settled)) != ADMIN_OK)
			break;
		if (settled > after)
			e = read_all(a, &p, &after, rc_db_number(mem, settled),
			    NULL, NULL);
		after = settled > after ? settled : after;
	}
	a->rq->mem = a->mem;
	rc_arena_free(mem);
	return e;
}

static enum admin_exit
tail(struct admin *a)
{
	struct printer p = { .how = a->json ? PRINT_ARRAY : PRINT_LINES };
	const char *text = admin_option(a, "lines");
	enum admin_exit e;
	int64_t lines;

	if (!admin_number(
		text != NULL ? text : LINES_DEFAULT, 0, LINES_MAX, &lines))
		return admin_fail(ADMIN_USAGE,
		    "--lines takes a number from 0 to %d", LINES_MAX);
	if (admin_has(a, "follow"))
		return follow(a, lines);
	e = print_last(a, &p, NULL, lines);
	if (e == ADMIN_OK)
		print_end(&p);
	return e;
}

/* One run of verify. */
struct verify {
	struct admin *a;
	unsigned char key[32];
	bool keyed; /* there is a key */
	bool signed_before; /* a seal so far had a MAC */
	int64_t seals, faults;
	int64_t bare; /* seals without a MAC before the first that has one */
	bool any; /* something was printed */
	char head[SEAL_HEX]; /* of the last seal */
	bool progress;
};

/* Print one fault. */
static void
tell(struct verify *v, const char *seal_id, const char *first, const char *last,
    const char *fault)
{
	struct admin *a = v->a;
	bool detached = strcmp(fault, "detached") == 0;
	const struct table_column columns[] = { { "seal_id", TABLE_NUMBER },
		{ "first_id", TABLE_NUMBER }, { "last_id", TABLE_NUMBER },
		{ "fault", TABLE_TEXT } };
	const char *const cells[] = { seal_id, first, last, fault };

	if (v->progress)
		(void)fputs("\033[K", stderr);
	v->faults += detached ? 0 : 1;
	if (a->json) {
		(void)fputs(v->any ? "," : "", stdout);
		table_json_record(stdout, a->rq->mem, columns, 4, cells);
		v->any = true;
		return;
	}
	if (seal_id != NULL)
		(void)printf(detached ? "seals up to %s" : "seal %s", seal_id);
	if (first != NULL)
		(void)printf(" (rows %s to %s)", first, last);
	(void)printf("%s%s\n", seal_id != NULL ? ": " : "",
	    detached ? "the month was detached" : fault);
}

/* Print the faults that a statement has found. */
static enum admin_exit
tell_found(struct verify *v, enum rc_sql sql, const struct rc_db_param *params,
    size_t nparams)
{
	struct rc_rows *rows;
	enum admin_exit e;
	size_t i;

	if ((e = admin_sql(v->a, sql, params, nparams, &rows)) != ADMIN_OK)
		return e;
	for (i = 0; i < rc_rows_count(rows); i++)
		tell(v, rc_rows_text(rows, i, 0), rc_rows_text(rows, i, 1),
		    rc_rows_text(rows, i, 2), rc_rows_text(rows, i, 3));
	return ADMIN_OK;
}

/* Check a seal's MAC, which the database cannot make. */
static void
check_mac(
    struct verify *v, const char *seal_id, const char *head, const char *mac)
{
	char right[SEAL_HEX];

	if (!v->keyed)
		return;
	if (mac != NULL)
		v->signed_before = true;
	else if (!v->signed_before) {
		v->bare++;
		return;
	}
	if (!seal_mac(v->key, head, right) || !rc_crypt_same(right, mac))
		tell(v, seal_id, NULL, NULL,
		    mac == NULL ? "this seal has no MAC"
				: "the MAC is not of this seal");
}

/* Check the seals after one, at most so many; *${n} is how many it was. */
static enum admin_exit
verify_batch(struct verify *v, int64_t *after, size_t *n)
{
	struct rc_arena *mem = v->a->rq->mem;
	const struct rc_db_param list[] = {
		RC_DB_TEXT(rc_db_number(mem, *after)),
		RC_DB_TEXT(rc_db_number(mem, SEALS)),
	};
	struct rc_rows *rows;
	enum admin_exit e;
	size_t i;

	e = admin_sql(v->a, RC_SQL_ADMIN_AUDIT_SEAL_LIST, list, 2, &rows);
	if (e != ADMIN_OK || (*n = rc_rows_count(rows)) == 0)
		return e;
	for (i = 0; i < *n; i++)
		check_mac(v, rc_rows_text(rows, i, 0), rc_rows_text(rows, i, 1),
		    rc_rows_text(rows, i, 2));
	(void)snprintf(
	    v->head, sizeof(v->head), "%s", rc_rows_text(rows, *n - 1, 1));

	const struct rc_db_param check[] = {
		RC_DB_TEXT(rc_db_number(mem, *after + 1)),
		RC_DB_TEXT(rc_rows_text(rows, *n - 1, 0)),
	};

	*after = rc_rows_int(rows, *n - 1, 0);
	v->seals += (int64_t)*n;
	return tell_found(v, RC_SQL_ADMIN_AUDIT_CHECK, check, 2);
}

static enum admin_exit
verify_seals(struct verify *v)
{
	struct rc_req *rq = v->a->rq;
	struct rc_arena *whole = rq->mem, *batch = rc_arena_new();
	enum admin_exit e;
	int64_t after = 0;
	size_t n = 0;

	rq->mem = batch;
	do {
		e = verify_batch(v, &after, &n);
		if (v->progress)
			(void)fprintf(stderr, "%" PRId64 " seals\r", v->seals);
		rc_arena_wipe(batch);
	} while (e == ADMIN_OK && n == SEALS);
	if (v->progress)
		(void)fputs("\033[K", stderr);
	rq->mem = whole;
	rc_arena_free(batch);
	return e;
}

/* Check that the seal is there which audit_head_file knows. */
static enum admin_exit
verify_head_file(struct verify *v)
{
	struct admin *a = v->a;
	struct seal_head kept;
	const char *id;
	enum admin_exit e;
	bool there;

	if ((e = seal_read_head(a, &kept)) != ADMIN_OK)
		return e;
	if (kept.seal_id == 0) {
		if (a->rq->conf->audit_head_file != NULL && v->seals > 0)
			tell(v, NULL, NULL, NULL,
			    "audit_head_file has no head: it was removed, or "
			    "nothing was sealed since it was configured");
		return ADMIN_OK;
	}
	id = rc_db_number(a->mem, kept.seal_id);
	if (strcmp(kept.mac, "-") != 0) {
		char right[SEAL_HEX];

		if (v->keyed && (!seal_mac(v->key, kept.head, right) ||
				    !rc_crypt_same(right, kept.mac)))
			tell(v, id, NULL, NULL,
			    "audit_head_file was changed: its MAC is not of "
			    "its head");
	}

	e = seal_is_there(a, &kept, &there);
	if (e == ADMIN_OK && !there)
		tell(v, id, NULL, NULL,
		    "audit_head_file has this seal's head, and the seal was "
		    "removed or changed");
	return e;
}

/*
 * Seals from before there was a key have no MAC; who took it from all of them
 * could have made them anew.
 */
static void
check_bare(struct verify *v)
{

	if (v->keyed && v->bare > 0 && !v->signed_before)
		tell(v, NULL, NULL, NULL,
		    "no seal has a MAC, and there is a key: they were removed, "
		    "or nothing was sealed since it was made");
}

/* Say of how many seals the MACs tell. */
static const char *
told_macs(const struct verify *v)
{

	if (!v->keyed)
		return " (their MACs were not checked: there is no key)";
	if (v->bare == 0)
		return "";
	return rc_printf(v->a->mem,
	    " (the first %" PRId64 " have no MAC: there was no key, or it was "
	    "taken from them)",
	    v->bare);
}

/* End the document of --json, also where not all was looked at. */
static void
end_json(const struct verify *v, bool complete)
{

	(void)printf("],\"complete\":%s,\"seals\":%" PRId64
		     ",\"faults\":%" PRId64 ",\"head\":\"%s\",\"macs\":%s"
		     ",\"without_mac\":%" PRId64 "}\n",
	    complete ? "true" : "false", v->seals, v->faults, v->head,
	    v->keyed ? "true" : "false", v->keyed ? v->bare : v->seals);
}

/* Say how it went. */
static enum admin_exit
conclude(const struct verify *v)
{
	if (v->faults > 0)
		return admin_fail(ADMIN_FAILED,
		    "the audit log is not as it was sealed: %" PRId64
		    " fault%s",
		    v->faults, v->faults == 1 ? "" : "s");
	if (!v->a->json)
		(void)printf("%" PRId64
			     " %s rows are as they were made%s%s%s\n",
		    v->seals,
		    v->seals == 1 ? "seal and its" : "seals and their",
		    told_macs(v),
		    v->head[0] != '\0' ? "; the last head is " : "", v->head);
	return ADMIN_OK;
}

static enum admin_exit
verify(struct admin *a)
{
	struct verify v = { .a = a, .progress = isatty(STDERR_FILENO) == 1 };
	const char *head = admin_option(a, "head");
	const struct rc_db_param params[] = { RC_DB_TEXT(head) };
	enum admin_exit e;

	if (head != NULL &&
	    (strlen(head) != SEAL_HEX - 1 ||
		strspn(head, "0123456789abcdefABCDEF") != SEAL_HEX - 1))
		return admin_fail(ADMIN_USAGE,
		    "--head takes the 64 hexadecimal digits of a seal's head, "
		    "as the log has it");
	if ((e = seal_key(a, v.key, &v.keyed)) != ADMIN_OK)
		return e;
	if (a->json)
		(void)fputs("{\"findings\":[", stdout);
	if ((e = verify_seals(&v)) == ADMIN_OK &&
	    (e = tell_found(&v, RC_SQL_ADMIN_AUDIT_CHECK_END, params, 1)) ==
		ADMIN_OK &&
	    (e = verify_head_file(&v)) == ADMIN_OK)
		check_bare(&v);
	if (a->json)
		end_json(&v, e == ADMIN_OK);
	if (e == ADMIN_OK)
		e = conclude(&v);
	rc_crypt_wipe(v.key, sizeof(v.key));
	return e;
}

/* How long to wait for those who write just now, ms. */
#define SEAL_PATIENCE 5000

static enum admin_exit
seal(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "seals", TABLE_NUMBER },
	};
	int64_t settled, seals = 0;
	enum admin_exit e;

	if ((e = seal_settle(a, SEAL_PATIENCE, &settled)) != ADMIN_OK ||
	    (e = seal_log(a, settled, &seals)) != ADMIN_OK)
		return e;

	const char *const cells[] = { rc_db_number(a->mem, seals) };

	admin_done(a, columns, 1, cells,
	    seals == 0   ? "the audit log has nothing new to seal"
	    : seals == 1 ? "the audit log got %s new seal"
			 : "the audit log got %s new seals",
	    cells[0]);
	return ADMIN_OK;
}

static enum admin_exit
detach(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "month", TABLE_TEXT },
		{ "table_name", TABLE_TEXT },
		{ "outcome", TABLE_TEXT },
	};
	const char *before = admin_option(a, "before");
	int64_t year = 0, month = 0;

	if (before == NULL || strlen(before) != strlen("YYYY-MM") ||
	    before[4] != '-' ||
	    !admin_number(rc_strndup(a->mem, before, 4), 2000, 9999, &year) ||
	    !admin_number(before + 5, 1, 12, &month))
		return admin_fail(ADMIN_USAGE,
		    "say which months go: --before YYYY-MM, the first that "
		    "stays");

	const struct rc_db_param params[] = {
		RC_DB_TEXT(rc_printf(a->mem, "%s-01", before)),
		RC_DB_NULL,
	};

	return admin_list(
	    a, RC_SQL_ADMIN_AUDIT_DETACH, params, 2, columns, COUNT(columns));
}

static const struct admin_option tail_options[] = {
	{ "lines", "NUMBER", false },
	{ "follow", NULL, false },
};
static const struct admin_option search_options[] = {
	{ "client", "ID", false },
	{ "actor", "ACTOR", false },
	{ "event", "EVENT", false },
	{ "address", "CIDR", false },
	{ "rule", "RULE", false },
	{ "since", "TIME", false },
	{ "until", "TIME", false },
	{ "limit", "NUMBER", false },
};
static const struct admin_option export_options[] = {
	{ "since", "TIME", false },
	{ "until", "TIME", false },
};
static const struct admin_option verify_options[] = {
	{ "head", "HEX", false },
};
static const struct admin_option detach_options[] = {
	{ "before", "YYYY-MM", false },
};

static const struct admin_command commands[] = {
	{ "tail", NULL, tail_options, COUNT(tail_options),
	    "print the audit log's last rows, and those that come", tail },
	{ "search", NULL, search_options, COUNT(search_options),
	    "look rows up, newest first", search },
	{ "export", NULL, export_options, COUNT(export_options),
	    "print rows as lines of JSON, oldest first", export_rows },
	{ "verify", NULL, verify_options, COUNT(verify_options),
	    "tell whether the audit log is as it was sealed", verify },
	{ "seal", NULL, NULL, 0, "seal what is not sealed yet", seal },
	{ "detach", NULL, detach_options, COUNT(detach_options),
	    "take old months out of the audit log", detach },
};

const struct admin_noun admin_audit = { "audit", commands, COUNT(commands) };
