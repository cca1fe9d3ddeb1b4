#ifndef RC_ALG_H
#define RC_ALG_H

/*
 * The signature algorithms (RFC 7518 3.1, RFC 8037 3.1) that clients may
 * choose, all of them asymmetric; NULL-ended.
 */
extern const char *const rc_algs[];

#endif
