#include "race/flow.h"

#include <stdlib.h>
#include <string.h>

#include "base/clex.h"
#include "base/mem.h"
#include "race/flow_parts.h"

enum { PASSES = 12, POINTS = 500 };

/* ---- brackets ---- */

bool flow_opens(const struct ctoken *t)
{
	return t->kind == CTOKEN_SIGN && t->s.n == 1 && strchr("([{", t->s.p[0]);
}

static bool is_close(const struct ctoken *t)
{
	return t->kind == CTOKEN_SIGN && t->s.n == 1 && strchr(")]}", t->s.p[0]);
}

static char closes(char open)
{
	return open == '(' ? ')' : open == '[' ? ']' : '}';
}

/* A brace closes what stands open inside of it, so that a parenthesis that is missing costs its block only. */
size_t *flow_partners(const struct ctokens *ts)
{
	size_t *partner = xreallocarray(NULL, ts->n + 1, sizeof *partner), *open = xreallocarray(NULL, ts->n + 1, sizeof *open), n = 0;

	for (size_t i = 0; i < ts->n; i++) {
		const struct ctoken *t = &ts->t[i];
		size_t k = n;

		partner[i] = ts->n;
		if (flow_opens(t))
			open[n++] = i;
		if (!is_close(t))
			continue;
		while (k > 0 && closes(ts->t[open[k - 1]].s.p[0]) != t->s.p[0] && (t->s.p[0] == '}' || ts->t[open[k - 1]].s.p[0] != '{'))
			k--;
		if (k == 0 || closes(ts->t[open[k - 1]].s.p[0]) != t->s.p[0])
			continue; /* it closes nothing */
		partner[open[k - 1]] = i;
		n = k - 1;
	}
	free(open);
	return partner;
}

/* ---- points: labels, and where loops begin ---- */

/* The number of a point. */
size_t flow_point(struct walk *w, size_t token, struct slice label)
{
	for (size_t i = 0; i < w->npoints; i++)
		if (label.n ? slice_eq(w->points[i].label, label) : w->points[i].label.n == 0 && w->points[i].token == token)
			return i;
	if (w->npoints == POINTS) {
		flow_lose(w, "it has too many labels and loops");
		return 0;
	}
	w->points = mem_grow(w->points, &w->cap_points, w->npoints + 1, sizeof *w->points);
	w->points[w->npoints] = (struct point){.token = token, .label = label};
	return w->npoints++;
}

/* A way leads to a point, with `*h` held; then `*h` is what is held there on all ways. */
void flow_reach(struct walk *w, size_t p, struct held *h)
{
	if (held_join(&w->points[p].held, h))
		w->changed = true;
	*h = w->points[p].held;
}

/* ---- statements ---- */

bool flow_at(const struct walk *w, const char *word)
{
	return w->at < w->ts->n && ctoken_is(&w->ts->t[w->at], word);
}

bool flow_eat(struct walk *w, const char *word, const struct held *h)
{
	if (!flow_at(w, word))
		return false;
	flow_see(w, w->at++, h);
	return true;
}

/* The "(" of a condition: where it stands and where it closes. */
bool flow_parens(struct walk *w, size_t *from, size_t *to, const struct held *h)
{
	if (!flow_at(w, "(") || w->partner[w->at] == w->ts->n) {
		flow_lose(w, "its parentheses do not fit");
		return false;
	}
	flow_see(w, w->at, h);
	*from = w->at + 1;
	*to = w->partner[w->at];
	w->at = *to + 1;
	return true;
}

/* The end of an expression statement: its ";", or what ends the block. */
size_t flow_end(struct walk *w, size_t i)
{
	while (i < w->ts->n) {
		const struct ctoken *t = &w->ts->t[i];

		if (ctoken_is(t, ";") || ctoken_is(t, "}"))
			return i;
		if (flow_opens(t) && w->partner[i] == w->ts->n)
			flow_lose(w, "its brackets do not fit");
		i = flow_opens(t) ? w->partner[i] : i;
		i += i < w->ts->n;
	}
	return i;
}

/* ---- blocks ---- */

/* A directive between statements: its branches are ways, too. */
static void directive(struct walk *w, struct held *h, struct branches *b)
{
	enum ctoken_kind kind = w->ts->t[w->at++].kind;
	struct branch *last = b->n ? &b->open[b->n - 1] : NULL;

	w->pending.var = (struct slice){0};
	if (kind == CTOKEN_IF && b->n < BRANCHES) {
		b->open[b->n++] = (struct branch){.entry = *h};
		return;
	}
	if (kind == CTOKEN_IF || !last) {
		flow_lose(w, "an #if cuts through its statements");
		return;
	}
	held_join(&last->out, h);
	if (kind != CTOKEN_ENDIF) {
		last->has_else |= kind == CTOKEN_ELSE;
		*h = last->entry;
		return;
	}
	b->n--;
	*h = last->out;
	if (!last->has_else)
		held_join(h, &last->entry);
}

/* "if (a) #ifdef X  b();  #else  c();  #endif": each is all of the statement. */
static void chosen(struct walk *w, struct held *h)
{
	struct branches b = {0};
	bool has_else = false;

	b.open = xcalloc(BRANCHES, sizeof *b.open);
	while (!w->lost && w->at < w->ts->n && w->ts->t[w->at].kind >= CTOKEN_IF) {
		bool ends = w->ts->t[w->at].kind == CTOKEN_ENDIF;

		has_else |= w->ts->t[w->at].kind == CTOKEN_ELSE;
		directive(w, h, &b);
		if (ends)
			break;
		flow_statement(w, h);
	}
	if (b.n || !has_else)
		flow_lose(w, "an #if cuts through its statements");
	free(b.open);
}

static void block(struct walk *w, struct held *h)
{
	struct branches b = {0}, *around = w->branches;
	unsigned guards = w->nguards;

	flow_see(w, w->at++, h);
	while (!w->lost && w->at < w->ts->n && !flow_at(w, "}")) {
		if (w->ts->t[w->at].kind < CTOKEN_IF) {
			w->branches = &b;
			flow_statement(w, h);
			continue;
		}
		b.open = b.open ? b.open : xcalloc(BRANCHES, sizeof *b.open);
		directive(w, h, &b);
	}
	free(b.open);
	w->branches = around;
	if (w->lost)
		return;
	if (w->at == w->ts->n) {
		w->ended = true;
		return;
	}
	if (b.n)
		flow_lose(w, "an #if cuts through its statements");
	flow_see(w, w->at, h);
	flow_drop_guards(w, h, guards, false);
	w->nguards = guards;
	w->pending.var = (struct slice){0};
	flow_see(w, w->at++, h);
}

/* "scoped_guard(mutex, &m) …": held in the statement behind it. */
static void scoped_guard(struct walk *w, struct held *h)
{
	struct scope c = {0};
	struct held body = *h;
	bool sure = flow_scoped_guard(w, &body);

	if (w->lost)
		return;
	c.guards = w->nguards - 1;
	c.up = w->scope;
	w->scope = &c; /* it is a loop of one round to break and continue */
	flow_statement(w, &body);
	w->scope = c.up;
	held_join(&body, &c.cont);
	if (w->nguards)
		w->nguards--;
	flow_drop_guards_above(w, &body, w->nguards, w->nguards + 1);
	held_join(&body, &c.brk);
	if (!sure)
		held_join(&body, h);
	*h = body;
}

/* "NAME(…)" with a statement right behind it. */
static bool is_macro_loop(const struct walk *w)
{
	size_t close = w->at + 1 < w->ts->n && ctoken_is(&w->ts->t[w->at + 1], "(") ? w->partner[w->at + 1] : w->ts->n;
	const struct ctoken *t = close + 1 < w->ts->n ? &w->ts->t[close + 1] : NULL;

	return w->ts->t[w->at].kind == CTOKEN_NAME && t && (ctoken_is(t, "{") || (t->kind == CTOKEN_NAME && !ctoken_is(t, "else")));
}

static bool is_label(const struct walk *w)
{
	return w->at + 1 < w->ts->n && w->ts->t[w->at].kind == CTOKEN_NAME && ctoken_is(&w->ts->t[w->at + 1], ":");
}

static bool is_jump(const struct walk *w)
{
	return flow_at(w, "return") || flow_at(w, "goto") || flow_at(w, "break") || flow_at(w, "continue");
}

/* One with a condition or a body. */
static bool structured(struct walk *w, struct held *h)
{
	static const struct {
		const char *word;
		void (*run)(struct walk *w, struct held *h);
	} kinds[] = {{"{", block}, {"if", flow_if_statement}, {"while", flow_while_loop}, {"for", flow_for_loop}, {"do", flow_do_loop},
		   {"switch", flow_switch_statement}};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (flow_at(w, kinds[i].word)) {
			kinds[i].run(w, h);
			return true;
		}
	return false;
}

static void simple(struct walk *w, struct held *h)
{
	size_t end;

	if (is_macro_loop(w)) {
		flow_macro_loop(w, h);
		return;
	}
	end = flow_end(w, w->at);
	flow_expression_statement(w, w->at, end, h);
	w->at = end;
	flow_eat(w, ";", h);
}

void flow_statement(struct walk *w, struct held *h)
{
	bool labelled = false;

	/* labels are no statements of their own: "if (a) out: b();" */
	while (w->at < w->ts->n && !w->lost && (flow_at(w, "case") || flow_at(w, "default") || is_label(w))) {
		if (flow_at(w, "case") || flow_at(w, "default"))
			flow_case_label(w, h);
		else
			flow_label(w, h);
		labelled = true;
		w->pending.var = (struct slice){0};
	}
	if (w->lost || w->at >= w->ts->n || flow_at(w, "}"))
		return;
	if (w->ts->t[w->at].kind >= CTOKEN_IF) {
		if (labelled) /* "out:" in front of an #endif is all of its statement */
			return;
		if (w->ts->t[w->at].kind == CTOKEN_IF && w->depth < DEPTH) {
			w->depth++;
			chosen(w, h);
			w->depth--;
		} else {
			flow_lose(w, "an #if cuts through its statements");
		}
		return;
	}
	if (w->depth == DEPTH) {
		flow_lose(w, "its statements are too deep in each other");
		return;
	}
	if (!flow_at(w, "if"))
		w->pending.var = (struct slice){0};
	w->depth++;
	if (w->at + 1 < w->ts->n && slice_starts(w->ts->t[w->at].s, "asm") && ctoken_is(&w->ts->t[w->at + 1], "goto"))
		flow_lose(w, "an asm jumps to labels");
	else if (flow_at(w, "else") || flow_at(w, ")") || flow_at(w, "]"))
		flow_lose(w, "its statements do not fit together");
	else if (is_jump(w))
		flow_jump(w, h);
	else if (flow_at(w, "scoped_guard") || flow_at(w, "scoped_cond_guard"))
		scoped_guard(w, h);
	else if (!structured(w, h))
		simple(w, h);
	w->depth--;
}

/* ---- all of it ---- */

/* Labels are known before they are come to: macros take some. */
static void find_labels(struct walk *w)
{
	for (size_t i = 1; i + 1 < w->ts->n && !w->lost; i++) {
		const struct ctoken *before = &w->ts->t[i - 1];

		if (w->ts->t[i].kind == CTOKEN_NAME && ctoken_is(&w->ts->t[i + 1], ":") && !ctoken_is(&w->ts->t[i], "default") &&
		    (ctoken_is(before, ";") || ctoken_is(before, "{") || ctoken_is(before, "}") || ctoken_is(before, ":")))
			flow_point(w, 0, w->ts->t[i].s);
	}
}

/* "__releases(RCU)", "__acquires(bitlock)": no lock but a word for one. */
static bool is_context(const struct ctoken *t, const struct ctoken *next)
{
	for (size_t i = 0; i < t->s.n && !slice_is(t->s, "bitlock"); i++)
		if (t->s.p[i] >= 'a' && t->s.p[i] <= 'z')
			return false;
	return t->kind == CTOKEN_NAME && ctoken_is(next, ")");
}

/* What the head of the function says: __must_hold(&l), __releases(l). */
static size_t head(struct walk *w, struct held *h)
{
	size_t i = 0;

	for (; i < w->ts->n && !ctoken_is(&w->ts->t[i], "{"); i++) {
		const struct lock_row *r = w->ts->t[i].kind == CTOKEN_NAME ? lock_find(w->ts->t[i].s) : NULL;

		if (r && r->op == LOCK_ASSERT && i + 3 < w->ts->n && ctoken_is(&w->ts->t[i + 1], "(") && !is_context(&w->ts->t[i + 2], &w->ts->t[i + 3]))
			flow_call(w, i, h, false);
	}
	return i;
}

static void once(struct walk *w)
{
	struct held h = {.live = true};

	w->scope = NULL;
	w->nguards = w->depth = w->loops = 0;
	w->changed = w->ended = w->labels = false;
	w->pending.var = (struct slice){0};
	w->at = w->body = head(w, &h);
	if (w->at == w->ts->n) {
		flow_lose(w, "its beginning was not found");
		return;
	}
	block(w, &h);
	if (w->line == 0)
		flow_return(w, w->at, w->at, &h, &h);
}

void flow_walk(struct flow *f, const struct ctokens *ts, uint32_t line, bool cut, struct slice callee, const struct helpers *helpers)
{
	struct walk w = {.ts = ts, .line = line, .callee = callee, .partner = flow_partners(ts), .flow = f, .helpers = helpers};

	*f = (struct flow){0};
	w.changed = true;
	if (ts->cut)
		flow_lose(&w, "it is too long");
	find_labels(&w);
	w.nlabels = w.npoints;
	for (unsigned i = 0; i < PASSES && w.changed && !w.lost; i++)
		once(&w);
	if (!w.lost && w.changed)
		flow_lose(&w, "its loops are too deep in each other");
	if (!w.lost && f->keys.full)
		flow_lose(&w, "it takes too many locks");
	/* a way back to the line may come from what is not known */
	if (!w.lost && (cut || w.ended) && f->at.live && (w.seen_in_loop || w.seen_behind_label || line == 0))
		flow_lose(&w, "its end is not known");
	if (!w.lost && !f->at.live)
		flow_lose(&w, "the line was not found among its statements");
	flow_returned(f);
	f->lost = w.lost;
	free(w.points);
	free(w.partner);
}
