/*
 * load: act as many registering clients at a time, and judge every answer.
 *
 *	load -p PORT [-c CLIENTS] [-n REQUESTS] [-o STEPS] [-k FILE]
 *	     [-l FILE] [-r] [-u STATUS]
 *
 * Each of CLIENTS (1) at 127.0.0.1:PORT goes through the letters of STEPS (r)
 * again and again, until all have sent REQUESTS together (0: no bound) or
 * SIGTERM comes; a request that was begun is always finished.
 * Each request has its connection: a kept one may be closed by the web server
 * at any time (RFC 9112 9.5), which would look like a lost request.
 *	r  register, and be that client in the next steps
 *	g  read it	u  replace it	p  update a part of it	x  delete it
 *	b  read it with a wrong token	d  discovery
 * Without a client all but d register one.
 *
 * -k: the clients are those of the file's lines "ID TOKEN"; clients and steps
 * are then taken in turn by all of them together.
 * -l: such a line is appended for each 201, as soon as it was read.
 * -r: a 503 is no request done; it is tried again after a moment.
 * -u: REQUESTS are not enough before an answer had STATUS; what is to be met in
 * the middle of the load, such as an outage, then is, however late it comes.
 * After a hundred times as many it is given up.
 *
 * At the end the answers are counted on standard output, a line each:
 *	201 17		answers of a status
 *	lost 0		requests without a complete answer
 *	wrong 0		answers that are not as they must be, the first of
 *			which are shown on standard error
 *	slowest 12	milliseconds
 */
#include <sys/socket.h>
#include <sys/time.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS_MOST 1000
#define STATUS_MOST 600
#define WRONG_SHOWN 5
/* How long an answer may take before it counts as lost, s. */
#define PATIENCE 120
/* How long to wait after a 503, ms. */
#define REST 20
/* How many times REQUESTS are sent while an answer is waited for. */
#define EXTRA 100
#define ANSWER_SIZE 32768
/* Room for an id or a token, and for a request. */
#define WORD_SIZE 256
#define REQUEST_SIZE 2048

#define METADATA                                                        \
	"\"client_name\":\"Load\",\"redirect_uris\":[\"https://client." \
	"example.org/callback\"]"

struct client {
	char id[WORD_SIZE];
	char token[WORD_SIZE];
};

/* One of the clients that we act as. */
struct actor {
	pthread_t thread;
	int fd; /* -1: not connected */
	size_t step;
	struct client client; /* of the last registration; "" for none */
	char answer[ANSWER_SIZE + 1];
	size_t len;
	char *body;
	int status;
};

static in_port_t port;
static size_t nactors = 1;
static long requests;
static const char *steps = "r";
static bool again;
static size_t until; /* the status to be met; 0: none */
static FILE *list;
static struct client *known;
static size_t nknown;

/* What is common to all is behind one lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long begun;
static long counts[STATUS_MOST];
static long lost;
static long wrong;
static int64_t slowest;

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

	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
rest(void)
{
	struct timespec t = { .tv_nsec = REST * 1000000L };

	nanosleep(&t, NULL);
}

static void
hang_up(struct actor *a)
{

	if (a->fd != -1)
		close(a->fd);
	a->fd = -1;
}

static bool
dial(struct actor *a)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval t = { .tv_sec = PATIENCE };
	int one = 1;

	if ((a->fd = socket(AF_INET, SOCK_STREAM, 0)) == -1)
		return false;
	if (setsockopt(a->fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)) == 0 &&
	    setsockopt(a->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) ==
		0 &&
	    connect(a->fd, (struct sockaddr *)&sin, sizeof(sin)) == 0)
		return true;
	hang_up(a);
	return false;
}

static bool
send_all(int fd, const char *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		if ((n = send(fd, data, len, MSG_NOSIGNAL)) <= 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

/* Return the value of a header of the answer, or NULL. */
static const char *
header(const struct actor *a, const char *name)
{
	size_t len = strlen(name);
	const char *s = a->answer;

	while ((s = strstr(s, "\r\n")) != NULL && s + 2 < a->body) {
		s += 2;
		if (strncasecmp(s, name, len) == 0 && s[len] == ':')
			return s + len + 1 + strspn(s + len + 1, " ");
	}
	return NULL;
}

/* Take more of the answer; false: the server hung up, or time is up. */
static bool
receive(struct actor *a)
{
	ssize_t n;

	n = recv(a->fd, a->answer + a->len, ANSWER_SIZE - a->len, 0);
	if (n <= 0)
		return false;
	a->len += (size_t)n;
	a->answer[a->len] = '\0';
	return true;
}

/* Read an answer whole; false: it is lost. */
static bool
read_answer(struct actor *a)
{
	const char *length;
	size_t want = 0;

	a->len = 0;
	a->answer[0] = '\0';
	while ((a->body = strstr(a->answer, "\r\n\r\n")) == NULL)
		if (!receive(a))
			return false;
	a->body += 4;
	if (strncmp(a->answer, "HTTP/1.1 ", 9) != 0)
		return false;
	a->status = (int)strtol(a->answer + 9, NULL, 10);
	if (a->status < 100 || a->status >= STATUS_MOST)
		return false;
	if ((length = header(a, "Content-Length")) != NULL)
		want = strtoul(length, NULL, 10);
	else if (a->status != 204)
		return false;
	while (a->len < (size_t)(a->body - a->answer) + want)
		if (!receive(a))
			return false;
	return true;
}

/* Copy the string of a member of the body; false and "": there is none. */
static bool
take(const struct actor *a, const char *name, char word[WORD_SIZE])
{
	char quoted[64];
	const char *s;
	size_t n;

	word[0] = '\0';
	n = (size_t)snprintf(quoted, sizeof(quoted), "\"%s\"", name);
	if ((s = strstr(a->body, quoted)) == NULL)
		return false;
	s += n;
	s += strspn(s, " \t\n:");
	if (*s++ != '"' || (n = strcspn(s, "\"")) >= WORD_SIZE)
		return false;
	memcpy(word, s, n);
	word[n] = '\0';
	return n > 0;
}

static size_t
compose(char out[REQUEST_SIZE], char step, const struct client *client)
{
	static const struct {
		char step;
		const char *method;
	} methods[] = { { 'r', "POST" }, { 'g', "GET" }, { 'u', "PUT" },
		{ 'p', "PUT" }, { 'x', "DELETE" }, { 'b', "GET" },
		{ 'd', "GET" } };
	char body[REQUEST_SIZE / 2] = "";
	const char *method = "";
	size_t i;
	int n = 0;

	for (i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (methods[i].step == step)
			method = methods[i].method;
	if (step == 'd')
		return (size_t)snprintf(out, REQUEST_SIZE,
		    "GET /.well-known/oauth-authorization-server HTTP/1.1\r\n"
		    "Host: 127.0.0.1:%u\r\n"
		    "Connection: close\r\n\r\n",
		    (unsigned)port);
	if (step == 'r')
		n = snprintf(body, sizeof(body), "{" METADATA "}");
	else if (step == 'u')
		n = snprintf(body, sizeof(body),
		    "{\"client_id\":\"%s\"," METADATA "}", client->id);
	else if (step == 'p')
		n = snprintf(body, sizeof(body), "{\"client_name\":\"Part\"}");
	if (step == 'r')
		return (size_t)snprintf(out, REQUEST_SIZE,
		    "POST /oauth/register HTTP/1.1\r\n"
		    "Host: 127.0.0.1:%u\r\n"
		    "Connection: close\r\n"
		    "Content-Type: application/json\r\n"
		    "Content-Length: %d\r\n\r\n%s",
		    (unsigned)port, n, body);
	return (size_t)snprintf(out, REQUEST_SIZE,
	    "%s /oauth/register/%s HTTP/1.1\r\n"
	    "Host: 127.0.0.1:%u\r\n"
	    "Connection: close\r\n"
	    "Authorization: Bearer %s%s\r\n"
	    "Content-Type: application/json\r\n"
	    "Content-Length: %d\r\n\r\n%s",
	    method, client->id, (unsigned)port, client->token,
	    step == 'b' ? "wrong" : "", n, body);
}

/* Say why an answer is not as it must be, or return NULL. */
static const char *
judge(const struct actor *a, char step, const struct client *client)
{
	const char *type = header(a, "Content-Type");
	char word[WORD_SIZE];

	if (a->status == 204)
		return step == 'x' ? NULL : "204 but not for a DELETE";
	if (type == NULL || strncmp(type, "application/json", 16) != 0)
		return "not JSON";
	if (a->status >= 400) {
		if (!take(a, "error", word))
			return "no error member";
		if (a->status == 503 && header(a, "Retry-After") == NULL)
			return "no Retry-After";
		return NULL;
	}
	if (step == 'd')
		return take(a, "issuer", word) ? NULL : "no issuer";
	if (!take(a, "registration_access_token", word))
		return "no registration_access_token";
	if (step != 'r' && strcmp(word, client->token) != 0)
		return "another client's token";
	if (!take(a, "client_id", word))
		return "no client_id";
	if (step != 'r' && strcmp(word, client->id) != 0)
		return "another client's client_id";
	return NULL;
}

static void
note_answer(struct actor *a, char step, const struct client *client, int64_t ms)
{
	const char *why = judge(a, step, client);

	if (step == 'r' && a->status == 201 && why == NULL) {
		(void)take(a, "client_id", a->client.id);
		(void)take(a, "registration_access_token", a->client.token);
	}
	pthread_mutex_lock(&lock);
	counts[a->status]++;
	if (ms > slowest)
		slowest = ms;
	if (why != NULL && wrong++ < WRONG_SHOWN)
		fprintf(
		    stderr, "load: step %c: %s:\n%s\n", step, why, a->answer);
	if (step == 'r' && a->status == 201 && list != NULL) {
		fprintf(list, "%s %s\n", a->client.id, a->client.token);
		fflush(list);
	}
	pthread_mutex_unlock(&lock);
	if (step == 'x' && a->status == 204)
		a->client.id[0] = '\0';
}

static void
note_lost(const struct actor *a, char step, const char *when, int64_t ms)
{

	pthread_mutex_lock(&lock);
	if (lost++ < WRONG_SHOWN)
		fprintf(stderr,
		    "load: step %c lost %s after %lld ms, %zu bytes came\n",
		    step, when, (long long)ms, a->len);
	pthread_mutex_unlock(&lock);
}

/* One request and its answer; false: it is to be tried again. */
static bool
act(struct actor *a, char step, const struct client *client)
{
	char request[REQUEST_SIZE];
	size_t n = compose(request, step, client);
	int64_t start = now();
	const char *when = NULL;

	a->len = 0;
	if (!dial(a))
		when = "connecting";
	else if (!send_all(a->fd, request, n))
		when = "sending";
	else if (!read_answer(a))
		when = "reading";
	hang_up(a);
	if (when != NULL) {
		note_lost(a, step, when, now() - start);
		return true;
	}
	note_answer(a, step, client, now() - start);
	return !again || a->status != 503;
}

/* Whether all was sent that is to be. */
static bool
enough(void)
{

	if (requests == 0 || begun < requests)
		return false;
	return until == 0 || counts[until] > 0 || begun >= requests * EXTRA;
}

/* Take leave to begin one more request. */
static bool
begin(struct actor *a, struct client *client, char *step)
{
	size_t n;
	bool may;

	pthread_mutex_lock(&lock);
	may = !stop && !enough();
	if (may) {
		*client =
		    nknown > 0 ? known[(size_t)begun % nknown] : a->client;
		n = nknown > 0 ? (size_t)begun : a->step++;
		*step = steps[n % strlen(steps)];
		begun++;
	}
	pthread_mutex_unlock(&lock);
	return may;
}

static void *
run(void *arg)
{
	struct actor *a = arg;
	struct client client;
	char step;

	while (begin(a, &client, &step)) {
		if (client.id[0] == '\0' && step != 'd')
			step = 'r';
		while (!act(a, step, &client) && !stop)
			rest();
	}
	return NULL;
}

static void
read_known(const char *path)
{
	FILE *f = fopen(path, "r");
	struct client c, *more;

	if (f == NULL)
		die(path);
	while (fscanf(f, "%255s %255s", c.id, c.token) == 2) {
		more = realloc(known, (nknown + 1) * sizeof(*known));
		if (more == NULL)
			die(path);
		known = more;
		known[nknown++] = c;
	}
	fclose(f);
}

static long
number(const char *text)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || n < 0) {
		errno = EINVAL;
		die(text);
	}
	return n;
}

static void
options(int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "p:c:n:o:k:l:ru:")) != -1) {
		if (c == 'p')
			port = (in_port_t)number(optarg);
		else if (c == 'c')
			nactors = (size_t)number(optarg);
		else if (c == 'n')
			requests = number(optarg);
		else if (c == 'o')
			steps = optarg;
		else if (c == 'k')
			read_known(optarg);
		else if (c == 'l' && (list = fopen(optarg, "a")) == NULL)
			die(optarg);
		else if (c == 'r')
			again = true;
		else if (c == 'u')
			until = (size_t)number(optarg);
		else if (c == '?')
			exit(2);
	}
	if (port == 0 || nactors == 0 || nactors > CLIENTS_MOST ||
	    until >= STATUS_MOST || steps[strspn(steps, "rgupxbd")] != '\0' ||
	    steps[0] == '\0') {
		fprintf(stderr, "load: bad options\n");
		exit(2);
	}
}

static void
report(void)
{
	size_t i;

	for (i = 0; i < STATUS_MOST; i++)
		if (counts[i] > 0)
			printf("%zu %ld\n", i, counts[i]);
	printf("lost %ld\nwrong %ld\nslowest %lld\n", lost, wrong,
	    (long long)slowest);
}

int
main(int argc, char *argv[])
{
	struct sigaction sa = { .sa_handler = on_signal,
		.sa_flags = SA_RESTART };
	struct actor *actors;
	size_t i;

	options(argc, argv);
	if (sigaction(SIGTERM, &sa, NULL) != 0)
		die("sigaction");
	if ((actors = calloc(nactors, sizeof(*actors))) == NULL)
		die("memory");
	for (i = 0; i < nactors; i++) {
		errno =
		    pthread_create(&actors[i].thread, NULL, run, &actors[i]);
		if (errno != 0)
			die("thread");
	}
	for (i = 0; i < nactors; i++)
		pthread_join(actors[i].thread, NULL);
	report();
	free(actors);
	free(known);
	if (list != NULL)
		fclose(list);
	return 0;
}
