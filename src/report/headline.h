/* The one line that says what a crash was, for reports of any kind. */
#ifndef REPORT_HEADLINE_H
#define REPORT_HEADLINE_H

#include "base/arena.h"
#include "base/slice.h"

/*
 * Is a line without prefix a headline with which a crash dump begins ("kernel BUG at …", "Kernel panic …")?
 */
bool headline_dumps(struct slice line);

/*
 * The best title of a text that is no KCSAN report: its first headline, offsets left out, in the arena or a
 * part of `text`; "KASAN: slab-use-after-free Read in f" for the sanitizers of memory.  Empty where there is
 * none.
 */
struct slice headline_of(struct arena *a, struct slice text);

#endif
