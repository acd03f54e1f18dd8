/* Checks of what was imported: each disagreement becomes a warning, none makes an import fail (§8.6). */
#ifndef IMPORT_CHECK_H
#define IMPORT_CHECK_H

#include "model/run.h"

/* The headers: Seq without gaps, Nesting that grows by one at most, Finished not before Started. */
void check_spans(struct run *r);

/* The texts: results of the flow against those of the job, set-results against the results of its agent. */
void check_results(struct run *r, const struct outputs *job, struct slice explanation);

#endif
