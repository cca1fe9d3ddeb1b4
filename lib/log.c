#include "log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Longest line, and the room that its newline needs besides. */
#define LINE_MAX_BYTES 1000
/* Room for the longest escape and a closing quote. */
#define LINE_RESERVE 5

struct line {
	char data[LINE_MAX_BYTES + 1];
	size_t len;
};

static const char *speaker = "rollcall";
static enum rc_log_level threshold = RC_LOG_INFO;

static const char *const level_names[] = {
	[RC_LOG_DEBUG] = "debug",
	[RC_LOG_INFO] = "info",
	[RC_LOG_WARN] = "warn",
	[RC_LOG_ERROR] = "error",
};

void
rc_log_open(const char *program, enum rc_log_level least)
{

	speaker = program;
	threshold = least;
}

static bool
is_plain(char c)
{

	return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
}

/* Add one character, escaped where it could forge or garble a line. */
static void
add_char(struct line *line, char c)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char byte = (unsigned char)c;

	if (line->len + LINE_RESERVE > LINE_MAX_BYTES)
		return;
	if (c == '"' || c == '\\') {
		line->data[line->len++] = '\\';
		line->data[line->len++] = c;
	} else if (c >= ' ' && c < 0x7f) {
		line->data[line->len++] = c;
	} else {
		line->data[line->len++] = '\\';
		line->data[line->len++] = 'x';
		line->data[line->len++] = hex[byte >> 4];
		line->data[line->len++] = hex[byte & 15];
	}
}

static void
add_text(struct line *line, const char *s)
{

	for (; *s != '\0'; s++)
		add_char(line, *s);
}

static bool
needs_quotes(const char *s)
{

	if (*s == '\0')
		return true;
	while (*s != '\0' && is_plain(*s))
		s++;
	return *s != '\0';
}

/* Add " key=value"; a key is dropped where the line has no room left. */
static void
add_pair(struct line *line, const char *key, const char *value, bool quote)
{

	if (line->len + strlen(key) + 4 + LINE_RESERVE > LINE_MAX_BYTES)
		return;
	if (line->len > 0)
		add_char(line, ' ');
	add_text(line, key);
	line->data[line->len++] = '=';
	if (quote)
		line->data[line->len++] = '"';
	add_text(line, value);
	if (quote)
		line->data[line->len++] = '"';
}

static void
begin(struct line *line, enum rc_log_level level, const char *event)
{
	char pid[24];

	line->len = 0;
	(void)snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	add_pair(line, "level", level_names[level], false);
	add_pair(line, "program", speaker, needs_quotes(speaker));
	add_pair(line, "pid", pid, false);
	add_pair(line, "event", event, needs_quotes(event));
}

/* One write, so that lines of several processes do not mix. */
static void
end(struct line *line)
{
	ssize_t n;

	line->data[line->len++] = '\n';
	n = write(STDERR_FILENO, line->data, line->len);
	/* There is nobody to tell when the log itself cannot be written. */
	(void)n;
}

void
rc_log(enum rc_log_level level, const char *event, const char *fmt, ...)
{
	struct line line;
	char text[LINE_MAX_BYTES];
	va_list ap;

	if (level < threshold)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	begin(&line, level, event);
	add_pair(&line, "text", text, true);
	end(&line);
}

void
rc_log_pairs(
    enum rc_log_level level, const char *event, const char *const pairs[])
{
	struct line line;
	size_t i;

	if (level < threshold)
		return;
	begin(&line, level, event);
	for (i = 0; pairs[i] != NULL; i += 2) {
		if (pairs[i + 1] != NULL)
			add_pair(&line, pairs[i], pairs[i + 1],
			    needs_quotes(pairs[i + 1]));
	}
	end(&line);
}
