#include "session.h"

#include <stdbool.h>
#include <string.h>

#include "account.h"
#include "arena.h"
#include "conf.h"
#include "cookie.h"
#include "crypt.h"
#include "db.h"
#include "json.h"
#include "req.h"

/* Bytes of User-Agent that are worth keeping. */
#define AGENT_MOST 255

const char *
rc_session_presented(const struct rc_req *rq)
{

	return rc_cookie_find(rq->mem, rc_req_header(rq, "Cookie"),
	    rc_cookie_name(rq->mem, rq->conf, RC_COOKIE_SESSION));
}

/* Return the beginning of User-Agent that is text, NULL where none is. */
static const char *
agent(const struct rc_req *rq)
{
	const char *text = rc_req_header(rq, "User-Agent");
	size_t len = 0, n;

	if (text == NULL)
		return NULL;
	while ((n = rc_json_utf8(text + len, strlen(text + len))) > 0 &&
	       len + n <= AGENT_MOST)
		len += n;
	return len > 0 ? rc_strndup(rq->mem, text, len) : NULL;
}

enum rc_err
rc_session_begin(struct rc_req *rq, const struct rc_account *account,
    int64_t auth_time, const char **cookie)
{
	unsigned char hash[RC_CRYPT_HASH_SIZE], old_hash[RC_CRYPT_HASH_SIZE];
	char *token = rc_alloc(rq->mem, RC_CRYPT_TOKEN_SIZE);
	const char *old = rc_session_presented(rq);
	struct rc_rows *rows;
	enum rc_err e;

	rc_crypt_token(token);
	rc_crypt_hash(token, strlen(token), hash);
	if (old != NULL)
		rc_crypt_hash(old, strlen(old), old_hash);

	const struct rc_db_param params[] = {
		RC_DB_BYTES(hash, sizeof(hash)),
		RC_DB_TEXT(account->account_id),
		RC_DB_TEXT(auth_time != 0 ? rc_printf(rq->mem, "%lld",
						(long long)auth_time)
					  : NULL),
		RC_DB_TEXT(rc_printf(
		    rq->mem, "%lld", (long long)rq->conf->session_lifetime)),
		RC_DB_TEXT(rc_req_inet(rq)),
		RC_DB_TEXT(agent(rq)),
		RC_DB_BYTES(old != NULL ? old_hash : NULL, sizeof(old_hash)),
		RC_DB_TEXT(account->valid_from),
	};

	e = rc_db_exec(rq, RC_SQL_SESSION_BEGIN, params, 8, &rows);
	if (e != RC_OK)
		return e;
	if (rc_rows_count(rows) == 0)
		return rc_fail(rq, RC_ERR_ACCESS_DENIED,
		    "this account changed at the same moment; log in again");
	*cookie = token;
	return RC_OK;
}
