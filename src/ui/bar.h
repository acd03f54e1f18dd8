/* Bars made of cells, for terminals with and without UTF-8 (ui/glyph.h). */
#ifndef UI_BAR_H
#define UI_BAR_H

#include <stddef.h>
#include <stdint.h>

#include "ui/grid.h"

/* `v` of `most`, which fills `cols` cells, to half a cell.  What is not 0 shows; what is more than `most` ends there. */
void bar_draw(struct grid *g, unsigned row, unsigned col, unsigned cols, uint64_t v, uint64_t most, enum role role);

/* Columns from left to right, one for each of `n` values (as many as `r` has columns at most); `most` fills its height. */
void bar_columns(struct grid *g, struct rect r, const uint32_t *v, size_t n, uint32_t most, enum role role);

#endif
