#ifndef RC_NOW_H
#define RC_NOW_H

#include <stdint.h>

/*
 * rc_now():
 * Return the time in whole seconds since 1970-01-01T00:00:00Z.
 */
int64_t rc_now(void);

/*
 * rc_now_mono():
 * Return milliseconds of a clock that never jumps; for deadlines.
 */
int64_t rc_now_mono(void);

/*
 * rc_now_set(t):
 * Make rc_now return ${t} from here on, for tests; a negative ${t} gives the
 * system's clock back.
 */
void rc_now_set(int64_t t);

/*
 * rc_now_mono_skip(ms):
 * Make rc_now_mono run ${ms} further ahead from here on, for tests.
 */
void rc_now_mono_skip(int64_t ms);

#endif
