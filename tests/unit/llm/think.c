#include "base/buf.h"
#include "llm/think.h"
#include "tests/test.h"

static void shown(void *arg, bool thought, struct slice s)
{
	buf_add_slice(&((struct buf *)arg)[thought], s);
}

/* Feed `s` in pieces of `n` bytes; "THOUGHTS|TEXT". */
static void check(const char *s, const char *want)
{
	for (size_t n = 1; n <= strlen(s) + 1; n++) {
		struct think t = {0};
		struct buf got[2] = {BUF_INIT, BUF_INIT};

		for (struct slice rest = slice_str(s); rest.n; rest = slice_sub(rest, n, rest.n))
			think_feed(&t, slice_sub(rest, 0, n), shown, got);
		think_end(&t, shown, got);
		buf_addc(&got[1], '|');
		buf_add_slice(&got[1], buf_slice(&got[0]));
		assert_string_equal(buf_str(&got[1]), want);
		buf_release(&got[0]);
		buf_release(&got[1]);
	}
}

static void thoughts_at_the_start_are_divided_from_the_text(void **state)
{
	(void)state;
	check("<think>Hm.</think>Yes.", "Hm.|Yes.");
	check("\n <think>\nHm.\n</think>\n\nYes. <think>", "\nHm.\n|Yes. <think>");
	check("<think></think>Yes.", "|Yes.");
	check("<think>a </</think>b", "a </|b");
	check("<think>a </thin b</think>c", "a </thin b|c");
}

static void what_is_no_mark_is_text(void **state)
{
	(void)state;
	check("Yes.", "|Yes.");
	check("Yes <think>no</think>", "|Yes <think>no</think>");
	check("<thinking>", "|<thinking>");
	check("<th", "|<th");
	check("<<think>x", "|<<think>x");
	check("\tindented", "|\tindented");
	check("\n\n <b>", "|\n\n <b>");
	check("                        far <think>", "|                        far <think>");
}

static void what_is_never_closed_is_thought(void **state)
{
	(void)state;
	check("<think>Hm", "Hm|");
	check("<think>Hm</thi", "Hm</thi|");
	check(" \n", "|");
	check("", "|");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(thoughts_at_the_start_are_divided_from_the_text),
	cmocka_unit_test(what_is_no_mark_is_text),
	cmocka_unit_test(what_is_never_closed_is_thought),
};

TEST_MAIN()
