#define _GNU_SOURCE /* mkdtemp, setenv */
#include "ui/sift.h"

#include "tests/unit/ui/many.h"

static void a_long_filter_works_between_keys(void **state)
{
	struct ui *ui = ((struct world *)*state)->ui;
	const struct run_pane *p = &ui->run;
	size_t rows;

	type(ui, ":filter type=tool text=nowhere\r"); /* each text is read */
	assert_true(ui->waiting & WAIT_FILTER);
	assert_true(shows(ui, "0 of 1000000"));
	type(ui, ":filter type=tool\r"); /* another takes its place */
	rows = p->list.n;
	assert_true(rows > 0);
	type(ui, "jj");
	assert_int_equal(p->rows[p->list.cursor].span, 5);
	settle(ui);
	assert_int_equal(p->list.n, SPANS / 2);
	assert_int_equal(p->rows[p->list.cursor].span, 5);
	type(ui, "[h"); /* models' turns are hidden */
	settle(ui);
	assert_true(shows(ui, "no earlier thought"));
	type(ui, ":filter errors\r");
	settle(ui);
	assert_int_equal(p->list.n, 1);
	assert_true(shows(ui, "1 of 1000000 spans: errors"));
	type(ui, ":filter\r");
	settle(ui);
	assert_int_equal(p->list.n, SPANS);
	assert_int_equal(p->rows[p->list.cursor].span, SPANS - 1); /* where one was */
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(a_long_filter_works_between_keys, setup, teardown),
};

TEST_MAIN()
