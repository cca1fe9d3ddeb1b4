#ifndef RC_FETCH_H
#define RC_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rc_arena;
struct rc_conf;

struct rc_fetched {
	const char *type; /* Content-Type as it was sent, "" for none */
	const unsigned char *body; /* a NUL follows */
	size_t len;
};

/*
 * rc_fetch(mem, conf, url, accept, most, milliseconds, fetched):
 * GET what a stranger named: https only, TLS 1.2 or later and verified, no
 * redirect followed, no proxy, no cookies, no credentials, no content coding,
 * the address of the peer checked before it is connected to
 * (rc_fetch_is_public), a 200 with at most ${most} bytes and a bounded header,
 * all within ${milliseconds}, name resolution included.  conf->fetch_ca_file,
 * where it is not NULL, names the CA certificates to trust instead of the
 * system's, and conf->fetch_addresses what is let pass though it is not
 * public.  ${accept} is the Accept header's value.  Return NULL when
 * *${fetched} holds it, as long as ${mem}; else a phrase (static) that fits
 * behind "the document ", such as "is larger than allowed", and more of it is
 * in the log: the phrase does not tell names that are unknown, addresses that
 * are not public, and hosts that do not answer apart.  SIGPIPE must be ignored.
 */
const char *rc_fetch(struct rc_arena *mem, const struct rc_conf *conf,
    const char *url, const char *accept, size_t most, int64_t milliseconds,
    struct rc_fetched *fetched);

/*
 * rc_post(mem, conf, url, fields, body, len, milliseconds, status):
 * POST ${len} bytes of ${body} to where the operator has said: https as
 * rc_fetch does it, or http to a loopback address and no other.  The operator
 * may have named a host of their own network, so with https any address is let
 * pass.
 * ${fields} are the header fields, "Name: value", NULL-ended.  Nothing of the
 * answer counts but its status, which *${status} is, 0 where none came.  Return
 * NULL for a 2xx; else a phrase (static) that fits behind "the receiver ", such
 * as "did not answer in time".  SIGPIPE must be ignored.  The connection is
 * kept for the next POST to the same server.
 */
const char *rc_post(struct rc_arena *mem, const struct rc_conf *conf,
    const char *url, const char *const fields[], const char *body, size_t len,
    int64_t milliseconds, int *status);

/* A request to a server of our own, and what came of it. */
struct rc_probe {
	const char *method;
	const char *url; /* https or http */
	const char *const *fields; /* "Name: value", NULL-ended; NULL */
	const char *content; /* sent as the body, NULL */
	size_t content_len;
	const char *ca_file; /* NULL: the system's */

	long status;
	const char *header; /* of the final response, a field a line */
	const char *body; /* a NUL follows */
	size_t len;
};

/*
 * rc_fetch_probe(mem, probe, milliseconds):
 * Send the first half of *${probe} and fill in the second, whatever the status:
 * for an operator who looks at a server of theirs, so no address is refused.
 * No redirect is followed.  NULL, or a phrase (static) as of rc_fetch.
 * SIGPIPE must be ignored.
 */
const char *rc_fetch_probe(
    struct rc_arena *mem, struct rc_probe *probe, int64_t milliseconds);

/*
 * rc_probe_field(mem, probe, name):
 * Return the value of a field of the response's header, NULL where there is
 * none; of several the first.
 */
const char *rc_probe_field(
    struct rc_arena *mem, const struct rc_probe *probe, const char *name);

/*
 * rc_fetch_is_public(address):
 * Tell whether the IPv4 or IPv6 address, as text, is one of the Internet's
 * ordinary unicast addresses: outside every block of the IANA special-purpose
 * registries (RFC 6890, RFC 8190), also of those that are globally reachable,
 * for these are anycast services that the nearest network answers, or no hosts.
 * What holds an IPv4 address (mapped, NAT64, 6to4, Teredo) is as public as
 * that.  False for what is no address.
 */
bool rc_fetch_is_public(const char *address);

/*
 * rc_fetch_image(body, len):
 * Return "image/png", "image/jpeg" or "image/webp" by signature and first
 * chunk, NULL for anything else.
 */
const char *rc_fetch_image(const unsigned char *body, size_t len);

#endif
