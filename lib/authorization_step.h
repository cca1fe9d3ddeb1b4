#ifndef RC_AUTHORIZATION_STEP_H
#define RC_AUTHORIZATION_STEP_H

#include <stdbool.h>

#include "authorization.h"

/*
 * What is to be done about an authorization request that was judged good: a
 * login, a consent, or neither.
 */

/* Seconds that the clock of who vouches for a login may be ahead of ours. */
#define RC_AUTHORIZATION_AHEAD 60

/* Who asks for the next step. */
enum rc_authorization_at {
	RC_AUTHORIZATION_AT_START,
	/* The person has logged in with this very request. */
	RC_AUTHORIZATION_AT_LOGIN,
	/* The browser opens the consent page, where it was just sent. */
	RC_AUTHORIZATION_AT_CONSENT,
	/* The person has read that page, which takes a while. */
	RC_AUTHORIZATION_AT_DECISION
};

enum rc_authorization_step {
	RC_AUTHORIZATION_LOGIN,
	RC_AUTHORIZATION_CONSENT,
	RC_AUTHORIZATION_ISSUE
};

/*
 * rc_authorization_next(rq, a, at, step):
 * Say what is to be done about a request that was judged good.  At the login
 * prompt=login, prompt=select_account and max_age count as fulfilled, and the
 * former two are dropped from ${a}; with login = remote_user they are as far as
 * the web server says when the person proved who they are.  Errors are those
 * for the client: login_required, consent_required,
 * account_selection_required.
 */
enum rc_err rc_authorization_next(struct rc_req *rq, struct rc_authorization *a,
    enum rc_authorization_at at, enum rc_authorization_step *step);

/*
 * rc_authorization_may_remember(a):
 * Tell whether a consent can be remembered: of a confidential client that is
 * answered by https, unless its policy says otherwise.  Anyone can pretend to
 * be another one (RFC 8252 8.6).
 */
bool rc_authorization_may_remember(const struct rc_authorization *a);

/*
 * rc_authorization_is_remembered(a), rc_authorization_is_known(a, scope):
 * Tell whether the person allowed something, or that scope, before, and it is
 * remembered: for the same resources, and answered at the same origin.
 */
bool rc_authorization_is_remembered(const struct rc_authorization *a);
bool rc_authorization_is_known(
    const struct rc_authorization *a, const char *scope);

#endif
