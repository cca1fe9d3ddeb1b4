#ifndef RC_SCOPE_H
#define RC_SCOPE_H

#include <stdbool.h>

struct rc_arena;
struct rc_list;

/*
 * rc_scope_parse(mem, text, list):
 * Cut a scope value (RFC 6749 3.3) into its tokens, repeated ones once, in the
 * order of their first occurrence.  Return NULL when it is good, else a phrase
 * (static) that fits behind "scope ".
 */
const char *rc_scope_parse(
    struct rc_arena *mem, const char *text, struct rc_list *list);

/*
 * rc_scope_has(text, word):
 * Tell whether the scope ${text}, NULL for none, has that token.
 */
bool rc_scope_has(const char *text, const char *word);

/*
 * rc_scope_join(mem, list):
 * Return the tokens with one space between them.
 */
const char *rc_scope_join(struct rc_arena *mem, const struct rc_list *list);

#endif
