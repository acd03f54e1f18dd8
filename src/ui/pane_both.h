/*
 * Both accesses over the whole screen: each with its access line, its stack and its source.  Of a report that is no data race,
 * two of its stacks.
 */
#ifndef UI_PANE_BOTH_H
#define UI_PANE_BOTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/crash.h"
#include "ui/grid.h"
#include "ui/list.h"

struct ui;
struct both_side;

enum { BOTH_SIDES = 2 };
struct both_pane {
	struct both_side *side[BOTH_SIDES]; /* owned; NULL: the view was not opened yet */
	const struct crash *of;             /* that they are of */
	struct buf fields; /* what the accesses are to, in words */
	unsigned n;      /* sides that there are: 1 where the other one is unknown */
	unsigned focus;  /* side that has the keys */
	bool alone;      /* the source of that side scrolls alone, else that of both */
};
void both_release(struct both_pane *p); /* it is empty then and usable */

/* The evidence or the report changed: what is shown is filled anew. */
void both_again(struct ui *ui);

void both_do_open(struct ui *ui, const char *args);

/* ---- the room of each side ---- */

enum { BOTH_BESIDE_COLS = 150 }; /* of the screen: from there on the sides stand side by side */

struct both_layout {
	bool beside;
	bool shown[BOTH_SIDES]; /* a small screen has room for the one that has the keys alone */
	struct rect side[BOTH_SIDES];
	struct rect facts;
};

/* Divide `r`; what is said of both wants `facts` rows, the text of a missing side (`n` is 1) `missing` rows. */
struct both_layout both_layout(struct rect r, unsigned n, unsigned focus, unsigned facts, unsigned missing);

#endif
