#include "html.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Elements whose content is no markup. */
static const struct {
	const char *name;
	enum rc_html_place content;
} plain_elements[] = {
	{ "title", RC_HTML_TITLE },
	{ "textarea", RC_HTML_TITLE },
	{ "script", RC_HTML_SCRIPT },
	{ "style", RC_HTML_SCRIPT },
};

/* A tag begins at ${s}: note what its content will be. */
static void
open_tag(struct rc_html *html, const char *s)
{
	const char *name;
	size_t i, n;

	html->place = RC_HTML_TAG;
	html->next = RC_HTML_TEXT;
	html->element = NULL;
	for (i = 0; i < sizeof(plain_elements) / sizeof(*plain_elements); i++) {
		name = plain_elements[i].name;
		n = strlen(name);
		if (strncasecmp(s + 1, name, n) != 0 ||
		    isalnum((unsigned char)s[n + 1]))
			continue;
		html->next = plain_elements[i].content;
		html->element = name;
	}
}

/* Whether the end tag of the element that we are in begins at ${s}. */
static bool
is_end_tag(const struct rc_html *html, const char *s)
{
	size_t n = strlen(html->element);

	return s[0] == '<' && s[1] == '/' &&
	       strncasecmp(s + 2, html->element, n) == 0 &&
	       !isalnum((unsigned char)s[2 + n]);
}

void
rc_html_step(struct rc_html *html, const char *start, const char *s)
{

	switch (html->place) {
	case RC_HTML_TEXT:
		if (strncmp(s, "<!--", 4) == 0)
			html->place = RC_HTML_COMMENT;
		else if (s[0] == '<' && s[1] != '\0' &&
			 (isalpha((unsigned char)s[1]) || strchr("/!?", s[1])))
			open_tag(html, s);
		break;
	case RC_HTML_TAG:
		if (*s == '>') {
			html->place = html->next;
		} else if (*s == '"' || *s == '\'') {
			html->quote = *s;
			html->place = RC_HTML_QUOTES;
		}
		break;
	case RC_HTML_QUOTES:
		if (*s == html->quote)
			html->place = RC_HTML_TAG;
		break;
	case RC_HTML_TITLE:
	case RC_HTML_SCRIPT:
		if (is_end_tag(html, s))
			open_tag(html, s);
		break;
	case RC_HTML_COMMENT:
		if (*s == '>' && s - start >= 2 && s[-1] == '-' && s[-2] == '-')
			html->place = RC_HTML_TEXT;
		break;
	}
}

bool
rc_html_same_place(const struct rc_html *a, const struct rc_html *b)
{

	return a->place == b->place &&
	       (a->place != RC_HTML_QUOTES || a->quote == b->quote) &&
	       (a->place == RC_HTML_TEXT ||
		   (a->next == b->next && a->element == b->element));
}

const char *
rc_html_why_not(enum rc_html_place place)
{

	switch (place) {
	case RC_HTML_TAG:
		return "in a tag it must stand in quotes";
	case RC_HTML_SCRIPT:
		return "it must not stand in a script or a style";
	case RC_HTML_COMMENT:
		return "it must not stand in a comment";
	default:
		return NULL;
	}
}
