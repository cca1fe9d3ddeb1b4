#include "buf.h"

#include <stdarg.h>
#include <string.h>

#include "arena.h"

void
rc_buf_init(struct rc_buf *b, struct rc_arena *mem)
{

	b->mem = mem;
	b->cap = 256;
	b->data = rc_alloc(mem, b->cap);
	b->len = 0;
}

char *
rc_buf_room(struct rc_buf *b, size_t n)
{
	size_t cap = b->cap;
	char *data;

	/* rc_alloc refuses sizes so large that these sums could wrap. */
	if (n >= cap - b->len) {
		while (cap - b->len <= n)
			cap *= 2;
		data = rc_alloc(b->mem, cap);
		memcpy(data, b->data, b->len);
		b->data = data;
		b->cap = cap;
	}
	return b->data + b->len;
}

void
rc_buf_add(struct rc_buf *b, const void *data, size_t n)
{

	if (n == 0)
		return;
	memcpy(rc_buf_room(b, n), data, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void
rc_buf_puts(struct rc_buf *b, const char *s)
{

	rc_buf_add(b, s, strlen(s));
}

void
rc_buf_putc(struct rc_buf *b, char c)
{
	char *end = rc_buf_room(b, 1);

	end[0] = c;
	end[1] = '\0';
	b->len++;
}

void
rc_buf_html(struct rc_buf *b, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		switch (s[i]) {
		case '&':
			rc_buf_puts(b, "&amp;");
			break;
		case '<':
			rc_buf_puts(b, "&lt;");
			break;
		case '>':
			rc_buf_puts(b, "&gt;");
			break;
		case '"':
			rc_buf_puts(b, "&quot;");
			break;
		case '\'':
			rc_buf_puts(b, "&#39;");
			break;
		default:
			rc_buf_putc(b, s[i]);
		}
}

void
rc_buf_printf(struct rc_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	rc_buf_puts(b, rc_vprintf(b->mem, fmt, ap));
	va_end(ap);
}
