#include "digest.h"

#include <inttypes.h>

#include "arena.h"
#include "buf.h"
#include "log.h"
#include "mail.h"
#include "req.h"

/* Clients that a mail names; the count is of all. */
#define CLIENTS_MAX 100

/* Append a table of two columns: words and numbers. */
static enum admin_exit
add_counts(struct admin *a, struct rc_buf *text, const char *title,
    enum rc_sql sql, const char *claimed)
{
	const struct rc_db_param params[] = { RC_DB_TEXT(claimed) };
	struct rc_rows *rows;
	enum admin_exit e;
	size_t i;

	if ((e = admin_sql(a, sql, params, 1, &rows)) != ADMIN_OK ||
	    rc_rows_count(rows) == 0)
		return e;
	rc_buf_printf(text, "\n%s\n", title);
	for (i = 0; i < rc_rows_count(rows); i++)
		rc_buf_printf(text, "  %8s  %s\n", rc_rows_text(rows, i, 1),
		    table_text(
			a->rq->mem, TABLE_TEXT, rc_rows_text(rows, i, 0)));
	return ADMIN_OK;
}

/* Append the new clients, and where they would send people. */
static enum admin_exit
add_clients(
    struct admin *a, struct rc_buf *text, const char *claimed, size_t *clients)
{
	struct rc_arena *mem = a->rq->mem;
	const struct rc_db_param params[] = {
		RC_DB_TEXT(claimed),
		RC_DB_TEXT(rc_db_number(mem, CLIENTS_MAX + 1)),
	};
	struct rc_rows *rows;
	enum admin_exit e;
	size_t i;

	e = admin_sql(a, RC_SQL_ADMIN_MAIL_CLIENTS, params, 2, &rows);
	if (e != ADMIN_OK || (*clients = rc_rows_count(rows)) == 0)
		return e;
	rc_buf_puts(text, "\nNew clients: id, name, redirect hosts\n");
	for (i = 0; i < *clients && i < CLIENTS_MAX; i++)
		rc_buf_printf(text, "  %s  %s  %s\n",
		    table_text(mem, TABLE_TEXT, rc_rows_text(rows, i, 0)),
		    table_text(mem, TABLE_TEXT, rc_rows_text(rows, i, 1)),
		    table_text(mem, TABLE_TEXT, rc_rows_text(rows, i, 2)));
	if (*clients > CLIENTS_MAX)
		rc_buf_puts(text,
		    "  and more: rollcall-admin audit search --event "
		    "client.registered\n");
	return ADMIN_OK;
}

/* Write the mail. */
static enum admin_exit
compose(struct admin *a, const char *claimed, const char **message)
{
	struct rc_arena *mem = a->rq->mem;
	const struct rc_conf *conf = a->rq->conf;
	size_t clients = 0;
	struct rc_buf text;
	enum admin_exit e;

	rc_buf_init(&text, mem);
	rc_buf_printf(
	    &text, "What happened at %s since the last mail.\n", conf->issuer);
	if ((e = add_counts(a, &text, "Events", RC_SQL_ADMIN_MAIL_EVENTS,
		 claimed)) != ADMIN_OK ||
	    (e = add_clients(a, &text, claimed, &clients)) != ADMIN_OK ||
	    (e = add_counts(a, &text, "Refusals, by rule",
		 RC_SQL_ADMIN_MAIL_REFUSALS, claimed)) != ADMIN_OK)
		return e;
	*message = rc_mail_compose(mem, conf,
	    rc_printf(mem, "rollcall: %s%zu new client%s at %s",
		clients > CLIENTS_MAX ? "more than " : "",
		clients > CLIENTS_MAX ? (size_t)CLIENTS_MAX : clients,
		clients == 1 ? "" : "s", conf->issuer),
	    text.data);
	return ADMIN_OK;
}

/* Note what became of the mail. */
static enum admin_exit
settle(struct admin *a, const char *claimed, const char *fault)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(claimed),
		RC_DB_TEXT(fault),
		RC_DB_TEXT(
		    rc_db_number(a->rq->mem, a->rq->conf->webhook_attempts)),
	};

	return admin_sql(a, RC_SQL_ADMIN_MAIL_DONE, params, 3, NULL);
}

enum admin_exit
digest_send(struct admin *a, int64_t *mails, int64_t *failed)
{
	const struct rc_conf *conf = a->rq->conf;
	const struct rc_db_param params[] = {
		RC_DB_TEXT(rc_db_number(a->rq->mem, conf->mail_interval)),
	};
	const char *claimed, *message = NULL;
	struct rc_rows *rows;
	enum admin_exit e;
	char why[512];

	if (conf->mail_to.count == 0)
		return ADMIN_OK;
	e = admin_sql(a, RC_SQL_ADMIN_MAIL_CLAIM, params, 1, &rows);
	if (e != ADMIN_OK || (claimed = rc_rows_text(rows, 0, 0)) == NULL)
		return e;
	if ((e = compose(a, claimed, &message)) != ADMIN_OK)
		return e;
	if (rc_mail_send(conf, message, why, sizeof(why))) {
		++*mails;
		return settle(a, claimed, NULL);
	}
	++*failed;
	rc_log(RC_LOG_ERROR, "mail", "%s", why);
	return settle(a, claimed, why);
}
