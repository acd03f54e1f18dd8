/* A report of another kind than KCSAN in a text: headline, named stacks, CPU line. */
#ifndef REPORT_DUMP_H
#define REPORT_DUMP_H

#include "model/crash.h"

/*
 * Read the first such report of c->text, up to where the next one begins, and fill `c`, whose arena and text are set.
 * False, with `c` unchanged, where there is no headline with a stack.
 */
bool dump_parse(struct crash *c);

/*
 * The next such report in `*rest`: true with the part of `*rest` that it is in `*extent`, and what comes behind it left
 * in `*rest`.  Lone headlines without stack are passed over, except those that a dump should have followed.
 * `*after`: a report came right before, so that a panic is its end and no report of its own; cleared when one was found.
 */
bool dump_next(struct slice *rest, struct slice *extent, bool *after);

#endif
