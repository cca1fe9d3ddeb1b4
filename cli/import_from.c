/*
 * What other software writes down of its clients, and what becomes of it here.
 */
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "client_fields.h"
#include "conf.h"
#include "import.h"
#include "json.h"
#include "req.h"

static void
note(struct import_client *client, const char *text)
{

	rc_json_append_string(client->notes, text);
}

static bool
is_true(const struct rc_json *object, const char *name, bool preset)
{
	const struct rc_json *v = rc_json_get(object, name);

	return rc_json_type(v) == RC_JSON_BOOL ? rc_json_bool(v) : preset;
}

/* A string that says something, else NULL. */
static const char *
text_of(const struct rc_json *object, const char *name)
{
	const char *s = rc_json_text(object, name);

	return s != NULL && s[0] != '\0' ? s : NULL;
}

static bool
is_text(const struct rc_json *object, const char *name, const char *text)
{
	const char *s = rc_json_text(object, name);

	return s != NULL && strcmp(s, text) == 0;
}

static void
set_text(struct import_client *client, const char *name, const char *text)
{

	if (text != NULL)
		rc_json_set_string(client->wanted, name, text);
}

/* Take a member over under another name, where there is something in it. */
static void
take(struct import_client *client, const char *name,
    const struct rc_json *source, const char *from)
{
	struct rc_json *v = rc_json_get(source, from);
	enum rc_json_type type = rc_json_type(v);

	if (type == RC_JSON_NULL ||
	    (type == RC_JSON_STRING && rc_json_string(v)[0] == '\0') ||
	    ((type == RC_JSON_ARRAY || type == RC_JSON_OBJECT) &&
		rc_json_count(v) == 0))
		return;
	rc_json_set(client->wanted, name, v);
}

/* The strings of an array with spaces between, NULL where there are none. */
static const char *
join(struct rc_arena *mem, const struct rc_json *array)
{
	struct rc_buf out;
	const char *s;
	size_t i;

	rc_buf_init(&out, mem);
	for (i = 0; i < rc_json_count(array); i++) {
		if ((s = rc_json_string(rc_json_at(array, i))) == NULL)
			continue;
		rc_buf_puts(&out, out.len > 0 ? " " : "");
		rc_buf_puts(&out, s);
	}
	return out.len > 0 ? out.data : NULL;
}

/*
 * How a client authenticates that does not say so: with the secret that it
 * has, else not at all.
 */
static void
preset_method(struct import_client *client)
{
	static const char name[] = "token_endpoint_auth_method";

	if (rc_json_get(client->wanted, name) == NULL)
		rc_json_set_string(client->wanted, name,
		    client->secret != NULL ? "client_secret_basic" : "none");
	if (client->secret != NULL && is_text(client->wanted, name, "none")) {
		client->secret = NULL;
		note(client, "its secret is left out, for it is registered to "
			     "authenticate by none");
	}
}

/* --- MCPHub: mcp_settings.json */

static const struct rc_json *
oauth_server(const struct rc_json *settings)
{

	return rc_json_get(
	    rc_json_get(settings, "systemConfig"), "oauthServer");
}

static bool
is_mcphub(const struct rc_json *root)
{

	return rc_json_get(root, "oauthClients") != NULL ||
	       oauth_server(root) != NULL ||
	       rc_json_get(root, "mcpServers") != NULL;
}

static struct rc_json *
list_mcphub(struct rc_arena *mem, struct rc_json *root)
{
	struct rc_json *clients = rc_json_get(root, "oauthClients");

	return clients != NULL ? clients : rc_json_new_array(mem);
}

static void
convert_mcphub(
    struct admin *a, const struct rc_json *source, struct import_client *client)
{
	static const char *const members[] = { "application_type",
		"response_types", "token_endpoint_auth_method", "contacts",
		"logo_uri", "client_uri", "policy_uri", "tos_uri", "jwks_uri",
		"jwks" };
	const struct rc_json *metadata = rc_json_get(source, "metadata");
	size_t i;

	client->id = text_of(source, "clientId");
	client->secret = text_of(source, "clientSecret");
	take(client, "client_name", source, "name");
	take(client, "redirect_uris", source, "redirectUris");
	take(client, "grant_types", source, "grants");
	set_text(client, "scope", join(a->mem, rc_json_get(source, "scopes")));
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		take(client, members[i], metadata, members[i]);
	preset_method(client);
}

/* --- Ory Hydra: what "hydra get|list oauth2-client --format json" prints */

static bool
is_hydra_client(const struct rc_json *v)
{

	return rc_json_text(v, "client_id") != NULL &&
	       rc_json_text(v, "format") == NULL;
}

static struct rc_json *
list_hydra(struct rc_arena *mem, struct rc_json *root)
{
	struct rc_json *one, *items = rc_json_get(root, "items");

	if (items != NULL)
		return items;
	if (!is_hydra_client(root))
		return NULL;
	one = rc_json_new_array(mem);
	rc_json_append(one, root);
	return one;
}

static bool
is_hydra(const struct rc_json *root)
{
	const struct rc_json *items = rc_json_get(root, "items");

	if (rc_json_type(root) == RC_JSON_ARRAY)
		items = root;
	if (rc_json_type(items) == RC_JSON_ARRAY)
		return is_hydra_client(rc_json_at(items, 0));
	return is_hydra_client(root);
}

/* Hydra's own hashes are of no use here. */
static bool
is_hashed(const char *secret)
{

	return strncmp(secret, "$2", 2) == 0 ||
	       strncmp(secret, "$pbkdf2", 7) == 0 ||
	       strncmp(secret, "$argon2", 7) == 0;
}

/* Members of Hydra's that have no row here, and what to know of them. */
static const struct {
	const char *name;
	const char *text;
} hydra_notes[] = {
	{ "audience", "audience is left out: what tokens are for is said by "
		      "the resource sections of rollcall.conf" },
	{ "metadata", "metadata is left out: it is the operator's own" },
	{ "allowed_cors_origins", "allowed_cors_origins is left out: scripts "
				  "of any origin may call the endpoints" },
	{ "request_uris", "request_uris is left out: request objects are not "
			  "supported" },
};

/* "offline" is Hydra's own word for the standard's offline_access. */
static void
take_hydra_scope(
    struct admin *a, struct import_client *client, const struct rc_json *source)
{
	const char *at = rc_json_text(source, "scope");
	bool standard = false, own = false;
	struct rc_buf out;
	size_t n;

	if (at == NULL)
		return;
	rc_buf_init(&out, a->mem);
	for (; *at != '\0'; at += n) {
		at += strspn(at, " ");
		n = strcspn(at, " ");
		if (n == strlen("offline") && strncmp(at, "offline", n) == 0) {
			own = true;
			continue;
		}
		if (n == strlen("offline_access") &&
		    strncmp(at, "offline_access", n) == 0)
			standard = true;
		rc_buf_puts(&out, out.len > 0 && n > 0 ? " " : "");
		rc_buf_add(&out, at, n);
	}
	if (own && !standard) {
		rc_buf_puts(&out, out.len > 0 ? " " : "");
		rc_buf_puts(&out, "offline_access");
		note(client, "the scope offline became offline_access");
	}
	if (out.len > 0)
		rc_json_set_string(client->wanted, "scope", out.data);
}

static void
convert_hydra(
    struct admin *a, const struct rc_json *source, struct import_client *client)
{
	const char *name;
	size_t i;

	client->id = text_of(source, "client_id");
	client->secret = text_of(source, "client_secret");
	if (client->secret != NULL && is_hashed(client->secret))
		client->secret = NULL;
	for (i = 0; i < rc_client_nfields; i++) {
		name = rc_client_fields[i].name;
		if (strcmp(name, "scope") != 0)
			take(client, name, source, name);
	}
	take_hydra_scope(a, client, source);
	/* Hydra's way of saying that userinfo is plain JSON. */
	if (is_text(source, "userinfo_signed_response_alg", "none"))
		rc_json_remove(client->wanted, "userinfo_signed_response_alg");
	rc_json_remove(client->wanted, "request_uris");
	for (i = 0; i < sizeof(hydra_notes) / sizeof(hydra_notes[0]); i++) {
		if (rc_json_count(rc_json_get(source, hydra_notes[i].name)) > 0)
			note(client, hydra_notes[i].text);
	}
	if (is_true(source, "skip_consent", false))
		note(client, "skip_consent is left out: people are asked");
	/* Hydra's preset, RFC 7591 2. */
	if (rc_json_get(client->wanted, "token_endpoint_auth_method") == NULL)
		rc_json_set_string(client->wanted, "token_endpoint_auth_method",
		    "client_secret_basic");
	preset_method(client);
}

/* --- Keycloak: a client, or a realm with its clients */

static bool
is_keycloak_client(const struct rc_json *v)
{

	return rc_json_text(v, "clientId") != NULL;
}

static bool
is_keycloak(const struct rc_json *root)
{

	if (rc_json_type(root) == RC_JSON_ARRAY)
		return is_keycloak_client(rc_json_at(root, 0));
	return is_keycloak_client(root) ||
	       is_keycloak_client(
		   rc_json_at(rc_json_get(root, "clients"), 0)) ||
	       (rc_json_text(root, "realm") != NULL &&
		   rc_json_get(root, "clients") != NULL);
}

static struct rc_json *
list_keycloak(struct rc_arena *mem, struct rc_json *root)
{
	struct rc_json *one, *clients = rc_json_get(root, "clients");

	if (clients != NULL)
		return clients;
	if (!is_keycloak_client(root))
		return NULL;
	one = rc_json_new_array(mem);
	rc_json_append(one, root);
	return one;
}

/* Why a client is none that could be registered here, NULL: it could be. */
static const char *
bar_keycloak(const struct rc_json *source)
{
	static const char *const own[] = { "account", "account-console",
		"admin-cli", "broker", "realm-management",
		"security-admin-console" };
	const char *id = rc_json_text(source, "clientId");
	const char *protocol = rc_json_text(source, "protocol");
	size_t i;

	for (i = 0; id != NULL && i < sizeof(own) / sizeof(own[0]); i++) {
		if (strcmp(id, own[i]) == 0)
			return "belongs to Keycloak itself";
	}
	if (protocol != NULL && strcmp(protocol, "openid-connect") != 0)
		return "does not speak OpenID Connect";
	if (is_true(source, "bearerOnly", false))
		return "is bearer-only: make a resource server with "
		       "rollcall-admin client add --introspection";
	return NULL;
}

/* An absolute URL, or a path below the client's root URL. */
static const char *
resolve(struct rc_arena *mem, const char *root, const char *url)
{
	size_t n;

	if (url == NULL || url[0] != '/' || root == NULL)
		return url;
	n = strlen(root);
	while (n > 0 && root[n - 1] == '/')
		n--;
	return rc_printf(mem, "%.*s%s", (int)n, root, url);
}

static void
take_keycloak_uris(
    struct admin *a, const struct rc_json *source, struct import_client *client)
{
	const struct rc_json *given = rc_json_get(source, "redirectUris");
	const char *root = text_of(source, "rootUrl");
	struct rc_json *uris = rc_json_new_array(a->mem);
	const char *uri;
	size_t i;

	for (i = 0; i < rc_json_count(given); i++) {
		uri = rc_json_string(rc_json_at(given, i));
		if (uri == NULL)
			continue;
		if (strchr(uri, '*') != NULL && client->reason == NULL)
			client->reason = rc_printf(a->mem,
			    "has the redirect URI %s: a wildcard lets codes "
			    "leak to any page there (RFC 9700 4.1); put the "
			    "exact URIs that the client uses in its place",
			    uri);
		rc_json_append_string(uris, resolve(a->mem, root, uri));
	}
	if (rc_json_count(uris) > 0)
		rc_json_set(client->wanted, "redirect_uris", uris);
}

static void
take_keycloak_grants(struct admin *a, const struct rc_json *source,
    const struct rc_json *attributes, struct import_client *client)
{
	struct rc_json *grants = rc_json_new_array(a->mem);

	if (is_true(source, "standardFlowEnabled", true)) {
		rc_json_append_string(grants, "authorization_code");
		if (!is_text(attributes, "use.refresh.tokens", "false"))
			rc_json_append_string(grants, "refresh_token");
	}
	if (is_true(source, "serviceAccountsEnabled", false))
		rc_json_append_string(grants, "client_credentials");
	if (rc_json_count(grants) == 0 && client->reason == NULL)
		client->reason = "uses no grant that there is here";
	rc_json_set(client->wanted, "grant_types", grants);
	if (is_true(source, "implicitFlowEnabled", false))
		note(client, "the implicit flow is left out (RFC 9700 2.1.2)");
	if (is_true(source, "directAccessGrantsEnabled", false))
		note(client, "direct access grants, which hand people's "
			     "passwords to the client, are left out "
			     "(RFC 9700 2.4)");
	if (is_text(attributes, "oauth2.device.authorization.grant.enabled",
		"true"))
		note(client, "the device grant is left out: there is none "
			     "here");
	if (is_text(attributes, "pkce.code.challenge.method", "plain"))
		note(client, "PKCE goes by S256 here, not plain");
}

static void
take_keycloak_method(struct admin *a, const struct rc_json *source,
    const struct rc_json *attributes, struct import_client *client)
{
	const char *type = text_of(source, "clientAuthenticatorType");
	const char *method = "client_secret_basic", *why;
	const char *keys = text_of(attributes, "jwks.string");
	struct rc_json *jwks;
	size_t at;

	client->secret = text_of(source, "secret");
	/* What the console and the partial export put in its place. */
	if (client->secret != NULL &&
	    strspn(client->secret, "*") == strlen(client->secret))
		client->secret = NULL;
	if (is_true(source, "publicClient", false))
		method = "none";
	else if (type != NULL && strcmp(type, "client-jwt") == 0)
		method = "private_key_jwt";
	else if (type != NULL && strcmp(type, "client-secret-jwt") == 0)
		method = "client_secret_jwt";
	else if (type != NULL && strcmp(type, "client-x509") == 0)
		method = "tls_client_auth";
	set_text(client, "token_endpoint_auth_method", method);
	if (strncmp(method, "client_secret_", 14) != 0)
		client->secret = NULL;
	take(client, "jwks_uri", attributes, "jwks.url");
	if (keys != NULL && rc_json_get(client->wanted, "jwks_uri") == NULL &&
	    rc_json_parse(a->mem, keys, strlen(keys), &jwks, &why, &at) ==
		RC_OK)
		rc_json_set(client->wanted, "jwks", jwks);
}

/* Keycloak's client scopes hold its own too, such as roles and acr. */
static void
take_keycloak_scope(
    struct admin *a, const struct rc_json *source, struct import_client *client)
{
	static const char *const lists[] = { "defaultClientScopes",
		"optionalClientScopes" };
	const struct rc_json *list;
	struct rc_buf scope, rest;
	const char *s;
	size_t i, j;

	rc_buf_init(&scope, a->mem);
	rc_buf_init(&rest, a->mem);
	if (rc_list_has(&a->rq->conf->scopes, "openid"))
		rc_buf_puts(&scope, "openid");
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		list = rc_json_get(source, lists[i]);
		for (j = 0; j < rc_json_count(list); j++) {
			s = rc_json_string(rc_json_at(list, j));
			if (s == NULL || strcmp(s, "openid") == 0)
				continue;
			if (rc_list_has(&a->rq->conf->scopes, s)) {
				rc_buf_puts(&scope, scope.len > 0 ? " " : "");
				rc_buf_puts(&scope, s);
			} else {
				rc_buf_puts(&rest, rest.len > 0 ? " " : "");
				rc_buf_puts(&rest, s);
			}
		}
	}
	if (scope.len > 0)
		rc_json_set_string(client->wanted, "scope", scope.data);
	if (rest.len > 0)
		note(client,
		    rc_printf(a->mem,
			"client scopes that are not configured are left out: "
			"%s",
			rest.data));
}

/* "##" stands between several, "+" for the redirect URIs. */
static void
take_keycloak_logout(struct admin *a, const struct rc_json *attributes,
    struct import_client *client)
{
	const char *at = text_of(attributes, "post.logout.redirect.uris");
	struct rc_json *uris;
	const char *end;
	size_t n;

	take(client, "backchannel_logout_uri", attributes,
	    "backchannel.logout.url");
	if (at == NULL)
		return;
	if (strcmp(at, "+") == 0) {
		take(client, "post_logout_redirect_uris", client->wanted,
		    "redirect_uris");
		return;
	}
	uris = rc_json_new_array(a->mem);
	for (; at != NULL; at = end != NULL ? end + 2 : NULL) {
		end = strstr(at, "##");
		n = end != NULL ? (size_t)(end - at) : strlen(at);
		if (n > 0)
			rc_json_append_string(uris, rc_strndup(a->mem, at, n));
	}
	rc_json_set(client->wanted, "post_logout_redirect_uris", uris);
}

static void
convert_keycloak(
    struct admin *a, const struct rc_json *source, struct import_client *client)
{
	static const struct {
		const char *name, *attribute;
	} pages[] = { { "logo_uri", "logoUri" }, { "policy_uri", "policyUri" },
		{ "tos_uri", "tosUri" },
		{ "id_token_signed_response_alg",
		    "id.token.signed.response.alg" } };
	const struct rc_json *attributes = rc_json_get(source, "attributes");
	const char *name = text_of(source, "name"), *url;
	size_t i;

	client->id = text_of(source, "clientId");
	client->disabled = !is_true(source, "enabled", true);
	client->reason = bar_keycloak(source);
	/* "${...}" is a message of Keycloak's own. */
	set_text(client, "client_name",
	    name != NULL && name[0] != '$' ? name : client->id);
	url = resolve(
	    a->mem, text_of(source, "rootUrl"), text_of(source, "baseUrl"));
	if (url == NULL)
		url = text_of(source, "rootUrl");
	if (url != NULL && strncmp(url, "http", 4) == 0)
		set_text(client, "client_uri", url);
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		take(client, pages[i].name, attributes, pages[i].attribute);
	take_keycloak_grants(a, source, attributes, client);
	take_keycloak_uris(a, source, client);
	take_keycloak_method(a, source, attributes, client);
	take_keycloak_scope(a, source, client);
	take_keycloak_logout(a, attributes, client);
}

const struct import_format import_formats[] = {
	{ "mcphub", is_mcphub, list_mcphub, convert_mcphub },
	{ "keycloak", is_keycloak, list_keycloak, convert_keycloak },
	{ "hydra", is_hydra, list_hydra, convert_hydra },
};
const size_t import_nformats =
    sizeof(import_formats) / sizeof(import_formats[0]);

/* --- the configuration of MCPHub */

/* Print a list of strings as rollcall.conf has it, ${more} in front. */
static void
print_list(
    const char *key, const char *const *more, const struct rc_json *array)
{
	const char *s, *between = "";
	size_t i;

	(void)printf("%s = {", key);
	for (i = 0; more != NULL && more[i] != NULL; i++) {
		if (rc_json_holds(array, more[i]))
			continue;
		(void)printf("%s\"%s\"", between, more[i]);
		between = ", ";
	}
	for (i = 0; i < rc_json_count(array); i++) {
		if ((s = rc_json_string(rc_json_at(array, i))) == NULL ||
		    strpbrk(s, "\"\\ ") != NULL)
			continue;
		(void)printf("%s\"%s\"", between, s);
		between = ", ";
	}
	(void)printf("}\n");
}

/* Print a lifetime, within what the key takes. */
static void
print_time(const char *key, const struct rc_json *server, const char *member,
    int64_t preset, int64_t most)
{
	const struct rc_json *v = rc_json_get(server, member);
	int64_t given =
	    rc_json_type(v) == RC_JSON_INT ? rc_json_int(v) : preset;
	int64_t n = given < 10 ? 10 : given;

	if (n > most)
		n = most;
	if (n != given)
		(void)printf(
		    "# %s was %lld seconds.\n", member, (long long)given);
	(void)printf("%s = %llds\n", key, (long long)n);
}

static void
print_registration(const struct rc_json *dynamic)
{
	static const char *const preset[] = { "authorization_code",
		"refresh_token", NULL };
	const struct rc_json *grants =
	    rc_json_get(dynamic, "allowedGrantTypes");
	const char *word = "open";

	if (!is_true(dynamic, "enabled", true))
		word = "closed";
	else if (is_true(dynamic, "requiresAuthentication", false))
		word = "token";
	(void)printf("registration = %s\n", word);
	if (strcmp(word, "token") == 0)
		(void)printf("# Initial access tokens are made by "
			     "rollcall-admin iat add.\n");
	print_list(
	    "grant_types", rc_json_count(grants) > 0 ? NULL : preset, grants);
}

enum admin_exit
import_print_config(struct admin *a, const struct rc_json *settings)
{
	static const char *const openid[] = { "openid", "profile", "email",
		"offline_access", NULL };
	const struct rc_json *server = oauth_server(settings);
	const char *base = text_of(
	    rc_json_get(rc_json_get(settings, "systemConfig"), "install"),
	    "baseUrl");
	struct rc_json *scopes = rc_json_get(server, "allowedScopes");
	size_t n = base != NULL ? strlen(base) : 0;

	if (server == NULL)
		return admin_fail(ADMIN_FAILED,
		    "there is no systemConfig.oauthServer in it; name MCPHub's "
		    "mcp_settings.json");
	if (rc_json_count(scopes) == 0) {
		scopes = rc_json_new_array(a->mem);
		rc_json_append_string(scopes, "read");
		rc_json_append_string(scopes, "write");
	}
	while (n > 0 && base[n - 1] == '/')
		n--;
	(void)printf("# What systemConfig.oauthServer of MCPHub said.\n");
	if (!is_true(server, "enabled", true))
		(void)printf("# It was not enabled.\n");
	(void)printf("# The name of this server, which must have an origin of "
		     "its own; see rollcall.conf(5).\n"
		     "issuer = \"https://auth.example.org\"\n"
		     "database = \"dbname=rollcall\"\n\n");
	print_registration(rc_json_get(server, "dynamicRegistration"));
	print_list("scopes", openid, scopes);
	print_list("default_scope", NULL, scopes);
	if (is_true(server, "requireClientSecret", false))
		(void)printf("token_endpoint_auth_methods = "
			     "{\"client_secret_basic\", "
			     "\"client_secret_post\"}\n");
	print_time("access_token_lifetime", server, "accessTokenLifetime", 3600,
	    INT64_C(365) * 86400);
	print_time("refresh_token_lifetime", server, "refreshTokenLifetime",
	    1209600, INT64_C(3650) * 86400);
	print_time("authorization_code_lifetime", server,
	    "authorizationCodeLifetime", 300, 600);
	if (is_true(server, "requireState", false))
		(void)printf("# requireState has no counterpart: PKCE, which "
			     "every client must use, protects the same.\n");
	if (n > 0 && strpbrk(base, "\"\\ ") == NULL) {
		(void)printf("\nresource \"%.*s/mcp\" {\n    ", (int)n, base);
		print_list("scopes", NULL, scopes);
		(void)printf("}\n");
	} else
		(void)printf("\n# MCPHub itself, whose tokens these are:\n"
			     "#resource \"https://hub.example.org/mcp\" {}\n");
	return ADMIN_OK;
}
