#include <stdio.h>
#include <string.h>

#include "harness.h"

#define BODY "{'redirect_uris':['https://client.example.org/cb']}"
#define AS "/.well-known/oauth-authorization-server"

static bool
is_cgi(void)
{

	return in_server("apache-cgi") || in_server("apache-htaccess");
}

static struct answer *
ask(const char *method, const char *url, const char *token, const char *body)
{
	const struct call call = {
		.method = method, .url = url, .token = token, .body = body
	};

	return http(&call);
}

/* What is not one of our addresses. */
START_TEST(not_found)
{
	static const char *const paths[] = { "/oauth/registerfoo",
		"/oauth/register/", "/oauth/register/a/b", "/oauth/register/a/",
		"/oauth/register//a", "/oauth/registerfoo/bar",
		"/oauth/register//" };
	static const char *const methods[] = { "GET", "POST", "PUT", "DELETE" };
	size_t i, m;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		for (m = 0; m < sizeof(methods) / sizeof(methods[0]); m++) {
			case_named(paths[i]);
			expect_error(ask(methods[m], paths[i], "x",
					 m == 1 || m == 2 ? json(BODY) : NULL),
			    404, "not_found|invalid_request");
		}
	expect_status(get("/oauth/Register"), 404);
	expect_status(get("/oauth"), 404);
	expect_status(get("/register"), 404);
}
END_TEST

/* RFC 9110 15.5.6 */
START_TEST(method_not_allowed)
{
	static const char *const on_all[] = { "GET", "HEAD", "PUT", "DELETE",
		"PATCH" };
	static const char *const on_one[] = { "POST", "PATCH" };
	struct client *c = enrol(json(BODY));
	struct answer *a;
	size_t i;

	for (i = 0; i < sizeof(on_all) / sizeof(on_all[0]); i++) {
		a = ask(on_all[i], register_url(), c->token,
		    i == 2 ? json(BODY) : NULL);
		expect_status(a, 405);
		if (i != 1)
			expect_error(a, 405, "invalid_request");
		expect_headers(a);
		want(has_word(header(a, "Allow"), "POST") &&
			 !has_word(header(a, "Allow"), "GET") &&
			 !has_word(header(a, "Allow"), "DELETE"),
		    "Allow does not say what there is");
	}
	for (i = 0; i < sizeof(on_one) / sizeof(on_one[0]); i++) {
		a = ask(on_one[i], c->url, c->token, json(BODY));
		expect_error(a, 405, "invalid_request");
		want(has_word(header(a, "Allow"), "GET") &&
			 has_word(header(a, "Allow"), "HEAD") &&
			 has_word(header(a, "Allow"), "PUT") &&
			 has_word(header(a, "Allow"), "DELETE") &&
			 !has_word(header(a, "Allow"), "POST"),
		    "Allow does not say what there is");
	}
}
END_TEST

/* Fetch standard, CORS preflight: no token is sent with it. */
START_TEST(preflight)
{
	static const char *const allowed[] = { "authorization", "content-type",
		"dpop", "mcp-protocol-version", "mcp-method", "mcp-name" };
	static const char *const methods[2][4] = { { "POST" },
		{ "GET", "PUT", "DELETE" } };
	const char *const headers[] = { "Access-Control-Request-Method: PUT",
		"Access-Control-Request-Headers: authorization,content-type",
		NULL };
	const char *urls[2];
	struct answer *a;
	size_t i, k;

	urls[0] = register_url();
	urls[1] = text("%s/whoever", register_url());
	for (i = 0; i < 2; i++) {
		const struct call call = {
			.method = "OPTIONS", .url = urls[i], .headers = headers
		};

		a = http(&call);
		want(a->status == 204 || a->status == 200,
		    "preflight is refused");
		want(a->len == 0, "preflight has a body");
		expect_headers(a);
		for (k = 0; k < sizeof(allowed) / sizeof(allowed[0]); k++)
			want(has_word(header(a, "Access-Control-Allow-Headers"),
				 allowed[k]),
			    "%s is not allowed", allowed[k]);
		for (k = 0; k < 4 && methods[i][k] != NULL; k++)
			want(has_word(header(a, "Access-Control-Allow-Methods"),
				 methods[i][k]),
			    "%s is not allowed", methods[i][k]);
	}
}
END_TEST

static const char *
padded(size_t size)
{
	const char *head = json("{'redirect_uris':['https://client.example.org/"
				"cb'],'unknown':'");
	char *s = room(size + 1);
	size_t n = strlen(head);

	memset(s, 'x', size);
	memcpy(s, head, n);
	s[size - 2] = '"';
	s[size - 1] = '}';
	return s;
}

/* Design: 64 KiB by default. */
START_TEST(content_too_large)
{
	static const size_t sizes[] = { 65537, 70000, 200000, 5000000 };
	struct client *c = enrol(json(BODY));
	size_t i;

	expect_status(post(padded(65536)), 201);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		case_named(text("%zu bytes", sizes[i]));
		expect_error(post(padded(sizes[i])), 413, "invalid_request");
		expect_error(
		    manage(c, "PUT", padded(sizes[i])), 413, "invalid_request");
	}
}
END_TEST

/* The body is read to its end, so the connection goes on. */
START_TEST(connection_lives_after_413)
{
	struct wire *w = wire_open();
	const char *body = padded(100000);
	const char *head = text("POST /oauth/register HTTP/1.1\r\nHost: %s\r\n"
				"Content-Type: application/json\r\n"
				"Content-Length: 100000\r\n\r\n",
	    wire_host());
	struct answer *a;

	wire_send(w, head, strlen(head));
	wire_send(w, body, strlen(body));
	a = wire_answer(w, "POST");
	want(a != NULL, "no answer");
	expect_error(a, 413, "invalid_request");
	if (!has_word(header(a, "Connection"), "close")) {
		head = text(
		    "GET " AS " HTTP/1.1\r\nHost: %s\r\n\r\n", wire_host());
		wire_send(w, head, strlen(head));
		a = wire_answer(w, "GET");
		want(a != NULL && a->status == 200 &&
			 member(a->json, "issuer") != NULL,
		    "the next request on the connection was lost");
	}
	wire_close(w);
}
END_TEST

/* RFC 7591 3.1: application/json. */
START_TEST(unsupported_media_type)
{
	static const char *const bad[] = { "", "text/plain", "text/json",
		"application/x-www-form-urlencoded", "application/jsonx",
		"application/jwt", "application", "application/json+x", "json",
		"multipart/form-data; boundary=application/json",
		"text/plain; application/json", "application/ json", ";" };
	static const char *const good[] = { "application/json",
		"application/json; charset=utf-8",
		"application/json;charset=UTF-8", "Application/JSON",
		"application/json ; charset=\"utf-8\"" };
	struct client *c = enrol(json(BODY));
	struct call call = { .body = json(BODY), .token = c->token };
	size_t i, k;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		for (k = 0; k < 2; k++) {
			case_named(bad[i]);
			call.type = bad[i];
			call.method = k == 0 ? "POST" : "PUT";
			call.url = k == 0 ? register_url() : c->url;
			expect_error(http(&call), 415, "invalid_request");
		}
	call.method = "POST";
	call.url = register_url();
	/* Of a registration a token would be an initial access token. */
	call.token = NULL;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		case_named(good[i]);
		call.type = good[i];
		expect_status(http(&call), 201);
	}
}
END_TEST

/* An address says nothing more than which client. */
START_TEST(query_is_ignored)
{
	struct client *c = enrol(json(BODY));

	expect_status(
	    ask("POST", text("%s?x=%%zz", register_url()), NULL, json(BODY)),
	    201);
	expect_status(
	    ask("GET", text("%s?x=/a/b", c->url), c->token, NULL), 200);
	expect_status(ask("GET", text("%s?", c->url), c->token, NULL), 200);
}
END_TEST

/* RFC 3986 2.1: the path is decoded once. */
START_TEST(escapes_in_the_path)
{
	struct client *c = enrol(json(BODY));
	const char *tail = c->id + 1;
	int first = (unsigned char)c->id[0];
	struct answer *a;

	expect_status(
	    ask("GET",
		text("%s/%%%02X%s", register_url(), (unsigned)first, tail),
		c->token, NULL),
	    200);
	expect_error(
	    ask("GET",
		text("%s/%%25%02X%s", register_url(), (unsigned)first, tail),
		c->token, NULL),
	    401, "invalid_token");
	case_named("an encoded slash");
	a = ask(
	    "GET", text("%s/x%%2F%s", register_url(), c->id), c->token, NULL);
	/* .htaccess cannot allow encoded slashes. */
	if (in_server("apache-htaccess"))
		expect_status(a, 404);
	else
		expect_error(
		    a, a->status == 404 ? 404 : 401, "not_found|invalid_token");
	case_named("a long name");
	expect_error(
	    ask("GET", text("%s/%0240d", register_url(), 0), c->token, NULL),
	    401, "invalid_token");
}
END_TEST

/* The web server or we refuse these; nobody falls over. */
START_TEST(broken_escapes)
{
	static const char *const tails[] = { "%zz", "%", "%4", "%ff", "%e9",
		"%00", "a%00b", "%2e%2e", "..", "../register",
		"%2e%2e%2f%2e%2e", "%0d%0aX:y", "a;b", "a\\b",
		"%c0%af..%c0%af" };
	struct answer *a;
	size_t i;

	for (i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		case_named(tails[i]);
		a = wire_ask("GET",
		    "GET /oauth/register/%s HTTP/1.1\r\nHost: %s\r\n"
		    "Authorization: Bearer x\r\nConnection: close\r\n\r\n",
		    tails[i], wire_host());
		want(a->status >= 400 && a->status < 500, "no 4xx");
		want(header(a, "X") == NULL, "a header was split");
	}
}
END_TEST

/* RFC 9112 3.2.2: a server MUST accept the absolute form. */
START_TEST(absolute_form)
{
	struct client *c = enrol(json(BODY));
	struct answer *a;

	a = wire_ask("GET",
	    "GET http://%s" AS " HTTP/1.1\r\nHost: %s\r\n"
	    "Connection: close\r\n\r\n",
	    wire_host(), wire_host());
	expect_status(a, 200);
	want(member(a->json, "issuer") != NULL, "another document");
	a = wire_ask("GET",
	    "GET http://%s/oauth/register/%s?x=y HTTP/1.1\r\nHost: %s\r\n"
	    "Authorization: Bearer %s\r\nConnection: close\r\n\r\n",
	    wire_host(), c->id, wire_host(), c->token);
	expect_status(a, 200);
}
END_TEST

/* Design 6.6: addresses come from the configured issuer, not from Host. */
START_TEST(host_header_does_not_count)
{
	const char *body = json(BODY);
	struct answer *a = wire_ask("POST",
	    "POST /oauth/register HTTP/1.1\r\nHost: evil.example\r\n"
	    "X-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n"
	    "Connection: close\r\n\r\n%s",
	    strlen(body), body);

	expect_status(a, 201);
	want(strstr(a->body, "evil.example") == NULL, "Host was believed");
	expect_schema(a);
	a = wire_ask("GET", "GET " AS " HTTP/1.1\r\nHost: evil.example\r\n"
			    "Connection: close\r\n\r\n");
	expect_status(a, 200);
	want(strstr(a->body, "evil.example") == NULL, "Host was believed");
}
END_TEST

/*
 * A body is read to its end where none is wanted, too: the next request is
 * intact.  lighttpd lets none pass with GET, unless told by http-parseopts.
 */
START_TEST(unwanted_bodies)
{
	struct client *c = enrol(json(BODY));
	const char *self = text("/oauth/register/%s", c->id);
	const struct {
		const char *method;
		const char *path;
		int status;
	} asked[] = { { "GET", AS, 200 }, { "GET", self, 200 },
		{ "GET", AS "/nosuch", 404 }, { "GET", "/oauth/register", 405 },
		{ "DELETE", "/oauth/register/nosuch", 401 },
		{ "DELETE", AS, 405 }, { "DELETE", self, 204 },
		{ "DELETE", self, 401 }, { "GET", AS, 200 } };
	const bool strict =
	    in_server("lighttpd") || in_server("lighttpd-spawn");
	struct wire *w = wire_open();
	char filler[30000];
	const char *head;
	struct answer *a;
	size_t i;

	memset(filler, 'G', sizeof(filler));
	for (i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		if (strict && strcmp(asked[i].method, "GET") == 0)
			continue;
		case_named(text("%s %s", asked[i].method, asked[i].path));
		head = text("%s %s HTTP/1.1\r\nHost: %s\r\n"
			    "Authorization: Bearer %s\r\n"
			    "Content-Length: %zu\r\n\r\n",
		    asked[i].method, asked[i].path, wire_host(), c->token,
		    sizeof(filler));
		wire_send(w, head, strlen(head));
		wire_send(w, filler, sizeof(filler));
		a = wire_answer(w, asked[i].method);
		want(a != NULL, "the connection is gone");
		expect_status(a, asked[i].status);
		if (has_word(header(a, "Connection"), "close")) {
			wire_close(w);
			w = wire_open();
		}
	}
	wire_close(w);
}
END_TEST

/* Many requests on one connection, each with its own answer. */
START_TEST(keep_alive)
{
	struct wire *w = wire_open();
	const char *body, *s;
	struct answer *a;
	int i;

	for (i = 0; i < 20; i++) {
		body = json("{'redirect_uris':['https://client.example.org/%d'"
			    "]}",
		    i);
		s = text("POST /oauth/register HTTP/1.1\r\nHost: %s\r\n"
			 "Content-Type: application/json\r\n"
			 "Content-Length: %zu\r\n\r\n%s",
		    wire_host(), strlen(body), body);
		wire_send(w, s, strlen(s));
		a = wire_answer(w, "POST");
		want(a != NULL, "the connection is gone");
		expect_status(a, 201);
		expect_member(a, "redirect_uris",
		    text("['https://client.example.org/%d']", i));
		if (has_word(header(a, "Connection"), "close")) {
			wire_close(w);
			w = wire_open();
		}
	}
	wire_close(w);
}
END_TEST

/*
 * RFC 9112 7.1.  A CGI program is not told how long a chunked body is, so
 * there it may be refused.
 */
START_TEST(chunked)
{
	struct call call = { .method = "POST",
		.url = register_url(),
		.body = json(BODY),
		.chunked = true };
	struct client *c = enrol(json(BODY));
	struct answer *a = http(&call);

	if (is_cgi() && a->status != 201)
		want(a->status >= 400 && a->status < 500, "no 4xx");
	else
		expect_status(a, 201);
	call.method = "PUT";
	call.url = c->url;
	call.token = c->token;
	call.body = json("{'client_name':'x'}");
	a = http(&call);
	want(a->status == 200 || is_cgi(), "a chunked PUT failed");

	case_named("one byte a chunk");
	a = wire_ask("POST",
	    "POST /oauth/register HTTP/1.1\r\nHost: %s\r\n"
	    "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
	    "Connection: close\r\n\r\n"
	    "1\r\n{\r\n1\r\n \r\n1\r\n}\r\n0\r\n\r\n",
	    wire_host());
	want(a->status >= 400 && a->status < 500, "no 4xx");
}
END_TEST

/* RFC 9110 10.1.1 */
START_TEST(expect_100_continue)
{
	const char *const headers[] = { "Expect: 100-continue", NULL };
	const struct call call = { .method = "POST",
		.url = register_url(),
		.body = json(BODY),
		.headers = headers };
	struct wire *w = wire_open();
	const char *body = json(BODY);
	const char *head = text("POST /oauth/register HTTP/1.1\r\nHost: %s\r\n"
				"Content-Type: application/json\r\n"
				"Expect: 100-continue\r\n"
				"Connection: close\r\n"
				"Content-Length: %zu\r\n\r\n",
	    wire_host(), strlen(body));
	struct answer *a;

	expect_status(http(&call), 201);
	wire_send(w, head, strlen(head));
	wire_send(w, body, strlen(body));
	a = wire_answer(w, "POST");
	want(a != NULL, "no answer");
	expect_status(a, 201);
	wire_close(w);
}
END_TEST

/* RFC 9110 5.3: Authorization is no list, so two are refused. */
START_TEST(two_authorizations)
{
	struct client *c = enrol(json(BODY));
	const char *const orders[2][2] = { { c->token, "x" },
		{ "x", c->token } };
	struct answer *a;
	size_t i;

	for (i = 0; i < 2; i++) {
		a = wire_ask("GET",
		    "GET /oauth/register/%s HTTP/1.1\r\nHost: %s\r\n"
		    "Authorization: Bearer %s\r\nAuthorization: Bearer %s\r\n"
		    "Connection: close\r\n\r\n",
		    c->id, wire_host(), orders[i][0], orders[i][1]);
		want(a->status == 400 || a->status == 401, "not refused");
		if (header(a, "Cache-Control") != NULL)
			expect_error_form(a);
	}
}
END_TEST

/* RFC 9110 11.1: a scheme is compared without case. */
START_TEST(bearer_in_any_case)
{
	static const char *const schemes[] = { "bearer ", "BEARER ", "BeArEr ",
		"Bearer   " };
	struct client *c = enrol(json(BODY));
	size_t i;

	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		const char *const headers[] = {
			text("Authorization: %s%s", schemes[i], c->token), NULL
		};
		const struct call call = { .url = c->url, .headers = headers };

		case_named(schemes[i]);
		expect_status(http(&call), 200);
	}
}
END_TEST

START_TEST(http_1_0)
{
	struct client *c = enrol(json(BODY));
	const char *body = json(BODY);
	struct answer *a;

	a = wire_ask("POST",
	    "POST /oauth/register HTTP/1.0\r\n"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
	    strlen(body), body);
	expect_status(a, 201);
	expect_schema(a);
	a = wire_ask("GET",
	    "GET /oauth/register/%s HTTP/1.0\r\n"
	    "Authorization: Bearer %s\r\n\r\n",
	    c->id, c->token);
	expect_status(a, 200);
	expect_headers(a);
	a = wire_ask("DELETE",
	    "DELETE /oauth/register/%s HTTP/1.0\r\n"
	    "Authorization: Bearer %s\r\n\r\n",
	    c->id, c->token);
	expect_status(a, 204);
}
END_TEST

/* Authentication comes before the body's content, behind its form. */
START_TEST(order_of_complaints)
{
	struct client *c = enrol(json(BODY));
	struct call call = { .method = "PUT", .url = c->url, .body = "{" };

	expect_error(http(&call), 401, "invalid_token");
	call.type = "text/plain";
	expect_error(http(&call), 415, "invalid_request");
	call.method = "POST";
	expect_error(http(&call), 405, "invalid_request");
	call.url = "/oauth/register/a/b";
	expect_error(http(&call), 404, "not_found|invalid_request");
}
END_TEST

/* Nobody is told more of us than needed. */
START_TEST(answers_are_the_same_for_everyone)
{
	struct client *c = enrol(json(BODY));
	struct client *gone = enrol(json(BODY));
	struct answer *a, *b;

	expect_status(manage(gone, "DELETE", NULL), 204);
	a = ask("GET", c->url, "wrong", NULL);
	b = ask("GET", gone->url, gone->token, NULL);
	want(a->status == b->status && strcmp(a->body, b->body) == 0,
	    "an answer tells whether a client exists");
	want(strstr(a->body, "rollcall") == NULL &&
		 strstr(a->body, "postgres") == NULL,
	    "an answer speaks of our insides");
}
END_TEST

/* Empty and odd headers do no harm. */
START_TEST(odd_headers)
{
	struct client *c = enrol(json(BODY));
	struct answer *a;

	a = wire_ask("GET",
	    "GET /oauth/register/%s HTTP/1.1\r\nHost: %s\r\n"
	    "Authorization: Bearer %s\r\nOrigin:\r\nContent-Type:\r\n"
	    "Content-Length: 0\r\nProxy: x\r\nX-Empty:\r\n"
	    "Connection: close\r\n\r\n",
	    c->id, wire_host(), c->token);
	expect_status(a, 200);
	a = wire_ask("POST",
	    "POST /oauth/register HTTP/1.1\r\nHost: %s\r\n"
	    "Content-Type: application/json\r\nContent-Length: 0\r\n"
	    "Connection: close\r\n\r\n",
	    wire_host());
	expect_error(a, 400, "invalid_request|invalid_client_metadata");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ not_found, 0 },
		{ method_not_allowed, 0 },
		{ preflight, 0 },
		{ content_too_large, 0 },
		{ connection_lives_after_413, 0 },
		{ unsupported_media_type, 0 },
		{ query_is_ignored, 0 },
		{ escapes_in_the_path, 0 },
		{ broken_escapes, 0 },
		{ absolute_form, 0 },
		{ host_header_does_not_count, 0 },
		{ unwanted_bodies, 0 },
		{ keep_alive, 0 },
		{ chunked, 0 },
		{ expect_100_continue, 0 },
		{ two_authorizations, 0 },
		{ bearer_in_any_case, 0 },
		{ http_1_0, 0 },
		{ order_of_complaints, 0 },
		{ answers_are_the_same_for_everyone, 0 },
		{ odd_headers, 0 },
	};

	return harness_main(
	    "protocol", tests, sizeof(tests) / sizeof(tests[0]));
}
