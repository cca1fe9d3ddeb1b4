/*
 * A protected resource, to be copied and changed: a FastCGI program that lets
 * in whoever brings a good access token, and tells everybody else where to get
 * one.  It stands alone: nothing of rollcall is needed to build it.
 *
 *   cc -o resource resource.c -lfcgi -lcurl -ljson-c
 *   ./resource /run/rollcall/resource.sock
 *
 * The web server hands it the requests below one address, and with them the
 * Authorization header (Apache: CGIPassAuth On).  In its environment:
 *   RESOURCE       that address, as https://api.example.org/notes
 *   METADATA       where its metadata is (RFC 9728 3.1), as https://
 *                  api.example.org/.well-known/oauth-protected-resource/notes
 *   INTROSPECTION  where tokens are asked about (RFC 7662), as
 *                  https://auth.example.org/oauth/introspect
 *   CLIENT_ID, CLIENT_SECRET
 *                  who asks: rollcall-admin client add --introspection
 *                  --resource RESOURCE --name 'Notes'
 *
 * GET needs the scope read, POST the scope write, both a token that a person
 * has let the client have: one that it got for itself (client_credentials) is
 * not enough.
 */
#include <curl/curl.h>
#include <fcgiapp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <json-c/json.h>

/* Longest answer that we take from the authorization server, bytes. */
#define ANSWER_MOST 65536
/* Room for a question, bytes: more than web servers take in a header. */
#define FORM_MOST 32768
/* How long we wait for an answer, seconds. */
#define PATIENCE 5L

/* What the environment says. */
static struct {
	const char *resource;
	const char *metadata;
	const char *introspection;
	const char *client_id;
	const char *client_secret;
} settings;

/* Why a request is not let in (RFC 6750 3.1). */
struct refusal {
	const char *status;
	const char *error; /* NULL: there is no code for it */
	const char *description;
	const char *scope; /* what would have been enough */
};

/* Bytes that come in pieces. */
struct text {
	char data[ANSWER_MOST + 1];
	size_t len;
};

/* Keep a piece of an answer; fewer bytes than there are make curl give up. */
static size_t
keep(char *data, size_t size, size_t n, void *to)
{
	struct text *text = to;

	n *= size;
	if (n > ANSWER_MOST - text->len)
		return 0;
	memcpy(text->data + text->len, data, n);
	text->len += n;
	text->data[text->len] = '\0';
	return n;
}

/* Say once what is the same for all questions. */
static bool
prepare(CURL *curl, struct text *answer)
{

	return curl_easy_setopt(curl, CURLOPT_URL, settings.introspection) ==
	           CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_USERNAME, settings.client_id) ==
	           CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_PASSWORD,
		   settings.client_secret) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_TIMEOUT, PATIENCE) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep) ==
	           CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer) == CURLE_OK;
}

/*
 * Ask the authorization server about a token.  Return what it knows, to be let
 * go with json_object_put, or NULL where it does not say.
 */
static struct json_object *
introspect(CURL *curl, const char *token)
{
	static struct text answer;
	static char form[FORM_MOST];
	char *value = curl_easy_escape(curl, token, 0);
	long status = 0;
	CURLcode e;
	int n;

	n = snprintf(form, sizeof(form), "token=%s", value ? value : "");
	curl_free(value);
	if (n < 0 || (size_t)n >= sizeof(form) || !prepare(curl, &answer) ||
	    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form) != CURLE_OK)
		return NULL;
	answer.len = 0;
	answer.data[0] = '\0';
	if ((e = curl_easy_perform(curl)) != CURLE_OK) {
		(void)fprintf(stderr, "resource: introspection: %s\n",
		    curl_easy_strerror(e));
		return NULL;
	}
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != 200) {
		(void)fprintf(stderr, "resource: introspection: %ld %s\n",
		    status, answer.data);
		return NULL;
	}
	return json_tokener_parse(answer.data);
}

/* Return a member's string, or NULL. */
static const char *
string(struct json_object *object, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, name, &value) ||
	    !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

static bool
is_active(struct json_object *token)
{
	struct json_object *active;

	return json_object_object_get_ex(token, "active", &active) &&
	       json_object_is_type(active, json_type_boolean) &&
	       json_object_get_boolean(active);
}

/* Is ${value} our address? */
static bool
is_our_address(struct json_object *value)
{

	return json_object_is_type(value, json_type_string) &&
	       strcmp(json_object_get_string(value), settings.resource) == 0;
}

/* Is the token for us?  aud is a string, or an array of them. */
static bool
is_for_us(struct json_object *token)
{
	struct json_object *aud;
	size_t i;

	if (!json_object_object_get_ex(token, "aud", &aud))
		return false;
	if (!json_object_is_type(aud, json_type_array))
		return is_our_address(aud);
	for (i = 0; i < json_object_array_length(aud); i++) {
		if (is_our_address(json_object_array_get_idx(aud, i)))
			return true;
	}
	return false;
}

/* Does ${scopes}, words with spaces between, hold ${wanted}? */
static bool
has_scope(const char *scopes, const char *wanted)
{
	size_t len = strlen(wanted);

	while (scopes != NULL && *scopes != '\0') {
		size_t n = strcspn(scopes, " ");

		if (n == len && strncmp(scopes, wanted, n) == 0)
			return true;
		scopes += n + strspn(scopes + n, " ");
	}
	return false;
}

/* What every answer has; scripts of other origins may read it. */
static void
send_head(FCGX_Request *request, const char *status)
{

	(void)FCGX_FPrintF(request->out,
	    "Status: %s\r\n"
	    "Cache-Control: no-store\r\n"
	    "Access-Control-Allow-Origin: *\r\n"
	    "Access-Control-Expose-Headers: WWW-Authenticate, Retry-After\r\n",
	    status);
}

/* Send ${body}, and let it go. */
static void
send_body(FCGX_Request *request, struct json_object *body)
{

	(void)FCGX_FPrintF(request->out,
	    "Content-Type: application/json\r\n\r\n%s\n",
	    json_object_to_json_string(body));
	json_object_put(body);
}

/* RFC 6750 3 and RFC 9728 5.1: say what is wrong, and where help is. */
static void
refuse(FCGX_Request *request, const struct refusal *why)
{
	struct json_object *body = json_object_new_object();

	send_head(request, why->status);
	(void)FCGX_FPrintF(request->out,
	    "WWW-Authenticate: Bearer resource_metadata=\"%s\", scope=\"%s\"",
	    settings.metadata, why->scope);
	if (why->error != NULL) {
		(void)FCGX_FPrintF(request->out,
		    ", error=\"%s\", error_description=\"%s\"", why->error,
		    why->description);
		json_object_object_add(
		    body, "error", json_object_new_string(why->error));
	}
	(void)FCGX_FPrintF(request->out, "\r\n");
	json_object_object_add(body, "error_description",
	    json_object_new_string(why->description));
	send_body(request, body);
}

/*
 * Did a client get the token for itself?  Then sub is the client (RFC 9068
 * 2.2), which must not pass for a person.
 */
static bool
is_of_client(struct json_object *token)
{
	const char *sub = string(token, "sub");
	const char *client_id = string(token, "client_id");

	return sub == NULL ||
	       (client_id != NULL && strcmp(sub, client_id) == 0);
}

/* What this resource is for: replace it.  sub is the person. */
static void
serve(FCGX_Request *request, struct json_object *token)
{
	struct json_object *body = json_object_new_object();
	const char *sub = string(token, "sub");
	const char *client_id = string(token, "client_id");
	const char *scope = string(token, "scope");

	json_object_object_add(body, "hello", json_object_new_string(sub));
	if (client_id != NULL)
		json_object_object_add(
		    body, "client_id", json_object_new_string(client_id));
	if (scope != NULL)
		json_object_object_add(
		    body, "scope", json_object_new_string(scope));
	send_head(request, "200 OK");
	send_body(request, body);
}

/* Return the token of "Authorization: Bearer TOKEN", or NULL. */
static const char *
bearer(const FCGX_Request *request)
{
	const char *header = FCGX_GetParam("HTTP_AUTHORIZATION", request->envp);

	if (header == NULL || strncasecmp(header, "Bearer ", 7) != 0)
		return NULL;
	header += 7 + strspn(header + 7, " ");
	return *header != '\0' ? header : NULL;
}

/* Let in whoever has a token that is good, for us, and allows ${scope}. */
static void
guard(FCGX_Request *request, CURL *curl, const char *scope)
{
	struct refusal why = { "401 Unauthorized", NULL,
		"An access token is needed", scope };
	const char *text = bearer(request);
	struct json_object *token;

	if (text == NULL) {
		refuse(request, &why);
		return;
	}
	if ((token = introspect(curl, text)) == NULL) {
		send_head(request, "503 Service Unavailable");
		(void)FCGX_FPrintF(request->out, "Retry-After: 5\r\n\r\n");
		return;
	}
	why.error = "invalid_token";
	if (!is_active(token)) {
		why.description = "The token is unknown, expired or revoked";
		refuse(request, &why);
	} else if (!is_for_us(token)) {
		why.description = "The token is for another resource";
		refuse(request, &why);
	} else if (is_of_client(token)) {
		why.status = "403 Forbidden";
		why.error = NULL;
		why.description = "The client acts for itself; this is for "
				  "people";
		refuse(request, &why);
	} else if (!has_scope(string(token, "scope"), scope)) {
		why.status = "403 Forbidden";
		why.error = "insufficient_scope";
		why.description = "The token does not allow this";
		refuse(request, &why);
	} else {
		serve(request, token);
	}
	json_object_put(token);
}

static void
handle(FCGX_Request *request, CURL *curl)
{
	const char *method = FCGX_GetParam("REQUEST_METHOD", request->envp);

	/* Web servers want the body to be read, whatever it is. */
	while (FCGX_GetChar(request->in) != EOF)
		;
	if (method != NULL && strcmp(method, "GET") == 0) {
		guard(request, curl, "read");
	} else if (method != NULL && strcmp(method, "POST") == 0) {
		guard(request, curl, "write");
	} else if (method != NULL && strcmp(method, "OPTIONS") == 0) {
		/* A browser asks whether a script may send its token. */
		send_head(request, "204 No Content");
		(void)FCGX_FPrintF(request->out,
		    "Access-Control-Allow-Methods: GET, POST\r\n"
		    "Access-Control-Allow-Headers: authorization, "
		    "content-type\r\n\r\n");
	} else {
		send_head(request, "405 Method Not Allowed");
		(void)FCGX_FPrintF(
		    request->out, "Allow: GET, POST, OPTIONS\r\n\r\n");
	}
}

/* Return what the environment says; without it there is no going on. */
static const char *
setting(const char *name)
{
	const char *value = getenv(name);

	if (value == NULL || *value == '\0') {
		(void)fprintf(stderr, "resource: %s is not set\n", name);
		exit(EXIT_FAILURE);
	}
	return value;
}

int
main(int argc, char *argv[])
{
	FCGX_Request request;
	CURL *curl;
	int listener;

	if (argc != 2) {
		(void)fprintf(stderr, "usage: resource SOCKET\n");
		return EXIT_FAILURE;
	}
	settings.resource = setting("RESOURCE");
	settings.metadata = setting("METADATA");
	settings.introspection = setting("INTROSPECTION");
	settings.client_id = setting("CLIENT_ID");
	settings.client_secret = setting("CLIENT_SECRET");

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (curl = curl_easy_init()) == NULL || FCGX_Init() != 0 ||
	    (listener = FCGX_OpenSocket(argv[1], 128)) < 0 ||
	    FCGX_InitRequest(&request, listener, 0) != 0) {
		(void)fprintf(stderr, "resource: cannot start\n");
		return EXIT_FAILURE;
	}
	while (FCGX_Accept_r(&request) == 0) {
		handle(&request, curl);
		FCGX_Finish_r(&request);
	}
	curl_easy_cleanup(curl);
	return EXIT_SUCCESS;
}
