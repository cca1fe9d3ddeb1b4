#ifndef HOSTILE_H
#define HOSTILE_H

#include <stdbool.h>
#include <stddef.h>

/* A body that no server should like. */
struct hostile {
	const char *name;
	const char *body;
	size_t len;
	const char *type; /* NULL: application/json */
	bool chunked;
};

/*
 * hostile_bodies(count):
 * Return the bodies, which live until the process ends, and how many.
 */
const struct hostile *hostile_bodies(size_t *count);

#endif
