/*
 * rollcall conformance: the requests, and the clients that it registers.  What
 * a server hands out goes through the store, so that a run that is killed
 * leaves nothing that the next one cannot delete.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <fcntl.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "http.h"
#include "json.h"
#include "rollcall_conformance.h"
#include "rollcall_metadata.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* How the clients are called in the store, and what says they are ours. */
#define NAME "conformance-"
#define MARK "conformance"

/* Of a request or an answer so many bytes are shown. */
#define MOST_SHOWN 400

/* And of what is longer, so many are looked through for secrets. */
#define MOST_READ 4096

/* So many clients of that name may be in the store. */
#define MOST_NAMES 10000

static struct rc_json *
parse(struct conformance *c, const char *text, size_t len)
{
	struct rc_json *json;
	const char *why;
	size_t at;

	return rc_json_parse(c->r->mem, text, len, &json, &why, &at) == RC_OK
	           ? json
	           : NULL;
}

struct rc_json *
conformance_parse(struct conformance *c, const struct rollcall_ask *ask)
{

	if (ask->status == 0 || ask->http->len == 0)
		return NULL;
	return parse(c, ask->http->body, ask->http->len);
}

/* --- what is shown */

/* What is shorter is no secret, and in every other word. */
#define LEAST_SECRET 4

/* Remember what must not be shown: as it is, and as JSON has it. */
static void
add_secret(struct conformance *c, const struct rc_json *json, const char *name)
{
	const char *text = rc_json_text(json, name);
	struct rc_buf quoted;

	if (text == NULL || strlen(text) < LEAST_SECRET)
		return;
	rollcall_add_word(c->r, &c->secrets, text);
	rc_buf_init(&quoted, c->r->mem);
	rc_json_quote(&quoted, text);
	rollcall_add_word(c->r, &c->secrets,
	    rc_strndup(c->r->mem, quoted.data + 1, quoted.len - 2));
}

/* Return how long the longest secret is that text begins with, 0: none. */
static size_t
secret_at(const struct conformance *c, const char *text)
{
	size_t i, n, longest = 0;

	for (i = 0; i < c->secrets.count; i++) {
		if (c->secrets.items[i][0] != text[0])
			continue;
		n = strlen(c->secrets.items[i]);
		if (n > longest && strncmp(text, c->secrets.items[i], n) == 0)
			longest = n;
	}
	return longest;
}

/*
 * Return text with "(hidden)" in place of each secret.  That is looked at no
 * more: with secrets that are parts of it, it would grow without end.
 */
static const char *
hide(struct conformance *c, const char *text)
{
	struct rc_buf out;
	size_t n;

	rc_buf_init(&out, c->r->mem);
	while (*text != '\0' && out.len <= MOST_READ) {
		if ((n = secret_at(c, text)) == 0)
			rc_buf_putc(&out, *text++);
		else {
			rc_buf_puts(&out, "(hidden)");
			text += n;
		}
	}
	return out.data;
}

const char *
conformance_shown(struct conformance *c, const char *text)
{
	size_t n = 0, one;

	text = rollcall_text(c->r, hide(c, text));
	if (strlen(text) <= MOST_SHOWN)
		return text;
	while (n < MOST_SHOWN &&
	       (one = rc_json_utf8(text + n, strlen(text + n))) > 0)
		n += one;
	return rc_printf(c->r->mem, "%.*s ...", (int)n, text);
}

/* Return JSON without the members that are secret. */
static const char *
write_public(struct conformance *c, struct rc_json *json)
{
	static const char *const secret[] = { "client_secret",
		"registration_access_token", "access_token", "refresh_token",
		"id_token" };
	size_t i;

	if (rc_json_type(json) == RC_JSON_OBJECT)
		for (i = 0; i < COUNT(secret); i++)
			if (rc_json_has(json, secret[i]))
				rc_json_set_string(json, secret[i], "(hidden)");
	return rc_json_write(c->r->mem, json);
}

/* Return what was sent as the body; a form has its secret last. */
static const char *
show_content(struct conformance *c, const char *content)
{
	static const char secret[] = "&client_secret=";
	struct rc_json *json = parse(c, content, strlen(content));
	const char *at = strstr(content, secret);

	if (json != NULL)
		return write_public(c, json);
	if (at == NULL)
		return content;
	return rc_printf(
	    c->r->mem, "%.*s%s(hidden)", (int)(at - content), content, secret);
}

const char *
conformance_sent(struct conformance *c, const struct rollcall_ask *ask)
{

	return conformance_shown(
	    c, rc_printf(c->r->mem, "%s %s%s%s", ask->method, ask->url,
		   ask->content != NULL ? " " : "",
		   ask->content != NULL ? show_content(c, ask->content) : ""));
}

/* Return a body without what is secret. */
static const char *
show_body(struct conformance *c, const struct rollcall_ask *ask)
{
	struct rc_json *json = conformance_parse(c, ask);

	if (json == NULL)
		return rc_printf(
		    c->r->mem, "%zu bytes that are no JSON", ask->http->len);
	return write_public(c, json);
}

const char *
conformance_answer(struct conformance *c, const struct rollcall_ask *ask)
{

	if (ask->status == 0)
		return "no answer that can be used";
	if (ask->http->len == 0)
		return rc_printf(c->r->mem, "%ld, empty", ask->status);
	return conformance_shown(
	    c, rc_printf(c->r->mem, "%ld %s %s", ask->status,
		   ask->http->type[0] != '\0' ? ask->http->type : "(no type)",
		   show_body(c, ask)));
}

/* --- requests */

void
conformance_ask(struct conformance *c, struct rollcall_ask *ask)
{
	enum rollcall_exit e;

	ask->any = true;
	e = rollcall_ask(c->r, ask);
	c->last = ask;
	if (e != ROLLCALL_OK)
		ask->status = 0;
	c->silent = e == ROLLCALL_NETWORK ? c->silent + 1 : 0;
	if (c->silent > 1)
		conformance_stop(
		    c, ROLLCALL_NETWORK, "the server does not answer");
	else if (ask->status == 429 || ask->status == 503)
		conformance_stop(c, ROLLCALL_NETWORK,
		    "the server answers %ld%s; --wait SECONDS has a run wait "
		    "longer, or go on later with --only",
		    ask->status,
		    ask->http->retry_after > 0
			? rc_printf(c->r->mem, " and asks to wait %lld s",
			      (long long)ask->http->retry_after)
			: "");
}

bool
conformance_has_type(const struct rollcall_ask *ask)
{
	static const char json[] = "application/json";

	return ask->status != 0 &&
	       strncasecmp(ask->http->type, json, strlen(json)) == 0 &&
	       strchr("; \t", ask->http->type[strlen(json)]) != NULL;
}

bool
conformance_is_kept_private(
    struct conformance *c, const struct rollcall_ask *ask)
{
	const char *field;
	size_t i;

	for (i = 0; ask->status != 0; i++) {
		field = rc_http_field(c->r->mem, ask->http, "Cache-Control", i);
		if (field == NULL)
			break;
		if (strcasestr(field, "no-store") != NULL)
			return true;
	}
	return false;
}

bool
conformance_is_refused(const struct rollcall_ask *ask)
{

	return ask->status / 100 == 4;
}

/* Return the challenge of the scheme Bearer, NULL. */
static const char *
find_challenge(struct conformance *c, const struct rollcall_ask *ask)
{
	const char *field;
	size_t i;

	for (i = 0; ask->status != 0; i++) {
		field =
		    rc_http_field(c->r->mem, ask->http, "WWW-Authenticate", i);
		if (field == NULL)
			break;
		if (strncasecmp(field, "Bearer", strlen("Bearer")) == 0)
			return field;
	}
	return NULL;
}

enum conformance_result
conformance_expect_challenge(
    struct conformance *c, const struct rollcall_ask *ask)
{
	const char *challenge = find_challenge(c, ask);

	conformance_saw(c, "%s; %s",
	    challenge != NULL ? challenge : "no WWW-Authenticate: Bearer",
	    conformance_answer(c, ask));
	return conformance_expect(c,
	    conformance_is_refused(ask) && challenge != NULL,
	    "a refusal with WWW-Authenticate: Bearer");
}

/* --- the store */

/* Tell whether another run has the client just now. */
static bool
is_busy(struct conformance *c, const char *name)
{
	int fd = open(
	    store_path(c->r, name, ".lock"), O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	bool busy;

	if (fd == -1)
		return false;
	busy = flock(fd, LOCK_EX | LOCK_NB) != 0;
	(void)close(fd);
	return busy;
}

/* Take a name that is free. */
static bool
take_name(struct conformance *c, struct conformance_client *client)
{
	enum rollcall_exit e;
	const char *name;

	while (c->nclients++ < MOST_NAMES) {
		name = rc_printf(c->r->mem, NAME "%zu", c->nclients);
		if (is_busy(c, name))
			continue;
		if ((e = store_open(c->r, name, &client->store)) !=
		    ROLLCALL_OK) {
			conformance_stop(c, e, "nothing can be stored");
			return false;
		}
		if (client->store.record == NULL && !client->store.deleting)
			return true;
		store_close(&client->store);
	}
	conformance_stop(
	    c, ROLLCALL_FAILED, "there are too many clients " NAME "N");
	return false;
}

/* Tell whether a record is of a run like this one, at this server. */
static bool
is_ours(const struct conformance *c, const struct rc_json *record)
{
	const char *issuer = rc_json_text(record, "issuer");

	return rc_json_bool(rc_json_get(record, MARK)) && issuer != NULL &&
	       strcmp(issuer, c->r->arg) == 0;
}

/* Take over what an earlier run left, where it is of this server. */
static void
sweep_one(struct conformance *c, const char *name)
{
	struct conformance_client *client =
	    rc_alloc(c->r->mem, sizeof(*client));

	if (strncmp(name, NAME, strlen(NAME)) != 0 || is_busy(c, name) ||
	    store_open(c->r, name, &client->store) != ROLLCALL_OK)
		return;
	if (!is_ours(c, client->store.record)) {
		store_close(&client->store);
		return;
	}
	client->registered = client->doubtful = true;
	client->next = c->clients;
	c->clients = client;
	(void)conformance_delete(c, client);
}

void
conformance_sweep(struct conformance *c)
{
	struct rollcall_words names, unfinished;
	size_t i;

	if (store_names(c->r, &names) != ROLLCALL_OK ||
	    store_unfinished(c->r, &unfinished) != ROLLCALL_OK)
		return;
	for (i = 0; i < unfinished.count; i++)
		rollcall_add_word(c->r, &names, unfinished.items[i]);
	for (i = 0; i < names.count; i++)
		sweep_one(c, names.items[i]);
}

/* --- registration */

/* What is written down before the server is asked. */
static struct rc_json *
begin_record(struct conformance *c)
{
	struct rc_json *record = rc_json_new_object(c->r->mem);

	rc_json_set_string(record, "issuer", c->r->arg);
	rc_json_set(record, "server", rc_json_new_object(c->r->mem));
	rc_json_set_bool(record, MARK, true);
	return record;
}

/* Take what came of a registration. */
static void
take_answer(struct conformance *c, struct conformance_client *client)
{
	const char *id;

	/* What did not come whole, or is too much, may be one all the same. */
	client->registered = client->answer.http->status / 100 == 2;
	client->lost = client->answer.http->status == 0;
	c->registers = c->registers || client->registered;
	client->json = conformance_parse(c, &client->answer);
	if (!client->registered ||
	    rc_json_type(client->json) != RC_JSON_OBJECT) {
		store_give_up(&client->store);
		return;
	}
	add_secret(c, client->json, "client_secret");
	add_secret(c, client->json, "registration_access_token");
	id = rc_json_text(client->json, "client_id");
	if (id == NULL || id[0] == '\0')
		store_give_up(&client->store);
	else if (store_take(&client->store, client->json) != ROLLCALL_OK)
		conformance_stop(
		    c, ROLLCALL_FAILED, "a client could not be stored");
}

struct conformance_client *
conformance_register_as(struct conformance *c, const char *content,
    const char *type, const char *token)
{
	struct conformance_client *client =
	    rc_alloc(c->r->mem, sizeof(*client));

	client->answer = (struct rollcall_ask){ .method = "POST",
		.url = c->endpoint,
		.token = token,
		.type = type,
		.content = content,
		.keep = &client->store };
	c->last = &client->answer;
	if (c->stopped != NULL || !take_name(c, client))
		return client;
	client->next = c->clients;
	c->clients = client;
	if (store_begin(&client->store, "register", begin_record(c)) !=
	    ROLLCALL_OK) {
		conformance_stop(c, ROLLCALL_FAILED, "nothing can be stored");
		return client;
	}
	conformance_ask(c, &client->answer);
	/* What is refused for want of a token says nothing of the rule. */
	if (client->answer.status == 401 && token == c->token && c->registers)
		conformance_stop(c, ROLLCALL_REFUSED,
		    "the server takes the initial access token no more; a run "
		    "needs one that is good for 30 registrations");
	take_answer(c, client);
	return client;
}

/* Add the members of a JSON text. */
static void
add_members(struct conformance *c, struct rc_json *into, const char *text)
{

	metadata_merge(into, parse(c, text, strlen(text)));
}

static bool
lists(const struct conformance *c, const char *name, const char *value)
{

	return metadata_lists(c->server, name, value);
}

bool
conformance_has_code(const struct conformance *c)
{

	/* It is there by default (RFC 8414 2). */
	return rc_json_get(c->server, "grant_types_supported") == NULL ||
	       lists(c, "grant_types_supported", "authorization_code");
}

/* Add what the server has of the grants and of the methods. */
static void
add_offered(struct conformance *c, struct rc_json *asked)
{
	static const char methods[] = "token_endpoint_auth_methods_supported";

	if (!conformance_has_code(c))
		add_members(c, asked,
		    "{\"grant_types\":[\"client_credentials\"],"
		    "\"response_types\":[]}");
	else if (lists(c, "grant_types_supported", "refresh_token"))
		add_members(c, asked,
		    "{\"grant_types\":[\"authorization_code\","
		    "\"refresh_token\"],\"response_types\":[\"code\"]}");
	else
		add_members(c, asked,
		    "{\"grant_types\":[\"authorization_code\"],"
		    "\"response_types\":[\"code\"]}");
	if (rc_json_get(c->server, methods) == NULL ||
	    lists(c, methods, "client_secret_basic"))
		rc_json_set_string(
		    asked, "token_endpoint_auth_method", "client_secret_basic");
	else if (lists(c, methods, "client_secret_post"))
		rc_json_set_string(
		    asked, "token_endpoint_auth_method", "client_secret_post");
	else if (lists(c, methods, "none"))
		rc_json_set_string(asked, "token_endpoint_auth_method", "none");
	else
		add_members(c, asked,
		    "{\"token_endpoint_auth_method\":\"private_key_jwt\"," CONFORMANCE_JWKS
		    "}");
}

/* Ask for the members, with what the server demands of every client. */
static struct conformance_client *
send_members(struct conformance *c, struct rc_json *asked, const char *members)
{
	struct conformance_client *client;

	if (c->extra != NULL)
		metadata_merge(asked, c->extra);
	add_members(c, asked, members);
	client = conformance_register_as(
	    c, rc_json_write(c->r->mem, asked), NULL, c->token);
	client->asked = asked;
	return client;
}

struct conformance_client *
conformance_register(struct conformance *c, const char *members)
{
	struct rc_json *asked = rc_json_new_object(c->r->mem);

	add_members(c, asked,
	    "{\"client_name\":\"rollcall conformance\","
	    "\"client_uri\":\"https://client.example.org/\","
	    "\"contacts\":[\"rollcall@example.org\"]}");
	if (conformance_has_code(c))
		add_members(c, asked,
		    "{\"redirect_uris\":[\"https://client.example.org/"
		    "callback\",\"https://client.example.org/Callback/"
		    "%7ea?b=c\"]}");
	add_offered(c, asked);
	return send_members(c, asked, members);
}

struct conformance_client *
conformance_register_only(struct conformance *c, const char *members)
{

	return send_members(c, rc_json_new_object(c->r->mem), members);
}

struct conformance_client *
conformance_base(struct conformance *c)
{

	if (c->base == NULL) {
		c->base = conformance_register(c, "{}");
		c->base->keep = true;
	}
	c->last = &c->base->answer;
	return c->base;
}

struct conformance_client *
conformance_other(struct conformance *c)
{

	if (c->other == NULL) {
		c->other = conformance_has_code(c)
		               ? conformance_register_only(c,
				     "{\"redirect_uris\":[\"https://client."
				     "example.org/callback\"]}")
		               : conformance_register(c, "{}");
		c->other->keep = true;
	}
	c->last = &c->other->answer;
	return c->other;
}

/* --- management */

const struct rc_json *
conformance_told(const struct conformance_client *client)
{
	const struct rc_json *told =
	    rc_json_get(client->store.record, "client");

	/* Without a client_id there is no record. */
	return told != NULL ? told : client->json;
}

const char *
conformance_id(const struct conformance_client *client)
{

	return rc_json_text(conformance_told(client), "client_id");
}

/* Tell whether there is all that management takes. */
static const char *
managed_by(const struct conformance_client *client, const char *name)
{
	const struct rc_json *told = conformance_told(client);

	if (rc_json_text(told, "registration_client_uri") == NULL ||
	    rc_json_text(told, "registration_access_token") == NULL)
		return NULL;
	return rc_json_text(told, name);
}

const char *
conformance_token(const struct conformance_client *client)
{

	return managed_by(client, "registration_access_token");
}

const char *
conformance_uri(const struct conformance_client *client)
{

	return managed_by(client, "registration_client_uri");
}

bool
conformance_is_managed(
    struct conformance *c, const struct conformance_client *client)
{
	const char *uri = conformance_uri(client);

	/* An https server does not send us to services of this host. */
	return uri != NULL && rc_http_check_url(c->r->mem, uri) == NULL &&
	       (strncasecmp(c->r->arg, "https:", strlen("https:")) != 0 ||
		   strncasecmp(uri, "https:", strlen("https:")) == 0);
}

/* Keep what a 2xx says, where it is about this client. */
static void
take_managed(struct conformance *c, struct conformance_client *client,
    const struct rollcall_ask *ask)
{
	struct rc_json *json = conformance_parse(c, ask);
	const char *id = rc_json_text(json, "client_id");
	const char *known = conformance_id(client);

	if (ask->status / 100 != 2 || id == NULL || known == NULL ||
	    strcmp(id, known) != 0) {
		store_give_up(&client->store);
		return;
	}
	add_secret(c, json, "client_secret");
	add_secret(c, json, "registration_access_token");
	if (store_take(&client->store, json) != ROLLCALL_OK)
		conformance_stop(
		    c, ROLLCALL_FAILED, "a client could not be stored");
}

struct rollcall_ask *
conformance_manage(struct conformance *c, struct conformance_client *client,
    const char *method, const char *content)
{
	struct rollcall_ask *ask = rc_alloc(c->r->mem, sizeof(*ask));

	*ask = (struct rollcall_ask){ .method = method,
		.url = conformance_uri(client),
		.token = conformance_token(client),
		.content = content,
		.keep = &client->store };
	c->last = ask;
	if (c->stopped != NULL)
		return ask;
	if (store_begin(&client->store, content != NULL ? "update" : "read",
		NULL) != ROLLCALL_OK) {
		conformance_stop(c, ROLLCALL_FAILED, "nothing can be stored");
		return ask;
	}
	conformance_ask(c, ask);
	take_managed(c, client, ask);
	return ask;
}

/* --- deletion */

/* Take a client out of those that are to be deleted. */
static void
unlist(struct conformance *c, const struct conformance_client *client)
{
	struct conformance_client **at = &c->clients;

	while (*at != NULL && *at != client)
		at = &(*at)->next;
	if (*at != NULL)
		*at = client->next;
}

/* Name a client that stays at the server. */
static void
leave(struct conformance *c, const struct conformance_client *client)
{
	const char *id = conformance_id(client);

	if (client->lost)
		id = "(perhaps one, whose registration was not answered)";
	else if (id == NULL)
		id = "(without client_id)";
	rollcall_add_word(c->r, &c->left, id);
}

/*
 * Tell whether the server has the client no more.  A deletion whose answer did
 * not come may have been done.
 */
static bool
is_gone(const struct conformance_client *client, const struct rollcall_ask *ask)
{

	return ask->status / 100 == 2 ||
	       (client->doubtful && (ask->status == 401 || ask->status == 404 ||
					ask->status == 410));
}

/* Send the request that deletes a client. */
static void
send_deletion(struct conformance *c, struct conformance_client *client,
    struct rollcall_ask *ask)
{

	/* Of a client without an id the store has no record. */
	if (client->store.record != NULL &&
	    store_begin(&client->store, "delete", NULL) != ROLLCALL_OK)
		return;
	conformance_ask(c, ask);
	if ((ask->status == 429 || ask->status == 503) && c->r->patience >= 0) {
		/* No time is left, but nothing is to be left there either. */
		c->r->patience = -1;
		conformance_ask(c, ask);
	}
	client->doubtful = client->doubtful || ask->status == 0;
	/* Where no answer comes, the intent stays: it may have been done. */
	if (ask->status != 0 && client->store.record != NULL)
		store_give_up(&client->store);
}

struct rollcall_ask *
conformance_delete(struct conformance *c, struct conformance_client *client)
{
	struct rollcall_ask *ask = rc_alloc(c->r->mem, sizeof(*ask));
	bool managed = conformance_is_managed(c, client);
	bool gone, never;

	unlist(c, client);
	*ask = (struct rollcall_ask){ .method = "DELETE",
		.url = conformance_uri(client),
		.token = conformance_token(client) };
	if (client->registered && managed)
		send_deletion(c, client, ask);
	gone = !client->registered || is_gone(client, ask);
	if (!gone || client->lost)
		leave(c, client);
	/*
	 * What can still be deleted stays where rollcall delete finds it; and
	 * where there are but pieces of an answer, they are all there is.
	 */
	never = conformance_told(client) != NULL &&
	        (!managed || ask->status == 405 || ask->status == 501);
	if (gone || never)
		(void)store_remove(&client->store);
	store_close(&client->store);
	return ask;
}

bool
conformance_deletes(struct conformance *c)
{
	struct conformance_client *base = conformance_base(c);
	struct rollcall_ask *ask;

	if (c->tried_deletion)
		return c->deletes;
	c->tried_deletion = true;
	ask = rc_alloc(c->r->mem, sizeof(*ask));
	*ask = (struct rollcall_ask){ .method = "DELETE",
		.url = conformance_uri(base),
		.token = conformance_token(base) };
	send_deletion(c, base, ask);
	c->deletes = is_gone(base, ask);
	if (base->doubtful)
		conformance_stop(c, ROLLCALL_NETWORK,
		    "the server does not answer a deletion");
	if (!c->deletes)
		return false;
	unlist(c, base);
	(void)store_remove(&base->store);
	store_close(&base->store);
	c->base = NULL;
	c->read = NULL;
	return conformance_base(c)->registered;
}

void
conformance_tidy(struct conformance *c, bool all)
{
	struct conformance_client *client, *next;
	const struct rollcall_ask *last = c->last;

	for (client = c->clients; client != NULL; client = next) {
		next = client->next;
		if (all || !client->keep)
			(void)conformance_delete(c, client);
	}
	c->last = last;
}
