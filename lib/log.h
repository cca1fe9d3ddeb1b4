#ifndef RC_LOG_H
#define RC_LOG_H

/*
 * One event, one line of key=value pairs on standard error, which the web
 * server or the supervisor keeps:
 *   level=error program=register pid=12 event=database text="connection lost"
 * Never hand a secret, a token or a request body to these.
 */
enum rc_log_level {
	RC_LOG_DEBUG,
	RC_LOG_INFO,
	RC_LOG_WARN,
	RC_LOG_ERROR,
	RC_LOG_NONE /* for rc_log_open: say nothing */
};

/*
 * rc_log_open(program, least):
 * Name the program that speaks (static string) and drop what is below ${least}.
 */
void rc_log_open(const char *program, enum rc_log_level least);

/*
 * rc_log(level, event, fmt, ...):
 * Write a line with event=${event} and text="...", control characters and
 * quotes escaped, cut off at 1000 bytes, in one write(2).
 */
void rc_log(enum rc_log_level level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * rc_log_pairs(level, event, pairs):
 * Write a line with event=${event} and the NULL-ended list of key, value,
 * key, value ...; a NULL value leaves its key out; values are quoted where
 * they need it.
 */
void rc_log_pairs(
    enum rc_log_level level, const char *event, const char *const pairs[]);

#endif
