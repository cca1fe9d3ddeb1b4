/*
 * register: OAuth 2.0 Dynamic Client Registration (RFC 7591), its management
 * (RFC 7592), and OpenID Connect Dynamic Client Registration 1.0.
 */
#include <string.h>

#include "admission.h"
#include "advice.h"
#include "answer.h"
#include "arena.h"
#include "audit.h"
#include "bearer.h"
#include "buf.h"
#include "client.h"
#include "client_fields.h"
#include "conf.h"
#include "crypt.h"
#include "db.h"
#include "form.h"
#include "initial_token.h"
#include "json.h"
#include "log.h"
#include "policy.h"
#include "serve.h"
#include "statement.h"

/* How often an update that lost a race is derived anew. */
#define ATTEMPTS 100
/* What is claimed to be a client_id and is longer is not worth a note. */
#define CLIENT_ID_MOST 256

/* Parse the body, which has to be one JSON object. */
static enum rc_err
read_body(struct rc_req *rq, struct rc_json **body)
{
	const char *why;
	size_t at;

	if (rc_json_parse(rq->mem, rq->body, rq->len, body, &why, &at) != RC_OK)
		return rc_fail_at(rq, RC_ERR_INVALID_REQUEST, "", "json", NULL,
		    "the body is not acceptable JSON: %s, at byte %zu", why,
		    at);
	if (rc_json_type(*body) != RC_JSON_OBJECT)
		return rc_fail_at(rq, RC_ERR_INVALID_REQUEST, "", "type", NULL,
		    "the body must be one JSON object with the client's "
		    "metadata");
	return RC_OK;
}

/*
 * The client information response of RFC 7591 3.2.1 and RFC 7592 3: what the
 * server assigned, and behind it the metadata as it is stored.
 */
static enum rc_err
answer_client(struct rc_req *rq, int status, const struct rc_client *client)
{
	struct rc_buf out;

	rc_buf_init(&out, rq->mem);
	rc_json_put_string(&out, "client_id", client->client_id);
	rc_json_put_int(
	    &out, "client_id_issued_at", client->client_id_issued_at);
	if (client->client_secret != NULL) {
		rc_json_put_string(
		    &out, "client_secret", client->client_secret);
		rc_json_put_int(&out, "client_secret_expires_at",
		    client->client_secret_expires_at);
	}
	rc_json_put_string(&out, "registration_access_token",
	    client->registration_access_token);
	rc_json_put_string(&out, "registration_client_uri",
	    rc_printf(rq->mem, "%s/register/%s", rq->conf->endpoint_base,
		client->client_id));
	rc_buf_putc(&out, ',');
	rc_buf_puts(&out, client->metadata + 1);
	rc_answer_text(rq, status, "application/json", out.data, out.len);
	return RC_OK;
}

/*
 * RFC 7591 3: who presents a token wants to be judged by it, so what is no good
 * one is never taken for none.
 */
static enum rc_err
take_initial_token(struct rc_req *rq)
{

	return rq->authorization == NULL ? RC_OK : rc_bearer_take(rq);
}

/*
 * Find the policy of that name; what was born under one that is configured no
 * more is judged as a stranger would be.
 */
static const struct rc_conf_policy *
find_policy(struct rc_req *rq, const char *name)
{
	const struct rc_conf_policy *policy = rc_policy_find(rq->conf, name);

	if (policy != NULL)
		return policy;
	rc_log(RC_LOG_WARN, "policy",
	    "there is no policy %s; anonymous_policy stands in for it", name);
	return rc_policy_find(rq->conf, rq->conf->anonymous_policy);
}

/* Say by what a client of that policy and initial token is judged. */
static struct rc_allowance
allow(struct rc_req *rq, const char *policy,
    const struct rc_initial_token *token, const struct rc_json *registered)
{
	const struct rc_allowance allowance = {
		.policy = find_policy(rq, policy),
		.redirect_hosts = token->redirect_hosts,
		.scopes = token->scopes,
		.grant_types = token->grant_types,
		.registered = registered,
	};

	return allowance;
}

/* Tell whether the client only wants to know: "?lint". */
static enum rc_err
read_query(struct rc_req *rq, bool *lint)
{
	struct rc_form_pair *pairs;
	size_t i, n;

	*lint = false;
	if (!rc_form_parse(rq->mem, rq->query, &pairs, &n))
		return strstr(rq->query, "lint") == NULL
		           ? RC_OK
		           : rc_fail(rq, RC_ERR_INVALID_REQUEST,
				 "the query has a broken escape or is no "
				 "UTF-8");
	for (i = 0; i < n; i++) {
		if (strcmp(pairs[i].name, "lint") != 0)
			continue;
		*lint = true;
		/* Whatever else it may mean, nobody gets a client unawares. */
		if (*pairs[i].value != '\0' &&
		    strcmp(pairs[i].value, "1") != 0 &&
		    strcmp(pairs[i].value, "true") != 0)
			return rc_fail(rq, RC_ERR_INVALID_REQUEST,
			    "the parameter lint takes no value; leave it out "
			    "to do what is asked");
	}
	return RC_OK;
}

/*
 * Refuse who presented no token.  That is counted like a registration, so that
 * nobody fills the audit log with it.
 */
static enum rc_err
refuse_stranger(struct rc_req *rq, enum rc_err err)
{
	const struct rc_conf_policy *policy =
	    rc_policy_find(rq->conf, rq->conf->anonymous_policy);
	const struct rc_initial_token none = { .id = 0 };
	const struct rc_fault fault = rq->fault;
	struct rc_admission admission;
	enum rc_err e;

	memset(&rq->fault, 0, sizeof(rq->fault));
	e = rc_admission_take(rq, policy, &none, false, &admission);
	if (e != RC_OK)
		return e;
	rq->fault = fault;
	return err;
}

/*
 * A token whose policy is gone says nothing any more of what it is for: the
 * policy of strangers may allow more.
 */
static enum rc_err
check_token_policy(struct rc_req *rq, const struct rc_initial_token *token)
{

	if (rc_policy_find(rq->conf, token->policy) != NULL)
		return RC_OK;
	rq->fault.rule = "policy";
	return rc_fail(rq, RC_ERR_ACCESS_DENIED,
	    "the policy of this initial access token, %s, is not configured "
	    "here any more; ask whoever gave it to you for another token",
	    token->policy);
}

/* Let in who may register here: find the token, or that none is needed. */
static enum rc_err
find_token(struct rc_req *rq, struct rc_initial_token *token)
{
	enum rc_err e;

	e = rc_initial_token_find(rq, token);
	if (e == RC_OK && rq->conf->registration == RC_REGISTRATION_CLOSED) {
		e = rc_fail(rq, RC_ERR_ACCESS_DENIED,
		    "this server does not register clients by itself; ask its "
		    "operator");
		rq->fault.rule = "registration";
	}
	if (e != RC_OK)
		return rq->bearer == NULL && rc_err_status(e) < 500
		           ? refuse_stranger(rq, e)
		           : e;
	if (token->id == 0)
		return RC_OK;
	rq->actor =
	    rc_printf(rq->mem, "initial_token:%lld", (long long)token->id);
	return check_token_policy(rq, token);
}

static enum rc_err
judge_body(struct rc_req *rq, const struct rc_allowance *allowance,
    struct rc_json **metadata)
{
	struct rc_json *body;
	enum rc_err e;

	if ((e = read_body(rq, &body)) != RC_OK)
		return e;
	return rc_policy_judge(rq, body, allowance, metadata);
}

/* A place that is void was reserved before a crash: there may be another. */
static enum rc_err
store(struct rc_req *rq, const struct rc_conf_policy *policy,
    const struct rc_initial_token *token, struct rc_json *metadata,
    struct rc_admission *admission, struct rc_client *client)
{
	enum rc_err e;

	e = rc_client_register(rq, metadata, policy, token, admission, client);
	if (e != RC_ERR_TEMPORARILY_UNAVAILABLE ||
	    rc_admission_counted(admission) == NULL)
		return e;
	if ((e = rc_admission_renew(rq, policy, admission)) != RC_OK)
		return e;
	return rc_client_register(
	    rq, metadata, policy, token, admission, client);
}

/* RFC 7591 3.1. */
static enum rc_err
enter(struct rc_req *rq, const struct rc_allowance *allowance,
    const struct rc_initial_token *token)
{
	struct rc_admission admission;
	struct rc_json *metadata;
	struct rc_client client;
	enum rc_err e;

	e = rc_admission_take(rq, allowance->policy, token, true, &admission);
	if (e != RC_OK)
		return e;
	if ((e = judge_body(rq, allowance, &metadata)) != RC_OK ||
	    (e = store(rq, allowance->policy, token, metadata, &admission,
		 &client)) != RC_OK) {
		rc_admission_give_back(rq, &admission);
		return e;
	}
	return answer_client(rq, 201, &client);
}

/* Say what would be registered, and what had better be otherwise. */
static struct rc_json *
describe(struct rc_req *rq, const struct rc_conf_policy *policy,
    struct rc_json *metadata)
{
	struct rc_json *told = rc_json_new_object(rq->mem);

	rc_json_set(told, "metadata", metadata);
	rc_json_set_string(told, "policy", policy->name);
	rc_json_set(told, "warnings", rq->warnings);
	return told;
}

/* Warn where there would be no place for the client. */
static void
warn_full(struct rc_req *rq, const struct rc_conf_policy *policy)
{
	const char *rule = rc_admission_look(rq, policy);

	if (rule == NULL)
		return;
	if (strcmp(rule, "max_clients") == 0)
		rc_warn_at(rq, "", rule, "ask the operator",
		    "this server has as many clients as its operator allows: a "
		    "registration is refused as it is now");
	else
		rc_warn_at(rq, "", rule,
		    "delete one that is not needed, or ask the operator",
		    "as many clients as one address may have were registered "
		    "from yours: a registration is refused as it is now");
}

/* RFC 7591 3.1, up to where the client would be entered. */
static enum rc_err
lint(struct rc_req *rq, const struct rc_allowance *allowance,
    const struct rc_initial_token *token)
{
	struct rc_admission admission;
	struct rc_json *metadata, *told;
	const char *method;
	enum rc_err e;

	e = rc_admission_take(rq, allowance->policy, token, false, &admission);
	if (e != RC_OK)
		return e;
	rq->warnings = rc_json_new_array(rq->mem);
	warn_full(rq, allowance->policy);
	if ((e = judge_body(rq, allowance, &metadata)) != RC_OK)
		return e;
	told = describe(rq, allowance->policy, metadata);
	method = rc_json_text(metadata, "token_endpoint_auth_method");
	rc_json_set_bool(told, "client_secret_issued",
	    strncmp(method, "client_secret_", strlen("client_secret_")) == 0);
	rc_json_set_string(told, "status",
	    allowance->policy->status == RC_POLICY_PENDING ? "pending"
							   : "active");
	rc_answer_json(rq, 200, told);
	return RC_OK;
}

static enum rc_err
register_post(struct rc_req *rq)
{
	struct rc_initial_token token;
	struct rc_allowance allowance;
	bool only_lint;
	enum rc_err e;

	if ((e = find_token(rq, &token)) != RC_OK ||
	    (e = read_query(rq, &only_lint)) != RC_OK)
		return e;
	allowance = allow(rq, token.policy, &token, NULL);
	return only_lint ? lint(rq, &allowance, &token)
	                 : enter(rq, &allowance, &token);
}

/* RFC 7592 2.1. */
static enum rc_err
client_get(struct rc_req *rq)
{
	struct rc_client client;
	enum rc_err e;

	if ((e = rc_client_read(rq, rq->arg, NULL, &client)) != RC_OK)
		return e;
	return answer_client(rq, 200, &client);
}

/*
 * RFC 7592 2.2: an update names neither what the server assigns nor another
 * client, and a client_secret in it is the client's own.
 */
static enum rc_err
check_update(struct rc_req *rq, const struct rc_json *body)
{
	const char *const *name;
	const char *id;

	for (name = rc_client_assigned; *name != NULL; name++) {
		if (rc_json_get(body, *name) != NULL)
			return rc_fail_at(rq, RC_ERR_INVALID_REQUEST,
			    rc_field_pointer(rq->mem, *name), "assigned_member",
			    "leave it out",
			    "%s is assigned by the server and must not be in "
			    "an update",
			    *name);
	}
	if (rc_json_get(body, "client_secret") != NULL &&
	    rc_json_string(rc_json_get(body, "client_secret")) == NULL)
		return rc_fail_at(rq, RC_ERR_INVALID_REQUEST, "/client_secret",
		    "type", NULL, "client_secret must be a string");
	if (rc_json_get(body, "client_id") == NULL)
		return rq->conf->partial_update
		           ? RC_OK
		           : rc_fail_at(rq, RC_ERR_INVALID_REQUEST,
				 "/client_id", "client_id.required", rq->arg,
				 "client_id is required in an update");
	id = rc_json_string(rc_json_get(body, "client_id"));
	if (id == NULL || strcmp(id, rq->arg) != 0)
		return rc_fail_at(rq, RC_ERR_INVALID_REQUEST, "/client_id",
		    "client_id.other", rq->arg,
		    "client_id is not that of the client at this address");
	return RC_OK;
}

/*
 * Say what is wrong with a request only to those whom it is meant for: a token
 * that is not good comes first.
 */
static enum rc_err
vouched(struct rc_req *rq, enum rc_err fault)
{
	struct rc_fault said = rq->fault;
	struct rc_client client;
	enum rc_err e;

	memset(&rq->fault, 0, sizeof(rq->fault));
	if ((e = rc_client_read(rq, rq->arg, NULL, &client)) != RC_OK)
		return e;
	rq->fault = said;
	return fault;
}

static bool
is_web(const struct rc_json *metadata)
{
	const char *type =
	    rc_json_string(rc_json_get(metadata, "application_type"));

	return type != NULL && strcmp(type, "web") == 0;
}

/* An update, and what has become of it so far. */
struct update {
	struct rc_json *body;
	const char *secret; /* that it claims to be the client's, NULL */
	bool partial;
	struct rc_json *metadata; /* that is to be registered */
	struct rc_client_judged judged;
};

/*
 * RFC 7592 2.2: with a client_id the body replaces all that is registered.
 * Without one, as clients in the field send it, its members change and the
 * rest stays.
 */
static enum rc_err
derive(struct rc_req *rq, const struct update *u,
    const struct rc_client *client, struct rc_json **whole)
{
	enum rc_err e;

	if (!u->partial) {
		*whole = u->body;
		return RC_OK;
	}
	if ((e = rc_client_metadata(rq, client, whole)) != RC_OK ||
	    (e = rc_field_merge(rq, rc_client_fields, rc_client_nfields,
		 u->body, *whole)) != RC_OK)
		return e;
	/* Other redirect URIs may make it another type than the one derived. */
	if (rc_json_has(u->body, "redirect_uris") &&
	    !rc_json_has(u->body, "application_type") && is_web(*whole))
		rc_json_remove(*whole, "application_type");
	return RC_OK;
}

/* Judge an update by the policy and the initial token of its client. */
static enum rc_err
judge_known(struct rc_req *rq, struct update *u, const struct rc_client *client)
{
	struct rc_initial_token token = { .id = 0 };
	struct rc_allowance allowance;
	struct rc_json *registered, *whole;
	enum rc_err e;

	if (client->initial_token_id != 0 &&
	    (e = rc_initial_token_read(rq, client->initial_token_id, &token)) !=
		RC_OK)
		return e;
	if ((e = rc_client_metadata(rq, client, &registered)) != RC_OK ||
	    (e = derive(rq, u, client, &whole)) != RC_OK)
		return e;
	allowance = allow(rq, client->policy, &token, registered);
	u->judged.policy = allowance.policy;
	u->judged.policy_name = client->policy;
	u->judged.initial_token_id = client->initial_token_id;
	u->judged.version = client->version;
	return rc_policy_judge(rq, whole, &allowance, &u->metadata);
}

/*
 * Judge an update before the client is known, as most are: by the policy of who
 * registers without a token, and nothing that is registered matters.  False:
 * it has to be judged anew.
 */
static bool
judge_unseen(struct rc_req *rq, struct update *u)
{
	const struct rc_initial_token none = { .id = 0 };
	struct rc_allowance allowance;

	if (u->partial || rc_json_get(u->body, "software_statement") != NULL ||
	    rc_json_get(u->body, "sector_identifier_uri") != NULL ||
	    rc_json_get(u->body, "subject_type") != NULL)
		return false;
	allowance = allow(rq, rq->conf->anonymous_policy, &none, NULL);
	u->judged.policy = allowance.policy;
	u->judged.policy_name = allowance.policy->name;
	if (rc_policy_judge(rq, u->body, &allowance, &u->metadata) == RC_OK)
		return true;
	memset(&rq->fault, 0, sizeof(rq->fault));
	return false;
}

/* Register an update: as judged, or else by what ${client} is now. */
static enum rc_err
replace(
    struct rc_req *rq, struct update *u, struct rc_client *client, bool judged)
{
	bool stale;
	enum rc_err e;
	int i;

	for (i = 0; i < ATTEMPTS; i++) {
		if (!judged && (e = judge_known(rq, u, client)) != RC_OK)
			return e;
		e = rc_client_replace(rq, rq->arg, u->secret, u->metadata,
		    &u->judged, client, &stale);
		if (e != RC_OK)
			return e;
		if (!stale)
			return answer_client(rq, 200, client);
		judged = false;
	}
	return rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE,
	    "others keep changing this client; try again");
}

/* Judge an update and leave it at that. */
static enum rc_err
lint_update(struct rc_req *rq, struct update *u, const struct rc_client *client)
{
	enum rc_err e;

	rq->warnings = rc_json_new_array(rq->mem);
	/* An update may name these, so they are none that is ignored. */
	u->secret = NULL;
	rc_json_remove(u->body, "client_id");
	rc_json_remove(u->body, "client_secret");
	if (u->partial)
		rc_advice_ignored(rq, u->body);
	if ((e = judge_known(rq, u, client)) != RC_OK)
		return e;
	rc_answer_json(rq, 200, describe(rq, u->judged.policy, u->metadata));
	return RC_OK;
}

/* RFC 7592 2.2. */
static enum rc_err
client_put(struct rc_req *rq)
{
	struct update u = { .body = NULL };
	struct rc_client client;
	bool only_lint, judged;
	enum rc_err e;

	if ((e = rc_client_change(rq, rq->arg)) != RC_OK)
		return e;
	if ((e = read_query(rq, &only_lint)) != RC_OK ||
	    (e = read_body(rq, &u.body)) != RC_OK ||
	    (e = check_update(rq, u.body)) != RC_OK)
		return vouched(rq, e);
	u.secret = rc_json_string(rc_json_get(u.body, "client_secret"));
	u.partial = rc_json_get(u.body, "client_id") == NULL;
	judged = !only_lint && judge_unseen(rq, &u);
	if (!judged &&
	    (e = rc_client_read(rq, rq->arg, u.secret, &client)) != RC_OK)
		return e;
	return only_lint ? lint_update(rq, &u, &client)
	                 : replace(rq, &u, &client, judged);
}

/* RFC 7592 2.3. */
static enum rc_err
client_delete(struct rc_req *rq)
{
	enum rc_err e;

	if ((e = rc_client_change(rq, rq->arg)) == RC_OK &&
	    (e = rc_client_delete(rq, rq->arg)) == RC_OK)
		rc_answer_empty(rq, 204);
	return e;
}

/* Say what the client wants anew: the body is empty, or an object. */
static enum rc_err
read_rotate(struct rc_req *rq, enum rc_rotated *what)
{
	struct rc_json *body, *member;
	const char *name;
	enum rc_err e;

	*what = RC_ROTATE_DEFAULT;
	if (rq->len == 0)
		return RC_OK;
	if ((e = read_body(rq, &body)) != RC_OK)
		return e;
	if ((member = rc_json_get(body, "rotate")) == NULL)
		return RC_OK;
	name = rc_json_string(member);
	if (name != NULL && strcmp(name, "client_secret") == 0)
		*what = RC_ROTATE_SECRET;
	else if (name != NULL && strcmp(name, "registration_access_token") == 0)
		*what = RC_ROTATE_REGISTRATION_TOKEN;
	else
		return rc_fail_at(rq, RC_ERR_INVALID_REQUEST, "/rotate",
		    "value", "one of client_secret, registration_access_token",
		    "rotate must be client_secret or "
		    "registration_access_token");
	return RC_OK;
}

/* A new secret or registration access token, of the client's own accord. */
static enum rc_err
client_rotate(struct rc_req *rq)
{
	enum rc_rotated what;
	struct rc_client client;
	enum rc_err e;

	if ((e = rc_client_change(rq, rq->arg)) != RC_OK)
		return e;
	if ((e = read_rotate(rq, &what)) != RC_OK)
		return vouched(rq, e);
	if ((e = rc_client_rotate(rq, rq->arg, what, &client)) != RC_OK)
		return e;
	return answer_client(rq, 200, &client);
}

static const struct rc_route routes[] = {
	{ RC_UNDER_ENDPOINTS, "/register", take_initial_token,
	    .post = register_post },
	{ RC_UNDER_ENDPOINTS, "/register/{client_id}", rc_bearer_take,
	    .get = client_get, .put = client_put, .delete = client_delete },
	{ RC_UNDER_ENDPOINTS, "/register/{client_id}/rotate", rc_bearer_take,
	    .post = client_rotate, .bodiless = true },
};

/* What the audit log calls a fault of this route and method. */
static enum rc_event
find_event(const struct rc_req *rq)
{

	if (rq->route == &routes[0])
		return RC_EVENT_REFUSED;
	switch (rq->method) {
	case RC_METHOD_PUT:
		return RC_EVENT_UPDATE_REFUSED;
	case RC_METHOD_DELETE:
		return RC_EVENT_DELETE_REFUSED;
	case RC_METHOD_POST:
		return RC_EVENT_ROTATE_REFUSED;
	default:
		return RC_EVENT_READ_REFUSED;
	}
}

/*
 * Is the fault one that the audit log tells of?  Not what we are to blame for,
 * nor what nobody has looked into, nor that somebody asked what would be.
 */
static bool
is_refusal(struct rc_req *rq, enum rc_err err)
{
	bool only_lint = false;

	switch (rc_err_status(err)) {
	case 401:
		/* Who says nothing of who it is was only counted there. */
		return rq->authorization != NULL || rq->route == &routes[0];
	case 413:
	case 415:
		return false;
	default:
		break;
	}
	if (rq->route == &routes[0] || rq->method == RC_METHOD_PUT)
		(void)read_query(rq, &only_lint);
	return !only_lint && !rq->body_broken && rc_err_status(err) < 500;
}

/* Slow down who guesses, and note what was refused to whom. */
static enum rc_err
register_failed(struct rc_req *rq, enum rc_err err)
{
	bool registering = rq->route == &routes[0];
	const char *actor = rq->actor;
	const char *id = NULL;

	err = rc_admission_failed(rq, err);
	if (!is_refusal(rq, err))
		return err;
	if (!registering)
		err = rc_admission_refused(rq, err);
	if (!registering && strlen(rq->arg) <= CLIENT_ID_MOST)
		id = rq->arg;
	/* Others are told of nothing but that. */
	if (!registering && err != RC_ERR_INVALID_TOKEN)
		actor = "registration_token";
	rc_audit_refused(
	    rq, find_event(rq), id, actor != NULL ? actor : "anonymous");
	return err;
}

static const struct rc_service *const services[] = { &rc_crypt_service,
	&rc_db_service, NULL };

static const struct rc_program program = {
	.name = "register",
	.spec = "RFC 7591, RFC 7592",
	.consumes = "application/json",
	.cache_control = "no-store",
	.routes = routes,
	.nroutes = sizeof(routes) / sizeof(routes[0]),
	.failed = register_failed,
	.rest = rc_admission_rest,
	.check = rc_statement_check,
	.services = services,
};

int
main(int argc, char *argv[])
{

	return rc_serve(&program, argc, argv);
}
