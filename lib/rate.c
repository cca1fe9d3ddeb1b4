#include "rate.h"

#include <arpa/inet.h>
#include <string.h>

#include "arena.h"
#include "conf.h"
#include "db.h"
#include "req.h"

/* Bytes of an IPv6 address behind its /64. */
#define HOST_BYTES 8

const char *
rc_rate_network(struct rc_arena *mem, const char *address)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr v6;
	struct in_addr v4;

	if (inet_pton(AF_INET, address, &v4) == 1)
		return rc_strdup(mem, address);
	if (inet_pton(AF_INET6, address, &v6) != 1)
		return NULL;
	if (IN6_IS_ADDR_V4MAPPED(&v6)) {
		inet_ntop(
		    AF_INET, v6.s6_addr + sizeof(v6) - 4, text, sizeof(text));
		return rc_strdup(mem, text);
	}
	memset(v6.s6_addr + sizeof(v6) - HOST_BYTES, 0, HOST_BYTES);
	inet_ntop(AF_INET6, &v6, text, sizeof(text));
	return rc_printf(mem, "%s/64", text);
}

const char *
rc_rate_bucket(struct rc_arena *mem, const char *what, const char *address)
{
	const char *network = rc_rate_network(mem, address);

	return rc_printf(
	    mem, "%s:%s", what, network != NULL ? network : address);
}

enum rc_err
rc_rate_take(struct rc_req *rq, const char *bucket, const struct rc_rate *rate,
    bool *allowed)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(bucket),
		RC_DB_TEXT(rc_printf(rq->mem, "%lld", (long long)rate->count)),
		RC_DB_TEXT(rc_printf(rq->mem, "%lld", (long long)rate->period)),
	};
	struct rc_rows *rows;
	enum rc_err e;

	*allowed = true;
	if (rate->count == 0)
		return RC_OK;
	e = rc_db_exec(rq, RC_SQL_RATE_TAKE, params, 3, &rows);
	if (e == RC_OK)
		*allowed = rc_rows_count(rows) > 0;
	return e;
}

void
rc_rate_refused(struct rc_req *rq, const char *rule)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(rule),
		RC_DB_TEXT(rc_rate_network(rq->mem, rq->address)),
	};
	struct rc_fault fault = rq->fault;

	if (params[1].data == NULL)
		return;
	(void)rc_db_exec(rq, RC_SQL_RATE_REFUSED, params, 2, NULL);
	rq->fault = fault;
}

void
rc_rate_give_back(struct rc_req *rq, const char *bucket)
{
	const struct rc_db_param params[] = { RC_DB_TEXT(bucket) };
	struct rc_fault fault = rq->fault;

	(void)rc_db_exec(rq, RC_SQL_RATE_GIVE_BACK, params, 1, NULL);
	rq->fault = fault;
}

int64_t
rc_rate_wait(const struct rc_rate *rate)
{

	if (rate->count == 0)
		return 0;
	return (rate->period + rate->count - 1) / rate->count;
}
