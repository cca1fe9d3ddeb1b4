#ifndef RC_ARENA_H
#define RC_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Memory that goes with a request.  What is allocated from an arena lives
 * until the arena is wiped; nothing is freed singly.  Running out of memory
 * ends the process with a line in the log, so no caller checks for NULL.
 */
struct rc_arena;

/*
 * rc_arena_new():
 * Return a new, empty arena.  Free it with rc_arena_free.
 */
struct rc_arena *rc_arena_new(void);

/*
 * rc_arena_wipe(mem):
 * Run what rc_defer collected, last first, overwrite all that ${mem} handed
 * out, and make it empty again; its first block is kept for the next request.
 */
void rc_arena_wipe(struct rc_arena *mem);

/*
 * rc_arena_free(mem):
 * Wipe ${mem} and give all its memory back.  NULL is let pass.
 */
void rc_arena_free(struct rc_arena *mem);

/*
 * rc_alloc(mem, n):
 * Return ${n} zeroed bytes, aligned for any type.  Never NULL.
 */
void *rc_alloc(struct rc_arena *mem, size_t n);

/*
 * rc_defer(mem, fn, arg):
 * Call ${fn}(${arg}) when ${mem} is wiped.  Hand a foreign object over on the
 * line that obtained it, so that an early return is always right.
 */
void rc_defer(struct rc_arena *mem, void (*fn)(void *), void *arg);

/*
 * rc_strdup(mem, s), rc_strndup(mem, s, n):
 * Return a copy of ${s}, or of its first ${n} bytes and a NUL.
 */
char *rc_strdup(struct rc_arena *mem, const char *s);
char *rc_strndup(struct rc_arena *mem, const char *s, size_t n);

/*
 * rc_number(mem, n):
 * Return ${n} in decimal digits.
 */
char *rc_number(struct rc_arena *mem, int64_t n);

/*
 * rc_printf(mem, fmt, ...), rc_vprintf(mem, fmt, ap):
 * Return what printf would have written.
 */
char *rc_printf(struct rc_arena *mem, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
char *rc_vprintf(struct rc_arena *mem, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

#endif
