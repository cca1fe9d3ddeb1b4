#ifndef RC_SERVE_H
#define RC_SERVE_H

#include "program.h"
#include "req.h"

/*
 * rc_serve_one(rq):
 * Do all that ${rq}->program says with a request that was read whole, up to a
 * complete ${rq}->answer.  Nothing is sent or logged here.
 */
void rc_serve_one(struct rc_req *rq);

/*
 * rc_serve(program, argc, argv):
 * Be that program until told to stop: by a process manager's FastCGI socket on
 * descriptor 0, on a socket of its own with a supervised set of workers
 * (-s PATH -w N), or for one request as plain CGI.  -t checks the
 * configuration, -V prints the version.  Return the exit status for main.
 */
int rc_serve(const struct rc_program *program, int argc, char *const argv[]);

#endif
