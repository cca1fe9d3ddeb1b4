#include "key.h"

#include <inttypes.h>
#include <string.h>

#include "alg.h"
#include "arena.h"
#include "conf.h"
#include "crypt.h"
#include "req.h"
#include "signing_key.h"

enum admin_exit
key_make(struct admin *a, const char *alg, bool create, const char **kid,
    const char **status)
{
	const unsigned char *sealed;
	const char *public;
	unsigned char seal[32];
	struct rc_rows *rows;
	enum admin_exit e;
	char why[512];
	size_t len;
	bool made;

	if (!rc_signing_key_seal_file(
		a->rq->conf->key_file, create, seal, why, sizeof(why)))
		return admin_fail(ADMIN_FAILED,
		    "%s; see key_file in %s, and rollcall-admin setup", why,
		    a->rq->conf->file);
	made =
	    rc_signing_key_make(a->mem, alg, seal, kid, &public, &sealed, &len);
	rc_crypt_wipe(seal, sizeof(seal));
	if (!made)
		return admin_fail(ADMIN_FAILED,
		    "no %s key came about, as the line before says; try again",
		    alg);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(*kid),
		RC_DB_TEXT(alg),
		RC_DB_TEXT(public),
		RC_DB_BYTES(sealed, len),
	};

	e = admin_sql(a, RC_SQL_SIGNING_KEY_ADD, params, 4, &rows);
	if (e == ADMIN_OK)
		*status = rc_rows_text(rows, 0, 0);
	return e;
}

static enum admin_exit
add(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "kid", TABLE_TEXT },
		{ "alg", TABLE_TEXT },
		{ "status", TABLE_TEXT },
	};
	const char *kid = NULL, *status = NULL;
	enum admin_exit e;
	size_t i;

	for (i = 0; rc_algs[i] != NULL && strcmp(rc_algs[i], a->arg) != 0; i++)
		;
	if (rc_algs[i] == NULL)
		return admin_fail(ADMIN_USAGE,
		    "there is no algorithm %s here; take one of RS256, PS256, "
		    "ES256 and EdDSA",
		    a->arg);
	if ((e = key_make(a, rc_algs[i], false, &kid, &status)) != ADMIN_OK)
		return e;

	const char *const cells[] = { kid, rc_algs[i], status };

	admin_done(
	    a, columns, 3, cells, "%s key %s is %s", rc_algs[i], kid, status);
	return ADMIN_OK;
}

static enum admin_exit
list(struct admin *a)
{
	static const struct table_column columns[] = {
		{ "kid", TABLE_TEXT },
		{ "alg", TABLE_TEXT },
		{ "status", TABLE_TEXT },
		{ "created_at", TABLE_TIME },
		{ "activated_at", TABLE_TIME },
		{ "deactivated_at", TABLE_TIME },
		{ "retired_at", TABLE_TIME },
	};

	return admin_list(a, RC_SQL_SIGNING_KEY_LIST, NULL, 0, columns,
	    sizeof(columns) / sizeof(columns[0]));
}

/* What promote and retire may answer beside the word for success. */
static enum admin_exit
explain(struct admin *a, const char *outcome, int64_t seconds)
{

	if (strcmp(outcome, "unknown") == 0)
		return admin_fail(ADMIN_NOT_FOUND,
		    "there is no key %s; see rollcall-admin key list", a->arg);
	if (strcmp(outcome, "not_published") == 0)
		return admin_fail(ADMIN_FAILED,
		    "the key %s is not published, and only such a key can be "
		    "promoted; see rollcall-admin key list",
		    a->arg);
	if (strcmp(outcome, "active") == 0)
		return admin_fail(ADMIN_FAILED,
		    "the key %s is active; promote another of its algorithm "
		    "first",
		    a->arg);
	return admin_fail(ADMIN_FAILED,
	    "it is too early for the key %s: %" PRId64
	    " seconds must pass first, lest tokens fail; wait, or add --now",
	    a->arg, seconds);
}

static enum admin_exit
change(struct admin *a, enum rc_sql sql, int64_t least, const char *done)
{
	static const struct table_column columns[] = {
		{ "kid", TABLE_TEXT },
		{ "outcome", TABLE_TEXT },
	};
	int64_t seconds = admin_has(a, "now") ? 0 : least;
	const struct rc_db_param params[] = {
		RC_DB_TEXT(a->arg),
		RC_DB_TEXT(rc_printf(a->mem, "%" PRId64, seconds)),
	};
	const char *outcome;
	struct rc_rows *rows;
	enum admin_exit e;
	bool already;

	if ((e = admin_sql(a, sql, params, 2, &rows)) != ADMIN_OK)
		return e;
	outcome = rc_rows_text(rows, 0, 0);
	already = strcmp(outcome, "already") == 0;
	if (!already && strcmp(outcome, done) != 0)
		return explain(a, outcome, seconds);

	const char *const cells[] = { a->arg, outcome };

	admin_done(a, columns, 2, cells, "key %s was %s%s", a->arg, done,
	    already ? " already" : "");
	return ADMIN_OK;
}

static enum admin_exit
promote(struct admin *a)
{

	return change(a, RC_SQL_SIGNING_KEY_PROMOTE, RC_SIGNING_KEY_PUBLISHED,
	    "promoted");
}

static enum admin_exit
retire(struct admin *a)
{

	return change(a, RC_SQL_SIGNING_KEY_RETIRE,
	    rc_signing_key_retiring(a->rq->conf), "retired");
}

static const struct admin_option now_options[] = {
	{ "now", NULL, false },
};

static const struct admin_command commands[] = {
	{ "add", "ALG", NULL, 0, "make a key and publish it", add },
	{ "list", NULL, NULL, 0, "list the keys", list },
	{ "promote", "KID", now_options, 1, "sign with a published key",
	    promote },
	{ "retire", "KID", now_options, 1, "take a key out of jwks", retire },
};

const struct admin_noun admin_key = { "key", commands,
	sizeof(commands) / sizeof(commands[0]) };
