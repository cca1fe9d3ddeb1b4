#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervise.h"
#include "unit.h"

static char dir[] = "/tmp/rollcall-unit-XXXXXX";
static struct sockaddr_un addr = { .sun_family = AF_UNIX };
/* Workers write a byte here when they start. */
static int births[2];

static void
set_up(void)
{

	ck_assert_ptr_nonnull(mkdtemp(dir));
	(void)snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/s", dir);
	ck_assert_int_eq(pipe(births), 0);
}

static void
tear_down(void)
{

	(void)unlink(addr.sun_path);
	ck_assert_int_eq(rmdir(dir), 0);
}

static bool
agree(void *arg)
{

	return *(const bool *)arg;
}

/* Tell who was born, then wait for the end as a worker does. */
static int
idle(void *arg)
{
	sigset_t set;
	pid_t self = getpid();
	int sig;

	(void)arg;
	if (write(births[1], &self, sizeof(self)) != sizeof(self))
		return EXIT_FAILURE;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	return sigwait(&set, &sig) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* The same with a request in hand, whose end is told, too. */
static int
finish(void *arg)
{
	const pid_t none = 0;
	int status = idle(arg);

	usleep(300000);
	return write(births[1], &none, sizeof(none)) == sizeof(none)
	           ? status
	           : EXIT_FAILURE;
}

static pid_t
start_working(unsigned workers, int (*work)(void *arg), bool good)
{
	pid_t pid = fork();

	if (pid == 0)
		exit(rc_supervise(addr.sun_path, workers, agree, work, &good));
	ck_assert_int_gt(pid, 0);
	return pid;
}

static pid_t
start_supervisor(unsigned workers, bool good)
{

	return start_working(workers, idle, good);
}

static pid_t
next_birth(void)
{
	pid_t pid;

	ck_assert_int_eq(read(births[0], &pid, sizeof(pid)), sizeof(pid));
	return pid;
}

static int
end_supervisor(pid_t pid)
{
	int status;

	ck_assert_int_eq(kill(pid, SIGTERM), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Wait until nobody has that process number. */
static void
await_death(pid_t pid)
{
	int i;

	for (i = 0; i < 5000 && kill(pid, 0) == 0; i++)
		usleep(10000);
	ck_assert_int_eq(kill(pid, 0), -1);
}

START_TEST(supervisor_opens_and_removes_its_socket)
{
	struct stat st;
	pid_t pid, worker;

	set_up();
	pid = start_supervisor(1, true);
	worker = next_birth();
	ck_assert_int_eq(lstat(addr.sun_path, &st), 0);
	ck_assert(S_ISSOCK(st.st_mode));
	ck_assert_int_eq(st.st_mode & 0777, 0660);
	ck_assert_int_eq(end_supervisor(pid), EXIT_SUCCESS);
	ck_assert_int_eq(kill(worker, 0), -1);
	ck_assert_int_eq(lstat(addr.sun_path, &st), -1);
	tear_down();
}
END_TEST

/* However many wait, those who are being served are not cut off. */
START_TEST(what_is_in_hand_is_finished_though_others_wait)
{
	struct pollfd told = { .events = POLLIN };
	pid_t pid;
	int s;

	set_up();
	pid = start_working(1, finish, true);
	ck_assert_int_gt(next_birth(), 0);
	ck_assert_int_ge(s = socket(AF_UNIX, SOCK_STREAM, 0), 0);
	ck_assert_int_eq(
	    connect(s, (const struct sockaddr *)&addr, sizeof(addr)), 0);
	ck_assert_int_eq(end_supervisor(pid), EXIT_SUCCESS);
	told.fd = births[0];
	ck_assert_int_eq(poll(&told, 1, 0), 1);
	ck_assert_int_eq(close(s), 0);
	tear_down();
}
END_TEST

START_TEST(worker_is_replaced)
{
	pid_t pid, first, second;

	set_up();
	pid = start_supervisor(1, true);
	first = next_birth();
	ck_assert_int_eq(kill(first, SIGTERM), 0);
	second = next_birth();
	ck_assert_int_ne(first, second);
	ck_assert_int_eq(kill(second, SIGKILL), 0);
	ck_assert_int_ne(next_birth(), second);
	ck_assert_int_eq(end_supervisor(pid), EXIT_SUCCESS);
	tear_down();
}
END_TEST

START_TEST(hangup_replaces_all)
{
	pid_t pid, old[2];

	set_up();
	pid = start_supervisor(2, true);
	old[0] = next_birth();
	old[1] = next_birth();
	ck_assert_int_eq(kill(pid, SIGHUP), 0);
	(void)next_birth();
	(void)next_birth();
	await_death(old[0]);
	await_death(old[1]);
	ck_assert_int_eq(end_supervisor(pid), EXIT_SUCCESS);
	tear_down();
}
END_TEST

START_TEST(hangup_changes_nothing_when_refused)
{
	pid_t pid, old;

	set_up();
	pid = start_supervisor(1, false);
	old = next_birth();
	ck_assert_int_eq(kill(pid, SIGHUP), 0);
	usleep(100000);
	ck_assert_int_eq(kill(old, 0), 0);
	ck_assert_int_eq(end_supervisor(pid), EXIT_SUCCESS);
	tear_down();
}
END_TEST

START_TEST(workers_die_with_their_supervisor)
{
	pid_t pid, worker;

	set_up();
	pid = start_supervisor(1, true);
	(void)next_birth();
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	/* The pipe ends when the last one that could write is gone. */
	close(births[1]);
	ck_assert_int_eq(read(births[0], &worker, sizeof(worker)), 0);
	tear_down();
}
END_TEST

START_TEST(stale_socket_is_replaced)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	pid_t pid;

	set_up();
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	close(fd);
	pid = start_supervisor(1, true);
	(void)next_birth();
	ck_assert_int_eq(end_supervisor(pid), EXIT_SUCCESS);
	tear_down();
}
END_TEST

START_TEST(living_socket_is_not_taken)
{
	bool good = true;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct stat before, after;

	set_up();
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	ck_assert_int_eq(lstat(addr.sun_path, &before), 0);
	ck_assert_int_eq(
	    rc_supervise(addr.sun_path, 1, agree, idle, &good), EXIT_FAILURE);
	ck_assert_int_eq(lstat(addr.sun_path, &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
	close(fd);
	tear_down();
}
END_TEST

START_TEST(other_file_is_not_touched)
{
	bool good = true;
	struct stat st;
	FILE *f;

	set_up();
	ck_assert_ptr_nonnull(f = fopen(addr.sun_path, "w"));
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(
	    rc_supervise(addr.sun_path, 1, agree, idle, &good), EXIT_FAILURE);
	ck_assert_int_eq(lstat(addr.sun_path, &st), 0);
	ck_assert(S_ISREG(st.st_mode));
	tear_down();
}
END_TEST

START_TEST(long_path_is_refused)
{
	char path[200];
	bool good = true;

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	ck_assert_int_eq(
	    rc_supervise(path, 1, agree, idle, &good), EXIT_FAILURE);
}
END_TEST

UNIT_MAIN("supervise", supervisor_opens_and_removes_its_socket,
    what_is_in_hand_is_finished_though_others_wait, worker_is_replaced,
    hangup_replaces_all, hangup_changes_nothing_when_refused,
    workers_die_with_their_supervisor, stale_socket_is_replaced,
    living_socket_is_not_taken, other_file_is_not_touched, long_path_is_refused)
