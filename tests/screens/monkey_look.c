/* What a walk by chance tells, and what must hold after each of its steps. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "tests/screens/monkey.h"
#include "ui/glyph.h"

void monkey_tell(struct monkey *m, const char *fmt, ...)
{
	char *line = m->told[m->ntold++ % MONKEY_TOLD];
	struct buf safe = BUF_INIT, said = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&said, fmt, ap);
	va_end(ap);
	utf8_escape(&safe, buf_slice(&said), false);
	snprintf(line, sizeof m->told[0], "%.79s", buf_str(&safe));
	if (getenv("VERDICT_MONKEY_TRACE"))
		fprintf(stderr, "# %" PRIu64 ".%u %s\n", m->seed, m->step, buf_str(&safe));
	buf_release(&safe);
	buf_release(&said);
}

void monkey_fail(struct monkey *m, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	if (m->failure.n)
		return;
	buf_addf(&m->failure, "seed %" PRIu64 ", step %u: ", m->seed, m->step);
	va_start(ap, fmt);
	buf_addv(&m->failure, fmt, ap);
	va_end(ap);
	for (unsigned i = m->ntold > MONKEY_TOLD ? m->ntold - MONKEY_TOLD : 0; i < m->ntold; i++)
		buf_addf(&m->failure, "\n# %s", m->told[i % MONKEY_TOLD]);
	grid_text(m->ui->grid, &text);
	for (struct slice rest = buf_slice(&text), line; slice_line(&rest, &line);) {
		buf_adds(&m->failure, "\n# |");
		utf8_escape(&m->failure, line, false);
	}
	buf_release(&text);
}

static void check_cell(struct monkey *m, unsigned row, unsigned col)
{
	const struct cell *c = grid_cell(m->ui->grid, row, col);

	if (c->role >= ROLES)
		monkey_fail(m, "cell %u,%u: role %u", row, col, c->role);
	if (c->cp == 0) {
		if (col == 0 || utf8_width(grid_cell(m->ui->grid, row, col - 1)->cp) != 2)
			monkey_fail(m, "cell %u,%u: the right half of nothing", row, col);
		return;
	}
	if (!utf8_shows(c->cp) || c->cp < ' ' || (m->ascii && c->cp > '~'))
		monkey_fail(m, "cell %u,%u: U+%04X", row, col, (unsigned)c->cp);
	if (utf8_width(c->cp) == 2 && (col + 1 == m->cols || grid_cell(m->ui->grid, row, col + 1)->cp != 0))
		monkey_fail(m, "cell %u,%u: half of a wide character", row, col);
	for (unsigned i = 0; i < CELL_MARKS && c->marks[i]; i++)
		if (!utf8_shows(c->marks[i]) || utf8_width(c->marks[i]) != 0)
			monkey_fail(m, "cell %u,%u: mark U+%04X", row, col, (unsigned)c->marks[i]);
}

static bool is_glyph(struct monkey *m, unsigned row, unsigned col, enum glyph g)
{
	uint32_t cp;

	utf8_decode(slice_str(glyph(g)), &cp);
	return grid_cell(m->ui->grid, row, col)->cp == cp;
}

/* Its corners, sides and lower edge; in the upper one stands the title. */
static void check_frame(struct monkey *m, struct rect r)
{
	unsigned right = r.col + r.cols - 1, low = r.row + r.rows - 1;

	if (r.rows < 2 || r.cols < 4)
		return;
	if (low >= m->rows || right >= m->cols) {
		monkey_fail(m, "a frame up to %u,%u", low, right);
		return;
	}
	if (!is_glyph(m, r.row, r.col, GLYPH_UPPER_LEFT) || !is_glyph(m, r.row, right, GLYPH_UPPER_RIGHT) ||
	    !is_glyph(m, low, r.col, GLYPH_LOWER_LEFT) || !is_glyph(m, low, right, GLYPH_LOWER_RIGHT))
		monkey_fail(m, "a corner is gone of the frame at %u,%u", r.row, r.col);
	for (unsigned row = r.row + 1; row < low; row++)
		if (!is_glyph(m, row, r.col, GLYPH_DOWN) || !is_glyph(m, row, right, GLYPH_DOWN))
			monkey_fail(m, "row %u breaks through the frame at %u,%u", row, r.row, r.col);
	for (unsigned col = r.col + 1; col < right; col++)
		if (!is_glyph(m, low, col, GLYPH_ACROSS))
			monkey_fail(m, "column %u breaks through the frame at %u,%u", col, r.row, r.col);
}

/* What models wrote in the recordings of the walks, and their verdict's reason. */
static void look_blind(struct monkey *m)
{
	static const char *const hidden[] = {"Serialised Writers", "Two Bits in One", "The changed bit is not", "Because.", "Thought "};
	struct buf text = BUF_INIT;

	grid_text(m->ui->grid, &text);
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
		if (slice_find(buf_slice(&text), hidden[i], 0) != SLICE_NONE)
			monkey_fail(m, "a blind reviewer sees '%s'", hidden[i]);
	buf_release(&text);
}

void monkey_look(struct monkey *m)
{
	const struct grid *g = ui_draw(m->ui);

	if (g->rows != m->rows || g->cols != m->cols)
		monkey_fail(m, "the grid is %ux%u instead of %ux%u", g->cols, g->rows, m->cols, m->rows);
	if (g->cursor_row >= (int)g->rows || g->cursor_col >= (int)g->cols)
		monkey_fail(m, "the cursor is at %d,%d", g->cursor_row, g->cursor_col);
	for (unsigned row = 0; row < g->rows; row++)
		for (unsigned col = 0; col < g->cols; col++)
			check_cell(m, row, col);
	if (session_is_blind(m->ui->session))
		look_blind(m);
	if (m->ui->layout.too_small || m->ui->decide.open || m->ui->box.open)
		return;
	if (m->ui->view != VIEW_PANES)
		check_frame(m, (struct rect){1, 0, m->rows - 3, m->cols});
	for (int p = 0; p < PANES && m->ui->view == VIEW_PANES; p++)
		if (m->ui->layout.visible[p])
			check_frame(m, m->ui->layout.pane[p]);
}
