#include <stdbool.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "uri.h"
#include "value.h"
#include "conf_parts.h"
#include "conf.h"

/*
 * What is between keys: those that follow from others, and those that others
 * forbid.
 */

#define JWKS_MAX_BYTES 65536

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

bool
rc_conf_check(struct rc_conf_loader *ld)
{

	derive(ld);
	return check_endpoint_base(ld) && check_scopes(ld) &&
	       check_flow(ld, &ld->given->sections[RC_CONF_TOP_SECTION],
		   &ld->conf->grant_types, &ld->conf->response_types) &&
	       check_sections(ld) && check_anonymous_policy(ld) &&
	       check_default_resource(ld) && check_claims(ld);
}
