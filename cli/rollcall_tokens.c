/*
 * What answers of a token endpoint are, and what the record keeps of them.
 */
#include "rollcall_tokens.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "claims.h"
#include "json.h"
#include "rollcall_metadata.h"

/* A token that is handed out lives so long at least, s, or half of its life. */
#define LEAST_LIFE 60

/* Tell whether a token can be sent as it is (RFC 6750 2.1). */
static bool
is_token(const char *token)
{
	const char *s = token;

	while (s != NULL && *s > ' ' && *s < '\x7f')
		s++;
	return s != NULL && *s == '\0' && s != token;
}

const char *
tokens_fault(struct rc_arena *mem, const struct rc_json *answer)
{
	static const char *const strings[] = { "refresh_token", "scope",
		"id_token" };
	const char *type = rc_json_text(answer, "token_type");
	int64_t seconds;
	size_t i;

	if (rc_json_type(answer) != RC_JSON_OBJECT)
		return "is no JSON object";
	if (!is_token(rc_json_text(answer, "access_token")))
		return "has no access_token that can be sent";
	if (type == NULL)
		return "has no token_type";
	if (strcasecmp(type, "Bearer") != 0)
		return "has a token_type other than Bearer";
	if (rc_json_has(answer, "expires_in") &&
	    !rc_claims_date(mem, rc_json_get(answer, "expires_in"), &seconds))
		return "has an expires_in that is no number of seconds";
	for (i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		if (rc_json_get(answer, strings[i]) != NULL &&
		    rc_json_text(answer, strings[i]) == NULL)
			return rc_printf(
			    mem, "has a %s that is no string", strings[i]);
	return NULL;
}

/* Set a member of ${set} to the first that there is. */
static void
set_first(struct rc_json *set, const char *name, struct rc_json *value,
    struct rc_json *otherwise)
{

	if (value == NULL)
		value = otherwise;
	if (value != NULL)
		rc_json_set(set, name, value);
}

/* Return the refresh token that came; an empty one is none (RFC 6749 A.17). */
static struct rc_json *
refresh_token_of(const struct rc_json *answer)
{
	struct rc_json *token = rc_json_get(answer, "refresh_token");
	const char *text = rc_json_string(token);

	return text != NULL && text[0] != '\0' ? token : NULL;
}

/* Note what was asked for otherwise than is usual. */
static void
set_narrowed(struct rc_arena *mem, struct rc_json *set,
    const struct rc_json *asking, const struct rc_json *login)
{
	static const char *const names[] = { "scope", "resource" };
	struct rc_json *narrowed = rc_json_new_array(mem);
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (rc_json_get(asking, names[i]) != NULL &&
		    !rc_json_equal(rc_json_get(asking, names[i]),
			rc_json_get(login, names[i])))
			rc_json_append_string(narrowed, names[i]);
	if (rc_json_count(narrowed) > 0)
		rc_json_set(set, "narrowed", narrowed);
}

/* What a person has let the client have: now, or at the login before. */
static struct rc_json *
login_of(struct rc_arena *mem, const struct rc_json *asking,
    const struct rc_json *answer, const char *type, const struct rc_json *old)
{
	struct rc_json *login;

	if (strcmp(type, "authorization_code") != 0)
		return rc_json_get(old, "login");
	login = rc_json_new_object(mem);
	set_first(login, "scope", rc_json_get(answer, "scope"),
	    rc_json_get(asking, "scope"));
	set_first(login, "resource", rc_json_get(asking, "resource"), NULL);
	return login;
}

/* Note when the tokens came, at the latest, and when they end. */
static void
set_times(struct rc_arena *mem, struct rc_json *set,
    const struct rc_json *asking, const struct rc_json *answer)
{
	int64_t asked = rc_json_int(rc_json_get(asking, "asked_at")), life;

	rc_json_set_int(set, "obtained_at", asked);
	if (rc_claims_date(mem, rc_json_get(answer, "expires_in"), &life))
		rc_json_set_int(set, "expires_at", asked + life);
}

/* What it takes to judge the ID token later. */
static struct rc_json *
unchecked(struct rc_arena *mem, const struct rc_json *asking)
{
	struct rc_json *left = rc_json_new_object(mem);

	set_first(left, "nonce", rc_json_get(asking, "nonce"), NULL);
	set_first(left, "sub", rc_json_get(asking, "sub"), NULL);
	return left;
}

/* Return a string that what we wrote has; it may have been changed since. */
static const char *
written(const struct rc_json *asking, const char *name, const char *otherwise)
{
	const char *text = rc_json_text(asking, name);

	return text != NULL ? text : otherwise;
}

void
tokens_take(
    struct rc_arena *mem, struct rc_json *record, const struct rc_json *answer)
{
	const struct rc_json *asking = rc_json_get(record, "asking");
	const char *name = written(asking, "set", "tokens");
	const char *type = written(asking, "grant_type", "");
	const struct rc_json *old = rc_json_get(record, name);
	struct rc_json *set = rc_json_new_object(mem), *login;

	/* A refresh changes what it brings; all else begins anew. */
	if (strcmp(type, "refresh_token") != 0)
		old = NULL;
	login = login_of(mem, asking, answer, type, old);
	rc_json_set(set, "access_token", rc_json_get(answer, "access_token"));
	rc_json_set(set, "token_type", rc_json_get(answer, "token_type"));
	set_times(mem, set, asking, answer);
	set_first(set, "refresh_token", refresh_token_of(answer),
	    rc_json_get(old, "refresh_token"));
	set_first(set, "id_token", rc_json_get(answer, "id_token"),
	    rc_json_get(old, "id_token"));
	/* RFC 6749 5.1: without one it is as it was asked for. */
	set_first(set, "scope", rc_json_get(answer, "scope"),
	    rc_json_get(asking, "scope"));
	set_first(set, "scope", rc_json_get(set, "scope"),
	    rc_json_get(login, "scope"));
	set_first(set, "resource", rc_json_get(asking, "resource"),
	    rc_json_get(login, "resource"));
	set_narrowed(mem, set, asking,
	    strcmp(type, "authorization_code") == 0 ? asking : login);
	set_first(set, "login", login, NULL);
	if ((rc_json_get(answer, "id_token") != NULL ||
		rc_json_has(asking, "nonce")) &&
	    !rc_json_bool(rc_json_get(asking, "checked")))
		rc_json_set(set, "unchecked", unchecked(mem, asking));
	rc_json_set(record, name, set);
	rc_json_remove(record, "asking");
}

/* Tell whether a scope has the word of ${n} bytes (RFC 6749 3.3). */
static bool
has_word(const char *scope, const char *word, size_t n)
{
	size_t len;

	for (; scope != NULL && *scope != '\0';
	     scope += len + strspn(scope + len, " ")) {
		len = strcspn(scope, " ");
		if (len == n && strncmp(scope, word, n) == 0)
			return true;
	}
	return false;
}

bool
tokens_have_scope(const char *have, const char *want)
{
	size_t n;

	for (; *want != '\0'; want += n + strspn(want + n, " ")) {
		n = strcspn(want, " ");
		if (n > 0 && !has_word(have, want, n))
			return false;
	}
	return true;
}

/* Tell whether two arrays of strings have the same, in any order. */
static bool
same_strings(const struct rc_json *object, const char *name,
    const struct rc_json *wanted)
{
	size_t i;

	if (rc_json_count(rc_json_get(object, name)) != rc_json_count(wanted))
		return false;
	for (i = 0; i < rc_json_count(wanted); i++)
		if (!metadata_lists(
			object, name, rc_json_string(rc_json_at(wanted, i))))
			return false;
	return true;
}

/*
 * Does a token, of which it is known when it ends, live for a while?  One that
 * came in the future was noted by a clock that was wrong, and so was its end.
 */
static bool
is_alive(const struct rc_json *set, int64_t now)
{
	int64_t from = rc_json_int(rc_json_get(set, "obtained_at"));
	int64_t until = rc_json_int(rc_json_get(set, "expires_at"));
	int64_t half = (until - from) / 2;

	if (!rc_json_has(set, "expires_at"))
		return true;
	return until > now + (half < LEAST_LIFE ? half : LEAST_LIFE) &&
	       from <= now + RC_CLAIMS_SKEW;
}

bool
tokens_serve(const struct rc_json *set, const char *scope,
    const struct rc_json *resource, int64_t now)
{

	if (rc_json_text(set, "access_token") == NULL || !is_alive(set, now))
		return false;
	if (scope == NULL
		? metadata_lists(set, "narrowed", "scope")
		: !tokens_have_scope(rc_json_text(set, "scope"), scope))
		return false;
	return resource == NULL ? !metadata_lists(set, "narrowed", "resource")
	                        : same_strings(set, "resource", resource);
}

struct rc_json *
tokens_about(struct rc_arena *mem, const struct rc_json *set)
{
	static const char *const names[] = { "token_type", "scope", "resource",
		"obtained_at", "expires_at" };
	static const char *const tokens[] = { "access_token", "refresh_token" };
	struct rc_json *about = rc_json_new_object(mem);
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		set_first(about, names[i], rc_json_get(set, names[i]), NULL);
	for (i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
		rc_json_set_bool(about, tokens[i], rc_json_has(set, tokens[i]));
	return about;
}
