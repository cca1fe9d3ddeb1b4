#ifndef ROLLCALL_HTTP_H
#define ROLLCALL_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "rollcall.h"

struct rc_json;
struct rc_http;
struct store_client;

/* A request of a server, and its answer. */
struct rollcall_ask {
	const char *method;
	const char *url;
	const char *token; /* sent as Authorization: Bearer; NULL */
	const char *authorization; /* sent as it is instead; NULL */
	const char *content; /* the body; NULL */
	const char *type; /* its media type; NULL: application/json */
	struct store_client *keep; /* whose answer a 2xx is; NULL */
	bool any; /* a redirect, and what is no JSON, are no fault */
	bool mute; /* what is wrong goes into ${why}, and is not said */

	long status;
	struct rc_json *json; /* NULL: the answer has no JSON */
	struct rc_http *http;
	const char *why; /* a sentence, NULL */
	bool unsent; /* ROLLCALL_NETWORK: the server got nothing of it */
};

/*
 * rollcall_ask(r, ask):
 * Send the request, again after 429 and 503 as late as Retry-After says, and as
 * often as --retries says or within r->patience; and judge what comes: no
 * answer is
 * ROLLCALL_NETWORK; a redirect, which is not followed, a 2xx that has a body
 * but no JSON, or more of it than 1 MiB, ROLLCALL_UNFIT; both are said, unless
 * ${mute} keeps that for the caller.  Any other status is ROLLCALL_OK.
 */
enum rollcall_exit rollcall_ask(struct rollcall *r, struct rollcall_ask *ask);

/*
 * rollcall_endpoint_fault(r, issuer, url),
 * rollcall_check_endpoint(r, issuer, url):
 * See that an endpoint that a server names is not worse than its issuer: one
 * that is asked by https does not lead to services of this host in clear.
 * Return what is wrong, a sentence, or NULL; or say it, and ROLLCALL_UNFIT.
 */
const char *rollcall_endpoint_fault(
    struct rollcall *r, const char *issuer, const char *url);
enum rollcall_exit rollcall_check_endpoint(
    struct rollcall *r, const char *issuer, const char *url);

/*
 * rollcall_refused(r, ask, what):
 * Say that the server refused ${what}, such as "the registration", and why, as
 * far as it tells: error, error_description and each of error_details.  Return
 * ROLLCALL_REFUSED.
 */
enum rollcall_exit rollcall_refused(
    struct rollcall *r, const struct rollcall_ask *ask, const char *what);

/*
 * rollcall_print_details(r, details, said):
 * Say each fault or warning of an array as our server has them: pointer, rule,
 * message, hint.  A message that is ${said} is not said again; NULL: none was.
 */
void rollcall_print_details(
    const struct rollcall *r, const struct rc_json *details, const char *said);

#endif
