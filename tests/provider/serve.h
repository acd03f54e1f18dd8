/* One connection: requests in, the answers' pieces out, each when it is due. */
#ifndef PROVIDER_SERVE_H
#define PROVIDER_SERVE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "compose.h"
#include "request.h"
#include "script.h"

/* The script as far as it has been played. */
struct play {
	const struct script *script;
	size_t next;    /* block */
	uint64_t taken; /* requests that it has taken */
	unsigned requests, mismatches;
	FILE *log; /* may be NULL */
};

/* Whether every request that the script wants has come. */
bool play_over(const struct play *p);

struct conn {
	int fd;
	struct buf in, out; /* received; to be sent now, from `out_at` */
	size_t out_at;
	const struct block *b; /* the answer under way, or NULL */
	struct composer c;
	bool headed; /* its head has gone */
	size_t step;
	size_t text_at;   /* of a text that goes word by word */
	uint64_t flooded; /* pieces of a flood */
	struct buf body;  /* of the current step, cut into pieces from `body_at` */
	size_t body_at;
	uint64_t sent; /* of the whole body */
	uint64_t random;
	size_t cut;    /* the next offset */
	int64_t due;   /* of the next piece, microseconds of now_us() */
	int64_t gap;   /* from one piece to the next: counted from when one was due, so that the rate holds */
	bool stalled, last; /* silent for ever; closed once `out` has gone */
};

int64_t now_us(void);

/* What can be done now, reading too where `readable`.  False: the connection has been closed. */
bool conn_go(struct conn *c, struct play *p, bool readable);

/* When it wants to go on by itself, in now_us(); INT64_MAX: only when the socket is ready. */
int64_t conn_due(const struct conn *c);

void conn_release(struct conn *c);

#endif
