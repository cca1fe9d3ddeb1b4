#ifndef RC_CLIENT_H
#define RC_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

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
};

/*
 * rc_client_register(rq, metadata, client):
 * Enter a new client with a fresh client_id, a registration access token, and,
 * where its authentication method takes one, a secret (RFC 7591 3.2.1).  Errors
 * as rc_db_exec.
 */
enum rc_err rc_client_register(
    struct rc_req *rq, struct rc_json *metadata, struct rc_client *client);

/*
 * rc_client_read(rq, client_id, secret, client):
 * Read the client that the request's Bearer token manages (RFC 7592 2.1).
 * ${secret} is one that the request claims to be the client's, or NULL.
 * RC_ERR_INVALID_TOKEN: the token is not good for ${client_id}, or there is no
 * such client.  RC_ERR_ACCESS_DENIED: the client is disabled.
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

/*
 * rc_client_replace(rq, client_id, secret, metadata, version, client, stale):
 * Make ${metadata} all that is registered of the client (RFC 7592 2.2), in one
 * statement that checks token, status, and the secret presented unless it is
 * NULL.  A secret is made or dropped as the method asks.  ${version} is the one
 * that ${metadata} was derived from, or 0 where it was not derived; when the
 * client has moved on since, *${client} is untouched and *${stale} is true.
 * Errors as rc_client_read.
 */
enum rc_err rc_client_replace(struct rc_req *rq, const char *client_id,
    const char *secret, struct rc_json *metadata, int64_t version,
    struct rc_client *client, bool *stale);

/*
 * rc_client_delete(rq, client_id):
 * Delete the client and all that hangs on it (RFC 7592 2.3).  Errors as
 * rc_client_read.
 */
enum rc_err rc_client_delete(struct rc_req *rq, const char *client_id);

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
 * its secret is wrong or its method another.  An assertion is still to be
 * verified, and then known->barred to be told.
 */
enum rc_err rc_client_find(struct rc_req *rq, struct rc_client_known *known);

/*
 * rc_client_authenticate(rq, known):
 * Judge ${rq}->credentials, where a statement that acts returned no row.
 * RC_OK: they are good, so it was something else.  RC_ERR_INVALID_CLIENT: a
 * client whose secret or assertion is right is told that it is disabled, or
 * registered for another method, or that its secret has expired; all others
 * are refused as above.
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
