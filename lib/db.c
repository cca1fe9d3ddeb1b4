#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "arena.h"
#include "buf.h"
#include "conf.h"
#include "db.h"
#include "log.h"
#include "now.h"
#include "program.h"
#include "req.h"

/* Statements that one connection keeps prepared; further ones are not. */
#define KEPT_MAX 64

/* How often statements get lost until the process prepares none any more. */
#define FORGOTTEN_MOST 3

/* How long to leave a database alone after a failed attempt, ms. */
#define PAUSE_LEAST 50
#define PAUSE_MOST 1000

/* What a client developer is told; the log has the rest. */
#define LATE "The database did not answer in time; try again shortly"
#define DOWN "The database is not available just now; try again shortly"

struct rc_rows {
	PGresult *result;
};

/* The connection of this process. */
static struct {
	PGconn *pg; /* NULL: there is none */
	bool dying; /* the server has said so */
	bool keeps; /* the process lives long enough to prepare */
	const struct rc_statement *kept[KEPT_MAX]; /* prepared on it */
	size_t nkept;
	int forgotten; /* how often a pooler has lost what was prepared */
	int64_t pause; /* ms, 0 after success */
	int64_t not_before; /* ms, rc_now_mono */
} db;

/* How a wait for the server ended. */
enum fate {
	FATE_DONE,
	FATE_LATE,
	FATE_LOST
};

/* What the server said to a statement. */
struct reply {
	PGresult *rows;
	PGresult *fault;
};

/* An SQLSTATE, or the beginning of several. */
struct state {
	const char *prefix;
	enum rc_err err;
	bool retry;
	bool reconnect;
};

/* clang-format off */
static const struct state states[] = {
	/* connection_exception, and poolers that lost their server */
	{ "08", RC_ERR_TEMPORARILY_UNAVAILABLE, false, true },
	/* a plan or a name on the connection is stale: nothing ran */
	{ "0A000", RC_ERR_SERVER_ERROR, true, true },
	{ "26000", RC_ERR_SERVER_ERROR, true, true },
	{ "42P05", RC_ERR_SERVER_ERROR, true, true },
	/* read_only_sql_transaction: the primary has moved elsewhere */
	{ "25006", RC_ERR_TEMPORARILY_UNAVAILABLE, false, true },
	/* serialization_failure, deadlock_detected: rolled back */
	{ "40001", RC_ERR_TEMPORARILY_UNAVAILABLE, true, false },
	{ "40P01", RC_ERR_TEMPORARILY_UNAVAILABLE, true, false },
	/* insufficient_resources: too_many_connections, disk_full ... */
	{ "53", RC_ERR_TEMPORARILY_UNAVAILABLE, false, false },
	/* lock_not_available, query_canceled: the server's own timeouts */
	{ "55P03", RC_ERR_TEMPORARILY_UNAVAILABLE, false, false },
	{ "57014", RC_ERR_TEMPORARILY_UNAVAILABLE, false, false },
	/* shutdown, crash, start-up, database dropped, idle too long */
	{ "57P", RC_ERR_TEMPORARILY_UNAVAILABLE, false, true },
};
/* clang-format on */

enum rc_err
rc_db_class(const char *sqlstate, bool *retry, bool *reconnect)
{
	const struct state *s;
	size_t i;

	*retry = *reconnect = false;
	for (i = 0; sqlstate != NULL && i < sizeof(states) / sizeof(*s); i++) {
		s = &states[i];
		if (strncmp(sqlstate, s->prefix, strlen(s->prefix)) != 0)
			continue;
		*retry = s->retry;
		*reconnect = s->reconnect;
		return s->err;
	}
	return RC_ERR_SERVER_ERROR;
}

/* Leave the connection; this never waits, for its socket never blocks. */
static void
drop(void)
{

	PQfinish(db.pg);
	db.pg = NULL;
	db.dying = false;
	db.nkept = 0;
}

static void
clear_result(void *result)
{

	PQclear(result);
}

/*
 * Log what the server said, by SQLSTATE and primary message: the other parts
 * may hold values.
 */
static void
log_result(enum rc_log_level level, const char *statement, const PGresult *res)
{
	const char *const pairs[] = { "statement", statement, "sqlstate",
		PQresultErrorField(res, PG_DIAG_SQLSTATE), "text",
		PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY), NULL };

	rc_log_pairs(level, "database", pairs);
}

/* Log what libpq knows about the connection. */
static void
log_connection(const char *what)
{
	const char *text = PQerrorMessage(db.pg);
	size_t len = strlen(text);

	while (len > 0 && text[len - 1] == '\n')
		len--;
	rc_log(RC_LOG_ERROR, "database", "%s: %.*s", what, (int)len, text);
}

/*
 * The server speaks unasked: a notice, or that it is about to hang up, which
 * may be called a warning too (57P02).
 */
static void
take_notice(void *arg, const PGresult *res)
{
	bool retry, reconnect;

	(void)arg;
	rc_db_class(
	    PQresultErrorField(res, PG_DIAG_SQLSTATE), &retry, &reconnect);
	if (reconnect)
		db.dying = true;
	log_result(reconnect ? RC_LOG_INFO : RC_LOG_DEBUG, NULL, res);
}

/* Wait until the socket is ready for one of ${events}; false: too late. */
static bool
wait_for(short events, int64_t deadline, short *ready)
{
	struct pollfd p = { .fd = PQsocket(db.pg), .events = events };
	int64_t left;
	int n;

	for (;;) {
		if ((left = deadline - rc_now_mono()) <= 0)
			return false;
		n = poll(&p, 1, left < 60000 ? (int)left : 60000);
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			*ready = p.revents;
			return true;
		}
	}
}

/* Take the steps of a connection's making as they become possible. */
static enum fate
connect_steps(int64_t deadline)
{
	PostgresPollingStatusType step = PGRES_POLLING_WRITING;
	short ready;

	if (PQstatus(db.pg) == CONNECTION_BAD)
		return FATE_LOST;
	while (step == PGRES_POLLING_READING || step == PGRES_POLLING_WRITING) {
		if (!wait_for(step == PGRES_POLLING_READING ? POLLIN : POLLOUT,
			deadline, &ready))
			return FATE_LATE;
		step = PQconnectPoll(db.pg);
	}
	return step == PGRES_POLLING_OK ? FATE_DONE : FATE_LOST;
}

/* Make a fresh connection fit for statements. */
static bool
settle(void)
{
	const char *encoding = PQparameterStatus(db.pg, "server_encoding");

	if (encoding != NULL && strcmp(encoding, "UTF8") != 0) {
		rc_log(RC_LOG_ERROR, "database",
		    "the database's encoding is %s; it must be UTF8", encoding);
		return false;
	}
	if (PQsetnonblocking(db.pg, 1) != 0 || !PQenterPipelineMode(db.pg)) {
		log_connection("cannot set up the connection");
		return false;
	}
	db.keeps = rc_req_door() != RC_DOOR_CGI;
	return true;
}

/*
 * Begin to connect.  What is set here travels in the startup packet and is
 * known to poolers; no other option is.
 */
static void
connect_start(struct rc_req *rq)
{
	const char *name = rq->program->name, *prefix;
	const char *const keys[] = { "dbname", "fallback_application_name",
		"client_encoding", "user", NULL };
	const char *values[] = { rq->conf->database, NULL, "UTF8", NULL, NULL };

	prefix = rq->conf->database_role_prefix;
	values[1] = rc_printf(rq->mem, "rollcall %s", name);
	if (prefix[0] != '\0')
		values[3] = rc_printf(rq->mem, "%s%s", prefix, name);
	db.pg = PQconnectStartParams(keys, values, 1);
	PQsetNoticeReceiver(db.pg, take_notice, NULL);
}

/* Note that there is no database, so that the next attempt waits a little. */
static void
back_off(void)
{

	drop();
	db.pause = db.pause == 0 ? PAUSE_LEAST : 2 * db.pause;
	if (db.pause > PAUSE_MOST)
		db.pause = PAUSE_MOST;
	db.not_before = rc_now_mono() + db.pause;
}

static enum rc_err
connect_database(struct rc_req *rq)
{
	enum fate fate;

	if (rc_now_mono() < db.not_before)
		return rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE, DOWN);
	connect_start(rq);
	fate = connect_steps(rq->db_deadline);
	if (fate == FATE_DONE && settle()) {
		db.pause = db.not_before = 0;
		return RC_OK;
	}
	if (fate == FATE_LATE)
		rc_log(RC_LOG_ERROR, "database",
		    "the server did not let us in within %lld ms",
		    (long long)rq->conf->database_timeout);
	else if (fate == FATE_LOST)
		log_connection("cannot connect");
	back_off();
	return rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE, "%s",
	    fate == FATE_LATE ? LATE : DOWN);
}

/* Tell whether the connection, idle until now, still stands. */
static bool
stands(void)
{
	struct pollfd p = { .fd = PQsocket(db.pg), .events = POLLIN };

	if (db.pg == NULL)
		return false;
	while (!db.dying && poll(&p, 1, 0) > 0)
		/* PQisBusy looks into what was read, and calls take_notice. */
		if (!PQconsumeInput(db.pg) || PQisBusy(db.pg))
			return false;
	return !db.dying;
}

static bool
is_kept(const struct rc_statement *statement)
{
	size_t i;

	for (i = 0; i < db.nkept; i++)
		if (db.kept[i] == statement)
			return true;
	return false;
}

/* Put a statement, its parameters and one Sync into libpq's buffer. */
static bool
put(struct rc_req *rq, const struct rc_statement *statement,
    const struct rc_db_param *params, size_t nparams, bool named, bool prepare)
{
	const char **values =
	    rc_alloc(rq->mem, (nparams + 1) * sizeof(*values));
	int *lengths = rc_alloc(rq->mem, (nparams + 1) * sizeof(*lengths));
	int *formats = rc_alloc(rq->mem, (nparams + 1) * sizeof(*formats));
	size_t i;
	int n = (int)nparams, ok = 1;

	for (i = 0; i < nparams; i++) {
		values[i] = params[i].data;
		lengths[i] = (int)params[i].len;
		formats[i] = params[i].binary ? 1 : 0;
	}
	if (prepare)
		ok = PQsendPrepare(
		    db.pg, statement->name, statement->text, 0, NULL);
	if (ok && named)
		ok = PQsendQueryPrepared(
		    db.pg, statement->name, n, values, lengths, formats, 0);
	else if (ok)
		ok = PQsendQueryParams(db.pg, statement->text, n, NULL, values,
		    lengths, formats, 0);
	return ok && PQpipelineSync(db.pg);
}

/*
 * Send what is in the buffer.  A server that cannot take more may want to be
 * read first.
 */
static enum fate
flush(int64_t deadline)
{
	short ready;
	int left;

	while ((left = PQflush(db.pg)) == 1) {
		if (!wait_for(POLLIN | POLLOUT, deadline, &ready))
			return FATE_LATE;
		if ((ready & ~POLLOUT) != 0 && !PQconsumeInput(db.pg))
			return FATE_LOST;
	}
	return left == 0 ? FATE_DONE : FATE_LOST;
}

/* Wait until PQgetResult has something to say that is worth a call. */
static enum fate
await_result(int64_t deadline)
{
	short ready;

	while (PQisBusy(db.pg)) {
		if (!wait_for(POLLIN, deadline, &ready))
			return FATE_LATE;
		if (!PQconsumeInput(db.pg))
			return FATE_LOST;
	}
	return FATE_DONE;
}

/*
 * Read the answer up to and with the one to Sync.  Only that one means that
 * the transaction is over: it commits there, after a write was called complete.
 */
static enum fate
collect(struct rc_req *rq, const struct rc_statement *statement, bool prepare,
    struct reply *reply)
{
	bool ended = false;
	PGresult *res;

	for (;;) {
		/* A lost connection may have said why: let it. */
		if (await_result(rq->db_deadline) == FATE_LATE)
			return FATE_LATE;
		if ((res = PQgetResult(db.pg)) == NULL) {
			/* One NULL ends a result; two: none will follow. */
			if (ended)
				return FATE_LOST;
			ended = true;
			continue;
		}
		rc_defer(rq->mem, clear_result, res);
		ended = false;
		switch (PQresultStatus(res)) {
		case PGRES_PIPELINE_SYNC:
			return FATE_DONE;
		case PGRES_PIPELINE_ABORTED:
			break;
		case PGRES_COMMAND_OK:
		case PGRES_TUPLES_OK:
			if (prepare && db.nkept < KEPT_MAX)
				db.kept[db.nkept++] = statement;
			else
				reply->rows = res;
			prepare = false;
			break;
		default:
			prepare = false;
			if (reply->fault == NULL)
				reply->fault = res;
		}
	}
}

/* Send a statement and read the answer, whatever it is. */
static enum fate
converse(struct rc_req *rq, const struct rc_statement *statement,
    const struct rc_db_param *params, size_t nparams, bool named,
    struct reply *reply)
{
	bool prepare = named && !is_kept(statement);
	enum fate fate;

	if (!put(rq, statement, params, nparams, named, prepare))
		return FATE_LOST;
	if ((fate = flush(rq->db_deadline)) != FATE_DONE)
		return fate;
	return collect(rq, statement, prepare, reply);
}

/* The answer to Sync did not come: nobody knows what became of it. */
static enum rc_err
fail_unknown(struct rc_req *rq, const struct rc_statement *statement,
    enum fate fate, const struct reply *reply)
{

	if (reply->fault != NULL &&
	    PQresultErrorField(reply->fault, PG_DIAG_SQLSTATE) != NULL)
		log_result(RC_LOG_ERROR, statement->name, reply->fault);
	else if (fate == FATE_LOST)
		log_connection("connection lost");
	else
		rc_log(RC_LOG_ERROR, "database", "%s: no answer within %lld ms",
		    statement->name, (long long)rq->conf->database_timeout);
	/* Those who queue behind this one need not each wait as long. */
	if (fate == FATE_LATE)
		back_off();
	else
		drop();
	return rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE, "%s",
	    fate == FATE_LATE ? LATE : DOWN);
}

/*
 * A pooler that gives each transaction another of its connections loses
 * prepared statements time and again: do without them soon.
 */
static void
note_forgotten(const char *sqlstate)
{

	if (sqlstate == NULL ||
	    (strcmp(sqlstate, "26000") != 0 && strcmp(sqlstate, "42P05") != 0))
		return;
	if (++db.forgotten == FORGOTTEN_MOST)
		rc_log(RC_LOG_WARN, "database",
		    "prepared statements get lost, as behind a pooler that "
		    "keeps none; this process does without: set "
		    "database_prepare = off");
}

/*
 * The statement failed and the transaction is rolled back.  RC_OK: try it once
 * more.
 */
static enum rc_err
fail_known(struct rc_req *rq, const struct rc_statement *statement, bool first,
    const PGresult *fault)
{
	const char *sqlstate = PQresultErrorField(fault, PG_DIAG_SQLSTATE);
	bool retry, reconnect;
	enum rc_err err;

	err = rc_db_class(sqlstate, &retry, &reconnect);
	retry = retry && first;
	log_result(retry ? RC_LOG_INFO : RC_LOG_ERROR, statement->name, fault);
	note_forgotten(sqlstate);
	if (reconnect)
		drop();
	if (retry)
		return RC_OK;
	return rc_fail(rq, err, "%s",
	    err == RC_ERR_SERVER_ERROR ? rc_err_text(err) : DOWN);
}

/*
 * Try a statement.  *${again} says that it did not run and should be tried once
 * more, which only a ${first} try is; the second relies on nothing prepared.
 */
static enum rc_err
try_statement(struct rc_req *rq, const struct rc_statement *statement,
    const struct rc_db_param *params, size_t nparams, bool first, bool *again,
    struct reply *reply)
{
	bool named;
	enum fate fate;
	enum rc_err err;

	if (rc_now_mono() >= rq->db_deadline)
		return rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE, LATE);
	if (!stands()) {
		drop();
		if ((err = connect_database(rq)) != RC_OK)
			return err;
	}
	named = first && db.keeps && rq->conf->database_prepare &&
	        db.forgotten < FORGOTTEN_MOST &&
	        (db.nkept < KEPT_MAX || is_kept(statement));
	fate = converse(rq, statement, params, nparams, named, reply);
	if (fate != FATE_DONE)
		return fail_unknown(rq, statement, fate, reply);
	if (reply->fault == NULL)
		return RC_OK;
	err = fail_known(rq, statement, first, reply->fault);
	*again = err == RC_OK;
	return err;
}

enum rc_err
rc_db_run(struct rc_req *rq, const struct rc_statement *statement,
    const struct rc_db_param *params, size_t nparams, struct rc_rows **rows)
{
	struct reply reply = { NULL, NULL };
	bool again = false;
	enum rc_err err;

	if (rq->db_deadline == 0)
		rq->db_deadline = rc_now_mono() + rq->conf->database_timeout;
	err =
	    try_statement(rq, statement, params, nparams, true, &again, &reply);
	if (again) {
		reply = (struct reply){ NULL, NULL };
		err = try_statement(
		    rq, statement, params, nparams, false, &again, &reply);
	}
	if (err == RC_OK && rows != NULL) {
		*rows = rc_alloc(rq->mem, sizeof(**rows));
		(*rows)->result = reply.rows;
	}
	return err;
}

enum rc_err
rc_db_exec(struct rc_req *rq, enum rc_sql sql, const struct rc_db_param *params,
    size_t nparams, struct rc_rows **rows)
{

	return rc_db_run(rq, &rc_statements[sql], params, nparams, rows);
}

bool
rc_db_pooled(int64_t backend)
{

	return db.pg != NULL && PQbackendPID(db.pg) != backend;
}

size_t
rc_rows_count(const struct rc_rows *rows)
{

	return (size_t)PQntuples(rows->result);
}

const char *
rc_db_number(struct rc_arena *mem, int64_t n)
{

	return rc_number(mem, n);
}

const char *
rc_rows_text(const struct rc_rows *rows, size_t row, size_t col)
{

	if (PQgetisnull(rows->result, (int)row, (int)col))
		return NULL;
	return PQgetvalue(rows->result, (int)row, (int)col);
}

int64_t
rc_rows_int(const struct rc_rows *rows, size_t row, size_t col)
{
	const char *text = rc_rows_text(rows, row, col);

	return text == NULL ? 0 : strtoll(text, NULL, 10);
}

bool
rc_rows_bool(const struct rc_rows *rows, size_t row, size_t col)
{
	const char *text = rc_rows_text(rows, row, col);

	return text != NULL && text[0] == 't';
}

const unsigned char *
rc_rows_bytes(struct rc_req *rq, const struct rc_rows *rows, size_t row,
    size_t col, size_t *len)
{
	const char *text = rc_rows_text(rows, row, col);
	unsigned char *bytes;

	*len = 0;
	if (text == NULL)
		return NULL;
	bytes = PQunescapeBytea((const unsigned char *)text, len);
	if (bytes == NULL) {
		rc_log(RC_LOG_ERROR, "database", "out of memory");
		abort();
	}
	rc_defer(rq->mem, PQfreemem, bytes);
	return bytes;
}

/* A fresh start: whatever configuration came before is forgotten. */
static bool
start(const struct rc_conf *conf, const struct rc_program *program)
{

	(void)conf;
	(void)program;
	drop();
	db.pause = db.not_before = 0;
	db.forgotten = 0;
	return true;
}

const struct rc_service rc_db_service = {
	.name = "database",
	.start = start,
	.stop = drop,
};

static void
free_options(void *options)
{

	PQconninfoFree(options);
}

/* Add a keyword and its value as a connection string has them. */
static void
add_keyword(struct rc_buf *b, const char *keyword, const char *value)
{

	rc_buf_printf(b, "%s%s='", b->len > 0 ? " " : "", keyword);
	for (; *value != '\0'; value++) {
		if (*value == '\'' || *value == '\\')
			rc_buf_putc(b, '\\');
		rc_buf_putc(b, *value);
	}
	rc_buf_putc(b, '\'');
}

const char *
rc_db_masked(struct rc_arena *mem, const char *conninfo, const char *user)
{
	PQconninfoOption *options = PQconninfoParse(conninfo, NULL), *o;
	bool other = user != NULL, hidden;
	const char *value;
	struct rc_buf b;

	if (options == NULL)
		return "***";
	rc_defer(mem, free_options, options);
	rc_buf_init(&b, mem);
	for (o = options; o->keyword != NULL; o++) {
		value = o->val;
		if (user != NULL && strcmp(o->keyword, "user") == 0)
			value = user;
		if (value == NULL)
			continue;
		hidden = strchr(o->dispchar, '*') != NULL;
		other = other || hidden;
		add_keyword(&b, o->keyword, hidden ? "***" : value);
	}
	return other ? b.data : conninfo;
}
