#ifndef RC_ADVICE_H
#define RC_ADVICE_H

struct rc_json;
struct rc_req;

/*
 * rc_advice_ignored(rq, wanted):
 * Warn (rc_warn_at) of the members in ${wanted} that a registration does not
 * heed, with the name that may have been meant.
 */
void rc_advice_ignored(struct rc_req *rq, const struct rc_json *wanted);

/*
 * rc_advice_give(rq, metadata):
 * Warn of what in ${metadata}, which may be registered so, is likely not meant
 * or not wise (RFC 8252, RFC 9700).
 */
void rc_advice_give(struct rc_req *rq, const struct rc_json *metadata);

#endif
