#include "base/diag.h"
#include "tests/test.h"

static void messages_keep_order_level_and_place(void **state)
{
	struct diags ds = {0};

	(void)state;
	diags_add(&ds, DIAG_NOTE, 0, 12, "torn last line of %d bytes", 3);
	diags_add(&ds, DIAG_ERROR, 7, 340, "second");
	assert_int_equal(ds.n, 2);
	assert_string_equal(ds.d[0].text, "torn last line of 3 bytes");
	assert_int_equal(ds.d[0].byte, 12);
	assert_int_equal(ds.d[1].level, DIAG_ERROR);
	assert_int_equal(ds.d[1].line, 7);
	assert_int_equal(diags_count(&ds, DIAG_NOTE), 2);
	assert_int_equal(diags_count(&ds, DIAG_WARNING), 1);
	diags_release(&ds);
	assert_int_equal(ds.n, 0);
	assert_int_equal(diags_count(&ds, DIAG_NOTE), 0);
}

static void past_the_ceiling_messages_are_counted_only(void **state)
{
	struct diags ds = {0};

	(void)state;
	for (int i = 0; i < DIAG_MAX + 5; i++)
		diags_add(&ds, DIAG_WARNING, 1, 0, "message %d", i);
	assert_int_equal(ds.n, DIAG_MAX);
	assert_int_equal(ds.dropped, 5);
	assert_int_equal(diags_count(&ds, DIAG_WARNING), DIAG_MAX + 5);
	assert_string_equal(ds.d[DIAG_MAX - 1].text, "message 199");
	diags_release(&ds);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(messages_keep_order_level_and_place),
	cmocka_unit_test(past_the_ceiling_messages_are_counted_only),
};

TEST_MAIN()
