/*
 * What the standards require of an authorization server and no other test of
 * this folder shows; tests/http/musts.tsv says which shows what.  Most go the
 * whole way, from a browser's request to tokens.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness_browser.h"
#include "harness_token.h"

#define OWN "grant_type=client_credentials"

/* A request with just these parameters behind client and redirect URI. */
static const char *
bare(const struct client *c, const char *redirect, const char *more)
{

	return text("/oauth/authorize?client_id=%s&redirect_uri=%s%s", c->id,
	    escaped(redirect), more);
}

#define PROVEN "&code_challenge=" CHALLENGE "&code_challenge_method=S256"

/* Allow a request, and return the code. */
static const char *
allowed(
    struct browser *b, const char *url, const char *redirect, const char *state)
{

	return expect_code(decide(b, visit(b, url), "allow"), redirect, state);
}

/* Redeem a code that a browser has fetched. */
static struct answer *
redeem_at(const struct client *c, const char *code, const char *redirect)
{

	return ask(c,
	    "grant_type=authorization_code&code=%s&redirect_uri=%s"
	    "&code_verifier=" VERIFIER,
	    code, escaped(redirect));
}

/* Count how often a query or a JSON text names something. */
static int
count(const char *s, const char *what)
{
	int n = 0;

	while ((s = strstr(s, what)) != NULL) {
		n++;
		s += strlen(what);
	}
	return n;
}

START_TEST(rfc6749_3_1_parameters_without_value_are_omitted)
{
	static const char *const names[] = { "prompt", "max_age", "nonce",
		"response_mode", "login_hint", "id_token_hint", "ui_locales",
		"resource", "request", "request_uri", "registration", "display",
		"acr_values", "claims" };
	struct client *c = web_app();
	struct browser b = { 0 };
	const char *all = "", *url;
	size_t i;

	(void)come_in(&b);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		all = text("%s&%s=", all, names[i]);
	url = location(visit(&b, asking(c, WEB, all)));
	want(strstr(url, "/oauth/consent?") != NULL, "it is good: %s", url);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		want(given(url, names[i]) == NULL, "%s is there", names[i]);
	case_named("state");
	expect_refusal(visit(&b, bare(c, WEB,
				     "&response_type=code&scope=openid"
				     "&prompt=none&state=" PROVEN)),
	    WEB, "consent_required", NULL);
	case_named("response_type");
	expect_refusal(visit(&b, bare(c, WEB, "&response_type=&state=s")), WEB,
	    "invalid_request", "s");
	case_named("code_challenge");
	expect_refusal(visit(&b, bare(c, WEB,
				     "&response_type=code&code_challenge="
				     "&code_challenge_method=&state=s")),
	    WEB, "invalid_request", "s");
}
END_TEST

START_TEST(rfc6749_3_1_response_parameters_come_once)
{
	static const char *const names[] = { "code=", "error=",
		"error_description=", "error_uri=", "state=", "iss=" };
	struct client *c = web_app();
	struct browser b = { 0 };
	const char *good, *bad;
	size_t i;

	(void)come_in(&b);
	bad = location(visit(&b, asking(c, WEB, "&prompt=none&iss=x&code=x")));
	good = location(decide(
	    &b, visit(&b, asking(c, WEB, "&iss=x&code=x&error=x")), "allow"));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		want(count(good, names[i]) <= 1 && count(bad, names[i]) <= 1,
		    "%s came twice: %s, %s", names[i], good, bad);
}
END_TEST

/* RFC 6749 3.1 and 3.2; RFC 8414 2 lets them have no query here either. */
START_TEST(rfc6749_3_1_endpoints_have_no_fragment)
{
	const struct answer *a = get("/.well-known/oauth-authorization-server");
	const char *url;
	int n = 0;

	expect_status(a, 200);
	json_object_object_foreach(a->json, name, value)
	{
		if (strstr(name, "_endpoint") == NULL ||
		    !json_object_is_type(value, json_type_string))
			continue;
		url = json_object_get_string(value);
		want(strpbrk(url, "?#") == NULL, "%s: %s", name, url);
		n++;
	}
	want(n >= 5, "only %d endpoints", n);
}
END_TEST

START_TEST(rfc6749_3_1_2_query_of_the_redirect_uri_stays_with_a_code)
{
	static const char uri[] = "https://app.example.org/cb?tenant=a%20b";
	struct client *c = app("client_secret_basic", uri);
	struct browser b = { 0 };
	const char *code;

	(void)come_in(&b);
	code = allowed(&b, asking(c, uri, ""), uri, "xyz");
	expect_tokens(redeem_at(c, code, uri));
}
END_TEST

START_TEST(rfc6749_3_1_2_2_public_clients_register_their_redirect_uri)
{
	static const char *const bodies[] = {
		"{'token_endpoint_auth_method':'none'}",
		"{'token_endpoint_auth_method':'none','redirect_uris':[]}",
		"{'token_endpoint_auth_method':'none','redirect_uris':null}"
	};
	size_t i;

	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		expect_error(post(json("%s", bodies[i])), 400,
		    "invalid_redirect_uri|invalid_client_metadata");
}
END_TEST

/* Credentials in an address get into logs. */
START_TEST(rfc6749_2_3_1_not_in_the_query_anywhere)
{
	static const char *const paths[] = { "introspect", "revoke" };
	struct client *c = confidential(NULL);
	const char *token = own_token(c, "read", audience());
	struct call call = { .method = "POST",
		.body = text("token=%s", token),
		.type = "application/x-www-form-urlencoded" };
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		call.url = text("/oauth/%s?client_id=%s&client_secret=%s",
		    paths[i], c->id, c->secret);
		expect_refused(http(&call), 401, "invalid_client");
	}
	want(is_active(c, token), "it was revoked");
}
END_TEST

/* RFC 6749 2.3.1 and 10.10: tries are counted where a person chose it. */
START_TEST(rfc6749_2_3_1_secrets_are_beyond_guessing)
{
	struct client *c = confidential(NULL);

	want(strlen(c->secret) >= 43, "fewer than 256 bits");
	want(strcmp(c->secret, confidential(NULL)->secret) != 0,
	    "one secret for two");
}
END_TEST

START_TEST(rfc6749_3_3_another_scope_is_told)
{
	struct client *c = enrol(json("{'redirect_uris':['%s'],'scope':"
				      "'openid email offline_access'}",
	    WEB));
	struct browser b = { 0 };
	struct answer *a;

	(void)come_in(&b);
	a = redeem_at(c,
	    allowed(&b,
		bare(c, WEB,
		    "&response_type=code&state=s"
		    "&scope=openid+offline_access" PROVEN),
		WEB, "s"),
	    WEB);
	expect_tokens(a);
	expect_member(a, "scope", "'openid'");
	expect_absent(a, "refresh_token");
}
END_TEST

START_TEST(rfc6749_3_3_omitted_scope_has_a_default)
{
	struct client *c = enrol(json("{'redirect_uris':['%s'],'scope':"
				      "'openid email profile'}",
	    WEB));
	struct browser b = { 0 };
	struct answer *a;

	(void)come_in(&b);
	a = redeem_at(c,
	    allowed(&b, bare(c, WEB, "&response_type=code&state=s" PROVEN), WEB,
		"s"),
	    WEB);
	expect_tokens(a);
	/* OpenID Connect is asked for by name. */
	expect_member(a, "scope", "'email profile'");
	expect_absent(a, "id_token");
}
END_TEST

/* RFC 6749 4.1.2: "shortly", at most ten minutes. */
START_TEST(rfc6749_4_1_2_a_code_is_short_lived)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	const char *code;

	(void)come_in(&b);
	code = allowed(&b, asking(c, WEB, ""), WEB, "xyz");
	want(strcmp(db("SELECT (expires_at > now() AND expires_at <= now() + "
		       "interval '10 minutes')::text FROM "
		       "rollcall.authorization_code WHERE code_hash = "
		       "decode($1, 'hex')",
			hash_of(code)),
		 "true") == 0,
	    "it lives longer");
}
END_TEST

/* Tell whether RFC 6749 4.1.2.1 has those characters. */
static bool
is_plain(const char *s)
{

	for (; *s != '\0'; s++)
		if (*s < 0x20 || *s > 0x7e || *s == '"' || *s == '\\')
			return false;
	return true;
}

START_TEST(rfc6749_4_1_2_1_error_characters)
{
	static const char odd[] = "x\"\\\xc3\xa4\xe4\xb8\xad\t<'>";
	static const char *const names[] = { "scope", "prompt", "max_age",
		"response_mode", "response_type", "resource",
		"code_challenge_method", "id_token_hint", "request" };
	struct client *c = web_app();
	struct browser b = { 0 };
	const char *url;
	size_t i;

	(void)come_in(&b);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		case_named(names[i]);
		url = text("%s%s%s&%s=%s&state=s",
		    strcmp(names[i], "response_type") == 0
			? ""
			: "&response_type=code",
		    strncmp(names[i], "code", 4) == 0
			? "&code_challenge=" CHALLENGE
			: PROVEN,
		    strcmp(names[i], "scope") == 0 ? "" : "&scope=openid",
		    names[i], escaped(odd));
		url = location(submit(&b, "/oauth/authorize",
		    strchr(bare(c, WEB, url), '?') + 1));
		want(given(url, "error") != NULL, "an error, not %s", url);
		want(is_plain(given(url, "error")) &&
			 is_plain(given(url, "error_description")),
		    "characters of RFC 6749 4.1.2.1 only: %s", url);
		want(given(url, "error_uri") == NULL, "no error_uri");
	}
}
END_TEST

/* RFC 8252 7.3 lets the port vary, but not between the two requests. */
START_TEST(rfc6749_4_1_3_redirect_uri_with_another_port)
{
	static const char other[] = "http://127.0.0.1:61023/callback";
	struct client *c = public_app();
	struct browser b = { 0 };
	const char *code;

	(void)come_in(&b);
	code = allowed(&b, asking(c, other, ""), other, "xyz");
	expect_refused(redeem_at(c, code, LOOPBACK), 400, "invalid_grant");
	expect_tokens(redeem_at(c, code, other));
}
END_TEST

START_TEST(rfc6749_5_1_members_come_once)
{
	static const char *const names[] = { "\"access_token\"",
		"\"token_type\"", "\"expires_in\"", "\"scope\"",
		"\"refresh_token\"", "\"id_token\"" };
	struct client *c = confidential(NULL);
	const struct permission p = { .client = c->id,
		.scope = "openid offline_access" };
	struct answer *a = redeem(c, permit(&p));
	size_t i;

	expect_tokens(a);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		want(count(a->body, names[i]) == 1, "%s is there %d times",
		    names[i], count(a->body, names[i]));
}
END_TEST

/* RFC 6749 10.3, 10.4, 10.5, 10.10: 256 random bits, in text for a URL. */
static void
expect_random(const char *what, const char *s)
{

	want(s != NULL && strlen(s) == 43 &&
		 strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
			   "yz0123456789-_") == 43,
	    "%s is %s", what, s == NULL ? "missing" : s);
}

START_TEST(rfc6749_10_10_what_is_issued_cannot_be_guessed)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	const char *code[2], *access[2], *refresh[2];
	struct answer *a;
	int i;

	(void)come_in(&b);
	for (i = 0; i < 2; i++) {
		code[i] = allowed(&b,
		    bare(c, WEB,
			"&response_type=code&state=s&prompt=consent"
			"&scope=openid+offline_access" PROVEN),
		    WEB, "s");
		a = redeem_at(c, code[i], WEB);
		expect_tokens(a);
		access[i] = string(a->json, "access_token");
		refresh[i] = string(a->json, "refresh_token");
		expect_random("the code", code[i]);
		expect_random("the access token", access[i]);
		expect_random("the refresh token", refresh[i]);
	}
	expect_random("the session", cookie(&b, ""));
	want(strcmp(code[0], code[1]) != 0 &&
		 strcmp(access[0], access[1]) != 0 &&
		 strcmp(refresh[0], refresh[1]) != 0,
	    "a value came twice");
}
END_TEST

/* Return the file that ${s} is in, of all that the servers write; or NULL. */
static const char *
log_with(const char *s)
{
	const char *found = NULL;
	char buf[65536];
	size_t i, n, at;
	glob_t logs;
	FILE *f;

	want(getenv("RIG_DIR") != NULL, "RIG_DIR is not set");
	want(glob(text("%s/log/*.log", getenv("RIG_DIR")), 0, NULL, &logs) == 0,
	    "there are no logs");
	for (i = 0; i < logs.gl_pathc && found == NULL; i++) {
		f = fopen(logs.gl_pathv[i], "r");
		want(f != NULL, "%s cannot be read", logs.gl_pathv[i]);
		for (at = 0; (n = fread(buf + at, 1, sizeof(buf) - at, f)) > 0;
		     at = strlen(s)) {
			if (memmem(buf, at + n, s, strlen(s)) != NULL)
				found = text("%s", logs.gl_pathv[i]);
			/* It may stand where two pieces meet. */
			if (at + n <= strlen(s))
				break;
			memmove(buf, buf + at + n - strlen(s), strlen(s));
		}
		(void)fclose(f);
	}
	globfree(&logs);
	return found;
}

/* RFC 6749 10.3, 10.8: what is secret is in no log. */
START_TEST(rfc6749_10_3_tokens_are_in_no_log)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	struct person *p = come_in(&b);
	struct answer *a;
	const char *secrets[7];
	size_t i;

	secrets[0] = allowed(&b,
	    bare(c, WEB,
		"&response_type=code&state=s"
		"&scope=openid+offline_access" PROVEN),
	    WEB, "s");
	a = redeem_at(c, secrets[0], WEB);
	expect_tokens(a);
	secrets[1] = string(a->json, "access_token");
	secrets[2] = string(a->json, "refresh_token");
	secrets[3] = string(a->json, "id_token");
	secrets[4] = c->secret;
	secrets[5] = cookie(&b, "");
	secrets[6] = p->password;
	expect_status(userinfo(secrets[1]), 200);
	expect_status(introspect(c, secrets[2]), 200);
	expect_refused(redeem_at(c, secrets[0], WEB), 400, "invalid_grant");
	expect_error(userinfo(secrets[1]), 401, "invalid_token");
	for (i = 0; i < 7; i++)
		want(log_with(secrets[i]) == NULL, "secret %zu is in %s", i,
		    log_with(secrets[i]));
	want(log_with("database system is ready") != NULL, "no log was read");
}
END_TEST

/* RFC 7636 4.4: nobody else can get at the challenge. */
START_TEST(rfc7636_4_4_the_challenge_is_not_sent_back)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	const char *good, *bad;
	struct answer *a;

	(void)come_in(&b);
	bad = location(visit(&b, asking(c, WEB, "&prompt=none")));
	good = location(decide(&b, visit(&b, asking(c, WEB, "")), "allow"));
	want(strstr(bad, CHALLENGE) == NULL && strstr(good, CHALLENGE) == NULL,
	    "the challenge is in a redirect");
	a = redeem_at(c, given(good, "code"), WEB);
	expect_tokens(a);
	want(strstr(a->body, CHALLENGE) == NULL, "it is in the token response");
}
END_TEST

START_TEST(rfc7636_4_2_s256_is_offered_and_plain_is_not)
{
	struct client *c = public_app();
	struct browser b = { 0 };
	const struct answer *a = get("/.well-known/oauth-authorization-server");

	expect_member(a, "code_challenge_methods_supported", "['S256']");
	(void)come_in(&b);
	expect_tokens(redeem_at(c,
	    allowed(&b, asking(c, LOOPBACK, ""), LOOPBACK, "xyz"), LOOPBACK));
}
END_TEST

/* RFC 7523 2.2: "MUST contain a single JWT". */
START_TEST(rfc7523_2_2_one_assertion)
{
	const struct pair *p = pair("EdDSA");
	const struct client *c =
	    confidential(text("'token_endpoint_auth_method':'private_key_jwt',"
			      "'jwks':{'keys':[%s]}",
		p->public));
	const char *jwt = sign(p, NULL,
	    text("{'iss':'%s','sub':'%s','aud':'%s','exp':%lld,'jti':'%lld'}",
		c->id, c->id, base_url(), (long long)time(NULL) + 60,
		(long long)time(NULL)));
	const char *form = text("client_assertion_type=%s&client_assertion=%s",
	    escape(ASSERTION_TYPE), jwt);

	expect_refused(ask(NULL, OWN "&%s&client_assertion=%s", form, jwt), 400,
	    "invalid_request");
	expect_refused(
	    ask(NULL, OWN "&%s%%20%s", form, jwt), 401, "invalid_client");
	expect_tokens(ask(NULL, OWN "&%s", form));
}
END_TEST

/* RFC 9068 2.1: a resource finds the keys where the metadata says. */
START_TEST(rfc9068_4_keys_are_found_by_metadata)
{
	static const char *const lines[] = { "access_token_format = jwt" };
	const struct client *c = confidential(NULL);
	const struct answer *a = get("/.well-known/oauth-authorization-server");
	const char *token;

	want(string(a->json, "jwks_uri") != NULL &&
		 strcmp(string(a->json, "jwks_uri"),
		     text("%s/oauth/jwks", base_url())) == 0,
	    "jwks_uri");
	reconf(lines, 1);
	token = string(ask(c, OWN "&scope=read")->json, "access_token");
	reconf(NULL, 0);
	want(token != NULL, "no token");
	expect_signed(token, "RS256");
	/* RFC 9068 2.1 and RFC 8725 3.1: never unsigned. */
	want(!same(member(part(token, 0), "alg"), "'none'"), "alg none");
}
END_TEST

/* OpenID Connect Core 2, 3.1.3.3, 5.3.2: from the first request to userinfo. */
START_TEST(oidc_core_2_id_token_of_the_whole_flow)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	struct person *p = come_in(&b);
	int64_t now = (int64_t)time(NULL), auth_time;
	struct json_object *claims;
	struct answer *a, *told;

	a = redeem_at(c,
	    allowed(&b, asking(c, WEB, "&nonce=n%2B1&max_age=600"), WEB, "xyz"),
	    WEB);
	expect_tokens(a);
	expect_signed(string(a->json, "id_token"), "RS256");
	claims = part(string(a->json, "id_token"), 1);
	want(same(member(claims, "iss"), text("'%s'", base_url())), "iss");
	want(same(member(claims, "aud"), text("'%s'", c->id)), "aud");
	want(same(member(claims, "nonce"), "'n+1'"), "nonce");
	want(same(member(claims, "sub"), text("'%s'", p->account_id)), "sub");
	want(strlen(string(claims, "sub")) <= 255 &&
		 is_plain(string(claims, "sub")),
	    "sub is at most 255 ASCII characters");
	want(json_object_get_int64(member(claims, "exp")) > now, "exp");
	want(llabs(json_object_get_int64(member(claims, "iat")) - now) < 60,
	    "iat");
	/* Required where max_age was asked for. */
	auth_time = json_object_get_int64(member(claims, "auth_time"));
	want(llabs(auth_time - now) < 60, "auth_time");
	told = userinfo(string(a->json, "access_token"));
	expect_status(told, 200);
	want(strcmp(string(told->json, "sub"), string(claims, "sub")) == 0,
	    "userinfo speaks of somebody else");
}
END_TEST

/* OpenID Connect Core 15.1: what at least causes no error. */
START_TEST(oidc_core_15_1_requests_that_pass)
{
	static const char *const more[] = { "&display=page", "&display=touch",
		"&ui_locales=fr-CA+fr+en", "&claims_locales=de",
		"&prompt=login", "&prompt=consent", "&max_age=3600",
		"&acr_values=a+b", "&login_hint=somebody" };
	struct client *c = web_app();
	struct browser b = { 0 };
	const char *url;
	size_t i;

	for (i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		case_named(more[i]);
		url = location(visit(&b, asking(c, WEB, more[i])));
		want(strstr(url, "/oauth/login?") != NULL, "not %s", url);
	}
}
END_TEST

/* OpenID Connect Core 11: a person is asked before there is offline access. */
START_TEST(oidc_core_11_offline_access_is_consented_to)
{
	struct client *c = web_app();
	struct browser b = { 0 };

	(void)come_in(&b);
	expect_tokens(
	    redeem_at(c, allowed(&b, asking(c, WEB, ""), WEB, "xyz"), WEB));
	/* Remembered for openid, so that this alone is new. */
	expect_refusal(visit(&b, bare(c, WEB,
				     "&response_type=code&state=s"
				     "&scope=openid+offline_access"
				     "&prompt=none" PROVEN)),
	    WEB, "consent_required", "s");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ rfc6749_3_1_parameters_without_value_are_omitted, 0 },
		{ rfc6749_3_1_response_parameters_come_once, 0 },
		{ rfc6749_3_1_endpoints_have_no_fragment, 0 },
		{ rfc6749_3_1_2_query_of_the_redirect_uri_stays_with_a_code,
		    0 },
		{ rfc6749_3_1_2_2_public_clients_register_their_redirect_uri,
		    0 },
		{ rfc6749_2_3_1_not_in_the_query_anywhere, 0 },
		{ rfc6749_2_3_1_secrets_are_beyond_guessing, 0 },
		{ rfc6749_3_3_another_scope_is_told, 0 },
		{ rfc6749_3_3_omitted_scope_has_a_default, 0 },
		{ rfc6749_4_1_2_a_code_is_short_lived, 0 },
		{ rfc6749_4_1_2_1_error_characters, 0 },
		{ rfc6749_4_1_3_redirect_uri_with_another_port, 0 },
		{ rfc6749_5_1_members_come_once, 0 },
		{ rfc6749_10_10_what_is_issued_cannot_be_guessed, 0 },
		{ rfc6749_10_3_tokens_are_in_no_log, 0 },
		{ rfc7636_4_4_the_challenge_is_not_sent_back, 0 },
		{ rfc7636_4_2_s256_is_offered_and_plain_is_not, 0 },
		{ rfc7523_2_2_one_assertion, 0 },
		{ rfc9068_4_keys_are_found_by_metadata, 0 },
		{ oidc_core_2_id_token_of_the_whole_flow, 0 },
		{ oidc_core_15_1_requests_that_pass, 0 },
		{ oidc_core_11_offline_access_is_consented_to, 0 },
	};

	return harness_main("musts", tests, sizeof(tests) / sizeof(tests[0]));
}
