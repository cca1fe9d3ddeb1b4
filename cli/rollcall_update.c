/*
 * rollcall update: change what is registered (RFC 7592 2.2).
 */
#include "rollcall_update.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "rollcall_manage.h"
#include "rollcall_metadata.h"
#include "rollcall_print.h"
#include "rollcall_store.h"
#include "suggest.h"
#include "table.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static enum rollcall_exit
refuse_assigned(struct rollcall *r, const char *name)
{

	return rollcall_fail(ROLLCALL_USAGE,
	    "%s is assigned by the server; leave it out",
	    rollcall_text(r, name));
}

/* One of --metadata's members. */
static enum rc_err
copy_member(void *arg, const char *name, struct rc_json *value)
{

	rc_json_set(arg, name, value);
	return RC_OK;
}

static enum rc_err
find_assigned(void *arg, const char *name, struct rc_json *value)
{
	const char **found = arg;

	(void)value;
	if (metadata_is_assigned(name))
		*found = name;
	return RC_OK;
}

/* Return the member that a name may be a slip of; NULL: none, or it is one. */
static const char *
meant(const char *name)
{
	struct suggest near = { .word = name };
	size_t i;

	if (metadata_find(name) != NULL)
		return NULL;
	for (i = 0; i < metadata_nmembers; i++)
		suggest_try(&near, metadata_members[i].name);
	return near.name;
}

/* Servers leave out what they do not know: a slip may go unnoticed. */
static enum rc_err
warn_of_slip(void *arg, const char *name, struct rc_json *value)
{
	const struct rollcall *r = arg;
	const char *other = meant(name);

	(void)value;
	if (other != NULL)
		rollcall_warn("%s is no member that is known here; did you "
			      "mean %s?",
		    rollcall_text(r, name), other);
	return RC_OK;
}

/* Members of a key that are nobody else's business: RFC 7518 6. */
enum rollcall_exit
update_check_keys(const struct rc_json *metadata)
{
	const struct rc_json *keys =
	    rc_json_get(rc_json_get(metadata, "jwks"), "keys");
	size_t i;

	for (i = 0; i < rc_json_count(keys); i++)
		if (rc_json_has(rc_json_at(keys, i), "d") ||
		    rc_json_has(rc_json_at(keys, i), "k"))
			return rollcall_fail(ROLLCALL_FAILED,
			    "the key set has a private key, which is nobody "
			    "else's business; leave the private members out");
	return ROLLCALL_OK;
}

/* Take a whole file of members. */
static enum rollcall_exit
take_file(struct rollcall *r, struct rc_json *object, bool nulls)
{
	const char *file = rollcall_value(r, "metadata");
	const char *found = NULL;
	struct rc_json *members;
	enum rollcall_exit e;

	if (file == NULL)
		return ROLLCALL_OK;
	e = rollcall_read_object(r, file, "metadata", &members);
	if (e != ROLLCALL_OK)
		return e;
	(void)rc_json_each(members, find_assigned, &found);
	if (found != NULL)
		return refuse_assigned(r, found);
	if ((e = update_check_keys(members)) != ROLLCALL_OK)
		return e;
	(void)rc_json_each(members, warn_of_slip, r);
	if (nulls)
		(void)rc_json_each(members, copy_member, object);
	else
		metadata_merge(object, members);
	return ROLLCALL_OK;
}

static enum rollcall_exit
set_member(struct rollcall *r, struct rc_json *object, const char *name,
    const char *text)
{
	const char *why = metadata_set(r->mem, object, name, text);

	if (why == NULL)
		return ROLLCALL_OK;
	return rollcall_fail(
	    ROLLCALL_USAGE, "%s %s", rollcall_text(r, name), why);
}

/* Take the option of a member: of an array each value is an element. */
static enum rollcall_exit
take_option(struct rollcall *r, struct rc_json *object,
    const struct metadata_member *member)
{
	const struct rollcall_words *words =
	    rollcall_values(r, member->option.name);
	struct rc_json *array;
	struct rc_buf text;
	size_t i;

	if (words->count == 0)
		return ROLLCALL_OK;
	if (member->kind == METADATA_STRINGS) {
		array = rc_json_new_array(r->mem);
		for (i = 0; i < words->count; i++)
			rc_json_append_string(array, words->items[i]);
		rc_json_set(object, member->name, array);
		return ROLLCALL_OK;
	}
	rc_buf_init(&text, r->mem);
	for (i = 0; i < words->count; i++)
		rc_buf_printf(&text, "%s%s", i > 0 ? " " : "", words->items[i]);
	return set_member(r, object, member->name, text.data);
}

/* Take a --set of NAME=VALUE. */
static enum rollcall_exit
take_set(struct rollcall *r, struct rc_json *object, const char *word)
{
	const char *equals = strchr(word, '=');
	enum rollcall_exit e;
	const char *name;

	if (equals == NULL || equals == word)
		return rollcall_fail(ROLLCALL_USAGE,
		    "--set takes MEMBER=VALUE, not %s", rollcall_text(r, word));
	name = rc_strndup(r->mem, word, (size_t)(equals - word));
	if (metadata_is_assigned(name))
		return refuse_assigned(r, name);
	(void)warn_of_slip(r, name, NULL);
	e = set_member(r, object, name, equals + 1);
	if (e != ROLLCALL_OK || strcmp(name, "jwks") != 0)
		return e;
	return update_check_keys(object);
}

enum rollcall_exit
update_take_members(struct rollcall *r, struct rc_json *object, bool nulls)
{
	const struct rollcall_words *sets = rollcall_values(r, "set");
	enum rollcall_exit e;
	size_t i;

	e = take_file(r, object, nulls);
	for (i = 0; e == ROLLCALL_OK && i < metadata_nmembers; i++)
		if (metadata_members[i].option.name != NULL)
			e = take_option(r, object, &metadata_members[i]);
	for (i = 0; e == ROLLCALL_OK && i < sets->count; i++)
		e = take_set(r, object, sets->items[i]);
	return e;
}

/* Print a member behind its comma. */
static enum rc_err
print_member(void *arg, const char *name, struct rc_json *value)
{
	struct rc_buf *out = arg;

	rc_buf_puts(out, out->len > 0 ? ",\n  " : "{\n  ");
	rc_json_quote(out, name);
	rc_buf_printf(out, ": %s",
	    value != NULL ? rc_json_write(out->mem, value) : "null");
	return RC_OK;
}

void
update_print_members(const struct rollcall *r, const struct rc_json *object)
{
	struct rc_buf out;

	rc_buf_init(&out, r->mem);
	(void)rc_json_each(object, print_member, &out);
	table_put_json(stdout, out.len > 0 ? out.data : "{");
	(void)printf("\n}\n");
}

static void
warn_of_absent(const struct rollcall *r, const char *name)
{
	const char *other = meant(name);

	rollcall_warn("there is no member %s to take away%s%s%s",
	    rollcall_text(r, name), other != NULL ? "; did you mean " : "",
	    other != NULL ? other : "", other != NULL ? "?" : "");
}

/* Take away what --unset names. */
static enum rollcall_exit
take_unset(struct rollcall *r, struct rc_json *object, bool nulls)
{
	const struct rollcall_words *words = rollcall_values(r, "unset");
	size_t i;

	for (i = 0; i < words->count; i++) {
		if (metadata_is_assigned(words->items[i]))
			return refuse_assigned(r, words->items[i]);
		if (nulls)
			rc_json_set(object, words->items[i], NULL);
		else if (rc_json_has(object, words->items[i]))
			rc_json_remove(object, words->items[i]);
		else
			warn_of_absent(r, words->items[i]);
	}
	return ROLLCALL_OK;
}

/* Only what changes, which is no RFC 7592, but servers like ours take it. */
static enum rollcall_exit
make_partial(struct rollcall *r, struct rc_json **asked)
{
	enum rollcall_exit e;

	*asked = rc_json_new_object(r->mem);
	if ((e = update_take_members(r, *asked, true)) != ROLLCALL_OK)
		return e;
	return take_unset(r, *asked, true);
}

/* What the server has now, changed. */
static enum rollcall_exit
make_whole(
    struct rollcall *r, struct store_client *client, struct rc_json **asked)
{
	const struct rc_json *told;
	enum rollcall_exit e;

	if (!rollcall_has(r, "replace")) {
		if ((e = manage_read(client)) != ROLLCALL_OK)
			return e;
		*asked = metadata_of_client(
		    r->mem, rc_json_get(client->record, "client"));
	} else
		*asked = rc_json_new_object(r->mem);
	if ((e = update_take_members(r, *asked, false)) != ROLLCALL_OK ||
	    (e = take_unset(r, *asked, false)) != ROLLCALL_OK)
		return e;
	/* RFC 7592 2.2: the id must be there, the secret may. */
	told = rc_json_get(client->record, "client");
	rc_json_set(*asked, "client_id", rc_json_get(told, "client_id"));
	if (rc_json_get(told, "client_secret") != NULL)
		rc_json_set(*asked, "client_secret",
		    rc_json_get(told, "client_secret"));
	return ROLLCALL_OK;
}

/* Tell whether anything is to be changed. */
static bool
is_empty(struct rollcall *r)
{
	size_t i;

	for (i = 0; rollcall_option_at(r->command, i) != NULL; i++)
		if (r->values[i].count > 0 &&
		    rollcall_option_at(r->command, i)->value != NULL)
			return false;
	return true;
}

/* A change that was partial is compared without the nulls. */
static struct rc_json *
compare(
    struct rollcall *r, const struct rc_json *asked, const struct rc_json *got)
{
	struct rc_json *changes = metadata_diff(r->mem, asked, got);
	struct rc_json *out = rc_json_new_array(r->mem);
	const char *change;
	size_t i;

	if (!rollcall_has(r, "partial"))
		return changes;
	for (i = 0; i < rc_json_count(changes); i++) {
		change = rc_json_text(rc_json_at(changes, i), "change");
		if (strcmp(change, "added") != 0)
			rc_json_append(out, rc_json_at(changes, i));
	}
	return out;
}

static enum rollcall_exit
update(struct rollcall *r, struct store_client *client)
{
	struct rc_json *asked;
	enum rollcall_exit e;

	e = rollcall_has(r, "partial") ? make_partial(r, &asked)
	                               : make_whole(r, client, &asked);
	if (e != ROLLCALL_OK)
		return e;
	if ((e = manage_send(client, "update", "PUT", "",
		 rc_json_write(r->mem, asked))) != ROLLCALL_OK)
		return e;
	print_result(r, client->name, client->record,
	    compare(r, asked, rc_json_get(client->record, "client")),
	    rc_printf(r->mem, "Updated %s.", client->name));
	return ROLLCALL_OK;
}

static enum rollcall_exit
run(struct rollcall *r)
{
	struct store_client client;
	enum rollcall_exit e;

	if (is_empty(r))
		return rollcall_fail(ROLLCALL_USAGE,
		    "there is nothing to change; give --set, --unset, "
		    "--metadata or a member");
	if (rollcall_has(r, "partial") && rollcall_has(r, "replace"))
		return rollcall_fail(
		    ROLLCALL_USAGE, "give one of --partial and --replace");
	if ((e = store_find(r, r->arg, &client)) != ROLLCALL_OK)
		return e;
	e = update(r, &client);
	store_close(&client);
	return e;
}

static const struct rollcall_option options[] = {
	{ "set", "MEMBER=VALUE", true,
	    "any member; the value is JSON, or a string" },
	{ "unset", "MEMBER", true, "take a member away" },
	{ "metadata", "FILE", false, "members to change, a JSON object" },
	{ "partial", NULL, false,
	    "send the changes alone, which is no standard" },
	{ "replace", NULL, false, "what is given is all that there will be" },
};

const struct rollcall_command rollcall_update = { "update", "NAME", options,
	COUNT(options), true, "change what is registered", run };
