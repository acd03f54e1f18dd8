/* The hits of a search through the whole run: a view over the screen with a row for each. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/list_draw.h"
#include "ui/view.h"

/* What a slice may take: keys are answered between two of them. */
static const int64_t slice_us = 3000;

static bool is_shown(const struct ui *ui)
{
	return ui->view == VIEW_FIND;
}

/* ---- the search ---- */

void find_forget(struct ui *ui)
{
	find_free(ui->find.find);
	ui->find.find = NULL;
	ui->find.list = (struct list){0};
	ui->find.walking = false;
	ui->waiting &= ~(unsigned)WAIT_FIND;
}

/* What was found stays. */
static void closed(struct ui *ui)
{
	ui->waiting &= ~(unsigned)WAIT_FIND;
}

static void show(struct ui *ui)
{
	ui_show(ui, VIEW_PANES); /* closes one that is shown: its search waits no longer */
	ui_show(ui, VIEW_FIND);
	ui->find.walking = true;
	if (!find_done(ui->find.find))
		ui->waiting |= WAIT_FIND;
}

void find_begin(struct ui *ui, struct slice pattern)
{
	struct find *f;
	struct err e = {0};

	if (pattern.n == 0 && !ui->find.find) {
		ui_say(ui, ROLE_WARNING, "nothing to search for");
		return;
	}
	if (pattern.n) {
		f = find_new(ui->session, pattern, &e);
		/* the panes show the hits, too */
		if (!f || search_set(&ui->search, pattern, &e) < 0) {
			find_free(f);
			ui_fail(ui, &e);
			return;
		}
		find_forget(ui);
		ui->find.find = f;
	}
	show(ui);
}

bool find_waits(const struct ui *ui)
{
	return session_reading(ui->session) && ui->waiting & WAIT_IMPORT;
}

/* What is to be known once nothing is left to search. */
static void tell_end(struct ui *ui)
{
	const struct find *f = ui->find.find;

	if (find_full(f))
		ui_say(ui, ROLE_WARNING, "the search ended at %d hits: a longer text has fewer", FIND_HITS);
	else if (find_unread(f))
		ui_say(ui, ROLE_WARNING, "%zu spans could not be read: what they hold is not searched", find_unread(f));
	else if (find_gave_up(f))
		ui_say(ui, ROLE_WARNING, "the expression is too costly for %zu texts: they are not searched to their end",
		       find_gave_up(f));
	else if (find_count(f) == 0)
		ui_say(ui, ROLE_WARNING, "not found in the run: %s", buf_str(&ui->search.pattern));
}

void find_more(struct ui *ui)
{
	struct find_pane *p = &ui->find;

	if (find_step(p->find, slice_us))
		return;
	ui->waiting &= ~(unsigned)WAIT_FIND;
	if (is_shown(ui))
		tell_end(ui);
}

/* ---- going there ---- */

static void go_to(struct ui *ui, const struct find_hit *h)
{
	struct place at = {.kind = PLACE_SPAN, .seq = h->seq, .field = h->field, .from = h->from, .to = h->to};

	if (h->report) {
		ui->report.raw = true;
		report_build(ui);
		list_go(&ui->report.list, (size_t)h->line - 1);
		ui_focus(ui, PANE_REPORT);
		return;
	}
	run_select(ui, traj_find(ui->session->run->traj, h->seq));
	ui_focus(ui, PANE_TEXT);
	if (h->member)
		at.member = xstrdup(h->member);
	text_go_place(ui, &at);
	place_release(&at);
}

static void open_hit(struct ui *ui)
{
	unsigned going = ui->waiting & WAIT_FIND;

	if (find_count(ui->find.find) == 0)
		return;
	ui_visit(ui);
	ui->waiting |= going; /* whoever walks on wants the rest, too */
	go_to(ui, find_hit(ui->find.find, ui->find.list.cursor));
}

static struct list *list(struct ui *ui)
{
	list_count(&ui->find.list, find_count(ui->find.find));
	return &ui->find.list;
}

void find_walk(struct ui *ui, bool back)
{
	struct list *l = list(ui);
	size_t was = l->cursor;

	if (l->n == 0) {
		ui_say(ui, ROLE_WARNING, "not found in the run: %s", buf_str(&ui->search.pattern));
		return;
	}
	if (back)
		list_go(l, was ? was - 1 : l->n - 1);
	else
		list_go(l, was + 1 < l->n ? was + 1 : 0);
	if (!is_shown(ui))
		go_to(ui, find_hit(ui->find.find, l->cursor));
	if (back ? l->cursor >= was : l->cursor <= was)
		ui_say(ui, ROLE_NORMAL, "search went round the %s", back ? "beginning" : "end");
	else if (!is_shown(ui))
		ui_say(ui, ROLE_NORMAL, "hit %zu of %zu", l->cursor + 1, l->n);
}

/* ---- the view ---- */

static void title(struct ui *ui, struct buf *out)
{
	const struct find *f = ui->find.find;
	size_t n = find_count(f);

	buf_adds(out, "Search  ");
	buf_add_slice(out, find_pattern(f));
	buf_addf(out, "  %s%zu hit%s", find_full(f) ? "the first " : "", n, n == 1 ? "" : "s");
	if (n > 1)
		buf_addf(out, ", at %zu", ui->find.list.cursor + 1);
	if (find_done(f))
		return;
	if (find_waits(ui)) {
		buf_adds(out, ", waits until all is read: ");
		reading_words(ui, out);
	} else {
		buf_addf(out, ", %u %% searched", find_percent(f));
	}
}

/* "tool read-file" */
static void label(const struct ui *ui, const struct find_hit *h, struct buf *out)
{
	const struct traj *t = ui->session->run->traj;
	size_t i = h->report ? SIZE_MAX : traj_find(t, h->seq);

	if (h->report) {
		buf_adds(out, "report");
		return;
	}
	buf_add_slice(out, traj_type_word(t, i));
	buf_addc(out, ' ');
	buf_add_slice(out, traj_name(t, i));
}

/* "Results.Output:17" */
static void where(const struct find_hit *h, struct buf *out)
{
	bool result = h->member && h->field == FIELD_RESULTS; /* what most members are of */

	if (!h->report && !result)
		buf_adds(out, traj_field_name(h->field));
	if (h->member)
		buf_addf(out, "%s%s", result ? "" : ".", h->member);
}

/* Where to begin with the line so that the hit shows in `cells`: cells and bytes are not told apart that exactly. */
static size_t first_byte(const struct find_hit *h, unsigned cells, bool *cut)
{
	struct slice s = h->excerpt;
	size_t from = 0;

	while (from < h->at && (s.p[from] == ' ' || s.p[from] == '\t'))
		from++;
	*cut = h->at - from > cells / 2;
	if (*cut)
		from = h->at - cells / 3;
	while (from < h->at && ((unsigned char)s.p[from] & 0xc0) == 0x80)
		from++;
	return from;
}

static void draw_line(struct ui *ui, const struct find_hit *h, unsigned row, unsigned col, unsigned cols)
{
	bool cut;
	size_t from = first_byte(h, cols, &cut), end = h->at + h->n;
	unsigned used = cut ? grid_puts(ui->grid, row, col, cols, glyph(GLYPH_CUT), ROLE_DIM) : 0;

	col += used;
	cols -= used;
	used = grid_put(ui->grid, row, col, cols, slice_sub(h->excerpt, from, h->at), ROLE_NORMAL);
	col += used;
	cols -= used;
	used = grid_fit(ui->grid, row, col, cols, slice_sub(h->excerpt, h->at, end), ROLE_NORMAL);
	grid_mod(ui->grid, row, col, used, MOD_MATCH);
	grid_fit(ui->grid, row, col + used, cols - used, slice_sub(h->excerpt, end, h->excerpt.n), ROLE_NORMAL);
}

enum { LABEL_COLS = 84 }; /* from so many on there is room for what a span is called beside the text */

static void draw_row(struct ui *ui, size_t i, struct rect at)
{
	const struct find_hit *h = find_hit(ui->find.find, i);
	unsigned row = at.row, col = at.col, cols = at.cols;
	unsigned wide = cols / 5 < 30 ? cols / 5 : 30, line;
	struct buf b = BUF_INIT;

	if (!h->report)
		buf_addf(&b, "%7" PRIu32, h->seq);
	else if (cols < LABEL_COLS + 8)
		buf_adds(&b, " report");
	grid_put(ui->grid, row, col, cols, buf_slice(&b), ROLE_DIM);
	buf_clear(&b);
	col += 8;
	cols -= 8;
	if (cols >= LABEL_COLS) { /* else the number stands for the span */
		label(ui, h, &b);
		grid_fit(ui->grid, row, col, wide, buf_slice(&b), ROLE_NORMAL);
		buf_clear(&b);
		col += wide + 1;
		cols -= wide + 1;
	}
	where(h, &b);
	line = grid_fit(ui->grid, row, col, wide, buf_slice(&b), ROLE_LABEL);
	buf_clear(&b);
	buf_addf(&b, "%s%" PRIu64, h->report ? "line " : ":", h->line);
	line += grid_put(ui->grid, row, col + line, 12, buf_slice(&b), ROLE_DIM);
	wide = line + 2 > wide + 6 ? line + 2 : wide + 6;
	if (cols > wide + 8)
		draw_line(ui, h, row, col + wide, cols - wide);
	buf_release(&b);
}

static void draw(struct ui *ui, struct rect r, bool focus)
{
	list_draw(ui, list(ui), r, focus, 1, SLICE(""), draw_row);
}

static bool command(struct ui *ui, enum command c, const char *args)
{
	(void)args;
	if (c == CMD_OPEN)
		open_hit(ui);
	return c == CMD_OPEN;
}

static void row_text(struct ui *ui, size_t row, struct buf *out)
{
	const struct find_hit *h = find_hit(ui->find.find, row);

	label(ui, h, out);
	buf_addc(out, ' ');
	where(h, out);
	buf_addc(out, ' ');
	buf_add_slice(out, h->excerpt);
}

const struct pane_ops pane_find = {
	.context = CONTEXT_PAGER,
	.title = title,
	.draw = draw,
	.command = command,
	.list = list,
	.row_text = row_text,
	.closed = closed,
	.hints = list_hints,
};
