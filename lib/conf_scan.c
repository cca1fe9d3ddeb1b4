#include <stdbool.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "spelling.h"
#include "value.h"
#include "conf_parts.h"

/*
 * The text of the file: what stands where, and in which line.  What libconfuse
 * would let pass is refused: a repeated key, an unclosed section, ${X}, '#'
 * inside a value, functions.
 */

enum token_type {
	END = 256,
	WORD,
	QUOTED
	/* any other is the character itself */
};

struct token {
	int type;
	const char *text;
	int line;
};

/* A scan of the file's text. */
struct scan {
	struct rc_conf_loader *ld;
	const char *at; /* what is read next */
	const char *end;
	int line;
	struct token token;

	struct rc_buf text; /* what libconfuse reads */
	struct rc_conf_given *given;
	size_t entries_cap;
	size_t sections_cap;
};

static bool
skip_block_comment(struct scan *sc)
{
	int line = sc->line;

	for (sc->at += 2; sc->at < sc->end; sc->at++) {
		if (sc->at[0] == '*' && sc->at[1] == '/') {
			sc->at += 2;
			return true;
		}
		if (*sc->at == '\n')
			sc->line++;
	}
	return rc_conf_fault(
	    sc->ld, line, "the comment is not closed: \"*/\" is missing");
}

/* Go to where the next token begins. */
static bool
skip_blank(struct scan *sc)
{

	while (sc->at < sc->end) {
		if (*sc->at == '\n') {
			sc->line++;
			sc->at++;
		} else if (strchr(" \t\r", *sc->at) != NULL && *sc->at != '\0')
			sc->at++;
		else if (*sc->at == '#' ||
			 (sc->at[0] == '/' && sc->at[1] == '/'))
			sc->at += strcspn(sc->at, "\n");
		else if (sc->at[0] == '/' && sc->at[1] == '*') {
			if (!skip_block_comment(sc))
				return false;
		} else
			break;
	}
	return true;
}

static bool
take_word(struct scan *sc)
{
	const char *start = sc->at;

	while (rc_value_is_word(*sc->at))
		sc->at++;
	if (*sc->at == '#' || *sc->at == '/')
		return rc_conf_fault(sc->ld, sc->line,
		    "\"%c\" touches \"%.*s\": put the value in double quotes, "
		    "or a space before the comment",
		    *sc->at, (int)(sc->at - start), start);
	sc->token.type = WORD;
	sc->token.text =
	    rc_strndup(sc->ld->tmp, start, (size_t)(sc->at - start));
	return true;
}

/* Add the next character of a quoted string to ${b}. */
static bool
take_character(struct scan *sc, struct rc_buf *b)
{
	size_t n;

	if (*sc->at == '\\') {
		sc->at++;
		if (*sc->at == '\0' || strchr("\"\\$", *sc->at) == NULL)
			return rc_conf_fault(sc->ld, sc->line,
			    "unknown escape in a string: only \\\", \\\\ and "
			    "\\$ are known");
	} else if (sc->at[0] == '$' && sc->at[1] == '{')
		return rc_conf_fault(sc->ld, sc->line,
		    "\"${\" in a string: variables are not expanded here; "
		    "write \"\\${\" if it is meant so");
	if ((unsigned char)*sc->at < 0x20 || *sc->at == 0x7f)
		return rc_conf_fault(
		    sc->ld, sc->line, "a control character in a string");
	if ((n = rc_json_utf8(sc->at, (size_t)(sc->end - sc->at))) == 0)
		return rc_conf_fault(
		    sc->ld, sc->line, "a string that is not UTF-8");
	rc_buf_add(b, sc->at, n);
	sc->at += n;
	return true;
}

static bool
take_quoted(struct scan *sc)
{
	struct rc_buf b;

	rc_buf_init(&b, sc->ld->tmp);
	for (sc->at++; *sc->at != '"';) {
		if (*sc->at == '\n' || sc->at == sc->end)
			return rc_conf_fault(sc->ld, sc->line,
			    "the string is not closed on its line");
		if (!take_character(sc, &b))
			return false;
	}
	sc->at++;
	sc->token.type = QUOTED;
	sc->token.text = b.data;
	return true;
}

static bool
stray(struct scan *sc)
{
	unsigned char c = (unsigned char)*sc->at;

	if (sc->at[0] == '+' && sc->at[1] == '=')
		return rc_conf_fault(sc->ld, sc->line,
		    "\"+=\" is not known: a key is given once, with \"=\"");
	if (c == '\'')
		return rc_conf_fault(sc->ld, sc->line,
		    "single quotes: put the value in double quotes");
	if (c <= 0x20 || c >= 0x7f)
		return rc_conf_fault(
		    sc->ld, sc->line, "unexpected byte 0x%02x", c);
	return rc_conf_fault(sc->ld, sc->line,
	    "unexpected \"%c\": put a value of other than letters, digits, "
	    "\"_\", \".\" and \"-\" in double quotes",
	    c);
}

/* Read the next token into ${ld}->token. */
static bool
next(struct scan *sc)
{

	if (!skip_blank(sc))
		return false;
	sc->token.line = sc->line;
	if (sc->at == sc->end) {
		sc->token.type = END;
		sc->token.text = "the end of the file";
		return true;
	}
	if (rc_value_is_word(*sc->at))
		return take_word(sc);
	if (*sc->at == '"')
		return take_quoted(sc);
	if (*sc->at == '\0' || strchr("={}(),;", *sc->at) == NULL)
		return stray(sc);
	sc->token.type = (unsigned char)*sc->at;
	sc->token.text = rc_strndup(sc->ld->tmp, sc->at, 1);
	sc->at++;
	return true;
}

/* Return the kind of section that ${name} begins; TOP: none. */
static enum rc_conf_level
find_level(const char *name)
{
	enum rc_conf_level level;

	for (level = RC_CONF_TOP + 1; level < RC_CONF_LEVEL__MAX; level++) {
		if (strcmp(rc_conf_levels[level].name, name) == 0)
			return level;
	}
	return RC_CONF_TOP;
}

/* Return the known key that ${name} was probably meant to be, or NULL. */
static const char *
nearest(const char *name, enum rc_conf_level level)
{
	const struct rc_conf_row *rows = rc_conf_levels[level].rows;
	const char *found = NULL;
	size_t i, d, best;

	if (strlen(name) > RC_SPELLING_MOST)
		return NULL;
	best = strlen(name) / 3 + 1;
	for (i = 0; i < rc_conf_levels[level].nrows; i++) {
		d = rc_spelling_edits(rows[i].name, name, false);
		if (d < best) {
			best = d;
			found = rows[i].name;
		}
	}
	return found;
}

/* Say that the key ${name} stands in a section where it is not known. */
static bool
unknown_key(struct scan *sc, const char *name, int line, size_t section)
{
	const struct rc_conf_section *s = &sc->given->sections[section];
	const char *near = nearest(name, s->level);
	enum rc_conf_level home = RC_CONF_TOP;

	while (
	    home < RC_CONF_LEVEL__MAX && rc_conf_find_row(name, home) == NULL)
		home++;
	if (home == RC_CONF_TOP)
		return rc_conf_fault(sc->ld, line,
		    "unknown key \"%s\" in a section: it belongs at the top "
		    "level; is the section of line %d closed?",
		    name, s->line);
	if (home < RC_CONF_LEVEL__MAX)
		return rc_conf_fault(sc->ld, line,
		    "unknown key \"%s\" %s%s: it belongs in a section %s", name,
		    s->level == RC_CONF_TOP ? "at the top level"
					    : "in a section ",
		    s->level == RC_CONF_TOP ? ""
					    : rc_conf_levels[s->level].name,
		    rc_conf_levels[home].example);
	if (near != NULL)
		return rc_conf_fault(sc->ld, line,
		    "unknown key \"%.100s\": is \"%s\" meant?", name, near);
	return rc_conf_fault(sc->ld, line, "unknown key \"%.100s\"", name);
}

static void
add_entry(
    struct scan *sc, const struct rc_conf_row *row, size_t section, int line)
{
	struct rc_conf_given *given = sc->given;
	struct rc_conf_entry *more;

	if (given->nentries == sc->entries_cap) {
		sc->entries_cap = sc->entries_cap * 2 + 32;
		more = rc_alloc(sc->ld->tmp, sc->entries_cap * sizeof(*more));
		if (given->nentries > 0)
			memcpy(more, given->entries,
			    given->nentries * sizeof(*more));
		given->entries = more;
	}
	given->entries[given->nentries++] =
	    (struct rc_conf_entry){ row, section, line };
}

static void
add_section(
    struct scan *sc, enum rc_conf_level level, const char *title, int line)
{
	struct rc_conf_given *given = sc->given;
	struct rc_conf_section *more;

	if (given->nsections == sc->sections_cap) {
		sc->sections_cap = sc->sections_cap * 2 + 8;
		more = rc_alloc(sc->ld->tmp, sc->sections_cap * sizeof(*more));
		if (given->nsections > 0)
			memcpy(more, given->sections,
			    given->nsections * sizeof(*more));
		given->sections = more;
	}
	given->sections[given->nsections++] =
	    (struct rc_conf_section){ .level = level,
		    .title = title,
		    .line = line,
		    .place = given->counts[level]++ };
}

/* The token is the list's "{"; leave at its "}". */
static bool
scan_list(struct scan *sc, const struct rc_conf_row *row, int line)
{

	rc_buf_putc(&sc->text, '{');
	if (!next(sc))
		return false;
	while (sc->token.type != '}') {
		if (sc->token.type != WORD && sc->token.type != QUOTED)
			return rc_conf_fault(sc->ld, sc->token.line,
			    "%s: a value must stand here, not %s: the list "
			    "begins on line %d",
			    row->name, sc->token.text, line);
		rc_conf_quote(&sc->text, sc->token.text);
		if (!next(sc))
			return false;
		if (sc->token.type == '}')
			break;
		if (sc->token.type != ',')
			return rc_conf_fault(sc->ld, sc->token.line,
			    "%s: \",\" or \"}\" is missing before %.100s: the "
			    "list begins on line %d",
			    row->name, sc->token.text, line);
		rc_buf_putc(&sc->text, ',');
		if (!next(sc))
			return false;
	}
	rc_buf_putc(&sc->text, '}');
	return true;
}

/* The token is the value's first; leave at its last. */
static bool
scan_value(struct scan *sc, const struct rc_conf_row *row, int line)
{
	int type = sc->token.type;

	if (sc->token.line != line || type == END || type == ';' || type == '}')
		return rc_conf_fault(
		    sc->ld, line, "%s has no value on its line", row->name);
	if (type != WORD && type != QUOTED && type != '{')
		return rc_conf_fault(sc->ld, line, "%s: unexpected \"%s\"",
		    row->name, sc->token.text);
	if (type == '{' && row->kind != RC_CONF_LIST)
		return rc_conf_fault(
		    sc->ld, line, "%s takes one value, not a list", row->name);
	if (type == '{')
		return scan_list(sc, row, line);
	if (row->kind == RC_CONF_LIST)
		return rc_conf_fault(sc->ld, line,
		    "%s takes a list, such as {\"%.100s\"}", row->name,
		    sc->token.text);
	rc_conf_quote(&sc->text, sc->token.text);
	return true;
}

/* Say that a section begins otherwise, or that a key was meant. */
static bool
not_a_key(struct scan *sc, enum rc_conf_level begun, int line,
    enum rc_conf_level level)
{
	const char *near = nearest(rc_conf_levels[begun].name, level);

	if (near != NULL)
		return rc_conf_fault(sc->ld, line,
		    "%s is a section: %s; or is \"%s\" meant?",
		    rc_conf_levels[begun].name, rc_conf_levels[begun].example,
		    near);
	return rc_conf_fault(sc->ld, line, "%s is a section: %s",
	    rc_conf_levels[begun].name, rc_conf_levels[begun].example);
}

/* The token is the "=" behind ${name}; leave behind the value. */
static bool
scan_assignment(struct scan *sc, const char *name, int line, size_t section)
{
	enum rc_conf_level level = sc->given->sections[section].level;
	const struct rc_conf_row *row = rc_conf_find_row(name, level);
	const struct rc_conf_entry *before =
	    rc_conf_find_entry(sc->given, name, section);
	int end;

	if (row == NULL && find_level(name) != RC_CONF_TOP)
		return not_a_key(sc, find_level(name), line, level);
	if (row == NULL)
		return unknown_key(sc, name, line, section);
	if (before != NULL)
		return rc_conf_fault(sc->ld, line,
		    "%s is given again, first on line %d", name, before->line);
	add_entry(sc, row, section, line);
	rc_buf_printf(&sc->text, "%s = ", name);
	if (!next(sc) || !scan_value(sc, row, line))
		return false;
	rc_buf_putc(&sc->text, '\n');
	end = sc->token.line;
	if (!next(sc))
		return false;
	if (sc->token.line == end && sc->token.type != ';' &&
	    sc->token.type != '}' && sc->token.type != END)
		return rc_conf_fault(sc->ld, end,
		    "%s: \"%.100s\" behind the value: put a value with spaces "
		    "in double quotes",
		    name, sc->token.text);
	return true;
}

static bool
lacks_required(struct scan *sc, const struct rc_conf_row *row, size_t section)
{
	const struct rc_conf_section *s = &sc->given->sections[section];

	if (section == RC_CONF_TOP_SECTION)
		return rc_conf_fault(sc->ld, 0,
		    "%s is required, such as "
		    "%s = \"https://auth.example.org\"",
		    row->name, row->name);
	return rc_conf_fault(sc->ld, s->line,
	    "%s \"%.100s\" has no %s, which is required",
	    rc_conf_levels[s->level].name, s->title, row->name);
}

/* Write down what the section did not give at its default. */
static bool
add_presets(struct scan *sc, size_t section)
{
	const struct rc_conf_level_row *level =
	    &rc_conf_levels[sc->given->sections[section].level];
	const struct rc_conf_row *row;

	for (row = level->rows; row < level->rows + level->nrows; row++) {
		if (rc_conf_find_entry(sc->given, row->name, section) != NULL)
			continue;
		if (row->flags & RC_CONF_REQUIRED)
			return lacks_required(sc, row, section);
		if (row->preset == NULL)
			continue;
		add_entry(sc, row, section, 0);
		rc_buf_printf(&sc->text, "%s = %s\n", row->name, row->preset);
	}
	return true;
}

static void
write_section_begin(struct scan *sc, const struct rc_conf_section *s)
{

	rc_buf_printf(&sc->text, "%s ", rc_conf_levels[s->level].name);
	rc_conf_quote(&sc->text, s->title);
	rc_buf_puts(&sc->text, " {\n");
}

static bool scan_statement(struct scan *sc, size_t section);

/* The token is the section's "{"; leave behind its "}". */
static bool
scan_body(struct scan *sc, size_t section)
{
	struct rc_conf_section s = sc->given->sections[section];

	write_section_begin(sc, &s);
	if (!next(sc))
		return false;
	while (sc->token.type != '}') {
		if (sc->token.type == END)
			return rc_conf_fault(sc->ld, s.line,
			    "%s \"%.100s\" is not closed: \"}\" is missing",
			    rc_conf_levels[s.level].name, s.title);
		if (!scan_statement(sc, section))
			return false;
	}
	if (!add_presets(sc, section))
		return false;
	rc_buf_puts(&sc->text, "}\n");
	return next(sc);
}

/* The token stands where the section's title must be. */
static bool
scan_section(struct scan *sc, enum rc_conf_level level, int line)
{
	const char *name = rc_conf_levels[level].name, *title = sc->token.text;
	const struct rc_conf_section *before;

	if (sc->token.type != QUOTED)
		return rc_conf_fault(sc->ld, line, "%s has no title: %s", name,
		    rc_conf_levels[level].example);
	before = rc_conf_find_section(sc->given, level, title);
	if (before != NULL)
		return rc_conf_fault(sc->ld, line,
		    "%s \"%.100s\" is given again, first on line %d", name,
		    title, before->line);
	add_section(sc, level, title, line);
	if (!next(sc))
		return false;
	if (sc->token.type != '{')
		return rc_conf_fault(sc->ld, line,
		    "\"{\" is missing behind %s \"%.100s\"", name, title);
	return scan_body(sc, sc->given->nsections - 1);
}

static bool
unknown_section(struct scan *sc, const char *name, int line)
{
	struct rc_buf known;
	enum rc_conf_level level;

	rc_buf_init(&known, sc->ld->tmp);
	for (level = RC_CONF_TOP + 1; level < RC_CONF_LEVEL__MAX; level++)
		rc_buf_printf(&known, "%s%s", known.len > 0 ? ", " : "",
		    rc_conf_levels[level].example);
	return rc_conf_fault(sc->ld, line,
	    "unknown section \"%.100s\": there are %s", name, known.data);
}

/* The token is what follows ${name} where there is no "=". */
static bool
scan_block(struct scan *sc, const char *name, int line, size_t section)
{
	enum rc_conf_level begun = find_level(name);

	if (sc->token.type == '(')
		return rc_conf_fault(sc->ld, line,
		    "functions such as %.100s() are not known: the "
		    "configuration is this one file",
		    name);
	if (rc_conf_find_row(name, sc->given->sections[section].level) != NULL)
		return rc_conf_fault(
		    sc->ld, line, "\"=\" is missing behind %s", name);
	if (begun != RC_CONF_TOP && section != RC_CONF_TOP_SECTION)
		return rc_conf_fault(sc->ld, line,
		    "a section inside a section: is the one of line %d closed?",
		    sc->given->sections[section].line);
	if (begun != RC_CONF_TOP)
		return scan_section(sc, begun, line);
	if (sc->token.type == '{' || sc->token.type == QUOTED)
		return unknown_section(sc, name, line);
	return unknown_key(sc, name, line, section);
}

/* The token begins a statement; leave at the first behind it. */
static bool
scan_statement(struct scan *sc, size_t section)
{
	struct token first = sc->token;

	if (!next(sc))
		return false;
	if (first.type == ';')
		return true;
	if (first.type != WORD)
		return rc_conf_fault(sc->ld, first.line,
		    "a key must stand here, without quotes, not \"%.100s\"",
		    first.text);
	if (sc->token.type == '=')
		return scan_assignment(sc, first.text, first.line, section);
	return scan_block(sc, first.text, first.line, section);
}

/* There is always a policy "default", even where no section says so. */
static bool
add_default_policy(struct scan *sc)
{

	if (rc_conf_find_section(
		sc->given, RC_CONF_POLICY, RC_CONF_DEFAULT_POLICY) != NULL)
		return true;
	add_section(sc, RC_CONF_POLICY, RC_CONF_DEFAULT_POLICY, 0);
	write_section_begin(sc, &sc->given->sections[sc->given->nsections - 1]);
	if (!add_presets(sc, sc->given->nsections - 1))
		return false;
	rc_buf_puts(&sc->text, "}\n");
	return true;
}

bool
rc_conf_scan(struct rc_conf_loader *ld, const char *text, size_t len)
{
	struct scan sc = { .ld = ld, .line = 1, .given = ld->given };

	sc.at = text;
	sc.end = text + len;
	rc_buf_init(&sc.text, ld->tmp);
	add_section(&sc, RC_CONF_TOP, NULL, 0);
	if (!next(&sc))
		return false;
	while (sc.token.type != END) {
		if (!scan_statement(&sc, RC_CONF_TOP_SECTION))
			return false;
	}
	if (!add_default_policy(&sc) || !add_presets(&sc, RC_CONF_TOP_SECTION))
		return false;
	ld->text = sc.text.data;
	return true;
}
