/*
 * The login page: who gets in, what the form is tied to, what is counted, and
 * what login = remote_user takes for granted.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness_browser.h"

static void
forget_failures(void)
{

	db("DELETE FROM rollcall.rate", NULL);
}

/* Go to the login page of a good request. */
static struct answer *
open_login(struct browser *b, const struct client *c, const char *redirect,
    const char *more)
{

	return visit(b, location(visit(b, asking(c, redirect, more))));
}

/* Send the form of the login page. */
static struct answer *
enter(struct browser *b, const struct answer *page, const char *name,
    const char *password)
{

	return submit(b, action(page),
	    text("csrf=%s&username=%s&password=%s",
		escaped(field(page, "csrf")), escaped(name),
		escaped(password)));
}

static const char *
session_count(const struct person *p)
{

	return db("SELECT count(*)::text FROM rollcall.session WHERE "
		  "account_id = $1",
	    p->account_id);
}

START_TEST(whole_flow)
{
	struct client *c = public_app();
	struct person *p = person();
	struct browser b = { 0 };
	struct answer *a;
	const char *code;

	a = log_in(&b, visit(&b, asking(c, LOOPBACK, "")), p);
	want(strstr(location(a), "/oauth/consent?") != NULL, "on to consent");
	a = decide(&b, a, "allow");
	code = expect_code(a, LOOPBACK, "xyz");
	want(db_holds(code) == NULL, "the code is kept as a hash");
	want(db_holds(cookie(&b, "")) == NULL, "so is the cookie");
	want(db_holds(p->password) == NULL, "the password is no text");
	want(strcmp(db("SELECT concat_ws(' ', g.client_id, g.scope, "
		       "x.redirect_uri, x.redirect_uri_given, "
		       "x.code_challenge, g.auth_time IS NOT NULL) FROM "
		       "rollcall.authorization_grant g JOIN "
		       "rollcall.authorization_code x USING (grant_id) WHERE "
		       "g.account_id = $1",
			p->account_id),
		 text("%s openid " LOOPBACK " t " CHALLENGE " t", c->id)) == 0,
	    "what was asked for is granted");
}
END_TEST

START_TEST(the_form_suits_people_and_password_managers)
{
	struct browser b = { 0 };
	struct answer *a;

	a = open_login(&b, web_app(), WEB, "&login_hint=me%40%22%3E");
	expect_page(a, 200);
	want(says(a, "Test App"), "who asks");
	want(says(a, "autocomplete=\"username\""), "user name");
	want(says(a, "autocomplete=\"current-password\""), "password");
	want(says(a, "value=\"me@&quot;&gt;\""), "login_hint, escaped");
	want(strstr(header(a, "Content-Security-Policy"),
		 "form-action 'self' https://app.example.org https:;") != NULL,
	    "form-action: us, and what we redirect to");
	b.language = "zh-CN";
	want(says(visit(&b, action(a)), "lang=\"zh"), "in Chinese");
	want(says(open_login(&b, web_app(), WEB, "&ui_locales=en"),
		 "lang=\"en\""),
	    "ui_locales wins");
}
END_TEST

START_TEST(wrong_name_and_wrong_password_look_alike)
{
	struct client *c = web_app();
	struct person *p = person();
	struct browser b = { 0 };
	struct answer *page, *name, *password, *none;

	forget_failures();
	page = open_login(&b, c, WEB, "");
	password = enter(&b, page, p->name, "wrong");
	expect_page(password, 403);
	want(says(password, "role=\"alert\""), "an alert");
	want(says(password, text("value=\"%s\"", p->name)), "the name is kept");
	want(!says(password, "value=\"wrong"), "the password is not");
	name = enter(&b, password, "nobody-here", p->password);
	expect_page(name, 403);
	none = enter(&b, name, p->name, "");
	expect_page(none, 403);
	want(strlen(name->body) + strlen(p->name) ==
		 strlen(password->body) + strlen("nobody-here"),
	    "the pages differ in the name alone");
	want(strcmp(session_count(p), "0") == 0, "no session");
	case_named("the last page's form works");
	location(enter(&b, none, p->name, p->password));
	forget_failures();
}
END_TEST

START_TEST(a_disabled_account_is_like_a_wrong_password)
{
	struct client *c = web_app();
	struct person *p = person();
	struct browser b = { 0 };

	forget_failures();
	db("UPDATE rollcall.account SET status = 'disabled' WHERE account_id = "
	   "$1",
	    p->account_id);
	expect_page(
	    enter(&b, open_login(&b, c, WEB, ""), p->name, p->password), 403);
	forget_failures();
}
END_TEST

START_TEST(disabling_an_account_ends_its_sessions)
{
	struct client *c = web_app();
	struct person *p = person();
	struct browser b = { 0 };

	log_in(&b, visit(&b, asking(c, WEB, "")), p);
	db("UPDATE rollcall.account SET status = 'disabled' WHERE account_id = "
	   "$1",
	    p->account_id);
	db("UPDATE rollcall.account SET status = 'active' WHERE account_id = "
	   "$1",
	    p->account_id);
	want(strstr(location(visit(&b, asking(c, WEB, ""))), "/login?") != NULL,
	    "logged in no longer");
}
END_TEST

START_TEST(failures_are_counted_by_address)
{
	struct client *c = web_app();
	struct person *p = person();
	struct browser b = { 0 };
	struct answer *a;
	int i;

	forget_failures();
	db("DELETE FROM rollcall.rate_refusal WHERE rule = $1",
	    "rate_limit_login");
	a = open_login(&b, c, WEB, "");
	for (i = 0; i < 10; i++) {
		a = enter(&b, a, text("nobody-%d", i), "wrong");
		expect_page(a, 403);
	}
	a = enter(&b, a, p->name, p->password);
	expect_page(a, 429);
	want(header(a, "Retry-After") != NULL &&
		 strcmp(header(a, "Retry-After"), "60") == 0,
	    "Retry-After");
	want(says(a, "about <bdi>1</bdi> min"), "the person is told how long");
	want(strcmp(session_count(p), "0") == 0, "no session");
	want(strcmp(db("SELECT count(*)::text FROM rollcall.rate_refusal "
		       "WHERE rule = 'rate_limit_login' AND refused = 1 "
		       "AND network = $1::inet",
			"127.0.0.1"),
		 "1") == 0,
	    "the refusal is counted");
	forget_failures();
	location(enter(&b, a, p->name, p->password));
	want(strcmp(db("SELECT coalesce(max(level), 0)::int::text FROM "
		       "rollcall.rate",
			NULL),
		 "0") == 0,
	    "a good login is given back");
}
END_TEST

START_TEST(failures_behind_a_proxy_are_counted_by_client)
{
	static const char *const lines[] = { "trusted_proxies = {'127.0.0.1'}",
		"rate_limit_login = '1/10m'" };
	struct client *c = web_app();
	struct person *p = person();
	struct browser b = { .from = "192.0.2.7" };
	struct answer *page, *wrong, *again, *forged, *other;

	forget_failures();
	reconf(lines, 2);
	page = open_login(&b, c, WEB, "");
	wrong = enter(&b, page, p->name, "wrong");
	again = enter(&b, wrong, p->name, p->password);
	b.from = "198.51.100.1, 192.0.2.7";
	forged = enter(&b, again, p->name, p->password);
	b.from = "192.0.2.8";
	other = enter(&b, forged, p->name, p->password);
	reconf(NULL, 0);
	forget_failures();
	expect_page(wrong, 403);
	expect_page(again, 429);
	expect_page(forged, 429);
	location(other);
	want(strcmp(db("SELECT host(address) FROM rollcall.session WHERE "
		       "account_id = $1",
			p->account_id),
		 "192.0.2.8") == 0,
	    "where the login came from");
}
END_TEST

START_TEST(csrf_the_form_is_tied_to_browser_and_request)
{
	struct client *c = web_app();
	struct person *p = person();
	struct browser b = { 0 }, other = { 0 }, bare = { 0 };
	struct answer *mine, *theirs, *request;
	const char *good;

	forget_failures();
	mine = open_login(&b, c, WEB, "");
	theirs = open_login(&other, c, WEB, "");
	request = open_login(&b, c, WEB, "&nonce=1");
	good = text("username=%s&password=%s", p->name, escaped(p->password));
	case_named("no token");
	expect_page(submit(&b, action(mine), good), 403);
	mine = visit(&b, action(mine));
	case_named("another browser's token");
	expect_page(submit(&b, action(mine),
			text("%s&csrf=%s", good, field(theirs, "csrf"))),
	    403);
	mine = visit(&b, action(mine));
	request = visit(&b, action(request));
	case_named("another request's token");
	expect_page(submit(&b, action(mine),
			text("%s&csrf=%s", good, field(request, "csrf"))),
	    403);
	case_named("no cookie");
	expect_page(submit(&bare, action(mine),
			text("%s&csrf=%s", good, field(mine, "csrf"))),
	    403);
	want(strcmp(session_count(p), "0") == 0, "no session");
	want(strcmp(db("SELECT count(*)::text FROM rollcall.rate", NULL),
		 "0") == 0,
	    "nothing was counted: no password was looked at");
	case_named("two tabs");
	mine = open_login(&b, c, WEB, "");
	open_login(&b, c, WEB, "&nonce=2");
	location(enter(&b, mine, p->name, p->password));
}
END_TEST

START_TEST(session_fixation)
{
	struct client *c = web_app();
	struct person *p = person();
	struct browser b = { 0 };
	const char *first, *second;

	want(open_login(&b, c, WEB, "") != NULL && cookie(&b, "login-") != NULL,
	    "a cookie of the form");
	log_in(&b, visit(&b, asking(c, WEB, "")), p);
	want(cookie(&b, "login-") == NULL, "which has done its work");
	first = cookie(&b, "");
	want(first != NULL && strlen(first) == 43, "a session cookie");
	log_in(&b, visit(&b, asking(c, WEB, "&prompt=login")), p);
	second = cookie(&b, "");
	want(strcmp(first, second) != 0, "a fresh cookie after each login");
	want(strcmp(session_count(p), "1") == 0, "the old session has ended");
	set_cookie(&b, "", first);
	want(strstr(location(visit(&b, asking(c, WEB, ""))), "/login?") != NULL,
	    "the cookie from before the login is worth nothing");
}
END_TEST

START_TEST(cookies_are_for_this_server_alone)
{
	struct browser b = { 0 };
	struct person *p = person();
	struct answer *a;

	a = open_login(&b, web_app(), WEB, "");
	want(strstr(header(a, "Set-Cookie"),
		 "; Path=/; HttpOnly; SameSite=Lax") != NULL,
	    "Path, HttpOnly, SameSite");
	want(strstr(header(a, "Set-Cookie"), "Secure") == NULL &&
		 strstr(header(a, "Set-Cookie"), "__Host-") == NULL,
	    "not Secure: the issuer is http on loopback");
	a = enter(&b, a, p->name, p->password);
	want(strstr(header(a, "Set-Cookie"),
		 "; Path=/; HttpOnly; SameSite=Lax") != NULL,
	    "Path, HttpOnly, SameSite");
	want(strstr(header(a, "Set-Cookie"), "Max-Age") == NULL &&
		 strstr(header(a, "Set-Cookie"), "Expires") == NULL,
	    "until the browser is closed");
}
END_TEST

START_TEST(login_alone_says_where_to_start)
{
	struct browser b = { 0 };

	expect_page(visit(&b, "/oauth/login"), 400);
	expect_page(submit(&b, "/oauth/login", "username=a&password=b"), 400);
}
END_TEST

START_TEST(the_request_is_judged_anew)
{
	struct client *c = web_app();
	struct browser b = { 0 };
	const char *url = location(visit(&b, asking(c, WEB, "")));
	const char *scope = strstr(url, "&scope=openid");

	expect_offer(visit(&b, text("%s&request=x", url)),
	    "request_not_supported", "xyz");
	expect_offer(visit(&b, text("%.*s&scope=admin%s", (int)(scope - url),
				   url, scope + strlen("&scope=openid"))),
	    "invalid_scope", "xyz");
	expect_refusal(visit(&b, text("%s&prompt=none", url)), WEB,
	    "login_required", "xyz");
	case_named("an open redirect");
	expect_page(visit(&b, text("/oauth/login?client_id=%s&redirect_uri=%s",
				  c->id, escaped("https://evil.example/"))),
	    400);
}
END_TEST

START_TEST(oidc_core_3_1_2_3_prompt_login_and_max_age)
{
	struct client *c = web_app();
	struct person *p = person();
	struct browser b = { 0 };
	struct answer *a;

	a = log_in(&b, visit(&b, asking(c, WEB, "&prompt=login")), p);
	want(given(location(a), "prompt") == NULL, "prompt=login is fulfilled");
	expect_code(decide(&b, a, "allow"), WEB, "xyz");
	case_named("prompt=login asks again");
	a = visit(&b, asking(c, WEB, "&prompt=login"));
	expect_code(log_in(&b, a, p), WEB, "xyz");
	case_named("prompt=select_account does");
	a = visit(&b, asking(c, WEB, "&prompt=select_account"));
	expect_code(log_in(&b, a, p), WEB, "xyz");
	case_named("max_age=0 does, once");
	sleep(1);
	a = visit(&b, asking(c, WEB, "&max_age=0"));
	expect_code(log_in(&b, a, p), WEB, "xyz");
	case_named("a recent login will do");
	expect_code(visit(&b, asking(c, WEB, "&max_age=600")), WEB, "xyz");
	case_named("an old one will not");
	db("UPDATE rollcall.session SET auth_time = auth_time - interval "
	   "'1 hour' WHERE account_id = $1",
	    p->account_id);
	expect_refusal(visit(&b, asking(c, WEB, "&max_age=600&prompt=none")),
	    WEB, "login_required", "xyz");
	a = visit(&b, asking(c, WEB, "&max_age=600"));
	expect_code(log_in(&b, a, p), WEB, "xyz");
}
END_TEST

START_TEST(oidc_registration_2_default_max_age)
{
	struct client *c = enrol(json("{'redirect_uris': ['%s'], "
				      "'default_max_age': 600, 'scope': "
				      "'openid'}",
	    WEB));
	struct person *p = person();
	struct browser b = { 0 };
	struct answer *a;

	a = log_in(&b, visit(&b, asking(c, WEB, "")), p);
	expect_code(decide(&b, a, "allow"), WEB, "xyz");
	expect_code(visit(&b, asking(c, WEB, "")), WEB, "xyz");
	db("UPDATE rollcall.session SET auth_time = auth_time - interval "
	   "'1 hour' WHERE account_id = $1",
	    p->account_id);
	want(strstr(location(visit(&b, asking(c, WEB, ""))), "/login?") != NULL,
	    "too old");
	expect_code(visit(&b, asking(c, WEB, "&max_age=86400")), WEB, "xyz");
}
END_TEST

START_TEST(default_max_age_without_end)
{
	struct client *c = enrol(json("{'redirect_uris': ['%s'], 'scope': "
				      "'openid', 'default_max_age': "
				      "9223372036854775807}",
	    WEB));
	struct browser b = { 0 };
	struct answer *a = log_in(&b, visit(&b, asking(c, WEB, "")), person());

	expect_code(decide(&b, a, "allow"), WEB, "xyz");
	expect_code(visit(&b, asking(c, WEB, "")), WEB, "xyz");
}
END_TEST

START_TEST(max_age_leaves_time_to_read_the_consent_page)
{
	struct client *c = public_app();
	struct person *p = person();
	struct browser b = { 0 };
	struct answer *a, *page;

	a = log_in(&b, visit(&b, asking(c, LOOPBACK, "&max_age=60")), p);
	page = visit(&b, location(a));
	expect_page(page, 200);
	db("UPDATE rollcall.session SET auth_time = auth_time - interval "
	   "'5 minutes' WHERE account_id = $1",
	    p->account_id);
	want(strstr(location(visit(&b, location(a))), "/login?") != NULL,
	    "time to read it, and none to open it");
	expect_code(
	    submit(&b, action(page),
		text("csrf=%s&decision=allow", escaped(field(page, "csrf")))),
	    LOOPBACK, "xyz");
	case_named("max_age=0, all at once");
	a = log_in(&b, visit(&b, asking(c, LOOPBACK, "&max_age=0")), p);
	expect_code(decide(&b, a, "allow"), LOOPBACK, "xyz");
}
END_TEST

START_TEST(a_session_ends)
{
	struct client *c = web_app();
	struct person *p = person();
	struct browser b = { 0 };

	log_in(&b, visit(&b, asking(c, WEB, "")), p);
	want(strcmp(db("SELECT (expires_at - created_at)::text FROM "
		       "rollcall.session WHERE account_id = $1",
			p->account_id),
		 "12:00:00") == 0,
	    "session_lifetime");
	db("UPDATE rollcall.session SET expires_at = now() WHERE account_id = "
	   "$1",
	    p->account_id);
	want(strstr(location(visit(&b, asking(c, WEB, ""))), "/login?") != NULL,
	    "logged in no longer");
}
END_TEST

START_TEST(a_password_is_hashed_anew_when_parameters_change)
{
	static const char *const lines[] = { "password_memory = 16m" };
	struct client *c = web_app();
	struct person *p = person();
	struct browser b = { 0 };
	const char *before, *after;

	before = db("SELECT password_hash FROM rollcall.account WHERE "
		    "account_id = $1",
	    p->account_id);
	reconf(lines, 1);
	location(log_in(&b, visit(&b, asking(c, WEB, "")), p));
	after = db("SELECT password_hash FROM rollcall.account WHERE "
		   "account_id = $1",
	    p->account_id);
	want(strcmp(before, after) != 0 && strstr(after, "m=16384,") != NULL,
	    "the hash has the new parameters");
	location(log_in(&b, visit(&b, asking(c, WEB, "&prompt=login")), p));
	reconf(NULL, 0);
}
END_TEST

/* Argon2id takes much memory: one process of a host hashes at a time. */
START_TEST(passwords_are_hashed_one_at_a_time)
{
	struct client *c = web_app();
	struct person *p = person();
	struct browser b = { 0 };
	struct answer *page, *a;
	int fd;

	forget_failures();
	page = open_login(&b, c, WEB, "");
	fd = open(text("%s/rollcall.key", getenv("RIG_DIR")), O_RDONLY);
	want(fd >= 0 && flock(fd, LOCK_EX) == 0, "it is somebody's turn");
	a = enter(&b, page, p->name, p->password);
	expect_page(a, 503);
	want(header(a, "Retry-After") != NULL, "Retry-After");
	want(strcmp(db("SELECT coalesce(max(level), 0)::int::text FROM "
		       "rollcall.rate",
			NULL),
		 "0") == 0,
	    "that is no failure");
	close(fd);
	location(enter(&b, page, p->name, p->password));
}
END_TEST

/* Whether one of our programs has the key file open. */
static bool
is_waited_for(const char *key)
{
	int list[256], status;
	size_t n = pids(list, sizeof(list) / sizeof(list[0])), i;
	const char *folders = "";

	for (i = 0; i < n; i++)
		folders = text("%s /proc/%d/fd", folders, list[i]);
	(void)shell(text("ls -l %s 2>/dev/null | grep -qF '%s'", folders, key),
	    &status);
	return status == 0;
}

/*
 * Change the password of somebody who logs in with it at that time; return the
 * status that the login has, 503 where it had waited too long for its turn.
 */
static int
log_in_meanwhile(
    struct browser *b, const struct answer *page, const struct person *p)
{
	const char *key = text("%s/rollcall.key", getenv("RIG_DIR"));
	int fd = open(key, O_RDONLY), ends[2], tries, status = 0;
	pid_t pid;

	want(fd >= 0 && flock(fd, LOCK_EX) == 0, "it is somebody's turn");
	want(pipe(ends) == 0 && (pid = fork()) >= 0, "fork");
	if (pid == 0) {
		/* The lock is the parent's alone to give back. */
		close(fd);
		status = enter(b, page, p->name, p->password)->status;
		_exit(write(ends[1], &status, sizeof(status)) < 0 ? 1 : 0);
	}
	close(ends[1]);
	/* It has found the account, and waits for its turn to hash. */
	for (tries = 0; tries < 6000 && !is_waited_for(key); tries++)
		usleep(10000);
	(void)db("UPDATE rollcall.account SET password_changed_at = now(), "
		 "password_hash = password_hash WHERE account_id = $1",
	    p->account_id);
	close(fd);
	want(read(ends[0], &status, sizeof(status)) == sizeof(status) &&
		 waitpid(pid, NULL, 0) == pid,
	    "it is answered");
	close(ends[0]);
	return status;
}

/* Who logs in with a password that is being changed is not logged in. */
START_TEST(a_login_in_flight_ends_with_the_password)
{
	struct client *c = web_app();
	struct person *p = person();
	struct browser b = { 0 };
	struct answer *page;
	int status, tries = 0;

	forget_failures();
	page = open_login(&b, c, WEB, "");
	/* A machine may be too busy to do so before it has waited too long. */
	do
		status = log_in_meanwhile(&b, page, p);
	while (status == 503 && ++tries < 20);
	want(status == 403, "it is refused, not %d", status);
	want(db("SELECT 'x' FROM rollcall.session WHERE account_id = $1",
		 p->account_id) == NULL,
	    "there is no session");
	location(enter(&b, page, p->name, p->password));
}
END_TEST

/* Start a program with its output going to a pipe; return the end to read. */
static int
start(const char *path, const char *const *env, pid_t *pid)
{
	char *const argv[] = { (char *)(uintptr_t)path, NULL };
	posix_spawn_file_actions_t actions;
	int ends[2];

	want(pipe(ends) == 0, "a pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	want(posix_spawn(pid, path, &actions, NULL, argv,
		 (char *const *)(uintptr_t)env) == 0,
	    "%s runs", path);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	return ends[0];
}

/* Take the answer of a CGI program (RFC 3875 6) apart. */
static struct answer *
parsed(char *out, size_t len, const char *url)
{
	struct answer *a = room(sizeof(*a));
	char *end = strstr(out, "\r\n\r\n");

	want(end != NULL, "an answer");
	a->method = "GET";
	a->url = url;
	a->head = out;
	a->head_len = (size_t)(end + 2 - out);
	a->body = end + 4;
	a->len = len - (size_t)(end + 4 - out);
	a->status = strncmp(out, "Status: ", 8) == 0
	                ? (int)strtol(out + 8, NULL, 10)
	                : 200;
	return a;
}

#define OUTPUT 65536

/*
 * Run the login program as CGI, as a web server does that lets somebody in:
 * the last three are variables of its own.
 */
static struct answer *
cgi_login(const char *url, const char *user, const char *when, const char *more)
{
	const char *path = strstr(url, "/oauth/");
	const char *const env[] = { "GATEWAY_INTERFACE=CGI/1.1",
		"REQUEST_METHOD=GET", "REMOTE_ADDR=192.0.2.9",
		text("REQUEST_URI=%s", path),
		text("QUERY_STRING=%s", strchr(path, '?') + 1),
		text("ROLLCALL_CONF=%s/rollcall.conf", getenv("RIG_DIR")), user,
		when, more, NULL };
	char *out = room(OUTPUT);
	size_t len = 0;
	ssize_t n;
	pid_t pid;
	int fd;

	fd = start(text("%s/login", getenv("RIG_LIBEXEC")), env, &pid);
	while (
	    len < OUTPUT - 1 && (n = read(fd, out + len, OUTPUT - 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	want(waitpid(pid, NULL, 0) == pid, "it ends");
	return parsed(out, len, url);
}

#define CLAIMS                                         \
	"remote_user_claims = {'email=REMOTE_EMAIL', " \
	"'email_verified=REMOTE_CHECKED'}"

START_TEST(remote_user)
{
	static const char *const lines[] = { "login = remote_user",
		"remote_user_auth_time = 'REMOTE_TIME'", CLAIMS };
	struct client *c = web_app();
	struct browser b = { 0 };
	struct answer *good, *unknown, *old, *ahead, *none, *login, *recent,
	    *choice, *header, *posted, *disabled, *unasked;
	const char *name, *user, *now, *url, *claims, *updated, *kept, *timed;

	name = text("web-%s", c->id);
	user = text("REMOTE_USER=%s", name);
	now = text("REMOTE_TIME=%lld", (long long)time(NULL));
	reconf(lines, 3);
	url = location(visit(&b, asking(c, WEB, "")));
	none = cgi_login(url, "A=", "REMOTE_TIME=1", "B=");
	header = cgi_login(url, "HTTP_REMOTE_USER=root", now, "B=");
	posted = submit(&b, url, "username=a&password=b");
	good = cgi_login(url, user, now, "REMOTE_EMAIL=a@example.org");
	claims = db("SELECT claims::text FROM rollcall.account WHERE "
		    "login_name = $1",
	    name);
	unknown = cgi_login(text("%s&max_age=600", url), user, "A=", "B=");
	old = cgi_login(
	    text("%s&max_age=600", url), user, "REMOTE_TIME=1000000000", "B=");
	ahead = cgi_login(text("%s&max_age=600", url), user,
	    text("REMOTE_TIME=%lld", (long long)time(NULL) * 1000), "B=");
	timed = db("SELECT count(s.auth_time)::text FROM rollcall.session s "
		   "JOIN rollcall.account a USING (account_id) WHERE "
		   "a.login_name = $1 AND s.auth_time > now() + '1 minute'",
	    name);
	login = cgi_login(
	    text("%s&prompt=login", url), user, "REMOTE_TIME=1000000000", "B=");
	recent = cgi_login(text("%s&prompt=login&max_age=600", url), user, now,
	    "REMOTE_CHECKED=true");
	updated = db("SELECT claims::text FROM rollcall.account WHERE "
		     "login_name = $1",
	    name);
	choice =
	    cgi_login(text("%s&prompt=select_account", url), user, now, "B=");
	db("UPDATE rollcall.account SET status = 'disabled' WHERE login_name = "
	   "$1",
	    name);
	disabled = cgi_login(url, user, now, "B=");
	db("UPDATE rollcall.account SET status = 'active', claims = "
	   "'{\"name\": \"A\"}' WHERE login_name = $1",
	    name);
	reconf(lines, 1);
	unasked = cgi_login(url, user, "A=", "B=");
	reconf(NULL, 0);
	kept = db("SELECT claims::text FROM rollcall.account WHERE "
		  "login_name = $1",
	    name);

	case_named("REMOTE_USER is not set");
	expect_page(none, 403);
	want(says(none, "REMOTE_USER"), "the operator is told");
	expect_page(header, 403);
	expect_page(posted, 405);
	case_named("it is");
	want(strstr(location(good), "/oauth/consent?") != NULL, "on");
	want(strcmp(claims, "{\"email\": \"a@example.org\"}") == 0,
	    "an account with claims, not %s", claims);
	want(strcmp(updated, "{\"email_verified\": true}") == 0,
	    "claims as the web server last said them, not %s", updated);
	case_named("honest about max_age and prompt");
	expect_refusal(unknown, WEB, "login_required", "xyz");
	expect_refusal(old, WEB, "login_required", "xyz");
	expect_refusal(ahead, WEB, "login_required", "xyz");
	want(strcmp(timed, "0") == 0, "no session is of the future");
	expect_refusal(login, WEB, "login_required", "xyz");
	expect_refusal(choice, WEB, "account_selection_required", "xyz");
	want(strstr(location(recent), "/oauth/consent?") != NULL, "recent");
	case_named("disabled");
	expect_page(disabled, 403);
	case_named("without remote_user_claims");
	want(strstr(location(unasked), "/oauth/consent?") != NULL, "on");
	want(strcmp(kept, "{\"name\": \"A\"}") == 0,
	    "claims are let be, not %s", kept);
}
END_TEST

START_TEST(the_database_is_down)
{
	static const char *const lines[] = {
		"database = 'host=/nonexistent dbname=rollcall'"
	};
	struct client *c = web_app();
	struct browser b = { 0 };
	struct answer *a;

	reconf(lines, 1);
	a = visit(&b, asking(c, WEB, ""));
	reconf(NULL, 0);
	expect_page(a, 503);
	want(header(a, "Retry-After") != NULL, "Retry-After");
}
END_TEST

int
main(void)
{
	const struct test tests[] = {
		{ whole_flow, 0 },
		{ the_form_suits_people_and_password_managers, 0 },
		{ wrong_name_and_wrong_password_look_alike, 0 },
		{ a_disabled_account_is_like_a_wrong_password, 0 },
		{ disabling_an_account_ends_its_sessions, 0 },
		{ failures_are_counted_by_address, 0 },
		{ failures_behind_a_proxy_are_counted_by_client, 0 },
		{ csrf_the_form_is_tied_to_browser_and_request, 0 },
		{ session_fixation, 0 },
		{ cookies_are_for_this_server_alone, 0 },
		{ login_alone_says_where_to_start, 0 },
		{ the_request_is_judged_anew, 0 },
		{ oidc_core_3_1_2_3_prompt_login_and_max_age, 0 },
		{ oidc_registration_2_default_max_age, 0 },
		{ default_max_age_without_end, 0 },
		{ max_age_leaves_time_to_read_the_consent_page, 0 },
		{ a_session_ends, 0 },
		{ a_password_is_hashed_anew_when_parameters_change, 0 },
		{ passwords_are_hashed_one_at_a_time, 0 },
		{ a_login_in_flight_ends_with_the_password, 0 },
		{ remote_user, 0 },
		{ the_database_is_down, 0 },
	};

	return harness_main("login", tests, sizeof(tests) / sizeof(tests[0]));
}
