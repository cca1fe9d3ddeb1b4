#include "authorization_step.h"

#include <stdint.h>
#include <string.h>

#include "json.h"
#include "now.h"
#include "req.h"
#include "scope.h"

/* Seconds that a person may take to read the consent page. */
#define READING 600
/* Seconds since when a login by the web server is one for this request. */
#define RECENT 60
/* A default_max_age counts up to that: more would be centuries. */
#define AGE_MOST INT64_C(9999999999)

/* Return how old a login may be, in seconds; -1: whatever. */
static int64_t
most_age(const struct rc_authorization *a)
{
	const struct rc_json *preset =
	    rc_json_get(a->facts.metadata, "default_max_age");
	int64_t seconds;

	if (a->max_age >= 0)
		return a->max_age;
	if (rc_json_type(preset) != RC_JSON_INT)
		return -1;
	seconds = rc_json_int(preset);
	return seconds < AGE_MOST ? seconds : AGE_MOST;
}

/* Tell whether the login is known to be no older than that. */
static bool
is_recent(const struct rc_authorization *a, int64_t seconds)
{

	return a->facts.auth_time != 0 &&
	       a->facts.auth_time <= rc_now() + RC_AUTHORIZATION_AHEAD &&
	       rc_now() - a->facts.auth_time <= seconds;
}

/* Tell whether the login is too old, or nobody knows how old it is. */
static bool
is_stale(const struct rc_authorization *a, int64_t more)
{
	int64_t most = most_age(a);

	if (most >= 0)
		return !is_recent(a, most + more);
	return a->facts.auth_time == 0 &&
	       rc_json_bool(
		   rc_json_get(a->facts.metadata, "require_auth_time"));
}

static bool
is_somebody_else(const struct rc_authorization *a)
{

	return a->subject != NULL && strcmp(a->subject, a->known_as) != 0;
}

/* Return how much older than asked for a login may have become meanwhile. */
static int64_t
allowance(enum rc_authorization_at at)
{

	switch (at) {
	case RC_AUTHORIZATION_AT_CONSENT:
		return RECENT;
	case RC_AUTHORIZATION_AT_DECISION:
		return READING;
	default:
		return 0;
	}
}

static bool
needs_login(const struct rc_authorization *a, enum rc_authorization_at at)
{

	return a->facts.account_id == NULL || is_stale(a, allowance(at)) ||
	       is_somebody_else(a) ||
	       (a->prompt & (RC_PROMPT_LOGIN | RC_PROMPT_SELECT_ACCOUNT)) != 0;
}

/* With login = remote_user nobody can be made to log in once more. */
static enum rc_err
check_web_server(struct rc_req *rq, const struct rc_authorization *a)
{

	if (a->prompt & RC_PROMPT_SELECT_ACCOUNT)
		return rc_fail(rq, RC_ERR_ACCOUNT_SELECTION_REQUIRED,
		    "the web server does the login here, and offers no choice "
		    "of accounts");
	if (is_stale(a, 0) ||
	    ((a->prompt & RC_PROMPT_LOGIN) && !is_recent(a, RECENT)))
		return rc_fail(rq, RC_ERR_LOGIN_REQUIRED,
		    "the web server does the login here, and does not say "
		    "that it was recent enough");
	return RC_OK;
}

/* The person has just logged in: that is all that can be had. */
static enum rc_err
settle_login(struct rc_req *rq, struct rc_authorization *a)
{
	enum rc_err e;

	if (a->facts.account_id == NULL)
		return rc_fail(rq, RC_ERR_LOGIN_REQUIRED,
		    "the session ended as soon as it began");
	if (is_somebody_else(a))
		return rc_fail(rq, RC_ERR_LOGIN_REQUIRED,
		    "somebody else has logged in than id_token_hint names");
	if (rq->conf->login == RC_LOGIN_REMOTE_USER &&
	    (e = check_web_server(rq, a)) != RC_OK)
		return e;
	a->prompt &= ~(unsigned)(RC_PROMPT_LOGIN | RC_PROMPT_SELECT_ACCOUNT);
	return RC_OK;
}

bool
rc_authorization_may_remember(const struct rc_authorization *a)
{

	return rc_authorization_is_confidential(a) && !a->always_asked &&
	       a->redirect_kind == RC_REDIRECT_HTTPS;
}

/*
 * Tell whether a consent was given for where this request leads to, and for the
 * resources that it names: a client can change its redirect URIs, and with them
 * who gets the answer, and what was allowed at one place was not at another.
 */
static bool
covers(const struct rc_json *consent, const struct rc_authorization *a)
{
	const struct rc_json *audience = rc_json_get(consent, "audience");
	const char *origin = rc_json_text(consent, "redirect_origin");
	size_t i;

	if (origin == NULL || strcmp(origin, a->redirect_origin) != 0)
		return false;
	for (i = 0; i < a->places.count; i++)
		if (!rc_json_holds(audience, a->places.items[i]))
			return false;
	return true;
}

/* Is there a consent that covers the request and, if not NULL, the scope? */
static bool
find_consent(const struct rc_authorization *a, const char *scope)
{
	const struct rc_json *consent;
	size_t i;

	if (!rc_authorization_may_remember(a))
		return false;
	for (i = 0; i < rc_json_count(a->facts.consents); i++) {
		consent = rc_json_at(a->facts.consents, i);
		if (covers(consent, a) &&
		    (scope == NULL ||
			rc_scope_has(rc_json_text(consent, "scope"), scope)))
			return true;
	}
	return false;
}

bool
rc_authorization_is_remembered(const struct rc_authorization *a)
{

	return find_consent(a, NULL);
}

bool
rc_authorization_is_known(const struct rc_authorization *a, const char *scope)
{

	return find_consent(a, scope);
}

/* Tell whether something is asked for that was not allowed before. */
static bool
needs_consent(const struct rc_authorization *a)
{
	size_t i;

	if (!rc_authorization_is_remembered(a) ||
	    (a->prompt & RC_PROMPT_CONSENT))
		return true;
	for (i = 0; i < a->scopes.count; i++)
		if (!rc_authorization_is_known(a, a->scopes.items[i]))
			return true;
	return false;
}

enum rc_err
rc_authorization_next(struct rc_req *rq, struct rc_authorization *a,
    enum rc_authorization_at at, enum rc_authorization_step *step)
{
	enum rc_err e;

	if (at == RC_AUTHORIZATION_AT_LOGIN) {
		if ((e = settle_login(rq, a)) != RC_OK)
			return e;
	} else if (needs_login(a, at)) {
		if (a->prompt & RC_PROMPT_NONE)
			return rc_fail(rq, RC_ERR_LOGIN_REQUIRED,
			    "the person has to log in");
		*step = RC_AUTHORIZATION_LOGIN;
		return RC_OK;
	}
	*step = RC_AUTHORIZATION_ISSUE;
	if (!needs_consent(a))
		return RC_OK;
	if (a->prompt & RC_PROMPT_NONE)
		return rc_fail(
		    rq, RC_ERR_CONSENT_REQUIRED, "the person has to be asked");
	*step = RC_AUTHORIZATION_CONSENT;
	return RC_OK;
}
