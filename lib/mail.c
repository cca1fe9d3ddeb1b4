#include "mail.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "conf.h"
#include "json.h"
#include "now.h"

/* RFC 5322 2.1.1 allows 998. */
#define LINE_MOST 500

/* How long sendmail may take, ms, and how often it is looked after. */
#define PATIENCE 60000
#define STEP 20

/* Append what fits into a header field: printable ASCII. */
static void
add_ascii(struct rc_buf *out, const char *s)
{
	size_t n;

	for (n = 0; n < LINE_MOST && s[n] != '\0'; n++)
		rc_buf_putc(out, s[n] >= ' ' && s[n] <= '~' ? s[n] : '?');
}

/* Append a line of the text. */
static void
add_line(struct rc_buf *out, const char *s, size_t len)
{
	size_t n, end = out->len + LINE_MOST;

	for (; len > 0 && out->len < end; s += n, len -= n) {
		n = rc_json_utf8(s, len);
		/* C0, DEL, and C1 as UTF-8 has it */
		if (n == 0 || (n == 1 && (*s < ' ' || *s > '~')) ||
		    (n == 2 && memcmp(s, "\xc2\xa0", 2) < 0))
			rc_buf_putc(out, '?');
		else
			rc_buf_add(out, s, n);
		n = n > 0 ? n : 1;
	}
	rc_buf_putc(out, '\n');
}

/* Append a date (RFC 5322 3.3), whatever the locale. */
static void
add_date(struct rc_buf *out)
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t now = (time_t)rc_now();
	struct tm tm;

	if (gmtime_r(&now, &tm) == NULL)
		return;
	rc_buf_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\n",
	    days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900,
	    tm.tm_hour, tm.tm_min, tm.tm_sec);
}

const char *
rc_mail_compose(struct rc_arena *mem, const struct rc_conf *conf,
    const char *subject, const char *text)
{
	struct rc_buf out;
	const char *end;
	size_t i;

	rc_buf_init(&out, mem);
	if (conf->mail_from != NULL) {
		rc_buf_puts(&out, "From: ");
		add_ascii(&out, conf->mail_from);
		rc_buf_putc(&out, '\n');
	}
	for (i = 0; i < conf->mail_to.count; i++) {
		rc_buf_puts(&out, i == 0 ? "To: " : ",\n ");
		add_ascii(&out, conf->mail_to.items[i]);
	}
	rc_buf_puts(&out, "\nSubject: ");
	add_ascii(&out, subject);
	rc_buf_putc(&out, '\n');
	add_date(&out);
	rc_buf_puts(&out, "Auto-Submitted: auto-generated\n"
			  "MIME-Version: 1.0\n"
			  "Content-Type: text/plain; charset=UTF-8\n"
			  "Content-Transfer-Encoding: 8bit\n\n");
	for (; *text != '\0'; text = end + (*end == '\n' ? 1 : 0)) {
		end = text + strcspn(text, "\n");
		add_line(&out, text, (size_t)(end - text));
	}
	return out.data;
}

/* Start the program with ${in} as its input; 0, or why not. */
static int
start(const char *program, int in, pid_t *pid)
{
	char *const argv[] = { (char[]){ "sendmail" }, (char[]){ "-t" },
		(char[]){ "-i" }, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, ignored;
	int e;

	/* What we block and ignore is no concern of the program's. */
	(void)sigemptyset(&none);
	(void)sigemptyset(&ignored);
	(void)sigaddset(&ignored, SIGPIPE);
	(void)sigaddset(&ignored, SIGXFSZ);
	if ((e = posix_spawn_file_actions_init(&actions)) != 0)
		return e;
	if ((e = posix_spawnattr_init(&attributes)) != 0) {
		(void)posix_spawn_file_actions_destroy(&actions);
		return e;
	}
	if ((e = posix_spawn_file_actions_adddup2(
		 &actions, in, STDIN_FILENO)) == 0 &&
	    (e = posix_spawn_file_actions_adddup2(
		 &actions, STDERR_FILENO, STDOUT_FILENO)) == 0 &&
	    (e = posix_spawnattr_setflags(&attributes,
		 POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)) == 0 &&
	    (e = posix_spawnattr_setsigmask(&attributes, &none)) == 0 &&
	    (e = posix_spawnattr_setsigdefault(&attributes, &ignored)) == 0)
		e = posix_spawn(
		    pid, program, &actions, &attributes, argv, environ);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	return e;
}

/* Wait for the program's end; false: it takes too long, and was ended. */
static bool
await(pid_t pid, int *status)
{
	const struct timespec step = { .tv_nsec = STEP * 1000000L };
	int64_t deadline = rc_now_mono() + PATIENCE;

	while (waitpid(pid, status, WNOHANG) == 0) {
		if (rc_now_mono() >= deadline) {
			(void)kill(pid, SIGKILL);
			(void)waitpid(pid, status, 0);
			return false;
		}
		(void)nanosleep(&step, NULL);
	}
	return true;
}

/* Run the program on a file that holds the message. */
static bool
run(const char *program, int in, char *why, size_t size)
{
	int e, status = -1;
	pid_t pid;

	if ((e = start(program, in, &pid)) != 0) {
		(void)snprintf(
		    why, size, "cannot run %s: %s", program, strerror(e));
		return false;
	}
	if (!await(pid, &status)) {
		(void)snprintf(
		    why, size, "%s took more than a minute", program);
		return false;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	(void)snprintf(why, size, "%s %s %d", program,
	    WIFEXITED(status) ? "exited with" : "was ended by signal",
	    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	return false;
}

bool
rc_mail_send(
    const struct rc_conf *conf, const char *message, char *why, size_t size)
{
	/* A file, for who reads it slowly does not hold us up. */
	FILE *f = tmpfile();
	bool sent;

	if (f == NULL || fcntl(fileno(f), F_SETFD, FD_CLOEXEC) == -1 ||
	    fputs(message, f) == EOF || fflush(f) != 0 ||
	    lseek(fileno(f), 0, SEEK_SET) != 0) {
		(void)snprintf(
		    why, size, "cannot keep the message: %s", strerror(errno));
		sent = false;
	} else
		sent = run(conf->sendmail, fileno(f), why, size);
	if (f != NULL)
		(void)fclose(f);
	return sent;
}
