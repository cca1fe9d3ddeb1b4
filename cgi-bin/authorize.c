/*
 * authorize: the authorization endpoint (RFC 6749 3.1, OpenID Connect Core
 * 3.1.2), and the style sheet of all pages.
 */
#include "answer.h"
#include "authorization.h"
#include "authorization_step.h"
#include "crypt.h"
#include "db.h"
#include "interaction.h"
#include "page.h"
#include "serve.h"
#include "session.h"

static const struct rc_param params[RC_AUTHORIZATION__MAX] = {
	RC_AUTHORIZATION_PARAMS(0),
};

static enum rc_err
authorize_get(struct rc_req *rq)
{
	struct rc_authorization a;
	enum rc_err e;

	if ((e = rc_authorization_judge(rq, rc_session_presented(rq), &a)) !=
	    RC_OK)
		return rc_interaction_refuse(rq, &a, e);
	return rc_interaction_proceed(rq, &a, RC_AUTHORIZATION_AT_START);
}

/*
 * RFC 6749 3.1: by POST, too.  A browser does not send our cookie with a form
 * of another site; with the GET that this one leads to, it does.  What is wrong
 * is said at once.
 */
static enum rc_err
authorize_post(struct rc_req *rq)
{
	struct rc_authorization a;
	enum rc_err e;

	if ((e = rc_authorization_judge(rq, rc_session_presented(rq), &a)) !=
	    RC_OK)
		return rc_interaction_refuse(rq, &a, e);
	rc_answer_redirect(rq, rc_interaction_url(rq, &a, "authorize"));
	return RC_OK;
}

static enum rc_err
style_get(struct rc_req *rq)
{
	const char *style, *etag;
	size_t len;

	style = rc_page_style(rc_answer_site(), &len, &etag);
	rc_answer_document(rq, "text/css; charset=utf-8", style, len, etag);
	rc_answer_header(rq, "Cache-Control", "public, max-age=3600");
	return RC_OK;
}

static const struct rc_route routes[] = {
	{ RC_UNDER_ENDPOINTS, "/authorize", NULL, .get = authorize_get,
	    .post = authorize_post },
	{ RC_UNDER_ENDPOINTS, "/authorize/style.css", NULL, .get = style_get },
};

static const struct rc_service *const services[] = { &rc_crypt_service,
	&rc_db_service, &rc_answer_pages, NULL };

static const struct rc_program program = {
	.name = "authorize",
	.spec = "RFC 6749 3.1, RFC 7636, RFC 9207, OpenID Connect Core 3.1.2",
	.consumes = "application/x-www-form-urlencoded",
	.cache_control = "no-store",
	.errors = RC_ERRORS_PAGE,
	.params = params,
	.nparams = RC_AUTHORIZATION__MAX,
	.no_head = true,
	.same_origin = true,
	.routes = routes,
	.nroutes = sizeof(routes) / sizeof(routes[0]),
	.services = services,
};

int
main(int argc, char *argv[])
{

	return rc_serve(&program, argc, argv);
}
