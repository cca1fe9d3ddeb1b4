/*
 * Authorization codes at the token endpoint: RFC 6749 4.1.3, RFC 7636, ID
 * tokens of OpenID Connect Core 1.0.  The codes come from the database.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness.h"
#include "harness_grant.h"

#include "token.h"

#define CODE "grant_type=authorization_code&code=%s"
#define TO "&redirect_uri=" CALLBACK_ESCAPED
#define CALLBACK_ESCAPED "https%%3A%%2F%%2Fclient.example.org%%2Fcb"
#define WITH "&code_verifier=" VERIFIER

static const char *
token_of(const struct answer *a)
{

	return string(a->json, "access_token");
}

/* A code for ${client} with that scope. */
static const char *
code_for(const struct client *client, const char *scope)
{
	const struct permission p = { .client = client->id, .scope = scope };

	return permit(&p);
}

START_TEST(rfc6749_4_1_3_a_code_is_redeemed)
{
	const struct client *c =
	    _i == 0 ? confidential(NULL) : public_client(NULL);
	const char *token, *next;
	struct answer *a;

	a = redeem(c, code_for(c, "read write"));
	expect_tokens(a);
	expect_member(a, "scope", "'read write'");
	expect_member(a, "expires_in", "3600");
	expect_absent(a, "id_token");
	token = token_of(a);
	next = string(a->json, "refresh_token");
	want(is_live(token), "the access token is not there");
	want(next != NULL, "no refresh token");
	want(db_holds(token) == NULL && db_holds(next) == NULL,
	    "a token can be read in the database");
	want(strcmp(audience_of(token), text("{%s}", base_url())) == 0,
	    "the audience is not the one granted");
	want(db("SELECT 1 FROM rollcall.refresh_token WHERE token_hash = "
		"decode($1, 'hex') AND expires_at - issued_at = "
		"interval '14 days'",
		 hash_of(next)) != NULL,
	    "the refresh token lives for another time");
}
END_TEST

START_TEST(rfc6749_5_1_a_grant_without_scope)
{
	const struct client *c = confidential(NULL);
	struct answer *a = redeem(c, code_for(c, NULL));

	expect_tokens(a);
	expect_absent(a, "scope");
}
END_TEST

/* RFC 6749 1.5: for who registered the grant. */
START_TEST(rfc6749_1_5_no_refresh_token_unasked)
{
	const struct client *c =
	    confidential("'grant_types':['authorization_code']");
	const struct client *both = confidential(NULL);
	struct answer *a = redeem(c, code_for(c, "read"));

	expect_tokens(a);
	expect_absent(a, "refresh_token");
	/* OpenID Connect Core 11. */
	a = redeem(both, code_for(both, "openid read"));
	expect_tokens(a);
	expect_absent(a, "refresh_token");
	a = redeem(both, code_for(both, "openid offline_access"));
	expect_tokens(a);
	want(string(a->json, "refresh_token") != NULL, "no refresh token");
}
END_TEST

START_TEST(rfc6749_4_1_3_code_is_required)
{
	const struct client *c = confidential(NULL);
	struct answer *a = ask(c, "grant_type=authorization_code" TO WITH);

	expect_refused(a, 400, "invalid_request");
	expect_named(a, "code");
}
END_TEST

START_TEST(rfc6749_5_2_unknown_code)
{

	expect_refused(redeem(confidential(NULL), "nobody-gave-this"), 400,
	    "invalid_grant");
}
END_TEST

START_TEST(rfc6749_4_1_2_second_use_revokes)
{
	const struct client *c = confidential(NULL);
	const char *code = code_for(c, "read");
	struct answer *first = redeem(c, code);

	expect_tokens(first);
	expect_refused(redeem(c, code), 400, "invalid_grant");
	want(!is_live(token_of(first)), "the access token lives on");
	expect_refused(refresh(c, string(first->json, "refresh_token")), 400,
	    "invalid_grant");
}
END_TEST

/* Whatever else is wrong with it, somebody has a copy. */
START_TEST(rfc6749_4_1_2_second_use_by_others_revokes)
{
	const struct client *c = confidential(NULL);
	const char *code = code_for(c, "read");
	struct answer *first = redeem(c, code);

	expect_tokens(first);
	if (_i == 0)
		expect_refused(
		    redeem(public_client(NULL), code), 400, "invalid_grant");
	else
		expect_refused(ask(c, CODE TO, code), 400, "invalid_grant");
	want(!is_live(token_of(first)), "the access token lives on");
}
END_TEST

START_TEST(rfc6749_4_1_2_who_is_nobody_revokes_nothing)
{
	const struct client *c = confidential(NULL);
	const char *code = code_for(c, "read");
	struct answer *first = redeem(c, code);
	struct client thief = *c;

	expect_tokens(first);
	thief.secret = "guessed";
	expect_refused(redeem(&thief, code), 401, "invalid_client");
	want(is_live(token_of(first)), "the access token is dead");
}
END_TEST

START_TEST(rfc6749_4_1_3_client_authentication_comes_first)
{
	const struct client *c = confidential(NULL);
	const char *code = code_for(c, "read");
	struct client thief = *c;

	thief.secret = "guessed";
	expect_refused(redeem(&thief, code), 401, "invalid_client");
	thief.secret = NULL;
	expect_refused(redeem(&thief, code), 401, "invalid_client");
	expect_tokens(redeem(c, code));
}
END_TEST

START_TEST(rfc6749_4_1_2_expired_code)
{
	const struct client *c = confidential(NULL);
	const struct permission p = {
		.client = c->id, .scope = "read", .lifetime = "-1 second"
	};

	expect_refused(redeem(c, permit(&p)), 400, "invalid_grant");
}
END_TEST

START_TEST(rfc6749_4_1_3_code_of_another_client)
{
	const struct client *c = confidential(NULL);
	const char *code = code_for(c, "read");

	expect_refused(redeem(confidential(NULL), code), 400, "invalid_grant");
	expect_refused(redeem(public_client(NULL), code), 400, "invalid_grant");
	expect_tokens(redeem(c, code));
}
END_TEST

START_TEST(rfc6749_4_1_3_redirect_uri)
{
	const struct client *c = confidential(NULL);
	const char *code = code_for(c, "read");
	struct answer *a;

	a = ask(c, CODE WITH, code);
	expect_refused(a, 400, "invalid_grant");
	expect_named(a, "redirect_uri");
	a = ask(c, CODE WITH TO "%%2F", code);
	expect_refused(a, 400, "invalid_grant");
	expect_named(a, "redirect_uri");
	expect_tokens(ask(c, CODE WITH TO, code));
}
END_TEST

/* The only registered one need not be named, but must be right. */
START_TEST(rfc6749_4_1_3_redirect_uri_that_was_not_named)
{
	const struct client *c = confidential(NULL);
	const struct permission p = {
		.client = c->id, .scope = "read", .unnamed = true
	};

	expect_tokens(ask(c, CODE WITH, permit(&p)));
	expect_tokens(ask(c, CODE WITH TO, permit(&p)));
	expect_refused(
	    ask(c, CODE WITH TO "x", permit(&p)), 400, "invalid_grant");
}
END_TEST

START_TEST(rfc7636_4_6_verifier_must_fit)
{
	const struct client *c = public_client(NULL);
	const char *code = code_for(c, "read");
	struct answer *a;

	a = ask(c, CODE TO "&code_verifier=x" VERIFIER, code);
	expect_refused(a, 400, "invalid_grant");
	expect_named(a, "code_verifier");
	/* plain is no method here. */
	a = ask(c, CODE TO "&code_verifier=" CHALLENGE, code);
	expect_refused(a, 400, "invalid_grant");
	expect_tokens(ask(c, CODE TO WITH, code));
}
END_TEST

START_TEST(rfc7636_4_5_verifier_is_required)
{
	const struct client *c =
	    _i == 0 ? confidential(NULL) : public_client(NULL);
	struct answer *a = ask(c, CODE TO, code_for(c, "read"));

	expect_refused(a, 400, "invalid_grant");
	expect_named(a, "code_verifier");
}
END_TEST

START_TEST(rfc7636_4_1_grammar)
{
	static const char *const bad[] = { "short",
		"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX",
		VERIFIER VERIFIER VERIFIER, "%2B" VERIFIER, "%C3%A4" VERIFIER,
		VERIFIER "%20" };
	const struct client *c = public_client(NULL);

	expect_refused(
	    ask(c, CODE TO "&code_verifier=%s", code_for(c, "read"), bad[_i]),
	    400, "invalid_request");
}
END_TEST

/* The code was got without a challenge, so a verifier is a sign of a swap. */
START_TEST(rfc9700_2_1_1_verifier_without_challenge)
{
	const struct client *c = confidential(NULL);
	const struct permission p = {
		.client = c->id, .scope = "read", .challenge = ""
	};
	const char *code = permit(&p);

	expect_refused(redeem(c, code), 400, "invalid_grant");
	expect_tokens(ask(c, CODE TO, code));
}
END_TEST

static const char *
count(const char *what, const char *arg)
{

	return db(text("SELECT count(*) FROM rollcall.%s", what), arg);
}

/* Deletion bites. */
START_TEST(a_code_of_a_deleted_client)
{
	const struct client *c = confidential(NULL);
	const char *code = code_for(c, "read");

	expect_status(manage(c, "DELETE", NULL), 204);
	expect_refused(redeem(c, code), 401, "invalid_client");
	want(strcmp(count("authorization_grant WHERE client_id = $1", c->id),
		 "0") == 0,
	    "a grant is left over");
}
END_TEST

START_TEST(a_code_of_a_disabled_client)
{
	const struct client *c = confidential(NULL);
	const char *code = code_for(c, "read");
	struct answer *a;

	(void)db("UPDATE rollcall.client SET status = 'disabled' "
		 "WHERE client_id = $1",
	    c->id);
	a = redeem(c, code);
	expect_refused(a, 401, "invalid_client");
	expect_named(a, "disabled");
	(void)db("UPDATE rollcall.client SET status = 'active' "
		 "WHERE client_id = $1",
	    c->id);
	expect_refused(redeem(c, code), 400, "invalid_grant");
}
END_TEST

START_TEST(a_code_of_a_disabled_account)
{
	const struct client *c = confidential(NULL);
	const struct permission p = {
		.client = c->id, .scope = "read", .account = new_account()
	};
	const char *code = permit(&p);

	(void)db("UPDATE rollcall.account SET status = 'disabled' "
		 "WHERE account_id = $1",
	    p.account);
	expect_refused(redeem(c, code), 400, "invalid_grant");
	(void)db("UPDATE rollcall.account SET status = 'active' "
		 "WHERE account_id = $1",
	    p.account);
	expect_refused(redeem(c, code), 400, "invalid_grant");
	expect_tokens(redeem(c, code_for(c, "read")));
}
END_TEST

/* OpenID Connect Core 2 and 3.1.3.6, in the algorithm registered. */
START_TEST(oidc_core_3_1_3_7_id_token)
{
	static const char *const algs[] = { NULL, "RS256", "PS256", "ES256",
		"EdDSA" };
	const char *alg = algs[_i] == NULL ? "RS256" : algs[_i], *jwt;
	const struct client *c = confidential(
	    algs[_i] == NULL
		? NULL
		: text("'id_token_signed_response_alg':'%s'", alg));
	const struct permission p = { .client = c->id,
		.account = new_account(),
		.scope = "openid read",
		.nonce = "n-0S6_WzA2Mj \xc3\xa4",
		.auth_time = "1311280969" };
	char at_hash[RC_TOKEN_AT_HASH_SIZE];
	struct json_object *claims;
	int64_t iat, exp;
	struct answer *a = redeem(c, permit(&p));

	expect_tokens(a);
	jwt = string(a->json, "id_token");
	want(jwt != NULL, "no id_token");
	expect_signed(jwt, alg);
	want(same(member(part(jwt, 0), "alg"), text("'%s'", alg)),
	    "alg is not %s", alg);
	want(same(member(part(jwt, 0), "typ"), "'JWT'"), "typ is not JWT");
	want(member(part(jwt, 0), "kid") != NULL, "no kid");
	claims = part(jwt, 1);
	want(same(member(claims, "iss"), text("'%s'", base_url())), "iss");
	want(same(member(claims, "sub"), text("'%s'", p.account)), "sub");
	want(same(member(claims, "aud"), text("'%s'", c->id)), "aud");
	want(same(member(claims, "nonce"), text("'%s'", p.nonce)), "nonce");
	want(same(member(claims, "auth_time"), p.auth_time), "auth_time");
	rc_token_at_hash(alg, token_of(a), at_hash);
	want(same(member(claims, "at_hash"), text("'%s'", at_hash)), "at_hash");
	iat = json_object_get_int64(member(claims, "iat"));
	exp = json_object_get_int64(member(claims, "exp"));
	want(llabs(iat - (int64_t)time(NULL)) < 60 && exp == iat + 3600,
	    "iat or exp");
}
END_TEST

START_TEST(oidc_core_2_what_is_not_known_is_left_out)
{
	const struct client *c = confidential(NULL);
	struct answer *a = redeem(c, code_for(c, "openid"));
	struct json_object *claims;

	expect_tokens(a);
	claims = part(string(a->json, "id_token"), 1);
	want(!json_object_object_get_ex(claims, "nonce", NULL) &&
		 !json_object_object_get_ex(claims, "auth_time", NULL),
	    "nonce or auth_time");
}
END_TEST

/* RFC 8707 2.2: one of those granted, or all. */
START_TEST(rfc8707_2_2_resource_of_a_code)
{
	const struct client *c = confidential(NULL);
	const struct permission p = { .client = c->id,
		.scope = "read",
		.audience = "['https://elsewhere.example.org']" };
	const char *code = permit(&p);
	struct answer *a;

	/* It is known, but the person did not grant it. */
	a = ask(c, CODE TO WITH "&resource=%s", code, escape(base_url()));
	expect_refused(a, 400, "invalid_target");
	a = redeem(c, code);
	expect_tokens(a);
	want(strcmp(audience_of(token_of(a)),
		 "{https://elsewhere.example.org}") == 0,
	    "the audience is not all that was granted");
}
END_TEST

/* 50 redeemers: one wins, and what it got is dead when the losers showed up. */
START_TEST(rfc6749_4_1_2_race_of_redeemers)
{
	enum {
		N = 50
	};
	const struct client *c = confidential(NULL);
	const char *code = code_for(c, "read");
	const char *form =
	    text(CODE "&redirect_uri=%s" WITH, code, escape(CALLBACK));
	struct call calls[N];
	struct answer *answers[N], *winner = NULL;
	int i, wins = 0;

	for (i = 0; i < N; i++)
		calls[i] = token_call(c, form);
	http_many(calls, answers, N, N);
	for (i = 0; i < N; i++) {
		if (answers[i]->status == 200) {
			wins++;
			winner = answers[i];
		} else
			expect_refused(answers[i], 400, "invalid_grant");
	}
	want(wins == 1, "%d redeemers won", wins);
	want(strcmp(count("access_token t JOIN rollcall.authorization_code k "
			  "USING (grant_id) "
			  "WHERE k.code_hash = decode($1, 'hex')",
			hash_of(code)),
		 "1") == 0,
	    "there is not one access token");
	want(!is_live(token_of(winner)), "what the winner got lives on");
	expect_refused(refresh(c, string(winner->json, "refresh_token")), 400,
	    "invalid_grant");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ rfc6749_4_1_3_a_code_is_redeemed, 2 },
		{ rfc6749_5_1_a_grant_without_scope, 0 },
		{ rfc6749_1_5_no_refresh_token_unasked, 0 },
		{ rfc6749_4_1_3_code_is_required, 0 },
		{ rfc6749_5_2_unknown_code, 0 },
		{ rfc6749_4_1_2_second_use_revokes, 0 },
		{ rfc6749_4_1_2_second_use_by_others_revokes, 2 },
		{ rfc6749_4_1_2_who_is_nobody_revokes_nothing, 0 },
		{ rfc6749_4_1_3_client_authentication_comes_first, 0 },
		{ rfc6749_4_1_2_expired_code, 0 },
		{ rfc6749_4_1_3_code_of_another_client, 0 },
		{ rfc6749_4_1_3_redirect_uri, 0 },
		{ rfc6749_4_1_3_redirect_uri_that_was_not_named, 0 },
		{ rfc7636_4_6_verifier_must_fit, 0 },
		{ rfc7636_4_5_verifier_is_required, 2 },
		{ rfc7636_4_1_grammar, 6 },
		{ rfc9700_2_1_1_verifier_without_challenge, 0 },
		{ a_code_of_a_deleted_client, 0 },
		{ a_code_of_a_disabled_client, 0 },
		{ a_code_of_a_disabled_account, 0 },
		{ oidc_core_3_1_3_7_id_token, 5 },
		{ oidc_core_2_what_is_not_known_is_left_out, 0 },
		{ rfc8707_2_2_resource_of_a_code, 0 },
		{ rfc6749_4_1_2_race_of_redeemers, 0 },
	};

	return harness_main(
	    "token_code", tests, sizeof(tests) / sizeof(tests[0]));
}
