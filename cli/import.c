#include "import.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "client_fields.h"
#include "conf.h"
#include "crypt.h"
#include "json.h"
#include "now.h"
#include "policy.h"
#include "req.h"

/* The largest file of others; our own is read line by line. */
#define FILE_MAX_MIB 256

/* A secret that nobody can guess (RFC 6819 5.1.4.2.2). */
#define SECRET_BITS 128

const struct admin_option import_options[IMPORT_NOPTIONS] = {
	{ "format", "FORMAT", false },
	{ "policy", "NAME", false },
	{ "dry-run", NULL, false },
	{ "replace", NULL, false },
	{ "yes", NULL, false },
	{ "print-config", NULL, false },
};

/* One import under way. */
struct importer {
	struct admin *a;
	const struct import_format *format; /* NULL: our own */
	const char *policy; /* --policy, NULL */
	bool dry_run;
	bool replace;
	bool progress;
	struct rc_arena *mem; /* as long as the run; a->mem is a client's */
	bool begun; /* of --json: the document's first part is out */
	const char *place; /* of the client at hand, where it has no name */
	size_t added, replaced, there, skipped;
};

/* What becomes of one client. */
struct outcome {
	const char *id;
	const char *what; /* "added" */
	const char *reason; /* why it was skipped, NULL */
	const char *secret; /* told once, NULL */
	struct rc_json *details; /* faults, NULL */
	struct rc_json *notes; /* sentences, NULL */
};

static bool
is_same(const char *a, const char *b)
{

	return a != NULL && strcmp(a, b) == 0;
}

/* --- what is said of it: nothing in it acts on the terminal */

static const char *
plain(struct importer *im, const char *text)
{

	return table_text(im->a->mem, TABLE_TEXT, text);
}

static void
print_faults(struct importer *im, const struct rc_json *details)
{
	size_t i;

	for (i = 0; i < rc_json_count(details); i++)
		(void)printf("         %s\n",
		    admin_fault(im->a, rc_json_at(details, i)));
}

static void
print_outcome(struct importer *im, const struct outcome *o)
{
	size_t i;

	(void)printf("%-8s %s", o->what, plain(im, o->id));
	if (o->reason != NULL)
		(void)printf(" %s", plain(im, o->reason));
	if (o->secret != NULL)
		(void)printf(", client_secret %s", o->secret);
	(void)putchar('\n');
	print_faults(im, o->details);
	for (i = 0; i < rc_json_count(o->notes); i++)
		(void)printf("         note: %s\n",
		    plain(im, rc_json_string(rc_json_at(o->notes, i))));
}

/* Begin the document of --json. */
static void
begin_json(struct importer *im)
{

	if (!im->begun)
		(void)printf("{\"dry_run\":%s,\"clients\":[",
		    im->dry_run ? "true" : "false");
	im->begun = true;
}

static void
report_outcome(struct importer *im, const struct outcome *o)
{
	struct rc_json *entry = rc_json_new_object(im->a->mem);
	bool first = !im->begun;

	begin_json(im);

	rc_json_set_string(entry, "client_id", o->id);
	rc_json_set_string(entry, "outcome", o->what);
	if (o->reason != NULL)
		rc_json_set_string(entry, "reason", o->reason);
	if (o->secret != NULL)
		rc_json_set_string(entry, "client_secret", o->secret);
	if (o->details != NULL)
		rc_json_set(entry, "details", o->details);
	if (rc_json_count(o->notes) > 0)
		rc_json_set(entry, "notes", o->notes);
	(void)printf(
	    "%s%s", first ? "\n" : ",\n", rc_json_write(im->a->mem, entry));
}

static void
say(struct importer *im, const struct outcome *o)
{
	size_t sum;

	if (im->a->json)
		report_outcome(im, o);
	else
		print_outcome(im, o);
	/* A new secret is nowhere else: whatever comes, it has been told. */
	(void)fflush(stdout);
	sum = im->added + im->replaced + im->there + im->skipped;
	if (im->progress && sum % 100 == 0)
		(void)fprintf(stderr, "%zu clients\r", sum);
}

static void
skip(struct importer *im, struct outcome *o, const char *reason)
{

	o->what = "skipped";
	o->reason = reason;
	im->skipped++;
	say(im, o);
}

/* --- what a client must be, wherever it comes from */

/* RFC 6749 A.1, and what no client_id of ours may look like. */
static const char *
id_fault(const char *id)
{
	size_t i, n = strlen(id);

	if (n == 0 || n > 255)
		return "has no client_id of 1 to 255 characters";
	for (i = 0; i < n; i++) {
		if (id[i] < ' ' || id[i] > '~')
			return "has a client_id that is not printable ASCII "
			       "(RFC 6749 A.1)";
	}
	if (id[0] == '-' || strncmp(id, "https://", strlen("https://")) == 0)
		return "has a client_id that begins as an option or as a URL; "
		       "give it another";
	return NULL;
}

/* How many bits a character out of so many has at most, in hundredths. */
static const struct {
	int kinds;
	int bits;
} kind_bits[] = { { 1, 0 }, { 6, 259 }, { 10, 333 }, { 16, 400 }, { 26, 471 },
	{ 36, 517 }, { 52, 571 }, { 62, 596 }, { 94, 656 } };

/* How many bits a secret of such characters has at most. */
static int
secret_bits(const char *secret)
{
	static const char *const classes[] = { "0123456789", "abcdef",
		"ghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ" };
	size_t i, known = 0, n = strlen(secret), of_class;
	int kinds = 0;

	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		of_class = 0;
		for (size_t j = 0; j < n; j++)
			of_class += strchr(classes[i], secret[j]) != NULL;
		kinds += of_class > 0 ? (int)strlen(classes[i]) : 0;
		known += of_class;
	}
	if (known < n)
		kinds += 32;
	for (i = 0; kind_bits[i].kinds < kinds &&
		    i + 1 < sizeof(kind_bits) / sizeof(kind_bits[0]);
	     i++)
		;
	return (int)(n < 1024 ? n : 1024) * kind_bits[i].bits / 100;
}

/* RFC 6749 A.2. */
static bool
is_vschar(const char *s)
{

	for (; *s != '\0'; s++) {
		if (*s < ' ' || *s > '~')
			return false;
	}
	return true;
}

/* The policy that judges a client which had one; NULL: it is no more. */
static const struct rc_conf_policy *
find_policy(const struct importer *im, const char *name)
{
	const struct rc_conf *conf = im->a->rq->conf;

	if (im->policy != NULL)
		name = im->policy;
	return name != NULL ? rc_policy_find(conf, name) : &conf->policies[0];
}

/* Hold a client against its policy; the faults are in ${o}. */
static bool
judge(struct importer *im, const struct rc_conf_policy *policy,
    const struct rc_json *wanted, struct outcome *o, struct rc_json **metadata)
{
	const struct rc_allowance allowance = { .policy = policy };
	struct rc_req *rq = im->a->rq;

	memset(&rq->fault, 0, sizeof(rq->fault));
	if (rc_policy_judge(rq, wanted, &allowance, metadata) == RC_OK)
		return true;
	o->details = rq->fault.details;
	skip(im, o,
	    o->details != NULL
		? rc_printf(im->a->mem,
		      "is not accepted by the policy %s:", policy->name)
		: rc_printf(im->a->mem, "is not accepted by the policy %s: %s",
		      policy->name, rq->fault.description));
	return false;
}

/* --- into the database */

static const char *
hex(struct rc_arena *mem, const unsigned char *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char *out = rc_alloc(mem, 2 * n + 1);
	size_t i;

	for (i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	return out;
}

/* Enter a client as our export writes it. */
static enum admin_exit
enter(struct importer *im, const struct rc_json *client, struct outcome *o)
{
	struct admin *a = im->a;
	const struct rc_db_param params[] = {
		RC_DB_TEXT(rc_json_write(a->mem, client)),
		RC_DB_TEXT(im->replace ? "t" : "f"),
		RC_DB_TEXT(im->format != NULL ? im->format->name : "rollcall"),
		RC_DB_TEXT(im->dry_run ? "t" : "f"),
	};
	struct rc_rows *rows;
	enum rc_err e;

	a->rq->db_deadline = 0;
	memset(&a->rq->fault, 0, sizeof(a->rq->fault));
	e = rc_db_exec(a->rq, RC_SQL_ADMIN_CLIENT_IMPORT, params, 4, &rows);
	if (e == RC_ERR_TEMPORARILY_UNAVAILABLE)
		return admin_fail(ADMIN_FAILED,
		    "the database did not answer, or takes no changes, as the "
		    "line before says; "
		    "what was reported is done, so run it again for the rest");
	if (e != RC_OK) {
		skip(im, o,
		    "is refused by the database, as the line of the log says");
		return ADMIN_OK;
	}
	o->what = rc_rows_text(rows, 0, 0);
	if (strcmp(o->what, "there") == 0) {
		im->there++;
		o->secret = NULL;
		o->notes = NULL;
		o->reason = "already; --replace would put this one in its "
			    "place";
	} else if (strcmp(o->what, "replaced") == 0)
		im->replaced++;
	else
		im->added++;
	/* Nobody will ever have that one. */
	if (im->dry_run)
		o->secret = NULL;
	say(im, o);
	return ADMIN_OK;
}

/* The secret that was in clear, or a new one, goes in as a hash. */
static bool
take_secret(struct importer *im, const struct rc_conf_policy *policy,
    struct import_client *from, const char *method, struct rc_json *client,
    struct outcome *o)
{
	struct rc_arena *mem = im->a->mem;
	struct rc_secret secret = { .text = from->secret };
	int bits;

	if (strncmp(method, "client_secret_", strlen("client_secret_")) != 0)
		return true;
	if (secret.text == NULL) {
		rc_crypt_secret(mem, &secret);
		o->secret = secret.text;
		rc_json_append_string(from->notes,
		    "it gets a new secret, for the file has none in clear");
	} else {
		if (!is_vschar(secret.text)) {
			skip(im, o,
			    "has a secret that is not printable ASCII "
			    "(RFC 6749 A.2)");
			return false;
		}
		bits = secret_bits(secret.text);
		if (bits < SECRET_BITS)
			rc_json_append_string(from->notes,
			    rc_printf(mem,
				"its secret has %d bits at most, which can be "
				"guessed below %d: rollcall-admin client "
				"rotate gives it another",
				bits, SECRET_BITS));
		rc_crypt_hash(secret.text, strlen(secret.text), secret.hash);
	}
	rc_json_set_string(
	    client, "secret_hash", hex(mem, secret.hash, sizeof(secret.hash)));
	if (policy->secret_lifetime > 0)
		rc_json_set_int(
		    client, "secret_lifetime", policy->secret_lifetime);
	return true;
}

/* A client of other software. */
static enum admin_exit
import_foreign(struct importer *im, const struct rc_json *source)
{
	struct rc_arena *mem = im->a->mem;
	struct import_client from = { .wanted = rc_json_new_object(mem),
		.notes = rc_json_new_array(mem) };
	struct outcome o = { .id = im->place, .notes = from.notes };
	const struct rc_conf_policy *policy = find_policy(im, NULL);
	struct rc_json *client = rc_json_new_object(mem), *metadata;
	const char *why = NULL;

	if (rc_json_type(source) != RC_JSON_OBJECT) {
		skip(im, &o, "is no JSON object");
		return ADMIN_OK;
	}
	im->format->convert(im->a, source, &from);
	if (from.id != NULL)
		o.id = from.id;
	if (from.reason != NULL || from.id == NULL ||
	    (why = id_fault(from.id)) != NULL) {
		skip(im, &o,
		    from.reason != NULL ? from.reason
		    : why != NULL       ? why
					: "has no client_id");
		return ADMIN_OK;
	}
	if (!judge(im, policy, from.wanted, &o, &metadata) ||
	    !take_secret(im, policy, &from,
		rc_json_text(metadata, "token_endpoint_auth_method"), client,
		&o))
		return ADMIN_OK;
	rc_json_set_string(client, "client_id", from.id);
	rc_json_set(client, "metadata", metadata);
	rc_json_set_string(client, "door", "admin");
	rc_json_set_string(client, "policy", policy->name);
	rc_json_set_string(
	    client, "status", from.disabled ? "disabled" : "active");
	return enter(im, client, &o);
}

/*
 * A client of our own export comes back as it was, which today's policy may
 * refuse, but does not change.
 */
static enum admin_exit
import_own(struct importer *im, struct rc_json *source)
{
	struct rc_json *notes = rc_json_new_array(im->a->mem);
	struct outcome o = { .id = im->place, .notes = notes };
	const struct rc_conf_policy *policy;
	struct rc_json *metadata, *judged;
	const char *id, *why;

	if ((id = rc_json_text(source, "client_id")) != NULL)
		o.id = id;
	metadata = rc_json_get(source, "metadata");
	if (!is_same(rc_json_text(source, "format"), IMPORT_OWN) ||
	    rc_json_type(metadata) != RC_JSON_OBJECT) {
		skip(im, &o, "is no line of " IMPORT_OWN);
		return ADMIN_OK;
	}
	if (id == NULL || (why = id_fault(id)) != NULL) {
		skip(im, &o, id == NULL ? "has no client_id" : why);
		return ADMIN_OK;
	}
	policy = find_policy(im, rc_json_text(source, "policy"));
	if (policy == NULL) {
		skip(im, &o,
		    rc_printf(im->a->mem,
			"had the policy %s, which is not configured; --policy "
			"names another",
			rc_json_text(source, "policy")));
		return ADMIN_OK;
	}
	if (im->policy != NULL)
		rc_json_set_string(source, "policy", policy->name);
	if (!judge(im, policy, metadata, &o, &judged))
		return ADMIN_OK;
	if (!rc_json_equal(metadata, judged))
		rc_json_append_string(notes,
		    "today's policy would register it otherwise; it comes back "
		    "as it was");
	return enter(im, source, &o);
}

/* Import the ${number}th of what it has, in memory of its own. */
static enum admin_exit
import_one(struct importer *im, struct rc_json *source, const char *what,
    size_t number)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGTERM };
	struct admin *a = im->a;
	sigset_t ending, before;
	enum admin_exit e;
	size_t i;

	/* Whoever is entered is told of, though somebody ends us meanwhile. */
	(void)sigemptyset(&ending);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaddset(&ending, signals[i]);
	(void)sigprocmask(SIG_BLOCK, &ending, &before);
	a->mem = a->rq->mem = rc_arena_new();
	im->place = rc_printf(a->mem, "%s %zu", what, number);
	e = im->format != NULL ? import_foreign(im, source)
	                       : import_own(im, source);
	rc_arena_free(a->mem);
	a->mem = a->rq->mem = im->mem;
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	if (e == ADMIN_OK && ferror(stdout) != 0)
		e = admin_fail(ADMIN_FAILED,
		    "cannot write to standard output, so nothing more is "
		    "entered; what was told last is not known");
	return e;
}

/* --- where they come from */

struct source {
	FILE *file;
	const char *name;
	char *line;
	size_t cap;
	ssize_t len;
	size_t number;
};

static enum admin_exit
cannot_read(const struct source *s)
{

	return admin_fail(
	    ADMIN_FAILED, "cannot read %s: %s", s->name, strerror(errno));
}

/* Read the next line that has something in it; false: there is none. */
static bool
next_line(struct source *s)
{

	while ((s->len = getline(&s->line, &s->cap, s->file)) > 0) {
		s->number++;
		while (s->len > 0 && strchr(" \t\r\n", s->line[s->len - 1]))
			s->line[--s->len] = '\0';
		if (s->len > 0)
			return true;
	}
	return false;
}

/* Parse the line at hand, where it is one JSON value. */
static bool
parse_line(struct rc_arena *mem, const struct source *s, struct rc_json **v,
    const char **why)
{
	size_t at;

	return rc_json_parse(mem, s->line, (size_t)s->len, v, why, &at) ==
	       RC_OK;
}

/* Our own export, a client a line. */
static enum admin_exit
import_lines(struct importer *im, struct source *s)
{
	struct outcome o;
	enum admin_exit e = ADMIN_OK;
	struct rc_arena *mem = rc_arena_new();
	const char *why;
	struct rc_json *v = NULL;

	do {
		rc_arena_wipe(mem);
		o = (struct outcome){ .id = rc_printf(
					  mem, "line %zu", s->number) };
		if (parse_line(mem, s, &v, &why))
			e = import_one(im, v, "line", s->number);
		else
			skip(im, &o, rc_printf(mem, "is no JSON: %s", why));
	} while (e == ADMIN_OK && next_line(s));
	rc_arena_free(mem);
	if (e == ADMIN_OK && ferror(s->file) != 0)
		e = cannot_read(s);
	return e;
}

/* Read the rest of the file behind the line at hand, and parse it all. */
static enum admin_exit
read_whole(struct importer *im, struct source *s, struct rc_json **root)
{
	const size_t most = (size_t)FILE_MAX_MIB * 1048576;
	struct rc_buf buf;
	const char *why;
	size_t n, at;

	rc_buf_init(&buf, im->mem);
	rc_buf_add(&buf, s->line, (size_t)s->len);
	rc_buf_putc(&buf, '\n');
	do {
		n = fread(rc_buf_room(&buf, 65536), 1, 65536, s->file);
		buf.len += n;
		buf.data[buf.len] = '\0';
	} while (n > 0 && buf.len <= most);
	if (ferror(s->file) != 0)
		return cannot_read(s);
	if (buf.len > most)
		return admin_fail(ADMIN_FAILED,
		    "%s has more than %d MiB; cut it", s->name, FILE_MAX_MIB);
	if (rc_json_parse(im->mem, buf.data, buf.len, root, &why, &at) != RC_OK)
		return admin_fail(ADMIN_FAILED,
		    "%s is no JSON: %s, at byte %zu", s->name, why, at);
	return ADMIN_OK;
}

static bool
is_own(const struct rc_json *v)
{

	return is_same(rc_json_text(v, "format"), IMPORT_OWN);
}

/* Find out what a whole file is. */
static enum admin_exit
detect(struct importer *im, const struct rc_json *root, const char *file)
{
	const char *name = admin_option(im->a, "format");
	size_t i;

	if (name == NULL && (is_own(root) || is_own(rc_json_at(root, 0))))
		name = "rollcall";
	if (name != NULL && strcmp(name, "rollcall") == 0)
		return ADMIN_OK;
	for (i = 0; i < import_nformats; i++) {
		if (name != NULL ? strcmp(name, import_formats[i].name) == 0
				 : import_formats[i].is(root)) {
			im->format = &import_formats[i];
			return ADMIN_OK;
		}
	}
	return admin_fail(ADMIN_USAGE,
	    "it does not show what %s is; say --format rollcall, mcphub, hydra "
	    "or keycloak",
	    file);
}

/* A file that is one JSON value. */
static enum admin_exit
import_whole(struct importer *im, struct source *s)
{
	struct rc_json *root = NULL, *list = NULL;
	enum admin_exit e;
	size_t i;

	if ((e = read_whole(im, s, &root)) != ADMIN_OK ||
	    (e = detect(im, root, s->name)) != ADMIN_OK)
		return e;
	if (admin_has(im->a, "print-config"))
		return import_print_config(im->a, root);
	if (rc_json_type(root) == RC_JSON_ARRAY)
		list = root;
	else if (im->format != NULL)
		list = im->format->list(im->mem, root);
	else if (is_own(root))
		return import_one(im, root, "client", 1);
	if (rc_json_type(list) != RC_JSON_ARRAY)
		return admin_fail(ADMIN_FAILED,
		    "there are no clients of the format %s in %s",
		    im->format != NULL ? im->format->name : "rollcall",
		    s->name);
	for (i = 0; e == ADMIN_OK && i < rc_json_count(list); i++)
		e = import_one(im, rc_json_at(list, i), "client", i + 1);
	return e;
}

static enum admin_exit
import_source(struct importer *im, struct source *s)
{
	bool any = next_line(s);
	const char *why;
	struct rc_json *first = NULL;

	if (ferror(s->file) != 0)
		return cannot_read(s);
	if (!any)
		return admin_fail(ADMIN_FAILED, "%s is empty", s->name);
	if (!admin_has(im->a, "print-config") &&
	    parse_line(im->mem, s, &first, &why) && is_own(first))
		return import_lines(im, s);
	return import_whole(im, s);
}

/* Say what came of it all. */
static void
say_sum(struct importer *im)
{

	if (im->a->json) {
		begin_json(im);
		(void)printf("],\"added\":%zu,\"replaced\":%zu,"
			     "\"there\":%zu,\"skipped\":%zu}\n",
		    im->added, im->replaced, im->there, im->skipped);
		return;
	}
	(void)printf("%zu added, %zu replaced, %zu there already, %zu "
		     "skipped%s\n",
	    im->added, im->replaced, im->there, im->skipped,
	    im->dry_run ? "; nothing was stored (--dry-run)" : "");
}

/* Secrets in clear, and hashes, are nobody's business. */
static void
warn_of_mode(FILE *f, const char *name)
{
	struct stat st;

	if (fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & 07) != 0)
		(void)admin_fail(ADMIN_OK,
		    "%s has secrets or hashes of them, and everybody may read "
		    "it: chmod 600, or remove it",
		    name);
}

enum admin_exit
client_import(struct admin *a)
{
	struct importer im = { .a = a,
		.mem = a->mem,
		.policy = admin_option(a, "policy"),
		.dry_run = admin_has(a, "dry-run"),
		.replace = admin_has(a, "replace") };
	struct source s = { .name = a->arg };
	enum admin_exit e;

	if (im.policy != NULL && rc_policy_find(a->rq->conf, im.policy) == NULL)
		return admin_fail(ADMIN_NOT_FOUND,
		    "there is no policy %s in %s; see rollcall-admin policy "
		    "list",
		    im.policy, a->rq->conf->file);
	if (im.replace && !im.dry_run &&
	    (e = admin_confirm_act(a, "replacing",
		 "This puts the clients of the file in the place of those that "
		 "are there, with all that hangs on these.",
		 a->arg)) != ADMIN_OK)
		return e;
	if (strcmp(a->arg, "-") == 0) {
		s.name = "standard input";
		s.file = stdin;
	} else
		s.file = fopen(a->arg, "re");
	if (s.file == NULL)
		return cannot_read(&s);
	warn_of_mode(s.file, s.name);
	/* Who reads the report may go away: what was stored is then said. */
	(void)signal(SIGPIPE, SIG_IGN);
	im.progress = isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 0;
	e = import_source(&im, &s);
	free(s.line);
	if (s.file != stdin)
		(void)fclose(s.file);
	if (im.progress)
		(void)fputs("\033[K", stderr);
	if (admin_has(a, "print-config") ||
	    (e != ADMIN_OK &&
		im.added + im.replaced + im.there + im.skipped == 0))
		return e;
	say_sum(&im);
	return e == ADMIN_OK && im.skipped > 0 ? ADMIN_FAILED : e;
}
