#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "outbox.h"
#include "request.h"
#include "unit.h"

/* The worked example of rollcall-webhooks(7). */
START_TEST(the_manual_s_example_is_right)
{
	struct rc_arena *mem = rc_arena_new();

	ck_assert_str_eq(
	    rc_outbox_signature(mem, "correct-horse-battery-staple", 1790000000,
		"{\"id\": 42, \"event\": \"client.registered\"}"),
	    "v1="
	    "6e10fa291243e0bf734da142e75c222a632f51781dc400000069f4958ce0336f");
	rc_arena_free(mem);
}
END_TEST

START_TEST(time_and_body_and_secret_count)
{
	struct rc_arena *mem = rc_arena_new();
	const char *one = rc_outbox_signature(mem, "secret", 1, "2.x");

	ck_assert_str_ne(one, rc_outbox_signature(mem, "secret", 1, "2.y"));
	ck_assert_str_ne(one, rc_outbox_signature(mem, "secret", 12, ".x"));
	ck_assert_str_ne(one, rc_outbox_signature(mem, "secreu", 1, "2.x"));
	rc_arena_free(mem);
}
END_TEST

/* Write a file, read the secret in it; NULL text: there is no file. */
static const char *
secret_of(struct rc_arena *mem, const char *text)
{
	char path[] = "/tmp/rollcall-secret-XXXXXX", why[256] = "";
	const char *secret;
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	if (text != NULL)
		ck_assert_int_eq(
		    write(fd, text, strlen(text)), (int)strlen(text));
	else
		(void)unlink(path);
	(void)close(fd);
	secret = rc_outbox_secret(mem, path, why, sizeof(why));
	(void)unlink(path);
	if (secret == NULL)
		ck_assert_ptr_nonnull(strstr(why, path));
	return secret;
}

START_TEST(a_secret_is_one_line)
{
	struct rc_arena *mem = rc_arena_new();

	ck_assert_str_eq(
	    secret_of(mem, "0123456789abcdef\n"), "0123456789abcdef");
	ck_assert_str_eq(
	    secret_of(mem, "0123456789abcdef\r\n"), "0123456789abcdef");
	ck_assert_str_eq(
	    secret_of(mem, "0123456789abcdef"), "0123456789abcdef");
	ck_assert_ptr_null(secret_of(mem, "0123456789abcde\n"));
	ck_assert_ptr_null(secret_of(mem, "0123456789 abcdef\n"));
	ck_assert_ptr_null(secret_of(mem, ""));
	ck_assert_ptr_null(secret_of(mem, "\n0123456789abcdef\n"));
	ck_assert_ptr_null(secret_of(mem, "0123456789abcdef\rx"));
	ck_assert_ptr_null(secret_of(mem, NULL));
	rc_arena_free(mem);
}
END_TEST

/* While the receiver changes from one to the other. */
START_TEST(there_may_be_two_secrets)
{
	struct rc_arena *mem = rc_arena_new();
	const char *old = rc_outbox_signature(mem, "0123456789abcdef", 1, "x");
	const char *new = rc_outbox_signature(mem, "fedcba9876543210", 1, "x");
	const char *both =
	    secret_of(mem, "0123456789abcdef\r\nfedcba9876543210\n");

	ck_assert_str_eq(both, "0123456789abcdef\nfedcba9876543210");
	ck_assert_str_eq(rc_outbox_signature(mem, both, 1, "x"),
	    rc_printf(mem, "%s,%s", old, new));
	ck_assert_ptr_null(secret_of(mem, "0123456789abcdef\nshort\n"));
	ck_assert_ptr_null(secret_of(mem, "0123456789abcdef\n\n"));
	ck_assert_ptr_null(secret_of(
	    mem, "0123456789abcdef\nfedcba9876543210\n0123456789abcdef\n"));
	rc_arena_free(mem);
}
END_TEST

START_TEST(everybody_is_told_of_what_they_want)
{
	struct rc_req *rq = unit_request(
	    "webhook \"all\" { url = \"https://a.example\"; secret_file = "
	    "\"/x\" }\n"
	    "webhook \"some\" { url = \"https://a.example\"; secret_file = "
	    "\"/x\"; events = {\"client.deleted\"} }\n"
	    "mail_to = {\"ops@example.org\"}");

	ck_assert_str_eq(rc_outbox_destinations(rq->mem, rq->conf),
	    "[{\"name\":\"all\",\"events\":[\"client.*\",\"initial_token.*\","
	    "\"audit.*\"]},"
	    "{\"name\":\"some\",\"events\":[\"client.deleted\"]},"
	    "{\"name\":\"mail\",\"events\":[\"client.*\",\"initial_token.*\"]}]");
	ck_assert_str_eq(rc_outbox_names(rq->mem, rq->conf, NULL),
	    "{\"all\",\"some\",mail}");
	ck_assert_str_eq(
	    rc_outbox_names(rq->mem, rq->conf, "some"), "{\"some\"}");
	ck_assert_str_eq(rc_outbox_names(rq->mem, rq->conf, "mail"), "{mail}");
	ck_assert_ptr_null(rc_outbox_names(rq->mem, rq->conf, "gone"));
	unit_request_free(rq);
}
END_TEST

START_TEST(nobody_is_nobody)
{
	struct rc_req *rq = unit_request("");

	ck_assert_str_eq(rc_outbox_destinations(rq->mem, rq->conf), "[]");
	ck_assert_ptr_null(rc_outbox_names(rq->mem, rq->conf, NULL));
	unit_request_free(rq);
}
END_TEST

UNIT_MAIN("outbox", the_manual_s_example_is_right,
    time_and_body_and_secret_count, a_secret_is_one_line,
    there_may_be_two_secrets, everybody_is_told_of_what_they_want,
    nobody_is_nobody)
