#include "unit.h"

#include <string.h>
#include <time.h>

#include "arena.h"
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

/* RFC 6234 8.5, and the empty text. */
START_TEST(sha256_vectors)
{
	static const struct {
		const char *text, *hash;
	} rows[] = {
		{ "abc", "ba7816bf8f01cfea414140de5dae2223"
			 "b00361a396177a9cb410ff61f20015ad" },
		{ "", "e3b0c44298fc1c149afbf4c8996fb924"
		      "27ae41e4649b934ca495991b7852b855" },
	};
	unsigned char got[32], want[32];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rc_crypt_sha256(rows[i].text, strlen(rows[i].text), got);
		unhex(rows[i].hash, want);
		ck_assert_mem_eq(got, want, sizeof(got));
	}
}
END_TEST

/* RFC 6234 8.5. */
START_TEST(sha512_vector)
{
	unsigned char got[64], want[32];

	rc_crypt_sha512("abc", 3, got);
	unhex("ddaf35a193617abacc417349ae204131"
	      "12e6fa4e89a97ea20a9eeee64b55d39a",
	    want);
	ck_assert_mem_eq(got, want, sizeof(want));
	unhex("2192992a274fc1a836ba3c23a3feebbd"
	      "454d4423643ce80e2a9ac94fa54ca49f",
	    want);
	ck_assert_mem_eq(got + sizeof(want), want, sizeof(want));
}
END_TEST

/* RFC 7636 appendix B. */
START_TEST(sha256_makes_a_code_challenge)
{
	static const char verifier[] =
	    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
	unsigned char hash[32];
	char text[44];

	rc_crypt_sha256(verifier, strlen(verifier), hash);
	rc_crypt_base64url(text, sizeof(text), hash, sizeof(hash));
	ck_assert_str_eq(text, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}
END_TEST

/* RFC 7693's algorithm with the key 00 01 .. 1f and 32 bytes of output. */
START_TEST(mac_is_keyed_blake2b_256)
{
	unsigned char key[32], got[32], want[32], plain[32];
	size_t i;

	start();
	for (i = 0; i < sizeof(key); i++)
		key[i] = (unsigned char)i;
	rc_crypt_mac(key, "abc", 3, got);
	unhex("d63a32d3e44738d7907f964316c241ad"
	      "aba0abfeabc32349677578a15a203f7f",
	    want);
	ck_assert_mem_eq(got, want, sizeof(got));
	rc_crypt_hash("abc", 3, plain);
	ck_assert_mem_ne(got, plain, sizeof(got));
}
END_TEST

static const unsigned char seal_key[32] = "0123456789abcdef0123456789abcde";

START_TEST(unseal_undoes_seal)
{
	static const char text[] = "{\"kty\":\"OKP\"}";
	unsigned char sealed[sizeof(text) + RC_CRYPT_SEAL_SIZE];
	unsigned char again[sizeof(sealed)];
	char out[sizeof(text)];

	start();
	rc_crypt_seal(sealed, seal_key, text, sizeof(text));
	ck_assert(rc_crypt_unseal(
	    (unsigned char *)out, seal_key, sealed, sizeof(sealed)));
	ck_assert_str_eq(out, text);

	/* The same text is sealed otherwise each time. */
	rc_crypt_seal(again, seal_key, text, sizeof(text));
	ck_assert_mem_ne(again, sealed, 24);
	ck_assert_mem_ne(again + 24, sealed + 24, sizeof(text));
}
END_TEST

START_TEST(seal_takes_an_empty_text)
{
	unsigned char sealed[RC_CRYPT_SEAL_SIZE], out[1] = { 'x' };

	start();
	rc_crypt_seal(sealed, seal_key, "", 0);
	ck_assert(rc_crypt_unseal(out, seal_key, sealed, sizeof(sealed)));
	ck_assert_uint_eq(out[0], 'x');
}
END_TEST

START_TEST(unseal_notices_each_changed_byte)
{
	static const char text[] = "secret";
	unsigned char sealed[sizeof(text) + RC_CRYPT_SEAL_SIZE];
	unsigned char out[sizeof(text) + 1];
	size_t i;

	start();
	rc_crypt_seal(sealed, seal_key, text, sizeof(text));
	for (i = 0; i < sizeof(sealed); i++) {
		sealed[i] ^= 1;
		ck_assert_msg(
		    !rc_crypt_unseal(out, seal_key, sealed, sizeof(sealed)),
		    "byte %zu", i);
		sealed[i] ^= 1;
	}
	for (i = 0; i < sizeof(sealed); i++)
		ck_assert_msg(!rc_crypt_unseal(out, seal_key, sealed, i),
		    "length %zu", i);
	ck_assert(rc_crypt_unseal(out, seal_key, sealed, sizeof(sealed)));
}
END_TEST

START_TEST(unseal_needs_the_key)
{
	static const char text[] = "secret";
	unsigned char sealed[sizeof(text) + RC_CRYPT_SEAL_SIZE];
	unsigned char out[sizeof(text)], key[32];
	size_t i;

	start();
	rc_crypt_seal(sealed, seal_key, text, sizeof(text));
	for (i = 0; i < sizeof(key); i++) {
		memcpy(key, seal_key, sizeof(key));
		key[i] ^= 0x80;
		ck_assert_msg(
		    !rc_crypt_unseal(out, key, sealed, sizeof(sealed)),
		    "byte %zu", i);
	}
}
END_TEST

#define MEMORY ((size_t)1024 * 1024)

START_TEST(passwords_are_argon2id)
{
	char hash[RC_CRYPT_PASSWORD_SIZE], again[RC_CRYPT_PASSWORD_SIZE];
	static const char little[] = "$argon2id$v=19$m=1024,t=3,p=1$";
	static const char much[] = "$argon2id$v=19$m=65536,t=2,p=1$";

	start();
	ck_assert(rc_crypt_password_hash("tr0ub4dor&3", MEMORY, hash));
	ck_assert_int_eq(strncmp(hash, little, sizeof(little) - 1), 0);
	ck_assert(rc_crypt_password_hash("tr0ub4dor&3", MEMORY, again));
	ck_assert_str_ne(hash, again);
	ck_assert(rc_crypt_password_hash("tr0ub4dor&3", 64 * MEMORY, hash));
	ck_assert_int_eq(strncmp(hash, much, sizeof(much) - 1), 0);
}
END_TEST

START_TEST(password_hash_wants_enough_memory)
{
	char hash[RC_CRYPT_PASSWORD_SIZE];

	start();
	ck_assert(!rc_crypt_password_hash("password", 1024, hash));
}
END_TEST

START_TEST(password_check)
{
	static const struct {
		const char *password;
		bool good;
	} rows[] = {
		{ "correct h\xc3\xb6rse", true },
		{ "correct h\xc3\xb6rsE", false },
		{ "correct h\xc3\xb6rse ", false },
		{ "correct h\xc3\xb6rs", false },
		{ "", false },
	};
	char hash[RC_CRYPT_PASSWORD_SIZE];
	bool stale;
	size_t i;

	start();
	ck_assert(rc_crypt_password_hash(rows[0].password, MEMORY, hash));
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		stale = true;
		ck_assert_msg(rc_crypt_password_check(hash, rows[i].password,
				  MEMORY, &stale) == rows[i].good,
		    "row %zu", i);
		ck_assert(!stale);
	}
	ck_assert(!rc_crypt_password_check("", "", MEMORY, &stale));
	ck_assert(!rc_crypt_password_check("*", "*", MEMORY, &stale));
}
END_TEST

/* A pebibyte is nowhere to be had: that says nothing of the password. */
START_TEST(without_memory_nobody_knows)
{
	char hash[RC_CRYPT_PASSWORD_SIZE];
	bool stale;

	start();
	ck_assert(rc_crypt_password_hash("x", MEMORY, hash));
	ck_assert_int_eq(
	    (int)rc_crypt_password_check(hash, "x", (size_t)1 << 50, &stale),
	    (int)RC_PASSWORD_NO_MEMORY);
	ck_assert_int_eq(
	    (int)rc_crypt_password_check(NULL, "x", (size_t)1 << 50, &stale),
	    (int)RC_PASSWORD_NO_MEMORY);
}
END_TEST

START_TEST(password_of_other_parameters_is_stale)
{
	char hash[RC_CRYPT_PASSWORD_SIZE];
	bool stale;

	start();
	ck_assert(rc_crypt_password_hash("password", MEMORY, hash));
	ck_assert(
	    rc_crypt_password_check(hash, "password", 2 * MEMORY, &stale));
	ck_assert(stale);
	/* A wrong password says nothing of the hash. */
	ck_assert(
	    !rc_crypt_password_check(hash, "Password", 2 * MEMORY, &stale));
	ck_assert(!stale);
}
END_TEST

/* Return the processor time of a check, in microseconds. */
static long
time_check(const char *hash)
{
	struct timespec a, b;
	bool stale = true;

	ck_assert_int_eq(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a), 0);
	ck_assert(!rc_crypt_password_check(hash, "wrong", 32 * MEMORY, &stale));
	ck_assert_int_eq(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b), 0);
	ck_assert(!stale);
	return (long)(b.tv_sec - a.tv_sec) * 1000000 +
	       (b.tv_nsec - a.tv_nsec) / 1000;
}

START_TEST(no_hash_takes_as_long_as_one)
{
	char hash[RC_CRYPT_PASSWORD_SIZE];
	long with, without;

	start();
	ck_assert(rc_crypt_password_hash("password", 32 * MEMORY, hash));
	with = time_check(hash);
	without = time_check(NULL);
	ck_assert_msg(without > with / 3 && with > without / 3,
	    "%ld and %ld microseconds", with, without);
}
END_TEST

/* RFC 8032 7.1, tests 1 to 3, and RFC 8037 A.4. */
START_TEST(ed25519_vectors)
{
	static const struct {
		const char *seed, *key, *text, *signature;
	} rows[] = {
		{ "9d61b19deffd5a60ba844af492ec2cc4"
		  "4449c5697b326919703bac031cae7f60",
		    "d75a980182b10ab7d54bfed3c964073a"
		    "0ee172f3daa62325af021a68f707511a",
		    "",
		    "e5564300c360ac729086e2cc806e828a"
		    "84877f1eb8e5d974d873e06522490155"
		    "5fb8821590a33bacc61e39701cf9b46b"
		    "d25bf5f0595bbe24655141438e7a100b" },
		{ "4ccd089b28ff96da9db6c346ec114e0f"
		  "5b8a319f35aba624da8cf6ed4fb8a6fb",
		    "3d4017c3e843895a92b70aa74d1b7ebc"
		    "9c982ccf2ec4968cc0cd55f12af4660c",
		    "r",
		    "92a009a9f0d4cab8720e820b5f642540"
		    "a2b27b5416503f8fb3762223ebdb69da"
		    "085ac1e43e15996e458f3613d0f11d8c"
		    "387b2eaeb4302aeeb00d291612bb0c00" },
		{ "c5aa8df43f9f837bedb7442f31dcb7b1"
		  "66d38535076f094b85ce3a2e0b4458f7",
		    "fc51cd8e6218a1a38da47ed00230f058"
		    "0816ed13ba3303ac5deb911548908025",
		    "\xaf\x82",
		    "6291d657deec24024827e69c3abe01a3"
		    "0ce548a284743a445e3680d7db5ac3ac"
		    "18ff9b538d16f290ae67f760984dc659"
		    "4a7c15e9716ed28dc027beceea1ec40a" },
		{ "9d61b19deffd5a60ba844af492ec2cc4"
		  "4449c5697b326919703bac031cae7f60",
		    "d75a980182b10ab7d54bfed3c964073a"
		    "0ee172f3daa62325af021a68f707511a",
		    "eyJhbGciOiJFZERTQSJ9."
		    "RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
		    "860c98d2297f3060a33f42739672d61b"
		    "53cf3adefed3d3c672f320dc021b411e"
		    "9d59b8628dc351e248b88b29468e0e41"
		    "855b0fb7d83bb15be902bfccb8cd0a02" },
	};
	unsigned char seed[32], key[32], want[64], got[64];
	size_t i, j, len;

	start();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unhex(rows[i].seed, seed);
		unhex(rows[i].key, key);
		unhex(rows[i].signature, want);
		len = strlen(rows[i].text);
		rc_crypt_ed25519_sign(seed, rows[i].text, len, got);
		ck_assert_mem_eq(got, want, sizeof(got));
		ck_assert(rc_crypt_ed25519_verify(key, rows[i].text, len, got));
		for (j = 0; j < sizeof(got); j++) {
			got[j] ^= 1;
			ck_assert(!rc_crypt_ed25519_verify(
			    key, rows[i].text, len, got));
			got[j] ^= 1;
		}
		ck_assert(!rc_crypt_ed25519_verify(key, "other", 5, got));
	}
}
END_TEST

START_TEST(a_secret_comes_with_its_hash)
{
	struct rc_arena *mem = rc_arena_new();
	unsigned char hash[RC_CRYPT_HASH_SIZE];
	struct rc_secret one, other;

	start();
	rc_crypt_secret(mem, &one);
	rc_crypt_secret(mem, &other);
	ck_assert_uint_eq(strlen(one.text), RC_CRYPT_TOKEN_SIZE - 1);
	ck_assert_str_ne(one.text, other.text);
	rc_crypt_hash(one.text, strlen(one.text), hash);
	ck_assert_mem_eq(one.hash, hash, sizeof(hash));
	rc_arena_free(mem);
}
END_TEST

START_TEST(ed25519_pairs_fit)
{
	unsigned char seed[32], key[32], other[32], signature[64];

	start();
	rc_crypt_ed25519_new(seed, other);
	rc_crypt_ed25519_new(seed, key);
	ck_assert_mem_ne(key, other, sizeof(key));
	ck_assert(rc_crypt_ed25519_point(key));
	rc_crypt_ed25519_sign(seed, "text", 4, signature);
	ck_assert(rc_crypt_ed25519_verify(key, "text", 4, signature));
	ck_assert(!rc_crypt_ed25519_verify(other, "text", 4, signature));
	ck_assert(!rc_crypt_ed25519_verify(key, "texT", 4, signature));
}
END_TEST

START_TEST(random_fills_what_it_is_given)
{
	unsigned char a[33] = "", b[32] = "";

	start();
	rc_crypt_random(a, 32);
	rc_crypt_random(b, 32);
	ck_assert_mem_ne(a, b, 32);
	ck_assert_uint_eq(a[32], 0);
}
END_TEST

/* RFC 4231 4.2, 4.3 and 4.7. */
START_TEST(hmac_sha256_vectors)
{
	static const struct {
		const char *key;
		size_t repeat; /* the key is its first byte so often */
		const char *data, *mac;
	} rows[] = {
		{ "\x0b", 20, "Hi There",
		    "b0344c61d8db38535ca8afceaf0bf12b"
		    "881dc200c9833da726e9376c2e32cff7" },
		{ "Jefe", 0, "what do ya want for nothing?",
		    "5bdcc146bf60754e6a042426089575c7"
		    "5a003f089d2739839dec58b964ec3843" },
		{ "\xaa", 131,
		    "Test Using Larger Than Block-Size Key - Hash Key First",
		    "60e431591ee0b67f0d8a26aacbf5b77f"
		    "8e0bc6213728c5140546040f0ee37f54" },
	};
	unsigned char mac[32];
	char key[131], hex[65];
	size_t i, len;

	start();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		len =
		    rows[i].repeat != 0 ? rows[i].repeat : strlen(rows[i].key);
		memset(key, rows[i].key[0], sizeof(key));
		if (rows[i].repeat == 0)
			memcpy(key, rows[i].key, len);
		rc_crypt_hmac_sha256(
		    key, len, rows[i].data, strlen(rows[i].data), mac);
		rc_crypt_hex(hex, mac, sizeof(mac));
		ck_assert_str_eq(hex, rows[i].mac);
	}
}
END_TEST

START_TEST(bound_seals_open_with_what_they_are_bound_to)
{
	static const char text[] = "a secret";
	unsigned char key[32] = { 1 }, other[32] = { 2 };
	unsigned char sealed[sizeof(text) + RC_CRYPT_SEAL_SIZE];
	unsigned char out[sizeof(text)];
	size_t i;

	start();
	rc_crypt_seal_bound(sealed, key, "here", text, sizeof(text));
	ck_assert(
	    rc_crypt_unseal_bound(out, key, "here", sealed, sizeof(sealed)));
	ck_assert_mem_eq(out, text, sizeof(text));
	ck_assert(
	    !rc_crypt_unseal_bound(out, key, "there", sealed, sizeof(sealed)));
	ck_assert(!rc_crypt_unseal_bound(out, key, "", sealed, sizeof(sealed)));
	ck_assert(!rc_crypt_unseal(out, key, sealed, sizeof(sealed)));
	ck_assert(
	    !rc_crypt_unseal_bound(out, other, "here", sealed, sizeof(sealed)));
	ck_assert(!rc_crypt_unseal_bound(
	    out, key, "here", sealed, RC_CRYPT_SEAL_SIZE - 1));
	for (i = 0; i < sizeof(sealed); i++) {
		sealed[i] ^= 1;
		ck_assert(!rc_crypt_unseal_bound(
		    out, key, "here", sealed, sizeof(sealed)));
		sealed[i] ^= 1;
	}
}
END_TEST

START_TEST(keys_follow_from_all_that_makes_them)
{
	unsigned char salt[RC_CRYPT_SALT_SIZE] = { 1 };
	unsigned char key[32], again[32];
	const size_t memory = 1048576;

	start();
	ck_assert(rc_crypt_passphrase_key("right", salt, 1, memory, key));
	ck_assert(rc_crypt_passphrase_key("right", salt, 1, memory, again));
	ck_assert_mem_eq(key, again, 32);
	ck_assert(rc_crypt_passphrase_key("wrong", salt, 1, memory, again));
	ck_assert_mem_ne(key, again, 32);
	ck_assert(rc_crypt_passphrase_key("right", salt, 2, memory, again));
	ck_assert_mem_ne(key, again, 32);
	ck_assert(rc_crypt_passphrase_key("right", salt, 1, 2 * memory, again));
	ck_assert_mem_ne(key, again, 32);
	salt[0] = 2;
	ck_assert(rc_crypt_passphrase_key("right", salt, 1, memory, again));
	ck_assert_mem_ne(key, again, 32);
	ck_assert(!rc_crypt_passphrase_key("right", salt, 1, 1024, again));
	ck_assert(!rc_crypt_passphrase_key("right", salt, 0, memory, again));
}
END_TEST

UNIT_MAIN("crypt", bound_seals_open_with_what_they_are_bound_to,
    keys_follow_from_all_that_makes_them, hmac_sha256_vectors,
    start_may_be_called_twice, tokens_are_256_bits_of_base64url,
    tokens_never_start_with_a_dash, tokens_differ, hash_is_blake2b_256,
    same_is_equal_strings, wipe_leaves_zeroes, base64url_vectors,
    unbase64url_refuses, ed25519_points, sha256_vectors, sha512_vector,
    sha256_makes_a_code_challenge, mac_is_keyed_blake2b_256, unseal_undoes_seal,
    seal_takes_an_empty_text, unseal_notices_each_changed_byte,
    unseal_needs_the_key, passwords_are_argon2id,
    password_hash_wants_enough_memory, password_check,
    password_of_other_parameters_is_stale, without_memory_nobody_knows,
    no_hash_takes_as_long_as_one, ed25519_vectors, a_secret_comes_with_its_hash,
    ed25519_pairs_fit, random_fills_what_it_is_given)
