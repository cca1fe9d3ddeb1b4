#include <stdio.h>
#include <string.h>
#include <time.h>

#include "harness.h"

#define HTTPS "'redirect_uris':['https://client.example.org/cb']"

/* RFC 7591 3.2.1, design 6.1: defaults are chosen and said. */
START_TEST(minimal_gets_defaults)
{
	struct client *c = enrol(json("{" HTTPS "}"));
	struct answer *a = c->answer;
	int64_t issued =
	    json_object_get_int64(member(a->json, "client_id_issued_at"));

	expect_member(a, "redirect_uris", "['https://client.example.org/cb']");
	expect_member(a, "grant_types", "['authorization_code']");
	expect_member(a, "response_types", "['code']");
	expect_member(a, "token_endpoint_auth_method", "'client_secret_basic'");
	expect_member(a, "application_type", "'web'");
	want(string(a->json, "scope") != NULL, "no default scope");
	want(c->secret != NULL, "no client_secret");
	want(json_object_is_type(
		 member(a->json, "client_secret_expires_at"), json_type_int),
	    "client_secret_expires_at is no integer");
	want(issued > time(NULL) - 60 && issued < time(NULL) + 60,
	    "client_id_issued_at is not now");
	want(header_count(a, "Location") == 0 ||
		 strcmp(header(a, "Location"), c->url) == 0,
	    "Location is another address");
}
END_TEST

/* RFC 7591 2: a public client gets no secret, nor when it would expire. */
START_TEST(public_gets_no_secret)
{
	struct client *c =
	    enrol(json("{" HTTPS ",'token_endpoint_auth_method':'none'}"));

	expect_absent(c->answer, "client_secret");
	expect_absent(c->answer, "client_secret_expires_at");
	want(db("SELECT 'x' FROM rollcall.client WHERE client_id = $1 "
		"AND secret_hash IS NULL",
		 c->id) != NULL,
	    "a secret hash is stored for a public client");
}
END_TEST

START_TEST(private_key_jwt_gets_no_secret)
{
	struct client *c = enrol(keyed("{" HTTPS ",'jwks':'@ec',"
				       "'token_endpoint_auth_method':"
				       "'private_key_jwt'}"));

	expect_absent(c->answer, "client_secret");
	want(member(c->answer->json, "jwks") != NULL, "no jwks in the answer");
}
END_TEST

/* RFC 7591 2: what the server does not know it ignores. */
START_TEST(unknown_members_are_ignored)
{
	struct client *c = enrol(
	    json("{" HTTPS ",'terms_of_service_uri':'https://c.example.org/t',"
		 "'example_extension':{'a':[1,2,{'b':null}]},"
		 "'redirect_uris#fr':'x','Client_Name':'x','':'x'}"));

	expect_absent(c->answer, "terms_of_service_uri");
	expect_absent(c->answer, "example_extension");
	expect_absent(c->answer, "redirect_uris#fr");
	expect_absent(c->answer, "Client_Name");
	expect_absent(c->answer, "client_name");
	expect_absent(c->answer, "");
	want(db("SELECT metadata::text FROM rollcall.client "
		"WHERE client_id = $1 AND NOT metadata ?| "
		"array['terms_of_service_uri', 'example_extension', '']",
		 c->id) != NULL,
	    "an unknown member is stored");
}
END_TEST

/* Design 6.2: what a client proposes for itself never takes effect. */
START_TEST(proposed_identity_is_ignored)
{
	struct client *c =
	    enrol(json("{" HTTPS ",'client_id':'mine','client_secret':'known',"
		       "'client_id_issued_at':1,'client_secret_expires_at':1,"
		       "'registration_access_token':'guess',"
		       "'registration_client_uri':'https://evil.example/x'}"));

	want(strcmp(c->id, "mine") != 0, "the proposed client_id was taken");
	want(strcmp(c->secret, "known") != 0, "the proposed secret was taken");
	want(strcmp(c->token, "guess") != 0, "the proposed token was taken");
	want(
	    !same(member(c->answer->json, "client_id_issued_at"), "1") &&
		!same(member(c->answer->json, "client_secret_expires_at"), "1"),
	    "a proposed time was taken");
}
END_TEST

/* Design 6.2: ids, secrets and tokens are random, and safe to type. */
START_TEST(ids_are_random_and_plain)
{
	enum {
		N = 48
	};
	struct client *c[N];
	int i, k;

	for (i = 0; i < N; i++) {
		c[i] = enrol(json("{" HTTPS "}"));
		want(c[i]->id[0] != '-', "the id starts with -");
		want(strncmp(c[i]->id, "https://", 8) != 0, "the id is a URL");
		want(strlen(c[i]->id) >= 22 && strlen(c[i]->secret) >= 43 &&
			 strlen(c[i]->token) >= 43,
		    "fewer than 256 random bits (128 for an id)");
		want(c[i]->id[strspn(c[i]->id,
			 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			 "0123456789-._~")] == '\0',
		    "the id needs escaping in a path");
		want(strcmp(c[i]->id, c[i]->secret) != 0 &&
			 strcmp(c[i]->secret, c[i]->token) != 0,
		    "one value serves twice");
		for (k = 0; k < i; k++)
			want(strcmp(c[i]->id, c[k]->id) != 0 &&
				 strcmp(c[i]->secret, c[k]->secret) != 0 &&
				 strcmp(c[i]->token, c[k]->token) != 0,
			    "a value came twice");
	}
}
END_TEST

/* Design 5: secrets are stored only as hashes. */
START_TEST(secrets_are_nowhere_in_the_database)
{
	struct client *c = enrol(json("{" HTTPS "}"));

	want(db_holds(c->id) != NULL, "the client is not in the database");
	want(db_holds(c->secret) == NULL, "the secret is in the database");
	want(db_holds(c->token) == NULL, "the token is in the database");
	want(db("SELECT 'x' FROM rollcall.client WHERE client_id = $1 "
		"AND octet_length(secret_hash) = 32",
		 c->id) != NULL,
	    "no hash of the secret");
	want(db("SELECT 'x' FROM rollcall.client WHERE client_id = $1 "
		"AND octet_length(registration_token_hash) = 32",
		 c->id) != NULL,
	    "no hash of the token");
}
END_TEST

/* ${n} addresses to redirect to, or to be reached at. */
static const char *
addresses(int n, const char *before, const char *after)
{
	const char *list = "";
	int i;

	for (i = 0; i < n; i++)
		list = text(
		    "%s%s'%s%d%s'", list, i > 0 ? "," : "", before, i, after);
	return list;
}

static const struct {
	int uris;
	int contacts;
	const char *members;
} shapes[] = {
	{ 1, 0, "'contacts':[],'client_uri':'','scope':null" },
	{ 1, 1, "'client_name':'A','client_name#de':'\u00dc\\\"'" },
	{ 4, 5, "'token_endpoint_auth_method':'none','software_id':'s'" },
	{ 5, 4, "'grant_types':['authorization_code','refresh_token']" },
	{ 32, 32,
	    "'logo_uri':'https://client.example.org/a,b.png',"
	    "'client_uri':'https://client.example.org/',"
	    "'software_version':'NULL','scope':'openid email'" },
};

/* The columns that DBAs read say what the metadata says, for each shape. */
START_TEST(columns_are_those_of_the_metadata)
{
	static const char columns[] =
	    "SELECT 'x' FROM rollcall.client WHERE client_id = $1 AND "
	    "(client_name, client_uri, logo_uri, scope, "
	    "token_endpoint_auth_method, application_type, software_id, "
	    "software_version, jwks_uri) IS NOT DISTINCT FROM "
	    "(metadata ->> 'client_name', metadata ->> 'client_uri', "
	    "metadata ->> 'logo_uri', metadata ->> 'scope', "
	    "metadata ->> 'token_endpoint_auth_method', "
	    "metadata ->> 'application_type', metadata ->> 'software_id', "
	    "metadata ->> 'software_version', metadata ->> 'jwks_uri') AND "
	    "(to_jsonb(redirect_uris), to_jsonb(grant_types), "
	    "to_jsonb(response_types), to_jsonb(contacts)) "
	    "IS NOT DISTINCT FROM (metadata -> 'redirect_uris', "
	    "metadata -> 'grant_types', metadata -> 'response_types', "
	    "metadata -> 'contacts')";
	const char *uris = addresses(
	    shapes[_i].uris, "https://client.example.org/cb?a=", ",NULL");
	const char *contacts =
	    addresses(shapes[_i].contacts, "c", "@client.example.org");
	struct client *c;

	c = enrol(json("{'redirect_uris':[%s]%s%s%s,%s}", uris,
	    shapes[_i].contacts > 0 ? ",'contacts':[" : "", contacts,
	    shapes[_i].contacts > 0 ? "]" : "", shapes[_i].members));
	want(json_object_array_length(member(
		 c->answer->json, "redirect_uris")) == (size_t)shapes[_i].uris,
	    "not every address was registered");
	want(db(columns, c->id) != NULL, "a column differs");
}
END_TEST

/* Design 5: metadata holds exactly what was registered and answered. */
START_TEST(stored_is_what_was_answered)
{
	static const char *const assigned[] = { "client_id", "client_secret",
		"client_id_issued_at", "client_secret_expires_at",
		"registration_access_token", "registration_client_uri" };
	struct client *c =
	    enrol(json("{" HTTPS ",'client_name':'Größe \\u4e2d',"
		       "'client_name#ja':'クライアント',"
		       "'contacts':['a@example.org','b'],"
		       "'default_max_age':0,"
		       "'require_auth_time':false}"));
	const char *stored = db(
	    "SELECT metadata::text FROM rollcall.client WHERE client_id = $1",
	    c->id);
	struct json_object *echoed = case_body(c->answer->json, NULL);
	size_t i;

	for (i = 0; i < sizeof(assigned) / sizeof(assigned[0]); i++)
		json_object_object_del(echoed, assigned[i]);
	want(stored != NULL &&
		 json_object_equal(parse(stored, strlen(stored)), echoed),
	    "stored is %s", stored);
	expect_member(c->answer, "client_name", "'Größe 中'");
	expect_member(c->answer, "client_name#ja", "'クライアント'");
	expect_member(c->answer, "default_max_age", "0");
}
END_TEST

/* Design 6.2: of a repeated member the value checked is the value stored. */
START_TEST(of_repeated_members_the_last_counts)
{
	struct client *c =
	    enrol(json("{'redirect_uris':['javascript:alert(1)']," HTTPS "}"));

	expect_member(
	    c->answer, "redirect_uris", "['https://client.example.org/cb']");
	want(db("SELECT 'x' FROM rollcall.client WHERE client_id = $1 AND "
		"redirect_uris = array['https://client.example.org/cb']",
		 c->id) != NULL,
	    "another redirect URI is stored");
	expect_error(
	    post(json("{" HTTPS ",'redirect_uris':['javascript:alert(1)']}")),
	    400, "invalid_redirect_uri");
	expect_error(post(json("{" HTTPS ",'redirect_\\u0075ris':['data:x']}")),
	    400, "invalid_redirect_uri");
}
END_TEST

/* RFC 7591 3.1: the body is one JSON object. */
START_TEST(body_must_be_an_object)
{
	static const char *const bodies[] = { "", " ", "[]", "[{}]", "1",
		"\"x\"", "null", "true" };
	size_t i;

	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		case_named(bodies[i]);
		expect_error(post(bodies[i]), 400,
		    "invalid_request|invalid_client_metadata");
	}
}
END_TEST

/* A refused registration leaves nothing behind. */
START_TEST(refused_leaves_no_row)
{
	const char *mark = text("refused-%ld", (long)time(NULL));

	expect_error(
	    post(json(
		"{" HTTPS ",'client_name':'%s','jwks_uri':'http://x/'}", mark)),
	    400, "invalid_client_metadata");
	want(db("SELECT 'x' FROM rollcall.client WHERE client_name = $1",
		 mark) == NULL,
	    "the refused client is stored");
}
END_TEST

/* RFC 6749 5.2: a value is never pasted into the description as it is. */
START_TEST(descriptions_stay_in_their_grammar)
{

	expect_error(
	    post("{\"redirect_uris\":[\"https://h.example/\\\"\\\\x\xc3\xa9"
		 "\\r\\nSet-Cookie: a=b\"]}"),
	    400, "invalid_redirect_uri");
	expect_error(post(json("{" HTTPS ",'scope':'caf\\u00e9'}")), 400,
	    "invalid_client_metadata");
	expect_error(
	    post(json("{" HTTPS ",'token_endpoint_auth_method':'\\u0022\\n'}")),
	    400, "invalid_client_metadata");
	expect_error(post(json("{" HTTPS
			       ",'client_name#ja':5,'client_name#\\u00e9':5}")),
	    400, "invalid_client_metadata");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ minimal_gets_defaults, 0 },
		{ public_gets_no_secret, 0 },
		{ private_key_jwt_gets_no_secret, 0 },
		{ unknown_members_are_ignored, 0 },
		{ columns_are_those_of_the_metadata,
		    sizeof(shapes) / sizeof(shapes[0]) },
		{ proposed_identity_is_ignored, 0 },
		{ ids_are_random_and_plain, 0 },
		{ secrets_are_nowhere_in_the_database, 0 },
		{ stored_is_what_was_answered, 0 },
		{ of_repeated_members_the_last_counts, 0 },
		{ body_must_be_an_object, 0 },
		{ refused_leaves_no_row, 0 },
		{ descriptions_stay_in_their_grammar, 0 },
	};

	return harness_main(
	    "register", tests, sizeof(tests) / sizeof(tests[0]));
}
