/* Source: both racing lines, or the file around a frame, from what the agent's tools returned. */
#include <stdio.h>

#include "base/mem.h"
#include "app/listing.h"
#include "ui/source.h"
#include "ui/view.h"

static const struct crash *crash_of(const struct ui *ui)
{
	return ui->session->run->crash;
}

static void take_width(struct ui *ui)
{
	unsigned cols = ui_inside(ui, ui->layout.pane[PANE_SOURCE]).cols;

	ui->source.width = cols ? cols : 1;
}

static void show_race(struct ui *ui)
{
	unsigned rows = ui_inside(ui, ui->layout.pane[PANE_SOURCE]).rows;

	take_width(ui);
	source_fill_race(ui, &ui->source, 0, (unsigned)crash_of(ui)->naccesses, rows ? rows : 1);
}

void source_race(struct ui *ui)
{
	ui->source.asked[0] = '\0';
	show_race(ui);
}

static void show_file(struct ui *ui, const struct frame *f)
{
	take_width(ui);
	source_fill_file(ui, &ui->source, f, ui->layout.pane[PANE_SOURCE].rows);
}

void source_frame(struct ui *ui, unsigned access, size_t frame)
{
	size_t n;

	ui->source.asked[0] = '\0';
	show_file(ui, &crash_frames(crash_of(ui), access, &n)[frame]);
	ui->source.access = access;
}

void source_file(struct ui *ui, struct slice path, uint32_t line)
{
	source_file_at(ui, path, line, SLICE(""));
}

void source_file_at(struct ui *ui, struct slice path, uint32_t line, struct slice commit)
{
	struct arena *keep = arena_new(); /* `path` may lie in the pane that is emptied now */
	char *asked = ui->source.asked;

	snprintf(asked, sizeof ui->source.asked, "%.*s", (int)commit.n, commit.n ? commit.p : "");
	show_file(ui, &(struct frame){.file = arena_slice(keep, path), .line = line});
	arena_free(keep);
}

/* The row that shows a line of a file for the `nth` time, as both accesses may be there; else that of the line before it. */
static size_t row_of(const struct source_pane *p, struct slice path, uint32_t line, size_t nth)
{
	size_t at = SIZE_MAX;

	for (size_t i = 0; i < p->list.n; i++) {
		const struct source_row *r = &p->rows[i];

		if (r->kind != SRC_CODE || r->line > line || !slice_eq(r->path, path))
			continue;
		if (r->line == line && nth-- == 0)
			return i;
		if (at == SIZE_MAX || r->line >= p->rows[at].line)
			at = i;
	}
	return at;
}

/* How many rows before this one show the same line. */
static size_t times_before(const struct source_pane *p, size_t row)
{
	const struct source_row *r = p->rows;
	size_t n = 0;

	for (size_t i = 0; i < row; i++)
		n += r[i].kind == SRC_CODE && r[i].line == r[row].line && slice_eq(r[i].path, r[row].path);
	return n;
}

/* What is shown now, its texts in `keep`. */
static struct frame file_of(const struct source_pane *p, struct arena *keep)
{
	struct slice path = arena_slice(keep, p->path);

	if (p->defines.n)
		return (struct frame){.function = arena_slice(keep, p->defines), .defined_in = path, .defined = p->line};
	return (struct frame){.file = path, .line = p->line};
}

void source_again(struct ui *ui)
{
	struct source_pane *p = &ui->source;
	struct list was = p->list;
	const struct source_row *r = was.n ? &p->rows[was.cursor] : NULL;
	struct arena *keep = arena_new(); /* the pane's is emptied */
	struct slice path = r && r->kind == SRC_CODE ? arena_slice(keep, r->path) : (struct slice){0};
	struct frame file = file_of(p, keep);
	uint32_t line = path.n ? r->line : 0;
	size_t nth = path.n ? times_before(p, was.cursor) : 0, row;
	unsigned access = p->access, skip = p->skip;

	if (p->race)
		show_race(ui);
	else
		show_file(ui, &file);
	p->access = access;
	p->skip = skip;
	row = path.n ? row_of(p, path, line, nth) : SIZE_MAX;
	if (row != SIZE_MAX) { /* where it was on the screen */
		p->list.top = row > was.cursor - was.top ? row - (was.cursor - was.top) : 0;
		list_go(&p->list, row);
	} else if (p->race) {
		p->list.top = was.top;
		list_go(&p->list, was.cursor);
	}
	arena_free(keep);
}

struct slice source_path(const struct ui *ui)
{
	const struct crash *c = crash_of(ui);

	if (!ui->source.race)
		return ui->source.path;
	return c->naccesses && c->access[0].nframes ? c->access[0].frames[0].file : SLICE("");
}

bool source_mentions(const struct ui *ui, uint32_t span)
{
	const struct evidence_file *f = session_file(ui->session, source_path(ui));

	return f && evidence_from(f, span) && session_may_show(ui->session, span, FIELD_RESULTS);
}

/* ---- drawing ---- */

static void draw(struct ui *ui, struct rect r, bool focus)
{
	struct source_pane *p = &ui->source;
	size_t first, last;
	bool selected = selection_rows(ui, PANE_SOURCE, &first, &last);

	if (p->width != r.cols || (p->race && p->height != r.rows)) /* the room changed: other lines fit, sentences wrap otherwise */
		source_again(ui);
	list_show(&p->list, r.rows, list_margin(r.rows));
	for (unsigned i = 0; i < r.rows && p->list.top + i < p->list.n; i++) {
		struct rect at = {r.row + i, r.col, 1, r.cols};

		source_draw_row(ui, p, p->list.top + i, at);
		if ((focus && p->list.top + i == p->list.cursor) ||
		    (selected && p->list.top + i >= first && p->list.top + i <= last))
			grid_mod(ui->grid, at.row, at.col, at.cols, MOD_SELECT);
	}
}

static void title(struct ui *ui, struct buf *out)
{
	size_t first, last;

	buf_adds(out, ui->source.title);
	if (selection_rows(ui, PANE_SOURCE, &first, &last))
		buf_adds(out, "  selecting");
}

/* ---- keys ---- */

static bool command(struct ui *ui, enum command c, const char *args)
{
	struct source_pane *p = &ui->source;
	const struct source_row *r = p->list.n ? &p->rows[p->list.cursor] : NULL;

	(void)args;
	switch (c) {
	case CMD_LEFT:
		p->skip = p->skip > 8 ? p->skip - 8 : 0;
		return true;
	case CMD_RIGHT:
		p->skip += 8;
		return true;
	case CMD_OPEN:
		if (!r || r->kind != SRC_CODE)
			return true;
		if (p->race)
			source_file(ui, r->path, r->line);
		else if (r->unread)
			ui_say(ui, ROLE_NORMAL, "no tool returned this line");
		else
			run_select(ui, r->span);
		return true;
	default:
		return false;
	}
}

static struct list *list(struct ui *ui)
{
	return &ui->source.list;
}

static void row_text(struct ui *ui, size_t row, struct buf *out)
{
	buf_add_slice(out, ui->source.rows[row].text);
}

/* Rows `first` to `last` as one place; all are lines of the same file. */
static void place_of(struct ui *ui, size_t first, size_t last, struct place *out)
{
	const struct source_row *r = ui->source.rows;
	struct slice commit = ui->source.commit.n ? ui->source.commit : session_commit(ui->session);
	struct buf text = BUF_INIT;

	*out = (struct place){.kind = PLACE_SOURCE, .field = FIELD_N, .line_first = r[first].line, .line_last = r[last].line};
	out->path = xstrndup(r[first].path.p, r[first].path.n);
	out->commit = commit.n ? xstrndup(commit.p, commit.n) : NULL;
	for (size_t i = first; i <= last && text.n < PLACE_EXCERPT; i++) {
		buf_adds(&text, i > first ? "\n" : "");
		buf_add_slice(&text, r[i].text);
	}
	place_quote(out, buf_slice(&text));
	buf_release(&text);
}

static bool place(struct ui *ui, struct place *out)
{
	size_t row = ui->source.list.cursor;

	if (ui->source.list.n == 0 || ui->source.rows[row].kind != SRC_CODE)
		return false;
	place_of(ui, row, row, out);
	return true;
}

/* Lines that follow each other in one file are a place. */
static size_t places(struct ui *ui, struct place *out, size_t max)
{
	const struct source_row *r = ui->source.rows;
	size_t first, last, n = 0;

	if (!selection_rows(ui, PANE_SOURCE, &first, &last))
		return 0;
	for (size_t i = first; i <= last && n < max; i++) {
		size_t from = i;

		if (r[i].kind != SRC_CODE)
			continue;
		while (i < last && r[i + 1].kind == SRC_CODE && r[i + 1].line == r[i].line + 1 &&
		       slice_eq(r[i + 1].path, r[i].path))
			i++;
		place_of(ui, from, i, &out[n++]);
	}
	return n;
}

const struct pane_ops pane_source = {
	.context = CONTEXT_SOURCE,
	.title = title,
	.draw = draw,
	.command = command,
	.list = list,
	.row_text = row_text,
	.place = place,
	.places = places,
};
