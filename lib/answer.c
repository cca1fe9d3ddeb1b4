#include "answer.h"

#include <string.h>
#include <strings.h>

#include "arena.h"
#include "bearer.h"
#include "conf.h"
#include "json.h"
#include "log.h"
#include "req.h"

/* What a client is told to wait, in seconds, when we cannot answer. */
#define RETRY_AFTER "2"

void
rc_answer_header(struct rc_req *rq, const char *name, const char *value)
{
	struct rc_answer *answer = &rq->answer;
	size_t i;

	for (i = 0; i < answer->nheaders; i++) {
		if (strcasecmp(answer->headers[i].name, name) == 0)
			break;
	}
	if (i == RC_ANSWER_HEADERS) {
		rc_log(RC_LOG_ERROR, "answer", "no room for header %s", name);
		return;
	}
	answer->headers[i].name = name;
	answer->headers[i].value = value;
	if (i == answer->nheaders)
		answer->nheaders++;
}

void
rc_answer_text(struct rc_req *rq, int status, const char *type,
    const char *body, size_t len)
{

	rq->answer.status = status;
	rq->answer.body = body;
	rq->answer.len = len;
	rc_answer_header(rq, "Content-Type", type);
}

void
rc_answer_json(struct rc_req *rq, int status, const struct rc_json *value)
{
	const char *text = rc_json_write(rq->mem, value);

	rc_answer_text(rq, status, "application/json", text, strlen(text));
}

void
rc_answer_empty(struct rc_req *rq, int status)
{

	rq->answer.status = status;
	rq->answer.body = "";
	rq->answer.len = 0;
}

/*
 * RFC 6750 3: say how to authenticate; say what was wrong only to who did
 * present a Bearer token.
 */
static void
add_challenge(struct rc_req *rq)
{
	const char *value;

	value = rc_printf(rq->mem, "Bearer realm=\"%s\"", rq->conf->issuer);
	if (rc_bearer_presented(rq->authorization))
		value = rc_printf(rq->mem,
		    "%s, error=\"%s\", error_description=\"%s\"", value,
		    rc_err_name(rq->fault.err), rq->fault.description);
	rc_answer_header(rq, "WWW-Authenticate", value);
}

void
rc_answer_fault(struct rc_req *rq, enum rc_err err)
{
	struct rc_json *body = rc_json_new_object(rq->mem);
	int status;

	if (rq->fault.err == RC_OK)
		rc_fail(rq, err, "%s", rc_err_text(err));
	/* Nothing of a half-made answer may go out with the fault. */
	memset(&rq->answer, 0, sizeof(rq->answer));
	status = rc_err_status(rq->fault.err);
	rc_json_set_string(body, "error", rc_err_name(rq->fault.err));
	rc_json_set_string(body, "error_description", rq->fault.description);
	rc_answer_json(rq, status, body);
	rc_answer_header(rq, "Cache-Control", "no-store");
	if (status == 401)
		add_challenge(rq);
	if (status == 503)
		rc_answer_header(rq, "Retry-After", RETRY_AFTER);
}
