#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "arena.h"
#include "crypt.h"
#include "json.h"
#include "prompt.h"
#include "req.h"

/* Random bytes of a password that we make: 24 characters. */
#define RANDOM_BYTES 18

/* The fewest characters of a password (NIST SP 800-63B 5.1.1.2). */
#define CHARACTERS_LEAST 8

/* What no login form can send, or nobody could type, is no password. */
static enum admin_exit
check_password(const char *password, size_t len)
{
	size_t i, n, characters = 0;

	if (len == 0)
		return admin_fail(ADMIN_FAILED,
		    "the password is empty; give one, or --no-password for an "
		    "account that has none");
	if (len >= PROMPT_SIZE)
		return admin_fail(ADMIN_FAILED,
		    "the password has more than %d bytes; choose a shorter one",
		    PROMPT_SIZE - 1);
	for (i = 0; i < len; i += n, characters++) {
		n = rc_json_utf8(password + i, len - i);
		if (n == 0 || (unsigned char)password[i] < ' ' ||
		    password[i] == '\x7f')
			return admin_fail(ADMIN_FAILED,
			    "the password must be one line of UTF-8 text");
	}
	if (characters < CHARACTERS_LEAST)
		return admin_fail(ADMIN_FAILED,
		    "the password has fewer than %d characters; choose a "
		    "longer one, or --random",
		    CHARACTERS_LEAST);
	return ADMIN_OK;
}

static enum admin_exit
ask_password(struct admin *a, const char **password)
{
	char *first = rc_alloc(a->mem, PROMPT_SIZE);
	char *again = rc_alloc(a->mem, PROMPT_SIZE);
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	bool got;

	if (fd == -1)
		return admin_fail(ADMIN_USAGE,
		    "there is no terminal to ask for the password on; give "
		    "--password-file, --random or --no-password");
	got = prompt_secret(fd, "Password", first) &&
	      prompt_secret(fd, "The same again", again);
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
	char line[PROMPT_SIZE];

	if (admin_has(a, "yes"))
		return ADMIN_OK;
	if (isatty(STDIN_FILENO) == 0)
		return admin_fail(ADMIN_USAGE,
		    "%s asks on a terminal, and there is none; add --yes to do "
		    "it to %s",
		    act, name);
	(void)fprintf(stderr, "%s\nType %s to confirm: ", sentence, name);
	if (!prompt_line(STDIN_FILENO, line) || strcmp(line, name) != 0)
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
