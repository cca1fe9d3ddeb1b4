#ifndef RC_CLIENT_H
#define RC_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct rc_admission;
struct rc_conf_policy;
struct rc_initial_token;
struct rc_json;
struct rc_req;

/*
 * A registered client, as the request that asked for it may see it; it lives
 * as long as that request.
 */
struct rc_client {
	const char *client_id;
	const char *client_secret; /* NULL unless it is new: told only once */
	int64_t client_secret_expires_at; /* s since 1970, 0: never */
	int64_t client_id_issued_at; /* s since 1970 */
	const char *registration_access_token;
	const char
	    *metadata; /* what is registered: the JSON text of an object */
	int64_t version; /* goes up with every update */
	const char *status; /* "active", "pending" */
	const char *policy; /* that it was born under */
	int64_t initial_token_id; /* that registered it; 0: none did */
};

/*
 * rc_client_register(rq, metadata, policy, token, admission, client):
 * Enter a new client with a fresh client_id, a registration access token, and,
 * where its authentication method takes one, a secret (RFC 7591 3.2.1), and its
 * row of the audit log.  A use of ${token} is spent in the same transaction;
 * its id is 0 where there is none.  Errors as rc_db_exec;
 * RC_ERR_INVALID_TOKEN: the token's last use was spent meanwhile.
 * RC_ERR_TEMPORARILY_UNAVAILABLE as well: what was reserved is void.
 * ${admission} is emptied where it is used up, or may be: what is left in it
 * when this fails is for the caller to give back.
 */
enum rc_err rc_client_register(struct rc_req *rq, struct rc_json *metadata,
    const struct rc_conf_policy *policy, const struct rc_initial_token *token,
    struct rc_admission *admission, struct rc_client *client);

/*
 * rc_client_read(rq, client_id, secret, client):
 * Read the client that the request's Bearer token manages (RFC 7592 2.1).
 * ${secret} is one that the request claims to be the client's, or NULL.
 * RC_ERR_INVALID_TOKEN: the token is not good for ${client_id}, or there is no
 * such client, or it is archived.  RC_ERR_ACCESS_DENIED: it is disabled.
 * RC_ERR_INVALID_REQUEST: the secret is not the client's.
 */
enum rc_err rc_client_read(struct rc_req *rq, const char *client_id,
    const char *secret, struct rc_client *client);

/*
 * rc_client_metadata(rq, client, metadata):
 * Make a tree of what is registered, for the caller to change.
 * RC_ERR_SERVER_ERROR: somebody has put into the database what is no metadata.
 */
enum rc_err rc_client_metadata(struct rc_req *rq,
    const struct rc_client *client, struct rc_json **metadata);

/* By what an update was judged, and of which client it is an update. */
struct rc_client_judged {
	const struct rc_conf_policy *policy; /* judged it */
	/* What must be registered for it to be done, where it is not what
	 * rc_client_read said: the policy's name and the initial token. */
	const char *policy_name;
	int64_t initial_token_id;
	int64_t version; /* that it was derived from; 0: from none */
};

/*
 * rc_client_replace(rq, client_id, secret, metadata, judged, client, stale):
 * Make ${metadata} all that is registered of the client (RFC 7592 2.2), in one
 * statement that checks token, status, and the secret presented unless it is
 * NULL, keeps the former version, and adds a row to the audit log.  A secret is
 * made or dropped as the method asks.  Where the policy wants approval, a
 * change of what people are shown or of what the client may do makes it pending
 * again.  When the client is another than ${judged} says, nothing is changed,
 * *${stale} is true, and *${client} is what rc_client_read says of it now.
 * Errors as rc_client_read.
 */
enum rc_err rc_client_replace(struct rc_req *rq, const char *client_id,
    const char *secret, struct rc_json *metadata,
    const struct rc_client_judged *judged, struct rc_client *client,
    bool *stale);

/*
 * rc_client_change(rq, client_id):
 * Count a change of the client by its own registration access token, before any
 * work is done for it.  RC_OK: go on, and where the token is not good find that
 * out.  RC_ERR_TOO_MANY_REQUESTS: rate_limit_manage is used up.  Else errors as
 * rc_db_exec.
 */
enum rc_err rc_client_change(struct rc_req *rq, const char *client_id);

/*
 * rc_client_delete(rq, client_id):
 * Delete the client and all that hangs on it (RFC 7592 2.3); the audit log
 * keeps its metadata, and its place in max_clients is free again.  Errors as
 * rc_client_read.
 */
enum rc_err rc_client_delete(struct rc_req *rq, const char *client_id);

/* What rc_client_rotate gives anew. */
enum rc_rotated {
	RC_ROTATE_DEFAULT, /* the secret where the client has one, else: */
	RC_ROTATE_REGISTRATION_TOKEN,
	RC_ROTATE_SECRET
};

/*
 * rc_client_rotate(rq, client_id, what, client):
 * Give the client a new secret or registration access token, by its
 * registration access token.  The old secret lives on for conf->secret_overlap;
 * the old token until the new one is first used, so that a lost answer locks
 * nobody out.  A new secret expires as the client's policy says.
 * RC_ERR_INVALID_REQUEST: it has no secret that could be rotated.  Else errors
 * as rc_client_read.
 */
enum rc_err rc_client_rotate(struct rc_req *rq, const char *client_id,
    enum rc_rotated what, struct rc_client *client);

/*
 * rc_client_revive(rq, client_id, account, admission):
 * Make an archived public client that registered itself active again, for the
 * person of that account wants to use it, within the place that was reserved.
 * ${admission} is emptied unless the place is to be given back: the client was
 * no such one, or RC_ERR_TEMPORARILY_UNAVAILABLE, the place was lost.  Errors
 * as rc_db_exec.
 */
enum rc_err rc_client_revive(struct rc_req *rq, const char *client_id,
    const char *account, struct rc_admission *admission);

/* A client as an endpoint that it calls knows it; as long as the request. */
struct rc_client_known {
	const char *client_id;
	const char *method; /* registered token_endpoint_auth_method */
	const struct rc_json *metadata;
	int64_t client_id_issued_at; /* s since 1970 */
	bool idle; /* its use is to be noted: rc_client_touch */
	/* Why it may not act, though it be who it says it is; NULL: it may. */
	const char *barred;
};

/*
 * rc_client_refuse(rq, why):
 * Refuse a client that has not proved who it is, RC_ERR_INVALID_CLIENT, in
 * words that are the same whatever stands against it, so that nobody learns
 * which clients there are; the log has ${why}.
 */
enum rc_err rc_client_refuse(struct rc_req *rq, const char *why);

/*
 * rc_client_find(rq, known):
 * Read the client of ${rq}->credentials, refused as above where it is unknown,
 * its secret is wrong, its method another, or it is archived; a public one that
 * is gets RC_ERR_INVALID_GRANT.  An assertion is still to be verified, and then
 * known->barred to be told.
 */
enum rc_err rc_client_find(struct rc_req *rq, struct rc_client_known *known);

/*
 * rc_client_authenticate(rq, known):
 * Judge ${rq}->credentials, where a statement that acts returned no row.
 * RC_OK: they are good, so it was something else.  RC_ERR_INVALID_CLIENT: a
 * client whose secret or assertion is right is told that it is disabled or
 * awaits approval, or is registered for another method, or that its secret has
 * expired; all others are refused as above.
 */
enum rc_err rc_client_authenticate(
    struct rc_req *rq, struct rc_client_known *known);

/*
 * rc_client_assertion_use(rq, client_id, jti, expires, fresh):
 * Use up a client assertion (RFC 7523 3), which may be forgotten at ${expires},
 * in s since 1970.  *${fresh}: it had not been used before.  Errors as
 * rc_db_exec.
 */
enum rc_err rc_client_assertion_use(struct rc_req *rq, const char *client_id,
    const char *jti, int64_t expires, bool *fresh);

/*
 * rc_client_touch(rq):
 * Note that the client of ${rq}->credentials was given a token, which renews
 * its idle clock; to be called where a statement said idle.  A failure is
 * logged and does no harm.
 */
void rc_client_touch(struct rc_req *rq);

#endif
