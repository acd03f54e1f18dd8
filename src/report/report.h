/* Text of a kernel crash report → struct crash.  Never fails: what is not understood is CRASH_RAW. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/slice.h"
#include "model/crash.h"

/* Parse `text` (copied; any bytes).  The result is freed with crash_free(). */
struct crash *report_parse(struct slice text);

#endif
