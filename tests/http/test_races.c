#include <stdio.h>
#include <string.h>

#include "harness.h"

#define PARALLEL 8

/*
 * 500 registrations from 8 connections, each read back with its own token:
 * nobody gets what is another's.
 */
START_TEST(registrations_are_not_mixed_up)
{
	enum {
		N = 500
	};
	struct call *calls = room(N * sizeof(*calls));
	struct answer **answers = room(N * sizeof(struct answer *));
	struct answer **again = room(N * sizeof(struct answer *));
	const char *name, *uris;
	int i;

	for (i = 0; i < N; i++)
		calls[i] = (struct call){ .method = "POST",
			.url = register_url(),
			.body = json("{'client_name':'race %d','redirect_uris':"
				     "['https://client.example.org/%d'],"
				     "'software_id':'%d'}",
			    i, i, i * 7) };
	http_many(calls, answers, N, PARALLEL);
	for (i = 0; i < N; i++) {
		expect_status(answers[i], 201);
		calls[i] = (struct call){ .url = string(answers[i]->json,
					      "registration_client_uri"),
			.token = string(
			    answers[i]->json, "registration_access_token") };
		want(calls[i].url != NULL && calls[i].token != NULL,
		    "no way to go on");
	}
	http_many(calls, again, N, PARALLEL);
	for (i = 0; i < N; i++) {
		case_named(text("registration %d", i));
		name = text("'race %d'", i);
		uris = text("['https://client.example.org/%d']", i);
		expect_member(answers[i], "client_name", name);
		expect_member(answers[i], "redirect_uris", uris);
		expect_status(again[i], 200);
		expect_member(again[i], "client_name", name);
		expect_member(again[i], "redirect_uris", uris);
		expect_member(again[i], "software_id", text("'%d'", i * 7));
		expect_member(again[i], "client_id",
		    text("'%s'", string(answers[i]->json, "client_id")));
	}
}
END_TEST

/* Two versions of a whole record, which have no value in common. */
static const char *
version(const char *id, bool second)
{

	return json("{'client_id':'%s','client_name':'%s','redirect_uris':"
		    "['https://client.example.org/%s'],"
		    "'logo_uri':'https://client.example.org/%s.png',"
		    "'scope':'%s','contacts':['%s@example.org'],"
		    "'software_version':'%s'}",
	    id, second ? "b" : "a", second ? "b" : "a", second ? "b" : "a",
	    second ? "read" : "write", second ? "b" : "a", second ? "b" : "a");
}

/* A record is all of one version. */
static void
expect_unmixed(const struct answer *a)
{
	const bool second = same(member(a->json, "client_name"), "'b'");
	const char *body = version("x", second);
	struct json_object *wanted = parse(body, strlen(body));

	expect_schema(a);
	json_object_object_foreach(wanted, name, value)
	{
		want(strcmp(name, "client_id") == 0 ||
			 json_object_equal(member(a->json, name), value),
		    "%s is of another version", name);
	}
}

START_TEST(replacements_are_not_mixed)
{
	enum {
		N = 96
	};
	struct client *c =
	    enrol(json("{'redirect_uris':['https://client.example.org/x']}"));
	struct call calls[N];
	struct answer *answers[N];
	int i;

	expect_status(manage(c, "PUT", version(c->id, false)), 200);
	for (i = 0; i < N; i++) {
		calls[i] = (struct call){ .url = c->url, .token = c->token };
		if (i % 3 == 2)
			continue;
		calls[i].method = "PUT";
		calls[i].body = version(c->id, i % 3 == 1);
	}
	http_many(calls, answers, N, PARALLEL);
	for (i = 0; i < N; i++) {
		expect_status(answers[i], 200);
		expect_unmixed(answers[i]);
	}
	expect_unmixed(manage(c, "GET", NULL));
}
END_TEST

/* Partial updates of different members: none undoes another. */
START_TEST(partial_updates_are_not_lost)
{
	static const char *const changes[] = { "'client_name':'n%d'",
		"'software_id':'i%d'", "'software_version':'v%d'",
		"'contacts':['c%d']", "'logo_uri':'https://x.example/l%d'",
		"'tos_uri':'https://x.example/t%d'",
		"'policy_uri':'https://x.example/p%d'",
		"'client_uri':'https://x.example/u%d'" };
	enum {
		N = sizeof(changes) / sizeof(changes[0])
	};
	struct client *c =
	    enrol(json("{'redirect_uris':['https://client.example.org/x']}"));
	struct call calls[N];
	struct answer *answers[N];
	struct answer *a;
	const char *wanted, *colon;
	int round, i;

	for (round = 0; round < 12; round++) {
		for (i = 0; i < N; i++) {
			colon = strchr(changes[i], '%');
			wanted = json("{%.*s%d%s}", (int)(colon - changes[i]),
			    changes[i], round, colon + 2);
			calls[i] = (struct call){ .method = "PUT",
				.url = c->url,
				.token = c->token,
				.body = wanted };
		}
		http_many(calls, answers, N, PARALLEL);
		a = manage(c, "GET", NULL);
		for (i = 0; i < N; i++) {
			case_named(text("round %d", round));
			expect_status(answers[i], 200);
			json_object_object_foreach(
			    parse(calls[i].body, strlen(calls[i].body)), name,
			    value)
			{
				want(json_object_equal(
					 member(a->json, name), value),
				    "the update of %s is lost", name);
			}
		}
	}
}
END_TEST

/* Each update is valid alone; together they would leave no keys. */
START_TEST(partial_updates_never_meet_in_a_bad_record)
{
	enum {
		N = 24
	};
	struct client *c;
	struct call calls[N];
	struct answer *answers[N];
	struct answer *a;
	int round, i;

	for (round = 0; round < 6; round++) {
		c = enrol(keyed("{'jwks':'@ec','redirect_uris':"
				"['https://client.example.org/x']}"));
		for (i = 0; i < N; i++)
			calls[i] = (struct call){ .method = "PUT",
				.url = c->url,
				.token = c->token,
				.body =
				    i % 2 == 0
					? json("{'jwks':null}")
					: json("{'token_endpoint_auth_method':"
					       "'private_key_jwt'}") };
		http_many(calls, answers, N, PARALLEL);
		for (i = 0; i < N; i++)
			want(answers[i]->status == 200 ||
				 answers[i]->status == 400,
			    "status %d", answers[i]->status);
		a = manage(c, "GET", NULL);
		want(!same(member(a->json, "token_endpoint_auth_method"),
			 "'private_key_jwt'") ||
			 member(a->json, "jwks") != NULL,
		    "private_key_jwt without keys is stored");
	}
}
END_TEST

/* The secret is there exactly when the method wants one. */
START_TEST(method_and_secret_stay_together)
{
	enum {
		N = 32
	};
	struct client *c =
	    enrol(json("{'redirect_uris':['https://client.example.org/x']}"));
	struct call calls[N];
	struct answer *answers[N];
	int i;

	for (i = 0; i < N; i++)
		calls[i] = (struct call){ .method = "PUT",
			.url = c->url,
			.token = c->token,
			.body = json("{'token_endpoint_auth_method':'%s'}",
			    i % 2 == 0 ? "none" : "client_secret_basic") };
	http_many(calls, answers, N, PARALLEL);
	for (i = 0; i < N; i++) {
		expect_status(answers[i], 200);
		expect_schema(answers[i]);
	}
	want(db("SELECT 'x' FROM rollcall.client WHERE client_id = $1 AND "
		"(secret_hash IS NULL) = "
		"(metadata ->> 'token_endpoint_auth_method' = 'none')",
		 c->id) != NULL,
	    "secret and method do not fit");
}
END_TEST

/* A client dies once, and nobody brings it back. */
START_TEST(deletes_win)
{
	enum {
		N = 24
	};
	struct client *c;
	struct call calls[N];
	struct answer *answers[N];
	int round, i, deleted, status;

	for (round = 0; round < 12; round++) {
		c = enrol(
		    json("{'redirect_uris':['https://client.example.org/x']}"));
		for (i = 0; i < N; i++) {
			calls[i] =
			    (struct call){ .url = c->url, .token = c->token };
			if (i % 4 == 1 || i % 4 == 2) {
				calls[i].method = "PUT";
				calls[i].body =
				    i % 4 == 1 ? version(c->id, false)
					       : json("{'client_name':'x'}");
			}
			if (i == 9 || i == 10 || i == 15)
				calls[i] = (struct call){ .method = "DELETE",
					.url = c->url,
					.token = c->token };
		}
		http_many(calls, answers, N, PARALLEL);
		for (deleted = 0, i = 0; i < N; i++) {
			status = answers[i]->status;
			case_named(text("round %d, request %d", round, i));
			want(status == 200 || status == 204 || status == 401,
			    "status %d to %s", status, answers[i]->method);
			deleted += status == 204;
		}
		want(deleted == 1, "deleted %d times", deleted);
		want(db_client(c->id) == NULL, "a row is left behind");
	}
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ registrations_are_not_mixed_up, 0 },
		{ replacements_are_not_mixed, 0 },
		{ partial_updates_are_not_lost, 0 },
		{ partial_updates_never_meet_in_a_bad_record, 0 },
		{ method_and_secret_stay_together, 0 },
		{ deletes_win, 0 },
	};

	return harness_main("races", tests, sizeof(tests) / sizeof(tests[0]));
}
