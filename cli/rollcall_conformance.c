/*
 * rollcall conformance: judge a server by the rules of the standards, and leave
 * nothing at it.
 */
#include "rollcall_conformance.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "http.h"
#include "json.h"
#include "table.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* How long a run may wait in all, s. */
#define MOST_WAIT 86400

/* The groups in their order: what only reads comes first. */
static const struct {
	const struct conformance_rule *rules;
	const size_t *n;
} groups[] = {
	{ conformance_metadata, &conformance_nmetadata },
	{ conformance_registration, &conformance_nregistration },
	{ conformance_management, &conformance_nmanagement },
};

/* What came of the rules. */
struct tally {
	struct rc_json *rules; /* of --json */
	size_t number;
	size_t kept, broken, advised, skipped;
};

/* The signal that came, 0: none. */
static volatile sig_atomic_t signalled;

static void
note_signal(int number)
{

	signalled = number;
}

static bool
is_signalled(void)
{

	return signalled != 0;
}

/* Have a signal end the run in order; a second one ends it at once. */
static void
catch_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = note_signal,
		.sa_flags = (int)SA_RESETHAND };
	struct sigaction old;
	size_t i;

	(void)sigemptyset(&action.sa_mask);
	for (i = 0; i < COUNT(numbers); i++) {
		/* Of nohup(1) we are to outlive the terminal. */
		if (numbers[i] == SIGHUP &&
		    sigaction(SIGHUP, NULL, &old) == 0 &&
		    old.sa_handler == SIG_IGN)
			continue;
		(void)sigaction(numbers[i], &action, NULL);
	}
}

/* Return the ${i}th rule, NULL behind the last. */
static const struct conformance_rule *
rule_at(size_t i)
{
	size_t group;

	for (group = 0; group < COUNT(groups); group++) {
		if (i < *groups[group].n)
			return &groups[group].rules[i];
		i -= *groups[group].n;
	}
	return NULL;
}

/* --- what a rule says */

enum conformance_result
conformance_expect(struct conformance *c, bool holds, const char *fmt, ...)
{
	va_list ap;

	if (holds)
		return CONFORMANCE_KEPT;
	va_start(ap, fmt);
	c->expected = rc_vprintf(c->r->mem, fmt, ap);
	va_end(ap);
	return CONFORMANCE_BROKEN;
}

void
conformance_saw(struct conformance *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	c->came = rc_vprintf(c->r->mem, fmt, ap);
	va_end(ap);
}

enum conformance_result
conformance_skip(struct conformance *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	c->reason = rc_vprintf(c->r->mem, fmt, ap);
	va_end(ap);
	return CONFORMANCE_SKIPPED;
}

void
conformance_stop(
    struct conformance *c, enum rollcall_exit exit, const char *fmt, ...)
{
	va_list ap;

	/* What was first led to the rest. */
	if (c->stopped != NULL)
		return;
	va_start(ap, fmt);
	c->stopped = rc_vprintf(c->r->mem, fmt, ap);
	va_end(ap);
	c->exit = exit;
}

/* --- which rules, and whether they can be tried */

static bool
has_word(const struct rollcall_words *words, const char *word)
{
	size_t i;

	for (i = 0; i < words->count; i++)
		if (strcmp(words->items[i], word) == 0)
			return true;
	return false;
}

static bool
is_chosen(const struct rollcall *r, const struct conformance_rule *rule)
{
	const struct rollcall_words *only = rollcall_values(r, "only");

	return (only->count == 0 || has_word(only, rule->id)) &&
	       !has_word(rollcall_values(r, "skip"), rule->id);
}

/* See that the rules that are named are there. */
static enum rollcall_exit
check_names(struct rollcall *r, const char *option)
{
	const struct rollcall_words *words = rollcall_values(r, option);
	const struct conformance_rule *rule;
	size_t i, j;

	for (i = 0; i < words->count; i++) {
		for (j = 0; (rule = rule_at(j)) != NULL; j++)
			if (strcmp(rule->id, words->items[i]) == 0)
				break;
		if (rule == NULL)
			return rollcall_fail(ROLLCALL_USAGE,
			    "there is no rule %s; rollcall conformance --list "
			    "shows which there are",
			    rollcall_text(r, words->items[i]));
	}
	return ROLLCALL_OK;
}

/* Find out why the base client is not there, NULL: it is. */
static const char *
why_no_client(struct conformance *c)
{
	const struct conformance_client *base = conformance_base(c);

	if (base->registered)
		return NULL;
	return rc_printf(c->r->mem, "the server registers no client: %s",
	    conformance_answer(c, &base->answer));
}

/* Find out why clients cannot be managed, NULL: they can. */
static const char *
why_no_management(struct conformance *c)
{
	const struct conformance_client *base = conformance_base(c);

	if (conformance_uri(base) == NULL || conformance_id(base) == NULL)
		return "the server gave nothing to manage the client with "
		       "(RFC 7592 3)";
	if (!conformance_is_managed(c, base))
		return "registration_client_uri is no address that is asked";
	return NULL;
}

/* Find out why no more clients can be registered, NULL: they can. */
static const char *
why_no_more(struct conformance *c)
{
	const char *why;

	if (rollcall_has(c->r, "leave-clients"))
		return NULL;
	if ((why = why_no_management(c)) == NULL && !conformance_deletes(c))
		why = conformance_base(c)->registered
		          ? "the server does not delete"
		          : "the server registers no second client";
	if (why == NULL)
		return NULL;
	return rc_printf(c->r->mem,
	    "%s, so that more clients would stay there; --leave-clients tries "
	    "it all the same",
	    why);
}

/* Find out why a rule cannot be tried, NULL: it can. */
static const char *
why_not(struct conformance *c, enum conformance_need need)
{
	const char *why;

	if (need >= NEED_ENDPOINT && c->endpoint == NULL)
		return c->no_endpoint;
	if (need >= NEED_CLIENT && (why = why_no_client(c)) != NULL)
		return why;
	if (need == NEED_MORE)
		return why_no_more(c);
	return need == NEED_MANAGEMENT ? why_no_management(c) : NULL;
}

/* --- the output */

static void
print_quoted(const struct conformance *c, const char *name, const char *text)
{
	struct rc_buf out;

	rc_buf_init(&out, c->r->mem);
	/* A JSON string is one of YAML. */
	rc_json_quote(&out, rollcall_text(c->r, text));
	(void)printf("  %s: %s\n", name, out.data);
}

/* Say in TAP what came of a rule. */
static void
print_tap(struct conformance *c, const struct conformance_rule *rule,
    enum conformance_result result, size_t number)
{

	(void)printf("%sok %zu - %s: %s (%s)",
	    result == CONFORMANCE_BROKEN ? "not " : "", number, rule->section,
	    rule->sentence, rule->id);
	if (result == CONFORMANCE_SKIPPED)
		(void)printf(" # SKIP %s", rollcall_text(c->r, c->reason));
	if (result == CONFORMANCE_BROKEN && !rule->must)
		(void)fputs(" # TODO SHOULD", stdout);
	(void)putchar('\n');
	if (result != CONFORMANCE_BROKEN)
		return;
	(void)puts("  ---");
	print_quoted(c, "sent", conformance_sent(c, c->last));
	print_quoted(c, "expected", c->expected);
	print_quoted(c, "came", c->came);
	(void)puts("  ...");
}

/* Return a rule as JSON. */
static struct rc_json *
rule_json(struct rollcall *r, const struct conformance_rule *rule)
{
	struct rc_json *json = rc_json_new_object(r->mem);

	rc_json_set_string(json, "id", rule->id);
	rc_json_set_string(json, "section", rule->section);
	rc_json_set_string(json, "level", rule->must ? "MUST" : "SHOULD");
	rc_json_set_string(json, "sentence", rule->sentence);
	return json;
}

/* Add to the JSON what came of a rule. */
static void
add_json(struct conformance *c, const struct conformance_rule *rule,
    enum conformance_result result, struct rc_json *rules)
{
	static const char *const words[] = { [CONFORMANCE_KEPT] = "kept",
		[CONFORMANCE_BROKEN] = "broken",
		[CONFORMANCE_SKIPPED] = "skipped" };
	struct rc_json *json = rule_json(c->r, rule);

	rc_json_set_string(json, "result", words[result]);
	if (result == CONFORMANCE_SKIPPED)
		rc_json_set_string(json, "reason", c->reason);
	if (result == CONFORMANCE_BROKEN) {
		rc_json_set_string(json, "sent", conformance_sent(c, c->last));
		rc_json_set_string(json, "expected", c->expected);
		rc_json_set_string(json, "came", c->came);
	}
	rc_json_append(rules, json);
}

static void
report(struct conformance *c, struct tally *t,
    const struct conformance_rule *rule, enum conformance_result result)
{

	if (c->came == NULL)
		c->came = conformance_answer(c, c->last);
	c->came = conformance_shown(c, c->came);
	if (c->expected != NULL)
		c->expected = conformance_shown(c, c->expected);
	t->number++;
	t->kept += result == CONFORMANCE_KEPT;
	t->skipped += result == CONFORMANCE_SKIPPED;
	t->broken += result == CONFORMANCE_BROKEN && rule->must;
	t->advised += result == CONFORMANCE_BROKEN && !rule->must;
	if (c->r->json)
		add_json(c, rule, result, t->rules);
	else
		print_tap(c, rule, result, t->number);
	/* Who waits for a slow server sees how far it is. */
	(void)fflush(stdout);
}

/* --- the run */

/*
 * Tell whether a registration was answered 403: it may be for who asks, or how
 * often, or from where, and not for what is asked, so that it says nothing of
 * the rule.  What is asked without the token, or with a wrong one, is.
 */
static bool
is_barred(const struct conformance *c)
{
	const struct rollcall_ask *last = c->last;

	return last->status == 403 && last->url == c->endpoint &&
	       last->content != NULL && last->token == c->token;
}

/* Try one rule. */
static void
judge(
    struct conformance *c, struct tally *t, const struct conformance_rule *rule)
{
	enum conformance_result result = CONFORMANCE_SKIPPED;
	const char *why;

	c->expected = c->came = c->reason = NULL;
	c->last = &c->documents[FORM_OAUTH].ask;
	why = why_not(c, rule->need);
	c->came = NULL;
	if (c->stopped == NULL)
		result = why != NULL ? conformance_skip(c, "%s", why)
		                     : rule->judge(c);
	if (why == NULL && is_barred(c))
		result = conformance_skip(c,
		    "the server answers 403, which may be for who asks and not "
		    "for what");
	/* What was cut short says nothing of the rule. */
	if (c->stopped == NULL && signalled == 0)
		report(c, t, rule, result);
	conformance_tidy(c, false);
}

static size_t
count_chosen(const struct rollcall *r)
{
	const struct conformance_rule *rule;
	size_t i, n = 0;

	for (i = 0; (rule = rule_at(i)) != NULL; i++)
		n += is_chosen(r, rule);
	return n;
}

static void
try_all(struct conformance *c, struct tally *t)
{
	const struct conformance_rule *rule;
	size_t i;

	for (i = 0; (rule = rule_at(i)) != NULL; i++) {
		if (c->stopped != NULL || signalled != 0)
			return;
		if (is_chosen(c->r, rule))
			judge(c, t, rule);
	}
}

/* Say for people what is not a rule's. */
static void
print_end(struct conformance *c, const struct tally *t)
{
	size_t i;

	for (i = 0; i < c->left.count; i++)
		(void)printf("# left behind at the server: %s\n",
		    rollcall_text(c->r, c->left.items[i]));
	(void)printf("# %zu kept, %zu broken, %zu not as advised, %zu "
		     "skipped\n",
	    t->kept, t->broken, t->advised, t->skipped);
	if (c->stopped != NULL)
		(void)printf(
		    "Bail out!  %s\n", rollcall_text(c->r, c->stopped));
}

static void
print_json(struct conformance *c, const struct tally *t)
{
	struct rc_json *out = rc_json_new_object(c->r->mem);
	struct rc_json *left = rc_json_new_array(c->r->mem);
	size_t i;

	for (i = 0; i < c->left.count; i++)
		rc_json_append_string(left, c->left.items[i]);
	rc_json_set_string(out, "issuer", c->r->arg);
	rc_json_set_int(out, "kept", (int64_t)t->kept);
	rc_json_set_int(out, "broken", (int64_t)t->broken);
	rc_json_set_int(out, "not_as_advised", (int64_t)t->advised);
	rc_json_set_int(out, "skipped", (int64_t)t->skipped);
	if (c->stopped != NULL)
		rc_json_set_string(out, "bail_out", c->stopped);
	rc_json_set(out, "left", left);
	rc_json_set(out, "rules", t->rules);
	rollcall_print_json(c->r, out);
}

/* Find out what the run comes to. */
static enum rollcall_exit
outcome(const struct conformance *c, const struct tally *t)
{

	if (c->stopped != NULL)
		return c->exit;
	if (t->broken > 0)
		return ROLLCALL_NONCONFORMANT;
	if (c->base != NULL && !c->base->registered)
		return rollcall_fail(ROLLCALL_REFUSED,
		    "the server registers no client; see the reason, and give "
		    "--metadata or --initial-access-token-file");
	if (c->endpoint == NULL && rollcall_values(c->r, "only")->count == 0)
		return rollcall_fail(
		    ROLLCALL_UNSUPPORTED, "%s", c->no_endpoint);
	return ROLLCALL_OK;
}

/* What a signal was to do is done when the server is tidy. */
static enum rollcall_exit
end_by_signal(struct conformance *c, enum rollcall_exit e)
{

	if (signalled == 0)
		return e;
	(void)fflush(stdout);
	rc_arena_free(c->r->mem);
	(void)signal(signalled, SIG_DFL);
	(void)raise(signalled);
	return ROLLCALL_FAILED;
}

static enum rollcall_exit
run_rules(struct rollcall *r, struct conformance *c)
{
	struct tally t = { .rules = rc_json_new_array(r->mem) };

	if (!r->json)
		(void)printf("TAP version 13\n1..%zu\n", count_chosen(r));
	conformance_discover(c);
	if (c->stopped == NULL) {
		conformance_sweep(c);
		try_all(c, &t);
	}
	if (signalled != 0)
		conformance_stop(c, ROLLCALL_FAILED,
		    "it was told to end; a second time ends it at once");
	conformance_tidy(c, true);
	if (r->json)
		print_json(c, &t);
	else
		print_end(c, &t);
	return end_by_signal(c, outcome(c, &t));
}

/* Print the rules. */
static enum rollcall_exit
list(struct rollcall *r)
{
	static const struct table_column columns[] = { { "rule", TABLE_TEXT },
		{ "section", TABLE_TEXT }, { "level", TABLE_TEXT },
		{ "sentence", TABLE_TEXT } };
	struct rc_json *rules = rc_json_new_array(r->mem);
	const struct conformance_rule *rule;
	size_t i, n = count_chosen(r), row = 0;
	const char **cells =
	    rc_alloc(r->mem, (n + 1) * COUNT(columns) * sizeof(*cells));

	for (i = 0; (rule = rule_at(i)) != NULL; i++) {
		if (!is_chosen(r, rule))
			continue;
		rc_json_append(rules, rule_json(r, rule));
		cells[row++] = rule->id;
		cells[row++] = rule->section;
		cells[row++] = rule->must ? "MUST" : "SHOULD";
		cells[row++] = rule->sentence;
	}
	if (r->json)
		rollcall_print_json(r, rules);
	else
		table_print(stdout, r->mem, columns, COUNT(columns), cells, n);
	return ROLLCALL_OK;
}

/* Take what the server demands. */
static enum rollcall_exit
take_options(struct rollcall *r, struct conformance *c)
{
	const char *token = rollcall_value(r, "initial-access-token-file");
	const char *metadata = rollcall_value(r, "metadata");
	enum rollcall_exit e;

	if (token != NULL) {
		e = rollcall_read_secret(
		    r, token, "initial access token", &c->token);
		if (e != ROLLCALL_OK)
			return e;
		rollcall_add_word(r, &c->secrets, c->token);
	}
	if (metadata == NULL)
		return ROLLCALL_OK;
	return rollcall_read_object(r, metadata, "metadata", &c->extra);
}

static enum rollcall_exit
run(struct rollcall *r)
{
	struct conformance c = { .r = r };
	enum rollcall_exit e;
	const char *why;

	if ((e = check_names(r, "only")) != ROLLCALL_OK ||
	    (e = check_names(r, "skip")) != ROLLCALL_OK ||
	    (e = rollcall_number(r, "wait", 0, MOST_WAIT, &r->patience)) !=
		ROLLCALL_OK)
		return e;
	if (rollcall_has(r, "list"))
		return list(r);
	if (r->arg == NULL)
		return rollcall_fail(ROLLCALL_USAGE,
		    "ISSUER is missing; see rollcall conformance --help");
	if ((why = rc_http_check_url(r->mem, r->arg)) != NULL ||
	    strchr(r->arg, '?') != NULL)
		return rollcall_fail(ROLLCALL_USAGE,
		    "%s %s; give the issuer, an https URL, or http on this "
		    "host",
		    rollcall_text(r, r->arg),
		    why != NULL ? why : "has a query");
	if ((e = take_options(r, &c)) != ROLLCALL_OK ||
	    (e = store_prepare(r)) != ROLLCALL_OK)
		return e;
	/* Nobody minds how clients are stored that are gone in a moment. */
	r->told_clear = true;
	r->is_ended = is_signalled;
	catch_signals();
	return run_rules(r, &c);
}

static const struct rollcall_option options[] = {
	{ "list", NULL, false, "print the rules, and ask nobody" },
	{ "only", "RULE", true, "try this rule" },
	{ "skip", "RULE", true, "leave this rule out" },
	{ "initial-access-token-file", "FILE", false,
	    "the token that registrations take, one line" },
	{ "metadata", "FILE", false,
	    "members that the server demands, a JSON object" },
	{ "leave-clients", NULL, false,
	    "go on where no client can be deleted" },
	{ "wait", "SECONDS", false,
	    "wait for a limited server so long at most" },
};

const struct rollcall_command rollcall_conformance = { "conformance",
	"[ISSUER]", options, COUNT(options), false,
	"judge a server by RFC 7591, RFC 7592 and RFC 8414", run };
