/*
 * The token endpoint behind a web server: what holds for every request, and
 * clients that act for themselves.
 */
#include <string.h>

#include "harness.h"
#include "harness_grant.h"

#define OWN "grant_type=client_credentials"

/* RFC 6749 3.2: POST alone. */
START_TEST(rfc6749_3_2_only_post)
{
	static const char *const methods[] = { "GET", "PUT", "DELETE" };
	struct call call = { .method = methods[_i], .url = "/oauth/token" };
	const char *allow;
	struct answer *a;

	if (strcmp(methods[_i], "PUT") == 0) {
		call.body = OWN;
		call.type = "application/x-www-form-urlencoded";
	}
	a = http(&call);
	expect_status(a, 405);
	allow = header(a, "Allow");
	want(has_word(allow, "POST") && !has_word(allow, methods[_i]),
	    "Allow is not POST");
}
END_TEST

START_TEST(rfc6749_3_2_parameters_without_value_are_omitted)
{
	const struct client *c = confidential(NULL);

	expect_refused(ask(c, "grant_type="), 400, "invalid_request");
	expect_tokens(ask(c, OWN "&scope=&code=&resource="));
}
END_TEST

START_TEST(rfc6749_3_2_unknown_parameters_are_ignored)
{

	expect_tokens(ask(confidential(NULL), OWN "&foo=1&foo=2&audience=x"));
}
END_TEST

START_TEST(rfc6749_3_2_no_parameter_comes_twice)
{
	static const char *const forms[] = { OWN "&grant_type=x",
		OWN "&scope=read&scope=write", OWN "&code=1&code=1",
		OWN "&client_id=a&client_id=a" };

	expect_refused(
	    ask(confidential(NULL), "%s", forms[_i]), 400, "invalid_request");
}
END_TEST

START_TEST(rfc6749_4_1_3_the_body_is_a_form)
{
	const struct client *c = confidential(NULL);
	const char *const headers[] = {
		text("Authorization: %s", basic(c->id, c->secret)), NULL
	};
	struct call call = { .method = "POST",
		.url = "/oauth/token",
		.body = "{\"grant_type\":\"client_credentials\"}",
		.headers = headers };

	expect_refused(http(&call), 415, "invalid_request");
	call.type = "application/x-www-form-urlencoded;charset=UTF-8";
	call.body = OWN;
	expect_tokens(http(&call));
	call.body = OWN "&scope=%zz";
	expect_refused(http(&call), 400, "invalid_request");
}
END_TEST

START_TEST(rfc6749_5_2_grant_type)
{
	const struct client *c = confidential(NULL);

	expect_refused(ask(c, "scope=read"), 400, "invalid_request");
	expect_refused(ask(c, "grant_type=password&username=a&password=b"), 400,
	    "unsupported_grant_type");
	expect_refused(ask(c, "grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3A"
			      "grant-type%%3Adevice_code"),
	    400, "unsupported_grant_type");
}
END_TEST

START_TEST(rfc6749_5_2_a_grant_that_is_not_registered)
{
	const struct client *web =
	    confidential("'grant_types':['authorization_code']");
	const struct client *machine =
	    confidential("'grant_types':['client_credentials'],"
			 "'response_types':[],'redirect_uris':[]");

	expect_refused(ask(web, OWN), 400, "unauthorized_client");
	expect_refused(refresh(web, "x"), 400, "unauthorized_client");
	expect_refused(redeem(machine, "x"), 400, "unauthorized_client");
	expect_refused(refresh(machine, "x"), 400, "unauthorized_client");
	expect_tokens(ask(machine, OWN));
}
END_TEST

/* RFC 6749 4.4.3: no refresh token. */
START_TEST(rfc6749_4_4_a_client_acts_for_itself)
{
	const struct client *c = confidential(NULL);
	struct answer *a = ask(c, OWN);
	const char *token;

	expect_tokens(a);
	expect_absent(a, "refresh_token");
	expect_absent(a, "id_token");
	expect_member(a, "scope", "'read write'");
	expect_member(a, "expires_in", "3600");
	token = string(a->json, "access_token");
	want(is_live(token), "the token is not in the database");
	want(db_holds(token) == NULL, "the token can be read in %s",
	    db_holds(token));
	want(strcmp(audience_of(token), text("{%s}", base_url())) == 0,
	    "the audience is not the issuer");
	want(db("SELECT 1 FROM rollcall.access_token WHERE grant_id IS NULL "
		"AND token_hash = decode($1, 'hex') "
		"AND expires_at - issued_at = interval '1 hour'",
		 hash_of(token)) != NULL,
	    "the token lives for another time, or for a grant");
	want(strcmp(token, string(ask(c, OWN)->json, "access_token")) != 0,
	    "the same token twice");
}
END_TEST

START_TEST(rfc6749_4_4_not_a_public_client)
{
	const struct client *c = public_client(NULL);

	expect_refused(ask(c, OWN), 400, "unauthorized_client");
	(void)db("UPDATE rollcall.client SET metadata = jsonb_set(metadata, "
		 "'{grant_types}', '[\"client_credentials\"]') "
		 "WHERE client_id = $1",
	    c->id);
	expect_refused(ask(c, OWN), 400, "unauthorized_client");
}
END_TEST

START_TEST(rfc6749_3_3_scope)
{
	const struct client *c = confidential("'scope':'openid read write'");
	const struct client *none = confidential("'scope':'read'");
	struct answer *a = ask(c, OWN "&scope=write");

	expect_tokens(a);
	expect_member(a, "scope", "'write'");
	a = ask(c, OWN "&scope=write+read+write");
	expect_member(a, "scope", "'write read'");
	a = ask(c, OWN "&scope=read+admin");
	expect_refused(a, 400, "invalid_scope");
	expect_named(a, "admin");
	expect_refused(ask(c, OWN "&scope=read++write"), 400, "invalid_scope");
	expect_refused(ask(c, OWN "&scope=%%22"), 400, "invalid_scope");
	expect_refused(ask(c, OWN "&scope=nothing"), 400, "invalid_scope");
	a = ask(none, OWN);
	expect_member(a, "scope", "'read'");
	(void)db("UPDATE rollcall.client SET metadata = metadata - 'scope' "
		 "WHERE client_id = $1",
	    none->id);
	a = ask(none, OWN);
	expect_tokens(a);
	expect_absent(a, "scope");
	expect_refused(ask(none, OWN "&scope=read"), 400, "invalid_scope");
}
END_TEST

START_TEST(rfc6749_4_4_no_scope_of_a_person)
{
	const struct client *c = confidential(NULL);
	struct answer *a = ask(c, OWN "&scope=openid");

	expect_refused(a, 400, "invalid_scope");
	expect_named(a, "openid");
	expect_refused(
	    ask(c, OWN "&scope=read+offline_access"), 400, "invalid_scope");
	expect_named(ask(c, OWN "&scope=profile"), "profile");
	expect_refused(ask(c, OWN "&scope=profile"), 400, "invalid_scope");
	expect_refused(ask(c, OWN "&scope=read+email"), 400, "invalid_scope");
	c = confidential("'scope':'openid profile email'");
	a = ask(c, OWN);
	expect_tokens(a);
	expect_absent(a, "scope");
}
END_TEST

/* RFC 6749 5.2: what else is wrong is told to who authenticates. */
START_TEST(rfc6749_5_2_the_client_is_judged_first)
{
	static const char *const faults[] = { "scope=read",
		"grant_type=password", OWN "&resource=x", OWN "&scope=%22",
		OWN "&scope=openid", OWN "&scope=nothing",
		"grant_type=authorization_code", "grant_type=refresh_token",
		"grant_type=authorization_code&code=x&code_verifier=short",
		"grant_type=refresh_token&refresh_token=x&scope=%22" };
	const struct client *c = confidential(NULL);
	const char *fault = faults[_i];
	struct answer *a = ask_with(basic(c->id, c->secret), fault);

	case_named(fault);
	expect_status(a, 400);
	expect_error_form(a);
	expect_refused(
	    ask_with(basic(c->id, "wrong"), fault), 401, "invalid_client");
	expect_refused(
	    ask_with(basic("nobody", "wrong"), fault), 401, "invalid_client");
	expect_refused(
	    ask(NULL, "client_id=nobody&%s", fault), 401, "invalid_client");
}
END_TEST

/* RFC 8707 2 and 2.2. */
START_TEST(rfc8707_2_resource)
{
	static const char *const bad[] = { "resource=read", "resource=%2Foauth",
		"resource=https%3A%2F%2Felse.example.org",
		"resource=https%3A%2F%2Felse.example.org&resource=x" };
	const struct client *c = confidential(NULL);
	const char *issuer = escape(base_url());
	struct answer *a;
	size_t i;

	a = ask(c, OWN "&resource=%s&resource=%s%%2F", issuer, issuer);
	expect_tokens(a);
	want(strcmp(audience_of(string(a->json, "access_token")),
		 text("{%s}", base_url())) == 0,
	    "the audience is not the issuer");
	a = ask(c, OWN "&resource=%s%%23", issuer);
	expect_refused(a, 400, "invalid_target");
	expect_named(a, "fragment");
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		expect_refused(ask(c, OWN "&resource=%s&%s", issuer, bad[i]),
		    400, "invalid_target");
	expect_named(ask(c, OWN "&%s", bad[2]), base_url());
}
END_TEST

/* Scripts of any origin may ask, for what they know they may use. */
START_TEST(fetch_cors_is_allowed)
{
	static const char *const headers[] = {
		"Access-Control-Request-Method: POST",
		"Access-Control-Request-Headers: authorization", NULL
	};
	const struct call call = {
		.method = "OPTIONS", .url = "/oauth/token", .headers = headers
	};
	struct answer *a = http(&call);

	expect_status(a, 204);
	want(has_word(header(a, "Access-Control-Allow-Methods"), "POST"),
	    "POST is not allowed");
	want(strcmp(header(a, "Access-Control-Allow-Origin"), "*") == 0,
	    "not every origin is allowed");
}
END_TEST

/* Asking for tokens keeps a client, and what manages it, alive. */
START_TEST(a_token_renews_the_idle_clock)
{
	const struct client *c = confidential(NULL);
	static const char sql[] =
	    "SELECT 1 FROM rollcall.client c "
	    "JOIN rollcall.registration_token_report t USING (client_id) "
	    "WHERE client_id = $1 AND c.last_used_at > now() - interval '1 h' "
	    "AND t.last_used_at > now() - interval '1 h'";

	(void)db("UPDATE rollcall.client SET registration_token_last_used_at = "
		 "now() - interval '9 days' WHERE client_id = $1",
	    c->id);
	expect_refused(ask(c, OWN "&scope=nothing"), 400, "invalid_scope");
	want(db(sql, c->id) == NULL, "a request in vain was noted");
	expect_tokens(ask(c, OWN));
	want(db(sql, c->id) != NULL, "the use was not noted");
	(void)db("UPDATE rollcall.client SET registration_token_last_used_at = "
		 "now() - interval '99 days' WHERE client_id = $1",
	    c->id);
	expect_status(manage(c, "GET", NULL), 200);
	(void)db("UPDATE rollcall.client SET last_used_at = now() - interval "
		 "'2 days' WHERE client_id = $1",
	    c->id);
	expect_tokens(ask(c, OWN));
	want(db(sql, c->id) != NULL, "a later use was not noted");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ rfc6749_3_2_only_post, 3 },
		{ rfc6749_3_2_parameters_without_value_are_omitted, 0 },
		{ rfc6749_3_2_unknown_parameters_are_ignored, 0 },
		{ rfc6749_3_2_no_parameter_comes_twice, 4 },
		{ rfc6749_4_1_3_the_body_is_a_form, 0 },
		{ rfc6749_5_2_grant_type, 0 },
		{ rfc6749_5_2_a_grant_that_is_not_registered, 0 },
		{ rfc6749_5_2_the_client_is_judged_first, 10 },
		{ rfc6749_4_4_a_client_acts_for_itself, 0 },
		{ rfc6749_4_4_not_a_public_client, 0 },
		{ rfc6749_3_3_scope, 0 },
		{ rfc6749_4_4_no_scope_of_a_person, 0 },
		{ rfc8707_2_resource, 0 },
		{ fetch_cors_is_allowed, 0 },
		{ a_token_renews_the_idle_clock, 0 },
	};

	return harness_main("token", tests, sizeof(tests) / sizeof(tests[0]));
}
