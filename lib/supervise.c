#include "supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"
#include "now.h"

#define BACKLOG 512
/* All in milliseconds. */
#define DELAY_LEAST 100
#define DELAY_MOST 5000
#define STEADY 10000
#define GRACE 10000
/* Requests are taken for so long of that; the rest is for those in hand. */
#define TAKING 7000
/* How often to look whether somebody still waits at the socket. */
#define LOOK 10

/* Names the supervisor's process to a worker that executed itself anew. */
static const char marker[] = "ROLLCALL_SUPERVISOR";

/* A place for a worker. */
struct slot {
	pid_t pid; /* 0: nobody */
	int64_t started;
	int64_t due; /* when to start one, where there is nobody */
	int64_t delay; /* how long the next failure makes it wait */
};

struct crew {
	struct slot *slots;
	size_t nslots;
	pid_t *leaving; /* told to end, not gone yet */
	size_t nleaving;
	int sock;
	int (*work)(void *arg);
	void *arg;
};

/* Is somebody listening on the socket at ${addr}? */
static bool
is_answered(const struct sockaddr_un *addr)
{
	int fd, error = 0;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return true;
	if (connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) != 0)
		error = errno;
	close(fd);
	return error != ECONNREFUSED;
}

/* Make way for our socket: remove what a dead supervisor left. */
static bool
clear_path(const struct sockaddr_un *addr)
{
	struct stat st;

	if (lstat(addr->sun_path, &st) != 0)
		return errno == ENOENT;
	if (!S_ISSOCK(st.st_mode)) {
		errno = EEXIST;
		return false;
	}
	if (is_answered(addr)) {
		errno = EADDRINUSE;
		return false;
	}
	return unlink(addr->sun_path) == 0;
}

static bool
bind_and_listen(int fd, const struct sockaddr_un *addr)
{
	mode_t mask;
	bool good;

	if (!clear_path(addr))
		return false;
	mask = umask(0117);
	good = bind(fd, (const struct sockaddr *)addr, sizeof(*addr)) == 0;
	umask(mask);
	return good && listen(fd, BACKLOG) == 0;
}

/* Return the listening socket, or -1 with the reason in the log. */
static int
open_socket(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(addr.sun_path)) {
		rc_log(RC_LOG_ERROR, "socket", "the path %s is too long", path);
		return -1;
	}
	memcpy(addr.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || !bind_and_listen(fd, &addr)) {
		rc_log(RC_LOG_ERROR, "socket", "cannot listen on %s: %s", path,
		    strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

bool
rc_supervise_follow(void)
{
	const char *pid = getenv(marker);

	if (pid == NULL)
		return true;
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
		rc_log(RC_LOG_WARN, "supervise", "prctl: %s", strerror(errno));
	return strtol(pid, NULL, 10) == getppid();
}

/* In the new process: be a worker. */
static _Noreturn void
become_worker(const struct crew *crew, pid_t supervisor)
{
	char pid[24];
	sigset_t child;

	(void)snprintf(pid, sizeof(pid), "%ld", (long)supervisor);
	if (setenv(marker, pid, 1) != 0 || dup2(crew->sock, STDIN_FILENO) < 0) {
		rc_log(RC_LOG_ERROR, "worker", "%s", strerror(errno));
		exit(EXIT_FAILURE);
	}
	if (!rc_supervise_follow())
		exit(EXIT_SUCCESS);
	/* The other signals stay blocked until the worker can take them. */
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_UNBLOCK, &child, NULL);
	exit(crew->work(crew->arg));
}

static void
put_off(struct slot *slot, int64_t now)
{

	slot->due = now + slot->delay;
	slot->delay *= 2;
	if (slot->delay > DELAY_MOST)
		slot->delay = DELAY_MOST;
}

/* Start a worker; the one that was in ${slot} is not touched. */
static bool
start_worker(const struct crew *crew, struct slot *slot)
{
	pid_t supervisor = getpid();
	pid_t pid = fork();

	if (pid == 0)
		become_worker(crew, supervisor);
	if (pid < 0) {
		rc_log(RC_LOG_ERROR, "worker", "fork: %s", strerror(errno));
		return false;
	}
	slot->pid = pid;
	slot->started = rc_now_mono();
	return true;
}

static void
start_due(const struct crew *crew)
{
	int64_t now = rc_now_mono();
	size_t i;

	for (i = 0; i < crew->nslots; i++) {
		struct slot *slot = &crew->slots[i];

		if (slot->pid == 0 && slot->due <= now &&
		    !start_worker(crew, slot))
			put_off(slot, now);
	}
}

/* A worker of ${slot} is gone: decide when the next one starts. */
static void
vacate(struct slot *slot, int status)
{
	int64_t now = rc_now_mono();

	if (now - slot->started >= STEADY)
		slot->delay = DELAY_LEAST;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) {
		slot->due = now;
	} else {
		rc_log(RC_LOG_ERROR, "worker", "%ld ended with %s %d",
		    (long)slot->pid, WIFEXITED(status) ? "status" : "signal",
		    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
		put_off(slot, now);
	}
	slot->pid = 0;
}

static void
strike_off(struct crew *crew, pid_t pid)
{
	size_t i;

	for (i = 0; i < crew->nleaving; i++) {
		if (crew->leaving[i] == pid) {
			crew->leaving[i] = crew->leaving[--crew->nleaving];
			return;
		}
	}
}

static void
reap(struct crew *crew)
{
	int status;
	size_t i;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (i = 0; i < crew->nslots; i++) {
			if (crew->slots[i].pid == pid)
				break;
		}
		if (i < crew->nslots)
			vacate(&crew->slots[i], status);
		else
			strike_off(crew, pid);
	}
}

/* Tell a worker to end; it is reaped whenever it has. */
static void
dismiss(struct crew *crew, pid_t pid)
{
	pid_t *more;

	more = realloc(crew->leaving, (crew->nleaving + 1) * sizeof(*more));
	if (more != NULL) {
		crew->leaving = more;
		crew->leaving[crew->nleaving++] = pid;
	}
	kill(pid, SIGTERM);
}

/* New workers first, so that somebody always waits at the socket. */
static void
replace_all(struct crew *crew)
{
	size_t i;

	for (i = 0; i < crew->nslots; i++) {
		struct slot *slot = &crew->slots[i];
		pid_t old = slot->pid;

		slot->delay = DELAY_LEAST;
		if (start_worker(crew, slot) && old != 0)
			dismiss(crew, old);
	}
}

static size_t
count_alive(const struct crew *crew)
{
	size_t i, n = crew->nleaving;

	for (i = 0; i < crew->nslots; i++)
		n += crew->slots[i].pid != 0;
	return n;
}

static void
kill_all(const struct crew *crew, int sig)
{
	size_t i;

	for (i = 0; i < crew->nslots; i++) {
		if (crew->slots[i].pid != 0)
			kill(crew->slots[i].pid, sig);
	}
	for (i = 0; i < crew->nleaving; i++)
		kill(crew->leaving[i], sig);
}

/* Wait at most ${ms}, for ever where negative, for one of ${set}. */
static int
wait_signal(const sigset_t *set, int64_t ms)
{
	struct timespec t;

	if (ms < 0)
		return sigwaitinfo(set, NULL);
	t.tv_sec = (time_t)(ms / 1000);
	t.tv_nsec = (long)(ms % 1000) * 1000000;
	return sigtimedwait(set, NULL, &t);
}

/* Milliseconds until a worker is due; negative where none is. */
static int64_t
next_due(const struct crew *crew)
{
	int64_t now = rc_now_mono();
	int64_t least = -1;
	size_t i;

	for (i = 0; i < crew->nslots; i++) {
		int64_t left = crew->slots[i].due - now;

		if (crew->slots[i].pid != 0)
			continue;
		if (left < 0)
			left = 0;
		if (least < 0 || left < least)
			least = left;
	}
	return least;
}

/* Keep the crew complete until told to end. */
static void
keep_crew(struct crew *crew, const sigset_t *set, bool (*reload)(void *arg))
{

	for (;;) {
		int sig;

		start_due(crew);
		sig = wait_signal(set, next_due(crew));
		if (sig == SIGTERM || sig == SIGINT || sig == SIGUSR1)
			return;
		reap(crew);
		if (sig == SIGHUP && reload(crew->arg))
			replace_all(crew);
	}
}

/*
 * The socket is out of reach; those who came before are served, as long as
 * there are workers and time, and nobody says again to end.
 */
static void
serve_last(struct crew *crew, const sigset_t *set, int64_t deadline)
{
	struct pollfd p = { .fd = crew->sock, .events = POLLIN };
	int sig = 0;

	while (sig != SIGTERM && sig != SIGINT && rc_now_mono() < deadline &&
	       poll(&p, 1, 0) > 0) {
		sig = wait_signal(set, LOOK);
		reap(crew);
		if (count_alive(crew) == 0)
			return;
	}
}

static void
end_crew(struct crew *crew, const sigset_t *set)
{
	int64_t deadline = rc_now_mono() + GRACE;

	serve_last(crew, set, rc_now_mono() + TAKING);
	kill_all(crew, SIGTERM);
	for (;;) {
		int64_t left = deadline - rc_now_mono();

		reap(crew);
		if (count_alive(crew) == 0 || left <= 0)
			break;
		wait_signal(set, left);
	}
	kill_all(crew, SIGKILL);
}

int
rc_supervise(const char *path, unsigned workers, bool (*reload)(void *arg),
    int (*work)(void *arg), void *arg)
{
	struct crew crew = { .nslots = workers, .work = work, .arg = arg };
	struct stat ours, now;
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if ((crew.sock = open_socket(path)) < 0)
		return EXIT_FAILURE;
	if ((crew.slots = calloc(workers, sizeof(*crew.slots))) == NULL ||
	    lstat(path, &ours) != 0) {
		rc_log(RC_LOG_ERROR, "supervise", "%s", strerror(errno));
		free(crew.slots);
		close(crew.sock);
		return EXIT_FAILURE;
	}
	for (i = 0; i < crew.nslots; i++)
		crew.slots[i].delay = DELAY_LEAST;
	rc_log(RC_LOG_INFO, "start", "%u workers on %s", workers, path);
	keep_crew(&crew, &set, reload);
	/* Whoever has taken the path since keeps it. */
	if (lstat(path, &now) == 0 && now.st_dev == ours.st_dev &&
	    now.st_ino == ours.st_ino)
		unlink(path);
	end_crew(&crew, &set);
	rc_log(RC_LOG_INFO, "stop", "left %s", path);
	close(crew.sock);
	free(crew.slots);
	free(crew.leaving);
	return EXIT_SUCCESS;
}
