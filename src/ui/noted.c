#include "ui/noted.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/view.h"

void noted_release(struct noted *m)
{
	free(m->m);
	free(m->reach);
	*m = (struct noted){0};
}

const struct place *noted_place(const struct ui *ui, const struct noted_at *m)
{
	return &ui->session->review->annotations[m->note].places[m->place];
}

/* ---- their order ---- */

static int number(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int rank(enum place_kind k)
{
	return k == PLACE_REPORT ? 0 : k == PLACE_SOURCE ? 1 : 2;
}

static int compare_places(const struct place *a, const struct place *b)
{
	int c = rank(a->kind) - rank(b->kind);

	if (c)
		return c;
	if (a->kind == PLACE_SOURCE) {
		c = strcmp(a->path ? a->path : "", b->path ? b->path : "");
		c = c ? c : number(a->line_first, b->line_first);
		return c ? c : number(a->line_last, b->line_last);
	}
	if (a->kind == PLACE_SPAN) {
		c = number(a->seq, b->seq);
		c = c ? c : number(a->field, b->field);
		c = c ? c : strcmp(a->member ? a->member : "", b->member ? b->member : "");
		if (c)
			return c;
	}
	c = number(a->from, b->from);
	return c ? c : number(a->to, b->to);
}

/* Qsort takes no argument of one's own: the places stand beside the marks while they are sorted. */
struct placed {
	struct noted_at mark;
	const struct place *place;
};

static int compare(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	int c = compare_places(x->place, y->place);

	return c ? c : number(x->mark.note, y->mark.note);
}

static uint64_t end_of(const struct place *p)
{
	return p->kind == PLACE_SOURCE ? (uint64_t)p->line_last + 1 : p->to;
}

static bool same_text(const struct place *a, const struct place *b)
{
	return a->kind == b->kind && (a->kind != PLACE_SOURCE || slice_eq(slice_str(a->path), slice_str(b->path)));
}

static void index_all(struct noted *m, const struct review *rv)
{
	struct placed *all = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < rv->nannotations; i++)
		for (size_t k = 0; k < rv->annotations[i].nplaces; k++) {
			all = mem_grow(all, &cap, n + 1, sizeof *all);
			all[n++] = (struct placed){{(uint32_t)i, (uint32_t)k}, &rv->annotations[i].places[k]};
		}
	if (n)
		qsort(all, n, sizeof *all, compare);
	m->m = mem_grow(m->m, &m->cap, n, sizeof *m->m);
	m->reach = mem_grow(m->reach, &m->cap_reach, n, sizeof *m->reach);
	m->n = n;
	m->source = m->span = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t end = end_of(all[i].place);

		m->m[i] = all[i].mark;
		m->reach[i] = i && same_text(all[i - 1].place, all[i].place) && m->reach[i - 1] > end ? m->reach[i - 1] : end;
		m->source += all[i].place->kind == PLACE_REPORT;
		m->span += all[i].place->kind != PLACE_SPAN;
	}
	free(all);
}

static const struct noted *noted_of(struct ui *ui)
{
	struct noted *m = &ui->noted;

	if (m->of != ui->session || m->folds != ui->session->folds) {
		m->of = ui->session;
		m->folds = ui->session->folds;
		m->at = SIZE_MAX;
		index_all(m, ui->session->review);
	}
	return m;
}

/* ---- what stands there ---- */

/* The first mark not before `p`. */
static size_t lower(const struct ui *ui, const struct place *p)
{
	size_t lo = 0, hi = ui->noted.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare_places(noted_place(ui, &ui->noted.m[mid]), p) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool shows(const struct ui *ui, size_t i)
{
	return session_shows_note(ui->session, &ui->session->review->annotations[ui->noted.m[i].note]);
}

/* Notes that are found, each once, as many as there is room for. */
struct hits {
	uint32_t *notes;
	size_t n, max;
};

static void hit(struct ui *ui, struct hits *h, size_t i)
{
	uint32_t note = ui->noted.m[i].note;
	size_t k = 0;

	while (k < h->n && h->notes[k] != note)
		k++;
	if (k == h->n && h->n < h->max && shows(ui, i))
		h->notes[h->n++] = note;
}

/* Those that reach over `from`; `behind` is the place, without length, where what is asked for ends. */
static void reaching(struct ui *ui, const struct place *behind, uint64_t from, struct hits *h)
{
	const struct noted *m = noted_of(ui);

	for (size_t i = lower(ui, behind); h->n < h->max && i-- > 0 && same_text(noted_place(ui, &m->m[i]), behind) &&
					   m->reach[i] > from;)
		if (end_of(noted_place(ui, &m->m[i])) > from)
			hit(ui, h, i);
}

static void find_report(struct ui *ui, uint64_t from, uint64_t to, struct hits *h)
{
	const struct place behind = {.kind = PLACE_REPORT, .from = to};

	if (noted_of(ui)->source)
		reaching(ui, &behind, from, h);
}

static void find_source(struct ui *ui, struct slice path, uint32_t first, uint32_t last, struct hits *h)
{
	struct place behind = {.kind = PLACE_SOURCE, .line_first = last + 1};

	if (noted_of(ui)->source == ui->noted.span)
		return;
	behind.path = xstrndup(path.p, path.n);
	reaching(ui, &behind, first, h);
	free(behind.path);
}

void noted_of_span(struct ui *ui, uint32_t seq, size_t *first, size_t *end)
{
	const struct noted *m = noted_of(ui);
	const struct place begin = {.kind = PLACE_SPAN, .seq = seq}, next = {.kind = PLACE_SPAN, .seq = seq + 1};

	*first = m->span == m->n ? m->n : lower(ui, &begin);
	*end = m->span == m->n || seq == UINT32_MAX ? m->n : lower(ui, &next);
}

static void find_span(struct ui *ui, uint32_t seq, struct hits *h)
{
	size_t first, end;

	noted_of_span(ui, seq, &first, &end);
	for (size_t i = first; i < end && h->n < h->max; i++)
		hit(ui, h, i);
}

/* Those on a part of the text of a span. */
static void find_text(struct ui *ui, const struct place *p, struct hits *h)
{
	size_t first, end;

	noted_of_span(ui, p->seq, &first, &end);
	for (size_t i = first; i < end && h->n < h->max; i++) {
		const struct place *q = noted_place(ui, &ui->noted.m[i]);

		if (q->field == p->field && slice_eq(slice_str(q->member), slice_str(p->member)) && q->from < p->to &&
		    q->to > p->from)
			hit(ui, h, i);
	}
}

/* ---- the same, and what is collected for the note that is begun ---- */

const struct place *noted_begun(const struct ui *ui, size_t i)
{
	const struct draft *d = &ui->decide.draft;

	return d->collected && i < d->nplaces ? &d->places[i] : NULL;
}

uint32_t noted_report(struct ui *ui, uint64_t from, uint64_t to)
{
	uint32_t note = NOTED_NONE;
	struct hits h = {&note, 0, 1};
	const struct place *p;

	for (size_t i = 0; (p = noted_begun(ui, i)); i++)
		if (p->kind == PLACE_REPORT && p->from < to && p->to > from)
			return NOTED_BEGUN;
	find_report(ui, from, to, &h);
	return note;
}

uint32_t noted_source(struct ui *ui, struct slice path, uint32_t first, uint32_t last)
{
	uint32_t note = NOTED_NONE;
	struct hits h = {&note, 0, 1};
	const struct place *p;

	for (size_t i = 0; (p = noted_begun(ui, i)); i++)
		if (p->kind == PLACE_SOURCE && p->line_first <= last && p->line_last >= first && slice_eq(slice_str(p->path), path))
			return NOTED_BEGUN;
	find_source(ui, path, first, last, &h);
	return note;
}

uint32_t noted_span(struct ui *ui, uint32_t seq)
{
	uint32_t note = NOTED_NONE;
	struct hits h = {&note, 0, 1};
	const struct place *p;

	for (size_t i = 0; (p = noted_begun(ui, i)); i++)
		if (p->kind == PLACE_SPAN && p->seq == seq)
			return NOTED_BEGUN;
	find_span(ui, seq, &h);
	return note;
}

const char *noted_sign(uint32_t note)
{
	return note == NOTED_NONE ? "" : note == NOTED_BEGUN ? "+" : "*";
}

size_t noted_here(struct ui *ui, uint32_t *notes, size_t max)
{
	struct hits h = {notes, 0, max};
	struct place p;

	if (noted_of(ui)->n == 0)
		return 0;
	if (ui->view == VIEW_PANES && ui->focus == PANE_RUN) { /* all that is said of the span */
		if (ui->run.list.n)
			find_span(ui, traj_span(ui->session->run->traj, ui->run.rows[ui->run.list.cursor].span)->seq, &h);
		return h.n;
	}
	if (!ui_pane(ui)->place || !ui_pane(ui)->place(ui, &p))
		return 0;
	if (p.kind == PLACE_REPORT)
		find_report(ui, p.from, p.to, &h);
	else if (p.kind == PLACE_SOURCE)
		find_source(ui, slice_str(p.path), p.line_first, p.line_last, &h);
	else
		find_text(ui, &p, &h);
	place_release(&p);
	return h.n;
}

/* ---- going there ---- */

void noted_show(struct ui *ui, uint32_t note, uint32_t place)
{
	const struct place *p = &ui->session->review->annotations[note].places[place];
	size_t span;

	ui_show(ui, VIEW_PANES);
	selection_end(ui);
	switch (p->kind) {
	case PLACE_SPAN:
		span = traj_find(ui->session->run->traj, p->seq);
		if (span >= traj_count(ui->session->run->traj)) {
			ui_say(ui, ROLE_WARNING, "span %u is not in this recording", p->seq);
			return;
		}
		run_select(ui, span);
		text_go_place(ui, p);
		ui_focus(ui, PANE_TEXT);
		break;
	case PLACE_SOURCE:
		source_file(ui, slice_str(p->path), p->line_first);
		ui_focus(ui, PANE_SOURCE);
		break;
	default:
		report_go(ui, p->from);
		pane_report.moved(ui); /* Source follows, as when the cursor is moved there */
		ui_focus(ui, PANE_REPORT);
		break;
	}
}

/* Where the cursor is, among the places: the first one that begins there or behind it, or only behind it. */
static size_t cursor_at(struct ui *ui, bool behind)
{
	const struct text_pane *t = &ui->text;
	struct place p = {0};
	size_t at;

	if (ui->view == VIEW_PANES && ui->focus == PANE_TEXT ? !doc_place(&t->doc, t->at, t->at + 1, &p)
							     : !ui_pane(ui)->place || !ui_pane(ui)->place(ui, &p))
		return 0;
	p.to = behind ? UINT64_MAX : 0;
	p.line_last = behind ? UINT32_MAX : 0;
	at = lower(ui, &p);
	place_release(&p);
	return at;
}

/* Is the cursor still at the place that was gone to? */
static bool at_mark(struct ui *ui, size_t i)
{
	const struct noted *m = noted_of(ui);

	if (i >= m->n)
		return false;
	for (size_t k = cursor_at(ui, false); k < m->n; k++) {
		struct place a = *noted_place(ui, &m->m[k]);

		if (k == i)
			return true;
		a.to = noted_place(ui, &m->m[i])->to;
		a.line_last = noted_place(ui, &m->m[i])->line_last;
		if (compare_places(&a, noted_place(ui, &m->m[i])) != 0)
			return false;
	}
	return false;
}

bool noted_next(struct ui *ui, int dir)
{
	const struct noted *m = noted_of(ui);
	size_t at, to;

	if (m->at < m->n && at_mark(ui, m->at)) { /* several may begin at one place: they come one after the other */
		to = m->at + (size_t)dir;
	} else {
		at = cursor_at(ui, dir > 0);
		to = dir > 0 ? at : at - 1;
	}
	while (to < m->n && !shows(ui, to))
		to += (size_t)dir;
	if (to >= m->n)
		return false;
	noted_show(ui, m->m[to].note, m->m[to].place);
	ui->noted.at = to;
	return true;
}
