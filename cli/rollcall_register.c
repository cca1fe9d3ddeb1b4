/*
 * rollcall register: make a client known to a server, and keep what comes.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "jose.h"
#include "json.h"
#include "rollcall.h"
#include "rollcall_discover.h"
#include "rollcall_http.h"
#include "rollcall_metadata.h"
#include "rollcall_print.h"
#include "rollcall_server.h"
#include "rollcall_store.h"
#include "rollcall_update.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The longest name that is made of a client_name. */
#define MOST_NAME 40

/* A registration on its way. */
struct registration {
	struct discovery found;
	struct rc_json *asked;
	struct rc_json *private_key; /* NULL */
	const char *token; /* the initial access token, NULL */
};

/* clang-format off */
static const struct {
	const char *option;
	enum metadata_preset preset;
} preset_options[] = {
	{ "public", METADATA_PUBLIC },
	{ "confidential", METADATA_CONFIDENTIAL },
	{ "oidc", METADATA_OIDC },
};

/* Keys that --generate-key makes. */
static const struct {
	const char *name, *alg;
} key_kinds[] = {
	{ "es256", "ES256" },
	{ "eddsa", "EdDSA" },
	{ "rs256", "RS256" },
};
/* clang-format on */

/* What is wrong with the command line is said before a server is asked. */
static enum rollcall_exit
check_options(struct rollcall *r)
{
	const char *name = rollcall_value(r, "name");
	const char *why = name != NULL ? store_name_fault(name) : NULL;
	size_t i, n = 0;

	for (i = 0; i < COUNT(preset_options); i++)
		n += rollcall_has(r, preset_options[i].option);
	if (n > 1)
		return rollcall_fail(ROLLCALL_USAGE,
		    "give one of --public, --confidential and --oidc");
	if (why != NULL)
		return rollcall_fail(ROLLCALL_USAGE,
		    "the name %s %s; choose another", rollcall_text(r, name),
		    why);
	return ROLLCALL_OK;
}

/* Begin with the preset that was asked for, or with nothing. */
static void
take_preset(struct rollcall *r, struct registration *g)
{
	size_t i;

	g->asked = rc_json_new_object(r->mem);
	for (i = 0; i < COUNT(preset_options); i++)
		if (rollcall_has(r, preset_options[i].option))
			g->asked = metadata_preset(
			    r->mem, preset_options[i].preset, g->found.server);
}

static enum rollcall_exit
take_jwks(struct rollcall *r, struct registration *g)
{
	const char *file = rollcall_value(r, "jwks");
	struct rc_json *jwks;
	enum rollcall_exit e;

	if (file == NULL)
		return ROLLCALL_OK;
	e = rollcall_read_object(r, file, "key set", &jwks);
	if (e != ROLLCALL_OK)
		return e;
	if (rc_json_type(rc_json_get(jwks, "keys")) != RC_JSON_ARRAY)
		return rollcall_fail(ROLLCALL_FAILED,
		    "the key set %s has no array keys (RFC 7517 5); a single "
		    "key goes in there",
		    file);
	rc_json_set(g->asked, "jwks", jwks);
	return update_check_keys(g->asked);
}

static struct rc_json *
parse(struct rollcall *r, const char *text)
{
	struct rc_json *json = NULL;
	const char *why;
	size_t at;

	(void)rc_json_parse(r->mem, text, strlen(text), &json, &why, &at);
	return json;
}

/* Make a key pair: the private one stays here. */
static enum rollcall_exit
make_key(struct rollcall *r, struct registration *g)
{
	const char *name = rollcall_value(r, "generate-key");
	struct rc_json *jwks = rc_json_new_object(r->mem);
	struct rc_json *keys = rc_json_new_array(r->mem);
	const char *kid, *private, *public;
	size_t i;

	if (name == NULL)
		return ROLLCALL_OK;
	if (rollcall_has(r, "jwks"))
		return rollcall_fail(
		    ROLLCALL_USAGE, "give one of --jwks and --generate-key");
	for (i = 0; i < COUNT(key_kinds); i++)
		if (strcmp(key_kinds[i].name, name) == 0)
			break;
	if (i == COUNT(key_kinds))
		return rollcall_fail(ROLLCALL_USAGE,
		    "--generate-key takes es256, eddsa or rs256");
	if (!rc_jose_generate(
		r->mem, key_kinds[i].alg, &kid, &private, &public))
		return rollcall_fail(
		    ROLLCALL_FAILED, "no key came about; try again");
	g->private_key = parse(r, private);
	rc_json_append(keys, parse(r, public));
	rc_json_set(jwks, "keys", keys);
	rc_json_set(g->asked, "jwks", jwks);
	rc_json_set_string(
	    g->asked, "token_endpoint_auth_method", "private_key_jwt");
	rc_json_set_string(
	    g->asked, "token_endpoint_auth_signing_alg", key_kinds[i].alg);
	return ROLLCALL_OK;
}

static enum rollcall_exit
take_statement(struct rollcall *r, struct registration *g)
{
	const char *file = rollcall_value(r, "software-statement");
	const char *statement;
	enum rollcall_exit e;

	if (file == NULL)
		return ROLLCALL_OK;
	e = rollcall_read_secret(r, file, "software statement", &statement);
	if (e == ROLLCALL_OK)
		rc_json_set_string(g->asked, "software_statement", statement);
	return e;
}

/*
 * A response type goes with a grant that has an authorization endpoint; who
 * takes that away from a preset does not mean to keep the one of the preset.
 */
static void
drop_response_type(struct rollcall *r, struct rc_json *asked)
{

	if (rollcall_has(r, "grant-type") &&
	    !rollcall_has(r, "response-type") &&
	    !metadata_lists(asked, "grant_types", "authorization_code") &&
	    !metadata_lists(asked, "grant_types", "implicit"))
		rc_json_set(asked, "response_types", rc_json_new_array(r->mem));
}

/* Put together what to ask for: what comes later wins. */
static enum rollcall_exit
take_metadata(struct rollcall *r, struct registration *g)
{
	const char *file = rollcall_value(r, "initial-access-token-file");
	enum rollcall_exit e;

	take_preset(r, g);
	if ((e = make_key(r, g)) != ROLLCALL_OK ||
	    (e = take_jwks(r, g)) != ROLLCALL_OK ||
	    (e = take_statement(r, g)) != ROLLCALL_OK ||
	    (e = update_take_members(r, g->asked, false)) != ROLLCALL_OK)
		return e;
	if (rc_json_count(g->asked) == 0)
		return rollcall_fail(ROLLCALL_USAGE,
		    "there is nothing to ask for; give --public, "
		    "--confidential or --oidc, or --metadata");
	drop_response_type(r, g->asked);
	if (file == NULL)
		return ROLLCALL_OK;
	return rollcall_read_secret(r, file, "initial access token", &g->token);
}

/* Say what is not wise before it is done. */
static void
warn(struct rollcall *r, const struct registration *g)
{
	const struct rc_json *warnings =
	    metadata_warnings(r->mem, g->asked, g->found.server);
	size_t i;

	for (i = 0; i < rc_json_count(warnings); i++)
		rollcall_warn("%s",
		    rollcall_text(r, rc_json_string(rc_json_at(warnings, i))));
}

/* --- the name in the store */

/* Make a name of what people call the client. */
static const char *
derive_name(struct rollcall *r, const struct rc_json *asked)
{
	const char *s = rc_json_text(asked, "client_name");
	struct rc_buf name;

	rc_buf_init(&name, r->mem);
	for (; s != NULL && *s != '\0' && name.len < MOST_NAME; s++) {
		/* All text is UTF-8: of that, ASCII. */
		if ((unsigned char)*s < 0x80 && isalnum((unsigned char)*s))
			rc_buf_putc(&name, (char)tolower((unsigned char)*s));
		else if (name.len > 0 && name.data[name.len - 1] != '-')
			rc_buf_putc(&name, '-');
	}
	while (name.len > 0 && name.data[name.len - 1] == '-')
		name.data[--name.len] = '\0';
	return name.len > 0 ? name.data : "client";
}

/* Take a name that is free; it is locked then. */
static enum rollcall_exit
take_name(struct rollcall *r, const struct rc_json *asked,
    struct store_client *client)
{
	const char *given = rollcall_value(r, "name");
	const char *base = given != NULL ? given : derive_name(r, asked);
	const char *name = base;
	enum rollcall_exit e;
	int i;

	for (i = 2; i < 10000; i++) {
		if ((e = store_open(r, name, client)) != ROLLCALL_OK)
			return e;
		if (client->record == NULL && !client->deleting)
			return ROLLCALL_OK;
		store_close(client);
		if (given != NULL)
			return rollcall_fail(ROLLCALL_FAILED,
			    "there is a client %s in the store already; give "
			    "another --name, or rollcall delete it first",
			    given);
		name = rc_printf(r->mem, "%s-%d", base, i);
	}
	return rollcall_fail(ROLLCALL_FAILED,
	    "there are too many clients %s in the store; give a --name", base);
}

/* --- the request */

/* What the record has beside the answer. */
static struct rc_json *
begin_record(struct rollcall *r, const struct registration *g)
{
	struct rc_json *record = rc_json_new_object(r->mem);

	rc_json_set_string(record, "issuer", g->found.issuer);
	rc_json_set(record, "server", server_addresses(r, g->found.server));
	if (g->private_key != NULL)
		rc_json_set(record, "private_key", g->private_key);
	return record;
}

/* Have the server judge the request, where it offers that. */
static enum rollcall_exit
lint(struct rollcall *r, struct registration *g, struct rc_json *out)
{
	const char *endpoint =
	    rc_json_text(g->found.server, "registration_endpoint");
	struct rollcall_ask ask = { .method = "POST",
		.url = rc_printf(r->mem, "%s%slint", endpoint,
		    strchr(endpoint, '?') == NULL ? "?" : "&"),
		.token = g->token,
		.content = rc_json_write(r->mem, g->asked) };
	struct rc_json *warnings;
	enum rollcall_exit e;

	if (!rc_json_bool(
		rc_json_get(g->found.server, "registration_lint_supported"))) {
		rollcall_note(r,
		    "the server offers no lint, so what it would make of this "
		    "is not known");
		return ROLLCALL_OK;
	}
	if ((e = rollcall_ask(r, &ask)) != ROLLCALL_OK)
		return e;
	if (ask.status != 200)
		return rollcall_refused(r, &ask, "this registration");
	rc_json_set(out, "would_register", rc_json_get(ask.json, "metadata"));
	warnings = rc_json_get(ask.json, "warnings");
	if (rc_json_type(warnings) == RC_JSON_ARRAY &&
	    rc_json_count(warnings) > 0) {
		rollcall_note(r, "the server says of this:");
		rollcall_print_details(r, warnings, NULL);
		rc_json_set(out, "warnings", warnings);
	}
	return ROLLCALL_OK;
}

static enum rollcall_exit
dry_run(struct rollcall *r, struct registration *g)
{
	const char *endpoint =
	    rc_json_text(g->found.server, "registration_endpoint");
	struct rc_json *out = rc_json_new_object(r->mem);
	const struct rc_json *would, *changes;
	enum rollcall_exit e;

	rc_json_set_string(out, "method", "POST");
	rc_json_set_string(out, "url", endpoint);
	rc_json_set(out, "request", g->asked);
	e = lint(r, g, out);
	if (r->json) {
		rollcall_print_json(r, out);
		return e;
	}
	(void)printf("POST %s\n", rollcall_text(r, endpoint));
	update_print_members(r, g->asked);
	would = rc_json_get(out, "would_register");
	if (rc_json_type(would) != RC_JSON_OBJECT)
		return e;
	changes = metadata_diff(r->mem, g->asked, would);
	if (rc_json_count(changes) > 0)
		(void)printf("The server would change what is asked:\n");
	print_changes(r, changes);
	return e;
}

/* Pass on a refusal; most that are for want of a token do not say so. */
static enum rollcall_exit
refused(struct rollcall *r, const struct registration *g,
    const struct rollcall_ask *ask)
{
	enum rollcall_exit e = rollcall_refused(r, ask, "the registration");

	if (g->token == NULL && (ask->status == 401 || ask->status == 403))
		rollcall_note(r,
		    "it may want an initial access token: ask who runs it for "
		    "one, and give it by --initial-access-token-file");
	return e;
}

/* Ask, and keep what comes. */
static enum rollcall_exit
send_request(
    struct rollcall *r, struct registration *g, struct store_client *client)
{
	struct rollcall_ask ask = { .method = "POST",
		.url = rc_json_text(g->found.server, "registration_endpoint"),
		.token = g->token,
		.content = rc_json_write(r->mem, g->asked),
		.keep = client };
	enum rollcall_exit e;

	e = store_begin(client, "register", begin_record(r, g));
	if (e != ROLLCALL_OK)
		return e;
	if ((e = rollcall_ask(r, &ask)) == ROLLCALL_OK) {
		/* RFC 7591 3.2.1 says 201; there are servers that say 200. */
		if (ask.status / 100 != 2)
			e = refused(r, g, &ask);
		else if (ask.json != NULL)
			return store_take(client, ask.json);
		else
			e = rollcall_fail(ROLLCALL_UNFIT,
			    "the server answers %ld without saying what it "
			    "registered (RFC 7591 3.2.1); ask who runs it "
			    "whether there is a client now",
			    ask.status);
	}
	if (e == ROLLCALL_NETWORK && !ask.unsent)
		rollcall_warn("whether the server registered the client "
			      "before that is not known; to register again may "
			      "make a second one");
	store_give_up(client);
	return e;
}

static void
report(struct rollcall *r, const struct registration *g,
    const struct store_client *client)
{
	const struct rc_json *told = rc_json_get(client->record, "client");
	const char *done;

	done = rc_printf(r->mem, "Registered %s at %s as %s; it is in %s.",
	    client->name, rollcall_text(r, g->found.issuer),
	    rollcall_text(r, rc_json_text(told, "client_id")),
	    store_path(r, client->name, ".json"));
	if (rc_json_text(told, "registration_access_token") == NULL ||
	    rc_json_text(told, "registration_client_uri") == NULL)
		rollcall_warn("the server gave nothing to manage the client "
			      "with (RFC 7592 3); it cannot be read, updated "
			      "or deleted from here");
	print_result(r, client->name, client->record,
	    metadata_diff(r->mem, g->asked, told), done);
}

/*
 * A resource names whatever server it likes; a token for one server must not
 * get to another by that.
 */
static enum rollcall_exit
check_receiver(struct rollcall *r, const struct registration *g)
{

	if (!rollcall_has(r, "initial-access-token-file") ||
	    strcmp(g->found.issuer, r->arg) == 0)
		return ROLLCALL_OK;
	return rollcall_fail(ROLLCALL_USAGE,
	    "an initial access token is not sent where a resource points to; "
	    "if it is for %s, give the issuer itself",
	    rollcall_text(r, g->found.issuer));
}

static enum rollcall_exit
run(struct rollcall *r)
{
	struct registration g = { 0 };
	struct store_client client;
	enum rollcall_exit e;

	if ((e = check_options(r)) != ROLLCALL_OK)
		return e;
	e = discover_for_registration(r, r->arg, &g.found);
	if (e != ROLLCALL_OK || (e = check_receiver(r, &g)) != ROLLCALL_OK)
		return e;
	e = rollcall_check_endpoint(r, g.found.issuer,
	    rc_json_text(g.found.server, "registration_endpoint"));
	if (e != ROLLCALL_OK)
		return e;
	if ((e = take_metadata(r, &g)) != ROLLCALL_OK)
		return e;
	warn(r, &g);
	if (rollcall_has(r, "dry-run"))
		return dry_run(r, &g);
	if ((e = store_prepare(r)) != ROLLCALL_OK ||
	    (e = take_name(r, g.asked, &client)) != ROLLCALL_OK)
		return e;
	if ((e = send_request(r, &g, &client)) == ROLLCALL_OK)
		report(r, &g, &client);
	store_close(&client);
	return e;
}

static const struct rollcall_option options[] = {
	{ "public", NULL, false, "an app on a device: no secret, PKCE" },
	{ "confidential", NULL, false, "a web application with a secret" },
	{ "oidc", NULL, false, "a web application that has people log in" },
	{ "metadata", "FILE", false, "members, a JSON object" },
	{ "set", "MEMBER=VALUE", true,
	    "any member; the value is JSON, or a string" },
	{ "initial-access-token-file", "FILE", false,
	    "the token that registration takes, one line" },
	{ "software-statement", "FILE", false,
	    "a software statement, one line" },
	{ "jwks", "FILE", false, "the public keys of the client, a JWK Set" },
	{ "generate-key", "es256|eddsa|rs256", false,
	    "make a key to authenticate with" },
	{ "name", "NAME", false, "what the client is called in the store" },
	{ "dry-run", NULL, false, "register nothing, and show the request" },
};

const struct rollcall_command rollcall_register = { "register", "ISSUER",
	options, COUNT(options), true,
	"register a client, and keep its credentials", run };
