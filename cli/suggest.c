/*
 * suggest: which name somebody may have meant.
 */
#include "suggest.h"

#include <string.h>

#include "spelling.h"

void
suggest_try(struct suggest *s, const char *name)
{
	size_t n = strlen(s->word), distance;

	if (n == 0 || n > RC_SPELLING_MOST || strlen(name) > RC_SPELLING_MOST)
		return;
	distance = rc_spelling_edits(s->word, name, true);
	/* Who leaves off the end of a long name meant it all the same. */
	if (3 * distance > n + 2 && (n < 3 || strncmp(name, s->word, n) != 0))
		return;
	if (s->name != NULL && distance >= s->distance)
		return;
	s->name = name;
	s->distance = distance;
}
