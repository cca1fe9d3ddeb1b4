/*
 * jwks behind a web server.  When a running process reads the keys again is
 * for tests/db/test_signing_key.c; here new processes show what there is.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

#define JWKS "/oauth/jwks"

/* RFC 7517 appendix A.1. */
#define P256                                                 \
	"'kty':'EC','crv':'P-256',"                          \
	"'x':'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4'," \
	"'y':'4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM'"

static struct answer *
ask(const char *method, const char *line)
{
	const char *const headers[] = { line, NULL };
	/* What may have a body has an empty one, or lighttpd asks for it. */
	const struct call call = { .method = method,
		.url = JWKS,
		.body = *method == 'P' ? "" : NULL,
		.headers = line == NULL ? NULL : headers };

	return http(&call);
}

static void
expect_value(const struct answer *a, const char *name, const char *value)
{
	const char *got = header(a, name);

	want(got != NULL && strcmp(got, value) == 0, "%s is not %s", name,
	    value);
}

static void
expect_public(const struct answer *a)
{

	expect_value(a, "Cache-Control", "public, max-age=60");
	expect_value(a, "Access-Control-Allow-Origin", "*");
	expect_value(a, "X-Content-Type-Options", "nosniff");
	want(header(a, "ETag") != NULL, "no ETag");
	want(header(a, "Set-Cookie") == NULL, "a cookie");
}

static struct answer *
document(void)
{
	struct answer *a = get(JWKS);

	expect_status(a, 200);
	expect_value(a, "Content-Type", "application/json");
	expect_public(a);
	want(json_object_is_type(member(a->json, "keys"), json_type_array),
	    "keys is no array");
	return a;
}

/* The key of the set that is called ${kid}, or NULL. */
static struct json_object *
find(const struct answer *a, const char *kid)
{
	struct json_object *keys = member(a->json, "keys"), *key;
	size_t i;

	for (i = 0; i < json_object_array_length(keys); i++) {
		key = json_object_array_get_idx(keys, i);
		if (string(key, "kid") != NULL &&
		    strcmp(string(key, "kid"), kid) == 0)
			return key;
	}
	return NULL;
}

/* A key's name, of this run. */
static const char *
kid_of(const char *name)
{

	return text("%s-%d", name, (int)getpid());
}

static void
insert(const char *name, const char *alg, const char *status)
{
	const char *kid = kid_of(name);

	(void)db(text("INSERT INTO rollcall.signing_key"
		      " (kid, alg, public_jwk, sealed_key, status)"
		      " VALUES ('%s', '%s', $1::jsonb, '\\xfeedfacefeedface',"
		      " '%s')",
		     kid, alg, status),
	    json("{" P256 ",'use':'sig','alg':'%s','kid':'%s'}", alg, kid));
}

static void
drop(void)
{

	(void)db("DELETE FROM rollcall.signing_key WHERE kid LIKE '%-' || $1",
	    text("%d", (int)getpid()));
}

/* Have processes that know of no keys yet; plain CGI has no others. */
static void
restart(void)
{

	if (!in_server("apache-cgi") && !in_server("apache-htaccess"))
		reconf(NULL, 0);
}

START_TEST(set_is_there)
{

	(void)document();
}
END_TEST

/* RFC 7517 4 and 9.2: each key says what it is, and none is private. */
START_TEST(keys_are_public)
{
	static const char *const secret[] = { "d", "p", "q", "dp", "dq", "qi",
		"oth", "k" };
	static const char *const needed[] = { "kid", "kty", "alg", "use" };
	struct json_object *keys, *key;
	size_t i, k;

	drop();
	insert("public", "ES256", "published");
	restart();
	keys = member(document()->json, "keys");
	want(json_object_array_length(keys) > 0, "there is no key");
	for (i = 0; i < json_object_array_length(keys); i++) {
		key = json_object_array_get_idx(keys, i);
		for (k = 0; k < sizeof(needed) / sizeof(needed[0]); k++)
			want(string(key, needed[k]) != NULL, "a key has no %s",
			    needed[k]);
		want(strcmp(string(key, "use"), "sig") == 0, "use is not sig");
		for (k = 0; k < sizeof(secret) / sizeof(secret[0]); k++)
			want(member(key, secret[k]) == NULL, "a key has %s",
			    secret[k]);
	}
	drop();
}
END_TEST

/* All but retired keys verify, so they are shown. */
START_TEST(keys_that_count_are_shown)
{
	static const char *const shown[] = { "published", "retiring" };
	const struct answer *before = document(), *after;
	size_t i;

	drop();
	insert("published", "ES256", "published");
	insert("retiring", "ES256", "retiring");
	insert("retired", "ES256", "retired");
	restart();
	after = document();
	for (i = 0; i < 2; i++)
		want(find(after, kid_of(shown[i])) != NULL,
		    "the %s key is not there", shown[i]);
	want(
	    find(after, kid_of("retired")) == NULL, "the retired key is there");
	want(same(find(after, kid_of("published")),
		 text("{" P256 ",'use':'sig','alg':'ES256','kid':'%s'}",
		     kid_of("published"))),
	    "the key is not what was published");
	want(strstr(after->body, "feedface") == NULL, "a sealed key is there");
	want(strcmp(header(before, "ETag"), header(after, "ETag")) != 0,
	    "the ETag is the same");

	drop();
	restart();
	want(find(document(), kid_of("published")) == NULL,
	    "the key that was deleted is there");
}
END_TEST

/* RFC 9110 13.1.2 */
START_TEST(conditional)
{
	struct answer *a = document();
	const char *etag = header(a, "ETag");
	const char *const same_tag[] = { text("If-None-Match: %s", etag),
		"If-None-Match: *", text("If-None-Match: \"x\", %s", etag),
		text("If-None-Match: W/%s", etag) };
	const char *const other[] = { "If-None-Match: \"x\"",
		"If-None-Match: x" };
	struct answer *b;
	size_t i;

	for (i = 0; i < sizeof(same_tag) / sizeof(same_tag[0]); i++) {
		b = ask("GET", same_tag[i]);
		case_named(same_tag[i]);
		expect_status(b, 304);
		want(b->len == 0, "304 with a body");
		expect_public(b);
		expect_value(b, "ETag", etag);
		expect_status(ask("HEAD", same_tag[i]), 304);
	}
	for (i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		expect_status(ask("GET", other[i]), 200);
}
END_TEST

/* Every process serves the same bytes. */
START_TEST(etag_is_stable)
{
	struct answer *a = document();
	struct answer *b;
	int i;

	for (i = 0; i < 12; i++) {
		b = document();
		want(strcmp(header(a, "ETag"), header(b, "ETag")) == 0 &&
			 strcmp(a->body, b->body) == 0,
		    "two answers differ");
	}
}
END_TEST

START_TEST(head_has_no_body)
{
	struct answer *a = ask("HEAD", NULL);

	expect_status(a, 200);
	want(a->len == 0, "HEAD has a body");
	expect_public(a);
	expect_value(a, "ETag", header(document(), "ETag"));
}
END_TEST

START_TEST(only_get)
{
	static const char *const methods[] = { "POST", "PUT", "DELETE",
		"PATCH" };
	struct answer *a;
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		a = ask(methods[i], NULL);
		case_named(methods[i]);
		expect_error(a, 405, "invalid_request");
		want(has_word(header(a, "Allow"), "GET") &&
			 has_word(header(a, "Allow"), "HEAD"),
		    "Allow does not say GET, HEAD");
		expect_value(a, "Cache-Control", "no-store");
	}
}
END_TEST

/* Scripts of any origin may read it. */
START_TEST(preflight)
{
	const char *const headers[] = { "Origin: https://client.example.org",
		"Access-Control-Request-Method: GET", NULL };
	const struct call call = {
		.method = "OPTIONS", .url = JWKS, .headers = headers
	};
	struct answer *a = http(&call);

	expect_status(a, 204);
	expect_value(a, "Access-Control-Allow-Origin", "*");
	want(has_word(header(a, "Access-Control-Allow-Methods"), "GET"),
	    "GET is not allowed");
}
END_TEST

START_TEST(other_paths_are_404)
{

	expect_error(get(JWKS "/"), 404, "not_found|invalid_request");
	expect_error(get(JWKS "/x"), 404, "not_found|invalid_request");
	expect_error(get(JWKS "x"), 404, "not_found|invalid_request");
}
END_TEST

START_TEST(query_is_ignored)
{
	struct answer *a = document();
	struct answer *b = get(JWKS "?kid=x");

	expect_status(b, 200);
	want(strcmp(a->body, b->body) == 0, "the query changed the set");
}
END_TEST

/* RFC 8414 2: clients find the set by jwks_uri. */
START_TEST(discovery_names_it)
{
	struct answer *a = get("/.well-known/openid-configuration");
	const char *uri = string(a->json, "jwks_uri");

	want(uri != NULL && strcmp(uri, text("%s" JWKS, base_url())) == 0,
	    "jwks_uri does not lead here");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ set_is_there, 0 },
		{ keys_are_public, 0 },
		{ keys_that_count_are_shown, 0 },
		{ conditional, 0 },
		{ etag_is_stable, 0 },
		{ head_has_no_body, 0 },
		{ only_get, 0 },
		{ preflight, 0 },
		{ other_paths_are_404, 0 },
		{ query_is_ignored, 0 },
		{ discovery_names_it, 0 },
	};

	return harness_main("jwks", tests, sizeof(tests) / sizeof(tests[0]));
}
