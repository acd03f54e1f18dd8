/*
 * What the dashboard answers in JSON (syzkaller-workflow §7.7): a job with its spans (json=1), a job to be
 * run (export=1), the list of jobs (json=1), which gives one run without spans each.
 */
#ifndef IMPORT_JOB_JSON_H
#define IMPORT_JOB_JSON_H

#include "import/import.h"

/* The parts of struct importer. */
bool job_json_sniff(struct slice head);
int job_json_count(struct blob *b, unsigned *n, struct err *e);
int job_json_read(struct blob *b, struct run *r, struct err *e);

/* The whole answer is read at once: a larger one is refused. */
#define JOB_JSON_MAX ((size_t)256 << 20)

#endif
