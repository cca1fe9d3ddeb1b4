/*
 * Sockets that only this host can reach.
 */
#include "rollcall_loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Connections that wait to be accepted. */
#define BACKLOG 32

/* Times that a free port is looked for, where both families must have it. */
#define MOST_TRIES 16

/* Listen on one address; false: errno says why not. */
static bool
open_address(const char *address, int family, uint16_t port, int *fd)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_port = htons(port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
		.sin6_port = htons(port) };
	bool six = family == AF_INET6;
	const int on = 1;
	int error;

	*fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd == -1)
		return false;
	(void)inet_pton(family, address,
	    six ? (void *)&in6.sin6_addr : (void *)&in.sin_addr);
	/* A port that was ours a moment ago; not one that somebody is on. */
	(void)setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (six)
		(void)setsockopt(
		    *fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(*fd, six ? (struct sockaddr *)&in6 : (struct sockaddr *)&in,
		six ? sizeof(in6) : sizeof(in)) == 0 &&
	    listen(*fd, BACKLOG) == 0)
		return true;
	error = errno;
	(void)close(*fd);
	*fd = -1;
	errno = error;
	return false;
}

/* Return the port of a socket, 0 where it has none. */
static uint16_t
port_of(int fd)
{
	struct sockaddr_storage address = { 0 };
	socklen_t len = sizeof(address);
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		return 0;
	if (address.ss_family == AF_INET) {
		memcpy(&in, &address, sizeof(in));
		return ntohs(in.sin_port);
	}
	memcpy(&in6, &address, sizeof(in6));
	return ntohs(in6.sin6_port);
}

/* Does the host lack that kind of address altogether? */
static bool
is_absent(int error)
{

	return error == EAFNOSUPPORT || error == EADDRNOTAVAIL ||
	       error == EPROTONOSUPPORT;
}

/*
 * Both addresses of localhost: where only one is ours, another program could
 * have the browser.
 */
static bool
open_both(uint16_t *port, int fds[2])
{
	const bool any = *port == 0;
	int tries;

	for (tries = 0; tries < MOST_TRIES; tries++) {
		if (!open_address(
			"127.0.0.1", AF_INET, any ? 0 : *port, &fds[0]) &&
		    !is_absent(errno))
			return false;
		if (fds[0] != -1)
			*port = port_of(fds[0]);
		if (open_address("::1", AF_INET6, *port, &fds[1]) ||
		    (is_absent(errno) && fds[0] != -1)) {
			*port = fds[0] != -1 ? *port : port_of(fds[1]);
			return true;
		}
		if (fds[0] != -1)
			(void)close(fds[0]);
		fds[0] = -1;
		errno = EADDRINUSE;
		if (!any)
			return false;
	}
	return false;
}

bool
loopback_open(const char *host, uint16_t *port, int fds[2])
{
	bool six = strcmp(host, "[::1]") == 0;

	fds[0] = fds[1] = -1;
	if (strcmp(host, "localhost") == 0)
		return open_both(port, fds);
	if (!open_address(six ? "::1" : "127.0.0.1", six ? AF_INET6 : AF_INET,
		*port, &fds[0]))
		return false;
	*port = port_of(fds[0]);
	return true;
}
