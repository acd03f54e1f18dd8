#include "tests/unit/import/page.h"

#include "import/text_job.h"
#include "tests/words.h"

static int64_t stamp(const char *s)
{
	int64_t t = WHEN_NONE;

	assert_true(when_parse_page(slice_str(s), &t));
	return t;
}

static void reads_a_row_from_both_ends(void **state)
{
	static const struct {
		const char *row;
		const char *id, *workflow, *badges, *title, *revision, *error;
		int stamps;
	} rows[] = {
		{PAGE_ROW, PAGE_ID, "assessment-kcsan", "benign, not confident",
		 "KCSAN: data-race in pond_fill / pond_level (2)", "0123456789abcdef0123456789abcdef01234567", "", 3},
		/* tabs between the cells, the short forms, the state of the review */
		{"0a1b2c3d\tmoderation\tActionable: ❌\t❓\tKASAN: bad 1/2 (3)\t2026/03/01 10:00\t2026/03/01 10:01\t"
		 "2026/03/01 10:09\t01234567\t", "0a1b2c3d", "moderation", "not actionable", "KASAN: bad 1/2 (3)", "01234567",
		 "", 3},
		{"0a1b2c3d w ✅ BUG: x 2026/03/01 10:00 2026/03/01 10:01 2026/03/01 10:09 01234567 log-in to see details",
		 "0a1b2c3d", "w", "no verdict", "BUG: x", "01234567", "log-in to see details", 3},
		{"0a1b2c3d w 🏃 BUG: x 2026/03/01 10:00 2026/03/01 10:01 01234567", "0a1b2c3d", "w", "no verdict", "BUG: x",
		 "01234567", "", 2},
		{"0a1b2c3d w ⏳\xef\xb8\x8f BUG: x 2026/03/01 10:00", "0a1b2c3d", "w", "no verdict", "BUG: x", "", "", 1},
		/* a title and an error that look like what stands between them */
		{"0a1b2c3d w Note: this 2026/01/01 09:00 deadbeef ✅ 2026/03/01 10:00 2026/03/01 10:01 2026/03/01 10:09 01234567 "
		 "died 2026/01/01 09:00 2026/01/01 09:00 2026/01/01 09:00 deadbeef at last", "0a1b2c3d", "w", "no verdict",
		 "Note: this 2026/01/01 09:00 deadbeef ✅", "01234567",
		 "died 2026/01/01 09:00 2026/01/01 09:00 2026/01/01 09:00 deadbeef at last", 3},
		{"0a1b2c3d w", "0a1b2c3d", "w", "no verdict", "", "", "", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *page = page_text(PAGE_COLUMNS, rows[i].row, "\n");
		struct text_job j;
		struct buf badges = BUF_INIT;

		text_job_read(slice_str(page), SLICE(""), &j);
		outputs_words(&badges, &j.badges);
		assert_true(j.row);
		assert_slice(j.id, rows[i].id);
		assert_slice(j.workflow, rows[i].workflow);
		assert_string_equal(buf_str(&badges), rows[i].badges);
		assert_slice(j.title, rows[i].title);
		assert_slice(j.revision, rows[i].revision);
		assert_slice(j.error, rows[i].error);
		assert_true(j.created == (rows[i].stamps > 0 ? stamp("2026/03/01 10:00") : WHEN_NONE));
		assert_true(j.started == (rows[i].stamps > 1 ? stamp("2026/03/01 10:01") : WHEN_NONE));
		assert_true(j.finished == (rows[i].stamps > 2 ? stamp("2026/03/01 10:09") : WHEN_NONE));
		buf_release(&badges);
		text_job_release(&j);
		free(page);
	}
}

static void takes_no_other_line_for_a_row(void **state)
{
	static const char *const rows[] = {
		"", "0a1b2c3 w", "0A1B2C3D w", "0a1b2c3d", "Trajectory:", PAGE_ID "0 w", "zzzzzzzz w x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *page = page_text(PAGE_COLUMNS, rows[i], "\n");
		struct text_job j;

		text_job_read(slice_str(page), SLICE(""), &j);
		assert_false(j.row);
		assert_int_equal(j.id.n, 0);
		text_job_release(&j);
		free(page);
	}
}

static void reads_the_badges_below_the_row(void **state)
{
	static const struct {
		const char *line, *words;
	} rows[] = {
		{PAGE_BADGES, "benign, not confident"},
		{"Benign: ❌\n", "harmful"},
		{"Benign: ✅ and more\n", "no verdict"},
		{"Benign: ✅x\n", "no verdict"},
		{"Benign ✅\n", "no verdict"},
		{"\n", "no verdict"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *page = page_text(PAGE_COLUMNS PAGE_ROW, rows[i].line);
		struct text_job j;
		struct buf words = BUF_INIT;

		text_job_read(slice_str(page), SLICE(""), &j);
		outputs_words(&words, &j.badge_line);
		assert_string_equal(buf_str(&words), rows[i].words);
		buf_release(&words);
		text_job_release(&j);
		free(page);
	}
}

/* A caption inside the explanation is told from the real one by the flow's results, or by the report behind it. */
static void finds_where_explanation_and_report_begin(void **state)
{
#define REPORT "BUG: KCSAN: data-race in f\n\nread\n\n"
	static const struct {
		const char *text, *flow, *explanation, *crash;
	} rows[] = {
		{"\nExplanation:\na\n\nCrash report:\n" REPORT, "", "a\n\n", REPORT},
		{"\nExplanation:\na\n\nCrash report:\nb\n\nCrash report:\n" REPORT, "", "a\n\nCrash report:\nb\n\n", REPORT},
		{"\nExplanation:\na\n\nCrash report:\n" REPORT "Crash report:\n" REPORT, "", "a\n\n",
		 REPORT "Crash report:\n" REPORT},
		{"\nExplanation:\na\n\nCrash report:\n" REPORT "Crash report:\n" REPORT, "a\n\nCrash report:\n" REPORT,
		 "a\n\nCrash report:\n" REPORT, REPORT},
		{"\nExplanation:\na\nCrash report:\nb\n\n", "", "a\nCrash report:\nb\n\n", ""},
		{"\nAgent: x\n\nOutputs:\nBenign\n\nCrash report:\nodd text\n", "", "", "odd text\n"},
		{"\nCrash report:\nx\n\nExplanation:\ny\n", "", "", "x\n\nExplanation:\ny\n"},
		{"\nnothing here\n", "", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *page = page_text(PAGE_COLUMNS PAGE_ROW, rows[i].text);
		struct text_job j;

		text_job_read(slice_str(page), slice_str(rows[i].flow), &j);
		assert_slice(j.explanation, rows[i].explanation);
		assert_slice(j.crash, rows[i].crash);
		text_job_release(&j);
		free(page);
	}
}

#define HASH "89abcdef0123456789abcdef0123456789abcdef"

static void takes_the_kernel_commit_from_the_inputs_only(void **state)
{
	static const struct {
		const char *text, *commit;
	} rows[] = {
		{"\nInputs:\nBugTitle x\nKernelCommit " HASH "\n\nCrash report:\nx\n", HASH},
		{"\nInputs:\nKernelCommit\t" HASH "\t\n", HASH},
		{"\nInputs:\nKernelCommit\n" HASH "\n", HASH},
		{"\nInputs:\nKernelCommit " HASH "\nKernelCommit " HASH "\n", HASH},
		{"\nInputs:\nKernelCommit " HASH "\nKernelCommit 0000000000000000000000000000000000000000\n", ""},
		{"\nInputs:\nKernelCommit 89abcdef\n", ""},
		{"\nInputs:\nSyzkallerCommit " HASH "\n", ""},
		{"\nKernelCommit " HASH "\n", ""},
		{"\nInputs:\n\nExplanation:\nKernelCommit " HASH "\n", ""},
		{"\nExplanation:\nx\n\nInputs:\nKernelCommit " HASH "\n", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *page = page_text(PAGE_COLUMNS PAGE_ROW, rows[i].text);
		struct text_job j;

		text_job_read(slice_str(page), SLICE(""), &j);
		assert_slice(j.kernel_commit, rows[i].commit);
		text_job_release(&j);
		free(page);
	}
}

static void takes_the_error_of_newer_pages(void **state)
{
	struct text_job j;

	(void)state;
	text_job_read(SLICE(PAGE_COLUMNS PAGE_ROW "\nAgent: x\n\nError:\nno build\nat all\n\nOutputs:\n\nError:\ny\n"),
		      SLICE(""), &j);
	assert_slice(j.error, "no build\nat all");
	text_job_release(&j);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(reads_a_row_from_both_ends),
	cmocka_unit_test(takes_no_other_line_for_a_row),
	cmocka_unit_test(reads_the_badges_below_the_row),
	cmocka_unit_test(finds_where_explanation_and_report_begin),
	cmocka_unit_test(takes_the_kernel_commit_from_the_inputs_only),
	cmocka_unit_test(takes_the_error_of_newer_pages),
};

TEST_MAIN_WORDS()
