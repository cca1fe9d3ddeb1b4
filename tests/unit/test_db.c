#include "db.h"

#include "arena.h"
#include "unit.h"

/* What PostgreSQL's appendix A calls these, and what they mean here. */
static const struct {
	const char *state;
	enum rc_err err;
	bool retry;
	bool reconnect;
} rows[] = {
	{ "08000", RC_ERR_TEMPORARILY_UNAVAILABLE, false, true },
	{ "08006", RC_ERR_TEMPORARILY_UNAVAILABLE, false, true },
	{ "08P01", RC_ERR_TEMPORARILY_UNAVAILABLE, false, true },
	{ "0A000", RC_ERR_SERVER_ERROR, true, true },
	{ "22P02", RC_ERR_SERVER_ERROR, false, false },
	{ "23505", RC_ERR_SERVER_ERROR, false, false },
	{ "23514", RC_ERR_SERVER_ERROR, false, false },
	{ "25006", RC_ERR_TEMPORARILY_UNAVAILABLE, false, true },
	{ "25P02", RC_ERR_SERVER_ERROR, false, false },
	{ "26000", RC_ERR_SERVER_ERROR, true, true },
	{ "40001", RC_ERR_TEMPORARILY_UNAVAILABLE, true, false },
	{ "40P01", RC_ERR_TEMPORARILY_UNAVAILABLE, true, false },
	{ "40003", RC_ERR_SERVER_ERROR, false, false },
	{ "42501", RC_ERR_SERVER_ERROR, false, false },
	{ "42P01", RC_ERR_SERVER_ERROR, false, false },
	{ "42P05", RC_ERR_SERVER_ERROR, true, true },
	{ "53100", RC_ERR_TEMPORARILY_UNAVAILABLE, false, false },
	{ "53200", RC_ERR_TEMPORARILY_UNAVAILABLE, false, false },
	{ "53300", RC_ERR_TEMPORARILY_UNAVAILABLE, false, false },
	{ "55P03", RC_ERR_TEMPORARILY_UNAVAILABLE, false, false },
	{ "57014", RC_ERR_TEMPORARILY_UNAVAILABLE, false, false },
	{ "57P01", RC_ERR_TEMPORARILY_UNAVAILABLE, false, true },
	{ "57P02", RC_ERR_TEMPORARILY_UNAVAILABLE, false, true },
	{ "57P03", RC_ERR_TEMPORARILY_UNAVAILABLE, false, true },
	{ "57P04", RC_ERR_TEMPORARILY_UNAVAILABLE, false, true },
	{ "57P05", RC_ERR_TEMPORARILY_UNAVAILABLE, false, true },
	{ "57000", RC_ERR_SERVER_ERROR, false, false },
	{ "XX000", RC_ERR_SERVER_ERROR, false, false },
	{ "", RC_ERR_SERVER_ERROR, false, false },
	{ NULL, RC_ERR_SERVER_ERROR, false, false },
};

START_TEST(every_sqlstate_has_its_class)
{
	bool retry, reconnect;
	enum rc_err err;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *name =
		    rows[i].state == NULL ? "NULL" : rows[i].state;

		retry = reconnect = !rows[i].retry;
		err = rc_db_class(rows[i].state, &retry, &reconnect);
		ck_assert_msg(
		    err == rows[i].err, "%s: %s", name, rc_err_name(err));
		ck_assert_msg(retry == rows[i].retry, "%s retry", name);
		ck_assert_msg(
		    reconnect == rows[i].reconnect, "%s reconnect", name);
	}
}
END_TEST

/* What may be shown of a connection string; NULL: all of it. */
static const struct {
	const char *conninfo, *shown, *user;
} shown[] = {
	{ "dbname=rollcall", NULL, NULL },
	{ "dbname=rollcall", "user='u' dbname='rollcall'", "u" },
	{ "", NULL, NULL },
	{ "postgresql://u@h/d", NULL, NULL },
	{ "postgresql://u@h/d", "user='r' dbname='d' host='h'", "r" },
	{ "dbname=d password=secret", "password='***' dbname='d'", NULL },
	{ "password = 'a \\' b' dbname = 'r \\\\c'",
	    "password='***' dbname='r \\\\c'", NULL },
	{ "postgresql://u:s%20t@h:1/d?sslpassword=q",
	    "user='u' password='***' dbname='d' host='h' port='1' "
	    "sslpassword='***'",
	    NULL },
	{ "no such password=secret", "***", NULL },
};

START_TEST(no_password_is_shown)
{
	struct rc_arena *mem = rc_arena_new();
	size_t i;

	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		ck_assert_str_eq(
		    rc_db_masked(mem, shown[i].conninfo, shown[i].user),
		    shown[i].shown != NULL ? shown[i].shown
					   : shown[i].conninfo);
	rc_arena_free(mem);
}
END_TEST

UNIT_MAIN("db", every_sqlstate_has_its_class, no_password_is_shown)
