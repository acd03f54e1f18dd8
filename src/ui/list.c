#include "ui/list.h"

void list_count(struct list *l, size_t n)
{
	l->n = n;
	list_go(l, l->cursor);
	if (l->top >= n)
		l->top = n ? n - 1 : 0;
}

void list_go(struct list *l, size_t row)
{
	l->cursor = row < l->n ? row : l->n ? l->n - 1 : 0;
}

void list_move(struct list *l, long delta)
{
	if (delta < 0 && (size_t)-delta > l->cursor)
		list_go(l, 0);
	else
		list_go(l, l->cursor + (size_t)delta);
}

void list_show(struct list *l, unsigned height, unsigned margin)
{
	if (height == 0)
		return;
	if (l->shown == l->cursor + 1)
		margin = 0;
	l->shown = l->cursor + 1;
	if (margin * 2 >= height)
		margin = (height - 1) / 2;
	if (l->cursor + height < l->top || l->cursor >= l->top + 2 * (size_t)height) /* far away: what stands around it shows */
		l->top = l->cursor > height / 2 ? l->cursor - height / 2 : 0;
	if (l->cursor < l->top + margin)
		l->top = l->cursor > margin ? l->cursor - margin : 0;
	if (l->cursor + margin >= l->top + height)
		l->top = l->cursor + margin + 1 - height;
	if (l->top + height > l->n)
		l->top = l->n > height ? l->n - height : 0;
}

unsigned list_margin(unsigned height)
{
	return height < 12 ? 1 : 3;
}
