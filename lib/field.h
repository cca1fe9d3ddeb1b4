#ifndef RC_FIELD_H
#define RC_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct rc_arena;
struct rc_json;
struct rc_req;

/* What a metadata member is made of. */
enum rc_kind {
	RC_STRING,
	RC_URI, /* a string; "" counts as absent */
	RC_WORDS, /* a string of words with spaces; "" counts as absent */
	RC_STRINGS, /* an array of strings; [] counts as absent */
	RC_URIS, /* the same, bounded like URIs */
	RC_BOOL,
	RC_INT, /* not negative */
	RC_OBJECT,
	RC_KIND__MAX
};

enum rc_field_flag {
	/* name#tag forms too (RFC 7591 2.2). */
	RC_FIELD_LOCALIZED = 1,
	/* Promises what is not built yet: only false, or nothing, passes. */
	RC_FIELD_UNBUILT = 2,
	/* A JWT, which has a bound of its own. */
	RC_FIELD_JWT = 4
};

/* Bytes of a JWT at most: those of directories carry whole key sets. */
#define RC_FIELD_JWT_MOST ((size_t)16 * 1024)

/*
 * A metadata member is one row: the same row serves validation, the answer,
 * RFC 7592, the manual and the test that walks them.
 */
struct rc_field {
	const char *name;
	enum rc_kind kind;
	/*
	 * Judge a string, or each string of an array: NULL where it is good,
	 * else a phrase that fits behind the name, with what to do behind a
	 * ": ", and in *${rule} the name of the rule that is broken (static).
	 */
	const char *(*check)(
	    struct rc_req *rq, const char *value, const char **rule);
	/* The like for RC_OBJECT. */
	const char *(*check_object)(
	    struct rc_req *rq, const struct rc_json *value, const char **rule);
	/* The only strings let pass, NULL-ended; NULL: any. */
	const char *const *values;
	enum rc_err error;
	unsigned flags;
	const char *spec;
};

/*
 * rc_field_take(rq, fields, nfields, body, out):
 * Copy from the object ${body} to ${out} every member that has a row: of the
 * right type, within the configured bounds, and checked.  Null and empty
 * members are left out, members without a row are ignored, localized forms
 * keep their tags as sent.  Every fault is said with rc_fail_at, and its member
 * left out; the return is the error of the first one's row.
 */
enum rc_err rc_field_take(struct rc_req *rq, const struct rc_field *fields,
    size_t nfields, const struct rc_json *body, struct rc_json *out);

/*
 * rc_field_merge(rq, fields, nfields, body, out):
 * Make the members of ${body} that have a row replace those of ${out}: given
 * ones change, null and empty ones go, the rest stay.  Tags are compared
 * without case.  Only the tags are checked, and faults said as above;
 * rc_field_take judges the whole.
 */
enum rc_err rc_field_merge(struct rc_req *rq, const struct rc_field *fields,
    size_t nfields, const struct rc_json *body, struct rc_json *out);

/*
 * rc_field_find(fields, nfields, name):
 * Return the row of ${name}, its "#tag" left aside where the row is localized;
 * NULL where there is none.
 */
const struct rc_field *rc_field_find(
    const struct rc_field *fields, size_t nfields, const char *name);

/*
 * rc_field_nearest(fields, nfields, name):
 * Return the name of a row that ${name} may be a misspelling of, or NULL.
 */
const char *rc_field_nearest(
    const struct rc_field *fields, size_t nfields, const char *name);

/*
 * rc_field_pointer(mem, name):
 * Return the JSON pointer of the member ${name} (RFC 6901 3).
 */
const char *rc_field_pointer(struct rc_arena *mem, const char *name);

#endif
