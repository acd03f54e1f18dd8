#include "ui/link.h"

#include "base/buf.h"
#include "tests/test.h"

/* "kernel/audit.c:249 foo()": all links of a line, a function with () behind it. */
static void tell(struct slice line, struct buf *out)
{
	struct link l;

	for (size_t at = 0; link_next(line, at, &l); at = l.to) {
		assert_true(l.from >= at && l.from < l.to && l.to <= line.n);
		buf_addf(out, "%s%.*s", out->n ? " " : "", (int)l.name.n, l.name.p);
		if (l.kind == LINK_FUNCTION)
			buf_adds(out, "()");
		else if (l.line)
			buf_addf(out, ":%u", l.line);
	}
}

static void links_of_a_line(void **state)
{
	static const char *const cases[][2] = {
		{"at kernel/audit.c:249, in the", "kernel/audit.c:249"},
		{"(kernel/audit.c:249-260)", "kernel/audit.c:249"},
		{"see audit.c:249:17: error", "audit.c:249"},
		{"audit.c#L10-L20", "audit.c:10"},
		{"audit.c#L10", "audit.c:10"},
		{"In kernel/audit.c.", "kernel/audit.c"},
		{"./kernel/audit.c: hm", "./kernel/audit.c"},
		{"+++ b/mm/slub.c", "b/mm/slub.c"},
		{"arch/x86/entry/entry_64.S:130 rust/kernel/lib.rs:1", "arch/x86/entry/entry_64.S:130 rust/kernel/lib.rs:1"},
		{"`foo_bar()` and foo(x, bar(y))", "foo_bar() foo() bar()"},
		{"the `owner` field", "owner()"},
		{"the owner field", ""},
		{"if (x) while (y) sizeof(z)", ""},
		{"p->lock.fn(1)", "fn()"},
		{"audit.c:0 audit.c:99999999999 audit.c:", "audit.c audit.c audit.c"},
		/* what is no place */
		{"12:30", ""}, {"a:1:2", ""}, {"10.0.0.1:80", ""}, {"e.g. this", ""}, {".c .h", ""}, {"/.c", ""}, {"v6.1", ""},
		{"https://git.kernel.org/linux/kernel/audit.c#L249", ""},
		{"x(", ""}, {"(", ""}, {"", ""}, {"9lives()", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = BUF_INIT;

		tell(slice_str(cases[i][0]), &b);
		if (strcmp(buf_str(&b), cases[i][1]) != 0)
			fail_msg("'%s': '%s', not '%s'", cases[i][0], buf_str(&b), cases[i][1]);
		buf_release(&b);
	}
}

static void hostile_text_is_looked_through(void **state)
{
	char noise[4000];
	struct buf b = BUF_INIT, none = BUF_INIT;
	unsigned seed = 1;

	(void)state;
	tell(SLICE("\xc3\xa4" "foo() \xff\xfe" "audit.c:7\0 \x1b[31m bar()"), &b);
	assert_string_equal(buf_str(&b), "foo() audit.c:7 bar()");
	buf_clear(&b);
	for (size_t i = 0; i < sizeof noise; i++) {
		seed = seed * 1103515245 + 12345;
		noise[i] = ".c:/(`#L1-_a \xc3)"[seed >> 16 & 15];
	}
	tell((struct slice){noise, sizeof noise}, &b);
	buf_clear(&b);
	buf_pad(&b, 'a', LINK_MAX + 1);
	buf_adds(&b, "()");
	tell(buf_slice(&b), &none);
	assert_int_equal(none.n, 0); /* too long a name is none */
	buf_release(&b);
}

static void the_link_under_the_cursor(void **state)
{
	static const char line[] = "in kernel/audit.c:249-260, foo() and bar(x)";
	struct link l;

	(void)state;
	assert_false(link_at(SLICE(line), 0, &l));
	assert_false(link_at(SLICE(line), 2, &l));
	for (size_t at = 3; at < 25; at++) {
		assert_true(link_at(SLICE(line), at, &l));
		assert_int_equal(l.from, 3);
		assert_int_equal(l.to, 25);
		assert_int_equal(l.line, 249);
	}
	assert_false(link_at(SLICE(line), 25, &l));
	assert_true(link_at(SLICE(line), 31, &l)); /* the parentheses belong to it */
	assert_slice(l.name, "foo");
	assert_true(link_at(SLICE(line), 39, &l));
	assert_slice(l.name, "bar");
	assert_false(link_at(SLICE(line), 40, &l));
	assert_false(link_at(SLICE(line), sizeof line, &l));
	assert_false(link_at(SLICE(""), 0, &l));
}

static void in_a_very_long_line_only_what_is_near_is_looked_at(void **state)
{
	struct buf b = BUF_INIT;
	struct link l;

	(void)state;
	buf_pad(&b, 'x', 1 << 20);
	buf_adds(&b, " mm/slub.c:12 ");
	buf_pad(&b, '(', 1 << 20);
	assert_true(link_at(buf_slice(&b), (1 << 20) + 5, &l));
	assert_slice(l.name, "mm/slub.c");
	assert_false(link_at(buf_slice(&b), 1 << 19, &l));
	buf_release(&b);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(links_of_a_line),
	cmocka_unit_test(hostile_text_is_looked_through),
	cmocka_unit_test(the_link_under_the_cursor),
	cmocka_unit_test(in_a_very_long_line_only_what_is_near_is_looked_at),
};

TEST_MAIN()
