#include <stdio.h>
#include <string.h>

#include "harness.h"

/*
 * Each client metadata member: a value of each wrong type, null, good values,
 * bad ones.  A row of members.json has
 *   member, kind  its name and what it is made of
 *   with          other members that it needs
 *   good, bad     values; bad are 400 and the member is named
 *   pass          values let pass though the member is not built yet
 *   error         other than invalid_client_metadata
 *   foreign       a member of a standard that we do not promise: it may be
 *                 refused or ignored, but never stored
 *   needed        without it nothing registers
 */
#define CASES "members.json"

/* Values that are not of the kind, as JSON. */
struct wrong {
	const char *kind;
	const char *values;
};

static const struct wrong wrongs[] = {
	{ "string", "[5, true, 1.5, ['x'], {'x': 'y'}]" },
	{ "uri", "[5, false, ['https://client.example.org/'], {'x': 'y'}]" },
	{ "words", "[5, true, ['openid'], {'openid': true}]" },
	{ "strings", "['x', 5, true, {'0': 'x'}, [5], [['x']], [{}], [true]]" },
	{ "bool", "['true', 'false', 0, 1, ['x'], {'x': 'y'}]" },
	{ "int", "['5', true, 1.5, [5], {'x': 5}]" },
	{ "object", "['x', 5, true, ['x'], [{'kty': 'EC'}]]" },
};

static struct json_object *
wrong_values(const char *kind)
{
	const char *s;
	size_t i;

	for (i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++)
		if (strcmp(wrongs[i].kind, kind) == 0) {
			s = json("%s", wrongs[i].values);
			return parse(s, strlen(s));
		}
	ck_abort_msg("no kind %s", kind);
	return NULL;
}

/* A body of the row's with its member at ${value}. */
static struct json_object *
body_of(const struct json_object *row, struct json_object *value)
{
	const char *base =
	    json("{'redirect_uris':['https://client.example.org/cb']}");
	struct json_object *one = json_object_new_object();
	struct json_object *body;

	json_object_object_add(
	    one, string(row, "member"), json_object_get(value));
	body = case_body(
	    case_body(parse(base, strlen(base)), member(row, "with")), one);
	json_object_put(one);
	return body;
}

/*
 * A number beyond int64 would be rounded by json-c on its way out, so values
 * are sent as they stand in the text.
 */
static struct answer *
post_value(
    const struct json_object *row, struct json_object *value, const char *raw)
{
	struct json_object *body = body_of(row, value);
	const char *s = json_object_to_json_string_ext(
	    body, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	const char *mark = "\"@raw\"";
	const char *at = raw == NULL ? NULL : strstr(s, mark);

	if (at == NULL)
		return post(s);
	return post(text("%.*s%s%s", (int)(at - s), s, raw, at + strlen(mark)));
}

static void
expect_refused(const struct json_object *row, const struct answer *a)
{
	const char *error = string(row, "error");

	expect_error(a, 400, error == NULL ? "invalid_client_metadata" : error);
	expect_named(a, string(row, "member"));
}

START_TEST(wrong_types)
{
	struct json_object *row = case_at(CASES, _i);
	struct json_object *values = wrong_values(string(row, "kind"));
	struct answer *a;
	size_t i;

	for (i = 0; i < json_object_array_length(values); i++) {
		a = post_value(row, json_object_array_get_idx(values, i), NULL);
		if (member(row, "foreign") != NULL && a->status == 201)
			expect_absent(a, string(row, "member"));
		else
			expect_refused(row, a);
	}
}
END_TEST

START_TEST(numbers_out_of_range)
{
	static const char *const numbers[] = { "9223372036854775808",
		"-9223372036854775809", "18446744073709551616", "1e400",
		"100000000000000000000000000000000000000000000", "1.5",
		"1e-1" };
	struct json_object *row = case_at(CASES, _i);
	struct json_object *mark;
	size_t i;

	if (strcmp(string(row, "kind"), "int") != 0)
		return;
	mark = parse("\"@raw\"", 6);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		expect_refused(row, post_value(row, mark, numbers[i]));
}
END_TEST

/* Null is absent: the answer is that of a body without the member. */
START_TEST(null_is_absent)
{
	struct json_object *row = case_at(CASES, _i);
	const char *name = string(row, "member");
	struct json_object *without = body_of(row, NULL);
	struct answer *a, *b;

	if (member(row, "needed") != NULL) {
		expect_refused(row, post_value(row, NULL, NULL));
		return;
	}
	a = post_value(row, NULL, NULL);
	expect_status(a, 201);
	expect_schema(a);
	json_object_object_del(without, name);
	b = post(json_object_to_json_string(without));
	expect_status(b, 201);
	want(json_object_equal(member(a->json, name), member(b->json, name)),
	    "%s: null is not like absent", name);
}
END_TEST

/* Empty is absent for URIs, scopes and arrays. */
START_TEST(empty_is_absent)
{
	struct json_object *row = case_at(CASES, _i);
	const char *kind = string(row, "kind");
	const char *empty = strcmp(kind, "strings") == 0 ? "[]" : "\"\"";
	struct answer *a;

	if (strcmp(kind, "uri") != 0 && strcmp(kind, "words") != 0 &&
	    strcmp(kind, "strings") != 0)
		return;
	a = post_value(row, parse(empty, 2), NULL);
	if (member(row, "needed") != NULL) {
		expect_refused(row, a);
		return;
	}
	expect_status(a, 201);
	expect_schema(a);
}
END_TEST

/* A good value is stored, answered and read back as it is. */
static void
expect_kept(const struct json_object *row, struct json_object *value)
{
	const char *name = string(row, "member");
	struct json_object *sent = member(body_of(row, value), name);
	struct answer *a = post_value(row, value, NULL);
	struct client c = { 0 };
	const char *stored;

	if (a->status == 400 && member(row, "status") != NULL) {
		expect_refused(row, a);
		return;
	}
	expect_status(a, 201);
	expect_headers(a);
	expect_schema(a);
	want(json_object_equal(member(a->json, name), sent),
	    "%s is not as it was sent", name);
	c.id = string(a->json, "client_id");
	c.token = string(a->json, "registration_access_token");
	c.url = string(a->json, "registration_client_uri");
	stored = db(text("SELECT metadata ->> '%s' FROM rollcall.client "
			 "WHERE client_id = $1",
			name),
	    c.id);
	want(stored != NULL, "%s is not stored", name);
	a = manage(&c, "GET", NULL);
	want(json_object_equal(member(a->json, name), sent),
	    "%s is not read back as it was sent", name);
}

START_TEST(good_values)
{
	struct json_object *row = case_at(CASES, _i);
	struct json_object *values = member(row, "good");
	size_t i;

	for (i = 0; values != NULL && i < json_object_array_length(values); i++)
		expect_kept(row, json_object_array_get_idx(values, i));
}
END_TEST

START_TEST(bad_values)
{
	struct json_object *row = case_at(CASES, _i);
	struct json_object *values = member(row, "bad");
	struct answer *a;
	size_t i;

	for (i = 0; values != NULL && i < json_object_array_length(values);
	     i++) {
		a = post_value(row, json_object_array_get_idx(values, i), NULL);
		if (member(row, "foreign") != NULL && a->status == 201)
			expect_absent(a, string(row, "member"));
		else
			expect_refused(row, a);
	}
}
END_TEST

/* What promises nothing is let pass even where the promise is not built. */
START_TEST(passing_values)
{
	struct json_object *row = case_at(CASES, _i);
	struct json_object *values = member(row, "pass");
	struct answer *a;
	size_t i;

	for (i = 0; values != NULL && i < json_object_array_length(values);
	     i++) {
		a = post_value(row, json_object_array_get_idx(values, i), NULL);
		expect_status(a, 201);
		expect_schema(a);
	}
}
END_TEST

int
main(void)
{
	const int n = case_count(CASES);
	const struct test tests[] = {
		{ wrong_types, n },
		{ numbers_out_of_range, n },
		{ null_is_absent, n },
		{ empty_is_absent, n },
		{ good_values, n },
		{ bad_values, n },
		{ passing_values, n },
	};

	return harness_main("members", tests, sizeof(tests) / sizeof(tests[0]));
}
