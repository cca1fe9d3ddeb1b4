#ifndef RC_DOCUMENT_H
#define RC_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct rc_json;
struct rc_req;

/* A document that is wanted. */
struct rc_document {
	const char *url;
	/* It is the operator who named the URL, not a stranger. */
	bool configured;
	int64_t max_age; /* s */
	/* The copy has not what is looked for. */
	bool fresh;
};

/*
 * rc_document_get(rq, wanted, document, why):
 * Get the JSON document at a URL by rc_fetch, at most 64 KiB of it, through
 * table fetched_document, so that it is asked for once in max_age however many
 * processes and hosts want it, and a failure not again for a minute.  While one
 * process fetches, others are given what was had before, or wait for it; after
 * a failure what was had does for a day.  One wanted fresh is fetched anew
 * unless that was tried in the last minute.  All fetching and waiting of a
 * request takes 5 s at most, and its database work has its whole time again
 * after that.  Of what strangers name, one address has 30 fetched a minute
 * (rc_admission_fetch).  4 of a program's workers at a time fetch or wait
 * longer than half a second, lest slow servers hold them all; what the operator
 * named has 4 turns of its own. On RC_OK *${why} is NULL and *${document}
 * there, as long as the request, or
 * *${why} is a phrase that fits behind "the document ": its server is to blame.
 * Where it is not, rc_fail has told: RC_ERR_TOO_MANY_REQUESTS, as above;
 * RC_ERR_TEMPORARILY_UNAVAILABLE, all turns are taken; else as rc_db_exec.
 */
enum rc_err rc_document_get(struct rc_req *rq, const struct rc_document *wanted,
    const struct rc_json **document, const char **why);

#endif
