/* Spans as the dashboard writes them into its JSON: the Trajectory of a job, the rawData of a page (§7.6). */
#ifndef IMPORT_JOB_SPANS_H
#define IMPORT_JOB_SPANS_H

#include "base/blob.h"
#include "model/run.h"

/*
 * Make r->traj over `b`, which it owns from now on, and put into it what `array` holds: a part of `text`,
 * which is all of `b`; empty for a run without spans.  What cannot be used is named in r->diags; where the
 * array is cut, r->cut is set.
 */
void job_spans_read(struct run *r, struct blob *b, struct slice text, struct slice array);

#endif
