#ifndef RC_ANSWER_H
#define RC_ANSWER_H

#include <stddef.h>

#include "err.h"

struct rc_arena;
struct rc_json;
struct rc_pages;
struct rc_req;
struct rc_service;

/*
 * rc_answer_header(rq, name, value):
 * Add a header, or replace the one of that name, save Set-Cookie, of which
 * there may be several; ${value} must live as long as the request.
 */
void rc_answer_header(struct rc_req *rq, const char *name, const char *value);

/*
 * rc_answer_json(rq, status, value):
 * Answer with ${value} as application/json.
 */
void rc_answer_json(struct rc_req *rq, int status, const struct rc_json *value);

/*
 * rc_answer_text(rq, status, type, body, len):
 * Answer with ${len} bytes that live as long as the request or longer.
 */
void rc_answer_text(struct rc_req *rq, int status, const char *type,
    const char *body, size_t len);

/*
 * rc_answer_document(rq, type, body, len, etag):
 * Answer so with 200 and the ETag, quotes included; or with 304 where the
 * request says that it has that already (RFC 9110 13.1.2).
 */
void rc_answer_document(struct rc_req *rq, const char *type, const char *body,
    size_t len, const char *etag);

/*
 * rc_answer_empty(rq, status):
 * Answer without a body: 204, 304.
 */
void rc_answer_empty(struct rc_req *rq, int status);

/*
 * rc_answer_redirect(rq, url):
 * Send the browser to ${url} with 303 (RFC 9110 15.4.4), so that a form is not
 * posted on (RFC 9700 4.12).
 */
void rc_answer_redirect(struct rc_req *rq, const char *url);

/* The templates and messages, for the life of the process. */
extern const struct rc_service rc_answer_pages;

/*
 * rc_answer_site():
 * Return what rc_answer_pages loaded.
 */
const struct rc_pages *rc_answer_site(void);

/*
 * rc_answer_language(rq, ui_locales):
 * Choose the language of the page by the request; ${ui_locales} may be NULL.
 */
const char *rc_answer_language(const struct rc_req *rq, const char *ui_locales);

/*
 * rc_answer_page(rq, status, template, language, data, form_action):
 * Answer with a page, under a Content-Security-Policy that lets nothing in but
 * our style sheet and images, and lets forms lead to our origin and, where it
 * is not NULL, to the sources ${form_action} (CSP 3 6.4.2), as the redirects
 * behind them do; never in a frame, never cached, no referrer.  ${data} gets
 * style_url, which names the sheet's very bytes, and issuer_host.
 */
void rc_answer_page(struct rc_req *rq, int status, const char *template,
    const char *language, struct rc_json *data, const char *form_action);

/*
 * rc_answer_form_sources(mem, uri):
 * Return the CSP sources of a redirect URI and of what its client may redirect
 * to: its origin ("http:" for an IPv6 address) and "https:", or "scheme:" for a
 * private-use one.
 */
const char *rc_answer_form_sources(struct rc_arena *mem, const char *uri);

/*
 * rc_answer_fault(rq, err):
 * Answer with the fault that rc_fail set, or rc_err_text(${err}) where none
 * was, as RFC 6749 5.2 JSON: error and error_description, error_details where
 * rc_fail_at was called, warnings where they are collected; with
 * WWW-Authenticate for 401 (RFC 6750 3; RFC 6749 5.2 for a client), Retry-After
 * for 503 and 429, never to be cached; as a page where the program speaks to
 * people.  What was answered before, headers too, is dropped, save Set-Cookie.
 */
void rc_answer_fault(struct rc_req *rq, enum rc_err err);

#endif
