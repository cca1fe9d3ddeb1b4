#ifndef RC_SUBJECT_H
#define RC_SUBJECT_H

struct rc_arena;
struct rc_json;
struct rc_req;

/*
 * rc_subject(rq, metadata, account_id):
 * Return the sub that the client with ${metadata} (NULL: nothing to say) knows
 * the account by (OpenID Connect Core 8): account_id itself, or, for
 * subject_type pairwise, a MAC of its sector and the account under a key that
 * follows from key_file: the same for all clients of a sector, and never to be
 * traced back.  NULL: that file cannot be read, or the client has no sector;
 * rc_fail has said RC_ERR_TEMPORARILY_UNAVAILABLE, and the log why.
 */
const char *rc_subject(
    struct rc_req *rq, const struct rc_json *metadata, const char *account_id);

/*
 * rc_subject_sector(mem, metadata):
 * Return the sector (OpenID Connect Core 8.1), in small letters: the host of
 * sector_identifier_uri, else the one host that all redirect_uris have.  NULL:
 * they have several, or none, or one that everybody has: localhost.
 */
const char *rc_subject_sector(
    struct rc_arena *mem, const struct rc_json *metadata);

#endif
