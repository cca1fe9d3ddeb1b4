/*
 * rollcall-admin: what an operator does, by nouns and verbs.
 */
#include <locale.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "arena.h"
#include "completion.h"
#include "conceal.h"
#include "crypt.h"
#include "json.h"
#include "line.h"
#include "log.h"
#include "program.h"
#include "req.h"
#include "streams.h"
#include "suggest.h"

static enum admin_exit completion(struct admin *a);
static const struct admin_command completion_commands[] = {
	{ NULL, "SHELL", NULL, 0, "print what bash, zsh or fish completes",
	    completion },
};
static const struct admin_noun admin_completion = { "completion",
	completion_commands, 1 };

static enum admin_exit help(struct admin *a);
static const struct admin_command help_commands[] = {
	{ NULL, "[NOUN]", NULL, 0, "say how to call the program, or a noun",
	    help },
};
static const struct admin_noun admin_help = { "help", help_commands, 1 };

static const struct admin_noun *const nouns[] = {
	&admin_setup,
	&admin_config,
	&admin_migrate,
	&admin_key,
	&admin_account,
	&admin_session,
	&admin_consent,
	&admin_token,
	&admin_client,
	&admin_policy,
	&admin_iat,
	&admin_audit,
	&admin_deliver,
	&admin_purge,
	&admin_stats,
	&admin_doctor,
	&admin_completion,
	&admin_help,
};

#define NNOUNS (sizeof(nouns) / sizeof(nouns[0]))

/* The options that go with every command. */
static const struct completion_option common[] = {
	{ "json", NULL, false, "write JSON in place of tables" },
	{ "config", "FILE", false, "the configuration file" },
	{ "database", "CONNINFO", false, "the database to connect to" },
	{ "help", NULL, false, "say how to call it" },
};

static struct completion_option *
completion_options(struct admin *a, const struct admin_command *command)
{
	struct completion_option *out =
	    rc_alloc(a->mem, (command->noptions + 1) * sizeof(*out));
	size_t i;

	for (i = 0; i < command->noptions; i++)
		out[i] = (struct completion_option){ command->options[i].name,
			command->options[i].value, command->options[i].many,
			NULL };
	return out;
}

/* Tell the shells of a noun and its commands. */
static struct completion_noun
completion_noun(struct admin *a, const struct admin_noun *noun)
{
	struct completion_command *out =
	    rc_alloc(a->mem, noun->ncommands * sizeof(*out));
	const struct admin_command *c;
	size_t i;

	for (i = 0; i < noun->ncommands; i++) {
		c = &noun->commands[i];
		out[i] = (struct completion_command){ c->verb, c->arg,
			completion_options(a, c), c->noptions, c->meaning };
	}
	return (struct completion_noun){ noun->name, out, noun->ncommands };
}

static enum admin_exit
completion(struct admin *a)
{
	struct completion_noun all[NNOUNS];
	const struct completion c = { "rollcall-admin", "rollcall_admin", all,
		NNOUNS, common, sizeof(common) / sizeof(common[0]), NULL };
	size_t i;

	for (i = 0; i < NNOUNS; i++)
		all[i] = completion_noun(a, nouns[i]);
	if (completion_print(a->arg, &c))
		return ADMIN_OK;
	return admin_fail(ADMIN_USAGE,
	    "there is no completion for %s; take bash, zsh or fish", a->arg);
}

/* Tell whether a noun's commands read the configuration by themselves. */
static bool
is_bare(const struct admin_noun *noun)
{

	return noun == &admin_migrate || noun == &admin_doctor ||
	       noun == &admin_completion || noun == &admin_help;
}

/* The name by which it logs in, behind database_role_prefix. */
static const struct rc_program program = { .name = "admin" };

/* What a letter behind one dash stands for, in each command that has it. */
static const struct {
	char letter;
	const char *name;
} letters[] = {
	{ 'n', "changed" },
	{ 'n', "lines" },
	{ 't', "test" },
};

#define NLETTERS (sizeof(letters) / sizeof(letters[0]))

/* The options that their commands cannot do without. */
static const struct {
	const char *verb, *name;
} needed[] = {
	{ "detach", "before" },
	{ "rollback", "to" },
	{ "test", "metadata" },
};

/* Print a word of the usage; a line has 78 columns, the next is indented. */
static void
usage_word(FILE *out, int *column, const char *word)
{
	int n = (int)strlen(word);

	if (*column + 1 + n > 78) {
		(void)fputs("\n     ", out);
		*column = 5;
	}
	(void)fprintf(out, " %s", word);
	*column += 1 + n;
}

static bool
is_needed(const struct admin_command *c, const struct admin_option *o)
{
	size_t i;

	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (c->verb != NULL && strcmp(needed[i].verb, c->verb) == 0 &&
		    strcmp(needed[i].name, o->name) == 0)
			return true;
	}
	return false;
}

/* Write an option as the usage has it. */
static void
write_option(char *word, size_t size, const struct admin_command *c,
    const struct admin_option *o)
{
	bool optional = !is_needed(c, o);
	char letter[8] = "";
	size_t i;

	for (i = 0; i < NLETTERS; i++) {
		if (strcmp(letters[i].name, o->name) == 0)
			(void)snprintf(
			    letter, sizeof(letter), "-%c|", letters[i].letter);
	}
	(void)snprintf(word, size, "%s%s--%s%s%s%s%s", optional ? "[" : "",
	    letter, o->name, o->value != NULL ? " " : "",
	    o->value != NULL ? o->value : "", optional ? "]" : "",
	    o->many ? "..." : "");
}

/* Print how to call a command. */
static void
usage_command(
    FILE *out, const struct admin_noun *noun, const struct admin_command *c)
{
	char word[80];
	int column = 1;
	size_t i;

	(void)fputc(' ', out);
	usage_word(out, &column, noun->name);
	if (c->verb != NULL)
		usage_word(out, &column, c->verb);
	if (c->arg != NULL)
		usage_word(out, &column, c->arg);
	for (i = 0; i < c->noptions; i++) {
		write_option(word, sizeof(word), c, &c->options[i]);
		usage_word(out, &column, word);
	}
	(void)fprintf(out, "\n        %s\n", c->meaning);
}

/* Print how to call the program, or a noun of it where it is not NULL. */
static void
usage(FILE *out, const struct admin_noun *noun)
{
	size_t i, j;

	(void)fputs("usage: rollcall-admin [--json] [--config FILE] "
		    "[--database CONNINFO] COMMAND\n\n",
	    out);
	for (i = 0; i < NNOUNS; i++) {
		if (noun != NULL && noun != nouns[i])
			continue;
		for (j = 0; j < nouns[i]->ncommands; j++)
			usage_command(out, nouns[i], &nouns[i]->commands[j]);
	}
	(void)fputs("\nSee rollcall-admin(8).\n", out);
}

/* Return what to do about a word that is no name: "did you mean", or "see". */
static const char *
remedy(struct admin *a, const struct suggest *near, const char *dashes,
    const struct admin_noun *noun)
{

	if (near->name != NULL)
		return rc_printf(
		    a->mem, "did you mean %s%s?", dashes, near->name);
	return rc_printf(a->mem, "see rollcall-admin %s%s--help",
	    noun != NULL ? noun->name : "", noun != NULL ? " " : "");
}

static enum admin_exit
find_noun(struct admin *a, const char *word, const struct admin_noun **noun)
{
	struct suggest near = { .word = word };
	size_t i;

	for (i = 0; i < NNOUNS; i++) {
		suggest_try(&near, nouns[i]->name);
		if (strcmp(nouns[i]->name, word) != 0)
			continue;
		*noun = nouns[i];
		return ADMIN_OK;
	}
	return admin_fail(ADMIN_USAGE, "there is no command %s; %s", word,
	    remedy(a, &near, "", NULL));
}

static enum admin_exit
help(struct admin *a)
{
	const struct admin_noun *noun = NULL;
	enum admin_exit e;

	if (a->arg != NULL && (e = find_noun(a, a->arg, &noun)) != ADMIN_OK)
		return e;
	usage(stdout, noun);
	return ADMIN_OK;
}

/* How far the arguments are understood. */
struct parse {
	struct admin *a;
	struct line line;
	const struct admin_noun *noun;
};

static enum admin_exit
take_noun(struct parse *p, const char *word)
{
	enum admin_exit e = find_noun(p->a, word, &p->noun);

	if (e == ADMIN_OK && p->noun->commands[0].verb == NULL)
		p->a->command = &p->noun->commands[0];
	return e;
}

static enum admin_exit
take_verb(struct parse *p, const char *word)
{
	struct suggest near = { .word = word };
	size_t i;

	for (i = 0; i < p->noun->ncommands; i++) {
		suggest_try(&near, p->noun->commands[i].verb);
		if (strcmp(p->noun->commands[i].verb, word) == 0) {
			p->a->command = &p->noun->commands[i];
			return ADMIN_OK;
		}
	}
	return admin_fail(ADMIN_USAGE, "there is no command %s %s; %s",
	    p->noun->name, word, remedy(p->a, &near, "", p->noun));
}

static bool
takes_several(const struct admin_command *c)
{

	return strstr(c->arg, "...") != NULL;
}

/* Add a word to a list. */
static void
add_word(struct admin *a, struct rc_list *list, const char *word)
{
	const char **items =
	    rc_alloc(a->mem, (list->count + 1) * sizeof(*items));

	if (list->count > 0)
		memcpy(items, list->items, list->count * sizeof(*items));
	items[list->count++] = word;
	list->items = items;
}

/* Take a word that is no option: noun, verb, what it is about. */
static enum admin_exit
take_word(struct parse *p, const char *word)
{
	struct admin *a = p->a;
	enum admin_exit e;

	if (p->noun == NULL)
		e = take_noun(p, word);
	else if (a->command == NULL)
		e = take_verb(p, word);
	else if (a->command->arg != NULL &&
		 (a->arg == NULL || takes_several(a->command))) {
		add_word(a, &a->args, word);
		a->arg = a->args.items[0];
		return ADMIN_OK;
	} else
		return admin_fail(ADMIN_USAGE,
		    "%s is one word too many; see rollcall-admin %s --help",
		    word, p->noun->name);
	if (e == ADMIN_OK && a->command != NULL)
		a->values = rc_alloc(
		    a->mem, (a->command->noptions + 1) * sizeof(*a->values));
	return e;
}

/* Find the value of an option: behind "=", or the next word. */
static enum admin_exit
take_value(
    struct parse *p, const char *name, const char *equals, const char **value)
{

	if ((*value = line_value(&p->line, equals)) == NULL)
		return admin_fail(ADMIN_USAGE,
		    "--%s needs a value behind it; see rollcall-admin --help",
		    name);
	if ((*value)[0] == '\0')
		return admin_fail(ADMIN_USAGE,
		    "the value of --%s is empty; leave the option out, or give "
		    "one",
		    name);
	return ADMIN_OK;
}

/* Take an option of the command. */
static enum admin_exit
take_own(struct parse *p, const char *name, const char *equals)
{
	const struct admin_command *c = p->a->command;
	struct suggest near = { .word = name };
	const struct admin_option *o;
	struct rc_list *list;
	const char *value = "";
	enum admin_exit e;
	size_t i;

	for (i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		suggest_try(&near, common[i].name);
	for (i = 0; c != NULL && i < c->noptions; i++) {
		suggest_try(&near, c->options[i].name);
		if (strcmp(c->options[i].name, name) == 0)
			break;
	}
	if (c == NULL || i == c->noptions)
		return admin_fail(ADMIN_USAGE,
		    "there is no option --%s here; %s", name,
		    remedy(p->a, &near, "--", p->noun));
	o = &c->options[i];
	list = &p->a->values[i];
	if (list->count > 0 && !o->many)
		return admin_fail(
		    ADMIN_USAGE, "--%s was given twice; give it once", name);
	if (o->value == NULL && equals != NULL)
		return admin_fail(
		    ADMIN_USAGE, "--%s takes no value; leave it out", name);
	if (o->value != NULL &&
	    (e = take_value(p, name, equals, &value)) != ADMIN_OK)
		return e;
	add_word(p->a, list, value);
	return ADMIN_OK;
}

/* Return the option that a letter behind one dash stands for here, or NULL. */
static const char *
find_letter(const struct admin_command *c, const char *word)
{
	size_t i, j;

	if (c == NULL || strlen(word) != strlen("-n"))
		return NULL;
	for (i = 0; i < NLETTERS; i++) {
		for (j = 0; letters[i].letter == word[1] && j < c->noptions;
		     j++) {
			if (strcmp(c->options[j].name, letters[i].name) == 0)
				return letters[i].name;
		}
	}
	return NULL;
}

/* Take a word that begins with a dash. */
static enum admin_exit
take_option(struct parse *p, const char *word)
{
	struct admin *a = p->a;
	const char *name, *equals;

	if (line_asks(&p->line, word))
		return ADMIN_OK;
	if (strcmp(word, "--json") == 0) {
		a->json = true;
		return ADMIN_OK;
	}
	if ((name = find_letter(a->command, word)) != NULL)
		return take_own(p, name, NULL);
	if (strncmp(word, "--", 2) != 0)
		return admin_fail(ADMIN_USAGE,
		    "there is no option %s; see rollcall-admin --help", word);
	name = line_name(a->mem, word, &equals);
	if (strcmp(name, "config") == 0)
		return take_value(p, name, equals, &a->config);
	if (strcmp(name, "database") == 0)
		return take_value(p, name, equals, &a->database);
	return take_own(p, name, equals);
}

/*
 * A kid may begin with a dash (RFC 7638 3.1), which is no option's then; a dash
 * alone is standard input.
 */
static bool
is_awaited(const struct admin *a, const char *word)
{

	return a->command != NULL && a->command->arg != NULL &&
	       a->arg == NULL &&
	       (strcmp(word, "-") == 0 || (strncmp(word, "--", 2) != 0 &&
					      strlen(word) > strlen("-h")));
}

/* Understand the whole command line. */
static enum admin_exit
parse(struct parse *p)
{
	struct admin *a = p->a;
	enum admin_exit e = ADMIN_OK;
	const char *word;
	int i;

	/* So is what is in the database, or is looked up there. */
	for (i = 1; i < p->line.argc; i++) {
		if (!rc_json_is_utf8(p->line.argv[i]))
			return admin_fail(ADMIN_USAGE,
			    "word %d of the command line is not UTF-8 text", i);
	}
	while (e == ADMIN_OK && (word = line_next(&p->line)) != NULL) {
		if (p->line.words || word[0] != '-' || is_awaited(a, word))
			e = take_word(p, word);
		else
			e = take_option(p, word);
	}
	if (e != ADMIN_OK || p->line.help || p->line.version)
		return e;
	if (p->noun == NULL || a->command == NULL) {
		usage(stderr, p->noun);
		return ADMIN_USAGE;
	}
	if (a->command->arg != NULL && a->command->arg[0] != '[' &&
	    a->arg == NULL)
		return admin_fail(ADMIN_USAGE,
		    "%s is missing; see rollcall-admin %s --help",
		    a->command->arg, p->noun->name);
	return ADMIN_OK;
}

/* Do what the command line says. */
static enum admin_exit
run(struct admin *a, int argc, char *argv[])
{
	struct parse p = { .a = a, .line = { .argv = argv, .argc = argc } };
	enum admin_exit e;

	if ((e = parse(&p)) != ADMIN_OK)
		return e;
	if (p.line.version) {
		(void)printf("rollcall-admin %s\n", PACKAGE_VERSION);
		return ADMIN_OK;
	}
	if (p.line.help) {
		usage(stdout, p.noun);
		return ADMIN_OK;
	}
	if (!rc_crypt_start())
		return admin_fail(ADMIN_FAILED,
		    "the system has no randomness to give; try again later");
	/* Migrating may come before there is a configuration. */
	if (!is_bare(p.noun) && (e = admin_open(a)) != ADMIN_OK)
		return e;
	return a->command->run(a);
}

/* The audit log says who was at work: the person, even behind sudo(8). */
static void
name_actor(struct admin *a)
{
	const char *user = getenv("SUDO_USER");
	const struct passwd *entry;

	if (getuid() != 0 || user == NULL || user[0] == '\0') {
		entry = getpwuid(getuid());
		user = entry != NULL ? entry->pw_name
		                     : rc_printf(a->mem, "%ld", (long)getuid());
	}
	(void)setenv(
	    "PGAPPNAME", rc_printf(a->mem, "rollcall-admin %s", user), 1);
}

int
main(int argc, char *argv[])
{
	struct admin a = { .mem = rc_arena_new() };
	enum admin_exit e;

	/* Passwords, signing keys and the database's password go through. */
	conceal_process();
	if (!streams_open())
		return ADMIN_FAILED;
	/* Only for the widths of characters: all text is UTF-8. */
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	rc_log_open("admin", RC_LOG_WARN);
	/* A limit of the size of files is a fault like a full disk. */
	(void)signal(SIGXFSZ, SIG_IGN);
	a.rq = rc_alloc(a.mem, sizeof(*a.rq));
	a.rq->mem = a.mem;
	a.rq->program = &program;
	a.rq->address = "";
	name_actor(&a);
	e = run(&a, argc, argv);
	if ((fflush(stdout) != 0 || ferror(stdout) != 0) && e == ADMIN_OK)
		e = admin_fail(ADMIN_FAILED, "cannot write to standard output");
	rc_db_service.stop();
	rc_arena_free(a.mem);
	return (int)e;
}
