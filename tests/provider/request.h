/* A request that came: its parts, whether it is what the script wants, and how it is logged. */
#ifndef PROVIDER_REQUEST_H
#define PROVIDER_REQUEST_H

#include "base/buf.h"
#include "script.h"

struct request {
	struct slice method, path;
	struct slice headers; /* the lines after the first */
	struct slice body;
};

/* The first request in `in`: 1 and its bytes in `*used`, 0 where it is not whole yet, -1 where it is none. */
int request_parse(struct slice in, struct request *rq, size_t *used);

/* Whether it is what `b` wants; if not, a sentence in `why`, which never holds the value of a header. */
bool request_fits(const struct request *rq, const struct block *b, struct buf *why);

/* Add one line of JSON: what was asked, with "present" for the value of every header that may be a secret. */
void request_log(const struct request *rq, unsigned n, struct slice why, struct buf *out);

#endif
