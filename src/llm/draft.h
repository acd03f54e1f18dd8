/* A reply that is still coming: what the dialects put together piece by piece, under the ceilings of llm.h. */
#ifndef LLM_DRAFT_H
#define LLM_DRAFT_H

#include "base/arena.h"
#include "base/buf.h"
#include "llm/llm.h"
#include "llm/redact.h"

/* A text that streams in, without the key, which a provider may say back. */
struct llm_streamed {
	struct buf b;
	struct llm_veil veil;
};

struct llm_draft {
	void (*event)(void *arg, const struct llm_event *); /* may be NULL */
	void *arg;
	struct slice key; /* borrowed */
	struct llm_streamed thoughts, text;
	struct buf model, id;
	struct buf finish;  /* the provider's word for how it ended; empty: it has not said */
	struct buf why;     /* its sentence about that */
	bool blocked;       /* `finish` is why the prompt was refused */
	struct llm_usage usage;
	struct {
		struct buf id, name;
		struct llm_streamed args;
	} call[LLM_CALLS_MAX];
	unsigned ncalls;
	const char *over; /* which ceiling was passed; NULL: none.  Nothing is added after */
};

void llm_draft_init(struct llm_draft *d, struct slice key, void (*event)(void *arg, const struct llm_event *), void *arg);
void llm_draft_release(struct llm_draft *d);
void llm_draft_end(struct llm_draft *d); /* no more comes */

void llm_draft_thought(struct llm_draft *d, struct slice s);
void llm_draft_text(struct llm_draft *d, struct slice s);

/*
 * A new call; returns its slot, or LLM_CALLS_MAX past the ceiling (which `over` then says).  An empty `id` becomes
 * LLM_OWN_ID with a number.  The event comes with the name, which may come in pieces, or again.
 */
#define LLM_OWN_ID "verdict-call-"
unsigned llm_draft_call(struct llm_draft *d, struct slice id);
void llm_draft_name(struct llm_draft *d, unsigned slot, struct slice piece);
void llm_draft_args(struct llm_draft *d, unsigned slot, struct slice bytes);
void llm_draft_usage(struct llm_draft *d, const struct llm_usage *u);

/* Set a text anew where `s` holds something. */
void llm_draft_set(struct buf *b, struct slice s);

/*
 * Are the arguments of call `slot` a JSON object?  Gives it raw (in the draft), {} for none at all and for null; false with
 * {} for anything else.
 */
bool llm_draft_whole(const struct llm_draft *d, unsigned slot, struct slice *args);

/* The reply, all but its turn, copied into `a`. */
void llm_draft_reply(const struct llm_draft *d, struct arena *a, struct llm_reply *out);

#endif
