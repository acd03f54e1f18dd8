/* What an agent's model says, in the events of each dialect (llm-apis A.3, B.3, C.4). */
#ifndef PROVIDER_COMPOSE_H
#define PROVIDER_COMPOSE_H

#include "base/buf.h"
#include "script.h"

/* One reply under way. */
struct composer {
	enum dialect dialect;
	struct slice model; /* borrowed */
	unsigned reply;     /* its number, for ids */
	unsigned calls;     /* so far */
	uint64_t in, out, thought; /* tokens */
	/* Anthropic: the block that is open, and its index. */
	bool begun, open;
	enum step_kind kind;
	unsigned block;
};

/* Add the events of step `st` (a thought, a text, a call, usage or the finish), its text replaced by `text`. */
void compose(struct composer *c, const struct step *st, struct slice text, struct buf *out);

#endif
