/*
 * The store: a file a client, its lock, and what is under way.
 */
#include "rollcall_store.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "crypt.h"
#include "json.h"
#include "rollcall_metadata.h"

/* The largest file of the store that is read. */
#define MOST_FILE ((size_t)8 * 1048576)

#define MOST_NAME 64

/* What is set aside is NAME.broken-1 and so on. */
#define BROKEN ".broken-"

/*
 * So many pieces of an answer are written as they come, those behind them by so
 * many bytes: a line is much longer than a piece of one byte.
 */
#define SINGLE_PIECES 1024
#define GATHERED 4096

/* How long another run on the same client is waited for, ms. */
#define PATIENCE 120000
#define NAP 50

static enum rollcall_exit
fault(const char *what, const char *path)
{

	return rollcall_fail(
	    ROLLCALL_FAILED, "cannot %s %s: %s", what, path, strerror(errno));
}

/* --- where it is */

/* Return where the user keeps configurations; NULL: nobody knows. */
static const char *
config_home(struct rollcall *r)
{
	const char *xdg = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	const struct passwd *entry;

	/* One that is relative counts for nothing, says its specification. */
	if (xdg != NULL && xdg[0] == '/')
		return xdg;
	if (home == NULL || home[0] != '/') {
		if ((entry = getpwuid(geteuid())) == NULL)
			return NULL;
		home = entry->pw_dir;
	}
	return rc_printf(r->mem, "%s/.config", home);
}

/* Return where the store is, "" where nobody knows. */
static const char *
folder(struct rollcall *r)
{
	const char *home;

	if (r->store == NULL) {
		home = config_home(r);
		r->store = home != NULL
		               ? rc_printf(r->mem, "%s/rollcall/clients", home)
		               : "";
	}
	return r->store;
}

const char *
store_path(struct rollcall *r, const char *name, const char *suffix)
{

	return rc_printf(r->mem, "%s/%s%s", folder(r), name, suffix);
}

/* Make a folder and those above it, where they are missing. */
static bool
make_folders(struct rollcall *r, const char *path)
{
	char *copy = rc_strdup(r->mem, path), *slash;

	for (slash = strchr(copy + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0700) != 0 && errno != EEXIST)
			return false;
		*slash = '/';
	}
	return mkdir(copy, 0700) == 0 || errno == EEXIST;
}

/* Judge by whom a file or folder can be read. */
static enum rollcall_exit
check_mode(const struct stat *st, const char *path, const char *mode)
{

	if (st->st_uid != geteuid())
		return rollcall_fail(ROLLCALL_LOCKED,
		    "%s belongs to somebody else; move it away", path);
	if ((st->st_mode & 077) != 0)
		return rollcall_fail(ROLLCALL_LOCKED,
		    "others can get at %s; run: chmod %s %s", path, mode, path);
	return ROLLCALL_OK;
}

/* Have the folder, made where ${create}. */
static enum rollcall_exit
have_folder(struct rollcall *r, bool create)
{
	const char *path = folder(r);
	struct stat st;

	if (path[0] == '\0')
		return rollcall_fail(ROLLCALL_FAILED,
		    "there is no home directory to keep clients in; set "
		    "XDG_CONFIG_HOME or give --store");
	if (create && !make_folders(r, path))
		return fault("make", path);
	if (stat(path, &st) != 0)
		return create || errno != ENOENT ? fault("use", path)
		                                 : ROLLCALL_OK;
	return check_mode(&st, path, "700");
}

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

/* --- files */

/* Read a file of the store; *${text} is NULL where there is none. */
static enum rollcall_exit
read_file(struct rollcall *r, const char *path, char **text, size_t *len)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	enum rollcall_exit e;
	struct rc_buf all;
	struct stat st;
	ssize_t n = 1;

	*text = NULL;
	*len = 0;
	if (fd == -1)
		return errno == ENOENT ? ROLLCALL_OK : fault("read", path);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return rollcall_fail(ROLLCALL_LOCKED,
		    "%s is no ordinary file; move it away", path);
	}
	rc_buf_init(&all, r->mem);
	e = check_mode(&st, path, "600");
	while (e == ROLLCALL_OK && n > 0 && all.len <= MOST_FILE) {
		n = read(fd, rc_buf_room(&all, 65536), 65536);
		if (n == -1 && errno == EINTR) {
			n = 1;
			continue;
		}
		if (n == -1)
			e = fault("read", path);
		else
			all.len += (size_t)n;
		all.data[all.len] = '\0';
	}
	(void)close(fd);
	if (e == ROLLCALL_OK && all.len > MOST_FILE)
		e = rollcall_fail(ROLLCALL_LOCKED,
		    "%s is larger than a client can be; move it away", path);
	if (e == ROLLCALL_OK) {
		*text = all.data;
		*len = all.len;
	}
	return e;
}

static bool
write_all(int fd, const char *text, size_t len)
{
	ssize_t n;

	while (len > 0) {
		if ((n = write(fd, text, len)) == -1) {
			if (errno == EINTR)
				continue;
			return false;
		}
		text += n;
		len -= (size_t)n;
	}
	return true;
}

/* A new name outlives a crash once its folder is on the disk. */
static bool
sync_folder(struct rollcall *r)
{
	int fd = open(folder(r), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = fd != -1 && fsync(fd) == 0;

	if (fd != -1)
		(void)close(fd);
	return done;
}

/* Make a new file that only we can read. */
static int
create(const char *path)
{

	(void)unlink(path);
	return open(path,
	    O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC,
	    0600);
}

/* Replace a file by another as a whole. */
static enum rollcall_exit
replace(struct rollcall *r, const char *name, const char *text)
{
	const char *path = store_path(r, name, ".json");
	const char *new = store_path(r, name, ".new");
	int fd = create(new);
	enum rollcall_exit e;
	bool done;

	done = fd != -1 && write_all(fd, text, strlen(text)) &&
	       write_all(fd, "\n", 1) && fsync(fd) == 0;
	if (fd != -1 && close(fd) != 0)
		done = false;
	if (done && rename(new, path) == 0 && sync_folder(r))
		return ROLLCALL_OK;
	e = fault("write", path);
	(void)unlink(new);
	return e;
}

/* --- texts and records */

static struct rc_json *
parse(struct rollcall *r, const char *text, size_t len)
{
	struct rc_json *json;
	const char *why;
	size_t at;

	return rc_json_parse(r->mem, text, len, &json, &why, &at) == RC_OK &&
	               rc_json_type(json) == RC_JSON_OBJECT
	           ? json
	           : NULL;
}

static bool
is_sealed(const struct rc_json *file)
{
	const char *format = rc_json_text(file, "format");

	return format != NULL && strcmp(format, STORE_SEALED) == 0;
}

/* Return a line, sealed where it shall be, in *${out}. */
static enum rollcall_exit
close_text(struct store_client *c, const char *what, const struct rc_json *json,
    const char **out)
{
	const char *text = rc_json_write(c->r->mem, json);

	if (c->r->passphrase == NULL) {
		*out = text;
		return ROLLCALL_OK;
	}
	return store_seal(c->r, c->name, what, text, out);
}

/* Undo that.  *${json} is NULL for what nobody wrote to its end. */
static enum rollcall_exit
open_text(struct rollcall *r, const char *name, const char *what,
    const char *text, size_t len, struct rc_json **json, bool *sealed)
{
	enum rollcall_exit e;
	const char *open = "";

	*json = parse(r, text, len);
	*sealed = is_sealed(*json);
	if (!*sealed)
		return ROLLCALL_OK;
	if ((e = store_unseal(r, name, what, *json, &open)) != ROLLCALL_OK)
		return e;
	*json = parse(r, open, strlen(open));
	return ROLLCALL_OK;
}

bool
store_is_sealed(struct rollcall *r, const char *file)
{
	size_t len;
	char *text;

	if (read_file(r, file, &text, &len) != ROLLCALL_OK || text == NULL)
		return false;
	/* What was under way has a line each. */
	return is_sealed(parse(r, text, len)) ||
	       is_sealed(parse(r, text, strcspn(text, "\n")));
}

/*
 * Tell whether what is in clear cannot be ours: there is a passphrase, and
 * another client is encrypted.
 */
static bool
is_foreign(struct rollcall *r, const char *name)
{
	struct rollcall_words names;
	size_t i;

	if (r->passphrase == NULL || r->accept_clear ||
	    store_names(r, &names) != ROLLCALL_OK)
		return false;
	for (i = 0; i < names.count; i++)
		if (strcmp(names.items[i], name) != 0 &&
		    store_is_sealed(r, store_path(r, names.items[i], ".json")))
			return true;
	return false;
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
	if ((e = read_file(r, path, &text, &len)) != ROLLCALL_OK ||
	    text == NULL)
		return e;
	e = open_text(r, name, "record", text, len, record, sealed);
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
	    (e = read_file(r, path, &text, &len)) != ROLLCALL_OK)
		return e;
	*sealed = text != NULL && is_sealed(parse(r, text, len));
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
	if ((e = close_text(c, "record", c->record, &text)) != ROLLCALL_OK)
		return e;
	if ((e = replace(c->r, c->name, text)) != ROLLCALL_OK)
		return e;
	c->sealed = c->r->passphrase != NULL;
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

/* List the clients that have a file with that suffix. */
static enum rollcall_exit
names_with(struct rollcall *r, const char *suffix, struct rollcall_words *names)
{
	const struct dirent *entry;
	enum rollcall_exit e;
	const char *name;
	DIR *dir;

	*names = (struct rollcall_words){ 0 };
	if ((e = have_folder(r, false)) != ROLLCALL_OK)
		return e;
	if ((dir = opendir(folder(r))) == NULL)
		return errno == ENOENT ? ROLLCALL_OK : fault("read", folder(r));
	while ((entry = readdir(dir)) != NULL) {
		if (!has_suffix(entry, suffix))
			continue;
		name = rc_strndup(r->mem, entry->d_name,
		    strlen(entry->d_name) - strlen(suffix));
		if (store_name_fault(name) == NULL)
			rollcall_add_word(r, names, name);
	}
	(void)closedir(dir);
	if (names->count > 0)
		qsort(
		    names->items, names->count, sizeof(*names->items), compare);
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

	while ((found = strstr(s, BROKEN)) != NULL) {
		s = found + strlen(BROKEN);
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

	*files = (struct rollcall_words){ 0 };
	if ((e = have_folder(r, false)) != ROLLCALL_OK)
		return e;
	if ((dir = opendir(folder(r))) == NULL)
		return errno == ENOENT ? ROLLCALL_OK : fault("read", folder(r));
	while ((entry = readdir(dir)) != NULL)
		if (is_broken(r, entry->d_name, name))
			rollcall_add_word(
			    r, files, store_path(r, entry->d_name, ""));
	(void)closedir(dir);
	if (files->count > 0)
		qsort(
		    files->items, files->count, sizeof(*files->items), compare);
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

	if ((e = have_folder(r, true)) != ROLLCALL_OK ||
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
	return ROLLCALL_OK;
}

/* --- what is under way */

/* Append a line to NAME.pending, and have it on the disk. */
static enum rollcall_exit
append(struct store_client *c, const struct rc_json *json)
{
	const char *what = rc_printf(c->r->mem, "pending %zu", c->pieces);
	enum rollcall_exit e;
	const char *text;

	if ((e = close_text(c, what, json, &text)) != ROLLCALL_OK)
		return e;
	if (!write_all(c->pending, rc_printf(c->r->mem, "%s\n", text),
		strlen(text) + 1) ||
	    fdatasync(c->pending) != 0)
		return fault("write", store_path(c->r, c->name, ".pending"));
	c->pieces++;
	return ROLLCALL_OK;
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
	if (c->pending != -1)
		(void)close(c->pending);
	c->pieces = 0;
	c->gathered = rc_alloc(c->r->mem, sizeof(*c->gathered));
	rc_buf_init(c->gathered, c->r->mem);
	c->failed = false;
	if ((c->pending = create(path)) == -1 || !sync_folder(c->r))
		return fault("write", path);
	if ((e = append(c, line)) != ROLLCALL_OK)
		(void)unlink(path);
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

static void
end_pending(struct store_client *c)
{

	if (c->pending != -1)
		(void)close(c->pending);
	c->pending = -1;
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
	end_pending(c);
	return ROLLCALL_OK;
}

void
store_give_up(struct store_client *c)
{

	write_gathered(c);
	if (c->pieces <= 1 && !c->failed) {
		end_pending(c);
		return;
	}
	rollcall_warn("what came of the answer is in %s",
	    store_path(c->r, c->name, ".pending"));
	(void)close(c->pending);
	c->pending = -1;
}

/* Put what nobody can make sense of where it is in nobody's way. */
static enum rollcall_exit
set_aside(struct store_client *c)
{
	const char *from = store_path(c->r, c->name, ".pending");
	const char *to = NULL;
	struct stat st;
	int i;

	for (i = 1; i == 1 || stat(to, &st) == 0; i++)
		to = store_path(
		    c->r, c->name, rc_printf(c->r->mem, BROKEN "%d", i));
	if (rename(from, to) != 0)
		return fault("move away", from);
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

	e = open_text(c->r, c->name, what, line, n, json, &sealed);
	if (e != ROLLCALL_OK)
		return e;
	if (!sealed && *json != NULL &&
	    (c->sealed || (i == 0 && is_foreign(c->r, c->name))))
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

/* Finish what a run left that was killed. */
static enum rollcall_exit
recover(struct store_client *c)
{
	const char *path = store_path(c->r, c->name, ".pending");
	struct rc_json *intent, *answer, *record;
	enum rollcall_exit e;
	const char *act;
	struct rc_buf body;
	size_t len, n;
	char *text;

	if ((e = read_file(c->r, path, &text, &len)) != ROLLCALL_OK ||
	    text == NULL)
		return e;
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
	answer = parse(c->r, body.data, body.len);
	if (answer == NULL || c->record == NULL || !is_answer(c, answer)) {
		c->record = record;
		return set_aside(c);
	}
	if ((e = store_take(c, answer)) == ROLLCALL_OK)
		rollcall_note(c->r,
		    "an earlier %s of %s was broken off; what the server "
		    "answered is stored now",
		    act, c->name);
	return e;
}

/* --- taking and leaving */

static void
nap(void)
{
	struct timespec time = { 0, NAP * 1000000L };

	(void)nanosleep(&time, NULL);
}

/* Take the lock; the file may have been removed by who had it before. */
static enum rollcall_exit
take_lock(struct store_client *c)
{
	const char *path = store_path(c->r, c->name, ".lock");
	struct stat ours, there;
	enum rollcall_exit e;
	int waited = 0;

	for (;;) {
		c->lock =
		    open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (c->lock == -1)
			return fault("lock", path);
		while (flock(c->lock, LOCK_EX | LOCK_NB) != 0) {
			if (errno != EWOULDBLOCK || waited >= PATIENCE) {
				e = fault("lock", path);
				/* It is not ours to remove. */
				(void)close(c->lock);
				c->lock = -1;
				return e;
			}
			if (waited == 0)
				rollcall_progress(c->r,
				    "waiting for another run on %s", c->name);
			nap();
			waited += NAP;
		}
		if (waited > 0)
			rollcall_progress_end(c->r);
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

	if (c->record == NULL || c->sealed || !is_foreign(c->r, c->name))
		return ROLLCALL_OK;
	return rollcall_fail(ROLLCALL_LOCKED,
	    "%s is in clear, while other clients are encrypted: somebody may "
	    "have replaced it; if it is as you left it, rollcall passphrase %s "
	    "encrypts it",
	    c->name, c->name);
}

enum rollcall_exit
store_open(struct rollcall *r, const char *name, struct store_client *c)
{
	const char *why = store_name_fault(name);
	enum rollcall_exit e;

	*c = (struct store_client){
		.r = r, .name = name, .lock = -1, .pending = -1
	};
	if (why != NULL)
		return rollcall_fail(ROLLCALL_USAGE,
		    "the name %s %s; choose another", rollcall_text(r, name),
		    why);
	if ((e = have_folder(r, true)) != ROLLCALL_OK ||
	    (e = store_passphrase(r)) != ROLLCALL_OK ||
	    (e = take_lock(c)) != ROLLCALL_OK ||
	    (e = load(r, name, &c->record, &c->sealed)) != ROLLCALL_OK ||
	    (e = check_clear(c)) != ROLLCALL_OK ||
	    (e = recover(c)) != ROLLCALL_OK) {
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

	if (c->pending != -1)
		(void)close(c->pending);
	c->pending = -1;
	if (c->lock == -1)
		return;
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
		return fault("remove", path);
	(void)unlink(store_path(c->r, c->name, ".new"));
	end_pending(c);
	c->record = NULL;
	return sync_folder(c->r) ? ROLLCALL_OK : fault("write", folder(c->r));
}
