#ifndef ROLLCALL_AUTH_H
#define ROLLCALL_AUTH_H

#include <stddef.h>

#include "rollcall.h"

struct rc_arena;
struct rc_buf;
struct rollcall_ask;
struct store_client;

/*
 * auth_base64(mem, data, len):
 * Return bytes as base64 with its padding (RFC 4648 4).
 */
const char *auth_base64(struct rc_arena *mem, const void *data, size_t len);

/*
 * auth_form_value(mem, value):
 * Encode a value as a form has it, with nothing plain that any server might
 * take for something else (RFC 6749 appendix B).
 */
const char *auth_form_value(struct rc_arena *mem, const char *value);

/*
 * auth_endpoint(client, name, what, url):
 * Find an endpoint of the client's server, such as "token_endpoint"; where the
 * record has none, or one that is not to be asked, the server may have another
 * now.
 * ROLLCALL_UNSUPPORTED: there is none, so it does not offer ${what}, said;
 * ROLLCALL_UNFIT: it is not to be asked.
 */
enum rollcall_exit auth_endpoint(struct store_client *client, const char *name,
    const char *what, const char **url);

/*
 * auth_add(client, form, ask):
 * Have the client say who it is by its token_endpoint_auth_method (RFC 6749
 * 2.3, RFC 7523 2.2): in the form, and in ask->authorization.
 * ROLLCALL_UNSUPPORTED: by a method that is not known here, or without what it
 * needs; that is said.
 */
enum rollcall_exit auth_add(const struct store_client *client,
    struct rc_buf *form, struct rollcall_ask *ask);

/*
 * auth_post(client, form, ask):
 * The same, and POST the form to ask->url.
 */
enum rollcall_exit auth_post(const struct store_client *client,
    struct rc_buf *form, struct rollcall_ask *ask);

#endif
