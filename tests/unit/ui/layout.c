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

static void assert_divided(const struct splits *s)
{
	for (unsigned rows = LAYOUT_MIN_ROWS; rows < 70; rows++)
		for (unsigned cols = LAYOUT_MIN_COLS; cols < 220; cols += 7)
			for (int kind = 0; kind < LAYOUTS; kind++)
				for (int focus = 0; focus < PANES; focus++)
					for (int zoom = 0; zoom < 2; zoom++) {
						struct layout l = layout_compute(rows, cols, (enum layout_kind)kind, s,
										 (enum pane_id)focus, zoom);

						assert_false(l.too_small);
						assert_true(l.visible[focus]);
						assert_sane(&l, rows, cols);
					}
}

static void every_size_is_divided_without_overlap(void **state)
{
	struct splits far;

	(void)state;
	assert_divided(&splits_first);
	for (unsigned at = 1; at < 1000; at += 499) { /* splits at the very edges, and all at one place */
		for (int k = 0; k < LAYOUTS; k++)
			for (int i = 0; i < SPLITS; i++)
				far.at[k][i] = at;
		assert_divided(&far);
	}
}

static void wide_screens_show_all_panes(void **state)
{
	struct layout l = layout_compute(45, 160, LAYOUT_WIDE, &splits_first, PANE_TEXT, false);

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
		struct layout l = layout_compute(24, 80, LAYOUT_WIDE, &splits_first, (enum pane_id)focus, false);

		for (int p = 0; p < PANES; p++)
			assert_int_equal(l.visible[p], p == (int)pair[focus][0] || p == (int)pair[focus][1]);
		assert_true(l.pane[pair[focus][0]].row < l.pane[pair[focus][1]].row);
		assert_true(l.stacked);
	}
}

static void below_the_minimum_nothing_is_placed(void **state)
{
	(void)state;
	assert_true(layout_compute(9, 80, LAYOUT_WIDE, &splits_first, PANE_RUN, false).too_small);
	assert_true(layout_compute(24, 39, LAYOUT_WIDE, &splits_first, PANE_RUN, false).too_small);
	assert_true(layout_compute(1, 1, LAYOUT_WIDE, &splits_first, PANE_RUN, true).too_small);
}

static void tall_screens_have_wide_source_and_text(void **state)
{
	struct layout l = layout_compute(60, 80, LAYOUT_TALL, &splits_first, PANE_RUN, false);

	(void)state;
	assert_false(l.stacked);
	assert_int_equal(l.pane[PANE_REPORT].cols + l.pane[PANE_RUN].cols, 80);
	assert_int_equal(l.pane[PANE_REPORT].row, l.pane[PANE_RUN].row);
	assert_int_equal(l.pane[PANE_SOURCE].cols, 80);
	assert_int_equal(l.pane[PANE_TEXT].cols, 80);
	assert_true(l.pane[PANE_SOURCE].row < l.pane[PANE_TEXT].row);
	assert_true(layout_compute(29, 80, LAYOUT_TALL, &splits_first, PANE_RUN, false).stacked);
	assert_true(layout_compute(60, 59, LAYOUT_TALL, &splits_first, PANE_RUN, false).stacked);
}

static void the_focused_pane_is_the_big_one(void **state)
{
	(void)state;
	for (int focus = 0; focus < PANES; focus++) {
		struct layout l = layout_compute(45, 160, LAYOUT_FOCUS, &splits_first, (enum pane_id)focus, false);

		for (int p = 0; p < PANES; p++) {
			assert_true(l.visible[p]);
			if (p != focus)
				assert_true(l.pane[p].rows * l.pane[p].cols < l.pane[focus].rows * l.pane[focus].cols / 3);
		}
	}
}

/* By one cell at a time, there and back, at sizes that do not divide evenly. */
static void a_split_moves_by_cells_and_stops_at_the_smallest_pane(void **state)
{
	static const unsigned sizes[][2] = {{45, 160}, {31, 101}, {24, 80}, {10, 40}, {67, 63}, {333, 999}};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (int kind = 0; kind < LAYOUTS; kind++)
			for (int focus = 0; focus < PANES; focus++)
				for (int columns = 0; columns < 2; columns++) {
					unsigned rows = sizes[i][0], cols = sizes[i][1], was, is = 0, first = 0, steps = 0;
					struct splits s = splits_first;

					for (int by = 1; by >= -1; by -= 2) {
						was = 0;
						do {
							struct layout l = layout_compute(rows, cols, (enum layout_kind)kind, &s,
											 (enum pane_id)focus, false);

							is = columns ? l.pane[focus].cols : l.pane[focus].rows;
							first = first ? first : is;
							if (was)
								assert_int_equal((int)is, (int)was + by);
							assert_sane(&l, rows, cols);
							was = is;
							steps++;
						} while (layout_move(rows, cols, (enum layout_kind)kind, &s, (enum pane_id)focus,
								     columns, by));
						assert_true(steps < 3000);
					}
					assert_true(is <= first);
				}
}

static void one_long_step_goes_as_far_as_many_short_ones(void **state)
{
	struct splits s = splits_first;
	struct layout l;

	(void)state;
	assert_true(layout_move(45, 160, LAYOUT_WIDE, &s, PANE_SOURCE, true, 1000));
	l = layout_compute(45, 160, LAYOUT_WIDE, &s, PANE_SOURCE, false);
	assert_int_equal(l.pane[PANE_REPORT].cols, PANE_MIN_COLS);
	assert_false(layout_move(45, 160, LAYOUT_WIDE, &s, PANE_SOURCE, true, 1));
	assert_true(layout_move(45, 160, LAYOUT_WIDE, &s, PANE_RUN, false, -1000));
	l = layout_compute(45, 160, LAYOUT_WIDE, &s, PANE_SOURCE, false);
	assert_int_equal(l.pane[PANE_RUN].rows, PANE_MIN_ROWS);
	assert_int_equal(l.pane[PANE_TEXT].rows, 21); /* the other column has a split of its own */
}

static void splits_are_read_as_they_were_written(void **state)
{
	struct splits s = splits_first, again = splits_first;
	struct buf b = BUF_INIT;
	struct diags ds = {0};

	(void)state;
	layout_move(45, 160, LAYOUT_WIDE, &s, PANE_SOURCE, true, 7);
	layout_move(45, 160, LAYOUT_TALL, &s, PANE_TEXT, false, -3);
	splits_print(&s, &b);
	splits_parse(&again, buf_slice(&b), &ds);
	assert_int_equal(ds.n, 0);
	assert_memory_equal(&s, &again, sizeof s);
	splits_parse(&again, SLICE("split wide column 400\nsplit wide\n\xff\x00\nsplit wide column 0\nsplit wide column 1000\n"
				   "split long column 5\nsplit tall side 5\n\"\nsplit tall upper 250"), &ds);
	assert_int_equal(ds.n, 7);
	assert_int_equal(ds.d[0].line, 2);
	assert_int_equal(again.at[LAYOUT_WIDE][SPLIT_COLUMN], 400);
	assert_int_equal(again.at[LAYOUT_TALL][SPLIT_UPPER], 250);
	diags_release(&ds);
	buf_release(&b);
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
	list_go(&l, 50); /* far away: what is around it shows */
	list_show(&l, 10, 2);
	assert_int_equal(l.top, 45);
	list_go(&l, 60); /* near: no more is moved than must be */
	list_show(&l, 10, 2);
	assert_int_equal(l.top, 53);
	list_go(&l, 50);
	list_show(&l, 10, 2);
	assert_int_equal(l.top, 48);
	list_count(&l, 51); /* at the end there is no room for a margin; what comes then does not move it */
	list_show(&l, 10, 2);
	assert_int_equal(l.top, 41);
	list_count(&l, 100);
	list_show(&l, 10, 2);
	assert_int_equal(l.top, 41);
	list_go(&l, 49);
	list_show(&l, 10, 2);
	assert_int_equal(l.top, 42);
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
	cmocka_unit_test(tall_screens_have_wide_source_and_text),
	cmocka_unit_test(the_focused_pane_is_the_big_one),
	cmocka_unit_test(a_split_moves_by_cells_and_stops_at_the_smallest_pane),
	cmocka_unit_test(one_long_step_goes_as_far_as_many_short_ones),
	cmocka_unit_test(splits_are_read_as_they_were_written),
	cmocka_unit_test(lists_stay_inside_and_show_their_cursor),
};

TEST_MAIN()
