#include "app/lens_words.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

enum { ITEMS = 64, MARKS_NEAR = 2 };

struct lens_row *lens_row_add(struct lens_list *l, enum lens_part part, enum lens_tone tone, const char *label, struct slice words,
			      const struct lens_frame *f, uint32_t line)
{
	struct lens_row *r;

	if (l->nrows == LENS_ROWS)
		return NULL;
	r = &l->rows[l->nrows++];
	*r = (struct lens_row){.part = part, .tone = tone, .label = label, .words = arena_slice(l->a, words)};
	if (f && line) {
		r->path = f->f->file;
		r->line = line;
	}
	return r;
}

struct slice lens_side_name(const struct lens_list *l, unsigned side)
{
	static const char *const which[] = {"first", "second"};
	const struct access *a = l->c->access;
	struct buf b = BUF_INIT;
	struct slice s;

	if (l->n > 1 && a[0].kind == a[1].kind)
		buf_addf(&b, "%s ", which[side]);
	buf_adds(&b, access_kind_name(a[side].kind));
	s = arena_slice(l->a, buf_slice(&b));
	buf_release(&b);
	return s;
}

enum lens_part lens_part_of(unsigned side)
{
	return side ? LENS_SECOND : LENS_FIRST;
}

/* ---- what is held ---- */

/* On each way it is as a caller left it, or taken anew: does one hold it, by that name or member? */
static bool is_held_by_caller(const struct lens_side *d, size_t k, const struct lens_find *f)
{
	struct slice field = lens_field(slice_str(f->name));

	for (size_t up = k + 1; f->entered && up < d->n && d->frame[up].f->interrupted == d->frame[k].f->interrupted; up++)
		for (size_t i = 0; i < d->frame[up].n; i++) {
			const struct lens_find *o = &d->frame[up].find[i];

			if ((o->state == LENS_HELD || o->state == LENS_ASSERTED) && o->kind == f->kind && o->family == f->family &&
			    (strcmp(o->name, f->name) == 0 || (field.n && slice_eq(field, lens_field(slice_str(o->name))))))
				return true;
		}
	return false;
}

size_t lens_items(const struct lens_list *l, unsigned side, bool interrupted, struct lens_item *out, size_t max)
{
	const struct lens_side *d = &l->side[side];
	size_t n = 0;

	for (size_t k = 0; k < d->n; k++)
		for (size_t i = 0; i < d->frame[k].n && n < max; i++) {
			const struct lens_find *f = &d->frame[k].find[i];
			struct buf why = BUF_INIT;

			/* what a caller releases untaken the function that it called took, most likely */
			if (f->state >= LENS_AT || f->whole || d->frame[k].f->interrupted != interrupted || (f->elsewhere && k > 0) ||
			    is_held_by_caller(d, k, f))
				continue;
			out[n] = (struct lens_item){.side = side, .frame = k, .find = f, .state = lens_side_state(d, k, i, &why)};
			if (d->a->marks & MARK_REORDERED && (out[n].state == LENS_HELD || out[n].state == LENS_ASSERTED)) {
				out[n].state = LENS_UNDECIDED;
				buf_clear(&why);
				buf_adds(&why, "the access was reordered: where it took effect it may have been released");
			}
			out[n++].why = arena_slice(l->a, buf_slice(&why));
			buf_release(&why);
		}
	return n;
}

/* One that is released on some ways only, without having been taken, may be held where a caller took it. */
static bool is_doubtful(const struct lens_item *i)
{
	return i->state == LENS_UNDECIDED || (i->state == LENS_DROPPED && !i->find->certain);
}

static const char *label_of(const struct lens_item *i)
{
	static const char *const kinds[LOCK_KINDS] = {
		[LOCK_EXCLUSIVE] = "held", [LOCK_SHARED] = "held", [LOCK_RCU] = "rcu", [LOCK_SEQ] = "seqcount", [LOCK_IRQ] = "irqs off", [LOCK_BH] = "bh off",
		[LOCK_PREEMPT] = "no preempt",
	};

	return is_doubtful(i) ? "undecided"
	       : i->state == LENS_ASSERTED ? "asserted"
	       : i->state == LENS_HELD	   ? kinds[i->find->kind]
					   : "released";
}

/* Who takes it, where: a function that is only called like a lock is named by itself. */
static void by_words(const struct lens_item *i, const struct lens_frame *f, struct buf *b)
{
	struct slice in = lens_frame_name(f);
	bool itself = slice_starts(slice_str(i->find->name), i->find->by) && i->find->name[slice_str(i->find->by).n] == '(';

	if (i->state == LENS_DROPPED) {
		buf_addf(b, " which %.*s() releases%s without having taken it", (int)in.n, in.p, i->find->certain ? "" : " on some ways to the line");
		return;
	}
	if (i->state == LENS_PAUSED) {
		buf_addf(b, " for a while, perhaps, by %s() in %.*s()", i->find->dipper, (int)in.n, in.p);
		return;
	}
	if (i->state == LENS_RELEASED)
		buf_adds(b, " taken");
	if (!itself && i->find->by[0])
		buf_addf(b, " by %s()", i->find->by);
	buf_addf(b, " in %.*s()%s", (int)in.n, in.p, i->state == LENS_RELEASED ? " and released before the line" : "");
}

static void item_words(const struct lens_list *l, const struct lens_item *i, struct buf *b)
{
	static const char *const kinds[LOCK_KINDS] = {
		[LOCK_EXCLUSIVE] = "", [LOCK_SHARED] = " for reading", [LOCK_RCU] = "", [LOCK_SEQ] = " read", [LOCK_IRQ] = "interrupts off",
		[LOCK_BH] = "soft interrupts off", [LOCK_PREEMPT] = "preemption off",
	};
	bool named = i->find->kind < LOCK_IRQ, labelled = !named && i->state == LENS_HELD;

	buf_addf(b, "%s%s%s", named ? i->find->name : "", labelled ? "" : kinds[i->find->kind], named ? "," : "");
	by_words(i, &l->side[i->side].frame[i->frame], b);
	if (i->state == LENS_UNDECIDED)
		buf_addf(b, ": %.*s", (int)i->why.n, i->why.p);
	else
		lens_but(i, b);
}

void lens_but(const struct lens_item *i, struct buf *b)
{
	if ((i->state == LENS_HELD || i->state == LENS_ASSERTED) && i->why.n)
		buf_addf(b, ", but %.*s", (int)i->why.n, i->why.p);
}

/* Of nested ones of a kind without names one is enough. */
static bool is_said(const struct lens_item *items, size_t i)
{
	for (size_t k = 0; k < i && items[i].find->kind >= LOCK_IRQ; k++)
		if (items[k].find->kind == items[i].find->kind && items[k].state == LENS_HELD)
			return true;
	return false;
}

/* What callers took and released again says nothing of the access, nor what of its cpu was off for a while. */
static bool is_left_out(const struct lens_list *l, const struct lens_item *items, size_t n, size_t i)
{
	const struct lens_item *t = &items[i];
	bool outside = t->frame > crash_call_site(l->side[t->side].a);

	if (l->side[t->side].frame[t->frame].f->interrupted && t->find->kind == LOCK_IRQ)
		return true; /* an interrupt came: they were on */
	if (is_said(items, i) || (t->state == LENS_RELEASED && (outside || t->find->kind >= LOCK_IRQ)))
		return true;
	if (t->state != LENS_DROPPED && t->state != LENS_PAUSED)
		return false;
	if (t->find->kind >= LOCK_SEQ)
		return true;
	for (size_t k = 0; k < n && t->state == LENS_PAUSED; k++) /* it is said there */
		if (items[k].find->family == t->find->family && items[k].why.n)
			return true;
	return outside;
}

static void add_items(struct lens_list *l, unsigned side, bool interrupted)
{
	struct lens_item items[ITEMS];
	size_t n = lens_items(l, side, interrupted, items, ITEMS);

	for (size_t i = 0; i < n; i++) {
		struct buf b = BUF_INIT;

		if (is_left_out(l, items, n, i))
			continue;
		item_words(l, &items[i], &b);
		lens_row_add(l, lens_part_of(side), is_doubtful(&items[i]) ? LENS_DOUBTS : LENS_SAYS, label_of(&items[i]), slice_trim(buf_slice(&b)),
			     &l->side[side].frame[items[i].frame], items[i].find->line);
		buf_release(&b);
	}
}

/* ---- what marks the access ---- */

/* Those of the statement (`at`), or of what stands before and behind it; how many mark an access. */
static size_t add_some_marks(struct lens_list *l, unsigned side, bool at)
{
	const struct lens_side *d = &l->side[side];
	size_t near[2] = {0, 0}, n = 0;

	for (size_t i = 0; d->n && i < d->frame[0].n; i++) {
		const struct lens_find *f = &d->frame[0].find[i];

		if (f->state < LENS_AT || (f->state == LENS_AT) != at || (!at && near[f->state - LENS_BEFORE]++ >= MARKS_NEAR))
			continue;
		n += f->access;
		lens_row_add(l, lens_part_of(side), LENS_SAYS, at ? "at line" : f->state == LENS_BEFORE ? "before" : "behind", slice_str(f->name), &d->frame[0], f->line);
	}
	return n;
}

static void add_marks(struct lens_list *l, unsigned side)
{
	const struct lens_side *d = &l->side[side];
	size_t at = add_some_marks(l, side, true);

	if (d->n && d->frame[0].state == LENS_LOOKED && at == 0)
		lens_row_add(l, lens_part_of(side), LENS_SAYS, "at line", SLICE("nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic"),
			     &d->frame[0], d->frame[0].f->line);
	else if (at && !(d->a->marks & MARK_MARKED))
		lens_row_add(l, lens_part_of(side), LENS_SAYS, "at line", SLICE("the racing access itself is plain: the report does not call it marked"),
			     &d->frame[0], d->frame[0].f->line);
	add_some_marks(l, side, false);
}

/* ---- who runs it ---- */

static bool is_softirq(struct slice name)
{
	return slice_is(name, "__do_softirq") || slice_is(name, "handle_softirqs") || slice_is(name, "do_softirq") || slice_is(name, "run_ksoftirqd") ||
	       slice_starts(name, "__local_bh_enable_ip");
}

static void add_context(struct lens_list *l, unsigned side)
{
	const struct lens_side *d = &l->side[side];
	const struct lens_frame *soft = NULL, *entry = NULL;
	struct buf b = BUF_INIT;

	for (size_t k = 0; k < d->n && !d->frame[k].f->interrupted; k++) {
		soft = !soft && is_softirq(d->frame[k].f->function) ? &d->frame[k] : soft;
		entry = k + 1 < d->n && d->frame[k + 1].f->interrupted ? &d->frame[k] : entry;
	}
	if (soft)
		buf_addf(&b, "a soft interrupt: %.*s() called it", (int)lens_frame_name(soft).n, lens_frame_name(soft).p);
	else if (d->a->interrupt || entry)
		buf_adds(&b, "an interrupt");
	if (entry)
		buf_addf(&b, "%s %.*s() came in the middle of other code", soft ? "," : ":", (int)lens_frame_name(entry).n, lens_frame_name(entry).p);
	if (b.n)
		lens_row_add(l, lens_part_of(side), LENS_SAYS, "context", buf_slice(&b), NULL, 0);
	buf_release(&b);
}

/* ---- what is not known ---- */

/* Why nothing is known, as far as it is said apart: of a kernel that is not the one that crashed, or for any other reason. */
enum reason { KNOWN, UNKNOWN, FOREIGN, NO_CALL, REASONS };

static enum reason reason_of(const struct lens_frame *f)
{
	return !lens_frame_why(f) ? KNOWN : f->state == LENS_FOREIGN ? FOREIGN : f->state == LENS_NO_CALL ? NO_CALL : UNKNOWN;
}

/* The functions of a reason in one row, wherever they stand in the stack. */
static void add_unknown_of(struct lens_list *l, unsigned side, enum reason reason)
{
	static const char *const several[REASONS] = {[UNKNOWN] = "their text is not known", [NO_CALL] = "in the source of this commit their lines are others"};
	const struct lens_side *d = &l->side[side];
	const struct lens_frame *first = NULL, *last = NULL;
	struct buf b = BUF_INIT;
	size_t n = 0;

	for (size_t k = 0; k < d->n && !d->frame[k].f->interrupted; k++)
		if (reason_of(&d->frame[k]) == reason) {
			first = first ? first : &d->frame[k];
			last = &d->frame[k];
			n++;
		}
	if (!first)
		return;
	buf_addf(&b, "%.*s()", (int)lens_frame_name(first).n, lens_frame_name(first).p);
	if (n > 1)
		buf_addf(&b, " and %zu %s that called it, up to %.*s()", n - 1, last - first + 1 == (ptrdiff_t)n ? "more" : "of those", (int)lens_frame_name(last).n,
			 lens_frame_name(last).p);
	buf_addf(&b, ": %s", n > 1 && several[reason] ? several[reason] : lens_frame_why(first));
	lens_row_add(l, lens_part_of(side), LENS_MISSES, "not known", buf_slice(&b), first, first->f->line);
	buf_release(&b);
}

static void add_unknown(struct lens_list *l, unsigned side)
{
	const struct lens_side *d = &l->side[side];

	for (enum reason r = UNKNOWN; r < REASONS; r++)
		add_unknown_of(l, side, r);
	for (size_t k = 0; k < d->n && !d->frame[k].f->interrupted; k++) {
		const struct lens_frame *f = &d->frame[k];
		struct buf b = BUF_INIT;

		if (!f->lost || lens_frame_why(f))
			continue;
		buf_addf(&b, "%.*s(): it was not understood: %s", (int)lens_frame_name(f).n, lens_frame_name(f).p, f->lost);
		lens_row_add(l, lens_part_of(side), LENS_MISSES, "not known", buf_slice(&b), f, f->f->line);
		buf_release(&b);
	}
	if (d->n == 0)
		lens_row_add(l, lens_part_of(side), LENS_MISSES, "not known", SLICE("the report has no stack of it"), NULL, 0);
	else if (d->a->elided || d->n < d->a->nframes)
		lens_row_add(l, lens_part_of(side), LENS_MISSES, "not known", SLICE("frames of the stack are missing"), NULL, 0);
}

static void add_interrupted(struct lens_list *l, unsigned side)
{
	size_t was = l->nrows;

	add_items(l, side, true);
	for (size_t i = was; i < l->nrows; i++) {
		struct buf b = BUF_INIT;

		buf_addf(&b, "%.*s; of the code that was interrupted, on this cpu", (int)l->rows[i].words.n, l->rows[i].words.p);
		l->rows[i].words = arena_slice(l->a, buf_slice(&b));
		buf_release(&b);
	}
}

void lens_list_fill(struct lens_list *l)
{
	for (unsigned side = 0; side < l->n; side++) {
		add_context(l, side);
		add_items(l, side, false);
		lens_report_side(l, side);
		add_marks(l, side);
		add_interrupted(l, side);
		add_unknown(l, side);
	}
	lens_pair(l);
}
