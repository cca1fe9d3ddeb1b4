#include "form.h"

#include <string.h>

#include "arena.h"
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
