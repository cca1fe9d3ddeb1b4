#include <string.h>

#include "arena.h"
#include "conf.h"
#include "cookie.h"
#include "crypt.h"
#include "unit.h"

#define A "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define B "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static const struct rc_conf https = { .issuer = "https://auth.example.org",
	.secure = true };
static const struct rc_conf http = { .issuer = "http://127.0.0.1:8080" };

START_TEST(names_carry_the_issuer)
{
	struct rc_arena *mem = rc_arena_new();
	const struct rc_conf more = { .issuer = "https://auth.example.org/a",
		.secure = true };
	const struct rc_conf other = { .issuer = "http://127.0.0.1:8081" };
	const char *name;

	name = rc_cookie_name(mem, &https, RC_COOKIE_SESSION);
	ck_assert_uint_eq(strlen(name), strlen("__Host-rollcall-") + 8);
	ck_assert_int_eq(strncmp(name, "__Host-rollcall-", 16), 0);
	ck_assert_str_ne(name, rc_cookie_name(mem, &https, RC_COOKIE_LOGIN));
	ck_assert_str_ne(name, rc_cookie_name(mem, &more, RC_COOKIE_SESSION));
	name = rc_cookie_name(mem, &http, RC_COOKIE_SESSION);
	ck_assert_int_eq(strncmp(name, "rollcall-", 9), 0);
	ck_assert_str_ne(name, rc_cookie_name(mem, &other, RC_COOKIE_SESSION));
	rc_arena_free(mem);
}
END_TEST

START_TEST(found_by_its_whole_name)
{
	struct rc_arena *mem = rc_arena_new();

	ck_assert_str_eq(rc_cookie_find(mem, "n=" A, "n"), A);
	ck_assert_str_eq(rc_cookie_find(mem, "x=1; n=" A "; y=2", "n"), A);
	ck_assert_str_eq(rc_cookie_find(mem, "x=1;n=" A " ;y", "n"), A);
	ck_assert_str_eq(rc_cookie_find(mem, "n=" A "; n=" A, "n"), A);
	ck_assert_ptr_null(rc_cookie_find(mem, NULL, "n"));
	ck_assert_ptr_null(rc_cookie_find(mem, "", "n"));
	ck_assert_ptr_null(rc_cookie_find(mem, "nn=" A, "n"));
	ck_assert_ptr_null(rc_cookie_find(mem, "xn=" A "; N=" A, "n"));
	ck_assert_ptr_null(rc_cookie_find(mem, "x=n=" A, "n"));
	rc_arena_free(mem);
}
END_TEST

START_TEST(what_is_no_token_of_ours_is_none)
{
	struct rc_arena *mem = rc_arena_new();

	ck_assert_ptr_null(rc_cookie_find(mem, "n=", "n"));
	ck_assert_ptr_null(rc_cookie_find(mem, "n", "n"));
	ck_assert_ptr_null(rc_cookie_find(mem, "n=short", "n"));
	ck_assert_ptr_null(rc_cookie_find(mem, "n=" A "A", "n"));
	ck_assert_ptr_null(rc_cookie_find(mem, "n=\"" A "\"", "n"));
	ck_assert_ptr_null(rc_cookie_find(mem, "n=" A "; n=" B, "n"));
	rc_arena_free(mem);
}
END_TEST

START_TEST(set_for_one_host_and_no_script)
{
	struct rc_arena *mem = rc_arena_new();

	ck_assert_str_eq(rc_cookie_set(mem, &https, "__Host-n", A),
	    "__Host-n=" A "; Path=/; HttpOnly; SameSite=Lax; Secure");
	ck_assert_str_eq(rc_cookie_set(mem, &http, "n", A),
	    "n=" A "; Path=/; HttpOnly; SameSite=Lax");
	ck_assert_str_eq(rc_cookie_clear(mem, &https, "__Host-n"),
	    "__Host-n=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
	rc_arena_free(mem);
}
END_TEST

UNIT_MAIN("cookie", names_carry_the_issuer, found_by_its_whole_name,
    what_is_no_token_of_ours_is_none, set_for_one_host_and_no_script)
