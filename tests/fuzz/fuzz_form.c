#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "arena.h"
#include "form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every pair that comes out has a name and a value. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rc_arena *mem = rc_arena_new();
	const char *text = rc_strndup(mem, (const char *)data, size);
	struct rc_form_pair *pairs;
	size_t count, i;

	if (rc_form_parse(mem, text, &pairs, &count))
		for (i = 0; i < count; i++)
			if (pairs[i].name == NULL || pairs[i].value == NULL)
				abort();
	rc_arena_free(mem);
	return 0;
}
