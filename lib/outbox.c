#include "outbox.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "conf.h"
#include "crypt.h"
#include "fetch.h"
#include "json.h"
#include "now.h"

/* How long a receiver may take, ms: less than the shortest pause between two
 * attempts, so that no other process takes the notification meanwhile. */
#define PATIENCE 10000

#define SECRET_LEAST 16
#define SECRET_MOST 4096

const char *
rc_outbox_signature(struct rc_arena *mem, const char *secret, int64_t timestamp,
    const char *body)
{
	const char *text = rc_printf(mem, "%" PRId64 ".%s", timestamp, body);
	unsigned char mac[32];
	char hex[2 * sizeof(mac) + 1];

	rc_crypt_hmac_sha256(secret, strlen(secret), text, strlen(text), mac);
	rc_crypt_hex(hex, mac, sizeof(mac));
	return rc_printf(mem, "v1=%s", hex);
}

/* Read the first line of a file; false: there is none. */
static bool
read_line(const char *file, char *line, int size)
{
	FILE *f = fopen(file, "re");
	bool good;

	if (f == NULL)
		return false;
	good = fgets(line, size, f) != NULL;
	if (fclose(f) != 0)
		good = false;
	return good;
}

const char *
rc_outbox_secret(struct rc_arena *mem, const char *file, char *why, size_t size)
{
	char line[SECRET_MOST + 2];
	const char *s;

	errno = 0;
	if (!read_line(file, line, sizeof(line))) {
		(void)snprintf(why, size, "cannot read %s: %s", file,
		    errno != 0 ? strerror(errno) : "it is empty");
		return NULL;
	}
	line[strcspn(line, "\r\n")] = '\0';
	for (s = line; *s > ' ' && *s <= '~'; s++)
		;
	if (*s != '\0' || s - line < SECRET_LEAST || s - line > SECRET_MOST) {
		(void)snprintf(why, size,
		    "%s is not one line of %d or more printable ASCII "
		    "characters without blanks",
		    file, SECRET_LEAST);
		s = NULL;
	} else
		s = rc_strdup(mem, line);
	rc_crypt_wipe(line, sizeof(line));
	return s;
}

const char *
rc_outbox_send(struct rc_arena *mem, const struct rc_conf *conf,
    const struct rc_conf_webhook *webhook, const char *secret,
    const struct rc_notification *notification, int *status)
{
	int64_t now = rc_now();
	const char *const fields[] = {
		"Content-Type: application/json",
		rc_printf(mem, "Rollcall-Event: %s", notification->event),
		rc_printf(mem, "Rollcall-Delivery: %s", notification->id),
		rc_printf(mem, "Rollcall-Timestamp: %" PRId64, now),
		rc_printf(mem, "Rollcall-Signature: %s",
		    rc_outbox_signature(mem, secret, now, notification->body)),
		NULL,
	};

	return rc_post(mem, conf, webhook->url, fields, notification->body,
	    strlen(notification->body), PATIENCE, status);
}

/* Add who is to be told of what. */
static void
add_destination(struct rc_arena *mem, struct rc_json *all, const char *name,
    const char *const *events, size_t n)
{
	struct rc_json *one = rc_json_new_object(mem);
	struct rc_json *list = rc_json_new_array(mem);
	size_t i;

	for (i = 0; i < n; i++)
		rc_json_append_string(list, events[i]);
	rc_json_set_string(one, "name", name);
	rc_json_set(one, "events", list);
	rc_json_append(all, one);
}

const char *
rc_outbox_destinations(struct rc_arena *mem, const struct rc_conf *conf)
{
	/* The mail leaves out what is of no interest to people: the last. */
	static const char *const usual[] = { "client.*", "initial_token.*",
		"audit.*" };
	struct rc_json *all = rc_json_new_array(mem);
	const struct rc_conf_webhook *w;
	size_t i;

	for (i = 0; i < conf->nwebhooks; i++) {
		w = &conf->webhooks[i];
		if (w->events.count > 0)
			add_destination(mem, all, w->name, w->events.items,
			    w->events.count);
		else
			add_destination(mem, all, w->name, usual, 3);
	}
	if (conf->mail_to.count > 0)
		add_destination(mem, all, "mail", usual, 2);
	return rc_json_write(mem, all);
}
