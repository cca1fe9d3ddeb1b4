#include "image.h"

#include <stdbool.h>
#include <string.h>

#include "arena.h"
#include "conf.h"
#include "db.h"
#include "fetch.h"
#include "log.h"
#include "rate.h"
#include "req.h"

/* Seconds that an image is good, and a failure is. */
#define GOOD_AGE "86400"
#define FAULT_AGE "3600"
/* Bytes that a logo may have, and milliseconds that it may take. */
#define MOST ((size_t)256 * 1024)
#define PATIENCE 2000
#define ACCEPT "image/webp, image/png, image/jpeg"

/* Keep an image, or why there is none. */
static enum rc_err
keep(struct rc_req *rq, const char *url, const struct rc_image *image,
    const char *why)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(url),
		RC_DB_TEXT(image->type),
		RC_DB_BYTES(
		    image->type != NULL ? image->body : NULL, image->len),
		RC_DB_TEXT(why),
	};

	return rc_db_exec(rq, RC_SQL_FETCHED_IMAGE_KEEP, params, 4, NULL);
}

/*
 * Slow servers of clients are to hold one worker at most, of all that there
 * are: whoever fetches has this bucket, which is given back, or is empty again
 * by itself after as many seconds.
 */
static const struct rc_rate one_at_a_time = { .count = 1, .period = 5 };
#define TURN "logo"

/*
 * Nobody is to make us fetch without end: registering clients costs little, and
 * each may name a logo of its own.
 */
static const struct rc_rate of_an_account = { .count = 60, .period = 3600 };

static enum rc_err
fetch(struct rc_req *rq, const char *url, struct rc_image *image)
{
	struct rc_fetched fetched;
	const char *why;

	why =
	    rc_fetch(rq->mem, rq->conf, url, ACCEPT, MOST, PATIENCE, &fetched);
	if (why == NULL) {
		image->type = rc_fetch_image(fetched.body, fetched.len);
		image->body = fetched.body;
		image->len = fetched.len;
		if (image->type == NULL)
			why = "is no PNG, JPEG or WebP image";
	}
	if (why != NULL)
		rc_log(RC_LOG_INFO, "logo", "%s %s", url, why);
	/* Fetching took its time; the database has its own. */
	rq->db_deadline = 0;
	return keep(rq, url, image, why);
}

enum rc_err
rc_image_get(struct rc_req *rq, const char *account_id, const char *url,
    struct rc_image *image)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(url),
		RC_DB_TEXT(GOOD_AGE),
		RC_DB_TEXT(FAULT_AGE),
	};
	struct rc_rows *rows;
	enum rc_err e;
	bool turn, allowed;

	memset(image, 0, sizeof(*image));
	e = rc_db_exec(rq, RC_SQL_FETCHED_IMAGE_READ, params, 3, &rows);
	if (e != RC_OK)
		return e;
	if (rc_rows_count(rows) > 0) {
		image->type = rc_rows_text(rows, 0, 0);
		if (image->type != NULL)
			image->body =
			    rc_rows_bytes(rq, rows, 0, 1, &image->len);
		return RC_OK;
	}
	e = rc_rate_take(rq, TURN, &one_at_a_time, &turn);
	if (e != RC_OK || !turn)
		return e;
	e = rc_rate_take(rq, rc_printf(rq->mem, TURN ":%s", account_id),
	    &of_an_account, &allowed);
	if (e == RC_OK && allowed &&
	    (e = rc_db_exec(
		 rq, RC_SQL_FETCHED_IMAGE_CLAIM, params, 3, &rows)) == RC_OK &&
	    rc_rows_count(rows) > 0)
		e = fetch(rq, url, image);
	rc_rate_give_back(rq, TURN);
	return e;
}
