#ifndef SEAL_H
#define SEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "admin.h"

/* The head of a seal, with its MAC, in hexadecimal and a NUL. */
#define SEAL_HEX 65

/*
 * seal_settle(a, patience, settled):
 * Find out up to which number the audit log can have no further rows, and wait
 * at most ${patience} ms for those who write just now.  *${settled} is good
 * even where it was not worth the wait.
 */
enum admin_exit seal_settle(
    struct admin *a, int64_t patience, int64_t *settled);

/*
 * seal_log(a, settled, seals):
 * Seal the rows up to ${settled} that are not sealed yet, tell the log and
 * audit_head_file of the head, and add the number of seals to *${seals}.
 */
enum admin_exit seal_log(struct admin *a, int64_t settled, int64_t *seals);

/*
 * seal_key(a, key, there):
 * Make of key_file the key of the seals' MACs.  *${there} is false where there
 * is no such file; one that cannot be used is said.
 */
enum admin_exit seal_key(struct admin *a, unsigned char key[32], bool *there);

/*
 * seal_mac(key, head, mac):
 * Write the MAC of a head, both in hexadecimal.  False: that is no head.
 */
bool seal_mac(
    const unsigned char key[32], const char *head, char mac[SEAL_HEX]);

/* What audit_head_file says: one line of the number, the head and its MAC. */
struct seal_head {
	int64_t seal_id; /* 0: there is no file, or none is configured */
	char head[SEAL_HEX];
	char mac[SEAL_HEX]; /* "-": there was no key */
};

/*
 * seal_read_head(a, head):
 * Read audit_head_file.
 */
enum admin_exit seal_read_head(struct admin *a, struct seal_head *head);

/*
 * seal_is_there(a, head, there):
 * Find out whether the database has that seal with that head.
 */
enum admin_exit seal_is_there(
    struct admin *a, const struct seal_head *head, bool *there);

#endif
