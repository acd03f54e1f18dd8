#include "ui/verdict_line.h"

#include <string.h>

#include "app/decide.h"
#include "app/listing.h"
#include "base/utf8.h"
#include "ui/note.h"
#include "ui/view.h"

/* ---- parts ---- */

/* From the words for which there is room to those for which there is always: each may be empty, then the one before is said. */
enum { FULL, BRIEF, LEAST, LENGTHS };
enum { PARTS_MAX = 16, PART_MIN = 7 }; /* PART_MIN: cells from which a part and what parts it off are begun */

struct part {
	struct buf words[LENGTHS];
	unsigned said; /* which of them */
	enum role role;
};
struct line {
	struct part part[PARTS_MAX];
	unsigned n;
};

static void drop_empty(struct line *l)
{
	if (l->n && l->part[l->n - 1].words[FULL].n == 0)
		buf_release(&l->part[--l->n].words[FULL]);
}

/* The next part, to be filled: one that stays empty is no part. */
static struct part *next(struct line *l, enum role role)
{
	drop_empty(l);
	l->part[l->n] = (struct part){.words = {BUF_INIT, BUF_INIT, BUF_INIT}, .role = role};
	return &l->part[l->n++];
}

static struct buf *words(struct line *l, enum role role)
{
	return &next(l, role)->words[FULL];
}

static void line_release(struct line *l)
{
	for (unsigned i = 0; i < l->n; i++)
		for (unsigned k = 0; k < LENGTHS; k++)
			buf_release(&l->part[i].words[k]);
}

static unsigned cells(const struct part *p)
{
	struct buf fitted = BUF_INIT;
	unsigned n = utf8_fit(&fitted, buf_slice(&p->words[p->said]), 1000);

	buf_release(&fitted);
	return n;
}

/* Fewer words where it must be, from the end on. */
static void fit(struct line *l, unsigned cols)
{
	unsigned need = 1;

	for (unsigned i = 0; i < l->n; i++)
		need += cells(&l->part[i]) + (i ? 3 : 0);
	for (unsigned k = BRIEF; k < LENGTHS; k++)
		for (unsigned i = l->n; i-- > 0 && need > cols;)
			if (l->part[i].words[k].n) {
				need -= cells(&l->part[i]);
				l->part[i].said = k;
				need += cells(&l->part[i]);
			}
}

static void draw(struct ui *ui, struct line *l)
{
	struct grid *g = ui->grid;
	unsigned row = ui->layout.verdict_row, col = 1;

	drop_empty(l);
	fit(l, g->cols);
	for (unsigned i = 0; i < l->n && col < g->cols; i++) {
		const struct part *p = &l->part[i];

		if (col > 1 && col + PART_MIN > g->cols) { /* there is more */
			grid_puts(g, row, col + 1 < g->cols ? col + 1 : g->cols - 1, 1, glyph(GLYPH_CUT), ROLE_WARNING);
			return;
		}
		if (col > 1) {
			col += grid_puts(g, row, col, g->cols - col, " ", ROLE_NORMAL);
			if (col < g->cols)
				grid_fill(g, row, col++, 1, glyph_cp(GLYPH_DOWN), ROLE_FRAME);
			col += grid_puts(g, row, col, g->cols - col, " ", ROLE_NORMAL);
		}
		if (col < g->cols)
			col += grid_fit(g, row, col, g->cols - col, buf_slice(&p->words[p->said]), p->role);
	}
}

/* ---- what was decided ---- */

static void standing_words(struct buf *b, const struct standing *st)
{
	buf_adds(b, decision_kind_name(st->decision.kind));
	if (st->decision.until[0])
		buf_addf(b, " until %s", st->decision.until);
	if (st->decision.kind != DECIDE_DEFER) {
		buf_adds(b, ": ");
		outputs_words(b, &st->decision.outputs);
	}
}

/* What the reviewer has decided, or is about to, or has begun. */
static void add_yours(struct ui *ui, struct line *l)
{
	const struct standing *mine = session_own_decision(ui->session);
	struct part *p = next(l, ROLE_NORMAL);

	buf_adds(&p->words[FULL], "you ");
	if (ui->decide.open) {
		decide_words(ui, &p->words[FULL]);
		buf_adds(&p->words[FULL], " (not saved yet)");
		p->role = ROLE_LABEL;
		return;
	}
	if (mine) {
		standing_words(&p->words[FULL], mine);
		p->role = ROLE_GOOD;
	} else {
		buf_adds(&p->words[FULL], glyph(GLYPH_NONE));
	}
	if (mine && mine->decision.kind == DECIDE_APPROVE) /* that is what the AI said */
		buf_addf(&p->words[BRIEF], "you %s", decision_kind_name(DECIDE_APPROVE));
	if (ui->decide.draft.open) {
		buf_adds(&p->words[FULL], " (draft)");
		if (p->words[BRIEF].n)
			buf_adds(&p->words[BRIEF], " (draft)");
	}
}

static void add_others(struct ui *ui, struct line *l)
{
	const struct standing *mine = session_own_decision(ui->session);
	const struct review *rv = ui->session->review;
	struct part *p = next(l, ROLE_NORMAL);

	for (size_t i = 0; i < rv->nstanding; i++) {
		const struct standing *st = &rv->standing[i];

		if (st == mine)
			continue;
		buf_addf(&p->words[FULL], "%s%s ", p->words[FULL].n ? "; " : "", st->event->reviewer);
		standing_words(&p->words[FULL], st);
		buf_addf(&p->words[BRIEF], "%s%s %s", p->words[BRIEF].n ? "; " : "", st->event->reviewer, decision_kind_name(st->decision.kind));
	}
}

/* ---- what it rests on ---- */

static bool is_read(const struct ui *ui, const struct frame *f)
{
	const struct evidence_line *l = session_line(ui->session, f->file, f->line);

	return f->file.n == 0 || (l && l->kind == EVIDENCE_READ);
}

/* One more that nobody read. */
static void add_one(struct part *p, unsigned n, struct slice what)
{
	buf_adds(&p->words[FULL], n ? ", " : "never read: ");
	buf_add_slice(&p->words[FULL], what);
	if (n == 0)
		buf_add_slice(&p->words[BRIEF], buf_slice(&p->words[FULL]));
}

/* Racing lines that no tool returned, and calls of the racing functions: what can be told of evidence from the report alone. */
static void add_unread(struct ui *ui, struct line *l)
{
	const struct crash *c = ui->session->run->crash;
	struct part *p = next(l, ROLE_WARNING);
	struct buf b = BUF_INIT;
	unsigned n = 0;

	if (session_is_bare(ui->session))
		return;
	for (unsigned a = 0; a < c->naccesses; a++) {
		const struct access *acc = &c->access[a];
		size_t site = crash_call_site(acc);

		for (size_t k = 0; k < 2 && acc->nframes; k++) {
			const struct frame *f = &acc->frames[k ? site : 0];

			if ((k && site == 0) || is_read(ui, f))
				continue;
			buf_clear(&b);
			buf_addf(&b, "%.*s:%u", (int)f->file.n, f->file.p, f->line);
			add_one(p, n++, buf_slice(&b));
		}
	}
	for (unsigned a = 0; a < c->naccesses; a++) {
		const struct access *acc = &c->access[a];
		size_t site = crash_call_site(acc);

		if (site + 1 >= acc->nframes || is_read(ui, &acc->frames[site + 1]))
			continue;
		buf_clear(&b);
		buf_addf(&b, "the caller of %.*s", (int)acc->frames[site].function.n, acc->frames[site].function.p);
		add_one(p, n++, buf_slice(&b));
	}
	if (n > 1)
		buf_addf(&p->words[BRIEF], " and %u more", n - 1);
	if (n)
		buf_addf(&p->words[LEAST], "%u place%s unread", n, n == 1 ? "" : "s");
	buf_release(&b);
}

static void add_ai(struct ui *ui, struct line *l)
{
	const struct run *run = ui->session->run;
	bool known = session_may_show(ui->session, SESSION_RUN, PART_STATE); /* a walk has not come to its end */
	struct part *p = next(l, run->state == RUN_DONE || ui_is_live(ui) || !known ? ROLE_NORMAL : ROLE_WARNING);

	buf_adds(&p->words[FULL], "AI ");
	if (session_is_blind(ui->session))
		buf_adds(&p->words[FULL], "hidden: blind review");
	else if (!known)
		buf_adds(&p->words[FULL], "has not answered yet");
	else
		outputs_words(&p->words[FULL], session_outputs(ui->session));
	if (known && run->state != RUN_DONE && (run_has_failed(run) || !session_reading(ui->session)))
		buf_addf(&p->words[FULL], " (%s)", run_state_words(run->state));
}

/* ---- all of it ---- */

void verdict_line_draw(struct ui *ui)
{
	const struct run *run = ui->session->run;
	const struct review *rv = ui->session->review;
	size_t warnings = diags_count(&run->diags, DIAG_WARNING), notes = session_notes(ui->session);
	struct line l = {.n = 0};
	struct part *p;

	add_ai(ui, &l);
	live_words(ui, words(&l, ui_is_asking(ui) ? ROLE_WARNING : ROLE_LABEL));
	follow_words(ui, words(&l, ROLE_NOTE));
	add_yours(ui, &l);
	p = next(&l, ROLE_NOTE);
	if (ui->session->offer.run[0] && !ui->decide.open)
		offer_words(&p->words[FULL], &ui->session->offer);
	p = next(&l, ROLE_ERROR);
	if (rv->state == REVIEW_CONFLICT)
		buf_adds(&p->words[FULL], "conflict");
	add_others(ui, &l);
	p = next(&l, ROLE_NORMAL);
	if (notes)
		buf_addf(&p->words[FULL], "%zu note%s", notes, notes == 1 ? "" : "s");
	note_words(ui, words(&l, ROLE_NOTE));
	p = next(&l, ROLE_ERROR);
	if (ui->session->unread)
		reading_words(ui, &p->words[FULL]);
	p = next(&l, ROLE_WARNING);
	buf_add_slice(&p->words[FULL], ui->source.odd);
	if (ui->source.odd.n && ui->source.mild)
		buf_adds(&p->words[BRIEF], "source of another kernel");
	claims_words(ui, words(&l, ROLE_WARNING));
	/* before that nothing can be said to be missing */
	if (ui->session->caught_up && session_may_show(ui->session, SESSION_RUN, PART_TOTALS))
		add_unread(ui, &l);
	p = next(&l, ROLE_WARNING);
	if (warnings) {
		buf_addf(&p->words[FULL], "%zu warning%s about the recording", warnings, warnings == 1 ? "" : "s");
		buf_addf(&p->words[BRIEF], "%zu warning%s", warnings, warnings == 1 ? "" : "s");
	}
	p = next(&l, ROLE_DIM);
	if (run->crash->naccesses && session_commit(ui->session).n == 0) {
		buf_adds(&p->words[FULL], "commit unknown");
		if (ui->source.found.n)
			buf_addf(&p->words[FULL], ", like %.*s", (int)ui->source.found.n, ui->source.found.p);
		buf_adds(&p->words[BRIEF], "commit ?");
	}
	draw(ui, &l);
	line_release(&l);
}
