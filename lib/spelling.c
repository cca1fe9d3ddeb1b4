#include "spelling.h"

#include <ctype.h>
#include <string.h>

static bool
is_same(char a, char b, bool fold)
{

	return a == b ||
	       (fold && tolower((unsigned char)a) == tolower((unsigned char)b));
}

static size_t
least(size_t a, size_t b)
{

	return a < b ? a : b;
}

size_t
rc_spelling_edits(const char *a, const char *b, bool fold)
{
	size_t cost[RC_SPELLING_MOST + 1];
	size_t diagonal, above, i, j, n = strlen(b);

	for (j = 0; j <= n; j++)
		cost[j] = j;
	for (i = 0; a[i] != '\0'; i++) {
		diagonal = cost[0];
		cost[0] = i + 1;
		for (j = 1; j <= n; j++) {
			above = cost[j];
			cost[j] = least(least(above, cost[j - 1]) + 1,
			    diagonal + !is_same(a[i], b[j - 1], fold));
			diagonal = above;
		}
	}
	return cost[n];
}
