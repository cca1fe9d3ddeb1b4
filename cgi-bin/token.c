/*
 * token: the token endpoint of OAuth 2.0 (RFC 6749 3.2, RFC 7636, RFC 7523,
 * RFC 8707, RFC 9068) and OpenID Connect Core 1.0.
 */
#include "token.h"

#include <string.h>

#include "admission.h"
#include "answer.h"
#include "buf.h"
#include "client.h"
#include "client_auth.h"
#include "conf.h"
#include "crypt.h"
#include "db.h"
#include "json.h"
#include "resource.h"
#include "serve.h"

enum {
	P_GRANT_TYPE = RC_CLIENT_AUTH__MAX,
	P_CODE,
	P_REDIRECT_URI,
	P_CODE_VERIFIER,
	P_REFRESH_TOKEN,
	P_SCOPE,
	P_RESOURCE,
	P__MAX
};

/* clang-format off */
static const struct rc_param params[] = {
	RC_CLIENT_AUTH_PARAMS,
	{ "grant_type", 0 },
	{ "code", 0 },
	{ "redirect_uri", 0 },
	{ "code_verifier", 0 },
	{ "refresh_token", 0 },
	{ "scope", 0 },
	{ "resource", RC_PARAM_MANY },
};
/* clang-format on */

_Static_assert(sizeof(params) / sizeof(params[0]) == P__MAX, "a row each");

/* A way to come by tokens (RFC 6749 1.3). */
struct grant {
	const char *name;
	enum rc_err (*give)(struct rc_req *rq, const struct rc_list *audience,
	    struct rc_token_set *set);
};

static enum rc_err
fail_missing(struct rc_req *rq, const char *name)
{

	return rc_fail(rq, RC_ERR_INVALID_REQUEST, "%s is missing", name);
}

static enum rc_err
give_for_code(
    struct rc_req *rq, const struct rc_list *audience, struct rc_token_set *set)
{

	if (rc_param(rq, P_CODE) == NULL)
		return fail_missing(rq, "code");
	return rc_token_for_code(rq, rc_param(rq, P_CODE),
	    rc_param(rq, P_REDIRECT_URI), rc_param(rq, P_CODE_VERIFIER),
	    audience, set);
}

static enum rc_err
give_for_refresh(
    struct rc_req *rq, const struct rc_list *audience, struct rc_token_set *set)
{

	if (rc_param(rq, P_REFRESH_TOKEN) == NULL)
		return fail_missing(rq, "refresh_token");
	return rc_token_for_refresh(rq, rc_param(rq, P_REFRESH_TOKEN),
	    rc_param(rq, P_SCOPE), audience, set);
}

static enum rc_err
give_for_client(
    struct rc_req *rq, const struct rc_list *audience, struct rc_token_set *set)
{

	return rc_token_for_client(rq, rc_param(rq, P_SCOPE), audience, set);
}

static const struct grant grants[] = {
	{ "authorization_code", give_for_code },
	{ "refresh_token", give_for_refresh },
	{ "client_credentials", give_for_client },
};

/*
 * Find the grant asked for among those that the operator lets pass; NULL: there
 * is a fault.
 */
static const struct grant *
choose(struct rc_req *rq)
{
	const char *name = rc_param(rq, P_GRANT_TYPE);
	size_t i;

	if (name == NULL) {
		fail_missing(rq, "grant_type");
		return NULL;
	}
	for (i = 0; i < sizeof(grants) / sizeof(grants[0]); i++)
		if (strcmp(grants[i].name, name) == 0 &&
		    rc_list_has(&rq->conf->grant_types, name))
			return &grants[i];
	rc_fail(rq, RC_ERR_UNSUPPORTED_GRANT_TYPE,
	    "this server does not take the grant_type %s", name);
	return NULL;
}

/* RFC 6749 5.1, OpenID Connect Core 3.1.3.3. */
static void
answer(struct rc_req *rq, const struct rc_token_set *set)
{
	struct rc_buf out;

	rc_buf_init(&out, rq->mem);
	rc_json_put_string(&out, "token_type", "Bearer");
	rc_json_put_int(&out, "expires_in", set->expires_in);
	rc_json_put_string(&out, "access_token", set->access_token);
	rc_json_put_string(&out, "scope", set->scope);
	rc_json_put_string(&out, "refresh_token", set->refresh_token);
	rc_json_put_string(&out, "id_token", set->id_token);
	rc_buf_putc(&out, '}');
	rc_answer_text(rq, 200, "application/json", out.data, out.len);
}

static enum rc_err
give(struct rc_req *rq, struct rc_token_set *set)
{
	const struct grant *grant;
	struct rc_list audience;
	const char *why;

	if ((grant = choose(rq)) == NULL)
		return rq->fault.err;
	why = rc_resource_check(
	    rq->mem, rq->conf, rc_param_all(rq, P_RESOURCE), &audience);
	if (why != NULL)
		return rc_fail(rq, RC_ERR_INVALID_TARGET, "%s", why);
	return grant->give(rq, &audience, set);
}

/*
 * What is wrong with a request is told to who authenticates; much of it is
 * found before the statement that issues would have looked.
 */
static enum rc_err
tell(struct rc_req *rq)
{
	const struct rc_fault fault = rq->fault;
	struct rc_client_known known;
	enum rc_err e;

	rq->fault.err = RC_OK;
	if ((e = rc_client_authenticate(rq, &known)) != RC_OK)
		return e;
	rq->fault = fault;
	return fault.err;
}

static enum rc_err
token_post(struct rc_req *rq)
{
	struct rc_token_set set = { 0 };
	enum rc_err e;

	if ((e = give(rq, &set)) == RC_OK)
		answer(rq, &set);
	return rc_err_status(e) == 400 ? tell(rq) : e;
}

static const struct rc_route routes[] = {
	{ RC_UNDER_ENDPOINTS, "/token", rc_client_auth_take,
	    .post = token_post },
};

static const struct rc_service *const services[] = { &rc_crypt_service,
	&rc_db_service, NULL };

static const struct rc_program program = {
	.name = "token",
	.spec = "RFC 6749",
	.consumes = "application/x-www-form-urlencoded",
	.cache_control = "no-store",
	.params = params,
	.nparams = P__MAX,
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
