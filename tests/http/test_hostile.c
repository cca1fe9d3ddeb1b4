#include <stdio.h>
#include <string.h>

#include "harness.h"
#include "hostile.h"

#define PIDS_MAX 256

static const struct hostile *bodies;
static size_t nbodies;
static int before[PIDS_MAX];
static size_t nbefore;
static struct client *victim;

/*
 * A 4xx in protocol form.  A web server may cut in where CGI has no way to
 * pass a chunked body on.
 */
static void
expect_refused(const struct answer *a, const struct hostile *h)
{

	want(a->status >= 400 && a->status < 500, "status %d is no 4xx",
	    a->status);
	if (h->chunked && a->status == 411)
		return;
	expect_error_form(a);
	expect_headers(a);
}

static struct answer *throw(const struct hostile *h, const char *method,
    const char *url, const char *token)
{
	const struct call call = { .method = method,
		.url = url,
		.token = token,
		.body = h->body,
		.len = h->len,
		.type = h->type,
		.chunked = h->chunked };

	case_named(h->name);
	return http(&call);
}

START_TEST(at_registration)
{
	const struct hostile *h = &bodies[_i];

	expect_refused(throw(h, "POST", register_url(), NULL), h);
}
END_TEST

/* A partial update, so that what is missing is no excuse. */
START_TEST(at_update)
{
	const struct hostile *h = &bodies[_i];
	const char *before_it = db_client(victim->id);

	expect_refused(throw(h, "PUT", victim->url, victim->token), h);
	want(strcmp(before_it, db_client(victim->id)) == 0,
	    "the hostile update changed the record");
}
END_TEST

START_TEST(without_a_token)
{
	const struct hostile *h = &bodies[_i];

	expect_refused(throw(h, "PUT", victim->url, "x"), h);
}
END_TEST

/* One process a request, there is nothing to lose. */
static bool
has_pids(void)
{

	return !in_server("apache-cgi") && !in_server("apache-htaccess");
}

/* Every process is still there; mod_fcgid may have started more. */
START_TEST(processes_are_the_same)
{
	int after[PIDS_MAX];
	size_t n, i, k;

	case_named("");
	if (!has_pids())
		return;
	ck_assert_msg(nbefore > 0, "no process was found");
	n = pids(after, PIDS_MAX);
	for (i = 0; i < nbefore; i++) {
		for (k = 0; k < n && after[k] != before[i]; k++)
			;
		ck_assert_msg(k < n, "process %d is gone", before[i]);
	}
	ck_assert_msg(n == nbefore || in_server("apache-fcgid") ||
			  in_server("lighttpd-spawn"),
	    "there were %zu processes, there are %zu", nbefore, n);
}
END_TEST

START_TEST(enough_bodies)
{

	ck_assert_msg(nbodies >= 200, "only %zu bodies", nbodies);
	(void)enrol("{\"redirect_uris\":[\"https://client.example.org/cb\"]}");
}
END_TEST

static void
set_up(void)
{

	victim = enrol(json("{'redirect_uris':['https://client.example.org/v'],"
			    "'client_name':'Victim'}"));
	nbefore = pids(before, PIDS_MAX);
}

int
main(void)
{
	const struct hostile *list = hostile_bodies(&nbodies);
	const int n = (int)nbodies;
	const struct test tests[] = {
		{ at_registration, n },
		{ at_update, n },
		{ without_a_token, n },
		{ processes_are_the_same, 0 },
		{ enough_bodies, 0 },
	};

	bodies = list;
	harness_setup = set_up;
	return harness_main("hostile", tests, sizeof(tests) / sizeof(tests[0]));
}
