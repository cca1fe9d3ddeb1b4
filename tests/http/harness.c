#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "harness.h"
#include "harness_own.h"

/* What harness_main frees at the end, so that leak checkers stay quiet. */
struct kept {
	struct kept *next;
	void *p;
	void (*done)(void *);
};

struct cases {
	struct cases *next;
	const char *name;
	struct json_object *value;
};

static struct kept *kept;
static struct cases *cases;
static const char *case_now = "";
static const struct answer *last;

static void
keep(void *p, void (*done)(void *))
{
	struct kept *k = malloc(sizeof(*k));

	if (k == NULL || p == NULL)
		abort();
	k->p = p;
	k->done = done;
	k->next = kept;
	kept = k;
}

static void
drop_kept(void)
{
	struct kept *k;

	while ((k = kept) != NULL) {
		kept = k->next;
		k->done(k->p);
		free(k);
	}
	cases = NULL;
}

static void
put_json(void *p)
{

	json_object_put(p);
}

void *
room(size_t n)
{
	void *p = calloc(1, n == 0 ? 1 : n);

	keep(p, free);
	return p;
}

char *
vtext(const char *fmt, va_list ap)
{
	va_list again;
	char *s;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		abort();
	s = room((size_t)n + 1);
	(void)vsnprintf(s, (size_t)n + 1, fmt, ap);
	return s;
}

const char *
text(const char *fmt, ...)
{
	const char *s;
	va_list ap;

	va_start(ap, fmt);
	s = vtext(fmt, ap);
	va_end(ap);
	return s;
}

/* Turn each ' into ", so that JSON in C is readable. */
static char *
quoted(char *s)
{
	char *p;

	for (p = s; (p = strchr(p, '\'')) != NULL; p++)
		*p = '"';
	return s;
}

const char *
json(const char *fmt, ...)
{
	char *s;
	va_list ap;

	va_start(ap, fmt);
	s = vtext(fmt, ap);
	va_end(ap);
	return quoted(s);
}

void
bytes_add(struct bytes *b, const void *data, size_t n)
{

	if (b->len + n + 1 > b->cap) {
		b->cap = (b->len + n + 1) * 2;
		if ((b->data = realloc(b->data, b->cap)) == NULL)
			abort();
	}
	if (n > 0)
		memcpy(b->data + b->len, data, n);
	b->len += n;
	b->data[b->len] = '\0';
}

/* Give what was collected to the pool, as a string. */
char *
bytes_settle(struct bytes *b)
{

	bytes_add(b, "", 0);
	keep(b->data, free);
	return b->data;
}

/* Complaints. */

void
complain(const char *file, int line, const char *fmt, ...)
{
	const char *said;
	const char *heard = "";
	va_list ap;

	va_start(ap, fmt);
	said = vtext(fmt, ap);
	va_end(ap);
	if (last != NULL)
		heard = text("\n\t%s %.200s -> %d\n\t%.*s\n\t%.700s",
		    last->method, last->url, last->status,
		    (int)(last->head_len < 600 ? last->head_len : 600),
		    last->head, last->body);
	ck_abort_msg("%s:%d: %s%s%s%s", file, line, case_now,
	    *case_now == '\0' ? "" : ": ", said, heard);
	abort();
}

void
case_named(const char *name)
{

	case_now = name;
}

/* Where the server is. */

const char *
env(const char *name, const char *preset)
{
	const char *value = getenv(name);

	return value == NULL || *value == '\0' ? preset : value;
}

const char *
base_url(void)
{

	return env("BASE_URL", "");
}

const char *
register_url(void)
{

	return text("%s/oauth/register", base_url());
}

bool
in_server(const char *name)
{

	return strcmp(env("RIG_SERVER", "lighttpd"), name) == 0;
}

/* JSON. */

struct json_object *
parse(const char *s, size_t len)
{
	struct json_tokener *tokener = json_tokener_new_ex(64);
	struct json_object *value;
	bool good;

	if (tokener == NULL || len >= INT32_MAX)
		abort();
	json_tokener_set_flags(
	    tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	/* With its NUL, so that a bare number has an end. */
	value = json_tokener_parse_ex(tokener, s, (int)len + 1);
	good = json_tokener_get_error(tokener) == json_tokener_success &&
	       json_tokener_get_parse_end(tokener) >= len;
	json_tokener_free(tokener);
	if (value == NULL)
		return NULL;
	keep(value, put_json);
	return good ? value : NULL;
}

struct json_object *
member(const struct json_object *object, const char *name)
{
	struct json_object *value;

	if (!json_object_is_type(object, json_type_object) ||
	    !json_object_object_get_ex(object, name, &value))
		return NULL;
	return value;
}

const char *
string(const struct json_object *object, const char *name)
{
	struct json_object *value = member(object, name);

	if (!json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

bool
same(const struct json_object *value, const char *s)
{
	const char *plain = json("%s", s);

	return json_object_equal((struct json_object *)(uintptr_t)value,
		   parse(plain, strlen(plain))) != 0;
}

bool
array_has(const struct json_object *array, const char *s)
{
	const char *item;
	size_t i;

	if (!json_object_is_type(array, json_type_array))
		return false;
	for (i = 0; i < json_object_array_length(array); i++) {
		item =
		    json_object_get_string(json_object_array_get_idx(array, i));
		if (item != NULL && strcmp(item, s) == 0)
			return true;
	}
	return false;
}

void
answered(struct answer *a, struct bytes *body)
{

	a->len = body->len;
	a->body = bytes_settle(body);
	a->json = parse(a->body, a->len);
	last = a;
}

/* Headers. */

/* Find the ${nth} header of that name from 0; return its value's place. */
static const char *
find_header(const struct answer *a, const char *name, size_t nth, size_t *len)
{
	size_t n = strlen(name);
	const char *line, *end;

	for (line = a->head; line < a->head + a->head_len; line = end + 2) {
		if ((end = strstr(line, "\r\n")) == NULL)
			break;
		if (strncasecmp(line, name, n) != 0 || line[n] != ':')
			continue;
		if (nth-- > 0)
			continue;
		for (line += n + 1; *line == ' ' || *line == '\t'; line++)
			;
		*len = (size_t)(end - line);
		return line;
	}
	return NULL;
}

const char *
header(const struct answer *a, const char *name)
{
	size_t len;
	const char *value = find_header(a, name, 0, &len);

	return value == NULL ? NULL : text("%.*s", (int)len, value);
}

size_t
header_count(const struct answer *a, const char *name)
{
	size_t len, n = 0;

	while (find_header(a, name, n, &len) != NULL)
		n++;
	return n;
}

bool
has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	while (list != NULL && *list != '\0') {
		list += strspn(list, ", \t");
		if (strncasecmp(list, word, n) == 0 &&
		    (list[n] == '\0' || strchr(", \t;", list[n]) != NULL))
			return true;
		list += strcspn(list, ",");
	}
	return false;
}

/* Expectations. */

void
expect_status(const struct answer *a, int status)
{

	last = a;
	want(a->status == status, "status is %d, not %d", a->status, status);
}

void
expect_headers(const struct answer *a)
{
	const char *value;

	last = a;
	value = header(a, "Cache-Control");
	want(has_word(value, "no-store"), "Cache-Control has no no-store");
	value = header(a, "Pragma");
	want(has_word(value, "no-cache"), "Pragma is not no-cache");
	value = header(a, "X-Content-Type-Options");
	want(value != NULL && strcasecmp(value, "nosniff") == 0,
	    "X-Content-Type-Options is not nosniff");
	value = header(a, "Access-Control-Allow-Origin");
	want(value != NULL && strcmp(value, "*") == 0,
	    "Access-Control-Allow-Origin is not *");
	value = header(a, "Access-Control-Expose-Headers");
	want(has_word(value, "WWW-Authenticate") &&
		 has_word(value, "Retry-After") && has_word(value, "ETag"),
	    "Access-Control-Expose-Headers wants WWW-Authenticate, "
	    "Retry-After, ETag");
	value = header(a, "Content-Type");
	want(a->len == 0 || has_word(value, "application/json"),
	    "Content-Type is not application/json");
	want(header_count(a, "Cache-Control") == 1 &&
		 header_count(a, "Content-Type") <= 1 &&
		 header_count(a, "Access-Control-Allow-Origin") == 1,
	    "a header is there twice");
}

/* Tell whether ${s} is one of the alternatives with | between them. */
static bool
is_one_of(const char *s, const char *alternatives)
{
	size_t n = strlen(s);
	const char *p = alternatives;

	for (;; p++) {
		if (strncmp(p, s, n) == 0 && (p[n] == '\0' || p[n] == '|'))
			return true;
		if ((p = strchr(p, '|')) == NULL)
			return false;
	}
}

void
expect_error_form(const struct answer *a)
{
	const char *error = string(a->json, "error");
	const char *p = string(a->json, "error_description");

	last = a;
	want(has_word(header(a, "Content-Type"), "application/json"),
	    "the error is not application/json");
	want(error != NULL && *error != '\0', "no error member");
	want(p != NULL && *p != '\0', "no error_description member");
	for (; *p != '\0'; p++)
		want(*p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\',
		    "error_description has a character that RFC 6749 5.2 "
		    "does not allow");
}

void
expect_error(const struct answer *a, int status, const char *error)
{
	const char *value;

	expect_status(a, status);
	expect_error_form(a);
	if (strstr(a->url, "/oauth/") != NULL)
		expect_headers(a);
	want(is_one_of(string(a->json, "error"), error), "error is not %s",
	    error);
	value = header(a, "WWW-Authenticate");
	want(status != 401 ||
		 (value != NULL && strncasecmp(value, "Bearer", 6) == 0),
	    "401 without WWW-Authenticate: Bearer");
	want(status != 405 || header(a, "Allow") != NULL, "405 without Allow");
}

void
expect_named(const struct answer *a, const char *name)
{
	const char *description = string(a->json, "error_description");

	last = a;
	want(description != NULL && strstr(description, name) != NULL,
	    "error_description does not name %s", name);
}

static void
expect_time(const struct answer *a, const char *name)
{
	struct json_object *value;

	if (json_object_object_get_ex(a->json, name, &value))
		want(json_object_is_type(value, json_type_int) &&
			 json_object_get_int64(value) >= 0,
		    "%s is no whole number", name);
}

void
expect_schema(const struct answer *a)
{
	struct json_object *grants = member(a->json, "grant_types");
	struct json_object *types = member(a->json, "response_types");

	last = a;
	want(json_object_is_type(a->json, json_type_object),
	    "the answer is no JSON object");
	json_object_object_foreach(a->json, name, value)
	{
		want(value != NULL, "%s is null", name);
		want(!json_object_is_type(value, json_type_string) ||
			 json_object_get_string_len(value) > 0,
		    "%s is an empty string", name);
		want(!json_object_is_type(value, json_type_array) ||
			 json_object_array_length(value) > 0,
		    "%s is an empty array", name);
	}
	expect_time(a, "client_id_issued_at");
	expect_time(a, "client_secret_expires_at");
	want((member(a->json, "client_secret") != NULL) ==
		 (member(a->json, "client_secret_expires_at") != NULL),
	    "client_secret and client_secret_expires_at go together");
	want(member(a->json, "client_id_issued_at") != NULL && grants != NULL &&
		 member(a->json, "token_endpoint_auth_method") != NULL &&
		 member(a->json, "application_type") != NULL,
	    "a default is not in the answer (RFC 7591 3.2.1)");
	want(
	    array_has(types, "code") == array_has(grants, "authorization_code"),
	    "code and authorization_code do not go together "
	    "(RFC 7591 2.1)");
}

void
expect_member(const struct answer *a, const char *name, const char *value)
{

	last = a;
	want(same(member(a->json, name), value), "%s is not %s", name, value);
}

void
expect_absent(const struct answer *a, const char *name)
{
	struct json_object *value;

	last = a;
	want(!json_object_object_get_ex(a->json, name, &value),
	    "%s is in the answer", name);
}

/* Cases. */

struct json_object *
case_file(const char *name)
{
	struct cases *c;
	const char *path;
	struct json_object *value;

	for (c = cases; c != NULL; c = c->next)
		if (strcmp(c->name, name) == 0)
			return c->value;
	path = text("%s/tests/http/cases/%s", env("srcdir", "."), name);
	if ((value = json_object_from_file(path)) == NULL) {
		fprintf(stderr, "%s: %s\n", path, json_util_get_last_err());
		exit(99);
	}
	keep(value, put_json);
	c = room(sizeof(*c));
	c->name = text("%s", name);
	c->value = value;
	c->next = cases;
	cases = c;
	return value;
}

int
case_count(const char *file)
{

	return (int)json_object_array_length(case_file(file));
}

struct json_object *
case_at(const char *file, int i)
{
	struct json_object *c =
	    json_object_array_get_idx(case_file(file), (size_t)i);
	const char *name = string(c, "name");

	case_named(text("%s[%d] %s", file, i, name == NULL ? "" : name));
	return c;
}

static void
copy_members(struct json_object *to, const struct json_object *from)
{
	const char *s;

	if (!json_object_is_type(from, json_type_object))
		return;
	json_object_object_foreach(from, name, value)
	{
		s = value == NULL ? NULL : json_object_get_string(value);
		if (strcmp(name, "jwks") == 0 && s != NULL && *s == '@')
			value = member(case_file("keys.json"), s + 1);
		json_object_object_add(to, name, json_object_get(value));
	}
}

struct json_object *
case_body(const struct json_object *base, const struct json_object *more)
{
	struct json_object *body = json_object_new_object();

	keep(body, put_json);
	copy_members(body, base);
	copy_members(body, more);
	return body;
}

const char *
keyed(const char *s)
{
	const char *plain = json("%s", s);

	return json_object_to_json_string(
	    case_body(parse(plain, strlen(plain)), NULL));
}

static bool
status_fits(int status, const struct json_object *wanted)
{
	size_t i;

	if (json_object_is_type(wanted, json_type_int))
		return json_object_get_int(wanted) == status;
	for (i = 0; i < json_object_array_length(wanted); i++)
		if (json_object_get_int(json_object_array_get_idx(wanted, i)) ==
		    status)
			return true;
	return false;
}

/* Hold a 201 or 200 against "expect" and "absent". */
static void
case_good(const struct answer *a, const struct json_object *c)
{
	struct json_object *expect = member(c, "expect");
	struct json_object *absent = member(c, "absent");
	size_t i;

	expect_schema(a);
	if (expect != NULL) {
		json_object_object_foreach(expect, name, value)
		{
			want(json_object_equal(member(a->json, name), value),
			    "%s is not %s", name,
			    json_object_get_string(value));
		}
	}
	for (i = 0; absent != NULL && i < json_object_array_length(absent); i++)
		expect_absent(a, json_object_get_string(
				     json_object_array_get_idx(absent, i)));
}

void
case_run(const struct answer *a, const struct json_object *c)
{
	struct json_object *wanted = member(c, "status");
	const char *error = string(c, "error");

	last = a;
	if (wanted == NULL)
		expect_status(a, 201);
	else
		want(status_fits(a->status, wanted), "status is %d, not %s",
		    a->status, json_object_get_string(wanted));
	expect_headers(a);
	if (a->status < 300) {
		case_good(a, c);
		return;
	}
	expect_error(
	    a, a->status, error == NULL ? "invalid_client_metadata" : error);
	if (string(c, "names") != NULL)
		expect_named(a, string(c, "names"));
}

/* The run. */

void (*harness_setup)(void);

static void
set_up(void)
{

	if (harness_setup != NULL)
		harness_setup();
	db_close();
}

int
harness_main(const char *name, const struct test *tests, size_t n)
{
	Suite *suite;
	TCase *group;
	SRunner *runner;
	size_t i;
	int failed;

	if (*base_url() == '\0') {
		fprintf(stderr, "%s: BASE_URL is not set\n", name);
		return 77;
	}
	curl_global_init(CURL_GLOBAL_ALL);
	(void)atexit(drop_kept);
	suite = suite_create(name);
	group = tcase_create(name);
	tcase_set_timeout(group, 900);
	tcase_add_unchecked_fixture(group, set_up, NULL);
	for (i = 0; i < n; i++)
		if (tests[i].count == 0)
			tcase_add_test(group, tests[i].test);
		else
			tcase_add_loop_test(
			    group, tests[i].test, 0, tests[i].count);
	suite_add_tcase(suite, group);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	db_close();
	curl_global_cleanup();
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
