#include "scope.h"

#include <stddef.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "conf.h"

/* Bounds the search for repeated words; a message says so too. */
#define MOST 256

/* RFC 6749 3.3: scope-token's characters, and the space between tokens. */
static bool
is_character(char c)
{

	return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

const char *
rc_scope_parse(struct rc_arena *mem, const char *text, struct rc_list *list)
{
	const char **items;
	size_t n;

	items = rc_alloc(mem, MOST * sizeof(*items));
	list->items = items;
	list->count = 0;
	for (n = 0; text[n] != '\0'; n++)
		if (!is_character(text[n]))
			return "has a character that RFC 6749 does not allow";

	for (;; text += n + 1) {
		if ((n = strcspn(text, " ")) == 0)
			return "has an empty word: put one space between words";
		if (!rc_list_has_n(list, text, n)) {
			if (list->count == MOST)
				return "has more than 256 words";
			items[list->count++] = rc_strndup(mem, text, n);
		}
		if (text[n] == '\0')
			return NULL;
	}
}

bool
rc_scope_has(const char *text, const char *word)
{
	size_t n = strlen(word);
	const char *p;

	for (p = text; p != NULL && *p != '\0'; p += strspn(p, " ")) {
		if (strncmp(p, word, n) == 0 && strchr(" ", p[n]) != NULL)
			return true;
		p += strcspn(p, " ");
	}
	return false;
}

const char *
rc_scope_join(struct rc_arena *mem, const struct rc_list *list)
{
	struct rc_buf text;
	size_t i;

	rc_buf_init(&text, mem);
	for (i = 0; i < list->count; i++) {
		if (i > 0)
			rc_buf_putc(&text, ' ');
		rc_buf_puts(&text, list->items[i]);
	}
	return text.data;
}
