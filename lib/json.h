#ifndef RC_JSON_H
#define RC_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct rc_arena;
struct rc_buf;

/*
 * JSON values.  Text is parsed by us (RFC 8259 grammar, RFC 3629 UTF-8, depth,
 * no \u0000, no lone surrogate, nothing behind the value) and json-c holds the
 * tree: its own parser lets more pass.  A root is owned by the arena it was
 * parsed into or made in; members and elements belong to their parent.  Of a
 * repeated member the last one counts.
 */
struct rc_json;

enum rc_json_type {
	RC_JSON_NULL,
	RC_JSON_BOOL,
	RC_JSON_INT, /* a whole number within int64, written without . or e */
	RC_JSON_NUMBER, /* any other number */
	RC_JSON_STRING,
	RC_JSON_ARRAY,
	RC_JSON_OBJECT
};

/* Deepest nesting of arrays and objects that is accepted. */
#define RC_JSON_DEPTH 16

/*
 * rc_json_check(text, len, why, at):
 * Scan ${len} bytes of ${text}.  RC_ERR_INVALID_REQUEST: not acceptable JSON;
 * *${why} is a sentence (static), *${at} the offset of the byte that is wrong.
 */
enum rc_err rc_json_check(
    const char *text, size_t len, const char **why, size_t *at);

/*
 * rc_json_parse(mem, text, len, root, why, at):
 * Scan as rc_json_check does, and make the tree *${root}, which lives as long
 * as ${mem}.
 */
enum rc_err rc_json_parse(struct rc_arena *mem, const char *text, size_t len,
    struct rc_json **root, const char **why, size_t *at);

/*
 * rc_json_utf8(text, len):
 * Return how many bytes the character at the start of ${text} has as UTF-8
 * (RFC 3629), 0 where the first of ${len} bytes starts none.
 */
size_t rc_json_utf8(const char *text, size_t len);

/*
 * rc_json_is_utf8(text):
 * Tell whether ${text} is UTF-8 throughout.
 */
bool rc_json_is_utf8(const char *text);

/*
 * rc_json_type(v):
 * Return the type of ${v}; a NULL pointer is RC_JSON_NULL.
 */
enum rc_json_type rc_json_type(const struct rc_json *v);

/*
 * rc_json_get(object, name):
 * Return the member, or NULL where it is absent or null, or ${object} is none.
 * rc_json_has(object, name) tells a null member from an absent one.
 */
struct rc_json *rc_json_get(const struct rc_json *object, const char *name);
bool rc_json_has(const struct rc_json *object, const char *name);

/*
 * rc_json_string(v), rc_json_text(object, name):
 * Return the string, NUL-ended, or NULL where ${v}, or that member, is none.
 * It lives as long as ${v}.
 */
const char *rc_json_string(const struct rc_json *v);
const char *rc_json_text(const struct rc_json *object, const char *name);
bool rc_json_bool(const struct rc_json *v); /* false where it is no boolean */
int64_t rc_json_int(const struct rc_json *v); /* 0 where it is no integer */

/*
 * rc_json_count(v), rc_json_at(array, i):
 * Return the number of elements or members; the ${i}th element of an array.
 */
size_t rc_json_count(const struct rc_json *v);
struct rc_json *rc_json_at(const struct rc_json *array, size_t i);

/*
 * rc_json_holds(array, s):
 * Tell whether the array has that string, byte for byte; what is no array has
 * none.
 */
bool rc_json_holds(const struct rc_json *array, const char *s);

/*
 * rc_json_each(object, fn, arg):
 * Call ${fn}(${arg}, name, value) for each member in order, value NULL for a
 * null, until it returns other than RC_OK; return that.
 */
enum rc_err rc_json_each(const struct rc_json *object,
    enum rc_err (*fn)(void *arg, const char *name, struct rc_json *value),
    void *arg);

/*
 * rc_json_new_object(mem), rc_json_new_array(mem):
 * Make an empty root that lives as long as ${mem}.
 */
struct rc_json *rc_json_new_object(struct rc_arena *mem);
struct rc_json *rc_json_new_array(struct rc_arena *mem);

/*
 * rc_json_set(object, name, value), rc_json_append(array, value):
 * Add ${value}, shared with its other owners (reference counted); a member of
 * that name is replaced.  The _string, _int and _bool forms make the value.
 */
void rc_json_set(
    struct rc_json *object, const char *name, struct rc_json *value);
void rc_json_set_string(
    struct rc_json *object, const char *name, const char *value);
void rc_json_set_int(struct rc_json *object, const char *name, int64_t value);
void rc_json_set_bool(struct rc_json *object, const char *name, bool value);
void rc_json_append(struct rc_json *array, struct rc_json *value);
void rc_json_append_string(struct rc_json *array, const char *value);
void rc_json_remove(struct rc_json *object, const char *name);

/*
 * rc_json_equal(a, b):
 * Tell whether the two values are the same.
 */
bool rc_json_equal(const struct rc_json *a, const struct rc_json *b);

/*
 * rc_json_write(mem, v):
 * Return ${v} as compact UTF-8 text without escaped slashes, in ${mem}.
 * Numbers that are no RC_JSON_INT are written with the value that was read.
 */
const char *rc_json_write(struct rc_arena *mem, const struct rc_json *v);

/*
 * rc_json_quote(out, s):
 * Append the UTF-8 text ${s} as a JSON string, quotes included (RFC 8259 7).
 */
void rc_json_quote(struct rc_buf *out, const char *s);

/*
 * rc_json_put_string(out, name, value), rc_json_put_int(out, name, value):
 * Append a member to the text of an object that is not closed yet, the first
 * one behind its brace; nothing for NULL.  ${name} is written as it is.
 */
void rc_json_put_string(
    struct rc_buf *out, const char *name, const char *value);
void rc_json_put_int(struct rc_buf *out, const char *name, int64_t value);

#endif
