#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "conf.h"
#include "crypt.h"
#include "json.h"
#include "page.h"
#include "json_text.h"
#include "unit.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define ISOLATED(s) "\xe2\x81\xa8" s "\xe2\x81\xa9"

/* What the last load said. */
static char error[1024];

/* The folder of a site; each test is a process of its own. */
static char folder[64];

/* clang-format off */
static const struct {
	const char *name, *text;
} site[] = {
	{ "login.html", "" },
	{ "consent.html", "" },
	{ "error.html", "" },
	{ "form_post.html", "" },
	{ "message.html", "" },
	{ "style.css", "p { margin: 0 }\n" },
	{ "messages.en", "# English\n\nhi = Hello\nto = Dear {name}, & <you>\n" },
	{ "messages.zh", "to = \xe8\x87\xb4{name}\nhi=\xe4\xbd\xa0\xe5\xa5\xbd" },
};
/* clang-format on */

static void
write_file(const char *name, const char *text, size_t len)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
}

static void
remove_file(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
}

/* Make the folder of a site that has next to nothing. */
static void
make_site(void)
{
	size_t i;

	ck_assert(rc_crypt_start());
	snprintf(folder, sizeof(folder), "./test_page.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	for (i = 0; i < ROWS(site); i++)
		write_file(site[i].name, site[i].text, strlen(site[i].text));
}

static void
remove_site(void)
{
	size_t i;

	for (i = 0; i < ROWS(site); i++)
		remove_file(site[i].name);
	remove_file("part.html");
	rmdir(folder);
}

static struct rc_pages *
load_folder(const char *name)
{
	struct rc_conf conf = { .pages = name };

	error[0] = '\0';
	return rc_pages_load(&conf, error, sizeof(error));
}

/* Load a site of which one file is ${text}; it must be good. */
static struct rc_pages *
load_with(const char *name, const char *text)
{
	struct rc_pages *pages;

	make_site();
	write_file(name, text, strlen(text));
	pages = load_folder(folder);
	remove_site();
	ck_assert_msg(pages != NULL, "%s\nfor:\n%s", error, text);
	return pages;
}

/* What the last load says must begin with ${name} and end in ${rest}. */
static void
check_error(const char *name, const char *rest)
{
	char want[512];

	snprintf(want, sizeof(want), "%s/%s:%s", folder, name, rest);
	ck_assert_msg(strncmp(error, want, strlen(want)) == 0, "%s\nis not: %s",
	    error, want);
}

/* Load a site of which one file is ${text}; it must be bad. */
static void
load_bad(const char *name, const char *text, const char *want)
{
	struct rc_pages *pages;

	make_site();
	write_file(name, text, strlen(text));
	pages = load_folder(folder);
	remove_site();
	ck_assert_msg(pages == NULL, "accepted:\n%s", text);
	check_error(name, want);
}

/* The template ${text} with ${data}, in English, must be ${want}. */
static void
check_write(const char *text, const char *data, const char *want)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_pages *pages = load_with("message.html", text);

	ck_assert_str_eq(
	    rc_page_write(mem, pages, "message", "en", json_text(mem, data)),
	    want);
	rc_pages_free(pages);
	rc_arena_free(mem);
}

/* clang-format off */
static const struct {
	const char *text, *data, *want;
} written[] = {
	/* Members. */
	{ "plain { } text", "{}", "plain { } text" },
	{ "{{a}}", "{\"a\":\"&<>\\\"'/\"}", "&amp;&lt;&gt;&quot;&#39;/" },
	{ "<a b=\"{{a}}\">", "{\"a\":\"&<>\\\"'\"}", "<a b=\"&amp;&lt;&gt;&quot;&#39;\">" },
	{ "<a b='{{a}}'>", "{\"a\":\"' onclick='x\"}", "<a b='&#39; onclick=&#39;x'>" },
	{ "{{a}}", "{\"a\":\"{{b}}\",\"b\":1}", "{{b}}" },
	{ "[{{a}}]", "{}", "[]" },
	{ "[{{a}}{{b}}{{c}}]", "{\"a\":null,\"b\":[1],\"c\":{\"d\":1}}", "[]" },
	{ "{{a}} {{b}} {{c}}", "{\"a\":12,\"b\":true,\"c\":1.5}", "12 true 1.5" },
	{ "{{lang}}", "{\"lang\":\"xx\"}", "en" },
	{ "{{a_b-c.d}}", "{\"a_b-c.d\":\"x\"}", "x" },
	/* Text direction: overrides go, isolates are closed, others stay. */
	{ "{{a}}", "{\"a\":\"x\\u202ey\\u202a\\u2069z\"}", "xyz" },
	{ "{{a}}", "{\"a\":\"\\u2067x\"}", "\xe2\x81\xa7x\xe2\x81\xa9" },
	{ "{{a}}", "{\"a\":\"\\u2068x\\u2069\\u2013\\u20ac\"}", ISOLATED("x") "\xe2\x80\x93\xe2\x82\xac" },
	{ "<i a=\"{{a}}\">", "{\"a\":\"x\\u202ey\"}", "<i a=\"x\xe2\x80\xaey\">" },
	/* Sections. */
	{ "{{#a}}x{{/a}}.", "{\"a\":true}", "x." },
	{ "{{#a}}x{{/a}}.", "{\"a\":\"s\"}", "x." },
	{ "{{#a}}x{{/a}}.", "{\"a\":0}", "x." },
	{ "{{#a}}x{{/a}}.", "{\"a\":false}", "." },
	{ "{{#a}}x{{/a}}.", "{\"a\":\"\"}", "." },
	{ "{{#a}}x{{/a}}.", "{\"a\":[]}", "." },
	{ "{{#a}}x{{/a}}.", "{\"a\":null}", "." },
	{ "{{#a}}x{{/a}}.", "{}", "." },
	{ "{{^a}}x{{/a}}.", "{\"a\":true}", "." },
	{ "{{^a}}x{{/a}}.", "{\"a\":[1]}", "." },
	{ "{{^a}}x{{/a}}.", "{\"a\":[]}", "x." },
	{ "{{^a}}x{{/a}}.", "{\"a\":\"\"}", "x." },
	{ "{{^a}}x{{/a}}.", "{}", "x." },
	{ "{{?a}}x{{/a}}.", "{\"a\":[1,2,3]}", "x." },
	{ "{{?a}}x{{/a}}.", "{\"a\":[]}", "." },
	{ "{{#a}}{{.}},{{/a}}", "{\"a\":[\"<\",2,\"c\"]}", "&lt;,2,c," },
	{ "{{#a}}{{b}}{{c}} {{/a}}", "{\"a\":[{\"b\":1},{\"b\":2,\"c\":3}],\"b\":8,\"c\":9}", "19 23 " },
	{ "{{#a}}{{b}}{{/a}}", "{\"a\":{\"b\":\"x\"},\"b\":\"y\"}", "x" },
	{ "{{#a}}{{#b}}{{.}}{{c}}{{/b}};{{/a}}", "{\"a\":[{\"b\":[1,2],\"c\":\"x\"},{\"b\":[3],\"c\":\"y\"}]}", "1x2x;3y;" },
	{ "{{#a}}{{#a}}{{.}}{{/a}}{{/a}}", "{\"a\":[1,2]}", "1212" },
	{ "{{?a}}{{^b}}x{{/b}}{{?b}}y{{/b}}{{/a}}", "{\"a\":1}", "x" },
	{ "<i{{?a}} b=\"{{a}}\"{{/a}}>", "{\"a\":\"x\"}", "<i b=\"x\">" },
	{ "<i c=\"{{?a}}{{a}}{{/a}}\">", "{\"a\":\"x\"}", "<i c=\"x\">" },
	/* Messages. */
	{ "{{_hi}}", "{}", "Hello" },
	{ "{{_to}}", "{\"name\":\"<A>\"}", "Dear <bdi>&lt;A&gt;</bdi>, &amp; &lt;you&gt;" },
	{ "{{_to}}", "{}", "Dear <bdi></bdi>, &amp; &lt;you&gt;" },
	{ "<title>{{_to}}</title>{{_to}}", "{\"name\":\"<A>\"}",
	    "<title>Dear " ISOLATED("&lt;A&gt;") ", &amp; &lt;you&gt;</title>Dear <bdi>&lt;A&gt;</bdi>, &amp; &lt;you&gt;" },
	{ "<a b=\"{{_to}}\">", "{\"name\":\"\\\"\\u202e\"}", "<a b=\"Dear " ISOLATED("&quot;") ", &amp; &lt;you&gt;\">" },
	{ "{{#a}}{{_to}}{{/a}}", "{\"a\":[{\"name\":\"A\"}],\"name\":\"B\"}", "Dear <bdi>A</bdi>, &amp; &lt;you&gt;" },
	/* HTML that is none. */
	{ "a < b {{a}} <3", "{\"a\":1}", "a < b 1 <3" },
	{ "<!-- < \" ' -->{{a}}", "{\"a\":1}", "<!-- < \" ' -->1" },
	{ "<!-->{{a}}", "{\"a\":1}", "<!-->1" },
	{ "<!doctype html>{{a}}<br/>{{a}}", "{\"a\":1}", "<!doctype html>1<br/>1" },
	{ "<script>a<b</script>{{a}}", "{\"a\":1}", "<script>a<b</script>1" },
	{ "<titled>{{_hi}}<b>{{a}}", "{\"a\":1}", "<titled>Hello<b>1" },
};

static const struct {
	const char *text, *want;
} refused[] = {
	{ "\n{{#a}}\n{{?b}}{{/b}}", "2: the section {{#a}} is not closed" },
	{ "{{#a}}\n{{#b}}\n{{/a}}", "3: {{/a}} stands where {{/b}} is missing, opened in line 2" },
	{ "\n\n{{/a}}", "3: {{/a}} closes what was not opened" },
	{ "\n{{a", "2: {{ without a name" },
	{ "\n{{a}", "2: {{ without a name" },
	{ "{{}}", "1: {{ without a name" },
	{ "{{ a }}", "1: {{ without a name" },
	{ "{{{a}}}", "1: {{ without a name" },
	{ "{{&a}}", "1: {{ without a name" },
	{ "{{a0123456789012345678901234567890123456789012345678901234567890123456789}}", "1: {{ without a name" },
	{ "\n{{_none}}", "2: {{_none}}: messages.en has no such line" },
	{ "<a b={{a}}>", "1: {{a}}: in a tag it must stand in quotes" },
	{ "<a {{_hi}}>", "1: {{_hi}}: in a tag it must stand in quotes" },
	{ "<script>\n'{{a}}'</script>", "2: {{a}}: it must not stand in a script" },
	{ "<SCRIPT src='x'>{{#a}}{{/a}}", "1: {{#a}}: it must not stand in a script" },
	{ "<style>{{a}}</style>", "1: {{a}}: it must not stand in a script or a style" },
	{ "<!-- {{a}} -->", "1: {{a}}: it must not stand in a comment" },
	{ "<!-- > -> {{a}}", "1: {{a}}: it must not stand in a comment" },
	{ "<script></scripts>{{a}}", "1: {{a}}: it must not stand in a script" },
	{ "{{?a}}<b {{/a}}c>", "1: the section {{#a}} of line 1 cuts a tag in two" },
	{ "<b {{?a}}c=\"{{/a}}\">", "1: the section {{#a}} of line 1 cuts a tag in two" },
	{ "{{?a}}<title>{{/a}}</title>", "1: the section {{#a}} of line 1 cuts a tag in two" },
	{ "<b\n", "2: the file ends within a tag" },
	{ "<p c=\"{{>part}}\">", "1: {{>part}}: it must stand outside of tags" },
	{ "\n{{>message}}", "2: {{>message}} includes itself" },
	{ "\xff", "1: this is no UTF-8" },
	{ "{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}", "1: {{#a}}: there are too many sections in each other" },
};

/* Files of messages, as messages.zh. */
static const struct {
	const char *text, *want;
} bad_messages[] = {
	{ "hi = x\n", " has no to, which is in line 4 of messages.en" },
	{ "", " has no messages" },
	{ "# only this\n", " has no messages" },
	{ "hi = x\nto\n", "2: this is no line 'key = text'" },
	{ "hi =\n", "1: this is no line 'key = text'" },
	{ "= x\n", "1: this is no line 'key = text'" },
	{ "h i = x\n", "1: this is no line 'key = text'" },
	{ "\nhi = {\n", "2: a brace that is no {member} of the data" },
	{ "hi = }\n", "1: a brace that is no {member} of the data" },
	{ "hi = {a b}\n", "1: a brace that is no {member} of the data" },
	{ "hi = {}\n", "1: a brace that is no {member} of the data" },
	{ "hi = x\nto = y\n\nhi = z\n", "4: hi is there a second time" },
	{ "hi = \xc3\n", "1: this is no UTF-8" },
};

static const struct {
	const char *accept, *locales, *want;
} chosen[] = {
	{ NULL, NULL, "en" },
	{ "", "", "en" },
	{ "zh", NULL, "zh" },
	{ "zh-CN,zh;q=0.9,en;q=0.8", NULL, "zh" },
	{ "ZH-hant-TW", NULL, "zh" },
	{ "en;q=0.5, zh;q=0.51", NULL, "zh" },
	{ "en;q=0.5,zh;q=0.499", NULL, "en" },
	{ "en ; Q=0.5 ,\tzh ; q=1.000", NULL, "zh" },
	{ "en,zh", NULL, "en" },
	{ "zh,en", NULL, "zh" },
	{ "zh;q=0", NULL, "en" },
	{ "zh;q=0.0, fr", NULL, "en" },
	{ "fr, de;q=0.9, zh;q=0.1", NULL, "zh" },
	{ "fr", NULL, "en" },
	{ "*", NULL, "en" },
	{ "*, zh;q=0.5", NULL, "zh" },
	{ "zhx", NULL, "en" },
	{ "z", NULL, "en" },
	{ ", ,zh,", NULL, "zh" },
	{ "zh;q=2", NULL, "en" },
	{ "zh;q=1.1", NULL, "en" },
	{ "zh;q=", NULL, "en" },
	{ "zh;q=0.5x", NULL, "en" },
	{ "zh;x=1", NULL, "en" },
	{ "zh en", NULL, "en" },
	{ ";q=1", NULL, "en" },
	{ "en", "zh", "zh" },
	{ "zh", "en-GB zh", "en" },
	{ "zh", "fr-CA fr  de", "zh" },
	{ "en", " fr zh-Hans-CN ", "zh" },
};

#define NAMES "{\"client_name\":\"plain\",\"client_name#zh-CN\":\"zh-CN\",\"client_name#ja-Jpan-JP\":\"ja\",\"client_name#en\":\"en\",\"client_name#de-x-foo\":\"de\",\"client_names\":\"no\"}"

static const struct {
	const char *metadata, *accept, *want;
} localized[] = {
	{ NAMES, NULL, "plain" },
	{ NAMES, "fr", "plain" },
	{ NAMES, "*", "plain" },
	{ NAMES, "zh-CN", "zh-CN" },
	{ NAMES, "zh-cn", "zh-CN" },
	{ NAMES, "zh", "zh-CN" },
	{ NAMES, "zh-TW", "zh-CN" },
	{ NAMES, "ja", "ja" },
	{ NAMES, "ja-JP,ja;q=0.9,en;q=0.8", "ja" },
	{ NAMES, "en-US,en;q=0.9", "en" },
	{ NAMES, "fr;q=0.9,en-US;q=0.8,zh;q=0.1", "en" },
	{ NAMES, "en;q=0.1,ja-Jpan-JP;q=0.2", "ja" },
	{ NAMES, "en;q=0", "plain" },
	{ NAMES, "de-x", "de" },
	{ NAMES, "de-x-bar", "de" },
	{ NAMES, "e", "plain" },
	{ "{\"client_name#ja\":\"ja\",\"client_name#zh\":\"zh\"}", "fr", "ja" },
	{ "{\"client_name#zh-TW\":\"tw\",\"client_name#zh\":\"zh\"}", "zh", "zh" },
	{ "{\"client_name#zh\":\"\",\"client_name\":\"plain\"}", "zh", "plain" },
	{ "{\"client_name#zh\":1,\"client_name\":\"plain\"}", "zh", "plain" },
	{ "{\"client_name\":\"\"}", "zh", NULL },
	{ "{\"client_name\":7}", "zh", NULL },
	{ "{}", "zh", NULL },
};
/* clang-format on */

START_TEST(templates_are_filled_in)
{
	size_t i;

	for (i = 0; i < ROWS(written); i++)
		check_write(written[i].text, written[i].data, written[i].want);
}
END_TEST

START_TEST(faulty_templates_are_refused_with_file_and_line)
{
	size_t i;

	for (i = 0; i < ROWS(refused); i++)
		load_bad("message.html", refused[i].text, refused[i].want);
}
END_TEST

START_TEST(templates_include_each_other)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_pages *pages;

	make_site();
	write_file("part.html", "<i>{{a}}</i>", 12);
	write_file("message.html", "{{>part}}{{#b}}{{>part}}{{/b}}", 30);
	pages = load_folder(folder);
	ck_assert_msg(pages != NULL, "%s", error);
	ck_assert_str_eq(rc_page_write(mem, pages, "message", "en",
			     json_text(mem, "{\"a\":1,\"b\":[{\"a\":2}]}")),
	    "<i>1</i><i>2</i>");
	rc_pages_free(pages);

	write_file("part.html", "{{>message}}", 12);
	ck_assert_ptr_null(load_folder(folder));
	check_error("part.html", "1: {{>message}} includes itself");
	remove_file("part.html");
	ck_assert_ptr_null(load_folder(folder));
	check_error("part.html", " No such file");
	remove_site();
	rc_arena_free(mem);
}
END_TEST

START_TEST(every_file_must_be_there)
{
	struct rc_pages *pages;
	size_t i;

	make_site();
	for (i = 0; i < ROWS(site); i++) {
		remove_file(site[i].name);
		pages = load_folder(folder);
		ck_assert_msg(pages == NULL, "%s", site[i].name);
		check_error(site[i].name, " No such file or directory");
		write_file(site[i].name, site[i].text, strlen(site[i].text));
	}
	remove_site();
}
END_TEST

START_TEST(files_are_bounded_text)
{
	char path[128];
	size_t size = 1048577;
	char *large = malloc(size);

	ck_assert_ptr_nonnull(large);
	memset(large, 'x', size);
	make_site();
	write_file("message.html", large, size - 1);
	rc_pages_free(load_folder(folder));
	ck_assert_str_eq(error, "");
	write_file("message.html", large, size);
	ck_assert_ptr_null(load_folder(folder));
	check_error("message.html", " is longer than a megabyte");
	write_file("message.html", "a\n\0b", 4);
	ck_assert_ptr_null(load_folder(folder));
	check_error("message.html", "2: a NUL byte");

	remove_site();
	make_site();
	remove_file("message.html");
	snprintf(path, sizeof(path), "%s/message.html", folder);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_ptr_null(load_folder(folder));
	check_error("message.html", " cannot be read");
	rmdir(path);
	remove_site();
	free(large);
}
END_TEST

START_TEST(languages_have_the_same_messages)
{
	struct rc_pages *pages;
	size_t i;

	for (i = 0; i < ROWS(bad_messages); i++)
		load_bad(
		    "messages.zh", bad_messages[i].text, bad_messages[i].want);

	make_site();
	write_file("messages.en", "hi = x\n", 7);
	pages = load_folder(folder);
	remove_site();
	ck_assert_ptr_null(pages);
	check_error(
	    "messages.en", " has no to, which is in line 1 of messages.zh");
}
END_TEST

START_TEST(a_page_is_in_its_language)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_pages *pages = load_with("error.html", "{{lang}} {{_hi}}");
	const struct rc_json *data = rc_json_new_object(mem);

	ck_assert_str_eq(
	    rc_page_write(mem, pages, "error", "en", data), "en Hello");
	ck_assert_str_eq(rc_page_write(mem, pages, "error", "zh", data),
	    "zh \xe4\xbd\xa0\xe5\xa5\xbd");
	ck_assert_str_eq(
	    rc_page_write(mem, pages, "error", "fr", data), "en Hello");
	rc_pages_free(pages);
	rc_arena_free(mem);
}
END_TEST

START_TEST(messages_are_given_as_plain_text)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_pages *pages = load_with("style.css", "");
	const struct rc_json *data =
	    json_text(mem, "{\"name\":\"<A>\\u202e\\u2069\"}");

	ck_assert_str_eq(
	    rc_page_message(mem, pages, "en", "hi", NULL), "Hello");
	ck_assert_str_eq(rc_page_message(mem, pages, "en", "to", data),
	    "Dear " ISOLATED("<A>") ", & <you>");
	ck_assert_str_eq(rc_page_message(mem, pages, "zh", "hi", data),
	    "\xe4\xbd\xa0\xe5\xa5\xbd");
	ck_assert_ptr_null(rc_page_message(mem, pages, "en", "none", data));
	rc_pages_free(pages);
	rc_arena_free(mem);
}
END_TEST

START_TEST(a_language_is_chosen)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_pages *pages = load_with("style.css", "");
	const char *many = "zh", *got;
	size_t i;

	for (i = 0; i < ROWS(chosen); i++) {
		got = rc_pages_language(
		    pages, chosen[i].accept, chosen[i].locales);
		ck_assert_msg(
		    strcmp(got, chosen[i].want) == 0, "row %zu: %s", i, got);
	}

	/* A header of any length costs no more than so much. */
	for (i = 0; i < 40; i++)
		many = rc_printf(mem, "x%zu,%s", i, many);
	ck_assert_str_eq(rc_pages_language(pages, many, NULL), "en");
	rc_pages_free(pages);
	rc_arena_free(mem);
}
END_TEST

START_TEST(client_metadata_is_localized)
{
	struct rc_arena *mem = rc_arena_new();
	const char *got;
	size_t i;

	for (i = 0; i < ROWS(localized); i++) {
		got = rc_page_localized(mem,
		    json_text(mem, localized[i].metadata), "client_name",
		    localized[i].accept);
		if (localized[i].want == NULL)
			ck_assert_msg(got == NULL, "row %zu: %s", i, got);
		else
			ck_assert_msg(
			    got != NULL && strcmp(got, localized[i].want) == 0,
			    "row %zu: %s", i, got != NULL ? got : "none");
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(the_script_has_a_hash)
{
	struct rc_pages *pages = load_with("form_post.html",
	    "<b>x</b>\n<script>document.forms[0].submit()</script>");

	ck_assert_str_eq(rc_page_script_hash(pages),
	    "sha256-ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE=");
	rc_pages_free(pages);

	pages = load_with("form_post.html", "<b>x</b>");
	ck_assert_ptr_null(rc_page_script_hash(pages));
	rc_pages_free(pages);

	load_bad("form_post.html", "<script>a</script>\n<script>b</script>",
	    "2: there may be one script only");
	load_bad("form_post.html", "\n<script>a</script >",
	    "2: the script does not end in </script>");
}
END_TEST

START_TEST(the_style_sheet_has_an_etag)
{
	struct rc_pages *pages = load_with("style.css", "a {}");
	struct rc_pages *other = load_with("style.css", "b {}");
	const char *etag, *other_etag;
	size_t len;

	ck_assert_str_eq(rc_page_style(pages, &len, &etag), "a {}");
	ck_assert_uint_eq(len, 4);
	rc_page_style(other, &len, &other_etag);
	ck_assert_uint_eq(strlen(etag), 18);
	ck_assert(etag[0] == '"' && etag[17] == '"');
	ck_assert_str_ne(etag, other_etag);
	rc_pages_free(pages);
	rc_pages_free(other);
}
END_TEST

START_TEST(no_pages_are_freed)
{

	rc_pages_free(NULL);
}
END_TEST

/* The pages as they are shipped. */
static struct rc_pages *
load_shipped(void)
{
	const char *srcdir = getenv("srcdir");
	struct rc_pages *pages;
	char path[512];

	ck_assert(rc_crypt_start());
	snprintf(path, sizeof(path), "%s/pages", srcdir != NULL ? srcdir : ".");
	pages = load_folder(path);
	ck_assert_msg(pages != NULL, "%s", error);
	return pages;
}

/* What every page has, and what no page has. */
static void
check_page(const char *page)
{
	static const char *const there[] = { "<!doctype html>", "<html lang=\"",
		"<meta name=\"viewport\"", "<meta name=\"color-scheme\"",
		"<link rel=\"stylesheet\" href=\"/style\">", "<main>", "<h1>",
		"<title>" };
	static const char *const absent[] = {
		" style=", " onclick=", " onload=", "<style", "{{", "<svg"
	};
	size_t i;

	for (i = 0; i < ROWS(there); i++)
		ck_assert_msg(strstr(page, there[i]) != NULL, "lacks %s:\n%s",
		    there[i], page);
	for (i = 0; i < ROWS(absent); i++)
		ck_assert_msg(strstr(page, absent[i]) == NULL, "has %s:\n%s",
		    absent[i], page);
	ck_assert_ptr_null(strstr(strstr(page, "<h1>") + 1, "<h1>"));
}

START_TEST(shipped_pages_are_whole)
{
	static const char *const names[] = { "login", "consent", "error",
		"form_post", "message" };
	static const char *const languages[] = { "en", "zh" };
	struct rc_arena *mem = rc_arena_new();
	struct rc_pages *pages = load_shipped();
	const struct rc_json *data =
	    json_text(mem, "{\"style_url\":\"/style\"}");
	size_t i;

	for (i = 0; i < ROWS(names) * ROWS(languages); i++)
		check_page(rc_page_write(
		    mem, pages, names[i / 2], languages[i % 2], data));
	ck_assert_str_eq(rc_page_script_hash(pages),
	    "sha256-ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE=");
	rc_pages_free(pages);
	rc_arena_free(mem);
}
END_TEST

START_TEST(shipped_messages_tell_each_error)
{
	static const char *const keys[] = { "unknown_client", "pending",
		"archived", "bad_redirect_uri", "no_client_id", "bad_request",
		"unavailable", "forbidden", "not_found", "rate",
		"method_not_allowed", "content_too_large", "server_error",
		"csrf" };
	struct rc_arena *mem = rc_arena_new();
	struct rc_pages *pages = load_shipped();
	size_t i;

	for (i = 0; i < ROWS(keys); i++) {
		ck_assert_ptr_nonnull(rc_page_message(mem, pages, "en",
		    rc_printf(mem, "error.%s.title", keys[i]), NULL));
		ck_assert_ptr_nonnull(rc_page_message(mem, pages, "zh",
		    rc_printf(mem, "error.%s.text", keys[i]), NULL));
	}
	rc_pages_free(pages);
	rc_arena_free(mem);
}
END_TEST

/* The shipped page ${name} with ${data}, in English. */
static const char *
shipped(struct rc_arena *mem, const char *name, const char *data)
{
	struct rc_pages *pages = load_shipped();
	const char *page =
	    rc_page_write(mem, pages, name, "en", json_text(mem, data));

	rc_pages_free(pages);
	return page;
}

START_TEST(login_ties_its_error_to_the_fields)
{
	struct rc_arena *mem = rc_arena_new();
	const char *page;

	page = shipped(mem, "login", "{\"csrf\":\"tok\",\"action\":\"/go\"}");
	ck_assert_ptr_null(strstr(page, "role=\"alert\""));
	ck_assert_ptr_null(strstr(page, "aria-describedby"));
	ck_assert_ptr_nonnull(
	    strstr(page, "<form method=\"post\" action=\"/go\">"));
	ck_assert_ptr_nonnull(strstr(page, "name=\"csrf\" value=\"tok\""));
	ck_assert_ptr_nonnull(strstr(page, "autocomplete=\"username\""));
	ck_assert_ptr_nonnull(
	    strstr(page, "autocomplete=\"current-password\""));

	page = shipped(
	    mem, "login", "{\"error_wrong\":true,\"username\":\"a\\\"b\"}");
	ck_assert_ptr_nonnull(strstr(page, "id=\"error\" role=\"alert\""));
	ck_assert_ptr_nonnull(strstr(page, "aria-describedby=\"error\""));
	ck_assert_ptr_nonnull(strstr(page, "value=\"a&quot;b\""));

	page =
	    shipped(mem, "login", "{\"error_rate\":true,\"wait_minutes\":5}");
	ck_assert_ptr_nonnull(strstr(page, "<bdi>5</bdi> min"));
	rc_arena_free(mem);
}
END_TEST

START_TEST(consent_warns_of_what_it_must)
{
	struct rc_arena *mem = rc_arena_new();
	const char *page;

	page = shipped(mem, "consent",
	    "{\"redirect_host\":\"claude.ai\",\"client_name\":\"<C>\","
	    "\"scopes\":[{\"scope\":\"read\",\"text\":\"Read & more\"},"
	    "{\"scope\":\"other\"}]}");
	ck_assert_ptr_nonnull(
	    strstr(page, "<p class=\"host\"><bdi>claude.ai</bdi></p>"));
	ck_assert_ptr_nonnull(strstr(page, "<bdi>&lt;C&gt;</bdi> wants"));
	ck_assert_ptr_nonnull(
	    strstr(page, "<li><bdi>Read &amp; more</bdi></li>"));
	ck_assert_ptr_nonnull(strstr(page, "<li><code>other</code></li>"));
	ck_assert_ptr_nonnull(strstr(page, "name=\"decision\" value=\"deny\""));
	ck_assert_ptr_nonnull(
	    strstr(page, "name=\"decision\" value=\"allow\""));
	ck_assert_ptr_null(strstr(page, "class=\"notice\""));
	ck_assert_ptr_null(strstr(page, "Any program"));
	ck_assert_ptr_null(strstr(page, "Any app"));
	ck_assert_ptr_null(strstr(page, "<img"));

	page = shipped(mem, "consent",
	    "{\"redirect_host\":\"localhost:1\",\"is_loopback\":true,"
	    "\"unverified\":true,\"first_seen\":\"2026-11-21\"}");
	ck_assert_ptr_nonnull(strstr(page, "Any program on this computer"));
	ck_assert_ptr_nonnull(strstr(page, "localhost:1</bdi>"));
	ck_assert_ptr_nonnull(strstr(page, "Nobody here has checked"));
	ck_assert_ptr_nonnull(strstr(page, "<bdi>2026-11-21</bdi>"));

	page = shipped(
	    mem, "consent", "{\"is_private_use\":true,\"scheme\":\"cursor\"}");
	ck_assert_ptr_nonnull(strstr(page, "Any app on this device"));
	ck_assert_ptr_nonnull(strstr(page, "<bdi>cursor</bdi>:"));
	rc_arena_free(mem);
}
END_TEST

START_TEST(form_post_sends_the_fields_as_they_are)
{
	struct rc_arena *mem = rc_arena_new();
	const char *page = shipped(mem, "form_post",
	    "{\"action\":\"https://c.example/cb?a=1&b=2\",\"fields\":["
	    "{\"name\":\"code\",\"value\":\"x\"},"
	    "{\"name\":\"state\",\"value\":\"\\\"><i>\\u202e\"}]}");

	ck_assert_ptr_nonnull(
	    strstr(page, "action=\"https://c.example/cb?a=1&amp;b=2\""));
	ck_assert_ptr_nonnull(
	    strstr(page, "<input type=\"hidden\" name=\"code\" value=\"x\">"));
	ck_assert_ptr_nonnull(strstr(
	    page, "name=\"state\" value=\"&quot;&gt;&lt;i&gt;\xe2\x80\xae\""));
	ck_assert_ptr_nonnull(strstr(page, "type=\"submit\""));
	rc_arena_free(mem);
}
END_TEST

UNIT_MAIN("page", templates_are_filled_in,
    faulty_templates_are_refused_with_file_and_line,
    templates_include_each_other, every_file_must_be_there,
    files_are_bounded_text, languages_have_the_same_messages,
    a_page_is_in_its_language, messages_are_given_as_plain_text,
    a_language_is_chosen, client_metadata_is_localized, the_script_has_a_hash,
    the_style_sheet_has_an_etag, no_pages_are_freed, shipped_pages_are_whole,
    shipped_messages_tell_each_error, login_ties_its_error_to_the_fields,
    consent_warns_of_what_it_must, form_post_sends_the_fields_as_they_are)
