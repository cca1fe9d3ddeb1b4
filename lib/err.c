#include "err.h"

struct row {
	const char *name;
	int status;
	const char *source;
	const char *text;
};

/* clang-format off */
static const struct row rows[RC_ERR__MAX] = {
	[RC_OK] = { "ok", 200, "RFC 9110 15.3.1", "" },
	[RC_ERR_INVALID_REQUEST] = { "invalid_request", 400, "RFC 6749 5.2",
	    "The request is malformed" },
	[RC_ERR_INVALID_REDIRECT_URI] = { "invalid_redirect_uri", 400,
	    "RFC 7591 3.2.2", "A redirect URI is not acceptable" },
	[RC_ERR_INVALID_CLIENT_METADATA] = { "invalid_client_metadata", 400,
	    "RFC 7591 3.2.2", "A metadata member is not acceptable" },
	[RC_ERR_INVALID_SOFTWARE_STATEMENT] = { "invalid_software_statement",
	    400, "RFC 7591 3.2.2", "The software statement is invalid" },
	[RC_ERR_UNAPPROVED_SOFTWARE_STATEMENT] = {
	    "unapproved_software_statement", 400, "RFC 7591 3.2.2",
	    "The software statement is not approved for use here" },
	[RC_ERR_INVALID_TOKEN] = { "invalid_token", 401, "RFC 6750 3.1",
	    "The access token is missing, unknown, expired or revoked" },
	[RC_ERR_INSUFFICIENT_SCOPE] = { "insufficient_scope", 403,
	    "RFC 6750 3.1", "The access token does not allow this" },
	[RC_ERR_INVALID_CLIENT] = { "invalid_client", 401, "RFC 6749 5.2",
	    "Client authentication failed" },
	[RC_ERR_INVALID_GRANT] = { "invalid_grant", 400, "RFC 6749 5.2",
	    "The code or token is unknown, expired, used or revoked" },
	[RC_ERR_UNAUTHORIZED_CLIENT] = { "unauthorized_client", 400,
	    "RFC 6749 5.2", "The client is not registered for this" },
	[RC_ERR_UNSUPPORTED_GRANT_TYPE] = { "unsupported_grant_type", 400,
	    "RFC 6749 5.2", "This server does not know that grant type" },
	[RC_ERR_UNSUPPORTED_RESPONSE_TYPE] = { "unsupported_response_type",
	    400, "RFC 6749 4.1.2.1", "The only response_type here is code" },
	[RC_ERR_INVALID_SCOPE] = { "invalid_scope", 400, "RFC 6749 5.2",
	    "The scope is not one that the client may ask for" },
	[RC_ERR_INVALID_TARGET] = { "invalid_target", 400, "RFC 8707 2",
	    "The resource is not one that this server knows" },
	[RC_ERR_LOGIN_REQUIRED] = { "login_required", 400,
	    "OpenID Connect Core 3.1.2.6", "The person has to log in" },
	[RC_ERR_CONSENT_REQUIRED] = { "consent_required", 400,
	    "OpenID Connect Core 3.1.2.6", "The person has to consent" },
	[RC_ERR_ACCOUNT_SELECTION_REQUIRED] = { "account_selection_required",
	    400, "OpenID Connect Core 3.1.2.6",
	    "The person has to choose an account" },
	[RC_ERR_REQUEST_NOT_SUPPORTED] = { "request_not_supported", 400,
	    "OpenID Connect Core 3.1.2.6",
	    "Request objects are not supported" },
	[RC_ERR_REQUEST_URI_NOT_SUPPORTED] = { "request_uri_not_supported",
	    400, "OpenID Connect Core 3.1.2.6",
	    "Request objects are not supported" },
	[RC_ERR_REGISTRATION_NOT_SUPPORTED] = { "registration_not_supported",
	    400, "OpenID Connect Core 3.1.2.6",
	    "The parameter registration is not supported" },
	[RC_ERR_ACCESS_DENIED] = { "access_denied", 403, "RFC 6749 4.1.2.1",
	    "The server does not permit this" },
	[RC_ERR_NOT_FOUND] = { "not_found", 404, "RFC 9110 15.5.5",
	    "There is nothing at this address" },
	[RC_ERR_METHOD_NOT_ALLOWED] = { "invalid_request", 405,
	    "RFC 9110 15.5.6", "This address does not take that method" },
	[RC_ERR_CONTENT_TOO_LARGE] = { "invalid_request", 413,
	    "RFC 9110 15.5.14", "The request body is too large" },
	[RC_ERR_UNSUPPORTED_MEDIA_TYPE] = { "invalid_request", 415,
	    "RFC 9110 15.5.16", "The request body has the wrong media type" },
	[RC_ERR_TOO_MANY_REQUESTS] = { "temporarily_unavailable", 429,
	    "RFC 6585 4", "Too many requests from this address" },
	[RC_ERR_SERVER_ERROR] = { "server_error", 500, "RFC 6749 4.1.2.1",
	    "The server met an unexpected condition" },
	[RC_ERR_TEMPORARILY_UNAVAILABLE] = { "temporarily_unavailable", 503,
	    "RFC 6749 4.1.2.1", "The server is unable to answer just now" },
};
/* clang-format on */

/* Return the row of ${e}; a number that is no error is a server error. */
static const struct row *
row(enum rc_err e)
{

	if ((unsigned)e >= RC_ERR__MAX)
		e = RC_ERR_SERVER_ERROR;
	return &rows[e];
}

const char *
rc_err_name(enum rc_err e)
{

	return row(e)->name;
}

int
rc_err_status(enum rc_err e)
{

	return row(e)->status;
}

const char *
rc_err_text(enum rc_err e)
{

	return row(e)->text;
}

const char *
rc_err_source(enum rc_err e)
{

	return row(e)->source;
}
