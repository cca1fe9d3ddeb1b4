#ifndef ROLLCALL_TOKENS_H
#define ROLLCALL_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

struct rc_arena;
struct rc_json;

/*
 * The tokens of a record: "tokens", that a person let the client have by a
 * login, and "client_tokens", that the client has for itself
 * (client_credentials).  Each is an object:
 *
 *	access_token, token_type, scope, refresh_token, id_token as they came,
 *	those that are lasting kept from before;
 *	obtained_at, expires_at (absent: the server did not say), s since 1970;
 *	resource, an array (RFC 8707), absent where none was asked for;
 *	narrowed, an array: "scope" or "resource", where less was asked for
 *	    than is usual for the client, or than was let at the login;
 *	login, an object: scope and resource as they were let then;
 *	unchecked, an object with nonce and sub as in "asking": we were killed
 *	    before the ID token was judged, or had no keys for that.
 *
 * A record has "asking" while an answer is waited for: set, grant_type,
 * asked_at, and as far as there are scope, resource, nonce, sub that the ID
 * token must have; checked: it was judged.
 */

/*
 * tokens_fault(mem, answer):
 * Return why an answer of the token endpoint is none (RFC 6749 5.1, RFC 6750),
 * as a phrase that fits behind "what the server answers "; NULL: it is one.
 */
const char *tokens_fault(struct rc_arena *mem, const struct rc_json *answer);

/*
 * tokens_take(mem, record, answer):
 * Make the tokens of an answer that is one those of the record, as "asking",
 * which goes, says.
 */
void tokens_take(
    struct rc_arena *mem, struct rc_json *record, const struct rc_json *answer);

/*
 * tokens_serve(set, scope, resource, now):
 * Tell whether the access token lives for a while by a clock that was not put
 * back since it came, and is what is asked for:
 * with the scope, NULL for the usual, and for just these resources, an array,
 * NULL for the usual.
 */
bool tokens_serve(const struct rc_json *set, const char *scope,
    const struct rc_json *resource, int64_t now);

/*
 * tokens_have_scope(have, want):
 * Tell whether all words of ${want} are in ${have}, NULL having none.
 */
bool tokens_have_scope(const char *have, const char *want);

/*
 * tokens_about(mem, set):
 * Return what may be shown of tokens to anybody: none, but whether there are an
 * access token and a refresh token, true or false in their places.
 */
struct rc_json *tokens_about(struct rc_arena *mem, const struct rc_json *set);

#endif
