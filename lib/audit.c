#include "audit.h"

#include <stddef.h>
#include <string.h>

#include "arena.h"
#include "db.h"
#include "json.h"
#include "req.h"

/* More of what a request says of its software is not kept, bytes. */
#define USER_AGENT_MAX 512
/* Nor of the faults of one request: a body may have thousands. */
#define DETAILS_MAX 32
/* Nor of a pointer: it has the name of a member, which may be of any length. */
#define POINTER_MAX 256

static const char *const events[RC_EVENT__MAX] = {
	[RC_EVENT_REFUSED] = "client.refused",
	[RC_EVENT_UPDATE_REFUSED] = "client.update_refused",
	[RC_EVENT_DELETE_REFUSED] = "client.delete_refused",
	[RC_EVENT_ROTATE_REFUSED] = "client.rotate_refused",
	[RC_EVENT_READ_REFUSED] = "client.read_refused",
	[RC_EVENT_REVIVE_REFUSED] = "client.revive_refused",
};

const char *
rc_audit_event(enum rc_event e)
{

	return events[e];
}

const char *
rc_audit_user_agent(const struct rc_req *rq)
{
	const char *said = rc_req_header(rq, "User-Agent");
	char *text;
	size_t i;

	if (said == NULL || *said == '\0')
		return NULL;
	text = rc_strndup(rq->mem, said, strnlen(said, USER_AGENT_MAX));
	for (i = 0; text[i] != '\0'; i++) {
		if (text[i] < ' ' || text[i] > '~')
			text[i] = '?';
	}
	return text;
}

/* Cut a pointer, which is UTF-8, where a character begins. */
static const char *
cut_pointer(struct rc_req *rq, const char *pointer)
{
	size_t n = strlen(pointer);

	if (n <= POINTER_MAX)
		return pointer;
	for (n = POINTER_MAX; n > 0 && (pointer[n] & 0xc0) == 0x80;)
		n--;
	return rc_strndup(rq->mem, pointer, n);
}

/*
 * Return which rules were broken where, as JSON; NULL for none.  What was sent
 * is left out: nobody vouches that it holds no secret.
 */
static const char *
write_details(struct rc_req *rq)
{
	struct rc_json *all, *one, *fault, *detail;
	size_t i, n = rc_json_count(rq->fault.details);

	if (n == 0)
		return NULL;
	all = rc_json_new_array(rq->mem);
	for (i = 0; i < n && i < DETAILS_MAX; i++) {
		fault = rc_json_at(rq->fault.details, i);
		one = rc_json_new_object(rq->mem);
		rc_json_set_string(one, "pointer",
		    cut_pointer(rq, rc_json_text(fault, "pointer")));
		rc_json_set(one, "rule", rc_json_get(fault, "rule"));
		rc_json_append(all, one);
	}
	detail = rc_json_new_object(rq->mem);
	rc_json_set(detail, "faults", all);
	return rc_json_write(rq->mem, detail);
}

/* Return the name of the rule that refused, or NULL. */
static const char *
find_rule(const struct rc_req *rq)
{

	if (rq->fault.rule != NULL || rq->fault.details == NULL)
		return rq->fault.rule;
	return rc_json_text(rc_json_at(rq->fault.details, 0), "rule");
}

void
rc_audit_refused(struct rc_req *rq, enum rc_event event, const char *client_id,
    const char *actor)
{
	struct rc_fault fault = rq->fault;
	const struct rc_db_param params[] = {
		RC_DB_TEXT(rc_audit_event(event)),
		RC_DB_TEXT(actor),
		RC_DB_TEXT(rc_req_inet(rq)),
		RC_DB_TEXT(rc_audit_user_agent(rq)),
		RC_DB_TEXT(client_id),
		RC_DB_TEXT(rc_err_name(fault.err)),
		RC_DB_TEXT(find_rule(rq)),
		RC_DB_TEXT(write_details(rq)),
	};

	if (fault.err == RC_ERR_TOO_MANY_REQUESTS)
		return;
	(void)rc_db_exec(rq, RC_SQL_AUDIT_REFUSED, params,
	    sizeof(params) / sizeof(params[0]), NULL);
	rq->fault = fault;
}
