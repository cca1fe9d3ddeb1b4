#ifndef ROLLCALL_LISTEN_H
#define ROLLCALL_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall.h"

/*
 * A web server for one answer, on this host only (RFC 8252 7.3): it sends the
 * browser to the authorization endpoint, and takes from it what the server
 * there answers.  Anybody on the host may ask it anything, and whatever page
 * the browser shows may have it ask, so it takes GET with the Host it is known
 * by, 16 KiB at most, from several at a time, none of whom can make the others
 * wait.
 */
struct listen;

/* What the browser is shown at the end; no markup counts. */
struct listen_page {
	bool good;
	const char *title, *text;
};

/*
 * What to make of a query that came to the callback: NULL, it is the answer;
 * else a sentence for the browser, and it goes on.
 */
typedef const char *listen_judge(void *arg, const char *query);

/* What is to be done every second. */
typedef void listen_look(void *arg);

/*
 * listen_open(r, uri, port, listen):
 * Listen where the loopback redirect URI ${uri} leads to: on its port, else on
 * ${port}, where it is not 0, else on one that is free; on both addresses of
 * localhost, as far as the host has them.
 */
enum rollcall_exit listen_open(
    struct rollcall *r, const char *uri, int64_t port, struct listen **listen);

/*
 * listen_uri(listen), listen_start(listen):
 * Return the redirect URI, with the port; the address, good for one visit, that
 * leads to where listen_wait says.
 */
const char *listen_uri(const struct listen *listen);
const char *listen_start(const struct listen *listen);

/*
 * listen_wait(listen, url, judge, look, arg, seconds):
 * Wait for the answer, and leave its sender waiting.  Who asks for the start
 * address is sent to ${url}.  ROLLCALL_NETWORK: none came in time;
 * ROLLCALL_REFUSED: the start address was asked for twice; both are said.
 */
enum rollcall_exit listen_wait(struct listen *listen, const char *url,
    listen_judge *judge, listen_look *look, void *arg, int64_t seconds);

/*
 * listen_end(listen, page):
 * Show the page to who sent the answer, if anybody did, and listen no more.
 */
void listen_end(struct listen *listen, const struct listen_page *page);

#endif
