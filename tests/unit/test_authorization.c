/*
 * The steps after a request was judged, and what is handed on; the judgement
 * itself needs a database: tests/http/test_authorize.c.
 */
#include <string.h>

#include "authorization.h"
#include "authorization_step.h"
#include "crypt.h"
#include "now.h"
#include "request.h"
#include "unit.h"

#define NOW 1000000
#define COOKIE "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define OTHER "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static const char *const openid[] = { "openid" };
static const char *const issuer[] = { "https://auth.example.org" };

/* A confidential client behind https; somebody logged in 100 s ago. */
static void
fill(struct rc_req *rq, struct rc_authorization *a)
{

	memset(a, 0, sizeof(*a));
	rc_now_set(NOW);
	a->cookie = COOKIE;
	a->client_id = "c1";
	a->redirect_uri = "https://app.example.org/cb";
	a->redirect_uri_given = true;
	a->redirect_origin = "https://app.example.org";
	a->redirect_kind = RC_REDIRECT_HTTPS;
	a->scope = "openid";
	a->scope_given = true;
	a->scopes.items = openid;
	a->scopes.count = 1;
	a->audience.items = issuer;
	a->audience.count = 1;
	a->max_age = -1;
	a->facts.metadata_text =
	    "{\"token_endpoint_auth_method\": \"client_secret_basic\"}";
	a->facts.metadata = unit_json(rq, a->facts.metadata_text);
	a->facts.account_id = "u1";
	a->facts.auth_time = NOW - 100;
	a->places = a->audience;
	a->facts.consents = unit_json(rq,
	    "[{'scope': 'email', 'audience': ['https://auth.example.org'],"
	    "  'redirect_origin': 'https://x.example'},"
	    " {'scope': 'read', 'audience': ['https://api.example.org'],"
	    "  'redirect_origin': 'https://app.example.org'},"
	    " {'scope': 'profile openid',"
	    "  'audience': ['https://auth.example.org'],"
	    "  'redirect_origin': 'https://app.example.org'}]");
}

/* Insist on a step. */
static void
expect(struct rc_req *rq, struct rc_authorization *a,
    enum rc_authorization_at at, enum rc_authorization_step wanted)
{
	enum rc_authorization_step step;

	ck_assert_int_eq(rc_authorization_next(rq, a, at, &step), RC_OK);
	ck_assert_int_eq((int)step, (int)wanted);
}

/* Insist on an error for the client. */
static void
expect_error(struct rc_req *rq, struct rc_authorization *a,
    enum rc_authorization_at at, enum rc_err wanted)
{
	enum rc_authorization_step step;

	memset(&rq->fault, 0, sizeof(rq->fault));
	ck_assert_int_eq(rc_authorization_next(rq, a, at, &step), wanted);
	ck_assert_int_eq(rq->fault.err, wanted);
}

#define START RC_AUTHORIZATION_AT_START
#define AT_LOGIN RC_AUTHORIZATION_AT_LOGIN
#define AT_CONSENT RC_AUTHORIZATION_AT_CONSENT
#define AT_DECISION RC_AUTHORIZATION_AT_DECISION
#define LOGIN RC_AUTHORIZATION_LOGIN
#define CONSENT RC_AUTHORIZATION_CONSENT
#define ISSUE RC_AUTHORIZATION_ISSUE

START_TEST(known_person_and_consent_is_enough)
{
	struct rc_req *rq = unit_request("");
	struct rc_authorization a;

	fill(rq, &a);
	expect(rq, &a, START, ISSUE);
	a.prompt = RC_PROMPT_NONE;
	expect(rq, &a, START, ISSUE);
	a.facts.account_id = NULL;
	expect_error(rq, &a, START, RC_ERR_LOGIN_REQUIRED);
	a.prompt = 0;
	expect(rq, &a, START, LOGIN);
	unit_request_free(rq);
}
END_TEST

START_TEST(consent_is_asked_for_what_is_new)
{
	static const char *const more[] = { "openid", "email" };
	static const char *const places[] = { "https://auth.example.org",
		"https://mcp.example.org" };
	struct rc_req *rq = unit_request("");
	struct rc_authorization a;

	fill(rq, &a);
	a.scopes.items = more;
	a.scopes.count = 2;
	expect(rq, &a, START, CONSENT);
	ck_assert(rc_authorization_is_known(&a, "openid"));
	ck_assert(!rc_authorization_is_known(&a, "email"));
	ck_assert(!rc_authorization_is_known(&a, "read"));
	ck_assert(rc_authorization_is_remembered(&a));
	a.prompt = RC_PROMPT_NONE;
	expect_error(rq, &a, START, RC_ERR_CONSENT_REQUIRED);
	fill(rq, &a);
	a.places.items = places;
	a.places.count = 2;
	expect(rq, &a, START, CONSENT);
	ck_assert(!rc_authorization_is_remembered(&a));
	ck_assert(!rc_authorization_is_known(&a, "openid"));
	fill(rq, &a);
	a.prompt = RC_PROMPT_CONSENT;
	expect(rq, &a, START, CONSENT);
	fill(rq, &a);
	a.facts.consents = NULL;
	expect(rq, &a, START, CONSENT);
	unit_request_free(rq);
}
END_TEST

START_TEST(only_confidential_https_clients_are_remembered)
{
	struct rc_req *rq = unit_request("");
	struct rc_authorization a;

	fill(rq, &a);
	a.redirect_kind = RC_REDIRECT_LOOPBACK;
	expect(rq, &a, START, CONSENT);
	ck_assert(!rc_authorization_is_known(&a, "openid"));
	a.redirect_kind = RC_REDIRECT_PRIVATE_USE;
	expect(rq, &a, START, CONSENT);
	fill(rq, &a);
	a.facts.metadata =
	    unit_json(rq, "{'token_endpoint_auth_method': 'none'}");
	expect(rq, &a, START, CONSENT);
	ck_assert(!rc_authorization_may_remember(&a));
	fill(rq, &a);
	a.always_asked = true;
	expect(rq, &a, START, CONSENT);
	ck_assert(!rc_authorization_may_remember(&a));
	unit_request_free(rq);
}
END_TEST

/* A client that changes its redirect URIs changes who gets the answer. */
START_TEST(consent_is_for_the_place_that_it_was_shown_for)
{
	struct rc_req *rq = unit_request("");
	struct rc_authorization a;

	fill(rq, &a);
	a.redirect_origin = "https://evil.example";
	expect(rq, &a, START, CONSENT);
	ck_assert(!rc_authorization_is_known(&a, "openid"));
	ck_assert(!rc_authorization_is_remembered(&a));
	a.prompt = RC_PROMPT_NONE;
	expect_error(rq, &a, START, RC_ERR_CONSENT_REQUIRED);
	unit_request_free(rq);
}
END_TEST

START_TEST(max_age_and_its_default)
{
	struct rc_req *rq = unit_request("");
	struct rc_authorization a;

	fill(rq, &a);
	a.max_age = 100;
	expect(rq, &a, START, ISSUE);
	a.max_age = 99;
	expect(rq, &a, START, LOGIN);
	/* On the way to the consent page, and while it is read. */
	a.facts.auth_time = NOW - 99 - 60;
	expect(rq, &a, AT_CONSENT, ISSUE);
	a.facts.auth_time = NOW - 99 - 61;
	expect(rq, &a, AT_CONSENT, LOGIN);
	a.facts.auth_time = NOW - 99 - 600;
	expect(rq, &a, AT_DECISION, ISSUE);
	a.facts.auth_time = NOW - 99 - 601;
	expect(rq, &a, AT_DECISION, LOGIN);
	fill(rq, &a);
	a.facts.metadata = unit_json(rq,
	    "{'token_endpoint_auth_method': 'client_secret_basic',"
	    " 'default_max_age': 50}");
	expect(rq, &a, START, LOGIN);
	a.max_age = 200;
	expect(rq, &a, START, ISSUE);
	unit_request_free(rq);
}
END_TEST

/* A client may register what it likes; nothing may overflow. */
START_TEST(default_max_age_without_end)
{
	struct rc_req *rq = unit_request("");
	struct rc_authorization a;

	fill(rq, &a);
	a.facts.metadata = unit_json(rq,
	    "{'token_endpoint_auth_method': 'client_secret_basic',"
	    " 'default_max_age': 9223372036854775807}");
	expect(rq, &a, START, ISSUE);
	expect(rq, &a, AT_CONSENT, ISSUE);
	expect(rq, &a, AT_DECISION, ISSUE);
	unit_request_free(rq);
}
END_TEST

START_TEST(a_login_in_the_future_is_no_recent_one)
{
	struct rc_req *rq = unit_request("");
	struct rc_authorization a;

	fill(rq, &a);
	a.max_age = 1000;
	a.facts.auth_time = NOW + 60;
	expect(rq, &a, START, ISSUE);
	a.facts.auth_time = NOW + 61;
	expect(rq, &a, START, LOGIN);
	unit_request_free(rq);
}
END_TEST

START_TEST(an_unknown_time_of_login_is_no_recent_one)
{
	struct rc_req *rq = unit_request("");
	struct rc_authorization a;

	fill(rq, &a);
	a.facts.auth_time = 0;
	expect(rq, &a, START, ISSUE);
	a.max_age = 1000000000;
	expect(rq, &a, START, LOGIN);
	a.max_age = -1;
	a.facts.metadata = unit_json(rq,
	    "{'token_endpoint_auth_method': 'client_secret_basic',"
	    " 'require_auth_time': true}");
	expect(rq, &a, START, LOGIN);
	unit_request_free(rq);
}
END_TEST

START_TEST(a_login_fulfils_prompt_and_max_age)
{
	struct rc_req *rq = unit_request("");
	struct rc_authorization a;

	fill(rq, &a);
	a.prompt = RC_PROMPT_LOGIN | RC_PROMPT_SELECT_ACCOUNT;
	a.max_age = 0;
	expect(rq, &a, START, LOGIN);
	expect(rq, &a, AT_LOGIN, ISSUE);
	ck_assert_uint_eq(a.prompt, 0);
	a.prompt = RC_PROMPT_LOGIN | RC_PROMPT_CONSENT;
	expect(rq, &a, AT_LOGIN, CONSENT);
	ck_assert_uint_eq(a.prompt, RC_PROMPT_CONSENT);
	unit_request_free(rq);
}
END_TEST

START_TEST(the_web_server_cannot_be_made_to_ask_again)
{
	struct rc_req *rq = unit_request("login = remote_user\n");
	struct rc_authorization a;

	fill(rq, &a);
	expect(rq, &a, AT_LOGIN, ISSUE);
	a.prompt = RC_PROMPT_LOGIN;
	expect_error(rq, &a, AT_LOGIN, RC_ERR_LOGIN_REQUIRED);
	a.facts.auth_time = NOW - 60;
	expect(rq, &a, AT_LOGIN, ISSUE);
	a.max_age = 59;
	expect_error(rq, &a, AT_LOGIN, RC_ERR_LOGIN_REQUIRED);
	a.max_age = 60;
	expect(rq, &a, AT_LOGIN, ISSUE);
	a.facts.auth_time = 0;
	expect_error(rq, &a, AT_LOGIN, RC_ERR_LOGIN_REQUIRED);
	fill(rq, &a);
	a.prompt = RC_PROMPT_SELECT_ACCOUNT;
	expect_error(rq, &a, AT_LOGIN, RC_ERR_ACCOUNT_SELECTION_REQUIRED);
	unit_request_free(rq);
}
END_TEST

START_TEST(id_token_hint_names_who_must_be_logged_in)
{
	struct rc_req *rq = unit_request("");
	struct rc_authorization a;

	fill(rq, &a);
	/* The client may know the account by another name. */
	a.known_as = "pairwise";
	a.subject = a.facts.account_id;
	expect(rq, &a, START, LOGIN);
	fill(rq, &a);
	a.known_as = "u1";
	a.subject = "u1";
	expect(rq, &a, START, ISSUE);
	a.subject = "u2";
	expect(rq, &a, START, LOGIN);
	expect_error(rq, &a, AT_LOGIN, RC_ERR_LOGIN_REQUIRED);
	a.prompt = RC_PROMPT_NONE;
	expect_error(rq, &a, START, RC_ERR_LOGIN_REQUIRED);
	unit_request_free(rq);
}
END_TEST

START_TEST(query_is_canonical)
{
	static const char *const places[] = { "https://a.example/",
		"https://b.example" };
	struct rc_req *rq = unit_request("");
	struct rc_authorization a;

	fill(rq, &a);
	ck_assert_str_eq(rc_authorization_query(rq, &a),
	    "client_id=c1&redirect_uri=https://app.example.org/cb&"
	    "response_type=code&scope=openid");
	a.redirect_uri_given = false;
	a.scope_given = false;
	a.form_post = true;
	a.resources.items = places;
	a.resources.count = 2;
	a.state = "a&b=c d";
	a.nonce = "n";
	a.code_challenge = "c";
	a.prompt = RC_PROMPT_CONSENT | RC_PROMPT_LOGIN;
	a.max_age = 0;
	a.ui_locales = "zh en";
	a.id_token_hint = "h";
	a.login_hint = "me";
	ck_assert_str_eq(rc_authorization_query(rq, &a),
	    "client_id=c1&response_type=code&response_mode=form_post&"
	    "resource=https://a.example/&resource=https://"
	    "b.example&state=a%26b%3Dc%20d&nonce=n&code_challenge=c&"
	    "code_challenge_method=S256&prompt=login%20consent&max_age=0&"
	    "ui_locales=zh%20en&id_token_hint=h&login_hint=me");
	unit_request_free(rq);
}
END_TEST

START_TEST(proof_is_for_one_purpose_request_and_cookie)
{
	struct rc_req *rq = unit_request("");
	struct rc_authorization a, b;
	const char *proof;

	ck_assert(rc_crypt_start());
	fill(rq, &a);
	fill(rq, &b);
	proof = rc_authorization_proof(rq, &a, "consent", COOKIE);
	ck_assert_uint_eq(strlen(proof), 43);
	ck_assert_str_eq(
	    proof, rc_authorization_proof(rq, &b, "consent", COOKIE));
	ck_assert_str_ne(
	    proof, rc_authorization_proof(rq, &a, "login", COOKIE));
	ck_assert_str_ne(
	    proof, rc_authorization_proof(rq, &a, "consent", OTHER));
	b.state = "x";
	ck_assert_str_ne(
	    proof, rc_authorization_proof(rq, &b, "consent", COOKIE));
	unit_request_free(rq);
}
END_TEST

/* A client changes while the page is read, by RFC 7592 2.2: it counts. */
START_TEST(proof_is_for_what_was_shown)
{
	static const char *const places[] = { "https://api.example.org" };
	struct rc_req *rq = unit_request("");
	struct rc_authorization a, b;
	const char *proof;

	ck_assert(rc_crypt_start());
	fill(rq, &a);
	a.redirect_uri_given = false;
	a.scope_given = false;
	proof = rc_authorization_proof(rq, &a, "consent", COOKIE);
	b = a;
	b.redirect_uri = "https://evil.example/cb";
	ck_assert_str_ne(
	    proof, rc_authorization_proof(rq, &b, "consent", COOKIE));
	b = a;
	b.scope = "openid email";
	ck_assert_str_ne(
	    proof, rc_authorization_proof(rq, &b, "consent", COOKIE));
	b.scope = NULL;
	ck_assert_str_ne(
	    proof, rc_authorization_proof(rq, &b, "consent", COOKIE));
	b = a;
	b.places.items = places;
	ck_assert_str_ne(
	    proof, rc_authorization_proof(rq, &b, "consent", COOKIE));
	b = a;
	b.facts.metadata_text = "{\"client_name\": \"Another\"}";
	ck_assert_str_ne(
	    proof, rc_authorization_proof(rq, &b, "consent", COOKIE));
	unit_request_free(rq);
}
END_TEST

UNIT_MAIN("authorization", known_person_and_consent_is_enough,
    consent_is_asked_for_what_is_new,
    only_confidential_https_clients_are_remembered,
    consent_is_for_the_place_that_it_was_shown_for, max_age_and_its_default,
    default_max_age_without_end, a_login_in_the_future_is_no_recent_one,
    an_unknown_time_of_login_is_no_recent_one,
    a_login_fulfils_prompt_and_max_age,
    the_web_server_cannot_be_made_to_ask_again,
    id_token_hint_names_who_must_be_logged_in, query_is_canonical,
    proof_is_for_one_purpose_request_and_cookie, proof_is_for_what_was_shown)
