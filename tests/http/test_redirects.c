#include <stdio.h>
#include <string.h>

#include "harness.h"

/*
 * Redirect URIs, one a row of redirects.json: "good" says whether it
 * registers, "type" as what, "application_type" what the client says.
 */
#define CASES "redirects.json"

static const char *
body_with(const struct json_object *row)
{
	struct json_object *body = case_body(NULL, NULL);
	struct json_object *uris = json_object_new_array();
	struct json_object *type = member(row, "application_type");

	json_object_array_add(uris, json_object_get(member(row, "uri")));
	json_object_object_add(body, "redirect_uris", uris);
	if (type != NULL)
		json_object_object_add(
		    body, "application_type", json_object_get(type));
	return json_object_to_json_string(body);
}

START_TEST(redirect_uri)
{
	struct json_object *row = case_at(CASES, _i);
	struct answer *a = post(body_with(row));
	const char *type = string(row, "type");
	const char *stored;

	if (member(row, "good") == NULL) {
		expect_error(a, 400, "invalid_redirect_uri");
		expect_named(a, "redirect_uri");
		return;
	}
	expect_status(a, 201);
	expect_headers(a);
	expect_schema(a);
	expect_member(a, "redirect_uris", text("['%s']", string(row, "uri")));
	stored = db("SELECT redirect_uris[1] FROM rollcall.client "
		    "WHERE client_id = $1 AND cardinality(redirect_uris) = 1",
	    string(a->json, "client_id"));
	want(stored != NULL && strcmp(stored, string(row, "uri")) == 0,
	    "stored is %s", stored);
	if (type != NULL)
		expect_member(a, "application_type", text("'%s'", type));
}
END_TEST

/* A bad one among good ones is found, wherever it stands. */
START_TEST(one_bad_among_good)
{
	const char *uris[3];
	int i;

	for (i = 0; i < 3; i++) {
		uris[0] = uris[1] = uris[2] = "https://client.example.org/cb";
		uris[i] = "https://client.example.org/cb#x";
		expect_error(post(json("{'redirect_uris':['%s','%s','%s']}",
				 uris[0], uris[1], uris[2])),
		    400, "invalid_redirect_uri");
	}
}
END_TEST

/* Policy: how long a redirect URI is, and how many a client has. */
START_TEST(limits)
{
	char *path = room(4001);
	const char *list = "'https://client.example.org/0'";
	int i;

	memset(path, 'a', 4000);
	expect_error(
	    post(json(
		"{'redirect_uris':['https://client.example.org/%s']}", path)),
	    400, "invalid_redirect_uri|invalid_client_metadata");
	path[1000] = '\0';
	(void)enrol(
	    json("{'redirect_uris':['https://client.example.org/%s']}", path));

	for (i = 1; i < 16; i++)
		list = text("%s,'https://client.example.org/%d'", list, i);
	(void)enrol(json("{'redirect_uris':[%s]}", list));
	for (; i < 200; i++)
		list = text("%s,'https://client.example.org/%d'", list, i);
	expect_error(post(json("{'redirect_uris':[%s]}", list)), 400,
	    "invalid_redirect_uri|invalid_client_metadata");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ redirect_uri, case_count(CASES) },
		{ one_bad_among_good, 0 },
		{ limits, 0 },
	};

	return harness_main(
	    "redirects", tests, sizeof(tests) / sizeof(tests[0]));
}
