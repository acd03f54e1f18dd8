#include "ui/claimspot.h"

#include <inttypes.h>
#include <limits.h>

#include "ui/view.h"

enum { WORDS = 60 }; /* bytes of a claim in a message */

static const struct claims *found(const struct ui *ui)
{
	const struct claims *c = ui->claims.claims;

	return c && claims_are_current(c) ? c : NULL;
}

/* ---- signs ---- */

static const char *const signs[CLAIM_STATES] = {
	[CLAIM_ABSENT] = "A", [CLAIM_NO_CALL] = "C", [CLAIM_ELSEWHERE] = "E", [CLAIM_NEVER_READ] = "N",
};

static bool has_sign(const struct claim_row *r)
{
	return !r->asking && signs[r->state];
}

/* In the last column; where a note's mark is there already, in front of it if that is blank, else instead of it. */
static void draw_sign(struct grid *g, struct rect r, unsigned row, enum claim_state s)
{
	unsigned last = r.col + r.cols - 1, col = last;

	if (r.cols > 1 && grid_cell(g, r.row + row, last)->cp != ' ' && grid_cell(g, r.row + row, last - 1)->cp == ' ')
		col = last - 1;
	grid_puts(g, r.row + row, col, 1, signs[s], s == CLAIM_NEVER_READ ? ROLE_WARNING : ROLE_ERROR);
}

/* Of several on a row the sign of what holds least is drawn: `worst`, one for each row. */
static void take(struct ui *ui, struct rect r, const struct claim_spot *s, uint8_t *worst)
{
	const struct text_pane *p = &ui->text;
	struct place at = claims_place(s);
	size_t from, to;
	bool there = doc_find(&p->doc, &at, &from, &to) && to > from;

	place_release(&at);
	for (size_t k = 0; there && k < r.rows && p->list.top + k < p->rows.n; k++) {
		const struct row *row = &p->rows.r[p->list.top + k];

		if (to > row->from && from < row->to && s->row->state < worst[k])
			worst[k] = (uint8_t)s->row->state;
	}
}

/* Bytes of its source that a text shows between two bytes of the document. */
static void extent(const struct doc *d, const struct doc_text *t, size_t first, size_t last, uint64_t *from, uint64_t *to)
{
	*from = UINT64_MAX;
	*to = 0;
	for (const struct doc_part *p = doc_part_at(d, first > t->from ? first : t->from); p && p < d->parts + t->parts && p->from < last; p++) {
		if (p->base < *from)
			*from = p->base;
		if (p->base + p->n > *to)
			*to = p->base + p->n;
	}
}

static void take_text(struct ui *ui, struct rect r, const struct doc_text *t, size_t first, size_t last, uint8_t *worst)
{
	const struct claims *c = found(ui);
	unsigned part = claims_part(t->field, t->member);
	uint64_t from, to;

	if (part == UINT_MAX)
		return;
	extent(&ui->text.doc, t, first, last, &from, &to);
	/* what begins in front may go on into it: a fenced block */
	for (size_t i = claims_spot_at(c, t->seq, part, from); i > 0; i--) {
		const struct claim_spot *s = claims_spot(c, i - 1);

		if (s->seq != t->seq || s->part != part)
			break;
		if (has_sign(s->row) && s->to > from)
			take(ui, r, s, worst);
		if (s->from + 65536 < from)
			break;
	}
	for (size_t i = claims_spot_at(c, t->seq, part, from); i < claims_spots(c); i++) {
		const struct claim_spot *s = claims_spot(c, i);

		if (s->seq != t->seq || s->part != part || s->from >= to)
			break;
		if (has_sign(s->row))
			take(ui, r, s, worst);
	}
}

void claimspot_draw(struct ui *ui, struct rect r)
{
	const struct text_pane *p = &ui->text;
	uint8_t worst[512];
	size_t first, last;

	if (!found(ui) || p->rows.n == 0 || p->list.top >= p->rows.n)
		return;
	if (r.rows > sizeof worst)
		r.rows = sizeof worst;
	for (size_t k = 0; k < r.rows; k++)
		worst[k] = CLAIM_UNDECIDED;
	last = p->list.top + r.rows < p->rows.n ? p->list.top + r.rows : p->rows.n;
	first = p->rows.r[p->list.top].from;
	last = p->rows.r[last - 1].to;
	for (size_t i = 0; i < p->doc.ntexts; i++)
		if (p->doc.texts[i].from < last && p->doc.texts[i].to > first)
			take_text(ui, r, &p->doc.texts[i], first, last, worst);
	for (unsigned k = 0; k < r.rows; k++)
		if (worst[k] < CLAIM_UNDECIDED)
			draw_sign(ui->grid, r, k, (enum claim_state)worst[k]);
}

/* ---- from one to the next ---- */

/* The claim, among all places, that the cursor of Text is on, or the first behind it; SIZE_MAX: none is. */
static size_t at_cursor(struct ui *ui, bool *on)
{
	const struct doc *d = &ui->text.doc;
	const struct claims *c = found(ui);
	const struct doc_text *t = NULL;
	const struct doc_part *p = doc_part_at(d, ui->text.at);
	unsigned part = UINT_MAX;
	uint64_t byte = 0;
	size_t i;

	*on = false;
	for (size_t k = 0; k < d->ntexts && part == UINT_MAX; k++) { /* the text under the cursor, or the next */
		if (d->texts[k].to <= ui->text.at)
			continue;
		t = &d->texts[k];
		part = claims_part(t->field, t->member);
	}
	if (part == UINT_MAX)
		return d->ntexts ? claims_spot_at(c, d->texts[d->ntexts - 1].seq, UINT_MAX, 0) : SIZE_MAX;
	if (p && t->from <= ui->text.at)
		byte = p->base + (p->n == p->to - p->from ? ui->text.at - p->from : 0);
	i = claims_spot_at(c, t->seq, part, byte + (byte > 0 || t->from <= ui->text.at));
	if (i > 0) {
		const struct claim_spot *s = claims_spot(c, i - 1);

		*on = s->seq == t->seq && s->part == part && s->from <= byte && s->to > byte && t->from <= ui->text.at;
	}
	return i;
}

/* Does the walk stop there?  What was claimed before is passed over, but in the text that shows. */
static bool stops(const struct ui *ui, const struct claim_spot *s, uint32_t seq)
{
	const struct claim_row *r = s->row;

	return r->state != CLAIM_PRESENT && (s->seq == seq || (s->seq == r->seq && s->from == r->from)) &&
	       session_may_show(ui->session, traj_find(ui->session->run->traj, s->seq), PART_SPAN);
}

/* The span of the text that shows. */
static uint32_t seq_of(const struct ui *ui)
{
	return ui->text.doc.ntexts ? ui->text.doc.texts[0].seq : DOC_NO_SPAN;
}

static void say(struct ui *ui, const struct claim_row *r)
{
	struct buf b = BUF_INIT;
	struct slice what = slice_trim(r->what);
	size_t lf = slice_chr(what, '\n', 0), n = lf < WORDS ? lf : WORDS;

	buf_addf(&b, "%s: %s ", r->asking ? "asking" : claim_state_name(r->state), claim_kind_name(r->kind));
	while (n < what.n && n > 0 && ((unsigned char)what.p[n] & 0xc0) == 0x80)
		n--;
	buf_add_slice(&b, slice_sub(what, 0, n));
	if (n < what.n)
		buf_adds(&b, glyph(GLYPH_MORE));
	if (r->path.n && r->line)
		buf_addf(&b, ", %.*s:%" PRIu32, (int)r->path.n, r->path.p, r->line);
	else if (r->path.n)
		buf_addf(&b, ", in %.*s", (int)r->path.n, r->path.p);
	ui_say(ui, r->asking || r->state == CLAIM_UNDECIDED ? ROLE_NORMAL : ROLE_WARNING, "%s", buf_str(&b));
	buf_release(&b);
}

static void go(struct ui *ui, const struct claim_spot *s)
{
	struct place at = claims_place(s);
	size_t from, to;

	jump_push(ui, false);
	if (!doc_find(&ui->text.doc, &at, &from, &to) && !doc_hides(&ui->text.doc, &at))
		run_select(ui, traj_find(ui->session->run->traj, s->seq));
	ui_focus(ui, PANE_TEXT);
	text_go_place(ui, &at);
	follow_look(ui, CMD_NEXT);
	say(ui, s->row);
	place_release(&at);
}

bool claimspot_next(struct ui *ui, bool back)
{
	const struct claims *c = found(ui);
	size_t i;
	bool on;

	if (!c)
		return false;
	i = at_cursor(ui, &on);
	if (i == SIZE_MAX)
		i = 0;
	if (back) /* past the one under the cursor */
		i = on ? i - 2 : i - 1;
	while (i < claims_spots(c) && !stops(ui, claims_spot(c, i), seq_of(ui)))
		i = back ? i - 1 : i + 1;
	if (i >= claims_spots(c))
		return false;
	go(ui, claims_spot(c, i));
	return true;
}

bool claimspot_follow(struct ui *ui)
{
	const struct claims *c = found(ui);
	const struct claim_row *r;
	size_t i;
	bool on;

	if (!c || ui->focus != PANE_TEXT || ui->view != VIEW_PANES || (i = at_cursor(ui, &on)) == SIZE_MAX || !on)
		return false;
	r = claims_spot(c, i - 1)->row;
	if (r->path.n == 0)
		return false;
	jump_push(ui, true);
	source_file(ui, r->path, r->line ? r->line : 1);
	ui_focus(ui, PANE_SOURCE);
	say(ui, r);
	return true;
}
