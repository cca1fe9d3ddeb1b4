#ifndef JSON_TEXT_H
#define JSON_TEXT_H

#include <string.h>

#include "json.h"
#include "unit.h"

/*
 * json_text(mem, text):
 * Return what the JSON text says, which must be good; in ${mem}.
 */
static inline struct rc_json *
json_text(struct rc_arena *mem, const char *text)
{
	struct rc_json *root = NULL;
	const char *why;
	size_t at;

	ck_assert_msg(
	    rc_json_parse(mem, text, strlen(text), &root, &why, &at) == RC_OK,
	    "%s: %s at %zu", text, why, at);
	return root;
}

/*
 * UNIT_SAME(mem, value, text):
 * Check that the value is what the JSON text says.
 */
#define UNIT_SAME(mem, value, text)                                     \
	ck_assert_msg(rc_json_equal((value), json_text((mem), (text))), \
	    "%s, not %s", rc_json_write((mem), (value)), (text))

#endif
