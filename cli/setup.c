/*
 * migrate and setup: from an empty database to one that rollcall works with.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "admin.h"
#include "alg.h"
#include "arena.h"
#include "buf.h"
#include "conf.h"
#include "crypt.h"
#include "json.h"
#include "key.h"
#include "req.h"
#include "signing_key.h"

extern char **environ;

/* Run a program and wait; with --json it says nothing on standard output. */
static enum admin_exit
run(struct admin *a, char *const argv[])
{
	posix_spawn_file_actions_t actions;
	int error, status;
	pid_t pid;

	(void)fflush(stdout);
	if (posix_spawn_file_actions_init(&actions) != 0)
		return admin_fail(
		    ADMIN_FAILED, "there is no memory; try again");
	error = a->json ? posix_spawn_file_actions_adddup2(
			      &actions, STDERR_FILENO, STDOUT_FILENO)
	                : 0;
	if (error == 0)
		error =
		    posix_spawn(&pid, argv[0], &actions, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	if (error != 0)
		return admin_fail(ADMIN_FAILED,
		    "cannot run %s: %s; is rollcall installed whole?", argv[0],
		    strerror(error));
	while (waitpid(pid, &status, 0) == -1) {
		if (errno != EINTR)
			return admin_fail(ADMIN_FAILED,
			    "cannot wait for %s: %s", argv[0], strerror(errno));
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return admin_fail(ADMIN_FAILED,
		    "the database was not migrated, as the lines before say");
	return ADMIN_OK;
}

/* Run rollcall-migrate(8) on the database. */
static enum admin_exit
migrate_database(struct admin *a, const char *database)
{
	const char *path = getenv("ROLLCALL_MIGRATE");
	char *argv[4];
	size_t n = 0;

	if (path == NULL)
		path = RC_SBINDIR "/rollcall-migrate";
	argv[n++] = rc_strdup(a->mem, path);
	if (admin_has(a, "no-roles"))
		argv[n++] = rc_strdup(a->mem, "--no-roles");
	argv[n++] = rc_strdup(a->mem, database);
	argv[n] = NULL;
	return run(a, argv);
}

/* The database may be told without a configuration. */
static enum admin_exit
migrate(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "migrated", TABLE_BOOL },
	};
	const char *const cells[] = { "t" };
	const char *database = a->arg != NULL ? a->arg : a->database;
	enum admin_exit e;

	if (database == NULL) {
		if ((e = admin_open(a)) != ADMIN_OK)
			return e;
		database = a->rq->conf->database;
	}
	e = migrate_database(a, database);
	if (e == ADMIN_OK && a->json)
		table_json_record(stdout, a->mem, columns, 1, cells);
	return e;
}

/* Tell whether one of the keys in ${rows} signs by ${alg}. */
static bool
has_active(const struct rc_rows *rows, const char *alg)
{
	size_t i;

	for (i = 0; i < rc_rows_count(rows); i++) {
		if (strcmp(rc_rows_text(rows, i, 1), alg) == 0 &&
		    strcmp(rc_rows_text(rows, i, 2), "active") == 0)
			return true;
	}
	return false;
}

/* The kids of keys that have a private part, with commas between. */
static const char *
sealed_kids(struct admin *a, const struct rc_rows *rows)
{
	struct rc_buf kids;
	size_t i;

	rc_buf_init(&kids, a->mem);
	for (i = 0; i < rc_rows_count(rows); i++) {
		if (strcmp(rc_rows_text(rows, i, 2), "retired") == 0)
			continue;
		rc_buf_puts(&kids, kids.len > 0 ? ", " : "");
		rc_buf_puts(&kids, rc_rows_text(rows, i, 0));
	}
	return kids.data;
}

/* See that the key file opens the keys that sign, of which there are some. */
static enum admin_exit
check_keys(struct admin *a, const char *kids)
{
	const char *file = a->rq->conf->key_file, *kid;
	const unsigned char *sealed;
	unsigned char seal[32];
	struct rc_rows *rows;
	enum admin_exit e;
	char why[512];
	size_t i, len;

	if (!rc_signing_key_seal_file(file, false, seal, why, sizeof(why)))
		return admin_fail(ADMIN_FAILED,
		    admin_gone(file)
			? "%s; it alone opens the keys %s: put it back from a "
			  "copy, or see rollcall-admin(8) where it is lost"
			: "%s; it alone opens the keys %s: mend that, or run "
			  "this as a user who may read it",
		    why, kids);
	e = admin_sql(a, RC_SQL_SIGNING_KEY_ACTIVE, NULL, 0, &rows);
	for (i = 0; e == ADMIN_OK && i < rc_rows_count(rows); i++) {
		kid = rc_rows_text(rows, i, 0);
		sealed = rc_rows_bytes(a->rq, rows, i, 2, &len);
		if (!rc_signing_key_opens(a->mem, seal, kid, sealed, len))
			e = admin_fail(ADMIN_FAILED,
			    "key_file %s does not open the key %s: put the one "
			    "back that sealed it",
			    file, kid);
	}
	rc_crypt_wipe(seal, sizeof(seal));
	return e;
}

/* Make a key for each algorithm that has none. */
static enum admin_exit
make_keys(struct admin *a, struct rc_json *made)
{
	const char *kid = NULL, *status = NULL, *kids;
	struct rc_json *key;
	struct rc_rows *rows;
	enum admin_exit e;
	size_t i;

	e = admin_sql(a, RC_SQL_SIGNING_KEY_LIST, NULL, 0, &rows);
	if (e != ADMIN_OK)
		return e;
	kids = sealed_kids(a, rows);
	if (*kids != '\0' && (e = check_keys(a, kids)) != ADMIN_OK)
		return e;
	for (i = 0; rc_algs[i] != NULL; i++) {
		if (has_active(rows, rc_algs[i]))
			continue;
		/* Another file would not open what is there. */
		e = key_make(a, rc_algs[i], *kids == '\0', &kid, &status);
		if (e != ADMIN_OK)
			return e;
		key = rc_json_new_object(a->mem);
		rc_json_set_string(key, "kid", kid);
		rc_json_set_string(key, "alg", rc_algs[i]);
		rc_json_set_string(key, "status", status);
		rc_json_append(made, key);
		if (!a->json)
			(void)printf(
			    "%s key %s is %s\n", rc_algs[i], kid, status);
	}
	return ADMIN_OK;
}

static enum admin_exit
setup(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "key_file", TABLE_TEXT },
		{ "key_file_made", TABLE_BOOL },
		{ "keys_made", TABLE_JSON },
	};
	struct rc_json *keys = rc_json_new_array(a->mem);
	const char *file = a->rq->conf->key_file;
	bool there = access(file, F_OK) == 0;
	enum admin_exit e = ADMIN_OK;

	if (admin_has(a, "no-migrate") && admin_has(a, "no-roles"))
		return admin_fail(ADMIN_USAGE,
		    "--no-roles is about migrating; leave it or --no-migrate "
		    "out");
	if (!admin_has(a, "no-migrate"))
		e = migrate_database(a, a->rq->conf->database);
	if (e != ADMIN_OK || (e = make_keys(a, keys)) != ADMIN_OK)
		return e;

	const char *const cells[] = { file,
		!there && access(file, F_OK) == 0 ? "t" : "f",
		rc_json_write(a->mem, keys) };

	if (a->json)
		table_json_record(stdout, a->mem, columns, 3, cells);
	else if (cells[1][0] == 't')
		(void)printf("%s was made; let the group that the programs run "
			     "as read it (chgrp), and keep a copy\n",
		    file);
	return ADMIN_OK;
}

static const struct admin_option migrate_options[] = {
	{ "no-roles", NULL, false },
};
static const struct admin_option setup_options[] = {
	{ "no-roles", NULL, false },
	{ "no-migrate", NULL, false },
};

static const struct admin_command migrate_commands[] = {
	{ NULL, "[CONNINFO]", migrate_options, 1,
	    "bring the database up to date", migrate },
};
static const struct admin_command setup_commands[] = {
	{ NULL, NULL, setup_options, 2,
	    "migrate, and make what is missing of keys", setup },
};

const struct admin_noun admin_migrate = { "migrate", migrate_commands, 1 };
const struct admin_noun admin_setup = { "setup", setup_commands, 1 };
