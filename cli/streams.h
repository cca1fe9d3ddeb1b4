#ifndef STREAMS_H
#define STREAMS_H

#include <stdbool.h>

/*
 * streams_open():
 * Open standard input, output and error where whoever started us closed them:
 * what is opened next, a connection or a file, must not get their numbers, and
 * what is said with them.  There is nothing to read then, and writing fails.
 * False: it cannot be done.
 */
bool streams_open(void);

#endif
