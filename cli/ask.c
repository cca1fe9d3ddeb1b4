#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "admin.h"
#include "arena.h"
#include "crypt.h"
#include "json.h"
#include "req.h"

/* The longest password and name, bytes. */
#define LINE_SIZE 1024

/* Random bytes of a password that we make: 24 characters. */
#define RANDOM_BYTES 18

/* The signal that came while somebody typed, 0: none. */
static volatile sig_atomic_t caught;

static void
note_signal(int sig)
{

	caught = sig;
}

/* Read a line without its end; false: none came, it is too long, a signal. */
static bool
read_line(int fd, char line[LINE_SIZE])
{
	size_t len = 0;
	char c;

	while (caught == 0 && len < LINE_SIZE && read(fd, &c, 1) == 1) {
		if (c == '\n') {
			line[len] = '\0';
			return true;
		}
		line[len++] = c;
	}
	return false;
}

/*
 * Ask on the terminal, without echo.  A signal that would end or stop us does
 * so after the echo is back.
 */
static bool
ask_secret(int fd, const char *prompt, char line[LINE_SIZE])
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT,
		SIGTSTP, SIGTTIN, SIGTTOU };
	struct sigaction act = { .sa_handler = note_signal };
	struct sigaction was[sizeof(signals) / sizeof(signals[0])];
	struct termios before, quiet;
	bool got;
	size_t i;

	if (tcgetattr(fd, &before) != 0)
		return false;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaction(signals[i], &act, &was[i]);
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	quiet.c_lflag |= (tcflag_t)ECHONL;
	got = tcsetattr(fd, TCSADRAIN, &quiet) == 0;
	if (got) {
		(void)dprintf(fd, "%s: ", prompt);
		got = read_line(fd, line);
		(void)tcsetattr(fd, TCSADRAIN, &before);
	}
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaction(signals[i], &was[i], NULL);
	if (caught != 0)
		(void)raise(caught);
	return got;
}

/* What no login form can send, or nobody could type, is no password. */
static enum admin_exit
check_password(const char *password, size_t len)
{
	size_t i, n;

	if (len == 0)
		return admin_fail(ADMIN_FAILED,
		    "the password is empty; give one, or --no-password for an "
		    "account that has none");
	if (len >= LINE_SIZE)
		return admin_fail(ADMIN_FAILED,
		    "the password has more than %d bytes; choose a shorter one",
		    LINE_SIZE - 1);
	for (i = 0; i < len; i += n) {
		n = rc_json_utf8(password + i, len - i);
		if (n == 0 || (unsigned char)password[i] < ' ' ||
		    password[i] == '\x7f')
			return admin_fail(ADMIN_FAILED,
			    "the password must be one line of UTF-8 text");
	}
	return ADMIN_OK;
}

static enum admin_exit
ask_password(struct admin *a, const char **password)
{
	char *first = rc_alloc(a->mem, LINE_SIZE);
	char *again = rc_alloc(a->mem, LINE_SIZE);
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	bool got;

	if (fd == -1)
		return admin_fail(ADMIN_USAGE,
		    "there is no terminal to ask for the password on; give "
		    "--password-file, --random or --no-password");
	got = ask_secret(fd, "Password", first) &&
	      ask_secret(fd, "The same again", again);
	(void)close(fd);
	if (!got)
		return admin_fail(
		    ADMIN_FAILED, "no password was typed; nothing was changed");
	if (!rc_crypt_same(first, again))
		return admin_fail(ADMIN_FAILED,
		    "the two passwords differ; nothing was changed, try again");
	*password = first;
	return check_password(first, strlen(first));
}

static enum admin_exit
read_password(struct admin *a, const char *file, const char **password)
{
	enum admin_exit e;
	char *text;
	size_t len;

	e = admin_read(a, file, "password file", &text, &len);
	if (e != ADMIN_OK)
		return e;
	if (len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	if (len > 0 && text[len - 1] == '\r')
		text[--len] = '\0';
	*password = text;
	return check_password(text, len);
}

/* Make a password that nobody guesses. */
static const char *
make_password(struct admin *a)
{
	unsigned char bytes[RANDOM_BYTES];
	size_t size = RANDOM_BYTES * 4 / 3 + 1;
	char *text = rc_alloc(a->mem, size);

	/* No command takes it for an option. */
	do {
		rc_crypt_random(bytes, sizeof(bytes));
		rc_crypt_base64url(text, size, bytes, sizeof(bytes));
	} while (text[0] == '-');
	rc_crypt_wipe(bytes, sizeof(bytes));
	return text;
}

enum admin_exit
admin_password(struct admin *a, const char **password)
{
	static const char *const ways[] = { "password-file", "random",
		"no-password", NULL };
	const char *file = admin_option(a, "password-file");

	*password = NULL;
	if (!admin_has(a, "password-file") && !admin_has(a, "random") &&
	    !admin_has(a, "no-password"))
		return ask_password(a, password);
	if (!admin_one_of(a, ways))
		return admin_fail(ADMIN_USAGE,
		    "give one of --password-file, --random and --no-password");
	if (file != NULL)
		return read_password(a, file, password);
	if (admin_has(a, "random"))
		*password = make_password(a);
	return ADMIN_OK;
}

enum admin_exit
admin_confirm_act(
    struct admin *a, const char *act, const char *sentence, const char *name)
{
	char line[LINE_SIZE];

	if (admin_has(a, "yes"))
		return ADMIN_OK;
	if (isatty(STDIN_FILENO) == 0)
		return admin_fail(ADMIN_USAGE,
		    "%s asks on a terminal, and there is none; add --yes to do "
		    "it to %s",
		    act, name);
	(void)fprintf(stderr, "%s\nType %s to confirm: ", sentence, name);
	if (!read_line(STDIN_FILENO, line) || strcmp(line, name) != 0)
		return admin_fail(
		    ADMIN_FAILED, "that is not %s; nothing was changed", name);
	return ADMIN_OK;
}

enum admin_exit
admin_confirm(struct admin *a, const char *what, const char *name)
{

	return admin_confirm_act(a, "deleting",
	    rc_printf(
		a->mem, "This deletes the %s and all that hangs on it.", what),
	    name);
}
