#include "advice.h"

#include <stdbool.h>
#include <string.h>

#include "arena.h"
#include "client_fields.h"
#include "conf.h"
#include "field.h"
#include "json.h"
#include "req.h"
#include "scope.h"
#include "uri.h"

/* Tell whether the array of strings ${list} has ${s} among its first ${n}. */
static bool
has(const struct rc_json *list, size_t n, const char *s)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(rc_json_string(rc_json_at(list, i)), s) == 0)
			return true;
	}
	return false;
}

static bool
has_grant(const struct rc_json *meta, const char *grant)
{

	return rc_json_holds(rc_json_get(meta, "grant_types"), grant);
}

/* Does the server say what that member is, whatever is sent? */
static bool
is_assigned(const char *name)
{
	const char *const *assigned;

	for (assigned = rc_client_assigned; *assigned != NULL; assigned++) {
		if (strcmp(*assigned, name) == 0)
			return true;
	}
	return strcmp(name, "client_id") == 0 ||
	       strcmp(name, "client_secret") == 0;
}

/* What may have been meant by a name that has no row. */
static const char *
guess(struct rc_req *rq, const char *name)
{
	const char *nearest, *tag = strchr(name, '#');

	if (tag != NULL) {
		nearest = rc_strndup(rq->mem, name, (size_t)(tag - name));
		if (rc_field_find(
			rc_client_fields, rc_client_nfields, nearest) != NULL)
			return nearest;
	}
	nearest = rc_field_nearest(rc_client_fields, rc_client_nfields, name);
	return nearest != NULL ? rc_printf(rq->mem, "%s?", nearest) : NULL;
}

static enum rc_err
warn_member(void *arg, const char *name, struct rc_json *value)
{
	struct rc_req *rq = arg;
	const char *pointer;

	(void)value;
	if (rc_json_count(rq->warnings) == RC_DETAILS_MOST ||
	    rc_field_find(rc_client_fields, rc_client_nfields, name) != NULL)
		return RC_OK;
	pointer = rc_field_pointer(rq->mem, name);
	if (is_assigned(name))
		rc_warn_at(rq, pointer, "assigned_member", "leave it out",
		    "%s is chosen by the server; what is sent is ignored",
		    name);
	else
		rc_warn_at(rq, pointer, "unknown_member", guess(rq, name),
		    "%.64s is no member that this server knows, and is ignored",
		    name);
	return RC_OK;
}

void
rc_advice_ignored(struct rc_req *rq, const struct rc_json *wanted)
{

	if (rq->warnings != NULL)
		(void)rc_json_each(wanted, warn_member, rq);
}

/* RFC 8252 7.1, 7.3 and 8.3. */
static void
advise_uri(struct rc_req *rq, const struct rc_json *uris, size_t i)
{
	const char *text = rc_json_string(rc_json_at(uris, i));
	const char *pointer = rc_printf(rq->mem, "/redirect_uris/%zu", i);
	struct rc_uri uri;

	if (rc_uri_parse(rq->mem, text, &uri) != NULL)
		return;
	if (has(uris, i, text))
		rc_warn_at(rq, pointer, "redirect_uri.repeated", "leave it out",
		    "redirect_uris[%zu] is there before", i);
	if (strcmp(uri.scheme, "https") == 0)
		return;
	if (strcmp(uri.scheme, "http") != 0) {
		if (strchr(uri.scheme, '.') == NULL)
			rc_warn_at(rq, pointer, "redirect_uri.private_use",
			    "the reverse of a domain name of yours, such as "
			    "com.example.app (RFC 8252 7.1)",
			    "redirect_uris[%zu] has a scheme that other "
			    "applications may claim too",
			    i);
	} else if (strcmp(uri.host, "localhost") == 0) {
		rc_warn_at(rq, pointer, "redirect_uri.localhost",
		    "http://127.0.0.1 or http://[::1] (RFC 8252 8.3)",
		    "redirect_uris[%zu] names localhost, which may lead to "
		    "another interface or be blocked",
		    i);
	}
}

static void
advise_redirects(struct rc_req *rq, const struct rc_json *meta)
{
	const struct rc_json *uris = rc_json_get(meta, "redirect_uris");
	size_t i, n = rc_json_count(uris);

	for (i = 0; i < n; i++)
		advise_uri(rq, uris, i);
	if (n > 0 && !has_grant(meta, "authorization_code"))
		rc_warn_at(rq, "/redirect_uris", "redirect_uris.unused",
		    "add authorization_code to grant_types",
		    "redirect_uris are not used: grant_types lacks "
		    "authorization_code");
}

/* What people are shown before they consent. */
static void
advise_looks(struct rc_req *rq, const struct rc_json *meta)
{
	static const char *const pages[] = { "client_uri", "logo_uri",
		"tos_uri", "policy_uri" };
	const char *url;
	size_t i;

	if (has_grant(meta, "authorization_code") &&
	    rc_json_get(meta, "client_name") == NULL)
		rc_warn_at(rq, "/client_name", "client_name.missing",
		    "the name that people know the application by",
		    "client_name is not given: people who are asked to "
		    "consent see the client_id");
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		url = rc_json_text(meta, pages[i]);
		if (url != NULL && strncmp(url, "http:", 5) == 0)
			rc_warn_at(rq, rc_field_pointer(rq->mem, pages[i]),
			    "uri.clear", "an https URL",
			    "%s is http: what is there can be changed on the "
			    "way",
			    pages[i]);
	}
}

/* Whether a refresh token is asked for, and will be given. */
static void
advise_refresh(struct rc_req *rq, const struct rc_json *meta)
{
	const char *scope = rc_json_text(meta, "scope");
	bool offline = rc_scope_has(scope, "offline_access");
	bool refresh = has_grant(meta, "refresh_token");

	if (offline && !refresh)
		rc_warn_at(rq, "/grant_types", "grant_types.offline_access",
		    "add refresh_token to grant_types",
		    "scope has offline_access but grant_types lacks "
		    "refresh_token: there will be no refresh token");
	if (refresh && !offline && rc_scope_has(scope, "openid") &&
	    rq->conf->openid_refresh_token == RC_OPENID_REFRESH_OFFLINE_ACCESS)
		rc_warn_at(rq, "/scope", "scope.offline_access",
		    "add offline_access to scope",
		    "grant_types has refresh_token but scope lacks "
		    "offline_access: with openid there will be no refresh "
		    "token");
}

/* RFC 7517 4.5: who has several keys says which one was used. */
static void
advise_keys(struct rc_req *rq, const struct rc_json *meta)
{
	const struct rc_json *keys =
	    rc_json_get(rc_json_get(meta, "jwks"), "keys");
	size_t i, n = rc_json_count(keys);

	for (i = 0; n > 1 && i < n; i++) {
		if (rc_json_text(rc_json_at(keys, i), "kid") == NULL)
			rc_warn_at(rq, rc_printf(rq->mem, "/jwks/keys/%zu", i),
			    "jwk.kid", "a kid that no other key of the set has",
			    "jwks has several keys, and keys[%zu] no kid", i);
	}
}

void
rc_advice_give(struct rc_req *rq, const struct rc_json *metadata)
{

	if (rq->warnings == NULL)
		return;
	advise_redirects(rq, metadata);
	advise_looks(rq, metadata);
	advise_refresh(rq, metadata);
	advise_keys(rq, metadata);
}
