#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <ctype.h>
#include <dirent.h>
#include <netdb.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <curl/curl.h>
#include <libpq-fe.h>

#include "harness.h"

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

struct bytes {
	char *data;
	size_t len;
	size_t cap;
};

/* A transfer under way. */
struct transfer {
	CURL *curl;
	struct curl_slist *headers;
	struct answer *answer;
	struct bytes head;
	struct bytes body;
	const char *send;
	size_t left;
};

struct wire {
	int fd;
	struct bytes in;
	size_t used;
};

extern char **environ;

static struct kept *kept;
static struct cases *cases;
static const char *case_now = "";
static const struct answer *last;
static PGconn *pg;

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

static char *vtext(const char *fmt, va_list ap)
    __attribute__((format(printf, 1, 0)));

static char *
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

static void
add(struct bytes *b, const void *data, size_t n)
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
static char *
settle(struct bytes *b)
{

	add(b, "", 0);
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

static const char *
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

	if (tokener == NULL || len > INT32_MAX)
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

/* HTTP by libcurl. */

static size_t
on_header(char *data, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	/* What came before was a 1xx answer. */
	if (size * n > 5 && strncmp(data, "HTTP/", 5) == 0)
		t->head.len = 0;
	else
		add(&t->head, data, size * n);
	return size * n;
}

static size_t
on_body(char *data, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	add(&t->body, data, size * n);
	return size * n;
}

static size_t
on_send(char *out, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	size_t len = t->left < size * n ? t->left : size * n;

	memcpy(out, t->send, len);
	t->send += len;
	t->left -= len;
	return len;
}

static void
add_header(struct transfer *t, const char *line)
{
	struct curl_slist *list = curl_slist_append(t->headers, line);

	if (list == NULL)
		abort();
	t->headers = list;
}

static void
set_body(struct transfer *t, const struct call *call, const char *method)
{
	const char *type = call->type == NULL ? "application/json" : call->type;
	size_t len = call->len == 0 && call->body != NULL ? strlen(call->body)
	                                                  : call->len;

	if (call->body == NULL) {
		if (strcmp(method, "HEAD") == 0)
			curl_easy_setopt(t->curl, CURLOPT_NOBODY, 1L);
		else
			curl_easy_setopt(
			    t->curl, CURLOPT_CUSTOMREQUEST, method);
		if (call->type != NULL && *call->type != '\0')
			add_header(t, text("Content-Type: %s", type));
		return;
	}
	add_header(t,
	    *type == '\0' ? "Content-Type:" : text("Content-Type: %s", type));
	curl_easy_setopt(t->curl, CURLOPT_POST, 1L);
	curl_easy_setopt(t->curl, CURLOPT_CUSTOMREQUEST, method);
	if (!call->chunked) {
		curl_easy_setopt(
		    t->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len);
		curl_easy_setopt(t->curl, CURLOPT_POSTFIELDS, call->body);
		return;
	}
	t->send = call->body;
	t->left = len;
	add_header(t, "Transfer-Encoding: chunked");
	curl_easy_setopt(t->curl, CURLOPT_READFUNCTION, on_send);
	curl_easy_setopt(t->curl, CURLOPT_READDATA, t);
}

static void
begin(struct transfer *t, const struct call *call)
{
	const char *method = call->method == NULL ? "GET" : call->method;
	const char *url = strncmp(call->url, "http", 4) == 0
	                      ? call->url
	                      : text("%s%s", base_url(), call->url);
	size_t i;

	if ((t->curl = curl_easy_init()) == NULL)
		abort();
	t->answer = room(sizeof(*t->answer));
	t->answer->method = method;
	t->answer->url = url;
	curl_easy_setopt(t->curl, CURLOPT_URL, url);
	curl_easy_setopt(t->curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(t->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(t->curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(t->curl, CURLOPT_TIMEOUT, 60L);
	curl_easy_setopt(t->curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(t->curl, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(t->curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(t->curl, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(t->curl, CURLOPT_PRIVATE, t);
	add_header(t, "Expect:");
	add_header(t, "Origin: https://app.example.org");
	if (call->token != NULL)
		add_header(t, text("Authorization: Bearer %s", call->token));
	for (i = 0; call->headers != NULL && call->headers[i] != NULL; i++)
		add_header(t, call->headers[i]);
	set_body(t, call, method);
	curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, t->headers);
}

static struct answer *
end(struct transfer *t, CURLcode code)
{
	struct answer *a = t->answer;
	long status = 0;

	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	a->status = (int)status;
	a->head_len = t->head.len;
	a->head = settle(&t->head);
	a->len = t->body.len;
	a->body = settle(&t->body);
	a->json = parse(a->body, a->len);
	curl_easy_cleanup(t->curl);
	curl_slist_free_all(t->headers);
	last = a;
	/* An early answer to a body that is too large is an answer. */
	want(code == CURLE_OK || (code == CURLE_SEND_ERROR && status >= 400),
	    "no answer: %s", curl_easy_strerror(code));
	return a;
}

struct answer *
http(const struct call *call)
{
	struct transfer t = { 0 };

	begin(&t, call);
	return end(&t, curl_easy_perform(t.curl));
}

void
http_many(const struct call *calls, struct answer **answers, size_t n,
    size_t parallel)
{
	struct transfer *t = room(n * sizeof(*t));
	struct transfer *done;
	CURLM *multi = curl_multi_init();
	CURLMsg *msg;
	CURLcode code;
	int running, left;
	size_t i;

	if (multi == NULL)
		abort();
	curl_multi_setopt(
	    multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)parallel);
	for (i = 0; i < n; i++) {
		begin(&t[i], &calls[i]);
		curl_multi_add_handle(multi, t[i].curl);
	}
	do {
		if (curl_multi_perform(multi, &running) != CURLM_OK ||
		    curl_multi_poll(multi, NULL, 0, 1000, NULL) != CURLM_OK)
			abort();
		while ((msg = curl_multi_info_read(multi, &left)) != NULL) {
			code = msg->data.result;
			curl_easy_getinfo(
			    msg->easy_handle, CURLINFO_PRIVATE, &done);
			curl_multi_remove_handle(multi, done->curl);
			answers[done - t] = end(done, code);
		}
	} while (running > 0);
	curl_multi_cleanup(multi);
}

struct answer *
post(const char *body)
{
	const struct call call = {
		.method = "POST", .url = register_url(), .body = body
	};

	return http(&call);
}

struct answer *
get(const char *url)
{
	const struct call call = { .url = url };

	return http(&call);
}

struct answer *
manage(const struct client *client, const char *method, const char *body)
{
	const struct call call = { .method = method,
		.url = client->url,
		.token = client->token,
		.body = body };

	return http(&call);
}

struct client *
enrol(const char *body)
{
	struct client *client = room(sizeof(*client));
	struct answer *a = post(body);

	expect_status(a, 201);
	expect_headers(a);
	expect_schema(a);
	client->answer = a;
	client->id = string(a->json, "client_id");
	client->token = string(a->json, "registration_access_token");
	client->secret = string(a->json, "client_secret");
	client->url = string(a->json, "registration_client_uri");
	want(client->id != NULL && client->token != NULL && client->url != NULL,
	    "client_id, registration_access_token, "
	    "registration_client_uri (RFC 7591 3.2.1, RFC 7592 3)");
	want(
	    strcmp(client->url, text("%s/%s", register_url(), client->id)) == 0,
	    "registration_client_uri is not the endpoint, / and the id");
	return client;
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

/* The database. */

static PGresult *
db_run(const char *sql, const char *arg)
{
	PGresult *result;
	ExecStatusType status;

	if (pg == NULL) {
		pg = PQconnectdb("");
		if (PQstatus(pg) != CONNECTION_OK)
			ck_abort_msg("database: %s", PQerrorMessage(pg));
	}
	result = PQexecParams(
	    pg, sql, arg == NULL ? 0 : 1, NULL, &arg, NULL, NULL, 0);
	status = PQresultStatus(result);
	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
		ck_abort_msg("%s: %s", sql, PQerrorMessage(pg));
	return result;
}

const char *
db(const char *sql, const char *arg)
{
	PGresult *result = db_run(sql, arg);
	const char *value = NULL;

	if (PQntuples(result) > 0 && !PQgetisnull(result, 0, 0))
		value = text("%s", PQgetvalue(result, 0, 0));
	PQclear(result);
	return value;
}

/* Return the rows that fit, of every table that ${tables} names. */
static const char *
db_tables(const char *tables, const char *sql_fmt, const char *arg)
{
	PGresult *names = db_run(tables, NULL);
	const char *all = "", *value, *name;
	int i;

	for (i = 0; i < PQntuples(names); i++) {
		name = PQgetvalue(names, i, 0);
		value = db(text("SELECT string_agg(x, E'\\n' ORDER BY x) FROM "
				"(SELECT t::text AS x FROM rollcall.%s t "
				"WHERE %s) u",
			       name, sql_fmt),
		    arg);
		if (value != NULL)
			all = text("%s%s: %s\n", all, name, value);
	}
	PQclear(names);
	return *all == '\0' ? NULL : all;
}

/* The audit is no part of the record, and outlives it. */
const char *
db_client(const char *id)
{

	return db_tables("SELECT c.relname FROM pg_class c JOIN pg_attribute a "
			 "ON a.attrelid = c.oid AND a.attname = 'client_id' "
			 "WHERE c.relnamespace = 'rollcall'::regnamespace "
			 "AND c.relkind IN ('r', 'p') AND c.relname NOT IN "
			 "('audit', 'outbox') ORDER BY 1",
	    "client_id = $1", id);
}

const char *
db_holds(const char *secret)
{

	return db_tables("SELECT relname FROM pg_class "
			 "WHERE relnamespace = 'rollcall'::regnamespace "
			 "AND relkind IN ('r', 'p', 'm') ORDER BY 1",
	    "strpos(t::text, $1) > 0 OR strpos(t::text, "
	    "encode(convert_to($1, 'UTF8'), 'hex')) > 0 OR strpos(t::text, "
	    "translate(encode(convert_to($1, 'UTF8'), 'base64'), "
	    "E'\\n=', '')) > 0 OR strpos(t::text, CASE "
	    "WHEN $1 ~ '^[A-Za-z0-9_-]{43}$' THEN encode(decode(translate("
	    "$1, '-_', '+/') || '=', 'base64'), 'hex') ELSE $1 END) > 0",
	    secret);
}

/* Raw connections. */

/* Cut BASE_URL into host and port. */
static void
host_port(const char **host, const char **port)
{
	const char *p = strstr(base_url(), "://");
	const char *colon;
	size_t n;

	p = p == NULL ? base_url() : p + 3;
	n = strcspn(p, "/");
	colon = memchr(p, ':', n);
	*host = text("%.*s", (int)(colon == NULL ? n : (size_t)(colon - p)), p);
	*port = colon == NULL ? "80"
	                      : text("%.*s", (int)(n - (size_t)(colon + 1 - p)),
				    colon + 1);
}

const char *
wire_host(void)
{
	const char *host, *port;

	host_port(&host, &port);
	return text("%s:%s", host, port);
}

struct wire *
wire_open(void)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	const struct timeval patience = { .tv_sec = 20 };
	struct wire *w = room(sizeof(*w));
	struct addrinfo *list, *ai;
	const char *host, *port;

	host_port(&host, &port);
	w->fd = -1;
	if (getaddrinfo(host, port, &hints, &list) != 0)
		ck_abort_msg("cannot resolve %s", host);
	for (ai = list; ai != NULL && w->fd == -1; ai = ai->ai_next) {
		w->fd = socket(ai->ai_family, ai->ai_socktype, 0);
		if (w->fd != -1 &&
		    connect(w->fd, ai->ai_addr, ai->ai_addrlen) != 0) {
			(void)close(w->fd);
			w->fd = -1;
		}
	}
	freeaddrinfo(list);
	if (w->fd == -1)
		ck_abort_msg("cannot connect to %s:%s", host, port);
	(void)setsockopt(
	    w->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return w;
}

void
wire_send(struct wire *w, const char *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		/* A server that hangs up early says why before. */
		n = send(w->fd, data, len, MSG_NOSIGNAL);
		if (n <= 0)
			return;
		data += n;
		len -= (size_t)n;
	}
}

/* Read more; false at the end. */
static bool
wire_more(struct wire *w)
{
	char chunk[16384];
	ssize_t n = recv(w->fd, chunk, sizeof(chunk), 0);

	if (n <= 0)
		return false;
	add(&w->in, chunk, (size_t)n);
	return true;
}

/* Return the next line without its end, NULL where there is none. */
static const char *
wire_line(struct wire *w)
{
	const char *found, *start;

	for (;;) {
		add(&w->in, "", 0);
		start = w->in.data + w->used;
		found = strstr(start, "\r\n");
		if (found != NULL) {
			w->used += (size_t)(found - start) + 2;
			return text("%.*s", (int)(found - start), start);
		}
		if (!wire_more(w))
			return NULL;
	}
}

/* Move ${n} bytes, or all until the end for SIZE_MAX, to ${out}. */
static bool
wire_take(struct wire *w, struct bytes *out, size_t n)
{
	size_t have;

	while ((have = w->in.len - w->used) < n)
		if (!wire_more(w)) {
			if (n != SIZE_MAX)
				return false;
			n = have;
		}
	add(out, w->in.data + w->used, n);
	w->used += n;
	return true;
}

static bool
wire_chunks(struct wire *w, struct bytes *out)
{
	const char *line;
	size_t n;

	for (;;) {
		if ((line = wire_line(w)) == NULL)
			return false;
		n = (size_t)strtoul(line, NULL, 16);
		if (n > 0 && !wire_take(w, out, n))
			return false;
		do {
			if ((line = wire_line(w)) == NULL)
				return false;
		} while (n == 0 && *line != '\0');
		if (n == 0)
			return true;
	}
}

/* Read status line and headers; false at the end. */
static bool
wire_head(struct wire *w, struct answer *a)
{
	struct bytes head = { 0 };
	const char *line = wire_line(w);

	if (line == NULL || strncmp(line, "HTTP/1.", 7) != 0)
		return false;
	a->status = (int)strtol(line + 9, NULL, 10);
	while ((line = wire_line(w)) != NULL && *line != '\0') {
		add(&head, line, strlen(line));
		add(&head, "\r\n", 2);
	}
	a->head_len = head.len;
	a->head = settle(&head);
	return line != NULL;
}

struct answer *
wire_answer(struct wire *w, const char *method)
{
	struct answer *a = room(sizeof(*a));
	struct bytes body = { 0 };
	const char *length;
	bool whole = true;

	a->method = method;
	a->url = "(raw)/oauth/";
	do {
		if (!wire_head(w, a))
			return NULL;
	} while (a->status < 200);
	length = header(a, "Content-Length");
	if (strcmp(method, "HEAD") == 0 || a->status == 204 || a->status == 304)
		;
	else if (has_word(header(a, "Transfer-Encoding"), "chunked"))
		whole = wire_chunks(w, &body);
	else if (length != NULL)
		whole = wire_take(w, &body, (size_t)strtoul(length, NULL, 10));
	else
		whole = wire_take(w, &body, SIZE_MAX);
	a->len = body.len;
	a->body = settle(&body);
	a->json = parse(a->body, a->len);
	last = a;
	want(whole, "the answer is cut off");
	return a;
}

void
wire_close(struct wire *w)
{

	(void)close(w->fd);
	free(w->in.data);
	w->in.data = NULL;
}

struct answer *
wire_ask(const char *method, const char *fmt, ...)
{
	struct wire *w = wire_open();
	struct answer *a;
	const char *s;
	va_list ap;

	va_start(ap, fmt);
	s = vtext(fmt, ap);
	va_end(ap);
	wire_send(w, s, strlen(s));
	a = wire_answer(w, method);
	wire_close(w);
	want(a != NULL, "no answer to a raw %s", method);
	return a;
}

/* Processes. */

/* Read what stands in a small file of /proc or the rig. */
static bool
slurp(const char *path, char *out, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t n;

	if (f == NULL)
		return false;
	n = fread(out, 1, size - 1, f);
	out[n] = '\0';
	(void)fclose(f);
	return true;
}

/* Return the parent of a process and its name, 0 where it is gone. */
static int
parent_of(int pid, const char **name)
{
	char line[512];
	const char *open, *shut;

	if (!slurp(text("/proc/%d/stat", pid), line, sizeof(line)) ||
	    (open = strchr(line, '(')) == NULL ||
	    (shut = strrchr(line, ')')) == NULL)
		return 0;
	*name = text("%.*s", (int)(shut - open - 1), open + 1);
	return (int)strtol(shut + 4, NULL, 10);
}

/* Tell whether the process descends from one that the rig started. */
static bool
is_rigs(int pid, const int *roots, size_t nroots)
{
	const char *name;
	size_t i;

	for (; pid > 1; pid = parent_of(pid, &name))
		for (i = 0; i < nroots; i++)
			if (pid == roots[i])
				return true;
	return false;
}

static size_t
rig_roots(int *roots, size_t max)
{
	const char *dir = text("%s/run", env("RIG_DIR", "."));
	DIR *d = opendir(dir);
	struct dirent *e;
	char line[64];
	size_t n = 0, len;

	while (d != NULL && (e = readdir(d)) != NULL && n < max) {
		len = strlen(e->d_name);
		if (len > 4 && strcmp(e->d_name + len - 4, ".pid") == 0 &&
		    slurp(text("%s/%s", dir, e->d_name), line, sizeof(line)))
			roots[n++] = (int)strtol(line, NULL, 10);
	}
	if (d != NULL)
		(void)closedir(d);
	return n;
}

static int
by_number(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

size_t
pids(int *list, size_t max)
{
	int roots[64];
	size_t nroots = rig_roots(roots, 64), n = 0;
	DIR *d = opendir("/proc");
	struct dirent *e;
	const char *name;
	int pid;

	while (d != NULL && (e = readdir(d)) != NULL && n < max) {
		pid = (int)strtol(e->d_name, NULL, 10);
		if (pid > 1 && parent_of(pid, &name) > 0 &&
		    (strstr(name, "register") != NULL ||
			strstr(name, "metadata") != NULL) &&
		    is_rigs(pid, roots, nroots))
			list[n++] = pid;
	}
	if (d != NULL)
		(void)closedir(d);
	qsort(list, n, sizeof(*list), by_number);
	return n;
}

void
reconf(const char *const *lines, size_t n)
{
	const char *script = env("RIG_RECONF", "");
	char **argv = room((n + 2) * sizeof(*argv));
	pid_t pid;
	int status;
	size_t i;

	argv[0] = (char *)(uintptr_t)script;
	for (i = 0; i < n; i++)
		argv[i + 1] = (char *)(uintptr_t)json("%s", lines[i]);
	if (posix_spawn(&pid, script, NULL, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid || status != 0)
		ck_abort_msg("%s failed", script);
}

/* The run. */

void (*harness_setup)(void);

/* The tests' processes must not share a connection. */
static void
db_close(void)
{

	if (pg != NULL)
		PQfinish(pg);
	pg = NULL;
}

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
	tcase_set_timeout(group, 180);
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
