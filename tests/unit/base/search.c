#include "tests/test.h"

#include "base/search.h"

static bool any(uint32_t cp)
{
	return cp >= ' ';
}

static bool no_slash(uint32_t cp)
{
	return cp != '/';
}

static void capital_means_case(void **state)
{
	struct search s = {0};
	struct err e = {0};
	size_t from, to;

	(void)state;
	assert_int_equal(search_set(&s, SLICE("b+c"), &e), 0);
	assert_true(search_find(&s, SLICE("aBBC"), 0, &from, &to));
	assert_int_equal(from, 1);
	assert_int_equal(to, 4);
	assert_false(search_find(&s, SLICE("aBBC"), 3, &from, &to));
	assert_false(search_find(&s, SLICE("aBBC"), 9, &from, &to));
	assert_int_equal(search_set(&s, SLICE("\\Sc"), &e), 0);
	assert_true(search_find(&s, SLICE("xC"), 0, &from, &to));
	assert_int_equal(search_set(&s, SLICE("C"), &e), 0);
	assert_false(search_find(&s, SLICE("c"), 0, &from, &to));
	assert_int_equal(search_set(&s, SLICE("("), &e), -1);
	assert_int_equal(e.cls, ERR_USAGE);
	assert_slice(buf_slice(&s.pattern), "C");
	search_release(&s);
}

static void text_is_taken_as_it_stands(void **state)
{
	struct search s = {0};
	struct err e = {0};
	size_t from, to;

	(void)state;
	assert_int_equal(search_set_text(&s, SLICE("a.(\\D"), &e), 0);
	assert_true(search_find(&s, SLICE("abD a.(\\D"), 0, &from, &to));
	assert_int_equal(from, 4);
	assert_false(search_find(&s, SLICE("a.(\\d"), 0, &from, &to));
	search_release(&s);
}

static void giving_up_is_counted(void **state)
{
	struct search s = {0};
	struct err e = {0};
	char text[4000];
	size_t from, to;

	(void)state;
	memset(text, 'a', sizeof text);
	assert_int_equal(search_set(&s, SLICE("(?:a|aa|a?a)+(?<!a)"), &e), 0);
	assert_false(search_find(&s, (struct slice){text, sizeof text}, 0, &from, &to));
	assert_int_equal(search_gave_up(&s), 1);
	search_release(&s);
}

static void needs(const char *pattern, bool (*may)(uint32_t), const char *want)
{
	struct search s = {0};
	struct err e = {0};

	assert_int_equal(search_set(&s, slice_str(pattern), &e), 0);
	assert_slice(search_needs(&s, may), want);
	search_release(&s);
}

static void what_every_hit_holds(void **state)
{
	(void)state;
	needs("lock", any, "lock");
	needs("kernel/audit.c", any, "kernel/audit");
	needs("kernel/audit.c", no_slash, "kernel");
	needs("audit\\.c:249", any, ".c:249");
	needs("ab?cd", any, "cd");
	needs("abc*d", any, "ab");
	needs("abc+d", any, "abc");
	needs("abü?", any, "ab");
	needs("abc{0}", any, "ab");
	needs("ab(c)de", any, "ab");
	needs("ab[cd]efg", any, "ab");
	needs("ab|cd", any, "");
	needs("ab\\|cd", any, "");
	needs("ab\\dcdef", any, "ab");
	needs("(?i)abc", any, "");
	needs("\\Qa?\\E", any, "");
	needs("^BUG: .*race in$", any, "race in");
	needs("a\\?\\*b", any, "*b");
	needs("a\\??bc", any, "bc");
	needs("ab+?cd", any, "ab");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(capital_means_case),
	cmocka_unit_test(text_is_taken_as_it_stands),
	cmocka_unit_test(giving_up_is_counted),
	cmocka_unit_test(what_every_hit_holds),
};

TEST_MAIN()
