/* What both sides have in common, what one has alone, and what is undecided. */
#include <string.h>

#include "app/lens_words.h"

enum { ITEMS = 64 };

struct pair {
	struct lens_list *l;
	struct lens_item item[2][ITEMS];
	size_t n[2];
};

static bool is_lock(const struct lens_item *i)
{
	return i->find->kind <= LOCK_SHARED;
}

static bool is_held(const struct lens_item *i)
{
	return i->state == LENS_HELD || i->state == LENS_ASSERTED;
}

enum likeness { UNLIKE, SAME_FIELD, SAME_NAME };

static enum likeness compare(const struct lens_item *a, const struct lens_item *b)
{
	struct slice field = lens_field(slice_str(a->find->name));

	if (is_lock(a) != is_lock(b) || (!is_lock(a) && a->find->kind != b->find->kind))
		return UNLIKE;
	if (strcmp(a->find->name, b->find->name) == 0)
		return SAME_NAME;
	return field.n && slice_eq(field, lens_field(slice_str(b->find->name))) && (a->find->pointer || b->find->pointer) ? SAME_FIELD : UNLIKE;
}

static const struct lens_frame *frame_of(const struct pair *p, const struct lens_item *i)
{
	return &p->l->side[i->side].frame[i->frame];
}

static void add(struct pair *p, enum lens_part part, struct buf *b, const struct lens_item *i)
{
	lens_row_add(p->l, part, part == LENS_OPEN ? LENS_DOUBTS : LENS_SAYS, "", buf_slice(b), frame_of(p, i), i->find->line);
	buf_clear(b);
}

/* ", for reading" of each that does not keep others out. */
static void add_modes(const struct pair *p, const struct lens_item *a, const struct lens_item *b, struct buf *out)
{
	bool first = a->find->kind == LOCK_SHARED, second = b->find->kind == LOCK_SHARED;
	struct slice name = lens_side_name(p->l, first ? a->side : b->side);

	if (first && second)
		buf_adds(out, ", both for reading, which keeps neither out");
	else if (first || second)
		buf_addf(out, ", the %.*s for reading", (int)name.n, name.p);
}

/* Sections and states say nothing of each other. */
static void common_section(struct pair *p, const struct lens_item *a, struct buf *b)
{
	switch (a->find->kind) {
	case LOCK_RCU:
		buf_addf(b, "Both are in a read-side section (%s), which keeps neither out.", a->find->name);
		break;
	case LOCK_SEQ:
		buf_addf(b, "Both read under the sequence count %s, which keeps neither out.", a->find->name);
		break;
	default:
		return; /* of each cpu */
	}
	add(p, LENS_COMMON, b, a);
}

/* Was it held all the time? */
static void add_but(const struct pair *p, const struct lens_item *i, struct buf *out)
{
	struct slice side = lens_side_name(p->l, i->side);

	if (i->why.n)
		buf_addf(out, " On the side of the %.*s %.*s.", (int)side.n, side.p, (int)i->why.n, i->why.p);
}

static void common_lock(struct pair *p, const struct lens_item *a, const struct lens_item *o, struct buf *b)
{
	enum likeness like = compare(a, o);

	if (like == SAME_FIELD) {
		buf_addf(b, "The %.*s holds %s", (int)lens_side_name(p->l, a->side).n, lens_side_name(p->l, a->side).p, a->find->name);
		buf_addf(b, ", the %.*s %s: the same field, but whether of the same object the text does not tell.", (int)lens_side_name(p->l, o->side).n,
			 lens_side_name(p->l, o->side).p, o->find->name);
		add(p, LENS_OPEN, b, a);
		return;
	}
	if (a->find->family == lock_find(SLICE("local_lock"))->family) {
		buf_addf(b, "Both hold %s, of which each cpu has its own: it keeps nobody out who runs on another one.", a->find->name);
		add(p, LENS_COMMON, b, a);
		return;
	}
	buf_addf(b, "Both hold %s", a->find->name);
	add_modes(p, a, o, b);
	if (a->state == LENS_ASSERTED || o->state == LENS_ASSERTED)
		buf_addf(b, ", %s as the code asserts", a->state == o->state ? "both" : a->state == LENS_ASSERTED ? "the first" : "the second");
	buf_adds(b, a->find->pointer || o->find->pointer ? ", by that name: check that it is of the same object." : ".");
	add_but(p, a, b);
	add_but(p, o, b);
	add(p, LENS_COMMON, b, a);
}

/* Is there a likely partner on the other side that it cannot be told of? */
static bool may_match(const struct pair *p, const struct lens_item *i)
{
	for (size_t k = 0; k < p->n[!i->side]; k++) {
		const struct lens_item *o = &p->item[!i->side][k];

		if (o->state == LENS_UNDECIDED && is_lock(o) && (compare(i, o) != UNLIKE || o->find->pointer))
			return true;
	}
	return false;
}

static void lone_lock(struct pair *p, const struct lens_item *i, struct buf *b)
{
	const struct lens_side *other = &p->l->side[!i->side];
	struct slice own = lens_side_name(p->l, i->side), name = lens_side_name(p->l, !i->side);
	bool excluded = lens_report_excludes(p->l, !i->side, i), known = excluded || lens_side_is_known(other), may = !excluded && may_match(p, i);
	size_t of, n = lens_side_known(other, &of);

	buf_addf(b, "%s %.*s holds %s", known && !may ? "Only the" : "The", (int)own.n, own.p, i->find->name);
	if (i->find->kind == LOCK_SHARED)
		buf_adds(b, " for reading");
	if (i->state == LENS_ASSERTED)
		buf_adds(b, ", as the code asserts");
	lens_but(i, b);
	if (may)
		buf_addf(b, "; whether the %.*s does is undecided.", (int)name.n, name.p);
	else if (excluded)
		buf_addf(b, ": the report lists what the %.*s holds.", (int)name.n, name.p);
	else if (known)
		buf_addc(b, '.');
	else if (n == 0)
		buf_addf(b, "; of the %.*s the text of no function is known.", (int)name.n, name.p);
	else
		buf_addf(b, "; the %.*s does not, by the %zu of its %zu functions that are known.", (int)name.n, name.p, n, of);
	add(p, may ? LENS_OPEN : LENS_ONE, b, i);
}

static void lone_section(struct pair *p, const struct lens_item *i, struct buf *b)
{
	struct slice own = lens_side_name(p->l, i->side);

	if ((i->find->kind == LOCK_IRQ || i->find->kind == LOCK_BH) && p->l->c->access[!i->side].interrupt) {
		buf_addf(b, "The %.*s runs with %s off, which keeps out interrupts of its own cpu only.", (int)own.n, own.p,
			 i->find->kind == LOCK_IRQ ? "interrupts" : "soft interrupts");
		add(p, LENS_ONE, b, i);
	}
	if (i->find->kind != LOCK_RCU && i->find->kind != LOCK_SEQ)
		return;
	buf_addf(b, "The %.*s is in a %s (%s).", (int)own.n, own.p, i->find->kind == LOCK_RCU ? "read-side section" : "reader's part of a sequence count", i->find->name);
	add(p, LENS_ONE, b, i);
}

/* Who writes under a sequence count is told by who reads under it. */
static const struct lens_item *sequence_partner(const struct pair *p, const struct lens_item *i)
{
	struct slice field = lens_field(slice_str(i->find->name));

	for (size_t k = 0; k < p->n[!i->side]; k++) {
		const struct lens_item *o = &p->item[!i->side][k];
		bool writes = i->find->kind == LOCK_SEQ && o->find->kind == LOCK_EXCLUSIVE, reads = i->find->kind == LOCK_EXCLUSIVE && o->find->kind == LOCK_SEQ;

		if (is_held(o) && (writes || reads) && o->find->family == i->find->family &&
		    (strcmp(o->find->name, i->find->name) == 0 || (field.n && slice_eq(field, lens_field(slice_str(o->find->name))))))
			return o;
	}
	return NULL;
}

static void sequence(struct pair *p, const struct lens_item *i, const struct lens_item *o, struct buf *b)
{
	const struct lens_item *w = i->find->kind == LOCK_EXCLUSIVE ? i : o, *r = w == i ? o : i;
	struct slice writer = lens_side_name(p->l, w->side), reader = lens_side_name(p->l, r->side);
	bool same = strcmp(w->find->name, r->find->name) == 0;

	if (i->side)
		return; /* said of the first one */
	buf_addf(b, "The %.*s is in a writer's part of the sequence count %s, the %.*s in a reader's part of ", (int)writer.n, writer.p, w->find->name, (int)reader.n,
		 reader.p);
	buf_addf(b, "%s: it reads again where they met%s.", same ? "it" : r->find->name, w->find->pointer || r->find->pointer ? ", if it is that of the same object" : "");
	add(p, LENS_COMMON, b, w);
}

/* lock_sock() marks the socket as owned by a user, bh_lock_sock() keeps its spinlock: only who asks finds the owner. */
static const struct lens_item *socket_partner(const struct pair *p, const struct lens_item *i)
{
	bool owns = slice_is(lens_field(slice_str(i->find->name)), "sk_lock"), spins = slice_ends(slice_str(i->find->name), "sk_lock.slock");

	for (size_t k = 0; (owns || spins) && k < p->n[!i->side]; k++) {
		const struct lens_item *o = &p->item[!i->side][k];

		if (is_held(o) && (spins ? slice_is(lens_field(slice_str(o->find->name)), "sk_lock") : slice_ends(slice_str(o->find->name), "sk_lock.slock")))
			return o;
	}
	return NULL;
}

static void sockets(struct pair *p, const struct lens_item *i, const struct lens_item *o, struct buf *b)
{
	const struct lens_item *own = slice_is(lens_field(slice_str(i->find->name)), "sk_lock") ? i : o, *spin = own == i ? o : i;
	struct slice owner = lens_side_name(p->l, own->side), spinner = lens_side_name(p->l, spin->side);

	if (i->side)
		return; /* said of the first one */
	buf_addf(b, "The %.*s owns a socket (%s), the %.*s holds the spinlock of one (%s): of the same socket they keep each other out only where ",
		 (int)owner.n, owner.p, own->find->name, (int)spinner.n, spinner.p, spin->find->name);
	buf_addf(b, "the %.*s found sock_owned_by_user() false.", (int)spinner.n, spinner.p);
	add(p, LENS_OPEN, b, spin);
}

/* The same lock in two frames of a side is one; that it is taken says more than that the code asserts it. */
static bool is_repeated(const struct pair *p, const struct lens_item *i)
{
	for (size_t k = 0; k < p->n[i->side]; k++) {
		const struct lens_item *o = &p->item[i->side][k];

		if (o == i || !is_held(o) || o->find->kind != i->find->kind || strcmp(o->find->name, i->find->name) != 0)
			continue;
		if (o->state == i->state ? o < i : o->state == LENS_HELD)
			return true;
	}
	return false;
}

static void held(struct pair *p, const struct lens_item *i, struct buf *b)
{
	const struct lens_item *best = NULL, *socket, *sequel;

	if (is_repeated(p, i))
		return;
	for (size_t k = 0; k < p->n[!i->side]; k++) {
		const struct lens_item *o = &p->item[!i->side][k];

		if (is_held(o) && compare(i, o) != UNLIKE && (!best || compare(i, o) > compare(i, best)))
			best = o;
	}
	if (!best && (sequel = sequence_partner(p, i)))
		sequence(p, i, sequel, b);
	else if (!best && is_lock(i) && (socket = socket_partner(p, i)))
		sockets(p, i, socket, b);
	else if (best && i->side == 0 && is_lock(i))
		common_lock(p, i, best, b);
	else if (best && i->side == 0)
		common_section(p, i, b);
	else if (!best && is_lock(i))
		lone_lock(p, i, b);
	else if (!best)
		lone_section(p, i, b);
}

/* Of a function of which only the name is known, and which the other side called, too. */
static bool is_called_by_both(const struct pair *p, const struct lens_item *i)
{
	for (size_t k = 0; i->find->sure && k < p->n[!i->side]; k++) {
		const struct lens_item *o = &p->item[!i->side][k];

		if (o->state == LENS_UNDECIDED && o->find->sure && strcmp(o->find->by, i->find->by) == 0)
			return true;
	}
	return false;
}

static void undecided(struct pair *p, const struct lens_item *i, struct buf *b)
{
	struct slice own = lens_side_name(p->l, i->side);

	if (i->find->kind >= LOCK_IRQ)
		return;
	if (is_called_by_both(p, i)) {
		buf_addf(b, "Undecided whether both hold the same: both called %s(), and what it takes is not known.", i->find->by);
		if (i->side == 0)
			add(p, LENS_OPEN, b, i);
		buf_clear(b);
		return;
	}
	buf_addf(b, "Undecided whether the %.*s %s %s: ", (int)own.n, own.p, is_lock(i) ? "holds" : "is under", i->find->name);
	buf_add_slice(b, i->why);
	buf_addc(b, '.');
	add(p, LENS_OPEN, b, i);
}

void lens_pair(struct lens_list *l)
{
	struct pair p = {.l = l};
	struct buf b = BUF_INIT;
	size_t was;

	if (l->n < 2)
		return;
	for (unsigned side = 0; side < 2; side++)
		p.n[side] = lens_items(l, side, false, p.item[side], ITEMS);
	was = l->nrows;
	lens_report_pair(l);
	for (unsigned side = 0; side < 2; side++)
		for (size_t i = 0; i < p.n[side]; i++) {
			if (is_held(&p.item[side][i]))
				held(&p, &p.item[side][i], &b);
			else if (p.item[side][i].state == LENS_UNDECIDED)
				undecided(&p, &p.item[side][i], &b);
		}
	if (l->nrows == was) {
		bool known = lens_side_is_known(&l->side[0]) && lens_side_is_known(&l->side[1]);
		size_t of, some = lens_side_known(&l->side[0], &of) + lens_side_known(&l->side[1], &of);

		lens_row_add(l, LENS_OPEN, LENS_SAYS, "",
			     known  ? SLICE("No lock is taken on either side, in all of their functions.")
			     : some ? SLICE("No lock is taken in the functions whose text is known.")
				    : SLICE("The text of no function is known: nothing is to be told of locks."),
			     NULL, 0);
	}
	buf_release(&b);
}
