/* Text of a kernel crash report → struct crash.  Never fails: what is not understood is CRASH_RAW. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/slice.h"
#include "model/crash.h"

/* Parse `text` (copied; any bytes).  The result is freed with crash_free(). */
struct crash *report_parse(struct slice text);

/* Takes one report, borrowed until it returns; non-zero ends the walk. */
typedef int (*report_sink)(void *arg, struct crash *c);

/*
 * Parse every report of a log, in order; the text of each is its own part of the log.  Where nothing in it is a report, the
 * whole text is given as one raw one.  Returns how many were given.  Time is linear in the text.
 */
size_t report_parse_all(struct slice text, report_sink sink, void *arg);

#endif
