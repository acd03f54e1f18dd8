#include "ui/pane_both.h"

#include <stdlib.h>
#include <string.h>

#include "app/race.h"
#include "app/race_layout.h"
#include "ui/both_side.h"
#include "ui/pair.h"
#include "ui/source.h"
#include "ui/view.h"

static const struct crash *crash_of(const struct ui *ui)
{
	return ui->session->run->crash;
}

static struct both_side *focused(const struct ui *ui)
{
	return ui->both.side[ui->both.focus];
}

void both_release(struct both_pane *p)
{
	for (unsigned i = 0; i < BOTH_SIDES; i++)
		both_side_free(p->side[i]);
	buf_release(&p->fields);
	*p = (struct both_pane){0};
}

/* ---- the sides ---- */

/* A stack that says more beside the main one than any other: who freed the memory, else who got it, else the next. */
static unsigned other_stack(const struct crash *c)
{
	static const char *const best[] = {"Freed by", "Allocated by", ""};

	for (size_t k = 0; k < sizeof best / sizeof *best; k++)
		for (size_t i = 0; i < c->nstacks; i++)
			if (i != c->stack_main && slice_starts(c->stacks[i].name, best[k]))
				return (unsigned)i;
	return (unsigned)c->stack_main;
}

static void build(struct ui *ui)
{
	const struct crash *c = crash_of(ui);
	struct both_pane *p = &ui->both;
	bool alone = p->alone;

	both_release(p);
	p->of = c;
	p->alone = alone;
	p->n = crash_nstacks(c) > 1 ? 2 : 1;
	p->side[0] = both_side_new(c, c->naccesses ? 0 : (unsigned)c->stack_main);
	if (p->n > 1)
		p->side[1] = both_side_new(c, c->naccesses ? 1 : other_stack(c));
}

void both_again(struct ui *ui)
{
	if (ui->view != VIEW_BOTH && ui->below != VIEW_BOTH) {
		ui->both.of = NULL; /* what it was built of may be gone */
		return;
	}
	if (crash_nstacks(crash_of(ui)) == 0)
		ui_show(ui, VIEW_PANES);
	else if (ui->both.of != crash_of(ui))
		build(ui);
	buf_clear(&ui->both.fields);
	race_words(ui->session, &ui->both.fields);
	race_layout_changed(ui->session, &ui->both.fields);
	for (unsigned i = 0; i < ui->both.n; i++)
		ui->both.side[i]->stale = ui->both.side[i]->again = true;
}

void both_do_open(struct ui *ui, const char *args)
{
	const struct crash *c = crash_of(ui);
	unsigned stack;
	size_t frame;

	(void)args;
	if (crash_nstacks(c) == 0 || (c->naccesses == 0 && c->nstacks == 1)) {
		ui_say(ui, ROLE_WARNING, c->nstacks  ? "the report is no data race and has one stack only: Report shows it"
					 : c->text.n ? "no racing accesses are known: Report shows the text as it is"
						     : "without a crash report there are no accesses to show");
		return;
	}
	if (ui->both.of != c)
		build(ui);
	ui_show(ui, VIEW_BOTH);
	both_again(ui); /* more may be seen than when it was left */
	if (ui->focus != PANE_REPORT || !report_selected(ui, &stack, &frame))
		return;
	for (unsigned i = 0; i < ui->both.n; i++) /* the frame that the reviewer is at has the keys */
		if (ui->both.side[i]->stack == stack) {
			ui->both.focus = i;
			both_side_go(ui->both.side[i], frame);
		}
}

/* ---- moving ---- */

static void moved(struct ui *ui)
{
	struct both_side *s = focused(ui);

	s->stale = true;
	s->again = false;
}

static void scroll(struct ui *ui, const char *args)
{
	struct both_pane *p = &ui->both;
	bool back = *args == '-', page = strcmp(args + back, "page") == 0;
	unsigned long lines = strtoul(args + back, NULL, 10);

	for (unsigned i = 0; i < p->n; i++) {
		struct both_side *s = p->side[i];
		size_t by = page ? (s->height > 3 ? s->height - 3 : 1) : lines ? lines : 1;
		size_t *top = &s->source.list.top, n = s->source.list.n;

		if (p->alone && i != p->focus)
			continue;
		if (back)
			*top = *top > by ? *top - by : 0;
		else
			*top = *top < n && by < n - *top ? *top + by : n; /* drawing knows the end */
	}
}

/* One side alone: a line that is long there tells nothing of the lines of the other. */
static void scroll_sideways(struct ui *ui, bool right)
{
	unsigned *skip = &focused(ui)->source.skip;

	*skip = right ? *skip + 8 : *skip > 8 ? *skip - 8 : 0;
}

/* ---- room ---- */

enum { SIDE_MIN = 6 }; /* rows below which a side shows nothing of use */

struct both_layout both_layout(struct rect r, unsigned n, unsigned focus, unsigned facts, unsigned missing)
{
	struct both_layout l = {.beside = r.cols + 2 >= BOTH_BESIDE_COLS};
	unsigned most = r.rows < SIDE_MIN + 2 ? 0 : r.rows / 4, rows, first;

	facts = facts < most ? facts : most;
	rows = r.rows - facts;
	l.facts = (struct rect){r.row + rows, r.col, facts, r.cols};
	l.shown[0] = l.shown[1] = true;
	if (l.beside) {
		unsigned half = (r.cols - 1) / 2;

		l.side[0] = (struct rect){r.row, r.col, rows, half};
		l.side[1] = (struct rect){r.row, r.col + half + 1, rows, r.cols - half - 1};
	} else if (rows < 2 * SIDE_MIN) {
		l.shown[!focus] = false;
		l.side[focus] = (struct rect){r.row, r.col, rows, r.cols};
	} else {
		first = rows / 2;
		if (n == 1 && missing + SIDE_MIN <= rows)
			first = rows - (missing < rows / 2 ? missing : rows / 2);
		l.side[0] = (struct rect){r.row, r.col, first, r.cols};
		l.side[1] = (struct rect){r.row + first, r.col, rows - first, r.cols};
	}
	return l;
}

/* ---- drawing ---- */

/* Text on as many rows as there are; what does not fit is cut visibly. */
static void draw_text(struct ui *ui, struct slice text, struct rect r, enum role role)
{
	struct rows rs = {0};

	if (r.rows == 0 || r.cols < 3)
		return;
	rows_layout(&rs, text, r.cols - 2, true);
	for (unsigned i = 0; i < r.rows && i < rs.n; i++)
		if (i + 1 == r.rows && i + 1 < rs.n)
			grid_fit(ui->grid, r.row + i, r.col + 1, r.cols - 2, slice_sub(text, rs.r[i].from, text.n), role);
		else
			rows_draw(&rs, text, i, ui->grid, r.row + i, r.col + 1, r.cols - 2, 0, role);
	rows_release(&rs);
}

static unsigned text_rows(struct slice text, unsigned cols)
{
	struct rows rs = {0};
	unsigned n;

	if (text.n == 0)
		return 0;
	rows_layout(&rs, text, cols > 3 ? cols - 2 : 1, true);
	n = (unsigned)rs.n;
	rows_release(&rs);
	return n;
}

static void draw_missing(struct ui *ui, struct slice text, struct rect r)
{
	source_draw_rule(ui, SLICE("2"), ROLE_LABEL, (struct rect){r.row, r.col, 1, r.cols});
	draw_text(ui, text, (struct rect){r.row + 1, r.col, r.rows - 1, r.cols}, ROLE_NORMAL);
}

static void draw(struct ui *ui, struct rect r, bool focus)
{
	struct both_pane *p = &ui->both;
	struct buf facts = BUF_INIT, missing = BUF_INIT;
	struct both_layout l;

	(void)focus;
	buf_add_slice(&facts, buf_slice(&p->fields));
	pair_facts(crash_of(ui), &facts);
	if (p->n == 1)
		pair_missing(crash_of(ui), &missing);
	l = both_layout(r, p->n, p->focus, text_rows(buf_slice(&facts), r.cols), text_rows(buf_slice(&missing), r.cols) + 1);
	if (l.beside)
		for (unsigned row = r.row; row < l.facts.row; row++)
			grid_fill(ui->grid, row, l.side[1].col - 1, 1, glyph_cp(GLYPH_DOWN), ROLE_FRAME);
	for (unsigned i = 0; i < BOTH_SIDES; i++)
		if (l.shown[i] && i < p->n)
			both_side_draw(ui, p->side[i], i + 1, i == p->focus && !ui->decide.open, l.side[i]);
		else if (l.shown[i])
			draw_missing(ui, slice_trim(buf_slice(&missing)), l.side[i]);
	draw_text(ui, buf_slice(&facts), l.facts, ROLE_LABEL);
	buf_release(&facts);
	buf_release(&missing);
}

static void title(struct ui *ui, struct buf *out)
{
	const struct both_pane *p = &ui->both;

	buf_adds(out, crash_of(ui)->naccesses == 0 ? "Two stacks" : p->n == 1 ? "One access" : "Both accesses");
	if (p->n > 1)
		buf_addf(out, "  at %u of 2  source scrolls %s", p->focus + 1, p->alone ? "alone" : "together");
}

/* ---- keys ---- */

static void change_side(struct ui *ui)
{
	if (ui->both.n > 1)
		ui->both.focus = !ui->both.focus;
	else
		ui_say(ui, ROLE_WARNING, "the report has no other access");
}

/* A report with more stacks than two: the next one on this side. */
static void next_stack(struct ui *ui)
{
	const struct crash *c = crash_of(ui);
	struct both_side *s = focused(ui), *other = ui->both.side[!ui->both.focus];

	if (c->nstacks < 3) {
		ui_say(ui, ROLE_WARNING, "the report has no further stack");
		return;
	}
	do
		s->stack = (s->stack + 1) % (unsigned)c->nstacks;
	while (s->stack == other->stack);
	both_side_fill(s, c);
}

static void open_row(struct ui *ui)
{
	struct both_side *s = focused(ui);
	const struct both_row *r = &s->rows[s->list.cursor];
	const struct frame *f = both_side_frame(ui, s, r);
	size_t nframes;

	if (r->kind == BOTH_WORDS)
		return;
	ui_visit(ui);
	ui_focus(ui, PANE_SOURCE);
	if (ui->report.raw) {
		ui->report.raw = false;
		report_build(ui);
	}
	crash_frames(crash_of(ui), s->stack, &nframes);
	report_select(ui, s->stack, r->kind == BOTH_FRAME ? r->frame : nframes);
	if (r->kind == BOTH_FRAME)
		source_frame(ui, s->stack, r->frame);
	else if (r->kind == BOTH_REORDERED)
		source_file(ui, f->file, f->line);
	else if (crash_of(ui)->naccesses)
		source_race(ui);
	else if (nframes)
		source_frame(ui, s->stack, crash_site(crash_of(ui), s->stack));
}

static bool command(struct ui *ui, enum command c, const char *args)
{
	switch (c) {
	case CMD_BOTH:
		ui_show(ui, VIEW_PANES);
		return true;
	case CMD_OTHER_ACCESS:
	case CMD_NEXT_PANE:
	case CMD_PREV_PANE:
		change_side(ui);
		return true;
	case CMD_OPEN:
		open_row(ui);
		return true;
	case CMD_SCROLL:
		scroll(ui, args);
		return true;
	case CMD_TOGETHER:
		ui->both.alone = !ui->both.alone;
		return true;
	case CMD_NEXT_STACK:
		next_stack(ui);
		return true;
	case CMD_LEFT:
	case CMD_RIGHT:
		scroll_sideways(ui, c == CMD_RIGHT);
		return true;
	default:
		return false;
	}
}

static struct list *list(struct ui *ui)
{
	return &focused(ui)->list;
}

static void row_text(struct ui *ui, size_t row, struct buf *out)
{
	const struct both_side *s = focused(ui);
	const struct frame *f = both_side_frame(ui, s, &s->rows[row]);

	if (!f)
		return;
	buf_add_slice(out, f->function);
	buf_addc(out, ' ');
	both_side_place(f, true, out);
}

static bool place(struct ui *ui, struct place *out)
{
	const struct crash *c = crash_of(ui);
	const struct both_side *s = focused(ui);
	const struct both_row *r = &s->rows[s->list.cursor];
	const struct frame *f = both_side_frame(ui, s, r);
	struct slice text = f ? f->text : c->naccesses ? c->access[s->stack].text : c->stacks[s->stack].text;

	if (r->kind == BOTH_WORDS || text.n == 0 || text.p < c->text.p || text.p + text.n > c->text.p + c->text.n)
		return false;
	*out = (struct place){.kind = PLACE_REPORT, .field = FIELD_N, .from = (uint64_t)(text.p - c->text.p)};
	out->to = out->from + text.n;
	place_quote(out, text);
	return true;
}

static const struct hint hints[] = {
	{CMD_OTHER_ACCESS, "side"}, {CMD_NEXT_LINE, "stack"}, {CMD_SCROLL, "scroll"},
	{CMD_TOGETHER, "together"}, {CMD_OPEN, "go there"}, {CMD_COMMENT, "comment"}, {CMD_NEXT_STACK, "next stack"},
	{CMD_HELP, "help"}, {CMD_CLOSE, "close"}, {0, ""},
};

const struct pane_ops pane_both = {
	.context = CONTEXT_BOTH,
	.title = title,
	.draw = draw,
	.command = command,
	.list = list,
	.moved = moved,
	.row_text = row_text,
	.place = place,
	.hints = hints,
};
