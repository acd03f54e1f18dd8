#include "tests/unit/import/page.h"

#include "import/text_parts.h"

static const char *const other_row =
	"99999999-1111-2222-3333-444455556666 assessment-kcsan Benign: ❌\xc2\xa0 another bug 2026/03/02 10:00 "
	"2026/03/02 10:01 2026/03/02 10:09 0123456789abcdef0123456789abcdef01234567\n";

static void pages_behind_one_another_are_runs(void **state)
{
	char *text = page_text(PAGE, "\n\nsyzbot\n\n", PAGE_COLUMNS, other_row, "\n", PAGE_CRASH, PAGE_CAPTION, PAGE_FLOW, PAGE_END);
	struct err e;
	struct run *r = page_take(text);

	(void)state;
	assert_int_equal(r->members, 2);
	assert_slice(r->job, PAGE_ID);
	assert_int_equal(traj_count(r->traj), 7);
	assert_slice(page_field(r, 6, FIELD_THOUGHTS), "Done.\n\n\n");
	run_free(r);
	r = import_member(blob_memory("pages", slice_str(text), &e), 1, &e);
	assert_non_null(r);
	assert_slice(r->title, "another bug");
	assert_int_equal(traj_count(r->traj), 1);
	assert_slice(page_field(r, 0, FIELD_RESULTS), "{\"Benign\":true,\"Confident\":false,\"Explanation\":\"The level is a hint.\\n\\n### "
			"Why\\nA stale level only delays the pump.\"}");
	run_free(r);
	free(text);
}

static void what_only_looks_like_a_page_is_text(void **state)
{
	struct {
		char *text;
	} t[] = {
		{page_text(PAGE_TOP, PAGE_SPANS, PAGE_COLUMNS, other_row, "\n", PAGE_CAPTION, PAGE_FLOW, PAGE_END)}, /* not over before */
		{page_text(PAGE, "\n", PAGE_COLUMNS, "no row\n", PAGE_CAPTION, PAGE_FLOW)},
		{page_text(PAGE, "\n", PAGE_COLUMNS, other_row, "\n", PAGE_CAPTION, PAGE_ACTION)}, /* no flow */
		{page_text(PAGE, "\n", PAGE_COLUMNS, other_row)},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct text_parts p = text_parts(slice_str(t[i].text));

		assert_int_equal(p.n, 1);
		text_parts_release(&p);
		free(t[i].text);
	}
}

static void line_ends_of_windows_change_nothing(void **state)
{
	struct buf b = BUF_INIT;
	struct run *plain = page_take(PAGE), *r;

	(void)state;
	for (const char *p = PAGE; *p; p++)
		buf_adds(&b, *p == '\n' ? "\r\n" : (char[]){*p, '\0'});
	r = page_take(buf_str(&b));
	assert_says(r, DIAG_NOTE, "CR LF");
	assert_int_equal(r->diags.n, plain->diags.n + 1);
	assert_int_equal(traj_count(r->traj), traj_count(plain->traj));
	assert_true(slice_eq(r->report_text, plain->report_text));
	assert_true(slice_eq(r->explanation, plain->explanation));
	for (uint32_t seq = 0; seq < 7; seq++)
		for (int f = 0; f < FIELD_N; f++)
			assert_true(slice_eq(page_field(r, seq, (enum traj_field)f), page_field(plain, seq, (enum traj_field)f)));
	run_free(r);
	run_free(plain);
	buf_release(&b);
}

#define NEWER_TOP "syzbot\n\nID\tWorkflow\tResult\tCorrect\tBug\tCreated\tStarted\tFinished\tRevision\n" \
	"0a1b2c3d\tassessment-kcsan\tBenign: ✅\xc2\xa0 Confident: ❌\xc2\xa0 \t❓\tKCSAN: data-race in pond_fill / pond_level (2)\t" \
	"2026/03/01 10:00\t2026/03/01 10:01\t2026/03/01 10:09\t01234567\n" \
	"Agent: tester\nExternal Bug ID: ---\n\nInputs:\nCrashReportID\t123\nKernelCommit\t89abcdef0123456789abcdef0123456789abcdef\n" \
	"KernelConfig\tShow (9 bytes)\n\nReporting Stages and Comments:\nStage\tSource\n\nDecision History:\nTime\tUser\tDecision\n" \
	"2026/03/02 10:00\tme\t❌\n\nOutputs:\nBenign\t✅\nConfident\t❌\n"

static void the_newer_layout_gives_all_its_sections(void **state)
{
	static const char *const outputs[] = {
		"Explanation\t" PAGE_ANSWER "\n\n", "Explanation\n" PAGE_ANSWER "\n\n", "Explanation\t\n" PAGE_ANSWER "\n\n",
		"\nExplanation:\n" PAGE_ANSWER "\n\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
		char *text = page_text(NEWER_TOP, outputs[i], PAGE_CRASH, PAGE_CAPTION, PAGE_SPANS, PAGE_END);
		struct run *r = page_take(text);

		assert_silent(r);
		assert_slice(r->job, "0a1b2c3d");
		assert_slice(r->title, "KCSAN: data-race in pond_fill / pond_level (2)");
		assert_slice(r->kernel_commit, "89abcdef0123456789abcdef0123456789abcdef");
		assert_slice(r->explanation, PAGE_ANSWER);
		assert_slice(r->report_text, PAGE_REPORT "\n");
		assert_int_equal(traj_count(r->traj), 7);
		run_free(r);
		free(text);
	}
}

/* Without spans the verdict comes from the table. */
static void the_table_of_outputs_tells_the_verdict(void **state)
{
	struct run *r = page_take("ID Workflow Result Correct Bug Created Started Finished Revision\n0a1b2c3d\tassessment-kcsan\tsome bug\t"
				  "2026/03/01 10:00\t2026/03/01 10:01\t2026/03/01 10:09\t01234567\n\nOutputs:\nBenign\t❌\nExplanation\tBad.\n\n"
				  PAGE_CRASH PAGE_CAPTION PAGE_END);

	(void)state;
	assert_int_equal(r->outputs.n, 1);
	assert_false(r->outputs.o[0].value);
	assert_slice(r->explanation, "Bad.");
	run_free(r);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(pages_behind_one_another_are_runs),
	cmocka_unit_test(what_only_looks_like_a_page_is_text),
	cmocka_unit_test(line_ends_of_windows_change_nothing),
	cmocka_unit_test(the_newer_layout_gives_all_its_sections),
	cmocka_unit_test(the_table_of_outputs_tells_the_verdict),
};

TEST_MAIN()
