#include <stdlib.h>
#include <string.h>

#include "harness.h"

/*
 * Explained refusals and "?lint": every fault at once, and what would be
 * registered without registering it.
 */

#define HTTPS "'redirect_uris':['https://client.example.org/cb']"

static struct answer *
ask(const char *query, const char *token, const char *body)
{
	const struct call call = { .method = "POST",
		.url = text("%s%s", register_url(), query),
		.token = token,
		.body = body };

	return http(&call);
}

static struct answer *
lint(const char *body)
{

	return ask("?lint", NULL, body);
}

static const char *
registrations(void)
{

	return db("SELECT count(*) FROM rollcall.client", NULL);
}

/* Find what an answer's list says by that pointer and rule, or fail. */
static struct json_object *
detail(const struct answer *a, const char *list, const char *pointer,
    const char *rule)
{
	struct json_object *all = member(a->json, list), *one;
	size_t i, n = all != NULL ? json_object_array_length(all) : 0;

	for (i = 0; i < n; i++) {
		one = json_object_array_get_idx(all, i);
		if (strcmp(string(one, "pointer"), pointer) == 0 &&
		    strcmp(string(one, "rule"), rule) == 0)
			return one;
	}
	want(false, "%s lacks %s at %s", list, rule, pointer);
	return NULL;
}

static size_t
count(const struct answer *a, const char *list)
{

	return json_object_array_length(member(a->json, list));
}

/* The first fault is what error and error_description say. */
START_TEST(every_fault_is_told_at_once)
{
	struct answer *a;
	struct json_object *one;

	a = post(json("{'redirect_uris':['https://client.example.org/#x',"
		      "'ftp://client.example.org/',7],'client_name':1,"
		      "'token_endpoint_auth_method':'magic',"
		      "'scope':'openid bogus other','logo_uri':'nowhere'}"));
	expect_error(a, 400, "invalid_redirect_uri");
	want(count(a, "error_details") == 8, "not 8 faults");
	one = detail(
	    a, "error_details", "/redirect_uris/0", "redirect_uri.fragment");
	want(strcmp(string(one, "message"),
		 string(a->json, "error_description")) == 0,
	    "the first fault is another");
	want(strcmp(string(one, "hint"), "leave out # and what follows") == 0,
	    "no hint");
	(void)detail(
	    a, "error_details", "/redirect_uris/1", "redirect_uri.scheme");
	(void)detail(a, "error_details", "/redirect_uris/2", "type");
	(void)detail(a, "error_details", "/client_name", "type");
	(void)detail(a, "error_details", "/logo_uri", "uri.syntax");
	one = detail(a, "error_details", "/token_endpoint_auth_method",
	    "token_endpoint_auth_method.unsupported");
	want(strstr(string(one, "hint"), "client_secret_basic") != NULL,
	    "no hint of what is allowed");
	one = detail(a, "error_details", "/scope", "scope.unsupported");
	want(strstr(string(one, "hint"), "offline_access") != NULL,
	    "no hint of what is allowed");
	want(member(a->json, "warnings") == NULL, "nobody asked for warnings");
}
END_TEST

/* RFC 6901 3: what is in a name is escaped in its pointer. */
START_TEST(pointers_are_escaped)
{
	struct answer *a = post(json("{" HTTPS ",'client_name#a/b~c':'x'}"));

	expect_error(a, 400, "invalid_client_metadata");
	(void)detail(
	    a, "error_details", "/client_name#a~1b~0c", "language_tag");
}
END_TEST

START_TEST(a_body_full_of_faults_has_an_end)
{
	struct json_object *list = json_object_new_array();
	struct answer *a;
	int i;

	for (i = 0; i < 100; i++)
		json_object_array_add(list, json_object_new_int(i));
	a = post(json("{" HTTPS ",'contacts':%s,'default_acr_values':%s}",
	    json_object_to_json_string(list),
	    json_object_to_json_string(list)));
	expect_error(a, 400, "invalid_client_metadata");
	want(count(a, "error_details") == 50, "not 50 faults");
}
END_TEST

/* What is on the way tells nobody whom it is not meant for. */
START_TEST(an_update_is_explained_to_its_client_only)
{
	struct client *c = enrol(json("{" HTTPS "}"));
	const struct client stranger = {
		.id = c->id, .token = "wrong", .url = c->url
	};
	const char *bad = json("{'client_id':'%s','redirect_uris':["
			       "'https://client.example.org/#'],'scope':7}",
	    c->id);
	struct answer *a = manage(&stranger, "PUT", bad);

	expect_error(a, 401, "invalid_token");
	want(member(a->json, "error_details") == NULL, "a stranger is told");
	a = manage(c, "PUT", bad);
	expect_error(a, 400, "invalid_redirect_uri");
	want(count(a, "error_details") == 2, "not both faults");
	(void)detail(a, "error_details", "/scope", "type");
	a = manage(c, "PUT",
	    json("{'client_id':'%s','client_secret_expires_at':0," HTTPS "}",
		c->id));
	expect_error(a, 400, "invalid_request");
	(void)detail(
	    a, "error_details", "/client_secret_expires_at", "assigned_member");
}
END_TEST

START_TEST(lint_tells_what_would_be_and_stores_nothing)
{
	static const char *const queries[] = { "?lint", "?lint=1", "?lint=true",
		"?x=y&lint" };
	const char *before = registrations();
	const char *const body = json("{" HTTPS ",'client_name':'lint'}");
	struct answer *a, *same_body;
	struct json_object *metadata;
	size_t i;

	for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		a = ask(queries[i], NULL, body);
		expect_status(a, 200);
		expect_headers(a);
	}
	a = lint(body);
	metadata = member(a->json, "metadata");
	want(same(member(a->json, "client_secret_issued"), "true") &&
		 strcmp(string(a->json, "policy"), "default") == 0 &&
		 strcmp(string(a->json, "status"), "active") == 0,
	    "policy, status or secret is another");
	expect_absent(a, "client_id");
	expect_absent(a, "client_secret");
	expect_absent(a, "registration_access_token");
	want(strcmp(before, registrations()) == 0, "a client was stored");
	want(db("SELECT 1 FROM rollcall.client WHERE metadata->>'client_name' "
		"= 'lint'",
		 NULL) == NULL,
	    "a client was stored");

	/* It is just that which is registered then. */
	same_body = post(body);
	expect_status(same_body, 201);
	json_object_object_foreach(metadata, name, value)
	{
		want(json_object_equal(value, member(same_body->json, name)),
		    "%s is registered otherwise", name);
	}
	a = lint(json("{" HTTPS ",'token_endpoint_auth_method':'none'}"));
	expect_status(a, 200);
	want(same(member(a->json, "client_secret_issued"), "false"),
	    "a public client would have a secret");
}
END_TEST

START_TEST(lint_of_an_update_changes_nothing)
{
	struct client *c = enrol(json("{" HTTPS ",'client_name':'old'}"));
	struct client asks = *c;
	const char *before = db_client(c->id);
	struct answer *a;

	asks.url = text("%s?lint", c->url);
	a = manage(&asks, "PUT", json("{'client_name':'new','naem':1}"));
	expect_status(a, 200);
	want(
	    same(member(member(a->json, "metadata"), "client_name"), "'new'") &&
		same(member(member(a->json, "metadata"), "redirect_uris"),
		    "['https://client.example.org/cb']"),
	    "the metadata are not the update");
	(void)detail(a, "warnings", "/naem", "unknown_member");
	a = manage(&asks, "PUT", json("{'client_id':'%s'," HTTPS "}", c->id));
	expect_status(a, 200);
	want(member(member(a->json, "metadata"), "client_name") == NULL,
	    "the update replaces all");
	want(strstr(a->body, "assigned_member") == NULL,
	    "client_id is not ignored in an update");
	a = manage(&asks, "PUT", json("{'redirect_uris':['ftp://x/']}"));
	expect_error(a, 400, "invalid_redirect_uri");
	want(member(a->json, "warnings") != NULL, "no warnings");
	want(strcmp(before, db_client(c->id)) == 0, "the client has changed");
	asks.url = text("%s?lint=no", c->url);
	expect_error(manage(&asks, "PUT", json("{}")), 400, "invalid_request");
	asks.url = text("%s?lint", c->url);
	asks.token = "wrong";
	expect_error(manage(&asks, "PUT", json("{}")), 401, "invalid_token");
}
END_TEST

/* Whoever asks for something else does not get a client unawares. */
START_TEST(lint_takes_no_value)
{
	const char *before = registrations();

	expect_error(
	    ask("?lint=0", NULL, json("{" HTTPS "}")), 400, "invalid_request");
	expect_error(ask("?lint&a=%", NULL, json("{" HTTPS "}")), 400,
	    "invalid_request");
	want(strcmp(before, registrations()) == 0, "a client was stored");
	expect_status(ask("?linty", NULL, json("{" HTTPS "}")), 201);
	expect_status(ask("?x=lint", NULL, json("{" HTTPS "}")), 201);
}
END_TEST

START_TEST(lint_warns)
{
	struct answer *a;
	struct json_object *one;

	a = lint(json("{'redirect_uris':['http://localhost:8080/cb'],"
		      "'client_nam':'x','client_id':'mine',"
		      "'grant_types':['authorization_code','implicit'],"
		      "'response_types':['code','id_token token']}"));
	expect_status(a, 200);
	one = detail(a, "warnings", "/client_nam", "unknown_member");
	want(strcmp(string(one, "hint"), "client_name?") == 0, "no guess");
	(void)detail(a, "warnings", "/client_id", "assigned_member");
	(void)detail(
	    a, "warnings", "/grant_types/1", "grant_types.unsupported");
	(void)detail(
	    a, "warnings", "/response_types/1", "response_types.unsupported");
	(void)detail(
	    a, "warnings", "/redirect_uris/0", "redirect_uri.localhost");
	(void)detail(a, "warnings", "/client_name", "client_name.missing");
	(void)detail(a, "warnings", "/scope", "default");
	(void)detail(a, "warnings", "/application_type", "default");
	a = lint(json("{" HTTPS ",'client_name':'x','scope':'openid',"
		      "'grant_types':['authorization_code'],"
		      "'response_types':['code'],'application_type':'web',"
		      "'token_endpoint_auth_method':'none'}"));
	expect_status(a, 200);
	want(count(a, "warnings") == 0, "there is nothing to warn of");
}
END_TEST

/* A fault may come of what is warned of: the misspelled member. */
START_TEST(lint_refuses_with_faults_and_warnings)
{
	struct answer *a =
	    lint(json("{'redirect_uri':['https://client.example.org/cb']}"));
	struct json_object *one;

	expect_error(a, 400, "invalid_redirect_uri");
	(void)detail(
	    a, "error_details", "/redirect_uris", "redirect_uris.required");
	one = detail(a, "warnings", "/redirect_uri", "unknown_member");
	want(strcmp(string(one, "hint"), "redirect_uris?") == 0, "no guess");
	a = lint("{");
	expect_error(a, 400, "invalid_request");
	(void)detail(a, "error_details", "", "json");
	expect_error(lint("[]"), 400, "invalid_request");
}
END_TEST

/* Who may not register learns nothing, and a token's use is not spent. */
START_TEST(lint_is_for_who_may_register)
{
	struct json_object *made;
	const char *token, *id;
	int i;

	CONFIGURE("registration = token");
	made = admin("iat add --uses 1");
	token = string(made, "initial_access_token");
	id = json_object_to_json_string(member(made, "id"));
	expect_error(lint(json("{" HTTPS "}")), 401, "invalid_token");
	expect_error(
	    ask("?lint", "wrong", json("{" HTTPS "}")), 401, "invalid_token");
	for (i = 0; i < 3; i++)
		expect_status(ask("?lint", token, json("{" HTTPS "}")), 200);
	want(strcmp(db("SELECT uses_left FROM rollcall.initial_token "
		       "WHERE initial_token_id = $1::bigint",
			id),
		 "1") == 0,
	    "lint has spent the token");
	expect_status(ask("", token, json("{" HTTPS "}")), 201);
	expect_error(
	    ask("?lint", token, json("{" HTTPS "}")), 401, "invalid_token");
	CONFIGURE("registration = closed");
	expect_error(lint(json("{" HTTPS "}")), 403, "access_denied");
}
END_TEST

/* Lint is counted like a registration, but takes nobody's place. */
START_TEST(lint_takes_no_place)
{
	int i;

	CONFIGURE("policy 'default' {\n max_clients = 1000\n}",
	    "rate_limit_register = '5/10m'");
	for (i = 0; i < 5; i++)
		expect_status(lint(json("{" HTTPS "}")), 200);
	want(db("SELECT 1 FROM rollcall.client_count WHERE name = 'default' "
		"AND level > (SELECT count(*) FROM rollcall.client)",
		 NULL) == NULL,
	    "lint has taken a place");
	expect_error(lint(json("{" HTTPS "}")), 429, "temporarily_unavailable");
}
END_TEST

START_TEST(discovery_tells_of_lint)
{
	static const char as[] = "/.well-known/oauth-authorization-server";
	struct answer *a;

	CONFIGURE("registration = token");
	a = get(as);
	expect_member(a, "registration_lint_supported", "true");
	want(member(a->json, "registration_endpoint") != NULL,
	    "who has a token does not find the endpoint");
	CONFIGURE("registration = closed");
	a = get(as);
	expect_absent(a, "registration_lint_supported");
	expect_absent(a, "registration_endpoint");
}
END_TEST

/* A refusal is in the audit log, by rule and pointer and without values. */
/* But it says that there is none. */
START_TEST(lint_tells_that_all_places_are_taken)
{
	const char *all = db("SELECT count(*) FROM rollcall.client "
			     "WHERE policy = 'default'",
	    NULL);
	struct answer *a;

	CONFIGURE(text("policy 'default' {\n max_clients = %lu\n}",
	    strtoul(all, NULL, 10) + 1));
	(void)db("DELETE FROM rollcall.client_count", NULL);
	a = lint(json("{" HTTPS "}"));
	expect_status(a, 200);
	want(strstr(a->body, "max_clients") == NULL, "it is not full yet");
	expect_status(post(json("{" HTTPS "}")), 201);
	a = lint(json("{" HTTPS "}"));
	expect_status(a, 200);
	(void)detail(a, "warnings", "", "max_clients");
	expect_error(post(json("{" HTTPS "}")), 403, "access_denied");
	CONFIGURE("policy 'default' {\n max_clients_per_address = 1\n}");
	(void)db("DELETE FROM rollcall.client_count", NULL);
	expect_error(post(json("{" HTTPS "}")), 403, "access_denied");
	(void)detail(lint(json("{" HTTPS "}")), "warnings", "",
	    "max_clients_per_address");
	reconf(NULL, 0);
}
END_TEST

START_TEST(refusals_are_audited_and_lint_is_not)
{
	const char *last;
	char name[1001];

	expect_error(post(json("{'redirect_uris':['https://secret.example/#x'],"
			       "'scope':7}")),
	    400, "invalid_redirect_uri");
	last = db("SELECT concat_ws(' ', event, actor, outcome, rule, detail) "
		  "FROM rollcall.audit ORDER BY audit_id DESC LIMIT 1",
	    NULL);
	want(strstr(last, "client.refused anonymous invalid_redirect_uri "
			  "redirect_uri.fragment") == last &&
		 strstr(last, "/scope") != NULL &&
		 strstr(last, "secret.example") == NULL,
	    "the audit log says: %s", last);
	last = db("SELECT max(audit_id) FROM rollcall.audit", NULL);
	expect_error(lint(json("{}")), 400, "invalid_redirect_uri");
	want(strcmp(last,
		 db("SELECT max(audit_id) FROM rollcall.audit", NULL)) == 0,
	    "lint, or who shows no token, is in the audit log");
	/* What somebody names a member does not fill the log. */
	for (size_t i = 0; i < sizeof(name) - 1; i += 2)
		memcpy(name + i, "\xc3\xa9", 2);
	name[sizeof(name) - 1] = '\0';
	expect_error(post(json("{" HTTPS ",'client_name#x%s':'N'}", name)), 400,
	    "invalid_client_metadata");
	last = db("SELECT octet_length(detail -> 'faults' -> 0 ->> 'pointer') "
		  "FROM rollcall.audit ORDER BY audit_id DESC LIMIT 1",
	    NULL);
	want(strcmp(last, "256") == 0 || strcmp(last, "255") == 0,
	    "the pointer has %s bytes", last);
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ every_fault_is_told_at_once, 0 },
		{ pointers_are_escaped, 0 },
		{ a_body_full_of_faults_has_an_end, 0 },
		{ an_update_is_explained_to_its_client_only, 0 },
		{ lint_tells_what_would_be_and_stores_nothing, 0 },
		{ lint_of_an_update_changes_nothing, 0 },
		{ lint_takes_no_value, 0 },
		{ lint_warns, 0 },
		{ lint_refuses_with_faults_and_warnings, 0 },
		{ refusals_are_audited_and_lint_is_not, 0 },
		{ lint_is_for_who_may_register, 0 },
		{ lint_takes_no_place, 0 },
		{ lint_tells_that_all_places_are_taken, 0 },
		{ discovery_tells_of_lint, 0 },
	};
	int status;

	status = harness_main("lint", tests, sizeof(tests) / sizeof(tests[0]));
	if (status != 77 && getenv("RIG_RECONF") != NULL)
		reconf(NULL, 0);
	return status;
}
