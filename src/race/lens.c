#include "race/lens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clex.h"
#include "base/mem.h"
#include "race/flow.h"
#include "race/primitive.h"

struct results {
	const struct lens_text *t;
	const struct ctokens *ts;
	const size_t *partner;
	struct lens_find *out;
	size_t n;
	size_t body; /* its first brace */
};

static struct lens_find *add(struct results *r, enum lens_state state)
{
	struct lens_find *f;

	if (r->n == LENS_FINDS)
		return NULL;
	f = &r->out[r->n++];
	*f = (struct lens_find){.state = state};
	return f;
}

/* ---- locks ---- */

static uint32_t line_of(const struct results *r, uint32_t place)
{
	return place && place <= r->ts->n ? r->t->first + r->ts->t[place - 1].line - 1 : 0;
}

/* Who took it there; where nobody did, it stays as it is. */
static void name_by(const struct results *r, uint32_t place, char *by, size_t size)
{
	struct slice name;

	if (place == 0 || place > r->ts->n)
		return;
	name = r->ts->t[place - 1].kind == CTOKEN_NAME ? r->ts->t[place - 1].s : SLICE("guard"); /* "guard(x)(…)" */
	snprintf(by, size, "%.*s", (int)(name.n < size ? name.n : size - 1), name.p);
}

struct slice lens_object(struct slice name)
{
	size_t dot = slice_rfind(name, "."), arrow = slice_rfind(name, "->");

	if (dot == SLICE_NONE && arrow == SLICE_NONE)
		return SLICE("");
	return slice_sub(name, 0, dot == SLICE_NONE || (arrow != SLICE_NONE && arrow > dot) ? arrow : dot);
}

/* Where it may have been released for a while, and by whom. */
static void add_pauses(const struct results *r, const struct held_slot *s, bool in_line, struct lens_find *f)
{
	f->pause = line_of(r, s->pause);
	f->dip = line_of(r, s->dip);
	name_by(r, s->pause, f->pauser, sizeof f->pauser);
	name_by(r, s->dip, f->dipper, sizeof f->dipper);
	f->dips_in_line = in_line && s->dip;
}

/* A way that does not lead to the line releases what nobody took here: a helper may have done so, or a caller. */
static void add_untaken(struct results *r, const struct held_key *k)
{
	struct held_slot s = {.why = HELD_ELSEWHERE};
	struct lens_find *f = k->untaken && k->kind <= LOCK_SHARED ? add(r, LENS_UNDECIDED) : NULL;

	if (!f)
		return;
	f->kind = k->kind;
	f->family = k->family;
	f->pointer = k->pointer;
	f->line = line_of(r, k->untaken);
	memcpy(f->name, k->name, sizeof f->name);
	f->elsewhere = true;
	held_words(&s, "", f->line, f->why);
}

static void add_lock(struct results *r, const struct held_key *k, const struct held_slot *s, bool in_line)
{
	bool named = k->family == lock_find(SLICE("x_lock"))->family, sure = s->lo >= 1 && !s->moved && !in_line;
	bool paused = s->hi < 1 && s->lo >= 0 && s->dip;
	enum lens_state state = paused		? LENS_PAUSED
				: s->hi < 1	? (s->lo < 0 && !named ? LENS_DROPPED : LENS_RELEASED)
				: !sure || named ? LENS_UNDECIDED
				: s->asserted ? LENS_ASSERTED
					      : LENS_HELD;
	uint32_t place = paused ? s->dip : s->hi < 1 ? s->at : s->from;
	struct lens_find *f;

	if (s->hi < 1 && s->at == 0 && !paused) { /* named in the function, but nowhere before the line */
		add_untaken(r, k);
		return;
	}
	f = add(r, state);
	if (!f)
		return;
	f->kind = k->kind;
	f->family = k->family;
	f->pointer = k->pointer;
	f->line = line_of(r, place);
	memcpy(f->name, k->name, sizeof f->name);
	memcpy(f->by, k->by, sizeof f->by);
	name_by(r, s->from, f->by, sizeof f->by);
	f->certain = s->off;
	f->whole = paused && named;
	add_pauses(r, s, in_line, f);
	if (state == LENS_UNDECIDED) {
		struct held_slot at = *s;

		f->sure = sure;
		f->entered = s->lo == 0 && !s->moved && !in_line && !named && s->why == HELD_ONE_WAY;
		if (in_line || sure)
			at.why = in_line ? HELD_IN_LINE : HELD_BY_NAME;
		held_words(&at, f->by, line_of(r, s->at), f->why);
	}
}

static void add_locks(struct results *r, const struct flow *f)
{
	for (size_t i = 0; i < f->keys.n; i++)
		add_lock(r, &f->keys.k[i], &f->at.k[i], f->changes[i]);
}

/* Of a function that was not understood all that it names is undecided. */
static void add_undecided(struct results *r, const char *lost)
{
	struct held_keys ks = {0};

	for (size_t i = 0; i + 1 < r->ts->n; i++) {
		const struct lock_row *row = flow_row_at(r->ts, r->partner, i);
		size_t was = ks.n;
		struct held_key k;
		struct lens_find *f;

		if (!row || row->op == LOCK_KEEP || row->op == LOCK_DROP || row->op == LOCK_MAY_DROP || row->op == LOCK_PAUSE ||
		    row->op == LOCK_MAY_PAUSE)
			continue;
		k = flow_key(r->ts, r->partner, i, row);
		held_key(&ks, &k);
		f = ks.n > was ? add(r, LENS_UNDECIDED) : NULL;
		if (!f)
			continue;
		f->kind = k.kind;
		f->family = k.family;
		f->pointer = k.pointer;
		f->line = r->t->first + r->ts->t[i].line - 1;
		memcpy(f->name, k.name, sizeof f->name);
		memcpy(f->by, k.by, sizeof f->by);
		snprintf(f->why, sizeof f->why, "the function was not understood: %.80s", lost);
	}
}

/* ---- marks ---- */

/* The tokens of the statement that the line is in. */
static void statement(const struct results *r, uint32_t line, size_t *from, size_t *to)
{
	size_t n = r->ts->n, i = 0;

	while (i < n && r->ts->t[i].line < line)
		i++;
	*from = *to = i;
	while (*from > 0 && !ctoken_is(&r->ts->t[*from - 1], ";") && !ctoken_is(&r->ts->t[*from - 1], "{") && !ctoken_is(&r->ts->t[*from - 1], "}"))
		--*from;
	while (*to < n && (r->ts->t[*to].line == line || (*to > i && !ctoken_is(&r->ts->t[*to - 1], ";") && !ctoken_is(&r->ts->t[*to - 1], "{") &&
							      !ctoken_is(&r->ts->t[*to - 1], "}"))))
		++*to;
}

static enum primitive mark_of(const struct results *r, size_t i)
{
	bool called = i > r->body && r->ts->t[i].kind == CTOKEN_NAME && i + 1 < r->ts->n && ctoken_is(&r->ts->t[i + 1], "(");

	const struct lock_row *row = called ? lock_find(r->ts->t[i].s) : NULL;

	return called && (!row || row->op == LOCK_PAUSE || row->op == LOCK_MAY_PAUSE) ? primitive_find(r->ts->t[i].s) : PRIMITIVE_NONE;
}

static bool is_member(const struct results *r, size_t i)
{
	return i > 0 && (ctoken_is(&r->ts->t[i - 1], "->") || ctoken_is(&r->ts->t[i - 1], "."));
}

static bool is_named(const struct results *r, size_t from, size_t to, struct slice name)
{
	for (size_t i = from; i < to; i++)
		if (r->ts->t[i].kind == CTOKEN_NAME && slice_eq(r->ts->t[i].s, name))
			return true;
	return false;
}

/*
 * Is the mark of something that the statement names?  Of "READ_ONCE(p->a)" that is the member, else whatever stands in its parentheses;
 * of "q = rcu_dereference(p->q)" what it is assigned to, too.
 */
static bool is_related(const struct results *r, size_t i, size_t from, size_t to)
{
	size_t end = r->partner[i + 1];
	bool members = false;

	for (size_t k = i + 2; k < end && k < r->ts->n; k++)
		members |= is_member(r, k);
	for (size_t k = i + 2; k < end && k < r->ts->n; k++)
		if (r->ts->t[k].kind == CTOKEN_NAME && (!members || is_member(r, k)) && is_named(r, from, to, r->ts->t[k].s))
			return true;
	return i > 1 && ctoken_is(&r->ts->t[i - 1], "=") && is_named(r, from, to, r->ts->t[i - 2].s);
}

static void add_mark(struct results *r, size_t i, enum lens_state state)
{
	struct lens_find *f = add(r, state);
	struct buf b = BUF_INIT;
	size_t end = r->partner[i + 1];

	if (!f)
		return;
	for (size_t k = i; k <= end && k < r->ts->n && b.n < LENS_NAME; k++) {
		struct slice s = r->ts->t[k].s;

		if (b.n && s.n && clex_is_ident(b.p[b.n - 1]) && clex_is_ident(s.p[0]))
			buf_addc(&b, ' ');
		buf_add_slice(&b, s);
		if (slice_is(s, ","))
			buf_addc(&b, ' ');
	}
	snprintf(f->name, sizeof f->name, "%.*s", (int)(b.n < sizeof f->name ? b.n : sizeof f->name - 1), b.p);
	snprintf(f->by, sizeof f->by, "%.*s", (int)(r->ts->t[i].s.n < sizeof f->by ? r->ts->t[i].s.n : sizeof f->by - 1), r->ts->t[i].s.p);
	f->line = r->t->first + r->ts->t[i].line - 1;
	f->access = mark_of(r, i) == PRIMITIVE_ACCESS;
	buf_release(&b);
}

/* One elsewhere in the function: what orders, and what is of the same field. */
static void add_around(struct results *r, size_t i, size_t from, size_t to, enum lens_state state)
{
	enum primitive p = mark_of(r, i);

	if (p == PRIMITIVE_ORDER || (p == PRIMITIVE_ACCESS && is_related(r, i, from, to)))
		add_mark(r, i, state);
}

static void add_marks(struct results *r, uint32_t line)
{
	size_t from, to;

	statement(r, line, &from, &to);
	for (size_t i = from; i < to; i++)
		if (mark_of(r, i))
			add_mark(r, i, LENS_AT);
	for (size_t i = from; i > 0; i--) /* the nearest first */
		add_around(r, i - 1, from, to, LENS_BEFORE);
	for (size_t i = to; i < r->ts->n; i++)
		add_around(r, i, from, to, LENS_BEHIND);
}

size_t lens_look(const struct lens_text *t, struct lens_find *out, const char **lost)
{
	/* a line before the text is none of its statements */
	uint32_t line = t->line >= t->first ? t->line - t->first + 1 : UINT32_MAX;
	struct ctokens ts = {0};
	struct results r = {.t = t, .ts = &ts, .out = out};
	size_t *partner;
	struct flow *f = xcalloc(1, sizeof *f);

	ctokens_read(&ts, t->text);
	r.partner = partner = flow_partners(&ts);
	while (r.body < ts.n && !ctoken_is(&ts.t[r.body], "{"))
		r.body++;
	flow_walk(f, &ts, line, t->cut, t->callee, t->helpers);
	if (f->lost)
		add_undecided(&r, f->lost);
	else
		add_locks(&r, f);
	add_marks(&r, line);
	if (lost)
		*lost = f->lost;
	free(f);
	free(partner);
	ctokens_release(&ts);
	return r.n;
}
