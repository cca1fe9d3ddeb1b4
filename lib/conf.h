#ifndef RC_CONF_H
#define RC_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A list of strings, in order. */
struct rc_list {
	const char *const *items;
	size_t count;
};

/*
 * rc_list_has(list, s), rc_list_has_n(list, s, n):
 * Tell whether the list holds ${s} byte for byte (its first ${n} bytes).
 */
bool rc_list_has(const struct rc_list *list, const char *s);
bool rc_list_has_n(const struct rc_list *list, const char *s, size_t n);

enum rc_registration {
	RC_REGISTRATION_OPEN,
	RC_REGISTRATION_CLOSED
};
enum rc_unsupported {
	RC_UNSUPPORTED_TRIM,
	RC_UNSUPPORTED_REJECT
};

/* A protected resource that this server issues tokens for (RFC 9728). */
struct rc_conf_resource {
	const char *resource; /* its URL: the section's title */
	const char *path; /* the URL's path, "" for "/" or none */
	const char *host; /* its host, and port where not the usual */
	const char *name; /* resource_name, NULL */
	const char *documentation; /* resource_documentation, NULL */
	struct rc_list scopes; /* scopes_supported */
};

/*
 * The configuration: one file, rollcall.conf(5), read once at start and again
 * on SIGHUP.  Every member is set: given, or the built-in default.
 */
struct rc_conf {
	const char *file; /* where it was read */

	const char *issuer; /* never ends in '/' */
	const char *issuer_path; /* the path in it, "" for none, no %XX */
	const char *endpoint_base; /* URL below which the endpoints are */
	const char *endpoint_path; /* the path in it */
	const char *service_documentation; /* RFC 8414, NULL */
	const char *op_policy_uri; /* RFC 8414, NULL */
	const char *op_tos_uri; /* RFC 8414, NULL */

	const char *database; /* libpq conninfo or URI */
	const char *database_role_prefix; /* "" or such as "rollcall_" */
	bool database_prepare; /* prepared statements */
	int64_t database_timeout; /* ms, all database work of a request */

	enum rc_registration registration;
	struct rc_list scopes;
	struct rc_list default_scope;
	struct rc_list grant_types;
	struct rc_list response_types;
	struct rc_list auth_methods; /* token_endpoint_auth_methods */
	struct rc_list redirect_schemes; /* private-use, without a dot */
	enum rc_unsupported unsupported_grant_types; /* response types too */
	enum rc_unsupported unsupported_scopes;
	bool partial_update;
	int64_t registration_token_lifetime; /* s since last use, 0: for ever */

	int64_t max_body; /* bytes */
	int64_t max_redirect_uris;
	int64_t max_uri_length; /* bytes */
	int64_t max_string_length; /* bytes */
	int64_t max_requests; /* 0: no limit */
	int64_t metadata_max_age; /* s */

	const struct rc_conf_resource *resources;
	size_t nresources;
};

/*
 * rc_conf_load(file, error, size):
 * Read ${file}, or where it is NULL what ROLLCALL_CONF names, or else
 * rollcall.conf in the system's configuration directory.  Return the
 * configuration, to be freed with rc_conf_free, or NULL with a sentence in
 * ${error} that begins with file and line ("FILE:12: ..."), or with the file
 * alone where no line is to blame.  rc_conf_free lets NULL pass.
 */
struct rc_conf *rc_conf_load(const char *file, char *error, size_t size);
void rc_conf_free(struct rc_conf *conf);

/* What a key is, for rollcall.conf(5), the sample file and the tests. */
struct rc_conf_key {
	const char *name;
	const char *section; /* NULL: top level */
	/* string, URL, time, size, number, boolean, list, "one of a, b" */
	const char *type;
	/* The default as it would be written; NULL: none, or it follows from
	 * other keys. */
	const char *preset;
	const char *meaning; /* one line */
};

/*
 * rc_conf_keys(count):
 * Return the table of all keys (static).
 */
const struct rc_conf_key *rc_conf_keys(size_t *count);

#endif
