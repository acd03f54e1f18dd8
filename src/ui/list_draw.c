#include "ui/list_draw.h"

#include "ui/view.h"

void list_draw(struct ui *ui, struct list *l, struct rect r, bool focus, unsigned margin, struct slice none,
	       void (*row)(struct ui *ui, size_t i, struct rect at))
{
	struct rect at = {r.row, r.col + 1, 1, r.cols - 2};

	list_show(l, r.rows, margin);
	for (size_t i = l->top; i < l->n && at.row < r.row + r.rows; i++, at.row++) {
		row(ui, i, at);
		if (focus && i == l->cursor)
			grid_mod(ui->grid, at.row, r.col, r.cols, MOD_SELECT);
	}
	if (l->n == 0 && r.rows)
		grid_fit(ui->grid, at.row, at.col, at.cols, none, ROLE_DIM);
}
