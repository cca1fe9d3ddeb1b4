#include "key_set.h"

#include "jose.h"
#include "request.h"
#include "unit.h"

/* Nobody is to blame for a signature whose keys cannot be had. */
START_TEST(a_set_that_cannot_be_had)
{
	static const char *const algs[] = { "EdDSA", NULL };
	const struct rc_jws jws = { .alg = "EdDSA" };
	struct rc_req *rq = unit_request("");
	const struct rc_key_source source = {
		.url = rc_printf(rq->mem, "https://c.example/%02100d", 0)
	};
	const char *why = NULL;
	bool good = true;

	ck_assert_int_eq(
	    rc_key_set_verify(rq, &jws, algs, &source, &good, &why), RC_OK);
	ck_assert(!good);
	ck_assert_str_eq(why, "is at a URL that is too long");
	ck_assert_int_eq(rq->fault.err, RC_OK);
	unit_request_free(rq);
}
END_TEST

UNIT_MAIN("key_set", a_set_that_cannot_be_had)
