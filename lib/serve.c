#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "answer.h"
#include "arena.h"
#include "conf.h"
#include "log.h"
#include "now.h"
#include "params.h"
#include "supervise.h"

#define WORKERS_DEFAULT 8
#define WORKERS_MOST 1000
/* Room for a sentence of rc_conf_load. */
#define SENTENCE 512
/* What a usage error ends with. */
#define EXIT_USAGE 2

#define ALLOWED_HEADERS \
	"authorization, content-type, dpop, mcp-protocol-version, mcp-method, mcp-name"
#define EXPOSED_HEADERS "WWW-Authenticate, Retry-After, ETag"
/* Seconds that a browser may keep a preflight's answer. */
#define PREFLIGHT_AGE "7200"

enum action {
	RUN,
	CHECK,
	VERSION,
	USAGE
};

/* What the command line says. */
struct options {
	enum action action;
	const char *socket; /* NULL: serve descriptor 0 */
	unsigned workers;
};

/* The program and what it runs with. */
struct life {
	const struct rc_program *program;
	struct rc_conf *conf;
	char *argv0;
	int64_t served; /* requests since it was executed */
	bool complained; /* that it could not execute itself anew */
};

/* Set by signals, and by max_requests; asked between two requests. */
static volatile sig_atomic_t leave;
static volatile sig_atomic_t renew;

static void
on_signal(int sig)
{

	if (sig == SIGHUP)
		renew = 1;
	else
		leave = 1;
}

static bool
told(void)
{

	return leave || (renew && rc_req_idle());
}

/* Return the path below which routes of that kind lie. */
static const char *
base_of(const struct rc_conf *conf, enum rc_under under)
{

	switch (under) {
	case RC_UNDER_ENDPOINTS:
		return conf->endpoint_path;
	case RC_UNDER_ISSUER:
		return conf->issuer_path;
	case RC_UNDER_ROOT:
		break;
	}
	return "";
}

/* Does ${path} fit ${pattern}?  What a parameter stands for goes to ${arg}. */
static bool
fits(struct rc_arena *mem, const char *pattern, const char *path,
    const char **arg)
{
	size_t n = strcspn(pattern, "{*");

	if (strncmp(pattern, path, n) != 0)
		return false;
	pattern += n;
	path += n;
	*arg = path;
	if (*pattern != '{')
		return *pattern == '*' || *path == '\0';
	n = strcspn(path, "/");
	if (n == 0 || strcmp(strchr(pattern, '}') + 1, path + n) != 0)
		return false;
	*arg = rc_strndup(mem, path, n);
	return true;
}

static bool
find_route(struct rc_req *rq)
{
	const struct rc_program *program = rq->program;
	size_t i;

	for (i = 0; i < program->nroutes; i++) {
		const struct rc_route *route = &program->routes[i];
		const char *base = base_of(rq->conf, route->under);
		size_t len = strlen(base);

		if (strncmp(rq->path, base, len) == 0 &&
		    fits(rq->mem, route->path, rq->path + len, &rq->arg)) {
			rq->route = route;
			return true;
		}
	}
	return false;
}

/* Return what the route does for that method, or NULL. */
static rc_handler *
find_handler(const struct rc_req *rq)
{

	switch (rq->method) {
	case RC_METHOD_GET:
		return rq->route->get;
	case RC_METHOD_HEAD:
		return rq->program->no_head ? NULL : rq->route->get;
	case RC_METHOD_POST:
		return rq->route->post;
	case RC_METHOD_PUT:
		return rq->route->put;
	case RC_METHOD_DELETE:
		return rq->route->delete;
	default:
		return NULL;
	}
}

static const char *
list_methods(const struct rc_req *rq)
{
	const struct rc_route *route = rq->route;
	bool head = route->get != NULL && !rq->program->no_head;

	return rc_printf(rq->mem, "%s%s%s%s%sOPTIONS",
	    route->get != NULL ? "GET, " : "", head ? "HEAD, " : "",
	    route->post != NULL ? "POST, " : "",
	    route->put != NULL ? "PUT, " : "",
	    route->delete != NULL ? "DELETE, " : "");
}

/* OPTIONS, and what of it is a CORS preflight (Fetch 3.2.2). */
static void
answer_options(struct rc_req *rq)
{
	const char *methods = list_methods(rq);

	rc_answer_empty(rq, 204);
	rc_answer_header(rq, "Allow", methods);
	if (rq->program->same_origin || rc_req_header(rq, "Origin") == NULL ||
	    rc_req_header(rq, "Access-Control-Request-Method") == NULL)
		return;
	rc_answer_header(rq, "Access-Control-Allow-Methods", methods);
	rc_answer_header(rq, "Access-Control-Allow-Headers", ALLOWED_HEADERS);
	rc_answer_header(rq, "Access-Control-Max-Age", PREFLIGHT_AGE);
}

static const char *
skip_space(const char *s)
{

	return s + strspn(s, " \t");
}

/*
 * Judge one media type parameter, from behind its ';' (RFC 9110 5.6.6): charset
 * is UTF-8 or not given; others mean nothing to us.
 */
static bool
is_parameter_good(const char *s)
{
	static const char charset[] = "charset=";
	static const char utf8[] = "utf-8";
	const char *value = s + sizeof(charset) - 1;
	bool quoted;

	if (strncasecmp(s, charset, sizeof(charset) - 1) != 0)
		return true;
	quoted = *value == '"';
	value += quoted;
	if (strncasecmp(value, utf8, sizeof(utf8) - 1) != 0)
		return false;
	value += sizeof(utf8) - 1;
	if (quoted && *value++ != '"')
		return false;
	value = skip_space(value);
	return *value == '\0' || *value == ';';
}

/* Is the Content-Type ${given} the media type ${wanted} (RFC 9110 8.3.1)? */
static bool
is_media_type(const char *given, const char *wanted)
{
	size_t len = strlen(wanted);
	const char *s;

	if (given == NULL)
		return false;
	s = skip_space(given);
	if (strncasecmp(s, wanted, len) != 0)
		return false;
	for (s = skip_space(s + len); *s == ';';) {
		s = skip_space(s + 1);
		if (!is_parameter_good(s))
			return false;
		s += strcspn(s, ";");
	}
	return *s == '\0';
}

/* Judge the body before anybody looks into it. */
static enum rc_err
check_body(struct rc_req *rq)
{
	const char *consumes = rq->program->consumes;

	if (rq->body_too_large)
		return rc_fail(rq, RC_ERR_CONTENT_TOO_LARGE,
		    "The request body is larger than %lld bytes",
		    (long long)rq->conf->max_body);
	if (rq->body_broken)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "The request body ended too early, or came too slowly");
	if (consumes == NULL ||
	    (rq->method != RC_METHOD_POST && rq->method != RC_METHOD_PUT) ||
	    (rq->route->bodiless && rq->len == 0) ||
	    is_media_type(rq->content_type, consumes))
		return RC_OK;
	return rc_fail(rq, RC_ERR_UNSUPPORTED_MEDIA_TYPE,
	    "The Content-Type must be %s, in UTF-8", consumes);
}

/* Body, parameters, authentication, handler: the rest of the straight line. */
static enum rc_err
handle(struct rc_req *rq, rc_handler *handler)
{
	enum rc_err e;

	if ((e = check_body(rq)) != RC_OK)
		return e;
	if (rq->program->params != NULL && (e = rc_params_take(rq)) != RC_OK)
		return e;
	if (rq->route->auth != NULL && (e = rq->route->auth(rq)) != RC_OK)
		return e;
	if ((e = handler(rq)) != RC_OK)
		return e;
	if (rq->answer.status == 0) {
		rc_log(RC_LOG_ERROR, "handler", "no answer was made");
		return RC_ERR_SERVER_ERROR;
	}
	return RC_OK;
}

/* Answer a fault, once the program has been told of it. */
static void
answer_failed(struct rc_req *rq, enum rc_err err)
{

	if (rq->fault.err == RC_OK)
		rc_fail(rq, err, "%s", rc_err_text(err));
	if (rq->program->failed != NULL)
		err = rq->program->failed(rq, err);
	rc_answer_fault(rq, err);
}

/* An issuer that is https has nothing to say in clear. */
static bool
is_in_clear(const struct rc_req *rq)
{

	return rq->conf->secure && !rc_req_secure(rq);
}

static void
answer(struct rc_req *rq)
{
	rc_handler *handler;
	enum rc_err e;

	if (is_in_clear(rq)) {
		rc_answer_fault(rq,
		    rc_fail(rq, RC_ERR_INVALID_REQUEST,
			"this server answers by https only; where a proxy does "
			"TLS, its address belongs to trusted_proxies"));
	} else if (!find_route(rq)) {
		rc_answer_fault(rq, RC_ERR_NOT_FOUND);
	} else if (rq->method == RC_METHOD_OPTIONS) {
		answer_options(rq);
	} else if ((handler = find_handler(rq)) == NULL) {
		rc_answer_fault(rq, RC_ERR_METHOD_NOT_ALLOWED);
		rc_answer_header(rq, "Allow", list_methods(rq));
	} else if ((e = handle(rq, handler)) != RC_OK) {
		answer_failed(rq, e);
	}
}

/* Return the value of a header of the answer, or NULL. */
static const char *
find_header(const struct rc_answer *a, const char *name)
{
	size_t i;

	for (i = 0; i < a->nheaders; i++) {
		if (strcasecmp(a->headers[i].name, name) == 0)
			return a->headers[i].value;
	}
	return NULL;
}

/* Add what every answer carries, errors too. */
static void
finish(struct rc_req *rq)
{
	const char *cache = find_header(&rq->answer, "Cache-Control");

	if (cache == NULL && (cache = rq->program->cache_control) != NULL)
		rc_answer_header(rq, "Cache-Control", cache);
	if (cache != NULL && strstr(cache, "no-store") != NULL)
		rc_answer_header(rq, "Pragma", "no-cache");
	if (!rq->program->same_origin) {
		rc_answer_header(rq, "Access-Control-Allow-Origin", "*");
		rc_answer_header(
		    rq, "Access-Control-Expose-Headers", EXPOSED_HEADERS);
	}
	rc_answer_header(rq, "X-Content-Type-Options", "nosniff");
}

void
rc_serve_one(struct rc_req *rq)
{

	answer(rq);
	finish(rq);
}

/* The query is left out: it may hold what is nobody's business. */
static void
log_request(struct rc_req *rq)
{
	enum rc_err e = rq->fault.err;
	const char *status = rc_number(rq->mem, rq->answer.status);
	const char *ms = rc_number(rq->mem, rc_now_mono() - rq->started);
	/* clang-format off */
	const char *const pairs[] = {
		"method", rq->method_name,
		"path", rq->path,
		"status", status,
		"ms", ms,
		"addr", rq->address,
		"error", e == RC_OK ? NULL : rc_err_name(e),
		NULL
	};
	/* clang-format on */

	rc_log_pairs(RC_LOG_INFO, "request", pairs);
}

static bool
start(const struct life *life)
{
	const struct rc_service *const *service = life->program->services;

	for (; service != NULL && *service != NULL; service++) {
		if (!(*service)->start(life->conf, life->program))
			return false;
	}
	return life->program->start == NULL || life->program->start(life->conf);
}

static void
stop(const struct life *life)
{
	const struct rc_service *const *service = life->program->services;

	for (; service != NULL && *service != NULL; service++)
		(*service)->stop();
}

/* Let the program judge what was read; false, and why in ${error}: no good. */
static bool
check_program(const struct rc_program *program, const struct rc_conf *conf,
    char error[SENTENCE])
{
	struct rc_arena *mem;
	const char *why;

	if (program->check == NULL)
		return true;
	mem = rc_arena_new();
	if ((why = program->check(mem, conf)) != NULL)
		(void)snprintf(error, SENTENCE, "%s: %s",
		    conf->file != NULL ? conf->file : "configuration", why);
	rc_arena_free(mem);
	return why == NULL;
}

/* Load a configuration that the program can use; NULL, and why: there is none.
 */
static struct rc_conf *
read_conf(const struct rc_program *program, char error[SENTENCE])
{
	struct rc_conf *conf = rc_conf_load(NULL, error, SENTENCE);

	if (conf != NULL && !check_program(program, conf, error)) {
		rc_conf_free(conf);
		return NULL;
	}
	return conf;
}

/* The same, saying in the log why not. */
static struct rc_conf *
load_conf(const struct rc_program *program)
{
	char error[SENTENCE];
	struct rc_conf *conf = read_conf(program, error);

	if (conf == NULL)
		rc_log(RC_LOG_ERROR, "config", "%s", error);
	return conf;
}

/*
 * Execute this program anew in the same process, on the same listening socket.
 * Signals stay blocked on the way, so that none is lost.  Returns only where
 * that is not possible; the old life goes on then.
 */
static void
execute_anew(struct life *life)
{
	char *const argv[] = { life->argv0, NULL };
	struct rc_conf *conf;

	renew = 0;
	life->served = 0;
	if ((conf = load_conf(life->program)) == NULL)
		return;
	rc_conf_free(conf);
	close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
	execv("/proc/self/exe", argv);
	if (!life->complained)
		rc_log(RC_LOG_ERROR, "exec", "%s", strerror(errno));
	life->complained = true;
}

/* Let the program do what is due; ${rq} has nothing but what it begins with. */
static int
rest(const struct rc_req *rq)
{
	struct rc_req own = *rq;

	return own.program->rest != NULL ? own.program->rest(&own, false) : -1;
}

/* Let it do all, for there will be no other time. */
static void
rest_for_good(const struct life *life, struct rc_arena *mem)
{
	struct rc_req rq = {
		.mem = mem, .conf = life->conf, .program = life->program
	};

	if (life->program->rest != NULL)
		(void)life->program->rest(&rq, true);
	rc_arena_wipe(mem);
}

/* Take one request from its first byte to its log line.  False: none came. */
static bool
serve_next(const struct life *life, struct rc_arena *mem)
{
	struct rc_req rq = {
		.mem = mem, .conf = life->conf, .program = life->program
	};
	bool come = rc_req_accept(&rq, told, rest);

	if (come) {
		rc_serve_one(&rq);
		if (!rc_req_send(&rq))
			rc_log(RC_LOG_WARN, "send", "the web server went away");
		log_request(&rq);
	}
	rc_arena_wipe(mem);
	return come;
}

/* The only loop of the product.  False: it ended for want of a socket. */
static bool
serve_all(struct life *life)
{
	int64_t most = life->conf->max_requests;
	struct rc_arena *mem = rc_arena_new();

	for (;;) {
		if (serve_next(life, mem)) {
			if (++life->served >= most && most > 0)
				renew = 1;
			continue;
		}
		rest_for_good(life, mem);
		if (leave || !renew)
			break;
		execute_anew(life);
	}
	rc_arena_free(mem);
	return leave || rc_req_door() == RC_DOOR_CGI;
}

/* Live on descriptor 0 until told to leave. */
static int
live(void *arg)
{
	struct life *life = arg;
	bool good;

	rc_req_signals(on_signal);
	if (!start(life))
		return EXIT_FAILURE;
	good = serve_all(life);
	stop(life);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static bool
reload(void *arg)
{
	struct life *life = arg;
	struct rc_conf *conf = load_conf(life->program);

	if (conf == NULL)
		return false;
	rc_conf_free(life->conf);
	life->conf = conf;
	return true;
}

static void
print_usage(const struct rc_program *program)
{

	(void)printf(
	    "usage: %s [-s path [-w workers]] | -t | -V | -h\n"
	    "  -s path     listen on this UNIX socket, with workers\n"
	    "  -w workers  how many of them, 1 to %d (%d)\n"
	    "  -t          check the configuration\n"
	    "  -V          print the version\n"
	    "  -h          print this\n"
	    "Without options a web server or process manager starts it, by\n"
	    "FastCGI or as a CGI program.  ROLLCALL_CONF names the\n"
	    "configuration; ROLLCALL_LOG=debug makes the log say more.\n",
	    program->name, WORKERS_MOST, WORKERS_DEFAULT);
}

static bool
parse_workers(const char *text, unsigned *workers)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (end == text || *end != '\0' || n < 1 || n > WORKERS_MOST)
		return false;
	*workers = (unsigned)n;
	return true;
}

static void
complain_option(const char *name, int c)
{

	if (c == ':')
		(void)fprintf(stderr, "%s: -%c needs a value\n", name, optopt);
	else
		(void)fprintf(stderr,
		    "%s: there is no option -%c; -h lists them\n", name,
		    optopt);
}

/* Read the command line, or say in one sentence what is wrong with it. */
static bool
parse_options(
    const char *name, int argc, char *const argv[], struct options *options)
{
	int c;

	opterr = 0;
	while ((c = getopt(argc, argv, ":s:w:tVh")) != -1) {
		if (c == 's') {
			options->socket = optarg;
		} else if (c == 'w') {
			if (!parse_workers(optarg, &options->workers)) {
				(void)fprintf(stderr,
				    "%s: -w takes a number from 1 to %d\n",
				    name, WORKERS_MOST);
				return false;
			}
		} else if (c == 't') {
			options->action = CHECK;
		} else if (c == 'V') {
			options->action = VERSION;
		} else if (c == 'h') {
			options->action = USAGE;
		} else {
			complain_option(name, c);
			return false;
		}
	}
	if (optind < argc) {
		(void)fprintf(stderr, "%s: %s is no option; -h lists them\n",
		    name, argv[optind]);
		return false;
	}
	if (options->workers != 0 && options->socket == NULL) {
		(void)fprintf(stderr, "%s: -w needs -s\n", name);
		return false;
	}
	return true;
}

static int
check_conf(const struct rc_program *program)
{
	char error[SENTENCE];
	struct rc_conf *conf = read_conf(program, error);
	bool good;

	if (conf == NULL) {
		(void)fprintf(stderr, "%s: %s\n", program->name, error);
		return EXIT_FAILURE;
	}
	/* What is read at start, such as pages, belongs to it. */
	good = start(&(struct life){ .program = program, .conf = conf });
	if (good)
		(void)printf("%s: %s is good\n", program->name,
		    conf->file != NULL ? conf->file
				       : "the built-in configuration");
	rc_conf_free(conf);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Serve by the door that there is. */
static int
run(const struct rc_program *program, const struct options *options,
    char *argv0)
{
	struct life life = { .program = program, .argv0 = argv0 };
	unsigned workers = options->workers;
	int status;

	if (options->socket == NULL && rc_req_door() == RC_DOOR_NONE) {
		(void)fprintf(stderr,
		    "%s: start it from a web server, by FastCGI or as CGI, "
		    "or with -s on a socket of its own\n",
		    program->name);
		return EXIT_USAGE;
	}
	if (!rc_supervise_follow())
		return EXIT_SUCCESS;
	if ((life.conf = load_conf(program)) == NULL)
		return EXIT_FAILURE;
	if (options->socket == NULL)
		status = live(&life);
	else
		status = rc_supervise(options->socket,
		    workers != 0 ? workers : WORKERS_DEFAULT, reload, live,
		    &life);
	rc_conf_free(life.conf);
	return status;
}

static void
open_log(const struct rc_program *program)
{
	const char *level = getenv("ROLLCALL_LOG");
	bool debug = level != NULL && strcmp(level, "debug") == 0;

	rc_log_open(program->name, debug ? RC_LOG_DEBUG : RC_LOG_INFO);
}

/*
 * FastCGI allows a manager to start us with output and error closed; what is
 * opened next must not get those numbers and our log lines with them.
 */
static bool
open_standard(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

int
rc_serve(const struct rc_program *program, int argc, char *const argv[])
{
	struct options options = { .action = RUN };

	/* A reader that is gone, of an answer or the log, is no reason to die.
	 */
	(void)signal(SIGPIPE, SIG_IGN);
	if (!open_standard())
		return EXIT_FAILURE;
	open_log(program);
	/* Executed anew by way of /proc, it would else be called exe. */
	(void)prctl(PR_SET_NAME, program->name);
	/* A CGI program's arguments come from the query (RFC 3875 4.4). */
	if (rc_req_door() != RC_DOOR_CGI &&
	    !parse_options(program->name, argc, argv, &options))
		return EXIT_USAGE;
	switch (options.action) {
	case CHECK:
		return check_conf(program);
	case VERSION:
		(void)printf(
		    "rollcall %s %s\n", program->name, PACKAGE_VERSION);
		return EXIT_SUCCESS;
	case USAGE:
		print_usage(program);
		return EXIT_SUCCESS;
	case RUN:
		break;
	}
	return run(program, &options, argv[0]);
}
