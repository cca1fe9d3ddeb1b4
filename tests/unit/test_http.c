#include "unit.h"

#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "http.h"

START_TEST(urls_are_https_or_loopback)
{
	static const struct {
		const char *url;
		bool good;
	} urls[] = {
		{ "https://auth.example.org/register", true },
		{ "HTTPS://auth.example.org:8443/a?b=c", true },
		{ "http://127.0.0.1:8080/", true },
		{ "http://[::1]/", true },
		{ "http://localhost/", true },
		{ "http://auth.example.org/", false },
		{ "http://127.0.0.1.example.org/", false },
		{ "http://127.0.0.2/", false },
		{ "https://user@auth.example.org/", false },
		{ "https://auth.example.org/#x", false },
		{ "https://auth.example.org/ x", false },
		{ "https://auth.example.org/\r\nX: y", false },
		{ "https:///x", false },
		{ "file:///etc/passwd", false },
		{ "ftp://127.0.0.1/", false },
		{ "gopher://127.0.0.1/", false },
		{ "auth.example.org", false },
		{ "", false },
	};
	struct rc_arena *mem = rc_arena_new();
	size_t i;

	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		ck_assert_msg((rc_http_check_url(mem, urls[i].url) == NULL) ==
				  urls[i].good,
		    "%s", urls[i].url);
	rc_arena_free(mem);
}
END_TEST

/* Listen on a port of this host; in the child, answer once and end. */
static int
answer_once(const char *text, pid_t *child)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM, 0), peer;
	char request[4096];

	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&in, sizeof(in)), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	if ((*child = fork()) == 0) {
		peer = accept(fd, NULL, NULL);
		if (read(peer, request, sizeof(request)) > 0 &&
		    write(peer, text, strlen(text)) > 0)
			(void)shutdown(peer, SHUT_WR);
		while (read(peer, request, sizeof(request)) > 0)
			continue;
		_exit(0);
	}
	(void)close(fd);
	return ntohs(in.sin_port);
}

/* Ask a server that answers ${text}. */
static const char *
ask(struct rc_arena *mem, const char *text, struct rc_http *http,
    enum rc_http_fault *fault)
{
	const char *why;
	pid_t child;
	int port = answer_once(text, &child);

	(void)signal(SIGPIPE, SIG_IGN);
	http->method = "GET";
	http->url = rc_printf(mem, "http://127.0.0.1:%d/x", port);
	http->connect_ms = http->total_ms = 10000;
	if (http->most == 0)
		http->most = 100;
	why = rc_http(mem, http, fault);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	return why;
}

START_TEST(answers_of_any_status_are_answers)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_http http = { 0 };
	enum rc_http_fault fault;

	ck_assert_ptr_null(ask(mem,
	    "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nX-One: a\r\nx-one:  b \r\n"
	    "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
	    &http, &fault));
	ck_assert_int_eq(fault, RC_HTTP_NONE);
	ck_assert_int_eq(http.status, 429);
	ck_assert_int_eq(http.retry_after, 7);
	ck_assert_str_eq(http.body, "{}");
	ck_assert_str_eq(http.type, "application/json");
	ck_assert_str_eq(rc_http_field(mem, &http, "X-ONE", 0), "a");
	ck_assert_str_eq(rc_http_field(mem, &http, "X-One", 1), "b ");
	ck_assert_ptr_null(rc_http_field(mem, &http, "X-One", 2));
	ck_assert_ptr_null(rc_http_field(mem, &http, "X", 0));
	rc_arena_free(mem);
}
END_TEST

START_TEST(retry_after_may_be_missing)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_http http = { 0 };
	enum rc_http_fault fault;

	ck_assert_ptr_null(ask(mem,
	    "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", &http, &fault));
	ck_assert_int_eq(http.retry_after, -1);
	rc_arena_free(mem);
}
END_TEST

START_TEST(redirects_are_not_followed)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_http http = { 0 };
	enum rc_http_fault fault;

	ck_assert_ptr_null(ask(mem,
	    "HTTP/1.1 302 Go\r\nLocation: http://127.0.0.1:1/\r\n"
	    "Content-Length: 0\r\n\r\n",
	    &http, &fault));
	ck_assert_int_eq(http.status, 302);
	rc_arena_free(mem);
}
END_TEST

/* What was kept of an answer. */
static bool
keep(void *arg, const void *data, size_t n)
{
	size_t *kept = arg;

	(void)data;
	*kept += n;
	return *kept < 5;
}

START_TEST(pieces_of_a_success_are_kept_first)
{
	struct rc_arena *mem = rc_arena_new();
	size_t kept = 0;
	struct rc_http http = { .keep = keep, .arg = &kept };
	enum rc_http_fault fault;

	ck_assert_ptr_null(ask(mem,
	    "HTTP/1.1 201 Made\r\nContent-Length: 2\r\n\r\n{}", &http, &fault));
	ck_assert_uint_eq(kept, 2);
	ck_assert_ptr_null(ask(mem,
	    "HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\n{}", &http, &fault));
	ck_assert_uint_eq(kept, 2);
	ck_assert_ptr_nonnull(ask(mem,
	    "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n{  }", &http, &fault));
	ck_assert_int_eq(fault, RC_HTTP_STOPPED);
	rc_arena_free(mem);
}
END_TEST

START_TEST(faults_are_told_apart)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_http http = { .most = 3 };
	enum rc_http_fault fault;

	ck_assert_ptr_nonnull(ask(mem,
	    "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n1234", &http, &fault));
	ck_assert_int_eq(fault, RC_HTTP_ANSWER);
	ck_assert_ptr_nonnull(
	    ask(mem, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n12",
		&http, &fault));
	ck_assert_int_eq(fault, RC_HTTP_ANSWER);
	ck_assert_ptr_nonnull(ask(mem,
	    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n1", &http, &fault));
	ck_assert_int_eq(fault, RC_HTTP_NETWORK);
	/* What did come is there. */
	ck_assert_str_eq(http.body, "1");
	ck_assert_ptr_nonnull(ask(mem, "nonsense\r\n\r\n", &http, &fault));
	ck_assert_int_eq(fault, RC_HTTP_NETWORK);
	http.url = "http://auth.example.org/";
	ck_assert_ptr_nonnull(rc_http(mem, &http, &fault));
	ck_assert_int_eq(fault, RC_HTTP_URL);
	http.url = "http://127.0.0.1:1/";
	ck_assert_str_eq(rc_http(mem, &http, &fault), "does not answer");
	ck_assert_int_eq(fault, RC_HTTP_UNREACHED);
	ck_assert_int_eq(http.status, 0);
	rc_arena_free(mem);
}
END_TEST

UNIT_MAIN("http", urls_are_https_or_loopback, answers_of_any_status_are_answers,
    retry_after_may_be_missing, redirects_are_not_followed,
    pieces_of_a_success_are_kept_first, faults_are_told_apart)
