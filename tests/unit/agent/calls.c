#include "tests/test.h"

#include "agent/calls.h"

static unsigned note(struct calls *c, const char *name, const char *args)
{
	return calls_note(c, slice_str(name), slice_str(args));
}

static void counts_equal_calls(void **state)
{
	struct calls *c = calls_new();

	(void)state;
	for (unsigned i = 1; i <= 6; i++)
		assert_int_equal(note(c, "read-file", "{\"File\":\"a.c\",\"FirstLine\":1}"), i);
	calls_free(c);
}

static void looks_at_values_and_not_at_how_they_are_written(void **state)
{
	static const char *const same[] = {
		"{\"a\":1,\"b\":[{\"x\":\"é\",\"y\":null}]}",
		"{ \"b\" : [ { \"y\" : null, \"x\" : \"\\u00e9\" } ], \"a\" : 1 }",
		"{\"b\":[{\"x\":\"\\u00E9\",\"y\":null}],\n\"a\":1}",
	};
	static const char *const other[] = {
		"{\"a\":2,\"b\":[{\"x\":\"é\",\"y\":null}]}", "{\"a\":1,\"b\":[{\"x\":\"é\"}]}", "{\"a\":1}", "{}",
		"{\"a\":\"1\",\"b\":[{\"x\":\"é\",\"y\":null}]}",
	};
	struct calls *c = calls_new();

	(void)state;
	for (unsigned i = 0; i < sizeof same / sizeof *same; i++)
		assert_int_equal(note(c, "t", same[i]), i + 1);
	for (unsigned i = 0; i < sizeof other / sizeof *other; i++)
		assert_int_equal(note(c, "t", other[i]), 1);
	assert_int_equal(note(c, "u", same[0]), 1);
	calls_free(c);
}

static void forgets_what_left_the_window(void **state)
{
	struct calls *c = calls_new();
	char args[32];

	(void)state;
	assert_int_equal(note(c, "t", "{}"), 1);
	for (unsigned i = 1; i < CALLS_WINDOW - 1; i++) {
		snprintf(args, sizeof args, "{\"n\":%u}", i);
		assert_int_equal(note(c, "t", args), 1);
	}
	assert_int_equal(note(c, "t", "{}"), 2); /* the first is the oldest that still counts */
	assert_int_equal(note(c, "t", "{}"), 2); /* now it has left */
	calls_clear(c);
	assert_int_equal(note(c, "t", "{}"), 1);
	calls_free(c);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(counts_equal_calls),
	cmocka_unit_test(looks_at_values_and_not_at_how_they_are_written),
	cmocka_unit_test(forgets_what_left_the_window),
};

TEST_MAIN()
