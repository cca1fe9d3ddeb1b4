#ifndef RC_RESOURCE_H
#define RC_RESOURCE_H

struct rc_arena;
struct rc_conf;
struct rc_list;

/*
 * rc_resource_check(mem, conf, asked, audience):
 * Judge the values of the parameter resource (RFC 8707 2): each an absolute
 * URI without a fragment that names conf->default_resource, the issuer or a
 * resource of the configuration, byte for byte, save that a bare origin may
 * come with or without its "/".  Return NULL when they are good: *${audience}
 * has them in the configured spelling, each once, and is empty where ${asked}
 * is.  Else a sentence in ${mem} for RC_ERR_INVALID_TARGET.
 */
const char *rc_resource_check(struct rc_arena *mem, const struct rc_conf *conf,
    const struct rc_list *asked, struct rc_list *audience);

/*
 * rc_resource_add(mem, audience, resource):
 * Add ${resource} to the list unless it is there.
 */
void rc_resource_add(
    struct rc_arena *mem, struct rc_list *audience, const char *resource);

/*
 * rc_resource_array(mem, list):
 * Return the strings as the text of an SQL array (PostgreSQL 8.15.2), each
 * quoted: {"a","b"}.
 */
const char *rc_resource_array(struct rc_arena *mem, const struct rc_list *list);

#endif
