#ifndef RC_TOKEN_H
#define RC_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "crypt.h"
#include "err.h"

struct rc_list;
struct rc_req;

/*
 * rc_token_hash(rq, text, ours, hash):
 * Hash a presented access or refresh token as the tables have it: the text, or
 * "jwt:" and the jti of a JWT (RFC 9068) that one of our keys has signed, so
 * that the jti, which is no secret, is no token by itself.  *${ours} is false,
 * and there is no hash, for what cannot be a token of ours.
 * Errors as rc_signing_key_verify.
 */
enum rc_err rc_token_hash(struct rc_req *rq, const char *text, bool *ours,
    unsigned char hash[RC_CRYPT_HASH_SIZE]);

/* What the client is given; as long as the request. */
struct rc_token_set {
	const char *access_token;
	const char *refresh_token; /* NULL: none */
	const char *id_token; /* NULL: none */
	int64_t expires_in; /* s */
	const char *scope; /* NULL: none */
};

/*
 * All three judge ${rq}->credentials in the statement that issues, so
 * RC_ERR_INVALID_CLIENT and RC_ERR_UNAUTHORIZED_CLIENT, for a grant that the
 * client has not registered, come from here.  ${audience} holds resources that
 * rc_resource_check found good; where it is empty, tokens are for all that was
 * granted.  RC_ERR_INVALID_TARGET: one of them was not.  The use of the client
 * is noted.  RC_ERR_TEMPORARILY_UNAVAILABLE: the keys that may be needed do not
 * sign just now, and nothing was spent.  Other errors as rc_db_exec and
 * rc_signing_key_sign.
 */

/*
 * rc_token_for_client(rq, scope, audience, set):
 * Give the client a token for itself (RFC 6749 4.4), for conf->default_resource
 * where no audience is given.  ${scope} may be NULL: all that is registered.
 * RC_ERR_INVALID_SCOPE names a word that may not be.
 */
enum rc_err rc_token_for_client(struct rc_req *rq, const char *scope,
    const struct rc_list *audience, struct rc_token_set *set);

/*
 * rc_token_for_code(rq, code, redirect_uri, verifier, audience, set):
 * Redeem an authorization code, once (RFC 6749 4.1.3, RFC 7636 4.6).  A second
 * use revokes what the first one gave, whoever makes it.  ${redirect_uri} and
 * ${verifier} may be NULL.  RC_ERR_INVALID_GRANT says what does not fit.
 */
enum rc_err rc_token_for_code(struct rc_req *rq, const char *code,
    const char *redirect_uri, const char *verifier,
    const struct rc_list *audience, struct rc_token_set *set);

/*
 * rc_token_for_refresh(rq, token, scope, audience, set):
 * Exchange a refresh token for its successor and an access token (RFC 6749 6,
 * RFC 9700 4.14.2); ${scope} may be NULL, or narrow what the access token
 * allows.  Within conf->refresh_reuse_grace, until the successor is used, the
 * old one gives the same successor once more; any later use revokes the family.
 * RC_ERR_INVALID_GRANT says what does not fit; RC_ERR_INVALID_SCOPE: the scope
 * is malformed or wider than what was granted.
 */
enum rc_err rc_token_for_refresh(struct rc_req *rq, const char *token,
    const char *scope, const struct rc_list *audience,
    struct rc_token_set *set);

/* Room for an at_hash and its NUL. */
#define RC_TOKEN_AT_HASH_SIZE 44

/*
 * rc_token_at_hash(alg, token, out):
 * Write the at_hash of an ID token that is signed with ${alg} (OpenID Connect
 * Core 3.1.3.6): half of the hash that the algorithm uses, SHA-512 for EdDSA.
 */
void rc_token_at_hash(
    const char *alg, const char *token, char out[RC_TOKEN_AT_HASH_SIZE]);

#endif
