#ifndef RC_CONF_PARTS_H
#define RC_CONF_PARTS_H

#include <stddef.h>
#include <stdint.h>

struct rc_arena;
struct rc_buf;

/*
 * What the parts of conf share, and nobody else includes.
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

#endif
