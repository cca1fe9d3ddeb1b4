/*
 * consent: the person sees who asks for what, and where they will be sent, and
 * allows or denies it (RFC 6749 4.1.1, OpenID Connect Core 3.1.2.4).
 */
#include <string.h>
#include <time.h>

#include "answer.h"
#include "arena.h"
#include "authorization.h"
#include "authorization_step.h"
#include "buf.h"
#include "conf.h"
#include "crypt.h"
#include "db.h"
#include "form.h"
#include "image.h"
#include "interaction.h"
#include "json.h"
#include "page.h"
#include "revival.h"
#include "serve.h"
#include "session.h"

/* What the form sends, behind the request in the query. */
enum {
	P_CSRF = RC_AUTHORIZATION__MAX,
	P_DECISION,
	P__MAX
};

static const struct rc_param params[P__MAX] = {
	RC_AUTHORIZATION_PARAMS(RC_PARAM_QUERY),
	[P_CSRF] = { "csrf", 0 },
	[P_DECISION] = { "decision", 0 },
};

/* Return the client's logo_uri where it can be fetched, or NULL. */
static const char *
logo_uri(struct rc_req *rq, const struct rc_authorization *a)
{
	const char *uri = rc_interaction_localized(rq, a, "logo_uri");

	if (uri == NULL || strncmp(uri, "https://", strlen("https://")) != 0)
		return NULL;
	return uri;
}

/* Return where we show it: the logo of this page's language. */
static const char *
logo_url(struct rc_req *rq, const struct rc_authorization *a)
{
	struct rc_buf url;

	rc_buf_init(&url, rq->mem);
	rc_buf_printf(
	    &url, "%s/consent/logo/%s", rq->conf->endpoint_base, a->client_id);
	if (a->ui_locales != NULL) {
		rc_buf_putc(&url, '?');
		rc_form_add(&url, "ui_locales", a->ui_locales);
	}
	return url.data;
}

/* Return a date as people write it. */
static const char *
date_text(struct rc_req *rq, int64_t when, const char *language)
{
	time_t t = (time_t)when;
	char text[64];
	struct tm tm;

	gmtime_r(&t, &tm);
	if (strcmp(language, "zh") == 0)
		return rc_printf(rq->mem, "%d年%d月%d日", tm.tm_year + 1900,
		    tm.tm_mon + 1, tm.tm_mday);
	/* No program of ours calls setlocale: months are English. */
	(void)strftime(text, sizeof(text), "%B %Y", &tm);
	return rc_printf(rq->mem, "%d %s", tm.tm_mday, text);
}

/* Return what a scope allows, in words: the site's, or ours, or NULL. */
static const char *
scope_text(struct rc_req *rq, const char *scope, const char *language)
{
	const struct rc_conf_scope *one;
	size_t i;

	for (i = 0; i < rq->conf->nscope_texts; i++) {
		one = &rq->conf->scope_texts[i];
		if (strcmp(one->scope, scope) != 0)
			continue;
		if (strcmp(language, "zh") == 0 && one->text_zh != NULL)
			return one->text_zh;
		if (one->text != NULL)
			return one->text;
	}
	return rc_page_message(rq->mem, rc_answer_site(), language,
	    rc_printf(rq->mem, "scope.%s", scope), NULL);
}

static void
add_scope(struct rc_req *rq, struct rc_json *list, const char *scope,
    const char *language)
{
	struct rc_json *one = rc_json_new_object(rq->mem);
	const char *words = scope_text(rq, scope, language);

	rc_json_set_string(one, "scope", scope);
	rc_json_set_string(one, "text", words != NULL ? words : scope);
	rc_json_append(list, one);
}

/*
 * Add what is asked for.  Where some of it was allowed before, that is told
 * apart; where all was, all is asked for once more.
 */
static void
add_scopes(struct rc_req *rq, const struct rc_authorization *a,
    const char *language, struct rc_json *data)
{
	struct rc_json *fresh = rc_json_new_array(rq->mem);
	struct rc_json *known = rc_json_new_array(rq->mem);
	struct rc_json *places = rc_json_new_array(rq->mem);
	size_t i;

	for (i = 0; i < a->scopes.count; i++)
		add_scope(rq,
		    rc_authorization_is_known(a, a->scopes.items[i]) ? known
								     : fresh,
		    a->scopes.items[i], language);
	for (i = 0;
	     !rc_authorization_is_remembered(a) && i < a->resources.count; i++)
		rc_json_append_string(places, a->resources.items[i]);
	if (rc_json_count(fresh) == 0 && rc_json_count(places) == 0) {
		rc_json_set(data, "scopes", known);
		return;
	}
	rc_json_set(data, "scopes", fresh);
	rc_json_set(data, "resources", places);
	rc_json_set(data, "known_scopes", known);
	rc_json_set_bool(data, "is_step_up", rc_json_count(known) > 0);
}

static void
add_string(struct rc_json *data, const char *name, const char *value)
{

	if (value != NULL)
		rc_json_set_string(data, name, value);
}

/* Add what is known of the client. */
static void
add_client(struct rc_req *rq, const struct rc_authorization *a,
    const char *language, struct rc_json *data)
{
	static const char *const links[] = { "client_uri", "policy_uri",
		"tos_uri" };
	size_t i;

	add_string(data, "client_id", a->client_id);
	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		add_string(
		    data, links[i], rc_interaction_localized(rq, a, links[i]));
	if (logo_uri(rq, a) != NULL) {
		rc_json_set_bool(data, "has_logo", true);
		add_string(data, "logo_url", logo_url(rq, a));
	}
	if (a->facts.dynamic) {
		rc_json_set_bool(data, "unverified", true);
		add_string(data, "first_seen",
		    date_text(rq, a->facts.client_id_issued_at, language));
	}
}

/* Return what ties the form to this request in this session. */
static const char *
proof(struct rc_req *rq, const struct rc_authorization *a)
{

	return rc_authorization_proof(rq, a, "consent", a->cookie);
}

static enum rc_err
show(struct rc_req *rq, const struct rc_authorization *a)
{
	const char *language = rc_answer_language(rq, a->ui_locales);
	struct rc_json *data = rc_interaction_data(rq, a, "consent");

	add_client(rq, a, language, data);
	add_scopes(rq, a, language, data);
	add_string(data, "csrf", proof(rq, a));
	add_string(data, "account_name", a->facts.name);
	if (rc_authorization_may_remember(a))
		rc_json_set_bool(data, "remembered", true);
	if (rq->conf->login == RC_LOGIN_ACCOUNTS)
		add_string(
		    data, "switch_url", rc_interaction_url(rq, a, "login"));
	rc_interaction_page(rq, 200, a, "consent", data);
	return RC_OK;
}

/* Judge the request that the query hands on, and say what is to be done. */
static enum rc_err
judge(struct rc_req *rq, struct rc_authorization *a,
    enum rc_authorization_at at, enum rc_authorization_step *step)
{
	enum rc_err e;

	e = rc_authorization_judge(rq, rc_session_presented(rq), a);
	if (e == RC_OK)
		e = rc_authorization_next(rq, a, at, step);
	return e;
}

static enum rc_err
consent_get(struct rc_req *rq)
{
	enum rc_authorization_step step;
	struct rc_authorization a;
	enum rc_err e;

	if ((e = judge(rq, &a, RC_AUTHORIZATION_AT_CONSENT, &step)) != RC_OK)
		return rc_interaction_refuse(rq, &a, e);
	if (step != RC_AUTHORIZATION_CONSENT)
		return rc_interaction_proceed(
		    rq, &a, RC_AUTHORIZATION_AT_CONSENT);
	return show(rq, &a);
}

/* Tell whether that is what the person has decided. */
static bool
is_decision(const struct rc_req *rq, const char *word)
{
	const char *decision = rc_param(rq, P_DECISION);

	return decision != NULL && strcmp(decision, word) == 0;
}

/* What is archived comes back to life before it is let in. */
static enum rc_err
allow(struct rc_req *rq, const struct rc_authorization *a)
{
	enum rc_err e;

	if (a->archived &&
	    (e = rc_revival_take(rq, a->client_id, &a->facts)) != RC_OK) {
		rc_revival_refused(rq, a->client_id, &a->facts);
		return e;
	}
	return rc_interaction_allow(rq, a, rc_authorization_may_remember(a));
}

/* Do what the person has decided. */
static enum rc_err
decide(struct rc_req *rq, const struct rc_authorization *a)
{

	if (is_decision(rq, "allow"))
		return allow(rq, a);
	if (is_decision(rq, "deny"))
		return rc_interaction_refuse(rq, a,
		    rc_fail(rq, RC_ERR_ACCESS_DENIED,
			"the person did not allow it"));
	return rc_fail(
	    rq, RC_ERR_INVALID_REQUEST, "decision must be allow or deny");
}

/*
 * What was allowed in another tab meanwhile can still be denied in this one. To
 * deny takes no login, but none can be told from a stranger's form without the
 * session that it was shown in.
 */
static enum rc_err
consent_post(struct rc_req *rq)
{
	enum rc_authorization_step step;
	struct rc_authorization a;
	enum rc_err e;

	e = judge(rq, &a, RC_AUTHORIZATION_AT_DECISION, &step);
	if (e != RC_OK && a.archived && rq->fault.page != NULL &&
	    strcmp(rq->fault.page, "archived") == 0)
		rc_revival_refused(rq, a.client_id, &a.facts);
	if (e != RC_OK)
		return rc_interaction_refuse(rq, &a, e);
	if (step == RC_AUTHORIZATION_LOGIN && !is_decision(rq, "deny"))
		return rc_interaction_proceed(
		    rq, &a, RC_AUTHORIZATION_AT_DECISION);
	if (a.facts.account_id != NULL &&
	    rc_crypt_same(rc_param(rq, P_CSRF), proof(rq, &a)))
		return decide(rq, &a);
	rq->fault.page = "csrf";
	return rc_fail(rq, RC_ERR_ACCESS_DENIED,
	    "the form is not one that was shown for this request in this "
	    "session, or the client has changed since");
}

static void
answer_image(struct rc_req *rq, const struct rc_image *image)
{

	rc_answer_text(
	    rq, 200, image->type, (const char *)image->body, image->len);
	rc_answer_header(rq, "Cache-Control", "private, max-age=3600");
	rc_answer_header(
	    rq, "Content-Security-Policy", "default-src 'none'; sandbox");
	rc_answer_header(rq, "Cross-Origin-Resource-Policy", "same-origin");
	rc_answer_header(rq, "Vary", "Accept-Language");
}

/* Consent is asked for what is active, and what it would revive. */
static bool
may_show(const struct rc_grant_facts *facts)
{

	return strcmp(facts->status, "active") == 0 ||
	       strcmp(facts->status, "archived") == 0;
}

/* The client's logo from our origin, for who is logged in. */
static enum rc_err
logo_get(struct rc_req *rq)
{
	struct rc_authorization a = { 0 };
	const char *uri;
	struct rc_image image = { 0 };
	enum rc_err e;

	a.ui_locales = rc_param(rq, RC_AUTHORIZATION_UI_LOCALES);
	e = rc_grant_read(rq, rq->arg, rc_session_presented(rq), &a.facts);
	if (e != RC_OK)
		return e;
	if (a.facts.metadata != NULL && may_show(&a.facts) &&
	    a.facts.account_id != NULL && (uri = logo_uri(rq, &a)) != NULL &&
	    (e = rc_image_get(rq, a.facts.account_id, uri, &image)) != RC_OK)
		return e;
	if (image.type == NULL)
		return rc_fail(rq, RC_ERR_NOT_FOUND, "there is no such logo");
	answer_image(rq, &image);
	return RC_OK;
}

static const struct rc_route routes[] = {
	{ RC_UNDER_ENDPOINTS, "/consent", NULL, .get = consent_get,
	    .post = consent_post },
	{ RC_UNDER_ENDPOINTS, "/consent/logo/{client_id}", NULL,
	    .get = logo_get },
};

static const struct rc_service *const services[] = { &rc_crypt_service,
	&rc_db_service, &rc_answer_pages, NULL };

static const struct rc_program program = {
	.name = "consent",
	.spec = "RFC 6749 4.1, OpenID Connect Core 3.1.2.4",
	.consumes = "application/x-www-form-urlencoded",
	.cache_control = "no-store",
	.errors = RC_ERRORS_PAGE,
	.params = params,
	.nparams = P__MAX,
	.no_head = true,
	.same_origin = true,
	.routes = routes,
	.nroutes = sizeof(routes) / sizeof(routes[0]),
	.services = services,
};

int
main(int argc, char *argv[])
{

	return rc_serve(&program, argc, argv);
}
