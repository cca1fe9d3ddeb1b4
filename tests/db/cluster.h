#ifndef CLUSTER_H
#define CLUSTER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A private PostgreSQL for a test program: in a fresh directory below TMPDIR,
 * on a UNIX socket only, as user postgres where the test runs as root.  A step
 * that fails ends the program with a sentence.  The tests' own sessions use it
 * as role "admin", who may do everything.
 */
struct cluster {
	char dir[64]; /* socket, log and scratch files; data/ below */
	char conninfo[160]; /* of database "postgres" as role "admin" */
};

/* Make it and start it; stop it and remove all its files. */
void cluster_create(struct cluster *c);
void cluster_remove(struct cluster *c);

/* Start it again; stop it at once, as in a crash. */
void cluster_start(const struct cluster *c);
void cluster_stop(const struct cluster *c);

/* Send a signal to the postmaster and to all its children. */
void cluster_signal(const struct cluster *c, int sig);

/*
 * Run SQL in a session of the tests' own; return the first value of the last
 * result as a number, 0 where there is none.
 */
long cluster_sql(const struct cluster *c, const char *sql);

#endif
