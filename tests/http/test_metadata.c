#include <stdlib.h>
#include <string.h>

#include "harness.h"

#define AS "/.well-known/oauth-authorization-server"
#define OIDC "/.well-known/openid-configuration"
#define PR "/.well-known/oauth-protected-resource"

static const char *const documents[] = { AS, OIDC, PR };
#define NDOCUMENTS ((int)(sizeof(documents) / sizeof(documents[0])))

static struct answer *
ask(const char *method, const char *path, const char *line)
{
	const char *const headers[] = { line, NULL };
	/* What may have a body has an empty one, or lighttpd asks for it. */
	const struct call call = { .method = method,
		.url = path,
		.body = *method == 'P' ? "" : NULL,
		.headers = line == NULL ? NULL : headers };

	return http(&call);
}

static void
expect_public(const struct answer *a)
{
	const char *value = header(a, "Cache-Control");

	want(has_word(value, "public") && strstr(value, "max-age=") != NULL,
	    "Cache-Control is not public, max-age");
	want(header(a, "ETag") != NULL, "no ETag");
	value = header(a, "Access-Control-Allow-Origin");
	want(value != NULL && strcmp(value, "*") == 0,
	    "Access-Control-Allow-Origin is not *");
	value = header(a, "X-Content-Type-Options");
	want(value != NULL && strcmp(value, "nosniff") == 0,
	    "X-Content-Type-Options is not nosniff");
}

static struct answer *
document(const char *path)
{
	struct answer *a = get(path);

	case_named(path);
	expect_status(a, 200);
	want(json_object_is_type(a->json, json_type_object),
	    "the document is no JSON object");
	want(has_word(header(a, "Content-Type"), "application/json"),
	    "Content-Type is not application/json");
	expect_public(a);
	return a;
}

/* RFC 8414 3.2: members without a value are left out. */
static void
expect_full(const struct json_object *value, const char *name)
{
	size_t i;

	want(value != NULL, "%s is null", name);
	want(!json_object_is_type(value, json_type_string) ||
		 json_object_get_string_len(value) > 0,
	    "%s is empty", name);
	if (json_object_is_type(value, json_type_array)) {
		want(json_object_array_length(value) > 0, "%s is empty", name);
		for (i = 0; i < json_object_array_length(value); i++)
			expect_full(json_object_array_get_idx(value, i), name);
	}
}

START_TEST(document_is_there)
{
	struct answer *a = document(documents[_i]);

	json_object_object_foreach(a->json, name, value)
	{
		expect_full(value, name);
	}
}
END_TEST

/* RFC 9110 13.1.2 */
START_TEST(conditional)
{
	struct answer *a = document(documents[_i]);
	const char *etag = header(a, "ETag");
	const char *const same[] = { text("If-None-Match: %s", etag),
		"If-None-Match: *", text("If-None-Match: \"x\", %s", etag),
		text("If-None-Match: W/%s",
		    strncmp(etag, "W/", 2) == 0 ? etag + 2 : etag) };
	const char *const other[] = { "If-None-Match: \"x\"",
		"If-None-Match: x", "If-None-Match: \"\"" };
	struct answer *b;
	size_t i;

	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		b = ask("GET", documents[_i], same[i]);
		case_named(same[i]);
		expect_status(b, 304);
		want(b->len == 0, "304 with a body");
		expect_public(b);
		want(strcmp(header(b, "ETag"), etag) == 0, "another ETag");
		expect_status(ask("HEAD", documents[_i], same[i]), 304);
	}
	for (i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		expect_status(ask("GET", documents[_i], other[i]), 200);
}
END_TEST

/* Every process serves the same bytes. */
START_TEST(etag_is_stable)
{
	struct answer *a = document(documents[_i]);
	struct answer *b;
	int i;

	for (i = 0; i < 12; i++) {
		b = document(documents[_i]);
		want(strcmp(header(a, "ETag"), header(b, "ETag")) == 0 &&
			 strcmp(a->body, b->body) == 0,
		    "two answers differ");
	}
}
END_TEST

START_TEST(head_has_no_body)
{
	struct answer *a = ask("HEAD", documents[_i], NULL);
	struct answer *b = document(documents[_i]);

	expect_status(a, 200);
	want(a->len == 0, "HEAD has a body");
	expect_public(a);
	want(strcmp(header(a, "ETag"), header(b, "ETag")) == 0, "another ETag");
}
END_TEST

START_TEST(only_get)
{
	static const char *const methods[] = { "POST", "PUT", "DELETE",
		"PATCH" };
	struct answer *a;
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		a = ask(methods[i], documents[_i], NULL);
		expect_error(a, 405, "invalid_request");
		want(has_word(header(a, "Allow"), "GET") &&
			 has_word(header(a, "Allow"), "HEAD"),
		    "Allow does not say GET, HEAD");
		want(header_count(a, "Cache-Control") == 0 ||
			 !has_word(header(a, "Cache-Control"), "public"),
		    "an error may be cached");
	}
}
END_TEST

START_TEST(preflight)
{
	const char *const headers[] = { "Access-Control-Request-Method: GET",
		"Access-Control-Request-Headers: mcp-protocol-version", NULL };
	const struct call call = {
		.method = "OPTIONS", .url = documents[_i], .headers = headers
	};
	struct answer *a = http(&call);

	want(a->status == 204 || a->status == 200, "preflight failed");
	want(has_word(header(a, "Access-Control-Allow-Headers"),
		 "mcp-protocol-version"),
	    "the header is not allowed");
	want(has_word(header(a, "Access-Control-Allow-Methods"), "GET"),
	    "GET is not allowed");
}
END_TEST

/* Unknown resource or issuer path: 404 JSON. */
START_TEST(unknown_is_404)
{
	struct answer *a;

	a = get(text("%s/nosuch", documents[_i]));
	expect_error(a, 404, "not_found|invalid_request");
	expect_error(
	    get(text("%s/", documents[_i])), 404, "not_found|invalid_request");
	/* .htaccess cannot allow encoded slashes. */
	a = get(text("%s/a/b%%2Fc", documents[_i]));
	if (in_server("apache-htaccess"))
		expect_status(a, 404);
	else
		expect_error(a, 404, "not_found|invalid_request");
	expect_status(get(text("%sx", documents[_i])), 404);
}
END_TEST

/* A question mark changes nothing. */
START_TEST(query_is_ignored)
{
	struct answer *a = document(documents[_i]);
	struct answer *b = document(text("%s?x=y", documents[_i]));

	want(strcmp(a->body, b->body) == 0, "the query changed the document");
}
END_TEST

static void
expect_lists(const struct json_object *doc, const char *name, const char *item)
{

	want(array_has(member(doc, name), item), "%s lacks %s", name, item);
}

/* RFC 8414 2 and 3.3, OpenID Connect Discovery 3. */
START_TEST(server_members)
{
	static const char *const lists[] = { "response_types_supported",
		"grant_types_supported", "scopes_supported",
		"token_endpoint_auth_methods_supported" };
	const char *path = _i == 0 ? AS : OIDC;
	struct json_object *doc = document(path)->json;
	const char *issuer = string(doc, "issuer");
	const char *endpoint = string(doc, "registration_endpoint");
	size_t i;

	want(issuer != NULL && strcmp(issuer, base_url()) == 0,
	    "issuer is not %s", base_url());
	want(endpoint != NULL && strcmp(endpoint, register_url()) == 0,
	    "registration_endpoint is not %s", register_url());
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		want(
		    json_object_is_type(member(doc, lists[i]), json_type_array),
		    "%s is missing (vscode asks for what it lists)", lists[i]);
	expect_lists(doc, "response_types_supported", "code");
	expect_lists(doc, "grant_types_supported", "authorization_code");
	expect_lists(doc, "grant_types_supported", "client_credentials");
	expect_lists(doc, "scopes_supported", "openid");
	want(!array_has(member(doc, "grant_types_supported"), "implicit"),
	    "implicit is listed");
	if (_i == 1) {
		expect_lists(doc, "subject_types_supported", "public");
		expect_lists(doc, "subject_types_supported", "pairwise");
		expect_lists(
		    doc, "id_token_signing_alg_values_supported", "RS256");
	}
}
END_TEST

/* Both documents say the same of what both speak of. */
START_TEST(documents_agree)
{
	struct json_object *as = document(AS)->json;
	struct json_object *oidc = document(OIDC)->json;

	json_object_object_foreach(as, name, value)
	{
		want(member(oidc, name) == NULL ||
			 json_object_equal(member(oidc, name), value),
		    "%s differs", name);
	}
}
END_TEST

/* Design 6.12: an endpoint appears when its program exists. */
START_TEST(endpoints_exist)
{
	struct json_object *doc = document(_i == 0 ? AS : OIDC)->json;
	const char *url;
	size_t len;

	json_object_object_foreach(doc, name, value)
	{
		len = strlen(name);
		if (strcmp(name, "jwks_uri") != 0 &&
		    (len < 9 || strcmp(name + len - 9, "_endpoint") != 0))
			continue;
		url = json_object_get_string(value);
		want(strncmp(url, base_url(), strlen(base_url())) == 0,
		    "%s is elsewhere", name);
		want(get(url)->status != 404, "%s is not there", name);
	}
	want(member(doc, "registration_endpoint") != NULL, "nothing is there");
}
END_TEST

/* RFC 9728 2 and 3.3. */
START_TEST(resource_members)
{
	struct json_object *doc = document(PR)->json;
	const char *resource = string(doc, "resource");

	want(resource != NULL &&
		 strncmp(resource, base_url(), strlen(base_url())) == 0,
	    "resource is not at this host");
	want(array_has(member(doc, "authorization_servers"), base_url()),
	    "authorization_servers lacks the issuer");
}
END_TEST

/* What is advertised registers, one by one, and is echoed. */
static void
registers(
    const char *fmt, const char *value, const char *name, const char *wanted)
{
	struct client *c;

	case_named(text("%s %s", name, value));
	c = enrol(keyed(text("{%s}", fmt)));
	expect_member(c->answer, name, wanted);
}

#define HTTPS "'redirect_uris':['https://client.example.org/cb'],"

static struct json_object *
supported(const char *name)
{
	struct json_object *list = member(document(OIDC)->json, name);

	return list == NULL ? member(document(AS)->json, name) : list;
}

static const char *
item(const struct json_object *list, size_t i)
{

	return json_object_get_string(json_object_array_get_idx(list, i));
}

START_TEST(advertised_grant_types_register)
{
	struct json_object *list = supported("grant_types_supported");
	const char *s;
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		s = item(list, i);
		if (strcmp(s, "refresh_token") == 0)
			registers(HTTPS "'grant_types':['authorization_code',"
					"'refresh_token']",
			    s, "grant_types",
			    "['authorization_code','refresh_token']");
		else
			registers(text(HTTPS "'grant_types':['%s']", s), s,
			    "grant_types", text("['%s']", s));
	}
}
END_TEST

START_TEST(advertised_response_types_register)
{
	struct json_object *list = supported("response_types_supported");
	const char *s;
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		s = item(list, i);
		registers(text(HTTPS "'response_types':['%s']", s), s,
		    "response_types", text("['%s']", s));
	}
}
END_TEST

START_TEST(advertised_methods_register)
{
	struct json_object *list =
	    supported("token_endpoint_auth_methods_supported");
	const char *s;
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		s = item(list, i);
		registers(text(HTTPS "'jwks':'@all',"
				     "'token_endpoint_auth_method':'%s'",
			      s),
		    s, "token_endpoint_auth_method", text("'%s'", s));
	}
}
END_TEST

START_TEST(advertised_scopes_register)
{
	struct json_object *list = supported("scopes_supported");
	const char *s;
	size_t i;

	for (i = 0; i < json_object_array_length(list); i++) {
		s = item(list, i);
		registers(
		    text(HTTPS "'scope':'%s'", s), s, "scope", text("'%s'", s));
	}
}
END_TEST

/* A list of OpenID Connect Discovery 3 and the member that picks from it. */
START_TEST(advertised_algorithms_register)
{
	static const char *const pairs[][2] = {
		{ "id_token_signing_alg_values_supported",
		    "id_token_signed_response_alg" },
		{ "userinfo_signing_alg_values_supported",
		    "userinfo_signed_response_alg" },
		{ "id_token_encryption_alg_values_supported",
		    "id_token_encrypted_response_alg" },
		{ "request_object_signing_alg_values_supported",
		    "request_object_signing_alg" },
		{ "token_endpoint_auth_signing_alg_values_supported",
		    "token_endpoint_auth_signing_alg" },
		{ "subject_types_supported", "subject_type" },
	};
	const char *with = "";
	struct json_object *list;
	const char *s;
	size_t i, k;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		list = supported(pairs[i][0]);
		if (strncmp(pairs[i][1], "token_", 6) == 0)
			with = "'jwks':'@all','token_endpoint_auth_method':"
			       "'private_key_jwt',";
		else
			with = "";
		for (k = 0; list != NULL && k < json_object_array_length(list);
		     k++) {
			s = item(list, k);
			registers(
			    text(HTTPS "%s'%s':'%s'", with, pairs[i][1], s), s,
			    pairs[i][1], text("'%s'", s));
		}
	}
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ document_is_there, NDOCUMENTS },
		{ conditional, NDOCUMENTS },
		{ etag_is_stable, NDOCUMENTS },
		{ head_has_no_body, NDOCUMENTS },
		{ only_get, NDOCUMENTS },
		{ preflight, NDOCUMENTS },
		{ unknown_is_404, NDOCUMENTS },
		{ query_is_ignored, NDOCUMENTS },
		{ server_members, 2 },
		{ documents_agree, 0 },
		{ endpoints_exist, 2 },
		{ resource_members, 0 },
		{ advertised_grant_types_register, 0 },
		{ advertised_response_types_register, 0 },
		{ advertised_methods_register, 0 },
		{ advertised_scopes_register, 0 },
		{ advertised_algorithms_register, 0 },
	};

	return harness_main(
	    "metadata", tests, sizeof(tests) / sizeof(tests[0]));
}
