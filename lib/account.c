#include "account.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "conf.h"
#include "crypt.h"
#include "db.h"
#include "json.h"
#include "log.h"
#include "now.h"
#include "req.h"

/* Milliseconds to wait for our turn, and between two tries. */
#define PATIENCE 2000
#define PAUSE 20
/* Characters of a login name, as the table has it. */
#define NAME_MOST 255

/* An account as account_find returns it. */
struct found {
	const char *account_id; /* NULL: none */
	const char *password_hash; /* NULL: none */
	const char *valid_from;
	bool active;
};

static enum rc_err
find(struct rc_req *rq, const char *name, struct found *found)
{
	const struct rc_db_param params[] = { RC_DB_TEXT(name) };
	struct rc_rows *rows;
	enum rc_err e;

	memset(found, 0, sizeof(*found));
	e = rc_db_exec(rq, RC_SQL_ACCOUNT_FIND, params, 1, &rows);
	if (e != RC_OK || rc_rows_count(rows) == 0)
		return e;
	found->account_id = rc_rows_text(rows, 0, 0);
	found->password_hash = rc_rows_text(rows, 0, 1);
	found->active = strcmp(rc_rows_text(rows, 0, 2), "active") == 0;
	found->valid_from = rc_rows_text(rows, 0, 3);
	return RC_OK;
}

/*
 * Argon2id takes conf->password_memory while it runs, and there are as many
 * processes as the operator likes: so on each host one hashes at a time.  What
 * they all can lock without a file of its own is the key file, which nobody
 * else can read and so lock; where that is not there, the configuration, or
 * else their program.  The lock goes with the descriptor, that is with the
 * process at the latest.  Return the descriptor, or -1: not in time.
 */
static int
take_turn(const struct rc_conf *conf)
{
	const struct timespec pause = { .tv_nsec = PAUSE * 1000000L };
	const char *file = conf->key_file;
	int64_t end = rc_now_mono() + PATIENCE;
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		file = conf->file != NULL ? conf->file : "/proc/self/exe";
		fd = open(file, O_RDONLY | O_CLOEXEC);
	}
	if (fd < 0) {
		rc_log(RC_LOG_ERROR, "turn", "%s: %s", file, strerror(errno));
		return -1;
	}
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		/* Some network file systems lock nothing that is read only. */
		if (errno != EWOULDBLOCK && errno != EINTR) {
			rc_log(RC_LOG_WARN, "turn", "%s: %s", file,
			    strerror(errno));
			break;
		}
		if (rc_now_mono() >= end) {
			close(fd);
			return -1;
		}
		nanosleep(&pause, NULL);
	}
	return fd;
}

/* Keep the password's hash with the parameters of today. */
static void
keep_hash(struct rc_req *rq, const struct found *found, const char *hash)
{
	const struct rc_db_param params[] = {
		RC_DB_TEXT(found->account_id),
		RC_DB_TEXT(found->password_hash),
		RC_DB_TEXT(hash),
	};
	struct rc_fault fault = rq->fault;

	(void)rc_db_exec(rq, RC_SQL_ACCOUNT_REHASH, params, 3, NULL);
	rq->fault = fault;
}

/*
 * When it is our turn, check the password, and hash it anew to ${hash} where
 * that is called for: "" where not.
 */
static enum rc_err
judge(struct rc_req *rq, const struct found *found, const char *password,
    char hash[RC_CRYPT_PASSWORD_SIZE], enum rc_password *verdict)
{
	size_t memory = (size_t)rq->conf->password_memory;
	int turn = take_turn(rq->conf);
	bool stale;

	hash[0] = '\0';
	if (turn < 0)
		return rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE,
		    "too many people log in at this moment");
	*verdict = rc_crypt_password_check(
	    found->password_hash, password, memory, &stale);
	if (*verdict == RC_PASSWORD_RIGHT && stale &&
	    !rc_crypt_password_hash(password, memory, hash))
		hash[0] = '\0';
	close(turn);
	if (*verdict != RC_PASSWORD_NO_MEMORY)
		return RC_OK;
	rc_log(RC_LOG_ERROR, "password", "no memory for Argon2id: %zu bytes",
	    memory);
	return rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE,
	    "there is not the memory to check a password");
}

enum rc_err
rc_account_check(struct rc_req *rq, const char *name, const char *password,
    struct rc_account *account)
{
	char hash[RC_CRYPT_PASSWORD_SIZE];
	enum rc_password verdict = RC_PASSWORD_WRONG;
	struct found found;
	enum rc_err e;

	memset(account, 0, sizeof(*account));
	if ((e = find(rq, name, &found)) != RC_OK)
		return e;
	e = judge(rq, &found, password, hash, &verdict);
	/* Waiting and hashing took their time; the database has its own. */
	rq->db_deadline = 0;
	if (e != RC_OK)
		return e;
	if (hash[0] != '\0')
		keep_hash(rq, &found, hash);
	if (verdict == RC_PASSWORD_RIGHT && found.active) {
		account->account_id = found.account_id;
		account->valid_from = found.valid_from;
	}
	return RC_OK;
}

/* Tell whether the web server's name for somebody can be a login name. */
static bool
is_name(const char *name)
{
	size_t left = strlen(name), characters = 0, n;

	for (; left > 0; name += n, left -= n, characters++)
		if ((n = rc_json_utf8(name, left)) == 0)
			return false;
	return characters > 0 && characters <= NAME_MOST;
}

enum rc_err
rc_account_vouch(struct rc_req *rq, const char *name,
    const struct rc_json *claims, struct rc_account *account)
{
	char fresh[RC_CRYPT_TOKEN_SIZE];
	struct rc_rows *rows;
	enum rc_err e;

	if (!is_name(name))
		return rc_fail(rq, RC_ERR_ACCESS_DENIED,
		    "the user name that the web server gives is longer than "
		    "%d characters, or no UTF-8",
		    NAME_MOST);
	rc_crypt_token(fresh);

	const struct rc_db_param params[] = {
		RC_DB_TEXT(name),
		RC_DB_TEXT(fresh),
		RC_DB_TEXT(
		    claims != NULL ? rc_json_write(rq->mem, claims) : NULL),
	};

	e = rc_db_exec(rq, RC_SQL_ACCOUNT_VOUCH, params, 3, &rows);
	if (e != RC_OK)
		return e;
	if (strcmp(rc_rows_text(rows, 0, 1), "active") != 0)
		return rc_fail(
		    rq, RC_ERR_ACCESS_DENIED, "this account is disabled");
	account->account_id = rc_rows_text(rows, 0, 0);
	account->valid_from = rc_rows_text(rows, 0, 2);
	return RC_OK;
}
