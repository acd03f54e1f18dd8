/* A bare crash report, or a console log with one in it: a run without spans, which is to be judged. */
#ifndef IMPORT_CRASH_LOG_H
#define IMPORT_CRASH_LOG_H

#include "import/import.h"

/* The parts of struct importer. */
bool crash_log_sniff(struct slice head);
int crash_log_read(struct blob *b, struct run *r, struct err *e);

#define CRASH_LOG_MAX ((size_t)64 << 20)

#endif
