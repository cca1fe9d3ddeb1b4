#ifndef ROLLCALL_SERVER_H
#define ROLLCALL_SERVER_H

#include <stdbool.h>

#include "rollcall.h"

struct rc_json;
struct rollcall_ask;
struct store_client;

/*
 * server_addresses(r, metadata):
 * Return what a record has of a server's metadata (RFC 8414 2): its endpoints,
 * and what a login goes by.
 */
struct rc_json *server_addresses(
    struct rollcall *r, const struct rc_json *metadata);

/*
 * server_fault(client, url, name):
 * Return why an endpoint of that name, as the client's server has it, is not to
 * be asked, a sentence; NULL: it is.
 */
const char *server_fault(
    const struct store_client *client, const char *url, const char *name);

/*
 * server_renew(client):
 * Fetch the metadata of the client's server, once a run, and store what has
 * changed; that is said.  Where it cannot be had, the record stays as it is,
 * with a warning.  While an answer is waited for nothing is done.
 * ROLLCALL_UNFIT: it is another issuer's now, or its token endpoint is not to
 * be asked, said; other values: what has changed could not be stored.
 */
enum rollcall_exit server_renew(struct store_client *client);

/*
 * server_moved(client, name, ask, moved):
 * Behind an answer of the endpoint: where it is 404 or 410, renew the record,
 * and tell in *${moved} whether the endpoint is elsewhere now.  Return as
 * server_renew does.
 */
enum rollcall_exit server_moved(struct store_client *client, const char *name,
    const struct rollcall_ask *ask, bool *moved);

#endif
