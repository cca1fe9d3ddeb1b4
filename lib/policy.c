#include "policy.h"

#include <stdbool.h>
#include <string.h>

#include "alg.h"
#include "arena.h"
#include "client_fields.h"
#include "conf.h"
#include "field.h"
#include "json.h"
#include "jwk.h"
#include "redirect.h"
#include "req.h"
#include "scope.h"

#define META RC_ERR_INVALID_CLIENT_METADATA

/* Tell whether the array of strings ${list} has ${s}. */
static bool
has(const struct rc_json *list, const char *s)
{
	size_t i, n = rc_json_count(list);

	for (i = 0; i < n; i++) {
		if (strcmp(rc_json_string(rc_json_at(list, i)), s) == 0)
			return true;
	}
	return false;
}

static bool
has_grant(const struct rc_json *meta, const char *grant)
{

	return has(rc_json_get(meta, "grant_types"), grant);
}

/* RFC 7591 2: client_secret_basic where nothing is said, and it is allowed. */
static enum rc_err
auth_method(struct rc_req *rq, struct rc_json *meta)
{
	const struct rc_list *allowed = &rq->conf->auth_methods;
	const char *method = rc_json_text(meta, "token_endpoint_auth_method");

	if (method == NULL) {
		method = rc_list_has(allowed, "client_secret_basic")
		             ? "client_secret_basic"
		             : allowed->items[0];
		rc_json_set_string(meta, "token_endpoint_auth_method", method);
	}
	if (!rc_list_has(allowed, method))
		return rc_fail(rq, META,
		    "token_endpoint_auth_method is not one of "
		    "token_endpoint_auth_methods_supported in the server "
		    "metadata");
	return RC_OK;
}

/*
 * Replace the array ${name} by those of its elements that ${allowed} has, each
 * once; *${dropped} says whether one was not allowed.
 */
static void
trim(struct rc_req *rq, struct rc_json *meta, const char *name,
    const struct rc_list *allowed, bool *dropped)
{
	const struct rc_json *from = rc_json_get(meta, name);
	struct rc_json *to = rc_json_new_array(rq->mem);
	size_t i, n = rc_json_count(from);
	const char *s;

	*dropped = false;
	for (i = 0; i < n; i++) {
		s = rc_json_string(rc_json_at(from, i));
		if (!rc_list_has(allowed, s))
			*dropped = true;
		else if (!has(to, s))
			rc_json_append_string(to, s);
	}
	if (n > 0)
		rc_json_set(meta, name, to);
}

/* Drop the grant type ${grant}. */
static void
drop_grant(struct rc_req *rq, struct rc_json *meta, const char *grant)
{
	const struct rc_json *from = rc_json_get(meta, "grant_types");
	struct rc_json *to = rc_json_new_array(rq->mem);
	size_t i, n = rc_json_count(from);
	const char *s;

	for (i = 0; i < n; i++) {
		s = rc_json_string(rc_json_at(from, i));
		if (strcmp(s, grant) != 0)
			rc_json_append_string(to, s);
	}
	rc_json_set(meta, "grant_types", to);
}

/*
 * RFC 7591 2: authorization_code where nothing is said.  What is not allowed is
 * trimmed or refused, as configured; a refresh token comes only with a code.
 */
static enum rc_err
grant_types(struct rc_req *rq, struct rc_json *meta)
{
	bool reject =
	    rq->conf->unsupported_grant_types == RC_UNSUPPORTED_REJECT;
	bool dropped;
	struct rc_json *preset;

	if (rc_json_get(meta, "grant_types") == NULL) {
		preset = rc_json_new_array(rq->mem);
		rc_json_append_string(preset, "authorization_code");
		rc_json_set(meta, "grant_types", preset);
	}
	trim(rq, meta, "grant_types", &rq->conf->grant_types, &dropped);
	if (dropped && reject)
		return rc_fail(rq, META,
		    "grant_types has one that is not in "
		    "grant_types_supported in the server metadata");
	if (has_grant(meta, "refresh_token") &&
	    !has_grant(meta, "authorization_code")) {
		if (reject)
			return rc_fail(rq, META,
			    "grant_types has refresh_token but not "
			    "authorization_code, which gives refresh tokens");
		drop_grant(rq, meta, "refresh_token");
	}
	if (rc_json_count(rc_json_get(meta, "grant_types")) == 0)
		return rc_fail(rq, META,
		    "grant_types leaves no grant that this server offers; see "
		    "grant_types_supported in the server metadata");
	return RC_OK;
}

/* RFC 7591 2.1: code goes with authorization_code, nothing with the others. */
static enum rc_err
response_types(struct rc_req *rq, struct rc_json *meta)
{
	bool code = has_grant(meta, "authorization_code");
	bool dropped;
	struct rc_json *preset;

	if (rc_json_get(meta, "response_types") == NULL) {
		if (!code)
			return RC_OK;
		preset = rc_json_new_array(rq->mem);
		rc_json_append_string(preset, "code");
		rc_json_set(meta, "response_types", preset);
	}
	trim(rq, meta, "response_types", &rq->conf->response_types, &dropped);
	if (dropped &&
	    rq->conf->unsupported_grant_types == RC_UNSUPPORTED_REJECT)
		return rc_fail(rq, META,
		    "response_types has one that is not in "
		    "response_types_supported in the server metadata");
	if (rc_json_count(rc_json_get(meta, "response_types")) == 0) {
		if (code)
			return rc_fail(rq, META,
			    "response_types leaves none that this server "
			    "offers; authorization_code needs code");
		rc_json_remove(meta, "response_types");
		return RC_OK;
	}
	if (!code)
		return rc_fail(rq, META,
		    "response_types has code but grant_types lacks "
		    "authorization_code; add the one or leave out the other");
	return RC_OK;
}

/* RFC 7591 2: flows that redirect need a place to redirect to. */
static enum rc_err
redirect_uris(struct rc_req *rq, struct rc_json *meta)
{

	if (has_grant(meta, "authorization_code") &&
	    rc_json_get(meta, "redirect_uris") == NULL)
		return rc_fail(rq, RC_ERR_INVALID_REDIRECT_URI,
		    "redirect_uris is required for the grant type "
		    "authorization_code");
	return RC_OK;
}

/*
 * OpenID Connect Registration 1.0 2, RFC 8252 7: what only an application on
 * the user's device can receive makes the client native.
 */
static enum rc_err
application_type(struct rc_req *rq, struct rc_json *meta)
{
	const struct rc_json *uris = rc_json_get(meta, "redirect_uris");
	const char *type = rc_json_text(meta, "application_type");
	size_t count[3] = { 0, 0, 0 };
	size_t i, n = rc_json_count(uris);
	enum rc_redirect_kind kind;
	bool web;

	for (i = 0; i < n; i++) {
		if (rc_redirect_check(rq->mem,
			rc_json_string(rc_json_at(uris, i)),
			&rq->conf->redirect_schemes, &kind) == NULL)
			count[kind]++;
	}
	web = n == 0 || count[RC_REDIRECT_HTTPS] > 0;
	if (type == NULL)
		type = web && count[RC_REDIRECT_PRIVATE_USE] == 0 ? "web"
		                                                  : "native";
	else if (strcmp(type, "web") == 0 && !web)
		type = "native";
	else if (strcmp(type, "web") == 0 && count[RC_REDIRECT_PRIVATE_USE] > 0)
		return rc_fail(rq, RC_ERR_INVALID_REDIRECT_URI,
		    "redirect_uris of the application_type web mix https and "
		    "private-use schemes; register as native, or the two "
		    "apart");
	rc_json_set_string(meta, "application_type", type);
	return RC_OK;
}

/* RFC 7591 2: the configured default where nothing is said. */
static enum rc_err
scope(struct rc_req *rq, struct rc_json *meta)
{
	const struct rc_conf *conf = rq->conf;
	const char *text = rc_json_text(meta, "scope");
	struct rc_list words, kept;
	const char **items;
	const char *why;
	size_t i;

	if (text == NULL) {
		rc_json_set_string(meta, "scope",
		    rc_scope_join(rq->mem, &conf->default_scope));
		return RC_OK;
	}
	if ((why = rc_scope_parse(rq->mem, text, &words)) != NULL)
		return rc_fail(rq, META, "scope %s", why);
	items = rc_alloc(rq->mem, words.count * sizeof(*items));
	kept.items = items;
	kept.count = 0;
	for (i = 0; i < words.count; i++) {
		if (rc_list_has(&conf->scopes, words.items[i]))
			items[kept.count++] = words.items[i];
		else if (conf->unsupported_scopes == RC_UNSUPPORTED_REJECT)
			return rc_fail(rq, META,
			    "scope: word %zu, %.64s, is not in "
			    "scopes_supported in the server metadata",
			    i + 1, words.items[i]);
	}
	if (kept.count == 0)
		return rc_fail(rq, META,
		    "scope leaves none that this server offers; see "
		    "scopes_supported in the server metadata");
	rc_json_set_string(meta, "scope", rc_scope_join(rq->mem, &kept));
	return RC_OK;
}

/* Tell whether a key verifies by ${alg}, or, for NULL, by one that we offer. */
static bool
can_sign(struct rc_req *rq, const struct rc_json *jwks, const char *alg)
{
	const char *const *offered;

	if (alg != NULL)
		return rc_jwk_can_sign(rq->mem, jwks, alg);
	for (offered = rc_algs; *offered != NULL; offered++) {
		if (rc_jwk_can_sign(rq->mem, jwks, *offered))
			return true;
	}
	return false;
}

/*
 * RFC 7591 2: jwks and jwks_uri exclude each other; RFC 7523 2.2 needs keys at
 * hand, with one for signatures.
 */
static enum rc_err
keys(struct rc_req *rq, struct rc_json *meta)
{
	const struct rc_json *jwks = rc_json_get(meta, "jwks");
	const char *alg = rc_json_text(meta, "token_endpoint_auth_signing_alg");

	if (jwks != NULL && rc_json_get(meta, "jwks_uri") != NULL)
		return rc_fail(
		    rq, META, "jwks and jwks_uri must not both be given");
	if (strcmp(rc_json_text(meta, "token_endpoint_auth_method"),
		"private_key_jwt") != 0)
		return RC_OK;
	if (jwks == NULL)
		return rc_fail(rq, META,
		    "jwks is required for the token_endpoint_auth_method "
		    "private_key_jwt: keys at jwks_uri are not fetched");
	if (!can_sign(rq, jwks, alg))
		return rc_fail(rq, META,
		    "jwks has no key to verify signatures with%s%s, which the "
		    "token_endpoint_auth_method private_key_jwt needs",
		    alg != NULL ? " by token_endpoint_auth_signing_alg " : "",
		    alg != NULL ? alg : "");
	return RC_OK;
}

/* RFC 6749 4.4: the client credentials grant is for confidential clients. */
static enum rc_err
public_client(struct rc_req *rq, struct rc_json *meta)
{

	if (strcmp(rc_json_text(meta, "token_endpoint_auth_method"), "none") ==
		0 &&
	    has_grant(meta, "client_credentials"))
		return rc_fail(rq, META,
		    "token_endpoint_auth_method none does not go with the "
		    "grant type client_credentials, which needs a credential");
	return RC_OK;
}

/* OpenID Connect Registration 1.0 2: an _enc is nothing without its _alg. */
static enum rc_err
encryption(struct rc_req *rq, struct rc_json *meta)
{
	static const char *const pairs[][2] = {
		{ "id_token_encrypted_response_enc",
		    "id_token_encrypted_response_alg" },
		{ "userinfo_encrypted_response_enc",
		    "userinfo_encrypted_response_alg" },
		{ "request_object_encryption_enc",
		    "request_object_encryption_alg" },
	};
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (rc_json_get(meta, pairs[i][0]) != NULL &&
		    rc_json_get(meta, pairs[i][1]) == NULL)
			return rc_fail(
			    rq, META, "%s needs %s", pairs[i][0], pairs[i][1]);
	}
	return RC_OK;
}

/* RFC 8705 2.1.2: exactly one says whom the certificate is to name. */
static enum rc_err
certificate_subject(struct rc_req *rq, struct rc_json *meta)
{
	static const char *const members[] = { "tls_client_auth_subject_dn",
		"tls_client_auth_san_dns", "tls_client_auth_san_uri",
		"tls_client_auth_san_ip", "tls_client_auth_san_email" };
	bool wanted = strcmp(rc_json_text(meta, "token_endpoint_auth_method"),
			  "tls_client_auth") == 0;
	size_t i, n = 0;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (rc_json_get(meta, members[i]) != NULL)
			n++;
	}
	if (n > 1 || (wanted && n == 0))
		return rc_fail(rq, META,
		    "exactly one of the tls_client_auth_ subject members must "
		    "be given");
	return RC_OK;
}

/*
 * OpenID Connect Front-Channel Logout 1.0 2: scheme, host and port are those of
 * a redirect URI, for the page is loaded in the user's browser.
 */
static enum rc_err
frontchannel_logout(struct rc_req *rq, struct rc_json *meta)
{
	const struct rc_json *uris = rc_json_get(meta, "redirect_uris");
	const char *logout = rc_json_text(meta, "frontchannel_logout_uri");
	const char *uri;
	size_t i, n;

	if (logout == NULL)
		return RC_OK;
	/* Both are checked URLs: the authority ends with the first of these. */
	n = strcspn(logout + strlen("https://"), "/?#") + strlen("https://");
	for (i = 0; i < rc_json_count(uris); i++) {
		uri = rc_json_string(rc_json_at(uris, i));
		if (strncmp(uri, logout, n) == 0 &&
		    strchr("/?#", uri[n]) != NULL)
			return RC_OK;
	}
	return rc_fail(rq, META,
	    "frontchannel_logout_uri must have the scheme, host and port of "
	    "one of the redirect_uris");
}

/* clang-format off */
const struct rc_policy_rule rc_policy_rules[] = {
	{ "token_endpoint_auth_method", auth_method, "RFC 7591 2" },
	{ "grant_types", grant_types, "RFC 7591 2" },
	{ "response_types", response_types, "RFC 7591 2.1" },
	{ "redirect_uris", redirect_uris, "RFC 7591 2" },
	{ "application_type", application_type,
	    "OpenID Connect Registration 1.0 2, RFC 8252 7" },
	{ "scope", scope, "RFC 7591 2" },
	{ "jwks", keys, "RFC 7591 2, RFC 7523 2.2" },
	{ "none", public_client, "RFC 6749 4.4" },
	{ "encryption", encryption, "OpenID Connect Registration 1.0 2" },
	{ "tls_client_auth", certificate_subject, "RFC 8705 2.1.2" },
	{ "frontchannel_logout_uri", frontchannel_logout,
	    "OpenID Connect Front-Channel Logout 1.0 2" },
};
/* clang-format on */

const size_t rc_policy_nrules =
    sizeof(rc_policy_rules) / sizeof(rc_policy_rules[0]);

enum rc_err
rc_policy_judge(
    struct rc_req *rq, const struct rc_json *wanted, struct rc_json **metadata)
{
	struct rc_json *meta = rc_json_new_object(rq->mem);
	enum rc_err e;
	size_t i;

	e = rc_field_take(
	    rq, rc_client_fields, rc_client_nfields, wanted, meta);
	for (i = 0; e == RC_OK && i < rc_policy_nrules; i++)
		e = rc_policy_rules[i].judge(rq, meta);
	if (e == RC_OK)
		*metadata = meta;
	return e;
}
