#ifndef RC_BUF_H
#define RC_BUF_H

#include <stddef.h>

struct rc_arena;

/*
 * Bytes that grow in an arena.  data[len] is always NUL, so data is a C
 * string as long as nobody added a NUL.  Old copies are wiped with the arena.
 */
struct rc_buf {
	struct rc_arena *mem;
	char *data;
	size_t len;
	size_t cap;
};

/*
 * rc_buf_init(b, mem):
 * Make ${b} an empty string whose bytes come from ${mem}.
 */
void rc_buf_init(struct rc_buf *b, struct rc_arena *mem);

/*
 * rc_buf_add(b, data, n), rc_buf_puts(b, s), rc_buf_putc(b, c):
 * Append ${n} bytes, a string, a byte.
 */
void rc_buf_add(struct rc_buf *b, const void *data, size_t n);
void rc_buf_puts(struct rc_buf *b, const char *s);
void rc_buf_putc(struct rc_buf *b, char c);

/*
 * rc_buf_html(b, s, n):
 * Append ${n} bytes of text so that HTML, in an element or a quoted attribute,
 * shows them and does nothing else.
 */
void rc_buf_html(struct rc_buf *b, const char *s, size_t n);

/*
 * rc_buf_printf(b, fmt, ...):
 * Append what printf would have written.
 */
void rc_buf_printf(struct rc_buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * rc_buf_room(b, n):
 * Make room for ${n} more bytes and return where they go; the caller adds
 * what it wrote to ${b}->len and keeps the NUL behind it.
 */
char *rc_buf_room(struct rc_buf *b, size_t n);

#endif
