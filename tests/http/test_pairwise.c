/*
 * Pairwise subjects: OpenID Connect Core 8 and 8.1, Registration 1.0 2 and 5.
 */
#include <string.h>

#include "harness.h"
#include "harness_browser.h"
#include "harness_grant.h"
#include "harness_origin.h"

#define PAIRWISE "'subject_type':'pairwise'"
#define OTHER_CALLBACK "https://other.example.org/cb"

/* A client that has its callback there. */
static struct client *
pairwise_at(const char *redirect, const char *more)
{

	return confidential(
	    text(PAIRWISE ",'redirect_uris':['%s']%s", redirect, more));
}

/* Have a code redeemed that was given for somebody at that callback. */
static struct answer *
tokens_at(const struct client *c, const char *account, const char *redirect)
{
	const char *code = permit(&(const struct permission){ .client = c->id,
	    .account = account,
	    .scope = "openid profile offline_access",
	    .redirect_uri = redirect });
	struct answer *a = ask(c,
	    "grant_type=authorization_code&code=%s&redirect_uri=%s"
	    "&code_verifier=" VERIFIER,
	    code, escape(redirect));

	expect_tokens(a);
	return a;
}

static const char *
sub_of(const char *jwt)
{

	return string(part(jwt, 1), "sub");
}

/* What the client knows somebody by, in every place where it is told. */
static const char *
sub_at(const struct client *c, const char *account, const char *redirect)
{
	const struct answer *a = tokens_at(c, account, redirect), *b;
	const char *access = string(a->json, "access_token");
	const char *sub = sub_of(string(a->json, "id_token"));

	b = http(
	    &(const struct call){ .url = "/oauth/userinfo", .token = access });
	expect_status(b, 200);
	want(strcmp(string(b->json, "sub"), sub) == 0, "userinfo: another");
	b = http(&(const struct call){ .method = "POST",
	    .url = "/oauth/introspect",
	    .type = "application/x-www-form-urlencoded",
	    .body = text("token=%s&client_id=%s&client_secret=%s", access,
		c->id, c->secret) });
	expect_status(b, 200);
	want(strcmp(string(b->json, "sub"), sub) == 0, "introspect: another");
	b = http(&(const struct call){ .method = "POST",
	    .url = "/oauth/introspect",
	    .type = "application/x-www-form-urlencoded",
	    .body = text("token=%s&client_id=%s&client_secret=%s",
		string(a->json, "refresh_token"), c->id, c->secret) });
	want(strcmp(string(b->json, "sub"), sub) == 0,
	    "introspect, refresh token: another");
	if (strchr(access, '.') != NULL)
		want(strcmp(sub_of(access), sub) == 0, "at+jwt: another");
	b = refresh(c, string(a->json, "refresh_token"));
	expect_tokens(b);
	want(strcmp(sub_of(string(b->json, "id_token")), sub) == 0,
	    "refreshed: another");
	return sub;
}

static void
check_subjects(void)
{
	const struct client *a = pairwise_at(CALLBACK, "");
	const struct client *b = pairwise_at(CALLBACK, "");
	const struct client *c = pairwise_at(OTHER_CALLBACK, "");
	const struct client *public = confidential(NULL);
	const char *who = new_account(), *sub = sub_at(a, who, CALLBACK);

	want(strcmp(sub, who) != 0 && strlen(sub) == 43, "sub %s", sub);
	want(strcmp(sub_at(a, who, CALLBACK), sub) == 0, "it changes");
	want(strcmp(sub_at(b, who, CALLBACK), sub) == 0,
	    "one sector, two subjects");
	want(strcmp(sub_at(c, who, OTHER_CALLBACK), sub) != 0,
	    "two sectors, one subject");
	want(strcmp(sub_at(a, new_account(), CALLBACK), sub) != 0,
	    "two people, one subject");
	want(strcmp(sub_at(public, who, CALLBACK), who) == 0,
	    "public is not the account");
}

START_TEST(core_8_1_subjects)
{

	check_subjects();
}
END_TEST

START_TEST(core_8_1_subjects_in_jwts)
{
	const char *const lines[] = { "access_token_format = jwt" };

	origin_conf(lines, 1);
	check_subjects();
	origin_conf(NULL, 0);
}
END_TEST

/* Core 8.1: clients on several hosts are of one sector where a list says so. */
START_TEST(registration_5_one_sector_for_many_hosts)
{
	const char *sector =
	    text(",'sector_identifier_uri':'%s'", origin_url("/sector"));
	const char *who = new_account(), *sub;
	const struct client *a, *b;

	origin_put(
	    "/sector", "['" CALLBACK "','" OTHER_CALLBACK "','x:unrelated']");
	a = pairwise_at(CALLBACK, sector);
	b = pairwise_at(OTHER_CALLBACK, sector);
	sub = sub_at(a, who, CALLBACK);
	want(strcmp(sub_at(b, who, OTHER_CALLBACK), sub) == 0,
	    "one sector, two subjects");
	want(strcmp(sub_at(pairwise_at(CALLBACK, ""), who, CALLBACK), sub) != 0,
	    "the list makes no difference");
}
END_TEST

START_TEST(core_8_1_no_sector)
{
	static const char *const uris[] = { "'" CALLBACK "','" OTHER_CALLBACK
					    "'",
		"'http://127.0.0.1:1234/cb'", "'http://localhost/cb'",
		"'com.example.app:/cb'" };
	struct answer *a;
	size_t i;

	for (i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		a = post(json("{'redirect_uris':[%s]," PAIRWISE "}", uris[i]));
		expect_error(a, 400, "invalid_client_metadata");
		expect_named(a, "sector_identifier_uri");
		expect_status(
		    post(json("{'redirect_uris':[%s],'subject_type':'public'}",
			uris[i])),
		    201);
	}
}
END_TEST

/* Core 8.1: what another sector knows people by is not to be had. */
START_TEST(core_8_1_a_sector_stays)
{
	const char *who = new_account(), *sub, *access;
	struct client *c = pairwise_at(CALLBACK, "");
	struct answer *a = tokens_at(c, who, CALLBACK);

	sub = sub_of(string(a->json, "id_token"));
	access = string(a->json, "access_token");
	a = manage(c, "PUT",
	    json("{'client_id':'%s','redirect_uris':['" OTHER_CALLBACK
		 "']," PAIRWISE "}",
		c->id));
	expect_error(a, 400, "invalid_client_metadata");
	expect_error(
	    manage(c, "PUT", json("{'redirect_uris':['" OTHER_CALLBACK "']}")),
	    400, "invalid_client_metadata");
	a = http(
	    &(const struct call){ .url = "/oauth/userinfo", .token = access });
	want(strcmp(string(a->json, "sub"), sub) == 0, "it has moved");
	expect_status(
	    manage(c, "PUT", json("{'redirect_uris':['" CALLBACK "/new']}")),
	    200);
}
END_TEST

/* Core 3.1.2.1: the ID token that the client has is a hint. */
START_TEST(core_3_1_2_1_id_token_hint)
{
	struct person *p = person(), *other = person();
	struct client *c = pairwise_at(CALLBACK, "");
	const char *mine, *theirs;
	struct browser b = { 0 };

	mine = text("&prompt=none&id_token_hint=%s",
	    string(tokens_at(c, p->account_id, CALLBACK)->json, "id_token"));
	theirs = text("&prompt=none&id_token_hint=%s",
	    string(
		tokens_at(c, other->account_id, CALLBACK)->json, "id_token"));
	signed_in(&b, p);
	expect_code(decide(&b, visit(&b, asking(c, CALLBACK, "")), "allow"),
	    CALLBACK, "xyz");
	expect_code(visit(&b, asking(c, CALLBACK, mine)), CALLBACK, "xyz");
	expect_refusal(visit(&b, asking(c, CALLBACK, theirs)), CALLBACK,
	    "login_required", "xyz");
}
END_TEST

START_TEST(discovery_3_subject_types_supported)
{

	want(same(member(get("/.well-known/openid-configuration")->json,
		      "subject_types_supported"),
		 "['public','pairwise']"),
	    "subject_types_supported");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ core_8_1_subjects, 0 },
		{ core_8_1_subjects_in_jwts, 0 },
		{ registration_5_one_sector_for_many_hosts, 0 },
		{ core_8_1_no_sector, 0 },
		{ core_8_1_a_sector_stays, 0 },
		{ core_3_1_2_1_id_token_hint, 0 },
		{ discovery_3_subject_types_supported, 0 },
	};

	harness_setup = origin_start;
	return harness_main(
	    "pairwise subjects", tests, sizeof(tests) / sizeof(tests[0]));
}
