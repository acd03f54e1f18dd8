#include "race/lens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clex.h"
#include "base/mem.h"
#include "race/flow.h"

struct results {
	const struct lens_text *t;
	const struct ctokens *ts;
	const size_t *partner;
	struct lens_find *out;
	size_t n;
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

static void add_lock(struct results *r, const struct held_key *k, const struct held_slot *s, bool in_line)
{
	bool named = k->family == lock_find(SLICE("x_lock"))->family, sure = s->lo >= 1 && !s->moved && !in_line;
	enum lens_state state = s->hi < 1	? (s->lo < 0 && !named ? LENS_DROPPED : LENS_RELEASED)
				: !sure || named ? LENS_UNDECIDED
				: k->asserted ? LENS_ASSERTED
					      : LENS_HELD;
	uint32_t line = s->hi < 1 ? s->at : s->line;
	struct lens_find *f;

	if (s->hi < 1 && (s->at == 0 || k->asserted))
		return; /* named in the function, but nowhere before the line */
	f = add(r, state);
	if (!f)
		return;
	f->kind = k->kind;
	f->family = k->family;
	f->pointer = k->pointer;
	f->line = line ? r->t->first + line - 1 : 0;
	memcpy(f->name, k->name, sizeof f->name);
	memcpy(f->by, k->by, sizeof f->by);
	if (state == LENS_UNDECIDED) {
		struct held_slot at = *s;

		at.at = s->at ? r->t->first + s->at - 1 : 0;
		f->sure = sure;
		if (in_line || sure)
			at.why = in_line ? HELD_IN_LINE : HELD_BY_NAME;
		held_words(k, &at, f->why);
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
		const struct lock_row *row = r->ts->t[i].kind == CTOKEN_NAME ? lock_find(r->ts->t[i].s) : NULL;
		size_t was = ks.n;
		struct held_key k;
		struct lens_find *f;

		if (!row || row->op == LOCK_KEEP || row->op == LOCK_DROP || row->op == LOCK_MAY_DROP || !ctoken_is(&r->ts->t[i + 1], "(") ||
		    r->partner[i + 1] == r->ts->n)
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

static bool is_mark(const struct results *r, size_t i)
{
	const struct ctoken *t = &r->ts->t[i];

	return t->kind == CTOKEN_NAME && i + 1 < r->ts->n && ctoken_is(&r->ts->t[i + 1], "(") && clex_is_primitive(t->s) && !lock_find(t->s) &&
	       !slice_starts(t->s, "lockdep_") && !slice_is(t->s, "guard") && !slice_is(t->s, "scoped_guard");
}

static void add_mark(struct results *r, size_t i, enum lens_state state)
{
	struct lens_find *f = add(r, state);
	struct buf b = BUF_INIT;
	size_t end = r->partner[i + 1];

	if (!f)
		return;
	buf_add_slice(&b, r->ts->t[i].s);
	for (size_t k = i + 1; k <= end && k < r->ts->n && b.n < LENS_NAME; k++) {
		buf_add_slice(&b, r->ts->t[k].s);
		if (ctoken_is(&r->ts->t[k], ","))
			buf_addc(&b, ' ');
	}
	snprintf(f->name, sizeof f->name, "%.*s", (int)(b.n < sizeof f->name ? b.n : sizeof f->name - 1), b.p);
	snprintf(f->by, sizeof f->by, "%.*s", (int)(r->ts->t[i].s.n < sizeof f->by ? r->ts->t[i].s.n : sizeof f->by - 1), r->ts->t[i].s.p);
	f->line = r->t->first + r->ts->t[i].line - 1;
	buf_release(&b);
}

static void add_marks(struct results *r, uint32_t line)
{
	size_t from, to;

	statement(r, line, &from, &to);
	for (size_t i = from; i < to; i++)
		if (is_mark(r, i))
			add_mark(r, i, LENS_AT);
	for (size_t i = from; i > 0; i--) /* the nearest first */
		if (is_mark(r, i - 1))
			add_mark(r, i - 1, LENS_BEFORE);
	for (size_t i = to; i < r->ts->n; i++)
		if (is_mark(r, i))
			add_mark(r, i, LENS_BEHIND);
}

static size_t look(const struct lens_text *t, uint32_t line, struct lens_find *out, const char **lost)
{
	struct ctokens ts = {0};
	struct results r = {.t = t, .ts = &ts, .out = out};
	size_t *partner;
	struct flow *f = xcalloc(1, sizeof *f);

	ctokens_read(&ts, t->text);
	r.partner = partner = flow_partners(&ts);
	flow_walk(f, &ts, line, t->cut);
	if (f->lost)
		add_undecided(&r, f->lost);
	else
		add_locks(&r, f);
	if (line)
		add_marks(&r, line);
	if (lost)
		*lost = f->lost;
	free(f);
	free(partner);
	ctokens_release(&ts);
	return r.n;
}

size_t lens_look(const struct lens_text *t, struct lens_find *out, const char **lost)
{
	/* a line before the text is none of its statements */
	return look(t, t->line >= t->first ? t->line - t->first + 1 : UINT32_MAX, out, lost);
}

size_t lens_look_return(const struct lens_text *t, struct lens_find *out, const char **lost)
{
	return look(t, 0, out, lost);
}
