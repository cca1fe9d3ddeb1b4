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
#include "rollcall_tokens.h"

/*
 * The file is written anew, with the whole answer in one line, when it is so
 * much longer than what it has of the answer: a line is much longer than a
 * piece of one byte.
 */
#define SLACK ((size_t)256 * 1024)
#define FACTOR 3

/*
 * The room that is reserved: for what an answer of 64 KiB takes in NAME.pending
 * by that; in the record it takes less.
 */
#define ROOM (SLACK + FACTOR * (size_t)65536)

/*
 * So many pieces are each on the disk before more is read, those behind them by
 * so many bytes of the file: that is what a power cut may take.
 */
#define SYNCED_PIECES 1024
#define SYNCED_BYTES ((size_t)16 * 1024)

/* Return a line of NAME.pending. */
static enum rollcall_exit
make_line(struct rollcall *r, const char *name, size_t number,
    const struct rc_json *json, const char **line)
{
	const char *what = rc_printf(r->mem, "pending %zu", number);
	enum rollcall_exit e;
	const char *text;

	if ((e = file_seal(r, name, what, json, &text)) == ROLLCALL_OK)
		*line = rc_printf(r->mem, "%s\n", text);
	return e;
}

/* Return the line that has a piece of the answer. */
static enum rollcall_exit
make_piece(struct rollcall *r, const char *name, size_t number,
    const void *data, size_t n, const char **line)
{
	struct rc_json *json = rc_json_new_object(r->mem);

	rc_json_set_string(json, "piece", store_encode(r, data, n));
	return make_line(r, name, number, json, line);
}

/* Have on the disk what was written. */
static bool
sync_pending(struct store_client *c)
{

	c->unsynced = 0;
	return fdatasync(c->pending) == 0;
}

/* Append a line to NAME.pending. */
static enum rollcall_exit
append(struct store_client *c, const char *line)
{
	size_t len = strlen(line);

	c->size += len;
	c->unsynced += len;
	c->pieces++;
	if (file_write(c->pending, line, len) &&
	    ((c->kept > SYNCED_PIECES && c->unsynced < SYNCED_BYTES) ||
		sync_pending(c)))
		return ROLLCALL_OK;
	return file_fault("write", store_path(c->r, c->name, ".pending"));
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

/* Reserve room on the disk for what comes in the place of a file. */
static bool
reserve_spare(struct store_client *c)
{
	size_t record = 0;

	if (c->record != NULL)
		record = strlen(rc_json_write(c->r->mem, c->record));
	c->spare = file_create(store_path(c->r, c->name, ".new"));
	return c->spare != -1 &&
	       file_reserve(c->spare, strlen(c->first) + 2 * record + ROOM);
}

/* Tell whether tokens are asked for, and nothing about the client. */
static bool
wants_tokens(const struct store_client *c)
{

	return rc_json_get(c->record, "asking") != NULL;
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
	/* Not all of the record, for a line nests as deep as it and deeper. */
	if (wants_tokens(c))
		rc_json_set(line, "asking", rc_json_get(c->record, "asking"));
	pending_close(c);
	c->pieces = c->kept = c->size = c->unsynced = 0;
	c->answer = rc_alloc(c->r->mem, sizeof(*c->answer));
	rc_buf_init(c->answer, c->r->mem);
	c->failed = false;
	e = make_line(c->r, c->name, 0, line, &c->first);
	if (e != ROLLCALL_OK)
		return e;
	if ((c->pending = file_create(path)) == -1 || !file_sync_folder(c->r))
		return file_fault("write", path);
	e = append(c, c->first);
	/* A deletion has no answer to be kept. */
	if (e == ROLLCALL_OK && strcmp(act, "delete") != 0 &&
	    !(file_reserve(c->pending, c->size + ROOM) && reserve_spare(c)))
		e = rollcall_fail(ROLLCALL_FAILED,
		    "there is no room for the server's answer in %s, so "
		    "nothing was asked: %s; make room, and try again",
		    path, strerror(errno));
	if (e != ROLLCALL_OK)
		pending_end(c);
	return e;
}

/* Go on with NAME.new, which has all that came, as NAME.pending. */
static bool
go_on_with(struct store_client *c, int fd)
{

	if (fsync(fd) != 0 || rename(store_path(c->r, c->name, ".new"),
				  store_path(c->r, c->name, ".pending")) != 0)
		return false;
	(void)close(c->pending);
	c->pending = fd;
	(void)file_sync_folder(c->r);
	return true;
}

/*
 * Write NAME.pending anew, with the answer in one line.  Where that fails the
 * old one has all of it as well.
 */
static void
gather(struct store_client *c, struct rollcall *r)
{
	int fd = c->spare;
	const char *line;

	c->spare = -1;
	if (fd == -1)
		fd = file_create(store_path(r, c->name, ".new"));
	if (fd == -1)
		return;
	if (make_piece(r, c->name, 1, c->answer->data, c->answer->len, &line) ==
		ROLLCALL_OK &&
	    file_write(fd, c->first, strlen(c->first)) &&
	    file_write(fd, line, strlen(line)) && go_on_with(c, fd)) {
		c->size = strlen(c->first) + strlen(line);
		c->pieces = 2;
		c->unsynced = 0;
		(void)reserve_spare(c);
	} else
		(void)close(fd);
}

/* Write a piece, by memory of which nothing is needed later. */
static enum rollcall_exit
keep_piece(
    struct store_client *c, struct rollcall *r, const void *data, size_t n)
{
	enum rollcall_exit e;
	const char *line;

	c->kept++;
	e = make_piece(r, c->name, c->pieces, data, n, &line);
	if (e == ROLLCALL_OK)
		e = append(c, line);
	if (e == ROLLCALL_OK &&
	    c->size > strlen(c->first) + SLACK + FACTOR * c->answer->len)
		gather(c, r);
	return e;
}

bool
store_keep(void *client, const void *data, size_t n)
{
	struct store_client *c = client;
	struct rollcall r = *c->r;

	r.mem = rc_arena_new();
	rc_buf_add(c->answer, data, n);
	/* The answer goes on: it may still get into the record. */
	if (!c->failed && keep_piece(c, &r, data, n) != ROLLCALL_OK)
		c->failed = true;
	rc_arena_free(r.mem);
	return true;
}

/* All came: what is not on the disk yet gets there. */
static void
end_answer(struct store_client *c)
{

	if (c->pending != -1 && c->unsynced > 0 && !sync_pending(c))
		c->failed = true;
}

void
pending_end(struct store_client *c)
{

	pending_close(c);
	c->pieces = 0;
	(void)unlink(store_path(c->r, c->name, ".pending"));
}

/* Tell whether an answer has tokens, or is about this client. */
static bool
is_answer(const struct store_client *c, const struct rc_json *answer)
{
	const char *id = rc_json_text(answer, "client_id");
	const char *known =
	    rc_json_text(rc_json_get(c->record, "client"), "client_id");

	if (wants_tokens(c))
		return tokens_fault(c->r->mem, answer) == NULL;
	return id != NULL && id[0] != '\0' &&
	       (known == NULL || strcmp(id, known) == 0);
}

enum rollcall_exit
store_take(struct store_client *c, const struct rc_json *answer)
{
	const char *path = store_path(c->r, c->name, ".pending");
	enum rollcall_exit e;

	end_answer(c);
	if (!is_answer(c, answer))
		return rollcall_fail(ROLLCALL_UNFIT,
		    "the server answers without the client_id that it should "
		    "(RFC 7591 3.2.1); what it answered is in %s",
		    path);
	if (wants_tokens(c))
		tokens_take(c->r->mem, c->record, answer);
	else
		rc_json_set(c->record, "client",
		    metadata_take(
			c->r->mem, rc_json_get(c->record, "client"), answer));
	if ((e = store_save(c)) != ROLLCALL_OK)
		return rollcall_fail(e, "%swhat the server answered is in %s",
		    c->failed ? "only a part of " : "", path);
	pending_end(c);
	return ROLLCALL_OK;
}

void
store_give_up(struct store_client *c)
{

	end_answer(c);
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
	else if (strcmp(act, "token") == 0)
		rollcall_warn("the last request for a token of %s was broken "
			      "off before the answer came; if the server does "
			      "not take the refresh token any more, log in "
			      "again",
		    c->name);
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
	if (c->record != NULL && rc_json_get(intent, "asking") != NULL)
		rc_json_set(c->record, "asking", rc_json_get(intent, "asking"));
	answer = file_parse(c->r, body.data, body.len);
	if (answer == NULL || c->record == NULL || !is_answer(c, answer)) {
		c->record = record;
		if (record != NULL)
			rc_json_remove(record, "asking");
		return set_aside(c, len);
	}
	if ((e = store_take(c, answer)) == ROLLCALL_OK)
		rollcall_note(c->r,
		    "an earlier %s of %s was broken off; what the server "
		    "answered is stored now",
		    strcmp(act, "token") == 0 ? "request for a token" : act,
		    c->name);
	return e;
}
