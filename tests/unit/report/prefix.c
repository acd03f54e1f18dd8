#include "tests/test.h"

#include "report/prefix.h"

static void strips_whatever_stands_before_the_words_of_the_kernel(void **state)
{
	static const struct {
		const char *line, *text, *caller;
	} cases[] = {
		{" f+0x1/0x2", "f+0x1/0x2", ""},
		{"> > | \tf+0x1/0x2 \r", "f+0x1/0x2", ""},
		{"[   44.377931] BUG: x", "BUG: x", ""},
		{"[653.313148]\tBUG: x", "BUG: x", ""},
		{"[   44.377931][ T4926]  f", "f", "T4926"},
		{"[   44.377931] [    C4] f", "f", "C4"},
		{"[ 44.377931][ C4] f", "f", "C4"},
		{"<3>[    1.000000] f", "f", ""},
		{"[Mon Nov  3 12:00:01 2025] f", "f", ""},
		{"[2025-11-03T12:00:01,123456+00:00] f", "f", ""},
		{"Nov  3 12:00:01 box kernel: [   44.377931] f", "f", ""},
		{"2025-11-03T12:00:01.5Z box kernel: f", "f", ""},
		{"2025-11-03 12:00:01 f", "f", ""},
		{"14:06:18 f (fs/a.c:1)", "f (fs/a.c:1)", ""},
		{"kernel: f", "f", ""},
		{"login: [  417.725670][    C1] rcu: x", "rcu: x", "C1"},
		{"\xc2\xa0\xc2\xa0" "f+0x1/0x2", "f+0x1/0x2", ""},
		/* these are words of their own */
		{"[...]", "[...]", ""},
		{"<snip>", "<snip>", ""},
		{"[<ffffffff81000000>] f", "[<ffffffff81000000>] f", ""},
		{"[Txyz] f", "[Txyz] f", ""},
		{"[44] f", "[44] f", ""},
		{"<3000> f", "<3000> f", ""},
		{"Marvellous", "Marvellous", ""},
		{"12:30 f", "12:30 f", ""},
		{"> ", "", ""},
		{"", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct prefix p = {0};
		struct slice caller;

		assert_slice(prefix_strip(&p, slice_str(cases[i].line), &caller), cases[i].text);
		assert_slice(caller, cases[i].caller);
	}
}

static void learns_what_a_vendor_puts_before_its_marked_lines(void **state)
{
	struct prefix p = {0};
	struct slice caller;

	(void)state;
	assert_slice(prefix_strip(&p, SLICE("kthr/1:2:  f+0x1/0x2"), &caller), "kthr/1:2:  f+0x1/0x2");
	assert_slice(prefix_strip(&p, SLICE("kthr/1:2: [name:report&]BUG: x"), &caller), "BUG: x");
	assert_slice(prefix_strip(&p, SLICE("kthr/1:2: [name:report&]"), &caller), "");
	assert_slice(prefix_strip(&p, SLICE("kthr/1:2:  f+0x1/0x2"), &caller), "f+0x1/0x2");
	assert_slice(prefix_strip(&p, SLICE("kthr/1:2:\xc2\xa0 f+0x1/0x2"), &caller), "f+0x1/0x2");
	assert_slice(prefix_strip(&p, SLICE("kthr/1:2: "), &caller), "");
	assert_slice(prefix_strip(&p, SLICE("kthr/1:2:3 f"), &caller), "kthr/1:2:3 f");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(strips_whatever_stands_before_the_words_of_the_kernel),
	cmocka_unit_test(learns_what_a_vendor_puts_before_its_marked_lines),
};

TEST_MAIN()
