#include "json.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "log.h"

/* Escapes of one letter, and what they stand for; '/' needs none. */
static const char escape_letters[] = "\"\\bfnrt/";
static const char escaped[] = "\"\\\b\f\n\r\t/";

/* What may come next. */
enum expect {
	VALUE,
	VALUE_OR_END, /* behind '[' */
	NAME, /* behind ',' in an object */
	NAME_OR_END, /* behind '{' */
	NEXT /* behind a value: ',' or an end */
};

/* What is made of the text. */
struct tree {
	struct rc_arena *mem;
	struct json_object *root;
	struct json_object *at[RC_JSON_DEPTH]; /* what each level is in */
	const char *name; /* of the member whose value comes next */
};

struct scan {
	const char *text;
	size_t len;
	size_t pos;
	const char *why;
	enum expect expect;
	unsigned depth;
	unsigned objects; /* bit n: level n is an object */
	struct tree *tree; /* NULL: only look */
};

_Static_assert(RC_JSON_DEPTH == 16, "a message and the bits below say 16");

/* Return the byte at the scan's place, -1 at the end. */
static int
peek(const struct scan *s)
{

	return s->pos < s->len ? (unsigned char)s->text[s->pos] : -1;
}

static bool
is_digit(int c)
{

	return c >= '0' && c <= '9';
}

/* Say what is wrong at the scan's place. */
static bool
wrong(struct scan *s, const char *why)
{

	s->why = s->pos < s->len ? why : "The text ends too early";
	return false;
}

static void
skip_space(struct scan *s)
{
	int c;

	while ((c = peek(s)) == ' ' || c == '\n' || c == '\r' || c == '\t')
		s->pos++;
}

/* Return the number of digits passed. */
static size_t
skip_digits(struct scan *s)
{
	size_t start = s->pos;

	while (is_digit(peek(s)))
		s->pos++;
	return s->pos - start;
}

/* Tell whether the integer of ${n} digits lies outside int64. */
static bool
is_big(const char *digits, size_t n, bool negative)
{
	static const char max[] = "9223372036854775807";
	static const char min[] = "9223372036854775808";
	const size_t most = sizeof(max) - 1;

	return n > most ||
	       (n == most && memcmp(digits, negative ? min : max, n) > 0);
}

/* Our opaque struct is json-c's. */
static struct json_object *
theirs(const struct rc_json *v)
{

	return (struct json_object *)v;
}

static struct rc_json *
ours(struct json_object *v)
{

	return (struct rc_json *)v;
}

static void
put(void *v)
{

	json_object_put(v);
}

static struct rc_json *
own(struct rc_arena *mem, struct json_object *v)
{

	rc_defer(mem, put, v);
	return ours(v);
}

/* json-c fails only where there is no memory; end as the arena does then. */
static void
need(bool done)
{

	if (!done) {
		rc_log(RC_LOG_ERROR, "memory", "out of memory in json-c");
		abort();
	}
}

/* Return the new value ${v}, which is not NULL. */
static struct json_object *
made(struct json_object *v)
{

	need(v != NULL);
	return v;
}

/* The last owner of the string ${v} lets go of it. */
static void
forget(struct json_object *v, void *unused)
{

	(void)unused;
	explicit_bzero((char *)(uintptr_t)json_object_get_string(v),
	    (size_t)json_object_get_string_len(v));
}

/* A string is overwritten when it is freed: some are secrets. */
static struct json_object *
new_string(const char *value)
{
	struct json_object *v = made(json_object_new_string(value));

	json_object_set_userdata(v, NULL, forget);
	return v;
}

/* Put a value into the tree, at the scan's place. */
static void
put_value(struct scan *s, struct json_object *v)
{
	struct tree *t = s->tree;

	if (s->depth == 0) {
		own(t->mem, v);
		t->root = v;
	} else if (s->objects & 1) {
		need(json_object_object_add(t->at[s->depth - 1], t->name, v) ==
		     0);
	} else {
		need(json_object_array_add(t->at[s->depth - 1], v) == 0);
	}
}

/* Put the number just passed, ${n} bytes; a ${small} one is within int64. */
static void
put_number(struct scan *s, size_t n, bool small)
{
	const char *text = rc_strndup(s->tree->mem, s->text + s->pos - n, n);

	/* A double keeps its text. */
	if (small)
		put_value(
		    s, made(json_object_new_int64(strtoll(text, NULL, 10))));
	else
		put_value(s,
		    made(json_object_new_double_s(strtod(text, NULL), text)));
}

/* RFC 8259 6. */
static bool
scan_number(struct scan *s)
{
	bool negative, whole = true;
	size_t begin = s->pos, start, n;

	negative = peek(s) == '-';
	if (negative)
		s->pos++;
	start = s->pos;
	if ((n = skip_digits(s)) == 0)
		return wrong(s, "A number has no digits");
	if (n > 1 && s->text[start] == '0') {
		s->pos = start;
		return wrong(s, "A number starts with a superfluous zero");
	}

	if (peek(s) == '.') {
		whole = false;
		s->pos++;
		if (skip_digits(s) == 0)
			return wrong(s, "A number has no digits after its dot");
	}
	if (peek(s) == 'e' || peek(s) == 'E') {
		whole = false;
		s->pos++;
		if (peek(s) == '+' || peek(s) == '-')
			s->pos++;
		if (skip_digits(s) == 0)
			return wrong(s, "A number has no exponent after its e");
	}

	if (s->tree != NULL)
		put_number(s, s->pos - begin,
		    whole && !is_big(s->text + start, n, negative));
	return true;
}

/* Read the four hexadecimal digits of a \u escape. */
static bool
scan_hex4(struct scan *s, unsigned *unit)
{
	int c, i;

	*unit = 0;
	for (i = 0; i < 4; i++) {
		c = peek(s);
		if (is_digit(c))
			c -= '0';
		else if (c >= 'a' && c <= 'f')
			c -= 'a' - 10;
		else if (c >= 'A' && c <= 'F')
			c -= 'A' - 10;
		else
			return wrong(
			    s, "A u escape needs four hexadecimal digits");
		*unit = *unit << 4 | (unsigned)c;
		s->pos++;
	}
	return true;
}

/* Behind "\u": a character of the basic plane, or a pair of surrogates. */
static bool
scan_unicode(struct scan *s)
{
	size_t start = s->pos - 2;
	unsigned unit;

	if (!scan_hex4(s, &unit))
		return false;
	if (unit == 0) {
		s->pos = start;
		return wrong(s, "A string holds the NUL character");
	}
	if (unit < 0xd800 || unit > 0xdfff)
		return true;

	if (unit < 0xdc00 && peek(s) == '\\') {
		s->pos++;
		if (peek(s) == 'u') {
			s->pos++;
			if (!scan_hex4(s, &unit))
				return false;
			if (unit >= 0xdc00 && unit <= 0xdfff)
				return true;
		}
	}
	if (s->pos < s->len)
		s->pos = start;
	return wrong(s, "A string holds half of a surrogate pair");
}

/* Behind a backslash. */
static bool
scan_escape(struct scan *s)
{
	int c;

	c = peek(s);
	if (c <= 0 || strchr("\"\\/bfnrtu", c) == NULL)
		return wrong(s, "A string holds an unknown escape");
	s->pos++;
	return c == 'u' ? scan_unicode(s) : true;
}

size_t
rc_json_utf8(const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;
	unsigned char low = 0x80, high = 0xbf;
	size_t i, n;

	if (len == 0 || (p[0] >= 0x80 && p[0] < 0xc2) || p[0] > 0xf4)
		return 0;
	n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (len < n)
		return 0;

	/* RFC 3629 4: no overlong form, no surrogate, none past U+10FFFF. */
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	for (i = 1; i < n; i++) {
		if (p[i] < low || p[i] > high)
			return 0;
		low = 0x80;
		high = 0xbf;
	}
	return n;
}

bool
rc_json_is_utf8(const char *text)
{
	size_t n, left = strlen(text);

	for (; left > 0; text += n, left -= n) {
		n = (unsigned char)*text < 0x80 ? 1 : rc_json_utf8(text, left);
		if (n == 0)
			return false;
	}
	return true;
}

/* Pass the ASCII characters that stand for themselves in a string. */
static void
skip_plain(struct scan *s)
{
	size_t pos = s->pos;
	unsigned char c;

	while (pos < s->len && (c = (unsigned char)s->text[pos]) >= ' ' &&
	       c < 0x80 && c != '"' && c != '\\')
		pos++;
	s->pos = pos;
}

/* At the opening quote of a string or a name (RFC 8259 7). */
static bool
scan_string(struct scan *s)
{
	size_t n;
	int c;

	s->pos++;
	for (;;) {
		skip_plain(s);
		if ((c = peek(s)) == '"')
			break;
		if (c < 0x20)
			return wrong(s, "A string holds a control character");
		if (c == '\\') {
			s->pos++;
			if (!scan_escape(s))
				return false;
			continue;
		}
		n = rc_json_utf8(s->text + s->pos, s->len - s->pos);
		if (n == 0)
			return wrong(s, "A string holds a byte that is "
					"not UTF-8");
		s->pos += n;
	}
	s->pos++;
	return true;
}

/* Write a character as UTF-8 and return where the next one goes. */
static char *
add_utf8(char *to, unsigned c)
{

	if (c < 0x80) {
		*to++ = (char)c;
		return to;
	}
	if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
	} else if (c < 0x10000) {
		*to++ = (char)(0xe0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
	} else {
		*to++ = (char)(0xf0 | c >> 18);
		*to++ = (char)(0x80 | (c >> 12 & 0x3f));
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
	}
	*to++ = (char)(0x80 | (c & 0x3f));
	return to;
}

/* Behind the "\u" of a good escape: write what it, or a pair, stands for. */
static char *
add_unicode(char *to, struct scan *s)
{
	unsigned unit, low;

	(void)scan_hex4(s, &unit);
	if (unit >= 0xd800 && unit <= 0xdbff) {
		s->pos += 2;
		(void)scan_hex4(s, &low);
		unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
	}
	return add_utf8(to, unit);
}

/* Return the good string that was passed, from its quote at ${start} on. */
static const char *
take_string(const struct scan *s, size_t start)
{
	struct scan in = {
		.text = s->text, .pos = start + 1, .len = s->pos - 1
	};
	char *text = rc_alloc(s->tree->mem, in.len - in.pos + 1), *to = text;
	size_t plain;

	for (;;) {
		plain = in.pos;
		while (in.pos < in.len && in.text[in.pos] != '\\')
			in.pos++;
		memcpy(to, in.text + plain, in.pos - plain);
		to += in.pos - plain;
		if (in.pos == in.len)
			return text;
		in.pos += 2;
		if (in.text[in.pos - 1] == 'u')
			to = add_unicode(to, &in);
		else
			*to++ = escaped[strchr(escape_letters,
					    in.text[in.pos - 1]) -
					escape_letters];
	}
}

static bool
scan_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if (s->len - s->pos < n || memcmp(s->text + s->pos, word, n) != 0)
		return wrong(s, "This is no JSON value");
	s->pos += n;
	if (s->tree != NULL)
		put_value(s, *word == 'n'
				 ? NULL
				 : made(json_object_new_boolean(*word == 't')));
	return true;
}

static void
put_open(struct scan *s, bool object)
{
	struct json_object *v =
	    made(object ? json_object_new_object() : json_object_new_array());

	put_value(s, v);
	s->tree->at[s->depth] = v;
}

/* Go one level down. */
static bool
scan_open(struct scan *s, bool object)
{

	if (s->depth == RC_JSON_DEPTH)
		return wrong(s, "Arrays and objects lie more than 16 deep");
	if (s->tree != NULL)
		put_open(s, object);
	s->pos++;
	s->depth++;
	s->objects = s->objects << 1 | (object ? 1U : 0U);
	s->expect = object ? NAME_OR_END : VALUE_OR_END;
	return true;
}

/* At the ']' or '}' that ends the current level. */
static void
scan_close(struct scan *s)
{

	s->pos++;
	s->depth--;
	s->objects >>= 1;
	s->expect = NEXT;
}

static bool
scan_value(struct scan *s)
{
	size_t start = s->pos;
	int c;

	s->expect = NEXT;
	switch (c = peek(s)) {
	case '{':
	case '[':
		return scan_open(s, c == '{');
	case '"':
		if (!scan_string(s))
			return false;
		if (s->tree != NULL)
			put_value(s, new_string(take_string(s, start)));
		return true;
	case 't':
		return scan_word(s, "true");
	case 'f':
		return scan_word(s, "false");
	case 'n':
		return scan_word(s, "null");
	default:
		if (c == '-' || is_digit(c))
			return scan_number(s);
		return wrong(s, "This is no JSON value");
	}
}

/* A member's name and its colon. */
static bool
scan_name(struct scan *s)
{
	size_t start = s->pos;

	if (peek(s) != '"')
		return wrong(s, "The name of a member is missing");
	if (!scan_string(s))
		return false;
	if (s->tree != NULL)
		s->tree->name = take_string(s, start);
	skip_space(s);
	if (peek(s) != ':')
		return wrong(s, "The colon behind a name is missing");
	s->pos++;
	s->expect = VALUE;
	return true;
}

/* Behind a value that lies in an array or an object. */
static bool
scan_next(struct scan *s)
{
	bool object = s->objects & 1;
	int c = peek(s);

	if (c == (object ? '}' : ']')) {
		scan_close(s);
		return true;
	}
	if (c != ',')
		return wrong(s, object ? "A comma or } is missing"
				       : "A comma or ] is missing");
	s->pos++;
	s->expect = object ? NAME : VALUE;
	return true;
}

/* Take what comes next. */
static bool
scan_step(struct scan *s)
{

	switch (s->expect) {
	case NEXT:
		return scan_next(s);
	case NAME_OR_END:
		if (peek(s) != '}')
			return scan_name(s);
		scan_close(s);
		return true;
	case VALUE_OR_END:
		if (peek(s) != ']')
			return scan_value(s);
		scan_close(s);
		return true;
	case NAME:
		return scan_name(s);
	default:
		return scan_value(s);
	}
}

static bool
scan_text(struct scan *s)
{

	s->expect = VALUE;
	if (s->len > INT_MAX / 2)
		return wrong(s, "The text is longer than a gigabyte");
	if (s->len >= 3 && memcmp(s->text, "\xef\xbb\xbf", 3) == 0)
		return wrong(s, "The text starts with a byte order mark");
	do {
		skip_space(s);
		if (!scan_step(s))
			return false;
	} while (s->depth > 0 || s->expect != NEXT);

	skip_space(s);
	if (s->pos < s->len)
		return wrong(s, "Something follows behind the JSON value");
	return true;
}

static enum rc_err
scan_all(struct scan *s, const char **why, size_t *at)
{

	if (scan_text(s))
		return RC_OK;
	*why = s->why;
	*at = s->pos;
	return RC_ERR_INVALID_REQUEST;
}

enum rc_err
rc_json_check(const char *text, size_t len, const char **why, size_t *at)
{
	struct scan s = { .text = text, .len = len };

	return scan_all(&s, why, at);
}

enum rc_err
rc_json_parse(struct rc_arena *mem, const char *text, size_t len,
    struct rc_json **root, const char **why, size_t *at)
{
	struct tree tree = { .mem = mem };
	struct scan s = { .text = text, .len = len, .tree = &tree };
	enum rc_err e;

	if ((e = scan_all(&s, why, at)) == RC_OK)
		*root = ours(tree.root);
	return e;
}

enum rc_json_type
rc_json_type(const struct rc_json *v)
{

	switch (json_object_get_type(theirs(v))) {
	case json_type_boolean:
		return RC_JSON_BOOL;
	case json_type_int:
		return RC_JSON_INT;
	case json_type_double:
		return RC_JSON_NUMBER;
	case json_type_string:
		return RC_JSON_STRING;
	case json_type_array:
		return RC_JSON_ARRAY;
	case json_type_object:
		return RC_JSON_OBJECT;
	default:
		return RC_JSON_NULL;
	}
}

struct rc_json *
rc_json_get(const struct rc_json *object, const char *name)
{
	struct json_object *v;

	/* json-c answers false and NULL for what is no object. */
	if (!json_object_object_get_ex(theirs(object), name, &v))
		return NULL;
	return ours(v);
}

bool
rc_json_has(const struct rc_json *object, const char *name)
{

	return json_object_object_get_ex(theirs(object), name, NULL);
}

const char *
rc_json_string(const struct rc_json *v)
{

	if (rc_json_type(v) != RC_JSON_STRING)
		return NULL;
	return json_object_get_string(theirs(v));
}

const char *
rc_json_text(const struct rc_json *object, const char *name)
{

	return rc_json_string(rc_json_get(object, name));
}

bool
rc_json_bool(const struct rc_json *v)
{

	return rc_json_type(v) == RC_JSON_BOOL &&
	       json_object_get_boolean(theirs(v));
}

int64_t
rc_json_int(const struct rc_json *v)
{

	if (rc_json_type(v) != RC_JSON_INT)
		return 0;
	return json_object_get_int64(theirs(v));
}

size_t
rc_json_count(const struct rc_json *v)
{

	switch (rc_json_type(v)) {
	case RC_JSON_ARRAY:
		return json_object_array_length(theirs(v));
	case RC_JSON_OBJECT:
		return (size_t)json_object_object_length(theirs(v));
	default:
		return 0;
	}
}

struct rc_json *
rc_json_at(const struct rc_json *array, size_t i)
{

	if (rc_json_type(array) != RC_JSON_ARRAY)
		return NULL;
	return ours(json_object_array_get_idx(theirs(array), i));
}

bool
rc_json_holds(const struct rc_json *array, const char *s)
{
	const char *one;
	size_t i;

	if (rc_json_type(array) != RC_JSON_ARRAY)
		return false;
	for (i = 0; i < rc_json_count(array); i++) {
		one = rc_json_string(rc_json_at(array, i));
		if (one != NULL && strcmp(one, s) == 0)
			return true;
	}
	return false;
}

enum rc_err
rc_json_each(const struct rc_json *object,
    enum rc_err (*fn)(void *arg, const char *name, struct rc_json *value),
    void *arg)
{
	struct json_object_iterator i, end;
	enum rc_err e = RC_OK;

	if (rc_json_type(object) != RC_JSON_OBJECT)
		return RC_OK;
	i = json_object_iter_begin(theirs(object));
	end = json_object_iter_end(theirs(object));
	while (e == RC_OK && !json_object_iter_equal(&i, &end)) {
		e = fn(arg, json_object_iter_peek_name(&i),
		    ours(json_object_iter_peek_value(&i)));
		json_object_iter_next(&i);
	}
	return e;
}

struct rc_json *
rc_json_new_object(struct rc_arena *mem)
{

	return own(mem, made(json_object_new_object()));
}

struct rc_json *
rc_json_new_array(struct rc_arena *mem)
{

	return own(mem, made(json_object_new_array()));
}

/* Add ${v}, which the object owns from here on. */
static void
give(struct rc_json *object, const char *name, struct json_object *v)
{

	need(json_object_object_add(theirs(object), name, v) == 0);
}

void
rc_json_set(struct rc_json *object, const char *name, struct rc_json *value)
{

	give(object, name, json_object_get(theirs(value)));
}

void
rc_json_set_string(struct rc_json *object, const char *name, const char *value)
{

	give(object, name, new_string(value));
}

void
rc_json_set_int(struct rc_json *object, const char *name, int64_t value)
{

	give(object, name, made(json_object_new_int64(value)));
}

void
rc_json_set_bool(struct rc_json *object, const char *name, bool value)
{

	give(object, name, made(json_object_new_boolean(value)));
}

void
rc_json_append(struct rc_json *array, struct rc_json *value)
{

	need(json_object_array_add(
		 theirs(array), json_object_get(theirs(value))) == 0);
}

void
rc_json_append_string(struct rc_json *array, const char *value)
{

	need(json_object_array_add(theirs(array), new_string(value)) == 0);
}

void
rc_json_remove(struct rc_json *object, const char *name)
{

	json_object_object_del(theirs(object), name);
}

bool
rc_json_equal(const struct rc_json *a, const struct rc_json *b)
{

	return json_object_equal(theirs(a), theirs(b)) != 0;
}

static void write_value(struct rc_buf *out, struct json_object *v);

static void
write_array(struct rc_buf *out, struct json_object *v)
{
	size_t i, n = json_object_array_length(v);

	rc_buf_putc(out, '[');
	for (i = 0; i < n; i++) {
		if (i > 0)
			rc_buf_putc(out, ',');
		write_value(out, json_object_array_get_idx(v, i));
	}
	rc_buf_putc(out, ']');
}

static void
write_object(struct rc_buf *out, struct json_object *v)
{
	bool first = true;

	rc_buf_putc(out, '{');
	json_object_object_foreach(v, name, member)
	{
		if (!first)
			rc_buf_putc(out, ',');
		first = false;
		rc_json_quote(out, name);
		rc_buf_putc(out, ':');
		write_value(out, member);
	}
	rc_buf_putc(out, '}');
}

/* json-c would keep what it writes: it writes nothing that may be secret. */
static void
write_value(struct rc_buf *out, struct json_object *v)
{
	const char *text;

	switch (json_object_get_type(v)) {
	case json_type_string:
		rc_json_quote(out, json_object_get_string(v));
		break;
	case json_type_array:
		write_array(out, v);
		break;
	case json_type_object:
		write_object(out, v);
		break;
	default:
		text = json_object_to_json_string(v);
		need(text != NULL);
		rc_buf_puts(out, text);
	}
}

const char *
rc_json_write(struct rc_arena *mem, const struct rc_json *v)
{
	struct rc_buf out;

	rc_buf_init(&out, mem);
	write_value(&out, theirs(v));
	return out.data;
}

/* Append a character that a string cannot hold as it is. */
static void
put_escape(struct rc_buf *out, char c)
{
	const char *at = strchr(escaped, c);

	if (at == NULL) {
		rc_buf_printf(out, "\\u%04x", (unsigned)c);
		return;
	}
	rc_buf_putc(out, '\\');
	rc_buf_putc(out, escape_letters[at - escaped]);
}

/* Return how many of the first bytes of ${s} stand for themselves. */
static size_t
count_plain(const char *s)
{
	size_t n = 0;

	while ((unsigned char)s[n] >= ' ' && s[n] != '"' && s[n] != '\\')
		n++;
	return n;
}

void
rc_json_quote(struct rc_buf *out, const char *s)
{
	size_t n;

	rc_buf_putc(out, '"');
	for (;;) {
		n = count_plain(s);
		rc_buf_add(out, s, n);
		if (s[n] == '\0')
			break;
		put_escape(out, s[n]);
		s += n + 1;
	}
	rc_buf_putc(out, '"');
}

static void
put_name(struct rc_buf *out, const char *name)
{

	rc_buf_puts(out, out->len == 0 ? "{\"" : ",\"");
	rc_buf_puts(out, name);
	rc_buf_puts(out, "\":");
}

void
rc_json_put_string(struct rc_buf *out, const char *name, const char *value)
{

	if (value == NULL)
		return;
	put_name(out, name);
	rc_json_quote(out, value);
}

void
rc_json_put_int(struct rc_buf *out, const char *name, int64_t value)
{

	put_name(out, name);
	rc_buf_puts(out, rc_number(out->mem, value));
}
