/*
 * rollcall login: have a person let a client have tokens, by the authorization
 * code flow with PKCE and an answer on this host (RFC 6749 4.1, RFC 7636,
 * RFC 8252 7.3).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "crypt.h"
#include "form.h"
#include "json.h"
#include "pkce.h"
#include "rollcall.h"
#include "rollcall_auth.h"
#include "rollcall_browser.h"
#include "rollcall_grant.h"
#include "rollcall_id_token.h"
#include "rollcall_listen.h"
#include "rollcall_metadata.h"
#include "rollcall_server.h"
#include "rollcall_store.h"
#include "rollcall_tokens.h"
#include "table.h"
#include "uri.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* How long a person is waited for, s: unless --wait says, and at most. */
#define WAIT 300
#define MOST_WAIT 3600

/* A login on its way. */
struct login {
	struct rollcall *r;
	const char *issuer, *id; /* of whose login it is: client_id */
	bool needs_iss; /* the server names itself (RFC 9207) */
	const char *scope; /* NULL */
	struct rc_json *resource; /* NULL */
	struct rc_json *keys; /* of the server, where ID tokens come */
	int64_t port, wait;
	struct listen *listen;
	const char *url; /* of the request */
	char state[RC_CRYPT_TOKEN_SIZE];
	char nonce[RC_CRYPT_TOKEN_SIZE];
	char verifier[RC_CRYPT_TOKEN_SIZE];
	bool openid;
	bool told; /* that something came that is no answer */
	bool said; /* the address */
	pid_t browser; /* 0: none, or it has ended */

	const char *code; /* what came */
	enum rollcall_exit exit; /* ROLLCALL_OK: that; else what is wrong */
	const char *why;
};

/* --- the request */

/* Find the redirect URI that leads here. */
static enum rollcall_exit
find_redirect(
    const struct login *l, const struct store_client *c, const char **redirect)
{
	const struct rc_json *uris =
	    rc_json_get(rc_json_get(c->record, "client"), "redirect_uris");
	struct rollcall *r = l->r;
	struct rc_uri uri;
	const char *text;
	size_t i;

	for (i = 0; i < rc_json_count(uris); i++) {
		text = rc_json_string(rc_json_at(uris, i));
		if (text == NULL || rc_uri_parse(r->mem, text, &uri) != NULL ||
		    strcasecmp(uri.scheme, "http") != 0 ||
		    !rc_uri_is_loopback(&uri))
			continue;
		*redirect = text;
		if (l->port == 0 || uri.port == NULL ||
		    strtoll(uri.port, NULL, 10) == l->port)
			return ROLLCALL_OK;
	}
	return rollcall_fail(ROLLCALL_UNSUPPORTED,
	    "%s has no redirect URI that leads to this host%s; register one%s: "
	    "rollcall update %s --redirect-uri %s",
	    c->name, l->port != 0 ? ", with that port or none" : "",
	    rc_json_count(uris) > 0
		? ", and give those that are to stay as well"
		: "",
	    c->name,
	    metadata_redirect_uri(r->mem, rc_json_text(c->record, "issuer")));
}

/* PKCE by S256 it is, or nothing (RFC 9700 2.1.1). */
static enum rollcall_exit
check_pkce(const struct store_client *c)
{
	const struct rc_json *server = rc_json_get(c->record, "server");
	static const char name[] = "code_challenge_methods_supported";

	if (!rc_json_has(server, name)) {
		rollcall_warn("the server does not announce PKCE; rollcall "
			      "uses it, but whether the server heeds it is not "
			      "known");
		return ROLLCALL_OK;
	}
	if (metadata_lists(server, name, "S256"))
		return ROLLCALL_OK;
	return rollcall_fail(ROLLCALL_UNSUPPORTED,
	    "the server announces PKCE without S256, and a login without it "
	    "is not safe; tell who runs the server");
}

static enum rollcall_exit
check_grant(const struct store_client *c)
{
	const struct rc_json *told = rc_json_get(c->record, "client");

	/* RFC 7591 2: what it is where nothing is said. */
	if (!rc_json_has(told, "grant_types") ||
	    metadata_lists(told, "grant_types", "authorization_code"))
		return ROLLCALL_OK;
	if (metadata_lists(told, "grant_types", "client_credentials"))
		return rollcall_fail(ROLLCALL_UNSUPPORTED,
		    "%s is not registered for logins; rollcall token %s gets "
		    "it a token of its own",
		    c->name, c->name);
	return rollcall_fail(ROLLCALL_UNSUPPORTED,
	    "%s is not registered for logins; rollcall update %s --grant-type "
	    "authorization_code --response-type code, and a --redirect-uri",
	    c->name, c->name);
}

/* A server or a client may ask for what is not known here. */
static enum rollcall_exit
check_demands(const struct store_client *c)
{
	static const char *const demands[] = {
		"require_pushed_authorization_requests",
		"require_signed_request_object", "dpop_bound_access_tokens",
		"tls_client_certificate_bound_access_tokens"
	};
	const struct rc_json *told = rc_json_get(c->record, "client");
	const struct rc_json *server = rc_json_get(c->record, "server");
	size_t i;

	for (i = 0; i < COUNT(demands); i++)
		if (rc_json_bool(rc_json_get(told, demands[i])) ||
		    rc_json_bool(rc_json_get(server, demands[i])))
			return rollcall_fail(ROLLCALL_UNSUPPORTED,
			    "%s, or its server, has %s, which rollcall cannot "
			    "do; where it is the client's own, rollcall "
			    "update %s --unset %s ends it",
			    c->name, demands[i], c->name, demands[i]);
	return ROLLCALL_OK;
}

/* See what there is to see before a person is asked. */
static enum rollcall_exit
check(struct login *l, struct store_client *c)
{
	enum rollcall_exit e;
	const char *url;

	if ((e = check_demands(c)) != ROLLCALL_OK ||
	    (e = auth_endpoint(c, "authorization_endpoint", "login", &url)) !=
		ROLLCALL_OK ||
	    (e = check_pkce(c)) != ROLLCALL_OK ||
	    (e = grant_prepare(c)) != ROLLCALL_OK)
		return e;
	if (!l->openid)
		return ROLLCALL_OK;
	if ((e = id_token_check_alg(c)) != ROLLCALL_OK)
		return e;
	return id_token_keys(c, &l->keys);
}

/* Write the address of the request; a query that it has stays. */
static void
write_url(struct login *l, const struct store_client *c)
{
	char challenge[RC_PKCE_CHALLENGE_SIZE];
	const struct rc_json *told = rc_json_get(c->record, "client");
	const char *endpoint = rc_json_text(
	    rc_json_get(c->record, "server"), "authorization_endpoint");
	const struct {
		const char *name, *value;
	} pairs[] = {
		{ "response_type", "code" },
		{ "client_id", rc_json_text(told, "client_id") },
		{ "redirect_uri", listen_uri(l->listen) },
		{ "scope", l->scope },
		{ "state", l->state },
		{ "nonce", l->openid ? l->nonce : NULL },
		{ "code_challenge", challenge },
		{ "code_challenge_method", "S256" },
		{ "login_hint", rollcall_value(l->r, "login-hint") },
		{ "prompt", rollcall_value(l->r, "prompt") },
	};
	struct rc_buf url;
	size_t i;

	rc_pkce_challenge(l->verifier, challenge);
	rc_buf_init(&url, l->r->mem);
	rc_buf_puts(&url, endpoint);
	if (strchr(endpoint, '?') == NULL)
		rc_buf_putc(&url, '?');
	for (i = 0; i < COUNT(pairs); i++)
		if (pairs[i].value != NULL)
			rc_form_add(&url, pairs[i].name, pairs[i].value);
	for (i = 0; i < rc_json_count(l->resource); i++)
		rc_form_add(&url, "resource",
		    rc_json_string(rc_json_at(l->resource, i)));
	l->url = url.data;
}

/* All before the browser is started. */
static enum rollcall_exit
prepare(struct login *l, struct store_client *c)
{
	const char *redirect = NULL;
	enum rollcall_exit e;

	/* A server may have moved its endpoints since the registration. */
	if ((e = server_renew(c)) != ROLLCALL_OK)
		return e;
	l->issuer = rc_json_text(c->record, "issuer");
	l->id = rc_json_text(rc_json_get(c->record, "client"), "client_id");
	l->needs_iss =
	    rc_json_bool(rc_json_get(rc_json_get(c->record, "server"),
		"authorization_response_iss_parameter_supported"));
	l->scope = rollcall_value(l->r, "scope");
	if (l->scope == NULL)
		l->scope =
		    rc_json_text(rc_json_get(c->record, "client"), "scope");
	l->openid = l->scope != NULL && tokens_have_scope(l->scope, "openid");
	if ((e = check_grant(c)) != ROLLCALL_OK ||
	    (e = find_redirect(l, c, &redirect)) != ROLLCALL_OK ||
	    (e = check(l, c)) != ROLLCALL_OK)
		return e;
	rc_crypt_token(l->state);
	rc_crypt_token(l->nonce);
	rc_crypt_token(l->verifier);
	e = listen_open(l->r, redirect, l->port, &l->listen);
	if (e == ROLLCALL_OK)
		write_url(l, c);
	return e;
}

/* --- the browser */

static void
say_address(struct login *l, const char *what)
{

	l->said = true;
	(void)fprintf(stderr, "rollcall: %s:\n%s\n", what, l->url);
}

static void
invite(struct login *l)
{

	/* Others see what it is started with, so that is not the request. */
	if (!rollcall_has(l->r, "no-browser"))
		l->browser = browser_start(l->r, listen_start(l->listen));
	if (l->browser == 0)
		say_address(l,
		    "open this address in a browser on this host, and log in");
	else if (isatty(STDERR_FILENO) == 1 && !l->r->quiet)
		say_address(l,
		    "log in with the browser; if none comes up, open this "
		    "address");
}

/* A browser that has ended badly may not have shown anything. */
static void
look_after_browser(void *arg)
{
	struct login *l = arg;
	int status;

	if (l->browser == 0 ||
	    waitpid(l->browser, &status, WNOHANG) != l->browser)
		return;
	l->browser = 0;
	if (status != 0 && !l->said)
		say_address(l,
		    "the browser has ended; where it showed nothing, open this "
		    "address in another on this host, and log in");
}

/* --- the answer */

/* The parameters of an authorization response, each once or not at all. */
struct response {
	const char *state, *code, *error, *text, *iss;
	bool repeated;
};

static bool
read_response(struct rc_arena *mem, const char *query, struct response *p)
{
	struct {
		const char *name, **value;
	} const rows[] = {
		{ "state", &p->state },
		{ "code", &p->code },
		{ "error", &p->error },
		{ "error_description", &p->text },
		{ "iss", &p->iss },
	};
	struct rc_form_pair *pairs;
	size_t i, j, n;

	*p = (struct response){ 0 };
	if (!rc_form_parse(mem, query, &pairs, &n))
		return false;
	for (i = 0; i < n; i++) {
		for (j = 0; j < COUNT(rows); j++) {
			if (strcmp(rows[j].name, pairs[i].name) != 0)
				continue;
			p->repeated = p->repeated || *rows[j].value != NULL;
			*rows[j].value = pairs[i].value;
		}
	}
	return true;
}

static void
set_fault(struct login *l, enum rollcall_exit exit, const char *why)
{

	l->exit = exit;
	l->why = why;
}

/* Judge a response to our request; its sender knows state. */
static void
judge_response(struct login *l, const struct response *p)
{
	struct rollcall *r = l->r;

	/* RFC 9207 2.4: else a code of one server could go to another. */
	if (p->iss != NULL && strcmp(p->iss, l->issuer) != 0)
		set_fault(l, ROLLCALL_UNFIT,
		    rc_printf(r->mem,
			"the answer is of another server, %s, and not of %s",
			rollcall_text(r, p->iss), rollcall_text(r, l->issuer)));
	else if (p->iss == NULL && l->needs_iss)
		set_fault(l, ROLLCALL_UNFIT,
		    "the answer does not say which server it is of (iss), as "
		    "the server announces that it does");
	else if (p->error != NULL)
		set_fault(l, ROLLCALL_REFUSED,
		    rc_printf(r->mem, "the server refused the login: %s%s%s",
			rollcall_text(r, p->error), p->text != NULL ? ": " : "",
			p->text != NULL ? rollcall_text(r, p->text) : ""));
	else if (p->code == NULL || p->code[0] == '\0')
		set_fault(l, ROLLCALL_UNFIT, "the answer has no code");
	else
		l->code = p->code;
}

/*
 * See whether a query is an answer to our request.  Whoever asks may ask again
 * and again, so nothing of what is none stays in memory.
 */
static const char *
response_fault(const struct login *l, const char *query)
{
	struct rc_arena *mem = rc_arena_new();
	const char *why = NULL;
	struct response p;

	if (!read_response(mem, query, &p))
		why = "This is no answer to a login.";
	else if (p.repeated)
		why = "This answer says something twice.";
	else if (!rc_crypt_same(p.state, l->state))
		why = "This is not of the login that is waited for (state).";
	rc_arena_free(mem);
	return why;
}

/* See whether a query is the answer; what is wrong with it may be told then. */
static const char *
judge(void *arg, const char *query)
{
	struct login *l = arg;
	const char *why;
	struct response p;

	if ((why = response_fault(l, query)) != NULL) {
		if (!l->told)
			rollcall_note(l->r,
			    "something came that is no answer of this login, "
			    "and was not taken: %s",
			    why);
		l->told = true;
		return why;
	}
	if (read_response(l->r->mem, query, &p))
		judge_response(l, &p);
	return NULL;
}

/* --- the tokens */

static const char *
shown_end(struct rollcall *r, const struct rc_json *set)
{
	const struct rc_json *end = rc_json_get(set, "expires_at");

	return end == NULL
	           ? "the server did not say"
	           : table_text(r->mem, TABLE_TIME, rc_json_write(r->mem, end));
}

/* Print what came of it. */
static void
print_login(const struct login *l, const struct store_client *c)
{
	struct rollcall *r = l->r;
	const struct rc_json *set = rc_json_get(c->record, "tokens");
	const char *scope = rc_json_text(set, "scope");
	const char *sub = id_token_subject(c, rc_json_text(set, "id_token"));
	struct rc_json *out;

	if (r->json) {
		out = tokens_about(r->mem, set);
		rc_json_set_string(out, "name", c->name);
		if (sub != NULL)
			rc_json_set_string(out, "sub", sub);
		rollcall_print_json(r, out);
		return;
	}
	rollcall_done(r, "Logged in%s%s; the tokens are in the store, as %s.",
	    sub != NULL ? " as " : "", sub != NULL ? rollcall_text(r, sub) : "",
	    c->name);
	if (scope != NULL)
		rollcall_done(r, "  scope: %s", rollcall_text(r, scope));
	rollcall_done(r, "  access token until: %s\n  refresh token: %s",
	    shown_end(r, set),
	    rc_json_has(set, "refresh_token") ? "yes" : "no");
}

/* Is the client that was logged in for still the one of that name? */
static bool
is_same(const struct login *l, const struct store_client *c)
{
	const char *id =
	    rc_json_text(rc_json_get(c->record, "client"), "client_id");

	return strcmp(rc_json_text(c->record, "issuer"), l->issuer) == 0 &&
	       strcmp(id, l->id) == 0;
}

/* Make tokens of the code, and keep them. */
static enum rollcall_exit
redeem(struct login *l)
{
	struct store_client client;
	struct grant grant = { .client = &client,
		.type = "authorization_code",
		.set = "tokens",
		.code = l->code,
		.redirect_uri = listen_uri(l->listen),
		.verifier = l->verifier,
		.scope = l->scope,
		.resource = l->resource,
		.nonce = l->openid ? l->nonce : NULL,
		.keys = l->keys };
	enum rollcall_exit e;

	if ((e = store_find(l->r, l->r->arg, &client)) != ROLLCALL_OK)
		return e;
	if (!is_same(l, &client))
		e = rollcall_fail(ROLLCALL_FAILED,
		    "%s was registered anew meanwhile; log in again",
		    client.name);
	else
		e = grant_ask(&grant);
	if (e == ROLLCALL_OK)
		print_login(l, &client);
	store_close(&client);
	return e;
}

/* Take the answer to its end, and tell the browser of it. */
static enum rollcall_exit
finish(struct login *l)
{
	struct listen_page page = { false, "The login failed",
		"What went wrong is said in the terminal." };
	enum rollcall_exit e;

	if (l->exit != ROLLCALL_OK) {
		page.text = l->why;
		e = rollcall_fail(l->exit, "%s; nothing is stored", l->why);
	} else if ((e = redeem(l)) == ROLLCALL_OK)
		page = (struct listen_page){ true, "You are logged in",
			"This window can be closed." };
	listen_end(l->listen, &page);
	return e;
}

/* No answer that counts came. */
static enum rollcall_exit
give_up(const struct login *l, enum rollcall_exit e)
{
	const struct listen_page page = { false, "The login has ended",
		"Why is said in the terminal." };

	listen_end(l->listen, &page);
	return e;
}

static enum rollcall_exit
run(struct rollcall *r)
{
	struct login *l = rc_alloc(r->mem, sizeof(*l));
	struct store_client client;
	enum rollcall_exit e;

	*l = (struct login){ .r = r, .wait = WAIT };
	if ((e = rollcall_number(r, "port", 1, 65535, &l->port)) !=
		ROLLCALL_OK ||
	    (e = rollcall_number(r, "wait", 1, MOST_WAIT, &l->wait)) !=
		ROLLCALL_OK ||
	    (e = grant_resource(r, &l->resource)) != ROLLCALL_OK ||
	    (e = store_find(r, r->arg, &client)) != ROLLCALL_OK)
		return e;
	/* Others can have the client while a person takes their time. */
	e = prepare(l, &client);
	store_close(&client);
	if (e != ROLLCALL_OK)
		return e;
	invite(l);
	e = listen_wait(
	    l->listen, l->url, judge, look_after_browser, l, l->wait);
	return e == ROLLCALL_OK ? finish(l) : give_up(l, e);
}

static const struct rollcall_option options[] = {
	{ "scope", "SCOPE", false, "ask for these, with a space between" },
	{ "resource", "URI", true, "the tokens are for this resource" },
	{ "port", "NUMBER", false, "listen on this port" },
	{ "no-browser", NULL, false, "start none, and say the address" },
	{ "wait", "SECONDS", false, "wait so long for the answer, 300" },
	{ "login-hint", "HINT", false, "passed on: who is to log in" },
	{ "prompt", "PROMPT", false,
	    "passed on: none, login, consent, select_account" },
};

const struct rollcall_command rollcall_login = { "login", "NAME", options,
	COUNT(options), false, "log in, and let a client have tokens", run };
