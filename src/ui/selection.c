#include "ui/selection.h"

#include "ui/view.h"

bool selection_end(struct ui *ui)
{
	bool was = ui->selection.on || ui->text.anchor != SIZE_MAX;

	ui->selection.on = false;
	ui->text.anchor = SIZE_MAX;
	return was;
}

bool selection_on(const struct ui *ui)
{
	size_t first, last;

	if (ui->view != VIEW_PANES)
		return false;
	return ui->focus == PANE_TEXT ? ui->text.anchor != SIZE_MAX : selection_rows(ui, ui->focus, &first, &last);
}

void selection_do_select(struct ui *ui, const char *args)
{
	bool end = selection_on(ui);
	struct list *l;

	(void)args;
	selection_end(ui);
	if (end || ui->view != VIEW_PANES)
		return;
	l = ui_pane(ui)->list(ui);
	if (l->n == 0)
		return;
	ui->selection = (struct selection){.on = true, .pane = ui->focus, .anchor = l->cursor};
}

static const struct list *rows_of(const struct ui *ui, enum pane_id pane)
{
	return pane == PANE_REPORT ? &ui->report.list : pane == PANE_SOURCE ? &ui->source.list : &ui->run.list;
}

bool selection_rows(const struct ui *ui, enum pane_id pane, size_t *first, size_t *last)
{
	const struct selection *s = &ui->selection;
	const struct list *l = rows_of(ui, pane);
	size_t anchor = s->anchor < l->n ? s->anchor : l->n - 1; /* the rows may have become fewer */

	if (!s->on || s->pane != pane || l->n == 0)
		return false;
	*first = anchor < l->cursor ? anchor : l->cursor;
	*last = anchor < l->cursor ? l->cursor : anchor;
	return true;
}

size_t ui_places(struct ui *ui, struct place *p, size_t max)
{
	const struct pane_ops *pane = ui_pane(ui);

	if (pane->places && selection_on(ui))
		return pane->places(ui, p, max);
	return max && pane->place && pane->place(ui, p) ? 1 : 0;
}

bool ui_selection_text(struct ui *ui, struct buf *out)
{
	size_t first, last;

	if (!selection_on(ui))
		return false;
	if (ui->focus == PANE_TEXT) {
		text_selected(ui, out);
		return true;
	}
	selection_rows(ui, ui->focus, &first, &last);
	for (size_t i = first; i <= last; i++) {
		ui_pane(ui)->row_text(ui, i, out);
		buf_addc(out, '\n');
	}
	return true;
}
