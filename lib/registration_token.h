#ifndef RC_REGISTRATION_TOKEN_H
#define RC_REGISTRATION_TOKEN_H

#include "crypt.h"
#include "err.h"

struct rc_req;

/*
 * A registration access token (RFC 7592 3): who holds it may read, change and
 * delete one client.  The client gets the text, the database only the hash.
 */
struct rc_registration_token {
	const char *text; /* as long as the request */
	unsigned char hash[RC_CRYPT_HASH_SIZE];
};

/*
 * rc_registration_token_new(rq, token):
 * Make a fresh token for a client that is about to be registered.
 */
void rc_registration_token_new(
    struct rc_req *rq, struct rc_registration_token *token);

/*
 * rc_registration_token_presented(rq, token):
 * Take the Bearer token of the request; whether it is good is for the statement
 * that uses it to say.
 */
void rc_registration_token_presented(
    struct rc_req *rq, struct rc_registration_token *token);

/*
 * rc_registration_token_touch(rq, client_id, token):
 * Note that the token was used, for its lifetime counts from the last use; to
 * be called where the record says that the last note is old enough.
 * A failure is logged and does no harm: the next use is noted.
 */
void rc_registration_token_touch(struct rc_req *rq, const char *client_id,
    const struct rc_registration_token *token);

#endif
