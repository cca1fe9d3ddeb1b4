/*
 * Client metadata: what is asked for, what came of it, and what to think of it.
 */
#include "rollcall_metadata.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "crypt.h"
#include "json.h"
#include "uri.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Strings of an array that are compared in any order. */
#define MOST_STRINGS 1000

#define STRING METADATA_STRING
#define STRINGS METADATA_STRINGS

/* clang-format off */
const struct metadata_member metadata_members[] = {
	/* RFC 7591 2 */
	{ "redirect_uris", STRINGS,
	    { "redirect-uri", "URI", true, "where people come back to" } },
	{ "token_endpoint_auth_method", STRING,
	    { "token-endpoint-auth-method", "METHOD", false,
	      "how it authenticates, such as none" } },
	{ "grant_types", STRINGS,
	    { "grant-type", "TYPE", true, "such as authorization_code" } },
	{ "response_types", STRINGS,
	    { "response-type", "TYPE", true, "such as code" } },
	{ "client_name", STRING,
	    { "client-name", "NAME", false, "what people know it by" } },
	{ "client_uri", STRING,
	    { "client-uri", "URI", false, "its home page" } },
	{ "logo_uri", STRING, { "logo-uri", "URI", false, "its logo" } },
	{ "scope", METADATA_WORDS,
	    { "scope", "SCOPE", true, "what it may ask for" } },
	{ "contacts", STRINGS,
	    { "contact", "CONTACT", true, "who answers for it, an address" } },
	{ "tos_uri", STRING,
	    { "tos-uri", "URI", false, "its terms of service" } },
	{ "policy_uri", STRING,
	    { "policy-uri", "URI", false, "what it does with data" } },
	{ "jwks_uri", STRING,
	    { "jwks-uri", "URI", false, "where its public keys are" } },
	{ "jwks", METADATA_OBJECT, { NULL, NULL, false, NULL } },
	{ "software_id", STRING,
	    { "software-id", "ID", false,
	      "what all installations have in common" } },
	{ "software_version", STRING,
	    { "software-version", "VERSION", false, "the version of that" } },
	{ "software_statement", STRING, { NULL, NULL, false, NULL } },
	/* OpenID Connect Registration 1.0 2 */
	{ "application_type", STRING,
	    { "application-type", "TYPE", false, "web or native" } },
	{ "sector_identifier_uri", STRING,
	    { "sector-identifier-uri", "URI", false,
	      "its redirect URIs, for pairwise subjects" } },
	{ "subject_type", STRING,
	    { "subject-type", "TYPE", false, "public or pairwise" } },
	{ "id_token_signed_response_alg", STRING,
	    { "id-token-signed-response-alg", "ALG", false,
	      "how ID tokens are signed" } },
	{ "id_token_encrypted_response_alg", STRING,
	    { "id-token-encrypted-response-alg", "ALG", false,
	      "how keys of ID tokens are encrypted" } },
	{ "id_token_encrypted_response_enc", STRING,
	    { "id-token-encrypted-response-enc", "ENC", false,
	      "how ID tokens are encrypted" } },
	{ "userinfo_signed_response_alg", STRING,
	    { "userinfo-signed-response-alg", "ALG", false,
	      "how answers of userinfo are signed" } },
	{ "userinfo_encrypted_response_alg", STRING,
	    { "userinfo-encrypted-response-alg", "ALG", false,
	      "how keys of these are encrypted" } },
	{ "userinfo_encrypted_response_enc", STRING,
	    { "userinfo-encrypted-response-enc", "ENC", false,
	      "how these are encrypted" } },
	{ "request_object_signing_alg", STRING,
	    { "request-object-signing-alg", "ALG", false,
	      "how it signs request objects" } },
	{ "request_object_encryption_alg", STRING,
	    { "request-object-encryption-alg", "ALG", false,
	      "how it encrypts keys of these" } },
	{ "request_object_encryption_enc", STRING,
	    { "request-object-encryption-enc", "ENC", false,
	      "how it encrypts these" } },
	{ "token_endpoint_auth_signing_alg", STRING,
	    { "token-endpoint-auth-signing-alg", "ALG", false,
	      "how it signs where it authenticates" } },
	{ "default_max_age", METADATA_INT,
	    { "default-max-age", "SECONDS", false,
	      "people log in anew after so long" } },
	{ "require_auth_time", METADATA_BOOL,
	    { "require-auth-time", "BOOL", false,
	      "ID tokens say when people logged in" } },
	{ "default_acr_values", STRINGS,
	    { "default-acr-value", "ACR", true, "how people are to log in" } },
	{ "initiate_login_uri", STRING,
	    { "initiate-login-uri", "URI", false,
	      "where others send people to log in" } },
	{ "request_uris", STRINGS,
	    { "request-uri", "URI", true, "where its request objects are" } },
	/* The OpenID Connect logout specifications. */
	{ "post_logout_redirect_uris", STRINGS,
	    { "post-logout-redirect-uri", "URI", true,
	      "where people go once logged out" } },
	{ "frontchannel_logout_uri", STRING,
	    { "frontchannel-logout-uri", "URI", false,
	      "told of a logout by the browser" } },
	{ "frontchannel_logout_session_required", METADATA_BOOL,
	    { "frontchannel-logout-session-required", "BOOL", false,
	      "with iss and sid" } },
	{ "backchannel_logout_uri", STRING,
	    { "backchannel-logout-uri", "URI", false,
	      "told of a logout by the server" } },
	{ "backchannel_logout_session_required", METADATA_BOOL,
	    { "backchannel-logout-session-required", "BOOL", false,
	      "with sid" } },
	/* RFC 8705, RFC 9101, RFC 9126, RFC 9396, RFC 9449 */
	{ "tls_client_certificate_bound_access_tokens", METADATA_BOOL,
	    { "tls-client-certificate-bound-access-tokens", "BOOL", false,
	      "access tokens go with its certificate" } },
	{ "tls_client_auth_subject_dn", STRING,
	    { "tls-client-auth-subject-dn", "DN", false,
	      "the subject of its certificate" } },
	{ "tls_client_auth_san_dns", STRING,
	    { "tls-client-auth-san-dns", "HOST", false,
	      "or a host name in it" } },
	{ "tls_client_auth_san_uri", STRING,
	    { "tls-client-auth-san-uri", "URI", false, "or a URI in it" } },
	{ "tls_client_auth_san_ip", STRING,
	    { "tls-client-auth-san-ip", "ADDRESS", false,
	      "or an IP address in it" } },
	{ "tls_client_auth_san_email", STRING,
	    { "tls-client-auth-san-email", "ADDRESS", false,
	      "or a mail address in it" } },
	{ "require_signed_request_object", METADATA_BOOL,
	    { "require-signed-request-object", "BOOL", false,
	      "it sends signed request objects only" } },
	{ "require_pushed_authorization_requests", METADATA_BOOL,
	    { "require-pushed-authorization-requests", "BOOL", false,
	      "it pushes its authorization requests" } },
	{ "authorization_details_types", STRINGS,
	    { "authorization-details-type", "TYPE", true,
	      "what authorization_details it uses" } },
	{ "dpop_bound_access_tokens", METADATA_BOOL,
	    { "dpop-bound-access-tokens", "BOOL", false,
	      "its access tokens go with a DPoP key" } },
};

/* RFC 7591 3.2.1, RFC 7592 3; the first is what one asks an update for. */
static const char *const assigned[] = { "client_id", "client_secret",
	"client_id_issued_at", "client_secret_expires_at",
	"registration_access_token", "registration_client_uri" };
/* clang-format on */

const size_t metadata_nmembers = COUNT(metadata_members);

const struct metadata_member *
metadata_find(const char *name)
{
	size_t i, n = strcspn(name, "#");

	for (i = 0; i < metadata_nmembers; i++)
		if (strlen(metadata_members[i].name) == n &&
		    strncmp(metadata_members[i].name, name, n) == 0)
			return &metadata_members[i];
	return NULL;
}

bool
metadata_is_assigned(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(assigned); i++)
		if (strcmp(assigned[i], name) == 0)
			return true;
	return false;
}

/* Return ${text} as JSON; NULL: it is none. */
static struct rc_json *
parse(struct rc_arena *mem, const char *text)
{
	struct rc_json *json;
	const char *why;
	size_t at;

	return rc_json_parse(mem, text, strlen(text), &json, &why, &at) == RC_OK
	           ? json
	           : NULL;
}

/* A string stays what it is, "true" and 12 too, unless it is in quotes. */
static const char *
set_string(struct rc_json *object, const char *name, const char *text,
    struct rc_json *json)
{

	if (rc_json_type(json) == RC_JSON_STRING)
		rc_json_set(object, name, json);
	else
		rc_json_set_string(object, name, text);
	return NULL;
}

static const char *
set_strings(struct rc_arena *mem, struct rc_json *object, const char *name,
    const char *text, struct rc_json *json)
{
	struct rc_json *array;

	if (rc_json_type(json) == RC_JSON_ARRAY) {
		rc_json_set(object, name, json);
		return NULL;
	}
	array = rc_json_new_array(mem);
	rc_json_append_string(
	    array, rc_json_string(json) != NULL ? rc_json_string(json) : text);
	rc_json_set(object, name, array);
	return NULL;
}

/* A number, a boolean, an object are what they are or nothing. */
static const char *
set_typed(struct rc_json *object, const char *name, struct rc_json *json,
    enum rc_json_type type, const char *why)
{

	if (rc_json_type(json) != type)
		return why;
	rc_json_set(object, name, json);
	return NULL;
}

const char *
metadata_set(struct rc_arena *mem, struct rc_json *object, const char *name,
    const char *text)
{
	const struct metadata_member *member = metadata_find(name);
	struct rc_json *json = parse(mem, text);

	if (!rc_json_is_utf8(text) || !rc_json_is_utf8(name))
		return "must be UTF-8 text";
	if (member == NULL) {
		if (json != NULL || strcmp(text, "null") == 0)
			rc_json_set(object, name, json);
		else
			rc_json_set_string(object, name, text);
		return NULL;
	}
	switch (member->kind) {
	case METADATA_STRING:
	case METADATA_WORDS:
		return set_string(object, name, text, json);
	case METADATA_STRINGS:
		return set_strings(mem, object, name, text, json);
	case METADATA_BOOL:
		return set_typed(
		    object, name, json, RC_JSON_BOOL, "must be true or false");
	case METADATA_INT:
		return set_typed(
		    object, name, json, RC_JSON_INT, "must be a whole number");
	case METADATA_OBJECT:
		return set_typed(object, name, json, RC_JSON_OBJECT,
		    "must be a JSON object");
	}
	return NULL;
}

static enum rc_err
merge_member(void *arg, const char *name, struct rc_json *value)
{
	struct rc_json *into = arg;

	if (value == NULL)
		rc_json_remove(into, name);
	else
		rc_json_set(into, name, value);
	return RC_OK;
}

void
metadata_merge(struct rc_json *into, const struct rc_json *from)
{

	(void)rc_json_each(from, merge_member, into);
}

bool
metadata_lists(
    const struct rc_json *object, const char *name, const char *value)
{

	return rc_json_holds(rc_json_get(object, name), value);
}

/* --- presets */

/* What a preset asks for; lists are NULL-ended. */
static const struct {
	const char *const grant_types[3];
	const char *method;
	const char *const scopes[5];
	bool loopback; /* where no redirect URI is given */
	const char *application_type;
	const char *id_token_alg; /* NULL */
} presets[] = {
	[METADATA_PUBLIC] = { { "authorization_code", "refresh_token" }, "none",
	    { "openid", "profile", "offline_access" }, true, "native", NULL },
	[METADATA_CONFIDENTIAL] = { { "authorization_code", "refresh_token" },
	    "client_secret_basic",
	    { "openid", "profile", "email", "offline_access" }, false, "web",
	    NULL },
	[METADATA_OIDC] = { { "authorization_code" }, "client_secret_basic",
	    { "openid", "profile", "email" }, false, "web", "RS256" },
};

_Static_assert(COUNT(presets) == METADATA_PRESET__MAX, "a row for each preset");

/* Tell whether the server announces a value, or announces nothing of these. */
static bool
may_have(const struct rc_json *server, const char *name, const char *value)
{

	return rc_json_get(server, name) == NULL ||
	       metadata_lists(server, name, value);
}

/*
 * Scopes are asked for where the server has them: one that announces none has
 * its own default.  Without openid there is no OpenID Connect; with it, many
 * give a refresh token for offline_access alone (OpenID Connect Core 1.0 11).
 */
static void
set_scope(struct rc_arena *mem, struct rc_json *out, const char *const scopes[],
    const struct rc_json *server, bool oidc)
{
	const char *scope = "";
	size_t i;

	for (i = 0; scopes[i] != NULL; i++) {
		if (oidc ? !may_have(server, "scopes_supported", scopes[i])
			 : !metadata_lists(
			       server, "scopes_supported", scopes[i]))
			continue;
		if (strcmp(scopes[i], "offline_access") == 0 &&
		    !metadata_lists(out, "grant_types", "refresh_token"))
			continue;
		scope = rc_printf(mem, "%s%s%s", scope,
		    scope[0] != '\0' ? " " : "", scopes[i]);
	}
	if (scope[0] != '\0')
		rc_json_set_string(out, "scope", scope);
}

const char *
metadata_redirect_uri(struct rc_arena *mem, const char *issuer)
{
	unsigned char hash[32];
	/* Nobody finds another issuer with the same 128 bits. */
	char path[23];

	rc_crypt_sha256(issuer, strlen(issuer), hash);
	rc_crypt_base64url(path, sizeof(path), hash, 16);
	return rc_printf(mem, "http://127.0.0.1/callback/%s", path);
}

struct rc_json *
metadata_preset(struct rc_arena *mem, enum metadata_preset preset,
    const struct rc_json *server)
{
	struct rc_json *out = rc_json_new_object(mem);
	struct rc_json *grants = rc_json_new_array(mem);
	struct rc_json *responses = rc_json_new_array(mem);
	struct rc_json *redirects = rc_json_new_array(mem);
	const char *const *grant;

	for (grant = presets[preset].grant_types; *grant != NULL; grant++)
		if (may_have(server, "grant_types_supported", *grant))
			rc_json_append_string(grants, *grant);
	rc_json_append_string(responses, "code");
	rc_json_set(out, "grant_types", grants);
	rc_json_set(out, "response_types", responses);
	rc_json_set_string(
	    out, "token_endpoint_auth_method", presets[preset].method);
	rc_json_set_string(
	    out, "application_type", presets[preset].application_type);
	if (presets[preset].loopback) {
		rc_json_append_string(redirects,
		    metadata_redirect_uri(mem, rc_json_text(server, "issuer")));
		rc_json_set(out, "redirect_uris", redirects);
	}
	if (presets[preset].id_token_alg != NULL)
		rc_json_set_string(out, "id_token_signed_response_alg",
		    presets[preset].id_token_alg);
	set_scope(
	    mem, out, presets[preset].scopes, server, preset == METADATA_OIDC);
	return out;
}

/* --- what is known of a client */

struct rc_json *
metadata_of_client(struct rc_arena *mem, const struct rc_json *client)
{
	struct rc_json *out = rc_json_new_object(mem);
	size_t i;

	metadata_merge(out, client);
	for (i = 0; i < COUNT(assigned); i++)
		rc_json_remove(out, assigned[i]);
	return out;
}

/* Tell whether a member says nothing: absent, null or "". */
static bool
is_unset(const struct rc_json *object, const char *name)
{
	const char *text = rc_json_text(object, name);

	return rc_json_get(object, name) == NULL ||
	       (text != NULL && text[0] == '\0');
}

/* Tell whether a client of that method has a secret. */
static bool
has_secret(const struct rc_json *client)
{
	const char *method = rc_json_text(client, "token_endpoint_auth_method");

	return method == NULL ||
	       strncmp(method, "client_secret_", strlen("client_secret_")) == 0;
}

struct rc_json *
metadata_take(struct rc_arena *mem, const struct rc_json *client,
    const struct rc_json *answer)
{
	struct rc_json *out = rc_json_new_object(mem);
	bool new_secret = !is_unset(answer, "client_secret");
	const char *name;
	size_t i;

	metadata_merge(out, answer);
	for (i = 0; i < COUNT(assigned); i++) {
		name = assigned[i];
		if (!is_unset(answer, name) || is_unset(client, name))
			continue;
		/* What was said of the old secret does not hold of the new. */
		if (strncmp(name, "client_secret", strlen("client_secret")) ==
			0 &&
		    (new_secret || !has_secret(answer)))
			continue;
		rc_json_set(out, name, rc_json_get(client, name));
	}
	return out;
}

/* --- what the server changed */

/* Tell whether every string of one array is in the other. */
static bool
is_within(const struct rc_json *a, const struct rc_json *b)
{
	size_t i, j, n = rc_json_count(b);

	/* Nobody asks for so many; who answers so many means no good. */
	if (n > MOST_STRINGS)
		return false;
	for (i = 0; i < rc_json_count(a); i++) {
		for (j = 0; j < n; j++)
			if (rc_json_equal(rc_json_at(a, i), rc_json_at(b, j)))
				break;
		if (j == n)
			return false;
	}
	return true;
}

/* Return the words of a string as an array. */
static struct rc_json *
words_of(struct rc_arena *mem, const char *text)
{
	struct rc_json *array = rc_json_new_array(mem);
	size_t n;

	for (; *text != '\0'; text += n) {
		text += strspn(text, " ");
		if ((n = strcspn(text, " ")) > 0)
			rc_json_append_string(array, rc_strndup(mem, text, n));
	}
	return array;
}

/* Tell whether two values of a member mean the same. */
static bool
is_same(struct rc_arena *mem, const char *name, const struct rc_json *a,
    const struct rc_json *b)
{
	const struct metadata_member *member = metadata_find(name);

	if (rc_json_equal(a, b))
		return true;
	if (member == NULL)
		return false;
	if (member->kind == METADATA_WORDS && rc_json_string(a) != NULL &&
	    rc_json_string(b) != NULL) {
		a = words_of(mem, rc_json_string(a));
		b = words_of(mem, rc_json_string(b));
	} else if (member->kind != METADATA_STRINGS)
		return false;
	return rc_json_type(a) == RC_JSON_ARRAY &&
	       rc_json_type(b) == RC_JSON_ARRAY && is_within(a, b) &&
	       is_within(b, a);
}

/* A comparison under way. */
struct diff {
	struct rc_arena *mem;
	const struct rc_json *other;
	struct rc_json *changes;
};

static void
add_change(const struct diff *d, const char *name, const char *change,
    struct rc_json *asked, struct rc_json *got)
{
	struct rc_json *row = rc_json_new_object(d->mem);

	rc_json_set_string(row, "member", name);
	rc_json_set_string(row, "change", change);
	if (asked != NULL)
		rc_json_set(row, "asked", asked);
	if (got != NULL)
		rc_json_set(row, "got", got);
	rc_json_append(d->changes, row);
}

/* Tell whether a value is as good as none, such as grants that are none. */
static bool
is_nothing(const struct rc_json *value)
{

	return value == NULL || (rc_json_type(value) == RC_JSON_ARRAY &&
				    rc_json_count(value) == 0);
}

/* A member that was asked for. */
static enum rc_err
diff_asked(void *arg, const char *name, struct rc_json *value)
{
	const struct diff *d = arg;
	struct rc_json *got = rc_json_get(d->other, name);

	if (metadata_is_assigned(name) ||
	    (is_nothing(value) && is_nothing(got)))
		return RC_OK;
	if (got == NULL)
		add_change(d, name, "dropped", value, NULL);
	else if (!is_same(d->mem, name, value, got))
		add_change(d, name, "changed", value, got);
	return RC_OK;
}

/* A member that came. */
static enum rc_err
diff_got(void *arg, const char *name, struct rc_json *value)
{
	const struct diff *d = arg;

	if (value != NULL && !metadata_is_assigned(name) &&
	    rc_json_get(d->other, name) == NULL)
		add_change(d, name, "added", NULL, value);
	return RC_OK;
}

struct rc_json *
metadata_diff(struct rc_arena *mem, const struct rc_json *asked,
    const struct rc_json *got)
{
	struct diff d = { mem, got, rc_json_new_array(mem) };

	(void)rc_json_each(asked, diff_asked, &d);
	d.other = asked;
	(void)rc_json_each(got, diff_got, &d);
	return d.changes;
}

/* --- what to think of it */

static bool
is_method(const struct rc_json *asked, const char *method)
{
	const char *text = rc_json_text(asked, "token_endpoint_auth_method");

	return text != NULL && strcmp(text, method) == 0;
}

/* RFC 7591 2: without grant_types it is authorization_code. */
static bool
wants_code(const struct rc_json *asked)
{

	return rc_json_get(asked, "grant_types") == NULL ||
	       metadata_lists(asked, "grant_types", "authorization_code");
}

static void
warn_uri(struct rc_arena *mem, struct rc_json *out, const char *uri,
    const char *phrase)
{

	rc_json_append_string(
	    out, rc_printf(mem, "redirect URI %s %s", uri, phrase));
}

/* Warn of one redirect URI; *${installed}: only an app on a device has it. */
static void
warn_redirect(struct rc_arena *mem, struct rc_json *out, const char *text,
    bool *installed)
{
	struct rc_uri uri;

	*installed = false;
	if (strchr(text, '*') != NULL)
		warn_uri(mem, out, text,
		    "has a wildcard: servers must compare redirect URIs as "
		    "they are (RFC 9700 4.1.3)");
	if (rc_uri_parse(mem, text, &uri) != NULL) {
		warn_uri(
		    mem, out, text, "is no absolute URI as RFC 3986 has it");
		return;
	}
	if (uri.fragment != NULL)
		warn_uri(mem, out, text,
		    "has a fragment, which it must not have (RFC 6749 3.1.2)");
	if (strcasecmp(uri.scheme, "https") == 0)
		return;
	*installed = true;
	if (strcasecmp(uri.scheme, "http") != 0) {
		if (strchr(uri.scheme, '.') == NULL)
			warn_uri(mem, out, text,
			    "has a private-use scheme without a dot, which any "
			    "app may claim; take a reversed domain name of "
			    "yours (RFC 8252 7.1)");
		return;
	}
	*installed = rc_uri_is_loopback(&uri);
	if (!*installed)
		warn_uri(mem, out, text,
		    "is http: the code can be read on its way; take https "
		    "(RFC 9700 2.6)");
	else if (strcmp(uri.host, "localhost") == 0)
		warn_uri(mem, out, text,
		    "is on localhost, which may lead to another interface; "
		    "take 127.0.0.1 or [::1] (RFC 8252 8.3)");
}

static void
warn_redirects(
    struct rc_arena *mem, struct rc_json *out, const struct rc_json *asked)
{
	const struct rc_json *uris = rc_json_get(asked, "redirect_uris");
	bool installed, all = true;
	const char *uri;
	size_t i, n;

	n = rc_json_type(uris) == RC_JSON_ARRAY ? rc_json_count(uris) : 0;
	for (i = 0; i < n; i++) {
		if ((uri = rc_json_string(rc_json_at(uris, i))) == NULL)
			continue;
		warn_redirect(mem, out, uri, &installed);
		all = all && installed;
	}
	if (n > 0 && all && has_secret(asked) && wants_code(asked))
		rc_json_append_string(out,
		    "all redirect URIs are those of an app on a device, which "
		    "cannot keep a client secret; register it with the method "
		    "none (RFC 8252 8.5)");
	if (n == 0 && wants_code(asked))
		rc_json_append_string(out,
		    "there is no redirect URI, and authorization_code needs "
		    "one; give --redirect-uri");
}

static void
warn_grants(struct rc_json *out, const struct rc_json *asked)
{
	const struct rc_json *types = rc_json_get(asked, "response_types");
	const char *type;
	size_t i;

	if (metadata_lists(asked, "grant_types", "implicit"))
		rc_json_append_string(out,
		    "the implicit grant leaks tokens; take authorization_code "
		    "with PKCE (RFC 9700 2.1.2)");
	if (metadata_lists(asked, "grant_types", "password"))
		rc_json_append_string(out,
		    "the password grant hands people's passwords to the "
		    "client, and must not be used (RFC 9700 2.4)");
	if (metadata_lists(asked, "grant_types", "client_credentials") &&
	    is_method(asked, "none"))
		rc_json_append_string(out,
		    "client_credentials does not go with the method none: "
		    "anybody could pass for the client (RFC 6749 4.4)");
	if (rc_json_type(types) != RC_JSON_ARRAY)
		return;
	for (i = 0; i < rc_json_count(types); i++) {
		type = rc_json_string(rc_json_at(types, i));
		if (type != NULL && strstr(type, "token") != NULL &&
		    strcmp(type, "id_token") != 0) {
			rc_json_append_string(out,
			    "a response type with token puts access tokens "
			    "into URLs; take code (RFC 9700 2.1.2)");
			return;
		}
	}
}

/* A value that the server announces not to take. */
static void
warn_unsupported(struct rc_arena *mem, struct rc_json *out,
    const struct rc_json *server, const char *list, const char *what,
    const char *value)
{

	if (value != NULL && !may_have(server, list, value))
		rc_json_append_string(out,
		    rc_printf(mem, "the server does not announce %s %s (%s)",
			what, value, list));
}

static void
warn_server(struct rc_arena *mem, struct rc_json *out,
    const struct rc_json *asked, const struct rc_json *server)
{
	const struct rc_json *grants = rc_json_get(asked, "grant_types");
	size_t i;

	if (wants_code(asked) &&
	    !metadata_lists(server, "code_challenge_methods_supported", "S256"))
		rc_json_append_string(out,
		    "the server does not announce PKCE with S256 "
		    "(code_challenge_methods_supported); without it stolen "
		    "codes can be used (RFC 9700 2.1.1)");
	warn_unsupported(mem, out, server,
	    "token_endpoint_auth_methods_supported", "the method",
	    rc_json_text(asked, "token_endpoint_auth_method"));
	warn_unsupported(mem, out, server,
	    "token_endpoint_auth_signing_alg_values_supported", "the algorithm",
	    rc_json_text(asked, "token_endpoint_auth_signing_alg"));
	warn_unsupported(mem, out, server,
	    "id_token_signing_alg_values_supported", "the ID token's algorithm",
	    rc_json_text(asked, "id_token_signed_response_alg"));
	if (rc_json_type(grants) != RC_JSON_ARRAY)
		return;
	for (i = 0; i < rc_json_count(grants); i++)
		warn_unsupported(mem, out, server, "grant_types_supported",
		    "the grant type", rc_json_string(rc_json_at(grants, i)));
}

struct rc_json *
metadata_warnings(struct rc_arena *mem, const struct rc_json *asked,
    const struct rc_json *server)
{
	struct rc_json *out = rc_json_new_array(mem);
	const char *alg = rc_json_text(asked, "id_token_signed_response_alg");

	warn_redirects(mem, out, asked);
	warn_grants(out, asked);
	if (alg != NULL && strcmp(alg, "none") == 0)
		rc_json_append_string(out,
		    "an ID token with the algorithm none is not signed, and "
		    "anybody on its way may change it");
	if (is_method(asked, "client_secret_post"))
		rc_json_append_string(out,
		    "client_secret_post puts the secret into the body; "
		    "client_secret_basic, or better private_key_jwt, does not "
		    "(RFC 6749 2.3.1, RFC 9700 2.5)");
	warn_server(mem, out, asked, server);
	return out;
}
