#include "ui/motion.h"

#include "sys/loop.h"
#include "ui/claimspot.h"
#include "ui/readin.h"
#include "ui/view.h"

/* What a slice may take that reads texts, and how many headers one looks at: less than a millisecond. */
static const int64_t slice_us = 3000;
enum { HEADERS = 1 << 16 };

static const char *const words[MOTIONS] = {
#define KIND(sym, word, called) word,
	UI_MOTIONS(KIND)
#undef KIND
};

static const char *const called[MOTIONS] = {
#define KIND(sym, word, called) called,
	UI_MOTIONS(KIND)
#undef KIND
};

bool motion_of(struct slice word, enum motion_kind *k)
{
	for (int i = 0; i < MOTIONS; i++)
		if (slice_is(word, words[i])) {
			*k = (enum motion_kind)i;
			return true;
		}
	return false;
}

static struct traj *traj_of(const struct ui *ui)
{
	return ui->session->run->traj;
}

static void say_none(struct ui *ui, enum motion_kind k, bool back)
{
	ui_say(ui, ROLE_WARNING, "no %s %s%s", back ? "earlier" : "further", called[k],
	       !back && session_reading(ui->session) && k <= MOTION_SOURCE ? " in what is read so far" : "");
}

/* ---- spans ---- */

static void go_span(struct ui *ui, size_t span)
{
	jump_push(ui, false);
	run_select(ui, span);
	/* who reads in Text reads on there */
	ui_focus(ui, ui->focus == PANE_TEXT ? PANE_TEXT : PANE_RUN);
	follow_look(ui, CMD_NEXT);
}

static bool fits(struct ui *ui, enum motion_kind k, size_t i)
{
	const struct span *s = traj_span(traj_of(ui), i);
	struct slice text;

	if (sift_hides(ui, i) || !session_may_show(ui->session, i, PART_SPAN))
		return false;
	switch (k) {
	case MOTION_TOOL:
		return s->type == SPAN_TOOL;
	case MOTION_ERROR:
		return (s->flags & SPAN_ERROR) != 0 && session_may_show(ui->session, i, PART_FINISH);
	default:
		return s->type == SPAN_LLM && session_field(ui->session, i, FIELD_THOUGHTS, &text, NULL) > 0 &&
		       slice_trim(text).n > 0;
	}
}

/* From the span that was looked at last on, for a slice: true where one was found, or none is left. */
static bool look(struct ui *ui, struct motion *m)
{
	int64_t until = loop_now() + slice_us;
	size_t n = traj_count(traj_of(ui)), i = traj_find(traj_of(ui), m->seq), looked = 0;
	bool texts = m->kind == MOTION_THOUGHT;

	while (i < n && (m->back ? i > 0 : i + 1 < n)) {
		i = m->back ? i - 1 : i + 1;
		m->seq = traj_span(traj_of(ui), i)->seq;
		if (fits(ui, m->kind, i)) {
			go_span(ui, i);
			return true;
		}
		if (texts)
			traj_release_bodies(traj_of(ui));
		if (++looked == HEADERS || (texts && loop_now() >= until))
			return false;
	}
	say_none(ui, m->kind, m->back);
	return true;
}

void motion_stop(struct ui *ui)
{
	ui->waiting &= ~(unsigned)WAIT_MOTION;
}

/* From the span under the cursor of Run. */
static void along_spans(struct ui *ui, enum motion_kind k, bool back)
{
	const struct run_pane *p = &ui->run;

	if (p->list.n == 0) {
		say_none(ui, k, back);
		return;
	}
	ui->motion = (struct motion){.kind = k, .back = back};
	ui->motion.seq = traj_span(traj_of(ui), p->rows[p->list.cursor].span)->seq;
	if (!look(ui, &ui->motion))
		ui->waiting |= WAIT_MOTION;
}

/* The spans that returned some of the file in Source are listed with it. */
static void along_source(struct ui *ui, bool back)
{
	const struct run_pane *p = &ui->run;
	const struct evidence_file *f = session_file(ui->session, source_path(ui));
	size_t from = p->list.n ? p->rows[p->list.cursor].span : 0, low = 0, high = f ? f->nspans : 0;

	if (!back)
		from++;
	while (low < high) { /* the first that is not before `from` */
		size_t mid = low + (high - low) / 2;

		if (f->spans[mid] < from)
			low = mid + 1;
		else
			high = mid;
	}
	if (back)
		low--; /* before the first one: SIZE_MAX */
	while (f && low < f->nspans && sift_hides(ui, f->spans[low]))
		low = back ? low - 1 : low + 1;
	if (f && low < f->nspans)
		go_span(ui, f->spans[low]);
	else
		say_none(ui, MOTION_SOURCE, back);
}

/* ---- links ---- */

/* The link in a line of Text that is nearest behind, or in front of, the cursor. */
static bool link_in(const struct motion *m, struct slice text, size_t *at)
{
	struct slice line = slice_sub(text, m->from, m->end);
	struct link l;
	bool found = false;

	for (size_t from = 0; link_next(line, from, &l); from = l.to) {
		if (m->back ? m->from + l.from >= m->at : m->from + l.from <= m->at) {
			if (m->back)
				break;
			continue;
		}
		*at = m->from + l.from;
		found = true;
		if (!m->back)
			break;
	}
	return found;
}

/* To the line before or behind; false where there is none. */
static bool next_line(struct motion *m, struct slice text)
{
	if (m->back ? m->from == 0 : m->end >= text.n)
		return false;
	if (m->back) {
		m->end = --m->from;
		while (m->from > 0 && text.p[m->from - 1] != '\n')
			m->from--;
	} else {
		size_t lf = slice_chr(text, '\n', m->from = m->end + 1);

		m->end = lf == SLICE_NONE ? text.n : lf;
	}
	return true;
}

static bool look_links(struct ui *ui, struct motion *m)
{
	int64_t until = loop_now() + slice_us;
	struct slice text = buf_slice(&ui->text.doc.text);
	size_t at;

	for (;;) {
		if (m->end > text.n || m->from > m->end) /* the text is another one by now */
			return true;
		if (link_in(m, text, &at)) {
			jump_push(ui, false);
			text_go_byte(ui, at);
			ui_focus(ui, PANE_TEXT);
			follow_look(ui, CMD_NEXT);
			return true;
		}
		if (!next_line(m, text)) {
			say_none(ui, MOTION_LINK, m->back);
			return true;
		}
		if (loop_now() >= until)
			return false;
	}
}

void motion_more(struct ui *ui)
{
	if (ui->motion.kind == MOTION_LINK ? look_links(ui, &ui->motion) : look(ui, &ui->motion))
		motion_stop(ui);
}

static void along_links(struct ui *ui, bool back)
{
	struct slice text = buf_slice(&ui->text.doc.text);
	struct motion *m = &ui->motion;

	*m = (struct motion){.kind = MOTION_LINK, .back = back, .at = ui->text.at, .from = ui->text.at, .end = ui->text.at};
	while (m->from > 0 && text.p[m->from - 1] != '\n')
		m->from--;
	while (m->end < text.n && text.p[m->end] != '\n')
		m->end++;
	if (!look_links(ui, m))
		ui->waiting |= WAIT_MOTION;
}

/* ---- rows of the report ---- */

static void along_report(struct ui *ui, enum motion_kind k, bool back)
{
	enum report_row_kind kind = k == MOTION_FRAME ? ROW_FRAME : ROW_ACCESS;
	struct list *l = &ui->report.list;
	struct spot was;
	size_t i;

	spot_take(ui, &was);
	if (ui->report.raw && crash_nstacks(ui->session->run->crash)) {
		ui->report.raw = false;
		ui->report.skip = 0;
		report_build(ui);
		list_go(l, back ? SIZE_MAX : 0);
	}
	i = l->cursor;
	do
		i = back ? i - 1 : i + 1; /* before the first one: SIZE_MAX */
	while (i < l->n && ui->report.rows[i].kind != kind);
	if (i >= l->n) {
		say_none(ui, k, back);
	} else {
		jumps_push(&ui->jumps, &was, false);
		list_go(l, i);
		pane_report.moved(ui);
		ui_focus(ui, ui->focus == PANE_SOURCE ? PANE_SOURCE : PANE_REPORT);
	}
	spot_release(&was);
}

/* ---- notes ---- */

static void along_notes(struct ui *ui, bool back)
{
	struct spot was;

	spot_take(ui, &was);
	if (!noted_next(ui, back ? -1 : 1))
		say_none(ui, MOTION_NOTE, back);
	jump_end(ui, &was);
	follow_look(ui, CMD_NEXT);
}

/* ---- claims ---- */

static void along_claims(struct ui *ui, bool back)
{
	if (session_is_blind(ui->session))
		ui_say(ui, ROLE_NORMAL, "claims are hidden until you have decided");
	else if (!claimspot_next(ui, back))
		ui_say(ui, ROLE_WARNING, "no %s %s%s", back ? "earlier" : "further", called[MOTION_CLAIM],
		       ui->claims.claims && claims_are_found(ui->claims.claims) ? "" : ": the run is still being read");
}

/* ---- commands ---- */

static void go(struct ui *ui, const char *args, bool back)
{
	enum motion_kind k;

	motion_stop(ui);
	if (!motion_of(slice_str(args), &k))
		ui_say(ui, ROLE_WARNING, "%s: one of %s is needed", back ? "prev" : "next", commands[CMD_NEXT].args);
	else if (k == MOTION_FRAME || k == MOTION_ACCESS)
		along_report(ui, k, back);
	else if (k == MOTION_LINK)
		along_links(ui, back);
	else if (k == MOTION_CLAIM)
		along_claims(ui, back);
	else if (k == MOTION_NOTE)
		along_notes(ui, back);
	else if (k == MOTION_READ) {
		if (!readin_next(ui, back))
			ui_say(ui, ROLE_WARNING, "no tool call is known that returned the line under the cursor of Source");
	} else if (k == MOTION_SOURCE)
		along_source(ui, back);
	else
		along_spans(ui, k, back);
}

void motion_do_next(struct ui *ui, const char *args)
{
	go(ui, args, false);
}

void motion_do_prev(struct ui *ui, const char *args)
{
	go(ui, args, true);
}
