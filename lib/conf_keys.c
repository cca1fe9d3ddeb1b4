#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "arena.h"
#include "value.h"
#include "conf_parts.h"
#include "conf.h"

/* clang-format off */
/* The words stand in the order of the enums in conf.h. */
static const struct rc_conf_choice registrations = {
    "one of open, token, closed", { "open", "token", "closed", NULL } };
static const struct rc_conf_choice policy_statuses = {
    "one of active, pending", { "active", "pending", NULL } };
static const struct rc_conf_choice policy_consents = {
    "one of remembered, always", { "remembered", "always", NULL } };
static const struct rc_conf_choice statement_rules = {
    "one of optional, required, refused",
    { "optional", "required", "refused", NULL } };
static const struct rc_conf_choice statement_algs = { "list",
    { "RS256", "PS256", "ES256", "EdDSA", NULL } };
static const struct rc_conf_choice unsupported = { "one of trim, reject",
    { "trim", "reject", NULL } };
static const struct rc_conf_choice grants = { "list",
    { "authorization_code", "refresh_token", "client_credentials", NULL } };
static const struct rc_conf_choice responses = { "list", { "code", NULL } };
static const struct rc_conf_choice auth_methods = { "list",
    { "client_secret_basic", "client_secret_post", "private_key_jwt", "none",
    NULL } };
static const struct rc_conf_choice token_formats = { "one of opaque, jwt",
    { "opaque", "jwt", NULL } };
static const struct rc_conf_choice openid_refreshes = {
    "one of offline_access, always", { "offline_access", "always", NULL } };
static const struct rc_conf_choice pkce_rules = { "one of always, public",
    { "always", "public", NULL } };
static const struct rc_conf_choice audiences = {
    "one of issuer, token_endpoint", { "issuer", "token_endpoint", NULL } };
static const struct rc_conf_choice logins = { "one of accounts, remote_user",
    { "accounts", "remote_user", NULL } };

/* OpenID Connect Core 5.1: those of the scopes profile and email (5.4). */
static const struct rc_conf_choice claims = { "list", { "name", "given_name",
    "family_name", "middle_name", "nickname", "preferred_username",
    "profile", "picture", "website", "gender", "birthdate", "zoneinfo",
    "locale", "email", "email_verified", NULL } };
/* clang-format on */

static const char *
is_claim(struct rc_arena *mem, const char *value)
{
	size_t n = strcspn(value, "=");
	const char *why;

	if (value[n] != '=')
		return "has no \"=\" (such as email=REMOTE_USER_EMAIL)";
	if (!rc_value_is_one_of(claims.words, rc_strndup(mem, value, n)))
		return rc_printf(
		    mem, "has a claim that %s", rc_conf_none_of(mem, &claims));
	why = rc_value_is_variable(mem, value + n + 1);
	return why == NULL ? NULL
	                   : rc_printf(mem, "has a variable that %s", why);
}

/* clang-format off */
#define T(member) offsetof(struct rc_conf, member)
#define R(member) offsetof(struct rc_conf_resource, member)
#define S(member) offsetof(struct rc_conf_scope, member)
#define P(member) offsetof(struct rc_conf_policy, member)
#define I(member) offsetof(struct rc_conf_issuer, member)
#define W(member) offsetof(struct rc_conf_webhook, member)
#define KIB INT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define MINUTE INT64_C(60)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/*
 * The keys of each level: name, kind, target, preset, min, max, flags, choice,
 * check, meaning.
 */
static const struct rc_conf_row top_rows[] = {
	{ "issuer", RC_CONF_URL, T(issuer), NULL, 0, 0, RC_CONF_REQUIRED, NULL,
	    rc_value_is_base,
	    "URL that names this server in metadata and tokens" },
	{ "endpoint_base", RC_CONF_URL, T(endpoint_base), NULL, 0, 0, 0, NULL,
	    rc_value_is_base, "URL below which the programs are reached" },
	{ "service_documentation", RC_CONF_URL, T(service_documentation), NULL,
	    0, 0, 0, NULL, rc_value_is_http_url,
	    "Page for client developers, named in the metadata" },
	{ "op_policy_uri", RC_CONF_URL, T(op_policy_uri), NULL, 0, 0, 0, NULL,
	    rc_value_is_http_url,
	    "Page that says how clients may use the data" },
	{ "op_tos_uri", RC_CONF_URL, T(op_tos_uri), NULL, 0, 0, 0, NULL,
	    rc_value_is_http_url, "Page with the terms of service" },

	{ "database", RC_CONF_STRING, T(database), "\"dbname=rollcall\"", 0, 0,
	    RC_CONF_MAY_BE_EMPTY, NULL, NULL,
	    "Where PostgreSQL is: a libpq connection string or URI" },
	{ "database_role_prefix", RC_CONF_STRING, T(database_role_prefix),
	    "\"\"", 0, 32, RC_CONF_MAY_BE_EMPTY, NULL, rc_value_is_role_prefix,
	    "What the names of the database roles begin with" },
	{ "database_prepare", RC_CONF_BOOLEAN, T(database_prepare), "on", 0, 0,
	    0, NULL, NULL,
	    "Keep prepared statements; off for poolers that cannot" },
	{ "database_timeout", RC_CONF_MILLISECONDS, T(database_timeout),
	    "1500ms", 100, 60000, 0, NULL, NULL,
	    "Longest time for all database work of a request" },

	{ "registration", RC_CONF_CHOICE, T(registration), "open", 0, 0, 0,
	    &registrations, NULL, "Whether clients may register themselves" },
	{ "scopes", RC_CONF_LIST, T(scopes), "{\"openid\", \"profile\", "
	    "\"email\", \"offline_access\", \"read\", \"write\"}", 0, 0, 0,
	    NULL, rc_value_is_scope, "Scopes that clients may register" },
	{ "default_scope", RC_CONF_LIST, T(default_scope),
	    "{\"openid\", \"profile\", \"email\"}", 0, 0, 0, NULL,
	    rc_value_is_scope, "Scopes of a client that names none" },
	{ "grant_types", RC_CONF_LIST, T(grant_types),
	    "{\"authorization_code\", \"refresh_token\", "
	    "\"client_credentials\"}", 0, 0, 0, &grants, NULL,
	    "Grant types that clients may register" },
	{ "response_types", RC_CONF_LIST, T(response_types), "{\"code\"}", 0, 0,
	    RC_CONF_MAY_BE_EMPTY, &responses, NULL,
	    "Response types that clients may register" },
	{ "token_endpoint_auth_methods", RC_CONF_LIST, T(auth_methods),
	    "{\"client_secret_basic\", \"client_secret_post\", "
	    "\"private_key_jwt\", \"none\"}", 0, 0, 0, &auth_methods, NULL,
	    "Client authentication methods that clients may register" },
	{ "redirect_schemes", RC_CONF_LIST, T(redirect_schemes),
	    "{\"cursor\", \"vscode\", \"vscode-insiders\", \"windsurf\"}", 0, 0,
	    RC_CONF_MAY_BE_EMPTY, NULL, rc_value_is_scheme,
	    "Private-use URI schemes without a dot for native clients" },
	{ "unsupported_grant_types", RC_CONF_CHOICE, T(unsupported_grant_types),
	    "trim", 0, 0, 0, &unsupported, NULL,
	    "What becomes of grant and response types not allowed" },
	{ "unsupported_scopes", RC_CONF_CHOICE, T(unsupported_scopes), "reject",
	    0, 0, 0, &unsupported, NULL, "What becomes of scopes not allowed" },
	{ "partial_update", RC_CONF_BOOLEAN, T(partial_update), "on", 0, 0, 0,
	    NULL, NULL,
	    "Take a PUT without client_id as a change of what it names" },
	{ "registration_token_lifetime", RC_CONF_TIME,
	    T(registration_token_lifetime), "30d", MINUTE, 3650 * DAY,
	    RC_CONF_MAY_BE_ZERO, NULL, NULL,
	    "Life of a registration access token since its last use" },

	{ "anonymous_policy", RC_CONF_STRING, T(anonymous_policy), "default", 0,
	    0, 0, NULL, NULL,
	    "Policy of clients that register without a token" },
	{ "rate_limit_register", RC_CONF_RATE, T(rate_limit_register),
	    "\"60/10m\"", 1, 1000000, 0, NULL, NULL,
	    "Registrations from an address or network" },
	{ "rate_limit_initial_token", RC_CONF_RATE, T(rate_limit_initial_token),
	    "off", 1, 1000000, 0, NULL, NULL,
	    "Registrations with one initial access token" },
	{ "rate_limit_failures", RC_CONF_RATE, T(rate_limit_failures),
	    "\"60/10m\"", 1, 1000000, 0, NULL, NULL,
	    "Failed authentications from an address or network" },
	{ "rate_limit_manage", RC_CONF_RATE, T(rate_limit_manage), "\"60/10m\"",
	    1, 1000000, 0, NULL, NULL,
	    "Changes that a client makes of its own registration" },
	{ "secret_lifetime", RC_CONF_TIME, T(secret_lifetime), "0", MINUTE,
	    3650 * DAY, RC_CONF_MAY_BE_ZERO, NULL, NULL,
	    "Life of a client secret" },
	{ "secret_overlap", RC_CONF_TIME, T(secret_overlap), "1d", 0, 30 * DAY,
	    0, NULL, NULL, "How long a rotated client secret goes on to work" },
	{ "archive_unused_after", RC_CONF_TIME, T(archive_unused_after), "90d",
	    HOUR, 3650 * DAY, RC_CONF_MAY_BE_ZERO, NULL, NULL,
	    "When a client that was never used is archived" },
	{ "archive_idle_after", RC_CONF_TIME, T(archive_idle_after), "365d",
	    HOUR, 3650 * DAY, RC_CONF_MAY_BE_ZERO, NULL, NULL,
	    "When a client that is not used any more is archived" },
	{ "jwks_max_age", RC_CONF_TIME, T(jwks_max_age), "1h", 1, 7 * DAY, 0,
	    NULL, NULL, "How long keys fetched from a jwks_uri are kept" },

	{ "audit_head_file", RC_CONF_STRING, T(audit_head_file), NULL, 0, 0, 0,
	    NULL, rc_value_is_path,
	    "File that gets the head of each audit seal" },
	{ "audit_retention", RC_CONF_TIME, T(audit_retention), "0", 31 * DAY,
	    3650 * DAY, RC_CONF_MAY_BE_ZERO, NULL, NULL,
	    "How long the audit log is kept in the database" },
	{ "webhook_attempts", RC_CONF_NUMBER, T(webhook_attempts), "12", 1, 100,
	    0, NULL, NULL, "Attempts after which a notification is dead" },
	{ "mail_to", RC_CONF_LIST, T(mail_to), "{}", 0, 0, RC_CONF_MAY_BE_EMPTY,
	    NULL, rc_value_is_mail_address,
	    "Who gets the mail about what happened" },
	{ "mail_from", RC_CONF_STRING, T(mail_from), NULL, 0, 0, 0, NULL,
	    rc_value_is_mail_address, "Whom that mail is from" },
	{ "sendmail", RC_CONF_STRING, T(sendmail), "\"/usr/sbin/sendmail\"", 0,
	    0, 0, NULL, rc_value_is_path, "Program that sends mail" },
	{ "mail_interval", RC_CONF_TIME, T(mail_interval), "1d", MINUTE,
	    30 * DAY, 0, NULL, NULL, "Time between two such mails" },

	{ "key_file", RC_CONF_STRING, T(key_file), NULL, 0, 0, 0, NULL,
	    rc_value_is_path,
	    "File with the key that seals the private signing keys" },
	{ "pages", RC_CONF_STRING, T(pages), NULL, 0, 0, 0, NULL,
	    rc_value_is_path,
	    "Folder of page templates, messages and style sheet" },
	{ "access_token_format", RC_CONF_CHOICE, T(access_token_format),
	    "opaque", 0, 0, 0, &token_formats, NULL,
	    "What access tokens look like" },
	{ "access_token_lifetime", RC_CONF_TIME, T(access_token_lifetime), "1h",
	    10, 365 * DAY, 0, NULL, NULL, "Life of an access token" },
	{ "refresh_token_lifetime", RC_CONF_TIME, T(refresh_token_lifetime),
	    "14d", MINUTE, 3650 * DAY, 0, NULL, NULL,
	    "Life of a refresh token" },
	{ "authorization_code_lifetime", RC_CONF_TIME,
	    T(authorization_code_lifetime), "5m", 10, 10 * MINUTE, 0, NULL,
	    NULL, "Life of an authorization code" },
	{ "id_token_lifetime", RC_CONF_TIME, T(id_token_lifetime), "1h", MINUTE,
	    7 * DAY, 0, NULL, NULL, "Life of an ID token" },
	{ "session_lifetime", RC_CONF_TIME, T(session_lifetime), "12h", MINUTE,
	    365 * DAY, 0, NULL, NULL,
	    "How long a login counts, from the login on" },
	{ "refresh_reuse_grace", RC_CONF_TIME, T(refresh_reuse_grace), "10s", 0,
	    5 * MINUTE, 0, NULL, NULL,
	    "How long a spent refresh token gives its successor again" },
	{ "openid_refresh_token", RC_CONF_CHOICE, T(openid_refresh_token),
	    "offline_access", 0, 0, 0, &openid_refreshes, NULL,
	    "When a client of OpenID Connect gets a refresh token" },
	{ "require_pkce", RC_CONF_CHOICE, T(require_pkce), "always", 0, 0, 0,
	    &pkce_rules, NULL, "Which clients must use PKCE" },
	{ "strict_auth_method", RC_CONF_BOOLEAN, T(strict_auth_method), "off",
	    0, 0, 0, NULL, NULL,
	    "Tell client_secret_basic and client_secret_post apart" },
	{ "assertion_audience", RC_CONF_CHOICE, T(assertion_audience), "issuer",
	    0, 0, 0, &audiences, NULL,
	    "Audience of the JWT that a client authenticates with" },
	{ "assertion_max_lifetime", RC_CONF_TIME, T(assertion_max_lifetime),
	    "5m", 10, HOUR, 0, NULL, NULL,
	    "Longest life of the JWT that a client authenticates with" },
	{ "default_resource", RC_CONF_URL, T(default_resource), NULL, 0, 0, 0,
	    NULL, rc_value_is_http_url,
	    "Audience of tokens asked for without resource" },

	{ "login", RC_CONF_CHOICE, T(login), "accounts", 0, 0, 0, &logins, NULL,
	    "How people log in" },
	{ "remote_user_auth_time", RC_CONF_STRING, T(remote_user_auth_time),
	    NULL, 0, 0, 0, NULL, rc_value_is_variable,
	    "Server variable with the time of the login" },
	{ "remote_user_claims", RC_CONF_LIST, T(remote_user_claims), "{}", 0, 0,
	    RC_CONF_MAY_BE_EMPTY, NULL, is_claim,
	    "Server variables with claims about the user" },
	{ "rate_limit_login", RC_CONF_RATE, T(rate_limit_login), "\"10/10m\"",
	    1, 1000000, 0, NULL, NULL,
	    "Failed logins from an address or network" },
	{ "password_memory", RC_CONF_SIZE, T(password_memory), "64m", 8 * MIB,
	    GIB, 0, NULL, NULL, "Memory to hash a password in" },

	{ "trusted_proxies", RC_CONF_LIST, T(trusted_proxies), "{}", 0, 0,
	    RC_CONF_MAY_BE_EMPTY, NULL, rc_value_is_network,
	    "Proxies whose word on who asks, and how, is taken" },
	{ "fetch_addresses", RC_CONF_LIST, T(fetch_addresses), "{}", 0, 0,
	    RC_CONF_MAY_BE_EMPTY, NULL, rc_value_is_network,
	    "Addresses that are not public, yet may be fetched from" },
	{ "fetch_ca_file", RC_CONF_STRING, T(fetch_ca_file), NULL, 0, 0, 0,
	    NULL, rc_value_is_path, "CA certificates to trust when fetching" },

	{ "max_body", RC_CONF_SIZE, T(max_body), "64k", KIB, 16 * MIB, 0, NULL,
	    NULL, "Longest request body" },
	{ "max_redirect_uris", RC_CONF_NUMBER, T(max_redirect_uris), "32", 1,
	    1000, 0, NULL, NULL,
	    "Most URIs in one list of a client, such as redirect_uris" },
	{ "max_uri_length", RC_CONF_SIZE, T(max_uri_length), "2048", 64,
	    64 * KIB, 0, NULL, NULL, "Longest URI in a client's metadata" },
	{ "max_string_length", RC_CONF_SIZE, T(max_string_length), "4096", 64,
	    64 * KIB, 0, NULL, NULL,
	    "Longest other string in a client's metadata" },
	{ "max_requests", RC_CONF_NUMBER, T(max_requests), "0", 0,
	    INT64_C(1000000000), 0, NULL, NULL,
	    "Requests after which a program starts afresh" },
	{ "metadata_max_age", RC_CONF_TIME, T(metadata_max_age), "1h", 0,
	    365 * DAY, 0, NULL, NULL,
	    "How long the metadata may be kept in caches" },
};

static const struct rc_conf_row resource_rows[] = {
	{ "name", RC_CONF_STRING, R(name), NULL, 0, 0, 0, NULL, NULL,
	    "Name of the resource for people" },
	{ "documentation", RC_CONF_URL, R(documentation), NULL, 0, 0, 0, NULL,
	    rc_value_is_http_url, "Page for developers who use the resource" },
	{ "scopes", RC_CONF_LIST, R(scopes), NULL, 0, 0, RC_CONF_INHERITS, NULL,
	    rc_value_is_scope, "Scopes of the resource" },
};

static const struct rc_conf_row scope_rows[] = {
	{ "text", RC_CONF_STRING, S(text), NULL, 0, 0, 0, NULL, NULL,
	    "What the scope lets a client do" },
	{ "text_zh", RC_CONF_STRING, S(text_zh), NULL, 0, 0, 0, NULL, NULL,
	    "The same in Chinese" },
};

static const struct rc_conf_row policy_rows[] = {
	{ "scopes", RC_CONF_LIST, P(scopes), NULL, 0, 0, RC_CONF_INHERITS, NULL,
	    rc_value_is_scope, "Scopes that its clients may register" },
	{ "default_scope", RC_CONF_LIST, P(default_scope), NULL, 0, 0, 0, NULL,
	    rc_value_is_scope, "Scopes of its clients that name none" },
	{ "grant_types", RC_CONF_LIST, P(grant_types), NULL, 0, 0,
	    RC_CONF_INHERITS, &grants, NULL,
	    "Grant types that its clients may register" },
	{ "response_types", RC_CONF_LIST, P(response_types), NULL, 0, 0,
	    RC_CONF_INHERITS | RC_CONF_MAY_BE_EMPTY, &responses, NULL,
	    "Response types that its clients may register" },
	{ "token_endpoint_auth_methods", RC_CONF_LIST, P(auth_methods), NULL, 0,
	    0, RC_CONF_INHERITS, &auth_methods, NULL,
	    "Client authentication methods that its clients may register" },
	{ "redirect_hosts", RC_CONF_LIST, P(redirect_hosts), NULL, 0, 0, 0,
	    NULL, rc_value_is_host, "Hosts that https redirect URIs may have" },
	{ "redirect_schemes", RC_CONF_LIST, P(redirect_schemes), NULL, 0, 0, 0,
	    NULL, rc_value_is_policy_scheme,
	    "URI schemes that redirect URIs may have" },
	{ "secret_lifetime", RC_CONF_TIME, P(secret_lifetime), NULL, MINUTE,
	    3650 * DAY, RC_CONF_INHERITS | RC_CONF_MAY_BE_ZERO, NULL, NULL,
	    "Life of its clients' secrets" },
	{ "status", RC_CONF_CHOICE, P(status), "active", 0, 0, 0,
	    &policy_statuses, NULL, "What its clients are at first" },
	{ "consent", RC_CONF_CHOICE, P(consent), "remembered", 0, 0, 0,
	    &policy_consents, NULL, "When users are asked for consent" },
	{ "software_statement", RC_CONF_CHOICE, P(software_statement),
	    "optional", 0, 0, 0, &statement_rules, NULL,
	    "Whether its clients present a software statement" },
	{ "max_clients", RC_CONF_NUMBER, P(max_clients), "0", 0,
	    INT64_C(1000000000), 0, NULL, NULL,
	    "Most clients that it may have" },
	{ "max_clients_per_address", RC_CONF_NUMBER, P(max_clients_per_address),
	    "0", 0, INT64_C(1000000000), 0, NULL, NULL,
	    "Most clients of one address or network" },
	{ "rate_limit_register", RC_CONF_RATE, P(rate_limit), "off", 1, 1000000,
	    0, NULL, NULL, "Registrations under it, in all" },
};

static const struct rc_conf_row statement_issuer_rows[] = {
	{ "jwks", RC_CONF_STRING, I(jwks), NULL, 0, 0, 0, NULL, NULL,
	    "Its public keys: a JWK Set, as JSON" },
	{ "jwks_file", RC_CONF_STRING, I(jwks_file), NULL, 0, 0, 0, NULL,
	    rc_value_is_path, "File with its public keys" },
	{ "jwks_uri", RC_CONF_URL, I(jwks_uri), NULL, 0, 0, 0, NULL,
	    rc_value_is_https_url, "Where its public keys are fetched" },
	{ "algorithms", RC_CONF_LIST, I(algorithms),
	    "{\"RS256\", \"PS256\", \"ES256\", \"EdDSA\"}", 0, 0, 0,
	    &statement_algs, NULL, "Algorithms that it may sign with" },
	{ "members", RC_CONF_LIST, I(members), NULL, 0, 0, 0, NULL,
	    rc_value_is_member, "Metadata members that it may set" },
};

static const struct rc_conf_row webhook_rows[] = {
	{ "url", RC_CONF_URL, W(url), NULL, 0, 0, RC_CONF_REQUIRED, NULL,
	    rc_value_is_hook_url, "Where the events are sent" },
	{ "secret_file", RC_CONF_STRING, W(secret_file), NULL, 0, 0,
	    RC_CONF_REQUIRED, NULL, rc_value_is_path,
	    "File with the secret that signs" },
	{ "events", RC_CONF_LIST, W(events), NULL, 0, 0, 0, NULL,
	    rc_value_is_event, "Events that are sent" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ROWS(array) array, COUNT(array)

const struct rc_conf_level_row rc_conf_levels[RC_CONF_LEVEL__MAX] = {
	[RC_CONF_TOP] = { NULL, NULL, ROWS(top_rows) },
	[RC_CONF_RESOURCE] = { "resource", "resource \"https://...\" { }",
	    ROWS(resource_rows) },
	[RC_CONF_SCOPE] = { "scope", "scope \"read\" { }", ROWS(scope_rows) },
	[RC_CONF_POLICY] = { "policy", "policy \"partners\" { }",
	    ROWS(policy_rows) },
	[RC_CONF_STATEMENT_ISSUER] = { "statement_issuer",
	    "statement_issuer \"https://...\" { }",
	    ROWS(statement_issuer_rows) },
	[RC_CONF_WEBHOOK] = { "webhook", "webhook \"siem\" { }",
	    ROWS(webhook_rows) },
};
/* clang-format on */

#define NROWS                                                         \
	(COUNT(top_rows) + COUNT(resource_rows) + COUNT(scope_rows) + \
	    COUNT(policy_rows) + COUNT(statement_issuer_rows) +       \
	    COUNT(webhook_rows))

const struct rc_conf_row *
rc_conf_find_row(const char *name, enum rc_conf_level level)
{
	const struct rc_conf_row *rows = rc_conf_levels[level].rows;
	size_t i;

	for (i = 0; i < rc_conf_levels[level].nrows; i++) {
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	}
	return NULL;
}

const struct rc_conf_key *
rc_conf_keys(size_t *count)
{
	static struct rc_conf_key keys[NROWS];
	const struct rc_conf_level_row *level;
	const struct rc_conf_row *row;
	size_t n = 0;

	for (level = rc_conf_levels;
	     level < rc_conf_levels + RC_CONF_LEVEL__MAX; level++) {
		for (row = level->rows; row < level->rows + level->nrows; row++)
			keys[n++] = (struct rc_conf_key){
				.name = row->name,
				.section = level->name,
				.type = rc_conf_type_of(row),
				.preset = row->preset,
				.meaning = row->meaning,
			};
	}
	*count = n;
	return keys;
}
