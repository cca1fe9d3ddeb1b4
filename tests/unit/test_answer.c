#include <string.h>

#include "answer.h"
#include "arena.h"
#include "conf.h"
#include "json.h"
#include "req.h"
#include "unit.h"

static const struct rc_conf conf = { .issuer = "https://auth.example.org" };

static struct rc_req
make_request(void)
{
	struct rc_req rq = { .mem = rc_arena_new(), .conf = &conf };

	return rq;
}

static const char *
header(const struct rc_req *rq, const char *name)
{
	size_t i;

	for (i = 0; i < rq->answer.nheaders; i++) {
		if (strcmp(rq->answer.headers[i].name, name) == 0)
			return rq->answer.headers[i].value;
	}
	return NULL;
}

START_TEST(answer_header_replaces_one_of_that_name)
{
	struct rc_req rq = make_request();

	rc_answer_header(&rq, "ETag", "\"1\"");
	rc_answer_header(&rq, "Allow", "GET");
	rc_answer_header(&rq, "etag", "\"2\"");
	ck_assert_uint_eq(rq.answer.nheaders, 2);
	ck_assert_str_eq(rq.answer.headers[0].value, "\"2\"");
	rc_arena_free(rq.mem);
}
END_TEST

START_TEST(answer_header_never_overflows)
{
	struct rc_req rq = make_request();
	size_t i;

	for (i = 0; i < RC_ANSWER_HEADERS + 3; i++)
		rc_answer_header(&rq, rc_printf(rq.mem, "X-%zu", i), "v");
	ck_assert_uint_eq(rq.answer.nheaders, RC_ANSWER_HEADERS);
	rc_arena_free(rq.mem);
}
END_TEST

START_TEST(answer_forms)
{
	struct rc_req rq = make_request();
	struct rc_json *o = rc_json_new_object(rq.mem);

	rc_json_set_string(o, "a", "b/c");
	rc_answer_json(&rq, 201, o);
	ck_assert_int_eq(rq.answer.status, 201);
	ck_assert_str_eq(rq.answer.body, "{\"a\":\"b/c\"}");
	ck_assert_uint_eq(rq.answer.len, 11);
	ck_assert_str_eq(header(&rq, "Content-Type"), "application/json");
	rc_answer_text(&rq, 200, "text/html", "<p>", 3);
	ck_assert_str_eq(header(&rq, "Content-Type"), "text/html");
	ck_assert_uint_eq(rq.answer.len, 3);
	rc_arena_wipe(rq.mem);
	memset(&rq.answer, 0, sizeof(rq.answer));
	rc_answer_empty(&rq, 204);
	ck_assert_int_eq(rq.answer.status, 204);
	ck_assert_uint_eq(rq.answer.len, 0);
	ck_assert_uint_eq(rq.answer.nheaders, 0);
	rc_arena_free(rq.mem);
}
END_TEST

START_TEST(fault_says_what_was_found)
{
	struct rc_req rq = make_request();

	rc_answer_header(&rq, "ETag", "\"half-made\"");
	rc_fail(&rq, RC_ERR_INVALID_REDIRECT_URI, "uri %d is \"%s\"", 1, "\\");
	rc_answer_fault(&rq, RC_ERR_INVALID_REDIRECT_URI);
	ck_assert_int_eq(rq.answer.status, 400);
	ck_assert_str_eq(rq.answer.body,
	    "{\"error\":\"invalid_redirect_uri\","
	    "\"error_description\":\"uri 1 is ???\"}");
	ck_assert_str_eq(header(&rq, "Content-Type"), "application/json");
	ck_assert_str_eq(header(&rq, "Cache-Control"), "no-store");
	ck_assert_ptr_null(header(&rq, "ETag"));
	ck_assert_ptr_null(header(&rq, "WWW-Authenticate"));
	rc_arena_free(rq.mem);
}
END_TEST

START_TEST(fault_always_has_a_description)
{
	int e;

	for (e = RC_OK + 1; e < RC_ERR__MAX; e++) {
		struct rc_req rq = make_request();
		const char *text = rc_err_text((enum rc_err)e);

		rc_answer_fault(&rq, (enum rc_err)e);
		ck_assert_int_eq(
		    rq.answer.status, rc_err_status((enum rc_err)e));
		ck_assert_str_eq(rq.fault.description, text);
		ck_assert_ptr_nonnull(strstr(rq.answer.body, text));
		rc_arena_free(rq.mem);
	}
}
END_TEST

START_TEST(fault_503_says_when_to_retry)
{
	struct rc_req rq = make_request();

	rc_answer_fault(&rq, RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_int_eq(rq.answer.status, 503);
	ck_assert_str_eq(header(&rq, "Retry-After"), "2");
	rc_arena_free(rq.mem);
}
END_TEST

/* RFC 6750 3.1: no error code for who did not try, or tried something else. */
START_TEST(fault_401_challenges)
{
	static const char bare[] = "Bearer realm=\"https://auth.example.org\"";
	static const char *const headers[] = { NULL, "Basic dTpw" };
	struct rc_req rq;
	size_t i;

	for (i = 0; i < 2; i++) {
		rq = make_request();
		rq.authorization = headers[i];
		rc_answer_fault(&rq, RC_ERR_INVALID_TOKEN);
		ck_assert_int_eq(rq.answer.status, 401);
		ck_assert_str_eq(header(&rq, "WWW-Authenticate"), bare);
		rc_arena_free(rq.mem);
	}
	rq = make_request();
	rq.authorization = "bearer abc";
	rc_fail(&rq, RC_ERR_INVALID_TOKEN, "It has \"expired\"");
	rc_answer_fault(&rq, RC_ERR_INVALID_TOKEN);
	ck_assert_str_eq(header(&rq, "WWW-Authenticate"),
	    "Bearer realm=\"https://auth.example.org\", "
	    "error=\"invalid_token\", error_description=\"It has ?expired?\"");
	rc_arena_free(rq.mem);
}
END_TEST

UNIT_MAIN("answer", answer_header_replaces_one_of_that_name,
    answer_header_never_overflows, answer_forms, fault_says_what_was_found,
    fault_always_has_a_description, fault_503_says_when_to_retry,
    fault_401_challenges)
