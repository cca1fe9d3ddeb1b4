#ifndef RC_SUPERVISE_H
#define RC_SUPERVISE_H

#include <stdbool.h>

/*
 * rc_supervise(path, workers, reload, work, arg):
 * Listen on the UNIX socket ${path} (mode 0660; a stale one is replaced, one
 * that somebody answers on is not) and keep ${workers} processes at it, each
 * running ${work}(${arg}), its exit status, with the socket as descriptor 0.
 * One that ends well is replaced at once, one that fails with growing delay.
 * On SIGHUP ${reload}(${arg}) is asked, and when it says true each worker is
 * replaced, the new one started before the old one gets SIGTERM.  On SIGTERM or
 * SIGINT remove the socket, let the workers serve who has come by then, end
 * them, within 10 seconds, and return the exit status.
 */
int rc_supervise(const char *path, unsigned workers, bool (*reload)(void *arg),
    int (*work)(void *arg), void *arg);

/*
 * rc_supervise_follow():
 * Where this process is a worker, now or before it executed itself anew: ask
 * for SIGTERM when its supervisor dies.  False: that has happened already.
 */
bool rc_supervise_follow(void);

#endif
