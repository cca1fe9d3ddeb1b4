#ifndef ROLLCALL_MANAGE_H
#define ROLLCALL_MANAGE_H

#include "rollcall.h"

struct store_client;

/*
 * manage_send(client, act, method, path, content):
 * Send a request to the client's configuration endpoint (RFC 7592 2), or to
 * ${path} below it, and make the answer the record; what is wrong is said.
 */
enum rollcall_exit manage_send(struct store_client *client, const char *act,
    const char *method, const char *path, const char *content);

/*
 * manage_read(client):
 * Read what the server has (RFC 7592 2.1), and make it the record.
 */
enum rollcall_exit manage_read(struct store_client *client);

#endif
