#ifndef RC_FORM_H
#define RC_FORM_H

#include <stdbool.h>
#include <stddef.h>

struct rc_arena;

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

#endif
