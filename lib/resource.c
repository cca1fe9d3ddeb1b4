#include "resource.h"

#include <stdbool.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "conf.h"
#include "uri.h"

/* So many are named to who asks for another; more would hide the rest. */
#define MOST_NAMED 8

/* Return how long ${url} is without the "/" of a bare origin. */
static size_t
significant(const char *url)
{
	const char *slash = strstr(url, "://");

	if (slash == NULL)
		return strlen(url);
	slash = strchr(slash + strlen("://"), '/');
	if (slash == NULL || slash[1] != '\0')
		return strlen(url);
	return (size_t)(slash - url);
}

static bool
is_same(const char *a, const char *b)
{
	size_t n = significant(a);

	return n == significant(b) && memcmp(a, b, n) == 0;
}

/* Return the ${i}th resource that tokens may be for, NULL behind the last. */
static const char *
known(const struct rc_conf *conf, size_t i)
{

	if (i == 0)
		return conf->issuer;
	return i <= conf->nresources ? conf->resources[i - 1].resource : NULL;
}

static const char *
find(const struct rc_conf *conf, const char *asked)
{
	const char *resource;
	size_t i;

	if (is_same(conf->default_resource, asked))
		return conf->default_resource;
	for (i = 0; (resource = known(conf, i)) != NULL; i++)
		if (is_same(resource, asked))
			return resource;
	return NULL;
}

/* Say why ${asked} is none of ours. */
static const char *
refuse(struct rc_arena *mem, const struct rc_conf *conf, const char *asked)
{
	const char *resource, *why;
	struct rc_buf text;
	struct rc_uri uri;
	size_t i;

	if ((why = rc_uri_parse(mem, asked, &uri)) != NULL)
		return rc_printf(mem, "the resource URI %s", why);
	if (uri.fragment != NULL)
		return "the resource URI has a fragment, which RFC 8707 does "
		       "not allow";

	rc_buf_init(&text, mem);
	rc_buf_puts(&text, "resource must be one that this server knows:");
	for (i = 0; i < MOST_NAMED && (resource = known(conf, i)) != NULL; i++)
		rc_buf_printf(&text, "%s %s", i > 0 ? " or" : "", resource);
	if (known(conf, i) != NULL)
		rc_buf_puts(&text, " or another of the configuration");
	return text.data;
}

const char *
rc_resource_check(struct rc_arena *mem, const struct rc_conf *conf,
    const struct rc_list *asked, struct rc_list *audience)
{
	const char *resource;
	size_t i;

	audience->items = NULL;
	audience->count = 0;
	for (i = 0; i < asked->count; i++) {
		resource = find(conf, asked->items[i]);
		if (resource == NULL)
			return refuse(mem, conf, asked->items[i]);
		rc_resource_add(mem, audience, resource);
	}
	return NULL;
}

void
rc_resource_add(
    struct rc_arena *mem, struct rc_list *audience, const char *resource)
{
	const char **items;

	if (rc_list_has(audience, resource))
		return;
	items = rc_alloc(mem, (audience->count + 1) * sizeof(*items));
	if (audience->count > 0)
		memcpy(
		    items, audience->items, audience->count * sizeof(*items));
	items[audience->count] = resource;
	audience->items = items;
	audience->count++;
}

const char *
rc_resource_array(struct rc_arena *mem, const struct rc_list *list)
{
	struct rc_buf text;
	const char *s;
	size_t i;

	rc_buf_init(&text, mem);
	rc_buf_putc(&text, '{');
	for (i = 0; i < list->count; i++) {
		rc_buf_puts(&text, i > 0 ? ",\"" : "\"");
		for (s = list->items[i]; *s != '\0'; s++) {
			if (*s == '"' || *s == '\\')
				rc_buf_putc(&text, '\\');
			rc_buf_putc(&text, *s);
		}
		rc_buf_putc(&text, '"');
	}
	rc_buf_putc(&text, '}');
	return text.data;
}
