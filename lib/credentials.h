#ifndef RC_CREDENTIALS_H
#define RC_CREDENTIALS_H

#include <stdbool.h>

#include "crypt.h"

/* How a client may say who it is, as presented (RFC 6749 2.3, RFC 7523 2.2). */
enum rc_presented {
	RC_PRESENTED_NONE, /* client_id alone: a public client */
	RC_PRESENTED_BASIC,
	RC_PRESENTED_POST,
	RC_PRESENTED_ASSERTION /* verified, and its jti is used up */
};

/*
 * What a client presented with its request.  The first three parameters of the
 * statements that act for a client are client_id, methods and the hash.
 */
struct rc_credentials {
	const char *client_id;
	enum rc_presented presented;
	/* The registered methods that this satisfies, as an SQL array's text:
	 * "{client_secret_basic,client_secret_post}". */
	const char *methods;
	bool secret; /* there is one */
	unsigned char hash[RC_CRYPT_HASH_SIZE]; /* of it */
};

/*
 * The three parameters of a statement for rq->credentials ${c}, for the
 * initializer of an array of struct rc_db_param.
 */
/* clang-format off */
#define RC_CREDENTIALS_PARAMS(c) \
	RC_DB_TEXT((c)->client_id), \
	RC_DB_TEXT((c)->methods), \
	{ .data = (c)->secret ? (c)->hash : NULL, \
	    .len = RC_CRYPT_HASH_SIZE, .binary = true }
/* clang-format on */

#endif
