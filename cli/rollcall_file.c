/*
 * The files of the store: where they are, and how they are read and written.
 */
#include "rollcall_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "rollcall_store.h"

/* The largest file of the store that is read. */
#define MOST_FILE ((size_t)8 * 1048576)

enum rollcall_exit
file_fault(const char *what, const char *path)
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

const char *
file_folder(struct rollcall *r)
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

	return rc_printf(r->mem, "%s/%s%s", file_folder(r), name, suffix);
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

enum rollcall_exit
file_have_folder(struct rollcall *r, bool create)
{
	const char *path = file_folder(r);
	struct stat st;

	if (path[0] == '\0')
		return rollcall_fail(ROLLCALL_FAILED,
		    "there is no home directory to keep clients in; set "
		    "XDG_CONFIG_HOME or give --store");
	if (create && !make_folders(r, path))
		return file_fault("make", path);
	if (stat(path, &st) != 0)
		return create || errno != ENOENT ? file_fault("use", path)
		                                 : ROLLCALL_OK;
	if (!S_ISDIR(st.st_mode))
		return rollcall_fail(ROLLCALL_FAILED,
		    "%s is no folder to keep clients in; give another --store",
		    path);
	return check_mode(&st, path, "700");
}

/* --- files */

enum rollcall_exit
file_read(struct rollcall *r, const char *path, char **text, size_t *len)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	enum rollcall_exit e;
	struct rc_buf all;
	struct stat st;
	ssize_t n = 1;

	*text = NULL;
	*len = 0;
	if (fd == -1 && errno == ELOOP)
		return rollcall_fail(ROLLCALL_FAILED,
		    "cannot read %s: it is a symbolic link; put the file "
		    "itself there",
		    path);
	if (fd == -1)
		return errno == ENOENT ? ROLLCALL_OK : file_fault("read", path);
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
			e = file_fault("read", path);
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

bool
file_write(int fd, const char *text, size_t len)
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
bool
file_sync_folder(struct rollcall *r)
{
	int fd = open(file_folder(r), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = fd != -1 && fsync(fd) == 0;

	if (fd != -1)
		(void)close(fd);
	return done;
}

int
file_create(const char *path)
{

	(void)unlink(path);
	/*
	 * For reading too: where the file system reserves nothing, the C
	 * library does it, and looks at what is there already.
	 */
	return open(
	    path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

bool
file_reserve(int fd, size_t size)
{

	errno = posix_fallocate(fd, 0, (off_t)size);
	/* Where that cannot be done, writing shows whether there is room. */
	return errno == 0 || errno == EOPNOTSUPP;
}

enum rollcall_exit
file_replace(struct rollcall *r, const char *name, int fd, const char *text)
{
	const char *path = store_path(r, name, ".json");
	const char *new = store_path(r, name, ".new");
	size_t len = strlen(text);
	enum rollcall_exit e;
	bool done;

	if (fd == -1)
		fd = file_create(new);
	done = fd != -1 && file_write(fd, text, len) &&
	       file_write(fd, "\n", 1) && ftruncate(fd, (off_t)len + 1) == 0 &&
	       fsync(fd) == 0;
	if (fd != -1 && close(fd) != 0)
		done = false;
	if (done && rename(new, path) == 0 && file_sync_folder(r))
		return ROLLCALL_OK;
	e = file_fault("write", path);
	(void)unlink(new);
	return e;
}

/* --- texts */

struct rc_json *
file_parse(struct rollcall *r, const char *text, size_t len)
{
	struct rc_json *json;
	const char *why;
	size_t at;

	return rc_json_parse(r->mem, text, len, &json, &why, &at) == RC_OK &&
	               rc_json_type(json) == RC_JSON_OBJECT
	           ? json
	           : NULL;
}

bool
file_is_sealed(const struct rc_json *file)
{
	const char *format = rc_json_text(file, "format");

	return format != NULL && strcmp(format, STORE_SEALED) == 0;
}

enum rollcall_exit
file_seal(struct rollcall *r, const char *name, const char *what,
    const struct rc_json *json, const char **out)
{
	const char *text = rc_json_write(r->mem, json);

	if (r->passphrase == NULL) {
		*out = text;
		return ROLLCALL_OK;
	}
	return store_seal(r, name, what, text, out);
}

enum rollcall_exit
file_unseal(struct rollcall *r, const char *name, const char *what,
    const char *text, size_t len, struct rc_json **json, bool *sealed)
{
	enum rollcall_exit e;
	const char *open = "";

	*json = file_parse(r, text, len);
	*sealed = file_is_sealed(*json);
	if (!*sealed)
		return ROLLCALL_OK;
	if ((e = store_unseal(r, name, what, *json, &open)) != ROLLCALL_OK)
		return e;
	*json = file_parse(r, open, strlen(open));
	return ROLLCALL_OK;
}

bool
store_is_sealed(struct rollcall *r, const char *file)
{
	size_t len;
	char *text;

	if (file_read(r, file, &text, &len) != ROLLCALL_OK || text == NULL)
		return false;
	/* What was under way has a line each. */
	return file_is_sealed(file_parse(r, text, len)) ||
	       file_is_sealed(file_parse(r, text, strcspn(text, "\n")));
}
