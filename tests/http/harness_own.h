#ifndef HARNESS_OWN_H
#define HARNESS_OWN_H

#include <stdarg.h>
#include <stddef.h>

/* What the harness's own files share, and the tests need not see. */

struct answer;

/* Bytes that grow; data ends in NUL once there are any. */
struct bytes {
	char *data;
	size_t len;
	size_t cap;
};

/*
 * bytes_add(b, data, n), bytes_settle(b):
 * Append ${n} bytes.  Give what was collected to the pool and return it.
 */
void bytes_add(struct bytes *b, const void *data, size_t n);
char *bytes_settle(struct bytes *b);

/*
 * vtext(fmt, ap):
 * As text().
 */
char *vtext(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

/*
 * env(name, preset):
 * Return a variable of the environment, ${preset} where it is not set or empty.
 */
const char *env(const char *name, const char *preset);

/*
 * answered(a, body):
 * Complete ${a}, whose head is there; complaints speak of it from now on.
 */
void answered(struct answer *a, struct bytes *body);

/*
 * db_close():
 * Hang up; the tests' processes must not share a connection.
 */
void db_close(void);

#endif
