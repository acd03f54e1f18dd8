#define _GNU_SOURCE
#include "workspace/agree.h"

#include "report/report.h"
#include "tests/unit/workspace/world.h"

/* The sentences about the example's report with this release and first frame, each with a line end. */
static const char *sentences(struct world *w, const char *release, const char *frame)
{
	static struct buf out;
	struct buf text = BUF_INIT;
	struct crash *c;

	buf_addf(&text,
		 "==================================================================\n"
		 "BUG: KCSAN: data-race in pond_irq / pond_irq\n\n"
		 "write to 0xffff888100000040 of 4 bytes by task 101 on cpu 0:\n%s common_interrupt+0x1/0x2 arch/x86/entry/entry_64.S:333\n\n"
		 "Reported by Kernel Concurrency Sanitizer on:\n"
		 "CPU: 1 UID: 0 PID: 102 Comm: fish Not tainted %s #1\n"
		 "==================================================================\n",
		 frame, release);
	c = report_parse(buf_slice(&text));
	diags_release(&w->ds);
	world_open(w, "linux");
	if (w->tree.git_dir && tree_snapshot(&w->tree, &w->e) < 0)
		fail_msg("%s", w->e.msg);
	agree_check(&w->tree, &w->tree, c, &w->ds);
	buf_clear(&out);
	for (size_t i = 0; i < w->ds.n; i++)
		buf_addf(&out, "%s\n", w->ds.d[i].text);
	crash_free(c);
	buf_release(&text);
	return buf_str(&out);
}

#define FRAME " pond_irq+0x71/0x130 drivers/pond/pond_irq.c:37\n"

static void a_report_of_this_tree_agrees(void **state)
{
	struct world *w = *state;
	char release[100];

	assert_string_equal(sentences(w, "6.18.0-rc4", FRAME), "");
	assert_string_equal(sentences(w, "6.18.0-rc4-syzkaller", FRAME), "");
	assert_string_equal(sentences(w, "syzkaller", FRAME), ""); /* which version it is, it does not say */
	test_tree_commit(&w->t);
	snprintf(release, sizeof release, "6.18.0-rc4-00012-g%.12s+", test_tree_run(&w->t, "git rev-parse HEAD"));
	assert_string_equal(sentences(w, release, FRAME), "");
	test_tree_write(&w->t, "Kconfig", SLICE("changed\n"));
	assert_non_null(strstr(sentences(w, release, FRAME), "the tree has changes since commit "));
	assert_int_equal(w->ds.n, 1);
}

static void another_kernel_is_said(void **state)
{
	struct world *w = *state;

	assert_string_equal(sentences(w, "6.1.192", FRAME), "the report is of kernel 6.1.192, the tree is 6.18.0-rc4\n");
	assert_non_null(strstr(sentences(w, "6.18.0-rc41", FRAME), "the tree is 6.18.0-rc4"));
	assert_non_null(strstr(sentences(w, "6.18.0-rc4-g7d21c0b5e9f3", FRAME), "not under git"));
	test_tree_run(&w->t, "rm Makefile");
	assert_non_null(strstr(sentences(w, "6.18.0-rc4", FRAME), "is no kernel tree"));
}

static void another_commit_is_said_with_what_mends_it(void **state)
{
	struct world *w = *state;
	char release[100];

	test_tree_commit(&w->t);
	snprintf(release, sizeof release, "6.18.0-rc4-g%.12s", test_tree_run(&w->t, "git rev-parse HEAD"));
	test_tree_run(&w->t, "echo more >>Kconfig; git commit -qam more");
	assert_non_null(strstr(sentences(w, release, FRAME), " reads the right one\n"));
	assert_non_null(strstr(sentences(w, "6.18.0-rc4-g7d21c0b5e9f3", FRAME), "fetch it with: git -C "));
}

static void another_machine_is_said(void **state)
{
	struct world *w = *state;

	test_tree_write(&w->t, ".config", SLICE("#\n# Automatically generated file; DO NOT EDIT.\n# Linux/arm64 6.18.0-rc4 Kernel\n"));
	assert_string_equal(sentences(w, "6.18.0-rc4", FRAME),
			    "the report is of a machine with arch/x86, the tree is configured for arm64\n");
	test_tree_run(&w->t, "rm -r .config arch/x86");
	assert_string_equal(sentences(w, "6.18.0-rc4", FRAME), "the report is of a machine with arch/x86, which the tree does not have\n");
}

static void lines_of_other_functions_are_said(void **state)
{
	struct world *w = *state;

	assert_non_null(strstr(sentences(w, "6.18.0-rc4", " pond_fish+0x1/0x2 drivers/pond/pond_irq.c:37\n"),
			       "line 37 lies in pond_irq(), the report says pond_fish()"));
	assert_string_equal(sentences(w, "6.18.0-rc4", " pond_irq.isra.0+0x1/0x2 drivers/pond/pond_irq.c:37\n"), "");
	assert_non_null(strstr(sentences(w, "6.18.0-rc4", " pond_irq+0x1/0x2 drivers/pond/pond_irq.c:1\n"), "lies in no function"));
	assert_non_null(strstr(sentences(w, "6.18.0-rc4", " pond_irq+0x1/0x2 drivers/fish.c:1\n"), "is not in the tree"));
}

static void lines_of_other_functions_farther_out_are_said(void **state)
{
	struct world *w = *state;

	assert_string_equal(sentences(w, "6.18.0-rc4", FRAME " pond_bus_irq+0x8e/0x150 drivers/pond/pond_bus.c:45\n"), "");
	assert_string_equal(sentences(w, "6.18.0-rc4", FRAME " pond_bus_irq+0x8e/0x150 drivers/pond/pond_irq.c:37\n"
						       " pond_bus_irq+0x8e/0x150 drivers/pond/pond_irq.c:37\n"),
			    "drivers/pond/pond_irq.c: line 37 lies in pond_irq(), the report says pond_bus_irq(), farther out: "
			    "is this the source that crashed?\n");
	/* what lies in no function, or in assembly, says nothing; nor does a file that a small tree does not have, which is noted */
	assert_string_equal(sentences(w, "6.18.0-rc4", FRAME " entry+0x1/0x2 drivers/pond/pond_irq.c:1\n"), "");
	assert_string_equal(sentences(w, "6.18.0-rc4", FRAME " vfs_read+0x1/0x2 fs/read_write.c:578\n ksys_read+0x1/0x2 fs/read_write.c:9\n"),
			    "2 of 2 frames farther out cannot be compared: the tree does not have fs/read_write.c and others\n");
	assert_int_equal(diags_count(&w->ds, DIAG_WARNING), 0);
}

static void a_report_of_too_many_frames_is_not_compared_to_its_end(void **state)
{
	struct world *w = *state;
	struct buf frames = BUF_INIT;

	buf_adds(&frames, FRAME);
	for (int i = 0; i < 260; i++)
		buf_adds(&frames, " pond_bus_irq+0x8e/0x150 drivers/pond/pond_bus.c:45\n");
	assert_string_equal(sentences(w, "6.18.0-rc4", buf_str(&frames)), "4 further frames are not compared: there are too many\n");
	buf_release(&frames);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

static const struct CMUnitTest tests[] = {
	TEST(a_report_of_this_tree_agrees),
	TEST(another_kernel_is_said),
	TEST(another_commit_is_said_with_what_mends_it),
	TEST(another_machine_is_said),
	TEST(lines_of_other_functions_are_said),
	TEST(lines_of_other_functions_farther_out_are_said),
	TEST(a_report_of_too_many_frames_is_not_compared_to_its_end),
};

TEST_MAIN()
