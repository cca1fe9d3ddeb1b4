#include <string.h>

#include "arena.h"
#include "line.h"

const char *
line_next(struct line *line)
{

	if (++line->i < line->argc && !line->words &&
	    strcmp(line->argv[line->i], "--") == 0) {
		line->words = true;
		line->i++;
	}
	return line->i < line->argc ? line->argv[line->i] : NULL;
}

bool
line_asks(struct line *line, const char *word)
{

	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		line->help = true;
	else if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
		line->version = true;
	else
		return false;
	return true;
}

const char *
line_name(struct rc_arena *mem, const char *word, const char **equals)
{

	word += strlen("--");
	*equals = strchr(word, '=');
	return *equals == NULL
	           ? word
	           : rc_strndup(mem, word, (size_t)(*equals - word));
}

const char *
line_value(struct line *line, const char *equals)
{

	if (equals != NULL)
		return equals + 1;
	return line->i + 1 < line->argc ? line->argv[++line->i] : NULL;
}
