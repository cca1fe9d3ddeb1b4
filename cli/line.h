#ifndef LINE_H
#define LINE_H

#include <stdbool.h>

struct rc_arena;

/*
 * A command line, as both programs read it.
 */

/* How far the words of a command line are read. */
struct line {
	char **argv;
	int argc;
	int i; /* the word in hand */
	bool words; /* behind "--": no word is an option any more */
	bool help; /* --help or -h */
	bool version; /* --version or -V */
};

/*
 * line_next(line):
 * Return the next word, NULL behind the last; the first "--" is none.
 */
const char *line_next(struct line *line);

/*
 * line_asks(line, word):
 * Tell whether the word asks for help or the version, and note it.
 */
bool line_asks(struct line *line, const char *word);

/*
 * line_name(mem, word, equals):
 * Return the name in "--name" or "--name=value"; *${equals} is the "=", NULL.
 */
const char *line_name(
    struct rc_arena *mem, const char *word, const char **equals);

/*
 * line_value(line, equals):
 * Return an option's value: behind "=", or the next word; NULL: there is none.
 */
const char *line_value(struct line *line, const char *equals);

#endif
