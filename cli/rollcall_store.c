/*
 * The store: a record a client, and its lock.
 */
#include "rollcall_store.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "json.h"
#include "rollcall_file.h"
#include "rollcall_pending.h"

#define MOST_NAME 64

/* How long another run on the same client is waited for, ms. */
#define PATIENCE 120000

/* After so long it is said that it is waited for, ms. */
#define TELL 2000
#define NAP 50

/* --- names and records */

const char *
store_name_fault(const char *name)
{
	const char *s;

	if (strlen(name) > MOST_NAME)
		return "has more than 64 characters";
	if (!isalnum((unsigned char)name[0]))
		return "must begin with a letter or digit";
	for (s = name; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr("._-", *s) == NULL)
			return "may have letters, digits, '.', '_' and '-'";
	return NULL;
}

/* Return the file that says that all clients are encrypted. */
static const char *
mark_path(struct rollcall *r)
{

	return store_path(r, "", ".sealed");
}

static bool
is_marked(struct rollcall *r)
{

	return access(mark_path(r), F_OK) == 0;
}

/* Count the clients, but for ${name}, that are encrypted, or are not. */
static size_t
count_others(struct rollcall *r, const char *name, bool sealed)
{
	struct rollcall_words names;
	size_t i, n = 0;

	if (store_names(r, &names) != ROLLCALL_OK)
		return 0;
	for (i = 0; i < names.count; i++)
		if (strcmp(names.items[i], name) != 0 &&
		    store_is_sealed(
			r, store_path(r, names.items[i], ".json")) == sealed)
			n++;
	return n;
}

/* A client was stored, encrypted or not: note what that makes of them all. */
static void
mark(struct rollcall *r, const char *name, bool sealed)
{
	int fd;

	if (!sealed) {
		(void)unlink(mark_path(r));
		return;
	}
	if (is_marked(r) || count_others(r, name, false) > 0)
		return;
	if ((fd = file_create(mark_path(r))) != -1)
		(void)close(fd);
}

bool
store_is_foreign(struct rollcall *r, const char *name)
{

	if (r->accept_clear)
		return false;
	return is_marked(r) ||
	       (r->passphrase != NULL && count_others(r, name, true) > 0);
}

/* Read a record as the file has it; NULL where there is none. */
static enum rollcall_exit
load(
    struct rollcall *r, const char *name, struct rc_json **record, bool *sealed)
{
	const char *path = store_path(r, name, ".json");
	enum rollcall_exit e;
	char *text;
	size_t len;

	*record = NULL;
	*sealed = false;
	if ((e = file_read(r, path, &text, &len)) != ROLLCALL_OK ||
	    text == NULL)
		return e;
	e = file_unseal(r, name, "record", text, len, record, sealed);
	if (e != ROLLCALL_OK)
		return e;
	if (rc_json_text(*record, "issuer") == NULL ||
	    rc_json_text(rc_json_get(*record, "client"), "client_id") == NULL)
		return rollcall_fail(ROLLCALL_LOCKED,
		    "%s is damaged, or was changed; restore it from a copy",
		    path);
	return ROLLCALL_OK;
}

enum rollcall_exit
store_peek(
    struct rollcall *r, const char *name, struct rc_json **record, bool *sealed)
{
	const char *path = store_path(r, name, ".json");
	enum rollcall_exit e;
	char *text;
	size_t len;

	*record = NULL;
	if ((e = store_passphrase(r)) != ROLLCALL_OK ||
	    (e = file_read(r, path, &text, &len)) != ROLLCALL_OK)
		return e;
	*sealed = text != NULL && file_is_sealed(file_parse(r, text, len));
	if (*sealed && r->passphrase == NULL)
		return ROLLCALL_OK;
	return load(r, name, record, sealed);
}

enum rollcall_exit
store_save(struct store_client *c)
{
	enum rollcall_exit e;
	const char *text, *why;
	size_t at;

	rc_json_set_string(c->record, "format", "rollcall-client/1");
	rc_json_set_int(c->record, "saved_at", (int64_t)time(NULL));
	text = rc_json_write(c->r->mem, c->record);
	if (rc_json_check(text, strlen(text), &why, &at) != RC_OK)
		return rollcall_fail(ROLLCALL_UNFIT,
		    "what the server answered is nested too deeply to be "
		    "kept");
	if ((e = file_seal(c->r, c->name, "record", c->record, &text)) !=
	    ROLLCALL_OK)
		return e;
	e = file_replace(c->r, c->name, c->spare, text);
	c->spare = -1;
	if (e != ROLLCALL_OK)
		return e;
	c->sealed = c->r->passphrase != NULL;
	mark(c->r, c->name, c->sealed);
	if (!c->sealed && !c->r->told_clear)
		rollcall_warn(
		    "%s is stored unencrypted; rollcall passphrase sets a "
		    "passphrase",
		    c->name);
	c->r->told_clear = c->r->told_clear || !c->sealed;
	return ROLLCALL_OK;
}

static bool
has_suffix(const struct dirent *entry, const char *suffix)
{
	size_t len = strlen(entry->d_name), n = strlen(suffix);

	return len > n && strcmp(entry->d_name + len - n, suffix) == 0;
}

static int
compare(const void *a, const void *b)
{

	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Begin a list of what is in the folder; NULL: it is not there. */
static enum rollcall_exit
begin_list(struct rollcall *r, struct rollcall_words *list, DIR **dir)
{
	enum rollcall_exit e;

	*list = (struct rollcall_words){ 0 };
	*dir = NULL;
	if ((e = file_have_folder(r, false)) != ROLLCALL_OK)
		return e;
	*dir = opendir(file_folder(r));
	return *dir != NULL || errno == ENOENT
	           ? ROLLCALL_OK
	           : file_fault("read", file_folder(r));
}

/* End the list, and sort it. */
static void
end_list(struct rollcall_words *list, DIR *dir)
{

	(void)closedir(dir);
	if (list->count > 0)
		qsort(list->items, list->count, sizeof(*list->items), compare);
}

/* List the clients that have a file with that suffix. */
static enum rollcall_exit
names_with(struct rollcall *r, const char *suffix, struct rollcall_words *names)
{
	const struct dirent *entry;
	enum rollcall_exit e;
	const char *name;
	DIR *dir;

	if ((e = begin_list(r, names, &dir)) != ROLLCALL_OK || dir == NULL)
		return e;
	while ((entry = readdir(dir)) != NULL) {
		if (!has_suffix(entry, suffix))
			continue;
		name = rc_strndup(r->mem, entry->d_name,
		    strlen(entry->d_name) - strlen(suffix));
		if (store_name_fault(name) == NULL)
			rollcall_add_word(r, names, name);
	}
	end_list(names, dir);
	return ROLLCALL_OK;
}

enum rollcall_exit
store_names(struct rollcall *r, struct rollcall_words *names)
{

	return names_with(r, ".json", names);
}

enum rollcall_exit
store_unfinished(struct rollcall *r, struct rollcall_words *names)
{

	return names_with(r, ".pending", names);
}

/* Tell whether a file is what was set aside of a client, of any for NULL. */
static bool
is_broken(struct rollcall *r, const char *file, const char *name)
{
	const char *found, *s = file;

	while ((found = strstr(s, STORE_BROKEN)) != NULL) {
		s = found + strlen(STORE_BROKEN);
		if (*s != '\0' && s[strspn(s, "0123456789")] == '\0')
			break;
	}
	if (found == NULL)
		return false;
	file = rc_strndup(r->mem, file, (size_t)(found - file));
	return store_name_fault(file) == NULL &&
	       (name == NULL || strcmp(file, name) == 0);
}

enum rollcall_exit
store_broken(struct rollcall *r, const char *name, struct rollcall_words *files)
{
	const struct dirent *entry;
	enum rollcall_exit e;
	DIR *dir;

	if ((e = begin_list(r, files, &dir)) != ROLLCALL_OK || dir == NULL)
		return e;
	while ((entry = readdir(dir)) != NULL)
		if (is_broken(r, entry->d_name, name))
			rollcall_add_word(
			    r, files, store_path(r, entry->d_name, ""));
	end_list(files, dir);
	return ROLLCALL_OK;
}

enum rollcall_exit
store_prepare(struct rollcall *r)
{
	struct rollcall_words names;
	struct rc_json *record;
	enum rollcall_exit e;
	bool sealed;
	size_t i;

	if ((e = file_have_folder(r, true)) != ROLLCALL_OK ||
	    (e = store_names(r, &names)) != ROLLCALL_OK)
		return e;
	/*
	 * Who has one for another client means it for this one, too, and what
	 * does not open that one was mistyped.
	 */
	for (i = 0; i < names.count; i++) {
		e = store_peek(r, names.items[i], &record, &sealed);
		if (e != ROLLCALL_OK)
			return e;
		if (sealed)
			return load(r, names.items[i], &record, &sealed);
	}
	if (is_marked(r) && r->passphrase == NULL)
		return rollcall_fail(ROLLCALL_LOCKED,
		    "all clients in %s were encrypted, and none is there that "
		    "is; set ROLLCALL_PASSPHRASE or give --passphrase-file",
		    file_folder(r));
	return ROLLCALL_OK;
}

/* --- taking and leaving */

static void
nap(void)
{
	struct timespec time = { 0, NAP * 1000000L };

	(void)nanosleep(&time, NULL);
}

/* Say, once, that somebody is waited for, to logs as well. */
static void
tell_waiting(const struct store_client *c, int waited)
{

	if (waited == 0)
		rollcall_progress(
		    c->r, "waiting for another run on %s", c->name);
	if (waited != TELL)
		return;
	rollcall_progress_end(c->r);
	rollcall_note(
	    c->r, "waiting for another run that works on %s", c->name);
}

/* Wait for the lock of a file that is open. */
static enum rollcall_exit
wait_for_lock(struct store_client *c, const char *path)
{
	enum rollcall_exit e = ROLLCALL_OK;
	int waited = 0;

	while (flock(c->lock, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK)
			e = file_fault("lock", path);
		else if (waited >= PATIENCE)
			e = rollcall_fail(ROLLCALL_FAILED,
			    "another run has been at work on %s for %d s; end "
			    "it, or try again later",
			    c->name, PATIENCE / 1000);
		if (e != ROLLCALL_OK) {
			/* It is not ours to remove. */
			(void)close(c->lock);
			c->lock = -1;
			return e;
		}
		tell_waiting(c, waited);
		nap();
		waited += NAP;
	}
	if (waited > 0)
		rollcall_progress_end(c->r);
	return ROLLCALL_OK;
}

/*
 * Tell whether there is no lock, ${fault}, for nothing can be written there:
 * then there is nobody to wait for.
 */
static bool
is_fixed(const struct store_client *c, int fault)
{
	bool fixed = fault == EROFS ||
	             (fault == EACCES && access(file_folder(c->r), W_OK) != 0);

	errno = fault;
	return fixed;
}

/* Take the lock; the file may have been removed by who had it before. */
static enum rollcall_exit
take_lock(struct store_client *c)
{
	const char *path = store_path(c->r, c->name, ".lock");
	struct stat ours, there;
	enum rollcall_exit e;

	for (;;) {
		c->lock =
		    open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (c->lock == -1)
			return is_fixed(c, errno) ? ROLLCALL_OK
			                          : file_fault("lock", path);
		if ((e = wait_for_lock(c, path)) != ROLLCALL_OK)
			return e;
		if (fstat(c->lock, &ours) == 0 && stat(path, &there) == 0 &&
		    ours.st_ino == there.st_ino && ours.st_dev == there.st_dev)
			return ROLLCALL_OK;
		(void)close(c->lock);
	}
}

/* A record in clear in the place of one that was not is somebody else's. */
static enum rollcall_exit
check_clear(const struct store_client *c)
{

	if (c->record == NULL || c->sealed || !store_is_foreign(c->r, c->name))
		return ROLLCALL_OK;
	return rollcall_fail(ROLLCALL_LOCKED,
	    "%s is in clear, while %s encrypted: somebody may have replaced "
	    "it; if it is as you left it, rollcall passphrase %s encrypts it",
	    c->name, is_marked(c->r) ? "all clients were" : "other clients are",
	    c->name);
}

enum rollcall_exit
store_open(struct rollcall *r, const char *name, struct store_client *c)
{
	const char *why = store_name_fault(name);
	enum rollcall_exit e;

	*c = (struct store_client){
		.r = r, .name = name, .lock = -1, .pending = -1, .spare = -1
	};
	if (why != NULL)
		return rollcall_fail(ROLLCALL_USAGE,
		    "the name %s %s; choose another", rollcall_text(r, name),
		    why);
	if ((e = file_have_folder(r, true)) != ROLLCALL_OK ||
	    (e = store_passphrase(r)) != ROLLCALL_OK ||
	    (e = take_lock(c)) != ROLLCALL_OK ||
	    (e = load(r, name, &c->record, &c->sealed)) != ROLLCALL_OK ||
	    (e = check_clear(c)) != ROLLCALL_OK ||
	    (e = pending_recover(c)) != ROLLCALL_OK) {
		store_close(c);
		return e;
	}
	return ROLLCALL_OK;
}

enum rollcall_exit
store_find(struct rollcall *r, const char *name, struct store_client *c)
{
	enum rollcall_exit e;

	if ((e = store_open(r, name, c)) != ROLLCALL_OK)
		return e;
	if (c->record != NULL)
		return ROLLCALL_OK;
	store_close(c);
	return rollcall_fail(ROLLCALL_NOT_FOUND,
	    "there is no client %s in the store; rollcall list shows which "
	    "there are",
	    name);
}

void
store_close(struct store_client *c)
{
	struct stat st;

	if (c->lock == -1)
		return;
	pending_close(c);
	/* Names that came to nothing leave nothing. */
	if (stat(store_path(c->r, c->name, ".json"), &st) != 0 &&
	    stat(store_path(c->r, c->name, ".pending"), &st) != 0)
		(void)unlink(store_path(c->r, c->name, ".lock"));
	(void)close(c->lock);
	c->lock = -1;
}

enum rollcall_exit
store_remove(struct store_client *c)
{
	const char *path = store_path(c->r, c->name, ".json");

	if (unlink(path) != 0 && errno != ENOENT)
		return file_fault("remove", path);
	pending_end(c);
	c->record = NULL;
	/* Of no clients nothing is said. */
	if (count_others(c->r, c->name, true) == 0)
		(void)unlink(mark_path(c->r));
	return file_sync_folder(c->r) ? ROLLCALL_OK
	                              : file_fault("write", file_folder(c->r));
}
