/* Checks of what was imported: each disagreement becomes a warning, none makes an import fail (§8.6). */
#ifndef IMPORT_CHECK_H
#define IMPORT_CHECK_H

#include "model/run.h"

/* The headers: Seq without gaps, Nesting that grows by one at most, Finished not before Started. */
void check_spans(struct run *r);

/*
 * The same in slices: looks at `most` spans or so.  True where there is more; the check is at its beginning where all of it
 * is zero, and no span may come meanwhile.
 */
struct span_check {
	size_t gaps, spans; /* looked at for the one and the other */
	uint64_t next, missing, first;
};
bool check_spans_step(struct run *r, struct span_check *c, size_t most);

/* The texts: results of the flow against those of the job, set-results against the results of its agent. */
void check_results(struct run *r, const struct outputs *job, struct slice explanation);

#endif
