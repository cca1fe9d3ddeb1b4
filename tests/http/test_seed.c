#include <string.h>

#include "harness.h"

/*
 * What the tutorial's clients do, step by step: discovery at the root of the
 * host, the management address built from the endpoint, a PUT of two members
 * without client_id, a member that no standard knows.
 */

/* Discover at the root of the host and return the registration endpoint. */
static const char *
discover(const char *path)
{
	struct answer *a = get(text("http://%s%s", wire_host(), path));
	const char *endpoint;

	expect_status(a, 200);
	endpoint = string(a->json, "registration_endpoint");
	want(endpoint != NULL, "no registration_endpoint");
	return endpoint;
}

static struct answer *
send_to(
    const char *method, const char *url, const char *token, const char *body)
{
	const char *const headers[] = { "Accept: */*",
		"Accept-Encoding: gzip, deflate", "User-Agent: requests",
		NULL };
	const struct call call = { .method = method,
		.url = url,
		.token = token,
		.body = body,
		.headers = headers };

	return http(&call);
}

static struct answer *
register_at(const char *endpoint, const char *body)
{
	struct answer *a = send_to("POST", endpoint, NULL, body);

	expect_status(a, 201);
	expect_schema(a);
	want(string(a->json, "client_id") != NULL &&
		 member(a->json, "client_id_issued_at") != NULL,
	    "what the client prints is missing");
	return a;
}

START_TEST(basic_registration)
{
	struct answer *a =
	    register_at(discover("/.well-known/oauth-authorization-server"),
		"{\"client_name\": \"\\u6211\\u7684\\u793a\\u4f8b\", "
		"\"redirect_uris\": [\"https://myapp.example/callback\"], "
		"\"grant_types\": [\"authorization_code\"]}");

	expect_member(a, "client_name", "'我的示例'");
	want(string(a->json, "client_secret") != NULL, "no client_secret");
	want(db("SELECT 'x' FROM rollcall.client WHERE client_id = $1 AND "
		"client_name = '我的示例' AND token_endpoint_auth_method = "
		"'client_secret_basic'",
		 string(a->json, "client_id")) != NULL,
	    "not stored");
}
END_TEST

START_TEST(registration_manager)
{
	const char *endpoint =
	    discover("/.well-known/oauth-authorization-server");
	struct answer *a;
	const char *id, *url, *token;

	a = register_at(endpoint,
	    json("{'client_name': '公共应用', 'redirect_uris': "
		 "['https://myapp.example.com/callback'], 'grant_types': "
		 "['authorization_code'], 'response_types': ['code'], "
		 "'token_endpoint_auth_method': 'none', "
		 "'scope': 'openid profile'}"));
	expect_absent(a, "client_secret");
	expect_member(a, "client_name", "'公共应用'");

	a = register_at(endpoint,
	    json("{'client_name': '机密应用', 'redirect_uris': "
		 "['https://myapp.example.com/callback'], 'grant_types': "
		 "['authorization_code', 'refresh_token', "
		 "'client_credentials'], 'response_types': ['code'], "
		 "'token_endpoint_auth_method': 'client_secret_basic', "
		 "'scope': 'openid profile email read write'}"));
	id = string(a->json, "client_id");
	token = string(a->json, "registration_access_token");
	url = text("%s/%s", endpoint, id);
	a = send_to("PUT", url, token,
	    json("{'client_name': '更新后', "
		 "'scope': 'openid profile email read'}"));
	expect_status(a, 200);
	expect_member(a, "client_name", "'更新后'");
	expect_member(a, "scope", "'openid profile email read'");
	expect_member(a, "grant_types",
	    "['authorization_code','refresh_token','client_credentials']");
	want(db("SELECT 'x' FROM rollcall.client WHERE client_id = $1 AND "
		"client_name = '更新后' AND scope = "
		"'openid profile email read' AND redirect_uris = "
		"array['https://myapp.example.com/callback']",
		 id) != NULL,
	    "the update is not stored");

	a = register_at(endpoint,
	    json("{'client_name': 'OIDC应用', 'redirect_uris': "
		 "['https://myapp.example.com/callback'], 'grant_types': "
		 "['authorization_code'], 'response_types': ['code'], "
		 "'token_endpoint_auth_method': 'client_secret_basic', "
		 "'scope': 'openid profile email', 'application_type': 'web', "
		 "'contacts': ['admin@example.com']}"));
	expect_member(a, "contacts", "['admin@example.com']");

	a = send_to("DELETE", url, token, NULL);
	expect_status(a, 204);
}
END_TEST

START_TEST(oidc_registration)
{
	struct answer *a =
	    register_at(discover("/.well-known/openid-configuration"),
		json("{'application_type': 'web', 'client_name': "
		     "'OpenID Connect应用', 'redirect_uris': "
		     "['https://myapp.example.com/callback'], 'grant_types': "
		     "['authorization_code'], 'response_types': ['code'], "
		     "'token_endpoint_auth_method': 'client_secret_basic', "
		     "'scope': 'openid profile email', 'contacts': "
		     "['admin@example.com'], 'logo_uri': "
		     "'https://myapp.example.com/logo.png', 'policy_uri': "
		     "'https://myapp.example.com/policy', "
		     "'terms_of_service_uri': "
		     "'https://myapp.example.com/terms'}"));

	expect_absent(a, "terms_of_service_uri");
	expect_member(a, "policy_uri", "'https://myapp.example.com/policy'");
	expect_member(a, "client_name", "'OpenID Connect应用'");
	want(string(a->json, "client_secret") != NULL, "no client_secret");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ basic_registration, 0 },
		{ registration_manager, 0 },
		{ oidc_registration, 0 },
	};

	return harness_main("seed", tests, sizeof(tests) / sizeof(tests[0]));
}
