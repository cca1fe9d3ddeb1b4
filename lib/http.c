#include "http.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <limits.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "arena.h"
#include "buf.h"
#include "curl.h"
#include "uri.h"

/* What an answer's header may have, all its fields together. */
#define MOST_HEADER 65536

/* A request under way. */
struct exchange {
	struct rc_http *http;
	CURL *curl;
	struct rc_buf header, body;
	bool loopback; /* it goes to this host only */
	bool refused; /* and was led to another */
	const char *broken; /* why we broke it off, NULL */
	enum rc_http_fault fault;
};

/* clang-format off */
static const struct {
	CURLcode code;
	enum rc_http_fault fault;
	const char *phrase;
} phrases[] = {
	{ CURLE_OPERATION_TIMEDOUT, RC_HTTP_NETWORK,
	    "did not answer in time" },
	{ CURLE_COULDNT_RESOLVE_HOST, RC_HTTP_UNREACHED,
	    "has a host name that is not known" },
	{ CURLE_COULDNT_RESOLVE_PROXY, RC_HTTP_UNREACHED,
	    "is behind a proxy whose name is not known" },
	{ CURLE_COULDNT_CONNECT, RC_HTTP_UNREACHED, "does not answer" },
	{ CURLE_PEER_FAILED_VERIFICATION, RC_HTTP_UNTRUSTED,
	    "has a certificate that is not trusted" },
	{ CURLE_SSL_CACERT_BADFILE, RC_HTTP_UNTRUSTED,
	    "cannot be trusted, for the file of CA certificates cannot be "
	    "read" },
	{ CURLE_SSL_CONNECT_ERROR, RC_HTTP_UNREACHED,
	    "does not speak TLS as it should" },
	{ CURLE_PARTIAL_FILE, RC_HTTP_NETWORK,
	    "broke off in the middle of its answer" },
	{ CURLE_RECV_ERROR, RC_HTTP_NETWORK,
	    "broke off in the middle of its answer" },
	{ CURLE_GOT_NOTHING, RC_HTTP_NETWORK,
	    "closed the connection without an answer" },
	{ CURLE_HTTP2_STREAM, RC_HTTP_NETWORK,
	    "broke off in the middle of its answer" },
};
/* clang-format on */

const char *
rc_http_check_url(struct rc_arena *mem, const char *url)
{
	struct rc_uri uri;

	if (rc_uri_parse(mem, url, &uri) != NULL)
		return "is no valid URL";
	if (uri.userinfo != NULL)
		return "has a user name in it";
	if (uri.fragment != NULL)
		return "has a fragment";
	if (strcasecmp(uri.scheme, "https") == 0 ||
	    (strcasecmp(uri.scheme, "http") == 0 && rc_uri_is_loopback(&uri)))
		return NULL;
	return "is neither https nor http on this host";
}

/* Tell whether a socket's address is this host's own. */
static bool
is_loopback(const struct curl_sockaddr *address)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (address->family == AF_INET && address->addrlen >= sizeof(in)) {
		memcpy(&in, &address->addr, sizeof(in));
		return ntohl(in.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	}
	if (address->family == AF_INET6 && address->addrlen >= sizeof(in6)) {
		memcpy(&in6, (const void *)&address->addr, sizeof(in6));
		return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
	}
	return false;
}

/* "localhost" may lead anywhere, and then nothing is sent in clear. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct exchange *x = arg;

	if (purpose != CURLSOCKTYPE_IPCXN ||
	    (x->loopback && !is_loopback(address))) {
		x->refused = true;
		return CURL_SOCKET_BAD;
	}
	return rc_curl_socket(address);
}

/* Break off: curl does when a callback takes too little. */
static size_t
break_off(struct exchange *x, enum rc_http_fault fault, const char *why)
{

	x->fault = fault;
	x->broken = why;
	return 0;
}

/* Tell whether a field's value is that word, and nothing else. */
static bool
is_word(const char *value, const char *end, const char *word)
{
	size_t len = strlen(word);

	while (value < end && strchr(" \t", *value) != NULL)
		value++;
	while (end > value && strchr(" \t\r\n", end[-1]) != NULL)
		end--;
	return (size_t)(end - value) == len &&
	       strncasecmp(value, word, len) == 0;
}

/* Keep the header of the final response: each one begins anew. */
static size_t
take_header(char *line, size_t size, size_t n, void *arg)
{
	struct exchange *x = arg;
	const char *coding;

	n *= size;
	if (n >= strlen("HTTP/") && strncmp(line, "HTTP/", 5) == 0)
		rc_buf_init(&x->header, x->header.mem);
	if (n > MOST_HEADER - x->header.len)
		return break_off(x, RC_HTTP_ANSWER,
		    "answers with a header that is larger than allowed");
	coding = rc_curl_field_value(line, n, "Content-Encoding");
	if (coding != NULL && !is_word(coding, line + n, "identity"))
		return break_off(x, RC_HTTP_ANSWER,
		    "answers in a content coding that was not asked for");
	rc_buf_add(&x->header, line, n);
	return n;
}

static size_t
take_body(char *data, size_t size, size_t n, void *arg)
{
	struct exchange *x = arg;
	struct rc_http *http = x->http;

	n *= size;
	if (n > http->most - x->body.len)
		return break_off(x, RC_HTTP_ANSWER,
		    "answers with more than is allowed of it");
	if (http->keep != NULL && rc_curl_status(x->curl) / 100 == 2 &&
	    !http->keep(http->arg, data, n))
		return break_off(x, RC_HTTP_STOPPED, "was not heard out");
	rc_buf_add(&x->body, data, n);
	return n;
}

#define SET(option, value) \
	(curl_easy_setopt(x->curl, (option), (value)) == CURLE_OK)

/* Set what is the same for all; false when curl knows one not. */
static bool
set_bounds(struct exchange *x)
{

	return rc_curl_bound(x->curl, x->loopback ? "http" : "https") &&
	       SET(CURLOPT_PATH_AS_IS, 1L) &&
	       SET(CURLOPT_PROXY_SSL_VERIFYPEER, 1L) &&
	       SET(CURLOPT_PROXY_SSL_VERIFYHOST, 2L) &&
	       SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) &&
	       SET(CURLOPT_USERAGENT, "rollcall/" PACKAGE_VERSION) &&
	       SET(CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
	       SET(CURLOPT_OPENSOCKETDATA, x) &&
	       SET(CURLOPT_HEADERFUNCTION, take_header) &&
	       SET(CURLOPT_HEADERDATA, x) &&
	       SET(CURLOPT_WRITEFUNCTION, take_body) &&
	       SET(CURLOPT_WRITEDATA, x) &&
	       (!x->loopback ||
		   (SET(CURLOPT_PROXY, "") && SET(CURLOPT_NOPROXY, "*")));
}

static long
milliseconds(int64_t n)
{

	/* To curl, 0 would mean no limit. */
	if (n < 1)
		return 1;
	return n < INT_MAX ? (long)n : INT_MAX;
}

static bool
set_request(struct exchange *x, const struct curl_slist *fields)
{
	const struct rc_http *http = x->http;

	/* The size goes first: it says how much of the content is there. */
	if (http->content != NULL &&
	    !(SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)http->content_len) &&
		SET(CURLOPT_POSTFIELDS, http->content)))
		return false;
	return SET(CURLOPT_URL, http->url) &&
	       SET(CURLOPT_CUSTOMREQUEST, http->method) &&
	       SET(CURLOPT_HTTPHEADER, fields) &&
	       SET(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(http->connect_ms)) &&
	       SET(CURLOPT_TIMEOUT_MS, milliseconds(http->total_ms));
}

/* Tell whether a proxy answered the CONNECT, and refused. */
static bool
is_barred(const struct exchange *x)
{
	long status = 0;

	(void)curl_easy_getinfo(x->curl, CURLINFO_HTTP_CONNECTCODE, &status);
	return status >= 300;
}

/* Return why there is no answer, and of what kind that is. */
static const char *
judge(const struct exchange *x, CURLcode code, enum rc_http_fault *fault)
{
	size_t i;

	if (code == CURLE_OK)
		return NULL;
	*fault = RC_HTTP_NETWORK;
	if (x->broken != NULL) {
		*fault = x->fault;
		return x->broken;
	}
	if (code == CURLE_COULDNT_CONNECT && x->refused) {
		*fault = RC_HTTP_URL;
		return "is not on this host, and http goes no further";
	}
	if (is_barred(x)) {
		*fault = RC_HTTP_UNREACHED;
		return "is behind a proxy that does not let us through";
	}
	for (i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		if (code != phrases[i].code)
			continue;
		*fault = phrases[i].fault;
		return phrases[i].phrase;
	}
	return "cannot be reached";
}

/* Fill in what came. */
static void
keep_answer(struct exchange *x)
{
	struct rc_http *http = x->http;
	struct rc_arena *mem = x->body.mem;
	curl_off_t wait = 0;
	char *type = NULL;

	http->status = rc_curl_status(x->curl);
	http->header = x->header.data;
	http->body = x->body.data;
	http->len = x->body.len;
	(void)curl_easy_getinfo(x->curl, CURLINFO_CONTENT_TYPE, &type);
	http->type = rc_strdup(mem, type != NULL ? type : "");
	http->retry_after = -1;
	if (rc_http_field(mem, http, "Retry-After", 0) != NULL &&
	    curl_easy_getinfo(x->curl, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK)
		http->retry_after = wait;
}

/* Run the exchange; all that curl holds is still to be freed. */
static const char *
run(struct exchange *x, const struct curl_slist *fields,
    enum rc_http_fault *fault)
{
	struct rc_arena *mem = x->body.mem;
	char detail[CURL_ERROR_SIZE] = "";
	const char *why;
	CURLcode code;

	if (!set_bounds(x) || !rc_curl_trust(x->curl, x->http->ca_file) ||
	    !set_request(x, fields) || !SET(CURLOPT_ERRORBUFFER, detail)) {
		*fault = RC_HTTP_NETWORK;
		return "cannot be asked: libcurl lacks an option";
	}
	code = curl_easy_perform(x->curl);
	why = judge(x, code, fault);
	keep_answer(x);
	if (why == NULL || x->broken != NULL)
		return why;
	/* What is wrong with a proxy is said with the password for it. */
	if (detail[0] == '\0' || strchr(detail, '@') != NULL)
		x->http->detail = rc_strdup(mem, curl_easy_strerror(code));
	else
		x->http->detail = rc_strdup(mem, detail);
	return why;
}

const char *
rc_http(struct rc_arena *mem, struct rc_http *http, enum rc_http_fault *fault)
{
	struct exchange x = { .http = http };
	struct curl_slist *fields;
	const char *why;

	*fault = RC_HTTP_NONE;
	http->status = 0;
	http->type = http->body = http->header = http->detail = "";
	http->len = 0;
	http->retry_after = -1;
	if ((why = rc_http_check_url(mem, http->url)) != NULL) {
		*fault = RC_HTTP_URL;
		return why;
	}
	*fault = RC_HTTP_NETWORK;
	if ((x.curl = rc_curl_new()) == NULL)
		return "cannot be asked: libcurl does not start";

	*fault = RC_HTTP_NONE;
	x.loopback = strncasecmp(http->url, "http:", strlen("http:")) == 0;
	rc_buf_init(&x.header, mem);
	rc_buf_init(&x.body, mem);
	if ((fields = rc_curl_fields(http->fields)) != NULL)
		why = run(&x, fields, fault);
	else {
		*fault = RC_HTTP_NETWORK;
		why = "cannot be asked: there is no memory";
	}
	curl_easy_cleanup(x.curl);
	curl_slist_free_all(fields);
	return why;
}

const char *
rc_http_field(struct rc_arena *mem, const struct rc_http *http,
    const char *name, size_t i)
{

	return rc_curl_field(mem, http->header, name, i);
}
