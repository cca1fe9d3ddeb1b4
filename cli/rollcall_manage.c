/*
 * What is done with a client that is in the store.
 */
#include "rollcall_manage.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "json.h"
#include "rollcall_http.h"
#include "rollcall_metadata.h"
#include "rollcall_print.h"
#include "rollcall_store.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Find out by which address and token the client is managed. */
static enum rollcall_exit
find_endpoint(const struct store_client *c, struct rollcall_ask *ask)
{
	const struct rc_json *told = rc_json_get(c->record, "client");

	ask->url = rc_json_text(told, "registration_client_uri");
	ask->token = rc_json_text(told, "registration_access_token");
	if (ask->url == NULL || ask->token == NULL)
		return rollcall_fail(ROLLCALL_UNSUPPORTED,
		    "the server gave nothing to manage %s with (RFC 7592 3); "
		    "ask who runs it to change the client, or rollcall delete "
		    "%s --local to forget it",
		    c->name, c->name);
	return rollcall_check_endpoint(
	    c->r, rc_json_text(c->record, "issuer"), ask->url);
}

/* Tell whether a status may mean that the server has no such client. */
static bool
is_unknown(long status)
{

	return status == 401 || status == 404 || status == 410;
}

/* Pass on a refusal; the client may be gone there. */
static enum rollcall_exit
refused(const struct store_client *c, const struct rollcall_ask *ask,
    const char *what)
{
	enum rollcall_exit e = rollcall_refused(c->r, ask, what);

	if (is_unknown(ask->status))
		rollcall_note(c->r,
		    "if the server has no such client any more, rollcall "
		    "delete %s --local forgets it here",
		    c->name);
	return e;
}

/* Judge an answer that has to say what is registered now. */
static enum rollcall_exit
take_answer(
    struct store_client *c, const struct rollcall_ask *ask, const char *act)
{

	if (ask->status / 100 != 2)
		return refused(c, ask, rc_printf(c->r->mem, "the %s", act));
	if (ask->json == NULL)
		return rollcall_fail(ROLLCALL_UNFIT,
		    "the server answers the %s with %ld, and not with what is "
		    "registered now (RFC 7592 3); rollcall read %s shows it",
		    act, ask->status, c->name);
	return store_take(c, ask->json);
}

/* Behind a request: where nothing came of it, nothing changes here. */
static enum rollcall_exit
settle(struct store_client *c, const struct rollcall_ask *ask,
    enum rollcall_exit e)
{

	if (e == ROLLCALL_OK)
		return e;
	if (e == ROLLCALL_NETWORK && !ask->unsent)
		rollcall_warn("whether the server did it before that is not "
			      "known; rollcall read %s shows what it has",
		    c->name);
	store_give_up(c);
	return e;
}

enum rollcall_exit
manage_send(struct store_client *c, const char *act, const char *method,
    const char *path, const char *content)
{
	struct rollcall_ask ask = {
		.method = method, .content = content, .keep = c
	};
	enum rollcall_exit e;

	if ((e = find_endpoint(c, &ask)) != ROLLCALL_OK)
		return e;
	ask.url = rc_printf(c->r->mem, "%s%s", ask.url, path);
	if ((e = store_begin(c, act, NULL)) != ROLLCALL_OK)
		return e;
	if ((e = rollcall_ask(c->r, &ask)) == ROLLCALL_OK)
		e = take_answer(c, &ask, act);
	return settle(c, &ask, e);
}

enum rollcall_exit
manage_read(struct store_client *c)
{

	return manage_send(c, "read", "GET", "", NULL);
}

/* --- list, show, read */

/* Say what else may have secrets in it: of one client, or with NULL of all. */
static enum rollcall_exit
warn_of_broken(struct rollcall *r, const char *name)
{
	struct rollcall_words broken;
	enum rollcall_exit e;
	size_t i;

	if ((e = store_broken(r, name, &broken)) != ROLLCALL_OK)
		return e;
	for (i = 0; i < broken.count; i++)
		rollcall_warn("what came of a broken answer, and may have "
			      "secrets in it, is %s in %s; remove it once it "
			      "is of no use",
		    store_is_sealed(r, broken.items[i]) ? "encrypted"
							: "in clear",
		    broken.items[i]);
	return ROLLCALL_OK;
}

static enum rollcall_exit
warn_of_rest(struct rollcall *r)
{
	struct rollcall_words unfinished;
	enum rollcall_exit e;
	size_t i;

	if ((e = store_unfinished(r, &unfinished)) != ROLLCALL_OK)
		return e;
	for (i = 0; i < unfinished.count; i++)
		rollcall_warn("something is under way with %s, or was broken "
			      "off; rollcall show %s sees to it",
		    unfinished.items[i], unfinished.items[i]);
	return warn_of_broken(r, NULL);
}

static void
list_names(const struct rollcall *r, const struct rollcall_words *names)
{
	struct rc_json *out = rc_json_new_array(r->mem);
	size_t i;

	for (i = 0; i < names->count; i++) {
		rc_json_append_string(out, names->items[i]);
		if (!r->json)
			(void)printf("%s\n", names->items[i]);
	}
	if (r->json)
		rollcall_print_json(r, out);
}

static enum rollcall_exit
list(struct rollcall *r)
{
	struct rollcall_words names;
	enum rollcall_exit e;

	if ((e = store_names(r, &names)) != ROLLCALL_OK)
		return e;
	if (rollcall_has(r, "names")) {
		list_names(r, &names);
		return ROLLCALL_OK;
	}
	/* A passphrase that cannot be read is said once, not for each. */
	if ((e = warn_of_rest(r)) != ROLLCALL_OK ||
	    (e = store_passphrase(r)) != ROLLCALL_OK)
		return e;
	if (names.count == 0)
		rollcall_note(
		    r, "there are no clients yet; rollcall register makes one");
	return print_list(r, &names);
}

static const struct rollcall_option list_options[] = {
	{ "names", NULL, false, "print the names only" },
};

const struct rollcall_command rollcall_list = { "list", NULL, list_options,
	COUNT(list_options), false, "list the clients of the store", list };

static enum rollcall_exit
show(struct rollcall *r)
{
	bool secrets = rollcall_has(r, "secrets");
	struct store_client client;
	enum rollcall_exit e;

	if ((e = store_find(r, r->arg, &client)) != ROLLCALL_OK)
		return e;
	if (secrets && isatty(STDOUT_FILENO) == 1)
		rollcall_warn(
		    "this shows secrets on the terminal; clear it afterwards");
	print_client(r, client.name, client.record, secrets);
	store_close(&client);
	return ROLLCALL_OK;
}

static const struct rollcall_option show_options[] = {
	{ "secrets", NULL, false, "with the secrets" },
};

const struct rollcall_command rollcall_show = { "show", "NAME", show_options,
	COUNT(show_options), false, "show what the store has of a client",
	show };

static enum rollcall_exit
read_client(struct rollcall *r)
{
	struct store_client client;
	enum rollcall_exit e;

	if ((e = store_find(r, r->arg, &client)) != ROLLCALL_OK)
		return e;
	if ((e = manage_read(&client)) == ROLLCALL_OK)
		print_client(r, client.name, client.record, false);
	store_close(&client);
	return e;
}

const struct rollcall_command rollcall_read = { "read", "NAME", NULL, 0, false,
	"read what the server has of a client, and keep it", read_client };

/* --- rotate */

/*
 * Rotation is no standard: a server like ours has it below the client's
 * address.  One that knows it not says so by its status.
 */
static enum rollcall_exit
rotate_client(struct rollcall *r, struct store_client *c)
{
	struct rc_json *body = rc_json_new_object(r->mem);
	struct rollcall_ask ask = { .method = "POST", .keep = c };
	enum rollcall_exit e;
	size_t n;

	if ((e = find_endpoint(c, &ask)) != ROLLCALL_OK)
		return e;
	if (rollcall_has(r, "secret") || rollcall_has(r, "token"))
		rc_json_set_string(body, "rotate",
		    rollcall_has(r, "secret") ? "client_secret"
					      : "registration_access_token");
	n = strcspn(ask.url, "?");
	ask.url =
	    rc_printf(r->mem, "%.*s/rotate%s", (int)n, ask.url, ask.url + n);
	ask.content = rc_json_write(r->mem, body);
	if ((e = store_begin(c, "rotate", NULL)) != ROLLCALL_OK)
		return e;
	if ((e = rollcall_ask(r, &ask)) == ROLLCALL_OK) {
		if (ask.status == 404 || ask.status == 405 || ask.status == 501)
			e = rollcall_fail(ROLLCALL_UNSUPPORTED,
			    "the server has no rotation (%ld); some replace "
			    "secret or token at an update or a read, others "
			    "only with a new registration",
			    ask.status);
		else
			e = take_answer(c, &ask, "rotation");
	}
	return settle(c, &ask, e);
}

static enum rollcall_exit
rotate(struct rollcall *r)
{
	struct rc_json *none = rc_json_new_array(r->mem);
	struct store_client client;
	enum rollcall_exit e;

	if (rollcall_has(r, "secret") && rollcall_has(r, "token"))
		return rollcall_fail(
		    ROLLCALL_USAGE, "give one of --secret and --token");
	if ((e = store_find(r, r->arg, &client)) != ROLLCALL_OK)
		return e;
	if ((e = rotate_client(r, &client)) == ROLLCALL_OK)
		print_result(r, client.name, client.record, none,
		    rc_printf(r->mem,
			"Rotated; what is new is in the store, as %s.",
			client.name));
	store_close(&client);
	return e;
}

static const struct rollcall_option rotate_options[] = {
	{ "secret", NULL, false, "only the client secret" },
	{ "token", NULL, false, "only the registration access token" },
};

const struct rollcall_command rollcall_rotate = { "rotate", "NAME",
	rotate_options, COUNT(rotate_options), false,
	"have the server replace the secret or the token", rotate };

/* --- delete */

/*
 * A deletion that was broken off may have been done.  Then 404 and 410 say that
 * nothing is there any more; but 401, which a deleted client has to be answered
 * (RFC 7592 2.3), only says that the token is not good, as one that has expired
 * is not either.  The record may be all that there is of a client that lives.
 */
static enum rollcall_exit
judge_again(const struct store_client *c, const struct rollcall_ask *ask)
{
	static const char known[] =
	    "the server does not take the token any more (401): either the "
	    "deletion that was broken off was done, or the token has expired "
	    "or was replaced, and the client is still there";

	if (ask->status != 401)
		return ROLLCALL_OK;
	if (!rollcall_has(c->r, "yes"))
		return rollcall_confirm(
		    rc_printf(c->r->mem,
			"What is known: %s.\nThis forgets the client here.",
			known),
		    c->name);
	rollcall_warn("%s", known);
	return ROLLCALL_OK;
}

/* *${done}: the server has no such client any more, as far as it says. */
static enum rollcall_exit
delete_at_server(struct store_client *c, bool *done)
{
	struct rollcall_ask ask = { .method = "DELETE", .any = true };
	bool again = c->deleting;
	enum rollcall_exit e;

	if ((e = find_endpoint(c, &ask)) != ROLLCALL_OK)
		return e;
	if ((e = store_begin(c, "delete", NULL)) != ROLLCALL_OK)
		return e;
	if ((e = rollcall_ask(c->r, &ask)) != ROLLCALL_OK) {
		/* Else the intent stays: it may have been done. */
		if (ask.unsent && !again)
			store_give_up(c);
		return e;
	}
	*done = ask.status != 401;
	if (ask.status / 100 == 2)
		return ROLLCALL_OK;
	if (again && is_unknown(ask.status))
		return judge_again(c, &ask);
	store_give_up(c);
	return refused(c, &ask, "the deletion");
}

static enum rollcall_exit
delete_client(struct rollcall *r, struct store_client *c)
{
	bool local = rollcall_has(r, "local");
	const struct rc_json *record = c->record;
	enum rollcall_exit e;
	bool done = false;

	if (!rollcall_has(r, "yes")) {
		e = rollcall_confirm(
		    local ? "This forgets the client, which stays at the "
			    "server."
			  : "This deletes the client at the server, and here.",
		    c->name);
		if (e != ROLLCALL_OK)
			return e;
	}
	if (!local && (e = delete_at_server(c, &done)) != ROLLCALL_OK)
		return e;
	if ((e = store_remove(c)) != ROLLCALL_OK)
		return e;
	print_deletion(r, c->name, record, done);
	return warn_of_broken(r, c->name);
}

static enum rollcall_exit
run_delete(struct rollcall *r)
{
	struct store_client client;
	enum rollcall_exit e;

	if ((e = store_find(r, r->arg, &client)) != ROLLCALL_OK)
		return e;
	e = delete_client(r, &client);
	store_close(&client);
	return e;
}

static const struct rollcall_option delete_options[] = {
	{ "yes", NULL, false, "do not ask" },
	{ "local", NULL, false, "only here, and not at the server" },
};

const struct rollcall_command rollcall_delete = { "delete", "NAME",
	delete_options, COUNT(delete_options), false,
	"delete a client at the server and in the store", run_delete };

/* --- export */

static enum rollcall_exit
run_export(struct rollcall *r)
{
	const char *format = rollcall_value(r, "format");
	struct store_client client;
	enum rollcall_exit e;

	if (r->json && format != NULL && strcmp(format, "json") != 0)
		return rollcall_fail(ROLLCALL_USAGE,
		    "give one of --json and --format %s",
		    rollcall_text(r, format));
	if ((e = store_find(r, r->arg, &client)) != ROLLCALL_OK)
		return e;
	e = print_export(r, client.record, format != NULL ? format : "json");
	store_close(&client);
	return e;
}

static const struct rollcall_option export_options[] = {
	{ "format", "json|env|curl", false, "json unless given" },
};

const struct rollcall_command rollcall_export = { "export", "NAME",
	export_options, COUNT(export_options), false,
	"write a client's credentials for another program", run_export };

/* --- passphrase */

/* Write one client anew, under the passphrase that r has by then. */
static enum rollcall_exit
reseal(struct rollcall *r, const char *name, const char *passphrase)
{
	struct store_client client;
	enum rollcall_exit e;
	const char *old;

	if ((e = store_find(r, name, &client)) != ROLLCALL_OK)
		return e;
	old = r->passphrase;
	r->passphrase = passphrase;
	e = store_save(&client);
	r->passphrase = old;
	store_close(&client);
	return e;
}

/* Find out the passphrase to be; NULL with --remove. */
static enum rollcall_exit
new_passphrase(struct rollcall *r, const char **passphrase)
{
	const char *file = rollcall_value(r, "new-file");

	*passphrase = NULL;
	if (rollcall_has(r, "remove"))
		return file == NULL ? ROLLCALL_OK
		                    : rollcall_fail(ROLLCALL_USAGE,
					  "give one of --remove and "
					  "--new-file");
	if (file != NULL)
		return rollcall_read_secret(
		    r, file, "passphrase file", passphrase);
	return rollcall_ask_passphrase(r, "New passphrase", true, passphrase);
}

/* Say how a client is stored now, or put that into ${out}. */
static void
report_sealed(const struct rollcall *r, struct rc_json *out, const char *name,
    bool sealed)
{
	struct rc_json *row = rc_json_new_object(r->mem);

	rc_json_set_string(row, "name", name);
	rc_json_set_bool(row, "encrypted", sealed);
	rc_json_append(out, row);
	if (!r->json)
		rollcall_done(
		    r, "%s is %sencrypted now.", name, sealed ? "" : "un");
}

/* Write them all anew; what does not open stays as it is, and is named. */
static enum rollcall_exit
reseal_all(
    struct rollcall *r, const struct rollcall_words *names, const char *to)
{
	struct rc_json *out = rc_json_new_array(r->mem);
	enum rollcall_exit e, first = ROLLCALL_OK;
	const char *rest = "";
	size_t i;

	for (i = 0; i < names->count; i++) {
		e = reseal(r, names->items[i], to);
		if (e == ROLLCALL_OK) {
			report_sealed(r, out, names->items[i], to != NULL);
			continue;
		}
		if (first == ROLLCALL_OK)
			first = e;
		if (e != ROLLCALL_NOT_FOUND)
			rest = rc_printf(r->mem, "%s%s%s", rest,
			    rest[0] != '\0' ? " " : "",
			    rollcall_text(r, names->items[i]));
	}
	if (r->json)
		rollcall_print_json(r, out);
	if (rest[0] == '\0')
		return first;
	return rollcall_fail(first,
	    "these stay as they were: %s; give their passphrase, and run "
	    "rollcall passphrase with their names",
	    rest);
}

/*
 * Where the passphrase that there is will be asked for, that comes first, and
 * one that opens nothing is said before a new one is asked for.
 */
static enum rollcall_exit
old_passphrase(struct rollcall *r, const struct rollcall_words *names)
{
	struct store_client client;
	struct rc_json *record;
	enum rollcall_exit e;
	bool sealed;
	size_t i;

	for (i = 0; i < names->count; i++) {
		if (store_name_fault(names->items[i]) != NULL)
			continue;
		e = store_peek(r, names->items[i], &record, &sealed);
		if (e != ROLLCALL_OK || r->passphrase != NULL)
			return ROLLCALL_OK;
		if (!sealed)
			continue;
		e = store_find(r, names->items[i], &client);
		if (e == ROLLCALL_OK)
			store_close(&client);
		return e;
	}
	return ROLLCALL_OK;
}

static enum rollcall_exit
passphrase(struct rollcall *r)
{
	struct rollcall_words names = r->args;
	enum rollcall_exit e, rest;
	const char *to;

	/* Who names a client vouches for it, and --remove says it all. */
	r->accept_clear = names.count > 0;
	r->told_clear = rollcall_has(r, "remove");
	if (names.count == 0 && (e = store_names(r, &names)) != ROLLCALL_OK)
		return e;
	if (names.count == 0)
		return rollcall_fail(ROLLCALL_NOT_FOUND,
		    "there are no clients in the store; set "
		    "ROLLCALL_PASSPHRASE, or give --passphrase-file, when you "
		    "register the first");
	if ((e = old_passphrase(r, &names)) != ROLLCALL_OK ||
	    (e = new_passphrase(r, &to)) != ROLLCALL_OK)
		return e;
	e = reseal_all(r, &names, to);
	rest = warn_of_rest(r);
	return e != ROLLCALL_OK ? e : rest;
}

static const struct rollcall_option passphrase_options[] = {
	{ "new-file", "FILE", false, "the new passphrase, one line" },
	{ "remove", NULL, false, "decrypt them" },
};

const struct rollcall_command rollcall_passphrase = { "passphrase", "[NAME...]",
	passphrase_options, COUNT(passphrase_options), false,
	"encrypt the clients anew, or decrypt them", passphrase };
