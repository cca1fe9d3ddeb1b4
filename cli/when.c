#include "when.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The longest while, s: a hundred years. */
#define PERIOD_MAX INT64_C(3155760000)
/* The longest way from UTC that there is, s. */
#define OFFSET_MAX 50400

bool
when_period(const char *text, int64_t *seconds)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
		{ 'w', 604800 } };
	size_t i, digits = strspn(text, "0123456789");
	int64_t n;

	/* More of them are more than any while has. */
	if (digits == 0 || digits > 10 || text[digits] == '\0' ||
	    text[digits + 1] != '\0')
		return false;
	n = strtoll(text, NULL, 10);
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (text[digits] != units[i].unit)
			continue;
		*seconds = n * units[i].seconds;
		return n <= PERIOD_MAX / units[i].seconds;
	}
	return false;
}

/* Read what may be behind the seconds, and return where it ends. */
static const char *
read_fraction(const char *at, int64_t *us)
{
	int64_t worth = 1000000;

	*us = 0;
	if (*at != '.')
		return at;
	for (at++; *at >= '0' && *at <= '9'; at++) {
		worth /= 10;
		*us += (*at - '0') * worth;
	}
	return at;
}

/* Tell whether the calendar has that day: strptime(3) knows up to 31 of all. */
static bool
is_day(const struct tm *tm)
{
	struct tm same = *tm;

	/* PostgreSQL writes the years before in other ways. */
	return tm->tm_year >= 0 && timegm(&same) != -1 &&
	       same.tm_mday == tm->tm_mday;
}

bool
when_date(const char *text, int64_t *us)
{
	static const char *const forms[] = { "%Y-%m-%dT%H:%M:%S",
		"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M",
		"%Y-%m-%d" };
	const char *end = NULL;
	struct tm tm = { 0 }, zone = { 0 };
	int64_t fraction = 0;
	time_t t;
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]) && end == NULL; i++) {
		memset(&tm, 0, sizeof(tm));
		end = strptime(text, forms[i], &tm);
	}
	if (end == NULL || !is_day(&tm))
		return false;
	if (strstr(forms[i - 1], "%S") != NULL)
		end = read_fraction(end, &fraction);
	if (*end != '\0') {
		end = strptime(end, "%z", &zone);
		if (end == NULL || *end != '\0' ||
		    labs(zone.tm_gmtoff) > OFFSET_MAX)
			return false;
		t = timegm(&tm) - zone.tm_gmtoff;
	} else {
		tm.tm_isdst = -1;
		t = mktime(&tm);
	}
	*us = (int64_t)t * 1000000 + fraction;
	return true;
}
