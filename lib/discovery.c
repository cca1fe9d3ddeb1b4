#include "discovery.h"

#include <string.h>

#include "arena.h"
#include "conf.h"
#include "crypt.h"
#include "json.h"
#include "server_fields.h"

/* Add a list of strings, unless it is empty (RFC 8414 3.2). */
static void
add_list(struct rc_arena *mem, struct rc_json *doc, const char *name,
    const struct rc_list *list)
{
	struct rc_json *array;
	size_t i;

	if (list->count == 0)
		return;
	array = rc_json_new_array(mem);
	for (i = 0; i < list->count; i++)
		rc_json_append_string(array, list->items[i]);
	rc_json_set(doc, name, array);
}

/* Make ${list} one without ${item}. */
static void
leave_out(struct rc_arena *mem, struct rc_list *list, const char *item)
{
	const char **rest = rc_alloc(mem, list->count * sizeof(*rest));
	size_t i, n = 0;

	for (i = 0; i < list->count; i++) {
		if (strcmp(list->items[i], item) != 0)
			rest[n++] = list->items[i];
	}
	list->items = rest;
	list->count = n;
}

/* Add what a row of the server's fields says. */
static void
add_field(struct rc_arena *mem, struct rc_json *doc,
    const struct rc_server_field *f, const struct rc_conf *conf)
{
	const char *at = (const char *)conf + f->offset;
	struct rc_list values = { f->values, 0 };
	const char *s;

	if (f->when != NULL && !f->when(conf))
		return;
	switch (f->source) {
	case RC_SERVER_STRING:
		memcpy(&s, at, sizeof(s));
		if (s != NULL)
			rc_json_set_string(doc, f->name, s);
		break;
	case RC_SERVER_LIST:
	case RC_SERVER_CONFIDENTIAL:
		memcpy(&values, at, sizeof(values));
		if (f->source == RC_SERVER_CONFIDENTIAL)
			leave_out(mem, &values, "none");
		add_list(mem, doc, f->name, &values);
		break;
	case RC_SERVER_ENDPOINT:
		rc_json_set_string(doc, f->name,
		    rc_printf(mem, "%s%s", conf->endpoint_base, f->path));
		break;
	case RC_SERVER_VALUES:
		while (f->values[values.count] != NULL)
			values.count++;
		add_list(mem, doc, f->name, &values);
		break;
	case RC_SERVER_TRUE:
	case RC_SERVER_FALSE:
		rc_json_set_bool(doc, f->name, f->source == RC_SERVER_TRUE);
		break;
	}
}

/* Return the host, and port if any, of an http or https URL. */
static const char *
authority(struct rc_arena *mem, const char *url)
{
	const char *host = strstr(url, "://") + strlen("://");

	return rc_strndup(mem, host, strcspn(host, "/"));
}

/* Write ${json} down, with a hash of it as its entity tag. */
static void
finish(
    struct rc_arena *mem, const struct rc_json *json, struct rc_document *doc)
{
	unsigned char hash[RC_CRYPT_HASH_SIZE];
	char text[RC_CRYPT_TOKEN_SIZE];

	doc->text = rc_json_write(mem, json);
	doc->len = strlen(doc->text);
	rc_crypt_hash(doc->text, doc->len, hash);
	rc_crypt_base64url(text, sizeof(text), hash, sizeof(hash));
	doc->etag = rc_printf(mem, "\"%.16s\"", text);
}

void
rc_discovery_server(
    struct rc_arena *mem, const struct rc_conf *conf, struct rc_document *doc)
{
	struct rc_json *json = rc_json_new_object(mem);
	size_t i;

	for (i = 0; i < rc_server_nfields; i++)
		add_field(mem, json, &rc_server_fields[i], conf);
	doc->path = conf->issuer_path;
	doc->host = NULL;
	finish(mem, json, doc);
}

void
rc_discovery_resource(struct rc_arena *mem, const struct rc_conf *conf,
    const struct rc_conf_resource *resource, struct rc_document *doc)
{
	static const char *const header[] = { "header" };
	const struct rc_list methods = { header, 1 };
	const struct rc_list servers = { &conf->issuer, 1 };
	const struct rc_conf_resource self = {
		.resource = conf->issuer,
		.path = conf->issuer_path,
		.host = authority(mem, conf->issuer),
		.scopes = conf->scopes,
	};
	struct rc_json *json = rc_json_new_object(mem);

	if (resource == NULL)
		resource = &self;
	rc_json_set_string(json, "resource", resource->resource);
	add_list(mem, json, "authorization_servers", &servers);
	add_list(mem, json, "scopes_supported", &resource->scopes);
	add_list(mem, json, "bearer_methods_supported", &methods);
	if (resource->name != NULL)
		rc_json_set_string(json, "resource_name", resource->name);
	if (resource->documentation != NULL)
		rc_json_set_string(
		    json, "resource_documentation", resource->documentation);
	doc->path = resource->path;
	doc->host = resource->host;
	finish(mem, json, doc);
}
