#ifndef ROLLCALL_DISCOVER_H
#define ROLLCALL_DISCOVER_H

#include <stdbool.h>

#include "rollcall.h"

struct rc_json;

/* What was found of a server. */
struct discovery {
	const char *issuer;
	const char *document; /* where its metadata came from */
	struct rc_json *server; /* its metadata (RFC 8414 2) */
};

/*
 * discover_address(r, url, name, behind):
 * Return where the document ${name} about ${url} is: before its path, below
 * /.well-known/ (RFC 8414 3.1, RFC 9728 3.1), or behind it.
 */
const char *discover_address(
    struct rollcall *r, const char *url, const char *name, bool behind);

/*
 * discover_server(r, issuer, found):
 * Find the metadata of an authorization server: RFC 8414 3, its forms for
 * OpenID Connect (5), OpenID Connect Discovery 1.0 4; the issuer in it must be
 * ${issuer} (3.3).  What is wrong is said.
 */
enum rollcall_exit discover_server(
    struct rollcall *r, const char *issuer, struct discovery *found);

/*
 * discover_again(r, issuer, found, why):
 * The same for a server that was found before.  What is wrong is not said, but
 * goes into *${why}, a sentence: ROLLCALL_UNFIT, there is metadata, of another
 * issuer; ROLLCALL_NETWORK, there is none to be had.
 */
enum rollcall_exit discover_again(struct rollcall *r, const char *issuer,
    struct discovery *found, const char **why);

/*
 * discover_for_registration(r, url, found):
 * The same for the issuer, or the protected resource with one authorization
 * server, that ${url} is; the server must take registrations.
 */
enum rollcall_exit discover_for_registration(
    struct rollcall *r, const char *url, struct discovery *found);

#endif
