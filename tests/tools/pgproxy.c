/*
 * pgproxy: stand between PostgreSQL clients and their server, count what they
 * say, and let the connection fail at a chosen moment.
 *
 *	pgproxy DIR/.s.PGSQL.PORT SERVER-SOCKET [--log FILE] [--mode-file FILE]
 *
 * Clients connect with "host=DIR port=PORT".  When it listens it prints the
 * line "ready"; it goes on until SIGTERM or SIGINT and then removes its socket.
 * It may run as any user; everybody may connect.
 *
 * --log: one line is appended for each message of a client, when it has
 * come whole: "conn 3 Parse".  Connections are numbered from 1.
 *
 * --mode-file: its first word is read again before anything is forwarded; an
 * absent or empty file means "pass".  Write a new file and rename it to the
 * name, so that no half a word is read:
 *	pass			forward everything
 *	cut-after-statement	the client's next Sync or Query reaches the
 *				server with all before it; then the client is
 *				hung up on, and the answer is thrown away
 *	cut-before-ready	the answer is forwarded up to, not with, the
 *				next ReadyForQuery after a Sync or Query; then
 *				both sides are hung up on
 *	hold			nothing is read or forwarded; connections stay
 *				open
 * A mode stays until the file changes.  Logging in works in all modes but hold.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define CONNS_MAX 400
#define CHUNK 65536

/* How often to look whether held connections may go on, and for signals, ms. */
#define HELD 10
#define IDLE 200

/* Packets before login have no type byte, but a code (libpq/pqcomm.h). */
#define CODE_CANCEL 80877102
#define CODE_SSL 80877103
#define CODE_GSSENC 80877104

enum mode {
	MODE_PASS,
	MODE_CUT_AFTER_STATEMENT,
	MODE_CUT_BEFORE_READY,
	MODE_HOLD,
	MODE__MAX
};

static const char *const mode_names[MODE__MAX] = {
	[MODE_PASS] = "pass",
	[MODE_CUT_AFTER_STATEMENT] = "cut-after-statement",
	[MODE_CUT_BEFORE_READY] = "cut-before-ready",
	[MODE_HOLD] = "hold",
};

/* The types of a client's messages. */
static const struct {
	char type;
	const char *name;
} message_names[] = {
	{ 'B', "Bind" },
	{ 'C', "Close" },
	{ 'D', "Describe" },
	{ 'E', "Execute" },
	{ 'F', "FunctionCall" },
	{ 'H', "Flush" },
	{ 'P', "Parse" },
	{ 'Q', "Query" },
	{ 'S', "Sync" },
	{ 'X', "Terminate" },
	{ 'c', "CopyDone" },
	{ 'd', "CopyData" },
	{ 'f', "CopyFail" },
	{ 'p', "Password" },
};

/* One way of a connection: bytes to forward, and the message they are in. */
struct way {
	unsigned char data[CHUNK];
	size_t from;
	size_t to;
	unsigned char head[8]; /* of the message that comes in */
	size_t nhead;
	uint32_t left; /* bytes of it still to come */
};

struct conn {
	unsigned number;
	int client; /* -1: hung up */
	int server;
	bool started; /* the startup packet went by */
	unsigned asked; /* Sync and Query without a ReadyForQuery */
	bool closing; /* hang up when everything is forwarded */
	struct way up; /* client to server */
	struct way down;
};

static struct conn *conns[CONNS_MAX];
static size_t nconns;
static unsigned count;
static const char *server_path;
static const char *mode_path;
static int log_fd = -1;
static volatile sig_atomic_t stop;

static void
on_signal(int sig)
{

	(void)sig;
	stop = 1;
}

static void
die(const char *what)
{

	fprintf(stderr, "pgproxy: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint32_t
number(const unsigned char *p)
{

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static void
note(const struct conn *c, const char *name)
{
	char line[64];
	int n;

	n = snprintf(line, sizeof(line), "conn %u %s\n", c->number, name);
	if (log_fd != -1 && write(log_fd, line, (size_t)n) != n)
		die("log");
}

static enum mode
mode_now(void)
{
	char word[32] = "";
	FILE *f;
	int m;

	if (mode_path == NULL || (f = fopen(mode_path, "r")) == NULL)
		return MODE_PASS;
	if (fscanf(f, "%31s", word) != 1)
		word[0] = '\0';
	fclose(f);
	for (m = MODE_PASS; m < MODE__MAX; m++)
		if (strcmp(word, mode_names[m]) == 0)
			return (enum mode)m;
	return MODE_PASS;
}

/* A socket address of ${path}. */
static struct sockaddr_un
address(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(a.sun_path)) {
		errno = ENAMETOOLONG;
		die(path);
	}
	memcpy(a.sun_path, path, strlen(path) + 1);
	return a;
}

static int
listen_on(const char *path)
{
	struct sockaddr_un a = address(path);
	int fd;

	if (unlink(path) != 0 && errno != ENOENT)
		die(path);
	if ((fd = socket(AF_UNIX, SOCK_STREAM, 0)) == -1 ||
	    bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    chmod(path, 0777) != 0 || listen(fd, 128) != 0)
		die(path);
	return fd;
}

static void
hang_up(int *fd)
{

	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

static void
accept_one(int listener)
{
	struct sockaddr_un a = address(server_path);
	struct conn *c;
	int fd;

	if ((fd = accept(listener, NULL, NULL)) == -1)
		return;
	if (nconns == CONNS_MAX || (c = calloc(1, sizeof(*c))) == NULL) {
		close(fd);
		return;
	}
	c->number = ++count;
	c->client = fd;
	c->server = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (c->server == -1 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
		die("socket");
	conns[nconns++] = c;
	/* Without a server the client is hung up on. */
	if (connect(c->server, (struct sockaddr *)&a, sizeof(a)) != 0) {
		hang_up(&c->client);
		hang_up(&c->server);
	}
}

/* A client's message has come whole. */
static void
message_up(struct conn *c, unsigned char type)
{
	size_t i;

	if (type == 'S' || type == 'Q')
		c->asked++;
	for (i = 0; i < sizeof(message_names) / sizeof(*message_names); i++) {
		if (message_names[i].type == (char)type) {
			note(c, message_names[i].name);
			return;
		}
	}
	note(c, "Unknown");
}

/*
 * A packet before login has come whole.  Wishes for encryption are declined
 * here, so that all that follows can be read; false: do not forward it.
 */
static bool
packet_up(struct conn *c, uint32_t code)
{

	switch (code) {
	case CODE_SSL:
	case CODE_GSSENC:
		note(c, code == CODE_SSL ? "SSLRequest" : "GSSENCRequest");
		if (write(c->client, "N", 1) != 1)
			c->closing = true;
		return false;
	case CODE_CANCEL:
		note(c, "CancelRequest");
		return true;
	default:
		note(c, "Startup");
		c->started = true;
		return true;
	}
}

/*
 * Take one more byte of a message into account, whose first ${nhead} bytes are
 * type and length, or length and code before login.  Return true when it was
 * the last one; the head then still says what it was.
 */
static bool
advance(struct way *w, unsigned char byte, size_t nhead)
{
	uint32_t len;

	if (w->nhead == nhead)
		w->left--;
	else {
		w->head[w->nhead++] = byte;
		if (w->nhead < nhead)
			return false;
		/* The length counts itself, and the code where there is one. */
		len = number(nhead == 8 ? w->head : w->head + 1);
		w->left = len - (nhead == 8 ? 8 : 4);
		if (w->left > len)
			w->left = 0;
	}
	if (w->left > 0)
		return false;
	w->nhead = 0;
	return true;
}

/* Look at what a client sent; hang up on it after a Sync if told to. */
static void
look_up(struct conn *c, enum mode mode)
{
	struct way *w = &c->up;
	size_t i;

	for (i = w->from; i < w->to; i++) {
		if (!c->started) {
			if (!advance(w, w->data[i], 8))
				continue;
			if (!packet_up(c, number(w->head + 4)))
				w->from = i + 1;
			continue;
		}
		if (!advance(w, w->data[i], 5))
			continue;
		message_up(c, w->head[0]);
		if (mode == MODE_CUT_AFTER_STATEMENT && c->asked > 0) {
			w->to = i + 1;
			hang_up(&c->client);
			return;
		}
	}
}

/* Look at what the server sent; cut it before a ReadyForQuery if told to. */
static void
look_down(struct conn *c, enum mode mode)
{
	struct way *w = &c->down;
	size_t i;

	for (i = w->from; i < w->to; i++) {
		if (w->nhead == 0 && w->data[i] == 'Z' && c->asked > 0 &&
		    mode == MODE_CUT_BEFORE_READY) {
			w->to = i;
			c->closing = true;
			return;
		}
		if (!advance(w, w->data[i], 5) || w->head[0] != 'Z')
			continue;
		if (c->asked > 0)
			c->asked--;
	}
}

/* Read into a way that is empty; false: that side is gone. */
static bool
fill(struct way *w, int fd)
{
	ssize_t n;

	n = read(fd, w->data, sizeof(w->data));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0)
		return false;
	w->from = 0;
	w->to = (size_t)n;
	return true;
}

/* Write what a way holds; false: that side is gone, and so are the bytes. */
static bool
drain(struct way *w, int fd)
{
	ssize_t n;

	while (w->from < w->to) {
		n = send(fd, w->data + w->from, w->to - w->from, MSG_NOSIGNAL);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return true;
		if (n < 0) {
			w->from = w->to;
			return false;
		}
		w->from += (size_t)n;
	}
	return true;
}

static bool
empty(const struct way *w)
{

	return w->from == w->to;
}

static short
wish(const struct way *in, const struct way *out)
{

	return (short)((empty(in) ? POLLIN : 0) | (empty(out) ? 0 : POLLOUT));
}

/* Move what can be moved. */
static void
work(struct conn *c, enum mode mode, short client, short server)
{

	if ((client & ~POLLOUT) != 0 && empty(&c->up)) {
		if (!fill(&c->up, c->client))
			c->closing = true;
		else
			look_up(c, mode);
	}
	if ((server & ~POLLOUT) != 0 && empty(&c->down)) {
		if (!fill(&c->down, c->server))
			c->closing = true;
		else
			look_down(c, mode);
	}
	/* The client is gone: its statement's answer goes nowhere. */
	if (c->client == -1) {
		c->down.from = c->down.to;
		if (c->asked == 0 && empty(&c->up))
			c->closing = true;
	} else if (!drain(&c->down, c->client))
		c->closing = true;
	if (!drain(&c->up, c->server))
		c->closing = true;
	if (c->closing && empty(&c->down)) {
		hang_up(&c->client);
		hang_up(&c->server);
	}
}

/* Forget connections whose both sides are gone. */
static void
sweep(void)
{
	size_t i, n = 0;

	for (i = 0; i < nconns; i++) {
		if (conns[i]->client == -1 && conns[i]->server == -1)
			free(conns[i]);
		else
			conns[n++] = conns[i];
	}
	nconns = n;
}

static void
turn(int listener)
{
	static struct pollfd p[1 + 2 * CONNS_MAX];
	size_t i, n = nconns;
	enum mode mode = mode_now();

	p[0] = (struct pollfd){ .fd = listener, .events = POLLIN };
	for (i = 0; i < n; i++) {
		p[1 + 2 * i] = (struct pollfd){ .fd = conns[i]->client,
			.events = wish(&conns[i]->up, &conns[i]->down) };
		p[2 + 2 * i] = (struct pollfd){ .fd = conns[i]->server,
			.events = wish(&conns[i]->down, &conns[i]->up) };
	}
	if (mode == MODE_HOLD) {
		(void)poll(NULL, 0, HELD);
		return;
	}
	if (poll(p, (nfds_t)(1 + 2 * n), IDLE) <= 0)
		return;
	/* The mode may have changed while nothing came. */
	if ((mode = mode_now()) == MODE_HOLD)
		return;
	for (i = 0; i < n; i++)
		work(
		    conns[i], mode, p[1 + 2 * i].revents, p[2 + 2 * i].revents);
	sweep();
	if (p[0].revents != 0)
		accept_one(listener);
}

static void
usage(void)
{

	fprintf(stderr, "usage: pgproxy LISTEN-SOCKET SERVER-SOCKET "
			"[--log FILE] [--mode-file FILE]\n");
	exit(2);
}

static void
options(int argc, char *argv[])
{
	int i;

	if (argc < 3 || argc % 2 == 0)
		usage();
	server_path = argv[2];
	for (i = 3; i < argc; i += 2) {
		if (strcmp(argv[i], "--mode-file") == 0) {
			mode_path = argv[i + 1];
			continue;
		}
		if (strcmp(argv[i], "--log") != 0)
			usage();
		log_fd = open(argv[i + 1], O_WRONLY | O_CREAT | O_APPEND, 0644);
		if (log_fd == -1)
			die(argv[i + 1]);
	}
}

int
main(int argc, char *argv[])
{
	struct sigaction sa = { .sa_handler = on_signal };
	int listener;

	options(argc, argv);
	if (sigaction(SIGTERM, &sa, NULL) != 0 ||
	    sigaction(SIGINT, &sa, NULL) != 0)
		die("sigaction");
	signal(SIGPIPE, SIG_IGN);
	listener = listen_on(argv[1]);
	printf("ready\n");
	fflush(stdout);
	while (!stop)
		turn(listener);
	unlink(argv[1]);
	return 0;
}
