#include "field.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "buf.h"
#include "conf.h"
#include "json.h"
#include "req.h"
#include "spelling.h"

/*
 * Localized members of one request at most, so that comparing their tags with
 * each other takes no time that counts.
 */
#define LOCALIZED_MOST 100
/* Elements of an array at most, where no configured bound says less. */
#define ELEMENTS_MOST 100

/* What the members of one request are held against. */
struct take {
	struct rc_req *rq;
	const struct rc_field *fields;
	size_t nfields;
	const struct rc_json *body;
	struct rc_json *out;
	size_t localized; /* seen so far */
	enum rc_err first; /* fault of all */
};

/* What a kind is called, the JSON type that it has, and how to write it. */
static const struct {
	enum rc_json_type type;
	const char *what;
	const char *hint;
} kinds[RC_KIND__MAX] = {
	[RC_STRING] = { RC_JSON_STRING, "a string", "put it in quotes" },
	[RC_URI] = { RC_JSON_STRING, "a string", "one URI in quotes" },
	[RC_WORDS] = { RC_JSON_STRING, "a string of space-separated words",
	    "one string, not an array" },
	[RC_STRINGS] = { RC_JSON_ARRAY, "an array of strings",
	    "put it in square brackets, even where it is one" },
	[RC_URIS] = { RC_JSON_ARRAY, "an array of strings",
	    "put it in square brackets, even where it is one" },
	[RC_BOOL] = { RC_JSON_BOOL, "true or false",
	    "write it without quotes" },
	[RC_INT] = { RC_JSON_INT, "a whole number within 64 bits",
	    "digits without quotes, point or exponent" },
	[RC_OBJECT] = { RC_JSON_OBJECT, "an object", "not a string of it" },
};

const struct rc_field *
rc_field_find(const struct rc_field *fields, size_t nfields, const char *name)
{
	size_t i, n = strcspn(name, "#");

	for (i = 0; i < nfields; i++) {
		if (strncmp(fields[i].name, name, n) != 0 ||
		    fields[i].name[n] != '\0')
			continue;
		if (name[n] == '\0' || fields[i].flags & RC_FIELD_LOCALIZED)
			return &fields[i];
	}
	return NULL;
}

/*
 * Tell whether ${tag} has the shape of a language tag (RFC 5646 2.1): subtags
 * of one to eight letters and digits with hyphens between them.
 */
static bool
is_tag(const char *tag)
{
	size_t n;

	for (;;) {
		for (n = 0; isalnum((unsigned char)tag[n]); n++)
			continue;
		if (n < 1 || n > 8)
			return false;
		if (tag[n] == '\0')
			return true;
		if (tag[n] != '-')
			return false;
		tag += n + 1;
	}
}

/*
 * Tell whether ${value} counts as absent: null, an empty array, and an empty
 * string where the row is a URI or a list of words.
 */
static bool
is_empty(const struct rc_field *f, const struct rc_json *value)
{

	switch (rc_json_type(value)) {
	case RC_JSON_NULL:
		return true;
	case RC_JSON_STRING:
		return (f->kind == RC_URI || f->kind == RC_WORDS) &&
		       *rc_json_string(value) == '\0';
	case RC_JSON_ARRAY:
		return (f->kind == RC_STRINGS || f->kind == RC_URIS) &&
		       rc_json_count(value) == 0;
	default:
		return false;
	}
}

static bool
has_word(const char *const *words, const char *s)
{

	while (*words != NULL && strcmp(*words, s) != 0)
		words++;
	return *words != NULL;
}

/* What a flawed value should be. */
struct flaw {
	const char *rule;
	const char *hint;
};

static const char *
list_values(struct rc_req *rq, const char *const *values)
{
	struct rc_buf out;

	rc_buf_init(&out, rq->mem);
	rc_buf_puts(&out, "one of");
	for (; *values != NULL; values++)
		rc_buf_printf(
		    &out, " %s%s", *values, values[1] != NULL ? "," : "");
	return out.data;
}

/* How many bytes a string of ${f} may have. */
static int64_t
find_most(const struct rc_req *rq, const struct rc_field *f)
{

	if (f->flags & RC_FIELD_JWT)
		return RC_FIELD_JWT_MOST;
	if (f->kind == RC_URI || f->kind == RC_URIS)
		return rq->conf->max_uri_length;
	return rq->conf->max_string_length;
}

/* Judge one string of ${f}: NULL, or a phrase that fits behind its name. */
static const char *
check_string(struct rc_req *rq, const struct rc_field *f, const char *value,
    struct flaw *flaw)
{
	int64_t most = find_most(rq, f);

	flaw->rule = "empty";
	flaw->hint = "leave it out";
	if (*value == '\0')
		return "must not be empty";
	flaw->rule = "length";
	flaw->hint = NULL;
	if (strlen(value) > (size_t)most)
		return rc_printf(rq->mem,
		    "is longer than the %lld bytes allowed", (long long)most);
	if (f->values != NULL && !has_word(f->values, value)) {
		flaw->rule = "value";
		flaw->hint = list_values(rq, f->values);
		return "has a value that this server does not support";
	}
	return f->check != NULL ? f->check(rq, value, &flaw->rule) : NULL;
}

/* Return what a phrase says is to be done, or NULL. */
static const char *
find_advice(const char *phrase)
{
	const char *colon = strstr(phrase, ": ");

	return colon != NULL ? colon + 2 : NULL;
}

const char *
rc_field_pointer(struct rc_arena *mem, const char *name)
{
	struct rc_buf out;

	rc_buf_init(&out, mem);
	rc_buf_putc(&out, '/');
	for (; *name != '\0'; name++) {
		if (*name == '~')
			rc_buf_puts(&out, "~0");
		else if (*name == '/')
			rc_buf_puts(&out, "~1");
		else
			rc_buf_putc(&out, *name);
	}
	return out.data;
}

/* Judge an element of an array of strings. */
static enum rc_err
check_element(struct rc_req *rq, const struct rc_field *f, const char *name,
    const struct rc_json *value, size_t i)
{
	const char *s = rc_json_string(rc_json_at(value, i));
	struct flaw flaw;
	const char *pointer, *why;

	if (s != NULL && (why = check_string(rq, f, s, &flaw)) == NULL)
		return RC_OK;
	pointer =
	    rc_printf(rq->mem, "%s/%zu", rc_field_pointer(rq->mem, name), i);
	if (s == NULL)
		return rc_fail_at(rq, f->error, pointer, "type",
		    kinds[RC_STRING].hint,
		    "%s must be an array of strings; element %zu is something "
		    "else",
		    name, i);
	if (flaw.hint == NULL)
		flaw.hint = find_advice(why);
	return rc_fail_at(rq, f->error, pointer, flaw.rule, flaw.hint,
	    "%s[%zu] %s", name, i, why);
}

/* Judge an array of strings. */
static enum rc_err
check_strings(struct rc_req *rq, const struct rc_field *f, const char *name,
    const struct rc_json *value)
{
	size_t i, n = rc_json_count(value);
	size_t most = f->kind == RC_URIS ? (size_t)rq->conf->max_redirect_uris
	                                 : ELEMENTS_MOST;
	enum rc_err e = RC_OK;

	if (n > most)
		return rc_fail_at(rq, f->error, rc_field_pointer(rq->mem, name),
		    "count", NULL, "%s has more than the %zu elements allowed",
		    name, most);
	for (i = 0; i < n; i++) {
		if (check_element(rq, f, name, value, i) != RC_OK)
			e = f->error;
	}
	return e;
}

/* Judge what is no array. */
static enum rc_err
check_other(struct rc_req *rq, const struct rc_field *f, const char *name,
    const struct rc_json *value)
{
	const char *text = rc_json_string(value);
	struct flaw flaw = { "range", NULL };
	const char *why = NULL;

	if (text != NULL)
		why = check_string(rq, f, text, &flaw);
	else if (f->kind == RC_INT && rc_json_int(value) < 0)
		why = "must not be negative";
	else if (f->check_object != NULL)
		why = f->check_object(rq, value, &flaw.rule);
	if (why == NULL)
		return RC_OK;
	if (flaw.hint == NULL)
		flaw.hint = find_advice(why);
	return rc_fail_at(rq, f->error, rc_field_pointer(rq->mem, name),
	    flaw.rule, flaw.hint, "%s %s", name, why);
}

/* The name of a member, and another one whose tag is spelled otherwise. */
struct spelling {
	const char *name;
	const char *other;
};

static enum rc_err
find_spelling(void *arg, const char *name, struct rc_json *value)
{
	struct spelling *s = arg;

	(void)value;
	if (strncmp(name, s->name, strcspn(s->name, "#") + 1) == 0 &&
	    strcasecmp(name, s->name) == 0 && strcmp(name, s->name) != 0)
		s->other = name;
	return RC_OK;
}

/* Return the name in ${object} that spells ${name}'s tag otherwise, or NULL. */
static const char *
other_spelling(
    struct rc_req *rq, const struct rc_json *object, const char *name)
{
	struct spelling s = { name, NULL };

	(void)rc_json_each(object, find_spelling, &s);
	return s.other != NULL ? rc_strdup(rq->mem, s.other) : NULL;
}

/* RFC 7591 2.2: a language tag has its shape, and stands there once. */
static enum rc_err
check_tag(struct take *t, const struct rc_field *f, const char *name)
{
	const char *tag = strchr(name, '#');
	const char *pointer;

	if (tag == NULL)
		return RC_OK;
	pointer = rc_field_pointer(t->rq->mem, name);
	if (!is_tag(tag + 1))
		return rc_fail_at(t->rq, f->error, pointer, "language_tag",
		    "a tag of BCP 47, such as zh-Hans or pt-BR",
		    "%s#... has a malformed language tag", f->name);
	if (++t->localized > LOCALIZED_MOST)
		return rc_fail_at(t->rq, f->error, pointer, "count", NULL,
		    "%s#... and the like: more than %d members with a language "
		    "tag",
		    f->name, LOCALIZED_MOST);
	if (other_spelling(t->rq, t->body, name) != NULL)
		return rc_fail_at(t->rq, f->error, pointer,
		    "language_tag.repeated",
		    "upper and lower case are the same",
		    "%s has the same language tag twice, in different "
		    "spellings",
		    name);
	return RC_OK;
}

/* Judge a member that has a row and is not empty. */
static enum rc_err
check_member(struct take *t, const struct rc_field *f, const char *name,
    const struct rc_json *value)
{
	struct rc_req *rq = t->rq;
	enum rc_err e;

	if ((e = check_tag(t, f, name)) != RC_OK)
		return e;
	if (rc_json_type(value) != kinds[f->kind].type)
		return rc_fail_at(rq, f->error, rc_field_pointer(rq->mem, name),
		    "type", kinds[f->kind].hint, "%s must be %s", name,
		    kinds[f->kind].what);
	if (f->flags & RC_FIELD_UNBUILT &&
	    (f->kind != RC_BOOL || rc_json_bool(value)))
		return rc_fail_at(rq, f->error, rc_field_pointer(rq->mem, name),
		    "unsupported", "leave it out",
		    "%s asks for something that this server does not support; "
		    "leave it out",
		    name);
	if (f->kind == RC_STRINGS || f->kind == RC_URIS)
		return check_strings(rq, f, name, value);
	return check_other(rq, f, name, value);
}

static enum rc_err
take_member(void *arg, const char *name, struct rc_json *value)
{
	struct take *t = arg;
	const struct rc_field *f;
	enum rc_err e;

	if ((f = rc_field_find(t->fields, t->nfields, name)) == NULL ||
	    is_empty(f, value))
		return RC_OK;
	if ((e = check_member(t, f, name, value)) == RC_OK)
		rc_json_set(t->out, name, value);
	else if (t->first == RC_OK)
		t->first = e;
	return RC_OK;
}

enum rc_err
rc_field_take(struct rc_req *rq, const struct rc_field *fields, size_t nfields,
    const struct rc_json *body, struct rc_json *out)
{
	struct take t = { rq, fields, nfields, body, out, 0, RC_OK };

	(void)rc_json_each(body, take_member, &t);
	return t.first;
}

/* Whoever changes a member to "" wants it gone, whatever its kind. */
static bool
is_empty_string(const struct rc_json *value)
{
	const char *s = rc_json_string(value);

	return s != NULL && *s == '\0';
}

static enum rc_err
merge_member(void *arg, const char *name, struct rc_json *value)
{
	struct take *t = arg;
	const struct rc_field *f;
	const char *other;
	enum rc_err e;

	if ((f = rc_field_find(t->fields, t->nfields, name)) == NULL)
		return RC_OK;
	if ((e = check_tag(t, f, name)) != RC_OK) {
		if (t->first == RC_OK)
			t->first = e;
		return RC_OK;
	}
	if ((other = other_spelling(t->rq, t->out, name)) != NULL)
		rc_json_remove(t->out, other);
	if (is_empty(f, value) || is_empty_string(value))
		rc_json_remove(t->out, name);
	else
		rc_json_set(t->out, name, value);
	return RC_OK;
}

enum rc_err
rc_field_merge(struct rc_req *rq, const struct rc_field *fields, size_t nfields,
    const struct rc_json *body, struct rc_json *out)
{
	struct take t = { rq, fields, nfields, body, out, 0, RC_OK };

	(void)rc_json_each(body, merge_member, &t);
	return t.first;
}

const char *
rc_field_nearest(
    const struct rc_field *fields, size_t nfields, const char *name)
{
	size_t i, edits, least = strlen(name) / 4;
	const char *nearest = NULL;

	if (strlen(name) > RC_SPELLING_MOST)
		return NULL;
	for (i = 0; i < nfields; i++) {
		edits = rc_spelling_edits(fields[i].name, name, true);
		if (edits < least || (edits == least && nearest == NULL)) {
			nearest = fields[i].name;
			least = edits;
		}
	}
	return nearest;
}
