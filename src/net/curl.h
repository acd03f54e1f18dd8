/*
 * libcurl, loaded when the network is first needed (base/library.h): with it come three dozen libraries.  Its functions are
 * members here: curl.easy_init() is curl_easy_init().
 */
#ifndef NET_CURL_H
#define NET_CURL_H

#include <curl/curl.h>

#include "base/err.h"

#define CURL_FUNCTIONS(X) \
	X(easy_cleanup) X(easy_getinfo) X(easy_init) X(easy_setopt) X(easy_strerror) X(free) X(global_cleanup) X(global_init) \
	X(multi_add_handle) X(multi_cleanup) X(multi_info_read) X(multi_init) X(multi_remove_handle) X(multi_setopt) \
	X(multi_socket_action) X(multi_strerror) X(slist_append) X(slist_free_all) X(url) X(url_cleanup) X(url_get) X(url_set)

#define CURL_MEMBER(name) __typeof__(&curl_##name) name;
extern struct curl {
	CURL_FUNCTIONS(CURL_MEMBER)
} curl;

/* Before any of them is called.  -1, ERR_TOOL: there is no libcurl here that has them. */
int curl_load(struct err *e);

#endif
