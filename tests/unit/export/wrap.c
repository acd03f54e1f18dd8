#include "tests/test.h"

#include <locale.h>

#include "export/wrap.h"

#define FIFTY "five times ten letters make up this first half ok "

static void assert_wrapped(const char *prefix, const char *text, const char *want)
{
	struct buf b = BUF_INIT;

	wrap_markdown(&b, prefix, slice_str(text));
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void paragraphs_items_and_quotes_are_broken_at_blanks(void **state)
{
	(void)state;
	assert_wrapped("", "short\n\n", "short\n");
	assert_wrapped("", FIFTY "and twenty-two of then.", FIFTY "and twenty-two of\nthen.\n");
	assert_wrapped("", "1. " FIFTY "and twenty-two of then.", "1. " FIFTY "and twenty-two of\n   then.\n");
	assert_wrapped("", "  * " FIFTY "and twenty-two of then.", "  * " FIFTY "and twenty-two of\n    then.\n");
	assert_wrapped("", "> " FIFTY "and twenty-two of then.", "> " FIFTY "and twenty-two of\n> then.\n");
	assert_wrapped("> ", FIFTY "and twenty-two of then.", "> " FIFTY "and twenty-two of\n> then.\n");
	assert_wrapped("", FIFTY "and twenty-two of then.  \nnext", FIFTY "and twenty-two of\nthen.  \nnext\n");
	/* a paragraph is wrapped as one, where a line of it is too long; else it stays */
	assert_wrapped("", FIFTY "and twenty-two of then,\nnext.", FIFTY "and twenty-two of\nthen, next.\n");
	assert_wrapped("", "- " FIFTY "and twenty-two of then,\nnext.\n- other", "- " FIFTY "and twenty-two of\n  then, next.\n- other\n");
	assert_wrapped("", "> " FIFTY "and twenty-two of then,\n> next.\nlazy", "> " FIFTY "and twenty-two of\n> then, next.\nlazy\n");
	assert_wrapped("", "a\nb\n\n" FIFTY "and twenty-two of then,\n\nnext", "a\nb\n\n" FIFTY "and twenty-two of\nthen,\n\nnext\n");
	assert_wrapped("", FIFTY "and twenty-two of then,\n===\nnext", FIFTY "and twenty-two of\nthen,\n===\nnext\n");
	assert_wrapped("", FIFTY "and twenty-two of then,\n```\na  \n```", FIFTY "and twenty-two of\nthen,\n```\na  \n```\n");
	/* cells count, not bytes */
	assert_wrapped("", FIFTY "und zw\xc3\xb6lf \xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f.", FIFTY "und zw\xc3\xb6lf \xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f.\n");
}

static void what_would_be_markup_begins_no_line(void **state)
{
	static const char *const signs[] = {"-", "+", "*", "#", "##", "===", "---", ">", "|x", "12.", "3)", "```"};

	(void)state;
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		char text[200], want[200];

		snprintf(text, sizeof text, FIFTY "and twenty-two signs, %s then", signs[i]);
		snprintf(want, sizeof want, FIFTY "and twenty-two signs, %s\nthen\n", signs[i]);
		assert_wrapped("", text, want);
	}
}

static void code_tables_and_headings_stay(void **state)
{
	static const char *const same[] = {
		"# " FIFTY FIFTY "x\n", "| " FIFTY " | " FIFTY "|\n", "```\n" FIFTY FIFTY "x\n```\n", "    " FIFTY FIFTY "x\n",
		"~~~\n- " FIFTY FIFTY "x\n~~~\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		assert_wrapped("", same[i], same[i]);
	assert_wrapped("", "- item\n\n    " FIFTY "goes on in its paragraph", "- item\n\n    " FIFTY "goes on in its\n    paragraph\n");
	assert_wrapped("", "a \x1b[1m", "a ^[[1m\n");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(paragraphs_items_and_quotes_are_broken_at_blanks),
	cmocka_unit_test(what_would_be_markup_begins_no_line),
	cmocka_unit_test(code_tables_and_headings_stay),
};

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
