/* What accesses are to: of the example, and of the page. */
#define _GNU_SOURCE /* mkdtemp, setenv */
#include "app/race.h"

#include "tests/app.h"

static void take_words(struct session *s, void *arg)
{
	race_words(s, arg);
}

static void assert_words(const char *file, const char *words)
{
	struct buf b = BUF_INIT;

	test_app_look(file, take_words, &b);
	assert_string_equal(buf_str(&b), words);
	buf_release(&b);
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
