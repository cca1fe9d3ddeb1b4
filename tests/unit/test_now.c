#include "unit.h"

#include <time.h>

#include "now.h"

START_TEST(it_is_the_time)
{
	int64_t t = (int64_t)time(NULL);

	ck_assert(rc_now() >= t && rc_now() <= t + 60);
}
END_TEST

START_TEST(tests_can_set_it)
{

	rc_now_set(1234567890);
	ck_assert(rc_now() == 1234567890);
	rc_now_set(-1);
	ck_assert(rc_now() > 1234567890);
}
END_TEST

START_TEST(the_monotonic_clock_counts_milliseconds)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	int64_t t = rc_now_mono();

	(void)nanosleep(&pause, NULL);
	ck_assert(rc_now_mono() - t >= 19);
	ck_assert(rc_now_mono() - t < 10000);
}
END_TEST

START_TEST(tests_can_skip_a_while)
{
	int64_t t = rc_now_mono();

	rc_now_mono_skip(3600000);
	ck_assert(rc_now_mono() - t >= 3600000);
	ck_assert(rc_now_mono() - t < 3610000);
}
END_TEST

UNIT_MAIN("now", it_is_the_time, tests_can_set_it,
    the_monotonic_clock_counts_milliseconds, tests_can_skip_a_while)
