#include "ui/pane_both.h"

#include "tests/test.h"

static bool apart(struct rect a, struct rect b)
{
	return a.row + a.rows <= b.row || b.row + b.rows <= a.row || a.col + a.cols <= b.col || b.col + b.cols <= a.col;
}

static bool inside(struct rect a, struct rect r)
{
	return a.row >= r.row && a.col >= r.col && a.row + a.rows <= r.row + r.rows && a.col + a.cols <= r.col + r.cols;
}

static void sides_share_the_room_at_any_size(void **state)
{
	(void)state;
	for (unsigned cols = 38; cols < 300; cols++)
		for (unsigned rows = 5; rows < 120; rows++)
			for (unsigned facts = 0; facts < 8; facts++)
				for (unsigned n = 1; n <= 2; n++) {
					struct rect r = {2, 1, rows, cols};
					struct both_layout l = both_layout(r, n, 0, facts, 9);

					assert_true(inside(l.facts, r) && l.facts.rows <= facts);
					for (int i = 0; i < BOTH_SIDES; i++)
						if (l.shown[i])
							assert_true(inside(l.side[i], r) && apart(l.side[i], l.facts) &&
								    l.side[i].rows >= 4 && l.side[i].cols >= 20);
					if (l.shown[0] && l.shown[1])
						assert_true(apart(l.side[0], l.side[1]));
				}
}

static void sides_stand_side_by_side_where_the_screen_is_wide(void **state)
{
	struct both_layout l = both_layout((struct rect){2, 1, 40, BOTH_BESIDE_COLS - 2}, 2, 0, 1, 0);

	(void)state;
	assert_true(l.beside);
	assert_int_equal(l.side[0].row, l.side[1].row);
	assert_int_equal(l.side[0].rows, 39);
	assert_true(l.side[1].cols - l.side[0].cols <= 1);
	l = both_layout((struct rect){2, 1, 40, BOTH_BESIDE_COLS - 3}, 2, 0, 1, 0);
	assert_false(l.beside);
	assert_int_equal(l.side[0].col, l.side[1].col);
	assert_int_equal(l.side[1].row, l.side[0].row + l.side[0].rows);
}

static void a_small_screen_shows_the_side_with_the_keys(void **state)
{
	(void)state;
	for (unsigned focus = 0; focus < BOTH_SIDES; focus++) {
		struct both_layout l = both_layout((struct rect){2, 1, 5, 38}, 2, focus, 3, 0);

		assert_true(l.shown[focus]);
		assert_false(l.shown[!focus]);
		assert_int_equal(l.facts.rows, 0);
	}
}

static void a_missing_side_takes_only_what_it_needs(void **state)
{
	struct both_layout l = both_layout((struct rect){2, 1, 25, 98}, 1, 0, 1, 7);

	(void)state;
	assert_int_equal(l.side[1].rows, 7);
	assert_int_equal(l.side[0].rows, 17);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sides_share_the_room_at_any_size),
		cmocka_unit_test(sides_stand_side_by_side_where_the_screen_is_wide),
		cmocka_unit_test(a_small_screen_shows_the_side_with_the_keys),
		cmocka_unit_test(a_missing_side_takes_only_what_it_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
