#include "field.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "conf.h"
#include "json.h"
#include "req.h"

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
};

/* What a kind is called, and the JSON type that it has. */
static const struct {
	enum rc_json_type type;
	const char *what;
} kinds[RC_KIND__MAX] = {
	[RC_STRING] = { RC_JSON_STRING, "a string" },
	[RC_URI] = { RC_JSON_STRING, "a string" },
	[RC_WORDS] = { RC_JSON_STRING, "a string of space-separated words" },
	[RC_STRINGS] = { RC_JSON_ARRAY, "an array of strings" },
	[RC_URIS] = { RC_JSON_ARRAY, "an array of strings" },
	[RC_BOOL] = { RC_JSON_BOOL, "true or false" },
	[RC_INT] = { RC_JSON_INT, "a whole number within 64 bits" },
	[RC_OBJECT] = { RC_JSON_OBJECT, "an object" },
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

/* Judge one string of ${f}: NULL, or a phrase that fits behind its name. */
static const char *
check_string(struct rc_req *rq, const struct rc_field *f, const char *value)
{
	bool uri = f->kind == RC_URI || f->kind == RC_URIS;
	int64_t most =
	    uri ? rq->conf->max_uri_length : rq->conf->max_string_length;

	if (*value == '\0')
		return "must not be empty";
	if (strlen(value) > (size_t)most)
		return rc_printf(rq->mem,
		    "is longer than the %lld bytes allowed", (long long)most);
	if (f->values != NULL && !has_word(f->values, value))
		return "has a value that this server does not support";
	return f->check != NULL ? f->check(rq, value) : NULL;
}

/* Judge an array of strings. */
static enum rc_err
check_strings(struct rc_req *rq, const struct rc_field *f, const char *name,
    const struct rc_json *value)
{
	size_t i, n = rc_json_count(value);
	size_t most = f->kind == RC_URIS ? (size_t)rq->conf->max_redirect_uris
	                                 : ELEMENTS_MOST;
	const char *s, *why;

	if (n > most)
		return rc_fail(rq, f->error,
		    "%s has more than the %zu elements allowed", name, most);
	for (i = 0; i < n; i++) {
		s = rc_json_string(rc_json_at(value, i));
		if (s == NULL)
			return rc_fail(rq, f->error,
			    "%s must be an array of strings; element %zu is "
			    "something else",
			    name, i);
		if ((why = check_string(rq, f, s)) != NULL)
			return rc_fail(
			    rq, f->error, "%s[%zu] %s", name, i, why);
	}
	return RC_OK;
}

/* Judge what is no array. */
static enum rc_err
check_other(struct rc_req *rq, const struct rc_field *f, const char *name,
    const struct rc_json *value)
{
	const char *text = rc_json_string(value);
	const char *why = NULL;

	if (text != NULL)
		why = check_string(rq, f, text);
	else if (f->kind == RC_INT && rc_json_int(value) < 0)
		why = "must not be negative";
	else if (f->check_object != NULL)
		why = f->check_object(rq, value);
	return why == NULL ? RC_OK : rc_fail(rq, f->error, "%s %s", name, why);
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

	if (tag == NULL)
		return RC_OK;
	if (!is_tag(tag + 1))
		return rc_fail(t->rq, f->error,
		    "%s#... has a malformed language tag", f->name);
	if (++t->localized > LOCALIZED_MOST)
		return rc_fail(t->rq, f->error,
		    "%s#... and the like: more than %d members with a language "
		    "tag",
		    f->name, LOCALIZED_MOST);
	if (other_spelling(t->rq, t->body, name) != NULL)
		return rc_fail(t->rq, f->error,
		    "%s has the same language tag twice, in different "
		    "spellings",
		    name);
	return RC_OK;
}

static enum rc_err
take_member(void *arg, const char *name, struct rc_json *value)
{
	struct take *t = arg;
	const struct rc_field *f;
	struct rc_req *rq = t->rq;
	enum rc_err e;

	if ((f = rc_field_find(t->fields, t->nfields, name)) == NULL ||
	    is_empty(f, value))
		return RC_OK;
	if ((e = check_tag(t, f, name)) != RC_OK)
		return e;
	if (rc_json_type(value) != kinds[f->kind].type)
		return rc_fail(
		    rq, f->error, "%s must be %s", name, kinds[f->kind].what);
	if (f->flags & RC_FIELD_UNBUILT &&
	    (f->kind != RC_BOOL || rc_json_bool(value)))
		return rc_fail(rq, f->error,
		    "%s asks for something that this server does not support; "
		    "leave it out",
		    name);
	if (f->kind == RC_STRINGS || f->kind == RC_URIS)
		e = check_strings(rq, f, name, value);
	else
		e = check_other(rq, f, name, value);
	if (e == RC_OK)
		rc_json_set(t->out, name, value);
	return e;
}

enum rc_err
rc_field_take(struct rc_req *rq, const struct rc_field *fields, size_t nfields,
    const struct rc_json *body, struct rc_json *out)
{
	struct take t = { rq, fields, nfields, body, out, 0 };

	return rc_json_each(body, take_member, &t);
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
	if ((e = check_tag(t, f, name)) != RC_OK)
		return e;
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
	struct take t = { rq, fields, nfields, body, out, 0 };

	return rc_json_each(body, merge_member, &t);
}
