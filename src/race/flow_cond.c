/* Conditions: what is held where one is true, and where it is not. */
#include <string.h>

#include "race/flow_parts.h"

enum { DEEP = 60 };

static bool is(const struct walk *w, size_t i, size_t to, const char *word)
{
	return i < to && ctoken_is(&w->ts->t[i], word);
}

/* The next `word` of the outermost level, or `to`. */
static size_t find(const struct walk *w, size_t i, size_t to, const char *word)
{
	while (i < to && !is(w, i, to, word))
		i = w->partner[i] < to ? w->partner[i] + 1 : i + 1;
	return i;
}

/* Is it one operand: a name, a call, something in parentheses? */
static bool is_single(const struct walk *w, size_t from, size_t to)
{
	if (from + 1 >= to)
		return from < to;
	if (is(w, from, to, "("))
		return w->partner[from] == to - 1;
	return w->ts->t[from].kind == CTOKEN_NAME && is(w, from + 1, to, "(") && w->partner[from + 1] == to - 1;
}

struct question {
	size_t from, to;
	bool negated;
	bool below; /* "x < 0": of what returns an error */
};

/* Take off parentheses, "!", likely(), "!= 0" and "ret =". */
static void strip(struct walk *w, struct question *q, struct held *h)
{
	for (;;) {
		size_t from = q->from, to = q->to;

		if (is(w, from, to, "(") && w->partner[from] == to - 1 && from + 1 < to - 1) {
			q->from++;
			q->to--;
		} else if (is(w, from, to, "!") && is_single(w, from + 1, to)) {
			q->from++;
			q->negated = !q->negated;
		} else if ((is(w, from, to, "likely") || is(w, from, to, "unlikely")) && is_single(w, from, to) && from + 3 < to) {
			q->from += 2;
			q->to--;
		} else if (to - from > 2 && slice_is(w->ts->t[to - 1].s, "0") && is_single(w, from, to - 2) &&
			   (is(w, to - 2, to, "==") || is(w, to - 2, to, "!=") || (is(w, to - 2, to, "<") && !q->negated))) {
			q->negated ^= is(w, to - 2, to, "==");
			q->below |= is(w, to - 2, to, "<");
			q->to -= 2;
		} else if (to - from > 2 && w->ts->t[from].kind == CTOKEN_NAME && is(w, from + 1, to, "=")) {
			held_assigned(&w->flow->keys, h, w->ts->t[from].s, 0);
			q->from += 2;
		} else {
			return;
		}
		for (size_t i = from; i < q->from; i++)
			flow_see(w, i, h);
		for (size_t i = q->to; i < to; i++)
			flow_see(w, i, h);
	}
}

static void answer(const struct question *q, struct held when, struct held when_not, struct held *yes, struct held *no)
{
	*yes = q->negated ? when_not : when;
	*no = q->negated ? when : when_not;
}

/* The variable that the question is of: "ret", "IS_ERR(p)"; how is told in `q`. */
static bool asks_pending(const struct walk *w, const struct question *q, bool *error, bool *null)
{
	size_t from = q->from, to = q->to;

	*null = is(w, from, to, "IS_ERR_OR_NULL");
	*error = q->below || is(w, from, to, "IS_ERR");
	if ((*null || is(w, from, to, "IS_ERR")) && is_single(w, from, to)) {
		from += 2;
		to--;
	}
	return from < to && w->pending.var.n && w->pending.var.p &&
	       slice_eq(w->pending.var, (struct slice){w->ts->t[from].s.p, (size_t)(w->ts->t[to - 1].s.p + w->ts->t[to - 1].s.n - w->ts->t[from].s.p)});
}

/* What is held where the answer is yes and where it is no, by what was returned. */
static void by_return(const struct question *q, const struct held ret[HELPER_RETURNS], bool error, bool null, struct held *yes, struct held *no)
{
	struct held when = ret[HELPER_ERROR], when_not = ret[error || null ? HELPER_OTHER : HELPER_ZERO];

	if (null)
		held_join(&when, &ret[HELPER_ZERO]);
	else if (error)
		held_join(&when_not, &ret[HELPER_ZERO]);
	else /* "if (x)" */
		held_join(&when, &ret[HELPER_OTHER]);
	answer(q, when, when_not, yes, no);
}

/* One that is neither "&&" nor "||". */
static void base(struct walk *w, struct question *q, struct held *h, struct held *yes, struct held *no)
{
	const struct ctoken *t = &w->ts->t[q->from];
	bool number = q->from + 1 == q->to && t->kind == CTOKEN_TEXT && t->s.p[0] >= '0' && t->s.p[0] <= '9', error, null;
	struct held none = {0}, ret[HELPER_RETURNS];

	if (asks_pending(w, q, &error, &null)) {
		for (size_t i = q->from; i < q->to; i++)
			flow_see(w, i, h);
		by_return(q, w->pending.ret, error, null, yes, no);
	} else if (number && !q->below) {
		flow_see(w, q->from, h);
		if (slice_is(t->s, "0"))
			answer(q, none, *h, yes, no);
		else
			answer(q, *h, none, yes, no);
	} else if (q->from + 1 == q->to && (slice_is(t->s, "true") || slice_is(t->s, "false")) && !q->below) {
		flow_see(w, q->from, h);
		if (slice_is(t->s, "false"))
			answer(q, none, *h, yes, no);
		else
			answer(q, *h, none, yes, no);
	} else if (t->kind == CTOKEN_NAME && is_single(w, q->from, q->to) && q->from + 1 < q->to && flow_ask(w, q->from, SLICE(""), h, ret)) {
		by_return(q, ret, q->below, false, yes, no);
	} else {
		flow_expression(w, q->from, q->to, h);
		*yes = *no = *h;
	}
	w->pending.var = (struct slice){0};
}

static void cond(struct walk *w, size_t from, size_t to, struct held *h, unsigned deep, struct held *yes, struct held *no)
{
	struct question q = {.from = from, .to = to};
	struct held all = {0}, now, part_yes, part_no;
	bool ors;

	strip(w, &q, h);
	ors = find(w, q.from, q.to, "||") < q.to;
	if (q.from >= q.to) { /* for (;;) */
		*yes = *h;
		*no = (struct held){0};
		return;
	}
	if (deep == DEEP || find(w, q.from, q.to, "?") < q.to || find(w, q.from, q.to, ",") < q.to || q.below ||
	    (!ors && find(w, q.from, q.to, "&&") == q.to)) {
		base(w, &q, h, yes, no);
		return;
	}
	now = *h;
	for (size_t i = q.from; i < q.to;) {
		size_t end = find(w, i, q.to, ors ? "||" : "&&");

		cond(w, i, end, &now, deep + 1, &part_yes, &part_no);
		flow_see(w, end < q.to ? end : q.to - 1, &now);
		held_join(&all, ors ? &part_yes : &part_no);
		now = ors ? part_no : part_yes;
		i = end + 1;
	}
	if (ors)
		answer(&q, all, now, yes, no);
	else
		answer(&q, now, all, yes, no);
}

void flow_cond(struct walk *w, size_t from, size_t to, const struct held *h, struct held *yes, struct held *no)
{
	struct held now = *h;

	for (size_t i = from; i < to; i++) /* code that is left out under an #if: which ways there are is not known */
		if (w->ts->t[i].kind >= CTOKEN_IF) {
			flow_expression(w, from, to, &now);
			*yes = *no = now;
			w->pending.var = (struct slice){0};
			return;
		}
	cond(w, from, to, &now, 0, yes, no);
	w->pending.var = (struct slice){0};
}
