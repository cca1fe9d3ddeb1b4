#ifndef RC_HTTP_H
#define RC_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rc_arena;

/* Whose fault it is that there is no answer to work with. */
enum rc_http_fault {
	RC_HTTP_NONE,
	RC_HTTP_URL, /* it is not to be asked for */
	RC_HTTP_UNREACHED, /* nothing was sent: name, proxy, connection, TLS */
	RC_HTTP_UNTRUSTED, /* nor here: the certificate is not good */
	RC_HTTP_NETWORK, /* nothing, or not all, came: network, time */
	RC_HTTP_ANSWER, /* it is larger than allowed, or in a content coding */
	RC_HTTP_STOPPED /* ${keep} said so */
};

/* A request that a person makes of a server they chose, and its answer. */
struct rc_http {
	const char *method;
	const char *url;
	const char *const *fields; /* "Name: value", NULL-ended; NULL */
	const char *content; /* sent as the body; NULL */
	size_t content_len;
	const char *ca_file; /* NULL: the system's */
	int64_t connect_ms, total_ms;
	size_t most; /* bytes of the answer's body */
	/*
	 * Called with each piece of the body of a 2xx as it arrives, before
	 * anything else is done with it; false breaks off.  NULL: nobody is.
	 */
	bool (*keep)(void *arg, const void *data, size_t n);
	void *arg;

	long status; /* 0: none came */
	const char *type; /* Content-Type as it was sent, "" for none */
	const char *body; /* what came of it; a NUL follows */
	size_t len;
	int64_t retry_after; /* s; -1: not said */
	const char *header; /* of the final response, a field a line */
	const char *detail; /* what libcurl says of a fault, "" for nothing */
};

/*
 * rc_http(mem, http, fault):
 * Send the first part of *${http} and fill in the second, which lives as long
 * as ${mem}.  https with TLS 1.2 or later, verified, or http to a loopback
 * address; no redirect followed, no cookies, no netrc, no content coding.  An
 * https request goes by the proxy that the environment names, as libcurl has
 * it; an http request by none, for what is in it is not for others to read.
 * Return NULL for an answer of whatever status; else a phrase (static) that
 * fits behind "the server ", and in *${fault} what kind it is.  SIGPIPE must
 * be ignored.
 */
const char *rc_http(
    struct rc_arena *mem, struct rc_http *http, enum rc_http_fault *fault);

/*
 * rc_http_field(mem, http, name, i):
 * Return the value of the ${i}th field of that name in the answer's header,
 * NULL where there is none.
 */
const char *rc_http_field(struct rc_arena *mem, const struct rc_http *http,
    const char *name, size_t i);

/*
 * rc_http_check_url(mem, url):
 * Return why rc_http would not ask for the URL, as a phrase (static) that fits
 * behind the URL, such as "is neither https nor http on this host"; NULL: it
 * would.
 */
const char *rc_http_check_url(struct rc_arena *mem, const char *url);

#endif
