#ifndef HARNESS_BROWSER_H
#define HARNESS_BROWSER_H

#include <stdbool.h>
#include <stddef.h>

#include "harness.h"

/*
 * The authorization server as a person meets it.  A browser keeps cookies and
 * follows nothing by itself.
 */
#define BROWSER_COOKIES 8

struct browser {
	const char *names[BROWSER_COOKIES];
	const char *values[BROWSER_COOKIES];
	const char *language; /* Accept-Language, NULL */
	const char *from; /* X-Forwarded-For, NULL */
	const char *authorization; /* NULL */
};

/* Somebody with an account. */
struct person {
	const char *account_id;
	const char *name;
	const char *password;
};

/*
 * visit(b, url), submit(b, url, form):
 * GET; POST a form.  The answer's cookies are kept.
 */
struct answer *visit(struct browser *b, const char *url);
struct answer *submit(struct browser *b, const char *url, const char *form);

/*
 * cookie(b, what):
 * Return the value of the browser's cookie whose name has "rollcall-" and
 * ${what} in front of the issuer's hash: "" for the session, "login-".  NULL:
 * none.
 */
const char *cookie(const struct browser *b, const char *what);
void set_cookie(struct browser *b, const char *what, const char *value);

/*
 * escaped(s), unescaped(s):
 * Percent-encode; undo that and '+'.
 */
const char *escaped(const char *s);
const char *unescaped(const char *s);

/*
 * given(url, name):
 * Return the decoded value of a parameter in the query of ${url}, NULL where it
 * is not there.
 */
const char *given(const char *url, const char *name);

/*
 * location(a):
 * Insist on a 303 that may not be cached, and return where it leads.
 */
const char *location(const struct answer *a);

/*
 * field(a, name), action(a):
 * Return the value of the page's hidden input; where its form goes.
 */
const char *field(const struct answer *a, const char *name);
const char *action(const struct answer *a);
bool says(const struct answer *a, const char *s);

/*
 * expect_page(a, status):
 * A page that no other site may frame, script, read or cache.
 */
void expect_page(const struct answer *a, int status);

/*
 * expect_refusal(a, redirect, error, state):
 * A redirect to the client with error, error_description, state and iss
 * (RFC 6749 4.1.2.1, RFC 9207 2), and no code.  ${state} may be NULL.
 */
void expect_refusal(const struct answer *a, const char *redirect,
    const char *error, const char *state);

/*
 * expect_code(a, redirect, state):
 * A redirect to the client with code, state and iss; return the code.
 */
const char *expect_code(
    const struct answer *a, const char *redirect, const char *state);

/*
 * expect_offer(a, error, state):
 * A page that says what is wrong, and where the person could go on to tell the
 * client (RFC 9700 4.11.2); return that address.
 */
const char *expect_offer(
    const struct answer *a, const char *error, const char *state);

/*
 * person(), signed_in(b, p):
 * Make an account; give the browser a session of it.
 */
struct person *person(void);
void signed_in(struct browser *b, const struct person *p);

/* A challenge of S256, and the verifier that it is of (RFC 7636 B). */
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

/*
 * app(method, redirect), public_app(), web_app():
 * Register a client: with that authentication method and redirect URI; a public
 * one on loopback; a confidential one behind https.
 */
struct client *app(const char *method, const char *redirect);
#define LOOPBACK "http://127.0.0.1:49152/callback"
#define WEB "https://app.example.org/callback"
struct client *public_app(void);
struct client *web_app(void);

/*
 * asking(client, redirect, more):
 * Return the URL of a good authorization request with state "xyz", and
 * ${more} ("&prompt=login") behind it.
 */
const char *asking(
    const struct client *client, const char *redirect, const char *more);

/*
 * log_in(b, a, p):
 * Follow ${a}, which leads to the login page, log in, and return the answer.
 */
struct answer *log_in(
    struct browser *b, const struct answer *a, const struct person *p);

/*
 * come_in(b):
 * Log the browser in, so that it is the next request that matters; return whom.
 */
struct person *come_in(struct browser *b);

/*
 * decide(b, a, decision):
 * Follow ${a}, which leads to the consent page, decide, and return the answer.
 */
struct answer *decide(
    struct browser *b, const struct answer *a, const char *decision);

#endif
