/* Report: the accesses of the crash as an outline, or the raw text. */
#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/source.h"
#include "ui/view.h"

static struct crash *crash_of(const struct ui *ui)
{
	return ui->session->run->crash;
}

static void add(struct report_pane *p, struct report_row row)
{
	p->rows = mem_grow(p->rows, &p->cap, p->list.n + 1, sizeof *p->rows);
	p->rows[p->list.n++] = row;
}

/* An access, or a stack of a report that has none, and its frames: folded but for those that matter. */
static void add_stack(struct report_pane *p, const struct crash *c, unsigned a)
{
	size_t nframes, site = crash_site(c, a), entry;
	const struct frame *frames = crash_frames(c, a, &nframes);

	entry = nframes;
	add(p, (struct report_row){.kind = ROW_ACCESS, .access = a});
	/* the frame through which the interrupt came in shows: what lies beyond it merely was interrupted */
	for (size_t i = site + 1; i < nframes && entry == nframes; i++)
		if (frames[i].interrupted)
			entry = i - 1;
	for (size_t i = 0; i < nframes; i++) {
		/* an access leads to its call site by inline helpers, any other stack to its fault by what only found it */
		bool shown = p->unfolded[a] || i == site || (i < site && c->naccesses) || i == entry;
		size_t end = i < site ? site : i < entry ? entry : nframes;

		if (shown || end - i == 1) {
			add(p, (struct report_row){.kind = ROW_FRAME, .access = a, .frame = (uint32_t)i,
						   .interrupted = i > entry});
			continue;
		}
		add(p, (struct report_row){.kind = ROW_FOLD, .access = a, .frame = (uint32_t)i,
					   .hidden = (uint32_t)(end - i), .interrupted = i > entry});
		i = end - 1;
	}
}

/* A line of the report that starts with `start`, for what has no structure of its own. */
static void add_line(struct report_pane *p, const struct crash *c, const char *start, enum report_row_kind kind)
{
	size_t at = slice_find(c->text, start, 0);
	struct slice rest, line;

	if (at == SLICE_NONE)
		return;
	rest = slice_sub(c->text, at, c->text.n);
	if (slice_line(&rest, &line))
		add(p, (struct report_row){.kind = kind, .text = slice_rtrim(line)});
}

void report_build(struct ui *ui)
{
	struct report_pane *p = &ui->report;
	const struct crash *c = crash_of(ui);
	struct slice rest = c->text, line;
	size_t cursor = p->list.cursor;

	p->list.n = 0;
	if (p->raw || crash_nstacks(c) == 0) {
		while (slice_line(&rest, &line))
			add(p, (struct report_row){.kind = ROW_RAW, .text = slice_rtrim(line)});
	} else {
		if (c->naccesses == 0)
			add(p, (struct report_row){.kind = ROW_VALUE, .text = c->title});
		for (unsigned a = 0; a < crash_nstacks(c); a++)
			add_stack(p, c, a);
		if (c->value_old.n)
			add_line(p, c, "value changed:", ROW_VALUE);
		if (c->cpu >= 0)
			add_line(p, c, "CPU: ", ROW_FOOTER);
	}
	p->list.cursor = cursor;
	list_count(&p->list, p->list.n);
}

bool report_selected(const struct ui *ui, unsigned *access, size_t *frame)
{
	const struct report_pane *p = &ui->report;
	const struct report_row *r;

	if (p->list.n == 0)
		return false;
	r = &p->rows[p->list.cursor];
	*access = r->access;
	if (r->kind == ROW_ACCESS)
		crash_frames(crash_of(ui), r->access, frame);
	else
		*frame = r->frame;
	return r->kind == ROW_ACCESS || r->kind == ROW_FRAME || r->kind == ROW_FOLD;
}

void report_select(struct ui *ui, unsigned access, size_t frame)
{
	struct report_pane *p = &ui->report;
	size_t nframes;

	if (access >= crash_nstacks(crash_of(ui)))
		return;
	crash_frames(crash_of(ui), access, &nframes);
	for (size_t i = 0; i < p->list.n; i++) {
		const struct report_row *r = &p->rows[i];

		if (r->access != access)
			continue;
		if ((r->kind == ROW_ACCESS && frame == nframes) ||
		    (r->kind == ROW_FRAME && r->frame == frame) ||
		    (r->kind == ROW_FOLD && frame >= r->frame && frame < r->frame + r->hidden))
			list_go(&p->list, i);
	}
}

/* ---- rows as text ---- */

static void access_words(const struct access *a, struct buf *out)
{
	buf_adds(out, access_kind_name(a->kind));
	for (unsigned m = 0; access_mark_name(m); m++)
		if (a->marks & 1u << m)
			buf_addf(out, " (%s)", access_mark_name(m));
	buf_addf(out, " %" PRIu32 " bytes ", a->size);
	if (a->interrupt)
		buf_adds(out, "interrupt");
	else
		buf_addf(out, "task %" PRId32, a->task);
	buf_addf(out, " cpu %" PRId32, a->cpu);
	if (a->unknown_origin)
		buf_adds(out, " (other side unknown)");
}

/*
 * What a folded part of a stack is best known by: the system call it came from, else its outermost function with a name
 * that says something.
 */
static struct slice fold_name(const struct frame *frames, const struct report_row *r)
{
	static const char *const call[] = {"__x64_sys_", "__ia32_sys_", "__arm64_sys_", "__se_sys_", "__do_sys_", "sys_"};
	const struct frame *f = NULL;

	for (size_t i = r->frame; i < r->frame + r->hidden; i++) {
		struct slice name = frames[i].function;

		f = &frames[i];
		for (size_t k = 0; k < sizeof call / sizeof *call; k++)
			if (slice_eat(&name, call[k]))
				return name;
	}
	return f ? f->function : SLICE("");
}

static struct slice base_name(struct slice path)
{
	size_t slash = slice_rfind(path, "/");

	return slash == SLICE_NONE ? path : slice_sub(path, slash + 1, path.n);
}

static void frame_place(const struct frame *f, struct buf *out)
{
	if (f->file.n) {
		buf_add_slice(out, base_name(f->file));
		buf_addf(out, ":%" PRIu32, f->line);
	} else if (f->defined) {
		buf_add_slice(out, base_name(f->defined_in));
		buf_adds(out, " line unknown");
	} else if (f->module.n) {
		buf_addc(out, '[');
		buf_add_slice(out, f->module);
		buf_addc(out, ']');
	} else if (f->has_offset) {
		buf_addf(out, "+0x%" PRIx64, f->offset);
	}
}

static void row_words(const struct ui *ui, const struct report_row *r, struct buf *out)
{
	const struct crash *c = crash_of(ui);
	const struct frame *frames = NULL;
	size_t n;

	if (r->kind == ROW_FRAME || r->kind == ROW_FOLD)
		frames = crash_frames(c, r->access, &n);
	switch (r->kind) {
	case ROW_ACCESS:
		if (c->naccesses)
			access_words(&c->access[r->access], out);
		else
			buf_add_slice(out, c->stacks[r->access].name);
		break;
	case ROW_FRAME:
		buf_add_slice(out, frames[r->frame].function);
		break;
	case ROW_FOLD:
		buf_addf(out, "%s %" PRIu32 " more%s  ", glyph(GLYPH_MORE), r->hidden, r->interrupted ? " interrupted" : "");
		buf_add_slice(out, fold_name(frames, r));
		break;
	default:
		buf_add_slice(out, r->text);
		break;
	}
}

static void row_text(struct ui *ui, size_t row, struct buf *out)
{
	const struct report_row *r = &ui->report.rows[row];

	row_words(ui, r, out);
	if (r->kind == ROW_FRAME) {
		size_t n;

		buf_addc(out, ' ');
		frame_place(&crash_frames(crash_of(ui), r->access, &n)[r->frame], out);
	}
}

/* ---- drawing ---- */

/* Where a row stands in the report; false for one that does not (a title made from it). */
static bool row_bytes(const struct ui *ui, const struct report_row *r, uint64_t *from, uint64_t *to)
{
	const struct crash *c = crash_of(ui);
	struct slice text = r->text, last;
	const struct frame *frames;
	size_t n;

	if (r->kind == ROW_ACCESS) {
		text = c->naccesses ? c->access[r->access].text : c->stacks[r->access].text;
	} else if (r->kind == ROW_FRAME || r->kind == ROW_FOLD) {
		frames = crash_frames(c, r->access, &n);
		text = frames[r->frame].text;
		last = frames[r->frame + (r->kind == ROW_FOLD ? r->hidden - 1 : 0)].text;
		if (last.n && last.p > text.p)
			text.n = (size_t)(last.p + last.n - text.p);
	}
	if (text.n == 0 || text.p < c->text.p || text.p + text.n > c->text.p + c->text.n)
		return false;
	*from = (uint64_t)(text.p - c->text.p);
	*to = *from + text.n;
	return true;
}

static const char *sign(struct ui *ui, const struct report_row *r)
{
	uint64_t from, to;

	return row_bytes(ui, r, &from, &to) ? noted_sign(noted_report(ui, from, to)) : "";
}

/* The row that shows a byte of the report, or SIZE_MAX. */
static size_t row_with(const struct ui *ui, uint64_t at)
{
	uint64_t from, to;

	for (size_t i = 0; i < ui->report.list.n; i++)
		if (row_bytes(ui, &ui->report.rows[i], &from, &to) && at >= from && at < to)
			return i;
	return SIZE_MAX;
}

static void set_raw(struct ui *ui, bool raw)
{
	ui->report.raw = raw;
	ui->report.list = (struct list){0};
	report_build(ui);
}

void report_go(struct ui *ui, uint64_t from)
{
	struct report_pane *p = &ui->report;
	size_t row = row_with(ui, from);

	if (row != SIZE_MAX && p->rows[row].kind == ROW_FOLD) {
		p->unfolded[p->rows[row].access] = true;
		report_build(ui);
		row = row_with(ui, from);
	}
	if (row == SIZE_MAX && !p->raw && crash_nstacks(crash_of(ui))) {
		set_raw(ui, true);
		row = row_with(ui, from);
	}
	if (row != SIZE_MAX)
		list_go(&p->list, row);
}

static enum role frame_role(const struct crash *c, const struct report_row *r, const struct frame *f, size_t site)
{
	if (r->interrupted || f->unreliable)
		return ROLE_DIM;
	if (c->naccesses && r->frame == 0)
		return c->access[r->access].kind == ACCESS_READ ? ROLE_RACE_READ : ROLE_RACE_WRITE;
	return r->frame == site ? ROLE_CALL_SITE : ROLE_NORMAL;
}

/* What the colour of the function says, in the last cells: how the frame came there, then the letter that its line has in Source. */
enum { KIND = 6 };

static void draw_kind(struct ui *ui, const struct report_row *r, const struct frame *f, size_t site, unsigned row, unsigned col)
{
	const struct crash *c = crash_of(ui);
	const struct access *a = c->naccesses ? &c->access[r->access] : NULL;
	unsigned at = col + KIND - 1;

	if (f->inlined)
		grid_puts(ui->grid, row, col, 4, " inl", ROLE_DIM);
	else if (f->unreliable)
		grid_puts(ui->grid, row, col, 4, "   ?", ROLE_DIM);
	if (!a || r->interrupted || f->unreliable)
		return;
	if (r->frame == 0)
		grid_fill(ui->grid, row, at, 1, (unsigned char)source_access_mark(a, false), frame_role(c, r, f, site));
	else if (r->frame == site)
		grid_fill(ui->grid, row, at, 1, (unsigned char)source_access_mark(a, true), ROLE_CALL_SITE);
}

/* Does Source stand at the line of this row's frame? */
static bool is_at_source(const struct ui *ui, const struct report_row *r)
{
	const struct list *l = &ui->source.list;
	const struct frame *f;
	size_t n;

	if (r->kind != ROW_FRAME || ui->source.race || ui->source.access != r->access || !l->n)
		return false;
	f = &crash_frames(crash_of(ui), r->access, &n)[r->frame];
	return f->line && f->line == ui->source.rows[l->cursor].line && slice_eq(f->file, ui->source.path);
}

/* The one row whose frame Source shows: several may have one place (a system call's), then that of the cursor; SIZE_MAX: none. */
static size_t row_of_source(const struct ui *ui)
{
	const struct report_pane *p = &ui->report;

	if (p->list.cursor < p->list.n && is_at_source(ui, &p->rows[p->list.cursor]))
		return p->list.cursor;
	for (size_t i = 0; i < p->list.n; i++)
		if (is_at_source(ui, &p->rows[i]))
			return i;
	return SIZE_MAX;
}

static void draw_frame(struct ui *ui, const struct report_row *r, bool current, unsigned row, unsigned col, unsigned cols)
{
	const struct crash *c = crash_of(ui);
	size_t nframes, site = crash_site(c, r->access);
	const struct frame *f = &crash_frames(c, r->access, &nframes)[r->frame];
	struct buf where = BUF_INIT;
	unsigned wide, name;

	frame_place(f, &where);
	wide = (unsigned)where.n < cols / 2 ? (unsigned)where.n : cols / 2;
	if (cols > 4) {
		grid_puts(ui->grid, row, col, 1, current ? glyph(GLYPH_HERE) : " ", ROLE_NOTE);
		grid_puts(ui->grid, row, col + 1, 1, sign(ui, r), ROLE_NOTE);
	}
	name = cols > wide + KIND + 3 ? cols - wide - KIND - 3 : 1;
	grid_fit(ui->grid, row, col + 2, name, f->function.n ? f->function : SLICE("(no name)"), frame_role(c, r, f, site));
	grid_fit(ui->grid, row, col + 3 + name, wide, buf_slice(&where), r->interrupted ? ROLE_DIM : ROLE_NORMAL);
	if (cols > KIND)
		draw_kind(ui, r, f, site, row, col + cols - KIND);
	buf_release(&where);
}

static void draw(struct ui *ui, struct rect r, bool focus)
{
	struct report_pane *p = &ui->report;
	size_t first, last, here = row_of_source(ui);
	bool selected = selection_rows(ui, PANE_REPORT, &first, &last);

	list_show(&p->list, r.rows, 2);
	for (unsigned i = 0; i < r.rows && p->list.top + i < p->list.n; i++) {
		const struct report_row *row = &p->rows[p->list.top + i];
		struct buf b = BUF_INIT;

		row_words(ui, row, &b);
		if (row->kind == ROW_FRAME) {
			draw_frame(ui, row, p->list.top + i == here, r.row + i, r.col, r.cols);
		} else if (row->kind == ROW_RAW) {
			size_t skip = 0;

			for (unsigned k = 0; k < p->skip && skip < b.n; k++) {
				uint32_t cp;

				skip += utf8_decode(slice_sub(buf_slice(&b), skip, b.n), &cp);
			}
			grid_put(ui->grid, r.row + i, r.col, r.cols, slice_sub(buf_slice(&b), skip, b.n), ROLE_NORMAL);
		} else {
			unsigned indent = row->kind == ROW_FOLD ? 2 : 0;

			grid_fit(ui->grid, r.row + i, r.col + indent, r.cols - indent, buf_slice(&b),
				 row->kind == ROW_ACCESS ? ROLE_LABEL : row->kind == ROW_VALUE ? ROLE_NORMAL : ROLE_DIM);
		}
		if (row->kind != ROW_FRAME) /* beside what begins at the edge */
			grid_puts(ui->grid, r.row + i, r.col + (row->kind == ROW_FOLD ? 1 : r.cols - 1), 1, sign(ui, row), ROLE_NOTE);
		if ((focus && p->list.top + i == p->list.cursor) ||
		    (selected && p->list.top + i >= first && p->list.top + i <= last))
			grid_mod(ui->grid, r.row + i, r.col, r.cols, MOD_SELECT);
		buf_release(&b);
	}
	if (p->list.n == 0)
		grid_fit(ui->grid, r.row, r.col, r.cols, SLICE("The recording holds no crash report."), ROLE_DIM);
}

static void title(struct ui *ui, struct buf *out)
{
	const struct crash *c = crash_of(ui);
	size_t first, last, from = out->n;

	if (c->text.n == 0)
		return;
	if (ui->report.raw || crash_nstacks(c) == 0)
		buf_adds(out, crash_nstacks(c) ? "raw text" : "raw text: not a report that verdict can take apart");
	else if (!c->complete)
		buf_adds(out, "incomplete");
	if (selection_rows(ui, PANE_REPORT, &first, &last))
		buf_adds(out, out->n > from ? "  selecting" : "selecting");
}

/* ---- keys ---- */

/* Source follows the cursor: a frame shows its file, an access line both racing lines. */
static void follow(struct ui *ui)
{
	unsigned access;
	size_t frame, nframes;

	if (ui->report.raw || !report_selected(ui, &access, &frame))
		return;
	crash_frames(crash_of(ui), access, &nframes);
	if (frame == nframes && crash_of(ui)->naccesses)
		source_race(ui);
	else if (frame == nframes)
		source_frame(ui, access, crash_site(crash_of(ui), access));
	else
		source_frame(ui, access, frame);
}

static void fold(struct ui *ui)
{
	unsigned access;
	size_t frame;

	if (ui->report.raw || !report_selected(ui, &access, &frame))
		return;
	ui->report.unfolded[access] = !ui->report.unfolded[access];
	report_build(ui);
	report_select(ui, access, frame);
	follow(ui);
}

static bool command(struct ui *ui, enum command c, const char *args)
{
	struct report_pane *p = &ui->report;
	const struct report_row *r = p->list.n ? &p->rows[p->list.cursor] : NULL;

	(void)args;
	switch (c) {
	case CMD_FOLD:
		fold(ui);
		return true;
	case CMD_OPEN:
		if (r && r->kind == ROW_FOLD) {
			fold(ui);
			return true;
		}
		follow(ui);
		if (r && r->kind == ROW_FRAME)
			ui_focus(ui, PANE_SOURCE);
		return true;
	case CMD_LEFT:
		p->skip = p->skip > 8 ? p->skip - 8 : 0;
		return true;
	case CMD_RIGHT:
		p->skip += p->raw || crash_nstacks(crash_of(ui)) == 0 ? 8 : 0;
		return true;
	default:
		return false;
	}
}

static struct list *list(struct ui *ui)
{
	return &ui->report.list;
}

/* From the first row of the selection to its last, with what is folded between; else the row under the cursor. */
static bool place(struct ui *ui, struct place *out)
{
	struct slice text = crash_of(ui)->text;
	uint64_t from = UINT64_MAX, to = 0, a, b;
	size_t first = ui->report.list.cursor, last = first;

	if (ui->report.list.n == 0)
		return false;
	selection_rows(ui, PANE_REPORT, &first, &last);
	for (size_t i = first; i <= last; i++)
		if (row_bytes(ui, &ui->report.rows[i], &a, &b)) {
			from = a < from ? a : from;
			to = b > to ? b : to;
		}
	if (from >= to)
		return false;
	*out = (struct place){.kind = PLACE_REPORT, .field = FIELD_N, .from = from, .to = to};
	place_quote(out, slice_sub(text, (size_t)from, (size_t)to));
	return true;
}

const struct pane_ops pane_report = {
	.context = CONTEXT_REPORT,
	.title = title,
	.draw = draw,
	.command = command,
	.list = list,
	.moved = follow,
	.row_text = row_text,
	.place = place,
};
