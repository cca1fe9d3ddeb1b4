#include "redirect.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "conf.h"
#include "form.h"
#include "uri.h"

/* What the answer to the redirect carries (RFC 6749 4.1.2, RFC 9207). */
static const char *const response_parameters[] = { "code", "error", "iss",
	"response", "state" };

static bool
is_one_of(const char *s, const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(s, names[i]) == 0)
			return true;
	return false;
}

static bool
has_upper_case(const char *s)
{

	for (; *s != '\0'; s++)
		if (isupper((unsigned char)*s))
			return true;
	return false;
}

/* Judge the scheme and with it the host; set *${kind} when they are good. */
static const char *
check_scheme(const struct rc_uri *uri, const struct rc_list *schemes,
    enum rc_redirect_kind *kind, const char **rule)
{

	*rule = "redirect_uri.scheme";
	if (has_upper_case(uri->scheme))
		return "has upper case letters in its scheme: spell it in "
		       "lower case";
	if (strcmp(uri->scheme, "https") == 0) {
		*kind = RC_REDIRECT_HTTPS;
		return NULL;
	}
	if (strcmp(uri->scheme, "http") == 0) {
		*kind = RC_REDIRECT_LOOPBACK;
		return rc_uri_is_loopback(uri)
		           ? NULL
		           : "must use https: http is for localhost, 127.0.0.1 and "
		             "[::1] alone";
	}
	if (rc_uri_is_never_redirect(uri->scheme))
		return "has a scheme that is never allowed";
	*kind = RC_REDIRECT_PRIVATE_USE;
	if (strchr(uri->scheme, '.') != NULL ||
	    rc_list_has(schemes, uri->scheme))
		return NULL;
	return "has a scheme that is not allowed: use https, http on "
	       "localhost, or a private-use scheme with a dot such as "
	       "com.example.app";
}

/* Tell whether the ${n} characters are a label (RFC 1123 2.1, and '_'). */
static bool
is_label(const char *s, size_t n)
{
	size_t i;

	if (n == 0 || s[0] == '-' || s[n - 1] == '-')
		return false;
	for (i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '-' && s[i] != '_')
			return false;
	return true;
}

/*
 * Tell whether the host is made of what host names and IP addresses are made
 * of.  RFC 3986 has more, but browsers decode it, and a policy header that
 * names the host could be cut short by it.
 */
static bool
is_plain_host(const char *host)
{
	const char *end;
	size_t n;

	if (host[0] == '[') {
		end = host + 1 + strspn(host + 1, "0123456789abcdefABCDEF:.");
		return strcmp(end, "]") == 0;
	}
	for (;; host += n + 1) {
		n = strcspn(host, ".");
		if (!is_label(host, n))
			return false;
		/* A name may end in one dot, which stands for the root. */
		if (host[n] == '\0' || host[n + 1] == '\0')
			return true;
	}
}

static const char *
check_query(struct rc_arena *mem, const char *query)
{
	struct rc_form_pair *pairs;
	size_t i, n;

	if (!rc_form_parse(mem, query, &pairs, &n))
		return "has a query that does not decode to UTF-8 text";
	for (i = 0; i < n; i++)
		if (is_one_of(pairs[i].name, response_parameters,
			sizeof(response_parameters) /
			    sizeof(response_parameters[0])))
			return "has a query parameter named code, state, iss, "
			       "error or response: the server adds those";
	return NULL;
}

const char *
rc_redirect_check(struct rc_arena *mem, const char *uri,
    const struct rc_list *schemes, enum rc_redirect_kind *kind,
    const char **rule)
{
	struct rc_uri parts;
	const char *why;

	*rule = "redirect_uri.wildcard";
	if (strchr(uri, '*') != NULL)
		return "has a wildcard: register each URI as it is";
	*rule = "redirect_uri.syntax";
	if ((why = rc_uri_parse(mem, uri, &parts)) != NULL)
		return why;
	*rule = "redirect_uri.fragment";
	if (parts.fragment != NULL)
		return "has a fragment: leave out # and what follows";
	*rule = "redirect_uri.user_name";
	if (parts.userinfo != NULL)
		return "has a user name: leave out what is before @";
	if ((why = check_scheme(&parts, schemes, kind, rule)) != NULL)
		return why;
	*rule = "redirect_uri.host";
	if (parts.authority && !is_plain_host(parts.host))
		return "has a host that is neither an IP address nor a name of "
		       "letters, digits and inner hyphens between single dots";
	*rule = "redirect_uri.query";
	if (parts.query != NULL)
		return check_query(mem, parts.query);
	return NULL;
}

enum rc_redirect_kind
rc_redirect_kind_of(const char *uri)
{

	if (strncmp(uri, "https:", strlen("https:")) == 0)
		return RC_REDIRECT_HTTPS;
	if (strncmp(uri, "http:", strlen("http:")) == 0)
		return RC_REDIRECT_LOOPBACK;
	return RC_REDIRECT_PRIVATE_USE;
}

/* Tell whether ${uri} is an http loopback URI, whose port may vary. */
static bool
parse_loopback(struct rc_arena *mem, const char *uri, struct rc_uri *parts)
{

	return rc_uri_parse(mem, uri, parts) == NULL &&
	       strcmp(parts->scheme, "http") == 0 &&
	       rc_uri_is_loopback(parts) && parts->userinfo == NULL &&
	       parts->fragment == NULL;
}

/* Tell whether two parts are both absent or both the same. */
static bool
same(const char *a, const char *b)
{

	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

bool
rc_redirect_match(
    struct rc_arena *mem, const char *registered, const char *given)
{
	struct rc_uri a, b;

	if (strcmp(registered, given) == 0)
		return true;
	return parse_loopback(mem, registered, &a) &&
	       parse_loopback(mem, given, &b) && same(a.host, b.host) &&
	       same(a.path, b.path) && same(a.query, b.query);
}
