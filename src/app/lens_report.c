/* The lock lines of a verbose report: what it says is held at each access. */
#include <inttypes.h>

#include "app/lens_words.h"

struct slice lens_field(struct slice s)
{
	size_t dot = slice_rfind(s, "."), arrow = slice_rfind(s, "->");

	if (dot == SLICE_NONE && arrow == SLICE_NONE)
		return SLICE("");
	return slice_sub(s, dot == SLICE_NONE || (arrow != SLICE_NONE && arrow > dot) ? arrow + 2 : dot + 1, s.n);
}

static const struct access *access_of(const struct lens_list *l, unsigned side)
{
	return l->side[side].a;
}

static bool is_complete(const struct access *a)
{
	return a->nheld >= 0 && a->nlocks == (size_t)a->nheld;
}

/* In an interrupt the locks of the task that was interrupted are listed, too. */
enum whose { OWN, INTERRUPTED, EITHER };

static enum whose whose(const struct access *a, const struct crash_lock *k)
{
	bool own = false, interrupted = false;

	for (size_t i = 0; i < a->nframes; i++) {
		bool same = k->at.function.n && slice_eq(a->frames[i].function, k->at.function);

		own |= same && !a->frames[i].interrupted;
		interrupted |= same && a->frames[i].interrupted;
	}
	return !a->interrupt || (own && !interrupted) ? OWN : interrupted && !own ? INTERRUPTED : EITHER;
}

/* ---- one side ---- */

static void add(struct lens_list *l, unsigned side, const char *label, struct buf *b, const struct frame *f)
{
	struct lens_row *r = lens_row_add(l, lens_part_of(side), LENS_SAYS, label, buf_slice(b), NULL, 0);

	if (r && f && f->line) {
		r->path = f->file;
		r->line = f->line;
	}
	buf_clear(b);
}

static void add_count(struct lens_list *l, unsigned side, struct buf *b)
{
	const struct access *a = access_of(l, side);

	if (a->nheld < 0)
		return;
	if (a->nheld == 0)
		buf_adds(b, "no lock is held");
	else
		buf_addf(b, "%" PRId32 " lock%s held", a->nheld, a->nheld == 1 ? " is" : "s are");
	buf_addf(b, " by %.*s", (int)a->holder.n, a->holder.p);
	if (a->interrupt)
		buf_adds(b, ", the task that was interrupted, its interrupt included");
	if (!is_complete(a))
		buf_addf(b, ", of which %zu can be read", a->nlocks);
	add(l, side, "report", b, NULL);
}

static void add_irqs(struct lens_list *l, unsigned side, enum crash_irqs irqs, const char *what, const char *on, const char *off, struct buf *b)
{
	bool nested = l->n > 1 && l->c->access[0].cpu == l->c->access[1].cpu; /* what came in between left its own state behind */

	if (irqs == CRASH_IRQS_UNSAID)
		return;
	buf_addf(b, "%s %s, as the report says%s", what, irqs == CRASH_IRQS_ON ? "on" : "off", nested ? ", of this or of what came in between on its cpu" : "");
	add(l, side, irqs == CRASH_IRQS_ON ? on : off, b, NULL);
}

void lens_report_side(struct lens_list *l, unsigned side)
{
	const struct access *a = access_of(l, side);
	struct buf b = BUF_INIT;

	add_count(l, side, &b);
	for (size_t i = 0; i < a->nlocks; i++) {
		const struct crash_lock *k = &a->locks[i];

		buf_addf(&b, "%.*s", (int)k->name.n, k->name.p);
		if (k->address.n)
			buf_addf(&b, " at %.*s", (int)k->address.n, k->address.p);
		buf_adds(&b, ", as the report says");
		if (k->at.function.n)
			buf_addf(&b, ", taken in %.*s()", (int)k->at.function.n, k->at.function.p);
		if (whose(a, k) != OWN)
			buf_adds(&b, whose(a, k) == INTERRUPTED ? "; of the code that was interrupted, on this cpu" : ", or of the code that was interrupted, on this cpu");
		add(l, side, "held", &b, &k->at);
	}
	add_irqs(l, side, a->hardirqs, "interrupts", "irqs on", "irqs off", &b);
	add_irqs(l, side, a->softirqs, "soft interrupts", "bh on", "bh off", &b);
	buf_release(&b);
}

/* ---- both ---- */

/* "p->lock" and "&pond->lock" may be one. */
static bool may_be(struct slice class, struct slice name)
{
	struct slice field = lens_field(class), other = lens_field(name);

	if (field.n && other.n)
		return slice_eq(field, other) || slice_find_slice(class, other, 0) != SLICE_NONE;
	return other.n ? slice_find_slice(class, other, 0) != SLICE_NONE : true; /* a name without a member may be any */
}

bool lens_report_excludes(const struct lens_list *l, unsigned side, const struct lens_item *i)
{
	const struct access *a = access_of(l, side);

	if (!is_complete(a))
		return false;
	for (size_t k = 0; k < a->nlocks; k++) /* what was interrupted does not count, but need not be told apart */
		if (may_be(a->locks[k].name, slice_str(i->find->name)))
			return false;
	return true;
}

static bool is_section(const struct crash_lock *k)
{
	return slice_starts(k->name, "rcu_read_lock") || slice_find(k->name, "srcu", 0) != SLICE_NONE;
}

/* The one on the other side that it is, by its address; else one of its class. */
static const struct crash_lock *other_of(const struct access *o, const struct crash_lock *k, bool *same)
{
	const struct crash_lock *class = NULL;

	*same = false;
	for (size_t i = 0; i < o->nlocks; i++) {
		bool named = slice_eq(o->locks[i].name, k->name) && whose(o, &o->locks[i]) != INTERRUPTED;

		if (named && k->address.n && slice_eq(o->locks[i].address, k->address)) {
			*same = true;
			return &o->locks[i];
		}
		class = named ? &o->locks[i] : class;
	}
	return class;
}

/* "(wq_completion)events", "(work_completion)(&w->work)": that a work runs is no lock that it holds. */
static bool is_work(const struct crash_lock *k)
{
	return slice_starts(k->name, "(wq_completion)") || slice_starts(k->name, "(work_completion)");
}

static void add_lone(struct lens_list *l, unsigned side, const struct crash_lock *k, struct buf *b)
{
	struct slice own = lens_side_name(l, side);

	if (is_work(k))
		return;
	buf_addf(b, "%s %.*s%s %s%.*s%s, as the report says.", is_complete(access_of(l, !side)) ? "Only the" : "The", (int)own.n, own.p,
		 whose(access_of(l, side), k) == EITHER ? ", or the code that it interrupted," : "", is_section(k) ? "is in a read-side section (" : "holds ", (int)k->name.n,
		 k->name.p, is_section(k) ? ")" : "");
	lens_row_add(l, LENS_ONE, LENS_SAYS, "", buf_slice(b), NULL, 0);
	buf_clear(b);
}

/* That nothing is held is worth as much as what is. */
static void add_nothing(struct lens_list *l, struct buf *b)
{
	bool none[2];

	for (unsigned side = 0; side < 2; side++)
		none[side] = access_of(l, side)->nheld == 0;
	if (none[0] && none[1])
		lens_row_add(l, LENS_COMMON, LENS_SAYS, "", SLICE("Neither holds a lock, as the report says."), NULL, 0);
	for (unsigned side = 0; side < 2 && none[0] != none[1]; side++)
		if (none[side] && access_of(l, !side)->nlocks == 0) { /* else it is said of the locks of the other */
			struct slice own = lens_side_name(l, side);

			buf_addf(b, "The %.*s holds no lock, as the report says.", (int)own.n, own.p);
			lens_row_add(l, LENS_ONE, LENS_SAYS, "", buf_slice(b), NULL, 0);
			buf_clear(b);
		}
}

void lens_report_pair(struct lens_list *l)
{
	struct buf b = BUF_INIT;

	add_nothing(l, &b);
	for (unsigned side = 0; side < 2; side++)
		for (size_t i = 0; i < access_of(l, side)->nlocks; i++) {
			const struct crash_lock *k = &access_of(l, side)->locks[i], *o;
			bool same;

			if (whose(access_of(l, side), k) == INTERRUPTED)
				continue;
			o = other_of(access_of(l, !side), k, &same);
			if (!o) {
				add_lone(l, side, k, &b);
				continue;
			}
			if (side)
				continue; /* said of the other one */
			if (same)
				buf_addf(&b, "Both hold %.*s at %.*s, as the report says%s.", (int)k->name.n, k->name.p, (int)k->address.n, k->address.p,
					 is_section(k) ? ": a read-side section, which keeps neither out" : ", but not in which mode");
			else
				buf_addf(&b, "Both hold a lock of the class %.*s, but not the same one: their addresses differ, as the report says.", (int)k->name.n,
					 k->name.p);
			lens_row_add(l, same ? LENS_COMMON : LENS_ONE, LENS_SAYS, "", buf_slice(&b), NULL, 0);
			buf_clear(&b);
		}
	buf_release(&b);
}
