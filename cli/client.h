#ifndef CLIENT_H
#define CLIENT_H

#include <stdint.h>

#include "admin.h"

struct rc_json;

/* A client as it is now, and what a change of it is judged by. */
struct client {
	const char *client_id;
	const char *metadata; /* JSON text */
	const char *pretty; /* the same for people, a member a line */
	int64_t version;
	const char *policy; /* its name */
	int64_t initial_token_id; /* that registered it; 0: none did */
};

/*
 * client_read(a, client):
 * Read the client that the command names; that there is none is said.
 */
enum admin_exit client_read(struct admin *a, struct client *client);

/*
 * client_parse(a, text, what, object):
 * Parse a JSON object; ${what} it is that is none is said.
 */
enum admin_exit client_parse(struct admin *a, const char *text, size_t len,
    const char *what, struct rc_json **object);

/*
 * client_faults(a, details):
 * Say on standard error all that a policy has found, each on a line of its own.
 */
void client_faults(struct admin *a, const struct rc_json *details);

/*
 * client_judge(a, client, wanted, metadata):
 * Judge by the client's policy what it shall have registered; all faults are
 * said.
 */
enum admin_exit client_judge(struct admin *a, const struct client *client,
    const struct rc_json *wanted, struct rc_json **metadata);

/*
 * client_store(a, client, metadata):
 * Make ${metadata} all that is registered, as the client's next version, and
 * say so.  A secret is made, and told, or dropped as the method asks.
 */
enum admin_exit client_store(
    struct admin *a, const struct client *client, struct rc_json *metadata);

/*
 * client_secret_lifetime(a, client):
 * Return for how many seconds a new secret is good, as text, NULL: for ever.
 */
const char *client_secret_lifetime(
    struct admin *a, const struct client *client);

/* The commands that are in files of their own. */
enum admin_exit client_approve(struct admin *a);
enum admin_exit client_archive(struct admin *a);
enum admin_exit client_revive(struct admin *a);
enum admin_exit client_enable(struct admin *a);
enum admin_exit client_rotate(struct admin *a);
enum admin_exit client_revoke_token(struct admin *a);
enum admin_exit client_edit(struct admin *a);
enum admin_exit client_history(struct admin *a);
enum admin_exit client_diff(struct admin *a);
enum admin_exit client_rollback(struct admin *a);

#endif
