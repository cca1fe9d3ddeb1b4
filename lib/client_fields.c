#include "client_fields.h"

#include <string.h>
#include <strings.h>

#include "alg.h"
#include "conf.h"
#include "jwk.h"
#include "redirect.h"
#include "req.h"
#include "uri.h"

const char *const rc_client_assigned[] = { "registration_access_token",
	"registration_client_uri", "client_secret_expires_at",
	"client_id_issued_at", NULL };

/* RFC 7591 2: native and web are what OpenID Connect defines. */
static const char *const application_types[] = { "web", "native", NULL };

/* OpenID Connect Core 8. */
static const char *const subject_types[] = { "public", "pairwise", NULL };

static const char *
is_redirect(struct rc_req *rq, const char *value, const char **rule)
{
	enum rc_redirect_kind kind;

	return rc_redirect_check(
	    rq->mem, value, &rq->conf->redirect_schemes, &kind, rule);
}

static const char *
is_web_url(struct rc_req *rq, const char *value, const char **rule)
{
	struct rc_uri uri;
	const char *why;

	*rule = "uri.syntax";
	if ((why = rc_uri_parse(rq->mem, value, &uri)) != NULL)
		return why;
	*rule = "uri.scheme";
	if (strcasecmp(uri.scheme, "https") != 0 &&
	    strcasecmp(uri.scheme, "http") != 0)
		return "must be an https or http URL";
	*rule = "uri.user_name";
	return uri.userinfo != NULL ? "must not have user information" : NULL;
}

static const char *
is_https_url(struct rc_req *rq, const char *value, const char **rule)
{
	struct rc_uri uri;
	const char *why;

	*rule = "uri.syntax";
	if ((why = rc_uri_parse(rq->mem, value, &uri)) != NULL)
		return why;
	*rule = "uri.scheme";
	if (strcasecmp(uri.scheme, "https") != 0)
		return "must be an https URL";
	*rule = "uri.user_name";
	return uri.userinfo != NULL ? "must not have user information" : NULL;
}

/* OpenID Connect Back-Channel Logout 2.2: no fragment. */
static const char *
is_logout_url(struct rc_req *rq, const char *value, const char **rule)
{

	*rule = "uri.fragment";
	if (strchr(value, '#') != NULL)
		return "must not have a fragment";
	return is_https_url(rq, value, rule);
}

static const char *
is_jwk_set(struct rc_req *rq, const struct rc_json *value, const char **rule)
{

	*rule = "jwk_set";
	return rc_jwk_check_set(rq->mem, value);
}

#define LOCAL RC_FIELD_LOCALIZED
#define UNBUILT RC_FIELD_UNBUILT
#define RURI RC_ERR_INVALID_REDIRECT_URI
#define META RC_ERR_INVALID_CLIENT_METADATA
#define STATEMENT RC_ERR_INVALID_SOFTWARE_STATEMENT
#define REGISTRATION "OpenID Connect Registration 1.0 2"

/* clang-format off */
const struct rc_field rc_client_fields[] = {
	/* name, kind, check, check_object, values, error, flags, spec */
	{ "redirect_uris", RC_URIS, is_redirect, NULL, NULL,
	    RURI, 0, "RFC 7591 2" },
	{ "token_endpoint_auth_method", RC_STRING, NULL, NULL, NULL,
	    META, 0, "RFC 7591 2" },
	{ "grant_types", RC_STRINGS, NULL, NULL, NULL,
	    META, 0, "RFC 7591 2" },
	{ "response_types", RC_STRINGS, NULL, NULL, NULL,
	    META, 0, "RFC 7591 2" },
	{ "client_name", RC_STRING, NULL, NULL, NULL,
	    META, LOCAL, "RFC 7591 2" },
	{ "client_uri", RC_URI, is_web_url, NULL, NULL,
	    META, LOCAL, "RFC 7591 2" },
	{ "logo_uri", RC_URI, is_web_url, NULL, NULL,
	    META, LOCAL, "RFC 7591 2" },
	{ "scope", RC_WORDS, NULL, NULL, NULL,
	    META, 0, "RFC 7591 2" },
	{ "contacts", RC_STRINGS, NULL, NULL, NULL,
	    META, 0, "RFC 7591 2" },
	{ "tos_uri", RC_URI, is_web_url, NULL, NULL,
	    META, LOCAL, "RFC 7591 2" },
	{ "policy_uri", RC_URI, is_web_url, NULL, NULL,
	    META, LOCAL, "RFC 7591 2" },
	{ "jwks_uri", RC_URI, is_https_url, NULL, NULL,
	    META, 0, "RFC 7591 2" },
	{ "jwks", RC_OBJECT, NULL, is_jwk_set, NULL,
	    META, 0, "RFC 7591 2" },
	{ "software_id", RC_STRING, NULL, NULL, NULL,
	    META, 0, "RFC 7591 2" },
	{ "software_version", RC_STRING, NULL, NULL, NULL,
	    META, 0, "RFC 7591 2" },
	{ "software_statement", RC_STRING, NULL, NULL, NULL,
	    STATEMENT, RC_FIELD_JWT, "RFC 7591 2.3" },

	{ "application_type", RC_STRING, NULL, NULL, application_types,
	    META, 0, REGISTRATION },
	{ "sector_identifier_uri", RC_URI, is_https_url, NULL, NULL,
	    META, 0, REGISTRATION },
	{ "subject_type", RC_STRING, NULL, NULL, subject_types,
	    META, 0, REGISTRATION },
	{ "id_token_signed_response_alg", RC_STRING, NULL, NULL, rc_algs,
	    META, 0, REGISTRATION },
	{ "id_token_encrypted_response_alg", RC_STRING, NULL, NULL, NULL,
	    META, UNBUILT, REGISTRATION },
	{ "id_token_encrypted_response_enc", RC_STRING, NULL, NULL, NULL,
	    META, UNBUILT, REGISTRATION },
	{ "userinfo_signed_response_alg", RC_STRING, NULL, NULL, NULL,
	    META, UNBUILT, REGISTRATION },
	{ "userinfo_encrypted_response_alg", RC_STRING, NULL, NULL, NULL,
	    META, UNBUILT, REGISTRATION },
	{ "userinfo_encrypted_response_enc", RC_STRING, NULL, NULL, NULL,
	    META, UNBUILT, REGISTRATION },
	{ "request_object_signing_alg", RC_STRING, NULL, NULL, NULL,
	    META, UNBUILT, REGISTRATION },
	{ "request_object_encryption_alg", RC_STRING, NULL, NULL, NULL,
	    META, UNBUILT, REGISTRATION },
	{ "request_object_encryption_enc", RC_STRING, NULL, NULL, NULL,
	    META, UNBUILT, REGISTRATION },
	{ "token_endpoint_auth_signing_alg", RC_STRING, NULL, NULL,
	    rc_algs, META, 0, REGISTRATION },
	{ "default_max_age", RC_INT, NULL, NULL, NULL,
	    META, 0, REGISTRATION },
	{ "require_auth_time", RC_BOOL, NULL, NULL, NULL,
	    META, 0, REGISTRATION },
	{ "default_acr_values", RC_STRINGS, NULL, NULL, NULL,
	    META, 0, REGISTRATION },
	{ "initiate_login_uri", RC_URI, is_https_url, NULL, NULL,
	    META, 0, REGISTRATION },
	{ "request_uris", RC_URIS, is_https_url, NULL, NULL,
	    META, 0, REGISTRATION },

	{ "post_logout_redirect_uris", RC_URIS, is_redirect, NULL, NULL,
	    META, 0, "OpenID Connect RP-Initiated Logout 1.0 3.1" },
	{ "frontchannel_logout_uri", RC_URI, is_logout_url, NULL, NULL,
	    META, 0, "OpenID Connect Front-Channel Logout 1.0 2" },
	{ "frontchannel_logout_session_required", RC_BOOL, NULL, NULL, NULL,
	    META, 0, "OpenID Connect Front-Channel Logout 1.0 2" },
	{ "backchannel_logout_uri", RC_URI, is_logout_url, NULL, NULL,
	    META, 0, "OpenID Connect Back-Channel Logout 1.0 2.2" },
	{ "backchannel_logout_session_required", RC_BOOL, NULL, NULL, NULL,
	    META, 0, "OpenID Connect Back-Channel Logout 1.0 2.2" },

	{ "tls_client_certificate_bound_access_tokens", RC_BOOL, NULL, NULL,
	    NULL, META, UNBUILT, "RFC 8705 3.4" },
	{ "tls_client_auth_subject_dn", RC_STRING, NULL, NULL, NULL,
	    META, UNBUILT, "RFC 8705 2.1.2" },
	{ "tls_client_auth_san_dns", RC_STRING, NULL, NULL, NULL,
	    META, UNBUILT, "RFC 8705 2.1.2" },
	{ "tls_client_auth_san_uri", RC_STRING, NULL, NULL, NULL,
	    META, UNBUILT, "RFC 8705 2.1.2" },
	{ "tls_client_auth_san_ip", RC_STRING, NULL, NULL, NULL,
	    META, UNBUILT, "RFC 8705 2.1.2" },
	{ "tls_client_auth_san_email", RC_STRING, NULL, NULL, NULL,
	    META, UNBUILT, "RFC 8705 2.1.2" },
	{ "require_signed_request_object", RC_BOOL, NULL, NULL, NULL,
	    META, UNBUILT, "RFC 9101 10.5" },
	{ "require_pushed_authorization_requests", RC_BOOL, NULL, NULL, NULL,
	    META, UNBUILT, "RFC 9126 6" },
	{ "authorization_details_types", RC_STRINGS, NULL, NULL, NULL,
	    META, 0, "RFC 9396 10" },
	{ "dpop_bound_access_tokens", RC_BOOL, NULL, NULL, NULL,
	    META, UNBUILT, "RFC 9449 5.2" },
};
/* clang-format on */

const size_t rc_client_nfields =
    sizeof(rc_client_fields) / sizeof(rc_client_fields[0]);
