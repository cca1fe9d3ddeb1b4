#ifndef RC_FORM_H
#define RC_FORM_H

#include <stdbool.h>
#include <stddef.h>

struct rc_arena;
struct rc_buf;

/* One name and its value, decoded. */
struct rc_form_pair {
	const char *name;
	const char *value;
};

/*
 * rc_form_parse(mem, text, pairs, count):
 * Decode application/x-www-form-urlencoded ${text} (RFC 6749 appendix B): '&'
 * between pairs, '+' a space, %XX a byte.  Empty pairs are skipped.  False: a
 * broken escape, a NUL, or what is no UTF-8.  The array lives as long as
 * ${mem}.
 */
bool rc_form_parse(struct rc_arena *mem, const char *text,
    struct rc_form_pair **pairs, size_t *count);

/*
 * rc_form_add(out, name, value):
 * Append a pair as application/x-www-form-urlencoded, with '&' in front where
 * ${out} is not empty and does not end in '?' or '&'; nothing is escaped that
 * may stand in a query (RFC 3986 3.4).
 */
void rc_form_add(struct rc_buf *out, const char *name, const char *value);

#endif
