/*
 * HTTP requests on the loop, over libcurl (llm-apis D.2, F.3, F.4): TLS from 1.2 on and always verified, no redirect is
 * followed, no cookie kept, plain http to this machine only unless the request allows more.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/slice.h"
#include "sys/loop.h"

struct http;      /* the transfers of one program, on a loop */
struct http_call; /* one of them */

/*
 * Get libcurl ready: a program that never calls this never pays for it.  `l` is borrowed and must outlive the result;
 * connections are kept for the next request.  SIGPIPE is ignored from now on.  NULL: ERR_NET.
 */
struct http *http_new(struct loop *l, struct err *e);
void http_free(struct http *h); /* cancels what runs; not from inside a sink's function */

#define HTTP_CONNECT_MS 30000u
#define HTTP_IDLE_MS 600000u
#define HTTP_MAX_BYTES ((size_t)256 << 20)

/* What to ask.  Everything is copied by http_start(). */
struct http_request {
	const char *url;            /* https://…, or http://… */
	const char *const *headers; /* "Name: value" without control characters, ended by NULL; may be NULL; wiped when done */
	struct slice body;          /* empty: GET, else POST */
	const char *ca_file;        /* certificates to trust; NULL: CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR, or the system's */
	const char *proxy;          /* NULL: the environment's; what is on this machine is never asked through one */
	bool allow_plain;           /* http:// to another machine too */
	unsigned connect_ms;        /* names, TCP and TLS; 0: HTTP_CONNECT_MS */
	unsigned idle_ms;           /* once connected, without any byte; 0: HTTP_IDLE_MS */
	size_t max_bytes;           /* of the answer's body; past it the call fails; 0: HTTP_MAX_BYTES */
};

struct http_end {
	bool ok;           /* the transfer itself came to its end; `status` may still say no */
	long status;       /* 0 where no answer came */
	bool tls;          /* the certificate does not pass: waiting does not help */
	bool too_much;     /* it sent more than max_bytes, or than fits of headers: once more is the same */
	bool timeout;      /* connect_ms or idle_ms has passed */
	char message[640]; /* why not ok, a sentence; never holds a header, a user or the query of the URL */
};

/*
 * Who listens.  The functions are called from the loop, never from inside http_start(); each may call http_cancel(), on
 * its own call too (not from `end`), and `end` may call http_start().  The slices last for the call.
 */
struct http_sink {
	/*
	 * Each header of the answer, without blanks around; then once an empty name: the head is whole (so a status is
	 * known before the first byte even where no header came).  May be NULL.
	 */
	void (*head)(void *arg, long status, struct slice name, struct slice value);
	void (*data)(void *arg, struct slice bytes);          /* the body, as it arrives */
	void (*end)(void *arg, const struct http_end *end); /* once; the call is gone after it */
};

/*
 * Start a request.  `sink` is copied.  NULL where it cannot be sent as it is: ERR_USAGE (the URL, a header) or ERR_NET;
 * what goes wrong later comes to `end`.
 */
struct http_call *http_start(struct http *h, const struct http_request *rq, const struct http_sink *sink, void *arg,
			     struct err *e);

/* Is it on this machine, by name or number?  False also for what is no URL. */
bool http_is_local(const char *url);

/* At once; nothing of the sink is called after it. */
void http_cancel(struct http_call *c);

#endif
