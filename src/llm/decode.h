/*
 * An answer out of the bytes of its body: which dialect's events, how it ended, the reply.  Pure: no network here, so any
 * stream can be fed in any pieces.
 */
#ifndef LLM_DECODE_H
#define LLM_DECODE_H

#include "llm/dialect.h"
#include "llm/fault.h"

struct llm_decoder;

/* `key` is taken out of messages; borrowed until llm_decoder_free().  `event` may be NULL. */
struct llm_decoder *llm_decoder_new(const struct llm_dialect *d, struct slice key,
				    void (*event)(void *arg, const struct llm_event *), void *arg);
void llm_decoder_free(struct llm_decoder *d);

/* A header of the answer, or with an empty name the end of them; `now` is the time in µs UTC.  Before the first data. */
void llm_decoder_head(struct llm_decoder *d, long status, struct slice name, struct slice value, int64_t now);

/* More of the body.  -1: a ceiling was passed, nothing more is wanted; llm_decoder_end() says which. */
int llm_decoder_data(struct llm_decoder *d, struct slice bytes);

/* How the transfer ended. */
struct llm_transfer {
	bool ok;            /* the body is there to its end */
	bool fatal;         /* else: it will not be better next time */
	struct slice message; /* why not ok */
};

/*
 * No more comes: how it ended.  Borrowed until the decoder is freed.  An answer that has its provider's end mark is whole
 * however the connection ended; without one it is broken off, whatever the connection says.
 */
const struct llm_outcome *llm_decoder_end(struct llm_decoder *d, const struct llm_transfer *t);

/* After llm_decoder_end(): what there is of the reply, or NULL where there is nothing to keep; the error, for learning. */
const struct llm_reply *llm_decoder_reply(const struct llm_decoder *d);
const struct llm_fault *llm_decoder_fault(const struct llm_decoder *d);

#endif
