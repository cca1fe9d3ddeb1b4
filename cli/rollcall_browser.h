#ifndef ROLLCALL_BROWSER_H
#define ROLLCALL_BROWSER_H

#include <sys/types.h>

#include "rollcall.h"

/*
 * browser_start(r, address):
 * Start the browser that $BROWSER names, or where there is a terminal
 * xdg-open, at an address.  It says nothing here, outlives us, and does not
 * learn our passphrase.  Return its process, which is to be waited for; 0: none
 * started.
 */
pid_t browser_start(struct rollcall *r, const char *address);

#endif
