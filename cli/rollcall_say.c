/*
 * What rollcall says, and what it reads: files, and people at a terminal.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "crypt.h"
#include "json.h"
#include "prompt.h"
#include "rollcall.h"
#include "table.h"

/* The largest file that is read. */
#define MOST_FILE 1048576

/* Tell whether standard error is a terminal that knows ECMA-48. */
static bool
is_clever(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) == 1 && term != NULL &&
	       strcmp(term, "dumb") != 0;
}

/* Tell whether standard error shows colours. */
static bool
has_colours(void)
{
	const char *no = getenv("NO_COLOR");

	return is_clever() && (no == NULL || no[0] == '\0');
}

/* Say a line, with what is in front in a colour (ECMA-48 8.3.117), or "". */
static void __attribute__((format(printf, 3, 0)))
say(const char *colour, const char *word, const char *fmt, va_list ap)
{
	bool colours = colour[0] != '\0' && has_colours();

	(void)fprintf(stderr, "%srollcall:%s%s ", colours ? colour : "", word,
	    colours ? "\033[0m" : "");
	(void)vfprintf(stderr, fmt, ap);
	(void)fputc('\n', stderr);
}

enum rollcall_exit
rollcall_fail(enum rollcall_exit exit, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("\033[31m", "", fmt, ap);
	va_end(ap);
	return exit;
}

void
rollcall_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("\033[33m", " warning:", fmt, ap);
	va_end(ap);
}

void
rollcall_note(const struct rollcall *r, const char *fmt, ...)
{
	va_list ap;

	if (r->quiet)
		return;
	va_start(ap, fmt);
	say("", "", fmt, ap);
	va_end(ap);
}

void
rollcall_done(const struct rollcall *r, const char *fmt, ...)
{
	va_list ap;

	if (r->quiet)
		return;
	va_start(ap, fmt);
	(void)vprintf(fmt, ap);
	va_end(ap);
	(void)putchar('\n');
}

/* Take the line away, and end as by the signal alone. */
static void
on_interrupt(int number)
{
	ssize_t n = write(STDERR_FILENO, "\r\033[K", strlen("\r\033[K"));

	(void)n;
	(void)raise(number);
}

/* Have ^C take the line away, or no more; who heeds signals takes care. */
static void
heed_interrupt(bool shown)
{
	const struct sigaction ours = { .sa_handler = on_interrupt,
		.sa_flags = (int)SA_RESETHAND };
	const struct sigaction usual = { .sa_handler = SIG_DFL };
	struct sigaction now;

	if (sigaction(SIGINT, NULL, &now) == 0 &&
	    now.sa_handler == (shown ? usual : ours).sa_handler)
		(void)sigaction(SIGINT, shown ? &ours : &usual, NULL);
}

void
rollcall_progress(const struct rollcall *r, const char *fmt, ...)
{
	struct winsize size = { 0 };
	char *line, *end;
	va_list ap;

	if (r->quiet || !is_clever())
		return;
	va_start(ap, fmt);
	line = rc_vprintf(r->mem, fmt, ap);
	va_end(ap);
	/* What goes on in the next line would not be taken away again. */
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 &&
	    strlen(line) >= size.ws_col) {
		end = line + size.ws_col - 1;
		/* Not within a character (RFC 3629 3). */
		while (end > line && ((unsigned char)*end & 0xc0) == 0x80)
			end--;
		*end = '\0';
	}
	heed_interrupt(true);
	(void)fprintf(stderr, "\r%s", line);
	(void)fflush(stderr);
}

void
rollcall_progress_end(const struct rollcall *r)
{

	if (r->quiet || !is_clever())
		return;
	(void)fputs("\r\033[K", stderr);
	heed_interrupt(false);
}

const char *
rollcall_text(const struct rollcall *r, const char *s)
{

	return table_text(r->mem, TABLE_TEXT, s);
}

const char *
rollcall_shown(const struct rollcall *r, const struct rc_json *json)
{
	const char *text = rc_json_string(json);

	if (text != NULL && text[0] == '\0')
		return "\"\"";
	if (text == NULL)
		text = rc_json_write(r->mem, json);
	return rollcall_text(r, text);
}

/* Return the "@" behind a user name and password, NULL where there is none. */
static const char *
behind_user(const char *url)
{
	const char *host = strstr(url, "://"), *end, *s, *at = NULL;

	if (host == NULL || host > url + strcspn(url, "?#"))
		return NULL;
	end = host + 3 + strcspn(host + 3, "/?#");
	for (s = host; s < end; s++)
		if (*s == '@')
			at = s;
	return at;
}

const char *
rollcall_url(const struct rollcall *r, const char *url)
{
	const char *s = behind_user(url);
	bool query = false;
	struct rc_buf said;

	rc_buf_init(&said, r->mem);
	if (s != NULL)
		rc_buf_printf(
		    &said, "%.*s...", (int)(strstr(url, "://") + 3 - url), url);
	else
		s = url;
	for (; *s != '\0'; s++) {
		rc_buf_putc(&said, *s);
		query = query || *s == '?';
		if (query && *s == '=') {
			rc_buf_puts(&said, "...");
			s += strcspn(s, "&") - 1;
		}
	}
	return rollcall_text(r, said.data);
}

void
rollcall_print_json(const struct rollcall *r, const struct rc_json *json)
{

	table_put_json(stdout, rc_json_write(r->mem, json));
	(void)putchar('\n');
}

void
rollcall_add_word(
    struct rollcall *r, struct rollcall_words *words, const char *word)
{
	const char **items;

	/* It doubles where it is full: at each power of two. */
	if ((words->count & (words->count - 1)) == 0) {
		items =
		    rc_alloc(r->mem, (words->count * 2 + 1) * sizeof(*items));
		if (words->count > 0)
			memcpy(
			    items, words->items, words->count * sizeof(*items));
		words->items = items;
	}
	words->items[words->count++] = word;
}

/* Read all that a descriptor has; false: errno says why not. */
static bool
read_all(int fd, struct rc_buf *text)
{
	ssize_t n;

	for (;;) {
		n = read(fd, rc_buf_room(text, 8192), 8192);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			text->data[text->len] = '\0';
			return n == 0;
		}
		text->len += (size_t)n;
		text->data[text->len] = '\0';
		if (text->len > MOST_FILE) {
			errno = EFBIG;
			return false;
		}
	}
}

enum rollcall_exit
rollcall_read_file(struct rollcall *r, const char *file, const char *what,
    char **text, size_t *len)
{
	struct rc_buf all;
	bool done;
	int fd = STDIN_FILENO;

	rc_buf_init(&all, r->mem);
	*text = all.data;
	*len = 0;
	if (strcmp(file, "-") != 0)
		fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	done = fd != -1 && read_all(fd, &all);
	if (!done) {
		const char *why = strerror(errno);

		if (fd > STDIN_FILENO)
			(void)close(fd);
		return rollcall_fail(ROLLCALL_FAILED,
		    "cannot read the %s %s: %s", what, file, why);
	}
	if (fd != STDIN_FILENO)
		(void)close(fd);
	*text = all.data;
	*len = all.len;
	return ROLLCALL_OK;
}

enum rollcall_exit
rollcall_read_secret(
    struct rollcall *r, const char *file, const char *what, const char **secret)
{
	enum rollcall_exit e;
	char *text;
	size_t len;

	if ((e = rollcall_read_file(r, file, what, &text, &len)) != ROLLCALL_OK)
		return e;
	if (len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	if (len > 0 && text[len - 1] == '\r')
		text[--len] = '\0';
	if (len == 0 || strlen(text) != len || strpbrk(text, "\r\n") != NULL)
		return rollcall_fail(ROLLCALL_FAILED,
		    "the %s %s must hold one line, and nothing else", what,
		    file);
	*secret = text;
	return ROLLCALL_OK;
}

enum rollcall_exit
rollcall_read_object(struct rollcall *r, const char *file, const char *what,
    struct rc_json **object)
{
	enum rollcall_exit e;
	const char *why = "This is no JSON object";
	size_t len, at = 0;
	char *text;

	if ((e = rollcall_read_file(r, file, what, &text, &len)) != ROLLCALL_OK)
		return e;
	if (rc_json_parse(r->mem, text, len, object, &why, &at) != RC_OK ||
	    rc_json_type(*object) != RC_JSON_OBJECT)
		return rollcall_fail(ROLLCALL_FAILED,
		    "the %s %s must be a JSON object; at byte %zu: %s", what,
		    file, at, why);
	return ROLLCALL_OK;
}

enum rollcall_exit
rollcall_ask_passphrase(
    struct rollcall *r, const char *prompt, bool twice, const char **passphrase)
{
	char *first = rc_alloc(r->mem, PROMPT_SIZE);
	char *again = rc_alloc(r->mem, PROMPT_SIZE);
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	bool got;

	if (fd == -1)
		return rollcall_fail(ROLLCALL_LOCKED,
		    "there is no terminal to ask for the passphrase on; set "
		    "ROLLCALL_PASSPHRASE or give --passphrase-file");
	got = prompt_secret(fd, prompt, first) && first[0] != '\0' &&
	      (!twice || prompt_secret(fd, "The same again", again));
	(void)close(fd);
	if (!got)
		return rollcall_fail(ROLLCALL_LOCKED,
		    "no passphrase was typed; nothing was changed");
	if (twice && !rc_crypt_same(first, again))
		return rollcall_fail(ROLLCALL_LOCKED,
		    "the two passphrases differ; nothing was changed, try "
		    "again");
	*passphrase = first;
	return ROLLCALL_OK;
}

enum rollcall_exit
rollcall_confirm(const char *sentence, const char *name)
{
	char line[PROMPT_SIZE];

	if (isatty(STDIN_FILENO) == 0)
		return rollcall_fail(ROLLCALL_USAGE,
		    "this asks on a terminal, and there is none; add --yes to "
		    "do it to %s",
		    name);
	(void)fprintf(stderr, "%s\nType %s to confirm: ", sentence, name);
	if (!prompt_line(STDIN_FILENO, line)) {
		line[0] = '\0';
		(void)fputc('\n', stderr);
	}
	if (strcmp(line, name) != 0)
		return rollcall_fail(ROLLCALL_FAILED,
		    "that is not %s; nothing was changed", name);
	return ROLLCALL_OK;
}
