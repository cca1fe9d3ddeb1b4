#include <sys/wait.h>

#include <glob.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "harness.h"
#include "harness_own.h"

extern char **environ;

static PGconn *pg;

static PGresult *
db_run(const char *sql, const char *arg)
{
	PGresult *result;
	ExecStatusType status;

	if (pg == NULL) {
		pg = PQconnectdb("");
		if (PQstatus(pg) != CONNECTION_OK)
			ck_abort_msg("database: %s", PQerrorMessage(pg));
	}
	result = PQexecParams(
	    pg, sql, arg == NULL ? 0 : 1, NULL, &arg, NULL, NULL, 0);
	status = PQresultStatus(result);
	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
		ck_abort_msg("%s: %s", sql, PQerrorMessage(pg));
	return result;
}

const char *
db(const char *sql, const char *arg)
{
	PGresult *result = db_run(sql, arg);
	const char *value = NULL;

	if (PQntuples(result) > 0 && !PQgetisnull(result, 0, 0))
		value = text("%s", PQgetvalue(result, 0, 0));
	PQclear(result);
	return value;
}

/* Return the rows that fit, of every table that ${tables} names. */
static const char *
db_tables(const char *tables, const char *sql_fmt, const char *arg)
{
	PGresult *names = db_run(tables, NULL);
	const char *all = "", *value, *name;
	int i;

	for (i = 0; i < PQntuples(names); i++) {
		name = PQgetvalue(names, i, 0);
		value = db(text("SELECT string_agg(x, E'\\n' ORDER BY x) FROM "
				"(SELECT t::text AS x FROM rollcall.%s t "
				"WHERE %s) u",
			       name, sql_fmt),
		    arg);
		if (value != NULL)
			all = text("%s%s: %s\n", all, name, value);
	}
	PQclear(names);
	return *all == '\0' ? NULL : all;
}

/* The audit is no part of the record, and outlives it. */
const char *
db_client(const char *id)
{

	return db_tables("SELECT c.relname FROM pg_class c JOIN pg_attribute a "
			 "ON a.attrelid = c.oid AND a.attname = 'client_id' "
			 "WHERE c.relnamespace = 'rollcall'::regnamespace "
			 "AND c.relkind IN ('r', 'p') AND NOT c.relispartition "
			 "AND c.relname NOT IN ('audit', 'outbox') ORDER BY 1",
	    "client_id = $1", id);
}

const char *
db_holds(const char *secret)
{

	return db_tables("SELECT relname FROM pg_class "
			 "WHERE relnamespace = 'rollcall'::regnamespace "
			 "AND relkind IN ('r', 'p', 'm') ORDER BY 1",
	    "strpos(t::text, $1) > 0 OR strpos(t::text, "
	    "encode(convert_to($1, 'UTF8'), 'hex')) > 0 OR strpos(t::text, "
	    "translate(encode(convert_to($1, 'UTF8'), 'base64'), "
	    "E'\\n=', '')) > 0 OR strpos(t::text, CASE "
	    "WHEN $1 ~ '^[A-Za-z0-9_-]{43}$' THEN encode(decode(translate("
	    "$1, '-_', '+/') || '=', 'base64'), 'hex') ELSE $1 END) > 0",
	    secret);
}

const char *
shell(const char *command, int *status)
{
	enum {
		SIZE = 65536
	};
	char *said = room(SIZE);
	char *argv[] = { (char *)(uintptr_t) "sh", (char *)(uintptr_t) "-c",
		(char *)(uintptr_t)command, NULL };
	posix_spawn_file_actions_t actions;
	size_t len = 0;
	ssize_t n;
	pid_t pid;
	int fds[2];

	if (pipe(fds) != 0 || posix_spawn_file_actions_init(&actions) != 0 ||
	    posix_spawn_file_actions_addclose(&actions, fds[0]) != 0 ||
	    posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO) !=
		0 ||
	    posix_spawn(&pid, "/bin/sh", &actions, NULL, argv, environ) != 0)
		ck_abort_msg("%s: cannot be run", command);
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(fds[1]);
	while (len < SIZE - 1 &&
	       (n = read(fds[0], said + len, SIZE - 1 - len)) > 0)
		len += (size_t)n;
	(void)close(fds[0]);
	if (waitpid(pid, status, 0) != pid)
		ck_abort_msg("%s: nobody knows how it ended", command);
	return said;
}

struct json_object *
admin(const char *fmt, ...)
{
	struct json_object *value;
	const char *said;
	char *words;
	va_list ap;
	int status;

	va_start(ap, fmt);
	if (vasprintf(&words, fmt, ap) == -1)
		abort();
	va_end(ap);
	said = shell(
	    text("%s --json %s", env("RIG_ADMIN", "rollcall-admin"), words),
	    &status);
	value = parse(said, strlen(said));
	if (status != 0 || value == NULL)
		ck_abort_msg("rollcall-admin %s: %s", words, said);
	free(words);
	return value;
}

void
db_close(void)
{

	if (pg != NULL)
		PQfinish(pg);
	pg = NULL;
}

/* Processes. */

/* Read what stands in a small file of /proc or the rig. */
static bool
slurp(const char *path, char *out, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t n;

	if (f == NULL)
		return false;
	n = fread(out, 1, size - 1, f);
	out[n] = '\0';
	(void)fclose(f);
	return true;
}

/* Return the parent of a process and its name, 0 where it is gone. */
static int
parent_of(int pid, const char **name)
{
	char line[512];
	const char *open, *shut;

	if (!slurp(text("/proc/%d/stat", pid), line, sizeof(line)) ||
	    (open = strchr(line, '(')) == NULL ||
	    (shut = strrchr(line, ')')) == NULL)
		return 0;
	*name = text("%.*s", (int)(shut - open - 1), open + 1);
	return (int)strtol(shut + 4, NULL, 10);
}

/* Tell whether the process descends from one that the rig started. */
static bool
is_rigs(int pid, const int *roots, size_t nroots)
{
	const char *name;
	size_t i;

	for (; pid > 1; pid = parent_of(pid, &name))
		for (i = 0; i < nroots; i++)
			if (pid == roots[i])
				return true;
	return false;
}

static size_t
rig_roots(int *roots, size_t max)
{
	const char *pattern = text("%s/run/*.pid", env("RIG_DIR", "."));
	char line[64];
	glob_t found;
	size_t n = 0, i;

	if (glob(pattern, 0, NULL, &found) != 0)
		return 0;
	for (i = 0; i < found.gl_pathc && n < max; i++)
		if (slurp(found.gl_pathv[i], line, sizeof(line)))
			roots[n++] = (int)strtol(line, NULL, 10);
	globfree(&found);
	return n;
}

static int
by_number(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

size_t
pids(int *list, size_t max)
{
	int roots[64];
	size_t nroots = rig_roots(roots, 64), n = 0, i;
	const char *name;
	glob_t found;
	int pid;

	if (glob("/proc/[1-9]*", GLOB_NOSORT, NULL, &found) != 0)
		return 0;
	for (i = 0; i < found.gl_pathc && n < max; i++) {
		pid =
		    (int)strtol(found.gl_pathv[i] + strlen("/proc/"), NULL, 10);
		if (parent_of(pid, &name) > 0 &&
		    strstr(env("RIG_PROGRAMS", ""), name) != NULL &&
		    is_rigs(pid, roots, nroots))
			list[n++] = pid;
	}
	globfree(&found);
	qsort(list, n, sizeof(*list), by_number);
	return n;
}

void
reconf(const char *const *lines, size_t n)
{
	const char *script = env("RIG_RECONF", NULL);
	char **argv = room((n + 2) * sizeof(*argv));
	pid_t pid;
	int status;
	size_t i;

	if (script == NULL)
		ck_abort_msg("RIG_RECONF is not set: run it by tests/run-http");
	argv[0] = (char *)(uintptr_t)script;
	for (i = 0; i < n; i++)
		argv[i + 1] = (char *)(uintptr_t)json("%s", lines[i]);
	if (posix_spawn(&pid, script, NULL, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid || status != 0)
		ck_abort_msg("%s failed", script);
}
