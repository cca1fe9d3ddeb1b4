/*
 * rollcall: what a client's developer does with authorization servers.
 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "completion.h"
#include "conceal.h"
#include "crypt.h"
#include "line.h"
#include "log.h"
#include "rollcall.h"
#include "rollcall_metadata.h"
#include "streams.h"
#include "suggest.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static enum rollcall_exit help(struct rollcall *r);
static const struct rollcall_command rollcall_help = { "help", "[COMMAND]",
	NULL, 0, false, "say how to call the program, or a command", help };

static enum rollcall_exit completion(struct rollcall *r);
static const struct rollcall_command rollcall_completion = { "completion",
	"SHELL", NULL, 0, false, "print what bash, zsh or fish completes",
	completion };

static const struct rollcall_command *const commands[] = {
	&rollcall_discover,
	&rollcall_register,
	&rollcall_list,
	&rollcall_show,
	&rollcall_read,
	&rollcall_update,
	&rollcall_rotate,
	&rollcall_delete,
	&rollcall_export,
	&rollcall_login,
	&rollcall_token,
	&rollcall_introspect,
	&rollcall_revoke,
	&rollcall_passphrase,
	&rollcall_conformance,
	&rollcall_completion,
	&rollcall_help,
};

#define NCOMMANDS COUNT(commands)

static enum rollcall_exit take_json(struct rollcall *r, const char *value);
static enum rollcall_exit take_quiet(struct rollcall *r, const char *value);
static enum rollcall_exit take_verbose(struct rollcall *r, const char *value);
static enum rollcall_exit take_ca_file(struct rollcall *r, const char *value);
static enum rollcall_exit take_store(struct rollcall *r, const char *value);
static enum rollcall_exit take_file(struct rollcall *r, const char *value);
static enum rollcall_exit take_timeout(struct rollcall *r, const char *value);
static enum rollcall_exit take_retries(struct rollcall *r, const char *value);

/* The options that go with every command. */
static const struct {
	struct rollcall_option option;
	enum rollcall_exit (*take)(struct rollcall *r, const char *value);
} common[] = {
	{ { "json", NULL, false,
	      "write JSON in place of tables and sentences" },
	    take_json },
	{ { "quiet", NULL, false, "do not say what was done, nor progress" },
	    take_quiet },
	{ { "verbose", NULL, false, "say each request, and what came of it" },
	    take_verbose },
	{ { "cacert", "FILE", false,
	      "trust these CA certificates, not the system's" },
	    take_ca_file },
	{ { "timeout", "SECONDS", false, "wait so long for an answer, 30" },
	    take_timeout },
	{ { "retries", "NUMBER", false,
	      "try again so often after 429 or 503, 2" },
	    take_retries },
	{ { "store", "DIR", false, "keep clients in this folder" },
	    take_store },
	{ { "passphrase-file", "FILE", false,
	      "the passphrase of the store, one line" },
	    take_file },
};

/* --- options */

const struct rollcall_option *
rollcall_option_at(const struct rollcall_command *command, size_t i)
{

	if (i < command->noptions)
		return &command->options[i];
	i -= command->noptions;
	if (!command->members || i >= metadata_nmembers)
		return NULL;
	return &metadata_members[i].option;
}

/* Find an option of the command; NULL: it has none of that name. */
static const struct rollcall_option *
find_option(
    const struct rollcall_command *command, const char *name, size_t *at)
{
	const struct rollcall_option *option;
	size_t i;

	for (i = 0; (option = rollcall_option_at(command, i)) != NULL; i++) {
		if (option->name == NULL || strcmp(option->name, name) != 0)
			continue;
		*at = i;
		return option;
	}
	return NULL;
}

const struct rollcall_words *
rollcall_values(const struct rollcall *r, const char *name)
{
	static const struct rollcall_words none;
	size_t i;

	return find_option(r->command, name, &i) != NULL ? &r->values[i]
	                                                 : &none;
}

const char *
rollcall_value(const struct rollcall *r, const char *name)
{
	const struct rollcall_words *words = rollcall_values(r, name);

	return words->count > 0 ? words->items[0] : NULL;
}

bool
rollcall_has(const struct rollcall *r, const char *name)
{

	return rollcall_values(r, name)->count > 0;
}

/* --- completion */

/* Tell the shells of a command and its options. */
static struct completion_command
completion_command(struct rollcall *r, const struct rollcall_command *command)
{
	struct completion_option *options;
	const struct rollcall_option *option;
	size_t i, n = 0;

	options = rc_alloc(
	    r->mem, (command->noptions + metadata_nmembers) * sizeof(*options));
	for (i = 0; (option = rollcall_option_at(command, i)) != NULL; i++)
		if (option->name != NULL)
			options[n++] = (struct completion_option){ option->name,
				option->value, option->many, option->meaning };
	return (struct completion_command){ NULL, command->arg, options, n,
		command->meaning };
}

static enum rollcall_exit
completion(struct rollcall *r)
{
	struct completion_command rows[NCOMMANDS];
	struct completion_noun nouns[NCOMMANDS];
	struct completion_option all[COUNT(common) + 1];
	const struct completion c = { "rollcall", "rollcall", nouns, NCOMMANDS,
		all, COUNT(all), "rollcall list --names" };
	size_t i;

	for (i = 0; i < NCOMMANDS; i++) {
		rows[i] = completion_command(r, commands[i]);
		nouns[i] =
		    (struct completion_noun){ commands[i]->name, &rows[i], 1 };
	}
	for (i = 0; i < COUNT(common); i++)
		all[i] = (struct completion_option){ common[i].option.name,
			common[i].option.value, false,
			common[i].option.meaning };
	all[i] = (struct completion_option){ "help", NULL, false,
		"say how to call it" };
	if (completion_print(r->arg, &c))
		return ROLLCALL_OK;
	return rollcall_fail(ROLLCALL_USAGE,
	    "there is no completion for %s; take bash, zsh or fish", r->arg);
}

/* --- usage */

/* Where the second column of the usage begins. */
#define MEANING 30

/* Print a row of the usage: what is typed, and what it means. */
static void
usage_row(FILE *out, const char *word, const char *meaning)
{
	int n = (int)strlen(word);

	(void)fprintf(out, "  %s", word);
	if (2 + n + 2 > MEANING) {
		(void)fputc('\n', out);
		n = -2;
	}
	(void)fprintf(out, "%*s%s\n", MEANING - 2 - n, "", meaning);
}

static void
usage_option(struct rollcall *r, FILE *out, const struct rollcall_option *o)
{

	if (o->name == NULL)
		return;
	usage_row(out,
	    rc_printf(r->mem, "--%s%s%s%s", o->name,
		o->value != NULL ? " " : "", o->value != NULL ? o->value : "",
		o->many ? " ..." : ""),
	    o->meaning);
}

/* Print how to call a command. */
static void
usage_command(struct rollcall *r, FILE *out, const struct rollcall_command *c)
{
	const struct rollcall_option *option;
	size_t i;

	(void)fprintf(out, "usage: rollcall %s%s%s [OPTION]...\n\n%s\n",
	    c->name, c->arg != NULL ? " " : "", c->arg != NULL ? c->arg : "",
	    c->meaning);
	if (c->noptions > 0 || c->members)
		(void)fputs("\noptions:\n", out);
	for (i = 0; (option = rollcall_option_at(c, i)) != NULL; i++) {
		if (i == c->noptions)
			(void)fputs("\nmembers of the metadata:\n", out);
		usage_option(r, out, option);
	}
}

static void
usage_commands(struct rollcall *r, FILE *out)
{
	const struct rollcall_command *c;
	size_t i;

	(void)fputs("usage: rollcall COMMAND [ARGUMENT] [OPTION]...\n\n"
		    "commands:\n",
	    out);
	for (i = 0; i < NCOMMANDS; i++) {
		c = commands[i];
		usage_row(out,
		    c->arg == NULL
			? c->name
			: rc_printf(r->mem, "%s %s", c->name, c->arg),
		    c->meaning);
	}
}

/* Print how to call the program, or one command where it is not NULL. */
static void
usage(struct rollcall *r, FILE *out, const struct rollcall_command *command)
{
	size_t i;

	if (command != NULL)
		usage_command(r, out, command);
	else
		usage_commands(r, out);
	(void)fputs("\noptions of every command:\n", out);
	for (i = 0; i < COUNT(common); i++)
		usage_option(r, out, &common[i].option);
	usage_row(out, "-h, --help", "say this");
	usage_row(out, "-V, --version", "say which version this is");
	(void)fprintf(out, "\n%s.\n",
	    command != NULL ? "rollcall(1) says more, with examples"
			    : "rollcall help COMMAND says what options it has; "
			      "rollcall(1) says more");
}

/* Find a command; one that is like it is named. */
static enum rollcall_exit
find_command(const char *word, const struct rollcall_command **command)
{
	struct suggest near = { .word = word };
	size_t i;

	for (i = 0; i < NCOMMANDS; i++) {
		suggest_try(&near, commands[i]->name);
		if (strcmp(commands[i]->name, word) != 0)
			continue;
		*command = commands[i];
		return ROLLCALL_OK;
	}
	if (near.name != NULL)
		return rollcall_fail(ROLLCALL_USAGE,
		    "there is no command %s; did you mean %s?", word,
		    near.name);
	return rollcall_fail(ROLLCALL_USAGE,
	    "there is no command %s; see rollcall --help", word);
}

static enum rollcall_exit
help(struct rollcall *r)
{
	const struct rollcall_command *command = NULL;
	enum rollcall_exit e;

	if (r->arg != NULL &&
	    (e = find_command(r->arg, &command)) != ROLLCALL_OK)
		return e;
	usage(r, stdout, command);
	return ROLLCALL_OK;
}

/* --- the command line */

/* How far the arguments are understood. */
struct parse {
	struct rollcall *r;
	struct line line;
};

/* Read a decimal number within bounds. */
static enum rollcall_exit
take_number(
    const char *name, const char *text, int64_t least, int64_t most, int64_t *n)
{
	char *end;
	long long value = strtoll(text, &end, 10);

	if (end == text || *end != '\0' || value < least || value > most)
		return rollcall_fail(ROLLCALL_USAGE,
		    "--%s takes a number from %lld to %lld", name,
		    (long long)least, (long long)most);
	*n = value;
	return ROLLCALL_OK;
}

enum rollcall_exit
rollcall_number(const struct rollcall *r, const char *name, int64_t least,
    int64_t most, int64_t *number)
{
	const char *text = rollcall_value(r, name);

	return text != NULL ? take_number(name, text, least, most, number)
	                    : ROLLCALL_OK;
}

static enum rollcall_exit
take_json(struct rollcall *r, const char *value)
{

	(void)value;
	r->json = true;
	return ROLLCALL_OK;
}

static enum rollcall_exit
take_quiet(struct rollcall *r, const char *value)
{

	(void)value;
	r->quiet = true;
	return ROLLCALL_OK;
}

static enum rollcall_exit
take_verbose(struct rollcall *r, const char *value)
{

	(void)value;
	r->verbose = true;
	return ROLLCALL_OK;
}

static enum rollcall_exit
take_ca_file(struct rollcall *r, const char *value)
{

	r->ca_file = value;
	return ROLLCALL_OK;
}

static enum rollcall_exit
take_store(struct rollcall *r, const char *value)
{

	r->store = value;
	return ROLLCALL_OK;
}

static enum rollcall_exit
take_file(struct rollcall *r, const char *value)
{

	r->passphrase_file = value;
	return ROLLCALL_OK;
}

static enum rollcall_exit
take_timeout(struct rollcall *r, const char *value)
{

	return take_number("timeout", value, 1, 3600, &r->timeout);
}

static enum rollcall_exit
take_retries(struct rollcall *r, const char *value)
{

	return take_number("retries", value, 0, 100, &r->retries);
}

static enum rollcall_exit
take_command(struct parse *p, const char *word)
{
	struct rollcall *r = p->r;
	enum rollcall_exit e;

	if ((e = find_command(word, &r->command)) != ROLLCALL_OK)
		return e;
	r->values = rc_alloc(r->mem,
	    (r->command->noptions + metadata_nmembers) * sizeof(*r->values));
	return ROLLCALL_OK;
}

/* Take a word that is no option: the command, and what it is about. */
static enum rollcall_exit
take_word(struct parse *p, const char *word)
{
	struct rollcall *r = p->r;

	if (r->command == NULL)
		return take_command(p, word);
	if (r->command->arg == NULL ||
	    (r->arg != NULL && strstr(r->command->arg, "...") == NULL))
		return rollcall_fail(ROLLCALL_USAGE,
		    "%s is one word too many; see rollcall %s --help", word,
		    r->command->name);
	rollcall_add_word(r, &r->args, word);
	r->arg = r->args.items[0];
	return ROLLCALL_OK;
}

/* Find the value of an option: behind "=", or the next word. */
static enum rollcall_exit
find_value(struct parse *p, const struct rollcall_option *option,
    const char *equals, const char **value)
{

	*value = "";
	if (option->value == NULL)
		return equals == NULL ? ROLLCALL_OK
		                      : rollcall_fail(ROLLCALL_USAGE,
					    "--%s takes no value; leave it out",
					    option->name);
	*value = line_value(&p->line, equals);
	if (*value == NULL || (*value)[0] == '\0')
		return rollcall_fail(ROLLCALL_USAGE,
		    "--%s needs a value behind it: --%s %s", option->name,
		    option->name, option->value);
	return ROLLCALL_OK;
}

/* Say that there is no such option, and which one is like it. */
static enum rollcall_exit
unknown_option(const struct rollcall *r, const char *dashes, const char *name)
{
	const struct rollcall_option *option;
	struct suggest near = { .word = name };
	size_t i;

	for (i = 0; i < COUNT(common); i++)
		suggest_try(&near, common[i].option.name);
	for (i = 0; r->command != NULL &&
		    (option = rollcall_option_at(r->command, i)) != NULL;
	     i++)
		if (option->name != NULL)
			suggest_try(&near, option->name);
	if (near.name != NULL)
		return rollcall_fail(ROLLCALL_USAGE,
		    "there is no option %s%s here; did you mean --%s?", dashes,
		    name, near.name);
	return rollcall_fail(ROLLCALL_USAGE,
	    "there is no option %s%s here; see rollcall %s%s--help", dashes,
	    name, r->command != NULL ? r->command->name : "",
	    r->command != NULL ? " " : "");
}

/* Take an option of the command. */
static enum rollcall_exit
take_own(struct parse *p, const char *name, const char *equals)
{
	struct rollcall *r = p->r;
	const struct rollcall_option *option = NULL;
	enum rollcall_exit e;
	const char *value;
	size_t i = 0;

	if (r->command != NULL)
		option = find_option(r->command, name, &i);
	if (option == NULL)
		return unknown_option(r, "--", name);
	if ((e = find_value(p, option, equals, &value)) != ROLLCALL_OK)
		return e;
	if (r->values[i].count > 0 && !option->many)
		return rollcall_fail(
		    ROLLCALL_USAGE, "--%s was given twice; give it once", name);
	rollcall_add_word(r, &r->values[i], value);
	return ROLLCALL_OK;
}

/* Take a word that begins with a dash. */
static enum rollcall_exit
take_option(struct parse *p, const char *word)
{
	const char *name, *equals, *value;
	enum rollcall_exit e;
	size_t i;

	if (line_asks(&p->line, word))
		return ROLLCALL_OK;
	if (strncmp(word, "--", 2) != 0)
		return unknown_option(p->r, "-", word + 1);
	name = line_name(p->r->mem, word, &equals);
	for (i = 0; i < COUNT(common); i++) {
		if (strcmp(common[i].option.name, name) != 0)
			continue;
		e = find_value(p, &common[i].option, equals, &value);
		return e == ROLLCALL_OK ? common[i].take(p->r, value) : e;
	}
	return take_own(p, name, equals);
}

/* Understand the whole command line. */
static enum rollcall_exit
parse(struct parse *p)
{
	struct rollcall *r = p->r;
	enum rollcall_exit e = ROLLCALL_OK;
	const char *word, *arg;

	while (e == ROLLCALL_OK && (word = line_next(&p->line)) != NULL) {
		if (p->line.words || word[0] != '-' || word[1] == '\0')
			e = take_word(p, word);
		else
			e = take_option(p, word);
	}
	if (e != ROLLCALL_OK || p->line.help || p->line.version)
		return e;
	if (r->quiet && r->verbose)
		return rollcall_fail(
		    ROLLCALL_USAGE, "give one of --quiet and --verbose");
	if (r->command == NULL) {
		usage(r, stderr, NULL);
		return ROLLCALL_USAGE;
	}
	arg = r->command->arg;
	/* An empty one is a variable that nobody set. */
	if (arg != NULL && (r->arg != NULL ? r->arg[0] == '\0' : arg[0] != '['))
		return rollcall_fail(ROLLCALL_USAGE,
		    "%.*s is missing; see rollcall %s --help",
		    (int)strcspn(arg + (arg[0] == '['), ".]"),
		    arg + (arg[0] == '['), r->command->name);
	return ROLLCALL_OK;
}

/* Do what the command line says. */
static enum rollcall_exit
run(struct rollcall *r, int argc, char *argv[])
{
	struct parse p = { .r = r, .line = { .argv = argv, .argc = argc } };
	enum rollcall_exit e;

	if ((e = parse(&p)) != ROLLCALL_OK)
		return e;
	if (p.line.version) {
		(void)printf("rollcall %s\n", PACKAGE_VERSION);
		return ROLLCALL_OK;
	}
	if (p.line.help) {
		usage(r, stdout, r->command);
		return ROLLCALL_OK;
	}
	if (!rc_crypt_start())
		return rollcall_fail(ROLLCALL_FAILED,
		    "the system has no randomness to give; try again later");
	return r->command->run(r);
}

int
main(int argc, char *argv[])
{
	struct rollcall r = { .mem = rc_arena_new(),
		.timeout = 30,
		.retries = 2,
		.patience = -1 };
	enum rollcall_exit e;

	conceal_process();
	if (!streams_open())
		return ROLLCALL_FAILED;
	/* Only for the widths of characters: all text is UTF-8. */
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	rc_log_open("rollcall", RC_LOG_ERROR);
	(void)signal(SIGPIPE, SIG_IGN);
	/* A limit of the size of files is a fault like a full disk. */
	(void)signal(SIGXFSZ, SIG_IGN);
	e = run(&r, argc, argv);
	if ((fflush(stdout) != 0 || ferror(stdout)) && e == ROLLCALL_OK)
		e = rollcall_fail(
		    ROLLCALL_FAILED, "cannot write to standard output");
	rc_arena_free(r.mem);
	return (int)e;
}
