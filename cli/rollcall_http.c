/*
 * How rollcall asks a server, and how it takes a refusal.
 */
#include "rollcall_http.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "arena.h"
#include "buf.h"
#include "http.h"
#include "json.h"
#include "now.h"
#include "rollcall_store.h"

/* The largest answer, bytes. */
#define MOST_ANSWER 1048576

/* Faults and warnings of one answer that are said. */
#define MOST_DETAILS 50

/* The longest that is waited before another try, s. */
#define MOST_WAIT 60

/* The longest that a connection may take, ms. */
#define CONNECT_MS 10000

/* Tell whether a media type is JSON (RFC 8259 11, RFC 6839 3.1). */
static bool
is_json(const char *type)
{
	size_t n = strcspn(type, "; \t");

	if (n == strlen("application/json") &&
	    strncasecmp(type, "application/json", n) == 0)
		return true;
	return n > strlen("application/+json") &&
	       strncasecmp(type, "application/", strlen("application/")) == 0 &&
	       strncasecmp(
		   type + n - strlen("+json"), "+json", strlen("+json")) == 0;
}

/* Tell whether a token can be sent as it is (RFC 6750 2.1). */
static bool
is_token(const char *token)
{
	const char *s = token;

	while (*s > ' ' && *s < '\x7f')
		s++;
	return *s == '\0' && s != token;
}

/* Tell whether a signal was noted that is to end the run. */
static bool
is_ended(const struct rollcall *r)
{

	return r->is_ended != NULL && r->is_ended();
}

/* Wait; false: the run is to end. */
static bool
nap(const struct rollcall *r, int64_t seconds)
{
	struct timespec time = { (time_t)seconds, 0 };

	while (!is_ended(r) && nanosleep(&time, &time) != 0 && errno == EINTR)
		continue;
	return !is_ended(r);
}

/* Tell whether to wait so long before another try. */
static bool
has_patience(struct rollcall *r, int64_t wait, int64_t tries)
{

	if (r->patience >= 0) {
		if (wait > r->patience)
			return false;
		r->patience -= wait;
		return true;
	}
	if (tries >= r->retries)
		return false;
	if (wait > MOST_WAIT)
		rollcall_note(r,
		    "the server asks to wait %lld s, which is too long to do "
		    "so here; try again after that",
		    (long long)wait);
	return wait <= MOST_WAIT;
}

/* Tell whether to try once more, after the time that the server asks for. */
static bool
is_worth_another(struct rollcall *r, const struct rc_http *http, int64_t tries)
{
	int64_t wait = http->retry_after;

	if (http->status != 429 && http->status != 503)
		return false;
	/* It did not say: once, twice, four times a second, and so on. */
	if (wait < 0)
		wait = tries < 6 ? (int64_t)1 << tries : MOST_WAIT;
	/* At once would be without end. */
	if (wait == 0 && r->patience >= 0)
		wait = 1;
	if (!has_patience(r, wait, tries))
		return false;
	rollcall_note(r, "the server answers %ld; trying again in %lld s",
	    http->status, (long long)wait);
	return nap(r, wait);
}

static void
parse_answer(struct rollcall *r, struct rollcall_ask *ask)
{
	const struct rc_http *http = ask->http;
	const char *why;
	size_t at;

	ask->json = NULL;
	if (http->len == 0 || !is_json(http->type) ||
	    rc_json_parse(
		r->mem, http->body, http->len, &ask->json, &why, &at) != RC_OK)
		ask->json = NULL;
}

/* Say what is wrong, or leave that to the caller. */
static enum rollcall_exit
complain(struct rollcall_ask *ask, enum rollcall_exit e, const char *why)
{

	ask->why = why;
	return ask->mute ? e : rollcall_fail(e, "%s", why);
}

/* Say why no answer came, and what may help. */
static enum rollcall_exit
network_fault(struct rollcall *r, struct rollcall_ask *ask,
    enum rc_http_fault fault, const char *why)
{
	const char *detail = ask->http->detail;
	const char *advice = "see that it can be reached, or try again later";

	ask->unsent = fault == RC_HTTP_UNREACHED || fault == RC_HTTP_UNTRUSTED;
	if (fault == RC_HTTP_UNTRUSTED)
		advice = "if its certificate is of a CA of your own, give "
			 "--cacert; else this may be another server";
	return complain(ask, ROLLCALL_NETWORK,
	    rc_printf(r->mem, "the server %s: %s%s%s%s; %s", why,
		rollcall_url(r, ask->url), detail[0] != '\0' ? " (" : "",
		rollcall_text(r, detail), detail[0] != '\0' ? ")" : "",
		advice));
}

/* Judge an answer that came as a whole. */
static enum rollcall_exit
judge(struct rollcall *r, struct rollcall_ask *ask)
{
	const struct rc_http *http = ask->http;
	const char *place;

	if (ask->any)
		return ROLLCALL_OK;
	if (http->status >= 300 && http->status < 400) {
		place = rc_http_field(r->mem, http, "Location", 0);
		return rollcall_fail(ROLLCALL_UNFIT,
		    "the server answers %s with %ld, a redirect to %s, which "
		    "is not followed; if that is where it should go, give that "
		    "address",
		    rollcall_url(r, ask->url), http->status,
		    place != NULL ? rollcall_text(r, place) : "nowhere");
	}
	if (http->status / 100 == 2 && http->len > 0 && ask->json == NULL)
		return rollcall_fail(ROLLCALL_UNFIT,
		    "the server answers %s with %ld and what is no JSON but "
		    "%s; see that this is the right address",
		    rollcall_url(r, ask->url), http->status,
		    is_json(http->type)     ? "broken, or only a part of it"
		    : http->type[0] != '\0' ? rollcall_text(r, http->type)
					    : "of no type");
	return ROLLCALL_OK;
}

/*
 * JSON says by itself where it ends: an answer that is there whole counts, even
 * if the connection came to a bad end behind it.
 */
static bool
is_whole(const struct rollcall_ask *ask, enum rc_http_fault fault)
{

	return fault == RC_HTTP_NETWORK && ask->http->status / 100 == 2 &&
	       rc_json_type(ask->json) == RC_JSON_OBJECT;
}

/*
 * With --verbose: say what was asked, and what came of it; no field, no body
 * and no value of a query, for these have secrets.
 */
static void
tell(const struct rollcall *r, const struct rollcall_ask *ask, int64_t ms,
    const char *why)
{
	const struct rc_http *http = ask->http;

	if (!r->verbose)
		return;
	if (http->status == 0)
		rollcall_note(r, "%s %s: nothing, after %lld ms: %s",
		    ask->method, rollcall_url(r, ask->url), (long long)ms,
		    why != NULL ? why : "no status");
	else
		rollcall_note(r, "%s %s: %ld, %s, %zu bytes, after %lld ms",
		    ask->method, rollcall_url(r, ask->url), http->status,
		    http->type[0] != '\0' ? rollcall_text(r, http->type)
					  : "no type",
		    http->len, (long long)ms);
}

/* Send it once. */
static enum rollcall_exit
send_once(struct rollcall *r, struct rollcall_ask *ask)
{
	enum rc_http_fault fault;
	int64_t begun = rc_now_mono();
	const char *why;

	rollcall_progress(
	    r, "%s %s ...", ask->method, rollcall_url(r, ask->url));
	why = rc_http(r->mem, ask->http, &fault);
	rollcall_progress_end(r);
	tell(r, ask, rc_now_mono() - begun, why);
	ask->status = ask->http->status;
	parse_answer(r, ask);
	if (why == NULL || is_whole(ask, fault))
		return ROLLCALL_OK;
	switch (fault) {
	case RC_HTTP_URL:
		return complain(ask, ROLLCALL_UNFIT,
		    rc_printf(r->mem,
			"the address %s %s; rollcall asks https, and http on "
			"this host",
			rollcall_url(r, ask->url), why));
	case RC_HTTP_ANSWER:
		return complain(ask, ROLLCALL_UNFIT,
		    rc_printf(r->mem,
			"the server %s: %s; see that this is the right address",
			why, rollcall_url(r, ask->url)));
	case RC_HTTP_UNREACHED:
	case RC_HTTP_UNTRUSTED:
	case RC_HTTP_NETWORK:
	case RC_HTTP_STOPPED:
	case RC_HTTP_NONE:
		break;
	}
	return network_fault(r, ask, fault, why);
}

/* Write the header fields of a request. */
static enum rollcall_exit
set_fields(
    struct rollcall *r, const struct rollcall_ask *ask, const char *fields[4])
{
	size_t n = 0;

	fields[n++] = "Accept: application/json";
	if (ask->content != NULL)
		fields[n++] = rc_printf(r->mem, "Content-Type: %s",
		    ask->type != NULL ? ask->type : "application/json");
	if (ask->authorization != NULL)
		fields[n++] =
		    rc_printf(r->mem, "Authorization: %s", ask->authorization);
	else if (ask->token != NULL) {
		if (!is_token(ask->token))
			return rollcall_fail(ROLLCALL_UNFIT,
			    "the token for %s is none that can be sent: it has "
			    "spaces, or what is no ASCII; see where it comes "
			    "from",
			    rollcall_url(r, ask->url));
		fields[n++] =
		    rc_printf(r->mem, "Authorization: Bearer %s", ask->token);
	}
	fields[n] = NULL;
	return ROLLCALL_OK;
}

enum rollcall_exit
rollcall_ask(struct rollcall *r, struct rollcall_ask *ask)
{
	int64_t tries, total = r->timeout * 1000;
	const char *fields[4];
	enum rollcall_exit e;

	ask->http = rc_alloc(r->mem, sizeof(*ask->http));
	*ask->http = (struct rc_http){ .method = ask->method,
		.url = ask->url,
		.fields = fields,
		.content = ask->content,
		.content_len = ask->content != NULL ? strlen(ask->content) : 0,
		.ca_file = r->ca_file,
		.connect_ms = total < CONNECT_MS ? total : CONNECT_MS,
		.total_ms = total,
		.most = MOST_ANSWER,
		.keep = ask->keep != NULL ? store_keep : NULL,
		.arg = ask->keep };
	if ((e = set_fields(r, ask, fields)) != ROLLCALL_OK)
		return e;
	for (tries = 0;; tries++) {
		if ((e = send_once(r, ask)) != ROLLCALL_OK)
			return e;
		if (!is_worth_another(r, ask->http, tries))
			break;
	}
	ask->http->fields = NULL;
	return judge(r, ask);
}

const char *
rollcall_endpoint_fault(struct rollcall *r, const char *issuer, const char *url)
{

	if (strncasecmp(issuer, "https:", strlen("https:")) != 0 ||
	    strncasecmp(url, "http:", strlen("http:")) != 0)
		return NULL;
	return rc_printf(r->mem,
	    "%s is https, but leads to %s, which is not asked; tell who runs "
	    "the server",
	    rollcall_text(r, issuer), rollcall_url(r, url));
}

enum rollcall_exit
rollcall_check_endpoint(struct rollcall *r, const char *issuer, const char *url)
{
	const char *why = rollcall_endpoint_fault(r, issuer, url);

	return why != NULL ? rollcall_fail(ROLLCALL_UNFIT, "%s", why)
	                   : ROLLCALL_OK;
}

/* Print one part of a detail behind a word. */
static void
print_part(const struct rollcall *r, const struct rc_json *detail,
    const char *name, const char *before, const char *after)
{
	const char *text = rc_json_text(detail, name);

	if (text != NULL && text[0] != '\0')
		(void)fprintf(
		    stderr, "%s%s%s", before, rollcall_text(r, text), after);
}

void
rollcall_print_details(
    const struct rollcall *r, const struct rc_json *details, const char *said)
{
	const struct rc_json *detail;
	const char *message, *hint;
	size_t i, n;

	n = rc_json_type(details) == RC_JSON_ARRAY ? rc_json_count(details) : 0;
	if (n > MOST_DETAILS)
		n = MOST_DETAILS;
	for (i = 0; i < n; i++) {
		detail = rc_json_at(details, i);
		message = rc_json_text(detail, "message");
		hint = rc_json_text(detail, "hint");
		(void)fputs("  -", stderr);
		print_part(r, detail, "pointer", " ", "");
		print_part(r, detail, "rule", " [", "]");
		if (message == NULL || said == NULL ||
		    strcmp(message, said) != 0)
			print_part(r, detail, "message", " ", "");
		/* The message may have the hint in it already. */
		if (message == NULL || hint == NULL ||
		    strstr(message, hint) == NULL)
			print_part(r, detail, "hint", " (", ")");
		(void)fputc('\n', stderr);
	}
}

/* What may help, by what the server says. */
static const struct {
	long status;
	const char *advice;
} advices[] = {
	{ 401, "the token is not, or no longer, good: it has expired, was "
	       "replaced, or its client was deleted" },
	{ 403, "the server does not allow it to this token or address" },
	{ 404, "see that this is the right address" },
	{ 405, "the server does not offer it there" },
	{ 410, "what was there is gone" },
	{ 413, "ask for less" },
	{ 429, "try again later" },
	{ 503, "try again later" },
};

static const char *
advice(long status)
{
	size_t i;

	for (i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
		if (advices[i].status == status)
			return advices[i].advice;
	return status >= 500 ? "try again later, or tell who runs it"
	                     : "change what is asked for";
}

enum rollcall_exit
rollcall_refused(
    struct rollcall *r, const struct rollcall_ask *ask, const char *what)
{
	const char *error = rc_json_text(ask->json, "error");
	const char *text = rc_json_text(ask->json, "error_description");
	struct rc_buf said;

	rc_buf_init(&said, r->mem);
	if (error != NULL)
		rc_buf_printf(&said, ": %s", rollcall_text(r, error));
	if (text != NULL)
		rc_buf_printf(&said, ": %s", rollcall_text(r, text));
	/* Who says what is wrong mostly says what to do, too. */
	if (text == NULL)
		rc_buf_printf(&said, "; %s", advice(ask->status));
	(void)rollcall_fail(ROLLCALL_REFUSED, "the server refused %s (%ld)%s",
	    what, ask->status, said.data);
	rollcall_print_details(
	    r, rc_json_get(ask->json, "error_details"), text);
	return ROLLCALL_REFUSED;
}
