#include "form.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "uri.h"

/* Decode a name or a value in place. */
static bool
decode(char *s)
{
	size_t n, left;
	char *p;

	for (p = s; (p = strchr(p, '+')) != NULL; p++)
		*p = ' ';
	if (!rc_uri_unescape(s))
		return false;

	left = strlen(s);
	for (; left > 0; s += n, left -= n)
		if ((n = rc_json_utf8(s, left)) == 0)
			return false;
	return true;
}

/* Return how many pairs ${text} may have at most. */
static size_t
most_pairs(const char *text)
{
	size_t n = 1;

	for (; (text = strchr(text, '&')) != NULL; text++)
		n++;
	return n;
}

bool
rc_form_parse(struct rc_arena *mem, const char *text,
    struct rc_form_pair **pairs, size_t *count)
{
	char *next, *name, *value;

	*count = 0;
	*pairs = rc_alloc(mem, most_pairs(text) * sizeof(**pairs));
	next = rc_strdup(mem, text);
	while ((name = strsep(&next, "&")) != NULL) {
		if (name[0] == '\0')
			continue;
		value = name;
		strsep(&value, "=");
		if (value == NULL)
			value = name + strlen(name);
		if (!decode(name) || !decode(value))
			return false;
		(*pairs)[*count].name = name;
		(*pairs)[*count].value = value;
		(*count)++;
	}
	return true;
}

/*
 * Append ${s} with all escaped that RFC 3986 3.4 does not let stand in a query,
 * and what means something in a form: what is handed on in an address is to be
 * short.
 */
static void
encode(struct rc_buf *out, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~/?:@!$'()*,;";
	size_t n;

	for (;; s++) {
		n = strspn(s, plain);
		rc_buf_add(out, s, n);
		s += n;
		if (*s == '\0')
			return;
		rc_buf_printf(out, "%%%02X", (unsigned)(unsigned char)*s);
	}
}

void
rc_form_add(struct rc_buf *out, const char *name, const char *value)
{

	if (out->len > 0 && strchr("?&", out->data[out->len - 1]) == NULL)
		rc_buf_putc(out, '&');
	encode(out, name);
	rc_buf_putc(out, '=');
	encode(out, value);
}
