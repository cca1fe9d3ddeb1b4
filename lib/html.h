#ifndef RC_HTML_H
#define RC_HTML_H

#include <stdbool.h>

/*
 * Just enough of HTML to know whether a place is text, a quoted attribute, or
 * one where escaping would not help what is put in there.
 */

/* Where in HTML a place is. */
enum rc_html_place {
	RC_HTML_TEXT,
	RC_HTML_TITLE, /* text without markup, as in a textarea too */
	RC_HTML_QUOTES, /* an attribute's value */
	RC_HTML_TAG,
	RC_HTML_SCRIPT, /* or in a style */
	RC_HTML_COMMENT
};

/* How far a text is read; zeroed, its beginning. */
struct rc_html {
	enum rc_html_place place;
	char quote; /* within which */
	enum rc_html_place next; /* in a tag or quotes: behind the tag */
	const char *element; /* in a title or script: which, else NULL */
};

/*
 * rc_html_step(html, start, s):
 * Go on by the character at ${s}, which lies in a text that begins at ${start}
 * and ends in a NUL.
 */
void rc_html_step(struct rc_html *html, const char *start, const char *s);

/*
 * rc_html_same_place(a, b):
 * Tell whether what follows is read in the same way at both.
 */
bool rc_html_same_place(const struct rc_html *a, const struct rc_html *b);

/*
 * rc_html_why_not(place):
 * Return why nothing may be put in there, NULL where it may.
 */
const char *rc_html_why_not(enum rc_html_place place);

#endif
