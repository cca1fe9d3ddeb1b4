#ifndef RC_TOKEN_USE_H
#define RC_TOKEN_USE_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct rc_req;

/* What a live token is worth; as long as the request. */
struct rc_token_worth {
	bool active; /* false: it says nothing more */
	bool access; /* an access token, else a refresh token */
	const char *client_id;
	const char *scope; /* NULL: none */
	const char *audience; /* JSON: a string or an array; NULL: none */
	int64_t issued_at; /* s since 1970 */
	int64_t expires_at; /* s since 1970 */
	/* The person, as the token's client knows them (rc_subject); NULL: the
	 * client acts for itself. */
	const char *subject;
	const char *login_name; /* NULL */
	bool resource_server; /* who asks may introspect tokens of others */
};

/* The person whom an access token speaks of; as long as the request. */
struct rc_token_person {
	/* As the token's client knows them; NULL: nobody, the client acts for
	 * itself. */
	const char *subject;
	const char *scope; /* NULL: none */
	const char *claims; /* a JSON object (OpenID Connect Core 5.1), NULL */
	const char *login_name; /* NULL */
};

/*
 * rc_token_use_introspect(rq, text, worth):
 * Say what a presented token is worth to the client of ${rq}->credentials (RFC
 * 7662 2.2).  It is active where it is live, and the client's own or an access
 * token for a resource that the client serves.  RC_ERR_INVALID_CLIENT: the
 * credentials are not good.
 */
enum rc_err rc_token_use_introspect(
    struct rc_req *rq, const char *text, struct rc_token_worth *worth);

/*
 * rc_token_use_revoke(rq, text):
 * Revoke a token of the client of ${rq}->credentials: an access token alone, a
 * refresh token with all that came of its grant (RFC 7009 2.1).  RC_OK as well
 * for one that is unknown or dead.  RC_ERR_INVALID_GRANT: it is another
 * client's, and goes on.  RC_ERR_INVALID_CLIENT as above.
 */
enum rc_err rc_token_use_revoke(struct rc_req *rq, const char *text);

/*
 * rc_token_use_person(rq, person):
 * Read what the access token in ${rq}->bearer may tell.  RC_ERR_INVALID_TOKEN:
 * it is not live, or not for this server.
 */
enum rc_err rc_token_use_person(
    struct rc_req *rq, struct rc_token_person *person);

#endif
