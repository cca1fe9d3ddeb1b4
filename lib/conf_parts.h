#ifndef RC_CONF_PARTS_H
#define RC_CONF_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rc_arena;
struct rc_buf;
struct rc_conf;

/*
 * What the parts of conf share, and nobody else includes.  A file becomes a
 * configuration in three steps:
 *
 *   conf_scan   reads the text.  It knows the line of every key; what it
 *               accepts it writes down anew, without comments and with every
 *               value in quotes, and the keys that were not given at their
 *               defaults.
 *   conf_set    has libconfuse read that, judges each value by the row of its
 *               key, in the file's order, and puts it where it belongs.
 *   conf_check  sets what follows from other keys, and judges them by each
 *               other.
 *
 * They go by the table of keys in conf_keys and the kinds of values in
 * conf_kinds.  conf has them do so, and tells what is in force.
 */

/* Where a key may stand: at the top level, or in a kind of section. */
enum rc_conf_level {
	RC_CONF_TOP,
	RC_CONF_RESOURCE,
	RC_CONF_SCOPE,
	RC_CONF_POLICY,
	RC_CONF_STATEMENT_ISSUER,
	RC_CONF_WEBHOOK,
	RC_CONF_LEVEL__MAX
};

/* What a value is made of; rollcall.conf(5) describes each. */
enum rc_conf_kind {
	RC_CONF_STRING,
	RC_CONF_URL,
	RC_CONF_TIME,
	RC_CONF_MILLISECONDS,
	RC_CONF_SIZE,
	RC_CONF_NUMBER,
	RC_CONF_RATE,
	RC_CONF_BOOLEAN,
	RC_CONF_CHOICE,
	RC_CONF_LIST,
	RC_CONF_KIND__MAX
};

enum rc_conf_flag {
	RC_CONF_REQUIRED = 1,
	RC_CONF_MAY_BE_EMPTY = 2, /* a string or a list */
	RC_CONF_MAY_BE_ZERO = 4, /* an amount, though its least is more */
	RC_CONF_INHERITS = 8 /* in a section: not given, it is as at the top
	                        level, and a list is always a part of that */
};

/* The only values a key takes. */
struct rc_conf_choice {
	const char *type; /* what the manual calls it */
	const char *const words[16]; /* NULL-ended */
};

/* Everything there is to know about a key. */
struct rc_conf_row {
	const char *name;
	enum rc_conf_kind kind;
	size_t target; /* in what the level becomes, such as struct rc_conf */
	const char *preset; /* as written, NULL: none, or it is derived */
	int64_t min, max; /* of an amount, a rate's count, a string's bytes */
	unsigned flags;
	const struct rc_conf_choice *choice;
	/* NULL, or a phrase that fits behind the value (each, of a list). */
	const char *(*check)(struct rc_arena *mem, const char *value);
	const char *meaning;
};

/* A kind of section, or the top level, which has neither name nor example. */
struct rc_conf_level_row {
	const char *name;
	const char *example; /* of how one begins and ends */
	const struct rc_conf_row *rows; /* its keys */
	size_t nrows;
};

/* A key that was given (or, with line 0, its default). */
struct rc_conf_entry {
	const struct rc_conf_row *row;
	size_t section; /* place in sections */
	int line;
};

/* The first section is the top level, without title and line. */
#define RC_CONF_TOP_SECTION 0
#define RC_CONF_DEFAULT_POLICY "default"

/* A section that was given. */
struct rc_conf_section {
	enum rc_conf_level level;
	const char *title;
	int line;
	size_t place; /* among those of its level */
	void *record; /* what it becomes, once the scan is done */
};

/* What the file gave, and the defaults of what it did not. */
struct rc_conf_given {
	struct rc_conf_entry *entries;
	size_t nentries;
	struct rc_conf_section *sections;
	size_t nsections;
	size_t counts[RC_CONF_LEVEL__MAX]; /* sections of each level */
};

/* One load, from the file's text to the configuration. */
struct rc_conf_loader {
	struct rc_arena *mem; /* lives as long as the configuration */
	struct rc_arena *tmp; /* lives as long as the load */
	const char *file;
	char *error; /* where rc_conf_fault writes, ${size} bytes */
	size_t size;
	struct rc_conf_given *given; /* by rc_conf_scan */
	const char *text; /* of what was given, for libconfuse; likewise */
	struct rc_conf *conf;
};

/* All keys there are. */
extern const struct rc_conf_level_row rc_conf_levels[RC_CONF_LEVEL__MAX];

/*
 * rc_conf_find_row(name, level):
 * Return the row of the key that is called so there, or NULL.
 */
const struct rc_conf_row *rc_conf_find_row(
    const char *name, enum rc_conf_level level);

/*
 * rc_conf_type_of(row):
 * Return what the manual calls the row's kind of value.
 */
const char *rc_conf_type_of(const struct rc_conf_row *row);

/*
 * rc_conf_none_of(mem, choice):
 * Return the phrase that fits behind a value which is none of the choice.
 */
const char *rc_conf_none_of(
    struct rc_arena *mem, const struct rc_conf_choice *choice);

/*
 * rc_conf_read_value(mem, row, text, target), for a row that is no list:
 * Set *${target}, which is zeroed, to what the text means.  Return NULL, or a
 * phrase that fits behind the text; the phrase, and a string, are in ${mem}.
 */
const char *rc_conf_read_value(struct rc_arena *mem,
    const struct rc_conf_row *row, const char *text, void *target);

/*
 * rc_conf_write_value(mem, row, target):
 * Return *${target} as it would be written; NULL: it is not set.
 */
const char *rc_conf_write_value(
    struct rc_arena *mem, const struct rc_conf_row *row, const void *target);

/*
 * rc_conf_quote(b, s):
 * Write ${s} in double quotes, so that it is read back as it is.
 */
void rc_conf_quote(struct rc_buf *b, const char *s);

/*
 * rc_conf_find_entry(given, name, section), rc_conf_line_of(likewise):
 * Return the entry of the key in that section, or NULL; the line in which it
 * was given, 0 where it was not.
 */
const struct rc_conf_entry *rc_conf_find_entry(
    const struct rc_conf_given *given, const char *name, size_t section);
int rc_conf_line_of(
    const struct rc_conf_given *given, const char *name, size_t section);

/*
 * rc_conf_find_section(given, level, title):
 * Return the section, or NULL.
 */
const struct rc_conf_section *rc_conf_find_section(
    const struct rc_conf_given *given, enum rc_conf_level level,
    const char *title);

/*
 * rc_conf_fault(ld, line, fmt, ...):
 * Say what is wrong with the file in ${line}, 0: as a whole.  Return false.
 */
bool rc_conf_fault(struct rc_conf_loader *ld, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * rc_conf_read_file(file, most, b, why):
 * Add what the file holds to ${b}.  Return false with what is wrong in *${why}
 * where that cannot be had, or is more than ${most} bytes.
 */
bool rc_conf_read_file(
    const char *file, size_t most, struct rc_buf *b, const char **why);

/*
 * rc_conf_scan(ld, text, len):
 * Read the file's text, which ends in a NUL: say what it gave in ${ld}->given,
 * and write it down for libconfuse in ${ld}->text.  Return false where it is
 * not as it must be, and that was said.
 */
bool rc_conf_scan(struct rc_conf_loader *ld, const char *text, size_t len);

/*
 * rc_conf_set(ld), after rc_conf_scan:
 * Judge each value by its row, in the file's order, and put it where it belongs
 * in ${ld}->conf and the records of the sections.  Return as rc_conf_scan.
 */
bool rc_conf_set(struct rc_conf_loader *ld);

/*
 * rc_conf_check(ld), after rc_conf_set:
 * Set what was not given and follows from other keys, or from where we are
 * installed, and judge the keys by each other.  Return as rc_conf_scan.
 */
bool rc_conf_check(struct rc_conf_loader *ld);

#endif
