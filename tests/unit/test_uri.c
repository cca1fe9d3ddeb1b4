#include "unit.h"

#include <string.h>

#include "arena.h"
#include "uri.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* clang-format off */
/* Good URIs and their parts: RFC 3986 1.1.2 and 3, RFC 8252 7. */
static const struct {
	const char *text;
	struct rc_uri want;
} good[] = {
	{ "https://example.org",
	    { "https", NULL, "example.org", NULL, "", NULL, NULL, true } },
	{ "https://example.org/",
	    { "https", NULL, "example.org", NULL, "/", NULL, NULL, true } },
	{ "HTTPS://Example.ORG:443/a/b;c=d?x=1&y=/?#f/?",
	    { "HTTPS", NULL, "Example.ORG", "443", "/a/b;c=d", "x=1&y=/?",
	      "f/?", true } },
	{ "https://u:p@h:1/@",
	    { "https", "u:p", "h", "1", "/@", NULL, NULL, true } },
	{ "https://@h/",
	    { "https", "", "h", NULL, "/", NULL, NULL, true } },
	{ "https://h?",
	    { "https", NULL, "h", NULL, "", "", NULL, true } },
	{ "https://h#",
	    { "https", NULL, "h", NULL, "", NULL, "", true } },
	{ "https://h?a@b:c/d#e@f:g",
	    { "https", NULL, "h", NULL, "", "a@b:c/d", "e@f:g", true } },
	{ "http://[::1]:8080/cb",
	    { "http", NULL, "[::1]", "8080", "/cb", NULL, NULL, true } },
	{ "http://u@[2001:db8::7]/c",
	    { "http", "u", "[2001:db8::7]", NULL, "/c", NULL, NULL, true } },
	{ "http://127.0.0.1:65535//x//",
	    { "http", NULL, "127.0.0.1", "65535", "//x//", NULL, NULL, true } },
	{ "http://h:00080/",
	    { "http", NULL, "h", "00080", "/", NULL, NULL, true } },
	{ "com.example.app:/oauth2redirect",
	    { "com.example.app", NULL, NULL, NULL, "/oauth2redirect", NULL,
	      NULL, false } },
	{ "cursor://anysphere.cursor-mcp/oauth/cb",
	    { "cursor", NULL, "anysphere.cursor-mcp", NULL, "/oauth/cb", NULL,
	      NULL, true } },
	{ "urn:example:animal:ferret:nose",
	    { "urn", NULL, NULL, NULL, "example:animal:ferret:nose", NULL,
	      NULL, false } },
	{ "mailto:John.Doe@example.com",
	    { "mailto", NULL, NULL, NULL, "John.Doe@example.com", NULL, NULL,
	      false } },
	{ "a+b-c.9:",
	    { "a+b-c.9", NULL, NULL, NULL, "", NULL, NULL, false } },
	{ "https://h/...", /* three dots are a name */
	    { "https", NULL, "h", NULL, "/...", NULL, NULL, true } },
	{ "https://h/.a/b./..c/%2e%2e%2e/%2Fx",
	    { "https", NULL, "h", NULL, "/.a/b./..c/%2e%2e%2e/%2Fx", NULL,
	      NULL, true } },
	{ "https://h/?../.",
	    { "https", NULL, "h", NULL, "/", "../.", NULL, true } },
	{ "https://ex%41mple/~a!$&'()*+,;=:@-._",
	    { "https", NULL, "ex%41mple", NULL, "/~a!$&'()*+,;=:@-._", NULL,
	      NULL, true } },
};

static const struct {
	const char *text;
	const char *why; /* a word of the phrase */
} bad[] = {
	/* characters */
	{ "https://h/ x", "ASCII" }, { " https://h/", "ASCII" },
	{ "https://h/\n", "ASCII" }, { "https://h/\x7f", "ASCII" },
	{ "https://h/\x01", "ASCII" }, { "https://\xc3\xa4.example/", "ASCII" },
	{ "https://h/\xff", "ASCII" },
	/* no scheme */
	{ "", "absolute" }, { "/cb", "absolute" }, { "//h/cb", "absolute" },
	{ "cb", "absolute" }, { "?x", "absolute" }, { "#x", "absolute" },
	{ ":x", "absolute" }, { "/a:b", "absolute" },
	{ "example.org/cb", "absolute" },
	/* grammar */
	{ "1http://h/", "RFC 3986" }, { "ht_tp://h/", "RFC 3986" },
	{ "https://h/<x>", "RFC 3986" }, { "https://h/\"", "RFC 3986" },
	{ "https://h/\\x", "RFC 3986" }, { "https://h\\@g/", "RFC 3986" },
	{ "https://h/{x}", "RFC 3986" }, { "https://h/^", "RFC 3986" },
	{ "https://h/`", "RFC 3986" }, { "https://h/|", "RFC 3986" },
	{ "https://h/%", "RFC 3986" }, { "https://h/%4", "RFC 3986" },
	{ "https://h/%4g", "RFC 3986" }, { "https://h/?%zz", "RFC 3986" },
	{ "https://h/#a#b", "RFC 3986" }, { "https://[::1/", "RFC 3986" },
	{ "https://::1/", "RFC 3986" }, { "https://[::g]/", "RFC 3986" },
	{ "https://[127.0.0.1]/", "RFC 3986" }, { "https://[::1]x/", "RFC 3986" },
	{ "https://h:80x/", "RFC 3986" }, { "https://h:-1/", "RFC 3986" },
	{ "https://h:80:80/", "RFC 3986" }, { "https://a@b@c/", "RFC 3986" },
	{ "https://h/[x]", "RFC 3986" }, { "https://[]/", "RFC 3986" },
	{ "https://h:*/", "RFC 3986" },
	/* what uriparser lets pass */
	{ "https:", "no //" }, { "https:x", "no //" }, { "https:/x", "no //" },
	{ "http:x", "no //" }, { "HTTP:/x", "no //" },
	{ "https://", "empty host" }, { "https:///x", "empty host" },
	{ "https://:80/", "empty host" }, { "https://u@/", "empty host" },
	{ "https://?x", "empty host" }, { "https://#x", "empty host" },
	{ "file:///etc/passwd", "empty host" }, { "cursor:///x", "empty host" },
	{ "https://h:", "empty port" }, { "https://h:/x", "empty port" },
	{ "http://[::1]:/", "empty port" },
	{ "https://h:0/", "port outside" }, { "https://h:65536/", "port outside" },
	{ "https://h:99999/", "port outside" }, { "https://h:000/", "port outside" },
	{ "https://h:18446744073709551617/", "port outside" },
	{ "https://h/.", "dot" }, { "https://h/..", "dot" },
	{ "https://h/./x", "dot" }, { "https://h/x/../y", "dot" },
	{ "https://h/x/..", "dot" }, { "https://h/../", "dot" },
	{ "https://h/%2e", "dot" }, { "https://h/%2E%2e/x", "dot" },
	{ "https://h/.%2e/x", "dot" }, { "https://h/%2E./x", "dot" },
	{ "https://h/..?x", "dot" }, { "https://h/.#x", "dot" },
	{ "com.example.app:/../x", "dot" }, { "com.example.app:..", "dot" },
};

/* RFC 3986 2.1. */
static const struct {
	const char *text, *want; /* NULL: refused */
} escapes[] = {
	{ "", "" }, { "a+b/c", "a+b/c" }, { "%41%5a%7E", "AZ~" },
	{ "%2541", "%41" }, { "%c3%A4", "\xc3\xa4" }, { "%ff%Ff", "\xff\xff" },
	{ "%01%20%7f", "\x01 \x7f" },
	{ "%", NULL }, { "%4", NULL }, { "%g0", NULL }, { "%0g", NULL },
	{ "a%", NULL }, { "%%41", NULL }, { "% 41", NULL }, { "%00", NULL },
	{ "a%00b", NULL }, { "%+1", NULL },
};
/* clang-format on */

static void
same(const char *text, const char *got, const char *want)
{

	if (want == NULL) {
		ck_assert_msg(got == NULL, "%s: %s", text, got);
		return;
	}
	ck_assert_msg(got != NULL && strcmp(got, want) == 0, "%s: %s not %s",
	    text, got != NULL ? got : "absent", want);
}

START_TEST(good_uris_are_cut_up)
{
	struct rc_arena *mem = rc_arena_new();
	const struct rc_uri *want;
	struct rc_uri uri;
	const char *why;
	size_t i;

	for (i = 0; i < ROWS(good); i++) {
		want = &good[i].want;
		why = rc_uri_parse(mem, good[i].text, &uri);
		ck_assert_msg(why == NULL, "%s: %s", good[i].text, why);
		same(good[i].text, uri.scheme, want->scheme);
		same(good[i].text, uri.userinfo, want->userinfo);
		same(good[i].text, uri.host, want->host);
		same(good[i].text, uri.port, want->port);
		same(good[i].text, uri.path, want->path);
		same(good[i].text, uri.query, want->query);
		same(good[i].text, uri.fragment, want->fragment);
		ck_assert_int_eq(uri.authority, want->authority);
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(bad_uris_are_refused)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_uri uri;
	const char *why;
	size_t i;

	for (i = 0; i < ROWS(bad); i++) {
		why = rc_uri_parse(mem, bad[i].text, &uri);
		ck_assert_msg(why != NULL && strstr(why, bad[i].why) != NULL,
		    "%s: %s", bad[i].text, why != NULL ? why : "accepted");
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(loopback_is_spelled_just_so)
{
	static const struct {
		const char *text;
		bool loopback;
	} rows[] = {
		{ "http://localhost/", true },
		{ "http://localhost:1/", true },
		{ "http://127.0.0.1/", true },
		{ "http://[::1]:8080/", true },
		{ "http://LOCALHOST/", false },
		{ "http://localhost./", false },
		{ "http://localhost.example.org/", false },
		{ "http://xlocalhost/", false },
		{ "http://127.0.0.2/", false },
		{ "http://127.1/", false },
		{ "http://127.0.0.1.example.org/", false },
		{ "http://2130706433/", false },
		{ "http://0.0.0.0/", false },
		{ "http://[::]/", false },
		{ "http://[0:0:0:0:0:0:0:1]/", false },
		{ "http://[::ffff:127.0.0.1]/", false },
		{ "http://localhost@example.org/", false },
		{ "http://example.org/localhost", false },
		{ "http://localh%6Fst/", false },
		{ "a:localhost", false },
	};
	struct rc_arena *mem = rc_arena_new();
	struct rc_uri uri;
	size_t i;

	for (i = 0; i < ROWS(rows); i++) {
		ck_assert_ptr_null(rc_uri_parse(mem, rows[i].text, &uri));
		ck_assert_msg(rc_uri_is_loopback(&uri) == rows[i].loopback,
		    "%s", rows[i].text);
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(some_schemes_never_redirect)
{
	static const char *const never[] = { "about", "blob", "chrome",
		"chrome-extension", "content", "cid", "data", "file",
		"filesystem", "ftp", "gopher", "intent", "jar", "javascript",
		"ldap", "ldaps", "mailto", "mhtml", "moz-extension", "resource",
		"sms", "ssh", "tel", "urn", "vbscript", "view-source", "ws",
		"wss", "JavaScript", "INTENT" };
	static const char *const may[] = { "https", "http", "cursor", "vscode",
		"com.example.app", "intents", "inten", "" };
	size_t i;

	for (i = 0; i < ROWS(never); i++)
		ck_assert_msg(
		    rc_uri_is_never_redirect(never[i]), "%s", never[i]);
	for (i = 0; i < ROWS(may); i++)
		ck_assert_msg(!rc_uri_is_never_redirect(may[i]), "%s", may[i]);
}
END_TEST

START_TEST(origin_is_where_it_leads)
{
	static const struct {
		const char *uri, *origin;
	} cases[] = { { "https://a.example/cb?x#y", "https://a.example" },
		{ "https://a.example:8443", "https://a.example:8443" },
		{ "http://[::1]:5/cb", "http://[::1]:5" },
		{ "cursor://anysphere.cursor-mcp/cb", "cursor:" },
		{ "com.example.app:/cb", "com.example.app:" },
		{ "/cb", NULL } };
	struct rc_arena *mem = rc_arena_new();
	const char *origin;
	size_t i;

	for (i = 0; i < ROWS(cases); i++) {
		origin = rc_uri_origin(mem, cases[i].uri);
		if (cases[i].origin == NULL)
			ck_assert_ptr_null(origin);
		else
			ck_assert_str_eq(origin, cases[i].origin);
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(escapes_are_decoded_once)
{
	char text[16];
	size_t i;
	bool done;

	for (i = 0; i < ROWS(escapes); i++) {
		memcpy(text, escapes[i].text, strlen(escapes[i].text) + 1);
		done = rc_uri_unescape(text);
		ck_assert_msg(
		    done == (escapes[i].want != NULL), "%s", escapes[i].text);
		if (done)
			ck_assert_str_eq(text, escapes[i].want);
	}
}
END_TEST

UNIT_MAIN("uri", good_uris_are_cut_up, bad_uris_are_refused,
    loopback_is_spelled_just_so, some_schemes_never_redirect,
    origin_is_where_it_leads, escapes_are_decoded_once)
