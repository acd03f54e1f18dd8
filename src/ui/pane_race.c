#include "ui/pane_race.h"

#include <inttypes.h>
#include <stdlib.h>

#include "app/race.h"
#include "app/race_layout.h"
#include "base/mem.h"
#include "ui/pair.h"
#include "ui/source.h"
#include "ui/view.h"

enum { LABEL_COLS = 11, TEXT_MIN = 12 };

static const int64_t slice_us = 3000;

void race_release(struct race_pane *p)
{
	lens_free(p->lens);
	arena_free(p->arena);
	free(p->rows);
	*p = (struct race_pane){0};
}

/* ---- rows ---- */

void race_row(struct race_pane *p, const struct race_row *r)
{
	struct race_row *to;

	p->rows = mem_grow(p->rows, &p->cap, p->n + 1, sizeof *p->rows);
	to = &p->rows[p->n++];
	*to = *r;
	to->label = arena_slice(p->arena, r->label);
	to->words = arena_slice(p->arena, r->words);
	to->path = arena_slice(p->arena, r->path);
}

static enum race_column column_of(enum lens_part part)
{
	return part == LENS_FIRST ? RACE_LEFT : part == LENS_SECOND ? RACE_RIGHT : RACE_ACROSS;
}

static void add_words(struct race_pane *p, enum race_column column, enum role role, struct slice words)
{
	race_row(p, &(struct race_row){.column = column, .role = role, .words = words});
}

static void add_head(struct race_pane *p, const struct access *a, unsigned side)
{
	struct race_row r = {.column = side ? RACE_RIGHT : RACE_LEFT, .role = a->kind == ACCESS_READ ? ROLE_RACE_READ : ROLE_RACE_WRITE};
	struct buf b = BUF_INIT;

	buf_addf(&b, "%u %c ", side + 1, source_access_mark(a, false));
	pair_access(a, &b);
	r.words = buf_slice(&b);
	if (a->nframes) {
		r.path = a->frames[0].file;
		r.line = a->frames[0].line;
	}
	race_row(p, &r);
	buf_release(&b);
}

static const char *heading_of(enum lens_part part)
{
	return part == LENS_COMMON ? "In common" : part == LENS_ONE ? "On one side" : "Undecided";
}

static void add_parts(struct race_pane *p, enum lens_part from, enum lens_part to)
{
	static const enum role roles[] = {[LENS_SAYS] = ROLE_NORMAL, [LENS_DOUBTS] = ROLE_WARNING, [LENS_MISSES] = ROLE_DIM};
	const struct lens_row *rows;
	size_t n = lens_rows(p->lens, &rows);
	enum lens_part last = LENS_PARTS;

	for (size_t i = 0; i < n; i++) {
		const struct lens_row *r = &rows[i];

		if (r->part < from || r->part > to)
			continue;
		if (r->part >= LENS_COMMON && r->part != last)
			add_words(p, RACE_ACROSS, ROLE_HEADING, slice_str(heading_of(r->part)));
		last = r->part;
		race_row(p, &(struct race_row){.column = column_of(r->part), .role = roles[r->tone], .label = slice_str(r->label), .words = r->words,
					       .path = r->path, .line = r->line});
	}
}

static void add_figure_row(void *arg, enum picture_kind kind, struct slice text)
{
	static const enum role roles[] = {[PICTURE_HEAD] = ROLE_LABEL, [PICTURE_TOUCHED] = ROLE_NORMAL, [PICTURE_BESIDE] = ROLE_DIM,
					  [PICTURE_CHANGED] = ROLE_STRONG, [PICTURE_NOTE] = ROLE_DIM};

	race_row(arg, &(struct race_row){.column = RACE_ACROSS, .role = roles[kind], .words = text, .figure = true});
}

/* The bytes that both are to. */
static void add_layout(struct ui *ui)
{
	struct race_pane *p = &ui->race;
	struct race_layout l;
	struct buf b = BUF_INIT;

	race_layout_of(ui->session, &l);
	if (race_layout_says(&l)) {
		race_layout_caption(ui->session, &l, &b);
		if (b.n)
			add_words(p, RACE_ACROSS, ROLE_LABEL, buf_slice(&b));
		picture_draw(&l.picture, add_figure_row, p);
		buf_clear(&b);
		race_layout_words(ui->session, &l, &b);
		if (b.n)
			add_words(p, RACE_ACROSS, ROLE_NORMAL, buf_slice(&b));
	}
	buf_clear(&b);
	if (l.wanted.n && asking_can(ui)) {
		ui_key_for(ui, CONTEXT_ALL, CMD_STRUCT_LAYOUT, &b);
		buf_addf(&b, " asks how struct %.*s is laid out.", (int)l.wanted.n, l.wanted.p);
		add_words(p, RACE_ACROSS, ROLE_DIM, buf_slice(&b));
	}
	race_layout_release(&l);
	buf_release(&b);
}

/* The rows anew, once the lens has looked. */
static void fill(struct ui *ui)
{
	struct race_pane *p = &ui->race;
	const struct crash *c = ui->session->run->crash;
	struct buf b = BUF_INIT;

	arena_free(p->arena);
	p->arena = arena_new();
	p->n = 0;
	race_words(ui->session, &b);
	if (b.n)
		add_words(p, RACE_ACROSS, ROLE_STRONG, buf_slice(&b));
	add_layout(ui);
	for (unsigned i = 0; i < c->naccesses; i++) {
		add_head(p, &c->access[i], i);
		add_parts(p, i ? LENS_SECOND : LENS_FIRST, i ? LENS_SECOND : LENS_FIRST);
	}
	if (c->naccesses)
		add_words(p, RACE_ACROSS, ROLE_LABEL,
			  SLICE("A list to check, no verdict: what the text of the functions says, whatever their conditions mean, and what the report says."));
	add_parts(p, LENS_COMMON, LENS_OPEN);
	buf_release(&b);
	list_count(&p->list, p->n);
}

static void begin(struct ui *ui)
{
	lens_free(ui->race.lens);
	ui->race.lens = lens_new(ui->session);
	ui->waiting |= WAIT_RACE;
}

void race_again(struct ui *ui)
{
	lens_free(ui->race.lens); /* what it looks at may be gone */
	ui->race.lens = NULL;
	ui->waiting &= ~(unsigned)WAIT_RACE;
	if (ui->view == VIEW_RACE || ui->below == VIEW_RACE)
		begin(ui);
}

void race_more(struct ui *ui)
{
	if (ui->race.lens && lens_step(ui->race.lens, slice_us))
		return;
	ui->waiting &= ~(unsigned)WAIT_RACE;
	if (!ui->race.lens)
		return;
	fill(ui);
	lens_free(ui->race.lens);
	ui->race.lens = NULL;
}

/* ---- lines of the screen ---- */

/* A row's text: its words, and its place behind them. */
static size_t row_words(const struct race_row *r, struct buf *out)
{
	size_t words;

	buf_add_slice(out, r->words);
	words = out->n;
	if (r->path.n)
		buf_addf(out, "  %.*s:%" PRIu32, (int)r->path.n, r->path.p, r->line);
	return words;
}

static unsigned label_cols(const struct race_row *r)
{
	return r->label.n && !r->figure ? LABEL_COLS : 0;
}

static void layout(const struct race_row *r, unsigned cols, struct buf *text, struct rows *rs)
{
	unsigned label = label_cols(r);

	row_words(r, text);
	rows_layout(rs, buf_slice(text), cols > label + TEXT_MIN ? cols - label : TEXT_MIN, !r->figure);
}

static unsigned height(const struct race_row *r, unsigned cols)
{
	struct buf text = BUF_INIT;
	struct rows rs = {0};
	unsigned n;

	layout(r, cols, &text, &rs);
	n = (unsigned)rs.n;
	rows_release(&rs);
	buf_release(&text);
	return n;
}

/* Where row `i` begins and ends, in lines of the whole view, for a view of so many columns. */
struct room {
	size_t from, rows;
};

static bool is_beside(unsigned cols)
{
	return cols + 2 >= BOTH_BESIDE_COLS;
}

static unsigned column_cols(const struct race_row *r, unsigned cols)
{
	return is_beside(cols) && r->column != RACE_ACROSS ? (cols - 3) / 2 : cols - 2;
}

/* Of all rows; the lines of the view. */
static size_t arrange(const struct race_pane *p, unsigned cols, struct room *room)
{
	size_t at[2] = {0, 0};

	for (size_t i = 0; i < p->n; i++) {
		const struct race_row *r = &p->rows[i];
		size_t end = at[0] > at[1] ? at[0] : at[1], column = r->column == RACE_RIGHT && is_beside(cols);

		if (r->column == RACE_ACROSS || !is_beside(cols))
			at[0] = at[1] = end;
		else if (i > 0 && p->rows[i - 1].column == RACE_ACROSS)
			at[0] = at[1] = end;
		room[i] = (struct room){at[column], height(r, column_cols(r, cols))};
		at[column] += room[i].rows;
		if (r->column == RACE_ACROSS || !is_beside(cols))
			at[0] = at[1] = at[column];
	}
	return at[0] > at[1] ? at[0] : at[1];
}

static void draw_line(struct ui *ui, const struct race_row *r, size_t sub, struct rect at)
{
	struct buf text = BUF_INIT;
	struct rows rs = {0};
	unsigned label = label_cols(r);
	size_t words = row_words(r, &text);
	struct rows_role place = {words, text.n, ROLE_DIM};

	rows_layout(&rs, buf_slice(&text), at.cols > label + TEXT_MIN ? at.cols - label : TEXT_MIN, !r->figure);
	if (sub == 0 && label)
		grid_fit(ui->grid, at.row, at.col, label - 1, r->label, r->role == ROLE_NORMAL ? ROLE_LABEL : r->role);
	if (at.cols > label && sub < rs.n) {
		rows_draw(&rs, buf_slice(&text), sub, ui->grid, at.row, at.col + label, at.cols - label, 0, r->role);
		rows_paint(&rs, buf_slice(&text), sub, ui->grid, at.row, at.col + label, at.cols - label, 0, &place, 1);
	}
	rows_release(&rs);
	buf_release(&text);
}

static void scroll_to(struct race_pane *p, const struct room *room, size_t lines, unsigned height)
{
	const struct room *r = &room[p->list.cursor];

	if (p->list.cursor == 0)
		p->top = 0;
	if (r->from + r->rows > p->top + height)
		p->top = r->from + r->rows - height;
	if (r->from < p->top)
		p->top = r->from;
	if (p->top + height > lines)
		p->top = lines > height ? lines - height : 0;
}

static void draw_rows(struct ui *ui, struct rect r, bool focus)
{
	struct race_pane *p = &ui->race;
	struct room *room = xreallocarray(NULL, p->n, sizeof *room);
	size_t lines = arrange(p, r.cols, room);

	scroll_to(p, room, lines, r.rows);
	for (size_t i = 0; i < p->n; i++) {
		unsigned cols = column_cols(&p->rows[i], r.cols), col = p->rows[i].column == RACE_RIGHT && is_beside(r.cols) ? r.col + 2 + cols : r.col + 1;

		for (size_t k = 0; k < room[i].rows; k++) {
			size_t line = room[i].from + k;

			if (line < p->top || line >= p->top + r.rows)
				continue;
			draw_line(ui, &p->rows[i], k, (struct rect){r.row + (unsigned)(line - p->top), col, 1, cols});
			if (focus && i == p->list.cursor)
				grid_mod(ui->grid, r.row + (unsigned)(line - p->top), col, cols, MOD_SELECT);
		}
	}
	free(room);
}

static void draw(struct ui *ui, struct rect r, bool focus)
{
	if (r.cols < TEXT_MIN + 4)
		return;
	if (ui->race.n)
		draw_rows(ui, r, focus);
	else
		grid_fit(ui->grid, r.row, r.col + 1, r.cols - 2,
			 ui->waiting & WAIT_RACE ? SLICE("The functions on both stacks are looked through.") : SLICE("The report names no racing accesses."), ROLE_DIM);
}

static void title(struct ui *ui, struct buf *out)
{
	buf_addf(out, "Race  around both accesses%s", ui->waiting & WAIT_RACE ? glyph(GLYPH_MORE) : "");
}

/* ---- keys ---- */

static struct list *list(struct ui *ui)
{
	return &ui->race.list;
}

static void row_text(struct ui *ui, size_t row, struct buf *out)
{
	const struct race_row *r = &ui->race.rows[row];

	if (r->label.n)
		buf_addf(out, "%.*s ", (int)r->label.n, r->label.p);
	row_words(r, out);
}

/* To the first row of the other side. */
static void change_side(struct ui *ui)
{
	struct race_pane *p = &ui->race;
	enum race_column to = p->n && p->rows[p->list.cursor].column == RACE_LEFT ? RACE_RIGHT : RACE_LEFT;

	for (size_t i = 0; i < p->n; i++)
		if (p->rows[i].column == to) {
			list_go(&p->list, i);
			return;
		}
	ui_say(ui, ROLE_WARNING, "the report has no other access");
}

static bool command(struct ui *ui, enum command c, const char *args)
{
	struct race_pane *p = &ui->race;
	const struct race_row *r = p->n ? &p->rows[p->list.cursor] : NULL;

	switch (c) {
	case CMD_RACE:
		ui_show(ui, VIEW_PANES);
		return true;
	case CMD_STRUCT_LAYOUT:
		if (*args)
			return false;
		asking_racing_layout(ui);
		return true;
	case CMD_OTHER_ACCESS:
	case CMD_NEXT_PANE:
	case CMD_PREV_PANE:
		change_side(ui);
		return true;
	case CMD_OPEN:
	case CMD_LINK:
		if (r && r->path.n == 0) {
			ui_say(ui, ROLE_NORMAL, "this row is of no line of the source");
		} else if (r) {
			ui_visit(ui);
			jump_push(ui, false);
			source_file(ui, r->path, r->line);
			ui_focus(ui, PANE_SOURCE);
		}
		return true;
	default:
		return false;
	}
}

void race_do_open(struct ui *ui, const char *args)
{
	(void)args;
	if (ui->session->run->crash->naccesses == 0) {
		ui_say(ui, ROLE_WARNING, "the report names no racing accesses");
		return;
	}
	ui_show(ui, VIEW_RACE);
	begin(ui);
}

static const struct hint hints[] = {
	{CMD_CLOSE, "close"}, {CMD_OPEN, "source"}, {CMD_OTHER_ACCESS, "side"}, {CMD_NEXT_LINE, "rows"}, {CMD_SEARCH, "search"}, {CMD_BOTH, "stacks"},
	{CMD_HELP, "help"}, {0, ""},
};

const struct pane_ops pane_race = {
	.context = CONTEXT_PAGER,
	.hints = hints,
	.title = title,
	.draw = draw,
	.command = command,
	.list = list,
	.row_text = row_text,
};
