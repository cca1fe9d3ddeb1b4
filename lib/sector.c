#include "sector.h"

#include <stdbool.h>
#include <string.h>

#include "arena.h"
#include "document.h"
#include "json.h"
#include "req.h"
#include "subject.h"

#define META RC_ERR_INVALID_CLIENT_METADATA

/* For how many seconds a list that was fetched counts: who mends one waits. */
#define MAX_AGE 60

/* Was the same judged when it was registered? */
static bool
is_judged(const struct rc_json *metadata, const struct rc_json *registered)
{
	static const char *const members[] = { "sector_identifier_uri",
		"redirect_uris" };
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (!rc_json_equal(rc_json_get(metadata, members[i]),
			rc_json_get(registered, members[i])))
			return false;
	return true;
}

static enum rc_err
fail_document(struct rc_req *rq, const char *why)
{

	return rc_fail_at(rq, META, "/sector_identifier_uri",
	    "sector_identifier_uri.document",
	    "serve, by https on a public address, a JSON array of all "
	    "redirect_uris of the sector",
	    "the document at sector_identifier_uri %s", why);
}

/* Registration 1.0 5: every redirect URI is an element of the array. */
static enum rc_err
check_list(
    struct rc_req *rq, const struct rc_json *list, const struct rc_json *uris)
{
	enum rc_err e = RC_OK;
	const char *uri;
	size_t i;

	if (rc_json_type(list) != RC_JSON_ARRAY)
		return fail_document(rq, "is no array");
	for (i = 0; i < rc_json_count(uris); i++) {
		uri = rc_json_string(rc_json_at(uris, i));
		if (rc_json_holds(list, uri))
			continue;
		e = rc_fail_at(rq, META,
		    rc_printf(rq->mem, "/redirect_uris/%zu", i),
		    "sector_identifier_uri.listed",
		    "add it to the document, byte for byte",
		    "redirect_uris: number %zu is not in the document at "
		    "sector_identifier_uri",
		    i + 1);
	}
	return e;
}

static enum rc_err
check_document(
    struct rc_req *rq, const char *url, const struct rc_json *metadata)
{
	const struct rc_document wanted = { .url = url, .max_age = MAX_AGE };
	const struct rc_json *list;
	const char *why;
	enum rc_err e;

	if ((e = rc_document_get(rq, &wanted, &list, &why)) != RC_OK)
		return e;
	if (why != NULL)
		return fail_document(rq, why);
	return check_list(rq, list, rc_json_get(metadata, "redirect_uris"));
}

/*
 * Core 8.1: nobody is known to one sector as to another.  Whom people have
 * given tokens to would learn it by moving into the sector of somebody else,
 * whose redirect URIs everybody may name.
 */
static enum rc_err
check_pairwise(struct rc_req *rq, const struct rc_json *metadata,
    const struct rc_json *registered)
{
	const char *sector = rc_subject_sector(rq->mem, metadata);
	const char *was = rc_subject_sector(rq->mem, registered);

	if (sector == NULL)
		return rc_fail_at(rq, META, "/subject_type",
		    "subject_type.sector",
		    "give a sector_identifier_uri, or only redirect_uris on "
		    "one host that is yours",
		    "subject_type pairwise needs a sector_identifier_uri where "
		    "redirect_uris are not all on one host, or on localhost, "
		    "or of a private-use scheme");
	if (registered != NULL && (was == NULL || strcmp(was, sector) != 0))
		return rc_fail_at(rq, META, "/subject_type",
		    "subject_type.sector_changed", "register another client",
		    "subject_type pairwise: a client cannot move to another "
		    "sector, for it would know people by other subjects");
	return RC_OK;
}

enum rc_err
rc_sector_judge(struct rc_req *rq, const struct rc_json *metadata,
    const struct rc_json *registered)
{
	const char *url = rc_json_text(metadata, "sector_identifier_uri");
	const char *type = rc_json_text(metadata, "subject_type");
	enum rc_err e;

	if (type != NULL && strcmp(type, "pairwise") == 0 &&
	    (e = check_pairwise(rq, metadata, registered)) != RC_OK)
		return e;
	if (url == NULL || rq->fault.err != RC_OK ||
	    is_judged(metadata, registered))
		return RC_OK;
	return check_document(rq, url, metadata);
}
