#ifndef RC_CURL_H
#define RC_CURL_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

struct rc_arena;

/*
 * What fetch and http have in common, and nobody else includes: how libcurl is
 * bounded, and how a header is read.
 */

/*
 * rc_curl_new():
 * Return a handle, to be freed with curl_easy_cleanup, or NULL.
 */
CURL *rc_curl_new(void);

/*
 * rc_curl_bound(curl, schemes):
 * Set what is the same for whatever is asked for, by those schemes ("https"):
 * no redirect followed, TLS 1.2 or later and verified, no netrc, no signals.
 * Return false where libcurl lacks an option.
 */
bool rc_curl_bound(CURL *curl, const char *schemes);

/*
 * rc_curl_trust(curl, ca_file):
 * Set whom to trust; NULL: whom the system does.  Return as rc_curl_bound.
 */
bool rc_curl_trust(CURL *curl, const char *ca_file);

/*
 * rc_curl_socket(address):
 * Return a socket for the address, as CURLOPT_OPENSOCKETFUNCTION does.
 */
curl_socket_t rc_curl_socket(const struct curl_sockaddr *address);

/*
 * rc_curl_fields(fields):
 * Return the header fields of a request as a list, to be freed with
 * curl_slist_free_all: "Name: value", NULL-ended; NULL: there are none.  Return
 * NULL where there is no memory.
 */
struct curl_slist *rc_curl_fields(const char *const *fields);

/*
 * rc_curl_status(curl):
 * Return the status of the response, 0 where none came.
 */
long rc_curl_status(CURL *curl);

/*
 * rc_curl_field_value(line, n, name):
 * Return what follows the field's name and ":" in a header's line of ${n}
 * bytes, or NULL where it is another field's.
 */
const char *rc_curl_field_value(const char *line, size_t n, const char *name);

/*
 * rc_curl_field(mem, header, name, i):
 * Return the value of the ${i}th field of that name, NULL where there is none.
 */
const char *rc_curl_field(
    struct rc_arena *mem, const char *header, const char *name, size_t i);

#endif
