#include "cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void
die(const char *what)
{

	fprintf(stderr, "cluster: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

/* The user that PostgreSQL runs as where we are root, else NULL. */
static const struct passwd *
owner(void)
{
	static char text[1024];
	static struct passwd row;
	struct passwd *pw;

	if (geteuid() != 0)
		return NULL;
	if (getpwnam_r("postgres", &row, text, sizeof(text), &pw) != 0 ||
	    pw == NULL)
		die("there is no user postgres");
	return pw;
}

/* Find PostgreSQL's programs: the newest of Debian's places, or the PATH. */
static void
program_path(char *path, size_t size, const char *name)
{
	glob_t g;
	char pattern[64];

	snprintf(
	    pattern, sizeof(pattern), "/usr/lib/postgresql/*/bin/%s", name);
	if (glob(pattern, 0, NULL, &g) == 0) {
		snprintf(path, size, "%s", g.gl_pathv[g.gl_pathc - 1]);
		globfree(&g);
	} else
		snprintf(path, size, "%s", name);
}

/* In the child: become the owner, speak into the log, be the program. */
static void
become(const struct cluster *c, const char *path, const char *const argv[])
{
	const struct passwd *pw = owner();
	int in, out;

	if (chdir(c->dir) != 0)
		die(c->dir);
	if (pw != NULL &&
	    (initgroups("postgres", pw->pw_gid) != 0 ||
		setgid(pw->pw_gid) != 0 || setuid(pw->pw_uid) != 0))
		die("cannot become postgres");
	in = open("/dev/null", O_RDONLY);
	out = open("log", O_WRONLY | O_CREAT | O_APPEND, 0644);
	if (in == -1 || out == -1 || dup2(in, 0) == -1 || dup2(out, 1) == -1 ||
	    dup2(out, 2) == -1)
		die("log");
	execvp(path, (char *const *)(const void *)argv);
	_exit(127);
}

/* argv[0] becomes the whole path, by which initdb finds its neighbours. */
static void
run(const struct cluster *c, const char *name, const char *argv[])
{
	char path[256];
	int status;
	pid_t pid;

	program_path(path, sizeof(path), name);
	if ((pid = fork()) == -1)
		die("fork");
	if (pid == 0) {
		argv[0] = path;
		become(c, path, argv);
	}
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			die("waitpid");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(
		    stderr, "cluster: %s failed, see %s/log\n", name, c->dir);
		exit(EXIT_FAILURE);
	}
}

static void
configure(const struct cluster *c)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/data/postgresql.conf", c->dir);
	if ((f = fopen(path, "a")) == NULL)
		die(path);
	fprintf(f,
	    "listen_addresses = ''\nunix_socket_directories = '%s'\n"
	    "port = 5432\nfsync = off\nshared_buffers = 16MB\n"
	    "max_connections = 20\nautovacuum = off\n"
	    "client_min_messages = warning\n",
	    c->dir);
	if (fclose(f) != 0)
		die(path);
}

void
cluster_create(struct cluster *c)
{
	const char *tmp = getenv("TMPDIR");
	const struct passwd *pw = owner();
	const char *initdb[] = { "initdb", "-D", "data", "-U", "admin", "-A",
		"trust", "-E", "UTF8", "--no-locale", "-N", NULL };
	int n;

	n = snprintf(c->dir, sizeof(c->dir), "%s/rollcall-db-XXXXXX",
	    tmp == NULL ? "/tmp" : tmp);
	if (n < 0 || (size_t)n >= sizeof(c->dir)) {
		errno = ENAMETOOLONG;
		die("TMPDIR");
	}
	if (mkdtemp(c->dir) == NULL)
		die(c->dir);
	if (pw != NULL && chown(c->dir, pw->pw_uid, pw->pw_gid) != 0)
		die(c->dir);
	snprintf(c->conninfo, sizeof(c->conninfo),
	    "host='%s' port=5432 user=admin dbname=postgres", c->dir);
	run(c, "initdb", initdb);
	configure(c);
	cluster_start(c);
}

void
cluster_start(const struct cluster *c)
{
	const char *argv[] = { "pg_ctl", "-D", "data", "-l", "log", "-w", "-s",
		"start", NULL };

	run(c, "pg_ctl", argv);
}

void
cluster_stop(const struct cluster *c)
{
	const char *argv[] = { "pg_ctl", "-D", "data", "-w", "-s", "-m",
		"immediate", "stop", NULL };

	run(c, "pg_ctl", argv);
}

/* Read the beginning of a small file; "" where there is none. */
static void
read_file(const char *path, char *text, size_t size)
{
	size_t len = 0;
	FILE *f;

	if ((f = fopen(path, "r")) != NULL) {
		len = fread(text, 1, size - 1, f);
		fclose(f);
	}
	text[len] = '\0';
}

/* The postmaster's pid, 0 where there is none. */
static pid_t
postmaster(const struct cluster *c)
{
	char path[128], text[32];

	snprintf(path, sizeof(path), "%s/data/postmaster.pid", c->dir);
	read_file(path, text, sizeof(text));
	return (pid_t)strtol(text, NULL, 10);
}

/* Read who a process is from its "pid (name) S ppid"; false: it is gone. */
static bool
identify(const char *stat, pid_t *pid, pid_t *parent)
{
	char text[256];
	const char *name_end;

	read_file(stat, text, sizeof(text));
	name_end = strrchr(text, ')');
	if (name_end == NULL || strlen(name_end) < 5)
		return false;
	*pid = (pid_t)strtol(text, NULL, 10);
	*parent = (pid_t)strtol(name_end + 4, NULL, 10);
	return true;
}

void
cluster_signal(const struct cluster *c, int sig)
{
	pid_t master = postmaster(c), pid, parent;
	glob_t g;
	size_t i;

	if (master == 0)
		return;
	/* First the one that would start others. */
	kill(master, sig);
	if (glob("/proc/[0-9]*/stat", 0, NULL, &g) != 0)
		die("/proc");
	for (i = 0; i < g.gl_pathc; i++)
		if (identify(g.gl_pathv[i], &pid, &parent) && parent == master)
			kill(pid, sig);
	globfree(&g);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{

	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void
cluster_remove(struct cluster *c)
{

	/* A test may have left it frozen or stopped. */
	cluster_signal(c, SIGCONT);
	if (postmaster(c) != 0)
		cluster_stop(c);
	if (nftw(c->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
		die(c->dir);
}

long
cluster_sql(const struct cluster *c, const char *sql)
{
	PGconn *pg = PQconnectdb(c->conninfo);
	PGresult *res = PQexec(pg, sql);
	long n = 0;

	switch (PQresultStatus(res)) {
	case PGRES_TUPLES_OK:
		if (PQntuples(res) > 0)
			n = strtol(PQgetvalue(res, 0, 0), NULL, 10);
		break;
	case PGRES_COMMAND_OK:
		break;
	default:
		fprintf(stderr, "cluster: %s", PQerrorMessage(pg));
		exit(EXIT_FAILURE);
	}
	PQclear(res);
	PQfinish(pg);
	return n;
}
