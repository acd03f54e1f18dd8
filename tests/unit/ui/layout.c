#include "tests/test.h"

#include "ui/layout.h"
#include "ui/list.h"

/* No two visible panes share a cell, and all lie between title bar and verdict line. */
static void assert_sane(const struct layout *l, unsigned rows, unsigned cols)
{
	for (int a = 0; a < PANES; a++) {
		const struct rect *x = &l->pane[a];

		if (!l->visible[a])
			continue;
		assert_true(x->row >= 1 && x->row + x->rows <= rows - 2 && x->col + x->cols <= cols);
		assert_true(x->rows >= 3 && x->cols >= 4);
		for (int b = a + 1; b < PANES; b++) {
			const struct rect *y = &l->pane[b];

			if (l->visible[b])
				assert_true(x->row + x->rows <= y->row || y->row + y->rows <= x->row ||
					    x->col + x->cols <= y->col || y->col + y->cols <= x->col);
		}
	}
}

static void every_size_is_divided_without_overlap(void **state)
{
	(void)state;
	for (unsigned rows = LAYOUT_MIN_ROWS; rows < 70; rows++)
		for (unsigned cols = LAYOUT_MIN_COLS; cols < 220; cols += 7)
			for (int focus = 0; focus < PANES; focus++)
				for (int zoom = 0; zoom < 2; zoom++) {
					struct layout l = layout_compute(rows, cols, (enum pane_id)focus, zoom);

					assert_false(l.too_small);
					assert_true(l.visible[focus]);
					assert_sane(&l, rows, cols);
				}
}

static void wide_screens_show_all_panes(void **state)
{
	struct layout l = layout_compute(45, 160, PANE_TEXT, false);

	(void)state;
	for (int p = 0; p < PANES; p++)
		assert_true(l.visible[p]);
	assert_int_equal(l.pane[PANE_REPORT].cols, 60); /* 38 parts of 100 */
	assert_int_equal(l.pane[PANE_SOURCE].cols, 100);
}

static void small_screens_stack_what_belongs_together(void **state)
{
	static const enum pane_id pair[PANES][2] = {
		[PANE_REPORT] = {PANE_REPORT, PANE_SOURCE}, [PANE_SOURCE] = {PANE_SOURCE, PANE_TEXT},
		[PANE_RUN] = {PANE_RUN, PANE_TEXT}, [PANE_TEXT] = {PANE_SOURCE, PANE_TEXT},
	};

	(void)state;
	for (int focus = 0; focus < PANES; focus++) {
		struct layout l = layout_compute(24, 80, (enum pane_id)focus, false);

		for (int p = 0; p < PANES; p++)
			assert_int_equal(l.visible[p], p == (int)pair[focus][0] || p == (int)pair[focus][1]);
		assert_true(l.pane[pair[focus][0]].row < l.pane[pair[focus][1]].row);
		assert_true(l.stacked);
	}
}

static void below_the_minimum_nothing_is_placed(void **state)
{
	(void)state;
	assert_true(layout_compute(9, 80, PANE_RUN, false).too_small);
	assert_true(layout_compute(24, 39, PANE_RUN, false).too_small);
	assert_true(layout_compute(1, 1, PANE_RUN, true).too_small);
}

static void lists_stay_inside_and_show_their_cursor(void **state)
{
	struct list l = {0};

	(void)state;
	list_count(&l, 100);
	list_move(&l, -1);
	assert_int_equal(l.cursor, 0);
	list_move(&l, 1000);
	assert_int_equal(l.cursor, 99);
	list_show(&l, 10, 2);
	assert_int_equal(l.top, 90);
	list_go(&l, 50);
	list_show(&l, 10, 2);
	assert_int_equal(l.top, 48);
	list_count(&l, 3);
	assert_int_equal(l.cursor, 2);
	list_show(&l, 10, 2);
	assert_int_equal(l.top, 0);
	list_count(&l, 0);
	list_move(&l, 1);
	list_show(&l, 10, 2);
	assert_int_equal(l.cursor, 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(every_size_is_divided_without_overlap),
	cmocka_unit_test(wide_screens_show_all_panes),
	cmocka_unit_test(small_screens_stack_what_belongs_together),
	cmocka_unit_test(below_the_minimum_nothing_is_placed),
	cmocka_unit_test(lists_stay_inside_and_show_their_cursor),
};

TEST_MAIN()
