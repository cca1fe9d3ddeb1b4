#include "subject.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "arena.h"
#include "conf.h"
#include "crypt.h"
#include "json.h"
#include "log.h"
#include "req.h"
#include "signing_key.h"
#include "uri.h"

#define SENTENCE 512

/* Return the host that a URL is on, in small letters; NULL: on none of its own.
 */
static const char *
host_of(struct rc_arena *mem, const char *text)
{
	struct rc_uri uri;
	char *host, *p;

	if (text == NULL || rc_uri_parse(mem, text, &uri) != NULL ||
	    uri.host == NULL || rc_uri_is_loopback(&uri))
		return NULL;
	host = rc_strdup(mem, uri.host);
	for (p = host; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return host;
}

const char *
rc_subject_sector(struct rc_arena *mem, const struct rc_json *metadata)
{
	const struct rc_json *uris = rc_json_get(metadata, "redirect_uris");
	const char *sector, *host;
	size_t i;

	sector = rc_json_text(metadata, "sector_identifier_uri");
	if (sector != NULL)
		return host_of(mem, sector);
	for (i = 0; i < rc_json_count(uris); i++) {
		host = host_of(mem, rc_json_string(rc_json_at(uris, i)));
		if (host == NULL ||
		    (sector != NULL && strcmp(host, sector) != 0))
			return NULL;
		sector = host;
	}
	return sector;
}

/*
 * The key of all pairwise subjects, made of what the file holds; it is another
 * than the one that seals, and the file is read once.
 */
static const unsigned char *
subject_key(const char *file, char why[SENTENCE])
{
	static const char purpose[] = "rollcall pairwise subject";
	static unsigned char key[RC_CRYPT_HASH_SIZE];
	static bool made;
	unsigned char seal[RC_CRYPT_HASH_SIZE];

	if (made)
		return key;
	if (!rc_signing_key_seal_file(file, false, seal, why, SENTENCE))
		return NULL;
	rc_crypt_mac(seal, purpose, sizeof(purpose) - 1, key);
	rc_crypt_wipe(seal, sizeof(seal));
	made = true;
	return key;
}

static const char *
fail(struct rc_req *rq, const char *why)
{

	rc_log(RC_LOG_ERROR, "subject", "%s", why);
	(void)rc_fail(rq, RC_ERR_TEMPORARILY_UNAVAILABLE, "%s",
	    rc_err_text(RC_ERR_TEMPORARILY_UNAVAILABLE));
	return NULL;
}

const char *
rc_subject(
    struct rc_req *rq, const struct rc_json *metadata, const char *account_id)
{
	const char *type = rc_json_text(metadata, "subject_type"), *sector;
	char *sub = rc_alloc(rq->mem, RC_CRYPT_TOKEN_SIZE), why[SENTENCE];
	unsigned char mac[RC_CRYPT_HASH_SIZE];
	const unsigned char *key;
	const char *both;

	if (type == NULL || strcmp(type, "pairwise") != 0)
		return account_id;
	if ((sector = rc_subject_sector(rq->mem, metadata)) == NULL)
		return fail(rq, "a client is pairwise, yet has no sector");
	if ((key = subject_key(rq->conf->key_file, why)) == NULL)
		return fail(rq, why);
	/* No host has a space. */
	both = rc_printf(rq->mem, "%s %s", sector, account_id);
	rc_crypt_mac(key, both, strlen(both), mac);
	rc_crypt_base64url(sub, RC_CRYPT_TOKEN_SIZE, mac, sizeof(mac));
	return sub;
}
