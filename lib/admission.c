#include "admission.h"

#include <stdint.h>
#include <string.h>

#include "arena.h"
#include "conf.h"
#include "credentials.h"
#include "db.h"
#include "initial_token.h"
#include "rate.h"
#include "req.h"
#include "resource.h"

/* Address, initial access token, policy. */
#define RATES_MAX 3

/* Of so many policies a process notes that it forgot their counts. */
#define POLICIES_NOTED 4096

/* Documents that are fetched for one address prefix. */
static const struct rc_rate fetches = { .count = 30, .period = 60 };

/* What rollcall.admit is asked. */
struct question {
	const char *rules[RATES_MAX];
	const char *buckets[RATES_MAX];
	const char *counts[RATES_MAX];
	const char *periods[RATES_MAX];
	size_t nrates;
	const char *network; /* NULL: not known */
	const char *policy; /* whose clients are limited, NULL */
	const char *most; /* of them; NULL: any number */
	const char *network_name; /* NULL: those of the network are not */
	const char *most_here;
};

/* What it said. */
struct verdict {
	const char *refused; /* the rule; NULL: none */
	int64_t wait; /* s */
	const char *epoch;
};

static void
add_rate(struct rc_req *rq, struct question *q, const char *rule,
    const struct rc_rate *rate, const char *bucket)
{

	if (rate->count == 0)
		return;
	q->rules[q->nrates] = rule;
	q->buckets[q->nrates] = bucket;
	q->counts[q->nrates] = rc_db_number(rq->mem, rate->count);
	q->periods[q->nrates] = rc_db_number(rq->mem, rate->period);
	q->nrates++;
}

/* Write the first ${n} of ${items} as an SQL array. */
static const char *
write_array(struct rc_req *rq, const char *const *items, size_t n)
{
	const struct rc_list list = { items, n };

	return rc_resource_array(rq->mem, &list);
}

/* Name the count of a policy's clients of one network. */
static const char *
name_count(struct rc_req *rq, const char *policy, const char *network)
{

	return rc_printf(rq->mem, "%s:%s", policy, network);
}

static enum rc_err
ask(struct rc_req *rq, const struct question *q, struct verdict *verdict)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(write_array(rq, q->rules, q->nrates)),
		RC_DB_TEXT(write_array(rq, q->buckets, q->nrates)),
		RC_DB_TEXT(write_array(rq, q->counts, q->nrates)),
		RC_DB_TEXT(write_array(rq, q->periods, q->nrates)),
		RC_DB_TEXT(q->network),
		RC_DB_TEXT(q->policy),
		RC_DB_TEXT(q->most),
		RC_DB_TEXT(q->network_name),
		RC_DB_TEXT(q->most_here),
	};
	struct rc_rows *rows;
	enum rc_err e;

	memset(verdict, 0, sizeof(*verdict));
	if (q->nrates == 0 && q->most == NULL && q->network_name == NULL)
		return RC_OK;
	e = rc_db_exec(rq, RC_SQL_ADMIT, params,
	    sizeof(params) / sizeof(params[0]), &rows);
	if (e != RC_OK)
		return e;
	verdict->refused = rc_rows_text(rows, 0, 0);
	verdict->wait = rc_rows_int(rows, 0, 1);
	verdict->epoch = rc_rows_text(rows, 0, 2);
	return RC_OK;
}

/* Say which limit refused. */
static enum rc_err
refuse(struct rc_req *rq, const struct verdict *verdict)
{
	enum rc_err e;

	if (strcmp(verdict->refused, "max_clients") == 0)
		e = rc_fail(rq, RC_ERR_ACCESS_DENIED,
		    "this server has as many clients as its operator allows; "
		    "ask the operator");
	else if (strcmp(verdict->refused, "max_clients_per_address") == 0)
		e = rc_fail(rq, RC_ERR_ACCESS_DENIED,
		    "as many clients as one address may have were registered "
		    "from yours; delete one, or ask the operator");
	else
		e = rc_fail(rq, RC_ERR_TOO_MANY_REQUESTS,
		    "too many requests; try again in %lld seconds",
		    (long long)verdict->wait);
	rq->fault.rule = verdict->refused;
	rq->fault.retry_after = verdict->wait;
	return e;
}

/* Ask for a place within a policy, and the address's within that. */
static void
add_places(struct rc_req *rq, struct question *q,
    const struct rc_conf_policy *policy, const char *network)
{

	q->policy = policy->name;
	q->network = network;
	if (policy->max_clients > 0)
		q->most = rc_db_number(rq->mem, policy->max_clients);
	if (policy->max_clients_per_address > 0 && network != NULL) {
		q->network_name = name_count(rq, policy->name, network);
		q->most_here =
		    rc_db_number(rq->mem, policy->max_clients_per_address);
	}
}

static void
take_places(struct rc_admission *admission, const struct question *q,
    const struct verdict *verdict)
{

	if (q->most != NULL)
		admission->policy_name = q->policy;
	admission->network_name = q->network_name;
	admission->epoch = verdict->epoch;
}

/*
 * What was counted under a limit that is lifted goes wrong, so it is forgotten,
 * once in the life of a process; of what comes behind the last bit each time.
 * A CGI program, which lives for one request, leaves that to the purge.
 */
static void
forget_counts(struct rc_req *rq, const struct rc_conf_policy *policy)
{
	static bool forgotten[POLICIES_NOTED];
	struct rc_fault fault = rq->fault;
	size_t i = (size_t)(policy - rq->conf->policies);
	const struct rc_db_param params[] = {
		RC_DB_TEXT(policy->max_clients == 0 ? policy->name : NULL),
		RC_DB_TEXT(
		    policy->max_clients_per_address == 0 ? policy->name : NULL),
	};

	if (rc_req_door() == RC_DOOR_CGI)
		return;
	if ((i < POLICIES_NOTED && forgotten[i]) ||
	    (policy->max_clients > 0 && policy->max_clients_per_address > 0))
		return;
	if (rc_db_exec(rq, RC_SQL_CLIENT_COUNT_FORGET, params, 2, NULL) ==
		RC_OK &&
	    i < POLICIES_NOTED)
		forgotten[i] = true;
	rq->fault = fault;
}

enum rc_err
rc_admission_take(struct rc_req *rq, const struct rc_conf_policy *policy,
    const struct rc_initial_token *token, bool reserve,
    struct rc_admission *admission)
{
	const char *network = rc_rate_network(rq->mem, rq->address);
	struct question q = { .network = network };
	struct verdict verdict;
	enum rc_err e;

	memset(admission, 0, sizeof(*admission));
	add_rate(rq, &q, "rate_limit_register", &rq->conf->rate_limit_register,
	    rc_rate_bucket(rq->mem, "register", rq->address));
	if (token->id != 0)
		add_rate(rq, &q, "rate_limit_initial_token",
		    &rq->conf->rate_limit_initial_token,
		    rc_printf(
			rq->mem, "initial_token:%lld", (long long)token->id));
	add_rate(rq, &q, "rate_limit_policy", &policy->rate_limit,
	    rc_printf(rq->mem, "policy:%s", policy->name));
	if (reserve) {
		forget_counts(rq, policy);
		add_places(rq, &q, policy, network);
	}
	if ((e = ask(rq, &q, &verdict)) != RC_OK)
		return e;
	if (verdict.refused != NULL)
		return refuse(rq, &verdict);
	take_places(admission, &q, &verdict);
	return RC_OK;
}

enum rc_err
rc_admission_reserve(struct rc_req *rq, const struct rc_conf_policy *policy,
    const char *address, struct rc_admission *admission)
{
	struct question q = { .nrates = 0 };
	struct verdict verdict;
	enum rc_err e;

	memset(admission, 0, sizeof(*admission));
	add_places(rq, &q, policy,
	    address != NULL ? rc_rate_network(rq->mem, address) : NULL);
	if ((e = ask(rq, &q, &verdict)) != RC_OK)
		return e;
	if (verdict.refused != NULL)
		return refuse(rq, &verdict);
	take_places(admission, &q, &verdict);
	return RC_OK;
}

const char *
rc_admission_counted(const struct rc_admission *admission)
{

	return admission->policy_name != NULL ? admission->policy_name
	                                      : admission->network_name;
}

/* Give one back in each of the counts named, networks first. */
static void
give_back(struct rc_req *rq, const char *network_name, const char *policy_name,
    const char *epoch, const char *began)
{
	const char *names[2];
	struct rc_fault fault = rq->fault;
	size_t n = 0;

	if (network_name != NULL)
		names[n++] = network_name;
	if (policy_name != NULL)
		names[n++] = policy_name;
	if (n == 0)
		return;

	const struct rc_db_param params[] = {
		RC_DB_TEXT(write_array(rq, names, n)),
		RC_DB_TEXT(epoch),
		RC_DB_TEXT(began),
	};

	(void)rc_db_exec(rq, RC_SQL_CLIENT_COUNT_GIVE_BACK, params, 3, NULL);
	rq->fault = fault;
}

void
rc_admission_give_back(struct rc_req *rq, struct rc_admission *admission)
{

	give_back(rq, admission->network_name, admission->policy_name,
	    admission->epoch, NULL);
	memset(admission, 0, sizeof(*admission));
}

void
rc_admission_release(struct rc_req *rq, const char *policy_name,
    const char *address, const char *began)
{
	const struct rc_conf *conf = rq->conf;
	const char *network = NULL;
	size_t i;

	for (i = 0; i < conf->npolicies; i++) {
		if (strcmp(conf->policies[i].name, policy_name) == 0)
			break;
	}
	if (i == conf->npolicies)
		return;
	if (conf->policies[i].max_clients_per_address > 0 && address != NULL)
		network = rc_rate_network(rq->mem, address);
	give_back(rq,
	    network != NULL ? name_count(rq, policy_name, network) : NULL,
	    conf->policies[i].max_clients > 0 ? policy_name : NULL, NULL,
	    began);
}

const char *
rc_admission_look(struct rc_req *rq, const struct rc_conf_policy *policy)
{
	struct question q = { .nrates = 0 };
	struct rc_fault fault = rq->fault;
	struct rc_rows *rows;
	enum rc_err e;

	add_places(rq, &q, policy, rc_rate_network(rq->mem, rq->address));
	if (q.most == NULL && q.network_name == NULL)
		return NULL;

	const struct rc_db_param params[] = {
		RC_DB_TEXT(q.policy),
		RC_DB_TEXT(q.most),
		RC_DB_TEXT(q.network_name),
		RC_DB_TEXT(q.most_here),
	};

	e = rc_db_exec(rq, RC_SQL_CLIENT_COUNT_LOOK, params, 4, &rows);
	rq->fault = fault;
	return e == RC_OK && rc_rows_count(rows) > 0 ? rc_rows_text(rows, 0, 0)
	                                             : NULL;
}

enum rc_err
rc_admission_fetch(struct rc_req *rq)
{
	struct question q = { .network =
				  rc_rate_network(rq->mem, rq->address) };
	struct verdict verdict;
	enum rc_err e;

	add_rate(rq, &q, "rate_limit_fetch", &fetches,
	    rc_rate_bucket(rq->mem, "fetch", rq->address));
	if ((e = ask(rq, &q, &verdict)) != RC_OK)
		return e;
	return verdict.refused != NULL ? refuse(rq, &verdict) : RC_OK;
}

/* Has somebody tried to say who it is? */
static bool
has_presented(const struct rc_req *rq)
{

	return rq->authorization != NULL || rq->bearer != NULL ||
	       (rq->credentials != NULL &&
		   rq->credentials->presented != RC_PRESENTED_NONE);
}

enum rc_err
rc_admission_failed(struct rc_req *rq, enum rc_err err)
{
	struct question q = { .network =
				  rc_rate_network(rq->mem, rq->address) };
	struct rc_fault fault = rq->fault;
	struct verdict verdict;
	enum rc_err e;

	if ((rc_err_status(err) != 401 && !fault.unproven) ||
	    !has_presented(rq))
		return err;
	add_rate(rq, &q, "rate_limit_failures", &rq->conf->rate_limit_failures,
	    rc_rate_bucket(rq->mem, "failures", rq->address));
	e = ask(rq, &q, &verdict);
	if (e != RC_OK || verdict.refused == NULL) {
		rq->fault = fault;
		return err;
	}
	memset(&rq->fault, 0, sizeof(rq->fault));
	return refuse(rq, &verdict);
}

enum rc_err
rc_admission_refused(struct rc_req *rq, enum rc_err err)
{
	struct question q = { .network =
				  rc_rate_network(rq->mem, rq->address) };
	struct rc_fault fault = rq->fault;
	struct verdict verdict;
	enum rc_err e;

	if (err == RC_ERR_TOO_MANY_REQUESTS)
		return err;
	add_rate(rq, &q, "rate_limit_manage", &rq->conf->rate_limit_manage,
	    rc_rate_bucket(rq->mem, "manage", rq->address));
	e = ask(rq, &q, &verdict);
	if (e != RC_OK || verdict.refused == NULL) {
		rq->fault = fault;
		return err;
	}
	memset(&rq->fault, 0, sizeof(rq->fault));
	return refuse(rq, &verdict);
}

enum rc_err
rc_admission_change(struct rc_req *rq, const char *client_id,
    const unsigned char *token, size_t len)
{
	const struct rc_rate *rate = &rq->conf->rate_limit_manage;
	const struct rc_db_param params[] = {
		RC_DB_TEXT(client_id),
		RC_DB_BYTES(token, len),
		RC_DB_TEXT(rc_db_number(
		    rq->mem, rq->conf->registration_token_lifetime)),
		RC_DB_TEXT(rc_db_number(rq->mem, rate->count)),
		RC_DB_TEXT(rc_db_number(rq->mem, rate->period)),
		RC_DB_TEXT(rc_rate_network(rq->mem, rq->address)),
	};
	struct verdict verdict = { .refused = NULL };
	struct rc_rows *rows;
	enum rc_err e;

	if (rate->count == 0)
		return RC_OK;
	e = rc_db_exec(rq, RC_SQL_CLIENT_MANAGE, params,
	    sizeof(params) / sizeof(params[0]), &rows);
	if (e != RC_OK || rc_rows_count(rows) == 0 ||
	    (verdict.refused = rc_rows_text(rows, 0, 0)) == NULL)
		return e;
	verdict.wait = rc_rows_int(rows, 0, 1);
	return refuse(rq, &verdict);
}
