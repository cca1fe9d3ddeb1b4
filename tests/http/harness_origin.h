#ifndef HARNESS_ORIGIN_H
#define HARNESS_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A web server of others, https on 127.0.0.2, that our programs fetch from.
 * Some of its paths are hostile: /drip sends a byte now and then, /huge never
 * ends, /redirect leads to /inside, /gzip is a compressed bomb, /silent says
 * nothing.
 */

/*
 * origin_start():
 * Start it and let the programs trust it, as a harness_setup; it ends with the
 * test program.
 */
void origin_start(void);

/*
 * origin_conf(more, n):
 * Let the programs trust it, with more configuration lines.
 */
void origin_conf(const char *const *more, size_t n);

/*
 * origin_put(path, body):
 * Serve ${body}, JSON written with ' for ", at ${path} from now on; NULL: 404.
 */
void origin_put(const char *path, const char *body);

/*
 * origin_url(path), origin_untrusted_url(path):
 * Return the URL of a path; with a host that the certificate does not name.
 */
const char *origin_url(const char *path);
const char *origin_untrusted_url(const char *path);

/*
 * origin_count(path):
 * Return how often it was asked for.
 */
size_t origin_count(const char *path);

/*
 * origin_forget():
 * Let the programs forget what they fetched, and how much.
 */
void origin_forget(void);

#endif
