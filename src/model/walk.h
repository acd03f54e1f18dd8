/*
 * A walk through a run as it happened: record by record, each span's start and, once its children have ended, its finish.
 * All steps cost the depth of the nesting, never the number of spans.
 */
#ifndef MODEL_WALK_H
#define MODEL_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/traj.h"

struct walk {
	bool on;
	size_t begun;   /* spans 0 … begun-1 have begun */
	uint32_t *open; /* owned: those of them that have not ended, outermost first */
	size_t nopen, cap;
	size_t at;      /* the span whose record came last; SIZE_MAX: none did */
};
void walk_release(struct walk *w); /* `w` is all zeroes afterwards: no walk */

/* Before the first record, and behind the last one. */
void walk_begin(struct walk *w);
void walk_end(struct walk *w, const struct traj *t);

/* One record on or back: false where there is none.  The end of a span that did not finish is no record, and is passed over. */
bool walk_forward(struct walk *w, const struct traj *t);
bool walk_back(struct walk *w, const struct traj *t);

/* Records that came, of walk_length(); both count an end for each span. */
uint64_t walk_position(const struct walk *w);
uint64_t walk_length(const struct traj *t);
bool walk_is_over(const struct walk *w, const struct traj *t);

/* To position `to`; right behind the start of span `i`; right behind its end. */
void walk_seek(struct walk *w, const struct traj *t, uint64_t to);
void walk_to_start(struct walk *w, const struct traj *t, size_t i);
void walk_to_finish(struct walk *w, const struct traj *t, size_t i);
uint64_t walk_finish_position(const struct traj *t, size_t i);

/* Has span `i` begun; has it ended, with all that its finish record tells? */
bool walk_has_begun(const struct walk *w, size_t i);
bool walk_has_ended(const struct walk *w, size_t i);

/* When the record that came last was written; WHEN_NONE where the source does not say. */
int64_t walk_time(const struct walk *w, const struct traj *t);

#endif
