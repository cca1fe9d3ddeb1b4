#ifndef WHEN_H
#define WHEN_H

#include <stdbool.h>
#include <stdint.h>

/*
 * when_period(text, seconds):
 * Read a while such as 90m, 12h, 7d or 4w, of a hundred years at most.
 */
bool when_period(const char *text, int64_t *seconds);

/*
 * when_date(text, us):
 * Read a date that there is, or such a date and a time, as microseconds since
 * 1970: "2030-12-31", "2030-12-31T18:00" or, as tables and JSON have it,
 * "2030-12-31T18:00:15.5+01:00".  It is local unless Z or an offset is behind
 * it.
 */
bool when_date(const char *text, int64_t *us);

#endif
