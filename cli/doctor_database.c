#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alg.h"
#include "arena.h"
#include "buf.h"
#include "conf.h"
#include "crypt.h"
#include "doctor.h"
#include "log.h"
#include "now.h"
#include "outbox.h"
#include "program.h"
#include "req.h"
#include "serve.h"
#include "signing_key.h"

/* After so long deliver, which runs every minute, is missing, s. */
#define LATE 3600

/* The most processes of a program. */
#define WORKERS_MAX 100000

/* How far the clocks of database and host may be apart, ms. */
#define CLOCK_MOST 2000

/* Run a statement; false: the log says why not. */
static bool
ask(struct doctor *d, enum rc_sql sql, const struct rc_db_param *params,
    size_t nparams, struct rc_rows **rows)
{
	struct rc_req *rq = d->a->rq;

	/* What is still to be told comes before the log's line. */
	(void)fflush(stdout);
	rq->db_deadline = 0;
	memset(&rq->fault, 0, sizeof(rq->fault));
	return rc_db_exec(rq, sql, params, nparams, rows) == RC_OK;
}

/* --- the connection */

static bool
check_server(struct doctor *d, struct rc_rows **rows)
{
	int64_t before, after, apart;

	before = rc_now_mono();
	if (!ask(d, RC_SQL_ADMIN_DOCTOR_SERVER, NULL, 0, rows)) {
		doctor_say(d, DOCTOR_FAILED, "database",
		    "systemctl status postgresql\n"
		    "rollcall-admin --database CONNINFO doctor",
		    "it did not answer, as the line of the log says; see that "
		    "it runs, and that database in %s names it",
		    d->a->rq->conf->file);
		return false;
	}
	doctor_say(d, DOCTOR_OK, "database", NULL, "PostgreSQL %s, as %s",
	    rc_rows_text(*rows, 0, 1), rc_rows_text(*rows, 0, 0));
	/* Where a standby answers, nothing can be written. */
	if (rc_rows_bool(*rows, 0, 5))
		doctor_say(d, DOCTOR_FAILED, "primary",
		    "database = \"... target_session_attrs=read-write\"",
		    "the database takes no changes: it is a standby, or "
		    "read-only by its configuration");
	if (strcmp(rc_rows_text(*rows, 0, 2), "UTF8") != 0)
		doctor_say(d, DOCTOR_FAILED, "encoding",
		    "CREATE DATABASE rollcall ENCODING 'UTF8' TEMPLATE "
		    "template0",
		    "the database's encoding is %s", rc_rows_text(*rows, 0, 2));
	else
		doctor_say(d, DOCTOR_OK, "encoding", NULL, "UTF8");
	after = rc_now_mono();
	apart = rc_rows_int(*rows, 0, 4) - rc_now() * 1000;
	/* Ours is cut to the second, theirs of some time in between. */
	if (apart < -CLOCK_MOST - (after - before) ||
	    apart > CLOCK_MOST + 1000 + (after - before))
		doctor_say(d, DOCTOR_WARNING, "clock", "timedatectl set-ntp on",
		    "the database's clock and this one are %" PRId64
		    " seconds apart: codes and tokens expire too early or too "
		    "late",
		    apart / 1000);
	else
		doctor_say(d, DOCTOR_OK, "clock", NULL,
		    "the database's goes with this one");
	return true;
}

/*
 * Log in as each program does.  Under peer authentication only the programs'
 * own user can, so what fails here need not be wrong.
 */
static void
check_logins(struct doctor *d)
{
	struct rc_req *rq = d->a->rq;
	const struct rc_program *own = rq->program;
	struct rc_program other = { 0 };
	struct rc_rows *rows;
	const char *first = NULL, *role;
	struct rc_buf bad;
	size_t i, n = 0;

	if (rq->conf->database_role_prefix[0] == '\0')
		return;
	rc_buf_init(&bad, d->a->mem);
	rq->program = &other;
	for (i = 0; i < doctor_nprograms; i++) {
		if (!doctor_programs[i].database)
			continue;
		other.name = doctor_programs[i].name;
		(void)rc_db_service.start(rq->conf, &other);
		if (ask(d, RC_SQL_ADMIN_DOCTOR_ROLE, NULL, 0, &rows)) {
			n++;
			continue;
		}
		/* What the log says once is likely the same for all. */
		rc_log_open(own->name, RC_LOG_NONE);
		role = rc_printf(d->a->mem, "%s%s",
		    rq->conf->database_role_prefix, other.name);
		rc_buf_printf(&bad, "%s%s", bad.len > 0 ? ", " : "", role);
		first = first != NULL ? first : role;
	}
	rc_log_open(own->name, RC_LOG_WARN);
	rq->program = own;
	(void)rc_db_service.start(rq->conf, own);
	if (first == NULL)
		doctor_say(d, DOCTOR_OK, "logins", NULL,
		    "each of %zu programs gets in as its own role", n);
	else
		doctor_say(d, DOCTOR_WARNING, "logins",
		    rc_printf(d->a->mem,
			"runuser -u rollcall -- psql -d \"%s\" -c 'SELECT 1'",
			rc_db_masked(d->a->mem, rq->conf->database, first)),
		    "this user cannot log in as %s, the first for what the "
		    "line of the log says; see that the programs' user can "
		    "(pg_hba.conf, pg_ident.conf; sql/README.md)",
		    bad.data);
}

/* --- the schema */

static bool
read_file(struct doctor *d, const char *path, char **text, size_t *len)
{
	FILE *f = fopen(path, "re");
	struct rc_buf buf;
	size_t n;

	if (f == NULL)
		return false;
	rc_buf_init(&buf, d->a->mem);
	do {
		n = fread(rc_buf_room(&buf, 65536), 1, 65536, f);
		buf.len += n;
		buf.data[buf.len] = '\0';
	} while (n > 0);
	(void)fclose(f);
	*text = buf.data;
	*len = buf.len;
	return true;
}

static bool
is_migration(const char *name)
{

	return strspn(name, "0123456789") == 4 && name[4] == '-' &&
	       strlen(name) > 4 && strcmp(name + strlen(name) - 4, ".sql") == 0;
}

/* Tell whether a file's sum is that of the migration as it was applied. */
static bool
is_applied(struct doctor *d, const struct rc_rows *rows, const char *file,
    int64_t version)
{
	unsigned char sum[32];
	char text[65], *content;
	size_t i, len;

	if (!read_file(d, file, &content, &len))
		return false;
	rc_crypt_sha256(content, len, sum);
	for (i = 0; i < sizeof(sum); i++)
		(void)snprintf(text + 2 * i, 3, "%02x", sum[i]);
	for (i = 0; i < rc_rows_count(rows); i++) {
		if (rc_rows_int(rows, i, 0) == version)
			return strcmp(rc_rows_text(rows, i, 1), text) == 0;
	}
	return false;
}

static bool
check_schema(struct doctor *d)
{
	const char *folder = doctor_sql_file(d, "migrate");
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	struct rc_rows *rows;
	int64_t newest = 0, version, at = 0;
	const char *missing = NULL;

	if (!ask(d, RC_SQL_ADMIN_DOCTOR_MIGRATIONS, NULL, 0, &rows)) {
		doctor_say(d, DOCTOR_FAILED, "schema", "rollcall-admin migrate",
		    "this role cannot read which migrations were applied: log "
		    "in as another, such as rollcall_admin, or migrate as the "
		    "owner, which gives that role its rights");
		if (dir != NULL)
			(void)closedir(dir);
		return false;
	}
	if (rc_rows_count(rows) > 0)
		at = rc_rows_int(rows, rc_rows_count(rows) - 1, 0);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (!is_migration(entry->d_name))
			continue;
		version = strtoll(entry->d_name, NULL, 10);
		if (version > newest)
			newest = version;
		if (!is_applied(d, rows,
			rc_printf(d->a->mem, "%s/%s", folder, entry->d_name),
			version))
			missing = rc_strdup(d->a->mem, entry->d_name);
	}
	if (dir != NULL)
		(void)closedir(dir);
	if (newest == 0)
		doctor_say(d, DOCTOR_WARNING, "schema",
		    "ROLLCALL_SQL_DIR=FOLDER rollcall-admin doctor",
		    "the database is at version %" PRId64
		    "; there are no migrations in %s to compare it with",
		    at, folder);
	else if (at > newest)
		doctor_say(d, DOCTOR_FAILED, "schema", NULL,
		    "the database is at version %" PRId64
		    ", newer than %" PRId64
		    ", which this program knows; use the rollcall that it was "
		    "made for",
		    at, newest);
	else if (missing != NULL)
		doctor_say(d, DOCTOR_FAILED, "schema", "rollcall-admin migrate",
		    "%s was not applied as it is here; the database is at "
		    "version %" PRId64 ", this program at %" PRId64,
		    missing, at, newest);
	else
		doctor_say(
		    d, DOCTOR_OK, "schema", NULL, "version %" PRId64, at);
	return true;
}

static bool
has_fault(const struct rc_rows *rows, const char *fault)
{
	size_t i;

	for (i = 0; i < rc_rows_count(rows); i++) {
		if (strcmp(rc_rows_text(rows, i, 1), fault) == 0)
			return true;
	}
	return false;
}

/* Say which rights are missing, or too many. */
static void
say_rights(struct doctor *d, const struct rc_rows *rows, const char *fault,
    const char *fix, const char *what)
{
	struct rc_buf list;
	size_t i, n = 0;

	rc_buf_init(&list, d->a->mem);
	for (i = 0; i < rc_rows_count(rows); i++) {
		if (strcmp(rc_rows_text(rows, i, 1), fault) != 0)
			continue;
		if (n++ < 10)
			rc_buf_printf(&list, "%s%s: %s", n > 1 ? "; " : "",
			    rc_rows_text(rows, i, 0), rc_rows_text(rows, i, 2));
	}
	if (n > 0)
		doctor_say(d, DOCTOR_FAILED, "rights", fix, "%zu rights %s %s",
		    n, what, list.data);
}

/* Compare what roles.sql grants with what the roles have. */
static void
check_rights(struct doctor *d)
{
	const struct rc_conf *conf = d->a->rq->conf;
	const char *file = doctor_sql_file(d, "roles.sql");
	struct rc_rows *rows;
	char *text;
	size_t len;

	if (conf->database_role_prefix[0] == '\0') {
		doctor_say(d, DOCTOR_OK, "rights", NULL,
		    "all programs share one role (database_role_prefix)");
		return;
	}
	if (!read_file(d, file, &text, &len)) {
		doctor_say(d, DOCTOR_WARNING, "rights", NULL,
		    "there is no %s to compare the roles with", file);
		return;
	}

	const struct rc_db_param params[] = { RC_DB_TEXT(text),
		RC_DB_TEXT(conf->database_role_prefix) };

	if (!ask(d, RC_SQL_ADMIN_DOCTOR_RIGHTS, params, 2, &rows)) {
		doctor_say(d, DOCTOR_WARNING, "rights", NULL,
		    "the roles' rights could not be compared, as the line of "
		    "the log says");
		return;
	}
	if (rc_rows_count(rows) == 0)
		doctor_say(d, DOCTOR_OK, "rights", NULL,
		    "every role has what roles.sql grants, and no more");
	say_rights(d, rows, "missing", "rollcall-admin migrate",
	    "are missing, such as");
	/* What roles.sql grants not to a role of its own it leaves alone. */
	say_rights(d, rows, "surplus",
	    "rollcall-admin migrate\nREVOKE what is still told then",
	    "are granted that roles.sql does not grant, such as");
	if (has_fault(rows, "unread"))
		doctor_say(d, DOCTOR_FAILED, "rights", NULL,
		    "no GRANT in %s was understood, so the roles' rights could "
		    "not be compared; put the file back that was installed",
		    file);
}

/* --- processes and connections */

/* WORKERS=N of a file that systemd reads, else ${preset}. */
static int64_t
configured_workers(struct doctor *d, const char *name, int64_t preset)
{
	static const char key[] = "WORKERS=";
	char line[256], *value;
	int64_t n;
	FILE *f = fopen(
	    rc_printf(d->a->mem, "%s/default/rollcall-%s", RC_SYSCONFDIR, name),
	    "re");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, key, sizeof(key) - 1) != 0)
			continue;
		value = line + sizeof(key) - 1;
		value += strspn(value, "\"'");
		value[strspn(value, "0123456789")] = '\0';
		if (admin_number(value, 1, WORKERS_MAX, &n))
			preset = n;
	}
	if (f != NULL)
		(void)fclose(f);
	return preset;
}

/* What --workers says of a program, else ${preset}. */
static int64_t
given_workers(struct doctor *d, const char *name, int64_t preset)
{
	const struct rc_list *given = admin_options(d->a, "workers");
	const char *value, *equals;
	size_t i, n = strlen(name);
	int64_t number;

	for (i = 0; i < given->count; i++) {
		value = given->items[i];
		equals = strchr(value, '=');
		if ((equals == NULL || ((size_t)(equals - value) == n &&
					   strncmp(value, name, n) == 0)) &&
		    admin_number(equals != NULL ? equals + 1 : value, 0,
			WORKERS_MAX, &number))
			preset = number;
	}
	return preset;
}

static bool
is_workers(const char *value)
{
	const char *equals = strchr(value, '=');
	int64_t number;
	size_t i, n;

	if (!admin_number(
		equals != NULL ? equals + 1 : value, 0, WORKERS_MAX, &number))
		return false;
	n = equals != NULL ? (size_t)(equals - value) : 0;
	for (i = 0; equals != NULL && i < doctor_nprograms; i++) {
		if (strlen(doctor_programs[i].name) == n &&
		    strncmp(doctor_programs[i].name, value, n) == 0)
			return true;
	}
	return equals == NULL;
}

enum admin_exit
doctor_workers(const struct admin *a)
{
	const struct rc_list *given = admin_options(a, "workers");
	size_t i;

	for (i = 0; i < given->count; i++) {
		if (!is_workers(given->items[i]))
			return admin_fail(ADMIN_USAGE,
			    "--workers %s is no NUMBER or NAME=NUMBER, such as "
			    "8 or register=8",
			    given->items[i]);
	}
	return ADMIN_OK;
}

static void
check_processes(struct doctor *d, int64_t connections, bool pooled)
{
	const struct doctor_program *p;
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < doctor_nprograms; i++) {
		p = &doctor_programs[i];
		if (p->database)
			sum += given_workers(d, p->name,
			    configured_workers(d, p->name, p->workers));
	}
	/* Besides there are this program, deliver and a person. */
	if (pooled)
		doctor_say(d, DOCTOR_OK, "processes", NULL,
		    "%" PRId64 " on this host, each with a connection to the "
		    "pooler in front of the database",
		    sum);
	else if (sum + 3 > connections && d->a->database != NULL)
		doctor_say(d, DOCTOR_WARNING, "processes", NULL,
		    "%" PRId64 " processes need a connection each, and the "
		    "database has %" PRId64
		    " for them; that is right only where they go through a "
		    "pooler, and not where --database says",
		    sum, connections);
	else if (sum + 3 > connections)
		doctor_say(d, DOCTOR_FAILED, "processes",
		    rc_printf(d->a->mem,
			"ALTER SYSTEM SET max_connections = %" PRId64 ";",
			sum + 20),
		    "%" PRId64 " processes need a connection each, and the "
		    "database has %" PRId64
		    " for them; have fewer workers, more connections (then "
		    "restart it), or PgBouncer in front; --workers says what "
		    "%s/default/rollcall-NAME does not",
		    sum, connections, RC_SYSCONFDIR);
	else
		doctor_say(d, DOCTOR_OK, "processes", NULL,
		    "%" PRId64 " on this host, of %" PRId64 " connections", sum,
		    connections);
}

/* --- keys, and what should have been done by now */

static bool
has_active(const struct rc_rows *rows, const char *alg)
{
	size_t i;

	for (i = 0; i < rc_rows_count(rows); i++) {
		if (strcmp(rc_rows_text(rows, i, 1), alg) == 0)
			return true;
	}
	return false;
}

static void
check_keys(struct doctor *d)
{
	const char *file = d->a->rq->conf->key_file;
	const unsigned char *sealed;
	unsigned char seal[32];
	struct rc_rows *rows;
	struct rc_buf missing;
	char why[512];
	const char *bad = NULL;
	size_t i, len;

	if (!ask(d, RC_SQL_SIGNING_KEY_ACTIVE, NULL, 0, &rows)) {
		doctor_say(d, DOCTOR_FAILED, "signing keys",
		    "rollcall-admin migrate",
		    "this role cannot read them, as the line of the log says");
		return;
	}
	rc_buf_init(&missing, d->a->mem);
	for (i = 0; rc_algs[i] != NULL; i++) {
		if (!has_active(rows, rc_algs[i]))
			rc_buf_printf(&missing, "%s%s",
			    missing.len > 0 ? ", " : "", rc_algs[i]);
	}
	if (missing.len > 0)
		doctor_say(d, DOCTOR_FAILED, "signing keys",
		    "rollcall-admin setup --no-migrate",
		    "there is no active key for %s", missing.data);
	if (!rc_signing_key_seal_file(file, false, seal, why, sizeof(why))) {
		doctor_say(d, DOCTOR_FAILED, "signing keys",
		    admin_gone(file) ? "rollcall-admin setup --no-migrate"
				     : NULL,
		    "%s", why);
		return;
	}
	for (i = 0; i < rc_rows_count(rows) && bad == NULL; i++) {
		sealed = rc_rows_bytes(d->a->rq, rows, i, 2, &len);
		if (!rc_signing_key_opens(
			d->a->mem, seal, rc_rows_text(rows, i, 0), sealed, len))
			bad = rc_rows_text(rows, i, 0);
	}
	rc_crypt_wipe(seal, sizeof(seal));
	if (bad != NULL)
		doctor_say(d, DOCTOR_FAILED, "signing keys",
		    rc_printf(d->a->mem, "key_file = \"...\""),
		    "%s does not open the key %s: put the one back that "
		    "sealed it",
		    file, bad);
	else if (missing.len == 0)
		doctor_say(d, DOCTOR_OK, "signing keys", NULL,
		    "%zu are active and open", rc_rows_count(rows));
}

static void
check_audit(struct doctor *d, const struct rc_rows *rows)
{
	int64_t stray = rc_rows_int(rows, 0, 1);
	int64_t unsealed = rc_rows_int(rows, 0, 2);

	if (!rc_rows_bool(rows, 0, 0))
		doctor_say(d, DOCTOR_WARNING, "audit log",
		    "rollcall-admin deliver",
		    "it has no partition for this month; deliver, which should "
		    "run every minute, makes it");
	else if (stray > 0)
		doctor_say(d, DOCTOR_WARNING, "audit log",
		    "SELECT rollcall.audit_partition_add();",
		    "rows lie in audit_default, which no month's partition "
		    "took; this, which deliver and purge do as well, moves "
		    "them to their month, unless that was detached");
	else
		doctor_say(d, DOCTOR_OK, "audit log", NULL,
		    "this month has its partition");
	if (unsealed > LATE)
		doctor_say(d, DOCTOR_WARNING, "audit seals",
		    "systemctl enable --now rollcall-deliver",
		    "rows of the audit log have waited for a seal for %" PRId64
		    " hours; rollcall-admin deliver seals them",
		    unsealed / 3600);
	else
		doctor_say(d, DOCTOR_OK, "audit seals", NULL,
		    "nothing has waited for long");
}

static void
check_outbox(struct doctor *d, const struct rc_rows *rows)
{
	int64_t pending = rc_rows_int(rows, 0, 3);
	int64_t late = rc_rows_int(rows, 0, 4), dead = rc_rows_int(rows, 0, 5);
	const char *unknown = rc_rows_text(rows, 0, 7);

	if (unknown != NULL)
		doctor_say(d, DOCTOR_WARNING, "notifications",
		    "rollcall-admin deliver --discard NAME",
		    "some are for who is not configured any more, and will "
		    "never be sent: %s; put the section back, or end them",
		    unknown);
	if (dead > 0)
		doctor_say(d, DOCTOR_WARNING, "notifications",
		    "SELECT destination, event, fault\n"
		    "  FROM rollcall.outbox_pending WHERE state = 'dead';\n"
		    "rollcall-admin deliver --retry-dead",
		    "%" PRId64 " were given up; the first says why, the second "
		    "tries them again",
		    dead);
	if (late > LATE)
		doctor_say(d, DOCTOR_WARNING, "notifications",
		    "systemctl enable --now rollcall-deliver",
		    "%" PRId64 " are pending, the first for %" PRId64
		    " hours; rollcall-admin deliver sends them",
		    pending, late / 3600);
	if (dead == 0 && late <= LATE && unknown == NULL)
		doctor_say(d, DOCTOR_OK, "notifications", NULL,
		    "%" PRId64 " pending, none given up", pending);
}

static void
check_state(struct doctor *d)
{
	const char *names = rc_outbox_names(d->a->mem, d->a->rq->conf, NULL);
	const struct rc_db_param params[] = {
		RC_DB_TEXT(names != NULL ? names : "{}"),
	};
	struct rc_rows *rows;
	int64_t expired;

	if (!ask(d, RC_SQL_ADMIN_DOCTOR_STATE, params, 1, &rows)) {
		doctor_say(d, DOCTOR_FAILED, "tables", "rollcall-admin migrate",
		    "this role cannot read what it must, as the line of the "
		    "log says");
		return;
	}
	check_audit(d, rows);
	check_outbox(d, rows);
	expired = rc_rows_int(rows, 0, 6);
	if (expired > 0)
		doctor_say(d, DOCTOR_WARNING, "purge",
		    "cp " RC_SQLDIR
		    "/../examples/rollcall.cron /etc/cron.d/rollcall",
		    "%" PRId64 "%s rows expired more than a day ago and are "
		    "still there; this has rollcall-admin purge run every "
		    "hour",
		    expired, expired >= 1000 ? " or more" : "");
	else
		doctor_say(d, DOCTOR_OK, "purge", NULL, "nothing old is left");
}

void
doctor_database(struct doctor *d)
{
	struct rc_rows *server;
	int64_t connections;
	bool pooled;

	if (!check_server(d, &server))
		return;
	connections = rc_rows_int(server, 0, 3);
	pooled = rc_db_pooled(rc_rows_int(server, 0, 7));
	if (!rc_rows_bool(server, 0, 6)) {
		doctor_say(d, DOCTOR_FAILED, "schema", "rollcall-admin setup",
		    "the database is empty");
		return;
	}
	check_logins(d);
	check_processes(d, connections, pooled);
	if (!check_schema(d))
		return;
	check_rights(d);
	check_keys(d);
	check_state(d);
}
