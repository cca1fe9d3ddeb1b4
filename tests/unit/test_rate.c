#include "arena.h"
#include "conf.h"
#include "rate.h"
#include "unit.h"

START_TEST(buckets_are_subscribers)
{
	struct rc_arena *mem = rc_arena_new();

	ck_assert_str_eq(
	    rc_rate_bucket(mem, "login", "192.0.2.1"), "login:192.0.2.1");
	ck_assert_str_eq(rc_rate_bucket(mem, "login", "2001:db8:1:2:3:4:5:6"),
	    "login:2001:db8:1:2::/64");
	ck_assert_str_eq(rc_rate_bucket(mem, "login", "2001:db8:1:2:ffff::"),
	    "login:2001:db8:1:2::/64");
	ck_assert_str_eq(rc_rate_bucket(mem, "login", "2001:db8:1:3::1"),
	    "login:2001:db8:1:3::/64");
	ck_assert_str_eq(rc_rate_bucket(mem, "login", "::ffff:192.0.2.1"),
	    "login:192.0.2.1");
	ck_assert_str_eq(rc_rate_bucket(mem, "login", ""), "login:");
	rc_arena_free(mem);
}
END_TEST

START_TEST(networks_are_addresses_or_64s)
{
	struct rc_arena *mem = rc_arena_new();

	ck_assert_str_eq(rc_rate_network(mem, "192.0.2.1"), "192.0.2.1");
	ck_assert_str_eq(rc_rate_network(mem, "::ffff:192.0.2.1"), "192.0.2.1");
	ck_assert_str_eq(
	    rc_rate_network(mem, "2001:db8:1:2:3::1"), "2001:db8:1:2::/64");
	ck_assert_ptr_null(rc_rate_network(mem, ""));
	ck_assert_ptr_null(rc_rate_network(mem, "unix:"));
	ck_assert_ptr_null(rc_rate_network(mem, "192.0.2.1, 192.0.2.2"));
	rc_arena_free(mem);
}
END_TEST

START_TEST(wait_is_until_one_has_drained)
{
	const struct rc_rate some = { .count = 10, .period = 600 };
	const struct rc_rate odd = { .count = 7, .period = 60 };
	const struct rc_rate none = { .count = 0, .period = 1 };

	ck_assert_int_eq(rc_rate_wait(&some), 60);
	ck_assert_int_eq(rc_rate_wait(&odd), 9);
	ck_assert_int_eq(rc_rate_wait(&none), 0);
}
END_TEST

UNIT_MAIN("rate", buckets_are_subscribers, networks_are_addresses_or_64s,
    wait_is_until_one_has_drained)
