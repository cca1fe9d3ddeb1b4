#include "req.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "conf.h"
#include "json.h"
#include "log.h"
#include "now.h"
#include "uri.h"

/* Bytes taken from the body at once. */
#define CHUNK 4096
/*
 * Milliseconds in which a body has to have come: a web server that does not
 * buffer it makes a slow client hold a worker.
 */
#define PATIENCE INT64_C(5000)
/* Bytes that the head of an answer usually has room in. */
#define HEAD 1024
/* Milliseconds to rest when the system has no descriptor or memory left. */
#define REST 100

/* The one way in that this process has. */
static struct {
	FCGX_Request fcgi;
	int epoll; /* watches the listening socket */
	sigset_t mask; /* lets our signals in, while we wait */
	bool open; /* for FastCGI: fcgi and epoll are ready */
	bool served; /* for CGI: its one request was taken */
} door;

static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1 };
#define NSIGNALS (sizeof(signals) / sizeof(signals[0]))

/* clang-format off */
static const char *const method_names[RC_METHOD__MAX] = {
	[RC_METHOD_GET] = "GET",
	[RC_METHOD_HEAD] = "HEAD",
	[RC_METHOD_POST] = "POST",
	[RC_METHOD_PUT] = "PUT",
	[RC_METHOD_DELETE] = "DELETE",
	[RC_METHOD_OPTIONS] = "OPTIONS",
};

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 204, "No Content" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" },
	{ 429, "Too Many Requests" },
	{ 500, "Internal Server Error" },
	{ 503, "Service Unavailable" },
};
/* clang-format on */

/* Write a sentence that may stand in error_description (RFC 6749 5.2). */
static const char *__attribute__((format(printf, 2, 0)))
write_sentence(struct rc_req *rq, const char *fmt, va_list ap)
{
	char *text = rc_vprintf(rq->mem, fmt, ap);
	char *s;

	for (s = text; *s != '\0'; s++) {
		if (*s < ' ' || *s > '~' || *s == '"' || *s == '\\')
			*s = '?';
	}
	return text;
}

enum rc_err
rc_fail(struct rc_req *rq, enum rc_err err, const char *fmt, ...)
{
	va_list ap;

	if (rq->fault.err != RC_OK)
		return err;
	va_start(ap, fmt);
	rq->fault.description = write_sentence(rq, fmt, ap);
	va_end(ap);
	rq->fault.err = err;
	return err;
}

/* Add to ${list} what is to be said of the member at ${pointer}. */
static void
add_detail(struct rc_req *rq, struct rc_json *list, const char *pointer,
    const char *rule, const char *message, const char *hint)
{
	struct rc_json *detail;

	if (rc_json_count(list) == RC_DETAILS_MOST)
		return;
	detail = rc_json_new_object(rq->mem);
	rc_json_set_string(detail, "pointer", pointer);
	rc_json_set_string(detail, "rule", rule);
	rc_json_set_string(detail, "message", message);
	if (hint != NULL)
		rc_json_set_string(detail, "hint", hint);
	rc_json_append(list, detail);
}

enum rc_err
rc_fail_at(struct rc_req *rq, enum rc_err err, const char *pointer,
    const char *rule, const char *hint, const char *fmt, ...)
{
	struct rc_fault *fault = &rq->fault;
	const char *message;
	va_list ap;

	va_start(ap, fmt);
	message = write_sentence(rq, fmt, ap);
	va_end(ap);
	if (fault->err == RC_OK) {
		fault->err = err;
		fault->description = message;
		fault->rule = rule;
	}
	if (fault->details == NULL)
		fault->details = rc_json_new_array(rq->mem);
	add_detail(rq, fault->details, pointer, rule, message, hint);
	return err;
}

void
rc_warn_at(struct rc_req *rq, const char *pointer, const char *rule,
    const char *hint, const char *fmt, ...)
{
	const char *message;
	va_list ap;

	if (rq->warnings == NULL)
		return;
	va_start(ap, fmt);
	message = write_sentence(rq, fmt, ap);
	va_end(ap);
	add_detail(rq, rq->warnings, pointer, rule, message, hint);
}

const char *
rc_req_param(const struct rc_req *rq, const char *name)
{
	const FCGX_Request *fcgi = rq->door;

	if (fcgi == NULL)
		return getenv(name);
	return FCGX_GetParam(name, fcgi->envp);
}

const char *
rc_req_header(const struct rc_req *rq, const char *name)
{
	struct rc_buf variable;

	if (strcasecmp(name, "Content-Type") == 0)
		return rc_req_param(rq, "CONTENT_TYPE");
	if (strcasecmp(name, "Content-Length") == 0)
		return rc_req_param(rq, "CONTENT_LENGTH");
	rc_buf_init(&variable, rq->mem);
	rc_buf_puts(&variable, "HTTP_");
	for (; *name != '\0'; name++)
		rc_buf_putc(&variable,
		    (char)(*name == '-' ? '_' : toupper((unsigned char)*name)));
	return rc_req_param(rq, variable.data);
}

static bool
is_trusted(const struct rc_req *rq, const char *address)
{

	return rc_list_has_address(&rq->conf->trusted_proxies, address);
}

/* Tell whether a proxy says that the request came in clear, on any leg. */
static bool
came_in_clear(const struct rc_req *rq)
{
	static const char http[] = "http";
	const char *s = rc_req_param(rq, "HTTP_X_FORWARDED_PROTO");
	size_t n;

	if (s == NULL)
		return false;
	while (*(s += strspn(s, " \t,")) != '\0') {
		n = strcspn(s, " \t,");
		if (n == strlen(http) && strncasecmp(s, http, n) == 0)
			return true;
		s += n;
	}
	return false;
}

bool
rc_req_secure(const struct rc_req *rq)
{
	const char *https = rc_req_param(rq, "HTTPS");

	if (is_trusted(rq, rq->peer))
		return !came_in_clear(rq);
	return https != NULL &&
	       (strcasecmp(https, "on") == 0 || strcmp(https, "1") == 0);
}

/* Tell whether ${text} is an IPv4 or IPv6 address. */
static bool
is_address(const char *text)
{
	unsigned char buf[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, text, buf) == 1 ||
	       inet_pton(AF_INET6, text, buf) == 1;
}

const char *
rc_req_inet(const struct rc_req *rq)
{
	char text[INET_ADDRSTRLEN];
	struct in6_addr v6;

	/* What a socket for both calls an IPv4 address is that address. */
	if (inet_pton(AF_INET6, rq->address, &v6) == 1 &&
	    IN6_IS_ADDR_V4MAPPED(&v6) &&
	    inet_ntop(AF_INET, v6.s6_addr + 12, text, sizeof(text)) != NULL)
		return rc_strdup(rq->mem, text);
	return is_address(rq->address) ? rq->address : NULL;
}

const char *
rc_param(const struct rc_req *rq, size_t i)
{

	return rq->params[i].count > 0 ? rq->params[i].items[0] : NULL;
}

const struct rc_list *
rc_param_all(const struct rc_req *rq, size_t i)
{

	return &rq->params[i];
}

enum rc_door
rc_req_door(void)
{
	int listening = 0;
	socklen_t len = sizeof(listening);
	const char *gateway;

	if (door.open)
		return RC_DOOR_FASTCGI;
	gateway = getenv("GATEWAY_INTERFACE");
	if (getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &listening,
		&len) == 0 &&
	    listening != 0)
		return RC_DOOR_FASTCGI;
	if (gateway != NULL && strncmp(gateway, "CGI/", 4) == 0 &&
	    getenv("REQUEST_METHOD") != NULL)
		return RC_DOOR_CGI;
	return RC_DOOR_NONE;
}

void
rc_req_signals(void (*handler)(int))
{
	struct sigaction act = { .sa_handler = handler };
	sigset_t ours;
	size_t i;

	sigemptyset(&ours);
	for (i = 0; i < NSIGNALS; i++)
		sigaddset(&ours, signals[i]);
	sigprocmask(SIG_BLOCK, &ours, NULL);
	for (i = 0; i < NSIGNALS; i++)
		sigaction(signals[i], &act, NULL);
}

/* Make ${open} the mask that lets our signals in. */
static void
open_mask(sigset_t *open)
{
	size_t i;

	sigprocmask(SIG_BLOCK, NULL, open);
	for (i = 0; i < NSIGNALS; i++)
		sigdelset(open, signals[i]);
}

/*
 * Let in a signal that has come meanwhile: under load a wait finds the next
 * request ready each time and would never do it.
 */
static void
let_signals_in(const sigset_t *open)
{
	sigset_t pending;
	size_t i;

	if (sigpending(&pending) != 0)
		return;
	for (i = 0; i < NSIGNALS; i++) {
		if (sigismember(&pending, signals[i]) == 1) {
			sigsuspend(open);
			return;
		}
	}
}

/*
 * Wait, ${ms} at most where that is not -1, until there is something to read:
 * on the connection that the web server keeps, else on the listening socket.
 * Each process watches that exclusively, so a connection wakes one of them;
 * both calls report it before a signal, so one that was woken never leaves
 * without having tried to accept.
 */
static int
wait_readable(const sigset_t *open, int ms)
{
	const struct timespec most = { .tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000L };
	struct pollfd kept = { .fd = door.fcgi.ipcFd, .events = POLLIN };
	struct epoll_event event;

	if (!rc_req_idle())
		return ppoll(&kept, 1, ms < 0 ? NULL : &most, open);
	return epoll_pwait(door.epoll, &event, 1, ms, open);
}

static bool
wait_request(const struct rc_req *rq, bool (*stop)(void),
    int (*rest)(const struct rc_req *rq))
{
	int n;

	for (;;) {
		let_signals_in(&door.mask);
		if (stop())
			return false;
		n = wait_readable(&door.mask, rest != NULL ? rest(rq) : -1);
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR) {
			rc_log(RC_LOG_ERROR, "accept", "%s", strerror(errno));
			return false;
		}
	}
}

/*
 * Make the listening socket ready.  It does not block, so that losing the race
 * for a connection leads back to the wait.
 */
static bool
open_door(void)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	int flags;

	if (door.open)
		return true;
	if (FCGX_Init() != 0 ||
	    FCGX_InitRequest(&door.fcgi, STDIN_FILENO, 0) != 0 ||
	    (flags = fcntl(STDIN_FILENO, F_GETFL)) < 0 ||
	    fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK) != 0 ||
	    (door.epoll = epoll_create1(EPOLL_CLOEXEC)) < 0 ||
	    epoll_ctl(door.epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event) != 0) {
		rc_log(RC_LOG_ERROR, "accept", "%s", strerror(errno));
		return false;
	}
	open_mask(&door.mask);
	door.open = true;
	return true;
}

/* Is it worth to go on after accept failed with ${error}? */
static bool
outlive(int error)
{

	switch (error) {
	case EAGAIN:
	case EINTR:
	case ECONNABORTED:
		return true;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		rc_log(RC_LOG_ERROR, "accept", "%s", strerror(error));
		poll(NULL, 0, REST);
		return true;
	default:
		rc_log(RC_LOG_ERROR, "accept", "%s", strerror(error));
		return false;
	}
}

static bool
accept_fastcgi(
    struct rc_req *rq, bool (*stop)(void), int (*rest)(const struct rc_req *rq))
{
	int error;

	if (!open_door())
		return false;
	do {
		if (!wait_request(rq, stop, rest))
			return false;
		error = FCGX_Accept_r(&door.fcgi);
	} while (error != 0 && outlive(-error));
	rq->door = &door.fcgi;
	return error == 0;
}

static bool
accept_cgi(void)
{
	bool first = !door.served;

	door.served = true;
	return first;
}

/* Return a copy that outlives the web server's variables, or NULL. */
static char *
copy_param(const struct rc_req *rq, const char *name)
{
	const char *value = rc_req_param(rq, name);

	return value == NULL ? NULL : rc_strdup(rq->mem, value);
}

static enum rc_method
find_method(const char *name)
{
	int i;

	for (i = 0; i < RC_METHOD_OTHER; i++) {
		if (strcmp(method_names[i], name) == 0)
			break;
	}
	return (enum rc_method)i;
}

/* RFC 9112 3.2.2: skip the scheme and authority of an absolute-form target. */
static char *
skip_authority(char *target)
{
	char *colon;

	if (*target == '/' || (colon = strstr(target, "://")) == NULL ||
	    strcspn(target, "/?#") < (size_t)(colon - target))
		return target;
	return colon + 3 + strcspn(colon + 3, "/?#");
}

/*
 * The path comes from the request line, never from PATH_INFO or SCRIPT_NAME:
 * those differ between web servers, and are decoded by some.
 */
static void
take_target(struct rc_req *rq)
{
	char *target = copy_param(rq, "REQUEST_URI");
	char *query;

	rq->path = rq->query = "";
	if (target == NULL)
		return;
	target = skip_authority(target);
	if ((query = strchr(target, '?')) != NULL) {
		*query = '\0';
		rq->query = query + 1;
	}
	/* What is no UTF-8 the database would not take. */
	if (rc_uri_unescape(target) && rc_json_is_utf8(target))
		rq->path = target;
}

/*
 * Return the address of an element of X-Forwarded-For, which may have a port,
 * and brackets then, or NULL.  ${s} is cut on the way.
 */
static const char *
forwarded_address(char *s)
{
	char *end;

	s += strspn(s, " \t");
	end = s + strcspn(s, " \t");
	if (end[strspn(end, " \t")] != '\0')
		return NULL;
	*end = '\0';
	if (*s == '[') {
		if ((end = strchr(++s, ']')) == NULL ||
		    (end[1] != '\0' && end[1] != ':'))
			return NULL;
		*end = '\0';
	} else if ((end = strchr(s, ':')) != NULL && end == strrchr(s, ':')) {
		*end = '\0';
	}
	return is_address(s) ? s : NULL;
}

/*
 * Return who asks.  Each proxy adds the address of who asked it, so behind
 * those that are trusted it is the last one that is not one of them; what
 * stands before that anybody may have written.
 */
static const char *
find_client(const struct rc_req *rq)
{
	const char *found = rq->peer;
	char *list, *last;

	if (!is_trusted(rq, rq->peer) ||
	    (list = copy_param(rq, "HTTP_X_FORWARDED_FOR")) == NULL)
		return rq->peer;
	while (is_trusted(rq, found)) {
		last = strrchr(list, ',');
		last = last != NULL ? last + 1 : list;
		if (last[strspn(last, " \t")] != '\0' &&
		    (found = forwarded_address(last)) == NULL)
			return rq->peer;
		if (last == list)
			break;
		last[-1] = '\0';
	}
	return found;
}

static void
take_head(struct rc_req *rq)
{

	rq->method_name = copy_param(rq, "REQUEST_METHOD");
	if (rq->method_name == NULL)
		rq->method_name = "";
	rq->method = find_method(rq->method_name);
	take_target(rq);
	rq->content_type = copy_param(rq, "CONTENT_TYPE");
	/* Apache hands it to a CGI program under the second name. */
	rq->authorization = copy_param(rq, "HTTP_AUTHORIZATION");
	if (rq->authorization == NULL || *rq->authorization == '\0')
		rq->authorization =
		    copy_param(rq, "REDIRECT_HTTP_AUTHORIZATION");
	rq->peer = copy_param(rq, "REMOTE_ADDR");
	if (rq->peer == NULL)
		rq->peer = "";
	rq->address = find_client(rq);
}

/* Return CONTENT_LENGTH, or -1 where it is absent or no number. */
static int64_t
declared_length(const struct rc_req *rq)
{
	const char *text = rc_req_param(rq, "CONTENT_LENGTH");
	char *end;
	long long n;

	if (text == NULL || !isdigit((unsigned char)*text))
		return -1;
	errno = 0;
	n = strtoll(text, &end, 10);
	return *end != '\0' || errno != 0 ? -1 : n;
}

/*
 * How much there is to read at most.  FastCGI marks the end of the body itself.
 * A CGI program may read no more than CONTENT_LENGTH (RFC 3875 4.2), save that
 * a chunked body has none and ends with the file.
 */
static int64_t
readable_length(const struct rc_req *rq, int64_t declared)
{

	if (rq->door != NULL)
		return INT64_MAX;
	if (declared >= 0)
		return declared;
	if (rc_req_param(rq, "HTTP_TRANSFER_ENCODING") != NULL)
		return INT64_MAX;
	return 0;
}

/*
 * Read some bytes of the body: 0 at its end, -1 when that came too early.  Of
 * FastCGI's no more than is there already, save for the first: waiting for ${n}
 * bytes of a body that trickles in would take as long as its sender likes.
 */
static ssize_t
read_some(const struct rc_req *rq, char *to, size_t n)
{
	FCGX_Request *fcgi = rq->door;
	size_t there;
	int first;

	if (fcgi == NULL)
		return read(STDIN_FILENO, to, n);
	if ((first = FCGX_GetChar(fcgi->in)) < 0)
		return FCGX_GetError(fcgi->in) != 0 ? -1 : 0;
	to[0] = (char)first;
	there = (size_t)(fcgi->in->stop - fcgi->in->rdNext);
	if (there > n - 1)
		there = n - 1;
	return 1 + FCGX_GetStr(to + 1, (int)there, fcgi->in);
}

/*
 * Give reading what is left of its time.  False: that is over.  *${given} is
 * what it was given last; a little less is not worth a system call.
 */
static bool
limit_wait(const struct rc_req *rq, int64_t *given)
{
	int64_t left = rq->started + PATIENCE - rc_now_mono();
	const FCGX_Request *fcgi = rq->door;
	struct timeval wait;

	if (fcgi == NULL || *given - left < PATIENCE / 50)
		return true;
	if (left <= 0)
		return false;
	*given = left;
	wait.tv_sec = left / 1000;
	wait.tv_usec = left % 1000 * 1000;
	(void)setsockopt(
	    fcgi->ipcFd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	return true;
}

/* Read the body to its end: unread bytes break the connection's reuse. */
static void
take_body(struct rc_req *rq)
{
	int64_t declared = declared_length(rq);
	int64_t left = readable_length(rq, declared);
	int64_t total = 0;
	int64_t given = 2 * PATIENCE;
	struct rc_buf kept;
	char chunk[CHUNK];
	ssize_t n = 0;

	rc_buf_init(&kept, rq->mem);
	while (left > 0) {
		n = -1;
		if (limit_wait(rq, &given))
			n = read_some(
			    rq, chunk, left < CHUNK ? (size_t)left : CHUNK);
		if (n <= 0)
			break;
		left -= n;
		total += n;
		if (total <= rq->conf->max_body)
			rc_buf_add(&kept, chunk, (size_t)n);
	}
	explicit_bzero(chunk, sizeof(chunk));
	rq->body_broken = n < 0 || total < declared;
	rq->body_too_large = total > rq->conf->max_body;
	rq->body = rq->body_too_large ? "" : kept.data;
	rq->len = rq->body_too_large ? 0 : kept.len;
}

bool
rc_req_accept(
    struct rc_req *rq, bool (*stop)(void), int (*rest)(const struct rc_req *rq))
{
	bool come = false;

	switch (rc_req_door()) {
	case RC_DOOR_FASTCGI:
		come = accept_fastcgi(rq, stop, rest);
		break;
	case RC_DOOR_CGI:
		come = accept_cgi();
		break;
	case RC_DOOR_NONE:
		break;
	}
	if (!come)
		return false;
	rq->started = rc_now_mono();
	take_head(rq);
	take_body(rq);
	return true;
}

static const char *
find_reason(int status)
{
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].status == status)
			return reasons[i].reason;
	}
	return "Other";
}

/* RFC 9110 6.4.1: these statuses never have content. */
static bool
is_bodiless(int status)
{

	return status == 204 || status == 304;
}

static void
add_header(struct rc_buf *out, const char *name, const char *value)
{

	rc_buf_puts(out, name);
	rc_buf_puts(out, ": ");
	rc_buf_puts(out, value);
	rc_buf_puts(out, "\r\n");
}

/* Put the whole answer in one piece: a CGI response (RFC 3875 6.2). */
static void
compose(const struct rc_req *rq, struct rc_buf *out)
{
	const struct rc_answer *answer = &rq->answer;
	size_t i;

	rc_buf_init(out, rq->mem);
	(void)rc_buf_room(out, answer->len + HEAD);
	rc_buf_puts(out, "Status: ");
	rc_buf_puts(out, rc_number(rq->mem, answer->status));
	rc_buf_putc(out, ' ');
	rc_buf_puts(out, find_reason(answer->status));
	rc_buf_puts(out, "\r\n");
	for (i = 0; i < answer->nheaders; i++)
		add_header(
		    out, answer->headers[i].name, answer->headers[i].value);
	if (!is_bodiless(answer->status))
		add_header(out, "Content-Length",
		    rc_number(rq->mem, (int64_t)answer->len));
	rc_buf_puts(out, "\r\n");
	if (!is_bodiless(answer->status) && rq->method != RC_METHOD_HEAD)
		rc_buf_add(out, answer->body, answer->len);
}

static bool
send_cgi(const struct rc_buf *out)
{
	size_t done = 0;

	while (done < out->len) {
		ssize_t n;

		n = write(STDOUT_FILENO, out->data + done, out->len - done);
		if (n < 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

static bool
send_fastcgi(FCGX_Request *fcgi, const struct rc_buf *out)
{
	bool good;

	good = FCGX_PutStr(out->data, (int)out->len, fcgi->out) >= 0;
	/* The last stream closed ends the request, and that is to be stdout. */
	FCGX_FClose(fcgi->err);
	good = FCGX_FClose(fcgi->out) == 0 && good;
	FCGX_Finish_r(fcgi);
	return good;
}

bool
rc_req_send(struct rc_req *rq)
{
	struct rc_buf out;
	FCGX_Request *fcgi = rq->door;

	compose(rq, &out);
	if (fcgi == NULL)
		return send_cgi(&out);
	return send_fastcgi(fcgi, &out);
}

bool
rc_req_idle(void)
{

	return !door.open || door.fcgi.ipcFd < 0;
}
