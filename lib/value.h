#ifndef RC_VALUE_H
#define RC_VALUE_H

#include <stdbool.h>

struct rc_arena;
struct rc_uri;

/*
 * What a value of the configuration may be, judged by itself.
 */

/*
 * rc_value_is_digit(c), rc_value_is_word(c):
 * Tell whether the character is one of 0-9; of what names are made of.
 */
bool rc_value_is_digit(char c);
bool rc_value_is_word(char c);

/*
 * rc_value_is_one_of(words, text):
 * Tell whether the text is among the words, which NULL ends.
 */
bool rc_value_is_one_of(const char *const words[], const char *text);

/*
 * rc_value_url(mem, text, uri):
 * Parse a URL without a user name.  Return as those below.
 */
const char *rc_value_url(
    struct rc_arena *mem, const char *text, struct rc_uri *uri);

/*
 * rc_value_is_X(mem, value):
 * Return NULL when the value is such a one, else a phrase that fits behind it;
 * it is static or in the arena.
 *
 *   base           a service's URL that does not end in "/"
 *   event          an event, or all of a kind
 *   hook_url       where events are sent: https, in clear to this host alone
 *   host           a host, or "*." and what it is below
 *   http_url       a page of the web
 *   https_url      what is fetched
 *   mail_address   an address as sendmail takes it
 *   member         the name of a metadata member
 *   name           the name of a policy or a webhook, of up to 63 characters
 *   network        an address or a block of them
 *   path           a path from the root
 *   policy_scheme  a scheme of redirect URIs
 *   role_prefix    what names of database roles begin with
 *   scheme         a private-use scheme without a dot
 *   scope          a scope token (RFC 6749 3.3)
 *   service_url    a URL that requests are compared with, byte for byte
 *   variable       a variable that the web server sets, not the visitor
 */
const char *rc_value_is_base(struct rc_arena *mem, const char *value);
const char *rc_value_is_event(struct rc_arena *mem, const char *value);
const char *rc_value_is_hook_url(struct rc_arena *mem, const char *value);
const char *rc_value_is_host(struct rc_arena *mem, const char *value);
const char *rc_value_is_http_url(struct rc_arena *mem, const char *value);
const char *rc_value_is_https_url(struct rc_arena *mem, const char *value);
const char *rc_value_is_mail_address(struct rc_arena *mem, const char *value);
const char *rc_value_is_member(struct rc_arena *mem, const char *value);
const char *rc_value_is_name(struct rc_arena *mem, const char *value);
const char *rc_value_is_network(struct rc_arena *mem, const char *value);
const char *rc_value_is_path(struct rc_arena *mem, const char *value);
const char *rc_value_is_policy_scheme(struct rc_arena *mem, const char *value);
const char *rc_value_is_role_prefix(struct rc_arena *mem, const char *value);
const char *rc_value_is_scheme(struct rc_arena *mem, const char *value);
const char *rc_value_is_scope(struct rc_arena *mem, const char *value);
const char *rc_value_is_service_url(struct rc_arena *mem, const char *value);
const char *rc_value_is_variable(struct rc_arena *mem, const char *value);

#endif
