#include "ui/pane_time.h"

#include <inttypes.h>
#include <string.h>

#include "ui/bar.h"
#include "ui/view.h"

/* What a slice may take: keys are answered between two of them. */
static const int64_t slice_us = 3000;

static struct traj *traj_of(const struct ui *ui)
{
	return ui->session->run->traj;
}

void time_release(struct time_pane *p)
{
	tally_free(p->tally);
	*p = (struct time_pane){0};
}

/* Spans that may be seen: all, or those before the first that may not. */
static size_t steps(const struct ui *ui)
{
	size_t n = traj_count(traj_of(ui));

	return n == 0 || session_may_show(ui->session, n - 1, PART_SPAN) ? n : tally_seen(ui->timeline.tally);
}

static void count_rows(struct ui *ui)
{
	struct time_pane *p = &ui->timeline;
	bool at_end = p->steps.n && p->steps.cursor + 1 == p->steps.n && ui_is_live(ui);
	size_t n;

	list_count(&p->steps, steps(ui));
	if (at_end) /* the newest is followed */
		list_go(&p->steps, SIZE_MAX);
	tally_rows(p->tally, &n);
	list_count(&p->totals, n);
}

void time_again(struct ui *ui)
{
	if (ui->view != VIEW_TIME)
		return;
	ui->waiting |= WAIT_TALLY;
	count_rows(ui);
}

void time_step(struct ui *ui)
{
	if (!tally_step(ui->timeline.tally, slice_us))
		ui->waiting &= ~(unsigned)WAIT_TALLY;
	count_rows(ui);
}

void time_do_open(struct ui *ui, const char *args)
{
	struct time_pane *p = &ui->timeline;
	size_t span = ui->run.list.n ? ui->run.rows[ui->run.list.cursor].span : 0;

	(void)args;
	if (traj_count(traj_of(ui)) == 0) {
		ui_say(ui, ROLE_WARNING, "the recording holds no steps");
		return;
	}
	ui_show(ui, VIEW_TIME);
	time_release(p);
	p->tally = tally_new(ui->session);
	time_step(ui); /* what is small is there at once */
	time_again(ui);
	list_go(&p->steps, span);
}

static void closed(struct ui *ui)
{
	ui->waiting &= ~(unsigned)WAIT_TALLY;
	time_release(&ui->timeline);
}

/* ---- numbers ---- */

/* "9999", "12k", "3M": at most 5 cells up to a thousand million. */
static void add_count(struct buf *b, uint64_t v)
{
	if (v >= 10000000)
		buf_addf(b, "%" PRIu64 "M", (v + 500000) / 1000000);
	else
		run_add_count(b, v);
}

/* Right-aligned in `cols` cells; what is not known is said so, never 0. */
static void draw_number(struct ui *ui, unsigned row, unsigned col, unsigned cols, uint64_t v, enum role role)
{
	struct buf b = BUF_INIT;

	if (v)
		add_count(&b, v);
	else
		buf_adds(&b, glyph(GLYPH_NONE));
	grid_put(ui->grid, row, col + (v ? cols > b.n ? cols - (unsigned)b.n : 0 : cols - 1), cols, buf_slice(&b), v ? role : ROLE_DIM);
	buf_release(&b);
}

static void draw_duration(struct ui *ui, unsigned row, unsigned col, unsigned cols, int64_t us, bool known)
{
	struct buf b = BUF_INIT;

	if (!known) {
		grid_puts(ui->grid, row, col + cols - 1, 1, glyph(GLYPH_NONE), ROLE_DIM);
		return;
	}
	if (ui->session->run->unit == WHEN_MICRO && us < 1000)
		buf_adds(&b, us > 0 ? "<1ms" : "0ms");
	else if (ui->session->run->unit == WHEN_MICRO && us < 100000)
		buf_addf(&b, "%" PRId64 "ms", us / 1000);
	else if (ui->session->run->unit == WHEN_MICRO && us < 10000000)
		buf_addf(&b, "%" PRId64 ".%" PRId64 "s", us / 1000000, us / 100000 % 10);
	else
		when_add_duration(&b, us, ui->session->run->unit);
	grid_put(ui->grid, row, col + (cols > b.n ? cols - (unsigned)b.n : 0), cols, buf_slice(&b), ROLE_NORMAL);
	buf_release(&b);
}

/* ---- columns: where each begins and how wide it is; a width of 0: it does not show ---- */

struct column {
	unsigned col, cols;
};
enum column_id { COL_SEQ, COL_KIND, COL_NAME, COL_CALLS, COL_ERRORS, COL_TIME, COL_TIME_BAR, COL_IN, COL_OUT, COL_THOUGHT,
		 COL_BYTES, COL_CONTEXT, COLS };

static const char *const heads[COLS] = {
	[COL_SEQ] = "span", [COL_KIND] = "type", [COL_NAME] = "step", [COL_CALLS] = "calls", [COL_ERRORS] = "err",
	[COL_TIME] = "time", [COL_TIME_BAR] = "", [COL_IN] = "in", [COL_OUT] = "out", [COL_THOUGHT] = "think",
	[COL_BYTES] = "bytes", [COL_CONTEXT] = "context",
};

/* The name has what the others leave. */
static void place(struct column c[COLS], const struct rect *r)
{
	unsigned used = 1, at = r->col;

	for (int i = 0; i < COLS; i++)
		used += c[i].cols && i != COL_NAME ? c[i].cols + 1 : 0;
	c[COL_NAME].cols = r->cols > used + 4 ? r->cols - used - 1 : 4;
	for (int i = 0; i < COLS; i++) {
		c[i].col = at;
		at += c[i].cols ? c[i].cols + 1 : 0;
	}
}

static unsigned digits(uint64_t v)
{
	unsigned n = 1;

	while (v >= 10) {
		v /= 10;
		n++;
	}
	return n;
}

/* `last`: the largest number of a span. */
static void step_columns(struct column c[COLS], const struct rect *r, uint32_t last)
{
	bool tokens = r->cols >= 60;

	memset(c, 0, COLS * sizeof *c);
	c[COL_SEQ].cols = digits(last) > 4 ? digits(last) : 4;
	c[COL_KIND].cols = r->cols >= 50 ? 6 : 0;
	c[COL_TIME].cols = 6;
	c[COL_TIME_BAR].cols = r->cols >= 110 ? 24 : r->cols >= 60 ? 8 : 6;
	c[COL_IN].cols = c[COL_OUT].cols = c[COL_THOUGHT].cols = tokens ? 5 : 0;
	c[COL_CONTEXT].cols = r->cols >= 110 ? 24 : tokens ? 8 : 0;
	place(c, r);
}

static void total_columns(struct column c[COLS], const struct rect *r)
{
	bool tokens = r->cols >= 60;

	memset(c, 0, COLS * sizeof *c);
	c[COL_KIND].cols = r->cols >= 50 ? 6 : 0;
	c[COL_CALLS].cols = 5;
	c[COL_ERRORS].cols = 3;
	c[COL_TIME].cols = 6;
	c[COL_TIME_BAR].cols = r->cols >= 110 ? 24 : r->cols >= 60 ? 8 : 0;
	c[COL_IN].cols = c[COL_OUT].cols = c[COL_THOUGHT].cols = tokens ? 5 : 0;
	c[COL_BYTES].cols = tokens ? 5 : 0;
	place(c, r);
}

static void draw_heads(struct ui *ui, const struct column c[COLS], unsigned row)
{
	for (int i = 0; i < COLS; i++) {
		bool left = i == COL_KIND || i == COL_NAME || i == COL_CONTEXT;
		unsigned n = (unsigned)strlen(heads[i]);

		if (c[i].cols)
			grid_puts(ui->grid, row, c[i].col + (left || n > c[i].cols ? 0 : c[i].cols - n), c[i].cols, heads[i], ROLE_LABEL);
	}
}

/* ---- steps ---- */

static enum role type_role(enum span_type type)
{
	return type == SPAN_LLM ? ROLE_THOUGHT : type == SPAN_TOOL ? ROLE_TOOL : ROLE_NORMAL;
}

static void draw_tokens(struct ui *ui, const struct column c[COLS], unsigned row, uint64_t in, uint64_t out, uint64_t thought)
{
	if (c[COL_IN].cols == 0)
		return;
	draw_number(ui, row, c[COL_IN].col, c[COL_IN].cols, in, ROLE_NORMAL);
	draw_number(ui, row, c[COL_OUT].col, c[COL_OUT].cols, out, ROLE_NORMAL);
	draw_number(ui, row, c[COL_THOUGHT].col, c[COL_THOUGHT].cols, thought, ROLE_NORMAL);
}

/* What is known of a step once it ended. */
static void draw_end(struct ui *ui, const struct column c[COLS], unsigned row, const struct span *s)
{
	bool known = s->started != WHEN_NONE && s->finished != WHEN_NONE;
	int64_t took = known ? s->finished - s->started : 0;

	draw_duration(ui, row, c[COL_TIME].col, c[COL_TIME].cols, took, known);
	if (took > 0 && !tally_is_container((enum span_type)s->type))
		bar_draw(ui->grid, row, c[COL_TIME_BAR].col, c[COL_TIME_BAR].cols, (uint64_t)took,
			 (uint64_t)tally_longest(ui->timeline.tally), type_role((enum span_type)s->type));
	if (s->type != SPAN_LLM)
		return;
	draw_tokens(ui, c, row, s->tokens_in, s->tokens_out, s->tokens_thought);
	bar_draw(ui->grid, row, c[COL_CONTEXT].col, c[COL_CONTEXT].cols, s->tokens_in, tally_most_in(ui->timeline.tally), ROLE_NOTE);
}

static void draw_step(struct ui *ui, const struct column c[COLS], unsigned row, size_t span)
{
	const struct span *s = traj_span(traj_of(ui), span);
	bool ended = s->flags & SPAN_FINISHED && session_may_show(ui->session, span, PART_FINISH);
	bool error = ended && s->flags & SPAN_ERROR;
	enum role role = error ? ROLE_ERROR : type_role((enum span_type)s->type);
	unsigned deep = s->nesting > 4 ? 4 : s->nesting, wide = c[COL_NAME].cols;
	struct buf b = BUF_INIT;

	buf_addf(&b, "%*" PRIu32, (int)c[COL_SEQ].cols, s->seq);
	grid_put(ui->grid, row, c[COL_SEQ].col, c[COL_SEQ].cols, buf_slice(&b), ROLE_LINE_NUMBER);
	if (c[COL_KIND].cols)
		grid_fit(ui->grid, row, c[COL_KIND].col, c[COL_KIND].cols, traj_type_word(traj_of(ui), span), ROLE_DIM);
	buf_clear(&b);
	run_label(ui, span, &b);
	if (error && wide > 12) {
		wide -= 4;
		grid_puts(ui->grid, row, c[COL_NAME].col + wide, 4, " err", ROLE_ERROR);
	}
	if (wide > 20) { /* what belongs to what, where there is room */
		deep = deep > 1 ? deep - 1 : 0;
		grid_fit(ui->grid, row, c[COL_NAME].col + deep, wide - deep, buf_slice(&b), role);
	} else {
		grid_fit(ui->grid, row, c[COL_NAME].col, wide, buf_slice(&b), role);
	}
	if (ended)
		draw_end(ui, c, row, s);
	else
		grid_puts(ui->grid, row, c[COL_TIME].col + c[COL_TIME].cols - 4, 4, "open", ROLE_DIM);
	buf_release(&b);
}

static void draw_steps(struct ui *ui, struct rect r)
{
	struct time_pane *p = &ui->timeline;
	struct column c[COLS];

	if (r.rows < 2)
		return;
	step_columns(c, &r, traj_span(traj_of(ui), traj_count(traj_of(ui)) - 1)->seq);
	draw_heads(ui, c, r.row);
	list_show(&p->steps, r.rows - 1, 1);
	for (unsigned i = 0; i + 1 < r.rows && p->steps.top + i < p->steps.n; i++) {
		draw_step(ui, c, r.row + 1 + i, p->steps.top + i);
		if (!p->at_totals && !ui->decide.open && p->steps.top + i == p->steps.cursor)
			grid_mod(ui->grid, r.row + 1 + i, r.col, r.cols, MOD_SELECT);
	}
}

/* ---- totals ---- */

static void draw_total(struct ui *ui, const struct column c[COLS], unsigned row, const struct tally_row *t, int64_t most)
{
	enum role role = type_role(t->type);
	struct grid *g = ui->grid;
	/* many times less than a minute are no telling how much */
	bool known = t->timed > 0 && (t->time > 0 || t->calls == 1 || ui->session->run->unit != WHEN_MINUTE);

	if (c[COL_KIND].cols)
		grid_puts(g, row, c[COL_KIND].col, c[COL_KIND].cols, span_type_name(t->type), ROLE_DIM);
	grid_fit(g, row, c[COL_NAME].col, c[COL_NAME].cols, t->name.n ? t->name : t->type == SPAN_OTHER ? SLICE("(others)") : SLICE("(no name)"), role);
	draw_number(ui, row, c[COL_CALLS].col, c[COL_CALLS].cols, t->calls, ROLE_NORMAL);
	if (t->errors)
		draw_number(ui, row, c[COL_ERRORS].col, c[COL_ERRORS].cols, t->errors, ROLE_ERROR);
	draw_duration(ui, row, c[COL_TIME].col, c[COL_TIME].cols, t->time, known);
	if (c[COL_TIME_BAR].cols && t->time > 0 && !tally_is_container(t->type))
		bar_draw(ui->grid, row, c[COL_TIME_BAR].col, c[COL_TIME_BAR].cols, (uint64_t)t->time, (uint64_t)most, role);
	draw_tokens(ui, c, row, t->tokens_in, t->tokens_out, t->tokens_thought);
	if (c[COL_BYTES].cols)
		draw_number(ui, row, c[COL_BYTES].col, c[COL_BYTES].cols, t->bytes, ROLE_NORMAL);
}

static void draw_totals(struct ui *ui, struct rect r)
{
	struct time_pane *p = &ui->timeline;
	struct column c[COLS];
	size_t n;
	const struct tally_row *const *rows = tally_rows(p->tally, &n);
	int64_t most = 0;

	if (r.rows < 2)
		return;
	total_columns(c, &r);
	draw_heads(ui, c, r.row);
	for (size_t i = 0; i < n; i++)
		most = !tally_is_container(rows[i]->type) && rows[i]->time > most ? rows[i]->time : most;
	list_show(&p->totals, r.rows - 1, 0);
	for (unsigned i = 0; i + 1 < r.rows && p->totals.top + i < n; i++) {
		draw_total(ui, c, r.row + 1 + i, rows[p->totals.top + i], most);
		if (p->at_totals && !ui->decide.open && p->totals.top + i == p->totals.cursor)
			grid_mod(ui->grid, r.row + 1 + i, r.col, r.cols, MOD_SELECT);
	}
}

/* ---- growth of the context ---- */

enum { CONTEXT_COLS = 400, CONTEXT_ROWS = 4 };

static void draw_context(struct ui *ui, struct rect r)
{
	const struct tally *t = ui->timeline.tally;
	uint32_t part[CONTEXT_COLS], last, most = 0;
	size_t turns = tally_turns(t, &last), n;
	struct buf b = BUF_INIT;

	if (r.rows < 2)
		return;
	n = tally_context(t, part, r.cols < CONTEXT_COLS ? r.cols : CONTEXT_COLS);
	for (size_t i = 0; i < n; i++)
		most = part[i] > most ? part[i] : most;
	buf_adds(&b, "context: tokens sent per turn");
	if (turns == 0) {
		buf_adds(&b, ", which the recording does not tell");
	} else {
		buf_addf(&b, ", %zu turn%s, most ", turns, turns == 1 ? "" : "s");
		add_count(&b, most);
		buf_adds(&b, ", last ");
		add_count(&b, last);
	}
	grid_fit(ui->grid, r.row, r.col, r.cols, buf_slice(&b), ROLE_LABEL);
	if (turns)
		bar_columns(ui->grid, (struct rect){r.row + 1, r.col, r.rows - 1, r.cols}, part, n, most, ROLE_NOTE);
	buf_release(&b);
}

/* ---- the view ---- */

/* From so many rows on steps and totals show both, and the growth of the context; below, what has the keys. */
enum { BOTH_ROWS = 14, GROWTH_ROWS = 18 };

static void draw_line(struct ui *ui, struct rect r, unsigned row)
{
	grid_fill(ui->grid, row, r.col, r.cols, glyph_cp(GLYPH_ACROSS), ROLE_FRAME);
}

static void draw(struct ui *ui, struct rect r, bool focus)
{
	struct time_pane *p = &ui->timeline;
	struct rect in = {r.row, r.col + 1, r.rows, r.cols > 2 ? r.cols - 2 : r.cols};
	unsigned growth = r.rows >= 30 ? CONTEXT_ROWS + 1 : r.rows >= GROWTH_ROWS ? 3 : 0, low, most;

	(void)focus;
	if (r.rows < BOTH_ROWS) {
		if (p->at_totals)
			draw_totals(ui, in);
		else
			draw_steps(ui, in);
		return;
	}
	low = (unsigned)p->totals.n + 1;
	most = p->at_totals ? r.rows / 2 : r.rows / (r.rows < 24 ? 4 : 3);
	low = low < most ? low : most;
	in.rows = r.rows - low - 1 - (growth ? growth + 1 : 0);
	draw_steps(ui, in);
	draw_line(ui, r, in.row + in.rows);
	in.row += in.rows + 1;
	in.rows = low;
	draw_totals(ui, in);
	if (growth == 0)
		return;
	draw_line(ui, r, in.row + in.rows);
	draw_context(ui, (struct rect){in.row + in.rows + 1, in.col, growth, in.cols});
}

static void title(struct ui *ui, struct buf *out)
{
	struct time_pane *p = &ui->timeline;
	size_t n = traj_count(traj_of(ui));

	buf_addf(out, "Timeline  %s  ", p->at_totals ? "totals" : "steps");
	if (p->at_totals)
		buf_addf(out, "%zu of %zu", p->totals.n ? p->totals.cursor + 1 : 0, p->totals.n);
	else
		buf_addf(out, "%zu of %zu", p->steps.n ? p->steps.cursor + 1 : 0, p->steps.n);
	if (ui->waiting & WAIT_TALLY && tally_seen(p->tally) < n)
		buf_addf(out, "  %zu %% counted", tally_seen(p->tally) * 100 / n);
	else if (ui->waiting & WAIT_TALLY)
		buf_addf(out, "  %zu %% of results measured", tally_measured(p->tally) * 100 / n);
}

/* ---- keys ---- */

static void open_span(struct ui *ui, size_t span)
{
	if (span >= traj_count(traj_of(ui)))
		return;
	ui_visit(ui);
	run_select(ui, span);
	ui_focus(ui, PANE_TEXT);
}

/* A step is opened; of a kind of steps the one that took longest. */
static void open_row(struct ui *ui)
{
	struct time_pane *p = &ui->timeline;
	size_t n;
	const struct tally_row *const *rows = tally_rows(p->tally, &n);

	if (!p->at_totals)
		open_span(ui, p->steps.cursor);
	else if (p->totals.cursor < n)
		open_span(ui, traj_find(traj_of(ui), rows[p->totals.cursor]->longest_seq));
}

static bool command(struct ui *ui, enum command c, const char *args)
{
	(void)args;
	switch (c) {
	case CMD_TIMELINE:
		ui_show(ui, VIEW_PANES);
		return true;
	case CMD_NEXT_PANE:
	case CMD_PREV_PANE:
		ui->timeline.at_totals = !ui->timeline.at_totals;
		return true;
	case CMD_OPEN:
		open_row(ui);
		return true;
	default:
		return false;
	}
}

static struct list *list(struct ui *ui)
{
	return ui->timeline.at_totals ? &ui->timeline.totals : &ui->timeline.steps;
}

static void row_text(struct ui *ui, size_t row, struct buf *out)
{
	size_t n;

	if (ui->timeline.at_totals) {
		const struct tally_row *const *rows = tally_rows(ui->timeline.tally, &n);

		buf_adds(out, span_type_name(rows[row]->type));
		buf_addc(out, ' ');
		buf_add_slice(out, rows[row]->name);
		return;
	}
	buf_add_slice(out, traj_type_word(traj_of(ui), row));
	buf_addc(out, ' ');
	run_label(ui, row, out);
	traj_release_bodies(traj_of(ui));
}

static const struct hint hints[] = {
	{CMD_OPEN, "open"}, {CMD_NEXT_PANE, "steps/totals"}, {CMD_SEARCH, "search"}, {CMD_HELP, "help"}, {CMD_CLOSE, "close"},
	{0, ""},
};

const struct pane_ops pane_time = {
	.context = CONTEXT_PAGER,
	.title = title,
	.draw = draw,
	.command = command,
	.list = list,
	.row_text = row_text,
	.closed = closed,
	.hints = hints,
};
