/* Calls that release a lock for a while: what is held behind them was not held all the time. */
#include <string.h>

#include "base/buf.h"
#include "base/clex.h"
#include "race/flow_parts.h"

enum { ARGUMENTS = 2, SPARE = 8 };

bool flow_is_callee(const struct walk *w, size_t i)
{
	return w->callee.n && w->ts->t[i].line <= w->line && w->line <= w->ts->t[w->partner[i + 1]].line && slice_eq(w->ts->t[i].s, w->callee);
}

void flow_pause_key(struct walk *w, size_t i, size_t k, struct held *h)
{
	held_pause(h, k, (uint32_t)i + 1);
	if (k < HELD_KEYS && !flow_is_callee(w, i) && w->line >= w->ts->t[i].line && w->line <= w->ts->t[w->partner[i + 1]].line)
		w->flow->changes[k] = true;
}

/* What an argument names: "p" of "&p", "p->q"; empty: another expression. */
static struct slice object(const struct walk *w, size_t i, unsigned n, struct buf *b)
{
	size_t from, to;

	buf_clear(b);
	if (!flow_argument(w->ts, w->partner, i + 1, n, &from, &to))
		return SLICE("");
	if (ctoken_is(&w->ts->t[from], "&"))
		from++;
	for (size_t k = from; k < to; k++) {
		const struct ctoken *t = &w->ts->t[k];

		if ((t->kind == CTOKEN_NAME) != ((k - from) % 2 == 0) || (t->kind != CTOKEN_NAME && !ctoken_is(t, "->") && !ctoken_is(t, ".")))
			return SLICE("");
		buf_add_slice(b, t->s);
	}
	return buf_slice(b);
}

/* Is it the lock itself, or what the lock is a member of? */
static bool is_of(const struct held_key *k, struct slice object)
{
	struct slice name = slice_str(k->name);

	return slice_starts(name, "*") ? slice_eq(slice_sub(name, 1, name.n), object)
				       : slice_eq(lens_object(name), object) || slice_eq(name, object);
}

/* One that is called as if it waited: also what callers hold may belong to what it is given. */
static void may_pause(struct walk *w, size_t i, const struct lock_row *r, struct held *h)
{
	struct held_keys *ks = &w->flow->keys;
	struct buf b = BUF_INIT;

	for (unsigned n = 1; n <= ARGUMENTS; n++) {
		struct slice o = object(w, i, n, &b);
		struct held_key whole = {.family = r->family, .kind = r->kind, .pointer = true};

		for (size_t k = 0; k < ks->n && o.n; k++)
			if (h->k[k].hi >= 1 && !lock_sleeps(ks->k[k].family) && is_of(&ks->k[k], o)) /* who may sleep need not release it */
				flow_pause_key(w, i, k, h);
		if (o.n == 0 || o.n >= sizeof whole.name || ks->n + SPARE > HELD_KEYS)
			continue;
		memcpy(whole.name, o.p, o.n);
		flow_pause_key(w, i, held_key(ks, &whole), h);
	}
	buf_release(&b);
}

void flow_pause(struct walk *w, size_t i, const struct lock_row *r, struct held *h)
{
	struct held_keys *ks = &w->flow->keys;
	struct held_key key;

	if (r->op == LOCK_MAY_PAUSE) {
		may_pause(w, i, r, h);
		return;
	}
	key = flow_key(w->ts, w->partner, i, r);
	flow_pause_key(w, i, held_key(ks, &key), h);
	for (size_t k = 0; k < ks->n && r->extra == LOCK_WITH_IRQ; k++)
		if (ks->k[k].kind == LOCK_IRQ)
			flow_pause_key(w, i, k, h);
}

void flow_lend(struct walk *w, size_t i, struct held *h)
{
	const struct ctoken *t = &w->ts->t[i];
	struct held_keys *ks = &w->flow->keys;
	struct buf b = BUF_INIT;
	bool any = false;

	if (i + 1 >= w->ts->n || !ctoken_is(&w->ts->t[i + 1], "(") || w->partner[i + 1] == w->ts->n || clex_is_keyword(t->s) || lock_is_harmless(t->s))
		return;
	for (size_t k = 0; k < ks->n; k++)
		any |= h->k[k].hi >= 1 && ks->k[k].kind <= LOCK_SHARED;
	for (unsigned n = 1; n <= ARGUMENTS && any; n++) {
		struct slice o = object(w, i, n, &b);

		for (size_t k = 0; k < ks->n && o.n; k++)
			if (h->k[k].hi >= 1 && ks->k[k].kind <= LOCK_SHARED && slice_is(o, ks->k[k].name))
				flow_pause_key(w, i, k, h);
	}
	buf_release(&b);
}
