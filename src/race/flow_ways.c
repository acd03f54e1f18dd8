/* Statements that have a condition, and those that leave the line of what is written. */
#include "race/flow_parts.h"

#include <string.h>

static bool at_kind(const struct walk *w, enum ctoken_kind kind)
{
	return w->at < w->ts->n && w->ts->t[w->at].kind == kind;
}

/* "#ifdef A  else if (b) c();  #endif": a branch that may be left out. */
static void enter_optional(struct walk *w, bool *optional)
{
	if (*optional && at_kind(w, CTOKEN_ENDIF)) {
		*optional = false;
		w->at++;
	}
	if (!*optional && at_kind(w, CTOKEN_IF) && w->at + 1 < w->ts->n && ctoken_is(&w->ts->t[w->at + 1], "else")) {
		*optional = true;
		w->at++;
	}
}

/* "#ifdef A  if (a) b(); else  #endif  c();": what comes next is all of it where A is not. */
static void end_with_else(struct walk *w, struct held *no)
{
	struct branches *b = w->branches;

	if (!at_kind(w, CTOKEN_ENDIF) || !b || b->n == 0 || b->open[b->n - 1].has_else)
		return;
	held_join(no, &b->open[--b->n].entry);
	w->at++;
}

void flow_if_statement(struct walk *w, struct held *h)
{
	struct held out = {0}, no = *h;
	bool optional = false;

	while (!w->lost) {
		struct held before = no, yes = no;
		size_t from, to;
		bool last = !flow_at(w, "if");

		if (!last) {
			flow_see(w, w->at++, &no);
			if (!flow_parens(w, &from, &to, &no))
				break;
			flow_cond(w, from, to, &no, &yes, &no);
		}
		flow_statement(w, &yes);
		held_join(&out, &yes);
		if (last)
			no.live = false;
		if (optional)
			held_join(&no, &before);
		enter_optional(w, &optional);
		if (!flow_at(w, "else"))
			break;
		flow_see(w, w->at++, &no);
		end_with_else(w, &no);
	}
	if (optional)
		flow_lose(w, "an #if cuts through its statements");
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

void flow_while_loop(struct walk *w, struct held *h)
{
	size_t head = flow_point(w, w->at, (struct slice){0}), from, to;
	struct scope c = {0};
	struct held body, out;

	flow_reach(w, head, h);
	flow_see(w, w->at++, h);
	if (!flow_parens(w, &from, &to, h))
		return;
	flow_cond(w, from, to, h, &body, &out);
	push(w, &c);
	flow_statement(w, &body);
	pop(w);
	held_join(&body, &c.cont);
	flow_reach(w, head, &body);
	held_join(&out, &c.brk);
	*h = out;
}

/* The semicolon of "for (a; b; c)" behind `i`. */
static size_t semicolon(const struct walk *w, size_t i, size_t to)
{
	while (i < to && !ctoken_is(&w->ts->t[i], ";"))
		i = flow_opens(&w->ts->t[i]) && w->partner[i] < to ? w->partner[i] + 1 : i + 1;
	return i;
}

void flow_for_loop(struct walk *w, struct held *h)
{
	size_t head = flow_point(w, w->at, (struct slice){0}), from, to, a, b;
	struct scope c = {0};
	struct held body, out;

	flow_see(w, w->at++, h);
	if (!flow_parens(w, &from, &to, h))
		return;
	a = semicolon(w, from, to);
	b = semicolon(w, a + (a < to), to);
	flow_expression(w, from, a, h);
	flow_reach(w, head, h);
	flow_cond(w, a + (a < to), b, h, &body, &out);
	push(w, &c);
	flow_statement(w, &body);
	pop(w);
	held_join(&body, &c.cont);
	flow_expression(w, b + (b < to), to, &body);
	flow_reach(w, head, &body);
	held_join(&out, &c.brk);
	*h = out;
}

void flow_do_loop(struct walk *w, struct held *h)
{
	size_t head = flow_point(w, w->at, (struct slice){0}), from, to;
	struct scope c = {0};
	struct held again, out;
	bool known;

	flow_reach(w, head, h);
	flow_see(w, w->at++, h);
	push(w, &c);
	flow_statement(w, h);
	pop(w);
	held_join(h, &c.cont);
	if (w->at == w->ts->n || !slice_starts(w->ts->t[w->at].s, "while")) {
		flow_lose(w, "a do has no while");
		return;
	}
	known = flow_at(w, "while");
	flow_see(w, w->at++, h);
	if (!flow_parens(w, &from, &to, h))
		return;
	if (known) {
		flow_cond(w, from, to, h, &again, &out);
	} else { /* "while_each_thread(a, b);" */
		flow_expression(w, from, to, h);
		flow_assign_names(w, from, to, h);
		again = out = *h;
	}
	flow_reach(w, head, &again);
	flow_eat(w, ";", &out);
	held_join(&out, &c.brk);
	*h = out;
}

/* "list_for_each_entry(p, …) {": nobody says how often; what stands in the parentheses is assigned each time. */
void flow_macro_loop(struct walk *w, struct held *h)
{
	size_t head = flow_point(w, w->at, (struct slice){0}), from = w->at + 2, to = w->partner[w->at + 1];
	struct scope c = {0};
	struct held body;

	flow_reach(w, head, h);
	flow_expression(w, from - 2, to + 1, h);
	flow_assign_names(w, from, to, h);
	w->at = to + 1;
	body = *h;
	push(w, &c);
	flow_statement(w, &body);
	pop(w);
	held_join(&body, &c.cont);
	flow_reach(w, head, &body);
	held_join(h, &body);
	held_join(h, &c.brk);
}

void flow_switch_statement(struct walk *w, struct held *h)
{
	struct scope c = {.is_switch = true};
	struct held body = {0};
	size_t from, to;

	flow_see(w, w->at++, h);
	if (!flow_parens(w, &from, &to, h))
		return;
	flow_expression(w, from, to, h);
	c.entry = *h;
	push(w, &c);
	flow_statement(w, &body);
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

void flow_case_label(struct walk *w, struct held *h)
{
	struct scope *c = enclosing(w, false);
	bool is_default = flow_at(w, "default");
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

void flow_jump(struct walk *w, struct held *h)
{
	bool cont = flow_at(w, "continue"), brk = flow_at(w, "break");
	struct scope *c = cont ? enclosing(w, true) : w->scope;
	size_t end = flow_end(w, w->at);

	if (cont || brk) {
		flow_see(w, w->at, h);
		if (!c)
			flow_lose(w, cont ? "a continue stands outside of a loop" : "a break stands outside of a loop");
		else
			leave(w, cont ? &c->cont : &c->brk, h, c->guards);
	} else if (flow_at(w, "goto")) {
		flow_see(w, w->at, h);
		if (w->at + 2 == end && w->ts->t[w->at + 1].kind == CTOKEN_NAME) {
			struct held out = *h;

			flow_drop_guards(w, &out, 0, true);
			flow_reach(w, flow_point(w, 0, w->ts->t[w->at + 1].s), &out);
		} else {
			flow_lose(w, "a goto does not name its label");
		}
	} else {
		struct held before = *h;

		flow_expression(w, w->at + 1, end, h);
		flow_see(w, w->at, h);
		if (w->line == 0) {
			struct held out = *h;

			flow_drop_guards(w, &out, 0, false);
			flow_return(w, w->at + 1, end, &before, &out);
		}
	}
	h->live = false;
	w->at = end;
	flow_eat(w, ";", h);
}

void flow_may_jump(struct walk *w, struct slice name, const struct held *h)
{
	for (size_t i = 0; i < w->nlabels; i++)
		if (slice_eq(w->points[i].label, name)) {
			struct held out = *h;

			flow_drop_guards(w, &out, 0, true);
			flow_reach(w, i, &out);
			return;
		}
}

void flow_label(struct walk *w, struct held *h)
{
	flow_reach(w, flow_point(w, 0, w->ts->t[w->at].s), h);
	w->labels = true;
	flow_see(w, w->at++, h);
	flow_see(w, w->at++, h);
}

