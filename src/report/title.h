/* The title line: "BUG: KCSAN: data-race in a / b". */
#ifndef REPORT_TITLE_H
#define REPORT_TITLE_H

#include "base/arena.h"
#include "model/crash.h"

/*
 * Does a line without prefix name a KCSAN report?  `*title` is then the part from "KCSAN: " on.  `*strong`:
 * the line begins with it; else it was found behind other words (a mail's subject) and must name functions to
 * count.
 */
bool title_find(struct slice line, struct slice *title, bool *strong);

/*
 * Does `title` end so that the second name must be on the next line, or does `next` begin like such a rest?
 */
bool title_is_wrapped(struct slice title, struct slice next);

/*
 * Fill title, functions and nfunctions of `c`.  Offsets and places are left out; what was left as it is lies
 * in the text, else in the arena.
 */
void title_parse(struct arena *a, struct slice title, struct crash *c);

/* Once the stacks are there: names where the title has none, or only KCSAN's own. */
void title_complete(struct crash *c);

#endif
