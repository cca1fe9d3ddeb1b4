/*
 * The database wrapper against a real PostgreSQL, which is stopped, frozen and
 * cut off.  PGPROXY names the proxy that counts and cuts.
 */
#include "db.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unit/unit.h"
#include "arena.h"
#include "cluster.h"
#include "conf.h"
#include "log.h"
#include "now.h"
#include "req.h"
#include "serve.h"

/*
 * How long the database may take where it is there, where it is not, and what a
 * slow machine may add to that, ms.
 */
#define PLENTY 30000
#define TIMEOUT 1000
#define SLACK 10000

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct cluster cluster;
static struct rc_conf conf;
static struct rc_program program = { .name = "tester" };
static struct rc_req request;
static pid_t proxy;

static const struct rc_statement st_one = { "one", "SELECT 1::bigint" };
static const struct rc_statement st_echo = { "echo",
	"SELECT $1::text, $2::bigint, $3::bool, encode($4::bytea, 'hex')" };
static const struct rc_statement st_size = { "size",
	"SELECT length($1::text), repeat($1::text, 3)" };
static const struct rc_statement st_insert = { "insert",
	"INSERT INTO test.item (name, size) VALUES ($1::text, $2::bigint)" };
static const struct rc_statement st_late = { "late",
	"INSERT INTO test.late (id) VALUES (1) RETURNING id" };
static const struct rc_statement st_sleep = { "sleep",
	"SELECT nextval('test.calls'), pg_sleep($1::float)" };
static const struct rc_statement st_flaky = { "flaky",
	"SELECT test.flaky($1::text, $2::bigint)" };
static const struct rc_statement st_kept = { "kept",
	"SELECT count(*) FROM pg_prepared_statements" };
static const struct rc_statement st_forget = { "forget", "DEALLOCATE ALL" };
static const struct rc_statement st_shape = { "shape",
	"SELECT * FROM test.shape" };
static const struct rc_statement st_who = { "who",
	"SELECT session_user, current_setting('application_name'),"
	" current_setting('client_encoding'), pg_backend_pid()" };
static const struct rc_statement st_notice = { "notice",
	"SELECT test.speak('01000')" };
static const struct rc_statement st_farewell = { "farewell",
	"SELECT test.speak('57P02')" };
static const struct rc_statement st_unnamed = { "unnamed",
	"SELECT test.unnamed()" };
static const struct rc_statement st_wrong = { "wrong", "SELECT nonsense" };

static const char schema[] =
    "DROP SCHEMA IF EXISTS test CASCADE; CREATE SCHEMA test;"
    "CREATE TABLE test.item (name text, size bigint"
    "    CONSTRAINT size_is_small CHECK (size < 10));"
    "CREATE TABLE test.late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);"
    "INSERT INTO test.late VALUES (1);"
    "CREATE TABLE test.shape (a int); INSERT INTO test.shape VALUES (1);"
    "CREATE SEQUENCE test.calls;"
    /* Fail with an SQLSTATE at the first $2 calls. */
    "CREATE FUNCTION test.flaky(state text, times bigint) RETURNS bigint"
    " LANGUAGE plpgsql AS $$ DECLARE n bigint := nextval('test.calls');"
    " BEGIN IF n <= times THEN RAISE EXCEPTION 'flaky'"
    " USING ERRCODE = state; END IF; RETURN n; END $$;"
    "CREATE FUNCTION test.speak(state text) RETURNS bigint LANGUAGE plpgsql"
    " AS $$ BEGIN RAISE WARNING 'spoken' USING ERRCODE = state;"
    " RETURN 7; END $$;"
    /* Fail as if a prepared statement were not there. */
    "CREATE FUNCTION test.unnamed() RETURNS bigint LANGUAGE plpgsql AS"
    " $$ BEGIN IF EXISTS (SELECT FROM pg_prepared_statements) THEN"
    " RAISE EXCEPTION 'named' USING ERRCODE = '26000'; END IF;"
    " RETURN 1; END $$;";

static void
remove_proxy(void)
{

	if (proxy == 0)
		return;
	kill(proxy, SIGTERM);
	waitpid(proxy, NULL, 0);
	proxy = 0;
}

/* End the request in hand and begin the next. */
static struct rc_req *
next(void)
{
	struct rc_arena *mem = request.mem;

	if (mem == NULL)
		mem = rc_arena_new();
	rc_arena_wipe(mem);
	request =
	    (struct rc_req){ .mem = mem, .conf = &conf, .program = &program };
	return &request;
}

/* Every test begins with a fresh process state and schema. */
static void
fresh(void)
{

	/* The test before may have failed and left it frozen. */
	cluster_signal(&cluster, SIGCONT);
	cluster_sql(&cluster, schema);
	conf = (struct rc_conf){ .database = cluster.conninfo,
		.database_role_prefix = "",
		.database_prepare = true,
		.database_timeout = PLENTY };
	program.name = "tester";
	rc_log_open("tester", RC_LOG_INFO);
	ck_assert(rc_db_service.start(&conf, &program));
	next();
}

static void
done(void)
{

	rc_db_service.stop();
	rc_arena_free(request.mem);
	request.mem = NULL;
	remove_proxy();
}

static enum rc_err
run(const struct rc_statement *st, struct rc_rows **rows)
{

	return rc_db_run(next(), st, NULL, 0, rows);
}

static enum rc_err
insert(const char *name, const char *size)
{
	const struct rc_db_param params[] = { RC_DB_TEXT(name),
		RC_DB_TEXT(size) };

	return rc_db_run(next(), &st_insert, params, COUNT(params), NULL);
}

static enum rc_err
nap(struct rc_req *rq, const char *seconds)
{
	const struct rc_db_param params[] = { RC_DB_TEXT(seconds) };

	return rc_db_run(rq, &st_sleep, params, COUNT(params), NULL);
}

static enum rc_err
flaky(const char *state, const char *times)
{
	const struct rc_db_param params[] = { RC_DB_TEXT(state),
		RC_DB_TEXT(times) };

	return rc_db_run(next(), &st_flaky, params, COUNT(params), NULL);
}

static long
calls(void)
{

	return cluster_sql(&cluster, "SELECT last_value FROM test.calls");
}

static long
items(void)
{

	return cluster_sql(&cluster, "SELECT count(*) FROM test.item");
}

/* How many of our statements are being slept in. */
static long
naps(void)
{

	return cluster_sql(&cluster,
	    "SELECT count(*) FROM pg_stat_activity WHERE"
	    " application_name = 'rollcall tester'"
	    " AND wait_event = 'PgSleep'");
}

static long
kept(void)
{
	struct rc_rows *rows;

	ck_assert_int_eq(run(&st_kept, &rows), RC_OK);
	return (long)rc_rows_int(rows, 0, 0);
}

/* The statement must work again soon, with no help. */
static void
recovers(void)
{
	int64_t until = rc_now_mono() + SLACK;

	while (run(&st_one, NULL) != RC_OK) {
		ck_assert_msg(rc_now_mono() < until, "no recovery");
		usleep(10000);
	}
}

static const char *
file(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", cluster.dir, name);
	return path;
}

/* Send the log to a file from here on. */
static void
watch_log(void)
{
	int fd =
	    open(file("stderr"), O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0600);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	close(fd);
}

/* Count the occurrences of ${text} in a file of the cluster's directory. */
static size_t
file_count(const char *name, const char *text)
{
	static char data[65536];
	const char *p;
	size_t len, n = 0;
	FILE *f = fopen(file(name), "r");

	ck_assert_ptr_nonnull(f);
	len = fread(data, 1, sizeof(data) - 1, f);
	data[len] = '\0';
	fclose(f);
	for (p = data; (p = strstr(p, text)) != NULL; p++)
		n++;
	return n;
}

/* Write a file of the cluster's directory, whole at once. */
static void
set_file(const char *name, const char *text)
{
	char to[128];
	FILE *f;

	snprintf(to, sizeof(to), "%s/%s", cluster.dir, name);
	f = fopen(file("new"), "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(rename(file("new"), to), 0);
}

static void
set_mode(const char *mode)
{

	set_file("mode", mode);
}

/* In the child: be the proxy, as long as the test lives. */
static void
be_proxy(int out)
{
	const char *path = getenv("PGPROXY");
	char listener[96], server[96], log[96], mode[96];

	snprintf(
	    listener, sizeof(listener), "%s/proxy/.s.PGSQL.5432", cluster.dir);
	snprintf(server, sizeof(server), "%s/.s.PGSQL.5432", cluster.dir);
	snprintf(log, sizeof(log), "%s/messages", cluster.dir);
	snprintf(mode, sizeof(mode), "%s/mode", cluster.dir);
	if (path == NULL)
		path = "tests/tools/pgproxy";
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && dup2(out, 1) == 1)
		execl(path, path, listener, server, "--log", log, "--mode-file",
		    mode, (char *)NULL);
	perror(path);
	_exit(127);
}

/* Put the proxy between the wrapper and the server. */
static void
use_proxy(void)
{
	static char conninfo[160];
	char ready[6];
	int fds[2];

	set_mode("pass");
	set_file("messages", "");
	ck_assert(mkdir(file("proxy"), 0755) == 0 || errno == EEXIST);
	ck_assert_int_eq(pipe(fds), 0);
	proxy = fork();
	ck_assert_int_ne(proxy, -1);
	if (proxy == 0)
		be_proxy(fds[1]);
	close(fds[1]);
	ck_assert_int_eq(read(fds[0], ready, sizeof(ready)), sizeof(ready));
	close(fds[0]);
	snprintf(conninfo, sizeof(conninfo),
	    "host='%s/proxy' port=5432 user=admin dbname=postgres",
	    cluster.dir);
	conf.database = conninfo;
}

/* What the wrapper's client said since the last call, one letter a message. */
static const char *
said(void)
{
	static char letters[256];
	char line[64];
	size_t n = 0;
	FILE *f = fopen(file("messages"), "r");

	ck_assert_ptr_nonnull(f);
	while (n < sizeof(letters) - 1 && fgets(line, sizeof(line), f) != NULL)
		letters[n++] = strrchr(line, ' ')[1];
	letters[n] = '\0';
	fclose(f);
	ck_assert_int_eq(truncate(file("messages"), 0), 0);
	return letters;
}

START_TEST(values_go_and_come_back)
{
	static const unsigned char bytes[] = { 0, 1, 0xff, 0 };
	const struct rc_db_param params[] = { RC_DB_TEXT("na\xc3\xafve"),
		RC_DB_TEXT("-9007199254740993"), RC_DB_TEXT("true"),
		RC_DB_BYTES(bytes, sizeof(bytes)) };
	struct rc_rows *rows;
	int i;

	fresh();
	/* The first is prepared, the second is not any more. */
	for (i = 0; i < 2; i++) {
		ck_assert_int_eq(
		    rc_db_run(next(), &st_echo, params, COUNT(params), &rows),
		    RC_OK);
		ck_assert_uint_eq(rc_rows_count(rows), 1);
		ck_assert_str_eq(rc_rows_text(rows, 0, 0), "na\xc3\xafve");
		ck_assert_int_eq(rc_rows_int(rows, 0, 1), -9007199254740993);
		ck_assert(rc_rows_bool(rows, 0, 2));
		ck_assert_str_eq(rc_rows_text(rows, 0, 3), "0001ff00");
	}
	done();
}
END_TEST

START_TEST(null_goes_and_comes_back)
{
	const struct rc_db_param params[] = { RC_DB_NULL, RC_DB_NULL,
		RC_DB_NULL, RC_DB_BYTES(NULL, 0) };
	struct rc_rows *rows;

	fresh();
	ck_assert_int_eq(
	    rc_db_run(&request, &st_echo, params, COUNT(params), &rows), RC_OK);
	ck_assert_ptr_null(rc_rows_text(rows, 0, 0));
	ck_assert_int_eq(rc_rows_int(rows, 0, 1), 0);
	ck_assert(!rc_rows_bool(rows, 0, 2));
	ck_assert_ptr_null(rc_rows_text(rows, 0, 3));
	done();
}
END_TEST

START_TEST(a_write_has_no_rows)
{
	const struct rc_db_param params[] = { RC_DB_TEXT("a"),
		RC_DB_TEXT("1") };
	struct rc_rows *rows;

	fresh();
	ck_assert_int_eq(
	    rc_db_run(&request, &st_insert, params, COUNT(params), &rows),
	    RC_OK);
	ck_assert_uint_eq(rc_rows_count(rows), 0);
	ck_assert_int_eq(items(), 1);
	done();
}
END_TEST

START_TEST(a_large_value_passes)
{
	const size_t size = 4 << 20;
	struct rc_db_param params[1] = { RC_DB_NULL };
	struct rc_rows *rows;
	char *text;

	fresh();
	text = malloc(size + 1);
	ck_assert_ptr_nonnull(text);
	memset(text, 'x', size);
	text[size] = '\0';
	params[0].data = text;
	ck_assert_int_eq(
	    rc_db_run(&request, &st_size, params, 1, &rows), RC_OK);
	ck_assert_int_eq(rc_rows_int(rows, 0, 0), (int64_t)size);
	ck_assert_uint_eq(strlen(rc_rows_text(rows, 0, 1)), 3 * size);
	free(text);
	done();
}
END_TEST

START_TEST(a_violated_constraint_is_a_server_error)
{

	fresh();
	watch_log();
	ck_assert_int_eq(insert("opensesame", "11"), RC_ERR_SERVER_ERROR);
	ck_assert_int_eq(request.fault.err, RC_ERR_SERVER_ERROR);
	ck_assert_uint_eq(file_count("stderr", "23514"), 1);
	ck_assert_uint_eq(file_count("stderr", "size_is_small"), 1);
	/* DETAIL shows the row. */
	ck_assert_uint_eq(file_count("stderr", "opensesame"), 0);
	ck_assert_int_eq(insert("a", "1"), RC_OK);
	ck_assert_int_eq(items(), 1);
	done();
}
END_TEST

START_TEST(a_wrong_statement_is_a_server_error)
{

	fresh();
	ck_assert_int_eq(run(&st_wrong, NULL), RC_ERR_SERVER_ERROR);
	ck_assert_int_eq(run(&st_wrong, NULL), RC_ERR_SERVER_ERROR);
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	done();
}
END_TEST

/* The row came back and was called complete, but the commit failed. */
START_TEST(a_failed_commit_is_no_success)
{
	struct rc_rows *rows = NULL;

	fresh();
	ck_assert_int_eq(run(&st_late, &rows), RC_ERR_SERVER_ERROR);
	ck_assert_ptr_null(rows);
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	done();
}
END_TEST

START_TEST(a_commit_that_is_not_confirmed_is_no_success)
{

	fresh();
	use_proxy();
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	set_mode("cut-before-ready");
	ck_assert_int_eq(insert("a", "1"), RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_int_eq(items(), 1);
	set_mode("pass");
	recovers();
	done();
}
END_TEST

START_TEST(an_answer_lost_is_not_tried_again)
{
	int64_t until;

	fresh();
	use_proxy();
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	set_mode("cut-after-statement");
	ck_assert_int_eq(insert("a", "1"), RC_ERR_TEMPORARILY_UNAVAILABLE);
	for (until = rc_now_mono() + SLACK; items() == 0; usleep(10000))
		ck_assert(rc_now_mono() < until);
	set_mode("pass");
	recovers();
	ck_assert_int_eq(items(), 1);
	done();
}
END_TEST

START_TEST(one_sync_a_statement)
{

	fresh();
	use_proxy();
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	/* Startup; Parse, Bind, Describe, Execute, Sync. */
	ck_assert_str_eq(said(), "SPBDES");
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	ck_assert_str_eq(said(), "BDES");
	ck_assert_int_eq(insert("a", "1"), RC_OK);
	ck_assert_str_eq(said(), "PBDES");
	ck_assert_int_eq(insert("a", "11"), RC_ERR_SERVER_ERROR);
	ck_assert_str_eq(said(), "BDES");
	ck_assert_int_eq(run(&st_wrong, NULL), RC_ERR_SERVER_ERROR);
	ck_assert_str_eq(said(), "PBDES");
	conf.database_prepare = false;
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	ck_assert_str_eq(said(), "PBDES");
	done();
}
END_TEST

START_TEST(the_product_statements_have_names)
{
	size_t i;

	fresh();
	for (i = 0; i < RC_SQL__MAX; i++)
		ck_assert_uint_gt(strlen(rc_statements[i].name), 0);
	/* Without the product's schema they all fail, as they should. */
	ck_assert_int_eq(rc_db_exec(&request, (enum rc_sql)0, NULL, 0, NULL),
	    RC_ERR_SERVER_ERROR);
	done();
}
END_TEST

START_TEST(statements_are_prepared_once_or_never)
{

	fresh();
	ck_assert_int_eq(kept(), 1);
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	ck_assert_int_eq(kept(), 2);
	rc_db_service.stop();
	conf.database_prepare = false;
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	ck_assert_int_eq(kept(), 0);
	done();
}
END_TEST

START_TEST(plain_cgi_prepares_nothing)
{
	int in = open("/dev/null", O_RDONLY);

	fresh();
	ck_assert_int_eq(dup2(in, STDIN_FILENO), STDIN_FILENO);
	setenv("GATEWAY_INTERFACE", "CGI/1.1", 1);
	setenv("REQUEST_METHOD", "GET", 1);
	ck_assert_int_eq(rc_req_door(), RC_DOOR_CGI);
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	ck_assert_int_eq(kept(), 0);
	unsetenv("GATEWAY_INTERFACE");
	unsetenv("REQUEST_METHOD");
	close(in);
	done();
}
END_TEST

/* As a pooler does that gives us another server connection. */
START_TEST(forgotten_statements_are_prepared_again)
{

	fresh();
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	ck_assert_int_eq(run(&st_forget, NULL), RC_OK);
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	/* What the connection does not know is known not to be known. */
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	ck_assert_int_eq(kept(), 2);
	done();
}
END_TEST

/* As a pooler does that gives us another one each time. */
START_TEST(what_is_forgotten_often_is_prepared_no_more)
{
	int i;

	fresh();
	for (i = 0; i < 6; i++) {
		ck_assert_int_eq(run(&st_one, NULL), RC_OK);
		ck_assert_int_eq(run(&st_forget, NULL), RC_OK);
	}
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	ck_assert_int_eq(kept(), 0);
	/* A new configuration may have another database. */
	ck_assert(rc_db_service.start(&conf, &program));
	ck_assert_int_eq(kept(), 1);
	done();
}
END_TEST

START_TEST(without_a_pooler_none_is_seen)
{
	struct rc_rows *rows;

	ck_assert(!rc_db_pooled(1));
	fresh();
	ck_assert_int_eq(run(&st_who, &rows), RC_OK);
	ck_assert(!rc_db_pooled(rc_rows_int(rows, 0, 3)));
	ck_assert(rc_db_pooled(rc_rows_int(rows, 0, 3) + 1));
	done();
}
END_TEST

/* As a pooler does that gives us yet another one. */
START_TEST(the_second_try_relies_on_nothing_prepared)
{

	fresh();
	ck_assert_int_eq(run(&st_unnamed, NULL), RC_OK);
	done();
}
END_TEST

START_TEST(a_changed_table_is_read_anew)
{
	struct rc_rows *rows;

	fresh();
	ck_assert_int_eq(run(&st_shape, &rows), RC_OK);
	cluster_sql(&cluster, "ALTER TABLE test.shape ADD b int DEFAULT 5");
	ck_assert_int_eq(run(&st_shape, &rows), RC_OK);
	ck_assert_int_eq(rc_rows_int(rows, 0, 1), 5);
	done();
}
END_TEST

START_TEST(a_serialization_failure_is_tried_once_more)
{

	fresh();
	ck_assert_int_eq(flaky("40001", "1"), RC_OK);
	ck_assert_int_eq(calls(), 2);
	cluster_sql(&cluster, "ALTER SEQUENCE test.calls RESTART");
	ck_assert_int_eq(flaky("40P01", "1"), RC_OK);
	cluster_sql(&cluster, "ALTER SEQUENCE test.calls RESTART");
	ck_assert_int_eq(flaky("40001", "9"), RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_int_eq(calls(), 2);
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	done();
}
END_TEST

START_TEST(no_other_failure_is_tried_again)
{
	static const char *const states[] = { "23505", "53300", "57014",
		"55P03", "57P01", "08006", "XX000" };
	size_t i;

	fresh();
	for (i = 0; i < COUNT(states); i++) {
		cluster_sql(&cluster, "ALTER SEQUENCE test.calls RESTART");
		ck_assert_int_ne(flaky(states[i], "9"), RC_OK);
		ck_assert_int_eq(calls(), 1);
		ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	}
	done();
}
END_TEST

START_TEST(a_read_only_server_is_left)
{

	fresh();
	cluster_sql(&cluster,
	    "DROP ROLE IF EXISTS rollcall_tester;"
	    "CREATE ROLE rollcall_tester LOGIN SUPERUSER;"
	    "ALTER ROLE rollcall_tester SET default_transaction_read_only = 1");
	conf.database_role_prefix = "rollcall_";
	ck_assert_int_eq(insert("a", "1"), RC_ERR_TEMPORARILY_UNAVAILABLE);
	cluster_sql(&cluster, "ALTER ROLE rollcall_tester RESET ALL");
	ck_assert_int_eq(insert("a", "1"), RC_OK);
	done();
}
END_TEST

/* So often at most it is tried to connect: at 0, 50, 150, 350 ... ms. */
static size_t
most_attempts(int64_t ms)
{
	int64_t pause = 50;
	size_t n;

	for (n = 1; ms >= pause; n++) {
		ms -= pause;
		pause = pause < 500 ? 2 * pause : 1000;
	}
	return n;
}

START_TEST(a_stopped_server_is_unavailable_and_comes_back)
{
	int64_t began, took;

	fresh();
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	cluster_stop(&cluster);
	watch_log();
	began = rc_now_mono();
	ck_assert_int_eq(run(&st_one, NULL), RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_int_eq(request.fault.err, RC_ERR_TEMPORARILY_UNAVAILABLE);
	/* The next is answered without a second attempt to connect. */
	ck_assert_int_eq(run(&st_one, NULL), RC_ERR_TEMPORARILY_UNAVAILABLE);
	if (rc_now_mono() - began < 50)
		ck_assert_uint_eq(file_count("stderr", "cannot connect"), 1);
	while (rc_now_mono() < began + 1500 ||
	       file_count("stderr", "cannot connect") < 3) {
		run(&st_one, NULL);
		usleep(1000);
	}
	took = rc_now_mono() - began;
	ck_assert_uint_le(
	    file_count("stderr", "cannot connect"), most_attempts(took));
	cluster_start(&cluster);
	recovers();
	done();
}
END_TEST

START_TEST(a_restarted_server_is_not_noticed)
{

	fresh();
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	cluster_stop(&cluster);
	cluster_start(&cluster);
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	done();
}
END_TEST

/* Freeze the server, expect an answer in time, and thaw it. */
static void
freeze_and_thaw(void)
{
	int64_t began;
	enum rc_err err;

	conf.database_timeout = TIMEOUT;
	cluster_signal(&cluster, SIGSTOP);
	began = rc_now_mono();
	err = run(&st_one, NULL);
	began = rc_now_mono() - began;
	cluster_signal(&cluster, SIGCONT);
	conf.database_timeout = PLENTY;
	ck_assert_int_eq(err, RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_int_ge(began, TIMEOUT - 5);
	ck_assert_int_le(began, TIMEOUT + SLACK);
	recovers();
}

START_TEST(a_server_frozen_between_statements_is_unavailable)
{

	fresh();
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	freeze_and_thaw();
	done();
}
END_TEST

START_TEST(a_server_frozen_before_login_is_unavailable)
{

	fresh();
	freeze_and_thaw();
	done();
}
END_TEST

/* As a network does that drops packets. */
START_TEST(a_silent_connection_is_unavailable)
{
	int64_t began;

	fresh();
	use_proxy();
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	set_mode("hold");
	conf.database_timeout = TIMEOUT;
	began = rc_now_mono();
	ck_assert_int_eq(run(&st_one, NULL), RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_int_le(rc_now_mono() - began, TIMEOUT + SLACK);
	conf.database_timeout = PLENTY;
	set_mode("pass");
	recovers();
	done();
}
END_TEST

START_TEST(a_server_that_takes_no_bytes_is_unavailable)
{
	const size_t size = 8 << 20;
	struct rc_db_param params[1] = { RC_DB_NULL };
	int64_t began;
	enum rc_err err;
	char *text;

	fresh();
	text = malloc(size + 1);
	ck_assert_ptr_nonnull(text);
	memset(text, 'x', size);
	text[size] = '\0';
	params[0].data = text;
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	cluster_signal(&cluster, SIGSTOP);
	conf.database_timeout = TIMEOUT;
	began = rc_now_mono();
	err = rc_db_run(next(), &st_size, params, 1, NULL);
	began = rc_now_mono() - began;
	conf.database_timeout = PLENTY;
	cluster_signal(&cluster, SIGCONT);
	ck_assert_int_eq(err, RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_int_le(began, TIMEOUT + SLACK);
	free(text);
	recovers();
	done();
}
END_TEST

START_TEST(one_deadline_for_all_work_of_a_request)
{
	struct rc_req *rq;
	int64_t began;

	fresh();
	rq = next();
	began = rc_now_mono();
	ck_assert_int_eq(nap(rq, "0"), RC_OK);
	/* Most of the time has passed when it is to do more. */
	rc_now_mono_skip(PLENTY - 2000);
	ck_assert_int_eq(nap(rq, "4"), RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_int_eq(nap(rq, "0"), RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_int_le(rc_now_mono() - began, PLENTY + SLACK);
	/* The third was not sent, and the next request has its own deadline. */
	ck_assert_int_eq(calls(), 2);
	recovers();
	done();
}
END_TEST

START_TEST(a_connection_lost_while_idle_is_made_again)
{

	fresh();
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	cluster_sql(&cluster,
	    "SELECT count(pg_terminate_backend(pid, 2000)) FROM"
	    " pg_stat_activity WHERE application_name = 'rollcall tester'");
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	done();
}
END_TEST

/* The server says so before it hangs up; it need not have done so yet. */
START_TEST(a_connection_about_to_be_lost_is_made_again)
{
	struct rc_rows *rows;
	int64_t pid;

	fresh();
	ck_assert_int_eq(run(&st_who, &rows), RC_OK);
	pid = rc_rows_int(rows, 0, 3);
	ck_assert_int_eq(run(&st_farewell, NULL), RC_OK);
	ck_assert_int_eq(run(&st_who, &rows), RC_OK);
	ck_assert_int_ne(rc_rows_int(rows, 0, 3), pid);
	done();
}
END_TEST

START_TEST(a_connection_lost_in_a_statement_is_unavailable)
{
	pid_t pid;

	fresh();
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	if ((pid = fork()) == 0) {
		while (naps() == 0)
			usleep(10000);
		cluster_sql(&cluster,
		    "SELECT count(pg_terminate_backend(pid)) FROM"
		    " pg_stat_activity WHERE"
		    " application_name = 'rollcall tester'");
		_exit(0);
	}
	watch_log();
	ck_assert_int_eq(nap(next(), "20"), RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_uint_eq(file_count("stderr", "57P01"), 1);
	ck_assert_int_eq(calls(), 1);
	ck_assert_int_eq(run(&st_one, NULL), RC_OK);
	done();
}
END_TEST

static void
on_alarm(int sig)
{

	(void)sig;
}

/* A signal that asks the program to stop lets the request in hand end. */
START_TEST(signals_do_not_disturb)
{
	const struct itimerval often = { { 0, 5000 }, { 0, 5000 } };
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	struct sigaction sa = { .sa_handler = on_alarm };

	fresh();
	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	ck_assert_int_eq(nap(next(), "0.2"), RC_OK);
	setitimer(ITIMER_REAL, &never, NULL);
	done();
}
END_TEST

START_TEST(each_program_has_its_role)
{
	struct rc_rows *rows;

	fresh();
	cluster_sql(&cluster, "DROP ROLE IF EXISTS rollcall_tester;"
			      "CREATE ROLE rollcall_tester LOGIN");
	conf.database_role_prefix = "rollcall_";
	ck_assert_int_eq(run(&st_who, &rows), RC_OK);
	ck_assert_str_eq(rc_rows_text(rows, 0, 0), "rollcall_tester");
	ck_assert_str_eq(rc_rows_text(rows, 0, 1), "rollcall tester");
	ck_assert_str_eq(rc_rows_text(rows, 0, 2), "UTF8");
	done();
}
END_TEST

START_TEST(a_role_that_may_not_log_in_is_unavailable)
{

	fresh();
	conf.database_role_prefix = "nobody_";
	watch_log();
	ck_assert_int_eq(run(&st_one, NULL), RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_uint_eq(file_count("stderr", "nobody_tester"), 1);
	done();
}
END_TEST

START_TEST(a_database_may_be_named_by_uri)
{
	struct rc_rows *rows;
	char uri[160];

	fresh();
	snprintf(uri, sizeof(uri),
	    "postgresql://admin@/postgres?host=%s&application_name=mine",
	    cluster.dir);
	conf.database = uri;
	ck_assert_int_eq(run(&st_who, &rows), RC_OK);
	ck_assert_str_eq(rc_rows_text(rows, 0, 0), "admin");
	ck_assert_str_eq(rc_rows_text(rows, 0, 1), "mine");
	done();
}
END_TEST

START_TEST(a_database_that_is_not_utf8_is_refused)
{
	char conninfo[160];

	fresh();
	cluster_sql(&cluster, "DROP DATABASE IF EXISTS western");
	cluster_sql(&cluster,
	    "CREATE DATABASE western TEMPLATE template0 ENCODING 'LATIN1'"
	    " LC_COLLATE 'C' LC_CTYPE 'C'");
	snprintf(conninfo, sizeof(conninfo),
	    "host='%s' port=5432 user=admin dbname=western", cluster.dir);
	conf.database = conninfo;
	watch_log();
	ck_assert_int_eq(run(&st_one, NULL), RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_uint_eq(file_count("stderr", "LATIN1"), 1);
	done();
}
END_TEST

START_TEST(notices_stay_out_of_the_log)
{
	struct rc_rows *rows;

	fresh();
	watch_log();
	ck_assert_int_eq(run(&st_notice, &rows), RC_OK);
	ck_assert_int_eq(rc_rows_int(rows, 0, 0), 7);
	ck_assert_uint_eq(file_count("stderr", "spoken"), 0);
	rc_log_open("tester", RC_LOG_DEBUG);
	ck_assert_int_eq(run(&st_notice, NULL), RC_OK);
	ck_assert_uint_eq(file_count("stderr", "spoken"), 1);
	done();
}
END_TEST

/* More statements than are kept run all the same. */
START_TEST(many_statements_run)
{
	static char names[80][16];
	static struct rc_statement many[80];
	size_t i;
	int round;

	fresh();
	for (round = 0; round < 2; round++) {
		for (i = 0; i < COUNT(many); i++) {
			snprintf(names[i], sizeof(names[i]), "many%zu", i);
			many[i].name = names[i];
			many[i].text = "SELECT 1";
			ck_assert_int_eq(run(&many[i], NULL), RC_OK);
		}
	}
	ck_assert_int_eq(kept(), 64);
	done();
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = {
		values_go_and_come_back,
		null_goes_and_comes_back,
		a_write_has_no_rows,
		a_large_value_passes,
		a_violated_constraint_is_a_server_error,
		a_wrong_statement_is_a_server_error,
		a_failed_commit_is_no_success,
		a_commit_that_is_not_confirmed_is_no_success,
		an_answer_lost_is_not_tried_again,
		one_sync_a_statement,
		the_product_statements_have_names,
		statements_are_prepared_once_or_never,
		plain_cgi_prepares_nothing,
		forgotten_statements_are_prepared_again,
		what_is_forgotten_often_is_prepared_no_more,
		without_a_pooler_none_is_seen,
		the_second_try_relies_on_nothing_prepared,
		a_changed_table_is_read_anew,
		a_serialization_failure_is_tried_once_more,
		no_other_failure_is_tried_again,
		a_read_only_server_is_left,
		a_stopped_server_is_unavailable_and_comes_back,
		a_restarted_server_is_not_noticed,
		a_server_frozen_between_statements_is_unavailable,
		a_server_frozen_before_login_is_unavailable,
		a_silent_connection_is_unavailable,
		a_server_that_takes_no_bytes_is_unavailable,
		one_deadline_for_all_work_of_a_request,
		a_connection_lost_while_idle_is_made_again,
		a_connection_about_to_be_lost_is_made_again,
		a_connection_lost_in_a_statement_is_unavailable,
		signals_do_not_disturb,
		each_program_has_its_role,
		a_role_that_may_not_log_in_is_unavailable,
		a_database_may_be_named_by_uri,
		a_database_that_is_not_utf8_is_refused,
		notices_stay_out_of_the_log,
		many_statements_run,
	};
	int status;

	cluster_create(&cluster);
	status = unit_run("db", tests, COUNT(tests));
	cluster_remove(&cluster);
	return status;
}
