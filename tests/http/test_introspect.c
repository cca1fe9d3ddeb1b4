#include <string.h>

#include "harness_token.h"

#define RESOURCE "https://resource.example.org/api"
#define INACTIVE "{\"active\":false}"

/* What is answered of a token that is nobody's business. */
static void
expect_inactive(const struct answer *a)
{

	expect_status(a, 200);
	expect_headers(a);
	want(strcmp(a->body, INACTIVE) == 0, "the answer is not " INACTIVE);
}

/* RFC 7662 2.1: "HTTP POST request". */
START_TEST(rfc7662_2_1_is_asked_by_post)
{
	struct answer *a = get("/oauth/introspect");

	expect_status(a, 405);
	want(strcmp(header(a, "Allow"), "POST, OPTIONS") == 0,
	    "Allow is not POST, OPTIONS");
}
END_TEST

START_TEST(rfc7662_2_1_is_asked_by_a_form)
{
	const struct call call = { .method = "POST",
		.url = "/oauth/introspect",
		.body = "{\"token\":\"x\"}" };

	expect_error(http(&call), 415, "invalid_request");
}
END_TEST

START_TEST(rfc7662_2_1_token_is_required)
{
	struct client *c = confidential(NULL);
	struct answer *a;

	a = form("/oauth/introspect", c, "x=y");
	expect_error(a, 400, "invalid_request");
	expect_named(a, "token");
	expect_error(introspect(c, ""), 400, "invalid_request");
}
END_TEST

/* RFC 6749 3.2: "MUST NOT be included more than once". */
START_TEST(rfc7662_2_1_parameters_come_once)
{
	struct client *c = confidential(NULL);

	expect_error(form("/oauth/introspect", c, "token=x&token=y"), 400,
	    "invalid_request");
	expect_error(form("/oauth/introspect", c,
			 "token=x&token_type_hint=a&token_type_hint=b"),
	    400, "invalid_request");
}
END_TEST

/* RFC 7662 4: what is in an address gets into logs. */
START_TEST(rfc7662_4_token_in_the_query_does_not_count)
{
	struct client *c = confidential(NULL);
	const char *token = own_token(c, "read", audience());

	expect_error(form(text("/oauth/introspect?token=%s", token), c, "x=y"),
	    400, "invalid_request");
}
END_TEST

/* RFC 7662 2.1: "MUST extend its search" whatever the hint says. */
START_TEST(rfc7662_2_1_search_goes_beyond_the_hint)
{
	static const char *const hints[] = { "access_token", "refresh_token",
		"pink_token", "" };
	struct client *c = confidential(NULL);
	const char *g = grant(new_account(), c, "read", audience());
	const char *const tokens[] = { access_token(g), refresh_token(g) };
	size_t i, t;

	for (i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		for (t = 0; t < 2; t++)
			expect_member(form("/oauth/introspect", c,
					  text("token=%s&token_type_hint=%s",
					      tokens[t], hints[i])),
			    "active", "true");
}
END_TEST

/* RFC 7662 2.1: "MUST also require some form of authorization". */
START_TEST(rfc7662_2_1_needs_authentication)
{
	struct client *c = confidential(NULL), *open = public_client(NULL);
	const char *token = own_token(c, "read", audience());
	struct client bare = *c;
	const char *g = grant(new_account(), open, "read", audience());
	struct answer *a;

	expect_refused(introspect(NULL, token), 401, "invalid_client");
	bare.secret = NULL;
	expect_refused(introspect(&bare, token), 401, "invalid_client");
	a = introspect(open, access_token(g));
	expect_refused(a, 401, "invalid_client");
	expect_named(a, "introspection needs");
}
END_TEST

/* A token is no way to authenticate here, the one asked of least of all. */
START_TEST(rfc7662_2_1_bearer_is_no_authentication)
{
	struct client *c = confidential(NULL);
	const char *token = own_token(c, "read", audience());
	const struct call call = { .method = "POST",
		.url = "/oauth/introspect",
		.token = token,
		.body = text("token=%s", token),
		.type = "application/x-www-form-urlencoded" };

	expect_refused(http(&call), 401, "invalid_client");
}
END_TEST

/* RFC 7662 2.3; RFC 6749 5.2: an unknown client looks like a wrong secret. */
START_TEST(rfc7662_2_3_wrong_credentials_are_401)
{
	struct client *c = confidential(NULL);
	const char *token = own_token(c, "read", audience());
	struct client wrong = *c, unknown = *c;
	struct answer *a, *b;

	wrong.secret = "wrong";
	unknown.id = "nosuchclient";
	a = introspect(&wrong, token);
	b = introspect(&unknown, token);
	expect_refused(a, 401, "invalid_client");
	expect_refused(b, 401, "invalid_client");
	want(strcmp(a->body, b->body) == 0, "unknown and wrong differ");
}
END_TEST

START_TEST(rfc7662_2_3_disabled_client_is_401)
{
	struct client *c = confidential(NULL);
	const char *token = own_token(c, "read", audience());
	struct answer *a;

	(void)db("SELECT rollcall.client_disable($1)", c->id);
	a = introspect(c, token);
	expect_refused(a, 401, "invalid_client");
	expect_named(a, "disabled");
}
END_TEST

/* RFC 6749 2.3.1: the other tests use Basic. */
START_TEST(rfc6749_2_3_1_credentials_in_the_form)
{
	struct client *c =
	    confidential("'token_endpoint_auth_method':'client_secret_post'");
	const char *token = own_token(c, "read", audience());

	expect_member(form("/oauth/introspect", NULL,
			  text("token=%s&client_id=%s&client_secret=%s", token,
			      c->id, c->secret)),
	    "active", "true");
	expect_refused(form("/oauth/introspect", NULL,
			   text("token=%s&client_id=%s&client_secret=wrong",
			       token, c->id)),
	    401, "invalid_client");
}
END_TEST

/* RFC 7662 2.2: what a resource is told of a person's token. */
START_TEST(rfc7662_2_2_a_resource_is_told_all)
{
	const char *served = text("{\"%s\",\"" RESOURCE "\"}", base_url());
	struct client *c = public_client(NULL);
	struct client *rs = resource_server("{\"" RESOURCE "\"}");
	const char *who = new_account();
	const char *token = access_token(grant(who, c, "openid read", served));
	struct answer *a = introspect(rs, token);
	int64_t exp, iat;

	expect_status(a, 200);
	expect_headers(a);
	expect_member(a, "active", "true");
	expect_member(a, "scope", "'openid read'");
	expect_member(a, "client_id", text("'%s'", c->id));
	expect_member(a, "username", text("'%s'", who));
	expect_member(a, "token_type", "'Bearer'");
	expect_member(a, "sub", text("'%s'", who));
	expect_member(a, "aud", text("['%s','" RESOURCE "']", base_url()));
	expect_member(a, "iss", text("'%s'", base_url()));
	exp = json_object_get_int64(member(a->json, "exp"));
	iat = json_object_get_int64(member(a->json, "iat"));
	want(exp - iat == 3600, "exp and iat are not an hour apart");
	want(strcmp(db("SELECT (abs(extract(epoch FROM now()) - $1::bigint) < "
		       "60)::text",
			text("%lld", (long long)iat)),
		 "true") == 0,
	    "iat is not now");
	want(json_object_object_length(a->json) == 10, "there are others");
}
END_TEST

/* RFC 7519 4.1.3: one audience is a string; RFC 9068 2.2: the client's sub. */
START_TEST(rfc7662_2_2_a_client_for_itself)
{
	struct client *c = confidential(NULL);
	struct answer *a = introspect(c, own_token(c, "read", audience()));

	expect_member(a, "active", "true");
	expect_member(a, "sub", text("'%s'", c->id));
	expect_member(a, "client_id", text("'%s'", c->id));
	expect_member(a, "aud", text("'%s'", base_url()));
	expect_absent(a, "username");

	a = introspect(c, own_token(c, "", "{}"));
	expect_member(a, "active", "true");
	expect_absent(a, "scope");
	expect_absent(a, "aud");
}
END_TEST

/* RFC 7662 2.2: "a refresh token": its own client's, and no Bearer token. */
START_TEST(rfc7662_2_2_refresh_token)
{
	struct client *c = confidential(NULL);
	struct client *rs = resource_server(audience());
	const char *who = new_account();
	const char *token =
	    refresh_token(grant(who, c, "read offline_access", audience()));
	struct answer *a = introspect(c, token);

	expect_member(a, "active", "true");
	expect_absent(a, "token_type");
	expect_member(a, "client_id", text("'%s'", c->id));
	expect_member(a, "sub", text("'%s'", who));
	expect_member(a, "scope", "'read offline_access'");
	expect_inactive(introspect(rs, token));
	expect_inactive(introspect(confidential(NULL), token));
}
END_TEST

/* RFC 7662 2.2: "SHOULD NOT include any additional information". */
START_TEST(rfc7662_2_2_inactive_says_nothing_more)
{
	static const char *const strange[] = { "x", "%00x", "a.b.c", "..",
		"eyJhbGciOiJub25lIn0.eyJqdGkiOiJ4In0.",
		"eyJhbGciOiJSUzI1NiJ9.eyJqdGkiOiJ4In0.AAAA", "%F0%9F%98%80",
		"' OR 1=1 --" };
	struct client *c = confidential(NULL);
	char *longest = room(20001);
	struct answer *a;
	size_t i;

	for (i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
		case_named(strange[i]);
		a = introspect(c, strange[i]);
		if (strncmp(strange[i], "%00", 3) == 0)
			expect_error(a, 400, "invalid_request");
		else
			expect_inactive(a);
	}
	memset(longest, 'a', 20000);
	expect_inactive(introspect(c, longest));
}
END_TEST

/* RFC 7662 4: "MUST determine whether or not the token has expired". */
START_TEST(rfc7662_4_expired)
{
	struct client *c = confidential(NULL);
	const char *g = grant(new_account(), c, "read", audience());
	const char *access = access_token(g), *refresh = refresh_token(g);

	access_token_sql("expires_at = now() - interval '1 second'", access);
	refresh_token_sql("expires_at = now() - interval '1 second'", refresh);
	expect_inactive(introspect(c, access));
	expect_inactive(introspect(c, refresh));
}
END_TEST

/* RFC 7662 4: "if the token can be revoked after it was issued". */
START_TEST(rfc7662_4_revoked)
{
	struct client *c = confidential(NULL);
	const char *g = grant(new_account(), c, "read", audience());
	const char *access = access_token(g), *refresh = refresh_token(g);
	const char *own = own_token(c, "read", audience());

	want(is_active(c, access) && is_active(c, refresh) && is_active(c, own),
	    "they were not active");
	(void)db("UPDATE rollcall.authorization_grant SET revoked_at = now() "
		 "WHERE grant_id = $1::bigint",
	    g);
	expect_inactive(introspect(c, access));
	expect_inactive(introspect(c, refresh));
	expect_status(revoke(c, own), 200);
	expect_inactive(introspect(c, own));
}
END_TEST

/* A rotated refresh token is good for nothing any more. */
START_TEST(rfc7662_4_rotated)
{
	struct client *c = confidential(NULL);
	const char *g = grant(new_account(), c, "read", audience());
	const char *refresh = refresh_token(g);

	refresh_token_sql(
	    "rotated_at = now(), successor_hash = token_hash", refresh);
	expect_inactive(introspect(c, refresh));
}
END_TEST

/*
 * RFC 7662 4: "MUST determine whether or not the token can be used at the
 * protected resource making the introspection call".
 */
START_TEST(rfc7662_4_only_for_the_resource_that_it_is_for)
{
	struct client *c = confidential(NULL);
	struct client *rs = resource_server("{\"" RESOURCE "\",\"urn:x\"}");
	struct client *other =
	    resource_server("{\"https://resource.example.org\"}");
	const char *who = new_account();
	const char *here = text("{\"" RESOURCE "\"}");
	const char *token = access_token(grant(who, c, "read", here));
	const char *own = own_token(c, "read", here);

	want(is_active(rs, token) && is_active(rs, own),
	    "the resource does not see the tokens that are for it");
	want(is_active(c, token), "the client does not see its own");
	expect_inactive(introspect(other, token));
	expect_inactive(introspect(other, own));
	expect_inactive(
	    introspect(rs, access_token(grant(who, c, "read", audience()))));
	/* A client that nobody has allowed to sees its own tokens only. */
	expect_inactive(introspect(confidential(NULL), token));
}
END_TEST

/* RFC 7662 5: a client is not told more of the person than was granted. */
START_TEST(rfc7662_5_username_needs_profile)
{
	struct client *c = confidential(NULL);
	const char *who = new_account();
	struct answer *a;

	a = introspect(
	    c, access_token(grant(who, c, "openid profiles", audience())));
	expect_member(a, "active", "true");
	expect_absent(a, "username");
	a = introspect(
	    c, access_token(grant(who, c, "openid profile", audience())));
	expect_member(a, "username", text("'%s'", who));
}
END_TEST

/* What a person is called is text, whatever is in it. */
START_TEST(answer_is_json_whatever_the_name)
{
	struct client *c = confidential(NULL);
	const char *who = new_account();
	const char *name = text("\"\\ \xc3\xa9\n%s", who);
	struct answer *a;

	(void)db(text("UPDATE rollcall.account SET login_name = $1 "
		      "WHERE account_id = '%s'",
		     who),
	    name);
	a = introspect(c, access_token(grant(who, c, "profile", audience())));
	want(strcmp(string(a->json, "username"), name) == 0,
	    "the name came out otherwise");
}
END_TEST

/* RFC 9068: a JWT is known by its jti, once its signature has been checked. */
START_TEST(rfc7662_4_jwt_access_token)
{
	static const char *const lines[] = { "access_token_format = 'jwt'" };
	struct client *c = confidential(NULL);
	struct answer *a;
	const char *token;
	char *forged;

	reconf(lines, 1);
	a = form("/oauth/token", c, "grant_type=client_credentials&scope=read");
	reconf(NULL, 0);
	expect_status(a, 200);
	token = string(a->json, "access_token");
	want(token != NULL && strchr(token, '.') != NULL, "it is no JWT");
	a = introspect(c, token);
	expect_member(a, "active", "true");
	expect_member(a, "scope", "'read'");

	/* One character within the signature. */
	forged = room(strlen(token) + 1);
	memcpy(forged, token, strlen(token));
	forged[strlen(token) - 20] =
	    forged[strlen(token) - 20] == 'A' ? 'B' : 'A';
	expect_inactive(introspect(c, forged));
	expect_status(revoke(c, forged), 200);
	expect_member(introspect(c, token), "active", "true");
	expect_status(revoke(c, token), 200);
	expect_inactive(introspect(c, token));
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

	expect_refused(form("/oauth/introspect", NULL,
			   text("token=%s&%s", token, assertion(q, c->id))),
	    401, "invalid_client");
	good = text("token=%s&%s", token, assertion(p, c->id));
	expect_member(form("/oauth/introspect", NULL, good), "active", "true");
	/* RFC 7523 3: each assertion once. */
	expect_refused(
	    form("/oauth/introspect", NULL, good), 401, "invalid_client");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ rfc7662_2_1_is_asked_by_post, 0 },
		{ rfc7662_2_1_is_asked_by_a_form, 0 },
		{ rfc7662_2_1_token_is_required, 0 },
		{ rfc7662_2_1_parameters_come_once, 0 },
		{ rfc7662_4_token_in_the_query_does_not_count, 0 },
		{ rfc7662_2_1_search_goes_beyond_the_hint, 0 },
		{ rfc7662_2_1_needs_authentication, 0 },
		{ rfc7662_2_1_bearer_is_no_authentication, 0 },
		{ rfc7662_2_3_wrong_credentials_are_401, 0 },
		{ rfc7662_2_3_disabled_client_is_401, 0 },
		{ rfc6749_2_3_1_credentials_in_the_form, 0 },
		{ rfc7662_2_2_a_resource_is_told_all, 0 },
		{ rfc7662_2_2_a_client_for_itself, 0 },
		{ rfc7662_2_2_refresh_token, 0 },
		{ rfc7662_2_2_inactive_says_nothing_more, 0 },
		{ rfc7662_4_expired, 0 },
		{ rfc7662_4_revoked, 0 },
		{ rfc7662_4_rotated, 0 },
		{ rfc7662_4_only_for_the_resource_that_it_is_for, 0 },
		{ rfc7662_5_username_needs_profile, 0 },
		{ answer_is_json_whatever_the_name, 0 },
		{ rfc7662_4_jwt_access_token, 0 },
		{ rfc7523_2_2_by_an_assertion, 0 },
	};

	return harness_main(
	    "introspect", tests, sizeof(tests) / sizeof(tests[0]));
}
