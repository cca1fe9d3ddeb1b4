#ifndef IMPORT_H
#define IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "admin.h"

struct rc_json;

/* What a line of our own export says it is. */
#define IMPORT_OWN "rollcall-export/1"

/* A client on its way in, as some other software knew it. */
struct import_client {
	const char *id;
	/* Why it cannot come in, a sentence part behind its name; NULL. */
	const char *reason;
	struct rc_json *wanted; /* what it would register, RFC 7591 */
	const char *secret; /* in clear; NULL: there is none */
	bool disabled;
	struct rc_json *notes; /* what is not taken over, sentences */
};

/* Where clients come from. */
struct import_format {
	const char *name; /* of --format */
	/* Tell whether a whole file is of that format. */
	bool (*is)(const struct rc_json *root);
	/* Return the array of its clients, NULL where there is none. */
	struct rc_json *(*list)(struct rc_arena *mem, struct rc_json *root);
	/* Make of one of them what is to be registered. */
	void (*convert)(struct admin *a, const struct rc_json *source,
	    struct import_client *client);
};

extern const struct import_format import_formats[];
extern const size_t import_nformats;

/*
 * import_print_config(a, settings):
 * Print the configuration that does what systemConfig.oauthServer of MCPHub's
 * ${settings} does.
 */
enum admin_exit import_print_config(
    struct admin *a, const struct rc_json *settings);

/* The verbs export and import of the noun client. */
#define EXPORT_NOPTIONS 1
#define IMPORT_NOPTIONS 6
extern const struct admin_option export_options[EXPORT_NOPTIONS];
extern const struct admin_option import_options[IMPORT_NOPTIONS];
enum admin_exit client_export(struct admin *a);
enum admin_exit client_import(struct admin *a);

#endif
