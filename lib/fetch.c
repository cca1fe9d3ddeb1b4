#include "fetch.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <limits.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "arena.h"
#include "buf.h"
#include "conf.h"
#include "curl.h"
#include "log.h"
#include "uri.h"

/* What a response's header may have, all its fields together. */
#define MOST_HEADER 16384

/* What is read of the answer to a POST. */
#define MOST_ANSWER 65536

/* An address block: the first ${bits} of ${bytes}. */
struct block {
	unsigned char bytes[16];
	unsigned bits;
};

/* clang-format off */
/* IANA IPv4 Special-Purpose Address Registry; RFC 5771 for multicast. */
static const struct block special4[] = {
	{ { 0 }, 8 },                /* this network, RFC 791 3.2 */
	{ { 10 }, 8 },               /* private use, RFC 1918 */
	{ { 100, 64 }, 10 },         /* shared address space, RFC 6598 */
	{ { 127 }, 8 },              /* loopback, RFC 1122 3.2.1.3 */
	{ { 169, 254 }, 16 },        /* link local, RFC 3927 */
	{ { 172, 16 }, 12 },         /* private use, RFC 1918 */
	{ { 192, 0, 0 }, 24 },       /* IETF protocols, RFC 6890 2.1 */
	{ { 192, 0, 2 }, 24 },       /* documentation, RFC 5737 */
	{ { 192, 31, 196 }, 24 },    /* AS112 anycast, RFC 7535 */
	{ { 192, 52, 193 }, 24 },    /* AMT anycast, RFC 7450 */
	{ { 192, 88, 99 }, 24 },     /* 6to4 relay anycast, RFC 7526 */
	{ { 192, 168 }, 16 },        /* private use, RFC 1918 */
	{ { 192, 175, 48 }, 24 },    /* AS112 anycast, RFC 7534 */
	{ { 198, 18 }, 15 },         /* benchmarking, RFC 2544 */
	{ { 198, 51, 100 }, 24 },    /* documentation, RFC 5737 */
	{ { 203, 0, 113 }, 24 },     /* documentation, RFC 5737 */
	{ { 224 }, 4 },              /* multicast, RFC 5771 */
	{ { 240 }, 4 },              /* reserved and broadcast, RFC 1112 4 */
};

/* All global unicast addresses that IANA gives out (RFC 4291 2.4). */
static const struct block unicast6 = { { 0x20 }, 3 };

/* IANA IPv6 Special-Purpose Address Registry, within those. */
static const struct block special6[] = {
	{ { 0x20, 0x01 }, 23 },                   /* IETF protocols, RFC 2928 */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },       /* documentation, RFC 3849 */
	{ { 0x26, 0x20, 0, 0x4f, 0x80 }, 48 },    /* AS112, RFC 7534 */
	{ { 0x3f, 0xff }, 20 },                   /* documentation, RFC 9637 */
};

/* Where IPv6 addresses hold IPv4 ones: at which byte, which bits flipped. */
static const struct holder {
	struct block block;
	struct {
		unsigned at;
		unsigned char flip;
	} ipv4[2];
	unsigned count;
} holders[] = {
	/* mapped, RFC 4291 2.5.5.2 */
	{ { { [10] = 0xff, 0xff }, 96 }, { { 12, 0 } }, 1 },
	/* NAT64, RFC 6052 2.1 */
	{ { { 0, 0x64, 0xff, 0x9b }, 96 }, { { 12, 0 } }, 1 },
	/* 6to4, RFC 3056 2 */
	{ { { 0x20, 0x02 }, 16 }, { { 2, 0 } }, 1 },
	/* Teredo's server and client, RFC 4380 4 */
	{ { { 0x20, 0x01, 0, 0 }, 32 }, { { 4, 0 }, { 12, 0xff } }, 2 },
};

/* What curl says, as a phrase; of anything else only the log tells more. */
static const struct {
	CURLcode code;
	const char *phrase; /* of a document */
	const char *post; /* of a receiver, NULL */
} phrases[] = {
	{ CURLE_OPERATION_TIMEDOUT, "did not arrive in time",
	    "did not answer in time" },
	{ CURLE_FILESIZE_EXCEEDED, "is larger than allowed", NULL },
	{ CURLE_COULDNT_RESOLVE_HOST, "is on a host that is not known",
	    "has a host that is not known" },
	{ CURLE_COULDNT_CONNECT, "is on a host that does not answer",
	    "does not answer" },
	{ CURLE_PEER_FAILED_VERIFICATION,
	    "is on a host whose certificate is not trusted",
	    "has a certificate that is not trusted" },
};
/* clang-format on */

/* What strangers are told of a server that there is no connection to. */
static const char unreached[] =
    "is on a host that is not known, not public, or does not answer";

/* To whom a transfer may connect. */
enum reach {
	REACH_PUBLIC, /* what a stranger named */
	REACH_ANY, /* what the operator named */
	REACH_LOOPBACK /* the same, in clear */
};

/* One request under way. */
struct transfer {
	CURL *curl;
	const struct rc_conf *conf;
	enum reach reach;
	size_t most;
	size_t header; /* bytes so far */
	struct rc_buf body;
	bool refused; /* an address that is not public */
	const char *fault; /* why we broke it off, NULL */
};

static bool
is_within(const unsigned char *bytes, const struct block *block)
{
	unsigned whole = block->bits / 8;
	unsigned left = block->bits % 8;

	if (memcmp(bytes, block->bytes, whole) != 0)
		return false;
	return left == 0 ||
	       (bytes[whole] ^ block->bytes[whole]) >> (8 - left) == 0;
}

static bool
is_within_any(const unsigned char *bytes, const struct block *blocks, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is_within(bytes, &blocks[i]))
			return true;
	return false;
}

static bool
is_public4(const unsigned char bytes[4])
{

	return !is_within_any(
	    bytes, special4, sizeof(special4) / sizeof(special4[0]));
}

/* Tell whether the IPv4 addresses inside an IPv6 one are all public. */
static bool
holds_public(const unsigned char bytes[16], const struct holder *holder)
{
	unsigned char inner[4];
	unsigned i, j;

	for (i = 0; i < holder->count; i++) {
		for (j = 0; j < sizeof(inner); j++)
			inner[j] = bytes[holder->ipv4[i].at + j] ^
			           holder->ipv4[i].flip;
		if (!is_public4(inner))
			return false;
	}
	return true;
}

static bool
is_public6(const unsigned char bytes[16])
{
	size_t i;

	for (i = 0; i < sizeof(holders) / sizeof(holders[0]); i++)
		if (is_within(bytes, &holders[i].block))
			return holds_public(bytes, &holders[i]);
	return is_within(bytes, &unicast6) &&
	       !is_within_any(
		   bytes, special6, sizeof(special6) / sizeof(special6[0]));
}

bool
rc_fetch_is_public(const char *address)
{
	unsigned char bytes[16];

	if (inet_pton(AF_INET, address, bytes) == 1)
		return is_public4(bytes);
	if (inet_pton(AF_INET6, address, bytes) == 1)
		return is_public6(bytes);
	return false;
}

/* Write a socket's address as text; false for what is neither IPv4 nor IPv6. */
static bool
address_text(const struct curl_sockaddr *address, char *text, socklen_t size)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (address->family == AF_INET && address->addrlen >= sizeof(in)) {
		memcpy(&in, &address->addr, sizeof(in));
		return inet_ntop(AF_INET, &in.sin_addr, text, size) != NULL;
	}
	if (address->family == AF_INET6 && address->addrlen >= sizeof(in6)) {
		memcpy(&in6, (const void *)&address->addr, sizeof(in6));
		return inet_ntop(AF_INET6, &in6.sin6_addr, text, size) != NULL;
	}
	return false;
}

static bool
is_loopback(const char *address)
{

	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

/* Tell whether the transfer may go to that address. */
static bool
may_reach(const struct transfer *t, const char *address)
{

	switch (t->reach) {
	case REACH_ANY:
		return true;
	case REACH_LOOPBACK:
		return is_loopback(address);
	case REACH_PUBLIC:
		break;
	}
	return rc_fetch_is_public(address) ||
	       rc_list_has_address(&t->conf->fetch_addresses, address);
}

/* Before curl connects: whatever the name was, here is where it leads. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *t = arg;
	char text[INET6_ADDRSTRLEN];

	if (purpose != CURLSOCKTYPE_IPCXN ||
	    !address_text(address, text, sizeof(text)) || !may_reach(t, text)) {
		t->refused = true;
		return CURL_SOCKET_BAD;
	}
	return rc_curl_socket(address);
}

/* Break the transfer off: curl does when a callback takes too little. */
static size_t
break_off(struct transfer *t, const char *fault)
{

	t->fault = fault;
	return 0;
}

/* Take a line of the header, of interim responses and trailers too. */
static size_t
take_header(char *line, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	n *= size;
	if (n > MOST_HEADER - t->header)
		return break_off(t, "comes with too large a header");
	t->header += n;
	if (rc_curl_field_value(line, n, "Content-Encoding") != NULL)
		return break_off(t, "comes in a content coding");
	return n;
}

/* Return why a response is not what we want, NULL for a 200. */
static const char *
status_fault(long status)
{

	if (status == 200)
		return NULL;
	if (status >= 300 && status < 400)
		return "is a redirect, which is not followed";
	return "is not there: the status is not 200";
}

/* Take a piece of the body; that of a refusal is not worth the wait. */
static size_t
take_body(char *data, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	const char *fault;

	n *= size;
	if ((fault = status_fault(rc_curl_status(t->curl))) != NULL)
		return break_off(t, fault);
	if (n > t->most - t->body.len)
		return break_off(t, "is larger than allowed");
	rc_buf_add(&t->body, data, n);
	return n;
}

/* Set the bounds that are the same for all; false when curl knows one not. */
static bool
set_bounds(CURL *curl, enum reach reach)
{

	return rc_curl_bound(
		   curl, reach == REACH_LOOPBACK ? "http" : "https") &&
	       curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
		   (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
	       /* A receiver with a new address or certificate is noticed. */
	       curl_easy_setopt(curl, CURLOPT_MAXLIFETIME_CONN, 300L) ==
	           CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_NOPROXY, "*") == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_USERAGENT, "rollcall") ==
	           CURLE_OK;
}

static bool
set_callbacks(struct transfer *t)
{
	CURL *curl = t->curl;

	return curl_easy_setopt(
		   curl, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, t) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header) ==
	           CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_HEADERDATA, t) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body) ==
	           CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_WRITEDATA, t) == CURLE_OK;
}

/* Set what this one is about and how much it may take. */
static bool
set_request(struct transfer *t, const char *url,
    const struct curl_slist *fields, int64_t milliseconds)
{
	long time = milliseconds < INT_MAX ? (long)milliseconds : INT_MAX;
	curl_off_t most = t->most < LONG_MAX ? (curl_off_t)t->most : LONG_MAX;
	CURL *curl = t->curl;

	return curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, time) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, time) ==
	           CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, most) ==
	           CURLE_OK;
}

/* Return why a transfer with that outcome is no good, NULL when it is. */
static const char *
judge(const struct transfer *t, CURLcode code)
{
	size_t i;

	if (code == CURLE_OK)
		return status_fault(rc_curl_status(t->curl));
	if (t->fault != NULL)
		return t->fault;
	if (code == CURLE_COULDNT_CONNECT && t->refused)
		return "is on a host whose address is not public";
	for (i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (code == phrases[i].code)
			return phrases[i].phrase;
	return "cannot be fetched";
}

/* Fill *${fetched} from a transfer that went well. */
static void
keep(const struct transfer *t, struct rc_fetched *fetched)
{
	char *type = NULL;

	(void)curl_easy_getinfo(t->curl, CURLINFO_CONTENT_TYPE, &type);
	fetched->type = rc_strdup(t->body.mem, type != NULL ? type : "");
	fetched->body = (const unsigned char *)t->body.data;
	fetched->len = t->body.len;
}

/*
 * What is told of a URL in the log: path and query may be as good as a
 * password.
 */
static void
log_fault(const struct transfer *t, const char *area, const char *url,
    const char *why, const char *detail)
{
	struct rc_arena *mem = rc_arena_new();
	const char *origin = rc_uri_origin(mem, url);

	rc_log(RC_LOG_WARN, area, "%s: %s (status %ld) %s",
	    origin != NULL ? origin : "a URL", why, rc_curl_status(t->curl),
	    detail);
	rc_arena_free(mem);
}

/* Run the transfer; all that curl holds is still to be freed. */
static const char *
run(struct transfer *t, const char *url, const struct curl_slist *fields,
    int64_t milliseconds, struct rc_fetched *fetched)
{
	char detail[CURL_ERROR_SIZE] = "";
	const char *why;
	CURLcode code;

	if (!set_bounds(t->curl, t->reach) ||
	    !rc_curl_trust(t->curl, t->conf->fetch_ca_file) ||
	    !set_callbacks(t) || !set_request(t, url, fields, milliseconds) ||
	    curl_easy_setopt(t->curl, CURLOPT_ERRORBUFFER, detail) !=
		CURLE_OK) {
		rc_log(RC_LOG_ERROR, "fetch", "libcurl lacks an option");
		return "cannot be fetched";
	}
	code = curl_easy_perform(t->curl);
	if ((why = judge(t, code)) == NULL) {
		keep(t, fetched);
		return NULL;
	}
	log_fault(t, "fetch", url, why,
	    detail[0] != '\0' ? detail : curl_easy_strerror(code));
	/* Nobody is to learn from us which names and hosts our network has. */
	return code == CURLE_COULDNT_RESOLVE_HOST ||
	               code == CURLE_COULDNT_CONNECT
	           ? unreached
	           : why;
}

/* Return why the URL is not to be asked for, NULL when it is. */
static const char *
check_url(struct rc_arena *mem, const char *url)
{
	struct rc_uri uri;

	if (rc_uri_parse(mem, url, &uri) != NULL)
		return "is not at a valid URL";
	if (strcasecmp(uri.scheme, "https") != 0)
		return "is not at an https URL";
	if (uri.userinfo != NULL)
		return "is at a URL with a user name";
	return NULL;
}

const char *
rc_fetch(struct rc_arena *mem, const struct rc_conf *conf, const char *url,
    const char *accept, size_t most, int64_t milliseconds,
    struct rc_fetched *fetched)
{
	struct transfer t = { .conf = conf, .most = most };
	struct curl_slist *fields;
	const char *why;

	*fetched = (struct rc_fetched){ 0 };
	if ((why = check_url(mem, url)) != NULL)
		return why;
	/* To curl, no time would mean no limit. */
	if (milliseconds <= 0)
		return "did not arrive in time";
	if ((t.curl = rc_curl_new()) == NULL)
		return "cannot be fetched";

	rc_buf_init(&t.body, mem);
	fields = curl_slist_append(NULL, rc_printf(mem, "Accept: %s", accept));
	why = fields != NULL ? run(&t, url, fields, milliseconds, fetched)
	                     : "cannot be fetched";
	curl_easy_cleanup(t.curl);
	curl_slist_free_all(fields);
	return why;
}

/* An answer's body is of no interest; one that is long is not waited for. */
static size_t
drop_body(char *data, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	(void)data;
	n *= size;
	if (n > t->most)
		return 0;
	t->most -= n;
	return n;
}

static bool
set_post(struct transfer *t, const char *body, size_t len)
{
	CURL *curl = t->curl;

	return curl_easy_setopt(curl, CURLOPT_POST, 1L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
		   (curl_off_t)len) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop_body) ==
	           CURLE_OK;
}

/* Return why a POST counts for nothing, NULL where it was taken. */
static const char *
judge_post(const struct transfer *t, CURLcode code)
{
	long status = rc_curl_status(t->curl);
	size_t i;

	if (status >= 200 && status < 300)
		return NULL;
	if (status >= 300 && status < 400)
		return "answers with a redirect, which is not followed";
	if (status >= 400)
		return "refuses";
	if (code == CURLE_COULDNT_CONNECT && t->refused)
		return "is not on this host, and http goes no further";
	for (i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (code == phrases[i].code && phrases[i].post != NULL)
			return phrases[i].post;
	return "cannot be reached";
}

/* Run the transfer; all that curl holds is still to be freed. */
static const char *
run_post(struct transfer *t, const char *url, const struct curl_slist *fields,
    const char *body, size_t len, int64_t milliseconds)
{
	char detail[CURL_ERROR_SIZE] = "";
	const char *why;
	CURLcode code;

	if (!set_bounds(t->curl, t->reach) ||
	    !rc_curl_trust(t->curl, t->conf->fetch_ca_file) ||
	    !set_callbacks(t) || !set_request(t, url, fields, milliseconds) ||
	    !set_post(t, body, len) ||
	    curl_easy_setopt(t->curl, CURLOPT_ERRORBUFFER, detail) !=
		CURLE_OK) {
		rc_log(RC_LOG_ERROR, "post", "libcurl lacks an option");
		return "cannot be reached";
	}
	code = curl_easy_perform(t->curl);
	if ((why = judge_post(t, code)) != NULL)
		log_fault(t, "post", url, why,
		    detail[0] != '\0' ? detail : curl_easy_strerror(code));
	return why;
}

const char *
rc_post(struct rc_arena *mem, const struct rc_conf *conf, const char *url,
    const char *const fields[], const char *body, size_t len,
    int64_t milliseconds, int *status)
{
	/* With it its connections are kept for the next. */
	static CURL *kept;
	struct transfer t = { .conf = conf, .most = MOST_ANSWER };
	struct curl_slist *list;
	struct rc_uri uri;
	const char *why;

	*status = 0;
	if (rc_uri_parse(mem, url, &uri) != NULL)
		return "is not at a valid URL";
	t.reach =
	    strcasecmp(uri.scheme, "http") == 0 ? REACH_LOOPBACK : REACH_ANY;
	if (milliseconds <= 0)
		return "did not answer in time";
	if (kept == NULL)
		kept = rc_curl_new();
	if ((t.curl = kept) == NULL)
		return "cannot be reached";

	rc_buf_init(&t.body, mem);
	list = rc_curl_fields(fields);
	why = list != NULL ? run_post(&t, url, list, body, len, milliseconds)
	                   : "cannot be reached";
	*status = (int)rc_curl_status(t.curl);
	curl_easy_reset(t.curl);
	curl_slist_free_all(list);
	return why;
}

/* What an operator's own server answers may be so long. */
#define MOST_PROBED 4194304

/* What comes back of a probe. */
struct answer {
	struct rc_buf header, body;
};

/* Keep the header of the final response: each one begins anew. */
static size_t
keep_header(char *line, size_t size, size_t n, void *arg)
{
	struct answer *answer = arg;

	n *= size;
	if (n >= strlen("HTTP/") && strncmp(line, "HTTP/", 5) == 0)
		rc_buf_init(&answer->header, answer->header.mem);
	if (answer->header.len + n > MOST_PROBED)
		return 0;
	rc_buf_add(&answer->header, line, n);
	return n;
}

static size_t
keep_body(char *data, size_t size, size_t n, void *arg)
{
	struct answer *answer = arg;

	n *= size;
	if (answer->body.len + n > MOST_PROBED)
		return 0;
	rc_buf_add(&answer->body, data, n);
	return n;
}

static bool
set_probe(CURL *curl, const struct rc_probe *probe,
    const struct curl_slist *fields, struct answer *answer, long time)
{
	curl_off_t len = (curl_off_t)probe->content_len;

	if (probe->content != NULL &&
	    (curl_easy_setopt(curl, CURLOPT_POSTFIELDS, probe->content) !=
		    CURLE_OK ||
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, len) !=
		    CURLE_OK))
		return false;
	return set_bounds(curl, REACH_ANY) &&
	       rc_curl_trust(curl, probe->ca_file) &&
	       curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https,http") ==
	           CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_URL, probe->url) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, probe->method) ==
	           CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep_header) ==
	           CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_HEADERDATA, answer) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_body) ==
	           CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, time) == CURLE_OK;
}

/* Why there is no answer; of what curl does not name only the log tells. */
static const char *
probe_fault(const char *url, CURLcode code)
{
	size_t i;

	for (i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (code == phrases[i].code)
			return phrases[i].phrase;
	rc_log(RC_LOG_WARN, "fetch", "%s: %s", url, curl_easy_strerror(code));
	return "cannot be fetched";
}

const char *
rc_fetch_probe(
    struct rc_arena *mem, struct rc_probe *probe, int64_t milliseconds)
{
	struct curl_slist *fields = rc_curl_fields(probe->fields);
	struct answer answer;
	CURLcode code = CURLE_OK;
	CURL *curl = NULL;
	bool ready;

	rc_buf_init(&answer.header, mem);
	rc_buf_init(&answer.body, mem);
	ready = fields != NULL && (curl = rc_curl_new()) != NULL;
	ready =
	    ready && set_probe(curl, probe, fields, &answer,
			 milliseconds < INT_MAX ? (long)milliseconds : INT_MAX);
	if (ready)
		code = curl_easy_perform(curl);
	probe->status = ready && code == CURLE_OK ? rc_curl_status(curl) : 0;
	probe->header = answer.header.data;
	probe->body = answer.body.data;
	probe->len = answer.body.len;
	curl_easy_cleanup(curl);
	curl_slist_free_all(fields);
	if (!ready)
		return "cannot be fetched";
	return code == CURLE_OK ? NULL : probe_fault(probe->url, code);
}

const char *
rc_probe_field(
    struct rc_arena *mem, const struct rc_probe *probe, const char *name)
{

	return rc_curl_field(mem, probe->header, name, 0);
}

static uint32_t
little_endian(const unsigned char *p)
{

	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

/* The signature, then IHDR of 13 bytes with a size (PNG 5.2, 11.2.2). */
static bool
is_png(const unsigned char *body, size_t len)
{
	static const unsigned char start[] = { 0x89, 'P', 'N', 'G', '\r', '\n',
		0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R' };
	static const unsigned char none[4];

	return len >= sizeof(start) + 13 + 4 &&
	       memcmp(body, start, sizeof(start)) == 0 &&
	       memcmp(body + 16, none, 4) != 0 &&
	       memcmp(body + 20, none, 4) != 0;
}

/* SOI, then a marker segment that is there whole (ITU-T T.81 B.1.1). */
static bool
is_jpeg(const unsigned char *body, size_t len)
{
	static const unsigned char start[] = { 0xff, 0xd8, 0xff };
	size_t segment;

	if (len < 6 || memcmp(body, start, sizeof(start)) != 0)
		return false;
	/* RST, SOI and EOI begin no segment. */
	if (body[3] < 0xc0 || body[3] == 0xff ||
	    (body[3] >= 0xd0 && body[3] <= 0xd9))
		return false;
	segment = (size_t)body[4] << 8 | body[5];
	return segment >= 2 && segment <= len - 4;
}

/* RIFF that is there whole and begins with an image chunk (RFC 9649 2.4). */
static bool
is_webp(const unsigned char *body, size_t len)
{
	uint32_t riff;

	if (len < 20 || memcmp(body, "RIFF", 4) != 0 ||
	    memcmp(body + 8, "WEBP", 4) != 0)
		return false;
	if (memcmp(body + 12, "VP8 ", 4) != 0 &&
	    memcmp(body + 12, "VP8L", 4) != 0 &&
	    memcmp(body + 12, "VP8X", 4) != 0)
		return false;
	riff = little_endian(body + 4);
	return riff >= 12 && riff <= len - 8 &&
	       little_endian(body + 16) <= riff - 12;
}

const char *
rc_fetch_image(const unsigned char *body, size_t len)
{

	if (is_png(body, len))
		return "image/png";
	if (is_jpeg(body, len))
		return "image/jpeg";
	if (is_webp(body, len))
		return "image/webp";
	return NULL;
}
