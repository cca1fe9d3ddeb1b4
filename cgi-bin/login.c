/*
 * login: the person says who they are, by name and password or by what the web
 * server has found out, and gets a session (OpenID Connect Core 3.1.2.3).
 */
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "answer.h"
#include "arena.h"
#include "authorization.h"
#include "authorization_step.h"
#include "conf.h"
#include "cookie.h"
#include "crypt.h"
#include "db.h"
#include "interaction.h"
#include "json.h"
#include "log.h"
#include "now.h"
#include "rate.h"
#include "serve.h"
#include "session.h"

/* What the form sends, behind the request in the query. */
enum {
	P_CSRF = RC_AUTHORIZATION__MAX,
	P_USERNAME,
	P_PASSWORD,
	P__MAX
};

static const struct rc_param params[P__MAX] = {
	RC_AUTHORIZATION_PARAMS(RC_PARAM_QUERY),
	[P_CSRF] = { "csrf", 0 },
	[P_USERNAME] = { "username", 0 },
	[P_PASSWORD] = { "password", 0 },
};

static const char *
cookie_name(const struct rc_req *rq)
{

	return rc_cookie_name(rq->mem, rq->conf, RC_COOKIE_LOGIN);
}

/* Return the value of the form's cookie that the browser sent, or NULL. */
static const char *
presented(const struct rc_req *rq)
{

	return rc_cookie_find(
	    rq->mem, rc_req_header(rq, "Cookie"), cookie_name(rq));
}

static void
set_cookie(struct rc_req *rq, const char *name, const char *value)
{

	rc_answer_header(
	    rq, "Set-Cookie", rc_cookie_set(rq->mem, rq->conf, name, value));
}

/*
 * Return the cookie that the form is tied to: that of other forms in other
 * tabs, or, after each try, a fresh one.
 */
static const char *
form_cookie(struct rc_req *rq)
{
	const char *there = presented(rq);
	char *token;

	if (there != NULL && rq->method != RC_METHOD_POST)
		return there;
	token = rc_alloc(rq->mem, RC_CRYPT_TOKEN_SIZE);
	rc_crypt_token(token);
	return token;
}

/* Return the form's data. */
static struct rc_json *
form_data(struct rc_req *rq, const struct rc_authorization *a)
{
	struct rc_json *data = rc_interaction_data(rq, a, "login");
	const char *username = rc_param(rq, P_USERNAME);

	if (username == NULL)
		username = a->login_hint;
	if (username != NULL)
		rc_json_set_string(data, "username", username);
	return data;
}

static enum rc_err
show(struct rc_req *rq, const struct rc_authorization *a, int status,
    struct rc_json *data)
{
	const char *cookie = form_cookie(rq);

	rc_json_set_string(
	    data, "csrf", rc_authorization_proof(rq, a, "login", cookie));
	rc_interaction_page(rq, status, a, "login", data);
	set_cookie(rq, cookie_name(rq), cookie);
	return RC_OK;
}

/* Show the form once more and say why. */
static enum rc_err
show_again(
    struct rc_req *rq, const struct rc_authorization *a, const char *error)
{
	struct rc_json *data = form_data(rq, a);

	rc_json_set_bool(data, error, true);
	return show(rq, a, 403, data);
}

static enum rc_err
show_wait(struct rc_req *rq, const struct rc_authorization *a)
{
	struct rc_json *data = form_data(rq, a);
	int64_t wait = rc_rate_wait(&rq->conf->rate_limit_login);

	rc_json_set_bool(data, "error_rate", true);
	rc_json_set_int(data, "wait_minutes", (wait + 59) / 60);
	show(rq, a, 429, data);
	rc_answer_header(
	    rq, "Retry-After", rc_printf(rq->mem, "%lld", (long long)wait));
	return RC_OK;
}

/* Begin the session, and go on with the request as who has just logged in. */
static enum rc_err
enter(struct rc_req *rq, struct rc_authorization *a,
    const struct rc_account *account, int64_t auth_time)
{
	const char *cookie;
	enum rc_err e;

	e = rc_session_begin(rq, account, auth_time, &cookie);
	if (e != RC_OK)
		return e;
	if ((e = rc_authorization_judge(rq, cookie, a)) != RC_OK)
		e = rc_interaction_refuse(rq, a, e);
	else
		e = rc_interaction_proceed(rq, a, RC_AUTHORIZATION_AT_LOGIN);
	set_cookie(
	    rq, rc_cookie_name(rq->mem, rq->conf, RC_COOKIE_SESSION), cookie);
	if (presented(rq) != NULL)
		rc_answer_header(rq, "Set-Cookie",
		    rc_cookie_clear(rq->mem, rq->conf, cookie_name(rq)));
	return e;
}

/* Judge the request that the query hands on. */
static enum rc_err
judge(struct rc_req *rq, struct rc_authorization *a)
{
	enum rc_err e;

	e = rc_authorization_judge(rq, rc_session_presented(rq), a);
	if (e == RC_OK && (a->prompt & RC_PROMPT_NONE))
		e = rc_fail(
		    rq, RC_ERR_LOGIN_REQUIRED, "the person has to log in");
	return e;
}

/* Return a variable's value as a claim's: true or false, or text. */
static void
add_claim(struct rc_json *claims, const char *name, const char *value)
{

	if (strcmp(name, "email_verified") == 0)
		rc_json_set_bool(claims, name,
		    strcmp(value, "true") == 0 || strcmp(value, "1") == 0);
	else if (rc_json_is_utf8(value))
		rc_json_set_string(claims, name, value);
}

/*
 * Collect what the web server says of the person, NULL where it is not asked:
 * what somebody else has stored is not ours to take away.
 */
static struct rc_json *
vouched_claims(struct rc_req *rq)
{
	const struct rc_list *list = &rq->conf->remote_user_claims;
	struct rc_json *claims;
	const char *variable, *value;
	char *name;
	size_t i;

	if (list->count == 0)
		return NULL;
	claims = rc_json_new_object(rq->mem);
	for (i = 0; i < list->count; i++) {
		name = rc_strdup(rq->mem, list->items[i]);
		variable = name + strcspn(name, "=") + 1;
		name[variable - name - 1] = '\0';
		value = rc_req_param(rq, variable);
		if (value != NULL && value[0] != '\0')
			add_claim(claims, name, value);
	}
	return claims;
}

/*
 * Return when the web server says that the person logged in, 0: it does not.
 * A time to come would count as recent for as long as it is.
 */
static int64_t
vouched_time(const struct rc_req *rq)
{
	const char *name = rq->conf->remote_user_auth_time;
	const char *value = name != NULL ? rc_req_param(rq, name) : NULL;
	long long when;
	char *end;

	if (value == NULL)
		return 0;
	when = strtoll(value, &end, 10);
	if (end == value || *end != '\0' || when <= 0)
		return 0;
	if (when <= rc_now() + RC_AUTHORIZATION_AHEAD)
		return when;
	rc_log(RC_LOG_WARN, "login",
	    "%s is %lld, which is in the future: seconds since 1970 are "
	    "wanted",
	    name, when);
	return 0;
}

/* login = remote_user: the web server has done it, or nobody has. */
static enum rc_err
enter_vouched(struct rc_req *rq, struct rc_authorization *a)
{
	const char *name = rc_req_param(rq, "REMOTE_USER");
	struct rc_account account;
	enum rc_err e;

	if (name == NULL || name[0] == '\0')
		return rc_fail(rq, RC_ERR_ACCESS_DENIED,
		    "REMOTE_USER is not set: the web server must be "
		    "configured to authenticate people at this address");
	e = rc_account_vouch(rq, name, vouched_claims(rq), &account);
	if (e != RC_OK)
		return e;
	return enter(rq, a, &account, vouched_time(rq));
}

static enum rc_err
login_get(struct rc_req *rq)
{
	struct rc_authorization a;
	enum rc_err e;

	if ((e = judge(rq, &a)) != RC_OK)
		return rc_interaction_refuse(rq, &a, e);
	if (rq->conf->login == RC_LOGIN_REMOTE_USER)
		return enter_vouched(rq, &a);
	return show(rq, &a, 200, form_data(rq, &a));
}

/* Tell whether the form came from the page that this browser was shown. */
static bool
is_ours(struct rc_req *rq, const struct rc_authorization *a)
{
	const char *cookie = presented(rq);

	return cookie != NULL &&
	       rc_crypt_same(rc_param(rq, P_CSRF),
		   rc_authorization_proof(rq, a, "login", cookie));
}

/* Check name and password, none counting as a wrong one. */
static enum rc_err
check(struct rc_req *rq, struct rc_account *account)
{
	const char *username = rc_param(rq, P_USERNAME);
	const char *password = rc_param(rq, P_PASSWORD);

	return rc_account_check(rq, username != NULL ? username : "",
	    password != NULL ? password : "", account);
}

/*
 * A failure is counted before it is known for one, so that many tries at the
 * same moment gain nothing.
 */
static enum rc_err
login_post(struct rc_req *rq)
{
	const char *bucket = rc_rate_bucket(rq->mem, "login", rq->address);
	struct rc_authorization a;
	struct rc_account account;
	bool allowed;
	enum rc_err e;

	if (rq->conf->login == RC_LOGIN_REMOTE_USER)
		return rc_fail(rq, RC_ERR_METHOD_NOT_ALLOWED,
		    "the web server does the login here");
	if ((e = judge(rq, &a)) != RC_OK)
		return rc_interaction_refuse(rq, &a, e);
	if (!is_ours(rq, &a))
		return show_again(rq, &a, "error_expired");
	e = rc_rate_take(rq, bucket, &rq->conf->rate_limit_login, &allowed);
	if (e != RC_OK)
		return e;
	if (!allowed) {
		rc_rate_refused(rq, "rate_limit_login");
		return show_wait(rq, &a);
	}
	e = check(rq, &account);
	if (e == RC_OK && account.account_id == NULL)
		return show_again(rq, &a, "error_wrong");
	rc_rate_give_back(rq, bucket);
	return e == RC_OK ? enter(rq, &a, &account, rc_now()) : e;
}

static const struct rc_route routes[] = {
	{ RC_UNDER_ENDPOINTS, "/login", NULL, .get = login_get,
	    .post = login_post },
};

static const struct rc_service *const services[] = { &rc_crypt_service,
	&rc_db_service, &rc_answer_pages, NULL };

static const struct rc_program program = {
	.name = "login",
	.spec = "OpenID Connect Core 3.1.2.3",
	.consumes = "application/x-www-form-urlencoded",
	.cache_control = "no-store",
	.errors = RC_ERRORS_PAGE,
	.params = params,
	.nparams = P__MAX,
	.no_head = true,
	.same_origin = true,
	.routes = routes,
	.nroutes = sizeof(routes) / sizeof(routes[0]),
	.services = services,
};

int
main(int argc, char *argv[])
{

	return rc_serve(&program, argc, argv);
}
