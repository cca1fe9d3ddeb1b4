/*
 * What is under way with a client: NAME.pending, and what a run makes of it
 * that finds one.
 */
#include "rollcall_pending.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "rollcall_file.h"
#include "rollcall_metadata.h"
#include "rollcall_store.h"

/*
 * So many pieces of an answer are written as they come, those behind them by so
 * many bytes: a line is much longer than a piece of one byte.
 */
#define SINGLE_PIECES 1024
#define GATHERED 4096

/*
 * The room that is reserved: for what an answer of 64 KiB may take in
 * NAME.pending, encoded, encrypted and encoded again, a piece a line; in the
 * record it takes less.
 */
#define ROOM ((size_t)448 * 1024)

/* Append a line to NAME.pending, and have it on the disk. */
static enum rollcall_exit
append(struct store_client *c, const struct rc_json *json)
{
	const char *what = rc_printf(c->r->mem, "pending %zu", c->pieces);
	enum rollcall_exit e;
	const char *text;

	if ((e = file_seal(c->r, c->name, what, json, &text)) != ROLLCALL_OK)
		return e;
	if (!file_write(c->pending, rc_printf(c->r->mem, "%s\n", text),
		strlen(text) + 1) ||
	    fdatasync(c->pending) != 0)
		return file_fault(
		    "write", store_path(c->r, c->name, ".pending"));
	c->pieces++;
	return ROLLCALL_OK;
}

void
pending_close(struct store_client *c)
{

	if (c->pending != -1 &&
	    ftruncate(c->pending, lseek(c->pending, 0, SEEK_CUR)) != 0)
		rollcall_warn("%s keeps the room that was reserved: %s",
		    store_path(c->r, c->name, ".pending"), strerror(errno));
	if (c->pending != -1)
		(void)close(c->pending);
	if (c->spare != -1)
		(void)close(c->spare);
	c->pending = c->spare = -1;
	(void)unlink(store_path(c->r, c->name, ".new"));
}

/* Reserve room on the disk, behind what is there in NAME.pending. */
static bool
reserve(struct store_client *c)
{
	const char *path = store_path(c->r, c->name, ".new");
	size_t record = 0;
	struct stat st;

	if (c->record != NULL)
		record = strlen(rc_json_write(c->r->mem, c->record));
	return fstat(c->pending, &st) == 0 &&
	       file_reserve(c->pending, (size_t)st.st_size + ROOM) &&
	       (c->spare = file_create(path)) != -1 &&
	       file_reserve(c->spare, 2 * record + ROOM);
}

enum rollcall_exit
store_begin(
    struct store_client *c, const char *act, const struct rc_json *intent)
{
	const char *path = store_path(c->r, c->name, ".pending");
	struct rc_json *line = rc_json_new_object(c->r->mem);
	enum rollcall_exit e;

	rc_json_set_string(line, "act", act);
	rc_json_set_int(line, "begun_at", (int64_t)time(NULL));
	if (intent != NULL) {
		c->record = rc_json_new_object(c->r->mem);
		metadata_merge(c->record, intent);
		rc_json_set(line, "record", c->record);
	}
	pending_close(c);
	c->pieces = 0;
	c->gathered = rc_alloc(c->r->mem, sizeof(*c->gathered));
	rc_buf_init(c->gathered, c->r->mem);
	c->failed = false;
	if ((c->pending = file_create(path)) == -1 || !file_sync_folder(c->r))
		return file_fault("write", path);
	e = append(c, line);
	/* A deletion has no answer to be kept. */
	if (e == ROLLCALL_OK && strcmp(act, "delete") != 0 && !reserve(c))
		e = rollcall_fail(ROLLCALL_FAILED,
		    "there is no room for the server's answer in %s, so "
		    "nothing was asked: %s; make room, and try again",
		    path, strerror(errno));
	if (e != ROLLCALL_OK)
		pending_end(c);
	return e;
}

/* Write what was gathered. */
static void
write_gathered(struct store_client *c)
{
	struct rc_json *line = rc_json_new_object(c->r->mem);

	if (c->gathered == NULL || c->gathered->len == 0)
		return;
	rc_json_set_string(line, "piece",
	    store_encode(c->r, c->gathered->data, c->gathered->len));
	c->gathered->len = 0;
	/* The answer goes on: it may still get into the record. */
	if (!c->failed && append(c, line) != ROLLCALL_OK)
		c->failed = true;
}

bool
store_keep(void *client, const void *data, size_t n)
{
	struct store_client *c = client;

	rc_buf_add(c->gathered, data, n);
	if (c->pieces <= SINGLE_PIECES || c->gathered->len >= GATHERED)
		write_gathered(c);
	return true;
}

void
pending_end(struct store_client *c)
{

	pending_close(c);
	c->pieces = 0;
	(void)unlink(store_path(c->r, c->name, ".pending"));
}

/* Tell whether an answer is about this client. */
static bool
is_answer(const struct store_client *c, const struct rc_json *answer)
{
	const char *id = rc_json_text(answer, "client_id");
	const char *known =
	    rc_json_text(rc_json_get(c->record, "client"), "client_id");

	return id != NULL && id[0] != '\0' &&
	       (known == NULL || strcmp(id, known) == 0);
}

enum rollcall_exit
store_take(struct store_client *c, const struct rc_json *answer)
{
	const char *path = store_path(c->r, c->name, ".pending");
	enum rollcall_exit e;

	write_gathered(c);
	if (!is_answer(c, answer))
		return rollcall_fail(ROLLCALL_UNFIT,
		    "the server answers without the client_id that it should "
		    "(RFC 7591 3.2.1); what it answered is in %s",
		    path);
	rc_json_set(c->record, "client",
	    metadata_take(c->r->mem, rc_json_get(c->record, "client"), answer));
	if ((e = store_save(c)) != ROLLCALL_OK)
		return rollcall_fail(e, "%swhat the server answered is in %s",
		    c->failed ? "only a part of " : "", path);
	pending_end(c);
	return ROLLCALL_OK;
}

void
store_give_up(struct store_client *c)
{

	write_gathered(c);
	if (c->pieces <= 1 && !c->failed) {
		pending_end(c);
		return;
	}
	rollcall_warn("what came of the answer is in %s",
	    store_path(c->r, c->name, ".pending"));
	pending_close(c);
}

/*
 * Put what nobody can make sense of where it is in nobody's way; ${len} of it
 * was written.
 */
static enum rollcall_exit
set_aside(struct store_client *c, size_t len)
{
	const char *from = store_path(c->r, c->name, ".pending");
	const char *to = NULL;
	struct stat st;
	int i;

	for (i = 1; i == 1 || stat(to, &st) == 0; i++)
		to = store_path(
		    c->r, c->name, rc_printf(c->r->mem, STORE_BROKEN "%d", i));
	if (truncate(from, (off_t)len) != 0 || rename(from, to) != 0)
		return file_fault("move away", from);
	rollcall_warn("an earlier run on %s got an answer that is none, or not "
		      "all of one; it is in %s now",
	    c->name, to);
	return ROLLCALL_OK;
}

/*
 * Read a line of NAME.pending.  Beside what is encrypted, one in clear was
 * written by somebody else, and would lead our token to where they like.
 */
static enum rollcall_exit
open_line(struct store_client *c, size_t i, const char *line, size_t n,
    struct rc_json **json)
{
	const char *what = rc_printf(c->r->mem, "pending %zu", i);
	enum rollcall_exit e;
	bool sealed;

	e = file_unseal(c->r, c->name, what, line, n, json, &sealed);
	if (e != ROLLCALL_OK)
		return e;
	if (!sealed && *json != NULL &&
	    (c->sealed || (i == 0 && store_is_foreign(c->r, c->name))))
		return rollcall_fail(ROLLCALL_LOCKED,
		    "%s was changed: it is in clear, and %s is encrypted; move "
		    "it away",
		    store_path(c->r, c->name, ".pending"),
		    c->sealed ? c->name : "the store");
	c->sealed = c->sealed || sealed;
	return ROLLCALL_OK;
}

/* Put the pieces of an answer together, up to one that is broken. */
static enum rollcall_exit
join(struct store_client *c, const char *line, const char *end,
    struct rc_buf *body)
{
	struct rc_json *json;
	enum rollcall_exit e;
	unsigned char *data;
	size_t i, n, len;

	/* A line without its end was never finished. */
	for (i = 1; line < end && strchr(line, '\n') != NULL;
	     i++, line += n + 1) {
		n = strcspn(line, "\n");
		if ((e = open_line(c, i, line, n, &json)) != ROLLCALL_OK)
			return e;
		data = store_decode(c->r, rc_json_text(json, "piece"), &len);
		if (data == NULL)
			return ROLLCALL_OK;
		rc_buf_add(body, data, len);
	}
	return ROLLCALL_OK;
}

/* Where no answer came, say what that means. */
static void
explain(struct store_client *c, const char *act, const struct rc_json *intent)
{
	const char *issuer =
	    rc_json_text(rc_json_get(intent, "record"), "issuer");

	bool deletion = strcmp(act, "delete") == 0;

	c->deleting = deletion && c->record != NULL;
	if (c->deleting)
		return;
	(void)unlink(store_path(c->r, c->name, ".pending"));
	/* One that took the record away was done. */
	if (deletion)
		return;
	if (strcmp(act, "register") == 0)
		rollcall_warn("a registration of %s at %s was broken off "
			      "before the answer came; the server may have a "
			      "client that nobody has the credentials of",
		    c->name,
		    issuer != NULL ? rollcall_text(c->r, issuer)
				   : "the server");
	else if (strcmp(act, "read") != 0)
		rollcall_warn("the last %s of %s was broken off before the "
			      "answer came; rollcall read %s shows what the "
			      "server has",
		    act, c->name, c->name);
}

enum rollcall_exit
pending_recover(struct store_client *c)
{
	const char *path = store_path(c->r, c->name, ".pending");
	struct rc_json *intent, *answer, *record;
	enum rollcall_exit e;
	const char *act;
	struct rc_buf body;
	size_t len, n;
	char *text;

	pending_close(c);
	if ((e = file_read(c->r, path, &text, &len)) != ROLLCALL_OK ||
	    text == NULL)
		return e;
	len = strlen(text);
	rc_buf_init(&body, c->r->mem);
	n = strcspn(text, "\n");
	e = open_line(c, 0, text, n, &intent);
	if (e == ROLLCALL_OK && n < len)
		e = join(c, text + n + 1, text + len, &body);
	if (e != ROLLCALL_OK)
		return e;
	/* Before its first line was written nothing was sent. */
	if ((act = rc_json_text(intent, "act")) == NULL || n == len) {
		(void)unlink(path);
		return ROLLCALL_OK;
	}
	if (body.len == 0 && n + 1 == len) {
		explain(c, act, intent);
		return ROLLCALL_OK;
	}
	record = c->record;
	if (rc_json_get(intent, "record") != NULL)
		c->record = rc_json_get(intent, "record");
	answer = file_parse(c->r, body.data, body.len);
	if (answer == NULL || c->record == NULL || !is_answer(c, answer)) {
		c->record = record;
		return set_aside(c, len);
	}
	if ((e = store_take(c, answer)) == ROLLCALL_OK)
		rollcall_note(c->r,
		    "an earlier %s of %s was broken off; what the server "
		    "answered is stored now",
		    act, c->name);
	return e;
}
