/*
 * login = remote_user as a web server does it: Apache asks for name and
 * password, and what it says of the person is what counts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness_browser.h"

/* alice, whose password is "secret", as mod_authn_file has it. */
#define USERS "alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n"
#define RIGHT "Basic YWxpY2U6c2VjcmV0"
#define WRONG "Basic YWxpY2U6d3Jvbmc="

static void
write_users(void)
{
	FILE *f = fopen(text("%s/rollcall.users", getenv("RIG_DIR")), "w");

	want(f != NULL && fputs(USERS, f) >= 0 && fclose(f) == 0, "users");
}

START_TEST(the_web_server_logs_in)
{
	static const char *const lines[] = { "login = remote_user" };
	struct client *c = web_app();
	struct browser b = { 0 };
	struct answer *none, *wrong, *right, *allowed;
	const char *url;

	write_users();
	reconf(lines, 1);
	url = location(visit(&b, asking(c, WEB, "")));
	none = visit(&b, url);
	b.authorization = WRONG;
	wrong = visit(&b, url);
	b.authorization = RIGHT;
	right = visit(&b, url);
	b.authorization = NULL;
	allowed = decide(&b, right, "allow");
	reconf(NULL, 0);

	expect_status(none, 401);
	want(strncmp(header(none, "WWW-Authenticate"), "Basic ", 6) == 0,
	    "Apache asks");
	expect_status(wrong, 401);
	want(strstr(location(right), "/oauth/consent?") != NULL, "on");
	expect_code(allowed, WEB, "xyz");
	want(strcmp(db("SELECT a.login_name FROM rollcall.account a JOIN "
		       "rollcall.authorization_grant g USING (account_id) "
		       "WHERE g.client_id = $1",
			c->id),
		 "alice") == 0,
	    "for whom Apache let in");
}
END_TEST

/* Only the login is behind the password. */
START_TEST(nothing_else_asks_for_a_password)
{
	struct browser b = { 0 };

	write_users();
	location(visit(&b, asking(web_app(), WEB, "")));
	expect_page(visit(&b, "/oauth/consent"), 400);
	expect_status(get("/oauth/jwks"), 200);
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ the_web_server_logs_in, 0 },
		{ nothing_else_asks_for_a_password, 0 },
	};

	return harness_main(
	    "remote_user", tests, sizeof(tests) / sizeof(tests[0]));
}
