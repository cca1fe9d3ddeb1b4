#ifndef ROLLCALL_PRINT_H
#define ROLLCALL_PRINT_H

#include "rollcall.h"

struct rc_json;

/*
 * print_changes(r, changes):
 * Print what the server made of what was asked (metadata_diff), a line a
 * member: asked and got; dropped; added.
 */
void print_changes(const struct rollcall *r, const struct rc_json *changes);

/*
 * print_client(r, name, record, secrets):
 * Print a client of the store, with its secrets or with what stands for them.
 */
void print_client(const struct rollcall *r, const char *name,
    const struct rc_json *record, bool secrets);

/*
 * print_list(r, names):
 * Print the clients of the store.
 */
enum rollcall_exit print_list(
    struct rollcall *r, const struct rollcall_words *names);

/*
 * print_result(r, name, record, changes, done):
 * Print what came of a command that changed a client: for programs an object,
 * for people ${done}, a sentence, and the changes.
 */
void print_result(const struct rollcall *r, const char *name,
    const struct rc_json *record, const struct rc_json *changes,
    const char *done);

/*
 * print_deletion(r, name, record, deleted):
 * The same of a client that was ${deleted} at its server, or only forgotten.
 */
void print_deletion(const struct rollcall *r, const char *name,
    const struct rc_json *record, bool deleted);

/*
 * print_export(r, record, format):
 * Print a client's credentials as "json", "env" or "curl".
 */
enum rollcall_exit print_export(
    struct rollcall *r, const struct rc_json *record, const char *format);

#endif
