/*
 * jwks: the public keys of what this server signs (RFC 7517 5), for those who
 * verify ID tokens and JWT access tokens.  Served from memory; how a key is
 * replaced is in lib/signing_key.h.
 */
#include "answer.h"
#include "crypt.h"
#include "db.h"
#include "serve.h"
#include "signing_key.h"

#define STRING(number) #number
#define CACHE_CONTROL(seconds) "public, max-age=" STRING(seconds)

static enum rc_err
jwks_get(struct rc_req *rq)
{
	const char *text, *etag;
	size_t len;
	enum rc_err e;

	if ((e = rc_signing_key_set(rq, &text, &len, &etag)) != RC_OK)
		return e;
	rc_answer_document(rq, "application/json", text, len, etag);
	rc_answer_header(
	    rq, "Cache-Control", CACHE_CONTROL(RC_SIGNING_KEY_MAX_AGE));
	return RC_OK;
}

static const struct rc_route routes[] = {
	{ RC_UNDER_ENDPOINTS, "/jwks", NULL, .get = jwks_get },
};

static const struct rc_service *const services[] = { &rc_crypt_service,
	&rc_db_service, NULL };

static const struct rc_program program = {
	.name = "jwks",
	.spec = "RFC 7517",
	.cache_control = "no-store",
	.routes = routes,
	.nroutes = sizeof(routes) / sizeof(routes[0]),
	.services = services,
};

int
main(int argc, char *argv[])
{

	return rc_serve(&program, argc, argv);
}
