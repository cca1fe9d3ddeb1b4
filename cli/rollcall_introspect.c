/*
 * rollcall introspect, rollcall revoke: what a token is worth (RFC 7662), and
 * its end (RFC 7009).
 */
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "crypt.h"
#include "form.h"
#include "json.h"
#include "rollcall.h"
#include "rollcall_auth.h"
#include "rollcall_http.h"
#include "rollcall_metadata.h"
#include "rollcall_server.h"
#include "rollcall_store.h"
#include "table.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Where a record has tokens, the person's first. */
static const char *const sets[] = { "tokens", "client_tokens" };

/* Send a token to the endpoint of that name. */
static enum rollcall_exit
send(struct store_client *c, const char *name, const char *what,
    struct rollcall_ask *ask, const char *token, const char *hint)
{
	enum rollcall_exit e;
	struct rc_buf form;
	bool moved;

	do {
		e = auth_endpoint(c, name, what, &ask->url);
		if (e != ROLLCALL_OK)
			return e;
		rc_buf_init(&form, c->r->mem);
		rc_form_add(&form, "token", token);
		if (hint != NULL)
			rc_form_add(&form, "token_type_hint", hint);
		if ((e = auth_post(c, &form, ask)) != ROLLCALL_OK ||
		    (e = server_moved(c, name, ask, &moved)) != ROLLCALL_OK)
			return e;
	} while (moved);
	return ROLLCALL_OK;
}

/* --- introspect */

/* The members of an answer, as columns. */
struct lines {
	const struct rollcall *r;
	struct table_column *columns;
	const char **cells;
	size_t n;
};

/* Tell whether a member is a time (RFC 7662 2.2). */
static bool
is_time(const char *name)
{
	static const char *const times[] = { "exp", "iat", "nbf", "auth_time" };
	size_t i;

	for (i = 0; i < COUNT(times); i++)
		if (strcmp(times[i], name) == 0)
			return true;
	return false;
}

static enum rc_err
add_line(void *arg, const char *name, struct rc_json *value)
{
	struct lines *l = arg;
	const char *text = rc_json_string(value);
	enum table_kind kind = TABLE_TEXT;

	if (text == NULL && value != NULL) {
		text = rc_json_write(l->r->mem, value);
		kind = TABLE_JSON;
	}
	if (is_time(name) && rc_json_type(value) == RC_JSON_INT)
		kind = TABLE_TIME;
	l->columns[l->n] =
	    (struct table_column){ rollcall_text(l->r, name), kind };
	l->cells[l->n++] = text;
	return RC_OK;
}

static void
print_worth(const struct rollcall *r, const struct rc_json *worth)
{
	struct lines l = { .r = r };
	size_t room = rc_json_count(worth);

	if (r->json) {
		rollcall_print_json(r, worth);
		return;
	}
	l.columns = rc_alloc(r->mem, room * sizeof(*l.columns));
	l.cells = rc_alloc(r->mem, room * sizeof(*l.cells));
	(void)rc_json_each(worth, add_line, &l);
	table_record(stdout, r->mem, l.columns, l.n, l.cells);
}

/* Find the token that is asked about. */
static enum rollcall_exit
find_token(const struct store_client *c, const char **token)
{
	const struct rc_json *told = rc_json_get(c->record, "client");
	const char *file = rollcall_value(c->r, "token-file");
	bool logs_in =
	    !metadata_lists(told, "grant_types", "client_credentials") ||
	    metadata_lists(told, "grant_types", "authorization_code");
	size_t i;

	if (file != NULL)
		return rollcall_read_secret(c->r, file, "token", token);
	for (i = 0; i < COUNT(sets); i++) {
		*token = rc_json_text(
		    rc_json_get(c->record, sets[i]), "access_token");
		if (*token != NULL)
			return ROLLCALL_OK;
	}
	return rollcall_fail(ROLLCALL_LOGIN,
	    "there is no token of %s; get one, rollcall %s %s, or give "
	    "--token-file",
	    c->name, logs_in ? "login" : "token", c->name);
}

static enum rollcall_exit
introspect(struct rollcall *r, struct store_client *c)
{
	struct rollcall_ask ask = { 0 };
	const struct rc_json *active;
	enum rollcall_exit e;
	const char *token;

	if ((e = find_token(c, &token)) != ROLLCALL_OK ||
	    (e = send(c, "introspection_endpoint", "introspection", &ask, token,
		 rollcall_value(r, "token-type-hint"))) != ROLLCALL_OK)
		return e;
	if (ask.status != 200)
		return rollcall_refused(r, &ask, "the introspection");
	active = rc_json_get(ask.json, "active");
	if (rc_json_type(active) != RC_JSON_BOOL)
		return rollcall_fail(ROLLCALL_UNFIT,
		    "the server answers without saying whether the token is "
		    "active (RFC 7662 2.2); tell who runs it");
	print_worth(r, ask.json);
	return rc_json_bool(active) ? ROLLCALL_OK : ROLLCALL_INACTIVE;
}

/* --- revoke */

/*
 * Have the server forget a token; what it does not know is good as well.
 * *${lasting}: it says that it revokes none of that type.
 */
static enum rollcall_exit
revoke_one(
    struct store_client *c, const char *token, const char *hint, bool *lasting)
{
	struct rollcall_ask ask = { .any = true };
	enum rollcall_exit e;
	const char *error;

	*lasting = false;
	e = send(c, "revocation_endpoint", "revocation", &ask, token, hint);
	if (e != ROLLCALL_OK)
		return e;
	if (ask.status == 200)
		return ROLLCALL_OK;
	error = rc_json_text(ask.json, "error");
	*lasting =
	    error != NULL && strcmp(error, "unsupported_token_type") == 0;
	if (*lasting)
		return rollcall_fail(ROLLCALL_UNSUPPORTED,
		    "the server does not revoke tokens of that type; it counts "
		    "until it expires");
	return rollcall_refused(c->r, &ask, "the revocation");
}

/* Take a token out of the store; a set without any goes. */
static void
forget(const struct store_client *c, const char *set, const char *member)
{
	struct rc_json *tokens = rc_json_get(c->record, set);

	rc_json_remove(tokens, member);
	if (!rc_json_has(tokens, "access_token") &&
	    !rc_json_has(tokens, "refresh_token"))
		rc_json_remove(c->record, set);
}

/*
 * Revoke what a set has: the refresh token first, for with it the server may
 * end the access token, and nobody gets another by it (RFC 7009 2.1).  An
 * access token that the server lets live is forgotten: it will end by itself.
 */
static enum rollcall_exit
revoke_set(struct store_client *c, const char *set, size_t *n)
{
	static const char *const members[] = { "refresh_token",
		"access_token" };
	enum rollcall_exit e, saved;
	const char *token;
	bool lasting;
	size_t i;

	for (i = 0; i < COUNT(members); i++) {
		token = rc_json_text(rc_json_get(c->record, set), members[i]);
		if (token == NULL)
			continue;
		e = revoke_one(c, token, members[i], &lasting);
		if (e != ROLLCALL_OK &&
		    !(lasting && strcmp(members[i], "access_token") == 0))
			return e;
		forget(c, set, members[i]);
		if ((saved = store_save(c)) != ROLLCALL_OK)
			return saved;
		if (e != ROLLCALL_OK)
			return e;
		(*n)++;
	}
	return ROLLCALL_OK;
}

static enum rollcall_exit
revoke_stored(struct store_client *c, size_t *n)
{
	enum rollcall_exit e;
	size_t i;

	for (i = 0; i < COUNT(sets); i++)
		if ((e = revoke_set(c, sets[i], n)) != ROLLCALL_OK)
			return e;
	if (*n > 0)
		return ROLLCALL_OK;
	return rollcall_fail(ROLLCALL_LOGIN,
	    "there is no token of %s to revoke; give --token-file for one that "
	    "is elsewhere",
	    c->name);
}

/* Revoke a token of a file, which the store may have as well. */
static enum rollcall_exit
revoke_file(struct store_client *c, const char *file)
{
	static const char *const members[] = { "access_token",
		"refresh_token" };
	enum rollcall_exit e;
	const char *token;
	size_t i, j, n = 0;
	bool lasting;

	if ((e = rollcall_read_secret(c->r, file, "token", &token)) !=
		ROLLCALL_OK ||
	    (e = revoke_one(c, token, rollcall_value(c->r, "token-type-hint"),
		 &lasting)) != ROLLCALL_OK)
		return e;
	for (i = 0; i < COUNT(sets); i++)
		for (j = 0; j < COUNT(members); j++)
			if (rc_crypt_same(token,
				rc_json_text(rc_json_get(c->record, sets[i]),
				    members[j]))) {
				forget(c, sets[i], members[j]);
				n++;
			}
	return n > 0 ? store_save(c) : ROLLCALL_OK;
}

static enum rollcall_exit
revoke(struct rollcall *r, struct store_client *c)
{
	const char *file = rollcall_value(r, "token-file");
	struct rc_json *out = rc_json_new_object(r->mem);
	enum rollcall_exit e;
	size_t n = 1;

	if (file == NULL && rollcall_has(r, "token-type-hint"))
		return rollcall_fail(
		    ROLLCALL_USAGE, "--token-type-hint goes with --token-file");
	if (file != NULL)
		e = revoke_file(c, file);
	else {
		n = 0;
		e = revoke_stored(c, &n);
	}
	if (e != ROLLCALL_OK)
		return e;
	if (r->json) {
		rc_json_set_string(out, "name", c->name);
		rc_json_set_int(out, "revoked", (int64_t)n);
		rollcall_print_json(r, out);
	} else
		rollcall_done(r, "Revoked %zu token%s of %s.", n,
		    n == 1 ? "" : "s", c->name);
	return ROLLCALL_OK;
}

/* --- commands */

static enum rollcall_exit
run_introspect(struct rollcall *r)
{
	struct store_client client;
	enum rollcall_exit e;

	if ((e = store_find(r, r->arg, &client)) != ROLLCALL_OK)
		return e;
	e = introspect(r, &client);
	store_close(&client);
	return e;
}

static enum rollcall_exit
run_revoke(struct rollcall *r)
{
	struct store_client client;
	enum rollcall_exit e;

	if ((e = store_find(r, r->arg, &client)) != ROLLCALL_OK)
		return e;
	e = revoke(r, &client);
	store_close(&client);
	return e;
}

static const struct rollcall_option options[] = {
	{ "token-file", "FILE", false,
	    "the token, one line, in place of a stored one" },
	{ "token-type-hint", "TYPE", false, "access_token or refresh_token" },
};

const struct rollcall_command rollcall_introspect = { "introspect", "NAME",
	options, COUNT(options), false, "ask the server what a token is worth",
	run_introspect };

const struct rollcall_command rollcall_revoke = { "revoke", "NAME", options,
	COUNT(options), false, "have the server end a client's tokens",
	run_revoke };
