/*
 * What a record has of the client's server, and how it is kept up to date.
 */
#include "rollcall_server.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "http.h"
#include "json.h"
#include "rollcall_discover.h"
#include "rollcall_http.h"
#include "rollcall_metadata.h"
#include "rollcall_store.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Of how much that has changed the names are said. */
#define MOST_NAMES 8

static enum rc_err
keep_address(void *arg, const char *name, struct rc_json *value)
{
	static const char *const others[] = { "jwks_uri",
		"code_challenge_methods_supported",
		"authorization_response_iss_parameter_supported",
		"require_pushed_authorization_requests",
		"require_signed_request_object",
		"registration_lint_supported" };
	const char *end = strstr(name, "_endpoint");
	struct rc_json *server = arg;
	size_t i;

	if (end != NULL && strcmp(end, "_endpoint") == 0 &&
	    rc_json_string(value) != NULL)
		rc_json_set(server, name, value);
	for (i = 0; i < COUNT(others); i++)
		if (value != NULL && strcmp(others[i], name) == 0)
			rc_json_set(server, name, value);
	return RC_OK;
}

struct rc_json *
server_addresses(struct rollcall *r, const struct rc_json *metadata)
{
	struct rc_json *server = rc_json_new_object(r->mem);

	(void)rc_json_each(metadata, keep_address, server);
	return server;
}

const char *
server_fault(const struct store_client *c, const char *url, const char *name)
{
	const char *why = rc_http_check_url(c->r->mem, url);

	if (why != NULL)
		return rc_printf(c->r->mem,
		    "the %s %s %s; tell who runs the server", name,
		    rollcall_text(c->r, url), why);
	return rollcall_endpoint_fault(
	    c->r, rc_json_text(c->record, "issuer"), url);
}

/* Two states of a server, and the names of what differs. */
struct comparison {
	const struct rollcall *r;
	const struct rc_json *other;
	bool all; /* else only what the other lacks */
	size_t n;
	struct rc_buf names; /* of some of them */
};

static enum rc_err
compare(void *arg, const char *name, struct rc_json *value)
{
	struct comparison *c = arg;

	if (c->all ? rc_json_equal(value, rc_json_get(c->other, name))
		   : rc_json_has(c->other, name))
		return RC_OK;
	if (++c->n <= MOST_NAMES)
		rc_buf_printf(&c->names, " %s", rollcall_text(c->r, name));
	return RC_OK;
}

/* Put what the server says in the place of what the record has of it. */
static enum rollcall_exit
take(struct store_client *c, struct rc_json *server)
{
	struct rc_json *record = rc_json_new_object(c->r->mem);
	const struct rc_json *old = rc_json_get(c->record, "server");
	struct comparison changes = { .r = c->r, .other = old, .all = true };
	enum rollcall_exit e;

	rc_buf_init(&changes.names, c->r->mem);
	(void)rc_json_each(server, compare, &changes);
	changes.other = server;
	changes.all = false;
	(void)rc_json_each(old, compare, &changes);
	if (changes.n == 0)
		return ROLLCALL_OK;
	/* Callers have addresses of the old record still. */
	metadata_merge(record, c->record);
	rc_json_set(record, "server", server);
	c->record = record;
	if ((e = store_save(c)) != ROLLCALL_OK)
		return e;
	rollcall_note(c->r,
	    "the server has changed what it says of itself, and that is stored "
	    "with %s now:%s%s",
	    c->name, changes.names.data,
	    changes.n > MOST_NAMES ? " and others" : "");
	return ROLLCALL_OK;
}

/* What nobody could have a token from is no better than what is stored. */
static enum rollcall_exit
take_good(struct store_client *c, struct rc_json *server)
{
	const char *url = rc_json_text(server, "token_endpoint");
	const char *why = NULL;

	if (url != NULL)
		why = server_fault(c, url, "token_endpoint");
	if (why != NULL)
		return rollcall_fail(ROLLCALL_UNFIT, "%s", why);
	return take(c, server);
}

enum rollcall_exit
server_renew(struct store_client *c)
{
	const char *issuer = rc_json_text(c->record, "issuer");
	const int64_t retries = c->r->retries;
	struct discovery found;
	enum rollcall_exit e;
	const char *why;

	if (c->renewed || c->pending != -1)
		return ROLLCALL_OK;
	c->renewed = true;
	/* There is something to go by: nobody waits for better. */
	c->r->retries = 0;
	e = discover_again(c->r, issuer, &found, &why);
	c->r->retries = retries;
	if (e == ROLLCALL_OK)
		return take_good(c, server_addresses(c->r, found.server));
	if (e == ROLLCALL_UNFIT)
		return rollcall_fail(e, "%s", why);
	rollcall_warn("what %s says of itself cannot be had now, and what is "
		      "stored with %s counts: %s",
	    rollcall_text(c->r, issuer), c->name, why);
	return ROLLCALL_OK;
}

enum rollcall_exit
server_moved(struct store_client *c, const char *name,
    const struct rollcall_ask *ask, bool *moved)
{
	enum rollcall_exit e;
	const char *url;

	*moved = false;
	if (ask->status != 404 && ask->status != 410)
		return ROLLCALL_OK;
	if ((e = server_renew(c)) != ROLLCALL_OK)
		return e;
	url = rc_json_text(rc_json_get(c->record, "server"), name);
	*moved = url != NULL && strcmp(url, ask->url) != 0;
	return ROLLCALL_OK;
}
