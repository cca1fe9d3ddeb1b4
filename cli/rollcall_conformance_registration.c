/*
 * rollcall conformance: the registration of clients (RFC 7591).
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "arena.h"
#include "http.h"
#include "json.h"
#include "rollcall_conformance.h"
#include "rollcall_metadata.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* What a server that offers codes is asked with a redirect URI more. */
#define REDIRECT(uri)                                                  \
	"{\"redirect_uris\":[\"https://client.example.org/callback\"," \
	"\"" uri "\"]}"

/* A member of an answer as it is shown. */
static const char *
shown(struct conformance *c, const struct rc_json *json, const char *name)
{

	return rc_json_has(json, name)
	           ? rc_json_write(c->r->mem, rc_json_get(json, name))
	           : "none";
}

/* --- the answer to a registration */

static enum conformance_result
is_created(struct conformance *c)
{

	return conformance_expect(
	    c, conformance_base(c)->answer.status == 201, "the status 201");
}

static enum conformance_result
is_json(struct conformance *c)
{

	return conformance_expect(c,
	    conformance_has_type(&conformance_base(c)->answer),
	    "the media type application/json");
}

static enum conformance_result
is_not_stored(struct conformance *c)
{
	const struct rc_json *json = conformance_base(c)->json;

	if (!rc_json_has(json, "client_secret") &&
	    !rc_json_has(json, "registration_access_token"))
		return conformance_skip(c, "there is no secret in the answer");
	return conformance_expect(c,
	    conformance_is_kept_private(c, &conformance_base(c)->answer),
	    "Cache-Control: no-store, for there are credentials in the answer");
}

static enum conformance_result
has_id(struct conformance *c)
{
	const char *id = rc_json_text(conformance_base(c)->json, "client_id");

	return conformance_expect(
	    c, id != NULL && id[0] != '\0', "client_id, a string");
}

static enum conformance_result
has_issue_time(struct conformance *c)
{
	const struct rc_json *json = conformance_base(c)->json;
	const struct rc_json *at = rc_json_get(json, "client_id_issued_at");

	if (!rc_json_has(json, "client_id_issued_at"))
		return conformance_skip(c, "client_id_issued_at is not told");
	conformance_saw(
	    c, "client_id_issued_at %s", shown(c, json, "client_id_issued_at"));
	return conformance_expect(c,
	    rc_json_type(at) == RC_JSON_INT && rc_json_int(at) > 0 &&
		rc_json_int(at) < (int64_t)time(NULL) + 86400,
	    "client_id_issued_at, seconds since 1970, and not in the future");
}

/* Tell whether the client is told to be one with a secret. */
static bool
has_secret_method(const struct rc_json *json)
{
	const char *method = rc_json_text(json, "token_endpoint_auth_method");

	/* It is client_secret_basic by default (RFC 7591 2). */
	return method == NULL ||
	       strncmp(method, "client_secret_", strlen("client_secret_")) == 0;
}

static enum conformance_result
has_secret(struct conformance *c)
{
	const struct rc_json *json = conformance_base(c)->json;
	const char *secret = rc_json_text(json, "client_secret");

	if (!has_secret_method(json))
		return conformance_skip(c, "the client is to have no secret");
	return conformance_expect(c, secret != NULL && secret[0] != '\0',
	    "client_secret, a string, as token_endpoint_auth_method needs it");
}

static enum conformance_result
has_expiry(struct conformance *c)
{
	const struct rc_json *json = conformance_base(c)->json;
	const struct rc_json *at =
	    rc_json_get(json, "client_secret_expires_at");

	if (!rc_json_has(json, "client_secret"))
		return conformance_skip(c, "the client has no secret");
	conformance_saw(c, "client_secret_expires_at %s",
	    shown(c, json, "client_secret_expires_at"));
	return conformance_expect(c,
	    rc_json_type(at) == RC_JSON_INT && rc_json_int(at) >= 0,
	    "client_secret_expires_at, an integer, 0 for never");
}

static enum conformance_result
keeps_redirects(struct conformance *c)
{
	const struct conformance_client *client = conformance_base(c);
	const struct rc_json *asked =
	    rc_json_get(client->asked, "redirect_uris");

	if (asked == NULL)
		return conformance_skip(
		    c, "the server has no grant with redirects");
	return conformance_expect(c,
	    rc_json_equal(asked, rc_json_get(client->json, "redirect_uris")),
	    "redirect_uris as they were sent, byte for byte");
}

/* --- what registrations have to do with each other */

static enum conformance_result
tells_defaults(struct conformance *c)
{
	static const char *const names[] = { "grant_types", "response_types",
		"token_endpoint_auth_method" };
	const struct conformance_client *client;
	size_t i;

	if (!conformance_has_code(c))
		return conformance_skip(
		    c, "the server has not the grant of the default");
	client = conformance_other(c);
	if (client->json == NULL || !client->registered)
		return conformance_skip(c,
		    "the server refuses a client that names redirect_uris "
		    "only");
	for (i = 0; i < COUNT(names); i++)
		if (!rc_json_has(client->asked, names[i]) &&
		    !rc_json_has(client->json, names[i]))
			return conformance_expect(
			    c, false, "%s, as the server chose it", names[i]);
	return CONFORMANCE_KEPT;
}

/* Tell whether two clients were told other values of a member. */
static enum conformance_result
differs(struct conformance *c, const char *name)
{
	const char *one = rc_json_text(conformance_base(c)->json, name);
	const char *other = rc_json_text(conformance_other(c)->json, name);

	if (one == NULL || other == NULL)
		return conformance_skip(
		    c, "there are no two clients with a %s", name);
	conformance_saw(c, "two clients with the same %s", name);
	return conformance_expect(
	    c, strcmp(one, other) != 0, "another %s for another client", name);
}

static enum conformance_result
has_unique_id(struct conformance *c)
{

	return differs(c, "client_id");
}

static enum conformance_result
has_unique_secret(struct conformance *c)
{
	const char *id = conformance_id(conformance_base(c));
	const char *other = conformance_id(conformance_other(c));

	if (id != NULL && other != NULL && strcmp(id, other) == 0)
		return conformance_skip(
		    c, "both are told to be the same client");
	return differs(c, "client_secret");
}

static enum conformance_result
gives_public_no_secret(struct conformance *c)
{
	const struct conformance_client *client;
	const char *method;

	if (!metadata_lists(
		c->server, "token_endpoint_auth_methods_supported", "none"))
		return conformance_skip(
		    c, "the server announces no public clients");
	client = conformance_register(
	    c, "{\"token_endpoint_auth_method\":\"none\"}");
	method = rc_json_text(client->json, "token_endpoint_auth_method");
	if (!client->registered || method == NULL ||
	    strcmp(method, "none") != 0)
		return conformance_skip(
		    c, "the server registers no such client");
	return conformance_expect(
	    c, !rc_json_has(client->json, "client_secret"), "no client_secret");
}

static enum conformance_result
ignores_unknown(struct conformance *c)
{
	const struct conformance_client *client = conformance_register(
	    c, "{\"x_rollcall_unknown\":[\"x\",{\"y\":1}]}");

	return conformance_expect(
	    c, client->registered, "a client without the unknown member");
}

static enum conformance_result
keeps_translations(struct conformance *c)
{
	const struct conformance_client *client = conformance_register(c,
	    "{\"client_name\":\"Example\",\"client_name#de\":\"Beispiel\","
	    "\"client_name#ja-Hira-JP\":\"\xe3\x81\x82\"}");
	const char *plain, *german;

	if (!client->registered)
		return conformance_expect(
		    c, false, "a client, its translations kept or dropped");
	plain = rc_json_text(client->json, "client_name");
	german = rc_json_text(client->json, "client_name#de");
	return conformance_expect(c,
	    (plain == NULL || strcmp(plain, "Example") == 0) &&
		(german == NULL || strcmp(german, "Beispiel") == 0),
	    "client_name Example, and client_name#de Beispiel or none");
}

/* --- keys */

static bool
has_keys(const struct conformance *c)
{

	return metadata_lists(c->server,
	    "token_endpoint_auth_methods_supported", "private_key_jwt");
}

static enum conformance_result
keeps_keys(struct conformance *c)
{
	static const char *const names[] = { "kty", "crv", "x", "y" };
	const struct conformance_client *client;
	const struct rc_json *key, *sent;
	bool same = true;
	size_t i;

	if (!has_keys(c))
		return conformance_skip(
		    c, "the server announces no private_key_jwt");
	client = conformance_register(c,
	    "{\"token_endpoint_auth_method\":\"private_key_jwt\"," CONFORMANCE_JWKS
	    "}");
	if (!client->registered)
		return conformance_skip(
		    c, "the server refuses a client with a P-256 key");
	sent = rc_json_at(
	    rc_json_get(rc_json_get(client->asked, "jwks"), "keys"), 0);
	key = rc_json_get(rc_json_get(client->json, "jwks"), "keys");
	key = rc_json_type(key) == RC_JSON_ARRAY && rc_json_count(key) == 1
	          ? rc_json_at(key, 0)
	          : NULL;
	for (i = 0; i < COUNT(names); i++)
		same = same && rc_json_equal(rc_json_get(key, names[i]),
				   rc_json_get(sent, names[i]));
	return conformance_expect(c, same, "jwks with the key that was sent");
}

static enum conformance_result
has_one_key_source(struct conformance *c)
{
	const struct conformance_client *client;

	if (!has_keys(c))
		return conformance_skip(
		    c, "the server announces no private_key_jwt");
	client = conformance_register(c,
	    "{\"token_endpoint_auth_method\":\"private_key_jwt\"," CONFORMANCE_JWKS
	    ","
	    "\"jwks_uri\":\"https://client.example.org/jwks\"}");
	return conformance_expect(c,
	    !client->registered || !rc_json_has(client->json, "jwks") ||
		!rc_json_has(client->json, "jwks_uri"),
	    "a refusal, or at least not both in the answer");
}

/* --- redirect URIs */

/* A redirect URI that nobody may have. */
#define BAD_REDIRECT "https://client.example.org/#x"

/* Ask for a client with that, once. */
static const struct conformance_client *
ask_bad_redirect(struct conformance *c)
{

	if (c->refusal == NULL)
		c->refusal = conformance_register(c, REDIRECT(BAD_REDIRECT));
	c->last = &c->refusal->answer;
	return c->refusal;
}

/*
 * Tell whether a redirect URI was registered as far as is told, with these
 * members; NULL: as it was asked for already.
 */
static enum conformance_result
refuses_redirect(struct conformance *c, const char *members, const char *uri)
{
	const struct conformance_client *client;

	if (!conformance_has_code(c))
		return conformance_skip(
		    c, "the server has no grant with redirects");
	client = members != NULL ? conformance_register(c, members)
	                         : ask_bad_redirect(c);
	return conformance_expect(c,
	    conformance_is_refused(&client->answer) ||
		(client->registered && client->json != NULL &&
		    !metadata_lists(client->json, "redirect_uris", uri)),
	    "a refusal of %s", uri);
}

static enum conformance_result
refuses_fragment(struct conformance *c)
{

	return refuses_redirect(c, NULL, BAD_REDIRECT);
}

static enum conformance_result
refuses_relative(struct conformance *c)
{

	return refuses_redirect(c, REDIRECT("/callback"), "/callback");
}

static enum conformance_result
refuses_script(struct conformance *c)
{

	return refuses_redirect(
	    c, REDIRECT("javascript:alert(1)"), "javascript:alert(1)");
}

static enum conformance_result
refuses_clear(struct conformance *c)
{

	return refuses_redirect(c, REDIRECT("http://client.example.org/"),
	    "http://client.example.org/");
}

static enum conformance_result
needs_redirect(struct conformance *c)
{
	const struct conformance_client *client;

	if (!conformance_has_code(c))
		return conformance_skip(
		    c, "the server has no grant with redirects");
	client = conformance_register(c,
	    "{\"redirect_uris\":null,\"grant_types\":[\"authorization_code\"],"
	    "\"response_types\":[\"code\"]}");
	return conformance_expect(c,
	    conformance_is_refused(&client->answer) ||
		(client->registered &&
		    !metadata_lists(
			client->json, "grant_types", "authorization_code")),
	    "a refusal of a client of codes without redirect_uris");
}

/* --- errors */

/* Have a registration that is refused; NULL: none is. */
static const struct rollcall_ask *
refusal(struct conformance *c)
{
	const struct rollcall_ask *ask = &ask_bad_redirect(c)->answer;

	if (conformance_is_refused(ask))
		return ask;
	(void)conformance_skip(
	    c, "the server refuses nothing that is tried here");
	return NULL;
}

static bool
is_ascii(const char *s)
{

	while (s != NULL && *s != '\0' && (unsigned char)*s < 0x80)
		s++;
	return s != NULL && *s == '\0';
}

static enum conformance_result
has_error(struct conformance *c)
{
	const struct rollcall_ask *ask = refusal(c);
	const char *error;

	if (ask == NULL)
		return CONFORMANCE_SKIPPED;
	error = rc_json_text(conformance_parse(c, ask), "error");
	return conformance_expect(c,
	    ask->status == 400 && conformance_has_type(ask) && is_ascii(error),
	    "400, application/json, and error, an ASCII string");
}

static enum conformance_result
has_known_error(struct conformance *c)
{
	const struct rollcall_ask *ask = refusal(c);
	const char *error;

	if (ask == NULL)
		return CONFORMANCE_SKIPPED;
	error = rc_json_text(conformance_parse(c, ask), "error");
	return conformance_expect(c,
	    error != NULL && strcmp(error, "invalid_redirect_uri") == 0,
	    "the error invalid_redirect_uri");
}

static enum conformance_result
has_ascii_description(struct conformance *c)
{
	const struct rollcall_ask *ask = refusal(c);
	const struct rc_json *json;

	if (ask == NULL)
		return CONFORMANCE_SKIPPED;
	json = conformance_parse(c, ask);
	if (!rc_json_has(json, "error_description"))
		return conformance_skip(c, "there is no error_description");
	return conformance_expect(c,
	    is_ascii(rc_json_text(json, "error_description")),
	    "error_description, a string of ASCII");
}

static enum conformance_result
refuses_malformed(struct conformance *c)
{
	const struct conformance_client *client =
	    conformance_register_as(c, "{\"client_name\":", NULL, c->token);

	return conformance_expect(c,
	    client->answer.status == 400 &&
		rc_json_text(client->json, "error") != NULL,
	    "400 and an error as JSON, for what was sent is none");
}

static enum conformance_result
refuses_wrong_types(struct conformance *c)
{
	const struct conformance_client *client = conformance_register(c,
	    "{\"redirect_uris\":\"https://client.example.org/callback\","
	    "\"client_name\":[1]}");
	enum rc_json_type name, uris;

	if (conformance_is_refused(&client->answer))
		return CONFORMANCE_KEPT;
	name = rc_json_type(rc_json_get(client->json, "client_name"));
	uris = rc_json_type(rc_json_get(client->json, "redirect_uris"));
	return conformance_expect(c,
	    client->registered &&
		(name == RC_JSON_STRING || name == RC_JSON_NULL) &&
		(uris == RC_JSON_ARRAY || uris == RC_JSON_NULL),
	    "a refusal, or values of the right types in the answer");
}

/* Ask the endpoint for what it does not do. */
static struct rollcall_ask *
get_endpoint(struct conformance *c)
{
	struct rollcall_ask *ask = rc_alloc(c->r->mem, sizeof(*ask));

	*ask = (struct rollcall_ask){
		.method = "GET", .url = c->endpoint, .token = c->token
	};
	conformance_ask(c, ask);
	return ask;
}

static enum conformance_result
refuses_get(struct conformance *c)
{

	return conformance_expect(c, get_endpoint(c)->status == 405,
	    "405, for the endpoint takes POST");
}

static enum conformance_result
names_methods(struct conformance *c)
{
	struct rollcall_ask *ask = get_endpoint(c);

	if (ask->status != 405)
		return conformance_skip(c, "the server does not answer 405");
	return conformance_expect(c,
	    rc_http_field(c->r->mem, ask->http, "Allow", 0) != NULL,
	    "the field Allow");
}

static enum conformance_result
refuses_other_type(struct conformance *c)
{
	const struct conformance_client *base = conformance_base(c);
	const struct conformance_client *client;

	client = conformance_register_as(
	    c, rc_json_write(c->r->mem, base->asked), "text/plain", c->token);
	return conformance_expect(c, conformance_is_refused(&client->answer),
	    "a refusal of text/plain");
}

/* --- tokens and statements */

/* Ask with this initial token where one is needed; NULL: none is. */
static const struct rollcall_ask *
ask_with(struct conformance *c, const char *token)
{
	const struct conformance_client *base = conformance_base(c);
	const struct conformance_client *client;

	if (c->token == NULL) {
		(void)conformance_skip(c, "no initial access token is given");
		return NULL;
	}
	if (c->unasked == NULL)
		c->unasked = conformance_register_as(
		    c, rc_json_write(c->r->mem, base->asked), NULL, NULL);
	c->last = &c->unasked->answer;
	if (c->unasked->registered) {
		(void)conformance_skip(
		    c, "the server registers without a token, too");
		return NULL;
	}
	if (token == NULL)
		return c->last;
	client = conformance_register_as(
	    c, rc_json_write(c->r->mem, base->asked), NULL, token);
	return &client->answer;
}

static enum conformance_result
needs_token(struct conformance *c)
{
	const struct rollcall_ask *ask = ask_with(c, NULL);

	return ask == NULL ? CONFORMANCE_SKIPPED
	                   : conformance_expect_challenge(c, ask);
}

static enum conformance_result
needs_right_token(struct conformance *c)
{
	const struct rollcall_ask *ask =
	    ask_with(c, "rollcall-conformance-no-token");

	return ask == NULL ? CONFORMANCE_SKIPPED
	                   : conformance_expect_challenge(c, ask);
}

static const struct conformance_client *
garbage_statement(struct conformance *c)
{

	if (c->statement == NULL)
		c->statement = conformance_register(
		    c, "{\"software_statement\":\"e30.e30.x\"}");
	c->last = &c->statement->answer;
	return c->statement;
}

static enum conformance_result
uses_no_bad_statement(struct conformance *c)
{
	const struct conformance_client *client = garbage_statement(c);

	return conformance_expect(c,
	    conformance_is_refused(&client->answer) ||
		(client->registered &&
		    !rc_json_has(client->json, "software_statement")),
	    "a refusal, or an answer without the statement, which is signed by "
	    "nobody");
}

static enum conformance_result
names_bad_statement(struct conformance *c)
{
	const struct conformance_client *client = garbage_statement(c);
	const char *error = rc_json_text(client->json, "error");

	if (!conformance_is_refused(&client->answer))
		return conformance_skip(
		    c, "the server ignores software statements");
	return conformance_expect(c,
	    error != NULL &&
		(strcmp(error, "invalid_software_statement") == 0 ||
		    strcmp(error, "unapproved_software_statement") == 0),
	    "the error invalid_software_statement");
}

/* Tell whether grants and response types go together (RFC 7591 2.1). */
static bool
is_consistent(const struct rc_json *json)
{

	return metadata_lists(json, "response_types", "code") ==
	           metadata_lists(json, "grant_types", "authorization_code") &&
	       metadata_lists(json, "response_types", "token") ==
	           metadata_lists(json, "grant_types", "implicit");
}

static enum conformance_result
keeps_consistent(struct conformance *c)
{
	const struct conformance_client *client;

	if (!conformance_has_code(c))
		return conformance_skip(
		    c, "the server has no grant with redirects");
	client =
	    conformance_register(c, "{\"grant_types\":[\"client_credentials\"],"
				    "\"response_types\":[\"code\"]}");
	return conformance_expect(c,
	    conformance_is_refused(&client->answer) ||
		(client->registered && is_consistent(client->json)),
	    "a refusal, or grant_types and response_types that go together");
}

static enum conformance_result
chooses_id(struct conformance *c)
{
	static const char id[] = "rollcall-conformance-chosen-id";
	const struct conformance_client *client =
	    conformance_register(c, "{\"client_id\":"
				    "\"rollcall-conformance-chosen-id\"}");
	const char *told = rc_json_text(client->json, "client_id");

	return conformance_expect(c,
	    !client->registered || told == NULL || strcmp(told, id) != 0,
	    "another client_id than the one that was asked for");
}

/* clang-format off */
const struct conformance_rule conformance_registration[] = {
	{ "registration.status", "RFC 7591 3.2.1", true,
	  "a registration is answered 201",
	  NEED_CLIENT, is_created },
	{ "registration.type", "RFC 7591 3.2.1", true,
	  "the answer is application/json",
	  NEED_CLIENT, is_json },
	{ "registration.no_store", "RFC 6749 5.1", true,
	  "the answer is not to be stored by caches",
	  NEED_CLIENT, is_not_stored },
	{ "registration.client_id", "RFC 7591 3.2.1", true,
	  "client_id is a string",
	  NEED_CLIENT, has_id },
	{ "registration.issued_at", "RFC 7591 3.2.1", true,
	  "client_id_issued_at is an integer",
	  NEED_CLIENT, has_issue_time },
	{ "registration.secret", "RFC 7591 3.2.1", true,
	  "a client that authenticates with a secret gets one",
	  NEED_CLIENT, has_secret },
	{ "registration.secret_expires", "RFC 7591 3.2.1", true,
	  "client_secret comes with client_secret_expires_at, an integer",
	  NEED_CLIENT, has_expiry },
	{ "registration.redirect_uris", "RFC 7591 3.2.1", false,
	  "redirect URIs are registered as they were sent",
	  NEED_CLIENT, keeps_redirects },
	{ "registration.get", "RFC 9110 9.1", false,
	  "GET is answered 405",
	  NEED_ENDPOINT, refuses_get },
	{ "registration.allow", "RFC 9110 15.5.6", true,
	  "405 says what is allowed",
	  NEED_ENDPOINT, names_methods },
	{ "registration.defaults", "RFC 7591 3.2.1", true,
	  "what the server chose by default is told",
	  NEED_MORE, tells_defaults },
	{ "registration.unique", "RFC 7591 3.2.1", false,
	  "two clients have two client_ids",
	  NEED_MORE, has_unique_id },
	{ "registration.unique_secret", "RFC 7591 3.2.1", true,
	  "two clients have two secrets",
	  NEED_MORE, has_unique_secret },
	{ "registration.public", "RFC 7591 2", true,
	  "a client of the method none has no secret",
	  NEED_MORE, gives_public_no_secret },
	{ "registration.unknown", "RFC 7591 2", true,
	  "members that the server does not know are ignored",
	  NEED_MORE, ignores_unknown },
	{ "registration.localized", "RFC 7591 2.2", true,
	  "translations are kept apart, or ignored",
	  NEED_MORE, keeps_translations },
	{ "registration.jwks", "RFC 7591 3.2.1", true,
	  "jwks is told as it was sent",
	  NEED_MORE, keeps_keys },
	{ "registration.one_jwks", "RFC 7591 2", true,
	  "jwks and jwks_uri are never registered together",
	  NEED_MORE, has_one_key_source },
	{ "registration.redirect_fragment", "RFC 6749 3.1.2", true,
	  "a redirect URI with a fragment is refused",
	  NEED_MORE, refuses_fragment },
	{ "registration.redirect_relative", "RFC 6749 3.1.2", true,
	  "a relative redirect URI is refused",
	  NEED_MORE, refuses_relative },
	{ "registration.redirect_script", "RFC 7591 5", true,
	  "a redirect URI that runs a script is refused",
	  NEED_MORE, refuses_script },
	{ "registration.redirect_clear", "RFC 7591 5", true,
	  "a redirect URI in clear, but to another host, is refused",
	  NEED_MORE, refuses_clear },
	{ "registration.redirect_needed", "RFC 7591 5", true,
	  "a client of authorization codes has redirect URIs",
	  NEED_MORE, needs_redirect },
	{ "registration.error", "RFC 7591 3.2.2", true,
	  "a refusal is 400 and a JSON object with error",
	  NEED_MORE, has_error },
	{ "registration.error_code", "RFC 7591 3.2.2", false,
	  "a bad redirect URI is invalid_redirect_uri",
	  NEED_MORE, has_known_error },
	{ "registration.error_description", "RFC 7591 3.2.2", true,
	  "error_description is ASCII",
	  NEED_MORE, has_ascii_description },
	{ "registration.malformed", "RFC 7591 3.2.2", true,
	  "what is no JSON is answered 400 and an error",
	  NEED_MORE, refuses_malformed },
	{ "registration.wrong_types", "RFC 7591 2", true,
	  "members of the wrong type are refused, or replaced",
	  NEED_MORE, refuses_wrong_types },
	{ "registration.content_type", "RFC 9110 15.5.16", false,
	  "what is not application/json is refused",
	  NEED_MORE, refuses_other_type },
	{ "registration.no_initial_token", "RFC 6750 3", true,
	  "a missing initial access token is answered with a challenge",
	  NEED_MORE, needs_token },
	{ "registration.wrong_initial_token", "RFC 6750 3", true,
	  "a wrong initial access token is answered with a challenge",
	  NEED_MORE, needs_right_token },
	{ "registration.statement", "RFC 7591 2.3", true,
	  "a software statement that nobody signed is not used",
	  NEED_MORE, uses_no_bad_statement },
	{ "registration.statement_error", "RFC 7591 3.2.2", false,
	  "a software statement that is refused is named in error",
	  NEED_MORE, names_bad_statement },
	{ "registration.consistent", "RFC 7591 2.1", false,
	  "grant_types and response_types go together",
	  NEED_MORE, keeps_consistent },
	{ "registration.own_id", "RFC 9700 4.15.1", false,
	  "the server, not the client, chooses client_id",
	  NEED_MORE, chooses_id },
};
/* clang-format on */

const size_t conformance_nregistration = COUNT(conformance_registration);
