#ifndef PROMPT_H
#define PROMPT_H

#include <stdbool.h>

/* Room for a line that somebody types, bytes. */
#define PROMPT_SIZE 1024

/*
 * prompt_line(fd, line):
 * Read a line without its end; false: none came, it is too long, a signal.
 */
bool prompt_line(int fd, char line[PROMPT_SIZE]);

/*
 * prompt_secret(fd, prompt, line):
 * Ask on the terminal, without echo.  A signal that would end or stop us does
 * so after the echo is back.  False as above, and where ${fd} is no terminal.
 */
bool prompt_secret(int fd, const char *prompt, char line[PROMPT_SIZE]);

#endif
