#include "ui/spot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/view.h"

enum { EXCERPT = 200 }; /* bytes, at most */

static struct traj *traj_of(const struct ui *ui)
{
	return ui->session->run->traj;
}

void spot_release(struct spot *s)
{
	free(s->path);
	free(s->commit);
	free(s->excerpt);
	*s = (struct spot){0};
}

void spot_copy(struct spot *to, const struct spot *from)
{
	*to = *from;
	to->path = from->path ? xstrdup(from->path) : NULL;
	to->commit = from->commit ? xstrdup(from->commit) : NULL;
	to->excerpt = from->excerpt ? xstrdup(from->excerpt) : NULL;
}

/* ---- taking ---- */

static void take_report(struct ui *ui, struct spot *s)
{
	s->raw = ui->report.raw;
	s->report_row = ui->report.list.cursor;
	s->on_frame = !s->raw && report_selected(ui, &s->access, &s->frame);
}

static void take_source(struct ui *ui, struct spot *s)
{
	const struct source_pane *p = &ui->source;
	const struct source_row *r = p->list.n ? &p->rows[p->list.cursor] : NULL;

	s->race = p->race;
	s->side = p->access;
	s->opened = p->line;
	s->line = r && r->kind == SRC_CODE ? r->line : 0;
	s->source_row = p->list.cursor;
	if (p->race)
		return;
	s->path = xstrndup(p->path.p, p->path.n);
	s->commit = xstrdup(p->asked);
}

static void take_text(struct ui *ui, struct spot *s)
{
	const struct run_pane *p = &ui->run;
	const struct doc *d = &ui->text.doc;

	s->has_row = p->list.n > 0;
	if (s->has_row)
		s->row = traj_span(traj_of(ui), p->rows[p->list.cursor].span)->seq;
	s->doc = d->span < traj_count(traj_of(ui)) ? SPOT_SPAN : d->instruction ? SPOT_INSTRUCTION : SPOT_ANSWER;
	if (s->doc == SPOT_SPAN)
		s->seq = traj_span(traj_of(ui), d->span)->seq;
	s->at = ui->text.at;
}

static char *take_excerpt(struct ui *ui)
{
	const struct pane_ops *pane = ui_pane(ui);
	struct list *l = pane->list(ui);
	struct buf b = BUF_INIT;
	struct slice line;
	char *out;

	if (ui->view == VIEW_PANES && l->n)
		pane->row_text(ui, l->cursor, &b);
	line = slice_trim(buf_slice(&b));
	out = xstrndup(line.p ? line.p : "", line.n < EXCERPT ? line.n : EXCERPT);
	buf_release(&b);
	return out;
}

void spot_take(struct ui *ui, struct spot *out)
{
	*out = (struct spot){.taken = true, .focus = ui->focus};
	take_report(ui, out);
	take_source(ui, out);
	take_text(ui, out);
	out->excerpt = take_excerpt(ui);
}

/* ---- going ---- */

static void go_report(struct ui *ui, const struct spot *s)
{
	if (ui->report.raw != s->raw) {
		ui->report.raw = s->raw;
		ui->report.skip = 0;
		report_build(ui);
	}
	if (s->on_frame)
		report_select(ui, s->access, s->frame);
	else
		list_go(&ui->report.list, s->report_row);
}

static void go_source(struct ui *ui, const struct spot *s)
{
	struct source_pane *p = &ui->source;

	if (s->race) {
		if (!p->race)
			source_race(ui);
		list_go(&p->list, s->source_row);
		return;
	}
	if (p->race || p->line != s->opened || !slice_is(p->path, s->path) || strcmp(p->asked, s->commit) != 0)
		source_file_at(ui, slice_str(s->path), s->opened, slice_str(s->commit));
	p->access = s->side;
	/* more of the file may have come to be known since: lines keep their numbers, rows do not */
	for (size_t i = 0; i < p->list.n && s->line; i++)
		if (p->rows[i].kind == SRC_CODE && p->rows[i].line == s->line) {
			list_go(&p->list, i);
			return;
		}
	list_go(&p->list, s->source_row);
}

static void go_text(struct ui *ui, const struct spot *s)
{
	size_t n = traj_count(traj_of(ui)), row = s->has_row ? traj_find(traj_of(ui), s->row) : n;
	size_t span = s->doc == SPOT_SPAN ? traj_find(traj_of(ui), s->seq) : n;

	if (row < n)
		run_select(ui, row);
	if (span < n)
		text_span(ui, span);
	else if (s->doc == SPOT_INSTRUCTION)
		text_instruction(ui);
	else if (s->doc == SPOT_ANSWER)
		text_answer(ui);
	text_go_byte(ui, s->at);
}

void spot_go(struct ui *ui, const struct spot *s)
{
	ui_show(ui, VIEW_PANES);
	ui->text.anchor = SIZE_MAX;
	go_text(ui, s);
	go_report(ui, s);
	ui_focus(ui, s->focus);
	go_source(ui, s);
}

/* ---- telling ---- */

static bool same_path(const char *a, const char *b)
{
	return slice_eq(slice_str(a), slice_str(b));
}

bool spot_same(const struct spot *a, const struct spot *b)
{
	if (a->focus != b->focus)
		return false;
	switch (a->focus) {
	case PANE_REPORT:
		return a->raw == b->raw && a->report_row == b->report_row;
	case PANE_SOURCE:
		return a->race == b->race && a->line == b->line && same_path(a->path, b->path) && same_path(a->commit, b->commit) &&
		       (a->line && !a->race ? true : a->source_row == b->source_row);
	case PANE_RUN:
		return a->has_row == b->has_row && a->row == b->row;
	default:
		return a->doc == b->doc && a->seq == b->seq && a->at == b->at;
	}
}

void spot_words(const struct spot *s, struct buf *out)
{
	buf_addf(out, "%-7s ", pane_name(s->focus));
	switch (s->focus) {
	case PANE_REPORT:
		buf_addf(out, s->raw ? "line %zu" : "row %zu", s->report_row + 1);
		break;
	case PANE_SOURCE:
		if (s->race)
			buf_adds(out, "racing lines");
		else
			buf_addf(out, "%s:%" PRIu32, s->path, s->line ? s->line : s->opened);
		break;
	case PANE_RUN:
		buf_addf(out, "span %" PRIu32, s->row);
		break;
	default:
		if (s->doc == SPOT_SPAN)
			buf_addf(out, "span %" PRIu32, s->seq);
		else
			buf_adds(out, s->doc == SPOT_ANSWER ? "AI verdict" : "instruction");
		break;
	}
}
