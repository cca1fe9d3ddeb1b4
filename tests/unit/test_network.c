#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "network.h"
#include "unit.h"

/* clang-format off */
static const struct {
	const char *network;
	const char *in;
	const char *out;
} blocks[] = {
	{ "192.0.2.1", "192.0.2.1", "192.0.2.0" },
	{ "192.0.2.1/32", "192.0.2.1", "192.0.2.3" },
	{ "192.0.2.128/25", "192.0.2.255", "192.0.2.127" },
	{ "192.0.2.0/23", "192.0.3.255", "192.0.4.0" },
	{ "10.0.0.0/8", "10.255.255.255", "11.0.0.0" },
	{ "128.0.0.0/1", "255.0.0.1", "127.0.0.1" },
	{ "0.0.0.0/0", "203.0.113.9", "::1" },
	{ "::1", "::1", "::2" },
	{ "2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1" },
	{ "2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1" },
	{ "fe80::/10", "febf::1", "fec0::1" },
	{ "::/0", "2001:db8::1", "192.0.2.1" },
	/* IPv4-mapped, RFC 4291 2.5.5.2 */
	{ "10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:11.1.2.3" },
	{ "10.0.0.0/8", "::FFFF:0a01:0203", "::10.1.2.3" },
	{ "::ffff:10.0.0.0/104", "10.1.2.3", "11.1.2.3" },
	{ "::ffff:0:0/96", "10.1.2.3", "::fffe:10.1.2.3" },
	{ "::ffff:192.0.2.1", "192.0.2.1", "192.0.2.2" },
	{ "::/0", "::fffe:1:2", "::ffff:10.1.2.3" },
};

#define NO_ADDRESS "is no IPv4 or IPv6 address"
#define NO_PREFIX4 "has a prefix that is no number from 0 to 32"
#define NO_PREFIX6 "has a prefix that is no number from 0 to 128"
#define HOST_BITS "has bits set behind its prefix"

static const struct {
	const char *text;
	const char *fragment;
} bad[] = {
	{ "", NO_ADDRESS }, { "/", NO_ADDRESS }, { "/8", NO_ADDRESS },
	{ "localhost", NO_ADDRESS }, { "10", NO_ADDRESS },
	{ "10.0.0", NO_ADDRESS }, { "10.0.0.256", NO_ADDRESS },
	{ "010.0.0.1", NO_ADDRESS }, { " 10.0.0.1", NO_ADDRESS },
	{ "10.0.0.1 ", NO_ADDRESS }, { "10.0.0.1:80", NO_ADDRESS },
	{ "[::1]", NO_ADDRESS }, { "fe80::1%lo", NO_ADDRESS },
	{ ":::1", NO_ADDRESS }, { "1::2::3", NO_ADDRESS },
	{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa", NO_ADDRESS },
	{ "10.0.0.0/", NO_PREFIX4 }, { "10.0.0.0/33", NO_PREFIX4 },
	{ "10.0.0.0/08", NO_PREFIX4 }, { "10.0.0.0/-1", NO_PREFIX4 },
	{ "10.0.0.0/8/8", NO_PREFIX4 }, { "10.0.0.0/8 ", NO_PREFIX4 },
	{ "10.0.0.0/255.0.0.0", NO_PREFIX4 },
	{ "10.0.0.0/4294967304", NO_PREFIX4 },
	{ "::/129", NO_PREFIX6 }, { "::/", NO_PREFIX6 },
	{ "::/1280", NO_PREFIX6 }, { "::/00", NO_PREFIX6 },
	{ "10.0.0.1/8", HOST_BITS }, { "192.0.2.1/31", HOST_BITS },
	{ "0.0.0.1/0", HOST_BITS }, { "::1/127", HOST_BITS },
	{ "2001:db8::/28", HOST_BITS }, { "::ffff:10.0.0.0/95", HOST_BITS },
	{ "::ffff:10.0.0.1/104", HOST_BITS },
};
/* clang-format on */

START_TEST(network_has)
{
	struct rc_network network;
	const char *why;
	size_t i;

	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		why = rc_network_parse(blocks[i].network, &network);
		ck_assert_msg(why == NULL, "%s %s", blocks[i].network, why);
		ck_assert_msg(rc_network_has(&network, blocks[i].in),
		    "%s is not in %s", blocks[i].in, blocks[i].network);
		ck_assert_msg(!rc_network_has(&network, blocks[i].out),
		    "%s is in %s", blocks[i].out, blocks[i].network);
	}
}
END_TEST

START_TEST(network_refuses_what_is_no_block)
{
	struct rc_network network;
	const char *why;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		why = rc_network_parse(bad[i].text, &network);
		ck_assert_msg(why != NULL, "took \"%s\"", bad[i].text);
		ck_assert_msg(strstr(why, bad[i].fragment) != NULL, "\"%s\" %s",
		    bad[i].text, why);
	}
}
END_TEST

/* What is no address is in no block, not even in that of all addresses. */
START_TEST(network_has_addresses_only)
{
	static const char *const texts[] = { "", "localhost", "10.0.0.0/8",
		"::/0", "010.0.0.1", "[::1]", "fe80::1%lo", "unix:" };
	struct rc_network ipv4, ipv6;
	size_t i;

	ck_assert_ptr_null(rc_network_parse("0.0.0.0/0", &ipv4));
	ck_assert_ptr_null(rc_network_parse("::/0", &ipv6));
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ck_assert(!rc_network_has(&ipv4, texts[i]));
		ck_assert(!rc_network_has(&ipv6, texts[i]));
	}
}
END_TEST

UNIT_MAIN("network", network_has, network_refuses_what_is_no_block,
    network_has_addresses_only)
