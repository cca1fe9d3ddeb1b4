/*
 * How the user's browser is started.
 */
#include "rollcall_browser.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"

/* Words of $BROWSER that are heeded. */
#define MOST_WORDS 16

extern char **environ;

/* Cut one command of $BROWSER into words; %s stands for the address. */
static void
cut_words(struct rollcall *r, const char *command, size_t len,
    const char *address, char *words[MOST_WORDS + 2])
{
	char *rest = rc_strndup(r->mem, command, len), *word, *place;
	bool placed = false;
	size_t n = 0;

	while ((word = strsep(&rest, " ")) != NULL && n < MOST_WORDS) {
		if (word[0] == '\0')
			continue;
		if ((place = strstr(word, "%s")) != NULL) {
			word = rc_printf(r->mem, "%.*s%s%s",
			    (int)(place - word), word, address, place + 2);
			placed = true;
		}
		words[n++] = word;
	}
	if (!placed && n > 0)
		words[n++] = rc_strdup(r->mem, address);
	words[n] = NULL;
}

/* The environment, without what a browser has no need to know. */
static char **
browser_environment(struct rollcall *r)
{
	static const char secret[] = "ROLLCALL_PASSPHRASE=";
	size_t n = 0, i;
	char **out;

	while (environ[n] != NULL)
		n++;
	out = rc_alloc(r->mem, (n + 1) * sizeof(*out));
	for (n = 0, i = 0; environ[i] != NULL; i++)
		if (strncmp(environ[i], secret, strlen(secret)) != 0)
			out[n++] = environ[i];
	return out;
}

/* Start a program that says nothing here, and outlives us; 0: it does not. */
static pid_t
spawn(struct rollcall *r, char *words[])
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t signals;
	bool done;
	pid_t pid;
	int fd;

	if (posix_spawn_file_actions_init(&files) != 0)
		return 0;
	if (posix_spawnattr_init(&attributes) != 0) {
		(void)posix_spawn_file_actions_destroy(&files);
		return 0;
	}
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGPIPE);
	(void)sigaddset(&signals, SIGXFSZ);
	done = posix_spawnattr_setsigdefault(&attributes, &signals) == 0 &&
	       posix_spawnattr_setflags(&attributes,
		   POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID) == 0;
	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		done = done && posix_spawn_file_actions_addopen(
				   &files, fd, "/dev/null", O_RDWR, 0) == 0;
	done = done && posix_spawnp(&pid, words[0], &files, &attributes, words,
			   browser_environment(r)) == 0;
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&files);
	return done ? pid : 0;
}

pid_t
browser_start(struct rollcall *r, const char *address)
{
	const char *browser = getenv("BROWSER");
	char *words[MOST_WORDS + 2];
	pid_t pid;
	size_t n;

	if (browser == NULL || browser[0] == '\0') {
		if (isatty(STDERR_FILENO) != 1)
			return 0;
		browser = "xdg-open";
	}
	for (;;) {
		n = strcspn(browser, ":");
		cut_words(r, browser, n, address, words);
		if (words[0] != NULL && (pid = spawn(r, words)) != 0)
			return pid;
		if (browser[n] == '\0')
			return 0;
		browser += n + 1;
	}
}
