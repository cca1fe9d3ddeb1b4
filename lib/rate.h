#ifndef RC_RATE_H
#define RC_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct rc_arena;
struct rc_rate;
struct rc_req;

/*
 * rc_rate_network(mem, address):
 * Return the network that an address is counted with: itself where it is IPv4,
 * its /64 where it is IPv6, which one subscriber has all of; an IPv4-mapped one
 * counts as IPv4.  NULL: it is no address.
 */
const char *rc_rate_network(struct rc_arena *mem, const char *address);

/*
 * rc_rate_bucket(mem, what, address):
 * Return the name of what is counted for an address: ${what}, ':' and its
 * network, or the address where it has none.
 */
const char *rc_rate_bucket(
    struct rc_arena *mem, const char *what, const char *address);

/*
 * rc_rate_take(rq, bucket, rate, allowed):
 * Count one more where that stays within ${rate}: the count drains evenly over
 * its period.  Errors as rc_db_exec.
 */
enum rc_err rc_rate_take(struct rc_req *rq, const char *bucket,
    const struct rc_rate *rate, bool *allowed);

/*
 * rc_rate_refused(rq, rule):
 * Count that a limit, such as "rate_limit_login", refused a request of that
 * address's network.  A failure is logged and does no harm.
 */
void rc_rate_refused(struct rc_req *rq, const char *rule);

/*
 * rc_rate_give_back(rq, bucket):
 * Take back what was counted and turned out to be none.  A failure is logged
 * and does no harm.
 */
void rc_rate_give_back(struct rc_req *rq, const char *bucket);

/*
 * rc_rate_wait(rate):
 * Return the seconds after which one more is let pass, where all is used up.
 */
int64_t rc_rate_wait(const struct rc_rate *rate);

#endif
