#ifndef RC_AUTHORIZATION_H
#define RC_AUTHORIZATION_H

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"
#include "err.h"
#include "grant.h"
#include "redirect.h"

struct rc_req;

/*
 * The authorization request: RFC 6749 4.1.1, RFC 7636 4.3, RFC 8707 2, OpenID
 * Connect Core 3.1.2.1.  authorize takes it from its query or form; login and
 * consent get it handed on in their query and judge it anew, so that nothing is
 * stored, and no page can be reached with what authorize would have refused.
 */

/* The rows that those programs' tables of parameters begin with. */
/* clang-format off */
#define RC_AUTHORIZATION_PARAMS(flags) \
	[RC_AUTHORIZATION_CLIENT_ID] = { "client_id", (flags) }, \
	[RC_AUTHORIZATION_REDIRECT_URI] = { "redirect_uri", (flags) }, \
	[RC_AUTHORIZATION_STATE] = { "state", (flags) }, \
	[RC_AUTHORIZATION_RESPONSE_MODE] = { "response_mode", (flags) }, \
	[RC_AUTHORIZATION_RESPONSE_TYPE] = { "response_type", (flags) }, \
	[RC_AUTHORIZATION_SCOPE] = { "scope", (flags) }, \
	[RC_AUTHORIZATION_RESOURCE] = { "resource", \
	    (flags) | RC_PARAM_MANY }, \
	[RC_AUTHORIZATION_NONCE] = { "nonce", (flags) }, \
	[RC_AUTHORIZATION_CODE_CHALLENGE] = { "code_challenge", (flags) }, \
	[RC_AUTHORIZATION_CODE_CHALLENGE_METHOD] = { \
	    "code_challenge_method", (flags) }, \
	[RC_AUTHORIZATION_PROMPT] = { "prompt", (flags) }, \
	[RC_AUTHORIZATION_MAX_AGE] = { "max_age", (flags) }, \
	[RC_AUTHORIZATION_UI_LOCALES] = { "ui_locales", (flags) }, \
	[RC_AUTHORIZATION_ID_TOKEN_HINT] = { "id_token_hint", (flags) }, \
	[RC_AUTHORIZATION_LOGIN_HINT] = { "login_hint", (flags) }, \
	[RC_AUTHORIZATION_ACR_VALUES] = { "acr_values", (flags) }, \
	[RC_AUTHORIZATION_DISPLAY] = { "display", (flags) }, \
	[RC_AUTHORIZATION_CLAIMS] = { "claims", (flags) }, \
	[RC_AUTHORIZATION_REQUEST] = { "request", (flags) }, \
	[RC_AUTHORIZATION_REQUEST_URI] = { "request_uri", (flags) }, \
	[RC_AUTHORIZATION_REGISTRATION] = { "registration", (flags) }
/* clang-format on */
enum rc_authorization_param {
	RC_AUTHORIZATION_CLIENT_ID,
	RC_AUTHORIZATION_REDIRECT_URI,
	RC_AUTHORIZATION_STATE,
	RC_AUTHORIZATION_RESPONSE_MODE,
	RC_AUTHORIZATION_RESPONSE_TYPE,
	RC_AUTHORIZATION_SCOPE,
	RC_AUTHORIZATION_RESOURCE,
	RC_AUTHORIZATION_NONCE,
	RC_AUTHORIZATION_CODE_CHALLENGE,
	RC_AUTHORIZATION_CODE_CHALLENGE_METHOD,
	RC_AUTHORIZATION_PROMPT,
	RC_AUTHORIZATION_MAX_AGE,
	RC_AUTHORIZATION_UI_LOCALES,
	RC_AUTHORIZATION_ID_TOKEN_HINT,
	RC_AUTHORIZATION_LOGIN_HINT,
	/* Taken so that one that comes twice is noticed: no acr is claimed,
	 * and display and claims change nothing. */
	RC_AUTHORIZATION_ACR_VALUES,
	RC_AUTHORIZATION_DISPLAY,
	RC_AUTHORIZATION_CLAIMS,
	RC_AUTHORIZATION_REQUEST,
	RC_AUTHORIZATION_REQUEST_URI,
	RC_AUTHORIZATION_REGISTRATION,
	RC_AUTHORIZATION__MAX
};

/* OpenID Connect Core 3.1.2.1, prompt. */
enum rc_prompt {
	RC_PROMPT_NONE = 1,
	RC_PROMPT_LOGIN = 2,
	RC_PROMPT_CONSENT = 4,
	RC_PROMPT_SELECT_ACCOUNT = 8
};

/* A request that was judged; NULL is for what was not in it. */
struct rc_authorization {
	const char *cookie; /* of the session */
	struct rc_grant_facts facts;
	bool archived; /* the client is: a consent revives it */
	bool always_asked; /* the client's policy wants it */

	const char *client_id;
	const char *redirect_uri; /* NULL: faults are for a page of ours */
	bool redirect_uri_given; /* not the only one registered */
	const char *redirect_origin; /* rc_uri_origin */
	enum rc_redirect_kind redirect_kind;
	const char *state; /* echoed byte for byte */
	bool form_post; /* response_mode */
	bool silent; /* prompt=none, said before other faults are looked for */

	const char *scope; /* what will be granted; NULL: none */
	bool scope_given; /* not what is registered */
	struct rc_list scopes; /* the same as a list */
	struct rc_list resources; /* asked for, in the configured spelling */
	struct rc_list places; /* these, or the default one */
	struct rc_list audience; /* what tokens will be for: userinfo too */
	const char *nonce;
	const char *code_challenge; /* S256 */
	unsigned prompt; /* enum rc_prompt, several */
	int64_t max_age; /* s, -1: not in it */
	const char *ui_locales;
	const char *id_token_hint;
	const char *subject; /* of id_token_hint */
	const char *known_as; /* to the client, who is logged in: with that */
	const char *login_hint;
};

/*
 * rc_authorization_judge(rq, cookie, a):
 * Read the request from the parameters and hold it against the client and the
 * configuration.  ${cookie} is that of the session, or NULL.  Where it fails
 * and ${a}->redirect_uri is set, the client is to be told; where that is NULL
 * nobody must be sent anywhere, and the fault's page is set.  A request whose
 * query would be longer than web servers take everywhere is refused.
 */
enum rc_err rc_authorization_judge(
    struct rc_req *rq, const char *cookie, struct rc_authorization *a);

/*
 * rc_authorization_is_confidential(a):
 * Tell whether the client of a judged request authenticates itself.
 */
bool rc_authorization_is_confidential(const struct rc_authorization *a);

/*
 * rc_authorization_query(rq, a):
 * Return the request as a query, always the same for the same request.
 */
const char *rc_authorization_query(
    struct rc_req *rq, const struct rc_authorization *a);

/*
 * rc_authorization_proof(rq, a, purpose, cookie):
 * Return what a form must send back to prove that we showed it, for this
 * request, to the browser that has the cookie: a MAC under the cookie's value,
 * which the database does not know.  It covers all that was shown: what the
 * request leaves to the client's metadata and the configuration, and the
 * metadata itself, since a client can change it meanwhile (RFC 7592 2.2).
 */
const char *rc_authorization_proof(struct rc_req *rq,
    const struct rc_authorization *a, const char *purpose, const char *cookie);

#endif
