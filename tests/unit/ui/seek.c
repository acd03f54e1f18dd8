#define _GNU_SOURCE /* mkdtemp, setenv */
#include "ui/seek.h"

#include "tests/unit/ui/many.h"

static size_t row(const struct ui *ui)
{
	return ui->run.rows[ui->run.list.cursor].span;
}

static void a_long_search_is_made_between_keys(void **state)
{
	struct ui *ui = ((struct world *)*state)->ui;

	type(ui, "3/nowhere\r");
	assert_true(ui->waiting & WAIT_SEEK);
	assert_true(shows(ui, "searching"));
	ui_idle(ui);
	assert_true(ui->waiting & WAIT_SEEK);
	type(ui, "j"); /* any key ends it */
	assert_false(ui->waiting & WAIT_SEEK);
	settle(ui);
	assert_int_equal(row(ui), 1);
}

static void the_end_and_the_beginning_are_gone_round(void **state)
{
	struct ui *ui = ((struct world *)*state)->ui;

	type(ui, "3/tool x\r");
	settle(ui); /* each is near, but a slice may end before it on a machine that has other work */
	assert_int_equal(row(ui), 1);
	type(ui, "n");
	settle(ui);
	assert_int_equal(row(ui), 3);
	type(ui, "N");
	settle(ui);
	type(ui, "N");
	settle(ui);
	assert_int_equal(row(ui), SPANS - 1);
	assert_true(shows(ui, "search went round the beginning"));
	type(ui, "n");
	settle(ui);
	assert_int_equal(row(ui), 1);
	assert_true(shows(ui, "search went round the end"));
	type(ui, "<");
	assert_int_equal(row(ui), SPANS - 1);
}

static void without_a_hit_it_ends_where_it_began(void **state)
{
	struct ui *ui = ((struct world *)*state)->ui;

	type(ui, "1/nowhere\r2n4n"); /* few rows, or none */
	settle(ui);
	assert_true(shows(ui, "not found: nowhere"));
	type(ui, "/\r");
	settle(ui);
	assert_true(shows(ui, "not found: nowhere"));
}

/* Text may be wrapped anew under a search: the row that it began in need not begin a line any more. */
static void it_ends_where_rows_are_others_by_now(void **state)
{
	struct ui *ui = ((struct world *)*state)->ui;
	size_t row = 1;

	type(ui, "4/nowhere\r");
	settle(ui);
	rows_layout(&ui->text.rows, buf_slice(&ui->text.doc.text), 8, true);
	list_count(&ui->text.list, ui->text.rows.n);
	while (row < ui->text.rows.n && ui->text.rows.r[row].first)
		row++;
	assert_true(row < ui->text.rows.n);
	for (int back = 0; back < 2; back++) {
		ui->seek = (struct seek){.back = back, .start = row, .at = row};
		ui->waiting |= WAIT_SEEK;
		for (int i = 0; i < 100 && ui->waiting & WAIT_SEEK; i++)
			ui_idle(ui);
		assert_false(ui->waiting & WAIT_SEEK);
		assert_true(shows(ui, "not found: nowhere"));
	}
}

/* It is not tried on each row of each screen. */
static void a_costly_pattern_is_given_up_once_a_screen(void **state)
{
	struct ui *ui = ((struct world *)*state)->ui;
	size_t gave_up;

	buf_clear(&ui->text.doc.text);
	for (int i = 0; i < 8; i++) {
		buf_pad(&ui->text.doc.text, 'a', 40);
		buf_adds(&ui->text.doc.text, "!\n");
	}
	ui->text.rows.n = 0;
	assert_int_equal(search_set(&ui->search, SLICE("(a|aa)+$"), NULL), 0);
	ui_draw(ui);
	gave_up = search_gave_up(&ui->search);
	assert_true(gave_up == 1 || gave_up == 2); /* where Text is drawn, and where what all panes drew is looked at */
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(a_costly_pattern_is_given_up_once_a_screen, setup, teardown),
	cmocka_unit_test_setup_teardown(a_long_search_is_made_between_keys, setup, teardown),
	cmocka_unit_test_setup_teardown(the_end_and_the_beginning_are_gone_round, setup, teardown),
	cmocka_unit_test_setup_teardown(it_ends_where_rows_are_others_by_now, setup, teardown),
	cmocka_unit_test_setup_teardown(without_a_hit_it_ends_where_it_began, setup, teardown),
};

TEST_MAIN()
