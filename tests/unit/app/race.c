/* What accesses are to: of the example, and of the page. */
#define _GNU_SOURCE /* mkdtemp, setenv */
#include "app/race.h"

#include "tests/app.h"

static void assert_words(const char *file, const char *words)
{
	struct test_opened *o = test_open_file(file);
	struct buf b = BUF_INIT;

	race_words(o->session, &b);
	assert_string_equal(buf_str(&b), words);
	buf_release(&b);
	test_close(o);
}

static void both_sides_of_the_example_are_of_one_field(void **state)
{
	(void)state;
	assert_words(test_src("examples/pond-race.json"), "Both lines name p->flags.");
}

static void both_sides_of_the_page_are_of_the_owner(void **state)
{
	(void)state;
	assert_words(test_data("syzbot-assessment-kcsan-audit.txt"), "Both lines name audit_cmd_mutex.owner.");
}

/* Where no tool returned a line there is nothing to say. */
static void a_bare_report_says_nothing(void **state)
{
	(void)state;
	assert_words(test_src("examples/report.txt"), "");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(both_sides_of_the_example_are_of_one_field),
	cmocka_unit_test(both_sides_of_the_page_are_of_the_owner),
	cmocka_unit_test(a_bare_report_says_nothing),
};

TEST_MAIN()
