#include "ui/pane_both.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/pair.h"
#include "ui/pane_source.h"
#include "ui/view.h"

enum both_row_kind { BOTH_HEAD, BOTH_FRAME, BOTH_REORDERED, BOTH_WORDS };
struct both_row {
	enum both_row_kind kind;
	uint32_t frame;    /* FRAME, REORDERED */
	const char *words; /* WORDS */
};

struct both_side {
	unsigned stack; /* of the crash */
	struct both_row *rows; /* owned; the first is the head, which always shows */
	size_t cap;
	struct list list;
	struct source_pane source;
	unsigned height; /* rows that source was filled for */
	bool stale, again; /* source is to be filled anew; the same lines: it stays where it was scrolled to */
};

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
	for (unsigned i = 0; i < BOTH_SIDES; i++) {
		if (!p->side[i])
			continue;
		source_release(&p->side[i]->source);
		free(p->side[i]->rows);
		free(p->side[i]);
	}
	*p = (struct both_pane){0};
}

/* ---- the rows of a stack ---- */

static void add(struct both_side *s, struct both_row row)
{
	s->rows = mem_grow(s->rows, &s->cap, s->list.n + 1, sizeof *s->rows);
	s->rows[s->list.n++] = row;
}

static void fill_rows(struct both_side *s, const struct crash *c)
{
	const struct access *a = c->naccesses ? &c->access[s->stack] : NULL;
	size_t n;
	const struct frame *frames = crash_frames(c, s->stack, &n);

	s->list = (struct list){0};
	add(s, (struct both_row){.kind = BOTH_HEAD});
	for (size_t i = 0; i < n; i++) {
		if (frames[i].interrupted && (i == 0 || !frames[i - 1].interrupted))
			add(s, (struct both_row){.kind = BOTH_WORDS, .words = "interrupted here; not part of the access:"});
		if (!a && i == crash_site(c, s->stack)) /* helpers of the checker come before it */
			s->list.cursor = s->list.n;
		add(s, (struct both_row){.kind = BOTH_FRAME, .frame = (uint32_t)i});
	}
	if (n == 0)
		add(s, (struct both_row){.kind = BOTH_WORDS, .words = "the report has no stack of it"});
	if (a && a->elided)
		add(s, (struct both_row){.kind = BOTH_WORDS, .words = "frames were cut out of the report"});
	if (a && a->nreordered)
		add(s, (struct both_row){.kind = BOTH_WORDS, .words = "reordered to:"});
	for (size_t i = 0; a && i < a->nreordered; i++)
		add(s, (struct both_row){.kind = BOTH_REORDERED, .frame = (uint32_t)i});
	s->stale = true;
}

/* The frame in a row; NULL where it has none. */
static const struct frame *frame_of(const struct ui *ui, const struct both_side *s, const struct both_row *r)
{
	size_t n;

	if (r->kind == BOTH_FRAME)
		return &crash_frames(crash_of(ui), s->stack, &n)[r->frame];
	return r->kind == BOTH_REORDERED ? &crash_of(ui)->access[s->stack].reordered[r->frame] : NULL;
}

static struct both_side *side_new(const struct crash *c, unsigned stack)
{
	struct both_side *s = xcalloc(1, sizeof *s);

	s->stack = stack;
	fill_rows(s, c);
	return s;
}

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
	p->side[0] = side_new(c, c->naccesses ? 0 : (unsigned)c->stack_main);
	if (p->n > 1)
		p->side[1] = side_new(c, c->naccesses ? 1 : other_stack(c));
}

void both_again(struct ui *ui)
{
	if (ui->view != VIEW_BOTH) {
		ui->both.of = NULL; /* what it was built of may be gone */
		return;
	}
	if (crash_nstacks(crash_of(ui)) == 0)
		ui_show(ui, VIEW_PANES);
	else if (ui->both.of != crash_of(ui))
		build(ui);
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
	/* the side that the reviewer is at has the keys */
	if (ui->view == VIEW_PANES && ui->focus == PANE_REPORT && report_selected(ui, &stack, &frame))
		for (unsigned i = 0; i < ui->both.n; i++)
			if (ui->both.side[i]->stack == stack)
				ui->both.focus = i;
	ui_show(ui, VIEW_BOTH);
	both_again(ui);
}

/* ---- source of a side ---- */

/* The file of the frame under the cursor; at the head, what the report is about: both racing lines of an access. */
static void fill_source(struct ui *ui, struct both_side *s)
{
	const struct crash *c = crash_of(ui);
	size_t row = s->list.cursor, top = s->source.list.top, n;
	unsigned skip = s->source.skip;
	const struct frame *f;

	while (s->rows[row].kind == BOTH_WORDS)
		row--;
	f = frame_of(ui, s, &s->rows[row]);
	if (!f && !c->naccesses && (crash_frames(c, s->stack, &n), n))
		f = &crash_frames(c, s->stack, &n)[crash_site(c, s->stack)];
	if (f)
		source_fill_file(ui, &s->source, f, s->height);
	else
		source_fill_race(ui, &s->source, c->naccesses ? s->stack : 0, c->naccesses ? s->stack + 1 : 0, s->height);
	if (s->again) {
		s->source.list.top = top;
		s->source.skip = skip;
	}
	s->stale = s->again = false;
}

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
		size_t *top = &s->source.list.top;

		if (p->alone && i != p->focus)
			continue;
		if (back)
			*top = *top > by ? *top - by : 0;
		else
			*top += by; /* drawing knows the end */
	}
}

static void scroll_sideways(struct ui *ui, bool right)
{
	struct both_pane *p = &ui->both;

	for (unsigned i = 0; i < p->n; i++) {
		unsigned *skip = &p->side[i]->source.skip;

		if (p->alone && i != p->focus)
			continue;
		*skip = right ? *skip + 8 : *skip > 8 ? *skip - 8 : 0;
	}
}

/* ---- room ---- */

enum { SIDE_MIN = 6 }; /* rows below which a side shows nothing of use */

struct both_layout both_layout(struct rect r, unsigned n, unsigned focus, unsigned facts, unsigned missing)
{
	struct both_layout l = {.beside = r.cols + 2 >= BOTH_BESIDE_COLS};
	unsigned most = r.rows / 7, rows, first;

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

/* A line across with words in it. */
static void draw_rule(struct ui *ui, struct rect at, struct slice words, enum role role)
{
	unsigned used;

	grid_fill(ui->grid, at.row, at.col, at.cols, glyph_cp(GLYPH_ACROSS), ROLE_FRAME);
	if (at.cols < 8)
		return;
	used = grid_fit(ui->grid, at.row, at.col + 3, at.cols - 5, words, role);
	grid_puts(ui->grid, at.row, at.col + 2, 1, " ", ROLE_FRAME);
	grid_puts(ui->grid, at.row, at.col + 3 + used, 1, " ", ROLE_FRAME);
}

static enum role access_role(const struct access *a)
{
	return a->kind == ACCESS_READ ? ROLE_RACE_READ : ROLE_RACE_WRITE;
}

static void draw_head(struct ui *ui, const struct both_side *s, unsigned i, struct rect at)
{
	const struct crash *c = crash_of(ui);
	struct buf b = BUF_INIT;

	buf_addf(&b, "%u ", i + 1);
	if (c->naccesses) {
		buf_addf(&b, "%c ", source_access_mark(&c->access[s->stack], false));
		pair_access(&c->access[s->stack], &b);
	} else {
		buf_add_slice(&b, c->stacks[s->stack].name);
	}
	draw_rule(ui, at, buf_slice(&b), c->naccesses ? access_role(&c->access[s->stack]) : ROLE_LABEL);
	buf_release(&b);
}

static void frame_place(const struct frame *f, bool whole, struct buf *out)
{
	struct slice path = f->file;
	size_t slash = whole ? SLICE_NONE : slice_rfind(path, "/");

	if (path.n) {
		buf_add_slice(out, slash == SLICE_NONE ? path : slice_sub(path, slash + 1, path.n));
		buf_addf(out, ":%" PRIu32, f->line);
		return;
	}
	if (f->has_offset)
		buf_addf(out, "+0x%" PRIx64, f->offset);
	if (f->module.n) {
		buf_adds(out, " [");
		buf_add_slice(out, f->module);
		buf_addc(out, ']');
	}
}

static const char *sign(struct ui *ui, struct slice text)
{
	struct slice all = crash_of(ui)->text;
	uint64_t at = (uint64_t)(text.p - all.p);

	return text.n && text.p >= all.p && text.p + text.n <= all.p + all.n ? noted_sign(noted_report(ui, at, at + text.n)) : "";
}

/* The role of a frame, and its letter in the gutter, 0 for none. */
static enum role frame_role(const struct crash *c, const struct both_side *s, const struct both_row *r, const struct frame *f,
			    char *letter)
{
	size_t site = crash_site(c, s->stack);

	*letter = 0;
	if (f->interrupted || f->unreliable)
		return ROLE_DIM;
	if (r->kind == BOTH_REORDERED)
		return ROLE_NORMAL;
	if (c->naccesses && (r->frame == 0 || r->frame == site)) {
		*letter = source_access_mark(&c->access[s->stack], r->frame != 0);
		return r->frame == 0 ? access_role(&c->access[s->stack]) : ROLE_CALL_SITE;
	}
	return r->frame == site ? ROLE_CALL_SITE : ROLE_NORMAL;
}

enum { FRAME_GUTTER = 5, INLINE = 4 };

static void draw_frame(struct ui *ui, const struct both_side *s, const struct both_row *r, bool here, struct rect at)
{
	const struct frame *f = frame_of(ui, s, r);
	struct grid *g = ui->grid;
	struct buf where = BUF_INIT;
	char letter;
	enum role role = frame_role(crash_of(ui), s, r, f, &letter);
	unsigned room = at.cols > FRAME_GUTTER + INLINE ? at.cols - FRAME_GUTTER - INLINE : 0, wide;

	frame_place(f, true, &where);
	if (where.n + f->function.n + 2 > room) {
		buf_clear(&where);
		frame_place(f, false, &where);
	}
	wide = where.n < room / 2 ? (unsigned)where.n : room / 2;
	if (letter)
		grid_fill(g, at.row, at.col, 1, (unsigned char)letter, role);
	grid_puts(g, at.row, at.col + 1, 1, sign(ui, f->text), ROLE_NOTE);
	if (here)
		grid_puts(g, at.row, at.col + 3, 1, glyph(GLYPH_HERE), ROLE_NOTE);
	if (room > wide + 2)
		grid_fit(g, at.row, at.col + FRAME_GUTTER, room - wide - 2, f->function.n ? f->function : SLICE("(no name)"), role);
	grid_fit(g, at.row, at.col + FRAME_GUTTER + room - wide, wide, buf_slice(&where),
		 f->interrupted ? ROLE_DIM : ROLE_NORMAL);
	if (f->interrupted) /* the line that says so may be scrolled out */
		grid_puts(g, at.row, at.col + at.cols - INLINE, INLINE, " irq", ROLE_DIM);
	else if (f->inlined)
		grid_puts(g, at.row, at.col + at.cols - INLINE, INLINE, " inl", ROLE_DIM);
	buf_release(&where);
}

/* The stack below its head, scrolled so that the cursor shows. */
static void draw_stack(struct ui *ui, struct both_side *s, bool focus, struct rect r)
{
	struct list below = {.n = s->list.n - 1, .top = s->list.top, .cursor = s->list.cursor ? s->list.cursor - 1 : 0};

	list_show(&below, r.rows, 1);
	s->list.top = below.top;
	for (unsigned i = 0; i < r.rows && below.top + i < below.n; i++) {
		size_t row = below.top + i + 1;
		struct rect at = {r.row + i, r.col, 1, r.cols};
		bool here = row == s->list.cursor;

		if (s->rows[row].kind == BOTH_WORDS)
			grid_fit(ui->grid, at.row, at.col + 2, at.cols - 2, slice_str(s->rows[row].words), ROLE_LABEL);
		else
			draw_frame(ui, s, &s->rows[row], here && !focus, at);
		if (here && focus)
			grid_mod(ui->grid, at.row, at.col, at.cols, MOD_SELECT);
	}
}

static void draw_source(struct ui *ui, struct both_side *s, struct rect r)
{
	struct list *l = &s->source.list;
	size_t most;

	if (r.rows == 0)
		return;
	if (!s->source.race) { /* a rule says which file; both racing lines have rules of their own */
		draw_rule(ui, (struct rect){r.row, r.col, 1, r.cols}, slice_str(s->source.title), ROLE_DIM);
		r.row++;
		r.rows--;
	}
	most = l->n > r.rows ? l->n - r.rows : 0;
	l->top = l->top < most ? l->top : most;
	for (unsigned i = 0; i < r.rows && l->top + i < l->n; i++)
		source_draw_row(ui, &s->source, l->top + i, (struct rect){r.row + i, r.col, 1, r.cols});
}

/* Rows for the stack: all of a short one, else a third, so that it stays as it is wherever the cursor stands. */
static unsigned stack_rows(const struct both_side *s, unsigned rows)
{
	unsigned all = (unsigned)s->list.n - 1, most = rows / 3 > 2 ? rows / 3 : 2;

	if (all <= rows / 2)
		return all;
	return most < rows ? most : rows;
}

static void draw_side(struct ui *ui, unsigned i, struct rect r)
{
	struct both_side *s = ui->both.side[i];
	bool focus = i == ui->both.focus && !ui->decide.open;
	struct rect head = {r.row, r.col, 1, r.cols};
	unsigned frames = stack_rows(s, r.rows - 1), height = r.rows - 1 - frames;

	if (s->stale || s->height != height || s->source.width != r.cols) {
		s->again = s->again && s->height == height;
		s->height = height;
		s->source.width = r.cols;
		fill_source(ui, s);
	}
	draw_head(ui, s, i, head);
	if (focus && s->list.cursor == 0)
		grid_mod(ui->grid, head.row, head.col, head.cols, MOD_SELECT);
	draw_stack(ui, s, focus, (struct rect){r.row + 1, r.col, frames, r.cols});
	draw_source(ui, s, (struct rect){r.row + 1 + frames, r.col, height, r.cols});
}

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
	draw_rule(ui, (struct rect){r.row, r.col, 1, r.cols}, SLICE("2"), ROLE_LABEL);
	draw_text(ui, text, (struct rect){r.row + 1, r.col, r.rows - 1, r.cols}, ROLE_NORMAL);
}

static void draw(struct ui *ui, struct rect r, bool focus)
{
	struct both_pane *p = &ui->both;
	struct buf facts = BUF_INIT, missing = BUF_INIT;
	struct both_layout l;

	(void)focus;
	pair_facts(crash_of(ui), &facts);
	if (p->n == 1)
		pair_missing(crash_of(ui), &missing);
	l = both_layout(r, p->n, p->focus, text_rows(buf_slice(&facts), r.cols), text_rows(buf_slice(&missing), r.cols) + 1);
	if (l.beside)
		for (unsigned row = r.row; row < l.facts.row; row++)
			grid_fill(ui->grid, row, l.side[1].col - 1, 1, glyph_cp(GLYPH_DOWN), ROLE_FRAME);
	for (unsigned i = 0; i < BOTH_SIDES; i++)
		if (l.shown[i] && i < p->n)
			draw_side(ui, i, l.side[i]);
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
	fill_rows(s, c);
}

static void open_row(struct ui *ui)
{
	struct both_side *s = focused(ui);
	const struct both_row *r = &s->rows[s->list.cursor];
	const struct frame *f = frame_of(ui, s, r);
	size_t nframes;

	if (r->kind == BOTH_WORDS)
		return;
	ui_show(ui, VIEW_PANES);
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
	const struct frame *f = frame_of(ui, s, &s->rows[row]);

	if (!f)
		return;
	buf_add_slice(out, f->function);
	buf_addc(out, ' ');
	frame_place(f, true, out);
}

static bool place(struct ui *ui, struct place *out)
{
	const struct crash *c = crash_of(ui);
	const struct both_side *s = focused(ui);
	const struct both_row *r = &s->rows[s->list.cursor];
	const struct frame *f = frame_of(ui, s, r);
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
	{CMD_HELP, "help"}, {CMD_CLOSE, "leave"}, {0, ""},
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
