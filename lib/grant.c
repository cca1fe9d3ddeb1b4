#include "grant.h"

#include <string.h>

#include "arena.h"
#include "crypt.h"
#include "db.h"
#include "json.h"
#include "req.h"
#include "resource.h"
#include "uri.h"

/* Parse JSON that the database holds. */
static enum rc_err
parse(struct rc_req *rq, const char *text, const struct rc_json **json)
{
	struct rc_json *root;
	const char *why;
	size_t at;

	if (rc_json_parse(rq->mem, text, strlen(text), &root, &why, &at) !=
	    RC_OK)
		return rc_fail(rq, RC_ERR_SERVER_ERROR,
		    "the stored record is damaged: %s", why);
	*json = root;
	return RC_OK;
}

enum rc_err
rc_grant_read(struct rc_req *rq, const char *client_id, const char *cookie,
    struct rc_grant_facts *facts)
{
	unsigned char hash[RC_CRYPT_HASH_SIZE];
	struct rc_rows *rows;
	enum rc_err e;

	memset(facts, 0, sizeof(*facts));
	if (cookie != NULL)
		rc_crypt_hash(cookie, strlen(cookie), hash);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(client_id),
		RC_DB_BYTES(cookie != NULL ? hash : NULL, sizeof(hash)),
	};

	e = rc_db_exec(rq, RC_SQL_AUTHORIZATION_READ, params, 2, &rows);
	if (e != RC_OK || rc_rows_count(rows) == 0)
		return e;
	facts->status = rc_rows_text(rows, 0, 1);
	facts->dynamic = strcmp(rc_rows_text(rows, 0, 2), "dynamic") == 0 ||
	                 strcmp(rc_rows_text(rows, 0, 2), "token") == 0;
	facts->policy = rc_rows_text(rows, 0, 3);
	facts->initial_token_id = rc_rows_int(rows, 0, 4);
	facts->issued_from = rc_rows_text(rows, 0, 5);
	facts->client_id_issued_at = rc_rows_int(rows, 0, 6);
	facts->account_id = rc_rows_text(rows, 0, 7);
	if (facts->account_id != NULL) {
		facts->auth_time = rc_rows_int(rows, 0, 9);
		facts->name = rc_rows_text(rows, 0, 10);
		if (facts->name == NULL || facts->name[0] == '\0')
			facts->name = rc_rows_text(rows, 0, 8);
	}
	if (rc_rows_text(rows, 0, 11) != NULL &&
	    (e = parse(rq, rc_rows_text(rows, 0, 11), &facts->consents)) !=
		RC_OK)
		return e;
	facts->metadata_text = rc_rows_text(rows, 0, 0);
	return parse(rq, facts->metadata_text, &facts->metadata);
}

enum rc_err
rc_grant_issue(
    struct rc_req *rq, const struct rc_grant_wish *wish, const char **code)
{
	unsigned char session[RC_CRYPT_HASH_SIZE], hash[RC_CRYPT_HASH_SIZE];
	char *text = rc_alloc(rq->mem, RC_CRYPT_TOKEN_SIZE);
	struct rc_rows *rows;
	enum rc_err e;

	rc_crypt_hash(wish->cookie, strlen(wish->cookie), session);
	rc_crypt_token(text);
	rc_crypt_hash(text, strlen(text), hash);

	const struct rc_db_param params[] = {
		RC_DB_BYTES(session, sizeof(session)),
		RC_DB_TEXT(wish->client_id),
		RC_DB_TEXT(wish->scope),
		RC_DB_TEXT(rc_resource_array(rq->mem, wish->audience)),
		RC_DB_TEXT(wish->nonce),
		RC_DB_BYTES(hash, sizeof(hash)),
		RC_DB_TEXT(wish->redirect_uri),
		RC_DB_TEXT(wish->redirect_uri_given ? "true" : "false"),
		RC_DB_TEXT(wish->code_challenge),
		RC_DB_TEXT(rc_printf(rq->mem, "%lld",
		    (long long)rq->conf->authorization_code_lifetime)),
		RC_DB_TEXT(wish->remember ? "true" : "false"),
		RC_DB_TEXT(rc_uri_origin(rq->mem, wish->redirect_uri)),
		RC_DB_TEXT(rc_resource_array(rq->mem, wish->places)),
	};

	e = rc_db_exec(rq, RC_SQL_AUTHORIZATION_GRANT_ISSUE, params, 13, &rows);
	if (e == RC_OK)
		*code = rc_rows_count(rows) > 0 ? text : NULL;
	return e;
}
