#include "race/lvalue.h"

#include "base/buf.h"
#include "tests/test.h"

static void add(struct buf *b, const struct lvalue *l)
{
	buf_addf(b, "%s%s%s%s%s%s", b->n ? " " : "", l->text, l->read || l->write ? ":" : "", l->read ? "r" : "", l->write ? "w" : "",
		 l->pointer ? "p" : "");
}

/* "p->flags:rw p:rp": each with what is done to it; p: only on the way to something. */
static const char *all(const char *code)
{
	static struct buf b;
	struct lvalue l[LVALUES_MAX];
	size_t n = lvalue_find(slice_str(code), l, LVALUES_MAX);

	buf_clear(&b);
	for (size_t i = 0; i < n; i++)
		add(&b, &l[i]);
	return buf_str(&b);
}

static void expressions_are_taken_apart(void **state)
{
	static const struct {
		const char *code, *lvalues;
	} t[] = {
		{"", ""}, {";", ""}, {"}", ""}, {"return 0;", ""}, {"goto out;", ""}, {"break;", ""},
		{"x = 1;", "x:w"}, {"x = y;", "x:w y:r"}, {"x += y;", "x:rw y:r"}, {"x++;", "x:rw"}, {"--x;", "x:rw"},
		{"p->a = 1;", "p:rp p->a:w"}, {"p->a.b = c;", "p:rp p->a.b:w c:r"}, {"a.b = 1;", "a.b:w"},
		{"p->a->b = 1;", "p:rp p->a:rp p->a->b:w"}, {"p->a->b++;", "p:rp p->a:rp p->a->b:rw"},
		{"p->flags |= bits;", "p:rp p->flags:rw bits:r"}, {"p->flags &= ~bits;", "p:rp p->flags:rw bits:r"},
		{"a[i] = b[j];", "i:r a[]:w j:r b[]:r"}, {"p->a[i].b = 1;", "p:rp i:r p->a[].b:w"},
		{"*p = 1;", "p:rp *p:w"}, {"x = *p;", "x:w p:rp *p:r"}, {"*p++ = 0;", "p:rp *p:rw"}, {"**p = 1;", "p:rp **p:w"},
		{"x = &y;", "x:w"}, {"x = &p->y;", "x:w p:rp"},
		{"if (p->a)", "p:rp p->a:r"}, {"if (!p->a && q->b)", "p:rp p->a:r q:rp q->b:r"}, {"while (a.b > c.d) {", "a.b:r c.d:r"},
		{"return p->a;", "p:rp p->a:r"}, {"return (current == audit_cmd_mutex.owner);", "current:r audit_cmd_mutex.owner:r"},
		{"audit_cmd_mutex.owner = current;", "audit_cmd_mutex.owner:w current:r"},
		{"f(x);", "x:r"}, {"f(p->a, &p->b);", "p:rp p->a:r p->b:rw"}, {"f(&x);", "x:rw"}, {"x = f(y)->z;", "x:w y:r f()->z:r"},
		{"p->ops->run(p);", "p:rp p->ops:rp"}, {"x = p->get(p)->a;", "x:w p:rp p->get()->a:r"},
		{"x = READ_ONCE(p->a);", "x:w p:rp p->a:r"}, {"WRITE_ONCE(p->a, x);", "p:rp p->a:w x:r"},
		{"return READ_ONCE(p->flags) & bits;", "p:rp p->flags:r bits:r"}, {"if (data_race(p->a))", "p:rp p->a:r"},
		{"p = rcu_dereference(q->head);", "p:w q:rp q->head:r"}, {"rcu_assign_pointer(p->next, n);", "p:rp p->next:w n:r"},
		{"x = smp_load_acquire(&p->a);", "x:w p:rp p->a:r"}, {"smp_store_release(&p->a, 1);", "p:rp p->a:w"},
		{"atomic_inc(&p->refs);", "p:rp p->refs:rw"}, {"if (atomic_read(&p->refs))", "p:rp p->refs:r"},
		{"atomic_add(n, &p->refs);", "n:r p:rp p->refs:rw"}, {"atomic_set(&x, 0);", "x:w"},
		{"set_bit(FOO, &p->flags);", "FOO:r p:rp p->flags:rw"}, {"if (test_bit(FOO, &p->flags))", "FOO:r p:rp p->flags:r"},
		{"__clear_bit(3, &flags);", "flags:rw"}, {"old = xchg(&p->a, 0);", "old:w p:rp p->a:rw"},
		{"if (cmpxchg(&p->a, old, new) != old)", "p:rp p->a:rw old:r new:r"},
		{"memcpy(&p->a, &q->b, sizeof(p->a));", "p:rp p->a:w q:rp q->b:r"}, {"memset(&p->a, 0, sizeof p->a);", "p:rp p->a:w"},
		{"swap(p->a, p->b);", "p:rp p->a:rw p->b:rw"},
		{"if (list_empty(&p->list))", "p:rp p->list:r"}, {"if (likely(p->a))", "p:rp p->a:r"},
		{"struct foo *x = p->a;", "p:rp p->a:r"}, {"int a;", ""}, {"unsigned long flags = q->b;", "q:rp q->b:r"}, {"pid_t pid;", ""},
		{"x = (u32)p->a;", "x:w p:rp p->a:r"}, {"x = ((struct foo *)p)->a;", "x:w p:r (...)->a:r"}, {"(*p).a = 1;", "p:rp *p:r (...).a:w"},
		{"x = a ? b.c : d->e;", "x:w a:r b.c:r d:rp d->e:r"}, {"x = y = p->a;", "x:w y:w p:rp p->a:r"},
		{"x = sizeof(p->a);", "x:w"}, {"case FOO:", ""}, {"p->a = p->b + 1; /* p->c */", "p:rp p->a:w p->b:r"},
		{"this_cpu_inc(stats.n);", "stats.n:rw"}, {"printk(\"%d p->z\", p->a);", "p:rp p->a:r"},
		{"for (i = 0; i < p->n; i++)", "i:rw p:rp p->n:r"}, {"x = -p->a << 2;", "x:w p:rp p->a:r"},
		{"ASSERT_EXCLUSIVE_WRITER(p->a);", "p:rp p->a:r"}, {"while (audit_backlog_limit &&", "audit_backlog_limit:r"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (strcmp(all(t[i].code), t[i].lvalues) != 0)
			fail_msg("'%s': '%s', not '%s'", t[i].code, all(t[i].code), t[i].lvalues);
}

static const char *narrowed(const char *code, bool read, bool write, uint32_t size)
{
	static struct buf b;
	struct lvalue l[LVALUES_MAX];
	size_t n = lvalue_find(slice_str(code), l, LVALUES_MAX);

	n = lvalue_narrow(l, n, read, write, size, 8);
	buf_clear(&b);
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%s", i ? " " : "", l[i].text);
	return buf_str(&b);
}

static void candidates_have_direction_and_size(void **state)
{
	(void)state;
	assert_string_equal(narrowed("return (current == audit_cmd_mutex.owner);", true, false, 8), "audit_cmd_mutex.owner");
	assert_string_equal(narrowed("audit_cmd_mutex.owner = current;", false, true, 8), "audit_cmd_mutex.owner");
	assert_string_equal(narrowed("p->flags |= q->bits;", true, true, 4), "p->flags");
	assert_string_equal(narrowed("if (refcount_inc_not_zero(&p->refs) && p->live)", true, false, 4), "p->refs p->live");
	assert_string_equal(narrowed("if (nr_files > p->max)", true, false, 8), "nr_files p p->max");
	assert_string_equal(narrowed("p->flags |= q->bits;", true, false, 4), "p->flags q->bits"); /* a read of it, too */
	assert_string_equal(narrowed("x = p->a->b;", true, false, 4), "p->a->b");
	assert_string_equal(narrowed("x = p->a->b;", true, false, 8), "p p->a p->a->b"); /* which one is not told */
	assert_string_equal(narrowed("counter++;", false, true, 4), "counter");
	assert_string_equal(narrowed("f(&p->a);", false, true, 4), "p->a");
}

static void declarations_are_told(void **state)
{
	(void)state;
	assert_true(lvalue_declares(SLICE("\tstruct foo *p = q, *r;"), "p"));
	assert_true(lvalue_declares(SLICE("\tstruct foo *p = q, *r;"), "r"));
	assert_false(lvalue_declares(SLICE("\tstruct foo *p = q, *r;"), "q"));
	assert_true(lvalue_declares(SLICE("\tpid_t pid;"), "pid"));
	assert_true(lvalue_declares(SLICE("unsigned long flags[4];"), "flags"));
	assert_false(lvalue_declares(SLICE("\tp->a = b;"), "p"));
	assert_false(lvalue_declares(SLICE("\treturn b;"), "b"));
}

static void what_is_no_c_ends(void **state)
{
	static const char *const odd[] = {"((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((", "a->", "a.", "[", "*", "&", "\"",
					  "'", "/*", "\\", "@#$%^", "a[b[c[d", "f(", "f(a,", "-> x", "= = =", "++", "x++ ++", ")", "{{{{"};
	struct lvalue l[LVALUES_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		assert_true(lvalue_find(slice_str(odd[i]), l, LVALUES_MAX) <= LVALUES_MAX);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(expressions_are_taken_apart),
	cmocka_unit_test(candidates_have_direction_and_size),
	cmocka_unit_test(declarations_are_told),
	cmocka_unit_test(what_is_no_c_ends),
};

TEST_MAIN()
