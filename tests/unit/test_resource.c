#include "request.h"
#include "resource.h"
#include "unit.h"

#define CONF                                                                \
	"resource \"https://api.example.org/v1\" { scopes = {\"read\"} }\n" \
	"resource \"https://files.example.org\" { scopes = {\"read\"} }\n"  \
	"default_resource = \"https://files.example.org\"\n"

/* Ask for up to two; return the answer as an array, or the sentence. */
static const char *
check(struct rc_req *rq, const char *one, const char *two)
{
	const char *items[] = { one, two };
	struct rc_list asked = { items, one == NULL ? 0 : two == NULL ? 1 : 2 };
	struct rc_list audience;
	const char *why;

	why = rc_resource_check(rq->mem, rq->conf, &asked, &audience);
	return why != NULL ? why : rc_resource_array(rq->mem, &audience);
}

START_TEST(known_resources_are_good)
{
	struct rc_req *rq = unit_request(CONF);

	ck_assert_str_eq(check(rq, NULL, NULL), "{}");
	ck_assert_str_eq(check(rq, "https://auth.example.org", NULL),
	    "{\"https://auth.example.org\"}");
	ck_assert_str_eq(check(rq, "https://api.example.org/v1",
			     "https://files.example.org"),
	    "{\"https://api.example.org/v1\",\"https://files.example.org\"}");
	unit_request_free(rq);
}
END_TEST

START_TEST(a_bare_origin_may_have_its_slash)
{
	struct rc_req *rq = unit_request(CONF);

	ck_assert_str_eq(check(rq, "https://files.example.org/",
			     "https://files.example.org"),
	    "{\"https://files.example.org\"}");
	ck_assert_str_eq(check(rq, "https://auth.example.org/", NULL),
	    "{\"https://auth.example.org\"}");
	ck_assert(check(rq, "https://api.example.org/v1/", NULL)[0] != '{');
	ck_assert(check(rq, "https://api.example.org", NULL)[0] != '{');
	unit_request_free(rq);
}
END_TEST

START_TEST(others_are_refused_in_words)
{
	static const char *const bad[] = { "", "read", "/v1", "api.example.org",
		"https://api.example.org/v1?x", "https://api.example.org/v2",
		"HTTPS://api.example.org/v1", "https://API.example.org/v1",
		"urn:example:api" };
	struct rc_req *rq = unit_request(CONF);
	const char *why;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		why = check(rq, "https://auth.example.org", bad[i]);
		ck_assert_msg(why[0] != '{', "%s", bad[i]);
	}
	why = check(rq, "https://api.example.org/v1#", NULL);
	ck_assert_ptr_nonnull(strstr(why, "fragment"));
	why = check(rq, "https://else.example.org", NULL);
	ck_assert_ptr_nonnull(strstr(why, "https://auth.example.org"));
	ck_assert_ptr_nonnull(strstr(why, "https://api.example.org/v1"));
	ck_assert_ptr_nonnull(strstr(why, "https://files.example.org"));
	unit_request_free(rq);
}
END_TEST

START_TEST(a_sentence_names_no_more_than_can_be_read)
{
	const char *sections = "", *why;
	struct rc_req *small = unit_request(""), *rq;
	int i;

	for (i = 0; i < 20; i++)
		sections = rc_printf(small->mem,
		    "%sresource \"https://r%d.example.org\" { scopes = {\"read\"} }\n",
		    sections, i);
	rq = unit_request(sections);
	why = check(rq, "https://else.example.org", NULL);
	ck_assert_ptr_nonnull(strstr(why, "r6.example.org"));
	ck_assert_ptr_null(strstr(why, "r7.example.org"));
	ck_assert_ptr_nonnull(strstr(why, "or another"));
	ck_assert_str_eq(check(rq, "https://r19.example.org", NULL),
	    "{\"https://r19.example.org\"}");
	unit_request_free(rq);
	unit_request_free(small);
}
END_TEST

START_TEST(an_array_is_quoted)
{
	static const char *const items[] = { "a,b", "c\"d", "e\\f", "{}", "" };
	const struct rc_list list = { items, 5 };
	struct rc_req *rq = unit_request("");

	ck_assert_str_eq(rc_resource_array(rq->mem, &list),
	    "{\"a,b\",\"c\\\"d\",\"e\\\\f\",\"{}\",\"\"}");
	unit_request_free(rq);
}
END_TEST

START_TEST(what_is_there_is_not_added)
{
	struct rc_req *rq = unit_request("");
	struct rc_list list = { NULL, 0 };

	rc_resource_add(rq->mem, &list, "a");
	rc_resource_add(rq->mem, &list, "b");
	rc_resource_add(rq->mem, &list, "a");
	ck_assert_str_eq(rc_resource_array(rq->mem, &list), "{\"a\",\"b\"}");
	unit_request_free(rq);
}
END_TEST

UNIT_MAIN("resource", known_resources_are_good,
    a_bare_origin_may_have_its_slash, others_are_refused_in_words,
    a_sentence_names_no_more_than_can_be_read, an_array_is_quoted,
    what_is_there_is_not_added)
