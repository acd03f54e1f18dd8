#include "ui/pane_queue.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/runs.h"
#include "ui/view.h"

/* ---- what is listed ---- */

/* Read it anew, the cursor on the run that is open, else where it was. */
static bool make(struct ui *ui)
{
	struct queue_pane *p = &ui->queue;
	struct err e = {0};
	size_t at;

	if (queue_make(&p->queue, ui->app, &e) < 0) {
		ui_fail(ui, &e);
		queue_release(&p->queue); /* as at first: what opens after a decision must be found */
		if (e.cls != ERR_USAGE || queue_make(&p->queue, ui->app, &e) < 0)
			return false;
	}
	list_count(&p->list, p->queue.order.n);
	at = queue_find(&p->queue, ui->app, ui->session->run->id);
	if (at != SIZE_MAX)
		list_go(&p->list, at);
	return true;
}

static void show(struct ui *ui)
{
	if (make(ui))
		ui_show(ui, VIEW_QUEUE);
}

void ui_queue(struct ui *ui)
{
	show(ui);
}

void queue_do_show(struct ui *ui, const char *args)
{
	if (*args)
		queue_do_filter(ui, args);
	else
		show(ui);
}

void queue_do_sort(struct ui *ui, const char *args)
{
	struct queue *q = &ui->queue.queue;
	enum run_sort next = q->filter.sort;
	struct err e = {0};

	if (!*args && ui->view == VIEW_QUEUE) { /* the key: the next order */
		do
			next = (enum run_sort)((next + 1) % RUN_SORTS);
		while (!queue_may_sort(ui->app, next));
		args = run_sort_name(next);
	}
	if (queue_sort(q, slice_str(args), &e) < 0)
		ui_fail(ui, &e);
	else
		show(ui);
}

void queue_do_filter(struct ui *ui, const char *args)
{
	struct err e = {0};

	if (queue_filter(&ui->queue.queue, slice_str(args), &e) < 0)
		ui_fail(ui, &e);
	else
		show(ui);
}

/* What was asked for before stands in the title. */
static void ask_filter(struct ui *ui)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s ", commands[CMD_FILTER_RUNS].name);
	ui_ask(ui, PROMPT_COMMAND, buf_slice(&line));
	buf_release(&line);
}

/* ---- the view ---- */

static void title(struct ui *ui, struct buf *out)
{
	const struct queue_pane *p = &ui->queue;
	const struct run_filter *f = &p->queue.filter;
	size_t n = p->queue.order.n;
	struct buf words = BUF_INIT;

	buf_addf(out, "Queue  %zu run%s, %zu waiting", n, n == 1 ? "" : "s", queue_waiting(&p->queue));
	if (n > 1)
		buf_addf(out, ", at %zu", p->list.cursor + 1);
	buf_addf(out, "  by %s%s", f->backwards ? "-" : "", run_sort_name(f->sort));
	queue_filter_words(&p->queue, &words);
	if (words.n)
		buf_addf(out, "  only %s", buf_str(&words));
	buf_release(&words);
}

/* Cells of each column, 0: there is no room for it; the title has the rest. */
struct columns {
	unsigned state, ai, decided, reviewer, age;
};

static struct columns columns_of(unsigned cols)
{
	if (cols >= 130)
		return (struct columns){13, 22, 22, 18, 4};
	if (cols >= 95)
		return (struct columns){13, 18, 16, 10, 4};
	return (struct columns){11, 10, 10, 0, 4}; /* the title tells runs apart; who decided stands in the run */
}

/* "5m", "3h", "12d": one unit is enough to tell runs of this morning from those of last week. */
static void add_age(struct buf *b, int64_t us)
{
	static const struct {
		int64_t seconds;
		char unit;
	} units[] = {{365 * 86400, 'y'}, {86400, 'd'}, {3600, 'h'}, {60, 'm'}};
	int64_t s = us / 1000000;

	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (s >= units[i].seconds) {
			buf_addf(b, "%" PRId64 "%c", s / units[i].seconds, units[i].unit);
			return;
		}
	buf_adds(b, "now");
}

static void state_words(const struct ui *ui, const struct run_row *r, bool wide, struct buf *b)
{
	bool due = run_row_due(r, ui->queue.queue.today);

	if (!due || wide)
		buf_adds(b, review_state_name(r->review));
	if (due)
		buf_adds(b, wide ? ", due" : "due");
}

static void decided_words(const struct run_row *r, bool wide, struct buf *b)
{
	if (r->review == REVIEW_DEFERRED && r->until[0])
		buf_addf(b, "%s%s", wide ? "until " : "", r->until);
	else
		buf_adds(b, r->decided ? r->decided : glyph(GLYPH_NONE));
}

/* The name without the address. */
static struct slice name_of(const struct run_row *r)
{
	struct slice s = slice_str(r->reviewer ? r->reviewer : glyph(GLYPH_NONE));
	size_t address = slice_find(s, " <", 0);

	return slice_sub(s, 0, address == SLICE_NONE ? s.n : address);
}

/* Where there is little room, what all titles of a kind begin with goes: the functions tell runs apart. */
static unsigned draw_kind(struct ui *ui, struct slice *title, unsigned row, unsigned col, unsigned cols)
{
	if (cols > 50 || !slice_eat(title, "KCSAN: data-race in "))
		return 0;
	return grid_puts(ui->grid, row, col, cols, glyph(GLYPH_CUT), ROLE_DIM);
}

/* One cell of the table: `cells` of it, and a blank. */
static void put(struct ui *ui, unsigned row, unsigned *col, unsigned end, unsigned cells, struct slice s, enum role role)
{
	if (*col < end)
		grid_fit(ui->grid, row, *col, cells < end - *col ? cells : end - *col, s, role);
	*col += cells + 1;
}

static void draw_row(struct ui *ui, const struct run_row *r, int64_t now, unsigned row, unsigned col, unsigned cols)
{
	struct columns c = columns_of(cols);
	unsigned end = col + cols, used;
	bool waits = run_row_waits(r, ui->queue.queue.today), here = strcmp(r->id, ui->session->run->id) == 0;
	struct slice text = slice_str(r->title);
	enum role role = waits ? ROLE_NORMAL : ROLE_DIM;
	struct buf b = BUF_INIT;

	put(ui, row, &col, end, 1, slice_str(here ? glyph(GLYPH_HERE) : ""), ROLE_LABEL);
	state_words(ui, r, c.reviewer > 0, &b);
	put(ui, row, &col, end, c.state, buf_slice(&b), r->review == REVIEW_CONFLICT ? ROLE_ERROR : waits ? ROLE_LABEL : role);
	grid_puts(ui->grid, row, col - 1, 1, r->draft ? "*" : "", ROLE_NOTE);
	col++;
	put(ui, row, &col, end, c.ai, slice_str(r->state == RUN_DONE ? r->outputs : run_state_words(r->state)),
	    r->state == RUN_FAILED ? ROLE_WARNING : role);
	buf_clear(&b);
	decided_words(r, cols >= 95, &b);
	put(ui, row, &col, end, c.decided, buf_slice(&b), role);
	if (c.reviewer)
		put(ui, row, &col, end, c.reviewer, name_of(r), role);
	buf_clear(&b);
	add_age(&b, now - r->added);
	if (b.n < c.age)
		col += c.age - (unsigned)b.n;
	put(ui, row, &col, end, (unsigned)b.n, buf_slice(&b), role);
	if (text.n == 0) {
		buf_clear(&b);
		buf_addf(&b, "no title, run %.*s", RUN_SHORT, r->id);
		text = buf_slice(&b);
	}
	used = col < end ? draw_kind(ui, &text, row, col, end - col) : 0;
	col += used;
	if (col < end)
		grid_fit(ui->grid, row, col, end - col, text, role);
	buf_release(&b);
}

static void draw_heads(struct ui *ui, unsigned row, unsigned col, unsigned cols)
{
	struct columns c = columns_of(cols);
	unsigned end = col + cols;

	put(ui, row, &col, end, 1, SLICE(""), ROLE_DIM);
	put(ui, row, &col, end, c.state + 1, SLICE("state"), ROLE_DIM);
	put(ui, row, &col, end, c.ai, SLICE("AI"), ROLE_DIM);
	put(ui, row, &col, end, c.decided, SLICE("decision"), ROLE_DIM);
	if (c.reviewer)
		put(ui, row, &col, end, c.reviewer, SLICE("reviewer"), ROLE_DIM);
	put(ui, row, &col, end, c.age, SLICE(" age"), ROLE_DIM);
	put(ui, row, &col, end, 5, SLICE("title"), ROLE_DIM);
}

static struct list *list(struct ui *ui)
{
	return &ui->queue.list;
}

static bool row_at(struct ui *ui, size_t i, struct run_row *row)
{
	const struct run_order *o = &ui->queue.queue.order;
	struct err e = {0};
	int rc = i < o->n ? store_row(ui->app->store, o->k[i], row, &e) : 0;

	if (rc < 0)
		ui_fail(ui, &e);
	else if (rc > 0)
		app_veil_row(ui->app, row);
	return rc > 0;
}

static void draw(struct ui *ui, struct rect r, bool focus)
{
	struct list *l = list(ui);
	int64_t now = ui->app->now();

	if (r.rows < 2)
		return;
	draw_heads(ui, r.row, r.col + 1, r.cols - 2);
	if (l->n == 0)
		grid_fit(ui->grid, r.row + 1, r.col + 2, r.cols - 3, SLICE("no stored run is to be listed"), ROLE_DIM);
	list_show(l, r.rows - 1, 2);
	for (unsigned i = 0; i + 1 < r.rows && l->top + i < l->n; i++) {
		struct run_row row;

		if (!row_at(ui, l->top + i, &row))
			continue;
		draw_row(ui, &row, now, r.row + 1 + i, r.col + 1, r.cols - 2);
		if (focus && l->top + i == l->cursor)
			grid_mod(ui->grid, r.row + 1 + i, r.col, r.cols, MOD_SELECT);
		run_row_release(&row);
	}
}

/* The run under the cursor, in place of the open one; false where it does not come to that. */
static bool open_run(struct ui *ui)
{
	struct run_row row;
	bool open;

	if (!row_at(ui, ui->queue.list.cursor, &row))
		return false;
	open = strcmp(row.id, ui->session->run->id) == 0;
	if (open)
		ui_visit(ui);
	else
		open = runs_open(ui, &row);
	run_row_release(&row);
	return open;
}

static bool command(struct ui *ui, enum command c, const char *args)
{
	switch (c) {
	case CMD_OPEN:
		open_run(ui);
		return true;
	case CMD_APPROVE:
	case CMD_OVERRIDE:
	case CMD_DEFER: /* on the run under the cursor, with all in sight that belongs to it */
		return !open_run(ui);
	case CMD_FILTER_RUNS:
	case CMD_SEARCH:
	case CMD_SEARCH_BACK:
		if (*args || c == CMD_FILTER_RUNS)
			queue_do_filter(ui, args);
		else
			ask_filter(ui);
		return true;
	case CMD_SEARCH_NEXT:
	case CMD_SEARCH_PREV:
		ui_say(ui, ROLE_NORMAL, "a search in the queue lists only what fits: each row is a hit");
		return true;
	case CMD_QUEUE: /* the key again: back */
		if (!*args)
			ui_show(ui, VIEW_PANES);
		else
			queue_do_filter(ui, args);
		return true;
	default:
		return false;
	}
}

static void row_text(struct ui *ui, size_t i, struct buf *out)
{
	struct run_row row;

	if (!row_at(ui, i, &row))
		return;
	buf_adds(out, row.title ? row.title : "");
	run_row_release(&row);
}

static const struct hint hints[] = {
	{CMD_OPEN, "open"}, {CMD_APPROVE, "open and approve"}, {CMD_PROMPT, "filter"}, {CMD_SORT_RUNS, "other order"},
	{CMD_CLOSE, "close"}, {CMD_HELP, "help"}, {0, ""},
};

const struct pane_ops pane_queue = {
	.context = CONTEXT_QUEUE,
	.title = title,
	.draw = draw,
	.command = command,
	.list = list,
	.row_text = row_text,
	.hints = hints,
};
