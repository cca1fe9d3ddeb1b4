#include "table.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#include "arena.h"
#include "buf.h"
#include "json.h"

/* Blanks between two columns. */
#define GAP 2

/* Decode the character of ${n} bytes, which is known to be good UTF-8. */
static wchar_t
decode(const char *s, size_t n)
{
	static const unsigned char lead[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	unsigned long c = (unsigned char)s[0] & lead[n];
	size_t i;

	for (i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3fu);
	return (wchar_t)c;
}

/* Directions and joiners, by which a name could pass for another. */
static bool
is_invisible(wchar_t c)
{

	return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

/*
 * Append text that came from anywhere so that a terminal shows it and does
 * nothing else; return how many columns it takes.
 */
static size_t
add_shown(struct rc_buf *out, const char *s)
{
	size_t n, len = strlen(s), columns = 0;
	int width;
	wchar_t c;

	for (; len > 0; s += n, len -= n) {
		n = rc_json_utf8(s, len);
		c = n > 0 ? decode(s, n) : L'\0';
		width = is_invisible(c) || c == L'\0' ? -1 : wcwidth(c);
		if (width < 0) {
			rc_buf_putc(out, '?');
			width = 1;
		} else
			rc_buf_add(out, s, n);
		columns += (size_t)width;
		n = n > 0 ? n : 1;
	}
	return columns;
}

/* 2026-11-21T09:30:00+01:00 */
static const char *
show_time(struct rc_arena *mem, const char *cell)
{
	time_t t = (time_t)strtoll(cell, NULL, 10);
	char text[64], zone[16];
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm) == 0 ||
	    strftime(zone, sizeof(zone), "%z", &tm) != strlen("+0100"))
		return cell;
	return rc_printf(mem, "%s%.3s:%s", text, zone, zone + 3);
}

/* The words of an array of strings; any other JSON as it is. */
static const char *
show_json(struct rc_arena *mem, const char *cell)
{
	struct rc_json *json;
	struct rc_buf out;
	const char *why, *word;
	size_t at, i;

	if (rc_json_parse(mem, cell, strlen(cell), &json, &why, &at) != RC_OK ||
	    rc_json_type(json) != RC_JSON_ARRAY)
		return cell;
	rc_buf_init(&out, mem);
	for (i = 0; i < rc_json_count(json); i++) {
		if ((word = rc_json_string(rc_json_at(json, i))) == NULL)
			return cell;
		rc_buf_printf(&out, "%s%s", i > 0 ? " " : "", word);
	}
	return out.data;
}

/* A cell as people read it. */
static const char *
show(struct rc_arena *mem, enum table_kind kind, const char *cell)
{
	const char *text = cell;

	if (cell == NULL)
		return "-";
	switch (kind) {
	case TABLE_BOOL:
		text = cell[0] == 't' ? "yes" : "no";
		break;
	case TABLE_TIME:
		text = show_time(mem, cell);
		break;
	case TABLE_JSON:
		text = show_json(mem, cell);
		break;
	case TABLE_TEXT:
	case TABLE_NUMBER:
		break;
	}
	return text[0] != '\0' ? text : "-";
}

/* CLIENT ID for client_id. */
static const char *
title(struct rc_arena *mem, const char *name)
{
	char *text = rc_strdup(mem, name), *s;

	for (s = text; *s != '\0'; s++)
		*s = *s == '_' ? ' ' : (char)toupper((unsigned char)*s);
	return text;
}

/* Text and the columns that it takes. */
struct shown {
	const char *text;
	size_t columns;
};

static struct shown
measure(struct rc_arena *mem, const char *text)
{
	struct shown shown = { text, strlen(text) };
	const char *s = text;
	struct rc_buf out;

	while (*s >= ' ' && *s <= '~')
		s++;
	if (*s == '\0')
		return shown;
	rc_buf_init(&out, mem);
	shown.columns = add_shown(&out, text);
	shown.text = out.data;
	return shown;
}

const char *
table_text(struct rc_arena *mem, enum table_kind kind, const char *cell)
{

	return measure(mem, show(mem, kind, cell)).text;
}

void
table_print(FILE *out, struct rc_arena *mem, const struct table_column *columns,
    size_t ncolumns, const char *const *cells, size_t nrows)
{
	struct shown *shown =
	    rc_alloc(mem, (nrows + 1) * ncolumns * sizeof(*shown));
	size_t *widths = rc_alloc(mem, ncolumns * sizeof(*widths));
	size_t i, row, pad;

	for (i = 0; i < (nrows + 1) * ncolumns; i++) {
		shown[i] = measure(
		    mem, i < ncolumns ? title(mem, columns[i].name)
				      : show(mem, columns[i % ncolumns].kind,
					    cells[i - ncolumns]));
		if (shown[i].columns > widths[i % ncolumns])
			widths[i % ncolumns] = shown[i].columns;
	}
	for (row = 0; row <= nrows; row++) {
		for (i = 0; i < ncolumns; i++) {
			const struct shown *s = &shown[row * ncolumns + i];

			/* Nothing is behind the last one. */
			pad =
			    i + 1 < ncolumns ? widths[i] - s->columns + GAP : 0;
			(void)fprintf(out, "%s%*s", s->text, (int)pad, "");
		}
		(void)fputc('\n', out);
	}
}

void
table_record(FILE *out, struct rc_arena *mem,
    const struct table_column *columns, size_t ncolumns,
    const char *const *cells)
{
	size_t i, width = 0;

	for (i = 0; i < ncolumns; i++) {
		if (strlen(columns[i].name) > width)
			width = strlen(columns[i].name);
	}
	for (i = 0; i < ncolumns; i++)
		(void)fprintf(out, "%-*s%s\n", (int)width + GAP,
		    title(mem, columns[i].name),
		    measure(mem, show(mem, columns[i].kind, cells[i])).text);
}

/* JSON has C0 escaped; DEL, C1 and what is invisible are in strings only. */
void
table_put_json(FILE *out, const char *json)
{
	size_t n, len = strlen(json);
	wchar_t c;

	for (; len > 0; json += n, len -= n) {
		n = rc_json_utf8(json, len);
		c = n > 0 ? decode(json, n) : L'?';
		if ((c >= 0x7f && c < 0xa0) || is_invisible(c))
			(void)fprintf(out, "\\u%04x", (unsigned)c);
		else
			(void)fwrite(json, 1, n > 0 ? n : 1, out);
		n = n > 0 ? n : 1;
	}
}

/* A cell as programs read it. */
static void
add_json(struct rc_buf *out, enum table_kind kind, const char *cell)
{

	if (cell == NULL)
		rc_buf_puts(out, "null");
	else if (kind == TABLE_TEXT)
		rc_json_quote(out, cell);
	else if (kind == TABLE_BOOL)
		rc_buf_puts(out, cell[0] == 't' ? "true" : "false");
	else
		rc_buf_puts(out, cell);
}

static void
add_object(struct rc_buf *out, const struct table_column *columns,
    size_t ncolumns, const char *const *cells)
{
	size_t i;

	for (i = 0; i < ncolumns; i++) {
		rc_buf_putc(out, i == 0 ? '{' : ',');
		rc_json_quote(out, columns[i].name);
		rc_buf_putc(out, ':');
		add_json(out, columns[i].kind, cells[i]);
	}
	rc_buf_putc(out, '}');
}

void
table_json(FILE *out, struct rc_arena *mem, const struct table_column *columns,
    size_t ncolumns, const char *const *cells, size_t nrows)
{
	struct rc_buf text;
	size_t row;

	rc_buf_init(&text, mem);
	for (row = 0; row < nrows; row++) {
		rc_buf_puts(&text, row == 0 ? "" : ",\n");
		add_object(&text, columns, ncolumns, cells + row * ncolumns);
	}
	(void)fputc('[', out);
	table_put_json(out, text.data);
	(void)fputs("]\n", out);
}

void
table_json_record(FILE *out, struct rc_arena *mem,
    const struct table_column *columns, size_t ncolumns,
    const char *const *cells)
{
	struct rc_buf text;

	rc_buf_init(&text, mem);
	add_object(&text, columns, ncolumns, cells);
	table_put_json(out, text.data);
	(void)fputc('\n', out);
}
