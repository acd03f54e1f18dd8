#include "ui/layout.h"

const char *pane_name(enum pane_id p)
{
	static const char *const names[PANES] = {
		[PANE_REPORT] = "Report", [PANE_SOURCE] = "Source", [PANE_RUN] = "Run", [PANE_TEXT] = "Text",
	};

	return names[p];
}

static void place(struct layout *l, enum pane_id p, unsigned row, unsigned col, unsigned rows, unsigned cols)
{
	l->pane[p] = (struct rect){row, col, rows, cols};
	l->visible[p] = true;
}

/* Lists are narrow, code and prose are wide: 38 and 62 parts of a hundred. */
static void wide(struct layout *l, unsigned rows, unsigned cols)
{
	unsigned left = cols * 38 / 100, top = (rows + 1) / 2;

	place(l, PANE_REPORT, 1, 0, top, left);
	place(l, PANE_RUN, 1 + top, 0, rows - top, left);
	place(l, PANE_SOURCE, 1, left, top, cols - left);
	place(l, PANE_TEXT, 1 + top, left, rows - top, cols - left);
}

static void stacked(struct layout *l, unsigned rows, unsigned cols, enum pane_id focus)
{
	static const enum pane_id upper[PANES] = {
		[PANE_REPORT] = PANE_REPORT, [PANE_SOURCE] = PANE_SOURCE, [PANE_RUN] = PANE_RUN, [PANE_TEXT] = PANE_SOURCE,
	};
	unsigned top = (rows + 1) / 2;

	l->stacked = true;
	place(l, upper[focus], 1, 0, top, cols);
	place(l, focus == PANE_REPORT ? PANE_SOURCE : PANE_TEXT, 1 + top, 0, rows - top, cols);
}

struct layout layout_compute(unsigned rows, unsigned cols, enum pane_id focus, bool zoom)
{
	struct layout l = {.too_small = rows < LAYOUT_MIN_ROWS || cols < LAYOUT_MIN_COLS};

	if (l.too_small)
		return l;
	l.title_row = 0;
	l.verdict_row = rows - 2;
	l.hint_row = rows - 1;
	if (zoom)
		place(&l, focus, 1, 0, rows - 3, cols);
	else if (cols >= LAYOUT_WIDE_COLS)
		wide(&l, rows - 3, cols);
	else
		stacked(&l, rows - 3, cols, focus);
	l.stacked |= zoom;
	return l;
}
