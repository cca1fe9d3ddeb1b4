/*
 * Refresh tokens at the token endpoint: RFC 6749 6, RFC 9700 4.14.2, OpenID
 * Connect Core 12.
 */
#include <stdlib.h>
#include <string.h>

#include "crypt.h"

#include "harness.h"
#include "harness_grant.h"

#define REFRESH "grant_type=refresh_token&refresh_token=%s"

static const char *
token_of(const struct answer *a)
{

	return string(a->json, "access_token");
}

/* The refresh token of an answer that must have one. */
static const char *
next_of(const struct answer *a)
{

	expect_tokens(a);
	want(string(a->json, "refresh_token") != NULL, "no refresh token");
	return string(a->json, "refresh_token");
}

/* A refresh token of ${client} with that scope. */
static const char *
token_for(const struct client *client, const char *scope)
{
	const struct permission p = { .client = client->id, .scope = scope };

	return next_of(redeem(client, permit(&p)));
}

/* Whether a family's grant stands. */
static bool
is_standing(const char *token)
{

	return db("SELECT 1 FROM rollcall.refresh_token r "
		  "JOIN rollcall.authorization_grant g USING (grant_id) "
		  "WHERE r.token_hash = decode($1, 'hex') "
		  "AND g.revoked_at IS NULL",
		   hash_of(token)) != NULL;
}

START_TEST(rfc6749_6_a_refresh_token_is_exchanged)
{
	const struct client *c =
	    _i == 0 ? confidential(NULL) : public_client(NULL);
	const char *first = token_for(c, "read write"), *second;
	struct answer *a = refresh(c, first);

	second = next_of(a);
	want(strcmp(first, second) != 0, "it was not rotated");
	expect_member(a, "scope", "'read write'");
	expect_member(a, "expires_in", "3600");
	expect_absent(a, "id_token");
	want(is_live(token_of(a)), "the access token is not there");
	want(db_holds(second) == NULL, "the successor can be read in %s",
	    db_holds(second));
	want(db("SELECT 1 FROM rollcall.refresh_token WHERE token_hash = "
		"decode($1, 'hex') AND expires_at > now() + "
		"interval '13 days'",
		 hash_of(second)) != NULL,
	    "the successor has another lifetime");
	(void)next_of(refresh(c, second));
}
END_TEST

START_TEST(rfc6749_6_refresh_token_is_required)
{
	struct answer *a = ask(confidential(NULL), "grant_type=refresh_token");

	expect_refused(a, 400, "invalid_request");
	expect_named(a, "refresh_token");
}
END_TEST

START_TEST(rfc6749_6_unknown_refresh_token)
{
	const struct client *c = confidential(NULL);
	const struct permission p = { .client = c->id, .scope = "read" };
	struct answer *a = redeem(c, permit(&p));

	expect_refused(refresh(c, "nobody-gave-this"), 400, "invalid_grant");
	/* Substitution: neither an access token nor a code is one. */
	expect_refused(refresh(c, token_of(a)), 400, "invalid_grant");
	expect_refused(refresh(c, permit(&p)), 400, "invalid_grant");
	expect_refused(
	    redeem(c, string(a->json, "refresh_token")), 400, "invalid_grant");
}
END_TEST

START_TEST(rfc6749_6_client_must_authenticate)
{
	const struct client *c = confidential(NULL);
	const char *token = token_for(c, "read");
	struct client thief = *c;

	thief.secret = NULL;
	expect_refused(refresh(&thief, token), 401, "invalid_client");
	thief.secret = "guessed";
	expect_refused(refresh(&thief, token), 401, "invalid_client");
	(void)next_of(refresh(c, token));
}
END_TEST

START_TEST(rfc6749_6_refresh_token_of_another_client)
{
	const struct client *c = public_client(NULL);
	const char *token = token_for(c, "read");

	expect_refused(
	    refresh(confidential(NULL), token), 400, "invalid_grant");
	expect_refused(
	    refresh(public_client(NULL), token), 400, "invalid_grant");
	(void)next_of(refresh(c, token));
}
END_TEST

START_TEST(rfc6749_6_expired_refresh_token)
{
	const struct client *c = confidential(NULL);
	const char *token = token_for(c, "read");

	(void)db("UPDATE rollcall.refresh_token SET expires_at = now() "
		 "WHERE token_hash = decode($1, 'hex')",
	    hash_of(token));
	expect_refused(refresh(c, token), 400, "invalid_grant");
}
END_TEST

START_TEST(rfc6749_6_revoked_refresh_token)
{
	const struct client *c = confidential(NULL);
	const char *token = token_for(c, "read");

	(void)db("UPDATE rollcall.authorization_grant SET revoked_at = now() "
		 "WHERE client_id = $1",
	    c->id);
	expect_refused(refresh(c, token), 400, "invalid_grant");
}
END_TEST

START_TEST(rfc6749_6_scope_may_be_narrowed)
{
	const struct client *c = confidential(NULL);
	struct answer *a =
	    ask(c, REFRESH "&scope=write", token_for(c, "read write"));
	const char *token;

	token = next_of(a);
	expect_member(a, "scope", "'write'");
	want(strcmp(db("SELECT scope FROM rollcall.access_token "
		       "WHERE token_hash = decode($1, 'hex')",
			hash_of(token_of(a))),
		 "write") == 0,
	    "the access token has another scope");
	/* The refresh token keeps all that was granted. */
	a = refresh(c, token);
	expect_tokens(a);
	expect_member(a, "scope", "'read write'");
}
END_TEST

START_TEST(rfc6749_6_scope_may_not_be_widened)
{
	const struct client *c = confidential(NULL);
	const char *token = token_for(c, "read");

	expect_refused(
	    ask(c, REFRESH "&scope=read+write", token), 400, "invalid_scope");
	expect_refused(
	    ask(c, REFRESH "&scope=read++", token), 400, "invalid_scope");
	(void)next_of(refresh(c, token));
	token = token_for(c, NULL);
	expect_refused(
	    ask(c, REFRESH "&scope=read", token), 400, "invalid_scope");
}
END_TEST

/* An answer may be lost: the old token gives the same successor. */
START_TEST(rfc9700_4_14_2_a_retry_within_the_grace)
{
	const struct client *c = public_client(NULL);
	const char *first = token_for(c, "read write"), *second;
	struct answer *a = refresh(c, first), *again;

	second = next_of(a);
	again = ask(c, REFRESH "&scope=read", first);
	want(strcmp(next_of(again), second) == 0, "another successor");
	expect_member(again, "scope", "'read'");
	want(strcmp(token_of(a), token_of(again)) != 0,
	    "the same access token twice");
	want(is_live(token_of(a)) && is_live(token_of(again)),
	    "an access token is dead");
	expect_refused(
	    ask(c, REFRESH "&scope=profile", first), 400, "invalid_scope");
	want(is_standing(first), "that revoked the family");
	(void)next_of(refresh(c, second));
}
END_TEST

START_TEST(rfc9700_4_14_2_reuse_after_the_successor_was_used)
{
	const struct client *c = public_client(NULL);
	const char *first = token_for(c, "read"), *second, *third;
	struct answer *a;

	second = next_of(refresh(c, first));
	a = refresh(c, second);
	third = next_of(a);
	expect_refused(refresh(c, first), 400, "invalid_grant");
	want(!is_standing(third), "the family stands");
	want(!is_live(token_of(a)), "an access token lives on");
	expect_refused(refresh(c, third), 400, "invalid_grant");
	expect_refused(refresh(c, second), 400, "invalid_grant");
}
END_TEST

START_TEST(rfc9700_4_14_2_reuse_after_the_grace)
{
	const struct client *c = public_client(NULL);
	const char *first = token_for(c, "read"), *second;

	second = next_of(refresh(c, first));
	(void)db("UPDATE rollcall.refresh_token SET rotated_at = "
		 "rotated_at - interval '10 s' "
		 "WHERE token_hash = decode($1, 'hex')",
	    hash_of(first));
	/* Asking for too much is no way around it. */
	expect_refused(
	    ask(c, REFRESH "%s", first, _i == 0 ? "" : "&scope=read+write"),
	    400, "invalid_grant");
	want(!is_standing(second), "the family stands");
	expect_refused(refresh(c, second), 400, "invalid_grant");
}
END_TEST

START_TEST(rfc9700_4_14_2_reuse_by_another_client)
{
	const struct client *c = public_client(NULL);
	const char *first = token_for(c, "read"), *second, *third;

	second = next_of(refresh(c, first));
	third = next_of(refresh(c, second));
	expect_refused(
	    refresh(public_client(NULL), first), 400, "invalid_grant");
	want(!is_standing(third), "the family stands");
}
END_TEST

/* What the database knows of a token does not open its successor. */
START_TEST(the_successor_is_sealed)
{
	const struct client *c = public_client(NULL);
	const char *first = token_for(c, "read"), *next, *hex;
	unsigned char key[RC_CRYPT_HASH_SIZE], sealed[256], out[256];
	size_t len, i;

	next = next_of(refresh(c, first));
	hex = db("SELECT encode(successor_sealed, 'hex') "
		 "FROM rollcall.refresh_token "
		 "WHERE token_hash = decode($1, 'hex')",
	    hash_of(first));
	len = strlen(hex) / 2;
	want(len == strlen(next) + RC_CRYPT_SEAL_SIZE, "its length is odd");
	for (i = 0; i < len; i++)
		sealed[i] =
		    (unsigned char)strtoul(text("%.2s", hex + 2 * i), NULL, 16);
	rc_crypt_hash(first, strlen(first), key);
	want(!rc_crypt_unseal(out, key, sealed, len),
	    "the hash of a token opens its successor");
}
END_TEST

/* Other families of the same person and client are not touched. */
START_TEST(rfc9700_4_14_2_one_family_is_revoked)
{
	const struct client *c = public_client(NULL);
	const struct permission p = {
		.client = c->id, .account = new_account(), .scope = "read"
	};
	const char *one = next_of(redeem(c, permit(&p)));
	const char *other = next_of(redeem(c, permit(&p)));
	const char *two = next_of(refresh(c, one));

	(void)next_of(refresh(c, two));
	expect_refused(refresh(c, one), 400, "invalid_grant");
	(void)next_of(refresh(c, other));
}
END_TEST

START_TEST(a_refresh_token_of_a_disabled_account)
{
	const struct client *c = confidential(NULL);
	const struct permission p = {
		.client = c->id, .account = new_account(), .scope = "read"
	};
	const char *token = next_of(redeem(c, permit(&p)));

	(void)db("UPDATE rollcall.account SET status = 'disabled' "
		 "WHERE account_id = $1",
	    p.account);
	expect_refused(refresh(c, token), 400, "invalid_grant");
	(void)db("UPDATE rollcall.account SET status = 'active' "
		 "WHERE account_id = $1",
	    p.account);
	expect_refused(refresh(c, token), 400, "invalid_grant");
}
END_TEST

/* OpenID Connect Core 12.2. */
START_TEST(oidc_core_12_2_id_token_again)
{
	const struct client *c = confidential(NULL);
	const struct permission p = { .client = c->id,
		.account = new_account(),
		.scope = "openid offline_access read",
		.nonce = "once",
		.auth_time = "1311280969" };
	struct answer *a = redeem(c, permit(&p));
	struct json_object *before, *after;
	const char *const kept[] = { "iss", "sub", "aud", "auth_time" };
	const char *token = next_of(a);
	size_t i;

	before = part(string(a->json, "id_token"), 1);
	a = refresh(c, token);
	token = next_of(a);
	want(string(a->json, "id_token") != NULL, "no id_token");
	expect_signed(string(a->json, "id_token"), "RS256");
	after = part(string(a->json, "id_token"), 1);
	for (i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		want(json_object_equal(
			 member(before, kept[i]), member(after, kept[i])),
		    "%s is another", kept[i]);
	want(!json_object_object_get_ex(after, "nonce", NULL),
	    "the nonce is there again");
	want(json_object_get_int64(member(after, "iat")) >=
		 json_object_get_int64(member(before, "iat")),
	    "iat is older");
	a = ask(c, REFRESH "&scope=read", token);
	expect_tokens(a);
	expect_absent(a, "id_token");
}
END_TEST

START_TEST(rfc8707_2_2_resource_of_a_refresh_token)
{
	const struct client *c = confidential(NULL);
	const struct permission p = { .client = c->id,
		.scope = "read",
		.audience = "['https://elsewhere.example.org']" };
	const char *token = next_of(redeem(c, permit(&p)));
	struct answer *a;

	a = ask(c, REFRESH "&resource=%s", token, escape(base_url()));
	expect_refused(a, 400, "invalid_target");
	a = refresh(c, token);
	expect_tokens(a);
	want(strcmp(audience_of(token_of(a)),
		 "{https://elsewhere.example.org}") == 0,
	    "the audience is not all that was granted");
}
END_TEST

/* Parallel use within the grace is one family with one successor. */
START_TEST(rfc9700_4_14_2_race_of_refreshers)
{
	enum {
		N = 20
	};
	const struct client *c = public_client(NULL);
	const char *token = token_for(c, "read"), *next = NULL;
	struct call calls[N];
	struct answer *answers[N];
	int i;

	for (i = 0; i < N; i++)
		calls[i] = token_call(c, text(REFRESH, token));
	http_many(calls, answers, N, N);
	for (i = 0; i < N; i++) {
		if (next == NULL)
			next = next_of(answers[i]);
		want(strcmp(next_of(answers[i]), next) == 0,
		    "another successor");
		want(is_live(token_of(answers[i])), "a token is dead");
	}
	want(strcmp(db("SELECT count(*) || ' ' || count(DISTINCT grant_id) "
		       "FROM rollcall.refresh_token r JOIN "
		       "rollcall.authorization_grant g USING (grant_id) "
		       "WHERE client_id = $1",
			c->id),
		 "2 1") == 0,
	    "there are more tokens or families");
	(void)next_of(refresh(c, next));
	expect_refused(refresh(c, token), 400, "invalid_grant");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ rfc6749_6_a_refresh_token_is_exchanged, 2 },
		{ rfc6749_6_refresh_token_is_required, 0 },
		{ rfc6749_6_unknown_refresh_token, 0 },
		{ rfc6749_6_client_must_authenticate, 0 },
		{ rfc6749_6_refresh_token_of_another_client, 0 },
		{ rfc6749_6_expired_refresh_token, 0 },
		{ rfc6749_6_revoked_refresh_token, 0 },
		{ rfc6749_6_scope_may_be_narrowed, 0 },
		{ rfc6749_6_scope_may_not_be_widened, 0 },
		{ rfc9700_4_14_2_a_retry_within_the_grace, 0 },
		{ rfc9700_4_14_2_reuse_after_the_successor_was_used, 0 },
		{ rfc9700_4_14_2_reuse_after_the_grace, 2 },
		{ rfc9700_4_14_2_reuse_by_another_client, 0 },
		{ the_successor_is_sealed, 0 },
		{ rfc9700_4_14_2_one_family_is_revoked, 0 },
		{ a_refresh_token_of_a_disabled_account, 0 },
		{ oidc_core_12_2_id_token_again, 0 },
		{ rfc8707_2_2_resource_of_a_refresh_token, 0 },
		{ rfc9700_4_14_2_race_of_refreshers, 0 },
	};

	return harness_main(
	    "token_refresh", tests, sizeof(tests) / sizeof(tests[0]));
}
