#include "ui/jump.h"

#include "base/mem.h"
#include "tests/test.h"

/* A place in Run: one number is enough to tell them apart. */
static struct spot spot(uint32_t row)
{
	return (struct spot){.taken = true, .focus = PANE_RUN, .has_row = true, .row = row};
}

static void push(struct jumps *j, uint32_t row)
{
	struct spot s = spot(row);

	jumps_push(j, &s, false);
}

static void assert_row(const struct spot *s, uint32_t row)
{
	assert_non_null(s);
	assert_int_equal(s->row, row);
}

static void back_and_forward_walk_the_places(void **state)
{
	struct jumps j = {0};
	struct spot now = spot(30);

	(void)state;
	assert_null(jumps_back(&j, &now));
	assert_null(jumps_forward(&j));
	push(&j, 10);
	push(&j, 20);
	assert_row(jumps_back(&j, &now), 20);
	assert_row(jumps_back(&j, &now), 10);
	assert_null(jumps_back(&j, &now));
	assert_row(jumps_forward(&j), 20);
	assert_row(jumps_forward(&j), 30); /* where one was when going back began */
	assert_null(jumps_forward(&j));
	jumps_release(&j);
}

static void going_on_from_the_middle_forgets_what_was_ahead(void **state)
{
	struct jumps j = {0};
	struct spot now = spot(30), other = spot(40);

	(void)state;
	push(&j, 10);
	push(&j, 20);
	jumps_back(&j, &now);
	push(&j, 20);
	assert_null(jumps_forward(&j));
	assert_row(jumps_back(&j, &other), 20);
	assert_row(jumps_back(&j, &other), 10);
	assert_row(jumps_forward(&j), 20);
	assert_row(jumps_forward(&j), 40);
	jumps_release(&j);
}

static void the_same_place_twice_is_one(void **state)
{
	struct jumps j = {0};
	struct spot now = spot(20);

	(void)state;
	push(&j, 10);
	push(&j, 20);
	push(&j, 20);
	assert_int_equal(j.n, 2);
	jumps_push(&j, &now, true);
	push(&j, 20); /* told once more, it is still where a link was followed */
	assert_true(j.links[1]);
	assert_row(jumps_back(&j, &now), 10); /* one stands on 20 */
	jumps_release(&j);
}

static void the_oldest_are_forgotten(void **state)
{
	struct jumps j = {0};
	struct spot now = spot(1000);
	const struct spot *s, *last = NULL;

	(void)state;
	for (uint32_t i = 0; i < JUMPS + 20; i++) {
		struct spot here = spot(i);

		here.excerpt = xstrdup("a line"); /* owned by this test: the list has a copy */
		jumps_push(&j, &here, false);
		spot_release(&here);
	}
	while ((s = jumps_back(&j, &now)))
		last = s;
	assert_row(last, 21); /* where one is took a place, too */
	for (uint32_t i = 22; i < JUMPS + 20; i++)
		assert_row(jumps_forward(&j), i);
	assert_row(jumps_forward(&j), 1000);
	jumps_release(&j);
}

static void links_are_returned_from_one_by_one(void **state)
{
	struct jumps j = {0};
	struct spot a = spot(1), now = spot(9);

	(void)state;
	assert_null(jumps_unlink(&j, &now));
	jumps_push(&j, &a, true);
	push(&j, 2);
	a = spot(3);
	jumps_push(&j, &a, true);
	push(&j, 4);
	assert_row(jumps_unlink(&j, &now), 3);
	assert_row(jumps_unlink(&j, &now), 1);
	assert_null(jumps_unlink(&j, &now));
	assert_row(jumps_forward(&j), 2);
	jumps_release(&j);
}

static void a_full_list_returns_from_its_links(void **state)
{
	struct jumps j = {0};
	struct spot first = spot(0), now = spot(1000);

	(void)state;
	jumps_push(&j, &first, true);
	for (uint32_t i = 1; i < JUMPS; i++)
		push(&j, i);
	assert_null(jumps_unlink(&j, &now)); /* its place goes to where one is */
	first = spot(500);
	jumps_push(&j, &first, true);
	for (uint32_t i = 0; i < 5; i++)
		push(&j, i);
	assert_row(jumps_unlink(&j, &now), 500);
	jumps_release(&j);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(back_and_forward_walk_the_places),
	cmocka_unit_test(going_on_from_the_middle_forgets_what_was_ahead),
	cmocka_unit_test(the_same_place_twice_is_one),
	cmocka_unit_test(the_oldest_are_forgotten),
	cmocka_unit_test(links_are_returned_from_one_by_one),
	cmocka_unit_test(a_full_list_returns_from_its_links),
};

TEST_MAIN()
