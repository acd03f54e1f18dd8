#include "ui/word.h"

#include "tests/test.h"

static void the_word_under_the_cursor_or_the_next_one(void **state)
{
	static const struct {
		const char *line;
		size_t at;
		const char *word;
	} cases[] = {
		{"ret = foo_bar(x);", 6, "foo_bar"}, {"ret = foo_bar(x);", 9, "foo_bar"}, {"ret = foo_bar(x);", 12, "foo_bar"},
		{"ret = foo_bar(x);", 13, "x"},	     {"ret = foo_bar(x);", 3, "foo_bar"}, {"ret", 0, "ret"},
		{"ret", 2, "ret"},		     {"ret", 3, "ret"},			  {"a ret", 100, "ret"},
		{"0x1f = 2", 0, ""},		     {"12 a1", 0, "a1"},		  {"", 0, ""},
		{"\xc3\xa4 b", 1, "b"},		     {"()", 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_slice(word_at(slice_str(cases[i].line), cases[i].at), cases[i].word);
}

static void what_a_line_is_about(void **state)
{
	static const struct {
		const char *line, *word;
	} cases[] = {
		{"\tif (pond_test(p, POND_F_HUNGRY)) {", "pond_test"},
		{"static inline void pond_mark(struct pond *p, u32 bits)", "pond_mark"},
		{"\tp->flags |= bits;", "p"},
		{"\treturn 0;", ""},
		{"}", ""},
		{"", ""},
		{"\tstruct pond *p = priv;", "pond"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_slice(word_of_line(slice_str(cases[i].line)), cases[i].word);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_word_under_the_cursor_or_the_next_one),
	cmocka_unit_test(what_a_line_is_about),
};

TEST_MAIN()
