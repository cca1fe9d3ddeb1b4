#include <stdlib.h>
#include <string.h>

#include "harness.h"

/*
 * Named policies: one for who comes without a token, others for initial access
 * tokens; a client stays under the one that it was born under.
 */

#define STRICT                                             \
	"policy 'strict' {\n"                              \
	" scopes = {'read'}\n"                             \
	" grant_types = {'authorization_code'}\n"          \
	" token_endpoint_auth_methods = {'none'}\n"        \
	" redirect_hosts = {'a.example', '*.b.example'}\n" \
	" redirect_schemes = {'https', 'http'}\n"          \
	"}"
#define PARTNER                           \
	"policy 'partner' {\n"            \
	" redirect_schemes = {'https'}\n" \
	" secret_lifetime = 1h\n"         \
	" status = pending\n"             \
	"}"

#define GOOD                                        \
	"'redirect_uris':['https://a.example/cb']," \
	"'token_endpoint_auth_method':'none','scope':'read'"

#define WIDE                                                        \
	"{'client_id':'%s','redirect_uris':['https://c.example/']," \
	"'scope':'write'}"

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
make_token(const char *options)
{

	return string(admin("iat add %s", options), "initial_access_token");
}

/* A client, as an answer to its registration has it. */
static struct client
born(struct answer *a)
{
	struct client c = { .answer = a };

	expect_status(a, 201);
	c.id = string(a->json, "client_id");
	c.token = string(a->json, "registration_access_token");
	c.url = string(a->json, "registration_client_uri");
	c.secret = string(a->json, "client_secret");
	return c;
}

static const char *
column(const struct client *c, const char *name)
{

	return db(
	    text("SELECT %s FROM rollcall.client WHERE client_id = $1", name),
	    c->id);
}

/* Its error_details have ${rule}. */
static void
broken(const struct answer *a, const char *rule)
{
	struct json_object *all = member(a->json, "error_details");
	size_t i, n = all != NULL ? json_object_array_length(all) : 0;

	for (i = 0; i < n; i++) {
		if (strcmp(string(json_object_array_get_idx(all, i), "rule"),
			rule) == 0)
			return;
	}
	want(false, "%s is not what was broken", rule);
}

START_TEST(the_anonymous_policy_judges_strangers)
{
	struct client c;
	struct answer *a;

	CONFIGURE("anonymous_policy = strict", STRICT, PARTNER);
	c = born(post(json("{" GOOD "}")));
	want(strcmp(column(&c, "policy"), "strict") == 0, "another policy");
	expect_member(c.answer, "scope", "'read'");
	c = born(post(json("{'redirect_uris':['https://x.b.example/',"
			   "'http://127.0.0.1/','https://A.Example/'],"
			   "'grant_types':['authorization_code',"
			   "'refresh_token']}")));
	expect_member(c.answer, "token_endpoint_auth_method", "'none'");
	expect_member(c.answer, "grant_types", "['authorization_code']");
	expect_member(c.answer, "scope", "'read'");

	a = post(json("{'redirect_uris':['https://c.example/','com.a.b:/',"
		      "'https://b.example/','https://xb.example/',"
		      "'https://a.example.evil.example/'],'scope':'write',"
		      "'token_endpoint_auth_method':'client_secret_basic'}"));
	expect_error(a, 400, "invalid_redirect_uri");
	want(json_object_array_length(member(a->json, "error_details")) == 7,
	    "not 7 faults");
	broken(a, "redirect_uri.host_allowed");
	broken(a, "redirect_uri.scheme_allowed");
	broken(a, "token_endpoint_auth_method.unsupported");
	broken(a, "scope.unsupported");
	a = post(json("{'grant_types':['client_credentials']}"));
	expect_error(a, 400, "invalid_client_metadata");
	broken(a, "grant_types.none");
}
END_TEST

START_TEST(a_token_selects_its_policy)
{
	const char *token;
	struct client c;
	struct answer *a;

	CONFIGURE("anonymous_policy = strict", STRICT, PARTNER);
	token = make_token("--policy partner");
	c = born(ask(token,
	    json("{'redirect_uris':['https://c.example/'],'scope':'write'}")));
	want(strcmp(column(&c, "policy"), "partner") == 0 &&
		 strcmp(column(&c, "status"), "pending") == 0 &&
		 strcmp(column(&c, "door"), "token") == 0,
	    "policy, status or door is another");
	want(json_object_get_int64(
		 member(c.answer->json, "client_secret_expires_at")) ==
		 json_object_get_int64(
		     member(c.answer->json, "client_id_issued_at")) +
		     3600,
	    "the secret does not live an hour");
	a = ask(token, json("{'redirect_uris':['http://127.0.0.1/']}"));
	expect_error(a, 400, "invalid_redirect_uri");
	broken(a, "redirect_uri.scheme_allowed");
}
END_TEST

/* What a token allows is within its policy, never beyond. */
START_TEST(a_token_narrows_its_policy)
{
	const char *token;
	struct answer *a;
	struct client c;

	CONFIGURE("anonymous_policy = strict", STRICT, PARTNER);
	token = make_token("--policy partner --redirect-host '*.d.example' "
			   "--scope read --grant-type authorization_code");
	c = born(ask(token,
	    json("{'redirect_uris':['https://x.d.example/'],"
		 "'grant_types':['authorization_code','refresh_token']}")));
	expect_member(c.answer, "scope", "'read'");
	expect_member(c.answer, "grant_types", "['authorization_code']");
	a = ask(token,
	    json("{'redirect_uris':['https://c.example/'],'scope':'write'}"));
	expect_error(a, 400, "invalid_redirect_uri");
	broken(a, "redirect_uri.host_allowed");
	broken(a, "scope.unsupported");

	/* Its bounds go on to hold when the client changes. */
	a = manage(&c, "PUT",
	    json("{'client_id':'%s','redirect_uris':['https://c.example/']}",
		c.id));
	expect_error(a, 400, "invalid_redirect_uri");
	a = manage(&c, "PUT", json("{'scope':'write'}"));
	expect_error(a, 400, "invalid_client_metadata");
	a = manage(&c, "PUT",
	    json("{'client_id':'%s','redirect_uris':['https://d.d.example/']}",
		c.id));
	expect_status(a, 200);
	expect_member(a, "scope", "'read'");
}
END_TEST

/* PUT is judged by the policy of the client, not by that of strangers. */
START_TEST(an_update_is_judged_by_the_same_policy)
{
	struct client partner, stranger;
	struct answer *a;

	CONFIGURE("anonymous_policy = strict", STRICT, PARTNER);
	partner = born(ask(make_token("--policy partner"),
	    json("{'redirect_uris':['https://c.example/']}")));
	stranger = born(post(json("{" GOOD "}")));
	a = manage(&partner, "PUT", json(WIDE, partner.id));
	expect_status(a, 200);
	expect_member(a, "scope", "'write'");
	a = manage(&stranger, "PUT", json(WIDE, stranger.id));
	expect_error(a, 400, "invalid_redirect_uri");
	broken(a, "redirect_uri.host_allowed");
	a = manage(&stranger, "PUT", json("{'scope':'write'}"));
	expect_error(a, 400, "invalid_client_metadata");
	a = manage(&partner, "PUT", json("{'scope':'read write'}"));
	expect_status(a, 200);

	/* What strangers may do and partners may not. */
	a = manage(&partner, "PUT",
	    json("{'client_id':'%s','redirect_uris':['http://127.0.0.1/'],"
		 "'token_endpoint_auth_method':'none','scope':'read'}",
		partner.id));
	expect_error(a, 400, "invalid_redirect_uri");
	broken(a, "redirect_uri.scheme_allowed");
	want(strcmp(column(&partner, "policy"), "partner") == 0,
	    "the policy has changed");
}
END_TEST

/* A policy that is gone leaves its clients to the one of strangers. */
START_TEST(a_policy_may_go)
{
	struct client partner;
	struct answer *a;
	const char *token;

	CONFIGURE(PARTNER);
	token = make_token("--policy partner");
	partner =
	    born(ask(token, json("{'redirect_uris':['https://c.example/']}")));
	CONFIGURE("anonymous_policy = strict", STRICT);
	/* Its tokens do not become such of strangers. */
	expect_error(ask(token, json("{" GOOD "}")), 403, "access_denied");
	expect_status(manage(&partner, "GET", NULL), 200);
	a = manage(&partner, "PUT",
	    json("{'client_id':'%s','redirect_uris':['https://c.example/']}",
		partner.id));
	expect_error(a, 400, "invalid_redirect_uri");
	a = manage(
	    &partner, "PUT", json("{'client_id':'%s'," GOOD "}", partner.id));
	expect_status(a, 200);
	want(strcmp(column(&partner, "policy"), "partner") == 0,
	    "the policy has changed");
}
END_TEST

/* A change that people would see is approved anew. */
START_TEST(an_update_may_need_approval)
{
	static const char *const seen[] = { "{'client_name':'Bank'}",
		"{'client_name#de':'Sparkasse'}",
		"{'tos_uri':'https://c.example/tos'}",
		"{'policy_uri#de':'https://c.example/policy'}",
		"{'post_logout_redirect_uris':['https://c.example/bye']}",
		"{'token_endpoint_auth_method':'none'}" };
	struct client c;
	size_t i;

	CONFIGURE("anonymous_policy = partner", PARTNER);
	c = born(post(json("{'redirect_uris':['https://c.example/']}")));
	want(strcmp(column(&c, "status"), "pending") == 0, "not pending");
	expect_status(manage(&c, "GET", NULL), 200);
	(void)db("SELECT rollcall.client_approve($1)", c.id);
	want(strcmp(column(&c, "status"), "active") == 0, "not active");
	expect_status(
	    manage(&c, "PUT", json("{'contacts':['a@b.example']}")), 200);
	want(strcmp(column(&c, "status"), "active") == 0, "not active");
	for (i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
		expect_status(manage(&c, "PUT", json("%s", seen[i])), 200);
		want(strcmp(column(&c, "status"), "pending") == 0,
		    "%s: not pending", seen[i]);
		(void)db("SELECT rollcall.client_approve($1)", c.id);
	}
}
END_TEST

/* The operator's command registers by policy too. */
START_TEST(clients_of_the_operator_have_a_policy)
{
	struct json_object *made;
	struct client c = { .id = NULL };

	CONFIGURE(PARTNER);
	made = admin("client add --policy partner --redirect-uri "
		     "https://c.example/");
	c.id = string(made, "client_id");
	want(strcmp(column(&c, "policy"), "partner") == 0 &&
		 strcmp(column(&c, "door"), "admin") == 0 &&
		 column(&c, "secret_expires_at") != NULL,
	    "policy, door or expiry of the secret is another");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ the_anonymous_policy_judges_strangers, 0 },
		{ a_token_selects_its_policy, 0 },
		{ a_token_narrows_its_policy, 0 },
		{ an_update_is_judged_by_the_same_policy, 0 },
		{ a_policy_may_go, 0 },
		{ an_update_may_need_approval, 0 },
		{ clients_of_the_operator_have_a_policy, 0 },
	};
	int status;

	status =
	    harness_main("policy", tests, sizeof(tests) / sizeof(tests[0]));
	if (status != 77 && getenv("RIG_RECONF") != NULL)
		reconf(NULL, 0);
	return status;
}
