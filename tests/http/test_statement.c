/*
 * Software statements: RFC 7591 2.3, 3.1.1 and 3.2.2.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness.h"
#include "harness_grant.h"
#include "harness_origin.h"

#define SIGNER "https://signer.example.org"
#define PLAIN                                                \
	"'redirect_uris':['https://client.example.org/cb']," \
	"'client_name':'Plain','contacts':['plain@client.example.org']"

static const char *const algs[] = { "RS256", "PS256", "ES256", "EdDSA" };
#define NALGS (int)(sizeof(algs) / sizeof(algs[0]))
/* The issuer's keys: made once, before the tests. */
static const struct pair *keys[NALGS];

/* A section for the issuer, with ${more} in it. */
static const char *
section(const char *more)
{

	return text("statement_issuer '%s' {\n%s\n}", SIGNER, more);
}

static const char *
by_uri(void)
{

	return text("jwks_uri = '%s'", origin_url("/signer"));
}

static void
conf(const char *first, const char *second)
{
	const char *const lines[] = { first, second };

	origin_conf(lines, second != NULL ? 2 : 1);
}

static void
set_up(void)
{
	const char *set = "";
	int i;

	origin_start();
	for (i = 0; i < NALGS; i++) {
		keys[i] = pair(algs[i]);
		set = text("%s%s%s", set, i > 0 ? "," : "", keys[i]->public);
	}
	origin_put("/signer", text("{'keys':[%s]}", set));
	conf(section(by_uri()), NULL);
}

/* A statement with these claims beside iss and an exp in so many seconds. */
static const char *
state(const struct pair *p, long long seconds, const char *more)
{

	return sign(p, NULL,
	    text("{'iss':'" SIGNER "','exp':%lld%s%s}",
		(long long)time(NULL) + seconds, *more != '\0' ? "," : "",
		more));
}

static struct answer *
post_with(const char *statement, const char *more)
{

	return post(
	    json("{" PLAIN ",'software_statement':'%s'%s}", statement, more));
}

/* RFC 7591 2.3: claims win, and the statement comes back as it was. */
static void
expect_registered(const struct answer *a, const char *statement)
{

	expect_status(a, 201);
	expect_schema(a);
	want(strcmp(string(a->json, "software_statement"), statement) == 0,
	    "the statement is another");
	expect_member(a, "client_name", "'Signed'");
	expect_member(a, "software_id", "'signed-1'");
	expect_member(a, "contacts", "['plain@client.example.org']");
	expect_absent(a, "iss");
	expect_absent(a, "exp");
	expect_absent(a, "jti");
}

#define CLAIMS "'client_name':'Signed','software_id':'signed-1','jti':'x'"

START_TEST(rfc7591_2_3_each_algorithm)
{
	const char *s = state(keys[_i], 300, CLAIMS);

	expect_registered(post_with(s, ""), s);
}
END_TEST

START_TEST(rfc7591_2_3_keys_in_the_configuration)
{
	const char *s = state(keys[2], 300, CLAIMS), *from;
	char *escaped, *to;

	to = escaped = room(2 * strlen(keys[2]->public) + 1);
	for (from = keys[2]->public; *from != '\0'; *to++ = *from++)
		if (*from == '"')
			*to++ = '\\';
	conf(section(text("jwks = '{\\\"keys\\\":[%s]}'", escaped)), NULL);
	expect_registered(post_with(s, ""), s);
	/* The issuer's other keys are no keys of this set. */
	expect_error(post_with(state(keys[0], 300, CLAIMS), ""), 400,
	    "invalid_software_statement");
	conf(section(by_uri()), NULL);
}
END_TEST

START_TEST(rfc7591_3_2_2_invalid_software_statement)
{
	const struct pair *stranger = pair("ES256");
	const char *good = state(keys[2], 300, CLAIMS), *none;
	const char *const bad[] = { "x", "a.b.c", state(stranger, 300, CLAIMS),
		text("%.*sA%s", (int)strlen(good) - 5, good,
		    good + strlen(good) - 4),
		state(keys[2], -120, CLAIMS), state(keys[2], 300, "'nbf':4e9"),
		state(keys[2], 300, "'iat':4e9"),
		state(keys[2], 300, "'aud':'https://other.example.org'"),
		sign(keys[2], NULL, "{'exp':4000000000}"),
		sign(keys[2], "at+jwt",
		    "{'iss':'" SIGNER "','exp':4000000000}") };
	struct answer *a;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		case_named(bad[i]);
		a = post_with(bad[i], "");
		expect_error(a, 400, "invalid_software_statement");
		expect_named(a, "software_statement");
	}
	/* {"alg":"none"}, with a signature and without. */
	none = text("eyJhbGciOiJub25lIn0%.*s",
	    (int)(strrchr(good, '.') - strchr(good, '.')), strchr(good, '.'));
	expect_error(post_with(text("%s.", none), ""), 400,
	    "invalid_software_statement");
	expect_error(post_with(text("%s.AAAA", none), ""), 400,
	    "unapproved_software_statement");
}
END_TEST

START_TEST(rfc7591_3_2_2_unapproved_software_statement)
{

	expect_error(post_with(sign(keys[2], NULL,
				   "{'iss':'https://other.example.org',"
				   "'exp':4000000000}"),
			 ""),
	    400, "unapproved_software_statement");
	conf(section(text("%s\nalgorithms = {'RS256'}", by_uri())), NULL);
	expect_error(post_with(state(keys[2], 300, CLAIMS), ""), 400,
	    "unapproved_software_statement");
	expect_status(post_with(state(keys[0], 300, CLAIMS), ""), 201);
	conf(section(by_uri()), NULL);
}
END_TEST

START_TEST(an_issuer_sets_what_it_may)
{
	struct answer *a;

	conf(section(text("%s\nmembers = {'client_name'}", by_uri())), NULL);
	a = post_with(state(keys[1], 300,
			  CLAIMS ",'redirect_uris':['https://x.example/']"),
	    ",'software_id':'own'");
	expect_status(a, 201);
	expect_member(a, "client_name", "'Signed'");
	expect_member(a, "software_id", "'own'");
	expect_member(a, "redirect_uris", "['https://client.example.org/cb']");
	conf(section(by_uri()), NULL);
}
END_TEST

/* A claim is judged as a plain member is. */
START_TEST(claims_are_judged_like_members)
{
	struct json_object *detail;
	struct answer *a;

	a = post_with(
	    state(keys[1], 300, "'redirect_uris':['http://x.example/#f']"), "");
	expect_error(a, 400, "invalid_redirect_uri");
	detail = json_object_array_get_idx(
	    json_object_object_get(a->json, "error_details"), 0);
	want(strcmp(string(detail, "pointer"), "/software_statement") == 0 &&
		 strstr(string(detail, "hint"), "redirect_uris/0") != NULL,
	    "the claim is not named");
	a = post_with(state(keys[1], 300, "'client_name':7"), ",'scope':7");
	expect_error(a, 400, "invalid_client_metadata");
	expect_named(a, "client_name");
	want(json_object_array_length(
		 json_object_object_get(a->json, "error_details")) == 2,
	    "not both are told");
	a = post_with(
	    state(keys[1], 300,
		"'client_id':'mine','client_secret':'mine',"
		"'registration_access_token':'mine','client_name':'Signed'"),
	    "");
	expect_status(a, 201);
	want(strcmp(string(a->json, "client_id"), "mine") != 0 &&
		 strcmp(string(a->json, "registration_access_token"), "mine") !=
		     0,
	    "a claim took the place of what the server assigns");
}
END_TEST

/* RFC 7591 2.3: the server may insist on one, or want none. */
START_TEST(a_policy_requires_or_refuses_it)
{
	const char *s = state(keys[3], 300, CLAIMS);
	struct answer *a;

	conf(section(by_uri()),
	    "policy 'default' {\nsoftware_statement = 'required'\n}");
	a = post(json("{" PLAIN "}"));
	expect_error(a, 400,
	    "invalid_software_statement|unapproved_software_statement|"
	    "invalid_client_metadata");
	expect_named(a, "software_statement");
	expect_registered(post_with(s, ""), s);
	conf(section(by_uri()),
	    "policy 'default' {\nsoftware_statement = 'refused'\n}");
	expect_error(post_with(s, ""), 400,
	    "invalid_software_statement|unapproved_software_statement|"
	    "invalid_client_metadata");
	expect_status(post(json("{" PLAIN "}")), 201);
	conf(section(by_uri()), NULL);
}
END_TEST

/* What is registered stays good for updates of other things. */
START_TEST(an_update_outlives_the_statement)
{
	/* Clocks may differ by a minute: it has expired. */
	const char *s = state(keys[3], -120, CLAIMS), *other;
	const struct client *c =
	    enrol(json("{" PLAIN ",'software_statement':'%s'}",
		state(keys[3], 60, CLAIMS)));
	struct answer *a;

	/* It was good when it came. */
	(void)db(text("UPDATE rollcall.client SET metadata = metadata || "
		      "jsonb_build_object('software_statement', '%s') "
		      "WHERE client_id = $1",
		     s),
	    c->id);
	expect_member(
	    manage(c, "GET", NULL), "software_statement", text("'%s'", s));
	expect_error(post_with(s, ""), 400, "invalid_software_statement");
	a = manage(c, "PUT",
	    json("{'client_id':'%s'," PLAIN ",'software_statement':'%s',"
		 "'client_uri':'https://client.example.org/'}",
		c->id, s));
	expect_status(a, 200);
	expect_member(a, "client_name", "'Signed'");
	expect_member(a, "client_uri", "'https://client.example.org/'");
	expect_member(a, "software_statement", text("'%s'", s));
	/* Another one has to be good. */
	other = state(keys[3], -180, CLAIMS);
	expect_error(
	    manage(c, "PUT",
		json("{'client_id':'%s'," PLAIN ",'software_statement':'%s'}",
		    c->id, other)),
	    400, "invalid_software_statement");
	want(strcmp(string(manage(c, "GET", NULL)->json, "software_statement"),
		 s) == 0,
	    "the statement is another");
}
END_TEST

/* Nor does one vouch for changes whose key its issuer has dropped. */
START_TEST(a_dropped_key_vouches_for_nothing_new)
{
	const char *s = state(keys[3], 300, CLAIMS);
	const struct client *c =
	    enrol(json("{" PLAIN ",'software_statement':'%s'}", s));
	struct answer *a;

	origin_put("/less", text("{'keys':[%s]}", keys[0]->public));
	conf(section(text("jwks_uri = '%s'", origin_url("/less"))), NULL);
	a = manage(c, "PUT",
	    json("{'client_id':'%s'," PLAIN ",'software_statement':'%s'}",
		c->id, s));
	expect_error(a, 400, "invalid_software_statement");
	want(strstr(string(a->json, "error_description"), "dropped") != NULL,
	    "it does not say why");
	expect_status(
	    manage(c, "PUT", json("{'client_id':'%s'," PLAIN "}", c->id)), 200);
	conf(section(by_uri()), NULL);
}
END_TEST

/* RFC 7591 2.3 asks for no exp. */
START_TEST(a_statement_may_be_endless)
{

	expect_status(
	    post_with(sign(keys[2], NULL, "{'iss':'" SIGNER "','x':1}"), ""),
	    201);
}
END_TEST

/* Its bound is its own: a directory's statements carry keys. */
START_TEST(a_statement_may_be_long)
{
	struct answer *a;

	a = post_with(state(keys[2], 300, text("'x':'%010000d'", 0)), "");
	expect_status(a, 201);
	a = post_with(state(keys[2], 300, text("'x':'%013000d'", 0)), "");
	expect_error(a, 400, "invalid_software_statement");
}
END_TEST

/* Strangers' fetches take nothing from those that the operator configured. */
START_TEST(strangers_do_not_get_in_the_way)
{
	const char *s = state(keys[2], 300, CLAIMS);

	origin_forget();
	(void)db("INSERT INTO rollcall.rate (bucket, level) VALUES "
		 "('fetching:register', 4), ('fetch:127.0.0.1', 30)",
	    NULL);
	expect_status(post(json("{" PLAIN ",'sector_identifier_uri':'%s'}",
			  origin_url("/sector"))),
	    429);
	(void)db(
	    "DELETE FROM rollcall.rate WHERE bucket = 'fetch:127.0.0.1'", NULL);
	expect_status(post(json("{" PLAIN ",'sector_identifier_uri':'%s'}",
			  origin_url("/sector"))),
	    503);
	(void)db("INSERT INTO rollcall.rate (bucket, level) VALUES "
		 "('fetch:127.0.0.1', 30) ON CONFLICT (bucket) DO UPDATE "
		 "SET level = 30, updated_at = now()",
	    NULL);
	(void)db("UPDATE rollcall.rate SET level = 4, updated_at = now() "
		 "WHERE bucket = 'fetching:register'",
	    NULL);
	expect_registered(post_with(s, ""), s);
	origin_forget();
}
END_TEST

/* A section that cannot work is found before anybody registers. */
START_TEST(register_does_not_start_with_a_typo)
{
	const char *more = text("statement_issuer \"https://typo.example.org\" "
				"{\njwks_uri = \"https://typo.example.org/\"\n"
				"members = {client_nam}\n}");
	const char *said;
	int status;

	said = shell(text("f=$(mktemp) && { cat '%s' && echo '%s'; } > $f && "
			  "ROLLCALL_CONF=$f '%s/register' -t 2>&1; s=$?; "
			  "rm -f $f; exit $s",
			 getenv("RIG_CONF"), more, getenv("RIG_LIBEXEC")),
	    &status);
	want(status != 0, "it says: %s", said);
	want(strstr(said, "https://typo.example.org") != NULL &&
		 strstr(said, "no metadata member client_nam;") != NULL,
	    "it says: %s", said);
}
END_TEST

START_TEST(keys_that_cannot_be_had)
{
	struct answer *a;

	conf(section(text("jwks_uri = '%s'", origin_url("/absent"))), NULL);
	a = post_with(state(keys[0], 300, CLAIMS), "");
	expect_status(a, 503);
	expect_named(a, SIGNER);
	conf(section(by_uri()), NULL);
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ rfc7591_2_3_each_algorithm, NALGS },
		{ rfc7591_2_3_keys_in_the_configuration, 0 },
		{ rfc7591_3_2_2_invalid_software_statement, 0 },
		{ rfc7591_3_2_2_unapproved_software_statement, 0 },
		{ an_issuer_sets_what_it_may, 0 },
		{ claims_are_judged_like_members, 0 },
		{ a_policy_requires_or_refuses_it, 0 },
		{ an_update_outlives_the_statement, 0 },
		{ a_dropped_key_vouches_for_nothing_new, 0 },
		{ a_statement_may_be_endless, 0 },
		{ a_statement_may_be_long, 0 },
		{ strangers_do_not_get_in_the_way, 0 },
		{ register_does_not_start_with_a_typo, 0 },
		{ keys_that_cannot_be_had, 0 },
	};

	harness_setup = set_up;
	return harness_main(
	    "software statements", tests, sizeof(tests) / sizeof(tests[0]));
}
