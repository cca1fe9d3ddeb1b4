#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "arena.h"
#include "unit.h"
#include "value.h"

/* The phrase is NULL where the value is such a one. */
struct value {
	const char *(*judge)(struct rc_arena *mem, const char *value);
	const char *value;
	const char *fragment;
};

#define LABEL "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* clang-format off */
static const struct value urls[] = {
	{ rc_value_is_http_url, "https://www.example.org/a?b#c", NULL },
	{ rc_value_is_http_url, "http://www.example.org/", NULL },
	{ rc_value_is_http_url, "ftp://www.example.org/", "must begin with" },
	{ rc_value_is_http_url, "https://me@example.org/", "user name" },
	{ rc_value_is_http_url, "www.example.org", "is no good URL" },
	{ rc_value_is_https_url, "https://www.example.org/a?b", NULL },
	{ rc_value_is_https_url, "http://www.example.org/", "https://" },
	{ rc_value_is_https_url, "https://www.example.org/#a", "fragment" },
	{ rc_value_is_hook_url, "https://siem.example.org/", NULL },
	{ rc_value_is_hook_url, "http://127.0.0.1:9/", NULL },
	{ rc_value_is_hook_url, "http://127.0.0.1/#a", "fragment" },
	{ rc_value_is_hook_url, "http://siem.example.org/", "only on" },
	{ rc_value_is_service_url, "https://a.example.org/b/", NULL },
	{ rc_value_is_service_url, "http://[::1]:80", NULL },
	{ rc_value_is_service_url, "http://a.example.org", "only on" },
	{ rc_value_is_service_url, "https://a.example.org/?b", "query" },
	{ rc_value_is_service_url, "https://a.example.org/#b", "fragment" },
	{ rc_value_is_service_url, "https://A.example.org", "lower case" },
	{ rc_value_is_service_url, "https://a.example.org/%62", "%-escape" },
	{ rc_value_is_base, "https://a.example.org/b", NULL },
	{ rc_value_is_base, "https://a.example.org//",
	    "write \"https://a.example.org\"" },
};

static const struct value names[] = {
	{ rc_value_is_role_prefix, "", NULL },
	{ rc_value_is_role_prefix, "rollcall_2", NULL },
	{ rc_value_is_role_prefix, "Rollcall", "may only have" },
	{ rc_value_is_scope, "https://x/y!~", NULL },
	{ rc_value_is_scope, "", "is no scope" },
	{ rc_value_is_scope, "a b", "is no scope" },
	{ rc_value_is_scope, "a\"", "is no scope" },
	{ rc_value_is_scope, "a\\", "is no scope" },
	{ rc_value_is_scheme, "my+app-2", NULL },
	{ rc_value_is_scheme, "com.example.app", "has a dot" },
	{ rc_value_is_scheme, "https", "never" },
	{ rc_value_is_scheme, "javascript", "never" },
	{ rc_value_is_scheme, "2app", "is no URI scheme" },
	{ rc_value_is_policy_scheme, "https", NULL },
	{ rc_value_is_policy_scheme, "com.example.app", NULL },
	{ rc_value_is_policy_scheme, "javascript", "never" },
	{ rc_value_is_policy_scheme, "App", "is no URI scheme" },
	{ rc_value_is_name, "a.b-c_D9", NULL },
	{ rc_value_is_name, LABEL, NULL },
	{ rc_value_is_name, LABEL "a", "is no name" },
	{ rc_value_is_name, "-a", "is no name" },
	{ rc_value_is_name, "", "is no name" },
	{ rc_value_is_member, "client_name", NULL },
	{ rc_value_is_member, "_name", "is no metadata member" },
	{ rc_value_is_event, "client.registered", NULL },
	{ rc_value_is_event, "client.*", NULL },
	{ rc_value_is_event, "client", "is no event" },
	{ rc_value_is_event, "client.", "is no event" },
	{ rc_value_is_event, "*", "is no event" },
	{ rc_value_is_variable, "REMOTE_USER_2", NULL },
	{ rc_value_is_variable, "remote_user", "is no server variable" },
	{ rc_value_is_variable, "HTTP_X_USER", "is part of the request" },
};

static const struct value places[] = {
	{ rc_value_is_host, "app.example.org", NULL },
	{ rc_value_is_host, "*.example.org", NULL },
	{ rc_value_is_host, "[2001:db8::1]", NULL },
	{ rc_value_is_host, LABEL ".org", NULL },
	{ rc_value_is_host, LABEL "a.org", "is no host" },
	{ rc_value_is_host, "a.*.org", "is no host" },
	{ rc_value_is_host, "-a.org", "is no host" },
	{ rc_value_is_host, "a..org", "is no host" },
	{ rc_value_is_host, "https://a.org", "leave out the scheme" },
	{ rc_value_is_host, "a.org:443", "has a port" },
	{ rc_value_is_host, "A.org", "lower case" },
	{ rc_value_is_mail_address, "ops@example.org", NULL },
	{ rc_value_is_mail_address, "root", NULL },
	{ rc_value_is_mail_address, "@example.org", "is no mail" },
	{ rc_value_is_mail_address, "ops@", "is no mail" },
	{ rc_value_is_mail_address, "a@b@c", "is no mail" },
	{ rc_value_is_mail_address, "-oQ/tmp", "is no mail" },
	{ rc_value_is_mail_address, "a,b@example.org", "is no mail" },
	{ rc_value_is_path, "/etc/rollcall.key", NULL },
	{ rc_value_is_path, "rollcall.key", "must begin with" },
	{ rc_value_is_network, "192.0.2.0/24", NULL },
	{ rc_value_is_network, "192.0.2.1/24", "behind its prefix" },
};
/* clang-format on */

static void
judge(const struct value *v, size_t n)
{
	struct rc_arena *mem = rc_arena_new();
	const char *why;
	size_t i;

	for (i = 0; i < n; i++) {
		why = v[i].judge(mem, v[i].value);
		if (v[i].fragment == NULL)
			ck_assert_msg(
			    why == NULL, "\"%s\" %s", v[i].value, why);
		else
			ck_assert_msg(
			    why != NULL && strstr(why, v[i].fragment) != NULL,
			    "\"%s\" %s", v[i].value,
			    why == NULL ? "is taken" : why);
	}
	rc_arena_free(mem);
}

START_TEST(value_urls)
{

	judge(urls, sizeof(urls) / sizeof(urls[0]));
}
END_TEST

START_TEST(value_names)
{

	judge(names, sizeof(names) / sizeof(names[0]));
}
END_TEST

START_TEST(value_places)
{

	judge(places, sizeof(places) / sizeof(places[0]));
}
END_TEST

START_TEST(value_words)
{
	static const char *const words[] = { "open", "closed", NULL };

	ck_assert(rc_value_is_one_of(words, "closed"));
	ck_assert(!rc_value_is_one_of(words, "close"));
	ck_assert(!rc_value_is_one_of(words, ""));
	ck_assert(rc_value_is_word('-') && rc_value_is_word('9'));
	ck_assert(!rc_value_is_word(' ') && !rc_value_is_word('\0'));
	ck_assert(rc_value_is_digit('0') && !rc_value_is_digit('a'));
}
END_TEST

UNIT_MAIN("value", value_urls, value_names, value_places, value_words)
