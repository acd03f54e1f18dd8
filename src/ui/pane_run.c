/* Run: the outline of spans. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "ui/view.h"

static struct traj *traj_of(const struct ui *ui)
{
	return ui->session->run->traj;
}

/* Row `row` shows a span of this nesting: it is the last of its siblings so far, and ends those deeper than it. */
static void note_last(struct run_pane *p, size_t row, uint16_t nesting)
{
	if (nesting >= p->cap_last) {
		size_t was = p->cap_last;

		p->last_at = mem_grow(p->last_at, &p->cap_last, (size_t)nesting + 1, sizeof *p->last_at);
		memset(p->last_at + was, 0, (p->cap_last - was) * sizeof *p->last_at);
	}
	for (; p->deepest > nesting; p->deepest--)
		p->last_at[p->deepest] = 0;
	p->deepest = nesting;
	if (p->last_at[nesting])
		p->rows[p->last_at[nesting] - 1].last = false;
	p->last_at[nesting] = row + 1;
	p->rows[row].last = true;
}

/* The rows of spans that may be seen: a walk shows those that have begun. */
static size_t seen(const struct ui *ui)
{
	const struct run_pane *p = &ui->run;
	size_t lo = 0, hi = p->made;

	if (!session_is_walking(ui->session))
		return hi;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (session_may_show(ui->session, p->rows[mid].span, PART_SPAN))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The rows that show: all spans but those below a folded one; with a filter those that it keeps, folded or not. */
void run_more(struct ui *ui)
{
	struct run_pane *p = &ui->run;
	const struct span *spans = traj_spans(traj_of(ui));
	size_t count = traj_count(traj_of(ui)), n = p->made;

	if (p->nfolded < count) {
		p->folded = mem_grow(p->folded, &p->cap_folded, count, sizeof *p->folded);
		memset(p->folded + p->nfolded, 0, count - p->nfolded);
		p->nfolded = count;
	}
	if (ui->sift.filter)
		count = sift_end(ui);
	for (; p->taken < count; p->taken++) {
		uint16_t nesting = spans[p->taken].nesting;

		if (ui->sift.filter ? sift_hides(ui, p->taken) : nesting > p->hidden_below)
			continue;
		p->hidden_below = p->folded[p->taken] ? nesting : UINT32_MAX;
		p->rows = mem_grow(p->rows, &p->cap, n + 1, sizeof *p->rows);
		p->rows[n] = (struct outline_row){.span = (uint32_t)p->taken};
		note_last(p, n++, nesting);
	}
	p->made = n;
	p->list.n = seen(ui);
}

/* The row of a span, or of the last one before it that shows. */
static size_t row_of(const struct run_pane *p, size_t span)
{
	size_t lo = 0, hi = p->list.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (p->rows[mid].span <= span)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? lo - 1 : 0;
}

void run_build(struct ui *ui)
{
	struct run_pane *p = &ui->run;
	size_t cursor_span = p->list.n ? p->rows[p->list.cursor].span : 0;
	struct list was = p->list;

	p->list.n = p->made = p->taken = 0;
	p->hidden_below = UINT32_MAX;
	for (size_t i = 0; i < p->cap_last; i++)
		p->last_at[i] = 0;
	p->deepest = 0;
	run_more(ui);
	was.n = p->list.n;
	p->list = was;
	list_count(&p->list, p->list.n);
	list_go(&p->list, row_of(p, cursor_span));
}

/* Says whether something was folded. */
static bool unfold_to(struct ui *ui, size_t span)
{
	uint32_t up = traj_span(traj_of(ui), span)->parent;
	bool was = false;

	while (up != SPAN_NO_PARENT) {
		was |= ui->run.folded[up] != 0;
		ui->run.folded[up] = 0;
		up = traj_span(traj_of(ui), up)->parent;
	}
	return was;
}

void run_select(struct ui *ui, size_t span)
{
	struct run_pane *p = &ui->run;

	if (!session_may_show(ui->session, span, PART_SPAN))
		return;
	run_more(ui);
	if (unfold_to(ui, span))
		run_build(ui);
	list_go(&p->list, row_of(p, span));
	text_span(ui, span);
	if (sift_hides(ui, span))
		ui_say(ui, ROLE_NORMAL, "span %" PRIu32 " is not among those that the filter shows",
		       traj_span(traj_of(ui), span)->seq);
}

void run_go(struct ui *ui, size_t span)
{
	list_go(&ui->run.list, row_of(&ui->run, span));
}

/* ---- rows as text ---- */

/* The first line of thoughts that says something, without the asterisks that make it bold. */
static struct slice thought_title(struct slice text)
{
	struct slice line;

	while (slice_line(&text, &line)) {
		line = slice_trim(line);
		while (line.n && (*line.p == '*' || *line.p == '#' || *line.p == ' '))
			line = slice_sub(line, 1, line.n);
		while (line.n && line.p[line.n - 1] == '*')
			line.n--;
		if (line.n)
			return line;
	}
	return SLICE("");
}

/* The argument that says most of a call: a name or a path if there is one, else the first with its name. */
static void main_argument(struct ui *ui, size_t span, struct buf *out)
{
	static const char *const keys[] = {"File", "SourceFile", "Expression", "Name", "Dir", "Question", "Commit", "CodeRegexp"};
	struct slice v, object;
	struct json_iter it;
	struct arena *a;

	for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
		if (session_member(ui->session, span, FIELD_ARGS, keys[k], &v) > 0 && v.n) {
			buf_add_slice(out, v);
			return;
		}
	if (session_field(ui->session, span, FIELD_ARGS, &object, NULL) <= 0) {
		if (session_field(ui->session, span, FIELD_ARGS_RAW, &object, NULL) > 0)
			buf_add_slice(out, object);
		return;
	}
	a = arena_new();
	it = json_iter(object);
	for (size_t n = 0; it.object && n < 3 && json_next(&it); n++) {
		buf_adds(out, n ? " " : "");
		buf_add_slice(out, json_string(a, it.key));
		buf_addc(out, '=');
		buf_add_slice(out, json_type(it.value) == JSON_STRING ? json_string(a, it.value) : it.value);
	}
	arena_free(a);
}

void run_label(struct ui *ui, size_t span, struct buf *out)
{
	const struct span *s = traj_span(traj_of(ui), span);
	struct slice text;

	if (s->type == SPAN_LLM && session_field(ui->session, span, FIELD_THOUGHTS, &text, NULL) > 0 &&
	    (text = thought_title(text)).n) {
		buf_add_slice(out, text);
		return;
	}
	buf_add_slice(out, traj_name(traj_of(ui), span));
	if (s->type == SPAN_LLM) {
		buf_addc(out, ' ');
		gate_row_words(ui->session, span, out);
	} else if (s->type == SPAN_TOOL) {
		buf_addc(out, ' ');
		main_argument(ui, span, out);
	}
}

static bool has_children(const struct ui *ui, size_t span)
{
	return span + 1 < traj_count(traj_of(ui)) &&
	       traj_span(traj_of(ui), span + 1)->nesting > traj_span(traj_of(ui), span)->nesting;
}

/* ---- drawing ---- */

enum { DEEPEST = 8 }; /* what lies deeper is drawn as if it lay there */

/* Levels above the row of a span where siblings are still to come, as bits. */
static unsigned bars_above(const struct ui *ui, size_t span)
{
	const struct run_pane *p = &ui->run;
	unsigned bars = 0;

	for (uint32_t up = traj_span(traj_of(ui), span)->parent; up != SPAN_NO_PARENT; up = traj_span(traj_of(ui), up)->parent) {
		unsigned nesting = traj_span(traj_of(ui), up)->nesting;
		size_t row = nesting < DEEPEST ? row_of(p, up) : 0;

		if (nesting < DEEPEST && p->rows[row].span == up && !p->rows[row].last)
			bars |= 1u << nesting;
	}
	return bars;
}

/* The same of the row below one of this nesting. */
static unsigned bars_below(unsigned bars, unsigned nesting, bool last)
{
	if (nesting >= DEEPEST)
		return bars;
	return (bars & ((1u << nesting) - 1)) | (last ? 0 : 1u << nesting);
}

static void draw_row(struct ui *ui, const struct outline_row *row, unsigned bars, struct rect at)
{
	const struct span *s = traj_span(traj_of(ui), row->span);
	struct grid *g = ui->grid;
	const char *note;
	struct buf label = BUF_INIT, time = BUF_INIT;
	unsigned col = at.col, end = at.col + at.cols, deep = s->nesting > DEEPEST ? DEEPEST : s->nesting;
	bool ended = session_may_show(ui->session, row->span, PART_FINISH);
	bool error = ended && s->flags & SPAN_ERROR, open = !ended || !(s->flags & SPAN_FINISHED);
	enum role role = error ? ROLE_ERROR : s->type == SPAN_LLM ? ROLE_THOUGHT : s->type == SPAN_TOOL ? ROLE_TOOL : ROLE_NORMAL;

	note = noted_sign(noted_span(ui, s->seq));
	buf_addf(&label, "%s%s%3" PRIu32 " ", ui->text.doc.span == row->span ? glyph(GLYPH_HERE) : " ",
		 *note ? note : source_mentions(ui, row->span) ? glyph(GLYPH_SEEN) : " ", s->seq);
	col += grid_put(g, at.row, col, end - col, buf_slice(&label), ROLE_LINE_NUMBER);
	for (unsigned i = 2; i < deep; i++) {
		col += grid_puts(g, at.row, col, end - col, bars & 1u << i ? glyph(GLYPH_DOWN) : " ", ROLE_FRAME);
		col += grid_puts(g, at.row, col, end - col, " ", ROLE_FRAME);
	}
	if (deep > 1) {
		col += grid_puts(g, at.row, col, end - col, glyph(row->last ? GLYPH_LAST_CHILD : GLYPH_CHILD), ROLE_FRAME);
		col += grid_puts(g, at.row, col, end - col, " ", ROLE_FRAME);
	}
	buf_clear(&label);
	buf_add_slice(&label, traj_type_word(traj_of(ui), row->span));
	buf_addc(&label, ' ');
	if (label.n < 5)
		buf_pad(&label, ' ', 5 - label.n);
	col += grid_put(g, at.row, col, end - col, buf_slice(&label), ROLE_DIM);
	if (open)
		buf_adds(&time, "open");
	else if (s->started != WHEN_NONE && s->finished != WHEN_NONE)
		when_add_duration(&time, s->finished - s->started, ui->session->run->unit);
	if (error)
		buf_adds(&time, " err");
	buf_clear(&label);
	if (traj_injected(traj_of(ui), row->span) || asides_told(&ui->session->run->asides, s->seq))
		buf_adds(&label, "+ ");
	run_label(ui, row->span, &label);
	if (row->span < ui->run.nfolded && ui->run.folded[row->span] && has_children(ui, row->span))
		buf_addf(&label, " %s", glyph(GLYPH_MORE));
	if (end > col + time.n + 1) {
		grid_fit(g, at.row, col, end - col - (unsigned)time.n - 1, buf_slice(&label), role);
		grid_put(g, at.row, end - (unsigned)time.n, (unsigned)time.n, buf_slice(&time), error ? ROLE_ERROR : ROLE_DIM);
	}
	buf_release(&label);
	buf_release(&time);
}

static void draw(struct ui *ui, struct rect r, bool focus)
{
	struct run_pane *p = &ui->run;
	size_t first, last;
	bool some = selection_rows(ui, PANE_RUN, &first, &last);
	unsigned bars;

	sift_look(ui);
	list_show(&p->list, r.rows, 1);
	bars = p->list.n ? bars_above(ui, p->rows[p->list.top].span) : 0;
	for (unsigned i = 0; i < r.rows && p->list.top + i < p->list.n; i++) {
		const struct outline_row *row = &p->rows[p->list.top + i];

		draw_row(ui, row, bars, (struct rect){r.row + i, r.col, 1, r.cols});
		bars = bars_below(bars, traj_span(traj_of(ui), row->span)->nesting, row->last);
		if ((focus && p->list.top + i == p->list.cursor) ||
		    (some && p->list.top + i >= first && p->list.top + i <= last))
			grid_mod(ui->grid, r.row + i, r.col, r.cols, MOD_SELECT);
	}
	if (p->list.n == 0)
		grid_fit(ui->grid, r.row, r.col, r.cols,
			 ui->sift.filter ? SLICE("No span that the filter keeps.")
			 : session_reading(ui->session) ? SLICE("No span has come yet.")
						      : SLICE("The recording holds no spans."), ROLE_DIM);
}

void run_add_count(struct buf *b, uint64_t v)
{
	if (v >= 10000)
		buf_addf(b, "%" PRIu64 "k", (v + 500) / 1000);
	else
		buf_addf(b, "%" PRIu64, v);
}

static void title(struct ui *ui, struct buf *out)
{
	struct traj_totals t = traj_totals(traj_of(ui));
	size_t first, last;

	if (sift_title(ui, out))
		return;
	if (!session_may_show(ui->session, SESSION_RUN, PART_TOTALS)) {
		buf_addf(out, "%zu of %zu spans", ui->session->walk.begun, t.spans);
		return;
	}
	buf_addf(out, "%zu%s span%s", t.spans, session_reading(ui->session) ? glyph(GLYPH_MORE) : "", t.spans == 1 ? "" : "s");
	if (t.tokens_in + t.tokens_out + t.tokens_thought) { /* none: the recording does not count them */
		buf_adds(out, "  ");
		run_add_count(out, t.tokens_in + t.tokens_out + t.tokens_thought);
		buf_addf(out, "%s tokens", session_reading(ui->session) ? glyph(GLYPH_MORE) : "");
	}
	if (t.errors)
		buf_addf(out, "  %zu error%s", t.errors, t.errors == 1 ? "" : "s");
	if (selection_rows(ui, PANE_RUN, &first, &last))
		buf_adds(out, "  selecting");
}

/* ---- keys ---- */

static size_t selected(const struct ui *ui)
{
	return ui->run.list.n ? ui->run.rows[ui->run.list.cursor].span : SIZE_MAX;
}

static bool command(struct ui *ui, enum command c, const char *args)
{
	struct run_pane *p = &ui->run;
	size_t span;

	(void)args;
	if (p->list.n == 0)
		return false;
	span = selected(ui);
	switch (c) {
	case CMD_FOLD:
		if (ui->sift.filter) {
			ui_say(ui, ROLE_WARNING, "nothing is folded while a filter is on");
			return true;
		}
		p->folded[span] = has_children(ui, span) && !p->folded[span];
		run_build(ui);
		return true;
	case CMD_OPEN:
		text_span(ui, span);
		ui_focus(ui, PANE_TEXT);
		return true;
	case CMD_LEFT:
		if (traj_span(traj_of(ui), span)->parent != SPAN_NO_PARENT)
			run_select(ui, traj_span(traj_of(ui), span)->parent);
		return true;
	case CMD_RIGHT:
		if (has_children(ui, span))
			run_select(ui, span + 1);
		return true;
	default:
		return false;
	}
}

static struct list *list(struct ui *ui)
{
	return &ui->run.list;
}

static void moved(struct ui *ui)
{
	if (ui->run.list.n)
		text_span(ui, selected(ui));
}

static void row_text(struct ui *ui, size_t row, struct buf *out)
{
	buf_add_slice(out, traj_type_word(traj_of(ui), ui->run.rows[row].span));
	buf_addc(out, ' ');
	run_label(ui, ui->run.rows[row].span, out);
	traj_release_bodies(traj_of(ui));
}

enum { COSTLY = 64 * 1024 }; /* bytes of a span's record */

static bool is_costly(struct ui *ui, size_t row)
{
	return traj_span(traj_of(ui), ui->run.rows[row].span)->body_len > COSTLY;
}

/* A note on a span as a whole is a note on the text that says most of it. */
static bool place_of(struct ui *ui, size_t span, struct place *out)
{
	static const enum traj_field best[] = {FIELD_THOUGHTS, FIELD_REPLY, FIELD_RESULTS_RAW, FIELD_ARGS_RAW, FIELD_ERROR,
					       FIELD_PROMPT};
	struct slice text;

	for (size_t i = 0; i < sizeof best / sizeof *best; i++) {
		if (session_field(ui->session, span, best[i], &text, NULL) <= 0 || text.n == 0)
			continue;
		*out = (struct place){.kind = PLACE_SPAN, .seq = traj_span(traj_of(ui), span)->seq, .field = best[i],
				      .to = text.n};
		place_quote(out, text);
		return true;
	}
	return false;
}

static bool place(struct ui *ui, struct place *out)
{
	size_t span = selected(ui);

	return span != SIZE_MAX && place_of(ui, span, out);
}

/* One place a span. */
static size_t places(struct ui *ui, struct place *out, size_t max)
{
	size_t first, last, n = 0;

	if (!selection_rows(ui, PANE_RUN, &first, &last))
		return 0;
	for (size_t i = first; i <= last && n < max; i++)
		n += place_of(ui, ui->run.rows[i].span, &out[n]);
	return n;
}

const struct pane_ops pane_run = {
	.context = CONTEXT_RUN,
	.title = title,
	.draw = draw,
	.command = command,
	.list = list,
	.moved = moved,
	.row_text = row_text,
	.is_costly = is_costly,
	.place = place,
	.places = places,
};
