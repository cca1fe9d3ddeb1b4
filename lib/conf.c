#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "network.h"
#include "conf_parts.h"
#include "conf.h"

#define FILE_MAX_BYTES 1048576

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

bool
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

/* Write a default as rc_conf_write_value would. */
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
