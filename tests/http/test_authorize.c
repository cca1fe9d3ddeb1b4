/*
 * The authorization endpoint: what is told on a page, what is told to the
 * client, and how.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "harness_browser.h"
#include "jose.h"

/* The browser of somebody who is logged in. */
static struct browser *
somebody(void)
{
	static struct browser b;

	if (b.names[0] == NULL)
		signed_in(&b, person());
	return &b;
}

/* Somebody who is logged in asks. */
static struct answer *
ask(const char *url)
{

	return visit(somebody(), url);
}

/* A browser without cookies asks. */
static struct answer *
ask_bare(const char *url)
{
	struct browser b = { 0 };

	return visit(&b, url);
}

/* Ask by POST, what lighttpd would not let pass in a query too. */
static struct answer *
ask_by_form(const char *url)
{

	return submit(somebody(), "/oauth/authorize", strchr(url, '?') + 1);
}

/* A page that says what to do, and leads nowhere. */
static void
expect_dead_end(const struct answer *a, const char *what)
{

	expect_page(a, 400);
	want(header(a, "Location") == NULL, "no redirect");
	want(says(a, what), "the developer is told: %s", what);
	want(says(a, "invalid_re"), "the error's name");
}

START_TEST(rfc6749_4_1_2_1_client_is_missing_or_unknown)
{

	expect_dead_end(ask("/oauth/authorize"), "client_id is missing");
	expect_dead_end(
	    ask("/oauth/authorize?client_id="), "client_id is missing");
	expect_dead_end(
	    ask(text("/oauth/authorize?response_type=code&client_id=nobody&"
		     "redirect_uri=%s",
		escaped("https://evil.example/"))),
	    "there is no client nobody");
}
END_TEST

START_TEST(rfc6749_4_1_2_1_client_is_disabled)
{
	struct client *c = web_app();

	db("UPDATE rollcall.client SET status = 'disabled' WHERE client_id = "
	   "$1",
	    c->id);
	expect_dead_end(ask(asking(c, WEB, "")), "is disabled");
}
END_TEST

START_TEST(rfc6749_4_1_2_1_redirect_uri_is_not_registered)
{
	static const char *const others[] = { "https://evil.example/callback",
		"https://app.example.org/callback/",
		"https://app.example.org/callback?x=1",
		"https://app.example.org/Callback",
		"https://app.example.org:443/callback",
		"https://app.example.org/callback#f",
		"https://app.example.org@evil.example/callback",
		"https://app.example.org.evil.example/callback",
		"http://app.example.org/callback", "//evil.example/callback",
		"/callback", "javascript:alert(1)",
		"https://app.example.org/callback\r\nX: y",
		"https://app.example.org/%63allback" };
	struct client *c = web_app();
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		case_named(others[i]);
		expect_dead_end(ask_by_form(asking(c, others[i], "")),
		    "is none that client");
	}
}
END_TEST

START_TEST(rfc6749_3_1_2_3_redirect_uri_may_be_left_out_of_one)
{
	struct client *one = web_app();
	struct client *two =
	    enrol(json("{'redirect_uris': ['%s', '%s/2']}", WEB, WEB));

	expect_refusal(ask(text("/oauth/authorize?client_id=%s", one->id)), WEB,
	    "invalid_request", NULL);
	expect_dead_end(ask(text("/oauth/authorize?client_id=%s", two->id)),
	    "redirect_uri is missing");
	case_named("OpenID Connect Core 3.1.2.1");
	expect_dead_end(
	    ask(text("/oauth/authorize?client_id=%s&scope=openid", one->id)),
	    "redirect_uri is missing");
}
END_TEST

START_TEST(rfc6749_3_1_repeated_parameters)
{
	static const char *const names[] = { "response_type", "scope", "state",
		"code_challenge", "code_challenge_method", "nonce", "prompt",
		"max_age", "response_mode", "id_token_hint", "login_hint",
		"ui_locales", "acr_values", "display", "claims", "request" };
	struct client *c = web_app();
	const char *url = asking(c, WEB, "");
	size_t i;

	expect_dead_end(
	    ask(text("%s&client_id=%s", url, c->id)), "client_id must not");
	expect_dead_end(ask(text("%s&redirect_uri=%s", url, escaped(WEB))),
	    "redirect_uri must not");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		case_named(names[i]);
		expect_refusal(
		    ask(text("%s&%s=a&%s=a", url, names[i], names[i])), WEB,
		    "invalid_request",
		    strcmp(names[i], "state") == 0 ? NULL : "xyz");
	}
}
END_TEST

/* A request with ${more} instead of the usual challenge. */
static const char *
bare(const struct client *c, const char *redirect, const char *more)
{

	return text("/oauth/authorize?client_id=%s&redirect_uri=%s&state=xyz%s",
	    c->id, escaped(redirect), more);
}

START_TEST(rfc6749_4_1_2_1_response_type)
{
	struct client *c = web_app();

	expect_refusal(
	    ask(bare(c, WEB, "&scope=openid")), WEB, "invalid_request", "xyz");
	expect_refusal(ask(bare(c, WEB, "&response_type=token")), WEB,
	    "unsupported_response_type", "xyz");
	expect_refusal(ask(bare(c, WEB, "&response_type=code+id_token")), WEB,
	    "unsupported_response_type", "xyz");
}
END_TEST

START_TEST(rfc6749_4_1_2_1_grant_is_not_registered)
{
	struct client *c = web_app();

	db("UPDATE rollcall.client SET metadata = metadata || "
	   "'{\"grant_types\": [\"client_credentials\"]}' WHERE client_id = $1",
	    c->id);
	expect_refusal(
	    ask(asking(c, WEB, "")), WEB, "unauthorized_client", "xyz");
}
END_TEST

START_TEST(oidc_core_6_request_objects_are_refused)
{
	struct client *c = web_app();

	expect_refusal(ask(asking(c, WEB, "&request=e30.e30.")), WEB,
	    "request_not_supported", "xyz");
	expect_refusal(ask(asking(c, WEB, "&request_uri=https%3A%2F%2Fa.b")),
	    WEB, "request_uri_not_supported", "xyz");
	expect_refusal(ask(asking(c, WEB, "&registration=%7B%7D")), WEB,
	    "registration_not_supported", "xyz");
	case_named("RFC 9101 5: with all the rest in the object");
	expect_refusal(ask(text("/oauth/authorize?client_id=%s&redirect_uri=%s"
				"&state=xyz&request=e30.e30.",
			   c->id, escaped(WEB))),
	    WEB, "request_not_supported", "xyz");
}
END_TEST

#define CODE "&response_type=code&scope=openid"

START_TEST(rfc7636_4_4_1_challenge_is_required)
{
	static const char *const bad[] = { "", "&code_challenge_method=S256",
		"&code_challenge=" CHALLENGE,
		"&code_challenge=" CHALLENGE "&code_challenge_method=plain",
		"&code_challenge=" CHALLENGE "&code_challenge_method=s256",
		"&code_challenge=short&code_challenge_method=S256",
		"&code_challenge=" CHALLENGE "A&code_challenge_method=S256",
		"&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"
		"&code_challenge_method=S256",
		"&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw%2BcM"
		"&code_challenge_method=S256" };
	struct client *c = web_app();
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		case_named(bad[i]);
		expect_refusal(ask(bare(c, WEB, text(CODE "%s", bad[i]))), WEB,
		    "invalid_request", "xyz");
		want(strstr(given(location(ask(
				      bare(c, WEB, text(CODE "%s", bad[i])))),
				"error_description"),
			 "code_challenge") != NULL,
		    "the description names it");
	}
	case_named("OpenID Connect with a nonce, while PKCE is for all");
	expect_refusal(
	    ask(bare(c, WEB, CODE "&nonce=n")), WEB, "invalid_request", "xyz");
}
END_TEST

/* Insist that the answer leads to the login page. */
static void
expect_login(const struct answer *a)
{

	want(strstr(location(a), "/oauth/login?") != NULL,
	    "the login page, not %s", location(a));
}

START_TEST(rfc9700_2_1_1_confidential_openid_client_may_omit_it)
{
	static const char *const lines[] = { "require_pkce = public" };
	struct client *web = web_app(), *loopback = public_app();
	struct answer *good, *no_nonce, *no_openid, *public, *broken;

	reconf(lines, 1);
	good = ask_bare(bare(web, WEB, CODE "&nonce=n"));
	no_nonce = ask(bare(web, WEB, CODE));
	no_openid =
	    ask(bare(web, WEB, "&response_type=code&scope=email&nonce=n"));
	public = ask(bare(loopback, LOOPBACK, CODE "&nonce=n"));
	broken = ask(bare(web, WEB, CODE "&nonce=n&code_challenge=" CHALLENGE));
	reconf(NULL, 0);
	expect_login(good);
	expect_refusal(no_nonce, WEB, "invalid_request", "xyz");
	expect_refusal(no_openid, WEB, "invalid_request", "xyz");
	expect_refusal(public, LOOPBACK, "invalid_request", "xyz");
	expect_refusal(broken, WEB, "invalid_request", "xyz");
}
END_TEST

/* Ask for a scope with an otherwise good request. */
static struct answer *
ask_scope(const struct client *c, const char *scope)
{

	return ask(bare(c, WEB,
	    text("&response_type=code&code_challenge=" CHALLENGE
		 "&code_challenge_method=S256%s%s",
		scope != NULL ? "&scope=" : "", scope != NULL ? scope : "")));
}

START_TEST(rfc6749_3_3_scope)
{
	struct client *c = web_app();
	struct client *no_refresh =
	    enrol(json("{'redirect_uris': ['%s'], 'scope': 'openid', "
		       "'grant_types': ['authorization_code']}",
		WEB));
	const char *url;

	expect_refusal(
	    ask_scope(c, "openid+admin"), WEB, "invalid_scope", "xyz");
	want(strstr(given(location(ask_scope(c, "openid+admin")),
			"error_description"),
		 "admin") != NULL,
	    "the description names the scope");
	expect_refusal(
	    ask_scope(c, "openid++email"), WEB, "invalid_scope", "xyz");
	expect_refusal(ask_scope(c, "open%22id"), WEB, "invalid_scope", "xyz");
	case_named("omitted: what is registered");
	url = location(ask_scope(c, NULL));
	want(given(url, "scope") == NULL, "no scope is made up");
	case_named("offline_access without its grant is dropped");
	url = location(ask_scope(no_refresh, "openid+offline_access"));
	want(strcmp(given(url, "scope"), "openid") == 0, "only openid is left");
	expect_refusal(ask_scope(no_refresh, "offline_access"), WEB,
	    "invalid_scope", "xyz");
	case_named("offline_access with it stays");
	url = location(ask_scope(c, "openid+offline_access"));
	want(strcmp(given(url, "scope"), "openid offline_access") == 0, "both");
}
END_TEST

START_TEST(unsupported_scopes_trim_drops_others)
{
	static const char *const lines[] = { "unsupported_scopes = trim" };
	struct client *c = web_app();
	struct answer *some, *none;

	reconf(lines, 1);
	some = ask_scope(c, "openid+admin");
	none = ask_scope(c, "admin");
	reconf(NULL, 0);
	want(strcmp(given(location(some), "scope"), "openid") == 0, "trimmed");
	expect_refusal(none, WEB, "invalid_scope", "xyz");
}
END_TEST

START_TEST(oidc_core_3_1_2_1_prompt_and_max_age)
{
	static const char *const bad[] = { "&prompt=nonsense",
		"&prompt=none+login", "&prompt=login+none+consent",
		"&prompt=login++consent", "&max_age=-1", "&max_age=x",
		"&max_age=1.5", "&max_age=99999999999" };
	struct client *c = web_app();
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		case_named(bad[i]);
		expect_refusal(
		    ask(asking(c, WEB, bad[i])), WEB, "invalid_request", "xyz");
	}
	case_named("prompt=none");
	expect_refusal(ask_bare(asking(c, WEB, "&prompt=none")), WEB,
	    "login_required", "xyz");
}
END_TEST

START_TEST(oidc_core_3_1_2_1_ignored_parameters)
{

	expect_login(ask_bare(asking(web_app(), WEB,
	    "&acr_values=urn%3Aa&display=popup&claims=%7B%7D&unknown=1"
	    "&unknown=2")));
}
END_TEST

START_TEST(response_mode)
{
	struct client *c = web_app();
	struct answer *a;

	expect_refusal(ask(asking(c, WEB, "&response_mode=fragment")), WEB,
	    "invalid_request", "xyz");
	expect_refusal(ask(asking(c, WEB, "&response_mode=nonsense")), WEB,
	    "invalid_request", "xyz");
	expect_login(ask_bare(asking(c, WEB, "&response_mode=query")));
	a = ask_bare(asking(c, WEB, "&response_mode=form_post&prompt=none"));
	expect_page(a, 200);
	want(strcmp(action(a), WEB) == 0, "the form leads to the client");
	want(strcmp(field(a, "error"), "login_required") == 0, "error");
	want(strcmp(field(a, "state"), "xyz") == 0, "state");
	want(strcmp(field(a, "iss"), base_url()) == 0, "iss");
	want(field(a, "code") == NULL, "no code");
	want(strstr(header(a, "Content-Security-Policy"),
		 "form-action https://app.example.org https:;") != NULL,
	    "form-action names the client alone");
	want(strstr(header(a, "Content-Security-Policy"),
		 "script-src 'sha256-") != NULL,
	    "just one script");
}
END_TEST

START_TEST(rfc8707_2_resource)
{
	struct client *c = web_app();
	const char *url;

	expect_refusal(ask(asking(c, WEB, "&resource=https%3A%2F%2Fa.example")),
	    WEB, "invalid_target", "xyz");
	expect_refusal(ask(asking(c, WEB, "&resource=nonsense")), WEB,
	    "invalid_target", "xyz");
	url = location(ask(asking(c, WEB,
	    text("&resource=%s&resource=%s", escaped(base_url()),
		escaped(base_url())))));
	want(strcmp(given(url, "resource"), base_url()) == 0, "handed on");
}
END_TEST

START_TEST(rfc6749_4_1_1_state_is_echoed_byte_for_byte)
{
	static const char *const states[] = { "a b+c%&=?#/;,:@",
		"<script>\"'\\", "\xc3\xa4\xe4\xb8\xad\xe6\x96\x87",
		"af0ifjsldkj", "==" };
	struct client *c = web_app();
	char *longest = room(4097);
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		case_named(states[i]);
		expect_refusal(ask(text("/oauth/authorize?client_id=%s"
					"&redirect_uri=%s&state=%s",
				   c->id, escaped(WEB), escaped(states[i]))),
		    WEB, "invalid_request", states[i]);
	}
	memset(longest, 's', 4096);
	expect_refusal(ask(text("/oauth/authorize?client_id=%s&redirect_uri=%s"
				"&state=%s",
			   c->id, escaped(WEB), longest)),
	    WEB, "invalid_request", longest);
	case_named("too long, or control characters: not echoed");
	expect_refusal(ask(text("/oauth/authorize?client_id=%s&redirect_uri=%s"
				"&state=%ss",
			   c->id, escaped(WEB), longest)),
	    WEB, "invalid_request", NULL);
	expect_refusal(
	    ask_by_form(text("/oauth/authorize?client_id=%s&redirect_uri=%s"
			     "&response_type=code&state=a%%0D%%0Ab",
		c->id, escaped(WEB))),
	    WEB, "invalid_request", NULL);
}
END_TEST

START_TEST(rfc6749_3_1_2_query_of_the_redirect_uri_stays)
{
	static const char uri[] = "https://app.example.org/cb?tenant=a%20b";
	struct client *c = app("client_secret_basic", uri);

	expect_refusal(ask_bare(asking(c, uri, "&prompt=none")), uri,
	    "login_required", "xyz");
}
END_TEST

START_TEST(rfc8252_7_3_loopback_port_may_vary)
{
	static const char other[] = "http://127.0.0.1:61023/callback";
	struct client *c = public_app();

	expect_refusal(ask_bare(asking(c, other, "&prompt=none")), other,
	    "login_required", "xyz");
	expect_dead_end(ask(asking(c, "http://localhost:49152/callback", "")),
	    "is none that client");
	expect_dead_end(ask(asking(c, "http://127.0.0.1:49152/other", "")),
	    "is none that client");
}
END_TEST

START_TEST(rfc8252_7_1_private_use_scheme)
{
	static const char uri[] = "cursor://anysphere.cursor-mcp/oauth";
	struct client *c = app("none", uri);

	expect_refusal(ask_bare(asking(c, uri, "&prompt=none")), uri,
	    "login_required", "xyz");
}
END_TEST

START_TEST(rfc6749_3_1_post_is_served_too)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	const char *url;

	expect_code(
	    decide(&b, log_in(&b, visit(&b, asking(c, WEB, "")), person()),
		"allow"),
	    WEB, "xyz");
	/* A form of another site comes without our cookie. */
	url = location(ask_by_form(asking(c, WEB, "")));
	want(strstr(url, "/oauth/authorize?") != NULL, "GET, not %s", url);
	expect_code(visit(&b, url), WEB, "xyz");
	expect_refusal(ask_by_form(asking(c, WEB, "&request=x")), WEB,
	    "request_not_supported", "xyz");
	expect_page(
	    http(&(struct call){
		.method = "POST", .url = "/oauth/authorize", .body = "{}" }),
	    415);
}
END_TEST

START_TEST(the_request_is_handed_on_canonically)
{
	struct client *c = web_app();
	const char *url;

	url = location(ask(asking(c, WEB,
	    "&nonce=a%26b&prompt=consent+login&max_age=007&ui_locales=zh+en"
	    "&login_hint=me%40example.org&unknown=1&acr_values=2")));
	want(strcmp(given(url, "client_id"), c->id) == 0, "client_id");
	want(strcmp(given(url, "redirect_uri"), WEB) == 0, "redirect_uri");
	want(strcmp(given(url, "nonce"), "a&b") == 0, "nonce");
	want(strcmp(given(url, "prompt"), "login consent") == 0, "prompt");
	want(strcmp(given(url, "max_age"), "7") == 0, "max_age");
	want(strcmp(given(url, "login_hint"), "me@example.org") == 0, "hint");
	want(given(url, "unknown") == NULL, "what is unknown is left out");
	want(given(url, "acr_values") == NULL, "what is ignored is left out");
}
END_TEST

/* Sign a hint with a key that is put among ours. */
static const char *
hint(const char *issuer, const char *subject, const char *typ,
    const char *audience, bool ours)
{
	struct rc_arena *mem = rc_arena_new();
	const char *kid, *private, *public, *jwt;

	want(rc_jose_generate(mem, "ES256", &kid, &private, &public), "a key");
	jwt = text("%s", rc_jose_sign(mem, rc_jose_key(mem, private), typ,
			     json("{'iss':'%s','sub':'%s','aud':%s,'exp':1}",
				 issuer, subject, audience)));
	if (ours)
		db(text(
		       "INSERT INTO rollcall.signing_key (kid, alg, public_jwk,"
		       " sealed_key, status) VALUES ('%s', 'ES256', '%s', "
		       "'x', 'published')",
		       kid, public),
		    NULL);
	rc_arena_free(mem);
	return jwt;
}

START_TEST(oidc_core_3_1_2_2_id_token_hint)
{
	struct client *c = web_app();

	expect_refusal(ask(asking(c, WEB, "&id_token_hint=nonsense")), WEB,
	    "invalid_request", "xyz");
	expect_refusal(
	    ask(asking(c, WEB,
		text("&id_token_hint=%s", hint(base_url(), "somebody", NULL,
					      text("'%s'", c->id), false)))),
	    WEB, "invalid_request", "xyz");
}
END_TEST

START_TEST(oidc_core_3_1_2_2_id_token_hint_of_ours)
{
	struct client *c = web_app();
	struct person *p = person(), *other = person();
	struct browser b = { 0 };
	struct answer *a;
	const char *mine, *typed, *theirs, *foreign, *access, *elsewhere;
	const char *aud = text("'%s'", c->id);

	mine = text("&id_token_hint=%s",
	    hint(base_url(), p->account_id, NULL, aud, true));
	typed = text("&id_token_hint=%s",
	    hint(base_url(), p->account_id, "JWT",
		text("['https://x.example','%s']", c->id), true));
	theirs = text("&id_token_hint=%s",
	    hint(base_url(), other->account_id, NULL, aud, true));
	foreign = text("&id_token_hint=%s",
	    hint("https://other.example", p->account_id, NULL, aud, true));
	access = text("&id_token_hint=%s",
	    hint(base_url(), p->account_id, "at+jwt", aud, true));
	elsewhere = text("&id_token_hint=%s",
	    hint(base_url(), p->account_id, NULL, "'another'", true));
	/* The programs keep keys for a while: these begin a new life. */
	reconf(NULL, 0);
	expect_refusal(
	    ask(asking(c, WEB, foreign)), WEB, "invalid_request", "xyz");
	case_named("RFC 9068 2.1: an access token");
	expect_refusal(
	    ask(asking(c, WEB, access)), WEB, "invalid_request", "xyz");
	case_named("another client's ID token");
	expect_refusal(
	    ask(asking(c, WEB, elsewhere)), WEB, "invalid_request", "xyz");
	case_named("ours");
	a = log_in(&b, visit(&b, asking(c, WEB, mine)), p);
	expect_code(decide(&b, a, "allow"), WEB, "xyz");
	expect_code(visit(&b, asking(c, WEB, text("%s&prompt=none", mine))),
	    WEB, "xyz");
	expect_code(visit(&b, asking(c, WEB, text("%s&prompt=none", typed))),
	    WEB, "xyz");
	expect_refusal(
	    visit(&b, asking(c, WEB, text("%s&prompt=none", theirs))), WEB,
	    "login_required", "xyz");
	expect_login(visit(&b, asking(c, WEB, theirs)));
	case_named("logging in as somebody else than the hint");
	expect_refusal(log_in(&b, visit(&b, asking(c, WEB, theirs)), p), WEB,
	    "login_required", "xyz");
}
END_TEST

/* Ask for something that is not to be had. */
#define BAD "&request=e30.e30."

START_TEST(rfc9700_4_11_2_no_open_redirector)
{
	static const char uri[] = "cursor://anysphere.cursor-mcp/oauth";
	struct client *c = web_app(), *other = app("none", uri);
	struct browser b = { .language = "zh" };
	struct answer *a;
	const char *url;

	a = ask_bare(asking(c, WEB, BAD));
	url = expect_offer(a, "request_not_supported", "xyz");
	want(strncmp(url, WEB "?", strlen(WEB "?")) == 0, "on to the client");
	want(says(a, "<p class=\"host\"><bdi>app.example.org</bdi>"),
	    "the host stands out");
	want(says(a, text("<code>%s</code>", c->id)), "the client");
	want(says(visit(&b, asking(c, WEB, BAD)), "lang=\"zh"), "in Chinese");
	want(says(visit(&b, asking(c, WEB, BAD "&ui_locales=en")), "lang=\"en"),
	    "ui_locales wins");
	case_named("by POST");
	expect_offer(submit(&b, "/oauth/authorize",
			 strchr(asking(c, WEB, BAD), '?') + 1),
	    "request_not_supported", "xyz");
	case_named("form_post");
	a = ask_bare(asking(c, WEB, BAD "&response_mode=form_post"));
	expect_page(a, 400);
	want(strcmp(action(a), WEB) == 0, "the form leads to the client");
	want(strcmp(field(a, "error"), "request_not_supported") == 0, "error");
	want(strcmp(field(a, "state"), "xyz") == 0, "state");
	want(strcmp(field(a, "iss"), base_url()) == 0, "iss");
	want(!says(a, "<script"), "nothing is sent by itself");
	want(strstr(header(a, "Content-Security-Policy"),
		 "form-action 'self' https://app.example.org https:;") != NULL,
	    "form-action");
	case_named("prompt=none is for the client to hear of");
	expect_refusal(ask_bare(asking(c, WEB, BAD "&prompt=none")), WEB,
	    "request_not_supported", "xyz");
	case_named("who is logged in");
	expect_refusal(
	    ask(asking(c, WEB, BAD)), WEB, "request_not_supported", "xyz");
	case_named("loopback");
	expect_refusal(ask_bare(asking(public_app(), LOOPBACK, BAD)), LOOPBACK,
	    "request_not_supported", "xyz");
	case_named("a private-use scheme");
	expect_refusal(ask_bare(asking(other, uri, BAD)), uri,
	    "request_not_supported", "xyz");
	case_named("the administrator's client");
	db("UPDATE rollcall.client SET door = 'admin' WHERE client_id = $1",
	    c->id);
	expect_refusal(
	    ask_bare(asking(c, WEB, BAD)), WEB, "request_not_supported", "xyz");
}
END_TEST

START_TEST(form_post_is_not_for_private_use_schemes)
{
	static const char uri[] = "cursor://anysphere.cursor-mcp/oauth";

	expect_refusal(
	    ask(asking(app("none", uri), uri, "&response_mode=form_post")), uri,
	    "invalid_request", "xyz");
}
END_TEST

/* A request whose query, as it is handed on, has that many bytes. */
static const char *
long_request(const struct client *c, size_t length)
{
	char *state = room(4001), *nonce = room(length);
	const char *url;
	size_t there;

	memset(state, 's', 4000);
	url = asking(c, WEB, text("&nonce=n&login_hint=%s", state));
	there = strlen(strchr(location(ask_bare(url)), '?') + 1);
	memset(nonce, 'n', length - there + 1);
	return asking(c, WEB, text("&nonce=%s&login_hint=%s", nonce, state));
}

/* Web servers take no address of more than 8 KiB. */
START_TEST(the_longest_request_goes_all_the_way)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	struct answer *a;

	a = visit(&b, long_request(c, 6000));
	want(strlen(strchr(location(a), '?') + 1) == 6000, "6000 bytes");
	a = decide(&b, log_in(&b, a, person()), "allow");
	expect_code(a, WEB, "xyz");
	expect_refusal(
	    ask(long_request(c, 6001)), WEB, "invalid_request", "xyz");
}
END_TEST

START_TEST(rfc9110_9_3_2_head_does_nothing)
{
	static const char *const programs[] = { "authorize", "login",
		"consent" };
	struct client *c = web_app();
	const char *query = strchr(asking(c, WEB, ""), '?');
	struct answer *a;
	size_t i;

	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		case_named(programs[i]);
		a = http(&(struct call){ .method = "HEAD",
		    .url = text("/oauth/%s%s", programs[i], query) });
		expect_status(a, 405);
		want(has_word(header(a, "Allow"), "GET") &&
			 !has_word(header(a, "Allow"), "HEAD"),
		    "Allow: GET alone");
		want(header(a, "Set-Cookie") == NULL, "no cookie");
	}
}
END_TEST

START_TEST(style_sheet)
{
	struct answer *a = get("/oauth/authorize/style.css");
	const char *line[2] = { NULL, NULL };

	expect_status(a, 200);
	want(strncmp(header(a, "Content-Type"), "text/css", 8) == 0, "CSS");
	line[0] = text("If-None-Match: %s", header(a, "ETag"));
	a = http(&(struct call){
	    .url = "/oauth/authorize/style.css", .headers = line });
	expect_status(a, 304);
	want(says(ask_bare("/oauth/authorize"),
		 text("/oauth/authorize/style.css?%.*s\"",
		     (int)strcspn(header(a, "ETag") + 1, "\""),
		     header(a, "ETag") + 1)),
	    "pages name this very sheet");
}
END_TEST

START_TEST(errors_are_pages)
{

	expect_page(get("/oauth/authorize/nothing"), 404);
	expect_page(http(&(struct call){
			.method = "DELETE", .url = "/oauth/authorize" }),
	    405);
	expect_page(ask_by_form("/oauth/authorize?client_id=%ff"), 400);
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ rfc6749_4_1_2_1_client_is_missing_or_unknown, 0 },
		{ rfc6749_4_1_2_1_client_is_disabled, 0 },
		{ rfc6749_4_1_2_1_redirect_uri_is_not_registered, 0 },
		{ rfc6749_3_1_2_3_redirect_uri_may_be_left_out_of_one, 0 },
		{ rfc6749_3_1_repeated_parameters, 0 },
		{ rfc6749_4_1_2_1_response_type, 0 },
		{ rfc6749_4_1_2_1_grant_is_not_registered, 0 },
		{ oidc_core_6_request_objects_are_refused, 0 },
		{ rfc7636_4_4_1_challenge_is_required, 0 },
		{ rfc9700_2_1_1_confidential_openid_client_may_omit_it, 0 },
		{ rfc6749_3_3_scope, 0 },
		{ unsupported_scopes_trim_drops_others, 0 },
		{ oidc_core_3_1_2_1_prompt_and_max_age, 0 },
		{ oidc_core_3_1_2_1_ignored_parameters, 0 },
		{ response_mode, 0 },
		{ rfc8707_2_resource, 0 },
		{ rfc6749_4_1_1_state_is_echoed_byte_for_byte, 0 },
		{ rfc6749_3_1_2_query_of_the_redirect_uri_stays, 0 },
		{ rfc8252_7_3_loopback_port_may_vary, 0 },
		{ rfc8252_7_1_private_use_scheme, 0 },
		{ rfc6749_3_1_post_is_served_too, 0 },
		{ the_request_is_handed_on_canonically, 0 },
		{ oidc_core_3_1_2_2_id_token_hint, 0 },
		{ oidc_core_3_1_2_2_id_token_hint_of_ours, 0 },
		{ rfc9700_4_11_2_no_open_redirector, 0 },
		{ form_post_is_not_for_private_use_schemes, 0 },
		{ the_longest_request_goes_all_the_way, 0 },
		{ rfc9110_9_3_2_head_does_nothing, 0 },
		{ style_sheet, 0 },
		{ errors_are_pages, 0 },
	};

	return harness_main(
	    "authorize", tests, sizeof(tests) / sizeof(tests[0]));
}
