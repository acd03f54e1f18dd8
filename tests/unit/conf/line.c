#include "conf/line.h"

#include "tests/test.h"

/* The words in angle brackets, so that empty ones and blanks in them are seen. */
static void check(const char *line, const char *want)
{
	struct arena *a = arena_new();
	struct conf_line w;
	struct err e = {0};
	char got[256] = "";

	assert_int_equal(conf_split(a, slice_str(line), &w, &e), 0);
	for (size_t i = 0; i < w.n; i++) {
		strcat(got, "<");
		strncat(got, w.word[i].n ? w.word[i].p : "", w.word[i].n);
		strcat(got, ">");
	}
	assert_string_equal(got, want);
	arena_free(a);
}

static void words_are_separated_by_blanks(void **state)
{
	(void)state;
	check("set theme mono", "<set><theme><mono>");
	check("  set\t theme   mono  ", "<set><theme><mono>");
	check("set theme mono\r", "<set><theme><mono>");
	check("bind all \\ search-back", "<bind><all><\\><search-back>");
	check("bind all ' x", "<bind><all><'><x>");
}

static void lines_without_words_are_empty(void **state)
{
	(void)state;
	check("", "");
	check(" \t ", "");
	check("# a comment with \" in it", "");
	check("   # another", "");
}

static void a_comment_begins_only_where_a_word_does(void **state)
{
	(void)state;
	check("set a b # and so on", "<set><a><b>");
	check("set a#b c", "<set><a#b><c>");
	check("color a #ff00A0 #123456 b", "<color><a><#ff00A0><#123456><b>");
	check("color a #ff00a #ff00a0", "<color><a>");
	check("color a #ff00a01", "<color><a>");
	check("bind all \"#\" x", "<bind><all><#><x>");
}

static void quotes_keep_blanks_and_may_hold_quotes(void **state)
{
	(void)state;
	check("set reviewer \"A B\"", "<set><reviewer><A B>");
	check("set reviewer \"\"", "<set><reviewer><>");
	check("\"a \\\"b\\\" \\\\ c\"", "<a \"b\" \\ c>");
	check("\"a\\n\"", "<a\\n>");
	check("x\"a b\"y\"c\" z", "<xa byc><z>");
}

static void offsets_are_those_of_the_line(void **state)
{
	struct arena *a = arena_new();
	struct conf_line w;

	(void)state;
	assert_int_equal(conf_split(a, SLICE("  set  \"a b\" c"), &w, NULL), 0);
	assert_int_equal(w.n, 3);
	assert_int_equal(w.at[0], 2);
	assert_int_equal(w.at[1], 7);
	assert_int_equal(w.at[2], 13);
	arena_free(a);
}

static void an_open_quote_is_an_error(void **state)
{
	static const char *const lines[] = {"set a \"b", "\"", "a \"b\\\"", "x\"y\" z\"", NULL};
	struct arena *a = arena_new();
	struct conf_line w;

	(void)state;
	for (size_t i = 0; lines[i]; i++) {
		struct err e = {0};

		assert_int_equal(conf_split(a, slice_str(lines[i]), &w, &e), -1);
		assert_int_equal(e.cls, ERR_INPUT);
		assert_non_null(strstr(e.msg, "left open"));
	}
	arena_free(a);
}

static void too_many_words_are_an_error(void **state)
{
	struct arena *a = arena_new();
	struct conf_line w;
	struct err e = {0};

	(void)state;
	assert_int_equal(conf_split(a, SLICE("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 # 17"), &w, &e), 0);
	assert_int_equal(w.n, CONF_WORDS);
	assert_int_equal(conf_split(a, SLICE("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17"), &w, &e), -1);
	assert_int_equal(e.cls, ERR_INPUT);
	arena_free(a);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(words_are_separated_by_blanks),
	cmocka_unit_test(lines_without_words_are_empty),
	cmocka_unit_test(a_comment_begins_only_where_a_word_does),
	cmocka_unit_test(quotes_keep_blanks_and_may_hold_quotes),
	cmocka_unit_test(offsets_are_those_of_the_line),
	cmocka_unit_test(an_open_quote_is_an_error),
	cmocka_unit_test(too_many_words_are_an_error),
};

TEST_MAIN()
