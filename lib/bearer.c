#include "bearer.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "req.h"

static const char scheme[] = "Bearer";
#define SCHEME_LEN (sizeof(scheme) - 1)

bool
rc_bearer_presented(const char *authorization)
{

	if (authorization == NULL ||
	    strncasecmp(authorization, scheme, SCHEME_LEN) != 0)
		return false;
	authorization += SCHEME_LEN;
	return *authorization == ' ' || *authorization == '\0';
}

/* RFC 6750 2.1: b64token = 1*( ALPHA / DIGIT / "-._~+/" ) *"=" */
static const char b64_characters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";

static bool
is_b64token(const char *s)
{
	size_t n = strspn(s, b64_characters);

	return n > 0 && s[n + strspn(s + n, "=")] == '\0';
}

enum rc_err
rc_bearer_take(struct rc_req *rq)
{
	const char *token;

	if (rq->authorization == NULL)
		return rc_fail(rq, RC_ERR_INVALID_TOKEN,
		    "This needs an Authorization header with a Bearer token");
	if (!rc_bearer_presented(rq->authorization))
		return rc_fail(rq, RC_ERR_INVALID_TOKEN,
		    "The Authorization header is not of the Bearer scheme");
	token = rq->authorization + SCHEME_LEN;
	token += strspn(token, " ");
	if (!is_b64token(token))
		return rc_fail(rq, RC_ERR_INVALID_TOKEN,
		    "The Authorization header does not hold one Bearer token");
	rq->bearer = token;
	return RC_OK;
}
