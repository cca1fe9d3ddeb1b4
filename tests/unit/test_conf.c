#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "conf.h"
#include "unit.h"

#define ISSUER "issuer = \"https://auth.example.org\"\n"

/* What the last load said. */
static char error[1024];

/* The file that the last load read; each test is a process of its own. */
static char path[64];

/* Load ${len} bytes of ${text} from a file. */
static struct rc_conf *
load_bytes(const char *text, size_t len)
{
	struct rc_conf *conf;
	FILE *f;
	int fd;

	snprintf(path, sizeof(path), "./test_conf.XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	f = fdopen(fd, "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
	error[0] = '\0';
	conf = rc_conf_load(path, error, sizeof(error));
	unlink(path);
	return conf;
}

static struct rc_conf *
load(const char *text)
{

	return load_bytes(text, strlen(text));
}

/* Load what must be good: an issuer, and ${text} from line 2 on. */
static struct rc_conf *
load_good(const char *text)
{
	char whole[4096];
	struct rc_conf *conf;

	snprintf(whole, sizeof(whole), "%s%s", ISSUER, text);
	conf = load(whole);
	ck_assert_msg(conf != NULL, "%s\nfor:\n%s", error, whole);
	return conf;
}

/* Load what must be bad in ${line} (0: no line) and check the sentence. */
static void
load_bad(const char *text, int line, const char *fragment)
{
	char start[128];
	struct rc_conf *conf = load(text);

	ck_assert_msg(conf == NULL, "accepted:\n%s", text);
	if (line > 0)
		snprintf(start, sizeof(start), "%s:%d: ", path, line);
	else
		snprintf(start, sizeof(start), "%s: ", path);
	ck_assert_msg(strncmp(error, start, strlen(start)) == 0,
	    "%s\nis not in line %d for:\n%s", error, line, text);
	ck_assert_msg(strstr(error, fragment) != NULL,
	    "%s\nlacks: %s\nfor:\n%s", error, fragment, text);
}

/* The list as words with one space between them. */
static const char *
join(const struct rc_list *list)
{
	static char text[1024];
	size_t i, n = 0;

	text[0] = '\0';
	for (i = 0; i < list->count; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s",
		    i > 0 ? " " : "", list->items[i]);
	return text;
}

struct bad {
	const char *text;
	int line;
	const char *fragment;
};

static void
walk_bad(const struct bad *cases, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		load_bad(cases[i].text, cases[i].line, cases[i].fragment);
}

#define WALK_BAD(cases) walk_bad(cases, sizeof(cases) / sizeof((cases)[0]))

/* Sections with something on line 3. */
#define POLICY(text) "policy \"a\" {\n" text "\n}\n"
#define STATEMENT(text) \
	"statement_issuer \"https://s.example\" {\n" text "\n}\n"
/* What a webhook must have. */
#define HOOK "url = \"https://h.example\"; secret_file = \"/s\""

/* clang-format off */

/* Traps of the format: what libconfuse alone would let pass, and junk. */
static const struct bad syntax[] = {
	{ "", 0, "issuer is required, such as issuer = \"https://" },
	{ "# nothing\n", 0, "issuer is required" },
	{ "database = \"\"\n", 0, "issuer is required" },

	/* repeated */
	{ ISSUER ISSUER, 2, "issuer is given again, first on line 1" },
	{ ISSUER "\nmax_body = 1k\nmax_body = 2k\n", 4,
	    "max_body is given again, first on line 3" },
	{ ISSUER "resource \"https://a.example\" {\nname = a\nname = b\n}\n",
	    4, "name is given again, first on line 3" },
	{ ISSUER "resource \"https://a.example\" { }\n"
	    "resource \"https://a.example\" { }\n", 3,
	    "resource \"https://a.example\" is given again, first on line 2" },

	/* unknown */
	{ ISSUER "scope = {read}\n", 2, "scope is a section: "
	    "scope \"read\" { }; or is \"scopes\" meant?" },
	{ ISSUER "scopess = {read}\n", 2,
	    "unknown key \"scopess\": is \"scopes\" meant?" },
	{ ISSUER "registration_lifetime = 1d\n", 2,
	    "is \"registration_token_lifetime\" meant?" },
	{ ISSUER "MAX_BODY = 1k\n", 2, "unknown key \"MAX_BODY\"" },
	{ ISSUER "zzzzzzzzzzzz = 1\n", 2, "unknown key \"zzzzzzzzzzzz\"" },
	{ ISSUER "name = \"x\"\n", 2, "unknown key \"name\" at the top level: "
	    "it belongs in a section resource \"https://...\" { }" },
	{ ISSUER "text = \"x\"\n", 2, "unknown key \"text\" at the top level: "
	    "it belongs in a section scope \"read\" { }" },
	{ ISSUER "scope \"read\" {\nname = x\n}\n", 3,
	    "unknown key \"name\" in a section scope: it belongs in a section "
	    "resource \"https://...\" { }" },
	{ ISSUER "resource \"https://a.example\" {\ntext_zh = x\n}\n", 3,
	    "unknown key \"text_zh\" in a section resource: it belongs in a "
	    "section scope \"read\" { }" },
	{ ISSUER "scope \"read\" {\ntxt = x\n}\n", 3,
	    "unknown key \"txt\": is \"text\" meant?" },
	{ ISSUER "resource \"https://a.example\" {\nnamee = x\n}\n", 3,
	    "unknown key \"namee\": is \"name\" meant?" },
	{ ISSUER "foo bar\n", 2, "unknown key \"foo\"" },
	{ ISSUER "foo\n", 2, "unknown key \"foo\"" },
	{ ISSUER "foo {\n}\n", 2, "unknown section \"foo\"" },
	{ ISSUER "foo \"x\" {\n}\n", 2, "unknown section \"foo\": there are "
	    "resource \"https://...\" { }, scope \"read\" { }, "
	    "policy \"partners\" { }, statement_issuer \"https://...\" { }, "
	    "webhook \"siem\" { }" },
	{ ISSUER "max_clients = 5\n", 2, "unknown key \"max_clients\" at the "
	    "top level: it belongs in a section policy \"partners\" { }" },
	{ ISSUER "policy \"a\" { statsu = active }\n", 2,
	    "unknown key \"statsu\": is \"status\" meant?" },

	/* sections */
	{ ISSUER "resource \"https://a.example\" {\nname = x\n", 2,
	    "resource \"https://a.example\" is not closed: \"}\" is missing" },
	{ ISSUER "resource \"https://a.example\" {\nmax_body = 1k\n", 3,
	    "is the section of line 2 closed?" },
	{ ISSUER "resource \"https://a.example\" {\n"
	    "resource \"https://b.example\" {\n}\n", 3,
	    "a section inside a section: is the one of line 2 closed?" },
	{ ISSUER "resource {\n}\n", 2, "resource has no title" },
	{ ISSUER "resource x {\n}\n", 2, "resource has no title" },
	{ ISSUER "resource\n", 2, "resource has no title" },
	{ ISSUER "resource \"https://a.example\"\n", 2,
	    "\"{\" is missing behind resource \"https://a.example\"" },
	{ ISSUER "resource = \"https://a.example\"\n", 2,
	    "resource is a section: resource \"https://...\" { }" },
	{ ISSUER "scope \"read\" {\ntext = x\n", 2,
	    "scope \"read\" is not closed: \"}\" is missing" },
	{ ISSUER "scope \"read\" {\nmax_body = 1k\n", 3,
	    "is the section of line 2 closed?" },
	{ ISSUER "scope \"read\" {\nscopes = {read}\n", 3,
	    "it belongs at the top level; is the section of line 2 closed?" },
	{ ISSUER "scope \"read\" {\nresource \"https://b.example\" {\n}\n", 3,
	    "a section inside a section: is the one of line 2 closed?" },
	{ ISSUER "scope read {\n}\n", 2,
	    "scope has no title: scope \"read\" { }" },
	{ ISSUER "scope \"read\"\n", 2,
	    "\"{\" is missing behind scope \"read\"" },
	{ ISSUER "scope \"read\" { }\nresource \"https://a.example\" { }\n"
	    "scope \"read\" { }\n", 4,
	    "scope \"read\" is given again, first on line 2" },
	{ ISSUER "scope \"read\" {\ntext = a\ntext = b\n}\n", 4,
	    "text is given again, first on line 3" },
	{ ISSUER "policy \"a\" { }\npolicy \"b\" { }\npolicy \"a\" { }\n",
	    4, "policy \"a\" is given again, first on line 2" },
	{ ISSUER "policy \"default\" { }\npolicy \"default\" { }\n", 3,
	    "policy \"default\" is given again, first on line 2" },
	{ ISSUER "webhook \"a\" { " HOOK " }\nwebhook \"a\" { }\n", 3,
	    "webhook \"a\" is given again, first on line 2" },
	{ ISSUER "statement_issuer \"https://s.example\" { jwks = \"x\" }\n"
	    "statement_issuer \"https://s.example\" { }\n", 3,
	    "is given again, first on line 2" },
	{ ISSUER "policy partners { }\n", 2,
	    "policy has no title: policy \"partners\" { }" },
	{ ISSUER "policy \"a\" {\nstatus = active\nstatus = pending\n}\n", 4,
	    "status is given again, first on line 3" },
	{ ISSUER "policy = default\n", 2,
	    "policy is a section: policy \"partners\" { }" },
	{ ISSUER "webhook \"a\" {\nsecret_file = \"/s\"\n}\n", 2,
	    "webhook \"a\" has no url, which is required" },
	{ ISSUER "\nwebhook \"a\" {\nurl = \"https://a.example\"\n}\n", 3,
	    "webhook \"a\" has no secret_file, which is required" },
	{ ISSUER "}\n", 2, "a key must stand here, without quotes, not \"}\"" },
	{ ISSUER "\"max_body\" = 1k\n", 2, "a key must stand here" },

	/* assignments */
	{ "issuer\n", 1, "\"=\" is missing behind issuer" },
	{ "issuer \"https://a.example\"\n", 1,
	    "\"=\" is missing behind issuer" },
	{ ISSUER "scopes {read}\n", 2, "\"=\" is missing behind scopes" },
	{ ISSUER "database =\n", 2, "database has no value on its line" },
	{ ISSUER "database =\nmax_body = 1k\n", 2, "database has no value" },
	{ ISSUER "database = ;\n", 2, "database has no value" },
	{ ISSUER "database =", 2, "database has no value" },
	{ ISSUER "database = = x\n", 2, "database: unexpected \"=\"" },
	{ ISSUER "scopes += {\"read\"}\n", 2, "\"+=\" is not known" },
	{ ISSUER "registration_token_lifetime = 30 parsecs\n", 2,
	    "registration_token_lifetime: \"parsecs\" behind the value" },
	{ ISSUER "max_body = 1k max_requests = 1\n", 2,
	    "max_body: \"max_requests\" behind the value" },
	{ ISSUER "scopes = {read} write\n", 2, "\"write\" behind the value" },
	{ ISSUER "include(\"more.conf\")\n", 2,
	    "functions such as include() are not known" },
	{ ISSUER "resource \"https://a.example\" { include(\"x\") }\n", 2,
	    "functions such as include() are not known" },

	/* values */
	{ "issuer = https://auth.example.org\n", 1, "unexpected \":\"" },
	{ ISSUER "database = a#b\n", 2,
	    "\"#\" touches \"a\": put the value in double quotes" },
	{ ISSUER "database = a/b\n", 2, "\"/\" touches \"a\"" },
	{ ISSUER "database = a//b\n", 2, "\"/\" touches \"a\"" },
	{ ISSUER "database = ${HOME}\n", 2, "unexpected \"$\"" },
	{ ISSUER "database = \"${HOME}\"\n", 2,
	    "variables are not expanded here" },
	{ ISSUER "database = 'x'\n", 2, "single quotes" },
	{ ISSUER "\ndatabase = \"x\nmax_body = 1k\n", 3,
	    "the string is not closed on its line" },
	{ ISSUER "database = \"x", 2, "the string is not closed" },
	{ ISSUER "database = \"x\\", 2, "unknown escape" },
	{ ISSUER "database = \"x\\n\"\n", 2, "unknown escape" },
	{ ISSUER "database = \"x\\\n\"\n", 2, "unknown escape" },
	{ ISSUER "database = \"x\ty\"\n", 2, "a control character" },
	{ ISSUER "database = \"x\x7fy\"\n", 2, "a control character" },
	{ ISSUER "database = \"\xff\"\n", 2, "not UTF-8" },
	{ ISSUER "database = \"\xc0\xaf\"\n", 2, "not UTF-8" },
	{ ISSUER "database = \"\xe0\x80\xaf\"\n", 2, "not UTF-8" },
	{ ISSUER "database = \"\xed\xa0\x80\"\n", 2, "not UTF-8" },
	{ ISSUER "database = \"\xf0\x80\x80\x80\"\n", 2, "not UTF-8" },
	{ ISSUER "database = \"\xf4\x90\x80\x80\"\n", 2, "not UTF-8" },
	{ ISSUER "database = \"\xe2\x82\"\n", 2, "not UTF-8" },
	{ "\xef\xbb\xbf" ISSUER, 1, "unexpected byte 0xef" },
	{ ISSUER "/* open\n\n", 2, "the comment is not closed" },

	/* lists, and one for the other */
	{ ISSUER "database = {\"x\"}\n", 2,
	    "database takes one value, not a list" },
	{ ISSUER "scopes = \"read\"\n", 2,
	    "scopes takes a list, such as {\"read\"}" },
	{ ISSUER "scopes = {\"read\"\n\"write\"}\n", 3,
	    "\",\" or \"}\" is missing before write: the list begins on line "
	    "2" },
	{ ISSUER "scopes = {\"read\"\nmax_body = 1k\n", 3,
	    "\",\" or \"}\" is missing before max_body" },
	{ ISSUER "scopes = {\"read\",\n", 3, "a value must stand here" },
	{ ISSUER "scopes = {,}\n", 2, "a value must stand here" },
	{ ISSUER "scopes = {{\"a\"}}\n", 2, "a value must stand here" },
};

/* Values that their rows refuse. */
static const struct bad values[] = {
	{ "issuer = \"\"\n", 1, "issuer: \"\" " },
	{ "issuer = \"auth.example.org\"\n", 1, "is no good URL: it " },
	{ "issuer = \"https:///x\"\n", 1, "is no good URL: it " },
	{ "issuer = \"https://h:99999\"\n", 1, "is no good URL: it " },
	{ "issuer = \"http://auth.example.org\"\n", 1,
	    "must begin with https:// (http:// only on localhost" },
	{ "issuer = \"ftp://auth.example.org\"\n", 1, "must begin with https" },
	{ "issuer = \"HTTPS://auth.example.org\"\n", 1,
	    "must begin with https" },
	{ "issuer = \"http://127.0.0.2\"\n", 1, "must begin with https" },
	{ "issuer = \"https://a.example?x\"\n", 1, "must not have a query" },
	{ "issuer = \"https://a.example#\"\n", 1,
	    "must not have a fragment" },
	{ "issuer = \"https://me@a.example\"\n", 1,
	    "must not have a user name" },
	{ "issuer = \"https://A.example\"\n", 1,
	    "must have its host in lower case" },
	{ "issuer = \"https://a.example/\"\n", 1,
	    "must not end in \"/\": write \"https://a.example\"" },
	{ "issuer = \"https://a.example/x/\"\n", 1,
	    "must not end in \"/\": write \"https://a.example/x\"" },
	{ "issuer = \"https://a.example/%78\"\n", 1,
	    "must not have a %-escape in its path" },

	{ ISSUER "endpoint_base = \"http://auth.example.org\"\n", 2,
	    "endpoint_base: \"http://auth.example.org\" must begin with" },
	{ ISSUER "endpoint_base = \"https://auth.example.org/o/\"\n", 2,
	    "must not end in \"/\"" },
	{ ISSUER "service_documentation = \"\"\n", 2, "" },
	{ ISSUER "service_documentation = \"ftp://a.example\"\n", 2,
	    "must begin with https:// or http://" },
	{ ISSUER "op_policy_uri = \"policy.html\"\n", 2, "is no good URL" },
	{ ISSUER "op_tos_uri = \"https://u:p@a.example/\"\n", 2,
	    "must not have a user name" },

	{ ISSUER "database_role_prefix = \"Roll-\"\n", 2,
	    "may only have the characters a-z, 0-9 and _" },
	{ ISSUER "database_role_prefix = "
	    "a23456789012345678901234567890123\n", 2,
	    "is longer than 32 bytes" },
	{ ISSUER "database_prepare = 1\n", 2, "is neither on nor off" },
	{ ISSUER "database_prepare = \"\"\n", 2, "is neither on nor off" },
	{ ISSUER "database_timeout = 1500\n", 2,
	    "is no time (such as 500ms, 2s)" },
	{ ISSUER "database_timeout = 1m\n", 2, "is no time" },
	{ ISSUER "database_timeout = 99ms\n", 2,
	    "is out of bounds: from 100ms to 60s" },
	{ ISSUER "database_timeout = 61s\n", 2, "is out of bounds" },

	{ ISSUER "registration = tokens\n", 2,
	    "is none of open, token, closed" },
	{ ISSUER "anonymous_policy = \"\"\n", 2, "must not be empty" },
	{ ISSUER "rate_limit_register = \"0/1m\"\n", 2,
	    "from 1 to 1000000 in 1s to 1d" },
	{ ISSUER "rate_limit_initial_token = 5\n", 2, "is no rate" },
	{ ISSUER "rate_limit_failures = on\n", 2, "is no rate" },
	{ ISSUER "secret_lifetime = 59s\n", 2, "from 1m to 3650d, or 0" },
	{ ISSUER "secret_overlap = 31d\n", 2, "from 0 to 30d" },
	{ ISSUER "archive_unused_after = 59m\n", 2, "from 1h to 3650d, or 0" },
	{ ISSUER "archive_idle_after = 3651d\n", 2, "from 1h to 3650d, or 0" },
	{ ISSUER "jwks_max_age = 0\n", 2, "from 1s to 1w" },
	{ ISSUER "audit_head_file = heads\n", 2, "must begin with \"/\"" },
	{ ISSUER "audit_retention = 30d\n", 2, "from 31d to 3650d, or 0" },
	{ ISSUER "webhook_attempts = 0\n", 2, "from 1 to 100" },
	{ ISSUER "mail_to = {\"-oQ/tmp\"}\n", 2, "is no mail address" },
	{ ISSUER "mail_to = {\"a b\"}\n", 2, "is no mail address" },
	{ ISSUER "mail_to = {\"a@b\", \"\"}\n", 2, "is no mail address" },
	{ ISSUER "mail_to = {\"a@b@c\"}\n", 2, "is no mail address" },
	{ ISSUER "mail_to = {\"@b\"}\n", 2, "is no mail address" },
	{ ISSUER "mail_to = {\"a@\"}\n", 2, "is no mail address" },
	{ ISSUER "mail_to = {\"a@b,c@d\"}\n", 2, "is no mail address" },
	{ ISSUER "mail_to = {\"A <a@b>\"}\n", 2, "is no mail address" },
	{ ISSUER "mail_to = {\"a@b\", \"a@b\"}\n", 2, "in the list twice" },
	{ ISSUER "mail_from = \"a@b\\\\\"\n", 2, "is no mail address" },
	{ ISSUER "mail_from = \"\"\n", 2, "must not be empty" },
	{ ISSUER "sendmail = sendmail\n", 2, "must begin with \"/\"" },
	{ ISSUER "mail_interval = 59s\n", 2, "from 1m to 30d" },
	{ ISSUER "scopes = {}\n", 2, "scopes must not be empty" },
	{ ISSUER "scopes = {\"\"}\n", 2, "is no scope token" },
	{ ISSUER "scopes = {\"read write\"}\n", 2, "is no scope token" },
	{ ISSUER "scopes = {\"r\\\"\"}\n", 2, "is no scope token" },
	{ ISSUER "scopes = {\"r\\\\\"}\n", 2, "is no scope token" },
	{ ISSUER "scopes = {\"\xc3\xa9\"}\n", 2, "is no scope token" },
	{ ISSUER "scopes = {read, write, read}\n", 2,
	    "scopes: \"read\" is in the list twice" },
	{ ISSUER "default_scope = {}\n", 2, "must not be empty" },
	{ ISSUER "default_scope = {\"a b\"}\n", 2, "is no scope token" },
	{ ISSUER "grant_types = {}\n", 2, "must not be empty" },
	{ ISSUER "grant_types = {\"implicit\"}\n", 2,
	    "is none of authorization_code, refresh_token, "
	    "client_credentials" },
	{ ISSUER "response_types = {\"token\"}\n", 2, "is none of code" },
	{ ISSUER "token_endpoint_auth_methods = {}\n", 2,
	    "must not be empty" },
	{ ISSUER "token_endpoint_auth_methods = {none, none}\n", 2,
	    "is in the list twice" },
	{ ISSUER "token_endpoint_auth_methods = {\"client_secret_jwt\"}\n", 2,
	    "is none of client_secret_basic, client_secret_post, "
	    "private_key_jwt, none" },
	{ ISSUER "redirect_schemes = {\"com.example\"}\n", 2, "has a dot" },
	{ ISSUER "redirect_schemes = {\"Cursor\"}\n", 2, "is no URI scheme" },
	{ ISSUER "redirect_schemes = {\"9p\"}\n", 2, "is no URI scheme" },
	{ ISSUER "redirect_schemes = {\"\"}\n", 2, "is no URI scheme" },
	{ ISSUER "redirect_schemes = {\"a:\"}\n", 2, "is no URI scheme" },
	{ ISSUER "unsupported_grant_types = ignore\n", 2,
	    "is none of trim, reject" },
	{ ISSUER "unsupported_scopes = ignore\n", 2,
	    "is none of trim, reject" },
	{ ISSUER "partial_update = maybe\n", 2, "is neither on nor off" },
	{ ISSUER "\n\nregistration_token_lifetime = \"30 parsecs\"\n", 4,
	    "registration_token_lifetime: \"30 parsecs\" is no time "
	    "(such as 10m, 12h, 30d)" },
	{ ISSUER "registration_token_lifetime = 30dd\n", 2, "is no time" },
	{ ISSUER "registration_token_lifetime = 30D\n", 2, "is no time" },
	{ ISSUER "registration_token_lifetime = d\n", 2, "is no time" },
	{ ISSUER "registration_token_lifetime = \"\"\n", 2, "is no time" },
	{ ISSUER "registration_token_lifetime = -1d\n", 2, "is no time" },
	{ ISSUER "registration_token_lifetime = 1.5d\n", 2, "is no time" },
	{ ISSUER "registration_token_lifetime = 59\n", 2,
	    "is out of bounds: from 1m to 3650d, or 0" },
	{ ISSUER "registration_token_lifetime = 3651d\n", 2,
	    "is out of bounds" },
	{ ISSUER "registration_token_lifetime = 99999999999999999999999w\n", 2,
	    "is out of bounds" },

	{ ISSUER "max_body = 1023\n", 2, "is out of bounds: from 1k to 16m" },
	{ ISSUER "max_body = 17m\n", 2, "is out of bounds" },
	{ ISSUER "max_body = 64K\n", 2, "is no size (such as 4096, 64k, 1m)" },
	{ ISSUER "max_body = 1g\n", 2, "is out of bounds" },
	{ ISSUER "max_body = 1t\n", 2, "is no size" },
	{ ISSUER "max_redirect_uris = 0\n", 2, "from 1 to 1000" },
	{ ISSUER "max_redirect_uris = 1001\n", 2, "from 1 to 1000" },
	{ ISSUER "max_redirect_uris = 1k\n", 2, "is no number (such as 32)" },
	{ ISSUER "max_redirect_uris = 0x10\n", 2, "is no number" },
	{ ISSUER "max_uri_length = 63\n", 2, "from 64 to 64k" },
	{ ISSUER "max_uri_length = 65k\n", 2, "from 64 to 64k" },
	{ ISSUER "max_string_length = 63\n", 2, "from 64 to 64k" },
	{ ISSUER "max_string_length = 65k\n", 2, "from 64 to 64k" },
	{ ISSUER "max_requests = 1000000001\n", 2,
	    "from 0 to 1000000000" },
	{ ISSUER "metadata_max_age = 366d\n", 2, "from 0 to 365d" },

	{ ISSUER "key_file = \"rollcall.key\"\n", 2,
	    "key_file: \"rollcall.key\" must begin with \"/\"" },
	{ ISSUER "key_file = \"\"\n", 2, "must not be empty" },
	{ ISSUER "pages = pages\n", 2, "must begin with \"/\"" },
	{ ISSUER "fetch_ca_file = \"./ca.pem\"\n", 2,
	    "must begin with \"/\"" },
	{ ISSUER "access_token_format = JWT\n", 2, "is none of opaque, jwt" },
	{ ISSUER "access_token_lifetime = 9s\n", 2, "from 10s to 365d" },
	{ ISSUER "access_token_lifetime = 366d\n", 2, "from 10s to 365d" },
	{ ISSUER "access_token_lifetime = 0\n", 2, "from 10s to 365d" },
	{ ISSUER "refresh_token_lifetime = 59s\n", 2, "from 1m to 3650d" },
	{ ISSUER "refresh_token_lifetime = 3651d\n", 2, "from 1m to 3650d" },
	{ ISSUER "authorization_code_lifetime = 9s\n", 2, "from 10s to 10m" },
	{ ISSUER "authorization_code_lifetime = 601s\n", 2,
	    "from 10s to 10m" },
	{ ISSUER "id_token_lifetime = 59s\n", 2, "from 1m to 1w" },
	{ ISSUER "id_token_lifetime = 8d\n", 2, "from 1m to 1w" },
	{ ISSUER "session_lifetime = 59s\n", 2, "from 1m to 365d" },
	{ ISSUER "session_lifetime = 366d\n", 2, "from 1m to 365d" },
	{ ISSUER "refresh_reuse_grace = 301s\n", 2, "from 0 to 5m" },
	{ ISSUER "openid_refresh_token = never\n", 2,
	    "is none of offline_access, always" },
	{ ISSUER "require_pkce = off\n", 2, "is none of always, public" },
	{ ISSUER "strict_auth_method = 1\n", 2, "is neither on nor off" },
	{ ISSUER "assertion_audience = any\n", 2,
	    "is none of issuer, token_endpoint" },
	{ ISSUER "assertion_max_lifetime = 9s\n", 2, "from 10s to 1h" },
	{ ISSUER "assertion_max_lifetime = 61m\n", 2, "from 10s to 1h" },
	{ ISSUER "default_resource = \"x\"\n", 2, "is no good URL" },
	{ ISSUER "default_resource = \"urn:x\"\n", 2,
	    "must begin with https:// or http://" },
	{ ISSUER "login = ldap\n", 2, "is none of accounts, remote_user" },
	{ ISSUER "remote_user_auth_time = \"\"\n", 2, "must not be empty" },
	{ ISSUER "remote_user_auth_time = auth_time\n", 2,
	    "is no server variable (such as REMOTE_USER_NAME)" },
	{ ISSUER "remote_user_auth_time = 1X\n", 2, "is no server variable" },
	{ ISSUER "remote_user_auth_time = _X\n", 2, "is no server variable" },
	{ ISSUER "remote_user_auth_time = X-Y\n", 2, "is no server variable" },
	{ ISSUER "remote_user_auth_time = HTTP_AUTH_TIME\n", 2,
	    "is part of the request, which anyone can send" },
	{ ISSUER "remote_user_auth_time = HTTP_\n", 2,
	    "is part of the request" },
	{ ISSUER "remote_user_auth_time = REDIRECT_HTTP_X\n", 2,
	    "is part of the request" },
	{ ISSUER "remote_user_auth_time = QUERY_STRING\n", 2,
	    "is part of the request" },
	{ ISSUER "remote_user_auth_time = REQUEST_URI\n", 2,
	    "is part of the request" },
	{ ISSUER "remote_user_auth_time = CONTENT_TYPE\n", 2,
	    "is part of the request" },
	{ ISSUER "remote_user_auth_time = PATH_INFO\n", 2,
	    "is part of the request" },
	{ ISSUER "remote_user_auth_time = SCRIPT_NAME\n", 2,
	    "is part of the request" },
	{ ISSUER "remote_user_auth_time = DOCUMENT_URI\n", 2,
	    "is part of the request" },
	{ ISSUER "remote_user_claims = {\"email\"}\n", 2,
	    "has no \"=\" (such as email=REMOTE_USER_EMAIL)" },
	{ ISSUER "remote_user_claims = {\"\"}\n", 2, "has no \"=\"" },
	{ ISSUER "remote_user_claims = {\"sub=X\"}\n", 2,
	    "remote_user_claims: \"sub=X\" has a claim that is none of name, "
	    "given_name, family_name, middle_name, nickname, "
	    "preferred_username, profile, picture, website, gender, birthdate, "
	    "zoneinfo, locale, email, email_verified" },
	{ ISSUER "remote_user_claims = {\"=X\"}\n", 2, "has a claim that" },
	{ ISSUER "remote_user_claims = {\"email=\"}\n", 2,
	    "has a variable that is no server variable" },
	{ ISSUER "remote_user_claims = {\"email=A=B\"}\n", 2,
	    "has a variable that is no server variable" },
	{ ISSUER "remote_user_claims = {\"name=N\", \"email=HTTP_MAIL\"}\n", 2,
	    "\"email=HTTP_MAIL\" has a variable that is part of the "
	    "request" },
	{ ISSUER "rate_limit_login = 10\n", 2,
	    "rate_limit_login: \"10\" is no rate (such as \"10/10m\" or off)" },
	{ ISSUER "rate_limit_login = \"\"\n", 2, "is no rate" },
	{ ISSUER "rate_limit_login = no\n", 2, "is no rate" },
	{ ISSUER "rate_limit_login = \"/\"\n", 2, "is no rate" },
	{ ISSUER "rate_limit_login = \"10/\"\n", 2, "is no rate" },
	{ ISSUER "rate_limit_login = \"/10m\"\n", 2, "is no rate" },
	{ ISSUER "rate_limit_login = \"10/m\"\n", 2, "is no rate" },
	{ ISSUER "rate_limit_login = \"10/10m/1\"\n", 2, "is no rate" },
	{ ISSUER "rate_limit_login = \"1k/10m\"\n", 2, "is no rate" },
	{ ISSUER "rate_limit_login = \"-1/10m\"\n", 2, "is no rate" },
	{ ISSUER "rate_limit_login = \"10 / 10m\"\n", 2, "is no rate" },
	{ ISSUER "rate_limit_login = 10/10m\n", 2, "\"/\" touches \"10\"" },
	{ ISSUER "rate_limit_login = \"0/10m\"\n", 2,
	    "is out of bounds: from 1 to 1000000 in 1s to 1d" },
	{ ISSUER "rate_limit_login = \"1000001/10m\"\n", 2,
	    "is out of bounds" },
	{ ISSUER "rate_limit_login = \"99999999999999999999999/1m\"\n", 2,
	    "is out of bounds" },
	{ ISSUER "rate_limit_login = \"10/0\"\n", 2, "is out of bounds" },
	{ ISSUER "rate_limit_login = \"10/86401\"\n", 2, "is out of bounds" },
	{ ISSUER "rate_limit_login = \"10/366d\"\n", 2, "is out of bounds" },
	{ ISSUER "rate_limit_login = \"1/99999999999999999999999w\"\n", 2,
	    "is out of bounds" },
	{ ISSUER "password_memory = 8191k\n", 2, "from 8m to 1g" },
	{ ISSUER "password_memory = 1025m\n", 2, "from 8m to 1g" },
	{ ISSUER "password_memory = 0\n", 2, "from 8m to 1g" },
	{ ISSUER "trusted_proxies = {\"proxy.example\"}\n", 2,
	    "trusted_proxies: \"proxy.example\" is no IPv4 or IPv6 address or "
	    "network (such as 127.0.0.1, 10.0.0.0/8, fd00::/8)" },
	{ ISSUER "trusted_proxies = {\"10.0.0.0/8\", \"10.0.0.1/8\"}\n", 2,
	    "\"10.0.0.1/8\" has bits set behind its prefix" },
	{ ISSUER "trusted_proxies = {\"::1\", \"::1\"}\n", 2,
	    "is in the list twice" },
	{ ISSUER "fetch_addresses = {\"10.0.0.0/33\"}\n", 2,
	    "has a prefix that is no number from 0 to 32" },
	{ ISSUER "fetch_addresses = {\"\"}\n", 2,
	    "is no IPv4 or IPv6 address" },

	{ ISSUER "scope \"read\" {\ntext = \"\"\n}\n", 3,
	    "text: \"\" must not be empty" },
	{ ISSUER "scope \"read\" {\ntext_zh = \"\"\n}\n", 3,
	    "text_zh: \"\" must not be empty" },
	{ ISSUER "resource \"x\" { }\n", 2, "is no good URL" },
	{ ISSUER "resource \"http://a.example\" { }\n", 2,
	    "must begin with https://" },
	{ ISSUER "resource \"https://a.example#x\" { }\n", 2,
	    "must not have a fragment" },
	{ ISSUER "resource \"https://a.example?x\" { }\n", 2,
	    "must not have a query" },
	{ ISSUER "resource \"https://A.example\" { }\n", 2, "in lower case" },
	{ ISSUER "resource \"https://a.example/%20\" { }\n", 2, "%-escape" },
	{ ISSUER "resource \"https://a.example/x\" { }\n"
	    "resource \"https://a.example:443/x\" { }\n", 3,
	    "has the host and path of the one on line 2" },
	{ ISSUER "resource \"https://a.example\" {\nname = \"\"\n}\n", 3,
	    "name: \"\" must not be empty" },
	{ ISSUER "resource \"https://a.example\" {\ndocumentation = \"x\"\n}",
	    3, "documentation: \"x\" is no good URL" },
	{ ISSUER "resource \"https://a.example\" {\nscopes = {}\n}\n", 3,
	    "scopes must not be empty" },

	{ ISSUER "policy \"\" { }\n", 2, "policy \"\" is no name: 1 to 63" },
	{ ISSUER "policy \"a b\" { }\n", 2, "is no name" },
	{ ISSUER "policy \"-a\" { }\n", 2, "is no name" },
	{ ISSUER "policy \"a2345678901234567890123456789012345678901234567890"
	    "12345678901234\" { }\n", 2, "is no name" },
	{ ISSUER POLICY("scopes = {}"), 3, "scopes must not be empty" },
	{ ISSUER POLICY("default_scope = {}"), 3, "must not be empty" },
	{ ISSUER POLICY("grant_types = {password}"), 3,
	    "is none of authorization_code" },
	{ ISSUER POLICY("response_types = {token}"), 3, "is none of code" },
	{ ISSUER POLICY("token_endpoint_auth_methods = {}"), 3,
	    "must not be empty" },
	{ ISSUER POLICY("redirect_hosts = {}"), 3, "must not be empty" },
	{ ISSUER POLICY("redirect_hosts = {\"\"}"), 3, "is no host" },
	{ ISSUER POLICY("redirect_hosts = {\"*\"}"), 3, "is no host" },
	{ ISSUER POLICY("redirect_hosts = {\"*.\"}"), 3, "is no host" },
	{ ISSUER POLICY("redirect_hosts = {\"a.*.example\"}"), 3,
	    "is no host (such as \"app.example.org\", or \"*.example.org\" "
	    "for any below)" },
	{ ISSUER POLICY("redirect_hosts = {\"a..example\"}"), 3,
	    "is no host" },
	{ ISSUER POLICY("redirect_hosts = {\"a.example.\"}"), 3,
	    "is no host" },
	{ ISSUER POLICY("redirect_hosts = {\"-a.example\"}"), 3,
	    "is no host" },
	{ ISSUER POLICY("redirect_hosts = {\"A.example\"}"), 3,
	    "must be in lower case" },
	{ ISSUER POLICY("redirect_hosts = {\"a.example:444\"}"), 3,
	    "has a port: write the host alone" },
	{ ISSUER POLICY("redirect_hosts = {\"https://a.example\"}"), 3,
	    "leave out the scheme" },
	{ ISSUER POLICY("redirect_schemes = {}"), 3, "must not be empty" },
	{ ISSUER POLICY("redirect_schemes = {\"javascript\"}"), 3,
	    "is never a scheme of redirect URIs" },
	{ ISSUER POLICY("redirect_schemes = {\"HTTPS\"}"), 3,
	    "is no URI scheme in lower case" },
	{ ISSUER POLICY("redirect_schemes = {\"https:\"}"), 3,
	    "is no URI scheme" },
	{ ISSUER POLICY("secret_lifetime = 1s"), 3, "from 1m to 3650d, or 0" },
	{ ISSUER POLICY("status = disabled"), 3, "is none of active, pending" },
	{ ISSUER POLICY("consent = never"), 3,
	    "is none of remembered, always" },
	{ ISSUER POLICY("software_statement = yes"), 3,
	    "is none of optional, required, refused" },
	{ ISSUER POLICY("max_clients = -1"), 3, "is no number" },
	{ ISSUER POLICY("max_clients_per_address = 1000000001"), 3,
	    "from 0 to 1000000000" },
	{ ISSUER POLICY("rate_limit_register = 3"), 3, "is no rate" },

	{ ISSUER "statement_issuer \"urn:x\" { }\n", 2,
	    "statement_issuer \"urn:x\" must begin with https://" },
	{ ISSUER "statement_issuer \"http://s.example\" { }\n", 2,
	    "must begin with https:// (http:// only on localhost" },
	{ ISSUER "statement_issuer \"https://s.example#x\" { }\n", 2,
	    "must not have a fragment" },
	{ ISSUER STATEMENT("jwks = \"{\""), 3, "jwks of statement_issuer "
	    "\"https://s.example\": at byte 2: " },
	{ ISSUER STATEMENT("jwks = \"[]\""), 3, "is no JWK Set: an object with "
	    "a non-empty array \"keys\" (RFC 7517 5)" },
	{ ISSUER STATEMENT("jwks = \"{\\\"keys\\\":[]}\""), 3,
	    "is no JWK Set" },
	{ ISSUER STATEMENT("jwks_file = \"keys.jwks\""), 3,
	    "must begin with \"/\"" },
	{ ISSUER STATEMENT("jwks_file = \"/no/such.jwks\""), 3,
	    "jwks_file: /no/such.jwks: No such file or directory" },
	{ ISSUER STATEMENT("jwks_uri = \"http://localhost/k\""), 3,
	    "must begin with https://" },
	{ ISSUER STATEMENT("algorithms = {}"), 3, "must not be empty" },
	{ ISSUER STATEMENT("algorithms = {\"none\"}"), 3,
	    "is none of RS256, PS256, ES256, EdDSA" },
	{ ISSUER STATEMENT("algorithms = {\"HS256\"}"), 3, "is none of" },
	{ ISSUER STATEMENT("members = {\"client-name\"}"), 3,
	    "is no metadata member (such as client_name)" },

	{ ISSUER "webhook \"mail\" { " HOOK " }\n", 2,
	    "webhook \"mail\": choose another name" },
	{ ISSUER "webhook \"a/b\" { " HOOK " }\n", 2, "is no name" },
	{ ISSUER "webhook \"a\" {\nurl = \"http://hooks.example\"\n"
	    "secret_file = \"/s\"\n}\n", 3,
	    "must begin with https:// (http:// only on localhost" },
	{ ISSUER "webhook \"a\" {\nurl = \"https://u:p@h.example\"\n"
	    "secret_file = \"/s\"\n}\n", 3, "must not have a user name" },
	{ ISSUER "webhook \"a\" {\nurl = \"https://h.example\"\n"
	    "secret_file = secret\n}\n", 4, "must begin with \"/\"" },
	{ ISSUER "webhook \"a\" { " HOOK "\nevents = {}\n}\n", 3,
	    "must not be empty" },
	{ ISSUER "webhook \"a\" { " HOOK "\nevents = {\"client\"}\n}\n", 3,
	    "is no event (such as client.registered, or \"client.*\"" },
	{ ISSUER "webhook \"a\" { " HOOK "\nevents = {\"*\"}\n}\n", 3,
	    "is no event" },
	{ ISSUER "webhook \"a\" { " HOOK "\nevents = {\"client.**\"}\n}\n",
	    3, "is no event" },
	{ ISSUER "webhook \"a\" { " HOOK "\nevents = {\"client.\"}\n}\n", 3,
	    "is no event" },
};

/* Faults between keys name both of them. */
static const struct bad rules[] = {
	{ ISSUER "endpoint_base = \"https://a.example.org/oauth\"\n", 2,
	    "endpoint_base must begin with \"https://auth.example.org\", as "
	    "issuer does" },
	{ ISSUER "endpoint_base = \"https://auth.example.org:444/oauth\"\n",
	    2, "as issuer does" },
	{ "endpoint_base = \"https://localhost/oauth\"\n"
	    "issuer = \"http://localhost\"\n", 1, "as issuer does" },
	{ ISSUER "default_scope = {\"admin\"}\n", 2,
	    "default_scope: \"admin\" is not in scopes" },
	{ ISSUER "scopes = {read}\n\ndefault_scope = {read, openid}\n", 4,
	    "default_scope: \"openid\" is not in scopes" },
	{ ISSUER "resource \"https://a.example\" {\nscopes = {admin}\n}\n", 3,
	    "scopes of resource \"https://a.example\": \"admin\" is not in "
	    "the scopes of the top level" },
	{ ISSUER "\nscope \"admin\" { }\n", 3,
	    "scope \"admin\" is not in scopes" },
	{ ISSUER "scope \"\" { }\n", 2, "scope \"\" is not in scopes" },
	{ ISSUER "scope \"write\" { }\nscopes = {read}\n", 2,
	    "scope \"write\" is not in scopes" },
	{ ISSUER "default_resource = \"https://a.example\"\n", 2,
	    "default_resource: \"https://a.example\" is neither issuer nor the "
	    "title of a resource section" },
	{ ISSUER "default_resource = \"https://auth.example.org/\"\n", 2,
	    "is neither issuer nor the title" },
	{ ISSUER "resource \"https://a.example\" { }\n"
	    "default_resource = \"https://a.example/\"\n", 3,
	    "is neither issuer nor the title" },
	{ ISSUER "\nremote_user_claims = {\"name=A\", \"email=B\", "
	    "\"name=C\"}\n", 3,
	    "remote_user_claims: \"name=A\" and \"name=C\" are one claim" },
	{ ISSUER "grant_types = {refresh_token}\nresponse_types = {}\n", 2,
	    "refresh_token alone" },
	{ ISSUER "response_types = {}\n", 2,
	    "authorization_code in grant_types needs \"code\" in "
	    "response_types" },
	{ ISSUER "grant_types = {authorization_code}\nresponse_types = {}\n",
	    2, "authorization_code in grant_types needs \"code\"" },
	{ ISSUER "grant_types = {client_credentials}\n", 2,
	    "\"code\" in response_types needs authorization_code in "
	    "grant_types" },

	{ ISSUER "anonymous_policy = public\n", 2,
	    "anonymous_policy: there is no section policy \"public\" { }" },
	{ ISSUER POLICY("scopes = {read, admin}"), 3,
	    "scopes of policy \"a\": \"admin\" is not in the scopes of the "
	    "top level: add it there, or leave it out" },
	{ ISSUER "policy \"default\" {\nscopes = {admin}\n}\n", 3,
	    "scopes of policy \"default\": \"admin\" is not in" },
	{ ISSUER POLICY("scopes = {read}\ndefault_scope = {read, write}"), 4,
	    "default_scope of policy \"a\": \"write\" is not in its scopes" },
	{ ISSUER POLICY("grant_types = {authorization_code}")
	    "grant_types = {client_credentials}\nresponse_types = {}\n", 3,
	    "grant_types of policy \"a\": \"authorization_code\" is not in "
	    "the grant_types of the top level" },
	{ ISSUER POLICY("grant_types = {client_credentials}\n"
	    "response_types = {code}"), 3,
	    "policy \"a\": \"code\" in response_types needs" },
	{ ISSUER POLICY("response_types = {}"), 3,
	    "policy \"a\": authorization_code in grant_types needs \"code\"" },
	{ ISSUER POLICY("grant_types = {refresh_token}"), 3,
	    "policy \"a\": grant_types: refresh_token alone" },
	{ ISSUER POLICY("response_types = {code}")
	    "grant_types = {client_credentials}\nresponse_types = {}\n", 3,
	    "response_types of policy \"a\": \"code\" is not in" },
	{ ISSUER POLICY("token_endpoint_auth_methods = {none}")
	    "token_endpoint_auth_methods = {private_key_jwt}\n", 3,
	    "token_endpoint_auth_methods of policy \"a\": \"none\" is not "
	    "in" },
	{ ISSUER POLICY("redirect_schemes = {https, myapp}"), 3,
	    "redirect_schemes of policy \"a\": \"myapp\" is not in the "
	    "redirect_schemes of the top level" },
	{ ISSUER POLICY("software_statement = required"), 3,
	    "policy \"a\" requires a software statement, which nobody can "
	    "give: there is no section statement_issuer" },
	{ ISSUER "statement_issuer \"https://s.example\" { }\n", 2,
	    "needs one of jwks, jwks_file and jwks_uri, and no more than one" },
	{ ISSUER STATEMENT("jwks = \"{}\"; jwks_file = \"/k\""), 2,
	    "needs one of jwks" },
	{ ISSUER STATEMENT("jwks = \"{}\"; jwks_uri = \"https://k.example\""),
	    2, "needs one of jwks" },
};
/* clang-format on */

START_TEST(conf_refuses_bad_syntax)
{
	WALK_BAD(syntax);
}
END_TEST

START_TEST(conf_refuses_bad_values)
{
	WALK_BAD(values);
}
END_TEST

START_TEST(conf_refuses_faults_between_keys)
{
	WALK_BAD(rules);
}
END_TEST

START_TEST(conf_refuses_schemes_that_run_or_serve)
{
	static const char *const schemes[] = { "http", "https", "javascript",
		"data", "vbscript", "file", "blob", "about", "intent", "mailto",
		"ftp", "wss", "urn", "chrome-extension", "view-source" };
	char text[256];
	size_t i;

	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		snprintf(text, sizeof(text),
		    ISSUER "redirect_schemes = {\"%s\"}\n", schemes[i]);
		load_bad(text, 2, "is never a private-use scheme");
	}
}
END_TEST

START_TEST(conf_refuses_a_nul)
{
	static const char key[] = ISSUER "max_body\0 = 1k\n";
	static const char string[] = ISSUER "database = \"a\0b\"\n";
	static const char comment[] = ISSUER "# a\0b\n";

	ck_assert_ptr_null(load_bytes(key, sizeof(key) - 1));
	ck_assert_ptr_nonnull(strstr(error, ":2: "));
	ck_assert_ptr_null(load_bytes(string, sizeof(string) - 1));
	ck_assert_ptr_nonnull(strstr(error, ":2: a control character"));
	ck_assert_ptr_null(load_bytes(comment, sizeof(comment) - 1));
	ck_assert_ptr_nonnull(strstr(error, ":2: unexpected byte 0x00"));
}
END_TEST

START_TEST(conf_defaults)
{
	struct rc_conf *conf = load(ISSUER);

	ck_assert_msg(conf != NULL, "%s", error);
	ck_assert_str_eq(conf->file, path);
	ck_assert_str_eq(conf->issuer, "https://auth.example.org");
	ck_assert(conf->secure);
	ck_assert_str_eq(conf->issuer_path, "");
	ck_assert_str_eq(conf->endpoint_base, "https://auth.example.org/oauth");
	ck_assert_str_eq(conf->endpoint_path, "/oauth");
	ck_assert_ptr_null(conf->service_documentation);
	ck_assert_ptr_null(conf->op_policy_uri);
	ck_assert_ptr_null(conf->op_tos_uri);
	ck_assert_str_eq(conf->database, "dbname=rollcall");
	ck_assert_str_eq(conf->database_role_prefix, "");
	ck_assert(conf->database_prepare);
	ck_assert_int_eq(conf->database_timeout, 1500);
	ck_assert_int_eq(conf->registration, RC_REGISTRATION_OPEN);
	ck_assert_str_eq(join(&conf->scopes),
	    "openid profile email offline_access read write");
	ck_assert_str_eq(join(&conf->default_scope), "openid profile email");
	ck_assert_str_eq(join(&conf->grant_types),
	    "authorization_code refresh_token client_credentials");
	ck_assert_str_eq(join(&conf->response_types), "code");
	ck_assert_str_eq(join(&conf->auth_methods),
	    "client_secret_basic client_secret_post private_key_jwt none");
	ck_assert_str_eq(join(&conf->redirect_schemes),
	    "cursor vscode vscode-insiders windsurf");
	ck_assert_int_eq(conf->unsupported_grant_types, RC_UNSUPPORTED_TRIM);
	ck_assert_int_eq(conf->unsupported_scopes, RC_UNSUPPORTED_REJECT);
	ck_assert(conf->partial_update);
	ck_assert_int_eq(conf->registration_token_lifetime, 2592000);
	ck_assert_int_eq(conf->max_body, 65536);
	ck_assert_int_eq(conf->max_redirect_uris, 32);
	ck_assert_int_eq(conf->max_uri_length, 2048);
	ck_assert_int_eq(conf->max_string_length, 4096);
	ck_assert_int_eq(conf->max_requests, 0);
	ck_assert_int_eq(conf->metadata_max_age, 3600);
	ck_assert_str_eq(conf->key_file, RC_SYSCONFDIR "/rollcall.key");
	ck_assert_str_eq(conf->pages, RC_PAGESDIR);
	ck_assert_int_eq(conf->access_token_format, RC_TOKEN_OPAQUE);
	ck_assert_int_eq(conf->access_token_lifetime, 3600);
	ck_assert_int_eq(conf->refresh_token_lifetime, 1209600);
	ck_assert_int_eq(conf->authorization_code_lifetime, 300);
	ck_assert_int_eq(conf->id_token_lifetime, 3600);
	ck_assert_int_eq(conf->session_lifetime, 43200);
	ck_assert_int_eq(conf->refresh_reuse_grace, 10);
	ck_assert_int_eq(
	    conf->openid_refresh_token, RC_OPENID_REFRESH_OFFLINE_ACCESS);
	ck_assert_int_eq(conf->require_pkce, RC_PKCE_ALWAYS);
	ck_assert(!conf->strict_auth_method);
	ck_assert_int_eq(conf->assertion_audience, RC_ASSERTION_ISSUER);
	ck_assert_int_eq(conf->assertion_max_lifetime, 300);
	ck_assert_str_eq(conf->default_resource, "https://auth.example.org");
	ck_assert_int_eq(conf->login, RC_LOGIN_ACCOUNTS);
	ck_assert_ptr_null(conf->remote_user_auth_time);
	ck_assert_uint_eq(conf->remote_user_claims.count, 0);
	ck_assert_int_eq(conf->rate_limit_login.count, 10);
	ck_assert_int_eq(conf->rate_limit_login.period, 600);
	ck_assert_int_eq(conf->password_memory, 67108864);
	ck_assert_uint_eq(conf->trusted_proxies.count, 0);
	ck_assert_uint_eq(conf->fetch_addresses.count, 0);
	ck_assert_ptr_null(conf->fetch_ca_file);
	ck_assert_uint_eq(conf->nresources, 0);
	ck_assert_uint_eq(conf->nscope_texts, 0);
	rc_conf_free(conf);
	rc_conf_free(NULL);
}
END_TEST

START_TEST(conf_defaults_of_governance)
{
	struct rc_conf *conf = load_good("");

	ck_assert_str_eq(conf->anonymous_policy, "default");
	ck_assert_int_eq(conf->rate_limit_register.count, 60);
	ck_assert_int_eq(conf->rate_limit_register.period, 600);
	ck_assert_int_eq(conf->rate_limit_initial_token.count, 0);
	ck_assert_int_eq(conf->rate_limit_failures.count, 60);
	ck_assert_int_eq(conf->rate_limit_failures.period, 600);
	ck_assert_int_eq(conf->rate_limit_manage.count, 60);
	ck_assert_int_eq(conf->rate_limit_manage.period, 600);
	ck_assert_int_eq(conf->secret_lifetime, 0);
	ck_assert_int_eq(conf->secret_overlap, 86400);
	ck_assert_int_eq(conf->archive_unused_after, 7776000);
	ck_assert_int_eq(conf->archive_idle_after, 31536000);
	ck_assert_int_eq(conf->jwks_max_age, 3600);
	ck_assert_ptr_null(conf->audit_head_file);
	ck_assert_int_eq(conf->audit_retention, 0);
	ck_assert_int_eq(conf->webhook_attempts, 12);
	ck_assert_uint_eq(conf->mail_to.count, 0);
	ck_assert_ptr_null(conf->mail_from);
	ck_assert_str_eq(conf->sendmail, "/usr/sbin/sendmail");
	ck_assert_int_eq(conf->mail_interval, 86400);
	ck_assert_uint_eq(conf->nissuers, 0);
	ck_assert_uint_eq(conf->nwebhooks, 0);
	rc_conf_free(conf);
}
END_TEST

START_TEST(conf_takes_every_key_of_governance)
{
	struct rc_conf *conf = load_good("registration = token\n"
					 "anonymous_policy = a\n"
					 "rate_limit_register = off\n"
					 "rate_limit_initial_token = \"5/1h\"\n"
					 "rate_limit_failures = off\n"
					 "rate_limit_manage = \"2/1s\"\n"
					 "secret_lifetime = 90d\n"
					 "secret_overlap = 0\n"
					 "archive_unused_after = 0\n"
					 "archive_idle_after = 1h\n"
					 "jwks_max_age = 1s\n"
					 "audit_head_file = \"/srv/heads\"\n"
					 "audit_retention = 31d\n"
					 "webhook_attempts = 100\n"
					 "mail_to = {root, \"a+b@c.example\"}\n"
					 "mail_from = \"r@c.example\"\n"
					 "sendmail = \"/bin/true\"\n"
					 "mail_interval = 1m\n"
					 "policy \"a\" { }\n");

	ck_assert_int_eq(conf->registration, RC_REGISTRATION_TOKEN);
	ck_assert_str_eq(conf->anonymous_policy, "a");
	ck_assert_int_eq(conf->rate_limit_register.count, 0);
	ck_assert_int_eq(conf->rate_limit_initial_token.count, 5);
	ck_assert_int_eq(conf->rate_limit_initial_token.period, 3600);
	ck_assert_int_eq(conf->rate_limit_failures.count, 0);
	ck_assert_int_eq(conf->rate_limit_manage.count, 2);
	ck_assert_int_eq(conf->rate_limit_manage.period, 1);
	ck_assert_int_eq(conf->secret_lifetime, 7776000);
	ck_assert_int_eq(conf->secret_overlap, 0);
	ck_assert_int_eq(conf->archive_unused_after, 0);
	ck_assert_int_eq(conf->archive_idle_after, 3600);
	ck_assert_int_eq(conf->jwks_max_age, 1);
	ck_assert_str_eq(conf->audit_head_file, "/srv/heads");
	ck_assert_int_eq(conf->audit_retention, 2678400);
	ck_assert_int_eq(conf->webhook_attempts, 100);
	ck_assert_str_eq(join(&conf->mail_to), "root a+b@c.example");
	ck_assert_str_eq(conf->mail_from, "r@c.example");
	ck_assert_str_eq(conf->sendmail, "/bin/true");
	ck_assert_int_eq(conf->mail_interval, 60);
	rc_conf_free(conf);
}
END_TEST

/* There is one in any case, and it is as the top level is. */
START_TEST(conf_default_policy)
{
	struct rc_conf *conf = load_good("scopes = {read, write}\n"
					 "secret_lifetime = 1d\n");
	const struct rc_conf_policy *p = conf->policies;

	ck_assert_uint_eq(conf->npolicies, 1);
	ck_assert_str_eq(p->name, "default");
	ck_assert_str_eq(join(&p->scopes), "read write");
	ck_assert_str_eq(join(&p->default_scope), "read write");
	ck_assert_str_eq(join(&p->grant_types),
	    "authorization_code refresh_token client_credentials");
	ck_assert_str_eq(join(&p->response_types), "code");
	ck_assert_str_eq(join(&p->auth_methods),
	    "client_secret_basic client_secret_post private_key_jwt none");
	ck_assert_uint_eq(p->redirect_hosts.count, 0);
	ck_assert_uint_eq(p->redirect_schemes.count, 0);
	ck_assert_int_eq(p->secret_lifetime, 86400);
	ck_assert_int_eq(p->status, RC_POLICY_ACTIVE);
	ck_assert_int_eq(p->consent, RC_POLICY_CONSENT_REMEMBERED);
	ck_assert_int_eq(p->software_statement, RC_STATEMENT_OPTIONAL);
	ck_assert_int_eq(p->max_clients, 0);
	ck_assert_int_eq(p->max_clients_per_address, 0);
	ck_assert_int_eq(p->rate_limit.count, 0);
	rc_conf_free(conf);
}
END_TEST

START_TEST(conf_policies)
{
	struct rc_conf *conf = load_good(
	    "secret_lifetime = 1d\n"
	    "policy \"first\" {\n"
	    "scopes = {write, read}; default_scope = {write}\n"
	    "grant_types = {client_credentials}\n"
	    "token_endpoint_auth_methods = {private_key_jwt}\n"
	    "redirect_hosts = {\"a.example\", \"*.b.example\", \"[::1]\"}\n"
	    "redirect_schemes = {https, http, cursor, com.example.app}\n"
	    "secret_lifetime = 0\n"
	    "status = pending; consent = always\n"
	    "software_statement = required\n"
	    "max_clients = 1000000000; max_clients_per_address = 2\n"
	    "rate_limit_register = \"5/1h\"\n}\n"
	    "policy \"second\" { scopes = {openid, read} }\n"
	    "policy \"default\" { max_clients = 7 }\n"
	    "policy \"third\" { scopes = {write} }\n"
	    "statement_issuer \"https://s.example\" {\n"
	    "jwks_uri = \"https://s.example/k\" }\n");
	const struct rc_conf_policy *p = conf->policies;

	ck_assert_uint_eq(conf->npolicies, 4);
	ck_assert_str_eq(p[0].name, "default");
	ck_assert_int_eq(p[0].max_clients, 7);
	ck_assert_int_eq(p[0].secret_lifetime, 86400);
	ck_assert_str_eq(p[1].name, "first");
	ck_assert_str_eq(p[2].name, "second");
	ck_assert_str_eq(p[3].name, "third");

	ck_assert_str_eq(join(&p[1].scopes), "write read");
	ck_assert_str_eq(join(&p[1].default_scope), "write");
	ck_assert_str_eq(join(&p[1].grant_types), "client_credentials");
	ck_assert_uint_eq(p[1].response_types.count, 0);
	ck_assert_str_eq(join(&p[1].auth_methods), "private_key_jwt");
	ck_assert_str_eq(
	    join(&p[1].redirect_hosts), "a.example *.b.example [::1]");
	ck_assert_str_eq(
	    join(&p[1].redirect_schemes), "https http cursor com.example.app");
	ck_assert_int_eq(p[1].secret_lifetime, 0);
	ck_assert_int_eq(p[1].status, RC_POLICY_PENDING);
	ck_assert_int_eq(p[1].consent, RC_POLICY_CONSENT_ALWAYS);
	ck_assert_int_eq(p[1].software_statement, RC_STATEMENT_REQUIRED);
	ck_assert_int_eq(p[1].max_clients, 1000000000);
	ck_assert_int_eq(p[1].max_clients_per_address, 2);
	ck_assert_int_eq(p[1].rate_limit.count, 5);
	ck_assert_int_eq(p[1].rate_limit.period, 3600);

	/* The usual default scopes that it may have, or else all. */
	ck_assert_str_eq(join(&p[2].default_scope), "openid");
	ck_assert_str_eq(join(&p[3].default_scope), "write");
	ck_assert_str_eq(join(&p[2].response_types), "code");
	rc_conf_free(conf);
}
END_TEST

/* Make a file that has an absolute path. */
static int
make_file(char *file, size_t size)
{
	char here[256];
	int fd;

	ck_assert_ptr_nonnull(getcwd(here, sizeof(here)));
	snprintf(file, size, "%s/test_conf.XXXXXX", here);
	fd = mkstemp(file);
	ck_assert_int_ge(fd, 0);
	return fd;
}

START_TEST(conf_statement_issuers)
{
	static const char jwks[] = "{\"keys\":[{\"kty\":\"OKP\"}]}";
	char text[1024], file[512];
	const struct rc_conf_issuer *i;
	struct rc_conf *conf;
	int fd = make_file(file, sizeof(file));

	ck_assert_int_eq(write(fd, jwks, strlen(jwks)), (ssize_t)strlen(jwks));
	close(fd);
	snprintf(text, sizeof(text),
	    "statement_issuer \"https://a.example/x?y\" {\n"
	    "jwks = \"{\\\"keys\\\":[{}]}\"; algorithms = {EdDSA}\n"
	    "members = {client_name, redirect_uris}\n}\n"
	    "statement_issuer \"http://localhost:1\" {\n"
	    "jwks_file = \"%s\" }\n"
	    "statement_issuer \"https://c.example\" {\n"
	    "jwks_uri = \"https://c.example/k?x=1\" }\n",
	    file);
	conf = load_good(text);
	unlink(file);
	i = conf->issuers;
	ck_assert_uint_eq(conf->nissuers, 3);
	ck_assert_str_eq(i[0].issuer, "https://a.example/x?y");
	ck_assert_str_eq(i[0].jwks, "{\"keys\":[{}]}");
	ck_assert_ptr_null(i[0].jwks_uri);
	ck_assert_str_eq(join(&i[0].algorithms), "EdDSA");
	ck_assert_str_eq(join(&i[0].members), "client_name redirect_uris");
	ck_assert_str_eq(i[1].issuer, "http://localhost:1");
	ck_assert_str_eq(i[1].jwks, jwks);
	ck_assert_str_eq(i[1].jwks_file, file);
	ck_assert_str_eq(join(&i[1].algorithms), "RS256 PS256 ES256 EdDSA");
	ck_assert_uint_eq(i[1].members.count, 0);
	ck_assert_ptr_null(i[2].jwks);
	ck_assert_str_eq(i[2].jwks_uri, "https://c.example/k?x=1");
	rc_conf_free(conf);
}
END_TEST

START_TEST(conf_refuses_a_huge_jwks_file)
{
	char text[1024], file[512];
	int fd = make_file(file, sizeof(file));

	ck_assert_int_eq(ftruncate(fd, 65537), 0);
	close(fd);
	snprintf(
	    text, sizeof(text), ISSUER STATEMENT("jwks_file = \"%s\""), file);
	load_bad(text, 3, "is too long");
	unlink(file);
}
END_TEST

START_TEST(conf_webhooks)
{
	struct rc_conf *conf = load_good(
	    "webhook \"siem\" { " HOOK " }\n"
	    "webhook \"b-2\" {\n"
	    "url = \"http://127.0.0.1:81/x?y\"; secret_file = \"/srv/s\"\n"
	    "events = {client.registered, \"key.*\", "
	    "client.secret_rotated, \"registration_token.*\"}\n}\n");
	const struct rc_conf_webhook *w = conf->webhooks;

	ck_assert_uint_eq(conf->nwebhooks, 2);
	ck_assert_str_eq(w[0].name, "siem");
	ck_assert_str_eq(w[0].url, "https://h.example");
	ck_assert_str_eq(w[0].secret_file, "/s");
	ck_assert_uint_eq(w[0].events.count, 0);
	ck_assert_str_eq(w[1].name, "b-2");
	ck_assert_str_eq(w[1].url, "http://127.0.0.1:81/x?y");
	ck_assert_str_eq(join(&w[1].events),
	    "client.registered key.* client.secret_rotated "
	    "registration_token.*");
	rc_conf_free(conf);
}
END_TEST

START_TEST(conf_takes_every_key)
{
	struct rc_conf *conf = load(
	    "issuer = \"http://localhost:8080/tenant\"\n"
	    "endpoint_base = \"http://localhost:8080/tenant/o\"\n"
	    "service_documentation = \"https://docs.example/?a=b#c\"\n"
	    "op_policy_uri = \"http://docs.example/policy\"\n"
	    "op_tos_uri = \"https://docs.example/tos\"\n"
	    "database = \"host=/run dbname='r c' password=\\\"\\\\\\${x}$\"\n"
	    "database_role_prefix = rollcall_2_\n"
	    "database_prepare = off\n"
	    "database_timeout = 2s\n"
	    "registration = closed\n"
	    "scopes = {\"openid\", mcp.read, \"https://s.example/x{}\"}\n"
	    "default_scope = {mcp.read}\n"
	    "grant_types = {\"client_credentials\"}\n"
	    "response_types = {}\n"
	    "token_endpoint_auth_methods = {private_key_jwt}\n"
	    "redirect_schemes = {}\n"
	    "unsupported_grant_types = reject\n"
	    "unsupported_scopes = trim\n"
	    "partial_update = no\n"
	    "registration_token_lifetime = 0\n"
	    "max_body = 16m\n"
	    "max_redirect_uris = 1000\n"
	    "max_uri_length = 64k\n"
	    "max_string_length = 64\n"
	    "max_requests = 50\n"
	    "metadata_max_age = 0\n");

	ck_assert_msg(conf != NULL, "%s", error);
	ck_assert_str_eq(conf->issuer, "http://localhost:8080/tenant");
	ck_assert_str_eq(conf->issuer_path, "/tenant");
	ck_assert_str_eq(conf->endpoint_base, "http://localhost:8080/tenant/o");
	ck_assert_str_eq(conf->endpoint_path, "/tenant/o");
	ck_assert_str_eq(
	    conf->service_documentation, "https://docs.example/?a=b#c");
	ck_assert_str_eq(conf->op_policy_uri, "http://docs.example/policy");
	ck_assert_str_eq(conf->op_tos_uri, "https://docs.example/tos");
	ck_assert_str_eq(
	    conf->database, "host=/run dbname='r c' password=\"\\${x}$");
	ck_assert_str_eq(conf->database_role_prefix, "rollcall_2_");
	ck_assert(!conf->database_prepare);
	ck_assert_int_eq(conf->database_timeout, 2000);
	ck_assert_int_eq(conf->registration, RC_REGISTRATION_CLOSED);
	ck_assert_str_eq(
	    join(&conf->scopes), "openid mcp.read https://s.example/x{}");
	ck_assert_str_eq(join(&conf->default_scope), "mcp.read");
	ck_assert_str_eq(join(&conf->grant_types), "client_credentials");
	ck_assert_uint_eq(conf->response_types.count, 0);
	ck_assert_str_eq(join(&conf->auth_methods), "private_key_jwt");
	ck_assert_uint_eq(conf->redirect_schemes.count, 0);
	ck_assert_int_eq(conf->unsupported_grant_types, RC_UNSUPPORTED_REJECT);
	ck_assert_int_eq(conf->unsupported_scopes, RC_UNSUPPORTED_TRIM);
	ck_assert(!conf->partial_update);
	ck_assert_int_eq(conf->registration_token_lifetime, 0);
	ck_assert_int_eq(conf->max_body, 16777216);
	ck_assert_int_eq(conf->max_redirect_uris, 1000);
	ck_assert_int_eq(conf->max_uri_length, 65536);
	ck_assert_int_eq(conf->max_string_length, 64);
	ck_assert_int_eq(conf->max_requests, 50);
	ck_assert_int_eq(conf->metadata_max_age, 0);
	rc_conf_free(conf);
}
END_TEST

START_TEST(conf_takes_every_key_of_the_authorization_server)
{
	struct rc_conf *conf =
	    load_good("key_file = \"/srv/key\"\n"
		      "pages = \"/srv/pages\"\n"
		      "access_token_format = jwt\n"
		      "access_token_lifetime = 10s\n"
		      "refresh_token_lifetime = 3650d\n"
		      "authorization_code_lifetime = 10m\n"
		      "id_token_lifetime = 7d\n"
		      "session_lifetime = 1m\n"
		      "refresh_reuse_grace = 0\n"
		      "openid_refresh_token = always\n"
		      "require_pkce = public\n"
		      "strict_auth_method = on\n"
		      "assertion_audience = token_endpoint\n"
		      "assertion_max_lifetime = 1h\n"
		      "default_resource = \"https://mcp.example.org/mcp\"\n"
		      "login = remote_user\n"
		      "remote_user_auth_time = HTTPS_AUTH_TIME2\n"
		      "remote_user_claims = {\"name=N\", \"given_name=CN\", "
		      "\"email_verified=HTTP\"}\n"
		      "rate_limit_login = off\n"
		      "password_memory = 1g\n"
		      "trusted_proxies = {\"127.0.0.1\", \"fd00::/8\"}\n"
		      "fetch_addresses = {\"10.0.0.0/8\"}\n"
		      "fetch_ca_file = \"/srv/ca.pem\"\n"
		      "resource \"https://mcp.example.org/mcp\" { }\n");

	ck_assert_str_eq(conf->key_file, "/srv/key");
	ck_assert_str_eq(conf->pages, "/srv/pages");
	ck_assert_int_eq(conf->access_token_format, RC_TOKEN_JWT);
	ck_assert_int_eq(conf->access_token_lifetime, 10);
	ck_assert_int_eq(conf->refresh_token_lifetime, 315360000);
	ck_assert_int_eq(conf->authorization_code_lifetime, 600);
	ck_assert_int_eq(conf->id_token_lifetime, 604800);
	ck_assert_int_eq(conf->session_lifetime, 60);
	ck_assert_int_eq(conf->refresh_reuse_grace, 0);
	ck_assert_int_eq(conf->openid_refresh_token, RC_OPENID_REFRESH_ALWAYS);
	ck_assert_int_eq(conf->require_pkce, RC_PKCE_PUBLIC);
	ck_assert(conf->strict_auth_method);
	ck_assert_int_eq(conf->assertion_audience, RC_ASSERTION_TOKEN_ENDPOINT);
	ck_assert_int_eq(conf->assertion_max_lifetime, 3600);
	ck_assert_str_eq(conf->default_resource, "https://mcp.example.org/mcp");
	ck_assert_int_eq(conf->login, RC_LOGIN_REMOTE_USER);
	ck_assert_str_eq(conf->remote_user_auth_time, "HTTPS_AUTH_TIME2");
	ck_assert_str_eq(join(&conf->remote_user_claims),
	    "name=N given_name=CN email_verified=HTTP");
	ck_assert_int_eq(conf->rate_limit_login.count, 0);
	ck_assert_int_eq(conf->password_memory, 1073741824);
	ck_assert_str_eq(join(&conf->trusted_proxies), "127.0.0.1 fd00::/8");
	ck_assert_str_eq(join(&conf->fetch_addresses), "10.0.0.0/8");
	ck_assert_str_eq(conf->fetch_ca_file, "/srv/ca.pem");
	rc_conf_free(conf);
}
END_TEST

/* RFC 3875 4.1.1: the web server's own word, whatever begins like it. */
START_TEST(conf_variables)
{
	static const char *const names[] = { "AUTH_TYPE", "REMOTE_USER_TIME",
		"HTTPS_TIME" };
	char text[128];
	struct rc_conf *conf;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(text, sizeof(text), "remote_user_auth_time = %s\n",
		    names[i]);
		conf = load_good(text);
		ck_assert_str_eq(conf->remote_user_auth_time, names[i]);
		rc_conf_free(conf);
	}
}
END_TEST

START_TEST(conf_rates)
{
	static const struct {
		const char *text;
		int64_t count, period;
	} rates[] = { { "1/1", 1, 1 }, { "1000000/1d", 1000000, 86400 },
		{ "5/90s", 5, 90 }, { "100/2h", 100, 7200 } };
	char text[128];
	struct rc_conf *conf;
	size_t i;

	for (i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		snprintf(text, sizeof(text), "rate_limit_login = \"%s\"\n",
		    rates[i].text);
		conf = load_good(text);
		ck_assert_int_eq(conf->rate_limit_login.count, rates[i].count);
		ck_assert_int_eq(
		    conf->rate_limit_login.period, rates[i].period);
		rc_conf_free(conf);
	}
}
END_TEST

START_TEST(conf_takes_every_claim_of_profile_and_email)
{
	static const char *const claims[] = { "name", "given_name",
		"family_name", "middle_name", "nickname", "preferred_username",
		"profile", "picture", "website", "gender", "birthdate",
		"zoneinfo", "locale", "email", "email_verified" };
	char text[128];
	size_t i;

	for (i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		snprintf(text, sizeof(text),
		    "remote_user_claims = {\"%s=X\"}\n", claims[i]);
		rc_conf_free(load_good(text));
	}
}
END_TEST

START_TEST(conf_default_resource_follows_issuer)
{
	struct rc_conf *conf =
	    load_good("default_resource = \"https://auth.example.org\"\n");

	ck_assert_str_eq(conf->default_resource, "https://auth.example.org");
	rc_conf_free(conf);
	conf = load("issuer = \"https://auth.example.org/a\"\n");
	ck_assert_msg(conf != NULL, "%s", error);
	ck_assert_str_eq(conf->default_resource, "https://auth.example.org/a");
	rc_conf_free(conf);
}
END_TEST

START_TEST(conf_takes_loopback_issuers)
{
	static const char *const issuers[] = { "http://localhost",
		"http://127.0.0.1:8080", "http://[::1]:8080/x",
		"https://auth.example.org:8443/a/b" };
	char text[256];
	struct rc_conf *conf;
	size_t i;

	for (i = 0; i < sizeof(issuers) / sizeof(issuers[0]); i++) {
		snprintf(text, sizeof(text), "issuer = \"%s\"\n", issuers[i]);
		conf = load(text);
		ck_assert_msg(conf != NULL, "%s", error);
		ck_assert_str_eq(conf->issuer, issuers[i]);
		rc_conf_free(conf);
	}
}
END_TEST

START_TEST(conf_units)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} times[] = { { "60", 60 }, { "90s", 90 }, { "10m", 600 },
		{ "12h", 43200 }, { "3650d", 315360000 }, { "2w", 1209600 },
		{ "\"5m\"", 300 }, { "0", 0 }, { "0d", 0 }, { "007m", 420 } };
	static const struct {
		const char *text;
		int64_t bytes;
	} sizes[] = { { "1024", 1024 }, { "1k", 1024 }, { "1m", 1048576 } };
	char text[128];
	struct rc_conf *conf;
	size_t i;

	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		snprintf(text, sizeof(text),
		    "registration_token_lifetime = %s\n", times[i].text);
		conf = load_good(text);
		ck_assert_int_eq(
		    conf->registration_token_lifetime, times[i].seconds);
		rc_conf_free(conf);
	}
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		snprintf(text, sizeof(text), "max_body = %s\n", sizes[i].text);
		conf = load_good(text);
		ck_assert_int_eq(conf->max_body, sizes[i].bytes);
		rc_conf_free(conf);
	}
	conf = load_good("database_timeout = 100ms\n");
	ck_assert_int_eq(conf->database_timeout, 100);
	rc_conf_free(conf);
}
END_TEST

START_TEST(conf_booleans)
{
	static const struct {
		const char *text;
		bool value;
	} cases[] = { { "on", true }, { "yes", true }, { "true", true },
		{ "off", false }, { "no", false }, { "false", false },
		{ "Yes", true }, { "OFF", false } };
	char text[128];
	struct rc_conf *conf;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(
		    text, sizeof(text), "partial_update = %s\n", cases[i].text);
		conf = load_good(text);
		ck_assert_int_eq(conf->partial_update, cases[i].value);
		rc_conf_free(conf);
	}
}
END_TEST

START_TEST(conf_default_scope_follows_scopes)
{
	struct rc_conf *conf;

	conf = load_good("scopes = {read, email, openid}\n");
	ck_assert_str_eq(join(&conf->default_scope), "openid email");
	rc_conf_free(conf);
	conf = load_good("scopes = {read, write}\n");
	ck_assert_str_eq(join(&conf->default_scope), "read write");
	rc_conf_free(conf);
	conf = load_good("default_scope = {read}\n");
	ck_assert_str_eq(join(&conf->default_scope), "read");
	rc_conf_free(conf);
}
END_TEST

/* A client that names no scope can ask for what the resources need. */
START_TEST(conf_default_scope_has_those_of_resources)
{
	struct rc_conf *conf;

	conf = load_good("resource \"https://a.example\" { scopes = {write} }\n"
			 "resource \"https://b.example\" { "
			 "scopes = {write, email, read} }\n");
	ck_assert_str_eq(
	    join(&conf->default_scope), "openid profile email read write");
	rc_conf_free(conf);
	conf =
	    load_good("scopes = {read, write}\n"
		      "resource \"https://a.example\" { scopes = {read} }\n");
	ck_assert_str_eq(join(&conf->default_scope), "read");
	rc_conf_free(conf);
	conf = load_good("scopes = {write, openid, read}\n"
			 "resource \"https://a.example\" { }\n");
	ck_assert_str_eq(join(&conf->default_scope), "openid write read");
	rc_conf_free(conf);
	conf =
	    load_good("default_scope = {openid}\n"
		      "resource \"https://a.example\" { scopes = {read} }\n");
	ck_assert_str_eq(join(&conf->default_scope), "openid");
	rc_conf_free(conf);
}
END_TEST

START_TEST(conf_scope_texts)
{
	struct rc_conf *conf =
	    load_good("scope \"write\" { text = \"Change your documents\" }\n"
		      "resource \"https://a.example\" { name = a }\n"
		      "scope \"read\" {\n"
		      "	text = \"Read your documents\"\n"
		      "	text_zh = \"\xe8\xaf\xbb\"\n"
		      "}\n"
		      "resource \"https://b.example\" { name = b }\n"
		      "scope \"openid\" { }\n");
	const struct rc_conf_scope *scope = conf->scope_texts;

	ck_assert_uint_eq(conf->nscope_texts, 3);
	ck_assert_str_eq(scope[0].scope, "write");
	ck_assert_str_eq(scope[0].text, "Change your documents");
	ck_assert_ptr_null(scope[0].text_zh);
	ck_assert_str_eq(scope[1].scope, "read");
	ck_assert_str_eq(scope[1].text, "Read your documents");
	ck_assert_str_eq(scope[1].text_zh, "\xe8\xaf\xbb");
	ck_assert_str_eq(scope[2].scope, "openid");
	ck_assert_ptr_null(scope[2].text);
	ck_assert_uint_eq(conf->nresources, 2);
	ck_assert_str_eq(conf->resources[0].name, "a");
	ck_assert_str_eq(conf->resources[1].host, "b.example");
	ck_assert_str_eq(conf->resources[1].name, "b");
	rc_conf_free(conf);
}
END_TEST

/* A section of another kind may have the same title. */
START_TEST(conf_titles_are_of_a_kind)
{
	struct rc_conf *conf =
	    load_good("scopes = {\"https://a.example\"}\n"
		      "scope \"https://a.example\" { text = x }\n"
		      "resource \"https://a.example\" { name = y }\n");

	ck_assert_str_eq(conf->scope_texts[0].text, "x");
	ck_assert_str_eq(conf->resources[0].name, "y");
	rc_conf_free(conf);
}
END_TEST

START_TEST(conf_resources)
{
	struct rc_conf *conf = load_good(
	    "resource \"https://mcp.example.org/mcp\" {\n"
	    "	name = \"Pr\xc3\xa9sence\"\n"
	    "	documentation = \"https://mcp.example.org/docs\"\n"
	    "	scopes = {\"read\"}\n"
	    "}\n"
	    "resource \"http://localhost:3000/\" { }\n"
	    "resource \"https://b.example\" { name = b; scopes = {write}; }\n"
	    "resource \"https://b.example/x/y/\" { scopes = {read}\n}\n"
	    "max_body = 1k");
	const struct rc_conf_resource *r = conf->resources;

	ck_assert_uint_eq(conf->nresources, 4);
	ck_assert_str_eq(r[0].resource, "https://mcp.example.org/mcp");
	ck_assert_str_eq(r[0].path, "/mcp");
	ck_assert_str_eq(r[0].host, "mcp.example.org");
	ck_assert_str_eq(r[0].name, "Pr\xc3\xa9sence");
	ck_assert_str_eq(r[0].documentation, "https://mcp.example.org/docs");
	ck_assert_str_eq(join(&r[0].scopes), "read");
	ck_assert_str_eq(r[1].resource, "http://localhost:3000/");
	ck_assert_str_eq(r[1].path, "");
	ck_assert_str_eq(r[1].host, "localhost:3000");
	ck_assert_ptr_null(r[1].name);
	ck_assert_ptr_null(r[1].documentation);
	ck_assert_str_eq(join(&r[1].scopes),
	    "openid profile email offline_access read write");
	ck_assert_str_eq(r[2].path, "");
	ck_assert_str_eq(r[2].name, "b");
	ck_assert_str_eq(join(&r[2].scopes), "write");
	ck_assert_str_eq(r[3].path, "/x/y/");
	ck_assert_int_eq(conf->max_body, 1024);
	rc_conf_free(conf);
}
END_TEST

/* More sections and entries than the first block of the scan holds. */
START_TEST(conf_many_resources)
{
	char text[8192];
	struct rc_conf *conf;
	size_t i, n;

	n = (size_t)snprintf(text, sizeof(text), ISSUER);
	for (i = 0; i < 100; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "resource \"https://r%zu.example\" { name = n%zu }\n", i,
		    i);
	conf = load(text);
	ck_assert_msg(conf != NULL, "%s", error);
	ck_assert_uint_eq(conf->nresources, 100);
	ck_assert_str_eq(conf->resources[0].name, "n0");
	ck_assert_str_eq(conf->resources[99].host, "r99.example");
	ck_assert_str_eq(conf->resources[99].name, "n99");
	rc_conf_free(conf);
}
END_TEST

/* Empty ones too, and quoted values that look like them. */
START_TEST(conf_comments)
{
	struct rc_conf *conf = load(
	    "#\n//\n/**/\n# issuer = \"x\" {\n/* a\n * b */ // c\n"
	    "issuer = \"https://auth.example.org\"# d\n\r\n"
	    "scopes = { # begin\n\tread, // first\n\t\"a#b\" /* last */\n}\n"
	    "database = \"//x/*y*/#z\" # it's \"quoted\n"
	    "# 3456789012345678901234567890\n"
	    ";; max_body = 1k; max_requests = 7 // end");

	ck_assert_msg(conf != NULL, "%s", error);
	ck_assert_str_eq(join(&conf->scopes), "read a#b");
	ck_assert_str_eq(conf->database, "//x/*y*/#z");
	ck_assert_int_eq(conf->max_body, 1024);
	ck_assert_int_eq(conf->max_requests, 7);
	rc_conf_free(conf);
}
END_TEST

START_TEST(conf_lines_count_through_comments_and_lists)
{

	load_bad("/* 1\n 2 */ # 2\n// 3\nscopes = {\n read, # 5\n write\n}\n"
		 "max_body = 1\n",
	    0, "issuer is required");
	load_bad("/* 1\n 2 */ # 2\n// 3\nscopes = {\n read, # 5\n write\n}\n"
		 "issuer = \"x\"\n",
	    8, "is no good URL");
}
END_TEST

START_TEST(conf_names_the_file_it_cannot_read)
{

	ck_assert_ptr_null(
	    rc_conf_load("./no/such.conf", error, sizeof(error)));
	ck_assert_str_eq(error, "./no/such.conf: No such file or directory");
	ck_assert_ptr_null(rc_conf_load(".", error, sizeof(error)));
	ck_assert_str_eq(error, ".: Is a directory");

	setenv("ROLLCALL_CONF", "./no/such.conf", 1);
	ck_assert_ptr_null(rc_conf_load(NULL, error, sizeof(error)));
	ck_assert_str_eq(error,
	    "./no/such.conf: No such file or directory (named by "
	    "ROLLCALL_CONF)");

	ck_assert_ptr_null(rc_conf_load(NULL, error, 10));
	ck_assert_str_eq(error, "./no/such");
}
END_TEST

START_TEST(conf_reads_what_rollcall_conf_names)
{
	struct rc_conf *conf;
	FILE *f;
	int fd;

	snprintf(path, sizeof(path), "./test_conf.XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	f = fdopen(fd, "w");
	ck_assert_ptr_nonnull(f);
	fputs(ISSUER, f);
	fclose(f);
	setenv("ROLLCALL_CONF", path, 1);
	conf = rc_conf_load(NULL, error, sizeof(error));
	unlink(path);
	ck_assert_msg(conf != NULL, "%s", error);
	ck_assert_str_eq(conf->file, path);
	rc_conf_free(conf);
}
END_TEST

/* An operator who has no file learns where it would be, and how to say else. */
START_TEST(conf_names_the_usual_file)
{
	struct rc_conf *conf;

	unsetenv("ROLLCALL_CONF");
	if (access(RC_SYSCONFDIR "/rollcall.conf", F_OK) == 0)
		return;
	conf = rc_conf_load(NULL, error, sizeof(error));
	ck_assert_ptr_null(conf);
	ck_assert_ptr_nonnull(strstr(error, RC_SYSCONFDIR "/rollcall.conf: "));
	ck_assert_ptr_nonnull(strstr(error, "ROLLCALL_CONF"));
	setenv("ROLLCALL_CONF", "", 1);
	ck_assert_ptr_null(rc_conf_load(NULL, error, sizeof(error)));
	ck_assert_ptr_nonnull(strstr(error, RC_SYSCONFDIR "/rollcall.conf: "));
}
END_TEST

START_TEST(conf_refuses_a_huge_file)
{
	size_t n = 2097152;
	char *text = malloc(n);

	ck_assert_ptr_nonnull(text);
	memset(text, '\n', n);
	ck_assert_ptr_null(load_bytes(text, n));
	ck_assert_ptr_nonnull(strstr(error, "longer than 1m"));
	free(text);
}
END_TEST

/* Cutting a good file anywhere is a fault or a smaller file, never a crash. */
START_TEST(conf_survives_being_cut)
{
	static const char text[] = ISSUER
	    "scopes = {\"read\", write} # x\n/* y */ // z\n"
	    "resource \"https://a.example/\\\"\\$\xc3\xa9\" {\n"
	    "name = \"\xf0\x9f\x98\x80\"; documentation = \"https://d.e\"\n}\n";
	size_t i;

	for (i = 0; i < sizeof(text); i++)
		rc_conf_free(load_bytes(text, i));
}
END_TEST

START_TEST(conf_list_has)
{
	static const char *const items[] = { "read", "", "write" };
	static const struct rc_list list = { items, 3 };
	static const struct rc_list none = { NULL, 0 };

	ck_assert(rc_list_has(&list, "read"));
	ck_assert(rc_list_has(&list, "write"));
	ck_assert(rc_list_has(&list, ""));
	ck_assert(!rc_list_has(&list, "rea"));
	ck_assert(!rc_list_has(&list, "reader"));
	ck_assert(!rc_list_has(&none, "read"));
	ck_assert(rc_list_has_n(&list, "reader", 4));
	ck_assert(!rc_list_has_n(&list, "reader", 3));
}
END_TEST

START_TEST(conf_list_has_address)
{
	static const char *const items[] = { "192.0.2.1", "10.0.0.0/8",
		"fd00::/8" };
	static const struct rc_list list = { items, 3 };
	static const struct rc_list none = { NULL, 0 };

	ck_assert(rc_list_has_address(&list, "192.0.2.1"));
	ck_assert(rc_list_has_address(&list, "10.255.0.1"));
	ck_assert(rc_list_has_address(&list, "fd12::1"));
	ck_assert(rc_list_has_address(&list, "::ffff:10.1.2.3"));
	ck_assert(!rc_list_has_address(&list, "192.0.2.2"));
	ck_assert(!rc_list_has_address(&list, "fe80::1"));
	ck_assert(!rc_list_has_address(&list, ""));
	ck_assert(!rc_list_has_address(&none, "10.0.0.1"));
}
END_TEST

/* Read a file of the source tree. */
static char *
read_source(const char *name)
{
	const char *srcdir = getenv("srcdir");
	char file[1024];
	size_t cap = 262144, n;
	char *text = malloc(cap);
	FILE *f;

	ck_assert_ptr_nonnull(text);
	snprintf(
	    file, sizeof(file), "%s/%s", srcdir != NULL ? srcdir : ".", name);
	f = fopen(file, "r");
	ck_assert_msg(f != NULL, "%s cannot be read", file);
	n = fread(text, 1, cap - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

/* Whether ${line} is a line of ${text} before ${end} (NULL: anywhere). */
static bool
has_line(const char *text, const char *end, const char *line)
{
	size_t n = strlen(line);

	while (text != NULL && (end == NULL || text < end)) {
		if (strncmp(text, line, n) == 0 &&
		    (text[n] == '\n' || text[n] == '\0'))
			return true;
		text = strchr(text, '\n');
		if (text != NULL)
			text++;
	}
	return false;
}

/* Find the manual's item for a key, and where the next one begins. */
static const char *
find_item(const char *manual, const struct rc_conf_key *key, const char **end)
{
	const char *start = manual;
	char item[128];

	if (key->section != NULL) {
		snprintf(
		    item, sizeof(item), "\n.Ss Section %s\n", key->section);
		start = strstr(manual, item);
		ck_assert_msg(start != NULL, "no %s in the manual", item);
	}
	snprintf(item, sizeof(item), "\n.It Ic %s\n", key->name);
	start = strstr(start, item);
	ck_assert_msg(start != NULL, "no item for %s in the manual", key->name);
	*end = strpbrk(start + 1, "\n");
	while (*end != NULL && strncmp(*end, "\n.It ", 5) != 0 &&
	       strncmp(*end, "\n.El", 4) != 0)
		*end = strchr(*end + 1, '\n');
	return start;
}

START_TEST(conf_manual_tells_every_key)
{
	char *manual = read_source("man/rollcall.conf.5");
	const struct rc_conf_key *keys;
	const char *item, *end;
	char line[512];
	size_t i, n;

	keys = rc_conf_keys(&n);
	ck_assert_uint_gt(n, 25);
	for (i = 0; i < n; i++) {
		item = find_item(manual, &keys[i], &end);
		snprintf(line, sizeof(line), "%s.", keys[i].meaning);
		ck_assert_msg(has_line(item, end, line),
		    "the manual's item for %s lacks: %s", keys[i].name, line);
		snprintf(line, sizeof(line), "Type: %s.", keys[i].type);
		ck_assert_msg(has_line(item, end, line),
		    "the manual's item for %s lacks: %s", keys[i].name, line);
		if (keys[i].preset == NULL)
			continue;
		ck_assert_msg(has_line(item, end, "Default:"),
		    "the manual's item for %s names no default", keys[i].name);
		ck_assert_msg(has_line(item, end, keys[i].preset),
		    "the manual's item for %s lacks its default %s",
		    keys[i].name, keys[i].preset);
	}
	free(manual);
}
END_TEST

START_TEST(conf_example_has_every_key_at_its_default)
{
	char *example = read_source("rollcall.conf.example");
	const struct rc_conf_key *keys;
	char line[512];
	size_t i, n;

	keys = rc_conf_keys(&n);
	for (i = 0; i < n; i++) {
		snprintf(line, sizeof(line), "# %s.", keys[i].meaning);
		if (keys[i].section == NULL)
			ck_assert_msg(has_line(example, NULL, line),
			    "the example lacks: %s", line);
		if (keys[i].preset != NULL) {
			snprintf(line, sizeof(line), "#%s%s = %s",
			    keys[i].section != NULL ? "\t" : "", keys[i].name,
			    keys[i].preset);
			ck_assert_msg(has_line(example, NULL, line),
			    "the example lacks: %s", line);
			continue;
		}
		snprintf(line, sizeof(line),
		    "%s%s = ", keys[i].section != NULL ? "\t" : "\n",
		    keys[i].name);
		if (strstr(example, line) == NULL)
			snprintf(line, sizeof(line), "\n#%s = ", keys[i].name);
		ck_assert_msg(strstr(example, line) != NULL,
		    "the example lacks %s", keys[i].name);
	}
	free(example);
}
END_TEST

/* Remove the "#" before each key, section and brace, but not from prose. */
static void
uncomment(char *text)
{
	char *from = text, *to = text;
	bool begin = true;

	for (; *from != '\0'; from++) {
		if (begin && *from == '#' && from[1] != ' ' && from[1] != '\n')
			from++;
		begin = *from == '\n';
		*to++ = *from;
	}
	*to = '\0';
}

START_TEST(conf_example_loads_as_it_is_and_uncommented)
{
	char *example = read_source("rollcall.conf.example");
	struct rc_conf *conf;

	conf = load(example);
	ck_assert_msg(conf != NULL, "%s", error);
	ck_assert_uint_eq(conf->nresources, 0);
	rc_conf_free(conf);
	uncomment(example);
	conf = load(example);
	ck_assert_msg(conf != NULL, "%s", error);
	ck_assert_uint_eq(conf->nresources, 1);
	ck_assert_uint_eq(conf->nscope_texts, 1);
	ck_assert_uint_eq(conf->npolicies, 2);
	ck_assert_uint_eq(conf->nissuers, 1);
	ck_assert_uint_eq(conf->nwebhooks, 1);
	ck_assert_ptr_nonnull(conf->scope_texts[0].text_zh);
	ck_assert_ptr_nonnull(conf->op_tos_uri);
	ck_assert_str_eq(conf->database, "dbname=rollcall");
	ck_assert_int_eq(conf->metadata_max_age, 3600);
	rc_conf_free(conf);
	free(example);
}
END_TEST

static const struct rc_conf_value *
find_value(const struct rc_conf_value *all, size_t n, const char *title,
    const char *name)
{
	const char *of;
	size_t i;

	for (i = 0; i < n; i++) {
		of = all[i].title != NULL ? all[i].title : "";
		if (strcmp(of, title) == 0 && all[i].name != NULL &&
		    strcmp(all[i].name, name) == 0)
			return &all[i];
	}
	ck_abort_msg("no value of %s", name);
}

/* Title, key, value as written (NULL: not set), and whether it differs. */
static const struct {
	const char *title, *name, *text;
	int line;
	bool differs;
} in_force[] = {
	{ "", "issuer", "\"https://auth.example.org\"", 1, true },
	{ "", "endpoint_base", "\"https://auth.example.org/oauth\"", 0, false },
	{ "", "fetch_ca_file", NULL, 0, false },
	{ "", "database", "\"dbname='\\\"\\\\\\$'\"", 2, true },
	{ "", "database_timeout", "1500ms", 0, false },
	{ "", "database_prepare", "off", 3, true },
	{ "", "scopes", "{\"read\", \"write\"}", 4, true },
	{ "", "default_scope", "{\"read\", \"write\"}", 0, false },
	{ "", "registration", "token", 5, true },
	{ "", "max_body", "64k", 6, false },
	{ "", "refresh_token_lifetime", "14d", 7, false },
	{ "", "max_string_length", "1000", 8, true },
	{ "", "rate_limit_login", "\"5/1h\"", 9, true },
	{ "", "rate_limit_register", "\"60/10m\"", 0, false },
	{ "", "anonymous_policy", "default", 0, false },
	{ "", "mail_to", "{}", 0, false },
	{ "default", "scopes", "{\"read\", \"write\"}", 0, false },
	{ "default", "status", "active", 0, false },
	{ "a", "status", "pending", 10, true },
	{ "a", "scopes", "{\"read\"}", 10, true },
	{ "a", "redirect_hosts", NULL, 0, false },
	{ "a", "max_clients", "0", 10, false },
	{ "a", "secret_lifetime", "0", 0, false },
};

START_TEST(conf_values_are_those_in_force)
{
	struct rc_conf *conf =
	    load_good("database = \"dbname='\\\"\\\\\\$'\"\n"
		      "database_prepare = no\n"
		      "scopes = {read, write}\n"
		      "registration = token\n"
		      "max_body = 65536\n"
		      "refresh_token_lifetime = 2w\n"
		      "max_string_length = 1000\n"
		      "rate_limit_login = \"5/60m\"\n"
		      "policy \"a\" { status = pending; "
		      "scopes = {read}; max_clients = 0 }\n");
	struct rc_arena *mem = rc_arena_new();
	const struct rc_conf_value *all, *v;
	size_t i, n;

	all = rc_conf_values(conf, mem, &n);
	for (i = 0; i < sizeof(in_force) / sizeof(in_force[0]); i++) {
		v = find_value(all, n, in_force[i].title, in_force[i].name);
		if (in_force[i].text == NULL)
			ck_assert_ptr_null(v->text);
		else
			ck_assert_str_eq(v->text, in_force[i].text);
		ck_assert_int_eq(v->line, in_force[i].line);
		ck_assert_msg(v->differs == in_force[i].differs,
		    "%s %s: differs", in_force[i].title, in_force[i].name);
	}
	rc_arena_free(mem);
	rc_conf_free(conf);
}
END_TEST

/* What is in force, written down, is the same configuration. */
START_TEST(conf_values_load_again)
{
	char *example = read_source("rollcall.conf.example"), text[32768];
	struct rc_arena *mem = rc_arena_new();
	const struct rc_conf_value *all, *again;
	struct rc_conf *conf, *copy;
	size_t i, n, m, len = 0;
	bool open = false;

	uncomment(example);
	conf = load(example);
	ck_assert_msg(conf != NULL, "%s", error);
	all = rc_conf_values(conf, mem, &n);
	for (i = 0; i < n; i++) {
		if (all[i].name == NULL) {
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			    "%s%s \"%s\" {\n", open ? "}\n" : "",
			    all[i].section, all[i].title);
			open = true;
		} else if (all[i].text != NULL)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			    "%s = %s\n", all[i].name, all[i].text);
		ck_assert_uint_lt(len, sizeof(text) - 8);
	}
	snprintf(text + len, sizeof(text) - len, "}\n");
	copy = load(text);
	ck_assert_msg(copy != NULL, "%s\n%s", error, text);
	again = rc_conf_values(copy, mem, &m);
	ck_assert_uint_eq(m, n);
	for (i = 0; i < n; i++) {
		if (all[i].text == NULL)
			ck_assert_ptr_null(again[i].text);
		else
			ck_assert_str_eq(again[i].text, all[i].text);
	}
	rc_conf_free(conf);
	rc_conf_free(copy);
	rc_arena_free(mem);
	free(example);
}
END_TEST

UNIT_MAIN("conf", conf_refuses_bad_syntax, conf_refuses_bad_values,
    conf_refuses_faults_between_keys, conf_refuses_schemes_that_run_or_serve,
    conf_refuses_a_nul, conf_defaults, conf_defaults_of_governance,
    conf_takes_every_key, conf_takes_every_key_of_governance,
    conf_default_policy, conf_policies, conf_statement_issuers,
    conf_refuses_a_huge_jwks_file, conf_webhooks,
    conf_takes_every_key_of_the_authorization_server, conf_variables,
    conf_rates, conf_takes_every_claim_of_profile_and_email,
    conf_default_resource_follows_issuer, conf_takes_loopback_issuers,
    conf_units, conf_booleans, conf_default_scope_follows_scopes,
    conf_default_scope_has_those_of_resources, conf_scope_texts,
    conf_titles_are_of_a_kind, conf_resources, conf_many_resources,
    conf_comments, conf_lines_count_through_comments_and_lists,
    conf_names_the_file_it_cannot_read, conf_reads_what_rollcall_conf_names,
    conf_names_the_usual_file, conf_refuses_a_huge_file,
    conf_survives_being_cut, conf_list_has, conf_list_has_address,
    conf_manual_tells_every_key, conf_example_has_every_key_at_its_default,
    conf_example_loads_as_it_is_and_uncommented, conf_values_are_those_in_force,
    conf_values_load_again)
