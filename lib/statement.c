#include "statement.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "claims.h"
#include "client_fields.h"
#include "conf.h"
#include "jose.h"
#include "json.h"
#include "jwk.h"
#include "key_set.h"
#include "req.h"

#define MEMBER "software_statement"
#define INVALID RC_ERR_INVALID_SOFTWARE_STATEMENT
#define UNAPPROVED RC_ERR_UNAPPROVED_SOFTWARE_STATEMENT

/* A statement that is being judged. */
struct statement {
	const char *text;
	bool known; /* it is registered: it was good once */
	struct rc_jws jws;
	const struct rc_conf_issuer *issuer;
};

/* Say what is wrong with it; ${rule} and ${hint} as rc_fail_at has them. */
static enum rc_err
fail(struct rc_req *rq, enum rc_err err, const char *rule, const char *hint,
    const char *why)
{

	return rc_fail_at(
	    rq, err, "/" MEMBER, rule, hint, "software_statement %s", why);
}

/* RFC 7591 2.3: a JWT, within the bounds of its own. */
static enum rc_err
open_statement(struct rc_req *rq, struct statement *s)
{
	const char *why = NULL;

	if (s->text == NULL)
		why = "must be a string";
	else if (strlen(s->text) > RC_FIELD_JWT_MOST)
		why = "is longer than allowed";
	else
		why = rc_jose_open(rq->mem, s->text, &s->jws);
	/* RFC 8725 3.11: another kind of JWT is no software statement. */
	if (why == NULL && s->jws.typ != NULL &&
	    strcasecmp(s->jws.typ, "JWT") != 0)
		why = "has a typ that is not JWT";
	if (why == NULL)
		return RC_OK;
	return fail(rq, INVALID, "software_statement.jwt",
	    "a JWT in JWS compact form", why);
}

/* RFC 7591 2.3: it contains an iss, which we trust or not. */
static enum rc_err
find_issuer(struct rc_req *rq, struct statement *s)
{
	const char *iss = rc_json_text(s->jws.payload, "iss");
	size_t i;

	if (iss == NULL)
		return fail(rq, INVALID, "software_statement.iss",
		    "the issuer's name", "has no iss that is a string");
	for (i = 0; i < rq->conf->nissuers; i++) {
		s->issuer = &rq->conf->issuers[i];
		if (strcmp(s->issuer->issuer, iss) == 0)
			return RC_OK;
	}
	return fail(rq, UNAPPROVED, "software_statement.issuer",
	    "ask the operator of this server whose statements count",
	    "is of an issuer that this server does not trust");
}

static bool
is_us(struct rc_req *rq, const char *audience)
{

	return audience != NULL &&
	       (strcmp(audience, rq->conf->issuer) == 0 ||
		   strcmp(audience, rc_printf(rq->mem, "%s/register",
					rq->conf->endpoint_base)) == 0);
}

/* RFC 7519 4.1.3: where it says for whom it is, we are one of them. */
static bool
is_for_us(struct rc_req *rq, const struct rc_json *payload)
{
	const struct rc_json *aud = rc_json_get(payload, "aud");
	size_t i;

	if (!rc_json_has(payload, "aud"))
		return true;
	if (rc_json_type(aud) != RC_JSON_ARRAY)
		return is_us(rq, rc_json_string(aud));
	for (i = 0; i < rc_json_count(aud); i++)
		if (is_us(rq, rc_json_string(rc_json_at(aud, i))))
			return true;
	return false;
}

static enum rc_err
check_claims(struct rc_req *rq, const struct statement *s)
{
	const char *why = NULL;
	int64_t exp;

	if (!s->known)
		why = rc_claims_times(rq->mem, s->jws.payload, true, &exp);
	if (why != NULL)
		return fail(rq, INVALID, "software_statement.times",
		    "get a new one from its issuer", why);
	if (!rc_json_has(s->jws.payload, "exp"))
		rc_warn_at(rq, "/" MEMBER, "software_statement.exp",
		    "an exp (RFC 7519 4.1.4)",
		    "software_statement has no exp: whoever finds it may use "
		    "it for ever");
	if (!is_for_us(rq, s->jws.payload))
		return fail(rq, INVALID, "software_statement.aud",
		    rc_printf(rq->mem, "no aud, or %s", rq->conf->issuer),
		    "has an aud that is not this server");
	return RC_OK;
}

static enum rc_err
fail_keys(struct rc_req *rq, const struct statement *s, const char *why)
{

	return rc_fail_at(rq, RC_ERR_TEMPORARILY_UNAVAILABLE, "/" MEMBER,
	    "software_statement.keys", "try again later",
	    "the document with the keys of %s %s", s->issuer->issuer, why);
}

/* Verify the signature with the issuer's keys: those at hand, or fetched. */
static enum rc_err
verify(struct rc_req *rq, const struct statement *s, const char *const *algs,
    bool *good)
{
	const struct rc_key_source source = { .url = s->issuer->jwks_uri,
		.configured = true };
	struct rc_json *jwks;
	const char *why = NULL;
	enum rc_err e = RC_OK;
	size_t at;

	if (source.url != NULL)
		e = rc_key_set_verify(rq, &s->jws, algs, &source, good, &why);
	else if (rc_json_parse(rq->mem, s->issuer->jwks,
		     strlen(s->issuer->jwks), &jwks, &why, &at) == RC_OK) {
		why = NULL;
		*good = rc_jose_verify(rq->mem, &s->jws, algs, jwks);
	}
	return e == RC_OK && why != NULL ? fail_keys(rq, s, why) : e;
}

static enum rc_err
check_signature(struct rc_req *rq, const struct statement *s)
{
	const struct rc_list *list = &s->issuer->algorithms;
	const char **algs =
	    rc_alloc(rq->mem, (list->count + 1) * sizeof(*algs));
	bool good = false;
	enum rc_err e;
	size_t i;

	for (i = 0; i < list->count; i++)
		algs[i] = rc_jose_alg(list->items[i]);
	for (i = 0; i < list->count && strcmp(algs[i], s->jws.alg) != 0;)
		i++;
	if (i == list->count)
		return fail(rq, UNAPPROVED, "software_statement.alg", NULL,
		    "is signed by an algorithm that is not approved for its "
		    "issuer");
	if ((e = verify(rq, s, algs, &good)) != RC_OK || good)
		return e;
	return fail(rq, INVALID, "software_statement.signature",
	    "get a new one from its issuer",
	    s->known ? "is registered, but its issuer has dropped the key that "
		       "signed it: it takes a new one, or none, to change "
		       "anything"
		     : "has no signature of a key of its issuer");
}

/* What a walk over the claims collects. */
struct collection {
	struct rc_req *rq;
	const struct rc_conf_issuer *issuer;
	struct rc_json *out;
	struct rc_json *merged;
};

/* Take one claim that is a member the issuer may set; null says nothing. */
static enum rc_err
take_claim(void *arg, const char *name, struct rc_json *value)
{
	struct collection *c = arg;
	const struct rc_field *row =
	    rc_field_find(rc_client_fields, rc_client_nfields, name);

	if (row == NULL || value == NULL || strcmp(row->name, MEMBER) == 0)
		return RC_OK;
	if (c->issuer->members.count == 0 ||
	    rc_list_has(&c->issuer->members, row->name))
		rc_json_set(c->out, name, value);
	else
		rc_warn_at(c->rq, "/" MEMBER, "software_statement.members",
		    NULL,
		    "software_statement has %.64s, which its issuer may not "
		    "set here: the plain member counts",
		    row->name);
	return RC_OK;
}

/* Copy one member of what was sent. */
static enum rc_err
copy_member(void *arg, const char *name, struct rc_json *value)
{

	rc_json_set(arg, name, value);
	return RC_OK;
}

/*
 * The same, unless it says in one language what the issuer says in all: nobody
 * is to be vouched for under one name and shown under another.
 */
static enum rc_err
copy_plain(void *arg, const char *name, struct rc_json *value)
{
	const struct collection *c = arg;
	size_t n = strcspn(name, "#");

	if (name[n] == '\0' ||
	    !rc_json_has(c->out, rc_strndup(c->rq->mem, name, n)))
		return copy_member(c->merged, name, value);
	rc_warn_at(c->rq, rc_field_pointer(c->rq->mem, name),
	    "software_statement.language", NULL,
	    "software_statement has %.64s, which counts in all languages that "
	    "it does not name",
	    rc_strndup(c->rq->mem, name, n));
	return RC_OK;
}

/* Of two members that exclude each other the issuer's counts. */
static void
settle_keys(const struct rc_json *claims, struct rc_json *merged)
{

	if (rc_json_has(claims, "jwks"))
		rc_json_remove(merged, "jwks_uri");
	else if (rc_json_has(claims, "jwks_uri"))
		rc_json_remove(merged, "jwks");
}

/* RFC 7591 2.3: claims win over plain members. */
static enum rc_err
merge(struct rc_req *rq, const struct statement *s,
    const struct rc_json *wanted, struct rc_json *merged,
    const struct rc_json **claims)
{
	struct collection c = { .rq = rq,
		.issuer = s->issuer,
		.out = rc_json_new_object(rq->mem),
		.merged = merged };

	(void)rc_json_each(s->jws.payload, take_claim, &c);
	(void)rc_json_each(wanted, copy_plain, &c);
	settle_keys(c.out, merged);
	*claims = c.out;
	return rc_field_merge(
	    rq, rc_client_fields, rc_client_nfields, c.out, merged);
}

/* Is it the one that is registered, so that it was judged before? */
static bool
is_known(const struct statement *s, const struct rc_json *registered)
{
	const char *text = rc_json_text(registered, MEMBER);

	return text != NULL && strcmp(text, s->text) == 0;
}

enum rc_err
rc_statement_apply(struct rc_req *rq, const struct rc_json *wanted,
    const struct rc_json *registered, struct rc_json **merged,
    const struct rc_json **claims)
{
	struct statement s = { .text = rc_json_text(wanted, MEMBER) };
	struct rc_json *out = rc_json_new_object(rq->mem);
	enum rc_err e;

	*claims = NULL;
	if (rc_json_get(wanted, MEMBER) == NULL) {
		(void)rc_json_each(wanted, copy_member, out);
		*merged = out;
		return RC_OK;
	}
	if ((e = open_statement(rq, &s)) != RC_OK ||
	    (e = find_issuer(rq, &s)) != RC_OK)
		return e;
	s.known = is_known(&s, registered);
	if ((e = check_claims(rq, &s)) != RC_OK ||
	    (e = check_signature(rq, &s)) != RC_OK)
		return e;
	if ((e = merge(rq, &s, wanted, out, claims)) == RC_OK)
		*merged = out;
	return e;
}

/* Say why no signature can be checked with an issuer's keys, NULL: it can. */
static const char *
check_keys(struct rc_arena *mem, const struct rc_conf_issuer *issuer)
{
	struct rc_json *jwks;
	const char *why;
	size_t i, at;

	if (rc_json_parse(mem, issuer->jwks, strlen(issuer->jwks), &jwks, &why,
		&at) != RC_OK)
		return why;
	if ((why = rc_jwk_check_set(mem, jwks)) != NULL)
		return rc_printf(mem, "jwks %s", why);
	for (i = 0; i < issuer->algorithms.count; i++) {
		if (rc_jwk_can_sign(mem, jwks, issuer->algorithms.items[i]))
			return NULL;
	}
	return "jwks has no key that signs by one of its algorithms; add the "
	       "key, or the algorithm";
}

const char *
rc_statement_check_issuer(
    struct rc_arena *mem, const struct rc_conf_issuer *issuer)
{
	const char *why;
	size_t i;

	if (issuer->jwks != NULL && (why = check_keys(mem, issuer)) != NULL)
		return why;
	for (i = 0; i < issuer->members.count; i++) {
		if (rc_field_find(rc_client_fields, rc_client_nfields,
			issuer->members.items[i]) == NULL)
			return rc_printf(mem,
			    "members: there is no metadata member %s; see "
			    "rollcall-register(8)",
			    issuer->members.items[i]);
	}
	return NULL;
}

const char *
rc_statement_check(struct rc_arena *mem, const struct rc_conf *conf)
{
	const char *why;
	size_t i;

	for (i = 0; i < conf->nissuers; i++) {
		why = rc_statement_check_issuer(mem, &conf->issuers[i]);
		if (why != NULL)
			return rc_printf(mem, "statement_issuer \"%s\": %s",
			    conf->issuers[i].issuer, why);
	}
	return NULL;
}
