/*
 * Functions made by chance, and all ways through them walked: what is said to be held is held on each, and what is not said to be
 * held, nor undecided, is held on none.
 */
#include "race/lens.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tests/test.h"

enum { INSTRUCTIONS = 600, LOCKS = 3, LABELS = 2, JUMPS = 64, PROGRAMS = 1500 };
static const char *const lock_names[LOCKS] = {"l", "m", "g"}; /* the last is a guard's */

enum op { TAKE, DROP, HERE, BRANCH, TRY, JUMP, RETURN };
struct instruction {
	enum op op;
	int lock, a, b; /* where it goes on; TRY: with the lock, without */
};

/* Jumps whose end is not known yet. */
struct jumps {
	int n;
	struct {
		int at;
		bool b;
	} j[JUMPS];
};

struct loop {
	struct jumps *brk, *cont; /* cont NULL: a switch */
	struct loop *up;
	int guards;
};

struct program {
	uint64_t chance;
	struct buf text;
	struct instruction code[INSTRUCTIONS];
	int n, left; /* left: statements that may be made */
	bool here;
	int label[LABELS], label_guards[LABELS]; /* -1: not there yet */
	struct {
		int at, label, guards;
	} go[JUMPS];
	int ngo, guards; /* guards that are open: all of the same lock, so one at most */
};

static unsigned roll(struct program *p, unsigned n)
{
	p->chance ^= p->chance << 13;
	p->chance ^= p->chance >> 7;
	p->chance ^= p->chance << 17;
	return (unsigned)(p->chance % n);
}

static int emit(struct program *p, enum op op, int lock)
{
	assert_true(p->n < INSTRUCTIONS);
	p->code[p->n] = (struct instruction){op, lock, -1, -1};
	return p->n++;
}

static void later(struct jumps *j, int at, bool b)
{
	assert_true(j->n < JUMPS);
	j->j[j->n].at = at;
	j->j[j->n++].b = b;
}

static void land(struct program *p, struct jumps *j, int to)
{
	for (int i = 0; i < j->n; i++)
		*(j->j[i].b ? &p->code[j->j[i].at].b : &p->code[j->j[i].at].a) = to;
	j->n = 0;
}

static void join(struct jumps *a, const struct jumps *b)
{
	for (int i = 0; i < b->n; i++)
		later(a, b->j[i].at, b->j[i].b);
}

/* ---- conditions ---- */

static void cond(struct program *p, struct jumps *yes, struct jumps *no, int deep)
{
	unsigned kind = roll(p, deep < 2 ? 10 : 5);
	struct jumps first_yes = {0}, first_no = {0};
	int lock = (int)roll(p, 2), at;

	if (kind < 3) {
		buf_adds(&p->text, "x");
		at = emit(p, BRANCH, 0);
		later(yes, at, false);
		later(no, at, true);
	} else if (kind < 5) {
		bool zero = roll(p, 2);

		buf_addf(&p->text, "spin_trylock(&%s)%s", lock_names[lock], zero ? " == 0" : "");
		at = emit(p, TRY, lock);
		later(zero ? no : yes, at, false);
		later(zero ? yes : no, at, true);
	} else if (kind < 6) {
		buf_adds(&p->text, "1");
		later(yes, emit(p, JUMP, 0), false);
	} else if (kind < 7) {
		buf_adds(&p->text, "!(");
		cond(p, no, yes, deep + 1);
		buf_adds(&p->text, ")");
	} else {
		bool both = roll(p, 2);

		buf_adds(&p->text, "(");
		cond(p, &first_yes, &first_no, deep + 1);
		land(p, both ? &first_yes : &first_no, p->n);
		join(both ? no : yes, both ? &first_no : &first_yes);
		buf_adds(&p->text, both ? " && " : " || ");
		cond(p, yes, no, deep + 1);
		buf_adds(&p->text, ")");
	}
}

/* ---- statements ---- */

static void statement(struct program *p, struct loop *in, int deep);

static void block(struct program *p, struct loop *in, int deep)
{
	for (unsigned i = roll(p, 4) + 1; i > 0; i--)
		statement(p, in, deep + 1);
}

/* Out to a place outside of which so many guards are open. */
static void leave(struct program *p, int guards)
{
	if (p->guards > guards)
		emit(p, DROP, 2);
}

static void jump(struct program *p, struct loop *in)
{
	unsigned kind = roll(p, 5);
	struct loop *loop = in;

	while (loop && !loop->cont)
		loop = loop->up;
	if (kind == 0) {
		buf_adds(&p->text, "return;\n");
		emit(p, RETURN, 0);
	} else if (kind == 1 && in) {
		buf_adds(&p->text, "break;\n");
		leave(p, in->guards);
		later(in->brk, emit(p, JUMP, 0), false);
	} else if (kind == 2 && loop) {
		buf_adds(&p->text, "continue;\n");
		leave(p, loop->guards);
		later(loop->cont, emit(p, JUMP, 0), false);
	} else if (p->ngo < JUMPS) {
		int label = (int)roll(p, LABELS);

		if (kind == 3 && p->label[label] < 0) {
			buf_addf(&p->text, "out%d:\ny();\n", label);
			p->label[label] = p->n;
			p->label_guards[label] = p->guards;
			return;
		}
		buf_addf(&p->text, "goto out%d;\n", label);
		p->go[p->ngo].label = label;
		p->go[p->ngo].guards = p->guards;
		p->go[p->ngo++].at = emit(p, JUMP, 0);
	}
}

static void simple(struct program *p, struct loop *in)
{
	unsigned kind = roll(p, 8);
	int lock = (int)roll(p, 2);

	if (kind < 3) {
		buf_addf(&p->text, "spin_lock(&%s);\n", lock_names[lock]);
		emit(p, TAKE, lock);
	} else if (kind < 5) {
		buf_addf(&p->text, "spin_unlock(&%s);\n", lock_names[lock]);
		emit(p, DROP, lock);
	} else if (kind < 7 && !p->here) {
		buf_adds(&p->text, "here(); /*@*/\n");
		p->here = true;
		emit(p, HERE, 0);
	} else {
		jump(p, in);
	}
}

static void branch(struct program *p, struct loop *in, int deep)
{
	struct jumps yes = {0}, no = {0}, end = {0};

	buf_adds(&p->text, "if (");
	cond(p, &yes, &no, 0);
	buf_adds(&p->text, ") {\n");
	land(p, &yes, p->n);
	block(p, in, deep);
	if (roll(p, 2)) {
		later(&end, emit(p, JUMP, 0), false);
		land(p, &no, p->n);
		buf_adds(&p->text, "} else {\n");
		block(p, in, deep);
	}
	buf_adds(&p->text, "}\n");
	land(p, &no, p->n);
	land(p, &end, p->n);
}

static void loop(struct program *p, struct loop *in, int deep)
{
	struct jumps yes = {0}, no = {0}, brk = {0}, cont = {0};
	struct loop own = {&brk, &cont, in, p->guards};
	bool late = roll(p, 3) == 0;
	int head = p->n;

	buf_adds(&p->text, late ? "do {\n" : "while (");
	if (!late) {
		cond(p, &yes, &no, 0);
		buf_adds(&p->text, ") {\n");
		land(p, &yes, p->n);
	}
	block(p, &own, deep);
	if (late) {
		land(p, &cont, p->n);
		buf_adds(&p->text, "} while (");
		cond(p, &yes, &no, 0);
		buf_adds(&p->text, ");\n");
		land(p, &yes, head);
	} else {
		buf_adds(&p->text, "}\n");
		land(p, &cont, head);
		p->code[emit(p, JUMP, 0)].a = head;
	}
	land(p, &no, p->n);
	land(p, &brk, p->n);
}

static void choice(struct program *p, struct loop *in, int deep)
{
	struct jumps brk = {0}, next = {0};
	struct loop own = {&brk, NULL, in, p->guards};
	int at;

	buf_adds(&p->text, "switch (x) {\n");
	at = emit(p, BRANCH, 0);
	p->code[at].a = p->n;
	later(&next, at, true);
	for (int i = 0; i < 2; i++) {
		buf_addf(&p->text, i ? "default:\n" : "case 1:\n");
		if (i)
			land(p, &next, p->n);
		block(p, &own, deep);
		if (roll(p, 2)) {
			buf_adds(&p->text, "break;\n");
			later(&brk, emit(p, JUMP, 0), false);
		}
	}
	buf_adds(&p->text, "}\n");
	land(p, &brk, p->n);
}

static void guarded(struct program *p, struct loop *in, int deep)
{
	buf_adds(&p->text, "{\nguard(mutex)(&g);\n");
	emit(p, TAKE, 2);
	p->guards++;
	block(p, in, deep);
	p->guards--;
	emit(p, DROP, 2);
	buf_adds(&p->text, "}\n");
}

static void statement(struct program *p, struct loop *in, int deep)
{
	unsigned kind = p->left-- <= 0 || deep > 4 ? 0 : roll(p, 12);

	if (kind < 5)
		simple(p, in);
	else if (kind < 7)
		branch(p, in, deep);
	else if (kind < 8)
		loop(p, in, deep);
	else if (kind < 9)
		choice(p, in, deep);
	else if (p->guards == 0)
		guarded(p, in, deep);
}

/* False where it is no program: a label is missing, or stands where a goto may not go to. */
static bool make(struct program *p, uint64_t seed)
{
	buf_clear(&p->text);
	p->chance = seed * 0x9e3779b97f4a7c15 + 1;
	p->n = p->ngo = p->guards = 0;
	p->left = 20;
	p->here = false;
	p->label[0] = p->label[1] = -1;
	buf_adds(&p->text, "static void f(struct s *p)\n{\n");
	for (int i = 0; i < 5; i++)
		statement(p, NULL, 0);
	buf_adds(&p->text, "}\n");
	emit(p, RETURN, 0);
	for (int i = 0; i < p->ngo; i++) {
		int label = p->go[i].label;

		if (p->label[label] < 0 || p->label_guards[label] > p->go[i].guards)
			return false;
		p->code[p->go[i].at].a = p->n;
		if (p->go[i].guards > p->label_guards[label])
			emit(p, DROP, 2);
		p->code[emit(p, JUMP, 0)].a = p->label[label];
	}
	return p->here;
}

/* ---- all ways ---- */

/* Bit n of `*must`, `*may`: lock n is held on all, on some of the ways that come to "here".  False: none does. */
static bool walk(const struct program *p, unsigned *must, unsigned *may)
{
	static bool seen[INSTRUCTIONS][1 << LOCKS];
	static struct {
		int at;
		unsigned held;
	} todo[INSTRUCTIONS * (2 << LOCKS)];
	size_t n = 0;
	bool came = false;

	memset(seen, 0, sizeof seen);
	*must = ~0u;
	*may = 0;
	todo[n].at = 0;
	todo[n++].held = 0;
	while (n > 0) {
		int at = todo[--n].at;
		unsigned held = todo[n].held, bit;
		const struct instruction *i = &p->code[at];

		if (seen[at][held])
			continue;
		seen[at][held] = true;
		bit = 1u << i->lock;
		if (i->op == HERE) {
			came = true;
			*must &= held;
			*may |= held;
		}
		if (i->op == RETURN)
			continue;
		if (i->op == BRANCH || i->op == TRY) {
			todo[n].at = i->b;
			todo[n++].held = held;
		}
		todo[n].at = i->op == BRANCH || i->op == TRY || i->op == JUMP ? i->a : at + 1;
		todo[n++].held = i->op == TAKE || i->op == TRY ? held | bit : i->op == DROP ? held & ~bit : held;
	}
	return came;
}

static enum lens_state state_of(const struct lens_find *f, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (f[i].state < LENS_AT && strcmp(f[i].name, name) == 0)
			return strstr(f[i].why, "what takes it is not known") ? LENS_RELEASED : f[i].state; /* nobody else does here */
	return LENS_RELEASED; /* or never taken */
}

static uint32_t line_of(const char *text)
{
	uint32_t n = 1;

	for (; *text != '@'; text++)
		n += *text == '\n';
	return n;
}

static void nothing_is_said_that_is_not_so(void **state)
{
	struct program *p = calloc(1, sizeof *p);
	size_t made = 0, decided = 0, reached = 0;

	(void)state;
	for (uint64_t seed = 1; made < PROGRAMS; seed++) {
		struct lens_find found[LENS_FINDS];
		struct lens_text t = {.first = 1};
		unsigned must, may;
		const char *lost;
		size_t n;

		if (!make(p, seed))
			continue;
		made++;
		t.text = buf_slice(&p->text);
		t.line = line_of(buf_str(&p->text));
		n = lens_look(&t, found, &lost);
		if (!walk(p, &must, &may)) {
			assert_non_null(lost);
			continue;
		}
		reached++;
		if (lost)
			fail_msg("%s\nnot understood: %s", buf_str(&p->text), lost);
		for (int i = 0; i < LOCKS; i++) {
			enum lens_state s = state_of(found, n, lock_names[i]);
			bool held = must >> i & 1, perhaps = may >> i & 1;

			if (s == LENS_HELD ? !held : s != LENS_UNDECIDED && perhaps)
				fail_msg("%s\nseed %" PRIu64 ": %s is said to be %d; on all ways %d, on some %d", buf_str(&p->text), seed, lock_names[i], (int)s,
					 held, perhaps);
			decided += (s == LENS_UNDECIDED) == (held != perhaps);
		}
	}
	assert_true(decided * 100 >= reached * LOCKS * 95); /* what the text decides is not left undecided */
	buf_release(&p->text);
	free(p);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(nothing_is_said_that_is_not_so),
};

TEST_MAIN()
