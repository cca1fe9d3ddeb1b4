#ifndef RC_URI_H
#define RC_URI_H

#include <stdbool.h>

struct rc_arena;

/*
 * A URI cut into its parts (RFC 3986), each a string in the arena, NULL where
 * absent.  No part is decoded or normalized.
 */
struct rc_uri {
	const char *scheme; /* without ':' */
	const char *userinfo;
	const char *host; /* with its brackets for an IP literal */
	const char *port; /* digits */
	const char *path; /* "" where empty, never NULL */
	const char *query; /* without '?' */
	const char *fragment; /* without '#', "" for an empty one */
	bool authority; /* there was a "//" */
};

/*
 * rc_uri_parse(mem, text, uri):
 * Parse an absolute URI: a scheme, printable ASCII without space, grammar as in
 * RFC 3986, no dot segments ("." or "..", encoded or not), authority and port
 * not empty where announced ("https:///x" and "https://h:/x" are refused), port
 * 1 to 65535, http and https only with an authority.  Return NULL when it is
 * good, else a phrase (static) that fits behind "the URI ", such as "has an
 * empty port".
 */
const char *rc_uri_parse(
    struct rc_arena *mem, const char *text, struct rc_uri *uri);

/*
 * rc_uri_is_loopback(uri):
 * Tell whether the host is localhost, 127.0.0.1 or [::1], spelled just so.
 */
bool rc_uri_is_loopback(const struct rc_uri *uri);

/*
 * rc_uri_origin(mem, text):
 * Return where the URI leads to: of http and https its origin as it is written
 * (RFC 6454 6.2), of another scheme that and a colon.  NULL: it is no URI.
 */
const char *rc_uri_origin(struct rc_arena *mem, const char *text);

/*
 * rc_uri_is_never_redirect(scheme):
 * Tell whether no configuration may let a redirect URI have the scheme, in
 * whatever case: it runs code, shows local things or leaves HTTP
 * (RFC 8252 8.4, RFC 9700 4.1).
 */
bool rc_uri_is_never_redirect(const char *scheme);

/*
 * rc_uri_unescape(s):
 * Decode %XX in place, once.  False: a broken escape or a NUL (RFC 3986 2.1).
 */
bool rc_uri_unescape(char *s);

#endif
