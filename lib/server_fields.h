#ifndef RC_SERVER_FIELDS_H
#define RC_SERVER_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

struct rc_conf;

/* Where a member's value comes from. */
enum rc_server_source {
	RC_SERVER_STRING, /* a configured string, at ${offset} */
	RC_SERVER_LIST, /* a configured list, at ${offset} */
	RC_SERVER_CONFIDENTIAL, /* the same without "none" */
	RC_SERVER_ENDPOINT, /* the endpoint base and ${path} */
	RC_SERVER_VALUES, /* ${values} */
	RC_SERVER_TRUE,
	RC_SERVER_FALSE /* said because true is what its absence means */
};

/*
 * A member of the server's metadata is one row: RFC 8414 2, OpenID Connect
 * Discovery 1.0 3.  An endpoint has its row when its program exists.
 */
struct rc_server_field {
	const char *name;
	enum rc_server_source source;
	size_t offset; /* in struct rc_conf */
	const char *path;
	const char *const *values; /* NULL-ended */
	/* Whether it is there at all; NULL: always. */
	bool (*when)(const struct rc_conf *conf);
	const char *spec;
};

extern const struct rc_server_field rc_server_fields[];
extern const size_t rc_server_nfields;

#endif
