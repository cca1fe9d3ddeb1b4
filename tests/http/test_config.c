#include <stdlib.h>
#include <string.h>

#include "harness.h"

/*
 * What the configuration changes.  Each test puts its lines over the rig's own
 * by the script RIG_RECONF; the last thing done is to restore.
 */

#define HTTPS "'redirect_uris':['https://client.example.org/cb']"
#define AS "/.well-known/oauth-authorization-server"
#define OIDC "/.well-known/openid-configuration"
#define PR "/.well-known/oauth-protected-resource"

static struct json_object *
document(const char *path)
{
	struct answer *a = get(path);

	expect_status(a, 200);
	return a->json;
}

/* The record stays as it was. */
static void
refused(const struct client *c, const char *body, const char *name)
{
	const char *before = db_client(c->id);
	struct answer *a = manage(c, "PUT", body);

	expect_error(a, 400, "invalid_client_metadata|invalid_request");
	expect_named(a, name);
	want(strcmp(before, db_client(c->id)) == 0, "the record has changed");
}

/* Closed: 403 access_denied, not advertised; who is in stays in. */
START_TEST(registration_closed)
{
	struct client *c;

	CONFIGURE("registration = open");
	c = enrol(json("{" HTTPS "}"));
	CONFIGURE("registration = closed");
	expect_error(post(json("{" HTTPS "}")), 403, "access_denied");
	expect_error(post("{"), 403, "access_denied");
	want(member(document(AS), "registration_endpoint") == NULL &&
		 member(document(OIDC), "registration_endpoint") == NULL,
	    "registration is advertised");
	expect_status(manage(c, "GET", NULL), 200);
	expect_status(manage(c, "PUT", json("{'client_name':'x'}")), 200);
	expect_status(manage(c, "DELETE", NULL), 204);
}
END_TEST

START_TEST(unsupported_grant_types_rejected)
{
	struct answer *a;

	CONFIGURE("unsupported_grant_types = reject");
	a = post(json("{" HTTPS ",'grant_types':['authorization_code',"
		      "'implicit']}"));
	expect_error(a, 400, "invalid_client_metadata");
	expect_named(a, "grant_types");
	a = post(json("{" HTTPS ",'response_types':['code','id_token']}"));
	expect_error(a, 400, "invalid_client_metadata");
	expect_named(a, "response_types");
	(void)enrol(json("{" HTTPS ",'grant_types':['authorization_code',"
			 "'refresh_token']}"));
}
END_TEST

START_TEST(unsupported_scopes_trimmed)
{
	struct client *c;

	CONFIGURE("unsupported_scopes = trim");
	c = enrol(json("{" HTTPS ",'scope':'bogus read other openid'}"));
	expect_member(c->answer, "scope", "'read openid'");
	expect_schema(post(json("{" HTTPS ",'scope':'read'}")));
}
END_TEST

START_TEST(partial_update_off)
{
	struct client *c;

	CONFIGURE("partial_update = off");
	c = enrol(json("{" HTTPS ",'client_name':'x'}"));
	refused(c, json("{'client_name':'y'}"), "client_id");
	refused(c, json("{" HTTPS "}"), "client_id");
	expect_status(
	    manage(c, "PUT", json("{'client_id':'%s'," HTTPS "}", c->id)), 200);
}
END_TEST

START_TEST(scopes_and_default_scope)
{
	struct client *c;

	CONFIGURE("scopes = {'alpha', 'beta'}", "default_scope = {'beta'}");
	c = enrol(json("{" HTTPS "}"));
	expect_member(c->answer, "scope", "'beta'");
	c = enrol(json("{" HTTPS ",'scope':''}"));
	expect_member(c->answer, "scope", "'beta'");
	c = enrol(json("{" HTTPS ",'scope':'beta alpha'}"));
	expect_member(c->answer, "scope", "'beta alpha'");
	expect_error(post(json("{" HTTPS ",'scope':'openid'}")), 400,
	    "invalid_client_metadata");
	want(same(member(document(AS), "scopes_supported"), "['alpha','beta']"),
	    "scopes_supported says otherwise");
}
END_TEST

START_TEST(grant_types_allowed)
{
	struct client *c;

	CONFIGURE("grant_types = {'authorization_code'}");
	c = enrol(json("{" HTTPS ",'grant_types':['authorization_code',"
		       "'refresh_token','client_credentials']}"));
	expect_member(c->answer, "grant_types", "['authorization_code']");
	expect_error(post(json("{'grant_types':['client_credentials']}")), 400,
	    "invalid_client_metadata");
	want(same(member(document(AS), "grant_types_supported"),
		 "['authorization_code']"),
	    "grant_types_supported says otherwise");
}
END_TEST

START_TEST(auth_methods_allowed)
{
	struct client *c;

	CONFIGURE("token_endpoint_auth_methods = {'client_secret_post', "
		  "'none'}");
	expect_error(post(json("{" HTTPS ",'token_endpoint_auth_method':"
			       "'client_secret_basic'}")),
	    400, "invalid_client_metadata");
	c = enrol(json("{" HTTPS ",'token_endpoint_auth_method':"
		       "'client_secret_post'}"));
	expect_member(
	    c->answer, "token_endpoint_auth_method", "'client_secret_post'");
	want(array_has(
		 member(document(AS), "token_endpoint_auth_methods_supported"),
		 "client_secret_post") &&
		 !array_has(member(document(AS),
				"token_endpoint_auth_methods_supported"),
		     "client_secret_basic"),
	    "token_endpoint_auth_methods_supported says otherwise");
}
END_TEST

START_TEST(redirect_schemes_allowed)
{

	CONFIGURE("redirect_schemes = {'myapp'}");
	(void)enrol(json("{'redirect_uris':['myapp://cb']}"));
	expect_error(post(json("{'redirect_uris':['cursor://a/b']}")), 400,
	    "invalid_redirect_uri");
}
END_TEST

static const char *
letters(int n)
{
	char *s = room((size_t)n + 1);

	memset(s, 'a', (size_t)n);
	return s;
}

START_TEST(limits)
{
	struct answer *a;
	const char *uri = text("https://client.example.org/%s",
	    letters(100 - (int)strlen("https://client.example.org/")));

	CONFIGURE("max_redirect_uris = 2", "max_uri_length = 100",
	    "max_string_length = 80", "max_body = 2k");
	(void)enrol(json("{'redirect_uris':['%s','https://b.example/']}", uri));
	a = post(json("{'redirect_uris':['https://a.example/',"
		      "'https://b.example/','https://c.example/']}"));
	expect_error(a, 400, "invalid_redirect_uri|invalid_client_metadata");
	expect_named(a, "redirect_uris");
	a = post(json("{'redirect_uris':['%sa']}", uri));
	expect_error(a, 400, "invalid_redirect_uri|invalid_client_metadata");
	a = post(json("{" HTTPS ",'logo_uri':'%sa'}", uri));
	expect_error(a, 400, "invalid_client_metadata");
	expect_named(a, "logo_uri");

	(void)enrol(json("{" HTTPS ",'client_name':'%s'}", letters(80)));
	a = post(json("{" HTTPS ",'client_name':'%s'}", letters(81)));
	expect_error(a, 400, "invalid_client_metadata");
	expect_named(a, "client_name");
	a = post(json("{" HTTPS ",'contacts':['a','%s']}", letters(81)));
	expect_error(a, 400, "invalid_client_metadata");
	expect_named(a, "contacts");
	a = post(json("{" HTTPS ",'client_name#fr':'%s'}", letters(81)));
	expect_error(a, 400, "invalid_client_metadata");

	(void)enrol(json("{" HTTPS ",'unknown':'%s'}", letters(1900)));
	expect_error(post(json("{" HTTPS ",'unknown':'%s'}", letters(2048))),
	    413, "invalid_request");
}
END_TEST

START_TEST(metadata_max_age)
{
	struct answer *a;

	CONFIGURE("metadata_max_age = 5m");
	a = get(AS);
	want(has_word(header(a, "Cache-Control"), "max-age=300"),
	    "Cache-Control says otherwise");
}
END_TEST

/* The document follows the configuration, and its ETag with it. */
START_TEST(etag_changes_with_the_document)
{
	const char *etag;

	CONFIGURE("metadata_max_age = 5m");
	etag = header(get(AS), "ETag");
	CONFIGURE("grant_types = {'authorization_code'}");
	want(strcmp(header(get(AS), "ETag"), etag) != 0,
	    "another document has the same ETag");
}
END_TEST

/* registration_token_lifetime: 0 is for ever. */
START_TEST(token_lifetime)
{
	const char *age = "UPDATE rollcall.client "
			  "SET registration_token_last_used_at = now() - "
			  "interval '2 minutes' WHERE client_id = $1";
	struct client *c;

	CONFIGURE("registration_token_lifetime = 1m");
	c = enrol(json("{" HTTPS "}"));
	expect_status(manage(c, "GET", NULL), 200);
	(void)db(age, c->id);
	expect_error(manage(c, "GET", NULL), 401, "invalid_token");
	expect_error(manage(c, "PUT", json("{'client_name':'x'}")), 401,
	    "invalid_token");
	expect_error(manage(c, "DELETE", NULL), 401, "invalid_token");

	case_named("use within a short lifetime is noted");
	c = enrol(json("{" HTTPS "}"));
	(void)db("UPDATE rollcall.client SET registration_token_last_used_at = "
		 "now() - interval '40 seconds' WHERE client_id = $1",
	    c->id);
	expect_status(manage(c, "GET", NULL), 200);
	want(db("SELECT client_id FROM rollcall.registration_token_report "
		"WHERE client_id = $1 "
		"AND last_used_at > now() - interval '30 s'",
		 c->id) != NULL,
	    "it is not noted");
	case_named("");

	CONFIGURE("registration_token_lifetime = 0");
	(void)db("UPDATE rollcall.client SET registration_token_last_used_at = "
		 "now() - interval '20 years' WHERE client_id = $1",
	    c->id);
	expect_status(manage(c, "GET", NULL), 200);
}
END_TEST

/* RFC 8414 3.1, OpenID Connect Discovery 4: an issuer with a path. */
START_TEST(issuer_with_a_path)
{
	static const char *const paths[] = { AS "/tenant/one",
		OIDC "/tenant/one", ("/tenant/one" OIDC) };
	static const char *const elsewhere[] = { AS "/tenant",
		AS "/tenant/one/", AS "/tenant/one/x", OIDC "/other",
		("/other" OIDC), AS "/Tenant/one" };
	const char *issuer = text("%s/tenant/one", base_url());
	struct json_object *doc;
	const char *endpoint;
	struct answer *a;
	size_t i;

	CONFIGURE(text("issuer = '%s'", issuer),
	    text("endpoint_base = '%s/oauth'", base_url()));
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		case_named(paths[i]);
		doc = document(paths[i]);
		want(strcmp(string(doc, "issuer"), issuer) == 0,
		    "issuer is not the configured one");
		endpoint = string(doc, "registration_endpoint");
		want(endpoint != NULL && strcmp(endpoint, register_url()) == 0,
		    "registration_endpoint is elsewhere");
	}
	for (i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++) {
		case_named(elsewhere[i]);
		a = get(elsewhere[i]);
		expect_status(a, 404);
		expect_error_form(a);
	}
	case_named("");
	(void)enrol(json("{" HTTPS "}"));
}
END_TEST

/* RFC 9728 3.1: each resource where its address says. */
START_TEST(resources)
{
	const char *mcp = text("%s/mcp/one", base_url());
	struct json_object *doc;

	CONFIGURE(text("resource '%s' {\n name = 'One'\n"
		       " scopes = {'read', 'write'}\n}",
		      mcp),
	    text("resource '%s/two' {\n scopes = {'read'}\n}", base_url()));
	doc = document(PR "/mcp/one");
	want(strcmp(string(doc, "resource"), mcp) == 0, "another resource");
	want(same(member(doc, "scopes_supported"), "['read','write']"),
	    "other scopes");
	want(strcmp(string(doc, "resource_name"), "One") == 0, "another name");
	want(array_has(member(doc, "authorization_servers"), base_url()),
	    "not our server");
	doc = document(PR "/two");
	want(same(member(doc, "scopes_supported"), "['read']"), "other scopes");
	want(member(doc, "resource_name") == NULL, "the other's name");
	expect_error(get(PR "/three"), 404, "not_found|invalid_request");
	expect_error(get(PR "/mcp"), 404, "not_found|invalid_request");
	expect_error(get(PR "/mcp/one/"), 404, "not_found|invalid_request");
}
END_TEST

/* RFC 9728 3.1: only the slash behind the host is left out. */
START_TEST(resource_with_a_slash)
{

	CONFIGURE(text("resource '%s/mcp/' {\n name = 'One'\n}", base_url()));
	(void)document(PR "/mcp/");
	expect_error(get(PR "/mcp"), 404, "not_found|invalid_request");
}
END_TEST

/* RFC 9728 3.3: another host's root is not what our own address describes. */
START_TEST(default_resource_is_the_issuer)
{
	struct json_object *doc;

	CONFIGURE("resource 'https://mcp.example.org' {\n name = 'Far'\n}");
	doc = document(PR);
	want(strcmp(string(doc, "resource"), base_url()) == 0,
	    "another host's resource");
}
END_TEST

/* SIGHUP drops no request: some are under way while workers change. */
START_TEST(reload_keeps_processes_answering)
{
	int i;

	for (i = 0; i < 5; i++) {
		CONFIGURE(i % 2 == 0 ? "metadata_max_age = 5m"
				     : "metadata_max_age = 6m");
		(void)enrol(json("{" HTTPS "}"));
		expect_status(get(AS), 200);
	}
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ registration_closed, 0 },
		{ unsupported_grant_types_rejected, 0 },
		{ unsupported_scopes_trimmed, 0 },
		{ partial_update_off, 0 },
		{ scopes_and_default_scope, 0 },
		{ grant_types_allowed, 0 },
		{ auth_methods_allowed, 0 },
		{ redirect_schemes_allowed, 0 },
		{ limits, 0 },
		{ metadata_max_age, 0 },
		{ etag_changes_with_the_document, 0 },
		{ token_lifetime, 0 },
		{ issuer_with_a_path, 0 },
		{ resources, 0 },
		{ resource_with_a_slash, 0 },
		{ default_resource_is_the_issuer, 0 },
		{ reload_keeps_processes_answering, 0 },
	};
	int status;

	status =
	    harness_main("config", tests, sizeof(tests) / sizeof(tests[0]));
	/* Without the script every test has failed. */
	if (status != 77 && getenv("RIG_RECONF") != NULL)
		reconf(NULL, 0);
	return status;
}
