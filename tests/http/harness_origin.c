#include "harness_origin.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

#define HOST "127.0.0.2"
/* Where it answers too, without its certificate saying so. */
#define OTHER "127.0.0.3"

static char dir[] = "/tmp/rollcall-origin-XXXXXX";
static unsigned port;
static pid_t owner;
static const char *const hosts[] = { HOST, OTHER };
#define HOSTS (sizeof(hosts) / sizeof(hosts[0]))
static pid_t servers[HOSTS];

/* The file in which ${what} about a path is kept. */
static const char *
file_of(const char *what, const char *path)
{
	char *name = (char *)(uintptr_t)text("%s%s", what, path), *p;

	for (p = name; (p = strchr(p, '/')) != NULL;)
		*p = '_';
	return text("%s/%s", dir, name);
}

static X509 *
make_certificate(EVP_PKEY **key)
{
	X509_EXTENSION *extension;
	X509 *x = X509_new();

	*key = EVP_EC_gen("P-256");
	ck_assert(x != NULL && *key != NULL);
	(void)X509_set_version(x, X509_VERSION_3);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	(void)X509_gmtime_adj(X509_getm_notBefore(x), -86400L);
	(void)X509_gmtime_adj(X509_getm_notAfter(x), 86400L);
	(void)X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN",
	    MBSTRING_ASC, (const unsigned char *)"origin", -1, -1, 0);
	(void)X509_set_issuer_name(x, X509_get_subject_name(x));
	(void)X509_set_pubkey(x, *key);
	extension =
	    X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:" HOST);
	ck_assert_ptr_nonnull(extension);
	(void)X509_add_ext(x, extension, -1);
	X509_EXTENSION_free(extension);
	ck_assert_int_gt(X509_sign(x, *key, EVP_sha256()), 0);
	return x;
}

/* Return a context with a new certificate, which is left for who trusts it. */
static SSL_CTX *
make_context(void)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	EVP_PKEY *key;
	X509 *x = make_certificate(&key);
	FILE *out = fopen(text("%s/ca.pem", dir), "w");

	ck_assert(ctx != NULL && out != NULL);
	ck_assert_int_eq(PEM_write_X509(out, x), 1);
	ck_assert_int_eq(fclose(out), 0);
	ck_assert_int_eq(SSL_CTX_use_certificate(ctx, x), 1);
	ck_assert_int_eq(SSL_CTX_use_PrivateKey(ctx, key), 1);
	X509_free(x);
	EVP_PKEY_free(key);
	return ctx;
}

/* Send; false once nobody listens any more. */
static bool
say(SSL *ssl, const char *data, size_t n)
{

	return SSL_write(ssl, data, (int)n) > 0;
}

static bool
say_text(SSL *ssl, const char *s)
{

	return say(ssl, s, strlen(s));
}

static void
drip(SSL *ssl)
{
	static const struct timespec moment = { .tv_nsec = 100000000 };

	(void)say_text(ssl, "HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n");
	while (say_text(ssl, "["))
		(void)nanosleep(&moment, NULL);
}

static void
flood(SSL *ssl)
{

	(void)say_text(ssl, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[");
	while (say_text(ssl, "\"0123456789abcdef0123456789abcdef\","))
		continue;
}

static void
redirect(SSL *ssl)
{

	(void)say_text(ssl, text("HTTP/1.1 302 Found\r\nLocation: %s\r\n"
				 "Content-Length: 0\r\n\r\n",
				origin_url("/inside")));
}

/* As small as this is, it would be a gigabyte. */
static void
bomb(SSL *ssl)
{

	(void)say_text(ssl,
	    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	    "Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n"
	    "\x1f\x8b\b\b\b\b\b\b\b\b");
}

static void
silence(SSL *ssl)
{

	(void)ssl;
	(void)pause();
}

static const struct {
	const char *path;
	void (*answer)(SSL *ssl);
} hostile[] = { { "/drip", drip }, { "/huge", flood },
	{ "/redirect", redirect }, { "/gzip", bomb }, { "/silent", silence } };

static void
document(SSL *ssl, const char *path)
{
	char body[80000];
	int fd = open(file_of("doc", path), O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	if (fd >= 0) {
		n = read(fd, body, sizeof(body));
		(void)close(fd);
	}
	if (n < 0) {
		(void)say_text(
		    ssl, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
		return;
	}
	(void)say_text(
	    ssl, text("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
		      "Content-Length: %zd\r\n\r\n",
		     n));
	(void)say(ssl, body, (size_t)n);
}

/* Note that the path was asked for: one byte each time. */
static void
note(const char *path)
{
	int fd = open(file_of("count", path),
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd == -1 || write(fd, "x", 1) != 1)
		_exit(EXIT_FAILURE);
	(void)close(fd);
}

static void
answer_request(SSL *ssl)
{
	char request[4096], *path, *end;
	size_t i;
	int n = SSL_read(ssl, request, sizeof(request) - 1);

	request[n > 0 ? n : 0] = '\0';
	if ((path = strchr(request, ' ')) == NULL ||
	    (end = strchr(++path, ' ')) == NULL)
		return;
	*end = '\0';
	note(path);
	for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		if (strlen(hostile[i].path) == strcspn(path, "?") &&
		    strncmp(path, hostile[i].path, strcspn(path, "?")) == 0) {
			hostile[i].answer(ssl);
			return;
		}
	}
	document(ssl, path);
}

static void
serve(SSL_CTX *ctx, int listener)
{
	SSL *ssl;
	int fd;

	(void)signal(SIGCHLD, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	while ((fd = accept(listener, NULL, NULL)) >= 0 || errno == EINTR) {
		if (fd >= 0 && fork() == 0) {
			/* The runner's handler would kill its whole group. */
			(void)signal(SIGALRM, SIG_DFL);
			(void)alarm(30);
			ssl = SSL_new(ctx);
			(void)SSL_set_fd(ssl, fd);
			if (SSL_accept(ssl) == 1) {
				answer_request(ssl);
				(void)SSL_shutdown(ssl);
			}
			_exit(EXIT_SUCCESS);
		}
		if (fd >= 0)
			(void)close(fd);
	}
	_exit(EXIT_FAILURE);
}

static int
take_away(const char *path, const struct stat *st, int type, struct FTW *place)
{

	(void)st;
	(void)type;
	(void)place;
	return remove(path);
}

/* Tests run in processes of their own, which end without ending the server. */
static void
stop(void)
{
	size_t i;

	if (getpid() != owner)
		return;
	for (i = 0; i < HOSTS; i++)
		(void)kill(servers[i], SIGKILL);
	(void)nftw(dir, take_away, 8, FTW_DEPTH | FTW_PHYS);
	reconf(NULL, 0);
}

/* Listen on a host, on the port that the first one was given. */
static int
listen_on(const char *host)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_port = htons((in_port_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(in);

	ck_assert_int_eq(inet_pton(AF_INET, host, &in.sin_addr), 1);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&in, len), 0);
	ck_assert_int_eq(listen(fd, 64), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	port = ntohs(in.sin_port);
	return fd;
}

void
origin_start(void)
{
	SSL_CTX *ctx;
	size_t i;
	int fd;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chmod(dir, 0755), 0);
	ctx = make_context();
	owner = getpid();
	for (i = 0; i < HOSTS; i++) {
		fd = listen_on(hosts[i]);
		ck_assert_int_ge(servers[i] = fork(), 0);
		if (servers[i] == 0)
			serve(ctx, fd);
		(void)close(fd);
	}
	SSL_CTX_free(ctx);
	ck_assert_int_eq(atexit(stop), 0);
	origin_conf(NULL, 0);
}

void
origin_conf(const char *const *more, size_t n)
{
	const char **lines = room((n + 2) * sizeof(*lines));
	size_t i;

	lines[0] = "fetch_addresses = {'" HOST "', '" OTHER "'}";
	lines[1] = text("fetch_ca_file = '%s/ca.pem'", dir);
	for (i = 0; i < n; i++)
		lines[i + 2] = more[i];
	reconf(lines, n + 2);
}

void
origin_put(const char *path, const char *body)
{
	FILE *out;

	if (body == NULL) {
		(void)unlink(file_of("doc", path));
		return;
	}
	ck_assert_ptr_nonnull(out = fopen(file_of("new", path), "w"));
	(void)fputs(json("%s", body), out);
	ck_assert_int_eq(fclose(out), 0);
	ck_assert_int_eq(rename(file_of("new", path), file_of("doc", path)), 0);
}

const char *
origin_url(const char *path)
{

	return text("https://" HOST ":%u%s", port, path);
}

const char *
origin_untrusted_url(const char *path)
{

	return text("https://" OTHER ":%u%s", port, path);
}

size_t
origin_count(const char *path)
{
	struct stat st;

	return stat(file_of("count", path), &st) == 0 ? (size_t)st.st_size : 0;
}

void
origin_forget(void)
{

	(void)db("DELETE FROM rollcall.fetched_document", NULL);
	(void)db("DELETE FROM rollcall.rate WHERE bucket LIKE 'fetch%'", NULL);
}
