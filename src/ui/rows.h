/* A text laid out in rows of a width: where each row's bytes begin and end, and where a byte stands in its row. */
#ifndef UI_ROWS_H
#define UI_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "ui/grid.h"

struct row {
	size_t from, to; /* bytes of the text, `to` exclusive, line end (LF or CR LF) left out */
	unsigned indent; /* blank cells before a continuation row */
	bool first;      /* first row of its line */
};

struct rows {
	struct row *r; /* owned */
	size_t n, cap;
	unsigned width; /* laid out for */
	bool wrap;
	/* text that is added at the end changes no row before this one, which begins so: */
	size_t settled, next; /* row, byte */
	unsigned next_indent;
	bool next_first;
};
void rows_release(struct rows *rs);

/*
 * Lay out `text` for `width` cells (1 at least).  With `wrap`, long lines break at blanks, else anywhere, and continue
 * under the first letter of their line (list items under their text) unless that leaves less than half the width.
 * Tabs go to multiples of grid_tab_width() from the row's start; what does not show is as wide as its escaped form.  An empty
 * text has one empty row.
 */
void rows_layout(struct rows *rs, struct slice text, unsigned width, bool wrap);

/*
 * Lay out what was added at the end of the text since, as if all were laid out anew.  The time goes with what was added:
 * of a line that is still open only the last rows are done again, however long it is.
 */
void rows_more(struct rows *rs, struct slice text);

/* Forget the rows of what stands at byte `at`, where a line begins, and behind it: rows_more() lays out what stands there then. */
void rows_cut(struct rows *rs, size_t at);

/* The row that holds byte `at` (the last row for what lies behind the end). */
size_t rows_find(const struct rows *rs, size_t at);

/* The cell of byte `at` in row `i` (indent included); the byte at cell `col` of row `i` (the row's end past it). */
unsigned rows_col(const struct rows *rs, struct slice text, size_t i, size_t at);
size_t rows_byte(const struct rows *rs, struct slice text, size_t i, unsigned col);

/*
 * Draw row `i` into `max` cells at (row, col), `skip` cells of it scrolled out to the left, each byte in `role`.
 */
void rows_draw(const struct rows *rs, struct slice text, size_t i, struct grid *g, unsigned row, unsigned col,
	       unsigned max, unsigned skip, enum role role);

/* The same row, drawn: give bytes other roles.  `roles` are in order and do not overlap; those outside the row do not matter. */
struct rows_role {
	size_t from, to;
	enum role role;
};
void rows_paint(const struct rows *rs, struct slice text, size_t i, struct grid *g, unsigned row, unsigned col,
		unsigned max, unsigned skip, const struct rows_role *roles, size_t n);

/* Lay `mod` over the cells of bytes `from` to `to` (exclusive) that row `i` shows, as drawn by rows_draw(). */
void rows_mod(const struct rows *rs, struct slice text, size_t i, size_t from, size_t to, struct grid *g,
	      unsigned row, unsigned col, unsigned max, unsigned skip, enum cell_mod mod);

#endif
