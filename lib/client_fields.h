#ifndef RC_CLIENT_FIELDS_H
#define RC_CLIENT_FIELDS_H

#include <stddef.h>

#include "field.h"

/*
 * The client metadata members that can be registered, one row each: RFC 7591
 * 2, OpenID Connect Registration 1.0 2, the three OpenID Connect logout
 * specifications, RFC 8705, RFC 9101, RFC 9126, RFC 9396, RFC 9449.
 */
extern const struct rc_field rc_client_fields[];
extern const size_t rc_client_nfields;

/*
 * Members that the server assigns (RFC 7591 3.2.1): ignored in a registration,
 * forbidden in an update (RFC 7592 2.2).  NULL-ended.
 */
extern const char *const rc_client_assigned[];

#endif
