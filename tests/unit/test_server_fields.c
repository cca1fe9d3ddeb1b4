#include "unit.h"

#include <string.h>

#include "server_fields.h"

START_TEST(every_row_is_whole_and_names_are_unique)
{
	const struct rc_server_field *f;
	size_t i, k;

	for (i = 0; i < rc_server_nfields; i++) {
		f = &rc_server_fields[i];
		ck_assert_ptr_nonnull(f->spec);
		ck_assert(
		    (f->path != NULL) == (f->source == RC_SERVER_ENDPOINT));
		ck_assert(
		    (f->values != NULL) == (f->source == RC_SERVER_VALUES));
		for (k = 0; k < i; k++)
			ck_assert_str_ne(f->name, rc_server_fields[k].name);
	}
}
END_TEST

/* RFC 8414 2: what a client cannot do without. */
START_TEST(required_members_have_a_row)
{
	static const char *const required[] = { "issuer",
		"response_types_supported", "registration_endpoint",
		"grant_types_supported", "authorization_endpoint",
		"token_endpoint", "jwks_uri",
		"code_challenge_methods_supported" };
	size_t i, k;

	for (i = 0; i < sizeof(required) / sizeof(required[0]); i++) {
		for (k = 0; strcmp(rc_server_fields[k].name, required[i]) != 0;)
			ck_assert(++k < rc_server_nfields);
	}
}
END_TEST

UNIT_MAIN("server_fields", every_row_is_whole_and_names_are_unique,
    required_members_have_a_row)
