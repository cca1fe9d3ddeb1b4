#ifndef DOCTOR_H
#define DOCTOR_H

#include <stddef.h>

#include "admin.h"

struct rc_arena;
struct rc_json;

enum doctor_outcome {
	DOCTOR_OK,
	DOCTOR_WARNING,
	DOCTOR_FAILED,
	DOCTOR__MAX
};

/* One look at everything. */
struct doctor {
	struct admin *a;
	struct rc_json *checks; /* of --json: an object a check */
	size_t counts[DOCTOR__MAX];
};

/* A program, for what is the same of all. */
struct doctor_program {
	const char *name;
	bool database; /* it logs in */
	int workers; /* that rollcall@.service gives it */
};

extern const struct doctor_program doctor_programs[];
extern const size_t doctor_nprograms;

/*
 * doctor_say(d, outcome, check, fix, fmt, ...):
 * Say what came of a check; ${fix} are the lines to add or to run, or NULL.
 */
void doctor_say(struct doctor *d, enum doctor_outcome outcome,
    const char *check, const char *fix, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/*
 * doctor_sql_file(d, name):
 * Return the path of a file of sql/ as it is installed.
 */
const char *doctor_sql_file(struct doctor *d, const char *name);

/*
 * doctor_database(d):
 * Look at the database, and at what must have been done in it.
 */
void doctor_database(struct doctor *d);

/*
 * doctor_workers(a):
 * Say what is wrong with --workers.
 */
enum admin_exit doctor_workers(const struct admin *a);

/*
 * doctor_base(mem, url):
 * Return the origin of a web server's URL, NULL: it is none.
 */
const char *doctor_base(struct rc_arena *mem, const char *url);

/*
 * doctor_web(d, base):
 * Look whether the web server at ${base}, as doctor_base returned it, or NULL:
 * at the issuer, hands everything to the programs.
 */
void doctor_web(struct doctor *d, const char *base);

#endif
