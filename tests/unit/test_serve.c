#include <fcntl.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "arena.h"
#include "bearer.h"
#include "conf.h"
#include "serve.h"
#include "unit.h"

static const struct rc_conf conf = { .issuer = "https://auth.example.org/t",
	.secure = true,
	.issuer_path = "/t",
	.endpoint_path = "/oauth",
	.max_body = 65536 };

/* Answer with the name of the handler; a query says what else to do. */
static enum rc_err
reply(struct rc_req *rq, const char *name)
{

	if (strcmp(rq->query, "down") == 0)
		return RC_ERR_TEMPORARILY_UNAVAILABLE;
	if (strcmp(rq->query, "forget") == 0)
		return RC_OK;
	if (strcmp(rq->query, "cached") == 0)
		rc_answer_header(rq, "Cache-Control", "public, max-age=60");
	rc_answer_text(rq, 200, "text/plain", name, strlen(name));
	return RC_OK;
}

static enum rc_err
on_get(struct rc_req *rq)
{

	return reply(rq, "get");
}

static enum rc_err
on_post(struct rc_req *rq)
{

	return reply(rq, "post");
}

static enum rc_err
on_put(struct rc_req *rq)
{

	return reply(rq, "put");
}

static enum rc_err
on_delete(struct rc_req *rq)
{

	rc_answer_empty(rq, 204);
	return RC_OK;
}

static const struct rc_route routes[] = {
	{ .path = "/register", .post = on_post },
	{ .path = "/register/{client_id}",
	    .auth = rc_bearer_take,
	    .get = on_get,
	    .put = on_put,
	    .delete = on_delete },
	{ .path = "/register/{client_id}/rotate",
	    .post = on_post,
	    .bodiless = true },
	{ .under = RC_UNDER_ISSUER, .path = "/.well-known/x", .get = on_get },
	{ .under = RC_UNDER_ROOT, .path = "/.well-known/y*", .get = on_get },
};

static const struct rc_program program = { .name = "unit",
	.consumes = "application/json",
	.cache_control = "no-store",
	.routes = routes,
	.nroutes = sizeof(routes) / sizeof(routes[0]) };

static struct rc_arena *mem;

/* Return a request that was read whole and has nothing wrong with it. */
static struct rc_req
make_request(enum rc_method method, const char *path)
{
	struct rc_req rq = { .conf = &conf,
		.program = &program,
		.method = method,
		.method_name = "",
		.path = path,
		.query = "",
		.content_type = "application/json",
		.peer = "",
		.address = "",
		.body = "" };

	if (mem == NULL) {
		mem = rc_arena_new();
		setenv("HTTPS", "on", 1);
	}
	rq.mem = mem;
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

/* clang-format off */
static const struct {
	enum rc_method method;
	const char *path;
	int status;
	const char *arg; /* NULL: not looked at */
} paths[] = {
	{ RC_METHOD_POST, "/oauth/register", 200, "" },
	{ RC_METHOD_POST, "/oauth/registerfoo", 404, NULL },
	{ RC_METHOD_POST, "/oauth/register/", 404, NULL },
	{ RC_METHOD_POST, "/oauth/Register", 404, NULL },
	{ RC_METHOD_POST, "/oauth//register", 404, NULL },
	{ RC_METHOD_POST, "//oauth/register", 404, NULL },
	{ RC_METHOD_POST, "/oauth/../oauth/register", 404, NULL },
	{ RC_METHOD_POST, "/oauthregister", 404, NULL },
	{ RC_METHOD_POST, "/register", 404, NULL },
	{ RC_METHOD_POST, "", 404, NULL },
	{ RC_METHOD_POST, "*", 404, NULL },
	{ RC_METHOD_GET, "/oauth/register/abc", 200, "abc" },
	{ RC_METHOD_GET, "/oauth/register/a b", 200, "a b" },
	{ RC_METHOD_GET, "/oauth/register/a/b", 404, NULL },
	{ RC_METHOD_GET, "/oauth/register/abc/", 404, NULL },
	{ RC_METHOD_POST, "/oauth/register/abc/rotate", 200, "abc" },
	{ RC_METHOD_POST, "/oauth/register/rotate/rotate", 200, "rotate" },
	{ RC_METHOD_POST, "/oauth/register//rotate", 404, NULL },
	{ RC_METHOD_POST, "/oauth/register/abc/rotate/", 404, NULL },
	{ RC_METHOD_POST, "/oauth/register/abc/rotat", 404, NULL },
	{ RC_METHOD_POST, "/oauth/register/a/b/rotate", 404, NULL },
	{ RC_METHOD_GET, "/oauth/register/rotate", 200, "rotate" },
	{ RC_METHOD_GET, "/t/.well-known/x", 200, "" },
	{ RC_METHOD_GET, "/.well-known/x", 404, NULL },
	{ RC_METHOD_GET, "/t/.well-known/x/", 404, NULL },
	{ RC_METHOD_GET, "/.well-known/y", 200, "" },
	{ RC_METHOD_GET, "/.well-known/y/a/b", 200, "/a/b" },
	{ RC_METHOD_GET, "/t/.well-known/y", 404, NULL },
	{ RC_METHOD_OPTIONS, "/nowhere", 404, NULL },
};
/* clang-format on */

START_TEST(routes_match_whole_paths)
{
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct rc_req rq = make_request(paths[i].method, paths[i].path);

		rq.authorization = "Bearer abc";
		rc_serve_one(&rq);
		ck_assert_msg(rq.answer.status == paths[i].status, "%s: %d",
		    paths[i].path, rq.answer.status);
		if (paths[i].arg != NULL)
			ck_assert_str_eq(rq.arg, paths[i].arg);
	}
}
END_TEST

START_TEST(methods_reach_their_handlers)
{
	static const struct {
		enum rc_method method;
		const char *body;
	} cases[] = {
		{ RC_METHOD_GET, "get" },
		{ RC_METHOD_HEAD, "get" },
		{ RC_METHOD_PUT, "put" },
		{ RC_METHOD_DELETE, "" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rc_req rq =
		    make_request(cases[i].method, "/oauth/register/abc");

		rq.authorization = "Bearer abc";
		rc_serve_one(&rq);
		ck_assert_str_eq(rq.answer.body, cases[i].body);
		ck_assert_str_eq(rq.bearer, "abc");
	}
}
END_TEST

START_TEST(other_methods_get_405_and_allow)
{
	static const struct {
		enum rc_method method;
		const char *path;
		const char *allow;
	} cases[] = {
		{ RC_METHOD_GET, "/oauth/register", "POST, OPTIONS" },
		{ RC_METHOD_HEAD, "/oauth/register", "POST, OPTIONS" },
		{ RC_METHOD_OTHER, "/oauth/register", "POST, OPTIONS" },
		{ RC_METHOD_POST, "/oauth/register/a",
		    "GET, HEAD, PUT, DELETE, OPTIONS" },
		{ RC_METHOD_DELETE, "/t/.well-known/x", "GET, HEAD, OPTIONS" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rc_req rq = make_request(cases[i].method, cases[i].path);

		rc_serve_one(&rq);
		ck_assert_int_eq(rq.answer.status, 405);
		ck_assert_str_eq(header(&rq, "Allow"), cases[i].allow);
		ck_assert_ptr_nonnull(strstr(rq.answer.body, "\"error\""));
	}
}
END_TEST

START_TEST(options_lists_methods)
{
	struct rc_req rq = make_request(RC_METHOD_OPTIONS, "/oauth/register/a");

	setenv("HTTP_ORIGIN", "https://app.example", 1);
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 204);
	ck_assert_str_eq(
	    header(&rq, "Allow"), "GET, HEAD, PUT, DELETE, OPTIONS");
	ck_assert_ptr_null(header(&rq, "Access-Control-Allow-Methods"));
}
END_TEST

START_TEST(options_answers_a_preflight)
{
	struct rc_req rq = make_request(RC_METHOD_OPTIONS, "/oauth/register");

	setenv("HTTP_ORIGIN", "https://app.example", 1);
	setenv("HTTP_ACCESS_CONTROL_REQUEST_METHOD", "POST", 1);
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 204);
	ck_assert_str_eq(
	    header(&rq, "Access-Control-Allow-Methods"), "POST, OPTIONS");
	ck_assert_str_eq(header(&rq, "Access-Control-Allow-Headers"),
	    "authorization, content-type, dpop, mcp-protocol-version, "
	    "mcp-method, mcp-name");
	ck_assert_str_eq(header(&rq, "Access-Control-Max-Age"), "7200");
	ck_assert_str_eq(header(&rq, "Access-Control-Allow-Origin"), "*");
}
END_TEST

START_TEST(media_types)
{
	/* clang-format off */
	static const struct {
		const char *type;
		int status;
	} cases[] = {
		{ "application/json", 200 },
		{ "Application/JSON", 200 },
		{ " application/json ", 200 },
		{ "application/json;charset=utf-8", 200 },
		{ "application/json; charset=UTF-8", 200 },
		{ "application/json ; Charset=\"utf-8\" ; x=y", 200 },
		{ "application/json; profile=\"z\"", 200 },
		{ "application/json;", 200 },
		{ NULL, 415 },
		{ "", 415 },
		{ "text/plain", 415 },
		{ "application/jsonx", 415 },
		{ "application/json+x", 415 },
		{ "application/json, text/plain", 415 },
		{ "application/json text", 415 },
		{ "application/x-www-form-urlencoded", 415 },
		{ "application/json; charset=iso-8859-1", 415 },
		{ "application/json; charset=utf-80", 415 },
		{ "application/json; charset=\"utf-8", 415 },
		{ "application/json; charset=", 415 },
		{ "application/json; x=y; charset=utf-16", 415 },
	};
	/* clang-format on */
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rc_req rq =
		    make_request(RC_METHOD_POST, "/oauth/register");

		rq.content_type = cases[i].type;
		rc_serve_one(&rq);
		ck_assert_msg(rq.answer.status == cases[i].status,
		    "case %zu: %d", i, rq.answer.status);
	}
}
END_TEST

START_TEST(media_type_matters_to_post_and_put_only)
{
	struct rc_req rq = make_request(RC_METHOD_GET, "/oauth/register/a");

	rq.authorization = "Bearer abc";
	rq.content_type = "text/plain";
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 200);
	rq = make_request(RC_METHOD_PUT, "/oauth/register/a");
	rq.authorization = "Bearer abc";
	rq.content_type = "text/plain";
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 415);
}
END_TEST

START_TEST(where_no_body_is_needed_it_has_no_type)
{
	struct rc_req rq =
	    make_request(RC_METHOD_POST, "/oauth/register/a/rotate");

	rq.content_type = NULL;
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 200);
	rq = make_request(RC_METHOD_POST, "/oauth/register/a/rotate");
	rq.content_type = NULL;
	rq.body = "x";
	rq.len = 1;
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 415);
	rq = make_request(RC_METHOD_POST, "/oauth/register");
	rq.content_type = NULL;
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 415);
}
END_TEST

/* Every fault at once: they are found in this order. */
START_TEST(order_of_the_straight_line)
{
	struct rc_req rq = make_request(RC_METHOD_PUT, "/oauth/register/a");

	rq.body_too_large = true;
	rq.content_type = "text/plain";
	rq.query = "down";
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 413);
	ck_assert_ptr_nonnull(strstr(rq.answer.body, "invalid_request"));

	rq = make_request(RC_METHOD_PUT, "/oauth/register/a");
	rq.body_broken = true;
	rq.content_type = "text/plain";
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 400);
	ck_assert_ptr_nonnull(strstr(rq.answer.body, "invalid_request"));

	rq = make_request(RC_METHOD_PUT, "/oauth/register/a");
	rq.content_type = "text/plain";
	rq.query = "down";
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 415);

	rq = make_request(RC_METHOD_PUT, "/oauth/register/a");
	rq.query = "down";
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 401);
	ck_assert_str_eq(header(&rq, "WWW-Authenticate"),
	    "Bearer realm=\"https://auth.example.org/t\"");

	rq = make_request(RC_METHOD_PUT, "/oauth/register/a");
	rq.authorization = "Bearer abc";
	rq.query = "down";
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 503);
	ck_assert_str_eq(header(&rq, "Retry-After"), "2");
}
END_TEST

START_TEST(handler_that_forgets_to_answer_is_500)
{
	struct rc_req rq = make_request(RC_METHOD_POST, "/oauth/register");

	rq.query = "forget";
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 500);
	ck_assert_ptr_nonnull(strstr(rq.answer.body, "server_error"));
}
END_TEST

static unsigned told_of;

/* Count, and make of an outage another fault. */
static enum rc_err
on_failed(struct rc_req *rq, enum rc_err err)
{

	told_of++;
	ck_assert_int_eq(rq->fault.err, err);
	ck_assert_ptr_nonnull(rq->fault.description);
	if (err != RC_ERR_TEMPORARILY_UNAVAILABLE)
		return err;
	memset(&rq->fault, 0, sizeof(rq->fault));
	rq->fault.retry_after = 9;
	return rc_fail(rq, RC_ERR_TOO_MANY_REQUESTS, "not so fast");
}

/* Once, from the body on; not of what is no matter of a handler. */
START_TEST(a_program_is_told_of_faults)
{
	static const struct {
		enum rc_method method;
		const char *path, *query, *type, *authorization;
		int status;
		unsigned told;
	} cases[] = {
		{ RC_METHOD_POST, "/oauth/register", "", "application/json",
		    NULL, 200, 0 },
		{ RC_METHOD_POST, "/oauth/register", "down", "application/json",
		    NULL, 429, 1 },
		{ RC_METHOD_POST, "/oauth/register", "forget",
		    "application/json", NULL, 500, 1 },
		{ RC_METHOD_POST, "/oauth/register", "", "text/plain", NULL,
		    415, 1 },
		{ RC_METHOD_GET, "/oauth/register/a", "", NULL, NULL, 401, 1 },
		{ RC_METHOD_GET, "/oauth/register/a", "", NULL, "Bearer a", 200,
		    0 },
		{ RC_METHOD_GET, "/oauth/register", "", NULL, NULL, 405, 0 },
		{ RC_METHOD_GET, "/nowhere", "", NULL, NULL, 404, 0 },
	};
	struct rc_program told = program;
	size_t i;

	told.failed = on_failed;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rc_req rq = make_request(cases[i].method, cases[i].path);

		told_of = 0;
		rq.program = &told;
		rq.query = cases[i].query;
		rq.content_type = cases[i].type;
		rq.authorization = cases[i].authorization;
		rc_serve_one(&rq);
		ck_assert_msg(rq.answer.status == cases[i].status &&
				  told_of == cases[i].told,
		    "case %zu: %d, %u", i, rq.answer.status, told_of);
		if (rq.answer.status == 429)
			ck_assert_str_eq(header(&rq, "Retry-After"), "9");
	}
}
END_TEST

/* Good answer, empty one, fault in the row, no row at all. */
START_TEST(every_answer_carries_the_common_headers)
{
	static const struct {
		enum rc_method method;
		const char *path;
		int status;
	} cases[] = {
		{ RC_METHOD_POST, "/oauth/register", 200 },
		{ RC_METHOD_DELETE, "/oauth/register/a", 204 },
		{ RC_METHOD_OPTIONS, "/oauth/register/a", 204 },
		{ RC_METHOD_OTHER, "/oauth/register/a", 405 },
		{ RC_METHOD_GET, "/nowhere", 404 },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rc_req rq = make_request(cases[i].method, cases[i].path);

		rq.authorization = "Bearer abc";
		rc_serve_one(&rq);
		ck_assert_int_eq(rq.answer.status, cases[i].status);
		ck_assert_str_eq(header(&rq, "Cache-Control"), "no-store");
		ck_assert_str_eq(header(&rq, "Pragma"), "no-cache");
		ck_assert_str_eq(
		    header(&rq, "Access-Control-Allow-Origin"), "*");
		ck_assert_str_eq(header(&rq, "Access-Control-Expose-Headers"),
		    "WWW-Authenticate, Retry-After, ETag");
		ck_assert_str_eq(
		    header(&rq, "X-Content-Type-Options"), "nosniff");
	}
}
END_TEST

START_TEST(handler_may_set_the_cache_rule)
{
	struct rc_req rq = make_request(RC_METHOD_POST, "/oauth/register");

	rq.query = "cached";
	rc_serve_one(&rq);
	ck_assert_str_eq(header(&rq, "Cache-Control"), "public, max-age=60");
	ck_assert_ptr_null(header(&rq, "Pragma"));
}
END_TEST

START_TEST(faults_of_a_cacheable_program_are_not_cached)
{
	struct rc_program cacheable = program;
	struct rc_req rq = make_request(RC_METHOD_GET, "/nowhere");

	cacheable.cache_control = "public, max-age=3600";
	rq.program = &cacheable;
	rc_serve_one(&rq);
	ck_assert_str_eq(header(&rq, "Cache-Control"), "no-store");
	ck_assert_str_eq(header(&rq, "Pragma"), "no-cache");
	rq = make_request(RC_METHOD_GET, "/t/.well-known/x");
	rq.program = &cacheable;
	rc_serve_one(&rq);
	ck_assert_str_eq(header(&rq, "Cache-Control"), "public, max-age=3600");
	ck_assert_ptr_null(header(&rq, "Pragma"));
}
END_TEST

/* Run rc_serve with descriptor 0 at /dev/null. */
static int
run(char *a, char *b, char *c)
{
	char name[] = "unit";
	char *const argv[] = { name, a, b, c, NULL };
	int argc = 1 + (a != NULL) + (b != NULL) + (c != NULL);
	int fd = open("/dev/null", O_RDWR);

	ck_assert_int_ge(dup2(fd, STDIN_FILENO), 0);
	close(fd);
	optind = 1;
	return rc_serve(&program, argc, argv);
}

static char s[] = "-s", w[] = "-w", t[] = "-t", V[] = "-V", h[] = "-h";
static char x[] = "-x", zero[] = "0", word[] = "word";

/* What an https issuer is sent in clear, somebody may have read or changed. */
START_TEST(an_https_issuer_does_not_answer_in_clear)
{
	static const char *const proxies[] = { "192.0.2.0/24" };
	struct rc_conf behind = conf, loopback = conf;
	struct rc_req rq = make_request(RC_METHOD_POST, "/oauth/register");

	unsetenv("HTTPS");
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 400);
	setenv("HTTPS", "off", 1);
	rq = make_request(RC_METHOD_POST, "/oauth/register");
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 400);

	behind.trusted_proxies.items = proxies;
	behind.trusted_proxies.count = 1;
	rq = make_request(RC_METHOD_POST, "/oauth/register");
	rq.conf = &behind;
	rq.peer = "192.0.2.7";
	rq.address = "203.0.113.1";
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 200);
	rq = make_request(RC_METHOD_POST, "/oauth/register");
	rq.conf = &behind;
	rq.peer = "198.51.100.7";
	rq.address = "192.0.2.7";
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 400);

	loopback.secure = false;
	rq = make_request(RC_METHOD_POST, "/oauth/register");
	rq.conf = &loopback;
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 200);
	setenv("HTTPS", "on", 1);
}
END_TEST

/* RFC 9110 9.3.2: HEAD is safe, where GET is not. */
START_TEST(a_program_may_refuse_head)
{
	struct rc_program acts = program;
	struct rc_req rq = make_request(RC_METHOD_HEAD, "/oauth/register/a");

	acts.no_head = true;
	rq.program = &acts;
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 405);
	ck_assert_str_eq(header(&rq, "Allow"), "GET, PUT, DELETE, OPTIONS");
	rq = make_request(RC_METHOD_OPTIONS, "/oauth/register/a");
	rq.program = &acts;
	rc_serve_one(&rq);
	ck_assert_str_eq(header(&rq, "Allow"), "GET, PUT, DELETE, OPTIONS");
}
END_TEST

/* Other origins' scripts have no business at the pages for people. */
START_TEST(a_same_origin_program_says_nothing_of_cors)
{
	struct rc_program own = program;
	struct rc_req rq = make_request(RC_METHOD_POST, "/oauth/register");

	own.same_origin = true;
	rq.program = &own;
	rc_serve_one(&rq);
	ck_assert_int_eq(rq.answer.status, 200);
	ck_assert_ptr_null(header(&rq, "Access-Control-Allow-Origin"));
	ck_assert_str_eq(header(&rq, "X-Content-Type-Options"), "nosniff");
}
END_TEST

START_TEST(command_line)
{

	unsetenv("GATEWAY_INTERFACE");
	ck_assert_int_eq(run(V, NULL, NULL), 0);
	ck_assert_int_eq(run(h, NULL, NULL), 0);
	ck_assert_int_eq(run(x, NULL, NULL), 2);
	ck_assert_int_eq(run(word, NULL, NULL), 2);
	ck_assert_int_eq(run(s, NULL, NULL), 2);
	ck_assert_int_eq(run(w, zero, NULL), 2);
	ck_assert_int_eq(run(w, word, NULL), 2);
	ck_assert_int_eq(run(NULL, NULL, NULL), 2);
}
END_TEST

START_TEST(bad_configuration_stops_the_start)
{

	unsetenv("GATEWAY_INTERFACE");
	setenv("ROLLCALL_CONF", "/nonexistent/rollcall.conf", 1);
	ck_assert_int_eq(run(t, NULL, NULL), 1);
	ck_assert_int_eq(run(s, word, NULL), 1);
}
END_TEST

/* A query without '=' is a CGI program's command line (RFC 3875 4.4). */
START_TEST(a_query_is_no_command_line)
{

	setenv("GATEWAY_INTERFACE", "CGI/1.1", 1);
	setenv("REQUEST_METHOD", "GET", 1);
	setenv("ROLLCALL_CONF", "/nonexistent/rollcall.conf", 1);
	ck_assert_int_eq(run(V, NULL, NULL), 1);
	ck_assert_int_eq(run(x, NULL, NULL), 1);
}
END_TEST

UNIT_MAIN("serve", routes_match_whole_paths, methods_reach_their_handlers,
    other_methods_get_405_and_allow, options_lists_methods,
    options_answers_a_preflight, media_types,
    media_type_matters_to_post_and_put_only,
    where_no_body_is_needed_it_has_no_type, order_of_the_straight_line,
    handler_that_forgets_to_answer_is_500, a_program_is_told_of_faults,
    every_answer_carries_the_common_headers, handler_may_set_the_cache_rule,
    faults_of_a_cacheable_program_are_not_cached,
    an_https_issuer_does_not_answer_in_clear, a_program_may_refuse_head,
    a_same_origin_program_says_nothing_of_cors, command_line,
    bad_configuration_stops_the_start, a_query_is_no_command_line)
