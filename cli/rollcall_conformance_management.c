/*
 * rollcall conformance: the management of clients (RFC 7592).  Rules that
 * delete the client come last.
 */
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "http.h"
#include "json.h"
#include "rollcall_auth.h"
#include "rollcall_conformance.h"
#include "rollcall_metadata.h"
#include "uri.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Members that a client can do without, and so can be left out. */
static const char *const optional[] = { "contacts", "client_uri",
	"client_name" };

/* --- reading */

static enum conformance_result
has_credentials(struct conformance *c)
{
	const struct rc_json *json = c->base->json;

	if (!rc_json_has(json, "registration_client_uri") &&
	    !rc_json_has(json, "registration_access_token"))
		return conformance_skip(
		    c, "the server has no management of clients");
	return conformance_expect(c,
	    rc_json_text(json, "registration_client_uri") != NULL &&
		rc_json_text(json, "registration_access_token") != NULL,
	    "registration_client_uri and registration_access_token, both");
}

static enum conformance_result
has_uri(struct conformance *c)
{
	const char *url =
	    rc_json_text(c->base->json, "registration_client_uri");
	struct rc_uri uri;

	if (url == NULL)
		return conformance_skip(
		    c, "there is no registration_client_uri");
	conformance_saw(c, "registration_client_uri %s", url);
	return conformance_expect(c,
	    rc_uri_parse(c->r->mem, url, &uri) == NULL && uri.authority &&
		uri.fragment == NULL &&
		rc_http_check_url(c->r->mem, url) == NULL,
	    "a URL with scheme and host, https unless on this host");
}

/* Read the base client, once. */
static struct rollcall_ask *
read_base(struct conformance *c)
{

	if (c->read == NULL)
		c->read = conformance_manage(c, c->base, "GET", NULL);
	c->last = c->read;
	return c->read;
}

/* Tell whether an answer is 200 and of this client. */
static bool
is_about(struct conformance *c, const struct rollcall_ask *ask,
    const struct conformance_client *client)
{
	const char *id = rc_json_text(conformance_parse(c, ask), "client_id");

	return ask->status == 200 && conformance_has_type(ask) && id != NULL &&
	       strcmp(id, conformance_id(client)) == 0;
}

static enum conformance_result
can_be_read(struct conformance *c)
{
	struct rollcall_ask *ask = read_base(c);

	return conformance_expect(c, is_about(c, ask, c->base),
	    "200, application/json and the client_id %s",
	    conformance_id(c->base));
}

static enum conformance_result
read_is_not_stored(struct conformance *c)
{
	struct rollcall_ask *ask = read_base(c);

	return conformance_expect(c, conformance_is_kept_private(c, ask),
	    "Cache-Control: no-store, for there are credentials in the answer");
}

static enum conformance_result
read_has_credentials(struct conformance *c)
{
	const struct rollcall_ask *ask = read_base(c);
	const struct rc_json *json = conformance_parse(c, ask);

	if (ask->status != 200)
		return conformance_skip(c, "the server does not read");
	return conformance_expect(c,
	    rc_json_text(json, "registration_client_uri") != NULL &&
		rc_json_text(json, "registration_access_token") != NULL,
	    "registration_client_uri and registration_access_token");
}

/* What one answer tells and another does not, or not so. */
struct difference {
	const struct rc_json *other;
	const char *name;
};

static enum rc_err
compare(void *arg, const char *name, struct rc_json *value)
{
	struct difference *d = arg;

	if (!metadata_is_assigned(name) &&
	    !rc_json_equal(value, rc_json_get(d->other, name)))
		d->name = name;
	return RC_OK;
}

/* Judge whether all metadata in one answer is in the other. */
static enum conformance_result
has_all_of(struct conformance *c, const struct rc_json *json,
    const struct rc_json *other)
{
	struct difference d = { other, NULL };

	/* What has no client_id is an error. */
	if (rc_json_text(json, "client_id") == NULL ||
	    rc_json_text(other, "client_id") == NULL)
		return conformance_skip(c, "there are no two answers");
	(void)rc_json_each(json, compare, &d);
	if (d.name == NULL)
		return CONFORMANCE_KEPT;
	conformance_saw(c, "%s %s", d.name,
	    rc_json_write(c->r->mem, rc_json_get(other, d.name)));
	return conformance_expect(c, false, "%s %s", d.name,
	    rc_json_write(c->r->mem, rc_json_get(json, d.name)));
}

static enum conformance_result
told_all(struct conformance *c)
{
	const struct rc_json *read = conformance_parse(c, read_base(c));

	/* It is the registration that lacks something. */
	c->last = &c->base->answer;
	return has_all_of(c, read, c->base->json);
}

static enum conformance_result
reads_all(struct conformance *c)
{
	const struct rc_json *read = conformance_parse(c, read_base(c));

	return has_all_of(c, c->base->json, read);
}

/* --- tokens */

/* Ask with another token than the client's own. */
static struct rollcall_ask *
ask_with(struct conformance *c, const char *token)
{
	struct rollcall_ask *ask = rc_alloc(c->r->mem, sizeof(*ask));

	*ask = (struct rollcall_ask){
		.method = "GET", .url = conformance_uri(c->base), .token = token
	};
	conformance_ask(c, ask);
	return ask;
}

static enum conformance_result
needs_token(struct conformance *c)
{

	return conformance_expect_challenge(c, ask_with(c, NULL));
}

static enum conformance_result
needs_right_token(struct conformance *c)
{

	return conformance_expect_challenge(
	    c, ask_with(c, "rollcall-conformance-no-token"));
}

static enum conformance_result
answers_401(struct conformance *c)
{
	struct rollcall_ask *ask = ask_with(c, "rollcall-conformance-no-token");

	return conformance_expect(c, ask->status == 401, "the status 401");
}

static enum conformance_result
needs_own_token(struct conformance *c)
{
	struct rollcall_ask *ask;
	const char *token;

	if (!rollcall_has(c->r, "leave-clients"))
		return conformance_skip(c,
		    "some servers revoke a token for that, and its client "
		    "would stay there; --leave-clients tries it all the same");
	if ((token = conformance_token(conformance_other(c))) == NULL)
		return conformance_skip(c, "there is no other client");
	ask = ask_with(c, token);
	return conformance_expect(c, conformance_is_refused(ask),
	    "a refusal, for the token is another client's");
}

/* --- updates */

/* Write what updates the base client, changed by the JSON text ${members}. */
static const char *
content_of(struct conformance *c, const char *members)
{
	const struct conformance_client *base = c->base;
	const struct rc_json *told = conformance_told(base);
	struct rc_json *content = metadata_of_client(c->r->mem, told), *change;
	const char *why;
	size_t at;

	rc_json_set_string(content, "client_id", conformance_id(base));
	if (rc_json_text(told, "client_secret") != NULL)
		rc_json_set_string(content, "client_secret",
		    rc_json_text(told, "client_secret"));
	if (c->omitted != NULL)
		rc_json_remove(content, c->omitted);
	if (rc_json_parse(c->r->mem, members, strlen(members), &change, &why,
		&at) == RC_OK)
		metadata_merge(content, change);
	return rc_json_write(c->r->mem, content);
}

static struct rollcall_ask *
update(struct conformance *c, const char *members)
{

	return conformance_manage(c, c->base, "PUT", content_of(c, members));
}

/* Find a member that the client has, and that was not left out already. */
static const char *
find_optional(struct conformance *c)
{
	const struct rc_json *told = conformance_told(c->base);
	size_t i;

	for (i = 0; i < COUNT(optional); i++)
		if (rc_json_get(told, optional[i]) != NULL &&
		    optional[i] != c->omitted)
			return optional[i];
	return NULL;
}

/* Return what the first update changes: a version, and a redirect URI less. */
static const char *
first_change(struct conformance *c)
{
	const struct rc_json *asked =
	    rc_json_get(c->base->asked, "redirect_uris");
	struct rc_json *change = rc_json_new_object(c->r->mem);
	struct rc_json *uris = rc_json_new_array(c->r->mem);
	const char *first;

	rc_json_set_string(change, "software_version", "2-rollcall");
	if (rc_json_type(asked) == RC_JSON_ARRAY && rc_json_count(asked) > 1 &&
	    (first = rc_json_string(rc_json_at(asked, 0))) != NULL) {
		rc_json_append_string(uris, first);
		rc_json_set(change, "redirect_uris", uris);
		c->dropped = rc_json_string(rc_json_at(asked, 1));
	}
	return rc_json_write(c->r->mem, change);
}

/* Update the base client, once, and read it. */
static void
update_base(struct conformance *c)
{

	if (c->update == NULL) {
		c->omitted = find_optional(c);
		c->update = update(c, first_change(c));
		c->reread = conformance_manage(c, c->base, "GET", NULL);
	}
	c->last = c->update;
}

/* Tell whether the server updates: else what it refuses says nothing. */
static bool
updates(struct conformance *c)
{

	update_base(c);
	if (c->update->status / 100 == 2)
		return true;
	(void)conformance_skip(c, "the server does not update");
	return false;
}

/* Tell whether the version is what the update says, as far as it is told. */
static bool
is_updated(struct conformance *c, const struct rollcall_ask *ask)
{
	const char *version =
	    rc_json_text(conformance_parse(c, ask), "software_version");

	return version != NULL && strcmp(version, "2-rollcall") == 0;
}

static enum conformance_result
can_be_updated(struct conformance *c)
{

	update_base(c);
	return conformance_expect(c, is_about(c, c->update, c->base),
	    "200, application/json and the client_id %s",
	    conformance_id(c->base));
}

static enum conformance_result
update_is_told(struct conformance *c)
{

	if (!updates(c))
		return CONFORMANCE_SKIPPED;
	if (c->reread->status != 200)
		return conformance_skip(c, "the server does not read");
	c->last = c->reread;
	return conformance_expect(c,
	    is_updated(c, c->update) == is_updated(c, c->reread),
	    "software_version as the answer to the update has it");
}

static enum conformance_result
update_replaces(struct conformance *c)
{
	static const char name[] = "redirect_uris";

	if (!updates(c))
		return CONFORMANCE_SKIPPED;
	if (c->dropped == NULL ||
	    !metadata_lists(c->base->json, name, c->dropped))
		return conformance_skip(
		    c, "the client has no two redirect URIs");
	if (!metadata_lists(conformance_parse(c, c->update), name, c->dropped))
		c->last = c->reread;
	return conformance_expect(c,
	    !metadata_lists(conformance_parse(c, c->last), name, c->dropped),
	    "redirect_uris without %s, which was left out", c->dropped);
}

static enum conformance_result
update_takes_away(struct conformance *c)
{

	if (!updates(c))
		return CONFORMANCE_SKIPPED;
	if (c->omitted == NULL)
		return conformance_skip(
		    c, "the server registered nothing that can be left out");
	if (rc_json_get(conformance_parse(c, c->update), c->omitted) == NULL)
		c->last = c->reread;
	conformance_saw(c, "%s %s", c->omitted,
	    rc_json_write(c->r->mem,
		rc_json_get(conformance_parse(c, c->last), c->omitted)));
	return conformance_expect(c,
	    rc_json_get(conformance_parse(c, c->last), c->omitted) == NULL,
	    "no %s, which was left out", c->omitted);
}

static enum conformance_result
token_is_followed(struct conformance *c)
{

	if (!updates(c))
		return CONFORMANCE_SKIPPED;
	c->last = c->reread;
	return conformance_expect(c, c->reread->status == 200,
	    "200 with the token that the update told");
}

static enum conformance_result
null_is_omitted(struct conformance *c)
{
	const struct rollcall_ask *ask;
	const struct rc_json *value;
	const char *name;
	struct rc_json *content;
	size_t at;
	const char *text, *why;

	if (!updates(c))
		return CONFORMANCE_SKIPPED;
	name = find_optional(c);
	if (name == NULL)
		return conformance_skip(c, "there is nothing to take away");
	text = content_of(c, "{}");
	if (rc_json_parse(c->r->mem, text, strlen(text), &content, &why, &at) !=
	    RC_OK)
		return conformance_skip(c, "there is nothing to send");
	rc_json_set(content, name, NULL);
	ask = conformance_manage(
	    c, c->base, "PUT", rc_json_write(c->r->mem, content));
	value = rc_json_get(conformance_parse(c, ask), name);
	return conformance_expect(c,
	    ask->status == 200 &&
		(value == NULL || (rc_json_type(value) == RC_JSON_ARRAY &&
				      rc_json_count(value) == 0)),
	    "200 and no %s, which was null", name);
}

static enum conformance_result
keeps_id(struct conformance *c)
{
	const struct rollcall_ask *ask;

	if (!updates(c))
		return CONFORMANCE_SKIPPED;
	ask = update(c, "{\"client_id\":\"rollcall-conformance-no-client\"}");
	return conformance_expect(c, conformance_is_refused(ask),
	    "a refusal, for client_id is another one");
}

static enum conformance_result
keeps_secret(struct conformance *c)
{
	static const char chosen[] = "rollcall-conformance-chosen-secret";
	const struct rollcall_ask *ask;
	const char *told;

	if (rc_json_text(conformance_told(c->base), "client_secret") == NULL)
		return conformance_skip(c, "the client has no secret");
	if (!updates(c))
		return CONFORMANCE_SKIPPED;
	ask = update(
	    c, "{\"client_secret\":\"rollcall-conformance-chosen-secret\"}");
	told = rc_json_text(conformance_parse(c, ask), "client_secret");
	return conformance_expect(c,
	    conformance_is_refused(ask) ||
		(ask->status / 100 == 2 && told != NULL &&
		    strcmp(told, chosen) != 0),
	    "a refusal, or an answer with the client's own client_secret");
}

static enum conformance_result
refuses_as_a_whole(struct conformance *c)
{
	static const char bad[] = "https://client.example.org/#x";
	const struct rollcall_ask *before, *ask, *after;

	if (!conformance_has_code(c))
		return conformance_skip(
		    c, "the server has no grant with redirects");
	if (!updates(c))
		return CONFORMANCE_SKIPPED;
	before = conformance_manage(c, c->base, "GET", NULL);
	ask =
	    update(c, "{\"software_version\":\"3-rollcall\",\"redirect_uris\":"
		      "[\"https://client.example.org/#x\"]}");
	if (!conformance_is_refused(ask))
		return conformance_expect(c,
		    ask->status / 100 == 2 &&
			!metadata_lists(
			    conformance_parse(c, ask), "redirect_uris", bad),
		    "a refusal of %s", bad);
	after = conformance_manage(c, c->base, "GET", NULL);
	return has_all_of(
	    c, conformance_parse(c, before), conformance_parse(c, after));
}

/* --- the end */

/* Delete the base client, once, and keep how it would be read. */
static void
delete_base(struct conformance *c)
{
	struct conformance_client *base = c->base;

	if (c->deletion == NULL) {
		c->after = rc_alloc(c->r->mem, sizeof(*c->after));
		*c->after = (struct rollcall_ask){ .method = "GET",
			.url = conformance_uri(base),
			.token = conformance_token(base) };
		c->deletion = conformance_delete(c, base);
	}
	c->last = c->deletion;
}

static enum conformance_result
can_be_deleted(struct conformance *c)
{

	delete_base(c);
	if (c->deletion->status == 405 || c->deletion->status == 501)
		return conformance_skip(c, "the server does not delete");
	return conformance_expect(
	    c, c->deletion->status == 204, "the status 204");
}

/* Tell whether the base client was deleted, as far as the server says. */
static bool
is_deleted(struct conformance *c)
{

	delete_base(c);
	if (c->deletion->status / 100 == 2)
		return true;
	(void)conformance_skip(c, "the server does not delete");
	return false;
}

static enum conformance_result
token_is_dead(struct conformance *c)
{

	if (!is_deleted(c))
		return CONFORMANCE_SKIPPED;
	conformance_ask(c, c->after);
	return conformance_expect(c, c->after->status == 401,
	    "401, as for any token that is not good");
}

static enum conformance_result
is_not_redirected(struct conformance *c)
{
	const struct conformance_client *base = c->base;
	struct rollcall_ask *ask = rc_alloc(c->r->mem, sizeof(*ask));
	const char *url = rc_json_text(c->server, "authorization_endpoint");
	const struct rc_json *uris = rc_json_get(base->asked, "redirect_uris");
	const char *uri, *place;

	uri = rc_json_type(uris) == RC_JSON_ARRAY && rc_json_count(uris) > 0
	          ? rc_json_string(rc_json_at(uris, 0))
	          : NULL;
	if (url == NULL || uri == NULL)
		return conformance_skip(c, "there is no redirect");
	if (!is_deleted(c))
		return CONFORMANCE_SKIPPED;
	*ask = (struct rollcall_ask){ .method = "GET",
		.url = rc_printf(c->r->mem,
		    "%s%cresponse_type=code&client_id=%s&redirect_uri=%s"
		    "&state=x&code_challenge_method=S256&code_challenge="
		    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
		    url, strchr(url, '?') == NULL ? '?' : '&',
		    auth_form_value(c->r->mem, conformance_id(base)),
		    auth_form_value(c->r->mem, uri)) };
	conformance_ask(c, ask);
	place = ask->status == 0
	            ? NULL
	            : rc_http_field(c->r->mem, ask->http, "Location", 0);
	if (place != NULL)
		conformance_saw(c, "%ld, to %s", ask->status, place);
	return conformance_expect(c,
	    ask->status != 0 &&
		(place == NULL || strncmp(place, uri, strlen(uri)) != 0),
	    "no redirect to %s, which is nobody's", uri);
}

/*
 * Have the deleted client say who it is as it was registered, for a server may
 * know no client that does so in another way.
 */
static void
say_who(struct conformance *c, struct rollcall_ask *ask)
{
	static const char form[] = "grant_type=refresh_token&refresh_token=x";
	const struct rc_json *json = c->base->json;
	struct rc_arena *mem = c->r->mem;
	const char *id = auth_form_value(mem, conformance_id(c->base));
	const char *secret = rc_json_text(json, "client_secret");
	const char *method = rc_json_text(json, "token_endpoint_auth_method");
	const char *pair;

	if (secret == NULL) {
		ask->content = rc_printf(mem, "%s&client_id=%s", form, id);
		return;
	}
	secret = auth_form_value(mem, secret);
	/* It is client_secret_basic by default (RFC 7591 2). */
	if (method != NULL && strcmp(method, "client_secret_basic") != 0) {
		ask->content = rc_printf(
		    mem, "%s&client_id=%s&client_secret=%s", form, id, secret);
		return;
	}
	pair = rc_printf(mem, "%s:%s", id, secret);
	ask->authorization =
	    rc_printf(mem, "Basic %s", auth_base64(mem, pair, strlen(pair)));
	ask->content = form;
}

static enum conformance_result
client_is_unknown(struct conformance *c)
{
	struct rollcall_ask *ask = rc_alloc(c->r->mem, sizeof(*ask));
	const char *url = rc_json_text(c->server, "token_endpoint");
	const char *error;

	if (url == NULL)
		return conformance_skip(c, "there is no token endpoint");
	if (!is_deleted(c))
		return CONFORMANCE_SKIPPED;
	*ask = (struct rollcall_ask){ .method = "POST",
		.url = url,
		.type = "application/x-www-form-urlencoded" };
	say_who(c, ask);
	conformance_ask(c, ask);
	error = rc_json_text(conformance_parse(c, ask), "error");
	return conformance_expect(c,
	    conformance_is_refused(ask) && error != NULL &&
		strcmp(error, "invalid_client") == 0,
	    "the error invalid_client, for there is no such client");
}

/* clang-format off */
const struct conformance_rule conformance_management[] = {
	{ "management.credentials", "RFC 7592 3", true,
	  "registration_client_uri and registration_access_token come together",
	  NEED_CLIENT, has_credentials },
	{ "management.uri", "RFC 7592 3", true,
	  "registration_client_uri is a whole URL",
	  NEED_CLIENT, has_uri },
	{ "management.read", "RFC 7592 2.1", true,
	  "a client can be read",
	  NEED_MANAGEMENT, can_be_read },
	{ "management.read_no_store", "RFC 6749 5.1", true,
	  "what is read is not to be stored by caches",
	  NEED_MANAGEMENT, read_is_not_stored },
	{ "management.read_credentials", "RFC 7592 3", true,
	  "what is read has the address and the token of the client",
	  NEED_MANAGEMENT, read_has_credentials },
	{ "management.told_all", "RFC 7591 3.2.1", true,
	  "the registration told all metadata that can be read",
	  NEED_MANAGEMENT, told_all },
	{ "management.read_all", "RFC 7592 3", true,
	  "all metadata that the registration told can be read",
	  NEED_MANAGEMENT, reads_all },
	{ "management.no_token", "RFC 6750 3", true,
	  "without a token there is a challenge",
	  NEED_MANAGEMENT, needs_token },
	{ "management.wrong_token", "RFC 7592 2.1", true,
	  "with a wrong token there is a challenge",
	  NEED_MANAGEMENT, needs_right_token },
	{ "management.wrong_token_401", "RFC 6750 3.1", false,
	  "a wrong token is answered 401",
	  NEED_MANAGEMENT, answers_401 },
	{ "management.other_token", "RFC 7592 2.1", true,
	  "a token is good for its own client only",
	  NEED_MANAGEMENT, needs_own_token },
	{ "management.update", "RFC 7592 2.2", true,
	  "a client can be updated",
	  NEED_MANAGEMENT, can_be_updated },
	{ "management.update_told", "RFC 7592 2.2", true,
	  "an update does what its answer tells",
	  NEED_MANAGEMENT, update_is_told },
	{ "management.update_token", "RFC 7592 3", true,
	  "the token that an update tells is good",
	  NEED_MANAGEMENT, token_is_followed },
	{ "management.update_replaces", "RFC 7592 2.2", true,
	  "the values of an update replace the old ones, and are not added",
	  NEED_MANAGEMENT, update_replaces },
	{ "management.update_omitted", "RFC 7592 2.2", false,
	  "a member that an update leaves out goes",
	  NEED_MANAGEMENT, update_takes_away },
	{ "management.update_null", "RFC 7592 2.2", false,
	  "a null member goes",
	  NEED_MANAGEMENT, null_is_omitted },
	{ "management.update_id", "RFC 7592 2.2", false,
	  "an update with another client_id is refused",
	  NEED_MANAGEMENT, keeps_id },
	{ "management.update_secret", "RFC 7592 2.2", true,
	  "an update cannot choose client_secret",
	  NEED_MANAGEMENT, keeps_secret },
	{ "management.update_whole", "RFC 7592 2.2", true,
	  "an update that is refused changes nothing",
	  NEED_MANAGEMENT, refuses_as_a_whole },
	{ "management.delete", "RFC 7592 2.3", true,
	  "a client can be deleted",
	  NEED_MANAGEMENT, can_be_deleted },
	{ "management.deleted_token", "RFC 7592 5", true,
	  "the token of a deleted client is answered 401",
	  NEED_MANAGEMENT, token_is_dead },
	{ "management.deleted_redirect", "RFC 6749 4.1.2.1", true,
	  "nobody is redirected for a deleted client",
	  NEED_MANAGEMENT, is_not_redirected },
	{ "management.deleted_client", "RFC 7592 2.3", true,
	  "a deleted client is unknown at the token endpoint",
	  NEED_MANAGEMENT, client_is_unknown },
};
/* clang-format on */

const size_t conformance_nmanagement = COUNT(conformance_management);
