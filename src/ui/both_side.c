/* One side of the view of both accesses: its stack as rows, and the source of the row under the cursor. */
#include "ui/both_side.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ui/pair.h"
#include "ui/source.h"

static const struct crash *crash_of(const struct ui *ui)
{
	return ui->session->run->crash;
}

static void add(struct both_side *s, struct both_row row)
{
	s->rows = mem_grow(s->rows, &s->cap, s->list.n + 1, sizeof *s->rows);
	s->rows[s->list.n++] = row;
}

void both_side_fill(struct both_side *s, const struct crash *c)
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

const struct frame *both_side_frame(const struct ui *ui, const struct both_side *s, const struct both_row *r)
{
	size_t n;

	if (r->kind == BOTH_FRAME)
		return &crash_frames(crash_of(ui), s->stack, &n)[r->frame];
	return r->kind == BOTH_REORDERED ? &crash_of(ui)->access[s->stack].reordered[r->frame] : NULL;
}

struct both_side *both_side_new(const struct crash *c, unsigned stack)
{
	struct both_side *s = xcalloc(1, sizeof *s);

	s->stack = stack;
	both_side_fill(s, c);
	return s;
}

void both_side_free(struct both_side *s)
{
	if (!s)
		return;
	source_release(&s->source);
	free(s->rows);
	free(s);
}

void both_side_go(struct both_side *s, size_t frame)
{
	size_t to = 0;

	for (size_t i = 0; i < s->list.n; i++)
		if (s->rows[i].kind == BOTH_FRAME && s->rows[i].frame == frame)
			to = i;
	list_go(&s->list, to);
	s->stale = true;
	s->again = false;
}

/* ---- its source ---- */

/* The file of the frame under the cursor; at the head, what the report is about: both racing lines of an access. */
static void fill_source(struct ui *ui, struct both_side *s)
{
	const struct crash *c = crash_of(ui);
	size_t row = s->list.cursor, top = s->source.list.top, n;
	unsigned skip = s->source.skip;
	const struct frame *f;

	while (s->rows[row].kind == BOTH_WORDS)
		row--;
	f = both_side_frame(ui, s, &s->rows[row]);
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

/* ---- drawing ---- */

static enum role access_role(const struct access *a)
{
	return a->kind == ACCESS_READ ? ROLE_RACE_READ : ROLE_RACE_WRITE;
}

static void draw_head(struct ui *ui, const struct both_side *s, unsigned number, struct rect at)
{
	const struct crash *c = crash_of(ui);
	struct buf b = BUF_INIT;

	buf_addf(&b, "%u ", number);
	if (c->naccesses) {
		buf_addf(&b, "%c ", source_access_mark(&c->access[s->stack], false));
		pair_access(&c->access[s->stack], &b);
	} else {
		buf_add_slice(&b, c->stacks[s->stack].name);
	}
	source_draw_rule(ui, buf_slice(&b), c->naccesses ? access_role(&c->access[s->stack]) : ROLE_LABEL, at);
	buf_release(&b);
}

void both_side_place(const struct frame *f, bool whole, struct buf *out)
{
	struct slice path = f->file;
	size_t slash = whole ? SLICE_NONE : slice_rfind(path, "/");

	if (path.n) {
		buf_add_slice(out, slash == SLICE_NONE ? path : slice_sub(path, slash + 1, path.n));
		buf_addf(out, ":%" PRIu32, f->line);
		return;
	}
	if (f->defined) {
		buf_add_slice(out, f->defined_in);
		buf_adds(out, ", line unknown ");
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
	const struct frame *f = both_side_frame(ui, s, r);
	struct grid *g = ui->grid;
	struct buf where = BUF_INIT;
	char letter;
	enum role role = frame_role(crash_of(ui), s, r, f, &letter);
	unsigned room = at.cols > FRAME_GUTTER + INLINE ? at.cols - FRAME_GUTTER - INLINE : 0, wide;

	both_side_place(f, true, &where);
	if (where.n + f->function.n + 2 > room) {
		buf_clear(&where);
		both_side_place(f, false, &where);
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
		source_draw_rule(ui, slice_str(s->source.title), ROLE_DIM, (struct rect){r.row, r.col, 1, r.cols});
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

void both_side_draw(struct ui *ui, struct both_side *s, unsigned number, bool focus, struct rect r)
{
	struct rect head = {r.row, r.col, 1, r.cols};
	unsigned frames = stack_rows(s, r.rows - 1), height = r.rows - 1 - frames;

	if (s->stale || s->height != height || s->source.width != r.cols) {
		s->again = s->again && s->height == height;
		s->height = height;
		s->source.width = r.cols;
		fill_source(ui, s);
	}
	draw_head(ui, s, number, head);
	if (focus && s->list.cursor == 0)
		grid_mod(ui->grid, head.row, head.col, head.cols, MOD_SELECT);
	draw_stack(ui, s, focus, (struct rect){r.row + 1, r.col, frames, r.cols});
	draw_source(ui, s, (struct rect){r.row + 1 + frames, r.col, height, r.cols});
}
