#include "unit.h"

#include "params.h"
#include "program.h"
#include "request.h"

enum {
	ONE,
	MANY,
	QUERY
};
static const struct rc_param rows[] = {
	[ONE] = { "one", 0 },
	[MANY] = { "many", RC_PARAM_MANY },
	[QUERY] = { "query", RC_PARAM_QUERY },
};
static const struct rc_program program = { .params = rows, .nparams = 3 };
static const struct rc_program page = {
	.params = rows, .nparams = 3, .errors = RC_ERRORS_PAGE
};

/* Return a request with that query and, unless it is NULL, that form. */
static struct rc_req *
request(const struct rc_program *p, const char *query, const char *form)
{
	struct rc_req *rq = unit_request("");

	rq->program = p;
	rq->method = form == NULL ? RC_METHOD_GET : RC_METHOD_POST;
	rq->query = query;
	rq->body = form == NULL ? "" : form;
	rq->len = strlen(rq->body);
	return rq;
}

START_TEST(a_get_has_them_in_its_query)
{
	struct rc_req *rq =
	    request(&program, "one=a%20b&many=1&x=y&many=2&query=q", NULL);

	ck_assert_int_eq(rc_params_take(rq), RC_OK);
	ck_assert_str_eq(rc_param(rq, ONE), "a b");
	ck_assert_str_eq(rc_param(rq, MANY), "1");
	ck_assert_uint_eq(rc_param_all(rq, MANY)->count, 2);
	ck_assert_str_eq(rc_param_all(rq, MANY)->items[1], "2");
	ck_assert_str_eq(rc_param(rq, QUERY), "q");
	ck_assert_ptr_null(rq->repeated);
	unit_request_free(rq);
}
END_TEST

/* RFC 6749 2.3.1: credentials must not be in the URI of a token request. */
START_TEST(a_post_has_them_in_its_form_save_some)
{
	struct rc_req *rq =
	    request(&program, "one=no&query=q", "many=m&query=no");

	ck_assert_int_eq(rc_params_take(rq), RC_OK);
	ck_assert_ptr_null(rc_param(rq, ONE));
	ck_assert_str_eq(rc_param(rq, MANY), "m");
	ck_assert_str_eq(rc_param(rq, QUERY), "q");
	unit_request_free(rq);
}
END_TEST

/* RFC 6749 3.1: without a value is as if it were not there. */
START_TEST(an_empty_value_is_none)
{
	struct rc_req *rq = request(&program, "one=&many=&many=x", NULL);

	ck_assert_int_eq(rc_params_take(rq), RC_OK);
	ck_assert_ptr_null(rc_param(rq, ONE));
	ck_assert_str_eq(rc_param(rq, MANY), "x");
	ck_assert_uint_eq(rc_param_all(rq, MANY)->count, 1);
	unit_request_free(rq);
}
END_TEST

/* RFC 6749 3.1 and 3.2: none may come twice. */
START_TEST(a_repeated_one_is_refused)
{
	static const char *const queries[] = { "one=a&one=b", "one=a&one=a",
		"one=&one=a" };
	struct rc_req *rq;
	size_t i;

	for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		rq = request(&program, queries[i], NULL);
		ck_assert_int_eq(rc_params_take(rq), RC_ERR_INVALID_REQUEST);
		ck_assert_ptr_nonnull(strstr(rq->fault.description, "one"));
		unit_request_free(rq);
	}
	/* Where a person is asking, the handler judges. */
	rq = request(&page, queries[0], NULL);
	ck_assert_int_eq(rc_params_take(rq), RC_OK);
	ck_assert_str_eq(rq->repeated, "one");
	ck_assert_str_eq(rc_param(rq, ONE), "a");
	unit_request_free(rq);
}
END_TEST

START_TEST(what_is_no_text_is_refused)
{
	static const char *const bad[] = { "one=%", "one=%zz", "one=%00",
		"one=%ff", "other=%c0%af" };
	struct rc_req *rq;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		rq = request(&program, bad[i], NULL);
		ck_assert_int_eq(rc_params_take(rq), RC_ERR_INVALID_REQUEST);
		unit_request_free(rq);
		rq = request(&program, "", bad[i]);
		ck_assert_int_eq(rc_params_take(rq), RC_ERR_INVALID_REQUEST);
		unit_request_free(rq);
	}
	rq = request(&program, "", "one=a");
	rq->body = "one=a\0&many=b";
	rq->len = 13;
	ck_assert_int_eq(rc_params_take(rq), RC_ERR_INVALID_REQUEST);
	unit_request_free(rq);
}
END_TEST

UNIT_MAIN("params", a_get_has_them_in_its_query,
    a_post_has_them_in_its_form_save_some, an_empty_value_is_none,
    a_repeated_one_is_refused, what_is_no_text_is_refused)
