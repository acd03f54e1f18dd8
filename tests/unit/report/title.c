#include "tests/test.h"

#include "base/arena.h"
#include "report/title.h"

static void leaves_out_offsets_and_places(void **state)
{
	static const struct {
		const char *line, *title, *first, *second;
	} cases[] = {
		{"BUG: KCSAN: data-race in a / b", "KCSAN: data-race in a / b", "a", "b"},
		{"BUG: KCSAN: data-race in a / a ", "KCSAN: data-race in a / a", "a", "a"},
		{"BUG: KCSAN: data-race in a [m] / b [n]", "KCSAN: data-race in a [m] / b [n]", "a", "b"},
		{"BUG: KCSAN: data-race in a.isra.0+0x64/0x1cc", "KCSAN: data-race in a.isra.0", "a.isra.0", ""},
		{"BUG: KCSAN: data-race in a+0x64/0x1cc [m]", "KCSAN: data-race in a [m]", "a", ""},
		{"BUG: KCSAN: data-race in a+0x64/0x100 net/a.c:87", "KCSAN: data-race in a", "a", ""},
		{"BUG: KCSAN: assert: race in a net/a.c:87 [inline]", "KCSAN: assert: race in a", "a", ""},
		{"BUG: KCSAN: racing read in a+0xa8/0x180", "KCSAN: racing read in a", "a", ""},
		{"BUG: KCSAN: data-race in a+0x1/0x2 and b+0x3/0x4", "KCSAN: data-race in a and b", "a", "b"},
		{"BUG: KCSAN: data-race in a / 0xffffffff81000000", "KCSAN: data-race in a / 0xffffffff81000000", "a",
		 "0xffffffff81000000"},
		{"BUG: KCSAN: data-race in a /", "KCSAN: data-race in a", "a", ""},
		{"BUG: KCSAN: something new", "KCSAN: something new", "", ""},
		{"BUG: KCSAN: data-race in a / b while sleeping", "KCSAN: data-race in a / b while sleeping", "a", ""},
		{"BUG: KCSAN: ", "", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena *a = arena_new();
		struct crash c = {0};
		struct slice title;
		bool strong;

		if (title_find(slice_str(cases[i].line), &title, &strong)) {
			assert_true(strong);
			title_parse(a, title, &c);
		}
		if (cases[i].title[0])
			assert_slice(c.title, cases[i].title);
		assert_slice(c.functions[0], cases[i].first);
		assert_slice(c.functions[1], cases[i].second);
		assert_int_equal(c.nfunctions, !!cases[i].first[0] + !!cases[i].second[0]);
		arena_free(a);
	}
}

static void counts_behind_other_words_only_where_it_names_functions(void **state)
{
	struct slice title;
	bool strong;

	(void)state;
	assert_true(title_find(SLICE("Subject: BUG: KCSAN: data-race in a / b"), &title, &strong));
	assert_false(strong);
	assert_slice(title, "KCSAN: data-race in a / b");
	assert_false(title_find(SLICE("I saw BUG: KCSAN: data-race in a / b and then"), &title, &strong));
	assert_false(title_find(SLICE("KCSAN: data-race in a / b"), &title, &strong));
	assert_false(title_find(SLICE("BUG:KCSAN:data-race_in_a/b"), &title, &strong));
}

static void sees_that_a_title_was_wrapped(void **state)
{
	(void)state;
	assert_true(title_is_wrapped(SLICE("KCSAN: data-race in a /"), SLICE("b")));
	assert_true(title_is_wrapped(SLICE("KCSAN: data-race in a"), SLICE("/ b")));
	assert_true(title_is_wrapped(SLICE("KCSAN: data-race in"), SLICE("a / b")));
	assert_false(title_is_wrapped(SLICE("KCSAN: data-race in a /"), SLICE("")));
	assert_false(title_is_wrapped(SLICE("KCSAN: data-race in a / b"), SLICE("c")));
	assert_false(title_is_wrapped(SLICE("KCSAN: data-race in a /"), SLICE("read to 0x10 of 8 bytes by")));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(leaves_out_offsets_and_places),
	cmocka_unit_test(counts_behind_other_words_only_where_it_names_functions),
	cmocka_unit_test(sees_that_a_title_was_wrapped),
};

TEST_MAIN()
