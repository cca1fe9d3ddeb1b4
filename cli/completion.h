#ifndef COMPLETION_H
#define COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

/* An option: its name without dashes, and what it takes, NULL for nothing. */
struct completion_option {
	const char *name;
	const char *value; /* "FILE", "DIR": the name of one */
	bool many;
	const char *meaning; /* NULL: its name says it all */
};

struct completion_command {
	const char *verb; /* NULL: the noun says it all */
	const char *arg; /* NULL: none */
	const struct completion_option *options;
	size_t noptions;
	const char *meaning;
};

struct completion_noun {
	const char *name;
	const struct completion_command *commands;
	size_t ncommands;
};

/* A program with its nouns and the options that go with every command. */
struct completion {
	const char *program;
	const char *function; /* the same as a shell's name of a function */
	const struct completion_noun *nouns;
	size_t n;
	const struct completion_option *common;
	size_t ncommon;
	/* What prints, a line each, what an argument NAME may be; NULL. */
	const char *names;
};

/*
 * completion_print(shell, c):
 * Print what the shell "bash", "zsh" or "fish" reads to complete the commands.
 * False: there is none for that shell.
 */
bool completion_print(const char *shell, const struct completion *c);

#endif
