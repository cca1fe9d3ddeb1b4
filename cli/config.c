/*
 * config: what is configured, and whether the programs can start with it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin.h"
#include "arena.h"
#include "buf.h"
#include "conf.h"
#include "crypt.h"
#include "page.h"
#include "req.h"
#include "signing_key.h"
#include "statement.h"

/* What was found, for a table. */
#define FINDING_COLUMNS 3
static const struct table_column finding_columns[FINDING_COLUMNS] = {
	{ "severity", TABLE_TEXT },
	{ "about", TABLE_TEXT },
	{ "message", TABLE_TEXT },
};

/* A test, and what it has found. */
struct test {
	struct admin *a;
	const struct rc_conf *conf;
	const char **cells;
	size_t count;
	size_t faults;
};

static void
add_finding(struct test *t, const char *severity, const char *about,
    const char *message)
{
	const size_t n = t->count * FINDING_COLUMNS;
	const char **more =
	    rc_alloc(t->a->mem, (n + FINDING_COLUMNS) * sizeof(*more));

	if (n > 0)
		memcpy(more, t->cells, n * sizeof(*more));
	more[n] = severity;
	more[n + 1] = about;
	more[n + 2] = message;
	t->cells = more;
	t->count++;
}

/* Programs would not start, or not do what is asked of them. */
static void
add_fault(struct test *t, const char *about, const char *message)
{

	add_finding(t, "fault", about, message);
	t->faults++;
}

/* All works, yet likely not as somebody wants it. */
static void
add_warning(struct test *t, const char *about, const char *message)
{

	add_finding(t, "warning", about, message);
}

/* How a section is named in a finding. */
static const char *
about(const struct test *t, const char *section, const char *title)
{

	return rc_printf(t->a->mem, "%s \"%s\"", section, title);
}

static void
test_key_file(struct test *t)
{
	static const char name[] = "key_file";
	const char *file = t->conf->key_file;
	unsigned char seal[32];
	char why[512];

	/* What is said begins with that name, and so does the finding. */
	if (!rc_signing_key_seal_file(file, false, seal, why, sizeof(why)))
		add_fault(t, name,
		    rc_printf(t->a->mem, "%s%s", why + sizeof(name),
			admin_gone(file) ? "; rollcall-admin setup makes it"
					 : ""));
	rc_crypt_wipe(seal, sizeof(seal));
}

static void
test_pages(struct test *t)
{
	char why[512];
	struct rc_pages *pages = rc_pages_load(t->conf, why, sizeof(why));

	if (pages == NULL)
		add_fault(t, "pages", rc_strdup(t->a->mem, why));
	rc_pages_free(pages);
}

/* See that a file that a key names can be used so. */
static void
test_access(struct test *t, const char *key, const char *file, int mode,
    const char *todo)
{

	if (file != NULL && access(file, mode) != 0)
		add_fault(t, key,
		    rc_printf(
			t->a->mem, "%s: %s; %s", file, strerror(errno), todo));
}

/* See that heads of the audit log can be written down. */
static void
test_head_file(struct test *t)
{
	const char *file = t->conf->audit_head_file;
	const char *slash = file != NULL ? strrchr(file, '/') : NULL;
	const char *folder;

	if (file == NULL)
		return;
	folder = rc_strndup(
	    t->a->mem, file, slash == file ? 1 : (size_t)(slash - file));
	if (access(file, F_OK) == 0)
		test_access(t, "audit_head_file", file, W_OK,
		    "let whoever runs deliver write it");
	else
		test_access(t, "audit_head_file", folder, W_OK,
		    "make that folder, for whoever runs deliver to write in");
}

static void
test_files(struct test *t)
{

	test_key_file(t);
	test_pages(t);
	test_access(t, "fetch_ca_file", t->conf->fetch_ca_file, R_OK,
	    "name a file that the programs can read");
	test_head_file(t);
	if (t->conf->mail_to.count > 0)
		test_access(t, "sendmail", t->conf->sendmail, X_OK,
		    "install a mail server, or empty mail_to");
}

static void
test_issuers(struct test *t)
{
	const struct rc_conf_issuer *issuer;
	const char *why;
	size_t i;

	for (i = 0; i < t->conf->nissuers; i++) {
		issuer = &t->conf->issuers[i];
		why = rc_statement_check_issuer(t->a->mem, issuer);
		if (why != NULL)
			add_fault(t,
			    about(t, "statement_issuer", issuer->issuer), why);
	}
}

/* Tell whether a file has a line of text to sign with. */
static bool
has_line(const char *file)
{
	char line[1024] = "";
	FILE *f = fopen(file, "re");
	bool has;

	if (f == NULL)
		return false;
	has = fgets(line, sizeof(line), f) != NULL && line[0] != '\n';
	rc_crypt_wipe(line, sizeof(line));
	(void)fclose(f);
	return has;
}

/* A secret is one line of text that others may not read. */
static void
test_secret(struct test *t, const struct rc_conf_webhook *hook)
{
	const char *what = about(t, "webhook", hook->name);
	const char *file = hook->secret_file;
	struct stat st;

	/* Nobody waits for the other end of what is no file. */
	if (stat(file, &st) != 0 || !S_ISREG(st.st_mode) || !has_line(file)) {
		add_fault(t, what,
		    rc_printf(t->a->mem,
			"secret_file %s cannot be read, or has no line of text to "
			"sign with; write one, which the receiver knows too",
			file));
		return;
	}
	if ((st.st_mode & S_IRWXO) != 0)
		add_warning(t, what,
		    rc_printf(t->a->mem,
			"everybody may use secret_file %s: chmod o= it", file));
}

static void
test_webhooks(struct test *t)
{
	size_t i;

	for (i = 0; i < t->conf->nwebhooks; i++)
		test_secret(t, &t->conf->webhooks[i]);
}

static bool
is_only(const struct rc_list *list, const char *item)
{

	return list->count == 1 && strcmp(list->items[0], item) == 0;
}

/* Tell of what nobody could register under a policy. */
static void
test_policy(struct test *t, const struct rc_conf_policy *p)
{
	const char *what = about(t, "policy", p->name);
	bool https = p->redirect_schemes.count == 0 ||
	             rc_list_has(&p->redirect_schemes, "https");

	if (is_only(&p->auth_methods, "none") &&
	    is_only(&p->grant_types, "client_credentials"))
		add_warning(t, what,
		    "nobody can register: client_credentials needs a client "
		    "that authenticates, and none is the only method");
	else if (is_only(&p->auth_methods, "none") &&
		 rc_list_has(&p->grant_types, "client_credentials"))
		add_warning(t, what,
		    "client_credentials is of no use: none is the only method, "
		    "and that grant needs a client that authenticates");
	if (p->redirect_hosts.count > 0 && !https)
		add_warning(t, what,
		    "redirect_hosts is of no use: it is about https, which "
		    "redirect_schemes does not have");
	if (p->redirect_hosts.count > 0 && p->redirect_schemes.count == 0)
		add_warning(t, what,
		    "redirect_hosts is about https alone, and without "
		    "redirect_schemes loopback and private-use URIs pass too");
	if (p->max_clients > 0 && p->max_clients_per_address > p->max_clients)
		add_warning(t, what,
		    "max_clients_per_address is of no use: it is more than "
		    "max_clients");
}

static const struct rc_conf_policy *
find_policy(const struct rc_conf *conf, const char *name)
{
	size_t i;

	for (i = 0; strcmp(conf->policies[i].name, name) != 0; i++)
		;
	return &conf->policies[i];
}

/* Tell of what strangers may do, where that is much. */
static void
test_anonymous(struct test *t)
{
	const struct rc_conf *conf = t->conf;
	const struct rc_conf_policy *p =
	    find_policy(conf, conf->anonymous_policy);
	const char *what = about(t, "policy", p->name);

	if (conf->registration != RC_REGISTRATION_OPEN)
		return;
	if (rc_list_has(&p->grant_types, "client_credentials") &&
	    p->status == RC_POLICY_ACTIVE)
		add_warning(t, what,
		    "anybody who registers gets tokens by client_credentials, "
		    "without a person: leave that grant out, or have resources "
		    "look at sub");
	if (conf->rate_limit_register.count == 0)
		add_warning(t, "rate_limit_register",
		    "registration is open, and nothing limits how often one "
		    "address registers");
	if (p->max_clients == 0)
		add_warning(t, what,
		    "registration is open, and there is no max_clients: "
		    "strangers may fill the database");
}

static void
test_policies(struct test *t)
{
	size_t i;

	for (i = 0; i < t->conf->npolicies; i++)
		test_policy(t, &t->conf->policies[i]);
	test_anonymous(t);
	if (t->conf->rate_limit_failures.count == 0)
		add_warning(t, "rate_limit_failures",
		    "nothing limits how often one address tries secrets");
	if (t->conf->rate_limit_manage.count == 0)
		add_warning(t, "rate_limit_manage",
		    "nothing limits how often a client changes its "
		    "registration");
	if (t->conf->rate_limit_login.count == 0)
		add_warning(t, "rate_limit_login",
		    "nothing limits how often one address tries passwords");
}

static enum admin_exit
say_findings(const struct test *t)
{
	const char *const *cell = t->cells;
	size_t i;

	if (t->a->json)
		table_json(stdout, t->a->mem, finding_columns, FINDING_COLUMNS,
		    t->cells, t->count);
	for (i = 0; !t->a->json && i < t->count; i++, cell += FINDING_COLUMNS)
		(void)printf("%s: %s: %s\n", cell[0], cell[1], cell[2]);
	if (t->faults > 0)
		return admin_fail(ADMIN_FAILED,
		    "%s has %zu fault%s; mend what the lines before say",
		    t->conf->file, t->faults, t->faults == 1 ? "" : "s");
	if (!t->a->json)
		(void)printf("%s is good\n", t->conf->file);
	return ADMIN_OK;
}

static enum admin_exit
test(struct admin *a)
{
	struct test t = { .a = a, .conf = a->rq->conf };

	test_files(&t);
	test_issuers(&t);
	test_webhooks(&t);
	test_policies(&t);
	return say_findings(&t);
}

/* Write a string as the file has it. */
static const char *
quoted(struct admin *a, const char *s)
{
	struct rc_buf b;

	rc_buf_init(&b, a->mem);
	rc_buf_putc(&b, '"');
	for (; *s != '\0'; s++) {
		if (strchr("\"\\$", *s) != NULL)
			rc_buf_putc(&b, '\\');
		rc_buf_putc(&b, *s);
	}
	rc_buf_putc(&b, '"');
	return b.data;
}

/* The value of a key, to be seen by anybody. */
static const char *
shown(
    struct admin *a, const struct rc_conf *conf, const struct rc_conf_value *v)
{
	const char *masked;

	if (v->section != NULL || strcmp(v->name, "database") != 0)
		return v->text;
	masked = rc_db_masked(a->mem, conf->database, NULL);
	return strcmp(masked, conf->database) == 0 ? v->text
	                                           : quoted(a, masked);
}

static void
print_text(struct admin *a, const struct rc_conf *conf,
    const struct rc_conf_value *values, size_t n)
{
	const struct rc_conf_value *v;
	const char *indent = "";

	for (v = values; v < values + n; v++) {
		if (v->name == NULL) {
			(void)printf("%s%s \"%s\" {\n",
			    *indent != '\0' ? "}\n" : "", v->section, v->title);
			indent = "\t";
		} else if (v->text == NULL)
			(void)printf("%s# %s is not set\n", indent, v->name);
		else
			(void)printf(
			    "%s%s = %s\n", indent, v->name, shown(a, conf, v));
	}
	if (*indent != '\0')
		(void)printf("}\n");
}

static void
print_json(struct admin *a, const struct rc_conf *conf,
    const struct rc_conf_value *values, size_t n)
{
	static const struct table_column columns[] = {
		{ "section", TABLE_TEXT },
		{ "title", TABLE_TEXT },
		{ "key", TABLE_TEXT },
		{ "value", TABLE_TEXT },
		{ "line", TABLE_NUMBER },
		{ "differs", TABLE_BOOL },
	};
	const size_t ncolumns = sizeof(columns) / sizeof(columns[0]);
	const char **cells =
	    rc_alloc(a->mem, (n * ncolumns + 1) * sizeof(*cells));
	const char **cell = cells;
	const struct rc_conf_value *v;

	for (v = values; v < values + n; v++) {
		if (v->name == NULL)
			continue;
		*cell++ = v->section;
		*cell++ = v->title;
		*cell++ = v->name;
		*cell++ = shown(a, conf, v);
		*cell++ = v->line > 0 ? rc_db_number(a->mem, v->line) : NULL;
		*cell++ = v->differs ? "t" : "f";
	}
	table_json(stdout, a->mem, columns, ncolumns, cells,
	    (size_t)(cell - cells) / ncolumns);
}

/* Keep what differs from the defaults; return how many that are. */
static size_t
only_changed(struct admin *a, const struct rc_conf_value *values, size_t n,
    const struct rc_conf_value **changed)
{
	struct rc_conf_value *kept = rc_alloc(a->mem, (n + 1) * sizeof(*kept));
	size_t i, nkept = 0;

	for (i = 0; i < n; i++) {
		if (values[i].differs)
			kept[nkept++] = values[i];
	}
	*changed = kept;
	return nkept;
}

static enum admin_exit
show(struct admin *a)
{
	const struct rc_conf_value *values;
	struct rc_conf *conf;
	char why[512];
	size_t n;

	/* Anew, for what the program runs by has its own database. */
	conf = rc_conf_load(a->rq->conf->file, why, sizeof(why));
	if (conf == NULL)
		return admin_fail(ADMIN_FAILED, "%s; mend it", why);
	values = rc_conf_values(conf, a->mem, &n);
	if (admin_has(a, "changed"))
		n = only_changed(a, values, n, &values);
	if (a->json)
		print_json(a, conf, values, n);
	else
		print_text(a, conf, values, n);
	rc_conf_free(conf);
	return ADMIN_OK;
}

static enum admin_exit
config(struct admin *a)
{

	if (admin_has(a, "changed") && admin_has(a, "test"))
		return admin_fail(ADMIN_USAGE,
		    "--changed prints and --test judges; give one of them");
	return admin_has(a, "test") ? test(a) : show(a);
}

static const struct admin_option options[] = {
	{ "changed", NULL, false },
	{ "test", NULL, false },
};

static const struct admin_command commands[] = {
	{ NULL, NULL, options, sizeof(options) / sizeof(options[0]),
	    "print the configuration, or what differs from the defaults, or "
	    "test it",
	    config },
};

const struct admin_noun admin_config = { "config", commands, 1 };
