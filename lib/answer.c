#include "answer.h"

#include <string.h>
#include <strings.h>

#include "arena.h"
#include "bearer.h"
#include "conf.h"
#include "crypt.h"
#include "json.h"
#include "log.h"
#include "page.h"
#include "program.h"
#include "req.h"
#include "uri.h"

/* Seconds that a client is told to wait where nobody knows better. */
#define RETRY_AFTER "2"
/* Room for a sentence of rc_pages_load. */
#define SENTENCE 512

void
rc_answer_header(struct rc_req *rq, const char *name, const char *value)
{
	struct rc_answer *answer = &rq->answer;
	size_t i;

	/* RFC 6265 3: each cookie has a header of its own. */
	i = strcasecmp(name, "Set-Cookie") == 0 ? answer->nheaders : 0;
	for (; i < answer->nheaders; i++) {
		if (strcasecmp(answer->headers[i].name, name) == 0)
			break;
	}
	if (i == RC_ANSWER_HEADERS) {
		rc_log(RC_LOG_ERROR, "answer", "no room for header %s", name);
		return;
	}
	answer->headers[i].name = name;
	answer->headers[i].value = value;
	if (i == answer->nheaders)
		answer->nheaders++;
}

void
rc_answer_text(struct rc_req *rq, int status, const char *type,
    const char *body, size_t len)
{

	rq->answer.status = status;
	rq->answer.body = body;
	rq->answer.len = len;
	rc_answer_header(rq, "Content-Type", type);
}

void
rc_answer_json(struct rc_req *rq, int status, const struct rc_json *value)
{
	const char *text = rc_json_write(rq->mem, value);

	rc_answer_text(rq, status, "application/json", text, strlen(text));
}

void
rc_answer_empty(struct rc_req *rq, int status)
{

	rq->answer.status = status;
	rq->answer.body = "";
	rq->answer.len = 0;
}

/*
 * Tell whether an If-None-Match header names ${etag}, weakly compared, or is
 * "*" (RFC 9110 13.1.2).
 */
static bool
etag_matches(const char *header, const char *etag)
{
	const char *end;

	header += strspn(header, " \t");
	if (*header == '*')
		return header[1 + strspn(header + 1, " \t")] == '\0';
	for (;;) {
		header += strspn(header, " \t,");
		if (strncmp(header, "W/", 2) == 0)
			header += 2;
		/* A tag may hold commas, but no quotes. */
		if (*header != '"' || (end = strchr(header + 1, '"')) == NULL)
			return false;
		if (strncmp(header, etag, (size_t)(end + 1 - header)) == 0 &&
		    etag[end + 1 - header] == '\0')
			return true;
		header = end + 1;
	}
}

void
rc_answer_document(struct rc_req *rq, const char *type, const char *body,
    size_t len, const char *etag)
{
	const char *known = rc_req_header(rq, "If-None-Match");

	if (known != NULL && etag_matches(known, etag))
		rc_answer_empty(rq, 304);
	else
		rc_answer_text(rq, 200, type, body, len);
	rc_answer_header(rq, "ETag", etag);
}

void
rc_answer_redirect(struct rc_req *rq, const char *url)
{

	rc_answer_empty(rq, 303);
	rc_answer_header(rq, "Location", url);
	rc_answer_header(rq, "Cache-Control", "no-store");
	rc_answer_header(rq, "Referrer-Policy", "no-referrer");
}

/* The process's own. */
static struct rc_pages *pages;

static bool
start_pages(const struct rc_conf *conf, const struct rc_program *program)
{
	char error[SENTENCE];

	(void)program;
	rc_pages_free(pages);
	if ((pages = rc_pages_load(conf, error, sizeof(error))) == NULL)
		rc_log(RC_LOG_ERROR, "pages", "%s", error);
	return pages != NULL;
}

static void
stop_pages(void)
{

	rc_pages_free(pages);
	pages = NULL;
}

const struct rc_service rc_answer_pages = { "pages", start_pages, stop_pages };

const struct rc_pages *
rc_answer_site(void)
{

	return pages;
}

const char *
rc_answer_language(const struct rc_req *rq, const char *ui_locales)
{

	return rc_pages_language(
	    pages, rc_req_header(rq, "Accept-Language"), ui_locales);
}

/*
 * Browsers hold form-action against every redirect behind a form, the client's
 * own too, and many callbacks send the person on to another site.
 */
const char *
rc_answer_form_sources(struct rc_arena *mem, const char *uri)
{
	const char *origin = rc_uri_origin(mem, uri);

	if (origin == NULL || strstr(origin, "://") == NULL)
		return origin;
	/* CSP has no words for an IPv6 address. */
	if (strncmp(origin, "http://[", strlen("http://[")) == 0)
		origin = "http:";
	return rc_printf(mem, "%s https:", origin);
}

/* What no page may do without, and nothing of another origin may have. */
static void
add_page_headers(struct rc_req *rq, const char *form_action)
{
	const char *policy;

	policy = rc_printf(rq->mem,
	    "default-src 'none'; style-src 'self'; img-src 'self'; "
	    "form-action 'self'%s%s; frame-ancestors 'none'; base-uri 'none'",
	    form_action != NULL ? " " : "",
	    form_action != NULL ? form_action : "");
	rc_answer_header(rq, "Content-Security-Policy", policy);
	rc_answer_header(rq, "X-Frame-Options", "DENY");
	rc_answer_header(rq, "Referrer-Policy", "no-referrer");
	rc_answer_header(rq, "Cache-Control", "no-store");
	rc_answer_header(rq, "Vary", "Accept-Language");
}

void
rc_answer_page(struct rc_req *rq, int status, const char *template,
    const char *language, struct rc_json *data, const char *form_action)
{
	const char *host = strstr(rq->conf->issuer, "://") + strlen("://");
	const char *text, *etag;
	size_t len;

	rc_json_set_string(
	    data, "issuer_host", rc_strndup(rq->mem, host, strcspn(host, "/")));
	(void)rc_page_style(pages, &len, &etag);
	rc_json_set_string(data, "style_url",
	    rc_printf(rq->mem, "%s/authorize/style.css?%.*s",
		rq->conf->endpoint_base, (int)strcspn(etag + 1, "\""),
		etag + 1));
	text = rc_page_write(rq->mem, pages, template, language, data);
	rc_answer_text(
	    rq, status, "text/html; charset=utf-8", text, strlen(text));
	add_page_headers(rq, form_action);
}

/* Return the key of what a person is told of a fault. */
static const char *
message_key(const struct rc_fault *fault)
{

	if (fault->page != NULL)
		return fault->page;
	switch (fault->err) {
	case RC_ERR_ACCESS_DENIED:
		return "forbidden";
	case RC_ERR_NOT_FOUND:
		return "not_found";
	case RC_ERR_METHOD_NOT_ALLOWED:
		return "method_not_allowed";
	case RC_ERR_CONTENT_TOO_LARGE:
		return "content_too_large";
	case RC_ERR_TOO_MANY_REQUESTS:
		return "rate";
	case RC_ERR_SERVER_ERROR:
		return "server_error";
	case RC_ERR_TEMPORARILY_UNAVAILABLE:
		return "unavailable";
	default:
		return "bad_request";
	}
}

/* Say a fault to a person, and to the developer who may stand behind them. */
static void
say_to_people(struct rc_req *rq, int status)
{
	const char *key = message_key(&rq->fault);
	const char *language = rc_answer_language(rq, rq->fault.ui_locales);
	struct rc_json *data = rq->fault.data;
	const char *text;

	if (data == NULL)
		data = rc_json_new_object(rq->mem);
	text = rc_page_message(rq->mem, pages, language,
	    rc_printf(rq->mem, "error.%s.title", key), data);
	rc_json_set_string(data, "title", text != NULL ? text : key);
	text = rc_page_message(rq->mem, pages, language,
	    rc_printf(rq->mem, "error.%s.text", key), data);
	rc_json_set_string(data, "message", text != NULL ? text : "");
	rc_json_set_string(data, "code", rc_err_name(rq->fault.err));
	rc_json_set_string(data, "developer", rq->fault.description);
	rc_answer_page(
	    rq, status, "error", language, data, rq->fault.form_action);
}

/*
 * RFC 6749 5.2, as programs read it, and beside that all that was found, for
 * who writes them.
 */
static void
say_to_programs(struct rc_req *rq, int status)
{
	struct rc_json *body = rc_json_new_object(rq->mem);

	rc_json_set_string(body, "error", rc_err_name(rq->fault.err));
	rc_json_set_string(body, "error_description", rq->fault.description);
	if (rq->fault.details != NULL)
		rc_json_set(body, "error_details", rq->fault.details);
	if (rq->warnings != NULL)
		rc_json_set(body, "warnings", rq->warnings);
	rc_answer_json(rq, status, body);
	rc_answer_header(rq, "Cache-Control", "no-store");
}

/*
 * Say how to authenticate: a client by Basic (RFC 6749 5.2), a token's holder
 * by Bearer (RFC 6750 3), who is told what was wrong only if one was presented.
 */
static void
add_challenge(struct rc_req *rq)
{
	const char *value;

	if (rq->fault.err == RC_ERR_INVALID_CLIENT) {
		value =
		    rc_printf(rq->mem, "Basic realm=\"%s\"", rq->conf->issuer);
	} else {
		value =
		    rc_printf(rq->mem, "Bearer realm=\"%s\"", rq->conf->issuer);
		if (rq->bearer != NULL ||
		    rc_bearer_presented(rq->authorization))
			value = rc_printf(rq->mem,
			    "%s, error=\"%s\", error_description=\"%s\"", value,
			    rc_err_name(rq->fault.err), rq->fault.description);
	}
	rc_answer_header(rq, "WWW-Authenticate", value);
}

/* How many seconds to wait before trying again. */
static const char *
retry_after(struct rc_req *rq)
{

	if (rq->fault.retry_after <= 0)
		return RETRY_AFTER;
	return rc_printf(rq->mem, "%lld", (long long)rq->fault.retry_after);
}

/*
 * Forget what was to be answered, save the cookies: a session that began has
 * begun, and the browser's old one has ended.
 */
static void
keep_cookies(struct rc_req *rq)
{
	const struct rc_answer was = rq->answer;
	size_t i;

	memset(&rq->answer, 0, sizeof(rq->answer));
	for (i = 0; i < was.nheaders; i++)
		if (strcasecmp(was.headers[i].name, "Set-Cookie") == 0)
			rc_answer_header(
			    rq, "Set-Cookie", was.headers[i].value);
}

void
rc_answer_fault(struct rc_req *rq, enum rc_err err)
{
	int status;

	if (rq->fault.err == RC_OK)
		rc_fail(rq, err, "%s", rc_err_text(err));
	/* Nothing of a half-made answer may go out with the fault. */
	keep_cookies(rq);
	status = rc_err_status(rq->fault.err);
	if (rq->program != NULL && rq->program->errors == RC_ERRORS_PAGE)
		say_to_people(rq, status);
	else
		say_to_programs(rq, status);
	if (status == 401 || rq->fault.err == RC_ERR_INSUFFICIENT_SCOPE)
		add_challenge(rq);
	if (status == 503 || status == 429)
		rc_answer_header(rq, "Retry-After", retry_after(rq));
}
