#include "unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alg.h"
#include "arena.h"
#include "conf.h"
#include "crypt.h"
#include "json.h"
#include "signing_key.h"

/* The bytes from 0 to 31. */
#define GOOD "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static char folder[32];
static char path[64];
static char why[256];
static unsigned char key[32];

static void
fresh(void)
{

	ck_assert(rc_crypt_start());
	(void)snprintf(folder, sizeof(folder), "/tmp/rollcall-unit-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/key", folder);
}

static void
done(void)
{

	(void)unlink(path);
	ck_assert_int_eq(rmdir(folder), 0);
}

static void
put(const char *text, size_t len, mode_t mode)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(chmod(path, mode), 0);
}

static bool
seal_file(bool create)
{

	memset(key, 0xee, sizeof(key));
	why[0] = '\0';
	return rc_signing_key_seal_file(path, create, key, why, sizeof(why));
}

/* It is refused with a sentence that names the file and has ${text}. */
static void
refused(bool create, const char *text)
{

	ck_assert(!seal_file(create));
	ck_assert_msg(strstr(why, path) != NULL, "%s", why);
	ck_assert_msg(strstr(why, text) != NULL, "%s", why);
}

START_TEST(a_seal_file_is_read)
{
	static const mode_t modes[] = { 0640, 0600, 0400, 0440, 0740 };
	size_t i;
	unsigned char k;

	fresh();
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		put(GOOD "\n", 44, modes[i]);
		ck_assert_msg(seal_file(i == 0), "%s", why);
		for (k = 0; k < 32; k++)
			ck_assert_uint_eq(key[k], k);
		ck_assert_int_eq(unlink(path), 0);
	}
	done();
}
END_TEST

START_TEST(others_may_not_get_at_a_seal_file)
{
	static const mode_t modes[] = { 0644, 0660, 0620, 0604, 0602, 0601,
		0777 };
	size_t i;

	fresh();
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		put(GOOD "\n", 44, modes[i]);
		refused(false, "640");
		refused(true, "640");
	}
	done();
}
END_TEST

START_TEST(a_seal_file_of_another_form_is_refused)
{
	static const struct {
		const char *text;
		size_t len;
	} rows[] = {
		{ "", 0 },
		{ "\n", 1 },
		{ GOOD, 43 },
		{ GOOD "\r\n", 45 },
		{ GOOD "\n\n", 45 },
		{ GOOD "A\n", 45 },
		{ GOOD "=\n", 45 },
		{ "AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n", 43 },
		/* bits that nobody reads, standard base64, a NUL */
		{ "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9\n", 44 },
		{ "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGx+dHh8\n", 44 },
		{ "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBka\0xwdHh8\n", 44 },
	};
	size_t i;

	fresh();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put(rows[i].text, rows[i].len, 0600);
		refused(true, "43 characters");
	}
	done();
}
END_TEST

START_TEST(what_is_no_file_is_refused)
{

	fresh();
	refused(false, "No such file");
	ck_assert_int_eq(mkdir(path, 0700), 0);
	refused(true, "no regular file");
	ck_assert_int_eq(rmdir(path), 0);
	/* Nobody hangs on a pipe without a writer. */
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	refused(true, "no regular file");
	ck_assert_int_eq(unlink(path), 0);
	(void)snprintf(path, sizeof(path), "%s/none/key", folder);
	refused(true, "No such file");
	done();
}
END_TEST

START_TEST(a_seal_file_is_made_once)
{
	unsigned char first[32];
	struct stat st;

	fresh();
	ck_assert_msg(seal_file(true), "%s", why);
	memcpy(first, key, sizeof(first));
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0640);
	ck_assert_int_eq(st.st_size, 44);
	ck_assert_uint_eq(st.st_nlink, 1);
	ck_assert(seal_file(true));
	ck_assert_mem_eq(key, first, sizeof(first));
	ck_assert(seal_file(false));
	ck_assert_mem_eq(key, first, sizeof(first));

	ck_assert_int_eq(unlink(path), 0);
	ck_assert(seal_file(true));
	ck_assert_mem_ne(key, first, sizeof(first));
	done();
}
END_TEST

/* The mode does not hang on the umask. */
START_TEST(a_seal_file_is_made_under_any_umask)
{
	static const mode_t masks[] = { 0, 077 };
	struct stat st;
	size_t i;

	fresh();
	for (i = 0; i < 2; i++) {
		(void)umask(masks[i]);
		ck_assert_msg(seal_file(true), "%s", why);
		ck_assert_int_eq(stat(path, &st), 0);
		ck_assert_uint_eq(st.st_mode & 07777, 0640);
		ck_assert_int_eq(unlink(path), 0);
	}
	done();
}
END_TEST

#define MAKERS 16

/* All who make it at once read the same. */
START_TEST(makers_of_a_seal_file_agree)
{
	unsigned char got[32], all[32];
	int i, status, fds[2];

	fresh();
	ck_assert_int_eq(pipe(fds), 0);
	for (i = 0; i < MAKERS; i++)
		if (fork() == 0)
			_exit(seal_file(true) && write(fds[1], key, 32) == 32
				  ? EXIT_SUCCESS
				  : EXIT_FAILURE);
	for (i = 0; i < MAKERS; i++) {
		ck_assert_int_ne(wait(&status), -1);
		ck_assert_int_eq(status, 0);
		ck_assert_int_eq(read(fds[0], got, 32), 32);
		if (i == 0)
			memcpy(all, got, 32);
		ck_assert_mem_eq(got, all, 32);
	}
	/* And none left anything else behind. */
	done();
}
END_TEST

START_TEST(a_key_is_made_and_sealed)
{
	struct rc_arena *mem = rc_arena_new();
	const char *kid, *public, *why_not, *const *alg;
	const unsigned char *sealed;
	unsigned char *plain;
	struct rc_json *jwk;
	size_t len, at;

	ck_assert(rc_crypt_start());
	for (alg = rc_algs; *alg != NULL; alg++) {
		ck_assert(rc_signing_key_make(
		    mem, *alg, key, &kid, &public, &sealed, &len));
		ck_assert_int_eq(rc_json_parse(mem, public, strlen(public),
				     &jwk, &why_not, &at),
		    RC_OK);
		ck_assert_str_eq(rc_json_string(rc_json_get(jwk, "kid")), kid);
		ck_assert_str_eq(rc_json_string(rc_json_get(jwk, "alg")), *alg);
		ck_assert_ptr_null(rc_json_get(jwk, "d"));

		plain = rc_alloc(mem, len);
		ck_assert(rc_crypt_unseal(plain, key, sealed, len));
		/* The kid comes first, then the private JWK. */
		ck_assert_str_eq((const char *)plain, kid);
		ck_assert_int_eq(
		    rc_json_parse(mem, (const char *)plain + strlen(kid) + 1,
			len - RC_CRYPT_SEAL_SIZE - strlen(kid) - 1, &jwk,
			&why_not, &at),
		    RC_OK);
		ck_assert_ptr_nonnull(rc_json_get(jwk, "d"));
	}
	ck_assert(!rc_signing_key_make(
	    mem, "none", key, &kid, &public, &sealed, &len));
	rc_arena_free(mem);
}
END_TEST

/* A key lingers until no token that it signed is good any more. */
START_TEST(a_key_lingers_for_the_longest_token)
{
	struct rc_conf conf = { .access_token_lifetime = 3600,
		.id_token_lifetime = 600 };

	ck_assert_int_eq(
	    rc_signing_key_retiring(&conf), 3600 + RC_SIGNING_KEY_AGE);
	conf.id_token_lifetime = 7200;
	ck_assert_int_eq(
	    rc_signing_key_retiring(&conf), 7200 + RC_SIGNING_KEY_AGE);
}
END_TEST

UNIT_MAIN("signing_key", a_seal_file_is_read, others_may_not_get_at_a_seal_file,
    a_seal_file_of_another_form_is_refused, what_is_no_file_is_refused,
    a_seal_file_is_made_once, a_seal_file_is_made_under_any_umask,
    makers_of_a_seal_file_agree, a_key_is_made_and_sealed,
    a_key_lingers_for_the_longest_token)
