#include "uri.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>
#include <uriparser/Uri.h>

#include "arena.h"

/* Where browsers and systems do other things than hand a client its code. */
static const char *const never_redirect[] = { "about", "blob", "chrome",
	"chrome-extension", "content", "cid", "data", "file", "filesystem",
	"ftp", "gopher", "intent", "jar", "javascript", "ldap", "ldaps",
	"mailto", "mhtml", "moz-extension", "resource", "sms", "ssh", "tel",
	"urn", "vbscript", "view-source", "ws", "wss" };

/* Tell whether uriparser finds the grammar of RFC 3986 in ${text}. */
static bool
is_grammatical(const char *text)
{
	const char *at;
	UriUriA parsed;

	if (uriParseSingleUriA(&parsed, text, &at) != URI_SUCCESS)
		return false;
	uriFreeUriMembersA(&parsed);
	return true;
}

/* Return the length of the scheme (RFC 3986 3.1), 0 where there is none. */
static size_t
scheme_length(const char *text)
{
	size_t n = strcspn(text, ":/?#");

	return text[n] == ':' ? n : 0;
}

/* Cut ${n} bytes off the front of *${rest}. */
static const char *
cut(struct rc_arena *mem, const char **rest, size_t n)
{
	const char *part;

	part = rc_strndup(mem, *rest, n);
	*rest += n;
	return part;
}

/* Cut up the authority of ${n} bytes (RFC 3986 3.2). */
static void
cut_authority(
    struct rc_arena *mem, const char **rest, size_t n, struct rc_uri *uri)
{
	const char *end = *rest + n;
	const char *p;

	if ((p = memchr(*rest, '@', n)) != NULL) {
		uri->userinfo = cut(mem, rest, (size_t)(p - *rest));
		(*rest)++;
	}
	if (**rest == '[')
		n = strcspn(*rest, "]") + 1;
	else if ((p = memchr(*rest, ':', (size_t)(end - *rest))) != NULL)
		n = (size_t)(p - *rest);
	else
		n = (size_t)(end - *rest);
	uri->host = cut(mem, rest, n);
	if (*rest < end) {
		(*rest)++;
		uri->port = cut(mem, rest, (size_t)(end - *rest));
	}
}

/* Cut up a grammatical URI that has a scheme (RFC 3986 appendix B). */
static void
cut_up(struct rc_arena *mem, const char *text, struct rc_uri *uri)
{
	const char *rest = text;

	*uri = (struct rc_uri){ 0 };
	uri->scheme = cut(mem, &rest, scheme_length(text));
	rest++;
	if (strncmp(rest, "//", 2) == 0) {
		uri->authority = true;
		rest += 2;
		cut_authority(mem, &rest, strcspn(rest, "/?#"), uri);
	}
	uri->path = cut(mem, &rest, strcspn(rest, "?#"));
	if (*rest == '?') {
		rest++;
		uri->query = cut(mem, &rest, strcspn(rest, "#"));
	}
	if (*rest == '#')
		uri->fragment = rc_strdup(mem, rest + 1);
}

/* Tell whether the digits are a port from 1 to 65535. */
static bool
is_port(const char *digits)
{
	unsigned long port = 0;

	for (; *digits != '\0' && port <= 65535; digits++)
		port = port * 10 + (unsigned long)(*digits - '0');
	return port >= 1 && port <= 65535;
}

/* Tell whether the ${n} bytes are "." or "..", encoded or not (5.2.4). */
static bool
is_dots(const char *segment, size_t n)
{
	size_t dots, i = 0;

	for (dots = 0; i < n; dots++) {
		if (segment[i] == '.')
			i++;
		else if (strncasecmp(segment + i, "%2e", 3) == 0)
			i += 3;
		else
			return false;
	}
	return dots == 1 || dots == 2;
}

static bool
has_dot_segment(const char *path)
{
	size_t n;

	for (;;) {
		n = strcspn(path, "/");
		if (is_dots(path, n))
			return true;
		if (path[n] == '\0')
			return false;
		path += n + 1;
	}
}

static bool
is_http(const char *scheme)
{

	return strcasecmp(scheme, "http") == 0 ||
	       strcasecmp(scheme, "https") == 0;
}

const char *
rc_uri_parse(struct rc_arena *mem, const char *text, struct rc_uri *uri)
{
	const char *p;

	for (p = text; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~')
			return "has a character that is not printable ASCII: "
			       "percent-encode it";
	if (scheme_length(text) == 0)
		return "is not absolute: it must start with a scheme such as "
		       "https:";
	if (!is_grammatical(text))
		return "is not a URI as in RFC 3986";

	cut_up(mem, text, uri);
	if (uri->authority && uri->host[0] == '\0')
		return "has an empty host after //";
	if (!uri->authority && is_http(uri->scheme))
		return "has no // and host after its scheme";
	if (uri->port != NULL && uri->port[0] == '\0')
		return "has an empty port: leave the colon out";
	if (uri->port != NULL && !is_port(uri->port))
		return "has a port outside 1 to 65535";
	if (has_dot_segment(uri->path))
		return "has a dot segment in its path";
	return NULL;
}

bool
rc_uri_is_loopback(const struct rc_uri *uri)
{

	return uri->host != NULL && (strcmp(uri->host, "localhost") == 0 ||
					strcmp(uri->host, "127.0.0.1") == 0 ||
					strcmp(uri->host, "[::1]") == 0);
}

bool
rc_uri_is_never_redirect(const char *scheme)
{
	size_t i;

	for (i = 0; i < sizeof(never_redirect) / sizeof(never_redirect[0]); i++)
		if (strcasecmp(scheme, never_redirect[i]) == 0)
			return true;
	return false;
}

/* Return what a hexadecimal digit stands for, -1 for anything else. */
static int
hex(char c)
{

	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

const char *
rc_uri_origin(struct rc_arena *mem, const char *text)
{
	struct rc_uri uri;

	if (rc_uri_parse(mem, text, &uri) != NULL)
		return NULL;
	if (!is_http(uri.scheme))
		return rc_printf(mem, "%s:", uri.scheme);
	return rc_printf(mem, "%s://%s%s%s", uri.scheme, uri.host,
	    uri.port != NULL ? ":" : "", uri.port != NULL ? uri.port : "");
}

bool
rc_uri_unescape(char *s)
{
	char *out = s;
	int high, low;

	for (; *s != '\0'; s++) {
		if (*s != '%') {
			*out++ = *s;
			continue;
		}
		if ((high = hex(s[1])) < 0 || (low = hex(s[2])) < 0)
			return false;
		if (high == 0 && low == 0)
			return false;
		*out++ = (char)(high << 4 | low);
		s += 2;
	}
	*out = '\0';
	return true;
}
