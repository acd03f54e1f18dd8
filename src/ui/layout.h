/* Where the panes are: pure arithmetic, tested without a screen. */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include <stdbool.h>

#include "ui/grid.h"

enum pane_id { PANE_REPORT, PANE_SOURCE, PANE_RUN, PANE_TEXT, PANES };
const char *pane_name(enum pane_id p); /* "Report", … */

/* Below this the screen says so and waits (DESIGN §3). */
enum { LAYOUT_MIN_COLS = 40, LAYOUT_MIN_ROWS = 10 };

/* From this width on all four panes show; below, the two that belong together for what is focused, one over the other. */
enum { LAYOUT_WIDE_COLS = 100 };

struct layout {
	bool too_small;
	struct rect pane[PANES];
	bool visible[PANES];
	bool stacked; /* not all panes show */
	unsigned title_row, verdict_row, hint_row;
};

/*
 * Divide `rows` × `cols`.  `focus` is always visible; with `zoom` it is alone.  Stacked, a list stands over what it leads
 * to (Report over Source, Run over Text), and Source over Text, as on opening: racing lines and answer.
 */
struct layout layout_compute(unsigned rows, unsigned cols, enum pane_id focus, bool zoom);

#endif
