#ifndef RC_IMAGE_H
#define RC_IMAGE_H

#include <stddef.h>

#include "err.h"

struct rc_req;

/* A logo, to be shown from our own origin; as long as the request. */
struct rc_image {
	const char *type; /* NULL: there is none to show */
	const unsigned char *body;
	size_t len;
};

/*
 * rc_image_get(rq, account_id, url, image):
 * Return the image behind a client's logo_uri.  It is fetched (rc_fetch) where
 * the database does not have it, or it is more than a day old, and asked for
 * again an hour after a failure; of several processes one fetches, and the
 * others show none meanwhile, or the old one.  For one account 60 are fetched
 * an hour.  Its type is told by its content.  Errors as rc_db_exec.
 */
enum rc_err rc_image_get(struct rc_req *rq, const char *account_id,
    const char *url, struct rc_image *image);

#endif
