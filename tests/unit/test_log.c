#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "unit.h"

static int from[2];
static char got[4096];

/* Catch standard error from here on. */
static void
catch_log(void)
{

	ck_assert_int_eq(pipe(from), 0);
	ck_assert_int_eq(dup2(from[1], STDERR_FILENO), STDERR_FILENO);
	rc_log_open("unit", RC_LOG_INFO);
}

/* Return what one write brought, without "level=... program=... pid=... ". */
static const char *
caught(void)
{
	char head[64];
	ssize_t n = read(from[0], got, sizeof(got) - 1);

	ck_assert_int_gt(n, 0);
	got[n] = '\0';
	(void)snprintf(
	    head, sizeof(head), " program=unit pid=%ld ", (long)getpid());
	ck_assert_ptr_nonnull(strstr(got, head));
	return strstr(got, head) + strlen(head);
}

START_TEST(log_writes_one_line)
{

	catch_log();
	rc_log(RC_LOG_ERROR, "database", "lost %d of %s", 2, "them");
	ck_assert_str_eq(caught(), "event=database text=\"lost 2 of them\"\n");
	ck_assert_ptr_eq(strstr(got, "level=error "), got);
}
END_TEST

START_TEST(log_escapes_what_could_forge_a_line)
{

	catch_log();
	rc_log(RC_LOG_INFO, "e", "%s",
	    "a\nlevel=error \"x\" \\ \x1b[0m \x7f caf\xc3\xa9");
	ck_assert_str_eq(caught(),
	    "event=e text=\"a\\x0alevel=error \\\"x\\\" \\\\ \\x1b[0m \\x7f "
	    "caf\\xc3\\xa9\"\n");
}
END_TEST

START_TEST(log_quotes_a_value_where_needed)
{
	const char *const pairs[] = { "plain", "/a-b:1", "empty", "", "space",
		"a b", "equals", "a=b", "quote", "a\"b", "line", "a\nb", "gone",
		NULL, "last", "1", NULL };

	catch_log();
	rc_log_pairs(RC_LOG_WARN, "request", pairs);
	ck_assert_str_eq(caught(),
	    "event=request plain=/a-b:1 empty=\"\" space=\"a b\" "
	    "equals=\"a=b\" quote=\"a\\\"b\" line=\"a\\x0ab\" last=1\n");
}
END_TEST

START_TEST(log_cuts_a_line_and_keeps_its_end)
{
	static const char tail[] = "\\x01\"\n";
	char text[3000];
	size_t len;

	catch_log();
	memset(text, 1, sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	rc_log(RC_LOG_INFO, "e", "%s", text);
	(void)caught();
	len = strlen(got);
	ck_assert_uint_le(len, 1001);
	ck_assert_uint_gt(len, 980);
	ck_assert_str_eq(got + len - strlen(tail), tail);
}
END_TEST

START_TEST(log_drops_pairs_that_do_not_fit)
{
	char text[3000];
	const char *const pairs[] = { "long", text, "more", "x", NULL };

	catch_log();
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	rc_log_pairs(RC_LOG_INFO, "e", pairs);
	(void)caught();
	ck_assert_uint_le(strlen(got), 1001);
	ck_assert_ptr_null(strstr(got, "more"));
}
END_TEST

START_TEST(log_keeps_to_its_level)
{
	const char *const pairs[] = { NULL };

	catch_log();
	rc_log(RC_LOG_DEBUG, "quiet", "no");
	rc_log_pairs(RC_LOG_DEBUG, "quiet", pairs);
	rc_log(RC_LOG_INFO, "loud", "yes");
	ck_assert_str_eq(caught(), "event=loud text=\"yes\"\n");
	rc_log_open("unit", RC_LOG_DEBUG);
	rc_log(RC_LOG_DEBUG, "debug", "now");
	ck_assert_str_eq(caught(), "event=debug text=\"now\"\n");
}
END_TEST

UNIT_MAIN("log", log_writes_one_line, log_escapes_what_could_forge_a_line,
    log_quotes_a_value_where_needed, log_cuts_a_line_and_keeps_its_end,
    log_drops_pairs_that_do_not_fit, log_keeps_to_its_level)
