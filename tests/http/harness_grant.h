#ifndef HARNESS_GRANT_H
#define HARNESS_GRANT_H

#include <stdbool.h>

#include "harness.h"

/*
 * What the tests of the token endpoint share: people and codes that come from
 * the database, clients and what they present, JWTs made and read.
 */

/* RFC 7636 appendix B. */
#define VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define CALLBACK "https://client.example.org/cb"
#define ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/*
 * confidential(more), public_client(more):
 * Register a client with a secret, or without, for all grants that it may have
 * and the redirect URI CALLBACK; ${more} is JSON members that win, or NULL.
 */
struct client *confidential(const char *more);
struct client *public_client(const char *more);

/*
 * new_account():
 * Make an account, and return its account_id.
 */
const char *new_account(void);

/* What a person let a client do; what is NULL has the default named. */
struct permission {
	const char *client;
	const char *account; /* a new one */
	const char *scope; /* none */
	const char *audience; /* JSON array: that of the issuer */
	const char *nonce; /* none */
	const char *auth_time; /* s since 1970: not known */
	const char *redirect_uri; /* CALLBACK */
	bool unnamed; /* the request named no redirect_uri */
	const char *challenge; /* CHALLENGE, "" for none */
	const char *lifetime; /* "5 minutes" */
};

/*
 * permit(permission):
 * Return an authorization code for it.
 */
const char *permit(const struct permission *p);

/*
 * ask(client, fmt, ...):
 * Ask for a token with the form that printf would have written, as ${client},
 * which is NULL where the form has all: by Basic where it has a secret, by
 * client_id where it has none.
 */
struct answer *ask(const struct client *client, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * ask_with(authorization, form):
 * The same with an Authorization header of one's own, or NULL.
 */
struct answer *ask_with(const char *authorization, const char *form);

/*
 * token_call(client, form):
 * The same as a request, for http_many.
 */
struct call token_call(const struct client *client, const char *form);

/*
 * redeem(client, code), refresh(client, token):
 * Redeem a code with CALLBACK and VERIFIER; use a refresh token.
 */
struct answer *redeem(const struct client *client, const char *code);
struct answer *refresh(const struct client *client, const char *token);

/*
 * basic(id, secret):
 * Return the value of an Authorization header, as RFC 6749 2.3.1 has it.
 */
const char *basic(const char *id, const char *secret);

/*
 * escape(s):
 * Return ${s} with every byte as %XX.
 */
const char *escape(const char *s);

/*
 * expect_tokens(a), expect_refused(a, status, error):
 * A token response (RFC 6749 5.1); an error (5.2), whose 401 asks for Basic.
 */
void expect_tokens(const struct answer *a);
void expect_refused(const struct answer *a, int status, const char *error);

/*
 * hash_of(token):
 * Return what the tables know a code or token by, in hexadecimal.
 */
const char *hash_of(const char *token);

/*
 * is_live(access_token):
 * Tell whether the database holds it as one that counts.
 */
bool is_live(const char *token);

/*
 * audience_of(access_token):
 * Return the audience as the text of an SQL array.
 */
const char *audience_of(const char *token);

/* A key pair of a client's. */
struct pair {
	const char *alg;
	const char *public; /* JWK */
	const char *private; /* JWK */
};

/*
 * pair(alg):
 * Make one for an algorithm.
 */
struct pair *pair(const char *alg);

/*
 * sign(pair, typ, claims):
 * Return the JSON text, written with ' for ", as a JWT; ${typ} may be NULL.
 */
const char *sign(const struct pair *pair, const char *typ, const char *claims);

/*
 * assertion(pair, id):
 * Return the parameters of a client that authenticates by its key (RFC 7523
 * 2.2).
 */
const char *assertion(const struct pair *pair, const char *id);

/*
 * part(jwt, i):
 * Return header (0) or payload (1) of a JWT.
 */
struct json_object *part(const char *jwt, int i);

/*
 * expect_signed(jwt, alg):
 * A key that the server publishes has signed it with ${alg}.
 */
void expect_signed(const char *jwt, const char *alg);

#endif
