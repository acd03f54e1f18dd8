#define _GNU_SOURCE
#include "workspace/racing.h"

#include "report/report.h"
#include "tests/tree.h"

/* A report with the frames given as lines, made into text as racing_source() gives it. */
static const char *source_of(const char *dir, const char *frames, struct buf *out, size_t *found)
{
	struct buf text = BUF_INIT;
	struct crash *c;
	struct root r;

	buf_addf(&text,
		 "==================================================================\n"
		 "BUG: KCSAN: data-race in f / f\n\n"
		 "write to 0xffff888100000040 of 4 bytes by task 101 on cpu 0:\n%s\n"
		 "read to 0xffff888100000040 of 4 bytes by task 102 on cpu 1:\n%s\n"
		 "Reported by Kernel Concurrency Sanitizer on:\n"
		 "CPU: 1 UID: 0 PID: 102 Comm: fish Not tainted 6.18.0-rc4 #1\n"
		 "==================================================================\n",
		 frames, frames);
	c = report_parse(buf_slice(&text));
	assert_int_equal(c->naccesses, 2);
	assert_int_equal(root_open(&r, dir, NULL), 0);
	buf_clear(out);
	*found = racing_source(&r, c, out);
	root_release(&r);
	crash_free(c);
	buf_release(&text);
	return buf_str(out);
}

static void the_example_shows_its_four_functions_once(void **state)
{
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct crash *c;
	struct root r;

	(void)state;
	assert_int_equal(fs_read(test_src("examples/report.txt"), &text, NULL), 0);
	c = report_parse(buf_slice(&text));
	assert_int_equal(root_open(&r, test_src("examples/tree"), NULL), 0);
	assert_int_equal(racing_source(&r, c, &out), 4);
	assert_non_null(strstr(buf_str(&out), "pond_mark() in drivers/pond/pond.h, lines "));
	assert_non_null(strstr(buf_str(&out), "pond_irq() in drivers/pond/pond_irq.c, lines "));
	assert_non_null(strstr(buf_str(&out), "pond_test() in drivers/pond/pond.h, lines "));
	assert_non_null(strstr(buf_str(&out), "pond_feed_work() in drivers/pond/pond_feed.c, lines "));
	assert_non_null(strstr(buf_str(&out), "  67:\t\tp->flags |= bits;\n"));
	assert_non_null(strstr(buf_str(&out), "  49:\t\tif (pond_test(p, POND_F_HUNGRY)) {\n"));
	root_release(&r);
	crash_free(c);
	buf_release(&text);
	buf_release(&out);
}

static void what_cannot_be_shown_is_said(void **state)
{
	struct test_tree t;
	struct buf out = BUF_INIT;
	size_t found;

	(void)state;
	test_tree_make(&t);
	test_tree_write(&t, "a.c", SLICE("int x;\n\n#define F 1\n\nint f(void)\n{\n\treturn F;\n}\n"));
	assert_string_equal(source_of(t.dir, " f+0x1/0x2 a.c:7\n", &out, &found),
			    "f() in a.c, lines 5 to 8:\n   5:\tint f(void)\n   6:\t{\n   7:\t\treturn F;\n   8:\t}\n\n");
	assert_int_equal(found, 2);
	/* the folder of a build in front */
	source_of(t.dir, " f+0x1/0x2 /syzkaller/managers/kcsan/kernel/a.c:7\n", &out, &found);
	assert_int_equal(found, 2);
	source_of(t.dir, " f+0x1/0x2 a.c:3\n", &out, &found);
	assert_non_null(strstr(buf_str(&out), "a.c, line 3 lies in no function; the lines around it:\n   1:\tint x;\n"));
	source_of(t.dir, " f+0x1/0x2 a.c:9\n", &out, &found);
	assert_int_equal(found, 0);
	assert_non_null(strstr(buf_str(&out), "a.c, line 9: the file has only 8 lines.\n"));
	source_of(t.dir, " f+0x1/0x2 none.c:9\n", &out, &found);
	assert_non_null(strstr(buf_str(&out), "none.c, line 9: the file does not exist.\n"));
	source_of(t.dir, " f+0x1/0x2 ../x.c:9\n", &out, &found);
	assert_non_null(strstr(buf_str(&out), "../x.c, line 9: path is outside of the source tree.\n"));
	source_of(t.dir, " f+0x1/0x2\n", &out, &found);
	assert_non_null(strstr(buf_str(&out), "f: the report does not say where its source is.\n"));
	test_tree_remove(&t);
	buf_release(&out);
}

static void long_functions_are_cut_around_the_line(void **state)
{
	struct test_tree t;
	struct buf b = BUF_INIT, out = BUF_INIT;
	size_t found;

	(void)state;
	test_tree_make(&t);
	buf_adds(&b, "int f(void)\n{\n");
	for (int i = 3; i < 1000; i++)
		buf_addf(&b, "\tx = %d;\n", i);
	buf_adds(&b, "}\n");
	test_tree_write(&t, "a.c", buf_slice(&b));
	source_of(t.dir, " f+0x1/0x2 a.c:500\n", &out, &found);
	assert_non_null(strstr(buf_str(&out), "f() in a.c, lines 1 to 1000, of which 400 to 599 are shown:\n 400:"));
	source_of(t.dir, " f+0x1/0x2 a.c:10\n", &out, &found);
	assert_non_null(strstr(buf_str(&out), "of which 1 to 200 are shown:\n   1:"));
	source_of(t.dir, " f+0x1/0x2 a.c:999\n", &out, &found);
	assert_non_null(strstr(buf_str(&out), "of which 801 to 1000 are shown:\n 801:"));
	test_tree_remove(&t);
	buf_release(&b);
	buf_release(&out);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_example_shows_its_four_functions_once),
	cmocka_unit_test(what_cannot_be_shown_is_said),
	cmocka_unit_test(long_functions_are_cut_around_the_line),
};

TEST_MAIN()
