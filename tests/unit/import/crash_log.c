#include "tests/unit/import/page.h"

static void a_bare_report_is_a_run_to_be_judged(void **state)
{
	struct run *r = page_take(PAGE_REPORT "\n");

	(void)state;
	assert_silent(r);
	assert_string_equal(r->format, "crash report");
	assert_slice(r->title, "KCSAN: data-race in pond_fill / pond_level");
	assert_slice(r->report_text, PAGE_REPORT "\n");
	assert_int_equal(r->crash->kind, CRASH_KCSAN);
	assert_int_equal(r->state, RUN_PENDING);
	assert_int_equal(traj_count(r->traj), 0);
	assert_int_equal(r->outputs.n, 0);
	run_free(r);
}

static void a_report_far_behind_in_a_log_is_found(void **state)
{
	struct buf b = BUF_INIT;
	struct run *r;

	(void)state;
	for (int i = 0; b.n < 3 * IMPORT_HEAD; i++)
		buf_addf(&b, "[  %3d.123456] pond: level %d\n", i % 1000, i);
	buf_adds(&b, "[ 1000.000001] BUG: unable to handle page fault for address: 0\n");
	r = page_import(buf_slice(&b), NULL);
	assert_non_null(r);
	assert_int_equal(r->report_text.n, b.n);
	assert_true(r->title.n > 0);
	run_free(r);
	buf_release(&b);
}

static void text_without_a_report_is_refused(void **state)
{
	static const char *const texts[] = {"hello\n", "int main(void)\n{\n}\n", "[ 1.000001] a\n[ 1.000002] b\n[ 1.000003] c\n",
					    "{}", "[]", "[1]", "\177ELF"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct err e;

		if (page_import(slice_str(texts[i]), &e))
			fail_msg("taken: %s", texts[i]);
		assert_int_equal(e.cls, ERR_INPUT);
	}
}

static void a_report_cut_at_any_byte_is_taken_or_refused(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof PAGE_REPORT - 1; n++) {
		struct err e;
		struct run *r = page_import((struct slice){PAGE_REPORT, n}, &e);

		assert_true(r || e.cls == ERR_INPUT);
		if (r)
			assert_int_equal(r->report_text.n, n);
		run_free(r);
	}
}

static void broken_bytes_are_kept_and_named(void **state)
{
	struct run *r = page_take("BUG: KCSAN: data-race in a / b\n\xff\x1b[0m\n");

	(void)state;
	assert_says(r, DIAG_WARNING, "not UTF-8 at byte 31");
	assert_slice(r->report_text, "BUG: KCSAN: data-race in a / b\n\xff\x1b[0m\n");
	run_free(r);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_bare_report_is_a_run_to_be_judged),
	cmocka_unit_test(a_report_far_behind_in_a_log_is_found),
	cmocka_unit_test(text_without_a_report_is_refused),
	cmocka_unit_test(a_report_cut_at_any_byte_is_taken_or_refused),
	cmocka_unit_test(broken_bytes_are_kept_and_named),
};

TEST_MAIN()
