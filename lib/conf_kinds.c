#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "buf.h"
#include "value.h"
#include "conf_parts.h"
#include "conf.h"

/*
 * Values by their kind: what each may be, how it is read, how it is written.
 */

struct unit {
	const char *name; /* "" for a bare number */
	int64_t factor;
};

struct kind_row {
	const char *type;
	/* Set *${target} to what ${text} means; NULL, or a phrase. */
	const char *(*set)(struct rc_arena *mem, const struct rc_conf_row *row,
	    const char *text, void *target);
	const struct unit *units; /* smallest first */
	const char *examples;
};

/* The purge forgets what was counted after as long. */
#define RATE_PERIOD_MAX 86400 /* s */

static const char *set_string(struct rc_arena *mem,
    const struct rc_conf_row *row, const char *text, void *target);
static const char *set_amount(struct rc_arena *mem,
    const struct rc_conf_row *row, const char *text, void *target);
static const char *set_rate(struct rc_arena *mem, const struct rc_conf_row *row,
    const char *text, void *target);
static const char *set_boolean(struct rc_arena *mem,
    const struct rc_conf_row *row, const char *text, void *target);
static const char *set_choice(struct rc_arena *mem,
    const struct rc_conf_row *row, const char *text, void *target);

static const struct unit time_units[] = { { "", 1 }, { "s", 1 }, { "m", 60 },
	{ "h", 3600 }, { "d", 86400 }, { "w", 604800 }, { NULL, 0 } };
static const struct unit millisecond_units[] = { { "ms", 1 }, { "s", 1000 },
	{ NULL, 0 } };
static const struct unit size_units[] = { { "", 1 }, { "k", 1024 },
	{ "m", 1048576 }, { "g", 1073741824 }, { NULL, 0 } };
static const struct unit number_units[] = { { "", 1 }, { NULL, 0 } };

/* clang-format off */
static const struct kind_row kinds[RC_CONF_KIND__MAX] = {
	[RC_CONF_STRING] = { "string", set_string, NULL, NULL },
	[RC_CONF_URL] = { "URL", set_string, NULL, NULL },
	[RC_CONF_TIME] = { "time", set_amount, time_units, "10m, 12h, 30d" },
	[RC_CONF_MILLISECONDS] = { "time", set_amount, millisecond_units,
	    "500ms, 2s" },
	[RC_CONF_SIZE] = { "size", set_amount, size_units, "4096, 64k, 1m" },
	[RC_CONF_NUMBER] = { "number", set_amount, number_units, "32" },
	[RC_CONF_RATE] = { "rate", set_rate, NULL, "\"10/10m\" or off" },
	[RC_CONF_BOOLEAN] = { "boolean", set_boolean, NULL, NULL },
	[RC_CONF_CHOICE] = { NULL, set_choice, NULL, NULL },
	[RC_CONF_LIST] = { "list", NULL, NULL, NULL },
};
/* clang-format on */

/* set_choice writes any of them. */
_Static_assert(sizeof(enum rc_registration) == sizeof(unsigned), "enum size");
_Static_assert(sizeof(enum rc_unsupported) == sizeof(unsigned), "enum size");
_Static_assert(sizeof(enum rc_token_format) == sizeof(unsigned), "enum size");
_Static_assert(sizeof(enum rc_openid_refresh) == sizeof(unsigned), "enum size");
_Static_assert(sizeof(enum rc_pkce_rule) == sizeof(unsigned), "enum size");
_Static_assert(
    sizeof(enum rc_assertion_audience) == sizeof(unsigned), "enum size");
_Static_assert(sizeof(enum rc_login) == sizeof(unsigned), "enum size");
_Static_assert(sizeof(enum rc_policy_status) == sizeof(unsigned), "enum size");
_Static_assert(sizeof(enum rc_policy_consent) == sizeof(unsigned), "enum size");
_Static_assert(sizeof(enum rc_statement_rule) == sizeof(unsigned), "enum size");

const char *
rc_conf_type_of(const struct rc_conf_row *row)
{

	return row->choice != NULL ? row->choice->type : kinds[row->kind].type;
}

const char *
rc_conf_none_of(struct rc_arena *mem, const struct rc_conf_choice *choice)
{
	struct rc_buf b;
	size_t i;

	rc_buf_init(&b, mem);
	rc_buf_puts(&b, "is none of ");
	for (i = 0; choice->words[i] != NULL; i++)
		rc_buf_printf(&b, "%s%s", i > 0 ? ", " : "", choice->words[i]);
	return b.data;
}

static const char *
set_string(struct rc_arena *mem, const struct rc_conf_row *row,
    const char *text, void *target)
{

	if (*text == '\0' && (row->flags & RC_CONF_MAY_BE_EMPTY) == 0)
		return "must not be empty";
	if (row->max > 0 && strlen(text) > (size_t)row->max)
		return rc_printf(
		    mem, "is longer than %lld bytes", (long long)row->max);
	*(const char **)target = rc_strdup(mem, text);
	return NULL;
}

/* Write ${n} as one would in the file. */
static const char *
amount_text(struct rc_arena *mem, const struct unit *units, int64_t n)
{
	const struct unit *u, *best = units;

	for (u = units; u->name != NULL; u++) {
		if (n != 0 && n % u->factor == 0)
			best = u;
	}
	return rc_printf(
	    mem, "%lld%s", (long long)(n / best->factor), best->name);
}

/* Read a number and its unit. */
static bool
read_amount(const struct unit *u, const char *text, int64_t *amount)
{
	const char *s = text;
	int64_t n = 0;

	/* What is far too much stays far too much: any bound is far less. */
	for (; rc_value_is_digit(*s); s++)
		n = n > INT64_MAX / 1000 ? n : n * 10 + (*s - '0');
	while (u->name != NULL && strcmp(u->name, s) != 0)
		u++;
	if (s == text || u->name == NULL)
		return false;
	*amount = n <= INT64_MAX / u->factor ? n * u->factor : n;
	return true;
}

static const char *
set_amount(struct rc_arena *mem, const struct rc_conf_row *row,
    const char *text, void *target)
{
	const struct kind_row *kind = &kinds[row->kind];
	int64_t n;

	if (!read_amount(kind->units, text, &n))
		return rc_printf(
		    mem, "is no %s (such as %s)", kind->type, kind->examples);
	if ((n < row->min || n > row->max) &&
	    (n != 0 || (row->flags & RC_CONF_MAY_BE_ZERO) == 0))
		return rc_printf(mem, "is out of bounds: from %s to %s%s",
		    amount_text(mem, kind->units, row->min),
		    amount_text(mem, kind->units, row->max),
		    row->flags & RC_CONF_MAY_BE_ZERO ? ", or 0" : "");
	*(int64_t *)target = n;
	return NULL;
}

/* COUNT/PERIOD, or off, which is what ${target} is already. */
static const char *
set_rate(struct rc_arena *mem, const struct rc_conf_row *row, const char *text,
    void *target)
{
	const struct kind_row *kind = &kinds[row->kind];
	size_t n = strcspn(text, "/");
	struct rc_rate rate;

	if (strcmp(text, "off") == 0)
		return NULL;
	if (text[n] != '/' ||
	    !read_amount(number_units, rc_strndup(mem, text, n), &rate.count) ||
	    !read_amount(time_units, text + n + 1, &rate.period))
		return rc_printf(
		    mem, "is no %s (such as %s)", kind->type, kind->examples);
	if (rate.count < row->min || rate.count > row->max || rate.period < 1 ||
	    rate.period > RATE_PERIOD_MAX)
		return rc_printf(mem,
		    "is out of bounds: from %s to %s in %s to %s",
		    amount_text(mem, number_units, row->min),
		    amount_text(mem, number_units, row->max),
		    amount_text(mem, time_units, 1),
		    amount_text(mem, time_units, RATE_PERIOD_MAX));
	*(struct rc_rate *)target = rate;
	return NULL;
}

static const char *
set_boolean(struct rc_arena *mem, const struct rc_conf_row *row,
    const char *text, void *target)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = { { "on", true }, { "yes", true }, { "true", true },
		{ "off", false }, { "no", false }, { "false", false } };
	size_t i;

	(void)mem;
	(void)row;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(words[i].word, text) == 0) {
			*(bool *)target = words[i].value;
			return NULL;
		}
	}
	return "is neither on nor off";
}

static const char *
set_choice(struct rc_arena *mem, const struct rc_conf_row *row,
    const char *text, void *target)
{
	unsigned i;

	for (i = 0; row->choice->words[i] != NULL; i++) {
		if (strcmp(row->choice->words[i], text) == 0) {
			memcpy(target, &i, sizeof(i));
			return NULL;
		}
	}
	return rc_conf_none_of(mem, row->choice);
}

const char *
rc_conf_read_value(struct rc_arena *mem, const struct rc_conf_row *row,
    const char *text, void *target)
{

	return kinds[row->kind].set(mem, row, text, target);
}

void
rc_conf_quote(struct rc_buf *b, const char *s)
{

	rc_buf_putc(b, '"');
	for (; *s != '\0'; s++) {
		if (strchr("\"\\$", *s) != NULL)
			rc_buf_putc(b, '\\');
		rc_buf_putc(b, *s);
	}
	rc_buf_putc(b, '"');
}

static const char *
list_text(struct rc_arena *mem, const struct rc_conf_row *row,
    const struct rc_list *list)
{
	struct rc_buf b;
	size_t i;

	if (list->count == 0 && (row->flags & RC_CONF_MAY_BE_EMPTY) == 0)
		return NULL;
	rc_buf_init(&b, mem);
	rc_buf_putc(&b, '{');
	for (i = 0; i < list->count; i++) {
		rc_buf_puts(&b, i > 0 ? ", " : "");
		rc_conf_quote(&b, list->items[i]);
	}
	rc_buf_putc(&b, '}');
	return b.data;
}

static const char *
string_text(struct rc_arena *mem, const char *s)
{
	struct rc_buf b;

	if (s == NULL)
		return NULL;
	rc_buf_init(&b, mem);
	rc_conf_quote(&b, s);
	return b.data;
}

const char *
rc_conf_write_value(
    struct rc_arena *mem, const struct rc_conf_row *row, const void *target)
{
	const struct rc_rate *rate = target;
	unsigned word;

	switch (row->kind) {
	case RC_CONF_LIST:
		return list_text(mem, row, target);
	case RC_CONF_RATE:
		if (rate->count == 0)
			return "off";
		return rc_printf(mem, "\"%lld/%s\"", (long long)rate->count,
		    amount_text(mem, time_units, rate->period));
	case RC_CONF_BOOLEAN:
		return *(const bool *)target ? "on" : "off";
	case RC_CONF_CHOICE:
		memcpy(&word, target, sizeof(word));
		return row->choice->words[word];
	case RC_CONF_TIME:
	case RC_CONF_MILLISECONDS:
	case RC_CONF_SIZE:
	case RC_CONF_NUMBER:
		return amount_text(
		    mem, kinds[row->kind].units, *(const int64_t *)target);
	default:
		return string_text(mem, *(const char *const *)target);
	}
}
