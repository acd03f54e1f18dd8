/* Where the panes are: pure arithmetic, tested without a screen. */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/diag.h"
#include "ui/grid.h"

enum pane_id { PANE_REPORT, PANE_SOURCE, PANE_RUN, PANE_TEXT, PANES };
const char *pane_name(enum pane_id p); /* "Report", … */

/* Below this the screen says so and waits (DESIGN §3). */
enum { LAYOUT_MIN_COLS = 40, LAYOUT_MIN_ROWS = 10 };

/*
 * From these sizes on all four panes show (`wide` and `focus`: columns; `tall`: both); below, the two that belong together for
 * what is focused, one over the other.
 */
enum { LAYOUT_WIDE_COLS = 100, LAYOUT_TALL_COLS = 60, LAYOUT_TALL_ROWS = 30 };

/* What a split leaves to each side, at least, where the screen has so much. */
enum { PANE_MIN_ROWS = 3, PANE_MIN_COLS = 16 };

/*
 * `wide`: lists left, source and text right.  `tall`: the lists beside each other, below them source, then text.  `focus`: the
 * focused pane right, the other three left, one over the other.
 */
enum layout_kind { LAYOUT_WIDE, LAYOUT_TALL, LAYOUT_FOCUS, LAYOUTS };
const char *layout_name(enum layout_kind k);
bool layout_of(struct slice name, enum layout_kind *k);

/*
 * Splits of a layout, in thousandths of the screen from the left or from the top.  SPLIT_UPPER and SPLIT_LOWER: in `wide` the
 * left and the right column's; in `tall` and `focus` the first and the second from the top.  SPLIT_PAIR: where two panes show.
 */
enum split { SPLIT_COLUMN, SPLIT_UPPER, SPLIT_LOWER, SPLIT_PAIR, SPLITS };
struct splits {
	unsigned at[LAYOUTS][SPLITS];
};
extern const struct splits splits_first; /* as they are when none was moved */

/* Lines "split LAYOUT NAME THOUSANDTHS"; what is wrong is a warning with its line, and left out. */
void splits_parse(struct splits *s, struct slice text, struct diags *ds);
void splits_print(const struct splits *s, struct buf *out);

struct layout {
	bool too_small;
	struct rect pane[PANES];
	bool visible[PANES];
	bool stacked; /* not all panes show */
	unsigned left; /* columns left of the split; 0 where there is none */
	unsigned verdict_row, hint_row; /* the title has the first row */
};

/*
 * Divide `rows` × `cols`.  `focus` is always visible; with `zoom` it is alone.  Stacked, a list stands over what it leads
 * to (Report over Source, Run over Text), and Source over Text, as on opening: racing lines and answer.
 */
struct layout layout_compute(unsigned rows, unsigned cols, enum layout_kind kind, const struct splits *s, enum pane_id focus,
			     bool zoom);

/*
 * Move the split that bounds the focused pane, so that it becomes `by` cells higher (or wider, with `columns`); negative: smaller.
 * As far as the smallest panes allow.  False where there is no such split, or it can move no further that way.
 */
bool layout_move(unsigned rows, unsigned cols, enum layout_kind kind, struct splits *s, enum pane_id focus, bool columns, int by);

#endif
