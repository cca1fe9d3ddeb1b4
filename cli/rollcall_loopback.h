#ifndef ROLLCALL_LOOPBACK_H
#define ROLLCALL_LOOPBACK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * loopback_open(host, port, fds):
 * Listen on 127.0.0.1, [::1], or, for localhost, on both as far as the host has
 * them, at *${port}, or at one that is free, which goes there, for 0.  What
 * there is not is -1.  False: errno says why not.
 */
bool loopback_open(const char *host, uint16_t *port, int fds[2]);

#endif
