#include "client_auth.h"
#include "credentials.h"
#include "jose.h"
#include "now.h"
#include "program.h"
#include "request.h"
#include "unit.h"

#define TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
/* A database that is away, so that what gets there says 503. */
#define AWAY "database = \"host=/nonexistent\"\n"
#define NOW 1700000000

static const struct rc_param params[] = { RC_CLIENT_AUTH_PARAMS };
static const struct rc_program program = {
	.name = "unit", .params = params, .nparams = RC_CLIENT_AUTH__MAX
};

/* A request with these parameters, NULL for those that are absent. */
static struct rc_req *
request(const char *text, const char *authorization, const char *id,
    const char *secret, const char *type, const char *assertion)
{
	const char *values[] = { id, secret, type, assertion };
	struct rc_req *rq = unit_request(text);
	struct rc_list *lists = rc_alloc(rq->mem, 4 * sizeof(*lists));
	const char **item;
	size_t i;

	ck_assert(rc_crypt_start());
	for (i = 0; i < 4; i++) {
		if (values[i] == NULL)
			continue;
		item = rc_alloc(rq->mem, sizeof(*item));
		*item = values[i];
		lists[i].items = item;
		lists[i].count = 1;
	}
	rq->params = lists;
	rq->program = &program;
	rq->authorization = authorization;
	return rq;
}

static void
expect_fault(struct rc_req *rq, enum rc_err err)
{

	ck_assert_int_eq(rc_client_auth_take(rq), err);
	ck_assert_int_eq(rq->fault.err, err);
	unit_request_free(rq);
}

static void
expect_credentials(struct rc_req *rq, enum rc_presented presented,
    const char *id, const char *methods, const char *secret)
{
	unsigned char hash[RC_CRYPT_HASH_SIZE];

	ck_assert_int_eq(rc_client_auth_take(rq), RC_OK);
	ck_assert_ptr_nonnull(rq->credentials);
	ck_assert_int_eq(rq->credentials->presented, presented);
	ck_assert_str_eq(rq->credentials->client_id, id);
	ck_assert_str_eq(rq->credentials->methods, methods);
	ck_assert(rq->credentials->secret == (secret != NULL));
	if (secret != NULL) {
		rc_crypt_hash(secret, strlen(secret), hash);
		ck_assert_mem_eq(rq->credentials->hash, hash, sizeof(hash));
	}
	unit_request_free(rq);
}

#define SECRETS "{client_secret_basic,client_secret_post}"
#define STRICT "strict_auth_method = on\n"

/* RFC 6749 2.3.1's own example. */
START_TEST(rfc6749_2_3_1_example)
{

	expect_credentials(request("",
			       "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REU"
			       "mJuZlZkbUl3",
			       NULL, NULL, NULL, NULL),
	    RC_PRESENTED_BASIC, "s6BhdRkqt3", SECRETS,
	    "7Fjfp0ZBr1KtDRbnfVdmIw");
	expect_credentials(request("", NULL, "s6BhdRkqt3",
			       "7Fjfp0ZBr1KtDRbnfVdmIw", NULL, NULL),
	    RC_PRESENTED_POST, "s6BhdRkqt3", SECRETS, "7Fjfp0ZBr1KtDRbnfVdmIw");
}
END_TEST

START_TEST(strict_methods)
{

	expect_credentials(
	    request(STRICT, "Basic YTpi", NULL, NULL, NULL, NULL),
	    RC_PRESENTED_BASIC, "a", "{client_secret_basic}", "b");
	expect_credentials(request(STRICT, NULL, "a", "b", NULL, NULL),
	    RC_PRESENTED_POST, "a", "{client_secret_post}", "b");
	expect_credentials(request(STRICT, NULL, "a", NULL, NULL, NULL),
	    RC_PRESENTED_NONE, "a", "{none}", NULL);
}
END_TEST

START_TEST(basic_is_decoded_twice)
{

	/* a%2Bb:c+d%3A:e */
	expect_credentials(
	    request("", "basic  YSUyQmI6YytkJTNBOmU=", "a+b", NULL, NULL, NULL),
	    RC_PRESENTED_BASIC, "a+b", SECRETS, "c d::e");
	/* a:b without its padding; a:>?> and more, with + and / */
	expect_credentials(request("", "Basic YTpiYg", NULL, NULL, NULL, NULL),
	    RC_PRESENTED_BASIC, "a", SECRETS, "bb");
	expect_credentials(
	    request("", "Basic YTo+Pz4/", NULL, NULL, NULL, NULL),
	    RC_PRESENTED_BASIC, "a", SECRETS, ">?>?");
}
END_TEST

START_TEST(broken_credentials)
{
	/* In turn: nothing, no base64, base64url, no colon, no secret, no
	 * client_id, a broken escape, a NUL, two NULs, a letter that is no
	 * ASCII, a control character, three '='. */
	static const char *const bad[] = { "Basic ", "Basic !!!!",
		"Basic YTo-Pz4_",
		"Basic YQ==", "Basic YTo=", "Basic OmI=", "Basic YSV6ejpi",
		"Basic YSUwMDpi", "Basic YQA6YgA=", "Basic w6Q6Yg==",
		"Basic YQo6Yg==", "Basic YTpi===" };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		expect_fault(request("", bad[i], NULL, NULL, NULL, NULL),
		    RC_ERR_INVALID_REQUEST);
	expect_fault(request("", NULL, "\xc3\xa4", NULL, NULL, NULL),
	    RC_ERR_INVALID_REQUEST);
	expect_fault(
	    request("", NULL, NULL, "b", NULL, NULL), RC_ERR_INVALID_REQUEST);
}
END_TEST

START_TEST(nothing_that_counts)
{

	expect_fault(
	    request("", NULL, NULL, NULL, NULL, NULL), RC_ERR_INVALID_CLIENT);
	expect_fault(request("", "Bearer x", "a", NULL, NULL, NULL),
	    RC_ERR_INVALID_CLIENT);
	expect_fault(request("", "Basic", NULL, NULL, NULL, NULL),
	    RC_ERR_INVALID_CLIENT);
}
END_TEST

START_TEST(one_method_only)
{

	expect_fault(request("", "Basic YTpi", NULL, "b", NULL, NULL),
	    RC_ERR_INVALID_REQUEST);
	expect_fault(request("", "Basic YTpi", NULL, NULL, TYPE, NULL),
	    RC_ERR_INVALID_REQUEST);
	expect_fault(
	    request("", NULL, "a", "b", NULL, "x"), RC_ERR_INVALID_REQUEST);
	expect_fault(request("", "Basic YTpi", "b", NULL, NULL, NULL),
	    RC_ERR_INVALID_REQUEST);
}
END_TEST

/* Take an assertion with these claims, under a configuration. */
static enum rc_err
assertion(const char *conf, const char *typ, const char *claims)
{
	struct rc_req *rq, *text = unit_request("");
	const char *kid, *private, *public, *jwt;
	enum rc_err e;

	ck_assert(rc_crypt_start());
	ck_assert(
	    rc_jose_generate(text->mem, "EdDSA", &kid, &private, &public));
	jwt = rc_jose_sign(text->mem, rc_jose_key(text->mem, private), typ,
	    rc_json_write(text->mem, unit_json(text, claims)));
	rq = request(
	    rc_printf(text->mem, AWAY "%s", conf), NULL, NULL, NULL, TYPE, jwt);
	e = rc_client_auth_take(rq);
	unit_request_free(rq);
	unit_request_free(text);
	return e;
}

#define WHO "{'iss':'a','sub':'a','jti':'j',"
#define AUD "'aud':'https://auth.example.org',"

/* What is good gets as far as the database, which is not there. */
START_TEST(good_assertions)
{
	static const char *const good[] = { WHO AUD "'exp':1700000300}",
		WHO AUD "'exp':1699999941}", WHO AUD "'exp':1700000360}",
		WHO AUD "'exp':1700000000.5}",
		WHO AUD "'exp':1700000001,'nbf':1700000060,'iat':1700000060}",
		WHO "'aud':['https://auth.example.org'],'exp':1700000001}" };
	size_t i;

	rc_now_set(NOW);
	for (i = 0; i < sizeof(good) / sizeof(*good); i++)
		ck_assert_msg(assertion("", NULL, good[i]) ==
				  RC_ERR_TEMPORARILY_UNAVAILABLE,
		    "%s", good[i]);
	ck_assert_int_eq(
	    assertion("", "JWT", good[0]), RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_int_eq(assertion("", "Client-Authentication+jwt", good[0]),
	    RC_ERR_TEMPORARILY_UNAVAILABLE);
}
END_TEST

START_TEST(bad_assertions)
{
	static const char *const bad[] = { "{}", WHO AUD "'exp':1699999940}",
		WHO AUD "'exp':1700000361}", WHO AUD "'exp':'1700000001'}",
		WHO AUD "'exp':null}", WHO AUD "'nbf':1}",
		WHO AUD "'exp':1e300}",
		WHO AUD "'exp':1700000001,'nbf':1700000061}",
		WHO AUD "'exp':1700000001,'iat':1700000061}",
		WHO AUD "'exp':1700000001,'iat':null}",
		WHO "'aud':[],'exp':1700000001}",
		WHO "'aud':[1],'exp':1700000001}",
		WHO "'aud':['https://auth.example.org','x'],'exp':1700000001}",
		WHO "'aud':'https://auth.example.org/','exp':1700000001}",
		WHO "'aud':'https://auth.example.org/oauth/token',"
		    "'exp':1700000001}",
		"{'iss':'a','sub':'b','jti':'j'," AUD "'exp':1700000001}",
		"{'sub':'a','jti':'j'," AUD "'exp':1700000001}",
		"{'iss':'\xc3\xa4','sub':'\xc3\xa4','jti':'j'," AUD
		"'exp':1700000001}",
		"{'iss':'a','sub':'a','jti':''," AUD "'exp':1700000001}",
		"{'iss':'a','sub':'a'," AUD "'exp':1700000001}" };
	size_t i;

	rc_now_set(NOW);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(
		    assertion("", NULL, bad[i]) == RC_ERR_INVALID_CLIENT, "%s",
		    bad[i]);
	ck_assert_int_eq(assertion("", "at+jwt", WHO AUD "'exp':1700000300}"),
	    RC_ERR_INVALID_CLIENT);
	ck_assert_int_eq(assertion("assertion_max_lifetime = 1m\n", NULL,
			     WHO AUD "'exp':1700000300}"),
	    RC_ERR_INVALID_CLIENT);
}
END_TEST

START_TEST(the_token_endpoint_as_audience)
{
	static const char conf[] = "assertion_audience = token_endpoint\n";
	static const char *const good[] = { WHO
		"'aud':'https://auth.example.org/oauth/token',"
		"'exp':1700000001}",
		WHO "'aud':['https://auth.example.org/oauth/token',"
		    "'https://auth.example.org'],'exp':1700000001}",
		WHO AUD "'exp':1700000001}" };
	size_t i;

	rc_now_set(NOW);
	for (i = 0; i < sizeof(good) / sizeof(*good); i++)
		ck_assert_msg(assertion(conf, NULL, good[i]) ==
				  RC_ERR_TEMPORARILY_UNAVAILABLE,
		    "%s", good[i]);
	ck_assert_int_eq(
	    assertion(conf, NULL,
		WHO "'aud':['https://auth.example.org/oauth/token','x'],"
		    "'exp':1700000001}"),
	    RC_ERR_INVALID_CLIENT);
}
END_TEST

START_TEST(half_an_assertion)
{

	expect_fault(
	    request("", NULL, NULL, NULL, TYPE, NULL), RC_ERR_INVALID_REQUEST);
	expect_fault(request("", NULL, NULL, NULL, NULL, "a.b.c"),
	    RC_ERR_INVALID_REQUEST);
	expect_fault(request("", NULL, NULL, NULL, TYPE, "a.b.c"),
	    RC_ERR_INVALID_CLIENT);
	expect_fault(request("", NULL, NULL, NULL, TYPE "x", "a.b.c"),
	    RC_ERR_INVALID_CLIENT);
}
END_TEST

UNIT_MAIN("client_auth", rfc6749_2_3_1_example, strict_methods,
    basic_is_decoded_twice, broken_credentials, nothing_that_counts,
    one_method_only, good_assertions, bad_assertions,
    the_token_endpoint_as_audience, half_an_assertion)
