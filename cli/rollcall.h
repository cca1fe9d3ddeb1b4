#ifndef ROLLCALL_H
#define ROLLCALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rc_arena;
struct rc_json;

/* What the program exits with; rollcall(1) has the same table. */
enum rollcall_exit {
	ROLLCALL_OK = 0,
	ROLLCALL_FAILED = 1, /* something on this host */
	ROLLCALL_USAGE = 2,
	ROLLCALL_NOT_FOUND = 3, /* no such client in the store */
	ROLLCALL_REFUSED = 4, /* by the server */
	ROLLCALL_NETWORK = 5, /* no answer: network, TLS, time */
	ROLLCALL_UNFIT = 6, /* an answer that breaks the standard */
	ROLLCALL_UNSUPPORTED = 7, /* the server does not offer that */
	ROLLCALL_LOCKED = 8, /* passphrase wrong or missing, store changed */
	ROLLCALL_LOGIN = 9, /* there is no token without a login */
	ROLLCALL_INACTIVE = 10, /* the token counts for nothing */
	ROLLCALL_NONCONFORMANT =
	    11 /* the server breaks rules that it must keep */
};

struct rollcall;

/* An option of a command. */
struct rollcall_option {
	const char *name; /* "redirect-uri" */
	const char *value; /* what it takes, "URI"; NULL: nothing */
	bool many; /* may come more than once */
	const char *meaning; /* a few words of the usage */
};

/* A command is one row: rollcall NAME [ARG] [OPTION ...]. */
struct rollcall_command {
	const char *name;
	/* "NAME", or "[NAME]" where it may be absent; "..." at its end: there
	 * may be several; NULL. */
	const char *arg;
	const struct rollcall_option *options;
	size_t noptions;
	bool members; /* and an option for each member of the metadata */
	const char *meaning; /* a line of the usage */
	enum rollcall_exit (*run)(struct rollcall *r);
};

extern const struct rollcall_command rollcall_discover, rollcall_register,
    rollcall_list, rollcall_show, rollcall_read, rollcall_update,
    rollcall_rotate, rollcall_delete, rollcall_export, rollcall_passphrase,
    rollcall_login, rollcall_token, rollcall_introspect, rollcall_revoke,
    rollcall_conformance;

/* The words that a command line gave for something. */
struct rollcall_words {
	const char **items;
	size_t count;
};

/* One run of the program. */
struct rollcall {
	struct rc_arena *mem; /* as long as the run */
	const struct rollcall_command *command;
	const char *arg; /* NULL: not given */
	struct rollcall_words args; /* all that were */
	struct rollcall_words *values; /* of the options; flags have "" */
	bool json; /* --json */
	bool quiet; /* --quiet */
	bool verbose; /* --verbose */
	const char *ca_file; /* --cacert, NULL */
	const char *store; /* --store, NULL */
	const char *passphrase_file; /* --passphrase-file, NULL */
	const char *passphrase; /* once it is known, NULL */
	bool accept_clear; /* the user vouches for clients in clear */
	bool told_clear; /* that what is stored is in clear */
	int64_t timeout; /* s, for one answer */
	int64_t retries;
	int64_t patience; /* s that may be waited in all; -1: by retries */
	/* Tells whether a signal is to end the run; NULL: it does at once. */
	bool (*is_ended)(void);
};

/*
 * rollcall_option_at(command, i):
 * Return the ${i}th option of a command, those of members behind its own; NULL
 * behind the last.
 */
const struct rollcall_option *rollcall_option_at(
    const struct rollcall_command *command, size_t i);

/*
 * rollcall_value(r, name), rollcall_values(r, name), rollcall_has(r, name):
 * Return the value of an option of the command, NULL where it was not given;
 * all values; whether it was given.
 */
const char *rollcall_value(const struct rollcall *r, const char *name);
const struct rollcall_words *rollcall_values(
    const struct rollcall *r, const char *name);
bool rollcall_has(const struct rollcall *r, const char *name);

/*
 * rollcall_number(r, name, least, most, number):
 * Read the value of an option of the command, a number within these bounds;
 * where it was not given *${number} stays.
 */
enum rollcall_exit rollcall_number(const struct rollcall *r, const char *name,
    int64_t least, int64_t most, int64_t *number);

/*
 * rollcall_add_word(r, words, word):
 * Put a word behind the others.
 */
void rollcall_add_word(
    struct rollcall *r, struct rollcall_words *words, const char *word);

/*
 * rollcall_fail(exit, fmt, ...):
 * Say on standard error, in one sentence, what is wrong and what to do; return
 * ${exit}.  Text that came from a server goes through rollcall_text before.
 */
enum rollcall_exit rollcall_fail(enum rollcall_exit exit, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * rollcall_warn(fmt, ...), rollcall_note(r, fmt, ...):
 * Say on standard error what may not be meant or wise; or, unless --quiet was
 * given, what there is to know.
 */
void rollcall_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void rollcall_note(const struct rollcall *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * rollcall_done(r, fmt, ...):
 * Say on standard output, unless --quiet was given, what has been done.
 */
void rollcall_done(const struct rollcall *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * rollcall_progress(r, fmt, ...), rollcall_progress_end(r):
 * Where standard error is a terminal, show what is waited for, and take it
 * away again.
 */
void rollcall_progress(const struct rollcall *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void rollcall_progress_end(const struct rollcall *r);

/*
 * rollcall_text(r, s), rollcall_shown(r, json):
 * Return text, or JSON, from anywhere so that a terminal shows it and does
 * nothing else; a string without its quotes.
 */
const char *rollcall_text(const struct rollcall *r, const char *s);
const char *rollcall_shown(
    const struct rollcall *r, const struct rc_json *json);

/*
 * rollcall_url(r, url):
 * The same for the address of a request, without what may be a secret in it: a
 * password, and the values of its query.
 */
const char *rollcall_url(const struct rollcall *r, const char *url);

/*
 * rollcall_print_json(r, json):
 * Write a value, and a line's end, to standard output.
 */
void rollcall_print_json(const struct rollcall *r, const struct rc_json *json);

/*
 * rollcall_read_file(r, file, what, text, len):
 * Read a whole file, "-" being standard input, of at most 1 MiB.
 */
enum rollcall_exit rollcall_read_file(struct rollcall *r, const char *file,
    const char *what, char **text, size_t *len);

/*
 * rollcall_read_secret(r, file, what, secret):
 * Read a file of one line, without its end: a token, statement or passphrase.
 */
enum rollcall_exit rollcall_read_secret(struct rollcall *r, const char *file,
    const char *what, const char **secret);

/*
 * rollcall_read_object(r, file, what, object):
 * Read a file that holds a JSON object.
 */
enum rollcall_exit rollcall_read_object(struct rollcall *r, const char *file,
    const char *what, struct rc_json **object);

/*
 * rollcall_ask_passphrase(r, prompt, twice, passphrase):
 * Ask on the terminal, without echo.
 */
enum rollcall_exit rollcall_ask_passphrase(struct rollcall *r,
    const char *prompt, bool twice, const char **passphrase);

/*
 * rollcall_confirm(sentence, name):
 * Have the name typed on the terminal before what ${sentence} says is done,
 * where --yes was not given.
 */
enum rollcall_exit rollcall_confirm(const char *sentence, const char *name);

#endif
