#include "server_fields.h"

#include "alg.h"
#include "conf.h"

static const char *const subject_types[] = { "public", NULL };

static bool
is_open(const struct rc_conf *conf)
{

	return conf->registration == RC_REGISTRATION_OPEN;
}

static bool
takes_key(const struct rc_conf *conf)
{

	return rc_list_has(&conf->auth_methods, "private_key_jwt");
}

#define STRING(member) RC_SERVER_STRING, offsetof(struct rc_conf, member)
#define LIST(member) RC_SERVER_LIST, offsetof(struct rc_conf, member)
#define DISCOVERY "OpenID Connect Discovery 1.0 3"

/* clang-format off */
const struct rc_server_field rc_server_fields[] = {
	/* name, source, offset, path, values, when, spec */
	{ "issuer", STRING(issuer), NULL, NULL, NULL, "RFC 8414 2" },
	{ "registration_endpoint", RC_SERVER_ENDPOINT, 0, "/register", NULL,
	    is_open, "RFC 8414 2" },
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
	{ "request_uri_parameter_supported", RC_SERVER_FALSE, 0, NULL, NULL,
	    NULL, DISCOVERY },
};
/* clang-format on */

const size_t rc_server_nfields =
    sizeof(rc_server_fields) / sizeof(rc_server_fields[0]);
