#include "claims.h"

#include <stddef.h>
#include <stdlib.h>

#include "arena.h"
#include "json.h"
#include "now.h"

/* A NumericDate beyond this is no date, and fits a double exactly. */
#define LATEST 1e15

bool
rc_claims_date(struct rc_arena *mem, const struct rc_json *value, int64_t *date)
{
	double d;

	if (rc_json_type(value) == RC_JSON_INT) {
		*date = rc_json_int(value);
		return *date >= 0 && (double)*date < LATEST;
	}
	if (rc_json_type(value) != RC_JSON_NUMBER)
		return false;
	d = strtod(rc_json_write(mem, value), NULL);
	if (!(d >= 0 && d < LATEST))
		return false;
	*date = (int64_t)d;
	return true;
}

const char *
rc_claims_begin(struct rc_arena *mem, const struct rc_json *payload)
{
	static const char *const begins[] = { "nbf", "iat" };
	int64_t now = rc_now(), date;
	size_t i;

	for (i = 0; i < sizeof(begins) / sizeof(*begins); i++) {
		if (!rc_json_has(payload, begins[i]))
			continue;
		if (!rc_claims_date(
			mem, rc_json_get(payload, begins[i]), &date))
			return rc_printf(
			    mem, "has an %s that is no time", begins[i]);
		if (date > now + RC_CLAIMS_SKEW)
			return rc_printf(mem,
			    "is not valid yet: its %s is in the future",
			    begins[i]);
	}
	return NULL;
}

const char *
rc_claims_times(struct rc_arena *mem, const struct rc_json *payload,
    bool endless, int64_t *exp)
{

	*exp = 0;
	if (endless && !rc_json_has(payload, "exp"))
		return rc_claims_begin(mem, payload);
	if (!rc_json_has(payload, "exp"))
		return "has no exp";
	if (!rc_claims_date(mem, rc_json_get(payload, "exp"), exp))
		return "has an exp that is no time";
	if (*exp <= rc_now() - RC_CLAIMS_SKEW)
		return "has expired";
	return rc_claims_begin(mem, payload);
}
