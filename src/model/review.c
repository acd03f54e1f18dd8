#include "model/review.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *const states[REVIEW_STATES] = {
	[REVIEW_UNREVIEWED] = "unreviewed", [REVIEW_APPROVED] = "approved", [REVIEW_OVERRIDDEN] = "overridden",
	[REVIEW_JUDGED] = "judged", [REVIEW_DEFERRED] = "deferred", [REVIEW_CONFLICT] = "conflict",
};

const char *review_state_name(enum review_state s)
{
	return states[s];
}

bool review_state_of(struct slice word, enum review_state *s)
{
	for (int i = 0; i < REVIEW_STATES; i++)
		if (slice_is(word, states[i])) {
			*s = (enum review_state)i;
			return true;
		}
	return false;
}

enum review_state review_state_for(enum decision_kind k)
{
	static const enum review_state of_kind[DECISION_KINDS] = {
		[DECIDE_APPROVE] = REVIEW_APPROVED, [DECIDE_OVERRIDE] = REVIEW_OVERRIDDEN,
		[DECIDE_JUDGE] = REVIEW_JUDGED, [DECIDE_DEFER] = REVIEW_DEFERRED,
	};

	return of_kind[k];
}

bool standing_in_conflict(const struct review *r, const struct standing *s)
{
	return r->state == REVIEW_CONFLICT && s->decision.kind != DECIDE_DEFER && !s->superseded;
}

static const size_t none = SIZE_MAX;

/* What the fold knows of one event; steps are in fold order, and `target` and `slot` are indexes. */
struct step {
	const struct event *ev;
	enum event_kind kind;   /* EVENT_OTHER also where the payload cannot be understood */
	struct decision decision; /* DECIDE */
	size_t target;          /* step that undo, redo, edit or remove names; `none` */
	size_t undone_at;       /* step that undid it last; `none`: it counts */
	size_t slot;            /* place in the review's standing decisions or annotations; `none` */
};

struct fold {
	struct step *s;
	size_t n;
	struct step **index; /* sorted, for look-ups by hash */
};

static int compare_hash(const void *a, const void *b)
{
	const struct step *const *x = a, *const *y = b;

	return strcmp((*x)->ev->hash, (*y)->ev->hash);
}

static int compare_key(const void *key, const void *b)
{
	const struct step *const *y = b;

	return strcmp(key, (*y)->ev->hash);
}

static size_t find_step(const struct fold *f, const char *hash)
{
	struct step **hit = f->n ? bsearch(hash, f->index, f->n, sizeof *f->index, compare_key) : NULL;

	return hit ? (size_t)(*hit - f->s) : none;
}

static bool counts(const struct step *s)
{
	return s->undone_at == none;
}

/* The kinds that a person does, as against taking them back: these are what undo and redo work on. */
static bool is_deed(enum event_kind k)
{
	return k == EVENT_DECIDE || k == EVENT_ANNOTATE || k == EVENT_EDIT || k == EVENT_REMOVE || k == EVENT_MARK_CLAIM;
}

static bool same_reviewer(const struct step *a, const struct step *b)
{
	return strcmp(a->ev->reviewer, b->ev->reviewer) == 0;
}

/* ---- steps ---- */

static void fold_steps(struct fold *f, const struct events *es)
{
	size_t *order = events_order(es);

	f->n = es->n;
	f->s = xcalloc(f->n, sizeof *f->s);
	f->index = xcalloc(f->n, sizeof *f->index);
	for (size_t i = 0; i < f->n; i++) {
		const struct event *ev = &es->e[order[i]];

		f->s[i] = (struct step){.ev = ev, .kind = event_kind_of(ev->kind), .target = none, .undone_at = none,
					.slot = none};
		f->index[i] = &f->s[i];
	}
	if (f->n)
		qsort(f->index, f->n, sizeof *f->index, compare_hash);
	free(order);
}

/* Resolve what a step points to.  A target of another reviewer, or of a kind that does not fit, is no target. */
static void fold_target(const struct fold *f, struct step *s)
{
	char hash[SHA256_HEX + 1];
	size_t t;

	if (!payload_read_target(s->ev->payload, hash)) {
		s->kind = EVENT_OTHER;
		return;
	}
	t = find_step(f, hash);
	if (t == none || !same_reviewer(&f->s[t], s))
		return;
	if (s->kind == EVENT_EDIT || s->kind == EVENT_REMOVE ? f->s[t].kind == EVENT_ANNOTATE : is_deed(f->s[t].kind))
		s->target = t;
}

static void fold_read(struct fold *f)
{
	for (size_t i = 0; i < f->n; i++) {
		struct step *s = &f->s[i];

		if (s->kind == EVENT_DECIDE) {
			if (payload_decision(slice_str(s->ev->payload), &s->decision, NULL) < 0)
				s->kind = EVENT_OTHER;
		} else if (s->kind != EVENT_ANNOTATE && s->kind != EVENT_REVEAL && s->kind != EVENT_MARK_CLAIM &&
			   s->kind != EVENT_OTHER) {
			fold_target(f, s);
		}
	}
	for (size_t i = 0; i < f->n; i++) {
		const struct step *s = &f->s[i];

		if (s->target != none && s->kind == EVENT_UNDO)
			f->s[s->target].undone_at = i;
		else if (s->target != none && s->kind == EVENT_REDO)
			f->s[s->target].undone_at = none;
	}
}

static void fold_free(struct fold *f)
{
	for (size_t i = 0; i < f->n; i++)
		decision_release(&f->s[i].decision);
	free(f->s);
	free(f->index);
}

/* ---- decisions ---- */

static int compare_reviewer(const void *a, const void *b)
{
	const struct step *const *x = a, *const *y = b;
	int c = strcmp((*x)->ev->reviewer, (*y)->ev->reviewer);

	/* steps lie in fold order: their addresses are their times */
	return c ? c : *x < *y ? -1 : *x > *y;
}

static int compare_step(const void *a, const void *b)
{
	const struct step *const *x = a, *const *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void fold_standing(struct fold *f, struct review *r)
{
	struct step **p = xcalloc(f->n, sizeof *p);
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < f->n; i++)
		if (f->s[i].kind == EVENT_DECIDE && counts(&f->s[i]))
			p[n++] = &f->s[i];
	if (n)
		qsort(p, n, sizeof *p, compare_reviewer);
	for (size_t i = 0; i < n; i++)
		if (i + 1 == n || !same_reviewer(p[i], p[i + 1]))
			p[kept++] = p[i];
	if (kept)
		qsort(p, kept, sizeof *p, compare_step);
	r->standing = xcalloc(kept, sizeof *r->standing);
	r->nstanding = kept;
	for (size_t i = 0; i < kept; i++) {
		p[i]->slot = i;
		r->standing[i].event = p[i]->ev;
		decision_copy(&r->standing[i].decision, &p[i]->decision);
	}
	free(p);
}

/* Does the reviewer know from this step on what the AI said? */
static bool is_seeing(const struct step *s)
{
	return s->kind == EVENT_REVEAL || (s->kind == EVENT_DECIDE && s->decision.kind != DECIDE_DEFER);
}

static void fold_blind(const struct fold *f, struct review *r)
{
	struct step **p = xcalloc(f->n, sizeof *p);
	size_t n = 0, kept = 0, cap = 0;

	for (size_t i = 0; i < f->n; i++)
		if (is_seeing(&f->s[i]))
			p[n++] = &f->s[i];
	if (n)
		qsort(p, n, sizeof *p, compare_reviewer);
	for (size_t i = 0; i < n; i++)
		if ((i == 0 || !same_reviewer(p[i - 1], p[i])) && p[i]->kind == EVENT_DECIDE && p[i]->decision.blind)
			p[kept++] = p[i];
	if (kept)
		qsort(p, kept, sizeof *p, compare_step);
	for (; r->nblind < kept; r->nblind++) {
		struct standing *s;

		r->blind = mem_grow(r->blind, &cap, r->nblind + 1, sizeof *r->blind);
		s = &r->blind[r->nblind];
		*s = (struct standing){.event = p[r->nblind]->ev};
		decision_copy(&s->decision, &p[r->nblind]->decision);
	}
	free(p);
}

/* Mark what the standing decisions of other reviewers have seen. */
static void fold_seen(const struct fold *f, struct review *r)
{
	char hash[SHA256_HEX + 1] = "";

	for (size_t i = 0; i < r->nstanding; i++) {
		struct standing *by = &r->standing[i];
		struct json_iter it = json_iter(payload_member(by->event->payload, false, "sees"));

		while (by->decision.kind != DECIDE_DEFER && !it.object && json_next(&it)) {
			size_t t;

			if (it.value.n != SHA256_HEX + 2)
				continue;
			memcpy(hash, it.value.p + 1, SHA256_HEX);
			t = find_step(f, hash);
			if (t != none && f->s[t].kind == EVENT_DECIDE && f->s[t].slot != none && f->s[t].slot != i)
				r->standing[f->s[t].slot].superseded = true;
		}
	}
}

static void fold_state(struct review *r)
{
	const struct standing *newest = NULL, *deferral = NULL;

	for (size_t i = 0; i < r->nstanding; i++) {
		const struct standing *s = &r->standing[i];

		if (s->decision.kind == DECIDE_DEFER) {
			deferral = s;
		} else if (!s->superseded) {
			if (newest && !outputs_equal(&newest->decision.outputs, &s->decision.outputs)) {
				r->state = REVIEW_CONFLICT;
				return;
			}
			newest = s;
		}
	}
	r->effective = newest ? newest : deferral;
	if (r->effective)
		r->state = review_state_for(r->effective->decision.kind);
}

/* ---- annotations ---- */

static void annotation_release(struct annotation *a)
{
	for (size_t i = 0; i < a->nplaces; i++)
		place_release(&a->places[i]);
	free(a->places);
	free(a->text);
}

static void fold_notes(struct fold *f, struct review *r)
{
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < f->n; i++) {
		struct step *s = &f->s[i];
		struct annotation a = {.event = s->ev};

		if (s->kind != EVENT_ANNOTATE || !payload_read_places(s->ev->payload, &a.places, &a.nplaces) ||
		    !payload_read_text(s->ev->payload, &a.text)) {
			annotation_release(&a);
			r->unknown += s->kind == EVENT_ANNOTATE;
			continue;
		}
		if (!counts(s)) {
			annotation_release(&a);
			continue;
		}
		r->annotations = mem_grow(r->annotations, &cap, n + 1, sizeof *r->annotations);
		s->slot = n;
		r->annotations[n++] = a;
	}
	r->nannotations = n;
}

/* Edits in their order, so that the newest one is left; then what was removed goes. */
static void fold_edits(const struct fold *f, struct review *r)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct step *s = &f->s[i];
		struct annotation *a;
		char *text;

		if (s->target == none || !counts(s) || (s->kind != EVENT_EDIT && s->kind != EVENT_REMOVE) ||
		    f->s[s->target].slot == none)
			continue;
		a = &r->annotations[f->s[s->target].slot];
		if (s->kind == EVENT_REMOVE) {
			a->event = NULL;
		} else if (payload_read_text(s->ev->payload, &text)) {
			free(a->text);
			a->text = text;
			a->edited = true;
		}
	}
	for (size_t i = 0; i < r->nannotations; i++) {
		if (r->annotations[i].event)
			r->annotations[kept++] = r->annotations[i];
		else
			annotation_release(&r->annotations[i]);
	}
	r->nannotations = kept;
}

/* ---- claims ---- */

/* What the same reviewer said of the same claim before; NULL: nothing. */
static struct marked_claim *marked_before(struct review *r, const struct marked_claim *m)
{
	for (size_t i = r->nclaims; i > 0; i--) {
		struct marked_claim *old = &r->claims[i - 1];

		if (strcmp(old->event->reviewer, m->event->reviewer) == 0 && claim_mark_same(&old->places[0], &m->places[0]))
			return old;
	}
	return NULL;
}

static void fold_claims(const struct fold *f, struct review *r)
{
	size_t cap = 0;

	for (size_t i = 0; i < f->n; i++) {
		struct marked_claim m, *old;

		if (f->s[i].kind != EVENT_MARK_CLAIM || !counts(&f->s[i]))
			continue;
		if (r->nclaims == REVIEW_CLAIMS || !claim_mark_read(f->s[i].ev->payload, &m)) {
			r->unknown++;
			continue;
		}
		m.event = f->s[i].ev;
		old = marked_before(r, &m);
		if (old) {
			marked_claim_release(old);
			*old = m;
			continue;
		}
		r->claims = mem_grow(r->claims, &cap, r->nclaims + 1, sizeof *r->claims);
		r->claims[r->nclaims++] = m;
	}
}

/* ---- undo ---- */

static void fold_undo(const struct fold *f, struct review *r, const char *reviewer)
{
	size_t deed = none, last = none;

	for (size_t i = 0; i < f->n; i++) {
		const struct step *s = &f->s[i];

		if (!is_deed(s->kind) || strcmp(s->ev->reviewer, reviewer) != 0)
			continue;
		deed = i;
		if (counts(s))
			r->can_undo = s->ev;
		else if (last == none || s->undone_at > f->s[last].undone_at)
			last = i;
	}
	/* what was undone before the newest deed belongs to a past that this deed replaced */
	if (last != none && f->s[last].undone_at > deed)
		r->can_redo = f->s[last].ev;
}

bool events_have_seen(const struct events *es, const char *reviewer)
{
	struct step s = {0};
	bool seen = false;

	for (size_t i = 0; i < es->n && !seen; i++) {
		s.kind = event_kind_of(es->e[i].kind);
		if (strcmp(es->e[i].reviewer, reviewer) != 0 ||
		    (s.kind == EVENT_DECIDE && payload_decision(slice_str(es->e[i].payload), &s.decision, NULL) < 0))
			continue;
		seen = is_seeing(&s);
	}
	decision_release(&s.decision);
	return seen;
}

struct review *review_fold(const struct events *es, const char *reviewer)
{
	struct review *r = xcalloc(1, sizeof *r);
	struct fold f = {0};

	fold_steps(&f, es);
	fold_read(&f);
	fold_standing(&f, r);
	fold_blind(&f, r);
	fold_seen(&f, r);
	fold_state(r);
	fold_notes(&f, r);
	fold_edits(&f, r);
	fold_claims(&f, r);
	if (reviewer)
		fold_undo(&f, r, reviewer);
	for (size_t i = 0; i < f.n; i++)
		r->unknown += f.s[i].kind == EVENT_OTHER;
	fold_free(&f);
	return r;
}

void review_free(struct review *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->nstanding; i++)
		decision_release(&r->standing[i].decision);
	for (size_t i = 0; i < r->nblind; i++)
		decision_release(&r->blind[i].decision);
	for (size_t i = 0; i < r->nannotations; i++)
		annotation_release(&r->annotations[i]);
	for (size_t i = 0; i < r->nclaims; i++)
		marked_claim_release(&r->claims[i]);
	free(r->claims);
	free(r->standing);
	free(r->blind);
	free(r->annotations);
	free(r);
}
