#include "policy.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "advice.h"
#include "alg.h"
#include "arena.h"
#include "buf.h"
#include "client_fields.h"
#include "conf.h"
#include "field.h"
#include "json.h"
#include "jwk.h"
#include "redirect.h"
#include "req.h"
#include "scope.h"
#include "sector.h"
#include "statement.h"
#include "uri.h"

#define META RC_ERR_INVALID_CLIENT_METADATA
#define RURI RC_ERR_INVALID_REDIRECT_URI

const struct rc_conf_policy *
rc_policy_find(const struct rc_conf *conf, const char *name)
{
	size_t i;

	for (i = 0; i < conf->npolicies; i++) {
		if (strcmp(conf->policies[i].name, name) == 0)
			return &conf->policies[i];
	}
	return NULL;
}

static bool
has_grant(const struct rc_json *meta, const char *grant)
{

	return rc_json_holds(rc_json_get(meta, "grant_types"), grant);
}

/* Tell whether a member is the string ${s}. */
static bool
is(const struct rc_json *meta, const char *member, const char *s)
{
	const char *text = rc_json_text(meta, member);

	return text != NULL && strcmp(text, s) == 0;
}

static bool
is_method(const struct rc_json *meta, const char *method)
{

	return is(meta, "token_endpoint_auth_method", method);
}

/*
 * Return what of a policy's list an initial access token's, NULL for all,
 * allows too.
 */
static struct rc_list
narrow(
    struct rc_req *rq, const struct rc_list *list, const struct rc_list *token)
{
	const char **items;
	struct rc_list both;
	size_t i;

	if (token == NULL)
		return *list;
	items = rc_alloc(rq->mem, list->count * sizeof(*items));
	both.items = items;
	both.count = 0;
	for (i = 0; i < list->count; i++) {
		if (rc_list_has(token, list->items[i]))
			items[both.count++] = list->items[i];
	}
	return both;
}

/* Say what is allowed, as a hint. */
static const char *
list_allowed(struct rc_req *rq, const struct rc_list *list)
{
	struct rc_buf out;
	size_t i;

	if (list->count == 0)
		return "none is allowed here";
	rc_buf_init(&out, rq->mem);
	rc_buf_puts(&out, "allowed here:");
	for (i = 0; i < list->count; i++)
		rc_buf_printf(&out, "%s %s", i > 0 ? "," : "", list->items[i]);
	return out.data;
}

/* Warn that a member was not given and what it is set to. */
static void
warn_preset(struct rc_req *rq, const char *name, const char *value)
{

	if (rq->warnings == NULL)
		return;
	rc_warn_at(rq, rc_field_pointer(rq->mem, name), "default", NULL,
	    "%s was not given and is set to %s", name, value);
}

/* Set an array of one string, which was not given. */
static void
preset_array(struct rc_req *rq, struct rc_json *meta, const char *name,
    const char *value)
{
	struct rc_json *array = rc_json_new_array(rq->mem);

	rc_json_append_string(array, value);
	rc_json_set(meta, name, array);
	warn_preset(rq, name, value);
}

/* RFC 7591 2: client_secret_basic where nothing is said, and it is allowed. */
static enum rc_err
auth_method(struct rc_req *rq, struct rc_json *meta,
    const struct rc_allowance *allowance)
{
	const struct rc_list *allowed = &allowance->policy->auth_methods;
	const char *method = rc_json_text(meta, "token_endpoint_auth_method");

	if (method == NULL && allowed->count > 0) {
		method = rc_list_has(allowed, "client_secret_basic")
		             ? "client_secret_basic"
		             : allowed->items[0];
		rc_json_set_string(meta, "token_endpoint_auth_method", method);
		warn_preset(rq, "token_endpoint_auth_method", method);
	}
	if (method == NULL || !rc_list_has(allowed, method))
		return rc_fail_at(rq, META, "/token_endpoint_auth_method",
		    "token_endpoint_auth_method.unsupported",
		    list_allowed(rq, allowed),
		    "token_endpoint_auth_method is not one of "
		    "token_endpoint_auth_methods_supported in the server "
		    "metadata%s",
		    method != NULL &&
			    rc_list_has(&rq->conf->auth_methods, method)
			? " that the policy allows"
			: "");
	return RC_OK;
}

/* An array and what of it is allowed. */
struct trim {
	const char *name;
	const char *rule;
	struct rc_list allowed;
	bool reject; /* rather than drop what is not */
};

/*
 * Replace an array by those of its elements that are allowed, each once, or
 * refuse those that are not.
 */
static enum rc_err
trim(struct rc_req *rq, struct rc_json *meta, const struct trim *t)
{
	const struct rc_json *from = rc_json_get(meta, t->name);
	struct rc_json *to = rc_json_new_array(rq->mem);
	size_t i, n = rc_json_count(from);
	enum rc_err e = RC_OK;
	const char *s, *pointer;

	for (i = 0; i < n; i++) {
		s = rc_json_string(rc_json_at(from, i));
		if (rc_list_has(&t->allowed, s)) {
			if (!rc_json_holds(to, s))
				rc_json_append_string(to, s);
			continue;
		}
		pointer = rc_printf(rq->mem, "/%s/%zu", t->name, i);
		if (t->reject)
			e = rc_fail_at(rq, META, pointer, t->rule,
			    list_allowed(rq, &t->allowed),
			    "%s has one that is not in %s_supported in the "
			    "server metadata: %.64s",
			    t->name, t->name, s);
		else
			rc_warn_at(rq, pointer, t->rule,
			    list_allowed(rq, &t->allowed),
			    "%.64s is not allowed here and is left out", s);
	}
	if (n > 0)
		rc_json_set(meta, t->name, to);
	return e;
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

static bool
is_strict(const struct rc_req *rq)
{

	return rq->conf->unsupported_grant_types == RC_UNSUPPORTED_REJECT;
}

/* A refresh token comes only with a code. */
static enum rc_err
refresh_token(struct rc_req *rq, struct rc_json *meta)
{
	static const char rule[] = "grant_types.refresh_token";
	static const char hint[] = "add authorization_code, or leave out "
				   "refresh_token";

	if (!has_grant(meta, "refresh_token") ||
	    has_grant(meta, "authorization_code"))
		return RC_OK;
	if (is_strict(rq))
		return rc_fail_at(rq, META, "/grant_types", rule, hint,
		    "grant_types has refresh_token but not "
		    "authorization_code, which gives refresh tokens");
	rc_warn_at(rq, "/grant_types", rule, hint,
	    "refresh_token is left out: only authorization_code gives refresh "
	    "tokens");
	drop_grant(rq, meta, "refresh_token");
	return RC_OK;
}

/*
 * RFC 7591 2: authorization_code where nothing is said.  What is not allowed is
 * trimmed or refused, as configured.
 */
static enum rc_err
grant_types(struct rc_req *rq, struct rc_json *meta,
    const struct rc_allowance *allowance)
{
	const struct trim t = { "grant_types", "grant_types.unsupported",
		narrow(rq, &allowance->policy->grant_types,
		    allowance->grant_types),
		is_strict(rq) };
	enum rc_err e;

	if (rc_json_get(meta, "grant_types") == NULL)
		preset_array(rq, meta, "grant_types", "authorization_code");
	if ((e = trim(rq, meta, &t)) != RC_OK ||
	    (e = refresh_token(rq, meta)) != RC_OK)
		return e;
	if (rc_json_count(rc_json_get(meta, "grant_types")) == 0)
		return rc_fail_at(rq, META, "/grant_types", "grant_types.none",
		    list_allowed(rq, &t.allowed),
		    "grant_types leaves no grant that this server offers; see "
		    "grant_types_supported in the server metadata");
	return RC_OK;
}

/* RFC 7591 2.1: code goes with authorization_code, nothing with the others. */
static enum rc_err
response_types(struct rc_req *rq, struct rc_json *meta,
    const struct rc_allowance *allowance)
{
	const struct trim t = { "response_types", "response_types.unsupported",
		allowance->policy->response_types, is_strict(rq) };
	bool code = has_grant(meta, "authorization_code");
	enum rc_err e;

	if (rc_json_get(meta, "response_types") == NULL) {
		if (!code)
			return RC_OK;
		preset_array(rq, meta, "response_types", "code");
	}
	if ((e = trim(rq, meta, &t)) != RC_OK)
		return e;
	if (rc_json_count(rc_json_get(meta, "response_types")) == 0) {
		if (code)
			return rc_fail_at(rq, META, "/response_types",
			    "response_types.none", list_allowed(rq, &t.allowed),
			    "response_types leaves none that this server "
			    "offers; authorization_code needs code");
		rc_json_remove(meta, "response_types");
		return RC_OK;
	}
	if (!code)
		return rc_fail_at(rq, META, "/response_types",
		    "response_types.grant_types",
		    "add authorization_code to grant_types, or leave out "
		    "response_types",
		    "response_types has code but grant_types lacks "
		    "authorization_code; add the one or leave out the other");
	return RC_OK;
}

/* RFC 7591 2: flows that redirect need a place to redirect to. */
static enum rc_err
redirect_uris(struct rc_req *rq, struct rc_json *meta,
    const struct rc_allowance *allowance)
{

	(void)allowance;
	if (has_grant(meta, "authorization_code") &&
	    rc_json_get(meta, "redirect_uris") == NULL)
		return rc_fail_at(rq, RURI, "/redirect_uris",
		    "redirect_uris.required",
		    "give the URIs that people come back to, or grant_types "
		    "without authorization_code",
		    "redirect_uris is required for the grant type "
		    "authorization_code");
	return RC_OK;
}

/* How many redirect URIs, found good before, lead to each kind of place. */
static void
count_kinds(const struct rc_json *meta, size_t count[3])
{
	const struct rc_json *uris = rc_json_get(meta, "redirect_uris");
	size_t i, n = rc_json_count(uris);
	const char *uri;

	count[0] = count[1] = count[2] = 0;
	for (i = 0; i < n; i++) {
		uri = rc_json_string(rc_json_at(uris, i));
		count[rc_redirect_kind_of(uri)]++;
	}
}

/*
 * OpenID Connect Registration 1.0 2, RFC 8252 7: what only an application on
 * the user's device can receive makes the client native.
 */
static enum rc_err
application_type(struct rc_req *rq, struct rc_json *meta,
    const struct rc_allowance *allowance)
{
	const char *type = rc_json_text(meta, "application_type");
	size_t count[3];
	bool web;

	(void)allowance;
	count_kinds(meta, count);
	web = rc_json_get(meta, "redirect_uris") == NULL ||
	      count[RC_REDIRECT_HTTPS] > 0;
	if (type == NULL) {
		type = web && count[RC_REDIRECT_PRIVATE_USE] == 0 ? "web"
		                                                  : "native";
		warn_preset(rq, "application_type", type);
	} else if (strcmp(type, "web") == 0 && !web) {
		type = "native";
		rc_warn_at(rq, "/application_type", "application_type.native",
		    "native",
		    "application_type is set to native: no redirect URI is "
		    "https");
	} else if (strcmp(type, "web") == 0 &&
		   count[RC_REDIRECT_PRIVATE_USE] > 0) {
		return rc_fail_at(rq, RURI, "/redirect_uris",
		    "application_type.mixed",
		    "application_type native, or two registrations",
		    "redirect_uris of the application_type web mix https and "
		    "private-use schemes; register as native, or the two "
		    "apart");
	}
	rc_json_set_string(meta, "application_type", type);
	return RC_OK;
}

/* Set the default scope, as far as it is allowed, or else all that is. */
static void
preset_scope(struct rc_req *rq, struct rc_json *meta,
    const struct rc_allowance *allowance)
{
	struct rc_list words;
	const char *text;

	words =
	    narrow(rq, &allowance->policy->default_scope, allowance->scopes);
	if (words.count == 0)
		words =
		    narrow(rq, &allowance->policy->scopes, allowance->scopes);
	if (words.count == 0)
		return;
	text = rc_scope_join(rq->mem, &words);
	rc_json_set_string(meta, "scope", text);
	warn_preset(rq, "scope", text);
}

/* RFC 7591 2: the configured default where nothing is said. */
static enum rc_err
scope(struct rc_req *rq, struct rc_json *meta,
    const struct rc_allowance *allowance)
{
	bool reject = rq->conf->unsupported_scopes == RC_UNSUPPORTED_REJECT;
	const char *text = rc_json_text(meta, "scope");
	struct rc_list words, kept, allowed;
	const char **items;
	const char *why;
	enum rc_err e = RC_OK;
	size_t i;

	if (text == NULL) {
		preset_scope(rq, meta, allowance);
		return RC_OK;
	}
	if ((why = rc_scope_parse(rq->mem, text, &words)) != NULL)
		return rc_fail_at(rq, META, "/scope", "scope.syntax",
		    "words with one space between them (RFC 6749 3.3)",
		    "scope %s", why);
	allowed = narrow(rq, &allowance->policy->scopes, allowance->scopes);
	items = rc_alloc(rq->mem, words.count * sizeof(*items));
	kept.items = items;
	kept.count = 0;
	for (i = 0; i < words.count; i++) {
		if (rc_list_has(&allowed, words.items[i]))
			items[kept.count++] = words.items[i];
		else if (reject)
			e = rc_fail_at(rq, META, "/scope", "scope.unsupported",
			    list_allowed(rq, &allowed),
			    "scope: word %zu, %.64s, is not in "
			    "scopes_supported in the server metadata%s",
			    i + 1, words.items[i],
			    rc_list_has(&rq->conf->scopes, words.items[i])
				? " that may be registered here"
				: "");
		else
			rc_warn_at(rq, "/scope", "scope.unsupported",
			    list_allowed(rq, &allowed),
			    "%.64s is not allowed here and is left out",
			    words.items[i]);
	}
	if (e != RC_OK)
		return e;
	if (kept.count == 0)
		return rc_fail_at(rq, META, "/scope", "scope.none",
		    list_allowed(rq, &allowed),
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
 * RFC 7591 2: jwks and jwks_uri exclude each other; RFC 7523 2.2 needs keys,
 * with one for signatures.
 */
static enum rc_err
keys(struct rc_req *rq, struct rc_json *meta,
    const struct rc_allowance *allowance)
{
	const struct rc_json *jwks = rc_json_get(meta, "jwks");
	const char *alg = rc_json_text(meta, "token_endpoint_auth_signing_alg");

	(void)allowance;
	if (jwks != NULL && rc_json_get(meta, "jwks_uri") != NULL)
		return rc_fail_at(rq, META, "/jwks_uri", "jwks.both",
		    "leave out one of the two",
		    "jwks and jwks_uri must not both be given");
	if (!is_method(meta, "private_key_jwt"))
		return RC_OK;
	if (jwks == NULL && rc_json_get(meta, "jwks_uri") == NULL)
		return rc_fail_at(rq, META, "/jwks", "jwks.required",
		    "a JWK Set with the public key, or its address as "
		    "jwks_uri",
		    "jwks or jwks_uri is required for the "
		    "token_endpoint_auth_method private_key_jwt");
	if (jwks != NULL && !can_sign(rq, jwks, alg))
		return rc_fail_at(rq, META, "/jwks", "jwks.signature_key", NULL,
		    "jwks has no key to verify signatures with%s%s, which the "
		    "token_endpoint_auth_method private_key_jwt needs",
		    alg != NULL ? " by token_endpoint_auth_signing_alg " : "",
		    alg != NULL ? alg : "");
	return RC_OK;
}

/* RFC 6749 4.4: the client credentials grant is for confidential clients. */
static enum rc_err
public_client(struct rc_req *rq, struct rc_json *meta,
    const struct rc_allowance *allowance)
{

	(void)allowance;
	if (is_method(meta, "none") && has_grant(meta, "client_credentials"))
		return rc_fail_at(rq, META, "/token_endpoint_auth_method",
		    "token_endpoint_auth_method.none",
		    "another method, or grant_types without "
		    "client_credentials",
		    "token_endpoint_auth_method none does not go with the "
		    "grant type client_credentials, which needs a credential");
	return RC_OK;
}

/* OpenID Connect Registration 1.0 2: an _enc is nothing without its _alg. */
static enum rc_err
encryption(struct rc_req *rq, struct rc_json *meta,
    const struct rc_allowance *allowance)
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

	(void)allowance;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (rc_json_get(meta, pairs[i][0]) != NULL &&
		    rc_json_get(meta, pairs[i][1]) == NULL)
			return rc_fail_at(rq, META,
			    rc_field_pointer(rq->mem, pairs[i][0]),
			    "encryption.alg", NULL, "%s needs %s", pairs[i][0],
			    pairs[i][1]);
	}
	return RC_OK;
}

/* RFC 8705 2.1.2: exactly one says whom the certificate is to name. */
static enum rc_err
certificate_subject(struct rc_req *rq, struct rc_json *meta,
    const struct rc_allowance *allowance)
{
	static const char *const members[] = { "tls_client_auth_subject_dn",
		"tls_client_auth_san_dns", "tls_client_auth_san_uri",
		"tls_client_auth_san_ip", "tls_client_auth_san_email" };
	bool wanted = is_method(meta, "tls_client_auth");
	size_t i, n = 0;

	(void)allowance;
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (rc_json_get(meta, members[i]) != NULL)
			n++;
	}
	if (n > 1 || (wanted && n == 0))
		return rc_fail_at(rq, META, "", "tls_client_auth.subject", NULL,
		    "exactly one of the tls_client_auth_ subject members must "
		    "be given");
	return RC_OK;
}

/*
 * OpenID Connect Front-Channel Logout 1.0 2: scheme, host and port are those of
 * a redirect URI, for the page is loaded in the user's browser.
 */
static enum rc_err
frontchannel_logout(struct rc_req *rq, struct rc_json *meta,
    const struct rc_allowance *allowance)
{
	const struct rc_json *uris = rc_json_get(meta, "redirect_uris");
	const char *logout = rc_json_text(meta, "frontchannel_logout_uri");
	const char *uri;
	size_t i, n;

	(void)allowance;
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
	return rc_fail_at(rq, META, "/frontchannel_logout_uri",
	    "frontchannel_logout_uri.origin", NULL,
	    "frontchannel_logout_uri must have the scheme, host and port of "
	    "one of the redirect_uris");
}

/* OpenID Connect Core 8.1: pairwise subjects have a sector.  It may fetch. */
static enum rc_err
sector(struct rc_req *rq, struct rc_json *meta,
    const struct rc_allowance *allowance)
{

	return rc_sector_judge(rq, meta, allowance->registered);
}

#define MEMBERS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* clang-format off */
const struct rc_policy_rule rc_policy_rules[] = {
	{ "token_endpoint_auth_method", auth_method,
	    MEMBERS("token_endpoint_auth_method"), "RFC 7591 2" },
	{ "grant_types", grant_types, MEMBERS("grant_types"), "RFC 7591 2" },
	{ "response_types", response_types,
	    MEMBERS("response_types", "grant_types"), "RFC 7591 2.1" },
	{ "redirect_uris", redirect_uris,
	    MEMBERS("redirect_uris", "grant_types"), "RFC 7591 2" },
	{ "application_type", application_type,
	    MEMBERS("application_type", "redirect_uris"),
	    "OpenID Connect Registration 1.0 2, RFC 8252 7" },
	{ "scope", scope, MEMBERS("scope"), "RFC 7591 2" },
	{ "jwks", keys, MEMBERS("jwks", "jwks_uri",
	    "token_endpoint_auth_method", "token_endpoint_auth_signing_alg"),
	    "RFC 7591 2, RFC 7523 2.2" },
	{ "none", public_client, MEMBERS("token_endpoint_auth_method",
	    "grant_types"), "RFC 6749 4.4" },
	{ "encryption", encryption, MEMBERS("id_token_encrypted_response_alg",
	    "id_token_encrypted_response_enc",
	    "userinfo_encrypted_response_alg",
	    "userinfo_encrypted_response_enc", "request_object_encryption_alg",
	    "request_object_encryption_enc"),
	    "OpenID Connect Registration 1.0 2" },
	{ "tls_client_auth", certificate_subject,
	    MEMBERS("token_endpoint_auth_method", "tls_client_auth_subject_dn",
	    "tls_client_auth_san_dns", "tls_client_auth_san_uri",
	    "tls_client_auth_san_ip", "tls_client_auth_san_email"),
	    "RFC 8705 2.1.2" },
	{ "frontchannel_logout_uri", frontchannel_logout,
	    MEMBERS("frontchannel_logout_uri", "redirect_uris"),
	    "OpenID Connect Front-Channel Logout 1.0 2" },
	{ "sector_identifier_uri", sector, MEMBERS("sector_identifier_uri",
	    "subject_type", "redirect_uris"),
	    "OpenID Connect Core 1.0 8.1, Registration 1.0 5" },
};
/* clang-format on */

const size_t rc_policy_nrules =
    sizeof(rc_policy_rules) / sizeof(rc_policy_rules[0]);

/* Tell whether a host is in a list of hosts and "*.example.org". */
static bool
has_host(const struct rc_list *list, const char *host)
{
	size_t i, n, len = strlen(host);
	const char *item;

	for (i = 0; i < list->count; i++) {
		item = list->items[i];
		if (strcasecmp(item, host) == 0)
			return true;
		/* What is below it, with its dot. */
		n = strlen(item) - 1;
		if (item[0] == '*' && len > n &&
		    strcasecmp(host + len - n, item + 1) == 0)
			return true;
	}
	return false;
}

/*
 * Does the URI lead to a host of the list?  What stands where the host would in
 * one of a private-use scheme is no host: any application may claim the scheme.
 */
static bool
leads_to(const struct rc_list *hosts, const struct rc_uri *uri)
{

	return (strcmp(uri->scheme, "https") == 0 ||
		   strcmp(uri->scheme, "http") == 0) &&
	       has_host(hosts, uri->host);
}

/*
 * Judge where a well-formed redirect URI leads to.  The policy's hosts are
 * about https, its schemes about the rest; an initial access token that names
 * hosts lets nothing pass that has none of them.
 */
static enum rc_err
check_place(struct rc_req *rq, const struct rc_allowance *allowance,
    const char *name, size_t i, const char *text)
{
	const struct rc_list *schemes = &allowance->policy->redirect_schemes;
	const struct rc_list *hosts = &allowance->policy->redirect_hosts;
	const char *pointer = rc_printf(rq->mem, "/%s/%zu", name, i);
	enum rc_err err = strcmp(name, "redirect_uris") == 0 ? RURI : META;
	struct rc_uri uri;

	if (rc_uri_parse(rq->mem, text, &uri) != NULL)
		return RC_OK;
	if (schemes->count > 0 && !rc_list_has(schemes, uri.scheme))
		return rc_fail_at(rq, err, pointer,
		    "redirect_uri.scheme_allowed", list_allowed(rq, schemes),
		    "%s[%zu] has a scheme that the policy does not allow", name,
		    i);
	if (hosts->count > 0 && strcmp(uri.scheme, "https") == 0 &&
	    !has_host(hosts, uri.host))
		return rc_fail_at(rq, err, pointer, "redirect_uri.host_allowed",
		    list_allowed(rq, hosts),
		    "%s[%zu] has a host that the policy does not allow", name,
		    i);
	hosts = allowance->redirect_hosts;
	if (hosts != NULL && !leads_to(hosts, &uri))
		return rc_fail_at(rq, err, pointer, "redirect_uri.host_allowed",
		    list_allowed(rq, hosts),
		    "%s[%zu] has no host that the initial access token allows",
		    name, i);
	return RC_OK;
}

/*
 * Judge where those redirect URIs lead to that are well-formed, whatever is the
 * matter with the others.
 */
static enum rc_err
check_places(struct rc_req *rq, const struct rc_json *wanted,
    const struct rc_allowance *allowance)
{
	static const char *const names[] = { "redirect_uris",
		"post_logout_redirect_uris" };
	const struct rc_json *uris;
	enum rc_redirect_kind kind;
	enum rc_err e, first = RC_OK;
	const char *text, *rule;
	size_t i, j, n;

	if (allowance->policy->redirect_schemes.count == 0 &&
	    allowance->policy->redirect_hosts.count == 0 &&
	    allowance->redirect_hosts == NULL)
		return RC_OK;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		uris = rc_json_get(wanted, names[i]);
		n = rc_json_type(uris) == RC_JSON_ARRAY ? rc_json_count(uris)
		                                        : 0;
		for (j = 0; j < n; j++) {
			text = rc_json_string(rc_json_at(uris, j));
			if (text == NULL || rc_redirect_check(rq->mem, text,
						&rq->conf->redirect_schemes,
						&kind, &rule) != NULL)
				continue;
			e = check_place(rq, allowance, names[i], j, text);
			if (first == RC_OK)
				first = e;
		}
	}
	return first;
}

/* RFC 7591 2.3: whether somebody has to vouch for the software. */
static enum rc_err
check_statement(struct rc_req *rq, const struct rc_json *wanted,
    const struct rc_allowance *allowance)
{
	enum rc_statement_rule rule = allowance->policy->software_statement;
	bool given = rc_json_get(wanted, "software_statement") != NULL;

	if (!given && rule == RC_STATEMENT_REQUIRED)
		return rc_fail_at(rq, RC_ERR_INVALID_SOFTWARE_STATEMENT,
		    "/software_statement", "software_statement.required",
		    "a JWT that an issuer known to this server has signed",
		    "software_statement is required by the policy");
	if (given && rule == RC_STATEMENT_REFUSED)
		return rc_fail_at(rq, RC_ERR_UNAPPROVED_SOFTWARE_STATEMENT,
		    "/software_statement", "software_statement.refused",
		    "leave it out",
		    "software_statement is not accepted by the policy");
	return RC_OK;
}

/*
 * Put what a software statement says in the place of plain members.  One that
 * is no string, or empty, or too long, is refused as a member.
 */
static enum rc_err
apply_statement(struct rc_req *rq, const struct rc_json **wanted,
    const struct rc_allowance *allowance, const struct rc_json **claims)
{
	const char *text = rc_json_text(*wanted, "software_statement");
	struct rc_json *merged;
	enum rc_err e;

	if (text == NULL || *text == '\0' || strlen(text) > RC_FIELD_JWT_MOST)
		return RC_OK;
	e = rc_statement_apply(
	    rq, *wanted, allowance->registered, &merged, claims);
	if (e == RC_OK)
		*wanted = merged;
	return e;
}

/* What is said of members, to be said of the claims that they came from. */
struct blame {
	struct rc_req *rq;
	struct rc_json *detail;
	const char *pointer;
};

/* Say where the claim ${name} is, if it is what the detail is about. */
static enum rc_err
blame_claim(void *arg, const char *name, struct rc_json *value)
{
	struct blame *b = arg;
	const char *claim = rc_field_pointer(b->rq->mem, name);
	const char *hint = rc_json_text(b->detail, "hint");
	size_t n = strlen(claim);

	(void)value;
	if (strncmp(b->pointer, claim, n) != 0 ||
	    (b->pointer[n] != '\0' && b->pointer[n] != '/'))
		return RC_OK;
	rc_json_set_string(b->detail, "pointer", "/software_statement");
	rc_json_set_string(b->detail, "hint",
	    rc_printf(b->rq->mem, "its claim %s%s%s", b->pointer + 1,
		hint != NULL ? ": " : "", hint != NULL ? hint : ""));
	return RC_OK;
}

/*
 * What was found in members that a software statement has set is nothing that
 * whoever sent it finds there: name the claim instead.
 */
static void
blame_claims(
    struct rc_req *rq, struct rc_json *details, const struct rc_json *claims)
{
	struct blame b = { .rq = rq };
	size_t i, n = claims != NULL ? rc_json_count(details) : 0;

	for (i = 0; i < n; i++) {
		b.detail = rc_json_at(details, i);
		b.pointer =
		    rc_strdup(rq->mem, rc_json_text(b.detail, "pointer"));
		(void)rc_json_each(claims, blame_claim, &b);
	}
}

/* Tell whether a fault was found in the member ${name}. */
static bool
is_faulty(const struct rc_req *rq, const char *name)
{
	size_t i, n = rc_json_count(rq->fault.details), len = strlen(name);
	const char *pointer;

	for (i = 0; i < n; i++) {
		pointer =
		    rc_json_text(rc_json_at(rq->fault.details, i), "pointer");
		if (pointer[0] == '/' && strncmp(pointer + 1, name, len) == 0 &&
		    (pointer[len + 1] == '\0' || pointer[len + 1] == '/'))
			return true;
	}
	return false;
}

static bool
depends_on_faulty(const struct rc_req *rq, const struct rc_policy_rule *rule)
{
	const char *const *name;

	for (name = rule->members; *name != NULL; name++) {
		if (is_faulty(rq, *name))
			return true;
	}
	return false;
}

/* Ask the rules that can be asked; return what the first broken one is. */
static enum rc_err
ask_rules(struct rc_req *rq, struct rc_json *meta,
    const struct rc_allowance *allowance)
{
	enum rc_err e, first = RC_OK;
	size_t i;

	for (i = 0; i < rc_policy_nrules; i++) {
		const struct rc_policy_rule *rule = &rc_policy_rules[i];

		if (depends_on_faulty(rq, rule))
			continue;
		e = rule->judge(rq, meta, allowance);
		if (first == RC_OK)
			first = e;
	}
	return first;
}

/* Is a fault one of the server, or a limit of it, and not of what was sent? */
static bool
is_ours(enum rc_err e)
{

	return e != RC_OK &&
	       (rc_err_status(e) >= 500 || rc_err_status(e) == 429);
}

/* Hold what is wanted against all that there is; the claims are in it. */
static enum rc_err
judge(struct rc_req *rq, const struct rc_json *wanted,
    const struct rc_allowance *allowance, const struct rc_json **claims,
    struct rc_json *meta)
{
	enum rc_err faults[4];
	bool unread = false;
	size_t i;

	faults[0] = check_statement(rq, wanted, allowance);
	if (faults[0] == RC_OK) {
		faults[0] = apply_statement(rq, &wanted, allowance, claims);
		unread = faults[0] != RC_OK;
	}
	if (is_ours(faults[0]))
		return faults[0];
	faults[1] = rc_field_take(
	    rq, rc_client_fields, rc_client_nfields, wanted, meta);
	faults[2] = check_places(rq, wanted, allowance);
	/* What the rules miss may be among claims that nobody has read. */
	faults[3] = unread ? RC_OK : ask_rules(rq, meta, allowance);
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if (faults[i] != RC_OK)
			return faults[i];
	}
	rc_advice_give(rq, meta);
	return RC_OK;
}

enum rc_err
rc_policy_judge(struct rc_req *rq, const struct rc_json *wanted,
    const struct rc_allowance *allowance, struct rc_json **metadata)
{
	struct rc_json *meta = rc_json_new_object(rq->mem);
	const struct rc_json *claims = NULL;
	enum rc_err e;

	rc_advice_ignored(rq, wanted);
	e = judge(rq, wanted, allowance, &claims, meta);
	blame_claims(rq, rq->fault.details, claims);
	blame_claims(rq, rq->warnings, claims);
	if (e == RC_OK)
		*metadata = meta;
	return e;
}
