#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

/*
 * Bodies as clients in the field send them.  ROLLCALL_FIXTURES may name a
 * folder with more of them, one JSON body a file: each must register.
 */
#define CASES "fixtures.json"

/* RFC 7592 2.1: what was answered is read back. */
static void
expect_read_back(struct answer *a)
{
	struct json_object *wanted = case_body(a->json, NULL);
	const struct client c = { .token = string(
				      a->json, "registration_access_token"),
		.url = string(a->json, "registration_client_uri") };
	struct answer *b = manage(&c, "GET", NULL);

	json_object_object_del(wanted, "client_secret");
	json_object_object_del(wanted, "client_secret_expires_at");
	want(json_object_equal(wanted, b->json),
	    "a read differs from the registration");
}

static const char *
default_scope(void)
{
	struct client *c =
	    enrol(json("{'redirect_uris':['https://client.example.org/cb']}"));

	return string(c->answer->json, "scope");
}

START_TEST(fixture)
{
	struct json_object *row = case_at(CASES, _i);
	struct answer *a =
	    post(json_object_to_json_string(member(row, "body")));

	case_run(a, row);
	expect_read_back(a);
	if (member(row, "default_scope") != NULL)
		expect_member(a, "scope", text("'%s'", default_scope()));
}
END_TEST

/* What a client asked for it gets, save what counts as absent. */
static void
expect_granted(const struct answer *a, const struct json_object *body)
{
	static const char *const names[] = { "client_name", "redirect_uris",
		"token_endpoint_auth_method", "contacts", "initiate_login_uri",
		"frontchannel_logout_uri", "post_logout_redirect_uris" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (member(body, names[i]) != NULL)
			want(json_object_equal(member(a->json, names[i]),
				 member(body, names[i])),
			    "%s is not as it was asked for", names[i]);
}

START_TEST(more_fixtures)
{
	const char *dir = getenv("ROLLCALL_FIXTURES");
	struct json_object *body;
	struct client *c;
	glob_t found;
	size_t i;

	if (dir == NULL || *dir == '\0')
		return;
	ck_assert_msg(glob(text("%s/*.json", dir), 0, NULL, &found) == 0,
	    "no fixture in %s", dir);
	for (i = 0; i < found.gl_pathc; i++) {
		case_named(text("%s", found.gl_pathv[i]));
		body = json_object_from_file(found.gl_pathv[i]);
		ck_assert_msg(
		    body != NULL, "cannot read %s", found.gl_pathv[i]);
		c = enrol(json_object_to_json_string(body));
		expect_granted(c->answer, body);
		expect_read_back(c->answer);
		json_object_put(body);
	}
	globfree(&found);
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ fixture, case_count(CASES) },
		{ more_fixtures, 0 },
	};

	return harness_main(
	    "fixtures", tests, sizeof(tests) / sizeof(tests[0]));
}
