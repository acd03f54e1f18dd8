#include "ui/claimed.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/selection.h"
#include "ui/view.h"

void claimed_release(struct claimed *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->own[i].path);
	free(c->own);
	*c = (struct claimed){0};
}

static bool is_of(const struct marked_claim *m, const struct claim_row *r)
{
	const struct place *p = &m->places[0];

	return p->seq == r->seq && p->from == r->from && p->to == r->to && p->kind == PLACE_SPAN && p->field == r->field &&
	       strcmp(p->member ? p->member : "", r->member ? r->member : "") == 0;
}

static bool was_found(const struct claims *c, const struct marked_claim *m)
{
	for (size_t i = 0; c && i < claims_count(c); i++)
		if (is_of(m, claims_at(c, i)))
			return true;
	return false;
}

/* Nothing of it shows while claims are hidden. */
static const struct review *review(const struct ui *ui)
{
	return ui->claims.claims ? ui->session->review : NULL;
}

size_t claimed_count(struct ui *ui)
{
	struct claimed *c = &ui->claims.claimed;
	const struct review *r = review(ui);
	size_t found = ui->claims.claims ? claims_count(ui->claims.claims) : 0;

	if (r == c->review && c->events == ui->session->events.n && c->claims == found)
		return c->n;
	claimed_release(c);
	*c = (struct claimed){.review = r, .events = ui->session->events.n, .claims = found};
	if (r && r->nclaims)
		c->own = xcalloc(r->nclaims, sizeof *c->own);
	for (size_t i = 0; r && i < r->nclaims; i++)
		if (!was_found(ui->claims.claims, &r->claims[i]))
			c->own[c->n++].index = (uint32_t)i;
	return c->n;
}

const struct marked_claim *claimed_at(struct ui *ui, size_t i)
{
	return &ui->session->review->claims[ui->claims.claimed.own[i].index];
}

const struct claimed_own *claimed_check(const struct ui *ui, size_t i)
{
	return &ui->claims.claimed.own[i];
}

static struct claimed_own *unchecked(struct ui *ui)
{
	size_t n = claimed_count(ui);

	for (size_t i = 0; i < n; i++)
		if (!ui->claims.claimed.own[i].known)
			return &ui->claims.claimed.own[i];
	return NULL;
}

bool claimed_wants(struct ui *ui)
{
	return unchecked(ui) != NULL;
}

/* The bytes of a place, as far as they may be seen; borrowed until traj_release_bodies(). */
static struct slice text_of(struct session *s, const struct place *p, size_t span)
{
	struct slice text;
	int rc = p->member ? session_member(s, span, p->field, p->member, &text) : session_field(s, span, p->field, &text, NULL);

	return rc > 0 && p->kind == PLACE_SPAN ? slice_sub(text, p->from, p->to) : SLICE("");
}

bool claimed_more(struct ui *ui)
{
	struct claimed_own *own = unchecked(ui);
	struct traj *t = ui->session->run->traj;
	const struct place *p = own ? &ui->session->review->claims[own->index].places[0] : NULL;
	size_t span = p ? traj_find(t, p->seq) : SIZE_MAX;
	struct claim_answer a;
	bool asking;

	if (!own)
		return false;
	if (span < traj_count(t))
		own->checkable = claims_ask(ui->claims.claims, text_of(ui->session, p, span), span, &a, &asking);
	traj_release_bodies(t);
	if (own->checkable && asking)
		return !claims_asks(ui->claims.claims);
	own->known = true;
	if (own->checkable) {
		own->state = a.state;
		own->path = a.path.n ? xstrndup(a.path.p, a.path.n) : NULL;
		own->line = a.line;
	}
	return unchecked(ui) != NULL;
}

const struct marked_claim *claimed_of(struct ui *ui, const struct claim_row *r)
{
	const struct review *re = review(ui);
	const struct marked_claim *found = NULL;

	for (size_t i = 0; re && i < re->nclaims; i++) {
		const struct marked_claim *m = &re->claims[i];

		if (is_of(m, r) && (!found || strcmp(m->event->reviewer, app_reviewer(ui->app)) == 0))
			found = m;
	}
	return found;
}

struct place claimed_place(const struct claim_row *r)
{
	struct place p = {.kind = PLACE_SPAN, .seq = r->seq, .field = r->field, .from = r->from, .to = r->to,
			  .member = r->member ? xstrdup(r->member) : NULL};

	place_quote(&p, r->what);
	return p;
}

/* ---- saving ---- */

/* The lines of Source that were collected. */
static size_t pin(struct ui *ui, struct place *p, size_t n)
{
	const struct draft *d = &ui->decide.draft;

	for (size_t i = 0; d->collected && i < d->nplaces && n < PLACES_MAX; i++)
		if (d->places[i].kind == PLACE_SOURCE)
			place_copy(&p[n++], &d->places[i]);
	return n;
}

/* Once they are saved they are used up; but those of a note that is begun are its own. */
static void forget_pinned(struct ui *ui)
{
	struct draft *d = &ui->decide.draft;

	if (d->note.n)
		return;
	draft_forget_note(d);
	ui_draft_changed(ui);
}

static bool save(struct ui *ui, enum claim_mark mark, enum claim_state check, const struct place *p, size_t n, bool pinned)
{
	struct buf words = BUF_INIT;
	struct err e = {0};
	bool ok = session_mark_claim(ui->session, mark, check, p, n, VIA_SCREEN, &e) == 0;

	if (ok)
		ui_saved(ui);
	if (ok && pinned)
		forget_pinned(ui);
	places_words(&words, p, n);
	if (!ok)
		ui_fail(ui, &e);
	else if (mark == CLAIM_MARK_OPEN)
		ui_say(ui, ROLE_GOOD, "claim on %s: not judged", buf_str(&words));
	else
		ui_say(ui, ROLE_GOOD, "claim on %s: %s", buf_str(&words), claim_mark_name(mark));
	buf_release(&words);
	return ok;
}

static void release(struct place *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		place_release(&p[i]);
}

void claimed_mark(struct ui *ui, const struct claim_row *r, const struct marked_claim *own, const char *word)
{
	const struct marked_claim *old = r ? claimed_of(ui, r) : own;
	struct place p[PLACES_MAX];
	enum claim_mark mark;
	bool pinned;
	size_t n = 0;

	if (!claim_mark_of(slice_str(word), &mark)) {
		ui_say(ui, ROLE_ERROR, "a claim is true, false, unverifiable or open");
		return;
	}
	if (r)
		p[n++] = claimed_place(r);
	else
		place_copy(&p[n++], &own->places[0]);
	n = pin(ui, p, n);
	pinned = n > 1;
	for (size_t i = 1; n == 1 && old && i < old->nplaces; i++) /* what it was pinned to stays */
		place_copy(&p[i], &old->places[i]);
	if (n == 1 && old)
		n = old->nplaces;
	save(ui, mark, r ? r->state : own->check, p, n, pinned);
	release(p, n);
}

bool claimed_select(struct ui *ui)
{
	struct place p[PLACES_MAX];
	size_t n;

	if (ui->focus != PANE_TEXT || !selection_on(ui))
		return false;
	n = ui_places(ui, p, PLACES_MAX);
	if (n == 0 || p[0].kind != PLACE_SPAN) {
		ui_say(ui, ROLE_NORMAL, "a claim is made of what the AI wrote: this is none of its texts");
	} else {
		size_t all = pin(ui, p, n);

		if (save(ui, CLAIM_MARK_OPEN, CLAIM_UNDECIDED, p, all, all > n))
			selection_end(ui);
		n = all;
	}
	release(p, n);
	return true;
}
