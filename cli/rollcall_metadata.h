#ifndef ROLLCALL_METADATA_H
#define ROLLCALL_METADATA_H

#include <stdbool.h>
#include <stddef.h>

#include "rollcall.h"

struct rc_arena;
struct rc_json;

/* What a member of the metadata is made of. */
enum metadata_kind {
	METADATA_STRING,
	METADATA_WORDS, /* a string of words with spaces between */
	METADATA_STRINGS, /* an array of them */
	METADATA_BOOL,
	METADATA_INT,
	METADATA_OBJECT
};

/* A member that has an option of its own. */
struct metadata_member {
	const char *name;
	enum metadata_kind kind;
	struct rollcall_option option;
};

/* The members of RFC 7591 2, OpenID Connect Registration 1.0 2 and others. */
extern const struct metadata_member metadata_members[];
extern const size_t metadata_nmembers;

/*
 * metadata_find(name):
 * Return the row of a member, a language tag (RFC 7591 2.2) left aside; NULL:
 * there is none.
 */
const struct metadata_member *metadata_find(const char *name);

/*
 * metadata_is_assigned(name):
 * Tell whether the server assigns the member, and no client asks for it.
 */
bool metadata_is_assigned(const char *name);

/*
 * metadata_set(mem, object, name, text):
 * Set a member as its row says: a string stays one, an array may be one word.
 * Without a row the text is JSON where it parses as such, else a string.
 * Return NULL, or why not, as a phrase (static) that fits behind the name.
 */
const char *metadata_set(struct rc_arena *mem, struct rc_json *object,
    const char *name, const char *text);

/*
 * metadata_merge(into, from):
 * Set every member of ${from} in ${into}; a null one is taken away.
 */
void metadata_merge(struct rc_json *into, const struct rc_json *from);

/* The presets of a registration. */
enum metadata_preset {
	METADATA_PUBLIC, /* a native app: no secret, PKCE, loopback */
	METADATA_CONFIDENTIAL, /* a web application with a secret */
	METADATA_OIDC, /* the same, that has people log in */
	METADATA_PRESET__MAX
};

/*
 * metadata_redirect_uri(mem, issuer):
 * Return the redirect URI of an app on this host.  Its path is the issuer's
 * own, so that the answer of one server is not taken for another's, whatever
 * it does not say of itself (RFC 9700 4.4.2).
 */
const char *metadata_redirect_uri(struct rc_arena *mem, const char *issuer);

/*
 * metadata_preset(mem, preset, server):
 * Return what a preset asks for, within what the server's metadata (RFC 8414 2)
 * announces.
 */
struct rc_json *metadata_preset(struct rc_arena *mem,
    enum metadata_preset preset, const struct rc_json *server);

/*
 * metadata_of_client(mem, client):
 * Return what an update (RFC 7592 2.2) begins with: what the server told of the
 * client, without the members that it assigns.
 */
struct rc_json *metadata_of_client(
    struct rc_arena *mem, const struct rc_json *client);

/*
 * metadata_take(mem, client, answer):
 * Return what is known of a client after an answer: this, and of what was known
 * (NULL: nothing) the secret, the registration access token and the like, where
 * the answer does not have them anew.
 */
struct rc_json *metadata_take(struct rc_arena *mem,
    const struct rc_json *client, const struct rc_json *answer);

/*
 * metadata_diff(mem, asked, got):
 * Return an array of what the server changed: objects with member, change
 * ("changed", "dropped", "added"), asked and got.  The order of words and of
 * strings in an array counts for nothing.
 */
struct rc_json *metadata_diff(struct rc_arena *mem, const struct rc_json *asked,
    const struct rc_json *got);

/*
 * metadata_warnings(mem, asked, server):
 * Return an array of sentences: what in ${asked} is likely not meant or not
 * wise (RFC 9700, RFC 8252), or lacks on the server.
 */
struct rc_json *metadata_warnings(struct rc_arena *mem,
    const struct rc_json *asked, const struct rc_json *server);

/*
 * metadata_lists(object, name, value):
 * Tell whether an array of strings has ${value}.
 */
bool metadata_lists(
    const struct rc_json *object, const char *name, const char *value);

#endif
