#include <stdlib.h>
#include <string.h>

#include "harness.h"

/*
 * Initial access tokens (RFC 7591 3).  Each test puts its lines over the rig's
 * own by reconf; the last thing done is to restore.
 */

#define PARALLEL 16
#define SECOND "policy 'second' {\n scopes = {'read'}\n}"

/* An initial access token, as rollcall-admin made it. */
struct initial {
	const char *token;
	const char *id;
};

static struct initial
make(const char *options)
{
	struct json_object *made = admin("iat add %s", options);
	struct initial i = { .token = string(made, "initial_access_token"),
		.id = text(
		    "%s", json_object_to_json_string(member(made, "id"))) };

	want(i.token != NULL && strlen(i.token) == 43, "no token was made");
	return i;
}

static struct answer *
ask(const char *token, const char *body)
{
	const struct call call = { .method = "POST",
		.url = register_url(),
		.token = token,
		.body = body };

	return http(&call);
}

static const char *
at_host(const char *host)
{

	return json("{'client_name':'born by token','redirect_uris':"
		    "['https://%s/cb']}",
	    host);
}

/* All that is wrong with a token is told to strangers in the same words. */
static const char *
refused(const char *token)
{
	struct answer *a = ask(token, at_host("client.example.org"));

	expect_error(a, 401, "invalid_token");
	want(header(a, "WWW-Authenticate") != NULL &&
		 strncmp(header(a, "WWW-Authenticate"), "Bearer", 6) == 0,
	    "no challenge");
	return string(a->json, "error_description");
}

static const char *
registrations(void)
{

	return db("SELECT count(*) FROM rollcall.client", NULL);
}

START_TEST(registration_by_token_only)
{
	const struct initial t = make("--note ' three ' --uses 3");
	const char *before;
	struct answer *a;

	CONFIGURE("registration = token");
	before = registrations();
	a = ask(NULL, at_host("client.example.org"));
	expect_error(a, 401, "invalid_token");
	want(header(a, "WWW-Authenticate") != NULL, "no challenge");
	(void)refused("0123456789012345678901234567890123456789012");
	want(strcmp(before, registrations()) == 0, "a client got in");

	a = ask(t.token, at_host("client.example.org"));
	expect_status(a, 201);
	want(strcmp(db("SELECT door || ' ' || policy || ' ' || "
		       "initial_token_id FROM rollcall.client "
		       "WHERE client_id = $1",
			string(a->json, "client_id")),
		 text("token default %s", t.id)) == 0,
	    "the row does not tell how it came in");
	want(strcmp(db("SELECT uses_left FROM rollcall.initial_token "
		       "WHERE initial_token_id = $1::bigint",
			t.id),
		 "2") == 0,
	    "no use was spent");
	/* What is refused spends nothing. */
	expect_error(ask(t.token, at_host("*")), 400, "invalid_redirect_uri");
	want(strcmp(db("SELECT uses_left FROM rollcall.initial_token "
		       "WHERE initial_token_id = $1::bigint",
			t.id),
		 "2") == 0,
	    "a refusal spent a use");
	want(db_holds(t.token) == NULL, "the token can be read");
}
END_TEST

START_TEST(wrong_token_is_refused_in_open_mode)
{
	static const char *const basic[] = {
		"Authorization: Basic Zm9vOmJhcg==", NULL
	};
	static const char *const empty[] = { "Authorization: Bearer", NULL };
	const struct call calls[] = {
		{ .method = "POST",
		    .url = register_url(),
		    .headers = basic,
		    .body = at_host("client.example.org") },
		{ .method = "POST",
		    .url = register_url(),
		    .headers = empty,
		    .body = at_host("client.example.org") },
	};
	const char *before;

	CONFIGURE("registration = open");
	before = registrations();
	(void)refused("0123456789012345678901234567890123456789012");
	expect_error(http(&calls[0]), 401, "invalid_token");
	expect_error(http(&calls[1]), 401, "invalid_token");
	want(strcmp(before, registrations()) == 0, "a client got in");
	expect_status(ask(NULL, at_host("client.example.org")), 201);
}
END_TEST

START_TEST(all_that_is_wrong_looks_the_same)
{
	const struct initial spent = make("--uses 1"), late = make("--uses 1"),
			     revoked = make(""),
			     away = make("--address 192.0.2.0"
					 "/24");
	const char *words;

	CONFIGURE("registration = token");
	expect_status(ask(spent.token, at_host("client.example.org")), 201);
	db("UPDATE rollcall.initial_token SET expires_at = now() WHERE "
	   "initial_token_id = $1::bigint",
	    late.id);
	admin("iat revoke %s", revoked.id);
	words = refused("0123456789012345678901234567890123456789012");
	want(strcmp(refused(spent.token), words) == 0, "used up");
	want(strcmp(refused(late.token), words) == 0, "expired");
	want(strcmp(refused(revoked.token), words) == 0, "revoked");
	want(strcmp(refused(away.token), words) == 0, "another address");
	/* The audit log has what they were. */
	want(strcmp(db("SELECT string_agg(actor || ' ' || rule, ',' ORDER BY "
		       "audit_id) FROM (SELECT * FROM rollcall.audit WHERE "
		       "event = 'client.refused' ORDER BY audit_id DESC "
		       "LIMIT 5) a",
			NULL),
		 text("anonymous initial_token.unknown,"
		      "initial_token:%s initial_token.used_up,"
		      "initial_token:%s initial_token.expired,"
		      "initial_token:%s initial_token.revoked,"
		      "initial_token:%s initial_token.address",
		     spent.id, late.id, revoked.id, away.id)) == 0,
	    "the audit log tells something else");
}
END_TEST

START_TEST(closed_is_closed)
{
	const struct initial t = make("");

	CONFIGURE("registration = closed");
	expect_error(
	    ask(NULL, at_host("client.example.org")), 403, "access_denied");
	expect_error(
	    ask(t.token, at_host("client.example.org")), 403, "access_denied");
}
END_TEST

START_TEST(address_is_the_clients)
{
	static const char *const inside[] = { "X-Forwarded-For: 192.0.2.7",
		NULL };
	static const char *const outside[] = { "X-Forwarded-For: 192.0.3.7",
		NULL };
	const struct initial t = make("--address 192.0.2.0/24 --address "
				      "2001:db8::/32");
	struct call call = { .method = "POST",
		.url = register_url(),
		.token = t.token,
		.body = at_host("client.example.org") };

	CONFIGURE("trusted_proxies = {'127.0.0.1'}");
	call.headers = inside;
	expect_status(http(&call), 201);
	call.headers = outside;
	expect_error(http(&call), 401, "invalid_token");
}
END_TEST

/* Its bounds hold for what is registered, and for each update of that. */
START_TEST(bounds_hold_for_ever)
{
	struct initial t;
	struct client c;
	struct answer *a;

	CONFIGURE("registration = token", SECOND);
	t = make("--policy second --redirect-host app.example.org "
		 "--grant-type authorization_code --scope read");
	expect_error(ask(t.token, at_host("evil.example.org")), 400,
	    "invalid_redirect_uri");
	expect_error(
	    ask(t.token, json("{'redirect_uris':['https://app.example.org/cb'],"
			      "'scope':'read write'}")),
	    400, "invalid_client_metadata|invalid_scope");
	a = ask(t.token, at_host("app.example.org"));
	expect_status(a, 201);
	expect_member(a, "grant_types", "['authorization_code']");
	expect_member(a, "scope", "'read'");

	c = (struct client){ .id = string(a->json, "client_id"),
		.token = string(a->json, "registration_access_token"),
		.url = string(a->json, "registration_client_uri"),
		.answer = a };
	expect_error(manage(&c, "PUT",
			 json("{'client_id':'%s','redirect_uris':"
			      "['https://evil.example.org/cb']}",
			     c.id)),
	    400, "invalid_redirect_uri");
	/* The token's end is not the end of its bounds. */
	admin("iat revoke %s", t.id);
	expect_error(manage(&c, "PUT",
			 json("{'redirect_uris':"
			      "['https://evil.example.org/cb']}")),
	    400, "invalid_redirect_uri");
	a = manage(&c, "PUT",
	    json("{'client_id':'%s','redirect_uris':"
		 "['https://app.example.org/other']}",
		c.id));
	expect_status(a, 200);
	expect_member(a, "redirect_uris", "['https://app.example.org/other']");
	expect_member(a, "grant_types", "['authorization_code']");
	want(strcmp(db("SELECT policy FROM rollcall.client WHERE "
		       "client_id = $1",
			c.id),
		 "second") == 0,
	    "the client changed its policy");
}
END_TEST

/* One without a limit says when it was used. */
START_TEST(unlimited_token_notes_its_use)
{
	const struct initial t = make("");

	CONFIGURE("registration = token");
	expect_status(ask(t.token, at_host("client.example.org")), 201);
	want(db("SELECT last_used_at FROM rollcall.initial_token WHERE "
		"initial_token_id = $1::bigint AND uses_left IS NULL",
		 t.id) != NULL,
	    "the use was not noted");
}
END_TEST

/* 100 at once: as many get in as the token has uses, and not one more. */
START_TEST(uses_are_spent_exactly)
{
	enum {
		N = 100,
		USES = 10
	};
	const struct initial t = make("--uses 10");
	struct call calls[N];
	struct answer *answers[N];
	int i, in = 0;

	CONFIGURE("registration = token");
	for (i = 0; i < N; i++)
		calls[i] = (struct call){ .method = "POST",
			.url = register_url(),
			.token = t.token,
			.body = at_host("client.example.org") };
	http_many(calls, answers, N, PARALLEL);
	for (i = 0; i < N; i++) {
		if (answers[i]->status == 201)
			in++;
		else
			expect_error(answers[i], 401, "invalid_token");
	}
	want(in == USES, "%d got in", in);
	want(strcmp(db("SELECT count(*) FROM rollcall.client WHERE "
		       "initial_token_id = $1::bigint",
			t.id),
		 "10") == 0,
	    "the table has another number");
	want(strcmp(db("SELECT uses_left FROM rollcall.initial_token WHERE "
		       "initial_token_id = $1::bigint",
			t.id),
		 "0") == 0,
	    "uses are left");
	want(strcmp(db("SELECT count(*) FROM rollcall.audit WHERE event = "
		       "'client.registered' AND actor = 'initial_token:' || $1",
			t.id),
		 "10") == 0,
	    "the audit log has another number");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ registration_by_token_only, 0 },
		{ wrong_token_is_refused_in_open_mode, 0 },
		{ all_that_is_wrong_looks_the_same, 0 },
		{ closed_is_closed, 0 },
		{ address_is_the_clients, 0 },
		{ bounds_hold_for_ever, 0 },
		{ unlimited_token_notes_its_use, 0 },
		{ uses_are_spent_exactly, 0 },
	};
	int status;

	status = harness_main(
	    "initial_token", tests, sizeof(tests) / sizeof(tests[0]));
	/* Without the script every test has failed. */
	if (status != 77 && getenv("RIG_RECONF") != NULL)
		reconf(NULL, 0);
	return status;
}
