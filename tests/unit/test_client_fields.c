#include "unit.h"

#include "client_fields.h"
#include "request.h"

/* A value of each JSON type, to find the ones that a kind does not take. */
static const char *const samples[] = { "'text'", "['text']", "true", "7",
	"{'a':1}", "1.5", "[1]" };

/* The samples that have the type of a kind, as bits. */
static const unsigned fits[RC_KIND__MAX] = {
	[RC_STRING] = 1,
	[RC_URI] = 1,
	[RC_WORDS] = 1,
	[RC_STRINGS] = 2,
	[RC_URIS] = 2,
	[RC_BOOL] = 4,
	[RC_INT] = 8,
	[RC_OBJECT] = 16,
};

/* A value that each kind takes, where no check asks for more. */
static const char *const plain[RC_KIND__MAX] = {
	[RC_STRING] = "'text'",
	[RC_URI] = "'https://client.example/x'",
	[RC_WORDS] = "'one two'",
	[RC_STRINGS] = "['text']",
	[RC_URIS] = "['https://client.example/x']",
	[RC_BOOL] = "true",
	[RC_INT] = "7",
	[RC_OBJECT] = ("{'keys':[{'kty':'OKP','crv':'Ed25519','x':"
		       "'11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'}]}"),
};

/* Take the one member ${f}=${value}; *${out} is what was taken. */
static enum rc_err
take(struct rc_req *rq, const struct rc_field *f, const char *value,
    struct rc_json **out)
{
	*out = rc_json_new_object(rq->mem);
	return rc_field_take(rq, rc_client_fields, rc_client_nfields,
	    unit_json(rq, rc_printf(rq->mem, "{'%s':%s}", f->name, value)),
	    *out);
}

START_TEST(every_row_is_whole_and_names_are_unique)
{
	size_t i, k;

	for (i = 0; i < rc_client_nfields; i++) {
		ck_assert_ptr_nonnull(rc_client_fields[i].spec);
		ck_assert(rc_client_fields[i].error != RC_OK);
		for (k = 0; k < i; k++)
			ck_assert_str_ne(
			    rc_client_fields[i].name, rc_client_fields[k].name);
		ck_assert_ptr_eq(
		    rc_field_find(rc_client_fields, rc_client_nfields,
			rc_client_fields[i].name),
		    &rc_client_fields[i]);
	}
	ck_assert_uint_ge(rc_client_nfields, 49);
}
END_TEST

START_TEST(every_row_refuses_every_wrong_type_by_name)
{
	const struct rc_field *f;
	struct rc_json *out;
	struct rc_req *rq;
	size_t i, k;

	for (i = 0; i < rc_client_nfields; i++) {
		f = &rc_client_fields[i];
		for (k = 0; k < sizeof(samples) / sizeof(samples[0]); k++) {
			if (fits[f->kind] & 1U << k)
				continue;
			rq = unit_request("");
			ck_assert_msg(take(rq, f, samples[k], &out) == f->error,
			    "%s = %s", f->name, samples[k]);
			ck_assert_msg(
			    strstr(rq->fault.description, f->name) != NULL,
			    "%s: %s", f->name, rq->fault.description);
			unit_request_free(rq);
		}
	}
}
END_TEST

START_TEST(every_row_takes_null_for_absent)
{
	struct rc_req *rq = unit_request("");
	struct rc_json *out;
	size_t i;

	for (i = 0; i < rc_client_nfields; i++) {
		ck_assert_int_eq(
		    take(rq, &rc_client_fields[i], "null", &out), RC_OK);
		ck_assert_uint_eq(rc_json_count(out), 0);
	}
	unit_request_free(rq);
}
END_TEST

START_TEST(every_row_takes_a_good_value_or_says_it_is_not_built)
{
	const struct rc_field *f;
	const char *value;
	struct rc_json *out;
	struct rc_req *rq;
	enum rc_err e;
	size_t i;

	for (i = 0; i < rc_client_nfields; i++) {
		f = &rc_client_fields[i];
		rq = unit_request("");
		value = f->values != NULL
		            ? rc_printf(rq->mem, "'%s'", f->values[0])
		            : plain[f->kind];
		e = take(rq, f, value, &out);
		if (f->flags & RC_FIELD_UNBUILT) {
			ck_assert_msg(e == f->error, "%s", f->name);
			ck_assert_ptr_nonnull(
			    strstr(rq->fault.description, "does not support"));
		} else {
			ck_assert_msg(e == RC_OK, "%s: %s", f->name,
			    rq->fault.description);
			ck_assert(rc_json_equal(
			    rc_json_get(out, f->name), unit_json(rq, value)));
		}
		unit_request_free(rq);
	}
}
END_TEST

START_TEST(what_is_not_built_may_be_declined)
{
	struct rc_req *rq = unit_request("");
	struct rc_json *out;
	size_t i;

	for (i = 0; i < rc_client_nfields; i++) {
		if (rc_client_fields[i].kind != RC_BOOL)
			continue;
		ck_assert_int_eq(
		    take(rq, &rc_client_fields[i], "false", &out), RC_OK);
	}
	unit_request_free(rq);
}
END_TEST

/* Members and values that a row's own check judges. */
/* clang-format off */
static const struct {
	const char *name, *value;
	bool good;
} checks[] = {
	{ "logo_uri", "'http://client.example/logo.png'", true },
	{ "logo_uri", "'ftp://client.example/logo.png'", false },
	{ "logo_uri", "'/logo.png'", false },
	{ "logo_uri", "'javascript:alert(1)'", false },
	{ "logo_uri", "'https://user:pw@client.example/'", false },
	{ "client_uri", "'http://client.example/'", true },
	{ "tos_uri", "'http://client.example/'", true },
	{ "policy_uri", "'http://client.example/'", true },
	{ "client_uri#fr", "'data:text/html,x'", false },
	{ "jwks_uri", "'http://client.example/jwks'", false },
	{ "jwks_uri", "'https://u@client.example/jwks'", false },
	{ "initiate_login_uri", "'http://client.example/'", false },
	{ "initiate_login_uri", "'not a uri'", false },
	{ "frontchannel_logout_uri", "'https://c.example/out?a=b'", true },
	{ "frontchannel_logout_uri", "'https://c.example/out#x'", false },
	{ "backchannel_logout_uri", "'http://c.example/out'", false },
	{ "request_uris", "['https://c.example/r#hash']", true },
	{ "request_uris", "['http://c.example/r']", false },
	{ "post_logout_redirect_uris", "['http://c.example/r']", false },
	{ "post_logout_redirect_uris", "['http://localhost/r']", true },
	{ "redirect_uris", "['https://c.example/cb', 'https://c.example/#']",
	    false },
	{ "default_max_age", "-1", false },
	{ "id_token_signed_response_alg", "'none'", false },
	{ "id_token_signed_response_alg", "'HS256'", false },
	{ "id_token_signed_response_alg", "'ES256'", true },
	{ "token_endpoint_auth_signing_alg", "'none'", false },
	{ "subject_type", "'pairwise'", true },
	{ "subject_type", "'private'", false },
	{ "sector_identifier_uri", "'https://c.example/sector'", true },
	{ "sector_identifier_uri", "'http://c.example/sector'", false },
	{ "application_type", "'browser'", false },
	{ "jwks", "{}", false },
	{ "jwks", "{'keys':[{'kty':'oct','k':'AAAA'}]}", false },
};
/* clang-format on */

START_TEST(values_are_checked_by_their_row)
{
	struct rc_req *rq;
	size_t i;

	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		rq = unit_request("");
		ck_assert_msg(
		    (rc_field_take(rq, rc_client_fields, rc_client_nfields,
			 unit_json(rq, rc_printf(rq->mem, "{'%s':%s}",
					   checks[i].name, checks[i].value)),
			 rc_json_new_object(rq->mem)) == RC_OK) ==
			checks[i].good,
		    "%s = %s", checks[i].name, checks[i].value);
		unit_request_free(rq);
	}
}
END_TEST

START_TEST(the_manual_names_every_row)
{
	const char *srcdir = getenv("srcdir");
	char path[4096], name[128];
	static char text[65536];
	size_t i, n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/man/rollcall-register.8",
	    srcdir != NULL ? srcdir : ".");
	f = fopen(path, "r");
	ck_assert_msg(f != NULL, "%s", path);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	(void)fclose(f);
	for (i = 0; i < rc_client_nfields; i++) {
		(void)snprintf(
		    name, sizeof(name), "\n.Li %s", rc_client_fields[i].name);
		ck_assert_msg(
		    strstr(text, name) != NULL, "%s", rc_client_fields[i].name);
	}
}
END_TEST

UNIT_MAIN("client_fields", the_manual_names_every_row,
    every_row_is_whole_and_names_are_unique,
    every_row_refuses_every_wrong_type_by_name, every_row_takes_null_for_absent,
    every_row_takes_a_good_value_or_says_it_is_not_built,
    what_is_not_built_may_be_declined, values_are_checked_by_their_row)
