#include "ui/bar.h"

#include "ui/glyph.h"

/* How many halves of `cells` cells. */
static unsigned halves_of(uint64_t v, uint64_t most, unsigned cells)
{
	uint64_t all = 2 * (uint64_t)cells, halves;

	if (v == 0 || most == 0)
		return 0;
	if (v >= most)
		return 2 * cells;
	halves = v <= UINT64_MAX / all ? v * all / most : v / (most / all);
	return halves ? (unsigned)halves : 1;
}

void bar_draw(struct grid *g, unsigned row, unsigned col, unsigned cols, uint64_t v, uint64_t most, enum role role)
{
	unsigned halves = cols ? halves_of(v, most, cols) : 0;

	grid_fill(g, row, col, halves / 2, glyph_cp(GLYPH_BAR), role);
	if (halves % 2)
		grid_fill(g, row, col + halves / 2, 1, glyph_cp(GLYPH_BAR_HALF), role);
}

enum { COLUMN_WIDE = 3 }; /* a blank included */

void bar_columns(struct grid *g, struct rect r, const uint32_t *v, size_t n, uint32_t most, enum role role)
{
	unsigned wide;

	if (n == 0 || r.rows == 0)
		return;
	wide = r.cols / n < COLUMN_WIDE ? (unsigned)(r.cols / n) : COLUMN_WIDE;
	wide = wide ? wide : 1;
	for (unsigned i = 0; i < n && i * wide < r.cols; i++) {
		unsigned halves = halves_of(v[i], most, r.rows);

		for (unsigned k = 0; 2 * k < halves; k++)
			grid_fill(g, r.row + r.rows - 1 - k, r.col + i * wide, wide > 1 ? wide - 1 : 1,
				  glyph_cp(halves - 2 * k == 1 ? GLYPH_BAR_LOW : GLYPH_BAR), role);
	}
}
