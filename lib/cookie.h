#ifndef RC_COOKIE_H
#define RC_COOKIE_H

struct rc_arena;
struct rc_conf;

/* What a cookie of ours is for.  Its value is always a rc_crypt_token. */
enum rc_cookie {
	RC_COOKIE_SESSION, /* who is logged in */
	RC_COOKIE_LOGIN, /* that the login form was shown to this browser */
	RC_COOKIE__MAX
};

/*
 * rc_cookie_name(mem, conf, cookie):
 * Return the cookie's name, which carries a hash of the issuer, since cookies
 * do not keep to one port.  That of an https issuer begins with "__Host-", so
 * that no other host can set it (RFC 6265bis 4.1.3.2).
 */
const char *rc_cookie_name(
    struct rc_arena *mem, const struct rc_conf *conf, enum rc_cookie cookie);

/*
 * rc_cookie_find(mem, header, name):
 * Return the value of the cookie in a Cookie header (RFC 6265 4.2), or NULL:
 * the header is NULL, the cookie is not there, is there with two values, or is
 * no 256 bits in base64url.
 */
const char *rc_cookie_find(
    struct rc_arena *mem, const char *header, const char *name);

/*
 * rc_cookie_set(mem, conf, name, value):
 * Return a Set-Cookie header's value: until the browser is closed, for all of
 * the host, not for scripts, not for posts from elsewhere, and for an https
 * issuer only by https.
 */
const char *rc_cookie_set(struct rc_arena *mem, const struct rc_conf *conf,
    const char *name, const char *value);

/*
 * rc_cookie_clear(mem, conf, name):
 * Return a Set-Cookie header's value that makes the browser forget the cookie.
 */
const char *rc_cookie_clear(
    struct rc_arena *mem, const struct rc_conf *conf, const char *name);

#endif
