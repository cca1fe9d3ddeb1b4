#include <arpa/inet.h>
#include <netdb.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "conf.h"
#include "fetch.h"
#include "now.h"
#include "unit.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/*
 * What a fetch may take here: bytes, the time to give where it is to come to
 * nothing and where it is not, and what a slow machine may add to that, ms.
 */
#define MOST 10000
#define GIVEN 1000
#define PLENTY 20000
#define SLACK 10000

/*
 * The server: a child that answers each connection in one hostile way.
 */

/* Answer over TLS, or where there is none (${ssl} NULL) over the socket. */
typedef void answer_fn(SSL *ssl, int fd, const char *request);

struct behaviour {
	answer_fn *answer;
	bool plain; /* no TLS */
	int version; /* the latest of TLS, 0: any */
	const char *names; /* of the certificate; NULL: good.test */
	int days; /* that it is still valid, 0: one */
};

static char dir[] = "/tmp/rollcall-fetch-XXXXXX";
static char ca_file[64], other_ca_file[64];
static unsigned port;
static pid_t server;
/* Counted by the server, read by the test. */
static _Atomic int *connections;

/* clang-format off */
/* What the names of the tests lead to; there are no others. */
static const struct {
	const char *name;
	const char *addresses[3]; /* in this order */
} hosts[] = {
	{ "good.test", { "127.0.0.1" } },
	{ "bad.test", { "127.0.0.1" } },
	{ "private.test", { "10.0.0.1", "::1" } },
	{ "both.test", { "10.0.0.1", "fd00::1", "127.0.0.1" } },
	{ "mapped.test", { "::ffff:127.0.0.1" } },
	{ "nat64.test", { "64:ff9b::127.0.0.1" } },
	{ "6to4.test", { "2002:7f00:1::" } },
	{ "teredo.test", { "2001:0:7f00:1::" } },
};
/* clang-format on */

/* Where turns.test leads, and how often that was asked for. */
static const char *turn;
static int lookups;
/* What slow.test waits for. */
static _Atomic bool told;

/* Put one more address in front of a list. */
static struct addrinfo *
make_address(const char *text, int socktype, struct addrinfo *next)
{
	struct {
		struct addrinfo info;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} * one;

	ck_assert_ptr_nonnull(one = calloc(1, sizeof(*one)));
	one->info.ai_socktype = socktype;
	one->info.ai_next = next;
	if (inet_pton(AF_INET, text, &one->in.sin_addr) == 1) {
		one->in.sin_family = AF_INET;
		one->in.sin_port = htons((in_port_t)port);
		one->info.ai_addr = (struct sockaddr *)&one->in;
		one->info.ai_addrlen = sizeof(one->in);
	} else {
		ck_assert_int_eq(
		    inet_pton(AF_INET6, text, &one->in6.sin6_addr), 1);
		one->in6.sin6_family = AF_INET6;
		one->in6.sin6_port = htons((in_port_t)port);
		one->info.ai_addr = (struct sockaddr *)&one->in6;
		one->info.ai_addrlen = sizeof(one->in6);
	}
	one->info.ai_family = one->info.ai_addr->sa_family;
	return &one->info;
}

int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
    struct addrinfo **list)
{
	size_t i, k;

	(void)service;
	*list = NULL;
	for (i = 0; strcmp(node, "slow.test") == 0 && i < 30000 && !told; i++)
		(void)nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	if (strcmp(node, "turns.test") == 0) {
		lookups++;
		*list = make_address(turn, hints->ai_socktype, NULL);
	}
	for (i = 0; i < ROWS(hosts); i++)
		for (k = 3; strcmp(node, hosts[i].name) == 0 && k > 0; k--)
			if (hosts[i].addresses[k - 1] != NULL)
				*list = make_address(hosts[i].addresses[k - 1],
				    hints->ai_socktype, *list);
	return *list != NULL ? 0 : EAI_NONAME;
}

void
freeaddrinfo(struct addrinfo *list)
{
	struct addrinfo *next;

	for (; list != NULL; list = next) {
		next = list->ai_next;
		free(list);
	}
}

/* Make a self-signed certificate with its key. */
static X509 *
make_certificate(const char *names, int days, EVP_PKEY **key)
{
	X509_EXTENSION *extension;
	X509 *x;

	ck_assert_ptr_nonnull(*key = EVP_EC_gen("P-256"));
	ck_assert_ptr_nonnull(x = X509_new());
	(void)X509_set_version(x, X509_VERSION_3);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	(void)X509_gmtime_adj(X509_getm_notBefore(x), -5L * 86400);
	(void)X509_gmtime_adj(X509_getm_notAfter(x), days * 86400L);
	(void)X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN",
	    MBSTRING_ASC, (const unsigned char *)names, -1, -1, 0);
	(void)X509_set_issuer_name(x, X509_get_subject_name(x));
	(void)X509_set_pubkey(x, *key);
	extension =
	    X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
	ck_assert_ptr_nonnull(extension);
	(void)X509_add_ext(x, extension, -1);
	X509_EXTENSION_free(extension);
	ck_assert_int_gt(X509_sign(x, *key, EVP_sha256()), 0);
	return x;
}

static void
write_certificate(const char *file, X509 *x)
{
	FILE *out;

	ck_assert_ptr_nonnull(out = fopen(file, "w"));
	ck_assert_int_eq(PEM_write_X509(out, x), 1);
	ck_assert_int_eq(fclose(out), 0);
}

/* Return a context with a new certificate, which becomes the trusted one. */
static SSL_CTX *
make_context(const struct behaviour *b)
{
	SSL_CTX *ctx;
	EVP_PKEY *key;
	X509 *x;

	ck_assert_ptr_nonnull(ctx = SSL_CTX_new(TLS_server_method()));
	x = make_certificate(b->names != NULL ? b->names : "DNS:good.test",
	    b->days != 0 ? b->days : 1, &key);
	write_certificate(ca_file, x);
	ck_assert_int_eq(SSL_CTX_use_certificate(ctx, x), 1);
	ck_assert_int_eq(SSL_CTX_use_PrivateKey(ctx, key), 1);
	X509_free(x);
	EVP_PKEY_free(key);
	if (b->version != 0) {
		SSL_CTX_set_security_level(ctx, 0);
		ck_assert(SSL_CTX_set_min_proto_version(ctx, b->version));
		ck_assert(SSL_CTX_set_max_proto_version(ctx, b->version));
	}
	return ctx;
}

/* Send; false once nobody listens any more. */
static bool
send_n(SSL *ssl, int fd, const char *data, size_t n)
{

	return ssl != NULL ? SSL_write(ssl, data, (int)n) > 0
	                   : write(fd, data, n) > 0;
}

static bool
send_text(SSL *ssl, int fd, const char *text)
{

	return send_n(ssl, fd, text, strlen(text));
}

/* Read up to the empty line that ends a request's header. */
static void
read_request(SSL *ssl, char *request, int size)
{
	int n, len = 0;

	do {
		n = SSL_read(ssl, request + len, size - 1 - len);
		len += n > 0 ? n : 0;
		request[len] = '\0';
	} while (n > 0 && strstr(request, "\r\n\r\n") == NULL);
}

/* Answer one connection. */
static void
serve_one(const struct behaviour *b, SSL_CTX *ctx, int fd)
{
	char request[4096] = "";
	SSL *ssl;

	if (b->plain) {
		b->answer(NULL, fd, "");
		return;
	}
	if ((ssl = SSL_new(ctx)) == NULL)
		_exit(EXIT_FAILURE);
	(void)SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1) {
		read_request(ssl, request, sizeof(request));
		b->answer(ssl, fd, request);
		(void)SSL_shutdown(ssl);
	}
	SSL_free(ssl);
}

static void
serve(const struct behaviour *b, SSL_CTX *ctx, int listener)
{
	int fd;

	/* Should the test be gone without a word. */
	(void)alarm(300);
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		++*connections;
		serve_one(b, ctx, fd);
		(void)close(fd);
	}
	_exit(EXIT_FAILURE);
}

static void
start(const struct behaviour *b)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(in);
	EVP_PKEY *key;
	SSL_CTX *ctx;
	int listener;
	X509 *x;

	(void)signal(SIGPIPE, SIG_IGN);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	(void)snprintf(ca_file, sizeof(ca_file), "%s/ca.pem", dir);
	(void)snprintf(other_ca_file, sizeof(other_ca_file), "%s/o.pem", dir);
	x = make_certificate("DNS:good.test", 1, &key);
	write_certificate(other_ca_file, x);
	X509_free(x);
	EVP_PKEY_free(key);
	ctx = make_context(b);

	connections = mmap(NULL, sizeof(*connections), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS,
	    /* cppcheck-suppress invalidFunctionArg ; there is no file */
	    -1, 0);
	ck_assert(connections != MAP_FAILED);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&in, len), 0);
	ck_assert_int_eq(listen(listener, 8), 0);
	ck_assert_int_eq(
	    getsockname(listener, (struct sockaddr *)&in, &len), 0);
	port = ntohs(in.sin_port);
	ck_assert_int_ge(server = fork(), 0);
	if (server == 0)
		serve(b, ctx, listener);
	(void)close(listener);
	SSL_CTX_free(ctx);
}

static void
stop(void)
{

	ck_assert_int_eq(kill(server, SIGKILL), 0);
	ck_assert_int_eq(waitpid(server, NULL, 0), server);
	(void)munmap(connections, sizeof(*connections));
	(void)unlink(ca_file);
	(void)unlink(other_ca_file);
	ck_assert_int_eq(rmdir(dir), 0);
	(void)memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
}

/*
 * The client.
 */

/* How long to give what ends so. */
static int64_t
given(const char *word)
{

	return word != NULL && strcmp(word, "in time") == 0 ? GIVEN : PLENTY;
}

/* Fetch, and be back in time whatever happens. */
static const char *
fetch(struct rc_arena *mem, const struct rc_conf *conf, const char *url,
    int64_t ms, struct rc_fetched *fetched)
{
	int64_t before = rc_now_mono();
	const char *why;

	why = rc_fetch(mem, conf, url, "image/*", MOST, ms, fetched);
	ck_assert_int_lt(rc_now_mono() - before, ms + SLACK);
	return why;
}

/* Let loopback pass, and trust the server's certificate. */
static struct rc_conf
lenient(void)
{
	static const char *const loopback[] = { "127.0.0.0/8" };

	return (struct rc_conf){ .fetch_ca_file = ca_file,
		.fetch_addresses = { loopback, 1 } };
}

static const char *
url_of(struct rc_arena *mem, const char *host)
{

	return rc_printf(mem, "https://%s:%u/logo", host, port);
}

/* Tell how many connections came, once as many as are expected did. */
static int
came(int expected)
{
	int64_t end = rc_now_mono() + PLENTY;

	while (*connections < expected && rc_now_mono() < end)
		(void)nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	return *connections;
}

/* Expect a refusal that says ${word}, and that so many connections came. */
static void
expect_refusal(const struct rc_conf *conf, const char *host, const char *word,
    int connected)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_fetched fetched;
	const char *why;

	why = fetch(mem, conf, url_of(mem, host), given(word), &fetched);
	ck_assert_msg(why != NULL && strstr(why, word) != NULL, "%s: %s", host,
	    why != NULL ? why : "fetched");
	ck_assert_ptr_null(fetched.body);
	ck_assert_int_eq(came(connected), connected);
	rc_arena_free(mem);
}

/* Expect a document, and that so many connections came in all. */
static void
expect_name(const struct rc_conf *conf, const char *host, int connected)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_fetched fetched;
	const char *why;

	why = fetch(mem, conf, url_of(mem, host), PLENTY, &fetched);
	ck_assert_msg(why == NULL, "%s: %s", host, why);
	/* They are counted in the order in which they come. */
	ck_assert_int_eq(*connections, connected);
	rc_arena_free(mem);
}

static void
expect_document(const struct rc_conf *conf, int connected)
{

	expect_name(conf, "good.test", connected);
}

/*
 * Answers.
 */

static void
silence(SSL *ssl, int fd, const char *request)
{

	(void)ssl;
	(void)fd;
	(void)request;
	(void)pause();
}

/* Give the request back as the body, and a cookie. */
static void
echo(SSL *ssl, int fd, const char *request)
{

	(void)send_text(ssl, fd,
	    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
	    "Set-Cookie: a=b\r\nConnection: close\r\n\r\n");
	(void)send_text(ssl, fd, request);
}

static void
redirect(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(ssl, fd,
	    rc_printf(rc_arena_new(),
		"HTTP/1.1 302 Found\r\nLocation: https://good.test:%u/\r\n"
		"Content-Length: 0\r\n\r\n",
		port));
}

static void
redirect_with_body(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(ssl, fd,
	    "HTTP/1.1 307 Temporary Redirect\r\nContent-Length: 900\r\n"
	    "Location: http://127.0.0.1/\r\n\r\nmoved");
	(void)pause();
}

static void
not_found(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(
	    ssl, fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone");
}

static void
unauthorized(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(ssl, fd,
	    "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n"
	    "WWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\n\r\n");
}

static void
no_content(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(ssl, fd, "HTTP/1.1 204 No Content\r\n\r\n");
}

static void
drip(SSL *ssl, int fd, const char *piece)
{

	while (send_text(ssl, fd, piece))
		(void)nanosleep(
		    &(struct timespec){ .tv_nsec = 50000000 }, NULL);
}

static void
flood(SSL *ssl, int fd, const char *piece)
{

	while (send_text(ssl, fd, piece))
		continue;
}

static void
drip_body(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(
	    ssl, fd, "HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n");
	drip(ssl, fd, "x");
}

static void
drip_header(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(ssl, fd, "HTTP/1.1 200 OK\r\nX-Long: ");
	drip(ssl, fd, "x");
}

/* Announce a lot, and send none of it. */
static void
announce(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(
	    ssl, fd, "HTTP/1.1 200 OK\r\nContent-Length: 10001\r\n\r\n");
	(void)pause();
}

static void
endless(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(
	    ssl, fd, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
	flood(ssl, fd, "0123456789abcdef0123456789abcdef");
}

static void
endless_chunks(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(
	    ssl, fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
	flood(ssl, fd, "10\r\n0123456789abcdef\r\n");
}

static void
drip_chunks(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(
	    ssl, fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
	drip(ssl, fd, "1\r\nx\r\n");
}

static void
endless_header(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(ssl, fd, "HTTP/1.1 200 OK\r\n");
	flood(ssl, fd, "X-Flood: 0123456789abcdef\r\n");
}

static void
endless_line(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(ssl, fd, "HTTP/1.1 200 OK\r\nX-Flood: ");
	flood(ssl, fd, "0123456789abcdef0123456789abcdef");
}

static void
endless_interim(SSL *ssl, int fd, const char *request)
{

	(void)request;
	flood(ssl, fd, "HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n");
}

static void
endless_trailer(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(ssl, fd,
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "1\r\nx\r\n0\r\n");
	flood(ssl, fd, "X-Flood: 0123456789abcdef\r\n");
}

static void
gzip(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(ssl, fd,
	    "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n"
	    "Content-Length: 4\r\n\r\nx\x1f\x8b\b");
}

static void
cut_short(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(ssl, fd,
	    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it");
}

static void
cut_chunk(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(ssl, fd,
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "5\r\nhello\r\n");
}

static void
no_http(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(ssl, fd, "hello\r\n");
}

static void
plain_http(SSL *ssl, int fd, const char *request)
{

	(void)request;
	(void)send_text(
	    ssl, fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
}

/* As many bytes as are allowed, with a NUL among them. */
static void
exactly(SSL *ssl, int fd, const char *request)
{
	static char body[MOST] = { [7] = 'x', [MOST - 1] = 'z' };

	(void)request;
	(void)send_text(ssl, fd,
	    "HTTP/1.1 200 OK\r\nContent-Type: image/png; q=1\r\n"
	    "Content-Length: 10000\r\n\r\n");
	(void)send_n(ssl, fd, body, sizeof(body));
}

/* One more, without saying so before. */
static void
one_more(SSL *ssl, int fd, const char *request)
{
	static char body[MOST + 1];

	(void)request;
	(void)send_text(
	    ssl, fd, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
	(void)send_n(ssl, fd, body, sizeof(body));
}

/* clang-format off */
/* Each hostile server, and what the phrase says of it. */
static const struct {
	struct behaviour behaviour;
	const char *word;
} hostile[] = {
	{ { .answer = silence }, "in time" },
	{ { .answer = silence, .plain = true }, "in time" },
	{ { .answer = drip_body }, "in time" },
	{ { .answer = drip_header }, "in time" },
	{ { .answer = drip_chunks }, "in time" },
	{ { .answer = announce }, "larger" },
	{ { .answer = endless }, "larger" },
	{ { .answer = endless_chunks }, "larger" },
	{ { .answer = one_more }, "larger" },
	{ { .answer = endless_header }, "header" },
	{ { .answer = endless_interim }, "header" },
	{ { .answer = endless_trailer }, "header" },
	{ { .answer = endless_line }, "cannot be fetched" },
	{ { .answer = redirect }, "redirect" },
	{ { .answer = redirect_with_body }, "redirect" },
	{ { .answer = not_found }, "not there" },
	{ { .answer = unauthorized }, "not there" },
	{ { .answer = no_content }, "not there" },
	{ { .answer = gzip }, "coding" },
	{ { .answer = cut_short }, "cannot be fetched" },
	{ { .answer = cut_chunk }, "cannot be fetched" },
	{ { .answer = no_http }, "cannot be fetched" },
	{ { .answer = plain_http, .plain = true }, "cannot be fetched" },
	{ { .answer = echo, .names = "DNS:bad.test" }, "certificate" },
	{ { .answer = echo, .names = "DNS:good.test.bad.test" }, "certificate" },
	{ { .answer = echo, .days = -1 }, "certificate" },
	{ { .answer = echo, .version = TLS1_1_VERSION }, "cannot be fetched" },
};

/* Hosts that lead to loopback, which nobody let pass. */
static const char *const private_hosts[] = { "good.test", "127.0.0.1",
	"127.0.0.2", "localhost", "2130706433", "0x7f000001", "0177.0.0.1",
	"127.1", "0", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]",
	"[::ffff:7f00:1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]",
	"[fe80::1]", "10.0.0.1", "192.168.0.1", "169.254.169.254",
	"[fd00:ec2::254]", "%31%32%37.0.0.1" };

/* URLs that are not even looked up. */
static const struct {
	const char *url, *word;
} refused_urls[] = {
	{ "http://good.test/", "https" }, { "ftp://good.test/", "https" },
	{ "file://localhost/etc/passwd", "https" },
	{ "gopher://good.test/", "https" }, { "ws://good.test/", "https" },
	{ "httpss://good.test/", "https" },
	{ "https://u:p@good.test/", "user name" },
	{ "https://@good.test/", "user name" },
	{ "https://good.test@bad.test/", "user name" },
	{ "", "valid" }, { "good.test", "valid" }, { "/etc/passwd", "valid" },
	{ "file:///etc/passwd", "valid" }, { "https:///x", "valid" },
	{ "https:good.test", "valid" }, { "https://good.test/\r\nX: y", "valid" },
	{ "https://good.test\\@bad.test/", "valid" },
	{ "https://good.test:0/", "valid" }, { "https://good.test/../", "valid" },
};
/* clang-format on */

/* Let OpenSSL itself take what is too old: the refusal must be ours. */
static void
allow_old_tls(void)
{
	static const char text[] = "openssl_conf = a\n[a]\nssl_conf = b\n[b]\n"
				   "system_default = c\n[c]\n"
				   "MinProtocol = TLSv1\n"
				   "CipherString = DEFAULT:@SECLEVEL=0\n";
	char file[] = "/tmp/rollcall-openssl-XXXXXX";
	int fd;

	ck_assert_int_ge(fd = mkstemp(file), 0);
	ck_assert_int_eq(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	(void)close(fd);
	ck_assert_int_eq(setenv("OPENSSL_CONF", file, 1), 0);
	ck_assert_int_eq(OPENSSL_init_ssl(OPENSSL_INIT_LOAD_CONFIG, NULL), 1);
	(void)unlink(file);
}

START_TEST(hostile_servers_are_refused_in_time)
{
	struct rc_conf conf;
	size_t i;

	allow_old_tls();
	for (i = 0; i < ROWS(hostile); i++) {
		start(&hostile[i].behaviour);
		conf = lenient();
		expect_refusal(&conf, "good.test", hostile[i].word, 1);
		stop();
	}
}
END_TEST

START_TEST(a_good_document_arrives_whole)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_fetched fetched;
	struct rc_conf conf;

	start(&(struct behaviour){ .answer = exactly });
	conf = lenient();
	ck_assert_ptr_null(
	    fetch(mem, &conf, url_of(mem, "good.test"), PLENTY, &fetched));
	ck_assert_str_eq(fetched.type, "image/png; q=1");
	ck_assert_uint_eq(fetched.len, MOST);
	ck_assert_int_eq(fetched.body[6], 0);
	ck_assert_int_eq(fetched.body[7], 'x');
	ck_assert_int_eq(fetched.body[MOST - 1], 'z');
	ck_assert_int_eq(fetched.body[MOST], 0);
	ck_assert_ptr_nonnull(rc_fetch(mem, &conf, url_of(mem, "good.test"),
	    "image/*", MOST - 1, PLENTY, &fetched));
	ck_assert_ptr_nonnull(rc_fetch(mem, &conf, url_of(mem, "good.test"),
	    "image/*", 0, PLENTY, &fetched));
	stop();
	rc_arena_free(mem);
}
END_TEST

/* Settings of the account that a careless client would follow. */
static void
set_snares(void)
{
	FILE *out;

	ck_assert_int_eq(setenv("https_proxy", "http://127.0.0.1:9", 1), 0);
	ck_assert_int_eq(setenv("HTTPS_PROXY", "http://127.0.0.1:9", 1), 0);
	ck_assert_int_eq(setenv("ALL_PROXY", "http://127.0.0.1:9", 1), 0);
	ck_assert_int_eq(setenv("HOME", dir, 1), 0);
	ck_assert_int_eq(chdir(dir), 0);
	ck_assert_ptr_nonnull(out = fopen(".netrc", "w"));
	(void)fputs("default login somebody password secret\n", out);
	ck_assert_int_eq(fclose(out), 0);
}

START_TEST(the_request_says_no_more_than_it_must)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_fetched fetched;
	struct rc_conf conf;
	int i;

	start(&(struct behaviour){ .answer = echo });
	set_snares();
	conf = lenient();
	/* Twice, for there is no cookie to come back. */
	for (i = 1; i <= 2; i++) {
		ck_assert_ptr_null(fetch(
		    mem, &conf, url_of(mem, "good.test"), PLENTY, &fetched));
		ck_assert_str_eq(fetched.type, "text/plain");
		ck_assert_str_eq((const char *)fetched.body,
		    rc_printf(mem,
			"GET /logo HTTP/1.1\r\nHost: good.test:%u\r\n"
			"User-Agent: rollcall\r\nAccept: image/*\r\n\r\n",
			port));
		ck_assert_int_eq(*connections, i);
	}
	ck_assert_int_eq(unlink(".netrc"), 0);
	stop();
	rc_arena_free(mem);
}
END_TEST

START_TEST(only_the_authority_named_is_trusted)
{
	struct rc_conf conf;

	start(&(struct behaviour){ .answer = echo });
	conf = lenient();
	conf.fetch_ca_file = other_ca_file;
	expect_refusal(&conf, "good.test", "certificate", 1);
	conf.fetch_ca_file = NULL;
	expect_refusal(&conf, "good.test", "certificate", 2);
	conf.fetch_ca_file = "/nonexistent";
	expect_refusal(&conf, "good.test", "cannot be fetched", 3);
	/* The certificate is for good.test alone. */
	conf.fetch_ca_file = ca_file;
	expect_refusal(&conf, "bad.test", "certificate", 4);
	expect_refusal(&conf, "127.0.0.1", "certificate", 5);
	stop();
}
END_TEST

START_TEST(what_is_not_public_is_not_connected_to)
{
	struct rc_conf conf;
	size_t i;

	start(&(struct behaviour){ .answer = echo });
	conf = lenient();
	conf.fetch_addresses.count = 0;
	for (i = 0; i < ROWS(private_hosts); i++)
		expect_refusal(&conf, private_hosts[i], "not public", 0);
	/* What may pass is no more than what is named. */
	conf = lenient();
	expect_refusal(&conf, "10.0.0.1", "not public", 0);
	expect_refusal(&conf, "[::1]", "not public", 0);
	expect_document(&conf, 1);
	stop();
}
END_TEST

/* What a name server says counts no more than what the URL says. */
START_TEST(names_lead_to_public_addresses_only)
{
	static const char *const names[] = { "private.test", "mapped.test",
		"nat64.test", "6to4.test", "teredo.test" };
	struct rc_conf conf;
	size_t i;

	start(&(struct behaviour){ .answer = echo,
	    .names = "DNS:good.test,DNS:both.test,DNS:mapped.test" });
	conf = lenient();
	conf.fetch_addresses.count = 0;
	for (i = 0; i < ROWS(names); i++)
		expect_refusal(&conf, names[i], "not public", 0);
	expect_refusal(&conf, "both.test", "not public", 0);
	/* Of several addresses only that is connected to which may be. */
	conf = lenient();
	expect_name(&conf, "both.test", 1);
	stop();
}
END_TEST

/* The address that is looked at is the one that is connected to. */
START_TEST(a_name_may_lead_elsewhere_the_next_time)
{
	struct rc_conf conf;

	start(&(struct behaviour){
	    .answer = echo, .names = "DNS:good.test,DNS:turns.test" });
	conf = lenient();
	turn = "127.0.0.1";
	expect_name(&conf, "turns.test", 1);
	ck_assert_int_eq(lookups, 1);
	turn = "10.0.0.1";
	expect_refusal(&conf, "turns.test", "not public", 1);
	ck_assert_int_eq(lookups, 2);
	turn = "127.0.0.1";
	expect_name(&conf, "turns.test", 2);
	stop();
}
END_TEST

START_TEST(other_urls_are_refused_unseen)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_conf conf;
	struct rc_fetched fetched;
	const char *why;
	size_t i;

	start(&(struct behaviour){ .answer = echo });
	conf = lenient();
	for (i = 0; i < ROWS(refused_urls); i++) {
		why = fetch(mem, &conf, refused_urls[i].url, PLENTY, &fetched);
		ck_assert_msg(
		    why != NULL && strstr(why, refused_urls[i].word) != NULL,
		    "%s: %s", refused_urls[i].url,
		    why != NULL ? why : "fetched");
	}
	why = fetch(mem, &conf, rc_printf(mem, "http://good.test:%u/", port),
	    PLENTY, &fetched);
	ck_assert_ptr_nonnull(why);
	expect_document(&conf, 1);
	stop();
	rc_arena_free(mem);
}
END_TEST

START_TEST(the_deadline_covers_the_name)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_fetched fetched;
	struct rc_conf conf;

	start(&(struct behaviour){ .answer = echo });
	conf = lenient();
	/* Why there was no connection is for the log alone. */
	expect_refusal(&conf, "slow.test", "in time", 0);
	told = true;
	expect_refusal(&conf, "none.test",
	    "is on a host that is not known, not public, or does not answer",
	    0);
	/* No time is none, not all of it. */
	ck_assert_str_eq(rc_fetch(mem, &conf, url_of(mem, "good.test"), "*/*",
			     MOST, 0, &fetched),
	    "did not arrive in time");
	ck_assert_str_eq(rc_fetch(mem, &conf, url_of(mem, "good.test"), "*/*",
			     MOST, -1, &fetched),
	    "did not arrive in time");
	expect_document(&conf, 1);
	stop();
	rc_arena_free(mem);
}
END_TEST

START_TEST(a_closed_port_is_told)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_fetched fetched;
	struct rc_conf conf;
	const char *why, *url;

	start(&(struct behaviour){ .answer = echo });
	conf = lenient();
	url = url_of(mem, "good.test");
	stop();
	why = fetch(mem, &conf, url, PLENTY, &fetched);
	ck_assert_str_eq(why, "is on a host that is not known, not public, or "
			      "does not answer");
	rc_arena_free(mem);
}
END_TEST

/* POST something, and tell what comes of it. */
static void
expect_post(const char *url, int64_t ms, const char *word, int status)
{
	static const char *const fields[] = { "Content-Type: application/json",
		NULL };
	const struct rc_conf conf = { .fetch_ca_file = ca_file };
	struct rc_arena *mem = rc_arena_new();
	const char *why;
	int got = -1;

	why = rc_post(mem, &conf, url, fields, "{}", 2, ms, &got);
	if (word == NULL)
		ck_assert_msg(why == NULL, "%s: %s", url, why);
	else
		ck_assert_msg(why != NULL && strstr(why, word) != NULL,
		    "%s: %s", url, why != NULL ? why : "taken");
	ck_assert_int_eq(got, status);
	rc_arena_free(mem);
}

/* clang-format off */
/* What a receiver does with a POST, and what comes of it. */
static const struct {
	struct behaviour behaviour;
	const char *word;
	int status;
	int64_t ms; /* that it is given */
} receivers[] = {
	{ { .answer = echo }, NULL, 200, PLENTY },
	{ { .answer = no_content }, NULL, 204, PLENTY },
	{ { .answer = endless }, NULL, 200, PLENTY },
	{ { .answer = announce }, NULL, 200, GIVEN },
	{ { .answer = gzip }, NULL, 200, PLENTY },
	{ { .answer = redirect }, "redirect", 302, PLENTY },
	{ { .answer = not_found }, "refuses", 404, PLENTY },
	{ { .answer = silence }, "in time", 0, GIVEN },
	{ { .answer = no_http }, "cannot be reached", 0, PLENTY },
	{ { .answer = echo, .names = "DNS:bad.test" }, "certificate", 0, PLENTY },
	{ { .answer = plain_http, .plain = true }, "cannot be reached", 0, PLENTY },
};
/* clang-format on */

START_TEST(a_post_is_judged_by_its_status)
{
	struct rc_arena *mem = rc_arena_new();
	size_t i;

	/* It may be on the operator's own network: nobody let it pass. */
	for (i = 0; i < ROWS(receivers); i++) {
		start(&receivers[i].behaviour);
		expect_post(url_of(mem, "good.test"), receivers[i].ms,
		    receivers[i].word, receivers[i].status);
		stop();
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(a_post_in_clear_stays_on_this_host)
{
	struct rc_arena *mem = rc_arena_new();

	start(&(struct behaviour){ .answer = echo });
	expect_post(rc_printf(mem, "http://10.0.0.1:%u/", port), PLENTY,
	    "http goes no further", 0);
	expect_post(rc_printf(mem, "http://mapped.test:%u/", port), PLENTY,
	    "http goes no further", 0);
	expect_post("ftp://127.0.0.1/", PLENTY, "cannot be reached", 0);
	expect_post("good.test", PLENTY, "valid", 0);
	ck_assert_int_eq(*connections, 0);
	stop();
	rc_arena_free(mem);
}
END_TEST

UNIT_MAIN("fetch on the wire", a_post_is_judged_by_its_status,
    a_post_in_clear_stays_on_this_host, a_good_document_arrives_whole,
    the_request_says_no_more_than_it_must, only_the_authority_named_is_trusted,
    what_is_not_public_is_not_connected_to, names_lead_to_public_addresses_only,
    a_name_may_lead_elsewhere_the_next_time, other_urls_are_refused_unseen,
    the_deadline_covers_the_name, a_closed_port_is_told,
    hostile_servers_are_refused_in_time)
