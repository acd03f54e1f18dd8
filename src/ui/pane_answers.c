#include "ui/pane_answers.h"

#include <inttypes.h>
#include <string.h>

#include "ui/list_draw.h"
#include "ui/view.h"

void answers_release(struct answers_pane *p)
{
	while (p->n)
		answer_release(&p->stack[--p->n]);
}

/* The one that shows: there is one while the view does. */
static struct answer *top(struct ui *ui)
{
	return &ui->answers.stack[ui->answers.n - 1];
}

void answers_keep(struct ui *ui, struct answer *w)
{
	struct answers_pane *p = &ui->answers;

	if (ui->view != VIEW_ANSWERS && !(ui->view == VIEW_HELP || ui->view == VIEW_MESSAGES))
		answers_release(p);
	if (p->n == ANSWERS_DEPTH) {
		answer_release(&p->stack[0]);
		memmove(&p->stack[0], &p->stack[1], (ANSWERS_DEPTH - 1) * sizeof *p->stack);
		p->n--;
	}
	p->stack[p->n++] = *w;
	*w = (struct answer){0};
}

void answers_show(struct ui *ui, struct answer *w)
{
	answers_keep(ui, w);
	ui_show(ui, VIEW_ANSWERS);
}

void answers_do_show(struct ui *ui, const char *args)
{
	(void)args;
	if (ui->answers.n)
		ui_show(ui, VIEW_ANSWERS);
	else
		ui_say(ui, ROLE_NORMAL, "nothing was asked about the code yet");
}

static bool is_text(const struct answer_row *r, struct slice name, struct slice line)
{
	struct slice text = slice_trim(line);

	(void)name;
	return text.n > 1 && slice_find_slice(r->text, text, 0) != SLICE_NONE;
}

static bool is_definition(const struct answer_row *r, struct slice name, struct slice line)
{
	(void)r;
	return resolve_defines(line, name);
}

/*
 * Of the tree as it is nothing shows but what tools returned, or what a commit has: there the number of a line may mean another one, and
 * the nearest one of its text is meant, or that defines the name.
 */
static void find_shown(struct ui *ui, const struct answer_row *r)
{
	static bool (*const fits[])(const struct answer_row *r, struct slice name, struct slice line) = {is_text, is_definition};
	const struct source_pane *p = &ui->source;
	size_t best = SIZE_MAX, off = SIZE_MAX;

	for (size_t k = 0; k < sizeof fits / sizeof *fits && best == SIZE_MAX; k++)
		for (size_t i = 0; i < p->list.n; i++) {
			uint32_t line = p->rows[i].line, away = line > r->line ? line - r->line : r->line - line;

			if (p->rows[i].kind == SRC_CODE && away < off && fits[k](r, top(ui)->name, p->rows[i].text)) {
				best = i;
				off = away;
			}
		}
	if (best != SIZE_MAX)
		list_go(&ui->source.list, best);
	else
		ui_say(ui, ROLE_WARNING, "line %" PRIu32 " is one of the tree as it is; what shows is other text: :set commit COMMIT names whose", r->line);
}

void answers_go(struct ui *ui, const struct answer_row *r, bool link)
{
	if (ui->view == VIEW_ANSWERS)
		ui_visit(ui);
	jump_push(ui, link);
	source_file_at(ui, r->path, r->line, top(ui)->commit);
	ui_focus(ui, PANE_SOURCE);
	if (!top(ui)->commit.n)
		find_shown(ui, r);
}

/* ---- drawing ---- */

static void title(struct ui *ui, struct buf *out)
{
	buf_add_slice(out, top(ui)->title);
}

/* Of a long path the end tells more. */
static void draw_where(struct ui *ui, const struct answer_row *r, struct rect at)
{
	struct slice s = r->where;
	unsigned used = 0;

	if (r->path.n && s.n > at.cols && at.cols > 1) {
		s = slice_sub(s, s.n - (at.cols - 1), s.n);
		while (s.n && ((unsigned char)s.p[0] & 0xc0) == 0x80)
			s = slice_sub(s, 1, s.n);
		used = grid_puts(ui->grid, at.row, at.col, at.cols, glyph(GLYPH_CUT), ROLE_DIM);
	}
	grid_fit(ui->grid, at.row, at.col + used, at.cols - used, s, ROLE_LABEL);
}

static void draw_row(struct ui *ui, size_t i, struct rect at)
{
	const struct answer *w = top(ui);
	const struct answer_row *r = &w->rows[i];
	unsigned what = w->what_cols < at.cols / 3 ? w->what_cols : at.cols / 3;
	unsigned where = w->where_cols < at.cols / 3 ? w->where_cols : at.cols / 3;

	if (!r->what.n && !r->where.n) {
		grid_fit(ui->grid, at.row, at.col, at.cols, r->text, r->role);
		return;
	}
	grid_fit(ui->grid, at.row, at.col, what, r->what, ROLE_NORMAL);
	draw_where(ui, r, (struct rect){at.row, at.col + what + 2, 1, where});
	if (at.cols > what + where + 4)
		grid_fit(ui->grid, at.row, at.col + what + where + 4, at.cols - what - where - 4, r->text, r->role);
}

/* What limits the answer, on its last rows, as far as a third of the view goes; returns how many those are. */
static unsigned draw_note(struct ui *ui, const struct answer *w, struct rect r)
{
	struct rows laid = {0};
	unsigned rows;

	if (!w->note.n || r.rows < 6)
		return 0;
	rows_layout(&laid, w->note, r.cols > 2 ? r.cols - 2 : 1, true);
	rows = laid.n < r.rows / 3 ? (unsigned)laid.n : r.rows / 3;
	for (unsigned i = 0; i < rows; i++)
		rows_draw(&laid, w->note, i, ui->grid, r.row + r.rows - rows + i, r.col + 1, r.cols - 2, 0, ROLE_WARNING);
	rows_release(&laid);
	return rows + 1;
}

static void draw(struct ui *ui, struct rect r, bool focus)
{
	struct answer *w = top(ui);

	r.rows -= draw_note(ui, w, r);
	list_draw(ui, &w->list, r, focus, 1, SLICE("None."), draw_row);
}

/* ---- keys ---- */

static struct list *list(struct ui *ui)
{
	return &top(ui)->list;
}

static void row_text(struct ui *ui, size_t row, struct buf *out)
{
	const struct answer_row *r = &top(ui)->rows[row];

	if (r->what.n || r->where.n)
		buf_addf(out, "%.*s  %.*s  ", (int)r->what.n, r->what.p, (int)r->where.n, r->where.p);
	buf_add_slice(out, r->text);
}

static void open_row(struct ui *ui, bool source)
{
	struct answer *w = top(ui);
	const struct answer_row *r = w->n ? &w->rows[w->list.cursor] : NULL;

	if (r && r->commit.n && !(source && r->path.n))
		asking_commit(ui, r->commit);
	else if (r && r->path.n)
		answers_go(ui, r, source);
	else
		ui_say(ui, ROLE_NORMAL, "this row leads nowhere");
}

/* Back to the answer that this one was opened from; false where there is none. */
static bool back(struct ui *ui)
{
	if (ui->answers.n < 2)
		return false;
	answer_release(&ui->answers.stack[--ui->answers.n]);
	return true;
}

static bool command(struct ui *ui, enum command c, const char *args)
{
	(void)args;
	switch (c) {
	case CMD_OPEN:
	case CMD_LINK:
		open_row(ui, c == CMD_LINK);
		return true;
	case CMD_CLOSE:
		return back(ui);
	default:
		return false;
	}
}

static const struct hint answers_hints[] = {
	{CMD_CLOSE, "back"}, {CMD_OPEN, "go there"}, {CMD_LINK, "source"}, {CMD_SEARCH, "search"}, {0, ""},
};

const struct pane_ops pane_answers = {
	.context = CONTEXT_PAGER,
	.hints = answers_hints,
	.title = title,
	.draw = draw,
	.command = command,
	.list = list,
	.row_text = row_text,
};
