/*
 * How clients say who they are at the token endpoint: RFC 6749 2.3 and 3.2.1,
 * RFC 7521 4.2, RFC 7523 3.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness.h"
#include "harness_grant.h"

#define OWN "grant_type=client_credentials"

/* The body of an answer, which has to be the same for two that look alike. */
static void
expect_alike(const struct answer *a, const struct answer *b)
{
	static const char *const names[] = { "WWW-Authenticate", "Content-Type",
		"Cache-Control", "Content-Length" };
	size_t i;

	expect_refused(a, 401, "invalid_client");
	expect_refused(b, 401, "invalid_client");
	want(strcmp(a->body, b->body) == 0, "the bodies differ: %s", a->body);
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		want(strcmp(header(a, names[i]), header(b, names[i])) == 0,
		    "%s differs", names[i]);
}

START_TEST(rfc6749_2_3_1_basic)
{
	const struct client *c = confidential(NULL);

	expect_tokens(ask_with(basic(c->id, c->secret), OWN));
	expect_tokens(ask_with(
	    basic(c->id, c->secret), text(OWN "&client_id=%s", c->id)));
	/* The scheme is compared without case (RFC 9110 11.1). */
	expect_tokens(ask_with(
	    text("basic%s", basic(c->id, c->secret) + strlen("Basic")), OWN));
}
END_TEST

START_TEST(rfc6749_2_3_1_basic_is_form_encoded)
{
	const struct client *c = confidential(NULL);

	expect_tokens(ask_with(basic(escape(c->id), escape(c->secret)), OWN));
	/* A secret that an administrator chose. */
	(void)db(text("UPDATE rollcall.client SET secret_hash = "
		      "decode('%s', 'hex') WHERE client_id = $1",
		     hash_of("a b:c+%")),
	    c->id);
	expect_tokens(ask_with(basic(c->id, "a+b%3Ac%2B%25"), OWN));
	expect_tokens(ask_with(basic(c->id, "a+b:c%2B%25"), OWN));
	expect_refused(
	    ask_with(basic(c->id, "a b:c+%25"), OWN), 401, "invalid_client");
}
END_TEST

START_TEST(rfc6749_2_3_1_post)
{
	const struct client *c = confidential(NULL);

	expect_tokens(
	    ask(NULL, OWN "&client_id=%s&client_secret=%s", c->id, c->secret));
}
END_TEST

/* Basic and post are interchangeable, whichever is registered. */
START_TEST(basic_for_who_registered_post)
{
	const struct client *c =
	    confidential("'token_endpoint_auth_method':'client_secret_post'");

	expect_tokens(ask(c, OWN));
	expect_tokens(
	    ask(NULL, OWN "&client_id=%s&client_secret=%s", c->id, c->secret));
}
END_TEST

/* RFC 6749 2.3.1: never in the request URI. */
START_TEST(rfc6749_2_3_1_not_in_the_query)
{
	const struct client *c = confidential(NULL);
	const struct call call = { .method = "POST",
		.url = text("/oauth/token?client_id=%s&client_secret=%s", c->id,
		    c->secret),
		.body = OWN,
		.type = "application/x-www-form-urlencoded" };

	expect_refused(http(&call), 401, "invalid_client");
}
END_TEST

START_TEST(rfc6749_5_2_unknown_client_and_wrong_secret_look_alike)
{
	const struct client *c = confidential(NULL);

	expect_alike(ask_with(basic(c->id, "wrong"), OWN),
	    ask_with(basic("nobody", "wrong"), OWN));
	expect_alike(ask(NULL, OWN "&client_id=%s&client_secret=wrong", c->id),
	    ask(NULL, OWN "&client_id=nobody&client_secret=wrong"));
	expect_alike(ask(NULL, OWN "&client_id=nobody"),
	    ask(NULL, OWN "&client_id=nobody&client_secret=wrong"));
}
END_TEST

static int64_t
now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* How long two clients that are refused wait for that, us: the medians. */
static void
time_refusals(const char *const *who, int64_t *medians)
{
	enum {
		N = 101
	};
	int64_t took[2][N], before;
	int i, k;

	for (i = 0; i < N; i++) {
		for (k = 0; k < 2; k++) {
			before = now_us();
			(void)ask_with(who[k], OWN);
			took[k][i] = now_us() - before;
		}
	}
	for (k = 0; k < 2; k++) {
		qsort(took[k], N, sizeof(took[k][0]), by_size);
		medians[k] = took[k][N / 2];
	}
}

START_TEST(rfc6749_5_2_unknown_client_and_wrong_secret_take_as_long)
{
	const struct client *c = confidential(NULL);
	const char *const who[] = { basic(c->id, "wrong"),
		basic("nobody", "wrong") };
	int64_t m[2];
	int tries = 0;

	/* What else the machine does may fall on one of them, but not always.
	 */
	do
		time_refusals(who, m);
	while ((m[0] >= 2 * m[1] || m[1] >= 2 * m[0]) && ++tries < 10);
	want(tries < 10, "medians: %lld and %lld us", (long long)m[0],
	    (long long)m[1]);
}
END_TEST

START_TEST(rfc6749_2_3_nothing_presented)
{

	expect_refused(ask(NULL, OWN), 401, "invalid_client");
	expect_refused(ask(NULL, OWN "&client_id="), 401, "invalid_client");
	expect_refused(
	    ask_with("Bearer abc", OWN "&client_id=x"), 401, "invalid_client");
	expect_refused(ask_with("Digest abc", OWN), 401, "invalid_client");
}
END_TEST

START_TEST(rfc6749_2_3_one_method_only)
{
	const struct client *c = confidential(NULL);
	const char *good = basic(c->id, c->secret);
	const char *jwt =
	    "&client_assertion_type=" ASSERTION_TYPE "&client_assertion=x";

	expect_refused(ask_with(good, text(OWN "&client_secret=%s", c->secret)),
	    400, "invalid_request");
	expect_refused(
	    ask_with(good, text(OWN "%s", jwt)), 400, "invalid_request");
	expect_refused(ask(NULL, OWN "&client_id=%s&client_secret=%s%s", c->id,
			   c->secret, jwt),
	    400, "invalid_request");
	expect_refused(ask_with(good, OWN "&client_id=somebody-else"), 400,
	    "invalid_request");
}
END_TEST

START_TEST(rfc6749_2_3_1_broken_credentials)
{
	static const char *const bad[] = { "Basic", "Basic ", "Basic !",
		"Basic YQ==", "Basic YTo=", "Basic OmE=", "Basic YSUy",
		"Basic YSV6ejpi", "Basic YSUwMDpi", "Basic 5Dpi",
		"Basic YTpi YTpi", "Basic _-__" };
	struct answer *a = ask_with(bad[_i], OWN);

	/* "Basic" alone is no credential at all. */
	expect_refused(a, a->status == 401 ? 401 : 400,
	    a->status == 401 ? "invalid_client" : "invalid_request");
	want(a->status == 400 || _i < 2, "%s: not 400", bad[_i]);
	expect_refused(ask(NULL, OWN "&client_id=%%C3%%A4&client_secret=b"),
	    400, "invalid_request");
	expect_refused(
	    ask(NULL, OWN "&client_secret=b"), 400, "invalid_request");
}
END_TEST

START_TEST(an_expired_secret)
{
	const struct client *c = confidential(NULL);
	struct answer *a;

	(void)db("UPDATE rollcall.client SET secret_expires_at = now() "
		 "WHERE client_id = $1",
	    c->id);
	a = ask(c, OWN);
	expect_refused(a, 401, "invalid_client");
	expect_named(a, "expired");
}
END_TEST

START_TEST(a_disabled_client)
{
	const struct client *c = confidential(NULL);
	struct client guess = *c;
	struct answer *a;

	(void)db("UPDATE rollcall.client SET status = 'disabled' "
		 "WHERE client_id = $1",
	    c->id);
	a = ask(c, OWN);
	expect_refused(a, 401, "invalid_client");
	expect_named(a, "disabled");
	/* Others are not told. */
	guess.secret = "wrong";
	expect_alike(ask(&guess, OWN), ask_with(basic("nobody", "x"), OWN));
	/* Anybody can give the client_id of a public one. */
	c = public_client(NULL);
	(void)db("UPDATE rollcall.client SET status = 'disabled' "
		 "WHERE client_id = $1",
	    c->id);
	expect_alike(redeem(c, "x"), ask_with(basic("nobody", "x"), OWN));
}
END_TEST

/* Assertions. */

/* A client with a key. */
static struct client *
keyed_client(const struct pair *p, const char *more)
{

	return confidential(text("'token_endpoint_auth_method':"
				 "'private_key_jwt','jwks':{'keys':[%s]}%s",
	    p->public, more));
}

/* Claims: the usual ones, of which ${more} replaces or adds some. */
static const char *
claims(const char *id, const char *more)
{
	static int n;
	const char *base =
	    json("{'iss':'%s','sub':'%s','aud':'%s','exp':%lld,'iat':%lld,"
		 "'jti':'%d-%lld'}",
		id, id, base_url(), (long long)time(NULL) + 60,
		(long long)time(NULL), n++, (long long)now_us());
	const char *plain = json("{%s}", more);
	struct json_object *whole =
	    case_body(parse(base, strlen(base)), parse(plain, strlen(plain)));

	/* null takes a claim away. */
	json_object_object_foreach(parse(plain, strlen(plain)), name, value)
	{
		if (value == NULL)
			json_object_object_del(whole, name);
	}
	return json_object_to_json_string(whole);
}

static struct answer *
assert_with(const char *jwt, const char *more)
{

	return ask(NULL, OWN "&client_assertion_type=%s&client_assertion=%s%s",
	    escape(ASSERTION_TYPE), jwt, more);
}

START_TEST(rfc7523_3_assertion)
{
	static const char *const algs[] = { "RS256", "PS256", "ES256",
		"EdDSA" };
	static const char *const types[] = { NULL, "JWT",
		"client-authentication+jwt", "jwt" };
	const struct pair *p = pair(algs[_i]);
	const struct client *c = keyed_client(
	    p, text(",'token_endpoint_auth_signing_alg':'%s'", algs[_i]));
	const char *jwt = sign(p, types[_i], claims(c->id, ""));

	expect_tokens(assert_with(jwt, ""));
	jwt = sign(p, types[_i], claims(c->id, ""));
	expect_tokens(assert_with(jwt, text("&client_id=%s", c->id)));
}
END_TEST

/* What each claim must be, and must not. */
static const struct {
	const char *name;
	const char *claims;
	bool good;
} cases[] = {
	{ "rfc7523_3_1_iss_is_required", "'iss':null", false },
	{ "rfc7523_3_1_iss_is_the_client", "'iss':'else'", false },
	{ "rfc7523_3_1_iss_is_a_string", "'iss':1", false },
	{ "rfc7523_3_2_sub_is_required", "'sub':null", false },
	{ "rfc7523_3_2_sub_is_the_client", "'sub':'else'", false },
	{ "rfc7523_3_3_aud_is_required", "'aud':null", false },
	{ "rfc7523_3_3_aud_of_another", "'aud':'https://else.example'", false },
	{ "rfc7523_3_3_aud_empty", "'aud':[]", false },
	{ "rfc7523_3_3_aud_is_the_issuer", "'aud':['@']", true },
	{ "rfc7523_3_3_aud_of_others_too", "'aud':['@','https://else.example']",
	    false },
	{ "rfc7523_3_3_aud_token_endpoint", "'aud':'@/oauth/token'", false },
	{ "rfc7523_3_3_aud_with_slash", "'aud':'@/'", false },
	{ "rfc7523_3_4_exp_is_required", "'exp':null", false },
	{ "rfc7523_3_4_exp_is_past", "'exp':#-70", false },
	{ "rfc7523_3_4_exp_within_skew", "'exp':#-50", true },
	{ "rfc7523_3_4_exp_far_ahead", "'exp':#+370", false },
	{ "rfc7523_3_4_exp_at_most", "'exp':#+350", true },
	{ "rfc7523_3_4_exp_with_fraction", "'exp':#+60.5", true },
	{ "rfc7523_3_4_exp_no_number", "'exp':'tomorrow'", false },
	{ "rfc7523_3_4_exp_negative", "'exp':-1", false },
	{ "rfc7523_3_4_exp_huge", "'exp':1e300", false },
	{ "rfc7523_3_5_nbf_in_the_future", "'nbf':#+70", false },
	{ "rfc7523_3_5_nbf_within_skew", "'nbf':#+50", true },
	{ "rfc7523_3_5_nbf_no_number", "'nbf':true", false },
	{ "rfc7523_3_6_iat_in_the_future", "'iat':#+70", false },
	{ "rfc7523_3_6_iat_may_be_absent", "'iat':null", true },
	{ "rfc7523_3_7_jti_is_required", "'jti':null", false },
	{ "rfc7523_3_7_jti_is_not_empty", "'jti':''", false },
	{ "rfc7523_3_7_jti_is_a_string", "'jti':7", false },
	{ "rfc7523_3_8_other_claims_are_ignored", "'foo':{'bar':1}", true },
};

/* Put the issuer for @ and the time for #, with what is added to it. */
static const char *
filled(const char *s)
{
	const char *out = "";
	char *end;
	long add;
	size_t n;

	for (; *s != '\0'; s += n) {
		n = strcspn(s, "@#");
		out = text("%s%.*s", out, (int)n, s);
		if (s[n] == '@') {
			out = text("%s%s", out, base_url());
			n++;
		} else if (s[n] == '#') {
			add = strtol(s + n + 1, &end, 10);
			out = text("%s%lld", out, (long long)time(NULL) + add);
			n = (size_t)(end - s);
		}
	}
	return out;
}

START_TEST(rfc7523_3_claims)
{
	const struct pair *p = pair("EdDSA");
	const struct client *c = keyed_client(p, "");
	struct answer *a;

	case_named(cases[_i].name);
	a = assert_with(
	    sign(p, NULL, claims(c->id, filled(cases[_i].claims))), "");
	if (cases[_i].good)
		expect_tokens(a);
	else
		expect_refused(a, 401, "invalid_client");
}
END_TEST

START_TEST(rfc7523_3_7_no_replay)
{
	const struct pair *p = pair("EdDSA");
	const struct client *c = keyed_client(p, "");
	const struct client *other = keyed_client(p, "");
	const char *jwt = sign(p, NULL, claims(c->id, "'jti':'one'"));
	struct answer *a;

	expect_tokens(assert_with(jwt, ""));
	a = assert_with(jwt, "");
	expect_refused(a, 401, "invalid_client");
	expect_named(a, "jti");
	/* A jti is the client's own. */
	expect_tokens(
	    assert_with(sign(p, NULL, claims(other->id, "'jti':'one'")), ""));
	expect_refused(
	    assert_with(
		sign(p, NULL, claims(c->id, filled("'jti':'one','exp':#+61"))),
		""),
	    401, "invalid_client");
}
END_TEST

START_TEST(rfc7523_3_7_race_of_replays)
{
	enum {
		N = 20
	};
	const struct pair *p = pair("EdDSA");
	const struct client *c = keyed_client(p, "");
	const char *form = text(OWN "&client_assertion_type=%s"
				    "&client_assertion=%s",
	    escape(ASSERTION_TYPE), sign(p, NULL, claims(c->id, "")));
	struct call calls[N];
	struct answer *answers[N];
	int i, wins = 0;

	for (i = 0; i < N; i++)
		calls[i] = token_call(NULL, form);
	http_many(calls, answers, N, N);
	for (i = 0; i < N; i++) {
		if (answers[i]->status == 200)
			wins++;
		else
			expect_refused(answers[i], 401, "invalid_client");
	}
	want(wins == 1, "%d got a token", wins);
}
END_TEST

START_TEST(rfc7523_3_9_signature)
{
	const struct pair *p = pair("ES256"), *q = pair("ES256");
	const struct client *c = keyed_client(p, "");
	const char *good = claims(c->id, "'jti':'kept'"), *jwt;
	struct answer *a;

	a = assert_with(sign(q, NULL, good), "");
	expect_alike(a, ask_with(basic("nobody", "x"), OWN));
	/* {"alg":"none"}, {"alg":"HS256"} */
	jwt = sign(p, NULL, good);
	expect_refused(
	    assert_with(text("eyJhbGciOiJub25lIn0%s", strchr(jwt, '.')), ""),
	    401, "invalid_client");
	expect_refused(
	    assert_with(text("eyJhbGciOiJub25lIn0%.*s",
			    (int)(strrchr(jwt, '.') + 1 - strchr(jwt, '.')),
			    strchr(jwt, '.')),
		""),
	    401, "invalid_client");
	expect_refused(
	    assert_with(text("eyJhbGciOiJIUzI1NiJ9%s", strchr(jwt, '.')), ""),
	    401, "invalid_client");
	expect_refused(assert_with("x.y", ""), 401, "invalid_client");
	expect_refused(assert_with("x.y.z", ""), 401, "invalid_client");
	/* None of that has used it up. */
	expect_tokens(assert_with(jwt, ""));
}
END_TEST

START_TEST(rfc7523_2_2_type)
{
	const struct pair *p = pair("EdDSA");
	const struct client *c = keyed_client(p, "");
	const char *jwt = sign(p, NULL, claims(c->id, ""));

	expect_refused(
	    ask(NULL, OWN "&client_assertion=%s", jwt), 400, "invalid_request");
	expect_refused(
	    ask(NULL, OWN "&client_assertion_type=%s", escape(ASSERTION_TYPE)),
	    400, "invalid_request");
	expect_refused(ask(NULL,
			   OWN "&client_assertion_type=%sx"
			       "&client_assertion=%s",
			   escape(ASSERTION_TYPE), jwt),
	    401, "invalid_client");
	/* RFC 8725 3.11: no other kind of JWT. */
	expect_refused(assert_with(sign(p, "at+jwt", claims(c->id, "")), ""),
	    401, "invalid_client");
	/* RFC 7521 4.2: client_id, where it is there, is the subject. */
	expect_refused(assert_with(jwt, "&client_id=somebody-else"), 400,
	    "invalid_request");
	expect_tokens(assert_with(jwt, ""));
}
END_TEST

/* The algorithm that is registered, and no other. */
START_TEST(oidc_registration_2_token_endpoint_auth_signing_alg)
{
	const struct pair *p = pair("RS256");
	const char *alg = strstr(p->private, "RS256");
	struct pair q = *p;
	const struct client *c;
	struct answer *a;

	/* The same key, said to be for another algorithm. */
	want(alg != NULL, "the key does not say what it is for");
	q.private =
	    text("%.*sP%s", (int)(alg - p->private), p->private, alg + 1);
	c = keyed_client(p, "");
	a = assert_with(sign(&q, NULL, claims(c->id, "")), "");
	expect_refused(a, 401, "invalid_client");
	c = keyed_client(p, ",'token_endpoint_auth_signing_alg':'RS256'");
	a = assert_with(sign(&q, NULL, claims(c->id, "")), "");
	expect_alike(a, ask_with(basic("nobody", "x"), OWN));
	expect_tokens(assert_with(sign(p, NULL, claims(c->id, "")), ""));
}
END_TEST

/* The ways in which a client can present itself without proving anything. */
static struct answer *
present(int way, const char *id, const struct pair *p)
{

	switch (way) {
	case 0:
		return ask_with(basic(id, "wrong"), OWN);
	case 1:
		return ask(NULL, OWN "&client_id=%s&client_secret=wrong", id);
	case 2:
		return ask(NULL, OWN "&client_id=%s", id);
	default:
		return assert_with(sign(p, NULL, claims(id, "")), "");
	}
}

/* RFC 6749 5.2: nobody learns who is registered, nor how. */
START_TEST(rfc6749_5_2_nothing_proved_nothing_told)
{
	static const char *const methods[] = { "none", "client_secret_basic",
		"client_secret_post", "private_key_jwt" };
	static const char *const states[] = { "active", "disabled" };
	const struct pair *p = pair("EdDSA"), *q = pair("EdDSA");
	const struct answer *stranger = present(_i, "nobody", q);
	const struct client *c;
	size_t i, k;

	for (i = 0; i < 4; i++) {
		c = strcmp(methods[i], "none") == 0 ? public_client(NULL)
		    : strcmp(methods[i], "private_key_jwt") == 0
		        ? keyed_client(p, "")
		        : confidential(text(
			      "'token_endpoint_auth_method':'%s'", methods[i]));
		for (k = 0; k < 2; k++) {
			(void)db(text("UPDATE rollcall.client SET status = "
				      "'%s' WHERE client_id = $1",
				     states[k]),
			    c->id);
			/* That is how public clients come. */
			if (i == 0 && k == 0 && _i == 2)
				continue;
			case_named(text("%s, %s", methods[i], states[k]));
			expect_alike(present(_i, c->id, q), stranger);
		}
	}
}
END_TEST

/* Clocks of two machines are each off by a minute at most. */
START_TEST(rfc7523_3_7_a_jti_is_kept_for_two_clocks)
{
	const struct pair *p = pair("EdDSA");
	const struct client *c = keyed_client(p, "");
	long long exp = (long long)time(NULL) + 60;

	expect_tokens(assert_with(
	    sign(p, NULL, claims(c->id, text("'exp':%lld", exp))), ""));
	want(db(text("SELECT 1 FROM rollcall.used_assertion "
		     "WHERE client_id = $1 "
		     "AND expires_at = to_timestamp(%lld + 120)",
		    exp),
		 c->id) != NULL,
	    "it is kept for another time");
}
END_TEST

START_TEST(rfc7523_3_assertion_of_others)
{
	const struct pair *p = pair("EdDSA");
	const struct client *secret =
	    confidential(text("'jwks':{'keys':[%s]}", p->public));
	const struct client *c = keyed_client(p, "");
	struct answer *a;

	/* Registered for a secret, though it has keys. */
	expect_refused(assert_with(sign(p, NULL, claims(secret->id, "")), ""),
	    401, "invalid_client");
	/* Registered for keys, so it has no secret. */
	expect_refused(ask_with(basic(c->id, "x"), OWN), 401, "invalid_client");
	expect_refused(
	    ask(NULL, OWN "&client_id=%s", c->id), 401, "invalid_client");
	expect_refused(assert_with(sign(p, NULL, claims("nobody", "")), ""),
	    401, "invalid_client");
	(void)db("UPDATE rollcall.client SET status = 'disabled' "
		 "WHERE client_id = $1",
	    c->id);
	a = assert_with(sign(p, NULL, claims(c->id, "")), "");
	expect_refused(a, 401, "invalid_client");
	expect_named(a, "disabled");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ rfc6749_2_3_1_basic, 0 },
		{ rfc6749_2_3_1_basic_is_form_encoded, 0 },
		{ rfc6749_2_3_1_post, 0 },
		{ basic_for_who_registered_post, 0 },
		{ rfc6749_2_3_1_not_in_the_query, 0 },
		{ rfc6749_5_2_unknown_client_and_wrong_secret_look_alike, 0 },
		{ rfc6749_5_2_unknown_client_and_wrong_secret_take_as_long, 0 },
		{ rfc6749_2_3_nothing_presented, 0 },
		{ rfc6749_2_3_one_method_only, 0 },
		{ rfc6749_2_3_1_broken_credentials, 12 },
		{ rfc6749_5_2_nothing_proved_nothing_told, 4 },
		{ an_expired_secret, 0 },
		{ a_disabled_client, 0 },
		{ rfc7523_3_assertion, 4 },
		{ rfc7523_3_claims, sizeof(cases) / sizeof(cases[0]) },
		{ rfc7523_3_7_no_replay, 0 },
		{ rfc7523_3_7_race_of_replays, 0 },
		{ rfc7523_3_7_a_jti_is_kept_for_two_clocks, 0 },
		{ rfc7523_3_9_signature, 0 },
		{ rfc7523_2_2_type, 0 },
		{ oidc_registration_2_token_endpoint_auth_signing_alg, 0 },
		{ rfc7523_3_assertion_of_others, 0 },
	};

	return harness_main(
	    "token_auth", tests, sizeof(tests) / sizeof(tests[0]));
}
