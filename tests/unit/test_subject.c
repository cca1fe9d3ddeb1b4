#include "subject.h"

#include <sys/stat.h>

#include "crypt.h"
#include "request.h"
#include "signing_key.h"
#include "unit.h"

#define PAIRWISE "'subject_type':'pairwise'"

static const struct {
	const char *metadata, *sector;
} sectors[] = {
	{ "{'redirect_uris':['https://a.example/cb']}", "a.example" },
	{ "{'redirect_uris':['https://A.example/1','https://a.EXAMPLE:444/2']}",
	    "a.example" },
	{ "{'redirect_uris':['https://a.example/1','https://b.example/2']}",
	    NULL },
	{ "{'redirect_uris':['https://a.example/1','https://b.example/2'],"
	  "'sector_identifier_uri':'https://S.example:8443/list'}",
	    "s.example" },
	{ "{'redirect_uris':['http://127.0.0.1/cb']}", NULL },
	{ "{'redirect_uris':['http://localhost:1/cb']}", NULL },
	{ "{'redirect_uris':['com.example.app:/cb']}", NULL },
	{ "{'redirect_uris':['https://a.example/1','com.example.app:/cb']}",
	    NULL },
	{ "{}", NULL },
};

START_TEST(sectors_of_clients)
{
	struct rc_req *rq = unit_request("");
	const char *sector;
	size_t i;

	for (i = 0; i < sizeof(sectors) / sizeof(*sectors); i++) {
		sector = rc_subject_sector(
		    rq->mem, unit_json(rq, sectors[i].metadata));
		ck_assert_msg(
		    (sector == NULL && sectors[i].sector == NULL) ||
			(sector != NULL && sectors[i].sector != NULL &&
			    strcmp(sector, sectors[i].sector) == 0),
		    "%s: %s", sectors[i].metadata,
		    sector != NULL ? sector : "none");
	}
	unit_request_free(rq);
}
END_TEST

static const char *
subject(struct rc_req *rq, const char *metadata, const char *account)
{

	return rc_subject(rq, unit_json(rq, metadata), account);
}

START_TEST(pairwise_subjects)
{
	static const char a[] =
	    "{" PAIRWISE ",'redirect_uris':['https://a.example/1']}";
	static const char also_a[] =
	    "{" PAIRWISE ",'redirect_uris':['https://A.example:5/2']}";
	static const char b[] =
	    "{" PAIRWISE ",'redirect_uris':['https://b.example/1']}";
	char path[] = "/tmp/rollcall-key-XXXXXX", why[512], conf[64];
	unsigned char key[32];
	struct rc_req *rq;
	const char *sub;
	int fd;

	ck_assert(rc_crypt_start());
	ck_assert_int_ge(fd = mkstemp(path), 0);
	(void)close(fd);
	(void)unlink(path);
	(void)snprintf(conf, sizeof(conf), "key_file = \"%s\"\n", path);
	rq = unit_request(conf);

	/* Without a key there is no name to give. */
	ck_assert_ptr_null(subject(rq, a, "u1"));
	ck_assert_int_eq(rq->fault.err, RC_ERR_TEMPORARILY_UNAVAILABLE);
	ck_assert_str_eq(subject(rq, "{}", "u1"), "u1");
	ck_assert_str_eq(subject(rq, "{'subject_type':'public'}", "u1"), "u1");

	ck_assert_msg(
	    rc_signing_key_seal_file(path, true, key, why, sizeof(why)), "%s",
	    why);
	ck_assert_ptr_nonnull(sub = subject(rq, a, "u1"));
	ck_assert_uint_eq(strlen(sub), 43);
	ck_assert_str_eq(subject(rq, also_a, "u1"), sub);
	ck_assert_str_ne(subject(rq, a, "u2"), sub);
	ck_assert_str_ne(subject(rq, b, "u1"), sub);
	/* Only direct SQL makes a client that has no sector. */
	ck_assert_ptr_null(subject(rq, "{" PAIRWISE "}", "u1"));
	(void)unlink(path);
	unit_request_free(rq);
}
END_TEST

UNIT_MAIN("subject", sectors_of_clients, pairwise_subjects)
