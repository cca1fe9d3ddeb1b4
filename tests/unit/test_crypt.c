#include "unit.h"

#include <string.h>

#include "crypt.h"

static void
start(void)
{

	ck_assert(rc_crypt_start());
}

/* Decode hexadecimal ${hex} to ${out}. */
static void
unhex(const char *hex, unsigned char *out)
{
	char pair[3] = "";
	size_t i;

	for (i = 0; hex[2 * i] != '\0'; i++) {
		memcpy(pair, hex + 2 * i, 2);
		out[i] = (unsigned char)strtoul(pair, NULL, 16);
	}
}

START_TEST(start_may_be_called_twice)
{

	start();
	start();
}
END_TEST

START_TEST(tokens_are_256_bits_of_base64url)
{
	unsigned char bits[32];
	char token[RC_CRYPT_TOKEN_SIZE];
	size_t len;
	int i;

	start();
	for (i = 0; i < 100; i++) {
		rc_crypt_token(token);
		ck_assert_uint_eq(strlen(token), 43);
		ck_assert(
		    rc_crypt_unbase64url(bits, sizeof(bits), token, &len));
		ck_assert_uint_eq(len, 32);
	}
}
END_TEST

START_TEST(tokens_never_start_with_a_dash)
{
	char token[RC_CRYPT_TOKEN_SIZE];
	int i;

	/* One in 64 would, so 4000 draws would show it. */
	start();
	for (i = 0; i < 4000; i++) {
		rc_crypt_token(token);
		ck_assert_int_ne(token[0], '-');
	}
}
END_TEST

START_TEST(tokens_differ)
{
	char a[RC_CRYPT_TOKEN_SIZE], b[RC_CRYPT_TOKEN_SIZE];

	start();
	rc_crypt_token(a);
	rc_crypt_token(b);
	ck_assert_str_ne(a, b);
}
END_TEST

/* RFC 7693's algorithm with 32 bytes of output and no key. */
START_TEST(hash_is_blake2b_256)
{
	static const struct {
		const char *text, *hash;
	} rows[] = {
		{ "abc", "bddd813c634239723171ef3fee98579b"
			 "94964e3bb1cb3e427262c8c068d52319" },
		{ "", "0e5751c026e543b2e8ab2eb06099daa1"
		      "d1e5df47778f7787faab45cdf12fe3a8" },
	};
	unsigned char got[RC_CRYPT_HASH_SIZE], want[RC_CRYPT_HASH_SIZE];
	size_t i;

	start();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rc_crypt_hash(rows[i].text, strlen(rows[i].text), got);
		unhex(rows[i].hash, want);
		ck_assert_mem_eq(got, want, sizeof(got));
	}
}
END_TEST

START_TEST(same_is_equal_strings)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{ "secret", "secret", true },
		{ "", "", true },
		{ "secret", "secreT", false },
		{ "secret", "secret1", false },
		{ "secret1", "secret", false },
		{ "", "x", false },
		{ NULL, "", false },
		{ "", NULL, false },
		{ NULL, NULL, false },
	};
	size_t i;

	start();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(
		    rc_crypt_same(rows[i].a, rows[i].b) == rows[i].same,
		    "row %zu", i);
}
END_TEST

START_TEST(wipe_leaves_zeroes)
{
	char secret[8] = "secret!";
	static const char zero[8];

	rc_crypt_wipe(secret, sizeof(secret));
	ck_assert_mem_eq(secret, zero, sizeof(zero));
}
END_TEST

/* RFC 4648 10, without padding; RFC 7515 appendix C. */
START_TEST(base64url_vectors)
{
	static const struct {
		const char *data;
		size_t len;
		const char *text;
	} rows[] = {
		{ "", 0, "" },
		{ "f", 1, "Zg" },
		{ "fo", 2, "Zm8" },
		{ "foo", 3, "Zm9v" },
		{ "foob", 4, "Zm9vYg" },
		{ "fooba", 5, "Zm9vYmE" },
		{ "foobar", 6, "Zm9vYmFy" },
		{ "\x03\xec\xff\xe0\xc1", 5, "A-z_4ME" },
		{ "\0\0", 2, "AAA" },
	};
	unsigned char data[8];
	char text[16];
	size_t i, len;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rc_crypt_base64url(
		    text, sizeof(text), rows[i].data, rows[i].len);
		ck_assert_str_eq(text, rows[i].text);
		ck_assert(rc_crypt_unbase64url(
		    data, sizeof(data), rows[i].text, &len));
		ck_assert_uint_eq(len, rows[i].len);
		ck_assert_int_eq(memcmp(data, rows[i].data, len), 0);
	}
}
END_TEST

START_TEST(unbase64url_refuses)
{
	static const char *const rows[] = {
		"Zg==", /* padding */
		"Zm8=",
		"A+z_4ME", /* the other alphabet */
		"A-z/4ME",
		"Zm 9v", /* white space */
		"Zm9v\n",
		"Z", /* no whole byte */
		"Zm9vY",
		"Zh", /* bits that stand for nothing */
		"Zm9",
		"Zm9vYmFyZm9vYmFy", /* longer than there is room */
		"Zm9v\xc3\xa4",
		"Zm9v*",
	};
	unsigned char data[8];
	size_t i, len;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(
		    !rc_crypt_unbase64url(data, sizeof(data), rows[i], &len),
		    "%s", rows[i]);
}
END_TEST

START_TEST(ed25519_points)
{
	static const struct {
		const char *key;
		bool good;
	} rows[] = {
		/* RFC 8032 7.1, tests 1 to 3. */
		{ "d75a980182b10ab7d54bfed3c964073a"
		  "0ee172f3daa62325af021a68f707511a",
		    true },
		{ "3d4017c3e843895a92b70aa74d1b7ebc"
		  "9c982ccf2ec4968cc0cd55f12af4660c",
		    true },
		{ "fc51cd8e6218a1a38da47ed00230f058"
		  "0816ed13ba3303ac5deb911548908025",
		    true },
		/* The neutral element, and points of order 2, 4 and 8. */
		{ "01000000000000000000000000000000"
		  "00000000000000000000000000000000",
		    false },
		{ "ecffffffffffffffffffffffffffffff"
		  "ffffffffffffffffffffffffffffff7f",
		    false },
		{ "00000000000000000000000000000000"
		  "00000000000000000000000000000000",
		    false },
		{ "26e8958fc2b227b045c3f489f2ef98f0"
		  "d5dfac05d3c63339b13802886d53fc05",
		    false },
		/* y = p + 1, the neutral element spelled otherwise. */
		{ "eeffffffffffffffffffffffffffffff"
		  "ffffffffffffffffffffffffffffff7f",
		    false },
		/* y = 2 is on no point of the curve. */
		{ "02000000000000000000000000000000"
		  "00000000000000000000000000000000",
		    false },
	};
	unsigned char key[32];
	size_t i;

	start();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unhex(rows[i].key, key);
		ck_assert_msg(
		    rc_crypt_ed25519_point(key) == rows[i].good, "row %zu", i);
	}
}
END_TEST

UNIT_MAIN("crypt", start_may_be_called_twice, tokens_are_256_bits_of_base64url,
    tokens_never_start_with_a_dash, tokens_differ, hash_is_blake2b_256,
    same_is_equal_strings, wipe_leaves_zeroes, base64url_vectors,
    unbase64url_refuses, ed25519_points)
