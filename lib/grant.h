#ifndef RC_GRANT_H
#define RC_GRANT_H

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"
#include "err.h"

struct rc_json;
struct rc_req;

/*
 * What the database knows that an authorization request is judged by: the
 * client, who is logged in, and what they allowed the client before.  It lives
 * as long as the request.
 */
struct rc_grant_facts {
	const struct rc_json *metadata; /* NULL: there is no such client */
	const char *metadata_text; /* the same as it is stored */
	const char *status; /* of the client: active, pending, ... */
	bool dynamic; /* it registered itself */
	const char *policy; /* that the client was born under */
	int64_t initial_token_id; /* that registered it; 0: none did */
	const char *issued_from; /* the address that it did so from, NULL */
	int64_t client_id_issued_at; /* s since 1970 */

	const char *account_id; /* NULL: nobody is logged in */
	const char *name; /* full name, or else login name */
	int64_t auth_time; /* s since 1970, 0: not known */

	/* What is remembered: an array of objects with scope, audience and
	 * redirect_origin (as rc_uri_origin has it); NULL: nothing. */
	const struct rc_json *consents;
};

/*
 * rc_grant_read(rq, client_id, cookie, facts):
 * Read that in one round trip.  ${cookie} is the session cookie's value, or
 * NULL.  Errors as rc_db_exec.
 */
enum rc_err rc_grant_read(struct rc_req *rq, const char *client_id,
    const char *cookie, struct rc_grant_facts *facts);

/* What a code is issued with. */
struct rc_grant_wish {
	const char *cookie; /* of the session: who allows it */
	const char *client_id;
	const char *scope; /* NULL: none */
	const struct rc_list *audience;
	const char *nonce; /* NULL */
	const char *redirect_uri;
	bool redirect_uri_given; /* the request named it */
	const char *code_challenge; /* S256, NULL */
	bool remember; /* that it was allowed, for these places */
	const struct rc_list *places;
};

/*
 * rc_grant_issue(rq, wish, code):
 * Let the client act for the person, and issue the authorization code for it
 * (RFC 6749 4.1.2), which lives conf->authorization_code_lifetime, in one
 * statement.  *${code} is NULL where session or client are gone meanwhile.
 * Errors as rc_db_exec.
 */
enum rc_err rc_grant_issue(
    struct rc_req *rq, const struct rc_grant_wish *wish, const char **code);

#endif
