#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is accepted is accepted again after it was written, and reads alike. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_json *root;
	const char *why, *text;
	size_t at;

	if (rc_json_parse(mem, (const char *)data, size, &root, &why, &at) ==
	    RC_OK) {
		text = rc_json_write(mem, root);
		if (rc_json_parse(mem, text, strlen(text), &root, &why, &at) !=
			RC_OK ||
		    strcmp(rc_json_write(mem, root), text) != 0)
			abort();
	} else if (at > size)
		abort();
	rc_arena_free(mem);
	return 0;
}
