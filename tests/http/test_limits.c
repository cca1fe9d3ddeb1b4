#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

/*
 * How often, how many, and what the audit log tells of it.  Each test puts its
 * lines over the rig's own by reconf; each has a policy or addresses of its
 * own, for all share one database.
 */

#define PARALLEL 16
#define PROXY "trusted_proxies = {'127.0.0.1'}"
#define BODY "{'redirect_uris':['https://client.example.org/cb']}"

extern char **environ;

/* A registration that comes from ${address}, by way of a proxy. */
static struct call
from(const char *address, const char *body)
{
	const char **headers = room(3 * sizeof(*headers));

	headers[0] = text("X-Forwarded-For: %s", address);
	headers[1] = "User-Agent: test-limits \"1.0\"";
	return (struct call){ .method = "POST",
		.url = register_url(),
		.headers = headers,
		.body = body };
}

static struct answer *
post_from(const char *address)
{
	const struct call call = from(address, json(BODY));

	return http(&call);
}

/* It says when to come again; return after how many seconds. */
static unsigned
expect_later(const struct answer *a)
{
	const char *after = header(a, "Retry-After");
	unsigned long seconds;

	expect_error(a, 429, "temporarily_unavailable");
	want(after != NULL, "no Retry-After");
	seconds = strtoul(after, NULL, 10);
	want(seconds >= 1 && seconds <= 600, "Retry-After: %s", after);
	return (unsigned)seconds;
}

/* Let so many seconds pass for what has been counted. */
static void
pass(unsigned seconds)
{

	(void)db(
	    "UPDATE rollcall.rate SET updated_at = updated_at - $1::interval",
	    text("%u s", seconds));
}

static void
expect_in(const struct answer *a)
{

	expect_status(a, 201);
}

START_TEST(registrations_of_a_prefix)
{
	unsigned wait;
	int i;

	CONFIGURE(PROXY, "rate_limit_register = '3/10m'");
	for (i = 0; i < 3; i++)
		expect_in(post_from("192.0.2.1"));
	wait = expect_later(post_from("192.0.2.1"));
	want(wait <= 200, "one more after %u s", wait);
	/* Others are not concerned. */
	expect_in(post_from("192.0.2.2"));
	want(strcmp(db("SELECT sum(refused) FROM rollcall.rate_refusal "
		       "WHERE rule = 'rate_limit_register' "
		       "AND network = $1::inet",
			"192.0.2.1"),
		 "1") == 0,
	    "the refusal was not counted");
	want(strcmp(db("SELECT count(*) FROM rollcall.audit "
		       "WHERE address = $1::inet AND outcome <> 'ok'",
			"192.0.2.1"),
		 "0") == 0,
	    "the refusal has a row");
	pass(wait);
	expect_in(post_from("192.0.2.1"));
	/* What is wrong counts as well. */
	for (i = 0; i < 3; i++) {
		const struct call call = from("192.0.2.3", "{");

		expect_error(http(&call), 400, "invalid_request");
	}
	(void)expect_later(post_from("192.0.2.3"));
}
END_TEST

START_TEST(an_ipv6_subscriber_has_a_64)
{

	CONFIGURE(PROXY, "rate_limit_register = '3/10m'");
	expect_in(post_from("2001:db8:1:1::1"));
	expect_in(post_from("2001:db8:1:1:ffff::2"));
	expect_in(post_from("2001:db8:1:1:1:2:3:4"));
	(void)expect_later(post_from("2001:db8:1:1::5"));
	expect_in(post_from("2001:db8:1:2::1"));
	/* One and the same in two spellings. */
	expect_in(post_from("192.0.2.20"));
	expect_in(post_from("::ffff:192.0.2.20"));
	expect_in(post_from("192.0.2.20"));
	(void)expect_later(post_from("::ffff:192.0.2.20"));
	want(strcmp(db("SELECT refused FROM rollcall.rate_refusal "
		       "WHERE network = $1::inet",
			"2001:db8:1:1::/64"),
		 "1") == 0,
	    "the network is not there");
}
END_TEST

/* Who is not trusted is taken for whom the connection comes from. */
START_TEST(only_trusted_proxies_say_who_asks)
{

	CONFIGURE("rate_limit_register = '3/10m'");
	db("DELETE FROM rollcall.rate WHERE bucket = $1", "register:127.0.0.1");
	expect_in(post_from("192.0.2.31"));
	expect_in(post_from("192.0.2.32"));
	expect_in(post_from("192.0.2.33"));
	(void)expect_later(post_from("192.0.2.34"));
}
END_TEST

static struct answer *
post_token(const char *address, const char *token)
{
	struct call call = from(address, json(BODY));

	call.token = token;
	return http(&call);
}

START_TEST(registrations_of_a_token)
{
	const char *one = string(admin("iat add"), "initial_access_token");
	const char *two = string(admin("iat add"), "initial_access_token");

	CONFIGURE(PROXY, "rate_limit_initial_token = '2/10m'");
	expect_in(post_token("192.0.2.41", one));
	expect_in(post_token("192.0.2.42", one));
	(void)expect_later(post_token("192.0.2.43", one));
	expect_in(post_token("192.0.2.43", two));
	expect_in(post_from("192.0.2.43"));
}
END_TEST

START_TEST(registrations_of_a_policy)
{

	CONFIGURE(PROXY, "anonymous_policy = slow",
	    "policy 'slow' {\n rate_limit_register = '2/10m'\n}");
	expect_in(post_from("192.0.2.51"));
	expect_in(post_from("192.0.2.52"));
	(void)expect_later(post_from("192.0.2.53"));
}
END_TEST

/* A request that fails to authenticate, and one that does not. */
static struct call
guess(int which, const struct client *c, bool right)
{
	const char *secret = right ? c->secret : "wrong";
	const char *wrong = "0123456789012345678901234567890123456789012";
	const char *const paths[] = { "/oauth/token", "/oauth/introspect",
		"/oauth/revoke", "/oauth/userinfo" };
	const char *form = text("grant_type=client_credentials&token=x&"
				"client_id=%s&client_secret=%s",
	    c->id, secret);
	struct call call = { .method = "POST",
		.url = text("%s%s", base_url(), paths[which % 4]),
		.type = "application/x-www-form-urlencoded",
		.body = form };
	const char **headers = room(2 * sizeof(*headers));

	headers[0] = text("X-Forwarded-For: 192.0.2.%d", 60 + which);
	if (which == 3)
		call = (struct call){ .url = call.url, .token = wrong };
	if (which == 4)
		call = (struct call){ .url = c->url,
			.token = right ? c->token : wrong };
	if (which == 5)
		call = (struct call){ .method = "POST",
			.url = register_url(),
			.token = wrong,
			.body = json(BODY) };
	call.headers = headers;
	return call;
}

/* Each endpoint counts, and what is right gets through. */
START_TEST(failures_of_a_prefix)
{
	struct client *c;
	struct call wrong, right;
	unsigned wait;
	int i;

	CONFIGURE(PROXY, "rate_limit_failures = '3/10m'",
	    "grant_types = {'authorization_code','client_credentials'}");
	c = enrol(json("{'redirect_uris':['https://client.example.org/cb'],"
		       "'grant_types':['authorization_code',"
		       "'client_credentials'],"
		       "'token_endpoint_auth_method':'client_secret_post'}"));
	wrong = guess(_i, c, false);
	right = guess(_i, c, true);
	for (i = 0; i < 3; i++)
		expect_status(http(&wrong), 401);
	wait = expect_later(http(&wrong));
	if (_i != 3 && _i != 5)
		expect_status(http(&right), 200);
	pass(wait);
	expect_status(http(&wrong), 401);
}
END_TEST

/* They are the same for all endpoints, and who is silent fails at nothing. */
START_TEST(failures_are_of_all_endpoints)
{
	static const char *const headers[] = { "X-Forwarded-For: 192.0.2.70",
		NULL };
	struct client *c;
	struct call calls[4], silent = { .headers = headers };
	int i;

	CONFIGURE(PROXY, "rate_limit_failures = '3/10m'");
	c = enrol(json("{'redirect_uris':['https://client.example.org/cb'],"
		       "'token_endpoint_auth_method':'client_secret_post'}"));
	silent.url = c->url;
	for (i = 0; i < 6; i++)
		expect_status(http(&silent), 401);
	for (i = 0; i < 4; i++) {
		calls[i] = guess(i + 1, c, false);
		calls[i].headers = headers;
	}
	for (i = 0; i < 3; i++)
		expect_status(http(&calls[i]), 401);
	(void)expect_later(http(&calls[3]));
	expect_status(http(&silent), 401);
}
END_TEST

/*
 * Register by a process of its own, as another host with the same database
 * would; return the status line's number.
 */
static int
register_elsewhere(const char *address)
{
	const char *body = json(BODY), *said, *line;
	int status;

	said =
	    shell(text("printf '%%s' '%s' | env -i ROLLCALL_CONF='%s' "
		       "GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=POST "
		       "REQUEST_URI=/oauth/register SERVER_PROTOCOL=HTTP/1.1 "
		       "CONTENT_TYPE=application/json CONTENT_LENGTH=%zu "
		       "REMOTE_ADDR=%s '%s/register' 2>/dev/null",
		      body, getenv("RIG_CONF"), strlen(body), address,
		      getenv("RIG_LIBEXEC")),
		&status);
	line = strstr(said, "Status: ");
	want(line != NULL, "the program said: %s", said);
	return (int)strtol(line + strlen("Status: "), NULL, 10);
}

START_TEST(hosts_share_what_is_counted)
{

	CONFIGURE(PROXY, "rate_limit_register = '3/10m'");
	expect_in(post_from("192.0.2.80"));
	want(register_elsewhere("192.0.2.80") == 201, "the other host");
	expect_in(post_from("192.0.2.80"));
	want(register_elsewhere("192.0.2.80") == 429, "the other host");
	(void)expect_later(post_from("192.0.2.80"));
}
END_TEST

/* Register ${n} at once from addresses of their own; how many got in? */
static int
crowd(int n, struct answer **answers)
{
	struct call *calls = room((size_t)n * sizeof(*calls));
	int i, in = 0;

	for (i = 0; i < n; i++)
		calls[i] =
		    from(text("198.51.%d.%d", 100 + i / 250, i % 250 + 1),
			json(BODY));
	http_many(calls, answers, (size_t)n, PARALLEL);
	for (i = 0; i < n; i++) {
		if (answers[i]->status == 201)
			in++;
		else
			expect_error(answers[i], 403, "access_denied");
	}
	return in;
}

static void
expect_clients(const char *policy, const char *n)
{
	const char *found = db("SELECT count(*) FROM rollcall.client "
			       "WHERE policy = $1",
	    policy);

	want(strcmp(found, n) == 0, "%s clients are there", found);
}

/* Delete ${n} of those that got in. */
static void
thin_out(struct answer **answers, int n)
{
	int i;

	for (i = 0; n > 0; i++) {
		const struct call call = { .method = "DELETE",
			.url =
			    string(answers[i]->json, "registration_client_uri"),
			.token = string(
			    answers[i]->json, "registration_access_token") };

		if (answers[i]->status != 201)
			continue;
		expect_status(http(&call), 204);
		n--;
	}
}

START_TEST(max_clients_is_never_exceeded)
{
	enum {
		N = 100
	};
	struct answer *answers[N], *more[N];
	const char *last =
	    db("SELECT coalesce(max(audit_id), 0) FROM rollcall.audit", NULL);
	int i;

	CONFIGURE(PROXY, "anonymous_policy = crowd",
	    "policy 'crowd' {\n max_clients = 20\n}");
	/* What fails gives its place back. */
	for (i = 0; i < 30; i++) {
		const struct call call = from("198.51.100.1", "{}");

		expect_status(http(&call), 400);
	}
	want(crowd(N, answers) == 20, "not 20 got in");
	expect_clients("crowd", "20");
	thin_out(answers, 5);
	expect_clients("crowd", "15");
	want(crowd(N, more) == 5, "not 5 more got in");
	expect_clients("crowd", "20");
	want(strcmp(db(text("SELECT count(*) FROM rollcall.audit WHERE event = "
			    "'client.refused' AND outcome = 'access_denied' "
			    "AND actor = 'anonymous' AND rule = $1 "
			    "AND audit_id > %s",
			   last),
			"max_clients"),
		 "175") == 0,
	    "not each refusal has a row");
}
END_TEST

/* What the count of a policy's clients says, "" where there is none. */
static const char *
level(const char *policy)
{
	const char *found = db(
	    "SELECT level FROM rollcall.client_count WHERE name = $1", policy);

	return found != NULL ? found : "";
}

/* What was reserved in advance comes back within a short time. */
static void
expect_level(const char *policy, const char *n)
{
	int tries;

	for (tries = 0; tries < 1200 && strcmp(level(policy), n) != 0; tries++)
		(void)usleep(50000);
	want(strcmp(level(policy), n) == 0, "%s are counted, not %s",
	    level(policy), n);
}

/*
 * Where there is much room, processes reserve some in advance: no more get in
 * for that, nor, once they are at rest, fewer.
 */
START_TEST(places_in_advance_are_places)
{
	enum {
		N = 300
	};
	struct answer *answers[N + 50];
	const char *before;
	int in;

	CONFIGURE(PROXY, "anonymous_policy = arena",
	    "policy 'arena' {\n max_clients = 300\n}");
	in = crowd(100, answers);
	want(in == 100, "%d of 100 got in", in);
	before = level("arena");
	expect_level("arena", "100");
	/* It was one more for each at most, were nothing reserved in advance.
	 */
	want(strtol(before, NULL, 10) >= 100, "%s were counted", before);
	in += crowd(N + 50 - 100, answers);
	want(in <= N && in > N - 50, "%d got in", in);
	expect_level("arena", text("%d", in));
	in += crowd(50, answers);
	want(in == N, "%d got in", in);
	expect_clients("arena", "300");
	expect_level("arena", "300");
	expect_error(post_from("192.0.2.95"), 403, "access_denied");
}
END_TEST

/* The processes of register. */
static const char *
workers(void)
{
	int status;

	return shell(text("p=$(cat \"%s/run/register.pid\") && "
			  "cat /proc/$p/task/$p/children",
			 getenv("RIG_DIR")),
	    &status);
}

/* Those who are ended, told to or not, leave no place reserved for ever. */
START_TEST(places_of_the_dead_come_back)
{
	enum {
		N = 300
	};
	struct answer *answers[N];
	int in, status;

	CONFIGURE(PROXY, "anonymous_policy = morgue",
	    "policy 'morgue' {\n max_clients = 300\n}");
	in = crowd(60, answers);
	(void)shell(text("kill -TERM %s", workers()), &status);
	want(status == 0, "no workers");
	want(in == 60, "%d of 60 got in", in);
	expect_level("morgue", "60");
	in += crowd(60, answers);
	(void)shell(text("kill -KILL %s", workers()), &status);
	want(status == 0, "no workers");
	want(in == 120, "%d of 120 got in", in);
	want(strtol(level("morgue"), NULL, 10) >= 120, "%s are counted",
	    level("morgue"));
	/* Who wants one of the last is refused, which makes the count anew. */
	db("UPDATE rollcall.client_count SET level = 300 WHERE name = $1",
	    "morgue");
	for (status = 0; status < 600; status++) {
		struct answer *a = post_from("192.0.2.96");

		if (a->status == 403)
			break;
		(void)usleep(100000);
	}
	db("UPDATE rollcall.client_count SET recounting_from = "
	   "recounting_from - interval '2 minutes' WHERE name = $1",
	    "morgue");
	in += crowd(N - 120 - 100, answers);
	want(in == 200, "%d of 200 got in", in);
	expect_level("morgue", "200");
	expect_clients("morgue", "200");
}
END_TEST

/* A rate is not exceeded by what was counted in advance. */
START_TEST(a_rate_in_advance_is_the_rate)
{
	enum {
		N = 640
	};
	struct call calls[N + 60];
	struct answer *answers[N + 60];
	time_t began = time(NULL);
	long elapsed;
	int i, in = 0;

	CONFIGURE(PROXY, "anonymous_policy = weir",
	    "policy 'weir' {\n rate_limit_register = '640/640s'\n}");
	for (i = 0; i < N + 60; i++)
		calls[i] =
		    from(text("198.51.%d.%d", 100 + i / 250, i % 250 + 1),
			json("{"));
	http_many(calls, answers, N + 60, PARALLEL);
	for (i = 0; i < N + 60; i++) {
		if (answers[i]->status == 400)
			in++;
		else
			(void)expect_later(answers[i]);
	}
	elapsed = (long)(time(NULL) - began) + 1;
	want(in <= N + elapsed, "%d came through in %ld s", in, elapsed);
	want(in >= N - 60, "only %d came through", in);
	want(db("SELECT 1 FROM rollcall.rate WHERE bucket = $1 AND held > 1",
		 "policy:weir") != NULL,
	    "nothing was counted in advance");
}
END_TEST

START_TEST(max_clients_of_an_address)
{

	CONFIGURE(PROXY, "anonymous_policy = house",
	    "policy 'house' {\n max_clients_per_address = 2\n"
	    " max_clients = 5\n}");
	expect_in(post_from("192.0.2.90"));
	expect_in(post_from("::ffff:192.0.2.90"));
	expect_error(post_from("192.0.2.90"), 403, "access_denied");
	expect_in(post_from("2001:db8:9:1::1"));
	expect_in(post_from("2001:db8:9:1::2"));
	expect_error(post_from("2001:db8:9:1:ffff::3"), 403, "access_denied");
	expect_in(post_from("2001:db8:9:2::1"));
	/* Now the policy is full, for a new address as well. */
	expect_error(post_from("192.0.2.91"), 403, "access_denied");
	expect_clients("house", "5");
}
END_TEST

/* What a limit has refused in all to a network. */
static void
expect_refused_in_all(const char *rule, const char *network, const char *n)
{
	const char *found =
	    db(text("SELECT coalesce(sum(refused), 0)::text "
		    "FROM rollcall.rate_refusal WHERE rule = '%s' "
		    "AND network = $1::inet",
		   rule),
		network);

	want(strcmp(found, n) == 0, "%s were counted, not %s", found, n);
}

/* A change of a client, from an address. */
static struct answer *
change(const struct client *c, const char *address, const char *token,
    const char *method, const char *way)
{
	struct call call =
	    from(address, strcmp(method, "PUT") == 0
			      ? text("{\"client_id\":\"%s\",\"redirect_uris\":"
				     "[\"https://client.example.org/cb\"]}",
				    c->id)
			      : NULL);

	call.method = method;
	call.url = text("%s%s", c->url, way);
	call.token = token;
	if (strcmp(method, "POST") == 0) {
		call.body = "";
		call.type = "";
	}
	return http(&call);
}

START_TEST(changes_of_a_client)
{
	const char *one = "203.0.113.1", *two = "203.0.113.2";
	struct client *c = enrol(json(BODY)), *other = enrol(json(BODY));
	const char *stranger = other->token;
	unsigned wait;
	int i;

	CONFIGURE(
	    PROXY, "rate_limit_manage = '3/10m'", "rate_limit_failures = off");
	/* Who has no good token uses nothing up. */
	for (i = 0; i < 3; i++)
		expect_status(change(c, two, stranger, "PUT", ""), 401);
	expect_status(change(c, one, c->token, "PUT", ""), 200);
	expect_status(change(c, one, c->token, "PUT", "?lint"), 200);
	c->token = string(change(c, one, c->token, "POST", "/rotate")->json,
	    "registration_access_token");
	wait = expect_later(change(c, one, c->token, "PUT", ""));
	(void)expect_later(change(c, two, c->token, "DELETE", ""));
	(void)expect_later(change(c, one, c->token, "POST", "/rotate"));
	expect_status(change(c, one, c->token, "GET", ""), 200);
	expect_status(change(other, one, other->token, "PUT", ""), 200);
	expect_refused_in_all("rate_limit_manage", one, "2");
	want(strcmp(db("SELECT version FROM rollcall.client "
		       "WHERE client_id = $1",
			c->id),
		 "2") == 0,
	    "something was done");
	pass(wait);
	expect_status(change(c, one, c->token, "DELETE", ""), 204);
}
END_TEST

/* How many refusals the audit log has of a client. */
static void
expect_refusals(const struct client *c, const char *n)
{
	const char *found = db("SELECT count(*) FROM rollcall.audit "
			       "WHERE client_id = $1 AND outcome <> 'ok'",
	    c->id);

	want(strcmp(found, n) == 0, "%s refusals are noted, not %s", found, n);
}

/* What the refused do by thousands does not fill the log. */
START_TEST(refusals_in_management)
{
	const char *here = "203.0.113.11", *there = "203.0.113.12";
	struct client *c = enrol(json(BODY)), *d = enrol(json(BODY));
	int i;

	CONFIGURE(
	    PROXY, "rate_limit_manage = '3/10m'", "rate_limit_failures = off");
	for (i = 0; i < 3; i++)
		expect_status(change(c, here, d->token, "GET", ""), 401);
	for (i = 0; i < 3; i++)
		(void)expect_later(change(c, here, d->token, "GET", ""));
	expect_refusals(c, "3");
	expect_refused_in_all("rate_limit_manage", here, "3");
	/* Whoever is right goes on. */
	expect_status(change(c, here, c->token, "GET", ""), 200);
	expect_status(change(c, here, c->token, "PUT", ""), 200);
	db("SELECT rollcall.client_disable($1)", d->id);
	for (i = 0; i < 3; i++)
		expect_status(change(d, there, d->token, "GET", ""), 403);
	(void)expect_later(change(d, there, d->token, "GET", ""));
	expect_refusals(d, "3");
}
END_TEST

/* Of many policies each forgets what it counted once only. */
START_TEST(many_policies)
{
	enum {
		MANY = 70,
		N = 60
	};
	struct answer *answers[N];
	const char *lines[MANY + 2];
	int i;

	lines[0] = PROXY;
	lines[1] = text("anonymous_policy = many%d", MANY - 1);
	for (i = 0; i < MANY; i++)
		lines[i + 2] = text("policy 'many%d' {\n}", i);
	reconf(lines, MANY + 2);
	/* Every process has done it. */
	want(crowd(N, answers) == N, "not all got in");
	db("INSERT INTO rollcall.client_count (name, level) VALUES ($1, 9)",
	    text("many%d", MANY - 1));
	expect_in(post_from("192.0.2.130"));
	want(strcmp(db("SELECT count(*) FROM rollcall.client_count "
		       "WHERE name = $1",
			text("many%d", MANY - 1)),
		 "1") == 0,
	    "it was forgotten once more");
}
END_TEST

/* Ends the cluster as a crash would, and starts it again. */
static void
crash(void)
{
	const struct timespec moment = { .tv_nsec = 100000000 };
	char line[64];
	FILE *f = fopen(text("%s/pg/postmaster.pid", getenv("RIG_DIR")), "r");
	pid_t pid, child;
	char *argv[] = { (char *)0, (char *)0 };
	int status, tries;

	want(f != NULL && fgets(line, sizeof(line), f) != NULL, "no pid");
	(void)fclose(f);
	pid = (pid_t)strtol(line, NULL, 10);
	want(pid > 1 && kill(pid, SIGQUIT) == 0, "no postmaster");
	for (tries = 0; tries < 200 && kill(pid, 0) == 0; tries++)
		(void)nanosleep(&moment, NULL);
	argv[0] = (char *)text("%s/pg-start", getenv("RIG_DIR"));
	want(posix_spawn(&child, argv[0], NULL, NULL, argv, environ) == 0 &&
		 waitpid(child, &status, 0) == child && status == 0,
	    "PostgreSQL was not started");
	for (tries = 0; tries < 200; tries++) {
		(void)shell("psql -XAtqc 'SELECT 1' 2>/dev/null", &status);
		if (status == 0)
			return;
		(void)nanosleep(&moment, NULL);
	}
	want(false, "PostgreSQL does not answer");
}

/* The counts are lost, the clients are not: they are counted anew. */
START_TEST(a_crash_loses_no_count)
{
	enum {
		N = 60
	};
	struct answer *answers[N];
	int i;

	CONFIGURE(PROXY, "anonymous_policy = hall",
	    "policy 'hall' {\n max_clients = 20\n}");
	want(crowd(10, answers) == 10, "not 10 got in");
	crash();
	/* The first to ask may find the old connection lost. */
	for (i = 0;
	     i < 500 && get(text("%s/%s", register_url(), "x"))->status != 401;
	     i++)
		(void)usleep(100000);
	want(strcmp(db("SELECT count(*) FROM rollcall.client_count", NULL),
		 "0") == 0,
	    "the counts outlived the crash");
	i = crowd(N, answers);
	want(i == 10, "%d got in", i);
	expect_clients("hall", "20");
}
END_TEST

/* What was reserved under a count that is gone is void; nobody is told so. */
START_TEST(void_places_in_advance_harm_nobody)
{
	enum {
		N = 100
	};
	struct answer *answers[N];
	int in;

	CONFIGURE(PROXY, "anonymous_policy = dome",
	    "policy 'dome' {\n max_clients = 200\n}");
	in = crowd(60, answers);
	want(in == 60, "%d of 60 got in", in);
	db("DELETE FROM rollcall.client_count WHERE name = $1", "dome");
	in = crowd(N, answers);
	want(in == N, "%d of %d got in", in, N);
	expect_level("dome", "160");
	expect_clients("dome", "160");
}
END_TEST

START_TEST(a_crash_voids_places_in_advance)
{
	enum {
		N = 200
	};
	struct answer *answers[N];
	int i;

	CONFIGURE(PROXY, "anonymous_policy = stadium",
	    "policy 'stadium' {\n max_clients = 200\n}");
	want(crowd(60, answers) == 60, "not 60 got in");
	crash();
	for (i = 0;
	     i < 500 && get(text("%s/%s", register_url(), "x"))->status != 401;
	     i++)
		(void)usleep(100000);
	i = crowd(N, answers);
	want(i > 100 && i <= 140, "%d got in", i);
	expect_level("stadium", text("%d", 60 + i));
	i += crowd(50, answers);
	want(i == 140, "%d got in", i);
	expect_clients("stadium", "200");
}
END_TEST

/* A count that has become too high mends itself. */
START_TEST(a_count_too_high_is_made_anew)
{

	CONFIGURE(PROXY, "anonymous_policy = shed",
	    "policy 'shed' {\n max_clients = 2\n}");
	expect_in(post_from("192.0.2.100"));
	expect_in(post_from("192.0.2.101"));
	db("DELETE FROM rollcall.client WHERE policy = $1", "shed");
	expect_error(post_from("192.0.2.102"), 403, "access_denied");
	/* So that nothing under way is missed, it takes two minutes. */
	db("UPDATE rollcall.client_count SET recounting_from = "
	   "recounting_from - interval '2 minutes' WHERE name = $1",
	    "shed");
	expect_in(post_from("192.0.2.103"));
	expect_in(post_from("192.0.2.104"));
	expect_error(post_from("192.0.2.105"), 403, "access_denied");
}
END_TEST

/* What was counted before a limit was lifted says nothing afterwards. */
START_TEST(a_limit_that_returns_counts_anew)
{

	CONFIGURE(PROXY, "anonymous_policy = barn",
	    "policy 'barn' {\n max_clients = 4\n}");
	expect_in(post_from("192.0.2.110"));
	CONFIGURE(PROXY, "anonymous_policy = barn", "policy 'barn' {\n}");
	expect_in(post_from("192.0.2.111"));
	expect_in(post_from("192.0.2.112"));
	CONFIGURE(PROXY, "anonymous_policy = barn",
	    "policy 'barn' {\n max_clients = 4\n}");
	expect_in(post_from("192.0.2.113"));
	expect_error(post_from("192.0.2.114"), 403, "access_denied");
}
END_TEST

static const char *
audited(const char *what, const char *id)
{

	return db(text("SELECT %s FROM rollcall.audit WHERE client_id = $1 "
		       "ORDER BY audit_id DESC LIMIT 1",
		      what),
	    id);
}

static void
expect_audit(const char *what, const char *id, const char *value)
{
	const char *found = audited(what, id);

	want(found != NULL && strcmp(found, value) == 0, "%s is %s, not %s",
	    what, found != NULL ? found : "NULL", value);
}

START_TEST(the_audit_log_tells_all_but_secrets)
{
	struct call call = from("192.0.2.120",
	    json("{'redirect_uris':['https://client.example.org/cb'],"
		 "'client_name':'audited'}"));
	struct answer *a;
	struct client c;
	struct json_object *detail;
	const char *d;

	CONFIGURE(PROXY);
	a = http(&call);
	expect_in(a);
	c = (struct client){ .id = string(a->json, "client_id"),
		.token = string(a->json, "registration_access_token"),
		.secret = string(a->json, "client_secret"),
		.url = string(a->json, "registration_client_uri") };
	expect_audit("event || ' ' || actor || ' ' || host(address) || ' ' || "
		     "outcome || ' ' || user_agent",
	    c.id,
	    "client.registered anonymous 192.0.2.120 ok test-limits \"1.0\"");
	want(audited("detail", c.id) == NULL, "there is more to tell");

	call = (struct call){ .method = "PUT",
		.url = c.url,
		.token = c.token,
		.headers = call.headers,
		.body = json("{'client_name':'renamed','contacts':"
			     "['a@example.org']}") };
	expect_status(http(&call), 200);
	expect_audit("event || ' ' || actor || ' ' || host(address)", c.id,
	    "client.updated registration_token 192.0.2.120");
	d = audited("detail", c.id);
	detail = parse(d, strlen(d));
	want(same(detail, "{'client_name':{'before':'audited',"
			  "'after':'renamed'},"
			  "'contacts':{'after':['a@example.org']}}"),
	    "detail is %s", d);
	d = db("SELECT version || ' ' || (metadata ->> 'client_name') || ' ' "
	       "|| replaced_by || ' ' || host(replaced_from) "
	       "FROM rollcall.client_version WHERE client_id = $1",
	    c.id);
	want(d != NULL && strcmp(d, "1 audited registration_token "
				    "192.0.2.120") == 0,
	    "the former version is %s", d != NULL ? d : "lost");

	call.body = json("{'redirect_uris':['http://evil.example.org/','x']}");
	expect_status(http(&call), 400);
	expect_audit("event || ' ' || actor || ' ' || outcome", c.id,
	    "client.update_refused registration_token invalid_redirect_uri");
	want(audited("rule", c.id) != NULL, "no rule");
	d = audited("detail", c.id);
	want(d != NULL && strstr(d, "/redirect_uris/0") != NULL &&
		 strstr(d, "evil") == NULL,
	    "detail is %s", d != NULL ? d : "NULL");

	call = (struct call){ .method = "DELETE",
		.url = c.url,
		.token = c.token,
		.headers = call.headers };
	expect_status(http(&call), 204);
	expect_audit("event || ' ' || actor || ' ' || (detail -> 'metadata' "
		     "->> 'client_name')",
	    c.id, "client.deleted registration_token renamed");
	expect_status(http(&call), 401);
	expect_audit("event || ' ' || actor || ' ' || outcome || ' ' || rule",
	    c.id,
	    "client.delete_refused anonymous invalid_token registration_token");

	want(
	    db_holds(c.token) == NULL, "the token is in %s", db_holds(c.token));
	want(db_holds(c.secret) == NULL, "the secret is in %s",
	    db_holds(c.secret));
}
END_TEST

/* A hundred former versions are kept. */
START_TEST(history_has_an_end)
{
	struct client *c = enrol(json(BODY));
	const char *kept;
	int i;

	for (i = 0; i < 105; i++)
		expect_status(
		    manage(c, "PUT", json("{'client_name':'%d'}", i)), 200);
	kept = db("SELECT count(*) || ' ' || min(version) || ' ' || "
		  "max(version) FROM rollcall.client_version "
		  "WHERE client_id = $1",
	    c->id);
	want(strcmp(kept, "100 6 105") == 0, "kept: %s", kept);
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ registrations_of_a_prefix, 0 },
		{ an_ipv6_subscriber_has_a_64, 0 },
		{ only_trusted_proxies_say_who_asks, 0 },
		{ registrations_of_a_token, 0 },
		{ registrations_of_a_policy, 0 },
		{ failures_of_a_prefix, 6 },
		{ failures_are_of_all_endpoints, 0 },
		{ hosts_share_what_is_counted, 0 },
		{ max_clients_is_never_exceeded, 0 },
		{ max_clients_of_an_address, 0 },
		{ places_in_advance_are_places, 0 },
		{ places_of_the_dead_come_back, 0 },
		{ a_rate_in_advance_is_the_rate, 0 },
		{ a_crash_loses_no_count, 0 },
		{ void_places_in_advance_harm_nobody, 0 },
		{ a_crash_voids_places_in_advance, 0 },
		{ a_count_too_high_is_made_anew, 0 },
		{ a_limit_that_returns_counts_anew, 0 },
		{ the_audit_log_tells_all_but_secrets, 0 },
		{ history_has_an_end, 0 },
		{ changes_of_a_client, 0 },
		{ refusals_in_management, 0 },
		{ many_policies, 0 },
	};
	int status;

	status =
	    harness_main("limits", tests, sizeof(tests) / sizeof(tests[0]));
	/* Without the script every test has failed. */
	if (status != 77 && getenv("RIG_RECONF") != NULL)
		reconf(NULL, 0);
	return status;
}
