#include "sector.h"

#include "request.h"
#include "unit.h"

#define LIST ",'sector_identifier_uri':'https://s.example/list'"
#define URIS(uris) "'redirect_uris':[" uris "]"
#define A "'https://a.example/cb'"
#define B "'https://b.example/cb'"

/* What is judged without a document, and the rule that is broken. */
static const struct {
	const char *wanted, *registered, *rule;
} cases[] = {
	{ "{" URIS(A "," B) "}", NULL, NULL },
	{ "{" URIS(A "," B) ",'subject_type':'public'}", NULL, NULL },
	{ "{" URIS(A "," A) ",'subject_type':'pairwise'}", NULL, NULL },
	{ "{" URIS(A "," B) ",'subject_type':'pairwise'}", NULL,
	    "subject_type.sector" },
	{ "{" URIS("'http://localhost/'") ",'subject_type':'pairwise'}", NULL,
	    "subject_type.sector" },
	{ "{" URIS("'com.a.b:/cb'") ",'subject_type':'pairwise'}", NULL,
	    "subject_type.sector" },
	{ "{" URIS(B) ",'subject_type':'pairwise'}", "{" URIS(A) "}",
	    "subject_type.sector_changed" },
	/* The same list and URIs were judged when they were registered. */
	{ "{" URIS(A "," B) LIST "}", "{" URIS(A "," B) LIST "}", NULL },
	{ "{" URIS(A "," B) LIST ",'subject_type':'pairwise'}",
	    "{" URIS(A "," B) LIST ",'subject_type':'pairwise'}", NULL },
};

START_TEST(a_sector_is_one_host)
{
	struct rc_json *registered;
	struct rc_req *rq;
	enum rc_err e;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rq = unit_request("");
		registered = cases[i].registered != NULL
		                 ? unit_json(rq, cases[i].registered)
		                 : NULL;
		e = rc_sector_judge(
		    rq, unit_json(rq, cases[i].wanted), registered);
		ck_assert_msg((e == RC_OK) == (cases[i].rule == NULL), "%s: %s",
		    cases[i].wanted, rc_err_name(e));
		if (cases[i].rule != NULL)
			ck_assert_str_eq(rq->fault.rule, cases[i].rule);
		unit_request_free(rq);
	}
}
END_TEST

/* Nobody is asked for a document of what is refused anyhow. */
START_TEST(what_is_faulty_is_not_fetched)
{
	struct rc_req *rq = unit_request("");

	(void)rc_fail(rq, RC_ERR_INVALID_REQUEST, "something else");
	ck_assert_int_eq(rc_sector_judge(rq,
			     unit_json(rq, "{" URIS(A "," B) LIST "}"), NULL),
	    RC_OK);
	unit_request_free(rq);
}
END_TEST

UNIT_MAIN("sector", a_sector_is_one_host, what_is_faulty_is_not_fetched)
