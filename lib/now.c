#include "now.h"

#include <time.h>

static int64_t fixed = -1;
static int64_t skipped;

int64_t
rc_now(void)
{

	return fixed >= 0 ? fixed : (int64_t)time(NULL);
}

int64_t
rc_now_mono(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + skipped;
}

void
rc_now_set(int64_t t)
{

	fixed = t;
}

void
rc_now_mono_skip(int64_t ms)
{

	skipped += ms;
}
