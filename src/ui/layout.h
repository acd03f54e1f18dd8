/* Where the panes are: pure arithmetic, tested without a screen. */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include <stdbool.h>

#include "ui/grid.h"

enum pane_id { PANE_REPORT, PANE_SOURCE, PANE_RUN, PANE_TEXT, PANES };
const char *pane_name(enum pane_id p); /* "Report", … */

/* Below this the screen says so and waits (DESIGN §3). */
enum { LAYOUT_MIN_COLS = 40, LAYOUT_MIN_ROWS = 10 };

/* From this width on the four panes stand side by side; below, two slots one over the other hold two panes each. */
enum { LAYOUT_WIDE_COLS = 100 };

struct layout {
	bool too_small;
	struct rect pane[PANES];
	bool visible[PANES];
	enum pane_id partner[PANES]; /* the pane that shares the slot; itself where it has a place of its own */
	unsigned title_row, verdict_row, hint_row;
};

/*
 * Divide `rows` × `cols`.  `focus` is always visible; with `zoom` it is alone.  `shown` holds, for the stacked form, the
 * pane last seen in each slot ([0] Report or Source, [1] Run or Text).
 */
struct layout layout_compute(unsigned rows, unsigned cols, enum pane_id focus, const enum pane_id shown[2], bool zoom);

#endif
