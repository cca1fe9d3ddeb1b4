/*
 * How a client says to its server who it is.
 */
#include "rollcall_auth.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "crypt.h"
#include "form.h"
#include "jose.h"
#include "json.h"
#include "now.h"
#include "rollcall_http.h"
#include "rollcall_server.h"
#include "rollcall_store.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* How long an assertion counts, s: a request that is tried again has it. */
#define ASSERTION_LIFE 300

const char *
auth_base64(struct rc_arena *mem, const void *data, size_t len)
{
	const size_t size = (len + 2) / 3 * 4 + 1;
	char *out = rc_alloc(mem, size), *s;

	rc_crypt_base64url(out, size, data, len);
	for (s = out; *s != '\0'; s++)
		*s = *s == '-' ? '+' : *s == '_' ? '/' : *s;
	for (; s < out + size - 1; s++)
		*s = '=';
	return out;
}

const char *
auth_form_value(struct rc_arena *mem, const char *value)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789-._";
	struct rc_buf out;

	rc_buf_init(&out, mem);
	for (; *value != '\0'; value++) {
		if (strchr(plain, *value) != NULL)
			rc_buf_putc(&out, *value);
		else
			rc_buf_printf(&out, "%%%02X", (unsigned char)*value);
	}
	return out.data;
}

enum rollcall_exit
auth_endpoint(struct store_client *c, const char *name, const char *what,
    const char **url)
{
	enum rollcall_exit e;
	const char *why;

	*url = rc_json_text(rc_json_get(c->record, "server"), name);
	if (*url == NULL || server_fault(c, *url, name) != NULL) {
		if ((e = server_renew(c)) != ROLLCALL_OK)
			return e;
		*url = rc_json_text(rc_json_get(c->record, "server"), name);
	}
	if (*url == NULL)
		return rollcall_fail(ROLLCALL_UNSUPPORTED,
		    "the server of %s announces no %s, so there is no %s "
		    "there; rollcall discover %s shows what it offers",
		    c->name, name, what,
		    rollcall_text(c->r, rc_json_text(c->record, "issuer")));
	if ((why = server_fault(c, *url, name)) != NULL)
		return rollcall_fail(ROLLCALL_UNFIT, "%s", why);
	return ROLLCALL_OK;
}

/* A request that a client adds who it is to. */
struct sender {
	const struct store_client *client;
	const char *id;
	const char *secret; /* NULL */
	struct rc_buf *form;
	struct rollcall_ask *ask;
};

static enum rollcall_exit
add_none(struct sender *s)
{

	rc_form_add(s->form, "client_id", s->id);
	return ROLLCALL_OK;
}

static enum rollcall_exit
need_secret(const struct sender *s)
{

	if (s->secret != NULL)
		return ROLLCALL_OK;
	return rollcall_fail(ROLLCALL_UNSUPPORTED,
	    "the store has no client_secret of %s; rollcall read %s may bring "
	    "it",
	    s->client->name, s->client->name);
}

/* RFC 6749 2.3.1: both are encoded as in a form before. */
static enum rollcall_exit
add_basic(struct sender *s)
{
	struct rc_arena *mem = s->client->r->mem;
	enum rollcall_exit e;
	const char *pair;

	if ((e = need_secret(s)) != ROLLCALL_OK)
		return e;
	pair = rc_printf(mem, "%s:%s", auth_form_value(mem, s->id),
	    auth_form_value(mem, s->secret));
	s->ask->authorization =
	    rc_printf(mem, "Basic %s", auth_base64(mem, pair, strlen(pair)));
	return ROLLCALL_OK;
}

static enum rollcall_exit
add_post(struct sender *s)
{
	enum rollcall_exit e;

	if ((e = need_secret(s)) != ROLLCALL_OK)
		return e;
	rc_form_add(s->form, "client_id", s->id);
	rc_form_add(s->form, "client_secret", s->secret);
	return ROLLCALL_OK;
}

/*
 * What an assertion says.  It is meant for the issuer, whatever the endpoint:
 * another audience could be somebody else's idea (RFC 9700 4.4).
 */
static const char *
assertion_claims(const struct sender *s)
{
	struct rc_json *claims = rc_json_new_object(s->client->r->mem);
	char jti[RC_CRYPT_TOKEN_SIZE];

	rc_crypt_token(jti);
	rc_json_set_string(claims, "iss", s->id);
	rc_json_set_string(claims, "sub", s->id);
	rc_json_set_string(
	    claims, "aud", rc_json_text(s->client->record, "issuer"));
	rc_json_set_string(claims, "jti", jti);
	rc_json_set_int(claims, "iat", rc_now());
	rc_json_set_int(claims, "exp", rc_now() + ASSERTION_LIFE);
	return rc_json_write(s->client->r->mem, claims);
}

/* RFC 7523 2.2. */
static enum rollcall_exit
add_assertion(struct sender *s)
{
	const struct store_client *c = s->client;
	const struct rc_json *private = rc_json_get(c->record, "private_key");
	struct rc_jose_key *key;
	const char *assertion;

	if (private == NULL)
		return rollcall_fail(ROLLCALL_UNSUPPORTED,
		    "%s signs who it is, and the store does not have its "
		    "private key; rollcall makes and keeps one for clients "
		    "registered with --generate-key",
		    c->name);
	key = rc_jose_key(c->r->mem, rc_json_write(c->r->mem, private));
	assertion = key == NULL ? NULL
	                        : rc_jose_sign(c->r->mem, key, NULL,
				      assertion_claims(s));
	if (assertion == NULL)
		return rollcall_fail(ROLLCALL_LOCKED,
		    "the private key of %s in the store is none; restore it "
		    "from a copy",
		    c->name);
	rc_form_add(s->form, "client_id", s->id);
	rc_form_add(s->form, "client_assertion_type",
	    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
	rc_form_add(s->form, "client_assertion", assertion);
	return ROLLCALL_OK;
}

/* clang-format off */
static const struct {
	const char *name;
	enum rollcall_exit (*add)(struct sender *s);
} methods[] = {
	{ "none", add_none },
	{ "client_secret_basic", add_basic },
	{ "client_secret_post", add_post },
	{ "private_key_jwt", add_assertion },
};
/* clang-format on */

enum rollcall_exit
auth_add(
    const struct store_client *c, struct rc_buf *form, struct rollcall_ask *ask)
{
	const struct rc_json *told = rc_json_get(c->record, "client");
	const char *method = rc_json_text(told, "token_endpoint_auth_method");
	struct sender s = { .client = c,
		.id = rc_json_text(told, "client_id"),
		.secret = rc_json_text(told, "client_secret"),
		.form = form,
		.ask = ask };
	size_t i;

	/* RFC 7591 2: what it is where nothing is said. */
	if (method == NULL)
		method = s.secret != NULL ? "client_secret_basic" : "none";
	for (i = 0; i < COUNT(methods); i++)
		if (strcmp(methods[i].name, method) == 0)
			return methods[i].add(&s);
	return rollcall_fail(ROLLCALL_UNSUPPORTED,
	    "%s authenticates by %s, which rollcall cannot do; it can do "
	    "client_secret_basic, client_secret_post and private_key_jwt",
	    c->name, rollcall_text(c->r, method));
}

enum rollcall_exit
auth_post(
    const struct store_client *c, struct rc_buf *form, struct rollcall_ask *ask)
{
	enum rollcall_exit e;

	if ((e = auth_add(c, form, ask)) != ROLLCALL_OK)
		return e;
	ask->method = "POST";
	ask->content = form->data;
	ask->type = "application/x-www-form-urlencoded";
	return rollcall_ask(c->r, ask);
}
