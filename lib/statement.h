#ifndef RC_STATEMENT_H
#define RC_STATEMENT_H

#include "err.h"

struct rc_json;
struct rc_req;

/*
 * rc_statement_apply(rq, wanted, registered, merged):
 * Verify the software_statement in ${wanted} (RFC 7591 2.3): issued by a
 * configured statement_issuer, under one of its algorithms and keys, with iss,
 * exp (required), nbf, iat and aud (ours, where given) in order; then make
 * *${merged} a new object: ${wanted} with the claims that are metadata members
 * the issuer may set in the place of plain members, the statement itself
 * unchanged.  One that ${registered} (NULL: nothing is) has byte for byte is
 * not judged again, lest an update of something else fail when it has expired.
 * RC_ERR_INVALID_SOFTWARE_STATEMENT, RC_ERR_UNAPPROVED_SOFTWARE_STATEMENT (no
 * such issuer or algorithm), RC_ERR_TEMPORARILY_UNAVAILABLE (its keys cannot be
 * fetched).
 */
enum rc_err rc_statement_apply(struct rc_req *rq, const struct rc_json *wanted,
    const struct rc_json *registered, struct rc_json **merged);

#endif
