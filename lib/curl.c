#include "curl.h"

#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "arena.h"

/* clang-format off */
/* What is not named here is off unless asked for. */
static const struct {
	CURLoption option;
	long value;
} bounds[] = {
	{ CURLOPT_FOLLOWLOCATION, 0 },
	{ CURLOPT_DISALLOW_USERNAME_IN_URL, 1 },
	{ CURLOPT_SSL_VERIFYPEER, 1 },
	{ CURLOPT_SSL_VERIFYHOST, 2 },
	{ CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
	{ CURLOPT_NETRC, CURL_NETRC_IGNORED },
	{ CURLOPT_NOSIGNAL, 1 },
	/* Do not outwait the deadline for a name server that is slow. */
	{ CURLOPT_QUICK_EXIT, 1 },
};
/* clang-format on */

CURL *
rc_curl_new(void)
{
	static bool started;

	/* What curl shares between transfers is made ready at the first. */
	if (!started)
		started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	return started ? curl_easy_init() : NULL;
}

bool
rc_curl_bound(CURL *curl, const char *schemes)
{
	size_t i;

	for (i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++)
		if (curl_easy_setopt(curl, bounds[i].option, bounds[i].value) !=
		    CURLE_OK)
			return false;
	return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, schemes) ==
	       CURLE_OK;
}

bool
rc_curl_trust(CURL *curl, const char *ca_file)
{

	return ca_file == NULL ||
	       (curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file) == CURLE_OK &&
		   curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK);
}

curl_socket_t
rc_curl_socket(const struct curl_sockaddr *address)
{

	return socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
}

struct curl_slist *
rc_curl_fields(const char *const *fields)
{
	/* Without "Expect" nobody is waited for before the body is sent. */
	struct curl_slist *list = curl_slist_append(NULL, "Expect:"), *more;

	while (list != NULL && fields != NULL && *fields != NULL) {
		if ((more = curl_slist_append(list, *fields++)) == NULL)
			curl_slist_free_all(list);
		list = more;
	}
	return list;
}

long
rc_curl_status(CURL *curl)
{
	long status = 0;

	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

const char *
rc_curl_field_value(const char *line, size_t n, const char *name)
{
	size_t len = strlen(name);

	if (n <= len || strncasecmp(line, name, len) != 0 || line[len] != ':')
		return NULL;
	return line + len + 1;
}

const char *
rc_curl_field(
    struct rc_arena *mem, const char *header, const char *name, size_t i)
{
	const char *line = header, *value;
	size_t n;

	for (; *line != '\0'; line += n + (line[n] != '\0')) {
		n = strcspn(line, "\n");
		if ((value = rc_curl_field_value(line, n, name)) == NULL ||
		    i-- > 0)
			continue;
		value += strspn(value, " \t");
		return rc_strndup(mem, value, strcspn(value, "\r\n"));
	}
	return NULL;
}
