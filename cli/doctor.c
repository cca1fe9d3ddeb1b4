/*
 * doctor: is the host right?  Each check says what it saw and, where that is
 * not right, the exact line to add or command to run.
 */
#include "doctor.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "conf.h"
#include "json.h"
#include "page.h"
#include "req.h"

/* As systemd/rollcall@.service says, unless a file in default/ does. */
const struct doctor_program doctor_programs[] = {
	{ "register", true, 8 },
	{ "metadata", false, 8 },
	{ "authorize", true, 8 },
	{ "login", true, 8 },
	{ "consent", true, 8 },
	{ "token", true, 8 },
	{ "jwks", true, 8 },
	{ "introspect", true, 8 },
	{ "revoke", true, 8 },
	{ "userinfo", true, 8 },
};
const size_t doctor_nprograms =
    sizeof(doctor_programs) / sizeof(doctor_programs[0]);

/* Print lines, each indented under what was said. */
static void
print_fix(const char *fix)
{
	size_t n;

	for (; *fix != '\0'; fix += n + (fix[n] != '\0')) {
		n = strcspn(fix, "\n");
		(void)printf("             %.*s\n", (int)n, fix);
	}
}

void
doctor_say(struct doctor *d, enum doctor_outcome outcome, const char *check,
    const char *fix, const char *fmt, ...)
{
	static const char *const words[DOCTOR__MAX] = { "ok", "warning",
		"FAILED" };
	static const char *const names[DOCTOR__MAX] = { "ok", "warning",
		"failed" };
	struct rc_json *entry;
	const char *what;
	va_list ap;

	va_start(ap, fmt);
	what = rc_vprintf(d->a->mem, fmt, ap);
	va_end(ap);
	d->counts[outcome]++;
	if (!d->a->json) {
		(void)printf("%-8s %s: %s\n", words[outcome], check, what);
		if (fix != NULL)
			print_fix(fix);
		(void)fflush(stdout);
		return;
	}
	entry = rc_json_new_object(d->a->mem);
	rc_json_set_string(entry, "check", check);
	rc_json_set_string(entry, "outcome", names[outcome]);
	rc_json_set_string(entry, "what", what);
	if (fix != NULL)
		rc_json_set_string(entry, "fix", fix);
	rc_json_append(d->checks, entry);
}

const char *
doctor_sql_file(struct doctor *d, const char *name)
{
	const char *folder = getenv("ROLLCALL_SQL_DIR");

	return rc_printf(
	    d->a->mem, "%s/%s", folder != NULL ? folder : RC_SQLDIR, name);
}

static void
free_conf(void *conf)
{

	rc_conf_free(conf);
}

/* Read the configuration as admin_open does, but say the fault as a check. */
static bool
check_configuration(struct doctor *d)
{
	struct rc_conf *conf;
	char why[512];

	if ((conf = rc_conf_load(d->a->config, why, sizeof(why))) == NULL) {
		doctor_say(d, DOCTOR_FAILED, "configuration",
		    "see rollcall.conf(5)", "%s", why);
		return false;
	}
	rc_defer(d->a->mem, free_conf, conf);
	doctor_say(d, DOCTOR_OK, "configuration", NULL, "%s", conf->file);
	return admin_open(d->a) == ADMIN_OK;
}

/*
 * Cookies, and what scripts may do, go by origin (RFC 6454).  That it is https,
 * save on loopback, the configuration has seen to.
 */
static void
check_issuer(struct doctor *d)
{
	const struct rc_conf *conf = d->a->rq->conf;

	if (strstr(conf->issuer_path, "/~") != NULL ||
	    strstr(conf->endpoint_path, "/~") != NULL)
		doctor_say(d, DOCTOR_FAILED, "issuer",
		    "issuer = \"https://auth.example.org\"",
		    "%s shares its origin with other people's pages, whose "
		    "scripts could act in the name of whoever logs in; give it "
		    "a host name of its own",
		    conf->issuer);
	else
		doctor_say(d, DOCTOR_OK, "issuer", NULL, "%s%s", conf->issuer,
		    conf->secure ? "" : " is for this machine alone");
}

static void
check_pages(struct doctor *d)
{
	const struct rc_conf *conf = d->a->rq->conf;
	struct rc_pages *pages;
	char why[512];

	if ((pages = rc_pages_load(conf, why, sizeof(why))) == NULL)
		doctor_say(d, DOCTOR_FAILED, "pages",
		    rc_printf(d->a->mem, "pages = \"%s\"", RC_PAGESDIR),
		    "%s; mend it, or go back to the pages that were installed",
		    why);
	else
		doctor_say(d, DOCTOR_OK, "pages", NULL, "%s", conf->pages);
	rc_pages_free(pages);
}

/* Whose a file is, as ls -l says it. */
static const char *
owner_of(struct doctor *d, const struct stat *st)
{
	const struct passwd *user = getpwuid(st->st_uid);
	const struct group *group = getgrgid(st->st_gid);

	return rc_printf(d->a->mem, "%s:%s", user != NULL ? user->pw_name : "?",
	    group != NULL ? group->gr_name : "?");
}

static void
check_key_file(struct doctor *d)
{
	const char *file = d->a->rq->conf->key_file, *owner, *why;
	struct stat st;

	if (stat(file, &st) != 0) {
		why = strerror(errno);
		doctor_say(d, DOCTOR_FAILED, "key file",
		    admin_gone(file) ? "rollcall-admin setup --no-migrate"
				     : NULL,
		    "%s: %s; without it no token is signed", file, why);
		return;
	}
	owner = owner_of(d, &st);
	if ((st.st_mode & 027) != 0)
		doctor_say(d, DOCTOR_FAILED, "key file",
		    rc_printf(d->a->mem, "chmod 640 %s", file),
		    "%s has mode %04o: it is nobody's but its owner's and "
		    "group's to read",
		    file, (unsigned)st.st_mode & 07777U);
	else if (st.st_uid == 0 && (st.st_gid == 0 || (st.st_mode & 040) == 0))
		doctor_say(d, DOCTOR_WARNING, "key file",
		    rc_printf(d->a->mem,
			"chown rollcall:rollcall %s\nchmod 640 %s", file, file),
		    "%s is root's alone, so programs that run as another user "
		    "cannot sign; their group must read it",
		    file);
	else
		doctor_say(d, DOCTOR_OK, "key file", NULL, "%s, %s, mode %04o",
		    file, owner, (unsigned)st.st_mode & 07777U);
}

/* Who has a webhook's secret can tell its receiver anything. */
static void
check_secrets(struct doctor *d)
{
	const struct rc_conf *conf = d->a->rq->conf;
	const char *file;
	struct stat st;
	size_t i, good = 0;

	for (i = 0; i < conf->nwebhooks; i++) {
		file = conf->webhooks[i].secret_file;
		if (stat(file, &st) != 0)
			doctor_say(d, DOCTOR_FAILED, "webhook secrets",
			    rc_printf(d->a->mem,
				"openssl rand -hex 32 > %s; chmod 640 %s", file,
				file),
			    "%s is not there, or not for us to see: webhook %s "
			    "is sent nothing",
			    file, conf->webhooks[i].name);
		else if ((st.st_mode & 027) != 0)
			doctor_say(d, DOCTOR_FAILED, "webhook secrets",
			    rc_printf(d->a->mem, "chmod 640 %s", file),
			    "%s has mode %04o: it is nobody's but its owner's "
			    "and group's to read",
			    file, (unsigned)st.st_mode & 07777U);
		else
			good++;
	}
	if (good > 0 && good == conf->nwebhooks)
		doctor_say(d, DOCTOR_OK, "webhook secrets", NULL,
		    "all %zu are there, and not for everybody", good);
}

/* Where the database lets in who knows a password, few may read it. */
static void
check_configuration_file(struct doctor *d)
{
	const struct rc_conf *conf = d->a->rq->conf;
	const char *database = conf->database, *at, *colon;
	struct stat st;
	bool secret;

	/* Of a URI, "user:password@". */
	colon = strstr(database, "://");
	colon = colon != NULL ? strchr(colon + 3, ':') : NULL;
	at = strchr(database, '@');
	secret = strstr(database, "password") != NULL ||
	         (colon != NULL && at != NULL && colon < at);
	if (secret && stat(conf->file, &st) == 0 && (st.st_mode & 027) != 0)
		doctor_say(d, DOCTOR_FAILED, "configuration file",
		    rc_printf(d->a->mem, "chmod 640 %s", conf->file),
		    "%s has the database's password and mode %04o: it is "
		    "nobody's but its owner's and group's to read",
		    conf->file, (unsigned)st.st_mode & 07777U);
}

/* Can whoever runs this write there? */
static bool
is_writable(struct doctor *d, const char *file)
{
	const char *slash = strrchr(file, '/');

	if (access(file, F_OK) == 0)
		return access(file, R_OK | W_OK) == 0;
	return slash != NULL &&
	       access(rc_printf(d->a->mem, "%.*s",
			  slash == file ? 1 : (int)(slash - file), file),
		   W_OK | X_OK) == 0;
}

static void
check_head_file(struct doctor *d)
{
	const char *file = d->a->rq->conf->audit_head_file;

	if (file == NULL)
		return;
	if (is_writable(d, file))
		doctor_say(d, DOCTOR_OK, "audit head file", NULL, "%s", file);
	else
		doctor_say(d, DOCTOR_FAILED, "audit head file",
		    "audit_head_file = "
		    "\"/var/lib/rollcall-deliver/audit-head\"",
		    "%s cannot be written by this user; whoever runs "
		    "rollcall-admin deliver must be able to",
		    file);
}

static void
check_sendmail(struct doctor *d)
{
	const struct rc_conf *conf = d->a->rq->conf;

	if (conf->mail_to.count == 0)
		return;
	if (access(conf->sendmail, X_OK) == 0)
		doctor_say(d, DOCTOR_OK, "mail", NULL, "%s", conf->sendmail);
	else
		doctor_say(d, DOCTOR_FAILED, "mail",
		    "apt-get install msmtp-mta",
		    "%s, which is to send the mail, cannot be run: install a "
		    "mail system, or name another in sendmail",
		    conf->sendmail);
}

static enum admin_exit
doctor(struct admin *a)
{
	struct doctor d = { .a = a, .checks = rc_json_new_array(a->mem) };
	const char *base = NULL;
	struct rc_json *all;
	enum admin_exit e;

	if ((e = doctor_workers(a)) != ADMIN_OK)
		return e;
	if (a->arg != NULL && (base = doctor_base(a->mem, a->arg)) == NULL)
		return admin_fail(ADMIN_USAGE,
		    "%s is no URL of a web server; give one such as "
		    "https://auth.example.org",
		    a->arg);
	/* A server that goes away in the middle of a request is one fault of
	 * many. */
	(void)signal(SIGPIPE, SIG_IGN);
	if (check_configuration(&d)) {
		check_issuer(&d);
		check_pages(&d);
		check_configuration_file(&d);
		check_key_file(&d);
		check_secrets(&d);
		check_head_file(&d);
		check_sendmail(&d);
		doctor_database(&d);
		if (!admin_has(a, "no-web"))
			doctor_web(&d, base);
	}
	if (a->json) {
		all = rc_json_new_object(a->mem);
		rc_json_set_int(all, "ok", (int64_t)d.counts[DOCTOR_OK]);
		rc_json_set_int(
		    all, "warnings", (int64_t)d.counts[DOCTOR_WARNING]);
		rc_json_set_int(
		    all, "failed", (int64_t)d.counts[DOCTOR_FAILED]);
		rc_json_set(all, "checks", d.checks);
		(void)printf("%s\n", rc_json_write(a->mem, all));
	} else
		(void)printf("%zu ok, %zu warning%s, %zu failed\n",
		    d.counts[DOCTOR_OK], d.counts[DOCTOR_WARNING],
		    d.counts[DOCTOR_WARNING] == 1 ? "" : "s",
		    d.counts[DOCTOR_FAILED]);
	return d.counts[DOCTOR_FAILED] > 0 ? ADMIN_FAILED : ADMIN_OK;
}

static const struct admin_option options[] = {
	{ "cacert", "FILE", false },
	{ "workers", "[NAME=]NUMBER", true },
	{ "no-web", NULL, false },
};

static const struct admin_command commands[] = {
	{ NULL, "[BASE_URL]", options, sizeof(options) / sizeof(options[0]),
	    "look whether host, database and web server are right", doctor },
};

const struct admin_noun admin_doctor = { "doctor", commands, 1 };
