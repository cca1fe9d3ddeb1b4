#ifndef SUGGEST_H
#define SUGGEST_H

#include <stddef.h>

/* A word that is none of the names there are, and the nearest so far. */
struct suggest {
	const char *word;
	const char *name; /* NULL: none is near */
	size_t distance;
};

/*
 * suggest_try(s, name):
 * Have a name compete: the one that takes the fewest slips of the keyboard,
 * and few for the length of the word, or that begins like it.
 */
void suggest_try(struct suggest *s, const char *name);

#endif
