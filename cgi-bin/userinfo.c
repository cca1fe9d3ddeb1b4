/*
 * userinfo: tell a client what it may know of the person who has logged in
 * (OpenID Connect Core 1.0 5.3).
 */
#include <string.h>

#include "admission.h"
#include "answer.h"
#include "arena.h"
#include "bearer.h"
#include "conf.h"
#include "crypt.h"
#include "db.h"
#include "json.h"
#include "scope.h"
#include "serve.h"
#include "token_use.h"

/* A claim and the scope that asks for it (OpenID Connect Core 5.4). */
struct claim {
	const char *name;
	const char *scope;
};

static const struct claim claims[] = {
	{ "name", "profile" },
	{ "family_name", "profile" },
	{ "given_name", "profile" },
	{ "middle_name", "profile" },
	{ "nickname", "profile" },
	{ "preferred_username", "profile" },
	{ "profile", "profile" },
	{ "picture", "profile" },
	{ "website", "profile" },
	{ "gender", "profile" },
	{ "birthdate", "profile" },
	{ "zoneinfo", "profile" },
	{ "locale", "profile" },
	{ "updated_at", "profile" },
	{ "email", "email" },
	{ "email_verified", "email" },
};

/* OpenID Connect Core 5.3.2: an empty claim is left out, as null is. */
static bool
is_told(const struct rc_json *value)
{
	const char *s = rc_json_string(value);

	return value != NULL && (s == NULL || *s != '\0');
}

/* Put together what the scopes allow; sub is always there. */
static struct rc_json *
collect(struct rc_req *rq, const struct rc_token_person *person,
    const struct rc_list *scopes, const struct rc_json *known)
{
	struct rc_json *told = rc_json_new_object(rq->mem), *value;
	size_t i;

	rc_json_set_string(told, "sub", person->subject);
	if (rc_list_has(scopes, "profile"))
		rc_json_set_string(
		    told, "preferred_username", person->login_name);
	for (i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		value = rc_json_get(known, claims[i].name);
		if (is_told(value) && rc_list_has(scopes, claims[i].scope))
			rc_json_set(told, claims[i].name, value);
	}
	return told;
}

/* RFC 6750 3.1: say which scope is wanting. */
static enum rc_err
answer_insufficient(struct rc_req *rq, const char *sentence)
{
	const char *challenge;

	rc_answer_fault(
	    rq, rc_fail(rq, RC_ERR_INSUFFICIENT_SCOPE, "%s", sentence));
	challenge = rc_printf(rq->mem,
	    "Bearer realm=\"%s\", error=\"%s\", error_description=\"%s\", "
	    "scope=\"openid\"",
	    rq->conf->issuer, rc_err_name(rq->fault.err),
	    rq->fault.description);
	rc_answer_header(rq, "WWW-Authenticate", challenge);
	return RC_OK;
}

static enum rc_err
userinfo(struct rc_req *rq)
{
	struct rc_token_person person;
	struct rc_list scopes;
	struct rc_json *known;
	const char *why;
	enum rc_err e;
	size_t at;

	if ((e = rc_token_use_person(rq, &person)) != RC_OK)
		return e;
	if (person.subject == NULL)
		return answer_insufficient(rq,
		    "the client acts for itself with this token, so there is "
		    "nobody to tell of");
	if (person.scope == NULL ||
	    rc_scope_parse(rq->mem, person.scope, &scopes) != NULL ||
	    !rc_list_has(&scopes, "openid"))
		return answer_insufficient(
		    rq, "the access token was not granted the scope openid");
	if (rc_json_parse(rq->mem, person.claims, strlen(person.claims), &known,
		&why, &at) != RC_OK)
		return rc_fail(rq, RC_ERR_SERVER_ERROR,
		    "the stored claims are damaged: %s", why);
	rc_answer_json(rq, 200, collect(rq, &person, &scopes, known));
	return RC_OK;
}

static const struct rc_route routes[] = {
	{ RC_UNDER_ENDPOINTS, "/userinfo", rc_bearer_take_or_form,
	    .get = userinfo, .post = userinfo },
};

static const struct rc_service *const services[] = { &rc_crypt_service,
	&rc_db_service, NULL };

static const struct rc_program program = {
	.name = "userinfo",
	.spec = "OpenID Connect Core 1.0 5.3",
	.cache_control = "no-store",
	.routes = routes,
	.nroutes = sizeof(routes) / sizeof(routes[0]),
	.failed = rc_admission_failed,
	.services = services,
};

int
main(int argc, char *argv[])
{

	return rc_serve(&program, argc, argv);
}
