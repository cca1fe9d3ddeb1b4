/*
 * revoke: a client gives a token back that it has no more use for (RFC 7009).
 */
#include "admission.h"
#include "answer.h"
#include "client_auth.h"
#include "crypt.h"
#include "db.h"
#include "serve.h"
#include "token_use.h"

/* RFC 7009 2.1. */
enum {
	TOKEN = RC_CLIENT_AUTH__MAX,
	HINT, /* of no help here: both kinds are looked for in one statement */
	PARAM__MAX
};

/* clang-format off */
static const struct rc_param params[] = {
	RC_CLIENT_AUTH_PARAMS,
	[TOKEN] = { "token", 0 },
	[HINT] = { "token_type_hint", 0 },
};
/* clang-format on */
_Static_assert(sizeof(params) / sizeof(params[0]) == PARAM__MAX,
    "every parameter has a row");

/* RFC 7009 2.2: a token that is unknown or dead is as good as revoked. */
static enum rc_err
revoke_post(struct rc_req *rq)
{
	const char *token = rc_param(rq, TOKEN);
	enum rc_err e;

	if (token == NULL)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "the parameter token is required");
	if ((e = rc_token_use_revoke(rq, token)) == RC_OK)
		rc_answer_empty(rq, 200);
	return e;
}

static const struct rc_route routes[] = {
	{ RC_UNDER_ENDPOINTS, "/revoke", rc_client_auth_take,
	    .post = revoke_post },
};

static const struct rc_service *const services[] = { &rc_crypt_service,
	&rc_db_service, NULL };

static const struct rc_program program = {
	.name = "revoke",
	.spec = "RFC 7009",
	.consumes = "application/x-www-form-urlencoded",
	.cache_control = "no-store",
	.params = params,
	.nparams = PARAM__MAX,
	.routes = routes,
	.nroutes = sizeof(routes) / sizeof(routes[0]),
	.failed = rc_admission_failed,
	.services = services,
};

int
main(int argc, char *argv[])
{

	return rc_serve(&program, argc, argv);
}
