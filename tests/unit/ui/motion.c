#define _GNU_SOURCE /* mkstemp, mkdtemp, setenv */
#include "ui/motion.h"

#include "tests/unit/ui/many.h"

enum { SLICE_SPANS = 1 << 16 };

static size_t row(const struct ui *ui)
{
	return ui->run.rows[ui->run.list.cursor].span;
}

/* Idle turns until the search is over. */
static unsigned slices(struct ui *ui)
{
	unsigned n = 0;

	for (; ui->waiting & WAIT_MOTION; n++)
		ui_idle(ui);
	return n;
}

static void the_last_of_a_million_spans_is_found_in_slices(void **state)
{
	struct ui *ui = ((struct world *)*state)->ui;

	assert_int_equal(row(ui), 0);
	type(ui, "]e");
	assert_true(ui->waiting & WAIT_MOTION);
	assert_true(shows(ui, "searching"));
	assert_int_equal(row(ui), 0);
	assert_true(slices(ui) >= SPANS / SLICE_SPANS - 1);
	assert_int_equal(row(ui), SPANS - 1);
	assert_false(shows(ui, "searching"));
	type(ui, "[e");
	assert_true(slices(ui) >= SPANS / SLICE_SPANS - 1);
	assert_int_equal(row(ui), SPANS - 1);
	assert_true(shows(ui, "no earlier error"));
	type(ui, "<");
	assert_int_equal(row(ui), 0);
}

static void what_is_near_is_there_at_once(void **state)
{
	struct ui *ui = ((struct world *)*state)->ui;

	type(ui, "]t]t");
	assert_false(ui->waiting & WAIT_MOTION);
	assert_int_equal(row(ui), 3);
	type(ui, "[t");
	assert_int_equal(row(ui), 1);
}

static void any_key_ends_the_search(void **state)
{
	struct ui *ui = ((struct world *)*state)->ui;

	type(ui, "]e");
	assert_true(ui->waiting & WAIT_MOTION);
	type(ui, "z");
	assert_false(ui->waiting & WAIT_MOTION);
	settle(ui);
	assert_int_equal(row(ui), 0);
	type(ui, "]h"); /* no span has thoughts: each is read */
	assert_true(ui->waiting & WAIT_MOTION);
	type(ui, "j");
	assert_false(ui->waiting & WAIT_MOTION);
}

static void kinds_have_their_words(void **state)
{
	enum motion_kind k = MOTIONS;

	(void)state;
	assert_true(motion_of(SLICE("tool"), &k));
	assert_int_equal(k, MOTION_TOOL);
	assert_true(motion_of(SLICE("access"), &k));
	assert_int_equal(k, MOTION_ACCESS);
	assert_false(motion_of(SLICE("tools"), &k));
	assert_false(motion_of(SLICE(""), &k));
}

static void the_table_of_commands_lists_all_kinds(void **state)
{
	struct slice all = slice_str(commands[CMD_NEXT].args);
	enum motion_kind k;
	int n = 0;

	(void)state;
	assert_string_equal(commands[CMD_NEXT].args, commands[CMD_PREV].args);
	for (size_t from = 0; from < all.n; n++) {
		size_t bar = slice_chr(all, '|', from);

		assert_true(motion_of(slice_sub(all, from, bar), &k));
		from = bar == SLICE_NONE ? all.n : bar + 1;
	}
	assert_int_equal(n, MOTIONS);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(kinds_have_their_words),
	cmocka_unit_test(the_table_of_commands_lists_all_kinds),
	cmocka_unit_test_setup_teardown(the_last_of_a_million_spans_is_found_in_slices, setup, teardown),
	cmocka_unit_test_setup_teardown(what_is_near_is_there_at_once, setup, teardown),
	cmocka_unit_test_setup_teardown(any_key_ends_the_search, setup, teardown),
};

TEST_MAIN()
