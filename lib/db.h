#ifndef RC_DB_H
#define RC_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "statements.h" /* made from sql/statements.sql: enum rc_sql */

struct rc_arena;
struct rc_conf;
struct rc_program;
struct rc_req;
struct rc_service;

/* A statement's parameter: text, or bytes; NULL data is SQL NULL. */
struct rc_db_param {
	const void *data;
	size_t len;
	bool binary;
};

/* Shorthands for the initializer of an array of parameters. */
/* clang-format off */
#define RC_DB_TEXT(s) { .data = (s) }
#define RC_DB_BYTES(p, n) { .data = (p), .len = (n), .binary = true }
#define RC_DB_NULL { .data = NULL }
/* The hash of a struct rc_secret. */
#define RC_DB_SECRET(s) \
	RC_DB_BYTES((s).text != NULL ? (s).hash : NULL, sizeof((s).hash))
/* clang-format on */

/*
 * rc_db_number(mem, n):
 * Return a number as a parameter's text.
 */
const char *rc_db_number(struct rc_arena *mem, int64_t n);

/* The rows that a statement returned; they live as long as the request. */
struct rc_rows;

/*
 * The process's one connection, as a service of a program row (serve.h): it is
 * opened at the first statement, not at start, and logs in as
 * conf->database_role_prefix followed by the program's name where the prefix is
 * not empty.  A database that is not UTF-8 is refused.  After a failed attempt
 * none is made for 50 ms, doubling to 1 s: until then there is no database.
 * Everything waits under the request's deadline, save libpq's look-up of a host
 * name, which blocks: name TCP servers by hostaddr, or use the UNIX socket.
 */
extern const struct rc_service rc_db_service;

/*
 * rc_db_exec(rq, sql, params, nparams, rows):
 * Run one statement of sql/statements.sql in one round trip and, where it
 * writes, one commit; RC_OK only after the server said that the transaction is
 * over.  All database work of ${rq} shares one deadline, conf->database_timeout
 * from its first statement.  *${rows} may be NULL where nobody looks.
 * RC_ERR_TEMPORARILY_UNAVAILABLE: no database, or not in time; whether a write
 * took place is then unknown.  RC_ERR_SERVER_ERROR: the statement failed; the
 * log says why.
 * Tried once more is what surely did not run: a serialization failure, a
 * statement that a pooler forgot (the second try relies on nothing prepared),
 * and a connection found lost before the statement was sent.  Nothing else is.
 */
enum rc_err rc_db_exec(struct rc_req *rq, enum rc_sql sql,
    const struct rc_db_param *params, size_t nparams, struct rc_rows **rows);

/*
 * rc_db_run(rq, statement, params, nparams, rows):
 * Do what rc_db_exec does, with a statement that the caller brings and that
 * lives as long as the process; its name is unique in the process.  It is
 * prepared at its first use on a connection, in the same round trip, unless
 * conf->database_prepare is off, the process lives for one request (plain CGI),
 * or a pooler has lost what was prepared several times.
 */
enum rc_err rc_db_run(struct rc_req *rq, const struct rc_statement *statement,
    const struct rc_db_param *params, size_t nparams, struct rc_rows **rows);

/*
 * rc_db_pooled(backend):
 * Tell whether there is a pooler between us and the server: it is not the
 * process ${backend}, which is pg_backend_pid() as a statement said, that let
 * us in.
 */
bool rc_db_pooled(int64_t backend);

/*
 * rc_rows_count(rows), rc_rows_text(rows, row, col):
 * Return the number of rows; a column as text, NULL for SQL NULL.
 */
size_t rc_rows_count(const struct rc_rows *rows);
const char *rc_rows_text(const struct rc_rows *rows, size_t row, size_t col);

/*
 * rc_rows_int(rows, row, col), rc_rows_bool(rows, row, col):
 * Return a column as a number, 0 for NULL; as a truth value, false for NULL.
 */
int64_t rc_rows_int(const struct rc_rows *rows, size_t row, size_t col);
bool rc_rows_bool(const struct rc_rows *rows, size_t row, size_t col);

/*
 * rc_rows_bytes(rq, rows, row, col, len):
 * Return a bytea column's bytes, which live as long as the request, *${len} of
 * them; NULL for NULL.
 */
const unsigned char *rc_rows_bytes(struct rc_req *rq,
    const struct rc_rows *rows, size_t row, size_t col, size_t *len);

/*
 * rc_db_class(sqlstate):
 * Map an SQLSTATE: RC_ERR_TEMPORARILY_UNAVAILABLE, or RC_ERR_SERVER_ERROR for
 * all that the table does not know, NULL too; *${retry} says whether trying
 * once more is right, *${reconnect} whether the connection is of no more use.
 */
enum rc_err rc_db_class(const char *sqlstate, bool *retry, bool *reconnect);

/*
 * rc_db_masked(mem, conninfo, user):
 * Return a connection string or URI that may be shown: the same where there is
 * no secret in it and ${user} is NULL, else its keywords and values, *** for
 * each secret and, where it is not NULL, ${user} for whom it names.
 */
const char *rc_db_masked(
    struct rc_arena *mem, const char *conninfo, const char *user);

#endif
