#include "ui/grid.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/glyph.h"

static unsigned tab_width = 8;

static const struct cell blank_cell = {.cp = ' ', .role = ROLE_NORMAL};

struct grid *grid_new(unsigned rows, unsigned cols)
{
	struct grid *g = xcalloc(1, sizeof *g);

	grid_resize(g, rows, cols);
	return g;
}

void grid_free(struct grid *g)
{
	if (!g)
		return;
	free(g->cells);
	free(g);
}

void grid_resize(struct grid *g, unsigned rows, unsigned cols)
{
	g->rows = rows < GRID_ROWS ? rows : GRID_ROWS;
	g->cols = cols < GRID_COLS ? cols : GRID_COLS;
	free(g->cells);
	g->cells = xcalloc((size_t)g->rows * g->cols, sizeof *g->cells);
	grid_clear(g);
}

void grid_clear(struct grid *g)
{
	for (size_t i = 0; i < (size_t)g->rows * g->cols; i++)
		g->cells[i] = blank_cell;
	g->cursor_row = g->cursor_col = -1;
}

/* ---- text ---- */

void grid_tabs(unsigned width)
{
	tab_width = width ? width : 1;
}

unsigned grid_tab_width(void)
{
	return tab_width;
}

/* How many of `n` cells at (row, col) lie on the grid. */
static unsigned on_grid(const struct grid *g, unsigned row, unsigned col, unsigned n)
{
	if (row >= g->rows || col >= g->cols)
		return 0;
	return n < g->cols - col ? n : g->cols - col;
}

/* Before cells `col` up to `end` are overwritten: no half of a wide character may stay beside them. */
static void cut_wide(struct grid *g, unsigned row, unsigned col, unsigned end)
{
	if (col > 0 && grid_cell(g, row, col)->cp == 0)
		grid_cell(g, row, col - 1)->cp = ' ';
	if (end < g->cols && grid_cell(g, row, end)->cp == 0)
		grid_cell(g, row, end)->cp = ' ';
}

/* One text on its way into a row of the grid. */
struct pen {
	struct grid *g;
	unsigned row, col, used, max;
	enum role role;
	bool base; /* a character stands before, which a combining mark can join */
};

static struct cell *pen_cell(const struct pen *p)
{
	return grid_cell(p->g, p->row, p->col + p->used);
}

static bool put_one(struct pen *p, uint32_t cp, unsigned width)
{
	struct cell c = {.cp = cp, .role = (uint8_t)p->role};

	if (width > p->max - p->used)
		return false;
	cut_wide(p->g, p->row, p->col + p->used, p->col + p->used + width);
	*pen_cell(p) = c;
	p->used++;
	if (width == 2) {
		c.cp = 0;
		*pen_cell(p) = c;
		p->used++;
	}
	p->base = true;
	return true;
}

/* A mark joins the character before it; one that has none gets a dotted circle, so that it is seen. */
static bool put_mark(struct pen *p, uint32_t cp)
{
	struct cell *c;

	if (!p->base && !put_one(p, glyph_cp(GLYPH_JOINED), 1))
		return false;
	c = grid_cell(p->g, p->row, p->col + p->used - 1);
	if (c->cp == 0)
		c--;
	for (unsigned i = 0; i < CELL_MARKS; i++)
		if (!c->marks[i]) {
			c->marks[i] = cp;
			break;
		}
	return true;
}

static bool put_escaped(struct pen *p, uint32_t cp)
{
	struct buf b = BUF_INIT;
	bool fits = true;

	utf8_escape_cp(&b, cp);
	for (size_t i = 0; i < b.n && fits; i++)
		fits = put_one(p, (unsigned char)b.p[i], 1);
	buf_release(&b);
	return fits;
}

static bool put_tab(struct pen *p)
{
	unsigned stop = (p->used / tab_width + 1) * tab_width;
	bool fits = true;

	while (p->used < stop && fits)
		fits = put_one(p, ' ', 1);
	p->base = false;
	return fits;
}

static bool put_cp(struct pen *p, uint32_t cp)
{
	unsigned width;

	if (cp == '\t')
		return put_tab(p);
	if (!utf8_shows(cp))
		return put_escaped(p, cp);
	width = utf8_width(cp);
	return width ? put_one(p, cp, width) : put_mark(p, cp);
}

/* Put all of `s` that fits; *whole says whether that was everything. */
static unsigned put(struct grid *g, unsigned row, unsigned col, unsigned max, struct slice s, enum role role,
		    bool *whole)
{
	struct pen p = {.g = g, .row = row, .col = col, .max = on_grid(g, row, col, max), .role = role};
	uint32_t cp;

	*whole = true;
	for (size_t i = 0; i < s.n && *whole;) {
		i += utf8_decode(slice_sub(s, i, s.n), &cp);
		*whole = put_cp(&p, cp);
	}
	return p.used;
}

unsigned grid_put(struct grid *g, unsigned row, unsigned col, unsigned max, struct slice s, enum role role)
{
	bool whole;

	return put(g, row, col, max, s, role, &whole);
}

unsigned grid_puts(struct grid *g, unsigned row, unsigned col, unsigned max, const char *s, enum role role)
{
	return grid_put(g, row, col, max, slice_str(s), role);
}

unsigned grid_fit(struct grid *g, unsigned row, unsigned col, unsigned max, struct slice s, enum role role)
{
	bool whole;
	unsigned used = put(g, row, col, max, s, role, &whole);

	max = on_grid(g, row, col, max);
	if (whole || max == 0)
		return used;
	grid_fill(g, row, col + max - 1, 1, glyph_cp(GLYPH_CUT), role);
	if (used + 1 < max)
		grid_fill(g, row, col + used, max - 1 - used, ' ', role);
	return max;
}

/* ---- cells ---- */

void grid_fill(struct grid *g, unsigned row, unsigned col, unsigned n, uint32_t cp, enum role role)
{
	n = on_grid(g, row, col, n);
	if (n == 0)
		return;
	cut_wide(g, row, col, col + n);
	for (unsigned i = 0; i < n; i++)
		*grid_cell(g, row, col + i) = (struct cell){.cp = cp, .role = (uint8_t)role};
}

void grid_role(struct grid *g, unsigned row, unsigned col, unsigned n, enum role role)
{
	n = on_grid(g, row, col, n);
	for (unsigned i = 0; i < n; i++)
		grid_cell(g, row, col + i)->role = (uint8_t)role;
}

void grid_mod(struct grid *g, unsigned row, unsigned col, unsigned n, enum cell_mod mod)
{
	n = on_grid(g, row, col, n);
	for (unsigned i = 0; i < n; i++)
		grid_cell(g, row, col + i)->mod |= (uint8_t)mod;
}

/* ---- frames ---- */

void grid_edge(struct grid *g, unsigned row, unsigned col, unsigned cols, struct slice title, bool focus)
{
	enum role role = focus ? ROLE_FRAME_FOCUS : ROLE_FRAME;
	unsigned used;

	grid_fill(g, row, col, cols, glyph_cp(GLYPH_ACROSS), role);
	if (title.n == 0 || cols < 5)
		return;
	used = grid_fit(g, row, col + 2, cols - 4, title, role);
	grid_fill(g, row, col + 1, 1, ' ', role);
	grid_fill(g, row, col + 2 + used, 1, ' ', role);
}

void grid_frame(struct grid *g, struct rect r, struct slice title, bool focus)
{
	enum role role = focus ? ROLE_FRAME_FOCUS : ROLE_FRAME;
	unsigned bottom = r.row + r.rows - 1, right = r.col + r.cols - 1;

	if (r.rows < 2 || r.cols < 2)
		return;
	grid_edge(g, r.row, r.col, r.cols, title, focus);
	grid_fill(g, bottom, r.col, r.cols, glyph_cp(GLYPH_ACROSS), role);
	for (unsigned row = r.row + 1; row < bottom; row++) {
		grid_fill(g, row, r.col, 1, glyph_cp(GLYPH_DOWN), role);
		grid_fill(g, row, right, 1, glyph_cp(GLYPH_DOWN), role);
	}
	grid_fill(g, r.row, r.col, 1, glyph_cp(GLYPH_UPPER_LEFT), role);
	grid_fill(g, r.row, right, 1, glyph_cp(GLYPH_UPPER_RIGHT), role);
	grid_fill(g, bottom, r.col, 1, glyph_cp(GLYPH_LOWER_LEFT), role);
	grid_fill(g, bottom, right, 1, glyph_cp(GLYPH_LOWER_RIGHT), role);
}

/* ---- as text ---- */

static void add_cp(struct buf *out, uint32_t cp)
{
	char bytes[4];

	if (cp)
		buf_add(out, bytes, utf8_encode(cp, bytes));
}

void grid_text(const struct grid *g, struct buf *out)
{
	for (unsigned row = 0; row < g->rows; row++) {
		unsigned end = g->cols;

		while (end && grid_cell(g, row, end - 1)->cp == ' ' && !grid_cell(g, row, end - 1)->marks[0])
			end--;
		for (unsigned col = 0; col < end; col++) {
			const struct cell *c = grid_cell(g, row, col);

			add_cp(out, c->cp);
			for (unsigned i = 0; i < CELL_MARKS; i++)
				add_cp(out, c->marks[i]);
		}
		buf_addc(out, '\n');
	}
}

void grid_roles(const struct grid *g, struct buf *out)
{
	for (unsigned row = 0; row < g->rows; row++) {
		for (unsigned col = 0; col < g->cols; col++) {
			const struct cell *c = grid_cell(g, row, col);
			bool match = c->mod & MOD_MATCH;

			if (c->mod & MOD_SELECT)
				buf_addc(out, match ? 'S' : 's');
			else
				buf_addc(out, role_letter(match ? ROLE_MATCH : (enum role)c->role));
		}
		buf_addc(out, '\n');
	}
}
