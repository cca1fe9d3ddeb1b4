#include "streams.h"

#include <fcntl.h>
#include <unistd.h>

bool
streams_open(void)
{
	int fd;

	/* Not for writing: what is lost was not said. */
	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	return fd >= 0 && close(fd) == 0;
}
