#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "arena.h"
#include "conf.h"
#include "redirect.h"
#include "uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A good redirect URI is a good URI, and matches itself. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "cursor" };
	static const struct rc_list schemes = { names, 1 };
	struct rc_arena *mem = rc_arena_new();
	const char *text = rc_strndup(mem, (const char *)data, size);
	enum rc_redirect_kind kind;
	const char *rule;
	struct rc_uri uri;
	const char *fault = rc_uri_parse(mem, text, &uri);

	if (rc_redirect_check(mem, text, &schemes, &kind, &rule) == NULL &&
	    (fault != NULL || !rc_redirect_match(mem, text, text)))
		abort();
	rc_arena_free(mem);
	return 0;
}
