#ifndef KEY_H
#define KEY_H

#include "admin.h"

/*
 * key_make(a, alg, create, kid, status):
 * Make a signing key for ${alg} and add it, sealed by the key file, which is
 * made where ${create} and it is not there.
 */
enum admin_exit key_make(struct admin *a, const char *alg, bool create,
    const char **kid, const char **status);

#endif
