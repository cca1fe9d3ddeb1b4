#include "authorization.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "buf.h"
#include "crypt.h"
#include "form.h"
#include "jose.h"
#include "json.h"
#include "pkce.h"
#include "program.h"
#include "req.h"
#include "resource.h"
#include "revival.h"
#include "scope.h"
#include "signing_key.h"
#include "subject.h"
#include "uri.h"

/* The scope that asks for a refresh token (OpenID Connect Core 11). */
#define OFFLINE_ACCESS "offline_access"
/* Digits of max_age that count; more would be centuries. */
#define AGE_DIGITS 10
/*
 * Bytes of a query that we hand on: web servers take 8 KiB of address and
 * headers, of which a few more are ours.
 */
#define QUERY_MOST 6000

static const char *
param(const struct rc_req *rq, enum rc_authorization_param i)
{

	return rc_param(rq, i);
}

/* Return a string of the client's metadata, "" where there is none. */
static const char *
registered(const struct rc_authorization *a, const char *name)
{
	const char *value =
	    rc_json_string(rc_json_get(a->facts.metadata, name));

	return value != NULL ? value : "";
}

/* Tell whether a list of the client's metadata has the word. */
static bool
registered_has(
    const struct rc_authorization *a, const char *name, const char *word)
{

	return rc_json_holds(rc_json_get(a->facts.metadata, name), word);
}

bool
rc_authorization_is_confidential(const struct rc_authorization *a)
{

	return strcmp(registered(a, "token_endpoint_auth_method"), "none") != 0;
}

/* Fail with a fault that only a page of ours may tell. */
#define fail_page(rq, key, err, ...) \
	((rq)->fault.page = (key), rc_fail((rq), (err), __VA_ARGS__))

/* Tell whether that parameter came more than once. */
static bool
came_twice(const struct rc_req *rq, enum rc_authorization_param i)
{

	return rq->repeated != NULL &&
	       strcmp(rq->repeated, rq->program->params[i].name) == 0;
}

/*
 * What its user can bring back is judged by today's policy.  A client with a
 * secret registers anew when that is refused, and does not come back.
 */
static enum rc_err
judge_archived(struct rc_req *rq, struct rc_authorization *a)
{
	enum rc_err e;

	if (rc_authorization_is_confidential(a) || !a->facts.dynamic)
		return fail_page(rq, "unknown_client", RC_ERR_INVALID_REQUEST,
		    "client %.255s is archived: register, and use the "
		    "client_id that is returned",
		    a->client_id);
	e = rc_revival_judge(rq, &a->facts);
	if (e != RC_OK && rc_err_status(e) < 500)
		rq->fault.page = "archived";
	a->archived = true;
	return e;
}

static enum rc_err
judge_status(struct rc_req *rq, struct rc_authorization *a)
{
	const struct rc_conf_policy *policy =
	    rc_revival_policy(rq->conf, a->facts.policy);

	a->always_asked = policy->consent == RC_POLICY_CONSENT_ALWAYS;
	if (strcmp(a->facts.status, "archived") == 0)
		return judge_archived(rq, a);
	if (strcmp(a->facts.status, "pending") == 0)
		return fail_page(rq, "pending", RC_ERR_INVALID_REQUEST,
		    "client %.255s awaits the approval of this server's "
		    "operator",
		    a->client_id);
	if (strcmp(a->facts.status, "active") != 0)
		return fail_page(rq, "unknown_client", RC_ERR_INVALID_REQUEST,
		    "client %.255s is disabled; ask the operator of this "
		    "server",
		    a->client_id);
	return RC_OK;
}

static enum rc_err
judge_client(struct rc_req *rq, struct rc_authorization *a)
{
	enum rc_err e;

	a->client_id = param(rq, RC_AUTHORIZATION_CLIENT_ID);
	if (came_twice(rq, RC_AUTHORIZATION_CLIENT_ID))
		return fail_page(rq, "bad_request", RC_ERR_INVALID_REQUEST,
		    "client_id must not come more than once");
	if (a->client_id == NULL)
		return fail_page(rq, "no_client_id", RC_ERR_INVALID_REQUEST,
		    "client_id is missing: send the one that the registration "
		    "returned");
	e = rc_grant_read(rq, a->client_id, a->cookie, &a->facts);
	if (e != RC_OK)
		return e;
	if (a->facts.metadata == NULL)
		return fail_page(rq, "unknown_client", RC_ERR_INVALID_REQUEST,
		    "there is no client %.255s here: register, and use the "
		    "client_id that is returned",
		    a->client_id);
	return judge_status(rq, a);
}

/* Return the only redirect URI that is registered, or NULL. */
static const char *
only_redirect(const struct rc_authorization *a)
{
	const struct rc_json *uris =
	    rc_json_get(a->facts.metadata, "redirect_uris");

	return rc_json_count(uris) == 1 ? rc_json_string(rc_json_at(uris, 0))
	                                : NULL;
}

static bool
is_registered_redirect(
    struct rc_req *rq, const struct rc_authorization *a, const char *uri)
{
	const struct rc_json *uris =
	    rc_json_get(a->facts.metadata, "redirect_uris");
	const char *one;
	size_t i;

	for (i = 0; i < rc_json_count(uris); i++) {
		one = rc_json_string(rc_json_at(uris, i));
		if (one != NULL && rc_redirect_match(rq->mem, one, uri))
			return true;
	}
	return false;
}

/*
 * Say what kind of place the URI leads to.  It was judged when it was
 * registered; what runs code is let pass from nobody, an administrator neither.
 */
static bool
find_kind(struct rc_req *rq, const char *uri, enum rc_redirect_kind *kind)
{
	struct rc_uri parts;

	if (rc_uri_parse(rq->mem, uri, &parts) != NULL ||
	    rc_uri_is_never_redirect(parts.scheme))
		return false;
	if (strcmp(parts.scheme, "https") == 0)
		*kind = RC_REDIRECT_HTTPS;
	else if (strcmp(parts.scheme, "http") == 0)
		*kind = RC_REDIRECT_LOOPBACK;
	else
		*kind = RC_REDIRECT_PRIVATE_USE;
	return true;
}

/* Tell whether the request is one of OpenID Connect. */
static bool
asks_openid(struct rc_req *rq)
{
	const char *scope = param(rq, RC_AUTHORIZATION_SCOPE);
	struct rc_list list;

	return scope != NULL && rc_scope_parse(rq->mem, scope, &list) == NULL &&
	       rc_list_has(&list, "openid");
}

/*
 * RFC 6749 3.1.2.3, RFC 9700 2.1: before anything is sent anywhere.  OpenID
 * Connect Core 3.1.2.1 insists on redirect_uri.
 */
static enum rc_err
judge_redirect(struct rc_req *rq, struct rc_authorization *a)
{
	const char *uri = param(rq, RC_AUTHORIZATION_REDIRECT_URI);

	a->redirect_uri_given = uri != NULL;
	if (came_twice(rq, RC_AUTHORIZATION_REDIRECT_URI))
		return fail_page(rq, "bad_redirect_uri",
		    RC_ERR_INVALID_REDIRECT_URI,
		    "redirect_uri must not come more than once");
	if (uri == NULL && asks_openid(rq))
		return fail_page(rq, "bad_redirect_uri",
		    RC_ERR_INVALID_REDIRECT_URI,
		    "redirect_uri is missing: OpenID Connect requires it");
	if (uri == NULL && (uri = only_redirect(a)) == NULL)
		return fail_page(rq, "bad_redirect_uri",
		    RC_ERR_INVALID_REDIRECT_URI,
		    "redirect_uri is missing: it can be left out only where "
		    "the client has registered exactly one");
	if (!is_registered_redirect(rq, a, uri) ||
	    !find_kind(rq, uri, &a->redirect_kind))
		return fail_page(rq, "bad_redirect_uri",
		    RC_ERR_INVALID_REDIRECT_URI,
		    "redirect_uri %.1000s is none that client %.255s has "
		    "registered: it must be the same byte for byte, save the "
		    "port of http on localhost, 127.0.0.1 or [::1]",
		    uri, a->client_id);
	a->redirect_uri = uri;
	a->redirect_origin = rc_uri_origin(rq->mem, uri);
	return RC_OK;
}

/* Tell whether ${s} is text without control characters. */
static bool
is_printable(const char *s)
{

	for (; *s != '\0'; s++) {
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
		/* U+0080 to U+009F. */
		if ((unsigned char)s[0] == 0xc2 && (unsigned char)s[1] < 0xa0)
			return false;
	}
	return true;
}

static bool
is_echoed(const struct rc_req *rq, const char *s)
{

	return strlen(s) <= (size_t)rq->conf->max_string_length &&
	       is_printable(s);
}

/* Learn how the client is answered, whatever comes. */
static void
read_channel(struct rc_req *rq, struct rc_authorization *a)
{
	const char *state = param(rq, RC_AUTHORIZATION_STATE);
	const char *mode = param(rq, RC_AUTHORIZATION_RESPONSE_MODE);
	const char *prompt = param(rq, RC_AUTHORIZATION_PROMPT);

	if (state != NULL && is_echoed(rq, state) &&
	    !came_twice(rq, RC_AUTHORIZATION_STATE))
		a->state = state;
	/* Nothing can be posted to what an app's own scheme opens. */
	a->form_post = mode != NULL && strcmp(mode, "form_post") == 0 &&
	               !came_twice(rq, RC_AUTHORIZATION_RESPONSE_MODE) &&
	               a->redirect_kind != RC_REDIRECT_PRIVATE_USE;
	a->silent = prompt != NULL && strcmp(prompt, "none") == 0 &&
	            !came_twice(rq, RC_AUTHORIZATION_PROMPT);
}

/* RFC 6749 3.1. */
static enum rc_err
check_repeated(struct rc_req *rq, struct rc_authorization *a)
{
	int i;

	(void)a;
	for (i = 0; i < RC_AUTHORIZATION__MAX; i++)
		if (came_twice(rq, (enum rc_authorization_param)i))
			return rc_fail(rq, RC_ERR_INVALID_REQUEST,
			    "%s must not come more than once", rq->repeated);
	return RC_OK;
}

static enum rc_err
check_state(struct rc_req *rq, struct rc_authorization *a)
{

	if (param(rq, RC_AUTHORIZATION_STATE) == a->state)
		return RC_OK;
	return rc_fail(rq, RC_ERR_INVALID_REQUEST,
	    "state must be at most %lld bytes of printable text",
	    (long long)rq->conf->max_string_length);
}

/* OAuth 2.0 Multiple Response Type Encoding Practices 2.1. */
static enum rc_err
check_response_mode(struct rc_req *rq, struct rc_authorization *a)
{
	const char *mode = param(rq, RC_AUTHORIZATION_RESPONSE_MODE);

	if (mode == NULL || a->form_post || strcmp(mode, "query") == 0)
		return RC_OK;
	return rc_fail(rq, RC_ERR_INVALID_REQUEST,
	    "response_mode must be query%s",
	    a->redirect_kind == RC_REDIRECT_PRIVATE_USE
		? ": no form can be posted to a scheme of its own"
		: " or form_post");
}

/* RFC 6749 4.1.2.1. */
static enum rc_err
check_response_type(struct rc_req *rq, struct rc_authorization *a)
{
	const char *type = param(rq, RC_AUTHORIZATION_RESPONSE_TYPE);

	if (type == NULL)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "response_type is missing: it must be code");
	if (strcmp(type, "code") != 0)
		return rc_fail(rq, RC_ERR_UNSUPPORTED_RESPONSE_TYPE,
		    "response_type must be code");
	if (!registered_has(a, "grant_types", "authorization_code") ||
	    !registered_has(a, "response_types", "code"))
		return rc_fail(rq, RC_ERR_UNAUTHORIZED_CLIENT,
		    "the client has not registered the grant type "
		    "authorization_code");
	return RC_OK;
}

/* OpenID Connect Core 6 and 7.2.1. */
static enum rc_err
check_unsupported(struct rc_req *rq, struct rc_authorization *a)
{

	(void)a;
	if (param(rq, RC_AUTHORIZATION_REQUEST) != NULL)
		return rc_fail(rq, RC_ERR_REQUEST_NOT_SUPPORTED,
		    "request objects are not supported: send the parameters "
		    "themselves");
	if (param(rq, RC_AUTHORIZATION_REQUEST_URI) != NULL)
		return rc_fail(rq, RC_ERR_REQUEST_URI_NOT_SUPPORTED,
		    "request_uri is not supported: send the parameters "
		    "themselves");
	if (param(rq, RC_AUTHORIZATION_REGISTRATION) != NULL)
		return rc_fail(rq, RC_ERR_REGISTRATION_NOT_SUPPORTED,
		    "registration is not supported: register the client "
		    "before");
	return RC_OK;
}

/* Read the scopes that the client has registered. */
static enum rc_err
read_registered_scopes(
    struct rc_req *rq, const struct rc_authorization *a, struct rc_list *list)
{
	const char *scope = registered(a, "scope");

	memset(list, 0, sizeof(*list));
	if (scope[0] != '\0' && rc_scope_parse(rq->mem, scope, list) != NULL)
		return rc_fail(rq, RC_ERR_SERVER_ERROR,
		    "the stored client record is damaged: scope");
	return RC_OK;
}

/*
 * OpenID Connect Core 11: offline access is a refresh token, so the client that
 * has registered the grant may ask for it, and nobody else.
 */
static bool
drops(const struct rc_req *rq, const struct rc_authorization *a,
    const struct rc_list *may, const char *scope)
{

	if (strcmp(scope, OFFLINE_ACCESS) == 0)
		return !rc_list_has(&rq->conf->scopes, scope) ||
		       !registered_has(a, "grant_types", "refresh_token");
	return rq->conf->unsupported_scopes == RC_UNSUPPORTED_TRIM &&
	       !rc_list_has(may, scope);
}

/* RFC 6749 3.3: what else is asked for has to be registered. */
static enum rc_err
choose_scopes(struct rc_req *rq, struct rc_authorization *a,
    const struct rc_list *asked, const struct rc_list *may)
{
	const char **items;
	size_t i;

	items = rc_alloc(rq->mem, (asked->count + 1) * sizeof(*items));
	a->scopes.items = items;
	for (i = 0; i < asked->count; i++) {
		if (drops(rq, a, may, asked->items[i]))
			continue;
		if (!rc_list_has(may, asked->items[i]) &&
		    strcmp(asked->items[i], OFFLINE_ACCESS) != 0)
			return rc_fail(rq, RC_ERR_INVALID_SCOPE,
			    "scope %.255s is not registered for this client",
			    asked->items[i]);
		items[a->scopes.count++] = asked->items[i];
	}
	if (a->scopes.count == 0 && asked->count > 0 && a->scope_given)
		return rc_fail(rq, RC_ERR_INVALID_SCOPE,
		    "none of the scopes asked for is registered for this "
		    "client");
	if (a->scopes.count > 0)
		a->scope = rc_scope_join(rq->mem, &a->scopes);
	return RC_OK;
}

/*
 * RFC 6749 3.3: who names no scope gets what the client has registered, save
 * what OpenID Connect wants asked for by name (Core 3.1.2.1 and 11), unless
 * that is all there is.
 */
static struct rc_list
usual_scopes(struct rc_req *rq, const struct rc_list *may)
{
	const char **items =
	    rc_alloc(rq->mem, (may->count + 1) * sizeof(*items));
	struct rc_list usual = { items, 0 };
	size_t i;

	for (i = 0; i < may->count; i++)
		if (strcmp(may->items[i], "openid") != 0 &&
		    strcmp(may->items[i], OFFLINE_ACCESS) != 0)
			items[usual.count++] = may->items[i];
	return usual.count > 0 ? usual : *may;
}

static enum rc_err
check_scope(struct rc_req *rq, struct rc_authorization *a)
{
	const char *scope = param(rq, RC_AUTHORIZATION_SCOPE);
	struct rc_list may, asked;
	const char *why;
	enum rc_err e;

	if ((e = read_registered_scopes(rq, a, &may)) != RC_OK)
		return e;
	a->scope_given = scope != NULL;
	if (scope == NULL) {
		asked = usual_scopes(rq, &may);
		return choose_scopes(rq, a, &asked, &may);
	}
	if ((why = rc_scope_parse(rq->mem, scope, &asked)) != NULL)
		return rc_fail(rq, RC_ERR_INVALID_SCOPE, "scope %s", why);
	return choose_scopes(rq, a, &asked, &may);
}

/* Tell whether the client may do without PKCE (RFC 9700 2.1.1). */
static bool
may_omit_challenge(const struct rc_req *rq, const struct rc_authorization *a)
{

	return rq->conf->require_pkce == RC_PKCE_PUBLIC &&
	       rc_authorization_is_confidential(a) && a->nonce != NULL &&
	       rc_list_has(&a->scopes, "openid");
}

/* RFC 7636 4.4.1, RFC 9700 2.1.1. */
static enum rc_err
check_challenge(struct rc_req *rq, struct rc_authorization *a)
{
	const char *method = param(rq, RC_AUTHORIZATION_CODE_CHALLENGE_METHOD);
	const char *why;

	a->code_challenge = param(rq, RC_AUTHORIZATION_CODE_CHALLENGE);
	if (a->code_challenge == NULL && method == NULL &&
	    may_omit_challenge(rq, a))
		return RC_OK;
	if (a->code_challenge == NULL)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "code_challenge is missing: this server requires PKCE "
		    "with S256");
	if (method == NULL || strcmp(method, "S256") != 0)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "code_challenge_method must be S256%s",
		    method == NULL ? "; where it is left out it is plain" : "");
	if ((why = rc_pkce_check_challenge(a->code_challenge)) != NULL)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST, "%s", why);
	return RC_OK;
}

static enum rc_err
check_nonce(struct rc_req *rq, struct rc_authorization *a)
{

	a->nonce = param(rq, RC_AUTHORIZATION_NONCE);
	if (a->nonce == NULL || is_echoed(rq, a->nonce))
		return RC_OK;
	return rc_fail(rq, RC_ERR_INVALID_REQUEST,
	    "nonce must be at most %lld bytes of printable text",
	    (long long)rq->conf->max_string_length);
}

/* clang-format off */
static const struct {
	const char *name;
	unsigned flag;
} prompts[] = {
	{ "none", RC_PROMPT_NONE },
	{ "login", RC_PROMPT_LOGIN },
	{ "consent", RC_PROMPT_CONSENT },
	{ "select_account", RC_PROMPT_SELECT_ACCOUNT },
};
#define NPROMPTS (sizeof(prompts) / sizeof(prompts[0]))
/* clang-format on */

/* Return the flag of a word of prompt, 0 for one that we do not know. */
static unsigned
find_prompt(const char *word)
{
	size_t i;

	for (i = 0; i < NPROMPTS; i++)
		if (strcmp(prompts[i].name, word) == 0)
			return prompts[i].flag;
	return 0;
}

static enum rc_err
check_prompt(struct rc_req *rq, struct rc_authorization *a)
{
	const char *text = param(rq, RC_AUTHORIZATION_PROMPT);
	char *next, *word;
	unsigned flag;

	if (text == NULL)
		return RC_OK;
	next = rc_strdup(rq->mem, text);
	while ((word = strsep(&next, " ")) != NULL) {
		if ((flag = find_prompt(word)) == 0)
			return rc_fail(rq, RC_ERR_INVALID_REQUEST,
			    "prompt %.100s is not known: there are none, "
			    "login, consent and select_account",
			    word);
		a->prompt |= flag;
	}
	if ((a->prompt & RC_PROMPT_NONE) && a->prompt != RC_PROMPT_NONE)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "prompt none does not go with others");
	return RC_OK;
}

static enum rc_err
check_max_age(struct rc_req *rq, struct rc_authorization *a)
{
	const char *text = param(rq, RC_AUTHORIZATION_MAX_AGE);
	size_t digits;

	a->max_age = -1;
	if (text == NULL)
		return RC_OK;
	digits = strspn(text, "0123456789");
	if (text[digits] != '\0' || digits > AGE_DIGITS)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "max_age must be a number of seconds, 0 or more");
	a->max_age = strtoll(text, NULL, 10);
	return RC_OK;
}

/* RFC 8707 2; tokens are for userinfo too where there is a person to ask of. */
static enum rc_err
check_resource(struct rc_req *rq, struct rc_authorization *a)
{
	const char *why;
	size_t i;

	why = rc_resource_check(rq->mem, rq->conf,
	    rc_param_all(rq, RC_AUTHORIZATION_RESOURCE), &a->resources);
	if (why != NULL)
		return rc_fail(rq, RC_ERR_INVALID_TARGET, "%s", why);
	a->places = a->resources;
	if (a->places.count == 0)
		rc_resource_add(
		    rq->mem, &a->places, rq->conf->default_resource);
	for (i = 0; i < a->places.count; i++)
		rc_resource_add(rq->mem, &a->audience, a->places.items[i]);
	if (rc_list_has(&a->scopes, "openid"))
		rc_resource_add(rq->mem, &a->audience, rq->conf->issuer);
	return RC_OK;
}

/*
 * Tell whether what a key of ours has signed is an ID token for the client
 * (OpenID Connect Core 2): access tokens say at+jwt (RFC 9068 2.1).
 */
static bool
is_id_token(const struct rc_req *rq, const struct rc_authorization *a,
    const struct rc_jws *jws)
{
	const char *issuer = rc_json_string(rc_json_get(jws->payload, "iss"));
	const struct rc_json *audience = rc_json_get(jws->payload, "aud");
	const char *one = rc_json_string(audience);

	if (jws->typ != NULL && strcasecmp(jws->typ, "JWT") != 0)
		return false;
	if (issuer == NULL || strcmp(issuer, rq->conf->issuer) != 0)
		return false;
	return one != NULL ? strcmp(one, a->client_id) == 0
	                   : rc_json_holds(audience, a->client_id);
}

/* Read who the hint is about: an ID token of ours, however old. */
static enum rc_err
check_hint(struct rc_req *rq, struct rc_authorization *a)
{
	const char *why;
	struct rc_jws jws;
	bool good = false;
	enum rc_err e;

	a->id_token_hint = param(rq, RC_AUTHORIZATION_ID_TOKEN_HINT);
	if (a->id_token_hint == NULL)
		return RC_OK;
	if ((why = rc_jose_open(rq->mem, a->id_token_hint, &jws)) != NULL)
		return rc_fail(
		    rq, RC_ERR_INVALID_REQUEST, "id_token_hint %s", why);
	if ((e = rc_signing_key_verify(rq, &jws, &good)) != RC_OK)
		return e;
	a->subject = rc_json_string(rc_json_get(jws.payload, "sub"));
	if (!good || a->subject == NULL || !is_id_token(rq, a, &jws))
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "id_token_hint is no ID token that this server issued to "
		    "this client");
	if (a->facts.account_id == NULL)
		return RC_OK;
	a->known_as = rc_subject(rq, a->facts.metadata, a->facts.account_id);
	return a->known_as != NULL ? RC_OK : rq->fault.err;
}

/* The last of them: what is handed on is known then. */
static enum rc_err
check_length(struct rc_req *rq, struct rc_authorization *a)
{

	a->ui_locales = param(rq, RC_AUTHORIZATION_UI_LOCALES);
	a->login_hint = param(rq, RC_AUTHORIZATION_LOGIN_HINT);
	if (strlen(rc_authorization_query(rq, a)) <= QUERY_MOST)
		return RC_OK;
	return rc_fail(rq, RC_ERR_INVALID_REQUEST,
	    "the request is too long: its parameters may have %d bytes in all",
	    QUERY_MOST);
}

/* What the client is told of, in this order. */
static enum rc_err (*const checks[])(
    struct rc_req *, struct rc_authorization *) = {
	check_repeated,
	check_state,
	check_response_mode,
	check_unsupported,
	check_response_type,
	check_nonce,
	check_scope,
	check_challenge,
	check_prompt,
	check_max_age,
	check_resource,
	check_hint,
	check_length,
};

enum rc_err
rc_authorization_judge(
    struct rc_req *rq, const char *cookie, struct rc_authorization *a)
{
	enum rc_err e;
	size_t i;

	memset(a, 0, sizeof(*a));
	a->cookie = cookie;
	rq->fault.ui_locales = param(rq, RC_AUTHORIZATION_UI_LOCALES);
	if ((e = judge_client(rq, a)) != RC_OK ||
	    (e = judge_redirect(rq, a)) != RC_OK)
		return e;
	read_channel(rq, a);
	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if ((e = checks[i](rq, a)) != RC_OK)
			return e;
	return RC_OK;
}

static void
add(struct rc_buf *out, const char *name, const char *value)
{

	if (value != NULL)
		rc_form_add(out, name, value);
}

static void
add_prompt(struct rc_req *rq, struct rc_buf *out, unsigned prompt)
{
	struct rc_buf words;
	size_t i;

	rc_buf_init(&words, rq->mem);
	for (i = 0; i < NPROMPTS; i++) {
		if ((prompt & prompts[i].flag) == 0)
			continue;
		if (words.len > 0)
			rc_buf_putc(&words, ' ');
		rc_buf_puts(&words, prompts[i].name);
	}
	if (words.len > 0)
		add(out, "prompt", words.data);
}

const char *
rc_authorization_query(struct rc_req *rq, const struct rc_authorization *a)
{
	struct rc_buf out;
	size_t i;

	rc_buf_init(&out, rq->mem);
	add(&out, "client_id", a->client_id);
	add(&out, "redirect_uri",
	    a->redirect_uri_given ? a->redirect_uri : NULL);
	add(&out, "response_type", "code");
	add(&out, "response_mode", a->form_post ? "form_post" : NULL);
	add(&out, "scope", a->scope_given ? a->scope : NULL);
	for (i = 0; i < a->resources.count; i++)
		add(&out, "resource", a->resources.items[i]);
	add(&out, "state", a->state);
	add(&out, "nonce", a->nonce);
	add(&out, "code_challenge", a->code_challenge);
	add(&out, "code_challenge_method",
	    a->code_challenge != NULL ? "S256" : NULL);
	add_prompt(rq, &out, a->prompt);
	if (a->max_age >= 0)
		add(&out, "max_age",
		    rc_printf(rq->mem, "%lld", (long long)a->max_age));
	add(&out, "ui_locales", a->ui_locales);
	add(&out, "id_token_hint", a->id_token_hint);
	add(&out, "login_hint", a->login_hint);
	return out.data;
}

const char *
rc_authorization_proof(struct rc_req *rq, const struct rc_authorization *a,
    const char *purpose, const char *cookie)
{
	unsigned char key[RC_CRYPT_HASH_SIZE] = { 0 };
	unsigned char mac[RC_CRYPT_HASH_SIZE];
	char *out = rc_alloc(rq->mem, RC_CRYPT_TOKEN_SIZE);
	const char *text;
	size_t len;

	(void)rc_crypt_unbase64url(key, sizeof(key), cookie, &len);
	/* None of these but the last can hold a newline. */
	text = rc_printf(rq->mem, "%s\n%s\n%s\n%s\n%s\n%s", purpose,
	    rc_authorization_query(rq, a), a->redirect_uri,
	    a->scope != NULL ? a->scope : "",
	    rc_resource_array(rq->mem, &a->places), a->facts.metadata_text);
	rc_crypt_mac(key, text, strlen(text), mac);
	rc_crypt_wipe(key, sizeof(key));
	rc_crypt_base64url(out, RC_CRYPT_TOKEN_SIZE, mac, sizeof(mac));
	return out;
}
