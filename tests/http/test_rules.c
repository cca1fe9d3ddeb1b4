#include <string.h>

#include "harness.h"

/*
 * Rules between members, one a row of rules.json: "body" goes on top of one
 * https redirect URI, unless the row is "bare"; case_run says the rest.
 */
#define CASES "rules.json"

static const char *
body_of(const struct json_object *row)
{
	const char *base =
	    json("{'redirect_uris':['https://client.example.org/cb']}");

	return json_object_to_json_string(case_body(
	    member(row, "bare") == NULL ? parse(base, strlen(base)) : NULL,
	    member(row, "body")));
}

START_TEST(at_registration)
{
	struct json_object *row = case_at(CASES, _i);

	case_run(post(body_of(row)), row);
}
END_TEST

/* The same rules hold when a client replaces what it has registered. */
START_TEST(at_update)
{
	struct json_object *row = case_at(CASES, _i);
	struct client *c = enrol(
	    json("{'redirect_uris':['https://client.example.org/before']}"));
	struct json_object *id = case_body(NULL, NULL);
	const char *plain = body_of(row);
	struct answer *a;

	json_object_object_add(id, "client_id", json_object_new_string(c->id));
	a = manage(c, "PUT",
	    json_object_to_json_string(
		case_body(parse(plain, strlen(plain)), id)));
	if (a->status == 200)
		a->status = 201; /* so that the row fits both */
	case_run(a, row);
}
END_TEST

int
main(void)
{
	const int n = case_count(CASES);
	const struct test tests[] = {
		{ at_registration, n },
		{ at_update, n },
	};

	return harness_main("rules", tests, sizeof(tests) / sizeof(tests[0]));
}
