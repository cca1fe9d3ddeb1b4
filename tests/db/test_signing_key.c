/*
 * Signing keys against a real PostgreSQL: what is kept and for how long, and
 * how a key becomes active and goes again.
 */
#include "signing_key.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unit/unit.h"
#include "alg.h"
#include "arena.h"
#include "cluster.h"
#include "conf.h"
#include "crypt.h"
#include "db.h"
#include "jose.h"
#include "json.h"
#include "log.h"
#include "now.h"
#include "program.h"
#include "req.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define CLAIMS "{\"iss\":\"https://auth.example.org\"}"
/* Characters of an ES256 signature. */
#define SIGNATURE 86

static struct cluster cluster;
static struct rc_conf conf;
static struct rc_program program = { .name = "tester" };
static struct rc_req request;
static unsigned char seal[32];

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

static const char *
file(const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", cluster.dir, name);
	return path;
}

/* Every test begins without keys, and with nothing kept that counts. */
static void
fresh(void)
{
	static char key_file[128];
	char why[256];

	(void)snprintf(key_file, sizeof(key_file), "%s", file("key"));
	cluster_sql(&cluster, "TRUNCATE rollcall.signing_key");
	conf = (struct rc_conf){ .database = cluster.conninfo,
		.database_role_prefix = "",
		.database_prepare = true,
		.database_timeout = 30000,
		.key_file = key_file };
	rc_log_open("tester", RC_LOG_INFO);
	ck_assert(rc_crypt_start());
	ck_assert_msg(
	    rc_signing_key_seal_file(key_file, true, seal, why, sizeof(why)),
	    "%s", why);
	ck_assert(rc_db_service.start(&conf, &program));
	rc_now_mono_skip((int64_t)RC_SIGNING_KEY_AGE * 1000);
	next();
}

static void
done(void)
{

	rc_db_service.stop();
	rc_arena_free(request.mem);
	request.mem = NULL;
}

/* Send the log to a file from here on, and count what it says. */
static void
watch_log(void)
{
	int fd =
	    open(file("stderr"), O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0600);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	close(fd);
}

static size_t
logged(const char *text)
{
	static char data[65536];
	const char *p;
	size_t len, n = 0;
	FILE *f = fopen(file("stderr"), "r");

	ck_assert_ptr_nonnull(f);
	len = fread(data, 1, sizeof(data) - 1, f);
	data[len] = '\0';
	fclose(f);
	for (p = data; (p = strstr(p, text)) != NULL; p++)
		n++;
	return n;
}

/* Add a key of ${alg}; *${kid} outlives the request.  Return its status. */
static const char *
try_add(const char *alg, char kid[64])
{
	struct rc_req *rq = next();
	const char *name, *public;
	const unsigned char *sealed;
	struct rc_rows *rows;
	size_t len;

	ck_assert(rc_signing_key_make(
	    rq->mem, alg, seal, &name, &public, &sealed, &len));
	(void)snprintf(kid, 64, "%s", name);
	const struct rc_db_param params[] = { RC_DB_TEXT(name), RC_DB_TEXT(alg),
		RC_DB_TEXT(public), RC_DB_BYTES(sealed, len) };
	ck_assert_int_eq(rc_db_exec(rq, RC_SQL_SIGNING_KEY_ADD, params,
			     COUNT(params), &rows),
	    RC_OK);
	ck_assert_uint_eq(rc_rows_count(rows), 1);
	return rc_rows_text(rows, 0, 0);
}

static void
add(const char *alg, char kid[64], const char *status)
{

	ck_assert_str_eq(try_add(alg, kid), status);
}

/* Promote or retire; return the outcome. */
static const char *
act(enum rc_sql sql, const char *kid, const char *seconds)
{
	const struct rc_db_param params[] = { RC_DB_TEXT(kid),
		RC_DB_TEXT(seconds) };
	struct rc_rows *rows;

	ck_assert_int_eq(
	    rc_db_exec(next(), sql, params, COUNT(params), &rows), RC_OK);
	ck_assert_uint_eq(rc_rows_count(rows), 1);
	return rc_rows_text(rows, 0, 0);
}

#define promote(kid, seconds) act(RC_SQL_SIGNING_KEY_PROMOTE, kid, seconds)
#define retire(kid, seconds) act(RC_SQL_SIGNING_KEY_RETIRE, kid, seconds)

/* Say when something became of a key. */
static void
age(const char *column, const char *kid, int seconds)
{
	char sql[256];

	(void)snprintf(sql, sizeof(sql),
	    "UPDATE rollcall.signing_key SET %s = now()"
	    " - make_interval(secs => %d) WHERE kid = '%s'",
	    column, seconds, kid);
	cluster_sql(&cluster, sql);
}

/* Count the rows that are as ${where} says of ${kid}. */
static long
rows_where(const char *where, const char *kid)
{
	char sql[256];

	(void)snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM rollcall.signing_key WHERE kid = '%s' AND %s",
	    kid, where);
	return cluster_sql(&cluster, sql);
}

static const char *
key_set(void)
{
	const char *text, *etag;
	size_t len;

	ck_assert_int_eq(rc_signing_key_set(next(), &text, &len, &etag), RC_OK);
	ck_assert_uint_eq(strlen(text), len);
	ck_assert(etag[0] == '"' && etag[strlen(etag) - 1] == '"');
	return text;
}

static void
shows(const char *kid, bool there)
{

	ck_assert_msg(
	    (strstr(key_set(), kid) != NULL) == there, "%s: %d", kid, there);
}

/* Sign; return the JWT, which outlives the request. */
static const char *
sign(const char *alg)
{
	static char text[2048];
	const char *jwt;

	ck_assert_int_eq(
	    rc_signing_key_sign(next(), alg, NULL, CLAIMS, &jwt), RC_OK);
	(void)snprintf(text, sizeof(text), "%s", jwt);
	return text;
}

static bool
verifies(const char *jwt)
{
	struct rc_req *rq = next();
	struct rc_jws jws;
	bool good;

	ck_assert_ptr_null(rc_jose_open(rq->mem, jwt, &jws));
	ck_assert_int_eq(rc_signing_key_verify(rq, &jws, &good), RC_OK);
	return good;
}

/* The kid in the header of a JWT. */
static const char *
signer(const char *jwt)
{
	struct rc_jws jws;

	ck_assert_ptr_null(rc_jose_open(request.mem, jwt, &jws));
	return jws.kid;
}

/* Before anything was read: this comes first, for all share a process. */
START_TEST(without_database_and_keys_there_is_no_answer)
{
	struct rc_jws jws = { .kid = "k", .alg = "ES256", .text = "a.b.c" };
	const char *text, *etag;
	size_t len;
	bool good;

	fresh();
	conf.database = "host=/nonexistent";
	ck_assert_int_eq(rc_signing_key_set(next(), &text, &len, &etag),
	    RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_int_eq(request.fault.err, RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_int_eq(
	    rc_signing_key_sign(next(), "ES256", NULL, CLAIMS, &text),
	    RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_int_eq(rc_signing_key_verify(next(), &jws, &good),
	    RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert(!good);

	/* And there is one as soon as there is a database. */
	conf.database = cluster.conninfo;
	ck_assert(rc_db_service.start(&conf, &program));
	ck_assert_str_eq(key_set(), "{\"keys\":[]}");
	done();
}
END_TEST

/* The same, with a database but not the file. */
START_TEST(without_the_key_file_nothing_is_signed)
{
	char kid[64];
	const char *jwt;

	fresh();
	add("ES256", kid, "active");
	conf.key_file = "/nonexistent/rollcall.key";
	watch_log();
	ck_assert_int_eq(
	    rc_signing_key_sign(next(), "ES256", NULL, CLAIMS, &jwt),
	    RC_ERR_SERVER_ERROR);
	ck_assert_uint_eq(logged("/nonexistent/rollcall.key"), 1);
	/* What is public needs no file. */
	shows(kid, true);
	done();
}
END_TEST

START_TEST(the_first_key_of_an_alg_signs)
{
	char kid[64], other[64];

	fresh();
	add("ES256", kid, "active");
	ck_assert_int_eq(rows_where("activated_at = created_at", kid), 1);
	add("ES256", other, "published");
	ck_assert_int_eq(rows_where("activated_at IS NULL", other), 1);
	add("EdDSA", other, "active");
	done();
}
END_TEST

/* Start ${n} processes that all do the same; each must end well. */
static void
at_once(int n, void (*fn)(int i))
{
	int i, status;

	rc_db_service.stop();
	for (i = 0; i < n; i++)
		if (fork() == 0) {
			fn(i);
			_exit(0);
		}
	for (i = 0; i < n; i++) {
		ck_assert_int_ne(wait(&status), -1);
		ck_assert_int_eq(status, 0);
	}
}

static void
add_one(int i)
{
	char kid[64];

	(void)i;
	(void)try_add("ES256", kid);
}

START_TEST(of_first_keys_at_once_one_signs)
{

	fresh();
	at_once(8, add_one);
	ck_assert_int_eq(
	    cluster_sql(&cluster, "SELECT count(*) FROM rollcall.signing_key"
				  " WHERE status = 'active'"),
	    1);
	ck_assert_int_eq(
	    cluster_sql(&cluster, "SELECT count(*) FROM rollcall.signing_key"
				  " WHERE status = 'published'"),
	    7);
	done();
}
END_TEST

START_TEST(every_alg_signs_and_verifies)
{
	const char *const *alg;
	struct rc_jws jws;
	const char *jwt;
	char kids[8][64];
	size_t i = 0;

	fresh();
	for (alg = rc_algs; *alg != NULL; alg++)
		add(*alg, kids[i++], "active");
	for (alg = rc_algs, i = 0; *alg != NULL; alg++, i++) {
		jwt = sign(*alg);
		ck_assert(verifies(jwt));
		ck_assert_str_eq(signer(jwt), kids[i]);
		ck_assert_int_eq(
		    rc_signing_key_sign(next(), *alg, "at+jwt", CLAIMS, &jwt),
		    RC_OK);
		ck_assert_ptr_null(rc_jose_open(request.mem, jwt, &jws));
		ck_assert_str_eq(jws.typ, "at+jwt");
		ck_assert_str_eq(jws.alg, *alg);
	}
	done();
}
END_TEST

START_TEST(what_we_did_not_sign_does_not_verify)
{
	char kid[64], one[2048], two[2048], mixed[4096];
	const char *name, *private, *public, *jwt;
	struct rc_jws jws;
	bool good;

	fresh();
	add("ES256", kid, "active");
	(void)snprintf(one, sizeof(one), "%s", sign("ES256"));
	ck_assert_int_eq(
	    rc_signing_key_sign(next(), "ES256", NULL, "{}", &jwt), RC_OK);
	(void)snprintf(two, sizeof(two), "%s", jwt);
	ck_assert(verifies(one) && verifies(two));

	/* The one's payload under the other's signature. */
	(void)snprintf(mixed, sizeof(mixed), "%.*s%s",
	    (int)strlen(one) - SIGNATURE, one, two + strlen(two) - SIGNATURE);
	ck_assert(!verifies(mixed));

	/* A good signature that names no key, one by a key that is not ours. */
	ck_assert_ptr_null(rc_jose_open(next()->mem, one, &jws));
	jws.kid = NULL;
	ck_assert_int_eq(rc_signing_key_verify(&request, &jws, &good), RC_OK);
	ck_assert(!good);
	ck_assert(
	    rc_jose_generate(next()->mem, "ES256", &name, &private, &public));
	(void)snprintf(mixed, sizeof(mixed), "%s",
	    rc_jose_sign(
		request.mem, rc_jose_key(request.mem, private), NULL, CLAIMS));
	ck_assert(!verifies(mixed));
	done();
}
END_TEST

/* What was done since took no time, however busy the machine is. */
static void
back_to(int64_t then)
{

	rc_now_mono_skip(then - rc_now_mono());
}

/* A set is kept for RC_SIGNING_KEY_AGE, not longer. */
START_TEST(a_new_key_is_shown_in_time)
{
	char kid[64], other[64];

	fresh();
	add("ES256", kid, "active");
	shows(kid, true);
	add("ES256", other, "published");
	rc_now_mono_skip((int64_t)RC_SIGNING_KEY_AGE * 1000 - 20000);
	shows(other, false);
	rc_now_mono_skip(20000);
	shows(other, true);
	shows(kid, true);
	done();
}
END_TEST

START_TEST(the_tag_follows_the_set)
{
	const char *text, *etag;
	char kid[64], tag[64];
	size_t len;

	fresh();
	add("ES256", kid, "active");
	ck_assert_int_eq(rc_signing_key_set(next(), &text, &len, &etag), RC_OK);
	(void)snprintf(tag, sizeof(tag), "%s", etag);
	rc_now_mono_skip((int64_t)RC_SIGNING_KEY_AGE * 1000);
	ck_assert_int_eq(rc_signing_key_set(next(), &text, &len, &etag), RC_OK);
	ck_assert_str_eq(tag, etag);
	add("ES256", kid, "published");
	rc_now_mono_skip((int64_t)RC_SIGNING_KEY_AGE * 1000);
	ck_assert_int_eq(rc_signing_key_set(next(), &text, &len, &etag), RC_OK);
	ck_assert_str_ne(tag, etag);
	done();
}
END_TEST

START_TEST(the_set_holds_public_keys_alone)
{
	static const char *const secret[] = { "d", "p", "q", "dp", "dq", "qi",
		"oth", "k" };
	const struct rc_json *keys;
	struct rc_json *set;
	const char *const *alg, *text, *why;
	char kid[64];
	size_t i, k, at;

	fresh();
	for (alg = rc_algs; *alg != NULL; alg++)
		add(*alg, kid, "active");
	text = key_set();
	ck_assert_int_eq(
	    rc_json_parse(request.mem, text, strlen(text), &set, &why, &at),
	    RC_OK);
	keys = rc_json_get(set, "keys");
	ck_assert_uint_eq(rc_json_count(keys), 4);
	for (i = 0; i < 4; i++) {
		ck_assert_str_eq(
		    rc_json_string(rc_json_get(rc_json_at(keys, i), "use")),
		    "sig");
		for (k = 0; k < COUNT(secret); k++)
			ck_assert(!rc_json_has(rc_json_at(keys, i), secret[k]));
	}
	done();
}
END_TEST

/* The active key is read anew in time, the old one verifies on. */
START_TEST(a_promoted_key_signs_in_time)
{
	char kid[64], other[64], old[2048];

	fresh();
	add("ES256", kid, "active");
	(void)snprintf(old, sizeof(old), "%s", sign("ES256"));
	add("ES256", other, "published");
	ck_assert_str_eq(promote(other, "0"), "promoted");
	ck_assert_str_eq(signer(sign("ES256")), kid);
	rc_now_mono_skip((int64_t)RC_SIGNING_KEY_AGE * 1000);
	ck_assert_str_eq(signer(sign("ES256")), other);
	ck_assert(verifies(sign("ES256")));
	ck_assert(verifies(old));

	ck_assert_str_eq(retire(kid, "0"), "retired");
	rc_now_mono_skip((int64_t)RC_SIGNING_KEY_AGE * 1000);
	ck_assert(!verifies(old));
	shows(kid, false);
	done();
}
END_TEST

/* A key of another process's is looked for, at most once a second. */
START_TEST(an_unknown_key_is_looked_for_once_a_second)
{
	char kid[64], other[64], jwt[2048];
	int64_t then;

	fresh();
	add("ES256", kid, "active");
	shows(kid, true);
	then = rc_now_mono();
	add("ES256", other, "published");
	ck_assert_str_eq(promote(other, "0"), "promoted");
	(void)snprintf(jwt, sizeof(jwt), "%s", sign("ES256"));
	ck_assert_str_eq(signer(jwt), other);
	back_to(then);
	ck_assert(!verifies(jwt));
	rc_now_mono_skip(1000);
	ck_assert(verifies(jwt));
	/* Nothing unknown: nothing is read. */
	cluster_sql(&cluster, "TRUNCATE rollcall.signing_key");
	rc_now_mono_skip(1000);
	ck_assert(verifies(jwt));
	done();
}
END_TEST

/* So is an active key of an alg that had none. */
START_TEST(an_alg_without_key_is_looked_for_once_a_second)
{
	const char *jwt;
	char kid[64];
	int64_t then;

	fresh();
	add("ES256", kid, "active");
	(void)sign("ES256");
	watch_log();
	ck_assert_int_eq(
	    rc_signing_key_sign(next(), "EdDSA", NULL, CLAIMS, &jwt),
	    RC_ERR_SERVER_ERROR);
	ck_assert_uint_eq(logged("no active key for EdDSA"), 1);
	then = rc_now_mono();
	ck_assert_ptr_nonnull(strstr(request.fault.description, "EdDSA"));
	add("EdDSA", kid, "active");
	back_to(then);
	ck_assert_int_eq(
	    rc_signing_key_sign(next(), "EdDSA", NULL, CLAIMS, &jwt),
	    RC_ERR_SERVER_ERROR);
	rc_now_mono_skip(1000);
	ck_assert_str_eq(signer(sign("EdDSA")), kid);
	done();
}
END_TEST

START_TEST(keys_outlive_the_database)
{
	char kid[64], other[64], jwt[2048];
	int i;

	fresh();
	add("ES256", kid, "active");
	shows(kid, true);
	(void)snprintf(jwt, sizeof(jwt), "%s", sign("ES256"));
	conf.database = "host=/nonexistent";
	rc_db_service.stop();
	watch_log();
	for (i = 0; i < 3; i++) {
		rc_now_mono_skip((int64_t)RC_SIGNING_KEY_AGE * 1000);
		shows(kid, true);
		ck_assert_int_eq(request.fault.err, RC_OK);
		/* The database is left alone for a second after a failure. */
		rc_now_mono_skip(2000);
		ck_assert_str_eq(signer(sign("ES256")), kid);
		rc_now_mono_skip(2000);
		ck_assert(verifies(jwt));
	}
	ck_assert_uint_eq(logged("public keys cannot be read"), 1);
	ck_assert_uint_eq(logged("active keys cannot be read"), 1);
	/* Each was asked for three times, not at every use. */
	ck_assert_uint_eq(logged("cannot connect"), 6);

	conf.database = cluster.conninfo;
	ck_assert(rc_db_service.start(&conf, &program));
	add("ES256", other, "published");
	rc_now_mono_skip((int64_t)RC_SIGNING_KEY_AGE * 1000);
	shows(other, true);
	/* The next outage is told of again. */
	rc_db_service.stop();
	conf.database = "host=/nonexistent";
	rc_now_mono_skip((int64_t)RC_SIGNING_KEY_AGE * 1000);
	shows(other, true);
	ck_assert_uint_eq(logged("public keys cannot be read"), 2);
	done();
}
END_TEST

/* Keys that are open stay so when the file goes away. */
START_TEST(keys_outlive_the_key_file)
{
	char kid[64];

	fresh();
	add("ES256", kid, "active");
	(void)sign("ES256");
	conf.key_file = "/nonexistent/rollcall.key";
	rc_now_mono_skip((int64_t)RC_SIGNING_KEY_AGE * 1000);
	watch_log();
	ck_assert_str_eq(signer(sign("ES256")), kid);
	ck_assert_uint_eq(logged("/nonexistent/rollcall.key"), 1);
	done();
}
END_TEST

START_TEST(a_key_in_anothers_row_does_not_open)
{
	char kid[64], other[64];
	const char *jwt;

	fresh();
	add("RS256", kid, "active");
	add("PS256", other, "active");
	cluster_sql(&cluster,
	    "UPDATE rollcall.signing_key a SET sealed_key = b.sealed_key"
	    "  FROM rollcall.signing_key b WHERE a.kid <> b.kid");
	watch_log();
	ck_assert_int_eq(
	    rc_signing_key_sign(next(), "RS256", NULL, CLAIMS, &jwt),
	    RC_ERR_SERVER_ERROR);
	ck_assert_uint_eq(logged("does not open"), 2);
	ck_assert_uint_ge(logged(kid), 1);
	ck_assert_uint_ge(logged(other), 1);
	done();
}
END_TEST

/* What was sealed under another file is left out; the rest signs. */
START_TEST(a_key_of_another_file_does_not_open)
{
	char kid[64], other[64];
	const char *jwt;

	fresh();
	add("ES256", kid, "active");
	seal[0] ^= 1;
	add("EdDSA", other, "active");
	watch_log();
	ck_assert_str_eq(signer(sign("ES256")), kid);
	ck_assert_int_eq(
	    rc_signing_key_sign(next(), "EdDSA", NULL, CLAIMS, &jwt),
	    RC_ERR_SERVER_ERROR);
	ck_assert_uint_ge(logged(other), 1);
	ck_assert_uint_eq(logged(kid), 0);
	done();
}
END_TEST

START_TEST(garbage_for_a_key_does_not_open)
{
	char kid[64];
	const char *jwt;

	fresh();
	add("ES256", kid, "active");
	cluster_sql(
	    &cluster, "UPDATE rollcall.signing_key SET sealed_key = '\\x00'");
	ck_assert_int_eq(
	    rc_signing_key_sign(next(), "ES256", NULL, CLAIMS, &jwt),
	    RC_ERR_SERVER_ERROR);
	done();
}
END_TEST

static void
ready(const char *alg, bool all, enum rc_err wanted)
{

	ck_assert_int_eq(rc_signing_key_ready(next(), alg, all), wanted);
	ck_assert_int_eq(request.fault.err, wanted);
}

/* Before anything is spent for it. */
START_TEST(whether_there_will_be_a_signature_is_known)
{
	char kid[64], other[64];

	fresh();
	ready("RS256", false, RC_ERR_TEMPORARILY_UNAVAILABLE);
	add("ES256", kid, "active");
	rc_now_mono_skip(1000);
	ready("ES256", true, RC_OK);
	watch_log();
	ready("RS256", true, RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_uint_eq(logged("no active key for RS256"), 1);
	/* One that does not open is no matter where another is wanted. */
	seal[0] ^= 1;
	add("EdDSA", other, "active");
	rc_now_mono_skip((int64_t)RC_SIGNING_KEY_AGE * 1000);
	ready("ES256", false, RC_OK);
	ready("ES256", true, RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_uint_ge(logged(other), 1);
	cluster_sql(
	    &cluster, "DELETE FROM rollcall.signing_key WHERE alg = 'EdDSA'");
	rc_now_mono_skip(1000);
	ready("ES256", true, RC_OK);
	/* What is at hand is good without the database, and the file. */
	conf.database = "host=/nonexistent";
	rc_db_service.stop();
	ready("ES256", true, RC_OK);
	done();
}
END_TEST

/* The file comes back: what is spent then is signed. */
START_TEST(without_the_key_file_nothing_is_ready)
{
	const char *there;
	char kid[64];

	fresh();
	add("ES256", kid, "active");
	there = conf.key_file;
	conf.key_file = "/nonexistent/rollcall.key";
	watch_log();
	rc_now_mono_skip((int64_t)RC_SIGNING_KEY_AGE * 1000);
	ready("PS256", true, RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_uint_ge(logged("/nonexistent/rollcall.key"), 1);
	conf.key_file = there;
	rc_now_mono_skip(1000);
	ready("ES256", true, RC_OK);
	done();
}
END_TEST

START_TEST(a_seal_opens_what_it_sealed)
{
	const char *kid, *public;
	const unsigned char *sealed;
	size_t len;

	fresh();
	ck_assert(rc_signing_key_make(
	    request.mem, "ES256", seal, &kid, &public, &sealed, &len));
	ck_assert(rc_signing_key_opens(request.mem, seal, kid, sealed, len));
	ck_assert(!rc_signing_key_opens(request.mem, seal, "x", sealed, len));
	ck_assert(!rc_signing_key_opens(request.mem, seal, kid, sealed, 3));
	ck_assert(!rc_signing_key_opens(request.mem, seal, kid, NULL, 0));
	seal[0] ^= 1;
	ck_assert(!rc_signing_key_opens(request.mem, seal, kid, sealed, len));
	done();
}
END_TEST

START_TEST(promotion_is_for_published_keys_of_age)
{
	char kid[64], other[64], young[16];

	fresh();
	add("ES256", kid, "active");
	add("ES256", other, "published");
	(void)snprintf(young, sizeof(young), "%d", RC_SIGNING_KEY_PUBLISHED);
	ck_assert_str_eq(promote("none", "0"), "unknown");
	ck_assert_str_eq(promote(kid, "0"), "already");
	ck_assert_str_eq(promote(other, young), "too_young");
	ck_assert_int_eq(rows_where("status = 'active'", kid), 1);
	age("created_at", other, RC_SIGNING_KEY_PUBLISHED - 60);
	ck_assert_str_eq(promote(other, young), "too_young");
	age("created_at", other, RC_SIGNING_KEY_PUBLISHED);
	ck_assert_str_eq(promote(other, young), "promoted");
	ck_assert_int_eq(rows_where("status = 'active'"
				    " AND activated_at IS NOT NULL",
			     other),
	    1);
	ck_assert_int_eq(rows_where("status = 'retiring'"
				    " AND deactivated_at IS NOT NULL",
			     kid),
	    1);
	ck_assert_str_eq(promote(kid, "0"), "not_published");
	done();
}
END_TEST

START_TEST(only_the_active_key_of_that_alg_gives_way)
{
	char kid[64], other[64], foreign[64];

	fresh();
	add("EdDSA", foreign, "active");
	add("ES256", kid, "active");
	add("ES256", other, "published");
	ck_assert_str_eq(promote(other, "0"), "promoted");
	ck_assert_int_eq(rows_where("status = 'active'", foreign), 1);
	done();
}
END_TEST

static char crowd[6][64];

/* Promote in a transaction that takes a while, so that others meet it. */
static void
promote_one(int i)
{
	char sql[256];

	(void)snprintf(sql, sizeof(sql),
	    "SELECT CASE rollcall.signing_key_promote('%s', 0)"
	    " WHEN 'promoted' THEN 1 END, pg_sleep(0.1)",
	    crowd[i]);
	ck_assert_int_eq(cluster_sql(&cluster, sql), 1);
}

/* Each has its turn: the last one is active, none was lost on the way. */
START_TEST(promotions_at_once_leave_one_active)
{
	char kid[64];
	int i;

	fresh();
	add("ES256", kid, "active");
	for (i = 0; i < 6; i++)
		add("ES256", crowd[i], "published");
	at_once(6, promote_one);
	ck_assert_int_eq(
	    cluster_sql(&cluster, "SELECT count(*) FROM rollcall.signing_key"
				  " WHERE status = 'active'"),
	    1);
	ck_assert_int_eq(
	    cluster_sql(&cluster, "SELECT count(*) FROM rollcall.signing_key"
				  " WHERE status = 'retiring'"),
	    6);
	done();
}
END_TEST

START_TEST(retiring_waits_for_the_last_token)
{
	char kid[64], other[64], third[64];

	fresh();
	add("ES256", kid, "active");
	add("ES256", other, "published");
	add("ES256", third, "published");
	ck_assert_str_eq(retire("none", "0"), "unknown");
	ck_assert_str_eq(retire(kid, "0"), "active");
	ck_assert_int_eq(rows_where("status = 'active'", kid), 1);
	ck_assert_str_eq(promote(other, "0"), "promoted");
	ck_assert_str_eq(retire(kid, "3600"), "too_young");
	age("deactivated_at", kid, 3540);
	ck_assert_str_eq(retire(kid, "3600"), "too_young");
	age("deactivated_at", kid, 3600);
	ck_assert_str_eq(retire(kid, "3600"), "retired");
	ck_assert_int_eq(rows_where("status = 'retired' AND sealed_key IS NULL"
				    " AND retired_at IS NOT NULL",
			     kid),
	    1);
	ck_assert_str_eq(retire(kid, "0"), "already");
	ck_assert_str_eq(promote(kid, "0"), "not_published");
	/* What never signed need not wait. */
	ck_assert_str_eq(retire(third, "3600"), "retired");
	done();
}
END_TEST

START_TEST(keys_are_listed)
{
	char kid[64], other[64];
	struct rc_rows *rows;

	fresh();
	add("EdDSA", kid, "active");
	add("ES256", other, "active");
	add("ES256", other, "published");
	ck_assert_int_eq(
	    rc_db_exec(next(), RC_SQL_SIGNING_KEY_LIST, NULL, 0, &rows), RC_OK);
	ck_assert_uint_eq(rc_rows_count(rows), 3);
	ck_assert_str_eq(rc_rows_text(rows, 1, 0), other);
	ck_assert_str_eq(rc_rows_text(rows, 1, 1), "ES256");
	ck_assert_str_eq(rc_rows_text(rows, 1, 2), "published");
	ck_assert_int_ge(rc_rows_int(rows, 1, 3), rc_now() - 60);
	ck_assert_ptr_null(rc_rows_text(rows, 1, 4));
	ck_assert_str_eq(rc_rows_text(rows, 2, 0), kid);
	ck_assert_int_ge(rc_rows_int(rows, 2, 4), rc_now() - 60);
	ck_assert_ptr_null(rc_rows_text(rows, 2, 5));
	ck_assert_ptr_null(rc_rows_text(rows, 2, 6));
	done();
}
END_TEST

/* Bring the cluster's database to the schema. */
static void
migrate(void)
{
	const char *top = getenv("srcdir");
	char script[256], sql[256];
	int status;
	pid_t pid;

	if (top == NULL)
		top = ".";
	(void)snprintf(
	    script, sizeof(script), "%s/sql/rollcall-migrate.in", top);
	(void)snprintf(sql, sizeof(sql), "%s/sql", top);
	if ((pid = fork()) == 0) {
		if (setenv("ROLLCALL_SQL_DIR", sql, 1) == 0 &&
		    dup2(STDERR_FILENO, STDOUT_FILENO) != -1)
			execlp("sh", "sh", script, "--no-roles",
			    cluster.conninfo, (char *)NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid || status != 0) {
		cluster_remove(&cluster);
		exit(EXIT_FAILURE);
	}
}

int
main(void)
{
	const TTest *const tests[] = {
		without_database_and_keys_there_is_no_answer,
		without_the_key_file_nothing_is_signed,
		the_first_key_of_an_alg_signs,
		of_first_keys_at_once_one_signs,
		every_alg_signs_and_verifies,
		what_we_did_not_sign_does_not_verify,
		a_new_key_is_shown_in_time,
		the_tag_follows_the_set,
		the_set_holds_public_keys_alone,
		a_promoted_key_signs_in_time,
		an_unknown_key_is_looked_for_once_a_second,
		an_alg_without_key_is_looked_for_once_a_second,
		keys_outlive_the_database,
		keys_outlive_the_key_file,
		a_key_in_anothers_row_does_not_open,
		a_key_of_another_file_does_not_open,
		garbage_for_a_key_does_not_open,
		whether_there_will_be_a_signature_is_known,
		without_the_key_file_nothing_is_ready,
		a_seal_opens_what_it_sealed,
		promotion_is_for_published_keys_of_age,
		only_the_active_key_of_that_alg_gives_way,
		promotions_at_once_leave_one_active,
		retiring_waits_for_the_last_token,
		keys_are_listed,
	};
	int status;

	cluster_create(&cluster);
	migrate();
	status = unit_run("signing_key", tests, COUNT(tests));
	cluster_remove(&cluster);
	return status;
}
