#ifndef RC_CONF_H
#define RC_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rc_arena;

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
	RC_REGISTRATION_TOKEN, /* only with an initial access token */
	RC_REGISTRATION_CLOSED
};
enum rc_policy_status {
	RC_POLICY_ACTIVE,
	RC_POLICY_PENDING /* an operator approves first */
};
enum rc_policy_consent {
	RC_POLICY_CONSENT_REMEMBERED, /* where it may be */
	RC_POLICY_CONSENT_ALWAYS
};
enum rc_statement_rule {
	RC_STATEMENT_OPTIONAL,
	RC_STATEMENT_REQUIRED,
	RC_STATEMENT_REFUSED
};
enum rc_unsupported {
	RC_UNSUPPORTED_TRIM,
	RC_UNSUPPORTED_REJECT
};

enum rc_token_format {
	RC_TOKEN_OPAQUE,
	RC_TOKEN_JWT /* RFC 9068 */
};
enum rc_pkce_rule {
	RC_PKCE_ALWAYS,
	RC_PKCE_PUBLIC /* a confidential client with a nonce may omit it */
};
enum rc_openid_refresh {
	RC_OPENID_REFRESH_OFFLINE_ACCESS, /* when that scope was granted */
	RC_OPENID_REFRESH_ALWAYS
};
enum rc_assertion_audience {
	RC_ASSERTION_ISSUER,
	RC_ASSERTION_TOKEN_ENDPOINT /* the issuer, or the token endpoint */
};
enum rc_login {
	RC_LOGIN_ACCOUNTS,
	RC_LOGIN_REMOTE_USER
};

/* So many in so many seconds; a count of 0 is no limit. */
struct rc_rate {
	int64_t count;
	int64_t period; /* s */
};

/* A scope's name and what it lets a client do, in plain words. */
struct rc_conf_scope {
	const char *scope; /* the section's title */
	const char *text; /* NULL */
	const char *text_zh; /* NULL */
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
 * What clients may register, and on what terms: a section policy.  What one
 * does not say is as the keys of the same name at the top level say.
 */
struct rc_conf_policy {
	const char *name; /* the section's title */
	struct rc_list scopes; /* subset of the top level's, as all lists */
	struct rc_list default_scope;
	struct rc_list grant_types;
	struct rc_list response_types;
	struct rc_list auth_methods; /* token_endpoint_auth_methods */
	struct rc_list redirect_hosts; /* of https URIs; "*.example.org" is
	                                  any host below; none: any */
	struct rc_list redirect_schemes; /* "https", "http" (loopback), any
	                                    private-use one; none: all that
	                                    the top level allows */
	int64_t secret_lifetime; /* s, 0: for ever */
	enum rc_policy_status status;
	enum rc_policy_consent consent;
	enum rc_statement_rule software_statement;
	int64_t max_clients; /* 0: no limit */
	int64_t max_clients_per_address; /* prefix; 0: no limit */
	struct rc_rate rate_limit; /* registrations under it, in all */
};

/* An issuer of software statements (RFC 7591 2.3): statement_issuer. */
struct rc_conf_issuer {
	const char *issuer; /* its iss: the section's title */
	const char *jwks; /* a JWK Set's text, given or read from jwks_file;
	                     NULL */
	const char *jwks_file; /* where it was read, NULL */
	const char *jwks_uri; /* NULL; exactly one of the three is given */
	struct rc_list algorithms;
	struct rc_list members; /* that it may set; none: all */
};

/* Where events are sent: webhook. */
struct rc_conf_webhook {
	const char *name; /* the section's title */
	const char *url; /* https, or http on loopback */
	const char *secret_file; /* what signs, one line of text */
	struct rc_list events; /* "client.registered", "client.*"; none: all */
};

/*
 * The configuration: one file, rollcall.conf(5), read once at start and again
 * on SIGHUP.  Every member is set: given, or the built-in default.
 */
struct rc_conf {
	const char *file; /* where it was read */

	const char *issuer; /* never ends in '/' */
	bool secure; /* the issuer is https, so nothing goes in clear */
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

	/* policies[0] is "default", there even where no section says so. */
	const struct rc_conf_policy *policies;
	size_t npolicies;
	const char *anonymous_policy; /* of who has no initial access token */
	const struct rc_conf_issuer *issuers; /* of software statements */
	size_t nissuers;
	struct rc_rate rate_limit_register; /* an address prefix */
	struct rc_rate rate_limit_initial_token; /* a token */
	struct rc_rate rate_limit_failures; /* authentication, a prefix */
	struct rc_rate rate_limit_manage; /* changes, refusals */
	int64_t secret_lifetime; /* s, 0: for ever */
	int64_t secret_overlap; /* s that a rotated secret lives on */
	int64_t archive_unused_after; /* s, 0: never */
	int64_t archive_idle_after; /* s, 0: never */
	int64_t jwks_max_age; /* s, of what was fetched from a jwks_uri */

	/* Audit log and notifications. */
	const char *audit_head_file; /* gets each seal's head, NULL */
	int64_t audit_retention; /* s, whole months; 0: for ever */
	const struct rc_conf_webhook *webhooks;
	size_t nwebhooks;
	int64_t webhook_attempts; /* then a notification is dead */
	struct rc_list mail_to; /* who gets the digest; none: nobody */
	const char *mail_from; /* NULL: as sendmail has it */
	const char *sendmail; /* the program */
	int64_t mail_interval; /* s between digests */

	int64_t max_body; /* bytes */
	int64_t max_redirect_uris;
	int64_t max_uri_length; /* bytes */
	int64_t max_string_length; /* bytes */
	int64_t max_requests; /* 0: no limit */
	int64_t metadata_max_age; /* s */

	/* The authorization server. */
	const char *key_file; /* what seals the private keys */
	const char *pages; /* folder of templates, messages and style sheet */
	enum rc_token_format access_token_format;
	int64_t access_token_lifetime; /* s */
	int64_t refresh_token_lifetime; /* s */
	int64_t authorization_code_lifetime; /* s */
	int64_t id_token_lifetime; /* s */
	int64_t session_lifetime; /* s since the login */
	int64_t refresh_reuse_grace; /* s */
	enum rc_openid_refresh openid_refresh_token;
	enum rc_pkce_rule require_pkce;
	bool strict_auth_method;
	enum rc_assertion_audience assertion_audience;
	int64_t assertion_max_lifetime; /* s */
	const char *default_resource; /* audience without resource; issuer */
	enum rc_login login;
	const char *remote_user_auth_time; /* server variable, NULL */
	struct rc_list remote_user_claims; /* "claim=VARIABLE" */
	struct rc_rate rate_limit_login; /* failures, an address prefix */
	int64_t password_memory; /* bytes that Argon2id takes */
	struct rc_list trusted_proxies; /* CIDR */
	struct rc_list fetch_addresses; /* CIDR: not public, yet let pass */
	const char *fetch_ca_file; /* NULL: the system's */

	const struct rc_conf_resource *resources;
	size_t nresources;
	const struct rc_conf_scope *scope_texts;
	size_t nscope_texts;
};

/*
 * rc_list_has_address(list, address):
 * Tell whether a list of CIDR blocks holds the IPv4 or IPv6 address, given as
 * text; an IPv4-mapped one counts as IPv4.
 */
bool rc_list_has_address(const struct rc_list *list, const char *address);

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
	/* string, URL, time, size, number, rate, boolean, list,
	 * "one of a, b" */
	const char *type;
	/* The default as it would be written; NULL: none, or it follows from
	 * other keys or from where we are installed. */
	const char *preset;
	const char *meaning; /* one line */
};

/*
 * rc_conf_keys(count):
 * Return the table of all keys (static).
 */
const struct rc_conf_key *rc_conf_keys(size_t *count);

/* A key and what it is in a configuration. */
struct rc_conf_value {
	const char *section; /* NULL: top level */
	const char *title; /* the section's, NULL */
	const char *name; /* NULL: the section's beginning */
	const char *text; /* as it would be written; NULL: it is not set */
	int line; /* where it was given, 0: it was not */
	bool differs; /* it was given, and not at its default */
};

/*
 * rc_conf_values(conf, mem, count):
 * Return what every key is in force, in ${mem}: those of the top level, then
 * those of each section behind its beginning.  ${conf} is what rc_conf_load
 * returned, and lives as long as they do.
 */
const struct rc_conf_value *rc_conf_values(
    const struct rc_conf *conf, struct rc_arena *mem, size_t *count);

#endif
