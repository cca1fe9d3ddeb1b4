#include "outbox.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
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

/* The old one and the new one, while receivers change. */
#define SECRETS_MOST 2

const char *
rc_outbox_signature(struct rc_arena *mem, const char *secrets,
    int64_t timestamp, const char *body)
{
	const char *text = rc_printf(mem, "%" PRId64 ".%s", timestamp, body);
	unsigned char mac[32];
	char hex[2 * sizeof(mac) + 1];
	struct rc_buf out;
	size_t n;

	rc_buf_init(&out, mem);
	for (; *secrets != '\0'; secrets += n + (secrets[n] == '\n')) {
		n = strcspn(secrets, "\n");
		rc_crypt_hmac_sha256(secrets, n, text, strlen(text), mac);
		rc_crypt_hex(hex, mac, sizeof(mac));
		rc_buf_printf(&out, "%sv1=%s", out.len > 0 ? "," : "", hex);
	}
	return out.data;
}

/* Read a file's beginning; false: there is none. */
static bool
read_some(const char *file, char *text, size_t size)
{
	FILE *f = fopen(file, "re");
	bool good;
	size_t n;

	if (f == NULL)
		return false;
	n = fread(text, 1, size - 1, f);
	text[n] = '\0';
	good = n > 0 && ferror(f) == 0;
	if (fclose(f) != 0)
		good = false;
	return good;
}

/*
 * Put the secrets that the lines of ${text} are into ${secrets}, a line each;
 * false: they are none.
 */
static bool
take_secrets(const char *text, struct rc_buf *secrets)
{
	size_t n, found;

	for (found = 0; *text != '\0'; found++) {
		for (n = 0; text[n] > ' ' && text[n] <= '~'; n++)
			;
		if (n < SECRET_LEAST || n > SECRET_MOST ||
		    found == SECRETS_MOST)
			return false;
		if (found > 0)
			rc_buf_putc(secrets, '\n');
		rc_buf_add(secrets, text, n);
		text += n;
		text += *text == '\r';
		if (*text != '\0' && *text++ != '\n')
			return false;
	}
	return found > 0;
}

const char *
rc_outbox_secret(struct rc_arena *mem, const char *file, char *why, size_t size)
{
	char text[SECRETS_MOST * (SECRET_MOST + 2) + 2];
	struct rc_buf secrets;
	const char *s = NULL;

	errno = 0;
	if (!read_some(file, text, sizeof(text))) {
		(void)snprintf(why, size, "cannot read %s: %s", file,
		    errno != 0 ? strerror(errno) : "it is empty");
		return NULL;
	}
	rc_buf_init(&secrets, mem);
	if (take_secrets(text, &secrets))
		s = secrets.data;
	else
		(void)snprintf(why, size,
		    "%s is not one line, or two, of %d or more printable ASCII "
		    "characters without blanks",
		    file, SECRET_LEAST);
	rc_crypt_wipe(text, sizeof(text));
	return s;
}

const char *
rc_outbox_send(struct rc_arena *mem, const struct rc_conf *conf,
    const struct rc_conf_webhook *webhook, const char *secrets,
    const struct rc_notification *notification, int *status)
{
	int64_t now = rc_now();
	const char *const fields[] = {
		"Content-Type: application/json",
		rc_printf(mem, "Rollcall-Event: %s", notification->event),
		rc_printf(mem, "Rollcall-Delivery: %s", notification->id),
		rc_printf(mem, "Rollcall-Timestamp: %" PRId64, now),
		rc_printf(mem, "Rollcall-Signature: %s",
		    rc_outbox_signature(mem, secrets, now, notification->body)),
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

const char *
rc_outbox_names(
    struct rc_arena *mem, const struct rc_conf *conf, const char *only)
{
	struct rc_buf list;
	size_t i;

	rc_buf_init(&list, mem);
	for (i = 0; i < conf->nwebhooks; i++) {
		if (only == NULL || strcmp(only, conf->webhooks[i].name) == 0)
			rc_buf_printf(&list, "%c\"%s\"",
			    list.len > 0 ? ',' : '{', conf->webhooks[i].name);
	}
	if (conf->mail_to.count > 0 &&
	    (only == NULL || strcmp(only, "mail") == 0))
		rc_buf_printf(&list, "%cmail", list.len > 0 ? ',' : '{');
	if (list.len == 0)
		return NULL;
	rc_buf_putc(&list, '}');
	return list.data;
}
