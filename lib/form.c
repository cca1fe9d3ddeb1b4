#include "form.h"

#include <ctype.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "uri.h"

/* Decode a name or a value in place. */
static bool
decode(char *s)
{
	char *p;

	for (p = s; (p = strchr(p, '+')) != NULL; p++)
		*p = ' ';
	return rc_uri_unescape(s) && rc_json_is_utf8(s);
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

/* Does a query let it stand (RFC 3986 3.4), and a form take it for itself? */
static bool
is_plain(char c)
{

	return isalnum((unsigned char)c) ||
	       (c != '\0' && strchr("-._~/?:@!$'()*,;", c) != NULL);
}

/* Append ${s}: what is handed on in an address is to be short. */
static void
encode(struct rc_buf *out, const char *s)
{
	size_t n;

	for (;; s++) {
		for (n = 0; is_plain(s[n]); n++)
			continue;
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
