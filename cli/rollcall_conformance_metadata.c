/*
 * rollcall conformance: what a server says of itself (RFC 8414, OpenID Connect
 * Discovery 1.0).
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "http.h"
#include "json.h"
#include "rollcall_conformance.h"
#include "rollcall_discover.h"
#include "rollcall_metadata.h"
#include "uri.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* clang-format off */
static const struct {
	const char *name;
	bool behind;
} forms[FORM__MAX] = {
	[FORM_OAUTH] = { "oauth-authorization-server", false },
	[FORM_OPENID_BEHIND] = { "openid-configuration", true },
	[FORM_OPENID] = { "openid-configuration", false },
	[FORM_OAUTH_BEHIND] = { "oauth-authorization-server", true },
};

/* Members that have several values (RFC 8414 2, OpenID Discovery 3). */
static const char *const lists[] = {
	"scopes_supported", "response_types_supported",
	"response_modes_supported", "grant_types_supported",
	"token_endpoint_auth_methods_supported",
	"token_endpoint_auth_signing_alg_values_supported",
	"ui_locales_supported", "revocation_endpoint_auth_methods_supported",
	"revocation_endpoint_auth_signing_alg_values_supported",
	"introspection_endpoint_auth_methods_supported",
	"introspection_endpoint_auth_signing_alg_values_supported",
	"code_challenge_methods_supported", "subject_types_supported",
	"id_token_signing_alg_values_supported", "claims_supported",
};

/* Members that are addresses a client asks. */
static const char *const addresses[] = {
	"authorization_endpoint", "token_endpoint", "registration_endpoint",
	"revocation_endpoint", "introspection_endpoint", "userinfo_endpoint",
	"pushed_authorization_request_endpoint",
	"device_authorization_endpoint", "end_session_endpoint", "jwks_uri",
};

/* Endpoints that clients authenticate at. */
static const char *const authenticating[] = {
	"token", "revocation", "introspection",
};

/* Members of a JWK that are not public (RFC 7518 6). */
static const char *const private_members[] = {
	"d", "p", "q", "dp", "dq", "qi", "oth", "k",
};
/* clang-format on */

/* --- finding it */

/* Ask at one place, or take what was there when it was asked before. */
static void
fetch(struct conformance *c, enum conformance_form form)
{
	struct conformance_document *d = &c->documents[form];
	enum conformance_form i;

	d->ask = (struct rollcall_ask){ .method = "GET",
		.url = discover_address(
		    c->r, c->r->arg, forms[form].name, forms[form].behind) };
	for (i = 0; i < form; i++) {
		if (strcmp(c->documents[i].ask.url, d->ask.url) != 0)
			continue;
		*d = c->documents[i];
		return;
	}
	conformance_ask(c, &d->ask);
	if (d->ask.status / 100 != 2)
		return;
	d->json = conformance_parse(c, &d->ask);
	if (rc_json_type(d->json) != RC_JSON_OBJECT)
		d->json = NULL;
}

/* See whether clients can be registered by the document. */
static void
find_endpoint(struct conformance *c)
{
	const char *issuer = rc_json_text(c->server, "issuer");
	const char *url = rc_json_text(c->server, "registration_endpoint");

	if (issuer == NULL || strcmp(issuer, c->r->arg) != 0)
		c->no_endpoint = "the metadata is of another issuer, so that "
				 "nothing in it counts";
	else if (url == NULL)
		c->no_endpoint = "the server has no registration endpoint";
	else if (rc_http_check_url(c->r->mem, url) != NULL ||
		 rollcall_check_endpoint(c->r, issuer, url) != ROLLCALL_OK)
		c->no_endpoint = "the registration endpoint is no address "
				 "that is asked";
	else
		c->endpoint = url;
}

void
conformance_discover(struct conformance *c)
{
	enum conformance_form i;

	for (i = 0; i < FORM__MAX && c->stopped == NULL; i++) {
		fetch(c, i);
		if (c->found == NULL && c->documents[i].json != NULL)
			c->found = &c->documents[i];
	}
	if (c->stopped != NULL)
		return;
	if (c->found == NULL) {
		conformance_stop(c, ROLLCALL_UNFIT,
		    "there is no metadata of an authorization server");
		return;
	}
	c->server = c->found->json;
	find_endpoint(c);
}

/* --- RFC 8414 3 */

static enum conformance_result
is_at_its_place(struct conformance *c)
{

	if (c->documents[FORM_OAUTH].json == NULL &&
	    c->documents[FORM_OAUTH_BEHIND].json == NULL)
		return conformance_skip(
		    c, "the server has OpenID Connect Discovery only");
	c->last = &c->documents[FORM_OAUTH].ask;
	return conformance_expect(c, c->documents[FORM_OAUTH].json != NULL,
	    "the metadata, which is at %s",
	    c->documents[FORM_OAUTH_BEHIND].ask.url);
}

static enum conformance_result
is_200(struct conformance *c)
{

	c->last = &c->found->ask;
	return conformance_expect(
	    c, c->found->ask.status == 200, "the status 200");
}

static enum conformance_result
is_json(struct conformance *c)
{

	c->last = &c->found->ask;
	return conformance_expect(c, conformance_has_type(&c->found->ask),
	    "the media type application/json");
}

static enum conformance_result
has_issuer(struct conformance *c)
{
	const char *issuer = rc_json_text(c->server, "issuer");

	c->last = &c->found->ask;
	conformance_saw(c, "the issuer %s", issuer != NULL ? issuer : "(none)");
	return conformance_expect(c,
	    issuer != NULL && strcmp(issuer, c->r->arg) == 0, "the issuer %s",
	    c->r->arg);
}

/* Tell whether an address is in clear, but of this host. */
static bool
is_local(struct conformance *c, const char *url)
{
	struct rc_uri uri;

	return rc_uri_parse(c->r->mem, url, &uri) == NULL &&
	       strcasecmp(uri.scheme, "http") == 0 && rc_uri_is_loopback(&uri);
}

static bool
is_https(struct conformance *c, const char *url)
{
	struct rc_uri uri;

	return rc_uri_parse(c->r->mem, url, &uri) == NULL &&
	       strcasecmp(uri.scheme, "https") == 0;
}

static enum conformance_result
issuer_is_plain(struct conformance *c)
{
	const char *issuer = rc_json_text(c->server, "issuer");

	c->last = &c->found->ask;
	if (issuer == NULL)
		return conformance_skip(c, "there is no issuer");
	conformance_saw(c, "the issuer %s", issuer);
	if (strpbrk(issuer, "?#") == NULL && is_local(c, issuer))
		return conformance_skip(
		    c, "the server is on this host, where http is let pass");
	return conformance_expect(c,
	    strpbrk(issuer, "?#") == NULL && is_https(c, issuer),
	    "an https URL without query and fragment");
}

/* --- members */

static bool
lists_it(const struct conformance *c, const char *name, const char *value)
{

	return metadata_lists(c->server, name, value);
}

static enum conformance_result
needs_text(struct conformance *c, const char *name)
{

	c->last = &c->found->ask;
	return conformance_expect(
	    c, rc_json_text(c->server, name) != NULL, "%s, a string", name);
}

static enum conformance_result
has_authorization(struct conformance *c)
{

	if (!conformance_has_code(c) &&
	    !lists_it(c, "grant_types_supported", "implicit"))
		return conformance_skip(c, "no grant of the server needs it");
	return needs_text(c, "authorization_endpoint");
}

static enum conformance_result
has_token(struct conformance *c)
{
	const struct rc_json *grants =
	    rc_json_get(c->server, "grant_types_supported");

	if (rc_json_type(grants) == RC_JSON_ARRAY &&
	    rc_json_count(grants) == 1 &&
	    lists_it(c, "grant_types_supported", "implicit"))
		return conformance_skip(
		    c, "the server has the implicit grant only");
	return needs_text(c, "token_endpoint");
}

static enum conformance_result
has_response_types(struct conformance *c)
{

	c->last = &c->found->ask;
	return conformance_expect(c,
	    rc_json_has(c->server, "response_types_supported"),
	    "response_types_supported");
}

static bool
is_strings(const struct rc_json *json)
{
	size_t i;

	if (rc_json_type(json) != RC_JSON_ARRAY)
		return false;
	for (i = 0; i < rc_json_count(json); i++)
		if (rc_json_string(rc_json_at(json, i)) == NULL)
			return false;
	return true;
}

static enum conformance_result
has_arrays(struct conformance *c)
{
	const struct rc_json *value;
	size_t i;

	c->last = &c->found->ask;
	for (i = 0; i < COUNT(lists); i++) {
		value = rc_json_get(c->server, lists[i]);
		if (!rc_json_has(c->server, lists[i]) || is_strings(value))
			continue;
		conformance_saw(
		    c, "%s %s", lists[i], rc_json_write(c->r->mem, value));
		return conformance_expect(
		    c, false, "%s as an array of strings", lists[i]);
	}
	return CONFORMANCE_KEPT;
}

static enum rc_err
find_empty(void *arg, const char *name, struct rc_json *value)
{
	const char **found = arg;

	if (rc_json_type(value) == RC_JSON_ARRAY && rc_json_count(value) == 0)
		*found = name;
	return RC_OK;
}

static enum conformance_result
has_nothing_empty(struct conformance *c)
{
	const char *name = NULL;

	c->last = &c->found->ask;
	(void)rc_json_each(c->server, find_empty, &name);
	if (name == NULL)
		return CONFORMANCE_KEPT;
	conformance_saw(c, "%s, empty", name);
	return conformance_expect(
	    c, false, "no member that has no values: leave it out");
}

static enum conformance_result
has_urls(struct conformance *c)
{
	const struct rc_json *value;
	struct rc_uri uri;
	const char *url;
	size_t i;

	c->last = &c->found->ask;
	for (i = 0; i < COUNT(addresses); i++) {
		value = rc_json_get(c->server, addresses[i]);
		url = rc_json_string(value);
		if (!rc_json_has(c->server, addresses[i]) ||
		    (url != NULL &&
			rc_uri_parse(c->r->mem, url, &uri) == NULL &&
			uri.authority && uri.fragment == NULL))
			continue;
		conformance_saw(
		    c, "%s %s", addresses[i], rc_json_write(c->r->mem, value));
		return conformance_expect(c, false,
		    "%s as an absolute URL without fragment", addresses[i]);
	}
	return CONFORMANCE_KEPT;
}

static enum conformance_result
has_tls(struct conformance *c)
{
	bool local = is_local(c, c->r->arg), clear = false;
	struct rc_uri uri;
	const char *url;
	size_t i;

	c->last = &c->found->ask;
	for (i = 0; i < COUNT(addresses); i++) {
		url = rc_json_text(c->server, addresses[i]);
		if (url == NULL || is_https(c, url) ||
		    rc_uri_parse(c->r->mem, url, &uri) != NULL)
			continue;
		clear = true;
		if (local && is_local(c, url))
			continue;
		conformance_saw(c, "%s %s", addresses[i], url);
		return conformance_expect(c, false, "an https URL");
	}
	if (clear)
		return conformance_skip(
		    c, "the server is on this host, where http is let pass");
	return CONFORMANCE_KEPT;
}

static enum conformance_result
has_scopes(struct conformance *c)
{

	c->last = &c->found->ask;
	return conformance_expect(
	    c, rc_json_has(c->server, "scopes_supported"), "scopes_supported");
}

static enum conformance_result
has_s256(struct conformance *c)
{

	if (!conformance_has_code(c))
		return conformance_skip(
		    c, "the server has no authorization codes");
	c->last = &c->found->ask;
	return conformance_expect(c,
	    lists_it(c, "code_challenge_methods_supported", "S256"),
	    "S256 among code_challenge_methods_supported");
}

/* --- keys and algorithms */

static enum conformance_result
has_algorithms(struct conformance *c)
{
	const char *methods, *algs;
	bool tried = false;
	size_t i;

	c->last = &c->found->ask;
	for (i = 0; i < COUNT(authenticating); i++) {
		methods = rc_printf(c->r->mem,
		    "%s_endpoint_auth_methods_supported", authenticating[i]);
		algs = rc_printf(c->r->mem,
		    "%s_endpoint_auth_signing_alg_values_supported",
		    authenticating[i]);
		if (!lists_it(c, methods, "private_key_jwt") &&
		    !lists_it(c, methods, "client_secret_jwt"))
			continue;
		tried = true;
		if (!rc_json_has(c->server, algs))
			return conformance_expect(c, false,
			    "%s, for a method in %s signs", algs, methods);
	}
	return tried ? CONFORMANCE_KEPT
	             : conformance_skip(c, "no method of the server signs");
}

static enum conformance_result
has_no_none(struct conformance *c)
{
	const char *algs;
	size_t i;

	c->last = &c->found->ask;
	for (i = 0; i < COUNT(authenticating); i++) {
		algs = rc_printf(c->r->mem,
		    "%s_endpoint_auth_signing_alg_values_supported",
		    authenticating[i]);
		if (lists_it(c, algs, "none"))
			return conformance_expect(
			    c, false, "%s without none", algs);
	}
	return CONFORMANCE_KEPT;
}

/* Fetch the keys; NULL: there are none to fetch. */
static struct rollcall_ask *
fetch_keys(struct conformance *c)
{
	const char *url = rc_json_text(c->server, "jwks_uri");
	struct rollcall_ask *ask;

	if (url == NULL || rc_http_check_url(c->r->mem, url) != NULL)
		return NULL;
	ask = rc_alloc(c->r->mem, sizeof(*ask));
	*ask = (struct rollcall_ask){ .method = "GET", .url = url };
	conformance_ask(c, ask);
	return ask;
}

static enum conformance_result
has_keys(struct conformance *c)
{
	struct rollcall_ask *ask = fetch_keys(c);
	const struct rc_json *keys;
	bool good;
	size_t i;

	if (ask == NULL)
		return conformance_skip(c, "there is no jwks_uri to ask");
	keys = rc_json_get(conformance_parse(c, ask), "keys");
	good = ask->status == 200 && rc_json_type(keys) == RC_JSON_ARRAY;
	for (i = 0; good && i < rc_json_count(keys); i++)
		good = rc_json_text(rc_json_at(keys, i), "kty") != NULL;
	return conformance_expect(
	    c, good, "200 and an object whose keys each have a kty");
}

static enum conformance_result
has_public_keys(struct conformance *c)
{
	struct rollcall_ask *ask = fetch_keys(c);
	const struct rc_json *keys;
	size_t i, j;

	if (ask == NULL)
		return conformance_skip(c, "there is no jwks_uri to ask");
	keys = rc_json_get(conformance_parse(c, ask), "keys");
	if (rc_json_type(keys) != RC_JSON_ARRAY)
		return conformance_skip(c, "there are no keys");
	for (i = 0; i < rc_json_count(keys); i++)
		for (j = 0; j < COUNT(private_members); j++) {
			if (!rc_json_has(
				rc_json_at(keys, i), private_members[j]))
				continue;
			/* What it is must not be shown. */
			conformance_saw(c, "key %zu has the member %s", i,
			    private_members[j]);
			return conformance_expect(c, false, "public keys only");
		}
	return CONFORMANCE_KEPT;
}

/* --- OpenID Connect Discovery 1.0 */

/* Return the OpenID Connect document, NULL: there is none. */
static const struct conformance_document *
openid(struct conformance *c)
{
	const struct conformance_document *d =
	    &c->documents[FORM_OPENID_BEHIND];

	if (d->json == NULL)
		return NULL;
	c->last = &d->ask;
	return d;
}

static enum conformance_result
openid_is_complete(struct conformance *c)
{
	static const char *const names[] = { "jwks_uri",
		"subject_types_supported",
		"id_token_signing_alg_values_supported" };
	const struct conformance_document *d = openid(c);
	size_t i;

	if (d == NULL)
		return conformance_skip(c, "the server is no OpenID Provider");
	for (i = 0; i < COUNT(names); i++)
		if (!rc_json_has(d->json, names[i]))
			return conformance_expect(c, false, "%s", names[i]);
	return CONFORMANCE_KEPT;
}

static enum conformance_result
openid_has_rs256(struct conformance *c)
{
	static const char algs[] = "id_token_signing_alg_values_supported";
	const struct conformance_document *d = openid(c);

	if (d == NULL || !rc_json_has(d->json, algs))
		return conformance_skip(c, "there is no %s", algs);
	return conformance_expect(
	    c, metadata_lists(d->json, algs, "RS256"), "RS256 among %s", algs);
}

/* What two documents have differently. */
struct difference {
	const struct rc_json *other;
	const char *name;
};

static enum rc_err
compare(void *arg, const char *name, struct rc_json *value)
{
	struct difference *d = arg;

	if (rc_json_has(d->other, name) &&
	    !rc_json_equal(value, rc_json_get(d->other, name)))
		d->name = name;
	return RC_OK;
}

static enum conformance_result
documents_agree(struct conformance *c)
{
	const struct conformance_document *d = openid(c);
	struct difference difference = { NULL, NULL };

	if (d == NULL || c->documents[FORM_OAUTH].json == NULL)
		return conformance_skip(c, "there are not both documents");
	difference.other = c->documents[FORM_OAUTH].json;
	(void)rc_json_each(d->json, compare, &difference);
	if (difference.name == NULL)
		return CONFORMANCE_KEPT;
	conformance_saw(c, "%s %s", difference.name,
	    rc_json_write(c->r->mem, rc_json_get(d->json, difference.name)));
	return conformance_expect(c, false, "%s %s, as %s has it",
	    difference.name,
	    rc_json_write(
		c->r->mem, rc_json_get(difference.other, difference.name)),
	    c->documents[FORM_OAUTH].ask.url);
}

/* clang-format off */
const struct conformance_rule conformance_metadata[] = {
	{ "metadata.location", "RFC 8414 3.1", true,
	  "the metadata is between the host and the path of the issuer",
	  NEED_NOTHING, is_at_its_place },
	{ "metadata.status", "RFC 8414 3.2", true,
	  "the metadata comes with the status 200",
	  NEED_NOTHING, is_200 },
	{ "metadata.type", "RFC 8414 3.2", true,
	  "the metadata is application/json",
	  NEED_NOTHING, is_json },
	{ "metadata.issuer", "RFC 8414 3.3", true,
	  "the issuer is the one that was asked, to the last character",
	  NEED_NOTHING, has_issuer },
	{ "metadata.issuer_url", "RFC 8414 2", true,
	  "the issuer is an https URL without query and fragment",
	  NEED_NOTHING, issuer_is_plain },
	{ "metadata.authorization_endpoint", "RFC 8414 2", true,
	  "authorization_endpoint is there, if a grant needs it",
	  NEED_NOTHING, has_authorization },
	{ "metadata.token_endpoint", "RFC 8414 2", true,
	  "token_endpoint is there, if there is more than the implicit grant",
	  NEED_NOTHING, has_token },
	{ "metadata.response_types", "RFC 8414 2", true,
	  "response_types_supported is there",
	  NEED_NOTHING, has_response_types },
	{ "metadata.arrays", "RFC 8414 3.2", true,
	  "members with several values are arrays of strings",
	  NEED_NOTHING, has_arrays },
	{ "metadata.no_empty", "RFC 8414 3.2", true,
	  "no member is an empty array",
	  NEED_NOTHING, has_nothing_empty },
	{ "metadata.urls", "RFC 6749 3.1", true,
	  "endpoints and jwks_uri are absolute URLs without fragment",
	  NEED_NOTHING, has_urls },
	{ "metadata.tls", "RFC 6749 3.1, RFC 7591 5", true,
	  "endpoints and jwks_uri are https",
	  NEED_NOTHING, has_tls },
	{ "metadata.scopes", "RFC 8414 2", false,
	  "scopes_supported is there",
	  NEED_NOTHING, has_scopes },
	{ "metadata.pkce", "RFC 9700 2.1.1", false,
	  "code_challenge_methods_supported has S256",
	  NEED_NOTHING, has_s256 },
	{ "metadata.signing_algs", "RFC 8414 2", true,
	  "methods that sign come with their algorithms",
	  NEED_NOTHING, has_algorithms },
	{ "metadata.no_none", "RFC 8414 2", true,
	  "none is no algorithm to authenticate with",
	  NEED_NOTHING, has_no_none },
	{ "metadata.jwks", "RFC 7517 5", true,
	  "jwks_uri leads to a JWK Set",
	  NEED_NOTHING, has_keys },
	{ "metadata.jwks_public", "RFC 7517 9.2", true,
	  "no key at jwks_uri has a private or symmetric part",
	  NEED_NOTHING, has_public_keys },
	{ "openid.required", "OpenID Discovery 3", true,
	  "the OpenID Connect document has what an OpenID Provider must tell",
	  NEED_NOTHING, openid_is_complete },
	{ "openid.rs256", "OpenID Discovery 3", true,
	  "ID Tokens can be signed with RS256",
	  NEED_NOTHING, openid_has_rs256 },
	{ "openid.agrees", "RFC 8414 5", false,
	  "what both documents have is the same in both",
	  NEED_NOTHING, documents_agree },
};
/* clang-format on */

const size_t conformance_nmetadata = COUNT(conformance_metadata);
