#include <stdio.h>
#include <string.h>

#include "admin.h"
#include "json.h"

/* The sections, and how people read them. */
static const struct {
	const char *name;
	const char *title;
} sections[] = {
	{ "clients", "Clients" },
	{ "clients_by_status", "Clients by status" },
	{ "clients_by_door", "Clients by how they came in" },
	{ "clients_by_policy", "Clients by policy" },
	{ "clients_by_method", "Clients by authentication method" },
	{ "registered_in_days", "Registered in the last days" },
	{ "top_software", "Software with the most clients" },
	{ "refused_in_30_days", "Refused in the last 30 days, by rule" },
	{ "rate_refused_in_30_days",
	    "Refused by rate in the last 30 days, by limit" },
	{ "tokens_live", "Tokens that count" },
	{ "accounts", "Accounts" },
	{ "outbox", "Notifications" },
	{ "table_bytes", "Bytes of tables with their indexes" },
};

#define NSECTIONS (sizeof(sections) / sizeof(sections[0]))

static void
print_section(struct admin *a, const struct rc_rows *rows, size_t section)
{
	bool titled = false;
	const char *name;
	size_t i;

	for (i = 0; i < rc_rows_count(rows); i++) {
		if (strcmp(rc_rows_text(rows, i, 0), sections[section].name) !=
		    0)
			continue;
		if (!titled)
			(void)printf("%s\n", sections[section].title);
		titled = true;
		name = rc_rows_text(rows, i, 1);
		(void)printf("  %12s  %s\n", rc_rows_text(rows, i, 2),
		    table_text(a->mem, TABLE_TEXT, name));
	}
}

static void
print_json(struct admin *a, const struct rc_rows *rows)
{
	struct rc_json *all = rc_json_new_object(a->mem), *section;
	const char *name;
	size_t i;

	for (i = 0; i < NSECTIONS; i++)
		rc_json_set(all, sections[i].name, rc_json_new_object(a->mem));
	for (i = 0; i < rc_rows_count(rows); i++) {
		section = rc_json_get(all, rc_rows_text(rows, i, 0));
		name = rc_rows_text(rows, i, 1);
		if (section != NULL && name != NULL)
			rc_json_set_int(section, name, rc_rows_int(rows, i, 2));
	}
	(void)printf("%s\n", rc_json_write(a->mem, all));
}

static enum admin_exit
stats(struct admin *a)
{
	struct rc_rows *rows;
	enum admin_exit e;
	size_t i;

	if ((e = admin_sql(a, RC_SQL_ADMIN_STATS, NULL, 0, &rows)) != ADMIN_OK)
		return e;
	if (a->json)
		print_json(a, rows);
	else
		for (i = 0; i < NSECTIONS; i++)
			print_section(a, rows, i);
	return ADMIN_OK;
}

static const struct admin_command commands[] = {
	{ NULL, NULL, NULL, 0, "count clients, tokens, refusals and bytes",
	    stats },
};

const struct admin_noun admin_stats = { "stats", commands, 1 };
