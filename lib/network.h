#ifndef RC_NETWORK_H
#define RC_NETWORK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A block of IPv4 or IPv6 addresses (CIDR, RFC 4632 3.1, RFC 4291 2.3).  An
 * IPv4-mapped IPv6 address (RFC 4291 2.5.5.2) counts as the IPv4 address.
 */
struct rc_network {
	unsigned char bytes[16]; /* in network order */
	size_t length; /* of an address: 4 or 16 bytes */
	unsigned prefix; /* bits that the block's addresses share */
};

/*
 * rc_network_parse(text, network):
 * Read ADDRESS/PREFIX, or a bare address as a block of this one.  Return NULL
 * when it is good, else a phrase (static) that fits behind the text, such as
 * "has bits set behind its prefix".
 */
const char *rc_network_parse(const char *text, struct rc_network *network);

/*
 * rc_network_has(network, address):
 * Tell whether the address, given as text, is in the block.  False for what is
 * no address.
 */
bool rc_network_has(const struct rc_network *network, const char *address);

#endif
