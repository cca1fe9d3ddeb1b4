#include "unit.h"

#include <stdint.h>
#include <string.h>

#include "arena.h"

static char order[8];

static void
note(void *arg)
{
	size_t n = strlen(order);

	order[n] = *(const char *)arg;
	order[n + 1] = '\0';
}

START_TEST(memory_is_zeroed_and_aligned)
{
	struct rc_arena *mem = rc_arena_new();
	unsigned char *p;
	size_t n, i;

	for (n = 1; n < 100000; n = n * 3 + 1) {
		p = rc_alloc(mem, n);
		ck_assert_uint_eq((uintptr_t)p % _Alignof(max_align_t), 0);
		for (i = 0; i < n; i++)
			ck_assert_uint_eq(p[i], 0);
		memset(p, 0xff, n);
	}
	rc_arena_wipe(mem);
	p = rc_alloc(mem, 5000);
	for (i = 0; i < 5000; i++)
		ck_assert_uint_eq(p[i], 0);
	rc_arena_free(mem);
}
END_TEST

START_TEST(wiping_overwrites_what_was_handed_out)
{
	struct rc_arena *mem = rc_arena_new();
	char *secret = rc_strdup(mem, "a secret of a client");

	rc_arena_wipe(mem);
	/* The first block is kept, so its memory may still be looked at. */
	ck_assert_int_eq(secret[0], '\0');
	ck_assert_int_eq(secret[5], '\0');
	rc_arena_free(mem);
}
END_TEST

START_TEST(deferred_calls_run_last_first)
{
	struct rc_arena *mem = rc_arena_new();
	char names[] = "abc";
	int i;

	for (i = 0; i < 3; i++)
		rc_defer(mem, note, &names[i]);
	ck_assert_str_eq(order, "");
	rc_arena_wipe(mem);
	ck_assert_str_eq(order, "cba");
	rc_arena_wipe(mem);
	ck_assert_str_eq(order, "cba");
	rc_arena_free(mem);
}
END_TEST

START_TEST(strings_are_copied)
{
	struct rc_arena *mem = rc_arena_new();
	char from[] = "rollcall";
	char *all = rc_strdup(mem, from);
	char *part = rc_strndup(mem, from, 4);

	from[0] = 'x';
	ck_assert_str_eq(all, "rollcall");
	ck_assert_str_eq(part, "roll");
	ck_assert_str_eq(rc_printf(mem, "%s-%d", part, 7), "roll-7");
	rc_arena_free(mem);
	rc_arena_free(NULL);
}
END_TEST

/* Texts that end before, at and behind the end of a block. */
START_TEST(formatted_text_fits_whatever_room_is_left)
{
	struct rc_arena *mem = rc_arena_new();
	const char *a, *b;
	int n;

	for (n = 0; n < 40000; n += 97) {
		a = rc_printf(mem, "%0*d", n + 1, 7);
		b = rc_printf(mem, "%s", "next");
		ck_assert_uint_eq(strlen(a), (size_t)n + 1);
		ck_assert_int_eq(a[n], '7');
		ck_assert_str_eq(b, "next");
		ck_assert_uint_eq((uintptr_t)b % _Alignof(max_align_t), 0);
		if (n % 5 == 0)
			rc_arena_wipe(mem);
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(an_absurd_size_ends_the_process)
{
	struct rc_arena *mem = rc_arena_new();

	(void)rc_alloc(mem, SIZE_MAX - 3);
}
END_TEST

START_TEST(numbers_are_written_in_digits)
{
	struct rc_arena *mem = rc_arena_new();

	ck_assert_str_eq(rc_number(mem, 0), "0");
	ck_assert_str_eq(rc_number(mem, 201), "201");
	ck_assert_str_eq(rc_number(mem, -10), "-10");
	ck_assert_str_eq(rc_number(mem, INT64_MAX), "9223372036854775807");
	ck_assert_str_eq(rc_number(mem, INT64_MIN), "-9223372036854775808");
	rc_arena_free(mem);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("arena");
	TCase *cases = tcase_create("arena");
	SRunner *runner;
	int failed;

	tcase_add_test(cases, memory_is_zeroed_and_aligned);
	tcase_add_test(cases, wiping_overwrites_what_was_handed_out);
	tcase_add_test(cases, deferred_calls_run_last_first);
	tcase_add_test(cases, strings_are_copied);
	tcase_add_test(cases, numbers_are_written_in_digits);
	tcase_add_test(cases, formatted_text_fits_whatever_room_is_left);
	tcase_add_test_raise_signal(cases, an_absurd_size_ends_the_process, 6);
	suite_add_tcase(suite, cases);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
