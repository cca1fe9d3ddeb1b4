/*
 * The life of a client: it waits for approval, is archived when nobody uses it,
 * and comes back, or does not; its secret expires.
 */
#include <stdlib.h>
#include <string.h>

#include "harness_browser.h"
#include "harness_grant.h"

static const char *
status(const struct client *c)
{

	return db(
	    "SELECT status FROM rollcall.client WHERE client_id = $1", c->id);
}

static void
expect_client(const struct client *c, const char *wanted)
{

	want(strcmp(status(c), wanted) == 0, "the client is %s, not %s", wanted,
	    status(c));
}

/* Nobody has used the client for years; archive those. */
static void
let_idle(const struct client *c)
{

	db("UPDATE rollcall.client SET last_used_at = now() - '3 years'"
	   "::interval, issued_at = now() - '4 years'::interval, "
	   "valid_from = now() - '4 years'::interval WHERE client_id = $1",
	    c->id);
	(void)db("SELECT rollcall.client_archive_idle()", NULL);
	expect_client(c, "archived");
}

static const char *
events(const struct client *c)
{

	return db("SELECT string_agg(event, ' ' ORDER BY audit_id) "
		  "FROM rollcall.audit WHERE client_id = $1",
	    c->id);
}

/* Hold the last of the client's events against what it should be. */
static void
expect_last(const struct client *c, const char *event, const char *actor)
{
	const char *last = db("SELECT event || ' ' || actor "
			      "FROM rollcall.audit WHERE client_id = $1 "
			      "AND outcome = 'ok' "
			      "ORDER BY audit_id DESC LIMIT 1",
	    c->id);

	want(strcmp(last, text("%s %s", event, actor)) == 0, "%s by %s, not %s",
	    event, actor, last);
}

/* Redeem a code that the browser got. */
static struct answer *
redeem_at(const struct client *c, const char *code, const char *redirect)
{

	return ask(c,
	    "grant_type=authorization_code&code=%s&redirect_uri=%s"
	    "&code_verifier=" VERIFIER,
	    escaped(code), escaped(redirect));
}

/* Go through login and consent, and return the tokens. */
static struct answer *
connect_app(struct browser *b, struct client *c, const struct person *p)
{
	struct answer *a = visit(b, asking(c, LOOPBACK, ""));

	if (strstr(location(a), "/login?") != NULL)
		a = log_in(b, a, p);
	a = decide(b, a, "allow");
	a = redeem_at(c, expect_code(a, LOOPBACK, "xyz"), LOOPBACK);
	expect_tokens(a);
	return a;
}

START_TEST(pending_until_it_is_approved)
{
	struct browser b = { 0 };
	struct client *c, *open;
	struct answer *a;

	CONFIGURE(
	    "anonymous_policy = gate", "policy 'gate' {\n status = pending\n}");
	c = confidential(NULL);
	open = public_app();
	expect_client(c, "pending");
	a = ask(c, "grant_type=client_credentials");
	expect_refused(a, 401, "invalid_client");
	expect_named(a, "approval");
	/* A stranger learns nothing of it. */
	a = ask_with(basic(c->id, "wrong"), "grant_type=client_credentials");
	expect_refused(a, 401, "invalid_client");
	want(strstr(string(a->json, "error_description"), "approval") == NULL,
	    "only who has the secret is told");
	a = visit(&b, asking(open, LOOPBACK, ""));
	expect_page(a, 400);
	want(says(a, "awaits approval"), "a page says why");
	b.language = "zh";
	want(says(visit(&b, asking(open, LOOPBACK, "")), "等待批准"),
	    "in Chinese too");
	b.language = NULL;
	expect_status(manage(c, "GET", NULL), 200);
	expect_status(
	    manage(open, "PUT", json("{'redirect_uris':['" LOOPBACK "']}")),
	    200);
	want(strcmp(db("SELECT rollcall.client_approve($1)", c->id), "t") == 0,
	    "approved");
	want(strcmp(db("SELECT rollcall.client_approve($1)", c->id), "f") == 0,
	    "once");
	db("SELECT rollcall.client_approve($1)", open->id);
	expect_tokens(ask(c, "grant_type=client_credentials"));
	(void)connect_app(&b, open, person());
	want(strstr(events(c), "client.registered client.approved") != NULL,
	    "the audit log knows");
	reconf(NULL, 0);
}
END_TEST

/* clang-format off */
/* What an update changes, and what its client is then. */
static const struct {
	const char *change, *status;
} changes[] = {
	{ "'contacts':['ops@example.org']", "active" },
	{ "'software_version':'2'", "active" },
	{ "'client_name':'App'", "active" },
	{ "'client_name':'Bank'", "pending" },
	{ "'client_name#de':'Bank'", "pending" },
	{ "'tos_uri':'https://client.example.org/tos'", "pending" },
	{ "'software_id':'other'", "pending" },
	{ "'subject_type':'public'", "pending" },
	{ "'initiate_login_uri':'https://client.example.org/login'",
	    "pending" },
};
/* clang-format on */

/* What was approved is what is registered. */
START_TEST(an_update_wants_approval_anew)
{
	struct client *c;

	case_named(changes[_i].change);
	CONFIGURE("policy 'default' {\n status = pending\n}");
	c = enrol(json("{'redirect_uris':['" LOOPBACK "'],'client_name':'App',"
		       "'token_endpoint_auth_method':'none'}"));
	(void)db("SELECT rollcall.client_approve($1)", c->id);
	expect_status(manage(c, "PUT", json("{%s}", changes[_i].change)), 200);
	expect_client(c, changes[_i].status);
	reconf(NULL, 0);
}
END_TEST

START_TEST(an_archived_confidential_client_registers_anew)
{
	struct client *c = confidential(NULL), *again;
	const char *code;
	struct browser b = { 0 };
	struct answer *a, *unknown;

	expect_tokens(ask(c, "grant_type=client_credentials"));
	code = permit(&(struct permission){ .client = c->id });
	let_idle(c);
	a = ask(c, "grant_type=client_credentials");
	expect_refused(a, 401, "invalid_client");
	unknown = ask_with(
	    basic("nobody", c->secret), "grant_type=client_credentials");
	want(strcmp(a->body, unknown->body) == 0,
	    "it is told what an unknown one is told");
	expect_refused(redeem(c, code), 401, "invalid_client");
	expect_error(manage(c, "GET", NULL), 401, "invalid_token");
	expect_error(manage(c, "DELETE", NULL), 401, "invalid_token");
	a = visit(&b, asking(c, CALLBACK, ""));
	expect_page(a, 400);
	want(says(a, "We do not know this app"), "the page of an unknown one");
	again = confidential(NULL);
	expect_tokens(ask(again, "grant_type=client_credentials"));
	want(
	    strcmp(
		db("SELECT redirect_uris IS NOT NULL FROM rollcall.client WHERE client_id = $1",
		    c->id),
		"t") == 0,
	    "its metadata is kept");
	expect_last(c, "client.archived", "postgres");
	want(strcmp(db("SELECT rollcall.client_revive($1)", c->id), "t") == 0,
	    "the operator revives it");
	expect_tokens(ask(c, "grant_type=client_credentials"));
	expect_refused(redeem(c, code), 400, "invalid_grant");
}
END_TEST

START_TEST(an_archived_public_client_comes_back)
{
	struct client *c = public_app();
	struct person *p = person();
	struct browser b = { 0 };
	struct answer *first, *a;
	const char *token;

	first = connect_app(&b, c, p);
	token = string(first->json, "access_token");
	let_idle(c);
	want(!is_live(token), "its tokens are dead");
	a = ask(c, "grant_type=refresh_token&refresh_token=%s",
	    string(first->json, "refresh_token") != NULL
		? escaped(string(first->json, "refresh_token"))
		: "none");
	expect_refused(a, 400, "invalid_grant");
	expect_refusal(visit(&b, asking(c, LOOPBACK, "&prompt=none")), LOOPBACK,
	    "consent_required", "xyz");
	/* To deny, or only to look, revives nothing. */
	a = visit(&b, asking(c, LOOPBACK, ""));
	expect_refusal(decide(&b, a, "deny"), LOOPBACK, "access_denied", "xyz");
	expect_client(c, "archived");
	a = connect_app(&b, c, p);
	expect_client(c, "active");
	want(is_live(string(a->json, "access_token")), "and gets tokens");
	want(!is_live(token), "old ones stay dead");
	expect_last(c, "client.revived", text("account:%s", p->account_id));
	want(
	    strcmp(db("SELECT rollcall.client_archive_idle()", NULL), "0") == 0,
	    "its idle time begins anew");
	expect_status(manage(c, "GET", NULL), 200);
}
END_TEST

START_TEST(two_tabs_revive_once)
{
	struct client *c = public_app();
	struct person *p = person();
	struct browser b = { 0 };
	struct answer *one, *two;

	signed_in(&b, p);
	let_idle(c);
	one = visit(&b, location(visit(&b, asking(c, LOOPBACK, ""))));
	two = visit(&b, location(visit(&b, asking(c, LOOPBACK, ""))));
	one = submit(&b, action(one),
	    text("csrf=%s&decision=allow", escaped(field(one, "csrf"))));
	two = submit(&b, action(two),
	    text("csrf=%s&decision=allow", escaped(field(two, "csrf"))));
	expect_tokens(
	    redeem_at(c, expect_code(one, LOOPBACK, "xyz"), LOOPBACK));
	expect_tokens(
	    redeem_at(c, expect_code(two, LOOPBACK, "xyz"), LOOPBACK));
	want(strcmp(db("SELECT count(*)::text FROM rollcall.audit WHERE "
		       "client_id = $1 AND event = 'client.revived'",
			c->id),
		 "1") == 0,
	    "one row");
}
END_TEST

/* That the person did not get the client back is in the audit log, once. */
static void
expect_refusal_noted(
    const struct client *c, const char *rule, const struct person *p)
{
	const char *noted = db(
	    "SELECT string_agg(actor || ' ' || coalesce(rule, 'no rule'), ',') "
	    "FROM rollcall.audit WHERE client_id = $1 "
	    "AND event = 'client.revive_refused' AND outcome <> 'ok'",
	    c->id);
	const char *who = text("account:%s ", p->account_id);

	want(noted != NULL && strncmp(noted, who, strlen(who)) == 0 &&
		 strchr(noted, ',') == NULL && strstr(noted, "no rule") == NULL,
	    "noted is %s", noted != NULL ? noted : "nothing");
	want(rule == NULL || strcmp(noted + strlen(who), rule) == 0,
	    "%s, not by %s", noted, rule);
}

/* What today's policies say against a client on loopback. */
static const char *const todays[] = {
	"policy 'default' {\n redirect_schemes = {'https'}\n}",
	"policy 'default' {\n scopes = {'read'}\n}",
	"policy 'default' {\n grant_types = {'client_credentials'}\n}",
	"policy 'default' {\n status = pending\n}",
	("policy 'default' {\n token_endpoint_auth_methods = "
	 "{'client_secret_basic'}\n}"),
};

START_TEST(today_it_could_not_register)
{
	struct client *c = public_app();
	struct browser b = { 0 };
	struct person *p = person();
	struct answer *page, *a;

	case_named(todays[_i]);
	signed_in(&b, p);
	let_idle(c);
	page = visit(&b, location(visit(&b, asking(c, LOOPBACK, ""))));
	expect_page(page, 200);
	CONFIGURE(todays[_i]);
	a = visit(&b, asking(c, LOOPBACK, ""));
	expect_page(a, a->status);
	want(a->status == 400 || a->status == 403, "refused: %d", a->status);
	want(says(a, "has to connect anew"), "a page says what to do");
	a = submit(&b, action(page),
	    text("csrf=%s&decision=allow", escaped(field(page, "csrf"))));
	want(a->status == 400 || a->status == 403,
	    "a page that was open before does not help: %d", a->status);
	expect_client(c, "archived");
	expect_refusal_noted(c, NULL, p);
	reconf(NULL, 0);
	a = submit(&b, action(page),
	    text("csrf=%s&decision=allow", escaped(field(page, "csrf"))));
	(void)expect_code(a, LOOPBACK, "xyz");
	expect_client(c, "active");
}
END_TEST

/* Clients of a policy that is gone count nowhere, so no room is taken. */
START_TEST(its_policy_is_gone)
{
	struct client *c;
	struct browser b = { 0 };
	struct answer *page, *a;

	signed_in(&b, person());
	CONFIGURE("anonymous_policy = former", "policy 'former' {\n}");
	c = public_app();
	let_idle(c);
	CONFIGURE("anonymous_policy = narrow",
	    "policy 'narrow' {\n max_clients = 1\n}");
	(void)public_app();
	page = visit(&b, location(visit(&b, asking(c, LOOPBACK, ""))));
	a = submit(&b, action(page),
	    text("csrf=%s&decision=allow", escaped(field(page, "csrf"))));
	(void)expect_code(a, LOOPBACK, "xyz");
	expect_client(c, "active");
	want(strcmp(db("SELECT level FROM rollcall.client_count "
		       "WHERE name = $1",
			"narrow"),
		 "1") == 0,
	    "another policy's count has changed");
	reconf(NULL, 0);
}
END_TEST

START_TEST(there_is_no_room)
{
	struct client *c, *other;
	struct browser b = { 0 };
	struct person *p = person();
	struct answer *page, *a;

	signed_in(&b, p);
	CONFIGURE("anonymous_policy = shelf",
	    "policy 'shelf' {\n max_clients = 1\n}");
	db("DELETE FROM rollcall.client WHERE policy = $1", "shelf");
	db("DELETE FROM rollcall.client_count WHERE name = $1", "shelf");
	c = public_app();
	let_idle(c);
	/* The count is made anew. */
	db("DELETE FROM rollcall.client_count WHERE name = $1", "shelf");
	other = public_app();
	page = visit(&b, location(visit(&b, asking(c, LOOPBACK, ""))));
	a = submit(&b, action(page),
	    text("csrf=%s&decision=allow", escaped(field(page, "csrf"))));
	expect_page(a, 403);
	expect_client(c, "archived");
	expect_refusal_noted(c, "max_clients", p);
	expect_status(manage(other, "DELETE", NULL), 204);
	a = submit(&b, action(page),
	    text("csrf=%s&decision=allow", escaped(field(page, "csrf"))));
	(void)expect_code(a, LOOPBACK, "xyz");
	expect_client(c, "active");
	reconf(NULL, 0);
}
END_TEST

START_TEST(what_an_operator_registered_does_not_come_back)
{
	struct client *c = public_app();
	struct browser b = { 0 };
	struct answer *a;

	db("UPDATE rollcall.client SET door = 'admin' WHERE client_id = $1",
	    c->id);
	want(strcmp(db("SELECT rollcall.client_archive($1)", c->id), "t") == 0,
	    "archived by hand");
	a = visit(&b, asking(c, LOOPBACK, ""));
	expect_page(a, 400);
	want(says(a, "We do not know this app"), "as an unknown one");
}
END_TEST

START_TEST(disabled_stays_disabled)
{
	struct client *c = public_app();
	struct browser b = { 0 };

	let_idle(c);
	db("SELECT rollcall.client_disable($1)", c->id);
	expect_client(c, "disabled");
	expect_page(visit(&b, asking(c, LOOPBACK, "")), 400);
	expect_client(c, "disabled");
}
END_TEST

START_TEST(a_policy_may_want_consent_each_time)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	struct answer *a;

	signed_in(&b, person());
	a = decide(&b, visit(&b, asking(c, WEB, "")), "allow");
	(void)expect_code(a, WEB, "xyz");
	a = visit(&b, asking(c, WEB, ""));
	(void)expect_code(a, WEB, "xyz");
	CONFIGURE("policy 'default' {\n consent = always\n}");
	a = visit(&b, asking(c, WEB, ""));
	want(strstr(location(a), "/oauth/consent?") != NULL,
	    "asked, though it was allowed before");
	a = decide(&b, a, "allow");
	(void)expect_code(a, WEB, "xyz");
	expect_refusal(visit(&b, asking(c, WEB, "&prompt=none")), WEB,
	    "consent_required", "xyz");
	reconf(NULL, 0);
}
END_TEST

/* What the endpoints say to a client of each status, beside the token's. */
static const struct {
	const char *path;
	const char *form;
} endpoints[] = {
	{ "/oauth/introspect", "token=x" },
	{ "/oauth/revoke", "token=x" },
};

START_TEST(other_endpoints_say_the_same)
{
	struct client *c = confidential(NULL);
	const char *authorization =
	    text("Authorization: %s", basic(c->id, c->secret));
	const char *const headers[] = { authorization, NULL };
	const struct call call = { .method = "POST",
		.url = endpoints[_i].path,
		.headers = headers,
		.type = "application/x-www-form-urlencoded",
		.body = endpoints[_i].form };
	struct answer *a;

	case_named(endpoints[_i].path);
	expect_status(http(&call), 200);
	db("UPDATE rollcall.client SET status = 'pending' "
	   "WHERE client_id = $1",
	    c->id);
	a = http(&call);
	expect_refused(a, 401, "invalid_client");
	expect_named(a, "approval");
	db("UPDATE rollcall.client SET status = 'archived' "
	   "WHERE client_id = $1",
	    c->id);
	a = http(&call);
	expect_refused(a, 401, "invalid_client");
	expect_named(a, "unknown");
	db("UPDATE rollcall.client SET status = 'active', "
	   "previous_secret_hash = secret_hash, secret_hash = sha256('new'), "
	   "previous_secret_expires_at = now() + '1 hour' "
	   "WHERE client_id = $1",
	    c->id);
	expect_status(http(&call), 200);
	db("UPDATE rollcall.client SET previous_secret_expires_at = now() "
	   "WHERE client_id = $1",
	    c->id);
	expect_refused(http(&call), 401, "invalid_client");
}
END_TEST

START_TEST(a_secret_expires)
{
	struct client *c;
	struct answer *a;

	CONFIGURE("anonymous_policy = brief",
	    "policy 'brief' {\n secret_lifetime = 1h\n}");
	c = confidential(NULL);
	a = ask(c, "grant_type=client_credentials");
	expect_tokens(a);
	db("UPDATE rollcall.client SET secret_expires_at = now() "
	   "WHERE client_id = $1",
	    c->id);
	a = ask(c, "grant_type=client_credentials");
	expect_refused(a, 401, "invalid_client");
	expect_named(a, "expired");
	a = ask_with(basic(c->id, "wrong"), "grant_type=client_credentials");
	want(strstr(string(a->json, "error_description"), "expired") == NULL,
	    "only who has the secret is told");
	expect_status(manage(c, "GET", NULL), 200);
	reconf(NULL, 0);
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ pending_until_it_is_approved, 0 },
		{ an_update_wants_approval_anew,
		    sizeof(changes) / sizeof(changes[0]) },
		{ an_archived_confidential_client_registers_anew, 0 },
		{ an_archived_public_client_comes_back, 0 },
		{ two_tabs_revive_once, 0 },
		{ today_it_could_not_register,
		    sizeof(todays) / sizeof(todays[0]) },
		{ its_policy_is_gone, 0 },
		{ there_is_no_room, 0 },
		{ what_an_operator_registered_does_not_come_back, 0 },
		{ disabled_stays_disabled, 0 },
		{ a_policy_may_want_consent_each_time, 0 },
		{ other_endpoints_say_the_same,
		    sizeof(endpoints) / sizeof(endpoints[0]) },
		{ a_secret_expires, 0 },
	};
	int result;

	result = harness_main("life", tests, sizeof(tests) / sizeof(tests[0]));
	if (result != 77 && getenv("RIG_RECONF") != NULL)
		reconf(NULL, 0);
	return result;
}
