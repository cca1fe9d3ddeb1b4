#include "unit.h"

#include <string.h>

#include "arena.h"
#include "buf.h"

START_TEST(it_grows_and_stays_a_string)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_buf b;
	size_t i;

	rc_buf_init(&b, mem);
	ck_assert_str_eq(b.data, "");
	for (i = 0; i < 10000; i++) {
		rc_buf_putc(&b, (char)('a' + i % 26));
		ck_assert_uint_eq(b.len, i + 1);
		ck_assert_int_eq(b.data[b.len], '\0');
	}
	for (i = 0; i < 10000; i++)
		ck_assert_int_eq(b.data[i], (char)('a' + i % 26));
	rc_arena_free(mem);
}
END_TEST

START_TEST(pieces_are_appended_in_order)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_buf b;

	rc_buf_init(&b, mem);
	rc_buf_puts(&b, "one");
	rc_buf_add(&b, ", two!", 5);
	rc_buf_add(&b, "", 0);
	rc_buf_printf(&b, ", %d", 3);
	ck_assert_str_eq(b.data, "one, two, 3");
	memcpy(rc_buf_room(&b, 4000), "...", 4);
	b.len += 3;
	ck_assert_str_eq(b.data, "one, two, 3...");
	rc_arena_free(mem);
}
END_TEST

START_TEST(text_is_no_html)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_buf b;

	rc_buf_init(&b, mem);
	rc_buf_html(&b, "<a b=\"c\" d='e'>&amp; f", 22);
	ck_assert_str_eq(
	    b.data, "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp; f");
	rc_buf_html(&b, "<<", 1);
	ck_assert_str_eq(b.data + b.len - 5, "f&lt;");
	rc_arena_free(mem);
}
END_TEST

UNIT_MAIN("buf", it_grows_and_stays_a_string, pieces_are_appended_in_order,
    text_is_no_html)
