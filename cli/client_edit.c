/*
 * client edit: another version of what a client has registered.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "client.h"
#include "client_fields.h"
#include "field.h"
#include "json.h"

extern char **environ;

/* Return the row of a member, NULL where there is none: that is said. */
static const struct rc_field *
find_field(const char *name)
{
	const struct rc_field *field =
	    rc_field_find(rc_client_fields, rc_client_nfields, name);

	if (field == NULL)
		(void)admin_fail(ADMIN_USAGE,
		    "clients have no member %s; see rollcall-register(8)",
		    name);
	return field;
}

/* The value as the member's kind has it: text is text, the rest is JSON. */
static enum admin_exit
make_value(struct admin *a, const struct rc_field *field, const char *name,
    const char *text, struct rc_json *wanted)
{
	struct rc_json *value, *array;
	const char *why;
	size_t at;

	if (field->kind == RC_STRING || field->kind == RC_URI ||
	    field->kind == RC_WORDS) {
		rc_json_set_string(wanted, name, text);
		return ADMIN_OK;
	}
	if (rc_json_parse(a->mem, text, strlen(text), &value, &why, &at) ==
	    RC_OK) {
		rc_json_set(wanted, name, value);
		return ADMIN_OK;
	}
	if (field->kind != RC_STRINGS && field->kind != RC_URIS)
		return admin_fail(ADMIN_USAGE,
		    "the value of %s is no JSON: %s, at byte %zu", name, why,
		    at);
	array = rc_json_new_array(a->mem);
	rc_json_append_string(array, text);
	rc_json_set(wanted, name, array);
	return ADMIN_OK;
}

static enum admin_exit
set_member(struct admin *a, const char *pair, struct rc_json *wanted)
{
	const char *equals = strchr(pair, '='), *name;
	const struct rc_field *field;

	if (equals == NULL || equals == pair)
		return admin_fail(ADMIN_USAGE,
		    "--set takes NAME=VALUE, such as client_name=Demo");
	name = rc_strndup(a->mem, pair, (size_t)(equals - pair));
	if ((field = find_field(name)) == NULL)
		return ADMIN_USAGE;
	return make_value(a, field, name, equals + 1, wanted);
}

/* Take what the options change of what is registered. */
static enum admin_exit
take_options(struct admin *a, struct rc_json *wanted)
{
	const struct rc_list *unset = admin_options(a, "unset");
	const struct rc_list *set = admin_options(a, "set");
	enum admin_exit e = ADMIN_OK;
	const char *text, *why;
	size_t i, at;

	for (i = 0; i < unset->count; i++) {
		if (find_field(unset->items[i]) == NULL)
			return ADMIN_USAGE;
		rc_json_remove(wanted, unset->items[i]);
	}
	for (i = 0; e == ADMIN_OK && i < set->count; i++)
		e = set_member(a, set->items[i], wanted);
	if (e != ADMIN_OK)
		return e;
	text = rc_json_write(a->mem, wanted);
	if (rc_json_check(text, strlen(text), &why, &at) != RC_OK)
		return admin_fail(
		    ADMIN_USAGE, "the options must be UTF-8 text: %s", why);
	return ADMIN_OK;
}

/* Let the person's editor have a file; false: it failed. */
static bool
run_editor(char *file)
{
	char sh[] = "/bin/sh", c[] = "-c", name[] = "sh";
	char script[] = "exec ${VISUAL:-${EDITOR:-vi}} \"$1\"";
	char *const argv[] = { sh, c, script, name, file, NULL };
	int status;
	pid_t pid;

	(void)fflush(stdout);
	if (posix_spawn(&pid, sh, NULL, NULL, argv, environ) != 0)
		return false;
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Write what is to be edited to a new file that nobody else reads. */
static char *
make_file(struct admin *a, const char *text)
{
	const char *dir = getenv("TMPDIR");
	char *file = rc_printf(a->mem, "%s/rollcall-client.XXXXXX",
	    dir != NULL && dir[0] != '\0' ? dir : "/tmp");
	int fd = mkstemp(file);
	FILE *out = fd == -1 ? NULL : fdopen(fd, "w");
	bool good;

	if (out == NULL)
		return NULL;
	good = fprintf(out, "%s\n", text) > 0;
	return fclose(out) == 0 && good ? file : NULL;
}

/*
 * Have the metadata edited.  What is not good stays in the file, so that nobody
 * has to write it twice.
 */
static enum admin_exit
edit_by_hand(struct admin *a, const struct client *client)
{
	struct rc_json *wanted, *metadata;
	char *file, *text;
	enum admin_exit e;
	size_t len;

	if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0)
		return admin_fail(ADMIN_USAGE,
		    "there is no terminal for an editor; give --set, --unset "
		    "or --metadata");
	if ((file = make_file(a, client->pretty)) == NULL)
		return admin_fail(ADMIN_FAILED,
		    "cannot write a file to edit: %s; see TMPDIR",
		    strerror(errno));
	if (!run_editor(file)) {
		(void)unlink(file);
		return admin_fail(ADMIN_FAILED,
		    "the editor failed, and nothing was changed; see EDITOR");
	}
	if ((e = admin_read(a, file, "edited file", &text, &len)) != ADMIN_OK ||
	    (e = client_parse(a, text, len, rc_printf(a->mem, "file %s", file),
		 &wanted)) != ADMIN_OK)
		return e;
	e = client_judge(a, client, wanted, &metadata);
	if (e != ADMIN_OK) {
		(void)fprintf(stderr,
		    "What you wrote is in %s: mend it, and give it with "
		    "--metadata.\n",
		    file);
		return e;
	}
	(void)unlink(file);
	return client_store(a, client, metadata);
}

/* What shall be registered, as the options say. */
static enum admin_exit
take_wanted(
    struct admin *a, const struct client *client, struct rc_json **wanted)
{
	const char *file = admin_option(a, "metadata");
	enum admin_exit e;
	char *text;
	size_t len;

	if (file == NULL)
		return client_parse(a, client->metadata,
		    strlen(client->metadata), "stored metadata", wanted);
	e = admin_read(a, file, "metadata file", &text, &len);
	if (e != ADMIN_OK)
		return e;
	return client_parse(
	    a, text, len, rc_printf(a->mem, "metadata file %s", file), wanted);
}

enum admin_exit
client_edit(struct admin *a)
{
	struct rc_json *wanted, *metadata;
	struct client client;
	enum admin_exit e;

	if ((e = client_read(a, &client)) != ADMIN_OK)
		return e;
	if (!admin_has(a, "set") && !admin_has(a, "unset") &&
	    !admin_has(a, "metadata"))
		return edit_by_hand(a, &client);
	if ((e = take_wanted(a, &client, &wanted)) != ADMIN_OK ||
	    (e = take_options(a, wanted)) != ADMIN_OK ||
	    (e = client_judge(a, &client, wanted, &metadata)) != ADMIN_OK)
		return e;
	return client_store(a, &client, metadata);
}
