#include <string.h>

#include "harness_token.h"

#define FORM "application/x-www-form-urlencoded"
#define WRONG "application/x-www-form-urlencodedx"

/* All that a person may be known by, and what is nobody's business. */
#define PROFILE                                                          \
	"'name':'Jane Doe','family_name':'Doe','given_name':'Jane',"     \
	"'middle_name':'Q','nickname':'J','preferred_username':'j.doe'," \
	"'profile':'https://example.org/jane',"                          \
	"'picture':'https://example.org/jane.png',"                      \
	"'website':'https://jane.example.org','gender':'female',"        \
	"'birthdate':'0000-10-31','zoneinfo':'Europe/Paris',"            \
	"'locale':'fr','updated_at':1311280970"
#define EMAIL "'email':'jane@example.org','email_verified':true"
#define OTHERS \
	"'phone_number':'+1 555','address':{'locality':'x'},'groups':['a']"

/* Return a token for a person with these claims. */
static const char *
token_for(const char *who, const char *scope)
{

	return access_token(grant(who, confidential(NULL), scope, audience()));
}

/* The answer is just this, and sub. */
static void
tells(const struct answer *a, const char *who, const char *claims)
{
	const char *comma = *claims == '\0' ? "" : ",";

	expect_status(a, 200);
	expect_headers(a);
	want(same(a->json, text("{'sub':'%s'%s%s}", who, comma, claims)),
	    "the claims are not sub and %s", claims);
}

/* Refused for the token, which WWW-Authenticate says as well (RFC 6750 3). */
static void
refused(const struct answer *a)
{

	expect_error(a, 401, "invalid_token");
	want(strstr(header(a, "WWW-Authenticate"), "error=\"invalid_token\"") !=
		 NULL,
	    "WWW-Authenticate has no error");
}

/* Refused for want of a token: RFC 6750 3.1 lets no error be named then. */
static void
asked_for_a_token(const struct answer *a)
{

	expect_error(a, 401, "invalid_token");
	want(strstr(header(a, "WWW-Authenticate"), "error") == NULL,
	    "WWW-Authenticate has an error where no token was sent");
}

static struct answer *
post_form(const char *url, const char *token, const char *body)
{
	const struct call call = { .method = "POST",
		.url = url,
		.token = token,
		.body = body,
		.type = FORM };

	return http(&call);
}

/* OpenID Connect Core 5.3: "MUST support the use of the HTTP GET". */
START_TEST(oidc_core_5_3_get)
{
	const char *who = person_with("{" PROFILE "," EMAIL "}");

	tells(userinfo(token_for(who, "openid")), who, "");
}
END_TEST

START_TEST(oidc_core_5_3_head)
{
	const char *token = token_for(new_account(), "openid");
	const struct call call = {
		.method = "HEAD", .url = "/oauth/userinfo", .token = token
	};
	struct answer *a = http(&call);

	expect_status(a, 200);
	want(a->len == 0, "HEAD has a body");
}
END_TEST

/* OpenID Connect Core 5.3: "and HTTP POST methods", with or without a body. */
START_TEST(oidc_core_5_3_post)
{
	const char *who = new_account();
	const char *token = token_for(who, "openid");
	const struct call plain = { .method = "POST",
		.url = "/oauth/userinfo",
		.token = token,
		.body = "",
		.type = "" };
	const struct call odd = { .method = "POST",
		.url = "/oauth/userinfo",
		.token = token,
		.body = "100%" };

	tells(http(&plain), who, "");
	tells(post_form("/oauth/userinfo", token, "x=y"), who, "");
	tells(http(&odd), who, "");
}
END_TEST

/* RFC 6750 2.2: the token as a parameter of a form. */
START_TEST(rfc6750_2_2_form)
{
	const char *who = new_account();
	const char *token = token_for(who, "openid");
	const char *body = text("a=b&access_token=%s", token);
	const struct call charset = { .method = "POST",
		.url = "/oauth/userinfo",
		.body = body,
		.type = "Application/X-WWW-Form-Urlencoded;charset=UTF-8" };

	tells(post_form("/oauth/userinfo", NULL, body), who, "");
	tells(http(&charset), who, "");
}
END_TEST

/* RFC 6750 2.2: "MUST NOT be used" unless all that is said there holds. */
START_TEST(rfc6750_2_2_only_a_form_by_post)
{
	static const char *const types[] = { "text/plain", "",
		"application/json", WRONG, "multipart/form-data" };
	const char *body =
	    text("access_token=%s", token_for(new_account(), "openid"));
	struct call call = {
		.method = "POST", .url = "/oauth/userinfo", .body = body
	};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		case_named(types[i]);
		call.type = types[i];
		asked_for_a_token(http(&call));
	}
	case_named("GET");
	call.type = FORM;
	call.method = "GET";
	asked_for_a_token(http(&call));
}
END_TEST

/* RFC 6750 2: "MUST NOT use more than one method". */
START_TEST(rfc6750_2_one_method)
{
	const char *token = token_for(new_account(), "openid");
	const char *body = text("access_token=%s", token);

	expect_error(
	    post_form("/oauth/userinfo", token, body), 400, "invalid_request");
	expect_error(
	    post_form("/oauth/userinfo", NULL, text("%s&%s", body, body)), 400,
	    "invalid_request");
	expect_error(
	    post_form("/oauth/userinfo", NULL, text("%s&x=%%zz", body)), 400,
	    "invalid_request");
}
END_TEST

/* RFC 6750 2.3, RFC 9700 4.3.2: not in the address. */
START_TEST(rfc9700_4_3_2_not_in_the_query)
{
	const char *token = token_for(new_account(), "openid");
	const char *url = text("/oauth/userinfo?access_token=%s", token);

	asked_for_a_token(get(url));
	asked_for_a_token(post_form(url, NULL, "x=y"));
}
END_TEST

/* RFC 6750 3, 3.1: without a token there is no error to name. */
START_TEST(rfc6750_3_1_no_token)
{
	struct answer *a = get("/oauth/userinfo");

	asked_for_a_token(a);
	want(strstr(header(a, "WWW-Authenticate"), "realm=") != NULL,
	    "WWW-Authenticate has no realm");
	asked_for_a_token(post_form("/oauth/userinfo", NULL, "access_token="));
}
END_TEST

/* RFC 6750 3.1: "expired, revoked, malformed, or invalid for other reasons". */
START_TEST(rfc6750_3_1_invalid_token)
{
	struct client *c = confidential(NULL);
	const char *g = grant(new_account(), c, "openid", audience());
	const char *token = access_token(g);

	refused(userinfo("nosuchtoken"));
	refused(userinfo("a.b.c"));
	refused(userinfo("a b"));
	refused(post_form("/oauth/userinfo", NULL, "access_token=nosuchtoken"));
	expect_error(post_form("/oauth/userinfo", NULL, "access_token=a+b"),
	    401, "invalid_token");
	access_token_sql("expires_at = now() - interval '1 second'", token);
	refused(userinfo(token));
	token = access_token(g);
	(void)db("UPDATE rollcall.authorization_grant SET revoked_at = now() "
		 "WHERE grant_id = $1::bigint",
	    g);
	refused(userinfo(token));
}
END_TEST

/* What is no access token does not pass for one. */
START_TEST(rfc6750_3_1_other_kinds)
{
	struct client *c = confidential(NULL);
	const char *g = grant(new_account(), c, "openid", audience());

	refused(userinfo(refresh_token(g)));
	refused(userinfo(code(g)));
	refused(userinfo(c->token));
	refused(userinfo(c->secret));
}
END_TEST

/* RFC 9700 2.3: a token that was meant for another resource. */
START_TEST(rfc9700_2_3_token_for_another_resource)
{
	const char *who = new_account();
	struct client *c = confidential(NULL);
	const char *both = text("{\"urn:x\",\"%s\"}", base_url());

	refused(userinfo(access_token(grant(who, c, "openid", "{\"urn:x\"}"))));
	tells(userinfo(access_token(grant(who, c, "openid", both))), who, "");
}
END_TEST

/* RFC 6750 3.1: 403, and the scope that is wanting. */
START_TEST(rfc6750_3_1_insufficient_scope)
{
	static const char *const scopes[] = { "read", "profile email",
		"openidx", "" };
	const char *who = new_account();
	struct client *c = confidential(NULL);
	const char *token;
	struct answer *a;
	size_t i;

	for (i = 0; i <= sizeof(scopes) / sizeof(scopes[0]); i++) {
		/* The last: a client that acts for itself has no sub to tell.
		 */
		token = i < sizeof(scopes) / sizeof(scopes[0])
		            ? token_for(who, scopes[i])
		            : own_token(c, "openid", audience());
		a = userinfo(token);
		expect_error(a, 403, "insufficient_scope");
		want(strstr(header(a, "WWW-Authenticate"),
			 "error=\"insufficient_scope\"") != NULL &&
			 strstr(header(a, "WWW-Authenticate"),
			     "scope=\"openid\"") != NULL,
		    "WWW-Authenticate does not say which scope");
		want(header_count(a, "WWW-Authenticate") == 1,
		    "WWW-Authenticate is there twice");
	}
}
END_TEST

/* OpenID Connect Core 5.4: claims by scope, and no others. */
START_TEST(oidc_core_5_4_claims_by_scope)
{
	const char *who = person_with("{" PROFILE "," EMAIL "," OTHERS "}");

	tells(userinfo(token_for(who, "openid profile")), who, PROFILE);
	tells(userinfo(token_for(who, "openid email")), who, EMAIL);
	tells(userinfo(token_for(who, "email openid profile read")), who,
	    PROFILE "," EMAIL);
	tells(userinfo(token_for(who, "openid read")), who, "");
}
END_TEST

/* OpenID Connect Core 5.3.2: sub "MUST always be returned", and is ours. */
START_TEST(oidc_core_5_3_2_sub_is_ours)
{
	const char *who = person_with("{'sub':'somebody else','name':'x'}");
	struct answer *a = userinfo(token_for(who, "openid profile"));

	expect_member(a, "sub", text("'%s'", who));
}
END_TEST

/* OpenID Connect Core 5.1: what a person logs in with, unless it is said. */
START_TEST(oidc_core_5_1_preferred_username)
{
	const char *who = person_with("{'name':'x'}");

	tells(userinfo(token_for(who, "openid profile")), who,
	    text("'name':'x','preferred_username':'%s'", who));
}
END_TEST

/* OpenID Connect Core 5.3.2: neither null nor empty. */
START_TEST(oidc_core_5_3_2_nothing_null_or_empty)
{
	const char *who = person_with("{'name':null,'nickname':'',"
				      "'preferred_username':'x',"
				      "'email':'','email_verified':false}");

	tells(userinfo(token_for(who, "openid profile email")), who,
	    "'preferred_username':'x','email_verified':false");
}
END_TEST

/* OpenID Connect Core 5.3.2: application/json, in UTF-8. */
START_TEST(oidc_core_5_3_2_is_json_in_utf8)
{
	const char *who =
	    person_with("{'name':'\xe6\x9d\x8e \\\\ \xf0\x9f\x98\x80'}");
	struct answer *a = userinfo(token_for(who, "openid profile"));

	expect_headers(a);
	want(strcmp(string(a->json, "name"),
		 "\xe6\x9d\x8e \\ \xf0\x9f\x98\x80") == 0,
	    "the name came out otherwise");
}
END_TEST

/* OpenID Connect Core 5.3: "SHOULD support the use of CORS". */
START_TEST(oidc_core_5_3_cors)
{
	static const char *const headers[] = {
		"Access-Control-Request-Method: GET",
		"Access-Control-Request-Headers: authorization", NULL
	};
	const struct call call = { .method = "OPTIONS",
		.url = "/oauth/userinfo",
		.headers = headers };
	struct answer *a = http(&call);

	expect_status(a, 204);
	want(has_word(header(a, "Access-Control-Allow-Methods"), "GET") &&
		 has_word(header(a, "Access-Control-Allow-Methods"), "POST"),
	    "GET and POST are not allowed");
	want(has_word(
		 header(a, "Access-Control-Allow-Headers"), "authorization"),
	    "Authorization is not allowed");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ oidc_core_5_3_get, 0 },
		{ oidc_core_5_3_head, 0 },
		{ oidc_core_5_3_post, 0 },
		{ rfc6750_2_2_form, 0 },
		{ rfc6750_2_2_only_a_form_by_post, 0 },
		{ rfc6750_2_one_method, 0 },
		{ rfc9700_4_3_2_not_in_the_query, 0 },
		{ rfc6750_3_1_no_token, 0 },
		{ rfc6750_3_1_invalid_token, 0 },
		{ rfc6750_3_1_other_kinds, 0 },
		{ rfc9700_2_3_token_for_another_resource, 0 },
		{ rfc6750_3_1_insufficient_scope, 0 },
		{ oidc_core_5_4_claims_by_scope, 0 },
		{ oidc_core_5_3_2_sub_is_ours, 0 },
		{ oidc_core_5_1_preferred_username, 0 },
		{ oidc_core_5_3_2_nothing_null_or_empty, 0 },
		{ oidc_core_5_3_2_is_json_in_utf8, 0 },
		{ oidc_core_5_3_cors, 0 },
	};

	return both_formats(
	    "userinfo", tests, sizeof(tests) / sizeof(tests[0]));
}
