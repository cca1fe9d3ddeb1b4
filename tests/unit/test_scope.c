#include "unit.h"

#include <string.h>

#include "arena.h"
#include "conf.h"
#include "scope.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* clang-format off */
static const struct {
	const char *text, *want;
	size_t count;
} good[] = {
	{ "read", "read", 1 },
	{ "openid profile email", "openid profile email", 3 },
	{ "b a b c a", "b a c", 3 },
	{ "a A", "a A", 2 },
	{ "read reader", "read reader", 2 },
	{ "https://example.org/s.read!#[]^_`{|}~", "https://example.org/s.read!#[]^_`{|}~", 1 },
};

static const struct {
	const char *text, *why;
} bad[] = {
	{ "", "empty word" }, { " ", "empty word" }, { " a", "empty word" },
	{ "a ", "empty word" }, { "a  b", "empty word" },
	{ "a\tb", "character" }, { "a\nb", "character" }, { "a\"b", "character" },
	{ "a\\b", "character" }, { "a\x7f", "character" },
	{ "\xc3\xa4", "character" }, { "a \x01", "character" },
};
/* clang-format on */

START_TEST(good_scopes_are_cut_up)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_list list;
	size_t i;

	for (i = 0; i < ROWS(good); i++) {
		ck_assert_ptr_null(rc_scope_parse(mem, good[i].text, &list));
		ck_assert_uint_eq(list.count, good[i].count);
		ck_assert_str_eq(rc_scope_join(mem, &list), good[i].want);
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(bad_scopes_are_refused)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_list list;
	const char *why;
	size_t i;

	for (i = 0; i < ROWS(bad); i++) {
		why = rc_scope_parse(mem, bad[i].text, &list);
		ck_assert_msg(why != NULL && strstr(why, bad[i].why) != NULL,
		    "%s: %s", bad[i].text, why != NULL ? why : "accepted");
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(words_are_bounded)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_list list;
	const char *text = "w0";
	int i;

	for (i = 1; i < 256; i++)
		text = rc_printf(mem, "%s w%d", text, i);
	ck_assert_ptr_null(rc_scope_parse(mem, text, &list));
	ck_assert_uint_eq(list.count, 256);

	/* A repeated word is none more. */
	text = rc_printf(mem, "%s w7", text);
	ck_assert_ptr_null(rc_scope_parse(mem, text, &list));

	text = rc_printf(mem, "%s one.too.many", text);
	ck_assert_str_eq(
	    rc_scope_parse(mem, text, &list), "has more than 256 words");
	rc_arena_free(mem);
}
END_TEST

START_TEST(a_word_is_found_whole)
{

	ck_assert(rc_scope_has("read", "read"));
	ck_assert(rc_scope_has("read write", "read"));
	ck_assert(rc_scope_has("openid  write", "write"));
	ck_assert(!rc_scope_has("reader bread", "read"));
	ck_assert(!rc_scope_has("read", "reader"));
	ck_assert(!rc_scope_has("", "read"));
	ck_assert(!rc_scope_has(NULL, "read"));
}
END_TEST

START_TEST(no_words_join_to_nothing)
{
	struct rc_arena *mem = rc_arena_new();
	const struct rc_list none = { NULL, 0 };

	ck_assert_str_eq(rc_scope_join(mem, &none), "");
	rc_arena_free(mem);
}
END_TEST

UNIT_MAIN("scope", good_scopes_are_cut_up, bad_scopes_are_refused,
    words_are_bounded, a_word_is_found_whole, no_words_join_to_nothing)
