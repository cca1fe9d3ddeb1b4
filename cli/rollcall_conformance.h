#ifndef ROLLCALL_CONFORMANCE_H
#define ROLLCALL_CONFORMANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "rollcall.h"
#include "rollcall_http.h"
#include "rollcall_store.h"

struct rc_json;

/*
 * What a server is judged by, a row a rule.  A rule is a function that asks the
 * server what it must know, as far as no rule before it did, and judges the
 * answer; so each can be run alone.
 */
enum conformance_result {
	CONFORMANCE_KEPT,
	CONFORMANCE_BROKEN,
	CONFORMANCE_SKIPPED /* it does not apply, or cannot be tried */
};

/* What must be there before a rule can be tried. */
enum conformance_need {
	NEED_NOTHING, /* but the server's metadata */
	NEED_ENDPOINT, /* that names a registration endpoint, and counts */
	NEED_CLIENT, /* the server registered a client */
	NEED_MORE, /* more can be registered, for they can be deleted */
	NEED_MANAGEMENT /* the client can be managed (RFC 7592) */
};

struct conformance;

struct conformance_rule {
	const char *id; /* stays, so that --skip does */
	const char *section;
	bool must; /* else SHOULD */
	const char *sentence; /* without '#' */
	enum conformance_need need;
	enum conformance_result (*judge)(struct conformance *c);
};

extern const struct conformance_rule conformance_metadata[],
    conformance_registration[], conformance_management[];
extern const size_t conformance_nmetadata, conformance_nregistration,
    conformance_nmanagement;

/* The places of a server's metadata; for an issuer without path there are two
 * and two the same. */
enum conformance_form {
	FORM_OAUTH, /* before the path (RFC 8414 3.1) */
	FORM_OPENID_BEHIND, /* OpenID Connect Discovery 1.0 4 */
	FORM_OPENID, /* RFC 8414 5 */
	FORM_OAUTH_BEHIND, /* of no standard */
	FORM__MAX
};

struct conformance_document {
	struct rollcall_ask ask;
	struct rc_json *json; /* NULL: it is no JSON object */
};

/* Keys of a client: public numbers whose private one nobody has. */
#define CONFORMANCE_JWKS                                          \
	"\"jwks\":{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","  \
	"\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\"rollcall\"," \
	"\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\","  \
	"\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"}]}"

/* A client that was asked for. */
struct conformance_client {
	struct conformance_client *next;
	struct store_client store;
	struct rollcall_ask answer;
	struct rc_json *asked;
	struct rc_json *json; /* of the answer, whatever its type; NULL */
	bool registered; /* by the answer: it has to be deleted */
	bool lost; /* no answer came: it may be there, or not */
	bool doubtful; /* it may have been deleted already */
	bool keep; /* for the rules that follow */
};

/* One run. */
struct conformance {
	struct rollcall *r;
	const char *token; /* the initial access token, NULL */
	struct rc_json *extra; /* --metadata, NULL */

	struct conformance_document documents[FORM__MAX];
	const struct conformance_document *found; /* the first there is, NULL */
	const struct rc_json *server; /* its JSON, NULL */
	const char *endpoint; /* that clients are registered at, NULL */
	const char *no_endpoint; /* why there is none */

	struct conformance_client *clients; /* that are not deleted */
	struct conformance_client *base; /* the first, NULL */
	struct conformance_client *other; /* that asked for no more than it
	                                   * must, NULL */
	bool registers; /* the server did */
	bool tried_deletion, deletes; /* the server does */
	struct rollcall_words left; /* client_ids */
	struct rollcall_words secrets; /* that are never shown */
	size_t nclients;

	/* What was learnt, for the rules that follow; NULL: not yet. */
	const struct conformance_client *refusal; /* of a bad redirect URI */
	const struct conformance_client *unasked; /* without initial token */
	const struct conformance_client *statement; /* that nobody signed */
	struct rollcall_ask *read, *update, *reread; /* of the base client */
	struct rollcall_ask *deletion, *after;
	const char *omitted; /* a member that the update left out, NULL */
	const char *dropped; /* and a redirect URI, NULL */

	const struct rollcall_ask *last; /* for the diagnostics */
	const char *expected, *came, *reason;
	unsigned silent; /* requests in a row without an answer */
	const char *stopped; /* why the run ends early, NULL */
	enum rollcall_exit exit; /* of a run that ends early */
};

/*
 * conformance_expect(c, holds, fmt, ...):
 * Return CONFORMANCE_KEPT where it holds; else CONFORMANCE_BROKEN, and remember
 * what was expected.
 */
enum conformance_result conformance_expect(struct conformance *c, bool holds,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/*
 * conformance_saw(c, fmt, ...):
 * Say what came, where it is more than the last answer.
 */
void conformance_saw(struct conformance *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * conformance_skip(c, fmt, ...):
 * Remember why, and return CONFORMANCE_SKIPPED.
 */
enum conformance_result conformance_skip(struct conformance *c, const char *fmt,
    ...) __attribute__((format(printf, 2, 3)));

/*
 * conformance_stop(c, exit, fmt, ...):
 * End the run behind this rule.
 */
void conformance_stop(struct conformance *c, enum rollcall_exit exit,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/*
 * conformance_ask(c, ask):
 * Send a request; its status is 0 where no answer came.  A server that does not
 * answer twice, or asks to wait, ends the run.
 */
void conformance_ask(struct conformance *c, struct rollcall_ask *ask);

/*
 * conformance_parse(c, ask):
 * Return an answer's JSON, whatever its type says; NULL where it is none.
 */
struct rc_json *conformance_parse(
    struct conformance *c, const struct rollcall_ask *ask);

/*
 * conformance_discover(c):
 * Fetch the metadata from all its places, and see which counts.
 */
void conformance_discover(struct conformance *c);

/*
 * conformance_has_code(c):
 * Tell whether the server has the grant authorization_code.
 */
bool conformance_has_code(const struct conformance *c);

/*
 * conformance_sweep(c):
 * Delete what an earlier run that was killed left at this server.
 */
void conformance_sweep(struct conformance *c);

/*
 * conformance_register(c, members):
 * Ask for a client with the members that any server takes, changed by those of
 * the JSON text: a null one goes.  conformance_register_only asks for no more
 * than the text, and what --metadata says.  conformance_register_as sends the
 * text as it is, with that media type and token.  What comes is kept until the
 * client is deleted.
 */
struct conformance_client *conformance_register(
    struct conformance *c, const char *members);
struct conformance_client *conformance_register_only(
    struct conformance *c, const char *members);
struct conformance_client *conformance_register_as(struct conformance *c,
    const char *content, const char *type, const char *token);

/*
 * conformance_base(c), conformance_other(c):
 * Have the client that most rules are about; and one beside it.
 */
struct conformance_client *conformance_base(struct conformance *c);
struct conformance_client *conformance_other(struct conformance *c);

/*
 * conformance_told(client), conformance_id(client):
 * Return what the server last told of a client; its client_id, NULL for none.
 */
const struct rc_json *conformance_told(const struct conformance_client *client);
const char *conformance_id(const struct conformance_client *client);

/*
 * conformance_token(client), conformance_uri(client):
 * Return by which token and address it is managed, NULL where it is not.
 */
const char *conformance_token(const struct conformance_client *client);
const char *conformance_uri(const struct conformance_client *client);

/*
 * conformance_is_managed(c, client):
 * Tell whether there are such, and the address is one that is asked.
 */
bool conformance_is_managed(
    struct conformance *c, const struct conformance_client *client);

/*
 * conformance_manage(c, client, method, content):
 * Read or update a client, and keep what comes (RFC 7592 2).
 */
struct rollcall_ask *conformance_manage(struct conformance *c,
    struct conformance_client *client, const char *method, const char *content);

/*
 * conformance_delete(c, client):
 * Delete a client at the server, and forget it here.  Where that cannot be
 * done, it is named as left behind.
 */
struct rollcall_ask *conformance_delete(
    struct conformance *c, struct conformance_client *client);

/*
 * conformance_deletes(c):
 * Find out whether the server deletes clients, before there are more than one:
 * the base client is, and registered anew.
 */
bool conformance_deletes(struct conformance *c);

/*
 * conformance_tidy(c, all):
 * Delete the clients that no other rule needs, or all.
 */
void conformance_tidy(struct conformance *c, bool all);

/*
 * conformance_sent(c, ask), conformance_answer(c, ask):
 * Return a request, and its answer, in short, without what is secret.
 */
const char *conformance_sent(
    struct conformance *c, const struct rollcall_ask *ask);
const char *conformance_answer(
    struct conformance *c, const struct rollcall_ask *ask);

/*
 * conformance_shown(c, text):
 * Return text as it is shown: with "(hidden)" in place of each secret that is
 * known, without what a terminal obeys, and cut where it is long.
 */
const char *conformance_shown(struct conformance *c, const char *text);

/*
 * conformance_has_type(ask), conformance_is_kept_private(c, ask),
 * conformance_is_refused(ask):
 * Tell whether an answer is application/json; has Cache-Control: no-store; is a
 * 4xx.
 */
bool conformance_has_type(const struct rollcall_ask *ask);
bool conformance_is_kept_private(
    struct conformance *c, const struct rollcall_ask *ask);
bool conformance_is_refused(const struct rollcall_ask *ask);

/*
 * conformance_expect_challenge(c, ask):
 * Judge a refusal that RFC 6750 3 says how to make.
 */
enum conformance_result conformance_expect_challenge(
    struct conformance *c, const struct rollcall_ask *ask);

#endif
