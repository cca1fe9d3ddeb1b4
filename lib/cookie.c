#include "cookie.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "arena.h"
#include "conf.h"
#include "crypt.h"

/* clang-format off */
static const char *const kinds[RC_COOKIE__MAX] = {
	[RC_COOKIE_SESSION] = "",
	[RC_COOKIE_LOGIN] = "login-",
};
/* clang-format on */

const char *
rc_cookie_name(
    struct rc_arena *mem, const struct rc_conf *conf, enum rc_cookie cookie)
{
	unsigned char hash[RC_CRYPT_HASH_SIZE];

	rc_crypt_hash(conf->issuer, strlen(conf->issuer), hash);
	return rc_printf(mem, "%srollcall-%s%02x%02x%02x%02x",
	    conf->secure ? "__Host-" : "", kinds[cookie], hash[0], hash[1],
	    hash[2], hash[3]);
}

static bool
is_token(const char *value)
{
	unsigned char bytes[RC_CRYPT_HASH_SIZE];
	size_t len;
	bool good;

	good = rc_crypt_unbase64url(bytes, sizeof(bytes), value, &len) &&
	       len == sizeof(bytes);
	rc_crypt_wipe(bytes, sizeof(bytes));
	return good;
}

const char *
rc_cookie_find(struct rc_arena *mem, const char *header, const char *name)
{
	size_t length = strlen(name);
	const char *found = NULL;
	char *next, *pair, *end;

	if (header == NULL)
		return NULL;
	next = rc_strdup(mem, header);
	while ((pair = strsep(&next, ";")) != NULL) {
		pair += strspn(pair, " \t");
		if (strncmp(pair, name, length) != 0 || pair[length] != '=')
			continue;
		pair += length + 1;
		end = pair + strcspn(pair, " \t");
		*end = '\0';
		if (found != NULL && strcmp(found, pair) != 0)
			return NULL;
		found = pair;
	}
	return found != NULL && is_token(found) ? found : NULL;
}

const char *
rc_cookie_set(struct rc_arena *mem, const struct rc_conf *conf,
    const char *name, const char *value)
{

	return rc_printf(mem, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s", name,
	    value, conf->secure ? "; Secure" : "");
}

const char *
rc_cookie_clear(
    struct rc_arena *mem, const struct rc_conf *conf, const char *name)
{

	return rc_printf(
	    mem, "%s; Max-Age=0", rc_cookie_set(mem, conf, name, ""));
}
