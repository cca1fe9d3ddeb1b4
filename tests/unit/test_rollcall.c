/*
 * What rollcall makes of metadata, and the store that it keeps.
 */
#include "json_text.h"
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../cli/rollcall_metadata.h"
#include "../../cli/rollcall_store.h"
#include "arena.h"
#include "client_fields.h"
#include "crypt.h"
#include "json.h"

static struct rc_arena *mem;

#define json(text) json_text(mem, (text))
#define SAME(value, text) UNIT_SAME(mem, (value), (text))

static void
start(void)
{

	mem = rc_arena_new();
	ck_assert(rc_crypt_start());
}

/* --- metadata */

/* What our server can register can be asked for, with the same type. */
START_TEST(every_member_of_the_registry_has_a_row)
{
	static const enum metadata_kind kinds[] = {
		[RC_STRING] = METADATA_STRING,
		[RC_URI] = METADATA_STRING,
		[RC_WORDS] = METADATA_WORDS,
		[RC_STRINGS] = METADATA_STRINGS,
		[RC_URIS] = METADATA_STRINGS,
		[RC_BOOL] = METADATA_BOOL,
		[RC_INT] = METADATA_INT,
		[RC_OBJECT] = METADATA_OBJECT,
	};
	const struct metadata_member *member;
	size_t i;

	for (i = 0; i < rc_client_nfields; i++) {
		member = metadata_find(rc_client_fields[i].name);
		ck_assert_msg(member != NULL, "%s", rc_client_fields[i].name);
		ck_assert_msg(member->kind == kinds[rc_client_fields[i].kind],
		    "%s", member->name);
		ck_assert_int_eq(
		    member->option.many, member->kind == METADATA_STRINGS ||
					     member->kind == METADATA_WORDS);
	}
	ck_assert_uint_eq(metadata_nmembers, rc_client_nfields);
	for (i = 0; rc_client_assigned[i] != NULL; i++)
		ck_assert(metadata_is_assigned(rc_client_assigned[i]));
}
END_TEST

START_TEST(values_are_what_their_members_are)
{
	static const struct {
		const char *name, *text, *wanted; /* NULL: refused */
	} values[] = {
		{ "client_name", "plain", "\"plain\"" },
		{ "client_name", "12", "\"12\"" },
		{ "client_name", "true", "\"true\"" },
		{ "client_name", "\"quoted\"", "\"quoted\"" },
		{ "client_name#de", "7", "\"7\"" },
		{ "scope", "a b", "\"a b\"" },
		{ "contacts", "a@b", "[\"a@b\"]" },
		{ "contacts", "[\"a\",\"b\"]", "[\"a\",\"b\"]" },
		{ "default_max_age", "60", "60" },
		{ "default_max_age", "soon", NULL },
		{ "default_max_age", "1.5", NULL },
		{ "require_auth_time", "true", "true" },
		{ "require_auth_time", "yes", NULL },
		{ "jwks", "{\"keys\":[]}", "{\"keys\":[]}" },
		{ "jwks", "[]", NULL },
		{ "unknown", "12", "12" },
		{ "unknown", "[1,2]", "[1,2]" },
		{ "unknown", "some text", "\"some text\"" },
		{ "unknown", "{broken", "\"{broken\"" },
		{ "unknown", "\xff", NULL },
	};
	struct rc_json *object;
	const char *why;
	size_t i;

	start();
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		object = rc_json_new_object(mem);
		why = metadata_set(mem, object, values[i].name, values[i].text);
		ck_assert_msg((why == NULL) == (values[i].wanted != NULL),
		    "%s=%s", values[i].name, values[i].text);
		if (why == NULL)
			SAME(rc_json_get(object, values[i].name),
			    values[i].wanted);
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(merging_sets_and_takes_away)
{
	struct rc_json *into;

	start();
	into = json("{\"a\":1,\"b\":[1,2],\"c\":{\"d\":1}}");
	metadata_merge(into, json("{\"b\":null,\"c\":{\"e\":2},\"f\":\"g\"}"));
	SAME(into, "{\"a\":1,\"c\":{\"e\":2},\"f\":\"g\"}");
	rc_arena_free(mem);
}
END_TEST

START_TEST(presets_ask_for_what_the_server_has)
{
	struct rc_json *server;

	start();
	server = json("{\"issuer\":\"https://auth.example.org\","
		      "\"scopes_supported\":[\"openid\",\"email\"],"
		      "\"grant_types_supported\":[\"authorization_code\"]}");
	SAME(metadata_preset(mem, METADATA_PUBLIC, server),
	    "{\"redirect_uris\":"
	    "[\"http://127.0.0.1/callback/nMookC1jRVcFT_lUA2sKxA\"],"
	    "\"grant_types\":[\"authorization_code\"],"
	    "\"response_types\":[\"code\"],\"scope\":\"openid\","
	    "\"token_endpoint_auth_method\":\"none\","
	    "\"application_type\":\"native\"}");
	server = json("{\"scopes_supported\":[\"openid\",\"offline_access\"],"
		      "\"grant_types_supported\":[\"authorization_code\"]}");
	ck_assert_str_eq(
	    rc_json_text(
		metadata_preset(mem, METADATA_CONFIDENTIAL, server), "scope"),
	    "openid");
	server = json("{\"scopes_supported\":[\"openid\",\"offline_access\"]}");
	ck_assert_str_eq(
	    rc_json_text(
		metadata_preset(mem, METADATA_CONFIDENTIAL, server), "scope"),
	    "openid offline_access");
	SAME(metadata_preset(mem, METADATA_CONFIDENTIAL, json("{}")),
	    "{\"grant_types\":[\"authorization_code\",\"refresh_token\"],"
	    "\"response_types\":[\"code\"],\"application_type\":\"web\","
	    "\"token_endpoint_auth_method\":\"client_secret_basic\"}");
	SAME(metadata_preset(mem, METADATA_OIDC, json("{}")),
	    "{\"grant_types\":[\"authorization_code\"],"
	    "\"response_types\":[\"code\"],\"application_type\":\"web\","
	    "\"scope\":\"openid profile email\","
	    "\"id_token_signed_response_alg\":\"RS256\","
	    "\"token_endpoint_auth_method\":\"client_secret_basic\"}");
	rc_arena_free(mem);
}
END_TEST

START_TEST(an_update_begins_without_what_is_assigned)
{

	start();
	SAME(metadata_of_client(
		 mem, json("{\"client_id\":\"a\",\"client_secret\":\"b\","
			   "\"client_id_issued_at\":1,\"scope\":\"x\","
			   "\"client_secret_expires_at\":0,\"unknown\":[1],"
			   "\"registration_access_token\":\"c\","
			   "\"registration_client_uri\":\"d\"}")),
	    "{\"scope\":\"x\",\"unknown\":[1]}");
	rc_arena_free(mem);
}
END_TEST

START_TEST(an_answer_replaces_what_it_has)
{
	const char *known = "{\"client_id\":\"a\",\"client_secret\":\"old\","
			    "\"client_secret_expires_at\":5,\"scope\":\"x\","
			    "\"registration_access_token\":\"old\","
			    "\"registration_client_uri\":\"u\"}";

	start();
	/* RFC 7592 3: nothing of the secrets is said, so they stay. */
	SAME(metadata_take(mem, json(known), json("{\"client_id\":\"a\"}")),
	    "{\"client_id\":\"a\",\"client_secret\":\"old\","
	    "\"client_secret_expires_at\":5,"
	    "\"registration_access_token\":\"old\","
	    "\"registration_client_uri\":\"u\"}");
	/* A new one has its own time, or none. */
	SAME(metadata_take(mem, json(known),
		 json("{\"client_id\":\"a\",\"client_secret\":\"new\","
		      "\"registration_access_token\":\"new\"}")),
	    "{\"client_id\":\"a\",\"client_secret\":\"new\","
	    "\"registration_access_token\":\"new\","
	    "\"registration_client_uri\":\"u\"}");
	/* An empty one is none. */
	SAME(metadata_take(mem, json(known),
		 json("{\"client_id\":\"a\",\"client_secret\":\"\","
		      "\"registration_access_token\":null}")),
	    "{\"client_id\":\"a\",\"client_secret\":\"old\","
	    "\"client_secret_expires_at\":5,"
	    "\"registration_access_token\":\"old\","
	    "\"registration_client_uri\":\"u\"}");
	/* A client that is public now has none. */
	SAME(metadata_take(mem, json(known),
		 json("{\"client_id\":\"a\","
		      "\"token_endpoint_auth_method\":\"none\"}")),
	    "{\"client_id\":\"a\",\"token_endpoint_auth_method\":\"none\","
	    "\"registration_access_token\":\"old\","
	    "\"registration_client_uri\":\"u\"}");
	SAME(metadata_take(mem, NULL, json("{\"client_id\":\"a\"}")),
	    "{\"client_id\":\"a\"}");
	rc_arena_free(mem);
}
END_TEST

START_TEST(differences_are_what_matters)
{

	start();
	SAME(metadata_diff(mem,
		 json("{\"scope\":\"a b\",\"grant_types\":[\"x\",\"y\"],"
		      "\"client_name\":\"n\",\"contacts\":[\"c\"],"
		      "\"client_id\":\"i\",\"nothing\":null}"),
		 json("{\"scope\":\"b a\",\"grant_types\":[\"y\"],"
		      "\"client_name\":\"n\",\"subject_type\":\"public\","
		      "\"client_id\":\"j\",\"client_secret\":\"s\"}")),
	    "[{\"member\":\"grant_types\",\"change\":\"changed\","
	    "\"asked\":[\"x\",\"y\"],\"got\":[\"y\"]},"
	    "{\"member\":\"contacts\",\"change\":\"dropped\","
	    "\"asked\":[\"c\"]},"
	    "{\"member\":\"subject_type\",\"change\":\"added\","
	    "\"got\":\"public\"}]");
	SAME(metadata_diff(mem, json("{\"redirect_uris\":[\"a\",\"b\"]}"),
		 json("{\"redirect_uris\":[\"b\",\"a\"]}")),
	    "[]");
	/* None is as good as an empty list. */
	SAME(metadata_diff(mem, json("{\"response_types\":[]}"), json("{}")),
	    "[]");
	SAME(metadata_diff(mem, json("{\"response_types\":[]}"),
		 json("{\"response_types\":[\"code\"]}")),
	    "[{\"member\":\"response_types\",\"change\":\"changed\","
	    "\"asked\":[],\"got\":[\"code\"]}]");
	rc_arena_free(mem);
}
END_TEST

/* Tell whether a warning says that. */
static bool
warns(const char *asked, const char *server, const char *text)
{
	struct rc_json *warnings =
	    metadata_warnings(mem, json(asked), json(server));
	size_t i;

	for (i = 0; i < rc_json_count(warnings); i++)
		if (strstr(rc_json_string(rc_json_at(warnings, i)), text) !=
		    NULL)
			return true;
	return false;
}

#define S256 "{\"code_challenge_methods_supported\":[\"S256\"]}"

START_TEST(what_is_not_wise_is_said)
{
	static const struct {
		const char *asked, *server, *text;
		bool said;
	} rows[] = {
		{ "{\"redirect_uris\":[\"https://a.example/\"]}", S256, "",
		    false },
		{ "{\"redirect_uris\":[\"https://a.example/\"]}", "{}", "PKCE",
		    true },
		{ "{\"grant_types\":[\"client_credentials\"]}", "{}", "PKCE",
		    false },
		{ "{\"redirect_uris\":[\"https://*.example/\"]}", S256,
		    "wildcard", true },
		{ "{\"redirect_uris\":[\"http://a.example/\"]}", S256,
		    "is http", true },
		{ "{\"redirect_uris\":[\"http://127.0.0.1/\"]}", S256,
		    "is http", false },
		{ "{\"redirect_uris\":[\"http://localhost/\"]}", S256,
		    "localhost", true },
		{ "{\"redirect_uris\":[\"http://127.0.0.1/\"]}", S256,
		    "cannot keep a client secret", true },
		{ "{\"redirect_uris\":[\"http://127.0.0.1/\"],"
		  "\"token_endpoint_auth_method\":\"none\"}",
		    S256, "cannot keep", false },
		{ "{\"redirect_uris\":[\"cursor:/x\"]}", S256, "without a dot",
		    true },
		{ "{\"redirect_uris\":[\"org.example.app:/x\"]}", S256,
		    "without a dot", false },
		{ "{\"redirect_uris\":[\"https://a.example/#x\"]}", S256,
		    "fragment", true },
		{ "{\"redirect_uris\":[\"/x\"]}", S256, "no absolute URI",
		    true },
		{ "{}", S256, "no redirect URI", true },
		{ "{\"grant_types\":[\"implicit\"]}", S256, "implicit", true },
		{ "{\"grant_types\":[\"password\"]}", S256, "password", true },
		{ "{\"response_types\":[\"code token\"]}", S256,
		    "access tokens into URLs", true },
		{ "{\"response_types\":[\"code id_token\"]}", S256,
		    "access tokens into URLs", true },
		{ "{\"response_types\":[\"id_token\"]}", S256,
		    "access tokens into URLs", false },
		{ "{\"grant_types\":[\"client_credentials\"],"
		  "\"token_endpoint_auth_method\":\"none\"}",
		    S256, "anybody could pass", true },
		{ "{\"id_token_signed_response_alg\":\"none\"}", S256,
		    "not signed", true },
		{ "{\"token_endpoint_auth_method\":\"client_secret_post\"}",
		    S256, "client_secret_post", true },
		{ "{\"token_endpoint_auth_method\":\"private_key_jwt\"}",
		    "{\"token_endpoint_auth_methods_supported\":[\"none\"]}",
		    "the method private_key_jwt", true },
		{ "{\"grant_types\":[\"x\"]}",
		    "{\"grant_types_supported\":[\"y\"]}", "grant type x",
		    true },
	};
	size_t i;

	start();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(warns(rows[i].asked, rows[i].server,
				  rows[i].text) == rows[i].said,
		    "%s: %s", rows[i].asked, rows[i].text);
	rc_arena_free(mem);
}
END_TEST

/* --- the store */

static char folder[] = "/tmp/rollcall-store.XXXXXX";

/* A run of the program on a store of its own. */
static struct rollcall
begin_run(const char *passphrase)
{
	struct rollcall r = { .quiet = true, .passphrase = passphrase };

	(void)unsetenv("ROLLCALL_PASSPHRASE");
	if (mem == NULL) {
		start();
		ck_assert_ptr_nonnull(mkdtemp(folder));
	}
	r.mem = mem;
	r.store = folder;
	return r;
}

/* Register a client, as a run does that gets this answer. */
static void
add(const char *name, const char *passphrase, const char *answer)
{
	struct rollcall r = begin_run(passphrase);
	struct store_client client;

	ck_assert_int_eq(store_open(&r, name, &client), ROLLCALL_OK);
	ck_assert_int_eq(
	    store_begin(&client, "register", json("{\"issuer\":\"i\"}")),
	    ROLLCALL_OK);
	ck_assert(store_keep(&client, answer, strlen(answer)));
	ck_assert_int_eq(store_take(&client, json(answer)), ROLLCALL_OK);
	store_close(&client);
}

/* Read the client's secret, NULL: the store says no. */
static const char *
secret(const char *name, const char *passphrase, enum rollcall_exit *e)
{
	struct rollcall r = begin_run(passphrase);
	struct store_client client;
	const char *text;

	if ((*e = store_find(&r, name, &client)) != ROLLCALL_OK)
		return NULL;
	text =
	    rc_json_text(rc_json_get(client.record, "client"), "client_secret");
	store_close(&client);
	return text;
}

static void
end_run(void)
{
	struct rollcall r = begin_run(NULL);
	struct rollcall_words names;
	size_t i;

	ck_assert_int_eq(store_names(&r, &names), ROLLCALL_OK);
	for (i = 0; i < names.count; i++) {
		(void)unlink(store_path(&r, names.items[i], ".json"));
		(void)unlink(store_path(&r, names.items[i], ".lock"));
		(void)unlink(store_path(&r, names.items[i], ".pending"));
	}
	(void)unlink(rc_printf(mem, "%s/.sealed", folder));
	ck_assert_int_eq(rmdir(folder), 0);
	rc_arena_free(mem);
}

#define ANSWER "{\"client_id\":\"a\",\"client_secret\":\"s\"}"

START_TEST(names_are_safe_as_files)
{
	static const char *const bad[] = { "", ".", "..", ".a", "-a", "a/b",
		"a b", "a\n", "../a", "\xc3\xa9", "_a" };
	char longest[66];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(
		    store_name_fault(bad[i]) != NULL, "\"%s\"", bad[i]);
	ck_assert_ptr_null(store_name_fault("a.b-c_D9"));
	memset(longest, 'a', 65);
	longest[65] = '\0';
	ck_assert_ptr_nonnull(store_name_fault(longest));
	longest[64] = '\0';
	ck_assert_ptr_null(store_name_fault(longest));
}
END_TEST

START_TEST(a_client_comes_back_as_it_was_stored)
{
	enum rollcall_exit e;
	struct stat st;

	add("one", NULL, ANSWER);
	ck_assert_str_eq(secret("one", NULL, &e), "s");
	ck_assert_ptr_null(secret("two", NULL, &e));
	ck_assert_int_eq(e, ROLLCALL_NOT_FOUND);
	ck_assert_int_eq(stat(rc_printf(mem, "%s/one.json", folder), &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	ck_assert_int_ne(
	    stat(rc_printf(mem, "%s/one.pending", folder), &st), 0);
	end_run();
}
END_TEST

START_TEST(an_encrypted_client_opens_by_its_passphrase_only)
{
	enum rollcall_exit e;

	add("one", "right", ANSWER);
	ck_assert_str_eq(secret("one", "right", &e), "s");
	ck_assert_ptr_null(secret("one", "wrong", &e));
	ck_assert_int_eq(e, ROLLCALL_LOCKED);
	/* A file has no other name than the one it was stored by. */
	ck_assert_int_eq(rename(rc_printf(mem, "%s/one.json", folder),
			     rc_printf(mem, "%s/two.json", folder)),
	    0);
	ck_assert_ptr_null(secret("two", "right", &e));
	ck_assert_int_eq(e, ROLLCALL_LOCKED);
	(void)unlink(rc_printf(mem, "%s/one.lock", folder));
	end_run();
}
END_TEST

START_TEST(a_seal_is_bound_to_all_that_is_beside_it)
{
	struct rollcall r = begin_run("right");
	const char *sealed, *text;
	struct rc_json *file;

	ck_assert_int_eq(
	    store_seal(&r, "one", "record", "hello", &sealed), ROLLCALL_OK);
	ck_assert_ptr_null(strstr(sealed, "hello"));
	file = json(sealed);
	ck_assert_int_eq(
	    store_unseal(&r, "one", "record", file, &text), ROLLCALL_OK);
	ck_assert_str_eq(text, "hello");
	ck_assert_int_eq(
	    store_unseal(&r, "two", "record", file, &text), ROLLCALL_LOCKED);
	ck_assert_int_eq(
	    store_unseal(&r, "one", "pending 1", file, &text), ROLLCALL_LOCKED);
	rc_json_set_int(file, "passes", 4);
	ck_assert_int_eq(
	    store_unseal(&r, "one", "record", file, &text), ROLLCALL_LOCKED);
	/* Nobody makes us spend more than that. */
	rc_json_set_int(file, "passes", 17);
	ck_assert_int_eq(
	    store_unseal(&r, "one", "record", file, &text), ROLLCALL_LOCKED);
	rc_json_set_int(file, "passes", 3);
	rc_json_set_int(file, "memory", (int64_t)1 << 40);
	ck_assert_int_eq(
	    store_unseal(&r, "one", "record", file, &text), ROLLCALL_LOCKED);
	ck_assert_int_eq(store_unseal(&r, "one", "record", json("{}"), &text),
	    ROLLCALL_LOCKED);
	end_run();
}
END_TEST

/* Begin ${act}, get these pieces of an answer, and die. */
static void
die(const char *name, const char *passphrase, const char *act,
    const char *intent, const char *const pieces[])
{
	struct rollcall r = begin_run(passphrase);
	struct store_client client;
	size_t i;

	ck_assert_int_eq(store_open(&r, name, &client), ROLLCALL_OK);
	ck_assert_int_eq(
	    store_begin(&client, act, intent != NULL ? json(intent) : NULL),
	    ROLLCALL_OK);
	for (i = 0; pieces[i] != NULL; i++)
		ck_assert(store_keep(&client, pieces[i], strlen(pieces[i])));
	(void)close(client.pending);
	(void)close(client.lock);
}

START_TEST(what_came_before_a_run_was_killed_is_stored_by_the_next)
{
	static const char *const whole[] = { "{\"client_id\":\"a\",\"cli",
		"ent_secret\":\"s\"}", NULL };
	static const char *const newer[] = {
		"{\"client_id\":\"a\",\"client_secret\":\"t\"}", NULL
	};
	static const char *const other[] = { "{\"client_id\":\"b\"}", NULL };
	static const char *const none[] = { NULL };
	const char *phrases[] = { NULL, "right" };
	enum rollcall_exit e;
	size_t i;

	for (i = 0; i < 2; i++) {
		die(i == 0 ? "plain" : "sealed", phrases[i], "register",
		    "{\"issuer\":\"i\"}", whole);
		ck_assert_str_eq(
		    secret(i == 0 ? "plain" : "sealed", phrases[i], &e), "s");
		die(i == 0 ? "plain" : "sealed", phrases[i], "read", NULL,
		    newer);
		ck_assert_str_eq(
		    secret(i == 0 ? "plain" : "sealed", phrases[i], &e), "t");
	}
	/* Of somebody else, or nothing: the record stays. */
	die("plain", NULL, "read", NULL, other);
	ck_assert_str_eq(secret("plain", NULL, &e), "t");
	(void)unlink(rc_printf(mem, "%s/plain.broken-1", folder));
	die("plain", NULL, "update", NULL, none);
	ck_assert_str_eq(secret("plain", NULL, &e), "t");
	die("gone", NULL, "register", "{\"issuer\":\"i\"}", none);
	ck_assert_ptr_null(secret("gone", NULL, &e));
	ck_assert_int_eq(e, ROLLCALL_NOT_FOUND);
	end_run();
}
END_TEST

/* Write a file of the store as somebody else would. */
static void
forge(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	(void)close(fd);
}

START_TEST(what_is_in_clear_beside_what_is_encrypted_is_forged)
{
	/* {"client_id":"a","registration_client_uri":"x"} */
	static const char forged[] =
	    "{\"act\":\"read\"}\n{\"piece\":\"eyJjbGllbnRfaWQiOiJhIiwicmVnaXN0"
	    "cmF0aW9uX2NsaWVudF91cmkiOiJ4In0\"}\n";
	struct rollcall r = begin_run("right");
	const char *path = store_path(&r, "one", ".pending");
	enum rollcall_exit e;

	add("one", "right", ANSWER);
	forge(path, forged);
	ck_assert_ptr_null(secret("one", "right", &e));
	ck_assert_int_eq(e, ROLLCALL_LOCKED);
	(void)unlink(path);
	ck_assert_str_eq(secret("one", "right", &e), "s");
	/* Where nothing is encrypted it is an answer like any other. */
	add("two", NULL, ANSWER);
	forge(store_path(&r, "two", ".pending"), forged);
	ck_assert_str_eq(secret("two", NULL, &e), "s");
	end_run();
}
END_TEST

START_TEST(a_record_in_clear_among_encrypted_ones_is_not_opened)
{
	struct rollcall r = begin_run("right");
	struct store_client client;
	enum rollcall_exit e;

	add("two", NULL, ANSWER);
	ck_assert_str_eq(secret("two", "right", &e), "s");
	add("one", "right", ANSWER);
	ck_assert_ptr_null(secret("two", "right", &e));
	ck_assert_int_eq(e, ROLLCALL_LOCKED);
	r.accept_clear = true;
	ck_assert_int_eq(store_find(&r, "two", &client), ROLLCALL_OK);
	store_close(&client);
	/* Nor what is under way in clear, and has no record yet. */
	forge(store_path(&r, "new", ".pending"),
	    "{\"act\":\"register\",\"record\":{\"issuer\":\"i\"}}\n"
	    "{\"piece\":\"eyJjbGllbnRfaWQiOiJhIn0\"}\n");
	ck_assert_ptr_null(secret("new", "right", &e));
	ck_assert_int_eq(e, ROLLCALL_LOCKED);
	(void)unlink(store_path(&r, "new", ".pending"));
	(void)unlink(store_path(&r, "new", ".lock"));
	end_run();
}
END_TEST

START_TEST(the_only_client_in_clear_where_it_was_encrypted_is_not_opened)
{
	static const char forged[] =
	    "{\"issuer\":\"i\",\"client\":{\"client_id\":\"a\"}}";
	const char *const phrases[] = { NULL, "right" };
	struct rollcall r = begin_run("right");
	const char *path = store_path(&r, "one", ".json");
	struct store_client client;
	enum rollcall_exit e;
	size_t i;

	add("one", "right", ANSWER);
	forge(path, forged);
	for (i = 0; i < 2; i++) {
		ck_assert_ptr_null(secret("one", phrases[i], &e));
		ck_assert_int_eq(e, ROLLCALL_LOCKED);
	}
	/* Nor is a new one stored in clear where it was taken away. */
	(void)unlink(path);
	r = begin_run(NULL);
	ck_assert_int_eq(store_prepare(&r), ROLLCALL_LOCKED);
	/* Who vouches for it says what holds from now on. */
	forge(path, forged);
	r.accept_clear = r.told_clear = true;
	ck_assert_int_eq(store_find(&r, "one", &client), ROLLCALL_OK);
	ck_assert_int_eq(store_save(&client), ROLLCALL_OK);
	store_close(&client);
	ck_assert_ptr_null(secret("one", NULL, &e));
	ck_assert_int_eq(e, ROLLCALL_OK);
	/* Of the last client nothing stays. */
	(void)unlink(path);
	add("one", "right", ANSWER);
	r = begin_run("right");
	ck_assert_int_eq(store_find(&r, "one", &client), ROLLCALL_OK);
	ck_assert_int_eq(store_remove(&client), ROLLCALL_OK);
	store_close(&client);
	ck_assert_int_ne(access(store_path(&r, "", ".sealed"), F_OK), 0);
	end_run();
}
END_TEST

/* What is kept must not grow past what is read back, however it comes. */
START_TEST(single_bytes_are_gathered)
{
	struct rollcall r = begin_run("right");
	const char *path = store_path(&r, "one", ".pending");
	struct store_client client;
	enum rollcall_exit e;
	struct stat st;
	char piece;
	size_t i;

	ck_assert_int_eq(store_open(&r, "one", &client), ROLLCALL_OK);
	ck_assert_int_eq(
	    store_begin(&client, "register", json("{\"issuer\":\"i\"}")),
	    ROLLCALL_OK);
	for (i = 0; i < 65536; i++) {
		piece = i < sizeof(ANSWER) - 1 ? ANSWER[i] : ' ';
		ck_assert(store_keep(&client, &piece, 1));
	}
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_lt(st.st_size, 524288);
	(void)close(client.pending);
	(void)close(client.lock);
	ck_assert_str_eq(secret("one", "right", &e), "s");
	end_run();
}
END_TEST

/* However many came before, the last byte is kept as the first one is. */
START_TEST(no_byte_waits_to_be_written)
{
	const char *const phrases[] = { NULL, "right" };
	char text[2000 + sizeof(ANSWER)], bytes[2 * sizeof(text)];
	const char *pieces[sizeof(text)];
	enum rollcall_exit e;
	size_t i, j;

	memset(text, ' ', 2000);
	memcpy(text + 2000, ANSWER, sizeof(ANSWER));
	memset(bytes, 0, sizeof(bytes));
	for (i = 0; i < sizeof(text) - 1; i++) {
		bytes[2 * i] = text[i];
		pieces[i] = bytes + 2 * i;
	}
	pieces[i] = NULL;
	for (j = 0; j < 2; j++) {
		die("one", phrases[j], "register", "{\"issuer\":\"i\"}",
		    pieces);
		ck_assert_str_eq(secret("one", phrases[j], &e), "s");
		(void)unlink(rc_printf(mem, "%s/one.json", folder));
	}
	(void)unlink(rc_printf(mem, "%s/one.lock", folder));
	end_run();
}
END_TEST

START_TEST(what_was_set_aside_is_listed)
{
	static const char *const other[] = { "{\"client_id\":\"b\"}", NULL };
	const char *const phrases[] = { NULL, "right" };
	struct rollcall_words files;
	struct rollcall r;
	enum rollcall_exit e;
	size_t i;

	for (i = 0; i < 2; i++) {
		add("one", phrases[i], ANSWER);
		die("one", phrases[i], "read", NULL, other);
		ck_assert_str_eq(secret("one", phrases[i], &e), "s");
		r = begin_run(phrases[i]);
		ck_assert_int_eq(store_broken(&r, "on", &files), ROLLCALL_OK);
		ck_assert_uint_eq(files.count, 0);
		ck_assert_int_eq(store_broken(&r, "one", &files), ROLLCALL_OK);
		ck_assert_uint_eq(files.count, 1);
		ck_assert_int_eq(store_broken(&r, NULL, &files), ROLLCALL_OK);
		ck_assert_uint_eq(files.count, 1);
		ck_assert_str_eq(
		    files.items[0], store_path(&r, "one", ".broken-1"));
		ck_assert(store_is_sealed(&r, files.items[0]) == (i == 1));
		(void)unlink(files.items[0]);
		(void)unlink(store_path(&r, "one", ".json"));
	}
	(void)unlink(store_path(&r, "one", ".lock"));
	end_run();
}
END_TEST

START_TEST(a_deletion_that_took_the_record_leaves_the_name_free)
{
	static const char *const none[] = { NULL };
	struct rollcall r = begin_run(NULL);
	struct store_client client;

	add("one", NULL, ANSWER);
	die("one", NULL, "delete", NULL, none);
	ck_assert_int_eq(store_open(&r, "one", &client), ROLLCALL_OK);
	ck_assert(client.deleting);
	store_close(&client);
	(void)unlink(store_path(&r, "one", ".json"));
	ck_assert_int_eq(store_open(&r, "one", &client), ROLLCALL_OK);
	ck_assert(!client.deleting);
	store_close(&client);
	ck_assert_int_ne(access(store_path(&r, "one", ".pending"), F_OK), 0);
	end_run();
}
END_TEST

UNIT_MAIN("rollcall", every_member_of_the_registry_has_a_row,
    values_are_what_their_members_are, merging_sets_and_takes_away,
    presets_ask_for_what_the_server_has,
    an_update_begins_without_what_is_assigned, an_answer_replaces_what_it_has,
    differences_are_what_matters, what_is_not_wise_is_said,
    names_are_safe_as_files, a_client_comes_back_as_it_was_stored,
    an_encrypted_client_opens_by_its_passphrase_only,
    a_seal_is_bound_to_all_that_is_beside_it,
    what_came_before_a_run_was_killed_is_stored_by_the_next,
    what_is_in_clear_beside_what_is_encrypted_is_forged,
    a_record_in_clear_among_encrypted_ones_is_not_opened,
    the_only_client_in_clear_where_it_was_encrypted_is_not_opened,
    single_bytes_are_gathered, no_byte_waits_to_be_written,
    what_was_set_aside_is_listed,
    a_deletion_that_took_the_record_leaves_the_name_free)
