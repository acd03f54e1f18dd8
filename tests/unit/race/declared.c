#include "race/declared.h"

#include "base/buf.h"
#include "tests/test.h"

static void declarations_are_told(void **state)
{
	(void)state;
	assert_true(declared_is(SLICE("\tstruct foo *p = q, *r;"), "p"));
	assert_true(declared_is(SLICE("\tstruct foo *p = q, *r;"), "r"));
	assert_false(declared_is(SLICE("\tstruct foo *p = q, *r;"), "q"));
	assert_true(declared_is(SLICE("\tpid_t pid;"), "pid"));
	assert_true(declared_is(SLICE("unsigned long flags[4];"), "flags"));
	assert_false(declared_is(SLICE("\tp->a = b;"), "p"));
	assert_false(declared_is(SLICE("\treturn b;"), "b"));
}

/* "pond*": the tag, and a star for each one before the name; "[]": an array. */
static const char *as(const char *text, const char *name)
{
	static struct buf b;
	struct declared d;

	buf_clear(&b);
	if (!declared_as(slice_str(text), slice_str(name), &d))
		return "";
	buf_add_slice(&b, d.tag);
	for (unsigned i = 0; i < d.stars; i++)
		buf_addc(&b, '*');
	buf_adds(&b, d.array ? "[]" : "");
	return buf_str(&b);
}

static void a_struct_is_told(void **state)
{
	static const struct {
		const char *text, *name, *as;
	} t[] = {
		{"static inline void pond_mark(struct pond *p, u32 bits)", "p", "pond*"},
		{"static inline void pond_mark(struct pond *p, u32 bits)", "bits", ""},
		{"int f(u32 n, const struct pond *const p)", "p", "pond*"}, {"\tstruct pond *p = container_of(w, struct pond, work), *q;", "q", "pond*"},
		{"\tstruct pond *p = container_of(w, struct pond, work), *q;", "w", ""}, {"\tstruct foo __rcu *p;", "p", "foo*"},
		{"static struct pond_bus bus;", "bus", "pond_bus"}, {"struct foo x __aligned(64);", "x", "foo"},
		{"static struct audit_ctl_mutex {\n\tstruct mutex lock;\n\tvoid *owner;\n} audit_cmd_mutex;", "audit_cmd_mutex", "audit_ctl_mutex"},
		{"static struct audit_ctl_mutex {\n\tstruct mutex lock;\n\tvoid *owner;\n} audit_cmd_mutex;", "lock", "mutex"},
		{"static struct audit_ctl_mutex {\n\tstruct mutex lock;\n\tvoid *owner;\n} audit_cmd_mutex;", "owner", ""},
		{"\tstruct foo a[4], **b;", "a", "foo[]"}, {"\tstruct foo a[4], **b;", "b", "foo**"}, {"union u *x;", "x", "u*"},
		{"\tp = (struct foo *)x;", "x", ""}, {"\tstruct foo *p;", "q", ""}, {"struct foo", "foo", ""}, {"", "p", ""},
		{"struct { int a; } s;", "s", ""}, {"f(sizeof(struct foo), p);", "p", ""}, {"\tstruct foo *p = { p, };", "p", "foo*"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (strcmp(as(t[i].text, t[i].name), t[i].as) != 0)
			fail_msg("%s in '%s': '%s', not '%s'", t[i].name, t[i].text, as(t[i].text, t[i].name), t[i].as);
}

/* Each of them is looked at once, however many are open around it. */
static void what_never_ends_is_read_in_one_pass(void **state)
{
	struct buf b = BUF_INIT;
	struct declared d;

	(void)state;
	for (unsigned i = 0; i < 10000; i++)
		buf_adds(&b, "struct x {\n");
	assert_false(declared_as(buf_slice(&b), SLICE("p"), &d));
	buf_adds(&b, "struct y *p;");
	assert_true(declared_as(buf_slice(&b), SLICE("p"), &d));
	assert_true(slice_is(d.tag, "y"));
	for (unsigned i = 0; i < 10001; i++)
		buf_adds(&b, "}");
	buf_adds(&b, " q; struct z r;");
	assert_false(declared_as(buf_slice(&b), SLICE("q"), &d));
	assert_true(declared_as(buf_slice(&b), SLICE("r"), &d));
	buf_clear(&b);
	for (unsigned i = 0; i < 10000; i++)
		buf_adds(&b, "struct a = ");
	assert_false(declared_as(buf_slice(&b), SLICE("p"), &d));
	buf_release(&b);
}

static void a_cast_is_told(void **state)
{
	struct slice tag;

	(void)state;
	assert_true(declared_cast(SLICE("(struct foo*)"), &tag));
	assert_true(slice_is(tag, "foo"));
	assert_true(declared_cast(SLICE("(const struct foo *)"), &tag));
	assert_false(declared_cast(SLICE("(struct foo**)"), &tag));
	assert_false(declared_cast(SLICE("(u32*)"), &tag));
	assert_false(declared_cast(SLICE("(struct"), &tag));
}

static void a_body_is_found(void **state)
{
	struct slice body;

	(void)state;
	assert_true(declared_body(SLICE("struct a *x;\nstruct a { int b; struct { int c; } d; };"), SLICE("a"), &body));
	assert_true(slice_is(body, "int b; struct { int c; } d; "));
	assert_false(declared_body(SLICE("struct a { int b;"), SLICE("a"), &body));
	assert_false(declared_body(SLICE("struct ab { int b; };"), SLICE("a"), &body));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(declarations_are_told),
	cmocka_unit_test(a_struct_is_told),
	cmocka_unit_test(what_never_ends_is_read_in_one_pass),
	cmocka_unit_test(a_cast_is_told),
	cmocka_unit_test(a_body_is_found),
};

TEST_MAIN()
