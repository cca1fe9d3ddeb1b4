#include <confuse.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "arena.h"
#include "uri.h"
#include "value.h"
#include "conf_parts.h"
#include "conf.h"

/*
 * What libconfuse reads is judged value by value, by the rows of the keys, and
 * put into the records that sections become.
 */

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

/*
 * Return what libconfuse knows about a level: its keys, and the end, with room
 * for as many sections as there are levels.
 */
static cfg_opt_t *
level_opts(struct rc_arena *mem, const struct rc_conf_level_row *level)
{
	const cfg_opt_t end = CFG_END();
	cfg_opt_t *opts =
	    rc_alloc(mem, (level->nrows + RC_CONF_LEVEL__MAX) * sizeof(*opts));
	const struct rc_conf_row *row = level->rows;
	size_t i;

	for (i = 0; i < level->nrows; i++, row++)
		opts[i] = (cfg_opt_t)CFG_STR(row->name, NULL,
		    row->kind == RC_CONF_LIST ? CFGF_LIST | CFGF_NODEFAULT
					      : CFGF_NODEFAULT);
	opts[i] = end;
	return opts;
}

/* Return the tree that libconfuse builds, or NULL where that was said. */
static cfg_t *
build(struct rc_conf_loader *ld)
{
	const cfg_opt_t end = CFG_END();
	cfg_opt_t *top = level_opts(ld->tmp, &rc_conf_levels[RC_CONF_TOP]);
	size_t n = rc_conf_levels[RC_CONF_TOP].nrows;
	enum rc_conf_level level;
	cfg_t *cfg;

	for (level = RC_CONF_TOP + 1; level < RC_CONF_LEVEL__MAX; level++)
		top[n++] = (cfg_opt_t)CFG_SEC(rc_conf_levels[level].name,
		    level_opts(ld->tmp, &rc_conf_levels[level]),
		    CFGF_MULTI | CFGF_TITLE);
	top[n] = end;
	if ((cfg = cfg_init(top, CFGF_NONE)) == NULL) {
		rc_conf_fault(ld, 0, "%s", strerror(errno));
		return NULL;
	}
	rc_defer(ld->tmp, clear_cfg, cfg);
	cfg_set_error_function(cfg, keep_quiet);
	if (cfg_parse_buf(cfg, ld->text) == CFG_SUCCESS)
		return cfg;
	rc_conf_fault(ld, 0, "libconfuse cannot read what the scan accepted");
	return NULL;
}

static bool
value_fault(struct rc_conf_loader *ld, const struct rc_conf_entry *e,
    const char *value, const char *why)
{

	return rc_conf_fault(
	    ld, e->line, "%s: \"%.200s\" %s", e->row->name, value, why);
}

/* Set *${list} to the values of ${opt}. */
static bool
set_list(struct rc_conf_loader *ld, const struct rc_conf_entry *e,
    cfg_opt_t *opt, struct rc_list *list)
{
	const struct rc_conf_row *row = e->row;
	unsigned i, n = cfg_opt_size(opt);
	const char **items = rc_alloc(ld->mem, (n + 1) * sizeof(*items));
	const char *why;

	list->items = items;
	if (n == 0 && (row->flags & RC_CONF_MAY_BE_EMPTY) == 0)
		return rc_conf_fault(
		    ld, e->line, "%s must not be empty", row->name);
	for (i = 0; i < n; i++) {
		items[i] = rc_strdup(ld->mem, cfg_opt_getnstr(opt, i));
		why = NULL;
		if (rc_list_has(list, items[i]))
			why = "is in the list twice";
		else if (row->choice != NULL &&
			 !rc_value_is_one_of(row->choice->words, items[i]))
			why = rc_conf_none_of(ld->tmp, row->choice);
		else if (row->check != NULL)
			why = row->check(ld->tmp, items[i]);
		if (why != NULL)
			return value_fault(ld, e, items[i], why);
		list->count++;
	}
	return true;
}

/* Judge the value of a key and put it where it belongs. */
static bool
set_entry(struct rc_conf_loader *ld, cfg_t *cfg, const struct rc_conf_entry *e)
{
	const struct rc_conf_row *row = e->row;
	const struct rc_conf_section *s = &ld->given->sections[e->section];
	void *target = (char *)s->record + row->target;
	const char *value, *why = NULL;
	cfg_opt_t *opt;

	if (s->level != RC_CONF_TOP)
		cfg = cfg_getnsec(
		    cfg, rc_conf_levels[s->level].name, (unsigned)s->place);
	opt = cfg_getopt(cfg, row->name);
	if (row->kind == RC_CONF_LIST)
		return set_list(ld, e, opt, target);
	value = cfg_opt_getnstr(opt, 0);
	why = rc_conf_read_value(ld->mem, row, value, target);
	if (why == NULL && row->check != NULL)
		why = row->check(ld->tmp, value);
	return why == NULL || value_fault(ld, e, value, why);
}

/* Two resources with one address could not have two metadata documents. */
static bool
check_resource(struct rc_conf_loader *ld, const struct rc_conf_section *s)
{
	const struct rc_conf_resource *r = s->record, *other;
	const struct rc_conf_section *before;

	for (before = ld->given->sections; before < s; before++) {
		other = before->record;
		if (before->level == RC_CONF_RESOURCE &&
		    strcmp(other->path, r->path) == 0 &&
		    strcmp(other->host, r->host) == 0)
			return rc_conf_fault(ld, s->line,
			    "resource \"%.200s\" has the host and path of "
			    "the one on line %d",
			    r->resource, before->line);
	}
	return true;
}

/* Set the members that a resource's URL says. */
static bool
set_resource(struct rc_conf_loader *ld, const struct rc_conf_section *s)
{
	struct rc_conf_resource *r = s->record;
	const char *why = rc_value_is_service_url(ld->tmp, s->title);
	struct rc_uri uri = { .path = "", .host = "", .scheme = "" };

	if (why == NULL)
		why = rc_value_url(ld->tmp, s->title, &uri);
	if (why != NULL)
		return rc_conf_fault(
		    ld, s->line, "resource \"%.200s\" %s", s->title, why);
	r->resource = rc_strdup(ld->mem, s->title);
	/* RFC 9728 3.1: only the slash that follows the host is left out. */
	r->path =
	    strcmp(uri.path, "/") == 0 ? "" : rc_strdup(ld->mem, uri.path);
	r->host = rc_strdup(ld->mem, uri.host);
	if (uri.port != NULL &&
	    strcmp(uri.port, strcmp(uri.scheme, "https") == 0 ? "443" : "80") !=
		0)
		r->host = rc_printf(ld->mem, "%s:%s", uri.host, uri.port);
	return check_resource(ld, s);
}

static bool
set_scope(struct rc_conf_loader *ld, const struct rc_conf_section *s)
{
	struct rc_conf_scope *scope = s->record;

	scope->scope = rc_strdup(ld->mem, s->title);
	return true;
}

static bool
set_name(struct rc_conf_loader *ld, const struct rc_conf_section *s,
    const char **name)
{
	const char *why = rc_value_is_name(ld->tmp, s->title);

	if (why != NULL)
		return rc_conf_fault(ld, s->line, "%s \"%.100s\" %s",
		    rc_conf_levels[s->level].name, s->title, why);
	*name = rc_strdup(ld->mem, s->title);
	return true;
}

static bool
set_policy(struct rc_conf_loader *ld, const struct rc_conf_section *s)
{
	struct rc_conf_policy *policy = s->record;

	return set_name(ld, s, &policy->name);
}

static bool
set_statement_issuer(struct rc_conf_loader *ld, const struct rc_conf_section *s)
{
	struct rc_conf_issuer *issuer = s->record;
	const char *why = rc_value_is_hook_url(ld->tmp, s->title);

	if (why != NULL)
		return rc_conf_fault(ld, s->line,
		    "statement_issuer \"%.200s\" %s", s->title, why);
	issuer->issuer = rc_strdup(ld->mem, s->title);
	return true;
}

/* What is mailed is queued under that name. */
static bool
set_webhook(struct rc_conf_loader *ld, const struct rc_conf_section *s)
{
	struct rc_conf_webhook *hook = s->record;

	if (strcmp(s->title, "mail") == 0)
		return rc_conf_fault(ld, s->line,
		    "webhook \"mail\": choose another name, for mail_to has "
		    "this one");
	return set_name(ld, s, &hook->name);
}

/* What a section becomes, and what sets what its title says. */
static const struct {
	size_t size;
	bool (*set)(struct rc_conf_loader *ld, const struct rc_conf_section *s);
} records[RC_CONF_LEVEL__MAX] = {
	[RC_CONF_RESOURCE] = { sizeof(struct rc_conf_resource), set_resource },
	[RC_CONF_SCOPE] = { sizeof(struct rc_conf_scope), set_scope },
	[RC_CONF_POLICY] = { sizeof(struct rc_conf_policy), set_policy },
	[RC_CONF_STATEMENT_ISSUER] = { sizeof(struct rc_conf_issuer),
	    set_statement_issuer },
	[RC_CONF_WEBHOOK] = { sizeof(struct rc_conf_webhook), set_webhook },
};

/* The place of a section's record: the default policy goes first. */
static size_t
record_place(const struct rc_conf_loader *ld, const struct rc_conf_section *s)
{
	const struct rc_conf_section *first;

	if (s->level != RC_CONF_POLICY)
		return s->place;
	first = rc_conf_find_section(
	    ld->given, RC_CONF_POLICY, RC_CONF_DEFAULT_POLICY);
	if (s->place == first->place)
		return 0;
	return s->place < first->place ? s->place + 1 : s->place;
}

/* Give each section what it becomes. */
static bool
set_sections(struct rc_conf_loader *ld)
{
	struct rc_conf *conf = ld->conf;
	char *first[RC_CONF_LEVEL__MAX];
	struct rc_conf_section *s;
	enum rc_conf_level level;
	size_t i;

	for (level = 0; level < RC_CONF_LEVEL__MAX; level++)
		first[level] = rc_alloc(ld->mem,
		    (ld->given->counts[level] + 1) * records[level].size);
	conf->resources =
	    (struct rc_conf_resource *)(void *)first[RC_CONF_RESOURCE];
	conf->nresources = ld->given->counts[RC_CONF_RESOURCE];
	conf->scope_texts =
	    (struct rc_conf_scope *)(void *)first[RC_CONF_SCOPE];
	conf->nscope_texts = ld->given->counts[RC_CONF_SCOPE];
	conf->policies = (struct rc_conf_policy *)(void *)first[RC_CONF_POLICY];
	conf->npolicies = ld->given->counts[RC_CONF_POLICY];
	conf->issuers =
	    (struct rc_conf_issuer *)(void *)first[RC_CONF_STATEMENT_ISSUER];
	conf->nissuers = ld->given->counts[RC_CONF_STATEMENT_ISSUER];
	conf->webhooks =
	    (struct rc_conf_webhook *)(void *)first[RC_CONF_WEBHOOK];
	conf->nwebhooks = ld->given->counts[RC_CONF_WEBHOOK];
	ld->given->sections[RC_CONF_TOP_SECTION].record = conf;
	for (i = RC_CONF_TOP_SECTION + 1; i < ld->given->nsections; i++) {
		s = &ld->given->sections[i];
		s->record = first[s->level] +
		            record_place(ld, s) * records[s->level].size;
		if (!records[s->level].set(ld, s))
			return false;
	}
	return true;
}

bool
rc_conf_set(struct rc_conf_loader *ld)
{
	cfg_t *cfg = build(ld);
	size_t i;

	if (cfg == NULL || !set_sections(ld))
		return false;
	for (i = 0; i < ld->given->nentries; i++) {
		if (!set_entry(ld, cfg, &ld->given->entries[i]))
			return false;
	}
	return true;
}
