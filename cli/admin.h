#ifndef ADMIN_H
#define ADMIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf.h"
#include "db.h"
#include "table.h"

struct rc_arena;
struct rc_json;
struct rc_req;

/* What the program exits with. */
enum admin_exit {
	ADMIN_OK = 0,
	ADMIN_FAILED = 1,
	ADMIN_USAGE = 2,
	ADMIN_NOT_FOUND = 3
};

struct admin;

/* An option of a command. */
struct admin_option {
	const char *name; /* "redirect-uri" */
	const char *value; /* what it takes, "URI"; NULL: nothing */
	bool many; /* may come more than once */
};

/* A command is one row: rollcall-admin NOUN [VERB] [ARG] [OPTION ...]. */
struct admin_command {
	const char *verb; /* NULL: the noun says it all */
	/* "NAME", or "[NAME]" where it may be absent; "..." at its end: there
	 * may be several; NULL. */
	const char *arg;
	const struct admin_option *options;
	size_t noptions;
	const char *meaning; /* a line of the usage */
	enum admin_exit (*run)(struct admin *a);
};

struct admin_noun {
	const char *name;
	const struct admin_command *commands;
	size_t ncommands;
};

extern const struct admin_noun admin_account, admin_audit, admin_client,
    admin_config, admin_consent, admin_deliver, admin_doctor, admin_iat,
    admin_key, admin_migrate, admin_policy, admin_purge, admin_session,
    admin_setup, admin_stats, admin_token;

/* One run of the program. */
struct admin {
	struct rc_arena *mem; /* as long as the run */
	struct rc_req *rq; /* for the library; its conf is set by admin_open */
	const struct admin_command *command;
	const char *arg; /* NULL: not given */
	struct rc_list args; /* all that were, where there may be several */
	struct rc_list *values; /* of command->options; flags have "" */
	const char *config; /* --config, NULL */
	const char *database; /* --database, NULL */
	bool json; /* --json */
};

/*
 * admin_option(a, name), admin_options(a, name), admin_has(a, name):
 * Return the value of an option of the command, NULL where it was not given;
 * all values; whether it was given.
 */
const char *admin_option(const struct admin *a, const char *name);
const struct rc_list *admin_options(const struct admin *a, const char *name);
bool admin_has(const struct admin *a, const char *name);

/*
 * admin_one_of(a, names):
 * Tell whether exactly one of the NULL-ended options ${names} was given.
 */
bool admin_one_of(const struct admin *a, const char *const names[]);

/*
 * admin_fail(exit, fmt, ...):
 * Say on standard error, in one sentence, what is wrong and what to do; return
 * ${exit}.
 */
enum admin_exit admin_fail(enum admin_exit exit, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * admin_open(a):
 * Read the configuration, unless that was done.
 */
enum admin_exit admin_open(struct admin *a);

/*
 * admin_sql(a, sql, params, nparams, rows):
 * Run a statement, with all of database_timeout for itself; a failure is said.
 */
enum admin_exit admin_sql(struct admin *a, enum rc_sql sql,
    const struct rc_db_param *params, size_t nparams, struct rc_rows **rows);

/*
 * admin_list(a, sql, params, nparams, columns, ncolumns):
 * Run a statement and print all its rows, whose first ${ncolumns} columns are
 * as ${columns} say.
 */
enum admin_exit admin_list(struct admin *a, enum rc_sql sql,
    const struct rc_db_param *params, size_t nparams,
    const struct table_column *columns, size_t ncolumns);

/*
 * admin_rows(a, rows, n, columns, ncolumns):
 * Print the first ${n} rows, likewise.
 */
void admin_rows(struct admin *a, const struct rc_rows *rows, size_t n,
    const struct table_column *columns, size_t ncolumns);

/*
 * admin_record(a, rows, columns, ncolumns):
 * Print the first row as a record.
 */
void admin_record(struct admin *a, const struct rc_rows *rows,
    const struct table_column *columns, size_t ncolumns);

/*
 * admin_done(a, columns, ncolumns, cells, fmt, ...):
 * Say what was done: for programs the record, for people the sentence.
 */
void admin_done(struct admin *a, const struct table_column *columns,
    size_t ncolumns, const char *const *cells, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/*
 * admin_find(a, what, sql, id, rows):
 * Read the ${what} named ${id} by the statement that shows it; that there is
 * none is said.
 */
enum admin_exit admin_find(struct admin *a, const char *what, enum rc_sql sql,
    const char *id, struct rc_rows **rows);

/*
 * admin_known_account(a, name), admin_known_client(a, client_id):
 * ADMIN_OK where there is such an account or client, or none was named: NULL.
 */
typedef enum admin_exit admin_known_fn(struct admin *a, const char *id);
admin_known_fn admin_known_account, admin_known_client;

/*
 * admin_change(a, what, known, sql, verb):
 * Run a statement on the ${what} that the command names and that is ${known};
 * say that it is ${verb}, or was so already.
 */
enum admin_exit admin_change(struct admin *a, const char *what,
    admin_known_fn *known, enum rc_sql sql, const char *verb);

/*
 * admin_delete(a, what, known, sql):
 * The same for deleting, after it was confirmed.
 */
enum admin_exit admin_delete(
    struct admin *a, const char *what, admin_known_fn *known, enum rc_sql sql);

/*
 * admin_number(text, least, most, n):
 * Read a decimal number within bounds.
 */
bool admin_number(const char *text, int64_t least, int64_t most, int64_t *n);

/*
 * admin_read(a, file, what, text, len):
 * Read a whole file, "-" being standard input, of at most 1 MiB.
 */
enum admin_exit admin_read(struct admin *a, const char *file, const char *what,
    char **text, size_t *len);

/*
 * admin_gone(file):
 * Tell whether a file is not there: where we may not look it may be there.
 */
bool admin_gone(const char *file);

/*
 * admin_fault(a, detail):
 * Return a line of what an element of error_details or of the warnings says:
 * where, what is wrong, and the hint where that does not have it already.
 */
const char *admin_fault(struct admin *a, const struct rc_json *detail);

/*
 * admin_password(a, password):
 * Find out the password of an account by the options password-file, random
 * and no-password, else ask twice on the terminal.  *${password} is NULL for
 * none.
 */
enum admin_exit admin_password(struct admin *a, const char **password);

/*
 * admin_confirm(a, what, name):
 * Unless --yes was given, have the name typed on the terminal before ${what} is
 * deleted.
 */
enum admin_exit admin_confirm(
    struct admin *a, const char *what, const char *name);

/*
 * admin_confirm_act(a, act, sentence, name):
 * The same for another act, such as "rolling back"; ${sentence} says what it
 * does.
 */
enum admin_exit admin_confirm_act(
    struct admin *a, const char *act, const char *sentence, const char *name);

#endif
