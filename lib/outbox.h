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
 * rc_outbox_signature(mem, secret, timestamp, body):
 * Return the Rollcall-Signature of a webhook's request: "v1=" and, in
 * hexadecimal, HMAC-SHA-256 under ${secret} of the timestamp in digits, "."
 * and the body.
 */
const char *rc_outbox_signature(struct rc_arena *mem, const char *secret,
    int64_t timestamp, const char *body);

/*
 * rc_outbox_secret(mem, file, why, size):
 * Return the secret that ${file} holds, one line of at least 16 printable ASCII
 * characters; NULL with a sentence in ${why}.
 */
const char *rc_outbox_secret(
    struct rc_arena *mem, const char *file, char *why, size_t size);

/*
 * rc_outbox_send(mem, conf, webhook, secret, notification, status):
 * POST a notification, signed with the time now, and wait at most 10 s.  Return
 * NULL where the receiver has it, else a phrase as rc_post does; *${status} is
 * what it answered, 0 for nothing.
 */
const char *rc_outbox_send(struct rc_arena *mem, const struct rc_conf *conf,
    const struct rc_conf_webhook *webhook, const char *secret,
    const struct rc_notification *notification, int *status);

/*
 * rc_outbox_destinations(mem, conf):
 * Return a JSON array of {"name", "events"}: who is to be told of what.  A
 * webhook that names no events is told of clients, initial access tokens and
 * the audit log itself; so is the mail, save of the last.
 */
const char *rc_outbox_destinations(
    struct rc_arena *mem, const struct rc_conf *conf);

#endif
