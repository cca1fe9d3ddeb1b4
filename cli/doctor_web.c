/*
 * Whether the web server hands to the programs all that is theirs, seen from
 * outside.  What it does not is told with the lines of its configuration.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "buf.h"
#include "conf.h"
#include "doctor.h"
#include "fetch.h"
#include "json.h"
#include "req.h"
#include "uri.h"

#define MILLISECONDS 10000

/* Above this mod_fcgid answers in HTML, unless it is told otherwise. */
#define FCGID_MOST ((size_t)192 * 1024)

/* The web servers whose configuration we know. */
enum server {
	APACHE,
	LIGHTTPD,
	OTHER,
	SERVER__MAX
};

/* What is to be mended. */
enum remedy {
	ENDPOINT,
	METADATA,
	AUTHORIZATION,
	METHODS,
	SLASHES,
	BODIES,
	REDIRECT,
	REMEDY__MAX
};

/*
 * The lines, by server.  {endpoints} is the path of endpoint_base, {name} the
 * program's name or a well-known one, {host} the issuer's host.
 */
/* clang-format off */
static const char *const remedies[REMEDY__MAX][SERVER__MAX] = {
	[ENDPOINT] = {
	    "ProxyPassMatch \"^{endpoints}/{name}\" \"unix:/run/rollcall/{name}.sock|fcgi://{name}.rollcall/\" retry=0 timeout=60\n"
	    "and, where it is there: systemctl enable --now rollcall@{name}",
	    "fastcgi.server += ( \"{endpoints}/{name}\" => (( \"socket\" => \"/run/rollcall/{name}.sock\", \"check-local\" => \"disable\", \"disable-time\" => 0 )) )\n"
	    "and, where it is there: systemctl enable --now rollcall@{name}",
	    "hand {endpoints}/{name}, and all below, by FastCGI to /run/rollcall/{name}.sock\n"
	    "and, where it is there: systemctl enable --now rollcall@{name}" },
	[METADATA] = {
	    "ProxyPassMatch \"^/\\.well-known/(?:oauth-authorization-server|oauth-protected-resource|openid-configuration)|/\\.well-known/openid-configuration$\" \"unix:/run/rollcall/metadata.sock|fcgi://metadata.rollcall/\" retry=0 timeout=60",
	    "fastcgi.server += ( \"{name}\" => (( \"socket\" => \"/run/rollcall/metadata.sock\", \"check-local\" => \"disable\", \"disable-time\" => 0 )) )",
	    "hand {name}, and all below, by FastCGI to /run/rollcall/metadata.sock" },
	[AUTHORIZATION] = {
	    "<LocationMatch \"^{endpoints}/\">\n"
	    "  CGIPassAuth On\n"
	    "</LocationMatch>",
	    "no auth.require of mod_auth may cover {endpoints}/: lighttpd itself hands Authorization on",
	    "hand the request's Authorization header on as HTTP_AUTHORIZATION" },
	[METHODS] = {
	    "<LocationMatch \"^{endpoints}/\">\n"
	    "  <Limit GET POST PUT DELETE OPTIONS>\n"
	    "    Require all granted\n"
	    "  </Limit>\n"
	    "  Require all granted\n"
	    "</LocationMatch>",
	    "no $HTTP[\"request-method\"] condition may deny PUT, DELETE or OPTIONS below {endpoints}/",
	    "let PUT, DELETE and OPTIONS pass below {endpoints}/" },
	[SLASHES] = {
	    "AllowEncodedSlashes NoDecode",
	    "server.http-parseopts += ( \"url-path-2f-decode\" => \"disable\", \"url-path-2f-reject\" => \"disable\" )",
	    "hand the path on as it came, with %2F in it" },
	[BODIES] = {
	    "<LocationMatch \"^{endpoints}/\">\n"
	    "  LimitRequestBody 67108864\n"
	    "</LocationMatch>\n"
	    "<IfModule mod_fcgid.c>\n"
	    "  FcgidMaxRequestLen 67108864\n"
	    "</IfModule>",
	    "$HTTP[\"url\"] =~ \"^{endpoints}/\" { server.max-request-size = 65536 }",
	    "let bodies of up to 64 MiB pass below {endpoints}/" },
	[REDIRECT] = {
	    "<VirtualHost *:80>\n"
	    "  ServerName {host}\n"
	    "  Redirect permanent / https://{host}/\n"
	    "</VirtualHost>",
	    "$HTTP[\"scheme\"] == \"http\" { url.redirect = ( \"\" => \"https://{host}${url.path}${qsa}\" ) }",
	    "redirect http://{host}/ to https://{host}/" },
};
/* clang-format on */

/* A look at one web server. */
struct web {
	struct doctor *d;
	struct rc_arena *mem;
	const struct rc_conf *conf;
	const char *base; /* scheme and host, no '/' at the end */
	const char *ca_file;
	enum server server;
};

/* The lines that mend it. */
static const char *
lines(const struct web *w, enum remedy remedy, const char *name)
{
	const struct {
		const char *word, *value;
	} words[] = { { "{endpoints}", w->conf->endpoint_path },
		{ "{name}", name },
		{ "{host}", strstr(w->conf->issuer, "//") + 2 } };
	const char *at = remedies[remedy][w->server];
	struct rc_buf out;
	size_t i, n;

	rc_buf_init(&out, w->mem);
	while (*at != '\0') {
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			n = strlen(words[i].word);
			if (strncmp(at, words[i].word, n) == 0)
				break;
		}
		if (i == sizeof(words) / sizeof(words[0])) {
			rc_buf_putc(&out, *at++);
			continue;
		}
		/* Of an issuer with a path only the host. */
		rc_buf_add(&out, words[i].value,
		    i == 2 ? strcspn(words[i].value, "/")
			   : strlen(words[i].value));
		at += n;
	}
	return out.data;
}

/* --- requests, and what answers them */

/* Send a request; NULL, or why nothing came back. */
static const char *
send_request(const struct web *w, struct rc_probe *p, const char *method,
    const char *path, const char *const *fields)
{

	p->method = method;
	p->url = rc_printf(w->mem, "%s%s", w->base, path);
	p->fields = fields;
	p->ca_file = w->ca_file;
	return rc_fetch_probe(w->mem, p, MILLISECONDS);
}

/* The answer's body, where it is a JSON object; else NULL. */
static const struct rc_json *
object_of(const struct web *w, const struct rc_probe *p)
{
	const char *type = rc_probe_field(w->mem, p, "Content-Type"), *why;
	struct rc_json *v;
	size_t at;

	if (type == NULL || strncasecmp(type, "application/json", 16) != 0 ||
	    rc_json_parse(w->mem, p->body, p->len, &v, &why, &at) != RC_OK ||
	    rc_json_type(v) != RC_JSON_OBJECT)
		return NULL;
	return v;
}

/* Tell whether a program of ours has answered, with an error in JSON. */
static bool
is_our_error(const struct web *w, const struct rc_probe *p)
{

	return rc_json_text(object_of(w, p), "error") != NULL;
}

static const char *
answered(const struct web *w, const struct rc_probe *p)
{
	const char *type = rc_probe_field(w->mem, p, "Content-Type");

	return rc_printf(w->mem, "the answer was %ld, %s", p->status,
	    type != NULL ? type : "without a Content-Type");
}

static const char *
endpoint(const struct web *w, const char *path)
{

	return rc_printf(w->mem, "%s%s", w->conf->endpoint_path, path);
}

/* --- the checks */

/* The server that is there, and which it is. */
static bool
check_reach(struct web *w)
{
	struct rc_probe p = { 0 };
	const char *why, *server;

	why = send_request(w, &p, "GET", "/", NULL);
	if (why != NULL) {
		doctor_say(w->d, DOCTOR_FAILED, "web server",
		    strncmp(w->base, "https:", 6) == 0
			? "rollcall-admin doctor --cacert FILE"
			: NULL,
		    "%s %s", w->base, why);
		return false;
	}
	server = rc_probe_field(w->mem, &p, "Server");
	w->server = OTHER;
	if (server != NULL && strncasecmp(server, "Apache", 6) == 0)
		w->server = APACHE;
	else if (server != NULL && strncasecmp(server, "lighttpd", 8) == 0)
		w->server = LIGHTTPD;
	doctor_say(w->d, DOCTOR_OK, "web server", NULL, "%s is %s", w->base,
	    server != NULL ? server : "one that does not say its name");
	return true;
}

/* Each program answers at its address: an error, or a page under our policy. */
static void
check_endpoints(const struct web *w)
{
	struct rc_buf good;
	struct rc_probe p;
	const char *name, *why;
	size_t i;

	rc_buf_init(&good, w->mem);
	for (i = 0; i < doctor_nprograms; i++) {
		name = doctor_programs[i].name;
		if (strcmp(name, "metadata") == 0 || strcmp(name, "jwks") == 0)
			continue;
		p = (struct rc_probe){ 0 };
		why = send_request(w, &p, "GET",
		    endpoint(w, rc_printf(w->mem, "/%s", name)), NULL);
		if (why == NULL && (is_our_error(w, &p) ||
				       rc_probe_field(w->mem, &p,
					   "Content-Security-Policy") != NULL))
			rc_buf_printf(
			    &good, "%s%s", good.len > 0 ? ", " : "", name);
		else
			doctor_say(w->d, DOCTOR_FAILED, name,
			    lines(w, ENDPOINT, name),
			    "%s%s/%s is not answered by its program: %s",
			    w->base, w->conf->endpoint_path, name,
			    why != NULL ? why : answered(w, &p));
	}
	if (good.len > 0)
		doctor_say(w->d, DOCTOR_OK, "endpoints", NULL, "%s", good.data);
}

/* RFC 6750 3.1: error is told only to who presented a token. */
static void
check_authorization(const struct web *w)
{
	static const char *const fields[] = {
		"Authorization: Bearer doctor-probe", NULL
	};
	struct rc_probe p = { 0 };
	const char *why, *challenge;

	why = send_request(
	    w, &p, "GET", endpoint(w, "/register/doctor-probe"), fields);
	challenge =
	    why == NULL ? rc_probe_field(w->mem, &p, "WWW-Authenticate") : NULL;
	if (why == NULL && p.status == 429 && is_our_error(w, &p))
		doctor_say(w->d, DOCTOR_WARNING, "Authorization", NULL,
		    "too many requests from here (rate_limit_failures); try "
		    "again later");
	else if (challenge != NULL && strstr(challenge, "error=") != NULL)
		doctor_say(w->d, DOCTOR_OK, "Authorization", NULL,
		    "the header reaches the programs");
	else if (why == NULL && is_our_error(w, &p))
		doctor_say(w->d, DOCTOR_FAILED, "Authorization",
		    lines(w, AUTHORIZATION, ""),
		    "the web server keeps the header to itself, so no token "
		    "is ever seen");
	else
		doctor_say(w->d, DOCTOR_FAILED, "Authorization",
		    lines(w, ENDPOINT, "register"), "%s",
		    why != NULL ? why : answered(w, &p));
}

/* RFC 7592 needs PUT and DELETE. */
static void
check_methods(const struct web *w)
{
	static const char *const fields[] = {
		"Authorization: Bearer doctor-probe",
		"Content-Type: application/json", NULL
	};
	static const char *const methods[] = { "PUT", "DELETE" };
	struct rc_probe p;
	const char *why;
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		p = (struct rc_probe){ .content = i == 0 ? "{}" : NULL,
			.content_len = i == 0 ? 2 : 0 };
		why = send_request(w, &p, methods[i],
		    endpoint(w, "/register/doctor-probe"), fields);
		if (why == NULL && is_our_error(w, &p))
			doctor_say(w->d, DOCTOR_OK, methods[i], NULL,
			    "reaches the programs");
		else
			doctor_say(w->d, DOCTOR_FAILED, methods[i],
			    lines(w, METHODS, ""),
			    "the web server does not hand it on: %s",
			    why != NULL ? why : answered(w, &p));
	}
}

/* Scripts of other origins ask first (Fetch 3.2.2). */
static void
check_preflight(const struct web *w)
{
	static const char *const fields[] = { "Origin: https://app.example.org",
		"Access-Control-Request-Method: PUT", NULL };
	struct rc_probe p = { 0 };
	const char *why, *methods = NULL, *origin = NULL;

	why = send_request(
	    w, &p, "OPTIONS", endpoint(w, "/register/doctor-probe"), fields);
	if (why == NULL) {
		methods =
		    rc_probe_field(w->mem, &p, "Access-Control-Allow-Methods");
		origin =
		    rc_probe_field(w->mem, &p, "Access-Control-Allow-Origin");
	}
	if (methods != NULL && origin != NULL && p.status == 204 &&
	    strstr(methods, "PUT") != NULL)
		doctor_say(w->d, DOCTOR_OK, "OPTIONS", NULL,
		    "scripts of other origins may ask (CORS)");
	else
		doctor_say(w->d, DOCTOR_FAILED, "OPTIONS",
		    lines(w, METHODS, ""),
		    "the web server does not hand it on: %s",
		    why != NULL ? why : answered(w, &p));
}

static void
check_slashes(const struct web *w)
{
	static const char *const fields[] = {
		"Authorization: Bearer doctor-probe", NULL
	};
	struct rc_probe p = { 0 };
	const char *why;

	why =
	    send_request(w, &p, "GET", endpoint(w, "/register/a%2Fb"), fields);
	if (why == NULL && is_our_error(w, &p))
		doctor_say(w->d, DOCTOR_OK, "encoded paths", NULL,
		    "%%2F reaches the programs");
	else
		doctor_say(w->d, DOCTOR_FAILED, "encoded paths",
		    lines(w, SLASHES, ""),
		    "a path with %%2F is answered by the web server: %s",
		    why != NULL ? why : answered(w, &p));
}

/* A registration of so many bytes that no policy accepts. */
static const char *
padded(const struct web *w, size_t size)
{
	static const char start[] =
	    "{\"redirect_uris\":[\"doctor-probe\"],\"doctor_probe\":\"";
	char *text = rc_alloc(w->mem, size + 1);
	size_t n = sizeof(start) - 1;

	if (size < n + 2)
		size = n + 2;
	memset(text, 'x', size);
	memcpy(text, start, n);
	memcpy(text + size - 2, "\"}", 2);
	return text;
}

/* Send a body of that size; tell what became of it. */
static const char *
send_body(const struct web *w, struct rc_probe *p, size_t size)
{
	static const char *const fields[] = { "Content-Type: application/json",
		NULL };

	*p = (struct rc_probe){ .content = padded(w, size),
		.content_len = size };
	return send_request(
	    w, p, "POST", endpoint(w, "/register?lint"), fields);
}

static void
check_bodies(const struct web *w)
{
	size_t most = (size_t)w->conf->max_body;
	size_t more = most + 1 > FCGID_MOST ? most + 1 : FCGID_MOST;
	struct rc_probe p;
	const char *why;

	if ((why = send_body(w, &p, most)) != NULL || p.status == 413 ||
	    !is_our_error(w, &p)) {
		doctor_say(w->d, DOCTOR_FAILED, "large bodies",
		    lines(w, BODIES, ""),
		    "%zu bytes, which max_body allows, do not reach the "
		    "program: %s",
		    most, why != NULL ? why : answered(w, &p));
		return;
	}
	if ((why = send_body(w, &p, more)) != NULL || p.status != 413 ||
	    !is_our_error(w, &p))
		doctor_say(w->d, DOCTOR_FAILED, "large bodies",
		    lines(w, BODIES, ""),
		    "%zu bytes, which the program would answer with 413 in "
		    "JSON, do not reach it: %s",
		    more, why != NULL ? why : answered(w, &p));
	else
		doctor_say(w->d, DOCTOR_OK, "large bodies", NULL,
		    "the program judges them (max_body)");
}

/* What a well-known address begins with, or, with a path in front, ends with.
 */
static const char *
well_known_name(const struct web *w, const char *path)
{
	static const char start[] = "/.well-known/";
	size_t n = sizeof(start) - 1;

	if (strncmp(path, start, n) != 0)
		return ".well-known/openid-configuration";
	return rc_strndup(w->mem, path, n + strcspn(path + n, "/"));
}

/* One well-known address; false, and said, where it is wrong. */
static bool
check_document(const struct web *w, const char *path, const char *member,
    const char *expected)
{
	static const char *const fields[] = { "Origin: https://app.example.org",
		NULL };
	struct rc_probe p = { 0 };
	const char *why, *value = NULL;

	why = send_request(w, &p, "GET", path, fields);
	if (why == NULL && p.status == 200)
		value = rc_json_text(object_of(w, &p), member);
	if (value == NULL)
		doctor_say(w->d, DOCTOR_FAILED, "well-known",
		    lines(w, METADATA, well_known_name(w, path)), "%s%s: %s",
		    w->base, path, why != NULL ? why : answered(w, &p));
	else if (strcmp(value, expected) != 0)
		doctor_say(w->d, DOCTOR_FAILED, "well-known",
		    "systemctl reload 'rollcall@*'",
		    "%s%s says %s \"%s\", and the configuration \"%s\": the "
		    "programs run with another, or an old one",
		    w->base, path, member, value, expected);
	else if (rc_probe_field(w->mem, &p, "Access-Control-Allow-Origin") ==
		 NULL) {
		doctor_say(w->d, DOCTOR_FAILED, "well-known",
		    "take Access-Control-Allow-Origin out of what the web "
		    "server unsets",
		    "%s%s: scripts of other origins may not read it", w->base,
		    path);
		return false;
	}
	return value != NULL && strcmp(value, expected) == 0;
}

/* RFC 8414 3.1 and 5, OpenID Connect Discovery 1.0 4, RFC 9728 3.1. */
static void
check_well_known(const struct web *w)
{
	static const char resource_name[] =
	    "/.well-known/oauth-protected-resource";
	const struct rc_conf *conf = w->conf;
	const char *base = strstr(w->conf->issuer, "//") + 2;
	size_t i, good = 0, all = 3, n = strcspn(base, "/");

	good += check_document(w,
	    rc_printf(w->mem, "/.well-known/oauth-authorization-server%s",
		conf->issuer_path),
	    "issuer", conf->issuer);
	good += check_document(w,
	    rc_printf(w->mem, "%s/.well-known/openid-configuration",
		conf->issuer_path),
	    "issuer", conf->issuer);
	if (conf->issuer_path[0] != '\0') {
		all++;
		good += check_document(w,
		    rc_printf(w->mem, "/.well-known/openid-configuration%s",
			conf->issuer_path),
		    "issuer", conf->issuer);
	}
	good += check_document(w,
	    rc_printf(w->mem, "%s%s", resource_name, conf->issuer_path),
	    "resource", conf->issuer);
	for (i = 0; i < conf->nresources; i++) {
		/* Others are on hosts of their own. */
		if (strlen(conf->resources[i].host) != n ||
		    strncmp(conf->resources[i].host, base, n) != 0)
			continue;
		all++;
		good += check_document(w,
		    rc_printf(
			w->mem, "%s%s", resource_name, conf->resources[i].path),
		    "resource", conf->resources[i].resource);
	}
	if (good == all)
		doctor_say(w->d, DOCTOR_OK, "well-known", NULL,
		    "all %zu documents are there", all);
}

static void
check_jwks(const struct web *w)
{
	struct rc_probe p = { 0 };
	const char *why;
	size_t n = 0;

	why = send_request(w, &p, "GET", endpoint(w, "/jwks"), NULL);
	if (why == NULL && p.status == 200)
		n = rc_json_count(rc_json_get(object_of(w, &p), "keys"));
	if (n > 0)
		doctor_say(w->d, DOCTOR_OK, "jwks", NULL, "%zu keys", n);
	else if (why == NULL && p.status == 200)
		doctor_say(w->d, DOCTOR_FAILED, "jwks",
		    "rollcall-admin setup --no-migrate",
		    "the program shows no key");
	else
		doctor_say(w->d, DOCTOR_FAILED, "jwks",
		    lines(w, ENDPOINT, "jwks"), "there are no keys: %s",
		    why != NULL ? why : answered(w, &p));
}

/* A form without a client: RFC 6749 5.2. */
static void
check_token(const struct web *w)
{
	static const char *const fields[] = {
		"Content-Type: application/x-www-form-urlencoded", NULL
	};
	static const char form[] = "grant_type=client_credentials";
	struct rc_probe p = { .content = form,
		.content_len = sizeof(form) - 1 };
	const char *why;

	why = send_request(w, &p, "POST", endpoint(w, "/token"), fields);
	if (why == NULL && is_our_error(w, &p) &&
	    (p.status == 400 || p.status == 401 || p.status == 429))
		doctor_say(
		    w->d, DOCTOR_OK, "POST", NULL, "forms reach the programs");
	else
		doctor_say(w->d, DOCTOR_FAILED, "POST",
		    lines(w, ENDPOINT, "token"),
		    "a form does not reach the token program: %s",
		    why != NULL ? why : answered(w, &p));
}

/* Who comes in clear is sent on, or refused. */
static void
check_clear(struct web *w)
{
	const char *host = strstr(w->base, "//") + 2, *why, *base = w->base;
	struct rc_probe p = { 0 };

	if (strncmp(w->base, "https:", 6) != 0 || strchr(host, ':') != NULL)
		return;
	w->base = rc_printf(w->mem, "http://%s", host);
	why = send_request(
	    w, &p, "GET", "/.well-known/oauth-authorization-server", NULL);
	w->base = base;
	if (why == NULL && p.status == 200)
		doctor_say(w->d, DOCTOR_FAILED, "https", lines(w, REDIRECT, ""),
		    "http://%s answers in clear", host);
	else if (why == NULL && (p.status < 300 || p.status >= 400))
		doctor_say(w->d, DOCTOR_WARNING, "https",
		    lines(w, REDIRECT, ""),
		    "http://%s does not lead people to https", host);
	else
		doctor_say(w->d, DOCTOR_OK, "https", NULL, "http://%s %s", host,
		    why == NULL ? "leads there" : "is closed");
}

const char *
doctor_base(struct rc_arena *mem, const char *url)
{
	const char *origin = rc_uri_origin(mem, url);
	struct rc_uri uri;

	/* That of another scheme than http and https names no host. */
	if (origin == NULL || strstr(origin, "://") == NULL ||
	    rc_uri_parse(mem, origin, &uri) != NULL)
		return NULL;
	return origin;
}

void
doctor_web(struct doctor *d, const char *base)
{
	struct web w = { .d = d,
		.mem = d->a->mem,
		.conf = d->a->rq->conf,
		.ca_file = admin_option(d->a, "cacert") };

	w.base = base != NULL ? base : rc_uri_origin(w.mem, w.conf->issuer);
	if (!check_reach(&w))
		return;
	check_endpoints(&w);
	check_authorization(&w);
	check_methods(&w);
	check_preflight(&w);
	check_slashes(&w);
	check_bodies(&w);
	check_well_known(&w);
	check_jwks(&w);
	check_token(&w);
	check_clear(&w);
}
