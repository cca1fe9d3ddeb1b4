#ifndef ROLLCALL_GRANT_H
#define ROLLCALL_GRANT_H

#include "rollcall.h"

struct rc_json;
struct store_client;

/* A request of the token endpoint (RFC 6749 4.1.3, 4.4.2, 6). */
struct grant {
	struct store_client *client;
	const char *type; /* grant_type */
	const char *set; /* where the tokens go: see rollcall_tokens.h */
	const char *code, *redirect_uri, *verifier; /* of a code, NULL */
	const char *refresh_token; /* NULL */
	const char *scope; /* NULL: the usual */
	const struct rc_json *resource; /* an array, NULL: the usual */
	const char *nonce; /* NULL */
	struct rc_json *keys; /* as of struct id_token */
};

/*
 * grant_resource(r, resource):
 * Take what --resource says (RFC 8707 2), as an array, NULL for nothing.
 */
enum rollcall_exit grant_resource(
    struct rollcall *r, struct rc_json **resource);

/*
 * grant_prepare(client):
 * See that the client can ask the token endpoint, before anything is done for
 * it.
 */
enum rollcall_exit grant_prepare(struct store_client *client);

/*
 * grant_ask(grant):
 * Ask, and make what comes the tokens of the record; its ID token is judged
 * before, but where a refresh brought it and there are no keys for that.
 * ROLLCALL_LOGIN: the refresh token is not good any more, and all tokens are
 * gone.  What is wrong is said, and so is a scope that is not what was asked
 * for.
 */
enum rollcall_exit grant_ask(struct grant *grant);

#endif
