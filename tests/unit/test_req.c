#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "arena.h"
#include "conf.h"
#include "json.h"
#include "now.h"
#include "req.h"
#include "unit.h"

/* FastCGI 1.0 section 8. */
enum {
	BEGIN = 1,
	END = 3,
	PARAMS = 4,
	STDIN = 5,
	STDOUT = 6
};
#define KEEP_CONN 1

static const struct rc_conf conf = { .max_body = 1000 };
static struct rc_arena *mem;
static volatile sig_atomic_t signalled;
/* The web server's end of the connection in hand. */
static int web;

static void
on_signal(int sig)
{

	signalled = sig;
}

static bool
stop(void)
{

	return signalled != 0;
}

/* Put a listening socket at descriptor 0 and return its name. */
static struct sockaddr_un
listen_at_0(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(addr);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	/* An abstract name of the system's choice leaves no file behind. */
	ck_assert_int_eq(
	    bind(fd, (struct sockaddr *)&addr, sizeof(sa_family_t)), 0);
	ck_assert_int_eq(listen(fd, 8), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
	ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	close(fd);
	return addr;
}

static int
connect_to_0(void)
{
	struct sockaddr_un addr;
	socklen_t len = sizeof(addr);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	ck_assert_int_eq(
	    getsockname(STDIN_FILENO, (struct sockaddr *)&addr, &len), 0);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&addr, len), 0);
	return fd;
}

static void
record(unsigned char type, const void *data, size_t len)
{
	unsigned char head[8] = { 1, type, 0, 1, (unsigned char)(len >> 8),
		(unsigned char)len, 0, 0 };

	ck_assert_int_eq(write(web, head, sizeof(head)), sizeof(head));
	ck_assert_int_eq(write(web, data, len), (ssize_t)len);
}

static void
param(const char *name, const char *value)
{
	unsigned char data[600];
	size_t n = strlen(name), v = strlen(value);

	data[0] = (unsigned char)n;
	data[1] = 0x80;
	data[2] = 0;
	data[3] = (unsigned char)(v >> 8);
	data[4] = (unsigned char)v;
	memcpy(data + 5, name, n);
	memcpy(data + 5 + n, value, v);
	record(PARAMS, data, 5 + n + v);
}

/* Start a request on the connection; its variables may follow. */
static void
begin(unsigned char flags, const char *method, const char *uri)
{
	unsigned char body[8] = { 0, 1, flags, 0, 0, 0, 0, 0 };

	record(BEGIN, body, sizeof(body));
	param("REQUEST_METHOD", method);
	param("REQUEST_URI", uri);
}

static void
end_params(void)
{

	record(PARAMS, "", 0);
}

/* No more comes; that also lets our close go on without waiting for us. */
static void
end_request(void)
{

	record(STDIN, "", 0);
	ck_assert_int_eq(shutdown(web, SHUT_WR), 0);
}

static void
set_up(void)
{

	(void)listen_at_0();
	rc_req_signals(on_signal);
	mem = rc_arena_new();
}

static struct rc_req
take(void)
{
	struct rc_req rq = { .mem = mem, .conf = &conf };

	ck_assert(rc_req_accept(&rq, stop, NULL));
	return rq;
}

static void
finish(struct rc_req *rq)
{

	rq->answer.status = 204;
	ck_assert(rc_req_send(rq));
	close(web);
	rc_arena_wipe(mem);
}

/* Return what went to STDOUT until the request's end. */
static const char *
read_answer(void)
{
	static char text[4096];
	unsigned char head[8];
	char rest[4096];
	size_t len, done = 0;

	for (;;) {
		ck_assert_int_eq(recv(web, head, 8, MSG_WAITALL), 8);
		len = (size_t)head[4] << 8 | head[5];
		ck_assert_int_eq(recv(web, rest, len + head[6], MSG_WAITALL),
		    (ssize_t)(len + head[6]));
		if (head[1] == END)
			break;
		if (head[1] == STDOUT) {
			ck_assert_uint_lt(done + len, sizeof(text));
			memcpy(text + done, rest, len);
			done += len;
		}
	}
	text[done] = '\0';
	return text;
}

/* clang-format off */
static const struct {
	const char *uri;
	const char *path;
	const char *query;
} targets[] = {
	{ "/oauth/register", "/oauth/register", "" },
	{ "/oauth/register?", "/oauth/register", "" },
	{ "/a?b=c?d%41", "/a", "b=c?d%41" },
	{ "/%6fauth/%72egister", "/oauth/register", "" },
	{ "/a%2Fb", "/a/b", "" },
	{ "/a%2fb?%2f", "/a/b", "%2f" },
	{ "/a%3Fb", "/a?b", "" },
	{ "/%2541", "/%41", "" },
	{ "/a+b", "/a+b", "" },
	{ "/a//b/../c", "/a//b/../c", "" },
	{ "/%", "", "" },
	{ "/%4", "", "" },
	{ "/%zz", "", "" },
	{ "/a%00b", "", "" },
	{ "/a%00b?q", "", "q" },
	{ "/a%e9b", "", "" },
	{ "/a%c3%a9b", "/a\303\251b", "" },
	{ "http://auth.example.org/a/b?c", "/a/b", "c" },
	{ "https://auth.example.org:8443/a", "/a", "" },
	{ "http://auth.example.org", "", "" },
	{ "http://auth.example.org?x", "", "x" },
	{ "/a?http://x/y", "/a", "http://x/y" },
	{ "x?http://x/y", "x", "http://x/y" },
	{ "*", "*", "" },
	{ "", "", "" },
};
/* clang-format on */

START_TEST(path_is_request_uri_decoded_once)
{
	size_t i;

	set_up();
	for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		struct rc_req rq;

		web = connect_to_0();
		begin(0, "GET", targets[i].uri);
		param("PATH_INFO", "/elsewhere");
		param("SCRIPT_NAME", "/elsewhere");
		end_params();
		end_request();
		rq = take();
		ck_assert_str_eq(rq.path, targets[i].path);
		ck_assert_str_eq(rq.query, targets[i].query);
		finish(&rq);
	}
}
END_TEST

START_TEST(methods_are_known_by_name)
{
	static const struct {
		const char *name;
		enum rc_method method;
	} cases[] = {
		{ "GET", RC_METHOD_GET },
		{ "HEAD", RC_METHOD_HEAD },
		{ "POST", RC_METHOD_POST },
		{ "PUT", RC_METHOD_PUT },
		{ "DELETE", RC_METHOD_DELETE },
		{ "OPTIONS", RC_METHOD_OPTIONS },
		{ "PATCH", RC_METHOD_OTHER },
		{ "get", RC_METHOD_OTHER },
		{ "", RC_METHOD_OTHER },
	};
	size_t i;

	set_up();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rc_req rq;

		web = connect_to_0();
		begin(0, cases[i].name, "/");
		end_params();
		end_request();
		rq = take();
		ck_assert_int_eq(rq.method, cases[i].method);
		ck_assert_str_eq(rq.method_name, cases[i].name);
		finish(&rq);
	}
}
END_TEST

START_TEST(headers_are_found_by_their_names)
{
	struct rc_req rq;

	set_up();
	web = connect_to_0();
	begin(0, "POST", "/");
	param("CONTENT_TYPE", "application/json");
	param("CONTENT_LENGTH", "0");
	param("REMOTE_ADDR", "192.0.2.1");
	param("HTTP_IF_NONE_MATCH", "\"x\"");
	end_params();
	end_request();
	rq = take();
	ck_assert_str_eq(rc_req_header(&rq, "if-none-match"), "\"x\"");
	ck_assert_str_eq(
	    rc_req_header(&rq, "Content-type"), "application/json");
	ck_assert_str_eq(rc_req_header(&rq, "Content-Length"), "0");
	ck_assert_ptr_null(rc_req_header(&rq, "Origin"));
	ck_assert_str_eq(rc_req_param(&rq, "REMOTE_ADDR"), "192.0.2.1");
	ck_assert_str_eq(rq.content_type, "application/json");
	ck_assert_str_eq(rq.address, "192.0.2.1");
	ck_assert_ptr_null(rq.authorization);
	finish(&rq);
}
END_TEST

START_TEST(authorization_comes_under_two_names)
{
	static const struct {
		const char *plain, *redirected, *want;
	} cases[] = {
		{ "Bearer a", NULL, "Bearer a" },
		{ NULL, "Bearer b", "Bearer b" },
		{ "Bearer a", "Bearer b", "Bearer a" },
		{ "", "Bearer b", "Bearer b" },
	};
	size_t i;

	set_up();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rc_req rq;

		web = connect_to_0();
		begin(0, "GET", "/");
		if (cases[i].plain != NULL)
			param("HTTP_AUTHORIZATION", cases[i].plain);
		if (cases[i].redirected != NULL)
			param(
			    "REDIRECT_HTTP_AUTHORIZATION", cases[i].redirected);
		end_params();
		end_request();
		rq = take();
		ck_assert_str_eq(rq.authorization, cases[i].want);
		finish(&rq);
	}
}
END_TEST

/* Send a body of ${len} in two records, announced by ${length} or not. */
static struct rc_req
take_body(const char *method, const char *length, size_t len, bool complete)
{
	char data[4000];
	size_t half = len / 2;

	memset(data, 'x', sizeof(data));
	web = connect_to_0();
	begin(0, method, "/");
	if (length != NULL)
		param("CONTENT_LENGTH", length);
	end_params();
	if (half > 0)
		record(STDIN, data, half);
	if (len > half)
		record(STDIN, data, len - half);
	if (complete)
		record(STDIN, "", 0);
	ck_assert_int_eq(shutdown(web, SHUT_WR), 0);
	return take();
}

START_TEST(body_is_read_within_bounds)
{
	static const struct {
		const char *method, *length;
		size_t len;
		bool complete, large, broken;
	} cases[] = {
		{ "POST", "10", 10, true, false, false },
		{ "POST", NULL, 10, true, false, false },
		{ "POST", "", 10, true, false, false },
		{ "GET", "10", 10, true, false, false },
		{ "GET", NULL, 0, true, false, false },
		{ "POST", "1000", 1000, true, false, false },
		{ "POST", "1001", 1001, true, true, false },
		{ "POST", NULL, 4000, true, true, false },
		{ "POST", "11", 10, true, false, true },
		{ "POST", "10", 10, false, false, true },
		{ "POST", NULL, 10, false, false, true },
		{ "POST", "99999999999999999999", 10, true, false, false },
	};
	size_t i;

	set_up();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rc_req rq = take_body(cases[i].method, cases[i].length,
		    cases[i].len, cases[i].complete);

		ck_assert_msg(
		    rq.body_too_large == cases[i].large, "case %zu", i);
		ck_assert_msg(rq.body_broken == cases[i].broken, "case %zu", i);
		ck_assert_uint_eq(rq.len, cases[i].large ? 0 : cases[i].len);
		ck_assert_uint_eq(strlen(rq.body), rq.len);
		rq.answer.status = 204;
		(void)rc_req_send(&rq);
		close(web);
		rc_arena_wipe(mem);
	}
}
END_TEST

/* Return the whole answer of ${status} with the body "hello" to ${method}. */
static const char *
answer_with(const char *method, int status)
{
	struct rc_req rq;

	web = connect_to_0();
	begin(0, method, "/");
	end_params();
	end_request();
	rq = take();
	rq.answer.status = status;
	rq.answer.headers[0].name = "ETag";
	rq.answer.headers[0].value = "\"1\"";
	rq.answer.nheaders = 1;
	rq.answer.body = "hello";
	rq.answer.len = 5;
	ck_assert(rc_req_send(&rq));
	rc_arena_wipe(mem);
	return read_answer();
}

START_TEST(answer_is_written_as_rfc3875_says)
{

	set_up();
	ck_assert_str_eq(answer_with("GET", 200),
	    "Status: 200 OK\r\nETag: \"1\"\r\n"
	    "Content-Length: 5\r\n\r\nhello");
	ck_assert_str_eq(answer_with("HEAD", 404),
	    "Status: 404 Not Found\r\nETag: \"1\"\r\n"
	    "Content-Length: 5\r\n\r\n");
	ck_assert_str_eq(answer_with("DELETE", 204),
	    "Status: 204 No Content\r\nETag: \"1\"\r\n\r\n");
	ck_assert_str_eq(answer_with("GET", 304),
	    "Status: 304 Not Modified\r\nETag: \"1\"\r\n\r\n");
	ck_assert_str_eq(answer_with("GET", 299),
	    "Status: 299 Other\r\nETag: \"1\"\r\n"
	    "Content-Length: 5\r\n\r\nhello");
}
END_TEST

START_TEST(web_server_that_went_away_is_noticed)
{
	struct rc_req rq;

	set_up();
	web = connect_to_0();
	begin(0, "GET", "/");
	end_params();
	record(STDIN, "", 0);
	rq = take();
	close(web);
	rq.answer.status = 204;
	ck_assert(!rc_req_send(&rq));
}
END_TEST

/* The signal waits for the request in hand, and goes before the next one. */
START_TEST(signal_is_taken_between_requests_even_under_load)
{
	struct rc_req rq;
	int second;

	set_up();
	web = connect_to_0();
	begin(0, "GET", "/1");
	end_params();
	end_request();
	second = web;
	web = connect_to_0();
	begin(0, "GET", "/2");
	end_params();
	end_request();
	rq = take();
	ck_assert_int_eq(raise(SIGTERM), 0);
	ck_assert_int_eq(signalled, 0);
	rq.answer.status = 204;
	ck_assert(rc_req_send(&rq));
	ck_assert_int_eq(signalled, 0);
	ck_assert(!rc_req_accept(&rq, stop, NULL));
	ck_assert_int_eq(signalled, SIGTERM);
	close(web);
	close(second);
}
END_TEST

START_TEST(kept_connection_is_waited_on)
{
	struct rc_req rq;

	set_up();
	ck_assert(rc_req_idle());
	web = connect_to_0();
	begin(KEEP_CONN, "GET", "/1");
	end_params();
	record(STDIN, "", 0);
	rq = take();
	rq.answer.status = 204;
	ck_assert(rc_req_send(&rq));
	(void)read_answer();
	ck_assert(!rc_req_idle());
	begin(0, "GET", "/2");
	end_params();
	end_request();
	rq = take();
	ck_assert_str_eq(rq.path, "/2");
	finish(&rq);
	ck_assert(rc_req_idle());
}
END_TEST

START_TEST(broken_connection_leads_to_the_next)
{
	struct rc_req rq;

	set_up();
	web = connect_to_0();
	ck_assert_int_eq(write(web, "GET / HTTP/1.1\r\n\r\n", 18), 18);
	ck_assert_int_eq(shutdown(web, SHUT_WR), 0);
	web = connect_to_0();
	begin(0, "GET", "/good");
	end_params();
	end_request();
	rq = take();
	ck_assert_str_eq(rq.path, "/good");
	finish(&rq);
}
END_TEST

/* Be a CGI program whose standard input holds ${body}. */
static void
start_cgi(const char *body)
{
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(
	    write(fds[1], body, strlen(body)), (ssize_t)strlen(body));
	close(fds[1]);
	ck_assert_int_eq(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
	close(fds[0]);
	setenv("GATEWAY_INTERFACE", "CGI/1.1", 1);
	setenv("REQUEST_METHOD", "POST", 1);
	setenv("REQUEST_URI", "/oauth/register?q", 1);
	rc_req_signals(on_signal);
	mem = rc_arena_new();
}

START_TEST(cgi_reads_content_length_and_ends)
{
	struct rc_req rq;
	char text[256];
	int fds[2];
	ssize_t n;

	start_cgi("hello, and more");
	setenv("CONTENT_LENGTH", "5", 1);
	rq = take();
	ck_assert_str_eq(rq.path, "/oauth/register");
	ck_assert_int_eq(rq.method, RC_METHOD_POST);
	ck_assert_str_eq(rq.body, "hello");
	ck_assert(!rq.body_broken);
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(dup2(fds[1], STDOUT_FILENO), STDOUT_FILENO);
	rq.answer.status = 200;
	rq.answer.body = "ok";
	rq.answer.len = 2;
	ck_assert(rc_req_send(&rq));
	n = read(fds[0], text, sizeof(text) - 1);
	ck_assert_int_gt(n, 0);
	text[n] = '\0';
	ck_assert_str_eq(text, "Status: 200 OK\r\nContent-Length: 2\r\n\r\nok");
	ck_assert(!rc_req_accept(&rq, stop, NULL));
}
END_TEST

START_TEST(cgi_body_may_be_short)
{
	struct rc_req rq;

	start_cgi("hell");
	setenv("CONTENT_LENGTH", "5", 1);
	rq = take();
	ck_assert(rq.body_broken);
}
END_TEST

START_TEST(cgi_without_length_has_no_body)
{
	struct rc_req rq;

	start_cgi("hello");
	unsetenv("CONTENT_LENGTH");
	unsetenv("HTTP_TRANSFER_ENCODING");
	rq = take();
	ck_assert_uint_eq(rq.len, 0);
	ck_assert(!rq.body_broken);
}
END_TEST

START_TEST(cgi_chunked_body_ends_with_the_file)
{
	struct rc_req rq;

	start_cgi("hello");
	unsetenv("CONTENT_LENGTH");
	setenv("HTTP_TRANSFER_ENCODING", "chunked", 1);
	rq = take();
	ck_assert_str_eq(rq.body, "hello");
}
END_TEST

START_TEST(door_is_told_by_descriptor_and_environment)
{
	int fds[2];

	unsetenv("GATEWAY_INTERFACE");
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
	ck_assert_int_eq(rc_req_door(), RC_DOOR_NONE);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
	ck_assert_int_eq(rc_req_door(), RC_DOOR_NONE);
	setenv("GATEWAY_INTERFACE", "CGI/1.1", 1);
	unsetenv("REQUEST_METHOD");
	ck_assert_int_eq(rc_req_door(), RC_DOOR_NONE);
	setenv("REQUEST_METHOD", "GET", 1);
	ck_assert_int_eq(rc_req_door(), RC_DOOR_CGI);
	(void)listen_at_0();
	ck_assert_int_eq(rc_req_door(), RC_DOOR_FASTCGI);
}
END_TEST

/* clang-format off */
static const struct {
	const char *peer;
	const char *forwarded; /* NULL: no such header */
	const char *address;
} forwards[] = {
	{ "198.51.100.1", NULL, "198.51.100.1" },
	/* Of who is no proxy of ours nothing is believed. */
	{ "198.51.100.1", "203.0.113.9", "198.51.100.1" },
	{ "10.0.0.1", NULL, "10.0.0.1" },
	{ "10.0.0.1", "203.0.113.9", "203.0.113.9" },
	{ "10.0.0.1", " \t203.0.113.9\t ", "203.0.113.9" },
	/* What the client wrote itself comes first. */
	{ "10.0.0.1", "192.0.2.66, 203.0.113.9", "203.0.113.9" },
	{ "10.0.0.1", "<x>,203.0.113.9,10.2.3.4 ,fd00::7", "203.0.113.9" },
	{ "10.0.0.1", "203.0.113.9,, ,10.2.3.4,", "203.0.113.9" },
	{ "10.0.0.1", "10.9.9.9, 10.2.3.4", "10.9.9.9" },
	{ "10.0.0.1", "203.0.113.9:4711", "203.0.113.9" },
	{ "fd00::1", "2001:db8::9", "2001:db8::9" },
	{ "fd00::1", "[2001:db8::9]", "2001:db8::9" },
	{ "fd00::1", "[2001:db8::9]:4711, [fd00::2]:1", "2001:db8::9" },
	{ "::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9" },
	{ "10.0.0.1", "", "10.0.0.1" },
	{ "10.0.0.1", " , ", "10.0.0.1" },
	{ "10.0.0.1", "unknown", "10.0.0.1" },
	{ "10.0.0.1", "203.0.113.9, unknown", "10.0.0.1" },
	{ "10.0.0.1", "203.0.113.9 x", "10.0.0.1" },
	{ "10.0.0.1", "[2001:db8::9", "10.0.0.1" },
	{ "10.0.0.1", "[2001:db8::9]x", "10.0.0.1" },
	{ "10.0.0.1", "203.0.113.999", "10.0.0.1" },
	{ "unix:", "203.0.113.9", "unix:" },
};

static const char *const networks[] = { "10.0.0.0/8", "fd00::/8" };
static const struct rc_conf behind = {
	.max_body = 1000, .trusted_proxies = { networks, 2 }
};
/* clang-format on */

START_TEST(trusted_proxies_say_who_asks)
{
	size_t i;

	set_up();
	for (i = 0; i < sizeof(forwards) / sizeof(forwards[0]); i++) {
		struct rc_req rq = { .mem = mem, .conf = &behind };

		web = connect_to_0();
		begin(0, "GET", "/");
		param("REMOTE_ADDR", forwards[i].peer);
		if (forwards[i].forwarded != NULL)
			param("HTTP_X_FORWARDED_FOR", forwards[i].forwarded);
		end_params();
		end_request();
		ck_assert(rc_req_accept(&rq, stop, NULL));
		ck_assert_str_eq(rq.peer, forwards[i].peer);
		ck_assert_msg(strcmp(rq.address, forwards[i].address) == 0,
		    "%s, %s: %s", forwards[i].peer, forwards[i].forwarded,
		    rq.address);
		if (strcmp(rq.address, "unix:") == 0)
			ck_assert_ptr_null(rc_req_inet(&rq));
		else
			ck_assert_str_eq(rc_req_inet(&rq), rq.address);
		finish(&rq);
	}
}
END_TEST

/* An IPv4 address is one, however IPv6 spells it. */
START_TEST(an_address_of_ipv4_is_that)
{
	static const char *const spellings[] = { "::ffff:192.0.2.1",
		"::FFFF:c000:201", "0:0:0:0:0:ffff:c000:0201", "192.0.2.1" };
	struct rc_req rq = { .mem = rc_arena_new() };
	size_t i;

	for (i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		rq.address = spellings[i];
		ck_assert_str_eq(rc_req_inet(&rq), "192.0.2.1");
	}
	rq.address = "2001:db8::ffff:c000:201";
	ck_assert_str_eq(rc_req_inet(&rq), rq.address);
	rc_arena_free(rq.mem);
}
END_TEST

START_TEST(trusted_proxies_say_what_came_in_clear)
{
	static const struct {
		const char *peer, *https, *proto;
		bool secure;
	} cases[] = { { "10.0.0.1", "", "", true },
		{ "10.0.0.1", "", "https", true },
		{ "10.0.0.1", "", "http", false },
		{ "10.0.0.1", "on", "HTTP", false },
		{ "10.0.0.1", "", "https, http", false },
		{ "198.51.100.1", "", "https", false },
		{ "198.51.100.1", "on", "http", true },
		{ "198.51.100.1", "1", "", true },
		{ "198.51.100.1", "off", "", false } };
	size_t i;

	set_up();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rc_req rq = { .mem = mem, .conf = &behind };

		web = connect_to_0();
		begin(0, "GET", "/");
		param("REMOTE_ADDR", cases[i].peer);
		/* The client's address has no say in it. */
		param("HTTP_X_FORWARDED_FOR", "203.0.113.9");
		param("HTTPS", cases[i].https);
		param("HTTP_X_FORWARDED_PROTO", cases[i].proto);
		end_params();
		end_request();
		ck_assert(rc_req_accept(&rq, stop, NULL));
		ck_assert_msg(rc_req_secure(&rq) == cases[i].secure,
		    "%s, HTTPS %s, %s", cases[i].peer, cases[i].https,
		    cases[i].proto);
		finish(&rq);
	}
}
END_TEST

static int rests;

/* The third time there is nothing more to do, and a request comes. */
static int
rest(const struct rc_req *rq)
{

	ck_assert_ptr_eq(rq->mem, mem);
	if (++rests < 3)
		return 20;
	web = connect_to_0();
	begin(0, "GET", "/");
	end_params();
	end_request();
	return -1;
}

START_TEST(what_is_due_is_done_while_nobody_asks)
{
	struct rc_req rq;
	int64_t began;

	set_up();
	rq = (struct rc_req){ .mem = mem, .conf = &conf };
	began = rc_now_mono();
	ck_assert(rc_req_accept(&rq, stop, rest));
	ck_assert_int_eq(rests, 3);
	ck_assert_int_ge(rc_now_mono() - began, 38);
	finish(&rq);
}
END_TEST

START_TEST(fail_keeps_to_rfc6749_characters_and_the_first_fault)
{
	struct rc_req rq = { .mem = rc_arena_new() };

	ck_assert_int_eq(rc_fail(&rq, RC_ERR_INVALID_REQUEST, "%s",
			     "a\"b\\c\nd\x7f"
			     "e\xc3\xa9~ !"),
	    RC_ERR_INVALID_REQUEST);
	ck_assert_str_eq(rq.fault.description, "a?b?c?d?e??~ !");
	ck_assert_int_eq(
	    rc_fail(&rq, RC_ERR_SERVER_ERROR, "later"), RC_ERR_SERVER_ERROR);
	ck_assert_int_eq(rq.fault.err, RC_ERR_INVALID_REQUEST);
	ck_assert_str_eq(rq.fault.description, "a?b?c?d?e??~ !");
	rc_arena_free(rq.mem);
}
END_TEST

START_TEST(every_fault_is_kept_and_the_first_is_said)
{
	struct rc_req rq = { .mem = rc_arena_new() };
	const struct rc_json *detail;
	int i;

	ck_assert_int_eq(rc_fail_at(&rq, RC_ERR_INVALID_REDIRECT_URI, "/a",
			     "type", "a \"string\"", "a is \"%d\"", 1),
	    RC_ERR_INVALID_REDIRECT_URI);
	ck_assert_int_eq(rc_fail_at(&rq, RC_ERR_INVALID_CLIENT_METADATA, "/b",
			     "length", NULL, "b is long"),
	    RC_ERR_INVALID_CLIENT_METADATA);
	ck_assert_int_eq(rq.fault.err, RC_ERR_INVALID_REDIRECT_URI);
	ck_assert_str_eq(rq.fault.description, "a is ?1?");
	ck_assert_str_eq(rq.fault.rule, "type");
	ck_assert_uint_eq(rc_json_count(rq.fault.details), 2);
	detail = rc_json_at(rq.fault.details, 0);
	ck_assert_str_eq(rc_json_text(detail, "pointer"), "/a");
	ck_assert_str_eq(rc_json_text(detail, "rule"), "type");
	ck_assert_str_eq(rc_json_text(detail, "message"), "a is ?1?");
	ck_assert_str_eq(rc_json_text(detail, "hint"), "a \"string\"");
	detail = rc_json_at(rq.fault.details, 1);
	ck_assert_str_eq(rc_json_text(detail, "pointer"), "/b");
	ck_assert_ptr_null(rc_json_text(detail, "hint"));
	for (i = 0; i < 100; i++)
		(void)rc_fail_at(&rq, RC_ERR_INVALID_CLIENT_METADATA, "/c",
		    "length", NULL, "c is long");
	ck_assert_uint_eq(rc_json_count(rq.fault.details), RC_DETAILS_MOST);
	rc_arena_free(rq.mem);
}
END_TEST

START_TEST(warnings_are_kept_where_they_are_wanted)
{
	struct rc_req rq = { .mem = rc_arena_new() };
	int i;

	rc_warn_at(&rq, "/a", "default", NULL, "a is set");
	ck_assert_ptr_null(rq.warnings);
	rq.warnings = rc_json_new_array(rq.mem);
	for (i = 0; i < 100; i++)
		rc_warn_at(&rq, "/a", "default", NULL, "a is set");
	ck_assert_uint_eq(rc_json_count(rq.warnings), RC_DETAILS_MOST);
	ck_assert_str_eq(
	    rc_json_text(rc_json_at(rq.warnings, 0), "message"), "a is set");
	ck_assert_int_eq(rq.fault.err, RC_OK);
	rc_arena_free(rq.mem);
}
END_TEST

UNIT_MAIN("req", an_address_of_ipv4_is_that, path_is_request_uri_decoded_once,
    methods_are_known_by_name, headers_are_found_by_their_names,
    authorization_comes_under_two_names, body_is_read_within_bounds,
    answer_is_written_as_rfc3875_says, web_server_that_went_away_is_noticed,
    signal_is_taken_between_requests_even_under_load,
    kept_connection_is_waited_on, broken_connection_leads_to_the_next,
    cgi_reads_content_length_and_ends, cgi_body_may_be_short,
    cgi_without_length_has_no_body, cgi_chunked_body_ends_with_the_file,
    door_is_told_by_descriptor_and_environment, trusted_proxies_say_who_asks,
    trusted_proxies_say_what_came_in_clear,
    what_is_due_is_done_while_nobody_asks,
    fail_keeps_to_rfc6749_characters_and_the_first_fault,
    every_fault_is_kept_and_the_first_is_said,
    warnings_are_kept_where_they_are_wanted)
