#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "harness.h"
#include "harness_own.h"

/* A transfer under way. */
struct transfer {
	CURL *curl;
	struct curl_slist *headers;
	struct answer *answer;
	struct bytes head;
	struct bytes body;
	const char *send;
	size_t left;
};

static size_t
on_header(char *data, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	/* What came before was a 1xx answer. */
	if (size * n > 5 && strncmp(data, "HTTP/", 5) == 0)
		t->head.len = 0;
	else
		bytes_add(&t->head, data, size * n);
	return size * n;
}

static size_t
on_body(char *data, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	bytes_add(&t->body, data, size * n);
	return size * n;
}

static size_t
on_send(char *out, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	size_t len = t->left < size * n ? t->left : size * n;

	memcpy(out, t->send, len);
	t->send += len;
	t->left -= len;
	return len;
}

static void
add_header(struct transfer *t, const char *line)
{
	struct curl_slist *list = curl_slist_append(t->headers, line);

	if (list == NULL)
		abort();
	t->headers = list;
}

static void
set_body(struct transfer *t, const struct call *call, const char *method)
{
	const char *type = call->type == NULL ? "application/json" : call->type;
	size_t len = call->len == 0 && call->body != NULL ? strlen(call->body)
	                                                  : call->len;

	if (call->body == NULL) {
		if (strcmp(method, "HEAD") == 0)
			curl_easy_setopt(t->curl, CURLOPT_NOBODY, 1L);
		else
			curl_easy_setopt(
			    t->curl, CURLOPT_CUSTOMREQUEST, method);
		if (call->type != NULL && *call->type != '\0')
			add_header(t, text("Content-Type: %s", type));
		return;
	}
	add_header(t,
	    *type == '\0' ? "Content-Type:" : text("Content-Type: %s", type));
	curl_easy_setopt(t->curl, CURLOPT_POST, 1L);
	curl_easy_setopt(t->curl, CURLOPT_CUSTOMREQUEST, method);
	if (!call->chunked) {
		curl_easy_setopt(
		    t->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len);
		curl_easy_setopt(t->curl, CURLOPT_POSTFIELDS, call->body);
		return;
	}
	t->send = call->body;
	t->left = len;
	add_header(t, "Transfer-Encoding: chunked");
	curl_easy_setopt(t->curl, CURLOPT_READFUNCTION, on_send);
	curl_easy_setopt(t->curl, CURLOPT_READDATA, t);
}

static void
begin(struct transfer *t, const struct call *call)
{
	const char *method = call->method == NULL ? "GET" : call->method;
	const char *url = strncmp(call->url, "http", 4) == 0
	                      ? call->url
	                      : text("%s%s", base_url(), call->url);
	size_t i;

	if ((t->curl = curl_easy_init()) == NULL)
		abort();
	t->answer = room(sizeof(*t->answer));
	t->answer->method = method;
	t->answer->url = url;
	curl_easy_setopt(t->curl, CURLOPT_URL, url);
	curl_easy_setopt(t->curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(t->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(t->curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(t->curl, CURLOPT_TIMEOUT, 600L);
	curl_easy_setopt(t->curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(t->curl, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(t->curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(t->curl, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(t->curl, CURLOPT_PRIVATE, t);
	add_header(t, "Expect:");
	add_header(t, "Origin: https://app.example.org");
	if (call->token != NULL)
		add_header(t, text("Authorization: Bearer %s", call->token));
	for (i = 0; call->headers != NULL && call->headers[i] != NULL; i++)
		add_header(t, call->headers[i]);
	set_body(t, call, method);
	curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, t->headers);
}

static struct answer *
end(struct transfer *t, CURLcode code)
{
	struct answer *a = t->answer;
	long status = 0;

	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	a->status = (int)status;
	a->head_len = t->head.len;
	a->head = bytes_settle(&t->head);
	answered(a, &t->body);
	curl_easy_cleanup(t->curl);
	curl_slist_free_all(t->headers);
	/* An early answer to a body that is too large is an answer. */
	want(code == CURLE_OK || (code == CURLE_SEND_ERROR && status >= 400),
	    "no answer: %s", curl_easy_strerror(code));
	return a;
}

struct answer *
http(const struct call *call)
{
	struct transfer t = { 0 };

	begin(&t, call);
	return end(&t, curl_easy_perform(t.curl));
}

void
http_many(const struct call *calls, struct answer **answers, size_t n,
    size_t parallel)
{
	struct transfer *t = room(n * sizeof(*t));
	struct transfer *done;
	CURLM *multi = curl_multi_init();
	CURLMsg *msg;
	CURLcode code;
	int running, left;
	size_t i;

	if (multi == NULL)
		abort();
	curl_multi_setopt(
	    multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)parallel);
	for (i = 0; i < n; i++) {
		begin(&t[i], &calls[i]);
		curl_multi_add_handle(multi, t[i].curl);
	}
	do {
		if (curl_multi_perform(multi, &running) != CURLM_OK ||
		    (running > 0 && curl_multi_poll(multi, NULL, 0, 1000,
					NULL) != CURLM_OK))
			abort();
		while ((msg = curl_multi_info_read(multi, &left)) != NULL) {
			code = msg->data.result;
			curl_easy_getinfo(
			    msg->easy_handle, CURLINFO_PRIVATE, &done);
			curl_multi_remove_handle(multi, done->curl);
			answers[done - t] = end(done, code);
		}
	} while (running > 0);
	curl_multi_cleanup(multi);
}

struct answer *
post(const char *body)
{
	const struct call call = {
		.method = "POST", .url = register_url(), .body = body
	};

	return http(&call);
}

struct answer *
get(const char *url)
{
	const struct call call = { .url = url };

	return http(&call);
}

struct answer *
manage(const struct client *client, const char *method, const char *body)
{
	const struct call call = { .method = method,
		.url = client->url,
		.token = client->token,
		.body = body };

	return http(&call);
}

struct client *
enrol(const char *body)
{
	struct client *client = room(sizeof(*client));
	struct answer *a = post(body);

	expect_status(a, 201);
	expect_headers(a);
	expect_schema(a);
	client->answer = a;
	client->id = string(a->json, "client_id");
	client->token = string(a->json, "registration_access_token");
	client->secret = string(a->json, "client_secret");
	client->url = string(a->json, "registration_client_uri");
	want(client->id != NULL && client->token != NULL && client->url != NULL,
	    "client_id, registration_access_token, "
	    "registration_client_uri (RFC 7591 3.2.1, RFC 7592 3)");
	want(
	    strcmp(client->url, text("%s/%s", register_url(), client->id)) == 0,
	    "registration_client_uri is not the endpoint, / and the id");
	return client;
}
