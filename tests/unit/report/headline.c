#include "tests/test.h"

#include "report/report.h"

static void finds_the_best_line_of_a_report_of_another_kind(void **state)
{
	static const struct {
		const char *text, *title;
	} cases[] = {
		{"log\n[    1.000000] BUG: KASAN: slab-use-after-free in foo+0x1/0x2\n"
		 "[    1.000001] Read of size 8 at addr ffff888000000000 by task x/1\n",
		 "KASAN: slab-use-after-free Read in foo"},
		{"BUG: KASAN: out-of-bounds in foo+0x1/0x2\nWrite of size 4 at addr 0\n",
		 "KASAN: out-of-bounds Write in foo"},
		{"BUG: KASAN: double-free in foo+0x1/0x2\n", "KASAN: double-free in foo"},
		{"BUG: KMSAN: uninit-value in foo+0x1/0x2\n", "KMSAN: uninit-value in foo"},
		{"BUG: KFENCE: use-after-free read in foo+0x1/0x2\n", "KFENCE: use-after-free read in foo"},
		{"BUG: unable to handle page fault for address: 00\n",
		 "BUG: unable to handle page fault for address: 00"},
		{"WARNING: a.c:12 at foo+0x44c/0xbc0, CPU#0: x/1\n", "WARNING: a.c:12 at foo, CPU#0: x/1"},
		{"login: [    1.000000][    C1] rcu: INFO: rcu_sched self-detected stall on CPU\n",
		 "rcu: INFO: rcu_sched self-detected stall on CPU"},
		{"Oops: general protection fault [#1]\n", "Oops: general protection fault [#1]"},
		{"INFO: lockdep is turned off.\nINFO: task x:1 blocked\n", "INFO: task x:1 blocked"},
		{"nothing of that kind\nno BUG: here\n", ""},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct crash *c = report_parse(slice_str(cases[i].text));

		assert_int_equal(c->kind, CRASH_RAW);
		assert_slice(c->title, cases[i].title);
		assert_slice(c->text, cases[i].text);
		assert_int_equal(c->extent.n, c->text.n);
		assert_int_equal(c->naccesses, 0);
		assert_int_equal(c->pid, -1);
		assert_false(c->complete);
		crash_free(c);
	}
}

static void cuts_a_headline_without_end(void **state)
{
	size_t n = 5000;
	char *line = malloc(n);
	struct crash *c;

	(void)state;
	memset(line, 'x', n);
	memcpy(line, "Oops", 4);
	c = report_parse((struct slice){line, n});
	assert_int_equal(c->title.n, 512);
	crash_free(c);
	free(line);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(finds_the_best_line_of_a_report_of_another_kind),
	cmocka_unit_test(cuts_a_headline_without_end),
};

TEST_MAIN()
