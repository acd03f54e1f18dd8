#include "tests/test.h"

static void finds_first_and_last(void **state)
{
	struct slice s = SLICE("map[a:map[b]]");

	(void)state;
	assert_int_equal(slice_find(s, "map[", 1), 6);
	assert_int_equal(slice_rfind((struct slice){0}, "x"), SLICE_NONE); /* NULL is no pointer to count from */
	assert_int_equal(slice_rfind(s, "map["), 6);
	assert_int_equal(slice_rfind(s, "]"), 12);
	assert_int_equal(slice_rfind(s, "m"), 6);
	assert_true(slice_rfind(s, "zz") == SLICE_NONE);
	assert_true(slice_find(s, "map[a:map[b]]x", 0) == SLICE_NONE);
	assert_int_equal(slice_chr(s, ':', 0), 5);
}

static void splits_lines_and_words(void **state)
{
	struct slice rest = SLICE("one\n\ntwo words"), line, word;

	(void)state;
	assert_true(slice_line(&rest, &line));
	assert_slice(line, "one");
	assert_true(slice_line(&rest, &line));
	assert_slice(line, "");
	assert_true(slice_line(&rest, &line));
	assert_slice(line, "two words");
	assert_false(slice_line(&rest, &rest));
	assert_true(slice_word(&line, &word));
	assert_slice(word, "two");
	assert_true(slice_word(&line, &word));
	assert_slice(word, "words");
	assert_false(slice_word(&line, &word));
}

static void reads_numbers_in_range_only(void **state)
{
	uint64_t u = 7;
	int64_t i = 7;

	(void)state;
	assert_true(slice_u64(SLICE("18446744073709551615"), &u) && u == UINT64_MAX);
	assert_false(slice_u64(SLICE("18446744073709551616"), &u));
	assert_false(slice_u64(SLICE(""), &u));
	assert_false(slice_u64(SLICE("1x"), &u));
	assert_true(slice_hex(SLICE("fFfF"), &u) && u == 0xffff);
	assert_true(slice_i64(SLICE("-9223372036854775808"), &i) && i == INT64_MIN);
	assert_false(slice_i64(SLICE("9223372036854775808"), &i));
	assert_false(slice_i64(SLICE("-"), &i));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(finds_first_and_last),
	cmocka_unit_test(splits_lines_and_words),
	cmocka_unit_test(reads_numbers_in_range_only),
};

TEST_MAIN()
