/* The one line that says what a crash was, for reports of any kind. */
#ifndef REPORT_HEADLINE_H
#define REPORT_HEADLINE_H

#include "base/arena.h"
#include "base/slice.h"
#include "model/crash.h"

/* What a headline begins with, and what it tells. */
struct headline {
	const char *begin;
	bool dump;    /* a dump of a CPU follows at once; the others may be single lines */
	bool follows; /* may also be the second line of a report that began with another headline */
	enum crash_kind kind;
	const char *title; /* what the title says in front of " in FUNCTION"; NULL: the words of the line */
};

/* The headline that a line without prefix is; NULL for none.  "BUG: KCSAN: …" is none. */
const struct headline *headline_find(struct slice line);

/*
 * Is a line without prefix a headline with which a crash dump begins ("kernel BUG at …", "Kernel panic …")?
 */
bool headline_dumps(struct slice line);

/*
 * The title of a report of another kind than KCSAN, as kernel and syzkaller call it: "KASAN: slab-use-after-free
 * Read in f", "possible deadlock in f".  `line` is its headline, `before` the line above it (a refcount's or an object's
 * warning says there what it is about), `rest` what follows it, `function` whose fault it is.  In the arena.  Where the
 * function is empty, or this headline has no such title: the headline itself without offsets.
 */
struct slice headline_title(struct arena *a, struct slice line, struct slice before, struct slice rest,
			    struct slice function);

/*
 * The best title of a text that is no report: its first headline, offsets left out, in the arena or a part of
 * `text`; "KASAN: slab-use-after-free Read in f" for the sanitizers of memory.  Empty where there is none.
 */
struct slice headline_of(struct arena *a, struct slice text);

#endif
