/* Helpers: what is done by what they are called with, and what a function that is one leaves behind. */
#include <string.h>

#include "base/buf.h"
#include "base/clex.h"
#include "race/flow_parts.h"

const struct helper *flow_helper(const struct walk *w, size_t i)
{
	const struct lock_row *r = w->helpers ? flow_row(w, i) : NULL;
	bool member = i > 0 && (ctoken_is(&w->ts->t[i - 1], "->") || ctoken_is(&w->ts->t[i - 1], "."));

	return r && r->name[0] == '\0' && !member ? w->helpers->find(w->helpers->arg, w->ts->t[i].s) : NULL;
}

/* Between words there is a blank. */
static void add_token(struct buf *b, struct slice s)
{
	if (b->n && s.n && clex_is_ident(b->p[b->n - 1]) && clex_is_ident(s.p[0]))
		buf_addc(b, ' ');
	buf_add_slice(b, s);
}

/* The texts of the arguments, in `b`. */
static size_t arguments(const struct walk *w, size_t open, struct buf *b, struct slice out[HELPER_PARAMS])
{
	size_t n = 0, ends[HELPER_PARAMS];

	for (size_t i = open + 1; i <= w->partner[open] && n < HELPER_PARAMS; i++) {
		if (i == w->partner[open] || ctoken_is(&w->ts->t[i], ",")) {
			ends[n++] = b->n;
			continue;
		}
		for (size_t last = flow_opens(&w->ts->t[i]) && w->partner[i] < w->partner[open] ? w->partner[i] : i; i <= last; i++)
			if (w->ts->t[i].kind < CTOKEN_IF)
				add_token(b, w->ts->t[i].s);
		i--;
	}
	for (size_t k = 0; k < n; k++)
		out[k] = slice_trim(slice_sub(buf_slice(b), k ? ends[k - 1] : 0, ends[k]));
	return n;
}

/* It changes within the line: what of it comes first the text does not say. */
static void note_line(struct walk *w, size_t k, size_t i)
{
	if (w->ts->t[i].line == w->line && k < HELD_KEYS)
		w->flow->changes[k] = true;
}

/* lo, hi: as in struct held_slot; `unsure`: why it is uncertain where they differ. */
static void leave_behind(struct walk *w, size_t i, size_t k, int lo, int hi, enum held_why unsure, struct held *h, enum held_why may)
{
	struct held_keys *ks = &w->flow->keys;
	uint32_t place = (uint32_t)i + 1;

	if (lo < 0)
		held_drop(ks, h, k, place, hi < 0 ? may : may != HELD_SURE ? may : HELD_MAYBE_RELEASED);
	if (hi > 0)
		held_take(ks, h, k, place, lo > 0 ? may : may != HELD_SURE ? may : unsure);
	if (lo < 0 || hi > 0)
		note_line(w, k, i);
}

void flow_help(struct walk *w, size_t i, const struct helper *p, unsigned returns, struct slice assigned, struct held *h, bool may)
{
	struct slice args[HELPER_PARAMS];
	struct buf text = BUF_INIT;
	size_t n = arguments(w, i + 1, &text, args);
	unsigned known = 0;

	for (int r = 0; r < HELPER_RETURNS; r++)
		known |= p->returns[r] ? 1U << r : 0;
	if (known & returns)
		known &= returns;
	for (size_t e = 0; e < p->n; e++) {
		struct held_key key = helper_key(p, &p->effect[e], w->ts->t[i].s, args, n, assigned);
		size_t k = held_key(&w->flow->keys, &key);
		enum held_why unsure = HELD_CONDITIONAL;
		int lo = 100, hi = -100;

		for (int r = 0; r < HELPER_RETURNS; r++)
			if (known & 1U << r) {
				lo = p->effect[e].lo[r] < lo ? p->effect[e].lo[r] : lo;
				hi = p->effect[e].hi[r] > hi ? p->effect[e].hi[r] : hi;
				unsure = p->effect[e].lo[r] > 0 ? HELD_MAY_FAIL : unsure; /* what it returns tells */
			}
		if (p->effect[e].dips)
			flow_pause_key(w, i, k, h);
		if (flow_row(w, i)->op == LOCK_MAY_PAUSE && key.kind == LOCK_IRQ) /* what it does around a lock */
			continue;
		leave_behind(w, i, k, lo, hi, unsure, h, may ? HELD_CONDITIONAL : HELD_SURE);
	}
	buf_release(&text);
}

/* What stands there tells what is returned: bits 1 << HELPER_…; 0: it does not. */
static unsigned told(const struct walk *w, size_t from, size_t to)
{
	const struct ctoken *t = &w->ts->t[from];
	bool single = from + 1 == to;

	w->flow->pointer |= from < to && (slice_is(t->s, "ERR_PTR") || slice_is(t->s, "ERR_CAST") || (single && slice_is(t->s, "NULL")));
	if (from < to && (ctoken_is(t, "-") || slice_is(t->s, "ERR_PTR") || slice_is(t->s, "ERR_CAST")))
		return 1U << HELPER_ERROR;
	if (single && (slice_is(t->s, "0") || slice_is(t->s, "NULL") || slice_is(t->s, "false")))
		return 1U << HELPER_ZERO;
	if (single && (slice_is(t->s, "true") || (t->kind == CTOKEN_TEXT && t->s.n && t->s.p[0] >= '1' && t->s.p[0] <= '9')))
		return 1U << HELPER_OTHER;
	return 0;
}

/* "return spin_trylock(&p->lock);": what is returned tells what it does.  False: it is nothing of that kind. */
static bool return_call(struct walk *w, size_t from, size_t to, const struct held *before)
{
	struct held ret[HELPER_RETURNS];
	bool call = from + 1 < to && w->ts->t[from].kind == CTOKEN_NAME && ctoken_is(&w->ts->t[from + 1], "(") && w->partner[from + 1] + 1 == to;

	if (w->nguards || !call || !flow_ask(w, from, w->ts->t[from - 1].s, before, ret))
		return false;
	for (int r = 0; r < HELPER_RETURNS; r++)
		held_join(&w->flow->ret[r], &ret[r]);
	return true;
}

void flow_return(struct walk *w, size_t from, size_t to, const struct held *before, const struct held *h)
{
	struct flow *f = w->flow;
	unsigned which = told(w, from, to);
	struct slice variable = SLICE("");

	if (!h->live)
		return;
	held_join(&f->at, h);
	if (return_call(w, from, to, before)) {
		variable = w->ts->t[from - 1].s;
	} else {
		for (int r = 0; r < HELPER_RETURNS; r++)
			if (which & 1U << r)
				held_join(&f->ret[r], h);
		if (which)
			return;
		held_join(&f->any, h);
		if (from == to)
			return;
		if (from + 1 == to && w->ts->t[from].kind == CTOKEN_NAME)
			variable = w->ts->t[from].s;
	}
	f->returned = !f->returned.p || slice_eq(f->returned, variable) ? variable : SLICE("");
}

void flow_returned(struct flow *f)
{
	for (int r = 0; r < HELPER_RETURNS; r++)
		if (r == HELPER_OTHER || !f->pointer) /* a variable beside NULL and errors is neither */
			held_join(&f->ret[r], &f->any);
}
