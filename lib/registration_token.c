#include "registration_token.h"

#include <string.h>

#include "arena.h"
#include "audit.h"
#include "conf.h"
#include "db.h"
#include "req.h"

void
rc_registration_token_new(
    struct rc_req *rq, struct rc_registration_token *token)
{
	char *text = rc_alloc(rq->mem, RC_CRYPT_TOKEN_SIZE);

	rc_crypt_token(text);
	token->text = text;
	rc_crypt_hash(text, strlen(text), token->hash);
}

void
rc_registration_token_presented(
    struct rc_req *rq, struct rc_registration_token *token)
{

	token->text = rq->bearer;
	rc_crypt_hash(token->text, strlen(token->text), token->hash);
}

void
rc_registration_token_touch(struct rc_req *rq, const char *client_id,
    const struct rc_registration_token *token)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(client_id),
		RC_DB_BYTES(token->hash, sizeof(token->hash)),
		RC_DB_TEXT(rc_db_number(
		    rq->mem, rq->conf->registration_token_lifetime)),
		RC_DB_TEXT(rc_req_inet(rq)),
		RC_DB_TEXT(rc_audit_user_agent(rq)),
	};
	struct rc_fault fault = rq->fault;

	(void)rc_db_exec(rq, RC_SQL_REGISTRATION_TOKEN_TOUCH, params, 5, NULL);
	rq->fault = fault;
}
