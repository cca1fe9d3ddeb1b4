#include "prompt.h"

#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

/* The signal that came while somebody typed, 0: none. */
static volatile sig_atomic_t caught;

static void
note_signal(int sig)
{

	caught = sig;
}

bool
prompt_line(int fd, char line[PROMPT_SIZE])
{
	size_t len = 0;
	char c;

	while (caught == 0 && len < PROMPT_SIZE && read(fd, &c, 1) == 1) {
		if (c == '\n') {
			line[len] = '\0';
			return true;
		}
		line[len++] = c;
	}
	return false;
}

bool
prompt_secret(int fd, const char *prompt, char line[PROMPT_SIZE])
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT,
		SIGTSTP, SIGTTIN, SIGTTOU };
	struct sigaction act = { .sa_handler = note_signal };
	struct sigaction was[sizeof(signals) / sizeof(signals[0])];
	struct termios before, quiet;
	bool got;
	size_t i;

	if (tcgetattr(fd, &before) != 0)
		return false;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaction(signals[i], &act, &was[i]);
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	quiet.c_lflag |= (tcflag_t)ECHONL;
	got = tcsetattr(fd, TCSADRAIN, &quiet) == 0;
	if (got) {
		(void)dprintf(fd, "%s: ", prompt);
		got = prompt_line(fd, line);
		/* Where no line was ended, what comes next begins one. */
		if (!got)
			(void)dprintf(fd, "\n");
		(void)tcsetattr(fd, TCSADRAIN, &before);
	}
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaction(signals[i], &was[i], NULL);
	if (caught != 0)
		(void)raise(caught);
	return got;
}
