#ifndef RC_LANGUAGE_H
#define RC_LANGUAGE_H

#include <stddef.h>

/*
 * rc_language_choose(tags, count, locales, accept):
 * Return which of the language tags is wanted most, ${count} where none is:
 * the first of ${locales} (OpenID Connect Core 3.1.2.1, words with spaces
 * between), then by ${accept}, an Accept-Language header (RFC 9110 12.5.4,
 * quality counts).  Both may be NULL.  That is RFC 4647 3.4 lookup, save that
 * "ja" also finds "ja-Jpan-JP".
 */
size_t rc_language_choose(const char *const *tags, size_t count,
    const char *locales, const char *accept);

#endif
