#include <string.h>

#include "harness_token.h"

/* All that a person let a client have. */
struct given {
	struct client *client;
	const char *who;
	const char *access;
	const char *refresh;
	const char *code;
	const char *own; /* the client's, for itself */
	struct client *resource; /* sees access and own */
};

static struct given
give(void)
{
	struct given g = { .client = confidential(NULL),
		.who = new_account(),
		.resource = resource_server(audience()) };
	const char *of = grant(g.who, g.client, "openid read", audience());

	g.access = access_token(of);
	g.refresh = refresh_token(of);
	g.code = code(of);
	g.own = own_token(g.client, "read", audience());
	(void)db(text("INSERT INTO rollcall.consent (account_id, client_id, "
		      "scope, audience, redirect_origin) VALUES ('%s', $1, "
		      "'openid read', '{}', 'https://app.example.org')",
		     g.who),
	    g.client->id);
	return g;
}

/* Everything counts, as long as nothing has happened. */
static void
all_lives(const struct given *g)
{

	want(is_active(g->resource, g->access), "no access token");
	want(is_active(g->resource, g->own), "no token of its own");
	want(is_active(g->client, g->refresh), "no refresh token");
	expect_status(userinfo(g->access), 200);
	/* Nobody to tell of is another thing than a dead token. */
	expect_error(userinfo(g->own), 403, "insufficient_scope");
}

/* Nobody gets in by what the person gave. */
static void
grant_is_dead(const struct given *g)
{

	want(!is_active(g->resource, g->access), "the access token lives");
	expect_error(userinfo(g->access), 401, "invalid_token");
}

/* Neither code nor refresh token buys anything; ${error} says why. */
static void
nothing_is_issued(const struct given *g, int status, const char *error)
{
	const char *const bodies[] = {
		text("grant_type=refresh_token&refresh_token=%s", g->refresh),
		text("grant_type=authorization_code&code=%s", g->code),
	};
	struct answer *a;
	size_t i;

	for (i = 0; i < 2; i++) {
		a = form("/oauth/token", g->client, bodies[i]);
		expect_status(a, status);
		expect_error_form(a);
		want(strcmp(string(a->json, "error"), error) == 0,
		    "error is not %s", error);
		expect_absent(a, "access_token");
	}
}

/* Tell whether a consent of theirs still counts, as authorize reads it. */
static bool
consent_counts(const struct given *g)
{

	return db(text("SELECT 'x' FROM rollcall.consent n "
		       "JOIN rollcall.client c USING (client_id) "
		       "WHERE n.account_id = '%s' AND n.client_id = $1 "
		       "AND c.status = 'active' "
		       "AND n.granted_at >= c.valid_from",
		      g->who),
		   g->client->id) != NULL;
}

/* What was given works: without this the tests below would prove nothing. */
START_TEST(what_was_given_works)
{
	struct given g = give();

	all_lives(&g);
	want(consent_counts(&g), "no consent");
	expect_tokens(ask(g.client,
	    "grant_type=refresh_token&scope=read&refresh_token=%s", g.refresh));
	expect_tokens(
	    ask(g.client, "grant_type=authorization_code&code=%s", g.code));
}
END_TEST

/* RFC 7592 2.3: "SHOULD immediately invalidate" all that the client has. */
START_TEST(rfc7592_2_3_delete_kills_all)
{
	struct given g = give();

	all_lives(&g);
	expect_status(manage(g.client, "DELETE", NULL), 204);
	grant_is_dead(&g);
	want(!is_active(g.resource, g.own), "its own token lives");
	expect_error(userinfo(g.own), 401, "invalid_token");
	expect_refused(introspect(g.client, g.refresh), 401, "invalid_client");
	expect_refused(revoke(g.client, g.refresh), 401, "invalid_client");
	nothing_is_issued(&g, 401, "invalid_client");
	want(db("SELECT 'x' FROM rollcall.consent WHERE client_id = $1",
		 g.client->id) == NULL,
	    "the consent is still there");
	want(db("SELECT 'x' FROM rollcall.authorization_grant "
		"WHERE client_id = $1",
		 g.client->id) == NULL,
	    "the grant is still there");
}
END_TEST

/* A client_id that is used again inherits nothing. */
START_TEST(a_new_client_of_that_name_inherits_nothing)
{
	struct given g = give();

	(void)db(
	    "CREATE TEMP TABLE kept AS SELECT * FROM rollcall.client", NULL);
	expect_status(manage(g.client, "DELETE", NULL), 204);
	(void)db("INSERT INTO rollcall.client (client_id, secret_hash, "
		 "metadata) SELECT client_id, secret_hash, metadata FROM kept "
		 "WHERE client_id = $1",
	    g.client->id);
	want(!is_active(g.client, g.own), "the old client's token lives");
	grant_is_dead(&g);
	nothing_is_issued(&g, 400, "invalid_grant");
}
END_TEST

START_TEST(disabling_a_client_kills_all)
{
	struct given g = give();

	all_lives(&g);
	want(db("SELECT rollcall.client_disable($1)", g.client->id) != NULL,
	    "client_disable said nothing");
	grant_is_dead(&g);
	want(!is_active(g.resource, g.own), "its own token lives");
	expect_error(userinfo(g.own), 401, "invalid_token");
	expect_refused(introspect(g.client, g.refresh), 401, "invalid_client");
	nothing_is_issued(&g, 401, "invalid_client");
	want(!consent_counts(&g), "the consent still counts");
}
END_TEST

START_TEST(enabling_a_client_brings_nothing_back)
{
	struct given g = give();

	(void)db("SELECT rollcall.client_disable($1)", g.client->id);
	(void)db("SELECT rollcall.client_enable($1)", g.client->id);
	grant_is_dead(&g);
	want(!is_active(g.resource, g.own), "its own token lives again");
	want(!is_active(g.client, g.refresh), "the refresh token lives again");
	nothing_is_issued(&g, 400, "invalid_grant");
	want(!consent_counts(&g), "the consent counts again");
	/* What it is given from now on does count. */
	want(is_active(g.client, own_token(g.client, "read", audience())),
	    "a new token does not count");
	want(is_active(g.client,
		 access_token(grant(g.who, g.client, "read", audience()))),
	    "a new grant does not count");
}
END_TEST

/* A change that is none of status spares what was given. */
START_TEST(an_update_kills_nothing)
{
	struct given g = give();

	expect_status(
	    manage(g.client, "PUT", json("{'client_name':'x'}")), 200);
	all_lives(&g);
	want(consent_counts(&g), "the consent does not count");
}
END_TEST

/* The ways in which a person's grants die at once. */
static const struct {
	const char *name;
	const char *sql[2]; /* NULL: no more */
} account_ends[] = {
	{ "disabled", { "UPDATE rollcall.account SET status = 'disabled' "
			"WHERE account_id = $1" } },
	{ "disabled and enabled",
	    { "UPDATE rollcall.account SET status = 'disabled' "
	      "WHERE account_id = $1",
		"UPDATE rollcall.account SET status = 'active' "
		"WHERE account_id = $1" } },
	{ "deleted", { "DELETE FROM rollcall.account WHERE account_id = $1" } },
	{ "another password",
	    { "UPDATE rollcall.account SET password_hash = 'x', "
	      "password_changed_at = now() WHERE account_id = $1" } },
};
#define ACCOUNT_ENDS ((int)(sizeof(account_ends) / sizeof(account_ends[0])))

START_TEST(account_ends_at_once)
{
	struct given g = give();
	size_t i;

	case_named(account_ends[_i].name);
	all_lives(&g);
	for (i = 0; i < 2 && account_ends[_i].sql[i] != NULL; i++)
		(void)db(account_ends[_i].sql[i], g.who);
	grant_is_dead(&g);
	want(!is_active(g.client, g.refresh), "the refresh token lives");
	nothing_is_issued(&g, 400, "invalid_grant");
	/* What is the client's own has nothing to do with the person. */
	want(is_active(g.resource, g.own), "the client's own token is gone");
}
END_TEST

/* Hashing a password anew at login is no change of it. */
START_TEST(rehashing_a_password_kills_nothing)
{
	struct given g = give();

	(void)db("UPDATE rollcall.account SET password_hash = 'x' "
		 "WHERE account_id = $1",
	    g.who);
	all_lives(&g);
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ what_was_given_works, 0 },
		{ rfc7592_2_3_delete_kills_all, 0 },
		{ a_new_client_of_that_name_inherits_nothing, 0 },
		{ disabling_a_client_kills_all, 0 },
		{ enabling_a_client_brings_nothing_back, 0 },
		{ an_update_kills_nothing, 0 },
		{ account_ends_at_once, ACCOUNT_ENDS },
		{ rehashing_a_password_kills_nothing, 0 },
	};

	return both_formats(
	    "deletion", tests, sizeof(tests) / sizeof(tests[0]));
}
