/*
 * What is fetched from clients and issuers: keys at jwks_uri (RFC 7523 3,
 * OpenID Connect Core 10.1.1), lists at sector_identifier_uri (OpenID Connect
 * Registration 1.0 5), from servers that may be hostile.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness.h"
#include "harness_grant.h"
#include "harness_origin.h"

#define OWN "grant_type=client_credentials"
/* Five seconds are given to a fetch; a slow machine adds to that, ms. */
#define TIME 20000

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A JWK Set of one key, which has a kid, or of none. */
static const char *
set_of(const struct pair *p)
{

	return p == NULL ? "{'keys':[]}" : text("{'keys':[%s]}", p->public);
}

static struct client *
client_of(const char *url)
{

	return confidential(text("'token_endpoint_auth_method':"
				 "'private_key_jwt','jwks_uri':'%s'",
	    url));
}

static struct answer *
ask_as(const struct client *c, const struct pair *p)
{

	return ask(NULL, OWN "&%s", assertion(p, c->id));
}

START_TEST(rfc7523_3_keys_at_jwks_uri)
{
	const struct pair *p = pair("ES256");
	const char *path = "/good";
	const struct client *c = client_of(origin_url(path));
	int i;

	/* Registering needs none yet. */
	want(origin_count(path) == 0, "it was fetched at registration");
	origin_put(path, set_of(p));
	for (i = 0; i < 5; i++)
		expect_tokens(ask_as(c, p));
	want(origin_count(path) == 1, "fetched %zu times", origin_count(path));
	/* The endpoints that clients call are alike in it. */
	expect_status(http(&(const struct call){ .method = "POST",
			  .url = "/oauth/introspect",
			  .type = "application/x-www-form-urlencoded",
			  .body = text("token=x&%s", assertion(p, c->id)) }),
	    200);
	expect_status(http(&(const struct call){ .method = "POST",
			  .url = "/oauth/revoke",
			  .type = "application/x-www-form-urlencoded",
			  .body = text("token=x&%s", assertion(p, c->id)) }),
	    200);
	want(origin_count(path) == 1, "fetched %zu times", origin_count(path));
}
END_TEST

/* OpenID Connect Core 10.1.1: the client publishes another key. */
START_TEST(a_new_key_is_looked_for_once_a_minute)
{
	const struct pair *old = pair("EdDSA"), *new = pair("EdDSA");
	const struct pair *wrong = pair("EdDSA");
	const char *path = "/rotated";
	const struct client *c = client_of(origin_url(path));
	int i;

	origin_put(path, set_of(old));
	expect_tokens(ask_as(c, old));
	origin_put(path, set_of(new));
	/* What was tried just now is not tried again. */
	expect_refused(ask_as(c, new), 401, "invalid_client");
	(void)db("UPDATE rollcall.fetched_document SET tried_at = tried_at - "
		 "interval '61 seconds' WHERE url = $1",
	    origin_url(path));
	expect_tokens(ask_as(c, new));
	want(origin_count(path) == 2, "fetched %zu times", origin_count(path));
	expect_refused(ask_as(c, old), 401, "invalid_client");
	for (i = 0; i < 5; i++)
		expect_refused(ask_as(c, wrong), 401, "invalid_client");
	want(origin_count(path) == 2, "fetched %zu times", origin_count(path));
	/* After jwks_max_age the set is read anew. */
	(void)db("UPDATE rollcall.fetched_document SET "
		 "fetched_at = fetched_at - interval '61 minutes', "
		 "tried_at = tried_at - interval '61 minutes' WHERE url = $1",
	    origin_url(path));
	expect_tokens(ask_as(c, new));
	want(origin_count(path) == 3, "fetched %zu times", origin_count(path));
}
END_TEST

/* An outage is no reason to tell a client that it is unknown. */
START_TEST(keys_that_cannot_be_had)
{
	const struct pair *p = pair("EdDSA");
	const char *path = "/gone";
	const struct client *c = client_of(origin_url(path));
	struct answer *a;
	int i;

	for (i = 0; i < 3; i++) {
		a = ask_as(c, p);
		expect_status(a, 503);
		expect_named(a, "jwks_uri");
		want(header(a, "Retry-After") != NULL, "no Retry-After");
	}
	want(origin_count(path) == 1, "fetched %zu times", origin_count(path));
	/* A copy that was good goes on for a day. */
	origin_put(path, set_of(p));
	(void)db("UPDATE rollcall.fetched_document SET tried_at = tried_at - "
		 "interval '61 seconds' WHERE url = $1",
	    origin_url(path));
	expect_tokens(ask_as(c, p));
	origin_put(path, NULL);
	(void)db("UPDATE rollcall.fetched_document SET "
		 "fetched_at = fetched_at - interval '23 hours', "
		 "tried_at = tried_at - interval '23 hours' WHERE url = $1",
	    origin_url(path));
	expect_tokens(ask_as(c, p));
	expect_tokens(ask_as(c, p));
	want(origin_count(path) == 3, "fetched %zu times", origin_count(path));
	(void)db("UPDATE rollcall.fetched_document SET "
		 "fetched_at = fetched_at - interval '2 hours' WHERE url = $1",
	    origin_url(path));
	expect_status(ask_as(c, p), 503);
	/* Whatever is behind it, it is not ours to ask. */
	a = ask_as(client_of("https://[::ffff:127.0.0.1]:1/"), p);
	expect_status(a, 503);
	want(strstr(string(a->json, "error_description"), "not public") != NULL,
	    "it does not say why");
}
END_TEST

/* An old copy is there for the day when nobody answers at all. */
START_TEST(a_copy_outlives_its_server)
{
	const struct pair *p = pair("EdDSA");
	/* Nobody listens there. */
	const char *url = "https://127.0.0.2:1/jwks";
	const struct client *c = client_of(url);

	expect_status(ask_as(c, p), 503);
	(void)db("UPDATE rollcall.fetched_document SET body = $1, "
		 "fetched_at = now() - interval '23 hours', "
		 "tried_at = now() - interval '2 minutes' "
		 "WHERE url = 'https://127.0.0.2:1/jwks'",
	    json("%s", set_of(p)));
	expect_tokens(ask_as(c, p));
	want(strstr(db("SELECT fault FROM rollcall.fetched_document "
		       "WHERE url = $1",
			url),
		 "does not answer") != NULL,
	    "it was not tried");
	expect_tokens(ask_as(c, p));
	(void)db("UPDATE rollcall.fetched_document SET "
		 "fetched_at = fetched_at - interval '2 hours' WHERE url = $1",
	    url);
	expect_status(ask_as(c, p), 503);
}
END_TEST

/* Nobody has us fetch by naming others' clients, without end. */
START_TEST(keys_that_cannot_be_had_count_as_failures)
{
	static const char *const line = "rate_limit_failures = '3/10m'";
	const struct pair *p = pair("EdDSA");
	const struct client *c;
	struct answer *a;
	int i;

	origin_conf(&line, 1);
	c = client_of(origin_url("/nothing"));
	for (i = 0; i < 3; i++)
		expect_status(ask_as(c, p), 503);
	a = ask_as(c, p);
	expect_status(a, 429);
	want(header(a, "Retry-After") != NULL, "no Retry-After");
	(void)db(
	    "DELETE FROM rollcall.rate WHERE bucket LIKE 'failures%'", NULL);
	origin_conf(NULL, 0);
}
END_TEST

/* 64 KiB are let pass, and no byte more. */
START_TEST(a_document_has_a_size)
{
	static const char *const paths[] = { "/fits", "/fits-not" };
	const struct pair *p = pair("EdDSA");
	const struct client *c;
	const char *set = set_of(p);
	int i, pad;

	for (i = 0; i < 2; i++) {
		pad = 65536 + i - (int)strlen(set);
		origin_put(paths[i], text("%s%*s", set, pad, ""));
		c = client_of(origin_url(paths[i]));
		if (i == 0)
			expect_tokens(ask_as(c, p));
		else
			expect_status(ask_as(c, p), 503);
	}
}
END_TEST

START_TEST(many_at_once_fetch_once)
{
	enum {
		N = 12
	};
	const struct pair *p = pair("EdDSA");
	const char *path = "/many";
	const struct client *c = client_of(origin_url(path));
	struct answer *answers[N];
	struct call calls[N];
	size_t i;

	origin_put(path, set_of(p));
	for (i = 0; i < N; i++)
		calls[i] =
		    token_call(NULL, text(OWN "&%s", assertion(p, c->id)));
	http_many(calls, answers, N, N);
	for (i = 0; i < N; i++)
		expect_tokens(answers[i]);
	want(origin_count(path) == 1, "fetched %zu times", origin_count(path));
}
END_TEST

/* Whoever began to fetch may be dead: after ten seconds another one does. */
START_TEST(a_claim_dies_with_who_made_it)
{
	const struct pair *p = pair("EdDSA");
	const char *path = "/claimed";
	const struct client *c = client_of(origin_url(path));
	int64_t before = now_ms();

	origin_put(path, set_of(p));
	(void)db("INSERT INTO rollcall.fetched_document (url, claimed_at) "
		 "VALUES ($1, now())",
	    origin_url(path));
	expect_status(ask_as(c, p), 503);
	want(now_ms() - before < TIME, "it took %lld ms",
	    (long long)(now_ms() - before));
	want(origin_count(path) == 0, "fetched by two");
	(void)db("UPDATE rollcall.fetched_document SET "
		 "claimed_at = now() - interval '10 seconds' WHERE url = $1",
	    origin_url(path));
	expect_tokens(ask_as(c, p));
}
END_TEST

static const char *
with_sector(const char *url)
{

	return text("{'redirect_uris':['https://a.example.org/cb',"
		    "'https://b.example.org/cb'],"
		    "'sector_identifier_uri':'%s'}",
	    url);
}

START_TEST(registration_5_every_redirect_uri_is_listed)
{
	static const char *const uris = "['https://a.example.org/cb','https://"
					"b.example.org/cb']";
	const char *url = origin_url("/sector");
	const struct client *c;
	struct answer *a;

	origin_put("/sector", "['https://a.example.org/cb']");
	a = post(json("%s", with_sector(url)));
	expect_error(a, 400, "invalid_client_metadata");
	expect_named(a, "sector_identifier_uri");
	origin_forget();
	origin_put("/sector", uris);
	c = enrol(json("%s", with_sector(url)));
	expect_member(c->answer, "sector_identifier_uri", text("'%s'", url));
	/* Nothing about it has changed, so it is not judged again. */
	origin_forget();
	origin_put("/sector", NULL);
	expect_status(manage(c, "PUT",
			  json("{'client_id':'%s','client_name':'New',%s",
			      c->id, with_sector(url) + 1)),
	    200);
	/* Another redirect URI is, and nothing is changed. */
	a = manage(c, "PUT",
	    json("{'client_id':'%s','redirect_uris':"
		 "['https://a.example.org/new'],"
		 "'sector_identifier_uri':'%s'}",
		c->id, url));
	expect_error(a, 400, "invalid_client_metadata");
	expect_member(manage(c, "GET", NULL), "redirect_uris", uris);
}
END_TEST

/* clang-format off */
/* Where a document cannot be had from, and what is said of it. */
static const struct {
	const char *path; /* of the origin, or NULL */
	const char *url; /* of somebody else */
	const char *word;
} refused[] = {
	{ "/drip", NULL, "in time" },
	{ "/silent", NULL, "in time" },
	{ "/huge", NULL, "larger" },
	{ "/redirect", NULL, "redirect" },
	{ "/gzip", NULL, "coding" },
	{ "/absent", NULL, "not there" },
	{ "/html", NULL, "not JSON" },
	{ "/object", NULL, "no array" },
	{ NULL, "https://127.0.0.1:%s/", "not public" },
	{ NULL, "https://localhost:%s/", "not public" },
	{ NULL, "https://[::1]:%s/", "not public" },
	{ NULL, "https://[::ffff:127.0.0.1]:%s/", "not public" },
	{ NULL, "https://[::ffff:7f00:1]:%s/", "not public" },
	{ NULL, "https://[64:ff9b::7f00:1]:%s/", "not public" },
	{ NULL, "https://[2002:7f00:1::]:%s/", "not public" },
	{ NULL, "https://[2001:0:7f00:1::]:%s/", "not public" },
	{ NULL, "https://2130706433:%s/", "not public" },
	{ NULL, "https://0:%s/", "not public" },
	{ NULL, "https://169.254.169.254/latest/meta-data", "not public" },
	{ NULL, "https://[fd00:ec2::254]/latest", "not public" },
	{ NULL, "https://10.0.0.1/", "not public" },
	/* A name that nobody has, and one that does not answer, are told of
	 * in the same words. */
	{ NULL, "https://nobody.invalid/", "not public" },
	{ NULL, "https://127.0.0.2:1/", "not public" },
};
/* clang-format on */

START_TEST(hostile_servers)
{
	const char *url = refused[_i].path != NULL
	                      ? origin_url(refused[_i].path)
	                      : refused[_i].url;
	const char *port = strrchr(base_url(), ':') + 1, *mark;
	const size_t inside = origin_count("/inside");
	struct answer *a;
	int64_t before;

	if ((mark = strstr(url, "%s")) != NULL)
		url = text("%.*s%s%s", (int)(mark - url), url, port, mark + 2);
	case_named(url);
	origin_forget();
	origin_put("/html", "<html></html>");
	origin_put("/object", "{}");
	before = now_ms();
	a = post(json("%s", with_sector(url)));
	want(now_ms() - before < TIME, "it took %lld ms",
	    (long long)(now_ms() - before));
	expect_error(a, 400, "invalid_client_metadata");
	expect_named(a, "sector_identifier_uri");
	want(strstr(string(a->json, "error_description"), refused[_i].word) !=
		 NULL,
	    "it does not say: %s", refused[_i].word);
	want(origin_count("/inside") == inside, "a redirect was followed");
}
END_TEST

START_TEST(a_wrong_certificate)
{
	struct answer *a;

	origin_forget();
	origin_put("/list", "['https://a.example.org/cb',"
			    "'https://b.example.org/cb']");
	a = post(json("%s", with_sector(origin_untrusted_url("/list"))));
	expect_error(a, 400, "invalid_client_metadata");
	want(
	    strstr(string(a->json, "error_description"), "certificate") != NULL,
	    "it does not say why");
	want(origin_count("/list") == 0, "the request was sent nevertheless");
	expect_status(post(json("%s", with_sector(origin_url("/list")))), 201);
}
END_TEST

/* Nobody makes us fetch without end. */
START_TEST(an_address_has_a_limit)
{
	size_t fetched = 0, late = 0, i;
	const char *rows;
	struct answer *a = NULL;
	int64_t before;

	origin_forget();
	before = now_ms();
	rows = db("SELECT count(*) FROM rollcall.audit", NULL);
	/* Ten too many, however long that takes. */
	for (i = 0; late < 10 && i < 400; i++) {
		a = post(
		    json("%s", with_sector(origin_url(text("/limit-%zu", i)))));
		if (a->status != 429)
			expect_error(a, 400, "invalid_client_metadata");
		else
			late++;
		fetched += origin_count(text("/limit-%zu", i));
	}
	/* Thirty a minute. */
	want(
	    fetched >= 30 && fetched <= 31 + (size_t)(now_ms() - before) / 2000,
	    "%zu were fetched", fetched);
	want(fetched + late == i, "%zu were refused", late);
	/* It is our limit, and no fault of the client's. */
	expect_error(a, 429, "temporarily_unavailable");
	want(strcmp(header(a, "Retry-After"), "2") <= 0, "Retry-After: %s",
	    header(a, "Retry-After"));
	want(strtoul(db("SELECT count(*) FROM rollcall.audit", NULL), NULL,
		 10) == strtoul(rows, NULL, 10) + fetched,
	    "the audit log has it");
	want(strcmp(db("SELECT sum(refused) FROM rollcall.rate_refusal "
		       "WHERE rule = 'rate_limit_fetch'",
			NULL),
		 text("%zu", late)) == 0,
	    "it was not counted");
	origin_forget();
}
END_TEST

/* Nor do those who wait for what another one fetches. */
START_TEST(few_workers_wait_for_a_slow_server)
{
	enum {
		N = 12
	};
	struct answer *answers[N];
	struct call calls[N];
	size_t i, busy = 0;

	origin_forget();
	for (i = 0; i < N; i++)
		calls[i] = (struct call){ .method = "POST",
			.url = register_url(),
			.body =
			    json("%s", with_sector(origin_url("/silent"))) };
	http_many(calls, answers, N, N);
	for (i = 0; i < N; i++) {
		if (answers[i]->status != 503) {
			expect_error(
			    answers[i], 400, "invalid_client_metadata");
			continue;
		}
		busy++;
		expect_error(answers[i], 503, "temporarily_unavailable");
		want(header(answers[i], "Retry-After") != NULL,
		    "no Retry-After");
	}
	want(busy > 0, "all were let wait");
	origin_forget();
}
END_TEST

/* Registrations that fetch do not keep out those that do not. */
START_TEST(slow_servers_hold_few_workers)
{
	enum {
		N = 12
	};
	struct answer *answers[N];
	struct call calls[N];
	int64_t before;
	size_t i, late = 0;

	origin_forget();
	for (i = 0; i < N; i++)
		calls[i] = (struct call){ .method = "POST",
			.url = register_url(),
			.body = json("%s", with_sector(text("%s?%zu",
					       origin_url("/silent"), i))) };
	before = now_ms();
	http_many(calls, answers, N, N);
	for (i = 0; i < N; i++) {
		if (answers[i]->status == 503)
			continue;
		expect_error(answers[i], 400, "invalid_client_metadata");
		late += strstr(string(answers[i]->json, "error_description"),
			    "in time") != NULL;
	}
	/* A turn that is not given back comes back after a while. */
	want(late <= 5 + (size_t)(now_ms() - before) / 5000,
	    "%zu were fetched at a time", late);
	origin_forget();
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ rfc7523_3_keys_at_jwks_uri, 0 },
		{ a_new_key_is_looked_for_once_a_minute, 0 },
		{ keys_that_cannot_be_had, 0 },
		{ a_copy_outlives_its_server, 0 },
		{ keys_that_cannot_be_had_count_as_failures, 0 },
		{ a_document_has_a_size, 0 },
		{ many_at_once_fetch_once, 0 },
		{ a_claim_dies_with_who_made_it, 0 },
		{ registration_5_every_redirect_uri_is_listed, 0 },
		{ hostile_servers, sizeof(refused) / sizeof(refused[0]) },
		{ a_wrong_certificate, 0 },
		{ an_address_has_a_limit, 0 },
		{ slow_servers_hold_few_workers, 0 },
		{ few_workers_wait_for_a_slow_server, 0 },
	};

	harness_setup = origin_start;
	return harness_main(
	    "what is fetched", tests, sizeof(tests) / sizeof(tests[0]));
}
