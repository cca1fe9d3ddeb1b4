#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "network.h"
#include "uri.h"
#include "value.h"
#include "conf_parts.h"
#include "conf.h"

#define FILE_MAX_BYTES 1048576
#define JWKS_MAX_BYTES 65536

/* The configuration, what it was made of, the memory that all of it is in. */
struct loaded {
	struct rc_conf conf;
	struct rc_arena *mem;
	struct rc_conf_given given;
};

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

bool
rc_list_has_address(const struct rc_list *list, const char *address)
{
	struct rc_network network;
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (rc_network_parse(list->items[i], &network) == NULL &&
		    rc_network_has(&network, address))
			return true;
	}
	return false;
}

/* Return the path of a URL that was found good. */
static const char *
url_path(struct rc_conf_loader *ld, const char *url)
{
	struct rc_uri uri;

	if (rc_value_url(ld->tmp, url, &uri) != NULL)
		return "";
	return rc_strdup(ld->mem, uri.path);
}

static bool
is_scope_of_resource(const struct rc_conf *conf, const char *scope)
{
	size_t i;

	for (i = 0; i < conf->nresources; i++) {
		if (rc_list_has(&conf->resources[i].scopes, scope))
			return true;
	}
	return false;
}

/*
 * Of all scopes the usual default ones, and those of the resources, for a
 * client that names none must be able to use these; or else all.
 */
static void
derive_default_scope(struct rc_conf_loader *ld)
{
	struct rc_conf *conf = ld->conf;
	const struct rc_list *usual = &conf->default_scope;
	const struct rc_list *all = &conf->scopes;
	const char **items =
	    rc_alloc(ld->mem, (all->count + 1) * sizeof(*items));
	size_t i, n = 0;

	for (i = 0; i < usual->count; i++) {
		if (rc_list_has(all, usual->items[i]))
			items[n++] = usual->items[i];
	}
	for (i = 0; i < all->count; i++) {
		if (is_scope_of_resource(conf, all->items[i]) &&
		    !rc_list_has(usual, all->items[i]))
			items[n++] = all->items[i];
	}
	conf->default_scope = (struct rc_list){ items, n };
	if (n == 0)
		conf->default_scope = *all;
}

/* Give sections what they do not say from the top level. */
static void
inherit(struct rc_conf_loader *ld, size_t section)
{
	const struct rc_conf_section *s = &ld->given->sections[section];
	const struct rc_conf_level_row *level = &rc_conf_levels[s->level];
	const struct rc_conf_row *row, *top;
	const char *from;

	for (row = level->rows; row < level->rows + level->nrows; row++) {
		if ((row->flags & RC_CONF_INHERITS) == 0 ||
		    rc_conf_find_entry(ld->given, row->name, section) != NULL)
			continue;
		top = rc_conf_find_row(row->name, RC_CONF_TOP);
		from = (const char *)ld->conf + top->target;
		memcpy((char *)s->record + row->target, from,
		    row->kind == RC_CONF_LIST ? sizeof(struct rc_list)
					      : sizeof(int64_t));
	}
}

/* Set what follows from other keys, or from where we are installed. */
static void
derive(struct rc_conf_loader *ld)
{
	struct rc_conf *conf = ld->conf;
	size_t i;

	conf->secure = strncmp(conf->issuer, "https:", strlen("https:")) == 0;
	if (conf->endpoint_base == NULL)
		conf->endpoint_base =
		    rc_printf(ld->mem, "%s/oauth", conf->issuer);
	conf->issuer_path = url_path(ld, conf->issuer);
	conf->endpoint_path = url_path(ld, conf->endpoint_base);
	if (conf->key_file == NULL)
		conf->key_file = RC_SYSCONFDIR "/rollcall.key";
	if (conf->pages == NULL)
		conf->pages = RC_PAGESDIR;
	if (conf->default_resource == NULL)
		conf->default_resource = conf->issuer;
	for (i = RC_CONF_TOP_SECTION + 1; i < ld->given->nsections; i++)
		inherit(ld, i);
	if (rc_conf_line_of(ld->given, "default_scope", RC_CONF_TOP_SECTION) ==
	    0)
		derive_default_scope(ld);
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

static size_t
section_index(const struct rc_conf_loader *ld, const struct rc_conf_section *s)
{

	return (size_t)(s - ld->given->sections);
}

/* What a section may is a part of what the top level may. */
static bool
check_parts(struct rc_conf_loader *ld, const struct rc_conf_section *s)
{
	const struct rc_conf_level_row *level = &rc_conf_levels[s->level];
	const struct rc_conf_row *row;
	const char *odd;

	for (row = level->rows; row < level->rows + level->nrows; row++) {
		if (row->kind != RC_CONF_LIST ||
		    (row->flags & RC_CONF_INHERITS) == 0)
			continue;
		odd = missing(
		    (const void *)((const char *)ld->conf +
				   rc_conf_find_row(row->name, RC_CONF_TOP)
				       ->target),
		    (const void *)((const char *)s->record + row->target));
		if (odd != NULL)
			return rc_conf_fault(ld,
			    rc_conf_line_of(
				ld->given, row->name, section_index(ld, s)),
			    "%s of %s \"%.200s\": \"%.100s\" is not in the %s "
			    "of the top level: add it there, or leave it out",
			    row->name, rc_conf_levels[s->level].name, s->title,
			    odd, row->name);
	}
	return true;
}

static bool
check_scope(struct rc_conf_loader *ld, const struct rc_conf_section *s)
{

	if (rc_list_has(&ld->conf->scopes, s->title))
		return true;
	return rc_conf_fault(
	    ld, s->line, "scope \"%.100s\" is not in scopes", s->title);
}

/* Return what ${a} and ${b} both have, all of ${b} where that is none. */
static struct rc_list
common(
    struct rc_conf_loader *ld, const struct rc_list *a, const struct rc_list *b)
{
	const char **items = rc_alloc(ld->mem, (a->count + 1) * sizeof(*items));
	size_t i, n = 0;

	for (i = 0; i < a->count; i++) {
		if (rc_list_has(b, a->items[i]))
			items[n++] = a->items[i];
	}
	return n > 0 ? (struct rc_list){ items, n } : *b;
}

/* RFC 7591 2.1 ties authorization_code and code together. */
static bool
check_flow(struct rc_conf_loader *ld, const struct rc_conf_section *s,
    const struct rc_list *grant_types, const struct rc_list *response_types)
{
	bool grant = rc_list_has(grant_types, "authorization_code");
	bool response = rc_list_has(response_types, "code");
	int line =
	    rc_conf_line_of(ld->given, "grant_types", section_index(ld, s));
	const char *of = s->level == RC_CONF_TOP
	                     ? ""
	                     : rc_printf(ld->tmp, "policy \"%s\": ", s->title);

	if (grant_types->count == 1 &&
	    rc_list_has(grant_types, "refresh_token"))
		return rc_conf_fault(ld, line,
		    "%sgrant_types: refresh_token alone gives nobody a first "
		    "token: add authorization_code",
		    of);
	if (line == 0)
		line = rc_conf_line_of(
		    ld->given, "response_types", section_index(ld, s));
	if (grant && !response)
		return rc_conf_fault(ld, line,
		    "%sauthorization_code in grant_types needs \"code\" in "
		    "response_types (RFC 7591 2.1)",
		    of);
	if (response && !grant)
		return rc_conf_fault(ld, line,
		    "%s\"code\" in response_types needs authorization_code in "
		    "grant_types (RFC 7591 2.1): add it, or set "
		    "response_types = {}",
		    of);
	return true;
}

/* Of schemes without a dot those alone that the top level names. */
static bool
check_schemes(struct rc_conf_loader *ld, const struct rc_conf_section *s,
    const struct rc_list *schemes)
{
	static const char *const web[] = { "http", "https", NULL };
	const char *scheme;
	size_t i;

	for (i = 0; i < schemes->count; i++) {
		scheme = schemes->items[i];
		if (!rc_value_is_one_of(web, scheme) &&
		    strchr(scheme, '.') == NULL &&
		    !rc_list_has(&ld->conf->redirect_schemes, scheme))
			return rc_conf_fault(ld,
			    rc_conf_line_of(ld->given, "redirect_schemes",
				section_index(ld, s)),
			    "redirect_schemes of policy \"%s\": \"%.100s\" is "
			    "not in the redirect_schemes of the top level: add "
			    "it there, or leave it out",
			    s->title, scheme);
	}
	return true;
}

/* Set what the policy does not say and cannot have as it is above. */
static void
derive_policy(struct rc_conf_loader *ld, const struct rc_conf_section *s)
{
	struct rc_conf_policy *policy = s->record;
	size_t i = section_index(ld, s);

	if (rc_conf_line_of(ld->given, "default_scope", i) == 0)
		policy->default_scope =
		    common(ld, &ld->conf->default_scope, &policy->scopes);
	if (rc_conf_line_of(ld->given, "response_types", i) == 0 &&
	    !rc_list_has(&policy->grant_types, "authorization_code"))
		policy->response_types.count = 0;
}

static bool
check_policy(struct rc_conf_loader *ld, const struct rc_conf_section *s)
{
	const struct rc_conf_policy *policy = s->record;
	const char *odd;
	size_t i = section_index(ld, s);

	derive_policy(ld, s);
	odd = missing(&policy->scopes, &policy->default_scope);
	if (odd != NULL)
		return rc_conf_fault(ld,
		    rc_conf_line_of(ld->given, "default_scope", i),
		    "default_scope of policy \"%s\": \"%.100s\" is not in its "
		    "scopes",
		    s->title, odd);
	if (policy->software_statement == RC_STATEMENT_REQUIRED &&
	    ld->conf->nissuers == 0)
		return rc_conf_fault(ld,
		    rc_conf_line_of(ld->given, "software_statement", i),
		    "policy \"%s\" requires a software statement, which nobody "
		    "can give: there is no section %s",
		    s->title, rc_conf_levels[RC_CONF_STATEMENT_ISSUER].example);
	return check_schemes(ld, s, &policy->redirect_schemes) &&
	       check_flow(ld, s, &policy->grant_types, &policy->response_types);
}

/* The keys themselves are judged when a program or a test starts. */
static bool
check_jwks(struct rc_conf_loader *ld, const struct rc_conf_section *s,
    const char *key, const char *text, size_t len)
{
	int line = rc_conf_line_of(ld->given, key, section_index(ld, s));
	struct rc_json *root, *keys;
	const char *why;
	size_t at;

	if (rc_json_parse(ld->tmp, text, len, &root, &why, &at) != RC_OK)
		return rc_conf_fault(ld, line,
		    "%s of statement_issuer \"%.200s\": at "
		    "byte %zu: %s",
		    key, s->title, at + 1, why);
	keys = rc_json_get(root, "keys");
	if (rc_json_type(keys) == RC_JSON_ARRAY && rc_json_count(keys) > 0)
		return true;
	return rc_conf_fault(ld, line,
	    "%s of statement_issuer \"%.200s\" is no JWK Set: an object with "
	    "a non-empty array \"keys\" (RFC 7517 5)",
	    key, s->title);
}

static bool rc_conf_read_file(
    const char *file, size_t most, struct rc_buf *b, const char **why);

static bool
check_statement_issuer(
    struct rc_conf_loader *ld, const struct rc_conf_section *s)
{
	struct rc_conf_issuer *issuer = s->record;
	const char *why;
	struct rc_buf b;

	if ((issuer->jwks != NULL) + (issuer->jwks_file != NULL) +
		(issuer->jwks_uri != NULL) !=
	    1)
		return rc_conf_fault(ld, s->line,
		    "statement_issuer \"%.200s\" needs one of jwks, jwks_file "
		    "and jwks_uri, and no more than one",
		    s->title);
	if (issuer->jwks != NULL)
		return check_jwks(
		    ld, s, "jwks", issuer->jwks, strlen(issuer->jwks));
	if (issuer->jwks_file == NULL)
		return true;
	rc_buf_init(&b, ld->mem);
	if (!rc_conf_read_file(issuer->jwks_file, JWKS_MAX_BYTES, &b, &why))
		return rc_conf_fault(ld,
		    rc_conf_line_of(
			ld->given, "jwks_file", section_index(ld, s)),
		    "jwks_file: %s: %s", issuer->jwks_file, why);
	issuer->jwks = b.data;
	return check_jwks(ld, s, "jwks_file", b.data, b.len);
}

/* Set what follows from other keys, and judge the whole. */
static bool
check_section(struct rc_conf_loader *ld, const struct rc_conf_section *s)
{

	if (!check_parts(ld, s))
		return false;
	switch (s->level) {
	case RC_CONF_SCOPE:
		return check_scope(ld, s);
	case RC_CONF_POLICY:
		return check_policy(ld, s);
	case RC_CONF_STATEMENT_ISSUER:
		return check_statement_issuer(ld, s);
	default:
		return true;
	}
}

static bool
check_sections(struct rc_conf_loader *ld)
{
	size_t i;

	for (i = RC_CONF_TOP_SECTION + 1; i < ld->given->nsections; i++) {
		if (!check_section(ld, &ld->given->sections[i]))
			return false;
	}
	return true;
}

static bool
check_anonymous_policy(struct rc_conf_loader *ld)
{
	const char *name = ld->conf->anonymous_policy;

	if (rc_conf_find_section(ld->given, RC_CONF_POLICY, name) != NULL)
		return true;
	return rc_conf_fault(ld,
	    rc_conf_line_of(ld->given, "anonymous_policy", RC_CONF_TOP_SECTION),
	    "anonymous_policy: there is no section policy \"%.100s\" { }",
	    name);
}

static bool
check_scopes(struct rc_conf_loader *ld)
{
	const struct rc_conf *conf = ld->conf;
	const char *odd = missing(&conf->scopes, &conf->default_scope);

	if (odd == NULL)
		return true;
	return rc_conf_fault(ld,
	    rc_conf_line_of(ld->given, "default_scope", RC_CONF_TOP_SECTION),
	    "default_scope: \"%.100s\" is not in scopes", odd);
}

/* Tokens for an unknown audience would be of use to nobody. */
static bool
check_default_resource(struct rc_conf_loader *ld)
{
	const char *url = ld->conf->default_resource;

	if (strcmp(url, ld->conf->issuer) == 0 ||
	    rc_conf_find_section(ld->given, RC_CONF_RESOURCE, url) != NULL)
		return true;
	return rc_conf_fault(ld,
	    rc_conf_line_of(ld->given, "default_resource", RC_CONF_TOP_SECTION),
	    "default_resource: \"%.200s\" is neither issuer nor the title of "
	    "a resource section",
	    url);
}

static bool
check_claims(struct rc_conf_loader *ld)
{
	const struct rc_list *list = &ld->conf->remote_user_claims;
	size_t i, j, n;

	for (i = 0; i < list->count; i++) {
		n = strcspn(list->items[i], "=") + 1;
		for (j = 0; j < i; j++) {
			if (strncmp(list->items[j], list->items[i], n) == 0)
				return rc_conf_fault(ld,
				    rc_conf_line_of(ld->given,
					"remote_user_claims",
					RC_CONF_TOP_SECTION),
				    "remote_user_claims: \"%.100s\" and "
				    "\"%.100s\" are one claim",
				    list->items[j], list->items[i]);
		}
	}
	return true;
}

/* Cookies, CORS and metadata all count on one origin. */
static bool
check_endpoint_base(struct rc_conf_loader *ld)
{
	const struct rc_conf *conf = ld->conf;
	size_t n = strlen(conf->issuer) - strlen(conf->issuer_path);

	if (strlen(conf->endpoint_base) - strlen(conf->endpoint_path) == n &&
	    memcmp(conf->endpoint_base, conf->issuer, n) == 0)
		return true;
	return rc_conf_fault(ld,
	    rc_conf_line_of(ld->given, "endpoint_base", RC_CONF_TOP_SECTION),
	    "endpoint_base must begin with \"%.*s\", as issuer does", (int)n,
	    conf->issuer);
}

/* Set what was not given and follows, and judge keys by each other. */
static bool
rc_conf_check(struct rc_conf_loader *ld)
{

	derive(ld);
	return check_endpoint_base(ld) && check_scopes(ld) &&
	       check_flow(ld, &ld->given->sections[RC_CONF_TOP_SECTION],
		   &ld->conf->grant_types, &ld->conf->response_types) &&
	       check_sections(ld) && check_anonymous_policy(ld) &&
	       check_default_resource(ld) && check_claims(ld);
}

/* Read a file of at most so many bytes into ${b}, or say why not. */
static bool
rc_conf_read_file(
    const char *file, size_t most, struct rc_buf *b, const char **why)
{
	FILE *f = fopen(file, "r");
	char chunk[4096];
	size_t n;
	int failed;

	*why = f == NULL ? strerror(errno) : NULL;
	if (f == NULL)
		return false;
	errno = 0;
	while (b->len <= most && (n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		rc_buf_add(b, chunk, n);
	failed = ferror(f) != 0 ? errno : 0;
	fclose(f);
	if (failed != 0)
		*why = strerror(failed);
	else if (b->len > most)
		*why = "is too long";
	return *why == NULL;
}

bool
rc_conf_fault(struct rc_conf_loader *ld, int line, const char *fmt, ...)
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

const struct rc_conf_entry *
rc_conf_find_entry(
    const struct rc_conf_given *given, const char *name, size_t section)
{
	size_t i;

	for (i = 0; i < given->nentries; i++) {
		if (given->entries[i].section == section &&
		    strcmp(given->entries[i].row->name, name) == 0)
			return &given->entries[i];
	}
	return NULL;
}

const struct rc_conf_section *
rc_conf_find_section(const struct rc_conf_given *given,
    enum rc_conf_level level, const char *title)
{
	size_t i;

	for (i = RC_CONF_TOP_SECTION + 1; i < given->nsections; i++) {
		if (given->sections[i].level == level &&
		    strcmp(given->sections[i].title, title) == 0)
			return &given->sections[i];
	}
	return NULL;
}

int
rc_conf_line_of(
    const struct rc_conf_given *given, const char *name, size_t section)
{
	const struct rc_conf_entry *e =
	    rc_conf_find_entry(given, name, section);

	return e != NULL ? e->line : 0;
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
load(struct rc_conf_loader *ld, const char *from)
{
	const char *why;
	struct rc_buf b;

	rc_buf_init(&b, ld->tmp);
	if (!rc_conf_read_file(ld->file, FILE_MAX_BYTES, &b, &why)) {
		if (b.len > FILE_MAX_BYTES)
			return rc_conf_fault(
			    ld, 0, "longer than 1m: no configuration");
		return rc_conf_fault(ld, 0, "%s%s", why, from);
	}
	return rc_conf_scan(ld, b.data, b.len) && rc_conf_set(ld) &&
	       rc_conf_check(ld);
}

/* Keep what was given where, for whoever asks. */
static void
keep_given(struct rc_arena *mem, struct rc_conf_given *given)
{
	const size_t entries = given->nentries * sizeof(*given->entries);
	const size_t sections = given->nsections * sizeof(*given->sections);
	size_t i;

	given->entries =
	    memcpy(rc_alloc(mem, entries), given->entries, entries);
	given->sections =
	    memcpy(rc_alloc(mem, sections), given->sections, sections);
	for (i = RC_CONF_TOP_SECTION + 1; i < given->nsections; i++)
		given->sections[i].title =
		    rc_strdup(mem, given->sections[i].title);
}

struct rc_conf *
rc_conf_load(const char *file, char *error, size_t size)
{
	struct rc_arena *mem = rc_arena_new(), *tmp = rc_arena_new();
	struct loaded *own = rc_alloc(mem, sizeof(*own));
	struct rc_conf_loader ld = { .mem = mem, .tmp = tmp, .error = error };
	const char *from;
	bool good;

	own->mem = mem;
	ld.size = size;
	ld.given = &own->given;
	ld.conf = &own->conf;
	ld.file = rc_strdup(mem, choose_file(file, &from));
	own->conf.file = ld.file;
	good = load(&ld, from);
	if (good)
		keep_given(mem, &own->given);
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

/* Write a default as value_text would. */
static const char *
preset_text(struct rc_arena *mem, const struct rc_conf_row *row)
{
	const char *preset = row->preset;
	/* No kind but a list sets more. */
	void *target = rc_alloc(mem, sizeof(struct rc_rate));
	size_t n = strlen(preset);

	if (row->kind == RC_CONF_LIST)
		return preset;
	if (*preset == '"')
		preset = rc_strndup(mem, preset + 1, n - 2);
	if (rc_conf_read_value(mem, row, preset, target) != NULL)
		return row->preset;
	return rc_conf_write_value(mem, row, target);
}

static struct rc_conf_value
value_of(struct rc_arena *mem, const struct loaded *own,
    const struct rc_conf_row *row, size_t section)
{
	const struct rc_conf_section *s = &own->given.sections[section];
	struct rc_conf_value v = { .section = rc_conf_levels[s->level].name,
		.title = s->title,
		.name = row->name,
		.line = rc_conf_line_of(&own->given, row->name, section) };
	const char *target = (const char *)s->record + row->target;
	const char *preset = NULL;
	bool usual;

	if (row->preset != NULL)
		preset = preset_text(mem, row);
	v.text = rc_conf_write_value(mem, row, target);
	usual = preset != NULL && v.text != NULL && strcmp(v.text, preset) == 0;
	if (usual)
		v.text = row->preset;
	v.differs = v.line > 0 && !usual;
	return v;
}

const struct rc_conf_value *
rc_conf_values(const struct rc_conf *conf, struct rc_arena *mem, size_t *count)
{
	const struct loaded *own = (const struct loaded *)conf;
	struct rc_conf_value *values;
	const struct rc_conf_section *s;
	const struct rc_conf_level_row *level;
	size_t i, j, n = 0;

	for (i = 0; i < own->given.nsections; i++)
		n += rc_conf_levels[own->given.sections[i].level].nrows + 1;
	values = rc_alloc(mem, n * sizeof(*values));
	n = 0;
	for (i = 0; i < own->given.nsections; i++) {
		s = &own->given.sections[i];
		level = &rc_conf_levels[s->level];
		if (s->level != RC_CONF_TOP)
			values[n++] = (struct rc_conf_value){
				.section = level->name,
				.title = s->title,
				.line = s->line,
				.differs = s->line > 0,
			};
		for (j = 0; j < level->nrows; j++)
			values[n++] = value_of(mem, own, &level->rows[j], i);
	}
	*count = n;
	return values;
}
