#include <stdio.h>
#include <string.h>

#include "admin.h"
#include "arena.h"
#include "conf.h"
#include "crypt.h"
#include "json.h"
#include "req.h"

#define NAME_LENGTH_MAX 255 /* characters */

/* The login name, which people type and read. */
static enum admin_exit
check_name(const char *name)
{
	size_t len = strlen(name), i, n, count = 0;

	for (i = 0; i < len; i += n, count++) {
		n = rc_json_utf8(name + i, len - i);
		if (n == 0 || (unsigned char)name[i] < ' ' || name[i] == '\x7f')
			return admin_fail(ADMIN_USAGE,
			    "the name must be one line of UTF-8 text");
	}
	if (count == 0 || count > NAME_LENGTH_MAX || name[0] == ' ' ||
	    name[len - 1] == ' ')
		return admin_fail(ADMIN_USAGE,
		    "the name must have 1 to %d characters and no blank at "
		    "either end",
		    NAME_LENGTH_MAX);
	return ADMIN_OK;
}

/* Claims that are of another type than text (OpenID Connect Core 5.1). */
static const struct {
	const char *name;
	enum rc_json_type type;
	const char *meaning;
} typed[] = {
	{ "email_verified", RC_JSON_BOOL, "true or false" },
	{ "phone_number_verified", RC_JSON_BOOL, "true or false" },
	{ "updated_at", RC_JSON_INT, "a number of seconds since 1970" },
	{ "address", RC_JSON_OBJECT, "a JSON object" },
};

/* Read a claim's value: as its type wants it, else an array, object or text. */
static enum admin_exit
read_claim(struct admin *a, struct rc_json *claims, const char *name,
    const char *value)
{
	const size_t n = sizeof(typed) / sizeof(typed[0]);
	struct rc_json *json;
	const char *why;
	size_t i, at;

	for (i = 0; i < n && strcmp(name, typed[i].name) != 0; i++)
		;
	if (i == n && value[0] != '[' && value[0] != '{') {
		rc_json_set_string(claims, name, value);
		return ADMIN_OK;
	}
	if (rc_json_parse(a->mem, value, strlen(value), &json, &why, &at) !=
	    RC_OK) {
		if (i < n)
			return admin_fail(ADMIN_USAGE,
			    "the claim %s must be %s", name, typed[i].meaning);
		return admin_fail(ADMIN_USAGE,
		    "the claim %s is no JSON: %s, at byte %zu", name, why, at);
	}
	if (i < n && rc_json_type(json) != typed[i].type)
		return admin_fail(ADMIN_USAGE, "the claim %s must be %s", name,
		    typed[i].meaning);
	rc_json_set(claims, name, json);
	return ADMIN_OK;
}

/* Set a claim of --claim NAME=VALUE. */
static enum admin_exit
set_claim(struct admin *a, struct rc_json *claims, const char *claim)
{
	/* What tokens say by themselves (OpenID Connect Core 2). */
	static const char *const own[] = { "iss", "sub", "aud", "exp", "iat",
		"nbf", "jti", "auth_time", "nonce", "acr", "amr", "azp",
		"at_hash", "c_hash", "client_id", "scope", NULL };
	const char *equals = strchr(claim, '='), *name;
	size_t i;

	if (equals == NULL || equals == claim)
		return admin_fail(ADMIN_USAGE,
		    "a claim is given as --claim NAME=VALUE, not %s", claim);
	name = rc_strndup(a->mem, claim, (size_t)(equals - claim));
	for (i = 0; own[i] != NULL; i++) {
		if (strcmp(name, own[i]) == 0)
			return admin_fail(ADMIN_USAGE,
			    "the claim %s is the server's to make; leave it "
			    "out",
			    name);
	}
	return read_claim(a, claims, name, equals + 1);
}

/* The claims of the options (OpenID Connect Core 5.1). */
static enum admin_exit
take_claims(struct admin *a, const char **text)
{
	const struct rc_list *list = admin_options(a, "claim");
	struct rc_json *claims = rc_json_new_object(a->mem);
	enum admin_exit e;
	size_t i, at;
	const char *why;

	if (admin_has(a, "name"))
		rc_json_set_string(claims, "name", admin_option(a, "name"));
	if (admin_has(a, "email"))
		rc_json_set_string(claims, "email", admin_option(a, "email"));
	for (i = 0; i < list->count; i++) {
		if ((e = set_claim(a, claims, list->items[i])) != ADMIN_OK)
			return e;
	}
	*text = rc_json_write(a->mem, claims);
	if (rc_json_check(*text, strlen(*text), &why, &at) != RC_OK)
		return admin_fail(
		    ADMIN_USAGE, "the claims must be UTF-8 text: %s", why);
	return ADMIN_OK;
}

/* Hash a password; NULL for none. */
static enum admin_exit
hash_password(struct admin *a, const char *password, const char **hash)
{
	char *text = rc_alloc(a->mem, RC_CRYPT_PASSWORD_SIZE);

	*hash = NULL;
	if (password == NULL)
		return ADMIN_OK;
	if (!rc_crypt_password_hash(
		password, (size_t)a->rq->conf->password_memory, text))
		return admin_fail(ADMIN_FAILED,
		    "there is not enough memory to hash a password; free some, "
		    "or lower password_memory");
	*hash = text;
	return ADMIN_OK;
}

/* Say what became of an account, and the password where we made it. */
static void
say_account(
    struct admin *a, const char *id, const char *password, const char *done)
{
	static const struct table_column columns[] = {
		{ "account", TABLE_TEXT },
		{ "account_id", TABLE_TEXT },
		{ "password", TABLE_TEXT },
	};
	const char *const cells[] = { a->arg, id, password };

	if (!admin_has(a, "random")) {
		admin_done(a, columns, 2, cells, "account %s %s", a->arg, done);
		return;
	}
	admin_done(a, columns, 3, cells,
	    "account %s %s; its password, which is not shown again, is\n%s",
	    a->arg, done, password);
}

static enum admin_exit
add(struct admin *a)
{
	char *id = rc_alloc(a->mem, RC_CRYPT_TOKEN_SIZE);
	const char *claims, *password, *hash;
	struct rc_rows *rows;
	enum admin_exit e;

	if ((e = check_name(a->arg)) != ADMIN_OK ||
	    (e = take_claims(a, &claims)) != ADMIN_OK ||
	    (e = admin_password(a, &password)) != ADMIN_OK ||
	    (e = hash_password(a, password, &hash)) != ADMIN_OK)
		return e;
	rc_crypt_token(id);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(id),
		RC_DB_TEXT(a->arg),
		RC_DB_TEXT(hash),
		RC_DB_TEXT(claims),
	};

	e = admin_sql(a, RC_SQL_ADMIN_ACCOUNT_ADD, params, 4, &rows);
	if (e != ADMIN_OK)
		return e;
	if (rc_rows_count(rows) == 0)
		return admin_fail(ADMIN_FAILED,
		    "there is an account %s already; choose another name, or "
		    "see rollcall-admin account passwd",
		    a->arg);
	say_account(a, id, password, "was made");
	return ADMIN_OK;
}

static enum admin_exit
passwd(struct admin *a)
{
	const char *password, *hash;
	struct rc_rows *rows;
	enum admin_exit e;

	if ((e = admin_known_account(a, a->arg)) != ADMIN_OK ||
	    (e = admin_password(a, &password)) != ADMIN_OK ||
	    (e = hash_password(a, password, &hash)) != ADMIN_OK)
		return e;

	const struct rc_db_param params[] = {
		RC_DB_TEXT(a->arg),
		RC_DB_TEXT(hash),
	};

	e = admin_sql(a, RC_SQL_ADMIN_ACCOUNT_PASSWORD, params, 2, &rows);
	if (e != ADMIN_OK)
		return e;
	if (rc_rows_count(rows) == 0)
		return admin_fail(ADMIN_NOT_FOUND,
		    "the account %s was deleted meanwhile", a->arg);
	say_account(a, rc_rows_text(rows, 0, 0), password,
	    password != NULL ? "has another password"
			     : "has no password any more");
	return ADMIN_OK;
}

static enum admin_exit
list(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "login_name", TABLE_TEXT },
		{ "full_name", TABLE_TEXT },
		{ "email", TABLE_TEXT },
		{ "status", TABLE_TEXT },
		{ "has_password", TABLE_BOOL },
		{ "created_at", TABLE_TIME },
		{ "last_login_at", TABLE_TIME },
		{ "account_id", TABLE_TEXT },
	};

	return admin_list(a, RC_SQL_ADMIN_ACCOUNT_LIST, NULL, 0, columns,
	    sizeof(columns) / sizeof(columns[0]));
}

static enum admin_exit
show(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "login_name", TABLE_TEXT },
		{ "account_id", TABLE_TEXT },
		{ "status", TABLE_TEXT },
		{ "has_password", TABLE_BOOL },
		{ "created_at", TABLE_TIME },
		{ "updated_at", TABLE_TIME },
		{ "password_changed_at", TABLE_TIME },
		{ "last_login_at", TABLE_TIME },
		{ "sessions", TABLE_NUMBER },
		{ "grants", TABLE_NUMBER },
		{ "claims", TABLE_JSON },
	};
	struct rc_rows *rows;
	enum admin_exit e;

	e = admin_find(a, "account", RC_SQL_ADMIN_ACCOUNT_SHOW, a->arg, &rows);
	if (e == ADMIN_OK)
		admin_record(
		    a, rows, columns, sizeof(columns) / sizeof(columns[0]));
	return e;
}

static enum admin_exit
disable(struct admin *a)
{

	return admin_change(a, "account", admin_known_account,
	    RC_SQL_ADMIN_ACCOUNT_DISABLE, "disabled");
}

static enum admin_exit
enable(struct admin *a)
{

	return admin_change(a, "account", admin_known_account,
	    RC_SQL_ADMIN_ACCOUNT_ENABLE, "enabled");
}

static enum admin_exit
erase(struct admin *a)
{

	return admin_delete(
	    a, "account", admin_known_account, RC_SQL_ADMIN_ACCOUNT_DELETE);
}

static const struct admin_option add_options[] = {
	{ "name", "NAME", false },
	{ "email", "ADDRESS", false },
	{ "claim", "NAME=VALUE", true },
	{ "password-file", "FILE", false },
	{ "random", NULL, false },
	{ "no-password", NULL, false },
};
static const struct admin_option passwd_options[] = {
	{ "password-file", "FILE", false },
	{ "random", NULL, false },
	{ "no-password", NULL, false },
};
static const struct admin_option delete_options[] = {
	{ "yes", NULL, false },
};

static const struct admin_command commands[] = {
	{ "add", "NAME", add_options, 6, "make an account", add },
	{ "passwd", "NAME", passwd_options, 3, "give it another password",
	    passwd },
	{ "list", NULL, NULL, 0, "list the accounts", list },
	{ "show", "NAME", NULL, 0, "show all of an account", show },
	{ "disable", "NAME", NULL, 0, "let somebody no longer log in",
	    disable },
	{ "enable", "NAME", NULL, 0, "let somebody log in again", enable },
	{ "delete", "NAME", delete_options, 1, "delete an account", erase },
};

const struct admin_noun admin_account = { "account", commands,
	sizeof(commands) / sizeof(commands[0]) };
