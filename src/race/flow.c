#include "race/flow.h"

#include <stdlib.h>
#include <string.h>

#include "base/clex.h"
#include "base/mem.h"
#include "race/flow_parts.h"

enum { PASSES = 12, POINTS = 2000 };

/* ---- brackets ---- */

static bool is_open(const struct ctoken *t)
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
		if (is_open(t))
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
static size_t point_of(struct walk *w, size_t token, struct slice label)
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
static void reach(struct walk *w, size_t p, struct held *h)
{
	if (held_join(&w->points[p].held, h))
		w->changed = true;
	*h = w->points[p].held;
}

/* ---- statements ---- */

static void statement(struct walk *w, struct held *h);

static bool at(const struct walk *w, const char *word)
{
	return w->at < w->ts->n && ctoken_is(&w->ts->t[w->at], word);
}

static bool eat(struct walk *w, const char *word, const struct held *h)
{
	if (!at(w, word))
		return false;
	flow_see(w, w->at++, h);
	return true;
}

/* The "(" of a condition: where it stands and where it closes. */
static bool parens(struct walk *w, size_t *from, size_t *to, const struct held *h)
{
	if (!at(w, "(") || w->partner[w->at] == w->ts->n) {
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
static size_t expression_end(const struct walk *w, size_t i)
{
	while (i < w->ts->n) {
		const struct ctoken *t = &w->ts->t[i];

		if (ctoken_is(t, ";") || ctoken_is(t, "}"))
			return i;
		i = is_open(t) ? w->partner[i] : i;
		i += i < w->ts->n;
	}
	return i;
}

static void if_statement(struct walk *w, struct held *h)
{
	struct held out = {0}, no = *h;

	while (w->at < w->ts->n && at(w, "if") && !w->lost) {
		struct held yes;
		size_t from, to;

		flow_see(w, w->at++, &no);
		if (!parens(w, &from, &to, &no))
			break;
		flow_cond(w, from, to, &no, &yes, &no);
		statement(w, &yes);
		held_join(&out, &yes);
		if (!at(w, "else"))
			break;
		flow_see(w, w->at++, &no);
		if (at(w, "if"))
			continue;
		statement(w, &no);
		break;
	}
	held_join(&out, &no);
	*h = out;
}

static void push(struct walk *w, struct scope *c)
{
	c->up = w->scope;
	c->guards = w->nguards;
	w->scope = c;
	w->loops += !c->is_switch;
}

static void pop(struct walk *w)
{
	w->loops -= !w->scope->is_switch;
	w->scope = w->scope->up;
}

static void while_loop(struct walk *w, struct held *h)
{
	size_t head = point_of(w, w->at, (struct slice){0}), from, to;
	struct scope c = {0};
	struct held body, out;

	reach(w, head, h);
	flow_see(w, w->at++, h);
	if (!parens(w, &from, &to, h))
		return;
	flow_cond(w, from, to, h, &body, &out);
	push(w, &c);
	statement(w, &body);
	pop(w);
	held_join(&body, &c.cont);
	reach(w, head, &body);
	held_join(&out, &c.brk);
	*h = out;
}

/* The semicolon of "for (a; b; c)" behind `i`. */
static size_t semicolon(const struct walk *w, size_t i, size_t to)
{
	while (i < to && !ctoken_is(&w->ts->t[i], ";"))
		i = is_open(&w->ts->t[i]) && w->partner[i] < to ? w->partner[i] + 1 : i + 1;
	return i;
}

static void for_loop(struct walk *w, struct held *h)
{
	size_t head = point_of(w, w->at, (struct slice){0}), from, to, a, b;
	struct scope c = {0};
	struct held body, out;

	flow_see(w, w->at++, h);
	if (!parens(w, &from, &to, h))
		return;
	a = semicolon(w, from, to);
	b = semicolon(w, a + (a < to), to);
	flow_expression(w, from, a, h);
	reach(w, head, h);
	flow_cond(w, a + (a < to), b, h, &body, &out);
	push(w, &c);
	statement(w, &body);
	pop(w);
	held_join(&body, &c.cont);
	flow_expression(w, b + (b < to), to, &body);
	reach(w, head, &body);
	held_join(&out, &c.brk);
	*h = out;
}

static void do_loop(struct walk *w, struct held *h)
{
	size_t head = point_of(w, w->at, (struct slice){0}), from, to;
	struct scope c = {0};
	struct held again, out;

	reach(w, head, h);
	flow_see(w, w->at++, h);
	push(w, &c);
	statement(w, h);
	pop(w);
	held_join(h, &c.cont);
	if (!eat(w, "while", h) || !parens(w, &from, &to, h)) {
		flow_lose(w, "a do has no while");
		return;
	}
	flow_cond(w, from, to, h, &again, &out);
	reach(w, head, &again);
	eat(w, ";", &out);
	held_join(&out, &c.brk);
	*h = out;
}

/* "list_for_each_entry(p, …) {": nobody says how often; what stands in the parentheses is assigned each time. */
static void macro_loop(struct walk *w, struct held *h)
{
	size_t head = point_of(w, w->at, (struct slice){0}), from = w->at + 2, to = w->partner[w->at + 1];
	struct scope c = {0};
	struct held body;

	reach(w, head, h);
	flow_expression(w, from - 2, to + 1, h);
	flow_assign_names(w, from, to, h);
	w->at = to + 1;
	body = *h;
	push(w, &c);
	statement(w, &body);
	pop(w);
	held_join(&body, &c.cont);
	reach(w, head, &body);
	held_join(h, &body);
	held_join(h, &c.brk);
}

static void switch_statement(struct walk *w, struct held *h)
{
	struct scope c = {.is_switch = true};
	struct held body = {0};
	size_t from, to;

	flow_see(w, w->at++, h);
	if (!parens(w, &from, &to, h))
		return;
	flow_expression(w, from, to, h);
	c.entry = *h;
	push(w, &c);
	statement(w, &body);
	pop(w);
	held_join(&body, &c.brk);
	if (!c.has_default)
		held_join(&body, &c.entry);
	*h = body;
}

static struct scope *enclosing(struct walk *w, bool loop)
{
	struct scope *c = w->scope;

	while (c && (loop ? c->is_switch : !c->is_switch))
		c = c->up;
	return c;
}

static void case_label(struct walk *w, struct held *h)
{
	struct scope *c = enclosing(w, false);
	bool is_default = at(w, "default");
	size_t i = w->at;

	while (i < w->ts->n && !ctoken_is(&w->ts->t[i], ":") && !ctoken_is(&w->ts->t[i], ";") && !ctoken_is(&w->ts->t[i], "}"))
		i++;
	if (!c || i == w->ts->n || !ctoken_is(&w->ts->t[i], ":")) {
		flow_lose(w, "a case stands outside of a switch");
		return;
	}
	c->has_default |= is_default;
	held_join(h, &c->entry);
	for (; w->at <= i; w->at++)
		flow_see(w, w->at, h);
}

/* What is left by a jump to the end of that scope: what guards inside of it hold is released. */
static void leave(struct walk *w, struct held *into, const struct held *h, unsigned guards)
{
	struct held out = *h;

	flow_drop_guards(w, &out, guards, false);
	held_join(into, &out);
}

static void jump(struct walk *w, struct held *h)
{
	bool cont = at(w, "continue"), brk = at(w, "break");
	struct scope *c = cont ? enclosing(w, true) : w->scope;
	size_t end = expression_end(w, w->at);

	if (cont || brk) {
		flow_see(w, w->at, h);
		if (!c)
			flow_lose(w, cont ? "a continue stands outside of a loop" : "a break stands outside of a loop");
		else
			leave(w, cont ? &c->cont : &c->brk, h, c->guards);
	} else if (at(w, "goto")) {
		flow_see(w, w->at, h);
		if (w->at + 2 == end && w->ts->t[w->at + 1].kind == CTOKEN_NAME) {
			struct held out = *h;

			flow_drop_guards(w, &out, 0, true);
			reach(w, point_of(w, 0, w->ts->t[w->at + 1].s), &out);
		} else {
			flow_lose(w, "a goto does not name its label");
		}
	} else {
		flow_expression(w, w->at + 1, end, h);
		flow_see(w, w->at, h);
	}
	h->live = false;
	w->at = end;
	eat(w, ";", h);
}

void flow_may_jump(struct walk *w, struct slice name, const struct held *h)
{
	for (size_t i = 0; i < w->npoints; i++)
		if (slice_eq(w->points[i].label, name)) {
			struct held out = *h;

			flow_drop_guards(w, &out, 0, true);
			reach(w, i, &out);
			return;
		}
}

static void label(struct walk *w, struct held *h)
{
	reach(w, point_of(w, 0, w->ts->t[w->at].s), h);
	w->labels = true;
	flow_see(w, w->at++, h);
	flow_see(w, w->at++, h);
}

/* ---- blocks ---- */

struct branch {
	struct held entry, out;
	bool has_else;
};

/* A directive between statements: its branches are ways, too. */
static void directive(struct walk *w, struct held *h, struct branch *open, size_t *n)
{
	enum ctoken_kind kind = w->ts->t[w->at++].kind;

	w->pending.var = (struct slice){0};
	if (kind == CTOKEN_IF && *n < BRANCHES) {
		open[(*n)++] = (struct branch){.entry = *h};
		return;
	}
	if (kind == CTOKEN_IF || *n == 0) {
		flow_lose(w, "an #if cuts through its statements");
		return;
	}
	held_join(&open[*n - 1].out, h);
	if (kind != CTOKEN_ENDIF) {
		open[*n - 1].has_else |= kind == CTOKEN_ELSE;
		*h = open[*n - 1].entry;
		return;
	}
	(*n)--;
	*h = open[*n].out;
	if (!open[*n].has_else)
		held_join(h, &open[*n].entry);
}

static void block(struct walk *w, struct held *h)
{
	struct branch *open = NULL;
	unsigned guards = w->nguards;
	size_t n = 0;

	flow_see(w, w->at++, h);
	while (!w->lost && w->at < w->ts->n && !at(w, "}")) {
		if (w->ts->t[w->at].kind < CTOKEN_IF) {
			statement(w, h);
			continue;
		}
		open = open ? open : xcalloc(BRANCHES, sizeof *open);
		directive(w, h, open, &n);
	}
	free(open);
	if (w->lost)
		return;
	if (w->at == w->ts->n) {
		w->ended = true;
		return;
	}
	if (n)
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
	statement(w, &body);
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
	return at(w, "return") || at(w, "goto") || at(w, "break") || at(w, "continue");
}

/* One with a condition or a body. */
static bool structured(struct walk *w, struct held *h)
{
	static const struct {
		const char *word;
		void (*run)(struct walk *w, struct held *h);
	} kinds[] = {{"{", block}, {"if", if_statement}, {"while", while_loop}, {"for", for_loop}, {"do", do_loop}, {"switch", switch_statement}};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (at(w, kinds[i].word)) {
			kinds[i].run(w, h);
			return true;
		}
	return false;
}

static void simple(struct walk *w, struct held *h)
{
	size_t end;

	if (is_macro_loop(w)) {
		macro_loop(w, h);
		return;
	}
	end = expression_end(w, w->at);
	flow_expression_statement(w, w->at, end, h);
	w->at = end;
	eat(w, ";", h);
}

static void statement(struct walk *w, struct held *h)
{
	/* labels are no statements of their own: "if (a) out: b();" */
	while (w->at < w->ts->n && !w->lost && (at(w, "case") || at(w, "default") || is_label(w))) {
		if (at(w, "case") || at(w, "default"))
			case_label(w, h);
		else
			label(w, h);
		w->pending.var = (struct slice){0};
	}
	if (w->lost || w->at >= w->ts->n || at(w, "}"))
		return;
	if (w->ts->t[w->at].kind >= CTOKEN_IF) {
		flow_lose(w, "an #if cuts through its statements");
		return;
	}
	if (w->depth == DEPTH) {
		flow_lose(w, "its statements are too deep in each other");
		return;
	}
	if (!at(w, "if"))
		w->pending.var = (struct slice){0};
	w->depth++;
	if (w->at + 1 < w->ts->n && slice_starts(w->ts->t[w->at].s, "asm") && ctoken_is(&w->ts->t[w->at + 1], "goto"))
		flow_lose(w, "an asm jumps to labels");
	else if (at(w, "else") || at(w, ")") || at(w, "]"))
		flow_lose(w, "its statements do not fit together");
	else if (is_jump(w))
		jump(w, h);
	else if (at(w, "scoped_guard") || at(w, "scoped_cond_guard"))
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
			point_of(w, 0, w->ts->t[i].s);
	}
}

/* What the head of the function says: __must_hold(&l), __releases(l). */
static size_t head(struct walk *w, struct held *h)
{
	size_t i = 0;

	for (; i < w->ts->n && !ctoken_is(&w->ts->t[i], "{"); i++) {
		const struct lock_row *r = w->ts->t[i].kind == CTOKEN_NAME ? lock_find(w->ts->t[i].s) : NULL;

		if (r && r->op == LOCK_ASSERT && i + 1 < w->ts->n && ctoken_is(&w->ts->t[i + 1], "("))
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
	w->at = head(w, &h);
	if (w->at == w->ts->n) {
		flow_lose(w, "its beginning was not found");
		return;
	}
	block(w, &h);
}

void flow_walk(struct flow *f, const struct ctokens *ts, uint32_t line, bool cut)
{
	struct walk w = {.ts = ts, .line = line, .partner = flow_partners(ts), .flow = f};

	*f = (struct flow){0};
	w.changed = true;
	find_labels(&w);
	for (unsigned i = 0; i < PASSES && w.changed && !w.lost; i++)
		once(&w);
	if (!w.lost && w.changed)
		flow_lose(&w, "its loops are too deep in each other");
	if (!w.lost && ts->cut)
		flow_lose(&w, "it is too long");
	if (!w.lost && f->keys.full)
		flow_lose(&w, "it takes too many locks");
	/* a way back to the line may come from what is not known */
	if (!w.lost && (cut || w.ended) && f->at.live && (w.seen_in_loop || w.seen_behind_label))
		flow_lose(&w, "its end is not known");
	if (!w.lost && !f->at.live)
		flow_lose(&w, "the line was not found among its statements");
	f->lost = w.lost;
	free(w.points);
	free(w.partner);
}
