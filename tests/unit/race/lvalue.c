#include "race/lvalue.h"

#include "base/buf.h"
#include "race/family.h"
#include "tests/test.h"

static void add(struct buf *b, const struct lvalue *l)
{
	buf_addf(b, "%s%s%s%s%s%s%s", b->n ? " " : "", l->text, l->read || l->write ? ":" : "", l->read ? "r" : "", l->write ? "w" : "",
		 l->pointer ? "p" : "", l->linked ? "l" : "");
	if (l->size == FAMILY_POINTER)
		buf_addc(b, '*');
	else if (l->size)
		buf_addf(b, "%u", l->size);
}

/* "p->flags:rw p:rp": each with what is done to it; p: what it points to is used; l: or its neighbours; a size, '*' a pointer's. */
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
		{"a[i] = b[j];", "i:r a[i]:w j:r b[j]:r"}, {"p->a[i].b = 1;", "p:rp i:r p->a[i].b:w"},
		{"*p = 1;", "p:rp *p:w"}, {"x = *p;", "x:w p:rp *p:r"}, {"*p++ = 0;", "p:rwp *p:w"}, {"**p = 1;", "p:rp *p:rp **p:w"},
		{"x = &y;", "x:w"}, {"x = &p->y;", "x:w p:rp"},
		{"if (p->a)", "p:rp p->a:r"}, {"if (!p->a && q->b)", "p:rp p->a:r q:rp q->b:r"}, {"while (a.b > c.d) {", "a.b:r c.d:r"},
		{"return p->a;", "p:rp p->a:r"}, {"return (current == audit_cmd_mutex.owner);", "current:r audit_cmd_mutex.owner:r"},
		{"audit_cmd_mutex.owner = current;", "audit_cmd_mutex.owner:w current:r"},
		{"f(x);", "x:r"}, {"f(p->a, &p->b);", "p:rp p->a:r p->b:rw"}, {"f(&x);", "x:rw"}, {"x = f(y)->z;", "x:w y:r f()->z:r"},
		{"p->ops->run(p);", "p:rp p->ops:rp"}, {"x = p->get(p)->a;", "x:w p:rp p->get()->a:r"},
		{"x = READ_ONCE(p->a);", "x:w p:rp p->a:r"}, {"WRITE_ONCE(p->a, x);", "p:rp p->a:w x:r"},
		{"return READ_ONCE(p->flags) & bits;", "p:rp p->flags:r bits:r"}, {"if (data_race(p->a))", "p:rp p->a:r"},
		{"p = rcu_dereference(q->head);", "p:w q:rp q->head:r*"}, {"rcu_assign_pointer(p->next, n);", "p:rp p->next:w* n:r"},
		{"x = smp_load_acquire(&p->a);", "x:w p:rp p->a:r"}, {"smp_store_release(&p->a, 1);", "p:rp p->a:w"},
		{"atomic_inc(&p->refs);", "p:rp p->refs:rw4"}, {"if (atomic_read(&p->refs))", "p:rp p->refs:r4"},
		{"atomic_add(n, &p->refs);", "n:r p:rp p->refs:rw4"}, {"atomic_set(&x, 0);", "x:w4"},
		{"set_bit(FOO, &p->flags);", "FOO:r p:rp p->flags:rw"}, {"if (test_bit(FOO, &p->flags))", "FOO:r p:rp p->flags:r"},
		{"__clear_bit(3, &flags);", "flags:rw"}, {"old = xchg(&p->a, 0);", "old:w p:rp p->a:rw"},
		{"if (cmpxchg(&p->a, old, new) != old)", "p:rp p->a:rw old:r new:r"},
		{"memcpy(&p->a, &q->b, sizeof(p->a));", "p:rp p->a:w q:rp q->b:r"}, {"memset(&p->a, 0, sizeof p->a);", "p:rp p->a:w"},
		{"swap(p->a, p->b);", "p:rp p->a:rw p->b:rw"},
		{"if (list_empty(&p->list))", "p:rp p->list:r*"}, {"if (likely(p->a))", "p:rp p->a:r"},
		{"struct foo *x = p->a;", "p:rp p->a:r"}, {"int a;", ""}, {"unsigned long flags = q->b;", "q:rp q->b:r"}, {"pid_t pid;", ""},
		{"x = (u32)p->a;", "x:w p:rp p->a:r"}, {"x = ((struct foo *)p)->a;", "x:w p:rp ((struct foo*)p)->a:r"}, {"(*p).a = 1;", "p:rp p->a:w"},
		{"x = a ? b.c : d->e;", "x:w a:r b.c:r d:rp d->e:r"}, {"x = y = p->a;", "x:w y:w p:rp p->a:r"},
		{"x = sizeof(p->a);", "x:w"}, {"case FOO:", ""}, {"p->a = p->b + 1; /* p->c */", "p:rp p->a:w p->b:r"},
		{"this_cpu_inc(stats.n);", "stats.n:rw"}, {"printk(\"%d p->z\", p->a);", "p:rp p->a:r"},
		{"for (i = 0; i < p->n; i++)", "i:rw p:rp p->n:r"}, {"x = -p->a << 2;", "x:w p:rp p->a:r"},
		{"(p->a)++;", "p:rp p->a:rw"}, {"++(p->a);", "p:rp p->a:rw"}, {"(p->a) = (q->b);", "p:rp p->a:w q:rp q->b:r"},
		{"*(p->slot) = v;", "p:rp p->slot:rp *p->slot:w v:r"}, {"*p->slot = v;", "p:rp p->slot:rp *p->slot:w v:r"},
		{"(*p->slot)++;", "p:rp p->slot:rp *p->slot:rw"}, {"*(p + 1) = v;", "p:r *(p+1):w v:r"}, {"*(u32 *)p = v;", "p:rp *(u32*)p:w v:r"},
		{"(&p->lock)->owner = x;", "p:rp p->lock.owner:w x:r"}, {"(*pp)->a = x;", "pp:rp *pp:rp (*pp)->a:w x:r"},
		{"p->arr[i] = p->next->n;", "p:rp i:r p->arr[i]:w p->next:rp p->next->n:r"}, {"p = p->next;", "p:rwp p->next:r"},
		{"if (x) p->a = 1;", "x:r p:rp p->a:w"}, {"for (struct foo *q = p->a; q; q = q->next)", "p:rp p->a:r q:rwp q->next:r"},
		{"struct foo *x = p->a, *y = p->b;", "p:rp p->a:r p->b:r"}, {"static void f(struct foo *p, int n)", ""},
		{"atomic64_fetch_add_relaxed(n, &p->n);", "n:r p:rp p->n:rw8"}, {"atomic_long_dec_and_test(&p->n)", "p:rp p->n:rw*"},
		{"if (raw_atomic_try_cmpxchg_acquire(&v, &old, new))", "v:rw4 old:rw4 new:r"}, {"refcount_add_not_zero(n, &p->r);", "n:r p:rp p->r:rw4"},
		{"atomic_set_release(&p->a, p->b);", "p:rp p->a:w4 p->b:r"}, {"kref_get(&p->kref);", "p:rp p->kref:rw4"},
		{"__set_bit(nr, p->bits);", "nr:r p:rp p->bits:rp *p->bits:rw"}, {"if (test_and_clear_bit_lock(0, addr))", "addr:rp *addr:rw"},
		{"clear_bit_unlock(F, &p->state);", "F:r p:rp p->state:rw"}, {"assign_bit(F, &p->state, p->on);", "F:r p:rp p->state:rw p->on:r"},
		{"list_add(&p->node, &q->head);", "p:rp p->node:rwl* q:rp q->head:rwl*"}, {"list_del_init(&p->node);", "p:rp p->node:rwl*"},
		{"__hlist_del(n);", "n:rp *n:rwl*"}, {"hlist_add_head_rcu(&p->n, head);", "p:rp p->n:rwl* head:rp *head:rwl*"},
		{"list_for_each_entry(p, &q->list, node)", "p:w* q:rp q->list:r*"}, {"list_add_event(event, ctx);", "event:r ctx:r"},
		{"p = list_first_entry(&q->list, struct foo, node);", "p:w q:rp q->list:r*"},
		{"x = READ_ONCE(p->next)->a;", "x:w p:rp p->next:rp p->next->a:r"}, {"x = READ_ONCE(*p);", "x:w p:rp *p:r"},
		{"q = rcu_dereference(p->next)->a;", "q:w p:rp p->next:rp p->next->a:r"}, {"data_race(p->n++);", "p:rp p->n:rw"},
		{"WRITE_ONCE(*p, READ_ONCE(q->n) + 1);", "p:rp *p:w q:rp q->n:r"}, {"per_cpu(stats, cpu).n++;", "cpu:r per_cpu(stats).n:rw"},
		{"p = container_of(w, struct foo, work);", "p:w w:r"}, {"x = sizeof(struct foo) * p->n;", "x:w p:rp p->n:r"},
		{"x = sizeof *p;", "x:w"}, {"typeof(p->a) y = p->b;", "y:w p:rp p->b:r"}, {"lockdep_assert_held(&p->lock);", ""},
		{"memcpy(p->buf + n, &q->src, len);", "p:rp p->buf:r n:r *(p->buf+n):w q:rp q->src:r len:r"},
		{"copy_to_user(to, &p->a, sizeof(p->a))", "to:r p:rp p->a:r"}, {"p->ops->set_bit(p, 1);", "p:rp p->ops:rp"},
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

static const char *not_lent(const char *code)
{
	static struct buf b;
	struct lvalue l[LVALUES_MAX];
	size_t n = lvalue_drop_lent(l, lvalue_find(slice_str(code), l, LVALUES_MAX));

	buf_clear(&b);
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%s", i ? " " : "", l[i].text);
	return buf_str(&b);
}

/* What only has its address taken for a function is accessed there; a macro accesses it here. */
static void what_functions_are_lent(void **state)
{
	(void)state;
	assert_string_equal(not_lent("f(&a.b) + c.d"), "c.d");
	assert_string_equal(not_lent("f(&a.b) + a.b + c.d"), "a.b c.d");
	assert_string_equal(not_lent("if (atomic_read(&a.b) && c.d)"), "c.d");
	assert_string_equal(not_lent("if (list_empty(&a.b) && c.d)"), "c.d");
	assert_string_equal(not_lent("x.y = smp_load_acquire(&a.b);"), "x.y a.b");
	assert_string_equal(not_lent("list_for_each_entry(c.d, &a.b, node)"), "c.d a.b");
	assert_string_equal(not_lent("memcpy(&a.b, &c.d, 4);"), "a.b c.d");
	assert_string_equal(not_lent("x = READ_ONCE(a.b) + f(&c.d);"), "x a.b");
	assert_string_equal(not_lent("f(&a.b);"), "a.b");
	assert_string_equal(not_lent("n += f(&a.b);"), "n a.b"); /* a local one, perhaps */
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
	cmocka_unit_test(what_functions_are_lent),
	cmocka_unit_test(what_is_no_c_ends),
};

TEST_MAIN()
