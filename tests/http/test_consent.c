/*
 * The consent page: what it says, what is remembered, what the form is tied to,
 * and what the client is told.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypt.h"
#include "harness_browser.h"

/* Log in with a good request, and open the consent page. */
static struct answer *
open_consent(struct browser *b, const struct client *c, const char *redirect,
    const char *more)
{
	struct answer *a = visit(b, asking(c, redirect, more));

	if (strstr(location(a), "/login?") != NULL)
		a = log_in(b, a, person());
	want(strstr(location(a), "/oauth/consent?") != NULL,
	    "the consent page, not %s", location(a));
	a = visit(b, location(a));
	expect_page(a, 200);
	return a;
}

/* Send the form of the consent page. */
static struct answer *
choose(struct browser *b, const struct answer *page, const char *decision)
{

	return submit(b, action(page),
	    text(
		"csrf=%s&decision=%s", escaped(field(page, "csrf")), decision));
}

START_TEST(deny)
{
	struct client *c = public_app();
	struct browser b = { 0 };

	expect_refusal(choose(&b, open_consent(&b, c, LOOPBACK, ""), "deny"),
	    LOOPBACK, "access_denied", "xyz");
	want(strcmp(db("SELECT count(*)::text FROM "
		       "rollcall.authorization_grant WHERE client_id = $1",
			c->id),
		 "0") == 0,
	    "nothing is granted");
}
END_TEST

START_TEST(neither_allow_nor_deny)
{
	struct browser b = { 0 };
	struct answer *page = open_consent(&b, public_app(), LOOPBACK, "");

	expect_page(choose(&b, page, "perhaps"), 400);
	expect_page(choose(&b, page, ""), 400);
}
END_TEST

START_TEST(what_the_page_says)
{
	struct client *c = enrol(json(
	    "{'client_name': '<b>Evil & Co</b>', 'client_name#zh': '\\u5e94',"
	    "'redirect_uris': ['%s'], 'scope': 'openid email',"
	    "'client_uri': 'https://app.example.org/?a=1&b=2',"
	    "'policy_uri': 'https://app.example.org/policy',"
	    "'tos_uri': 'https://app.example.org/tos',"
	    "'logo_uri': 'https://app.example.org/logo.png'}",
	    WEB));
	struct browser b = { 0 };
	struct answer *a = open_consent(&b, c, WEB, "");

	want(says(a, "&lt;b&gt;Evil &amp; Co&lt;/b&gt;"), "the name, escaped");
	want(!says(a, "<b>"), "escaped everywhere");
	want(says(a, "<p class=\"host\"><bdi>app.example.org</bdi>"),
	    "where the person will be sent");
	want(says(a, "Nobody here has checked"), "unverified");
	want(says(a, db("SELECT to_char(issued_at AT TIME ZONE 'UTC', "
			"'FMDD FMMonth YYYY') FROM rollcall.client WHERE "
			"client_id = $1",
			 c->id)),
	    "first seen");
	want(says(a, "href=\"https://app.example.org/?a=1&amp;b=2\""), "home");
	want(says(a, "href=\"https://app.example.org/policy\""), "policy");
	want(says(a, "href=\"https://app.example.org/tos\""), "terms");
	want(says(a,
		 text("src=\"%s/oauth/consent/logo/%s\"", base_url(), c->id)),
	    "the logo from our origin");
	want(says(a, "user-"), "who is logged in");
	want(says(a, text("href=\"%s/oauth/login?", base_url())), "switch");
	want(strstr(header(a, "Content-Security-Policy"),
		 "form-action 'self' https://app.example.org https:;") != NULL,
	    "form-action: us, and what we redirect to");
	want(!says(a, "logo.png"), "no image of another origin");
	b.language = "zh-CN,zh;q=0.9";
	a = visit(&b, action(a));
	want(says(a, "\xe5\xba\x94") && says(a, "lang=\"zh"), "in Chinese");
}
END_TEST

START_TEST(a_client_of_the_administrator_is_not_called_unverified)
{
	struct client *c = web_app();
	struct browser b = { 0 };

	db("UPDATE rollcall.client SET door = 'admin' WHERE client_id = $1",
	    c->id);
	want(!says(open_consent(&b, c, WEB, ""), "Nobody here has checked"),
	    "verified");
}
END_TEST

/* Ask for other scopes than openid, NULL for none. */
static const char *
asking_scope(const struct client *c, const char *scope)
{
	const char *url = asking(c, WEB, "");
	const char *at = strstr(url, "&scope=openid");

	return text("%.*s%s%s%s", (int)(at - url), url,
	    scope != NULL ? "&scope=" : "", scope != NULL ? scope : "",
	    at + strlen("&scope=openid"));
}

START_TEST(scopes_in_words)
{
	static const char *const lines[] = {
		"scope 'email' {\ntext = 'Read your mail address'\n"
		"text_zh = '\xe8\xaf\xbb\xe5\x8f\x96'\n}"
	};
	struct client *c = web_app();
	struct browser b = { 0 };
	struct answer *english, *chinese;

	reconf(lines, 1);
	log_in(&b, visit(&b, asking(c, WEB, "")), person());
	english =
	    visit(&b, location(visit(&b, asking_scope(c, "openid+email"))));
	b.language = "zh";
	chinese = visit(&b, action(english));
	reconf(NULL, 0);
	want(says(english, "Read your mail address"), "the site's words");
	want(says(chinese, "\xe8\xaf\xbb\xe5\x8f\x96"), "in Chinese");
	want(says(english, "Know who you are"), "ours for the usual ones");
}
END_TEST

START_TEST(loopback_is_named_and_asked_each_time)
{
	struct client *c = public_app();
	struct browser b = { 0 };
	struct answer *a = open_consent(&b, c, LOOPBACK, "");

	want(says(a, "127.0.0.1:49152"), "host and port");
	want(says(a, "Any program on this computer"), "the warning");
	want(!says(a, "not be asked again"), "not remembered");
	expect_code(choose(&b, a, "allow"), LOOPBACK, "xyz");
	case_named("RFC 8252 8.6: asked each time");
	a = open_consent(&b, c, LOOPBACK, "");
	want(!says(a, "already allowed"), "nothing is known");
	case_named("prompt=none");
	expect_refusal(visit(&b, asking(c, LOOPBACK, "&prompt=none")), LOOPBACK,
	    "consent_required", "xyz");
	want(strcmp(db("SELECT count(*)::text FROM rollcall.consent WHERE "
		       "client_id = $1",
			c->id),
		 "0") == 0,
	    "nothing is remembered");
}
END_TEST

START_TEST(a_confidential_client_on_loopback_is_asked_each_time)
{
	struct client *c = app("client_secret_basic", LOOPBACK);
	struct browser b = { 0 };

	expect_code(choose(&b, open_consent(&b, c, LOOPBACK, ""), "allow"),
	    LOOPBACK, "xyz");
	open_consent(&b, c, LOOPBACK, "");
}
END_TEST

START_TEST(a_public_client_behind_https_is_asked_each_time)
{
	struct client *c = app("none", WEB);
	struct browser b = { 0 };

	expect_code(
	    choose(&b, open_consent(&b, c, WEB, ""), "allow"), WEB, "xyz");
	open_consent(&b, c, WEB, "");
}
END_TEST

START_TEST(private_use_scheme_is_named)
{
	static const char uri[] = "cursor://anysphere.cursor-mcp/oauth";
	struct client *c = app("none", uri);
	struct browser b = { 0 };
	struct answer *a = open_consent(&b, c, uri, "");

	want(says(a, "cursor</bdi>:"), "the scheme");
	want(says(a, "could have claimed these links"), "the warning");
	want(strstr(header(a, "Content-Security-Policy"),
		 "form-action 'self' cursor:;") != NULL,
	    "form-action");
	expect_code(choose(&b, a, "allow"), uri, "xyz");
}
END_TEST

START_TEST(remembered_for_confidential_https)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	struct answer *a = open_consent(&b, c, WEB, "");

	want(says(a, "not be asked again"), "the person is told");
	expect_code(choose(&b, a, "allow"), WEB, "xyz");
	expect_code(visit(&b, asking(c, WEB, "")), WEB, "xyz");
	expect_code(visit(&b, asking(c, WEB, "&prompt=none")), WEB, "xyz");
	case_named("prompt=consent asks still");
	a = open_consent(&b, c, WEB, "&prompt=consent");
	want(!says(a, "already allowed"), "all is asked for once more");
	case_named("and deny in a second tab is deny");
	expect_refusal(choose(&b, a, "deny"), WEB, "access_denied", "xyz");
	case_named("another person is asked");
	set_cookie(&b, "", "x");
	open_consent(&b, c, WEB, "");
}
END_TEST

START_TEST(what_is_remembered_is_for_where_it_led_to)
{
	static const char moved[] = "https://evil.example/callback";
	static const char near[] = "https://app.example.org/other";
	struct client *c = web_app();
	struct browser b = { 0 };
	struct answer *a;

	expect_code(
	    choose(&b, open_consent(&b, c, WEB, ""), "allow"), WEB, "xyz");
	expect_status(manage(c, "PUT",
			  json("{'redirect_uris': ['" WEB "', '%s', '%s']}",
			      moved, near)),
	    200);
	case_named("the same origin");
	expect_code(visit(&b, asking(c, near, "")), near, "xyz");
	case_named("another origin");
	expect_refusal(visit(&b, asking(c, moved, "&prompt=none")), moved,
	    "consent_required", "xyz");
	a = open_consent(&b, c, moved, "");
	want(says(a, "<bdi>evil.example</bdi>"), "it is named");
	want(!says(a, "already allowed"), "nothing is known there");
	expect_code(choose(&b, a, "allow"), moved, "xyz");
	case_named("both are remembered then");
	expect_code(visit(&b, asking(c, moved, "")), moved, "xyz");
	expect_code(visit(&b, asking(c, WEB, "")), WEB, "xyz");
	want(strcmp(db("SELECT string_agg(redirect_origin, ' ' ORDER BY "
		       "redirect_origin) FROM rollcall.consent WHERE "
		       "client_id = $1",
			c->id),
		 "https://app.example.org https://evil.example") == 0,
	    "the origins");
	case_named("what the client began anew forgets them");
	db("UPDATE rollcall.client SET valid_from = clock_timestamp() WHERE "
	   "client_id = $1",
	    c->id);
	expect_code(
	    choose(&b, open_consent(&b, c, moved, ""), "allow"), moved, "xyz");
	open_consent(&b, c, WEB, "");
}
END_TEST

START_TEST(denied_in_one_tab_though_allowed_in_another)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	struct answer *first = open_consent(&b, c, WEB, "");
	struct answer *second = open_consent(&b, c, WEB, "");

	expect_code(choose(&b, first, "allow"), WEB, "xyz");
	expect_refusal(choose(&b, second, "deny"), WEB, "access_denied", "xyz");
}
END_TEST

START_TEST(disabling_a_client_forgets_consent)
{
	struct client *c = web_app();
	struct browser b = { 0 };

	expect_code(
	    choose(&b, open_consent(&b, c, WEB, ""), "allow"), WEB, "xyz");
	db("UPDATE rollcall.client SET status = 'disabled' WHERE client_id = "
	   "$1",
	    c->id);
	expect_page(visit(&b, asking(c, WEB, "")), 400);
	db("UPDATE rollcall.client SET status = 'active' WHERE client_id = $1",
	    c->id);
	open_consent(&b, c, WEB, "");
}
END_TEST

START_TEST(step_up_shows_what_is_new)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	struct answer *a;
	const char *fresh, *known;

	expect_code(
	    choose(&b, open_consent(&b, c, WEB, ""), "allow"), WEB, "xyz");
	a = visit(&b, asking_scope(c, "openid+email"));
	a = visit(&b, location(a));
	expect_page(a, 200);
	want(says(a, "asks for more access"), "a step-up");
	fresh = strstr(a->body, "id=\"scopes\"");
	known = strstr(a->body, "id=\"known\"");
	want(fresh != NULL && known != NULL && fresh < known,
	    "new ones first, then known ones");
	expect_code(choose(&b, a, "allow"), WEB, "xyz");
	expect_code(visit(&b, asking_scope(c, "openid+email")), WEB, "xyz");
	expect_code(visit(&b, asking_scope(c, "email")), WEB, "xyz");
	case_named("without UI");
	expect_refusal(visit(&b, text("%s&prompt=none",
				     asking_scope(c, "openid+profile"))),
	    WEB, "consent_required", "xyz");
}
END_TEST

/* Return the token of a form for that purpose, as the session's owner could
 * compute it. */
static const char *
token_for(const struct browser *b, const struct answer *page, const char *what)
{
	unsigned char key[RC_CRYPT_HASH_SIZE], mac[RC_CRYPT_HASH_SIZE];
	const char *query = strchr(action(page), '?') + 1;
	const char *s = text("%s\n%s\n" WEB "\nopenid\n{\"%s\"}\n%s", what,
	    query, base_url(),
	    db("SELECT metadata::text FROM rollcall.client WHERE client_id = "
	       "$1",
		given(action(page), "client_id")));
	char *out = room(RC_CRYPT_TOKEN_SIZE);
	size_t len;

	want(rc_crypt_unbase64url(key, sizeof(key), cookie(b, ""), &len),
	    "a session");
	rc_crypt_mac(key, s, strlen(s), mac);
	rc_crypt_base64url(out, RC_CRYPT_TOKEN_SIZE, mac, sizeof(mac));
	return out;
}

START_TEST(csrf_the_form_is_tied_to_session_and_request)
{
	struct client *c = web_app();
	struct browser b = { 0 }, other = { 0 };
	struct answer *mine, *theirs, *request, *a;

	mine = open_consent(&b, c, WEB, "");
	theirs = open_consent(&other, c, WEB, "");
	request = open_consent(&b, c, WEB, "&nonce=1");
	case_named("no token");
	a = submit(&b, action(mine), "decision=allow");
	expect_page(a, 403);
	want(says(a, "Please start again"), "the person is told");
	case_named("another session's token");
	expect_page(submit(&b, action(mine),
			text("decision=allow&csrf=%s", field(theirs, "csrf"))),
	    403);
	case_named("another request's token");
	expect_page(submit(&b, action(mine),
			text("decision=allow&csrf=%s", field(request, "csrf"))),
	    403);
	case_named("the login form's purpose");
	want(strcmp(field(mine, "csrf"), token_for(&b, mine, "consent")) == 0,
	    "the test computes what the page has");
	expect_page(
	    submit(&b, action(mine),
		text("decision=allow&csrf=%s", token_for(&b, mine, "login"))),
	    403);
	want(strcmp(db("SELECT count(*)::text FROM "
		       "rollcall.authorization_grant WHERE client_id = $1",
			c->id),
		 "0") == 0,
	    "nothing is granted");
	case_named("after a new login");
	location(
	    log_in(&b, visit(&b, asking(c, WEB, "&prompt=login")), person()));
	expect_page(choose(&b, mine, "allow"), 403);
}
END_TEST

/* Return how many grants the client has. */
static const char *
grant_count(const struct client *c)
{

	return db("SELECT count(*)::text FROM rollcall.authorization_grant "
		  "WHERE client_id = $1",
	    c->id);
}

/* The scope that was shown is what is granted, or nothing. */
START_TEST(a_client_that_asks_for_more_while_the_page_is_read)
{
	struct client *c =
	    enrol(json("{'redirect_uris': ['%s'], 'scope': 'email'}", WEB));
	struct browser b = { 0 };
	struct answer *page, *a;

	signed_in(&b, person());
	page = visit(&b, location(visit(&b, asking_scope(c, NULL))));
	expect_page(page, 200);
	expect_status(manage(c, "PUT",
			  json("{'redirect_uris': ['%s'], 'scope': 'email read "
			       "write'}",
			      WEB)),
	    200);
	a = choose(&b, page, "allow");
	expect_page(a, 403);
	want(says(a, "Please start again"), "the person is told");
	want(strcmp(grant_count(c), "0") == 0, "nothing is granted");
	case_named("what is shown then can be allowed");
	page = visit(&b, action(page));
	want(says(page, "id=\"scopes\""), "all of it is shown");
	expect_code(choose(&b, page, "allow"), WEB, "xyz");
}
END_TEST

/* The place that was shown is where the code goes, or it goes nowhere. */
START_TEST(a_client_that_moves_while_the_page_is_read)
{
	static const char place[] = "https://evil.example/callback";
	struct client *c =
	    enrol(json("{'redirect_uris': ['%s'], 'scope': 'email'}", WEB));
	struct browser b = { 0 };
	struct answer *page;
	const char *url = asking_scope(c, NULL);
	const char *at = strstr(url, "&redirect_uri=");

	want(at != NULL, "a redirect URI");
	url =
	    text("%.*s%s", (int)(at - url), url, at + 1 + strcspn(at + 1, "&"));
	signed_in(&b, person());
	page = visit(&b, location(visit(&b, url)));
	expect_page(page, 200);
	want(says(page, "<bdi>app.example.org</bdi>"), "where it leads");
	expect_status(
	    manage(c, "PUT",
		json("{'redirect_uris': ['%s'], 'scope': 'email'}", place)),
	    200);
	expect_page(choose(&b, page, "allow"), 403);
	want(strcmp(grant_count(c), "0") == 0, "nothing is granted");
	page = visit(&b, action(page));
	want(says(page, "<bdi>evil.example</bdi>"), "where it leads now");
	expect_code(choose(&b, page, "allow"), place, "xyz");
}
END_TEST

/* So is the name, and whatever else the page says of the client. */
START_TEST(a_client_that_changes_its_name_while_the_page_is_read)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	struct answer *page = open_consent(&b, c, WEB, "");

	expect_status(manage(c, "PUT",
			  json("{'redirect_uris': ['%s'], 'scope': 'openid', "
			       "'client_name': 'Another'}",
			      WEB)),
	    200);
	expect_page(choose(&b, page, "allow"), 403);
	want(strcmp(grant_count(c), "0") == 0, "nothing is granted");
}
END_TEST

START_TEST(without_a_session_on_to_login)
{
	struct client *c = web_app();
	struct browser b = { 0 }, bare = { 0 };
	struct answer *page = open_consent(&b, c, WEB, "");

	want(strstr(location(visit(&bare, action(page))), "/login?") != NULL,
	    "GET");
	want(strstr(location(choose(&bare, page, "allow")), "/login?") != NULL,
	    "POST");
	case_named("to deny one need not log in");
	page = choose(&bare, page, "deny");
	expect_page(page, 403);
	want(says(page, "Please start again"), "the person is told");
}
END_TEST

START_TEST(who_may_not_stay_may_still_deny)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	struct answer *page = open_consent(&b, c, WEB, "&max_age=1");

	db("UPDATE rollcall.session SET auth_time = auth_time - interval "
	   "'1 hour' WHERE account_id IN (SELECT account_id FROM "
	   "rollcall.account WHERE $1 <> '' ORDER BY created_at DESC LIMIT 1)",
	    c->id);
	want(strstr(location(choose(&b, page, "allow")), "/login?") != NULL,
	    "allowing takes a login");
	expect_refusal(choose(&b, page, "deny"), WEB, "access_denied", "xyz");
}
END_TEST

START_TEST(form_post)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	struct answer *a;

	a = choose(
	    &b, open_consent(&b, c, WEB, "&response_mode=form_post"), "allow");
	expect_page(a, 200);
	want(strcmp(action(a), WEB) == 0, "the form leads to the client");
	want(
	    field(a, "code") != NULL && strlen(field(a, "code")) == 43, "code");
	want(strcmp(field(a, "state"), "xyz") == 0, "state");
	want(strcmp(field(a, "iss"), base_url()) == 0, "iss");
	want(says(a, "type=\"submit\""), "usable without script");
	want(strstr(header(a, "Content-Security-Policy"),
		 "form-action https://app.example.org https:;") != NULL,
	    "form-action");
}
END_TEST

START_TEST(what_is_granted)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	const char *audience = "SELECT array_to_json(audience)::text FROM "
			       "rollcall.authorization_grant WHERE client_id = "
			       "$1 ORDER BY grant_id DESC LIMIT 1";

	expect_code(choose(&b, open_consent(&b, c, WEB, "&nonce=n-0S6_WzA2Mj"),
			"allow"),
	    WEB, "xyz");
	want(strcmp(db("SELECT nonce FROM rollcall.authorization_grant WHERE "
		       "client_id = $1",
			c->id),
		 "n-0S6_WzA2Mj") == 0,
	    "the nonce");
	want(strcmp(db(audience, c->id), text("[\"%s\"]", base_url())) == 0,
	    "the audience, not %s", db(audience, c->id));
}
END_TEST

START_TEST(rfc8707_2_a_resource_is_the_audience)
{
	static const char place[] = "https://mcp.example.org/mcp";
	const char *const lines[] = { text("resource '%s' { }", place) };
	struct client *c = web_app();
	struct browser b = { 0 };
	struct answer *page, *openid, *plain;
	const char *audience = "SELECT array_to_json(audience)::text FROM "
			       "rollcall.authorization_grant WHERE client_id = "
			       "$1 ORDER BY grant_id DESC LIMIT 1";
	const char *with, *without;

	reconf(lines, 1);
	page = open_consent(&b, c, WEB, text("&resource=%s", escaped(place)));
	openid = choose(&b, page, "allow");
	with = db(audience, c->id);
	plain = visit(&b,
	    text("%s&resource=%s", asking_scope(c, "email"), escaped(place)));
	plain = decide(&b, plain, "allow");
	without = db(audience, c->id);
	reconf(NULL, 0);
	want(says(page, place), "the page names it");
	expect_code(openid, WEB, "xyz");
	want(strcmp(with, text("[\"%s\",\"%s\"]", place, base_url())) == 0,
	    "and userinfo's, with openid: %s", with);
	expect_code(plain, WEB, "xyz");
	want(strcmp(without, text("[\"%s\"]", place)) == 0,
	    "alone without openid: %s", without);
}
END_TEST

/* The smallest PNG. */
#define PNG                                                                  \
	"\\x89504e470d0a1a0a0000000d49484452000000010000000108060000001f15"  \
	"c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae" \
	"426082"

START_TEST(the_logo_is_for_who_is_logged_in)
{
	struct browser b = { 0 }, bare = { 0 };
	struct client *c = enrol(json("{'redirect_uris': ['%s'], 'scope': "
				      "'openid', 'logo_uri': "
				      "'https://app.example.org/logo-%d.png'}",
	    WEB, (int)getpid()));
	const char *url = text("/oauth/consent/logo/%s", c->id);
	struct answer *a;

	db(text("INSERT INTO rollcall.fetched_image (url, media_type, body) "
		"SELECT logo_uri, 'image/png', '" PNG "' FROM rollcall.client "
		"WHERE client_id = '%s'",
	       c->id),
	    NULL);
	open_consent(&b, c, WEB, "");
	a = visit(&b, url);
	expect_status(a, 200);
	want(strcmp(header(a, "Content-Type"), "image/png") == 0, "PNG");
	want(a->len == sizeof(PNG) / 2 - 1, "whole");
	want(strcmp(header(a, "X-Content-Type-Options"), "nosniff") == 0,
	    "nosniff");
	want(strstr(header(a, "Content-Security-Policy"),
		 "default-src 'none'") != NULL,
	    "a policy");
	want(strncmp(header(a, "Cache-Control"), "private", 7) == 0,
	    "for this person alone");
	want(header(a, "Access-Control-Allow-Origin") == NULL, "no CORS");
	expect_page(visit(&bare, url), 404);
	expect_page(visit(&b, "/oauth/consent/logo/nobody"), 404);
}
END_TEST

START_TEST(the_logo_is_of_the_page_s_language)
{
	struct browser b = { 0 };
	struct client *c = enrol(json("{'redirect_uris': ['%s'], 'scope': "
				      "'openid', 'logo_uri': "
				      "'https://app.example.org/none-%d.png', "
				      "'logo_uri#zh': "
				      "'https://app.example.org/zh-%d.png'}",
	    WEB, (int)getpid(), (int)getpid()));
	const char *url = text("/oauth/consent/logo/%s", c->id);
	struct answer *a;

	db(text(
	       "INSERT INTO rollcall.fetched_image (url, media_type, body) "
	       "VALUES ('https://app.example.org/zh-%d.png', 'image/png', '" PNG
	       "'), ('https://app.example.org/none-%d.png', NULL, NULL)",
	       (int)getpid(), (int)getpid()),
	    NULL);
	a = open_consent(&b, c, WEB, "&ui_locales=zh");
	want(says(a, text("src=\"%s%s?ui_locales=zh\"", base_url(), url)),
	    "the page hands the language on");
	expect_status(visit(&b, text("%s?ui_locales=zh", url)), 200);
	expect_page(visit(&b, url), 404);
}
END_TEST

START_TEST(a_logo_that_cannot_be_had)
{
	struct browser b = { 0 };
	struct client *c = enrol(json("{'redirect_uris': ['%s'], 'scope': "
				      "'openid', 'logo_uri': "
				      "'https://127.0.0.1:1/%d.png'}",
	    WEB, (int)getpid()));
	const char *url = text("/oauth/consent/logo/%s", c->id), *account;

	open_consent(&b, c, WEB, "");
	case_named("one at a time");
	/* It drains in five seconds, from then on. */
	db("INSERT INTO rollcall.rate (bucket, level, updated_at) VALUES "
	   "('logo', 1, now() + '1 hour') ON CONFLICT (bucket) DO UPDATE SET "
	   "level = 1, updated_at = now() + '1 hour'",
	    NULL);
	expect_page(visit(&b, url), 404);
	want(db("SELECT i.url FROM rollcall.fetched_image i JOIN "
		"rollcall.client c ON c.logo_uri = i.url WHERE c.client_id = "
		"$1",
		 c->id) == NULL,
	    "it is not tried while another is fetched");
	db("UPDATE rollcall.rate SET updated_at = now() - interval "
	   "'6 seconds' WHERE bucket = 'logo'",
	    NULL);
	case_named("sixty an hour");
	account = db("SELECT account_id FROM rollcall.account WHERE $1 <> '' "
		     "ORDER BY created_at DESC LIMIT 1",
	    c->id);
	db("INSERT INTO rollcall.rate (bucket, level) VALUES ('logo:' || $1, "
	   "60)",
	    account);
	expect_page(visit(&b, url), 404);
	want(db("SELECT i.url FROM rollcall.fetched_image i JOIN "
		"rollcall.client c ON c.logo_uri = i.url WHERE c.client_id = "
		"$1",
		 c->id) == NULL,
	    "it is not tried for who has had as many");
	db("UPDATE rollcall.rate SET level = 58 WHERE bucket = 'logo:' || $1",
	    account);
	case_named("its turn");
	expect_page(visit(&b, url), 404);
	want(strcmp(db("SELECT level::int::text FROM rollcall.rate WHERE "
		       "bucket = 'logo'",
			NULL),
		 "0") == 0,
	    "the turn is given back");
	want(db("SELECT i.fault FROM rollcall.fetched_image i JOIN "
		"rollcall.client c ON c.logo_uri = i.url WHERE c.client_id = "
		"$1",
		 c->id) != NULL,
	    "why is kept, and that it was tried");
	want(strcmp(db("SELECT ceil(level)::text FROM rollcall.rate WHERE "
		       "bucket = 'logo:' || $1",
			account),
		 "59") == 0,
	    "it is counted");
	expect_page(visit(&b, url), 404);
}
END_TEST

/* What was allowed at one resource was not at another. */
START_TEST(scopes_and_resources_are_allowed_together)
{
	static const char a_place[] = "https://a.example.org/api";
	static const char b_place[] = "https://b.example.org/api";
	const char *const lines[] = { text("resource '%s' { }", a_place),
		text("resource '%s' { }", b_place) };
	const char *const places[] = { text("&resource=%s", escaped(a_place)),
		text("&resource=%s", escaped(b_place)) };
	struct browser b = { 0 };
	struct client *c;
	struct answer *crossed, *again;

	reconf(lines, 2);
	c = enrol(
	    json("{'redirect_uris': ['%s'], 'scope': 'read write'}", WEB));
	signed_in(&b, person());
	choose(&b,
	    visit(&b, location(visit(&b,
			  text("%s%s", asking_scope(c, "read"), places[0])))),
	    "allow");
	choose(&b,
	    visit(&b, location(visit(&b,
			  text("%s%s", asking_scope(c, "write"), places[1])))),
	    "allow");
	crossed = visit(
	    &b, text("%s%s&prompt=none", asking_scope(c, "write"), places[0]));
	again = visit(
	    &b, text("%s%s&prompt=none", asking_scope(c, "read"), places[0]));
	reconf(NULL, 0);
	expect_refusal(crossed, WEB, "consent_required", "xyz");
	expect_code(again, WEB, "xyz");
}
END_TEST

/* RFC 6749 3.3: the default, which OpenID Connect has to be asked for beside.
 */
START_TEST(rfc6749_3_3_no_scope_is_what_is_registered_without_openid)
{
	struct client *c = enrol(json("{'redirect_uris': ['%s'], 'scope': "
				      "'openid email read offline_access'}",
	    WEB));
	struct browser b = { 0 };

	signed_in(&b, person());
	expect_code(
	    choose(&b, visit(&b, location(visit(&b, asking_scope(c, NULL)))),
		"allow"),
	    WEB, "xyz");
	want(strcmp(db("SELECT scope FROM rollcall.authorization_grant WHERE "
		       "client_id = $1",
			c->id),
		 "email read") == 0,
	    "the scope");
}
END_TEST

/* OpenID Connect Core 11: who has the grant may ask for the refresh token. */
START_TEST(oidc_core_11_offline_access_goes_with_refresh_token)
{
	struct client *c = enrol(
	    json("{'redirect_uris': ['%s'], 'scope': 'openid', 'grant_types': "
		 "['authorization_code', 'refresh_token']}",
		WEB));
	struct browser b = { 0 };

	signed_in(&b, person());
	expect_code(
	    choose(&b,
		visit(&b, location(visit(
			      &b, asking_scope(c, "openid%20offline_access")))),
		"allow"),
	    WEB, "xyz");
	want(strcmp(db("SELECT scope FROM rollcall.authorization_grant WHERE "
		       "client_id = $1",
			c->id),
		 "openid offline_access") == 0,
	    "the scope");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ deny, 0 },
		{ neither_allow_nor_deny, 0 },
		{ what_the_page_says, 0 },
		{ a_client_of_the_administrator_is_not_called_unverified, 0 },
		{ scopes_in_words, 0 },
		{ loopback_is_named_and_asked_each_time, 0 },
		{ a_confidential_client_on_loopback_is_asked_each_time, 0 },
		{ a_public_client_behind_https_is_asked_each_time, 0 },
		{ private_use_scheme_is_named, 0 },
		{ remembered_for_confidential_https, 0 },
		{ what_is_remembered_is_for_where_it_led_to, 0 },
		{ denied_in_one_tab_though_allowed_in_another, 0 },
		{ disabling_a_client_forgets_consent, 0 },
		{ step_up_shows_what_is_new, 0 },
		{ csrf_the_form_is_tied_to_session_and_request, 0 },
		{ a_client_that_asks_for_more_while_the_page_is_read, 0 },
		{ a_client_that_moves_while_the_page_is_read, 0 },
		{ a_client_that_changes_its_name_while_the_page_is_read, 0 },
		{ without_a_session_on_to_login, 0 },
		{ who_may_not_stay_may_still_deny, 0 },
		{ form_post, 0 },
		{ what_is_granted, 0 },
		{ rfc8707_2_a_resource_is_the_audience, 0 },
		{ scopes_and_resources_are_allowed_together, 0 },
		{ rfc6749_3_3_no_scope_is_what_is_registered_without_openid,
		    0 },
		{ oidc_core_11_offline_access_goes_with_refresh_token, 0 },
		{ the_logo_is_for_who_is_logged_in, 0 },
		{ the_logo_is_of_the_page_s_language, 0 },
		{ a_logo_that_cannot_be_had, 0 },
	};

	return harness_main("consent", tests, sizeof(tests) / sizeof(tests[0]));
}
