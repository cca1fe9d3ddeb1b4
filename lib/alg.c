#include "alg.h"

#include <stddef.h>

const char *const rc_algs[] = { "RS256", "PS256", "ES256", "EdDSA", NULL };
