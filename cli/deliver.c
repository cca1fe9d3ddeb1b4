#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "admin.h"
#include "arena.h"
#include "buf.h"
#include "digest.h"
#include "log.h"
#include "now.h"
#include "outbox.h"
#include "req.h"
#include "seal.h"

/* How often --follow looks, s; after a fault it waits longer and longer. */
#define PERIOD 2
#define PERIOD_MOST 60

/* How often --follow seals, and does what is seldom to be done, ms. */
#define SEAL_EVERY 60000
#define CARE_EVERY 3600000

/* How long --follow sends before it looks after all else, ms. */
#define SEND_MOST 60000

/* How long to wait for those who write just now, ms. */
#define PATIENCE 5000
#define PATIENCE_FOLLOW 200

/* How long to leave a receiver alone that does not answer, ms. */
#define REST 30000

/* Whose answer takes longer is asked behind the others, ms. */
#define SLOW 500

/* Rows of one transaction. */
#define FILL_MOST "1000"
#define PURGE_MOST "1000"

/*
 * How many are taken at once, and for how long they are sent, ms: the last of
 * them is over before they may be taken by somebody else, after 30 s, or 24 s
 * at least where they were tried.
 */
#define BATCH_MOST "16"
#define BATCH_TIME 10000

/* Where to: a webhook of the configuration. */
struct destination {
	const char *secret; /* as long as a round; NULL: it has none */
	int64_t not_before; /* ms, rc_now_mono */
	bool slow; /* at its last answer */
};

/* One run of the program. */
struct run {
	struct admin *a;
	struct destination *destinations; /* in the order of conf->webhooks */
	sigset_t ending; /* blocked: what ends us after the step in hand */
	bool follow;
	bool ended;
	bool faulty; /* a secret or the like is to be mended */
	int64_t seal_at, care_at; /* ms, rc_now_mono */
	int64_t seals, put, delivered, failed, mails;
};

/* Wait so long, and tell whether we go on. */
static bool
goes_on(struct run *run, int64_t seconds)
{
	const struct timespec wait = { .tv_sec = seconds };

	if (!run->ended && sigtimedwait(&run->ending, NULL, &wait) > 0)
		run->ended = true;
	return !run->ended;
}

/* Read the secrets of all webhooks, for they may have been changed. */
static void
read_secrets(struct run *run)
{
	const struct rc_conf *conf = run->a->rq->conf;
	struct destination *d;
	char why[512];
	size_t i;

	for (i = 0; i < conf->nwebhooks; i++) {
		d = &run->destinations[i];
		d->secret = rc_outbox_secret(run->a->rq->mem,
		    conf->webhooks[i].secret_file, why, sizeof(why));
		if (d->secret != NULL)
			continue;
		run->faulty = true;
		rc_log(RC_LOG_ERROR, "webhook", "%s: %s",
		    conf->webhooks[i].name, why);
	}
}

/* May it be sent to now? */
static bool
is_ready(const struct destination *d)
{

	return d->secret != NULL && rc_now_mono() >= d->not_before;
}

/* Begin an array as PostgreSQL writes it, or go on with it. */
static void
add_item(struct rc_buf *list, const char *item)
{

	rc_buf_printf(list, "%c\"%s\"", list->len == 0 ? '{' : ',', item);
}

/* Return the array of those that may be sent to now, NULL for none. */
static const char *
ready(const struct run *run)
{
	const struct rc_conf *conf = run->a->rq->conf;
	struct rc_buf list;
	size_t i;

	rc_buf_init(&list, run->a->rq->mem);
	for (i = 0; i < conf->nwebhooks; i++) {
		if (is_ready(&run->destinations[i]))
			add_item(&list, conf->webhooks[i].name);
	}
	if (list.len == 0)
		return NULL;
	rc_buf_putc(&list, '}');
	return list.data;
}

/* Return which webhook has that name; it has one. */
static size_t
which(const struct rc_conf *conf, const char *name)
{
	size_t i = 0;

	while (i + 1 < conf->nwebhooks &&
	       strcmp(conf->webhooks[i].name, name) != 0)
		i++;
	return i;
}

/* Notifications that were claimed together. */
struct batch {
	const struct rc_rows *rows;
	struct rc_buf delivered, unsent; /* arrays of outbox_id, not closed */
	bool *seen; /* of each, that it was sent, or is unsent */
};

/* Note that the receivers have them. */
static enum admin_exit
note_delivered(struct run *run, struct rc_buf *list)
{
	struct admin *a = run->a;

	if (list->len == 0)
		return ADMIN_OK;
	rc_buf_putc(list, '}');

	const struct rc_db_param params[] = {
		RC_DB_TEXT(list->data),
		RC_DB_NULL,
		RC_DB_TEXT("0"),
	};

	return admin_sql(a, RC_SQL_ADMIN_OUTBOX_DONE, params, 3, NULL);
}

/* Give back what was not sent after all. */
static enum admin_exit
release(struct run *run, struct rc_buf *list)
{

	if (list->len == 0)
		return ADMIN_OK;
	rc_buf_putc(list, '}');

	const struct rc_db_param params[] = { RC_DB_TEXT(list->data) };

	return admin_sql(run->a, RC_SQL_ADMIN_OUTBOX_RELEASE, params, 1, NULL);
}

/* Tell that there will be no further attempt. */
static void
tell_given_up(const struct rc_rows *claimed, size_t i, const char *fault)
{
	const char *name = rc_rows_text(claimed, i, 1);

	rc_log(RC_LOG_ERROR, "webhook",
	    "%s: event %s was given up: the receiver %s; rollcall-admin "
	    "deliver --retry-dead %s tries again",
	    name, rc_rows_text(claimed, i, 2), fault, name);
}

/*
 * Count an attempt that is about to be made.  *${due} is false where there is
 * to be none: all were made, and the last ended whoever made it.
 */
static enum admin_exit
note_begun(struct run *run, const struct rc_rows *claimed, size_t i, bool *due)
{
	struct admin *a = run->a;
	const struct rc_db_param params[] = {
		RC_DB_TEXT(rc_rows_text(claimed, i, 0)),
		RC_DB_TEXT(
		    rc_db_number(a->rq->mem, a->rq->conf->webhook_attempts)),
	};
	struct rc_rows *rows;
	enum admin_exit e;
	const char *fault;

	*due = false;
	e = admin_sql(a, RC_SQL_ADMIN_OUTBOX_TRY, params, 2, &rows);
	if (e != ADMIN_OK || rc_rows_count(rows) == 0)
		return e;
	if ((fault = rc_rows_text(rows, 0, 0)) == NULL)
		*due = true;
	else
		tell_given_up(claimed, i, fault);
	return ADMIN_OK;
}

/* Note that an attempt failed. */
static enum admin_exit
note_failed(
    struct run *run, const struct rc_rows *claimed, size_t i, const char *fault)
{
	struct admin *a = run->a;
	const struct rc_db_param params[] = {
		RC_DB_TEXT(
		    rc_printf(a->rq->mem, "{%s}", rc_rows_text(claimed, i, 0))),
		RC_DB_TEXT(fault),
		RC_DB_TEXT(
		    rc_db_number(a->rq->mem, a->rq->conf->webhook_attempts)),
	};
	struct rc_rows *rows;
	enum admin_exit e;

	run->failed++;
	e = admin_sql(a, RC_SQL_ADMIN_OUTBOX_DONE, params, 3, &rows);
	if (e == ADMIN_OK && rc_rows_count(rows) > 0 &&
	    rc_rows_bool(rows, 0, 0))
		tell_given_up(claimed, i, fault);
	return e;
}

/* Send one of them, the ${i}th. */
static enum admin_exit
send_one(struct run *run, struct batch *batch, size_t i)
{
	struct rc_req *rq = run->a->rq;
	size_t w = which(rq->conf, rc_rows_text(batch->rows, i, 1));
	const struct rc_notification n = {
		.id = rc_rows_text(batch->rows, i, 2),
		.event = rc_rows_text(batch->rows, i, 3),
		.body = rc_rows_text(batch->rows, i, 4),
	};
	enum admin_exit e;
	const char *why;
	int64_t begun;
	int status;
	bool due;

	if ((e = note_begun(run, batch->rows, i, &due)) != ADMIN_OK || !due)
		return e;
	begun = rc_now_mono();
	why = rc_outbox_send(rq->mem, rq->conf, &rq->conf->webhooks[w],
	    run->destinations[w].secret, &n, &status);
	run->destinations[w].slow = rc_now_mono() - begun > SLOW;
	if (why == NULL) {
		run->delivered++;
		add_item(&batch->delivered, rc_rows_text(batch->rows, i, 0));
		return ADMIN_OK;
	}
	/* One that is down need not be asked for each. */
	if (status == 0 || status >= 500 || status == 429)
		run->destinations[w].not_before = rc_now_mono() + REST;
	if (status != 0)
		why = rc_printf(rq->mem, "%s (status %d)", why, status);
	return note_failed(run, batch->rows, i, why);
}

/*
 * Send them one after the other, without those of slow receivers or all.
 * What there is no time for, or whose receiver has failed meanwhile, is to be
 * given back.
 */
static enum admin_exit
send_some(struct run *run, struct batch *batch, bool slow, int64_t until)
{
	const struct rc_rows *rows = batch->rows;
	const struct destination *d;
	enum admin_exit e = ADMIN_OK;
	size_t i;

	for (i = 0; i < rc_rows_count(rows); i++) {
		d = &run->destinations[which(
		    run->a->rq->conf, rc_rows_text(rows, i, 1))];
		if (batch->seen[i] || (d->slow && !slow))
			continue;
		batch->seen[i] = true;
		if (e == ADMIN_OK && rc_now_mono() < until && goes_on(run, 0) &&
		    is_ready(d))
			e = send_one(run, batch, i);
		else
			add_item(&batch->unsent, rc_rows_text(rows, i, 0));
	}
	return e;
}

/*
 * Send those that are claimed, those of slow receivers last, and note it of all
 * at once: who is killed before sends them again.
 */
static enum admin_exit
send_batch(struct run *run, const struct rc_rows *rows, int64_t until)
{
	struct rc_arena *mem = run->a->rq->mem;
	struct batch batch = { .rows = rows };
	enum admin_exit e, last, noted, released;

	rc_buf_init(&batch.delivered, mem);
	rc_buf_init(&batch.unsent, mem);
	batch.seen = rc_alloc(mem, rc_rows_count(rows) * sizeof(*batch.seen));
	e = send_some(run, &batch, false, until);
	last = send_some(run, &batch, true, e == ADMIN_OK ? until : 0);
	noted = note_delivered(run, &batch.delivered);
	released = release(run, &batch.unsent);
	if (e == ADMIN_OK)
		e = last;
	if (e != ADMIN_OK)
		return e;
	return noted != ADMIN_OK ? noted : released;
}

/*
 * Send what is due, one after the other; under --follow for a while, for there
 * is more to do than to wait for receivers that are slow.
 */
static enum admin_exit
send_due(struct run *run)
{
	int64_t until = run->follow ? rc_now_mono() + SEND_MOST : INT64_MAX;
	int64_t claimed;
	struct rc_req *rq = run->a->rq;
	struct rc_arena *round = rq->mem, *one = rc_arena_new();
	enum admin_exit e = ADMIN_OK;
	struct rc_rows *rows;
	const char *list;

	rq->mem = one;
	while (e == ADMIN_OK && rc_now_mono() < until && goes_on(run, 0) &&
	       (list = ready(run)) != NULL) {
		const struct rc_db_param params[] = { RC_DB_TEXT(list),
			RC_DB_TEXT(BATCH_MOST) };

		claimed = rc_now_mono();
		e = admin_sql(
		    run->a, RC_SQL_ADMIN_OUTBOX_CLAIM, params, 2, &rows);
		if (e != ADMIN_OK || rc_rows_count(rows) == 0)
			break;
		e = send_batch(run, rows, claimed + BATCH_TIME);
		rc_arena_wipe(one);
	}
	rq->mem = round;
	rc_arena_free(one);
	return e;
}

/* Turn what is settled into notifications. */
static enum admin_exit
fill(struct run *run, int64_t settled)
{
	struct admin *a = run->a;
	const struct rc_db_param params[] = {
		RC_DB_TEXT(rc_db_number(a->rq->mem, settled)),
		RC_DB_TEXT(rc_outbox_destinations(a->rq->mem, a->rq->conf)),
		RC_DB_TEXT(FILL_MOST),
	};
	struct rc_rows *rows;
	enum admin_exit e;

	do {
		e = admin_sql(a, RC_SQL_ADMIN_OUTBOX_FILL, params, 3, &rows);
		if (e != ADMIN_OK)
			return e;
		run->put += rc_rows_int(rows, 0, 1);
	} while (rc_rows_text(rows, 0, 0) != NULL &&
		 strcmp(rc_rows_text(rows, 0, 0), FILL_MOST) == 0 &&
		 goes_on(run, 0));
	return ADMIN_OK;
}

/* Detach the months that are older than audit_retention. */
static enum admin_exit
detach_old(struct run *run)
{
	struct admin *a = run->a;
	const struct rc_db_param params[] = {
		RC_DB_NULL,
		RC_DB_TEXT(
		    rc_db_number(a->rq->mem, a->rq->conf->audit_retention)),
	};
	struct rc_rows *rows;
	enum admin_exit e;
	size_t i;

	if (a->rq->conf->audit_retention == 0)
		return ADMIN_OK;
	e = admin_sql(a, RC_SQL_ADMIN_AUDIT_DETACH, params, 2, &rows);
	for (i = 0; e == ADMIN_OK && i < rc_rows_count(rows); i++)
		rc_log(RC_LOG_INFO, "audit.detach", "%s: %s",
		    rc_rows_text(rows, i, 1), rc_rows_text(rows, i, 2));
	return e;
}

/* What is to be done once in a while. */
static enum admin_exit
take_care(struct run *run)
{
	const struct rc_db_param params[] = { RC_DB_TEXT(PURGE_MOST) };
	struct admin *a = run->a;
	struct rc_rows *rows;
	enum admin_exit e;

	if (rc_now_mono() < run->care_at)
		return ADMIN_OK;
	if ((e = admin_sql(a, RC_SQL_ADMIN_AUDIT_PARTITION_ADD, NULL, 0,
		 NULL)) != ADMIN_OK ||
	    (e = detach_old(run)) != ADMIN_OK)
		return e;
	do {
		e = admin_sql(a, RC_SQL_ADMIN_OUTBOX_PURGE, params, 1, &rows);
		if (e != ADMIN_OK)
			return e;
	} while (rc_rows_int(rows, 0, 0) > 0 && goes_on(run, 0));
	run->care_at = rc_now_mono() + CARE_EVERY;
	return ADMIN_OK;
}

/* Seal, unless that was done a short while ago. */
static enum admin_exit
seal(struct run *run, int64_t settled)
{
	int64_t before = run->seals;
	enum admin_exit e;

	if (rc_now_mono() < run->seal_at)
		return ADMIN_OK;
	e = seal_log(run->a, settled, &run->seals);
	if (run->seals > before)
		run->seal_at = rc_now_mono() + SEAL_EVERY;
	return e;
}

/*
 * All that there is to do, once.  Notifications go out even where sealing
 * fails; that is told all the same.
 */
static enum admin_exit
deliver_once(struct run *run)
{
	enum admin_exit e, sealed;
	int64_t settled;

	read_secrets(run);
	e = seal_settle(
	    run->a, run->follow ? PATIENCE_FOLLOW : PATIENCE, &settled);
	if (e != ADMIN_OK)
		return e;
	sealed = seal(run, settled);
	if ((e = fill(run, settled)) == ADMIN_OK &&
	    (e = send_due(run)) == ADMIN_OK &&
	    (e = digest_send(run->a, &run->mails, &run->failed)) == ADMIN_OK)
		e = take_care(run);
	return e == ADMIN_OK ? sealed : e;
}

/* Do it again and again, whatever goes wrong, until somebody ends us. */
static enum admin_exit
follow(struct run *run)
{
	struct rc_req *rq = run->a->rq;
	struct rc_arena *round = rc_arena_new();
	int64_t period = PERIOD;

	do {
		rq->mem = round;
		if (deliver_once(run) == ADMIN_OK)
			period = PERIOD;
		else if ((period *= 2) > PERIOD_MOST)
			period = PERIOD_MOST;
		rc_arena_wipe(round);
	} while (goes_on(run, period));
	rq->mem = run->a->mem;
	rc_arena_free(round);
	return ADMIN_OK;
}

/* Have what was given up tried again: of one destination, or of all. */
static enum admin_exit
retry_dead(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "retried", TABLE_NUMBER },
	};
	const char *names = rc_outbox_names(a->mem, a->rq->conf, a->arg);
	const struct rc_db_param params[] = { RC_DB_TEXT(names) };
	struct rc_rows *rows;
	enum admin_exit e;

	if (a->arg != NULL && names == NULL)
		return admin_fail(ADMIN_NOT_FOUND,
		    "there is no webhook %s in %s, and nothing can be sent "
		    "there; --discard %s ends what was to be",
		    a->arg, a->rq->conf->file, a->arg);
	e = admin_sql(a, RC_SQL_ADMIN_OUTBOX_RETRY, params, 1, &rows);
	if (e != ADMIN_OK)
		return e;

	const char *const cells[] = { rc_rows_text(rows, 0, 0) };

	admin_done(a, columns, 1, cells,
	    "%s notifications that were given up will be tried again",
	    cells[0]);
	return ADMIN_OK;
}

/* End what was to be sent to one who is not configured any more. */
static enum admin_exit
discard(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "discarded", TABLE_NUMBER },
	};
	const char *name = admin_option(a, "discard");
	const struct rc_db_param params[] = { RC_DB_TEXT(name) };
	struct rc_rows *rows;
	enum admin_exit e;

	if (rc_outbox_names(a->mem, a->rq->conf, name) != NULL)
		return admin_fail(ADMIN_FAILED,
		    "%s is configured, so what waits for it is still to be "
		    "sent; take it out of %s before",
		    name, a->rq->conf->file);
	e = admin_sql(a, RC_SQL_ADMIN_OUTBOX_DISCARD, params, 1, &rows);
	if (e != ADMIN_OK)
		return e;

	const char *const cells[] = { rc_rows_text(rows, 0, 0) };

	admin_done(a, columns, 1, cells,
	    "%s notifications that were not delivered will not be", cells[0]);
	return ADMIN_OK;
}

/* Say what was done, and what is left. */
static enum admin_exit
conclude(const struct run *run)
{
	static const struct table_column columns[] = {
		{ "seals", TABLE_NUMBER },
		{ "put", TABLE_NUMBER },
		{ "delivered", TABLE_NUMBER },
		{ "failed", TABLE_NUMBER },
		{ "mails", TABLE_NUMBER },
		{ "waiting", TABLE_NUMBER },
		{ "dead", TABLE_NUMBER },
	};
	struct admin *a = run->a;
	struct rc_rows *rows;
	enum admin_exit e;

	e = admin_sql(a, RC_SQL_ADMIN_OUTBOX_COUNT, NULL, 0, &rows);
	if (e != ADMIN_OK)
		return e;

	const char *const cells[] = {
		rc_db_number(a->mem, run->seals),
		rc_db_number(a->mem, run->put),
		rc_db_number(a->mem, run->delivered),
		rc_db_number(a->mem, run->failed),
		rc_db_number(a->mem, run->mails),
		rc_rows_text(rows, 0, 0),
		rc_rows_text(rows, 0, 1),
	};

	admin_done(a, columns, 7, cells,
	    "%s seals; %s new notifications, %s delivered, %s attempts failed, "
	    "%s mails; %s are waiting, %s were given up",
	    cells[0], cells[1], cells[2], cells[3], cells[4], cells[5],
	    cells[6]);
	if (run->faulty)
		return admin_fail(ADMIN_FAILED,
		    "a webhook has no secret, as the log says; see secret_file "
		    "in %s",
		    a->rq->conf->file);
	return ADMIN_OK;
}

static enum admin_exit
deliver(struct admin *a)
{
	static const char *const ways[] = { "follow", "once", "retry-dead",
		"discard", NULL };
	struct run run = { .a = a, .follow = admin_has(a, "follow") };
	enum admin_exit e;
	size_t i, n = 0;

	for (i = 0; ways[i] != NULL; i++)
		n += admin_has(a, ways[i]) ? 1 : 0;
	if (n > 1)
		return admin_fail(ADMIN_USAGE,
		    "--follow, --once, --retry-dead and --discard exclude each "
		    "other");
	if (admin_has(a, "retry-dead"))
		return retry_dead(a);
	if (a->arg != NULL)
		return admin_fail(ADMIN_USAGE,
		    "a name goes with --retry-dead; see rollcall-admin "
		    "--help");
	if (admin_has(a, "discard"))
		return discard(a);

	rc_log_open("deliver", RC_LOG_INFO);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&run.ending);
	(void)sigaddset(&run.ending, SIGTERM);
	(void)sigaddset(&run.ending, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &run.ending, NULL);
	run.destinations = rc_alloc(
	    a->mem, (a->rq->conf->nwebhooks + 1) * sizeof(*run.destinations));
	if (run.follow)
		return follow(&run);
	if ((e = deliver_once(&run)) != ADMIN_OK)
		return e;
	return conclude(&run);
}

static const struct admin_option options[] = {
	{ "follow", NULL, false },
	{ "once", NULL, false },
	{ "retry-dead", NULL, false },
	{ "discard", "NAME", false },
};

static const struct admin_command commands[] = {
	{ NULL, "[NAME]", options, sizeof(options) / sizeof(options[0]),
	    "seal the audit log and send what it tells of", deliver },
};

const struct admin_noun admin_deliver = { "deliver", commands, 1 };
