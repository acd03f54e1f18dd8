/*
 * What a job page says above its trajectory: job table, inputs, outputs, crash report (syzkaller-workflow
 * §7.2, §7.4).
 */
#ifndef IMPORT_HTML_JOB_H
#define IMPORT_HTML_JOB_H

#include "import/html_doc.h"
#include "model/run.h"

/*
 * Fill the job's fields of `r`; its results go to `said` and `*explanation` (in r->arena).  True where a
 * job table with a job was there; `*more` counts the jobs of the table that are not this one.
 */
bool html_job_read(const struct html_doc *d, struct run *r, struct outputs *said, struct slice *explanation,
		   size_t *more);

#endif
