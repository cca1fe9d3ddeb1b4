/*
 * rollcall token: the access token of a client, from the store or anew.
 */
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "json.h"
#include "now.h"
#include "rollcall.h"
#include "rollcall_grant.h"
#include "rollcall_id_token.h"
#include "rollcall_metadata.h"
#include "rollcall_store.h"
#include "rollcall_tokens.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Which tokens are asked for. */
struct wish {
	struct store_client *client;
	const char *set;
	const char *scope; /* NULL: the usual */
	struct rc_json *resource; /* NULL: the usual */
};

static struct rc_json *
set_of(const struct wish *w)
{

	return rc_json_get(w->client->record, w->set);
}

static bool
has_grant(const struct store_client *c, const char *type)
{

	return metadata_lists(
	    rc_json_get(c->record, "client"), "grant_types", type);
}

/*
 * Does the client ask for itself?  Where people log in, it has to be said, or a
 * token of theirs would turn into the client's own on the day that the refresh
 * token ends.
 */
static bool
is_own(const struct store_client *c)
{

	return rollcall_has(c->r, "client-credentials") ||
	       (has_grant(c, "client_credentials") &&
		   !has_grant(c, "authorization_code"));
}

static enum rollcall_exit
forget(const struct wish *w)
{

	rc_json_remove(w->client->record, w->set);
	return store_save(w->client);
}

/* Judge the ID token of a login that was broken off before that. */
static enum rollcall_exit
check_rest(const struct wish *w)
{
	struct rc_json *set = set_of(w);
	const struct rc_json *left = rc_json_get(set, "unchecked");
	struct id_token token = { .text = rc_json_text(set, "id_token"),
		.access_token = rc_json_text(set, "access_token"),
		.nonce = rc_json_text(left, "nonce"),
		.subject = rc_json_text(left, "sub"),
		.came = rc_json_int(rc_json_get(set, "obtained_at")) };
	enum rollcall_exit e = ROLLCALL_OK, saved;

	if (left == NULL)
		return ROLLCALL_OK;
	/* None is missing where the server let less than openid. */
	if (token.text != NULL ||
	    tokens_have_scope(rc_json_text(set, "scope"), "openid"))
		e = id_token_check(w->client, &token);
	if (e == ROLLCALL_OK)
		rc_json_remove(set, "unchecked");
	else if (!token.judged)
		return e;
	saved = e == ROLLCALL_OK ? store_save(w->client) : forget(w);
	return e != ROLLCALL_OK ? e : saved;
}

static enum rollcall_exit
refresh(const struct wish *w)
{
	struct grant grant = { .client = w->client,
		.type = "refresh_token",
		.set = w->set,
		.refresh_token = rc_json_text(set_of(w), "refresh_token"),
		.scope = w->scope,
		.resource = w->resource };

	return grant_ask(&grant);
}

static enum rollcall_exit
ask_own(const struct wish *w)
{
	struct grant grant = { .client = w->client,
		.type = "client_credentials",
		.set = w->set,
		.scope = w->scope,
		.resource = w->resource };

	return grant_ask(&grant);
}

/* There is none, and none to be had without a person. */
static enum rollcall_exit
need_login(const struct wish *w)
{
	const char *name = w->client->name;
	const struct rc_json *set = set_of(w);
	const char *why = "has expired or is about to";

	if (set == NULL)
		return rollcall_fail(ROLLCALL_LOGIN,
		    "there is no token of %s; log in: rollcall login %s%s",
		    name, name,
		    has_grant(w->client, "client_credentials")
			? "; --client-credentials gets one of its own"
			: "");
	if (tokens_serve(set, w->scope, w->resource, rc_now()))
		why = "is all there is";
	else if (tokens_serve(set, NULL, NULL, rc_now()))
		why = "is not for that";
	return rollcall_fail(ROLLCALL_LOGIN,
	    "the access token of %s %s, and there is no refresh token; log in "
	    "again: rollcall login %s",
	    name, why, name);
}

/* Have tokens that are what is asked for. */
static enum rollcall_exit
have(const struct wish *w)
{
	const struct rc_json *set = set_of(w);

	if (!rollcall_has(w->client->r, "fresh") &&
	    tokens_serve(set, w->scope, w->resource, rc_now()))
		return ROLLCALL_OK;
	/* RFC 6749 4.4.3: there should be no refresh token, nor is it needed.
	 */
	if (strcmp(w->set, "client_tokens") == 0)
		return ask_own(w);
	return rc_json_text(set, "refresh_token") != NULL ? refresh(w)
	                                                  : need_login(w);
}

static void
print_token(const struct wish *w)
{
	struct rollcall *r = w->client->r;
	const struct rc_json *set = set_of(w);
	struct rc_json *out;

	if (!r->json) {
		(void)printf("%s\n", rc_json_text(set, "access_token"));
		return;
	}
	out = tokens_about(r->mem, set);
	rc_json_remove(out, "refresh_token");
	rc_json_set(out, "access_token", rc_json_get(set, "access_token"));
	if (rc_json_has(set, "id_token"))
		rc_json_set(out, "id_token", rc_json_get(set, "id_token"));
	rollcall_print_json(r, out);
}

static enum rollcall_exit
run(struct rollcall *r)
{
	struct store_client client;
	struct wish wish = { .client = &client,
		.scope = rollcall_value(r, "scope") };
	enum rollcall_exit e;

	/* The lock has another run wait, and find what this one got. */
	if ((e = grant_resource(r, &wish.resource)) != ROLLCALL_OK ||
	    (e = store_find(r, r->arg, &client)) != ROLLCALL_OK)
		return e;
	wish.set = is_own(&client) ? "client_tokens" : "tokens";
	if ((e = check_rest(&wish)) == ROLLCALL_OK &&
	    (e = have(&wish)) == ROLLCALL_OK)
		print_token(&wish);
	store_close(&client);
	return e;
}

static const struct rollcall_option options[] = {
	{ "scope", "SCOPE", false,
	    "it has to cover these, with a space between" },
	{ "resource", "URI", true, "it is for this resource" },
	{ "fresh", NULL, false, "get a new one in any case" },
	{ "client-credentials", NULL, false, "a token of the client's own" },
};

const struct rollcall_command rollcall_token = { "token", "NAME", options,
	COUNT(options), false, "print an access token, got anew if need be",
	run };
