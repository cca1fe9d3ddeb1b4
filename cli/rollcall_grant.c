/*
 * How tokens are asked for, and kept.
 */
#include "rollcall_grant.h"

#include <stdbool.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "form.h"
#include "json.h"
#include "now.h"
#include "rollcall_auth.h"
#include "rollcall_http.h"
#include "rollcall_id_token.h"
#include "rollcall_pending.h"
#include "rollcall_server.h"
#include "rollcall_store.h"
#include "rollcall_tokens.h"
#include "uri.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum rollcall_exit
grant_resource(struct rollcall *r, struct rc_json **resource)
{
	const struct rollcall_words *words = rollcall_values(r, "resource");
	struct rc_uri uri;
	const char *why;
	size_t i;

	*resource = words->count > 0 ? rc_json_new_array(r->mem) : NULL;
	for (i = 0; i < words->count; i++) {
		why = rc_uri_parse(r->mem, words->items[i], &uri);
		if (why == NULL && uri.fragment != NULL)
			why = "has a fragment";
		if (why != NULL)
			return rollcall_fail(ROLLCALL_USAGE,
			    "--resource %s %s (RFC 8707 2)",
			    rollcall_text(r, words->items[i]), why);
		rc_json_append_string(*resource, words->items[i]);
	}
	return ROLLCALL_OK;
}

static enum rollcall_exit
token_endpoint(struct store_client *c, const char **url)
{

	return auth_endpoint(c, "token_endpoint", "token", url);
}

enum rollcall_exit
grant_prepare(struct store_client *c)
{
	struct rollcall_ask ask = { 0 };
	enum rollcall_exit e;
	struct rc_buf form;

	rc_buf_init(&form, c->r->mem);
	if ((e = token_endpoint(c, &ask.url)) != ROLLCALL_OK)
		return e;
	return auth_add(c, &form, &ask);
}

/* Write the request, all but who asks. */
static void
write_form(const struct grant *g, struct rc_buf *form)
{
	const struct {
		const char *name, *value;
	} pairs[] = {
		{ "grant_type", g->type },
		{ "code", g->code },
		{ "redirect_uri", g->redirect_uri },
		{ "code_verifier", g->verifier },
		{ "refresh_token", g->refresh_token },
		/* RFC 6749 4.1.3: a code's was asked for before. */
		{ "scope", g->code == NULL ? g->scope : NULL },
	};
	size_t i;

	rc_buf_init(form, g->client->r->mem);
	for (i = 0; i < COUNT(pairs); i++)
		if (pairs[i].value != NULL)
			rc_form_add(form, pairs[i].name, pairs[i].value);
	for (i = 0; i < rc_json_count(g->resource); i++)
		rc_form_add(form, "resource",
		    rc_json_string(rc_json_at(g->resource, i)));
}

/* What the answer will have to be judged by, by whoever is to do it. */
static struct rc_json *
asking_of(const struct grant *g)
{
	struct rc_arena *mem = g->client->r->mem;
	struct rc_json *asking = rc_json_new_object(mem);
	const char *sub = NULL;

	rc_json_set_string(asking, "set", g->set);
	rc_json_set_string(asking, "grant_type", g->type);
	rc_json_set_int(asking, "asked_at", rc_now());
	if (g->scope != NULL)
		rc_json_set_string(asking, "scope", g->scope);
	if (g->resource != NULL)
		rc_json_set(asking, "resource",
		    (struct rc_json *)(uintptr_t)g->resource);
	if (g->nonce != NULL)
		rc_json_set_string(asking, "nonce", g->nonce);
	/* A refresh is about who logged in (OpenID Connect Core 1.0 12.2). */
	if (g->refresh_token != NULL)
		sub = id_token_subject(g->client,
		    rc_json_text(
			rc_json_get(g->client->record, g->set), "id_token"));
	if (sub != NULL)
		rc_json_set_string(asking, "sub", sub);
	return asking;
}

/* Tell whether the answer should have an ID token, and has none. */
static bool
lacks_id_token(const struct grant *g, const struct rc_json *answer)
{
	const char *scope = rc_json_text(answer, "scope");

	if (g->nonce == NULL || rc_json_get(answer, "id_token") != NULL)
		return false;
	return scope == NULL || tokens_have_scope(scope, "openid");
}

/*
 * Judge the ID token, where one came.  What replaces a refresh token is to be
 * kept where there are no keys to judge it by: *${left} says that it was not.
 */
static enum rollcall_exit
check_id_token(struct grant *g, const struct rc_json *answer, bool *left)
{
	struct store_client *c = g->client;
	struct id_token token = { .text = rc_json_text(answer, "id_token"),
		.access_token = rc_json_text(answer, "access_token"),
		.nonce = g->nonce,
		.subject =
		    rc_json_text(rc_json_get(c->record, "asking"), "sub"),
		.keys = g->keys };
	enum rollcall_exit e;

	*left = false;
	if (token.text == NULL && !lacks_id_token(g, answer))
		return ROLLCALL_OK;
	e = id_token_check(c, &token);
	*left = g->refresh_token != NULL && !token.judged;
	return e;
}

/* Say where less, or more, was let than asked. */
static void
say_scope(const struct grant *g, const struct rc_json *answer)
{
	const struct rollcall *r = g->client->r;
	const char *got = rc_json_text(answer, "scope");

	if (got == NULL || g->scope == NULL ||
	    (tokens_have_scope(got, g->scope) &&
		tokens_have_scope(g->scope, got)))
		return;
	rollcall_warn("the server let the scope %s, and not %s",
	    got[0] != '\0' ? rollcall_text(r, got) : "nothing",
	    rollcall_text(r, g->scope));
}

/* Judge an answer that has tokens, and keep them. */
static enum rollcall_exit
take(struct grant *g, const struct rc_json *answer)
{
	struct store_client *c = g->client;
	enum rollcall_exit e, saved;
	const char *why;
	bool left;

	if ((why = tokens_fault(c->r->mem, answer)) != NULL) {
		store_give_up(c);
		return rollcall_fail(ROLLCALL_UNFIT,
		    "what the server answers %s, so it is not used (RFC 6749 "
		    "5.1); tell who runs the server",
		    why);
	}
	e = check_id_token(g, answer, &left);
	if (e != ROLLCALL_OK && !left) {
		/* It is whole, and must not come back by a recovery. */
		pending_end(c);
		return e;
	}
	rc_json_set_bool(rc_json_get(c->record, "asking"), "checked", !left);
	if ((saved = store_take(c, answer)) != ROLLCALL_OK)
		return saved;
	if (left)
		rollcall_note(c->r,
		    "what the server gave is stored, and its ID token judged "
		    "by the next rollcall token %s",
		    c->name);
	say_scope(g, answer);
	return e;
}

/* The refresh token was used up, revoked, or has expired: so are the rest. */
static enum rollcall_exit
forget(struct grant *g)
{
	struct store_client *c = g->client;
	enum rollcall_exit e;

	rc_json_remove(c->record, g->set);
	if ((e = store_save(c)) != ROLLCALL_OK)
		return e;
	return rollcall_fail(ROLLCALL_LOGIN,
	    "the server does not take the refresh token of %s any more "
	    "(invalid_grant), and its tokens are forgotten; log in again: "
	    "rollcall login %s",
	    c->name, c->name);
}

static enum rollcall_exit
refused(struct grant *g, const struct rollcall_ask *ask)
{
	const char *error = rc_json_text(ask->json, "error");

	if (g->refresh_token != NULL && error != NULL &&
	    strcmp(error, "invalid_grant") == 0)
		return forget(g);
	(void)rollcall_refused(g->client->r, ask, "a token");
	if (ask->status == 401)
		rollcall_note(g->client->r,
		    "the server does not take %s for who it says it is; if "
		    "its secret has expired or was replaced, rollcall read %s "
		    "or rollcall rotate %s may bring another",
		    g->client->name, g->client->name, g->client->name);
	return ROLLCALL_REFUSED;
}

/* No answer that is one came. */
static enum rollcall_exit
failed(struct grant *g, const struct rollcall_ask *ask, enum rollcall_exit e)
{

	store_give_up(g->client);
	if (e != ROLLCALL_NETWORK || ask->unsent)
		return e;
	if (g->code != NULL)
		rollcall_warn("whether the server took the code before that is "
			      "not known, and it counts once: log in again");
	if (g->refresh_token != NULL)
		rollcall_warn("whether the server replaced the refresh token "
			      "before that is not known; if it does not take "
			      "it any more, log in again");
	return e;
}

/* Send the request; where it is refused, nothing is under way behind that. */
static enum rollcall_exit
send(struct grant *g, struct rollcall_ask *ask)
{
	struct store_client *c = g->client;
	enum rollcall_exit e;
	struct rc_buf form;

	write_form(g, &form);
	rc_json_set(c->record, "asking", asking_of(g));
	if ((e = store_begin(c, "token", NULL)) != ROLLCALL_OK)
		return e;
	if ((e = auth_post(c, &form, ask)) != ROLLCALL_OK)
		return failed(g, ask, e);
	if (ask->status / 100 != 2) {
		rc_json_remove(c->record, "asking");
		store_give_up(c);
	}
	return ROLLCALL_OK;
}

static enum rollcall_exit
exchange(struct grant *g)
{
	struct rollcall_ask ask = { .keep = g->client };
	enum rollcall_exit e;
	bool moved;

	do {
		if ((e = token_endpoint(g->client, &ask.url)) != ROLLCALL_OK ||
		    (e = send(g, &ask)) != ROLLCALL_OK ||
		    (e = server_moved(g->client, "token_endpoint", &ask,
			 &moved)) != ROLLCALL_OK)
			return e;
	} while (moved);
	return ask.status / 100 == 2 ? take(g, ask.json) : refused(g, &ask);
}

enum rollcall_exit
grant_ask(struct grant *g)
{
	enum rollcall_exit e = exchange(g);

	rc_json_remove(g->client->record, "asking");
	return e;
}
