#include "ui/seek.h"

#include "base/utf8.h"
#include "sys/loop.h"
#include "ui/view.h"
#include "ui/word.h"

/* What a slice may take: keys are answered between two of them. */
static const int64_t slice_us = 3000;

/* ---- one row, or the line that begins with it ---- */

static size_t first_of(struct ui *ui, size_t row)
{
	size_t end;

	return ui_pane(ui)->line ? ui_pane(ui)->line(ui, row, &end) : row;
}

static size_t behind(struct ui *ui, size_t row)
{
	size_t end = row + 1;

	if (ui_pane(ui)->line)
		ui_pane(ui)->line(ui, row, &end);
	return end;
}

static void text_of(struct ui *ui, size_t row, struct buf *out)
{
	const struct pane_ops *pane = ui_pane(ui);

	(pane->line ? pane->line_text : pane->row_text)(ui, row, out);
}

/* The first hit in a text at or after byte `from`, or the last one before it. */
static bool find_in(const struct search *s, struct slice text, bool back, size_t from, size_t *hit)
{
	size_t at = back ? 0 : from, start, end;
	bool found = false;

	while (search_find(s, text, at, &start, &end) && (!back || start < from)) {
		*hit = start;
		found = true;
		if (!back)
			break;
		at = end > start ? end : end + 1;
	}
	return found;
}

static bool try_row(struct ui *ui, size_t row, bool back, size_t from, size_t *hit)
{
	struct buf text = BUF_INIT;
	bool found;

	text_of(ui, row, &text);
	found = find_in(&ui->search, buf_slice(&text), back, from, hit);
	buf_release(&text);
	traj_release_bodies(ui->session->run->traj);
	return found;
}

static void go(struct ui *ui, size_t row, size_t hit)
{
	const struct pane_ops *pane = ui_pane(ui);

	if (ui->view == VIEW_PANES)
		jump_push(ui, false);
	list_go(pane->list(ui), row);
	if (pane->moved)
		pane->moved(ui);
	if (pane->hit)
		pane->hit(ui, hit);
	follow_look(ui, CMD_SEARCH);
	if (ui->seek.round)
		ui_say(ui, ROLE_NORMAL, "search went round the %s", ui->seek.back ? "beginning" : "end");
}

/* ---- all rows ---- */

/* To the next row, or line; false where all were looked at. */
static bool advance(struct ui *ui, struct seek *s, size_t n)
{
	size_t next = s->back ? s->at - 1 : behind(ui, s->at); /* before the first one: SIZE_MAX */

	/* rows may have been laid out anew meanwhile: none need begin where the search did */
	if (s->round && (s->back ? s->at <= s->start : s->at >= s->start))
		return false;
	if (next >= n) {
		s->round = true;
		next = s->back ? n - 1 : 0;
	}
	s->at = s->back ? first_of(ui, next) : next;
	return true;
}

/* Text that is folded has no rows to look at. */
static bool hides_text(const struct ui *ui)
{
	const struct doc *d = &ui->text.doc;

	for (size_t i = 0; ui_pane(ui) == &pane_text && i < d->ntexts; i++)
		if (d->texts[i].folded)
			return true;
	return false;
}

static void tell_none(struct ui *ui)
{
	struct buf key = BUF_INIT;

	if (hides_text(ui)) {
		ui_key_for(ui, CONTEXT_TEXT, CMD_SEARCH_ALL, &key);
		ui_say(ui, ROLE_WARNING, "not found in what is unfolded here (%s searches all): %s", buf_str(&key),
		       buf_str(&ui->search.pattern));
	} else {
		ui_say(ui, ROLE_WARNING, "not found: %s", buf_str(&ui->search.pattern));
	}
	buf_release(&key);
}

void seek_stop(struct ui *ui)
{
	ui->waiting &= ~(unsigned)WAIT_SEEK;
}

/* Slices of it; the first one, in the key press, leaves costly rows to those that follow: what the key did is drawn first. */
static void look_on(struct ui *ui, bool first)
{
	struct seek *s = &ui->seek;
	int64_t until = loop_now() + slice_us;

	do {
		size_t n = ui_pane(ui)->list(ui)->n, hit = 0;
		struct seek was = *s;

		if (n <= s->start || !advance(ui, s, n)) {
			seek_stop(ui);
			tell_none(ui);
			return;
		}
		if (first && ui_pane(ui)->is_costly && ui_pane(ui)->is_costly(ui, s->at)) {
			*s = was;
			break;
		}
		if (try_row(ui, s->at, s->back, s->back ? SIZE_MAX : 0, &hit)) {
			seek_stop(ui);
			go(ui, s->at, hit);
			return;
		}
	} while (loop_now() < until);
	ui->waiting |= WAIT_SEEK;
}

void seek_more(struct ui *ui)
{
	look_on(ui, false);
}

static void seek(struct ui *ui, bool back)
{
	const struct pane_ops *pane = ui_pane(ui);
	struct list *l = pane->list(ui);
	size_t row = l->cursor, at = 0, hit = 0;

	seek_stop(ui);
	if (!ui->search.re) {
		ui_say(ui, ROLE_WARNING, "nothing to search for: / begins a search");
		return;
	}
	if (pane->line && l->n) {
		row = first_of(ui, row);
		at = pane->at(ui);
	}
	ui->seek = (struct seek){.back = back, .start = row, .at = row};
	if (pane->line && l->n && try_row(ui, row, back, back ? at : at + 1, &hit))
		go(ui, row, hit);
	else
		look_on(ui, true);
}

void seek_for(struct ui *ui, struct slice pattern)
{
	struct err e = {0};

	ui->find.walking = false;
	if (pattern.n && search_set(&ui->search, pattern, &e) < 0)
		ui_fail(ui, &e);
	else
		seek(ui, ui->search_back);
}

/* ---- commands ---- */

static void begin(struct ui *ui, const char *args, bool back)
{
	ui->search_back = back;
	if (*args)
		seek_for(ui, slice_str(args));
	else
		ui_ask(ui, PROMPT_SEARCH, SLICE(""));
}

void seek_do_search(struct ui *ui, const char *args)
{
	begin(ui, args, false);
}

void seek_do_search_back(struct ui *ui, const char *args)
{
	begin(ui, args, true);
}

void seek_do_word(struct ui *ui, const char *args)
{
	const struct pane_ops *pane = ui_pane(ui);
	struct list *l = pane->list(ui);
	struct buf text = BUF_INIT, pattern = BUF_INIT;
	struct slice word;

	(void)args;
	if (l->n)
		text_of(ui, l->cursor, &text);
	word = pane->line && l->n ? word_at(buf_slice(&text), pane->at(ui)) : word_of_line(buf_slice(&text));
	if (word.n == 0) {
		ui_say(ui, ROLE_WARNING, "no word under the cursor to search for");
	} else {
		buf_addf(&pattern, "\\b%.*s\\b", (int)word.n, word.p);
		ui->search_back = false;
		seek_for(ui, buf_slice(&pattern));
	}
	buf_release(&text);
	buf_release(&pattern);
}

/* Along the last search that was made: of the pane, or of the whole run. */
static void go_on(struct ui *ui, bool turned)
{
	if (ui->find.walking)
		find_walk(ui, turned);
	else
		seek(ui, ui->search_back != turned);
}

void seek_do_next(struct ui *ui, const char *args)
{
	(void)args;
	go_on(ui, false);
}

void seek_do_prev(struct ui *ui, const char *args)
{
	(void)args;
	go_on(ui, true);
}

/* ---- marking ---- */

/* What stands in a row of cells, with the cell of each byte; what is no text of the pane's is blank. */
static void read_cells(const struct grid *g, unsigned row, unsigned col, unsigned cols, struct buf *text, unsigned *cells)
{
	for (unsigned i = 0; i < cols; i++) {
		const struct cell *c = grid_cell(g, row, col + i);
		char bytes[4] = {' '};
		size_t n = 1;

		if (c->cp == 0)
			continue;
		if (c->role != ROLE_LINE_NUMBER && c->role != ROLE_FRAME)
			n = utf8_encode(c->cp, bytes);
		for (size_t k = 0; k < n; k++)
			cells[text->n + k] = i;
		buf_add(text, bytes, n);
	}
	cells[text->n] = cols;
}

void seek_mark(struct ui *ui, struct rect r)
{
	static unsigned cells[GRID_COLS * 4 + 1];
	size_t gave_up = search_gave_up(&ui->search), start, end;
	struct buf text = BUF_INIT;

	if (!ui->search.re)
		return;
	/* a pattern that backtracks too much would hold up every screen: its hits are found by n alone */
	for (unsigned i = 0; i < r.rows && search_gave_up(&ui->search) == gave_up; i++) {
		size_t from = 0;

		buf_clear(&text);
		read_cells(ui->grid, r.row + i, r.col, r.cols, &text, cells);
		while (search_find(&ui->search, slice_rtrim(buf_slice(&text)), from, &start, &end)) {
			if (end > start)
				grid_mod(ui->grid, r.row + i, r.col + cells[start], cells[end] - cells[start], MOD_MATCH);
			from = end > start ? end : end + 1;
		}
	}
	buf_release(&text);
}
