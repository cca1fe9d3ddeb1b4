#ifndef RC_SECTOR_H
#define RC_SECTOR_H

#include "err.h"

struct rc_json;
struct rc_req;

/*
 * rc_sector_judge(rq, metadata, registered):
 * Hold what is to be registered against the rules of pairwise subjects (OpenID
 * Connect Core 8.1, Registration 1.0 5): there is a sector, that of
 * ${registered}, NULL for nothing, and the document at sector_identifier_uri
 * lists every redirect URI.  It is fetched (rc_document_get) unless
 * ${registered} has the same of both, or something else was found faulty
 * before; errors besides are those of rc_document_get.
 */
enum rc_err rc_sector_judge(struct rc_req *rq, const struct rc_json *metadata,
    const struct rc_json *registered);

#endif
