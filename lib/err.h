#ifndef RC_ERR_H
#define RC_ERR_H

/*
 * What can go wrong, in the protocol's own words.  Every fallible function
 * of the library returns one of these; 0 is success.  The table in err.c
 * gives each its wire name, its HTTP status and its source.
 */
enum rc_err {
	RC_OK = 0,
	RC_ERR_INVALID_REQUEST,
	RC_ERR_INVALID_REDIRECT_URI,
	RC_ERR_INVALID_CLIENT_METADATA,
	RC_ERR_INVALID_SOFTWARE_STATEMENT,
	RC_ERR_UNAPPROVED_SOFTWARE_STATEMENT,
	RC_ERR_INVALID_TOKEN,
	RC_ERR_INSUFFICIENT_SCOPE,
	RC_ERR_INVALID_CLIENT,
	RC_ERR_INVALID_GRANT,
	RC_ERR_UNAUTHORIZED_CLIENT,
	RC_ERR_UNSUPPORTED_GRANT_TYPE,
	RC_ERR_UNSUPPORTED_RESPONSE_TYPE,
	RC_ERR_INVALID_SCOPE,
	RC_ERR_INVALID_TARGET,
	RC_ERR_LOGIN_REQUIRED,
	RC_ERR_CONSENT_REQUIRED,
	RC_ERR_ACCOUNT_SELECTION_REQUIRED,
	RC_ERR_REQUEST_NOT_SUPPORTED,
	RC_ERR_REQUEST_URI_NOT_SUPPORTED,
	RC_ERR_REGISTRATION_NOT_SUPPORTED,
	RC_ERR_ACCESS_DENIED,
	RC_ERR_NOT_FOUND,
	RC_ERR_METHOD_NOT_ALLOWED,
	RC_ERR_CONTENT_TOO_LARGE,
	RC_ERR_UNSUPPORTED_MEDIA_TYPE,
	RC_ERR_TOO_MANY_REQUESTS,
	RC_ERR_SERVER_ERROR,
	RC_ERR_TEMPORARILY_UNAVAILABLE,
	RC_ERR__MAX
};

/*
 * rc_err_name(e):
 * Return the value of the "error" member for ${e} (static).
 */
const char *rc_err_name(enum rc_err e);

/*
 * rc_err_status(e):
 * Return the HTTP status code that answers ${e}; 200 for RC_OK.
 */
int rc_err_status(enum rc_err e);

/*
 * rc_err_text(e):
 * Return a sentence to say when the finder of ${e} had nothing better (static).
 */
const char *rc_err_text(enum rc_err e);

/*
 * rc_err_source(e):
 * Return where ${e} is defined, such as "RFC 7591 3.2.2" (static).
 */
const char *rc_err_source(enum rc_err e);

#endif
