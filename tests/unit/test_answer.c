#include <string.h>

#include "answer.h"
#include "arena.h"
#include "conf.h"
#include "crypt.h"
#include "json.h"
#include "page.h"
#include "program.h"
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

/* RFC 6265 3: folded into one header they would be one cookie. */
START_TEST(each_cookie_has_a_header_of_its_own)
{
	struct rc_req rq = make_request();

	rc_answer_header(&rq, "Set-Cookie", "a=1");
	rc_answer_header(&rq, "ETag", "\"1\"");
	rc_answer_header(&rq, "Set-Cookie", "b=2");
	ck_assert_uint_eq(rq.answer.nheaders, 3);
	ck_assert_str_eq(rq.answer.headers[0].value, "a=1");
	ck_assert_str_eq(rq.answer.headers[2].value, "b=2");
	rc_arena_free(rq.mem);
}
END_TEST

/* RFC 9110 13.1.2 */
START_TEST(if_none_match_is_understood)
{
	static const struct {
		const char *header;
		bool matches;
	} cases[] = { { "\"abc\"", true }, { "W/\"abc\"", true },
		{ "\"x\", \"abc\"", true }, { "\"x\",W/\"abc\" , \"y\"", true },
		{ "*", true }, { " * ", true }, { "*x", false },
		{ "\"a,*\"", false }, { "\"x,y\", \"abc\"", true },
		{ "\"ab\"", false }, { "\"abcd\"", false }, { "abc", false },
		{ "x\"abc\"", false }, { "", false }, { ",", false },
		{ "\"abc\"x", true } };
	struct rc_req rq;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rq = make_request();
		setenv("HTTP_IF_NONE_MATCH", cases[i].header, 1);
		rc_answer_document(&rq, "text/css", "b", 1, "\"abc\"");
		ck_assert_msg(
		    rq.answer.status == (cases[i].matches ? 304 : 200), "%s",
		    cases[i].header);
		ck_assert_uint_eq(rq.answer.len, cases[i].matches ? 0 : 1);
		ck_assert_str_eq(header(&rq, "ETag"), "\"abc\"");
		rc_arena_free(rq.mem);
	}
	unsetenv("HTTP_IF_NONE_MATCH");
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

/* A session that began is not lost when the next step fails. */
START_TEST(a_fault_keeps_cookies)
{
	struct rc_req rq = make_request();

	rc_answer_header(&rq, "ETag", "\"half-made\"");
	rc_answer_header(&rq, "Set-Cookie", "a=1");
	rc_answer_header(&rq, "Location", "https://app.example.org/");
	rc_answer_header(&rq, "set-cookie", "b=2");
	rc_answer_fault(&rq, RC_ERR_SERVER_ERROR);
	ck_assert_int_eq(rq.answer.status, 500);
	ck_assert_str_eq(rq.answer.headers[0].name, "Set-Cookie");
	ck_assert_str_eq(rq.answer.headers[0].value, "a=1");
	ck_assert_str_eq(rq.answer.headers[1].name, "Set-Cookie");
	ck_assert_str_eq(rq.answer.headers[1].value, "b=2");
	ck_assert_ptr_null(header(&rq, "ETag"));
	ck_assert_ptr_null(header(&rq, "Location"));
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

START_TEST(a_fault_may_know_when_to_retry)
{
	struct rc_req rq = make_request();

	rq.fault.retry_after = 77;
	rc_answer_fault(&rq, RC_ERR_TOO_MANY_REQUESTS);
	ck_assert_int_eq(rq.answer.status, 429);
	ck_assert_str_eq(header(&rq, "Retry-After"), "77");
	rc_arena_free(rq.mem);
}
END_TEST

START_TEST(a_fault_has_details_and_warnings_where_there_are)
{
	struct rc_req rq = make_request();

	rq.warnings = rc_json_new_array(rq.mem);
	rc_fail_at(&rq, RC_ERR_INVALID_REDIRECT_URI, "/a/0", "type", "text",
	    "a[0] is no string");
	rc_fail_at(&rq, RC_ERR_INVALID_CLIENT_METADATA, "/b", "length", NULL,
	    "b is long");
	rc_warn_at(&rq, "/c", "unknown_member", NULL, "c is ignored");
	rc_answer_fault(&rq, RC_ERR_INVALID_REDIRECT_URI);
	ck_assert_str_eq(rq.answer.body,
	    "{\"error\":\"invalid_redirect_uri\","
	    "\"error_description\":\"a[0] is no string\","
	    "\"error_details\":[{\"pointer\":\"/a/0\",\"rule\":\"type\","
	    "\"message\":\"a[0] is no string\",\"hint\":\"text\"},"
	    "{\"pointer\":\"/b\",\"rule\":\"length\","
	    "\"message\":\"b is long\"}],"
	    "\"warnings\":[{\"pointer\":\"/c\","
	    "\"rule\":\"unknown_member\",\"message\":\"c is ignored\"}]}");
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

/* RFC 6749 5.2: a client learns of Basic, whatever it tried. */
START_TEST(a_client_is_challenged_by_basic)
{
	struct rc_req rq = make_request();

	rc_answer_fault(&rq, RC_ERR_INVALID_CLIENT);
	ck_assert_int_eq(rq.answer.status, 401);
	ck_assert_str_eq(header(&rq, "WWW-Authenticate"),
	    "Basic realm=\"https://auth.example.org\"");
	rc_arena_free(rq.mem);
}
END_TEST

START_TEST(a_redirect_is_303_and_tells_nobody_whence)
{
	struct rc_req rq = make_request();

	rc_answer_redirect(&rq, "https://client.example/?code=x");
	ck_assert_int_eq(rq.answer.status, 303);
	ck_assert_str_eq(
	    header(&rq, "Location"), "https://client.example/?code=x");
	ck_assert_str_eq(header(&rq, "Cache-Control"), "no-store");
	ck_assert_str_eq(header(&rq, "Referrer-Policy"), "no-referrer");
	rc_arena_free(rq.mem);
}
END_TEST

/* CSP 3 2.3.1: an origin, or a scheme where there is none. */
START_TEST(a_form_may_lead_to_the_redirect_uri)
{
	static const struct {
		const char *uri, *source;
	} cases[] = { { "https://claude.ai/api/cb?x=1",
			  "https://claude.ai https:" },
		{ "https://a.example:8443/", "https://a.example:8443 https:" },
		{ "http://127.0.0.1:53682/cb",
		    "http://127.0.0.1:53682 https:" },
		{ "http://[::1]:5/cb", "http: https:" },
		{ "cursor://anysphere.cursor-mcp/cb", "cursor:" },
		{ "com.example.app:/cb", "com.example.app:" } };
	struct rc_arena *mem = rc_arena_new();
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(
		    rc_answer_form_sources(mem, cases[i].uri), cases[i].source);
	rc_arena_free(mem);
}
END_TEST

/* A program that speaks to people says a fault as a page. */
START_TEST(a_person_is_told_by_a_page)
{
	static const struct rc_program people = { .errors = RC_ERRORS_PAGE };
	const char *top = getenv("srcdir");
	struct rc_arena *mem = rc_arena_new();
	struct rc_conf site = conf;
	struct rc_req rq = make_request();
	const char *policy, *etag;
	size_t len;

	site.pages = rc_printf(mem, "%s/pages", top != NULL ? top : ".");
	site.endpoint_base = "https://auth.example.org/oauth";
	ck_assert(rc_crypt_start());
	ck_assert(rc_answer_pages.start(&site, &people));
	rq.conf = &site;
	rq.program = &people;
	setenv("HTTP_ACCEPT_LANGUAGE", "zh-CN,zh;q=0.9", 1);
	rc_fail(&rq, RC_ERR_NOT_FOUND, "no <b>such</b> page");
	rc_answer_fault(&rq, RC_ERR_NOT_FOUND);
	ck_assert_int_eq(rq.answer.status, 404);
	ck_assert_str_eq(
	    header(&rq, "Content-Type"), "text/html; charset=utf-8");
	ck_assert_ptr_nonnull(strstr(rq.answer.body, "lang=\"zh"));
	ck_assert_ptr_nonnull(strstr(rq.answer.body, "&lt;b&gt;such"));
	ck_assert_ptr_null(strstr(rq.answer.body, "<b>such"));
	ck_assert_ptr_null(strstr(rq.answer.body, "continue"));
	/* The sheet of these very bytes. */
	(void)rc_page_style(rc_answer_site(), &len, &etag);
	ck_assert_ptr_nonnull(strstr(rq.answer.body,
	    rc_printf(rq.mem, "/oauth/authorize/style.css?%.16s\"", etag + 1)));
	policy = header(&rq, "Content-Security-Policy");
	ck_assert_ptr_nonnull(policy);
	ck_assert_ptr_nonnull(strstr(policy, "frame-ancestors 'none'"));
	ck_assert_ptr_nonnull(strstr(policy, "default-src 'none'"));
	ck_assert_ptr_nonnull(strstr(policy, "form-action 'self';"));
	ck_assert_str_eq(header(&rq, "X-Frame-Options"), "DENY");
	ck_assert_str_eq(header(&rq, "Cache-Control"), "no-store");
	/* OpenID Connect Core 3.1.2.1, ui_locales; and whom to tell what. */
	rc_arena_free(rq.mem);
	rq = make_request();
	rq.conf = &site;
	rq.program = &people;
	rq.fault.ui_locales = "en";
	rq.fault.form_action = "https://app.example.org";
	rq.fault.data = rc_json_new_object(rq.mem);
	rc_json_set_string(rq.fault.data, "client_id", "c-1");
	rc_answer_fault(&rq, RC_ERR_INVALID_SCOPE);
	ck_assert_ptr_nonnull(strstr(rq.answer.body, "lang=\"en"));
	ck_assert_ptr_nonnull(strstr(rq.answer.body, "<code>c-1</code>"));
	policy = header(&rq, "Content-Security-Policy");
	ck_assert_ptr_nonnull(policy);
	ck_assert_ptr_nonnull(
	    strstr(policy, "form-action 'self' https://app.example.org;"));
	rc_answer_pages.stop();
	rc_arena_free(rq.mem);
	rc_arena_free(mem);
}
END_TEST

UNIT_MAIN("answer", answer_header_replaces_one_of_that_name,
    each_cookie_has_a_header_of_its_own, if_none_match_is_understood,
    answer_header_never_overflows, answer_forms, fault_says_what_was_found,
    a_fault_keeps_cookies, fault_always_has_a_description,
    fault_503_says_when_to_retry, a_fault_may_know_when_to_retry,
    a_fault_has_details_and_warnings_where_there_are, fault_401_challenges,
    a_client_is_challenged_by_basic, a_redirect_is_303_and_tells_nobody_whence,
    a_form_may_lead_to_the_redirect_uri, a_person_is_told_by_a_page)
