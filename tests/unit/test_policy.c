#include "unit.h"

#include "policy.h"
#include "request.h"

#define CB "'redirect_uris':['https://c.example/cb']"
#define LOCAL "'redirect_uris':['http://localhost:1/cb']"
#define KEY                                          \
	"{'keys':[{'kty':'OKP','crv':'Ed25519','x':" \
	"'11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'}]}"
#define NO_SIGNER                                   \
	"{'keys':[{'kty':'OKP','crv':'X25519','x':" \
	"'3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08'}]}"

/* clang-format off */

/*
 * Under a configuration: what is wanted, and either members of what is then
 * registered (null: absent), or a part of what the refusal says.
 */
static const struct {
	const char *conf, *wanted, *registered, *says;
} cases[] = {
	/* RFC 7591 2: defaults. */
	{ "", "{" CB "}", "{" CB ",'grant_types':['authorization_code'],"
	    "'response_types':['code'],'application_type':'web',"
	    "'token_endpoint_auth_method':'client_secret_basic',"
	    "'scope':'openid profile email'}", NULL },
	{ "default_scope = {\"read\"}", "{" CB "}", "{'scope':'read'}", NULL },
	{ "token_endpoint_auth_methods = {\"none\"}", "{" CB "}",
	    "{'token_endpoint_auth_method':'none'}", NULL },

	/* RFC 7591 2: the authentication method is one that is offered. */
	{ "", "{" CB ",'token_endpoint_auth_method':'tls_client_auth'}", NULL,
	    "token_endpoint_auth_method" },
	{ "", "{" CB ",'token_endpoint_auth_method':'client_secret_jwt'}", NULL,
	    "token_endpoint_auth_method" },
	{ "token_endpoint_auth_methods = {\"client_secret_basic\"}",
	    "{" CB ",'token_endpoint_auth_method':'none'}", NULL,
	    "token_endpoint_auth_method" },

	/* Grant and response types are trimmed to a consistent rest. */
	{ "", "{" CB ",'grant_types':['authorization_code','implicit',"
	    "'refresh_token','authorization_code'],'response_types':['code',"
	    "'id_token','code id_token','code']}",
	    "{'grant_types':['authorization_code','refresh_token'],"
	    "'response_types':['code']}", NULL },
	{ "", "{" CB ",'grant_types':['implicit']}", NULL, "grant_types" },
	{ "", "{" CB ",'grant_types':['implicit','refresh_token']}", NULL,
	    "grant_types" },
	{ "", "{" CB ",'response_types':['token']}", NULL, "response_types" },
	{ "", "{'grant_types':['client_credentials','refresh_token']}",
	    "{'grant_types':['client_credentials'],'response_types':null}",
	    NULL },
	{ "", "{'grant_types':['client_credentials'],"
	    "'response_types':['token']}", "{'response_types':null}", NULL },
	{ "", "{'grant_types':['client_credentials'],"
	    "'response_types':['code']}", NULL, "response_types" },
	{ "grant_types = {\"client_credentials\"}\nresponse_types = {}",
	    "{" CB "}", NULL, "grant_types" },
	{ "unsupported_grant_types = reject", "{" CB ",'grant_types':"
	    "['authorization_code','implicit']}", NULL, "grant_types" },
	{ "unsupported_grant_types = reject", "{" CB ",'response_types':"
	    "['code','token']}", NULL, "response_types" },
	{ "unsupported_grant_types = reject", "{'grant_types':"
	    "['client_credentials','refresh_token']}", NULL,
	    "refresh_token" },

	/* RFC 7591 2: redirect URIs where there is a redirect. */
	{ "", "{}", NULL, "redirect_uris" },
	{ "", "{'grant_types':['client_credentials']}",
	    "{'redirect_uris':null,'application_type':'web'}", NULL },
	{ "", "{" CB ",'grant_types':['client_credentials']}", "{" CB "}",
	    NULL },

	/* RFC 8252 7: what only a device can receive makes it native. */
	{ "", "{" LOCAL "}", "{'application_type':'native'}", NULL },
	{ "", "{" LOCAL ",'application_type':'web'}",
	    "{'application_type':'native'}", NULL },
	{ "", "{'redirect_uris':['cursor://a/cb'],'application_type':'web'}",
	    "{'application_type':'native'}", NULL },
	{ "", "{'redirect_uris':['https://c.example/','http://localhost/'],"
	    "'application_type':'web'}", "{'application_type':'web'}", NULL },
	{ "", "{'redirect_uris':['https://c.example/','http://localhost/']}",
	    "{'application_type':'web'}", NULL },
	{ "", "{'redirect_uris':['https://c.example/','com.a.b:/cb'],"
	    "'application_type':'web'}", NULL, "redirect_uris" },
	{ "", "{'redirect_uris':['https://c.example/','com.a.b:/cb']}",
	    "{'application_type':'native'}", NULL },
	{ "", "{" CB ",'application_type':'native'}",
	    "{'application_type':'native'}", NULL },

	/* RFC 6749 3.3: scope. */
	{ "", "{" CB ",'scope':'read write read'}", "{'scope':'read write'}",
	    NULL },
	{ "", "{" CB ",'scope':'read admin'}", NULL, "scope: word 2, admin" },
	{ "", "{" CB ",'scope':'re\\\\ad'}", NULL, "scope" },
	{ "unsupported_scopes = trim", "{" CB ",'scope':'read admin'}",
	    "{'scope':'read'}", NULL },
	{ "unsupported_scopes = trim", "{" CB ",'scope':'admin'}", NULL,
	    "scope leaves none" },

	/* RFC 7591 2, RFC 7523 2.2: keys. */
	{ "", "{" CB ",'jwks':" KEY ",'jwks_uri':'https://c.example/k'}", NULL,
	    "jwks and jwks_uri" },
	{ "", "{" CB ",'token_endpoint_auth_method':'private_key_jwt'}", NULL,
	    "jwks is required" },
	{ "", "{" CB ",'token_endpoint_auth_method':'private_key_jwt','jwks':"
	    KEY "}", "{'jwks':" KEY "}", NULL },
	{ "", "{" CB ",'token_endpoint_auth_method':'private_key_jwt',"
	    "'jwks_uri':'https://c.example/k'}", NULL,
	    "keys at jwks_uri are not fetched" },
	{ "", "{" CB ",'jwks_uri':'https://c.example/k'}",
	    "{'jwks_uri':'https://c.example/k'}", NULL },
	{ "", "{" CB ",'token_endpoint_auth_method':'private_key_jwt',"
	    "'token_endpoint_auth_signing_alg':'EdDSA','jwks':" KEY "}",
	    "{'token_endpoint_auth_signing_alg':'EdDSA'}", NULL },
	{ "", "{" CB ",'token_endpoint_auth_method':'private_key_jwt',"
	    "'token_endpoint_auth_signing_alg':'ES256','jwks':" KEY "}", NULL,
	    "jwks has no key to verify signatures with by "
	    "token_endpoint_auth_signing_alg ES256, which" },
	{ "", "{" CB ",'token_endpoint_auth_method':'private_key_jwt',"
	    "'jwks':" NO_SIGNER "}", NULL,
	    "jwks has no key to verify signatures with, which the "
	    "token_endpoint_auth_method private_key_jwt needs" },
	{ "", "{" CB ",'jwks':" NO_SIGNER "}", "{'jwks':" NO_SIGNER "}", NULL },
	{ "", "{" CB ",'token_endpoint_auth_signing_alg':'ES256','jwks':" KEY
	    "}", "{'jwks':" KEY "}", NULL },

	/* RFC 6749 4.4: a public client has no client credentials. */
	{ "", "{" CB ",'token_endpoint_auth_method':'none','grant_types':"
	    "['authorization_code','client_credentials']}", NULL,
	    "client_credentials" },

	/* OpenID Connect Front-Channel Logout 1.0 2: same origin. */
	{ "", "{" CB ",'frontchannel_logout_uri':'https://c.example/out'}",
	    "{'frontchannel_logout_uri':'https://c.example/out'}", NULL },
	{ "", "{" CB ",'frontchannel_logout_uri':'https://c.example?out'}",
	    "{'frontchannel_logout_uri':'https://c.example?out'}", NULL },
	{ "", "{" CB ",'frontchannel_logout_uri':'https://c.example:8/out'}",
	    NULL, "frontchannel_logout_uri" },
	{ "", "{" CB ",'frontchannel_logout_uri':'https://c.exampl/out'}",
	    NULL, "frontchannel_logout_uri" },
	{ "", "{'grant_types':['client_credentials'],"
	    "'frontchannel_logout_uri':'https://c.example/out'}", NULL,
	    "frontchannel_logout_uri" },
};

/* Members that fields.c refuses today, so that the rules are called alone. */
static const struct {
	const char *rule, *metadata;
	bool good;
} alone[] = {
	{ "encryption", "{}", true },
	{ "encryption", "{'id_token_encrypted_response_enc':'A'}", false },
	{ "encryption", "{'userinfo_encrypted_response_enc':'A'}", false },
	{ "encryption", "{'request_object_encryption_enc':'A'}", false },
	{ "encryption", "{'id_token_encrypted_response_enc':'A',"
	    "'id_token_encrypted_response_alg':'B'}", true },
	{ "tls_client_auth", "{'token_endpoint_auth_method':'none'}", true },
	{ "tls_client_auth",
	    "{'token_endpoint_auth_method':'tls_client_auth'}", false },
	{ "tls_client_auth", "{'token_endpoint_auth_method':'tls_client_auth',"
	    "'tls_client_auth_san_dns':'a'}", true },
	{ "tls_client_auth", "{'token_endpoint_auth_method':'tls_client_auth',"
	    "'tls_client_auth_san_dns':'a','tls_client_auth_san_ip':'b'}",
	    false },
	{ "tls_client_auth", "{'token_endpoint_auth_method':'none',"
	    "'tls_client_auth_subject_dn':'a',"
	    "'tls_client_auth_san_email':'b'}", false },
};
/* clang-format on */

struct expect {
	const char *body;
	const struct rc_json *found;
};

static enum rc_err
compare(void *arg, const char *name, struct rc_json *value)
{
	const struct expect *x = arg;

	ck_assert_msg(rc_json_equal(rc_json_get(x->found, name), value),
	    "%s: %s", x->body, name);
	return RC_OK;
}

START_TEST(each_rule_holds)
{
	struct rc_json *metadata;
	struct rc_req *rq;
	struct expect x;
	enum rc_err e;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rq = unit_request(cases[i].conf);
		e = rc_policy_judge(
		    rq, unit_json(rq, cases[i].wanted), &metadata);
		if (cases[i].says != NULL) {
			ck_assert_msg(e != RC_OK, "%s", cases[i].wanted);
			ck_assert_msg(strstr(rq->fault.description,
					  cases[i].says) != NULL,
			    "%s: %s", cases[i].wanted, rq->fault.description);
		} else {
			ck_assert_msg(e == RC_OK, "%s: %s", cases[i].wanted,
			    rq->fault.description);
			x.body = cases[i].wanted;
			x.found = metadata;
			(void)rc_json_each(
			    unit_json(rq, cases[i].registered), compare, &x);
		}
		unit_request_free(rq);
	}
}
END_TEST

START_TEST(rules_for_what_is_not_built_hold_alone)
{
	const struct rc_policy_rule *r;
	struct rc_req *rq;
	size_t i;

	for (i = 0; i < sizeof(alone) / sizeof(alone[0]); i++) {
		rq = unit_request("");
		for (r = rc_policy_rules; strcmp(r->name, alone[i].rule) != 0;)
			ck_assert(++r < rc_policy_rules + rc_policy_nrules);
		ck_assert_msg((r->judge(rq, unit_json(rq, alone[i].metadata)) ==
				  RC_OK) == alone[i].good,
		    "%s: %s", alone[i].rule, alone[i].metadata);
		unit_request_free(rq);
	}
}
END_TEST

START_TEST(redirect_faults_have_their_own_error)
{
	struct rc_req *rq = unit_request("");
	struct rc_json *metadata;

	ck_assert_int_eq(rc_policy_judge(rq, unit_json(rq, "{}"), &metadata),
	    RC_ERR_INVALID_REDIRECT_URI);
	unit_request_free(rq);
}
END_TEST

/* What is judged good is judged good, and the same, once more. */
START_TEST(what_is_registered_registers_again)
{
	struct rc_json *once, *twice;
	struct rc_req *rq;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rq = unit_request(cases[i].conf);
		if (rc_policy_judge(
			rq, unit_json(rq, cases[i].wanted), &once) == RC_OK) {
			ck_assert_msg(
			    rc_policy_judge(rq, once, &twice) == RC_OK,
			    "%s: %s", cases[i].wanted, rq->fault.description);
			ck_assert(rc_json_equal(once, twice));
		}
		unit_request_free(rq);
	}
}
END_TEST

UNIT_MAIN("policy", each_rule_holds, rules_for_what_is_not_built_hold_alone,
    redirect_faults_have_their_own_error, what_is_registered_registers_again)
