#ifndef RC_REDIRECT_H
#define RC_REDIRECT_H

#include <stdbool.h>

struct rc_arena;
struct rc_list;

/* What kind of place a redirect URI leads to. */
enum rc_redirect_kind {
	RC_REDIRECT_HTTPS,
	RC_REDIRECT_LOOPBACK, /* http on localhost, 127.0.0.1 or [::1] */
	RC_REDIRECT_PRIVATE_USE /* RFC 8252 7.1 */
};

/*
 * rc_redirect_check(mem, uri, schemes, kind, rule):
 * Judge a redirect URI before it is registered (RFC 6749 3.1.2, RFC 8252 7
 * and 8.4, RFC 9700 4.1): absolute, ASCII, no fragment, userinfo, wildcard, dot
 * segment, empty authority or port, a host name or IP address where there is an
 * authority, and no response parameter in its query.  ${schemes} are the
 * private-use schemes without a dot that are let pass.  Return NULL and set
 * *${kind} when it is good, else a sentence part (static) that fits behind
 * "redirect_uris[0] ", such as "has a fragment", with what to do behind a ": ",
 * and in *${rule} the name of the rule it breaks, such as
 * "redirect_uri.fragment" (static).
 */
const char *rc_redirect_check(struct rc_arena *mem, const char *uri,
    const struct rc_list *schemes, enum rc_redirect_kind *kind,
    const char **rule);

/*
 * rc_redirect_kind_of(uri):
 * Return the kind of a redirect URI that rc_redirect_check found good.
 */
enum rc_redirect_kind rc_redirect_kind_of(const char *uri);

/*
 * rc_redirect_match(mem, registered, given):
 * Tell whether ${given} is the registered URI: byte for byte, save the port of
 * an http loopback URI (RFC 8252 7.3, for localhost too).
 */
bool rc_redirect_match(
    struct rc_arena *mem, const char *registered, const char *given);

#endif
