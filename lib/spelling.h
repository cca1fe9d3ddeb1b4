#ifndef RC_SPELLING_H
#define RC_SPELLING_H

#include <stdbool.h>
#include <stddef.h>

/* What is longer than so many bytes is no misspelling of ours. */
#define RC_SPELLING_MOST 64

/*
 * rc_spelling_edits(a, b, fold):
 * Return how many characters have to be changed, added or left out to make
 * ${a} of ${b} (Levenshtein), which is no longer than RC_SPELLING_MOST.  With
 * ${fold} it does not matter whether letters are small.
 */
size_t rc_spelling_edits(const char *a, const char *b, bool fold);

#endif
