/*
 * How clients are shown to people, and handed to programs.
 */
#include "rollcall_print.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "rollcall_auth.h"
#include "rollcall_metadata.h"
#include "rollcall_store.h"
#include "rollcall_tokens.h"
#include "table.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The longest name of a client in the store; more of a cell is not listed. */
#define MOST_CELL 64

static const char *
text_of(const struct rc_json *record, const char *name)
{

	return rc_json_text(rc_json_get(record, "client"), name);
}

void
print_changes(const struct rollcall *r, const struct rc_json *changes)
{
	const struct rc_json *row;
	const char *member, *change;
	size_t i;

	for (i = 0; i < rc_json_count(changes); i++) {
		row = rc_json_at(changes, i);
		member = rollcall_text(r, rc_json_text(row, "member"));
		change = rc_json_text(row, "change");
		if (strcmp(change, "changed") == 0)
			(void)printf("  %s: asked %s, got %s\n", member,
			    rollcall_shown(r, rc_json_get(row, "asked")),
			    rollcall_shown(r, rc_json_get(row, "got")));
		else if (strcmp(change, "dropped") == 0)
			(void)printf("  %s: asked %s, dropped\n", member,
			    rollcall_shown(r, rc_json_get(row, "asked")));
		else
			(void)printf("  %s: added %s\n", member,
			    rollcall_shown(r, rc_json_get(row, "got")));
	}
}

/* Begin what a program is told of a command that changed a client. */
static struct rc_json *
begin_result(const struct rollcall *r, const char *name,
    const struct rc_json *record, const struct rc_json *changes)
{
	struct rc_json *out = rc_json_new_object(r->mem);

	rc_json_set_string(out, "name", name);
	rc_json_set_string(out, "issuer", rc_json_text(record, "issuer"));
	rc_json_set_string(out, "client_id", text_of(record, "client_id"));
	rc_json_set(out, "changes", (struct rc_json *)(uintptr_t)changes);
	return out;
}

void
print_result(const struct rollcall *r, const char *name,
    const struct rc_json *record, const struct rc_json *changes,
    const char *done)
{

	if (!r->json) {
		rollcall_done(r, "%s", done);
		if (rc_json_count(changes) > 0)
			(void)printf("The server changed what was asked:\n");
		print_changes(r, changes);
		return;
	}
	rollcall_print_json(r, begin_result(r, name, record, changes));
}

void
print_deletion(const struct rollcall *r, const char *name,
    const struct rc_json *record, bool deleted)
{
	struct rc_json *out;

	if (!r->json) {
		rollcall_done(
		    r, "%s %s.", deleted ? "Deleted" : "Forgot", name);
		return;
	}
	out = begin_result(r, name, record, rc_json_new_array(r->mem));
	rc_json_set_bool(out, "deleted", deleted);
	rollcall_print_json(r, out);
}

/* Members that nobody is to read over a shoulder. */
static bool
is_secret(const char *name)
{

	return strcmp(name, "client_secret") == 0 ||
	       strcmp(name, "registration_access_token") == 0;
}

/* The columns of a record, as it grows. */
struct lines {
	const struct rollcall *r;
	struct table_column *columns;
	const char **cells;
	size_t n, room;
	bool secrets;
};

static void
add_line(struct lines *lines, const char *name, enum table_kind kind,
    const char *cell)
{

	if (lines->n == lines->room)
		return;
	lines->columns[lines->n] = (struct table_column){ name, kind };
	lines->cells[lines->n++] = cell;
}

static enum rc_err
add_member(void *arg, const char *name, struct rc_json *value)
{
	struct lines *lines = arg;
	struct rc_arena *mem = lines->r->mem;
	const char *text = rc_json_string(value);
	enum table_kind kind = TABLE_JSON;

	if (text == NULL && value != NULL)
		text = rc_json_write(mem, value);
	if (is_secret(name) && !lines->secrets)
		text = "(in the store; --secrets shows it)";
	if (rc_json_type(value) == RC_JSON_INT &&
	    (strcmp(name, "client_id_issued_at") == 0 ||
		strcmp(name, "client_secret_expires_at") == 0)) {
		kind = rc_json_int(value) != 0 ? TABLE_TIME : TABLE_TEXT;
		text = rc_json_int(value) != 0 ? text : "never";
	}
	add_line(lines, rollcall_text(lines->r, name), kind, text);
	return RC_OK;
}

/* clang-format off */
/* The tokens of a record. */
static const struct {
	const char *name;
	const char *of; /* what they are called */
} sets[] = {
	{ "tokens", "login" },
	{ "client_tokens", "client" },
};
/* clang-format on */

/* Tell, as a cell, whether there is a token. */
static const char *
has_token(const struct rc_json *set, const char *name)
{

	return rc_json_has(set, name) ? "t" : "f";
}

/* Return the tokens of a record: a person's, else the client's own; NULL. */
static const struct rc_json *
first_set(const struct rc_json *record)
{
	const struct rc_json *set = NULL;
	size_t i;

	for (i = 0; i < COUNT(sets) && set == NULL; i++)
		set = rc_json_get(record, sets[i].name);
	return set;
}

/* Tell of tokens what there is to know without seeing them. */
static void
add_tokens(struct lines *lines, const struct rc_json *set, const char *of)
{
	struct rc_arena *mem = lines->r->mem;
	const struct rc_json *end = rc_json_get(set, "expires_at");

	if (set == NULL)
		return;
	add_line(lines, rc_printf(mem, "%s_access_token", of), TABLE_BOOL,
	    has_token(set, "access_token"));
	add_line(lines, rc_printf(mem, "%s_token_expires_at", of),
	    end != NULL ? TABLE_TIME : TABLE_TEXT,
	    end != NULL ? rc_json_write(mem, end) : "not said");
	add_line(lines, rc_printf(mem, "%s_token_scope", of), TABLE_TEXT,
	    rc_json_text(set, "scope"));
	add_line(lines, rc_printf(mem, "%s_refresh_token", of), TABLE_BOOL,
	    has_token(set, "refresh_token"));
}

/* Return a record without its secrets. */
static struct rc_json *
without_secrets(const struct rollcall *r, const struct rc_json *record)
{
	struct rc_json *out = rc_json_new_object(r->mem);
	struct rc_json *client = rc_json_new_object(r->mem);
	const struct rc_json *set;
	size_t i;

	metadata_merge(out, record);
	metadata_merge(client, rc_json_get(record, "client"));
	rc_json_remove(client, "client_secret");
	rc_json_remove(client, "registration_access_token");
	rc_json_set(out, "client", client);
	rc_json_remove(out, "private_key");
	for (i = 0; i < COUNT(sets); i++)
		if ((set = rc_json_get(record, sets[i].name)) != NULL)
			rc_json_set(
			    out, sets[i].name, tokens_about(r->mem, set));
	return out;
}

void
print_client(const struct rollcall *r, const char *name,
    const struct rc_json *record, bool secrets)
{
	const struct rc_json *client = rc_json_get(record, "client");
	const struct rc_json *key = rc_json_get(record, "private_key");
	struct lines lines = { .r = r, .secrets = secrets };
	struct rc_json *out;
	size_t i;

	if (r->json) {
		out = rc_json_new_object(r->mem);
		rc_json_set_string(out, "name", name);
		metadata_merge(
		    out, secrets ? record : without_secrets(r, record));
		rollcall_print_json(r, out);
		return;
	}
	lines.room = rc_json_count(client) + 4 + 4 * COUNT(sets);
	lines.columns = rc_alloc(r->mem, lines.room * sizeof(*lines.columns));
	lines.cells = rc_alloc(r->mem, lines.room * sizeof(*lines.cells));
	add_line(&lines, "name", TABLE_TEXT, name);
	add_line(&lines, "issuer", TABLE_TEXT, rc_json_text(record, "issuer"));
	add_line(&lines, "saved_at", TABLE_TIME,
	    rc_json_write(r->mem, rc_json_get(record, "saved_at")));
	if (key != NULL)
		add_line(&lines, "private_key", TABLE_TEXT,
		    secrets ? rc_json_write(r->mem, key)
			    : "(in the store; --secrets shows it)");
	(void)rc_json_each(client, add_member, &lines);
	for (i = 0; i < COUNT(sets); i++)
		add_tokens(
		    &lines, rc_json_get(record, sets[i].name), sets[i].of);
	if (first_set(record) == NULL)
		add_line(&lines, "tokens", TABLE_TEXT, "none");
	table_record(stdout, r->mem, lines.columns, lines.n, lines.cells);
}

/* clang-format off */
static const struct table_column list_columns[] = {
	{ "name", TABLE_TEXT },
	{ "client_name", TABLE_TEXT },
	{ "client_id", TABLE_TEXT },
	{ "issuer", TABLE_TEXT },
	{ "secret_expires", TABLE_TIME },
	{ "encrypted", TABLE_BOOL },
	{ "access_token", TABLE_BOOL },
	{ "token_expires", TABLE_TIME },
	{ "refresh_token", TABLE_BOOL },
	{ "token_scope", TABLE_TEXT },
};

/* What a person sees: all of it makes a line that no terminal holds. */
static const struct table_column list_brief[] = {
	{ "name", TABLE_TEXT },
	{ "client_name", TABLE_TEXT },
	{ "issuer", TABLE_TEXT },
	{ "tokens", TABLE_TEXT },
	{ "token_expires", TABLE_TIME },
};
/* clang-format on */

/* Fill in the row of a client. */
static enum rollcall_exit
list_client(struct rollcall *r, const char *name, const char **cells)
{
	const struct rc_json *expires, *set;
	struct rc_json *record;
	enum rollcall_exit e;
	bool sealed = false;

	cells[0] = name;
	e = store_peek(r, name, &record, &sealed);
	if (e == ROLLCALL_OK || sealed)
		cells[5] = sealed ? "t" : "f";
	if (e != ROLLCALL_OK || record == NULL)
		return e;
	cells[1] = text_of(record, "client_name");
	cells[2] = text_of(record, "client_id");
	cells[3] = rc_json_text(record, "issuer");
	expires = rc_json_get(
	    rc_json_get(record, "client"), "client_secret_expires_at");
	if (rc_json_int(expires) != 0)
		cells[4] = rc_json_write(r->mem, expires);
	set = first_set(record);
	cells[6] = has_token(set, "access_token");
	if (rc_json_has(set, "expires_at"))
		cells[7] =
		    rc_json_write(r->mem, rc_json_get(set, "expires_at"));
	cells[8] = has_token(set, "refresh_token");
	cells[9] = rc_json_text(set, "scope");
	return ROLLCALL_OK;
}

/* Cut what a server may have made as long as it likes. */
static const char *
cut(struct rollcall *r, const char *text)
{
	size_t n = MOST_CELL;

	if (text == NULL || strlen(text) <= n)
		return text;
	/* Not within a character (RFC 3629 3). */
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return rc_printf(r->mem, "%.*s...", (int)n, text);
}

/* Name the tokens that there are, as the cells have it. */
static const char *
name_tokens(const char *access, const char *refresh)
{

	if (refresh == NULL || refresh[0] != 't')
		return access != NULL && access[0] == 't' ? "access" : NULL;
	return access[0] == 't' ? "access refresh" : "refresh";
}

/* Print the list for people. */
static void
print_brief(struct rollcall *r, const char *const *cells, size_t rows)
{
	const size_t n = COUNT(list_brief);
	const char **brief = rc_alloc(r->mem, (rows + 1) * n * sizeof(*brief));
	const char **out = brief;
	size_t i;

	for (i = 0; i < rows; i++, cells += COUNT(list_columns)) {
		/* Without the passphrase there is but the name. */
		bool shut =
		    cells[3] == NULL && cells[5] != NULL && cells[5][0] == 't';

		*out++ = cells[0];
		*out++ = cut(r, cells[1]);
		*out++ = shut ? "(encrypted)" : cut(r, cells[3]);
		*out++ = name_tokens(cells[6], cells[8]);
		*out++ = cells[7];
	}
	table_print(stdout, r->mem, list_brief, n, brief, rows);
}

enum rollcall_exit
print_list(struct rollcall *r, const struct rollcall_words *names)
{
	const size_t n = COUNT(list_columns);
	const char **cells =
	    rc_alloc(r->mem, (names->count + 1) * n * sizeof(*cells));
	enum rollcall_exit e = ROLLCALL_OK, one;
	size_t i;

	for (i = 0; i < names->count; i++) {
		one = list_client(r, names->items[i], cells + i * n);
		if (e == ROLLCALL_OK)
			e = one;
	}
	if (r->json)
		table_json(
		    stdout, r->mem, list_columns, n, cells, names->count);
	else
		print_brief(r, cells, names->count);
	return e;
}

/* --- export */

/* clang-format off */
/* What other programs want, and by which name in the environment. */
static const struct {
	const char *member, *variable;
	bool server; /* it is the server's */
} exports[] = {
	{ "client_id", "OAUTH_CLIENT_ID", false },
	{ "client_secret", "OAUTH_CLIENT_SECRET", false },
	{ "client_secret_expires_at", "OAUTH_CLIENT_SECRET_EXPIRES_AT",
	    false },
	{ "token_endpoint_auth_method", "OAUTH_TOKEN_ENDPOINT_AUTH_METHOD",
	    false },
	{ "scope", "OAUTH_SCOPE", false },
	{ "registration_client_uri", "OAUTH_REGISTRATION_CLIENT_URI", false },
	{ "registration_access_token", "OAUTH_REGISTRATION_ACCESS_TOKEN",
	    false },
	{ "authorization_endpoint", "OAUTH_AUTHORIZATION_ENDPOINT", true },
	{ "token_endpoint", "OAUTH_TOKEN_ENDPOINT", true },
	{ "introspection_endpoint", "OAUTH_INTROSPECTION_ENDPOINT", true },
	{ "revocation_endpoint", "OAUTH_REVOCATION_ENDPOINT", true },
	{ "jwks_uri", "OAUTH_JWKS_URI", true },
};

/* The same of tokens. */
static const struct {
	const char *member, *name, *variable;
} token_exports[] = {
	{ "access_token", "access_token", "OAUTH_ACCESS_TOKEN" },
	{ "expires_at", "access_token_expires_at",
	    "OAUTH_ACCESS_TOKEN_EXPIRES_AT" },
	{ "refresh_token", "refresh_token", "OAUTH_REFRESH_TOKEN" },
	{ "id_token", "id_token", "OAUTH_ID_TOKEN" },
};
/* clang-format on */

/* The tokens that go along: a person's, else the client's own; NULL. */
static const struct rc_json *
export_tokens(const struct rc_json *record)
{
	const struct rc_json *set;
	size_t i;

	for (i = 0; i < COUNT(sets); i++) {
		set = rc_json_get(record, sets[i].name);
		/* What was not judged is not for use. */
		if (set != NULL && !rc_json_has(set, "unchecked"))
			return set;
	}
	return NULL;
}

static struct rc_json *
export_value(const struct rc_json *record, size_t i)
{

	return rc_json_get(
	    rc_json_get(record, exports[i].server ? "server" : "client"),
	    exports[i].member);
}

static enum rollcall_exit
export_json(struct rollcall *r, const struct rc_json *record)
{
	struct rc_json *out = rc_json_new_object(r->mem);
	struct rc_json *value;
	size_t i;

	rc_json_set_string(out, "issuer", rc_json_text(record, "issuer"));
	for (i = 0; i < COUNT(exports); i++)
		if ((value = export_value(record, i)) != NULL)
			rc_json_set(out, exports[i].member, value);
	value = rc_json_get(rc_json_get(record, "client"), "redirect_uris");
	if (value != NULL)
		rc_json_set(out, "redirect_uris", value);
	if ((value = rc_json_get(record, "private_key")) != NULL)
		rc_json_set(out, "private_key", value);
	for (i = 0; i < COUNT(token_exports); i++)
		if ((value = rc_json_get(export_tokens(record),
			 token_exports[i].member)) != NULL)
			rc_json_set(out, token_exports[i].name, value);
	rollcall_print_json(r, out);
	return ROLLCALL_OK;
}

/* Write an assignment whose value no shell takes for anything else. */
static void
add_variable(struct rc_buf *out, const char *name, const char *value)
{

	rc_buf_printf(out, "%s='", name);
	for (; *value != '\0'; value++) {
		if (*value == '\'')
			rc_buf_puts(out, "'\\''");
		else
			rc_buf_putc(out, *value);
	}
	rc_buf_puts(out, "'\n");
}

/*
 * Print what is exact to programs; a terminal would heed what control
 * characters are in it.
 */
static enum rollcall_exit
put_export(struct rollcall *r, const char *text)
{
	const char *line, *s;
	size_t n;

	for (s = text; isatty(STDOUT_FILENO) == 1 && *s != '\0'; s += n + 1) {
		n = strcspn(s, "\n");
		line = rc_strndup(r->mem, s, n);
		if (n > 0 && strcmp(rollcall_text(r, line), line) != 0)
			return rollcall_fail(ROLLCALL_UNFIT,
			    "what the server gave has control characters, "
			    "which are not for a terminal; write this to a "
			    "file, or take --format json");
	}
	(void)fputs(text, stdout);
	return ROLLCALL_OK;
}

static const char *
plain(struct rollcall *r, const struct rc_json *value)
{
	const char *text = rc_json_string(value);

	return text != NULL ? text : rc_json_write(r->mem, value);
}

static enum rollcall_exit
export_env(struct rollcall *r, const struct rc_json *record)
{
	const struct rc_json *value;
	struct rc_buf out;
	size_t i;

	rc_buf_init(&out, r->mem);
	add_variable(&out, "OAUTH_ISSUER", rc_json_text(record, "issuer"));
	for (i = 0; i < COUNT(exports); i++)
		if ((value = export_value(record, i)) != NULL)
			add_variable(
			    &out, exports[i].variable, plain(r, value));
	value = rc_json_at(
	    rc_json_get(rc_json_get(record, "client"), "redirect_uris"), 0);
	if (value != NULL)
		add_variable(&out, "OAUTH_REDIRECT_URI", plain(r, value));
	if ((value = rc_json_get(record, "private_key")) != NULL)
		add_variable(&out, "OAUTH_PRIVATE_KEY", plain(r, value));
	for (i = 0; i < COUNT(token_exports); i++)
		if ((value = rc_json_get(export_tokens(record),
			 token_exports[i].member)) != NULL)
			add_variable(
			    &out, token_exports[i].variable, plain(r, value));
	return put_export(r, out.data);
}

/*
 * Write a line of curl's configuration file (curl(1), --config): in quotes
 * these are escaped, and all else stands for itself.
 */
static void
add_curl(struct rc_buf *out, const char *name, const char *value)
{
	static const char escaped[] = "\"\\\n\r\t\v", letters[] = "\"\\nrtv";
	const char *found;

	rc_buf_printf(out, "%s = \"", name);
	for (; *value != '\0'; value++) {
		if ((found = strchr(escaped, *value)) != NULL)
			rc_buf_printf(out, "\\%c", letters[found - escaped]);
		else
			rc_buf_putc(out, *value);
	}
	rc_buf_puts(out, "\"\n");
}

/* What authenticates the client at the token endpoint. */
static enum rollcall_exit
export_curl(struct rollcall *r, const struct rc_json *record)
{
	const char *url =
	    rc_json_text(rc_json_get(record, "server"), "token_endpoint");
	const char *method = text_of(record, "token_endpoint_auth_method");
	const char *id = auth_form_value(r->mem, text_of(record, "client_id"));
	const char *secret = text_of(record, "client_secret");
	struct rc_buf out;

	rc_buf_init(&out, r->mem);
	if (method == NULL)
		method = "client_secret_basic";
	if (strcmp(method, "none") != 0 &&
	    (secret == NULL || (strcmp(method, "client_secret_basic") != 0 &&
				   strcmp(method, "client_secret_post") != 0)))
		return rollcall_fail(ROLLCALL_UNSUPPORTED,
		    "the client authenticates by %s, which a configuration of "
		    "curl cannot do; take --format json or env",
		    rollcall_text(r, method));
	/* To curl, these would make several addresses of one. */
	if (url != NULL && strpbrk(url, "[]{}") != NULL)
		rc_buf_puts(&out, "globoff\n");
	if (url != NULL)
		add_curl(&out, "url", url);
	if (strcmp(method, "client_secret_basic") == 0) {
		add_curl(&out, "user",
		    rc_printf(
			r->mem, "%s:%s", id, auth_form_value(r->mem, secret)));
		return put_export(r, out.data);
	}
	add_curl(&out, "data", rc_printf(r->mem, "client_id=%s", id));
	if (strcmp(method, "none") != 0)
		add_curl(&out, "data",
		    rc_printf(r->mem, "client_secret=%s",
			auth_form_value(r->mem, secret)));
	return put_export(r, out.data);
}

enum rollcall_exit
print_export(
    struct rollcall *r, const struct rc_json *record, const char *format)
{
	static const struct {
		const char *name;
		enum rollcall_exit (*print)(
		    struct rollcall *r, const struct rc_json *record);
	} formats[] = { { "json", export_json }, { "env", export_env },
		{ "curl", export_curl } };
	size_t i;

	for (i = 0; i < COUNT(formats); i++) {
		if (strcmp(formats[i].name, format) != 0)
			continue;
		if (isatty(STDOUT_FILENO) == 1)
			rollcall_warn("this shows secrets on the terminal; "
				      "clear it afterwards");
		return formats[i].print(r, record);
	}
	return rollcall_fail(ROLLCALL_USAGE,
	    "there is no format %s; take json, env or curl",
	    rollcall_text(r, format));
}
