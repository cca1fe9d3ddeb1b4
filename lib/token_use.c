#include "token_use.h"

#include <string.h>

#include "client.h"
#include "conf.h"
#include "credentials.h"
#include "crypt.h"
#include "db.h"
#include "json.h"
#include "req.h"
#include "subject.h"
#include "token.h"

/* A presented token's hash; none where it is a JWT that is not ours. */
struct presented {
	bool ours;
	unsigned char hash[RC_CRYPT_HASH_SIZE];
};

static enum rc_err
take(struct rc_req *rq, const char *text, struct presented *p)
{

	memset(p, 0, sizeof(*p));
	return rc_token_hash(rq, text, &p->ours, p->hash);
}

/* The hash as a parameter: SQL NULL, which no row has, for what is not ours. */
#define HASH_PARAM(p) \
	RC_DB_BYTES((p)->ours ? (p)->hash : NULL, sizeof((p)->hash))

/* Run a statement that returns no row only where the client may not act. */
static enum rc_err
ask(struct rc_req *rq, enum rc_sql sql, const struct presented *presented,
    struct rc_rows **rows)
{
	const struct rc_db_param params[] = {
		RC_CREDENTIALS_PARAMS(rq->credentials),
		HASH_PARAM(presented),
	};
	struct rc_client_known known;
	enum rc_err e;

	e = rc_db_exec(rq, sql, params, 4, rows);
	if (e != RC_OK || rc_rows_count(*rows) > 0)
		return e;
	if ((e = rc_client_authenticate(rq, &known)) == RC_OK)
		e = rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE,
		    "the client changed at the same moment; try again");
	return e;
}

/*
 * Find what a token's client knows the person by; ${pairwise} is its metadata,
 * NULL where it knows people by account_id.
 */
static enum rc_err
name_subject(struct rc_req *rq, const char *account_id, const char *pairwise,
    const char **subject)
{
	struct rc_json *metadata = NULL;
	const char *why;
	size_t at;

	*subject = account_id;
	if (account_id == NULL || pairwise == NULL)
		return RC_OK;
	if (rc_json_parse(rq->mem, pairwise, strlen(pairwise), &metadata, &why,
		&at) != RC_OK)
		return rc_fail(rq, RC_ERR_SERVER_ERROR,
		    "the stored client record is damaged: %s", why);
	*subject = rc_subject(rq, metadata, account_id);
	return *subject != NULL ? RC_OK : rq->fault.err;
}

/* Look among tokens of one kind. */
static enum rc_err
look(struct rc_req *rq, enum rc_sql sql, const struct presented *presented,
    struct rc_token_worth *worth)
{
	struct rc_rows *rows;
	enum rc_err e;

	if ((e = ask(rq, sql, presented, &rows)) != RC_OK)
		return e;
	if ((worth->client_id = rc_rows_text(rows, 0, 0)) == NULL)
		return RC_OK;
	worth->active = true;
	worth->access = sql == RC_SQL_TOKEN_INTROSPECT;
	worth->scope = rc_rows_text(rows, 0, 1);
	worth->audience = rc_rows_text(rows, 0, 2);
	worth->issued_at = rc_rows_int(rows, 0, 3);
	worth->expires_at = rc_rows_int(rows, 0, 4);
	worth->login_name = rc_rows_text(rows, 0, 6);
	worth->resource_server = rc_rows_bool(rows, 0, 7);
	return name_subject(rq, rc_rows_text(rows, 0, 5),
	    rc_rows_text(rows, 0, 8), &worth->subject);
}

enum rc_err
rc_token_use_introspect(
    struct rc_req *rq, const char *text, struct rc_token_worth *worth)
{
	struct presented presented;
	enum rc_err e;

	memset(worth, 0, sizeof(*worth));
	if ((e = take(rq, text, &presented)) != RC_OK)
		return e;
	e = look(rq, RC_SQL_TOKEN_INTROSPECT, &presented, worth);
	if (e == RC_OK && !worth->active && presented.ours)
		e = look(
		    rq, RC_SQL_TOKEN_INTROSPECT_REFRESH, &presented, worth);
	return e;
}

enum rc_err
rc_token_use_revoke(struct rc_req *rq, const char *text)
{
	struct presented presented;
	struct rc_rows *rows;
	enum rc_err e;

	if ((e = take(rq, text, &presented)) != RC_OK ||
	    (e = ask(rq, RC_SQL_TOKEN_REVOKE, &presented, &rows)) != RC_OK)
		return e;
	if (rc_rows_bool(rows, 0, 0))
		return rc_fail(rq, RC_ERR_INVALID_GRANT,
		    "the token was issued to another client, who alone may "
		    "revoke it");
	return RC_OK;
}

enum rc_err
rc_token_use_person(struct rc_req *rq, struct rc_token_person *person)
{
	struct presented presented;
	struct rc_rows *rows;
	enum rc_err e;

	if ((e = take(rq, rq->bearer, &presented)) != RC_OK)
		return e;

	const struct rc_db_param params[] = {
		HASH_PARAM(&presented),
		RC_DB_TEXT(rq->conf->issuer),
	};

	e = rc_db_exec(rq, RC_SQL_USERINFO_READ, params, 2, &rows);
	if (e != RC_OK)
		return e;
	if (rc_rows_count(rows) == 0)
		return rc_fail(rq, RC_ERR_INVALID_TOKEN,
		    "the access token is unknown, expired or revoked");
	if (!rc_rows_bool(rows, 0, 4))
		return rc_fail(rq, RC_ERR_INVALID_TOKEN,
		    "the access token is for another resource than this "
		    "server");
	person->scope = rc_rows_text(rows, 0, 1);
	person->claims = rc_rows_text(rows, 0, 2);
	person->login_name = rc_rows_text(rows, 0, 3);
	return name_subject(rq, rc_rows_text(rows, 0, 0),
	    rc_rows_text(rows, 0, 5), &person->subject);
}
