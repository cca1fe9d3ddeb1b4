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
 * in the log.  SIGPIPE must be ignored.
 */
const char *rc_fetch(struct rc_arena *mem, const struct rc_conf *conf,
    const char *url, const char *accept, size_t most, int64_t milliseconds,
    struct rc_fetched *fetched);

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
