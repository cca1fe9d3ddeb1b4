/*
 * floor: the least that a FastCGI program can do, to compare ours with.
 *
 *	floor socket processes json file
 *		answer every request with the bytes of the file
 *	floor socket processes client conninfo padding
 *		POST: parse the body and insert one row, by one prepared
 *		statement and one durable commit: a fresh id, the hashes of a
 *		fresh secret and token, the body, and that many bytes to make
 *		the row as large as ours; answer with body, id and secrets.
 *		GET of a path that ends in an id: select the row by its key.
 *	floor socket processes token conninfo
 *		POST: insert one row, by one prepared statement and one durable
 *		commit: the hash of a fresh token, and what it is for; answer
 *		with the token.
 *		POST of a form that begins with token=: select that one's row by
 *		its key, and answer with what it is worth.
 *		GET: select a client by its key, and redirect with the query.
 *	floor tokens count
 *		print so many fresh tokens with their hashes, as CSV
 *
 * It judges nothing, logs nothing, and takes no care of failing servers: all
 * of that is what ours may cost.
 */
#include <fcgiapp.h>
#include <json-c/json.h>
#include <libpq-fe.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define BACKLOG 512
#define BODY_MOST 65536
#define PROCESSES_MOST 1000
#define HASH_SIZE 32
#define TOKEN_SIZE 44
#define LOCATION_SIZE 2048

static const char insert[] =
    "INSERT INTO floor (client_id, secret_hash, token_hash, metadata, padding) "
    "VALUES ($1::text, $2::bytea, $3::bytea, $4::text::jsonb, $5::text) "
    "RETURNING floor(extract(epoch FROM issued_at))::bigint";
static const char select_by_key[] =
    "SELECT metadata::text, floor(extract(epoch FROM issued_at))::bigint "
    "FROM floor WHERE client_id = $1::text";
static const char issue[] =
    "INSERT INTO token (token_hash, client_id, scope, audience, expires_at) "
    "VALUES ($1::bytea, $2::text, $3::text, $4::text[], "
    "now() + make_interval(secs => $5::bigint))";
static const char introspect[] =
    "SELECT client_id, scope, audience[1], "
    "floor(extract(epoch FROM issued_at))::bigint, "
    "floor(extract(epoch FROM expires_at))::bigint "
    "FROM token WHERE token_hash = $1::bytea";

static char *constant; /* what every request is answered with, or NULL */
static size_t constant_len;
static const char *conninfo;
static char *padding;
static char client_id[TOKEN_SIZE]; /* that tokens are for */
static PGconn *db;

static _Noreturn void
fail(const char *what)
{

	(void)fprintf(stderr, "floor: %s\n", what);
	exit(EXIT_FAILURE);
}

static void
read_constant(const char *name)
{
	FILE *f;

	if ((f = fopen(name, "r")) == NULL ||
	    (constant = malloc(BODY_MOST)) == NULL)
		fail("cannot read the file");
	constant_len = fread(constant, 1, BODY_MOST, f);
	(void)fclose(f);
}

static void
make_padding(const char *text)
{
	size_t n = (size_t)strtoul(text, NULL, 10);

	if ((padding = malloc(n + 1)) == NULL)
		fail("no memory");
	memset(padding, 'x', n);
	padding[n] = '\0';
}

static void
prepare(const char *name, const char *statement)
{
	PGresult *res = PQprepare(db, name, statement, 0, NULL);

	if (PQresultStatus(res) != PGRES_COMMAND_OK)
		fail(PQerrorMessage(db));
	PQclear(res);
}

static void
connect_database(void)
{

	db = PQconnectdb(conninfo);
	if (PQstatus(db) != CONNECTION_OK)
		fail(PQerrorMessage(db));
	prepare("insert", insert);
	prepare("select", select_by_key);
	prepare("issue", issue);
	prepare("introspect", introspect);
}

static void
fresh(char out[TOKEN_SIZE])
{
	unsigned char bits[32];

	randombytes_buf(bits, sizeof(bits));
	sodium_bin2base64(out, TOKEN_SIZE, bits, sizeof(bits),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void
hash(const char *text, unsigned char out[HASH_SIZE])
{

	crypto_generichash(
	    out, HASH_SIZE, (const unsigned char *)text, strlen(text), NULL, 0);
}

static void
answer(FCGX_Request *rq, const char *status, const char *body, size_t len)
{

	FCGX_FPrintF(rq->out,
	    "Status: %s\r\nContent-Type: application/json\r\n"
	    "Content-Length: %d\r\n\r\n",
	    status, (int)len);
	FCGX_PutStr(body, (int)len, rq->out);
}

/* The text belongs to ${o}. */
static const char *
write_json(struct json_object *o)
{

	return json_object_to_json_string_ext(
	    o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

static void
add_text(struct json_object *o, const char *name, const char *text)
{

	json_object_object_add(o, name, json_object_new_string(text));
}

static void
answer_post(FCGX_Request *rq, const char *body)
{
	char id[TOKEN_SIZE], secret[TOKEN_SIZE], token[TOKEN_SIZE], uri[128];
	unsigned char secret_hash[HASH_SIZE], token_hash[HASH_SIZE];
	struct json_object *o = json_tokener_parse(body);
	const char *const values[] = { id, (const char *)secret_hash,
		(const char *)token_hash, write_json(o), padding };
	const int lengths[] = { 0, HASH_SIZE, HASH_SIZE, 0, 0 };
	const int formats[] = { 0, 1, 1, 0, 0 };
	PGresult *res;

	fresh(id);
	fresh(secret);
	fresh(token);
	hash(secret, secret_hash);
	hash(token, token_hash);
	(void)snprintf(
	    uri, sizeof(uri), "http://127.0.0.1/floor/client/%s", id);
	res = PQexecPrepared(db, "insert", 5, values, lengths, formats, 0);
	if (PQresultStatus(res) == PGRES_TUPLES_OK) {
		add_text(o, "client_id", id);
		add_text(o, "client_id_issued_at", PQgetvalue(res, 0, 0));
		add_text(o, "client_secret", secret);
		add_text(o, "registration_access_token", token);
		add_text(o, "registration_client_uri", uri);
		body = write_json(o);
		answer(rq, "201 Created", body, strlen(body));
	} else {
		answer(rq, "500 Internal Server Error", "{}", 2);
	}
	PQclear(res);
	json_object_put(o);
}

static void
answer_get(FCGX_Request *rq, const char *uri)
{
	const char *const values[] = { strrchr(uri, '/') + 1 };
	PGresult *res;

	res = PQexecPrepared(db, "select", 1, values, NULL, NULL, 0);
	if (PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) == 1)
		answer(rq, "200 OK", PQgetvalue(res, 0, 0),
		    (size_t)PQgetlength(res, 0, 0));
	else
		answer(rq, "404 Not Found", "{}", 2);
	PQclear(res);
}

/* Register a client, or read one. */
static void
answer_client(
    FCGX_Request *rq, const char *method, const char *uri, const char *body)
{

	if (strcmp(method, "POST") == 0)
		answer_post(rq, body);
	else
		answer_get(rq, uri);
}

static void
answer_issue(FCGX_Request *rq)
{
	char token[TOKEN_SIZE], body[256];
	unsigned char token_hash[HASH_SIZE];
	const char *const values[] = { (const char *)token_hash, client_id,
		"read", "{\"http://127.0.0.1:20000\"}", "3600" };
	const int lengths[] = { HASH_SIZE, 0, 0, 0, 0 };
	const int formats[] = { 1, 0, 0, 0, 0 };
	PGresult *res;

	fresh(token);
	hash(token, token_hash);
	res = PQexecPrepared(db, "issue", 5, values, lengths, formats, 0);
	if (PQresultStatus(res) == PGRES_COMMAND_OK) {
		(void)snprintf(body, sizeof(body),
		    "{\"token_type\":\"Bearer\",\"expires_in\":3600,"
		    "\"access_token\":\"%s\",\"scope\":\"read\"}",
		    token);
		answer(rq, "200 OK", body, strlen(body));
	} else {
		answer(rq, "500 Internal Server Error", "{}", 2);
	}
	PQclear(res);
}

static void
answer_introspect(FCGX_Request *rq, const char *token)
{
	char body[512];
	unsigned char token_hash[HASH_SIZE];
	const char *const values[] = { (const char *)token_hash };
	const int lengths[] = { HASH_SIZE };
	const int formats[] = { 1 };
	PGresult *res;

	hash(token, token_hash);
	res = PQexecPrepared(db, "introspect", 1, values, lengths, formats, 0);
	if (PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) == 1) {
		(void)snprintf(body, sizeof(body),
		    "{\"active\":true,\"client_id\":\"%s\",\"scope\":\"%s\","
		    "\"aud\":\"%s\",\"iat\":%s,\"exp\":%s,"
		    "\"token_type\":\"Bearer\"}",
		    PQgetvalue(res, 0, 0), PQgetvalue(res, 0, 1),
		    PQgetvalue(res, 0, 2), PQgetvalue(res, 0, 3),
		    PQgetvalue(res, 0, 4));
		answer(rq, "200 OK", body, strlen(body));
	} else {
		answer(rq, "404 Not Found", "{}", 2);
	}
	PQclear(res);
}

static void
answer_authorize(FCGX_Request *rq, const char *uri)
{
	static const char name[] = "client_id=";
	char id[TOKEN_SIZE] = "", location[LOCATION_SIZE];
	const char *query = strchr(uri, '?');
	const char *const values[] = { id };
	PGresult *res;

	if (query != NULL && (uri = strstr(query, name)) != NULL) {
		uri += sizeof(name) - 1;
		(void)snprintf(
		    id, sizeof(id), "%.*s", (int)strcspn(uri, "&"), uri);
	}
	res = PQexecPrepared(db, "select", 1, values, NULL, NULL, 0);
	if (PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) == 1) {
		(void)snprintf(location, sizeof(location),
		    "303 See Other\r\nLocation: http://127.0.0.1/login%s",
		    query);
		answer(rq, location, "", 0);
	} else {
		answer(rq, "404 Not Found", "{}", 2);
	}
	PQclear(res);
}

/* Issue a token, introspect one, or send a person on. */
static void
answer_token(
    FCGX_Request *rq, const char *method, const char *uri, const char *body)
{
	static const char name[] = "token=";
	const size_t n = sizeof(name) - 1;

	if (strcmp(method, "POST") != 0)
		answer_authorize(rq, uri);
	else if (strncmp(body, name, n) == 0)
		answer_introspect(rq, body + n);
	else
		answer_issue(rq);
}

static void
answer_constant(
    FCGX_Request *rq, const char *method, const char *uri, const char *body)
{

	(void)method;
	(void)uri;
	(void)body;
	answer(rq, "200 OK", constant, constant_len);
}

typedef void answer_fn(
    FCGX_Request *rq, const char *method, const char *uri, const char *body);

static void
serve(int sock, answer_fn *answer_request)
{
	static char body[BODY_MOST];
	FCGX_Request rq;
	const char *method, *uri;
	int n;

	if (conninfo != NULL)
		connect_database();
	FCGX_InitRequest(&rq, sock, 0);
	while (FCGX_Accept_r(&rq) == 0) {
		n = FCGX_GetStr(body, (int)sizeof(body) - 1, rq.in);
		body[n] = '\0';
		method = FCGX_GetParam("REQUEST_METHOD", rq.envp);
		uri = FCGX_GetParam("REQUEST_URI", rq.envp);
		answer_request(&rq, method != NULL ? method : "GET",
		    uri != NULL ? uri : "/", body);
		FCGX_Finish_r(&rq);
	}
}

static void
print_tokens(long count)
{
	char token[TOKEN_SIZE], hex[2 * HASH_SIZE + 1];
	unsigned char token_hash[HASH_SIZE];

	for (; count > 0; count--) {
		fresh(token);
		hash(token, token_hash);
		sodium_bin2hex(hex, sizeof(hex), token_hash, HASH_SIZE);
		(void)printf("%s,\\x%s\n", token, hex);
	}
}

/* What answers requests, by the arguments. */
static answer_fn *
choose(int argc, char *argv[])
{

	if (argc == 5 && strcmp(argv[3], "json") == 0) {
		read_constant(argv[4]);
		return answer_constant;
	}
	if (argc == 6 && strcmp(argv[3], "client") == 0) {
		conninfo = argv[4];
		make_padding(argv[5]);
		return answer_client;
	}
	if (argc == 5 && strcmp(argv[3], "token") == 0) {
		conninfo = argv[4];
		fresh(client_id);
		return answer_token;
	}
	fail("usage: floor socket processes json file\n"
	     "       floor socket processes client conninfo padding\n"
	     "       floor socket processes token conninfo\n"
	     "       floor tokens count");
}

int
main(int argc, char *argv[])
{
	answer_fn *answer_request;
	long processes, i;
	int sock;

	if (sodium_init() < 0)
		fail("there is no randomness");
	if (argc == 3 && strcmp(argv[1], "tokens") == 0) {
		print_tokens(strtol(argv[2], NULL, 10));
		return EXIT_SUCCESS;
	}
	answer_request = choose(argc, argv);
	processes = strtol(argv[2], NULL, 10);
	if (processes < 1 || processes > PROCESSES_MOST)
		fail("that is no number of processes");
	umask(0117);
	if (FCGX_Init() != 0 || (sock = FCGX_OpenSocket(argv[1], BACKLOG)) < 0)
		fail("cannot listen");
	/* libfcgi catches it, and does nothing. */
	(void)signal(SIGTERM, SIG_DFL);
	for (i = 0; i < processes; i++) {
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			serve(sock, answer_request);
			return EXIT_SUCCESS;
		}
	}
	/* Until a signal ends us, and with us the others. */
	for (;;)
		pause();
}
