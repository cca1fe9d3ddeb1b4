#ifndef RC_CLIENT_AUTH_H
#define RC_CLIENT_AUTH_H

#include "err.h"

struct rc_req;

/*
 * The parameters of client authentication, which every program with a route
 * whose auth is rc_client_auth_take begins its table with.
 */
/* clang-format off */
#define RC_CLIENT_AUTH_PARAMS \
	{ "client_id", 0 }, \
	{ "client_secret", 0 }, \
	{ "client_assertion_type", 0 }, \
	{ "client_assertion", 0 }
/* clang-format on */

enum rc_client_auth_param {
	RC_CLIENT_AUTH_ID,
	RC_CLIENT_AUTH_SECRET,
	RC_CLIENT_AUTH_ASSERTION_TYPE,
	RC_CLIENT_AUTH_ASSERTION,
	RC_CLIENT_AUTH__MAX
};

/*
 * rc_client_auth_take(rq):
 * Take what the client presents to ${rq}->credentials by the table of methods:
 * client_secret_basic (form-decoded, RFC 6749 2.3.1), client_secret_post,
 * private_key_jwt (RFC 7523 3, OpenID Connect Core 9: verified here against the
 * registered jwks, which takes two round trips), none.  One that comes by two
 * methods, or with an empty or broken credential, is RC_ERR_INVALID_REQUEST;
 * nothing presented, or an assertion that does not hold, RC_ERR_INVALID_CLIENT.
 */
enum rc_err rc_client_auth_take(struct rc_req *rq);

#endif
