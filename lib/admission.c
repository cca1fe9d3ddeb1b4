#include "admission.h"

#include <stdint.h>
#include <string.h>

#include "arena.h"
#include "conf.h"
#include "credentials.h"
#include "db.h"
#include "initial_token.h"
#include "now.h"
#include "rate.h"
#include "req.h"
#include "resource.h"

/* Of so many policies a process notes that it forgot their counts. */
#define POLICIES_NOTED 4096

/* Of so many policies, the first ones, a process takes places in advance; */
#define LEASES 16
/* so many at most, and for so long, ms. */
#define LEASE_MOST 64
#define LEASE_LASTS 1000
/* Who is busy gives back what is left with the next question; others after, ms.
 */
#define LEASE_GRACE 250

/* Sizes of a UUID and of a time in seconds as text, with '\0'. */
#define UUID_SIZE 37
#define TIME_SIZE 64

/* Documents that are fetched for one address prefix. */
static const struct rc_rate fetches = { .count = 30, .period = 60 };

/* A rate as it is asked about. */
struct question_rate {
	const char *bucket; /* NULL: it is not limited */
	const struct rc_rate *rate;
};

/* What rollcall.admit is asked. */
struct question {
	const char *network; /* NULL: not known */
	struct question_rate address;
	struct question_rate token;
	const char *network_name; /* NULL: its clients are not limited */
	int64_t most_here;
	const char *policy;
	const struct rc_rate *policy_rate; /* NULL: there is none to ask for */
	int64_t most; /* of the policy's clients; 0: any number */
	int64_t want; /* registrations under the policy */
};

/* What it said. */
struct verdict {
	const char *refused; /* the rule; NULL: none */
	int64_t wait; /* s */
	const char *epoch;
	int64_t granted; /* registrations under the policy */
	int64_t good_for; /* ms, 0: no rate says */
	const char *began;
};

/*
 * Registrations under a policy that were admitted in advance: counted in its
 * rate, with places reserved.  What is not used in time is given back.
 */
struct lease {
	int64_t left;
	int64_t until; /* ms, rc_now_mono */
	int64_t granted;
	int64_t want; /* the next time; 0: nothing was known of it yet */
	char epoch[UUID_SIZE]; /* "": no places are reserved */
	char began[TIME_SIZE];
};

/* Of this process, in the order of conf->policies. */
static struct lease leases[LEASES];

/* The policy's; NULL: each registration is admitted by itself. */
static struct lease *
find_lease(const struct rc_req *rq, const struct rc_conf_policy *policy)
{
	size_t i = (size_t)(policy - rq->conf->policies);

	if (i >= LEASES || rc_req_door() == RC_DOOR_CGI ||
	    (policy->max_clients == 0 && policy->rate_limit.count == 0))
		return NULL;
	return &leases[i];
}

/* Take one of what was admitted, where there is some. */
static bool
draw(struct lease *lease)
{

	if (lease == NULL || lease->left == 0 || rc_now_mono() >= lease->until)
		return false;
	lease->left--;
	return true;
}

/*
 * Say how many to ask for: as many as come while a lease is good, so twice as
 * many where the last one was used up, half as many where it mostly was not.
 */
static int64_t
choose_want(struct lease *lease)
{

	if (lease->want == 0)
		lease->want = 1;
	else if (lease->left == 0 && rc_now_mono() < lease->until)
		lease->want *= 2;
	else if (lease->left >= lease->granted / 2)
		lease->want /= 2;
	if (lease->want > LEASE_MOST)
		lease->want = LEASE_MOST;
	if (lease->want < 1)
		lease->want = 1;
	return lease->want;
}

static void
copy(char *to, size_t size, const char *from)
{
	size_t len = from != NULL ? strlen(from) : 0;

	if (len >= size)
		len = 0;
	memcpy(to, from != NULL ? from : "", len);
	to[len] = '\0';
}

/* Keep what was granted beyond the one that was asked for at ${asked}. */
static void
keep_lease(struct lease *lease, const struct question *q,
    const struct verdict *verdict, int64_t asked)
{
	int64_t lasts = LEASE_LASTS;

	if (verdict->good_for > 0 && verdict->good_for < lasts)
		lasts = verdict->good_for;
	lease->granted = verdict->granted;
	lease->left = verdict->granted - 1;
	lease->until = asked + lasts;
	copy(lease->epoch, sizeof(lease->epoch),
	    q->most > 0 ? verdict->epoch : NULL);
	copy(lease->began, sizeof(lease->began), verdict->began);
}

static void
ask_rate(
    struct question_rate *to, const struct rc_rate *rate, const char *bucket)
{

	if (rate->count == 0)
		return;
	to->bucket = bucket;
	to->rate = rate;
}

/* Write a number of ${rate}, NULL where there is none. */
static const char *
count_text(struct rc_req *rq, const struct rc_rate *rate)
{

	return rate == NULL ? NULL : rc_db_number(rq->mem, rate->count);
}

static const char *
period_text(struct rc_req *rq, const struct rc_rate *rate)
{

	return rate == NULL ? NULL : rc_db_number(rq->mem, rate->period);
}

static const char *
limit_text(struct rc_req *rq, int64_t most)
{

	return most == 0 ? NULL : rc_db_number(rq->mem, most);
}

/* Name the count of a policy's clients of one network. */
static const char *
name_count(struct rc_req *rq, const char *policy, const char *network)
{

	return rc_printf(rq->mem, "%s:%s", policy, network);
}

/* Count a request within one rate. */
static enum rc_err
ask_one(struct rc_req *rq, const char *rule, const struct question_rate *asked,
    const char *network, struct verdict *verdict)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(rule),
		RC_DB_TEXT(asked->bucket),
		RC_DB_TEXT(count_text(rq, asked->rate)),
		RC_DB_TEXT(period_text(rq, asked->rate)),
		RC_DB_TEXT(network),
	};
	struct rc_rows *rows;
	bool allowed;
	enum rc_err e;

	memset(verdict, 0, sizeof(*verdict));
	if (asked->bucket == NULL)
		return RC_OK;
	e = rc_rate_take(rq, asked->bucket, asked->rate, &allowed);
	if (e != RC_OK || allowed)
		return e;
	e = rc_db_exec(rq, RC_SQL_RATE_REFUSE, params,
	    sizeof(params) / sizeof(params[0]), &rows);
	if (e != RC_OK)
		return e;
	verdict->refused = rule;
	verdict->wait = rc_rows_int(rows, 0, 0);
	if (verdict->wait < 1)
		verdict->wait = 1;
	return RC_OK;
}

/* Ask all at once; ${lease}, where not NULL, is what was not used. */
static enum rc_err
ask_all(struct rc_req *rq, const struct question *q, const struct lease *lease,
    struct verdict *verdict)
{
	bool unused = lease != NULL && lease->left > 0 &&
	              lease->epoch[0] != '\0' && q->most > 0;
	const struct rc_db_param params[] = {
		RC_DB_TEXT(q->network),
		RC_DB_TEXT(q->address.bucket),
		RC_DB_TEXT(count_text(rq, q->address.rate)),
		RC_DB_TEXT(period_text(rq, q->address.rate)),
		RC_DB_TEXT(q->token.bucket),
		RC_DB_TEXT(count_text(rq, q->token.rate)),
		RC_DB_TEXT(period_text(rq, q->token.rate)),
		RC_DB_TEXT(q->network_name),
		RC_DB_TEXT(limit_text(rq, q->most_here)),
		RC_DB_TEXT(q->policy),
		RC_DB_TEXT(count_text(rq, q->policy_rate)),
		RC_DB_TEXT(period_text(rq, q->policy_rate)),
		RC_DB_TEXT(limit_text(rq, q->most)),
		RC_DB_TEXT(rc_db_number(rq->mem, q->want)),
		RC_DB_TEXT(unused ? rc_db_number(rq->mem, lease->left) : "0"),
		RC_DB_TEXT(unused ? lease->epoch : NULL),
		RC_DB_TEXT(unused ? lease->began : NULL),
	};
	struct rc_rows *rows;
	enum rc_err e;

	e = rc_db_exec(rq, RC_SQL_ADMIT, params,
	    sizeof(params) / sizeof(params[0]), &rows);
	if (e != RC_OK)
		return e;
	verdict->refused = rc_rows_text(rows, 0, 0);
	verdict->wait = rc_rows_int(rows, 0, 1);
	verdict->epoch = rc_rows_text(rows, 0, 2);
	verdict->granted = rc_rows_int(rows, 0, 3);
	verdict->good_for = rc_rows_int(rows, 0, 4);
	verdict->began = rc_rows_text(rows, 0, 5);
	return RC_OK;
}

/* Ask what is limited, in one round trip: of one rate alone, more cheaply. */
static enum rc_err
ask(struct rc_req *rq, const struct question *q, struct lease *lease,
    struct verdict *verdict)
{
	int64_t asked = rc_now_mono();
	enum rc_err e;

	memset(verdict, 0, sizeof(*verdict));
	if (q->token.bucket == NULL && q->network_name == NULL &&
	    q->policy_rate == NULL && q->most == 0)
		return ask_one(rq, "rate_limit_register", &q->address,
		    q->network, verdict);
	e = ask_all(rq, q, lease, verdict);
	if (lease == NULL)
		return e;
	/* Nobody knows whether what was left is given back: not twice. */
	if (e == RC_ERR_TEMPORARILY_UNAVAILABLE)
		lease->left = 0;
	else if (e == RC_OK && verdict->refused == NULL)
		keep_lease(lease, q, verdict, asked);
	return e;
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
ask_places(struct rc_req *rq, struct question *q,
    const struct rc_conf_policy *policy, const char *network)
{

	q->policy = policy->name;
	q->network = network;
	q->most = policy->max_clients;
	if (policy->max_clients_per_address > 0 && network != NULL) {
		q->network_name = name_count(rq, policy->name, network);
		q->most_here = policy->max_clients_per_address;
	}
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

/*
 * Ask for what is limited; what a policy limits is taken of the lease where
 * there is some left.
 */
static enum rc_err
admit(struct rc_req *rq, struct question *q, struct lease *lease,
    struct rc_admission *admission)
{
	const char *policy_name = q->most > 0 ? q->policy : NULL;
	struct verdict verdict;
	bool drawn = draw(lease);
	enum rc_err e;

	if (drawn) {
		q->policy_rate = NULL;
		q->most = 0;
	} else if (lease != NULL) {
		q->want = choose_want(lease);
	}
	e = ask(rq, q, drawn ? NULL : lease, &verdict);
	if (e == RC_OK && verdict.refused != NULL)
		e = refuse(rq, &verdict);
	if (e != RC_OK) {
		if (drawn)
			lease->left++;
		return e;
	}
	admission->policy_name = policy_name;
	admission->network_name = q->network_name;
	admission->epoch = drawn && policy_name != NULL
	                       ? rc_strdup(rq->mem, lease->epoch)
	                       : verdict.epoch;
	return RC_OK;
}

enum rc_err
rc_admission_take(struct rc_req *rq, const struct rc_conf_policy *policy,
    const struct rc_initial_token *token, bool reserve,
    struct rc_admission *admission)
{
	const char *network = rc_rate_network(rq->mem, rq->address);
	struct question q = {
		.network = network, .policy = policy->name, .want = 1
	};

	memset(admission, 0, sizeof(*admission));
	ask_rate(&q.address, &rq->conf->rate_limit_register,
	    rc_rate_bucket(rq->mem, "register", rq->address));
	if (token->id != 0)
		ask_rate(&q.token, &rq->conf->rate_limit_initial_token,
		    rc_printf(
			rq->mem, "initial_token:%lld", (long long)token->id));
	if (policy->rate_limit.count > 0)
		q.policy_rate = &policy->rate_limit;
	if (!reserve)
		return admit(rq, &q, NULL, admission);
	forget_counts(rq, policy);
	ask_places(rq, &q, policy, network);
	return admit(rq, &q, find_lease(rq, policy), admission);
}

enum rc_err
rc_admission_reserve(struct rc_req *rq, const struct rc_conf_policy *policy,
    const char *address, struct rc_admission *admission)
{
	struct question q = { .want = 1 };

	memset(admission, 0, sizeof(*admission));
	ask_places(rq, &q, policy,
	    address != NULL ? rc_rate_network(rq->mem, address) : NULL);
	return admit(rq, &q, NULL, admission);
}

enum rc_err
rc_admission_renew(struct rc_req *rq, const struct rc_conf_policy *policy,
    struct rc_admission *admission)
{
	struct lease *lease = find_lease(rq, policy);

	if (lease != NULL)
		lease->left = 0;
	memset(&rq->fault, 0, sizeof(rq->fault));
	return rc_admission_reserve(rq, policy, rq->address, admission);
}

const char *
rc_admission_counted(const struct rc_admission *admission)
{

	return admission->policy_name != NULL ? admission->policy_name
	                                      : admission->network_name;
}

/* Give places back in each of the counts named, networks first. */
static void
give_back(struct rc_req *rq, const char *network_name, const char *policy_name,
    const char *epoch, const char *began, int64_t places)
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

	const struct rc_list list = { names, n };
	const struct rc_db_param params[] = {
		RC_DB_TEXT(rc_resource_array(rq->mem, &list)),
		RC_DB_TEXT(epoch),
		RC_DB_TEXT(began),
		RC_DB_TEXT(rc_db_number(rq->mem, places)),
	};

	(void)rc_db_exec(rq, RC_SQL_CLIENT_COUNT_GIVE_BACK, params, 4, NULL);
	rq->fault = fault;
}

void
rc_admission_give_back(struct rc_req *rq, struct rc_admission *admission)
{

	give_back(rq, admission->network_name, admission->policy_name,
	    admission->epoch, NULL, 1);
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
	    conf->policies[i].max_clients > 0 ? policy_name : NULL, NULL, began,
	    1);
}

/* Give back what is left of a lease. */
static void
end_lease(struct rc_req *rq, size_t i)
{
	struct lease *lease = &leases[i];

	give_back(rq, NULL, rq->conf->policies[i].name, lease->epoch,
	    lease->began, lease->left);
	lease->left = 0;
	lease->want = 1;
}

int
rc_admission_rest(struct rc_req *rq, bool leaving)
{
	int64_t now = rc_now_mono(), next = -1, remains;
	size_t i;

	for (i = 0; i < LEASES && i < rq->conf->npolicies; i++) {
		if (leases[i].left == 0 || leases[i].epoch[0] == '\0')
			continue;
		remains = leases[i].until + LEASE_GRACE - now;
		if (leaving || remains <= 0)
			end_lease(rq, i);
		else if (next < 0 || remains < next)
			next = remains;
	}
	return (int)next;
}

const char *
rc_admission_look(struct rc_req *rq, const struct rc_conf_policy *policy)
{
	struct question q = { .want = 0 };
	struct rc_fault fault = rq->fault;
	struct rc_rows *rows;
	enum rc_err e;

	ask_places(rq, &q, policy, rc_rate_network(rq->mem, rq->address));
	if (q.most == 0 && q.network_name == NULL)
		return NULL;

	const struct rc_db_param params[] = {
		RC_DB_TEXT(q.policy),
		RC_DB_TEXT(limit_text(rq, q.most)),
		RC_DB_TEXT(q.network_name),
		RC_DB_TEXT(limit_text(rq, q.most_here)),
	};

	e = rc_db_exec(rq, RC_SQL_CLIENT_COUNT_LOOK, params, 4, &rows);
	rq->fault = fault;
	return e == RC_OK && rc_rows_count(rows) > 0 ? rc_rows_text(rows, 0, 0)
	                                             : NULL;
}

/* Count the request within a rate of its address prefix. */
static enum rc_err
ask_prefix(struct rc_req *rq, const char *rule, const char *what,
    const struct rc_rate *rate, struct verdict *verdict)
{
	struct question_rate asked = { .bucket = NULL };

	ask_rate(&asked, rate, rc_rate_bucket(rq->mem, what, rq->address));
	return ask_one(
	    rq, rule, &asked, rc_rate_network(rq->mem, rq->address), verdict);
}

enum rc_err
rc_admission_fetch(struct rc_req *rq)
{
	struct verdict verdict;
	enum rc_err e;

	e = ask_prefix(rq, "rate_limit_fetch", "fetch", &fetches, &verdict);
	if (e != RC_OK)
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

/*
 * Count what failed with ${err} within a rate of its address prefix, and return
 * what to answer.
 */
static enum rc_err
count_failure(struct rc_req *rq, enum rc_err err, const char *rule,
    const char *what, const struct rc_rate *rate)
{
	struct rc_fault fault = rq->fault;
	struct verdict verdict;
	enum rc_err e;

	e = ask_prefix(rq, rule, what, rate, &verdict);
	if (e != RC_OK || verdict.refused == NULL) {
		rq->fault = fault;
		return err;
	}
	memset(&rq->fault, 0, sizeof(rq->fault));
	return refuse(rq, &verdict);
}

enum rc_err
rc_admission_failed(struct rc_req *rq, enum rc_err err)
{

	if ((rc_err_status(err) != 401 && !rq->fault.unproven) ||
	    !has_presented(rq))
		return err;
	return count_failure(rq, err, "rate_limit_failures", "failures",
	    &rq->conf->rate_limit_failures);
}

enum rc_err
rc_admission_refused(struct rc_req *rq, enum rc_err err)
{

	if (err == RC_ERR_TOO_MANY_REQUESTS)
		return err;
	return count_failure(rq, err, "rate_limit_manage", "manage",
	    &rq->conf->rate_limit_manage);
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
