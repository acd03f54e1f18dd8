/* What a reviewer says of a claim (DESIGN §6): a sentence of the AI made one, and whether it is true. */
#ifndef MODEL_CLAIM_MARK_H
#define MODEL_CLAIM_MARK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"
#include "model/claim_check.h"
#include "model/place.h"

enum claim_mark {
	CLAIM_MARK_OPEN, /* it is a claim; nothing is said about it, or no longer */
	CLAIM_MARK_TRUE, CLAIM_MARK_FALSE, CLAIM_MARK_UNVERIFIABLE,
	CLAIM_MARKS
};
const char *claim_mark_name(enum claim_mark m); /* "open", "true", "false", "unverifiable" */
bool claim_mark_of(struct slice word, enum claim_mark *m);

struct event;

/* One that stands: the newest mark of its reviewer on that claim. */
struct marked_claim {
	const struct event *event; /* borrowed from the events */
	enum claim_mark mark;
	enum claim_state check; /* as it was shown to the reviewer; CLAIM_UNDECIDED also where nothing was checked */
	struct place *places;   /* owned: the text first, then the source that it is pinned to; at least one */
	size_t nplaces;
};
void marked_claim_release(struct marked_claim *m); /* all zeroes afterwards */

/* The payload of a mark-claim event (model/payload.h), and back: false where it is none; `m` is released by the caller if it is. */
void claim_mark_payload(struct buf *b, enum claim_mark mark, enum claim_state check, const struct place *places, size_t n);
bool claim_mark_read(const char *payload, struct marked_claim *m);

/* Do two places name the same bytes of the same text? */
bool claim_mark_same(const struct place *a, const struct place *b);

#endif
