#include "bearer.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "form.h"
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

static const char form[] = "application/x-www-form-urlencoded";

/* Is the body a form?  What parameters the media type has does not matter. */
static bool
is_form(const struct rc_req *rq)
{
	const char *type = rq->content_type;

	return rq->method == RC_METHOD_POST && type != NULL &&
	       strncasecmp(type, form, sizeof(form) - 1) == 0 &&
	       strchr("; \t", type[sizeof(form) - 1]) != NULL;
}

/* Find the token of a form, NULL where there is none. */
static enum rc_err
find_in_form(struct rc_req *rq, const char **token)
{
	struct rc_form_pair *pairs;
	size_t count, i;

	*token = NULL;
	if (strlen(rq->body) != rq->len ||
	    !rc_form_parse(rq->mem, rq->body, &pairs, &count))
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "the form has a broken escape or is no UTF-8");
	for (i = 0; i < count; i++) {
		if (strcmp(pairs[i].name, "access_token") != 0)
			continue;
		if (*token != NULL)
			return rc_fail(rq, RC_ERR_INVALID_REQUEST,
			    "access_token must not come more than once");
		*token = pairs[i].value;
	}
	return RC_OK;
}

enum rc_err
rc_bearer_take_or_form(struct rc_req *rq)
{
	const char *token = NULL;
	enum rc_err e;

	if (is_form(rq) && (e = find_in_form(rq, &token)) != RC_OK)
		return e;
	if (token == NULL)
		return rc_bearer_take(rq);
	if (rq->authorization != NULL)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "the token comes in the header or in the form, not in "
		    "both");
	if (!is_b64token(token))
		return rc_fail(rq, RC_ERR_INVALID_TOKEN,
		    "access_token does not hold one Bearer token");
	rq->bearer = token;
	return RC_OK;
}
