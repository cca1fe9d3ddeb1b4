#ifndef RC_OUTBOX_H
#define RC_OUTBOX_H

#include <stddef.h>
#include <stdint.h>

struct rc_arena;
struct rc_conf;
struct rc_conf_webhook;

/* A notification, as it is sent to a webhook. */
struct rc_notification {
	const char *id; /* of the event: the same each time it is sent */
	const char *event; /* "client.registered" */
	const char *body; /* JSON */
};

/*
 * rc_outbox_signature(mem, secrets, timestamp, body):
 * Return the Rollcall-Signature of a webhook's request: "v1=" and, in
 * hexadecimal, HMAC-SHA-256 under the secret of the timestamp in digits, "."
 * and the body; one for each line of ${secrets}, with commas between.
 */
const char *rc_outbox_signature(struct rc_arena *mem, const char *secrets,
    int64_t timestamp, const char *body);

/*
 * rc_outbox_secret(mem, file, why, size):
 * Return what ${file} holds: a secret, or two, the old one and the new one, a
 * line of at least 16 printable ASCII characters each; NULL with a sentence in
 * ${why}.
 */
const char *rc_outbox_secret(
    struct rc_arena *mem, const char *file, char *why, size_t size);

/*
 * rc_outbox_send(mem, conf, webhook, secrets, notification, status):
 * POST a notification, signed with the time now, and wait at most 10 s.  Return
 * NULL where the receiver has it, else a phrase as rc_post does; *${status} is
 * what it answered, 0 for nothing.
 */
const char *rc_outbox_send(struct rc_arena *mem, const struct rc_conf *conf,
    const struct rc_conf_webhook *webhook, const char *secrets,
    const struct rc_notification *notification, int *status);

/*
 * rc_outbox_destinations(mem, conf):
 * Return a JSON array of {"name", "events"}: who is to be told of what.  A
 * webhook that names no events is told of clients, initial access tokens and
 * the audit log itself; so is the mail, save of the last.
 */
const char *rc_outbox_destinations(
    struct rc_arena *mem, const struct rc_conf *conf);

/*
 * rc_outbox_names(mem, conf, only):
 * Return the names of all destinations, or of the one named ${only}, as
 * PostgreSQL writes an array; NULL where there is none.
 */
const char *rc_outbox_names(
    struct rc_arena *mem, const struct rc_conf *conf, const char *only);

#endif
