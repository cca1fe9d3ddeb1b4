#ifndef RC_DISCOVERY_H
#define RC_DISCOVERY_H

#include <stddef.h>

#include "conf.h"

struct rc_arena;

/* A document that is made once and served from memory. */
struct rc_document {
	const char *path; /* behind the well-known name: "" or "/mcp" */
	const char *host; /* of the resource; NULL for the server's */
	const char *text;
	size_t len;
	const char *etag; /* with its quotes (RFC 9110 8.8.3) */
};

/*
 * rc_discovery_server(mem, conf, doc):
 * Make the authorization server's metadata (RFC 8414 2, OpenID Connect
 * Discovery 1.0 3) from the table of server fields, without empty arrays.
 */
void rc_discovery_server(
    struct rc_arena *mem, const struct rc_conf *conf, struct rc_document *doc);

/*
 * rc_discovery_resource(mem, conf, resource, doc):
 * Make a protected resource's metadata (RFC 9728 2); a NULL ${resource} is the
 * default document, for the issuer as a resource of its own.
 */
void rc_discovery_resource(struct rc_arena *mem, const struct rc_conf *conf,
    const struct rc_conf_resource *resource, struct rc_document *doc);

#endif
