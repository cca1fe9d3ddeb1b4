#ifndef RC_CLAIMS_H
#define RC_CLAIMS_H

#include <stdbool.h>
#include <stdint.h>

struct rc_arena;
struct rc_json;

/* Clocks differ by so many seconds. */
#define RC_CLAIMS_SKEW INT64_C(60)

/*
 * rc_claims_date(mem, value, date):
 * Take a NumericDate (RFC 7519 2), which may have a fraction, in whole seconds;
 * false: it is none, or no time that anybody means.
 */
bool rc_claims_date(
    struct rc_arena *mem, const struct rc_json *value, int64_t *date);

/*
 * rc_claims_times(mem, payload, endless, exp):
 * Judge when a JWT counts (RFC 7519 4.1.4 to 4.1.6): exp, nbf and iat.  exp,
 * which ${endless} allows to be absent, is put into *${exp}, 0 for none. Return
 * NULL when the JWT counts now, else a phrase that fits behind "the assertion
 * ".
 */
const char *rc_claims_times(struct rc_arena *mem, const struct rc_json *payload,
    bool endless, int64_t *exp);

/*
 * rc_claims_begin(mem, payload):
 * Judge nbf and iat alone, of a JWT that may have ended since it came.
 */
const char *rc_claims_begin(
    struct rc_arena *mem, const struct rc_json *payload);

#endif
