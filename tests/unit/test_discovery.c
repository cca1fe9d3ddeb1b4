#include "unit.h"

#include "discovery.h"
#include "request.h"

/* Parse a document's text. */
static struct rc_json *
parse(struct rc_req *rq, const struct rc_document *doc)
{
	struct rc_json *json;
	const char *why;
	size_t at;

	ck_assert_uint_eq(doc->len, strlen(doc->text));
	ck_assert_int_eq(
	    rc_json_parse(rq->mem, doc->text, doc->len, &json, &why, &at),
	    RC_OK);
	return json;
}

/* Compare the member ${name} with a JSON value, "null" for absent. */
static void
expect(struct rc_req *rq, const struct rc_json *json, const char *name,
    const char *value)
{

	ck_assert_msg(
	    rc_json_equal(rc_json_get(json, name),
		rc_json_get(
		    unit_json(rq, rc_printf(rq->mem, "{'x':%s}", value)), "x")),
	    "%s is not %s", name, value);
}

START_TEST(the_server_says_what_may_be_registered)
{
	struct rc_req *rq = unit_request("");
	struct rc_document doc;
	struct rc_json *json;

	rc_discovery_server(rq->mem, rq->conf, &doc);
	json = parse(rq, &doc);
	ck_assert_str_eq(doc.path, "");
	expect(rq, json, "issuer", "'https://auth.example.org'");
	expect(rq, json, "registration_endpoint",
	    "'https://auth.example.org/oauth/register'");
	expect(rq, json, "registration_lint_supported", "true");
	expect(rq, json, "response_types_supported", "['code']");
	expect(rq, json, "grant_types_supported",
	    "['authorization_code','refresh_token','client_credentials']");
	expect(rq, json, "scopes_supported",
	    "['openid','profile','email','offline_access','read','write']");
	expect(rq, json, "subject_types_supported", "['public','pairwise']");
	expect(rq, json, "token_endpoint_auth_signing_alg_values_supported",
	    "['RS256','PS256','ES256','EdDSA']");
	expect(rq, json, "request_uri_parameter_supported", "false");
	expect(rq, json, "service_documentation", "null");
	expect(rq, json, "authorization_endpoint",
	    "'https://auth.example.org/oauth/authorize'");
	expect(rq, json, "jwks_uri", "'https://auth.example.org/oauth/jwks'");
	expect(rq, json, "code_challenge_methods_supported", "['S256']");
	expect(rq, json, "response_modes_supported", "['query','form_post']");
	expect(
	    rq, json, "authorization_response_iss_parameter_supported", "true");
	expect(rq, json, "revocation_endpoint_auth_methods_supported",
	    "['client_secret_basic','client_secret_post','private_key_jwt',"
	    "'none']");
	/* RFC 7662 2.1: who introspects must authenticate. */
	expect(rq, json, "introspection_endpoint_auth_methods_supported",
	    "['client_secret_basic','client_secret_post','private_key_jwt']");
	unit_request_free(rq);
}
END_TEST

START_TEST(what_is_not_offered_is_not_there)
{
	struct rc_req *rq = unit_request("registration = closed\n"
					 "grant_types = {client_credentials}\n"
					 "response_types = {}\n"
					 "token_endpoint_auth_methods = "
					 "{client_secret_basic}\n"
					 "op_tos_uri = \"https://a.example/\"");
	struct rc_document doc;
	struct rc_json *json;

	rc_discovery_server(rq->mem, rq->conf, &doc);
	json = parse(rq, &doc);
	ck_assert(!rc_json_has(json, "registration_endpoint"));
	ck_assert(!rc_json_has(json, "response_types_supported"));
	ck_assert(!rc_json_has(
	    json, "token_endpoint_auth_signing_alg_values_supported"));
	expect(rq, json, "op_tos_uri", "'https://a.example/'");
	/* Nobody logs in where only clients act. */
	ck_assert(!rc_json_has(json, "authorization_endpoint"));
	ck_assert(!rc_json_has(json, "userinfo_endpoint"));
	ck_assert(!rc_json_has(json, "code_challenge_methods_supported"));
	expect(rq, json, "token_endpoint",
	    "'https://auth.example.org/oauth/token'");
	unit_request_free(rq);
}
END_TEST

START_TEST(resources_are_described)
{
	struct rc_req *rq =
	    unit_request("resource \"https://mcp.example.org:8443/mcp\" {\n"
			 "scopes = {\"read\"}\nname = \"Tools\"\n"
			 "documentation = \"https://mcp.example.org/doc\"\n}");
	struct rc_document doc;
	struct rc_json *json;

	rc_discovery_resource(rq->mem, rq->conf, &rq->conf->resources[0], &doc);
	json = parse(rq, &doc);
	ck_assert_str_eq(doc.path, "/mcp");
	ck_assert_str_eq(doc.host, "mcp.example.org:8443");
	expect(rq, json, "resource", "'https://mcp.example.org:8443/mcp'");
	expect(
	    rq, json, "authorization_servers", "['https://auth.example.org']");
	expect(rq, json, "scopes_supported", "['read']");
	expect(rq, json, "bearer_methods_supported", "['header']");
	expect(rq, json, "resource_name", "'Tools'");
	expect(rq, json, "resource_documentation",
	    "'https://mcp.example.org/doc'");

	rc_discovery_resource(rq->mem, rq->conf, NULL, &doc);
	json = parse(rq, &doc);
	ck_assert_str_eq(doc.path, "");
	ck_assert_str_eq(doc.host, "auth.example.org");
	expect(rq, json, "resource", "'https://auth.example.org'");
	expect(rq, json, "resource_name", "null");
	unit_request_free(rq);
}
END_TEST

START_TEST(the_entity_tag_follows_the_text)
{
	struct rc_req *a = unit_request(""), *b = unit_request("");
	struct rc_req *c = unit_request("registration = closed");
	struct rc_document da, db, dc;

	rc_discovery_server(a->mem, a->conf, &da);
	rc_discovery_server(b->mem, b->conf, &db);
	rc_discovery_server(c->mem, c->conf, &dc);
	ck_assert_str_eq(da.etag, db.etag);
	ck_assert_str_ne(da.etag, dc.etag);
	ck_assert_int_eq(da.etag[0], '"');
	unit_request_free(a);
	unit_request_free(b);
	unit_request_free(c);
}
END_TEST

UNIT_MAIN("discovery", the_server_says_what_may_be_registered,
    what_is_not_offered_is_not_there, resources_are_described,
    the_entity_tag_follows_the_text)
