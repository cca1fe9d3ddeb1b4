#ifndef RC_STATEMENT_H
#define RC_STATEMENT_H

#include "err.h"

struct rc_arena;
struct rc_conf;
struct rc_conf_issuer;
struct rc_json;
struct rc_req;

/*
 * rc_statement_apply(rq, wanted, registered, merged, claims):
 * Verify the software_statement in ${wanted} (RFC 7591 2.3): issued by a
 * configured statement_issuer, under one of its algorithms and keys, with iss,
 * and, where given, exp, nbf, iat and aud (ours) in order; then make *${merged}
 * a new object: ${wanted} with the claims that are metadata members the issuer
 * may set in the place of plain members, the statement itself unchanged.  One
 * that ${registered} (NULL: nothing is) has byte for byte may have expired
 * since, lest an update of something else fail; but its issuer, algorithm, key
 * and aud have to be good still, for it goes on vouching for what is changed.
 * *${claims} is an object of these claims, where they were judged, else NULL.
 * RC_ERR_INVALID_SOFTWARE_STATEMENT, RC_ERR_UNAPPROVED_SOFTWARE_STATEMENT (no
 * such issuer or algorithm), RC_ERR_TEMPORARILY_UNAVAILABLE (its keys cannot be
 * fetched); else as rc_document_get.
 */
enum rc_err rc_statement_apply(struct rc_req *rq, const struct rc_json *wanted,
    const struct rc_json *registered, struct rc_json **merged,
    const struct rc_json **claims);

/*
 * rc_statement_check_issuer(mem, issuer), rc_statement_check(mem, conf):
 * Judge of a statement_issuer what its configuration cannot: keys that are
 * given there, and names of members; of all of them.  NULL, or a sentence; that
 * of the second begins with the section.
 */
const char *rc_statement_check_issuer(
    struct rc_arena *mem, const struct rc_conf_issuer *issuer);
const char *rc_statement_check(
    struct rc_arena *mem, const struct rc_conf *conf);

#endif
