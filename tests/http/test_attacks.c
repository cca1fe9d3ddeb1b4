/*
 * What attackers try on an authorization server (RFC 6749 10, RFC 9700 4): each
 * case does it, and sees that it leads nowhere.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crypt.h"
#include "harness_browser.h"
#include "harness_token.h"

#define OWN "grant_type=client_credentials"
#define FORM "application/x-www-form-urlencoded"

/* A second verifier, and the challenge that is of it. */
#define VERIFIER_2 "Kv7w2-attacker-verifier_of.another~session-0"
#define CHALLENGE_2 "UvdMrxhiIbVH1dug4otaH4GhKM96epcExhZQXv7zOtU"

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

/* A good request, in which ${name} has another value; NULL takes it out. */
static const char *
asking_with(const struct client *c, const char *redirect, const char *name,
    const char *value)
{
	const char *const usual[][2] = { { "client_id", c->id },
		{ "redirect_uri", redirect }, { "response_type", "code" },
		{ "scope", "openid" }, { "state", "xyz" },
		{ "code_challenge", CHALLENGE },
		{ "code_challenge_method", "S256" } };
	const char *url = "/oauth/authorize?a=b";
	size_t i;

	for (i = 0; i < LENGTH(usual); i++)
		if (strcmp(usual[i][0], name) != 0)
			url = text(
			    "%s&%s=%s", url, usual[i][0], escaped(usual[i][1]));
	return value == NULL ? url
	                     : text("%s&%s=%s", url, name, escaped(value));
}

/* The query of a URL, which is a form as well. */
static const char *
query_of(const char *url)
{

	return strchr(url, '?') + 1;
}

/* A redirect of ours to a page of ours. */
static bool
leads_to(const struct answer *a, const char *page)
{

	return strncmp(location(a), text("%s/oauth/%s?", base_url(), page),
		   strlen(base_url()) + strlen(page) + 8) == 0;
}

/*
 * Clock skew.
 */

/* An assertion with the times that ${times} says, and its jti. */
static const char *
dated(const struct client *c, const struct pair *p, const char *jti,
    const char *times)
{

	return sign(p, NULL,
	    text("{'iss':'%s','sub':'%s','aud':'%s','jti':'%s',%s}", c->id,
		c->id, base_url(), jti, times));
}

static struct answer *
assert_by(const char *jwt)
{

	return ask(NULL, OWN "&client_assertion_type=%s&client_assertion=%s",
	    escape(ASSERTION_TYPE), jwt);
}

static struct client *
keyed_client(const struct pair *p)
{

	return confidential(text("'token_endpoint_auth_method':"
				 "'private_key_jwt','jwks':{'keys':[%s]}",
	    p->public));
}

/* A minute either way is a clock, more is none of ours. */
static const struct {
	long long exp; /* from now */
	long long iat;
	bool good;
} skews[] = {
	{ 60, 0, true },
	{ 60, 50, true },
	{ 60, 70, false },
	{ 110, 50, true },
	{ -50, -110, true },
	{ -70, -130, false },
	{ -3600, -3660, false },
	{ 3600, 0, false },
	{ 60, 3600, false },
};

START_TEST(clock_skew_of_an_assertion)
{
	const struct pair *p = pair("EdDSA");
	const struct client *c = keyed_client(p);
	long long now = (long long)time(NULL);
	struct answer *a;

	a = assert_by(dated(c, p, "skew",
	    text("'exp':%lld,'iat':%lld,'nbf':%lld", now + skews[_i].exp,
		now + skews[_i].iat, now + skews[_i].iat)));
	if (skews[_i].good)
		expect_tokens(a);
	else
		expect_refused(a, 401, "invalid_client");
}
END_TEST

/* An assertion that lives on by the skew alone is remembered as long. */
START_TEST(clock_skew_lets_no_replay_in)
{
	const struct pair *p = pair("EdDSA");
	const struct client *c = keyed_client(p);
	const char *jwt =
	    dated(c, p, "late", text("'exp':%lld", (long long)time(NULL) - 40));

	expect_tokens(assert_by(jwt));
	(void)db("SELECT rollcall.purge()", NULL);
	expect_refused(assert_by(jwt), 401, "invalid_client");
}
END_TEST

/*
 * Token substitution (RFC 9700 4.9, RFC 8725 2.8).
 */

/* What one client got for one person, by the configuration of the moment. */
struct got {
	struct client *client;
	const char *access;
	const char *refresh;
	const char *id;
	const char *code; /* another one, not spent */
};

static struct got
get_all(void)
{
	struct got g = { .client = confidential(NULL) };
	const struct permission p = { .client = g.client->id,
		.account = new_account(),
		.scope = "openid offline_access read" };
	struct answer *a = redeem(g.client, permit(&p));

	expect_tokens(a);
	g.access = string(a->json, "access_token");
	g.refresh = string(a->json, "refresh_token");
	g.id = string(a->json, "id_token");
	g.code = permit(&p);
	want(g.refresh != NULL && g.id != NULL, "all kinds of tokens");
	return g;
}

/* What is none is taken for no access token, wherever it is brought. */
static void
is_no_access_token(const struct client *c, const char *s)
{
	struct answer *a;

	expect_error(userinfo(s), 401, "invalid_token");
	expect_error(http(&(struct call){ .method = "POST",
			 .url = "/oauth/userinfo",
			 .body = text("access_token=%s", s),
			 .type = FORM }),
	    401, "invalid_token");
	a = http(&(struct call){ .url = c->url, .token = s });
	expect_error(a, 401, "invalid_token");
}

/* What is none is taken for no grant, by whatever name. */
static void
is_no_grant(const struct client *c, const char *s)
{

	expect_refused(redeem(c, s), 400, "invalid_grant");
	expect_refused(refresh(c, s), 400, "invalid_grant");
}

static void
is_no_assertion(const char *s)
{

	expect_refused(assert_by(s), 401, "invalid_client");
}

/* With opaque access tokens and with JWTs, which the same keys sign. */
static const char *const formats[] = { "access_token_format = opaque",
	"access_token_format = jwt" };

START_TEST(token_substitution)
{
	struct got g;

	case_named(formats[_i]);
	reconf(&formats[_i], 1);
	g = get_all();
	want(is_active(g.client, g.access) && is_active(g.client, g.refresh),
	    "the tokens are none");
	expect_status(userinfo(g.access), 200);

	case_named("an ID token");
	is_no_access_token(g.client, g.id);
	is_no_grant(g.client, g.id);
	is_no_assertion(g.id);
	want(!is_active(g.client, g.id), "it is active");
	expect_status(revoke(g.client, g.id), 200);

	case_named("a refresh token");
	is_no_access_token(g.client, g.refresh);
	expect_refused(redeem(g.client, g.refresh), 400, "invalid_grant");
	is_no_assertion(g.refresh);

	case_named("an access token");
	is_no_grant(g.client, g.access);
	is_no_assertion(g.access);
	expect_error(
	    http(&(struct call){ .url = g.client->url, .token = g.access }),
	    401, "invalid_token");

	case_named("a code");
	is_no_access_token(g.client, g.code);
	expect_refused(refresh(g.client, g.code), 400, "invalid_grant");
	is_no_assertion(g.code);
	want(!is_active(g.client, g.code), "it is active");
	expect_status(revoke(g.client, g.code), 200);

	case_named("a registration access token");
	expect_error(userinfo(g.client->token), 401, "invalid_token");
	is_no_grant(g.client, g.client->token);
	want(!is_active(g.client, g.client->token), "it is active");
	expect_status(revoke(g.client, g.client->token), 200);
	expect_status(manage(g.client, "GET", NULL), 200);

	case_named("none of that has harmed what is good");
	expect_status(userinfo(g.access), 200);
	want(is_active(g.client, g.refresh), "the refresh token is gone");
	expect_tokens(redeem(g.client, g.code));
	reconf(NULL, 0);
}
END_TEST

/* Return ${s} in base64url. */
static const char *
base64url(const char *s)
{
	size_t size = 2 * strlen(s) + 4;
	char *out = room(size);

	rc_crypt_base64url(out, size, s, strlen(s));
	return out;
}

/* A JWT with another header or payload is none, signed or not. */
START_TEST(token_substitution_by_a_forged_jwt)
{
	static const char *const lines[] = { "access_token_format = jwt" };
	const char *dot, *last, *forged[6];
	struct got g, other;
	size_t i;

	reconf(lines, 1);
	g = get_all();
	other = get_all();
	reconf(NULL, 0);
	dot = strchr(g.access, '.');
	last = strrchr(g.access, '.');
	want(dot != NULL && last != dot, "it is no JWT");
	forged[0] = text(
	    "%s%.*s.", base64url("{\"alg\":\"none\"}"), (int)(last - dot), dot);
	forged[1] = text(
	    "%s%s", base64url("{\"alg\":\"none\",\"typ\":\"at+jwt\"}"), dot);
	forged[2] = text(
	    "%s%s", base64url("{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}"), dot);
	forged[3] = text("%.*s", (int)(last - g.access), g.access);
	forged[4] = text("%.*s.", (int)(last - g.access), g.access);
	/* Another's payload under this signature. */
	forged[5] =
	    text("%.*s%s", (int)(strrchr(other.access, '.') - other.access),
		other.access, last);
	for (i = 0; i < LENGTH(forged); i++) {
		case_named(forged[i]);
		expect_error(userinfo(forged[i]), 401, "invalid_token");
		want(!is_active(g.client, forged[i]), "it is active");
		want(!is_active(other.client, forged[i]), "it is active");
		expect_status(revoke(g.client, forged[i]), 200);
	}
	expect_status(userinfo(g.access), 200);
}
END_TEST

#define API "https://api.example.org/v1"
#define FILES "https://files.example.org"

/* RFC 9700 2.3: a token of one audience at another resource. */
START_TEST(token_substitution_across_resources)
{
	const char *const lines[] = { "resource '" API "' { }",
		"resource '" FILES "' { }", formats[_i] };
	struct client *c = confidential(NULL);
	struct client *api = resource_server("{\"" API "\"}");
	struct client *files = resource_server("{\"" FILES "\"}");
	const struct permission p = {
		.client = c->id, .scope = "read", .audience = "['" API "']"
	};
	const char *own, *granted, *both;

	reconf(lines, 3);
	own = string(
	    ask(c, OWN "&resource=%s", escape(API))->json, "access_token");
	both = string(
	    ask(c, OWN "&resource=%s&resource=%s", escape(API), escape(FILES))
		->json,
	    "access_token");
	granted = string(redeem(c, permit(&p))->json, "access_token");
	want(own != NULL && granted != NULL && both != NULL, "no tokens");
	want(is_active(api, own) && is_active(api, granted) &&
		 is_active(api, both),
	    "not known where they are for");
	want(!is_active(files, own) && !is_active(files, granted),
	    "active at another resource");
	want(is_active(files, both), "not known at the second resource");
	expect_error(userinfo(granted), 401, "invalid_token");
	reconf(NULL, 0);
}
END_TEST

/*
 * Mix-up (RFC 9207 2, RFC 9700 4.4).
 */

START_TEST(mix_up_iss_is_the_issuer_of_discovery)
{
	static const char *const documents[] = {
		"/.well-known/oauth-authorization-server",
		"/.well-known/openid-configuration"
	};
	struct client *c = web_app();
	struct browser b = { 0 };
	const char *good, *bad, *issuer;
	struct answer *a;
	size_t i;

	(void)come_in(&b);
	bad = location(visit(&b, asking(c, WEB, "&prompt=none&iss=x")));
	want(given(bad, "error") != NULL, "an error");
	good = location(
	    decide(&b, visit(&b, asking(c, WEB, "&iss=https://x")), "allow"));
	want(given(good, "code") != NULL, "a code");
	for (i = 0; i < LENGTH(documents); i++) {
		a = get(documents[i]);
		expect_member(a,
		    "authorization_response_iss_parameter_"
		    "supported",
		    "true");
		issuer = string(a->json, "issuer");
		want(strcmp(given(bad, "iss"), issuer) == 0, "in an error");
		want(strcmp(given(good, "iss"), issuer) == 0, "with a code");
		want(strpbrk(issuer, "?#") == NULL, "no query or fragment");
	}
}
END_TEST

START_TEST(mix_up_iss_by_form_post)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	struct answer *a;

	(void)come_in(&b);
	a = visit(&b, asking(c, WEB, "&response_mode=form_post&prompt=none"));
	expect_page(a, 200);
	want(field(a, "error") != NULL, "an error");
	want(strcmp(field(a, "iss"), base_url()) == 0, "iss in an error");
	a = decide(
	    &b, visit(&b, asking(c, WEB, "&response_mode=form_post")), "allow");
	want(field(a, "code") != NULL, "a code");
	want(strcmp(field(a, "iss"), base_url()) == 0, "iss with a code");
}
END_TEST

/*
 * Downgrade (RFC 9700 4.8.2, RFC 7636 7.2).
 */

/* Redeem by a browser's client. */
static struct answer *
redeem_with(const struct client *c, const char *code, const char *redirect,
    const char *verifier)
{

	return ask(c, "grant_type=authorization_code&code=%s&redirect_uri=%s%s",
	    code, escaped(redirect),
	    verifier == NULL ? "" : text("&code_verifier=%s", verifier));
}

START_TEST(downgrade_of_the_request)
{
	static const struct {
		const char *name, *value;
	} weaker[] = { { "code_challenge", NULL },
		{ "code_challenge_method", NULL },
		{ "code_challenge_method", "plain" },
		{ "code_challenge_method", "none" },
		{ "response_type", "token" }, { "response_type", "id_token" },
		{ "response_type", "code token" } };
	struct client *c = web_app();
	struct browser b = { 0 };
	const char *url;
	size_t i;

	(void)come_in(&b);
	for (i = 0; i < LENGTH(weaker); i++) {
		case_named(weaker[i].name);
		url = location(visit(
		    &b, asking_with(c, WEB, weaker[i].name, weaker[i].value)));
		want(strncmp(url, WEB "?", strlen(WEB) + 1) == 0 &&
			 given(url, "error") != NULL &&
			 given(url, "code") == NULL,
		    "refused: %s", url);
		want(strchr(url, '#') == NULL, "nothing by the fragment");
	}
}
END_TEST

/* PKCE may be left out here, but it is not taken out afterwards. */
START_TEST(downgrade_verifier_without_challenge)
{
	static const char *const lines[] = { "require_pkce = public" };
	struct client *c = web_app();
	struct browser b = { 0 };
	const char *with, *without;

	(void)come_in(&b);
	reconf(lines, 1);
	with = expect_code(
	    decide(&b, visit(&b, asking(c, WEB, "&nonce=n")), "allow"), WEB,
	    "xyz");
	without = expect_code(
	    visit(&b, text("/oauth/authorize?response_type=code&client_id=%s"
			   "&redirect_uri=%s&scope=openid&state=xyz&nonce=n",
			  c->id, escaped(WEB))),
	    WEB, "xyz");
	case_named("a challenge, no verifier");
	expect_refused(redeem_with(c, with, WEB, NULL), 400, "invalid_grant");
	case_named("a verifier, no challenge");
	expect_refused(
	    redeem_with(c, without, WEB, VERIFIER), 400, "invalid_grant");
	case_named("the challenge for the verifier");
	expect_refused(
	    redeem_with(c, with, WEB, CHALLENGE), 400, "invalid_grant");
	case_named("as it was asked for");
	expect_tokens(redeem_with(c, with, WEB, VERIFIER));
	expect_tokens(redeem_with(c, without, WEB, NULL));
	reconf(NULL, 0);
}
END_TEST

/*
 * Open redirects (RFC 6749 10.15, RFC 9700 4.11.2).
 */

static const char *const web_lookalikes[] = {
	"https://app.example.org@evil.example/callback",
	"https://app.example.org:pw@evil.example/callback",
	"https://evil.example@app.example.org/callback",
	"https://app.example.org%40evil.example/callback",
	"https://app.example.org\\@evil.example/callback",
	"https://evil.example\\@app.example.org/callback",
	"https://app.example.org\\.evil.example/callback",
	"https://evil.example\\.app.example.org/callback",
	"https:\\\\app.example.org\\callback",
	"https:/app.example.org/callback",
	"https:app.example.org/callback",
	"https:///app.example.org/callback",
	"https:////app.example.org/callback",
	"//app.example.org/callback",
	"//evil.example/callback",
	"///evil.example/callback",
	"/\\evil.example/callback",
	"\\\\evil.example\\callback",
	"/oauth/authorize",
	"callback",
	"?x",
	"#x",
	".",
	"*",
	"HTTPS://app.example.org/callback",
	"https://APP.example.org/callback",
	"https://app.example.org/CALLBACK",
	"https://app.example.org./callback",
	"https://app.example.org/callback/../../evil",
	"https://app.example.org/callback/..",
	"https://app.example.org/x/../callback",
	"https://app.example.org/x/%2e%2e/callback",
	"https://app.example.org/x/..%2fcallback",
	"https://app.example.org/./callback",
	"https://app.example.org//callback",
	"https://app.example.org/callback/",
	"https://app.example.org/callback%2f",
	"https://app.example.org/callback%00",
	"https://app.example.org/callback ",
	" https://app.example.org/callback",
	"ht\ttps://app.example.org/callback",
	"https://app.example.org/call\nback",
	"https://app.example.org/callback%20",
	"https://app.example.org:443/callback",
	"https://app.example.org:8443/callback",
	"https://app.example.org:/callback",
	"https://app.example.org:443:80/callback",
	"https://app.example.org:443@evil.example/callback",
	"https://sub.app.example.org/callback",
	"https://example.org/callback",
	"https://app.example.org.evil.example/callback",
	"https://app.example.orgevil.example/callback",
	"https://evilapp.example.org/callback",
	"https://evil.example/https://app.example.org/callback",
	"https://evil.example/?https://app.example.org/callback",
	"https://evil.example#https://app.example.org/callback",
	"https://app.example.org/callback#",
	"https://app.example.org/callback#x",
	"https://app.example.org/callback#@evil.example/",
	"https://app.example.org/callback?",
	"https://app.example.org/callback?x=y",
	"https://app.example.org/callback?code=stolen",
	"https://app.example.org/callback;x",
	"https://app.example.org/callbackevil",
	"https://app.example.org/callbac",
	"https://app.example.org/",
	"https://app.example.org",
	"https://app.example.org/%63allback",
	"https://app%2eexample.org/callback",
	"https://%61pp.example.org/callback",
	"%68ttps://app.example.org/callback",
	"http://app.example.org/callback",
	"ftp://app.example.org/callback",
	"javascript:alert(1)",
	"javascript://app.example.org/callback%0aalert(1)",
	"data:text/html,x",
	"vbscript:x",
	"about:blank",
	"https://app.example.org\343\200\202evil.example/callback",
	"https://\357\275\201pp.example.org/callback",
	"https://app.example.org\357\274\217evil.example/callback",
	"https://app.example.org\342\200\256/callback",
	"https://[::1]/callback",
	"https://127.0.0.1/callback",
};

static const char *const loopback_lookalikes[] = {
	"http://127.0.0.1.evil.example/callback",
	"http://127.0.0.1.evil.example:49152/callback",
	"http://127.0.0.1:49152.evil.example/callback",
	"http://127.0.0.1-evil.example:49152/callback",
	"http://localhost.evil.example:49152/callback",
	"http://localhost:49152/callback",
	"http://[::1]:49152/callback",
	"http://[::1].evil.example:49152/callback",
	"http://127.0.0.1@evil.example:49152/callback",
	"http://127.0.0.1:49152@evil.example/callback",
	"http://evil.example@127.0.0.1:49152/callback",
	"http://evil.example\\@127.0.0.1:49152/callback",
	"http://127.0.0.1:49152\\@evil.example/callback",
	"http://127.0.0.1\\.evil.example:49152/callback",
	"http://127.0.0.1%2eevil.example:49152/callback",
	"http://127.0.0.1:0/callback",
	"http://127.0.0.1:65536/callback",
	"http://127.0.0.1:99999/callback",
	"http://127.0.0.1:-1/callback",
	"http://127.0.0.1:+1/callback",
	"http://127.0.0.1:/callback",
	"http://127.0.0.1:80:80/callback",
	"http://127.0.0.1: 80/callback",
	"http://127.0.0.1:0x50/callback",
	"http://127.1:49152/callback",
	"http://127.0.1:49152/callback",
	"http://2130706433:49152/callback",
	"http://0x7f000001:49152/callback",
	"http://0177.0.0.1:49152/callback",
	"http://127.0.0.01:49152/callback",
	"http://127.0.0.2:49152/callback",
	"http://0.0.0.0:49152/callback",
	"http://[::ffff:127.0.0.1]:49152/callback",
	"http://127.0.0.1.:49152/callback",
	"https://127.0.0.1:49152/callback",
	"HTTP://127.0.0.1:49152/callback",
	"http:127.0.0.1:49152/callback",
	"http:/127.0.0.1:49152/callback",
	"http:///127.0.0.1:49152/callback",
	"//127.0.0.1:49152/callback",
	"http://127.0.0.1:49152//callback",
	"http://127.0.0.1:49152/callback/",
	"http://127.0.0.1:49152/callback?",
	"http://127.0.0.1:49152/callback?x=1",
	"http://127.0.0.1:49152/callback#",
	"http://127.0.0.1:49152/callback#x",
	"http://127.0.0.1:49152/x/../callback",
	"http://127.0.0.1:49152/%63allback",
	"http://127.0.0.1:49152/",
	"http://127.0.0.1:49152",
	"http://127.0.0.1:49152/callbackx",
	"http://127.0.0.1:49152/Callback",
	"http://127\343\200\2020\343\200\2020\343\200\2021:49152/callback",
};

/* The same for who has registered http://localhost and http://[::1]. */
static const char *const localhost_lookalikes[] = {
	"http://localhost.evil.example/callback",
	"http://localhost.evil.example:49152/callback",
	"http://localhost:49152@evil.example/callback",
	"http://localhost@evil.example/callback",
	"http://evil.localhost:49152/callback",
	"http://localhost.:49152/callback",
	"http://LOCALHOST:49152/callback",
	"http://%6cocalhost:49152/callback",
	"http://localhostevil.example:49152/callback",
	"http://127.0.0.1:49152/callback",
	"http://[::1].evil.example:49152/callback",
	"http://[::1]evil.example:49152/callback",
	"http://[::1]@evil.example:49152/callback",
	"http://[::1%25lo]:49152/callback",
	"http://[::01]:49152/callback",
	"http://[0:0:0:0:0:0:0:1]:49152/callback",
	"http://[::ffff:7f00:1]:49152/callback",
	"http://[::]:49152/callback",
	"http://[::1:49152/callback",
	"http://::1:49152/callback",
};

/* Insist that no link, form or picture of the page is of another origin. */
static void
leads_nowhere(const struct answer *a)
{
	static const char *const names[] = { "href=\"", "action=\"", "src=\"" };
	const char *at;
	size_t i;

	want(header(a, "Location") == NULL, "no redirect");
	want(header(a, "Refresh") == NULL && !says(a, "http-equiv"),
	    "no refresh either");
	for (i = 0; i < LENGTH(names); i++)
		for (at = a->body; (at = strstr(at, names[i])) != NULL;) {
			at += strlen(names[i]);
			want(strncmp(at, text("%s/oauth/", base_url()),
				 strlen(base_url()) + 7) == 0,
			    "it leads to %.60s", at);
		}
}

/* Try a redirect URI everywhere, logged in. */
static void
try_redirect(struct browser *b, const struct client *c, const char *uri)
{
	static const char *const programs[] = { "authorize", "login",
		"consent" };
	const char *query = query_of(asking_with(c, uri, "", NULL));
	struct answer *a;
	size_t i;

	case_named(uri);
	a = submit(b, "/oauth/authorize", query);
	expect_page(a, 400);
	leads_nowhere(a);
	for (i = 0; i < LENGTH(programs); i++) {
		a = visit(b, text("/oauth/%s?%s", programs[i], query));
		/* A web server may refuse control characters by itself. */
		expect_status(a, 400);
		want(header(a, "Location") == NULL, "no redirect");
		if (header(a, "Content-Security-Policy") != NULL)
			leads_nowhere(a);
	}
	a = submit(b, text("/oauth/consent?%s", query), "decision=deny");
	want(a->status >= 400 && header(a, "Location") == NULL, "no redirect");
}

START_TEST(open_redirect_of_an_https_client)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	size_t i;

	(void)come_in(&b);
	want(leads_to(visit(&b, asking(c, WEB, "")), "consent"), "its own");
	for (i = 0; i < LENGTH(web_lookalikes); i++)
		try_redirect(&b, c, web_lookalikes[i]);
}
END_TEST

START_TEST(open_redirect_of_a_loopback_client)
{
	struct client *c = public_app();
	struct client *two =
	    enrol(json("{'redirect_uris':['http://localhost/callback',"
		       "'http://[::1]/callback'],'scope':'openid',"
		       "'token_endpoint_auth_method':'none'}"));
	struct browser b = { 0 };
	size_t i;

	(void)come_in(&b);
	want(leads_to(visit(&b, asking(c, "http://127.0.0.1:1/callback", "")),
		 "consent"),
	    "its own");
	want(leads_to(visit(&b, asking(two, "http://[::1]:49152/callback", "")),
		 "consent"),
	    "its own");
	for (i = 0; i < LENGTH(loopback_lookalikes); i++)
		try_redirect(&b, c, loopback_lookalikes[i]);
	for (i = 0; i < LENGTH(localhost_lookalikes); i++)
		try_redirect(&b, two, localhost_lookalikes[i]);
}
END_TEST

/* What is no text at all, and what is written twice. */
START_TEST(open_redirect_by_the_encoding)
{
	static const char *const raw[] = {
		"redirect_uri=https%3A%2F%2Fapp.example.org%2Fcallback%00",
		"redirect_uri=https%3A%2F%2Fapp.example.org%2Fcallback%ff",
		"redirect_uri=https%3A%2F%2Fapp.example.org%2Fcallback%c0%af",
		"redirect_uri=https%3A%2F%2Fapp.example.org%00.evil.example%2F",
		"redirect_uri=https%253A%252F%252Fapp.example.org%252Fcallback",
		"redirect_uri=https%3A%2F%2Fapp.example.org%2Fcallback"
		"&redirect_uri=https%3A%2F%2Fevil.example%2F",
		"redirect_uri=https%3A%2F%2Fevil.example%2F"
		"&redirect_uri=https%3A%2F%2Fapp.example.org%2Fcallback",
		"redirect_uri[]=https%3A%2F%2Fevil.example%2F",
		"REDIRECT_URI=https%3A%2F%2Fevil.example%2F"
	};
	struct client *c = web_app();
	struct browser b = { 0 };
	const char *query;
	struct answer *a;
	size_t i;

	(void)come_in(&b);
	query = query_of(asking_with(c, WEB, "redirect_uri", NULL));
	for (i = 0; i < LENGTH(raw); i++) {
		case_named(raw[i]);
		a = submit(
		    &b, "/oauth/authorize", text("%s&%s", query, raw[i]));
		expect_page(a, 400);
		leads_nowhere(a);
	}
}
END_TEST

/*
 * Cross-site request forgery (RFC 6749 10.12, RFC 9700 4.7).
 */

static struct answer *
open_consent(struct browser *b, const struct client *c, const char *more)
{
	struct answer *a = visit(b, location(visit(b, asking(c, WEB, more))));

	expect_page(a, 200);
	want(says(a, "name=\"decision\""), "the consent page");
	return a;
}

static void
nothing_is_granted(const struct client *c)
{

	want(strcmp(db("SELECT count(*)::text FROM "
		       "rollcall.authorization_grant WHERE client_id = $1",
			c->id),
		 "0") == 0,
	    "something is granted");
}

/* A link decides nothing, and logs nobody in. */
START_TEST(csrf_by_a_link)
{
	struct client *c = web_app();
	struct browser b = { 0 }, fresh = { 0 };
	struct person *p = come_in(&b);
	struct answer *a = open_consent(&b, c, ""), *login;
	const char *good =
	    text("csrf=%s&decision=allow", escaped(field(a, "csrf")));
	const char *url = action(a);

	case_named("GET /consent");
	a = visit(&b, text("%s&%s", url, good));
	expect_page(a, 200);
	case_named("POST /consent, all in the query");
	expect_page(submit(&b, text("%s&%s", url, good), ""), 403);
	case_named("POST /consent, the proof in the query");
	expect_page(
	    submit(&b, text("%s&%s", url, good), "decision=allow"), 403);
	nothing_is_granted(c);
	case_named("GET /login");
	login = visit(&fresh, location(visit(&fresh, asking(c, WEB, ""))));
	good = text("csrf=%s&username=%s&password=%s",
	    escaped(field(login, "csrf")), escaped(p->name),
	    escaped(p->password));
	url = action(login);
	expect_page(visit(&fresh, text("%s&%s", url, good)), 200);
	case_named("POST /login, all in the query");
	expect_page(submit(&fresh, text("%s&%s", url, good), ""), 403);
	want(cookie(&fresh, "") == NULL, "somebody is logged in");
}
END_TEST

/* Neither decision is another's to make. */
START_TEST(csrf_denying_needs_the_form_as_well)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	struct answer *a;

	(void)come_in(&b);
	a = open_consent(&b, c, "");
	expect_page(submit(&b, action(a), "decision=deny"), 403);
	expect_page(submit(&b, action(a), "decision=deny&csrf="), 403);
	expect_page(submit(&b, action(a), "decision=deny&csrf=x"), 403);
}
END_TEST

/*
 * Each part of the request is what the form was shown for: with another scope,
 * place or challenge the same proof is worth nothing.
 */
static const struct {
	const char *name, *value;
} changes[] = { { "scope", "openid email" }, { "scope", "email" },
	{ "state", "other" }, { "nonce", "added" },
	{ "code_challenge", CHALLENGE_2 }, { "response_mode", "form_post" },
	{ "redirect_uri", WEB "/2" }, { "prompt", "consent" },
	{ "max_age", "9999" }, { "login_hint", "somebody" } };

/* Return a page's URL with another value of a parameter. */
static const char *
changed(const char *url, const char *name, const char *value)
{
	const char *at = strstr(url, text("&%s=", name));
	const char *rest;

	if (at == NULL)
		return text("%s&%s=%s", url, name, escaped(value));
	rest = at + 1 + strcspn(at + 1, "&");
	return text(
	    "%.*s&%s=%s%s", (int)(at - url), url, name, escaped(value), rest);
}

START_TEST(csrf_the_form_is_for_all_of_the_request)
{
	struct client *c = enrol(json("{'redirect_uris':['%s','%s/2'],'scope':"
				      "'openid email'}",
	    WEB, WEB));
	struct browser b = { 0 }, fresh = { 0 };
	struct person *p = come_in(&b);
	struct answer *a = open_consent(&b, c, ""), *login;
	const char *url;
	size_t i;

	login = visit(&fresh, location(visit(&fresh, asking(c, WEB, ""))));
	for (i = 0; i < LENGTH(changes); i++) {
		case_named(changes[i].name);
		url = changed(action(a), changes[i].name, changes[i].value);
		expect_page(submit(&b, url,
				text("csrf=%s&decision=allow",
				    escaped(field(a, "csrf")))),
		    403);
		url = changed(action(login), changes[i].name, changes[i].value);
		expect_page(submit(&fresh, url,
				text("csrf=%s&username=%s&password=%s",
				    escaped(field(login, "csrf")),
				    escaped(p->name), escaped(p->password))),
		    403);
		want(cookie(&fresh, "") == NULL, "somebody is logged in");
		login = visit(&fresh, action(login));
	}
	nothing_is_granted(c);
	case_named("as it was shown");
	expect_code(
	    submit(&b, action(a),
		text("csrf=%s&decision=allow", escaped(field(a, "csrf")))),
	    WEB, "xyz");
}
END_TEST

/* A form of another site gets no code, though consent is remembered. */
START_TEST(csrf_posting_the_request)
{
	struct client *c = web_app();
	struct browser b = { 0 };

	(void)come_in(&b);
	expect_code(
	    decide(&b, visit(&b, asking(c, WEB, "")), "allow"), WEB, "xyz");
	want(leads_to(
		 submit(&b, "/oauth/authorize", query_of(asking(c, WEB, ""))),
		 "authorize"),
	    "it begins anew by GET");
}
END_TEST

/*
 * Clickjacking (RFC 6749 10.13, RFC 9700 4.16).
 */

START_TEST(clickjacking_no_page_is_framed)
{
	struct client *c = web_app();
	struct browser b = { 0 }, fresh = { 0 };
	struct answer *a, *login;

	case_named("errors");
	expect_page(get("/oauth/authorize"), 400);
	expect_page(get("/oauth/login"), 400);
	expect_page(get("/oauth/consent"), 400);
	expect_page(get("/oauth/authorize/x"), 404);
	expect_page(get("/oauth/login/x"), 404);
	expect_page(get("/oauth/consent/logo/x"), 404);
	expect_page(
	    http(&(struct call){ .method = "DELETE", .url = "/oauth/login" }),
	    405);
	expect_page(
	    http(&(struct call){
		.method = "POST", .url = "/oauth/login", .body = "{}" }),
	    415);
	case_named("a page that leads on");
	expect_page(visit(&fresh, asking(c, WEB, "&request=x")), 400);
	expect_page(
	    visit(&fresh, asking(c, WEB, "&request=x&response_mode=form_post")),
	    400);
	case_named("login");
	login = visit(&fresh, location(visit(&fresh, asking(c, WEB, ""))));
	expect_page(login, 200);
	expect_page(submit(&fresh, action(login), "username=a"), 403);
	case_named("consent");
	(void)come_in(&b);
	a = open_consent(&b, c, "");
	expect_page(submit(&b, action(a), "decision=allow"), 403);
	expect_page(submit(&b, action(a),
			text("csrf=%s&decision=x", escaped(field(a, "csrf")))),
	    400);
	case_named("form_post");
	expect_page(
	    visit(&b, asking(c, WEB, "&response_mode=form_post&prompt=none")),
	    200);
	expect_page(
	    decide(&b, visit(&b, asking(c, WEB, "&response_mode=form_post")),
		"allow"),
	    200);
}
END_TEST

/*
 * Session fixation (RFC 9700 has none; OWASP does).
 */

/* Put a session cookie of that value into a browser. */
static void
plant(struct browser *b, const struct browser *like, const char *value)
{
	size_t i;

	for (i = 0; i < BROWSER_COOKIES && like->names[i] != NULL; i++)
		if (like->values[i] == cookie(like, ""))
			break;
	want(i < BROWSER_COOKIES && like->names[i] != NULL, "a name");
	b->names[0] = like->names[i];
	b->values[0] = value;
}

START_TEST(session_fixation_a_planted_cookie_is_not_taken_over)
{
	struct client *c = web_app();
	struct browser attacker = { 0 }, victim = { 0 };
	struct person *p = person();
	const char *planted;

	(void)come_in(&attacker);
	case_named("a session that the attacker made up");
	planted = CHALLENGE_2;
	plant(&victim, &attacker, planted);
	(void)log_in(&victim, visit(&victim, asking(c, WEB, "")), p);
	want(strcmp(cookie(&victim, ""), planted) != 0, "it was taken");
	set_cookie(&attacker, "", planted);
	want(leads_to(visit(&attacker, asking(c, WEB, "")), "login"),
	    "it has become somebody's session");
	case_named("a session of the attacker's own");
	memset(&attacker, 0, sizeof(attacker));
	(void)come_in(&attacker);
	planted = cookie(&attacker, "");
	plant(&victim, &attacker, planted);
	(void)log_in(
	    &victim, visit(&victim, asking(c, WEB, "&prompt=login")), p);
	want(strcmp(cookie(&victim, ""), planted) != 0, "it was kept");
	want(leads_to(visit(&attacker, asking(c, WEB, "")), "login"),
	    "the attacker is somebody");
	case_named("what is no cookie of ours");
	plant(&victim, &attacker, "x");
	want(leads_to(visit(&victim, asking(c, WEB, "")), "login"), "x");
	plant(&victim, &attacker, "' OR 1=1 --");
	want(leads_to(visit(&victim, asking(c, WEB, "")), "login"), "SQL");
}
END_TEST

/*
 * Code injection (RFC 9700 4.5).
 */

START_TEST(code_injection)
{
	struct client *c = enrol(
	    json("{'redirect_uris':['%s','%s/2'],'scope':'openid'}", WEB, WEB));
	struct client *open = public_app(), *other = web_app();
	struct browser victim = { 0 }, attacker = { 0 };
	const char *stolen, *own;

	(void)come_in(&victim);
	(void)come_in(&attacker);
	stolen = expect_code(
	    decide(&victim, visit(&victim, asking(c, WEB, "")), "allow"), WEB,
	    "xyz");
	own = expect_code(
	    decide(&attacker,
		visit(&attacker,
		    asking_with(c, WEB, "code_challenge", CHALLENGE_2)),
		"allow"),
	    WEB, "xyz");
	case_named("into another session of the same client");
	expect_refused(
	    redeem_with(c, stolen, WEB, VERIFIER_2), 400, "invalid_grant");
	expect_refused(
	    redeem_with(c, own, WEB, VERIFIER), 400, "invalid_grant");
	case_named("into another client");
	expect_refused(
	    redeem_with(other, stolen, WEB, VERIFIER), 400, "invalid_grant");
	expect_refused(
	    redeem_with(open, stolen, WEB, VERIFIER), 400, "invalid_grant");
	case_named("under another client_id");
	expect_refused(
	    ask_with(basic(other->id, other->secret),
		text("grant_type=authorization_code&code=%s"
		     "&redirect_uri=%s&code_verifier=" VERIFIER "&client_id=%s",
		    stolen, escaped(WEB), c->id)),
	    400, "invalid_request");
	case_named("by another redirect URI of the client");
	expect_refused(
	    redeem_with(c, stolen, WEB "/2", VERIFIER), 400, "invalid_grant");
	case_named("where it belongs");
	expect_tokens(redeem_with(c, stolen, WEB, VERIFIER));
	expect_tokens(redeem_with(c, own, WEB, VERIFIER_2));
}
END_TEST

/*
 * Response splitting.
 */

static const char *const splits[] = { "a\r\nX-Injected: 1", "a\nX-Injected: 1",
	"a\rX-Injected: 1", "\r\n\r\n<script>alert(1)</script>",
	"a\r\n Set-Cookie: x=y\r\nX-Injected: 1",
	/* Characters whose low bytes are CR and LF. */
	"a\xc4\x8d\xc4\x8aX-Injected: 1",
	"a\xe5\x98\x8d\xe5\x98\x8aX-Injected: 1", "a\xc2\x85X-Injected: 1",
	"a%0d%0aX-Injected: 1" };

static void
is_whole(const struct answer *a)
{

	want(header(a, "X-Injected") == NULL, "a header was added");
	want(header_count(a, "Location") <= 1, "two places");
	want(strstr(a->head, "<script>") == NULL, "a body was added");
	want(strncmp(a->body, "<script>", 8) != 0, "a body was added");
	if (header(a, "Location") != NULL)
		want(strpbrk(header(a, "Location"), "\r\n \"<>") == NULL,
		    "what no URL has: %s", header(a, "Location"));
}

START_TEST(response_splitting_of_a_redirect)
{
	static const char *const names[] = { "client_id", "redirect_uri",
		"response_type", "scope", "state", "nonce", "login_hint",
		"ui_locales", "prompt", "max_age", "response_mode",
		"code_challenge", "code_challenge_method", "resource",
		"id_token_hint", "acr_values" };
	struct client *c = web_app();
	struct browser b = { 0 };
	struct answer *a;
	const char *url;
	size_t i, k;

	(void)come_in(&b);
	for (i = 0; i < LENGTH(names); i++)
		for (k = 0; k < LENGTH(splits); k++) {
			case_named(names[i]);
			url = asking_with(c, WEB, names[i], splits[k]);
			is_whole(visit(&b, url));
			a = submit(&b, "/oauth/authorize", query_of(url));
			is_whole(a);
			if (header(a, "Location") == NULL)
				continue;
			/* And where our own pages hand it on. */
			if (strncmp(location(a), base_url(),
				strlen(base_url())) == 0) {
				a = visit(&b, location(a));
				is_whole(a);
				if (a->status == 303 && leads_to(a, "consent"))
					is_whole(decide(&b, a, "deny"));
			}
		}
}
END_TEST

START_TEST(response_splitting_of_an_error)
{
	static const char *const names[] = { "client_id", "grant_type", "scope",
		"resource", "code", "refresh_token", "client_assertion",
		"token", "access_token", "redirect_uri" };
	static const char *const paths[] = { "token", "introspect", "revoke",
		"userinfo" };
	struct client *c = confidential(NULL);
	struct answer *a;
	size_t i, k, n;

	for (i = 0; i < LENGTH(names); i++)
		for (k = 0; k < LENGTH(splits); k++)
			for (n = 0; n < LENGTH(paths); n++) {
				case_named(
				    text("%s at %s", names[i], paths[n]));
				a = form(text("/oauth/%s", paths[n]), c,
				    text("%s=%s%s", names[i],
					escaped(splits[k]),
					strcmp(names[i], "grant_type") == 0
					    ? ""
					    : "&" OWN));
				is_whole(a);
				if (a->len > 0 && a->status >= 400)
					expect_error_form(a);
			}
}
END_TEST

/*
 * HTML injection (RFC 6749 10.14).
 */

#define PAYLOAD "\"><img src=x onerror=alert(1)>'&{{title}}{{&title}}<!--"

static void
is_harmless(const struct answer *a)
{

	want(says(a, "&lt;img src=x"), "it is not there at all");
	want(!says(a, "<img src=x"), "it is markup");
	want(!says(a, "<!--"), "a comment begins");
	want(says(a, "{{title}}"), "it was filled in");
	want(!says(a, "<script") || strstr(header(a, "Content-Security-Policy"),
					"script-src 'sha256-") != NULL,
	    "a script");
}

START_TEST(html_injection)
{
	struct client *c =
	    enrol(json("{'redirect_uris':['%s'],'scope':'openid'}", WEB));
	struct browser b = { 0 }, fresh = { 0 };
	struct answer *a;

	db(text("UPDATE rollcall.client SET metadata = metadata || "
		"jsonb_build_object('client_name', $1::text, "
		"'client_name#zh', $1::text) WHERE client_id = '%s'",
	       c->id),
	    PAYLOAD);
	case_named("client_name, login");
	a = visit(&fresh, location(visit(&fresh, asking(c, WEB, ""))));
	is_harmless(a);
	case_named("login_hint");
	a = visit(&fresh, location(visit(&fresh, asking_with(web_app(), WEB,
						     "login_hint", PAYLOAD))));
	is_harmless(a);
	case_named("username");
	a = submit(&fresh, action(a),
	    text("csrf=%s&password=x&username=%s", escaped(field(a, "csrf")),
		escaped(PAYLOAD)));
	is_harmless(a);
	case_named("client_name, consent");
	(void)come_in(&b);
	a = open_consent(&b, c, "");
	is_harmless(a);
	case_named("client_name#zh, consent");
	b.language = "zh";
	is_harmless(visit(&b, action(a)));
	b.language = "en";
	case_named("state, form_post");
	a = visit(&b, text("%s&response_mode=form_post&prompt=none",
			  asking_with(c, WEB, "state", PAYLOAD)));
	is_harmless(a);
	want(strcmp(field(a, "state"), PAYLOAD) == 0, "as it was sent");
	case_named("state, a page that leads on by a form");
	fresh = (struct browser){ 0 };
	a = visit(&fresh, text("%s&response_mode=form_post&request=x",
			      asking_with(web_app(), WEB, "state", PAYLOAD)));
	expect_page(a, 400);
	is_harmless(a);
	want(strcmp(field(a, "state"), PAYLOAD) == 0, "as it was sent");
	case_named("state, a page that leads on by a link");
	a = visit(&fresh, text("%s&request=x",
			      asking_with(web_app(), WEB, "state", PAYLOAD)));
	expect_page(a, 400);
	want(!says(a, "<img") && !says(a, "onerror=a"), "it is markup");
	case_named("redirect_uri, error");
	is_harmless(submit(&b, "/oauth/authorize",
	    query_of(asking_with(c, WEB, "redirect_uri", PAYLOAD))));
	case_named("client_id, error");
	is_harmless(submit(&b, "/oauth/authorize",
	    query_of(asking_with(c, WEB, "client_id", PAYLOAD))));
}
END_TEST

/* What an operator writes is text as well. */
START_TEST(html_injection_by_scopes)
{
	static const char *const lines[] = {
		"scopes = {'openid', '<img/src=x>', '<b>&'}",
		"default_scope = {'openid'}",
		"scope '<b>&' {\ntext = '<img src=x>'\n}"
	};
	struct browser b = { 0 };
	struct client *c;
	struct answer *a;

	(void)come_in(&b);
	reconf(lines, 3);
	c = enrol(json("{'redirect_uris':['%s'],'scope':"
		       "'openid <img/src=x> <b>&'}",
	    WEB));
	a = visit(&b, location(visit(&b, asking_with(c, WEB, "scope",
					     "openid <img/src=x> <b>&"))));
	reconf(NULL, 0);
	expect_page(a, 200);
	want(says(a, "&lt;img/src=x&gt;"), "the scope is not there");
	want(says(a, "&lt;img src=x&gt;"), "the text is not there");
	want(!says(a, "<img") && !says(a, "<b>"), "it is markup");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ clock_skew_of_an_assertion, LENGTH(skews) },
		{ clock_skew_lets_no_replay_in, 0 },
		{ token_substitution, LENGTH(formats) },
		{ token_substitution_by_a_forged_jwt, 0 },
		{ token_substitution_across_resources, LENGTH(formats) },
		{ mix_up_iss_is_the_issuer_of_discovery, 0 },
		{ mix_up_iss_by_form_post, 0 },
		{ downgrade_of_the_request, 0 },
		{ downgrade_verifier_without_challenge, 0 },
		{ open_redirect_of_an_https_client, 0 },
		{ open_redirect_of_a_loopback_client, 0 },
		{ open_redirect_by_the_encoding, 0 },
		{ csrf_by_a_link, 0 },
		{ csrf_denying_needs_the_form_as_well, 0 },
		{ csrf_the_form_is_for_all_of_the_request, 0 },
		{ csrf_posting_the_request, 0 },
		{ clickjacking_no_page_is_framed, 0 },
		{ session_fixation_a_planted_cookie_is_not_taken_over, 0 },
		{ code_injection, 0 },
		{ response_splitting_of_a_redirect, 0 },
		{ response_splitting_of_an_error, 0 },
		{ html_injection, 0 },
		{ html_injection_by_scopes, 0 },
	};

	return harness_main("attacks", tests, sizeof(tests) / sizeof(tests[0]));
}
