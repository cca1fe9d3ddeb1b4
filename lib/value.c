#include <string.h>

#include "arena.h"
#include "network.h"
#include "uri.h"
#include "value.h"

#define NAME_LEN_MAX 63

static bool
is_lower(char c)
{

	return c >= 'a' && c <= 'z';
}

static bool
is_upper(char c)
{

	return c >= 'A' && c <= 'Z';
}

bool
rc_value_is_digit(char c)
{

	return c >= '0' && c <= '9';
}

/* Characters of keys, and of values that need no quotes. */
bool
rc_value_is_word(char c)
{

	return is_lower(c) || is_upper(c) || rc_value_is_digit(c) || c == '_' ||
	       c == '.' || c == '-';
}

bool
rc_value_is_one_of(const char *const words[], const char *text)
{
	size_t i;

	for (i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], text) == 0)
			return true;
	}
	return false;
}

const char *
rc_value_url(struct rc_arena *mem, const char *text, struct rc_uri *uri)
{
	const char *why = rc_uri_parse(mem, text, uri);

	if (why != NULL)
		return rc_printf(mem, "is no good URL: it %s", why);
	if (uri->userinfo != NULL)
		return "must not have a user name in it";
	return NULL;
}

static bool
is_http(const struct rc_uri *uri)
{

	return strcmp(uri->scheme, "http") == 0;
}

static bool
is_https(const struct rc_uri *uri)
{

	return strcmp(uri->scheme, "https") == 0;
}

const char *
rc_value_is_http_url(struct rc_arena *mem, const char *value)
{
	struct rc_uri uri;
	const char *why = rc_value_url(mem, value, &uri);

	if (why != NULL)
		return why;
	if (!is_https(&uri) && !is_http(&uri))
		return "must begin with https:// or http://";
	return NULL;
}

/* What is fetched is fetched so alone. */
const char *
rc_value_is_https_url(struct rc_arena *mem, const char *value)
{
	struct rc_uri uri;
	const char *why = rc_value_url(mem, value, &uri);

	if (why != NULL)
		return why;
	if (!is_https(&uri))
		return "must begin with https://";
	if (uri.fragment != NULL)
		return "must not have a fragment";
	return NULL;
}

const char *
rc_value_is_hook_url(struct rc_arena *mem, const char *value)
{
	struct rc_uri uri;
	const char *why = rc_value_url(mem, value, &uri);

	if (why != NULL)
		return why;
	if (is_http(&uri) && rc_uri_is_loopback(&uri))
		return uri.fragment == NULL ? NULL : "must not have a fragment";
	if (is_http(&uri))
		return "must begin with https:// (http:// only on localhost, "
		       "127.0.0.1 and [::1])";
	return rc_value_is_https_url(mem, value);
}

static bool
has_upper(const char *s)
{

	while (*s != '\0' && !is_upper(*s))
		s++;
	return *s != '\0';
}

/* A URL that a request is compared with, byte for byte. */
const char *
rc_value_is_service_url(struct rc_arena *mem, const char *value)
{
	struct rc_uri uri;
	const char *why = rc_value_url(mem, value, &uri);

	if (why != NULL)
		return why;
	if (!is_https(&uri) && !(is_http(&uri) && rc_uri_is_loopback(&uri)))
		return "must begin with https:// (http:// only on localhost, "
		       "127.0.0.1 and [::1])";
	if (uri.query != NULL)
		return "must not have a query";
	if (uri.fragment != NULL)
		return "must not have a fragment";
	if (has_upper(uri.host))
		return "must have its host in lower case";
	/* Request paths are decoded before they are compared. */
	if (strchr(uri.path, '%') != NULL)
		return "must not have a %-escape in its path";
	return NULL;
}

/* The issuer is compared byte for byte by clients (RFC 8414 3.3). */
const char *
rc_value_is_base(struct rc_arena *mem, const char *value)
{
	const char *why = rc_value_is_service_url(mem, value);
	size_t n = strlen(value);

	if (why != NULL || value[n - 1] != '/')
		return why;
	while (value[n - 1] == '/')
		n--;
	return rc_printf(
	    mem, "must not end in \"/\": write \"%.*s\"", (int)n, value);
}

const char *
rc_value_is_role_prefix(struct rc_arena *mem, const char *value)
{

	(void)mem;
	while (is_lower(*value) || rc_value_is_digit(*value) || *value == '_')
		value++;
	return *value == '\0' ? NULL
	                      : "may only have the characters a-z, 0-9 and _";
}

/* RFC 6749 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ). */
const char *
rc_value_is_scope(struct rc_arena *mem, const char *value)
{
	const char *s = value;

	(void)mem;
	while (*s > 0x20 && *s < 0x7f && *s != '"' && *s != '\\')
		s++;
	if (s == value || *s != '\0')
		return "is no scope token (RFC 6749 3.3)";
	return NULL;
}

const char *
rc_value_is_scheme(struct rc_arena *mem, const char *value)
{
	static const char *const web[] = { "http", "https", NULL };
	const char *s = value;

	(void)mem;
	if (rc_value_is_one_of(web, value) || rc_uri_is_never_redirect(value))
		return "is never a private-use scheme";
	if (strchr(value, '.') != NULL)
		return "has a dot: such schemes need not be listed";
	while (is_lower(*s) ||
	       (s > value && *s != '\0' &&
		   (rc_value_is_digit(*s) || *s == '+' || *s == '-')))
		s++;
	if (s == value || *s != '\0')
		return "is no URI scheme in lower case (RFC 3986 3.1)";
	return NULL;
}

const char *
rc_value_is_policy_scheme(struct rc_arena *mem, const char *value)
{
	static const char *const web[] = { "http", "https", NULL };
	const char *s = value;

	(void)mem;
	if (rc_value_is_one_of(web, value))
		return NULL;
	if (rc_uri_is_never_redirect(value))
		return "is never a scheme of redirect URIs";
	while (is_lower(*s) ||
	       (s > value && *s != '\0' &&
		   (rc_value_is_digit(*s) || strchr("+-.", *s) != NULL)))
		s++;
	if (s == value || *s != '\0')
		return "is no URI scheme in lower case (RFC 3986 3.1)";
	return NULL;
}

/* Tell whether the ${n} characters are a label of a host name. */
static bool
is_label(const char *s, size_t n)
{
	size_t i;

	if (n == 0 || n > 63 || s[0] == '-' || s[n - 1] == '-')
		return false;
	for (i = 0; i < n; i++) {
		if (!is_lower(s[i]) && !rc_value_is_digit(s[i]) &&
		    s[i] != '-' && s[i] != '_')
			return false;
	}
	return true;
}

static bool
is_ip_literal(const char *s)
{
	size_t n = strspn(s + 1, "0123456789abcdef:.");

	return s[0] == '[' && n > 1 && strcmp(s + 1 + n, "]") == 0;
}

const char *
rc_value_is_host(struct rc_arena *mem, const char *value)
{
	static const char any[] = "*.";
	const char *s = value;
	size_t n;

	(void)mem;
	if (strchr(value, '/') != NULL)
		return "is no host: leave out the scheme, the path and \"/\"";
	if (is_ip_literal(value))
		return NULL;
	if (strchr(value, ':') != NULL)
		return "has a port: write the host alone, whatever its port";
	if (has_upper(value))
		return "must be in lower case";
	if (strncmp(value, any, strlen(any)) == 0)
		s += strlen(any);
	for (;; s += n + 1) {
		n = strcspn(s, ".");
		if (!is_label(s, n))
			return "is no host (such as \"app.example.org\", or "
			       "\"*.example.org\" for any below)";
		if (s[n] == '\0')
			return NULL;
	}
}

/* Names of policies and webhooks stand in rows, URLs and logs. */
const char *
rc_value_is_name(struct rc_arena *mem, const char *value)
{
	size_t n = 0;

	(void)mem;
	while (rc_value_is_word(value[n]))
		n++;
	if (n == 0 || value[n] != '\0' || n > NAME_LEN_MAX || value[0] == '-')
		return "is no name: 1 to 63 letters, digits, \"_\", \".\" and "
		       "\"-\", which is not the first";
	return NULL;
}

/* A metadata member's name; whether there is such a one is known above. */
const char *
rc_value_is_member(struct rc_arena *mem, const char *value)
{
	const char *s = value;

	(void)mem;
	while (
	    is_lower(*s) || (s > value && (rc_value_is_digit(*s) || *s == '_')))
		s++;
	if (s == value || *s != '\0')
		return "is no metadata member (such as client_name)";
	return NULL;
}

/* An event such as client.registered, or all of a kind, client.*. */
const char *
rc_value_is_event(struct rc_arena *mem, const char *value)
{
	static const char why[] = "is no event (such as client.registered, or "
				  "\"client.*\" for all of a kind)";
	const char *s = value;

	(void)mem;
	while (is_lower(*s) || (s > value && *s == '_'))
		s++;
	if (s == value || *s != '.')
		return why;
	if (strcmp(++s, "*") == 0)
		return NULL;
	if (!is_lower(*s))
		return why;
	while (is_lower(*s) || *s == '_')
		s++;
	return *s == '\0' ? NULL : why;
}

/* An address as sendmail takes it, also a name of this host's alone. */
const char *
rc_value_is_mail_address(struct rc_arena *mem, const char *value)
{
	const char *at = strchr(value, '@'), *s;

	(void)mem;
	for (s = value; *s > 0x20 && *s < 0x7f; s++) {
		if (strchr("()<>[]:;,\\\"", *s) != NULL)
			break;
	}
	if (s == value || *s != '\0' || value[0] == '-' || at == value ||
	    (at != NULL && (at[1] == '\0' || strchr(at + 1, '@') != NULL)))
		return "is no mail address (such as \"ops@example.org\")";
	return NULL;
}

const char *
rc_value_is_path(struct rc_arena *mem, const char *value)
{

	(void)mem;
	return value[0] == '/' ? NULL : "must begin with \"/\"";
}

const char *
rc_value_is_network(struct rc_arena *mem, const char *value)
{
	struct rc_network network;

	(void)mem;
	return rc_network_parse(value, &network);
}

/*
 * Tell whether the web server fills the variable with what the visitor sent:
 * headers (RFC 3875 4.1.18), the request line and what follows from it.
 */
static bool
is_of_visitor(const char *name)
{
	static const char *const starts[] = { "HTTP_", "REDIRECT_", "REQUEST_",
		"QUERY_STRING", "CONTENT_", "PATH_", "SCRIPT_", "DOCUMENT_" };
	size_t i;

	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (strncmp(name, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

const char *
rc_value_is_variable(struct rc_arena *mem, const char *value)
{
	const char *s = value;

	(void)mem;
	while (
	    is_upper(*s) || (s > value && (rc_value_is_digit(*s) || *s == '_')))
		s++;
	if (s == value || *s != '\0')
		return "is no server variable (such as REMOTE_USER_NAME)";
	if (is_of_visitor(value))
		return "is part of the request, which anyone can send: name a "
		       "variable that the web server sets";
	return NULL;
}
