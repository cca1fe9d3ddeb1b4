#include <stdio.h>
#include <string.h>

#include "harness.h"

#define HTTPS "'redirect_uris':['https://client.example.org/cb']"
#define RICH                                                               \
	HTTPS                                                              \
	",'client_name':'Rich','client_name#fr':'Riche',"                  \
	"'contacts':['a@example.org'],'scope':'openid read',"              \
	"'logo_uri':'https://client.example.org/logo.png',"                \
	"'grant_types':['authorization_code','refresh_token'],"            \
	"'software_id':'x','default_max_age':60,'require_auth_time':true," \
	"'token_endpoint_auth_method':'client_secret_post'"

/* Hold a refused update against what the record was before. */
static void
refused(const struct client *c, const char *body, int status, const char *error)
{
	const char *before = db_client(c->id);
	struct answer *a = manage(c, "PUT", body);

	expect_error(a, status, error);
	want(before != NULL && strcmp(before, db_client(c->id)) == 0,
	    "the refused update changed the record");
}

static void
refused_400(const struct client *c, const char *body)
{

	refused(c, body, 400,
	    "invalid_client_metadata|invalid_request|invalid_redirect_uri|"
	    "invalid_software_statement");
}

/* An update that went well. */
static struct answer *
updated(const struct client *c, const char *body)
{
	struct answer *a = manage(c, "PUT", body);

	expect_status(a, 200);
	expect_headers(a);
	expect_schema(a);
	want(strcmp(string(a->json, "client_id"), c->id) == 0,
	    "another client_id");
	want(string(a->json, "registration_access_token") != NULL &&
		 string(a->json, "registration_client_uri") != NULL,
	    "no way to go on (RFC 7592 3)");
	return a;
}

/* Hold what a read says against what an update has answered. */
static void
reads_like(const struct client *c, const struct answer *wanted)
{
	struct answer *a = manage(c, "GET", NULL);
	struct json_object *x = case_body(a->json, NULL);
	struct json_object *y = case_body(wanted->json, NULL);

	expect_status(a, 200);
	json_object_object_del(y, "client_secret");
	json_object_object_del(y, "client_secret_expires_at");
	want(json_object_equal(x, y), "a read differs from what was answered");
}

/* RFC 7592 2.1; design 6.6: the token that was presented, never the secret. */
START_TEST(read)
{
	struct client *c = enrol(json("{" RICH "}"));
	struct answer *a = manage(c, "GET", NULL);

	expect_status(a, 200);
	expect_headers(a);
	expect_schema(a);
	expect_absent(a, "client_secret");
	expect_absent(a, "client_secret_expires_at");
	want(
	    strcmp(string(a->json, "registration_access_token"), c->token) == 0,
	    "the token presented is not echoed");
	reads_like(c, c->answer);
}
END_TEST

/* RFC 9110 9.3.2 */
START_TEST(head)
{
	struct client *c = enrol(json("{" RICH "}"));
	struct answer *a = manage(c, "HEAD", NULL);

	expect_status(a, 200);
	expect_headers(a);
	want(a->len == 0, "HEAD has a body");
	want(has_word(header(a, "Content-Type"), "application/json"),
	    "HEAD has not the headers of GET");
}
END_TEST

/* Design 6.8: every way to have no right is 401, never 404. */
START_TEST(unauthorized)
{
	static const char *const methods[] = { "GET", "HEAD", "PUT", "DELETE" };
	struct client *c = enrol(json("{" HTTPS "}"));
	struct client *other = enrol(json("{" HTTPS "}"));
	const char *body = json("{'client_id':'%s'," HTTPS "}", c->id);
	const char *const forms[] = {
		"X-None: x",
		"Authorization: Basic Y2xpZW50OnNlY3JldA==",
		"Authorization: Bearer",
		"Authorization: Bearer ",
		"Authorization: Bearer x",
		"Authorization: Bearer \" OR 1=1 --",
		text("Authorization: Bearer %s", other->token),
		text("Authorization: Bearer %s", c->secret),
		text("Authorization: Bearer %sx", c->token),
		text("Authorization: Bearer %.20s", c->token),
		text("Authorization: Bearer %s x", c->token),
		text("Authorization: Bearer %05000d", 0),
		"Authorization: Bearer \xff\xfe",
		"Authorization: Bearer \xc3\xa9",
		text("Authorization: Bearer%s", c->token),
		text("Authorization: %s", c->token),
		text("Authorization: DPoP %s", c->token),
	};
	const char *before = db_client(c->id);
	size_t f, m;

	for (f = 0; f < sizeof(forms) / sizeof(forms[0]); f++)
		for (m = 0; m < sizeof(methods) / sizeof(methods[0]); m++) {
			const char *const headers[] = { forms[f], NULL };
			const struct call call = { .method = methods[m],
				.url = c->url,
				.body = m == 2 ? body : NULL,
				.headers = headers };
			struct answer *a = http(&call);

			case_named(forms[f]);
			if (m != 1)
				expect_error(a, 401, "invalid_token");
			expect_status(a, 401);
			expect_headers(a);
			want(header(a, "WWW-Authenticate") != NULL,
			    "401 without WWW-Authenticate");
		}
	want(strcmp(before, db_client(c->id)) == 0,
	    "somebody without a right changed the record");
}
END_TEST

/* RFC 6750 2.3: not in the address. */
START_TEST(token_in_query_does_not_count)
{
	struct client *c = enrol(json("{" HTTPS "}"));

	expect_error(get(text("%s?access_token=%s", c->url, c->token)), 401,
	    "invalid_token");
}
END_TEST

START_TEST(unknown_client_is_401)
{
	struct client *c = enrol(json("{" HTTPS "}"));
	struct client no_such = *c;

	no_such.url = text("%s/nosuchclient", register_url());
	expect_error(manage(&no_such, "GET", NULL), 401, "invalid_token");
	expect_error(manage(&no_such, "DELETE", NULL), 401, "invalid_token");
	expect_error(manage(&no_such, "PUT",
			 json("{'client_id':'nosuchclient'," HTTPS "}")),
	    401, "invalid_token");
}
END_TEST

/* RFC 7592 2.2; design 6.7: omitted members go back to their defaults. */
START_TEST(put_replaces)
{
	struct client *c = enrol(json("{" RICH "}"));
	struct answer *a;

	a = updated(
	    c, json("{'client_id':'%s','client_secret':'%s',"
		    "'redirect_uris':['https://client.example.org/new']}",
		   c->id, c->secret));
	expect_member(a, "redirect_uris", "['https://client.example.org/new']");
	expect_member(a, "grant_types", "['authorization_code']");
	expect_member(a, "token_endpoint_auth_method", "'client_secret_basic'");
	expect_absent(a, "client_name");
	expect_absent(a, "client_name#fr");
	expect_absent(a, "contacts");
	expect_absent(a, "logo_uri");
	expect_absent(a, "software_id");
	expect_absent(a, "default_max_age");
	reads_like(c, a);
	want(db("SELECT 'x' FROM rollcall.client WHERE client_id = $1 "
		"AND NOT metadata ?| array['client_name', 'client_name#fr', "
		"'contacts', 'logo_uri', 'software_id', 'default_max_age'] "
		"AND updated_at > issued_at",
		 c->id) != NULL,
	    "what was omitted is still stored, or updated_at stood still");
}
END_TEST

/* Design 6.5: scope omitted is the configured default, in a PUT too. */
START_TEST(put_gives_the_default_scope)
{
	struct client *c = enrol(json("{" HTTPS ",'scope':'read'}"));
	struct client *plain = enrol(json("{" HTTPS "}"));
	struct answer *a =
	    updated(c, json("{'client_id':'%s'," HTTPS "}", c->id));

	want(strcmp(string(a->json, "scope"),
		 string(plain->answer->json, "scope")) == 0,
	    "scope did not go back to its default");
}
END_TEST

START_TEST(put_keeps_the_secret)
{
	struct client *c = enrol(json("{" HTTPS "}"));
	const char *sql = "SELECT secret_hash::text FROM rollcall.client "
			  "WHERE client_id = $1";
	const char *hash = db(sql, c->id);

	updated(c, json("{'client_id':'%s'," HTTPS "}", c->id));
	updated(c, json("{'client_id':'%s','token_endpoint_auth_method':"
			"'client_secret_post'," HTTPS "}",
		       c->id));
	updated(c, json("{'client_name':'x'}"));
	want(strcmp(hash, db(sql, c->id)) == 0, "the secret has changed");
}
END_TEST

/* RFC 7592 2.2: these MUST NOT be in a request, in a partial one neither. */
START_TEST(put_forbidden_members)
{
	static const char *const members[] = {
		"'registration_access_token':'x'",
		"'registration_client_uri':'https://x.example/'",
		"'client_secret_expires_at':0", "'client_id_issued_at':1"
	};
	struct client *c = enrol(json("{" RICH "}"));
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		case_named(members[i]);
		refused_400(c,
		    json("{'client_id':'%s',%s," HTTPS "}", c->id, members[i]));
		refused_400(c, json("{%s,'client_name':'x'}", members[i]));
	}
	refused_400(c, json("{'client_id':'%s'," HTTPS
			    ",'registration_access_token':'%s'}",
			   c->id, c->token));
}
END_TEST

/* RFC 7592 2.2: both must be the client's own. */
START_TEST(put_with_a_wrong_identity)
{
	struct client *c = enrol(json("{" RICH "}"));
	struct client *other = enrol(json("{" RICH "}"));
	struct client *public =
	    enrol(json("{" HTTPS ",'token_endpoint_auth_method':'none'}"));

	refused_400(c, json("{'client_id':'%s'," HTTPS "}", other->id));
	refused_400(c, json("{'client_id':'x'," HTTPS "}"));
	refused_400(c, json("{'client_id':5," HTTPS "}"));
	refused_400(c, json("{'client_id':'%s','client_secret':'%s'," HTTPS "}",
			   c->id, other->secret));
	refused_400(
	    c, json("{'client_id':'%s','client_secret':'x'," HTTPS "}", c->id));
	refused_400(
	    c, json("{'client_id':'%s','client_secret':5," HTTPS "}", c->id));
	refused_400(c, json("{'client_secret':'x','client_name':'y'}"));
	refused_400(
	    public, json("{'client_id':'%s','client_secret':'%s'," HTTPS "}",
			public->id, c->secret));
}
END_TEST

/* A refused update leaves the whole record as it was. */
START_TEST(put_refused_changes_nothing)
{
	static const char *const members[] = { "'client_name':5",
		"'jwks_uri':'http://x/'", "'scope':'bogus'",
		"'grant_types':['implicit']",
		"'redirect_uris':['https://client.example.org/#x']",
		"'redirect_uris':'https://client.example.org/'",
		"'token_endpoint_auth_method':'private_key_jwt'",
		"'default_max_age':-1", "'dpop_bound_access_tokens':true",
		"'client_name#fr':'a','client_name#FR':'b'",
		"'software_statement':'x'" };
	struct client *c = enrol(json("{" RICH "}"));
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		case_named(members[i]);
		refused_400(c,
		    json("{'client_id':'%s'," HTTPS ",%s}", c->id, members[i]));
		refused_400(c, json("{%s}", members[i]));
	}
	refused_400(c, json("{'client_id':'%s'}", c->id));
	refused_400(c, "[]");
	refused_400(c, "{");
	refused_400(c, "");
	reads_like(c, c->answer);
}
END_TEST

/* Design 6.7: without client_id, what is named changes and the rest stays. */
START_TEST(put_partial)
{
	struct client *c = enrol(json("{" RICH "}"));
	struct answer *a;

	a = updated(
	    c, json("{'client_name':'Other','scope':'openid profile'}"));
	expect_member(a, "client_name", "'Other'");
	expect_member(a, "scope", "'openid profile'");
	expect_member(a, "client_name#fr", "'Riche'");
	expect_member(a, "contacts", "['a@example.org']");
	expect_member(a, "default_max_age", "60");
	expect_member(a, "redirect_uris", "['https://client.example.org/cb']");
	expect_member(
	    a, "grant_types", "['authorization_code','refresh_token']");
	expect_member(a, "token_endpoint_auth_method", "'client_secret_post'");
	reads_like(c, a);
}
END_TEST

START_TEST(put_partial_null_and_empty_delete)
{
	struct client *c = enrol(json("{" RICH "}"));
	struct answer *a;

	a = updated(c, json("{'client_name':null,'contacts':[],'logo_uri':'',"
			    "'client_name#fr':null,'require_auth_time':null}"));
	expect_absent(a, "client_name");
	expect_absent(a, "client_name#fr");
	expect_absent(a, "contacts");
	expect_absent(a, "logo_uri");
	expect_member(a, "software_id", "'x'");
	expect_absent(updated(c, json("{'software_id':''}")), "software_id");
	a = updated(c, "{}");
	want(!same(member(a->json, "require_auth_time"), "true"),
	    "require_auth_time is still true");
	reads_like(c, a);
	refused_400(c, json("{'redirect_uris':null}"));
	refused_400(c, json("{'redirect_uris':[]}"));
}
END_TEST

/* Design 6.4: a type that was derived is derived again. */
START_TEST(put_partial_derives_the_type_again)
{
	struct client *c = enrol(json("{" HTTPS "}"));
	struct answer *a;

	expect_member(c->answer, "application_type", "'web'");
	a = updated(c, json("{'redirect_uris':['https://client.example.org/cb',"
			    "'cursor://x/cb']}"));
	expect_member(a, "application_type", "'native'");
	reads_like(c, a);
}
END_TEST

/* Design 6.2: null counts as absent, what is forbidden too. */
START_TEST(put_takes_null_for_absent)
{
	struct client *c = enrol(json("{" RICH "}"));

	(void)updated(c, json("{'client_secret_expires_at':null,"
			      "'registration_access_token':null}"));
}
END_TEST

START_TEST(put_partial_may_change_nothing)
{
	struct client *c = enrol(json("{" RICH "}"));

	reads_like(c, updated(c, "{}"));
	reads_like(c, updated(c, json("{'no_such_member':'x'}")));
	expect_member(manage(c, "GET", NULL), "client_name", "'Rich'");
}
END_TEST

/* Design 6.7, 6.12: a tag spelled otherwise is the same member. */
START_TEST(put_partial_replaces_another_spelling)
{
	struct client *c = enrol(json("{" RICH "}"));
	struct answer *a = manage(c, "PUT", json("{'client_name#FR':'b'}"));

	if (a->status == 200)
		want(member(a->json, "client_name#fr") == NULL &&
			 same(member(a->json, "client_name#FR"), "'b'"),
		    "one tag is there in two spellings");
	else
		expect_error(a, 400, "invalid_client_metadata");
}
END_TEST

/* Design 6.7: the merged whole is judged. */
START_TEST(put_partial_whole_is_judged)
{
	struct client *keys =
	    enrol(keyed("{" HTTPS ",'jwks':'@ec',"
			"'token_endpoint_auth_method':'private_key_jwt'}"));
	struct client *public =
	    enrol(json("{" HTTPS ",'token_endpoint_auth_method':'none'}"));

	refused_400(
	    keys, json("{'jwks_uri':'https://client.example.org/jwks'}"));
	refused_400(keys, json("{'jwks':null}"));
	updated(keys,
	    json("{'jwks':null,'jwks_uri':'https://client.example.org/j'}"));
	refused_400(keys, json("{'jwks_uri':null}"));
	refused_400(public, json("{'grant_types':['client_credentials']}"));
	updated(public, json("{'jwks_uri':'https://client.example.org/j'}"));
}
END_TEST

/* Changing the method makes or drops the secret. */
START_TEST(method_change_makes_and_drops_the_secret)
{
	const char *sql = "SELECT secret_hash::text FROM rollcall.client "
			  "WHERE client_id = $1";
	struct client *c =
	    enrol(json("{" HTTPS ",'token_endpoint_auth_method':'none'}"));
	struct answer *a;
	const char *first;

	a = updated(c, json("{'client_id':'%s'," HTTPS "}", c->id));
	first = string(a->json, "client_secret");
	want(first != NULL && strlen(first) >= 43, "no secret was made");
	want(db(sql, c->id) != NULL, "no hash of it is stored");
	want(db_holds(first) == NULL, "the secret is in the database");
	refused_400(
	    c, json("{'client_id':'%s','client_secret':'x'," HTTPS "}", c->id));
	updated(c, json("{'client_id':'%s','client_secret':'%s'," HTTPS "}",
		       c->id, first));

	a = updated(c, json("{'token_endpoint_auth_method':'none'}"));
	expect_absent(a, "client_secret");
	want(db(sql, c->id) == NULL, "the hash is still there");

	a = updated(
	    c, json("{'token_endpoint_auth_method':'client_secret_post'}"));
	want(string(a->json, "client_secret") != NULL &&
		 strcmp(string(a->json, "client_secret"), first) != 0,
	    "no fresh secret was made");

	a = updated(c, keyed("{'token_endpoint_auth_method':'private_key_jwt',"
			     "'jwks':'@ed'}"));
	expect_absent(a, "client_secret");
	want(db(sql, c->id) == NULL, "the hash is still there");
	reads_like(c, a);
}
END_TEST

/* RFC 7592 2.3; all that hangs on a client goes with it. */
START_TEST(delete)
{
	struct client *c = enrol(json("{" RICH "}"));
	struct answer *a = manage(c, "DELETE", NULL);

	expect_status(a, 204);
	expect_headers(a);
	want(a->len == 0, "204 with a body");
	want(header_count(a, "Content-Type") == 0, "204 with a media type");
	want(db_client(c->id) == NULL, "a row is left behind");
	expect_error(manage(c, "GET", NULL), 401, "invalid_token");
	expect_error(manage(c, "DELETE", NULL), 401, "invalid_token");
	expect_error(
	    manage(c, "PUT", json("{'client_id':'%s'," HTTPS "}", c->id)), 401,
	    "invalid_token");
	expect_error(manage(c, "PUT", json("{'client_name':'x'}")), 401,
	    "invalid_token");
}
END_TEST

START_TEST(delete_spares_others)
{
	struct client *c = enrol(json("{" RICH "}"));
	struct client *other = enrol(json("{" RICH "}"));
	const char *before = db_client(other->id);

	expect_status(manage(c, "DELETE", NULL), 204);
	want(strcmp(before, db_client(other->id)) == 0,
	    "another client was changed");
	reads_like(other, other->answer);
}
END_TEST

/* Design 6.8: a valid token without permission. */
START_TEST(disabled_client_is_403)
{
	struct client *c = enrol(json("{" RICH "}"));

	(void)db("UPDATE rollcall.client SET status = 'disabled' "
		 "WHERE client_id = $1",
	    c->id);
	expect_error(manage(c, "GET", NULL), 403, "access_denied");
	refused(c, json("{'client_id':'%s'," HTTPS "}", c->id), 403,
	    "access_denied");
	refused(c, json("{'client_name':'x'}"), 403, "access_denied");
	expect_error(manage(c, "DELETE", NULL), 403, "access_denied");
	want(db_client(c->id) != NULL, "the disabled client is gone");
	c->token = "x";
	expect_error(manage(c, "GET", NULL), 401, "invalid_token");
}
END_TEST

/* Design 6.6: a token lives 30 days since its last use, noted once a day. */
START_TEST(token_dies_unused)
{
	const char *used = "SELECT registration_token_last_used_at::text "
			   "FROM rollcall.client WHERE client_id = $1";
	const char *recent = "SELECT 'x' FROM rollcall.client "
			     "WHERE client_id = $1 AND "
			     "registration_token_last_used_at > "
			     "now() - interval '1 minute'";
	struct client *c = enrol(json("{" RICH "}"));
	const char *before;

	(void)db("UPDATE rollcall.client SET registration_token_last_used_at = "
		 "now() - interval '1 hour' WHERE client_id = $1",
	    c->id);
	before = db(used, c->id);
	expect_status(manage(c, "GET", NULL), 200);
	want(strcmp(before, db(used, c->id)) == 0,
	    "use is noted more than once a day");

	(void)db("UPDATE rollcall.client SET registration_token_last_used_at = "
		 "now() - interval '29 days' WHERE client_id = $1",
	    c->id);
	expect_status(manage(c, "GET", NULL), 200);
	want(db(recent, c->id) != NULL, "a read is not noted as use");

	(void)db("UPDATE rollcall.client SET registration_token_last_used_at = "
		 "now() - interval '29 days' WHERE client_id = $1",
	    c->id);
	updated(c, json("{'client_name':'y'}"));
	want(db(recent, c->id) != NULL, "an update is not noted as use");

	(void)db("UPDATE rollcall.client SET registration_token_last_used_at = "
		 "now() - interval '31 days' WHERE client_id = $1",
	    c->id);
	expect_error(manage(c, "GET", NULL), 401, "invalid_token");
	refused(c, json("{'client_name':'z'}"), 401, "invalid_token");
	expect_error(manage(c, "DELETE", NULL), 401, "invalid_token");
	want(db_client(c->id) != NULL, "an expired token deleted a client");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ read, 0 },
		{ head, 0 },
		{ unauthorized, 0 },
		{ token_in_query_does_not_count, 0 },
		{ unknown_client_is_401, 0 },
		{ put_replaces, 0 },
		{ put_gives_the_default_scope, 0 },
		{ put_keeps_the_secret, 0 },
		{ put_forbidden_members, 0 },
		{ put_with_a_wrong_identity, 0 },
		{ put_refused_changes_nothing, 0 },
		{ put_partial, 0 },
		{ put_partial_null_and_empty_delete, 0 },
		{ put_partial_derives_the_type_again, 0 },
		{ put_takes_null_for_absent, 0 },
		{ put_partial_may_change_nothing, 0 },
		{ put_partial_replaces_another_spelling, 0 },
		{ put_partial_whole_is_judged, 0 },
		{ method_change_makes_and_drops_the_secret, 0 },
		{ delete, 0 },
		{ delete_spares_others, 0 },
		{ disabled_client_is_403, 0 },
		{ token_dies_unused, 0 },
	};

	return harness_main("manage", tests, sizeof(tests) / sizeof(tests[0]));
}
