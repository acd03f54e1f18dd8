#include <errno.h>

#include "base/err.h"
#include "tests/test.h"

static void every_function_returns_minus_one_also_without_a_place_to_write(void **state)
{
	struct err e = {0};

	(void)state;
	assert_int_equal(err_set(NULL, ERR_INPUT, "x"), -1);
	assert_int_equal(err_wrap(NULL, "x"), -1);
	assert_int_equal(err_sys(NULL, ERR_INPUT, ENOENT, "x"), -1);
	assert_int_equal(err_set(&e, ERR_USAGE, "no such command '%s'", "sing"), -1);
	assert_int_equal(e.cls, ERR_USAGE);
	assert_string_equal(e.msg, "no such command 'sing'");
}

static void wrapping_keeps_class_and_inner_message(void **state)
{
	struct err e;

	(void)state;
	err_sys(&e, ERR_STORE, ENOSPC, "cannot write '%s'", "a.db");
	assert_string_equal(e.msg, "cannot write 'a.db': No space left on device");
	assert_int_equal(err_wrap(&e, "run %d", 7), -1);
	assert_int_equal(e.cls, ERR_STORE);
	assert_string_equal(e.msg, "run 7: cannot write 'a.db': No space left on device");
}

/* Fill up to `fill` bytes, then "é" and "€" and "😀": whatever is cut, it is cut between characters. */
static void a_long_message_is_cut_between_characters(void **state)
{
	static const char *const tails[] = {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
	char fill[520];
	struct err e;

	(void)state;
	for (size_t t = 0; t < 3; t++) {
		size_t len = strlen(tails[t]);

		for (size_t n = 500; n < 516; n++) {
			size_t want = n >= sizeof e.msg ? sizeof e.msg - 1 : n + len < sizeof e.msg ? n + len : n;

			memset(fill, 'x', n);
			fill[n] = '\0';
			err_set(&e, ERR_INPUT, "%s%s", fill, tails[t]);
			assert_int_equal(strlen(e.msg), want);
			if (want == n + len)
				assert_string_equal(e.msg + n, tails[t]);
		}
	}
}

static void wrapping_a_full_message_keeps_the_front(void **state)
{
	char fill[600];
	struct err e;

	(void)state;
	memset(fill, 'y', sizeof fill - 1);
	fill[sizeof fill - 1] = '\0';
	err_set(&e, ERR_NET, "inner");
	err_wrap(&e, "%s", fill);
	assert_int_equal(strlen(e.msg), sizeof e.msg - 1);
	err_set(&e, ERR_NET, "%s", fill);
	err_wrap(&e, "outer");
	assert_true(strncmp(e.msg, "outer: yyy", 10) == 0);
	assert_int_equal(strlen(e.msg), sizeof e.msg - 1);
	err_sys(&e, ERR_NET, ENOENT, "%s", fill);
	assert_int_equal(strlen(e.msg), sizeof e.msg - 1);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(every_function_returns_minus_one_also_without_a_place_to_write),
	cmocka_unit_test(wrapping_keeps_class_and_inner_message),
	cmocka_unit_test(a_long_message_is_cut_between_characters),
	cmocka_unit_test(wrapping_a_full_message_keeps_the_front),
};

TEST_MAIN()
