#include "interaction.h"

#include <string.h>

#include "answer.h"
#include "arena.h"
#include "buf.h"
#include "form.h"
#include "json.h"
#include "page.h"
#include "req.h"
#include "uri.h"

/* An authorization response: names and values, NULL values are left out. */
struct field {
	const char *name;
	const char *value;
};

/* RFC 6749 4.1.2: what the redirect URI has in its query stays. */
static const char *
answer_url(struct rc_req *rq, const struct rc_authorization *a,
    const struct field *fields, size_t n)
{
	struct rc_buf url;
	size_t i;

	rc_buf_init(&url, rq->mem);
	rc_buf_puts(&url, a->redirect_uri);
	if (strchr(a->redirect_uri, '?') == NULL)
		rc_buf_putc(&url, '?');
	for (i = 0; i < n; i++)
		if (fields[i].value != NULL)
			rc_form_add(&url, fields[i].name, fields[i].value);
	return url.data;
}

/* OAuth 2.0 Form Post Response Mode 2: as inputs of a form. */
static struct rc_json *
answer_inputs(struct rc_req *rq, const struct field *fields, size_t n)
{
	struct rc_json *list = rc_json_new_array(rq->mem);
	struct rc_json *one;
	size_t i;

	for (i = 0; i < n; i++) {
		if (fields[i].value == NULL)
			continue;
		one = rc_json_new_object(rq->mem);
		rc_json_set_string(one, "name", fields[i].name);
		rc_json_set_string(one, "value", fields[i].value);
		rc_json_append(list, one);
	}
	return list;
}

/* Return the policy of the page whose script posts the answer. */
static const char *
posting_policy(struct rc_req *rq, const struct rc_authorization *a)
{
	const char *script = rc_page_script_hash(rc_answer_site());

	return rc_printf(rq->mem,
	    "default-src 'none'; style-src 'self'; img-src 'self'; "
	    "script-src '%s'; form-action %s; frame-ancestors 'none'; "
	    "base-uri 'none'",
	    script != NULL ? script : "none",
	    rc_answer_form_sources(rq->mem, a->redirect_uri));
}

static void
answer_form(struct rc_req *rq, const struct rc_authorization *a,
    const struct field *fields, size_t n)
{
	struct rc_json *data = rc_json_new_object(rq->mem);

	rc_json_set_string(data, "action", a->redirect_uri);
	rc_json_set(data, "fields", answer_inputs(rq, fields, n));
	rc_interaction_page(rq, 200, a, "form_post", data);
	rc_answer_header(rq, "Content-Security-Policy", posting_policy(rq, a));
}

static void
answer_client(struct rc_req *rq, const struct rc_authorization *a,
    const struct field *fields, size_t n)
{

	if (a->form_post)
		answer_form(rq, a, fields, n);
	else
		rc_answer_redirect(rq, answer_url(rq, a, fields, n));
}

/*
 * RFC 9700 4.11.2: anybody can register a client, and send people a link to us
 * that is wrong and leads on to wherever they like.  Who is logged in deals
 * with us anyway, and a silent request is made for the client to be told.
 */
static bool
is_open_redirect(const struct rc_authorization *a)
{

	return a->facts.dynamic && a->redirect_kind == RC_REDIRECT_HTTPS &&
	       a->facts.account_id == NULL && !a->silent;
}

/* Let the fault's page offer what would have been done. */
static void
offer(struct rc_req *rq, const struct rc_authorization *a,
    const struct field *fields, size_t n)
{
	struct rc_json *data = rq->fault.data;
	const char *origin = a->redirect_origin;

	rc_json_set_string(
	    data, "continue_host", strstr(origin, "://") + strlen("://"));
	if (a->form_post) {
		rc_json_set_string(data, "continue_url", a->redirect_uri);
		rc_json_set(
		    data, "continue_fields", answer_inputs(rq, fields, n));
		rq->fault.form_action =
		    rc_answer_form_sources(rq->mem, a->redirect_uri);
	} else {
		rc_json_set_string(
		    data, "continue_url", answer_url(rq, a, fields, n));
	}
}

enum rc_err
rc_interaction_refuse(
    struct rc_req *rq, const struct rc_authorization *a, enum rc_err e)
{

	rq->fault.data = rc_json_new_object(rq->mem);
	if (a->client_id != NULL)
		rc_json_set_string(rq->fault.data, "client_id", a->client_id);
	if (a->redirect_uri == NULL)
		return e;
	if (rq->fault.err == RC_OK)
		rc_fail(rq, e, "%s", rc_err_text(e));

	const struct field fields[] = {
		{ "error", rc_err_name(rq->fault.err) },
		{ "error_description", rq->fault.description },
		{ "state", a->state },
		{ "iss", rq->conf->issuer },
	};

	if (is_open_redirect(a)) {
		offer(rq, a, fields, sizeof(fields) / sizeof(fields[0]));
		return e;
	}
	answer_client(rq, a, fields, sizeof(fields) / sizeof(fields[0]));
	return RC_OK;
}

enum rc_err
rc_interaction_allow(
    struct rc_req *rq, const struct rc_authorization *a, bool remember)
{
	const struct rc_grant_wish wish = {
		.cookie = a->cookie,
		.client_id = a->client_id,
		.scope = a->scope,
		.audience = &a->audience,
		.places = &a->places,
		.nonce = a->nonce,
		.redirect_uri = a->redirect_uri,
		.redirect_uri_given = a->redirect_uri_given,
		.code_challenge = a->code_challenge,
		.remember = remember,
	};
	const char *code;
	enum rc_err e;

	if ((e = rc_grant_issue(rq, &wish, &code)) != RC_OK)
		return e;
	/* The session ended meanwhile: it begins once more. */
	if (code == NULL) {
		rc_answer_redirect(rq, rc_interaction_url(rq, a, "login"));
		return RC_OK;
	}

	const struct field fields[] = {
		{ "code", code },
		{ "state", a->state },
		{ "iss", rq->conf->issuer },
	};

	answer_client(rq, a, fields, sizeof(fields) / sizeof(fields[0]));
	return RC_OK;
}

enum rc_err
rc_interaction_proceed(
    struct rc_req *rq, struct rc_authorization *a, enum rc_authorization_at at)
{
	enum rc_authorization_step step;
	enum rc_err e;

	if ((e = rc_authorization_next(rq, a, at, &step)) != RC_OK)
		return rc_interaction_refuse(rq, a, e);
	switch (step) {
	case RC_AUTHORIZATION_LOGIN:
		rc_answer_redirect(rq, rc_interaction_url(rq, a, "login"));
		break;
	case RC_AUTHORIZATION_CONSENT:
		rc_answer_redirect(rq, rc_interaction_url(rq, a, "consent"));
		break;
	case RC_AUTHORIZATION_ISSUE:
		return rc_interaction_allow(rq, a, false);
	}
	return RC_OK;
}

const char *
rc_interaction_url(
    struct rc_req *rq, const struct rc_authorization *a, const char *program)
{

	return rc_printf(rq->mem, "%s/%s?%s", rq->conf->endpoint_base, program,
	    rc_authorization_query(rq, a));
}

/* Return what the person prefers, as Accept-Language says it. */
static const char *
languages(struct rc_req *rq, const struct rc_authorization *a)
{
	char *list, *s;

	if (a->ui_locales == NULL)
		return rc_req_header(rq, "Accept-Language");
	list = rc_strdup(rq->mem, a->ui_locales);
	for (s = list; (s = strchr(s, ' ')) != NULL;)
		*s = ',';
	return list;
}

const char *
rc_interaction_localized(
    struct rc_req *rq, const struct rc_authorization *a, const char *name)
{

	return rc_page_localized(
	    rq->mem, a->facts.metadata, name, languages(rq, a));
}

/* Say where the person will be sent. */
static void
add_place(
    struct rc_req *rq, const struct rc_authorization *a, struct rc_json *data)
{
	struct rc_uri uri;

	if (rc_uri_parse(rq->mem, a->redirect_uri, &uri) != NULL)
		return;
	if (a->redirect_kind == RC_REDIRECT_PRIVATE_USE) {
		rc_json_set_bool(data, "is_private_use", true);
		rc_json_set_string(data, "scheme", uri.scheme);
		rc_json_set_string(data, "redirect_host",
		    rc_printf(rq->mem, "%s:", uri.scheme));
		return;
	}
	if (a->redirect_kind == RC_REDIRECT_LOOPBACK)
		rc_json_set_bool(data, "is_loopback", true);
	rc_json_set_string(data, "redirect_host",
	    uri.port == NULL ? uri.host
			     : rc_printf(rq->mem, "%s:%s", uri.host, uri.port));
}

struct rc_json *
rc_interaction_data(
    struct rc_req *rq, const struct rc_authorization *a, const char *program)
{
	struct rc_json *data = rc_json_new_object(rq->mem);
	const char *name = rc_interaction_localized(rq, a, "client_name");

	rc_json_set_string(data, "action", rc_interaction_url(rq, a, program));
	if (name != NULL)
		rc_json_set_string(data, "client_name", name);
	add_place(rq, a, data);
	return data;
}

void
rc_interaction_page(struct rc_req *rq, int status,
    const struct rc_authorization *a, const char *name, struct rc_json *data)
{

	rc_answer_page(rq, status, name, rc_answer_language(rq, a->ui_locales),
	    data, rc_answer_form_sources(rq->mem, a->redirect_uri));
}
