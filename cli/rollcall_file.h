#ifndef ROLLCALL_FILE_H
#define ROLLCALL_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "rollcall.h"

struct rc_json;

/*
 * The files of the store, for the modules that are the store.
 */

/*
 * file_fault(what, path):
 * Say that the file cannot be read, written or whatever ${what} is, and why, by
 * errno.
 */
enum rollcall_exit file_fault(const char *what, const char *path);

/*
 * file_folder(r):
 * Return where the store is, "" where nobody knows.
 */
const char *file_folder(struct rollcall *r);

/*
 * file_have_folder(r, create):
 * Make sure that the folder is there, where ${create} says so, and that nobody
 * else gets at it.
 */
enum rollcall_exit file_have_folder(struct rollcall *r, bool create);

/*
 * file_read(r, path, text, len):
 * Read a file of the store as a whole; *${text} is NULL where there is none.
 */
enum rollcall_exit file_read(
    struct rollcall *r, const char *path, char **text, size_t *len);

/*
 * file_create(path):
 * Make a new file that only we can read, in the place of any other; return its
 * descriptor, or -1 with errno.
 */
int file_create(const char *path);

/*
 * file_reserve(fd, size):
 * Make sure that so many bytes of the file find room on the disk; they are NULs
 * until they are written.  False: errno says why not.
 */
bool file_reserve(int fd, size_t size);

/*
 * file_write(fd, text, len), file_sync_folder(r):
 * Write all of it; have the names in the folder on the disk.  False: errno says
 * why not.
 */
bool file_write(int fd, const char *text, size_t len);
bool file_sync_folder(struct rollcall *r);

/*
 * file_replace(r, name, fd, text):
 * Have a text in NAME.json in the place of what was there, as a whole or not at
 * all: by way of NAME.new, which is open as ${fd}, and empty but for what was
 * reserved, or, where that is -1, is made.  It is closed behind this.
 */
enum rollcall_exit file_replace(
    struct rollcall *r, const char *name, int fd, const char *text);

/*
 * file_parse(r, text, len), file_is_sealed(file):
 * Return a JSON object, NULL for all else; tell whether it is one that is
 * encrypted.
 */
struct rc_json *file_parse(struct rollcall *r, const char *text, size_t len);
bool file_is_sealed(const struct rc_json *file);

/*
 * file_seal(r, name, what, json, text), file_unseal(...):
 * Return a line for the file, encrypted where there is a passphrase; undo that,
 * and tell whether it was.  *${json} is NULL for what nobody wrote to its end.
 */
enum rollcall_exit file_seal(struct rollcall *r, const char *name,
    const char *what, const struct rc_json *json, const char **text);
enum rollcall_exit file_unseal(struct rollcall *r, const char *name,
    const char *what, const char *text, size_t len, struct rc_json **json,
    bool *sealed);

#endif
