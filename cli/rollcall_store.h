#ifndef ROLLCALL_STORE_H
#define ROLLCALL_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "rollcall.h"

struct rc_buf;
struct rc_json;

/*
 * The clients of a user, NAME.json each, in a folder that nobody else reads.
 * A record is a JSON object: issuer, server (its endpoints), client (what the
 * server last told of it, secrets and all), private_key where we made one,
 * tokens and client_tokens (rollcall_tokens.h), saved_at.  A file is replaced
 * as a whole or not at all.
 *
 * What a server hands out only once must not be lost between its arrival and
 * the record.  So before a request that may bring such, NAME.pending is made;
 * the answer goes there piece by piece as it comes off the wire, before it is
 * looked at; and it goes away when the record is safe.  A run that finds one
 * finishes the work of the run that was killed.  NULs behind its last line are
 * room that was reserved.  What was still in the network
 * when we were killed is beyond us; there, the server's own second chance
 * helps, such as an old token that lives until the new one is used.
 *
 * Where there is a passphrase, both are encrypted: XChaCha20-Poly1305 under a
 * key by Argon2id, bound to the client's name and to all parameters.  While all
 * clients are encrypted, the folder has a file ".sealed" that says so, and what
 * is in clear is not opened, for somebody else may have put it there.  It is
 * not either with a passphrase at hand, where another client is encrypted.
 * r->accept_clear opens it.  The file is no secret and no proof: who can take
 * it away and keeps all passphrases from us can still put clients in clear
 * there.
 */
struct store_client {
	struct rollcall *r;
	const char *name;
	struct rc_json *record; /* NULL: there is none */
	/* A deletion that was broken off, and nobody knows how far it came. */
	bool deleting;
	bool renewed; /* this run has asked for its server's metadata */

	/* Its own. */
	int lock;
	int pending; /* -1 */
	int spare; /* NAME.new, with room for a record; -1 */
	size_t pieces, size; /* its lines and bytes */
	size_t kept, unsynced; /* pieces that came; bytes not on the disk yet */
	const char *first; /* its first line */
	struct rc_buf *answer; /* what came */
	bool failed; /* a piece could not be kept */
	bool sealed; /* a file of it is encrypted */
};

/*
 * store_name_fault(name):
 * Return why a client cannot be named so, as a phrase behind "the name ", NULL:
 * it can.
 */
const char *store_name_fault(const char *name);

/*
 * store_open(r, name, client):
 * Take the client for this run alone, finish what another one left, and read
 * its record; what is wrong is said.  That there is no record is no fault.
 */
enum rollcall_exit store_open(
    struct rollcall *r, const char *name, struct store_client *client);

/*
 * store_find(r, name, client):
 * The same, but that there is none is said.
 */
enum rollcall_exit store_find(
    struct rollcall *r, const char *name, struct store_client *client);

/*
 * store_close(client):
 * Let others have it.
 */
void store_close(struct store_client *client);

/*
 * store_prepare(r):
 * Make sure, before anything is asked of a server, that a new client can be
 * kept: the folder is there, and the passphrase, by which others open that are
 * encrypted.
 */
enum rollcall_exit store_prepare(struct rollcall *r);

/*
 * store_begin(client, act, intent):
 * Before a request: note what is about to happen, "register", "read",
 * "update", "rotate", "delete" or "token"; ${intent}, NULL or the record to be,
 * goes with it.  Room on the disk for an answer of 64 KiB, and for the record
 * that comes of it, is reserved, so that a full disk is found out before the
 * server is asked.
 */
enum rollcall_exit store_begin(
    struct store_client *client, const char *act, const struct rc_json *intent);

/*
 * store_keep(client, data, n):
 * Keep a piece of the answer, for struct rc_http: it is in NAME.pending before
 * this returns.  Where a server sends a great many that file is written anew
 * from time to time, so that it stays short enough to be read back.
 */
bool store_keep(void *client, const void *data, size_t n);

/*
 * store_take(client, answer):
 * Behind store_begin: make the answer, and what was known before, the record.
 * One of a token endpoint, where the record says what is asked for there,
 * becomes its tokens.
 */
enum rollcall_exit store_take(
    struct store_client *client, const struct rc_json *answer);

/*
 * store_give_up(client):
 * Behind store_begin, where no answer came that is one: nothing changes.  What
 * did come stays in NAME.pending, and that is said.
 */
void store_give_up(struct store_client *client);

/*
 * store_save(client):
 * Write the record.
 */
enum rollcall_exit store_save(struct store_client *client);

/*
 * store_remove(client):
 * Remove all that there is of the client here.
 */
enum rollcall_exit store_remove(struct store_client *client);

/* What was set aside is NAME.broken-1 and so on. */
#define STORE_BROKEN ".broken-"

/*
 * store_names(r, names), store_unfinished(r, names):
 * List the clients, sorted; or those that something is under way with, or was
 * when a run was killed, recorded already or not.
 */
enum rollcall_exit store_names(
    struct rollcall *r, struct rollcall_words *names);
enum rollcall_exit store_unfinished(
    struct rollcall *r, struct rollcall_words *names);

/*
 * store_broken(r, name, files):
 * List the files with answers that nobody could make sense of: of one client,
 * or, where ${name} is NULL, of all.
 */
enum rollcall_exit store_broken(
    struct rollcall *r, const char *name, struct rollcall_words *files);

/*
 * store_is_sealed(r, file):
 * Tell whether such a file is encrypted.
 */
bool store_is_sealed(struct rollcall *r, const char *file);

/*
 * store_is_foreign(r, name):
 * Tell whether what is in clear of a client cannot be ours: all were encrypted;
 * or there is a passphrase, and another client is encrypted.
 */
bool store_is_foreign(struct rollcall *r, const char *name);

/*
 * store_peek(r, name, record, sealed):
 * Read a record as it is now, without waiting for anybody; *${record} is NULL
 * where it cannot be opened for want of a passphrase.
 */
enum rollcall_exit store_peek(struct rollcall *r, const char *name,
    struct rc_json **record, bool *sealed);

/*
 * store_path(r, name, suffix):
 * Return where a file of the store is.
 */
const char *store_path(
    struct rollcall *r, const char *name, const char *suffix);

/*
 * store_passphrase(r):
 * Find out the passphrase by environment or file, where it is not known yet.
 */
enum rollcall_exit store_passphrase(struct rollcall *r);

/* The format of a file that is encrypted. */
#define STORE_SEALED "rollcall-sealed/1"

/*
 * store_encode(r, data, len), store_decode(r, text, len):
 * Return bytes as base64url, and undo that; NULL where it is none.
 */
const char *store_encode(struct rollcall *r, const void *data, size_t len);
unsigned char *store_decode(struct rollcall *r, const char *text, size_t *len);

/*
 * store_seal(r, name, what, text, sealed), store_unseal(...):
 * The format: make of a text, under r->passphrase, the JSON text of a file, and
 * undo that.  ${what} is what else it is bound to.  What is wrong is said.
 */
enum rollcall_exit store_seal(struct rollcall *r, const char *name,
    const char *what, const char *text, const char **sealed);
enum rollcall_exit store_unseal(struct rollcall *r, const char *name,
    const char *what, const struct rc_json *file, const char **text);

#endif
