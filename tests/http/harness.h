#ifndef HARNESS_H
#define HARNESS_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>

#include <json-c/json.h>

/*
 * What the black-box tests share.  A test program talks HTTP to BASE_URL, which
 * is the issuer, and looks into the database that the PG* variables name.
 * Everything returned here lives until the process ends.
 */

/* An answer as it came over the wire. */
struct answer {
	const char *method; /* what was asked */
	const char *url;
	int status;
	char *head; /* header lines as received, CRLF between them */
	size_t head_len;
	char *body; /* NUL behind it */
	size_t len;
	struct json_object *json; /* the body, NULL where it is no JSON */
};

/* A request; what is NULL or zero is left out or has the default named. */
struct call {
	const char *method; /* "GET" */
	const char *url; /* absolute, or a path below BASE_URL */
	const char *token; /* Authorization: Bearer */
	const char *body;
	size_t len; /* strlen(body) */
	const char *type; /* "application/json" with a body, "" for none */
	const char *const *headers; /* more, NULL-ended */
	bool chunked;
};

/* A client that has registered, with what it was given. */
struct client {
	const char *id;
	const char *token;
	const char *secret; /* NULL for none */
	const char *url;
	struct answer *answer;
};

/* A test: run once, or ${count} times with _i from 0. */
struct test {
	const TTest *test;
	int count;
};

/*
 * harness_main(name, tests, n):
 * Run the tests, each in a process of its own unless CK_FORK=no.  Return the
 * exit status: 77 where BASE_URL is not set.
 */
extern void (*harness_setup)(void); /* once, before all tests */
int harness_main(const char *name, const struct test *tests, size_t n);

/*
 * text(fmt, ...), json(fmt, ...):
 * Return what printf would have written; json() turns each ' into ".
 */
const char *text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
const char *json(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * room(n):
 * Return ${n} zeroed bytes.
 */
void *room(size_t n);

/*
 * base_url(), register_url(), in_server(name):
 * Where the server is; whether RIG_SERVER says ${name}.
 */
const char *base_url(void);
const char *register_url(void);
bool in_server(const char *name);

/*
 * http(call), http_many(calls, answers, n, parallel):
 * Send a request, or ${n} over at most ${parallel} connections at a time.
 * The test fails where no answer comes.
 */
struct answer *http(const struct call *call);
void http_many(const struct call *calls, struct answer **answers, size_t n,
    size_t parallel);

/*
 * post(body), get(url), manage(client, method, body):
 * The usual requests: register; read without a token; with the client's own.
 */
struct answer *post(const char *body);
struct answer *get(const char *url);
struct answer *manage(
    const struct client *client, const char *method, const char *body);

/*
 * enrol(body):
 * Register, insist on a well-formed 201, and return the client.
 */
struct client *enrol(const char *body);

/*
 * header(answer, name), header_count(answer, name):
 * Return the value of the first header of that name, or NULL; how many.
 */
const char *header(const struct answer *a, const char *name);
size_t header_count(const struct answer *a, const char *name);

/*
 * has_word(list, word):
 * Tell whether a comma-separated list holds ${word}, compared without case.
 */
bool has_word(const char *list, const char *word);

/*
 * member(object, name), string(object, name), same(value, text):
 * A member, NULL where absent or null; its string, NULL where it is none;
 * whether ${value} equals the JSON ${text}, written with ' for ".
 */
struct json_object *member(const struct json_object *object, const char *name);
const char *string(const struct json_object *object, const char *name);
bool same(const struct json_object *value, const char *text);
bool array_has(const struct json_object *array, const char *s);

/*
 * parse(text):
 * Return the JSON value of ${text}, NULL where it is none (or null).
 */
struct json_object *parse(const char *text, size_t len);

/*
 * case_file(name), case_count(file), case_at(file, i):
 * The cases of tests/http/cases: an array of objects with a "name", which is
 * put before every complaint from then on.
 */
struct json_object *case_file(const char *name);
int case_count(const char *file);
struct json_object *case_at(const char *file, int i);

/*
 * case_named(name):
 * Put ${name} before every complaint from now on.
 */
void case_named(const char *name);

/*
 * case_body(base, more):
 * Return a body with the members of both objects, the latter's winning; a
 * "jwks" of "@name" is taken from cases/keys.json.
 */
struct json_object *case_body(
    const struct json_object *base, const struct json_object *more);

/*
 * keyed(text):
 * json(text) as a body, with "jwks" as case_body has it.
 */
const char *keyed(const char *s);

/*
 * case_run(a, c):
 * Hold an answer against what a case says: "status" (a number or several, 201
 * where absent), "error", "names" (what the description must name), "expect"
 * (members and values), "absent" (members).
 */
void case_run(const struct answer *a, const struct json_object *c);

/*
 * want(condition, fmt, ...):
 * Fail the test with case, sentence, and the last request and answer.
 */
#define want(condition, ...) \
	((condition) ? (void)0 : complain(__FILE__, __LINE__, __VA_ARGS__))
void complain(const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), noreturn));

/*
 * expect_status(a, status), expect_error(a, status, error):
 * ${error} may hold alternatives with | between them.  An error has both
 * members in the grammar of RFC 6749 5.2, and the headers of expect_headers.
 */
void expect_status(const struct answer *a, int status);
void expect_error(const struct answer *a, int status, const char *error);
void expect_error_form(const struct answer *a);
void expect_named(const struct answer *a, const char *name);

/*
 * expect_headers(a):
 * What every answer of register has, errors and 204 too.
 */
void expect_headers(const struct answer *a);

/*
 * expect_schema(a):
 * A client information response: no null, no empty string or array, times
 * whole numbers, client_secret_expires_at with client_secret only, grants and
 * response types that fit each other.
 */
void expect_schema(const struct answer *a);

/*
 * expect_member(a, name, text), expect_absent(a, name):
 * ${text} is JSON written with ' for ".
 */
void expect_member(const struct answer *a, const char *name, const char *value);
void expect_absent(const struct answer *a, const char *name);

/*
 * db(sql, arg):
 * Run a statement as superuser, with ${arg} as $1 where it is not NULL.  Return
 * the first column of the first row, or NULL for none.
 */
const char *db(const char *sql, const char *arg);

/*
 * db_client(id):
 * Return the whole row of a client and all that hangs on it as text.
 */
const char *db_client(const char *id);

/*
 * db_holds(secret):
 * Return the table in which ${secret} can be read, plain, hex or base64; or
 * NULL.
 */
const char *db_holds(const char *secret);

/*
 * shell(command, status):
 * Have a shell run the command; return what it printed, at most 64 KiB, and put
 * its exit status into *${status}.
 */
const char *shell(const char *command, int *status);

/*
 * admin(fmt, ...):
 * Run rollcall-admin --json with these words, which a shell splits.  Return
 * what it printed; the test fails where it does.
 */
struct json_object *admin(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

/* A connection of our own, for what curl would not send. */
struct wire;

/*
 * wire_open(), wire_send(w, data, len), wire_answer(w, method), wire_close(w):
 * Connect; send bytes as they are; read one answer, 1xx skipped; hang up.
 * wire_answer returns NULL where the server hung up instead.
 */
struct wire *wire_open(void);
void wire_send(struct wire *w, const char *data, size_t len);
struct answer *wire_answer(struct wire *w, const char *method);
void wire_close(struct wire *w);

/*
 * wire_ask(method, fmt, ...):
 * One raw request on a connection of its own.
 */
struct answer *wire_ask(const char *method, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
const char *wire_host(void);

/*
 * pids(list, max):
 * Find the processes of our programs, sorted; return how many.
 */
size_t pids(int *list, size_t max);

/*
 * reconf(lines, n), CONFIGURE(line, ...):
 * Put ${n} configuration lines over the rig's own and wait until they count;
 * none restores.  The test fails where RIG_RECONF is not set.
 */
void reconf(const char *const *lines, size_t n);
#define CONFIGURE(...)                                              \
	do {                                                        \
		const char *const lines_[] = { __VA_ARGS__ };       \
		reconf(lines_, sizeof(lines_) / sizeof(lines_[0])); \
	} while (0)

#endif
