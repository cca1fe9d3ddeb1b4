#include "page.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "conf.h"
#include "crypt.h"
#include "html.h"
#include "json.h"
#include "language.h"

/*
 * A template is read into a row of nodes: text, and what stands between braces.
 * A section is a node that knows where its body ends.  The messages of every
 * language are sorted by key and have the same keys, so that a key is a place
 * that holds in all of them.
 */

#define FILE_MOST 1048576 /* bytes */
#define SECTIONS_MOST 16 /* deep */
#define NAME_MOST 63 /* bytes of a name between braces */

#define SCRIPT_START "<script>"
#define SCRIPT_END "</script>"

#define FIRST_STRONG_ISOLATE "\xe2\x81\xa8"
#define POP_ISOLATE "\xe2\x81\xa9"

static const char *const languages[] = { "en", "zh" };
#define LANGUAGES (sizeof(languages) / sizeof(languages[0]))

static const char *const wanted[] = { "login", "consent", "error", "form_post",
	"message" };

enum node_type {
	TEXT,
	MEMBER,
	MESSAGE,
	SECTION,
	PRESENT,
	INVERTED,
	INCLUDED
};

struct template;

struct node {
	enum node_type type;
	enum rc_html_place place;
	const char *text; /* TEXT, or the member's name */
	size_t len; /* of TEXT */
	size_t end; /* of a section: the first node behind its body */
	size_t message; /* place among the messages */
	const struct template *included;
};

struct template
{
	const char *name;
	const char *text;
	struct node *nodes;
	size_t count;
	bool complete; /* false while it is being read */
	struct template *next;
};

struct message {
	const char *key;
	const char *text;
	int line;
};

struct messages {
	struct message *items;
	size_t count;
};

struct rc_pages {
	struct rc_arena *mem;
	struct template *templates;
	struct messages messages[LANGUAGES];
	const char *style;
	size_t style_len;
	const char *style_etag;
	const char *script_hash;
};

/* One load. */
struct loader {
	struct rc_pages *pages;
	const char *folder;
	char *error;
	size_t size;
};

/* Say what is wrong in ${file}; line 0: in all of it. */
static bool fault(const struct loader *ld, const char *file, int line,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static bool
fault(const struct loader *ld, const char *file, int line, const char *fmt, ...)
{
	struct rc_arena *mem = ld->pages->mem;
	va_list ap;
	const char *what, *where = "";

	va_start(ap, fmt);
	what = rc_vprintf(mem, fmt, ap);
	va_end(ap);
	if (line > 0)
		where = rc_printf(mem, "%d: ", line);
	snprintf(ld->error, ld->size, "%s/%s:%s%s", ld->folder, file,
	    line > 0 ? where : " ", what);
	return false;
}

/* Which line of ${text} the place ${at} is in. */
static int
line_of(const char *text, const char *at)
{
	int line = 1;

	for (; text < at; text++)
		if (*text == '\n')
			line++;
	return line;
}

/* Hold it against UTF-8 (RFC 3629): a broken character could hide a quote. */
static bool
check_text(const struct loader *ld, const char *file, const char *text)
{
	const char *at = text;
	size_t n, left = strlen(text);

	for (; left > 0; at += n, left -= n)
		if ((n = rc_json_utf8(at, left)) == 0)
			return fault(
			    ld, file, line_of(text, at), "this is no UTF-8");
	return true;
}

/* Return the whole of ${f}, or NULL. */
static const char *
read_stream(const struct loader *ld, const char *file, FILE *f)
{
	char chunk[4096];
	struct rc_buf buf;
	size_t n;

	rc_buf_init(&buf, ld->pages->mem);
	while (
	    buf.len <= FILE_MOST && (n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		rc_buf_add(&buf, chunk, n);
	n = strlen(buf.data);
	if (ferror(f))
		fault(ld, file, 0, "cannot be read");
	else if (buf.len > FILE_MOST)
		fault(ld, file, 0, "is longer than a megabyte");
	else if (n != buf.len)
		fault(ld, file, line_of(buf.data, buf.data + n), "a NUL byte");
	else if (check_text(ld, file, buf.data))
		return buf.data;
	return NULL;
}

/* Return the text of a file, or NULL. */
static const char *
read_file(const struct loader *ld, const char *file)
{
	const char *text;
	FILE *f;

	f = fopen(rc_printf(ld->pages->mem, "%s/%s", ld->folder, file), "rbe");
	if (f == NULL) {
		fault(ld, file, 0, "%s", strerror(errno));
		return NULL;
	}
	text = read_stream(ld, file, f);
	fclose(f);
	return text;
}

/* How many bytes of ${s} are a name: letters, digits and ". _ -". */
static size_t
name_length(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) ||
	       (s[n] != '\0' && strchr("._-", s[n]) != NULL))
		n++;
	return n <= NAME_MOST ? n : 0;
}

/* Messages. */

static int
compare_messages(const void *a, const void *b)
{
	const struct message *x = a, *y = b;

	return strcmp(x->key, y->key);
}

static const struct message *
find_message(const struct messages *messages, const char *key)
{
	const struct message wish = { .key = key };

	return bsearch(&wish, messages->items, messages->count, sizeof(wish),
	    compare_messages);
}

/* Each brace of a message opens or closes the name of a member. */
static bool
braces_are_good(const char *text)
{
	size_t n;

	while (*(text += strcspn(text, "{}")) != '\0') {
		n = name_length(text + 1);
		if (*text != '{' || n == 0 || text[n + 1] != '}')
			return false;
		text += n + 2;
	}
	return true;
}

/* Cut white space from both ends of ${n} bytes. */
static char *
trim(struct rc_arena *mem, const char *s, size_t n)
{

	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	while (n > 0 && isspace((unsigned char)*s)) {
		s++;
		n--;
	}
	return rc_strndup(mem, s, n);
}

/* Take one line of a file of messages. */
static bool
read_message(const struct loader *ld, const char *file, int line,
    const char *text, struct messages *messages)
{
	struct rc_arena *mem = ld->pages->mem;
	struct message *message = &messages->items[messages->count];
	size_t n = strcspn(text, "=");

	if (text[0] == '\0' || text[0] == '#')
		return true;
	message->key = trim(mem, text, n);
	n += text[n] == '=';
	message->text = trim(mem, text + n, strlen(text + n));
	message->line = line;
	if (message->key[0] == '\0' ||
	    message->key[name_length(message->key)] != '\0' ||
	    message->text[0] == '\0')
		return fault(ld, file, line, "this is no line 'key = text'");
	if (!braces_are_good(message->text))
		return fault(
		    ld, file, line, "a brace that is no {member} of the data");
	messages->count++;
	return true;
}

/* Sort them, and look for two with the same key. */
static bool
sort_messages(
    const struct loader *ld, const char *file, struct messages *messages)
{
	const struct message *m = messages->items;
	size_t i;
	int line;

	if (messages->count == 0)
		return fault(ld, file, 0, "has no messages");
	qsort(messages->items, messages->count, sizeof(*m), compare_messages);
	for (i = 1; i < messages->count; i++) {
		if (strcmp(m[i - 1].key, m[i].key) != 0)
			continue;
		line = m[i].line > m[i - 1].line ? m[i].line : m[i - 1].line;
		return fault(
		    ld, file, line, "%s is there a second time", m[i].key);
	}
	return true;
}

static bool
load_messages(
    const struct loader *ld, const char *language, struct messages *messages)
{
	struct rc_arena *mem = ld->pages->mem;
	const char *file = rc_printf(mem, "messages.%s", language);
	const char *text = read_file(ld, file), *end;
	int line;

	if (text == NULL)
		return false;
	end = strchr(text, '\0');
	messages->items = rc_alloc(
	    mem, (size_t)line_of(text, end) * sizeof(messages->items[0]));
	for (line = 1;; line++) {
		end = text + strcspn(text, "\n");
		if (!read_message(ld, file, line,
			trim(mem, text, (size_t)(end - text)), messages))
			return false;
		if (*end == '\0')
			break;
		text = end + 1;
	}
	return sort_messages(ld, file, messages);
}

/* Say what ${language} lacks of the messages of ${other}. */
static bool
compare_languages(const struct loader *ld, size_t language, size_t other)
{
	const struct messages *messages = ld->pages->messages;
	const char *file =
	    rc_printf(ld->pages->mem, "messages.%s", languages[language]);
	const struct message *m;
	size_t i;

	for (i = 0; i < messages[other].count; i++) {
		m = &messages[other].items[i];
		if (find_message(&messages[language], m->key) == NULL)
			return fault(ld, file, 0,
			    "has no %s, which is in line %d of messages.%s",
			    m->key, m->line, languages[other]);
	}
	return true;
}

static bool
load_languages(const struct loader *ld)
{
	size_t i;

	for (i = 0; i < LANGUAGES; i++)
		if (!load_messages(ld, languages[i], &ld->pages->messages[i]))
			return false;
	for (i = 1; i < LANGUAGES; i++)
		if (!compare_languages(ld, i, 0) ||
		    !compare_languages(ld, 0, i))
			return false;
	return true;
}

/* Templates. */

struct open_section {
	size_t node;
	int line;
	struct rc_html html;
};

struct parser {
	struct loader *ld;
	struct template *template;
	const char *file;
	size_t room; /* for nodes */
	struct rc_html html;
	struct open_section open[SECTIONS_MOST];
	size_t depth;
};

static struct template *get_template(
    struct loader *ld, const char *name, const char *file, int line);

static struct node *
add_node(struct parser *p, enum node_type type)
{
	struct template *t = p->template;
	struct node *nodes;

	if (t->count == p->room) {
		p->room = p->room == 0 ? 64 : p->room * 2;
		nodes = rc_alloc(p->ld->pages->mem, p->room * sizeof(*nodes));
		if (t->count > 0)
			memcpy(nodes, t->nodes, t->count * sizeof(*nodes));
		t->nodes = nodes;
	}
	t->nodes[t->count].type = type;
	t->nodes[t->count].place = p->html.place;
	return &t->nodes[t->count++];
}

static void
add_text(struct parser *p, const char *from, const char *to)
{
	struct node *node;

	if (from == to)
		return;
	node = add_node(p, TEXT);
	node->text = from;
	node->len = (size_t)(to - from);
	for (; from < to; from++)
		rc_html_step(&p->html, p->template->text, from);
}

static bool
open_section(struct parser *p, enum node_type type, const char *name, int line)
{

	if (p->html.place == RC_HTML_SCRIPT || p->html.place == RC_HTML_COMMENT)
		return fault(p->ld, p->file, line, "{{#%s}}: %s", name,
		    rc_html_why_not(p->html.place));
	if (p->depth == SECTIONS_MOST)
		return fault(p->ld, p->file, line,
		    "{{#%s}}: there are too many sections in each other", name);
	p->open[p->depth].node = p->template->count;
	p->open[p->depth].line = line;
	p->open[p->depth].html = p->html;
	p->depth++;
	add_node(p, type)->text = name;
	return true;
}

static bool
close_section(struct parser *p, const char *name, int line)
{
	const struct open_section *open;
	struct node *node;

	if (p->depth == 0)
		return fault(p->ld, p->file, line,
		    "{{/%s}} closes what was not opened", name);
	open = &p->open[p->depth - 1];
	node = &p->template->nodes[open->node];
	if (strcmp(node->text, name) != 0)
		return fault(p->ld, p->file, line,
		    "{{/%s}} stands where {{/%s}} is missing, opened in line "
		    "%d",
		    name, node->text, open->line);
	if (!rc_html_same_place(&open->html, &p->html))
		return fault(p->ld, p->file, line,
		    "the section {{#%s}} of line %d cuts a tag in two", name,
		    open->line);
	node->end = p->template->count;
	p->depth--;
	return true;
}

/* A member or a message. */
static bool
add_value(struct parser *p, enum node_type type, const char *name, int line)
{
	const struct messages *messages = &p->ld->pages->messages[0];
	const struct message *message;
	const char *why = rc_html_why_not(p->html.place);
	struct node *node;

	if (why != NULL)
		return fault(p->ld, p->file, line, "{{%s%s}}: %s",
		    type == MESSAGE ? "_" : "", name, why);
	node = add_node(p, type);
	node->text = name;
	if (type != MESSAGE)
		return true;
	message = find_message(messages, name);
	if (message == NULL)
		return fault(p->ld, p->file, line,
		    "{{_%s}}: messages.%s has no such line", name,
		    languages[0]);
	node->message = (size_t)(message - messages->items);
	return true;
}

static bool
add_included(struct parser *p, const char *name, int line)
{
	const struct template *included;

	if (p->html.place != RC_HTML_TEXT)
		return fault(p->ld, p->file, line,
		    "{{>%s}}: it must stand outside of tags", name);
	included = get_template(p->ld, name, p->file, line);
	if (included == NULL)
		return false;
	add_node(p, INCLUDED)->included = included;
	return true;
}

/* Take what stands between two pairs of braces. */
static bool
add_braces(struct parser *p, char sign, const char *name, int line)
{

	switch (sign) {
	case '#':
		return open_section(p, SECTION, name, line);
	case '?':
		return open_section(p, PRESENT, name, line);
	case '^':
		return open_section(p, INVERTED, name, line);
	case '/':
		return close_section(p, name, line);
	case '>':
		return add_included(p, name, line);
	case '_':
		return add_value(p, MESSAGE, name, line);
	default:
		return add_value(p, MEMBER, name, line);
	}
}

static bool
parse(struct parser *p)
{
	const char *at = p->template->text, *braces, *name;
	size_t n;
	char sign;
	int line;

	while ((braces = strstr(at, "{{")) != NULL) {
		line = line_of(p->template->text, braces);
		add_text(p, at, braces);
		name = braces + 2;
		sign = '\0';
		if (*name != '\0' && strchr("#?^/>_", *name) != NULL)
			sign = *name++;
		n = name_length(name);
		if (n == 0 || strncmp(name + n, "}}", 2) != 0)
			return fault(p->ld, p->file, line,
			    "{{ without a name and }} behind it");
		at = name + n + 2;
		if (!add_braces(
			p, sign, rc_strndup(p->ld->pages->mem, name, n), line))
			return false;
	}
	add_text(p, at, strchr(at, '\0'));
	if (p->depth > 0)
		return fault(p->ld, p->file, p->open[p->depth - 1].line,
		    "the section {{#%s}} is not closed",
		    p->template->nodes[p->open[p->depth - 1].node].text);
	if (p->html.place != RC_HTML_TEXT)
		return fault(p->ld, p->file,
		    line_of(p->template->text, strchr(at, '\0')),
		    "the file ends within a tag, a comment or a script");
	return true;
}

static struct template *
find_template(const struct rc_pages *pages, const char *name)
{
	struct template *t;

	for (t = pages->templates; t != NULL; t = t->next)
		if (strcmp(t->name, name) == 0)
			break;
	return t;
}

/* Read a template, unless it has been; ${file} and ${line} ask for it. */
static struct template *
get_template(struct loader *ld, const char *name, const char *file, int line)
{
	struct rc_arena *mem = ld->pages->mem;
	struct template *t = find_template(ld->pages, name);
	struct parser p = { .ld = ld };

	if (t != NULL) {
		if (!t->complete)
			fault(ld, file, line, "{{>%s}} includes itself", name);
		return t->complete ? t : NULL;
	}
	t = rc_alloc(mem, sizeof(*t));
	t->name = name;
	t->next = ld->pages->templates;
	ld->pages->templates = t;

	p.template = t;
	p.file = rc_printf(mem, "%s.html", name);
	t->text = read_file(ld, p.file);
	if (t->text == NULL || !parse(&p))
		return NULL;
	t->complete = true;
	return t;
}

/* The one script, byte for byte, is what its hash lets a browser run. */
static bool
hash_script(const struct loader *ld)
{
	struct rc_arena *mem = ld->pages->mem;
	const char *text = find_template(ld->pages, "form_post")->text;
	const char *start = strstr(text, SCRIPT_START), *end;
	unsigned char hash[32];
	char base64[RC_CRYPT_TOKEN_SIZE], *c;

	if (start == NULL)
		return true;
	start += strlen(SCRIPT_START);
	end = strstr(start, SCRIPT_END);
	if (end == NULL)
		return fault(ld, "form_post.html", line_of(text, start),
		    "the script does not end in " SCRIPT_END);
	if (strstr(end, SCRIPT_START) != NULL)
		return fault(ld, "form_post.html",
		    line_of(text, strstr(end, SCRIPT_START)),
		    "there may be one script only");
	rc_crypt_sha256(start, (size_t)(end - start), hash);
	rc_crypt_base64url(base64, sizeof(base64), hash, sizeof(hash));
	for (c = base64; *c != '\0'; c++)
		*c = *c == '-' ? '+' : *c == '_' ? '/' : *c;
	ld->pages->script_hash = rc_printf(mem, "sha256-%s=", base64);
	return true;
}

static bool
load_style(const struct loader *ld)
{
	struct rc_pages *pages = ld->pages;
	unsigned char hash[RC_CRYPT_HASH_SIZE];
	char text[RC_CRYPT_TOKEN_SIZE];

	pages->style = read_file(ld, "style.css");
	if (pages->style == NULL)
		return false;
	pages->style_len = strlen(pages->style);
	rc_crypt_hash(pages->style, pages->style_len, hash);
	rc_crypt_base64url(text, sizeof(text), hash, sizeof(hash));
	pages->style_etag = rc_printf(pages->mem, "\"%.16s\"", text);
	return true;
}

static bool
load_all(struct loader *ld)
{
	size_t i;

	if (!load_languages(ld))
		return false;
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (get_template(ld, wanted[i], wanted[i], 0) == NULL)
			return false;
	return hash_script(ld) && load_style(ld);
}

struct rc_pages *
rc_pages_load(const struct rc_conf *conf, char *error, size_t size)
{
	struct rc_arena *mem = rc_arena_new();
	struct loader ld = {
		.folder = conf->pages, .error = error, .size = size
	};

	ld.pages = rc_alloc(mem, sizeof(*ld.pages));
	ld.pages->mem = mem;
	if (!load_all(&ld)) {
		rc_pages_free(ld.pages);
		return NULL;
	}
	return ld.pages;
}

void
rc_pages_free(struct rc_pages *pages)
{

	if (pages != NULL)
		rc_arena_free(pages->mem);
}

/* Writing. */

/* The data, and in front of it the elements of the sections around. */
struct scope {
	const struct scope *outer;
	const struct rc_json *value;
};

struct writer {
	struct rc_buf out;
	const char *language;
	const struct messages *messages;
};

/* Return the value of ${name}, or NULL. */
static const struct rc_json *
look_up(const struct scope *scope, const char *name)
{
	const struct rc_json *value = NULL;

	if (strcmp(name, ".") == 0)
		return scope->value;
	for (; scope != NULL && value == NULL; scope = scope->outer)
		value = rc_json_get(scope->value, name);
	return value;
}

/* Return the text of ${name}, "" where it has none. */
static const char *
text_of(struct writer *w, const struct scope *scope, const char *name)
{
	const struct rc_json *value;

	if (strcmp(name, "lang") == 0)
		return w->language;
	value = look_up(scope, name);
	switch (rc_json_type(value)) {
	case RC_JSON_STRING:
		return rc_json_string(value);
	case RC_JSON_BOOL:
	case RC_JSON_INT:
	case RC_JSON_NUMBER:
		return rc_json_write(w->out.mem, value);
	default:
		return "";
	}
}

/* What a character does to the direction of the text around it. */
enum turn {
	NOTHING,
	OVERRIDE, /* U+202A to U+202E: embeddings and overrides, and their end
	           */
	ISOLATE, /* U+2066 to U+2068 */
	POP /* U+2069, the end of an isolate */
};

static enum turn
turn_of(const char *s)
{
	const unsigned char *c = (const unsigned char *)s;

	if (c[0] != 0xe2)
		return NOTHING;
	if (c[1] == 0x80 && c[2] >= 0xaa && c[2] <= 0xae)
		return OVERRIDE;
	if (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa8)
		return ISOLATE;
	return c[1] == 0x81 && c[2] == 0xa9 ? POP : NOTHING;
}

/*
 * Return ${s} without what would turn the text behind it around: overrides go,
 * isolates are paired (Unicode UAX #9).
 */
static const char *
tame(struct rc_arena *mem, const char *s)
{
	struct rc_buf out;
	enum turn turn;
	size_t open = 0, n;

	if (strstr(s, "\xe2") == NULL)
		return s;
	rc_buf_init(&out, mem);
	for (; *s != '\0'; s += n) {
		turn = turn_of(s);
		n = turn == NOTHING ? 1 : 3;
		if (turn == OVERRIDE || (turn == POP && open == 0))
			continue;
		if (turn == ISOLATE)
			open++;
		else if (turn == POP)
			open--;
		rc_buf_add(&out, s, n);
	}
	for (; open > 0; open--)
		rc_buf_puts(&out, POP_ISOLATE);
	return out.data;
}

static void
put_member(struct writer *w, const struct node *node, const struct scope *scope)
{
	const char *text = text_of(w, scope, node->text);

	/* An attribute may be sent back: it stays as it is. */
	if (node->place != RC_HTML_QUOTES)
		text = tame(w->out.mem, text);
	rc_buf_html(&w->out, text, strlen(text));
}

/* How the text of a member is set apart from the message around it. */
struct isolation {
	const char *start, *end;
	bool escape;
};

static void
put_message(struct writer *w, const char *text, const struct scope *scope,
    const struct isolation *how)
{
	const char *name, *value;
	size_t n;

	for (;;) {
		n = strcspn(text, "{");
		if (how->escape)
			rc_buf_html(&w->out, text, n);
		else
			rc_buf_add(&w->out, text, n);
		text += n;
		if (*text == '\0')
			return;
		n = strcspn(text, "}");
		name = rc_strndup(w->out.mem, text + 1, n - 1);
		value = tame(w->out.mem, text_of(w, scope, name));
		rc_buf_puts(&w->out, how->start);
		if (how->escape)
			rc_buf_html(&w->out, value, strlen(value));
		else
			rc_buf_puts(&w->out, value);
		rc_buf_puts(&w->out, how->end);
		text += n + 1;
	}
}

/* How a message is set at a place of HTML. */
static const struct isolation *
isolation_at(enum rc_html_place place)
{
	static const struct isolation markup = { "<bdi>", "</bdi>", true };
	static const struct isolation plain = { FIRST_STRONG_ISOLATE,
		POP_ISOLATE, true };

	return place == RC_HTML_TEXT ? &markup : &plain;
}

/* Whether a section is there for it; an array decides by its elements. */
static bool
is_there(const struct rc_json *value)
{

	switch (rc_json_type(value)) {
	case RC_JSON_NULL:
		return false;
	case RC_JSON_BOOL:
		return rc_json_bool(value);
	case RC_JSON_STRING:
		return rc_json_string(value)[0] != '\0';
	case RC_JSON_ARRAY:
	case RC_JSON_OBJECT:
		return rc_json_count(value) > 0;
	default:
		return true;
	}
}

static void put_nodes(struct writer *w, const struct template *t, size_t from,
    size_t to, const struct scope *scope);

static void
put_section(struct writer *w, const struct template *t, size_t at,
    const struct scope *scope)
{
	const struct rc_json *value = look_up(scope, t->nodes[at].text);
	struct scope inner = { .outer = scope, .value = value };
	size_t i;

	if (rc_json_type(value) != RC_JSON_ARRAY) {
		put_nodes(w, t, at + 1, t->nodes[at].end, &inner);
		return;
	}
	for (i = 0; i < rc_json_count(value); i++) {
		inner.value = rc_json_at(value, i);
		put_nodes(w, t, at + 1, t->nodes[at].end, &inner);
	}
}

/* Write one node, and return the place of the next. */
static size_t
put_node(struct writer *w, const struct template *t, size_t at,
    const struct scope *scope)
{
	const struct node *node = &t->nodes[at];

	switch (node->type) {
	case TEXT:
		rc_buf_add(&w->out, node->text, node->len);
		break;
	case MEMBER:
		put_member(w, node, scope);
		break;
	case MESSAGE:
		put_message(w, w->messages->items[node->message].text, scope,
		    isolation_at(node->place));
		break;
	case SECTION:
		if (is_there(look_up(scope, node->text)))
			put_section(w, t, at, scope);
		return node->end;
	case PRESENT:
	case INVERTED:
		if (is_there(look_up(scope, node->text)) ==
		    (node->type == PRESENT))
			put_nodes(w, t, at + 1, node->end, scope);
		return node->end;
	case INCLUDED:
		put_nodes(w, node->included, 0, node->included->count, scope);
		break;
	}
	return at + 1;
}

static void
put_nodes(struct writer *w, const struct template *t, size_t from, size_t to,
    const struct scope *scope)
{

	while (from < to)
		from = put_node(w, t, from, scope);
}

/* Begin to write in ${language}, or in the first where there is no such. */
static void
start_writer(struct writer *w, struct rc_arena *mem,
    const struct rc_pages *pages, const char *language)
{
	size_t i;

	for (i = LANGUAGES - 1; i > 0; i--)
		if (strcmp(languages[i], language) == 0)
			break;
	rc_buf_init(&w->out, mem);
	w->language = languages[i];
	w->messages = &pages->messages[i];
}

const char *
rc_page_write(struct rc_arena *mem, const struct rc_pages *pages,
    const char *name, const char *language, const struct rc_json *data)
{
	const struct template *t = find_template(pages, name);
	const struct scope scope = { .value = data };
	struct writer w;

	start_writer(&w, mem, pages, language);
	if (t != NULL)
		put_nodes(&w, t, 0, t->count, &scope);
	return w.out.data;
}

const char *
rc_page_message(struct rc_arena *mem, const struct rc_pages *pages,
    const char *language, const char *key, const struct rc_json *data)
{
	static const struct isolation how = { FIRST_STRONG_ISOLATE, POP_ISOLATE,
		false };
	const struct scope scope = { .value = data };
	const struct message *message;
	struct writer w;

	start_writer(&w, mem, pages, language);
	message = find_message(w.messages, key);
	if (message == NULL)
		return NULL;
	put_message(&w, message->text, &scope, &how);
	return w.out.data;
}

const char *
rc_page_style(const struct rc_pages *pages, size_t *len, const char **etag)
{

	*len = pages->style_len;
	*etag = pages->style_etag;
	return pages->style;
}

const char *
rc_page_script_hash(const struct rc_pages *pages)
{

	return pages->script_hash;
}

const char *
rc_pages_language(
    const struct rc_pages *pages, const char *accept, const char *ui_locales)
{
	size_t found =
	    rc_language_choose(languages, LANGUAGES, ui_locales, accept);

	(void)pages;
	return languages[found < LANGUAGES ? found : 0];
}

/* The localized forms of a member. */
struct forms {
	const char *name;
	const char **tags;
	const char **texts;
	size_t count;
};

static enum rc_err
add_form(void *arg, const char *name, struct rc_json *value)
{
	struct forms *forms = arg;
	const char *text = rc_json_string(value);
	size_t n = strlen(forms->name);

	if (text == NULL || text[0] == '\0' ||
	    strncmp(name, forms->name, n) != 0 || name[n] != '#')
		return RC_OK;
	forms->tags[forms->count] = name + n + 1;
	forms->texts[forms->count++] = text;
	return RC_OK;
}

const char *
rc_page_localized(struct rc_arena *mem, const struct rc_json *metadata,
    const char *name, const char *accept)
{
	size_t found, members = rc_json_count(metadata);
	struct forms forms = { .name = name };
	const char *plain = rc_json_string(rc_json_get(metadata, name));

	forms.tags = rc_alloc(mem, (members + 1) * sizeof(*forms.tags));
	forms.texts = rc_alloc(mem, (members + 1) * sizeof(*forms.texts));
	rc_json_each(metadata, add_form, &forms);
	found = rc_language_choose(forms.tags, forms.count, NULL, accept);
	if (found < forms.count)
		return forms.texts[found];
	if (plain != NULL && plain[0] != '\0')
		return plain;
	return forms.count > 0 ? forms.texts[0] : NULL;
}
