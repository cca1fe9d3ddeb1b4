#include "unit.h"

#include "client_fields.h"
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
	    "jwks or jwks_uri is required" },
	{ "", "{" CB ",'token_endpoint_auth_method':'private_key_jwt','jwks':"
	    KEY "}", "{'jwks':" KEY "}", NULL },
	{ "", "{" CB ",'token_endpoint_auth_method':'private_key_jwt',"
	    "'jwks_uri':'https://c.example/k'}",
	    "{'jwks_uri':'https://c.example/k'}", NULL },
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

/* By the policy of that name, and by no initial access token. */
static struct rc_allowance
allow(const struct rc_req *rq, const char *policy)
{
	struct rc_allowance allowance = { .policy = rc_policy_find(
					      rq->conf, policy) };

	ck_assert_ptr_nonnull(allowance.policy);
	return allowance;
}

static enum rc_err
judge(
    struct rc_req *rq, const struct rc_json *wanted, struct rc_json **metadata)
{
	const struct rc_allowance allowance = allow(rq, "default");

	return rc_policy_judge(rq, wanted, &allowance, metadata);
}

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
		e = judge(rq, unit_json(rq, cases[i].wanted), &metadata);
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
	struct rc_allowance allowance;
	struct rc_req *rq;
	size_t i;

	for (i = 0; i < sizeof(alone) / sizeof(alone[0]); i++) {
		rq = unit_request("");
		allowance = allow(rq, "default");
		for (r = rc_policy_rules; strcmp(r->name, alone[i].rule) != 0;)
			ck_assert(++r < rc_policy_rules + rc_policy_nrules);
		ck_assert_msg((r->judge(rq, unit_json(rq, alone[i].metadata),
				   &allowance) == RC_OK) == alone[i].good,
		    "%s: %s", alone[i].rule, alone[i].metadata);
		unit_request_free(rq);
	}
}
END_TEST

START_TEST(redirect_faults_have_their_own_error)
{
	struct rc_req *rq = unit_request("");
	struct rc_json *metadata;

	ck_assert_int_eq(judge(rq, unit_json(rq, "{}"), &metadata),
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
		if (judge(rq, unit_json(rq, cases[i].wanted), &once) == RC_OK) {
			ck_assert_msg(judge(rq, once, &twice) == RC_OK,
			    "%s: %s", cases[i].wanted, rq->fault.description);
			ck_assert(rc_json_equal(once, twice));
		}
		unit_request_free(rq);
	}
}
END_TEST

/* "POINTER RULE" of each fault, or warning, in order, with "; " between. */
static const char *
list_details(struct rc_req *rq, const struct rc_json *details)
{
	const char *text = "";
	size_t i;

	for (i = 0; i < rc_json_count(details); i++) {
		const struct rc_json *one = rc_json_at(details, i);

		ck_assert_ptr_nonnull(rc_json_text(one, "message"));
		text = rc_printf(rq->mem, "%s%s%s %s", text, i > 0 ? "; " : "",
		    rc_json_text(one, "pointer"), rc_json_text(one, "rule"));
	}
	return text;
}

/* clang-format off */
static const struct {
	const char *conf, *wanted, *faults;
} several[] = {
	/* Fields in the order sent, then places, then rules. */
	{ "", "{'scope':7,'redirect_uris':['https://c.example/#a',5,"
	    "'https://c.example/'],'client_name':'',"
	    "'token_endpoint_auth_method':'magic'}",
	    "/scope type; /redirect_uris/0 redirect_uri.fragment; "
	    "/redirect_uris/1 type; /client_name empty; "
	    "/token_endpoint_auth_method "
	    "token_endpoint_auth_method.unsupported" },
	/* A rule is not asked about a member that is faulty. */
	{ "", "{'redirect_uris':'x','application_type':'web',"
	    "'grant_types':7}", "/redirect_uris type; /grant_types type" },
	{ "", "{'grant_types':['implicit'],'scope':'nothing nowhere'}",
	    "/grant_types grant_types.none; /scope scope.unsupported; "
	    "/scope scope.unsupported" },
	{ "", "{" CB ",'token_endpoint_auth_method':'private_key_jwt',"
	    "'jwks':{},'frontchannel_logout_uri':'https://d.example/'}",
	    "/jwks jwk_set; /frontchannel_logout_uri "
	    "frontchannel_logout_uri.origin" },
	{ "unsupported_grant_types = reject", "{" CB ",'grant_types':"
	    "['a','authorization_code','b']}",
	    "/grant_types/0 grant_types.unsupported; "
	    "/grant_types/2 grant_types.unsupported" },
	/* RFC 6901 3. */
	{ "", "{" CB ",'client_name#/~':'a'}",
	    "/client_name#~1~0 language_tag" },
};

/* What a policy, and a token, lets pass: NULL, or pointers and rules. */
static const struct {
	const char *policy, *wanted, *faults;
} bounds[] = {
	{ "", "{'redirect_uris':['https://any.example/','com.a.b:/']}", NULL },
	{ "redirect_hosts = {\"a.example\", \"*.b.example\"}",
	    "{'redirect_uris':['https://a.example/','https://A.Example:8/',"
	    "'https://x.b.example/','https://x.y.b.example/',"
	    "'http://127.0.0.1/','com.a.b:/']}", NULL },
	{ "redirect_hosts = {\"a.example\", \"*.b.example\"}",
	    "{'redirect_uris':['https://c.example/','https://b.example/',"
	    "'https://xb.example/','https://a.example.evil.example/',"
	    "'https://x.a.example/','https://.b.example/'],"
	    "'post_logout_redirect_uris':['https://c.example/']}",
	    "/redirect_uris/5 redirect_uri.host; "
	    "/redirect_uris/0 redirect_uri.host_allowed; "
	    "/redirect_uris/1 redirect_uri.host_allowed; "
	    "/redirect_uris/2 redirect_uri.host_allowed; "
	    "/redirect_uris/3 redirect_uri.host_allowed; "
	    "/redirect_uris/4 redirect_uri.host_allowed; "
	    "/post_logout_redirect_uris/0 redirect_uri.host_allowed" },
	{ "redirect_schemes = {\"https\"}",
	    "{'redirect_uris':['https://c.example/','http://127.0.0.1/',"
	    "'cursor://x/','com.a.b:/']}",
	    "/redirect_uris/1 redirect_uri.scheme_allowed; "
	    "/redirect_uris/2 redirect_uri.scheme_allowed; "
	    "/redirect_uris/3 redirect_uri.scheme_allowed" },
	{ "redirect_schemes = {\"http\", \"com.a.b\"}",
	    "{'redirect_uris':['http://127.0.0.1/','com.a.b:/']}", NULL },
	{ "redirect_schemes = {\"http\", \"com.a.b\"}",
	    "{'redirect_uris':['https://c.example/','com.a.c:/']}",
	    "/redirect_uris/0 redirect_uri.scheme_allowed; "
	    "/redirect_uris/1 redirect_uri.scheme_allowed" },
	{ "token_endpoint_auth_methods = {\"none\"}",
	    "{" CB ",'token_endpoint_auth_method':'client_secret_basic'}",
	    "/token_endpoint_auth_method "
	    "token_endpoint_auth_method.unsupported" },
	{ "grant_types = {\"authorization_code\"}",
	    "{" CB ",'grant_types':['client_credentials']}",
	    "/grant_types grant_types.none" },
	{ "scopes = {\"read\"}", "{" CB ",'scope':'read write'}",
	    "/scope scope.unsupported" },
	{ "software_statement = required", "{" CB ",'scope':7}",
	    "/software_statement software_statement.required; /scope type" },
	{ "software_statement = refused",
	    "{" CB ",'software_statement':'a.b.c'}",
	    "/software_statement software_statement.refused" },
	{ "software_statement = required",
	    "{" CB ",'software_statement':7}",
	    "/software_statement type" },
	/* Of a bad one it is not known what its claims would have been, but
	 * the plain members are what they are. */
	{ "", "{'software_statement':'x','scope':7,'client_name':''}",
	    "/software_statement software_statement.jwt; /scope type; "
	    "/client_name empty" },
	{ "redirect_hosts = {\"a.example\"}",
	    "{" CB ",'software_statement':'x'}",
	    "/software_statement software_statement.jwt; "
	    "/redirect_uris/0 redirect_uri.host_allowed" },
};
/* clang-format on */

START_TEST(every_fault_is_told_in_order)
{
	struct rc_json *metadata;
	struct rc_req *rq;
	enum rc_err e;
	size_t i;

	for (i = 0; i < sizeof(several) / sizeof(several[0]); i++) {
		rq = unit_request(several[i].conf);
		e = judge(rq, unit_json(rq, several[i].wanted), &metadata);
		ck_assert_str_eq(
		    list_details(rq, rq->fault.details), several[i].faults);
		ck_assert_int_eq(e, rq->fault.err);
		unit_request_free(rq);
	}
}
END_TEST

START_TEST(a_policy_has_bounds)
{
	struct rc_allowance allowance;
	struct rc_json *metadata;
	struct rc_req *rq;
	size_t i;

	for (i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		char conf[256];

		(void)snprintf(conf, sizeof(conf),
		    "statement_issuer \"https://i.example\" {\n"
		    "jwks_uri = \"https://i.example/jwks\"\n}\n"
		    "policy \"bound\" {\n%s\n}",
		    bounds[i].policy);
		rq = unit_request(conf);
		allowance = allow(rq, "bound");
		(void)rc_policy_judge(
		    rq, unit_json(rq, bounds[i].wanted), &allowance, &metadata);
		if (bounds[i].faults == NULL)
			ck_assert_msg(rq->fault.err == RC_OK, "%s: %s",
			    bounds[i].wanted, rq->fault.description);
		else
			ck_assert_str_eq(list_details(rq, rq->fault.details),
			    bounds[i].faults);
		ck_assert_ptr_null(rc_policy_find(rq->conf, "none"));
		unit_request_free(rq);
	}
}
END_TEST

/* What another sector knows people by is not to be had by an update. */
START_TEST(a_sector_stays)
{
	static const struct {
		const char *registered, *wanted, *faults;
	} moves[] = {
		{ "'https://a.example/'],'subject_type':'pairwise'",
		    "'https://A.example/new'],'subject_type':'pairwise'",
		    NULL },
		{ "'https://a.example/'],'subject_type':'public'",
		    "'https://a.example/'],'subject_type':'pairwise'", NULL },
		{ "'https://a.example/'],'subject_type':'pairwise'",
		    "'https://b.example/'],'subject_type':'public'", NULL },
		{ "'https://a.example/'],'subject_type':'pairwise'",
		    "'https://b.example/'],'subject_type':'pairwise'",
		    "/subject_type subject_type.sector_changed" },
		{ "'https://a.example/']",
		    "'https://b.example/'],'subject_type':'pairwise'",
		    "/subject_type subject_type.sector_changed" },
		{ "'http://localhost/']",
		    "'https://b.example/'],'subject_type':'pairwise'",
		    "/subject_type subject_type.sector_changed" },
		{ "'https://a.example/'],'subject_type':'pairwise'",
		    "'https://a.example/'],'subject_type':'pairwise',"
		    "'sector_identifier_uri':'https://b.example/list'",
		    "/subject_type subject_type.sector_changed" },
	};
	struct rc_allowance allowance;
	struct rc_json *metadata;
	struct rc_req *rq;
	size_t i;

	for (i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		rq = unit_request("");
		allowance = allow(rq, "default");
		allowance.registered =
		    unit_json(rq, rc_printf(rq->mem, "{'redirect_uris':[%s}",
				      moves[i].registered));
		(void)rc_policy_judge(rq,
		    unit_json(rq, rc_printf(rq->mem, "{'redirect_uris':[%s}",
				      moves[i].wanted)),
		    &allowance, &metadata);
		ck_assert_str_eq(list_details(rq, rq->fault.details),
		    moves[i].faults != NULL ? moves[i].faults : "");
		unit_request_free(rq);
	}
}
END_TEST

#define LIST(...)                                                \
	((struct rc_list){ (const char *const[]){ __VA_ARGS__ }, \
	    sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *) })

START_TEST(an_initial_token_narrows_its_policy)
{
	const struct rc_list hosts = LIST("a.example", "localhost");
	const struct rc_list scopes = LIST("read", "admin");
	const struct rc_list grants = LIST("authorization_code");
	struct rc_req *rq = unit_request("");
	struct rc_allowance allowance = allow(rq, "default");
	struct rc_json *metadata;

	allowance.redirect_hosts = &hosts;
	allowance.scopes = &scopes;
	allowance.grant_types = &grants;
	ck_assert_int_eq(rc_policy_judge(rq,
			     unit_json(rq, "{'redirect_uris':["
					   "'https://a.example/',"
					   "'http://localhost/'],'grant_types':"
					   "['authorization_code',"
					   "'refresh_token']}"),
			     &allowance, &metadata),
	    RC_OK);
	/* The default scope has nothing of it, so it is all that may be. */
	ck_assert_str_eq(rc_json_text(metadata, "scope"), "read");
	ck_assert_uint_eq(
	    rc_json_count(rc_json_get(metadata, "grant_types")), 1);
	ck_assert_int_ne(rc_policy_judge(rq,
			     unit_json(rq, "{'redirect_uris':["
					   "'https://b.example/',"
					   "'http://127.0.0.1/','com.a.b:/',"
					   "'com.a.b://a.example/'],"
					   "'scope':'write'}"),
			     &allowance, &metadata),
	    RC_OK);
	ck_assert_str_eq(list_details(rq, rq->fault.details),
	    "/redirect_uris/0 redirect_uri.host_allowed; "
	    "/redirect_uris/1 redirect_uri.host_allowed; "
	    "/redirect_uris/2 redirect_uri.host_allowed; "
	    "/redirect_uris/3 redirect_uri.host_allowed; "
	    "/scope scope.unsupported");
	unit_request_free(rq);
}
END_TEST

/* What is set, changed and left out is told to who wants to know. */
START_TEST(changes_become_warnings)
{
	struct rc_req *rq = unit_request("unsupported_scopes = trim");
	struct rc_json *metadata;

	rq->warnings = rc_json_new_array(rq->mem);
	ck_assert_int_eq(
	    judge(rq,
		unit_json(rq, "{'client_name':'a','redirect_uris':["
			      "'http://127.0.0.1/'],'application_type':'web',"
			      "'grant_types':['implicit',"
			      "'authorization_code'],'scope':'read admin',"
			      "'response_types':['code','token']}"),
		&metadata),
	    RC_OK);
	ck_assert_str_eq(list_details(rq, rq->warnings),
	    "/token_endpoint_auth_method default; "
	    "/grant_types/0 grant_types.unsupported; "
	    "/response_types/1 response_types.unsupported; "
	    "/application_type application_type.native; "
	    "/scope scope.unsupported");
	rq->warnings = rc_json_new_array(rq->mem);
	ck_assert_int_eq(
	    judge(rq, unit_json(rq, "{'client_name':'a'," CB "}"), &metadata),
	    RC_OK);
	ck_assert_str_eq(list_details(rq, rq->warnings),
	    "/token_endpoint_auth_method default; /grant_types default; "
	    "/response_types default; /application_type default; "
	    "/scope default");
	unit_request_free(rq);
}
END_TEST

/* Rules are named once, and say of which members they are. */
START_TEST(rules_are_rows)
{
	const char *const *member;
	size_t i, j;

	for (i = 0; i < rc_policy_nrules; i++) {
		ck_assert_ptr_nonnull(rc_policy_rules[i].spec);
		ck_assert_ptr_nonnull(rc_policy_rules[i].members[0]);
		for (member = rc_policy_rules[i].members; *member != NULL;
		     member++)
			ck_assert_msg(rc_field_find(rc_client_fields,
					  rc_client_nfields, *member) != NULL,
			    "%s", *member);
		for (j = 0; j < i; j++)
			ck_assert_str_ne(
			    rc_policy_rules[i].name, rc_policy_rules[j].name);
	}
}
END_TEST

UNIT_MAIN("policy", each_rule_holds, rules_for_what_is_not_built_hold_alone,
    redirect_faults_have_their_own_error, what_is_registered_registers_again,
    every_fault_is_told_in_order, a_policy_has_bounds, a_sector_stays,
    an_initial_token_narrows_its_policy, changes_become_warnings,
    rules_are_rows)
