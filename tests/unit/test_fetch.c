#include "unit.h"

#include <string.h>

#include "fetch.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* clang-format off */
/* The first and the last of each block of the IANA registries and the
 * neighbours that are public. */
static const struct {
	const char *address;
	bool is_public;
} addresses[] = {
	/* ordinary */
	{ "1.1.1.1", true }, { "8.8.8.8", true }, { "223.255.255.255", true },
	{ "2606:4700::1111", true }, { "2a00:1450:4001::1", true },
	{ "2000::", true }, { "3ffe::1", true },
	/* IPv4 */
	{ "0.0.0.0", false }, { "0.255.255.255", false }, { "1.0.0.0", true },
	{ "9.255.255.255", true }, { "10.0.0.0", false },
	{ "10.255.255.255", false }, { "11.0.0.0", true },
	{ "100.63.255.255", true }, { "100.64.0.0", false },
	{ "100.127.255.255", false }, { "100.128.0.0", true },
	{ "126.255.255.255", true }, { "127.0.0.0", false },
	{ "127.0.0.1", false }, { "127.255.255.255", false },
	{ "128.0.0.0", true },
	{ "169.253.255.255", true }, { "169.254.0.0", false },
	{ "169.254.169.254", false }, { "169.254.255.255", false },
	{ "169.255.0.0", true },
	{ "172.15.255.255", true }, { "172.16.0.0", false },
	{ "172.31.255.255", false }, { "172.32.0.0", true },
	{ "191.255.255.255", true }, { "192.0.0.0", false },
	{ "192.0.0.8", false }, { "192.0.0.9", false }, { "192.0.0.10", false },
	{ "192.0.0.170", false }, { "192.0.0.171", false },
	{ "192.0.0.255", false }, { "192.0.1.0", true },
	{ "192.0.1.255", true }, { "192.0.2.0", false },
	{ "192.0.2.255", false }, { "192.0.3.0", true },
	{ "192.31.195.255", true }, { "192.31.196.0", false },
	{ "192.31.196.255", false }, { "192.31.197.0", true },
	{ "192.52.192.255", true }, { "192.52.193.0", false },
	{ "192.52.193.255", false }, { "192.52.194.0", true },
	{ "192.88.98.255", true }, { "192.88.99.0", false },
	{ "192.88.99.255", false }, { "192.88.100.0", true },
	{ "192.167.255.255", true }, { "192.168.0.0", false },
	{ "192.168.255.255", false }, { "192.169.0.0", true },
	{ "192.175.47.255", true }, { "192.175.48.0", false },
	{ "192.175.48.255", false }, { "192.175.49.0", true },
	{ "198.17.255.255", true }, { "198.18.0.0", false },
	{ "198.19.255.255", false }, { "198.20.0.0", true },
	{ "198.51.99.255", true }, { "198.51.100.0", false },
	{ "198.51.100.255", false }, { "198.51.101.0", true },
	{ "203.0.112.255", true }, { "203.0.113.0", false },
	{ "203.0.113.255", false }, { "203.0.114.0", true },
	{ "224.0.0.0", false }, { "239.255.255.255", false },
	{ "240.0.0.0", false }, { "255.255.255.254", false },
	{ "255.255.255.255", false },
	/* IPv6 outside 2000::/3 */
	{ "::", false }, { "::1", false }, { "::2", false },
	{ "::8.8.8.8", false }, { "::127.0.0.1", false },
	{ "::ffff:0:8.8.8.8", false },
	{ "64:ff9b:1::", false }, { "64:ff9b:1::8.8.8.8", false },
	{ "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", false },
	{ "64:ff9b:2::8.8.8.8", false },
	{ "100::", false }, { "100::ffff:ffff:ffff:ffff", false },
	{ "100:0:0:1::", false }, { "200::", false }, { "400::", false },
	{ "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false },
	{ "4000::", false }, { "5f00::1", false }, { "8000::", false },
	{ "fc00::", false }, { "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false },
	{ "fe00::", false }, { "fe80::", false }, { "fe80::1", false },
	{ "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false },
	{ "fec0::", false }, { "feff::", false }, { "ff00::", false },
	{ "ff02::1", false }, { "ff0e::1", false },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false },
	/* IPv6 within */
	{ "2001:1::1", false }, { "2001:1::2", false }, { "2001:1::3", false },
	{ "2001:2::", false }, { "2001:3::", false },
	{ "2001:4:112::", false }, { "2001:10::", false },
	{ "2001:20::", false }, { "2001:30::", false },
	{ "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", false },
	{ "2001:200::", true },
	{ "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", true },
	{ "2001:db8::", false },
	{ "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", false },
	{ "2001:db9::", true },
	{ "2620:4f:7fff::", true }, { "2620:4f:8000::", false },
	{ "2620:4f:8000:ffff:ffff:ffff:ffff:ffff", false },
	{ "2620:4f:8001::", true },
	{ "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true },
	{ "3fff::", false }, { "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", false },
	{ "3fff:1000::", true },
	/* IPv4 in IPv6: mapped, NAT64, 6to4, Teredo's server and client */
	{ "::ffff:8.8.8.8", true }, { "::ffff:127.0.0.1", false },
	{ "::ffff:7f00:1", false }, { "::ffff:169.254.169.254", false },
	{ "::fffe:8.8.8.8", false },
	{ "64:ff9b::8.8.8.8", true }, { "64:ff9b::10.0.0.1", false },
	{ "64:ff9b::127.0.0.1", false }, { "64:ff9b::1:8.8.8.8", false },
	{ "2002:808:808::1", true }, { "2002:7f00:1::1", false },
	{ "2002:a00:1::808:808", false }, { "2002:c0a8:101::", false },
	{ "2001:0:808:808::f7f7:f7f7", true },
	{ "2001:0:808:808::80ff:fffe", false },
	{ "2001:0:808:808::f5ff:fffe", false },
	{ "2001:0:7f00:1::f7f7:f7f7", false },
	{ "2001:0:808:808::", false },
	/* no addresses */
	{ "", false }, { "example.org", false }, { "8.8.8", false },
	{ "8.8.8.8.8", false }, { " 8.8.8.8", false }, { "8.8.8.8/32", false },
	{ "134744072", false }, { "0x8080808", false }, { "8.8.8.256", false },
	{ "[2606:4700::1111]", false }, { "2606:4700::1111%lo", false },
	{ "fe80::1%lo", false }, { "2606:4700", false }, { ":::", false },
};

/* A string literal's bytes without its NUL. */
#define BYTES(s) (const unsigned char *)(s), sizeof(s) - 1

/* PNG 5.2; ITU-T T.81 B.1.1; RFC 9649 2.4. */
#define PNG "\x89PNG\r\n\x1a\n"
#define IHDR "\0\0\0\x0dIHDR"
#define REST "\x08\x06\0\0\0" "CRC_"

static const struct {
	const char *want;
	const unsigned char *body;
	size_t len;
} images[] = {
	{ "image/png", BYTES(PNG IHDR "\0\0\0\x01\0\0\x01\0" REST) },
	{ "image/png", BYTES(PNG IHDR "\0\0\0\x01\0\0\x01\0" REST "more") },
	{ NULL, BYTES(PNG IHDR "\0\0\0\x01\0\0\x01\0" "\x08\x06\0\0\0CRC") },
	{ NULL, BYTES(PNG IHDR "\0\0\0\0\0\0\x01\0" REST) },
	{ NULL, BYTES(PNG IHDR "\0\0\0\x01\0\0\0\0" REST) },
	{ NULL, BYTES(PNG "\0\0\0\x0eIHDR\0\0\0\x01\0\0\x01\0" REST) },
	{ NULL, BYTES(PNG "\0\0\0\x0dIDAT\0\0\0\x01\0\0\x01\0" REST) },
	{ NULL, BYTES("\x89PNG\n\x1a\n\n" IHDR "\0\0\0\x01\0\0\x01\0" REST) },
	{ NULL, BYTES(PNG) },
	{ "image/jpeg", BYTES("\xff\xd8\xff\xe0\0\x10" "JFIF\0\1\1\0\0\1\0\1\0\0") },
	{ "image/jpeg", BYTES("\xff\xd8\xff\xdb\0\x02") },
	{ "image/jpeg", BYTES("\xff\xd8\xff\xfe\0\x04hi") },
	{ NULL, BYTES("\xff\xd8\xff\xe0\0\x10" "JFIF\0\1\1\0\0\1\0\1\0") },
	{ NULL, BYTES("\xff\xd8\xff\xe0\0\x01") },
	{ NULL, BYTES("\xff\xd8\xff\xe0\0") },
	{ NULL, BYTES("\xff\xd8\xff\xd8\0\x02") },
	{ NULL, BYTES("\xff\xd8\xff\xd9\0\x02") },
	{ NULL, BYTES("\xff\xd8\xff\xd0\0\x02") },
	{ NULL, BYTES("\xff\xd8\xff\xbf\0\x02") },
	{ NULL, BYTES("\xff\xd8\xff\0\0\x02") },
	{ NULL, BYTES("\xff\xd8\xfe\xe0\0\x02") },
	{ NULL, BYTES("\xff\xd9\xff\xe0\0\x02") },
	{ "image/webp", BYTES("RIFF\x10\0\0\0WEBPVP8 \x04\0\0\0data") },
	{ "image/webp", BYTES("RIFF\x10\0\0\0WEBPVP8L\x04\0\0\0data") },
	{ "image/webp", BYTES("RIFF\x10\0\0\0WEBPVP8X\x04\0\0\0datamore") },
	{ NULL, BYTES("RIFF\x10\0\0\0WEBPVP8Y\x04\0\0\0data") },
	{ NULL, BYTES("RIFF\x10\0\0\0WEBPVP8 \x05\0\0\0data") },
	{ NULL, BYTES("RIFF\x10\0\0\0WEBPVP8 \x04\0\0\x01" "data") },
	{ NULL, BYTES("RIFF\x11\0\0\0WEBPVP8 \x04\0\0\0data") },
	{ NULL, BYTES("RIFF\x0b\0\0\0WEBPVP8 \0\0\0\0") },
	{ NULL, BYTES("RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff" "data") },
	{ NULL, BYTES("RIFF\x10\0\0\0WAVEVP8 \x04\0\0\0data") },
	{ NULL, BYTES("RIFX\x10\0\0\0WEBPVP8 \x04\0\0\0data") },
	{ NULL, BYTES("RIFF\x10\0\0\0WEBPVP8 \x04\0\0") },
	{ NULL, BYTES("") },
	{ NULL, BYTES("GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04") },
	{ NULL, BYTES("<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>") },
	{ NULL, BYTES("<?xml version=\"1.0\"?><svg/>                       ") },
	{ NULL, BYTES("<!DOCTYPE html><html><script>alert(1)</script></html>") },
	{ NULL, BYTES("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0") },
	{ NULL, BYTES("\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\x68\x04\0\0\x16\0") },
	{ NULL, BYTES(" " PNG IHDR "\0\0\0\x01\0\0\x01\0" REST) },
};
/* clang-format on */

START_TEST(only_ordinary_addresses_are_public)
{
	size_t i;

	for (i = 0; i < ROWS(addresses); i++)
		ck_assert_msg(rc_fetch_is_public(addresses[i].address) ==
				  addresses[i].is_public,
		    "%s", addresses[i].address);
}
END_TEST

START_TEST(images_are_known_by_content)
{
	unsigned char *exact;
	const char *got;
	size_t i;

	for (i = 0; i < ROWS(images); i++) {
		/* In memory of its own, so that reading past it is seen. */
		ck_assert_ptr_nonnull(exact = malloc(images[i].len + 1));
		memcpy(exact + 1, images[i].body, images[i].len);
		got = rc_fetch_image(exact + 1, images[i].len);
		free(exact);
		if (images[i].want == NULL)
			ck_assert_msg(got == NULL, "row %zu: %s", i, got);
		else
			ck_assert_msg(
			    got != NULL && strcmp(got, images[i].want) == 0,
			    "row %zu: %s", i, got != NULL ? got : "nothing");
	}
}
END_TEST

UNIT_MAIN(
    "fetch", only_ordinary_addresses_are_public, images_are_known_by_content)
