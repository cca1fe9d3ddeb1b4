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
#define TOKEN_SIZE 44

static const char insert[] =
    "INSERT INTO floor (client_id, secret_hash, token_hash, metadata, padding) "
    "VALUES ($1::text, $2::bytea, $3::bytea, $4::text::jsonb, $5::text) "
    "RETURNING floor(extract(epoch FROM issued_at))::bigint";
static const char select_by_key[] =
    "SELECT metadata::text, floor(extract(epoch FROM issued_at))::bigint "
    "FROM floor WHERE client_id = $1::text";

static char *constant; /* what every request is answered with, or NULL */
static size_t constant_len;
static const char *conninfo;
static char *padding;
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
connect_database(void)
{
	PGresult *made, *found;

	db = PQconnectdb(conninfo);
	if (PQstatus(db) != CONNECTION_OK)
		fail(PQerrorMessage(db));
	made = PQprepare(db, "insert", insert, 0, NULL);
	found = PQprepare(db, "select", select_by_key, 0, NULL);
	if (PQresultStatus(made) != PGRES_COMMAND_OK ||
	    PQresultStatus(found) != PGRES_COMMAND_OK)
		fail(PQerrorMessage(db));
	PQclear(made);
	PQclear(found);
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
hash(const char *text, unsigned char out[32])
{

	crypto_generichash(
	    out, 32, (const unsigned char *)text, strlen(text), NULL, 0);
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
	unsigned char secret_hash[32], token_hash[32];
	struct json_object *o = json_tokener_parse(body);
	const char *const values[] = { id, (const char *)secret_hash,
		(const char *)token_hash, write_json(o), padding };
	const int lengths[] = { 0, 32, 32, 0, 0 };
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

static void
serve(int sock)
{
	static char body[BODY_MOST];
	FCGX_Request rq;
	const char *method, *uri;
	int n;

	if (constant == NULL)
		connect_database();
	FCGX_InitRequest(&rq, sock, 0);
	while (FCGX_Accept_r(&rq) == 0) {
		n = FCGX_GetStr(body, (int)sizeof(body) - 1, rq.in);
		body[n] = '\0';
		method = FCGX_GetParam("REQUEST_METHOD", rq.envp);
		uri = FCGX_GetParam("REQUEST_URI", rq.envp);
		if (constant != NULL)
			answer(&rq, "200 OK", constant, constant_len);
		else if (method != NULL && strcmp(method, "POST") == 0)
			answer_post(&rq, body);
		else
			answer_get(&rq, uri != NULL ? uri : "/");
		FCGX_Finish_r(&rq);
	}
}

int
main(int argc, char *argv[])
{
	long processes, i;
	int sock;

	if (argc == 5 && strcmp(argv[3], "json") == 0) {
		read_constant(argv[4]);
	} else if (argc == 6 && strcmp(argv[3], "client") == 0) {
		conninfo = argv[4];
		make_padding(argv[5]);
	} else {
		fail("usage: floor socket processes json file\n"
		     "       floor socket processes client conninfo padding");
	}
	processes = strtol(argv[2], NULL, 10);
	if (processes < 1 || processes > PROCESSES_MOST)
		fail("that is no number of processes");
	umask(0117);
	if (sodium_init() < 0 || FCGX_Init() != 0 ||
	    (sock = FCGX_OpenSocket(argv[1], BACKLOG)) < 0)
		fail("cannot listen");
	/* libfcgi catches it, and does nothing. */
	(void)signal(SIGTERM, SIG_DFL);
	for (i = 0; i < processes; i++) {
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			serve(sock);
			return EXIT_SUCCESS;
		}
	}
	/* Until a signal ends us, and with us the others. */
	for (;;)
		pause();
}
