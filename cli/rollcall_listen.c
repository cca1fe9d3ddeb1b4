/*
 * A web server for one answer, on this host only.
 */
#include "rollcall_listen.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "crypt.h"
#include "now.h"
#include "rollcall_auth.h"
#include "rollcall_loopback.h"
#include "uri.h"

/* The largest request, bytes. */
#define MOST_REQUEST 16384

/* Connections at a time; browsers open some that they do not use yet. */
#define MOST_PEERS 32

/* How long a connection may last; how long it then has to read, ms. */
#define PATIENCE 30000
#define LINGER 2000

/* Who is connected. */
struct peer {
	int fd; /* -1: nobody */
	int64_t until; /* ms */
	bool answered; /* it has only to close */
	size_t len;
	char request[MOST_REQUEST + 1];
};

struct listen {
	struct rollcall *r;
	int fds[2]; /* -1: none */
	const char *authority; /* what Host must be */
	const char *host; /* or this, at port 80; else NULL */
	const char *path; /* of the redirect URI */
	const char *uri; /* all of it */
	char token[RC_CRYPT_TOKEN_SIZE]; /* the start address */
	struct peer *peers;
	struct peer *sender; /* of the answer, NULL */

	/* While it waits. */
	const char *url;
	listen_judge *judge;
	void *arg;
	int started; /* visits of the start address */
};

/* --- beginning and end */

static void
close_all(struct listen *l)
{
	size_t i;

	for (i = 0; i < 2; i++) {
		if (l->fds[i] != -1)
			(void)close(l->fds[i]);
		l->fds[i] = -1;
	}
	for (i = 0; i < MOST_PEERS; i++) {
		if (l->peers[i].fd != -1)
			(void)close(l->peers[i].fd);
		l->peers[i].fd = -1;
	}
}

enum rollcall_exit
listen_open(
    struct rollcall *r, const char *text, int64_t port, struct listen **listen)
{
	struct listen *l = rc_alloc(r->mem, sizeof(*l));
	struct rc_uri uri;
	uint16_t at;
	size_t i;

	*listen = l;
	*l = (struct listen){ .r = r, .fds = { -1, -1 } };
	l->peers = rc_alloc(r->mem, MOST_PEERS * sizeof(*l->peers));
	for (i = 0; i < MOST_PEERS; i++)
		l->peers[i].fd = -1;
	if (rc_uri_parse(r->mem, text, &uri) != NULL || uri.host == NULL)
		return rollcall_fail(ROLLCALL_FAILED,
		    "the redirect URI %s is none", rollcall_text(r, text));
	at = (uint16_t)(uri.port != NULL ? strtol(uri.port, NULL, 10) : port);
	if (!loopback_open(uri.host, &at, l->fds))
		return rollcall_fail(ROLLCALL_FAILED,
		    "cannot listen on %s, port %d, for the browser's answer: "
		    "%s; end what is there, or take another port",
		    uri.host, (int)at, strerror(errno));
	l->authority = rc_printf(r->mem, "%s:%d", uri.host, (int)at);
	/* What is http's own port browsers leave out. */
	l->host = at == 80 ? uri.host : NULL;
	l->path = uri.path[0] != '\0' ? uri.path : "/";
	l->uri = rc_printf(r->mem, "http://%s%s%s%s", l->authority, uri.path,
	    uri.query != NULL ? "?" : "", uri.query != NULL ? uri.query : "");
	rc_crypt_token(l->token);
	return ROLLCALL_OK;
}

const char *
listen_uri(const struct listen *l)
{

	return l->uri;
}

const char *
listen_start(const struct listen *l)
{

	return rc_printf(
	    l->r->mem, "http://%s/start/%s", l->authority, l->token);
}

/* --- answers */

static const char style[] =
    "body{font:1.1em/1.5 system-ui,sans-serif;max-width:34em;margin:15vh auto;"
    "padding:0 1.5em;color:#222;background:#fff}"
    "h1{font-size:1.5em}h1.good{color:#17622d}h1.bad{color:#9c1c1c}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}"
    "h1.good{color:#7fce95}h1.bad{color:#f19a9a}}";

/* Write a page.  Its policy allows the style and nothing else. */
static void
write_page(struct rc_buf *out, const char *status, const char *fields,
    const struct listen_page *page)
{
	unsigned char hash[32];
	struct rc_buf body;

	rc_buf_init(&body, out->mem);
	rc_buf_printf(&body,
	    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width\">"
	    "<title>rollcall</title><style>%s</style></head>\n"
	    "<body><h1 class=\"%s\">",
	    style, page->good ? "good" : "bad");
	rc_buf_html(&body, page->title, strlen(page->title));
	rc_buf_puts(&body, "</h1>\n<p>");
	rc_buf_html(&body, page->text, strlen(page->text));
	rc_buf_puts(&body, "</p></body></html>\n");
	rc_crypt_sha256(style, sizeof(style) - 1, hash);
	rc_buf_printf(out,
	    "HTTP/1.1 %s\r\n%sContent-Type: text/html; charset=utf-8\r\n"
	    "Content-Length: %zu\r\nContent-Security-Policy: default-src "
	    "'none'; style-src 'sha256-%s'; base-uri 'none'; form-action "
	    "'none'; frame-ancestors 'none'\r\nX-Content-Type-Options: "
	    "nosniff\r\nReferrer-Policy: no-referrer\r\nCache-Control: "
	    "no-store\r\nConnection: close\r\n\r\n",
	    status, fields, body.len,
	    auth_base64(out->mem, hash, sizeof(hash)));
	rc_buf_add(out, body.data, body.len);
}

/*
 * Send what there is to say; it fits what the system takes at once.  The
 * connection ends when the other side closes it too, for what they are still
 * sending would have the system throw the answer away.
 */
static void
send_page(struct peer *p, const char *status, const char *fields,
    const struct listen_page *page)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_buf out;

	rc_buf_init(&out, mem);
	write_page(&out, status, fields, page);
	(void)send(p->fd, out.data, out.len, MSG_NOSIGNAL);
	(void)shutdown(p->fd, SHUT_WR);
	rc_arena_free(mem);
	p->answered = true;
	p->until = rc_now_mono() + LINGER;
}

static void
send_fault(struct peer *p, const char *status, const char *text)
{
	const struct listen_page page = { false, status + 4, text };

	send_page(p, status,
	    strcmp(status, "405 Method Not Allowed") == 0 ? "Allow: GET\r\n"
							  : "",
	    &page);
}

/* --- requests */

/* Return the value of the one field of that name; NULL: none, or several. */
static char *
field_of(char *fields, const char *name)
{
	char *line, *end, *value = NULL;
	size_t n = strlen(name);

	for (line = fields; *line != '\0'; line = end + 2) {
		if ((end = strstr(line, "\r\n")) == NULL)
			return NULL;
		if (strncasecmp(line, name, n) != 0 || line[n] != ':')
			continue;
		if (value != NULL)
			return NULL;
		value = line + n + 1;
	}
	if (value == NULL)
		return NULL;
	value += strspn(value, " \t");
	end = strstr(value, "\r\n");
	while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*end = '\0';
	return value;
}

/* Are there no control characters in the head, but those between lines? */
static bool
is_clean(const char *s)
{

	for (; *s != '\0'; s++) {
		if (*s == '\r' && s[1] == '\n')
			s++;
		else if (((unsigned char)*s < ' ' && *s != '\t') ||
			 *s == '\x7f')
			return false;
	}
	return true;
}

static bool
is_get(const struct peer *p)
{

	return strncmp(p->request, "GET ", 4) == 0;
}

/* Cut the request line and the fields apart; false: that is no HTTP/1. */
static bool
cut(struct peer *p, char **target, char **fields)
{
	char *line = p->request, *end = strstr(line, "\r\n\r\n"), *space;

	if (end == NULL)
		return false;
	end[2] = '\0';
	if (!is_clean(line))
		return false;
	end = strstr(line, "\r\n");
	*end = '\0';
	*fields = end + 2;
	if ((space = strchr(line, ' ')) == NULL)
		return false;
	*target = space + 1;
	if ((space = strchr(*target, ' ')) == NULL)
		return false;
	*space++ = '\0';
	return (*target)[0] == '/' && (strcmp(space, "HTTP/1.1") == 0 ||
					  strcmp(space, "HTTP/1.0") == 0);
}

/* Send the browser on, once. */
static void
start(struct listen *l, struct peer *p)
{
	const struct listen_page page = { true, "On to the login",
		"The browser is sent there." };

	if (++l->started > 1) {
		send_fault(p, "410 Gone",
		    "This address was used before, and is good for one visit. "
		    "The login has ended; run it again.");
		return;
	}
	send_page(p, "303 See Other",
	    rc_printf(l->r->mem, "Location: %s\r\n", l->url), &page);
}

/* Give the query to who waits for it. */
static void
call_back(struct listen *l, struct peer *p, const char *query)
{
	const char *why = l->judge(l->arg, query);

	if (why != NULL)
		send_fault(p, "400 Bad Request", why);
	else
		l->sender = p;
}

/* Tell whether a request is for us, by its Host. */
static bool
is_for(const struct listen *l, const char *host)
{

	return host != NULL &&
	       (strcasecmp(host, l->authority) == 0 ||
		   (l->host != NULL && strcasecmp(host, l->host) == 0));
}

/* Answer a request whose head is there. */
static void
serve(struct listen *l, struct peer *p)
{
	static const char begin[] = "/start/";
	char *target, *fields, *query;
	bool get = is_get(p);

	if (!cut(p, &target, &fields)) {
		send_fault(p, "400 Bad Request", "This is no request.");
		return;
	}
	/* Else a page with a name of its own for this host could read us. */
	if (!is_for(l, field_of(fields, "Host"))) {
		send_fault(p, "400 Bad Request",
		    "This is not the address that is listened on.");
		return;
	}
	if (!get) {
		send_fault(
		    p, "405 Method Not Allowed", "Only GET is answered here.");
		return;
	}
	query = strchr(target, '?');
	if (query != NULL)
		*query++ = '\0';
	if (strncmp(target, begin, strlen(begin)) == 0 && query == NULL &&
	    rc_crypt_same(target + strlen(begin), l->token))
		start(l, p);
	else if (strcmp(target, l->path) == 0)
		call_back(l, p, query != NULL ? query : "");
	else
		send_fault(p, "404 Not Found", "There is nothing here.");
}

/* --- connections */

static void
drop(struct peer *p)
{

	(void)close(p->fd);
	p->fd = -1;
}

/* Take what came; a head that is there is answered. */
static void
receive(struct listen *l, struct peer *p)
{
	char rest[4096];
	ssize_t n;

	if (p->answered)
		n = recv(p->fd, rest, sizeof(rest), 0);
	else
		n = recv(p->fd, p->request + p->len, MOST_REQUEST - p->len, 0);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop(p);
		return;
	}
	if (p->answered)
		return;
	p->len += (size_t)n;
	p->request[p->len] = '\0';
	if (memmem(p->request, p->len, "\r\n\r\n", 4) != NULL)
		serve(l, p);
	else if (p->len == MOST_REQUEST)
		send_fault(p, "431 Request Header Fields Too Large",
		    "The request is too large.");
}

/* Find room for one more: that of who has been here the longest. */
static struct peer *
make_room(struct listen *l)
{
	struct peer *oldest = l->peers, *p;
	size_t i;

	/* One of them at most is the sender, who stays. */
	if (oldest == l->sender)
		oldest++;
	for (i = 0; i < MOST_PEERS; i++) {
		p = &l->peers[i];
		if (p->fd == -1)
			return p;
		if (p != l->sender && p->until < oldest->until)
			oldest = p;
	}
	drop(oldest);
	return oldest;
}

static void
accept_one(struct listen *l, int fd)
{
	int new = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct peer *p;

	if (new == -1)
		return;
	p = make_room(l);
	p->fd = new;
	p->len = 0;
	p->answered = false;
	p->until = rc_now_mono() + PATIENCE;
}

/* Wait for whatever comes, until then; and serve it. */
static bool
turn(struct listen *l, int64_t until)
{
	struct pollfd fds[MOST_PEERS + 2];
	int64_t now = rc_now_mono();
	size_t i;

	for (i = 0; i < MOST_PEERS; i++) {
		if (l->peers[i].fd != -1 && &l->peers[i] != l->sender &&
		    l->peers[i].until <= now)
			drop(&l->peers[i]);
		fds[i] =
		    (struct pollfd){ &l->peers[i] != l->sender ? l->peers[i].fd
							       : -1,
			    POLLIN, 0 };
	}
	for (i = 0; i < 2; i++)
		fds[MOST_PEERS + i] = (struct pollfd){ l->fds[i], POLLIN, 0 };
	if (until <= now)
		return false;
	/* Often enough to end those that are silent, and to look about. */
	if (poll(fds, MOST_PEERS + 2,
		until - now < 1000 ? (int)(until - now) : 1000) == -1)
		return errno == EINTR;
	for (i = 0; i < MOST_PEERS; i++)
		if (fds[i].revents != 0 && l->sender == NULL)
			receive(l, &l->peers[i]);
	for (i = 0; i < 2; i++)
		if (fds[MOST_PEERS + i].revents != 0 && l->sender == NULL)
			accept_one(l, l->fds[i]);
	return true;
}

enum rollcall_exit
listen_wait(struct listen *l, const char *url, listen_judge *judge,
    listen_look *look, void *arg, int64_t seconds)
{
	int64_t until = rc_now_mono() + seconds * 1000;

	l->url = url;
	l->judge = judge;
	l->arg = arg;
	rollcall_progress(l->r, "waiting for the browser ...");
	while (l->sender == NULL && l->started < 2 && turn(l, until))
		look(arg);
	rollcall_progress_end(l->r);
	if (l->started > 1)
		return rollcall_fail(ROLLCALL_REFUSED,
		    "the address that the browser was given was asked for "
		    "twice, so somebody else may have seen it; log in again");
	if (l->sender == NULL)
		return rollcall_fail(ROLLCALL_NETWORK,
		    "nobody logged in within %lld s; run it again, with a "
		    "longer --wait if need be",
		    (long long)seconds);
	return ROLLCALL_OK;
}

void
listen_end(struct listen *l, const struct listen_page *page)
{
	struct peer *p = l->sender;
	int64_t until, left;
	char rest[4096];

	if (p != NULL) {
		send_page(
		    p, page->good ? "200 OK" : "400 Bad Request", "", page);
		until = rc_now_mono() + LINGER;
		while ((left = until - rc_now_mono()) > 0) {
			struct pollfd fd = { p->fd, POLLIN, 0 };

			if (poll(&fd, 1, (int)left) > 0 &&
			    recv(p->fd, rest, sizeof(rest), 0) <= 0)
				break;
		}
	}
	close_all(l);
}
