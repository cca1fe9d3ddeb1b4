#include <arpa/inet.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "network.h"

#define IPV4_BITS 32U
#define IPV6_BITS 128U
#define MAPPED_BITS 96U /* that say that an IPv6 address is an IPv4 one */

/* Read an address as the block that holds it alone. */
static bool
read_address(const char *text, struct rc_network *n)
{
	bool ipv6 = strchr(text, ':') != NULL;

	n->prefix = ipv6 ? IPV6_BITS : IPV4_BITS;
	n->length = n->prefix / 8;
	return inet_pton(ipv6 ? AF_INET6 : AF_INET, text, n->bytes) == 1;
}

/* Narrow ${n}->prefix to the one that ${text} says. */
static bool
read_prefix(const char *text, struct rc_network *n)
{
	const char *s = text;
	unsigned prefix = 0;

	if (*s == '0' && s[1] != '\0')
		return false;
	for (; *s >= '0' && *s <= '9' && prefix <= n->prefix; s++)
		prefix = prefix * 10 + (unsigned)(*s - '0');
	if (s == text || *s != '\0' || prefix > n->prefix)
		return false;
	n->prefix = prefix;
	return true;
}

/* Return the bits of an address's byte ${i} that the block fixes. */
static unsigned
fixed_bits(const struct rc_network *n, size_t i)
{
	size_t before = i * 8;

	if (n->prefix <= before)
		return 0;
	if (n->prefix >= before + 8)
		return 0xff;
	return 0xffU << (before + 8 - n->prefix) & 0xff;
}

static bool
has_host_bits(const struct rc_network *n)
{
	size_t i;

	for (i = 0; i < n->length; i++) {
		if ((n->bytes[i] & ~fixed_bits(n, i)) != 0)
			return true;
	}
	return false;
}

static void
unmap(struct rc_network *n)
{
	static const unsigned char mapped[MAPPED_BITS / 8] = {
		[10] = 0xff, [11] = 0xff
	};

	if (n->prefix < MAPPED_BITS ||
	    memcmp(n->bytes, mapped, sizeof(mapped)) != 0)
		return;
	memmove(n->bytes, n->bytes + sizeof(mapped), IPV4_BITS / 8);
	n->length = IPV4_BITS / 8;
	n->prefix -= MAPPED_BITS;
}

const char *
rc_network_parse(const char *text, struct rc_network *network)
{
	char address[INET6_ADDRSTRLEN];
	size_t n = strcspn(text, "/");

	if (n < sizeof(address)) {
		memcpy(address, text, n);
		address[n] = '\0';
	}
	if (n >= sizeof(address) || !read_address(address, network))
		return "is no IPv4 or IPv6 address or network (such as "
		       "127.0.0.1, 10.0.0.0/8, fd00::/8)";
	if (text[n] == '/' && !read_prefix(text + n + 1, network))
		return network->length == IPV4_BITS / 8
		           ? "has a prefix that is no number from 0 to 32"
		           : "has a prefix that is no number from 0 to 128";
	if (has_host_bits(network))
		return "has bits set behind its prefix";
	unmap(network);
	return NULL;
}

bool
rc_network_has(const struct rc_network *network, const char *address)
{
	struct rc_network one;
	size_t i;

	if (!read_address(address, &one))
		return false;
	unmap(&one);
	if (one.length != network->length)
		return false;
	for (i = 0; i < one.length; i++) {
		if (((one.bytes[i] ^ network->bytes[i]) &
			fixed_bits(network, i)) != 0)
			return false;
	}
	return true;
}
