#include "unit.h"

#include <limits.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "json.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* clang-format off */
/* RFC 8259, RFC 3629: what is let pass. */
static const char *const good[] = {
	/* a scalar may stand alone (RFC 8259 2) */
	"null", "true", "false", "0", "-0", "7", "\"\"", "\"x\"", " 1 ",
	"\t\r\n 1 \t\r\n",
	/* arrays and objects */
	"[]", "{}", " [ ] ", " { } ", "[1]", "[1,2]", "[ 1 , 2 ]", "[[],{}]",
	"[null,true,false]", "{\"a\":1}", " { \"a\" : 1 , \"b\" : [ ] } ",
	"{\"\":0}", "{\"a\":{\"b\":{\"c\":[{}]}}}", "{\"a\":1,\"a\":2}",
	"[\"\",\"\"]", "{\"a\":null}",
	/* numbers (6) */
	"10", "-1", "0.5", "-0.5", "1.0", "1.50", "1e5", "1E5", "1e+5", "1e-5",
	"0e0", "1.5e-07", "100000000000000000000000", "1e400", "-1e-400",
	"9223372036854775807", "-9223372036854775808", "9223372036854775808",
	"18446744073709551616", "[-0]", "0.0000000000000000000000000000001",
	/* escapes (7) */
	"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0001\"", "\"\\u001f\"",
	"\"\\u00e4\"", "\"\\u00E4\"", "\"\\u20ac\"", "\"\\ud83d\\ude00\"",
	"\"\\uD800\\uDC00\"", "\"\\udbff\\udfff\"", "\"\\ud7ff\"", "\"\\ue000\"",
	"\"\\uffff\"", "{\"\\u0061\":1}", "\"\\\\u0000\"",
	/* UTF-8: each length's first and last character */
	"\"\x7f\"", "\"\xc2\x80\"", "\"\xdf\xbf\"", "\"\xe0\xa0\x80\"",
	"\"\xed\x9f\xbf\"", "\"\xee\x80\x80\"", "\"\xef\xbf\xbf\"",
	"\"\xef\xbb\xbf\"", "\"\xf0\x90\x80\x80\"", "\"\xf4\x8f\xbf\xbf\"",
	"\"\xe2\x82\xac\"", "\"\xf0\x9f\x98\x80\"", "{\"\xc3\xa4\":1}",
	/* depth 16 */
	"[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]",
	"[[[[[[[[[[[[[[[{\"a\":1}]]]]]]]]]]]]]]]",
};

/* What is refused, and the offset of the byte that is wrong. */
static const struct {
	const char *text;
	size_t at;
} bad[] = {
	/* nothing, or not enough */
	{ "", 0 }, { " ", 1 }, { "\t\r\n", 3 }, { "[", 1 }, { "{", 1 },
	{ "[1", 2 }, { "[1,", 3 }, { "{\"a\"", 4 }, { "{\"a\":", 5 },
	{ "{\"a\":1", 6 }, { "{\"a\":1,", 7 }, { "\"", 1 }, { "\"abc", 4 },
	{ "\"\\", 2 }, { "\"\\u00", 5 }, { "{\"a", 3 }, { "-", 1 },
	{ "1.", 2 }, { "1e", 2 }, { "1e+", 3 }, { "[\"\\ud800", 8 },
	/* too much */
	{ "1 2", 2 }, { "{}{}", 2 }, { "[]]", 2 }, { "{}}", 2 }, { "{},", 2 },
	{ "\"a\"b", 3 }, { "null,", 4 }, { "truefalse", 4 }, { "{} x", 3 },
	/* structure */
	{ "[1,]", 3 }, { "[,1]", 1 }, { "[,]", 1 }, { "[1,,2]", 3 },
	{ "[1 2]", 3 }, { "{\"a\":1,}", 7 }, { "{,}", 1 }, { "{\"a\"}", 4 },
	{ "{\"a\",1}", 4 }, { "{\"a\":}", 5 }, { "{\"a\" 1}", 5 },
	{ "{\"a\":1 \"b\":2}", 7 }, { "{\"a\":1,,}", 7 }, { "{1:2}", 1 },
	{ "{a:1}", 1 }, { "{null:1}", 1 }, { "[}", 1 }, { "{]", 1 },
	{ "[1}", 2 }, { "{\"a\":1]", 6 }, { "]", 0 }, { "}", 0 }, { ":", 0 },
	{ ",", 0 }, { "[\"a\":1]", 4 },
	/* what json-c lets pass: words, quotes, comments */
	{ "NaN", 0 }, { "[NaN]", 1 }, { "nan", 0 }, { "Infinity", 0 },
	{ "-Infinity", 1 }, { "inf", 0 }, { "'a'", 0 }, { "{'a':1}", 1 },
	{ "{\"a\":'b'}", 5 }, { "/* */1", 0 }, { "1/**/", 1 }, { "[1//\n]", 2 },
	{ "// x\n1", 0 }, { "#\n1", 0 }, { "True", 0 }, { "TRUE", 0 },
	{ "Null", 0 }, { "nul", 0 }, { "tru", 0 }, { "fals", 0 },
	{ "[nulL]", 1 }, { "undefined", 0 },
	/* numbers */
	{ "01", 0 }, { "-01", 1 }, { "00", 0 }, { "[012]", 1 }, { ".5", 0 },
	{ "-.5", 1 }, { "1.e5", 2 }, { "[1.]", 3 }, { "+1", 0 }, { "--1", 1 },
	{ "[-]", 2 }, { "[1e]", 3 }, { "[1e+]", 4 }, { "[1E-]", 4 },
	{ "1e5.5", 3 }, { "1.2.3", 3 }, { "0x10", 1 }, { "1_000", 1 },
	{ "1a", 1 }, { "1e1e1", 3 }, { "- 1", 1 },
	/* strings */
	{ "\"\n\"", 1 }, { "\"\t\"", 1 }, { "\"a\x01\"", 2 },
	{ "\"\x1f\"", 1 }, { "{\"\n\":1}", 2 }, { "\"\\x41\"", 2 },
	{ "\"\\a\"", 2 }, { "\"\\'\"", 2 }, { "\"\\0\"", 2 }, { "\"\\U0041\"", 2 },
	{ "\"\\\n\"", 2 }, { "\"\\u\"", 3 }, { "\"\\u12\"", 5 },
	{ "\"\\u123g\"", 6 }, { "\"\\u 123\"", 3 }, { "\"\\u+123\"", 3 },
	/* NUL and surrogates, in names and values */
	{ "\"\\u0000\"", 1 }, { "\"a\\u0000b\"", 2 }, { "{\"a\\u0000\":1}", 3 },
	{ "[{\"x\":[\"\\u0000\"]}]", 8 }, { "\"\\ud800\"", 1 },
	{ "\"\\udc00\"", 1 }, { "\"\\udfff\"", 1 }, { "\"\\udbff\"", 1 },
	{ "\"\\ud800x\"", 1 }, { "\"\\ud800\\n\"", 1 },
	{ "\"\\ud800\\u0041\"", 1 }, { "\"\\ud800\\ud800\"", 1 },
	{ "\"\\udc00\\ud800\"", 1 }, { "{\"\\ud800\":1}", 2 },
	{ "\"\\ud800\\u12\"", 11 }, { "\"\\ud83d\\ude00\\ude00\"", 13 },
	/* no UTF-8: a byte order mark, stray, overlong, surrogate, too high */
	{ "\xef\xbb\xbf{}", 0 }, { "\xff\xfe{", 0 }, { "\"\x80\"", 1 },
	{ "\"\xbf\"", 1 }, { "\"\xc3\"", 1 }, { "\"\xc3(\"", 1 },
	{ "\"\xe4\"", 1 }, { "\"\xc0\x80\"", 1 }, { "\"\xc0\xaf\"", 1 },
	{ "\"\xc1\xbf\"", 1 }, { "\"\xe0\x80\xaf\"", 1 },
	{ "\"\xe0\x9f\xbf\"", 1 }, { "\"\xf0\x80\x80\xaf\"", 1 },
	{ "\"\xf0\x8f\xbf\xbf\"", 1 }, { "\"\xed\xa0\x80\"", 1 },
	{ "\"\xed\xbf\xbf\"", 1 }, { "\"\xed\xa0\xbd\xed\xb8\x80\"", 1 },
	{ "\"\xf4\x90\x80\x80\"", 1 }, { "\"\xf5\x80\x80\x80\"", 1 },
	{ "\"\xf8\x88\x80\x80\x80\"", 1 }, { "\"\xfe\"", 1 }, { "\"\xff\"", 1 },
	{ "\"\xe2\x82\"", 1 }, { "\"\xe2\x82", 1 }, { "\"\xf0\x9f\x98\"", 1 },
	{ "\"\xf0\x9f\"", 1 }, { "\"a\xe2(\xa1\"", 2 }, { "{\"\xc3\":1}", 2 },
	{ "\xc2\xa0" "1", 0 }, { "[1\xc2\xa0]", 2 },
	/* other white space than the four */
	{ "\v1", 0 }, { "\f1", 0 }, { "1\v", 1 },
	/* depth 17 */
	{ "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", 16 },
	{ "[[[[[[[[[[[[[[[[{}]]]]]]]]]]]]]]]]", 16 },
	{ "{\"a\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}", 20 },
};

/* Each string comes out of rc_json_write as it went in. */
static const char *const kept[] = {
	"[99999999999999999999,2.5e+00,-0e+00]",
	"\"\"", "\"a/b\"", "\"https://example.org/cb?x=1\"",
	"\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"", "\"\x7f\"", "\"\\\"\\\\\"",
	"\"\\b\\f\\n\\r\\t\"", "\"\\u0001\\u001f\"", "\"'<>&\"",
	"{\"a/\xc3\xa4\":[\"\",{}],\"\":null}", "[]", "{}", "[[],[{}]]",
	"null", "true", "false", "[null,true,false]",
	/* numbers keep their text */
	"0", "-1", "1.0", "1.50", "0.10", "1e5", "1E+5", "-0.0", "1e400",
	"9223372036854775807", "-9223372036854775808", "9223372036854775808",
	"-9223372036854775809", "10000000000000000000000",
	"[18446744073709551615,18446744073709551616]",
	"{\"a\":{\"b\":[1,99999999999999999999,\"x\"]},\"c\":1.50,\"d\":null}",
};

/* What else is said the same way is written in one form. */
static const struct {
	const char *text, *written;
} changed[] = {
	{ " [ 1 , 2 ] ", "[1,2]" },
	{ "\"\\/\"", "\"/\"" },
	{ "\"\\u0041\\u00e4\\ud83d\\ude00\"", "\"A\xc3\xa4\xf0\x9f\x98\x80\"" },
	{ "\"\\u000a\"", "\"\\n\"" },
	{ "{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}" },
	{ "{\"a\":99999999999999999999,\"a\":1}", "{\"a\":1}" },
	{ "{\"a\":1,\"\\u0061\":2}", "{\"a\":2}" },
};

static const struct {
	const char *text;
	enum rc_json_type type;
	int64_t number;
} typed[] = {
	{ "null", RC_JSON_NULL, 0 },
	{ "true", RC_JSON_BOOL, 0 },
	{ "\"1\"", RC_JSON_STRING, 0 },
	{ "[1]", RC_JSON_ARRAY, 0 },
	{ "{}", RC_JSON_OBJECT, 0 },
	{ "0", RC_JSON_INT, 0 },
	{ "-0", RC_JSON_INT, 0 },
	{ "42", RC_JSON_INT, 42 },
	{ "-42", RC_JSON_INT, -42 },
	{ "999999999999999999", RC_JSON_INT, 999999999999999999 },
	{ "9223372036854775807", RC_JSON_INT, INT64_MAX },
	{ "-9223372036854775808", RC_JSON_INT, INT64_MIN },
	{ "9223372036854775808", RC_JSON_NUMBER, 0 },
	{ "-9223372036854775809", RC_JSON_NUMBER, 0 },
	{ "18446744073709551615", RC_JSON_NUMBER, 0 },
	{ "18446744073709551616", RC_JSON_NUMBER, 0 },
	{ "10000000000000000000000", RC_JSON_NUMBER, 0 },
	{ "-10000000000000000000000", RC_JSON_NUMBER, 0 },
	{ "1.0", RC_JSON_NUMBER, 0 },
	{ "1e2", RC_JSON_NUMBER, 0 },
	{ "-0.0", RC_JSON_NUMBER, 0 },
	{ "1e400", RC_JSON_NUMBER, 0 },
};
/* clang-format on */

/*
 * Return a copy of ${n} bytes of ${text} and nothing behind them, so that the
 * address sanitizer sees a step too far.
 */
static char *
exactly(const char *text, size_t n)
{
	char *copy;

	copy = malloc(n > 0 ? n : 1);
	ck_assert_ptr_nonnull(copy);
	memcpy(copy, text, n);
	return copy;
}

/* Parse what must be good. */
static struct rc_json *
parse(struct rc_arena *mem, const char *text)
{
	struct rc_json *v = NULL;
	const char *why = "";
	char *copy;
	size_t at;

	copy = exactly(text, strlen(text));
	ck_assert_msg(
	    rc_json_parse(mem, copy, strlen(text), &v, &why, &at) == RC_OK,
	    "%s: %s", text, why);
	free(copy);
	return v;
}

START_TEST(good_texts_pass)
{
	struct rc_arena *mem = rc_arena_new();
	const char *why;
	char *copy;
	size_t at, i;

	for (i = 0; i < ROWS(good); i++) {
		copy = exactly(good[i], strlen(good[i]));
		ck_assert_msg(
		    rc_json_check(copy, strlen(good[i]), &why, &at) == RC_OK,
		    "%s", good[i]);
		free(copy);
		parse(mem, good[i]);
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(bad_texts_are_refused)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_json *v;
	const char *why;
	char *copy;
	size_t at, i, n;

	for (i = 0; i < ROWS(bad); i++) {
		n = strlen(bad[i].text);
		copy = exactly(bad[i].text, n);
		why = NULL;
		ck_assert_msg(
		    rc_json_check(copy, n, &why, &at) == RC_ERR_INVALID_REQUEST,
		    "%s", bad[i].text);
		ck_assert_msg(at == bad[i].at, "%s: %zu", bad[i].text, at);
		ck_assert_ptr_nonnull(why);
		ck_assert_msg(strpbrk(why, "\"\\") == NULL, "%s", why);
		ck_assert_int_eq(rc_json_parse(mem, copy, n, &v, &why, &at),
		    RC_ERR_INVALID_REQUEST);
		free(copy);
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(raw_nul_is_refused)
{
	static const struct {
		const char *text;
		size_t len, at;
	} rows[] = {
		{ "\0", 1, 0 },
		{ "{}\0", 3, 2 },
		{ "\"\0\"", 3, 1 },
		{ "{\"a\0b\":1}", 9, 3 },
		{ "\"\\\0\"", 4, 2 },
		{ "1\0002", 3, 1 },
	};
	const char *why;
	size_t at, i;

	for (i = 0; i < ROWS(rows); i++) {
		ck_assert_int_eq(
		    rc_json_check(rows[i].text, rows[i].len, &why, &at),
		    RC_ERR_INVALID_REQUEST);
		ck_assert_uint_eq(at, rows[i].at);
	}
}
END_TEST

START_TEST(every_prefix_of_a_text_is_refused)
{
	static const char text[] = "{\"a\":[1.5e3,\"\\ud83d\\ude00\xe2\x82\xac"
				   "\",null,true,false,{}],\"b\":-1}";
	const char *why;
	char *copy;
	size_t at, n;

	for (n = 0; n < sizeof(text) - 1; n++) {
		copy = exactly(text, n);
		ck_assert_msg(
		    rc_json_check(copy, n, &why, &at) == RC_ERR_INVALID_REQUEST,
		    "%zu", n);
		free(copy);
	}
	ck_assert_int_eq(rc_json_check(text, n, &why, &at), RC_OK);
}
END_TEST

START_TEST(huge_length_is_refused_unread)
{
	const char *why;
	size_t at;

	ck_assert_int_eq(rc_json_check("1", (size_t)INT_MAX + 1, &why, &at),
	    RC_ERR_INVALID_REQUEST);
	ck_assert_uint_eq(at, 0);
}
END_TEST

START_TEST(deep_text_does_not_recurse)
{
	const size_t n = 1000000;
	const char *why;
	char *text;
	size_t at;

	text = malloc(n);
	ck_assert_ptr_nonnull(text);
	memset(text, '[', n);
	ck_assert_int_eq(
	    rc_json_check(text, n, &why, &at), RC_ERR_INVALID_REQUEST);
	ck_assert_uint_eq(at, RC_JSON_DEPTH);
	free(text);
}
END_TEST

START_TEST(written_as_read)
{
	struct rc_arena *mem = rc_arena_new();
	size_t i;

	for (i = 0; i < ROWS(kept); i++)
		ck_assert_str_eq(
		    rc_json_write(mem, parse(mem, kept[i])), kept[i]);
	for (i = 0; i < ROWS(changed); i++)
		ck_assert_str_eq(
		    rc_json_write(mem, parse(mem, changed[i].text)),
		    changed[i].written);
	ck_assert_str_eq(rc_json_write(mem, NULL), "null");
	rc_arena_free(mem);
}
END_TEST

START_TEST(types_are_exact)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_json *v;
	size_t i;

	for (i = 0; i < ROWS(typed); i++) {
		v = parse(mem, typed[i].text);
		ck_assert_msg(
		    rc_json_type(v) == typed[i].type, "%s", typed[i].text);
		ck_assert_msg(
		    rc_json_int(v) == typed[i].number, "%s", typed[i].text);
		ck_assert_int_eq(
		    rc_json_bool(v), typed[i].type == RC_JSON_BOOL);
		ck_assert_int_eq(
		    rc_json_string(v) != NULL, typed[i].type == RC_JSON_STRING);
	}
	ck_assert_int_eq(rc_json_type(NULL), RC_JSON_NULL);
	ck_assert(!rc_json_bool(parse(mem, "false")));
	rc_arena_free(mem);
}
END_TEST

START_TEST(members_are_found)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_json *v;

	v = parse(mem, "{\"a\":\"x\",\"n\":null,\"\":1,\"d\":1,\"d\":\"2\"}");
	ck_assert_str_eq(rc_json_string(rc_json_get(v, "a")), "x");
	ck_assert_str_eq(rc_json_text(v, "a"), "x");
	ck_assert_ptr_null(rc_json_text(v, "none"));
	ck_assert_str_eq(rc_json_string(rc_json_get(v, "d")), "2");
	ck_assert_int_eq(rc_json_int(rc_json_get(v, "")), 1);
	ck_assert_ptr_null(rc_json_get(v, "n"));
	ck_assert(rc_json_has(v, "n"));
	ck_assert_ptr_null(rc_json_get(v, "b"));
	ck_assert(!rc_json_has(v, "b"));
	ck_assert_uint_eq(rc_json_count(v), 4);

	/* What is no object has no members. */
	v = parse(mem, "[1]");
	ck_assert_ptr_null(rc_json_get(v, "a"));
	ck_assert(!rc_json_has(v, "a"));
	ck_assert_ptr_null(rc_json_get(NULL, "a"));
	ck_assert(!rc_json_has(NULL, "a"));
	rc_arena_free(mem);
}
END_TEST

START_TEST(elements_are_found)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_json *v;

	v = parse(mem, "[1,null,\"x\"]");
	ck_assert_uint_eq(rc_json_count(v), 3);
	ck_assert_int_eq(rc_json_int(rc_json_at(v, 0)), 1);
	ck_assert_ptr_null(rc_json_at(v, 1));
	ck_assert_str_eq(rc_json_string(rc_json_at(v, 2)), "x");
	ck_assert_ptr_null(rc_json_at(v, 3));

	/* What is no array has no elements. */
	v = parse(mem, "{\"0\":1}");
	ck_assert_ptr_null(rc_json_at(v, 0));
	ck_assert_ptr_null(rc_json_at(NULL, 0));
	ck_assert_uint_eq(rc_json_count(parse(mem, "\"xyz\"")), 0);
	ck_assert_uint_eq(rc_json_count(NULL), 0);

	v = parse(mem, "[1,null,[\"z\"],\"x\",\"yy\"]");
	ck_assert(rc_json_holds(v, "x"));
	ck_assert(rc_json_holds(v, "yy"));
	ck_assert(!rc_json_holds(v, "y"));
	ck_assert(!rc_json_holds(v, "z"));
	ck_assert(!rc_json_holds(v, ""));
	ck_assert(!rc_json_holds(parse(mem, "\"x\""), "x"));
	ck_assert(!rc_json_holds(parse(mem, "{\"x\":\"x\"}"), "x"));
	ck_assert(!rc_json_holds(NULL, "x"));
	rc_arena_free(mem);
}
END_TEST

/* Collect the names that rc_json_each shows, and stop at "stop". */
static enum rc_err
collect(void *arg, const char *name, struct rc_json *value)
{
	char *names = arg;
	size_t n = strlen(names);

	names[n] = name[0];
	names[n + 1] = value == NULL ? '0' : '1';
	names[n + 2] = '\0';
	return strcmp(name, "stop") == 0 ? RC_ERR_INVALID_REQUEST : RC_OK;
}

START_TEST(each_goes_in_order)
{
	struct rc_arena *mem = rc_arena_new();
	char names[32] = "";

	ck_assert_int_eq(rc_json_each(parse(mem, "{\"z\":1,\"a\":null,\"m\":[],"
						 "\"z\":2}"),
			     collect, names),
	    RC_OK);
	ck_assert_str_eq(names, "z1a0m1");

	names[0] = '\0';
	ck_assert_int_eq(
	    rc_json_each(
		parse(mem, "{\"a\":1,\"stop\":1,\"b\":1}"), collect, names),
	    RC_ERR_INVALID_REQUEST);
	ck_assert_str_eq(names, "a1s1");

	names[0] = '\0';
	ck_assert_int_eq(
	    rc_json_each(parse(mem, "[1]"), collect, names), RC_OK);
	ck_assert_int_eq(rc_json_each(NULL, collect, names), RC_OK);
	ck_assert_str_eq(names, "");
	rc_arena_free(mem);
}
END_TEST

START_TEST(values_are_made)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_json *array, *object;

	object = rc_json_new_object(mem);
	array = rc_json_new_array(mem);
	ck_assert_str_eq(rc_json_write(mem, object), "{}");
	ck_assert_str_eq(rc_json_write(mem, array), "[]");

	rc_json_set_string(object, "s", "a\"b/\n");
	rc_json_set_int(object, "i", INT64_MIN);
	rc_json_set_bool(object, "t", true);
	rc_json_set_bool(object, "f", false);
	rc_json_append_string(array, "x");
	rc_json_append(array, NULL);
	rc_json_append(array, rc_json_get(object, "i"));
	rc_json_set(object, "a", array);
	rc_json_set(object, "n", NULL);
	ck_assert_str_eq(rc_json_write(mem, object),
	    "{\"s\":\"a\\\"b/\\n\",\"i\":-9223372036854775808,\"t\":true,"
	    "\"f\":false,\"a\":[\"x\",null,-9223372036854775808],\"n\":null}");

	rc_json_set_string(object, "i", "y");
	rc_json_remove(object, "s");
	rc_json_remove(object, "a");
	rc_json_remove(object, "never");
	ck_assert_str_eq(rc_json_write(mem, object),
	    "{\"i\":\"y\",\"t\":true,\"f\":false,\"n\":null}");
	ck_assert_uint_eq(rc_json_count(array), 3);
	rc_arena_free(mem);
}
END_TEST

START_TEST(a_value_outlives_its_first_owner)
{
	struct rc_arena *first = rc_arena_new(), *second = rc_arena_new();
	struct rc_json *object;

	object = rc_json_new_object(second);
	rc_json_set(
	    object, "a", rc_json_get(parse(first, "{\"x\":[\"kept\"]}"), "x"));
	rc_arena_free(first);
	ck_assert_str_eq(rc_json_write(second, object), "{\"a\":[\"kept\"]}");
	rc_arena_free(second);
}
END_TEST

START_TEST(equal_is_by_value)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} rows[] = {
		{ "{\"a\":1,\"b\":[2]}", "{\"b\":[2],\"a\":1}", true },
		{ "\"\\u0041\"", "\"A\"", true },
		{ "null", "null", true },
		{ "[1,2]", "[2,1]", false },
		{ "1", "\"1\"", false },
		{ "\"a\"", "\"A\"", false },
		{ "{\"a\":null}", "{}", false },
	};
	struct rc_arena *mem = rc_arena_new();
	size_t i;

	for (i = 0; i < ROWS(rows); i++)
		ck_assert_msg(rc_json_equal(parse(mem, rows[i].a),
				  parse(mem, rows[i].b)) == rows[i].equal,
		    "%s %s", rows[i].a, rows[i].b);
	rc_arena_free(mem);
}
END_TEST

START_TEST(utf8_lengths)
{

	ck_assert_uint_eq(rc_json_utf8("", 0), 0);
	ck_assert_uint_eq(rc_json_utf8("ab", 2), 1);
	ck_assert_uint_eq(rc_json_utf8("\xc3\xa4x", 3), 2);
	ck_assert_uint_eq(rc_json_utf8("\xe2\x82\xac", 3), 3);
	ck_assert_uint_eq(rc_json_utf8("\xf0\x9f\x98\x80", 4), 4);
	ck_assert_uint_eq(rc_json_utf8("\xf0\x9f\x98\x80", 3), 0);
	ck_assert_uint_eq(rc_json_utf8("\xa4", 1), 0);
}
END_TEST

START_TEST(quoted_text_reads_as_it_was)
{
	static const char *const texts[] = { "", "plain", "a\"b\\c/",
		"\n\t\x01\x1f", "\xe5\xae\xa2" };
	struct rc_arena *mem = rc_arena_new();
	struct rc_json *v;
	struct rc_buf out;
	const char *why;
	size_t at, i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		rc_buf_init(&out, mem);
		rc_json_quote(&out, texts[i]);
		ck_assert_int_eq(
		    rc_json_parse(mem, out.data, out.len, &v, &why, &at),
		    RC_OK);
		ck_assert_str_eq(rc_json_string(v), texts[i]);
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(members_are_put_behind_one_another)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_buf out;

	rc_buf_init(&out, mem);
	rc_json_put_string(&out, "absent", NULL);
	rc_json_put_string(&out, "a", "x\"\n");
	rc_json_put_int(&out, "b", -7);
	rc_json_put_string(&out, "absent", NULL);
	ck_assert_str_eq(out.data, "{\"a\":\"x\\\"\\n\",\"b\":-7");
	rc_arena_free(mem);
}
END_TEST

START_TEST(utf8_throughout)
{

	ck_assert(rc_json_is_utf8(""));
	ck_assert(rc_json_is_utf8("a\xe2\x82\xac\xf0\x9f\x98\x80z"));
	ck_assert(!rc_json_is_utf8("a\xe2\x82"));
	ck_assert(!rc_json_is_utf8("\xc0\x80"));
	ck_assert(!rc_json_is_utf8("ab\xff"));
}
END_TEST

UNIT_MAIN("json", members_are_put_behind_one_another, utf8_throughout,
    quoted_text_reads_as_it_was, good_texts_pass, bad_texts_are_refused,
    raw_nul_is_refused, every_prefix_of_a_text_is_refused,
    huge_length_is_refused_unread, deep_text_does_not_recurse, written_as_read,
    types_are_exact, members_are_found, elements_are_found, each_goes_in_order,
    values_are_made, a_value_outlives_its_first_owner, equal_is_by_value,
    utf8_lengths)
