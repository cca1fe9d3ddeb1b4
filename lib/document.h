#ifndef RC_DOCUMENT_H
#define RC_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct rc_json;
struct rc_req;

/*
 * rc_document_get(rq, url, max_age, fresh, document, e):
 * Get the JSON document at ${url} by rc_fetch, at most 64 KiB of it, through
 * table fetched_document, so that it is asked for once in ${max_age} s however
 * many processes and hosts want it, and a failure not again for a minute.
 * While one process fetches, others are given what was had before, or wait for
 * it; after a failure what was had does for a day.  ${fresh}: the copy has not
 * what is looked for; it is fetched anew unless that was tried in the last
 * minute.  All fetching and waiting of a request takes 5 s at most, and its
 * database work has its whole time again after that.  One address has 30
 * fetched a minute, and 4 of a program's workers at a time fetch or wait longer
 * than half a second, lest slow servers hold them all.
 * Return NULL and *${document}, as long as the request, else a phrase that fits
 * behind "the document ".  *${e} is RC_OK save for a failure of the database,
 * which rc_fail has told.
 */
const char *rc_document_get(struct rc_req *rq, const char *url, int64_t max_age,
    bool fresh, const struct rc_json **document, enum rc_err *e);

#endif
