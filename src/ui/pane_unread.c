#include "ui/pane_unread.h"

#include <inttypes.h>

#include "ui/list_draw.h"
#include "ui/view.h"

enum { STATE_COLS = 13, PLACE_COLS = 30, WIDE = 100 };

void unread_release(struct unread_pane *p)
{
	arena_free(p->arena);
	*p = (struct unread_pane){0};
}

static void fill(struct ui *ui)
{
	struct unread_pane *p = &ui->unread;

	arena_free(p->arena);
	p->arena = arena_new();
	p->n = unread_find(ui->session, p->arena, &p->rows, &p->waits);
	list_count(&p->list, p->n);
}

void unread_again(struct ui *ui)
{
	if (ui->view == VIEW_UNREAD || ui->below == VIEW_UNREAD)
		fill(ui);
}

void unread_news(struct ui *ui)
{
	if (ui->unread.waits)
		unread_again(ui);
}

static struct list *list(struct ui *ui)
{
	return &ui->unread.list;
}

/* What it is, and why it matters. */
static void words(const struct unread_row *r, struct buf *out)
{
	buf_add_slice(out, r->name);
	switch (r->what) {
	case UNREAD_FUNCTION:
		buf_adds(out, "()");
		break;
	case UNREAD_CALLER:
		buf_addf(out, "(), which calls %.*s()", (int)r->of.n, r->of.p);
		break;
	case UNREAD_STRUCT:
		buf_adds(out, ": the structure that declares it");
		break;
	case UNREAD_USER:
		if (r->of.n)
			buf_addf(out, ": used in %.*s()", (int)r->of.n, r->of.p);
		else
			buf_adds(out, ": another line that uses it");
		break;
	}
	if (r->state == UNREAD_PARTLY && r->lines)
		buf_addf(out, ": %" PRIu32 " of its %" PRIu32 " lines", r->got, r->lines);
}

static void source_words(const struct unread_row *r, struct buf *out)
{
	if (r->path.n)
		buf_addf(out, "%.*s:%" PRIu32, (int)r->path.n, r->path.p, r->line);
}

static void row_text(struct ui *ui, size_t row, struct buf *out)
{
	const struct unread_row *r = &ui->unread.rows[row];

	buf_addf(out, "%s ", unread_state_name(r->state));
	words(r, out);
	buf_addc(out, ' ');
	source_words(r, out);
}

static void title(struct ui *ui, struct buf *out)
{
	size_t open = 0;

	for (size_t i = 0; i < ui->unread.n; i++)
		open += ui->unread.rows[i].state != UNREAD_READ;
	buf_addf(out, "What was read  %zu of %s%zu not, or not whole", open, ui->unread.n == UNREAD_ROWS ? "the first " : "", ui->unread.n);
}

static void draw_row(struct ui *ui, size_t i, struct rect at)
{
	const struct unread_row *r = &ui->unread.rows[i];
	unsigned tail = at.cols >= WIDE ? PLACE_COLS : 0;
	enum role role = r->state == UNREAD_NEVER ? ROLE_WARNING : r->state == UNREAD_READ ? ROLE_DIM : ROLE_NORMAL;
	struct buf b = BUF_INIT;

	grid_fit(ui->grid, at.row, at.col, STATE_COLS, slice_str(unread_state_name(r->state)), role);
	words(r, &b);
	if (!tail) {
		buf_adds(&b, "  ");
		source_words(r, &b);
	}
	grid_fit(ui->grid, at.row, at.col + STATE_COLS, at.cols - STATE_COLS - tail - (tail > 0), buf_slice(&b), ROLE_NORMAL);
	buf_clear(&b);
	source_words(r, &b);
	if (tail)
		grid_fit(ui->grid, at.row, at.col + at.cols - tail, tail, buf_slice(&b), ROLE_DIM);
	buf_release(&b);
}

static void draw(struct ui *ui, struct rect r, bool focus)
{
	list_draw(ui, list(ui), r, focus, 1, SLICE("The report names no racing accesses: nothing is asked of the source."), draw_row);
}

static bool command(struct ui *ui, enum command c, const char *args)
{
	struct unread_pane *p = &ui->unread;
	const struct unread_row *r = p->n ? &p->rows[p->list.cursor] : NULL;

	(void)args;
	if (c == CMD_UNREAD) {
		ui_show(ui, VIEW_PANES);
		return true;
	}
	if (c != CMD_OPEN && c != CMD_LINK)
		return false;
	if (r && r->path.n == 0) {
		ui_say(ui, ROLE_NORMAL, "where in the source that is is not known");
	} else if (r) {
		ui_visit(ui);
		jump_push(ui, false);
		source_file(ui, r->path, r->line);
		ui_focus(ui, PANE_SOURCE);
	}
	return true;
}

void unread_do_list(struct ui *ui, const char *args)
{
	(void)args;
	fill(ui);
	ui_show(ui, VIEW_UNREAD);
}

static const struct hint unread_hints[] = {
	{CMD_CLOSE, "close"}, {CMD_OPEN, "source"}, {CMD_SEARCH, "search"}, {0, ""},
};

const struct pane_ops pane_unread = {
	.context = CONTEXT_PAGER,
	.hints = unread_hints,
	.title = title,
	.draw = draw,
	.command = command,
	.list = list,
	.row_text = row_text,
};
