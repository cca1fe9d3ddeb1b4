/*
 * introspect: tell a resource, or a client, what a token is worth (RFC 7662).
 */
#include "admission.h"
#include "answer.h"
#include "buf.h"
#include "client_auth.h"
#include "conf.h"
#include "credentials.h"
#include "crypt.h"
#include "db.h"
#include "json.h"
#include "scope.h"
#include "serve.h"
#include "token_use.h"

/* RFC 7662 2.1. */
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

/* RFC 7662 2.2: nothing more of a token that is not active. */
static const char inactive[] = "{\"active\":false}";

/*
 * May who asks be told the person's login name?  A resource may, to whom the
 * token was brought; a client where it was granted the profile.
 */
static bool
may_name(const struct rc_token_worth *worth)
{

	return worth->login_name != NULL &&
	       (worth->resource_server ||
		   rc_scope_has(worth->scope, "profile"));
}

/* The introspection response of RFC 7662 2.2. */
static void
answer_worth(struct rc_req *rq, const struct rc_token_worth *worth)
{
	struct rc_buf out;

	rc_buf_init(&out, rq->mem);
	rc_buf_puts(&out, "{\"active\":true");
	rc_json_put_string(&out, "scope", worth->scope);
	rc_json_put_string(&out, "client_id", worth->client_id);
	if (may_name(worth))
		rc_json_put_string(&out, "username", worth->login_name);
	if (worth->access)
		rc_json_put_string(&out, "token_type", "Bearer");
	rc_json_put_int(&out, "exp", worth->expires_at);
	rc_json_put_int(&out, "iat", worth->issued_at);
	rc_json_put_string(&out, "sub",
	    worth->subject != NULL ? worth->subject : worth->client_id);
	if (worth->audience != NULL) {
		rc_buf_puts(&out, ",\"aud\":");
		rc_buf_puts(&out, worth->audience);
	}
	rc_json_put_string(&out, "iss", rq->conf->issuer);
	rc_buf_putc(&out, '}');
	rc_answer_text(rq, 200, "application/json", out.data, out.len);
}

/* RFC 7662 2.1: who asks proves who it is, or anybody could try tokens out. */
static enum rc_err
introspect_post(struct rc_req *rq)
{
	const char *token = rc_param(rq, TOKEN);
	struct rc_token_worth worth;
	enum rc_err e;

	if (rq->credentials->presented == RC_PRESENTED_NONE)
		return rc_fail(rq, RC_ERR_INVALID_CLIENT,
		    "introspection needs a client that authenticates");
	if (token == NULL)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "the parameter token is required");
	if ((e = rc_token_use_introspect(rq, token, &worth)) != RC_OK)
		return e;
	if (worth.active)
		answer_worth(rq, &worth);
	else
		rc_answer_text(rq, 200, "application/json", inactive,
		    sizeof(inactive) - 1);
	return RC_OK;
}

static const struct rc_route routes[] = {
	{ RC_UNDER_ENDPOINTS, "/introspect", rc_client_auth_take,
	    .post = introspect_post },
};

static const struct rc_service *const services[] = { &rc_crypt_service,
	&rc_db_service, NULL };

static const struct rc_program program = {
	.name = "introspect",
	.spec = "RFC 7662",
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
