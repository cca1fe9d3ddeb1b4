#ifndef RC_MAIL_H
#define RC_MAIL_H

#include <stdbool.h>
#include <stddef.h>

struct rc_arena;
struct rc_conf;

/*
 * rc_mail_compose(mem, conf, subject, text):
 * Return a message to conf->mail_to: header fields, an empty line and ${text},
 * UTF-8.  What is not printable becomes '?', in header fields also what is not
 * ASCII, so that no name of a stranger's begins a line of its own; lines are
 * cut at 500 bytes.
 */
const char *rc_mail_compose(struct rc_arena *mem, const struct rc_conf *conf,
    const char *subject, const char *text);

/*
 * rc_mail_send(conf, message, why, size):
 * Hand a message to conf->sendmail, started without a shell as "sendmail -t -i"
 * in the usual way, and wait at most a minute.  False, with a sentence in
 * ${why}: it did not take it.
 */
bool rc_mail_send(
    const struct rc_conf *conf, const char *message, char *why, size_t size);

#endif
