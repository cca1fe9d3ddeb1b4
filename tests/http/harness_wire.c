#include <sys/socket.h>
#include <sys/time.h>

#include <netdb.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "harness_own.h"

struct wire {
	int fd;
	struct bytes in;
	size_t used;
};

/* Cut BASE_URL into host and port. */
static void
host_port(const char **host, const char **port)
{
	const char *p = strstr(base_url(), "://");
	const char *colon;
	size_t n;

	p = p == NULL ? base_url() : p + 3;
	n = strcspn(p, "/");
	colon = memchr(p, ':', n);
	*host = text("%.*s", (int)(colon == NULL ? n : (size_t)(colon - p)), p);
	*port = colon == NULL ? "80"
	                      : text("%.*s", (int)(n - (size_t)(colon + 1 - p)),
				    colon + 1);
}

const char *
wire_host(void)
{
	const char *host, *port;

	host_port(&host, &port);
	return text("%s:%s", host, port);
}

struct wire *
wire_open(void)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	const struct timeval patience = { .tv_sec = 200 };
	struct wire *w = room(sizeof(*w));
	struct addrinfo *list, *ai;
	const char *host, *port;

	host_port(&host, &port);
	w->fd = -1;
	if (getaddrinfo(host, port, &hints, &list) != 0)
		ck_abort_msg("cannot resolve %s", host);
	for (ai = list; ai != NULL && w->fd == -1; ai = ai->ai_next) {
		w->fd = socket(ai->ai_family, ai->ai_socktype, 0);
		if (w->fd != -1 &&
		    connect(w->fd, ai->ai_addr, ai->ai_addrlen) != 0) {
			(void)close(w->fd);
			w->fd = -1;
		}
	}
	freeaddrinfo(list);
	if (w->fd == -1)
		ck_abort_msg("cannot connect to %s:%s", host, port);
	(void)setsockopt(
	    w->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return w;
}

void
wire_send(struct wire *w, const char *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		/* A server that hangs up early says why before. */
		n = send(w->fd, data, len, MSG_NOSIGNAL);
		if (n <= 0)
			return;
		data += n;
		len -= (size_t)n;
	}
}

/* Read more; false at the end. */
static bool
wire_more(struct wire *w)
{
	char chunk[16384];
	ssize_t n = recv(w->fd, chunk, sizeof(chunk), 0);

	if (n <= 0)
		return false;
	bytes_add(&w->in, chunk, (size_t)n);
	return true;
}

/* Return the next line without its end, NULL where there is none. */
static const char *
wire_line(struct wire *w)
{
	const char *found, *start;

	for (;;) {
		bytes_add(&w->in, "", 0);
		start = w->in.data + w->used;
		found = strstr(start, "\r\n");
		if (found != NULL) {
			w->used += (size_t)(found - start) + 2;
			return text("%.*s", (int)(found - start), start);
		}
		if (!wire_more(w))
			return NULL;
	}
}

/* Move ${n} bytes, or all until the end for SIZE_MAX, to ${out}. */
static bool
wire_take(struct wire *w, struct bytes *out, size_t n)
{
	size_t have;

	while ((have = w->in.len - w->used) < n)
		if (!wire_more(w)) {
			if (n != SIZE_MAX)
				return false;
			n = have;
		}
	bytes_add(out, w->in.data + w->used, n);
	w->used += n;
	return true;
}

static bool
wire_chunks(struct wire *w, struct bytes *out)
{
	const char *line;
	size_t n;

	for (;;) {
		if ((line = wire_line(w)) == NULL)
			return false;
		n = (size_t)strtoul(line, NULL, 16);
		if (n > 0 && !wire_take(w, out, n))
			return false;
		do {
			if ((line = wire_line(w)) == NULL)
				return false;
		} while (n == 0 && *line != '\0');
		if (n == 0)
			return true;
	}
}

/* Read status line and headers; false at the end. */
static bool
wire_head(struct wire *w, struct answer *a)
{
	struct bytes head = { 0 };
	const char *line = wire_line(w);

	if (line == NULL || strncmp(line, "HTTP/1.", 7) != 0)
		return false;
	a->status = (int)strtol(line + 9, NULL, 10);
	while ((line = wire_line(w)) != NULL && *line != '\0') {
		bytes_add(&head, line, strlen(line));
		bytes_add(&head, "\r\n", 2);
	}
	a->head_len = head.len;
	a->head = bytes_settle(&head);
	return line != NULL;
}

struct answer *
wire_answer(struct wire *w, const char *method)
{
	struct answer *a = room(sizeof(*a));
	struct bytes body = { 0 };
	const char *length;
	bool whole = true;

	a->method = method;
	a->url = "(raw)/oauth/";
	do {
		if (!wire_head(w, a))
			return NULL;
	} while (a->status < 200);
	length = header(a, "Content-Length");
	if (strcmp(method, "HEAD") == 0 || a->status == 204 || a->status == 304)
		;
	else if (has_word(header(a, "Transfer-Encoding"), "chunked"))
		whole = wire_chunks(w, &body);
	else if (length != NULL)
		whole = wire_take(w, &body, (size_t)strtoul(length, NULL, 10));
	else
		whole = wire_take(w, &body, SIZE_MAX);
	answered(a, &body);
	want(whole, "the answer is cut off");
	return a;
}

void
wire_close(struct wire *w)
{

	(void)close(w->fd);
	free(w->in.data);
	w->in.data = NULL;
}

struct answer *
wire_ask(const char *method, const char *fmt, ...)
{
	struct wire *w = wire_open();
	struct answer *a;
	const char *s;
	va_list ap;

	va_start(ap, fmt);
	s = vtext(fmt, ap);
	va_end(ap);
	wire_send(w, s, strlen(s));
	a = wire_answer(w, method);
	wire_close(w);
	want(a != NULL, "no answer to a raw %s", method);
	return a;
}
