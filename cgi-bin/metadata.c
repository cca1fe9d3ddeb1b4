/*
 * metadata: what clients ask first.  Authorization server metadata (RFC 8414),
 * OpenID Connect Discovery 1.0, protected resource metadata (RFC 9728).
 * The documents are made when the program starts and served from memory.
 */
#include <string.h>
#include <strings.h>

#include "answer.h"
#include "arena.h"
#include "conf.h"
#include "crypt.h"
#include "discovery.h"
#include "serve.h"

static struct rc_document server;
static struct rc_document *resources; /* the default document comes last */
static size_t nresources;
static const char *cache_control;

static enum rc_err
answer_document(struct rc_req *rq, const struct rc_document *doc)
{

	rc_answer_document(
	    rq, "application/json", doc->text, doc->len, doc->etag);
	rc_answer_header(rq, "Cache-Control", cache_control);
	return RC_OK;
}

/*
 * RFC 8414 3.1, OpenID Connect Discovery 1.0 4: at the root of the host, with
 * the issuer's path behind the well-known name, or, for OpenID Connect, in
 * front of it.
 */
static enum rc_err
server_get(struct rc_req *rq)
{

	if (*rq->arg != '\0' && strcmp(rq->arg, server.path) != 0)
		return rc_fail(rq, RC_ERR_NOT_FOUND,
		    "no issuer of this server has that path");
	return answer_document(rq, &server);
}

/*
 * RFC 9728 3.1: the resource's path comes behind the well-known name.  Where
 * the host asked for has no such resource, another host's with that path is
 * meant: behind a proxy, ours may differ.  Without a path it is the default
 * document then.
 */
static enum rc_err
resource_get(struct rc_req *rq)
{
	const char *host = rc_req_header(rq, "Host");
	const struct rc_document *found = NULL;
	size_t i;

	if (*rq->arg == '\0')
		found = &resources[nresources - 1];
	for (i = 0; i < nresources; i++) {
		if (strcmp(rq->arg, resources[i].path) != 0)
			continue;
		if (host != NULL && strcasecmp(host, resources[i].host) == 0)
			return answer_document(rq, &resources[i]);
		if (found == NULL)
			found = &resources[i];
	}
	if (found == NULL)
		return rc_fail(rq, RC_ERR_NOT_FOUND,
		    "no protected resource with that path is configured");
	return answer_document(rq, found);
}

static const struct rc_route routes[] = {
	{ RC_UNDER_ROOT, "/.well-known/oauth-authorization-server*", NULL,
	    .get = server_get },
	{ RC_UNDER_ROOT, "/.well-known/openid-configuration*", NULL,
	    .get = server_get },
	{ RC_UNDER_ROOT, "/.well-known/oauth-protected-resource*", NULL,
	    .get = resource_get },
	{ RC_UNDER_ISSUER, "/.well-known/openid-configuration", NULL,
	    .get = server_get },
};

/* Make all documents; they live as long as the process. */
static bool
start(const struct rc_conf *conf)
{
	static struct rc_arena *mem;
	size_t i;

	rc_arena_free(mem);
	mem = rc_arena_new();
	cache_control = rc_printf(
	    mem, "public, max-age=%lld", (long long)conf->metadata_max_age);
	rc_discovery_server(mem, conf, &server);
	nresources = conf->nresources + 1;
	resources = rc_alloc(mem, nresources * sizeof(*resources));
	for (i = 0; i < conf->nresources; i++)
		rc_discovery_resource(
		    mem, conf, &conf->resources[i], &resources[i]);
	rc_discovery_resource(mem, conf, NULL, &resources[i]);
	return true;
}

static const struct rc_service *const services[] = { &rc_crypt_service, NULL };

static const struct rc_program program = {
	.name = "metadata",
	.spec = "RFC 8414, RFC 9728, OpenID Connect Discovery 1.0",
	.cache_control = "no-store",
	.routes = routes,
	.nroutes = sizeof(routes) / sizeof(routes[0]),
	.services = services,
	.start = start,
};

int
main(int argc, char *argv[])
{

	return rc_serve(&program, argc, argv);
}
