#include "statement.h"

#include "alg.h"
#include "crypt.h"
#include "jose.h"
#include "now.h"
#include "request.h"
#include "unit.h"

#define NOW 1700000000
#define ISS "'iss':'https://signer.example'"
#define EXP "'exp':1700000300"
#define CB "'redirect_uris':['https://c.example/cb']"

/* An issuer with a key for each algorithm, and one who trusts it. */
struct world {
	struct rc_req *rq;
	struct rc_conf conf;
	struct rc_conf_issuer issuer;
	const char *private[4];
	const struct rc_json *claims; /* of the statement last applied */
};

static const char *const four[] = { "RS256", "PS256", "ES256", "EdDSA" };
#define NFOUR (sizeof(four) / sizeof(*four))

static void
setup(struct world *w)
{
	const char *kid, *public, *set = "";
	size_t i;

	ck_assert(rc_crypt_start());
	rc_now_set(NOW);
	w->rq = unit_request("");
	for (i = 0; i < NFOUR; i++) {
		ck_assert(rc_jose_generate(
		    w->rq->mem, four[i], &kid, &w->private[i], &public));
		set = rc_printf(
		    w->rq->mem, "%s%s%s", set, i > 0 ? "," : "", public);
	}
	memset(&w->issuer, 0, sizeof(w->issuer));
	w->issuer.issuer = "https://signer.example";
	w->issuer.jwks = rc_printf(w->rq->mem, "{\"keys\":[%s]}", set);
	w->issuer.algorithms.items = four;
	w->issuer.algorithms.count = NFOUR;
	w->conf = *w->rq->conf;
	w->conf.issuers = &w->issuer;
	w->conf.nissuers = 1;
}

static void
teardown(struct world *w)
{

	unit_request_free(w->rq);
	rc_now_set(-1);
}

static const char *
sign(struct world *w, size_t alg, const char *typ, const char *claims)
{
	struct rc_arena *mem = w->rq->mem;

	return rc_jose_sign(mem, rc_jose_key(mem, w->private[alg]), typ,
	    rc_json_write(mem, unit_json(w->rq, claims)));
}

/* Apply a statement to plain members; *${merged} is what comes of them. */
static enum rc_err
apply(struct world *w, const char *plain, const char *statement,
    const struct rc_json *registered, struct rc_json **merged)
{
	struct rc_json *wanted = unit_json(w->rq, plain);
	const struct rc_conf *own = w->rq->conf;
	enum rc_err e;

	*merged = NULL;
	if (statement != NULL)
		rc_json_set_string(wanted, "software_statement", statement);
	memset(&w->rq->fault, 0, sizeof(w->rq->fault));
	w->rq->conf = &w->conf;
	e = rc_statement_apply(w->rq, wanted, registered, merged, &w->claims);
	w->rq->conf = own;
	ck_assert_int_eq(w->rq->fault.err, e);
	return e;
}

static void
expect(struct world *w, const char *claims, enum rc_err err, const char *rule)
{
	struct rc_json *merged;

	ck_assert_msg(
	    apply(w, "{}", sign(w, 2, NULL, claims), NULL, &merged) == err,
	    "%s", claims);
	if (err != RC_OK)
		ck_assert_str_eq(w->rq->fault.rule, rule);
}

#define INVALID RC_ERR_INVALID_SOFTWARE_STATEMENT
#define UNAPPROVED RC_ERR_UNAPPROVED_SOFTWARE_STATEMENT

START_TEST(claims_win_over_plain_members)
{
	static const char plain[] =
	    "{'client_name':'Plain','client_uri':'https://plain.example/',"
	    "'jwks_uri':'https://plain.example/jwks','client_name#FR':'Simple',"
	    "'client_name#de':'Einfach','tos_uri#de':'https://plain.example/'," CB
	    "}";
	static const char claims[] =
	    "{" ISS "," EXP ",'client_name':'Signed','client_name#fr':'Signe',"
	    "'contacts':['a@signer.example'],'jwks':{'keys':[]},"
	    "'client_id':'x','client_secret':'x','sub':'x','jti':'x',"
	    "'registration_client_uri':'x','software_statement':'x',"
	    "'client_uri':null}";
	struct rc_json *merged;
	struct world w;
	const char *jwt;
	size_t i;

	setup(&w);
	for (i = 0; i < NFOUR; i++) {
		jwt = sign(&w, i, i % 2 == 0 ? "JWT" : NULL, claims);
		ck_assert_int_eq(apply(&w, plain, jwt, NULL, &merged), RC_OK);
		ck_assert_str_eq(
		    rc_json_text(merged, "software_statement"), jwt);
		rc_json_remove(merged, "software_statement");
		ck_assert_msg(
		    rc_json_equal(merged,
			unit_json(w.rq,
			    "{'client_name':'Signed','client_name#fr':'Signe',"
			    "'client_uri':'https://plain.example/'," CB ","
			    "'tos_uri#de':'https://plain.example/',"
			    "'contacts':['a@signer.example'],"
			    "'jwks':{'keys':[]}}")),
		    "%s: %s", four[i], rc_json_write(w.rq->mem, merged));
	}
	teardown(&w);
}
END_TEST

START_TEST(no_statement_changes_nothing)
{
	struct rc_json *merged;
	struct world w;

	setup(&w);
	ck_assert_int_eq(
	    apply(&w, "{" CB ",'x':1}", NULL, NULL, &merged), RC_OK);
	ck_assert(rc_json_equal(merged, unit_json(w.rq, "{" CB ",'x':1}")));
	teardown(&w);
}
END_TEST

START_TEST(an_issuer_sets_what_it_may)
{
	static const char *const allowed[] = { "client_name", "scope" };
	struct rc_json *merged;
	struct world w;

	setup(&w);
	w.issuer.members.items = allowed;
	w.issuer.members.count = 2;
	ck_assert_int_eq(
	    apply(&w, "{'contacts':['plain']}",
		sign(&w, 0, NULL,
		    "{" ISS "," EXP
		    ",'client_name#de':'N','scope':'read','contacts':['x'],"
		    "'redirect_uris':['https://evil.example/cb']}"),
		NULL, &merged),
	    RC_OK);
	rc_json_remove(merged, "software_statement");
	ck_assert(rc_json_equal(merged,
	    unit_json(w.rq, "{'contacts':['plain'],'client_name#de':'N',"
			    "'scope':'read'}")));
	teardown(&w);
}
END_TEST

START_TEST(times_and_audience)
{
	struct world w;

	setup(&w);
	expect(&w, "{" ISS "," EXP "}", RC_OK, NULL);
	/* Clocks may be 60 s apart. */
	expect(&w, "{" ISS ",'exp':1699999941}", RC_OK, NULL);
	expect(&w, "{" ISS ",'exp':1699999940}", INVALID,
	    "software_statement.times");
	/* RFC 7591 2.3 does not ask for an exp; one that has none is told. */
	w.rq->warnings = rc_json_new_array(w.rq->mem);
	expect(&w, "{" ISS "," EXP "}", RC_OK, NULL);
	ck_assert_uint_eq(rc_json_count(w.rq->warnings), 0);
	expect(&w, "{" ISS "}", RC_OK, NULL);
	ck_assert_uint_eq(rc_json_count(w.rq->warnings), 1);
	ck_assert_str_eq(rc_json_text(rc_json_at(w.rq->warnings, 0), "rule"),
	    "software_statement.exp");
	w.rq->warnings = NULL;
	expect(&w, "{" ISS ",'nbf':1700000061}", INVALID,
	    "software_statement.times");
	expect(
	    &w, "{" ISS ",'exp':'soon'}", INVALID, "software_statement.times");
	expect(&w, "{" ISS "," EXP ",'nbf':1700000060,'iat':1700000060}", RC_OK,
	    NULL);
	expect(&w, "{" ISS "," EXP ",'nbf':1700000061}", INVALID,
	    "software_statement.times");
	expect(&w, "{" ISS "," EXP ",'iat':1700000061}", INVALID,
	    "software_statement.times");
	expect(&w, "{" ISS "," EXP ",'aud':'https://auth.example.org'}", RC_OK,
	    NULL);
	expect(&w,
	    "{" ISS "," EXP
	    ",'aud':['x','https://auth.example.org/oauth/register']}",
	    RC_OK, NULL);
	expect(&w, "{" ISS "," EXP ",'aud':'https://other.example'}", INVALID,
	    "software_statement.aud");
	expect(&w, "{" ISS "," EXP ",'aud':[]}", INVALID,
	    "software_statement.aud");
	expect(&w, "{" ISS "," EXP ",'aud':null}", INVALID,
	    "software_statement.aud");
	teardown(&w);
}
END_TEST

START_TEST(only_approved_issuers_and_algorithms)
{
	static const char *const one[] = { "RS256" };
	struct world w;

	setup(&w);
	expect(&w, "{'iss':'https://signer.example/'," EXP "}", UNAPPROVED,
	    "software_statement.issuer");
	expect(&w, "{" EXP "}", INVALID, "software_statement.iss");
	expect(&w, "{'iss':1," EXP "}", INVALID, "software_statement.iss");
	w.issuer.algorithms.items = one;
	w.issuer.algorithms.count = 1;
	expect(&w, "{" ISS "," EXP "}", UNAPPROVED, "software_statement.alg");
	w.conf.nissuers = 0;
	expect(
	    &w, "{" ISS "," EXP "}", UNAPPROVED, "software_statement.issuer");
	teardown(&w);
}
END_TEST

/* Put the payload of one JWT under the header and signature of another. */
static const char *
forge(struct world *w, const char *head, const char *payload)
{
	const char *dot = strchr(payload, '.');
	int len = (int)(strrchr(payload, '.') - dot);

	return rc_printf(w->rq->mem, "%.*s%.*s%s",
	    (int)(strchr(head, '.') - head), head, len, dot,
	    strrchr(head, '.'));
}

static const char *
unsigned_jwt(struct world *w, const char *header, const char *signature)
{
	static const char claims[] =
	    "{\"iss\":\"https://signer.example\",\"exp\":1700000300}";
	char a[128], b[256];

	rc_crypt_base64url(a, sizeof(a), header, strlen(header));
	rc_crypt_base64url(b, sizeof(b), claims, sizeof(claims) - 1);
	return rc_printf(w->rq->mem, "%s.%s.%s", a, b, signature);
}

START_TEST(forgeries_are_refused)
{
	static const char claims[] = "{" ISS "," EXP "}";
	static const char other[] = "{" ISS "," EXP ",'client_name':'Evil'}";
	const char *kid, *private, *public;
	struct rc_json *merged;
	struct world w;
	size_t i;

	setup(&w);
	for (i = 0; i < NFOUR; i++) {
		ck_assert_int_eq(apply(&w, "{}",
				     forge(&w, sign(&w, i, NULL, claims),
					 sign(&w, i, NULL, other)),
				     NULL, &merged),
		    INVALID);
		ck_assert_str_eq(
		    w.rq->fault.rule, "software_statement.signature");
		/* A key that is not the issuer's. */
		ck_assert(rc_jose_generate(
		    w.rq->mem, four[i], &kid, &private, &public));
		w.private[i] = private;
		ck_assert_int_eq(
		    apply(&w, "{}", sign(&w, i, NULL, claims), NULL, &merged),
		    INVALID);
	}
	ck_assert_int_eq(
	    apply(&w, "{}", unsigned_jwt(&w, "{\"alg\":\"none\"}", ""), NULL,
		&merged),
	    INVALID);
	ck_assert_int_eq(
	    apply(&w, "{}", unsigned_jwt(&w, "{\"alg\":\"none\"}", "AAAA"),
		NULL, &merged),
	    UNAPPROVED);
	ck_assert_int_eq(
	    apply(&w, "{}", unsigned_jwt(&w, "{\"alg\":\"HS256\"}", "AAAA"),
		NULL, &merged),
	    UNAPPROVED);
	teardown(&w);
}
END_TEST

START_TEST(what_is_no_statement)
{
	static const char claims[] = "{" ISS "," EXP "}";
	struct rc_json *merged;
	const char *jwt;
	struct world w;
	char *huge;

	setup(&w);
	ck_assert_int_eq(apply(&w, "{}", "x", NULL, &merged), INVALID);
	ck_assert_int_eq(apply(&w, "{}", "", NULL, &merged), INVALID);
	ck_assert_int_eq(
	    apply(&w, "{'software_statement':{}}", NULL, NULL, &merged),
	    INVALID);
	ck_assert_int_eq(
	    apply(&w, "{}", sign(&w, 0, "at+jwt", claims), NULL, &merged),
	    INVALID);
	/* What other strings may have is no bound for it. */
	huge = rc_alloc(w.rq->mem, 12001);
	memset(huge, 'x', 12000);
	jwt = sign(&w, 3, NULL,
	    rc_printf(w.rq->mem, "{" ISS ",'x':'%.11000s'}", huge));
	ck_assert_uint_gt(strlen(jwt), 14000);
	ck_assert_int_eq(apply(&w, "{}", jwt, NULL, &merged), RC_OK);
	jwt = sign(&w, 3, NULL,
	    rc_printf(w.rq->mem, "{" ISS ",'x':'%s%.500s'}", huge, huge));
	ck_assert_uint_gt(strlen(jwt), 16384);
	ck_assert_int_eq(apply(&w, "{}", jwt, NULL, &merged), INVALID);
	ck_assert_str_eq(w.rq->fault.rule, "software_statement.jwt");
	teardown(&w);
}
END_TEST

/* An update that brings along what is registered is not about the statement. */
START_TEST(a_registered_statement_may_expire)
{
	struct rc_json *registered, *merged;
	struct world w;
	const char *jwt;

	setup(&w);
	jwt = sign(&w, 3, NULL, "{" ISS "," EXP ",'client_name':'Signed'}");
	registered = unit_json(w.rq, "{}");
	rc_json_set_string(registered, "software_statement", jwt);
	rc_now_set(NOW + 1000);
	ck_assert_int_eq(apply(&w, "{}", jwt, NULL, &merged), INVALID);
	ck_assert_int_eq(
	    apply(&w, "{'client_name':'Mine'}", jwt, registered, &merged),
	    RC_OK);
	ck_assert_str_eq(rc_json_text(merged, "client_name"), "Signed");
	/* Not another one, nor one whose issuer has lost our trust. */
	ck_assert_int_eq(apply(&w, "{}", sign(&w, 3, NULL, "{" ISS "," EXP "}"),
			     registered, &merged),
	    INVALID);
	w.conf.nissuers = 0;
	ck_assert_int_eq(apply(&w, "{}", jwt, registered, &merged), UNAPPROVED);
	teardown(&w);
}
END_TEST

/* Put another public key in the place of the issuer's. */
static void
drop_keys(struct world *w)
{
	const char *kid, *private, *public;

	ck_assert(
	    rc_jose_generate(w->rq->mem, "EdDSA", &kid, &private, &public));
	w->issuer.jwks = rc_printf(w->rq->mem, "{\"keys\":[%s]}", public);
}

/* But it does not vouch for changes when it would not be believed otherwise. */
START_TEST(a_registered_statement_is_to_be_believed)
{
	static const char *const one[] = { "RS256" };
	struct rc_json *registered, *merged;
	struct world w;
	const char *jwt;

	setup(&w);
	jwt = sign(&w, 3, NULL, "{" ISS "," EXP ",'client_name':'Signed'}");
	registered = unit_json(w.rq, "{}");
	rc_json_set_string(registered, "software_statement", jwt);
	rc_now_set(NOW + 1000);
	ck_assert_int_eq(apply(&w, "{}", jwt, registered, &merged), RC_OK);
	ck_assert_str_eq(rc_json_text(w.claims, "client_name"), "Signed");
	w.conf.issuer = "https://moved.example.org";
	rc_json_set_string(registered, "software_statement",
	    jwt = sign(&w, 3, NULL,
		"{" ISS "," EXP ",'aud':'https://auth.example.org'}"));
	ck_assert_int_eq(apply(&w, "{}", jwt, registered, &merged), INVALID);
	ck_assert_str_eq(w.rq->fault.rule, "software_statement.aud");
	w.conf.issuer = "https://auth.example.org";
	drop_keys(&w);
	ck_assert_int_eq(apply(&w, "{}", jwt, registered, &merged), INVALID);
	ck_assert_str_eq(w.rq->fault.rule, "software_statement.signature");
	ck_assert_ptr_nonnull(strstr(w.rq->fault.description, "dropped"));
	w.issuer.algorithms.items = one;
	w.issuer.algorithms.count = 1;
	ck_assert_int_eq(apply(&w, "{}", jwt, registered, &merged), UNAPPROVED);
	teardown(&w);
}
END_TEST

START_TEST(a_section_that_cannot_work_is_told)
{
	static const char *const members[] = { "client_name", "client_nam" };
	static const char *const one[] = { "EdDSA" };
	const char *why;
	struct world w;

	setup(&w);
	w.issuer.members.items = members;
	w.issuer.members.count = 1;
	ck_assert_ptr_null(rc_statement_check(w.rq->mem, &w.conf));
	w.issuer.members.count = 2;
	ck_assert_ptr_nonnull(why = rc_statement_check(w.rq->mem, &w.conf));
	ck_assert_ptr_nonnull(strstr(why, "\"https://signer.example\": "));
	ck_assert_ptr_nonnull(strstr(why, "no metadata member client_nam;"));
	w.issuer.members.count = 0;
	w.issuer.algorithms.items = one;
	w.issuer.algorithms.count = 1;
	drop_keys(&w);
	ck_assert_ptr_null(rc_statement_check(w.rq->mem, &w.conf));
	w.issuer.algorithms.items = four;
	ck_assert_ptr_nonnull(why = rc_statement_check(w.rq->mem, &w.conf));
	ck_assert_ptr_nonnull(strstr(why, "no key that signs"));
	w.issuer.jwks = "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}";
	ck_assert_ptr_nonnull(rc_statement_check(w.rq->mem, &w.conf));
	/* Those that are fetched nobody can judge beforehand. */
	w.issuer.jwks = NULL;
	w.issuer.jwks_uri = "https://signer.example/jwks";
	ck_assert_ptr_null(rc_statement_check(w.rq->mem, &w.conf));
	teardown(&w);
}
END_TEST

UNIT_MAIN("statement", claims_win_over_plain_members,
    no_statement_changes_nothing, an_issuer_sets_what_it_may,
    times_and_audience, only_approved_issuers_and_algorithms,
    forgeries_are_refused, what_is_no_statement,
    a_registered_statement_may_expire, a_registered_statement_is_to_be_believed,
    a_section_that_cannot_work_is_told)
