#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail.h"
#include "now.h"
#include "request.h"
#include "unit.h"

#define HEADER                                      \
	"From: rollcall@example.org\n"              \
	"To: ops@example.org,\n dba@example.org\n"  \
	"Subject: %s\n"                             \
	"Date: Sun, 22 Nov 2026 05:06:07 +0000\n"   \
	"Auto-Submitted: auto-generated\n"          \
	"MIME-Version: 1.0\n"                       \
	"Content-Type: text/plain; charset=UTF-8\n" \
	"Content-Transfer-Encoding: 8bit\n"         \
	"\n"

static const char *const to[] = { "ops@example.org", "dba@example.org" };
static const struct rc_conf conf = { .mail_from = "rollcall@example.org",
	.mail_to = { to, 2 } };

static void
expect(const char *subject, const char *text, const char *subject_is,
    const char *text_is)
{
	struct rc_arena *mem = rc_arena_new();
	const char *message;

	rc_now_set(1795323967);
	message = rc_mail_compose(mem, &conf, subject, text);
	ck_assert_str_eq(
	    message, rc_printf(mem, "%s%s", rc_printf(mem, HEADER, subject_is),
			 text_is));
	rc_arena_free(mem);
}

START_TEST(a_message_is_headers_and_text)
{

	expect("2 new clients", "one\n\ntwo", "2 new clients", "one\n\ntwo\n");
	expect("", "", "", "");
}
END_TEST

START_TEST(nothing_begins_a_line_of_its_own)
{

	expect("a\r\nBcc: all@example.org\n\nx\xc3\xa9\x7f", "x",
	    "a??Bcc: all@example.org??x???", "x\n");
	expect("s", "a\rb\tc\x1b[2J\x7f \xc2\x85 \xc3\xa9\xff \xe4\xbd\xa0",
	    "s", "a?b?c?[2J? ? \xc3\xa9? \xe4\xbd\xa0\n");
}
END_TEST

START_TEST(lines_are_not_endless)
{
	struct rc_arena *mem = rc_arena_new();
	char *text = rc_alloc(mem, 2001);
	const char *message;

	memset(text, 'x', 2000);
	message = rc_mail_compose(mem, &conf, text, text);
	ck_assert_uint_eq(strspn(strstr(message, "xx"), "x"), 500);
	ck_assert_uint_eq(strspn(strstr(message, "\n\nxx") + 2, "x"), 500);
	rc_arena_free(mem);
}
END_TEST

/* Make a script; its path is to be freed with the arena. */
static const char *
script(struct rc_arena *mem, const char *text)
{
	char *path = rc_strdup(mem, "/tmp/rollcall-mail-XXXXXX");
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
	ck_assert_int_eq(fchmod(fd, 0700), 0);
	(void)close(fd);
	return path;
}

START_TEST(the_program_gets_it_whole)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_conf mine = conf;
	char why[256] = "";

	(void)signal(SIGPIPE, SIG_IGN);
	mine.sendmail = script(mem,
	    "#!/bin/sh\n[ \"$*\" = '-t -i' ] && [ \"$(cat)\" = 'a\n.\nb' ]\n");
	ck_assert_msg(
	    rc_mail_send(&mine, "a\n.\nb\n", why, sizeof(why)), "%s", why);
	ck_assert(!rc_mail_send(&mine, "else\n", why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, "exited with 1"));
	(void)unlink(mine.sendmail);
	ck_assert(!rc_mail_send(&mine, "a\n", why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, "cannot run"));
	rc_arena_free(mem);
}
END_TEST

START_TEST(who_does_not_read_does_no_harm)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_conf mine = conf;
	char *text = rc_alloc(mem, 1000001);
	char why[256] = "";

	memset(text, 'x', 1000000);
	mine.sendmail = script(mem, "#!/bin/sh\nexit 0\n");
	ck_assert(rc_mail_send(&mine, text, why, sizeof(why)));
	(void)unlink(mine.sendmail);
	mine.sendmail = script(mem, "#!/bin/sh\nkill -9 $$\n");
	ck_assert(!rc_mail_send(&mine, text, why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, "signal 9"));
	(void)unlink(mine.sendmail);
	rc_arena_free(mem);
}
END_TEST

UNIT_MAIN("mail", a_message_is_headers_and_text,
    nothing_begins_a_line_of_its_own, lines_are_not_endless,
    the_program_gets_it_whole, who_does_not_read_does_no_harm)
