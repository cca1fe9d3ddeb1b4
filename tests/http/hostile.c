#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "hostile.h"

#define MAX 600
#define HTTPS "\"redirect_uris\":[\"https://client.example.org/cb\"]"

static struct hostile list[MAX];
static size_t count;

static void
put(const char *name, const char *body, size_t len, const char *type,
    bool chunked)
{

	if (count == MAX)
		abort();
	list[count++] = (struct hostile){ name, body, len, type, chunked };
}

/* A whole body as it stands; a NUL inside needs its length. */
static void
whole(const char *name, const char *body, size_t len)
{

	put(text("%s: %.60s", name, body), body, len, NULL, false);
}

/* ${n} bytes of anything as an ignored, a known and a name's string. */
static void
inside(const char *name, const char *bytes, size_t n)
{
	static const char *const before[] = { "{" HTTPS ",\"ignored\":\"a",
		"{" HTTPS ",\"client_name\":\"a", "{" HTTPS ",\"a",
		"{" HTTPS ",\"ignored\":[{\"a\":[\"a" };
	static const char *const after[] = { "b\"}", "b\"}", "b\":1}",
		"b\"]}]}" };
	size_t i, head, tail;
	char *s;

	for (i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		head = strlen(before[i]);
		tail = strlen(after[i]);
		s = room(head + n + tail + 1);
		memcpy(s, before[i], head);
		memcpy(s + head, bytes, n);
		memcpy(s + head + n, after[i], tail);
		put(text("%s, place %zu", name, i), s, head + n + tail, NULL,
		    false);
	}
}

/* A value in place of an ignored member's. */
static void
value(const char *name, const char *s)
{
	const char *body = text("{" HTTPS ",\"ignored\":%s}", s);

	whole(name, body, strlen(body));
}

static void
truncated(void)
{
	static const char full[] =
	    "{" HTTPS ",\"client_name\":\"\\u00e9\xc3\xa9\","
	    "\"default_max_age\":10,\"require_auth_time\":true,"
	    "\"contacts\":[\"a\",null]}";
	size_t n;

	for (n = 0; n < sizeof(full) - 1; n += 3)
		put(text("cut off after %zu", n), full, n, NULL, false);
}

static void
syntax(void)
{
	static const char *const bodies[] = { "{", "}", "[", "]", "\"", "{}}",
		"{}{}", "{} x", "{},", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
		"{,}", "{:1}", "{1:2}", "{a:1}", "{'a':1}", "{\"a\" 1}",
		"{\"a\":1 \"b\":2}", "{\"a\":1;\"b\":2}", "[1 2]", "[1,]",
		"[,1]", "{\"a\":[1,2}", "{\"a\":{\"b\":1]", "//x\n{}", "/**/{}",
		"{/**/}", "{}#", "\xef\xbb\xbf{" HTTPS "}", "NaN", "<xml/>",
		"a=b&c=d", "---\na: b\n", "\x1f\x8b\x08", "()",
		"{" HTTPS "}{" HTTPS "}", "{" HTTPS "},", "{" HTTPS "}\n]",
		"\v{" HTTPS "}", "\f{" HTTPS "}", "\xc2\xa0{" HTTPS "}",
		"{" HTTPS ",}", "{" HTTPS ",,\"a\":1}", "{" HTTPS "" };
	static const char *const types[] = { "[]",
		"["
		"{" HTTPS "}"
		"]",
		"\""
		"x"
		"\"",
		"1", "-0", "true", "false", "null", "1e5" };
	static const char *const words[] = { "True", "TRUE", "tru", "truee",
		"nul", "NULL", "None", "undefined", "Infinity", "-Infinity",
		"NaN", "nan", "'a'", "a", "/a/", "()" };
	size_t i;

	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		whole("syntax", bodies[i], strlen(bodies[i]));
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		whole("no object", types[i], strlen(types[i]));
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		value("no value", words[i]);
}

static void
numbers(void)
{
	static const char *const wrong[] = { "01", "-01", "+1", "1.", ".5", "-",
		"-.5", "1e", "1e+", "1.e5", "0x10", "1_000", "1,5", "1 0",
		"--1", "1e5.5", "\xd9\xa1" };
	static const char *const far[] = { "9223372036854775808",
		"-9223372036854775809", "18446744073709551616", "1e19", "1e400",
		"-1e400", "1.5", "1e-5", "123456789012345678901234567890" };
	const char *body;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		value("no number", wrong[i]);
	for (i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		body = text("{" HTTPS ",\"default_max_age\":%s}", far[i]);
		whole("out of range", body, strlen(body));
	}
}

/* RFC 3629 3, and what PostgreSQL cannot hold. */
static void
encoding(void)
{
	static const char *const bytes[] = { "\x80", "\xbf", "\xc3", "\xc0\x80",
		"\xc0\xaf", "\xc1\xbf", "\xe2\x82", "\xe0\x80\x80",
		"\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
		"\xed\xa0\xbd\xed\xb8\x80", "\xf0\x9f\x92", "\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80",
		"\xfe", "\xff", "\xc3\x28", "\xe9" };
	static const char *const escapes[] = { "\\u0000", "\\ud800", "\\udbff",
		"\\udc00", "\\udfff", "\\ud800\\ud800", "\\udc00\\ud800",
		"\\ud800x", "\\ud83d\\u0041", "\\ud83d\\n", "\\u12", "\\u12g4",
		"\\u", "\\x41", "\\'", "\\a", "\\0", "\\U0041", "\\ ",
		"\\\xc3\xa9" };
	static const char *const controls[] = { "\x01", "\t", "\n", "\r",
		"\x1f", "\b" };
	size_t i;

	for (i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++)
		inside("no UTF-8", bytes[i], strlen(bytes[i]));
	for (i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++)
		inside(text("escape %s", escapes[i]), escapes[i],
		    strlen(escapes[i]));
	for (i = 0; i < sizeof(controls) / sizeof(controls[0]); i++)
		inside("raw control character", controls[i], 1);
	inside("raw NUL", "\0", 1);
	whole("NUL first", "\0{}", 3);
	put("NUL behind", "{" HTTPS "}\0", sizeof("{" HTTPS "}\0") - 1, NULL,
	    false);
	put("UTF-16", "\xff\xfe{\0}\0", 6, NULL, false);
}

/* ${n} times ${one}, with something around it. */
static const char *
repeated(const char *head, const char *one, size_t n, const char *tail)
{
	size_t h = strlen(head), o = strlen(one), t = strlen(tail), i;
	char *s = room(h + o * n + t + 1);

	memcpy(s, head, h);
	for (i = 0; i < n; i++)
		memcpy(s + h + i * o, one, o);
	memcpy(s + h + n * o, tail, t);
	return s;
}

static void
deep(void)
{
	static const size_t depths[] = { 17, 32, 33, 100, 1000, 30000 };
	const char *s, *head = "{" HTTPS ",\"ignored\":";
	size_t i;

	for (i = 0; i < sizeof(depths) / sizeof(depths[0]); i++) {
		s = repeated(
		    head, "[", depths[i], repeated("", "]", depths[i], "}"));
		put(text("%zu arrays deep", depths[i]), s, strlen(s), NULL,
		    false);
		s = repeated(head, "[", depths[i], "");
		put(text("%zu arrays left open", depths[i]), s, strlen(s), NULL,
		    false);
		if (depths[i] > 1000)
			continue;
		s = repeated(head, "{\"a\":", depths[i],
		    repeated("1", "}", depths[i], "}"));
		put(text("%zu objects deep", depths[i]), s, strlen(s), NULL,
		    false);
	}
}

static void
huge(void)
{
	static const size_t sizes[] = { 66000, 200000, 5000000 };
	static const char *const ones[] = { "x", " ", "[", "\\u0000", "\xff" };
	const char *s;
	size_t i, k;
	int chunked;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (k = 0; k < sizeof(ones) / sizeof(ones[0]); k++)
			for (chunked = 0; chunked < 2; chunked++) {
				s = repeated("{" HTTPS ",\"ignored\":\"",
				    ones[k], sizes[i] / strlen(ones[k]), "\"}");
				put(text("%zu bytes of kind %zu%s", sizes[i], k,
					chunked ? ", chunked" : ""),
				    s, strlen(s), NULL, chunked != 0);
			}
	s = repeated("{", "\"redirect_uris\":1,", 3000, HTTPS "}");
	put("more members than fit", repeated(s, s, 4, ""), strlen(s) * 5, NULL,
	    false);
	s = repeated("{" HTTPS ",\"default_max_age\":1", "0", 60000, "}");
	put("60000 digits", s, strlen(s), NULL, false);
	s = repeated("{" HTTPS ",\"client_name\":\"", "x", 60000, "\"}");
	put("60000 letters of a name", s, strlen(s), NULL, false);
	s = repeated("{\"redirect_uris\":[\"https://a/\"", ",\"https://a/\"",
	    4000, "]}");
	put("4000 redirect URIs", s, strlen(s), NULL, false);
	s = repeated("{\"redirect_uris\":[\"https://client.example.org/", "a",
	    60000, "\"]}");
	put("60000 letters of a URI", s, strlen(s), NULL, false);
	s = repeated("{" HTTPS ",\"scope\":\"openid", " bogus", 9000, "\"}");
	put("9000 scopes", s, strlen(s), NULL, false);
}

/* Of a repeated member the last counts: the value checked is stored. */
static void
repeats(void)
{
	static const char *const bodies[] = {
		"{" HTTPS ",\"redirect_uris\":[\"javascript:x\"]}",
		"{" HTTPS ",\"redirect_uris\":null}",
		"{" HTTPS ",\"redirect_uris\":5}",
		"{" HTTPS ",\"redirect\\u005furis\":[\"data:x\"]}",
		"{" HTTPS ",\"scope\":\"openid\",\"scope\":\"bogus\"}",
		"{" HTTPS ",\"client_name\":\"a\",\"client_name\":5}",
		"{" HTTPS ",\"jwks_uri\":\"\",\"jwks_uri\":\"http://x/\"}",
		"{" HTTPS ",\"client_name#fr\":\"a\",\"client_name#Fr\":\"b\"}"
	};
	size_t i;

	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		whole("repeated", bodies[i], strlen(bodies[i]));
}

static void
types(void)
{
	static const char *const media[] = { "", "text/plain", "text/html",
		"application/xml", "application/x-www-form-urlencoded",
		"multipart/form-data; boundary=x", "application/jsonp",
		"application/json-patch+json", "application/octet-stream",
		"application/jose", "image/png", "*/*", "application/*",
		"application/json, text/plain", "application/json/x",
		"application%2Fjson" };
	size_t i;

	for (i = 0; i < sizeof(media) / sizeof(media[0]); i++) {
		put(text("media type %s", media[i]), "{" HTTPS "}",
		    strlen("{" HTTPS "}"), media[i], false);
		put(text("media type %s, chunked", media[i]), "{" HTTPS "}",
		    strlen("{" HTTPS "}"), media[i], true);
	}
}

/* Attempts at what lies behind us. */
static void
injection(void)
{
	static const char *const uris[] = { "https://a/'; DROP TABLE client;--",
		"https://a/\\u0022", "https://a/`id`", "https://a/\\r\\nX: y",
		"https://a/ HTTP/1.1", "https://a/<script>",
		"https://a\\u0000.b/", "%s%n%x", "https://a/\\u202e",
		"https://\\u0441lient.example/", "gopher://a/",
		"jar:https://a/!/", "view-source:https://a/",
		"chrome://settings", "intent://a#Intent;end", "ht\\ttps://a/" };
	const char *body;
	size_t i;

	for (i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		body = text("{\"redirect_uris\":[\"%s\"]}", uris[i]);
		whole("injection", body, strlen(body));
	}
}

const struct hostile *
hostile_bodies(size_t *n)
{

	if (count == 0) {
		truncated();
		syntax();
		numbers();
		encoding();
		deep();
		huge();
		repeats();
		types();
		injection();
	}
	*n = count;
	return list;
}
