/* Rows of a view that lists something: each is drawn by who knows it, the one under the cursor is marked. */
#ifndef UI_LIST_DRAW_H
#define UI_LIST_DRAW_H

#include "ui/grid.h"
#include "ui/list.h"

struct ui;

/*
 * The rows of `l` that fit into `r`, a cell of air at both sides, `margin` rows around the cursor: `row` draws number `i` into the one
 * row of `at`.  Where there are none, `none` says so.
 */
void list_draw(struct ui *ui, struct list *l, struct rect r, bool focus, unsigned margin, struct slice none,
	       void (*row)(struct ui *ui, size_t i, struct rect at));

#endif
