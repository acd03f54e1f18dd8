#include "race/flow_parts.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clex.h"

void flow_lose(struct walk *w, const char *why)
{
	if (!w->lost)
		w->lost = why;
}

void flow_see(struct walk *w, size_t i, const struct held *h)
{
	if (i >= w->ts->n || w->ts->t[i].line != w->line || !h->live || (w->called && i > w->called))
		return;
	held_join(&w->flow->at, h);
	w->seen_in_loop |= w->loops > 0;
	w->seen_behind_label |= w->labels;
}

static const struct ctoken *token(const struct walk *w, size_t i)
{
	static const struct ctoken none = {.kind = CTOKEN_TEXT};

	return i < w->ts->n ? &w->ts->t[i] : &none;
}

static bool is(const struct walk *w, size_t i, const char *word)
{
	return ctoken_is(token(w, i), word);
}

/* ---- keys ---- */

static size_t key(struct walk *w, size_t i, const struct lock_row *r)
{
	struct held_key k = flow_key(w->ts, w->partner, i, r);

	return held_key(&w->flow->keys, &k);
}

/* The state of interrupts, or of softirqs, that is changed with a lock. */
static size_t extra_key(struct walk *w, size_t i, const struct lock_row *r)
{
	static const char *const of[] = {[LOCK_WITH_IRQ] = "local_irq_disable", [LOCK_WITH_IRQSAVE] = "local_irq_save", [LOCK_WITH_BH] = "local_bh_disable"};
	struct lock_row extra;
	struct held_key k;

	if (r->extra == LOCK_ALONE)
		return HELD_KEYS;
	extra = *lock_find(slice_str(of[r->extra]));
	extra.arg = r->extra == LOCK_WITH_IRQSAVE ? r->flags : 0;
	k = flow_key(w->ts, w->partner, i, &extra);
	return held_key(&w->flow->keys, &k);
}

/* ---- what a call does ---- */

/* Interrupts are switched on, whoever switched them off, and how often. */
static void irqs_on(struct walk *w, struct held *h, uint32_t place, enum held_why may)
{
	const struct held_keys *ks = &w->flow->keys;
	bool any = false;

	for (size_t i = 0; i < ks->n; i++)
		any |= ks->k[i].kind == LOCK_IRQ && h->k[i].hi >= 1;
	for (size_t i = 0; i < ks->n; i++) {
		if (ks->k[i].kind != LOCK_IRQ || (any && h->k[i].hi < 1))
			continue;
		held_drop(ks, h, i, place, may);
		if (may == HELD_SURE) /* callers', too */
			held_drop(ks, h, i, place, may);
		if (!any)
			return;
	}
}

/* It changes within the line: what of it comes first the text does not say. */
static void note_line(struct walk *w, size_t k, size_t i)
{
	if (w->ts->t[i].line == w->line && k < HELD_KEYS)
		w->flow->changes[k] = true;
}

static uint32_t place(size_t i)
{
	return (uint32_t)i + 1;
}

static void take(struct walk *w, size_t i, const struct lock_row *r, struct held *h, enum held_why may)
{
	size_t k = key(w, i, r), extra = extra_key(w, i, r);

	held_take(&w->flow->keys, h, k, place(i), may);
	held_take(&w->flow->keys, h, extra, place(i), may);
	note_line(w, k, i);
	note_line(w, extra, i);
}

static void drop(struct walk *w, size_t i, const struct lock_row *r, struct held *h, enum held_why may)
{
	size_t k = key(w, i, r), extra = extra_key(w, i, r);
	bool on = r->extra == LOCK_WITH_IRQ || (r->kind == LOCK_IRQ && r->arg == 0);

	if (k < HELD_KEYS && may == HELD_SURE && h->live && h->k[k].hi < 1 && h->k[k].lo >= 0 && !held_any(&w->flow->keys, h, k) && !w->flow->keys.k[k].untaken)
		w->flow->keys.k[k].untaken = place(i);
	if (on)
		irqs_on(w, h, place(i), may);
	if (r->kind != LOCK_IRQ || r->arg)
		held_drop(&w->flow->keys, h, k, place(i), may);
	if (extra < HELD_KEYS && !on)
		held_drop(&w->flow->keys, h, extra, place(i), may);
}

static void downgrade(struct walk *w, size_t i, const struct lock_row *r, struct held *h, enum held_why may)
{
	struct lock_row shared = *r;

	shared.kind = LOCK_SHARED;
	drop(w, i, r, h, may);
	take(w, i, &shared, h, may);
}

/* A function that is called like one that releases: what was taken by its other half, else perhaps anything. */
static void may_drop(struct walk *w, size_t i, const struct lock_row *r, struct held *h)
{
	struct held_keys *ks = &w->flow->keys;
	struct held_key half = flow_key(w->ts, w->partner, i, r);

	for (size_t k = 0; k < ks->n; k++)
		if (ks->k[k].family == half.family && strcmp(ks->k[k].name, half.name) == 0 && h->k[k].hi >= 1) {
			held_drop(ks, h, k, place(i), HELD_SURE);
			return;
		}
	held_doubt(ks, h, place(i), HELD_MAYBE_RELEASED);
}

const struct lock_row *flow_row(const struct walk *w, size_t i)
{
	return i < w->ts->n ? flow_row_at(w->ts, w->partner, i) : NULL;
}

static void see_range(struct walk *w, size_t from, size_t to, const struct held *h)
{
	for (size_t i = from; i < to; i++)
		flow_see(w, i, h);
}

static void run(struct walk *w, size_t i, const struct lock_row *r, struct held *h, enum held_why may)
{
	switch (r->op) {
	case LOCK_TAKE:
		take(w, i, r, h, may);
		break;
	case LOCK_ASSERT:
		if (may == HELD_SURE)
			held_assert(h, key(w, i, r), place(i));
		break;
	case LOCK_DROP:
		drop(w, i, r, h, may);
		break;
	case LOCK_TRY:
	case LOCK_TRY_ZERO:
		take(w, i, r, h, may == HELD_SURE ? HELD_MAY_FAIL : may);
		break;
	case LOCK_DOWNGRADE:
		downgrade(w, i, r, h, may);
		break;
	case LOCK_MAY_TAKE:
		take(w, i, r, h, may);
		break;
	case LOCK_MAY_DROP:
		may_drop(w, i, r, h);
		break;
	case LOCK_PAUSE:
	case LOCK_MAY_PAUSE:
		flow_pause(w, i, r, h);
		break;
	case LOCK_KEEP:
		break;
	}
}

/* The variable that what is called there is assigned to: "p" of "p = f()", "struct s *p = f()"; "return"; empty: none. */
static struct slice assigned_to(const struct walk *w, size_t i)
{
	size_t from;

	if (i > 0 && is(w, i - 1, "return"))
		return w->ts->t[i - 1].s;
	if (i < 2 || !is(w, i - 1, "=") || token(w, i - 2)->kind != CTOKEN_NAME)
		return SLICE("");
	for (from = i - 2; from >= 2 && (is(w, from - 1, "->") || is(w, from - 1, ".")) && token(w, from - 2)->kind == CTOKEN_NAME;)
		from -= 2;
	return (struct slice){w->ts->t[from].s.p, (size_t)(w->ts->t[i - 2].s.p + w->ts->t[i - 2].s.n - w->ts->t[from].s.p)};
}

bool flow_ask(struct walk *w, size_t i, struct slice assigned, const struct held *h, struct held ret[HELPER_RETURNS])
{
	const struct lock_row *r = flow_row(w, i);
	const struct helper *p = flow_helper(w, i);

	if (!r || (!p && r->op != LOCK_TRY && r->op != LOCK_TRY_ZERO))
		return false;
	for (int k = 0; k < HELPER_RETURNS; k++) {
		ret[k] = *h;
		see_range(w, i, w->partner[i + 1] + 1, &ret[k]);
		if (p)
			flow_help(w, i, p, 1U << k, assigned, &ret[k], false);
		else if ((r->op == LOCK_TRY) == (k != HELPER_ZERO))
			take(w, i, r, &ret[k], HELD_SURE);
		if (p ? !p->returns[k] : r->op == LOCK_TRY_ZERO && k == HELPER_OTHER) /* 0 or an error */
			ret[k].live = false;
		see_range(w, i, w->partner[i + 1] + 1, &ret[k]);
	}
	return true;
}

bool flow_call(struct walk *w, size_t i, struct held *h, bool may)
{
	const struct lock_row *r = flow_row(w, i);
	const struct helper *p = flow_helper(w, i);

	if (!r)
		return false;
	see_range(w, i, w->partner[i + 1] + 1, h);
	if ((r->op == LOCK_PAUSE || r->op == LOCK_MAY_PAUSE) && flow_is_callee(w, i))
		w->called = w->partner[i + 1];
	if (p)
		flow_help(w, i, p, (1U << HELPER_RETURNS) - 1, assigned_to(w, i), h, may);
	else
		run(w, i, r, h, may ? HELD_CONDITIONAL : HELD_SURE);
	if (w->called != w->partner[i + 1])
		see_range(w, i, w->partner[i + 1] + 1, h);
	return true;
}

/* ---- expressions ---- */

static bool assigns(const struct walk *w, size_t i)
{
	static const char *const signs[] = {"=", "+=", "-=", "++", "--"};

	if (token(w, i)->kind != CTOKEN_NAME || (i > 0 && (is(w, i - 1, "->") || is(w, i - 1, "."))))
		return false;
	for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
		if (is(w, i + 1, signs[k]))
			return true;
	if (i > 0 && (is(w, i - 1, "++") || is(w, i - 1, "--")))
		return !is(w, i + 1, "->") && !is(w, i + 1, ".") && !is(w, i + 1, "[");
	/* "f(&p)" */
	return i > 1 && is(w, i - 1, "&") && (is(w, i - 2, "(") || is(w, i - 2, ",")) && (is(w, i + 1, ")") || is(w, i + 1, ","));
}

/* "struct s *p": nothing but words and stars between the beginning of the statement and the name. */
static bool is_declared(const struct walk *w, size_t from, size_t i)
{
	bool type = false;

	for (size_t k = from; k < i; k++) {
		if (token(w, k)->kind != CTOKEN_NAME && !is(w, k, "*"))
			return false;
		type |= token(w, k)->kind == CTOKEN_NAME;
	}
	return type && !is(w, from, "return");
}

void flow_expression(struct walk *w, size_t from, size_t to, struct held *h)
{
	bool may = false;
	unsigned ifs = 0;

	for (size_t i = from; i < to && i < w->ts->n; i++) {
		const struct ctoken *t = &w->ts->t[i];

		flow_see(w, i, h);
		ifs += t->kind == CTOKEN_IF;
		ifs -= ifs && t->kind == CTOKEN_ENDIF;
		may |= is(w, i, "&&") || is(w, i, "||") || is(w, i, "?") || is(w, i, "if") || is(w, i, "for") || is(w, i, "while") || is(w, i, "switch");
		if (t->kind != CTOKEN_NAME)
			continue;
		if (flow_call(w, i, h, may || ifs)) {
			i = w->partner[i + 1];
			continue;
		}
		flow_lend(w, i, h);
		if (assigns(w, i))
			/* what the head names is what is declared here: "__must_hold(&pool->lock)" */
			held_assigned(&w->flow->keys, h, t->s, is_declared(w, from, i) ? place(w->body) : 0);
		else if (i > 0 && (is(w, i - 1, ",") || is(w, i - 1, "(")) && (is(w, i + 1, ",") || is(w, i + 1, ")")))
			flow_may_jump(w, t->s, h);
	}
}

void flow_assign_names(struct walk *w, size_t from, size_t to, struct held *h)
{
	for (size_t i = from; i < to; i++)
		if (token(w, i)->kind == CTOKEN_NAME && (i == from || is(w, i - 1, ",")) && (i + 1 == to || is(w, i + 1, ",")))
			held_assigned(&w->flow->keys, h, w->ts->t[i].s, 0);
}

/* "ret = mutex_lock_interruptible(&m)": what holds then is known where `ret` is looked at next. */
static void remember(struct walk *w, size_t i, const struct held *before)
{
	struct slice var = assigned_to(w, i);

	if (!var.n || !flow_ask(w, i, var, before, w->pending.ret))
		return;
	w->pending.var = var;
	for (int k = 0; k < HELPER_RETURNS; k++)
		if (token(w, i - 2)->s.n == var.n && !flow_helper(w, i))
			held_assigned(&w->flow->keys, &w->pending.ret[k], var, 0);
}

/* "guard(mutex)(&m)", and what is written in its place: released where the block ends. */
static bool guard(struct walk *w, size_t from, size_t to, struct held *h)
{
	bool named = is(w, from, "guard") || is(w, from, "ACQUIRE") || (is(w, from, "CLASS") && lock_guard(token(w, from + 2)->s));
	size_t close = named && is(w, from + 1, "(") ? w->partner[from + 1] : w->ts->n;
	const struct lock_row *r;
	struct lock_row taken;
	struct guard *g;

	if (close + 1 >= to || !is(w, close + 1, "("))
		return false;
	if (w->nguards == GUARDS) {
		flow_lose(w, "it has too many guards");
		return true;
	}
	g = &w->guard[w->nguards++];
	*g = (struct guard){HELD_KEYS, HELD_KEYS};
	r = lock_guard(token(w, from + 2)->s);
	taken = r ? *r : *lock_find(SLICE("x_lock"));
	see_range(w, from, to, h);
	taken.extra = taken.extra == LOCK_WITH_IRQSAVE ? LOCK_WITH_IRQ : taken.extra;
	g->key = key(w, close, &taken);
	g->extra = extra_key(w, close, &taken);
	run(w, close, &taken, h, HELD_SURE);
	see_range(w, from, to, h);
	return true;
}

/* Does what comes next ask for "!var", the variable of what was just called? */
static bool asks_next(const struct walk *w, size_t end)
{
	size_t close = is(w, end + 1, "if") && is(w, end + 2, "(") ? w->partner[end + 2] : 0;
	struct slice var = w->pending.var;

	for (size_t i = end + 3; i + 1 < close; i++) {
		const char *at = w->ts->t[i + 1].s.p, *behind = w->ts->t[close].s.p;

		if (is(w, i, "!") && (size_t)(behind - at) >= var.n && memcmp(at, var.p, var.n) == 0)
			return true;
	}
	return false;
}

void flow_expression_statement(struct walk *w, size_t from, size_t to, struct held *h)
{
	struct held before = *h;
	size_t i = from;

	if (guard(w, from, to, h))
		return;
	flow_expression(w, from, to, h);
	for (; i < to && !is(w, i, "("); i++)
		;
	if (i < to && i > from + 2 && w->partner[i] + 1 == to)
		remember(w, i - 1, &before);
	if (w->pending.var.n && is(w, i - 1, "pte_offset_map_lock") && !asks_next(w, to)) /* up to 6.4 it did not fail */
		*h = w->pending.ret[HELPER_OTHER];
}

/* ---- guards ---- */

static void drop_guard(struct walk *w, struct held *h, const struct guard *g, bool perhaps)
{

	for (int k = 0; k < 2; k++)
		if ((k ? g->extra : g->key) < HELD_KEYS)
			held_drop(&w->flow->keys, h, k ? g->extra : g->key, place(w->at), perhaps ? HELD_RELEASED_ONE_WAY : HELD_SURE);
}

void flow_drop_guards_above(struct walk *w, struct held *h, unsigned from, unsigned to)
{
	for (unsigned i = to; i > from; i--)
		drop_guard(w, h, &w->guard[i - 1], false);
}

void flow_drop_guards(struct walk *w, struct held *h, unsigned from, bool perhaps)
{
	for (unsigned i = w->nguards; i > from; i--)
		drop_guard(w, h, &w->guard[i - 1], perhaps);
}

bool flow_scoped_guard(struct walk *w, struct held *h)
{
	bool cond = is(w, w->at, "scoped_cond_guard"), sure = true;
	size_t open = w->at + 1, close = is(w, open, "(") ? w->partner[open] : w->ts->n, from, to;
	const struct lock_row *r;
	struct lock_row taken;
	struct guard *g;

	if (close == w->ts->n || w->nguards == GUARDS) {
		flow_lose(w, "a guard was not understood");
		return true;
	}
	flow_see(w, w->at, h);
	r = lock_guard(token(w, open + 1)->s);
	taken = r ? *r : *lock_find(SLICE("x_lock"));
	sure = !cond && taken.op == LOCK_TAKE;
	if (taken.op == LOCK_TRY || taken.op == LOCK_TRY_ZERO)
		taken.op = LOCK_TAKE; /* where not, its statement is passed over */
	taken.arg = taken.arg ? (cond ? 3 : 2) : 0;
	taken.extra = taken.extra == LOCK_WITH_IRQSAVE ? LOCK_WITH_IRQ : taken.extra;
	if (taken.arg && !flow_argument(w->ts, w->partner, open, taken.arg, &from, &to))
		taken.arg = 0;
	g = &w->guard[w->nguards++];
	see_range(w, w->at, close + 1, h);
	g->key = key(w, w->at, &taken);
	g->extra = extra_key(w, w->at, &taken);
	run(w, w->at, &taken, h, HELD_SURE);
	see_range(w, w->at, close + 1, h);
	w->at = close + 1;
	return sure;
}
