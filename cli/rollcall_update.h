#ifndef ROLLCALL_UPDATE_H
#define ROLLCALL_UPDATE_H

#include "rollcall.h"

struct rc_json;

/*
 * update_take_members(r, object, nulls):
 * Change ${object} as --metadata, the options of members, and --set say, in
 * that order.  A null takes a member away, or stays null where ${nulls}.
 */
enum rollcall_exit update_take_members(
    struct rollcall *r, struct rc_json *object, bool nulls);

/*
 * update_check_keys(metadata):
 * See that jwks has public keys only.
 */
enum rollcall_exit update_check_keys(const struct rc_json *metadata);

/*
 * update_print_members(r, object):
 * Print metadata, a member a line, as it is sent.
 */
void update_print_members(
    const struct rollcall *r, const struct rc_json *object);

#endif
