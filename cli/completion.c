/*
 * completion: what the shells complete, made from the table of commands.
 */
#include <stdio.h>
#include <string.h>

#include "completion.h"

/* Tell whether what an option or argument takes is a file or a folder. */
static bool
is_file(const char *value)
{

	return value != NULL && (strncmp(value, "FILE", 4) == 0 ||
				    strncmp(value, "DIR", 3) == 0);
}

/* Tell whether an argument is one of the names that can be listed. */
static bool
is_name(const struct completion *all, const char *arg)
{

	return all->names != NULL && arg != NULL &&
	       (strncmp(arg, "NAME", 4) == 0 || strncmp(arg, "[NAME", 5) == 0);
}

/* Print text within a shell's single quotes. */
static void
put_quoted(const char *text)
{

	for (; *text != '\0'; text++) {
		if (*text == '\'')
			(void)fputs("'\\''", stdout);
		else
			(void)putchar(*text);
	}
}

/* The same for zsh, to whom some characters end a meaning. */
static void
put_meaning(const char *text)
{
	char one[2] = "";

	for (; *text != '\0'; text++) {
		if (strchr(":[]\\", *text) != NULL)
			(void)putchar('\\');
		one[0] = *text;
		put_quoted(one);
	}
}

/* --- bash */

static void
bash_options(const struct completion_option *options, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		(void)printf(" --%s", options[i].name);
}

static void
bash_command(const struct completion *all, const struct completion_noun *noun,
    const struct completion_command *c)
{

	(void)printf(
	    "    '%s %s') words='", noun->name, c->verb != NULL ? c->verb : "");
	bash_options(c->options, c->noptions);
	(void)printf("'%s%s ;;\n", is_file(c->arg) ? " files=yes" : "",
	    is_name(all, c->arg) ? " names=yes" : "");
}

/* The nouns, and how far a walk over all their options has come. */
struct walk {
	const struct completion *all;
	size_t noun, command, option;
};

/* Step to the next option that takes a value; NULL: there is none. */
static const struct completion_option *
next_option(struct walk *w)
{
	const struct completion_noun *noun;
	const struct completion_command *c;
	const struct completion_option *o;

	for (; w->noun < w->all->n; w->noun++, w->command = 0) {
		noun = &w->all->nouns[w->noun];
		for (; w->command < noun->ncommands;
		     w->command++, w->option = 0) {
			c = &noun->commands[w->command];
			while (w->option < c->noptions) {
				o = &c->options[w->option++];
				if (o->value != NULL)
					return o;
			}
		}
	}
	return NULL;
}

/* Tell whether an option is the first of its name. */
static bool
is_first(const struct walk *here, const struct completion_option *option)
{
	struct walk w = { .all = here->all };
	const struct completion_option *o;

	/* Commands may share their options: the place tells, not the row. */
	while ((o = next_option(&w)) != NULL &&
	       (w.noun != here->noun || w.command != here->command ||
		   w.option != here->option)) {
		if (strcmp(o->name, option->name) == 0)
			return false;
	}
	return true;
}

/* Every option that takes a value, a file's name or another, as a pattern. */
static void
bash_values(const struct completion *all, bool files)
{
	struct walk w = { .all = all };
	const struct completion_option *o;
	const char *between = "";
	size_t i;

	for (i = 0; i < all->ncommon; i++) {
		if (all->common[i].value == NULL ||
		    is_file(all->common[i].value) != files)
			continue;
		(void)printf("%s--%s", between, all->common[i].name);
		between = "|";
	}
	while ((o = next_option(&w)) != NULL) {
		if (is_file(o->value) == files && is_first(&w, o))
			(void)printf("|--%s", o->name);
	}
}

static void
bash(const struct completion *all)
{
	size_t i, j;

	(void)printf("# bash completion for %s\n"
		     "_%s()\n{\n"
		     "  local current=$2 previous=$3 noun='' verb='' words='' "
		     "files=''%s i\n"
		     "  COMPREPLY=()\n"
		     "  case $previous in\n    ",
	    all->program, all->function, all->names != NULL ? " names=''" : "");
	bash_values(all, true);
	(void)printf(") mapfile -t COMPREPLY < <(compgen -f -- \"$current\")"
		     "; return ;;\n    ");
	bash_values(all, false);
	(void)printf(") return ;;\n  esac\n"
		     "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
		     "    case ${COMP_WORDS[i]} in\n      ");
	bash_values(all, true);
	(void)printf(") i=$((i + 1)) ;;\n      ");
	bash_values(all, false);
	(void)printf(") i=$((i + 1)) ;;\n      -*) ;;\n"
		     "      *)\n"
		     "        if [ -z \"$noun\" ]; then noun=${COMP_WORDS[i]}\n"
		     "        elif [ -z \"$verb\" ]; then verb="
		     "${COMP_WORDS[i]}\n        fi ;;\n"
		     "    esac\n  done\n");
	/* A noun without verbs is a command; else its verbs come next. */
	(void)printf("  case $noun in\n    '') words='");
	for (i = 0; i < all->n; i++)
		(void)printf("%s%s", i > 0 ? " " : "", all->nouns[i].name);
	(void)printf("' ;;\n");
	for (i = 0; i < all->n; i++) {
		if (all->nouns[i].commands[0].verb == NULL) {
			(void)printf(
			    "    %s) verb='' ;;\n", all->nouns[i].name);
			continue;
		}
		(void)printf(
		    "    %s) [ -n \"$verb\" ] || words='", all->nouns[i].name);
		for (j = 0; j < all->nouns[i].ncommands; j++)
			(void)printf("%s%s", j > 0 ? " " : "",
			    all->nouns[i].commands[j].verb);
		(void)printf("' ;;\n");
	}
	(void)printf("  esac\n  case \"$noun $verb\" in\n");
	for (i = 0; i < all->n; i++) {
		for (j = 0; j < all->nouns[i].ncommands; j++)
			bash_command(
			    all, &all->nouns[i], &all->nouns[i].commands[j]);
	}
	(void)printf("  esac\n  words+='");
	bash_options(all->common, all->ncommon);
	(void)printf("'\n"
		     "  case $current in\n"
		     "    -*) ;;\n"
		     "    *) [ -z \"$files\" ] || "
		     "{ mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); "
		     "return; }");
	if (all->names != NULL)
		(void)printf("\n      [ -z \"$names\" ] || "
			     "words=$(%s 2>/dev/null)",
		    all->names);
	(void)printf(" ;;\n"
		     "  esac\n"
		     "  mapfile -t COMPREPLY < "
		     "<(compgen -W \"$words\" -- \"$current\")\n"
		     "}\ncomplete -o filenames -F _%s %s\n",
	    all->function, all->program);
}

/* --- zsh */

static void
zsh_options(const struct completion_option *options, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		(void)printf(" '%s--%s%s", options[i].many ? "*" : "",
		    options[i].name, options[i].value != NULL ? "=" : "");
		if (options[i].meaning != NULL) {
			(void)putchar('[');
			put_meaning(options[i].meaning);
			(void)putchar(']');
		}
		if (options[i].value != NULL)
			(void)printf(":%s:%s", options[i].value,
			    is_file(options[i].value) ? "_files" : "");
		(void)printf("'");
	}
}

/* What completes an argument, and the end of its quotes. */
static void
zsh_arg(const struct completion *all, const char *arg)
{

	(void)printf(" '*:%s:", arg != NULL ? arg : " ");
	if (is_file(arg))
		(void)printf("_files");
	else if (!is_name(all, arg))
		/* A message would stand in the way of an option. */
		(void)printf("()");
	else
		(void)printf(
		    "{compadd -- ${(f)\"$(%s 2>/dev/null)\"}}", all->names);
	(void)printf("' ;;\n");
}

static void
zsh(const struct completion *all)
{
	const struct completion_command *c;
	size_t i, j;

	(void)printf("#compdef %s\n"
		     "_%s()\n{\n"
		     "  local -a nouns verbs\n"
		     "  local noun=${words[2]} verb=${words[3]}\n"
		     "  if (( CURRENT == 2 )); then\n    nouns=(",
	    all->program, all->function);
	for (i = 0; i < all->n; i++) {
		c = &all->nouns[i].commands[0];
		(void)printf(" '%s", all->nouns[i].name);
		if (c->verb == NULL) {
			(void)putchar(':');
			put_meaning(c->meaning);
		}
		(void)putchar('\'');
	}
	(void)printf(")\n    _describe command nouns\n    return\n  fi\n"
		     "  if (( CURRENT == 3 )); then\n    case $noun in\n");
	for (i = 0; i < all->n; i++) {
		if (all->nouns[i].commands[0].verb == NULL)
			continue;
		(void)printf("      %s) verbs=(", all->nouns[i].name);
		for (j = 0; j < all->nouns[i].ncommands; j++) {
			c = &all->nouns[i].commands[j];
			(void)printf("\n        '%s:", c->verb);
			put_meaning(c->meaning);
			(void)putchar('\'');
		}
		(void)printf(")\n        _describe verb verbs; return ;;\n");
	}
	(void)printf("    esac\n  fi\n  case \"$noun $verb\" in\n");
	for (i = 0; i < all->n; i++) {
		for (j = 0; j < all->nouns[i].ncommands; j++) {
			c = &all->nouns[i].commands[j];
			(void)printf("    '%s %s'%s) _arguments",
			    all->nouns[i].name, c->verb != NULL ? c->verb : "",
			    c->verb != NULL ? "" : "*");
			zsh_options(c->options, c->noptions);
			zsh_options(all->common, all->ncommon);
			zsh_arg(all, c->arg);
		}
	}
	(void)printf("  esac\n}\n"
		     /* A file that is loaded to complete does so at once. */
		     "if (( ${+compstate} )); then\n"
		     "  _%s \"$@\"\nelse\n"
		     "  compdef _%s %s\nfi\n",
	    all->function, all->function, all->program);
}

/* --- fish */

/* End a line with what it is about. */
static void
fish_meaning(const char *meaning)
{

	if (meaning != NULL) {
		(void)fputs(" -d '", stdout);
		put_quoted(meaning);
		(void)putchar('\'');
	}
	(void)putchar('\n');
}

static void
fish_option(const struct completion *all, const struct completion_option *o,
    const char *condition)
{

	(void)printf("complete -c %s %s-l %s%s", all->program, condition,
	    o->name,
	    o->value == NULL    ? ""
	    : is_file(o->value) ? " -r -F"
				: " -x");
	fish_meaning(o->meaning);
}

static void
fish(const struct completion *all)
{
	const struct completion_command *c;
	char condition[160];
	size_t i, j, k;

	(void)printf("# fish completion for %s\n"
		     "complete -c %s -f\n",
	    all->program, all->program);
	for (i = 0; i < all->ncommon; i++)
		fish_option(all, &all->common[i], "");
	for (i = 0; i < all->n; i++) {
		(void)printf("complete -c %s -n "
			     "__fish_use_subcommand -a %s",
		    all->program, all->nouns[i].name);
		c = &all->nouns[i].commands[0];
		fish_meaning(c->verb == NULL ? c->meaning : NULL);
		for (j = 0; j < all->nouns[i].ncommands; j++) {
			c = &all->nouns[i].commands[j];
			if (c->verb != NULL) {
				(void)printf(
				    "complete -c %s -n "
				    "'__fish_seen_subcommand_from %s' -a %s",
				    all->program, all->nouns[i].name, c->verb);
				fish_meaning(c->meaning);
			}
			(void)snprintf(condition, sizeof(condition),
			    "-n '__fish_seen_subcommand_from %s%s%s' ",
			    all->nouns[i].name,
			    c->verb != NULL
				? "; and __fish_seen_subcommand_from "
				: "",
			    c->verb != NULL ? c->verb : "");
			for (k = 0; k < c->noptions; k++)
				fish_option(all, &c->options[k], condition);
			if (is_file(c->arg))
				(void)printf("complete -c %s %s-F\n",
				    all->program, condition);
			if (is_name(all, c->arg))
				(void)printf(
				    "complete -c %s %s-a '(%s 2>/dev/null)'\n",
				    all->program, condition, all->names);
		}
	}
}

bool
completion_print(const char *shell, const struct completion *c)
{
	static const struct {
		const char *name;
		void (*print)(const struct completion *all);
	} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };
	size_t i;

	for (i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(shells[i].name, shell) == 0) {
			shells[i].print(c);
			return true;
		}
	}
	return false;
}
