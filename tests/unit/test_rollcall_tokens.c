/*
 * What rollcall makes of answers of a token endpoint.
 */
#include "json_text.h"
#include "unit.h"

#include <string.h>

#include "../../cli/rollcall_tokens.h"
#include "arena.h"
#include "json.h"

static struct rc_arena *mem;

#define json(text) json_text(mem, (text))
#define SAME(value, text) UNIT_SAME(mem, (value), (text))

START_TEST(answers_are_judged)
{
	static const struct {
		const char *answer, *fault; /* NULL: none */
	} rows[] = {
		{ "{\"access_token\":\"x\",\"token_type\":\"Bearer\"}", NULL },
		{ "{\"access_token\":\"x\",\"token_type\":\"bEARER\","
		  "\"expires_in\":60,\"scope\":\"a\",\"more\":{}}",
		    NULL },
		{ "{\"access_token\":\"x\",\"token_type\":\"Bearer\","
		  "\"expires_in\":0.5,\"refresh_token\":null}",
		    NULL },
		{ "[]", "is no JSON object" },
		{ "{\"token_type\":\"Bearer\"}", "has no access_token" },
		{ "{\"access_token\":\"\",\"token_type\":\"Bearer\"}",
		    "has no access_token" },
		{ "{\"access_token\":\"x y\",\"token_type\":\"Bearer\"}",
		    "has no access_token" },
		{ "{\"access_token\":7,\"token_type\":\"Bearer\"}",
		    "has no access_token" },
		{ "{\"access_token\":\"x\"}", "has no token_type" },
		{ "{\"access_token\":\"x\",\"token_type\":\"MAC\"}",
		    "other than Bearer" },
		{ "{\"access_token\":\"x\",\"token_type\":\"Bearer\","
		  "\"expires_in\":\"60\"}",
		    "expires_in" },
		{ "{\"access_token\":\"x\",\"token_type\":\"Bearer\","
		  "\"expires_in\":-1}",
		    "expires_in" },
		{ "{\"access_token\":\"x\",\"token_type\":\"Bearer\","
		  "\"refresh_token\":[]}",
		    "refresh_token" },
		{ "{\"access_token\":\"x\",\"token_type\":\"Bearer\","
		  "\"id_token\":{}}",
		    "id_token" },
	};
	const char *why;
	size_t i;

	mem = rc_arena_new();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		why = tokens_fault(mem, json(rows[i].answer));
		if (rows[i].fault == NULL)
			ck_assert_msg(why == NULL, "%s: %s", rows[i].answer,
			    why != NULL ? why : "");
		else
			ck_assert_msg(
			    why != NULL && strstr(why, rows[i].fault) != NULL,
			    "%s: %s", rows[i].answer,
			    why != NULL ? why : "nothing");
	}
	rc_arena_free(mem);
}
END_TEST

START_TEST(a_login_begins_anew)
{
	struct rc_json *record;

	mem = rc_arena_new();
	record = json("{\"tokens\":{\"refresh_token\":\"old\"},\"asking\":{"
		      "\"set\":\"tokens\",\"grant_type\":\"authorization_code\""
		      ",\"asked_at\":1000,\"scope\":\"a b\",\"nonce\":\"n\","
		      "\"resource\":[\"r\"]}}");
	tokens_take(mem, record,
	    json("{\"access_token\":\"x\",\"token_type\":\"Bearer\","
		 "\"expires_in\":60,\"scope\":\"a\",\"id_token\":\"i\"}"));
	/* Killed before that was judged, the ID token is to be. */
	SAME(record,
	    "{\"tokens\":{\"access_token\":\"x\",\"token_type\":\"Bearer\","
	    "\"obtained_at\":1000,\"expires_at\":1060,\"id_token\":\"i\","
	    "\"scope\":\"a\",\"resource\":[\"r\"],\"login\":{\"scope\":\"a\","
	    "\"resource\":[\"r\"]},\"unchecked\":{\"nonce\":\"n\"}}}");
	rc_arena_free(mem);
}
END_TEST

START_TEST(a_refresh_keeps_what_it_does_not_bring)
{
	struct rc_json *record;

	mem = rc_arena_new();
	record = json("{\"tokens\":{\"access_token\":\"o\",\"refresh_token\":"
		      "\"r1\",\"id_token\":\"i\",\"login\":{\"scope\":\"a b\"}"
		      "},\"asking\":{\"set\":\"tokens\",\"grant_type\":"
		      "\"refresh_token\",\"asked_at\":5,\"scope\":\"a\"}}");
	tokens_take(mem, record,
	    json("{\"access_token\":\"x\",\"token_type\":\"Bearer\","
		 "\"refresh_token\":\"\"}"));
	SAME(record, "{\"tokens\":{\"access_token\":\"x\",\"token_type\":"
		     "\"Bearer\",\"obtained_at\":5,\"refresh_token\":\"r1\","
		     "\"id_token\":\"i\",\"scope\":\"a\",\"narrowed\":["
		     "\"scope\"],\"login\":{\"scope\":\"a b\"}}}");
	rc_json_set(record, "asking",
	    json("{\"set\":\"tokens\",\"grant_type\":\"refresh_token\","
		 "\"asked_at\":6,\"checked\":true}"));
	tokens_take(mem, record,
	    json("{\"access_token\":\"y\",\"token_type\":\"Bearer\","
		 "\"refresh_token\":\"r2\",\"id_token\":\"j\"}"));
	SAME(record, "{\"tokens\":{\"access_token\":\"y\",\"token_type\":"
		     "\"Bearer\",\"obtained_at\":6,\"refresh_token\":\"r2\","
		     "\"id_token\":\"j\",\"scope\":\"a b\",\"login\":{"
		     "\"scope\":\"a b\"}}}");
	rc_arena_free(mem);
}
END_TEST

/* What we find in the store may have been changed. */
START_TEST(a_note_that_says_nothing_is_no_fault)
{
	struct rc_json *record;

	mem = rc_arena_new();
	record = json("{\"asking\":{}}");
	tokens_take(mem, record,
	    json("{\"access_token\":\"x\",\"token_type\":\"Bearer\"}"));
	SAME(record, "{\"tokens\":{\"access_token\":\"x\",\"token_type\":"
		     "\"Bearer\",\"obtained_at\":0}}");
	rc_arena_free(mem);
}
END_TEST

START_TEST(a_token_serves_while_it_lives_and_covers)
{
	static const struct {
		const char *set, *scope, *resource;
		bool serves;
	} rows[] = {
		{ "{}", NULL, NULL, false },
		{ "{\"access_token\":\"x\"}", NULL, NULL, true },
		{ "{\"access_token\":\"x\",\"expires_at\":1061}", NULL, NULL,
		    true },
		{ "{\"access_token\":\"x\",\"expires_at\":1060}", NULL, NULL,
		    false },
		{ "{\"access_token\":\"x\",\"expires_at\":5000,"
		  "\"obtained_at\":1060}",
		    NULL, NULL, true },
		{ "{\"access_token\":\"x\",\"expires_at\":5000,"
		  "\"obtained_at\":1061}",
		    NULL, NULL, false },
		{ "{\"access_token\":\"x\",\"expires_at\":1016,"
		  "\"obtained_at\":985}",
		    NULL, NULL, true },
		{ "{\"access_token\":\"x\",\"expires_at\":1015,"
		  "\"obtained_at\":985}",
		    NULL, NULL, false },
		{ "{\"access_token\":\"x\",\"scope\":\"a b\"}", "b", NULL,
		    true },
		{ "{\"access_token\":\"x\",\"scope\":\"a b\"}", "b  a", NULL,
		    true },
		{ "{\"access_token\":\"x\",\"scope\":\"a b\"}", "b c", NULL,
		    false },
		{ "{\"access_token\":\"x\",\"scope\":\"ab\"}", "a", NULL,
		    false },
		{ "{\"access_token\":\"x\"}", "a", NULL, false },
		{ "{\"access_token\":\"x\",\"narrowed\":[\"scope\"]}", NULL,
		    NULL, false },
		{ "{\"access_token\":\"x\",\"narrowed\":[\"resource\"]}", NULL,
		    NULL, false },
		{ "{\"access_token\":\"x\",\"resource\":[\"r\",\"s\"]}", NULL,
		    "[\"s\",\"r\"]", true },
		{ "{\"access_token\":\"x\",\"resource\":[\"r\",\"s\"]}", NULL,
		    "[\"r\"]", false },
		{ "{\"access_token\":\"x\"}", NULL, "[\"r\"]", false },
	};
	size_t i;

	mem = rc_arena_new();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(
		    tokens_serve(json(rows[i].set), rows[i].scope,
			rows[i].resource != NULL ? json(rows[i].resource)
						 : NULL,
			1000) == rows[i].serves,
		    "%zu: %s", i, rows[i].set);
	rc_arena_free(mem);
}
END_TEST

START_TEST(what_is_told_has_no_token)
{

	mem = rc_arena_new();
	SAME(tokens_about(mem,
		 json("{\"access_token\":\"x\",\"token_type\":\"Bearer\","
		      "\"refresh_token\":\"r\",\"id_token\":\"i\",\"scope\":"
		      "\"a\",\"expires_at\":7,\"unchecked\":{}}")),
	    "{\"token_type\":\"Bearer\",\"scope\":\"a\",\"expires_at\":7,"
	    "\"access_token\":true,\"refresh_token\":true}");
	SAME(tokens_about(mem, json("{\"scope\":\"a\"}")),
	    "{\"scope\":\"a\",\"access_token\":false,"
	    "\"refresh_token\":false}");
	rc_arena_free(mem);
}
END_TEST

UNIT_MAIN("rollcall_tokens", answers_are_judged, a_login_begins_anew,
    a_refresh_keeps_what_it_does_not_bring,
    a_note_that_says_nothing_is_no_fault,
    a_token_serves_while_it_lives_and_covers, what_is_told_has_no_token)
