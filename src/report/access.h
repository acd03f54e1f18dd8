/* The line that heads each block of a KCSAN report: what was done to which bytes, by whom. */
#ifndef REPORT_ACCESS_H
#define REPORT_ACCESS_H

#include "base/slice.h"
#include "model/crash.h"

/*
 * Parse a line without prefix into the fields of `a` that an access line tells (frames and text are left
 * alone). 1: it is one.  0: it is not.  -1: it begins like one and ends too early: the rest may stand on the
 * next line.
 */
int access_parse(struct slice s, struct access *a);

#endif
