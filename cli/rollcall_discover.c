/*
 * rollcall discover: what a server, or a protected resource, says of itself.
 */
#include "rollcall_discover.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "buf.h"
#include "http.h"
#include "json.h"
#include "rollcall_http.h"
#include "table.h"
#include "uri.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Authorization servers of a resource that are asked. */
#define MOST_SERVERS 16

/* Where documents are: the name goes before or behind the path. */
struct form {
	const char *name;
	bool behind;
};

/* clang-format off */
static const struct form server_forms[] = {
	{ "oauth-authorization-server", false }, /* RFC 8414 3.1 */
	{ "openid-configuration", true },  /* OpenID Connect Discovery 1.0 4 */
	{ "openid-configuration", false }, /* RFC 8414 5 */
	{ "oauth-authorization-server", true },
};
/* clang-format on */

/* A look for a document that says of itself that it is about ${wanted}. */
struct look {
	const char *wanted;
	const char *member; /* where it says so */
	const char *document; /* once it is found */
	struct rc_json *json;
	bool other; /* what was there is about something else */
	const char *why; /* what was there instead, a sentence; NULL */
	enum rollcall_exit exit; /* that goes with it */
};

const char *
discover_address(
    struct rollcall *r, const char *url, const char *name, bool behind)
{
	const char *origin = rc_uri_origin(r->mem, url);
	const char *path = url + strlen(origin);
	size_t n = strcspn(path, "?");

	/* A '/' at the end goes (RFC 8414 3.1, RFC 9728 3.1). */
	if (n > 0 && path[n - 1] == '/')
		n--;
	if (behind)
		return rc_printf(r->mem, "%s%.*s/.well-known/%s%s", origin,
		    (int)n, path, name, path + strcspn(path, "?"));
	return rc_printf(r->mem, "%s/.well-known/%s%.*s%s", origin, name,
	    (int)n, path, path + strcspn(path, "?"));
}

/* Say that something else was there; what was said first stays. */
static void
set_why(struct look *look, enum rollcall_exit exit, const char *why)
{

	if (look->why != NULL && look->exit == ROLLCALL_UNFIT)
		return;
	look->why = why;
	look->exit = exit;
}

/* See whether the answer is the document. */
static void
judge(struct rollcall *r, struct look *look, const struct rollcall_ask *ask)
{
	const char *url = rollcall_text(r, ask->url);
	const char *about, *place;

	if (ask->status == 404 || ask->status == 410)
		return;
	if (ask->status >= 300 && ask->status < 400) {
		place = rc_http_field(r->mem, ask->http, "Location", 0);
		set_why(look, ROLLCALL_UNFIT,
		    rc_printf(r->mem,
			"%s answers with a redirect to %s, which is not "
			"followed",
			url,
			place != NULL ? rollcall_text(r, place) : "nowhere"));
	} else if (ask->status != 200)
		set_why(look, ROLLCALL_REFUSED,
		    rc_printf(r->mem, "%s answers %ld", url, ask->status));
	else if (rc_json_type(ask->json) != RC_JSON_OBJECT)
		set_why(look, ROLLCALL_UNFIT,
		    rc_printf(r->mem, "%s is no JSON object (its type is %s)",
			url, rollcall_text(r, ask->http->type)));
	else if ((about = rc_json_text(ask->json, look->member)) == NULL)
		set_why(look, ROLLCALL_UNFIT,
		    rc_printf(r->mem, "%s has no %s", url, look->member));
	else if (strcmp(about, look->wanted) != 0) {
		look->why = NULL;
		look->other = true;
		set_why(look, ROLLCALL_UNFIT,
		    rc_printf(r->mem,
			"the %s in %s is %s, not %s as it must be, so nothing "
			"in it counts; give that one if you trust it",
			look->member, url, rollcall_text(r, about),
			rollcall_text(r, look->wanted)));
	} else {
		look->document = ask->url;
		look->json = ask->json;
	}
}

/*
 * Ask for something, and keep what is wrong with the answer for the case that
 * nothing else is found.  Where no answer comes at all the look ends: all else
 * that there is to ask is on the same host.
 */
static enum rollcall_exit
ask_for(struct rollcall *r, struct look *look, struct rollcall_ask *ask)
{
	enum rollcall_exit e = rollcall_ask(r, ask);

	if (e == ROLLCALL_OK)
		return ROLLCALL_OK;
	if (e == ROLLCALL_NETWORK && ask->status == 0) {
		look->why = ask->why;
		look->exit = e;
		return e;
	}
	set_why(look, e, ask->why);
	return ROLLCALL_OK;
}

/* Ask for a document at one address. */
static enum rollcall_exit
look_at(struct rollcall *r, struct look *look, const char *url)
{
	struct rollcall_ask ask = {
		.method = "GET", .url = url, .any = true, .mute = true
	};
	enum rollcall_exit e;

	e = ask_for(r, look, &ask);
	if (e == ROLLCALL_OK && ask.why == NULL)
		judge(r, look, &ask);
	return e;
}

/* Ask for it at each address, until it is there. */
static enum rollcall_exit
look_for(
    struct rollcall *r, struct look *look, const struct form *forms, size_t n)
{
	const char *urls[COUNT(server_forms)];
	enum rollcall_exit e;
	size_t i, j;

	for (i = 0; i < n && look->json == NULL; i++) {
		urls[i] = discover_address(
		    r, look->wanted, forms[i].name, forms[i].behind);
		/* Without a path, before and behind are the same. */
		for (j = 0; strcmp(urls[j], urls[i]) != 0; j++)
			continue;
		if (j < i)
			continue;
		if ((e = look_at(r, look, urls[i])) != ROLLCALL_OK)
			return e;
	}
	return ROLLCALL_OK;
}

static enum rollcall_exit
check_url(struct rollcall *r, const char *url)
{
	const char *why = rc_http_check_url(r->mem, url);

	if (why == NULL)
		return ROLLCALL_OK;
	return rollcall_fail(ROLLCALL_USAGE,
	    "%s %s; give the https URL of the server, or http on this host",
	    rollcall_url(r, url), why);
}

/* Look for an authorization server, without complaint if there is none. */
static enum rollcall_exit
look_for_server(struct rollcall *r, const char *issuer, struct look *look)
{

	*look = (struct look){ .wanted = issuer, .member = "issuer" };
	/* RFC 8414 2: an issuer has no query. */
	if (strchr(issuer, '?') != NULL)
		return ROLLCALL_OK;
	return look_for(r, look, server_forms, COUNT(server_forms));
}

/* Return why nothing was found, a sentence. */
static const char *
look_fault(struct rollcall *r, const struct look *look, const char *what)
{

	if (look->why != NULL)
		return look->why;
	if (strstr(look->wanted, "/.well-known/") != NULL)
		return rc_printf(r->mem,
		    "%s is the place of a document; give the issuer that it "
		    "is of, without /.well-known/ and the word behind it",
		    rollcall_text(r, look->wanted));
	return rc_printf(r->mem,
	    "there is no metadata of %s for %s; see that this is its address, "
	    "to the last character",
	    what, rollcall_text(r, look->wanted));
}

static enum rollcall_exit
fail_look(struct rollcall *r, const struct look *look, const char *what)
{

	return rollcall_fail(look->why != NULL ? look->exit : ROLLCALL_UNFIT,
	    "%s", look_fault(r, look, what));
}

static void
set_server(struct discovery *found, const struct look *look)
{

	found->issuer = look->wanted;
	found->document = look->document;
	found->server = look->json;
}

enum rollcall_exit
discover_server(struct rollcall *r, const char *issuer, struct discovery *found)
{
	enum rollcall_exit e;
	struct look look;

	if ((e = check_url(r, issuer)) != ROLLCALL_OK)
		return e;
	if (look_for_server(r, issuer, &look) != ROLLCALL_OK ||
	    look.json == NULL)
		return fail_look(r, &look, "an authorization server");
	set_server(found, &look);
	return ROLLCALL_OK;
}

enum rollcall_exit
discover_again(struct rollcall *r, const char *issuer, struct discovery *found,
    const char **why)
{
	struct look look;

	if (look_for_server(r, issuer, &look) == ROLLCALL_OK &&
	    look.json != NULL) {
		set_server(found, &look);
		return ROLLCALL_OK;
	}
	*why = look_fault(r, &look, "an authorization server");
	return look.other ? ROLLCALL_UNFIT : ROLLCALL_NETWORK;
}

/* Return the value of resource_metadata in a challenge (RFC 9728 5.1). */
static const char *
metadata_of_challenge(struct rollcall *r, const char *challenge)
{
	static const char name[] = "resource_metadata=";
	const char *s = strcasestr(challenge, name);

	if (s == NULL)
		return NULL;
	s += strlen(name);
	if (*s == '"')
		return rc_strndup(r->mem, s + 1, strcspn(s + 1, "\""));
	return rc_strndup(r->mem, s, strcspn(s, ", \t"));
}

/* Ask the resource itself, which may say where its document is. */
static enum rollcall_exit
look_at_resource(struct rollcall *r, struct look *look)
{
	struct rollcall_ask ask = {
		.method = "GET", .url = look->wanted, .any = true, .mute = true
	};
	const char *field, *url = NULL;
	enum rollcall_exit e;
	size_t i;

	e = ask_for(r, look, &ask);
	if (e != ROLLCALL_OK || ask.why != NULL || ask.status != 401)
		return e;
	for (i = 0; url == NULL; i++) {
		field = rc_http_field(r->mem, ask.http, "WWW-Authenticate", i);
		if (field == NULL)
			return ROLLCALL_OK;
		url = metadata_of_challenge(r, field);
	}
	return look_at(r, look, url);
}

/* Look for a protected resource (RFC 9728 3). */
static enum rollcall_exit
look_for_resource(struct rollcall *r, const char *url, struct look *look)
{
	static const struct form form = { "oauth-protected-resource", false };
	enum rollcall_exit e;

	*look = (struct look){ .wanted = url, .member = "resource" };
	e = look_for(r, look, &form, 1);
	if (e == ROLLCALL_OK && look->json == NULL)
		e = look_at_resource(r, look);
	return e;
}

/* Return the ${i}th authorization server of a resource, NULL: no more. */
static const char *
server_of(const struct rc_json *resource, size_t i)
{
	const struct rc_json *servers =
	    rc_json_get(resource, "authorization_servers");

	if (rc_json_type(servers) != RC_JSON_ARRAY || i >= MOST_SERVERS ||
	    i >= rc_json_count(servers))
		return NULL;
	return rc_json_string(rc_json_at(servers, i));
}

/* Find out what a URL is: an issuer, or else a protected resource. */
static enum rollcall_exit
look_for_any(struct rollcall *r, const char *url, bool resource,
    struct look *server, struct look *look)
{
	enum rollcall_exit e;

	*server = (struct look){ .wanted = url };
	*look = (struct look){ .wanted = url };
	if ((e = check_url(r, url)) != ROLLCALL_OK)
		return e;
	if (!resource) {
		if (look_for_server(r, url, server) != ROLLCALL_OK)
			return fail_look(r, server, "");
		if (server->json != NULL)
			return ROLLCALL_OK;
	}
	if (look_for_resource(r, url, look) != ROLLCALL_OK)
		return fail_look(r, look, "");
	if (look->json != NULL)
		return ROLLCALL_OK;
	if (resource || (server->why == NULL && look->why != NULL))
		return fail_look(r, look, "a protected resource");
	return fail_look(
	    r, server, "an authorization server, or a protected resource,");
}

static enum rollcall_exit
say_no_registration(struct rollcall *r, const struct discovery *found)
{

	return rollcall_fail(ROLLCALL_UNSUPPORTED,
	    "%s has no registration endpoint: it takes no dynamic client "
	    "registration; ask who runs it to register the client",
	    rollcall_text(r, found->issuer));
}

/* Tell whether a member is an address that clients ask. */
static bool
is_endpoint(const char *name)
{
	static const char end[] = "_endpoint";
	size_t len = strlen(name), n = strlen(end);

	return strcmp(name, "jwks_uri") == 0 ||
	       (len > n && strcmp(name + len - n, end) == 0);
}

/* A walk over a server's members. */
struct walk {
	struct rollcall *r;
	bool https; /* so is the issuer */
};

/*
 * Warn of an address that gives away what goes there: not https, or, where the
 * issuer is, http on this host.
 */
static enum rc_err
warn_of_member(void *arg, const char *name, struct rc_json *value)
{
	const struct walk *walk = arg;
	const char *url = rc_json_string(value), *why;

	if (!is_endpoint(name) || url == NULL)
		return RC_OK;
	why = rc_http_check_url(walk->r->mem, url);
	if (why == NULL && walk->https && strncasecmp(url, "http:", 5) == 0)
		why = "is http, while the issuer is https";
	if (why != NULL)
		rollcall_warn("the %s %s %s; send nothing secret there, and "
			      "tell who runs the server",
		    rollcall_text(walk->r, name), rollcall_text(walk->r, url),
		    why);
	return RC_OK;
}

static void
warn_of_endpoints(struct rollcall *r, const struct discovery *found)
{
	struct walk walk = { r, false };

	if (found->issuer == NULL)
		return;
	walk.https = strncasecmp(found->issuer, "https:", 6) == 0;
	(void)rc_json_each(found->server, warn_of_member, &walk);
}

static bool
takes_registrations(const struct discovery *found)
{

	return rc_json_text(found->server, "registration_endpoint") != NULL;
}

enum rollcall_exit
discover_for_registration(
    struct rollcall *r, const char *url, struct discovery *found)
{
	struct look server, look;
	enum rollcall_exit e;

	*found = (struct discovery){ 0 };
	e = look_for_any(r, url, false, &server, &look);
	if (e != ROLLCALL_OK)
		return e;
	if (look.json != NULL) {
		if (server_of(look.json, 0) == NULL)
			return rollcall_fail(ROLLCALL_UNSUPPORTED,
			    "the resource %s names no authorization server; "
			    "ask who runs it which issuer it trusts, and give "
			    "that",
			    rollcall_text(r, url));
		if (server_of(look.json, 1) != NULL)
			return rollcall_fail(ROLLCALL_USAGE,
			    "the resource %s has several authorization "
			    "servers; rollcall discover shows them, give one",
			    rollcall_text(r, url));
		e = discover_server(r, server_of(look.json, 0), found);
		if (e != ROLLCALL_OK)
			return e;
		rollcall_note(r, "the authorization server of %s is %s",
		    rollcall_text(r, url), rollcall_text(r, found->issuer));
	} else
		set_server(found, &server);
	warn_of_endpoints(r, found);
	return takes_registrations(found) ? ROLLCALL_OK
	                                  : say_no_registration(r, found);
}

/* --- the command */

/* clang-format off */
/* What is shown of a server, and what holds where it says nothing. */
static const struct {
	const char *name, *title, *otherwise;
} rows[] = {
	{ "registration_endpoint", "registration", NULL },
	{ "authorization_endpoint", "authorization", NULL },
	{ "token_endpoint", "token", NULL },
	{ "introspection_endpoint", "introspection", NULL },
	{ "revocation_endpoint", "revocation", NULL },
	{ "userinfo_endpoint", "userinfo", NULL },
	{ "pushed_authorization_request_endpoint", "pushed_requests", NULL },
	{ "device_authorization_endpoint", "device", NULL },
	{ "end_session_endpoint", "end_session", NULL },
	{ "jwks_uri", "keys", NULL },
	{ "grant_types_supported", "grant_types",
	    "authorization_code implicit (by default, RFC 8414 2)" },
	{ "response_types_supported", "response_types", NULL },
	{ "token_endpoint_auth_methods_supported", "auth_methods",
	    "client_secret_basic (by default, RFC 8414 2)" },
	{ "code_challenge_methods_supported", "pkce_methods",
	    "not announced" },
	{ "scopes_supported", "scopes", "not announced" },
	{ "id_token_signing_alg_values_supported", "id_token_algs", NULL },
	{ "registration_lint_supported", "lint", NULL },
	{ "service_documentation", "documentation", NULL },
};

static const struct {
	const char *name, *title;
} resource_rows[] = {
	{ "resource", "resource" },
	{ "resource_name", "name" },
	{ "authorization_servers", "authorization_servers" },
	{ "scopes_supported", "scopes" },
	{ "bearer_methods_supported", "bearer_methods" },
	{ "jwks_uri", "keys" },
	{ "resource_documentation", "documentation" },
};
/* clang-format on */

/* Lines of a title and a text. */
struct record {
	struct table_column columns[COUNT(rows) + 2];
	const char *cells[COUNT(rows) + 2];
	size_t n;
};

static void
add(struct record *record, const char *title, const char *text)
{

	record->columns[record->n] = (struct table_column){ title, TABLE_JSON };
	record->cells[record->n++] = text;
}

/* Write a member as a cell: a string as it is, all else as JSON. */
static const char *
cell(struct rollcall *r, const struct rc_json *json)
{
	const char *text = rc_json_string(json);

	return text != NULL ? text : rc_json_write(r->mem, json);
}

static void
print_server(struct rollcall *r, const struct discovery *found)
{
	struct record record = { .n = 0 };
	const struct rc_json *value;
	size_t i;

	add(&record, "issuer", found->issuer);
	add(&record, "document", found->document);
	for (i = 0; i < COUNT(rows); i++) {
		value = rc_json_get(found->server, rows[i].name);
		if (value != NULL)
			add(&record, rows[i].title, cell(r, value));
		else if (rows[i].otherwise != NULL)
			add(&record, rows[i].title, rows[i].otherwise);
	}
	table_record(stdout, r->mem, record.columns, record.n, record.cells);
}

static void
print_resource(struct rollcall *r, const struct look *look)
{
	struct record record = { .n = 0 };
	const struct rc_json *value;
	size_t i;

	add(&record, "document", look->document);
	for (i = 0; i < COUNT(resource_rows); i++) {
		value = rc_json_get(look->json, resource_rows[i].name);
		if (value != NULL)
			add(&record, resource_rows[i].title, cell(r, value));
	}
	table_record(stdout, r->mem, record.columns, record.n, record.cells);
}

/* What goes into the JSON of a server. */
static struct rc_json *
server_json(struct rollcall *r, const struct discovery *found)
{
	struct rc_json *out = rc_json_new_object(r->mem);

	rc_json_set_string(out, "issuer", found->issuer);
	rc_json_set_string(out, "document", found->document);
	rc_json_set_bool(out, "registration", takes_registrations(found));
	rc_json_set(out, "metadata", found->server);
	return out;
}

/* Print what was found of one issuer. */
static enum rollcall_exit
show_server(
    struct rollcall *r, const struct discovery *found, struct rc_json *servers)
{

	if (r->json)
		rc_json_append(servers, server_json(r, found));
	else
		print_server(r, found);
	warn_of_endpoints(r, found);
	return takes_registrations(found) ? ROLLCALL_OK
	                                  : say_no_registration(r, found);
}

/* Print a resource and each of its servers. */
static enum rollcall_exit
show_resource(struct rollcall *r, const struct look *look)
{
	struct rc_json *out = rc_json_new_object(r->mem);
	struct rc_json *servers = rc_json_new_array(r->mem);
	enum rollcall_exit e = ROLLCALL_OK, one;
	struct discovery found;
	const char *issuer;
	size_t i;

	if (!r->json)
		print_resource(r, look);
	for (i = 0; (issuer = server_of(look->json, i)) != NULL; i++) {
		if (!r->json)
			(void)putchar('\n');
		found = (struct discovery){ 0 };
		one = discover_server(r, issuer, &found);
		if (one == ROLLCALL_OK)
			one = show_server(r, &found, servers);
		if (e == ROLLCALL_OK)
			e = one;
	}
	if (i == 0)
		e = rollcall_fail(ROLLCALL_UNSUPPORTED,
		    "the resource names no authorization server; ask who runs "
		    "it which issuer it trusts");
	if (r->json) {
		rc_json_set_string(out, "document", look->document);
		rc_json_set(out, "resource", look->json);
		rc_json_set(out, "authorization_servers", servers);
		rollcall_print_json(r, out);
	}
	return e;
}

static enum rollcall_exit
discover(struct rollcall *r)
{
	struct rc_json *servers = rc_json_new_array(r->mem);
	struct discovery found = { 0 };
	struct look server, look;
	enum rollcall_exit e;

	e = look_for_any(
	    r, r->arg, rollcall_has(r, "resource"), &server, &look);
	if (e != ROLLCALL_OK)
		return e;
	if (look.json != NULL)
		return show_resource(r, &look);
	set_server(&found, &server);
	e = show_server(r, &found, servers);
	if (r->json)
		rollcall_print_json(r, rc_json_at(servers, 0));
	return e;
}

static const struct rollcall_option discover_options[] = {
	{ "resource", NULL, false, "the URL is one of a protected resource" },
};

const struct rollcall_command rollcall_discover = { "discover", "URL",
	discover_options, COUNT(discover_options), false,
	"show what a server or a protected resource offers", discover };
