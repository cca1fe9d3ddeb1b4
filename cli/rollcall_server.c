/*
 * What a record has of the client's server, and how it is kept up to date.
 */
#include "rollcall_server.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "rollcall_discover.h"
#include "rollcall_http.h"
#include "rollcall_metadata.h"
#include "rollcall_store.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

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

/* Two states of a server, and the names of what differs. */
struct comparison {
	const struct rollcall *r;
	const struct rc_json *other;
	bool all; /* else only what the other lacks */
	struct rc_buf names;
};

static enum rc_err
compare(void *arg, const char *name, struct rc_json *value)
{
	struct comparison *c = arg;

	if (c->all ? !rc_json_equal(value, rc_json_get(c->other, name))
		   : !rc_json_has(c->other, name))
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

	rc_buf_init(&changes.names, c->r->mem);
	(void)rc_json_each(server, compare, &changes);
	changes.other = server;
	changes.all = false;
	(void)rc_json_each(old, compare, &changes);
	if (changes.names.len == 0)
		return ROLLCALL_OK;
	rollcall_note(c->r,
	    "the server has changed what it says of itself, and that is stored "
	    "with %s now:%s",
	    c->name, changes.names.data);
	/* Callers have addresses of the old record still. */
	metadata_merge(record, c->record);
	rc_json_set(record, "server", server);
	c->record = record;
	return store_save(c);
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
		return take(c, server_addresses(c->r, found.server));
	if (e == ROLLCALL_UNFIT)
		return rollcall_fail(e, "%s", why);
	rollcall_warn("what %s says of itself cannot be had now, and what is "
		      "stored with %s counts: %s",
	    rollcall_text(c->r, issuer), c->name, why);
	return ROLLCALL_OK;
}

bool
server_moved(
    struct store_client *c, const char *name, const struct rollcall_ask *ask)
{
	const char *url;

	if ((ask->status != 404 && ask->status != 410) ||
	    server_renew(c) != ROLLCALL_OK)
		return false;
	url = rc_json_text(rc_json_get(c->record, "server"), name);
	return url != NULL && strcmp(url, ask->url) != 0;
}
