/*
 * POST {registration_client_uri}/rotate: another client_secret while the old
 * one lives on, another registration access token while the old one does until
 * the new one is used.
 */
#include <stdlib.h>
#include <string.h>

#include "harness_grant.h"

#define TOKEN "{'rotate':'registration_access_token'}"
#define SECRET "{'rotate':'client_secret'}"

/* Ask for another one with a registration access token. */
static struct answer *
rotate_with(const struct client *c, const char *token, const char *body)
{
	const struct call call = { .method = "POST",
		.url = text("%s/rotate", c->url),
		.token = token,
		.body = body != NULL ? json("%s", body) : "",
		.type = body != NULL ? NULL : "" };

	return http(&call);
}

/* The same, and it goes well. */
static struct answer *
rotated(const struct client *c, const char *body)
{
	struct answer *a = rotate_with(c, c->token, body);

	expect_status(a, 200);
	expect_headers(a);
	expect_schema(a);
	want(strcmp(string(a->json, "client_id"), c->id) == 0, "the client");
	want(strcmp(string(a->json, "registration_client_uri"), c->url) == 0,
	    "its address");
	return a;
}

/* The status that a GET with the token gets. */
static int
reads(const struct client *c, const char *token)
{
	const struct call call = { .url = c->url, .token = token };

	return http(&call)->status;
}

/* Does the secret let the client in? */
static bool
lets_in(const struct client *c, const char *secret)
{
	struct client with = *c;

	with.secret = secret;
	return ask(&with, "grant_type=client_credentials")->status == 200;
}

static const char *
events(const struct client *c)
{

	return db("SELECT string_agg(event || ' ' || actor, ',' "
		  "ORDER BY audit_id) FROM rollcall.audit WHERE client_id = $1 "
		  "AND event LIKE '%rotated'",
	    c->id);
}

/* Was that the last thing that the client was refused, and by that rule? */
static bool
refused_by(const struct client *c, const char *event, const char *rule)
{
	const char *last = db("SELECT event || ' ' || rule FROM rollcall.audit "
			      "WHERE client_id = $1 AND outcome <> 'ok' "
			      "ORDER BY audit_id DESC LIMIT 1",
	    c->id);

	return last != NULL && strcmp(last, text("%s %s", event, rule)) == 0;
}

START_TEST(a_secret_lives_on_for_a_while)
{
	struct client *c = confidential(NULL);
	struct answer *a = rotated(c, NULL);
	const char *fresh = string(a->json, "client_secret");

	want(fresh != NULL && strcmp(fresh, c->secret) != 0, "another secret");
	want(
	    strcmp(string(a->json, "registration_access_token"), c->token) == 0,
	    "the token stays");
	want(lets_in(c, fresh), "the new secret lets in");
	want(lets_in(c, c->secret), "so does the old one");
	want(manage(c, "PUT",
		 json("{'client_secret':'%s','client_name':'Demo'}", c->secret))
		     ->status == 200,
	    "it is the client's in an update, too");
	db("UPDATE rollcall.client SET previous_secret_expires_at = now() "
	   "WHERE client_id = $1",
	    c->id);
	want(!lets_in(c, c->secret), "then the old one is dead");
	want(lets_in(c, fresh), "and the new one is not");
	want(db_holds(fresh) == NULL, "secrets are kept as hashes");
	want(strcmp(events(c), "client.secret_rotated registration_token") == 0,
	    "the audit log knows");
}
END_TEST

START_TEST(only_one_old_secret_lives)
{
	struct client *c = confidential(NULL);
	const char *second, *third;

	second = string(rotated(c, SECRET)->json, "client_secret");
	third = string(rotated(c, "{}")->json, "client_secret");
	want(!lets_in(c, c->secret), "the first is dead");
	want(lets_in(c, second) && lets_in(c, third), "the last two live");
}
END_TEST

START_TEST(no_overlap_kills_at_once)
{
	struct client *c = confidential(NULL);
	const char *fresh;

	CONFIGURE("secret_overlap = 0");
	fresh = string(rotated(c, SECRET)->json, "client_secret");
	want(!lets_in(c, c->secret), "the old secret is dead at once");
	want(lets_in(c, fresh), "the new one lives");
	reconf(NULL, 0);
}
END_TEST

START_TEST(an_expired_secret_does_not_come_back)
{
	struct client *c = confidential(NULL);
	struct answer *a;

	db("UPDATE rollcall.client SET secret_expires_at = now() "
	   "WHERE client_id = $1",
	    c->id);
	a = ask(c, "grant_type=client_credentials");
	expect_refused(a, 401, "invalid_client");
	expect_named(a, "expired");
	a = rotated(c, SECRET);
	want(lets_in(c, string(a->json, "client_secret")), "the new one");
	want(!lets_in(c, c->secret), "the expired one is dead");
}
END_TEST

START_TEST(a_new_secret_expires_as_the_policy_says)
{
	struct client *c;
	struct answer *a;
	int64_t first, second;

	CONFIGURE("anonymous_policy = brief",
	    "policy 'brief' {\n secret_lifetime = 1h\n}");
	c = confidential(NULL);
	first = json_object_get_int64(
	    member(c->answer->json, "client_secret_expires_at"));
	want(first > 0, "it expires");
	db("UPDATE rollcall.client SET secret_expires_at = now() + '60 s' "
	   "WHERE client_id = $1",
	    c->id);
	a = rotated(c, NULL);
	second =
	    json_object_get_int64(member(a->json, "client_secret_expires_at"));
	want(second >= first && second <= first + 60, "an hour from now");
	want(lets_in(c, c->secret), "the old one lives on");
	want(strcmp(db("SELECT (previous_secret_expires_at <= now() + '60 s')"
		       "::text FROM rollcall.client WHERE client_id = $1",
			c->id),
		 "true") == 0,
	    "but not beyond its own end");
	reconf(NULL, 0);
}
END_TEST

START_TEST(a_token_lives_until_its_successor_is_used)
{
	struct client *c = public_client(NULL);
	struct answer *a = rotated(c, NULL);
	const char *fresh = string(a->json, "registration_access_token");

	expect_absent(a, "client_secret");
	want(strcmp(fresh, c->token) != 0, "another token");
	want(db_holds(fresh) == NULL, "tokens are kept as hashes");
	want(reads(c, c->token) == 200, "the answer was lost: the old one");
	want(reads(c, c->token) == 200, "still lives");
	want(reads(c, fresh) == 200, "the first use of the new one");
	want(reads(c, c->token) == 401, "is the end of the old one");
	want(reads(c, fresh) == 200, "and the new one lives on");
	want(strcmp(events(c), "client.registration_token_rotated "
			       "registration_token") == 0,
	    "the audit log knows");
}
END_TEST

/* Each way to use the new one is a first use. */
static const struct {
	const char *method;
	const char *body;
} uses[] = {
	{ "GET", NULL },
	{ "PUT", "{'redirect_uris':['https://client.example.org/new']}" },
	{ "POST", TOKEN },
	{ "POST", SECRET },
};

START_TEST(any_use_is_the_first)
{
	struct client *c = confidential(NULL), with = *c;
	const char *fresh =
	    string(rotated(c, TOKEN)->json, "registration_access_token");
	struct answer *a;

	case_named(text("%s %s", uses[_i].method,
	    uses[_i].body != NULL ? uses[_i].body : ""));
	with.token = fresh;
	if (strcmp(uses[_i].method, "POST") == 0)
		a = rotated(&with, uses[_i].body);
	else
		a = manage(&with, uses[_i].method,
		    uses[_i].body != NULL ? json("%s", uses[_i].body) : NULL);
	expect_status(a, 200);
	want(reads(c, c->token) == 401, "the old one is dead");
	want(reads(c, fresh) == 200, "the one that was used is not");
}
END_TEST

START_TEST(an_answer_lost_twice)
{
	struct client *c = public_client(NULL);
	const char *lost, *second;

	lost = string(rotated(c, TOKEN)->json, "registration_access_token");
	second = string(rotated(c, TOKEN)->json, "registration_access_token");
	want(reads(c, lost) == 401, "a successor that was never used is dead");
	want(reads(c, second) == 200, "the next one is good");
	want(reads(c, c->token) == 401, "and ends the old one");
	want(strcmp(db("SELECT count(*)::text FROM "
		       "rollcall.registration_token_report "
		       "WHERE client_id = $1",
			c->id),
		 "1") == 0,
	    "one is left");
}
END_TEST

START_TEST(many_at_once)
{
	enum {
		MANY = 20
	};
	struct client *c = public_client(NULL);
	struct call calls[MANY];
	struct answer *answers[MANY];
	const char *last = NULL;
	size_t i;

	for (i = 0; i < MANY; i++)
		calls[i] = (struct call){ .method = "POST",
			.url = text("%s/rotate", c->url),
			.token = c->token,
			.body = "",
			.type = "" };
	http_many(calls, answers, MANY, 8);
	for (i = 0; i < MANY; i++) {
		expect_status(answers[i], 200);
		last = string(answers[i]->json, "registration_access_token");
		if (reads(c, last) == 200)
			break;
	}
	want(i < MANY, "one of the new ones is good");
	want(reads(c, c->token) == 401, "and ends the old one");
	want(strcmp(db("SELECT count(*)::text FROM "
		       "rollcall.registration_token_report "
		       "WHERE client_id = $1",
			c->id),
		 "1") == 0,
	    "and the others");
}
END_TEST

START_TEST(what_is_refused)
{
	struct client *c = confidential(NULL), *open = public_client(NULL);
	const struct call get = { .url = text("%s/rotate", c->url),
		.token = c->token };
	struct answer *a;

	a = rotate_with(c, NULL, TOKEN);
	expect_error(a, 401, "invalid_token");
	want(header(a, "WWW-Authenticate") != NULL, "WWW-Authenticate");
	expect_error(rotate_with(c, open->token, TOKEN), 401, "invalid_token");
	/* Who is not in gets no advice. */
	expect_error(rotate_with(c, "wrong", "[]"), 401, "invalid_token");
	expect_error(rotate_with(c, c->token, "[]"), 400, "invalid_request");
	expect_error(
	    rotate_with(c, c->token, "{'rotate':"), 400, "invalid_request");
	expect_error(rotate_with(c, c->token, "{'rotate':'all'}"), 400,
	    "invalid_request");
	expect_error(
	    rotate_with(c, c->token, "{'rotate':[]}"), 400, "invalid_request");
	expect_error(
	    rotate_with(open, open->token, SECRET), 400, "invalid_request");
	want(refused_by(open, "client.rotate_refused", "client_secret.none"),
	    "the audit log has the rule");
	expect_error(manage(c, "PUT", json("{'client_secret':'wrong'}")), 400,
	    "invalid_request");
	want(refused_by(c, "client.update_refused", "client_secret"),
	    "and of an update");
	a = http(&get);
	expect_status(a, 405);
	want(has_word(header(a, "Allow"), "POST"), "Allow");
	want(events(c) == NULL && events(open) == NULL,
	    "and nothing was rotated");
	want(lets_in(c, c->secret), "the secret is what it was");
}
END_TEST

START_TEST(statuses)
{
	struct client *c = confidential(NULL);

	db("UPDATE rollcall.client SET status = 'pending' "
	   "WHERE client_id = $1",
	    c->id);
	(void)rotated(c, SECRET);
	db("SELECT rollcall.client_disable($1)", c->id);
	expect_error(rotate_with(c, c->token, SECRET), 403, "access_denied");
	expect_error(rotate_with(c, c->token, TOKEN), 403, "access_denied");
	want(refused_by(c, "client.rotate_refused", "status"),
	    "the audit log has the rule");
	/* It awaits approval as it did before. */
	db("SELECT rollcall.client_enable($1)", c->id);
	db("SELECT rollcall.client_approve($1)", c->id);
	db("SELECT rollcall.client_archive($1)", c->id);
	expect_error(rotate_with(c, c->token, SECRET), 401, "invalid_token");
	expect_error(rotate_with(c, c->token, NULL), 401, "invalid_token");
}
END_TEST

START_TEST(another_method_drops_the_old_secret_too)
{
	struct client *c = confidential(NULL);
	struct answer *a;

	(void)rotated(c, SECRET);
	a = manage(c, "PUT",
	    json("{'token_endpoint_auth_method':'none',"
		 "'grant_types':['authorization_code']}"));
	expect_status(a, 200);
	want(strcmp(db("SELECT (secret_hash IS NULL AND previous_secret_hash "
		       "IS NULL)::text FROM rollcall.client "
		       "WHERE client_id = $1",
			c->id),
		 "true") == 0,
	    "there is none left");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ a_secret_lives_on_for_a_while, 0 },
		{ only_one_old_secret_lives, 0 },
		{ no_overlap_kills_at_once, 0 },
		{ an_expired_secret_does_not_come_back, 0 },
		{ a_new_secret_expires_as_the_policy_says, 0 },
		{ a_token_lives_until_its_successor_is_used, 0 },
		{ any_use_is_the_first, sizeof(uses) / sizeof(uses[0]) },
		{ an_answer_lost_twice, 0 },
		{ many_at_once, 0 },
		{ what_is_refused, 0 },
		{ statuses, 0 },
		{ another_method_drops_the_old_secret_too, 0 },
	};
	int status;

	status =
	    harness_main("rotate", tests, sizeof(tests) / sizeof(tests[0]));
	if (status != 77 && getenv("RIG_RECONF") != NULL)
		reconf(NULL, 0);
	return status;
}
