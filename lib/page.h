#ifndef RC_PAGE_H
#define RC_PAGE_H

#include <stddef.h>

struct rc_arena;
struct rc_conf;
struct rc_json;

/*
 * Pages for people: templates and messages that a site may replace, read once
 * from the folder conf->pages when the program starts.  rollcall-pages(7) says
 * what each template is given.
 *
 * NAME.html is a template.  {{member}} is the text of a member of the data,
 * escaped for HTML.  {{#member}}...{{/member}} is there for a true or non-empty
 * value, and once for each element of an array, with the element's members in
 * front of the outer ones ({{.}} is the element).  {{?member}}...{{/member}} is
 * there once, and {{^member}}...{{/member}} where that is not: for a missing,
 * false or empty value.  {{_key}} is the message of that key in the page's
 * language, escaped, its own {member} replaced by data and set apart from the
 * text around it (<bdi>).  {{>name}} is another template.  Nothing is ever put
 * in unescaped, nor where escaping would not help: in a script, a style, a
 * comment, or a tag outside of quotes.
 *
 * messages.LANGUAGE holds lines "key = text"; '#' begins a comment line.
 */
struct rc_pages;

/*
 * rc_pages_load(conf, error, size):
 * Read the folder: the templates login, consent, error, form_post and message,
 * those that they include, style.css, messages.en and messages.zh.  NULL with a
 * sentence in ${error} that names file and line: a file is missing, a section
 * is not closed, a member stands where it would be dangerous, there is no such
 * message, or one language lacks a message of the other.  Freed with
 * rc_pages_free, which lets NULL pass.
 */
struct rc_pages *rc_pages_load(
    const struct rc_conf *conf, char *error, size_t size);
void rc_pages_free(struct rc_pages *pages);

/*
 * rc_pages_language(pages, accept, ui_locales):
 * Choose a language, "en" or "zh": the first of ${ui_locales} (OpenID Connect
 * Core 3.1.2.1, words with spaces between), then by ${accept}, an
 * Accept-Language header (RFC 9110 12.5.4, quality counts), that there are
 * messages for; else "en".  Both may be NULL.  Static string.
 */
const char *rc_pages_language(
    const struct rc_pages *pages, const char *accept, const char *ui_locales);

/*
 * rc_page_write(mem, pages, name, language, data):
 * Return the template ${name}, one of those that rc_pages_load names, filled in
 * with the object ${data}, to which "lang" is added.
 */
const char *rc_page_write(struct rc_arena *mem, const struct rc_pages *pages,
    const char *name, const char *language, const struct rc_json *data);

/*
 * rc_page_message(mem, pages, language, key, data):
 * Return the message ${key}, such as "error.not_found.title", as plain text to
 * be handed to a template, its {member}s replaced by ${data}, which may be
 * NULL; NULL where there is no such message.
 */
const char *rc_page_message(struct rc_arena *mem, const struct rc_pages *pages,
    const char *language, const char *key, const struct rc_json *data);

/*
 * rc_page_style(pages, len, etag):
 * Return the style sheet, style.css, as long as ${pages}; *${etag} is its
 * ETag, quotes included.
 */
const char *rc_page_style(
    const struct rc_pages *pages, size_t *len, const char **etag);

/*
 * rc_page_script_hash(pages):
 * Return "sha256-..." of the one inline script in form_post.html, as a Content
 * Security Policy names it (in quotes), as long as ${pages}; NULL where that
 * template has none.
 */
const char *rc_page_script_hash(const struct rc_pages *pages);

/*
 * rc_page_localized(mem, metadata, name, accept):
 * Return the string member ${name} of client metadata in the language that
 * Accept-Language ${accept} prefers among its localized forms "name#tag"
 * (RFC 7591 2.2), else the plain one, else any; NULL where there is none or
 * where it is empty.  It lives as long as ${metadata}.  That is RFC 4647 3.4
 * lookup, save that "ja" also finds "ja-Jpan-JP".
 */
const char *rc_page_localized(struct rc_arena *mem,
    const struct rc_json *metadata, const char *name, const char *accept);

#endif
