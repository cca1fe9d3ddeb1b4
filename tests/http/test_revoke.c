#include <string.h>

#include "harness_token.h"

/* RFC 7009 2.2: "HTTP status code 200", and nothing in it that matters. */
static void
expect_revoked(const struct answer *a)
{

	expect_status(a, 200);
	expect_headers(a);
	want(a->len == 0, "the body is not empty");
}

/* RFC 7009 2.1: "HTTP POST request". */
START_TEST(rfc7009_2_1_is_asked_by_post)
{
	struct answer *a = get("/oauth/revoke");

	expect_status(a, 405);
	want(strcmp(header(a, "Allow"), "POST, OPTIONS") == 0,
	    "Allow is not POST, OPTIONS");
}
END_TEST

START_TEST(rfc7009_2_1_is_asked_by_a_form)
{
	const struct call call = { .method = "POST",
		.url = "/oauth/revoke",
		.body = "{\"token\":\"x\"}" };

	expect_error(http(&call), 415, "invalid_request");
}
END_TEST

START_TEST(rfc7009_2_1_token_is_required)
{
	struct client *c = confidential(NULL);
	const char *token = own_token(c, "read", audience());
	struct answer *a = form("/oauth/revoke", c, "x=y");

	expect_error(a, 400, "invalid_request");
	expect_named(a, "token");
	expect_error(revoke(c, ""), 400, "invalid_request");
	expect_error(form(text("/oauth/revoke?token=%s", token), c, "x=y"), 400,
	    "invalid_request");
	want(is_active(c, token), "the query has revoked it");
}
END_TEST

/* RFC 7009 2: "MUST support the revocation of refresh tokens". */
START_TEST(rfc7009_2_refresh_token)
{
	struct client *c = confidential(NULL);
	const char *g = grant(new_account(), c, "read", audience());
	const char *refresh = refresh_token(g);

	want(is_active(c, refresh), "it was not active");
	expect_revoked(revoke(c, refresh));
	want(!is_active(c, refresh), "it is still active");
	expect_error(
	    form("/oauth/token", c,
		text("grant_type=refresh_token&refresh_token=%s", refresh)),
	    400, "invalid_grant");
}
END_TEST

/* RFC 7009 2.1: "SHOULD also invalidate all access tokens" of the grant. */
START_TEST(rfc7009_2_1_refresh_token_takes_its_family)
{
	struct client *c = confidential(NULL);
	const char *who = new_account();
	const char *g = grant(who, c, "openid read", audience());
	const char *another = grant(who, c, "openid read", audience());
	const char *refresh = refresh_token(g), *next = refresh_token(g);
	const char *access = access_token(g), *spared = access_token(another);

	expect_revoked(revoke(c, refresh));
	want(!is_active(c, next), "its successor is still active");
	want(!is_active(c, access), "its access token is still active");
	expect_error(userinfo(access), 401, "invalid_token");
	want(is_active(c, spared), "another grant's token is gone too");
}
END_TEST

/* One that was rotated still says whose family it is. */
START_TEST(rfc7009_2_1_rotated_refresh_token_too)
{
	struct client *c = confidential(NULL);
	const char *g = grant(new_account(), c, "read", audience());
	const char *old = refresh_token(g), *next = refresh_token(g);

	refresh_token_sql(
	    "rotated_at = now(), successor_hash = token_hash", old);
	expect_revoked(revoke(c, old));
	want(!is_active(c, next), "its successor is still active");
}
END_TEST

/* RFC 7009 2.1: with an access token the server "MAY" do more; we do not. */
START_TEST(rfc7009_2_1_access_token_goes_alone)
{
	struct client *c = confidential(NULL);
	const char *g = grant(new_account(), c, "openid read", audience());
	const char *refresh = refresh_token(g);
	const char *access = access_token(g), *other = access_token(g);

	expect_revoked(revoke(c, access));
	want(!is_active(c, access), "it is still active");
	expect_error(userinfo(access), 401, "invalid_token");
	want(is_active(c, refresh), "the refresh token is gone too");
	want(is_active(c, other), "another access token is gone too");
}
END_TEST

/*
 * RFC 7009 2.1: "MUST extend its search across all of its supported token
 * types"; 2.2: an unknown hint "is ignored".
 */
START_TEST(rfc7009_2_1_search_goes_beyond_the_hint)
{
	static const char *const hints[] = { "access_token", "refresh_token",
		"pink_token", "" };
	struct client *c = confidential(NULL);
	const char *who = new_account(), *g, *token;
	size_t i, t;

	for (i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		for (t = 0; t < 2; t++) {
			g = grant(who, c, "read", audience());
			token = t == 0 ? access_token(g) : refresh_token(g);
			expect_revoked(form("/oauth/revoke", c,
			    text("token=%s&token_type_hint=%s", token,
				hints[i])));
			want(!is_active(c, token), "hint %s: still active",
			    hints[i]);
		}
}
END_TEST

/*
 * RFC 7009 2.1: the server "verifies whether the token was issued to the client
 * making the revocation request"; else it "is refused and the client is
 * informed of the error".
 */
START_TEST(rfc7009_2_1_token_of_another_client)
{
	struct client *c = confidential(NULL), *other = confidential(NULL);
	struct client *open = public_client(NULL);
	const char *g = grant(new_account(), c, "read", audience());
	const char *const tokens[] = { access_token(g), refresh_token(g),
		own_token(c, "read", audience()) };
	struct answer *a;
	size_t i;

	for (i = 0; i < 3; i++) {
		a = revoke(other, tokens[i]);
		expect_error(a, 400, "invalid_grant");
		expect_named(a, "another client");
		expect_error(revoke(open, tokens[i]), 400, "invalid_grant");
		want(is_active(c, tokens[i]), "it was revoked all the same");
	}
}
END_TEST

/* A resource sees tokens of others, and cannot revoke them. */
START_TEST(rfc7009_2_1_token_that_a_resource_sees)
{
	struct client *c = confidential(NULL);
	struct client *rs = resource_server(audience());
	const char *token = own_token(c, "read", audience());

	want(is_active(rs, token), "the resource does not see it");
	expect_error(revoke(rs, token), 400, "invalid_grant");
	want(is_active(c, token), "it was revoked all the same");
}
END_TEST

/* RFC 7009 2.1: "first validates the client credentials". */
START_TEST(rfc7009_2_1_client_is_authenticated)
{
	struct client *c = confidential(NULL);
	const char *token = own_token(c, "read", audience());
	struct client wrong = *c, bare = *c, unknown = *c;
	struct answer *a, *b;

	wrong.secret = "wrong";
	bare.secret = NULL;
	unknown.id = "nosuchclient";
	a = revoke(&wrong, token);
	b = revoke(&unknown, token);
	expect_refused(a, 401, "invalid_client");
	expect_refused(b, 401, "invalid_client");
	want(strcmp(a->body, b->body) == 0, "unknown and wrong differ");
	expect_refused(revoke(&bare, token), 401, "invalid_client");
	expect_refused(revoke(NULL, token), 401, "invalid_client");
	want(is_active(c, token), "it was revoked all the same");
	/* Who may not ask does not learn what is a token, either. */
	expect_refused(revoke(&wrong, "nosuchtoken"), 401, "invalid_client");
}
END_TEST

/* RFC 7009 5: a public client is known by its client_id. */
START_TEST(rfc7009_2_1_public_client)
{
	struct client *c = public_client(NULL);
	struct client *rs = resource_server(audience());
	const char *g = grant(new_account(), c, "read", audience());
	const char *access = access_token(g);

	expect_revoked(revoke(c, access));
	want(!is_active(rs, access), "the access token is still active");
	access = access_token(g);
	expect_revoked(revoke(c, refresh_token(g)));
	want(!is_active(rs, access), "the family is still active");
}
END_TEST

/* RFC 7009 2.2: "invalid tokens do not cause an error response". */
START_TEST(rfc7009_2_2_invalid_token_is_200)
{
	struct client *c = confidential(NULL);
	const char *g = grant(new_account(), c, "read", audience());
	const char *access = access_token(g), *refresh = refresh_token(g);

	expect_revoked(revoke(c, "nosuchtoken"));
	expect_revoked(revoke(c, "a.b.c"));
	expect_revoked(revoke(c, access));
	expect_revoked(revoke(c, access));
	expect_revoked(revoke(c, refresh));
	expect_revoked(revoke(c, refresh));
	access = own_token(c, "read", audience());
	access_token_sql("expires_at = now() - interval '1 second'", access);
	expect_revoked(revoke(c, access));
}
END_TEST

/* RFC 7009 2.3: a page of another origin may ask. */
START_TEST(rfc7009_2_3_cors)
{
	static const char *const headers[] = {
		"Access-Control-Request-Method: POST",
		"Access-Control-Request-Headers: authorization", NULL
	};
	const struct call call = {
		.method = "OPTIONS", .url = "/oauth/revoke", .headers = headers
	};
	struct answer *a = http(&call);

	expect_status(a, 204);
	want(has_word(header(a, "Access-Control-Allow-Methods"), "POST"),
	    "POST is not allowed");
	want(has_word(
		 header(a, "Access-Control-Allow-Headers"), "authorization"),
	    "Authorization is not allowed");
}
END_TEST

/* RFC 7523 2.2: clients that authenticate by a key. */
START_TEST(rfc7523_2_2_by_an_assertion)
{
	const struct pair *p = pair("ES256"), *q = pair("ES256");
	struct client *c =
	    confidential(text("'token_endpoint_auth_method':'private_key_jwt',"
			      "'jwks':{'keys':[%s]}",
		p->public));
	const char *token = own_token(c, "read", audience()), *good;

	expect_refused(form("/oauth/revoke", NULL,
			   text("token=%s&%s", token, assertion(q, c->id))),
	    401, "invalid_client");
	good = text("token=%s&%s", token, assertion(p, c->id));
	expect_revoked(form("/oauth/revoke", NULL, good));
	want(db("SELECT 1 FROM rollcall.access_token WHERE client_id = $1",
		 c->id) == NULL,
	    "it is still there");
	/* RFC 7523 3: each assertion once. */
	expect_refused(
	    form("/oauth/revoke", NULL, good), 401, "invalid_client");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ rfc7009_2_1_is_asked_by_post, 0 },
		{ rfc7009_2_1_is_asked_by_a_form, 0 },
		{ rfc7009_2_1_token_is_required, 0 },
		{ rfc7009_2_refresh_token, 0 },
		{ rfc7009_2_1_refresh_token_takes_its_family, 0 },
		{ rfc7009_2_1_rotated_refresh_token_too, 0 },
		{ rfc7009_2_1_access_token_goes_alone, 0 },
		{ rfc7009_2_1_search_goes_beyond_the_hint, 0 },
		{ rfc7009_2_1_token_of_another_client, 0 },
		{ rfc7009_2_1_token_that_a_resource_sees, 0 },
		{ rfc7009_2_1_client_is_authenticated, 0 },
		{ rfc7009_2_1_public_client, 0 },
		{ rfc7009_2_2_invalid_token_is_200, 0 },
		{ rfc7009_2_3_cors, 0 },
		{ rfc7523_2_2_by_an_assertion, 0 },
	};

	return harness_main("revoke", tests, sizeof(tests) / sizeof(tests[0]));
}
