#include "unit.h"

#include <string.h>

#include "arena.h"
#include "conf.h"
#include "redirect.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

#define WEB RC_REDIRECT_HTTPS
#define LOOP RC_REDIRECT_LOOPBACK
#define PRIV RC_REDIRECT_PRIVATE_USE

static const char *const allowed[] = { "cursor", "vscode", "javascript", "ftp",
	"intent" };
static const struct rc_list schemes = { allowed, ROWS(allowed) };
static const struct rc_list no_schemes = { NULL, 0 };

/* clang-format off */
static const struct {
	const char *uri;
	enum rc_redirect_kind kind;
} good[] = {
	{ "https://client.example.org/callback", WEB },
	{ "https://client.example.org", WEB },
	{ "https://client.example.org:8443/cb?x=1&y=%20", WEB },
	{ "https://CLIENT.example.org/CB", WEB },
	{ "https://my_host.example/cb", WEB },
	{ "https://192.0.2.1/cb", WEB },
	{ "https://[2001:db8::7]:444/cb", WEB },
	{ "https://xn--bcher-kva.example/cb", WEB },
	{ "https://localhost/cb", WEB },
	{ "https://client.example.org./cb", WEB },
	{ "https://a-b.c--d.example/cb", WEB },
	{ "https://h.", WEB },
	{ "https://h/cb?", WEB },
	{ "https://h/cb?codes=1&mystate=2&Code=3&code.x=4&x=code", WEB },
	{ "https://h/code/state", WEB },
	{ "https://h/%2A", WEB },
	{ "http://localhost", LOOP },
	{ "http://localhost/cb", LOOP },
	{ "http://localhost:3000/cb?x=1", LOOP },
	{ "http://127.0.0.1:49152/", LOOP },
	{ "http://[::1]/cb", LOOP },
	{ "com.example.app:/oauth2redirect/example-provider", PRIV },
	{ "com.example.app://callback", PRIV },
	{ "com.example.app://callback.example.:8/cb", PRIV },
	{ "com.example.app://[::1]/cb", PRIV },
	{ "com.example.app:/%0a", PRIV },
	{ "com.example.app:", PRIV },
	{ "cursor://anysphere.cursor-mcp/oauth/callback", PRIV },
	{ "vscode://vscode.github-authentication/did-authenticate", PRIV },
};

static const struct {
	const char *uri, *why;
} bad[] = {
	/* not absolute, not a URI */
	{ "", "absolute" }, { "/cb", "absolute" }, { "cb", "absolute" },
	{ "//h/cb", "absolute" }, { "https:cb", "no //" },
	{ "https:///cb", "empty host" }, { "https://h:/cb", "empty port" },
	{ "https://h:0/", "port" }, { "https://h:65536/", "port" },
	{ "https://h/a/../cb", "dot segment" },
	{ "https://h/%2e%2e/cb", "dot segment" },
	{ "http://localhost/./cb", "dot segment" },
	{ "https://h/a b", "ASCII" }, { "https://h/\n", "ASCII" },
	{ "https://h/\xc3\xa4", "ASCII" }, { "https://b\xc3\xbc" "cher.example/", "ASCII" },
	{ "https://h/<script>", "RFC 3986" }, { "https://h\\.evil.example/", "RFC 3986" },
	/* fragment, userinfo, wildcard */
	{ "https://h/cb#", "fragment" }, { "https://h/cb#x", "fragment" },
	{ "http://localhost/#", "fragment" }, { "com.example.app:/x#y", "fragment" },
	{ "https://u@h/cb", "user name" }, { "https://u:p@h/cb", "user name" },
	{ "https://@h/cb", "user name" },
	{ "https://good.example@evil.example/", "user name" },
	{ "http://localhost@evil.example/", "user name" },
	{ "https://*.example.org/cb", "wildcard" }, { "https://h/*", "wildcard" },
	{ "https://h/cb?x=*", "wildcard" }, { "http://localhost:*/cb", "wildcard" },
	{ "*", "wildcard" }, { "com.example.app:/*", "wildcard" },
	/* schemes */
	{ "HTTPS://h/cb", "lower case" }, { "Https://h/cb", "lower case" },
	{ "HTTP://localhost/", "lower case" }, { "Com.Example.App:/x", "lower case" },
	{ "JavaScript:alert(1)", "lower case" },
	{ "javascript:alert(1)", "never" }, { "javascript://h/%0aalert(1)", "never" },
	{ "data:text/html,x", "never" }, { "vbscript:x", "never" },
	{ "file://h/etc/passwd", "never" }, { "blob:https://h/1", "never" },
	{ "about:blank", "never" }, { "filesystem:https://h/x", "never" },
	{ "view-source:https://h/", "never" }, { "chrome://settings", "never" },
	{ "intent://x", "never" }, { "ftp://h/x", "never" }, { "ws://h/", "never" },
	{ "wss://h/", "never" }, { "mailto:a@b.c", "never" },
	{ "urn:ietf:wg:oauth:2.0:oob", "never" },
	{ "myapp://callback", "not allowed" }, { "x:y", "not allowed" },
	{ "cursors://x", "not allowed" }, { "oob:", "not allowed" },
	/* http is for loopback, spelled just so */
	{ "http://example.org/cb", "https" }, { "http://LOCALHOST/cb", "https" },
	{ "http://localhost./cb", "https" }, { "http://127.0.0.2/", "https" },
	{ "http://127.1/", "https" }, { "http://0.0.0.0/", "https" },
	{ "http://[::]/", "https" }, { "http://[0::1]/", "https" },
	{ "http://localhost.evil.example/", "https" },
	{ "http://127.0.0.1.evil.example/", "https" },
	{ "http://192.168.0.1/cb", "https" }, { "http://localh%6fst/", "https" },
	/* hosts that read otherwise elsewhere */
	{ "https://evil.example%2F.good.example/", "host" },
	{ "https://ex%61mple.org/", "host" }, { "https://h;script-src/", "host" },
	{ "https://a,b/", "host" }, { "https://a!b/", "host" },
	{ "https://[v1.x]/", "host" },
	{ "https://.", "host" }, { "https://..", "host" }, { "https://./cb", "host" },
	{ "https://a..b/", "host" }, { "https://a../", "host" },
	{ "https://.a/", "host" }, { "https://..a/", "host" },
	{ "https://-", "host" }, { "https://-a.example/", "host" },
	{ "https://a-.example/", "host" }, { "https://a.-b/", "host" },
	{ "https://a.example-/", "host" }, { "https://a.-/", "host" },
	{ "https://a.example-./", "host" }, { "https://-.example:8/", "host" },
	{ "com.example.app://%0a/", "host" }, { "com.example.app://a%20b/", "host" },
	{ "com.example.app://a..b/cb", "host" }, { "com.example.app://.", "host" },
	{ "com.example.app://-/cb", "host" }, { "cursor://a;b/", "host" },
	{ "cursor://[v1.x]/", "host" },
	/* the answer's own parameters, after decoding */
	{ "https://h/?code=1", "parameter" }, { "https://h/?code", "parameter" },
	{ "https://h/?x=1&state=2", "parameter" }, { "https://h/?iss=", "parameter" },
	{ "https://h/?error=x", "parameter" }, { "https://h/?response=x", "parameter" },
	{ "https://h/?%63ode=1", "parameter" }, { "https://h/?&&c%6Fde&", "parameter" },
	{ "http://localhost/?code=1", "parameter" },
	{ "com.example.app:/?state=1", "parameter" },
	{ "https://h/?x=%00", "decode" }, { "https://h/?%ff=1", "decode" },
};

static const struct {
	const char *registered, *given;
	bool match;
} matches[] = {
	{ "https://h/cb", "https://h/cb", true },
	{ "com.example.app:/cb", "com.example.app:/cb", true },
	{ "http://localhost/cb", "http://localhost/cb", true },
	/* the port of a loopback URI (RFC 8252 7.3) */
	{ "http://localhost/cb", "http://localhost:3000/cb", true },
	{ "http://localhost:3000/cb", "http://localhost:3001/cb", true },
	{ "http://localhost:3000/cb", "http://localhost/cb", true },
	{ "http://127.0.0.1/cb", "http://127.0.0.1:49152/cb", true },
	{ "http://[::1]:1/cb", "http://[::1]:65535/cb", true },
	{ "http://localhost:1/cb?x=1", "http://localhost:2/cb?x=1", true },
	{ "http://localhost:1", "http://localhost:2", true },
	/* nothing else of it */
	{ "http://localhost/cb", "http://127.0.0.1/cb", false },
	{ "http://127.0.0.1/cb", "http://[::1]/cb", false },
	{ "http://localhost/cb", "http://LOCALHOST:1/cb", false },
	{ "http://localhost/cb", "HTTP://localhost:1/cb", false },
	{ "http://localhost/cb", "https://localhost:1/cb", false },
	{ "http://localhost/cb", "http://localhost.:1/cb", false },
	{ "http://localhost/cb", "http://localhost:1/CB", false },
	{ "http://localhost/cb", "http://localhost:1/cb/", false },
	{ "http://localhost/cb", "http://localhost:1/c%62", false },
	{ "http://localhost/cb", "http://localhost:1/cb?", false },
	{ "http://localhost/cb", "http://localhost:1/cb?x", false },
	{ "http://localhost/cb?x", "http://localhost:1/cb", false },
	{ "http://localhost/cb?x=1", "http://localhost:1/cb?x=2", false },
	{ "http://localhost/cb", "http://localhost:1/cb#", false },
	{ "http://localhost", "http://localhost:1/", false },
	{ "http://localhost/cb", "http://localhost:/cb", false },
	{ "http://localhost/cb", "http://localhost:0/cb", false },
	{ "http://localhost/cb", "http://localhost:65536/cb", false },
	{ "http://localhost/cb", "http://localhost:1/x/../cb", false },
	/* tricks with the authority */
	{ "http://localhost/cb", "http://u@localhost:1/cb", false },
	{ "http://localhost/cb", "http://@localhost:1/cb", false },
	{ "http://localhost/cb", "http://localhost:1@evil.example/cb", false },
	{ "http://localhost/cb", "http://localhost:1.evil.example/cb", false },
	{ "http://localhost/cb", "http://localhost.evil.example:1/cb", false },
	{ "http://localhost/cb", "http://evil.example/cb", false },
	{ "http://localhost/cb", "http://localhost:1\\@evil.example/cb", false },
	{ "http://localhost/cb", "http://localhost:1 /cb", false },
	{ "http://localhost/cb", "http://localhost:1/cb\n", false },
	/* ports count everywhere else, and so does every byte */
	{ "https://h/cb", "https://h:443/cb", false },
	{ "https://h:1/cb", "https://h:2/cb", false },
	{ "https://localhost:1/cb", "https://localhost:2/cb", false },
	{ "http://h/cb", "http://h:80/cb", false },
	{ "https://h/cb", "https://H/cb", false },
	{ "https://h/cb", "https://h/cb/", false },
	{ "https://h/cb", "https://h/cb?x", false },
	{ "https://h/cb", "https://h/cb#x", false },
	{ "https://h", "https://h/", false },
	{ "https://h/cb", "https://h/", false },
	{ "https://h/cb", "", false },
	{ "com.example.app://localhost:1/cb", "com.example.app://localhost:2/cb", false },
};
/* clang-format on */

START_TEST(good_uris_pass)
{
	struct rc_arena *mem = rc_arena_new();
	enum rc_redirect_kind kind;
	const char *why, *rule;
	size_t i;

	for (i = 0; i < ROWS(good); i++) {
		why =
		    rc_redirect_check(mem, good[i].uri, &schemes, &kind, &rule);
		ck_assert_msg(why == NULL, "%s: %s", good[i].uri, why);
		ck_assert_msg(kind == good[i].kind, "%s", good[i].uri);
		ck_assert_int_eq(rc_redirect_kind_of(good[i].uri), kind);
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(bad_uris_are_refused)
{
	struct rc_arena *mem = rc_arena_new();
	enum rc_redirect_kind kind;
	const char *why, *rule, *p;
	size_t i;

	for (i = 0; i < ROWS(bad); i++) {
		why =
		    rc_redirect_check(mem, bad[i].uri, &schemes, &kind, &rule);
		ck_assert_msg(why != NULL && strstr(why, bad[i].why) != NULL,
		    "%s: %s", bad[i].uri, why != NULL ? why : "accepted");
		ck_assert_msg(
		    strncmp(rule, "redirect_uri.", 13) == 0, "%s", rule);
		/* It goes into an error_description (RFC 6749 5.2). */
		for (p = why; *p != '\0'; p++)
			ck_assert(
			    *p >= ' ' && *p <= '~' && *p != '"' && *p != '\\');
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(schemes_without_a_dot_need_the_list)
{
	struct rc_arena *mem = rc_arena_new();
	enum rc_redirect_kind kind;
	const char *rule;

	ck_assert_ptr_nonnull(
	    rc_redirect_check(mem, "cursor://x/cb", &no_schemes, &kind, &rule));
	ck_assert_ptr_null(rc_redirect_check(
	    mem, "com.example:/cb", &no_schemes, &kind, &rule));
	rc_arena_free(mem);
}
END_TEST

START_TEST(matching)
{
	struct rc_arena *mem = rc_arena_new();
	size_t i;

	for (i = 0; i < ROWS(matches); i++)
		ck_assert_msg(rc_redirect_match(mem, matches[i].registered,
				  matches[i].given) == matches[i].match,
		    "%s %s", matches[i].registered, matches[i].given);
	rc_arena_free(mem);
}
END_TEST

UNIT_MAIN("redirect", good_uris_pass, bad_uris_are_refused,
    schemes_without_a_dot_need_the_list, matching)
