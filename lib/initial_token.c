#include "initial_token.h"

#include <string.h>

#include "arena.h"
#include "crypt.h"
#include "db.h"
#include "json.h"
#include "log.h"
#include "req.h"

/* Read a column that holds a JSON array of strings; NULL where it is NULL. */
static enum rc_err
read_list(struct rc_req *rq, const struct rc_rows *rows, size_t col,
    const struct rc_list **list)
{
	const char *text = rc_rows_text(rows, 0, col);
	const char **items, *why;
	struct rc_json *array;
	struct rc_list *l;
	size_t at, i;

	*list = NULL;
	if (text == NULL)
		return RC_OK;
	if (rc_json_parse(rq->mem, text, strlen(text), &array, &why, &at) !=
	    RC_OK)
		return rc_fail(rq, RC_ERR_SERVER_ERROR,
		    "the stored initial access token is damaged: %s", why);
	l = rc_alloc(rq->mem, sizeof(*l));
	l->count = rc_json_count(array);
	items = rc_alloc(rq->mem, (l->count + 1) * sizeof(*items));
	for (i = 0; i < l->count; i++) {
		/* PostgreSQL lets an element of an array be NULL. */
		items[i] = rc_json_string(rc_json_at(array, i));
		if (items[i] == NULL)
			items[i] = "";
	}
	l->items = items;
	*list = l;
	return RC_OK;
}

/* Take a row of initial_token_find or initial_token_read. */
static enum rc_err
take_row(struct rc_req *rq, const struct rc_rows *rows,
    struct rc_initial_token *token)
{
	enum rc_err e;

	token->id = rc_rows_int(rows, 0, 0);
	token->policy = rc_rows_text(rows, 0, 2);
	token->limited = rc_rows_bool(rows, 0, 6);
	token->idle = rc_rows_bool(rows, 0, 7);
	if ((e = read_list(rq, rows, 3, &token->redirect_hosts)) != RC_OK ||
	    (e = read_list(rq, rows, 4, &token->scopes)) != RC_OK)
		return e;
	return read_list(rq, rows, 5, &token->grant_types);
}

/* Strangers learn nothing about which tokens there are; the audit log does. */
static enum rc_err
refuse(struct rc_req *rq, const char *id, const char *why)
{
	const char *const pairs[] = { "initial_token", id, "address",
		rq->address, "why", why, NULL };

	rc_log_pairs(RC_LOG_INFO, "initial_token_refused", pairs);
	if (id != NULL)
		rq->actor = rc_printf(rq->mem, "initial_token:%s", id);
	rq->fault.rule = rc_printf(rq->mem, "initial_token.%s", why);
	return rc_fail(rq, RC_ERR_INVALID_TOKEN,
	    "the initial access token is unknown, expired, used up, revoked, "
	    "or not for this address; ask whoever gave it to you for another");
}

/* What applies where no token is presented. */
static enum rc_err
find_none(struct rc_req *rq, struct rc_initial_token *token)
{

	if (rq->conf->registration == RC_REGISTRATION_TOKEN) {
		rq->fault.rule = "initial_token.required";
		return rc_fail(rq, RC_ERR_INVALID_TOKEN,
		    "this server registers clients with an initial access "
		    "token only: present it as Authorization: Bearer TOKEN, or "
		    "ask the operator for one");
	}
	token->policy = rq->conf->anonymous_policy;
	return RC_OK;
}

enum rc_err
rc_initial_token_find(struct rc_req *rq, struct rc_initial_token *token)
{
	unsigned char hash[RC_CRYPT_HASH_SIZE];
	struct rc_rows *rows;
	const char *fault;
	enum rc_err e;

	memset(token, 0, sizeof(*token));
	if (rq->bearer == NULL)
		return find_none(rq, token);
	rc_crypt_hash(rq->bearer, strlen(rq->bearer), hash);

	const struct rc_db_param params[] = {
		RC_DB_BYTES(hash, sizeof(hash)),
		RC_DB_TEXT(rc_req_inet(rq)),
	};

	e = rc_db_exec(rq, RC_SQL_INITIAL_TOKEN_FIND, params, 2, &rows);
	if (e != RC_OK)
		return e;
	if (rc_rows_count(rows) == 0)
		return refuse(rq, NULL, "unknown");
	if ((fault = rc_rows_text(rows, 0, 1)) != NULL)
		return refuse(rq, rc_rows_text(rows, 0, 0), fault);
	return take_row(rq, rows, token);
}

enum rc_err
rc_initial_token_read(
    struct rc_req *rq, int64_t id, struct rc_initial_token *token)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(rc_db_number(rq->mem, id)),
	};
	struct rc_rows *rows;
	enum rc_err e;

	memset(token, 0, sizeof(*token));
	e = rc_db_exec(rq, RC_SQL_INITIAL_TOKEN_READ, params, 1, &rows);
	if (e != RC_OK)
		return e;
	if (rc_rows_count(rows) == 0)
		return rc_fail(rq, RC_ERR_SERVER_ERROR,
		    "there is no initial access token %lld any more",
		    (long long)id);
	return take_row(rq, rows, token);
}

void
rc_initial_token_touch(struct rc_req *rq, const struct rc_initial_token *token)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(rc_db_number(rq->mem, token->id)),
	};
	struct rc_fault fault = rq->fault;

	(void)rc_db_exec(rq, RC_SQL_INITIAL_TOKEN_TOUCH, params, 1, NULL);
	rq->fault = fault;
}
