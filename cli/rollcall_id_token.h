#ifndef ROLLCALL_ID_TOKEN_H
#define ROLLCALL_ID_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall.h"

struct rc_json;
struct store_client;

/* An ID token on trial (OpenID Connect Core 1.0 3.1.3.7). */
struct id_token {
	const char *text; /* NULL: it is missing */
	const char *access_token; /* that came with it */
	const char *nonce; /* that was sent, NULL */
	const char *subject; /* whose it must be, NULL */
	int64_t came; /* s since 1970: it was not to have expired; 0: now */
	struct rc_json *keys; /* the server's JWK Set; NULL: to be fetched */
	bool judged; /* it was; else the keys for that could not be had */
};

/*
 * id_token_check_alg(client):
 * See that ID tokens of the client are of a kind that can be checked here.
 */
enum rollcall_exit id_token_check_alg(const struct store_client *client);

/*
 * id_token_keys(client, keys):
 * Fetch the keys that the client's server signs with.
 */
enum rollcall_exit id_token_keys(
    struct store_client *client, struct rc_json **keys);

/*
 * id_token_check(client, token):
 * Judge signature and claims, and say what is wrong.  Where ${judged} is false
 * then, the token may be good.
 */
enum rollcall_exit id_token_check(
    struct store_client *client, struct id_token *token);

/*
 * id_token_subject(client, text):
 * Return sub of an ID token that was judged before, NULL where there is none.
 */
const char *id_token_subject(
    const struct store_client *client, const char *text);

#endif
