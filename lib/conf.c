#include <confuse.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "uri.h"
#include "conf.h"

/*
 * How a file becomes a configuration.  Our own scan goes first: it knows the
 * line of every key and refuses what libconfuse would let pass (a repeated key,
 * an unclosed section, ${X}, '#' inside a value, functions).  What it accepts
 * it writes down anew, without comments and with every value in quotes, and the
 * keys that were not given at their defaults; from that text libconfuse builds
 * the tree.  Then each value is judged by its row, in the file's order, and
 * last come the rules between keys.
 */

#define FILE_MAX_BYTES 1048576
#define NAME_LEN_MAX 63 /* of a key that is compared with the known ones */

#define SECTION "resource"
#define TOP_LEVEL SIZE_MAX

enum kind {
	STRING,
	URL,
	TIME,
	MILLISECONDS,
	SIZE,
	NUMBER,
	BOOLEAN,
	CHOICE,
	LIST,
	KIND__MAX
};

enum flag {
	REQUIRED = 1,
	MAY_BE_EMPTY = 2, /* a string or a list */
	MAY_BE_ZERO = 4 /* an amount, though its least is more */
};

/* The only values a key takes. */
struct choice {
	const char *type;
	const char *const words[5]; /* NULL-ended */
};

struct unit {
	const char *name; /* "" for a bare number */
	int64_t factor;
};

struct loader;

/* Everything there is to know about a key. */
struct row {
	const char *name;
	const char *section; /* NULL: top level */
	enum kind kind;
	size_t target; /* in struct rc_conf or struct rc_conf_resource */
	const char *preset; /* as written, NULL: none, or said by derive() */
	int64_t min, max; /* of an amount; max: of a string's bytes, too */
	unsigned flags;
	const struct choice *choice;
	/* NULL, or a phrase that fits behind the value (each, of a list). */
	const char *(*check)(struct loader *ld, const char *value);
	const char *meaning;
};

struct kind_row {
	const char *type;
	/* Set *${target} to what ${text} means; NULL, or a phrase. */
	const char *(*set)(struct loader *ld, const struct row *row,
	    const char *text, void *target);
	const struct unit *units; /* smallest first */
	const char *examples;
};

/* A key that was given (or, with line 0, its default). */
struct entry {
	const struct row *row;
	size_t section; /* place in sections, or TOP_LEVEL */
	int line;
};

struct section {
	const char *title;
	int line;
};

enum token_type {
	END = 256,
	WORD,
	QUOTED
	/* any other is the character itself */
};

struct token {
	int type;
	const char *text;
	int line;
};

/* One load, from the file's text to the configuration. */
struct loader {
	struct rc_arena *mem; /* lives as long as the configuration */
	struct rc_arena *tmp; /* lives as long as the load */
	const char *file;
	char *error;
	size_t size;

	const char *at; /* what the scan reads next */
	const char *end;
	int line;
	struct token token;

	struct rc_buf text; /* what libconfuse reads */
	struct entry *entries;
	size_t nentries;
	size_t entries_cap;
	struct section *sections;
	size_t nsections;
	size_t sections_cap;

	cfg_t *cfg;
	struct rc_conf *conf;
	struct rc_conf_resource *resources;
};

/* The configuration and the memory that all of it is in. */
struct loaded {
	struct rc_conf conf;
	struct rc_arena *mem;
};

static const char *is_base(struct loader *ld, const char *value);
static const char *is_http_url(struct loader *ld, const char *value);
static const char *is_role_prefix(struct loader *ld, const char *value);
static const char *is_scope(struct loader *ld, const char *value);
static const char *is_scheme(struct loader *ld, const char *value);
static const char *set_string(
    struct loader *ld, const struct row *row, const char *text, void *target);
static const char *set_amount(
    struct loader *ld, const struct row *row, const char *text, void *target);
static const char *set_boolean(
    struct loader *ld, const struct row *row, const char *text, void *target);
static const char *set_choice(
    struct loader *ld, const struct row *row, const char *text, void *target);

static const struct unit time_units[] = { { "", 1 }, { "s", 1 }, { "m", 60 },
	{ "h", 3600 }, { "d", 86400 }, { "w", 604800 }, { NULL, 0 } };
static const struct unit millisecond_units[] = { { "ms", 1 }, { "s", 1000 },
	{ NULL, 0 } };
static const struct unit size_units[] = { { "", 1 }, { "k", 1024 },
	{ "m", 1048576 }, { NULL, 0 } };
static const struct unit number_units[] = { { "", 1 }, { NULL, 0 } };

/* clang-format off */
static const struct kind_row kinds[KIND__MAX] = {
	[STRING] = { "string", set_string, NULL, NULL },
	[URL] = { "URL", set_string, NULL, NULL },
	[TIME] = { "time", set_amount, time_units, "10m, 12h, 30d" },
	[MILLISECONDS] = { "time", set_amount, millisecond_units, "500ms, 2s" },
	[SIZE] = { "size", set_amount, size_units, "4096, 64k, 1m" },
	[NUMBER] = { "number", set_amount, number_units, "32" },
	[BOOLEAN] = { "boolean", set_boolean, NULL, NULL },
	[CHOICE] = { NULL, set_choice, NULL, NULL },
	[LIST] = { "list", NULL, NULL, NULL },
};

/* The words stand in the order of the enums in conf.h. */
static const struct choice registrations = { "one of open, closed",
    { "open", "closed", NULL } };
static const struct choice unsupported = { "one of trim, reject",
    { "trim", "reject", NULL } };
static const struct choice grants = { "list",
    { "authorization_code", "refresh_token", "client_credentials", NULL } };
static const struct choice responses = { "list", { "code", NULL } };
static const struct choice auth_methods = { "list", { "client_secret_basic",
    "client_secret_post", "private_key_jwt", "none", NULL } };

#define T(member) offsetof(struct rc_conf, member)
#define R(member) offsetof(struct rc_conf_resource, member)
#define KIB INT64_C(1024)
#define MIB (1024 * KIB)
#define MINUTE INT64_C(60)
#define DAY (1440 * MINUTE)

/*
 * name, section, kind, target, preset, min, max, flags, choice, check, meaning
 */
static const struct row rows[] = {
	{ "issuer", NULL, URL, T(issuer), NULL, 0, 0, REQUIRED, NULL, is_base,
	    "URL that names this server in metadata and tokens" },
	{ "endpoint_base", NULL, URL, T(endpoint_base), NULL, 0, 0, 0, NULL,
	    is_base, "URL below which the programs are reached" },
	{ "service_documentation", NULL, URL, T(service_documentation), NULL,
	    0, 0, 0, NULL, is_http_url,
	    "Page for client developers, named in the metadata" },
	{ "op_policy_uri", NULL, URL, T(op_policy_uri), NULL, 0, 0, 0, NULL,
	    is_http_url, "Page that says how clients may use the data" },
	{ "op_tos_uri", NULL, URL, T(op_tos_uri), NULL, 0, 0, 0, NULL,
	    is_http_url, "Page with the terms of service" },

	{ "database", NULL, STRING, T(database), "\"dbname=rollcall\"", 0, 0,
	    MAY_BE_EMPTY, NULL, NULL,
	    "Where PostgreSQL is: a libpq connection string or URI" },
	{ "database_role_prefix", NULL, STRING, T(database_role_prefix),
	    "\"\"", 0, 32, MAY_BE_EMPTY, NULL, is_role_prefix,
	    "What the names of the database roles begin with" },
	{ "database_prepare", NULL, BOOLEAN, T(database_prepare), "on", 0, 0,
	    0, NULL, NULL,
	    "Keep prepared statements; off for poolers that cannot" },
	{ "database_timeout", NULL, MILLISECONDS, T(database_timeout),
	    "1500ms", 100, 60000, 0, NULL, NULL,
	    "Longest time for all database work of a request" },

	{ "registration", NULL, CHOICE, T(registration), "open", 0, 0, 0,
	    &registrations, NULL,
	    "Whether clients may register themselves" },
	{ "scopes", NULL, LIST, T(scopes), "{\"openid\", \"profile\", "
	    "\"email\", \"offline_access\", \"read\", \"write\"}", 0, 0, 0,
	    NULL, is_scope, "Scopes that clients may register" },
	{ "default_scope", NULL, LIST, T(default_scope),
	    "{\"openid\", \"profile\", \"email\"}", 0, 0, 0, NULL, is_scope,
	    "Scopes of a client that names none" },
	{ "grant_types", NULL, LIST, T(grant_types), "{\"authorization_code\","
	    " \"refresh_token\", \"client_credentials\"}", 0, 0, 0, &grants,
	    NULL, "Grant types that clients may register" },
	{ "response_types", NULL, LIST, T(response_types), "{\"code\"}", 0, 0,
	    MAY_BE_EMPTY, &responses, NULL,
	    "Response types that clients may register" },
	{ "token_endpoint_auth_methods", NULL, LIST, T(auth_methods),
	    "{\"client_secret_basic\", \"client_secret_post\", "
	    "\"private_key_jwt\", \"none\"}", 0, 0, 0, &auth_methods, NULL,
	    "Client authentication methods that clients may register" },
	{ "redirect_schemes", NULL, LIST, T(redirect_schemes),
	    "{\"cursor\", \"vscode\", \"vscode-insiders\", \"windsurf\"}",
	    0, 0, MAY_BE_EMPTY, NULL, is_scheme,
	    "Private-use URI schemes without a dot for native clients" },
	{ "unsupported_grant_types", NULL, CHOICE, T(unsupported_grant_types),
	    "trim", 0, 0, 0, &unsupported, NULL,
	    "What becomes of grant and response types not allowed" },
	{ "unsupported_scopes", NULL, CHOICE, T(unsupported_scopes), "reject",
	    0, 0, 0, &unsupported, NULL,
	    "What becomes of scopes not allowed" },
	{ "partial_update", NULL, BOOLEAN, T(partial_update), "on", 0, 0, 0,
	    NULL, NULL,
	    "Take a PUT without client_id as a change of what it names" },
	{ "registration_token_lifetime", NULL, TIME,
	    T(registration_token_lifetime), "30d", MINUTE, 3650 * DAY,
	    MAY_BE_ZERO, NULL, NULL,
	    "Life of a registration access token since its last use" },

	{ "max_body", NULL, SIZE, T(max_body), "64k", KIB, 16 * MIB, 0, NULL,
	    NULL, "Longest request body" },
	{ "max_redirect_uris", NULL, NUMBER, T(max_redirect_uris), "32", 1,
	    1000, 0, NULL, NULL,
	    "Most URIs in one list of a client, such as redirect_uris" },
	{ "max_uri_length", NULL, SIZE, T(max_uri_length), "2048", 64,
	    64 * KIB, 0, NULL, NULL, "Longest URI in a client's metadata" },
	{ "max_string_length", NULL, SIZE, T(max_string_length), "4096", 64,
	    64 * KIB, 0, NULL, NULL,
	    "Longest other string in a client's metadata" },
	{ "max_requests", NULL, NUMBER, T(max_requests), "0", 0,
	    INT64_C(1000000000), 0, NULL, NULL,
	    "Requests after which a program starts afresh" },
	{ "metadata_max_age", NULL, TIME, T(metadata_max_age), "1h", 0,
	    365 * DAY, 0, NULL, NULL,
	    "How long the metadata may be kept in caches" },

	{ "name", SECTION, STRING, R(name), NULL, 0, 0, 0, NULL, NULL,
	    "Name of the resource for people" },
	{ "documentation", SECTION, URL, R(documentation), NULL, 0, 0, 0, NULL,
	    is_http_url, "Page for developers who use the resource" },
	{ "scopes", SECTION, LIST, R(scopes), NULL, 0, 0, 0, NULL, is_scope,
	    "Scopes of the resource" },
};
/* clang-format on */

#define NROWS (sizeof(rows) / sizeof(rows[0]))

/* set_choice writes any of them. */
_Static_assert(sizeof(enum rc_registration) == sizeof(unsigned), "enum size");
_Static_assert(sizeof(enum rc_unsupported) == sizeof(unsigned), "enum size");

bool
rc_list_has_n(const struct rc_list *list, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (strlen(list->items[i]) == n &&
		    memcmp(list->items[i], s, n) == 0)
			return true;
	}
	return false;
}

bool
rc_list_has(const struct rc_list *list, const char *s)
{

	return rc_list_has_n(list, s, strlen(s));
}

static bool fault(struct loader *ld, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Say what is wrong with the file in ${line}, 0: as a whole.  Return false. */
static bool
fault(struct loader *ld, int line, const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = rc_vprintf(ld->tmp, fmt, ap);
	va_end(ap);
	if (line > 0)
		snprintf(
		    ld->error, ld->size, "%s:%d: %s", ld->file, line, text);
	else
		snprintf(ld->error, ld->size, "%s: %s", ld->file, text);
	return false;
}

static bool
is_lower(char c)
{

	return c >= 'a' && c <= 'z';
}

static bool
is_upper(char c)
{

	return c >= 'A' && c <= 'Z';
}

static bool
is_digit(char c)
{

	return c >= '0' && c <= '9';
}

/* Characters of keys, and of values that need no quotes. */
static bool
is_word(char c)
{

	return is_lower(c) || is_upper(c) || is_digit(c) || c == '_' ||
	       c == '.' || c == '-';
}

/*
 * Return the number of bytes of the UTF-8 character at ${s} (RFC 3629 4), 0
 * where there is none.  ${s} ends in a NUL.
 */
static size_t
utf8_length(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;
	unsigned char low = 0x80, high = 0xbf;
	size_t i, n;

	if (u[0] < 0x80)
		return 1;
	if (u[0] < 0xc2 || u[0] > 0xf4)
		return 0;
	n = u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
	/* Neither overlong forms nor surrogates nor more than U+10FFFF. */
	if (u[0] == 0xe0)
		low = 0xa0;
	else if (u[0] == 0xed)
		high = 0x9f;
	else if (u[0] == 0xf0)
		low = 0x90;
	else if (u[0] == 0xf4)
		high = 0x8f;
	for (i = 1; i < n; i++) {
		if (u[i] < low || u[i] > high)
			return 0;
		low = 0x80;
		high = 0xbf;
	}
	return n;
}

static bool
skip_block_comment(struct loader *ld)
{
	int line = ld->line;

	for (ld->at += 2; ld->at < ld->end; ld->at++) {
		if (ld->at[0] == '*' && ld->at[1] == '/') {
			ld->at += 2;
			return true;
		}
		if (*ld->at == '\n')
			ld->line++;
	}
	return fault(ld, line, "the comment is not closed: \"*/\" is missing");
}

/* Go to where the next token begins. */
static bool
skip_blank(struct loader *ld)
{

	while (ld->at < ld->end) {
		if (*ld->at == '\n') {
			ld->line++;
			ld->at++;
		} else if (strchr(" \t\r", *ld->at) != NULL && *ld->at != '\0')
			ld->at++;
		else if (*ld->at == '#' ||
			 (ld->at[0] == '/' && ld->at[1] == '/'))
			ld->at += strcspn(ld->at, "\n");
		else if (ld->at[0] == '/' && ld->at[1] == '*') {
			if (!skip_block_comment(ld))
				return false;
		} else
			break;
	}
	return true;
}

static bool
take_word(struct loader *ld)
{
	const char *start = ld->at;

	while (is_word(*ld->at))
		ld->at++;
	if (*ld->at == '#' || *ld->at == '/')
		return fault(ld, ld->line,
		    "\"%c\" touches \"%.*s\": put the value in double quotes, "
		    "or a space before the comment",
		    *ld->at, (int)(ld->at - start), start);
	ld->token.type = WORD;
	ld->token.text = rc_strndup(ld->tmp, start, (size_t)(ld->at - start));
	return true;
}

/* Add the next character of a quoted string to ${b}. */
static bool
take_character(struct loader *ld, struct rc_buf *b)
{
	size_t n;

	if (*ld->at == '\\') {
		ld->at++;
		if (*ld->at == '\0' || strchr("\"\\$", *ld->at) == NULL)
			return fault(ld, ld->line,
			    "unknown escape in a string: only \\\", \\\\ and "
			    "\\$ are known");
	} else if (ld->at[0] == '$' && ld->at[1] == '{')
		return fault(ld, ld->line,
		    "\"${\" in a string: variables are not expanded here; "
		    "write \"\\${\" if it is meant so");
	if ((unsigned char)*ld->at < 0x20 || *ld->at == 0x7f)
		return fault(ld, ld->line, "a control character in a string");
	if ((n = utf8_length(ld->at)) == 0)
		return fault(ld, ld->line, "a string that is not UTF-8");
	rc_buf_add(b, ld->at, n);
	ld->at += n;
	return true;
}

static bool
take_quoted(struct loader *ld)
{
	struct rc_buf b;

	rc_buf_init(&b, ld->tmp);
	for (ld->at++; *ld->at != '"';) {
		if (*ld->at == '\n' || ld->at == ld->end)
			return fault(ld, ld->line,
			    "the string is not closed on its line");
		if (!take_character(ld, &b))
			return false;
	}
	ld->at++;
	ld->token.type = QUOTED;
	ld->token.text = b.data;
	return true;
}

static bool
stray(struct loader *ld)
{
	unsigned char c = (unsigned char)*ld->at;

	if (ld->at[0] == '+' && ld->at[1] == '=')
		return fault(ld, ld->line,
		    "\"+=\" is not known: a key is given once, with \"=\"");
	if (c == '\'')
		return fault(ld, ld->line,
		    "single quotes: put the value in double quotes");
	if (c <= 0x20 || c >= 0x7f)
		return fault(ld, ld->line, "unexpected byte 0x%02x", c);
	return fault(ld, ld->line,
	    "unexpected \"%c\": put a value of other than letters, digits, "
	    "\"_\", \".\" and \"-\" in double quotes",
	    c);
}

/* Read the next token into ${ld}->token. */
static bool
next(struct loader *ld)
{

	if (!skip_blank(ld))
		return false;
	ld->token.line = ld->line;
	if (ld->at == ld->end) {
		ld->token.type = END;
		ld->token.text = "the end of the file";
		return true;
	}
	if (is_word(*ld->at))
		return take_word(ld);
	if (*ld->at == '"')
		return take_quoted(ld);
	if (*ld->at == '\0' || strchr("={}(),;", *ld->at) == NULL)
		return stray(ld);
	ld->token.type = (unsigned char)*ld->at;
	ld->token.text = rc_strndup(ld->tmp, ld->at, 1);
	ld->at++;
	return true;
}

/* Whether the row stands in a section, or at the top level. */
static bool
row_fits(const struct row *row, size_t section)
{

	return (row->section == NULL) == (section == TOP_LEVEL);
}

static const struct row *
find_row(const char *name, size_t section)
{
	size_t i;

	for (i = 0; i < NROWS; i++) {
		if (row_fits(&rows[i], section) &&
		    strcmp(rows[i].name, name) == 0)
			return &rows[i];
	}
	return NULL;
}

static const struct entry *
find_entry(const struct loader *ld, const char *name, size_t section)
{
	size_t i;

	for (i = 0; i < ld->nentries; i++) {
		if (ld->entries[i].section == section &&
		    strcmp(ld->entries[i].row->name, name) == 0)
			return &ld->entries[i];
	}
	return NULL;
}

static size_t
least(size_t a, size_t b)
{

	return a < b ? a : b;
}

/* Number of insertions, deletions and changes that make ${a} of ${b}. */
static size_t
distance(const char *a, const char *b)
{
	size_t cost[NAME_LEN_MAX + 1];
	size_t diagonal, above, i, j, n = strlen(b);

	for (j = 0; j <= n; j++)
		cost[j] = j;
	for (i = 0; a[i] != '\0'; i++) {
		diagonal = cost[0];
		cost[0] = i + 1;
		for (j = 1; j <= n; j++) {
			above = cost[j];
			cost[j] = least(least(above, cost[j - 1]) + 1,
			    diagonal + (a[i] != b[j - 1]));
			diagonal = above;
		}
	}
	return cost[n];
}

/* Return the known key that ${name} was probably meant to be, or NULL. */
static const char *
nearest(const char *name, size_t section)
{
	const char *found = NULL;
	size_t i, d, best;

	if (strlen(name) > NAME_LEN_MAX)
		return NULL;
	best = strlen(name) / 3 + 1;
	for (i = 0; i < NROWS; i++) {
		if (!row_fits(&rows[i], section))
			continue;
		d = distance(rows[i].name, name);
		if (d < best) {
			best = d;
			found = rows[i].name;
		}
	}
	return found;
}

static bool
unknown_key(struct loader *ld, const char *name, int line, size_t section)
{
	const char *near = nearest(name, section);

	if (section == TOP_LEVEL && find_row(name, 0) != NULL)
		return fault(ld, line,
		    "unknown key \"%s\" at the top level: it belongs in a "
		    "section " SECTION " \"https://...\" { }",
		    name);
	if (section != TOP_LEVEL && find_row(name, TOP_LEVEL) != NULL)
		return fault(ld, line,
		    "unknown key \"%s\" in a section: it belongs at the top "
		    "level; is the section of line %d closed?",
		    name, ld->sections[section].line);
	if (near != NULL)
		return fault(ld, line,
		    "unknown key \"%.100s\": is \"%s\" meant?", name, near);
	return fault(ld, line, "unknown key \"%.100s\"", name);
}

static void
add_entry(struct loader *ld, const struct row *row, size_t section, int line)
{
	struct entry *more;

	if (ld->nentries == ld->entries_cap) {
		ld->entries_cap = ld->entries_cap * 2 + 32;
		more = rc_alloc(ld->tmp, ld->entries_cap * sizeof(*more));
		if (ld->nentries > 0)
			memcpy(more, ld->entries, ld->nentries * sizeof(*more));
		ld->entries = more;
	}
	ld->entries[ld->nentries++] = (struct entry){ row, section, line };
}

static void
add_section(struct loader *ld, const char *title, int line)
{
	struct section *more;

	if (ld->nsections == ld->sections_cap) {
		ld->sections_cap = ld->sections_cap * 2 + 8;
		more = rc_alloc(ld->tmp, ld->sections_cap * sizeof(*more));
		if (ld->nsections > 0)
			memcpy(
			    more, ld->sections, ld->nsections * sizeof(*more));
		ld->sections = more;
	}
	ld->sections[ld->nsections++] = (struct section){ title, line };
}

/* Write ${s} for libconfuse so that it reads back ${s}. */
static void
write_quoted(struct rc_buf *b, const char *s)
{

	rc_buf_putc(b, '"');
	for (; *s != '\0'; s++) {
		if (strchr("\"\\$", *s) != NULL)
			rc_buf_putc(b, '\\');
		rc_buf_putc(b, *s);
	}
	rc_buf_putc(b, '"');
}

/* The token is the list's "{"; leave at its "}". */
static bool
scan_list(struct loader *ld, const struct row *row, int line)
{

	rc_buf_putc(&ld->text, '{');
	if (!next(ld))
		return false;
	while (ld->token.type != '}') {
		if (ld->token.type != WORD && ld->token.type != QUOTED)
			return fault(ld, ld->token.line,
			    "%s: a value must stand here, not %s: the list "
			    "begins on line %d",
			    row->name, ld->token.text, line);
		write_quoted(&ld->text, ld->token.text);
		if (!next(ld))
			return false;
		if (ld->token.type == '}')
			break;
		if (ld->token.type != ',')
			return fault(ld, ld->token.line,
			    "%s: \",\" or \"}\" is missing before %.100s: the "
			    "list begins on line %d",
			    row->name, ld->token.text, line);
		rc_buf_putc(&ld->text, ',');
		if (!next(ld))
			return false;
	}
	rc_buf_putc(&ld->text, '}');
	return true;
}

/* The token is the value's first; leave at its last. */
static bool
scan_value(struct loader *ld, const struct row *row, int line)
{
	int type = ld->token.type;

	if (ld->token.line != line || type == END || type == ';' || type == '}')
		return fault(
		    ld, line, "%s has no value on its line", row->name);
	if (type != WORD && type != QUOTED && type != '{')
		return fault(ld, line, "%s: unexpected \"%s\"", row->name,
		    ld->token.text);
	if (type == '{' && row->kind != LIST)
		return fault(
		    ld, line, "%s takes one value, not a list", row->name);
	if (type == '{')
		return scan_list(ld, row, line);
	if (row->kind == LIST)
		return fault(ld, line, "%s takes a list, such as {\"%.100s\"}",
		    row->name, ld->token.text);
	write_quoted(&ld->text, ld->token.text);
	return true;
}

/* The token is the "=" behind ${name}; leave behind the value. */
static bool
scan_assignment(struct loader *ld, const char *name, int line, size_t section)
{
	const struct row *row = find_row(name, section);
	const struct entry *before = find_entry(ld, name, section);
	int end;

	if (row == NULL && strcmp(name, SECTION) == 0)
		return fault(ld, line,
		    SECTION " is a section: " SECTION " \"https://...\" { }");
	if (row == NULL)
		return unknown_key(ld, name, line, section);
	if (before != NULL)
		return fault(ld, line, "%s is given again, first on line %d",
		    name, before->line);
	add_entry(ld, row, section, line);
	rc_buf_printf(&ld->text, "%s = ", name);
	if (!next(ld) || !scan_value(ld, row, line))
		return false;
	rc_buf_putc(&ld->text, '\n');
	end = ld->token.line;
	if (!next(ld))
		return false;
	if (ld->token.line == end && ld->token.type != ';' &&
	    ld->token.type != '}' && ld->token.type != END)
		return fault(ld, end,
		    "%s: \"%.100s\" behind the value: put a value with spaces "
		    "in double quotes",
		    name, ld->token.text);
	return true;
}

static bool scan_statement(struct loader *ld, size_t section);

/* The token is the section's "{"; leave behind its "}". */
static bool
scan_body(struct loader *ld, size_t section)
{
	const struct section *s = &ld->sections[section];

	rc_buf_puts(&ld->text, SECTION " ");
	write_quoted(&ld->text, s->title);
	rc_buf_puts(&ld->text, " {\n");
	if (!next(ld))
		return false;
	while (ld->token.type != '}') {
		if (ld->token.type == END)
			return fault(ld, ld->sections[section].line,
			    SECTION " \"%.100s\" is not closed: \"}\" is "
				    "missing",
			    ld->sections[section].title);
		if (!scan_statement(ld, section))
			return false;
	}
	rc_buf_puts(&ld->text, "}\n");
	return next(ld);
}

static const struct section *
find_section(const struct loader *ld, const char *title)
{
	size_t i;

	for (i = 0; i < ld->nsections; i++) {
		if (strcmp(ld->sections[i].title, title) == 0)
			return &ld->sections[i];
	}
	return NULL;
}

/* The token stands where the section's title must be. */
static bool
scan_section(struct loader *ld, int line)
{
	const struct section *before;

	if (ld->token.type != QUOTED)
		return fault(ld, line,
		    SECTION " has no title: " SECTION " \"https://...\" { }");
	before = find_section(ld, ld->token.text);
	if (before != NULL)
		return fault(ld, line,
		    SECTION " \"%.100s\" is given again, first on line %d",
		    before->title, before->line);
	add_section(ld, ld->token.text, line);
	if (!next(ld))
		return false;
	if (ld->token.type != '{')
		return fault(ld, line,
		    "\"{\" is missing behind " SECTION " \"%.100s\"",
		    ld->sections[ld->nsections - 1].title);
	return scan_body(ld, ld->nsections - 1);
}

/* The token is what follows ${name} where there is no "=". */
static bool
scan_block(struct loader *ld, const char *name, int line, size_t section)
{

	if (ld->token.type == '(')
		return fault(ld, line,
		    "functions such as %.100s() are not known: the "
		    "configuration is this one file",
		    name);
	if (find_row(name, section) != NULL)
		return fault(ld, line, "\"=\" is missing behind %s", name);
	if (strcmp(name, SECTION) == 0 && section != TOP_LEVEL)
		return fault(ld, line,
		    "a section inside a section: is the one of line %d closed?",
		    ld->sections[section].line);
	if (strcmp(name, SECTION) == 0)
		return scan_section(ld, line);
	if (ld->token.type == '{' || ld->token.type == QUOTED)
		return fault(ld, line,
		    "unknown section \"%.100s\": only " SECTION
		    " \"https://...\" { } is known",
		    name);
	return unknown_key(ld, name, line, section);
}

/* The token begins a statement; leave at the first behind it. */
static bool
scan_statement(struct loader *ld, size_t section)
{
	struct token first = ld->token;

	if (!next(ld))
		return false;
	if (first.type == ';')
		return true;
	if (first.type != WORD)
		return fault(ld, first.line,
		    "a key must stand here, without quotes, not \"%.100s\"",
		    first.text);
	if (ld->token.type == '=')
		return scan_assignment(ld, first.text, first.line, section);
	return scan_block(ld, first.text, first.line, section);
}

static bool
scan(struct loader *ld)
{

	if (!next(ld))
		return false;
	while (ld->token.type != END) {
		if (!scan_statement(ld, TOP_LEVEL))
			return false;
	}
	return true;
}

/* Write down what was not given at its default. */
static bool
add_presets(struct loader *ld)
{
	size_t i;

	for (i = 0; i < NROWS; i++) {
		if (rows[i].section != NULL ||
		    find_entry(ld, rows[i].name, TOP_LEVEL) != NULL)
			continue;
		if (rows[i].flags & REQUIRED)
			return fault(ld, 0,
			    "%s is required, such as "
			    "%s = \"https://auth.example.org\"",
			    rows[i].name, rows[i].name);
		if (rows[i].preset == NULL)
			continue;
		add_entry(ld, &rows[i], TOP_LEVEL, 0);
		rc_buf_printf(
		    &ld->text, "%s = %s\n", rows[i].name, rows[i].preset);
	}
	return true;
}

static void
clear_cfg(void *cfg)
{

	cfg_free(cfg);
}

/* The scan has said all there is to say. */
static void
keep_quiet(cfg_t *cfg, const char *fmt, va_list ap)
{

	(void)cfg;
	(void)fmt;
	(void)ap;
}

/* Fill ${opts}, of NROWS + 2, with the rows of a level. */
static void
make_opts(cfg_opt_t *opts, size_t section, cfg_opt_t *inner)
{
	const cfg_opt_t end = CFG_END();
	size_t i, n = 0;

	for (i = 0; i < NROWS; i++) {
		if (!row_fits(&rows[i], section))
			continue;
		opts[n++] = (cfg_opt_t)CFG_STR(rows[i].name, NULL,
		    rows[i].kind == LIST ? CFGF_LIST | CFGF_NODEFAULT
					 : CFGF_NODEFAULT);
	}
	if (inner != NULL)
		opts[n++] =
		    (cfg_opt_t)CFG_SEC(SECTION, inner, CFGF_MULTI | CFGF_TITLE);
	opts[n] = end;
}

static bool
build(struct loader *ld)
{
	cfg_opt_t top[NROWS + 2], inner[NROWS + 2];

	make_opts(inner, 0, NULL);
	make_opts(top, TOP_LEVEL, inner);
	if ((ld->cfg = cfg_init(top, CFGF_NONE)) == NULL)
		return fault(ld, 0, "%s", strerror(errno));
	rc_defer(ld->tmp, clear_cfg, ld->cfg);
	cfg_set_error_function(ld->cfg, keep_quiet);
	if (cfg_parse_buf(ld->cfg, ld->text.data) != CFG_SUCCESS)
		return fault(ld, 0,
		    "libconfuse cannot read what the scan "
		    "accepted");
	return true;
}

static bool
word_in(const char *const words[], const char *text)
{
	size_t i;

	for (i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], text) == 0)
			return true;
	}
	return false;
}

static const char *
none_of(struct loader *ld, const struct choice *choice)
{
	struct rc_buf b;
	size_t i;

	rc_buf_init(&b, ld->tmp);
	rc_buf_puts(&b, "is none of ");
	for (i = 0; choice->words[i] != NULL; i++)
		rc_buf_printf(&b, "%s%s", i > 0 ? ", " : "", choice->words[i]);
	return b.data;
}

static const char *
set_string(
    struct loader *ld, const struct row *row, const char *text, void *target)
{

	if (*text == '\0' && (row->flags & MAY_BE_EMPTY) == 0)
		return "must not be empty";
	if (row->max > 0 && strlen(text) > (size_t)row->max)
		return rc_printf(
		    ld->tmp, "is longer than %lld bytes", (long long)row->max);
	*(const char **)target = rc_strdup(ld->mem, text);
	return NULL;
}

/* Write ${n} as one would in the file. */
static const char *
amount_text(struct loader *ld, const struct unit *units, int64_t n)
{
	const struct unit *u, *best = units;

	for (u = units; u->name != NULL; u++) {
		if (n != 0 && n % u->factor == 0)
			best = u;
	}
	return rc_printf(
	    ld->tmp, "%lld%s", (long long)(n / best->factor), best->name);
}

static const char *
set_amount(
    struct loader *ld, const struct row *row, const char *text, void *target)
{
	const struct kind_row *kind = &kinds[row->kind];
	const struct unit *u = kind->units;
	const char *s = text;
	int64_t n = 0;

	/* What is far too much stays far too much: row->max is far less. */
	for (; is_digit(*s); s++)
		n = n > INT64_MAX / 1000 ? n : n * 10 + (*s - '0');
	while (u->name != NULL && strcmp(u->name, s) != 0)
		u++;
	if (s == text || u->name == NULL)
		return rc_printf(ld->tmp, "is no %s (such as %s)", kind->type,
		    kind->examples);
	if (n <= INT64_MAX / u->factor)
		n *= u->factor;
	if ((n < row->min || n > row->max) &&
	    (n != 0 || (row->flags & MAY_BE_ZERO) == 0))
		return rc_printf(ld->tmp, "is out of bounds: from %s to %s%s",
		    amount_text(ld, kind->units, row->min),
		    amount_text(ld, kind->units, row->max),
		    row->flags & MAY_BE_ZERO ? ", or 0" : "");
	*(int64_t *)target = n;
	return NULL;
}

static const char *
set_boolean(
    struct loader *ld, const struct row *row, const char *text, void *target)
{
	int value = cfg_parse_boolean(text);

	(void)ld;
	(void)row;
	if (value != 0 && value != 1)
		return "is neither on nor off";
	*(bool *)target = value == 1;
	return NULL;
}

static const char *
set_choice(
    struct loader *ld, const struct row *row, const char *text, void *target)
{
	unsigned i;

	for (i = 0; row->choice->words[i] != NULL; i++) {
		if (strcmp(row->choice->words[i], text) == 0) {
			memcpy(target, &i, sizeof(i));
			return NULL;
		}
	}
	return none_of(ld, row->choice);
}

static const char *
parse_url(struct loader *ld, const char *text, struct rc_uri *uri)
{
	const char *why = rc_uri_parse(ld->tmp, text, uri);

	if (why != NULL)
		return rc_printf(ld->tmp, "is no good URL: it %s", why);
	if (uri->userinfo != NULL)
		return "must not have a user name in it";
	return NULL;
}

static bool
is_http(const struct rc_uri *uri)
{

	return strcmp(uri->scheme, "http") == 0;
}

static bool
is_https(const struct rc_uri *uri)
{

	return strcmp(uri->scheme, "https") == 0;
}

static const char *
is_http_url(struct loader *ld, const char *value)
{
	struct rc_uri uri;
	const char *why = parse_url(ld, value, &uri);

	if (why != NULL)
		return why;
	if (!is_https(&uri) && !is_http(&uri))
		return "must begin with https:// or http://";
	return NULL;
}

static bool
has_upper(const char *s)
{

	while (*s != '\0' && !is_upper(*s))
		s++;
	return *s != '\0';
}

/* A URL that a request is compared with, byte for byte. */
static const char *
is_service_url(struct loader *ld, const char *value)
{
	struct rc_uri uri;
	const char *why = parse_url(ld, value, &uri);

	if (why != NULL)
		return why;
	if (!is_https(&uri) && !(is_http(&uri) && rc_uri_is_loopback(&uri)))
		return "must begin with https:// (http:// only on localhost, "
		       "127.0.0.1 and [::1])";
	if (uri.query != NULL)
		return "must not have a query";
	if (uri.fragment != NULL)
		return "must not have a fragment";
	if (has_upper(uri.host))
		return "must have its host in lower case";
	/* Request paths are decoded before they are compared. */
	if (strchr(uri.path, '%') != NULL)
		return "must not have a %-escape in its path";
	return NULL;
}

/* The issuer is compared byte for byte by clients (RFC 8414 3.3). */
static const char *
is_base(struct loader *ld, const char *value)
{
	const char *why = is_service_url(ld, value);
	size_t n = strlen(value);

	if (why != NULL || value[n - 1] != '/')
		return why;
	while (value[n - 1] == '/')
		n--;
	return rc_printf(
	    ld->tmp, "must not end in \"/\": write \"%.*s\"", (int)n, value);
}

static const char *
is_role_prefix(struct loader *ld, const char *value)
{

	(void)ld;
	while (is_lower(*value) || is_digit(*value) || *value == '_')
		value++;
	return *value == '\0' ? NULL
	                      : "may only have the characters a-z, 0-9 and _";
}

/* RFC 6749 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ). */
static const char *
is_scope(struct loader *ld, const char *value)
{
	const char *s = value;

	(void)ld;
	while (*s > 0x20 && *s < 0x7f && *s != '"' && *s != '\\')
		s++;
	if (s == value || *s != '\0')
		return "is no scope token (RFC 6749 3.3)";
	return NULL;
}

static const char *
is_scheme(struct loader *ld, const char *value)
{
	static const char *const web[] = { "http", "https", NULL };
	const char *s = value;

	(void)ld;
	if (word_in(web, value) || rc_uri_is_never_redirect(value))
		return "is never a private-use scheme";
	if (strchr(value, '.') != NULL)
		return "has a dot: such schemes need not be listed";
	while (is_lower(*s) || (s > value && *s != '\0' &&
				   (is_digit(*s) || *s == '+' || *s == '-')))
		s++;
	if (s == value || *s != '\0')
		return "is no URI scheme in lower case (RFC 3986 3.1)";
	return NULL;
}

static bool
value_fault(struct loader *ld, const struct entry *e, const char *value,
    const char *why)
{

	return fault(
	    ld, e->line, "%s: \"%.200s\" %s", e->row->name, value, why);
}

/* Set *${list} to the values of ${opt}. */
static bool
set_list(struct loader *ld, const struct entry *e, cfg_opt_t *opt,
    struct rc_list *list)
{
	const struct row *row = e->row;
	unsigned i, n = cfg_opt_size(opt);
	const char **items = rc_alloc(ld->mem, (n + 1) * sizeof(*items));
	const char *why;

	list->items = items;
	if (n == 0 && (row->flags & MAY_BE_EMPTY) == 0)
		return fault(ld, e->line, "%s must not be empty", row->name);
	for (i = 0; i < n; i++) {
		items[i] = rc_strdup(ld->mem, cfg_opt_getnstr(opt, i));
		why = NULL;
		if (rc_list_has(list, items[i]))
			why = "is in the list twice";
		else if (row->choice != NULL &&
			 !word_in(row->choice->words, items[i]))
			why = none_of(ld, row->choice);
		else if (row->check != NULL)
			why = row->check(ld, items[i]);
		if (why != NULL)
			return value_fault(ld, e, items[i], why);
		list->count++;
	}
	return true;
}

/* Judge the value of a key and put it where it belongs. */
static bool
set_entry(struct loader *ld, const struct entry *e)
{
	const struct row *row = e->row;
	const char *value, *why = NULL;
	cfg_t *level = ld->cfg;
	char *base = (char *)ld->conf;
	cfg_opt_t *opt;
	void *target;

	if (e->section != TOP_LEVEL) {
		level = cfg_getnsec(ld->cfg, SECTION, (unsigned)e->section);
		base = (char *)&ld->resources[e->section];
	}
	opt = cfg_getopt(level, row->name);
	target = base + row->target;
	if (row->kind == LIST)
		return set_list(ld, e, opt, target);
	value = cfg_opt_getnstr(opt, 0);
	why = kinds[row->kind].set(ld, row, value, target);
	if (why == NULL && row->check != NULL)
		why = row->check(ld, value);
	return why == NULL || value_fault(ld, e, value, why);
}

/* Set the members that a resource's URL says. */
static bool
set_resource(struct loader *ld, size_t i)
{
	const struct section *s = &ld->sections[i];
	struct rc_conf_resource *r = &ld->resources[i];
	const char *why = is_service_url(ld, s->title);
	struct rc_uri uri = { .path = "", .host = "", .scheme = "" };

	if (why == NULL)
		why = parse_url(ld, s->title, &uri);
	if (why != NULL)
		return fault(
		    ld, s->line, SECTION " \"%.200s\" %s", s->title, why);
	r->resource = rc_strdup(ld->mem, s->title);
	/* RFC 9728 3.1: only the slash that follows the host is left out. */
	r->path =
	    strcmp(uri.path, "/") == 0 ? "" : rc_strdup(ld->mem, uri.path);
	r->host = rc_strdup(ld->mem, uri.host);
	if (uri.port != NULL &&
	    strcmp(uri.port, strcmp(uri.scheme, "https") == 0 ? "443" : "80") !=
		0)
		r->host = rc_printf(ld->mem, "%s:%s", uri.host, uri.port);
	return true;
}

/* Two resources with one address could not have two metadata documents. */
static bool
check_resource(struct loader *ld, size_t i)
{
	const struct rc_conf_resource *r = &ld->resources[i];
	size_t j;

	for (j = 0; j < i; j++) {
		if (strcmp(ld->resources[j].path, r->path) == 0 &&
		    strcmp(ld->resources[j].host, r->host) == 0)
			return fault(ld, ld->sections[i].line,
			    SECTION " \"%.200s\" has the host and path of "
				    "the one on line %d",
			    r->resource, ld->sections[j].line);
	}
	return true;
}

static bool
set_values(struct loader *ld)
{
	size_t i;

	ld->resources =
	    rc_alloc(ld->mem, (ld->nsections + 1) * sizeof(*ld->resources));
	ld->conf->resources = ld->resources;
	ld->conf->nresources = ld->nsections;
	for (i = 0; i < ld->nsections; i++) {
		if (!set_resource(ld, i) || !check_resource(ld, i))
			return false;
	}
	for (i = 0; i < ld->nentries; i++) {
		if (!set_entry(ld, &ld->entries[i]))
			return false;
	}
	return true;
}

/* Return the path of a URL that was found good. */
static const char *
url_path(struct loader *ld, const char *url)
{
	struct rc_uri uri;

	if (parse_url(ld, url, &uri) != NULL)
		return "";
	return rc_strdup(ld->mem, uri.path);
}

/* Of the usual default scopes those that there are, or else all. */
static void
derive_default_scope(struct loader *ld)
{
	struct rc_conf *conf = ld->conf;
	const struct rc_list *usual = &conf->default_scope;
	const char **items =
	    rc_alloc(ld->mem, (usual->count + 1) * sizeof(*items));
	size_t i, n = 0;

	for (i = 0; i < usual->count; i++) {
		if (rc_list_has(&conf->scopes, usual->items[i]))
			items[n++] = usual->items[i];
	}
	conf->default_scope = (struct rc_list){ items, n };
	if (n == 0)
		conf->default_scope = conf->scopes;
}

/* The line of a key that was given, or 0. */
static int
line_of(const struct loader *ld, const char *name, size_t section)
{
	const struct entry *e = find_entry(ld, name, section);

	return e != NULL ? e->line : 0;
}

/* Set what follows from other keys. */
static void
derive(struct loader *ld)
{
	struct rc_conf *conf = ld->conf;
	size_t i;

	if (conf->endpoint_base == NULL)
		conf->endpoint_base =
		    rc_printf(ld->mem, "%s/oauth", conf->issuer);
	conf->issuer_path = url_path(ld, conf->issuer);
	conf->endpoint_path = url_path(ld, conf->endpoint_base);
	if (line_of(ld, "default_scope", TOP_LEVEL) == 0)
		derive_default_scope(ld);
	for (i = 0; i < ld->nsections; i++) {
		if (ld->resources[i].scopes.count == 0)
			ld->resources[i].scopes = conf->scopes;
	}
}

/* Return what ${part} has and ${whole} lacks, or NULL. */
static const char *
missing(const struct rc_list *whole, const struct rc_list *part)
{
	size_t i;

	for (i = 0; i < part->count; i++) {
		if (!rc_list_has(whole, part->items[i]))
			return part->items[i];
	}
	return NULL;
}

static bool
check_scopes(struct loader *ld)
{
	const struct rc_conf *conf = ld->conf;
	const char *odd = missing(&conf->scopes, &conf->default_scope);
	size_t i;

	if (odd != NULL)
		return fault(ld, line_of(ld, "default_scope", TOP_LEVEL),
		    "default_scope: \"%.100s\" is not in scopes", odd);
	for (i = 0; i < conf->nresources; i++) {
		odd = missing(&conf->scopes, &conf->resources[i].scopes);
		if (odd != NULL)
			return fault(ld, line_of(ld, "scopes", i),
			    "scopes of " SECTION " \"%.200s\": \"%.100s\" is "
			    "not in the scopes of the top level",
			    conf->resources[i].resource, odd);
	}
	return true;
}

/* RFC 7591 2.1 ties authorization_code and code together. */
static bool
check_grants(struct loader *ld)
{
	const struct rc_conf *conf = ld->conf;
	bool grant = rc_list_has(&conf->grant_types, "authorization_code");
	bool response = rc_list_has(&conf->response_types, "code");
	int line = line_of(ld, "grant_types", TOP_LEVEL);

	if (conf->grant_types.count == 1 &&
	    rc_list_has(&conf->grant_types, "refresh_token"))
		return fault(ld, line,
		    "grant_types: refresh_token alone gives nobody a first "
		    "token: add authorization_code");
	if (line == 0)
		line = line_of(ld, "response_types", TOP_LEVEL);
	if (grant && !response)
		return fault(ld, line,
		    "authorization_code in grant_types needs \"code\" in "
		    "response_types (RFC 7591 2.1)");
	if (response && !grant)
		return fault(ld, line,
		    "\"code\" in response_types needs authorization_code in "
		    "grant_types (RFC 7591 2.1): add it, or set "
		    "response_types = {}");
	return true;
}

/* Cookies, CORS and metadata all count on one origin. */
static bool
check_endpoint_base(struct loader *ld)
{
	const struct rc_conf *conf = ld->conf;
	size_t n = strlen(conf->issuer) - strlen(conf->issuer_path);

	if (strlen(conf->endpoint_base) - strlen(conf->endpoint_path) == n &&
	    memcmp(conf->endpoint_base, conf->issuer, n) == 0)
		return true;
	return fault(ld, line_of(ld, "endpoint_base", TOP_LEVEL),
	    "endpoint_base must begin with \"%.*s\", as issuer does", (int)n,
	    conf->issuer);
}

/* Read the whole file into ${b}. */
static bool
read_file(struct loader *ld, const char *from, struct rc_buf *b)
{
	FILE *f = fopen(ld->file, "r");
	char chunk[4096];
	size_t n;
	int failed;

	if (f == NULL)
		return fault(ld, 0, "%s%s", strerror(errno), from);
	errno = 0;
	while (b->len <= FILE_MAX_BYTES &&
	       (n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		rc_buf_add(b, chunk, n);
	failed = ferror(f) != 0 ? errno : 0;
	fclose(f);
	if (failed != 0)
		return fault(ld, 0, "%s%s", strerror(failed), from);
	if (b->len > FILE_MAX_BYTES)
		return fault(ld, 0, "longer than 1m: no configuration");
	return true;
}

/* Choose the file; *${from} says why it is this one. */
static const char *
choose_file(const char *file, const char **from)
{
	const char *named = getenv("ROLLCALL_CONF");

	*from = "";
	if (file != NULL)
		return file;
	*from = " (named by ROLLCALL_CONF)";
	if (named != NULL && *named != '\0')
		return named;
	*from = " (ROLLCALL_CONF may name another file)";
	return RC_SYSCONFDIR "/rollcall.conf";
}

static bool
load(struct loader *ld, const char *from)
{
	struct rc_buf b;

	rc_buf_init(&b, ld->tmp);
	if (!read_file(ld, from, &b))
		return false;
	ld->at = b.data;
	ld->end = b.data + b.len;
	ld->line = 1;
	rc_buf_init(&ld->text, ld->tmp);
	if (!scan(ld) || !add_presets(ld) || !build(ld) || !set_values(ld))
		return false;
	derive(ld);
	return check_endpoint_base(ld) && check_scopes(ld) && check_grants(ld);
}

struct rc_conf *
rc_conf_load(const char *file, char *error, size_t size)
{
	struct rc_arena *mem = rc_arena_new(), *tmp = rc_arena_new();
	struct loaded *own = rc_alloc(mem, sizeof(*own));
	struct loader ld = { .mem = mem, .tmp = tmp, .error = error };
	const char *from;
	bool good;

	own->mem = mem;
	ld.size = size;
	ld.conf = &own->conf;
	ld.file = rc_strdup(mem, choose_file(file, &from));
	own->conf.file = ld.file;
	good = load(&ld, from);
	rc_arena_free(tmp);
	if (good)
		return &own->conf;
	rc_arena_free(mem);
	return NULL;
}

void
rc_conf_free(struct rc_conf *conf)
{

	if (conf != NULL)
		rc_arena_free(((struct loaded *)conf)->mem);
}

const struct rc_conf_key *
rc_conf_keys(size_t *count)
{
	static struct rc_conf_key keys[NROWS];
	size_t i;

	for (i = 0; i < NROWS; i++) {
		keys[i].name = rows[i].name;
		keys[i].section = rows[i].section;
		keys[i].type = rows[i].choice != NULL
		                   ? rows[i].choice->type
		                   : kinds[rows[i].kind].type;
		keys[i].preset = rows[i].preset;
		keys[i].meaning = rows[i].meaning;
	}
	*count = NROWS;
	return keys;
}
