/* What helpers leave held, and what that is called where they are called. */
#include "race/helper.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "tests/test.h"

/* ---- a small world of helpers ---- */

static const struct {
	const char *name, *text; /* of a macro from its parenthesis on */
} texts[] = {
	{"s_lock", "static void s_lock(struct s *s)\n{\n	spin_lock(&s->lock);\n}\n"},
	{"s_unlock", "static void s_unlock(struct s *s)\n{\n	spin_unlock(&s->lock);\n}\n"},
	{"t_lock", "static void t_lock(struct t *p)\n{\n	struct s *s = p->s;\n\n	s_lock(s);\n	mutex_lock(&other.lock);\n}\n"},
	{"irq_lock", "static struct base *irq_lock(struct timer *t, unsigned long *flags)\n{\n	struct base *b;\n\n	for (;;) {\n		b = base_of(t);\n"
		     "		spin_lock_irqsave(&b->lock, *flags);\n		if (b == base_of(t))\n			return b;\n		spin_unlock_irqrestore(&b->lock, *flags);\n	}\n}\n"},
	{"outer_lock", "struct base *outer_lock(struct timer *t, unsigned long *flags)\n{\n	return irq_lock(t, flags);\n}\n"},
	{"s_trylock", "static bool s_trylock(struct s *s)\n{\n	return spin_trylock(&s->lock);\n}\n"},
	{"bucket_lock", "static int bucket_lock(struct b *b, int i)\n{\n	if (busy(b))\n		return -EBUSY;\n	spin_lock(&b[i].lock);\n	return 0;\n}\n"},
	{"get_lock", "struct s *get_lock(int id)\n{\n	struct s *s = find(id);\n\n	if (!s)\n		return NULL;\n	if (s->dead)\n		return ERR_PTR(-ENOENT);\n"
		     "	mutex_lock(&s->mutex);\n	return s;\n}\n"},
	{"unknown_lock", "void unknown_lock(struct s *s)\n{\n	far_lock(s);\n}\n"},
	{"in_lock", "void in_lock(spinlock_t *lock)\n{\n	spin_lock(lock);\n}\n"},
	{"some_lock", "void some_lock(struct s *s)\n{\n	if (s->many)\n		spin_lock(&s->lock);\n}\n"},
	{"at_lock", "spinlock_t *at_lock(struct s *s)\n{\n	spinlock_t *l = ptl_of(s);\n	spin_lock(l);\n	return l;\n}\n"},
	{"z_lock", "(set)	pcp_lock(lock, set)"},
	{"x_ilock", "void x_ilock(struct i *ip, int how)\n{\n	if (how & A)\n		down_write(&ip->a);\n	else if (how & B)\n		down_read(&ip->a);\n}\n"},
	{"x_iunlock", "void x_iunlock(struct i *ip, int how)\n{\n	if (how & A)\n		up_write(&ip->a);\n	else if (how & B)\n		up_read(&ip->a);\n}\n"},
	{"pcp_trylock", "(type, member, ptr)	({ \\\n	type *_ret = this_cpu_ptr(ptr); \\\n	spin_trylock(&_ret->member) ? _ret : NULL; \\\n})"},
	{"pcp_lock", "(member, ptr)	({ \\\n	struct p *_ret; \\\n	pin(); \\\n	_ret = this_cpu_ptr(ptr); \\\n	spin_lock(&_ret->member); \\\n	_ret; \\\n})"},
	{"pcp_unlock", "(member, ptr)	({ spin_unlock(&ptr->member); unpin(); })"},
	{"m_lock", "(x)	do { \\\n	spin_lock(&sk(x)->lock); \\\n} while (0)"},
	{"self_lock", "void self_lock(struct s *s)\n{\n	self_lock(s->next);\n	spin_lock(&s->lock);\n}\n"},
	{"guard_lock", "int guard_lock(struct s *s)\n{\n	guard(mutex)(&s->mutex);\n	return mutex_trylock(&s->other);\n}\n"},
	{"must_lock", "void must_lock(struct s *s)\n	__must_hold(&s->mutex)\n{\n	spin_lock(&s->lock);\n}\n"},
};

static unsigned deep;

static const struct helper *find(void *arg, struct slice name)
{
	static struct helper read[8];
	const struct helpers hs = {find, arg};
	struct helper *h;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		bool known;

		if (!slice_is(name, texts[i].name) || deep == 7)
			continue;
		h = &read[deep++];
		known = texts[i].text[0] == '(' ? helper_read_macro(slice_str(texts[i].text), name, &hs, h) : helper_read(slice_str(texts[i].text), name, &hs, h);
		deep--;
		return known ? h : NULL;
	}
	return NULL;
}

/* ---- as the lens tells it ---- */

static const char *looked(const char *body)
{
	static struct buf b;
	static const char *const states[] = {"held", "asserted", "undecided", "released", "dropped"};
	struct lens_find found[LENS_FINDS];
	struct buf text = BUF_INIT;
	const struct helpers hs = {find, NULL};
	struct lens_text t = {.first = 1, .line = 1, .helpers = &hs};
	const char *lost;
	size_t n;

	buf_addf(&text, "static void f(struct s *p)\n{\n%s\n}\n", body);
	t.text = buf_slice(&text);
	for (size_t i = 0; t.text.p[i] != '@'; i++)
		t.line += t.text.p[i] == '\n';
	n = lens_look(&t, found, &lost);
	buf_clear(&b);
	if (lost)
		buf_addf(&b, "lost: %s", lost);
	for (size_t i = 0; i < n && found[i].state < LENS_AT; i++)
		buf_addf(&b, "%s%s%s %s:%" PRIu32 " %s%s%s", b.n ? "; " : "", states[found[i].state], found[i].kind == LOCK_IRQ ? " irq" : "", found[i].name,
			 found[i].line, found[i].by, found[i].why[0] ? " " : "", found[i].why);
	buf_release(&text);
	return buf_str(&b);
}

struct example {
	const char *body, *found; /* its first line is number 3 */
};

static void check(const struct example *e, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *is = looked(e[i].body);

		if (strcmp(is, e[i].found) != 0)
			fail_msg("%s\nis:     %s\nwanted: %s", e[i].body, is, e[i].found);
	}
}
#define CHECK(table) check(table, sizeof(table) / sizeof *(table))

static void names_are_those_of_the_caller(void **state)
{
	static const struct example e[] = {
		{"	s_lock(p);\n	p->n = 1; /*@*/", "held p->lock:3 s_lock"},
		{"	s_lock(&a.b);\n	p->n = 1; /*@*/", "held a.b.lock:3 s_lock"},
		{"	s_lock(q->a[i]);\n	p->n = 1; /*@*/", "held q->a[i]->lock:3 s_lock"},
		{"	s_lock(*q);\n	p->n = 1; /*@*/", "held (*q)->lock:3 s_lock"},
		{"	s_lock((struct s *)q);\n	p->n = 1; /*@*/", "held ((struct s*)q)->lock:3 s_lock"},
		{"	in_lock(&p->x);\n	p->n = 1; /*@*/\n	spin_unlock(&p->x);", "held p->x:3 in_lock"},
		{"	in_lock(p->x);\n	p->n = 1; /*@*/\n	spin_unlock(p->x);", "held *(p->x):3 in_lock"},
		{"	in_lock(x);\n	p->n = 1; /*@*/", "held *x:3 in_lock"},
		{"	t_lock(q);\n	p->n = 1; /*@*/", "held q->s->lock:3 t_lock; held other.lock:3 t_lock"},
		{"	m_lock(q);\n	p->n = 1; /*@*/", "held sk(q)->lock:3 m_lock"},
		{"	p->n = 1; /*@*/\n	s_unlock(p);", ""},
		{"	spin_lock(&p->lock);\n	s_unlock(p);\n	p->n = 1; /*@*/", "released p->lock:4 spin_lock"},
		{"	s_lock(p);\n	spin_unlock(&p->lock);\n	p->n = 1; /*@*/", "released p->lock:4 s_lock"},
		{"	s_unlock(p);\n	p->n = 1; /*@*/", "dropped p->lock:3 s_unlock"},
	};

	(void)state;
	CHECK(e);
}

static void what_is_returned(void **state)
{
	static const struct example e[] = {
		{"	b = irq_lock(t, &flags);\n	p->n = 1; /*@*/\n	spin_unlock_irqrestore(&b->lock, flags);", "held b->lock:3 irq_lock; held irq flags:3 irq_lock"},
		{"	b = irq_lock(t, &flags);\n	spin_unlock_irqrestore(&b->lock, flags);\n	p->n = 1; /*@*/", "released b->lock:4 irq_lock; released irq flags:4 irq_lock"},
		{"	l = at_lock(p);\n	p->n = 1; /*@*/\n	spin_unlock(l);", "held *l:3 at_lock"},
		{"	pcp = pcp_lock(lock, z->set);\n	p->n = 1; /*@*/\n	pcp_unlock(lock, pcp);", "held pcp->lock:3 pcp_lock"},
		{"	pcp = pcp_lock(lock, z->set);\n	pcp_unlock(lock, pcp);\n	p->n = 1; /*@*/", "released pcp->lock:4 pcp_lock"},
		{"	pcp = pcp_trylock(struct p, lock, z->set);\n	p->n = 1; /*@*/", "undecided this_cpu_ptr(z->set)->lock:3 pcp_trylock it is taken or released under a condition"},
		{"	pcp = z_lock(z->set);\n	p->n = 1; /*@*/", "held pcp->lock:3 z_lock"},
		{"	q->b = outer_lock(t, &flags);\n	p->n = 1; /*@*/", "held q->b->lock:3 outer_lock; held irq flags:3 outer_lock"},
		{"	irq_lock(t, flags);\n	p->n = 1; /*@*/", "held irq_lock():b->lock:3 irq_lock; held irq *flags:3 irq_lock"},
		{"	if (!s_trylock(p))\n		return;\n	p->n = 1; /*@*/", "held p->lock:3 s_trylock"},
		{"	if (s_trylock(p))\n		return;\n	p->n = 1; /*@*/", ""},
		{"	s_trylock(p);\n	p->n = 1; /*@*/", "undecided p->lock:3 s_trylock s_trylock() takes it, and may fail"},
		{"	ret = bucket_lock(b, 3);\n	if (ret)\n		return;\n	p->n = 1; /*@*/", "held b[3].lock:3 bucket_lock"},
		{"	if (bucket_lock(b, 3) < 0) {\n		p->n = 1; /*@*/\n	}", ""},
		{"	s = get_lock(1);\n	if (IS_ERR(s))\n		return;\n	p->n = 1; /*@*/", "undecided s->mutex:3 get_lock it is taken on some ways to the line only"},
		{"	s = get_lock(1);\n	if (IS_ERR_OR_NULL(s))\n		return;\n	p->n = 1; /*@*/", "held s->mutex:3 get_lock"},
	};

	(void)state;
	CHECK(e);
}

static void what_is_not_certain(void **state)
{
	static const struct example e[] = {
		{"	unknown_lock(p);\n	p->n = 1; /*@*/", "undecided far_lock(p):3 unknown_lock it is called like a lock, and what it takes is not known"},
		{"	some_lock(p);\n	p->n = 1; /*@*/", "undecided p->lock:3 some_lock it is taken or released under a condition"},
		{"	x = y && s_trylock(p);\n	p->n = 1; /*@*/", "undecided p->lock:3 s_trylock it is taken or released under a condition"},
		{"	x_ilock(ip, A);\n	p->n = 1; /*@*/", "undecided x_ilock(ip,A):3 x_ilock it is called like a lock, and what it takes is not known"},
		{"	x_ilock(ip, A);\n	x_iunlock(ip, A);\n	p->n = 1; /*@*/", "released x_ilock(ip,A):4 x_ilock"},
		{"	far_lock(p);\n	p->n = 1; /*@*/", "undecided far_lock(p):3 far_lock it is called like a lock, and what it takes is not known"},
		{"	p->ops->s_lock(p);\n	p->n = 1; /*@*/", "undecided s_lock(p):3 s_lock it is called like a lock, and what it takes is not known"},
		{"	s_lock(p); p->n = 1; /*@*/", "undecided p->lock:3 s_lock it is taken or released in the line itself"},
	};

	(void)state;
	CHECK(e);
}

/* ---- hostile ---- */

static void a_helper_that_calls_itself(void **state)
{
	(void)state;
	assert_non_null(strstr(looked("	self_lock(p);\n	p->n = 1; /*@*/"), "held p->lock:3 self_lock"));
}

static void what_is_asserted_or_guarded_is_not_left_behind(void **state)
{
	static const struct example e[] = {
		{"	must_lock(p);\n	p->n = 1; /*@*/", "held p->lock:3 must_lock"},
		{"	guard_lock(p);\n	p->n = 1; /*@*/", "undecided p->other:3 guard_lock it is taken or released under a condition"},
	};

	(void)state;
	CHECK(e);
}

static void texts_that_are_none(void **state)
{
	struct helper h;

	(void)state;
	assert_false(helper_read(SLICE(""), SLICE("f"), NULL, &h));
	assert_false(helper_read(SLICE("void f(void)\n{\n	x();\n}\n"), SLICE("f"), NULL, &h));
	assert_false(helper_read(SLICE("void f(void)\n{\n	spin_lock(&l);\n	goto *x;\n}\n"), SLICE("f"), NULL, &h));
	assert_false(helper_read_macro(SLICE("(x"), SLICE("f"), NULL, &h));
	assert_false(helper_read_macro(SLICE(" spin_lock(&x)"), SLICE("f"), NULL, &h));
	assert_true(helper_read_macro(SLICE("(a, ...) ({ spin_lock(&a); 1; })"), SLICE("f"), NULL, &h));
	assert_string_equal(h.effect[0].key.name, "a");
}

/* The name grows with each step: it ends. */
static void names_that_grow(void **state)
{
	struct buf long_name = BUF_INIT, body = BUF_INIT;
	struct helper h;

	(void)state;
	while (long_name.n < 3000)
		buf_adds(&long_name, "abc->");
	buf_addf(&body, "	s_lock(%sx);\n	p->n = 1; /*@*/", buf_str(&long_name));
	assert_string_equal(looked(buf_str(&body)), "held ?:3 s_lock");
	assert_true(helper_read(SLICE("void f(void)\n{\n	struct a *a = b->a, *b = a->b;\n	spin_lock(&a->lock);\n}\n"), SLICE("f"), NULL, &h));
	buf_release(&long_name);
	buf_release(&body);
}

static void the_same_and_another(void **state)
{
	struct helper a, b;

	(void)state;
	assert_true(helper_read(SLICE("void f(struct s *p)\n{\n	spin_lock(&p->lock);\n}\n"), SLICE("f"), NULL, &a));
	assert_true(helper_read(SLICE("void f(struct s *p)\n{\n	x();\n	spin_lock(&p->lock);\n}\n"), SLICE("f"), NULL, &b));
	assert_true(helper_same(&a, &b));
	assert_true(helper_read(SLICE("void f(struct s *q)\n{\n	spin_lock(&q->lock);\n}\n"), SLICE("f"), NULL, &b));
	assert_false(helper_same(&a, &b));
	assert_true(helper_read(SLICE("void f(struct s *p)\n{\n	if (x)\n		spin_lock(&p->lock);\n}\n"), SLICE("f"), NULL, &b));
	assert_false(helper_same(&a, &b));
	assert_true(helper_read(SLICE("void f(struct s *p)\n{\n	mutex_lock(&p->lock);\n}\n"), SLICE("f"), NULL, &b));
	assert_false(helper_same(&a, &b));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(names_are_those_of_the_caller),
	cmocka_unit_test(what_is_returned),
	cmocka_unit_test(what_is_not_certain),
	cmocka_unit_test(a_helper_that_calls_itself),
	cmocka_unit_test(what_is_asserted_or_guarded_is_not_left_behind),
	cmocka_unit_test(texts_that_are_none),
	cmocka_unit_test(names_that_grow),
	cmocka_unit_test(the_same_and_another),
};

TEST_MAIN()
