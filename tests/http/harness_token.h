#ifndef HARNESS_TOKEN_H
#define HARNESS_TOKEN_H

#include "harness.h"
#include "harness_grant.h"

/*
 * Accounts, grants and tokens, put straight into the database, and what is
 * asked about them.  Scopes have no quotes in them, audiences are the text of
 * an SQL array.
 */

/*
 * person_with(claims):
 * Make an account, whose account_id is its login name as well; ${claims} is
 * JSON written with ' for ".
 */
const char *person_with(const char *claims);

/*
 * resource_server(audience):
 * Register a client that may introspect the tokens for ${audience}.
 */
struct client *resource_server(const char *audience);

/*
 * grant(who, client, scope, audience):
 * Let a client act for a person; return the grant's number.
 */
const char *grant(const char *who, const struct client *client,
    const char *scope, const char *audience);

/*
 * access_token(grant), refresh_token(grant), code(grant):
 * Issue one, with scope and audience of the grant.
 */
const char *access_token(const char *grant);
const char *refresh_token(const char *grant);
const char *code(const char *grant);

/*
 * own_token(client, scope, audience):
 * Issue an access token to a client that acts for itself.
 */
const char *own_token(
    const struct client *client, const char *scope, const char *audience);

/*
 * both_formats(name, tests, n):
 * Run tests as harness_main does, with opaque access tokens and then with JWTs
 * (RFC 9068), which access_token() and own_token() give as well.
 */
int both_formats(const char *name, const struct test *tests, size_t n);

/*
 * access_token_sql(set, token), refresh_token_sql(set, token):
 * Change the token's row, as in "expires_at = now()".
 */
void access_token_sql(const char *set, const char *token);
void refresh_token_sql(const char *set, const char *token);

/*
 * audience():
 * Return the text of an SQL array of the issuer alone.
 */
const char *audience(void);

/*
 * form(path, client, body):
 * Post a form as ${client}, NULL for nobody, in the way that ask() does.
 */
struct answer *form(
    const char *path, const struct client *client, const char *body);

/*
 * introspect(client, token), revoke(client, token), userinfo(token):
 * Ask the programs.
 */
struct answer *introspect(const struct client *client, const char *token);
struct answer *revoke(const struct client *client, const char *token);
struct answer *userinfo(const char *token);

/*
 * is_active(client, token):
 * Introspect and tell whether it is active; an answer of another form fails
 * the test.
 */
bool is_active(const struct client *client, const char *token);

#endif
