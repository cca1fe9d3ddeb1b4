#include "document.h"

#include <signal.h>
#include <string.h>
#include <time.h>

#include "admission.h"
#include "arena.h"
#include "conf.h"
#include "db.h"
#include "fetch.h"
#include "json.h"
#include "now.h"
#include "program.h"
#include "rate.h"
#include "req.h"

/* Bytes that a document may have, and ms that all those of a request may take.
 */
#define MOST ((size_t)64 * 1024)
#define PATIENCE 5000
/* Bytes of a URL that the index of the table takes. */
#define URL_MOST 2048
/* ms between two looks at what another process fetches. */
#define POLL 100
/* ms that anybody may wait for it; most servers have answered by then. */
#define GRACE 500

/*
 * Slow servers are to hold a few of a program's workers at most: whoever
 * fetches, or waits longer than a little, takes one of these turns, and a turn
 * that a killed process had comes back by itself.
 */
static const struct rc_rate turns = { .count = 4, .period = 20 };

/* What is looked for, and what is known of it. */
struct search {
	const struct rc_document *wanted;
	bool counted; /* for who asks */
	const char *turn; /* that it has, NULL */
	int64_t waited; /* ms */
	const char *body; /* NULL: none that may be used */
	const char *fault; /* of the last attempt, NULL */
	bool due; /* to be fetched */
	bool claimed; /* somebody fetches it */
};

/* Return how many ms the request may still spend on fetching. */
static int64_t
time_left(struct rc_req *rq)
{
	int64_t now = rc_now_mono();

	if (rq->fetch_deadline == 0)
		rq->fetch_deadline = now + PATIENCE;
	return rq->fetch_deadline - now;
}

static enum rc_err
look(struct rc_req *rq, struct search *s)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(s->wanted->url),
		RC_DB_TEXT(rc_db_number(rq->mem, s->wanted->max_age)),
		RC_DB_TEXT(s->wanted->fresh ? "true" : "false"),
	};
	struct rc_rows *rows;
	enum rc_err e;

	e = rc_db_exec(rq, RC_SQL_FETCHED_DOCUMENT_READ, params, 3, &rows);
	if (e != RC_OK)
		return e;
	s->due = rc_rows_count(rows) == 0 || rc_rows_bool(rows, 0, 2);
	s->claimed = rc_rows_count(rows) > 0 && rc_rows_bool(rows, 0, 3);
	s->body = rc_rows_count(rows) > 0 ? rc_rows_text(rows, 0, 0) : NULL;
	s->fault = rc_rows_count(rows) > 0 ? rc_rows_text(rows, 0, 1) : NULL;
	return RC_OK;
}

/* Be the one who fetches it; *${mine} is false where somebody else is. */
static enum rc_err
claim(struct rc_req *rq, const struct search *s, bool *mine)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(s->wanted->url),
		RC_DB_TEXT(rc_db_number(rq->mem, s->wanted->max_age)),
		RC_DB_TEXT(s->wanted->fresh ? "true" : "false"),
	};
	struct rc_rows *rows;
	enum rc_err e;

	e = rc_db_exec(rq, RC_SQL_FETCHED_DOCUMENT_CLAIM, params, 3, &rows);
	*mine = e == RC_OK && rc_rows_count(rows) > 0;
	return e;
}

static enum rc_err
keep(struct rc_req *rq, const struct search *s)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(s->wanted->url),
		RC_DB_TEXT(s->fault == NULL ? s->body : NULL),
		RC_DB_TEXT(s->fault),
	};

	return rc_db_exec(rq, RC_SQL_FETCHED_DOCUMENT_KEEP, params, 3, NULL);
}

/* Fetch it; where that fails the body that was there before stays. */
static enum rc_err
fetch(struct rc_req *rq, struct search *s)
{
	/* rollcall-admin, whose output may go to a pipe, wants it else. */
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);
	struct rc_fetched fetched;
	const char *why;
	size_t at;

	s->fault = rc_fetch(rq->mem, rq->conf, s->wanted->url,
	    "application/json, application/jwk-set+json", MOST, time_left(rq),
	    &fetched);
	(void)signal(SIGPIPE, before);
	if (s->fault == NULL && rc_json_check((const char *)fetched.body,
				    fetched.len, &why, &at) != RC_OK)
		s->fault = "is not JSON";
	if (s->fault == NULL)
		s->body = (const char *)fetched.body;
	/* Fetching took its time; the database has its own. */
	rq->db_deadline = 0;
	s->due = false;
	return keep(rq, s);
}

/* Count the fetch for who asks: nobody is to make us fetch without end. */
static enum rc_err
count(struct rc_req *rq, struct search *s)
{
	bool counted = s->counted;

	s->counted = true;
	/* The operator's own commands come by no route. */
	if (counted || s->wanted->configured || rq->route == NULL)
		return RC_OK;
	return rc_admission_fetch(rq);
}

/* Have a turn; those of the operator's URLs are no stranger's to take. */
static enum rc_err
take_turn(struct rc_req *rq, struct search *s)
{
	const char *turn = rc_printf(rq->mem, "fetching:%s%s",
	    rq->program->name, s->wanted->configured ? ":configured" : "");
	bool allowed;
	enum rc_err e;

	if (s->turn != NULL)
		return RC_OK;
	if ((e = rc_rate_take(rq, turn, &turns, &allowed)) != RC_OK)
		return e;
	if (!allowed) {
		e = rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE,
		    "a document has to be fetched for this, and as many as may "
		    "be are being fetched; try again in a moment");
		rq->fault.retry_after = rc_rate_wait(&turns);
		return e;
	}
	s->turn = turn;
	return RC_OK;
}

/* Fetch what is due, unless somebody else does, or it may not be. */
static enum rc_err
try_fetch(struct rc_req *rq, struct search *s)
{
	bool mine = false;
	enum rc_err e;

	if ((e = count(rq, s)) != RC_OK || (e = take_turn(rq, s)) != RC_OK)
		return e;
	if ((e = claim(rq, s, &mine)) == RC_OK && mine)
		e = fetch(rq, s);
	return e;
}

/* Let others finish; *${late} is set where there is no time left for that. */
static enum rc_err
wait_for_others(struct rc_req *rq, struct search *s, bool *late)
{
	enum rc_err e;

	*late = time_left(rq) <= POLL;
	if (*late)
		return RC_OK;
	if (s->waited >= GRACE && (e = take_turn(rq, s)) != RC_OK)
		return e;
	(void)nanosleep(
	    &(struct timespec){ .tv_nsec = POLL * INT64_C(1000000) }, NULL);
	s->waited += POLL;
	rq->db_deadline = 0;
	return RC_OK;
}

/* Look, fetch and wait until the search has its end. */
static enum rc_err
search(struct rc_req *rq, struct search *s, bool *late)
{
	enum rc_err e = RC_OK;

	while (e == RC_OK && !*late) {
		if ((e = look(rq, s)) != RC_OK)
			break;
		if (s->due && !s->claimed)
			e = try_fetch(rq, s);
		/* While another process fetches, an old copy does. */
		if (e != RC_OK || !s->due ||
		    (s->body != NULL && !s->wanted->fresh))
			break;
		e = wait_for_others(rq, s, late);
	}
	return e;
}

/* Is it us who kept the document from being fetched? */
static bool
is_ours(enum rc_err e)
{

	return e == RC_ERR_TOO_MANY_REQUESTS ||
	       e == RC_ERR_TEMPORARILY_UNAVAILABLE;
}

/* Find the document's text, or say why there is none. */
static enum rc_err
find(struct rc_req *rq, struct search *s, const char **why)
{
	const struct rc_fault fault = rq->fault;
	bool late = false;
	enum rc_err e;

	e = search(rq, s, &late);
	if (s->turn != NULL)
		rc_rate_give_back(rq, s->turn);
	if (is_ours(e) && s->body != NULL && !s->wanted->fresh) {
		rq->fault = fault;
		e = RC_OK;
	}
	*why = NULL;
	if (e != RC_OK || s->body != NULL)
		return e;
	if (late)
		*why = "did not arrive in time";
	else
		*why = s->fault != NULL ? s->fault : "cannot be fetched";
	return RC_OK;
}

enum rc_err
rc_document_get(struct rc_req *rq, const struct rc_document *wanted,
    const struct rc_json **document, const char **why)
{
	struct search s = { .wanted = wanted };
	struct rc_json *root;
	enum rc_err e;
	size_t at;

	*document = NULL;
	if (strlen(wanted->url) > URL_MOST) {
		*why = "is at a URL that is too long";
		return RC_OK;
	}
	if ((e = find(rq, &s, why)) != RC_OK || *why != NULL)
		return e;
	if (rc_json_parse(rq->mem, s.body, strlen(s.body), &root, why, &at) !=
	    RC_OK) {
		*why = "is not JSON";
		return RC_OK;
	}
	*why = NULL;
	*document = root;
	return RC_OK;
}
