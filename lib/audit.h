#ifndef RC_AUDIT_H
#define RC_AUDIT_H

#include "err.h"

struct rc_json;
struct rc_req;

/* What the audit log tells of, audit.event.  The table in audit.c has names. */
enum rc_event {
	RC_EVENT_REFUSED, /* client.refused: a registration was */
	RC_EVENT_UPDATE_REFUSED,
	RC_EVENT_DELETE_REFUSED,
	RC_EVENT_ROTATE_REFUSED,
	RC_EVENT_READ_REFUSED,
	RC_EVENT_REVIVE_REFUSED,
	RC_EVENT__MAX
};

/*
 * rc_audit_event(e):
 * Return the name of an event, "client.refused" (static).
 */
const char *rc_audit_event(enum rc_event e);

/*
 * rc_audit_user_agent(rq):
 * Return what the request says of its software, cut to 512 bytes of printable
 * ASCII, others as '?'; NULL where it says nothing.
 */
const char *rc_audit_user_agent(const struct rc_req *rq);

/*
 * rc_audit_refused(rq, event, client_id, actor):
 * Add a row about the fault of ${rq}: its error is the outcome, fault.rule or
 * the rule of its first detail the rule, all details without values the detail.
 * ${client_id} may be NULL.  A refusal by rate (RC_ERR_TOO_MANY_REQUESTS) gets
 * no row: admission has counted it for its network and minute.  It waits for no
 * disk.  A failure is logged and changes nothing of the answer.  What succeeds
 * is audited by the statement that does it.
 */
void rc_audit_refused(struct rc_req *rq, enum rc_event event,
    const char *client_id, const char *actor);

#endif
