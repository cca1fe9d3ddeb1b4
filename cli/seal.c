#include "seal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "crypt.h"
#include "json.h"
#include "log.h"
#include "now.h"
#include "req.h"
#include "signing_key.h"

/* Rows of one seal at most, and how long to pause for who writes, ms. */
#define ROWS "10000"
#define PAUSE 50

/* Attempts to be quicker than others who seal. */
#define TRIES_MAX 10

/* What audit_head_file may hold. */
#define LINE_SIZE 256

enum admin_exit
seal_settle(struct admin *a, int64_t patience, int64_t *settled)
{
	const struct timespec pause = { .tv_nsec = PAUSE * 1000000L };
	int64_t deadline = rc_now_mono() + patience, seen = -1;
	struct rc_rows *rows;
	enum admin_exit e;

	*settled = 0;
	for (;;) {
		e = admin_sql(a, RC_SQL_ADMIN_AUDIT_SETTLE, NULL, 0, &rows);
		if (e != ADMIN_OK)
			return e;
		*settled = rc_rows_int(rows, 0, 0);
		/* Those who begin to write later are for the next time. */
		if (seen < 0)
			seen = rc_rows_int(rows, 0, 1);
		else if (*settled < seen && rc_now_mono() < deadline)
			(void)nanosleep(&pause, NULL);
		else
			return ADMIN_OK;
	}
}

/* Keys of other uses come from the same file by other names. */
static const char key_name[] = "rollcall audit seal";

enum admin_exit
seal_key(struct admin *a, unsigned char key[32], bool *there)
{
	const char *file = a->rq->conf->key_file;
	unsigned char seal[32];
	char why[512];

	*there = !admin_gone(file);
	if (!*there)
		return ADMIN_OK;
	if (!rc_signing_key_seal_file(file, false, seal, why, sizeof(why)))
		return admin_fail(ADMIN_FAILED,
		    "%s; see key_file in %s, and run this as a user who may "
		    "read it",
		    why, a->rq->conf->file);
	rc_crypt_mac(seal, key_name, sizeof(key_name) - 1, key);
	rc_crypt_wipe(seal, sizeof(seal));
	return ADMIN_OK;
}

static bool
is_head(const char *text)
{

	return strlen(text) == SEAL_HEX - 1 &&
	       strspn(text, "0123456789abcdef") == SEAL_HEX - 1;
}

/* Decode a digit, which is known to be one. */
static unsigned
digit(char c)
{

	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

bool
seal_mac(const unsigned char key[32], const char *head, char mac[SEAL_HEX])
{
	unsigned char bytes[32], out[32];
	size_t i;

	if (!is_head(head))
		return false;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(digit(head[2 * i]) << 4 |
					   digit(head[2 * i + 1]));
	rc_crypt_hmac_sha256(key, 32, bytes, sizeof(bytes), out);
	rc_crypt_hex(mac, out, sizeof(out));
	return true;
}

/* Read the one line of a head file; false: it is something else. */
static bool
parse_head(const char *line, struct seal_head *head)
{
	char id[24];

	if (sscanf(line, "%23s %64s %64s", id, head->head, head->mac) != 3 ||
	    !admin_number(id, 1, INT64_MAX, &head->seal_id) ||
	    !is_head(head->head)) {
		head->seal_id = 0;
		return false;
	}
	return true;
}

static enum admin_exit
say_no_head(const char *file)
{

	return admin_fail(ADMIN_FAILED,
	    "%s is not what was written there: the number of a seal, its head "
	    "and a MAC",
	    file);
}

enum admin_exit
seal_read_head(struct admin *a, struct seal_head *head)
{
	const char *file = a->rq->conf->audit_head_file;
	char line[LINE_SIZE] = "";
	ssize_t n;
	int fd;

	*head = (struct seal_head){ 0 };
	if (file == NULL)
		return ADMIN_OK;
	if ((fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY)) == -1) {
		if (errno == ENOENT)
			return ADMIN_OK;
		return admin_fail(
		    ADMIN_FAILED, "cannot read %s: %s", file, strerror(errno));
	}
	n = read(fd, line, sizeof(line) - 1);
	(void)close(fd);
	if (n != 0 && !parse_head(line, head))
		return say_no_head(file);
	return ADMIN_OK;
}

enum admin_exit
seal_is_there(struct admin *a, const struct seal_head *head, bool *there)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(rc_db_number(a->rq->mem, head->seal_id - 1)),
		RC_DB_TEXT("1"),
	};
	struct rc_rows *rows;
	enum admin_exit e;

	*there = false;
	e = admin_sql(a, RC_SQL_ADMIN_AUDIT_SEAL_LIST, params, 2, &rows);
	if (e == ADMIN_OK)
		*there = rc_rows_count(rows) > 0 &&
		         rc_rows_int(rows, 0, 0) == head->seal_id &&
		         strcmp(rc_rows_text(rows, 0, 1), head->head) == 0;
	return e;
}

/* Write the line, unless a later one is there. */
static bool
update_head(int fd, const struct seal_head *old, const struct seal_head *head)
{
	char line[LINE_SIZE];
	int n;

	if (old->seal_id >= head->seal_id)
		return true;
	n = snprintf(line, sizeof(line), "%" PRId64 " %s %s\n", head->seal_id,
	    head->head, head->mac);
	return pwrite(fd, line, (size_t)n, 0) == n && ftruncate(fd, n) == 0 &&
	       fsync(fd) == 0;
}

/*
 * Replace the head in the file.  It may be the only witness of seals that were
 * cut off, so where the database has the old one no more, it stays.
 */
static enum admin_exit
replace_head(struct admin *a, int fd, const struct seal_head *head)
{
	const char *file = a->rq->conf->audit_head_file;
	char line[LINE_SIZE] = "";
	struct seal_head old = { 0 };
	enum admin_exit e = ADMIN_OK;
	bool there = true;
	ssize_t n;

	if (flock(fd, LOCK_EX) != 0 ||
	    (n = read(fd, line, sizeof(line) - 1)) == -1)
		return admin_fail(
		    ADMIN_FAILED, "cannot read %s: %s", file, strerror(errno));
	if (n > 0 && !parse_head(line, &old))
		return say_no_head(file);
	if (old.seal_id > 0)
		e = seal_is_there(a, &old, &there);
	if (e != ADMIN_OK)
		return e;
	if (!there)
		return admin_fail(ADMIN_FAILED,
		    "%s has the head of seal %" PRId64
		    ", which was removed or changed, and is left as it is: see "
		    "rollcall-admin audit verify; move it away only where the "
		    "database was restored from a backup",
		    file, old.seal_id);
	if (!update_head(fd, &old, head))
		return admin_fail(ADMIN_FAILED, "cannot write to %s: %s", file,
		    strerror(errno));
	return ADMIN_OK;
}

/* Keep the head where nobody gets at it who gets at the database. */
static enum admin_exit
write_head(struct admin *a, const struct seal_head *head)
{
	const char *file = a->rq->conf->audit_head_file;
	enum admin_exit e;
	int fd;

	if (file == NULL)
		return ADMIN_OK;
	fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
	if (fd == -1)
		return admin_fail(ADMIN_FAILED, "cannot write to %s: %s", file,
		    strerror(errno));
	e = replace_head(a, fd, head);
	(void)close(fd);
	return e;
}

/*
 * Put the MACs into what SQL would have for seals; the last is the head.  A
 * NULL ${key}: there are none.
 */
static enum admin_exit
sign(struct admin *a, const struct rc_rows *rows, const unsigned char *key,
    const char **seals, struct seal_head *head)
{
	struct rc_arena *mem = a->rq->mem;
	struct rc_json *all = rc_json_new_array(mem), *one;
	const char *text, *why;
	size_t i, at;

	for (i = 0; i < rc_rows_count(rows); i++) {
		head->seal_id = rc_rows_int(rows, i, 0);
		(void)snprintf(head->head, sizeof(head->head), "%s",
		    rc_rows_text(rows, i, 1));
		text = rc_rows_text(rows, i, 2);
		if (rc_json_parse(mem, text, strlen(text), &one, &why, &at) !=
		    RC_OK)
			return admin_fail(ADMIN_FAILED,
			    "what the database says is no JSON: %s", why);
		if (key != NULL && seal_mac(key, head->head, head->mac))
			rc_json_set_string(
			    one, "mac", rc_printf(mem, "\\x%s", head->mac));
		else
			(void)snprintf(head->mac, sizeof(head->mac), "-");
		rc_json_append(all, one);
	}
	*seals = rc_json_write(mem, all);
	return ADMIN_OK;
}

/* Tell the log, which may be kept on another host. */
static void
log_head(struct admin *a, const struct seal_head *head)
{
	const char *const pairs[] = { "seal",
		rc_printf(a->rq->mem, "%" PRId64, head->seal_id), "head",
		head->head, "mac", head->mac, NULL };

	rc_log_pairs(RC_LOG_INFO, "audit.sealed", pairs);
}

/*
 * Where seals have MACs, one without would be as whoever is not to have the key
 * makes it.
 */
static enum admin_exit
may_be_bare(struct admin *a, int64_t first)
{
	struct rc_arena *mem = a->rq->mem;
	const struct rc_db_param params[] = {
		RC_DB_TEXT(rc_db_number(mem, first - 2)),
		RC_DB_TEXT("1"),
	};
	struct rc_rows *rows;
	enum admin_exit e;

	e = admin_sql(a, RC_SQL_ADMIN_AUDIT_SEAL_LIST, params, 2, &rows);
	if (e == ADMIN_OK && rc_rows_count(rows) > 0 &&
	    rc_rows_int(rows, 0, 0) < first && rc_rows_text(rows, 0, 2) != NULL)
		return admin_fail(ADMIN_FAILED,
		    "the last seal has a MAC, and there is no %s to make the "
		    "next one's: nothing is sealed until key_file in %s is "
		    "there again",
		    a->rq->conf->key_file, a->rq->conf->file);
	return e;
}

/* Add one batch of seals; *${n} is how many, 0: there was nothing to seal. */
static enum admin_exit
seal_batch(struct admin *a, const char *settled, size_t *n, bool *added)
{
	const struct rc_db_param next[] = { RC_DB_TEXT(settled),
		RC_DB_TEXT(ROWS) };
	struct seal_head head = { 0 };
	struct rc_rows *rows;
	const char *seals = NULL;
	unsigned char key[32];
	enum admin_exit e;
	bool there;

	*added = false;
	e = admin_sql(a, RC_SQL_ADMIN_AUDIT_SEAL_NEXT, next, 2, &rows);
	if (e != ADMIN_OK || (*n = rc_rows_count(rows)) == 0)
		return e;
	if ((e = seal_key(a, key, &there)) != ADMIN_OK)
		return e;
	if (!there && (e = may_be_bare(a, rc_rows_int(rows, 0, 0))) != ADMIN_OK)
		return e;
	e = sign(a, rows, there ? key : NULL, &seals, &head);
	rc_crypt_wipe(key, sizeof(key));
	if (e != ADMIN_OK)
		return e;

	const struct rc_db_param add[] = { RC_DB_TEXT(seals) };

	e = admin_sql(a, RC_SQL_ADMIN_AUDIT_SEAL_ADD, add, 1, &rows);
	if (e != ADMIN_OK || !rc_rows_bool(rows, 0, 0))
		return e;
	*added = true;
	log_head(a, &head);
	return write_head(a, &head);
}

enum admin_exit
seal_log(struct admin *a, int64_t settled, int64_t *seals)
{
	const char *upto = rc_db_number(a->rq->mem, settled);
	int tries = 0;
	enum admin_exit e;
	size_t n = 0;
	bool added;

	do {
		if ((e = seal_batch(a, upto, &n, &added)) != ADMIN_OK)
			return e;
		if (added)
			*seals += (int64_t)n;
		else
			tries++;
	} while (n > 0 && tries < TRIES_MAX);
	return ADMIN_OK;
}
