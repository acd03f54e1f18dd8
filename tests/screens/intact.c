#include "tests/screens/intact.h"

#include "base/utf8.h"
#include "ui/glyph.h"
#include "ui/view.h"

struct look {
	const struct grid *g;
	bool ascii;
	struct buf *why;
};

static void fail(struct look *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void fail(struct look *m, const char *fmt, ...)
{
	va_list ap;

	if (m->why->n)
		return;
	va_start(ap, fmt);
	buf_addv(m->why, fmt, ap);
	va_end(ap);
}

static void check_cell(struct look *m, unsigned row, unsigned col)
{
	const struct cell *c = grid_cell(m->g, row, col);

	if (c->role >= ROLES)
		fail(m, "cell %u,%u: role %u", row, col, c->role);
	if (c->cp == 0) {
		if (col == 0 || utf8_width(grid_cell(m->g, row, col - 1)->cp) != 2)
			fail(m, "cell %u,%u: the right half of nothing", row, col);
		return;
	}
	if (!utf8_shows(c->cp) || c->cp < ' ' || (m->ascii && c->cp > '~'))
		fail(m, "cell %u,%u: U+%04X", row, col, (unsigned)c->cp);
	if (utf8_width(c->cp) == 2 && (col + 1 == m->g->cols || grid_cell(m->g, row, col + 1)->cp != 0))
		fail(m, "cell %u,%u: half of a wide character", row, col);
	for (unsigned i = 0; i < CELL_MARKS && c->marks[i]; i++)
		if (!utf8_shows(c->marks[i]) || utf8_width(c->marks[i]) != 0)
			fail(m, "cell %u,%u: mark U+%04X", row, col, (unsigned)c->marks[i]);
}

static bool is_glyph(struct look *m, unsigned row, unsigned col, enum glyph g)
{
	uint32_t cp;

	utf8_decode(slice_str(glyph(g)), &cp);
	return grid_cell(m->g, row, col)->cp == cp;
}

/* Its corners, sides and lower edge; in the upper one stands the title, and as wide as the screen it has no other. */
static void check_frame(struct look *m, struct rect r)
{
	unsigned right = r.col + r.cols - 1, low = r.row + r.rows - 1;

	if (r.rows < 2 || r.cols < 4)
		return;
	if (low >= m->g->rows || right >= m->g->cols) {
		fail(m, "a frame up to %u,%u", low, right);
		return;
	}
	if (r.cols == m->g->cols) {
		if (!is_glyph(m, r.row, r.col, GLYPH_ACROSS) || !is_glyph(m, r.row, right, GLYPH_ACROSS))
			fail(m, "an end is gone of the edge at %u,%u", r.row, r.col);
		return;
	}
	if (!is_glyph(m, r.row, r.col, GLYPH_UPPER_LEFT) || !is_glyph(m, r.row, right, GLYPH_UPPER_RIGHT) ||
	    !is_glyph(m, low, r.col, GLYPH_LOWER_LEFT) || !is_glyph(m, low, right, GLYPH_LOWER_RIGHT))
		fail(m, "a corner is gone of the frame at %u,%u", r.row, r.col);
	for (unsigned row = r.row + 1; row < low; row++)
		if (!is_glyph(m, row, r.col, GLYPH_DOWN) || !is_glyph(m, row, right, GLYPH_DOWN))
			fail(m, "row %u breaks through the frame at %u,%u", row, r.row, r.col);
	for (unsigned col = r.col + 1; col < right; col++)
		if (!is_glyph(m, low, col, GLYPH_ACROSS))
			fail(m, "column %u breaks through the frame at %u,%u", col, r.row, r.col);
}

void intact(const struct ui *ui, bool ascii, struct buf *why)
{
	struct look m = {.g = ui->grid, .ascii = ascii, .why = why};

	if (m.g->cursor_row >= (int)m.g->rows || m.g->cursor_col >= (int)m.g->cols)
		fail(&m, "the cursor is at %d,%d", m.g->cursor_row, m.g->cursor_col);
	for (unsigned row = 0; row < m.g->rows; row++)
		for (unsigned col = 0; col < m.g->cols; col++)
			check_cell(&m, row, col);
	if (ui->layout.too_small || ui->decide.open || ui->box.open)
		return;
	if (ui->view != VIEW_PANES)
		check_frame(&m, (struct rect){1, 0, m.g->rows - 3, m.g->cols});
	for (int p = 0; p < PANES && ui->view == VIEW_PANES; p++)
		if (ui->layout.visible[p])
			check_frame(&m, ui->layout.pane[p]);
}
