#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "conf.h"
#include "cookie.h"
#include "crypt.h"
#include "harness_browser.h"

/* Memory for test passwords: little, so that it is quick. */
#define MEMORY ((size_t)8 * 1024 * 1024)

static void
keep_cookie(struct browser *b, const char *n, const char *v)
{
	size_t i;

	for (i = 0; i < BROWSER_COOKIES; i++)
		if (b->names[i] == NULL || strcmp(b->names[i], n) == 0)
			break;
	want(i < BROWSER_COOKIES, "too many cookies");
	b->names[i] = n;
	b->values[i] = v;
}

/* Keep what each Set-Cookie says; one that is cleared has no value. */
static void
keep_cookies(struct browser *b, const struct answer *a)
{
	static const char set[] = "Set-Cookie: ";
	const char *line = a->head, *value;

	for (; line != NULL && *line != '\0'; line = strstr(line, "\r\n")) {
		line += strspn(line, "\r\n");
		if (strncasecmp(line, set, strlen(set)) != 0)
			continue;
		line += strlen(set);
		value = line + strcspn(line, "=") + 1;
		keep_cookie(b, text("%.*s", (int)(value - 1 - line), line),
		    text("%.*s", (int)strcspn(value, ";"), value));
	}
}

static const char *
cookies(const struct browser *b)
{
	const char *line = "Cookie: other=1";
	size_t i;

	for (i = 0; i < BROWSER_COOKIES && b->names[i] != NULL; i++)
		if (b->values[i][0] != '\0')
			line =
			    text("%s; %s=%s", line, b->names[i], b->values[i]);
	return line;
}

static struct answer *
ask(struct browser *b, const char *method, const char *url, const char *form)
{
	const char *headers[5] = { cookies(b),
		text("Accept-Language: %s",
		    b->language != NULL ? b->language : "en") };
	size_t n = 2;
	const struct call call = { .method = method,
		.url = url,
		.body = form,
		.type =
		    form != NULL ? "application/x-www-form-urlencoded" : NULL,
		.headers = headers };
	struct answer *a;

	if (b->from != NULL)
		headers[n++] = text("X-Forwarded-For: %s", b->from);
	if (b->authorization != NULL)
		headers[n] = text("Authorization: %s", b->authorization);
	a = http(&call);
	keep_cookies(b, a);
	return a;
}

struct answer *
visit(struct browser *b, const char *url)
{

	return ask(b, "GET", url, NULL);
}

struct answer *
submit(struct browser *b, const char *url, const char *form)
{

	return ask(b, "POST", url, form);
}

/* Tell whether ${name} is "rollcall-", ${what}, and eight hex digits. */
static bool
is_cookie(const char *name, const char *what)
{
	const char *start = text("rollcall-%s", what);
	size_t n = strlen(start);

	return strncmp(name, start, n) == 0 && strlen(name) == n + 8 &&
	       strspn(name + n, "0123456789abcdef") == 8;
}

const char *
cookie(const struct browser *b, const char *what)
{
	size_t i;

	for (i = 0; i < BROWSER_COOKIES && b->names[i] != NULL; i++)
		if (is_cookie(b->names[i], what) && b->values[i][0] != '\0')
			return b->values[i];
	return NULL;
}

void
set_cookie(struct browser *b, const char *what, const char *value)
{
	size_t i;

	for (i = 0; i < BROWSER_COOKIES && b->names[i] != NULL; i++)
		if (is_cookie(b->names[i], what))
			b->values[i] = value;
}

const char *
escaped(const char *s)
{
	const char *out = "";

	want(s != NULL, "something to escape");
	for (; *s != '\0'; s++)
		out = isalnum((unsigned char)*s)
		          ? text("%s%c", out, *s)
		          : text("%s%%%02X", out, (unsigned char)*s);
	return out;
}

const char *
unescaped(const char *s)
{
	char *out = room(strlen(s) + 1), *p = out;
	char hex[3] = "";

	for (; *s != '\0'; s++) {
		if (*s == '%' && s[1] != '\0' && s[2] != '\0') {
			memcpy(hex, s + 1, 2);
			*p++ = (char)strtoul(hex, NULL, 16);
			s += 2;
		} else {
			*p++ = (char)(*s == '+' ? ' ' : *s);
		}
	}
	return out;
}

const char *
given(const char *url, const char *name)
{
	const char *query = strchr(url, '?');
	size_t n = strlen(name), len;
	char *value;

	while (query != NULL) {
		query++;
		len = strcspn(query, "&");
		if (len > n && strncmp(query, name, n) == 0 &&
		    query[n] == '=') {
			value = room(len);
			memcpy(value, query + n + 1, len - n - 1);
			return unescaped(value);
		}
		query = strchr(query, '&');
	}
	return NULL;
}

const char *
location(const struct answer *a)
{
	const char *url = header(a, "Location");

	want(a->status == 303, "303 (RFC 9700 4.12)");
	want(url != NULL, "Location");
	want(has_word(header(a, "Cache-Control"), "no-store"), "no-store");
	return url;
}

/* Undo the escapes of HTML that the pages use. */
static const char *
from_html(const char *s, size_t len)
{
	static const struct {
		const char *escape;
		char c;
	} escapes[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' },
		{ "&quot;", '"' }, { "&#39;", '\'' } };
	char *out = room(len + 1), *p = out;
	const char *end = s + len;
	size_t i, n;

	while (s < end) {
		for (i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
			n = strlen(escapes[i].escape);
			if (strncmp(s, escapes[i].escape, n) == 0)
				break;
		}
		if (i < sizeof(escapes) / sizeof(escapes[0])) {
			*p++ = escapes[i].c;
			s += n;
		} else {
			*p++ = *s++;
		}
	}
	return out;
}

const char *
field(const struct answer *a, const char *name)
{
	const char *at = strstr(a->body, text("name=\"%s\" value=\"", name));

	if (at == NULL)
		return NULL;
	at = strstr(at, "value=\"") + strlen("value=\"");
	return from_html(at, strcspn(at, "\""));
}

const char *
action(const struct answer *a)
{
	static const char form[] = "<form method=\"post\" action=\"";
	const char *at = strstr(a->body, form);

	want(at != NULL, "a form");
	at += strlen(form);
	return from_html(at, strcspn(at, "\""));
}

bool
says(const struct answer *a, const char *s)
{

	return strstr(a->body, s) != NULL;
}

void
expect_page(const struct answer *a, int status)
{
	const char *policy = header(a, "Content-Security-Policy");
	const char *type = header(a, "Content-Type");

	expect_status(a, status);
	want(policy != NULL, "Content-Security-Policy");
	want(strstr(policy, "default-src 'none'") != NULL, "default-src");
	want(strstr(policy, "frame-ancestors 'none'") != NULL,
	    "frame-ancestors (RFC 9700 4.16)");
	want(strstr(policy, "form-action ") != NULL, "form-action");
	want(strstr(policy, "base-uri 'none'") != NULL, "base-uri");
	want(strstr(policy, "unsafe") == NULL, "nothing unsafe");
	want(header(a, "X-Frame-Options") != NULL &&
		 strcmp(header(a, "X-Frame-Options"), "DENY") == 0,
	    "X-Frame-Options");
	want(has_word(header(a, "Cache-Control"), "no-store"), "no-store");
	want(header(a, "Access-Control-Allow-Origin") == NULL, "no CORS");
	want(type != NULL && strncmp(type, "text/html", 9) == 0, "HTML");
	want(header(a, "Referrer-Policy") != NULL &&
		 strcmp(header(a, "Referrer-Policy"), "no-referrer") == 0,
	    "Referrer-Policy");
	want(header(a, "X-Content-Type-Options") != NULL, "nosniff");
}

/* Insist that ${url} is ${redirect} with a query, or more of one. */
static void
expect_place(const char *url, const char *redirect)
{
	char next = strchr(redirect, '?') == NULL ? '?' : '&';

	want(strncmp(url, redirect, strlen(redirect)) == 0 &&
		 url[strlen(redirect)] == next,
	    "a redirect to %s, not %s", redirect, url);
}

static void
expect_issuer(const char *url)
{
	const char *issuer = given(url, "iss");

	want(issuer != NULL && strcmp(issuer, base_url()) == 0,
	    "iss (RFC 9207 2)");
}

static void
expect_state(const char *url, const char *state)
{
	const char *echo = given(url, "state");

	if (state == NULL)
		want(echo == NULL, "no state");
	else
		want(echo != NULL && strcmp(echo, state) == 0,
		    "state as it was sent (RFC 6749 4.1.2)");
}

void
expect_refusal(const struct answer *a, const char *redirect, const char *error,
    const char *state)
{
	const char *url = location(a);
	const char *told = given(url, "error");

	expect_place(url, redirect);
	want(told != NULL && strcmp(told, error) == 0, "error %s in %s", error,
	    url);
	want(given(url, "error_description") != NULL, "error_description");
	want(given(url, "code") == NULL, "no code");
	expect_issuer(url);
	expect_state(url, state);
}

const char *
expect_offer(const struct answer *a, const char *error, const char *state)
{
	static const char link[] = "<p><a href=\"";
	const char *at = strstr(a->body, link), *url;

	expect_page(a, 400);
	want(header(a, "Location") == NULL, "no redirect");
	want(at != NULL, "a link");
	at += strlen(link);
	url = from_html(at, strcspn(at, "\""));
	want(says(a, text("<code>%s</code>", error)), "error %s", error);
	want(given(url, "error") != NULL &&
		 strcmp(given(url, "error"), error) == 0,
	    "error %s in %s", error, url);
	want(given(url, "error_description") != NULL &&
		 says(a, given(url, "error_description")),
	    "the developer is told the same");
	want(given(url, "code") == NULL, "no code");
	expect_issuer(url);
	expect_state(url, state);
	return url;
}

const char *
expect_code(const struct answer *a, const char *redirect, const char *state)
{
	const char *url = location(a);
	const char *code = given(url, "code");

	expect_place(url, redirect);
	want(code != NULL && strlen(code) == 43, "code in %s", url);
	want(given(url, "error") == NULL, "no error");
	expect_issuer(url);
	expect_state(url, state);
	return code;
}

struct person *
person(void)
{
	char hash[RC_CRYPT_PASSWORD_SIZE], token[RC_CRYPT_TOKEN_SIZE];
	struct person *p = room(sizeof(*p));

	want(rc_crypt_start(), "randomness");
	rc_crypt_token(token);
	p->account_id = text("%s", token);
	p->name = text("user-%.8s", token);
	p->password = "correct horse & battery+staple";
	want(rc_crypt_password_hash(p->password, MEMORY, hash), "a hash");
	db(text("INSERT INTO rollcall.account (account_id, login_name, "
		"password_hash) VALUES ('%s', '%s', '%s')",
	       p->account_id, p->name, hash),
	    NULL);
	return p;
}

void
signed_in(struct browser *b, const struct person *p)
{
	const struct rc_conf conf = { .issuer = base_url() };
	struct rc_arena *mem = rc_arena_new();
	char token[RC_CRYPT_TOKEN_SIZE];
	unsigned char hash[RC_CRYPT_HASH_SIZE];
	const char *hex = "";
	size_t i;

	rc_crypt_token(token);
	rc_crypt_hash(token, strlen(token), hash);
	for (i = 0; i < sizeof(hash); i++)
		hex = text("%s%02x", hex, hash[i]);
	db(text("INSERT INTO rollcall.session (session_hash, account_id, "
		"auth_time, expires_at) VALUES (decode('%s', 'hex'), '%s', "
		"now(), now() + interval '1 hour')",
	       hex, p->account_id),
	    NULL);
	keep_cookie(b,
	    text("%s", rc_cookie_name(mem, &conf, RC_COOKIE_SESSION)),
	    text("%s", token));
	rc_arena_free(mem);
}

struct client *
app(const char *method, const char *redirect)
{

	return enrol(json("{'client_name': 'Test App', 'redirect_uris': ['%s'],"
			  "'token_endpoint_auth_method': '%s', 'grant_types': "
			  "['authorization_code', 'refresh_token'], 'scope': "
			  "'openid profile email offline_access'}",
	    redirect, method));
}

struct client *
public_app(void)
{

	return app("none", LOOPBACK);
}

struct client *
web_app(void)
{

	return app("client_secret_basic", WEB);
}

const char *
asking(const struct client *client, const char *redirect, const char *more)
{

	return text("/oauth/authorize?response_type=code&client_id=%s"
		    "&redirect_uri=%s&scope=openid&state=xyz&code_challenge=%s"
		    "&code_challenge_method=S256%s",
	    client->id, escaped(redirect), CHALLENGE, more);
}

struct answer *
log_in(struct browser *b, const struct answer *a, const struct person *p)
{
	const char *url = location(a);
	struct answer *page;

	want(strncmp(url, text("%s/oauth/login?", base_url()),
		 strlen(base_url()) + strlen("/oauth/login?")) == 0,
	    "the login page, not %s", url);
	page = visit(b, url);
	expect_page(page, 200);
	return submit(b, action(page),
	    text("csrf=%s&username=%s&password=%s",
		escaped(field(page, "csrf")), escaped(p->name),
		escaped(p->password)));
}

struct person *
come_in(struct browser *b)
{
	struct person *p = person();

	(void)log_in(b, visit(b, asking(web_app(), WEB, "")), p);
	want(cookie(b, "") != NULL, "a session");
	return p;
}

struct answer *
decide(struct browser *b, const struct answer *a, const char *decision)
{
	const char *url = location(a);
	struct answer *page;

	want(strncmp(url, text("%s/oauth/consent?", base_url()),
		 strlen(base_url()) + strlen("/oauth/consent?")) == 0,
	    "the consent page, not %s", url);
	page = visit(b, url);
	expect_page(page, 200);
	return submit(b, action(page),
	    text(
		"csrf=%s&decision=%s", escaped(field(page, "csrf")), decision));
}
