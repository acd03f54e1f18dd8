#include "race/call.h"

#include "base/buf.h"
#include "tests/test.h"

/* "f(a, b)|a|b" */
static const char *found(const char *code, const char *name, bool head)
{
	static struct buf b;
	struct call c;

	buf_clear(&b);
	if (!(head ? call_head : call_find)(slice_str(code), slice_str(name), &c))
		return "";
	buf_add_slice(&b, c.text);
	for (size_t i = 0; i < c.n; i++) {
		buf_addc(&b, '|');
		buf_add_slice(&b, c.arg[i]);
	}
	return buf_str(&b);
}

static void a_call_is_found_with_its_arguments(void **state)
{
	(void)state;
	assert_string_equal(found("\tpond_mark(p, POND_F_LEAK);", "pond_mark", false), "pond_mark(p, POND_F_LEAK)|p|POND_F_LEAK");
	assert_string_equal(found("if (x && f(&p->a, g(b, c)))", "f", false), "f(&p->a, g(b, c))|&p->a|g(b, c)");
	assert_string_equal(found("f(g(b, c));", "g", false), "g(b, c)|b|c");
	assert_string_equal(found("f();", "f", false), "f()");
	assert_string_equal(found("f(a,\n  b);", "f", false), "f(a,\n  b)|a|b");
	assert_string_equal(found("x = f;", "f", false), "");
	assert_string_equal(found("ff(a);", "f", false), "");
	assert_string_equal(found("f(a) && f(b)", "f", false), ""); /* which one is not told */
	assert_string_equal(found("f(a) && f( a )", "f", false), "f( a )|a");
	assert_string_equal(found("f(a, b", "f", false), "");
	assert_string_equal(found("f(1,2,3,4,5,6,7,8,9,10,11,12,13)", "f", false), "");
}

static void a_head_gives_its_parameters(void **state)
{
	(void)state;
	assert_string_equal(found("static inline void f(struct pond *p, u32 bits)", "f", true), "f(struct pond *p, u32 bits)|p|bits");
	assert_string_equal(found("int f(void)", "f", true), "f(void)|");
	assert_string_equal(found("int f(void (*fn)(int), unsigned long a[4])", "f", true), "f(void (*fn)(int), unsigned long a[4])||a");
}

static const char *renamed(const char *lvalue, const char *head, const char *code)
{
	static struct lvalue l;
	struct call h, c;

	assert_true(call_head(slice_str(head), SLICE("f"), &h));
	assert_true(call_find(slice_str(code), SLICE("f"), &c));
	switch (call_rename(lvalue, &h, &c, &l)) {
	case CALL_SAME:
		return "same";
	case CALL_UNKNOWN:
		return "unknown";
	default:
		return l.text;
	}
}

static void names_are_those_of_the_caller(void **state)
{
	static const struct {
		const char *lvalue, *head, *call, *renamed;
	} t[] = {
		{"p->flags", "void f(struct pond *p, u32 bits)", "f(pond, 1)", "pond->flags"},
		{"v->counter", "void f(atomic_t *v)", "f(&p->refs)", "p->refs.counter"},
		{"*p", "void f(int *p)", "f(&q->n)", "q->n"}, {"*p", "void f(int *p)", "f(q->n)", "*q->n"}, {"*p", "void f(int *p)", "f(a + 1)", "*(a+1)"},
		{"p[]", "void f(int *p)", "f(q->n)", "q->n[]"}, {"next->prev", "void f(struct list_head *new, struct list_head *next)",
		"f(new, head->next)", "head->next->prev"}, {"p->p", "void f(struct foo *p)", "f(&x.y)", "x.y.p"},
		{"global.n", "void f(struct foo *p)", "f(q)", "same"}, {"q->p", "void f(struct foo *p)", "f(x)", "same"},
		{"((struct bar*)p)->n", "void f(void *p)", "f(&q->bar)", "((struct bar*)&q->bar)->n"}, {"p->n", "void f(struct foo *p)", "f(get(1))", "get()->n"},
		{"p->n", "void f(struct foo *p)", "f(c ? a : b)", "(c?a:b)->n"}, {"p->n", "void f(struct foo *p, int n)", "f(a)", "unknown"},
		{"p->n", "void f(struct foo *p)", "f(1)", "(1)->n"},
		{"p->a[i].n", "void f(struct foo *p, int i)", "f(q, 3)", "q->a[3].n"}, {"p->a[i]", "void f(struct foo *p, int i)", "f(q, j + 1)", "q->a[(j+1)]"},
		{"p->a[MAX]", "void f(struct foo *p)", "f(q)", "q->a[MAX]"}, {"p->a[p->i]", "void f(struct foo *p)", "f(q)", "q->a[q->i]"},
		{"p->a[b[i]].n", "void f(struct foo *p)", "f(&x)", "x.a[].n"}, /* i is the helper's own */
		{"p->n", "void f(struct foo *p)", "f(&a[i])", "a[i].n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (strcmp(renamed(t[i].lvalue, t[i].head, t[i].call), t[i].renamed) != 0)
			fail_msg("%s in %s by %s: '%s', not '%s'", t[i].lvalue, t[i].head, t[i].call, renamed(t[i].lvalue, t[i].head, t[i].call),
				 t[i].renamed);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_call_is_found_with_its_arguments),
	cmocka_unit_test(a_head_gives_its_parameters),
	cmocka_unit_test(names_are_those_of_the_caller),
};

TEST_MAIN()
