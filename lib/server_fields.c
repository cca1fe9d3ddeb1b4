#include "server_fields.h"

#include "alg.h"
#include "conf.h"

static const char *const subject_types[] = { "public", "pairwise", NULL };
static const char *const challenge_methods[] = { "S256", NULL };
static const char *const response_modes[] = { "query", "form_post", NULL };
static const char *const locales[] = { "en", "zh", NULL };
static const char *const prompts[] = { "none", "login", "consent",
	"select_account", NULL };
/* OpenID Connect Core 5.1 and 5.4, and what ID tokens hold. */
static const char *const claims[] = { "sub", "iss", "aud", "exp", "iat",
	"auth_time", "nonce", "at_hash", "name", "given_name", "family_name",
	"middle_name", "nickname", "preferred_username", "profile", "picture",
	"website", "gender", "birthdate", "zoneinfo", "locale", "updated_at",
	"email", "email_verified", NULL };

/* Does anybody register here, be it with an initial access token? */
static bool
takes_clients(const struct rc_conf *conf)
{

	return conf->registration != RC_REGISTRATION_CLOSED;
}

static bool
takes_key(const struct rc_conf *conf)
{

	return rc_list_has(&conf->auth_methods, "private_key_jwt");
}

/* Does anybody log in here? */
static bool
takes_people(const struct rc_conf *conf)
{

	return rc_list_has(&conf->grant_types, "authorization_code");
}

#define STRING(member) RC_SERVER_STRING, offsetof(struct rc_conf, member)
#define LIST(member) RC_SERVER_LIST, offsetof(struct rc_conf, member)
#define DISCOVERY "OpenID Connect Discovery 1.0 3"

/* clang-format off */
const struct rc_server_field rc_server_fields[] = {
	/* name, source, offset, path, values, when, spec */
	{ "issuer", STRING(issuer), NULL, NULL, NULL, "RFC 8414 2" },
	{ "registration_endpoint", RC_SERVER_ENDPOINT, 0, "/register", NULL,
	    takes_clients, "RFC 8414 2" },
	/* ?lint there; a name of our own, as RFC 8414 2 lets us have. */
	{ "registration_lint_supported", RC_SERVER_TRUE, 0, NULL, NULL,
	    takes_clients, "RFC 8414 2" },
	{ "authorization_endpoint", RC_SERVER_ENDPOINT, 0, "/authorize", NULL,
	    takes_people, "RFC 8414 2" },
	{ "token_endpoint", RC_SERVER_ENDPOINT, 0, "/token", NULL, NULL,
	    "RFC 8414 2" },
	{ "jwks_uri", RC_SERVER_ENDPOINT, 0, "/jwks", NULL, NULL,
	    "RFC 8414 2" },
	{ "introspection_endpoint", RC_SERVER_ENDPOINT, 0, "/introspect", NULL,
	    NULL, "RFC 8414 2" },
	{ "introspection_endpoint_auth_methods_supported",
	    RC_SERVER_CONFIDENTIAL, offsetof(struct rc_conf, auth_methods),
	    NULL, NULL, NULL, "RFC 8414 2" },
	{ "introspection_endpoint_auth_signing_alg_values_supported",
	    RC_SERVER_VALUES, 0, NULL, rc_algs, takes_key, "RFC 8414 2" },
	{ "revocation_endpoint", RC_SERVER_ENDPOINT, 0, "/revoke", NULL, NULL,
	    "RFC 8414 2" },
	{ "revocation_endpoint_auth_methods_supported", LIST(auth_methods),
	    NULL, NULL, NULL, "RFC 8414 2" },
	{ "revocation_endpoint_auth_signing_alg_values_supported",
	    RC_SERVER_VALUES, 0, NULL, rc_algs, takes_key, "RFC 8414 2" },
	{ "userinfo_endpoint", RC_SERVER_ENDPOINT, 0, "/userinfo", NULL,
	    takes_people, DISCOVERY },
	{ "code_challenge_methods_supported", RC_SERVER_VALUES, 0, NULL,
	    challenge_methods, takes_people, "RFC 8414 2" },
	{ "response_modes_supported", RC_SERVER_VALUES, 0, NULL,
	    response_modes, takes_people, "RFC 8414 2" },
	{ "authorization_response_iss_parameter_supported", RC_SERVER_TRUE, 0,
	    NULL, NULL, takes_people, "RFC 9207 3" },
	{ "scopes_supported", LIST(scopes), NULL, NULL, NULL, "RFC 8414 2" },
	{ "response_types_supported", LIST(response_types), NULL, NULL, NULL,
	    "RFC 8414 2" },
	{ "grant_types_supported", LIST(grant_types), NULL, NULL, NULL,
	    "RFC 8414 2" },
	{ "token_endpoint_auth_methods_supported", LIST(auth_methods), NULL,
	    NULL, NULL, "RFC 8414 2" },
	{ "token_endpoint_auth_signing_alg_values_supported", RC_SERVER_VALUES,
	    0, NULL, rc_algs, takes_key, "RFC 8414 2" },
	{ "service_documentation", STRING(service_documentation), NULL, NULL,
	    NULL, "RFC 8414 2" },
	{ "op_policy_uri", STRING(op_policy_uri), NULL, NULL, NULL,
	    "RFC 8414 2" },
	{ "op_tos_uri", STRING(op_tos_uri), NULL, NULL, NULL, "RFC 8414 2" },
	{ "subject_types_supported", RC_SERVER_VALUES, 0, NULL, subject_types,
	    NULL, DISCOVERY },
	{ "id_token_signing_alg_values_supported", RC_SERVER_VALUES, 0, NULL,
	    rc_algs, NULL, DISCOVERY },
	{ "claims_supported", RC_SERVER_VALUES, 0, NULL, claims, takes_people,
	    DISCOVERY },
	{ "ui_locales_supported", RC_SERVER_VALUES, 0, NULL, locales,
	    takes_people, "RFC 8414 2" },
	{ "prompt_values_supported", RC_SERVER_VALUES, 0, NULL, prompts,
	    takes_people, "Initiating User Registration 1.0 4.1" },
	{ "request_uri_parameter_supported", RC_SERVER_FALSE, 0, NULL, NULL,
	    NULL, DISCOVERY },
};
/* clang-format on */

const size_t rc_server_nfields =
    sizeof(rc_server_fields) / sizeof(rc_server_fields[0]);
