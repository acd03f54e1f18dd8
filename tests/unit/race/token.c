#include "race/token.h"

#include "tests/test.h"

static void blanks_are_squeezed(void **state)
{
	char out[16];

	(void)state;
	assert_true(token_squeeze(SLICE("( struct  foo /* x */ * ) // y"), out, sizeof out));
	assert_string_equal(out, "(struct foo*)");
	assert_true(token_squeeze(SLICE(""), out, sizeof out));
	assert_string_equal(out, "");
	assert_true(token_squeeze(SLICE("123456789012345"), out, sizeof out));
	assert_false(token_squeeze(SLICE("1234567890123456"), out, sizeof out));
	assert_string_equal(out, "");
}

static void brackets_are_skipped(void **state)
{
	struct tokens t = tokens_of(SLICE("a(b, (c)), d) e"));

	(void)state;
	tokens_skip_to(&t, ")");
	assert_true(token_is_word(&t.now, "e"));
	assert_int_equal(tokens_from(&t), 14);
	tokens_skip_to(&t, ")");
	assert_int_equal(t.now.kind, TOKEN_END);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(blanks_are_squeezed),
	cmocka_unit_test(brackets_are_skipped),
};

TEST_MAIN()
