#include "race/ahead.h"

#include "tests/test.h"

static void casts_and_operands_are_told_ahead(void **state)
{
	static const struct {
		const char *code;
		bool cast, operand;
	} t[] = {
		{"(u32)x", true, true}, {"(struct foo *)(p)", true, true}, {"(x)", false, true}, {"(x)(y)", false, true}, {"(x + 1)", false, true},
		{"x + 1", false, false}, {"*p->a[i + 1].b, c", false, true}, {"&p->a)", false, true}, {"f(a, b)->c)", false, true}, {"1", false, false},
		{"", false, false}, {"(", false, true}, {"return", false, false}, {"a ? b : c", false, false}, {"p++", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct tokens tokens = tokens_of(slice_str(t[i].code));

		if (ahead_is_cast(tokens) != t[i].cast || ahead_is_operand(tokens) != t[i].operand)
			fail_msg("'%s'", t[i].code);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(casts_and_operands_are_told_ahead),
};

TEST_MAIN()
