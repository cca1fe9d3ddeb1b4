#ifndef UNIT_REQUEST_H
#define UNIT_REQUEST_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "conf.h"
#include "json.h"
#include "json_text.h"
#include "req.h"

/*
 * unit_conf(text):
 * Return the configuration of an issuer with ${text} added to it.
 */
static inline struct rc_conf *
unit_conf(const char *text)
{
	char path[] = "/tmp/rollcall-unit-XXXXXX";
	char error[256];
	struct rc_conf *conf;
	FILE *f;

	f = fdopen(mkstemp(path), "w");
	ck_assert_ptr_nonnull(f);
	(void)fprintf(f, "issuer = \"https://auth.example.org\"\n%s\n", text);
	ck_assert_int_eq(fclose(f), 0);
	conf = rc_conf_load(path, error, sizeof(error));
	(void)unlink(path);
	ck_assert_msg(conf != NULL, "%s", error);
	return conf;
}

/*
 * unit_request(text):
 * Return an empty request under unit_conf(text).
 */
static inline struct rc_req *
unit_request(const char *text)
{
	struct rc_arena *mem = rc_arena_new();
	struct rc_req *rq = rc_alloc(mem, sizeof(*rq));

	rq->mem = mem;
	rq->conf = unit_conf(text);
	rq->query = "";
	rq->address = "";
	return rq;
}

/*
 * unit_request_free(rq):
 * Give back all that unit_request made.
 */
static inline void
unit_request_free(struct rc_req *rq)
{
	const struct rc_conf *conf = rq->conf;

	rc_arena_free(rq->mem);
	rc_conf_free((struct rc_conf *)(uintptr_t)conf);
}

/*
 * unit_json(rq, text):
 * Return ${text} parsed; single quotes in it stand for double ones.
 */
static inline struct rc_json *
unit_json(struct rc_req *rq, const char *text)
{
	char *copy = rc_strdup(rq->mem, text);
	char *p;

	for (p = copy; (p = strchr(p, '\'')) != NULL;)
		*p = '"';
	return json_text(rq->mem, copy);
}

#endif
