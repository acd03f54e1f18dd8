/* What the dashboard says of a job in JSON, into a run: the Job object and its arguments (§7.1, §7.7). */
#ifndef IMPORT_JOB_FIELDS_H
#define IMPORT_JOB_FIELDS_H

#include "base/slice.h"
#include "model/run.h"

/*
 * Fill the run's job, workflow, title, revision, error and times.  `job` passed json_check().  What its
 * Results say is added to `said` and `*explanation` (in r->arena).
 */
void job_fields_job(struct run *r, struct slice job, struct outputs *said, struct slice *explanation);

/*
 * The inputs: an object, or an array of Key and Value.  `args` passed json_check().  Gives the report, the
 * kernel commit, and a title where there is none yet.
 */
void job_fields_args(struct run *r, struct slice args);

/* One input, of either form or of a page's table. */
void job_fields_input(struct run *r, struct slice key, struct slice value);

/*
 * With all spans read: take the verdict that the job told where the flow's own results tell none, and check
 * the one against the other.
 */
void job_fields_verdict(struct run *r, const struct outputs *said, struct slice explanation);

#endif
