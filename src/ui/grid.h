/*
 * The screen as cells.  Everything draws here; a terminal, or a test as text, takes it from here.  Hostile text is made
 * visible by grid_put(): no control character ever gets into a cell.
 */
#ifndef UI_GRID_H
#define UI_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "ui/theme.h"

enum { CELL_MARKS = 2 }; /* combining characters that a cell can hold; more are dropped */

enum { GRID_ROWS = 1000, GRID_COLS = 2000 }; /* at most; a larger screen is used in part */

enum cell_mod { MOD_SELECT = 1, MOD_MATCH = 2, MOD_READ = 4 }; /* laid over the role; READ: the background of ROLE_LINE_READ */

struct cell {
	uint32_t cp; /* 0: the right half of a wide character */
	uint32_t marks[CELL_MARKS];
	uint8_t role, mod;
};

struct grid {
	unsigned rows, cols;
	struct cell *cells; /* rows × cols, owned */
	int cursor_row, cursor_col; /* -1: hidden */
};

/* A rectangle of the grid. */
struct rect {
	unsigned row, col, rows, cols;
};

struct grid *grid_new(unsigned rows, unsigned cols);
void grid_free(struct grid *g);
void grid_resize(struct grid *g, unsigned rows, unsigned cols); /* the content is blank afterwards */
void grid_clear(struct grid *g);                                /* blanks in ROLE_NORMAL, cursor hidden */

static inline struct cell *grid_cell(const struct grid *g, unsigned row, unsigned col)
{
	return &g->cells[(size_t)row * g->cols + col];
}

/*
 * Write `s` at (row, col), at most `max` cells and not past the grid; what does not show is escaped, a tab goes to the
 * next multiple of grid_tab_width() counted from `col` (scrolled text: rows_draw()).  A wide character that does not fit
 * whole is left out.  A combining mark without a character before it gets a cell of its own.  Returns the cells used.
 */
unsigned grid_put(struct grid *g, unsigned row, unsigned col, unsigned max, struct slice s, enum role role);
unsigned grid_puts(struct grid *g, unsigned row, unsigned col, unsigned max, const char *s, enum role role);

/* Cells that a tab goes to a multiple of, 8 at first; here and in rows. */
void grid_tabs(unsigned width);
unsigned grid_tab_width(void);

/* As grid_put, with a cut marked by GLYPH_CUT in the last cell. */
unsigned grid_fit(struct grid *g, unsigned row, unsigned col, unsigned max, struct slice s, enum role role);

/* `n` cells of one character; role and overlay of `n` cells changed, text kept. */
void grid_fill(struct grid *g, unsigned row, unsigned col, unsigned n, uint32_t cp, enum role role);
void grid_role(struct grid *g, unsigned row, unsigned col, unsigned n, enum role role);
void grid_mod(struct grid *g, unsigned row, unsigned col, unsigned n, enum cell_mod mod);

/* An edge of `cols` cells from (row, col) on, with `title` in it; `focus` picks the role. */
void grid_edge(struct grid *g, unsigned row, unsigned col, unsigned cols, struct slice title, bool focus);

/*
 * A frame around `r` (2 × 2 cells at least) with `title` in its upper edge.  Adjacent frames do not share edges.
 */
void grid_frame(struct grid *g, struct rect r, struct slice title, bool focus);

/*
 * The text plane (blanks at the ends of rows left out) and the role plane (one letter a cell, for a wide character
 * twice), one line a row.  In the role plane a match has the letter of ROLE_MATCH, a selected cell 's', both 'S'.
 */
void grid_text(const struct grid *g, struct buf *out);
void grid_roles(const struct grid *g, struct buf *out);

#endif
