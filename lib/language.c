#include "language.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define RANGES_MOST 32 /* of languages that one request wants */

/* What languages somebody wants, best first. */
struct range {
	const char *tag;
	size_t len;
	int quality; /* in thousandths */
};

struct ranges {
	struct range items[RANGES_MOST];
	size_t count;
};

/* Add a range behind those that are as good, and in front of worse ones. */
static void
add_range(struct ranges *ranges, const char *tag, size_t len, int quality)
{
	struct range *at;

	if (len == 0 || quality == 0 || ranges->count == RANGES_MOST)
		return;
	at = &ranges->items[ranges->count++];
	for (; at > ranges->items && at[-1].quality < quality; at--)
		at[0] = at[-1];
	at->tag = tag;
	at->len = len;
	at->quality = quality;
}

/* RFC 9110 12.4.2: the weight in thousandths, 0 for what is none. */
static int
parse_quality(const char *s, const char *end)
{
	int value, unit = 100;

	if (s == end || (*s != '0' && *s != '1'))
		return 0;
	value = (*s++ - '0') * 1000;
	if (s < end && *s == '.')
		for (s++; s < end && isdigit((unsigned char)*s); s++) {
			value += (*s - '0') * unit;
			unit /= 10;
		}
	return s == end && value <= 1000 ? value : 0;
}

/* RFC 9110 5.6.3: white space. */
static const char *
skip_space(const char *s, const char *end)
{

	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	return s;
}

/* One element of Accept-Language: a range and perhaps its weight. */
static void
parse_range(struct ranges *ranges, const char *s, const char *end)
{
	const char *tag = skip_space(s, end), *weight;
	size_t len = strcspn(tag, ", \t;");
	int quality = 1000;

	while (end > tag && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	if (tag >= end)
		return;
	weight = skip_space(tag + len, end);
	if (weight < end) {
		if (*weight != ';')
			return;
		weight = skip_space(weight + 1, end);
		if (end - weight < 2 || strncasecmp(weight, "q=", 2) != 0)
			return;
		quality = parse_quality(weight + 2, end);
	}
	add_range(ranges, tag, len, quality);
}

static void
parse_accept(struct ranges *ranges, const char *accept)
{
	size_t n;

	while (accept != NULL && *accept != '\0') {
		n = strcspn(accept, ",");
		parse_range(ranges, accept, accept + n);
		accept += n + (accept[n] == ',');
	}
}

/*
 * Return which of ${tags} answers the first ${len} bytes of ${range}, or
 * ${count}: the same, else one that says more.
 */
static size_t
find_tag(const char *const *tags, size_t count, const char *range, size_t len)
{
	size_t i, longer = count;

	for (i = 0; i < count; i++) {
		if (strncasecmp(tags[i], range, len) != 0)
			continue;
		if (tags[i][len] == '\0')
			return i;
		if (tags[i][len] == '-' && longer == count)
			longer = i;
	}
	return longer;
}

/* RFC 4647 3.4: cut the last subtag off, and a single letter in front of it. */
static size_t
shorten(const char *range, size_t len)
{

	while (len > 0 && range[len - 1] != '-')
		len--;
	if (len > 0)
		len--;
	if (len >= 2 && range[len - 2] == '-')
		len -= 2;
	return len;
}

/* Return which of ${tags} is wanted most, or ${count} where none is. */
static size_t
choose(const struct ranges *ranges, const char *const *tags, size_t count)
{
	size_t i, len, found = count;

	for (i = 0; i < ranges->count && found == count; i++)
		for (len = ranges->items[i].len; len > 0 && found == count;
		     len = shorten(ranges->items[i].tag, len))
			found =
			    find_tag(tags, count, ranges->items[i].tag, len);
	return found;
}

size_t
rc_language_choose(const char *const *tags, size_t count, const char *locales,
    const char *accept)
{
	struct ranges wanted = { .count = 0 }, accepted = { .count = 0 };
	size_t n, found;

	while (locales != NULL && *locales != '\0') {
		n = strcspn(locales, " ");
		add_range(&wanted, locales, n, 1000);
		locales += n + (locales[n] == ' ');
	}
	parse_accept(&accepted, accept);
	found = choose(&wanted, tags, count);
	return found < count ? found : choose(&accepted, tags, count);
}
