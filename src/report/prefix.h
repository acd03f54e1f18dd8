/* What a log, a mail or a vendor's kernel puts in front of the kernel's own words. */
#ifndef REPORT_PREFIX_H
#define REPORT_PREFIX_H

#include "base/slice.h"

/* What was learnt from earlier lines; all zeroes at the beginning of a text. */
struct prefix {
	struct slice vendor; /* "kworker/u16:3:", seen before "[name:…&]"; unmarked lines have it too */
};

/*
 * The kernel's own part of a line: without quoting ("> ", "| "), syslog head, level, time, caller and vendor
 * marks, in any order and number, and without blanks at both ends.  `*caller` is the task or CPU that printed
 * the line ("T4926", "C4"), empty where it does not say.  Both are parts of `line`.
 */
struct slice prefix_strip(struct prefix *p, struct slice line, struct slice *caller);

#endif
