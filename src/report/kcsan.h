/* A KCSAN report in a text: classified lines → accesses, stacks, footer. */
#ifndef REPORT_KCSAN_H
#define REPORT_KCSAN_H

#include "model/crash.h"

/*
 * Find the best KCSAN report in c->text, the first of the most whole ones, and fill `c`, whose arena and text
 * are set. False, with `c` unchanged, where there is none.
 */
bool kcsan_parse(struct crash *c);

/* Where the first KCSAN report with an access stands in `text`; false where there is none. */
bool kcsan_next(struct slice text, struct slice *extent);

#endif
