#include "unit.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "form.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* clang-format off */
static const struct {
	const char *text;
	const char *want; /* name=value, one a line */
} good[] = {
	{ "", "" },
	{ "a=1", "a=1\n" },
	{ "a=1&b=2&a=3", "a=1\nb=2\na=3\n" },
	/* RFC 6749 appendix B */
	{ "+%25%26%2B%C2%A3%E2%82%AC=x", " %&+\xc2\xa3\xe2\x82\xac=x\n" },
	{ "x=+%25%26%2B%C2%A3%E2%82%AC", "x= %&+\xc2\xa3\xe2\x82\xac\n" },
	{ "a", "a=\n" }, { "a=", "a=\n" }, { "=a", "=a\n" }, { "=", "=\n" },
	{ "a=b=c", "a=b=c\n" }, { "a=%3D%26", "a==&\n" },
	{ "&", "" }, { "&&a=1&&b=2&", "a=1\nb=2\n" },
	{ "a=%2541", "a=%41\n" }, { "%63ode=x", "code=x\n" },
	{ "a;b=1", "a;b=1\n" }, { "a=%01%7f", "a=\x01\x7f\n" },
	{ "a=\xc3\xa4", "a=\xc3\xa4\n" }, { "a=%F0%9F%98%80", "a=\xf0\x9f\x98\x80\n" },
};

static const char *const bad[] = {
	"a=%", "a=%4", "a=%4g", "%=1", "a=%zz", "a=1&b=%",
	"a=%00", "%00=1", "a=x%00y",
	"a=%ff", "a=\xff", "%c3=1", "a=%c3%28", "a=%c0%80", "a=%ed%a0%80",
	"a=%f4%90%80%80", "a=%e2%82",
};
/* clang-format on */

START_TEST(good_forms_are_decoded)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_form_pair *pairs;
	const char *got;
	size_t i, j, n;

	for (i = 0; i < ROWS(good); i++) {
		ck_assert_msg(rc_form_parse(mem, good[i].text, &pairs, &n),
		    "%s", good[i].text);
		got = "";
		for (j = 0; j < n; j++)
			got = rc_printf(mem, "%s%s=%s\n", got, pairs[j].name,
			    pairs[j].value);
		ck_assert_str_eq(got, good[i].want);
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(bad_forms_are_refused)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_form_pair *pairs;
	size_t i, n;

	for (i = 0; i < ROWS(bad); i++)
		ck_assert_msg(
		    !rc_form_parse(mem, bad[i], &pairs, &n), "%s", bad[i]);
	rc_arena_free(mem);
}
END_TEST

START_TEST(what_is_added_can_be_parsed)
{
	static const char *const values[] = { "", "a b", "a&b=c+d%",
		"\xe4\xbd\xa0", "~-._", "?#/:" };
	struct rc_arena *mem = rc_arena_new();
	struct rc_form_pair *pairs;
	struct rc_buf out;
	size_t i, count;

	rc_buf_init(&out, mem);
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		rc_form_add(&out, "n&", values[i]);
	ck_assert(rc_form_parse(mem, out.data, &pairs, &count));
	ck_assert_uint_eq(count, sizeof(values) / sizeof(values[0]));
	for (i = 0; i < count; i++) {
		ck_assert_str_eq(pairs[i].name, "n&");
		ck_assert_str_eq(pairs[i].value, values[i]);
	}
	/* RFC 3986 3.4: what may stand in a query does. */
	rc_buf_init(&out, mem);
	rc_form_add(&out, "n", "-._~/?:@!$'()*,; &=+%#\"<>\xc3\xa4");
	ck_assert_str_eq(
	    out.data, "n=-._~/?:@!$'()*,;%20%26%3D%2B%25%23%22%3C%3E%C3%A4");
	/* Behind a query that has begun there is no '&'. */
	rc_buf_init(&out, mem);
	rc_buf_puts(&out, "https://a.example/?");
	rc_form_add(&out, "a", "b");
	rc_form_add(&out, "c", "d e");
	ck_assert_str_eq(out.data, "https://a.example/?a=b&c=d%20e");
	rc_arena_free(mem);
}
END_TEST

UNIT_MAIN("form", good_forms_are_decoded, bad_forms_are_refused,
    what_is_added_can_be_parsed)
