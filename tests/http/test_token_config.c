/*
 * The token endpoint under other configurations: JWT access tokens (RFC 9068),
 * resources (RFC 8707), strictness, lifetimes, and a database that is away.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness.h"
#include "harness_grant.h"
#include "harness_token.h"

#define OWN "grant_type=client_credentials"
#define API "https://api.example.org/v1"
#define FILES "https://files.example.org"

static const char *
token_of(const struct answer *a)
{

	return string(a->json, "access_token");
}

static void
expect_audience(const struct answer *a, const char *wanted)
{
	const char *got;

	expect_tokens(a);
	got = audience_of(token_of(a));
	want(got != NULL && strcmp(got, wanted) == 0,
	    "the audience is %s, not %s", got, wanted);
}

/* The request of a client that authenticates by client_secret_post. */
static const char *
post_form(const struct client *c)
{

	return text(OWN "&client_id=%s&client_secret=%s", c->id, c->secret);
}

START_TEST(strict_auth_method)
{
	static const char *const lines[] = { "strict_auth_method = on" };
	const struct client *basic_only = confidential(NULL);
	const struct client *post_only =
	    confidential("'token_endpoint_auth_method':'client_secret_post'");
	const char *basic_form = post_form(basic_only);
	struct answer *a;

	reconf(lines, 1);
	expect_tokens(ask(basic_only, OWN));
	expect_tokens(ask_with(NULL, post_form(post_only)));
	a = ask_with(NULL, basic_form);
	expect_refused(a, 401, "invalid_client");
	/* The secret was right. */
	expect_named(a, "client_secret_basic");
	expect_refused(ask(post_only, OWN), 401, "invalid_client");
	reconf(NULL, 0);
	expect_tokens(ask_with(NULL, basic_form));
}
END_TEST

START_TEST(rfc7523_3_3_aud_token_endpoint)
{
	static const char *const lines[] = {
		"assertion_audience = token_endpoint",
		"assertion_max_lifetime = 1h"
	};
	static const char *const audiences[] = { "'@/oauth/token'",
		"['@','@/oauth/token']", "'@'", "'@/oauth'",
		"['@/oauth/token','https://else.example']" };
	const struct pair *p = pair("EdDSA");
	const struct client *c =
	    confidential(text("'token_endpoint_auth_method':'private_key_jwt',"
			      "'jwks':{'keys':[%s]}",
		p->public));
	const char *aud;
	struct answer *a;
	size_t i;

	reconf(lines, 2);
	for (i = 0; i < sizeof(audiences) / sizeof(*audiences); i++) {
		aud = "";
		for (const char *s = audiences[i]; *s != '\0'; s++)
			aud = *s == '@' ? text("%s%s", aud, base_url())
			                : text("%s%c", aud, *s);
		case_named(aud);
		a = ask(NULL,
		    OWN "&client_assertion_type=%s&client_assertion=%s",
		    escape(ASSERTION_TYPE),
		    sign(p, NULL,
			text("{'iss':'%s','sub':'%s','aud':%s,'exp':%lld,"
			     "'jti':'%zu'}",
			    c->id, c->id, aud, (long long)time(NULL) + 3500,
			    i)));
		if (i < 3)
			expect_tokens(a);
		else
			expect_refused(a, 401, "invalid_client");
	}
	reconf(NULL, 0);
}
END_TEST

/* RFC 9068 2.1 and 2.2. */
static struct json_object *
expect_jwt(const struct answer *a)
{
	struct json_object *claims;
	const char *jwt;
	int64_t iat, exp;

	expect_tokens(a);
	jwt = token_of(a);
	expect_signed(jwt, "RS256");
	want(
	    same(member(part(jwt, 0), "typ"), "'at+jwt'"), "typ is not at+jwt");
	claims = part(jwt, 1);
	want(same(member(claims, "iss"), text("'%s'", base_url())), "iss");
	iat = json_object_get_int64(member(claims, "iat"));
	exp = json_object_get_int64(member(claims, "exp"));
	want(llabs(iat - (int64_t)time(NULL)) < 60 && exp == iat + 3600,
	    "iat or exp");
	want(string(claims, "jti") != NULL &&
		 is_live(text("jwt:%s", string(claims, "jti"))),
	    "jti is not what the database knows it by");
	return claims;
}

START_TEST(rfc9068_jwt_access_tokens)
{
	static const char *const lines[] = { "access_token_format = jwt" };
	const struct client *c = confidential(NULL);
	const struct permission p = { .client = c->id,
		.account = new_account(),
		.scope = "openid offline_access read",
		.audience = text("['%s','" API "']", base_url()),
		.auth_time = "1311280969" };
	struct json_object *claims;
	struct answer *a;

	reconf(lines, 1);
	claims = expect_jwt(ask(c, OWN "&scope=read"));
	want(same(member(claims, "sub"), text("'%s'", c->id)), "sub");
	want(same(member(claims, "client_id"), text("'%s'", c->id)),
	    "client_id");
	want(same(member(claims, "aud"), text("'%s'", base_url())), "aud");
	want(same(member(claims, "scope"), "'read'"), "scope");
	want(member(claims, "auth_time") == NULL, "auth_time");

	a = redeem(c, permit(&p));
	claims = expect_jwt(a);
	want(same(member(claims, "sub"), text("'%s'", p.account)), "sub");
	want(same(member(claims, "client_id"), text("'%s'", c->id)),
	    "client_id");
	want(same(member(claims, "aud"), p.audience), "aud");
	want(same(member(claims, "scope"), "'openid offline_access read'"),
	    "scope");
	want(same(member(claims, "auth_time"), p.auth_time), "auth_time");
	want(member(part(string(a->json, "id_token"), 1), "at_hash") != NULL,
	    "no at_hash");
	claims = expect_jwt(refresh(c, string(a->json, "refresh_token")));
	want(same(member(claims, "sub"), text("'%s'", p.account)), "sub");
	reconf(NULL, 0);
}
END_TEST

/* RFC 7519 4.1.7: who sees a jti, as in a log, has no token by it. */
START_TEST(rfc7519_4_1_7_a_jti_is_no_token)
{
	static const char *const lines[] = { "access_token_format = jwt" };
	const struct client *c = confidential(NULL);
	const struct permission p = { .client = c->id, .scope = "openid" };
	const char *jwt, *jti, *behind;

	reconf(lines, 1);
	jwt = token_of(redeem(c, permit(&p)));
	jti = string(part(jwt, 1), "jti");
	behind = text("jwt:%s", jti);
	expect_status(userinfo(jwt), 200);
	want(is_active(c, jwt), "the token is not active");
	expect_error(userinfo(jti), 401, "invalid_token");
	want(!is_active(c, jti), "its jti is");
	want(!is_active(c, behind), "its jti is, behind jwt:");
	expect_status(revoke(c, jti), 200);
	expect_status(revoke(c, behind), 200);
	want(is_active(c, jwt), "it was revoked by its jti");
	reconf(NULL, 0);
}
END_TEST

/* Nothing is spent while there is no key to sign with. */
START_TEST(without_keys_nothing_is_spent)
{
	static const char *const lines[] = { "key_file = '/nonexistent'",
		"access_token_format = jwt" };
	const struct client *c = confidential(NULL);
	const struct permission p = { .client = c->id,
		.scope = "openid offline_access read" };
	const char *token =
	    string(redeem(c, permit(&p))->json, "refresh_token");
	const char *code = permit(&p);
	size_t n;

	for (n = 1; n <= 2; n++) {
		reconf(lines, n);
		expect_refused(redeem(c, code), 503, "temporarily_unavailable");
		expect_refused(
		    refresh(c, token), 503, "temporarily_unavailable");
		if (n == 1)
			expect_tokens(ask(c, OWN));
		else
			expect_refused(
			    ask(c, OWN), 503, "temporarily_unavailable");
	}
	want(db("SELECT 1 FROM rollcall.access_token WHERE client_id = $1 "
		"OFFSET 2",
		 c->id) == NULL,
	    "more tokens were issued than were given");
	reconf(NULL, 0);
	expect_tokens(redeem(c, code));
	expect_tokens(refresh(c, token));
}
END_TEST

/* RFC 8707 2.1 and 2.2, with resources that are configured. */
START_TEST(rfc8707_2_2_configured_resources)
{
	static const char *const lines[] = { "resource '" API
					     "' { scopes = {'read'} }",
		"resource '" FILES "' { scopes = {'write'} }",
		"default_resource = '" API "'" };
	const struct client *c = confidential(NULL);
	const char *both =
	    text("resource=%s&resource=%s%%2F", escape(API), escape(FILES));
	struct permission p = { .client = c->id,
		.scope = "openid offline_access read",
		.audience = text("['" API "','" FILES "','%s']", base_url()) };
	const char *code, *token;
	struct answer *a;

	reconf(lines, 3);
	expect_audience(ask(c, OWN), "{" API "}");
	expect_audience(ask(c, OWN "&%s", both), "{" API "," FILES "}");
	a = ask(c, OWN "&resource=%s%%2F", escape(API));
	expect_refused(a, 400, "invalid_target");
	expect_named(a, API);

	/* What openid is for stays, as long as openid does. */
	a = ask(c,
	    "grant_type=authorization_code&code=%s&redirect_uri=%s"
	    "&code_verifier=" VERIFIER "&resource=%s",
	    permit(&p), escape(CALLBACK), escape(API));
	expect_audience(a, text("{" API ",%s}", base_url()));
	token = string(a->json, "refresh_token");
	a = ask(c, "grant_type=refresh_token&refresh_token=%s&resource=%s",
	    token, escape(FILES));
	expect_audience(a, text("{" FILES ",%s}", base_url()));
	a = ask(c, "grant_type=refresh_token&refresh_token=%s&resource=%s",
	    token, escape(API));
	expect_audience(a, text("{" API ",%s}", base_url()));
	token = string(a->json, "refresh_token");
	a = ask(c,
	    "grant_type=refresh_token&refresh_token=%s&resource=%s&scope=read",
	    token, escape(FILES));
	expect_audience(a, "{" FILES "}");
	token = string(a->json, "refresh_token");
	expect_audience(
	    refresh(c, token), text("{" API "," FILES ",%s}", base_url()));

	p.audience = "['" API "']";
	code = permit(&p);
	a = ask(c,
	    "grant_type=authorization_code&code=%s&redirect_uri=%s"
	    "&code_verifier=" VERIFIER "&%s",
	    code, escape(CALLBACK), both);
	expect_refused(a, 400, "invalid_target");
	expect_audience(redeem(c, code), "{" API "}");
	reconf(NULL, 0);
}
END_TEST

START_TEST(lifetimes_and_refresh_tokens_of_openid)
{
	static const char *const lines[] = { "access_token_lifetime = 60s",
		"refresh_token_lifetime = 1h", "id_token_lifetime = 2m",
		"openid_refresh_token = always", "refresh_reuse_grace = 0s" };
	const struct client *c = confidential(NULL);
	const struct permission p = { .client = c->id, .scope = "openid" };
	struct json_object *claims;
	const char *token;
	struct answer *a;

	reconf(lines, 5);
	a = redeem(c, permit(&p));
	expect_tokens(a);
	expect_member(a, "expires_in", "60");
	claims = part(string(a->json, "id_token"), 1);
	want(json_object_get_int64(member(claims, "exp")) ==
		 json_object_get_int64(member(claims, "iat")) + 120,
	    "the ID token lives for another time");
	token = string(a->json, "refresh_token");
	want(token != NULL, "no refresh token");
	want(db("SELECT 1 FROM rollcall.refresh_token JOIN "
		"rollcall.access_token a USING (grant_id) "
		"WHERE refresh_token.token_hash = decode($1, 'hex') "
		"AND refresh_token.expires_at - refresh_token.issued_at = "
		"interval '1 h' "
		"AND a.expires_at - a.issued_at = interval '1 min'",
		 hash_of(token)) != NULL,
	    "tokens live for another time");
	/* Without grace every second use is a theft. */
	a = refresh(c, token);
	expect_tokens(a);
	expect_refused(refresh(c, token), 400, "invalid_grant");
	expect_refused(
	    refresh(c, string(a->json, "refresh_token")), 400, "invalid_grant");
	reconf(NULL, 0);
}
END_TEST

START_TEST(rfc6749_5_2_a_grant_that_is_switched_off)
{
	static const char *const lines[] = {
		"grant_types = {'authorization_code'}"
	};
	const struct client *c = confidential(NULL);

	reconf(lines, 1);
	expect_refused(ask(c, OWN), 400, "unsupported_grant_type");
	reconf(NULL, 0);
	expect_tokens(ask(c, OWN));
}
END_TEST

/* An outage is no fault of the client's (RFC 6749 4.1.2.1). */
START_TEST(no_database_is_503)
{
	static const char *const lines[] = {
		"database = 'host=/nonexistent dbname=rollcall'"
	};
	const struct pair *p = pair("EdDSA");
	const struct client *c = confidential(NULL);
	const struct permission allowed = { .client = c->id, .scope = "read" };
	const char *code = permit(&allowed);

	reconf(lines, 1);
	expect_refused(ask(c, OWN), 503, "temporarily_unavailable");
	expect_refused(redeem(c, code), 503, "temporarily_unavailable");
	expect_refused(refresh(c, "x"), 503, "temporarily_unavailable");
	expect_refused(
	    ask(NULL, OWN "&client_assertion_type=%s&client_assertion=%s",
		escape(ASSERTION_TYPE),
		sign(p, NULL,
		    text("{'iss':'a','sub':'a','aud':'%s','exp':%lld,"
			 "'jti':'x'}",
			base_url(), (long long)time(NULL) + 60))),
	    503, "temporarily_unavailable");
	reconf(NULL, 0);
	expect_tokens(redeem(c, code));
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ strict_auth_method, 0 },
		{ rfc7523_3_3_aud_token_endpoint, 0 },
		{ rfc9068_jwt_access_tokens, 0 },
		{ rfc7519_4_1_7_a_jti_is_no_token, 0 },
		{ without_keys_nothing_is_spent, 0 },
		{ rfc8707_2_2_configured_resources, 0 },
		{ lifetimes_and_refresh_tokens_of_openid, 0 },
		{ rfc6749_5_2_a_grant_that_is_switched_off, 0 },
		{ no_database_is_503, 0 },
	};
	int status;

	status = harness_main(
	    "token_config", tests, sizeof(tests) / sizeof(tests[0]));
	/* Without the script every test has failed. */
	if (status != 77 && getenv("RIG_RECONF") != NULL)
		reconf(NULL, 0);
	return status;
}
