/*
 * policy: by what registrations are judged, and a judgement beforehand.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy.h"
#include "admin.h"
#include "arena.h"
#include "conf.h"
#include "json.h"
#include "req.h"

static const struct table_column columns[] = {
	{ "policy", TABLE_TEXT },
	{ "status", TABLE_TEXT },
	{ "consent", TABLE_TEXT },
	{ "software_statement", TABLE_TEXT },
	{ "grant_types", TABLE_JSON },
	{ "methods", TABLE_JSON },
	{ "scopes", TABLE_JSON },
	{ "redirect_hosts", TABLE_JSON },
	{ "redirect_schemes", TABLE_JSON },
	{ "max_clients", TABLE_NUMBER },
	{ "max_clients_per_address", TABLE_NUMBER },
	{ "rate_limit_register", TABLE_TEXT },
	{ "active", TABLE_NUMBER },
	{ "pending", TABLE_NUMBER },
	{ "archived", TABLE_NUMBER },
	{ "disabled", TABLE_NUMBER },
};
/* What is counted, behind the policy itself. */
#define FIRST_COUNT 12
#define NCOLUMNS (sizeof(columns) / sizeof(columns[0]))

static const char *
words(struct admin *a, const struct rc_list *list)
{
	struct rc_json *array = rc_json_new_array(a->mem);
	size_t i;

	if (list->count == 0)
		return NULL;
	for (i = 0; i < list->count; i++)
		rc_json_append_string(array, list->items[i]);
	return rc_json_write(a->mem, array);
}

static const char *
limit(struct admin *a, int64_t n)
{

	return n > 0 ? rc_db_number(a->mem, n) : NULL;
}

/* The cells of a configured policy, all but what is counted. */
static void
fill_policy(struct admin *a, const struct rc_conf_policy *p, const char **cell)
{
	static const char *const rules[] = { "optional", "required",
		"refused" };

	*cell++ = p->name;
	*cell++ = p->status == RC_POLICY_PENDING ? "pending" : "active";
	*cell++ =
	    p->consent == RC_POLICY_CONSENT_ALWAYS ? "always" : "remembered";
	*cell++ = rules[p->software_statement];
	*cell++ = words(a, &p->grant_types);
	*cell++ = words(a, &p->auth_methods);
	*cell++ = words(a, &p->scopes);
	*cell++ = words(a, &p->redirect_hosts);
	*cell++ = words(a, &p->redirect_schemes);
	*cell++ = limit(a, p->max_clients);
	*cell++ = limit(a, p->max_clients_per_address);
	*cell = p->rate_limit.count == 0
	            ? NULL
	            : rc_printf(a->mem, "%" PRId64 "/%" PRId64 "s",
			  p->rate_limit.count, p->rate_limit.period);
}

/* Put the counts of the row into cells; row 0 has the policy's name. */
static void
fill_counts(const struct rc_rows *rows, size_t row, const char **cells)
{
	size_t i;

	for (i = FIRST_COUNT; i < NCOLUMNS; i++)
		cells[i] = rc_rows_text(rows, row, i - FIRST_COUNT + 1);
}

/* Which of the counts is the policy's; the number of rows where none is. */
static size_t
find_counts(const struct rc_rows *rows, const char *name)
{
	size_t i, n = rc_rows_count(rows);

	for (i = 0; i < n; i++) {
		if (strcmp(rc_rows_text(rows, i, 0), name) == 0)
			break;
	}
	return i;
}

/* Those that are configured, and then those that only clients know of. */
static enum admin_exit
list(struct admin *a)
{
	const struct rc_conf *conf = a->rq->conf;
	const char **cells, *name;
	struct rc_rows *rows;
	enum admin_exit e;
	size_t i, j, n = 0;

	e = admin_sql(a, RC_SQL_ADMIN_CLIENT_COUNTS, NULL, 0, &rows);
	if (e != ADMIN_OK)
		return e;
	cells = rc_alloc(a->mem, (conf->npolicies + rc_rows_count(rows)) *
				     NCOLUMNS * sizeof(*cells));
	for (i = 0; i < conf->npolicies; i++, n++) {
		fill_policy(a, &conf->policies[i], &cells[n * NCOLUMNS]);
		for (j = FIRST_COUNT; j < NCOLUMNS; j++)
			cells[n * NCOLUMNS + j] = "0";
		j = find_counts(rows, conf->policies[i].name);
		if (j < rc_rows_count(rows))
			fill_counts(rows, j, &cells[n * NCOLUMNS]);
	}
	for (i = 0; i < rc_rows_count(rows); i++) {
		name = rc_rows_text(rows, i, 0);
		if (rc_policy_find(conf, name) != NULL)
			continue;
		cells[n * NCOLUMNS] = name;
		cells[n * NCOLUMNS + 1] = "not configured";
		fill_counts(rows, i, &cells[n++ * NCOLUMNS]);
	}
	if (a->json)
		table_json(stdout, a->mem, columns, NCOLUMNS, cells, n);
	else
		table_print(stdout, a->mem, columns, NCOLUMNS, cells, n);
	return ADMIN_OK;
}

/* Print each fault or warning on a line, with its rule. */
static void
print_details(
    struct admin *a, const char *severity, const struct rc_json *details)
{
	const struct rc_json *d;
	size_t i;

	for (i = 0; i < rc_json_count(details); i++) {
		d = rc_json_at(details, i);
		(void)printf("%s: %s [%s]\n", severity, admin_fault(a, d),
		    rc_json_text(d, "rule"));
	}
}

static void
print_json(struct admin *a, const struct rc_json *said)
{

	(void)printf("%s\n", rc_json_write(a->mem, said));
}

/* What is wrong, in the words that a client would be answered. */
static enum admin_exit
say_refused(struct admin *a, const char *policy, enum rc_err err)
{
	const struct rc_fault *fault = &a->rq->fault;
	struct rc_json *said = rc_json_new_object(a->mem);

	rc_json_set_string(said, "policy", policy);
	rc_json_set_string(said, "error", rc_err_name(err));
	rc_json_set_string(said, "error_description", fault->description);
	if (fault->details != NULL)
		rc_json_set(said, "error_details", fault->details);
	rc_json_set(said, "warnings", a->rq->warnings);
	if (a->json)
		print_json(a, said);
	else {
		print_details(a, "fault", fault->details);
		print_details(a, "warning", a->rq->warnings);
	}
	return admin_fail(ADMIN_FAILED,
	    "the policy %s does not accept the client: %s: %s", policy,
	    rc_err_name(err), fault->description);
}

static enum admin_exit
say_accepted(struct admin *a, const char *policy, struct rc_json *metadata)
{
	const struct table_column record[] = { { "policy", TABLE_TEXT },
		{ "client_secret_issued", TABLE_BOOL },
		{ "metadata", TABLE_JSON } };
	const char *method =
	    rc_json_text(metadata, "token_endpoint_auth_method");
	bool secret = method != NULL && strncmp(method, "client_secret_",
					    strlen("client_secret_")) == 0;
	const char *const cells[] = { policy, secret ? "t" : "f",
		rc_json_write(a->mem, metadata) };
	struct rc_json *said = rc_json_new_object(a->mem);

	if (!a->json) {
		table_record(stdout, a->mem, record, 3, cells);
		print_details(a, "warning", a->rq->warnings);
		return ADMIN_OK;
	}
	rc_json_set_string(said, "policy", policy);
	rc_json_set_bool(said, "client_secret_issued", secret);
	rc_json_set(said, "metadata", metadata);
	rc_json_set(said, "warnings", a->rq->warnings);
	print_json(a, said);
	return ADMIN_OK;
}

static enum admin_exit
read_metadata(struct admin *a, struct rc_json **wanted)
{
	const char *file = admin_option(a, "metadata"), *why;
	enum admin_exit e;
	char *text;
	size_t len, at;

	if (file == NULL)
		return admin_fail(ADMIN_USAGE,
		    "name the client's metadata with --metadata FILE, or - for "
		    "standard input");
	if ((e = admin_read(a, file, "metadata file", &text, &len)) != ADMIN_OK)
		return e;
	if (rc_json_parse(a->mem, text, len, wanted, &why, &at) != RC_OK)
		return admin_fail(ADMIN_FAILED,
		    "the metadata file %s is no JSON: %s, at byte %zu", file,
		    why, at);
	if (rc_json_type(*wanted) != RC_JSON_OBJECT)
		return admin_fail(ADMIN_FAILED,
		    "the metadata file %s must be one JSON object", file);
	return ADMIN_OK;
}

/* Judge as a registration would be, and register nothing. */
static enum admin_exit
test(struct admin *a)
{
	const char *name = admin_option(a, "policy");
	struct rc_allowance allowance = { .policy = NULL };
	struct rc_json *wanted = NULL, *metadata = NULL;
	enum admin_exit e;
	enum rc_err err;

	if (name == NULL)
		name = a->rq->conf->anonymous_policy;
	allowance.policy = rc_policy_find(a->rq->conf, name);
	if (allowance.policy == NULL)
		return admin_fail(ADMIN_NOT_FOUND,
		    "there is no policy %s; see rollcall-admin policy list",
		    name);
	if ((e = read_metadata(a, &wanted)) != ADMIN_OK)
		return e;
	a->rq->warnings = rc_json_new_array(a->mem);
	err = rc_policy_judge(a->rq, wanted, &allowance, &metadata);
	return err == RC_OK ? say_accepted(a, name, metadata)
	                    : say_refused(a, name, err);
}

static const struct admin_option test_options[] = {
	{ "metadata", "FILE", false },
	{ "policy", "NAME", false },
};

static const struct admin_command commands[] = {
	{ "list", NULL, NULL, 0,
	    "list the policies, and how many clients each has", list },
	{ "test", NULL, test_options,
	    sizeof(test_options) / sizeof(test_options[0]),
	    "tell what a client would be registered as, or why not", test },
};

const struct admin_noun admin_policy = { "policy", commands,
	sizeof(commands) / sizeof(commands[0]) };
