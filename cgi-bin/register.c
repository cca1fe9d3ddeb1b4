/*
 * register: OAuth 2.0 Dynamic Client Registration (RFC 7591), its management
 * (RFC 7592), and OpenID Connect Dynamic Client Registration 1.0.
 */
#include <string.h>

#include "answer.h"
#include "arena.h"
#include "bearer.h"
#include "buf.h"
#include "client.h"
#include "client_fields.h"
#include "conf.h"
#include "crypt.h"
#include "db.h"
#include "json.h"
#include "policy.h"
#include "serve.h"

/* How often an update that lost a race is derived anew. */
#define ATTEMPTS 100

/* Parse the body, which has to be one JSON object. */
static enum rc_err
read_body(struct rc_req *rq, struct rc_json **body)
{
	const char *why;
	size_t at;

	if (rc_json_parse(rq->mem, rq->body, rq->len, body, &why, &at) != RC_OK)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "the body is not acceptable JSON: %s, at byte %zu", why,
		    at);
	if (rc_json_type(*body) != RC_JSON_OBJECT)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "the body must be one JSON object with the client's "
		    "metadata");
	return RC_OK;
}

/* Append a member that is a string; the first one follows the brace. */
static void
add_string(struct rc_buf *out, const char *name, const char *value)
{

	rc_buf_printf(out, "%c\"%s\":", out->len == 0 ? '{' : ',', name);
	rc_json_quote(out, value);
}

static void
add_number(struct rc_buf *out, const char *name, int64_t value)
{

	rc_buf_printf(out, ",\"%s\":%lld", name, (long long)value);
}

/*
 * The client information response of RFC 7591 3.2.1 and RFC 7592 3: what the
 * server assigned, and behind it the metadata as it is stored.
 */
static enum rc_err
answer_client(struct rc_req *rq, int status, const struct rc_client *client)
{
	struct rc_buf out;

	rc_buf_init(&out, rq->mem);
	add_string(&out, "client_id", client->client_id);
	add_number(&out, "client_id_issued_at", client->client_id_issued_at);
	if (client->client_secret != NULL) {
		add_string(&out, "client_secret", client->client_secret);
		add_number(&out, "client_secret_expires_at",
		    client->client_secret_expires_at);
	}
	add_string(&out, "registration_access_token",
	    client->registration_access_token);
	add_string(&out, "registration_client_uri",
	    rc_printf(rq->mem, "%s/register/%s", rq->conf->endpoint_base,
		client->client_id));
	rc_buf_putc(&out, ',');
	rc_buf_puts(&out, client->metadata + 1);
	rc_answer_text(rq, status, "application/json", out.data, out.len);
	return RC_OK;
}

/* RFC 7591 3.1: anyone may ask to be registered, while it is open. */
static enum rc_err
register_post(struct rc_req *rq)
{
	struct rc_json *body, *metadata;
	struct rc_client client;
	enum rc_err e;

	if (rq->conf->registration == RC_REGISTRATION_CLOSED)
		return rc_fail(rq, RC_ERR_ACCESS_DENIED,
		    "this server does not register clients by itself; ask its "
		    "operator");
	if ((e = read_body(rq, &body)) != RC_OK ||
	    (e = rc_policy_judge(rq, body, &metadata)) != RC_OK ||
	    (e = rc_client_register(rq, metadata, &client)) != RC_OK)
		return e;
	return answer_client(rq, 201, &client);
}

/* RFC 7592 2.1. */
static enum rc_err
client_get(struct rc_req *rq)
{
	struct rc_client client;
	enum rc_err e;

	if ((e = rc_client_read(rq, rq->arg, NULL, &client)) != RC_OK)
		return e;
	return answer_client(rq, 200, &client);
}

/*
 * RFC 7592 2.2: an update names neither what the server assigns nor another
 * client, and a client_secret in it is the client's own.
 */
static enum rc_err
check_update(struct rc_req *rq, const struct rc_json *body)
{
	const char *const *name;
	const char *id;

	for (name = rc_client_assigned; *name != NULL; name++) {
		if (rc_json_get(body, *name) != NULL)
			return rc_fail(rq, RC_ERR_INVALID_REQUEST,
			    "%s is assigned by the server and must not be in "
			    "an update",
			    *name);
	}
	if (rc_json_get(body, "client_secret") != NULL &&
	    rc_json_string(rc_json_get(body, "client_secret")) == NULL)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "client_secret must be a string");
	if (rc_json_get(body, "client_id") == NULL)
		return rq->conf->partial_update
		           ? RC_OK
		           : rc_fail(rq, RC_ERR_INVALID_REQUEST,
				 "client_id is required in an update");
	id = rc_json_string(rc_json_get(body, "client_id"));
	if (id == NULL || strcmp(id, rq->arg) != 0)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "client_id is not that of the client at this address");
	return RC_OK;
}

/*
 * Say what is wrong with a request only to those whom it is meant for: a token
 * that is not good comes first.
 */
static enum rc_err
vouched(struct rc_req *rq, enum rc_err fault)
{
	struct rc_fault said = rq->fault;
	struct rc_client client;
	enum rc_err e;

	memset(&rq->fault, 0, sizeof(rq->fault));
	if ((e = rc_client_read(rq, rq->arg, NULL, &client)) != RC_OK)
		return e;
	rq->fault = said;
	return fault;
}

static bool
is_web(const struct rc_json *metadata)
{
	const char *type =
	    rc_json_string(rc_json_get(metadata, "application_type"));

	return type != NULL && strcmp(type, "web") == 0;
}

/*
 * Derive from what is registered and what is given all that shall be
 * registered, and the version that it was derived from.
 */
static enum rc_err
merge(struct rc_req *rq, const struct rc_json *body, const char *secret,
    struct rc_json **metadata, int64_t *version)
{
	struct rc_client client;
	struct rc_json *whole;
	enum rc_err e;

	if ((e = rc_client_read(rq, rq->arg, secret, &client)) != RC_OK ||
	    (e = rc_client_metadata(rq, &client, &whole)) != RC_OK ||
	    (e = rc_field_merge(rq, rc_client_fields, rc_client_nfields, body,
		 whole)) != RC_OK)
		return e;
	*version = client.version;
	/* Other redirect URIs may make it another type than the one derived. */
	if (rc_json_has(body, "redirect_uris") &&
	    !rc_json_has(body, "application_type") && is_web(whole))
		rc_json_remove(whole, "application_type");
	return rc_policy_judge(rq, whole, metadata);
}

/*
 * RFC 7592 2.2: with a client_id the body replaces all that is registered.
 * Without one, as clients in the field send it, its members change and the
 * rest stays.
 */
static enum rc_err
client_put(struct rc_req *rq)
{
	struct rc_json *body, *metadata;
	struct rc_client client;
	const char *secret;
	int64_t version = 0;
	bool partial, stale;
	enum rc_err e;
	int i;

	if ((e = read_body(rq, &body)) != RC_OK ||
	    (e = check_update(rq, body)) != RC_OK)
		return vouched(rq, e);
	secret = rc_json_string(rc_json_get(body, "client_secret"));
	partial = rc_json_get(body, "client_id") == NULL;
	if (!partial && (e = rc_policy_judge(rq, body, &metadata)) != RC_OK)
		return vouched(rq, e);
	for (i = 0; i < ATTEMPTS; i++) {
		if (partial &&
		    (e = merge(rq, body, secret, &metadata, &version)) != RC_OK)
			return e;
		e = rc_client_replace(
		    rq, rq->arg, secret, metadata, version, &client, &stale);
		if (e != RC_OK)
			return e;
		if (!stale)
			return answer_client(rq, 200, &client);
	}
	return rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE,
	    "others keep changing this client; try again");
}

/* RFC 7592 2.3. */
static enum rc_err
client_delete(struct rc_req *rq)
{
	enum rc_err e;

	if ((e = rc_client_delete(rq, rq->arg)) == RC_OK)
		rc_answer_empty(rq, 204);
	return e;
}

static const struct rc_route routes[] = {
	{ RC_UNDER_ENDPOINTS, "/register", NULL, .post = register_post },
	{ RC_UNDER_ENDPOINTS, "/register/{client_id}", rc_bearer_take,
	    .get = client_get, .put = client_put, .delete = client_delete },
};

static const struct rc_service *const services[] = { &rc_crypt_service,
	&rc_db_service, NULL };

static const struct rc_program program = {
	.name = "register",
	.spec = "RFC 7591, RFC 7592",
	.consumes = "application/json",
	.cache_control = "no-store",
	.routes = routes,
	.nroutes = sizeof(routes) / sizeof(routes[0]),
	.services = services,
};

int
main(int argc, char *argv[])
{

	return rc_serve(&program, argc, argv);
}
