#ifndef RC_INTERACTION_H
#define RC_INTERACTION_H

#include <stdbool.h>

#include "authorization_step.h"
#include "err.h"

struct rc_json;
struct rc_req;

/* How authorize, login and consent answer an authorization request. */

/*
 * rc_interaction_refuse(rq, a, e):
 * Tell the client of the fault ${e}, at its redirect URI (RFC 6749 4.1.2.1,
 * RFC 9207 2), and return RC_OK; where there is none to be told, return ${e}.
 * Where it would make us an open redirector (RFC 9700 4.11.2) return ${e}, too:
 * a client that registered itself, at an address of the web, and a person whom
 * we do not know; the page then offers to go on.
 */
enum rc_err rc_interaction_refuse(
    struct rc_req *rq, const struct rc_authorization *a, enum rc_err e);

/*
 * rc_interaction_proceed(rq, a, at):
 * Take the next step: send the browser to log in, to consent, or to the client
 * with a code.
 */
enum rc_err rc_interaction_proceed(
    struct rc_req *rq, struct rc_authorization *a, enum rc_authorization_at at);

/*
 * rc_interaction_allow(rq, a, remember):
 * Send the browser to the client with a code (RFC 6749 4.1.2).
 */
enum rc_err rc_interaction_allow(
    struct rc_req *rq, const struct rc_authorization *a, bool remember);

/*
 * rc_interaction_url(rq, a, program):
 * Return the URL of "authorize", "login" or "consent" for this request.
 */
const char *rc_interaction_url(
    struct rc_req *rq, const struct rc_authorization *a, const char *program);

/*
 * rc_interaction_data(rq, a, program):
 * Return what the pages login and consent have in common: where their form
 * goes, and who asks.
 */
struct rc_json *rc_interaction_data(
    struct rc_req *rq, const struct rc_authorization *a, const char *program);

/*
 * rc_interaction_page(rq, status, a, name, data):
 * Answer with the page, whose form may lead on to the client.
 */
void rc_interaction_page(struct rc_req *rq, int status,
    const struct rc_authorization *a, const char *name, struct rc_json *data);

/*
 * rc_interaction_localized(rq, a, name):
 * Return a string of the client's metadata in the person's language, or NULL.
 */
const char *rc_interaction_localized(
    struct rc_req *rq, const struct rc_authorization *a, const char *name);

#endif
