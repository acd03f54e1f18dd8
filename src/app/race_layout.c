#include "app/race_layout.h"

#include <inttypes.h>
#include <string.h>

#include "app/object.h"
#include "app/race.h"
#include "race/changed.h"
#include "race/value.h"

/* ---- byte order ---- */

enum order { ORDER_LITTLE, ORDER_BIG, ORDER_TAKEN };

/* Of the machine, by the run's input or by what the report says of the hardware; else it is taken as little-endian. */
static enum order order_of(struct session *s)
{
	static const char *const big[] = {"s390x", "s390", "ppc64", "ppc", "powerpc", "mips", "mips64", "sparc64", "m68k", "parisc"};
	static const char *const little[] = {"amd64", "x86_64", "386", "i386", "x86", "arm64", "aarch64", "arm", "riscv64", "riscv", "ppc64le", "mips64le",
					     "mipsle", "loong64", "loongarch"};
	const struct crash *c = s->run->crash;
	struct slice arch;

	if (traj_count(s->run->traj) && session_member(s, 0, FIELD_ARGS, "TargetArch", &arch) > 0) {
		for (size_t i = 0; i < sizeof big / sizeof *big; i++)
			if (slice_is(arch, big[i]))
				return ORDER_BIG;
		for (size_t i = 0; i < sizeof little / sizeof *little; i++)
			if (slice_is(arch, little[i]))
				return ORDER_LITTLE;
	}
	if (slice_find(c->hardware, "PowerMac", 0) != SLICE_NONE || slice_find(c->hardware, "(LPAR)", 0) != SLICE_NONE ||
	    slice_find(c->hardware, "(z/VM", 0) != SLICE_NONE || slice_find(c->hardware, "(KVM/Linux)", 0) != SLICE_NONE)
		return ORDER_BIG;
	return slice_find(c->hardware, "BIOS", 0) != SLICE_NONE ? ORDER_LITTLE : ORDER_TAKEN;
}

/* ---- where the struct begins ---- */

struct side {
	bool known;         /* of which struct it is a field */
	struct slice file;  /* where it is named */
	struct object object;
	bool based, aligned; /* where the struct begins; where it is taken that that is a multiple of the access's size */
	uint64_t base;
};

/* The struct that a side's one name leads to: by the names of its line, else by those further out. */
static void look_at_side(struct session *s, unsigned i, struct arena *a, struct side *out)
{
	const struct access *acc = &s->run->crash->access[i];
	struct race_side r;

	*out = (struct side){.known = false};
	race_look(s, i, &r);
	if (!race_is_one(&r) || r.candidate[r.which].linked)
		return;
	out->file = acc->frames[r.frame].file;
	out->known = object_of(s, r.candidate[r.which].text, out->file, acc->frames[r.frame].line, a, &out->object);
	if ((!out->known || !out->object.laid_out) && r.at != r.frame) {
		struct object further;

		if (object_of(s, r.site[r.which].text, acc->frames[r.at].file, acc->frames[r.at].line, a, &further) && (further.laid_out || !out->known)) {
			out->known = true;
			out->object = further;
			out->file = acc->frames[r.at].file;
		}
	}
}

/*
 * An access to a whole field begins where that does.  One to bits takes the bytes around them: which, is certain where there is one way
 * only; else compilers take bytes that lie at a multiple of their number.
 */
static void find_base(const struct access *a, struct side *side)
{
	const struct member *m = side->object.member;
	uint64_t first, last;

	if (!side->known || !side->object.laid_out || side->object.element || a->size == 0)
		return;
	first = m->bit / 8;
	last = (m->bit + m->bits + 7) / 8;
	if (member_is_whole(m)) {
		side->based = last - first == a->size && a->address >= first;
		side->base = a->address - first;
		return;
	}
	if (last - first > a->size || a->size > 8)
		return;
	if (last - first < a->size) {
		side->aligned = true;
		if ((a->size & (a->size - 1)) != 0 || a->address % a->size != 0 || first / a->size != (last - 1) / a->size)
			return;
		first -= first % a->size;
	}
	side->based = a->address >= first;
	side->base = a->address - first;
}

/* ---- all of it ---- */

static void explain(struct race_layout *l, const char *before, struct slice tag, const char *behind)
{
	struct buf b = BUF_INIT;

	buf_addf(&b, "%s struct %.*s%s", before, (int)tag.n, tag.p, behind);
	l->why = arena_slice(l->arena, buf_slice(&b));
	buf_release(&b);
}

static void take(struct race_layout *l, const struct side *side)
{
	struct buf b = BUF_INIT;

	l->members = side->object.members;
	l->picture.members = &l->members;
	l->picture.base = side->base;
	l->span = side->object.span;
	buf_addf(&b, "struct %.*s", (int)side->object.tag.n, side->object.tag.p);
	l->picture.name = arena_slice(l->arena, buf_slice(&b));
	if (side->aligned)
		explain(l, "It is taken that", side->object.tag, " begins at a multiple of the access's size.");
	buf_release(&b);
	if (!picture_can(&l->picture)) /* the other access is far from it */
		l->picture.members = NULL;
}

/* On 32-bit machines a number of 8 bytes may lie at a multiple of 4. */
static unsigned alignment(const struct access *a, const struct members *ms)
{
	unsigned n = members_alignment(ms);

	return a->address_text.n > 10 || n < 4 ? n : 4;
}

/* Does the struct begin where its fields could not lie, as they are laid out? */
static bool is_askew(struct race_layout *l, const struct side *side, const struct access *a)
{
	unsigned n = alignment(a, &side->object.members);
	struct buf b = BUF_INIT;

	if (side->base % n == 0)
		return false;
	buf_addf(&b, "By its layout struct %.*s would begin at 0x%" PRIx64 ", which is no multiple of %u, as its fields need, unless it is packed: "
		     "the layout is not of this kernel, or a name is wrong; so it is not drawn.", (int)side->object.tag.n, side->object.tag.p, side->base, n);
	l->why = arena_slice(l->arena, buf_slice(&b));
	l->contradicts = true;
	buf_release(&b);
	return true;
}

/* The side whose base is certain, else one by alignment; -1: none.  Two that contradict each other are none. */
static int choose(struct race_layout *l, const struct side *side, const struct access *a, size_t n)
{
	int best = -1;

	for (size_t i = 0; i < n; i++)
		if (side[i].based && (best < 0 || (side[best].aligned && !side[i].aligned)))
			best = (int)i;
	for (size_t i = 0; best >= 0 && i < n; i++)
		if (side[i].based && slice_eq(side[i].object.tag, side[best].object.tag) && side[i].base != side[best].base && side[i].aligned <= side[best].aligned) {
			explain(l, "By the layout of", side[best].object.tag, " and their names the two accesses do not meet: the layout is not of this kernel, or "
									      "a name is wrong; so it is not drawn.");
			l->contradicts = true;
			return -1;
		}
	return best >= 0 && is_askew(l, &side[best], &a[best]) ? -1 : best;
}

static void say_why_not(struct race_layout *l, const struct side *side, size_t n)
{
	const struct side *wanted = NULL;

	for (size_t i = 0; i < n; i++) /* the smaller access is to the inner struct, which tells more */
		if (side[i].known && !side[i].object.laid_out && (!wanted || l->picture.access[i].size < l->picture.access[wanted - side].size))
			wanted = &side[i];
	if (wanted) {
		if (!l->why.n)
			explain(l, "No tool returned the layout of", wanted->object.tag, ".");
		l->wanted = wanted->object.tag;
		l->user = wanted->file;
	}
	for (size_t i = 0; i < n && !l->why.n; i++)
		if (side[i].known)
			explain(l, "Where in", side[i].object.tag, " the accesses begin is not told by their names: they are of another size than the field.");
}

void race_layout_of(struct session *s, struct race_layout *out)
{
	const struct crash *c = s->run->crash;
	struct picture *p = &out->picture;
	struct side side[CRASH_ACCESSES];
	int best;

	*out = (struct race_layout){.arena = arena_new()};
	p->n = c->naccesses;
	for (unsigned i = 0; i < p->n; i++) {
		const struct access *a = &c->access[i];

		p->access[i] = (struct picture_access){a->kind == ACCESS_READ ? 'R' : a->kind == ACCESS_WRITE || a->kind == ACCESS_READ_WRITE ? 'W' : 'A',
						       a->address, a->size};
		look_at_side(s, i, out->arena, &side[i]);
		find_base(a, &side[i]);
	}
	p->changed = p->n && p->access[p->n - 1].size <= 8 && value_read(c->value_old, &p->was) && value_read(c->value_new, &p->is);
	p->big_endian = order_of(s) == ORDER_BIG;
	best = choose(out, side, c->access, p->n);
	if (best >= 0)
		take(out, &side[best]);
	else
		say_why_not(out, side, p->n);
}

void race_layout_release(struct race_layout *l)
{
	arena_free(l->arena);
	*l = (struct race_layout){0};
}

bool race_layout_says(const struct race_layout *l)
{
	const struct picture *p = &l->picture;

	return picture_can(p) &&
	       (p->members || l->contradicts || (p->n > 1 && (p->access[0].address != p->access[1].address || p->access[0].size != p->access[1].size)));
}

void race_layout_caption(const struct session *s, const struct race_layout *l, struct buf *out)
{
	const struct picture *p = &l->picture;

	if (!p->members)
		return;
	buf_addf(out, "%.*s at 0x%" PRIx64 ", by the layout ", (int)p->name.n, p->name.p, p->base);
	if (l->span == EVIDENCE_NO_SPAN)
		buf_adds(out, "that you asked for:");
	else
		buf_addf(out, "in span %" PRIu32 ":", traj_span(s->run->traj, l->span)->seq);
}

void race_layout_changed(struct session *s, struct buf *out)
{
	struct race_layout l;

	race_layout_of(s, &l);
	if (race_layout_says(&l))
		changed_fields(&l.picture, out);
	race_layout_release(&l);
}

void race_layout_words(struct session *s, const struct race_layout *l, struct buf *out)
{
	const struct picture *p = &l->picture;
	bool shown = race_layout_says(l);

	picture_torn(p, out);
	if (l->why.n && shown)
		buf_addf(out, "%s%.*s", out->n ? " " : "", (int)l->why.n, l->why.p);
	if (shown && p->changed && p->was != p->is && p->access[p->n - 1].size > 1 && order_of(s) == ORDER_TAKEN)
		buf_addf(out, "%sThe machine is taken as little-endian.", out->n ? " " : "");
}
